//! A world: all nodes, all that is pending, at one step of a run. `apply` is the only thing that changes one.

mod any;
mod check;
mod command;
mod frame;
mod payloads;
mod trial;

pub(crate) use any::AnyWorld;
pub(crate) use payloads::Payloads;
pub(crate) use trial::{Deed, Happening, Local, Next};

use crate::action::Action;
use crate::ctx::Ctx;
use crate::fingerprint::Fingerprint;
use crate::id::NodeId;
use crate::kernel::{Doom, Due, Flight, Kernel, LinkProfile, StepLog, Timer as KernelTimer};
use crate::nodes::{Cell, Nodes};
use crate::protocol::{Member, Protocol};
use crate::refusal::Refusal;
use crate::time::Time;
use crate::trace::Trigger;
use crate::view::{Loss, Status};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A world of one protocol.
///
/// A clone is a snapshot. Two worlds that applied the same actions from the same beginning are equal in everything that
/// [`World::fingerprint`] sees, on every target.
pub struct World<P: Protocol> {
    protocol: Arc<P>,
    roster: Arc<[Member]>,
    kernel: Kernel,
    payloads: Payloads<P>,
    nodes: Nodes<P>,
    ghost: P::Ghost,
    /// The node whose state the last step may have changed.
    actor: Option<NodeId>,
}

impl<P: Protocol> Clone for World<P> {
    fn clone(&self) -> Self {
        Self {
            protocol: Arc::clone(&self.protocol),
            roster: Arc::clone(&self.roster),
            kernel: self.kernel.clone(),
            payloads: self.payloads.clone(),
            nodes: self.nodes.clone(),
            ghost: self.ghost.clone(),
            actor: self.actor,
        }
    }
}

impl<P: Protocol> World<P> {
    /// A world before its first step: every node has started, with an empty disk.
    pub fn new(protocol: P, seed: u64) -> Self {
        let protocol = protocol.seeded(seed);
        let roster: Arc<[Member]> = protocol.roster().into();
        let mut world = Self {
            protocol: Arc::new(protocol),
            kernel: Kernel::new(roster.len(), seed, LinkProfile::default()),
            payloads: Payloads::new(roster.len()),
            nodes: Nodes(Vec::with_capacity(roster.len()), vec![]),
            roster,
            ghost: P::Ghost::default(),
            actor: None,
        };
        for at in 0..world.roster.len() {
            let state = world.start(NodeId::at(at), P::Durable::default());
            world.nodes.0.push(Cell::Up(state));
        }
        let protocol = Arc::clone(&world.protocol);
        for at in 0..world.roster.len() {
            protocol.observe(&mut world.ghost, &world.nodes, NodeId::at(at));
        }
        world.kernel.settle();
        world
    }

    /// Steps taken so far.
    pub fn step(&self) -> u64 {
        self.kernel.step()
    }

    /// Simulated time of the last step.
    pub fn now(&self) -> Time {
        self.kernel.now()
    }

    /// When the next event happens by itself; `None` if nothing is pending or all that is pending is held.
    pub fn next_at(&self) -> Option<Time> {
        self.kernel.next_at()
    }

    /// The protocol with its parameters.
    pub fn protocol(&self) -> &P {
        &self.protocol
    }

    pub(crate) fn shared_protocol(&self) -> Arc<P> {
        Arc::clone(&self.protocol)
    }

    pub(crate) fn is_cut(&self, from: NodeId, to: NodeId) -> bool {
        self.kernel.cut(from, to).is_some()
    }

    pub(crate) fn is_paused(&self, node: NodeId) -> bool {
        self.kernel.status(node) == Status::Paused
    }

    /// The members, in the order of their ids.
    pub fn roster(&self) -> &[Member] {
        &self.roster
    }

    /// The nodes.
    pub fn nodes(&self) -> &Nodes<P> {
        &self.nodes
    }

    /// What properties remember of the past.
    pub fn ghost(&self) -> &P::Ghost {
        &self.ghost
    }

    /// Whether reasons and effects of each step are kept for a reader. It changes no run.
    pub fn set_recording(&mut self, recording: bool) {
        self.kernel.set_recording(recording);
    }

    pub(crate) fn log(&self) -> &StepLog {
        self.kernel.log()
    }

    pub(crate) fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// Takes one step: the next event, or a command. `position` is the command's place in its recipe.
    ///
    /// # Errors
    /// Says why a command can't be done, or that nothing is pending; then nothing has changed.
    pub fn apply(&mut self, action: &Action, position: u32) -> Result<(), Refusal> {
        self.actor = match action {
            Action::Next => self.apply_next().ok_or(Refusal::Full("steps: nothing is pending"))?,
            Action::Command(command) => {
                self.check(command)?;
                self.apply_command(command, position)
            }
        };
        if let Some(actor) = self.actor {
            let protocol = Arc::clone(&self.protocol);
            protocol.observe(&mut self.ghost, &self.nodes, actor);
        }
        self.kernel.settle();
        Ok(())
    }

    /// Takes the next event. `false` if nothing can happen by itself.
    pub fn advance(&mut self) -> bool {
        self.apply(&Action::Next, 0).is_ok()
    }

    /// Fingerprint of all that decides how the run goes on, and of what properties remember.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = Fingerprint::default();
        self.kernel.hash_into(&mut hasher);
        self.nodes.0.hash(&mut hasher);
        if !self.nodes.1.is_empty() {
            self.nodes.1.hash(&mut hasher);
        }
        self.ghost.hash(&mut hasher);
        for slot in self.kernel.slots_by_message() {
            if let Some(flight) = self.kernel.flight(slot) {
                (flight, self.payloads.message(slot)).hash(&mut hasher);
            }
        }
        for (node, _) in self.nodes.iter() {
            for (timer, slot) in self.payloads.timers(node) {
                (timer, self.kernel.timer(*slot).map(|timer| timer.due)).hash(&mut hasher);
            }
        }
        hasher.finish()
    }

    /// About how many bytes a snapshot of this world takes.
    pub fn bytes(&self) -> usize {
        let heap = self.nodes.up().map(|(_, state)| self.protocol.heap_bytes(state)).sum::<usize>();
        let cells = self.nodes.len() * size_of::<Cell<P::State, P::Durable>>();
        self.kernel.bytes() + self.payloads.bytes() + cells + heap
    }

    fn start(&mut self, me: NodeId, durable: P::Durable) -> P::State {
        let protocol = Arc::clone(&self.protocol);
        let mut ctx =
            Ctx { kernel: &mut self.kernel, payloads: &mut self.payloads, protocol: &*protocol, me };
        protocol.on_start(&mut ctx, durable)
    }

    /// Runs a handler of a node that is up.
    fn handle(&mut self, me: NodeId, handler: impl FnOnce(&P, &mut Ctx<'_, P>, &mut P::State)) {
        let protocol = &*self.protocol;
        let mut ctx = Ctx { kernel: &mut self.kernel, payloads: &mut self.payloads, protocol, me };
        if let Cell::Up(state) = &mut self.nodes.0[me.index()] {
            handler(protocol, &mut ctx, state);
        }
    }

    /// `None` if nothing is pending; else the node whose state may have changed.
    fn apply_next(&mut self) -> Option<Option<NodeId>> {
        let at = self.kernel.next_at()?;
        match self.kernel.take_next()? {
            Due::Message { slot, flight } => Some(self.arrive(at, slot, &flight, false)),
            Due::Timer { slot, timer } => {
                self.fire(at, slot, timer.node, &timer);
                Some(Some(timer.node))
            }
        }
    }

    /// A message reaches its end: it is delivered, or lost. A hand overrules chance.
    fn arrive(&mut self, at: Time, slot: u32, flight: &Flight, by_hand: bool) -> Option<NodeId> {
        let Flight { id, from, to, kind, .. } = *flight;
        let lost = if by_hand { None } else { flight.doom.map(Doom::loss) };
        let lost = lost.or_else(|| self.obstacle(from, to));
        let msg = self.payloads.take_message(slot);
        if let Some(how) = lost {
            self.kernel.begin_step(
                at,
                flight.sent_step,
                Trigger::Dropped { message: id, from, kind, how },
                Some(to),
            );
            return None;
        }
        self.kernel.begin_step(
            at,
            flight.sent_step,
            Trigger::Delivered { message: id, from, kind },
            Some(to),
        );
        let msg = msg?;
        self.handle(to, |protocol, ctx, state| protocol.on_message(ctx, state, from, msg));
        Some(to)
    }

    fn obstacle(&self, from: NodeId, to: NodeId) -> Option<Loss> {
        if self.kernel.cut(from, to).is_some() {
            Some(Loss::Cut)
        } else if self.kernel.status(to) == Status::Crashed {
            Some(Loss::Down)
        } else {
            None
        }
    }

    fn fire(&mut self, at: Time, slot: u32, node: NodeId, due: &KernelTimer) {
        let Some(timer) = self.payloads.forget_timer(node, slot) else { return };
        let label = self.protocol.timer_label(timer);
        self.kernel.begin_step(at, due.set_step, Trigger::Fired { label }, Some(node));
        self.kernel.set_early(at < due.due);
        self.handle(node, |protocol, ctx, state| protocol.on_timer(ctx, state, timer));
    }
}
