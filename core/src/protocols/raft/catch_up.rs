//! Catching up before voting (thesis §4.2.1): a new server first learns, in rounds. In each it is sent what the log held
//! when the round began. Once a round takes less than an election timeout, little is left to send: then it may vote, and
//! nobody has to wait for it. After ten rounds the leader gives up: the server is too slow. So it does when a round is not
//! over after ten of the longest election timeouts by its own clock: then the server is unavailable, or as good as that.

use super::config::Config;
use super::state::{Index, Leader, Role, Server, Timer};
use super::{Raft, rules};
use crate::id::NodeId;
use crate::protocol::Ctx;

type Hands<'a, 'b> = &'a mut Ctx<'b, Raft>;

/// Rounds after which a leader gives up.
const ROUNDS_MAX: u8 = 10;

/// Longest election timeouts after which a leader gives up in a round.
const ROUND_TIMEOUTS_MAX: u64 = 10;

/// A server that catches up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct CatchUp {
    /// Which.
    pub server: NodeId,
    /// The round, from 1.
    pub round: u8,
    /// What the log held when the round began.
    pub target: Index,
    /// When it began, on the leader's own clock.
    pub began_us: u64,
}

impl Raft {
    /// The next round begins.
    pub(super) fn begin_catching_up(&self, ctx: Hands<'_, '_>, s: &mut Server, server: NodeId, round: u8) {
        let (target, began_us) = (s.disk.log.last_index(), ctx.clock().0);
        let Role::Leader(leader) = &mut s.role else { return };
        if round > ROUNDS_MAX {
            end_catching_up(ctx, leader);
            return ctx.why(&rules::TOO_SLOW, &[false], &[server.0.into(), ROUNDS_MAX.into()]);
        }
        leader.catching_up = Some(Box::new(CatchUp { server, round, target, began_us }));
        ctx.why(&rules::ROUND, &[], &[server.0.into(), round.into(), target]);
        ctx.set_timer(Timer::CatchUp, self.round_max_us(), self.round_max_us());
    }

    const fn round_max_us(&self) -> u64 {
        ROUND_TIMEOUTS_MAX * self.election_timeout_max_us
    }

    /// A round is not over in time: give up, if it is the server that is waited for.
    pub(super) fn on_round_timeout(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        let Role::Leader(leader) = &mut s.role else { return };
        let Some(CatchUp { server, round, target, .. }) = leader.catching_up.as_deref().copied() else { return };
        if leader.progress[server.index()].match_index >= target {
            let guards = [true, s.config_index <= s.commit_index, leader.transfer.is_none()];
            ctx.why(&rules::KEEP_WAITING, &guards, &[server.0.into(), target, s.config_index]);
            return ctx.set_timer(Timer::CatchUp, self.round_max_us(), self.round_max_us());
        }
        end_catching_up(ctx, leader);
        let values = [server.0.into(), round.into(), target, self.round_max_us()];
        ctx.why(&rules::UNAVAILABLE, &[false, !ctx.is_early()], &values);
    }

    /// A server has the leader's entries up to an index. Does that end its round?
    pub(super) fn go_on_catching_up(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId) {
        let Role::Leader(leader) = &mut s.role else { return };
        let Some(now) = leader.catching_up.as_deref().copied().filter(|now| now.server == from) else { return };
        let is_settled = s.config_index <= s.commit_index;
        if leader.progress[from.index()].match_index < now.target || !is_settled {
            return;
        }
        let took_us = ctx.clock().0.saturating_sub(now.began_us);
        let values = [from.0.into(), now.round.into(), took_us, self.election_timeout_min_us];
        if took_us >= self.election_timeout_min_us {
            ctx.why(&rules::ROUND_OVER, &[false], &values);
            return self.begin_catching_up(ctx, s, from, now.round + 1);
        }
        if leader.transfer.is_some() {
            return;
        }
        end_catching_up(ctx, leader);
        ctx.why(&rules::CAUGHT_UP, &[true], &values);
        let Config { voters, learners, .. } = s.config;
        let config = Config { voters: voters.with(from), learners: learners.without(from), ..s.config };
        self.append_config(ctx, s, config);
        self.send_to_all(ctx, s);
        self.advance_commit_index(ctx, s);
    }
}

/// Nobody is to catch up any more: it has, or it is given up, or it is no learner any more.
pub(super) fn end_catching_up(ctx: Hands<'_, '_>, leader: &mut Leader) {
    leader.catching_up = None;
    ctx.cancel_timer(Timer::CatchUp);
}
