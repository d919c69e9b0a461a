//! What a handler can do: everything else is out of its reach, on purpose.

use crate::fingerprint::Fingerprint;
use crate::id::{NodeId, OperationId};
use crate::kernel::Kernel;
use crate::lie::{Lie, Told};
use crate::protocol::{Outcome, Protocol};
use crate::time::LocalTime;
use crate::trace::{MarkKind, Rule, Stage, WHY_VALUES, Why};
use crate::world::Payloads;
use std::hash::Hash;

/// A node's hands during one handler.
pub struct Ctx<'a, P: Protocol> {
    pub(crate) kernel: &'a mut Kernel,
    pub(crate) payloads: &'a mut Payloads<P>,
    pub(crate) protocol: &'a P,
    pub(crate) me: NodeId,
}

impl<P: Protocol> Ctx<'_, P> {
    /// This node.
    pub fn me(&self) -> NodeId {
        self.me
    }

    /// How many nodes there are, clients included.
    pub fn node_count(&self) -> usize {
        self.kernel.node_count()
    }

    /// This node's own clock, which may be wrong.
    pub fn clock(&self) -> LocalTime {
        self.kernel.local_time(self.me)
    }

    /// Sends a message. The network decides its fate; sending to oneself goes through the network too.
    pub fn send(&mut self, to: NodeId, msg: P::Msg) {
        let behaviour = self.kernel.behaviour(self.me);
        if behaviour == 0 {
            return self.put_on_its_way(to, msg, 0, false);
        }
        let honest = Fingerprint::of(&msg);
        let mut told = Told::default();
        self.protocol.tamper(Lie { behaviour, from: self.me, to }, msg, &mut told);
        if self.kernel.is_recording() {
            told.whys.into_iter().for_each(|why| self.kernel.because(why));
        }
        for (msg, late_us) in told.messages {
            let is_forged = Fingerprint::of(&msg) != honest;
            self.put_on_its_way(to, msg, late_us, is_forged);
        }
    }

    fn put_on_its_way(&mut self, to: NodeId, msg: P::Msg, late_us: u64, is_forged: bool) {
        let kind = self.protocol.kind(&msg);
        let flight = self.kernel.send(self.me, to, kind, late_us);
        if is_forged {
            self.kernel.mark_forged(&flight);
        }
        if let Some(copy) = flight.copy {
            self.payloads.put_message(copy, msg.clone());
        }
        if let Some(slot) = flight.slot {
            self.payloads.put_message(slot, msg);
        }
    }

    /// Sets a timer, or sets it anew if it runs: it fires after `min_us` to `max_us` on this node's clock, drawn by the
    /// kernel, both ends included. Microseconds.
    pub fn set_timer(&mut self, timer: P::Timer, min_us: u64, max_us: u64) {
        self.payloads.set_timer(self.kernel, self.me, timer, min_us, max_us);
    }

    /// Stops a timer, if it runs.
    pub fn cancel_timer(&mut self, timer: P::Timer) {
        self.payloads.cancel_timer(self.kernel, self.me, timer);
    }

    /// Whether a timer runs.
    pub fn is_set(&self, timer: P::Timer) -> bool {
        self.payloads.timer_slot(self.me, timer).is_some()
    }

    /// Whether the timer that fires was set off by a hand before its time: it changes what can be said of why, and
    /// nothing else may depend on it.
    pub fn is_early(&self) -> bool {
        self.kernel.is_early()
    }

    /// A choice from 0 to `count - 1`: a run draws it from the seed, an exploration tries each. 0 if `count` is 0.
    pub fn choose(&mut self, count: u32) -> u32 {
        self.kernel.choose(self.me, count)
    }

    /// Notes why: the rule that fired, and which of its guards held (`holds[i]` for guard `i`). Costs nothing while
    /// nobody records.
    pub fn why(&mut self, rule: &'static Rule, holds: &[bool], values: &[u64]) {
        if self.kernel.is_recording() {
            let mut why = Why { rule, values: [0; WHY_VALUES], holds: 0 };
            for (slot, value) in why.values.iter_mut().zip(values) {
                *slot = *value;
            }
            for (bit, held) in holds.iter().enumerate() {
                why.holds |= u8::from(*held) << bit;
            }
            self.kernel.because(why);
        }
    }

    /// Makes this step one worth finding again.
    pub fn mark(&mut self, kind: MarkKind) {
        self.mark_of(kind, 0);
    }

    /// The same, and says which term began or which slot was chosen: so measures can tell one from another.
    pub fn mark_of(&mut self, kind: MarkKind, number: u64) {
        self.kernel.mark(kind, Some(self.me), number);
    }

    /// Notes that this node proposes a client's command, or proposes it again: so measures can tell how long it takes until
    /// it is [decided](Self::decided). `number` is the index, slot or sequence number, and `what` tells this proposal from
    /// others for that number. It is no mark. Costs nothing while nobody records.
    pub fn proposed(&mut self, number: u64, what: &impl Hash) {
        self.kernel.note_milestone(self.me, Stage::Proposed, number, what);
    }

    /// Notes that this node finds something decided. It counts if it was [proposed](Self::proposed) before, and if nobody
    /// found it sooner who does not lie. Costs nothing while nobody records.
    pub fn decided(&mut self, number: u64, what: &impl Hash) {
        self.kernel.note_milestone(self.me, Stage::Decided, number, what);
    }

    /// Begins an operation of this node's own, as if somebody had asked it: a history has it like any other. `operation`
    /// is a position in `Meta::operations`.
    pub fn invoke(&mut self, operation: u8, args: Vec<u64>) -> OperationId {
        self.kernel.invoked(self.me, operation, args).id
    }

    /// Ends an operation that was asked of this node or of another.
    pub fn returned(&mut self, operation: OperationId, outcome: Outcome) {
        self.kernel.returned(operation, outcome);
    }
}
