//! Messages on their way.

use super::{Effect, Entry, Event, KINDS_MAX, Kernel, PENDING_MAX, Sent, Slot};
use crate::id::{MessageId, NodeId};
use crate::order;
use crate::time::Time;
use std::hash::{Hash, Hasher};

/// A message sent and not yet delivered or lost.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Flight {
    pub(crate) id: MessageId,
    pub(crate) from: NodeId,
    pub(crate) to: NodeId,
    pub(crate) kind: u8,
    pub(crate) doom: Option<Doom>,
    pub(crate) hold: Option<Hold>,
    pub(crate) sent_at: Time,
    /// When it arrives, or would.
    pub(crate) arrives_at: Time,
    pub(crate) sent_step: u64,
    /// The message it is a copy of; 0 for none.
    pub(crate) copy_of: u64,
    pub(crate) forged: Forged,
}

/// Whether a Byzantine node sends this in place of what its code would have sent. Nothing follows from it but looks, so
/// it hashes to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Forged(pub(crate) bool);

impl Hash for Forged {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// How the network will lose a message, half-way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Doom {
    Chance,
    Cut,
}

/// What a message waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Hold {
    Hand,
    Cut,
    Door,
}

impl Flight {
    /// When the network does something with it.
    pub(crate) fn due(&self) -> Time {
        match self.doom {
            None => self.arrives_at,
            Some(_) => self.sent_at.after(self.arrives_at.since(self.sent_at) / 2),
        }
    }
}

impl Kernel {
    /// Puts a message on its way; what the network will do to it is drawn here. A sender that holds it back makes it
    /// arrive so much later.
    pub(crate) fn send(&mut self, from: NodeId, to: NodeId, kind: u8, late_us: u64) -> Sent {
        if from != to {
            self.sent[usize::from(kind).min(KINDS_MAX - 1)] += 1;
        }
        if self.pending() + 2 > PENDING_MAX {
            return Sent { slot: None, copy: None };
        }
        let travel = self.network.travel(from, to, self.now.us(), &mut self.nodes[from.index()].fate);
        let cut = self.network.cut(from, to) == Some(super::Cut::Loses);
        let doom = if cut { Some(Doom::Cut) } else { travel.lost.then_some(Doom::Chance) };
        let flight = Flight {
            id: MessageId(0),
            from,
            to,
            kind,
            doom,
            hold: None,
            sent_at: self.now,
            arrives_at: Time(travel.arrives).after(late_us),
            sent_step: self.step,
            copy_of: 0,
            forged: Forged(false),
        };
        let original = self.message_next;
        let slot = self.launch(flight.clone());
        let copy = travel.twice.then(|| {
            let again = self.network.travel(from, to, self.now.us(), &mut self.nodes[from.index()].fate);
            self.launch(Flight {
                arrives_at: Time(again.arrives).after(late_us),
                copy_of: original,
                ..flight
            })
        });
        Sent { slot: Some(slot), copy }
    }

    /// Notes that what was just sent is a lie.
    pub(crate) fn mark_forged(&mut self, sent: &Sent) {
        for slot in sent.slot.into_iter().chain(sent.copy) {
            if let Some(flight) = self.flight_mut(slot) {
                flight.forged = Forged(true);
            }
        }
    }

    /// Gives a message its number and its place in the queue.
    pub(super) fn launch(&mut self, mut flight: Flight) -> u32 {
        flight.id = MessageId(self.message_next);
        self.message_next += 1;
        if self.recording {
            self.log.effects.push(Effect::Sent {
                message: flight.id,
                to: flight.to,
                kind: flight.kind,
                arrives_at: flight.arrives_at,
            });
        }
        let due = flight.due();
        let slot = self.new_slot(Event::Message(flight));
        self.enqueue(slot, due);
        slot
    }

    /// Messages in flight and running timers.
    pub(super) fn pending(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// A slot for an event.
    pub(super) fn new_slot(&mut self, event: Event) -> u32 {
        if let Some(slot) = self.free.pop() {
            self.slots[slot as usize].event = event;
            return slot;
        }
        self.slots.push(Slot { queued: 0, queued_at: 0, event });
        (self.slots.len() - 1) as u32
    }

    pub(super) fn enqueue(&mut self, slot: u32, at: Time) {
        let sequence = self.sequence_next;
        self.sequence_next += 1;
        let held = &mut self.slots[slot as usize];
        (held.queued, held.queued_at) = (sequence, at.us());
        self.queue.push(Entry::new(at.us(), sequence, slot));
        if self.queue.len() > 64 + 2 * self.pending() {
            self.forget_stale_entries();
        }
    }

    fn forget_stale_entries(&mut self) {
        let slots = &self.slots;
        self.queue.retain(|entry| slots[entry.slot() as usize].queued == entry.sequence());
    }

    /// Empties a slot; its queue entry, if any, becomes stale.
    pub(super) fn take_slot(&mut self, slot: u32) -> Event {
        let held = &mut self.slots[slot as usize];
        held.queued = 0;
        self.free.push(slot);
        std::mem::replace(&mut held.event, Event::Free)
    }

    /// Messages on their way, in slot order.
    pub(crate) fn flights(&self) -> impl Iterator<Item = (u32, &Flight)> {
        self.slots.iter().enumerate().filter_map(|(at, slot)| match &slot.event {
            Event::Message(flight) => Some((at as u32, flight)),
            _ => None,
        })
    }

    /// Messages on their way, by number: their slots.
    pub(crate) fn slots_by_message(&self) -> Vec<u32> {
        // There are no more slots than may be pending, and a run has far fewer messages than 2⁴⁴.
        const SLOT_BITS: u32 = PENDING_MAX.ilog2() + 1;
        let mut keys: Vec<u64> =
            self.flights().map(|(slot, flight)| flight.id.0 << SLOT_BITS | u64::from(slot)).collect();
        order::sort(&mut keys);
        keys.into_iter().map(|key| (key & ((1 << SLOT_BITS) - 1)) as u32).collect()
    }

    pub(crate) fn find_flight(&self, id: MessageId) -> Option<(u32, &Flight)> {
        self.flights().find(|(_, flight)| flight.id == id)
    }

    pub(crate) fn flight(&self, slot: u32) -> Option<&Flight> {
        match &self.slots[slot as usize].event {
            Event::Message(flight) => Some(flight),
            _ => None,
        }
    }

    pub(super) fn flight_mut(&mut self, slot: u32) -> Option<&mut Flight> {
        match &mut self.slots[slot as usize].event {
            Event::Message(flight) => Some(flight),
            _ => None,
        }
    }

    /// Takes a message out of the air.
    pub(crate) fn take_flight(&mut self, slot: u32) -> Option<Flight> {
        self.flight(slot)?;
        match self.take_slot(slot) {
            Event::Message(flight) => Some(flight),
            Event::Free | Event::Timer(_) => None,
        }
    }
}
