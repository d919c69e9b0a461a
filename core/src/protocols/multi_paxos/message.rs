//! The messages of Multi-Paxos, and what they carry.

use super::machine::Call;
use super::state::{Ballot, Slot};
use crate::id::NodeId;
pub use crate::toolkit::client::{ClientReply, ClientRequest, ReplyOutcome};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// What the nodes say to each other. Every message of a proposer carries its ballot.
#[derive(Debug, Clone, Hash)]
pub enum Msg {
    /// Phase 1a: a candidate asks for promises, for all slots from one on (Lamport 2001 §2.2, §3).
    Prepare(Prepare),
    /// Phase 1b: an acceptor promises, and tells what it has accepted (§2.2, §3).
    Promise(Promise),
    /// Phase 2a: a leader proposes a command in a slot (§2.2).
    Accept(Accept),
    /// Phase 2b: an acceptor has accepted it (§2.2, §2.3).
    Accepted(AcceptedMsg),
    /// An acceptor has promised a higher ballot (§2.2: it should inform the proposer).
    Refused(Refused),
    /// A leader is still there, and tells up to where all is chosen (van Renesse and Altinbuken 2015 §3).
    Heartbeat(Heartbeat),
    /// A follower lacks chosen commands (Chandra et al. 2007 §4.2, catch-up).
    CatchUp(CatchUp),
    /// A leader sends chosen commands.
    Decision(Decision),
    /// A client asks for a command.
    ClientRequest(ClientRequest),
    /// A server answers a client.
    ClientReply(ClientReply),
}

/// Phase 1a.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Prepare {
    /// The candidate's ballot.
    pub ballot: Ballot,
    /// The first slot it does not know to be chosen.
    pub from: Slot,
}

/// Phase 1b.
#[derive(Debug, Clone, Hash)]
pub struct Promise {
    /// The ballot promised.
    pub ballot: Ballot,
    /// Every slot up to this one is chosen, as the acceptor knows.
    pub chosen: Slot,
    /// What it has accepted, in slots from the one asked for on.
    pub votes: List<Vote>,
}

/// What was accepted in a slot, and at which ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Vote {
    /// The slot.
    pub slot: Slot,
    /// The ballot.
    pub ballot: Ballot,
    /// The command.
    pub command: Command,
}

/// Phase 2a.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Accept {
    /// The leader's ballot.
    pub ballot: Ballot,
    /// The slot.
    pub slot: Slot,
    /// What to accept there.
    pub command: Command,
    /// Every slot up to this one is chosen.
    pub chosen: Slot,
}

/// Phase 2b.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AcceptedMsg {
    /// The ballot at which it was accepted.
    pub ballot: Ballot,
    /// The slot.
    pub slot: Slot,
}

/// A ballot is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Refused {
    /// The ballot refused.
    pub ballot: Ballot,
    /// The ballot promised.
    pub promised: Ballot,
}

/// A leader's sign of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Heartbeat {
    /// The leader's ballot.
    pub ballot: Ballot,
    /// Every slot up to this one is chosen.
    pub chosen: Slot,
}

/// A request for chosen commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CatchUp {
    /// The first slot that is lacking.
    pub from: Slot,
}

/// Chosen commands.
#[derive(Debug, Clone, Hash)]
pub struct Decision {
    /// The leader's ballot.
    pub ballot: Ballot,
    /// Slot of the first command.
    pub first: Slot,
    /// Chosen commands of slots in a row.
    pub commands: List<Command>,
    /// Every slot up to this one is chosen.
    pub chosen: Slot,
}

/// A command for the state machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// Leaves the state unchanged: what a new leader fills a gap with (Lamport 2001 §3).
    NoOp,
    /// A client's command with the client's session.
    Client {
        /// Whose.
        client: NodeId,
        /// The client's serial number for it.
        sequence: u32,
        /// What to do.
        call: Call,
    },
}

impl Command {
    /// Whether it is this command of this client.
    pub fn is(&self, whose: NodeId, number: u32) -> bool {
        matches!(self, Self::Client { client, sequence, .. } if (*client, *sequence) == (whose, number))
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOp => write!(f, "no-op"),
            Self::Client { call, .. } => write!(f, "{call}"),
        }
    }
}

/// A list that copies of a message share; the empty one costs nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct List<T>(Option<Arc<[T]>>);

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut items = items.into_iter().peekable();
        Self(items.peek().is_some().then(|| items.collect()))
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.0.as_deref().unwrap_or_default()
    }
}
