//! A client (§4.1): it asks the primary, then everybody, and waits for f + 1 replies that agree.

use super::machine::{Call, KEYS};
use super::message::{Msg, Reply, Request};
use super::normal::id;
use super::signing::Signed;
use super::state::{Answered, Client, Disk, Pending, Timer, View};
use super::{Hands, Pbft, rules};
use crate::id::NodeId;
use crate::protocol::{Operation, Outcome};
use crate::toolkit::client::{QUEUE_MAX, call_of, values_of};
use std::collections::VecDeque;

/// Position of the operation that writes.
const PUT: u8 = 0;

impl Pbft {
    /// A client starts. Its timestamp is on disk: one used twice would get an old request's answer.
    pub(super) fn start_client(&self, ctx: Hands<'_, '_>, disk: &Disk) -> Client {
        ctx.why(&rules::CLIENT_STARTS, &[], &[]);
        self.set_load_timer(ctx);
        let timestamp = if let Disk::Client { timestamp } = disk { *timestamp } else { 0 };
        Client {
            timestamp,
            view: View(0),
            outstanding: None,
            replies: vec![],
            queue: VecDeque::new(),
            answered: None,
        }
    }

    /// Somebody asks for an operation.
    pub(super) fn on_client_operation(&self, ctx: Hands<'_, '_>, c: &mut Client, operation: &Operation) {
        let wished = operation.args.last().copied().unwrap_or(0);
        let at = wished.checked_sub(1).map(|at| at as usize).filter(|at| *at < self.n).map(NodeId::at);
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
                return ctx.returned(operation.id, Outcome::Fail);
            }
        }
        if wished > self.n as u64 {
            ctx.why(&rules::NO_SUCH_REPLICA, &[], &[wished]);
        }
    }

    /// A busy client thinks of its next request.
    pub(super) fn on_load(&self, ctx: Hands<'_, '_>, c: &mut Client) {
        self.set_load_timer(ctx);
        if c.outstanding.is_some() {
            return ctx.why(&rules::BUSY, &[], &[c.queue.len() as u64]);
        }
        let next = c.timestamp.wrapping_add(1);
        let (key, value) = (next % KEYS.len() as u32, next);
        let operation = ctx.invoke(PUT, vec![key.into(), value.into(), 0]);
        self.ask(ctx, c, Pending { operation, call: Call::Put { key: key as u8, value }, at: None });
    }

    /// Begins a request, with the next timestamp.
    fn ask(&self, ctx: Hands<'_, '_>, c: &mut Client, pending: Pending) {
        c.timestamp = c.timestamp.wrapping_add(1);
        c.outstanding = Some(pending);
        c.replies.clear();
        let to = pending.at.unwrap_or_else(|| self.primary(c.view));
        ctx.why(&rules::REQUEST, &[], &[id(to), c.timestamp.into()]);
        let request = self.sign(ctx, Request { timestamp: c.timestamp, call: pending.call });
        ctx.send(to, Msg::Request(request));
        ctx.set_timer(Timer::Request, self.request_timeout_us, self.request_timeout_us);
    }

    /// No answer in time: everybody is asked, so that backups know of the request and mind the primary.
    pub(super) fn on_request_timeout(&self, ctx: Hands<'_, '_>, c: &mut Client) {
        let Some(pending) = c.outstanding else { return };
        ctx.why(&rules::RETRY, &[], &[c.timestamp.into()]);
        let request = self.sign(ctx, Request { timestamp: c.timestamp, call: pending.call });
        self.multicast(ctx, &Msg::Request(request));
        ctx.set_timer(Timer::Request, self.request_timeout_us, self.request_timeout_us);
    }

    /// REPLY.
    pub(super) fn on_reply(&self, ctx: Hands<'_, '_>, c: &mut Client, reply: &Signed<Reply>) {
        if !self.is_of_replica(ctx, reply) {
            return;
        }
        let replica = reply.signer();
        let said = [id(replica), reply.timestamp.into()];
        let is_mine = reply.client == ctx.me() && reply.timestamp == c.timestamp;
        let Some(pending) = c.outstanding.filter(|_| is_mine) else {
            return ctx.why(&rules::LATE_REPLY, &[], &said);
        };
        c.replies.retain(|(from, ..)| *from != replica);
        c.replies.push((replica, reply.view, reply.answer));
        let matching = || c.replies.iter().filter(|(.., answer)| *answer == reply.answer);
        let (count, needed) = (matching().count(), self.faulty_max() + 1);
        let is_enough = count >= needed;
        let said = [said[0], said[1], count as u64, needed as u64];
        if !is_enough && !self.takes_first_reply {
            return ctx.why(&rules::COUNT_REPLY, &[], &said);
        }
        let rule = if self.takes_first_reply { &rules::ACCEPT_FIRST } else { &rules::ACCEPT };
        ctx.why(rule, &[is_enough], &said);
        // The lowest of the views they name: a correct replica was at least there.
        c.view = matching().map(|(_, view, _)| *view).min().unwrap_or(c.view);
        ctx.cancel_timer(Timer::Request);
        c.outstanding = None;
        c.answered = Some(Answered { timestamp: c.timestamp, call: pending.call, answer: reply.answer });
        ctx.returned(pending.operation, Outcome::Ok(values_of(reply.answer)));
        if let Some(next) = c.queue.pop_front() {
            self.ask(ctx, c, next);
        }
    }

    fn set_load_timer(&self, ctx: Hands<'_, '_>) {
        if self.client_load_us > 0 {
            ctx.set_timer(Timer::Load, self.client_load_us, self.client_load_us);
        }
    }
}
