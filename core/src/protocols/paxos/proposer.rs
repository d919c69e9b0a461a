//! The proposer (2001 §2.2, phases 1 (a) and 2 (a); §2.4 for progress).

use super::message::{Ballot, Msg, Proposal, WORDS, Word};
use super::state::{AcceptorSet, Choice, Phase, Proposer, THE_CHOICE, Timer, Wish, choice};
use super::{Paxos, rules};
use crate::id::{NodeId, OperationId};
use crate::protocol::{Ctx, Operation, Outcome};
use crate::time::MS;
use crate::trace::MarkKind;

type Hands<'a, 'b> = &'a mut Ctx<'b, Paxos>;

/// Position of the operation in `Meta::operations`.
pub(super) const PROPOSE: u8 = 0;

/// Failures in a row after which the back-off grows no more.
const FAILURES_MAX: u8 = 6;

impl Paxos {
    /// A proposer starts. It knows which rounds it has used, and nothing else (§2.5).
    pub(super) fn start_proposer(&self, ctx: Hands<'_, '_>, round: u32) -> Proposer {
        match self.forgets_round {
            true => ctx.why(&rules::START_PROPOSER_FORGETFUL, &[], &[]),
            false => ctx.why(&rules::START_PROPOSER, &[], &[round.into()]),
        }
        if round == 0 && self.propose_within_us > 0 {
            ctx.set_timer(Timer::Propose, MS, self.propose_within_us);
        }
        Proposer { round, heard: round, wish: None, phase: Phase::Idle, failures: 0, chosen: None }
    }

    /// Somebody wants a value proposed.
    pub(super) fn on_propose(&self, ctx: Hands<'_, '_>, p: &mut Proposer, operation: &Operation) {
        let value = operation.args.first().map_or(0, |value| *value as u8);
        ctx.cancel_timer(Timer::Propose);
        self.propose(ctx, p, Wish { value: Word(value), operation: operation.id });
    }

    /// Nobody asked: it proposes a value of its own.
    pub(super) fn on_propose_due(&self, ctx: Hands<'_, '_>, p: &mut Proposer) {
        let value = ctx.me().index() % WORDS.len();
        let operation = ctx.invoke(PROPOSE, vec![value as u64]);
        self.propose(ctx, p, Wish { value: Word(value as u8), operation });
    }

    fn propose(&self, ctx: Hands<'_, '_>, p: &mut Proposer, wish: Wish) {
        let told = wish.value.told();
        match (p.chosen, p.wish) {
            (Some(chosen), _) => {
                ctx.why(&rules::KNOWN, &[], &[chosen.told()]);
                answer(ctx, wish, chosen);
            }
            (None, Some(other)) => {
                ctx.why(&rules::BUSY, &[], &[told, other.value.told()]);
                ctx.returned(wish.operation, Outcome::Fail);
            }
            (None, None) => {
                p.wish = Some(wish);
                if p.phase.is_open() {
                    ctx.why(&rules::WISH_JOINS, &[], &[told]);
                } else {
                    ctx.why(&rules::WISH, &[], &[told]);
                    self.begin_ballot(ctx, p);
                }
            }
        }
    }

    /// A learner asks for a proposal (§2.3).
    pub(super) fn on_ask(&self, ctx: Hands<'_, '_>, p: &mut Proposer, from: NodeId) {
        if p.phase.is_open() {
            return ctx.why(&rules::ASKED_BUSY, &[], &[from.0.into()]);
        }
        ctx.why(&rules::ASKED, &[], &[from.0.into()]);
        self.begin_ballot(ctx, p);
    }

    /// Phase 1 (a): a ballot above all it has used or heard of.
    fn begin_ballot(&self, ctx: Hands<'_, '_>, p: &mut Proposer) {
        let highest = p.heard.max(p.round);
        let Some(round) = highest.checked_add(1) else { return ctx.why(&rules::OUT_OF_ROUNDS, &[], &[]) };
        let ballot = Ballot { round, owner: (!self.shares_ballots).then_some(ctx.me()) };
        p.round = round;
        p.heard = round;
        let none = AcceptorSet::default();
        p.phase = Phase::Preparing { ballot, promises: none, refusals: none, reported: None };
        let holds = [!self.forgets_round, !self.shares_ballots && !self.forgets_round];
        ctx.why(&rules::PREPARE, &holds, &[ballot.told(), highest.into()]);
        ctx.mark(MarkKind::NewTerm);
        ctx.cancel_timer(Timer::BackOff);
        ctx.set_timer(Timer::Ballot, self.ballot_timeout_us, self.ballot_timeout_us);
        for acceptor in self.acceptors() {
            ctx.send(acceptor, Msg::Prepare { ballot });
        }
    }

    /// Promise: the answer to a prepare request.
    pub(super) fn on_promise(
        &self,
        ctx: Hands<'_, '_>,
        p: &mut Proposer,
        from: NodeId,
        of: Ballot,
        accepted: Option<Proposal>,
    ) {
        let Some(acceptor) = self.acceptor_number(from) else { return };
        let id = u64::from(from.0);
        let (ballot, count, reported) = match &mut p.phase {
            Phase::Preparing { ballot, promises, reported, .. } if *ballot == of => {
                promises.insert(acceptor);
                *reported = (*reported).max(accepted);
                (*ballot, promises.count(), *reported)
            }
            _ => return ctx.why(&rules::IGNORE_PROMISE, &[], &[id, of.told()]),
        };
        if let Some(had) = accepted {
            ctx.why(&rules::REPORTED, &[], &[id, had.value.told(), had.ballot.told()]);
        }
        if count < self.majority() {
            let values = [count as u64, self.n as u64, ballot.told(), self.majority() as u64];
            return ctx.why(&rules::COUNT_PROMISE, &[], &values);
        }
        match self.value_for(ctx, p, ballot, count, reported) {
            Some(value) => self.make_proposal(ctx, p, Proposal { ballot, value }),
            None => {
                p.phase = Phase::Idle;
                p.failures = 0;
                ctx.cancel_timer(Timer::Ballot);
                ctx.cancel_timer(Timer::BackOff);
            }
        }
    }

    /// Which value a ballot with a majority of promises must carry; `None` if there is nothing to propose.
    fn value_for(
        &self,
        ctx: Hands<'_, '_>,
        p: &Proposer,
        ballot: Ballot,
        count: usize,
        reported: Option<Proposal>,
    ) -> Option<Word> {
        let own = p.wish.map(|wish| wish.value);
        let (ballot, count, n) = (ballot.told(), count as u64, self.n as u64);
        match (choice(reported, own), own) {
            (Choice::Nothing, _) => {
                ctx.why(&rules::NOTHING_TO_PROPOSE, &[true, true], &[ballot, count, n]);
                None
            }
            (Choice::Free(own), _) => {
                ctx.why(&rules::FREE_CHOICE, &[true, true], &[own.told(), ballot, count, n]);
                Some(own)
            }
            (Choice::Bound(had), Some(own)) if self.ignores_accepted => {
                let values = [own.told(), ballot, had.value.told(), had.ballot.told(), count, n];
                ctx.why(&rules::IGNORE_ACCEPTED, &[true, false], &values);
                Some(own)
            }
            (Choice::Bound(had), own) => {
                let rule = match own {
                    Some(own) if own != had.value => &rules::ADOPT,
                    Some(_) => &rules::ADOPT_SAME,
                    None => &rules::ADOPT_ASKED,
                };
                let own = own.map_or(0, Word::told);
                ctx.why(rule, &[true, true], &[had.value.told(), ballot, had.ballot.told(), own, count, n]);
                Some(had.value)
            }
        }
    }

    /// Phase 2 (a). It asks all acceptors to accept, not only those that promised: any majority will do (§2.2).
    fn make_proposal(&self, ctx: Hands<'_, '_>, p: &mut Proposer, proposal: Proposal) {
        let Phase::Preparing { refusals, .. } = p.phase else { return };
        p.phase = Phase::Proposing { proposal, accepted: AcceptorSet::default(), refusals };
        ctx.proposed(THE_CHOICE, &proposal.value);
        for acceptor in self.acceptors() {
            ctx.send(acceptor, Msg::Accept(proposal));
        }
    }

    /// Accepted: a proposer learns as a learner does, for its own ballot (§2.3).
    pub(super) fn on_accepted(
        &self,
        ctx: Hands<'_, '_>,
        p: &mut Proposer,
        from: NodeId,
        of: Proposal,
    ) {
        let Some(acceptor) = self.acceptor_number(from) else { return };
        let (value, ballot) = (of.value.told(), of.ballot.told());
        let count = match &mut p.phase {
            Phase::Proposing { proposal, accepted, .. } if *proposal == of => {
                accepted.insert(acceptor);
                accepted.count()
            }
            Phase::Succeeded { proposal, accepted } if *proposal == of => {
                accepted.insert(acceptor);
                return ctx.why(&rules::ACCEPTED_AFTER, &[], &[from.0.into(), value, ballot]);
            }
            Phase::Idle => return ctx.why(&rules::IGNORE_ACCEPTED_IDLE, &[], &[from.0.into(), value, ballot]),
            _ => return ctx.why(&rules::IGNORE_ACCEPTED_LATE, &[], &[from.0.into(), value, ballot]),
        };
        let values = [value, ballot, count as u64, self.n as u64, self.majority() as u64];
        if count >= self.majority() {
            ctx.why(&rules::CHOSEN, &[true], &values);
            ctx.mark(MarkKind::Decided);
            ctx.decided(THE_CHOICE, &of.value);
            become_succeeded(ctx, p, of);
        } else {
            ctx.why(&rules::COUNT_ACCEPTED, &[], &values);
        }
    }

    /// Refused: an acceptor has promised a higher ballot, so this one should be abandoned (§2.2).
    pub(super) fn on_refused(
        &self,
        ctx: Hands<'_, '_>,
        p: &mut Proposer,
        from: NodeId,
        of: Ballot,
        promised: Ballot,
    ) {
        let Some(acceptor) = self.acceptor_number(from) else { return };
        p.heard = p.heard.max(promised.round);
        let values = [from.0.into(), of.told(), promised.told()];
        match &mut p.phase {
            Phase::Preparing { ballot, refusals, .. } if *ballot == of => refusals.insert(acceptor),
            Phase::Proposing { proposal, refusals, .. } if proposal.ballot == of => refusals.insert(acceptor),
            _ => return ctx.why(&rules::IGNORE_REFUSAL, &[], &values),
        }
        ctx.why(&rules::OUTBID, &[false], &values);
        self.try_again(ctx, p);
    }

    /// A ballot has taken too long.
    pub(super) fn on_ballot_timeout(&self, ctx: Hands<'_, '_>, p: &mut Proposer) {
        if let (true, Some(ballot)) = (p.phase.is_open(), p.phase.ballot()) {
            ctx.why(&rules::TIMED_OUT, &[!ctx.is_early()], &[ballot.told()]);
            self.try_again(ctx, p);
        }
    }

    /// After a ballot came to nothing: at once another one, or after a while drawn at random, longer each time (§2.4:
    /// progress needs randomness or real time). Until the next one begins, answers to the old one still count.
    fn try_again(&self, ctx: Hands<'_, '_>, p: &mut Proposer) {
        if !self.backs_off {
            ctx.why(&rules::AT_ONCE, &[], &[]);
            return self.begin_ballot(ctx, p);
        }
        if ctx.is_set(Timer::BackOff) {
            return;
        }
        p.failures = (p.failures + 1).min(FAILURES_MAX);
        let longest_us = self.back_off_us << (p.failures - 1);
        ctx.why(&rules::BACK_OFF, &[], &[longest_us, p.failures.into()]);
        ctx.set_timer(Timer::BackOff, MS.min(longest_us), longest_us);
    }

    /// The back-off is over.
    pub(super) fn on_back_off_over(&self, ctx: Hands<'_, '_>, p: &mut Proposer) {
        if p.phase.is_open() {
            ctx.why(&rules::TRY_AGAIN, &[!ctx.is_early()], &[]);
            self.begin_ballot(ctx, p);
        }
    }
}

/// A majority accepted: the value is chosen, and whoever asked is answered.
fn become_succeeded(ctx: Hands<'_, '_>, p: &mut Proposer, proposal: Proposal) {
    let Phase::Proposing { accepted, .. } = p.phase else { return };
    p.phase = Phase::Succeeded { proposal, accepted };
    p.failures = 0;
    p.chosen = Some(proposal.value);
    ctx.cancel_timer(Timer::Ballot);
    ctx.cancel_timer(Timer::BackOff);
    if let Some(wish) = p.wish.take() {
        answer(ctx, wish, proposal.value);
    }
}

/// Answers whoever asked with what is chosen: the value asked for, or another one, and then never that.
fn answer(ctx: Hands<'_, '_>, wish: Wish, chosen: Word) {
    if wish.value == chosen {
        ctx.why(&rules::ANSWER_CHOSEN, &[], &[chosen.told()]);
    } else {
        ctx.why(&rules::ANSWER_OTHER, &[], &[chosen.told(), wish.value.told()]);
    }
    ctx.returned(wish.operation, Outcome::Ok(vec![chosen.0.into()]));
}

/// An agent that is no proposer is asked to propose.
pub(super) fn refuse_operation(ctx: Hands<'_, '_>, operation: OperationId) {
    ctx.why(&rules::NOT_A_PROPOSER, &[], &[]);
    ctx.returned(operation, Outcome::Fail);
}
