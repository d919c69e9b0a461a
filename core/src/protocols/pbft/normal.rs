//! The normal case (§4.2): a request is given a sequence number, prepared, committed, and executed.

use super::message::{
    CommittedCert, Msg, Phase, PrePrepare, PreparedCert, Proposal, Reply, Request, Vote,
};
use super::signing::Signed;
use super::state::{Deed, Done, Mismatch, Replica, ReplicaDisk, Seq, Slot, carries_its_request, prepare_counts};
use super::{Hands, Pbft, rules};
use crate::id::NodeId;
use crate::trace::MarkKind;

/// A node as a rule's value.
pub(super) fn id(node: NodeId) -> u64 {
    node.0.into()
}

impl Pbft {
    /// REQUEST (§4.1): the primary proposes it, a backup relays it, and whoever executed it replies again.
    pub(super) fn on_request(
        &self,
        ctx: Hands<'_, '_>,
        r: &mut Replica,
        from: NodeId,
        request: &Signed<Request>,
    ) {
        let client = request.signer();
        if !self.is_client_request(request) {
            return ctx.why(&rules::REJECT_SIGNATURE, &[false], &[id(client)]);
        }
        let (last, answer) = r.disk.machine.last_reply(self.client_position(client));
        let said = [id(client), request.timestamp.into(), last.into()];
        if request.timestamp < last {
            return ctx.why(&rules::IGNORE_OLD_REQUEST, &[false], &said);
        }
        if request.timestamp == last {
            ctx.why(&rules::REPLY_AGAIN, &[false], &said);
            let reply = Reply { view: r.disk.view, timestamp: last, client, answer };
            return ctx.send(client, Msg::Reply(self.sign(ctx, reply)));
        }
        r.keep_waiting(request);
        if self.leads(ctx.me(), &r.disk) {
            self.take_request(ctx, r, from, request);
        } else if !r.disk.is_active() {
            ctx.why(&rules::WAIT_FOR_VIEW, &[], &[said[0], said[1], r.disk.view.0]);
        } else if self.is_replica(from) {
            ctx.why(&rules::WAIT, &[], &said);
        } else {
            let primary = self.primary(r.disk.view);
            ctx.why(&rules::RELAY, &[], &[said[0], said[1], id(primary)]);
            ctx.send(primary, Msg::Request(request.clone()));
        }
        self.mind_patience(ctx, r);
    }

    /// Whether a request is signed by a client, as it must be wherever it turns up.
    pub(super) fn is_client_request(&self, request: &Signed<Request>) -> bool {
        self.is_client(request.signer()) && self.is_genuine(request)
    }

    fn take_request(&self, ctx: Hands<'_, '_>, r: &mut Replica, from: NodeId, request: &Signed<Request>) {
        let Some(seq) = r.disk.proposed_at(request) else { return self.propose(ctx, r, request) };
        ctx.why(
            &rules::HAS_PROPOSED,
            &[],
            &[id(request.signer()), request.timestamp.into(), seq],
        );
        let view = r.disk.view;
        let proposal = r.disk.slot(seq).and_then(|slot| slot.proposal_in(view)).cloned();
        if let Some(proposal) = proposal.filter(|_| self.is_replica(from)) {
            ctx.send(from, Msg::PrePrepare(proposal));
        }
    }

    /// The primary gives a request the next sequence number, if the window has room.
    fn propose(&self, ctx: Hands<'_, '_>, r: &mut Replica, request: &Signed<Request>) {
        let (view, seq, digest) = (r.disk.view, r.disk.next_seq(), request.digest());
        let high = self.high(&r.disk);
        let said = [id(request.signer()), request.timestamp.into(), view.0, seq, digest.short(), high];
        if seq > high {
            return ctx.why(&rules::WINDOW_FULL, &[false], &said);
        }
        ctx.why(&rules::PRE_PREPARE, &[true], &said);
        ctx.proposed(seq, &digest);
        let pre_prepare = self.sign(ctx, PrePrepare { view, seq, digest });
        let proposal = Proposal { pre_prepare, request: Some(request.clone()) };
        r.disk.slot_mut(seq).proposal = Some(proposal.clone());
        self.multicast(ctx, &Msg::PrePrepare(proposal));
        self.advance(ctx, r, seq);
    }

    /// Proposes what waits: the window has moved, or a view has begun.
    pub(super) fn propose_waiting(&self, ctx: Hands<'_, '_>, r: &mut Replica) {
        if self.leads(ctx.me(), &r.disk) {
            for request in r.waiting.clone() {
                if r.disk.proposed_at(&request).is_none() {
                    self.propose(ctx, r, &request);
                }
            }
        }
    }

    /// PRE-PREPARE.
    pub(super) fn on_pre_prepare(&self, ctx: Hands<'_, '_>, r: &mut Replica, proposal: Proposal) {
        let PrePrepare { view, seq, digest } = *proposal.pre_prepare;
        let primary = proposal.pre_prepare.signer();
        if !self.is_of_replica(ctx, &proposal.pre_prepare) {
            return;
        }
        if primary != self.primary(view) {
            return ctx.why(&rules::REJECT_SIGNER, &[], &[id(primary)]);
        }
        let (low, high) = (r.disk.stable.seq, self.high(&r.disk));
        if !self.is_in_window(&r.disk, seq) {
            return ctx.why(&rules::OUTSIDE_WINDOW, &[false], &[id(primary), seq, low, high]);
        }
        if view < r.disk.view {
            return ctx.why(&rules::OLD_VIEW, &[false], &[id(primary), view.0, seq, r.disk.view.0]);
        }
        // What the new-view proposed may come again by itself, null requests included.
        let accepted = r.disk.slot(seq).and_then(|slot| slot.proposal_in(view));
        if accepted.is_some_and(|accepted| accepted.pre_prepare.digest == digest) {
            return ctx.why(&rules::HAS_ALREADY, &[], &[id(primary), seq]);
        }
        let Some(request) = &proposal.request else {
            return ctx.why(&rules::REJECT_NULL, &[], &[id(primary), view.0, seq]);
        };
        if !self.is_client_request(request) || !carries_its_request(&proposal) {
            return ctx.why(&rules::REJECT_DIGEST, &[false], &[id(primary), view.0, seq, digest.short()]);
        }
        if view > r.disk.view || !r.disk.is_active() {
            return self.keep_early(ctx, r, proposal);
        }
        self.consider(ctx, r, proposal);
        self.mind_patience(ctx, r);
    }

    /// Keeps a valid pre-prepare of a view that has not begun here: one for each sequence number, of the latest view.
    fn keep_early(&self, ctx: Hands<'_, '_>, r: &mut Replica, proposal: Proposal) {
        let PrePrepare { view, seq, digest } = *proposal.pre_prepare;
        let primary = id(proposal.pre_prepare.signer());
        let own = r.disk.view.0;
        let slot = r.disk.slot_mut(seq);
        match slot.early.as_ref().map(|early| (early.pre_prepare.view, early.pre_prepare.digest)) {
            Some(kept) if kept == (view, digest) => ctx.why(&rules::HAS_ALREADY, &[], &[primary, seq]),
            Some((kept, _)) if kept >= view => {
                ctx.why(&rules::EARLY_SECOND, &[], &[primary, view.0, seq, kept.0]);
            }
            _ => {
                ctx.why(&rules::EARLY, &[false], &[primary, view.0, seq, own]);
                slot.early = Some(proposal);
            }
        }
    }

    /// Accepts a valid pre-prepare of its view, unless it has accepted another one there.
    pub(super) fn consider(&self, ctx: Hands<'_, '_>, r: &mut Replica, proposal: Proposal) {
        let PrePrepare { view, seq, digest } = *proposal.pre_prepare;
        let primary = id(proposal.pre_prepare.signer());
        let (low, high) = (r.disk.stable.seq, self.high(&r.disk));
        let accepted = r.disk.slot(seq).and_then(|slot| slot.proposal_in(view));
        if let Some(accepted) = accepted.map(|proposal| proposal.pre_prepare.digest) {
            if accepted == digest {
                return ctx.why(&rules::HAS_ALREADY, &[], &[primary, seq]);
            }
            let said = [primary, view.0, seq, digest.short(), accepted.short()];
            return ctx.why(&rules::REJECT_SECOND, &[false], &said);
        }
        if primary == id(ctx.me()) {
            return;
        }
        ctx.why(&rules::PREPARE, &[true; 4], &[primary, view.0, seq, digest.short(), low, high]);
        self.accept(ctx, r, proposal);
    }

    /// Takes a proposal for its own and sends its prepare.
    pub(super) fn accept(&self, ctx: Hands<'_, '_>, r: &mut Replica, proposal: Proposal) {
        let PrePrepare { view, seq, digest } = *proposal.pre_prepare;
        let is_backup = proposal.pre_prepare.signer() != ctx.me();
        r.disk.slot_mut(seq).proposal = Some(proposal);
        if is_backup {
            self.vote(ctx, r, Vote { phase: Phase::Prepare, view, seq, digest });
        }
        self.advance(ctx, r, seq);
    }

    fn vote(&self, ctx: Hands<'_, '_>, r: &mut Replica, vote: Vote) {
        let vote = self.sign(ctx, vote);
        r.disk.slot_mut(vote.seq).keep_vote(&vote);
        self.multicast(ctx, &Msg::Vote(vote));
    }

    /// PREPARE and COMMIT.
    pub(super) fn on_vote(&self, ctx: Hands<'_, '_>, r: &mut Replica, vote: &Signed<Vote>) {
        if !self.is_of_replica(ctx, vote) {
            return;
        }
        let (voter, view, seq) = (id(vote.signer()), vote.view, vote.seq);
        if !self.is_in_window(&r.disk, seq) {
            let (low, high) = (r.disk.stable.seq, self.high(&r.disk));
            return ctx.why(&rules::OUTSIDE_WINDOW, &[false], &[voter, seq, low, high]);
        }
        if view < r.disk.view {
            return ctx.why(&rules::OLD_VIEW, &[false], &[voter, view.0, seq, r.disk.view.0]);
        }
        if let Some(other) = r.disk.slot_mut(seq).keep_vote(vote) {
            if other.view > view {
                return ctx.why(&rules::HAS_LATER_VOTE, &[false], &[voter, view.0, seq, other.view.0]);
            }
            if other.digest != vote.digest {
                let said = [voter, view.0, seq, vote.digest.short(), other.digest.short()];
                return ctx.why(&rules::TWO_FACED, &[false], &said);
            }
            return ctx.why(&rules::HAS_ALREADY, &[], &[voter, seq]);
        }
        if view > r.disk.view || !r.disk.is_active() {
            return ctx.why(&rules::EARLY, &[false], &[voter, view.0, seq, r.disk.view.0]);
        }
        self.say_counted(ctx, r, vote);
        self.advance(ctx, r, seq);
        self.mind_patience(ctx, r);
    }

    /// Notes what a vote that was kept is good for.
    fn say_counted(&self, ctx: Hands<'_, '_>, r: &Replica, vote: &Signed<Vote>) {
        let (voter, view, seq) = (id(vote.signer()), vote.view, vote.seq);
        let Some(slot) = r.disk.slot(seq) else { return };
        let Some(proposal) = slot.proposal_in(view) else {
            return ctx.why(&rules::VOTE_KEPT, &[], &[voter, view.0, seq]);
        };
        let mismatch = match vote.phase {
            Phase::Prepare => prepare_counts(vote, proposal, self.matches_digests).err(),
            Phase::Commit => (vote.digest != proposal.pre_prepare.digest).then_some(Mismatch::Digest),
        };
        match mismatch {
            Some(Mismatch::Primary) => ctx.why(&rules::VOTE_OF_PRIMARY, &[], &[voter, view.0, seq]),
            Some(_) => {
                let (this, that) = (vote.digest.short(), proposal.pre_prepare.digest.short());
                ctx.why(&rules::VOTE_MISMATCH, &[false], &[voter, view.0, seq, this, that]);
            }
            None => {
                let (count, needed) = (self.count(slot, proposal, vote.phase), self.needed(vote.phase));
                if count < needed {
                    let rule = if vote.phase == Phase::Prepare { &rules::AWAIT_PREPARES } else { &rules::AWAIT_COMMITS };
                    return ctx.why(rule, &[], &[voter, view.0, seq, count as u64, needed as u64]);
                }
                let rule = if vote.phase == Phase::Prepare { &rules::COUNT_PREPARE } else { &rules::COUNT_COMMIT };
                let (count, due) = (self.count_due(slot, proposal, vote.phase), self.due(vote.phase));
                // The commit that comes before the last prepare waits for that.
                let holds = [count >= due, self.is_prepared_due(slot, view)];
                ctx.why(rule, &holds, &[voter, view.0, seq, count as u64, due as u64]);
            }
        }
    }

    /// How many votes it takes. The primary's pre-prepare stands for its prepare.
    pub(super) fn needed(&self, phase: Phase) -> usize {
        match phase {
            Phase::Prepare => self.quorum() - 1,
            Phase::Commit => self.quorum(),
        }
    }

    /// Votes that count towards a certificate for a proposal.
    pub(super) fn counting<'a>(
        &self,
        slot: &'a Slot,
        proposal: &'a Proposal,
        phase: Phase,
    ) -> impl Iterator<Item = &'a Signed<Vote>> {
        let matches_digests = self.matches_digests;
        slot.votes(phase).iter().filter(move |vote| match phase {
            Phase::Prepare => prepare_counts(vote, proposal, matches_digests).is_ok(),
            Phase::Commit => {
                (vote.view, vote.digest) == (proposal.pre_prepare.view, proposal.pre_prepare.digest)
            }
        })
    }

    fn count(&self, slot: &Slot, proposal: &Proposal, phase: Phase) -> usize {
        self.counting(slot, proposal, phase).count()
    }

    /// Moves a sequence number on as far as its votes allow: prepared, committed, executed. Says whether something was
    /// executed.
    pub(super) fn advance(&self, ctx: Hands<'_, '_>, r: &mut Replica, seq: Seq) -> bool {
        if !r.disk.is_active() {
            return false;
        }
        let view = r.disk.view;
        let Some(slot) = r.disk.slot(seq) else { return false };
        let Some(proposal) = slot.proposal_in(view) else { return false };
        let digest = proposal.pre_prepare.digest;
        let (count, needed) = (self.count(slot, proposal, Phase::Prepare), self.needed(Phase::Prepare));
        if !slot.is_prepared_in(view) && count >= needed {
            let prepares = self.counting(slot, proposal, Phase::Prepare).take(needed).cloned().collect();
            let cert = PreparedCert { proposal: proposal.clone(), prepares };
            let rule = if self.matches_digests { &rules::PREPARED } else { &rules::PREPARED_UNMATCHED };
            let (count, due) = (self.count_due(slot, proposal, Phase::Prepare), self.due(Phase::Prepare));
            let said = [view.0, seq, digest.short(), count as u64, due as u64];
            ctx.why(rule, &[count >= due], &said);
            r.disk.slot_mut(seq).prepared = Some(cert);
            self.vote(ctx, r, Vote { phase: Phase::Commit, view, seq, digest });
        }
        let Some(slot) = r.disk.slot(seq) else { return false };
        let Some(proposal) = slot.proposal_in(view) else { return false };
        let (count, needed) = (self.count(slot, proposal, Phase::Commit), self.needed(Phase::Commit));
        if slot.committed.is_none() && slot.is_prepared_in(view) && count >= needed {
            let commits = self.counting(slot, proposal, Phase::Commit).take(needed).cloned().collect();
            let cert = CommittedCert { request: proposal.request.clone(), commits };
            let (count, due) = (self.count_due(slot, proposal, Phase::Commit), self.due(Phase::Commit));
            let said = [view.0, seq, digest.short(), count as u64, due as u64];
            ctx.why(&rules::COMMITTED, &[self.is_prepared_due(slot, view), count >= due], &said);
            ctx.decided(seq, &digest);
            r.disk.slot_mut(seq).committed = Some(cert);
            return self.execute_ready(ctx, r, Some(seq));
        }
        false
    }

    /// Executes what is committed, in order (§4.2). `news` is what was just committed. Says whether something was executed.
    pub(super) fn execute_ready(&self, ctx: Hands<'_, '_>, r: &mut Replica, news: Option<Seq>) -> bool {
        let mut executed = false;
        if !self.executes_in_order {
            let ready = |slot: &&std::sync::Arc<Slot>| slot.committed.is_some() && !slot.is_executed;
            while let Some(seq) = r.disk.slots.iter().find(ready).map(|slot| slot.seq) {
                self.execute(ctx, r, seq);
                executed = true;
            }
            return executed;
        }
        while !r.disk.lacks_state() {
            let seq = r.disk.executed + 1;
            if r.disk.slot(seq).is_none_or(|slot| slot.committed.is_none()) {
                break;
            }
            self.execute(ctx, r, seq);
            executed = true;
        }
        if let Some(seq) = news.filter(|seq| *seq > r.disk.executed) {
            ctx.why(&rules::HOLD_EXECUTION, &[false], &[seq, r.disk.executed]);
        }
        executed
    }

    fn execute(&self, ctx: Hands<'_, '_>, r: &mut Replica, seq: Seq) {
        let view = r.disk.view;
        let slot = r.disk.slot_mut(seq);
        slot.is_executed = true;
        let Some(cert) = &slot.committed else { return };
        // A certificate of an earlier view may come to a replica that has moved on.
        let (committed_in, request) = (cert.view().unwrap_or(view), cert.request.clone());
        let in_order = self.executes_in_order || has_executed_before(&r.disk, seq);
        r.disk.executed = seq;
        self.note_done(r, Done { seq, what: Deed::Executed(committed_in, request.clone()) });
        ctx.mark(MarkKind::Decided);
        match &request {
            None => ctx.why(&rules::EXECUTE_NULL, &[], &[seq]),
            Some(request) => {
                let (client, timestamp) = (request.signer(), request.timestamp);
                let position = self.client_position(client);
                let (last, _) = r.disk.machine.last_reply(position);
                let said = [seq, id(client), timestamp.into(), last.into()];
                let is_new = timestamp > last;
                let machine = &mut r.disk.machine;
                match is_new.then(|| machine.apply(position, timestamp, request.call)).flatten() {
                    Some(answer) => {
                        ctx.why(&rules::EXECUTE, &[in_order], &said);
                        // Its view gets something done. A certificate of an earlier one says nothing of this.
                        if r.disk.is_active() && committed_in == view {
                            r.view_changes_in_a_row = 0;
                        }
                        let reply = self.sign(ctx, Reply { view, timestamp, client, answer });
                        ctx.send(client, Msg::Reply(reply));
                    }
                    None => ctx.why(&rules::EXECUTE_AGAIN, &[false], &said),
                }
                r.waiting.retain(|other| other.signer() != client || other.timestamp > timestamp);
            }
        }
        if seq.is_multiple_of(self.checkpoint_interval) {
            self.take_checkpoint(ctx, r, seq);
        }
    }

    /// Remembers what was done, more than one step can do: a state fetched and a window's worth of requests.
    pub(super) fn note_done(&self, r: &mut Replica, done: Done) {
        if r.disk.done.len() as u64 > self.window {
            r.disk.done.pop_front();
        }
        r.disk.done.push_back(done);
    }
}

/// Whether everything before a sequence number is executed: the twin that does not wait looks afterwards.
fn has_executed_before(disk: &ReplicaDisk, seq: Seq) -> bool {
    let mut before = disk.stable.seq + 1..seq;
    !disk.lacks_state() && before.all(|at| disk.slot(at).is_some_and(|slot| slot.is_executed))
}
