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

/// The nodes of a world, in roster order.
pub struct Nodes<P: Protocol>(pub(crate) Vec<Cell<P::State, P::Durable>>);

impl<P: Protocol> Clone for Nodes<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
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
