//! What can follow a state: enumerated, hashed and judged without changing anything, so that it can be done for many
//! states at once.

use super::bounds::{Bounds, NetworkKind};
use super::network;
use super::state::{Spent, State, ghost_share, local_share};
use super::symmetry::Keys;
use super::table::{EnvelopeId, Event, Keyed, LocalId, Table};
use super::trail::Act;
use crate::fingerprint::Fingerprint;
use crate::id::NodeId;
use crate::nodes::Nodes;
use crate::protocol::Protocol;
use std::ops::Range;
use std::sync::Arc;

/// What every expansion may read.
pub(super) struct Known<P: Protocol> {
    pub(super) bounds: Bounds,
    pub(super) protocol: Arc<P>,
    pub(super) table: Table<P>,
    pub(super) ghosts: Vec<(u64, P::Ghost)>,
    pub(super) ghost_ids: Keyed<u32>,
    pub(super) seen: super::search::Seen,
    /// For each directed link: nothing sent there arrives, and nothing there is delivered.
    pub(super) cuts: Vec<bool>,
    pub(super) has_cuts: bool,
    pub(super) paused: Vec<bool>,
}

/// The nodes of the state last looked at, as properties see them; and which locals they are.
pub(super) struct Scratch<P: Protocol> {
    nodes: Nodes<P>,
    nodes_are: Vec<LocalId>,
    /// What was offered from here since the search last took offers: offering it again is of no use.
    offered: Option<super::search::Seen>,
    keys: Keys,
}

/// What became of looking at a state.
pub(super) enum Expansion<P: Protocol> {
    /// Its successors that nobody has seen yet, and how many transitions there were.
    Offers { transitions: u64, offers: Vec<Offer<P>> },
    /// A handler has to be tried first.
    Unknown(NodeId, LocalId, Event),
}

/// A successor that nobody had seen when it was made.
pub(super) struct Offer<P: Protocol> {
    /// All of it, but for its trail, and for its ghost if that is new.
    pub(super) next: State,
    /// By which it is known: its hash, or with symmetry the least that a renaming gives it.
    pub(super) key: u64,
    pub(super) act: Act,
    pub(super) outcome: u32,
    /// The ghost, if nobody knows it yet.
    pub(super) ghost: Option<P::Ghost>,
    /// Id of the property it breaks, and what was seen.
    pub(super) broken: Option<(&'static str, String)>,
}

/// A transition.
struct Candidate {
    act: Act,
    actor: NodeId,
    local: Option<LocalId>,
    spent: Spent,
    outcome: Option<u32>,
    /// Position in the network of what leaves it.
    removes: Option<usize>,
}

type Unknown = (NodeId, LocalId, Event);

impl<P: Protocol> Scratch<P> {
    pub(super) fn new(nodes: &Nodes<P>, locals: &[LocalId]) -> Self {
        Self { nodes: nodes.clone(), nodes_are: locals.to_vec(), offered: None, keys: Keys::default() }
    }

    /// For a worker that looks at many states before anyone takes its offers.
    pub(super) fn of_worker(nodes: &Nodes<P>) -> Self {
        let offered = Some(super::search::Seen::default());
        Self {
            nodes: nodes.clone(),
            nodes_are: vec![LocalId::MAX; nodes.len()],
            offered,
            keys: Keys::default(),
        }
    }

    /// Makes the nodes be those of a state, one of them perhaps another.
    fn load(&mut self, locals: &[LocalId], changed: Option<(usize, LocalId)>, table: &Table<P>) -> &Nodes<P> {
        for (at, id) in locals.iter().enumerate() {
            let id = changed.filter(|(node, _)| *node == at).map_or(*id, |(_, local)| local);
            if self.nodes_are[at] != id {
                self.nodes.0[at] = table.local(id).cell.clone();
                self.nodes_are[at] = id;
            }
        }
        &self.nodes
    }
}

/// Collects what follows one state.
struct Expander<'a, P: Protocol> {
    known: &'a Known<P>,
    scratch: &'a mut Scratch<P>,
    state: &'a State,
    transitions: u64,
    offers: Vec<Offer<P>>,
}

impl<P: Protocol> Known<P> {
    /// What can follow a state.
    pub(super) fn expand(&self, state: &State, scratch: &mut Scratch<P>) -> Expansion<P> {
        if self.table.renamed.is_asked() {
            scratch.keys.begin(state, self);
        }
        let mut expander = Expander { known: self, scratch, state, transitions: 0, offers: vec![] };
        match expander.all() {
            Ok(()) => Expansion::Offers { transitions: expander.transitions, offers: expander.offers },
            Err((node, local, event)) => Expansion::Unknown(node, local, event),
        }
    }

    /// The first property a state breaks after `actor` acted.
    pub(super) fn judge(
        &self,
        locals: &[LocalId],
        ghost: &P::Ghost,
        actor: NodeId,
        scratch: &mut Scratch<P>,
    ) -> Option<(&'static str, String)> {
        let properties = self.protocol.properties();
        if properties.is_empty() {
            return None;
        }
        let nodes = scratch.load(locals, None, &self.table);
        properties.iter().find_map(|property| {
            let verdict = (property.check)(&self.protocol, ghost, nodes, actor);
            verdict.err().map(|witness| (property.id, witness))
        })
    }

    fn is_cut(&self, from: NodeId, to: NodeId) -> bool {
        self.cuts[from.index() * self.paused.len() + to.index()]
    }
}

impl<P: Protocol> Expander<'_, P> {
    fn all(&mut self) -> Result<(), Unknown> {
        for at in 0..self.state.net.len() {
            if network::is_first(&self.state.net, at, self.known.bounds.network, &self.known.table) {
                self.message(at)?;
            }
        }
        for (node, local) in self.state.locals.iter().enumerate() {
            if !self.known.paused[node] {
                self.timers(node, *local)?;
            }
            self.crash(node, *local)?;
        }
        Ok(())
    }

    fn outcomes(&self, node: NodeId, local: LocalId, event: Event) -> Result<Range<u32>, Unknown> {
        self.known.table.outcomes(local, event).ok_or((node, local, event))
    }

    fn message(&mut self, at: usize) -> Result<(), Unknown> {
        let id = self.state.net[at];
        let envelope = self.known.table.envelope(id);
        let (from, to) = (envelope.from, envelope.to);
        let local = self.state.locals[to.index()];
        let spent = self.state.spent;
        let is_open = !self.known.paused[to.index()] && !self.known.is_cut(from, to);
        if is_open && self.known.table.is_up(local) {
            for outcome in self.outcomes(to, local, Event::Message(id))? {
                self.delivery(at, id, to, outcome);
            }
        }
        if let Some(drops) = spend(spent.drops, self.known.bounds.drops) {
            let (act, spent) = (Act::Drop { envelope: id }, Spent { drops, ..spent });
            self.offer(&Candidate { act, actor: to, local: None, spent, outcome: None, removes: Some(at) });
        }
        Ok(())
    }

    fn delivery(&mut self, at: usize, id: EnvelopeId, to: NodeId, outcome: u32) {
        let stays = self.known.bounds.network == NetworkKind::Set;
        let blocks = self.known.bounds.network == NetworkKind::Fifo;
        let after = self.known.table.outcome(outcome);
        let (local, is_idle) = (Some(after.local), after.is_idle);
        // A message nobody reacts to stays where it is, unless others wait behind it.
        if is_idle && !blocks {
            return;
        }
        let spent = self.state.spent;
        let deliver = |kept: bool, spent| Candidate {
            act: Act::Deliver { envelope: id, kept },
            actor: to,
            local,
            spent,
            outcome: Some(outcome),
            removes: if kept { None } else { Some(at) },
        };
        self.offer(&deliver(stays, spent));
        if !stays && !is_idle && spent.duplicates < self.known.bounds.duplicates {
            self.offer(&deliver(true, Spent { duplicates: spent.duplicates + 1, ..spent }));
        }
    }

    fn timers(&mut self, node: usize, local: LocalId) -> Result<(), Unknown> {
        let Some(timers) = spend(self.state.spent.timers, self.known.bounds.timers) else { return Ok(()) };
        let spent = Spent { timers, ..self.state.spent };
        for timer in 0..self.known.table.local(local).timers.len() {
            let act = Act::Fire { node: node as u16, local, timer: timer as u8 };
            self.event(node, Event::Timer(timer as u32), act, spent)?;
        }
        Ok(())
    }

    fn crash(&mut self, node: usize, local: LocalId) -> Result<(), Unknown> {
        let (at, spent) = (node as u16, self.state.spent);
        if !self.known.table.is_up(local) {
            self.event(node, Event::Restart, Act::Restart { node: at }, spent)
        } else if spent.crashes < self.known.bounds.crashes {
            let spent = Spent { crashes: spent.crashes + 1, ..spent };
            self.event(node, Event::Crash, Act::Crash { node: at }, spent)
        } else {
            Ok(())
        }
    }

    fn event(&mut self, node: usize, event: Event, act: Act, spent: Spent) -> Result<(), Unknown> {
        let actor = NodeId::at(node);
        for outcome in self.outcomes(actor, self.state.locals[node], event)? {
            let after = self.known.table.outcome(outcome);
            if !after.is_idle {
                let local = Some(after.local);
                self.offer(&Candidate { act, actor, local, spent, outcome: Some(outcome), removes: None });
            }
        }
        Ok(())
    }

    /// A successor: kept if nobody has seen it.
    fn offer(&mut self, candidate: &Candidate) {
        self.transitions += 1;
        let (known, state) = (self.known, self.state);
        let kind = known.bounds.network;
        let mut hash = state.hash.wrapping_sub(state.spent.share()).wrapping_add(candidate.spent.share());
        if let Some(local) = candidate.local {
            let before = local_share(state.locals[candidate.actor.index()], &known.table);
            hash = hash.wrapping_sub(before).wrapping_add(local_share(local, &known.table));
        }
        let mut net = None;
        if kind == NetworkKind::Multiset {
            if let Some(at) = candidate.removes {
                hash = hash.wrapping_sub(network::share(state.net[at], &known.table));
            }
            hash = hash.wrapping_add(self.sent_share(candidate));
        } else if candidate.removes.is_some() || self.sent(candidate).next().is_some() {
            let after = self.net_after(candidate);
            hash = hash.wrapping_sub(network::hash(&state.net, kind, &known.table));
            hash = hash.wrapping_add(network::hash(&after, kind, &known.table));
            net = Some(after);
        }
        let (mut ghost, mut new_ghost) = (state.ghost, None);
        if let Some(seen) = self.observe(candidate) {
            let seen_hash = Fingerprint::of(&seen);
            hash = hash.wrapping_sub(ghost_share(known.ghosts[state.ghost as usize].0));
            hash = hash.wrapping_add(ghost_share(seen_hash));
            ghost = known.ghost_ids.get(&seen_hash).copied().unwrap_or(u32::MAX);
            new_ghost = Some(seen);
        }
        let key = if known.table.renamed.is_asked() {
            self.key(candidate, net.as_deref(), new_ghost.as_ref().map(|seen| (ghost, seen)))
        } else {
            hash
        };
        let is_new = !known.seen.contains(&key)
            && self.scratch.offered.as_mut().is_none_or(|offered| offered.insert(key));
        if is_new {
            let net = net.unwrap_or_else(|| self.net_after(candidate));
            self.keep(candidate, net, ghost, new_ghost, (hash, key));
        }
    }

    fn keep(
        &mut self,
        candidate: &Candidate,
        net: Vec<EnvelopeId>,
        ghost: u32,
        new_ghost: Option<P::Ghost>,
        (hash, key): (u64, u64),
    ) {
        let (known, state) = (self.known, self.state);
        let mut locals = state.locals.clone();
        let mut broken = None;
        if let Some(local) = candidate.local {
            locals[candidate.actor.index()] = local;
            // What the ghost has just seen is in the new one, even if an equal one is known.
            let ghost = new_ghost.as_ref().unwrap_or(&known.ghosts[state.ghost as usize].1);
            broken = known.judge(&locals, ghost, candidate.actor, self.scratch);
            if cfg!(debug_assertions) && known.table.renamed.is_asked() {
                let nodes = self.scratch.load(&locals, None, &known.table);
                known.vouch_for(state, nodes, candidate.actor, ghost, broken.as_ref().map(|(id, _)| *id));
            }
        }
        let (spent, depth) = (candidate.spent, state.depth + 1);
        let next = State { locals, net, ghost, spent, depth, hash, trail: state.trail };
        let ghost = new_ghost.filter(|_| ghost == u32::MAX);
        let outcome = candidate.outcome.unwrap_or(0);
        self.offers.push(Offer { next, key, act: candidate.act, outcome, ghost, broken });
    }

    /// By which a successor is known with symmetry. `net` is what its network becomes, if that is known already, and
    /// `ghost` its new ghost with its number.
    fn key(
        &mut self,
        candidate: &Candidate,
        net: Option<&[EnvelopeId]>,
        ghost: Option<(u32, &P::Ghost)>,
    ) -> u64 {
        let (known, state) = (self.known, self.state);
        let renamed = &known.table.renamed;
        let mut keys = std::mem::take(&mut self.scratch.keys);
        keys.begin_successor();
        if let Some(local) = candidate.local {
            keys.exchange(renamed.local(state.locals[candidate.actor.index()]), renamed.local(local));
        }
        if let Some((id, ghost)) = ghost {
            keys.exchange_ghost(renamed, state.ghost, id, ghost);
        }
        if known.bounds.network == NetworkKind::Multiset {
            if let Some(at) = candidate.removes {
                keys.take_away(renamed.envelope(state.net[at]));
            }
            self.sent(candidate).for_each(|id| keys.add(renamed.envelope(id)));
        } else {
            keys.add_network(net.unwrap_or(&state.net), known);
        }
        let key = keys.least(candidate.spent);
        self.scratch.keys = keys;
        key
    }

    fn sent_share(&self, candidate: &Candidate) -> u64 {
        if self.known.has_cuts {
            let share = |sum: u64, id| sum.wrapping_add(network::share(id, &self.known.table));
            return self.sent(candidate).fold(0, share);
        }
        candidate.outcome.map_or(0, |at| self.known.table.outcome(at).sent_share)
    }

    /// What a candidate sends, except into a cut.
    fn sent(&self, candidate: &Candidate) -> impl Iterator<Item = EnvelopeId> {
        let sent = candidate.outcome.map_or(&[][..], |at| &self.known.table.outcome(at).sent);
        let known = self.known;
        sent.iter().copied().filter(move |id| {
            let envelope = known.table.envelope(*id);
            !known.has_cuts || !known.is_cut(envelope.from, envelope.to)
        })
    }

    fn net_after(&self, candidate: &Candidate) -> Vec<EnvelopeId> {
        let mut net = Vec::with_capacity(self.state.net.len() + 4);
        net.extend_from_slice(&self.state.net);
        if let Some(at) = candidate.removes {
            net.remove(at);
        }
        for id in self.sent(candidate) {
            network::put(&mut net, id, self.known.bounds.network, &self.known.table);
        }
        net
    }

    /// The ghost after a candidate, if the protocol has one and a node acted.
    fn observe(&mut self, candidate: &Candidate) -> Option<P::Ghost> {
        let local = candidate.local.filter(|_| size_of::<P::Ghost>() > 0)?;
        let (known, state) = (self.known, self.state);
        let mut ghost = known.ghosts[state.ghost as usize].1.clone();
        known.protocol.refresh(&mut ghost, self.scratch.load(&state.locals, None, &known.table));
        let changed = Some((candidate.actor.index(), local));
        let nodes = self.scratch.load(&state.locals, changed, &known.table);
        known.protocol.observe(&mut ghost, nodes, candidate.actor);
        Some(ghost)
    }
}

/// One more of a budget, or `None` if it is used up. Without a limit nothing is counted.
fn spend(spent: u8, limit: Option<u8>) -> Option<u8> {
    match limit {
        None => Some(spent),
        Some(limit) => (spent < limit).then(|| spent + 1),
    }
}
