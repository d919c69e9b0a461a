//! The event queue: a heap of four children a node, since a pop compares along a path that is half as long as a binary
//! heap's and each level lies in one cache line.

/// An entry: when, in which order among equals, and the slot that holds the event. One number, so that comparing is one
/// instruction on most machines: 64 bits of microseconds, 40 of sequence, 24 of slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry(u128);

const SLOT_BITS: u32 = 24;
const SEQUENCE_BITS: u32 = 40;
/// Events that can be pending at once.
pub(crate) const SLOTS_MAX: usize = 1 << SLOT_BITS;

impl Entry {
    pub(crate) fn new(at: u64, sequence: u64, slot: u32) -> Self {
        debug_assert!(sequence < 1 << SEQUENCE_BITS && (slot as usize) < SLOTS_MAX);
        Self((u128::from(at) << 64) | (u128::from(sequence) << SLOT_BITS) | u128::from(slot))
    }

    pub(crate) fn at(self) -> u64 {
        (self.0 >> 64) as u64
    }

    pub(crate) fn sequence(self) -> u64 {
        self.0 as u64 >> SLOT_BITS
    }

    pub(crate) fn slot(self) -> u32 {
        self.0 as u32 & (SLOTS_MAX as u32 - 1)
    }
}

/// A min-heap of entries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Queue(Vec<Entry>);

const CHILDREN: usize = 4;

impl Queue {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn first(&self) -> Option<Entry> {
        self.0.first().copied()
    }

    pub(crate) fn push(&mut self, entry: Entry) {
        self.0.push(entry);
        self.sift_up(self.0.len() - 1);
    }

    pub(crate) fn pop(&mut self) -> Option<Entry> {
        let last = self.0.pop()?;
        let Some(first) = self.0.first_mut() else { return Some(last) };
        let popped = std::mem::replace(first, last);
        self.sift_down(0);
        Some(popped)
    }

    /// Puts a later entry in place of the first.
    pub(crate) fn replace_first(&mut self, entry: Entry) {
        self.0[0] = entry;
        self.sift_down(0);
    }

    /// Forgets the entries that no longer count.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&Entry) -> bool) {
        let kept: Vec<Entry> = std::mem::take(&mut self.0).into_iter().filter(keep).collect();
        kept.into_iter().for_each(|entry| self.push(entry));
    }

    fn sift_up(&mut self, mut at: usize) {
        let entry = self.0[at];
        while at > 0 {
            let parent = (at - 1) / CHILDREN;
            if self.0[parent] <= entry {
                break;
            }
            self.0[at] = self.0[parent];
            at = parent;
        }
        self.0[at] = entry;
    }

    fn sift_down(&mut self, mut at: usize) {
        let heap = self.0.as_mut_slice();
        let entry = heap[at];
        loop {
            let first = at * CHILDREN + 1;
            let Some(children) = heap.get(first..heap.len().min(first + CHILDREN)) else { break };
            let Some((child, least)) = children.iter().enumerate().min_by_key(|(_, entry)| **entry) else {
                break;
            };
            if entry <= *least {
                break;
            }
            let child = first + child;
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = entry;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_leave_in_order_of_time_and_then_of_sequence() {
        let mut queue = Queue::default();
        let mut chance = crate::random::Stream::new(1, 1);
        let mut want: Vec<Entry> = (0..5_000)
            .map(|sequence| Entry::new(u64::from(chance.below(500)), sequence, sequence as u32))
            .collect();
        want.iter().for_each(|entry| queue.push(*entry));
        want.sort();
        queue.retain(|entry| entry.slot() % 3 != 0);
        want.retain(|entry| entry.slot() % 3 != 0);
        let got: Vec<Entry> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(got, want);
        assert_eq!((got[7].at(), got[7].sequence()), (want[7].at(), u64::from(want[7].slot())));
    }
}
