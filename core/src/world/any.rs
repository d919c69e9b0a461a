//! A world, its protocol's type forgotten: all that time travel needs of one.
//!
//! Architecture invariant: [`World`] is the only thing compiled anew for each protocol. The timeline, the session and
//! the sentences stand on this trait and are compiled once.

use super::{Next, World};
use crate::action::{Action, Command};
use crate::id::{MessageId, NodeId};
use crate::kernel::{Cut, Flight, Kernel, StepLog};
use crate::protocol::{Member, Meta, Protocol};
use crate::refusal::Refusal;
use crate::time::Time;
use crate::view::{CutLink, Fact, FlightFrame, GoalView, Idle, Lens, NodeFrame, PhaseTrack};
use std::any::Any;

/// A world of some protocol.
pub(crate) trait AnyWorld: Send + Sync {
    fn meta(&self) -> &'static Meta;
    fn roster(&self) -> &[Member];
    fn kernel(&self) -> &Kernel;
    fn snapshot(&self) -> Box<dyn AnyWorld>;
    fn as_any(&self) -> &dyn Any;
    fn set_recording(&mut self, recording: bool);
    fn apply(&mut self, action: &Action, position: u32) -> Result<(), Refusal>;
    fn check(&self, command: &Command) -> Result<(), Refusal>;
    fn actor(&self) -> Option<NodeId>;
    fn fingerprint(&self) -> u64;
    fn bytes(&self) -> usize;
    /// Stable name and prose of each property.
    fn properties(&self) -> Vec<(&'static str, &'static str)>;
    /// Whether a property, by its position, holds after `actor` acted.
    fn judge(&self, property: usize, actor: NodeId) -> Result<(), String>;
    fn goals(&self) -> Vec<GoalView>;
    fn node_frames(&self, lens: &Lens) -> Vec<NodeFrame>;
    fn flight_frames(&self) -> Vec<FlightFrame>;
    fn phases(&self) -> Vec<PhaseTrack>;
    /// A message in flight, with its fields.
    fn flight(&self, id: MessageId) -> Option<(&Flight, Vec<Fact>)>;
    fn next(&self) -> Option<Next>;
    /// The message in flight between two nodes that has a fingerprint.
    fn message_like(&self, from: NodeId, to: NodeId, fingerprint: u64) -> Option<MessageId>;
    /// Position in a node's list of the running timer that has a fingerprint.
    fn timer_like(&self, node: NodeId, fingerprint: u64) -> Option<u8>;
}

impl dyn AnyWorld + '_ {
    /// Steps taken so far.
    pub(crate) fn step(&self) -> u64 {
        self.kernel().step()
    }

    /// Simulated time of the last step.
    pub(crate) fn now(&self) -> Time {
        self.kernel().now()
    }

    /// When the next event happens by itself.
    pub(crate) fn next_at(&self) -> Option<Time> {
        self.kernel().next_at()
    }

    /// What the step just taken did.
    pub(crate) fn log(&self) -> &StepLog {
        self.kernel().log()
    }

    /// Takes the next event. `false` if nothing can happen by itself.
    pub(crate) fn advance(&mut self) -> bool {
        self.apply(&Action::Next, 0).is_ok()
    }

    /// Why nothing will happen by itself, when nothing will.
    pub(crate) fn idle(&self) -> Option<Idle> {
        if self.next_at().is_some() {
            return None;
        }
        let messages = self.kernel().flights().count();
        Some(if messages == 0 { Idle::NothingPending } else { Idle::Held { messages } })
    }

    /// Directed links that are cut.
    pub(crate) fn cut_links(&self) -> Vec<CutLink> {
        self.kernel().cuts().map(|(from, to, cut)| CutLink { from, to, holds: cut == Cut::Holds }).collect()
    }
}

impl<P: Protocol> AnyWorld for World<P> {
    fn meta(&self) -> &'static Meta {
        Meta::of::<P>()
    }

    fn roster(&self) -> &[Member] {
        &self.roster
    }

    fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    fn snapshot(&self) -> Box<dyn AnyWorld> {
        Box::new(self.clone())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn set_recording(&mut self, recording: bool) {
        self.kernel.set_recording(recording);
    }

    fn apply(&mut self, action: &Action, position: u32) -> Result<(), Refusal> {
        Self::apply(self, action, position)
    }

    fn check(&self, command: &Command) -> Result<(), Refusal> {
        Self::check(self, command)
    }

    fn actor(&self) -> Option<NodeId> {
        self.actor
    }

    fn fingerprint(&self) -> u64 {
        Self::fingerprint(self)
    }

    fn bytes(&self) -> usize {
        Self::bytes(self)
    }

    fn properties(&self) -> Vec<(&'static str, &'static str)> {
        self.protocol.properties().iter().map(|property| (property.id, property.text)).collect()
    }

    fn judge(&self, property: usize, actor: NodeId) -> Result<(), String> {
        (self.protocol.properties()[property].check)(&self.protocol, &self.ghost, &self.nodes, actor)
    }

    fn goals(&self) -> Vec<GoalView> {
        let goals = self.protocol.goals().iter();
        goals
            .map(|goal| GoalView {
                id: goal.id,
                text: goal.text,
                within_us: goal.within_us,
                reached: (goal.is_reached)(&self.protocol, &self.nodes),
            })
            .collect()
    }

    fn node_frames(&self, lens: &Lens) -> Vec<NodeFrame> {
        Self::node_frames(self, lens)
    }

    fn flight_frames(&self) -> Vec<FlightFrame> {
        Self::flight_frames(self)
    }

    fn phases(&self) -> Vec<PhaseTrack> {
        self.protocol.phases(&self.nodes)
    }

    fn flight(&self, id: MessageId) -> Option<(&Flight, Vec<Fact>)> {
        let (slot, flight) = self.kernel.find_flight(id)?;
        Some((flight, self.protocol.fields(self.payloads.message(slot)?)))
    }

    fn next(&self) -> Option<Next> {
        Self::next(self)
    }

    fn message_like(&self, from: NodeId, to: NodeId, fingerprint: u64) -> Option<MessageId> {
        Self::message_like(self, from, to, fingerprint)
    }

    fn timer_like(&self, node: NodeId, fingerprint: u64) -> Option<u8> {
        Self::timer_like(self, node, fingerprint)
    }
}
