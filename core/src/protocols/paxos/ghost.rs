//! What the properties remember of the past. No handler sees it.

use super::message::{Ballot, Proposal, Word};
use super::state::{AcceptorSet, Agent};
use super::{Paxos, proposer_of};
use crate::id::NodeId;
use crate::protocol::Nodes;
use std::sync::Arc;

/// Proposals remembered; of more than this, the lowest are forgotten.
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
        let Err(at) = self.find(proposal) else { return };
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
        proposals.insert(at, (proposal, AcceptorSet::default()));
        if proposals.len() > PROPOSALS_MAX {
            proposals.remove(0);
        }
    }

    fn accept(&mut self, proposal: Proposal, acceptor: usize, majority: usize) {
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
