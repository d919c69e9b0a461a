//! Certificates as rings: who signed, who did not, and how many it takes.

use super::Pbft;
use super::message::{Phase, PreparedCert, Proposal, Vote};
use super::signing::{Digest, Signed};
use super::state::{Replica, ReplicaDisk, Slot};
use crate::id::NodeId;
use crate::protocol::Nodes;
use crate::view::{Answer, Fact, Kept, Notch, Panel, QuorumView, Threshold};

/// Sequence numbers whose certificates are shown.
const CERTIFICATES_MAX: usize = 2;
/// Rivals of theirs that are shown; facts tell of more.
const RIVALS_MAX: usize = 2;
/// Rings shown in all, that of a view change included.
const RINGS_MAX: usize = 6;
/// Facts about votes for another digest.
const RIVAL_FACTS_MAX: usize = 8;

const PHASES: [Phase; 2] = [Phase::Prepare, Phase::Commit];

/// A certificate, and what others signed in its stead.
type Ring = (QuorumView, Vec<QuorumView>);

const fn word(phase: Phase) -> &'static str {
    match phase {
        Phase::Prepare => "prepared",
        Phase::Commit => "committed",
    }
}

impl Pbft {
    /// The newest certificates on a replica's disk, whole or not, also while it is down or between two views; and why they
    /// need so many.
    pub(super) fn certificate_panels(&self, nodes: &Nodes<Self>, disk: &ReplicaDisk) -> Vec<Panel> {
        let (mut panels, mut threshold, mut room) = (vec![], Some(self.quorum_panel(nodes)), RIVALS_MAX);
        let mut left = RINGS_MAX - usize::from(!disk.is_active());
        let rings = disk.slots.iter().rev().map(|slot| self.rings(disk, slot)).filter(|rings| !rings.is_empty());
        for (ring, rivals) in rings.take(CERTIFICATES_MAX).flatten() {
            if left == 0 {
                break;
            }
            let shown = rivals.len().min(room).min(left - 1);
            panels.extend([ring].into_iter().chain(rivals.into_iter().take(shown)).map(Panel::Quorum));
            (room, left) = (room - shown, left - 1 - shown);
            panels.extend(threshold.take());
        }
        panels.extend(threshold);
        panels
    }

    /// What was signed about a sequence number: in the replica's view, with or without a pre-prepare; and what it prepared in
    /// an earlier view, which it shows in view-changes until it has prepared something here again.
    fn rings(&self, disk: &ReplicaDisk, slot: &Slot) -> Vec<Ring> {
        let mut rings = vec![];
        let earlier = slot.prepared.as_ref().filter(|cert| cert.view() != disk.view);
        rings.extend(earlier.map(|cert| (self.earlier(cert), vec![])));
        for phase in PHASES {
            if let Some(proposal) = slot.proposal_in(disk.view) {
                let ring = self.certificate(slot, proposal, phase);
                rings.push((ring, self.rivals(disk, slot, phase, "rival: ")));
            } else {
                let mut votes = self.rivals(disk, slot, phase, "no pre-prepare here: ").into_iter();
                rings.extend(votes.next().map(|first| (first, votes.collect())));
            }
        }
        rings
    }

    /// The ring: the certificate it is collecting now.
    pub(super) fn ring(&self, r: &Replica) -> Option<QuorumView> {
        let disk = &r.disk;
        if !disk.is_active() {
            return self.view_change_ring(r);
        }
        let mut open = disk.slots.iter().filter(|slot| !slot.is_executed);
        let (slot, proposal) = open.find_map(|slot| Some((slot, slot.proposal_in(disk.view)?)))?;
        let phase = if slot.is_prepared_in(disk.view) { Phase::Commit } else { Phase::Prepare };
        Some(self.certificate(slot, proposal, phase))
    }

    /// Who signed for a proposal, and who did not. Votes for another digest are [`Self::rivals`].
    fn certificate(&self, slot: &Slot, proposal: &Proposal, phase: Phase) -> QuorumView {
        let pre_prepare = &proposal.pre_prepare;
        let of_primary = match phase {
            Phase::Prepare => format!(", {}’s is the pre-prepare", self.name(pre_prepare.signer())),
            Phase::Commit => String::new(),
        };
        let (digest, word, seq, view) = (pre_prepare.digest, word(phase), slot.seq, pre_prepare.view);
        let purpose = format!("{digest} {word} at {seq} in view {view} (needs {}{of_primary})", self.quorum());
        self.drawn(purpose, Kept::Durable, |node| {
            let stands_for_its_vote = phase == Phase::Prepare && pre_prepare.signer() == node;
            stands_for_its_vote || self.counting(slot, proposal, phase).any(|vote| vote.signer() == node)
        })
    }

    /// What a replica prepared in an earlier view.
    fn earlier(&self, cert: &PreparedCert) -> QuorumView {
        let primary = cert.proposal.pre_prepare.signer();
        let (digest, seq, view) = (cert.digest(), cert.seq(), cert.view());
        let purpose = format!("{digest} was prepared at {seq} in view {view}, and view-changes tell of it");
        self.drawn(purpose, Kept::Durable, |node| {
            node == primary || cert.prepares.iter().any(|vote| vote.signer() == node)
        })
    }

    /// What others signed for the same view and sequence number, but another digest, or where there is no pre-prepare: who
    /// did, for each digest.
    fn rivals(&self, disk: &ReplicaDisk, slot: &Slot, phase: Phase, what: &str) -> Vec<QuorumView> {
        let mut digests: Vec<Digest> = strays(disk, slot, phase).map(|vote| vote.digest).collect();
        digests.sort_unstable();
        digests.dedup();
        let rival = |digest| {
            let (word, seq, view, needed) = (word(phase), slot.seq, disk.view, self.quorum());
            let purpose = format!("{what}{digest} {word} at {seq} in view {view} (needs {needed})");
            self.drawn(purpose, Kept::Durable, |node| {
                strays(disk, slot, phase).any(|vote| vote.signer() == node && vote.digest == digest)
            })
        };
        digests.into_iter().map(rival).collect()
    }

    /// The same in words.
    pub(super) fn rival_facts(&self, disk: &ReplicaDisk) -> Vec<Fact> {
        let mut facts = vec![];
        for slot in disk.slots.iter().filter(|slot| slot.proposal_in(disk.view).is_some()) {
            for phase in PHASES {
                let label = if phase == Phase::Prepare { "other prepare" } else { "other commit" };
                facts.extend(strays(disk, slot, phase).map(|vote| {
                    let who = self.name(vote.signer());
                    Fact::new(label, format!("{who} signed {} instead at {}", vote.digest, slot.seq))
                }));
            }
        }
        facts.truncate(RIVAL_FACTS_MAX);
        facts
    }

    /// Who has sent a view-change for the view a replica is moving to. Those of others are not on its disk.
    pub(super) fn view_change_ring(&self, r: &Replica) -> Option<QuorumView> {
        if r.disk.is_active() {
            return None;
        }
        let view = r.disk.view;
        let has = |node: NodeId| r.view_changes.iter().any(|c| c.signer() == node && c.view == view);
        Some(self.drawn(format!("view-changes to view {view}"), Kept::Volatile, has))
    }

    fn drawn(&self, purpose: String, kept: Kept, signed: impl Fn(NodeId) -> bool) -> QuorumView {
        let answer = |node| if signed(node) { Answer::Yes } else { Answer::Awaited };
        let notches = self.replicas().map(|node| Notch { node, answer: answer(node) }).collect();
        QuorumView { purpose, kept, notches, threshold: Threshold::Of(self.quorum()) }
    }
}

/// Votes in the replica's view for another digest than that of the pre-prepare it accepted, if it accepted one.
fn strays<'a>(disk: &ReplicaDisk, slot: &'a Slot, phase: Phase) -> impl Iterator<Item = &'a Signed<Vote>> + use<'a> {
    let (view, own) = (disk.view, slot.proposal_in(disk.view).map(|proposal| proposal.pre_prepare.digest));
    slot.votes(phase).iter().filter(move |vote| vote.view == view && own != Some(vote.digest))
}
