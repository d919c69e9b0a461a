//! Faults and other things hands do to nodes, links and messages. Whether they may is asked before, by the world.

use super::{Flight, Kernel, LinkProfile};
use crate::action::{Command, CutFate, Ways};
use crate::id::NodeId;
use crate::time::Time;
use crate::trace::About;
use crate::view::Status;

impl Kernel {
    pub(crate) fn set_status(&mut self, node: NodeId, status: Status) {
        self.nodes[node.index()].status = status;
        self.release_held();
    }

    pub(crate) fn set_behaviour(&mut self, node: NodeId, behaviour: u8) {
        self.nodes[node.index()].behaviour = behaviour;
    }

    pub(crate) fn set_manual(&mut self, manual: bool) {
        self.manual = manual;
        self.release_held();
    }

    pub(crate) fn cut_links(&mut self, from: &[NodeId], to: &[NodeId], ways: Ways, fate: CutFate) {
        self.network.set_cuts(from, to, ways, Some(fate.into()));
        self.release_held();
    }

    pub(crate) fn heal_links(&mut self, from: &[NodeId], to: &[NodeId], ways: Ways) {
        self.network.set_cuts(from, to, ways, None);
        self.release_held();
    }

    pub(crate) fn heal_all(&mut self) {
        self.network.heal_all();
        self.release_held();
    }

    pub(crate) fn has_room_for_profile(&self) -> bool {
        self.network.has_room()
    }

    pub(crate) fn set_profile(&mut self, from: Option<NodeId>, to: Option<NodeId>, profile: LinkProfile) {
        self.network.set_profile(from, to, profile);
    }

    pub(crate) fn set_answers(&mut self, node: NodeId, answers: &[u32]) {
        self.nodes[node.index()].answers = answers.iter().rev().copied().collect();
    }

    pub(crate) fn jump_clock(&mut self, node: NodeId, by_us: i64) {
        let now = self.now;
        self.nodes[node.index()].clock.jump(now, by_us);
    }

    pub(crate) fn set_drift(&mut self, node: NodeId, ppm: i32) {
        let now = self.now;
        self.nodes[node.index()].clock.set_drift(now, ppm);
    }

    /// The message that a command is about, if it is about one that is on its way.
    pub(crate) fn about(&self, command: &Command) -> Option<About> {
        match command {
            Command::Deliver(id)
            | Command::Drop(id)
            | Command::Duplicate(id)
            | Command::Delay { message: id, .. } => {
                self.find_flight(*id).map(|(_, &Flight { from, to, kind, .. })| About { from, to, kind })
            }
            _ => None,
        }
    }

    /// A second copy of a message on its way: it leaves now and takes as long as the first was to take.
    pub(crate) fn duplicate(&mut self, slot: u32) -> Option<u32> {
        if self.pending() >= super::PENDING_MAX {
            return None;
        }
        let flight = self.flight(slot)?;
        let takes_us = flight.arrives_at.since(flight.sent_at);
        let copy = Flight {
            doom: None,
            hold: None,
            sent_at: self.now,
            arrives_at: self.now.after(takes_us),
            sent_step: self.step,
            copy_of: flight.id.0,
            ..flight.clone()
        };
        Some(self.launch(copy))
    }

    /// Makes a message arrive later, counted from when it would have arrived or from now, whichever is later.
    pub(crate) fn delay(&mut self, slot: u32, by_us: u64) {
        let now = self.now;
        let Some(flight) = self.flight_mut(slot) else { return };
        flight.arrives_at = flight.arrives_at.max(now).after(by_us.min(u64::from(super::LATENCY_MAX_US)));
        flight.hold = None;
        let due: Time = flight.due().max(now);
        self.enqueue(slot, due);
    }
}
