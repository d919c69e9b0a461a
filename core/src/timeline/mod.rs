//! Time travel: a run that can be led forward, back, anywhere, and along another branch.
//!
//! A timeline holds one world, the present, and for each branch its recipe and bounded snapshots. Going anywhere is: take
//! the last snapshot before, apply the recipe. Nothing is ever undone.

mod branch;
mod forecast;
mod history;
mod lanes;
mod lead;
mod measure;
mod sentence;
mod session;
mod steps;
mod store;

pub use crate::refusal::Refusal;
pub use branch::{CHECKPOINT_BYTES_MAX, CHECKPOINTS_MAX, MARKS_MAX};
pub use store::TRACED_STEPS_MAX;

use crate::action::{Action, Command};
use crate::kernel::OperationEvent;
use crate::param::{ParamSpec, Params};
use crate::protocol::Protocol;
use crate::recipe::{COMMANDS_MAX, Recipe};
use crate::registry::OpenError;
use crate::time::Time;
use crate::trace::{Mark, MarkKind, Milestone};
use crate::view::Status;
use crate::world::{AnyWorld, World};
use branch::{Branch, Broken, OperationEntry, StatusSpan};
use store::Store;

/// A run of one protocol with its past, its branches and the records somebody reads.
pub struct Timeline {
    params: Params,
    seed: u64,
    world: Box<dyn AnyWorld>,
    /// Stable name and prose of each property.
    properties: Vec<(&'static str, &'static str)>,
    branches: Vec<Branch>,
    branch: usize,
    store: Store,
}

/// Keeps the records of a world's steps as a timeline does: for benchmarks.
#[derive(Default)]
pub(crate) struct Keeper(Store);

impl Keeper {
    pub(crate) fn keep<P: Protocol>(&mut self, world: &World<P>) {
        self.0.push(world.step(), world.log());
    }
}

/// Branches a run may have.
pub const BRANCHES_MAX: usize = 64;

impl Timeline {
    /// Opens a recipe of a protocol and runs it to its length.
    ///
    /// # Errors
    /// A parameter or a command is unusable.
    pub fn open<P: Protocol>(recipe: &Recipe) -> Result<Self, OpenError> {
        Self::begin(recipe, P::META.params, &|params, seed| Box::new(World::new(P::open(params), seed)))
    }

    fn begin(
        recipe: &Recipe,
        specs: &'static [ParamSpec],
        make: &dyn Fn(&Params, u64) -> Box<dyn AnyWorld>,
    ) -> Result<Self, OpenError> {
        let params = params_of(recipe, specs)?;
        let mut world = make(&params, recipe.seed);
        world.set_recording(true);
        let properties = world.properties();
        let branch = Branch::new(&*world, properties.len());
        let mut timeline = Self {
            params,
            seed: recipe.seed,
            world,
            properties,
            branches: vec![branch],
            branch: 0,
            store: Store::default(),
        };
        timeline.branches[0].commands.clone_from(&recipe.commands);
        timeline.run_to(recipe.length).map_err(|(position, why)| {
            let step = recipe.commands[position as usize].0;
            OpenError::Command { position: position as usize + 1, step, why: why.to_string() }
        })?;
        // Commands that could not be reached, since the run ended before, are no part of it.
        let head = timeline.now_branch().head;
        timeline.now_branch_mut().commands.retain(|(step, _)| *step < head);
        Ok(timeline)
    }

    /// The present world, if it is of this protocol.
    pub fn world<P: Protocol>(&self) -> Option<&World<P>> {
        self.world.as_any().downcast_ref()
    }

    fn now_branch(&self) -> &Branch {
        &self.branches[self.branch]
    }

    fn now_branch_mut(&mut self) -> &mut Branch {
        &mut self.branches[self.branch]
    }

    /// Runs on to a step, as far as it goes.
    fn run_to(&mut self, step: u64) -> Result<(), (u32, Refusal)> {
        while self.world.step() < step {
            if !self.advance()? {
                break;
            }
        }
        Ok(())
    }

    /// One step along the recipe. `Ok(false)` if nothing can happen by itself.
    fn advance(&mut self) -> Result<bool, (u32, Refusal)> {
        let step = self.world.step();
        let (action, position) = match self.now_branch().command_after(step) {
            Some((position, command)) => (Action::Command(command.clone()), position),
            None => (Action::Next, 0),
        };
        match self.world.apply(&action, position) {
            Ok(()) => {
                self.after_step(&action);
                Ok(true)
            }
            Err(_) if action == Action::Next => Ok(false),
            Err(refusal) => Err((position, refusal)),
        }
    }

    /// Notes what the step just taken did: always for a reader, and for the branch if it is a new one.
    fn after_step(&mut self, action: &Action) {
        let step = self.world.step();
        if self.world.kernel().is_recording() {
            self.store.push(step, self.world.log());
        }
        let branch = &mut self.branches[self.branch];
        if step <= branch.head {
            return;
        }
        debug_assert!(self.world.kernel().is_recording(), "what is noted once is there to note");
        branch.head = step;
        branch.head_time = self.world.now();
        note_marks(branch, &*self.world);
        note_operations(branch, &*self.world);
        if let Action::Command(command) = action {
            note_spans(branch, &*self.world, command);
        }
        judge(branch, &*self.world);
        branch.checkpoint(&*self.world);
    }

    /// Goes to a step of the branch that lies before its head.
    fn go_to(&mut self, step: u64) {
        let present = self.world.step();
        let snapshot = self.now_branch().before(step.saturating_sub(1));
        if step < present || snapshot.step() > present {
            self.world = snapshot.snapshot();
        }
        // Only the last step is read at once; others are recorded when somebody asks for them.
        let far = step.saturating_sub(self.world.step()) > 512;
        self.world.set_recording(!far);
        if far {
            self.run_to(step - 1).ok();
            self.world.set_recording(true);
        }
        self.run_to(step).ok();
        self.world.set_recording(true);
    }

    /// Does a command now, on a branch of its own if this one already went on differently.
    pub(crate) fn do_command(&mut self, command: Command) -> Result<(), Refusal> {
        self.world.check(&command)?;
        let step = self.world.step();
        let forks = step < self.now_branch().head;
        if self.now_branch().commands.len() >= COMMANDS_MAX {
            return Err(Refusal::Full("commands"));
        }
        if forks {
            if self.branches.len() >= BRANCHES_MAX {
                return Err(Refusal::Full("branches"));
            }
            let about = self.world.kernel().about(&command).map(|about| self.named(about).done().plain());
            let (roster, operations) = (self.world.roster(), self.world.meta().operations);
            let title = sentence::command_title(&command, &about.unwrap_or_default(), roster, operations);
            let fork = self.now_branch().fork(self.branch, &*self.world, title);
            self.branch = self.branches.len();
            self.branches.push(fork);
            self.store.cut_after(step);
        }
        self.now_branch_mut().commands.push((step, command));
        self.advance().map(|_| ()).map_err(|(_, refusal)| refusal)
    }

    /// A world just after a step of this branch, off to the side. `step` must not lie beyond the head.
    fn world_at(&self, step: u64, recording: bool) -> Box<dyn AnyWorld> {
        let mut world = self.now_branch().before(step).snapshot();
        while world.step() < step {
            if recording && world.step() + 1 == step {
                world.set_recording(true);
            }
            if !self.replay_step(&mut *world) {
                break;
            }
        }
        world
    }

    /// One step of this branch's recipe on a world of its own.
    fn replay_step(&self, world: &mut dyn AnyWorld) -> bool {
        match self.now_branch().command_after(world.step()) {
            Some((position, command)) => world.apply(&Action::Command(command.clone()), position).is_ok(),
            None => world.advance(),
        }
    }

    /// Makes sure the records of these steps are kept; at most [`TRACED_STEPS_MAX`] / 2 of them.
    fn record(&mut self, first: u64, last: u64) {
        let last = last.min(self.now_branch().head);
        let first = first.max(1).max(last.saturating_sub(TRACED_STEPS_MAX as u64 / 2 - 1));
        if first > last || self.store.has_all(first, last) {
            return;
        }
        let mut store = Store::default();
        let mut world = self.now_branch().before(first - 1).snapshot();
        world.set_recording(true);
        while world.step() < last && self.replay_step(&mut *world) {
            store.push(world.step(), world.log());
        }
        self.store = store;
    }
}

fn note_marks(branch: &mut Branch, world: &dyn AnyWorld) {
    for (kind, node, number) in world.log().marks.iter().copied() {
        if branch.marks.len() < MARKS_MAX {
            branch.marks.push(Mark { step: world.step(), at: world.now(), node, kind, number });
        }
    }
    for (stage, number, what) in world.log().milestones.iter().copied() {
        if branch.milestones.len() < MARKS_MAX {
            branch.milestones.push(Milestone { step: world.step(), at: world.now(), stage, number, what });
        }
    }
}

fn note_operations(branch: &mut Branch, world: &dyn AnyWorld) {
    let (at, step) = (world.now(), world.step());
    for event in &world.log().operations {
        match event {
            OperationEvent::Invoked { node, operation } if branch.operations.len() < MARKS_MAX => {
                let (node, operation) = (*node, operation.clone());
                branch.operations.push(OperationEntry { node, operation, at, step, returned: None });
            }
            OperationEvent::Invoked { .. } => {}
            OperationEvent::Returned { id, outcome } => {
                if let Some(entry) = branch.operation_mut(*id).filter(|entry| entry.returned.is_none()) {
                    entry.returned = Some((at, step, outcome.clone()));
                }
            }
        }
    }
}

fn note_spans(branch: &mut Branch, world: &dyn AnyWorld, command: &Command) {
    let here = (world.step(), world.now());
    let (node, status) = match command {
        Command::Crash(node) => (*node, Some(Status::Crashed)),
        Command::Pause(node) => (*node, Some(Status::Paused)),
        Command::Restart(node) | Command::Resume(node) => (*node, None),
        _ => return,
    };
    for span in branch.spans.iter_mut().filter(|span| span.node == node && span.until.is_none()) {
        span.until = Some(here);
    }
    if let Some(status) = status {
        branch.spans.push(StatusSpan { node, status, from: here, until: None });
    }
}

/// Checks the properties that still hold on this branch.
fn judge(branch: &mut Branch, world: &dyn AnyWorld) {
    let Some(actor) = world.actor() else { return };
    for (property, broken) in branch.broken.iter_mut().enumerate().filter(|(_, broken)| broken.is_none()) {
        if let Err(witness) = world.judge(property, actor) {
            let (step, at) = (world.step(), world.now());
            *broken = Some(Broken { step, witness });
            branch.marks.push(Mark { step, at, node: Some(actor), kind: MarkKind::Violation, number: 0 });
        }
    }
}

/// The parameters of a recipe, all others at their defaults.
pub(crate) fn params_of(recipe: &Recipe, specs: &'static [ParamSpec]) -> Result<Params, OpenError> {
    let mut params = Params::defaults(specs);
    for (id, value) in &recipe.params {
        params.set(id, *value).map_err(OpenError::Param)?;
    }
    Ok(params)
}

impl Timeline {
    pub(crate) fn any_world(&self) -> &dyn AnyWorld {
        &*self.world
    }

    /// The furthest step this branch was run to.
    pub(crate) fn head(&self) -> u64 {
        self.now_branch().head
    }

    /// One step along the recipe. `false` if nothing can happen by itself.
    pub(crate) fn step_once(&mut self) -> bool {
        matches!(self.advance(), Ok(true))
    }

    /// Time of the head.
    fn head_time(&self) -> Time {
        self.now_branch().head_time
    }
}
