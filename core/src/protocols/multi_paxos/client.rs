//! A client: one command at a time, asked again until it is answered (van Renesse and Altinbuken 2015 §2).

use super::machine::{Answer, Call, KEYS};
use super::message::{ClientReply, ClientRequest, Msg, ReplyOutcome};
use super::state::{Answered, Client, Disk, Pending, Timer};
use super::{MultiPaxos, rules};
use crate::id::NodeId;
use crate::protocol::{Ctx, Operation, Outcome};
use std::collections::VecDeque;

type Hands<'a, 'b> = &'a mut Ctx<'b, MultiPaxos>;

/// Position of the operation that writes.
const PUT: u8 = 0;
/// Position of the operation that makes a client turn to a server.
pub(super) const TURN: u8 = 4;

/// Commands a client keeps for later.
const QUEUE_MAX: usize = 16;

impl MultiPaxos {
    /// A client starts. Its serial number is on disk: a number used twice would get an old command's answer.
    pub(super) fn start_client(&self, ctx: Hands<'_, '_>, disk: &Disk) -> Client {
        ctx.why(&rules::CLIENT_STARTS, &[], &[]);
        self.set_load_timer(ctx);
        let sequence = if let Disk::Client { sequence } = disk { *sequence } else { 0 };
        Client { sequence, leader: NodeId(0), outstanding: None, queue: VecDeque::new(), answered: None }
    }

    /// Somebody asks for a command.
    pub(super) fn on_client_operation(&self, ctx: Hands<'_, '_>, c: &mut Client, operation: &Operation) {
        if operation.operation == TURN {
            return self.turn(ctx, c, operation);
        }
        let at = operation.args.last().and_then(|at| self.server_asked(*at));
        let pending = call_of(operation).map(|call| Pending { operation: operation.id, call, at });
        let waiting = c.queue.len();
        match pending {
            Some(pending) if c.outstanding.is_none() => self.ask(ctx, c, pending),
            Some(pending) if waiting < QUEUE_MAX => {
                c.queue.push_back(pending);
                ctx.why(&rules::QUEUE, &[], &[waiting as u64 + 1]);
            }
            _ => {
                ctx.why(&rules::QUEUE_FULL, &[], &[waiting as u64]);
                ctx.returned(operation.id, Outcome::Fail);
            }
        }
    }

    /// The server an argument asks for: the first word leaves it to the client, and so does a server there is not.
    fn server_asked(&self, at: u64) -> Option<NodeId> {
        let server = at.checked_sub(1)? as usize;
        (server < self.n).then(|| NodeId::at(server))
    }

    /// Somebody makes a client believe in another server: which one it finds is up to its surroundings.
    fn turn(&self, ctx: Hands<'_, '_>, c: &mut Client, operation: &Operation) {
        let server = operation.args.first().map_or(0, |server| *server as usize);
        c.leader = NodeId::at(server % self.n);
        ctx.why(&rules::TURN, &[], &[c.leader.0.into()]);
        ctx.returned(operation.id, Outcome::Ok(Vec::new()));
        self.send_request(ctx, c);
    }

    /// A busy client thinks of its next command.
    pub(super) fn on_load(&self, ctx: Hands<'_, '_>, c: &mut Client) {
        self.set_load_timer(ctx);
        let waiting = c.queue.len() as u64;
        if c.outstanding.is_some() {
            return ctx.why(&rules::BUSY, &[], &[waiting]);
        }
        let next = c.sequence.wrapping_add(1);
        let (key, value) = (next % KEYS.len() as u32, next);
        let operation = ctx.invoke(PUT, vec![key.into(), value.into(), 0]);
        let call = Call::Put { key: key as u8, value };
        self.ask(ctx, c, Pending { operation, call, at: None });
    }

    /// Begins a command, with the next serial number.
    fn ask(&self, ctx: Hands<'_, '_>, c: &mut Client, pending: Pending) {
        c.sequence = c.sequence.wrapping_add(1);
        c.leader = pending.at.unwrap_or(c.leader);
        c.outstanding = Some(pending);
        ctx.why(&rules::REQUEST, &[], &[c.leader.0.into(), c.sequence.into()]);
        self.send_request(ctx, c);
    }

    fn send_request(&self, ctx: Hands<'_, '_>, c: &Client) {
        if let Some(Pending { call, .. }) = c.outstanding {
            ctx.set_timer(Timer::Request, self.request_timeout_us, self.request_timeout_us);
            ctx.send(c.leader, Msg::ClientRequest(ClientRequest { sequence: c.sequence, call }));
        }
    }

    /// No answer: the server may be down, cut off, or no leader any more. Ask the next one.
    pub(super) fn on_request_timeout(&self, ctx: Hands<'_, '_>, c: &mut Client) {
        c.leader = NodeId::at((c.leader.index() + 1) % self.n);
        ctx.why(&rules::RETRY, &[], &[c.leader.0.into(), c.sequence.into()]);
        self.send_request(ctx, c);
    }

    /// ClientReply.
    pub(super) fn on_client_reply(
        &self,
        ctx: Hands<'_, '_>,
        c: &mut Client,
        from: NodeId,
        reply: ClientReply,
    ) {
        let (server, number) = (u64::from(from.0), u64::from(reply.sequence));
        let Some(pending) = c.outstanding.filter(|_| reply.sequence == c.sequence) else {
            return ctx.why(&rules::IGNORE_LATE_REPLY, &[], &[server]);
        };
        match reply.outcome {
            ReplyOutcome::Applied(answer) => {
                ctx.why(&rules::ANSWERED, &[], &[server, number]);
                ctx.cancel_timer(Timer::Request);
                c.leader = from;
                c.outstanding = None;
                c.answered = Some(Answered { call: pending.call, answer });
                ctx.returned(pending.operation, Outcome::Ok(values_of(answer)));
                if let Some(next) = c.queue.pop_front() {
                    self.ask(ctx, c, next);
                }
            }
            ReplyOutcome::NotLeader { .. } if from != c.leader => {
                ctx.why(&rules::IGNORE_LATE_REPLY, &[], &[server])
            }
            ReplyOutcome::NotLeader { hint: Some(hint) } => {
                c.leader = hint;
                ctx.why(&rules::FOLLOW_HINT, &[], &[server, hint.0.into(), number]);
                self.send_request(ctx, c);
            }
            ReplyOutcome::NotLeader { hint: None } => ctx.why(&rules::NO_HINT, &[], &[server]),
        }
    }

    fn set_load_timer(&self, ctx: Hands<'_, '_>) {
        if self.client_load_us > 0 {
            ctx.set_timer(Timer::Load, self.client_load_us, self.client_load_us);
        }
    }
}

/// The command an operation of `Meta::operations` stands for.
fn call_of(operation: &Operation) -> Option<Call> {
    match (operation.operation, operation.args.as_slice()) {
        (0, &[key, value, _]) => Some(Call::Put { key: key as u8, value: value as u32 }),
        (1, &[key, _]) => Some(Call::Get { key: key as u8 }),
        (2, &[key, by, _]) => Some(Call::Add { key: key as u8, by: by as u32 }),
        (3, &[key, expected, value, _]) => {
            Some(Call::Cas { key: key as u8, expected: expected as u32, value: value as u32 })
        }
        _ => None,
    }
}

/// What a history keeps of an answer.
fn values_of(answer: Answer) -> Vec<u64> {
    match answer {
        Answer::Done => Vec::new(),
        Answer::Value(value) => vec![value.into()],
        Answer::Swapped(swapped) => vec![swapped.into()],
    }
}
