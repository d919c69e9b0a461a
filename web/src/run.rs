//! A run as the page holds it: the session, and the pictures of its present step and of the one before.

use crate::lanes::follow;
use crate::shelf;
use playground_core::action::Command;
use playground_core::id::{MessageId, NodeId};
use playground_core::recipe::Recipe;
use playground_core::registry::{Entry, OpenError};
use playground_core::scenario::Scenario;
use playground_core::session::{Forecast, Session};
use playground_core::time::{MS, Time};
use playground_core::timeline::Refusal;
use playground_core::trace::{Mark, MarkSet};
use playground_core::view::{Frame, Lanes, Lens, NodeFrame};
use std::cell::{RefCell, RefMut};
use std::rc::Rc;

/// How far ahead the next interesting event is looked for.
const MARK_STEPS_MAX: u64 = 20_000;
/// How much time the lanes show.
const LANES_SPAN_US: u64 = 240 * MS;
/// Messages the lanes show.
const LANES_STROKES_MAX: usize = 1_500;

/// A session that parts of the page may look into. Equal if it is the same one.
#[derive(Clone)]
pub struct Shared(Rc<RefCell<Box<dyn Session>>>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Shared {
    /// The session, for as long as one call needs it.
    pub fn look(&self) -> RefMut<'_, Box<dyn Session>> {
        self.0.borrow_mut()
    }

    /// Why a command could not be done now; `None` if it could.
    pub fn refusal(&self, command: &Command) -> Option<String> {
        let refusal = self.0.borrow().check(command).err()?;
        Some(self.told(&refusal))
    }

    /// What a command would come to, if it were given now. What can't be done at all fails, too. While time runs nothing
    /// is tried: it would be tried anew at each step, and be out of date at the next.
    pub fn forecast(&self, command: &Command, playing: bool) -> Forecast {
        match self.refusal(command) {
            Some(why) => Forecast::Fails(why),
            None if playing => Forecast::Acts,
            None => self.0.borrow().forecast(command),
        }
    }

    /// A refusal with nodes by their names.
    pub fn told(&self, refusal: &Refusal) -> String {
        let nodes = self.0.borrow().frame(&Lens { log_entries_max: 0, log_from: None }).nodes;
        refusal.told(&|id| nodes.get(id.index()).map_or_else(|| id.to_string(), |node| node.name.clone()))
    }

    /// A node with another window of its log.
    pub fn node(&self, id: NodeId, lens: &Lens) -> Option<NodeFrame> {
        self.0.borrow().frame(lens).nodes.into_iter().nth(id.index())
    }
}

/// A run.
pub struct Run {
    /// Its protocol.
    pub entry: &'static Entry,
    /// The scenario it came from, if from one.
    pub scenario: Option<&'static Scenario>,
    /// The steps at which its story opens and ends, where it has one.
    pub story: Option<(u64, u64)>,
    /// The present branch, as of when time last rested.
    pub recipe: Rc<Recipe>,
    /// The session.
    pub session: Shared,
    /// The picture at the present step.
    pub frame: Rc<Frame>,
    /// The picture one step before; `None` at step 0 and while time runs fast.
    pub before: Option<Rc<Frame>>,
    /// Interesting steps of the present branch.
    pub marks: Rc<Vec<Mark>>,
    /// The times at the edges of the lanes.
    pub window: (Time, Time),
    /// What happened in the window.
    pub lanes: Rc<Lanes>,
}

impl Run {
    /// Opens a recipe at a step, or at its end.
    ///
    /// # Errors
    /// Says what is unusable.
    pub fn open(recipe: &Recipe, step: Option<u64>) -> Result<Self, OpenError> {
        let entry = shelf::find(&recipe.protocol)?;
        let scenario = entry.scenarios.iter().find(|scenario| is_of(recipe, entry, scenario));
        let mut session = entry.open(recipe)?;
        if let Some(step) = step {
            session.seek(step.min(recipe.length));
        }
        Ok(Self::of(entry, scenario, session))
    }

    /// Opens a scenario where its story begins.
    ///
    /// # Errors
    /// There is no such scenario.
    pub fn scenario(entry: &'static Entry, id: &str) -> Result<Self, OpenError> {
        let opened = entry.scenario(id)?;
        let scenario = entry.scenarios.iter().find(|scenario| scenario.id == id);
        Ok(Self::of(entry, scenario, opened.session))
    }

    /// Opens what a visitor meets who asked for nothing: the first scenario of a protocol, or its plain run.
    ///
    /// # Errors
    /// The protocol's own defaults are unusable.
    pub fn first(entry: &'static Entry) -> Result<Self, OpenError> {
        match entry.scenarios.first() {
            Some(scenario) => Self::scenario(entry, scenario.id),
            None => Self::open(&Recipe::new(entry.meta.slug), None),
        }
    }

    fn of(entry: &'static Entry, scenario: Option<&'static Scenario>, session: Box<dyn Session>) -> Self {
        let frame = Rc::new(session.frame(&Lens::default()));
        let mut run = Self {
            entry,
            scenario,
            story: (frame.step < frame.head).then_some((frame.step, frame.head)),
            recipe: Rc::new(session.recipe()),
            session: Shared(Rc::new(RefCell::new(session))),
            frame,
            before: None,
            marks: Rc::default(),
            window: (Time(0), Time(0)),
            lanes: Rc::default(),
        };
        run.settle();
        run
    }

    /// Whether the run stands where its story ends.
    pub fn is_at_end(&self) -> bool {
        self.steps_to_end() == Some(0)
    }

    /// Whether this is no longer the run that was opened.
    pub fn is_other_future(&self) -> bool {
        self.session.look().branch() != 0
    }

    /// Steps from the present one to the end of the story; `None` in another future, or beyond the end.
    pub fn steps_to_end(&self) -> Option<u64> {
        let session = self.session.look();
        let end = self.story.filter(|_| session.branch() == 0)?.1;
        end.checked_sub(session.present())
    }

    /// The link that opens this branch.
    pub fn link(&self) -> String {
        self.session.look().recipe().to_link()
    }

    /// Takes one step. `false` if nothing can happen by itself.
    pub fn step(&mut self) -> bool {
        let moved = self.session.look().step();
        self.settle();
        moved
    }

    /// Goes one step back.
    pub fn back(&mut self) -> bool {
        let moved = self.session.look().back();
        self.settle();
        moved
    }

    /// Goes to a step.
    pub fn seek(&mut self, step: u64) {
        self.session.look().seek(step);
        self.settle();
    }

    /// Goes on to the next interesting step; `false`, and no move, if there is none near.
    pub fn next_mark(&mut self) -> bool {
        let found = self.session.look().next_mark(MarkSet::ALL, MARK_STEPS_MAX).is_some();
        self.settle();
        found
    }

    /// Goes back to the last interesting step.
    pub fn previous_mark(&mut self) -> bool {
        let found = self.session.look().previous_mark(MarkSet::ALL).is_some();
        self.settle();
        found
    }

    /// Does what somebody chose.
    ///
    /// # Errors
    /// Says why not; then nothing has changed.
    pub fn command(&mut self, command: Command) -> Result<(), Refusal> {
        self.session.look().command(command)?;
        self.settle();
        Ok(())
    }

    /// Turns to another branch.
    pub fn switch(&mut self, branch: usize) {
        self.session.look().switch(branch);
        self.settle();
    }

    /// Takes the pictures of the present step and of the one before. For when time rests.
    pub fn settle(&mut self) {
        let before = {
            let mut session = self.session.look();
            let step = session.frame(&Lens::default()).step;
            (step > 0).then(|| {
                session.seek(step - 1);
                let before = session.frame(&Lens::default());
                session.seek(step);
                Rc::new(before)
            })
        };
        self.recipe = Rc::new(self.session.look().recipe());
        self.picture();
        self.before = before;
    }

    /// Takes the picture of the present step; the last picture becomes the one before if it is. For when time runs.
    pub fn picture(&mut self) {
        let frame = Rc::new(self.session.look().frame(&Lens::default()));
        let last = std::mem::replace(&mut self.frame, frame);
        self.before = (last.step + 1 == self.frame.step).then_some(last);
        self.window = follow(self.window, self.frame.now, LANES_SPAN_US);
        let mut session = self.session.look();
        self.lanes = Rc::new(session.lanes(self.window.0, self.window.1, LANES_STROKES_MAX));
        if self.marks.as_slice() != session.marks() {
            self.marks = Rc::new(session.marks().to_vec());
        }
    }

    /// Whether a message is in flight in the picture.
    pub fn is_in_flight(&self, id: MessageId) -> bool {
        self.frame.flights.iter().any(|flight| flight.id == id)
    }
}

/// Whether a recipe is that of a scenario, run as far as anyone liked: then the link to it keeps its name.
fn is_of(recipe: &Recipe, entry: &Entry, scenario: &Scenario) -> bool {
    let params = scenario.params.iter().map(|(id, value)| (*id, *value));
    let is_alike = recipe.seed == scenario.seed
        && params.eq(recipe.params.iter().map(|(id, value)| (id.as_str(), *value)));
    is_alike
        && entry.scenario(scenario.id).is_ok_and(|opened| opened.session.recipe().commands == recipe.commands)
}
