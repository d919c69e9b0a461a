//! Messages that were lost come again: replicas say how far they are, and are sent what they lack (Castro and Liskov 2002).
//!
//! The paper's replicas send each other their own messages again. Here a replica that has a whole certificate sends that:
//! it is made of signed messages, so it proves itself, whoever sends it and in whatever view the receiver is.

use super::message::{CommittedCert, Msg, Phase, Status, Transfer};
use super::normal::id;
use super::signing::Signed;
use super::state::{Replica, Slot, Timer, View};
use super::{Hands, Pbft, rules};
use crate::id::NodeId;
use crate::trace::Rule;
use std::sync::Arc;

/// Sequence numbers one status is answered with at most.
const HELP_MAX: usize = 8;

impl Pbft {
    /// The next status is due after about the interval; not everybody's at once.
    pub(super) fn set_status_timer(&self, ctx: Hands<'_, '_>) {
        if self.status_us > 0 {
            ctx.set_timer(Timer::Status, self.status_us, self.status_us + self.status_us / 4);
        }
    }

    /// Says how far it is: to all while it waits for something, else to one after the other. Requests that it waits for may
    /// have been lost on their way to the primary, and their clients may be gone.
    pub(super) fn on_status_due(&self, ctx: Hands<'_, '_>, r: &mut Replica) {
        self.set_status_timer(ctx);
        self.adopt_proved_checkpoint(ctx, r);
        let (view, is_active, executed) = (r.disk.view, r.disk.is_active(), r.disk.executed);
        ctx.why(&rules::SEND_STATUS, &[], &[view.0, executed]);
        let status = Msg::Status(self.sign(ctx, Status { view, is_active, stable: r.disk.stable.seq, executed }));
        // Checkpoints that are not stable yet may have been lost on their way to others.
        let me = ctx.me();
        for checkpoint in r.disk.checkpoints.iter().filter(|checkpoint| checkpoint.signer() == me) {
            ctx.why(&rules::REPEAT_CHECKPOINT, &[], &[checkpoint.seq]);
            self.multicast(ctx, &Msg::Checkpoint(checkpoint.clone()));
        }
        if is_active && !r.has_work() && !r.disk.lacks_state() {
            r.next_peer = (r.next_peer + 1) % (self.n as u16 - 1);
            // The replicas but this one, counted from the one after it.
            let peer = (ctx.me().index() + 1 + usize::from(r.next_peer)) % self.n;
            return ctx.send(NodeId::at(peer), status);
        }
        self.multicast(ctx, &status);
        let Some(change) = r.disk.moving.clone() else { return self.relay_waiting(ctx, r, &rules::RELAY_AGAIN) };
        ctx.why(&rules::REPEAT_VIEW_CHANGE, &[], &[view.0]);
        self.multicast(ctx, &Msg::ViewChange(change));
        // Whoever takes part in an earlier view can still execute them there.
        for request in &r.waiting {
            ctx.why(&rules::SPREAD, &[], &[id(request.signer()), request.timestamp.into(), view.0]);
            self.multicast(ctx, &Msg::Request(request.clone()));
        }
    }

    /// A backup relays what it waits for to the primary of its view, unless that has proposed it.
    pub(super) fn relay_waiting(&self, ctx: Hands<'_, '_>, r: &Replica, rule: &'static Rule) {
        let primary = self.primary(r.disk.view);
        if primary == ctx.me() {
            return;
        }
        for request in r.waiting.iter().filter(|request| r.disk.proposed_at(request).is_none()) {
            ctx.why(rule, &[], &[id(request.signer()), request.timestamp.into(), id(primary)]);
            ctx.send(primary, Msg::Request(request.clone()));
        }
    }

    /// STATUS: sends its sender what it lacks.
    pub(super) fn on_status(&self, ctx: Hands<'_, '_>, r: &Replica, msg: &Signed<Status>) {
        if !self.is_of_replica(ctx, msg) {
            return;
        }
        let (to, status) = (msg.signer(), **msg);
        let mut helps: Vec<Msg> = vec![];
        let stable = &r.disk.stable;
        if let Some(machine) = stable.machine.filter(|_| status.stable < stable.seq || status.executed < stable.seq) {
            let checkpoints = Arc::clone(&stable.proof);
            helps.push(Msg::State(Arc::new(Transfer { checkpoints, machine })));
        }
        let own = ctx.me();
        let is_with_me = status.is_active && r.disk.is_active() && status.view == r.disk.view;
        let lacked = r.disk.slots.iter().filter(|slot| slot.seq > status.executed);
        for slot in lacked.take(HELP_MAX) {
            match &slot.committed {
                Some(cert) => helps.push(Msg::Committed(cert.clone())),
                None if is_with_me => helps.extend(own_messages(slot, r.disk.view, own)),
                None => {}
            }
        }
        let is_behind = status.view < r.disk.view || (status.view == r.disk.view && !status.is_active);
        let helps_into_view = is_behind && r.disk.new_view.is_some();
        if helps.is_empty() && !helps_into_view {
            let rule = if is_with_me { &rules::NO_HELP } else { &rules::NO_PROOF };
            return ctx.why(rule, &[], &[id(to)]);
        }
        if !helps.is_empty() {
            let said = [id(to), status.executed, helps.len() as u64];
            ctx.why(&rules::HELP, &[true], &said);
        }
        helps.into_iter().for_each(|msg| ctx.send(to, msg));
        if helps_into_view {
            self.help_into_view(ctx, r, to);
        }
    }

    /// The proof that a request is committed: good in any view, since whatever is committed once is committed for ever.
    pub(super) fn on_committed(
        &self,
        ctx: Hands<'_, '_>,
        r: &mut Replica,
        from: NodeId,
        cert: CommittedCert,
    ) {
        let Some(seq) = self.committed_at(&cert) else {
            return ctx.why(&rules::REJECT_COMMITTED, &[], &[id(from)]);
        };
        if !self.is_in_window(&r.disk, seq) {
            let (low, high) = (r.disk.stable.seq, self.high(&r.disk));
            return ctx.why(&rules::OUTSIDE_WINDOW, &[false], &[id(from), seq, low, high]);
        }
        if r.disk.slot(seq).is_some_and(|slot| slot.committed.is_some()) {
            return ctx.why(&rules::HAS_ALREADY, &[], &[id(from), seq]);
        }
        let digest = super::message::digest_of(cert.request.as_ref());
        let is_proved = self.holds_by_the_paper(|paper| paper.committed_at(&cert).is_some());
        let count = cert.commits.iter().filter(|commit| commit.is_genuine(&self.keys)).count() as u64;
        let said = [id(from), seq, digest.short(), count, self.quorum_due() as u64];
        ctx.why(&rules::TAKE_COMMITTED, &[is_proved], &said);
        ctx.decided(seq, &digest);
        r.disk.slot_mut(seq).committed = Some(cert);
        self.execute_ready(ctx, r, Some(seq));
        self.mind_patience(ctx, r);
    }
}

/// What a replica itself said in a view about a sequence number, and the pre-prepare it accepted.
fn own_messages(slot: &Slot, view: View, own: NodeId) -> impl Iterator<Item = Msg> {
    let proposal = slot.proposal_in(view).cloned().map(Msg::PrePrepare);
    let votes = [Phase::Prepare, Phase::Commit].map(|phase| {
        let mut votes = slot.votes(phase).iter();
        votes.find(|vote| vote.signer() == own && vote.view == view).cloned().map(Msg::Vote)
    });
    proposal.into_iter().chain(votes.into_iter().flatten())
}
