//! Records of a stretch of steps, kept because somebody will read them soon; any other stretch is made again from the
//! recipe when it is asked for.

use crate::kernel::StepLog;
use crate::trace::{Effect, StepRecord};

/// Steps whose records are kept.
pub const TRACED_STEPS_MAX: usize = 1 << 16;

/// Records of the steps `first ..= last`, without gaps.
#[derive(Debug, Clone, Default)]
pub(super) struct Store {
    first: u64,
    steps: Vec<(StepRecord, u32)>,
    effects: Vec<Effect>,
}

impl Store {
    /// Keeps a step. If it does not follow the last one, what was kept before goes.
    pub(super) fn push(&mut self, step: u64, log: &StepLog) {
        let Some(record) = log.record else { return };
        if self.has(step) {
            return;
        }
        if self.steps.is_empty() || step != self.end() {
            self.clear();
            self.first = step;
        }
        if self.steps.len() >= TRACED_STEPS_MAX {
            self.forget_older_half();
        }
        self.effects.extend_from_slice(&log.effects);
        self.steps.push((record, self.effects.len() as u32));
    }

    fn forget_older_half(&mut self) {
        let half = self.steps.len() / 2;
        let effects = self.steps[half - 1].1;
        self.steps.drain(..half);
        self.effects.drain(..effects as usize);
        self.steps.iter_mut().for_each(|(_, end)| *end -= effects);
        self.first += half as u64;
    }

    pub(super) fn clear(&mut self) {
        self.steps.clear();
        self.effects.clear();
    }

    /// Forgets steps after `step`: another branch goes on from there.
    pub(super) fn cut_after(&mut self, step: u64) {
        if step < self.first {
            self.clear();
        } else if step + 1 < self.end() {
            self.steps.truncate((step + 1 - self.first) as usize);
            self.effects.truncate(self.steps.last().map_or(0, |(_, end)| *end as usize));
        }
    }

    /// One past the last step kept.
    pub(super) fn end(&self) -> u64 {
        self.first + self.steps.len() as u64
    }

    pub(super) fn has(&self, step: u64) -> bool {
        (self.first..self.end()).contains(&step)
    }

    pub(super) fn has_all(&self, first: u64, last: u64) -> bool {
        self.has(first) && self.has(last)
    }

    pub(super) fn get(&self, step: u64) -> Option<(&StepRecord, &[Effect])> {
        let at = usize::try_from(step.checked_sub(self.first)?).ok()?;
        let (record, end) = self.steps.get(at)?;
        let start = at.checked_sub(1).map_or(0, |before| self.steps[before].1);
        Some((record, &self.effects[start as usize..*end as usize]))
    }

    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.steps.capacity() * size_of::<(StepRecord, u32)>() + self.effects.capacity() * size_of::<Effect>()
    }
}
