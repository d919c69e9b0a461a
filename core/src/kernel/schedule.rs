//! What happens next by itself: the earliest message or timer that nothing holds back.

use super::{Cut, Doom, Entry, Event, Flight, Hold, Kernel, Timer};
use crate::id::NodeId;
use crate::time::Time;
use crate::view::Status;

/// What is due.
pub(crate) enum Due {
    /// A message arrives or is lost.
    Message { slot: u32, flight: Flight },
    /// A timer fires.
    Timer { slot: u32, timer: Timer },
}

impl Kernel {
    /// When the next event happens by itself.
    pub(crate) fn next_at(&self) -> Option<Time> {
        // SUBTLE: a node resumed late finds messages whose time has passed; they are queued for now, never earlier.
        self.queue.first().map(|entry| Time(entry.at()).max(self.now))
    }

    /// Clears the head of the queue of what does not count: stale entries go, timers set anew move to their later time,
    /// and what is held back leaves the queue until it is let go. Called after every step, so that the head always is
    /// what happens next.
    pub(crate) fn settle(&mut self) {
        while let Some(entry) = self.queue.first() {
            let slot = &mut self.slots[entry.slot() as usize];
            if slot.queued != entry.sequence() {
                self.queue.pop();
                continue;
            }
            match &mut slot.event {
                Event::Timer(timer) if timer.due.us() > entry.at() => {
                    (slot.queued, slot.queued_at) = (timer.order, timer.due.us());
                    let later = Entry::new(timer.due.us(), timer.order, entry.slot());
                    self.queue.replace_first(later);
                    continue;
                }
                Event::Timer(timer) if self.nodes[timer.node.index()].status == Status::Paused => {
                    timer.waits = true
                }
                Event::Message(flight) => {
                    let hold = if flight.doom.is_some() {
                        None
                    } else if self.manual {
                        Some(Hold::Hand)
                    } else if self.network.cut(flight.from, flight.to) == Some(Cut::Holds) {
                        Some(Hold::Cut)
                    } else if self.nodes[flight.to.index()].status == Status::Paused {
                        Some(Hold::Door)
                    } else {
                        None
                    };
                    if hold.is_none() {
                        return;
                    }
                    flight.hold = hold;
                }
                _ => return,
            }
            slot.queued = 0;
            self.queue.pop();
        }
    }

    /// The slot of what happens next.
    pub(crate) fn next_slot(&self) -> Option<u32> {
        self.queue.first().map(Entry::slot)
    }

    /// Takes what happens next.
    pub(crate) fn take_next(&mut self) -> Option<Due> {
        let slot = self.queue.pop()?.slot();
        match self.take_slot(slot) {
            Event::Message(flight) => Some(Due::Message { slot, flight }),
            Event::Timer(timer) => Some(Due::Timer { slot, timer }),
            Event::Free => None,
        }
    }

    /// Lets go of whatever a change of mode, cut or node may have freed: it is queued again for its time, or for now if
    /// that has passed. What is still held goes back at the next [`Kernel::settle`].
    pub(crate) fn release_held(&mut self) {
        for slot in 0..self.slots.len() as u32 {
            let due = match &mut self.slots[slot as usize].event {
                Event::Message(flight) => flight.hold.take().map(|_| flight.due()),
                Event::Timer(timer) => std::mem::take(&mut timer.waits).then_some(timer.due),
                Event::Free => None,
            };
            let Some(due) = due else { continue };
            self.enqueue(slot, due.max(self.now));
        }
    }

    /// Starts a timer; the caller keeps what it is for under the returned slot. Durations are of the node's own clock.
    pub(crate) fn start_timer(&mut self, node: NodeId, min_us: u64, max_us: u64) -> u32 {
        let due = self.timer_due(node, min_us, max_us);
        let order = self.sequence_next;
        let timer = Timer { node, set_at: self.now, set_step: self.step, due, order, waits: false };
        let slot = self.new_slot(Event::Timer(timer));
        self.enqueue(slot, due);
        slot
    }

    /// Sets a running timer anew. Most timers are set anew long before they fire, so a later time only notes it: the
    /// queue entry moves when it comes up.
    pub(crate) fn restart_timer(&mut self, slot: u32, node: NodeId, min_us: u64, max_us: u64) {
        let due = self.timer_due(node, min_us, max_us);
        let (now, step, order) = (self.now, self.step, self.sequence_next);
        let held = &mut self.slots[slot as usize];
        let Event::Timer(timer) = &mut held.event else { return };
        (timer.set_at, timer.set_step, timer.due, timer.order, timer.waits) = (now, step, due, order, false);
        if held.queued != 0 && due.us() >= held.queued_at {
            self.sequence_next += 1;
        } else {
            self.enqueue(slot, due);
        }
    }

    fn timer_due(&mut self, node: NodeId, min_us: u64, max_us: u64) -> Time {
        let node = &mut self.nodes[node.index()];
        let local_us = node.choices.between(min_us, max_us);
        self.now.after(node.clock.true_us(local_us))
    }

    pub(crate) fn timer(&self, slot: u32) -> Option<&Timer> {
        match &self.slots[slot as usize].event {
            Event::Timer(timer) => Some(timer),
            _ => None,
        }
    }

    /// Takes a timer away before its time.
    pub(crate) fn take_timer(&mut self, slot: u32) -> Option<Timer> {
        self.timer(slot)?;
        match self.take_slot(slot) {
            Event::Timer(timer) => Some(timer),
            Event::Free | Event::Message(_) => None,
        }
    }
}

impl Doom {
    /// How a front end is told.
    pub(crate) fn loss(self) -> crate::view::Loss {
        match self {
            Self::Chance => crate::view::Loss::Chance,
            Self::Cut => crate::view::Loss::Cut,
        }
    }
}
