//! Clients at a server: redirecting, taking a command once, answering (van Renesse and Altinbuken 2015 §2).

use super::learn::Answered;
use super::message::{ClientReply, ClientRequest, Command, Msg, ReplyOutcome};
use super::state::{Role, Server};
use super::{MultiPaxos, rules};
use crate::id::NodeId;
use crate::protocol::Ctx;

type Hands<'a, 'b> = &'a mut Ctx<'b, MultiPaxos>;

/// Commands that may wait for a slot at a leader. Each client has one outstanding, but may have forgotten earlier ones.
const WAITING_MAX: usize = 64;

impl MultiPaxos {
    /// Position of a client among the clients.
    pub(super) fn client_position(&self, client: NodeId) -> usize {
        client.index().saturating_sub(self.n)
    }

    /// A client asks for a command. A read goes through the log like any other.
    pub(super) fn on_client_request(
        &self,
        ctx: Hands<'_, '_>,
        s: &mut Server,
        from: NodeId,
        ask: ClientRequest,
    ) {
        let ClientRequest { sequence, call } = ask;
        let (id, number) = (u64::from(from.0), u64::from(sequence));
        let Role::Leader(leader) = &mut s.role else {
            return Self::redirect(ctx, s, from, sequence);
        };
        let client = from.index().saturating_sub(self.n);
        if let Some(answer) = s.machine.answered(client, sequence) {
            ctx.why(&rules::REPLY_AGAIN, &[false], &[id, number]);
            return Self::reply(ctx, from, sequence, ReplyOutcome::Applied(answer));
        }
        if sequence <= s.machine.last_sequence(client) {
            return ctx.why(&rules::IGNORE_OLD_COMMAND, &[false], &[id, number]);
        }
        if let Some(open) = leader.open.iter().find(|open| open.command.is(from, sequence)) {
            return ctx.why(&rules::IGNORE_OPEN, &[], &[id, number, open.slot]);
        }
        if let Some(vote) = leader.adopted.iter().find(|vote| vote.command.is(from, sequence)) {
            return ctx.why(&rules::IGNORE_OPEN, &[], &[id, number, vote.slot]);
        }
        if leader.waiting.iter().any(|command| command.is(from, sequence)) {
            return ctx.why(&rules::IGNORE_WAITING, &[], &[id, number]);
        }
        if leader.waiting.len() >= WAITING_MAX {
            return ctx.why(&rules::WAITING_FULL, &[false], &[id, number]);
        }
        leader.waiting.push_back(Command::Client { client: from, sequence, call });
        self.propose_all(ctx, s);
    }

    fn redirect(ctx: Hands<'_, '_>, s: &Server, client: NodeId, sequence: u32) {
        match s.leader {
            Some(leader) => ctx.why(&rules::REDIRECT, &[false], &[client.0.into(), leader.0.into()]),
            None => ctx.why(&rules::REDIRECT_UNKNOWN, &[false], &[client.0.into()]),
        }
        Self::reply(ctx, client, sequence, ReplyOutcome::NotLeader { hint: s.leader });
    }

    /// Answers a client whose command was just applied.
    pub(super) fn reply_applied(&self, ctx: Hands<'_, '_>, done: Answered) {
        let values = [done.client.0.into(), done.sequence.into(), done.slot];
        ctx.why(&rules::REPLY_APPLIED, &[], &values);
        Self::reply(ctx, done.client, done.sequence, ReplyOutcome::Applied(done.answer));
    }

    fn reply(ctx: Hands<'_, '_>, client: NodeId, sequence: u32, outcome: ReplyOutcome) {
        ctx.send(client, Msg::ClientReply(ClientReply { sequence, outcome }));
    }
}
