//! What the paper asks for, whichever rule a twin has switched off. Reasons are held against it: what a twin does not check
//! is shown as not checked, and nothing is shown to hold that does not.

use super::message::{Checkpoint, Phase, Proposal, ViewChange};
use super::signing::Signed;
use super::state::{Slot, View};
use super::{Pbft, QuorumRule};

impl Pbft {
    /// How many replicas a certificate needs, so that any two share a correct one.
    pub(super) const fn quorum_due(&self) -> usize {
        (self.n + self.faulty_max() + 2) / 2
    }

    /// How many votes it should take.
    pub(super) fn due(&self, phase: Phase) -> usize {
        self.needed(phase) + self.quorum_due() - self.quorum()
    }

    /// The same cluster by the paper, as far as certificates go; `None` if it goes by the paper anyway.
    fn paper(&self) -> Option<Self> {
        let is_lax = self.quorum() < self.quorum_due() || !self.matches_digests || !self.checks_signatures;
        is_lax.then(|| Self {
            quorum_rule: QuorumRule::Intersecting,
            matches_digests: true,
            checks_signatures: true,
            ..self.clone()
        })
    }

    /// Whether something holds by the paper that holds here.
    pub(super) fn holds_by_the_paper(&self, holds: impl Fn(&Self) -> bool) -> bool {
        self.paper().is_none_or(|paper| holds(&paper))
    }

    /// Votes for a proposal that count by the paper.
    pub(super) fn count_due(&self, slot: &Slot, proposal: &Proposal, phase: Phase) -> usize {
        let Some(paper) = self.paper() else { return self.counting(slot, proposal, phase).count() };
        paper.counting(slot, proposal, phase).filter(|vote| vote.is_genuine(&self.keys)).count()
    }

    /// Whether a request is prepared in a view by the paper.
    pub(super) fn is_prepared_due(&self, slot: &Slot, view: View) -> bool {
        let is_cert = |paper: &Self| slot.prepared.as_ref().is_some_and(|cert| paper.is_prepared_cert(cert));
        slot.is_prepared_in(view) && self.holds_by_the_paper(is_cert)
    }

    /// Checkpoint messages that count by the paper.
    pub(super) fn checkpoints_due<'a>(&self, all: impl Iterator<Item = &'a Signed<Checkpoint>>) -> usize {
        all.filter(|checkpoint| checkpoint.is_genuine(&self.keys)).count()
    }

    /// View-changes that count by the paper.
    pub(super) fn changes_due<'a>(&self, all: impl Iterator<Item = &'a Signed<ViewChange>>) -> usize {
        let Some(paper) = self.paper() else { return all.count() };
        let is_valid = |change: &&Signed<ViewChange>| {
            let flaws = paper.flaws(change);
            flaws.checkpoint && flaws.certificates && paper.is_genuine(change)
        };
        all.filter(is_valid).count()
    }
}
