//! Which agents are interchangeable, for an explorer: one acceptor is as good as another, and so is one learner. Not
//! proposers: their ballots are compared by whose they are, and each wants a value of its own.

use super::Paxos;
use super::ghost::Ghost;
use super::state::{AcceptorSet, Agent, Phase};
use crate::id::NodeId;
use crate::protocol::{Part, Renaming};

impl Paxos {
    /// The acceptors and the learners.
    pub(super) fn interchangeable(&self) -> Vec<Vec<NodeId>> {
        vec![self.acceptors().collect(), self.learners().collect()]
    }

    /// Renames acceptors and learners. Nobody remembers learners, no message names either, and disks hold ballots only.
    pub(super) fn rename_agents(&self, part: Part<'_, Self>, names: &Renaming) {
        let rename = |set: &mut AcceptorSet| *set = self.rename_set(*set, names);
        match part {
            Part::State(Agent::Proposer(proposer)) => match &mut proposer.phase {
                Phase::Idle => {}
                Phase::Preparing { promises: first, refusals: second, .. }
                | Phase::Proposing { accepted: first, refusals: second, .. } => {
                    rename(first);
                    rename(second);
                }
                Phase::Succeeded { accepted, .. } => rename(accepted),
            },
            Part::State(Agent::Learner(learner)) => names.reorder(self.proposers, &mut learner.votes),
            Part::Ghost(ghost) => self.rename_ghost(ghost, names),
            Part::State(Agent::Acceptor(_)) | Part::Durable(_) | Part::Msg(_) | Part::Timer(_) => {}
        }
    }

    fn rename_ghost(&self, ghost: &mut Ghost, names: &Renaming) {
        for accepted in ghost.accepted_mut() {
            *accepted = self.rename_set(*accepted, names);
        }
    }

    fn rename_set(&self, set: AcceptorSet, names: &Renaming) -> AcceptorSet {
        let mut renamed = AcceptorSet::default();
        for (number, id) in self.acceptors().enumerate().filter(|(number, _)| set.has(*number)) {
            renamed.insert(self.acceptor_number(names.of(id)).unwrap_or(number));
        }
        renamed
    }
}
