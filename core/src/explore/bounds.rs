//! How far to look, and what the network may do.

use serde::{Deserialize, Serialize};

/// Bounds of an exploration. What lies beyond is not looked at, and the report says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// Distinct states.
    pub states_max: u64,
    /// Transitions from the beginning.
    pub depth_max: u32,
    /// Messages the network may lose; `None` for as many as there are.
    pub drops: Option<u8>,
    /// Messages the network may deliver and keep, so that they arrive once more. Without meaning in a set.
    pub duplicates: u8,
    /// Crashes. A crashed node may start again at any time.
    pub crashes: u8,
    /// Timers that may fire; `None` for as many as there are.
    pub timers: Option<u8>,
    /// The semantics of the network.
    pub network: NetworkKind,
    /// In which order to look.
    pub order: Order,
    /// Takes states for one that differ only in the names of interchangeable nodes, if the protocol says which are
    /// ([`crate::protocol::Protocol::symmetric`]). Fewer states are looked at, and the same properties found broken.
    pub symmetry: bool,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            states_max: 1_000_000,
            depth_max: u32::MAX,
            drops: Some(0),
            duplicates: 0,
            crashes: 0,
            timers: None,
            network: NetworkKind::Multiset,
            order: Order::BreadthFirst,
            symmetry: false,
        }
    }
}

/// The three published semantics of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NetworkKind {
    /// What was once sent can be delivered at any later time, again and again (Gray and Lamport's specifications).
    Set,
    /// What is sent is delivered once, in any order.
    Multiset,
    /// What is sent is delivered once, in order on each link.
    Fifo,
}

/// In which order to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Order {
    /// Nearest first: the counterexample is a shortest one.
    BreadthFirst,
    /// Deepest first: needs little memory for the frontier.
    DepthFirst,
}
