//! Reads that do not go through the log (§8; thesis §6.4).
//!
//! A read changes nothing, so it needs no entry. But a leader that was deposed without noticing would answer with what
//! is old. So it notes its commit index, the *read index*, asks its followers whether it still leads, and once a majority
//! has answered and all up to the read index is applied, it reads its own state machine.
//!
//! A *lease* spares it even that: who answered a heartbeat will not vote for another within the minimum election
//! timeout, if it keeps to that rule (check-quorum) and its clock runs no faster than the leader's. No clock is bound to.
//! Nor does check-quorum suffice where clocks run alike: a voter that restarts forgets that it heard a leader, and one to
//! whom the leader hands over is voted for at once, though the next round begins another lease. So it is a twin.

use super::machine::{CLIENTS_MAX, Call};
use super::message::{ClientRequest, ReplyOutcome};
use super::state::{Index, Leader, Role, Server, ServerSet};
use super::{Raft, rules};
use crate::id::NodeId;
use crate::protocol::Ctx;

type Hands<'a, 'b> = &'a mut Ctx<'b, Raft>;

/// What a leader knows of the reads it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ReadState {
    /// The latest round of heartbeats.
    pub round: u32,
    /// Reads that wait, one for each client at most.
    pub asked: Vec<ReadAsked>,
    /// When the latest round began, on its own clock, until a majority has answered it. With leases only.
    pub sent_at_us: Option<u64>,
    /// Until when it may read without asking, on its own clock; 0 without a lease.
    pub lease_until_us: u64,
}

/// A read that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReadAsked {
    /// Who asks.
    pub client: NodeId,
    /// The client's number for it.
    pub sequence: u32,
    /// What to read.
    pub call: Call,
    /// What must be applied first.
    pub read_index: Index,
    /// The round of heartbeats that a majority must answer first.
    pub round: u32,
}

impl Leader {
    /// Who has answered a round, and itself.
    pub(super) fn acked(&self, me: NodeId, round: u32) -> ServerSet {
        let acked = (0..).map(NodeId).zip(&self.progress).filter(|(_, progress)| progress.round >= round);
        acked.fold(ServerSet::only(me), |set, (id, _)| set.with(id))
    }
}

impl Raft {
    /// Whether reads wait for rounds of heartbeats rather than for entries.
    pub(super) const fn counts_rounds(&self) -> bool {
        self.reads_by_index || self.reads_by_lease
    }

    /// A leader is asked for a read.
    pub(super) fn on_read(&self, ctx: Hands<'_, '_>, s: &mut Server, client: NodeId, ask: ClientRequest) {
        let committed_own = s.has_committed_own();
        let is_alone = s.config.has_majority(ServerSet::only(ctx.me()));
        let own = s.disk.first_index_of(s.disk.current_term);
        let Role::Leader(leader) = &mut s.role else { return };
        let ClientRequest { sequence, call } = ask;
        let id = u64::from(client.0);
        let now = ctx.clock().0;
        if self.reads_by_lease && committed_own && now < leader.reads.lease_until_us {
            let left = leader.reads.lease_until_us - now;
            ctx.why(&rules::LEASE_READ, &[is_alone, true, true], &[id, left, s.last_applied]);
            return Self::reply(ctx, client, sequence, ReplyOutcome::Applied(s.machine.read(call)));
        }
        // SUBTLE: a new leader does not know what is committed until an entry of its own term is (§8). Its no-op will do.
        let read_index = if committed_own { s.commit_index } else { own };
        leader.reads.asked.retain(|read| read.client != client);
        let round = self.begin_round(ctx, leader);
        if leader.reads.asked.len() < CLIENTS_MAX {
            leader.reads.asked.push(ReadAsked { client, sequence, call, read_index, round });
        }
        let values = [id, sequence.into(), read_index, round.into(), s.disk.current_term.0];
        ctx.why(&rules::READ_ASKED, &[committed_own], &values);
        self.send_to_all(ctx, s);
        self.answer_reads(ctx, s);
    }

    /// The heartbeats that follow belong to the next round.
    pub(super) fn begin_round(&self, ctx: Hands<'_, '_>, leader: &mut Leader) -> u32 {
        leader.reads.round = leader.reads.round.wrapping_add(1);
        if self.reads_by_lease {
            leader.reads.sent_at_us = Some(ctx.clock().0);
        }
        leader.reads.round
    }

    /// A follower answers a round.
    pub(super) fn on_round(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, round: u32) {
        let me = ctx.me();
        let Role::Leader(leader) = &mut s.role else { return };
        let progress = &mut leader.progress[from.index()];
        if round <= progress.round {
            return;
        }
        progress.round = round;
        let latest = leader.reads.round;
        let sent_at = leader.reads.sent_at_us.filter(|_| s.config.has_majority(leader.acked(me, latest)));
        if let Some(sent_at) = sent_at {
            leader.reads.sent_at_us = None;
            leader.reads.lease_until_us = sent_at + self.election_timeout_min_us;
            ctx.why(&rules::LEASE, &[true], &[latest.into(), self.election_timeout_min_us]);
        }
        self.answer_reads(ctx, s);
    }

    /// Answers the reads that need wait no longer (thesis §6.4, steps 3 to 5).
    pub(super) fn answer_reads(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        let (me, applied, config) = (ctx.me(), s.last_applied, s.config);
        let Role::Leader(leader) = &mut s.role else { return };
        if leader.reads.asked.is_empty() {
            return;
        }
        let may_answer = |leader: &Leader, read: &ReadAsked| {
            read.read_index <= applied && config.has_majority(leader.acked(me, read.round))
        };
        let ready: Vec<_> =
            leader.reads.asked.iter().filter(|read| may_answer(leader, read)).copied().collect();
        for read in ready {
            leader.reads.asked.retain(|other| *other != read);
            let values = [read.client.0.into(), read.sequence.into(), read.round.into(), read.read_index, applied];
            ctx.why(&rules::READ_INDEX, &[true, true], &values);
            Self::reply(ctx, read.client, read.sequence, ReplyOutcome::Applied(s.machine.read(read.call)));
        }
    }
}
