//! A counterexample as an ordinary run: the moves done by hand in a timeline, so that it can be stepped and shared.

use super::bounds::Bounds;
use super::report::{Counterexample, Progress};
use super::search::{Explorer, Job};
use super::trail::{Move, MoveKind};
use crate::action::Command;
use crate::id::NodeId;
use crate::protocol::Protocol;
use crate::recipe::Recipe;
use crate::refusal::Refusal;
use crate::registry::OpenError;
use crate::timeline::Timeline;
use crate::world::Next;

/// An exploration whose protocol's type is forgotten.
pub trait Exploration {
    /// Looks at up to so many more states.
    fn run(&mut self, states: u64) -> Progress;
    /// Like `run`, on several workers; see [`Explorer::run_on`].
    fn run_on(&mut self, states: u64, workers: usize, each: &dyn Fn(Vec<Job<'_>>)) -> Progress;
    /// How far it is.
    fn progress(&self) -> Progress;
    /// The way to the first violation found, if one was.
    fn counterexample(&self) -> Option<&Counterexample>;
    /// About how many bytes each distinct state takes.
    fn bytes_per_state(&self) -> u64;
    /// How many ways to name interchangeable nodes are taken for one; 1 without symmetry.
    fn renamings(&self) -> usize;
}

/// Opens the exploration of a recipe's end, for one protocol.
pub type Explore = fn(&Recipe, Bounds) -> Result<Box<dyn Exploration>, OpenError>;

/// Explores the futures of a recipe's last step.
///
/// # Errors
/// The recipe can't be opened, or the bounds ask for a symmetry the protocol does not have.
pub fn explore(recipe: &Recipe, bounds: Bounds) -> Result<Box<dyn Exploration>, OpenError> {
    let known = crate::protocols::EXPLORERS.iter().find(|(slug, _)| *slug == recipe.protocol);
    let (_, explore) = known.ok_or_else(|| OpenError::UnknownProtocol { slug: recipe.protocol.clone() })?;
    explore(recipe, bounds)
}

/// Whether a recipe's protocol names interchangeable nodes under its parameters, and not too many: then
/// [`Bounds::symmetry`] can be asked for.
pub fn is_symmetric(recipe: &Recipe) -> bool {
    let beginning = Recipe { commands: vec![], length: 0, ..recipe.clone() };
    explore(&beginning, Bounds { symmetry: true, ..Bounds::default() }).is_ok()
}

/// Explores the futures of a recipe's last step, for a protocol of one's own.
///
/// # Errors
/// The recipe can't be opened, or the bounds ask for a symmetry the protocol does not have.
pub fn explore_recipe<P: Protocol>(
    recipe: &Recipe,
    bounds: Bounds,
) -> Result<Box<dyn Exploration>, OpenError> {
    let timeline = Timeline::open::<P>(recipe)?;
    let world = timeline.world::<P>().expect("a timeline holds the world it was opened with");
    let explorer = Explorer::open(world, bounds);
    let explorer = explorer.map_err(|error| OpenError::Unexplorable { why: error.to_string() })?;
    Ok(Box::new(explorer))
}

impl<P: Protocol> Exploration for Explorer<P> {
    fn run(&mut self, states: u64) -> Progress {
        Self::run(self, states)
    }

    fn run_on(&mut self, states: u64, workers: usize, each: &dyn Fn(Vec<Job<'_>>)) -> Progress {
        Self::run_on(self, states, workers, each)
    }

    fn progress(&self) -> Progress {
        Self::progress(self)
    }

    fn counterexample(&self) -> Option<&Counterexample> {
        Self::counterexample(self)
    }

    fn bytes_per_state(&self) -> u64 {
        Self::bytes_per_state(self)
    }

    fn renamings(&self) -> usize {
        Self::renamings(self)
    }
}

impl Timeline {
    /// Does the moves, one after another, from the present step: each is the next event if it would be that anyway, or
    /// else a command. Returns the step reached.
    ///
    /// # Errors
    /// A move can't be made here: the moves were found from another state.
    pub fn follow(&mut self, moves: &[Move]) -> Result<u64, Refusal> {
        for Move { kind, answers } in moves {
            self.make_move(kind, answers)?;
        }
        Ok(self.any_world().step())
    }

    fn make_move(&mut self, kind: &MoveKind, answers: &[u32]) -> Result<(), Refusal> {
        let answer = |timeline: &mut Self, node: NodeId| {
            if answers.is_empty() {
                return Ok(());
            }
            timeline.do_command(Command::Answer { node, answers: answers.to_vec() })
        };
        match *kind {
            MoveKind::Deliver { from, to, message, kept } => {
                let gone = Refusal::NoMessage(crate::id::MessageId(0));
                let id = self.any_world().message_like(from, to, message).ok_or(gone)?;
                if kept {
                    self.do_command(Command::Duplicate(id))?;
                }
                answer(self, to)?;
                self.event_or(Next::Message(id), Command::Deliver(id))
            }
            MoveKind::Drop { from, to, message } => {
                let gone = Refusal::NoMessage(crate::id::MessageId(0));
                let id = self.any_world().message_like(from, to, message).ok_or(gone)?;
                self.do_command(Command::Drop(id))
            }
            MoveKind::Fire { node, timer } => {
                let position = self.any_world().timer_like(node, timer).ok_or(Refusal::NoTimer(node))?;
                answer(self, node)?;
                self.event_or(Next::Timer(node, position), Command::Fire { node, timer: position })
            }
            MoveKind::Crash(node) => self.do_command(Command::Crash(node)),
            MoveKind::Restart(node) => {
                answer(self, node)?;
                self.do_command(Command::Restart(node))
            }
        }
    }

    /// Lets the next event happen if it is the one wanted and nothing else was to happen here; else makes it happen.
    fn event_or(&mut self, wanted: Next, command: Command) -> Result<(), Refusal> {
        let is_new = self.any_world().step() >= self.head();
        if is_new && self.any_world().next() == Some(wanted) && self.step_once() {
            return Ok(());
        }
        self.do_command(command)
    }
}
