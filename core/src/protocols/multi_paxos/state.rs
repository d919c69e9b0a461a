//! What a node holds: on disk, in memory, and for its role.

use super::machine::Machine;
use super::message::{Command, Vote};
use crate::id::NodeId;
pub use crate::toolkit::client::Client;
use crate::toolkit::client::Pending;
use crate::toolkit::log::{Log, Tally};
pub use crate::toolkit::servers::ServerSet;
use std::collections::VecDeque;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A slot: the number of an instance of consensus, from 1. The i-th slot holds the i-th command (Lamport 2001 §3).
pub type Slot = u64;

/// A ballot, which Lamport calls a proposal number. 0 is before the first.
///
/// Different proposers choose their numbers from disjoint sets (Lamport 2001 §2.5): of `n` servers, n1 uses 1, n + 1,
/// 2n + 1 and so on, n2 uses 2, n + 2 and so on (Chandra et al. 2007 §4.1). So a ballot tells whose it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ballot(pub u64);

impl Ballot {
    /// Whose it is, of `n` servers; nobody's for ballot 0.
    pub fn owner(self, n: usize) -> Option<NodeId> {
        let position = self.0.checked_sub(1)? % n.max(1) as u64;
        Some(NodeId(position as u16))
    }

    /// The lowest ballot of a server, of `n`, above this one.
    #[must_use]
    pub fn next_of(self, server: NodeId, n: usize) -> Self {
        let n = n.max(1) as u64;
        let number = (self.0 / n).saturating_mul(n).saturating_add(u64::from(server.0) + 1);
        Self(if number > self.0 { number } else { number.saturating_add(n) })
    }
}

impl fmt::Display for Ballot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for Ballot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b{}", self.0)
    }
}

/// What timers are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    /// When it fires, no leader was heard for a while: begin a ballot.
    Election,
    /// When it fires, a leader says that it is still there.
    Heartbeat,
    /// When it fires, a client's request went unanswered: try another server.
    Request,
    /// When it fires, a busy client thinks of its next command.
    Load,
}

/// One node.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "most nodes are servers, and there are few; on 32 bits it is not large")]
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

impl Hash for Node {
    /// As derived, but for a client's `at`, which counts even where it is `None`: so runs keep the fingerprints they had
    /// before clients were shared.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let with_at = |pending: &Pending| (pending.operation, pending.call, pending.at);
        match self {
            Self::Server(server) => (0_isize, server).hash(hasher),
            Self::Client(c) => {
                let queue: Vec<_> = c.queue.iter().map(with_at).collect();
                (1_isize, c.sequence, c.leader).hash(hasher);
                (c.outstanding.as_ref().map(with_at), queue, c.answered).hash(hasher);
            }
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

/// What a server must not forget; it is on stable storage before a message leaves (Lamport 2001 §2.5).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ServerDisk {
    /// The highest ballot it has promised not to go below. One promise holds for all slots (§3).
    pub promised: Ballot,
    /// The highest ballot it has used as a proposer, so that it never uses one twice.
    pub used: Ballot,
    /// What it has accepted last in each slot; `None` where it has accepted nothing.
    pub log: Log<Option<Accepted>>,
}

/// A command that a server has accepted in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Accepted {
    /// At which ballot.
    pub ballot: Ballot,
    /// What.
    pub command: Command,
}

impl ServerDisk {
    /// Whether a question or proposal of a ballot is to be answered: it must not be below the promise (Lamport 2001
    /// §2.2: an acceptor may respond if it has not responded to a prepare request of a higher number).
    pub fn may_answer(&self, ballot: Ballot) -> bool {
        ballot >= self.promised
    }

    /// What was accepted in a slot.
    pub fn accepted(&self, slot: Slot) -> Option<&Accepted> {
        self.log.get(slot).and_then(Option::as_ref)
    }

    /// Accepts a command in a slot. Slots before it in which nothing was accepted stay empty.
    pub fn accept(&mut self, slot: Slot, ballot: Ballot, command: Command) {
        let accepted = Some(Accepted { ballot, command });
        let last = self.log.last_index();
        if slot > last {
            (last + 1..slot).for_each(|_| self.log.append(None));
            return self.log.append(accepted);
        }
        if slot == 0 || self.log.get(slot) == Some(&accepted) {
            return;
        }
        // The log is a persistent list: what changes in the middle is written anew from there on.
        let rest: Vec<_> = self.log.iter_from(slot + 1).map(|(_, entry)| *entry).collect();
        self.log.truncate(slot - 1);
        self.log.append(accepted);
        rest.into_iter().for_each(|entry| self.log.append(entry));
    }

    /// All that was accepted from a slot on: what a promise tells (Lamport 2001 §2.2 phase 1b, §3).
    pub fn votes_from(&self, from: Slot) -> impl Iterator<Item = Vote> {
        self.log.iter_from(from).filter_map(|(slot, entry)| {
            entry.map(|accepted| Vote { slot, ballot: accepted.ballot, command: accepted.command })
        })
    }
}

/// A server of the cluster: proposer, acceptor and learner in one (Lamport 2001 §2.5).
#[derive(Debug, Clone, Hash)]
pub struct Server {
    /// What is on disk.
    pub disk: ServerDisk,
    /// Every slot up to this one is known to be chosen.
    pub chosen: Slot,
    /// Every slot up to this one is applied to the state machine. Never above `chosen`.
    pub last_applied: Slot,
    /// Slots above `last_applied` that are applied all the same: only the twin that applies over a gap has any.
    pub early: Vec<Slot>,
    /// Tally of what was applied, slots with their commands, in the order in which it was.
    pub applied: Tally,
    /// The leader, as far as is known.
    pub leader: Option<NodeId>,
    /// Up to which slot its leader's last heartbeat said that all is chosen.
    pub told: Slot,
    /// Role and what comes with it.
    pub role: Role,
    /// The state machine: rebuilt from the log after a crash.
    pub machine: Machine,
}

impl Server {
    /// The ballot it leads or wants to lead; `None` for a follower.
    pub const fn ballot(&self) -> Option<Ballot> {
        match &self.role {
            Role::Follower => None,
            Role::Candidate(candidate) => Some(candidate.ballot),
            Role::Leader(leader) => Some(leader.ballot),
        }
    }
}

/// The role of a server as a proposer. Whatever it is, it accepts and learns.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Role {
    /// Proposes nothing.
    Follower,
    /// Asks for promises: phase 1.
    Candidate(Candidate),
    /// Has its promises and proposes commands: phase 2.
    Leader(Leader),
}

impl Role {
    /// A word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Follower => "follower",
            Self::Candidate(_) => "candidate",
            Self::Leader(_) => "leader",
        }
    }
}

/// Phase 1, for all slots at once (Lamport 2001 §3).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Candidate {
    /// Its ballot.
    pub ballot: Ballot,
    /// Who has promised, itself included.
    pub promises: ServerSet,
    /// Of what the promises tell: in each slot, by rising slot, the command of the highest ballot.
    pub adopted: Vec<Vote>,
    /// Every slot up to this one is chosen, as the promises tell.
    pub chosen: Slot,
}

impl Candidate {
    /// Takes in what a promise tells: in each slot the command of the highest ballot counts (Lamport 2001 §2.2 phase 2a).
    /// Both lists are by rising slot.
    pub fn take_in(&mut self, votes: impl IntoIterator<Item = Vote>) {
        let mine = std::mem::take(&mut self.adopted);
        let mut mine = mine.into_iter().peekable();
        for vote in votes {
            while let Some(lower) = mine.next_if(|other| other.slot < vote.slot) {
                self.adopted.push(lower);
            }
            let other = mine.next_if(|other| other.slot == vote.slot);
            self.adopted.push(other.filter(|other| other.ballot >= vote.ballot).unwrap_or(vote));
        }
        self.adopted.extend(mine);
    }
}

/// Phase 2, slot by slot.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Leader {
    /// Its ballot.
    pub ballot: Ballot,
    /// Commands found in phase 1 and not proposed yet, by rising slot: they are bound to their slots.
    pub adopted: VecDeque<Vote>,
    /// The first slot it has proposed nothing in.
    pub next_slot: Slot,
    /// Slots it has proposed something in, from the first one not chosen on, without gaps.
    pub open: VecDeque<Open>,
    /// Clients' commands that wait for a slot.
    pub waiting: VecDeque<Command>,
}

/// A slot in which a leader has proposed a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Open {
    /// Which.
    pub slot: Slot,
    /// The command.
    pub command: Command,
    /// Who has accepted it at the leader's ballot.
    pub votes: ServerSet,
    /// Whether a majority has: it is chosen, and only waits for a slot before it.
    pub is_chosen: bool,
    /// Whether a heartbeat has passed since it was proposed: time to propose it again.
    pub is_overdue: bool,
}

/// Whether a leader may propose in a slot: no more than `window` slots beyond the first unchosen one are open
/// (Lamport 2001 §3: α commands ahead).
pub fn may_open(slot: Slot, chosen: Slot, window: u64) -> bool {
    slot <= chosen.saturating_add(window)
}

/// Takes the first element off, if it is as wanted.
pub(super) fn pop_front_if<T>(list: &mut VecDeque<T>, wanted: impl FnOnce(&T) -> bool) -> Option<T> {
    if list.front().is_some_and(wanted) { list.pop_front() } else { None }
}
