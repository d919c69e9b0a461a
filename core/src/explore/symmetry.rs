//! States that differ only in the names of interchangeable nodes, taken for one.
//!
//! A renaming of the nodes is an *automorphism* if whatever a state can do, the renamed state can do, renamed. A state is
//! then known by the least fingerprint that any such renaming gives it. Fingerprints are sums of the shares of parts, so
//! the shares of each part are kept for every renaming, and a successor's sums differ from its predecessor's by the few
//! parts that a transition changes.

use super::bounds::NetworkKind;
use super::expand::Known;
use super::network;
use super::state::{Spent, State, ghost_share, share_of_local};
use super::table::{EnvelopeId, LocalId};
use crate::fingerprint::Fingerprint;
use crate::id::NodeId;
use crate::nodes::Cell;
use crate::protocol::{Part, Protocol, Renaming};
use crate::world::{Local, World};
use std::fmt;
use std::sync::Arc;

/// Renamings compared for each state, at most: those of seven nodes.
const RENAMINGS_MAX: u64 = 5_040;

/// Why interchangeable nodes can't be taken for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoSymmetry {
    /// The protocol names no two nodes that are interchangeable under these parameters.
    NoneOffered {
        /// Which protocol.
        slug: &'static str,
    },
    /// There are more ways to name them than are compared.
    TooMany {
        /// How many there are; `u64::MAX` for all that is more.
        renamings: u64,
    },
}

impl fmt::Display for NoSymmetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoneOffered { slug } => {
                write!(
                    f,
                    "“{slug}” names no interchangeable nodes under these parameters: it can't be explored by symmetry"
                )
            }
            Self::TooMany { renamings } => write!(
                f,
                "too many nodes are interchangeable: they can be named in {renamings} ways, and at most {RENAMINGS_MAX} are compared"
            ),
        }
    }
}

impl std::error::Error for NoSymmetry {}

/// The renamings of a world, and for each part learnt its share under each of them.
pub(super) struct Renamed<P: Protocol> {
    pub(super) protocol: Arc<P>,
    /// The first is that everybody keeps their name. None at all without symmetry.
    pub(super) renamings: Vec<Renaming>,
    locals: Vec<u64>,
    envelopes: Vec<u64>,
    ghosts: Vec<u64>,
}

impl<P: Protocol> Renamed<P> {
    /// Without symmetry.
    pub(super) fn none(world: &World<P>) -> Self {
        let protocol = world.shared_protocol();
        Self { protocol, renamings: vec![], locals: vec![], envelopes: vec![], ghosts: vec![] }
    }

    /// The renamings that a protocol offers and that change nothing about a world which no transition changes: cut links,
    /// paused nodes, clocks and liars.
    pub(super) fn of(world: &World<P>) -> Result<Self, NoSymmetry> {
        let protocol = world.shared_protocol();
        let n = world.roster().len();
        let mut groups = protocol.symmetric();
        groups.iter_mut().for_each(|group| group.retain(|node| node.index() < n));
        groups.retain(|group| group.len() > 1);
        let ways = |group: &Vec<NodeId>| (1..=group.len() as u64).fold(1, u64::saturating_mul);
        let renamings = groups.iter().map(ways).fold(1, u64::saturating_mul);
        if groups.is_empty() {
            return Err(NoSymmetry::NoneOffered { slug: P::META.slug });
        }
        if renamings > RENAMINGS_MAX {
            return Err(NoSymmetry::TooMany { renamings });
        }
        let mut all = vec![Renaming::identity(n)];
        groups.iter().for_each(|group| all = with_group(&all, group));
        all.retain(|names| keeps(world, names));
        Ok(Self { renamings: all, ..Self::none(world) })
    }

    pub(super) fn is_asked(&self) -> bool {
        !self.renamings.is_empty()
    }

    pub(super) fn count(&self) -> usize {
        self.renamings.len()
    }

    pub(super) fn local(&self, id: LocalId) -> &[u64] {
        nth(&self.locals, id, self.count())
    }

    pub(super) fn envelope(&self, id: EnvelopeId) -> &[u64] {
        nth(&self.envelopes, id, self.count())
    }

    fn ghost(&self, id: u32) -> &[u64] {
        nth(&self.ghosts, id, self.count())
    }

    pub(super) fn know_local(&mut self, node: NodeId, local: &Local<P>) {
        for at in 0..self.count() {
            let share = self.local_share(node, local, &self.renamings[at]);
            self.locals.push(share);
        }
    }

    pub(super) fn know_envelope(&mut self, from: NodeId, to: NodeId, msg: &P::Msg) {
        for at in 0..self.count() {
            let share = self.envelope_share((from, to), msg, &self.renamings[at]);
            self.envelopes.push(share);
        }
    }

    pub(super) fn know_ghost(&mut self, ghost: &P::Ghost) {
        for at in 0..self.count() {
            let share = ghost_share(Fingerprint::of(&self.rename_ghost(ghost, &self.renamings[at])));
            self.ghosts.push(share);
        }
    }

    fn local_share(&self, node: NodeId, local: &Local<P>, names: &Renaming) -> u64 {
        let renamed = self.rename_local(local, names);
        debug_assert_eq!(
            Fingerprint::of(local),
            Fingerprint::of(&self.rename_local(&renamed, &names.inverse())),
            "renaming a node of “{}” and back changes it",
            P::META.slug
        );
        share_of_local(Fingerprint::of(&(names.of(node), &renamed)))
    }

    fn envelope_share(&self, (from, to): (NodeId, NodeId), msg: &P::Msg, names: &Renaming) -> u64 {
        let renamed = self.rename_msg(msg, names);
        debug_assert_eq!(
            Fingerprint::of(msg),
            Fingerprint::of(&self.rename_msg(&renamed, &names.inverse())),
            "renaming a message of “{}” and back changes it",
            P::META.slug
        );
        network::share_of(Fingerprint::of(&(names.of(from), names.of(to), &renamed)))
    }

    pub(super) fn rename_cell(&self, cell: &mut Cell<P::State, P::Durable>, names: &Renaming) {
        match cell {
            Cell::Up(state) => self.protocol.rename(Part::State(state), names),
            Cell::Down(durable) => self.protocol.rename(Part::Durable(durable), names),
        }
    }

    pub(super) fn rename_local(&self, local: &Local<P>, names: &Renaming) -> Local<P> {
        let mut renamed = local.clone();
        self.rename_cell(&mut renamed.cell, names);
        renamed.timers.iter_mut().for_each(|timer| self.protocol.rename(Part::Timer(timer), names));
        renamed.timers.sort_by_cached_key(Fingerprint::of);
        renamed
    }

    pub(super) fn rename_msg(&self, msg: &P::Msg, names: &Renaming) -> P::Msg {
        let mut renamed = msg.clone();
        self.protocol.rename(Part::Msg(&mut renamed), names);
        renamed
    }

    pub(super) fn rename_ghost(&self, ghost: &P::Ghost, names: &Renaming) -> P::Ghost {
        let mut renamed = ghost.clone();
        self.protocol.rename(Part::Ghost(&mut renamed), names);
        renamed
    }
}

fn nth(shares: &[u64], id: u32, count: usize) -> &[u64] {
    &shares[id as usize * count..][..count]
}

/// Every renaming, followed by every way to name the nodes of a group.
fn with_group(renamings: &[Renaming], group: &[NodeId]) -> Vec<Renaming> {
    let mut all = renamings.to_vec();
    for (at, node) in group.iter().enumerate() {
        // This node exchanges its name with one of those before it, or keeps it.
        let ways = |names: &Renaming| {
            let mut ways = vec![names.clone()];
            ways.extend(group[..at].iter().map(|other| names.exchanged(*node, *other)));
            ways
        };
        all = all.iter().flat_map(ways).collect();
    }
    all
}

/// Whether a renaming changes nothing about a world that no transition changes.
fn keeps<P: Protocol>(world: &World<P>, names: &Renaming) -> bool {
    let all = || (0..world.roster().len()).map(NodeId::at);
    let kernel = world.kernel();
    let of_node = |node| {
        let is_correct = world.nodes().is_correct(node);
        (world.is_paused(node), is_correct, kernel.behaviour(node), kernel.local_time(node))
    };
    all().all(|node| of_node(node) == of_node(names.of(node)))
        && all()
            .all(|from| all().all(|to| world.is_cut(from, to) == world.is_cut(names.of(from), names.of(to))))
}

/// The sums of shares of a state under each renaming, while its successors are looked at.
#[derive(Default)]
pub(super) struct Keys {
    /// Of the state: what its network adds is in it only for a multiset, where it can be had one by one.
    state: Vec<u64>,
    /// Of a successor.
    next: Vec<u64>,
}

impl Keys {
    /// By which a state is known.
    pub(super) fn key_of<P: Protocol>(state: &State, known: &Known<P>) -> u64 {
        let mut keys = Self::default();
        keys.begin(state, known);
        keys.begin_successor();
        if known.bounds.network != NetworkKind::Multiset {
            keys.add_network(&state.net, known);
        }
        keys.least(state.spent)
    }

    /// Sums up a state.
    pub(super) fn begin<P: Protocol>(&mut self, state: &State, known: &Known<P>) {
        let renamed = &known.table.renamed;
        self.next.clear();
        self.next.resize(renamed.count(), 0);
        state.locals.iter().for_each(|id| self.add(renamed.local(*id)));
        self.add(renamed.ghost(state.ghost));
        if known.bounds.network == NetworkKind::Multiset {
            state.net.iter().for_each(|id| self.add(renamed.envelope(*id)));
        }
        std::mem::swap(&mut self.state, &mut self.next);
    }

    /// A successor is like the state, until something is changed.
    pub(super) fn begin_successor(&mut self) {
        self.next.clone_from(&self.state);
    }

    pub(super) fn add(&mut self, shares: &[u64]) {
        self.next.iter_mut().zip(shares).for_each(|(sum, share)| *sum = sum.wrapping_add(*share));
    }

    pub(super) fn take_away(&mut self, shares: &[u64]) {
        self.next.iter_mut().zip(shares).for_each(|(sum, share)| *sum = sum.wrapping_sub(*share));
    }

    pub(super) fn exchange(&mut self, before: &[u64], after: &[u64]) {
        self.take_away(before);
        self.add(after);
    }

    /// Puts a ghost in another's place: a known one, or one without a number yet.
    pub(super) fn exchange_ghost<P: Protocol>(
        &mut self,
        renamed: &Renamed<P>,
        before: u32,
        after: u32,
        ghost: &P::Ghost,
    ) {
        if after != u32::MAX {
            return self.exchange(renamed.ghost(before), renamed.ghost(after));
        }
        self.take_away(renamed.ghost(before));
        for (sum, names) in self.next.iter_mut().zip(&renamed.renamings) {
            let share = ghost_share(Fingerprint::of(&renamed.rename_ghost(ghost, names)));
            *sum = sum.wrapping_add(share);
        }
    }

    /// Adds a whole network.
    pub(super) fn add_network<P: Protocol>(&mut self, net: &[EnvelopeId], known: &Known<P>) {
        let (kind, table) = (known.bounds.network, &known.table);
        if kind != NetworkKind::Fifo {
            return net.iter().for_each(|id| self.add(table.renamed.envelope(*id)));
        }
        for (at, sum) in self.next.iter_mut().enumerate() {
            let hash = network::hash_by(net, kind, table, |id| table.renamed.envelope(id)[at]);
            *sum = sum.wrapping_add(hash);
        }
    }

    /// The least sum, and what was used up of the budgets, which no renaming changes.
    pub(super) fn least(&self, spent: Spent) -> u64 {
        self.next.iter().copied().min().unwrap_or(0).wrapping_add(spent.share())
    }
}
