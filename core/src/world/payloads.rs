//! What messages say and timers are for, under the numbers the kernel knows them by.

use crate::id::NodeId;
use crate::kernel::Kernel;
use crate::protocol::Protocol;

/// The typed half of what is pending.
pub(crate) struct Payloads<P: Protocol> {
    /// Message by slot.
    messages: Vec<Option<P::Msg>>,
    /// Running timers by node, in the order they were first set.
    timers: Vec<Vec<(P::Timer, u32)>>,
}

impl<P: Protocol> Clone for Payloads<P> {
    fn clone(&self) -> Self {
        Self { messages: self.messages.clone(), timers: self.timers.clone() }
    }
}

impl<P: Protocol> Payloads<P> {
    pub(super) fn new(node_count: usize) -> Self {
        Self { messages: vec![], timers: vec![vec![]; node_count] }
    }

    pub(crate) fn put_message(&mut self, slot: u32, msg: P::Msg) {
        let slot = slot as usize;
        if slot >= self.messages.len() {
            self.messages.resize_with(slot + 1, || None);
        }
        self.messages[slot] = Some(msg);
    }

    pub(super) fn message(&self, slot: u32) -> Option<&P::Msg> {
        self.messages.get(slot as usize)?.as_ref()
    }

    pub(super) fn take_message(&mut self, slot: u32) -> Option<P::Msg> {
        self.messages.get_mut(slot as usize)?.take()
    }

    pub(super) fn timers(&self, node: NodeId) -> &[(P::Timer, u32)] {
        &self.timers[node.index()]
    }

    pub(crate) fn timer_slot(&self, node: NodeId, timer: P::Timer) -> Option<u32> {
        self.timers(node).iter().find(|(set, _)| *set == timer).map(|(_, slot)| *slot)
    }

    pub(crate) fn set_timer(
        &mut self,
        kernel: &mut Kernel,
        node: NodeId,
        timer: P::Timer,
        min_us: u64,
        max_us: u64,
    ) {
        match self.timer_slot(node, timer) {
            Some(slot) => kernel.restart_timer(slot, node, min_us, max_us),
            None => {
                let slot = kernel.start_timer(node, min_us, max_us);
                self.timers[node.index()].push((timer, slot));
            }
        }
    }

    pub(crate) fn cancel_timer(&mut self, kernel: &mut Kernel, node: NodeId, timer: P::Timer) {
        if let Some(slot) = self.timer_slot(node, timer) {
            kernel.take_timer(slot);
            self.forget_timer(node, slot);
        }
    }

    /// A timer fired or was taken away: what it was for.
    pub(super) fn forget_timer(&mut self, node: NodeId, slot: u32) -> Option<P::Timer> {
        let timers = &mut self.timers[node.index()];
        let at = timers.iter().position(|(_, running)| *running == slot)?;
        Some(timers.remove(at).0)
    }

    /// Stops every timer of a node.
    pub(super) fn clear_timers(&mut self, kernel: &mut Kernel, node: NodeId) {
        for (_, slot) in std::mem::take(&mut self.timers[node.index()]) {
            kernel.take_timer(slot);
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.messages.capacity() * size_of::<Option<P::Msg>>()
            + self.timers.iter().map(|timers| timers.capacity() * size_of::<(P::Timer, u32)>()).sum::<usize>()
    }
}
