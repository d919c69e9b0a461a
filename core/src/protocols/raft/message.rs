//! The messages of Raft (Figure 2), and the entries they carry.

use super::machine::{Call, PIECES};
use super::state::{Config, Index, Snapshot, Term, hash_if_any};
use crate::id::NodeId;
pub use crate::toolkit::client::{ClientReply, ClientRequest, ReplyOutcome};
use std::fmt;
use std::hash::{Hash, Hasher};
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
    /// A leader tells a server to stand for election now (thesis §3.10).
    TimeoutNow(TimeoutNow),
    /// A leader sends a chunk of its snapshot to a follower that is too far behind (§7).
    InstallSnapshot(InstallSnapshot),
    /// The follower answers.
    InstallSnapshotReply(InstallSnapshotReply),
}

/// Arguments of RequestVote, and of PreVote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestVote {
    /// The candidate's term; in a PreVote the term it would begin.
    pub term: Term,
    /// The candidate requesting the vote.
    pub candidate: NodeId,
    /// Index of the candidate's last log entry.
    pub last_log_index: Index,
    /// Term of the candidate's last log entry.
    pub last_log_term: Term,
    /// Whether the leader told it to stand: then who hears the leader votes nevertheless (thesis §4.2.3).
    pub is_handed_over: bool,
}

impl Hash for RequestVote {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.term, self.candidate, self.last_log_index, self.last_log_term).hash(hasher);
        hash_if_any(&self.is_handed_over, 1, hasher);
    }
}

/// Arguments of TimeoutNow (thesis §3.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeoutNow {
    /// The leader's term.
    pub term: Term,
}

/// Arguments of InstallSnapshot (Figure 13).
#[derive(Debug, Clone, Hash)]
pub struct InstallSnapshot {
    /// The leader's term.
    pub term: Term,
    /// The snapshot. Of its state machine, this message carries the pieces from `offset` to `end`, and no others.
    pub snapshot: Arc<Snapshot>,
    /// Where the chunk begins: a number of pieces.
    pub offset: u8,
    /// Where it ends.
    pub end: u8,
}

impl InstallSnapshot {
    /// Whether it is the last chunk.
    pub const fn is_done(&self) -> bool {
        self.end as usize >= PIECES
    }
}

/// Results of InstallSnapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InstallSnapshotReply {
    /// The follower's currentTerm, for the leader to update itself.
    pub term: Term,
    /// Which snapshot this is about.
    pub last_included_index: Index,
    /// How many of its pieces the follower has: where the next chunk begins.
    pub pieces: u8,
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
#[derive(Debug, Clone)]
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
    /// The leader's round of heartbeats, so that it knows what is answered (thesis §6.4). 0 where reads need none.
    pub round: u32,
}

impl Hash for AppendEntries {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.term, self.leader, self.prev_log_index, self.prev_log_term).hash(hasher);
        (&self.entries, self.leader_commit).hash(hasher);
        hash_if_any(&self.round, 1, hasher);
    }
}

/// Results of AppendEntries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppendEntriesReply {
    /// The follower's currentTerm, for the leader to update itself.
    pub term: Term,
    /// The request's prevLogIndex: which request this answers.
    pub prev_log_index: Index,
    /// Success or not.
    pub outcome: AppendOutcome,
    /// The request's round.
    pub round: u32,
}

impl Hash for AppendEntriesReply {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.term, self.prev_log_index, self.outcome).hash(hasher);
        hash_if_any(&self.round, 1, hasher);
    }
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
    /// A new configuration (§6).
    Config(Config),
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
            Self::Config(config) => write!(f, "{config}"),
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
