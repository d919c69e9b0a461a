//! Why a command can't be done, in words a viewer can use.

use crate::id::{MessageId, NodeId};
use crate::kernel::LinkProfileError;
use std::fmt;

/// Why a command can't be done. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The run has no such node.
    NoNode(NodeId),
    /// The message is not on its way: it was delivered, lost, or not sent yet.
    NoMessage(MessageId),
    /// The node has no such running timer.
    NoTimer(NodeId),
    /// The node is crashed.
    Crashed(NodeId),
    /// The node is paused.
    Paused(NodeId),
    /// The node is not crashed.
    NotCrashed(NodeId),
    /// The node is not paused.
    NotPaused(NodeId),
    /// The link is cut.
    Cut(NodeId, NodeId),
    /// The protocol has no such operation, or not on this node.
    NoOperation,
    /// The operation has other arguments.
    Arguments {
        /// What is wanted: `key (0 to 2), value (0 to 999)`.
        wanted: String,
    },
    /// The protocol has no such Byzantine behaviour.
    NoBehaviour,
    /// Behaviours are those of servers, and the node is a client.
    HonestClient(NodeId),
    /// The link's behaviour is out of bounds.
    Profile(LinkProfileError),
    /// The time is beyond what a run can hold.
    TooLong,
    /// Too much: commands in one run, messages in flight, kinds of links.
    Full(&'static str),
}

impl Refusal {
    /// The same with nodes by the names that a roster gives them.
    pub fn told(&self, name: &dyn Fn(NodeId) -> String) -> String {
        match self {
            Self::NoNode(node) => format!("there is no node {node}"),
            Self::NoMessage(id) => format!("message {id} is not in flight"),
            Self::NoTimer(node) => format!("{} has no such timer running", name(*node)),
            Self::Crashed(node) => format!("{} is crashed: restart it first", name(*node)),
            Self::Paused(node) => format!("{} is paused: resume it first", name(*node)),
            Self::NotCrashed(node) => format!("{} is not crashed", name(*node)),
            Self::NotPaused(node) => format!("{} is not paused", name(*node)),
            Self::Cut(from, to) => {
                format!("the link from {} to {} is cut: heal it first", name(*from), name(*to))
            }
            Self::NoOperation => "this node has no such operation".into(),
            Self::Arguments { wanted } => format!("this operation wants {wanted}"),
            Self::NoBehaviour => "the protocol has no such Byzantine behaviour".into(),
            Self::HonestClient(node) => {
                format!("{} is a client: only servers can be made to lie", name(*node))
            }
            Self::Profile(error) => error.to_string(),
            Self::TooLong => "that is too far away: at most one hour at once".into(),
            Self::Full(what) => format!("the run has too many {what} already"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(&|node| node.to_string()))
    }
}

impl std::error::Error for Refusal {}
