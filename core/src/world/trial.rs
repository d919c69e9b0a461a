//! One handler at a time, on a world that serves as a bench: what an explorer learns transitions from.

use super::World;
use crate::fingerprint::Fingerprint;
use crate::id::{MessageId, NodeId};
use crate::nodes::Cell;
use crate::protocol::Protocol;
use crate::view::Status;
use std::hash::{Hash, Hasher};

/// What happens to one node.
pub(crate) enum Happening<'a, P: Protocol> {
    /// A message arrives.
    Message(NodeId, &'a P::Msg),
    /// The running timer at this position fires.
    Timer(usize),
    /// It crashes.
    Crash,
    /// It starts again.
    Restart,
}

/// One node as the rest of the world can tell: its state or its disk, and its running timers in a canonical order.
pub(crate) struct Local<P: Protocol> {
    pub(crate) cell: Cell<P::State, P::Durable>,
    pub(crate) timers: Vec<P::Timer>,
}

impl<P: Protocol> Clone for Local<P> {
    fn clone(&self) -> Self {
        Self { cell: self.cell.clone(), timers: self.timers.clone() }
    }
}

impl<P: Protocol> Hash for Local<P> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.cell.hash(hasher);
        self.timers.hash(hasher);
    }
}

/// What a handler did.
pub(crate) struct Deed<P: Protocol> {
    pub(crate) local: Local<P>,
    /// Receiver and message, in the order they were sent.
    pub(crate) sent: Vec<(NodeId, P::Msg)>,
    /// For each choice the handler made: how many there were.
    pub(crate) asked: Vec<u32>,
}

impl<P: Protocol> World<P> {
    /// A node with its timers, as it stands.
    pub(crate) fn local(&self, node: NodeId) -> Local<P> {
        let mut timers: Vec<P::Timer> = self.payloads.timers(node).iter().map(|(timer, _)| *timer).collect();
        timers.sort_by_cached_key(Fingerprint::of);
        Local { cell: self.nodes.0[node.index()].clone(), timers }
    }

    /// Runs one handler of one node, with the answers to its choices given (0 for those beyond), and takes away what it
    /// sent. Only good for a world that nobody runs.
    pub(crate) fn attempt(
        &mut self,
        node: NodeId,
        local: &Local<P>,
        happening: &Happening<'_, P>,
        answers: &[u32],
    ) -> Deed<P> {
        self.payloads.clear_timers(&mut self.kernel, node);
        for timer in &local.timers {
            self.payloads.set_timer(&mut self.kernel, node, *timer, 0, 0);
        }
        let status = if matches!(local.cell, Cell::Up(_)) { Status::Up } else { Status::Crashed };
        self.kernel.assume(node, status, answers);
        self.nodes.0[node.index()] = local.cell.clone();
        match happening {
            Happening::Message(from, msg) => {
                let msg = (*msg).clone();
                self.handle(node, |protocol, ctx, state| protocol.on_message(ctx, state, *from, msg));
            }
            Happening::Timer(at) => {
                let slot = self.payloads.timer_slot(node, local.timers[*at]);
                if let Some(slot) = slot {
                    self.kernel.take_timer(slot);
                    let timer = self.payloads.forget_timer(node, slot);
                    let timer = timer.unwrap_or(local.timers[*at]);
                    self.handle(node, |protocol, ctx, state| protocol.on_timer(ctx, state, timer));
                }
            }
            Happening::Crash => self.crash(node),
            Happening::Restart => self.restart(node),
        }
        let local = self.local(node);
        let sent = self.drain_flights().into_iter().map(|(_, to, msg)| (to, msg)).collect();
        Deed { local, sent, asked: self.kernel.asked() }
    }

    /// The number that the next operation gets.
    pub(crate) fn operation_next(&self) -> u64 {
        self.kernel.operation_next()
    }

    /// Counts operations on from here: on a bench, so that what is tried once more gets the same numbers.
    pub(crate) fn count_operations_from(&mut self, next: u64) {
        self.kernel.count_operations_from(next);
    }

    /// Takes away every message in flight, in the order they were sent.
    pub(crate) fn drain_flights(&mut self) -> Vec<(NodeId, NodeId, P::Msg)> {
        let mut taken = Vec::new();
        for slot in self.kernel.slots_by_message() {
            if let (Some(flight), Some(msg)) =
                (self.kernel.take_flight(slot), self.payloads.take_message(slot))
            {
                taken.push((flight.from, flight.to, msg));
            }
        }
        taken
    }
}

/// What happens next by itself, as far as it is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// This message is delivered.
    Message(MessageId),
    /// The timer at this position of the node's list fires.
    Timer(NodeId, u8),
}

impl<P: Protocol> World<P> {
    /// What happens next by itself, unless it is a loss.
    pub(super) fn next(&self) -> Option<Next> {
        let slot = self.kernel.next_slot()?;
        if let Some(flight) = self.kernel.flight(slot) {
            let arrives = flight.doom.is_none() && self.obstacle(flight.from, flight.to).is_none();
            return arrives.then_some(Next::Message(flight.id));
        }
        let node = self.kernel.timer(slot)?.node;
        let position = self.payloads.timers(node).iter().position(|(_, running)| *running == slot)?;
        Some(Next::Timer(node, position as u8))
    }

    /// The message on its way between two nodes that has a fingerprint; the one sent first, if there are several.
    pub(super) fn message_like(&self, from: NodeId, to: NodeId, fingerprint: u64) -> Option<MessageId> {
        let between = self.kernel.flights().filter(|(_, flight)| (flight.from, flight.to) == (from, to));
        let is =
            |slot: u32| self.payloads.message(slot).is_some_and(|msg| Fingerprint::of(msg) == fingerprint);
        between.filter(|(slot, _)| is(*slot)).map(|(_, flight)| flight.id).min()
    }

    /// Position in a node's list of the running timer with a fingerprint.
    pub(super) fn timer_like(&self, node: NodeId, fingerprint: u64) -> Option<u8> {
        let mut timers = self.payloads.timers(node).iter();
        let is = |(timer, _): &(P::Timer, u32)| Fingerprint::of(timer) == fingerprint;
        timers.position(is).map(|at| at as u8)
    }
}
