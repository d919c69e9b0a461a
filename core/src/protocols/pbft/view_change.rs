//! View changes (§4.4): giving up a view, collecting what was prepared in it, beginning the next one.

use super::certificate::Beginning;
use super::message::{Msg, NewView, PrePrepare, Request, ViewChange};
use super::normal::id;
use super::signing::{Digest, Signed};
use super::state::{Replica, ReplicaDisk, Seq, Stable, Timer, View};
use super::{Hands, Pbft, rules};
use crate::trace::MarkKind;

impl Pbft {
    /// The timer of §4.4 fires.
    pub(super) fn on_patience_over(&self, ctx: Hands<'_, '_>, r: &mut Replica) {
        let view = r.disk.view;
        let waits = !r.disk.is_active() || r.has_work();
        if !waits {
            return ctx.why(&rules::IDLE_TIME_OUT, &[], &[view.0]);
        }
        ctx.why(&rules::TIME_OUT, &[true, !ctx.is_early()], &[view.0, view.next().0]);
        self.move_to(ctx, r, view.next());
    }

    /// Gives up its view: accepts nothing but checkpoints, view-changes and new-views until a later one begins.
    fn move_to(&self, ctx: Hands<'_, '_>, r: &mut Replica, view: View) {
        ctx.mark_of(MarkKind::NewTerm, view.0);
        r.view_changes_in_a_row = r.view_changes_in_a_row.saturating_add(1);
        // What it knows of and has not executed, it still waits for.
        let executed = r.disk.executed;
        let open = r.disk.slots.iter().filter(|slot| slot.seq > executed);
        let open: Vec<_> = open.filter_map(|slot| slot.proposal.as_ref()?.request.clone()).collect();
        open.iter().for_each(|request| self.wait_on(r, request));
        r.disk.view = view;
        r.disk.new_view = None;
        r.awaited = None;
        let prepared: Vec<_> = r.disk.slots.iter().filter_map(|slot| slot.prepared.clone()).collect();
        let said = [view.0, r.disk.stable.seq, prepared.len() as u64];
        let prepared = if self.hides_certificates {
            ctx.why(&rules::SEND_VIEW_CHANGE_BARE, &[prepared.is_empty()], &said);
            vec![]
        } else {
            ctx.why(&rules::SEND_VIEW_CHANGE, &[], &said);
            prepared
        };
        let (stable, checkpoints) = (r.disk.stable.seq, r.disk.stable.proof.clone());
        let change = self.sign(ctx, ViewChange { view, stable, checkpoints, prepared: prepared.into() });
        r.disk.moving = Some(change.clone());
        ctx.cancel_timer(Timer::ViewChange);
        self.multicast(ctx, &Msg::ViewChange(change.clone()));
        keep(r, change);
        self.weigh(ctx, r);
    }

    /// VIEW-CHANGE.
    pub(super) fn on_view_change(&self, ctx: Hands<'_, '_>, r: &mut Replica, msg: Signed<ViewChange>) {
        if !self.is_of_replica(ctx, &msg) {
            return;
        }
        let (from, view, own) = (msg.signer(), msg.view, r.disk.view);
        let flaws = self.flaws(&msg);
        if !(flaws.checkpoint && flaws.certificates) {
            let holds = [
                flaws.checkpoint && self.holds_by_the_paper(|paper| paper.flaws(&msg).checkpoint),
                flaws.certificates && self.holds_by_the_paper(|paper| paper.flaws(&msg).certificates),
            ];
            return ctx.why(&rules::REJECT_VIEW_CHANGE, &holds, &[id(from), view.0]);
        }
        if view < own || (view == own && r.disk.is_active()) {
            // If its sender needs the new-view, its status says so.
            return ctx.why(&rules::OLD_VIEW_CHANGE, &[false], &[id(from), view.0, own.0]);
        }
        if !keep(r, msg) {
            return ctx.why(&rules::HAS_ALREADY, &[], &[id(from), view.0]);
        }
        let (count, needed) = (in_favour(r, view).count(), self.quorum());
        if count < needed {
            ctx.why(&rules::AWAIT_VIEW_CHANGES, &[], &[id(from), view.0, count as u64, needed as u64]);
        } else {
            let (count, due) = (self.changes_due(in_favour(r, view)), self.quorum_due());
            ctx.why(&rules::COUNT_VIEW_CHANGE, &[count >= due], &[id(from), view.0, count as u64, due as u64]);
        }
        let me = ctx.me();
        let later = || r.view_changes.iter().filter(|c| c.view > own && c.signer() != me);
        let (others, enough) = (later().count(), self.faulty_max() + 1);
        if let Some(least) = later().map(|change| change.view).min().filter(|_| others >= enough) {
            ctx.why(&rules::JOIN, &[true], &[least.0, others as u64, enough as u64]);
            return self.move_to(ctx, r, least);
        }
        self.weigh(ctx, r);
    }

    /// Sends a replica that is not in its view the new-view that began it.
    pub(super) fn help_into_view(&self, ctx: Hands<'_, '_>, r: &Replica, to: crate::id::NodeId) {
        if let Some(new_view) = &r.disk.new_view {
            ctx.why(&rules::HELP_INTO_VIEW, &[], &[id(to), r.disk.view.0]);
            ctx.send(to, Msg::NewView(new_view.clone()));
        }
    }

    /// Counts the view-changes while it moves: the primary of the next view may begin it, and everybody's patience starts
    /// once a quorum is on its way (§4.5.2).
    ///
    /// SUBTLE: those on their way to a later view count for the latter. They have left for good, so to wait for them here
    /// without a timer would be to wait for ever.
    fn weigh(&self, ctx: Hands<'_, '_>, r: &mut Replica) {
        if r.disk.is_active() {
            return;
        }
        let (view, needed) = (r.disk.view, self.quorum());
        if self.primary(view) == ctx.me() && in_favour(r, view).count() >= needed {
            return self.begin_view(ctx, r);
        }
        let moving = || r.view_changes.iter().filter(|change| change.view >= view);
        if moving().count() >= needed && !ctx.is_set(Timer::ViewChange) {
            let patience = self.patience_us(r);
            let (moving, due) = (self.changes_due(moving()), self.quorum_due());
            let said = [view.0, patience, moving as u64, due as u64];
            ctx.why(&rules::AWAIT_NEW_VIEW, &[moving >= due], &said);
            ctx.set_timer(Timer::ViewChange, patience, patience);
        }
    }

    /// The primary of the next view begins it (§4.4).
    fn begin_view(&self, ctx: Hands<'_, '_>, r: &mut Replica) {
        let view = r.disk.view;
        let changes: Vec<_> = r.view_changes.iter().filter(|change| change.view == view).cloned().collect();
        let beginning = self.beginning(&changes);
        let nulls = beginning.chosen.iter().filter(|chosen| chosen.request.is_none()).count() as u64;
        let again = beginning.chosen.len() as u64 - nulls;
        let (count, due) = (self.changes_due(changes.iter()), self.quorum_due());
        let said = [view.0, count as u64, due as u64, beginning.stable, again, nulls];
        ctx.why(&rules::NEW_VIEW, &[count >= due], &said);
        ctx.mark_of(MarkKind::Elected, view.0);
        let proposals = beginning.proposals(view, |pre_prepare| self.sign(ctx, pre_prepare));
        for proposal in proposals.iter().filter(|proposal| proposal.request.is_some()) {
            ctx.proposed(proposal.pre_prepare.seq, &proposal.pre_prepare.digest);
        }
        let new_view = self.sign(ctx, NewView { view, view_changes: changes.into(), proposals });
        self.multicast(ctx, &Msg::NewView(new_view.clone()));
        self.enter(ctx, r, new_view, beginning);
    }

    /// NEW-VIEW.
    pub(super) fn on_new_view(&self, ctx: Hands<'_, '_>, r: &mut Replica, msg: Signed<NewView>) {
        if !self.is_of_replica(ctx, &msg) {
            return;
        }
        let (primary, view, own) = (msg.signer(), msg.view, r.disk.view);
        if primary != self.primary(view) {
            return ctx.why(&rules::REJECT_SIGNER, &[], &[id(primary)]);
        }
        if view < own {
            return ctx.why(&rules::HAS_LEFT, &[false], &[id(primary), view.0, own.0]);
        }
        if view == own && r.disk.is_active() {
            return ctx.why(&rules::HAS_BEGUN, &[false], &[id(primary), view.0]);
        }
        let (count, needed) = (self.valid_changes(&msg), self.quorum());
        if count < needed {
            let said = [id(primary), view.0, count as u64, needed as u64];
            return ctx.why(&rules::REJECT_NEW_VIEW, &[false], &said);
        }
        let beginning = self.beginning(&msg.view_changes);
        let nulls = msg.proposals.iter().filter(|proposal| proposal.request.is_none()).count() as u64;
        let again = msg.proposals.len() as u64 - nulls;
        let (count, due) = (self.changes_due(msg.view_changes.iter()), self.quorum_due());
        let said = [id(primary), view.0, count as u64, due as u64, again, nulls];
        if !self.follows(&msg, &beginning) {
            return ctx.why(&rules::REJECT_PRE_PREPARES, &[count >= due, false], &said);
        }
        ctx.why(&rules::ENTER_VIEW, &[count >= due, true], &said);
        if given_up(&r.disk, &msg).any(|(seq, _)| seq > beginning.stable) {
            ctx.mark(MarkKind::Lost);
        }
        r.disk.view = view;
        self.enter(ctx, r, msg, beginning);
    }

    /// Begins to take part in a view.
    fn enter(&self, ctx: Hands<'_, '_>, r: &mut Replica, msg: Signed<NewView>, beginning: Beginning) {
        let view = msg.view;
        r.disk.moving = None;
        r.view_changes.retain(|change| change.view > view);
        ctx.cancel_timer(Timer::ViewChange);
        if let Some((digest, proof)) = beginning.proof.filter(|_| beginning.stable > r.disk.stable.seq) {
            let seq = beginning.stable;
            let own = r.disk.snapshots.iter().find(|(at, machine)| *at == seq && super::machine::digest_of_state(machine) == digest);
            let machine = own.map(|(_, machine)| *machine);
            self.make_stable(ctx, r, Stable { seq, digest, proof, machine });
        }
        for (seq, digest) in given_up(&r.disk, &msg).collect::<Vec<_>>() {
            ctx.why(&rules::GIVE_UP, &[], &[seq, digest.short()]);
            self.drop_proposal(r, seq);
        }
        let proposals = msg.proposals.clone();
        r.disk.new_view = Some(msg);
        for proposal in proposals.iter() {
            let PrePrepare { seq, digest, .. } = *proposal.pre_prepare;
            if self.is_in_window(&r.disk, seq) {
                let prepared_in = beginning.chosen.iter().find(|chosen| chosen.seq == seq).and_then(|c| c.prepared_in);
                match (prepared_in, self.leads(ctx.me(), &r.disk)) {
                    (Some(of), true) => ctx.why(&rules::CHOOSE, &[], &[seq, digest.short(), of.0]),
                    (None, true) => ctx.why(&rules::CHOOSE_NULL, &[], &[seq]),
                    (Some(of), false) => ctx.why(&rules::PREPARE_AGAIN, &[], &[view.0, seq, digest.short(), of.0]),
                    (None, false) => ctx.why(&rules::PREPARE_NULL, &[], &[view.0, seq]),
                }
                self.accept(ctx, r, proposal.clone());
            }
        }
        self.take_early(ctx, r, view);
        self.execute_ready(ctx, r, None);
        self.propose_waiting(ctx, r);
        self.relay_waiting(ctx, r, &rules::RELAY);
        self.mind_patience(ctx, r);
    }

    /// Goes on waiting for a request, unless it or a later one of its client was executed.
    fn wait_on(&self, r: &mut Replica, request: &Signed<Request>) {
        let (last, _) = r.disk.machine.last_reply(self.client_position(request.signer()));
        if request.timestamp > last {
            r.keep_waiting(request);
        }
    }

    /// Gives up a pre-prepare once and for all: no later view asks about it again. Its request it still waits for.
    fn drop_proposal(&self, r: &mut Replica, seq: Seq) {
        let proposal = r.disk.slot_mut(seq).proposal.take();
        if let Some(request) = proposal.and_then(|proposal| proposal.request) {
            self.wait_on(r, &request);
        }
    }

    /// Pre-prepares of this view that came before it began here.
    fn take_early(&self, ctx: Hands<'_, '_>, r: &mut Replica, view: View) {
        let early = r.disk.slots.iter().filter_map(|slot| slot.early.clone());
        let early: Vec<_> = early.filter(|proposal| proposal.pre_prepare.view == view).collect();
        for proposal in early {
            r.disk.slot_mut(proposal.pre_prepare.seq).early = None;
            self.consider(ctx, r, proposal);
        }
    }

    /// A replica starts again: whatever it waited for, it waits for anew.
    pub(super) fn resume(&self, ctx: Hands<'_, '_>, r: &mut Replica) {
        match r.disk.moving.clone() {
            Some(change) => {
                keep(r, change);
                self.weigh(ctx, r);
            }
            None => self.mind_patience(ctx, r),
        }
    }
}

/// Keeps a view-change in place of an earlier one of its replica.
fn keep(r: &mut Replica, change: Signed<ViewChange>) -> bool {
    match r.view_changes.binary_search_by_key(&change.signer(), Signed::signer) {
        Ok(at) if r.view_changes[at].view < change.view => r.view_changes[at] = change,
        Ok(_) => return false,
        Err(at) => r.view_changes.insert(at, change),
    }
    true
}

/// View-changes for exactly a view.
fn in_favour(r: &Replica, view: View) -> impl Iterator<Item = &Signed<ViewChange>> {
    r.view_changes.iter().filter(move |change| change.view == view)
}

/// Requests of earlier views that a new view does not propose again where they stood: nobody proved them prepared, or
/// another one was prepared there later.
fn given_up<'a>(disk: &'a ReplicaDisk, msg: &'a NewView) -> impl Iterator<Item = (Seq, Digest)> + use<'a> {
    let waiting = disk.slots.iter().filter(|slot| !slot.is_executed);
    let old = waiting.filter_map(|slot| Some((slot.seq, slot.proposal.as_ref()?.pre_prepare.digest)));
    old.filter(|(seq, digest)| {
        let new = msg.proposals.iter().find(|proposal| proposal.pre_prepare.seq == *seq);
        new.is_none_or(|new| new.pre_prepare.digest != *digest)
    })
}
