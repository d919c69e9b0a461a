//! The nodes of a world, as properties and views see them.

use crate::id::NodeId;
use crate::protocol::Protocol;

/// One node: running with its state, or down with what is on its disk.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Cell<S, D> {
    /// Running, or paused.
    Up(S),
    /// Crashed.
    Down(D),
}

/// The nodes of a world, in roster order; and which of them were ever Byzantine.
pub struct Nodes<P: Protocol>(pub(crate) Vec<Cell<P::State, P::Durable>>, pub(crate) Vec<NodeId>);

impl<P: Protocol> Clone for Nodes<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), self.1.clone())
    }
}

impl<P: Protocol> Nodes<P> {
    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a node is correct: it was never marked Byzantine. One that lied once has lied, even if it is honest now,
    /// so what a property says of correct nodes is not said of it any more.
    pub fn is_correct(&self, id: NodeId) -> bool {
        !self.1.contains(&id)
    }

    /// One node.
    pub fn cell(&self, id: NodeId) -> &Cell<P::State, P::Durable> {
        &self.0[id.index()]
    }

    /// A node's state; `None` while it is crashed.
    pub fn state(&self, id: NodeId) -> Option<&P::State> {
        match &self.0[id.index()] {
            Cell::Up(state) => Some(state),
            Cell::Down(_) => None,
        }
    }

    /// All nodes.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, &Cell<P::State, P::Durable>)> {
        self.0.iter().enumerate().map(|(at, cell)| (NodeId::at(at), cell))
    }

    /// Nodes that are not crashed.
    pub fn up(&self) -> impl Iterator<Item = (NodeId, &P::State)> {
        self.iter().filter_map(|(id, cell)| match cell {
            Cell::Up(state) => Some((id, state)),
            Cell::Down(_) => None,
        })
    }
}
