//! What a client holds.

use crate::id::{NodeId, OperationId};
use crate::toolkit::client_history::ClientSeen;
use crate::toolkit::registers::{Answer, Call};
use std::collections::VecDeque;
use std::hash::{Hash, Hasher};

/// A client.
#[derive(Debug, Clone, Hash)]
pub struct Client {
    /// Serial number of its last command, on disk.
    pub sequence: u32,
    /// The server it believes to lead.
    pub leader: NodeId,
    /// The command it waits for. One at a time, so that one answer for each client is all a server must remember.
    pub outstanding: Option<Pending>,
    /// Commands to send after it.
    pub queue: VecDeque<Pending>,
    /// The last answer.
    pub answered: Option<Answered>,
}

impl Client {
    /// What [`crate::toolkit::client_history`] wants to know of it.
    pub fn seen(&self) -> ClientSeen {
        let waits = self.outstanding.map(|pending| (self.sequence, pending.call));
        ClientSeen { waits, answer: self.answered.map(|answered| answered.answer) }
    }
}

/// A command that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// The operation that asked for it.
    pub operation: OperationId,
    /// What to do.
    pub call: Call,
    /// The server to ask first; `None` for the one believed to lead.
    pub at: Option<NodeId>,
}

impl Hash for Pending {
    /// What is at its default is left out, so that runs keep the fingerprints they had before there was a choice.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.operation, self.call).hash(hasher);
        if let Some(at) = self.at {
            at.hash(hasher);
        }
    }
}

/// A command and its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Answered {
    /// What was asked.
    pub call: Call,
    /// What came back.
    pub answer: Answer,
}
