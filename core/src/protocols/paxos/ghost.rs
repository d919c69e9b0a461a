//! What the properties remember of the past. No handler sees it.

use super::message::{Ballot, Proposal, Word};
use super::state::{AcceptorSet, Agent};
use super::{Paxos, proposer_of};
use crate::id::NodeId;
use crate::protocol::Nodes;
use std::sync::Arc;

/// Proposals remembered. Of more than this, those are forgotten first that nobody has accepted, or that are known to be
/// chosen: whoever accepts one of the former after all brings it back as it was, and of the latter there is no more to know.
const PROPOSALS_MAX: usize = 1_024;

/// The past of a cluster, as far as the properties ask for it.
///
/// Whether a value is *chosen* is nobody's knowledge but this: it is a fact about what the acceptors accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Ghost {
    /// Values somebody asked for: bit `i` for value `i`.
    wished: u8,
    /// Every proposal that was made, in order, and who has ever accepted it.
    proposals: Arc<Vec<(Proposal, AcceptorSet)>>,
    /// For each chosen value, the first ballot known to have chosen it; in the order in which it happened.
    chosen: Vec<Proposal>,
    /// For each value proposed, the highest ballot it was proposed in, in the order of values.
    highest: Vec<(Word, Ballot)>,
    /// Two proposals of the same ballot with different values, if there were any.
    clash: Option<(Proposal, Proposal)>,
}

impl Ghost {
    /// Looks at the agent that just acted.
    pub(super) fn observe(&mut self, paxos: &Paxos, nodes: &Nodes<Paxos>, actor: NodeId) {
        match nodes.state(actor) {
            Some(Agent::Proposer(_)) => {
                let Some(proposer) = proposer_of(nodes, actor) else { return };
                if let Some(wish) = proposer.wish {
                    self.wished |= 1 << wish.value.0;
                }
                if let Some(proposal) = proposer.phase.proposal() {
                    self.propose(proposal);
                }
            }
            Some(Agent::Acceptor(acceptor)) => {
                if let (Some(accepted), Some(number)) = (acceptor.accepted, paxos.acceptor_number(actor)) {
                    self.accept(accepted, number, paxos.majority());
                }
            }
            Some(Agent::Learner(_)) | None => {}
        }
    }

    fn propose(&mut self, proposal: Proposal) {
        if let Err(at) = self.find(proposal) {
            self.remember(proposal, at);
        }
    }

    fn remember(&mut self, proposal: Proposal, at: usize) {
        let near = [at.checked_sub(1), Some(at)].into_iter().flatten();
        let same = near.filter_map(|at| self.proposals.get(at)).find(|(own, _)| own.ballot == proposal.ballot);
        if let (Some((other, _)), None) = (same, self.clash) {
            self.clash = Some((*other, proposal));
        }
        match self.highest.binary_search_by_key(&proposal.value, |(value, _)| *value) {
            Ok(at) => self.highest[at].1 = self.highest[at].1.max(proposal.ballot),
            Err(at) => self.highest.insert(at, (proposal.value, proposal.ballot)),
        }
        let proposals = Arc::make_mut(&mut self.proposals);
        if proposals.len() < PROPOSALS_MAX {
            return proposals.insert(at, (proposal, AcceptorSet::default()));
        }
        let is_known = |own: &Proposal| self.chosen.iter().any(|c| c.value == own.value && c.ballot <= own.ballot);
        let is_idle = |(own, accepted): &(Proposal, AcceptorSet)| accepted.count() == 0 || is_known(own);
        let gone = proposals.iter().position(is_idle).unwrap_or(0);
        proposals.remove(gone);
        proposals.insert(at - usize::from(gone < at), (proposal, AcceptorSet::default()));
    }

    fn accept(&mut self, proposal: Proposal, acceptor: usize, majority: usize) {
        if let Err(at) = self.find(proposal) {
            self.remember(proposal, at);
        }
        let Ok(at) = self.find(proposal) else { return };
        if self.proposals[at].1.has(acceptor) {
            return;
        }
        let accepted = &mut Arc::make_mut(&mut self.proposals)[at].1;
        accepted.insert(acceptor);
        if accepted.count() < majority {
            return;
        }
        match self.chosen.iter_mut().find(|chosen| chosen.value == proposal.value) {
            Some(chosen) => chosen.ballot = chosen.ballot.min(proposal.ballot),
            None => self.chosen.push(proposal),
        }
    }

    fn find(&self, proposal: Proposal) -> Result<usize, usize> {
        self.proposals.binary_search_by_key(&proposal, |(own, _)| *own)
    }

    /// The values that are chosen, each with the lowest ballot that chose it: at most one, if Paxos is right.
    pub(super) fn chosen(&self) -> &[Proposal] {
        &self.chosen
    }

    /// Whether somebody asked for a value.
    pub(super) const fn is_wished(&self, value: Word) -> bool {
        self.wished >> value.0 & 1 == 1
    }

    /// A proposal of another value than the chosen one, in a higher ballot.
    pub(super) fn strayed(&self) -> Option<(Proposal, Proposal)> {
        self.chosen.iter().find_map(|chosen| {
            let strays = |(value, ballot): &&(Word, Ballot)| *value != chosen.value && *ballot > chosen.ballot;
            let (value, ballot) = *self.highest.iter().find(strays)?;
            Some((*chosen, Proposal { ballot, value }))
        })
    }

    /// Who has accepted each proposal, to be renamed.
    pub(super) fn accepted_mut(&mut self) -> impl Iterator<Item = &mut AcceptorSet> {
        Arc::make_mut(&mut self.proposals).iter_mut().map(|(_, accepted)| accepted)
    }

    /// Two proposals of one ballot with different values.
    pub(super) const fn clash(&self) -> Option<(Proposal, Proposal)> {
        self.clash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal(round: u32, value: u8) -> Proposal {
        Proposal { ballot: Ballot { round, owner: Some(NodeId(0)) }, value: Word(value) }
    }

    /// What an acceptor has accepted stays, however many proposals come after it.
    #[test]
    fn a_value_is_seen_chosen_after_any_number_of_proposals() {
        let mut ghost = Ghost::default();
        ghost.propose(proposal(1, 0));
        ghost.accept(proposal(1, 0), 0, 2);
        let many = 3 * PROPOSALS_MAX as u32;
        (2..many).for_each(|round| ghost.propose(proposal(round, 1)));
        assert_eq!(ghost.proposals.len(), PROPOSALS_MAX);
        ghost.accept(proposal(1, 0), 1, 2);
        assert_eq!(ghost.chosen(), [proposal(1, 0)]);
        // One that nobody had accepted was forgotten, and comes back.
        assert!(ghost.find(proposal(2, 1)).is_err());
        ghost.accept(proposal(2, 1), 2, 2);
        ghost.accept(proposal(2, 1), 0, 2);
        assert_eq!(ghost.chosen(), [proposal(1, 0), proposal(2, 1)]);
        assert_eq!(ghost.proposals.len(), PROPOSALS_MAX);
    }
}
