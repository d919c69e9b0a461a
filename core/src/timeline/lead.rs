//! Leading a run: to a time, to a mark, to another branch.

use super::Timeline;
use crate::session::Ran;
use crate::time::Time;
use crate::trace::{Mark, MarkSet};

impl Timeline {
    pub(super) fn go_anywhere(&mut self, step: u64) -> u64 {
        let head = self.now_branch().head;
        if step != self.world.step() {
            self.go_to(step.min(head));
        }
        if step > head {
            self.run_to(step).ok();
        }
        self.world.step()
    }

    /// When the next step of this branch happens: a command at once, an event at its time.
    pub(super) fn next_at(&self) -> Option<Time> {
        match self.now_branch().command_after(self.world.step()) {
            Some(_) => Some(self.world.now()),
            None => self.world.next_at(),
        }
    }

    pub(super) fn run_while(&mut self, until: Time, steps_max: u64) -> Ran {
        for _ in 0..steps_max {
            match self.next_at() {
                None => return Ran::Idle,
                Some(at) if at > until => return Ran::Reached,
                Some(_) => {}
            }
            if !matches!(self.advance(), Ok(true)) {
                return Ran::Idle;
            }
            if self.is_broken_by(self.world.step()) {
                return Ran::Violated;
            }
        }
        match self.next_at() {
            Some(at) if at <= until => Ran::OutOfSteps,
            Some(_) => Ran::Reached,
            None => Ran::Idle,
        }
    }

    fn is_broken_by(&self, step: u64) -> bool {
        self.now_branch().broken.iter().flatten().any(|broken| broken.step == step)
    }

    pub(super) fn mark_after(&self, kinds: MarkSet, step: u64) -> Option<Mark> {
        let marks = &self.now_branch().marks;
        let after = marks.partition_point(|mark| mark.step <= step);
        marks[after..].iter().find(|mark| kinds.has(mark.kind)).copied()
    }

    pub(super) fn mark_before(&self, kinds: MarkSet, step: u64) -> Option<Mark> {
        let marks = &self.now_branch().marks;
        let before = marks.partition_point(|mark| mark.step < step);
        marks[..before].iter().rev().find(|mark| kinds.has(mark.kind)).copied()
    }

    pub(super) fn go_to_next_mark(&mut self, kinds: MarkSet, steps_max: u64) -> Option<Mark> {
        let start = self.world.step();
        if let Some(mark) = self.mark_after(kinds, start) {
            self.go_to(mark.step);
            return Some(mark);
        }
        let head = self.now_branch().head;
        self.go_anywhere(head);
        let last = start.saturating_add(steps_max);
        while self.world.step() < last && matches!(self.advance(), Ok(true)) {
            if let Some(mark) = self.mark_after(kinds, start) {
                return Some(mark);
            }
        }
        // Nothing was found, so nothing has changed.
        self.go_to(head);
        let branch = &mut self.branches[self.branch];
        branch.cut_after(&*self.world);
        self.store.cut_after(head);
        self.go_to(start);
        None
    }

    pub(super) fn turn_to(&mut self, branch: usize) -> bool {
        if branch >= self.branches.len() {
            return false;
        }
        let shared = self.last_shared(self.branch, branch);
        let step = self.world.step().min(shared);
        self.branch = branch;
        self.store.cut_after(shared);
        self.world = self.now_branch().before(0).snapshot();
        self.go_to(step);
        true
    }

    /// The last step two branches have in common.
    fn last_shared(&self, mut a: usize, mut b: usize) -> u64 {
        let mut shared = self.branches[a].head.min(self.branches[b].head);
        // A parent always stands before its children, so the later of the two steps back.
        while a != b {
            let later = if a > b { &mut a } else { &mut b };
            shared = shared.min(self.branches[*later].forked_at);
            *later = self.branches[*later].parent.unwrap_or(0);
        }
        shared
    }

    /// The last step not after a time, up to the head.
    pub(super) fn last_step_by(&mut self, at: Time) -> u64 {
        if at >= self.head_time() {
            return self.now_branch().head;
        }
        let mut world = self.now_branch().before_when(&|world| world.now() > at).snapshot();
        loop {
            let step = world.step();
            if !self.replay_step(&mut *world) || world.now() > at {
                return step;
            }
        }
    }

    pub(super) fn time_at(&self, step: u64) -> Time {
        if step == self.world.step() {
            return self.world.now();
        }
        if step >= self.now_branch().head {
            return self.head_time();
        }
        match self.store.get(step) {
            Some((record, _)) => record.at,
            None => self.world_at(step, false).now(),
        }
    }
}
