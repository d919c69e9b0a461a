//! Checkpoints and garbage collection (§4.3), and the state of one that somebody else has (§4.4, at its end).

use super::message::{Checkpoint, Msg, Transfer};
use super::normal::id;
use super::signing::{Digest, Signed};
use super::state::{Deed, Done, Replica, Seq, Stable};
use super::{Hands, Pbft, rules};
use crate::id::NodeId;

impl Pbft {
    /// After every K requests: keeps the state, and says what its digest is.
    pub(super) fn take_checkpoint(&self, ctx: Hands<'_, '_>, r: &mut Replica, seq: Seq) {
        let digest = super::machine::digest_of_state(&r.disk.machine);
        ctx.why(&rules::TAKE_CHECKPOINT, &[true], &[seq, digest.short(), self.checkpoint_interval]);
        r.disk.snapshots.push((seq, r.disk.machine));
        let checkpoint = self.sign(ctx, Checkpoint { seq, digest });
        keep(&mut r.disk.checkpoints, checkpoint.clone());
        self.multicast(ctx, &Msg::Checkpoint(checkpoint));
        self.collect(ctx, r, seq);
    }

    /// CHECKPOINT.
    pub(super) fn on_checkpoint(&self, ctx: Hands<'_, '_>, r: &mut Replica, msg: Signed<Checkpoint>) {
        if !self.is_of_replica(ctx, &msg) {
            return;
        }
        let (from, seq, digest) = (id(msg.signer()), msg.seq, msg.digest);
        if !self.is_in_window(&r.disk, seq) || !seq.is_multiple_of(self.checkpoint_interval) {
            let (low, high) = (r.disk.stable.seq, self.high(&r.disk));
            return ctx.why(&rules::OUTSIDE_WINDOW, &[false], &[from, seq, low, high]);
        }
        if !keep(&mut r.disk.checkpoints, msg) {
            return ctx.why(&rules::HAS_ALREADY, &[], &[from, seq]);
        }
        let own = r.disk.snapshots.iter().find(|(at, _)| *at == seq).map(|(_, machine)| super::machine::digest_of_state(machine));
        if let Some(own) = own.filter(|own| *own != digest) {
            return ctx.why(
                &rules::CHECKPOINT_MISMATCH,
                &[false],
                &[from, seq, digest.short(), own.short()],
            );
        }
        let (count, needed) = (matching(r, seq, digest).count(), self.quorum());
        if count < needed {
            ctx.why(&rules::AWAIT_CHECKPOINTS, &[], &[from, seq, count as u64, needed as u64]);
        } else {
            let (count, due) = (self.checkpoints_due(matching(r, seq, digest)), self.quorum_due());
            ctx.why(&rules::COUNT_CHECKPOINT, &[count >= due], &[from, seq, count as u64, due as u64]);
        }
        self.collect(ctx, r, seq);
    }

    /// Makes its own checkpoint stable once a quorum has the same.
    fn collect(&self, ctx: Hands<'_, '_>, r: &mut Replica, seq: Seq) {
        let Some((_, machine)) = r.disk.snapshots.iter().find(|(at, _)| *at == seq).copied() else { return };
        let digest = super::machine::digest_of_state(&machine);
        let proof: Vec<_> = matching(r, seq, digest).take(self.quorum()).cloned().collect();
        if proof.len() >= self.quorum() {
            let stable = Stable { seq, digest, proof: proof.into(), machine: Some(machine) };
            self.make_stable(ctx, r, stable);
            self.propose_waiting(ctx, r);
        }
    }

    /// Moves the watermarks and discards what lies below. Whoever has executed less lacks the state from now on.
    pub(super) fn make_stable(&self, ctx: Hands<'_, '_>, r: &mut Replica, stable: Stable) {
        let (seq, count) = (stable.seq, self.checkpoints_due(stable.proof.iter()));
        let before = r.disk.slots.len();
        r.disk.slots.retain(|slot| slot.seq > seq);
        r.disk.checkpoints.retain(|checkpoint| checkpoint.seq > seq);
        r.disk.snapshots.retain(|(at, _)| *at > seq);
        r.disk.stable = stable;
        let discarded = before - r.disk.slots.len();
        let said = [seq, count as u64, self.quorum_due() as u64, discarded as u64, self.high(&r.disk)];
        ctx.why(&rules::STABLE, &[count >= self.quorum_due()], &said);
        if r.disk.lacks_state() {
            ctx.why(&rules::LEARN_STABLE, &[false], &[seq, r.disk.executed]);
        }
    }

    /// Takes a proved checkpoint for stable although it has not executed so far: others have gone on, and what lies below
    /// is not coming any more.
    pub(super) fn adopt_proved_checkpoint(&self, ctx: Hands<'_, '_>, r: &mut Replica) {
        let executed = r.disk.executed;
        let candidates: Vec<(Seq, Digest)> =
            r.disk.checkpoints.iter().filter(|c| c.seq > executed).map(|c| (c.seq, c.digest)).collect();
        for (seq, digest) in candidates {
            let proof: Vec<_> = matching(r, seq, digest).take(self.quorum()).cloned().collect();
            if seq > r.disk.stable.seq && proof.len() >= self.quorum() {
                self.make_stable(ctx, r, Stable { seq, digest, proof: proof.into(), machine: None });
            }
        }
    }

    /// A state with the proof that a quorum has it.
    pub(super) fn on_state(&self, ctx: Hands<'_, '_>, r: &mut Replica, from: NodeId, msg: &Transfer) {
        let digest = super::machine::digest_of_state(&msg.machine);
        let Some(seq) = self.proved_checkpoint(&msg.checkpoints).filter(|(_, d)| *d == digest).map(|p| p.0)
        else {
            return ctx.why(&rules::REJECT_STATE, &[false], &[id(from)]);
        };
        let (before, stable) = (r.disk.executed, r.disk.stable.seq);
        if seq < stable {
            return ctx.why(&rules::NEEDS_LATER_STATE, &[false], &[id(from), seq, stable]);
        }
        if seq == stable && seq <= before {
            return ctx.why(&rules::NEEDS_NO_STATE, &[false], &[id(from), seq, before]);
        }
        let is_proved = self.holds_by_the_paper(|paper| paper.proved_checkpoint(&msg.checkpoints).is_some());
        if seq > before {
            ctx.why(&rules::FETCH_STATE, &[is_proved, true], &[id(from), seq, before]);
            (r.disk.machine, r.disk.executed) = (msg.machine, seq);
            self.note_done(r, Done { seq, what: Deed::Fetched });
            r.waiting.retain(|request| {
                msg.machine.last_reply(self.client_position(request.signer())).0 < request.timestamp
            });
        } else {
            ctx.why(&rules::FETCH_PROOF, &[is_proved], &[id(from), seq]);
        }
        let machine = msg.machine;
        let proof = msg.checkpoints.clone();
        self.make_stable(ctx, r, Stable { seq, digest, proof, machine: Some(machine) });
        self.execute_ready(ctx, r, None);
        self.propose_waiting(ctx, r);
        self.mind_patience(ctx, r);
    }
}

/// Keeps a checkpoint message, unless its replica has sent one for this sequence number.
fn keep(all: &mut Vec<Signed<Checkpoint>>, msg: Signed<Checkpoint>) -> bool {
    match all.binary_search_by_key(&(msg.seq, msg.signer()), |other| (other.seq, other.signer())) {
        Ok(_) => false,
        Err(at) => {
            all.insert(at, msg);
            true
        }
    }
}

fn matching(r: &Replica, seq: Seq, digest: Digest) -> impl Iterator<Item = &Signed<Checkpoint>> {
    r.disk.checkpoints.iter().filter(move |checkpoint| (checkpoint.seq, checkpoint.digest) == (seq, digest))
}
