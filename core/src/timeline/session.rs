//! A timeline as a session, its protocol's type forgotten.

use super::{Timeline, sentence};
use crate::action::Command;
use crate::id::MessageId;
use crate::param::ParamGroup;
use crate::protocol::{Meta, Outcome};
use crate::recipe::Recipe;
use crate::refusal::Refusal;
use crate::session::{BranchView, Ran, Session, Stats};
use crate::time::Time;
use crate::trace::{Mark, MarkSet};
use crate::view::{Frame, GoalView, Lanes, Lens, MessageView, OperationView, StepView, VerdictView};
use std::ops::Range;

/// Steps one request for the event list returns.
const LISTED_STEPS_MAX: u64 = 2_000;

impl Session for Timeline {
    fn meta(&self) -> &'static Meta {
        self.world.meta()
    }

    fn recipe(&self) -> Recipe {
        let branch = self.now_branch();
        Recipe {
            protocol: self.world.meta().slug.into(),
            params: self.params.changed().map(|(spec, value)| (spec.id.into(), value)).collect(),
            seed: self.seed,
            commands: branch.commands.clone(),
            length: branch.head,
        }
    }

    fn recipe_here(&self) -> Recipe {
        let present = self.world.step();
        let mut recipe = self.recipe();
        recipe.commands.retain(|(step, _)| *step < present);
        Recipe { length: present, ..recipe }
    }

    fn present(&self) -> u64 {
        self.world.step()
    }

    fn now(&self) -> Time {
        self.world.now()
    }

    fn next_at(&self) -> Option<Time> {
        Self::next_at(self)
    }

    fn goals(&self) -> Vec<GoalView> {
        self.world.goals()
    }

    fn frame(&self, lens: &Lens) -> Frame {
        let next_at = self.next_at();
        Frame {
            step: self.world.step(),
            head: self.now_branch().head,
            now: self.world.now(),
            next_at,
            idle: if next_at.is_some() { None } else { self.world.idle() },
            manual: self.world.kernel().is_manual(),
            twins: self
                .params
                .changed()
                .filter(|(spec, _)| spec.group == ParamGroup::Twin)
                .map(|(spec, _)| spec.title)
                .collect(),
            nodes: self.world.node_frames(lens),
            flights: self.world.flight_frames(),
            cuts: self.world.cut_links(),
            phases: self.world.phases(),
            last: self.last_step(),
            verdicts: self.verdicts(),
        }
    }

    fn step(&mut self) -> bool {
        self.step_once()
    }

    fn back(&mut self) -> bool {
        let step = self.world.step();
        if step > 0 {
            self.go_to(step - 1);
        }
        step > 0
    }

    fn seek(&mut self, step: u64) -> u64 {
        self.go_anywhere(step)
    }

    fn run_until(&mut self, until: Time, steps_max: u64) -> Ran {
        self.run_while(until, steps_max)
    }

    fn next_mark(&mut self, kinds: MarkSet, steps_max: u64) -> Option<Mark> {
        self.go_to_next_mark(kinds, steps_max)
    }

    fn previous_mark(&mut self, kinds: MarkSet) -> Option<Mark> {
        let mark = self.mark_before(kinds, self.world.step())?;
        self.go_to(mark.step);
        Some(mark)
    }

    fn command(&mut self, command: Command) -> Result<(), Refusal> {
        self.do_command(command)
    }

    fn check(&self, command: &Command) -> Result<(), Refusal> {
        self.world.check(command)
    }

    fn marks(&self) -> &[Mark] {
        &self.now_branch().marks
    }

    fn steps(&mut self, range: Range<u64>) -> Vec<StepView> {
        let first = range.start.max(1);
        let end = range.end.min(self.now_branch().head + 1).min(first + LISTED_STEPS_MAX);
        self.record(first, end.saturating_sub(1));
        (first..end)
            .filter_map(|step| {
                self.store.get(step).map(|(record, effects)| self.step_view(step, record, effects))
            })
            .collect()
    }

    fn lanes(&mut self, from: Time, to: Time, strokes_max: usize) -> Lanes {
        self.lanes_between(from, to, strokes_max)
    }

    fn message(&mut self, id: MessageId) -> Option<MessageView> {
        self.message_view(id)
    }

    fn operations(&self) -> Vec<OperationView> {
        let present = self.world.step();
        let seen = self.now_branch().operations.iter().filter(|entry| entry.step <= present);
        seen.map(|entry| OperationView {
            id: entry.operation.id,
            node: entry.node,
            call: sentence::call(
                entry.operation.operation,
                &entry.operation.args,
                self.world.meta().operations,
            ),
            invoked_at: entry.at,
            invoked_step: entry.step,
            is_refused: matches!(entry.returned, Some((_, step, Outcome::Fail)) if step <= present),
            returned: (entry.returned.as_ref()).filter(|(_, step, _)| *step <= present).map(
                |(at, step, outcome)| {
                    let operations = self.world.meta().operations;
                    (*at, *step, sentence::outcome(outcome, entry.operation.operation, operations))
                },
            ),
        })
        .collect()
    }

    fn time_of(&mut self, step: u64) -> Time {
        self.time_at(step)
    }

    fn step_at(&mut self, at: Time) -> u64 {
        self.last_step_by(at)
    }

    fn branches(&self) -> Vec<BranchView> {
        let view = |branch: &super::Branch| BranchView {
            parent: branch.parent,
            forked_at: branch.forked_at,
            head: branch.head,
            title: branch.title.clone(),
        };
        self.branches.iter().map(view).collect()
    }

    fn branch(&self) -> usize {
        self.branch
    }

    fn switch(&mut self, branch: usize) -> bool {
        self.turn_to(branch)
    }

    fn fingerprint(&self) -> u64 {
        self.world.fingerprint()
    }

    fn timeline(&self) -> &Timeline {
        self
    }

    fn timeline_mut(&mut self) -> &mut Timeline {
        self
    }

    fn stats(&self) -> Stats {
        let branch = self.now_branch();
        Stats {
            checkpoints: branch.checkpoint_count(),
            checkpoint_every: branch.spacing(),
            checkpoint_bytes: branch.checkpoint_bytes(),
            traced_steps: self.store.len(),
            trace_bytes: self.store.bytes(),
        }
    }
}

impl Timeline {
    fn verdicts(&self) -> Vec<VerdictView> {
        let present = self.world.step();
        let properties = self.properties.iter().zip(&self.now_branch().broken);
        properties
            .map(|((id, text), broken)| VerdictView {
                id,
                text,
                holds: broken.as_ref().is_none_or(|broken| broken.step > present),
                broken_at: broken.as_ref().map(|broken| broken.step),
                witness: broken.as_ref().map(|broken| broken.witness.clone()),
            })
            .collect()
    }
}
