//! Handing over (thesis §3.10): a leader brings another server's log up to date and tells it to stand for election at
//! once, before anybody else's timeout runs out.

use super::message::{Msg, TimeoutNow};
use super::state::{Role, Server, Timer};
use super::{Raft, rules};
use crate::id::NodeId;
use crate::protocol::{Ctx, Operation, Outcome};

type Hands<'a, 'b> = &'a mut Ctx<'b, Raft>;

impl Raft {
    /// Somebody asks a server to hand over its leadership. The answer says that it began to, not that it succeeded.
    pub(super) fn on_transfer_operation(&self, ctx: Hands<'_, '_>, s: &mut Server, operation: &Operation) {
        let target = NodeId::at(operation.args.first().map_or(0, |to| *to as usize));
        let is_voter = s.config.electorate().has(target) && target != ctx.me();
        let Role::Leader(leader) = &mut s.role else {
            ctx.why(&rules::REFUSE_TRANSFER, &[false, is_voter, true], &[target.0.into()]);
            return ctx.returned(operation.id, Outcome::Fail);
        };
        let is_free = leader.transfer.is_none();
        if !is_voter || !is_free {
            ctx.why(&rules::REFUSE_TRANSFER, &[true, is_voter, is_free], &[target.0.into()]);
            return ctx.returned(operation.id, Outcome::Fail);
        }
        leader.transfer = Some(target);
        // From now on an election may happen that the lease does not know of.
        leader.reads.lease_until_us = 0;
        leader.reads.sent_at_us = None;
        ctx.why(&rules::TRANSFER, &[true, true, true], &[target.0.into()]);
        ctx.set_timer(Timer::Transfer, self.election_timeout_min_us, self.election_timeout_min_us);
        ctx.returned(operation.id, Outcome::Ok(Vec::new()));
        self.go_on_handing_over(ctx, s, target);
    }

    /// Sends what the target lacks; or, if it lacks nothing, tells it to stand.
    pub(super) fn go_on_handing_over(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId) {
        let Role::Leader(leader) = &s.role else { return };
        if leader.transfer != Some(from) {
            return;
        }
        let (matches, last) = (leader.progress[from.index()].match_index, s.disk.log.last_index());
        let values = [from.0.into(), matches, last];
        if matches >= last {
            ctx.why(&rules::SEND_TIMEOUT_NOW, &[true], &values);
            ctx.send(from, Msg::TimeoutNow(TimeoutNow { term: s.disk.current_term }));
        } else {
            ctx.why(&rules::CATCH_UP, &[false], &values);
            self.send_to(ctx, s, from);
        }
    }

    /// About an election timeout has passed, and nobody else leads: go on leading.
    pub(super) fn on_transfer_timeout(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        let Role::Leader(leader) = &mut s.role else { return };
        if let Some(target) = leader.transfer.take() {
            ctx.why(&rules::TRANSFER_ABORTED, &[!ctx.is_early()], &[target.0.into()]);
        }
    }

    /// TimeoutNow, receiver: as if its election timeout had run out, and without asking for pre-votes.
    pub(super) fn on_timeout_now(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, msg: TimeoutNow) {
        if msg.term > s.disk.current_term {
            self.on_later_term(ctx, s, from, msg.term);
        }
        let mine = s.disk.current_term;
        let stands = self.stands(s, ctx.me());
        let (is_current, follows) = (msg.term == mine, !matches!(s.role, Role::Leader(_)));
        let values = [from.0.into(), msg.term.0, mine.0, mine.next().0];
        if !is_current || !follows || !stands {
            return ctx.why(&rules::IGNORE_TIMEOUT_NOW, &[is_current, follows && stands], &values);
        }
        ctx.why(&rules::TIMEOUT_NOW, &[true, true], &values);
        self.forget_leader_heard(ctx, s);
        self.become_candidate(ctx, s, true);
    }
}
