//! The way to a state, as moves anyone can make.

use crate::id::NodeId;
use serde::{Deserialize, Serialize};

/// One transition, in terms of the protocol and not of any numbering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// What happened.
    pub kind: MoveKind,
    /// Answers to the handler's choices.
    pub answers: Vec<u32>,
}

/// What happens in a move. A message is named by its sender, receiver and the fingerprint of what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MoveKind {
    /// A message is delivered, and is gone unless it is kept.
    Deliver {
        /// Sender.
        from: NodeId,
        /// Receiver.
        to: NodeId,
        /// Fingerprint of the message.
        message: u64,
        /// It stays in the network.
        kept: bool,
    },
    /// The network loses a message.
    Drop {
        /// Sender.
        from: NodeId,
        /// Receiver.
        to: NodeId,
        /// Fingerprint of the message.
        message: u64,
    },
    /// A timer fires.
    Fire {
        /// Whose.
        node: NodeId,
        /// Fingerprint of the timer.
        timer: u64,
    },
    /// A node crashes.
    Crash(NodeId),
    /// A node starts again.
    Restart(NodeId),
}

/// A move as the search keeps it: small.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) parent: u32,
    pub(super) act: Act,
    /// Which outcome of the table, for its answers.
    pub(super) outcome: u32,
}

/// What a step was, in numbers of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Begin,
    Deliver { envelope: u32, kept: bool },
    Drop { envelope: u32 },
    Fire { node: u16, local: u32, timer: u8 },
    Crash { node: u16 },
    Restart { node: u16 },
}
