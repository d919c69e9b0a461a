//! What a client and a server say to each other.

use crate::id::NodeId;
use crate::toolkit::registers::{Answer, Call};
use crate::view::Fact;

/// A client's command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientRequest {
    /// The client's serial number for it: a retry carries the same.
    pub sequence: u32,
    /// What to do.
    pub call: Call,
}

/// A server's answer to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientReply {
    /// The serial number of the command.
    pub sequence: u32,
    /// How it ended.
    pub outcome: ReplyOutcome,
}

/// How a client's request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReplyOutcome {
    /// The command was applied, and answered this.
    Applied(Answer),
    /// The server does not lead.
    NotLeader {
        /// Who does, as far as it knows.
        hint: Option<NodeId>,
    },
}

impl ClientRequest {
    /// One line.
    pub fn summary(self) -> String {
        format!("command {}: {}", self.sequence, self.call)
    }

    /// Its fields, by the names of Ongaro's thesis (Figure 6.1).
    pub fn fields(self) -> Vec<Fact> {
        vec![Fact::new("sequenceNum", self.sequence), Fact::new("command", self.call)]
    }
}

impl ClientReply {
    /// One line.
    pub fn summary(self) -> String {
        match self.outcome {
            ReplyOutcome::Applied(answer) => format!("command {}: {answer}", self.sequence),
            ReplyOutcome::NotLeader { hint: Some(hint) } => format!("not the leader, ask {hint}"),
            ReplyOutcome::NotLeader { hint: None } => "not the leader, and knows none".into(),
        }
    }

    /// Its fields, by the names of Ongaro's thesis (Figure 6.1).
    pub fn fields(self) -> Vec<Fact> {
        let sequence = Fact::new("sequenceNum", self.sequence);
        match self.outcome {
            ReplyOutcome::Applied(answer) => {
                vec![Fact::new("status", "OK"), sequence, Fact::new("response", answer)]
            }
            ReplyOutcome::NotLeader { hint } => {
                let hint = hint.map_or_else(|| "none".into(), |id| id.to_string());
                vec![Fact::new("status", "NOT_LEADER"), sequence, Fact::new("leaderHint", hint)]
            }
        }
    }
}
