//! New names for nodes that are interchangeable: what an explorer needs to take states for one that differ only in who
//! is who.

use crate::id::NodeId;
use crate::protocol::Protocol;

/// A permutation of the nodes of a cluster: each gets another's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renaming(Box<[NodeId]>);

impl Renaming {
    /// Everybody keeps their name.
    pub(crate) fn identity(nodes: usize) -> Self {
        Self((0..nodes).map(NodeId::at).collect())
    }

    /// The same, after two nodes have exchanged their names.
    #[must_use]
    pub(crate) fn exchanged(&self, one: NodeId, other: NodeId) -> Self {
        let mut names = self.0.clone();
        names.swap(one.index(), other.index());
        Self(names)
    }

    /// What undoes it.
    pub(crate) fn inverse(&self) -> Self {
        let mut names = self.0.clone();
        for (old, new) in self.0.iter().enumerate() {
            names[new.index()] = NodeId::at(old);
        }
        Self(names)
    }

    /// The new name of a node. Names beyond the cluster stay what they are.
    pub fn of(&self, node: NodeId) -> NodeId {
        self.0.get(node.index()).copied().unwrap_or(node)
    }

    /// Reorders what a protocol keeps in the order of nodes: slot `i` is that of node `first + i`, before and after. The
    /// nodes of the slots must be renamed among themselves.
    pub fn reorder<T: Clone>(&self, first: usize, slots: &mut [T]) {
        let before = slots.to_vec();
        for (at, value) in before.into_iter().enumerate() {
            let new = self.of(NodeId::at(first + at)).index();
            if let Some(slot) = new.checked_sub(first).and_then(|new| slots.get_mut(new)) {
                *slot = value;
            }
        }
    }
}

/// A part of a cluster in which nodes may be named.
#[derive(Debug)]
pub enum Part<'a, P: Protocol> {
    /// The state of a node that runs.
    State(&'a mut P::State),
    /// The disk of a node that is down.
    Durable(&'a mut P::Durable),
    /// A message; its sender and receiver are renamed by whoever asks.
    Msg(&'a mut P::Msg),
    /// What a timer is for; whose it is is renamed by whoever asks.
    Timer(&'a mut P::Timer),
    /// What properties remember.
    Ghost(&'a mut P::Ghost),
}
