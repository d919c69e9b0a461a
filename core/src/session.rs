//! The object-safe boundary between the engine and any front end.

use crate::action::Command;
use crate::explore::Counterexample;
use crate::history::History;
use crate::id::MessageId;
use crate::protocol::Meta;
use crate::recipe::Recipe;
use crate::time::Time;
use crate::timeline::{Refusal, Timeline};
use crate::trace::{Mark, MarkSet};
use crate::view::{Frame, GoalView, Lanes, Lens, Measures, MessageView, OperationView, StepView};
use std::ops::Range;

/// A run that can be looked at and led, whatever its protocol. Made by [`crate::registry::open`].
///
/// A session has a *present* step, and branches. Each branch is a recipe and the furthest step it was run to, its
/// `head`. Whatever is asked, equal recipes answer equally.
pub trait Session {
    /// The protocol's description.
    fn meta(&self) -> &'static Meta;

    /// The recipe of the present branch, cut at its head. Opening it again gives the same run.
    fn recipe(&self) -> Recipe;

    /// The recipe of this run up to the present step: what an exploration of its futures begins with.
    fn recipe_here(&self) -> Recipe;

    /// The present step.
    fn present(&self) -> u64;

    /// Simulated time of the present step.
    fn now(&self) -> Time;

    /// When the next step will happen by itself; `None` if nothing is pending.
    fn next_at(&self) -> Option<Time>;

    /// What must be reached once faults have ended, and whether it is reached at the present step.
    fn goals(&self) -> Vec<GoalView>;

    /// What to draw at the present step.
    fn frame(&self, lens: &Lens) -> Frame;

    /// Takes one step. `false` if nothing can happen by itself.
    fn step(&mut self) -> bool;

    /// Goes one step back. `false` at step 0.
    fn back(&mut self) -> bool;

    /// Goes to a step, running ahead of the head if need be, and returns the step reached. It is short of `step` only
    /// when the run can go no further.
    fn seek(&mut self, step: u64) -> u64;

    /// Takes steps while the next one is not after `until` and at most `steps_max` were taken.
    fn run_until(&mut self, until: Time, steps_max: u64) -> Ran;

    /// Goes on to the next step that has one of the marks, at most `steps_max` ahead. `None`, and no move, without one.
    fn next_mark(&mut self, kinds: MarkSet, steps_max: u64) -> Option<Mark>;

    /// Goes back to the last step before this one that has one of the marks. `None`, and no move, without one.
    fn previous_mark(&mut self, kinds: MarkSet) -> Option<Mark>;

    /// Does what somebody chose, now, as one step. In the past of a branch this forks: the old branch is kept.
    ///
    /// # Errors
    /// Says why it can't be done; then nothing has changed.
    fn command(&mut self, command: Command) -> Result<(), Refusal>;

    /// Whether a command could be done now.
    ///
    /// # Errors
    /// Says why it can't.
    fn check(&self, command: &Command) -> Result<(), Refusal>;

    /// Interesting steps of the present branch up to its head, by step.
    fn marks(&self) -> &[Mark];

    /// Steps for the event list; `range` is cut to `1..=head`, and to 2,000 steps.
    fn steps(&mut self, range: Range<u64>) -> Vec<StepView>;

    /// What happened between two times, for the lanes, of the present branch up to its head; at most `strokes_max`
    /// messages.
    fn lanes(&mut self, from: Time, to: Time, strokes_max: usize) -> Lanes;

    /// A message for the inspector, in flight or long gone. `None` if the run sent no such message by its present step.
    fn message(&mut self, id: MessageId) -> Option<MessageView>;

    /// Client operations invoked up to the present step.
    fn operations(&self) -> Vec<OperationView>;

    /// The time at which a step happened, and the other way round the last step not after a time: what a scrubber needs.
    fn time_of(&mut self, step: u64) -> Time;

    /// The last step not after a time, up to the head.
    fn step_at(&mut self, at: Time) -> u64;

    /// All branches; the first is the one that was opened.
    fn branches(&self) -> Vec<BranchView>;

    /// Position of the present branch.
    fn branch(&self) -> usize;

    /// Turns to another branch, at its fork or at the present step, whichever is earlier.
    fn switch(&mut self, branch: usize) -> bool;

    /// Fingerprint of the whole state at the present step: equal recipes, equal fingerprints, on every machine.
    fn fingerprint(&self) -> u64;

    /// What the run costs in memory.
    fn stats(&self) -> Stats;

    /// What stands behind the session.
    fn timeline(&self) -> &Timeline;

    /// The same, to be led.
    fn timeline_mut(&mut self) -> &mut Timeline;
}

/// What not every program needs. These are no methods of the trait because whoever opens a session carries all of those:
/// the page's own module, which everybody loads first, does none of this.
impl dyn Session + '_ {
    /// Client operations as in [`Session::operations`], to be judged and exported: operations on objects only, each with its
    /// [`OperationView::id`] as source.
    pub fn history(&self) -> History {
        self.timeline().history_until_now()
    }

    /// Follows a counterexample from the step it was found at, as one branch. Returns the step reached.
    ///
    /// # Errors
    /// It was found from another state.
    pub fn follow(&mut self, found: &Counterexample) -> Result<u64, Refusal> {
        self.timeline_mut().follow(&found.moves)
    }

    /// Numbers of the run up to the present step.
    pub fn measures(&self) -> Measures {
        self.timeline().measured()
    }

    /// What a command would come to at once, tried on a copy of the present: nothing changes. Only operations are tried;
    /// whatever else can be done acts.
    pub fn forecast(&self, command: &Command) -> Forecast {
        self.timeline().forecast(command)
    }
}

/// What an operation would come to at once: see [`Session::forecast`](trait.Session.html#method.forecast).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forecast {
    /// Something leaves the node, or the operation has ended well.
    Acts,
    /// Nothing happens yet: the rule that says so, in a sentence without its full stop.
    Waits(String),
    /// It is refused: the rule that says so.
    Fails(String),
}

/// How a bounded run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ran {
    /// The next step lies after the time asked for.
    Reached,
    /// The bound of steps was used up first.
    OutOfSteps,
    /// Nothing can happen by itself any more.
    Idle,
    /// A property was broken by the step just taken.
    Violated,
}

/// A branch of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchView {
    /// Position of the branch it was forked from; `None` for the first.
    pub parent: Option<usize>,
    /// The last step it shares with its parent.
    pub forked_at: u64,
    /// The furthest step it was run to.
    pub head: u64,
    /// What was done differently: `crash n2`.
    pub title: String,
}

/// What a run costs in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Checkpoints kept for going back.
    pub checkpoints: usize,
    /// Steps between two checkpoints.
    pub checkpoint_every: u64,
    /// About how many bytes they take.
    pub checkpoint_bytes: usize,
    /// Steps whose record is kept.
    pub traced_steps: usize,
    /// About how many bytes the records take.
    pub trace_bytes: usize,
}
