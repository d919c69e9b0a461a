//! Learning what is chosen, catching up, and applying (Lamport 2001 §2.3, §3; Chandra et al. 2007 §4.2).

use super::machine::CLIENTS_MAX;
use super::message::{CatchUp, Command, Decision, Heartbeat, Msg};
use super::state::{Ballot, Role, Server, Slot};
use super::{MultiPaxos, rules};
use crate::id::NodeId;
use crate::protocol::Ctx;

type Hands<'a, 'b> = &'a mut Ctx<'b, MultiPaxos>;

impl MultiPaxos {
    /// A leader is still there, and tells up to where all is chosen.
    pub(super) fn on_heartbeat(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, msg: Heartbeat) {
        let values = [from.0.into(), msg.ballot.0, s.disk.promised.0];
        if !self.follow(ctx, s, from, msg.ballot) {
            ctx.why(&rules::REFUSE_LEADER, &[false], &values);
            return Self::refuse(ctx, s, from, msg.ballot);
        }
        ctx.why(&rules::HEARTBEAT, &[true], &values);
        self.learn_up_to(ctx, s, msg.ballot, msg.chosen);
        // What one heartbeat ago was chosen should have arrived by now: acceptances and proposals may be under way.
        let told = std::mem::replace(&mut s.told, msg.chosen);
        if s.chosen < told {
            self.ask_for_decisions(ctx, s, from, told);
        }
    }

    /// Every slot up to `told` is chosen, says the leader of a ballot. Which command? The one this server accepted, if it
    /// accepted it at that very ballot: a leader proposes one command in a slot, and what is chosen there already is all
    /// that it proposes.
    ///
    /// SUBTLE: what was accepted at another ballot proves nothing: another command may have been chosen since. The twin
    /// takes it all the same.
    pub(super) fn learn_up_to(&self, ctx: Hands<'_, '_>, s: &mut Server, ballot: Ballot, told: Slot) {
        let (before, mut is_sure) = (s.chosen, true);
        while s.chosen < told {
            match s.disk.accepted(s.chosen + 1) {
                Some(accepted) if accepted.ballot == ballot => {}
                Some(_) if self.learns_any_ballot => is_sure = false,
                _ => break,
            }
            s.chosen += 1;
        }
        let at = |slot| s.disk.accepted(slot).map_or(0, |accepted| accepted.ballot.0);
        if s.chosen > before {
            ctx.why(&rules::LEARN, &[is_sure], &[before + 1, s.chosen, ballot.0]);
        }
        if s.chosen < told {
            let missing = s.chosen + 1;
            let rule = if at(missing) == 0 { &rules::LACKS } else { &rules::UNSURE };
            ctx.why(rule, &[false], &[missing, at(missing), ballot.0]);
        }
        self.apply_chosen(ctx, s);
    }

    fn ask_for_decisions(&self, ctx: Hands<'_, '_>, s: &Server, leader: NodeId, told: Slot) {
        let from = s.chosen + 1;
        ctx.why(&rules::CATCH_UP, &[true], &[leader.0.into(), from, told]);
        ctx.send(leader, Msg::CatchUp(CatchUp { from }));
    }

    /// A follower lacks chosen commands: send them, as many as a message takes.
    pub(super) fn on_catch_up(&self, ctx: Hands<'_, '_>, s: &Server, from: NodeId, ask: CatchUp) {
        let Role::Leader(leader) = &s.role else {
            return ctx.why(&rules::IGNORE_CATCH_UP, &[false], &[from.0.into()]);
        };
        let first = ask.from.max(1);
        let last = s.chosen.min(first.saturating_add(self.entries_max - 1));
        let commands = (first..=last).map_while(|slot| s.disk.accepted(slot)).map(|accepted| accepted.command);
        let msg = Decision { ballot: leader.ballot, first, commands: commands.collect(), chosen: s.chosen };
        ctx.why(&rules::SEND_DECISIONS, &[], &[from.0.into(), first, last]);
        ctx.send(from, Msg::Decision(msg));
    }

    /// Chosen commands arrive.
    ///
    /// SUBTLE: they are taken as accepted at the leader's ballot, as if it had proposed them once more: at that ballot
    /// nothing else can be proposed in a slot where a command was chosen before.
    pub(super) fn on_decision(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, msg: &Decision) {
        let values = [from.0.into(), msg.ballot.0, s.disk.promised.0];
        if !self.follow(ctx, s, from, msg.ballot) {
            return ctx.why(&rules::IGNORE_DECISION, &[false], &values);
        }
        let before = s.chosen;
        let last = (msg.first + msg.commands.len() as u64).saturating_sub(1);
        let said = [from.0.into(), msg.first, last, values[1], values[2]];
        ctx.why(&rules::TAKE_DECISIONS, &[true], &said);
        for (slot, command) in (msg.first..).zip(msg.commands.iter()) {
            // A slot beyond the next one would leave a gap: that answer belongs to another question.
            if slot == s.chosen + 1 {
                s.disk.accept(slot, msg.ballot, *command);
                s.chosen = slot;
            }
        }
        self.apply_chosen(ctx, s);
        self.learn_up_to(ctx, s, msg.ballot, msg.chosen);
        if before < s.chosen && s.chosen < msg.chosen {
            self.ask_for_decisions(ctx, s, from, msg.chosen);
        }
    }

    /// Applies chosen commands in the order of their slots; a command waits for all before it (§3). A leader answers the
    /// clients whose commands these are, each for its last one.
    pub(super) fn apply_chosen(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        let (first, last) = (s.last_applied + 1, s.chosen);
        if first > last {
            return;
        }
        ctx.why(&rules::APPLY, &[true], &[first, last]);
        let mut answers = [None; CLIENTS_MAX];
        for slot in first..=last {
            s.last_applied = slot;
            if let Some(at) = s.early.iter().position(|early| *early == slot) {
                s.early.remove(at);
                continue;
            }
            if let Some((position, answer)) = self.apply(s, slot)
                && let Some(place) = answers.get_mut(position)
            {
                *place = Some(answer);
            }
        }
        self.answer_all(ctx, s, &answers);
    }

    /// The broken twin: applies a command that is chosen, before those of earlier slots are.
    pub(super) fn apply_early(&self, ctx: Hands<'_, '_>, s: &mut Server, slot: Slot) {
        if slot <= s.last_applied || s.early.contains(&slot) {
            return;
        }
        ctx.why(&rules::APPLY_OVER_GAP, &[false], &[slot, s.chosen + 1]);
        s.early.push(slot);
        let answer = self.apply(s, slot).map(|(_, answer)| answer);
        self.answer_all(ctx, s, &[answer]);
    }

    /// Applies the command of one slot. Whose it was, by position, and what to answer.
    fn apply(&self, s: &mut Server, slot: Slot) -> Option<(usize, Answered)> {
        let command = s.disk.accepted(slot)?.command;
        s.applied.append(&(slot, command));
        let Command::Client { client, sequence, call } = command else { return None };
        let position = self.client_position(client);
        let answer = s.machine.apply(position, sequence, call)?;
        Some((position, Answered { client, sequence, answer, slot }))
    }

    fn answer_all(&self, ctx: Hands<'_, '_>, s: &Server, answers: &[Option<Answered>]) {
        if let Role::Leader(_) = s.role {
            for answered in answers.iter().flatten() {
                self.reply_applied(ctx, *answered);
            }
        }
    }
}

/// A client's command that was applied.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answered {
    pub(super) client: NodeId,
    pub(super) sequence: u32,
    pub(super) answer: super::machine::Answer,
    pub(super) slot: Slot,
}
