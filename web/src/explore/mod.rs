//! Finding a bad future: a search of all that may follow the present step, beside the page, and what it found as a run.

mod form;
mod panel;
pub mod words;

pub(crate) use panel::draw;

use crate::app::App;
use crate::ask::Ask;
use crate::late::line::{Heard, Line};
use crate::late::wire::{Found, Reply, Request};
use crate::layout::Tab;
use crate::notice::Notice;
use playground_core::explore::{Bounds, Counterexample, Ending, Progress};

/// Bounds that say something within a second or two.
pub const BOUNDS: Bounds = Bounds {
    states_max: 200_000,
    depth_max: u32::MAX,
    drops: Some(0),
    duplicates: 0,
    crashes: 1,
    timers: Some(2),
    network: playground_core::explore::NetworkKind::Multiset,
    order: playground_core::explore::Order::BreadthFirst,
};

/// What can be asked of the search.
#[derive(Debug, Clone, PartialEq)]
pub enum Exploring {
    /// Open the panel, or close it and end the search.
    Toggle,
    /// Search within other bounds.
    Bounds(Bounds),
    /// Search the futures of the present step.
    Start,
    /// Pause, or go on.
    Pause,
    /// End the search.
    Cancel,
    /// What the search says.
    Heard(Heard),
}

/// The search and its panel.
pub struct Search {
    /// Whether the panel is there.
    pub is_open: bool,
    pub(crate) bounds: Bounds,
    pub(crate) progress: Progress,
    pub(crate) per_second: u64,
    /// The branch and the step whose futures are searched.
    pub(crate) from: (usize, u64),
    pub(crate) stage: Stage,
}

/// How far the search is.
pub(crate) enum Stage {
    /// None was begun in this run.
    Rest,
    /// It is under way.
    Running { line: Line, is_paused: bool },
    /// It has ended by itself, or was ended.
    Ended { was_cancelled: bool },
    /// It found something: which property, what was seen, and the steps at which its run begins and ends.
    Found { property: String, witness: String, end: u64 },
    /// It could not be done.
    Failed(String),
}

impl Default for Search {
    fn default() -> Self {
        Self {
            is_open: false,
            bounds: BOUNDS,
            progress: Progress::default(),
            per_second: 0,
            from: (0, 0),
            stage: Stage::Rest,
        }
    }
}

impl Search {
    /// Forgets what was searched: another run is shown.
    pub(crate) fn forget(&mut self) {
        self.stage = Stage::Rest;
        self.progress = Progress::default();
    }
}

impl App {
    /// Does what is asked of the search.
    pub(crate) fn explore(&mut self, asked: Exploring) {
        match asked {
            Exploring::Toggle => {
                self.search.is_open = !self.search.is_open;
                if self.search.is_open {
                    self.tab = Tab::Inspect;
                    self.make_room();
                } else if matches!(self.search.stage, Stage::Running { .. }) {
                    self.search.forget();
                }
            }
            Exploring::Bounds(bounds) => self.search.bounds = bounds,
            Exploring::Start => self.start_search(),
            Exploring::Pause => {
                if let Stage::Running { line, is_paused } = &mut self.search.stage {
                    *is_paused = !*is_paused;
                    line.ask(if *is_paused { &Request::Pause } else { &Request::Resume });
                }
            }
            // Dropping the line ends the worker, whatever it does.
            Exploring::Cancel => self.search.stage = Stage::Ended { was_cancelled: true },
            Exploring::Heard(heard) => match heard.unpack() {
                Ok(Some(Reply::Progress { progress, per_second })) => {
                    (self.search.progress, self.search.per_second) = (progress, per_second);
                    // After a violation comes the way to it.
                    if progress.ended.is_some_and(|ended| ended != Ending::Violation) {
                        self.search.stage = Stage::Ended { was_cancelled: false };
                    }
                }
                Ok(Some(Reply::Found(found))) => self.follow(found),
                Ok(Some(Reply::Refused(why))) | Err(why) => self.search.stage = Stage::Failed(why),
                Ok(_) => {}
            },
        }
    }

    fn start_search(&mut self) {
        self.pause();
        let ask = self.ask.clone();
        let line = Line::open(ask.reform(|heard| Ask::Explore(Exploring::Heard(heard))));
        let (link, from) = {
            let session = self.run.session.look();
            (session.recipe_here().to_link(), (session.branch(), session.present()))
        };
        line.ask(&Request::Search { link, bounds: self.search.bounds.clone() });
        self.search.forget();
        self.search.from = from;
        self.search.stage = Stage::Running { line, is_paused: false };
    }

    /// Makes a run of what was found: a branch that begins where the search did. Shows its beginning.
    fn follow(&mut self, found: Found) {
        let (branch, step) = self.search.from;
        let known = self.run.frame.verdicts.iter().map(|verdict| verdict.id);
        let property = known.into_iter().find(|id| *id == found.property).unwrap_or_default();
        let Found { witness, moves, .. } = found;
        let followed = {
            let mut session = self.run.session.look();
            if session.branch() != branch {
                session.switch(branch);
            }
            session.seek(step);
            let counterexample = Counterexample { property, witness: witness.clone(), moves };
            let end = session.follow(&counterexample);
            session.seek(step);
            end
        };
        self.run.settle();
        self.moved();
        self.search.stage = match followed {
            Ok(end) => {
                self.say(Notice::hint("The bad future is a branch of its own now: step through it."));
                Stage::Found { property: found.property, witness, end }
            }
            Err(refusal) => Stage::Failed(format!("the way that was found can't be gone here: {refusal}")),
        };
    }
}
