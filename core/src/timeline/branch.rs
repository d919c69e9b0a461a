//! One line of history: a recipe, how far it was run, what was found on the way, and snapshots to go back to.

use crate::action::Command;
use crate::id::{NodeId, OperationId};
use crate::protocol::{Operation, Outcome};
use crate::time::Time;
use crate::trace::{Mark, Milestone};
use crate::view::Status;
use crate::world::AnyWorld;
use std::sync::Arc;

/// Snapshots a branch keeps. When there are more, every other one goes and the distance doubles.
pub const CHECKPOINTS_MAX: usize = 64;
/// Bytes the snapshots of a branch may take, about, before every other one goes.
pub const CHECKPOINT_BYTES_MAX: usize = 128 << 20;
/// Interesting steps, operations, and milestones on the way to decisions, a branch remembers: so many of each.
pub const MARKS_MAX: usize = 100_000;
/// Distance of the first snapshots, in steps.
const SPACING_MIN: u64 = 64;

pub(super) struct Branch {
    pub(super) parent: Option<usize>,
    pub(super) forked_at: u64,
    pub(super) title: String,
    pub(super) commands: Vec<(u64, Command)>,
    pub(super) head: u64,
    pub(super) head_time: Time,
    pub(super) marks: Vec<Mark>,
    pub(super) milestones: Vec<Milestone>,
    pub(super) operations: Vec<OperationEntry>,
    pub(super) spans: Vec<StatusSpan>,
    /// For each property, the first step that broke it.
    pub(super) broken: Vec<Option<Broken>>,
    checkpoints: Vec<Checkpoint>,
    spacing: u64,
}

struct Checkpoint {
    world: Arc<dyn AnyWorld>,
    bytes: usize,
}

impl Clone for Checkpoint {
    fn clone(&self) -> Self {
        Self { world: Arc::clone(&self.world), bytes: self.bytes }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Broken {
    pub(super) step: u64,
    pub(super) witness: String,
}

#[derive(Debug, Clone)]
pub(super) struct OperationEntry {
    pub(super) node: NodeId,
    pub(super) operation: Operation,
    pub(super) at: Time,
    pub(super) step: u64,
    pub(super) returned: Option<(Time, u64, Outcome)>,
}

/// A time in which a node did not run; steps and times.
#[derive(Debug, Clone, Copy)]
pub(super) struct StatusSpan {
    pub(super) node: NodeId,
    pub(super) status: Status,
    pub(super) from: (u64, Time),
    pub(super) until: Option<(u64, Time)>,
}

impl Branch {
    pub(super) fn new(world: &dyn AnyWorld, properties: usize) -> Self {
        let mut branch = Self {
            parent: None,
            forked_at: 0,
            title: String::new(),
            commands: vec![],
            head: 0,
            head_time: world.now(),
            marks: vec![],
            milestones: vec![],
            operations: vec![],
            spans: vec![],
            broken: vec![None; properties],
            checkpoints: vec![],
            spacing: SPACING_MIN,
        };
        branch.keep(world);
        branch
    }

    /// The same history up to a step, to go on differently.
    pub(super) fn fork(&self, parent: usize, world: &dyn AnyWorld, title: String) -> Self {
        let step = world.step();
        let until = |entry: &StatusSpan| entry.until.filter(|(at, _)| *at <= step);
        let returned = |entry: &OperationEntry| entry.returned.clone().filter(|(_, at, _)| *at <= step);
        Self {
            parent: Some(parent),
            forked_at: step,
            title,
            commands: self.commands.iter().filter(|(at, _)| *at < step).cloned().collect(),
            head: step,
            head_time: world.now(),
            marks: self.marks.iter().filter(|mark| mark.step <= step).copied().collect(),
            milestones: self.milestones.iter().filter(|passed| passed.step <= step).copied().collect(),
            operations: (self.operations.iter().filter(|entry| entry.step <= step))
                .map(|entry| OperationEntry { returned: returned(entry), ..entry.clone() })
                .collect(),
            spans: (self.spans.iter().filter(|span| span.from.0 <= step))
                .map(|span| StatusSpan { until: until(span), ..*span })
                .collect(),
            broken: self
                .broken
                .iter()
                .map(|broken| broken.clone().filter(|broken| broken.step <= step))
                .collect(),
            checkpoints: self.checkpoints.iter().filter(|kept| kept.world.step() <= step).cloned().collect(),
            spacing: self.spacing,
        }
    }

    /// Forgets what comes after a step, as if the run had never gone on.
    pub(super) fn cut_after(&mut self, world: &dyn AnyWorld) {
        let (parent, forked_at, title) = (self.parent, self.forked_at, std::mem::take(&mut self.title));
        *self = Self { parent, forked_at, title, ..self.fork(0, world, String::new()) };
    }

    /// The command done after a step, and its position.
    pub(super) fn command_after(&self, step: u64) -> Option<(u32, &Command)> {
        let position = self.commands.binary_search_by_key(&step, |(at, _)| *at).ok()?;
        Some((position as u32, &self.commands[position].1))
    }

    /// Snapshots this step if it is due for one.
    pub(super) fn checkpoint(&mut self, world: &dyn AnyWorld) {
        if world.step().is_multiple_of(self.spacing) {
            self.keep(world);
            while self.checkpoints.len() > CHECKPOINTS_MAX
                || (self.checkpoints.len() > 2 && self.checkpoint_bytes() > CHECKPOINT_BYTES_MAX)
            {
                self.spacing *= 2;
                let spacing = self.spacing;
                self.checkpoints.retain(|kept| kept.world.step().is_multiple_of(spacing));
            }
        }
    }

    fn keep(&mut self, world: &dyn AnyWorld) {
        let mut world = world.snapshot();
        world.set_recording(false);
        let bytes = world.bytes();
        self.checkpoints.push(Checkpoint { world: Arc::from(world), bytes });
    }

    /// The last snapshot not after a step. There always is one, of step 0.
    pub(super) fn before(&self, step: u64) -> &dyn AnyWorld {
        let after = self.checkpoints.partition_point(|kept| kept.world.step() <= step);
        &*self.checkpoints[after.saturating_sub(1)].world
    }

    /// The last snapshot for which something monotonic does not hold yet.
    pub(super) fn before_when(&self, passed: &dyn Fn(&dyn AnyWorld) -> bool) -> &dyn AnyWorld {
        let after = self.checkpoints.partition_point(|kept| !passed(&*kept.world));
        &*self.checkpoints[after.saturating_sub(1)].world
    }

    pub(super) fn checkpoint_count(&self) -> usize {
        self.checkpoints.len()
    }

    pub(super) fn checkpoint_bytes(&self) -> usize {
        self.checkpoints.iter().map(|kept| kept.bytes).sum()
    }

    pub(super) fn spacing(&self) -> u64 {
        self.spacing
    }

    pub(super) fn operation_mut(&mut self, id: OperationId) -> Option<&mut OperationEntry> {
        self.operations.iter_mut().rev().find(|entry| entry.operation.id == id)
    }
}
