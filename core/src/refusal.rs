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
    /// The link's behaviour is out of bounds.
    Profile(LinkProfileError),
    /// The time is beyond what a run can hold.
    TooLong,
    /// Too much: commands in one run, messages in flight, kinds of links.
    Full(&'static str),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNode(node) => write!(f, "there is no node {node}"),
            Self::NoMessage(id) => write!(f, "message {id} is not in flight"),
            Self::NoTimer(node) => write!(f, "{node} has no such timer running"),
            Self::Crashed(node) => write!(f, "{node} is crashed: restart it first"),
            Self::Paused(node) => write!(f, "{node} is paused: resume it first"),
            Self::NotCrashed(node) => write!(f, "{node} is not crashed"),
            Self::NotPaused(node) => write!(f, "{node} is not paused"),
            Self::Cut(from, to) => write!(f, "the link from {from} to {to} is cut: heal it first"),
            Self::NoOperation => write!(f, "this node has no such operation"),
            Self::Arguments { wanted } => write!(f, "this operation wants {wanted}"),
            Self::NoBehaviour => write!(f, "the protocol has no such Byzantine behaviour"),
            Self::Profile(error) => error.fmt(f),
            Self::TooLong => write!(f, "that is too far away: at most one hour at once"),
            Self::Full(what) => write!(f, "the run has too many {what} already"),
        }
    }
}

impl std::error::Error for Refusal {}
