//! A client of a cluster that one server leads: one command at a time, asked again until it is answered (Ongaro and
//! Ousterhout 2014 §8; van Renesse and Altinbuken 2015 §2).
//!
//! It asks the server it believes to lead, follows hints, and asks the next server when it hears nothing. A retry carries
//! the same serial number, so that the state machine's sessions ([`super::registers`]) make it harmless.

mod message;
mod rules;
mod state;
mod view;

pub use message::{ClientReply, ClientRequest, ReplyOutcome};
pub use rules::ClientRules;
pub use state::{Answered, Client, Pending};
pub use view::{down_view, up_view};

use super::registers::{Answer, Call, KEYS};
use crate::ctx::Ctx;
use crate::id::{NodeId, OperationId};
use crate::protocol::{Operation, Outcome, Protocol};
use crate::trace::Rule;
use std::collections::VecDeque;

/// Position of the operation that writes.
const PUT: u8 = 0;

/// Position of the operation that makes a client turn to a server. Those before it are commands.
pub const TURN: u8 = 4;

/// Commands a client keeps for later.
pub const QUEUE_MAX: usize = 16;

/// What a client's timers are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientTimer {
    /// When it fires, a request went unanswered: try another server.
    Request,
    /// When it fires, a busy client thinks of its next command.
    Load,
}

/// A protocol with such clients.
pub trait Serves: Protocol {
    /// A client's request as one of its messages.
    fn client_request(request: ClientRequest) -> Self::Msg;
    /// A client's timer as one of its timers.
    fn client_timer(timer: ClientTimer) -> Self::Timer;
}

/// What a client can do, whatever the protocol: so clients are compiled once.
pub trait Hands {
    /// Notes why.
    fn because(&mut self, rule: &'static Rule, values: &[u64]);
    /// Sends a request.
    fn request(&mut self, server: NodeId, request: ClientRequest);
    /// Sets a timer that fires after exactly so long on its clock. Microseconds.
    fn wait(&mut self, timer: ClientTimer, us: u64);
    /// Stops a timer.
    fn stop(&mut self, timer: ClientTimer);
    /// Begins an operation of its own.
    fn begin(&mut self, operation: u8, args: Vec<u64>) -> OperationId;
    /// Ends an operation.
    fn end(&mut self, operation: OperationId, outcome: Outcome);
}

impl<P: Serves> Hands for Ctx<'_, P> {
    fn because(&mut self, rule: &'static Rule, values: &[u64]) {
        self.why(rule, &[], values);
    }
    fn request(&mut self, server: NodeId, request: ClientRequest) {
        self.send(server, P::client_request(request));
    }
    fn wait(&mut self, timer: ClientTimer, us: u64) {
        self.set_timer(P::client_timer(timer), us, us);
    }
    fn stop(&mut self, timer: ClientTimer) {
        self.cancel_timer(P::client_timer(timer));
    }
    fn begin(&mut self, operation: u8, args: Vec<u64>) -> OperationId {
        self.invoke(operation, args)
    }
    fn end(&mut self, operation: OperationId, outcome: Outcome) {
        self.returned(operation, outcome);
    }
}

/// How the clients of a cluster go about it: the same for all of them.
#[derive(Debug, Clone, Copy)]
pub struct Clients {
    /// Servers there are: the first nodes.
    pub servers: usize,
    /// How long a client waits for an answer before it asks another server.
    pub request_timeout_us: u64,
    /// How often each thinks of a command by itself; 0 never.
    pub load_us: u64,
    /// How it says why.
    pub rules: &'static ClientRules,
}

impl Clients {
    /// A client starts, with the serial number that is on its disk: one used twice would get an old command's answer.
    pub fn start(&self, hands: &mut dyn Hands, sequence: u32) -> Client {
        hands.because(&self.rules.starts, &[]);
        self.set_load_timer(hands);
        Client { sequence, leader: NodeId(0), outstanding: None, queue: VecDeque::new(), answered: None }
    }

    /// Somebody asks for an operation.
    pub fn on_operation(&self, hands: &mut dyn Hands, c: &mut Client, operation: &Operation) {
        if operation.operation == TURN {
            return self.turn(hands, c, operation);
        }
        let at = operation.args.last().and_then(|at| self.server_asked(*at));
        let pending = call_of(operation).map(|call| Pending { operation: operation.id, call, at });
        let waiting = c.queue.len();
        match pending {
            Some(pending) if c.outstanding.is_none() => self.ask(hands, c, pending),
            Some(pending) if waiting < QUEUE_MAX => {
                c.queue.push_back(pending);
                hands.because(&self.rules.queue, &[waiting as u64 + 1]);
            }
            _ => {
                hands.because(&self.rules.queue_full, &[waiting as u64]);
                hands.end(operation.id, Outcome::Fail);
            }
        }
    }

    /// The server an argument asks for: the first word leaves it to the client, and so does a server there is not.
    fn server_asked(&self, at: u64) -> Option<NodeId> {
        let server = at.checked_sub(1)? as usize;
        (server < self.servers).then(|| NodeId::at(server))
    }

    /// Somebody makes a client believe in another server: which one it finds is up to its surroundings.
    fn turn(&self, hands: &mut dyn Hands, c: &mut Client, operation: &Operation) {
        let server = operation.args.first().map_or(0, |server| *server as usize);
        c.leader = NodeId::at(server % self.servers);
        hands.because(&self.rules.turn, &[c.leader.0.into()]);
        hands.end(operation.id, Outcome::Ok(Vec::new()));
        self.send_request(hands, c);
    }

    /// A busy client thinks of its next command.
    pub fn on_load(&self, hands: &mut dyn Hands, c: &mut Client) {
        self.set_load_timer(hands);
        let waiting = c.queue.len() as u64;
        if c.outstanding.is_some() {
            return hands.because(&self.rules.busy, &[waiting]);
        }
        let next = c.sequence.wrapping_add(1);
        let (key, value) = (next % KEYS.len() as u32, next);
        let operation = hands.begin(PUT, vec![key.into(), value.into(), 0]);
        let call = Call::Put { key: key as u8, value };
        self.ask(hands, c, Pending { operation, call, at: None });
    }

    /// Begins a command, with the next serial number.
    fn ask(&self, hands: &mut dyn Hands, c: &mut Client, pending: Pending) {
        c.sequence = c.sequence.wrapping_add(1);
        c.leader = pending.at.unwrap_or(c.leader);
        c.outstanding = Some(pending);
        hands.because(&self.rules.request, &[c.leader.0.into(), c.sequence.into()]);
        self.send_request(hands, c);
    }

    fn send_request(&self, hands: &mut dyn Hands, c: &Client) {
        if let Some(Pending { call, .. }) = c.outstanding {
            hands.wait(ClientTimer::Request, self.request_timeout_us);
            hands.request(c.leader, ClientRequest { sequence: c.sequence, call });
        }
    }

    /// No answer: the server may be down, cut off, or no leader any more. Ask the next one.
    pub fn on_request_timeout(&self, hands: &mut dyn Hands, c: &mut Client) {
        c.leader = NodeId::at((c.leader.index() + 1) % self.servers);
        hands.because(&self.rules.retry, &[c.leader.0.into(), c.sequence.into()]);
        self.send_request(hands, c);
    }

    /// A server answers.
    pub fn on_reply(&self, hands: &mut dyn Hands, c: &mut Client, from: NodeId, reply: ClientReply) {
        let (server, number) = (u64::from(from.0), u64::from(reply.sequence));
        let Some(pending) = c.outstanding.filter(|_| reply.sequence == c.sequence) else {
            return hands.because(&self.rules.ignore_late, &[server]);
        };
        match reply.outcome {
            ReplyOutcome::Applied(answer) => {
                match answer {
                    Answer::Value(value) => {
                        hands.because(&self.rules.answered_value, &[server, number, value.into()]);
                    }
                    _ => hands.because(&self.rules.answered, &[server, number]),
                }
                hands.stop(ClientTimer::Request);
                c.leader = from;
                c.outstanding = None;
                c.answered = Some(Answered { call: pending.call, answer });
                hands.end(pending.operation, Outcome::Ok(values_of(answer)));
                if let Some(next) = c.queue.pop_front() {
                    self.ask(hands, c, next);
                }
            }
            ReplyOutcome::NotLeader { .. } if from != c.leader => {
                hands.because(&self.rules.ignore_late, &[server]);
            }
            ReplyOutcome::NotLeader { hint: Some(hint) } => {
                c.leader = hint;
                hands.because(&self.rules.follow_hint, &[server, hint.0.into(), number]);
                self.send_request(hands, c);
            }
            ReplyOutcome::NotLeader { hint: None } => hands.because(&self.rules.no_hint, &[server]),
        }
    }

    fn set_load_timer(&self, hands: &mut dyn Hands) {
        if self.load_us > 0 {
            hands.wait(ClientTimer::Load, self.load_us);
        }
    }
}

/// The command that an operation stands for: the first four are put, get, add, compare-and-swap, their last argument the
/// server to ask.
pub fn call_of(operation: &Operation) -> Option<Call> {
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
pub fn values_of(answer: Answer) -> Vec<u64> {
    match answer {
        Answer::Done => Vec::new(),
        Answer::Value(value) => vec![value.into()],
        Answer::Swapped(swapped) => vec![swapped.into()],
    }
}
