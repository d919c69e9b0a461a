//! What a node holds: on disk, in memory, and for its role (Figure 2, "State").

pub use super::catch_up::CatchUp;
pub use super::config::{Config, ServerSet};
pub use super::disk::{Consistency, ServerDisk, Truncated, VoteVerdict};
use super::machine::Machine;
pub use super::read_index::{ReadAsked, ReadState};
pub use super::snapshot::{Partial, Sending, Snapshot};
pub use crate::toolkit::client::Client;
use crate::id::NodeId;
use std::fmt;
use std::hash::{Hash, Hasher};

/// Hashes what is not at its default. So what a feature adds to a state leaves the fingerprints of runs without the
/// feature as they were. `tag` tells one such thing from another.
pub(super) fn hash_if_any<T: Hash + PartialEq + Default>(value: &T, tag: u8, hasher: &mut impl Hasher) {
    if *value != T::default() {
        (tag, value).hash(hasher);
    }
}

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
    /// When it fires, a leader gives up handing over (thesis §3.10).
    Transfer,
    /// When it fires, a server has written its snapshot (§7).
    Snapshot,
    /// When it fires, a leader gives up on a server that was to catch up (thesis §4.2.1).
    CatchUp,
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

/// A server of the cluster.
#[derive(Debug, Clone)]
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
    /// The state machine: rebuilt from the snapshot and the log after a crash.
    pub machine: Machine,
    /// The latest configuration in its log, committed or not: a server uses it from when it is appended (§6).
    pub config: Config,
    /// Index of its entry; 0 if the first configuration still stands.
    pub config_index: Index,
    /// A snapshot that is coming in.
    pub partial: Option<Box<Partial>>,
}

impl Server {
    /// Whether it asks whether it could win (thesis §9.6).
    pub const fn is_asking(&self) -> bool {
        matches!(self.role, Role::PreCandidate(_))
    }

    /// Whether it has committed an entry of its term (§5.4.2).
    pub fn has_committed_own(&self) -> bool {
        self.disk.term_at(self.commit_index) == Some(self.disk.current_term)
    }

    /// Whether it leads its term.
    pub const fn leads(&self) -> bool {
        matches!(self.role, Role::Leader(_))
    }
}

impl Hash for Server {
    /// The configuration is left out, since it follows from the log.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (&self.disk, self.commit_index, self.last_applied, self.leader, self.hears_leader).hash(hasher);
        (&self.role, &self.machine).hash(hasher);
        hash_if_any(&self.partial, 1, hasher);
    }
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

/// Answers to a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Votes {
    /// In favour, its own included.
    pub granted: ServerSet,
    /// Against.
    pub refused: ServerSet,
    /// Whether it stands because the leader told it to (thesis §3.10).
    pub is_handed_over: bool,
}

impl Votes {
    /// Its own.
    pub fn own(me: NodeId, is_handed_over: bool) -> Self {
        Self { granted: ServerSet::only(me), refused: ServerSet::default(), is_handed_over }
    }
}

impl Hash for Votes {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.granted, self.refused).hash(hasher);
        hash_if_any(&self.is_handed_over, 1, hasher);
    }
}

/// Volatile state on leaders, reinitialised after election (Figure 2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leader {
    /// For each server, itself included.
    pub progress: Vec<Progress>,
    /// Servers heard from since the last check of the quorum, itself included.
    pub heard: ServerSet,
    /// To whom it is handing over (thesis §3.10).
    pub transfer: Option<NodeId>,
    /// Who is to catch up before it votes (thesis §4.2.1).
    pub catching_up: Option<Box<CatchUp>>,
    /// Reads it is asked for, and the rounds of heartbeats that confirm that it leads (thesis §6.4).
    pub reads: ReadState,
}

impl Hash for Leader {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (&self.progress, self.heard).hash(hasher);
        hash_if_any(&self.transfer, 1, hasher);
        hash_if_any(&self.reads, 2, hasher);
        hash_if_any(&self.catching_up, 3, hasher);
    }
}

/// What a leader knows of one server's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Index of the next entry to send.
    pub next_index: Index,
    /// Index of the highest entry known to be replicated there. Always below `next_index`.
    pub match_index: Index,
    /// Index of the highest entry sent so far. Entries up to it are sent again only with heartbeats.
    pub sent_index: Index,
    /// The latest round of heartbeats it has answered.
    pub round: u32,
    /// Pieces of the leader's snapshot it has, while one is sent.
    pub pieces: u8,
    /// How far that has come; `None` while no snapshot is sent.
    pub sending: Option<Sending>,
}

impl Progress {
    /// No snapshot is sent any more, or it is sent from its beginning.
    pub(super) fn forget_sending(&mut self) {
        (self.pieces, self.sending) = (0, None);
    }
}

impl Hash for Progress {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.next_index, self.match_index, self.sent_index).hash(hasher);
        hash_if_any(&(self.round, self.pieces), 1, hasher);
        hash_if_any(&self.sending, 2, hasher);
    }
}
