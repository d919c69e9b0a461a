//! When a certificate is valid, and what follows from view-changes: pure functions, the same for whoever makes a
//! new-view and for whoever checks it (§4.4).

use super::Pbft;
use super::message::{
    Checkpoint, CommittedCert, NewView, Phase, PrePrepare, PreparedCert, Proposal, Request, ViewChange, digest_of,
};
use super::signing::{Digest, Signed};
use super::state::{Seq, View, carries_its_request, prepare_counts};
use crate::id::NodeId;
use std::sync::Arc;

/// What a new view begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Beginning {
    /// min-s: the latest stable checkpoint in the view-changes.
    pub(super) stable: Seq,
    /// Its digest and proof.
    pub(super) proof: Option<(Digest, Arc<[Signed<Checkpoint>]>)>,
    /// For each sequence number from min-s + 1 to max-s, what is proposed there.
    pub(super) chosen: Vec<Chosen>,
}

/// What is proposed again at a sequence number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    /// Where.
    pub(super) seq: Seq,
    /// The view of the certificate it rests on; `None` for a null request.
    pub(super) prepared_in: Option<View>,
    /// The request; `None` for a null request.
    pub(super) request: Option<Signed<Request>>,
}

impl Beginning {
    /// O: the pre-prepares of a new view, as its primary signs them.
    pub(super) fn proposals(&self, view: View, sign: impl Fn(PrePrepare) -> Signed<PrePrepare>) -> Arc<[Proposal]> {
        let proposal = |chosen: &Chosen| {
            let digest = digest_of(chosen.request.as_ref());
            let pre_prepare = sign(PrePrepare { view, seq: chosen.seq, digest });
            Proposal { pre_prepare, request: chosen.request.clone() }
        };
        self.chosen.iter().map(proposal).collect()
    }
}

/// What is wrong with a view-change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flaws {
    /// Its stable checkpoint is proved.
    pub(super) checkpoint: bool,
    /// Its certificates are valid.
    pub(super) certificates: bool,
}

impl Pbft {
    /// The sequence number and digest that a set of checkpoint messages proves: a quorum of different replicas says the
    /// same.
    pub(super) fn proved_checkpoint(&self, proof: &[Signed<Checkpoint>]) -> Option<(Seq, Digest)> {
        let first = proof.first()?;
        let same = |other: &Signed<Checkpoint>| {
            (other.seq, other.digest) == (first.seq, first.digest)
                && self.is_replica(other.signer())
                && self.is_genuine(other)
        };
        let proves = proof.iter().all(same) && self.is_quorum_of_different(proof.iter().map(Signed::signer));
        proves.then_some((first.seq, first.digest))
    }

    fn is_quorum_of_different(&self, signers: impl Iterator<Item = NodeId>) -> bool {
        let mut signers: Vec<NodeId> = signers.collect();
        let count = signers.len();
        signers.sort_unstable();
        signers.dedup();
        signers.len() == count && count >= self.quorum()
    }

    /// Whether a pre-prepare is its primary's and carries a client's request, or none.
    fn is_proposal(&self, proposal: &Proposal) -> bool {
        let signed = &proposal.pre_prepare;
        signed.signer() == self.primary(signed.view)
            && self.is_genuine(signed)
            && carries_its_request(proposal)
            && proposal.request.as_ref().is_none_or(|request| self.is_client_request(request))
    }

    /// Whether a certificate shows that its request was prepared.
    pub(super) fn is_prepared_cert(&self, cert: &PreparedCert) -> bool {
        let of_primary = std::iter::once(cert.proposal.pre_prepare.signer());
        let voters = of_primary.chain(cert.prepares.iter().map(Signed::signer));
        let counts = |vote: &Signed<super::message::Vote>| {
            (vote.phase, vote.seq) == (Phase::Prepare, cert.seq())
                && prepare_counts(vote, &cert.proposal, self.matches_digests).is_ok()
                && self.is_replica(vote.signer())
                && self.is_genuine(vote)
        };
        self.is_proposal(&cert.proposal)
            && cert.prepares.iter().all(counts)
            && self.is_quorum_of_different(voters)
    }

    /// The sequence number at which a certificate shows its request to be committed.
    pub(super) fn committed_at(&self, cert: &CommittedCert) -> Option<Seq> {
        let first = cert.commits.first()?;
        let digest = digest_of(cert.request.as_ref());
        let counts = |vote: &Signed<super::message::Vote>| {
            (vote.phase, vote.view, vote.seq, vote.digest) == (Phase::Commit, first.view, first.seq, digest)
                && self.is_replica(vote.signer())
                && self.is_genuine(vote)
        };
        let request = cert.request.as_ref().is_none_or(|request| self.is_client_request(request));
        let proves = request
            && cert.commits.iter().all(counts)
            && self.is_quorum_of_different(cert.commits.iter().map(Signed::signer));
        proves.then_some(first.seq)
    }

    /// What is right and what is wrong with a view-change whose signature is genuine.
    pub(super) fn flaws(&self, change: &ViewChange) -> Flaws {
        let checkpoint = if change.stable == 0 {
            change.checkpoints.is_empty()
        } else {
            self.proved_checkpoint(&change.checkpoints).is_some_and(|(seq, _)| seq == change.stable)
        };
        let mut above = change.stable;
        let mut in_order = |cert: &PreparedCert| std::mem::replace(&mut above, cert.seq()) < cert.seq();
        let high = change.stable.saturating_add(self.window);
        let certificates = change.prepared.iter().all(|cert| {
            in_order(cert) && cert.seq() <= high && cert.view() < change.view && self.is_prepared_cert(cert)
        });
        Flaws { checkpoint, certificates }
    }

    /// What a new view must begin with, given a quorum of valid view-changes: min-s and O of §4.4. Of others it may be
    /// anything, and as much: only valid certificates lie within a window.
    pub(super) fn beginning(&self, changes: &[Signed<ViewChange>]) -> Beginning {
        let latest = changes.iter().max_by_key(|change| change.stable);
        let stable = latest.map_or(0, |change| change.stable);
        let proof = latest.and_then(|change| {
            change.checkpoints.first().map(|first| (first.digest, change.checkpoints.clone()))
        });
        let certificates = || changes.iter().flat_map(|change| change.prepared.iter());
        let last = certificates().map(PreparedCert::seq).max().unwrap_or(0);
        let chosen = (stable.saturating_add(1)..=last).map(|seq| {
            let best = certificates().filter(|cert| cert.seq() == seq).max_by_key(|cert| cert.view());
            Chosen {
                seq,
                prepared_in: best.map(PreparedCert::view),
                request: best.and_then(|cert| cert.proposal.request.clone()),
            }
        });
        Beginning { stable, proof, chosen: chosen.collect() }
    }

    /// How many of a new-view's view-changes are valid, by different replicas and for its view.
    pub(super) fn valid_changes(&self, msg: &NewView) -> usize {
        let mut signers: Vec<NodeId> = vec![];
        for change in msg.view_changes.iter() {
            let flaws = self.flaws(change);
            let valid = change.view == msg.view && flaws.checkpoint && flaws.certificates;
            let known = self.is_replica(change.signer()) && self.is_genuine(change);
            if valid && known && !signers.contains(&change.signer()) {
                signers.push(change.signer());
            }
        }
        // One that is not valid spoils the rest: O was worked out with it.
        if signers.len() == msg.view_changes.len() { signers.len() } else { 0 }
    }

    /// Whether the pre-prepares of a new-view are those that follow from its view-changes.
    pub(super) fn follows(&self, msg: &NewView, beginning: &Beginning) -> bool {
        let is = |(proposal, chosen): (&Proposal, &Chosen)| {
            let pre_prepare = &proposal.pre_prepare;
            (pre_prepare.view, pre_prepare.seq) == (msg.view, chosen.seq)
                && proposal.request == chosen.request
                && self.is_proposal(proposal)
        };
        msg.proposals.len() == beginning.chosen.len() && msg.proposals.iter().zip(&beginning.chosen).all(is)
    }
}
