//! Judging histories: linearizability, and what is weaker.
//!
//! A history is *linearizable* if each operation can be given one instant between its invocation and its return, so that
//! the answers are those of a single object asked in the order of these instants (Herlihy & Wing, *Linearizability: A
//! Correctness Condition for Concurrent Objects*, 1990). So clients can't tell the system from one machine without
//! copies. To judge a history is to look for such an order ([`Checker`]): it *is* the explanation, and where there is
//! none, the longest order that respects all answers so far, with the operation that finds no place in it, is what went
//! wrong.
//!
//! The problem is NP-complete (Gibbons & Korach 1997), yet histories as they occur are judged in milliseconds, by the
//! algorithm of Wing & Gong (*Testing and Verifying Concurrent Objects*, 1993) with the memory that Lowe added
//! (*Testing for linearizability*, 2017). Two more things help: each key is judged by itself, since a history is
//! linearizable if it is for each object (Herlihy & Wing's locality), and the first that isn't ends it all.
//!
//! What is weaker is judged where the difference teaches: [`Sequential`] consistency keeps only the order of each
//! process (Lamport 1979); the [`guarantees`] of sessions speak of what one client sees (Terry et al. 1994).

mod guarantees;
mod judge;
mod live;
mod machine;
mod model;
pub mod models;
mod objects;
mod search;
mod seen;
mod sequential;

pub use guarantees::{Broken, Guarantee, GuaranteeKind, guarantees};
pub use live::Live;
pub use model::{Answer, Asked, Misfit, Model, ModelKind, Spec};
pub use search::CONFIGURATION_BYTES_MAX;
pub use sequential::Sequential;

use crate::history::{History, Value};
use judge::Judge;
use objects::{objects_of, one_of};
use search::Found;

/// What a judge found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// There is an order that explains every answer: this one.
    Explained(Vec<Placed>),
    /// There is none.
    Unexplained(Stuck),
    /// The bounds were used up before either was found.
    CutShort,
}

/// An operation in an explaining order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Position in [`History::operations`].
    pub operation: u32,
    /// It takes effect after this event of the history and before the next one. Operations after the same event take
    /// effect in the order in which they stand.
    pub after: u32,
}

/// Why there is no order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// The operation that can't be placed, as position in [`History::operations`]: whatever came before its return has
    /// an order, but none of them lets it have its answer.
    pub operation: u32,
    /// The key of the object, nil where there are no keys.
    pub key: Value,
    /// An order of operations on that object that gets as far as this return: it has all that returned before.
    pub order: Vec<Placed>,
    /// The state of the object after them.
    pub state: String,
}

/// How far a judge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Operations placed or taken back so far.
    pub steps: u64,
    /// Objects to judge.
    pub objects: u32,
    /// Objects of which an order was found.
    pub explained: u32,
    /// The verdict is there.
    pub is_done: bool,
}

/// Steps an object is given before the next one has its turn; doubled each round. So an object that takes for ever can't
/// hide another one that is quickly seen to be wrong.
const TURN_STEPS: u64 = 2_048;

/// Looks for an order that explains a history, in slices of time.
///
/// ```
/// use playground_core::history::{Format, read};
/// use playground_core::linearizability::{Checker, ModelKind, Spec, Verdict};
///
/// // Process 1 reads nothing after process 0 was told that 3 is written: a stale read.
/// let text = "{:process 0, :type :invoke, :f :write, :value 3}
///             {:process 0, :type :ok,     :f :write, :value 3}
///             {:process 1, :type :invoke, :f :read,  :value nil}
///             {:process 1, :type :ok,     :f :read,  :value nil}";
/// let history = read(text, Format::Edn)?;
/// let mut checker = Checker::new(&history, &Spec::new(ModelKind::Register))?;
/// while !checker.run(100_000).is_done {}
/// let Some(Verdict::Unexplained(stuck)) = checker.verdict() else { panic!("a stale read has no place") };
/// assert_eq!(history.operations()[stuck.operation as usize].to_string(), "read → nil");
/// assert_eq!(stuck.state, "3");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Checker {
    judges: Vec<Judge>,
    /// When each operation was invoked.
    invoked: Vec<u32>,
    /// Whose turn it is, and how much of it is left.
    turn: usize,
    turn_left: u64,
    turn_steps: u64,
    steps: u64,
    verdict: Option<Verdict>,
}

impl Checker {
    /// A checker that has not begun.
    ///
    /// # Errors
    /// Names the operation that the model doesn't know.
    pub fn new(history: &History, spec: &Spec) -> Result<Self, Misfit> {
        let mut objects = objects_of(history, spec)?;
        if !spec.by_key && objects.len() > 1 {
            objects = vec![one_of(objects)];
        }
        let mut checker = Self {
            judges: objects.into_iter().map(Judge::new).collect(),
            invoked: history.operations().iter().map(|operation| operation.invoked).collect(),
            turn: 0,
            turn_left: TURN_STEPS,
            turn_steps: TURN_STEPS,
            steps: 0,
            verdict: None,
        };
        checker.conclude();
        Ok(checker)
    }

    /// Judges a whole history.
    ///
    /// # Errors
    /// Names the operation that the model doesn't know.
    pub fn judge(history: &History, spec: &Spec, steps_max: u64) -> Result<Verdict, Misfit> {
        let mut checker = Self::new(history, spec)?;
        checker.run(steps_max);
        Ok(checker.verdict.unwrap_or(Verdict::CutShort))
    }

    /// Goes on for about so many steps; a million take about a tenth of a second.
    pub fn run(&mut self, steps: u64) -> Progress {
        let mut left = steps;
        while self.verdict.is_none() && left > 0 {
            left = left.saturating_sub(self.take_turn(left));
        }
        self.progress()
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        let explained = self.judges.iter().filter(|judge| judge.found() == Found::Order).count();
        let (objects, explained) = (self.judges.len() as u32, explained as u32);
        Progress { steps: self.steps, objects, explained, is_done: self.verdict.is_some() }
    }

    /// The verdict, once it is there.
    pub fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_ref()
    }

    /// Lets the judge whose turn it is go on. Returns the steps it took, at least 1.
    fn take_turn(&mut self, steps: u64) -> u64 {
        let judge = &mut self.judges[self.turn];
        let before = judge.steps();
        let found = judge.run(steps.min(self.turn_left));
        let took = judge.steps() - before;
        self.steps += took;
        self.turn_left -= took;
        if found != Found::Nothing {
            self.conclude();
        }
        if found != Found::Nothing || self.turn_left == 0 {
            self.turn += 1;
            if self.turn == self.judges.len() {
                self.turn = 0;
                self.turn_steps *= 2;
            }
            self.turn_left = self.turn_steps;
        }
        took.max(1)
    }

    /// Sets the verdict if what the judges found is enough for one.
    fn conclude(&mut self) {
        let refuted = self.judges.iter().find(|judge| judge.found() == Found::NoOrder);
        if let Some(stuck) = refuted.and_then(|judge| stuck_of(judge, &self.invoked)) {
            self.verdict = Some(Verdict::Unexplained(stuck));
            return;
        }
        if self.judges.iter().any(|judge| judge.found() == Found::Nothing) {
            return;
        }
        if self.judges.iter().any(|judge| judge.found() == Found::TooMany) {
            self.verdict = Some(Verdict::CutShort);
            return;
        }
        let orders = self.judges.iter().map(|judge| placed(&judge.order(), &self.invoked));
        self.verdict = Some(Verdict::Explained(merged(orders)));
    }
}

fn stuck_of(judge: &Judge, invoked: &[u32]) -> Option<Stuck> {
    let (operation, order, state) = judge.blame()?;
    Some(Stuck { operation, key: judge.key.clone(), order: placed(order, invoked), state: state.into() })
}

/// Gives each operation of an order its instant: as soon as it and all before it were invoked. This is before its
/// return, or something later in the order would have been invoked after it.
fn placed(order: &[u32], invoked: &[u32]) -> Vec<Placed> {
    let mut after = 0;
    let instant = |operation: &u32| {
        after = after.max(invoked[*operation as usize]);
        Placed { operation: *operation, after }
    };
    order.iter().map(instant).collect()
}

/// The orders of several objects as one: by instant, and each in its own order.
fn merged(orders: impl Iterator<Item = Vec<Placed>>) -> Vec<Placed> {
    let mut all: Vec<Placed> = orders.flatten().collect();
    all.sort_by_key(|placed| placed.after);
    all
}
