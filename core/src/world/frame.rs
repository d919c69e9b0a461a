//! A world as a picture.

use super::World;
use crate::id::{MessageId, NodeId};
use crate::kernel::{Cut, Doom, Flight, Hold};
use crate::protocol::Protocol;
use crate::view::{
    Answer, FlightFate, FlightFrame, Lens, NodeFrame, NodeView, Panel, QuorumView, Status, TimerFrame,
};

/// With more messages in flight than this, what they say is left out: nobody reads thousands, and writing them takes
/// longer than the step.
const SUMMARIES_MAX: usize = 1_000;

impl<P: Protocol> World<P> {
    pub(crate) fn node_frames(&self, lens: &Lens) -> Vec<NodeFrame> {
        self.nodes.iter().map(|(id, _)| self.node_frame(id, lens)).collect()
    }

    fn node_frame(&self, id: NodeId, lens: &Lens) -> NodeFrame {
        let member = &self.roster[id.index()];
        let mut view = self.protocol.view(&self.nodes, id, lens);
        self.protocol.witness(&self.ghost, &mut view);
        self.mark_unreachable(id, &mut view);
        let behaviour = usize::from(self.kernel.behaviour(id));
        NodeFrame {
            id,
            name: member.name.clone(),
            kind: member.kind,
            band: member.band,
            status: self.kernel.status(id),
            behaviour: behaviour.checked_sub(1).and_then(|at| Some(P::META.behaviours.get(at)?.name)),
            waiting: self.kernel.waiting(id),
            timers: self.timer_frames(id),
            clock_error_us: self.kernel.clock_error_us(id),
            view,
        }
    }

    fn timer_frames(&self, id: NodeId) -> Vec<TimerFrame> {
        let timers = self.payloads.timers(id).iter();
        timers
            .filter_map(|(timer, slot)| {
                let running = self.kernel.timer(*slot)?;
                let label = self.protocol.timer_label(*timer);
                Some(TimerFrame { label, set_at: running.set_at, due: running.due })
            })
            .collect()
    }

    /// Protocols can't see faults, so they say `Awaited`; where no answer can come, the picture says so.
    fn mark_unreachable(&self, me: NodeId, view: &mut NodeView) {
        let panels = view.panels.iter_mut().filter_map(|panel| match panel {
            Panel::Quorum(quorum) => Some(quorum),
            _ => None,
        });
        for QuorumView { notches, .. } in panels.chain(view.quorum.as_mut()) {
            for notch in
                notches.iter_mut().filter(|notch| notch.answer == Answer::Awaited && notch.node != me)
            {
                let cut =
                    self.kernel.cut(me, notch.node).is_some() || self.kernel.cut(notch.node, me).is_some();
                if cut || self.kernel.status(notch.node) == Status::Crashed {
                    notch.answer = Answer::Unreachable;
                }
            }
        }
    }

    pub(crate) fn flight_frames(&self) -> Vec<FlightFrame> {
        let slots = self.kernel.slots_by_message();
        let is_told = slots.len() <= SUMMARIES_MAX;
        let frame = |slot: &u32| Some(self.flight_frame(*slot, self.kernel.flight(*slot)?, is_told));
        slots.iter().filter_map(frame).collect()
    }

    fn flight_frame(&self, slot: u32, flight: &Flight, is_told: bool) -> FlightFrame {
        let message = self.payloads.message(slot).filter(|_| is_told);
        let fate = match (flight.doom, flight.hold) {
            (Some(doom), _) => FlightFate::Dies { at: flight.due(), at_cut: doom == Doom::Cut },
            (None, Some(Hold::Hand)) => FlightFate::HeldByHand,
            (None, Some(Hold::Cut)) => FlightFate::HeldAtCut,
            (None, Some(Hold::Door)) => FlightFate::HeldAtDoor,
            (None, None) => self.fate_under_way(flight),
        };
        FlightFrame {
            id: flight.id,
            from: flight.from,
            to: flight.to,
            kind: flight.kind,
            summary: message.map(|msg| self.protocol.summary(msg)).unwrap_or_default(),
            sent_at: flight.sent_at,
            arrives_at: flight.arrives_at,
            fate,
            copy_of: (flight.copy_of > 0).then_some(MessageId(flight.copy_of)),
            forged: flight.forged.0,
            sent_step: flight.sent_step,
        }
    }

    /// What is to become of a message that nothing holds yet, if its link stays as it is.
    fn fate_under_way(&self, flight: &Flight) -> FlightFate {
        let kernel = &self.kernel;
        match kernel.cut(flight.from, flight.to) {
            Some(_) if kernel.is_manual() => FlightFate::Arrives,
            Some(Cut::Holds) => FlightFate::HeldAtCut,
            Some(Cut::Loses) if kernel.status(flight.to) != Status::Paused => {
                FlightFate::Dies { at: flight.arrives_at.max(kernel.now()), at_cut: true }
            }
            _ => FlightFate::Arrives,
        }
    }
}
