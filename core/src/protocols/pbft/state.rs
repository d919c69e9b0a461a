//! What a node holds: on disk and in memory.

use super::machine::{Answer, Call, Machine};
use super::message::{
    Checkpoint, CommittedCert, NewView, Phase, PreparedCert, Proposal, Request, ViewChange, Vote, digest_of,
};
use super::signing::{Digest, Signed};
use crate::toolkit::client_history::ClientSeen;
use crate::id::{NodeId, OperationId};
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

/// A sequence number, from 1; 0 is before the first.
pub type Seq = u64;

/// A view: who is primary follows from it (§4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct View(pub u64);

impl View {
    /// The view after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

/// What timers are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    /// When it fires, a request was not executed in time, or a new-view did not come: move to the next view.
    ViewChange,
    /// When it fires, a replica says how far it is.
    Status,
    /// When it fires, a client has no answer: ask every replica.
    Request,
    /// When it fires, a busy client thinks of its next request.
    Load,
}

/// One node.
#[derive(Debug, Clone, Hash)]
pub enum Node {
    /// A replica.
    Replica(Box<Replica>),
    /// A client.
    Client(Client),
}

impl Node {
    /// The replica, if it is one.
    pub fn replica(&self) -> Option<&Replica> {
        match self {
            Self::Replica(replica) => Some(replica),
            Self::Client(_) => None,
        }
    }

    /// The client, if it is one.
    pub const fn client(&self) -> Option<&Client> {
        match self {
            Self::Client(client) => Some(client),
            Self::Replica(_) => None,
        }
    }
}

/// What a crash leaves.
#[derive(Debug, Clone, Default, Hash)]
pub enum Disk {
    /// Nothing was ever written.
    #[default]
    Empty,
    /// A replica's.
    Replica(Box<ReplicaDisk>),
    /// A client's.
    Client {
        /// Timestamp of its last request: using one twice would get an old request's answer.
        timestamp: u32,
    },
}

/// What a replica must not forget: everything it signed may stand in somebody's certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ReplicaDisk {
    /// Its view.
    pub view: View,
    /// Its view-change for that view, while it waits for the new-view.
    pub moving: Option<Signed<ViewChange>>,
    /// The new-view that began its view; `None` in view 0 and while it waits for one.
    pub new_view: Option<Signed<NewView>>,
    /// Its last stable checkpoint.
    pub stable: Stable,
    /// The log above the stable checkpoint, by sequence number.
    pub slots: Vec<Arc<Slot>>,
    /// Checkpoint messages above the stable checkpoint, one for each replica and sequence number.
    pub checkpoints: Vec<Signed<Checkpoint>>,
    /// Its own states at checkpoints that are not stable yet.
    pub snapshots: Vec<(Seq, Machine)>,
    /// The last request it executed. Below the stable checkpoint only while it lacks that state.
    pub executed: Seq,
    /// The state machine, with each client's last reply.
    pub machine: Machine,
    /// The newest requests executed, for readers and properties: no handler looks at it.
    pub done: VecDeque<Done>,
}

/// A stable checkpoint (§4.3).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    /// Its sequence number: the low watermark h.
    pub seq: Seq,
    /// The state's digest.
    pub digest: Digest,
    /// A quorum of checkpoint messages; nothing for the beginning.
    pub proof: Arc<[Signed<Checkpoint>]>,
    /// The state, unless the replica lacks it.
    pub machine: Option<Machine>,
}

/// What was executed at a sequence number, or fetched.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Done {
    /// Where.
    pub seq: Seq,
    /// What.
    pub what: Deed,
}

/// What happened at a sequence number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Deed {
    /// A request that was committed in this view was executed; `None` for the null request.
    Executed(View, Option<Signed<Request>>),
    /// The state up to here came from another replica.
    Fetched,
}

/// What a replica knows of one sequence number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Slot {
    /// The sequence number.
    pub seq: Seq,
    /// The pre-prepare accepted last. It counts only in its own view.
    pub proposal: Option<Proposal>,
    /// A pre-prepare of a view that has not begun here.
    pub early: Option<Proposal>,
    /// Prepares, one of each replica: that of the latest view.
    pub prepares: Vec<Signed<Vote>>,
    /// Commits, one of each replica: that of the latest view.
    pub commits: Vec<Signed<Vote>>,
    /// The certificate of the latest view in which it prepared a request here.
    pub prepared: Option<PreparedCert>,
    /// The proof that a request is committed here.
    pub committed: Option<CommittedCert>,
    /// Whether it was executed.
    pub is_executed: bool,
}

impl Slot {
    /// The pre-prepare accepted in a view.
    pub fn proposal_in(&self, view: View) -> Option<&Proposal> {
        self.proposal.as_ref().filter(|proposal| proposal.pre_prepare.view == view)
    }

    /// Whether a request was prepared here in a view.
    pub fn is_prepared_in(&self, view: View) -> bool {
        self.prepared.as_ref().is_some_and(|cert| cert.view() == view)
    }

    /// Prepares or commits.
    pub fn votes(&self, phase: Phase) -> &[Signed<Vote>] {
        match phase {
            Phase::Prepare => &self.prepares,
            Phase::Commit => &self.commits,
        }
    }

    /// Keeps a vote, unless the same replica has voted in this view or a later one. The vote that is in its way, if one is.
    pub fn keep_vote(&mut self, vote: &Signed<Vote>) -> Option<Signed<Vote>> {
        let votes = match vote.phase {
            Phase::Prepare => &mut self.prepares,
            Phase::Commit => &mut self.commits,
        };
        match votes.binary_search_by_key(&vote.signer(), Signed::signer) {
            Ok(at) if votes[at].view < vote.view => votes[at] = vote.clone(),
            Ok(at) => return Some(votes[at].clone()),
            Err(at) => votes.insert(at, vote.clone()),
        }
        None
    }
}

/// What a backup waits for (§4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Awaited {
    /// A request it was sent: its client and timestamp.
    Request(NodeId, u32),
    /// What comes next of what was proposed, though nobody sent it the request.
    Number(Seq),
}

/// A replica.
#[derive(Debug, Clone, Hash)]
pub struct Replica {
    /// What is on disk.
    pub disk: ReplicaDisk,
    /// Requests it knows of and has not executed, the latest of each client.
    pub waiting: Vec<Signed<Request>>,
    /// View changes for its view or later ones, the latest of each replica.
    pub view_changes: Vec<Signed<ViewChange>>,
    /// What its view-change timer is for, in a view it takes part in.
    pub awaited: Option<Awaited>,
    /// View changes since it last executed a request: its patience doubles with each but the first.
    pub view_changes_in_a_row: u8,
    /// Which replica hears of its status next.
    pub next_peer: u16,
}

impl ReplicaDisk {
    /// Whether it takes part in its view.
    pub fn is_active(&self) -> bool {
        self.moving.is_none()
    }

    /// The slot of a sequence number.
    pub fn slot(&self, seq: Seq) -> Option<&Slot> {
        let at = self.slots.binary_search_by_key(&seq, |slot| slot.seq).ok()?;
        Some(&self.slots[at])
    }

    /// The slot of a sequence number, made if there is none.
    pub fn slot_mut(&mut self, seq: Seq) -> &mut Slot {
        let at = match self.slots.binary_search_by_key(&seq, |slot| slot.seq) {
            Ok(at) => at,
            Err(at) => {
                self.slots.insert(at, Arc::new(Slot { seq, ..Slot::default() }));
                at
            }
        };
        Arc::make_mut(&mut self.slots[at])
    }

    /// Where a request stands in the log of the present view, if it was proposed and not executed yet.
    pub fn proposed_at(&self, request: &Signed<Request>) -> Option<Seq> {
        let is_it = |slot: &&Arc<Slot>| {
            slot.seq > self.executed
                && slot.proposal_in(self.view).is_some_and(|proposal| proposal.request.as_ref() == Some(request))
        };
        self.slots.iter().find(is_it).map(|slot| slot.seq)
    }

    /// The sequence number a primary gives to the next request: the one after all it gave in this view, all it knows to be
    /// committed or executed, and the stable checkpoint.
    pub fn next_seq(&self) -> Seq {
        let is_taken = |slot: &&Arc<Slot>| slot.committed.is_some() || slot.proposal_in(self.view).is_some();
        let taken = self.slots.iter().rev().find(is_taken);
        taken.map_or(0, |slot| slot.seq).max(self.executed).max(self.stable.seq) + 1
    }

    /// Whether it lacks the state of its stable checkpoint.
    pub fn lacks_state(&self) -> bool {
        self.executed < self.stable.seq
    }
}

impl Replica {
    /// A replica with what is on its disk.
    pub fn new(disk: ReplicaDisk) -> Self {
        Self { disk, waiting: vec![], view_changes: vec![], awaited: None, view_changes_in_a_row: 0, next_peer: 0 }
    }

    /// Whether it knows of a request that it has not executed (§4.4: whether it waits).
    pub fn has_work(&self) -> bool {
        let view = self.disk.view;
        let open = |slot: &Arc<Slot>| slot.seq > self.disk.executed && slot.proposal_in(view).is_some();
        !self.waiting.is_empty() || self.disk.slots.iter().any(open)
    }

    /// Keeps a request to be executed, in place of an earlier one of its client.
    pub fn keep_waiting(&mut self, request: &Signed<Request>) {
        match self.waiting.binary_search_by_key(&request.signer(), Signed::signer) {
            Ok(at) if self.waiting[at].timestamp < request.timestamp => self.waiting[at] = request.clone(),
            Ok(_) => {}
            Err(at) => self.waiting.insert(at, request.clone()),
        }
    }
}

/// A client.
#[derive(Debug, Clone, Hash)]
pub struct Client {
    /// Timestamp of its last request, on disk.
    pub timestamp: u32,
    /// The view it believes in: its primary is asked first.
    pub view: View,
    /// The request it waits for. One at a time, so that one reply for each client is all a replica must remember.
    pub outstanding: Option<Pending>,
    /// Replies to it, one of each replica.
    pub replies: Vec<(NodeId, View, Answer)>,
    /// Operations to ask for after it.
    pub queue: VecDeque<Pending>,
    /// The last answer.
    pub answered: Option<Answered>,
}

impl Client {
    /// What [`crate::toolkit::client_history`] wants to know of it.
    pub fn seen(&self) -> ClientSeen {
        let waits = self.outstanding.map(|pending| (self.timestamp, pending.call));
        ClientSeen { waits, answer: self.answered.map(|answered| answered.answer) }
    }
}

/// An operation that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pending {
    /// Which.
    pub operation: OperationId,
    /// What to do.
    pub call: Call,
    /// The replica to ask first, if not the primary.
    pub at: Option<NodeId>,
}

/// A request and the answer it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Answered {
    /// Its timestamp.
    pub timestamp: u32,
    /// What was asked.
    pub call: Call,
    /// What came back.
    pub answer: Answer,
}

/// Why a prepare or commit does not count towards a certificate for a view, sequence number and digest, if it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mismatch {
    /// It is of another view.
    View,
    /// It is for another digest.
    Digest,
    /// It comes from the primary, whose pre-prepare is its vote.
    Primary,
}

/// Whether a prepare counts (§4.2). Digests may be left uncompared, for the twin that does.
pub fn prepare_counts(vote: &Signed<Vote>, of: &Proposal, matches_digests: bool) -> Result<(), Mismatch> {
    let pre_prepare = &of.pre_prepare;
    if vote.view != pre_prepare.view {
        Err(Mismatch::View)
    } else if vote.signer() == pre_prepare.signer() {
        Err(Mismatch::Primary)
    } else if matches_digests && vote.digest != pre_prepare.digest {
        Err(Mismatch::Digest)
    } else {
        Ok(())
    }
}

/// Whether a proposal carries the request it names.
pub fn carries_its_request(proposal: &Proposal) -> bool {
    digest_of(proposal.request.as_ref()) == proposal.pre_prepare.digest
}
