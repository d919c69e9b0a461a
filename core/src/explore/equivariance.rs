//! Whether a protocol's renamings are what they claim to be, checked in builds with debug assertions while a symmetric
//! search goes on: renamed nodes do what the nodes do, renamed. Of the renamings each look takes another one.

use super::expand::Known;
use super::network;
use super::state::{State, share_of_local};
use super::table::{ANSWERS_MAX, Event, LocalId, Table, next_answers};
use crate::fingerprint::Fingerprint;
use crate::id::NodeId;
use crate::nodes::Nodes;
use crate::protocol::{Protocol, Renaming};
use crate::world::{Deed, Happening};

impl<P: Protocol> Table<P> {
    /// Runs a handler at the renamed node and compares: the outcomes `(start, count)` are what the node itself did, and the operations it invoked
    /// then are counted from `operation_first`.
    ///
    /// # Panics
    /// If it does something else.
    pub(super) fn vouch_for(
        &mut self,
        (node, local, event): (NodeId, LocalId, Event),
        (start, count): (u32, u32),
        operation_first: u64,
    ) {
        if count as usize >= ANSWERS_MAX {
            return;
        }
        let at = start as usize % self.renamed.count();
        let names = self.renamed.renamings[at].clone();
        let mut wanted: Vec<(u64, u64)> = (start..start + count)
            .map(|outcome| {
                let outcome = self.outcome(outcome);
                let sent =
                    outcome.sent.iter().map(|id| (self.envelope(*id).to, self.renamed.envelope(*id)[at]));
                let sent: Vec<_> = sent.map(|(to, share)| (names.of(to), share)).collect();
                (self.renamed.local(outcome.local)[at], chained(&sent))
            })
            .collect();
        let operation_next = self.bench.operation_next();
        self.bench.count_operations_from(operation_first);
        let mut found = self.attempt_renamed(node, local, event, &names);
        self.bench.count_operations_from(operation_next);
        wanted.sort_unstable();
        found.sort_unstable();
        assert!(
            wanted == found,
            "“{}” has no symmetry as it claims: {node}, renamed {}, acts otherwise on {event:?}; {names:?}",
            P::META.slug,
            names.of(node)
        );
    }

    /// What the renamed node does when what happens is renamed, in shares: one for each way through its choices.
    fn attempt_renamed(
        &mut self,
        node: NodeId,
        local: LocalId,
        event: Event,
        names: &Renaming,
    ) -> Vec<(u64, u64)> {
        let me = names.of(node);
        let local = self.local(local).clone();
        let renamed = self.renamed.rename_local(&local, names);
        let msg = match event {
            Event::Message(id) => Some(self.renamed.rename_msg(&self.envelope(id).msg, names)),
            _ => None,
        };
        let happening = match (event, &msg) {
            (Event::Message(id), Some(msg)) => Happening::Message(names.of(self.envelope(id).from), msg),
            (Event::Timer(at), _) => {
                let mut timer = local.timers[at as usize];
                self.renamed.protocol.rename(crate::protocol::Part::Timer(&mut timer), names);
                let at = renamed.timers.iter().position(|other| *other == timer);
                Happening::Timer(at.expect("a renamed timer is among the renamed timers"))
            }
            (Event::Restart, _) => Happening::Restart,
            _ => Happening::Crash,
        };
        let (mut found, mut answers) = (vec![], vec![]);
        loop {
            let Deed { local, sent, asked } = self.bench.attempt(me, &renamed, &happening, &answers);
            let share =
                |(to, msg): &(NodeId, P::Msg)| (*to, network::share_of(Fingerprint::of(&(me, *to, msg))));
            let sent: Vec<_> = sent.iter().map(share).collect();
            found.push((share_of_local(Fingerprint::of(&(me, &local))), chained(&sent)));
            answers.resize(asked.len(), 0);
            if !next_answers(&mut answers, &asked) || found.len() >= ANSWERS_MAX {
                return found;
            }
        }
    }
}

/// The hash of what is sent: order counts on each link.
fn chained(sent: &[(NodeId, u64)]) -> u64 {
    let position = |at: usize| sent[..at].iter().filter(|(to, _)| *to == sent[at].0).count() as u64;
    let shares = sent.iter().enumerate().map(|(at, (_, share))| network::chain(*share, position(at)));
    shares.fold(0, u64::wrapping_add)
}

impl<P: Protocol> Known<P> {
    /// Renames a transition, from `before` to `nodes`, by which `actor` acted: the ghost must see the same, and the same
    /// property must be broken.
    ///
    /// # Panics
    /// If not.
    pub(super) fn vouch_for(
        &self,
        before: &State,
        nodes: &Nodes<P>,
        actor: NodeId,
        ghost: &P::Ghost,
        broken: Option<&'static str>,
    ) {
        let renamed = &self.table.renamed;
        let names = &renamed.renamings[before.trail as usize % renamed.count()];
        let mut nodes_before = nodes.clone();
        for (at, id) in before.locals.iter().enumerate() {
            nodes_before.0[at] = self.table.local(*id).cell.clone();
        }
        let (nodes_before, nodes) =
            (self.rename_nodes(&nodes_before, names), self.rename_nodes(nodes, names));
        let actor = names.of(actor);
        let mut seen = renamed.rename_ghost(&self.ghosts[before.ghost as usize].1, names);
        self.protocol.refresh(&mut seen, &nodes_before);
        self.protocol.observe(&mut seen, &nodes, actor);
        let wanted = renamed.rename_ghost(ghost, names);
        let slug = P::META.slug;
        assert!(
            Fingerprint::of(&seen) == Fingerprint::of(&wanted),
            "the ghost of “{slug}” has no symmetry as it claims: it is {wanted:?}, and {seen:?} after {names:?}"
        );
        let mut properties = self.protocol.properties().iter();
        let check = |property: &&crate::protocol::Property<P>| {
            (property.check)(&self.protocol, &seen, &nodes, actor).is_err()
        };
        let breaks = properties.find(check).map(|property| property.id);
        assert!(broken == breaks, "{broken:?} of “{slug}” is broken, and {breaks:?} after {names:?}");
    }

    fn rename_nodes(&self, nodes: &Nodes<P>, names: &Renaming) -> Nodes<P> {
        let mut renamed = nodes.clone();
        for (old, cell) in nodes.iter() {
            let mut cell = cell.clone();
            self.table.renamed.rename_cell(&mut cell, names);
            renamed.0[names.of(old).index()] = cell;
        }
        renamed
    }
}
