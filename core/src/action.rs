//! What can happen to a world: the scheduler's next event, or a command.

use crate::id::{MessageId, NodeId};
use crate::kernel::LinkProfile;
use serde::{Deserialize, Serialize};

/// One step of a run. A world is a fold of these.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Action {
    /// Whatever the scheduler finds earliest.
    Next,
    /// Somebody's choice: a viewer's, a scenario's, a test's.
    Command(Command),
}

/// A choice somebody makes in a run. Commands are all that a recipe stores besides how it begins.
///
/// The order of the variants is part of the link format: append only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Command {
    /// Deliver a message in flight or held, now.
    Deliver(MessageId),
    /// Lose a message in flight.
    Drop(MessageId),
    /// Send a second copy of a message in flight; it gets a number of its own.
    Duplicate(MessageId),
    /// Let a message in flight arrive later.
    Delay {
        /// Which.
        message: MessageId,
        /// By how much, in microseconds.
        by_us: u64,
    },
    /// Fire a running timer of a node now.
    Fire {
        /// Whose.
        node: NodeId,
        /// Position in the node's list of running timers, from 0.
        timer: u8,
    },
    /// Stop a node: its volatile state is gone, its durable state stays on disk.
    Crash(NodeId),
    /// Start a crashed node from its durable state.
    Restart(NodeId),
    /// Freeze a node: messages wait at its door and its timers are late.
    Pause(NodeId),
    /// Let a paused node go on.
    Resume(NodeId),
    /// Cut links: nothing sent from a node of `from` reaches a node of `to`.
    Cut {
        /// Senders.
        from: Vec<NodeId>,
        /// Receivers.
        to: Vec<NodeId>,
        /// Which directions.
        ways: Ways,
        /// What becomes of messages at the cut.
        fate: CutFate,
    },
    /// Heal links.
    Heal {
        /// Senders.
        from: Vec<NodeId>,
        /// Receivers.
        to: Vec<NodeId>,
        /// Which directions.
        ways: Ways,
    },
    /// Heal every cut.
    HealAll,
    /// Give links another behaviour. `None` stands for every node.
    Link {
        /// Sender, or every node.
        from: Option<NodeId>,
        /// Receiver, or every node.
        to: Option<NodeId>,
        /// Latency, loss and the rest.
        profile: LinkProfile,
    },
    /// Make a node's own clock jump.
    ClockJump {
        /// Whose.
        node: NodeId,
        /// Microseconds; negative is back.
        by_us: i64,
    },
    /// Let a node's own clock run fast or slow from now on.
    ClockDrift {
        /// Whose.
        node: NodeId,
        /// Parts per million; negative is slow. Kept within ±500,000.
        ppm: i32,
    },
    /// Mark a node Byzantine with one of the protocol's behaviours, counted from 1; 0 makes it honest again.
    Byzantine {
        /// Which node.
        node: NodeId,
        /// Which behaviour.
        behaviour: u8,
    },
    /// Manual mode: messages wait until somebody delivers them.
    Manual(bool),
    /// Ask a node for an operation of the protocol.
    Operate {
        /// Which node, often a client.
        node: NodeId,
        /// Position in the protocol's list of operations.
        operation: u8,
        /// Arguments, as many as the operation has.
        args: Vec<u64>,
    },
    /// Make a node's next choices come out like this, instead of drawing them.
    Answer {
        /// Whose.
        node: NodeId,
        /// The answers, in order; each is cut to what the choice allows.
        answers: Vec<u32>,
    },
}

/// Directions of a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Ways {
    /// Both.
    Both,
    /// Only from the first side to the second.
    Forth,
}

/// What becomes of a message at a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CutFate {
    /// It is lost, as in a network that drops packets.
    Lose,
    /// It waits and arrives after healing, as on a connection that retransmits.
    Hold,
}

impl Command {
    /// Whether this is a fault or its mending: what a timeline marks as such.
    pub const fn is_fault(&self) -> bool {
        !matches!(
            self,
            Self::Deliver(_)
                | Self::Fire { .. }
                | Self::Manual(_)
                | Self::Operate { .. }
                | Self::Answer { .. }
        )
    }
}
