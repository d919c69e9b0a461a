//! Check-quorum: a leader that hears no majority steps down (thesis §6.2), and who hears a leader ignores candidates
//! (thesis §4.2.3).

use super::state::{Role, Server, ServerSet, Timer};
use super::{Raft, rules};
use crate::protocol::Ctx;

type Hands<'a, 'b> = &'a mut Ctx<'b, Raft>;

impl Raft {
    /// The minimum election timeout has passed since a leader was heard (thesis §4.2.3).
    pub(super) fn on_leader_silent(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        ctx.why(&rules::LEADER_SILENT, &[!ctx.is_early()], &[]);
        s.hears_leader = false;
    }

    /// Forgets that it hears a leader: it does not any more, or its term is over.
    pub(super) fn forget_leader_heard(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        if s.hears_leader {
            s.hears_leader = false;
            ctx.cancel_timer(Timer::LeaderHeard);
        }
    }

    /// A leader that lost touch with the majority steps down, so that clients look elsewhere (thesis §6.2). While the
    /// configuration is C_old,new it takes a majority of either (§6).
    pub(super) fn on_quorum_check(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        let Role::Leader(leader) = &mut s.role else { return };
        let heard = std::mem::replace(&mut leader.heard, ServerSet::only(ctx.me()));
        let is_kept = s.config.has_majority(heard);
        let tally = |voters: ServerSet| [heard.and(voters).count(), voters.count(), voters.majority()];
        let [new, old] = [s.config.voters, s.config.old].map(|voters| tally(voters).map(|count| count as u64));
        let is_due = !ctx.is_early();
        if s.config.is_joint() {
            let rule = if is_kept { &rules::KEPT_QUORUM_JOINT } else { &rules::LOST_QUORUM_JOINT };
            let values = [old[0], old[1], old[2], new[0], new[1], new[2]];
            ctx.why(rule, &[old[0] >= old[2], new[0] >= new[2], is_due], &values);
        } else {
            let rule = if is_kept { &rules::KEPT_QUORUM } else { &rules::LOST_QUORUM };
            ctx.why(rule, &[is_kept, is_due], &new);
        }
        if is_kept {
            self.set_quorum_timer(ctx);
        } else {
            self.become_follower(ctx, s, s.disk.current_term);
        }
    }

    pub(super) fn set_quorum_timer(&self, ctx: Hands<'_, '_>) {
        ctx.set_timer(Timer::QuorumCheck, self.election_timeout_max_us, self.election_timeout_max_us);
    }
}
