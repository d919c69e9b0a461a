//! The learner (2001 §2.3).

use super::message::{Msg, Proposal};
use super::state::{Learner, THE_CHOICE, Timer};
use super::{Paxos, rules};
use crate::id::NodeId;
use crate::protocol::Ctx;
use crate::trace::MarkKind;

type Hands<'a, 'b> = &'a mut Ctx<'b, Paxos>;

impl Paxos {
    /// A learner starts knowing nothing. What it learned before a crash it can learn again.
    pub(super) fn start_learner(&self, ctx: Hands<'_, '_>) -> Learner {
        ctx.why(&rules::START_LEARNER, &[], &[]);
        ctx.set_timer(Timer::Ask, self.ask_us, self.ask_us);
        Learner { votes: vec![None; self.n], learned: None, next: 0 }
    }

    /// An acceptor has accepted a proposal.
    pub(super) fn on_vote(&self, ctx: Hands<'_, '_>, l: &mut Learner, from: NodeId, proposal: Proposal) {
        let Some(acceptor) = self.acceptor_number(from) else { return };
        let (id, ballot, value) = (u64::from(from.0), proposal.ballot.told(), proposal.value.told());
        if l.votes[acceptor] >= Some(proposal) {
            return ctx.why(&rules::IGNORE_VOTE, &[], &[id, value, ballot]);
        }
        l.votes[acceptor] = Some(proposal);
        let count = l.votes.iter().filter(|vote| **vote == Some(proposal)).count();
        let values = [value, ballot, count as u64, self.n as u64, self.majority() as u64];
        match l.learned {
            None if count >= self.majority() || self.learns_first => {
                l.learned = Some(proposal.value);
                let rule = if self.learns_first { &rules::LEARN_FIRST } else { &rules::LEARN };
                ctx.why(rule, &[count >= self.majority()], &values);
                ctx.mark(MarkKind::Decided);
                ctx.decided(THE_CHOICE, &proposal.value);
                ctx.cancel_timer(Timer::Ask);
            }
            None => ctx.why(&rules::COUNT_VOTE, &[], &values),
            Some(learned) => ctx.why(&rules::VOTE_AFTER, &[], &[id, value, ballot, learned.told()]),
        }
    }

    /// Nothing learned for a while: messages may be lost, or nobody proposes. The acceptors alone may not be able to
    /// tell, so a proposer issues a proposal (§2.3).
    pub(super) fn on_ask_due(&self, ctx: Hands<'_, '_>, l: &mut Learner) {
        if l.learned.is_some() {
            return;
        }
        let proposer = NodeId(u16::from(l.next) % self.proposers as u16);
        l.next = (l.next + 1) % self.proposers as u8;
        ctx.why(&rules::ASK, &[], &[proposer.0.into()]);
        ctx.send(proposer, Msg::Ask);
        ctx.set_timer(Timer::Ask, self.ask_us, self.ask_us);
    }
}
