//! The messages of Raft (Figure 2), and the entries they carry.

use super::machine::{Answer, Call};
use super::state::{Index, Term};
use crate::id::NodeId;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// What the nodes say to each other: the paper's remote calls, each as a request and a reply.
#[derive(Debug, Clone, Hash)]
pub enum Msg {
    /// A candidate asks for a vote (§5.2).
    RequestVote(RequestVote),
    /// A voter answers a candidate.
    RequestVoteReply(VoteReply),
    /// A follower asks whether it could win the next term before it begins it (thesis §9.6).
    PreVote(RequestVote),
    /// A voter answers such a question. It is not bound by it.
    PreVoteReply(PreVoteReply),
    /// A leader replicates entries; without entries it is a heartbeat (§5.3).
    AppendEntries(AppendEntries),
    /// A follower answers a leader.
    AppendEntriesReply(AppendEntriesReply),
    /// A client asks for a command (§8, thesis §6.3).
    ClientRequest(ClientRequest),
    /// A server answers a client.
    ClientReply(ClientReply),
}

/// Arguments of RequestVote, and of PreVote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestVote {
    /// The candidate's term; in a PreVote the term it would begin.
    pub term: Term,
    /// The candidate requesting the vote.
    pub candidate: NodeId,
    /// Index of the candidate's last log entry.
    pub last_log_index: Index,
    /// Term of the candidate's last log entry.
    pub last_log_term: Term,
}

/// Results of RequestVote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VoteReply {
    /// The voter's currentTerm, for the candidate to update itself.
    pub term: Term,
    /// Whether the candidate received the vote.
    pub granted: bool,
}

/// Results of PreVote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PreVoteReply {
    /// The voter's currentTerm.
    pub term: Term,
    /// The term that was asked about.
    pub asked: Term,
    /// Whether the voter would vote for the candidate in that term.
    pub granted: bool,
}

/// Arguments of AppendEntries.
#[derive(Debug, Clone, Hash)]
pub struct AppendEntries {
    /// The leader's term.
    pub term: Term,
    /// So that followers can redirect clients.
    pub leader: NodeId,
    /// Index of the entry before the new ones.
    pub prev_log_index: Index,
    /// Term of that entry.
    pub prev_log_term: Term,
    /// Entries to store; none in a heartbeat.
    pub entries: Entries,
    /// The leader's commitIndex.
    pub leader_commit: Index,
}

/// Results of AppendEntries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AppendEntriesReply {
    /// The follower's currentTerm, for the leader to update itself.
    pub term: Term,
    /// The request's prevLogIndex: which request this answers.
    pub prev_log_index: Index,
    /// Success or not.
    pub outcome: AppendOutcome,
}

/// How an AppendEntries ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AppendOutcome {
    /// The follower's log matches the leader's up to here.
    Success {
        /// prevLogIndex plus the number of entries.
        match_index: Index,
    },
    /// The follower has no entry at prevLogIndex with prevLogTerm.
    Mismatch {
        /// Term of the entry it has there instead, if it has one (§5.3, fast back-up).
        conflict_term: Option<Term>,
        /// First index it stores for that term; without one, the index after its last entry.
        first_index: Index,
    },
    /// The leader's term is over.
    StaleTerm,
}

/// A client's command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientRequest {
    /// The client's serial number for it: a retry carries the same (thesis §6.3).
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

/// A log entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Term when it was received by a leader.
    pub term: Term,
    /// Command for the state machine.
    pub command: Command,
}

/// A command for the state machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// A new leader's first entry: it commits what came before it (§8).
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

/// A run of entries that messages share; the empty one, of a heartbeat, costs nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Entries(Option<Arc<[Entry]>>);

impl FromIterator<Entry> for Entries {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let mut entries = entries.into_iter().peekable();
        Self(entries.peek().is_some().then(|| entries.collect()))
    }
}

impl Deref for Entries {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        self.0.as_deref().unwrap_or_default()
    }
}
