//! What a node holds: on disk, in memory, and for its role (Figure 2, "State").

use super::machine::{Answer, Call, Machine};
use super::message::{Entry, RequestVote};
use crate::id::{NodeId, OperationId};
use crate::toolkit::log::Log;
use std::collections::VecDeque;
use std::fmt;
use std::hash::{Hash, Hasher};

/// Index of a log entry, from 1; 0 is before the first.
pub type Index = u64;

/// A term: Raft's logical clock (§5.1). 0 is before the first election.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Term(pub u64);

impl Term {
    /// The term after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "t{}", self.0)
    }
}

/// What timers are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    /// When it fires, no leader was heard for an election timeout: stand for election.
    Election,
    /// When it fires, a leader says that it is still there.
    Heartbeat,
    /// When it fires, the minimum election timeout has passed since a leader was heard: vote for others again.
    LeaderHeard,
    /// When it fires, a leader asks itself whether it heard a majority since the last time.
    QuorumCheck,
    /// When it fires, a client's request went unanswered: try another server.
    Request,
    /// When it fires, a busy client thinks of its next command.
    Load,
}

/// One node.
#[derive(Debug, Clone, Hash)]
pub enum Node {
    /// A server of the cluster.
    Server(Server),
    /// A client.
    Client(Client),
}

impl Node {
    /// The server, if it is one.
    pub const fn server(&self) -> Option<&Server> {
        match self {
            Self::Server(server) => Some(server),
            Self::Client(_) => None,
        }
    }

    /// The client, if it is one.
    pub const fn client(&self) -> Option<&Client> {
        match self {
            Self::Client(client) => Some(client),
            Self::Server(_) => None,
        }
    }
}

/// What a crash leaves.
#[derive(Debug, Clone, Default, Hash)]
pub enum Disk {
    /// Nothing was ever written.
    #[default]
    Empty,
    /// A server's.
    Server(ServerDisk),
    /// A client's.
    Client {
        /// Serial number of its last command: using one twice would get an old answer.
        sequence: u32,
    },
}

/// Persistent state on all servers, updated on stable storage before responding (Figure 2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ServerDisk {
    /// Latest term the server has seen.
    pub current_term: Term,
    /// Candidate that received its vote in the current term.
    pub voted_for: Option<NodeId>,
    /// Log entries.
    pub log: Log<Entry>,
}

/// A server of the cluster.
#[derive(Debug, Clone, Hash)]
pub struct Server {
    /// What is on disk.
    pub disk: ServerDisk,
    /// Index of the highest log entry known to be committed.
    pub commit_index: Index,
    /// Index of the highest log entry applied to the state machine. Never above `commit_index`.
    pub last_applied: Index,
    /// The leader of the current term, as far as is known.
    pub leader: Option<NodeId>,
    /// Whether it leads, or heard from the leader of its term within the minimum election timeout. Kept only with
    /// pre-vote or check-quorum.
    pub hears_leader: bool,
    /// Role and what comes with it.
    pub role: Role,
    /// The state machine: rebuilt from the log after a crash.
    pub machine: Machine,
}

/// The role of a server (Figure 4).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Role {
    /// Answers leaders and candidates.
    Follower,
    /// Asks whether it could win the next term (thesis §9.6).
    PreCandidate(Votes),
    /// Stands for election in its term.
    Candidate(Votes),
    /// Replicates its log.
    Leader(Leader),
}

impl Role {
    /// The paper's word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Follower => "follower",
            Self::PreCandidate(_) => "pre-candidate",
            Self::Candidate(_) => "candidate",
            Self::Leader(_) => "leader",
        }
    }
}

/// A set of servers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ServerSet(u16);

impl ServerSet {
    /// Only this one.
    pub fn only(id: NodeId) -> Self {
        Self(1 << id.0)
    }

    /// Adds one.
    pub fn insert(&mut self, id: NodeId) {
        self.0 |= 1 << id.0;
    }

    /// Takes one out.
    pub fn remove(&mut self, id: NodeId) {
        self.0 &= !(1 << id.0);
    }

    /// Whether one is in it.
    pub const fn has(self, id: NodeId) -> bool {
        self.0 & (1 << id.0) != 0
    }

    /// How many there are.
    pub const fn count(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Those in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl fmt::Debug for ServerSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries((0..16).map(NodeId).filter(|id| self.has(*id))).finish()
    }
}

/// Answers to a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Votes {
    /// In favour, its own included.
    pub granted: ServerSet,
    /// Against.
    pub refused: ServerSet,
}

/// Volatile state on leaders, reinitialised after election (Figure 2).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Leader {
    /// For each server, itself included.
    pub progress: Vec<Progress>,
    /// Servers heard from since the last check of the quorum, itself included.
    pub heard: ServerSet,
}

/// What a leader knows of one server's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Progress {
    /// Index of the next entry to send.
    pub next_index: Index,
    /// Index of the highest entry known to be replicated there. Always below `next_index`.
    pub match_index: Index,
    /// Index of the highest entry sent so far. Entries up to it are sent again only with heartbeats.
    pub sent_index: Index,
}

/// Whether to vote for a candidate, and if not, why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoteVerdict {
    /// Vote for it.
    Grant,
    /// Its term is over.
    StaleTerm,
    /// The vote of its term was given to another.
    VotedFor(NodeId),
    /// Its log is less up-to-date.
    OutdatedLog,
}

/// Whether a log has the entry that new ones are to follow (§5.3, the consistency check).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consistency {
    /// It has.
    Matches,
    /// It ends before.
    TooShort,
    /// It has one of another term there.
    Conflict {
        /// That term.
        term: Term,
    },
}

/// Entries that were deleted from a log because a leader has others there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Truncated {
    /// Index of the first.
    pub first: Index,
    /// Index of the last.
    pub last: Index,
    /// Term of the first.
    pub mine: Term,
    /// Term of the leader's entry there.
    pub theirs: Term,
}

impl ServerDisk {
    /// Term of the entry at an index: 0 before the first, `None` beyond the last.
    pub fn term_at(&self, index: Index) -> Option<Term> {
        if index == 0 { Some(Term(0)) } else { self.log.get(index).map(|entry| entry.term) }
    }

    /// Term of the last entry; 0 without one.
    pub fn last_term(&self) -> Term {
        self.log.last().map_or(Term(0), |entry| entry.term)
    }

    /// Whether a log that ends with this term and index is at least as up-to-date as this one: the later last term
    /// wins, with equal terms the longer log (§5.4.1).
    pub fn is_up_to_date(&self, last_log_term: Term, last_log_index: Index) -> bool {
        (last_log_term, last_log_index) >= (self.last_term(), self.log.last_index())
    }

    /// Whether a vote may go to a candidate (Figure 2, RequestVote RPC; §5.2, §5.4.1). The up-to-date rule can be left
    /// out, for the twin without it.
    pub fn may_grant_vote(&self, ask: &RequestVote, checks_log: bool) -> VoteVerdict {
        let voted_for = if ask.term > self.current_term { None } else { self.voted_for };
        if ask.term < self.current_term {
            VoteVerdict::StaleTerm
        } else if let Some(other) = voted_for.filter(|id| *id != ask.candidate) {
            VoteVerdict::VotedFor(other)
        } else if checks_log && !self.is_up_to_date(ask.last_log_term, ask.last_log_index) {
            VoteVerdict::OutdatedLog
        } else {
            VoteVerdict::Grant
        }
    }

    /// The consistency check of AppendEntries (§5.3).
    pub fn consistency(&self, prev_log_index: Index, prev_log_term: Term) -> Consistency {
        match self.term_at(prev_log_index) {
            None => Consistency::TooShort,
            Some(term) if term == prev_log_term => Consistency::Matches,
            Some(term) => Consistency::Conflict { term },
        }
    }

    /// Stores entries after `prev`, which must match: deletes from the first conflict on, appends what is new (Figure 2,
    /// AppendEntries 3 and 4; §5.3). Says what was deleted, if anything was.
    ///
    /// SUBTLE: what is there already stays, even if more follows it. The message may be old, and what follows may come
    /// from a newer message of the same leader.
    pub fn store(&mut self, prev_log_index: Index, entries: &[Entry]) -> Option<Truncated> {
        let mut truncated = None;
        for (first, entry) in (prev_log_index + 1..).zip(entries) {
            match self.term_at(first) {
                Some(mine) if mine == entry.term => continue,
                Some(mine) => {
                    let last = self.log.last_index();
                    truncated = Some(Truncated { first, last, mine, theirs: entry.term });
                    self.log.truncate(first - 1);
                }
                None => {}
            }
            self.log.append(*entry);
        }
        truncated
    }

    /// First index with an entry of this term or a later one.
    pub fn first_index_of(&self, term: Term) -> Index {
        self.log.partition_point(|entry| entry.term < term) + 1
    }
}

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
