//! The messages of PBFT (OSDI '99, §4), and the certificates they are collected in.

use super::machine::{Answer, Call, Machine};
use super::signing::{Digest, Signed, Wire};
use super::state::{Seq, View};
use crate::id::NodeId;
use std::sync::Arc;

/// What the nodes say to each other. All of it is signed, or made of what is signed.
#[derive(Debug, Clone, Hash)]
pub enum Msg {
    /// A client asks for an operation (§4.1).
    Request(Signed<Request>),
    /// The primary gives a request its sequence number (§4.2).
    PrePrepare(Proposal),
    /// A replica agrees to the sequence number, or commits to it (§4.2).
    Vote(Signed<Vote>),
    /// A replica answers a client (§4.1).
    Reply(Signed<Reply>),
    /// A replica says what its state is at a sequence number (§4.3).
    Checkpoint(Signed<Checkpoint>),
    /// A replica gives up a view (§4.4).
    ViewChange(Signed<ViewChange>),
    /// The primary of the next view begins it (§4.4).
    NewView(Signed<NewView>),
    /// A replica says how far it is, so that others send it what it lacks (Castro and Liskov 2002).
    Status(Signed<Status>),
    /// A stable checkpoint with its proof, for a replica that fell behind it (§4.4 of OSDI '99).
    State(Arc<Transfer>),
    /// A request with the proof that it is committed at its sequence number, for a replica that missed it.
    Committed(CommittedCert),
}

/// `⟨REQUEST, o, t, c⟩`: its signer is the client c.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Request {
    /// t: the client's timestamps rise, so that each request takes effect once.
    pub timestamp: u32,
    /// o: what to do.
    pub call: Call,
}

/// `⟨PRE-PREPARE, v, n, d⟩`, signed by the primary of v.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PrePrepare {
    /// v.
    pub view: View,
    /// n.
    pub seq: Seq,
    /// d: the request's digest.
    pub digest: Digest,
}

/// A pre-prepare with the request that is piggybacked on it: `⟨⟨PRE-PREPARE, v, n, d⟩, m⟩`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Proposal {
    /// What the primary signed.
    pub pre_prepare: Signed<PrePrepare>,
    /// m; `None` for the null request, which fills a gap in a new view.
    pub request: Option<Signed<Request>>,
}

/// Which of the two rounds of votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Agree on the order within a view.
    Prepare,
    /// Make the order last across views.
    Commit,
}

/// `⟨PREPARE, v, n, d, i⟩` or `⟨COMMIT, v, n, d, i⟩`: its signer is the replica i.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Vote {
    /// Prepare or commit.
    pub phase: Phase,
    /// v.
    pub view: View,
    /// n.
    pub seq: Seq,
    /// d: the request's digest.
    pub digest: Digest,
}

/// `⟨REPLY, v, t, c, i, r⟩`: its signer is the replica i.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reply {
    /// v, so that the client learns who leads.
    pub view: View,
    /// t: the request's timestamp.
    pub timestamp: u32,
    /// c.
    pub client: NodeId,
    /// r: what the operation answered.
    pub answer: Answer,
}

/// `⟨CHECKPOINT, n, d, i⟩`: its signer is the replica i.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Checkpoint {
    /// n: the last request executed in the state.
    pub seq: Seq,
    /// d: the state's digest.
    pub digest: Digest,
}

/// `⟨VIEW-CHANGE, v+1, n, C, P, i⟩`: its signer is the replica i.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ViewChange {
    /// v+1: the view to move to.
    pub view: View,
    /// n: the replica's last stable checkpoint.
    pub stable: Seq,
    /// C: the proof of it; nothing for the beginning.
    pub checkpoints: Arc<[Signed<Checkpoint>]>,
    /// P: what the replica has prepared above n.
    pub prepared: Arc<[PreparedCert]>,
}

/// `⟨NEW-VIEW, v+1, V, O⟩`, signed by the primary of v+1.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NewView {
    /// v+1.
    pub view: View,
    /// V: the view changes it rests on.
    pub view_changes: Arc<[Signed<ViewChange>]>,
    /// O: the pre-prepares that follow from V.
    pub proposals: Arc<[Proposal]>,
}

/// How far a replica is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status {
    /// Its view.
    pub view: View,
    /// Whether it is active in it, rather than waiting for its new-view.
    pub is_active: bool,
    /// Its stable checkpoint.
    pub stable: Seq,
    /// The last request it executed.
    pub executed: Seq,
}

/// A pre-prepare and matching prepares of as many different backups as make a quorum with the primary: whoever has it
/// has *prepared* the request (§4.2).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PreparedCert {
    /// The pre-prepare with its request. The paper leaves the request out and lets replicas fetch it.
    pub proposal: Proposal,
    /// The prepares.
    pub prepares: Arc<[Signed<Vote>]>,
}

/// A quorum of matching commits: the request is *committed* (§4.2).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CommittedCert {
    /// The request; `None` for the null request.
    pub request: Option<Signed<Request>>,
    /// The commits.
    pub commits: Arc<[Signed<Vote>]>,
}

/// A stable checkpoint: a quorum of matching checkpoint messages, and the state they speak of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Transfer {
    /// The proof.
    pub checkpoints: Arc<[Signed<Checkpoint>]>,
    /// The state.
    pub machine: Machine,
}

/// The digest of a request, or of the null request.
pub fn digest_of(request: Option<&Signed<Request>>) -> Digest {
    request.map_or(Digest::NULL, Signed::digest)
}

impl CommittedCert {
    /// The view it was committed in; `None` without any commit.
    pub fn view(&self) -> Option<View> {
        self.commits.first().map(|commit| commit.view)
    }
}

impl PreparedCert {
    /// The view it was prepared in.
    pub fn view(&self) -> View {
        self.proposal.pre_prepare.view
    }

    /// Its sequence number.
    pub fn seq(&self) -> Seq {
        self.proposal.pre_prepare.seq
    }

    /// The request's digest.
    pub fn digest(&self) -> Digest {
        self.proposal.pre_prepare.digest
    }
}

fn put_numbers(bytes: &mut Vec<u8>, tag: u8, numbers: [u64; 2]) {
    bytes.push(tag);
    numbers.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
}

impl Wire for Request {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_numbers(bytes, 1, [self.timestamp.into(), 0]);
        self.call.put(bytes);
    }
}

impl Wire for PrePrepare {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_numbers(bytes, 2, [self.view.0, self.seq]);
        bytes.extend_from_slice(&self.digest.0);
    }
}

impl Wire for Vote {
    fn put(&self, bytes: &mut Vec<u8>) {
        let tag = if self.phase == Phase::Prepare { 3 } else { 4 };
        put_numbers(bytes, tag, [self.view.0, self.seq]);
        bytes.extend_from_slice(&self.digest.0);
    }
}

impl Wire for Reply {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_numbers(bytes, 5, [self.view.0, self.timestamp.into()]);
        bytes.extend_from_slice(&self.client.0.to_le_bytes());
        self.answer.put(bytes);
    }
}

impl Wire for Checkpoint {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_numbers(bytes, 6, [self.seq, 0]);
        bytes.extend_from_slice(&self.digest.0);
    }
}

impl Wire for ViewChange {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_numbers(bytes, 7, [self.view.0, self.stable]);
        put_numbers(bytes, 7, [self.checkpoints.len() as u64, self.prepared.len() as u64]);
        self.checkpoints.iter().for_each(|checkpoint| checkpoint.put_reference(bytes));
        for cert in self.prepared.iter() {
            cert.proposal.pre_prepare.put_reference(bytes);
            put_numbers(bytes, 7, [cert.prepares.len() as u64, 0]);
            cert.prepares.iter().for_each(|prepare| prepare.put_reference(bytes));
        }
    }
}

impl Wire for NewView {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_numbers(bytes, 8, [self.view.0, self.view_changes.len() as u64]);
        self.view_changes.iter().for_each(|change| change.put_reference(bytes));
        self.proposals.iter().for_each(|proposal| proposal.pre_prepare.put_reference(bytes));
    }
}

impl Wire for Status {
    fn put(&self, bytes: &mut Vec<u8>) {
        put_numbers(bytes, 9, [self.view.0, self.executed]);
        put_numbers(bytes, 9, [self.stable, 0]);
        bytes.push(u8::from(self.is_active));
    }
}
