//! Phase 1, once for all slots: ballots, promises, taking over, and being pre-empted (Lamport 2001 §2.2, §3).

use super::message::{Msg, Prepare, Promise, Refused};
use super::state::{Ballot, Candidate, Leader, Role, Server, ServerDisk, ServerSet, Timer, pop_front_if};
use super::{MultiPaxos, rules};
use crate::id::NodeId;
use crate::protocol::Ctx;
use crate::toolkit::log::Tally;
use crate::trace::MarkKind;
use std::collections::VecDeque;

type Hands<'a, 'b> = &'a mut Ctx<'b, MultiPaxos>;

impl MultiPaxos {
    /// A server starts with what is on its disk. It knows nothing to be chosen: that comes back from a leader, or by
    /// choosing it again.
    pub(super) fn start_server(&self, ctx: Hands<'_, '_>, disk: ServerDisk) -> Server {
        let is_bound = disk.promised > Ballot::default();
        let rule = if is_bound { &rules::START } else { &rules::START_WITHOUT_PROMISE };
        ctx.why(rule, &[], &[disk.promised.0]);
        self.set_election_timer(ctx);
        Server {
            disk,
            chosen: 0,
            last_applied: 0,
            early: Vec::new(),
            applied: Tally::default(),
            leader: None,
            told: 0,
            role: Role::Follower,
            machine: super::machine::Machine::default(),
        }
    }

    /// No leader was heard for a while, or phase 1 came to nothing: begin a ballot of its own above all it has seen.
    pub(super) fn on_election_timeout(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        let me = ctx.me();
        let before = s.disk.promised.max(s.disk.used);
        let ballot = before.next_of(me, self.n);
        ctx.why(&rules::BEGIN_BALLOT, &[true, !ctx.is_early()], &[ballot.0, before.0, s.chosen + 1]);
        ctx.mark(MarkKind::NewTerm);
        let from = s.chosen + 1;
        s.disk.used = ballot;
        s.disk.promised = ballot;
        s.leader = None;
        let mut candidate =
            Candidate { ballot, promises: ServerSet::only(me), adopted: Vec::new(), chosen: s.chosen };
        // Its own promise needs no message.
        candidate.take_in(s.disk.votes_from(from));
        s.role = Role::Candidate(candidate);
        self.set_election_timer(ctx);
        if self.skips_phase_1 {
            ctx.why(&rules::SKIP_PHASE_1, &[false], &[ballot.0, 1, self.majority() as u64]);
            return self.become_leader(ctx, s);
        }
        for peer in self.peers(me) {
            ctx.send(peer, Msg::Prepare(Prepare { ballot, from }));
        }
        self.count_promises(ctx, s);
    }

    /// Phase 1a, receiver: promises, unless it has promised a higher ballot (§2.2). The promise tells all it has accepted
    /// from the slot asked for on, in one message for all of them (§3).
    pub(super) fn on_prepare(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, ask: Prepare) {
        let before = s.disk.promised;
        if !s.disk.may_answer(ask.ballot) {
            let values = [from.0.into(), ask.ballot.0, before.0];
            ctx.why(&rules::REFUSE_PREPARE, &[false], &values);
            return Self::refuse(ctx, s, from, ask.ballot);
        }
        if ask.ballot > before {
            self.give_way(ctx, s, from, ask.ballot);
            s.leader = None;
        }
        let votes: super::message::List<_> = s.disk.votes_from(ask.from).collect();
        let values = [from.0.into(), ask.ballot.0, before.0, votes.len() as u64, ask.from];
        let rule = if votes.is_empty() { &rules::PROMISE_NOTHING } else { &rules::PROMISE };
        ctx.why(rule, &[true], &values);
        if !matches!(s.role, Role::Leader(_)) {
            self.set_election_timer(ctx);
        }
        ctx.send(from, Msg::Promise(Promise { ballot: ask.ballot, chosen: s.chosen, votes }));
    }

    /// Phase 1b arrives at the candidate.
    pub(super) fn on_promise(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, msg: &Promise) {
        let said = [from.0.into(), msg.ballot.0];
        let candidate = match &mut s.role {
            Role::Candidate(candidate) if candidate.ballot == msg.ballot => candidate,
            _ => return ctx.why(&rules::IGNORE_PROMISE, &[false], &said),
        };
        if candidate.promises.has(from) {
            return ctx.why(&rules::IGNORE_PROMISE, &[true, false], &said);
        }
        candidate.promises.insert(from);
        candidate.chosen = candidate.chosen.max(msg.chosen);
        candidate.take_in(msg.votes.iter().copied());
        self.count_promises(ctx, s);
    }

    fn count_promises(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        let Role::Candidate(candidate) = &s.role else { return };
        let (count, majority) = (candidate.promises.count(), self.majority());
        let values =
            [count as u64, self.n as u64, candidate.ballot.0, majority as u64, candidate.promises.bits()];
        if count >= majority {
            ctx.why(&rules::ELECTED, &[true], &values);
            self.become_leader(ctx, s);
        } else if count > 1 {
            ctx.why(&rules::COUNT_PROMISE, &[], &values);
        }
    }

    /// Takes the lead: a majority has promised, so nothing can be chosen at a lower ballot any more, except what the
    /// promises tell of (§2.2). The commands they tell of are bound to their slots, and gaps between them will be
    /// filled with no-ops (§3).
    fn become_leader(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        let role = std::mem::replace(&mut s.role, Role::Follower);
        let Role::Candidate(Candidate { ballot, adopted, chosen, .. }) = role else { return };
        ctx.mark(MarkKind::Elected);
        ctx.cancel_timer(Timer::Election);
        ctx.set_timer(Timer::Heartbeat, self.heartbeat_us, self.heartbeat_us);
        s.leader = Some(ctx.me());
        let mut adopted = VecDeque::from(adopted);
        let before = s.chosen;
        while let Some(vote) = pop_front_if(&mut adopted, |vote| vote.slot <= chosen) {
            // SUBTLE: in a slot that a promiser knows to be chosen, the command of the highest ballot is the chosen one.
            // This server may take it as accepted at its own ballot: nothing else can be proposed there at that ballot.
            s.disk.accept(vote.slot, ballot, vote.command);
            s.chosen = s.chosen.max(vote.slot);
        }
        if s.chosen > before {
            ctx.why(&rules::LEARN_FROM_PROMISES, &[], &[before + 1, s.chosen]);
        }
        s.role = Role::Leader(Leader {
            ballot,
            adopted,
            next_slot: s.chosen + 1,
            open: VecDeque::new(),
            waiting: VecDeque::new(),
        });
        self.apply_chosen(ctx, s);
        self.propose_all(ctx, s);
        self.send_heartbeats(ctx, s);
    }

    /// A higher ballot than its own promise: promise it, and stop leading or standing for a lower one.
    pub(super) fn give_way(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, ballot: Ballot) {
        let was = s.disk.promised;
        s.disk.promised = ballot;
        s.told = 0;
        let values = [from.0.into(), ballot.0, was.0];
        match std::mem::replace(&mut s.role, Role::Follower) {
            Role::Follower => {}
            Role::Candidate(_) => {
                ctx.why(&rules::CANDIDATE_GIVES_WAY, &[true], &values);
                self.set_election_timer(ctx);
            }
            Role::Leader(_) => {
                ctx.why(&rules::LEADER_GIVES_WAY, &[true], &values);
                ctx.mark(MarkKind::Lost);
                ctx.cancel_timer(Timer::Heartbeat);
                s.leader = None;
                self.set_election_timer(ctx);
            }
        }
    }

    /// Tells a proposer that a higher ballot was promised, so that it need not wait for an answer (§2.2).
    pub(super) fn refuse(ctx: Hands<'_, '_>, s: &Server, to: NodeId, ballot: Ballot) {
        ctx.send(to, Msg::Refused(Refused { ballot, promised: s.disk.promised }));
    }

    /// A refusal arrives.
    pub(super) fn on_refused(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, msg: Refused) {
        let holds = [!matches!(s.role, Role::Follower), msg.promised > s.disk.promised];
        if holds != [true, true] {
            let said = [from.0.into(), msg.ballot.0, msg.promised.0, s.disk.promised.0];
            return ctx.why(&rules::IGNORE_REFUSAL, &holds, &said);
        }
        self.give_way(ctx, s, from, msg.promised);
    }

    /// Somebody leads a ballot: follow it. `false` if the ballot is below the promise.
    pub(super) fn follow(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, ballot: Ballot) -> bool {
        if !s.disk.may_answer(ballot) {
            return false;
        }
        if ballot > s.disk.promised {
            self.give_way(ctx, s, from, ballot);
        }
        if s.leader != Some(from) {
            s.leader = Some(from);
            s.told = 0;
        }
        self.set_election_timer(ctx);
        true
    }

    fn set_election_timer(&self, ctx: Hands<'_, '_>) {
        ctx.set_timer(Timer::Election, self.election_timeout_min_us, self.election_timeout_max_us);
    }
}
