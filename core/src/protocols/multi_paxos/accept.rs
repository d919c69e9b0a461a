//! Phase 2, once for each command: slots, the window, gaps, and counting acceptances (Lamport 2001 §2.2, §3).

use super::message::{Accept, AcceptedMsg, Command, Heartbeat, Msg};
use super::state::{Leader, Open, Role, Server, ServerSet, Timer, may_open, pop_front_if};
use super::{MultiPaxos, rules};
use crate::id::NodeId;
use crate::protocol::Ctx;
use crate::trace::MarkKind;

type Hands<'a, 'b> = &'a mut Ctx<'b, MultiPaxos>;

/// What a leader proposes next.
enum Next {
    /// What a promise told of: nothing else may be proposed there.
    Adopted(super::state::Ballot, Command),
    /// No promise tells of anything there, but of something after it.
    Gap,
    /// A client's command.
    New(Command),
}

impl Leader {
    /// What belongs into the next slot, if there is anything.
    fn next(&mut self) -> Option<Next> {
        let slot = self.next_slot;
        if let Some(vote) = pop_front_if(&mut self.adopted, |vote| vote.slot <= slot) {
            return Some(Next::Adopted(vote.ballot, vote.command));
        }
        if self.adopted.is_empty() { self.waiting.pop_front().map(Next::New) } else { Some(Next::Gap) }
    }
}

impl MultiPaxos {
    /// Proposes whatever there is to propose, as far as the window allows (§3).
    pub(super) fn propose_all(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        while let Role::Leader(leader) = &mut s.role {
            let slot = leader.next_slot;
            if !may_open(slot, s.chosen, self.window) {
                let waiting = (leader.waiting.len() + leader.adopted.len()) as u64;
                if waiting > 0 {
                    ctx.why(&rules::WINDOW_FULL, &[false], &[waiting, slot, s.chosen + 1, self.window]);
                }
                return;
            }
            let ballot = leader.ballot;
            let command = match leader.next() {
                None => return,
                Some(Next::Adopted(at, command)) => {
                    ctx.why(&rules::PROPOSE_ADOPTED, &[true], &[slot, at.0, ballot.0]);
                    command
                }
                Some(Next::Gap) => {
                    ctx.why(&rules::PROPOSE_NO_OP, &[true], &[slot, ballot.0]);
                    Command::NoOp
                }
                Some(Next::New(command)) => {
                    let client = if let Command::Client { client, .. } = command { client.0 } else { 0 };
                    let values = [slot, ballot.0, client.into(), s.chosen + 1, self.window];
                    ctx.why(&rules::PROPOSE, &[true], &values);
                    command
                }
            };
            self.propose(ctx, s, command);
        }
    }

    /// Phase 2a in the leader's next slot. It accepts its own proposal without a message.
    fn propose(&self, ctx: Hands<'_, '_>, s: &mut Server, command: Command) {
        let me = ctx.me();
        let Role::Leader(leader) = &mut s.role else { return };
        let (slot, ballot) = (leader.next_slot, leader.ballot);
        leader.next_slot += 1;
        let votes = ServerSet::only(me);
        leader.open.push_back(Open { slot, command, votes, is_chosen: false, is_overdue: false });
        if command != Command::NoOp {
            ctx.proposed(slot, &command);
        }
        s.disk.accept(slot, ballot, command);
        let msg = Accept { ballot, slot, command, chosen: s.chosen };
        for peer in self.peers(me) {
            ctx.send(peer, Msg::Accept(msg));
        }
        self.count_votes(ctx, s, slot);
    }

    /// Phase 2a, receiver: accepts, unless it has promised a higher ballot (§2.2).
    pub(super) fn on_accept(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, msg: Accept) {
        let values = [from.0.into(), msg.ballot.0, s.disk.promised.0, msg.slot];
        if !self.follow(ctx, s, from, msg.ballot) {
            ctx.why(&rules::REFUSE_ACCEPT, &[false], &values);
            return Self::refuse(ctx, s, from, msg.ballot);
        }
        ctx.why(&rules::ACCEPT, &[true], &values);
        s.disk.accept(msg.slot, msg.ballot, msg.command);
        ctx.send(from, Msg::Accepted(AcceptedMsg { ballot: msg.ballot, slot: msg.slot }));
        self.learn_up_to(ctx, s, msg.ballot, msg.chosen);
    }

    /// Phase 2b arrives at the leader, the distinguished learner (§2.3).
    pub(super) fn on_accepted(&self, ctx: Hands<'_, '_>, s: &mut Server, from: NodeId, msg: AcceptedMsg) {
        let said = [from.0.into(), msg.ballot.0, msg.slot];
        let leader = match &mut s.role {
            Role::Leader(leader) if leader.ballot == msg.ballot => leader,
            _ => return ctx.why(&rules::IGNORE_ACCEPTED, &[false], &said),
        };
        let open = leader.open.iter_mut().find(|open| open.slot == msg.slot);
        let Some(open) = open.filter(|open| !open.is_chosen) else {
            return ctx.why(&rules::IGNORE_ACCEPTED, &[true, false], &said);
        };
        open.votes.insert(from);
        self.count_votes(ctx, s, msg.slot);
        self.propose_all(ctx, s);
    }

    /// A command is chosen once a majority has accepted it at one ballot (§2.2).
    fn count_votes(&self, ctx: Hands<'_, '_>, s: &mut Server, slot: u64) {
        let Role::Leader(leader) = &mut s.role else { return };
        let ballot = leader.ballot;
        let Some(open) = leader.open.iter_mut().find(|open| open.slot == slot) else { return };
        let (count, majority) = (open.votes.count(), self.majority());
        let values = [slot, count as u64, self.n as u64, majority as u64, ballot.0];
        if count < majority {
            if count > 1 {
                ctx.why(&rules::COUNT_ACCEPTED, &[], &values);
            }
            return;
        }
        open.is_chosen = true;
        ctx.why(&rules::CHOSEN, &[true], &values);
        ctx.mark_of(MarkKind::Decided, slot);
        ctx.decided(slot, &open.command);
        let mut is_first = false;
        while pop_front_if(&mut leader.open, |open| open.is_chosen).is_some() {
            s.chosen += 1;
            is_first = true;
        }
        if self.applies_over_gaps && !is_first {
            self.apply_early(ctx, s, slot);
        } else if !is_first {
            ctx.why(&rules::WAITS_FOR_GAP, &[false], &[slot, s.chosen + 1]);
        }
        self.apply_chosen(ctx, s);
    }

    /// Time to say that it still leads. What was proposed before the last heartbeat and is not answered yet is sent again.
    pub(super) fn on_heartbeat_due(&self, ctx: Hands<'_, '_>, s: &mut Server) {
        let Role::Leader(leader) = &mut s.role else { return };
        ctx.why(&rules::HEARTBEAT_DUE, &[], &[leader.ballot.0, s.chosen]);
        ctx.set_timer(Timer::Heartbeat, self.heartbeat_us, self.heartbeat_us);
        let (ballot, chosen, me) = (leader.ballot, s.chosen, ctx.me());
        let mut again = None;
        for open in &mut leader.open {
            let is_overdue = std::mem::replace(&mut open.is_overdue, true);
            if open.is_chosen || !is_overdue {
                continue;
            }
            again = again.or(Some(open.slot));
            for peer in (0..self.n).map(NodeId::at).filter(|id| *id != me && !open.votes.has(*id)) {
                let msg = Accept { ballot, slot: open.slot, command: open.command, chosen };
                ctx.send(peer, Msg::Accept(msg));
            }
        }
        if let Some(slot) = again {
            ctx.why(&rules::PROPOSE_AGAIN, &[], &[slot, ballot.0]);
        }
        self.send_heartbeats(ctx, s);
    }

    pub(super) fn send_heartbeats(&self, ctx: Hands<'_, '_>, s: &Server) {
        let Role::Leader(leader) = &s.role else { return };
        let msg = Heartbeat { ballot: leader.ballot, chosen: s.chosen };
        for peer in self.peers(ctx.me()) {
            ctx.send(peer, Msg::Heartbeat(msg));
        }
    }
}
