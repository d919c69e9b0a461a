//! Clients at a server: redirecting, appending once, answering (§8; thesis §6.3).

use super::machine::{Answer, Call};
use super::message::{ClientReply, ClientRequest, Command, Msg, ReplyOutcome};
use super::state::{Index, Leader, Role, Server, ServerSet};
use super::{Raft, rules};
use crate::id::NodeId;
use crate::protocol::Ctx;

type Hands<'a, 'b> = &'a mut Ctx<'b, Raft>;

impl Raft {
    /// Position of a client among the clients.
    pub(super) fn client_position(&self, client: NodeId) -> usize {
        client.index().saturating_sub(self.n)
    }

    /// ClientRequest, receiver (§8; thesis Figure 6.1).
    pub(super) fn on_client_request(
        &self,
        ctx: Hands<'_, '_>,
        s: &mut Server,
        from: NodeId,
        ask: ClientRequest,
    ) {
        let ClientRequest { sequence, call } = ask;
        let (id, number) = (u64::from(from.0), u64::from(sequence));
        if !matches!(s.role, Role::Leader(_)) {
            return Self::redirect(ctx, s, from, sequence);
        }
        if let (Call::Get { .. }, true) = (call, self.reads_locally) {
            // What the source asks for and this twin does not: only a leader alone needs to ask nobody.
            let is_alone = s.config.has_majority(ServerSet::only(ctx.me()));
            ctx.why(&rules::LOCAL_READ, &[is_alone, s.has_committed_own()], &[id, s.last_applied]);
            return Self::reply(ctx, from, sequence, ReplyOutcome::Applied(s.machine.read(call)));
        }
        let client = self.client_position(from);
        if let Some(answer) = s.machine.answered(client, sequence) {
            ctx.why(&rules::REPLY_AGAIN, &[false], &[id, number]);
            return Self::reply(ctx, from, sequence, ReplyOutcome::Applied(answer));
        }
        if sequence <= s.machine.last_sequence(client) {
            return ctx.why(&rules::IGNORE_OLD_COMMAND, &[false], &[id, number]);
        }
        let is_same = |command: &Command| command.is(from, sequence);
        let waiting = s.disk.log.iter_from(s.last_applied + 1).find(|(_, entry)| is_same(&entry.command));
        if let Some((index, _)) = waiting {
            return ctx.why(&rules::IGNORE_IN_LOG, &[false], &[id, number, index]);
        }
        if let Role::Leader(Leader { transfer: Some(target), .. }) = &s.role {
            ctx.why(&rules::HANDING_OVER, &[false], &[id, target.0.into()]);
            return Self::reply(ctx, from, sequence, ReplyOutcome::NotLeader { hint: None });
        }
        if let (Call::Get { .. }, true) = (call, self.counts_rounds()) {
            return self.on_read(ctx, s, from, ask);
        }
        let index = self.append_own(ctx.me(), s, Command::Client { client: from, sequence, call });
        ctx.proposed(index, &s.disk.current_term);
        ctx.why(&rules::APPEND, &[true, true], &[id, index, s.disk.current_term.0, number]);
        self.send_to_all(ctx, s);
        self.advance_commit_index(ctx, s);
    }

    fn redirect(ctx: Hands<'_, '_>, s: &Server, client: NodeId, sequence: u32) {
        match s.leader {
            Some(leader) => ctx.why(&rules::REDIRECT, &[false], &[client.0.into(), leader.0.into()]),
            None => ctx.why(&rules::REDIRECT_UNKNOWN, &[false], &[client.0.into()]),
        }
        Self::reply(ctx, client, sequence, ReplyOutcome::NotLeader { hint: s.leader });
    }

    /// Answers a client whose command was just applied.
    pub(super) fn reply_applied(
        &self,
        ctx: Hands<'_, '_>,
        client: NodeId,
        sequence: u32,
        answer: Answer,
        index: Index,
    ) {
        ctx.why(&rules::REPLY_APPLIED, &[true], &[client.0.into(), sequence.into(), index]);
        Self::reply(ctx, client, sequence, ReplyOutcome::Applied(answer));
    }

    pub(super) fn reply(ctx: Hands<'_, '_>, client: NodeId, sequence: u32, outcome: ReplyOutcome) {
        ctx.send(client, Msg::ClientReply(ClientReply { sequence, outcome }));
    }
}
