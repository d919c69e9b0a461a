//! Finding a bad future: a search of all that may follow the present step, beside the page, and what it found as a run.

mod form;
mod panel;
mod words;

pub(super) use panel::draw;
pub use words::grouped;

use super::{Ask, Desk, wish};
use crate::late::desk_wire::Wish;
use crate::late::line::{Heard, Line};
use crate::late::wire::{Found, Reply, Request};
use playground_core::explore::{Bounds, Ending, Progress, is_symmetric};
use playground_core::recipe::Recipe;

/// Bounds that say something within a second or two.
const BOUNDS: Bounds = Bounds {
    states_max: 200_000,
    depth_max: u32::MAX,
    drops: Some(0),
    duplicates: 0,
    crashes: 1,
    timers: Some(2),
    network: playground_core::explore::NetworkKind::Multiset,
    order: playground_core::explore::Order::BreadthFirst,
    symmetry: false,
};

/// What can be asked of the search.
#[derive(Debug, Clone, PartialEq)]
pub enum Exploring {
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
pub(super) struct Search {
    pub(super) bounds: Bounds,
    /// Those of the search under way or last ended.
    pub(super) searched: Bounds,
    /// Whether the protocol names interchangeable nodes; `None` until somebody has looked at this run.
    pub(super) is_symmetric: Option<bool>,
    pub(super) progress: Progress,
    pub(super) per_second: u64,
    /// The branch and the step whose futures are searched.
    pub(super) from: (usize, u64),
    pub(super) stage: Stage,
    /// One is to begin once the page says where it rests.
    pub(super) is_starting: bool,
}

/// How far the search is.
pub(super) enum Stage {
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
            bounds: BOUNDS,
            searched: BOUNDS,
            is_symmetric: None,
            progress: Progress::default(),
            per_second: 0,
            from: (0, 0),
            stage: Stage::Rest,
            is_starting: false,
        }
    }
}

impl Search {
    /// Forgets what was searched: another run is shown.
    pub(super) fn forget(&mut self) {
        self.stage = Stage::Rest;
        self.progress = Progress::default();
        self.is_starting = false;
    }

    /// Whether one is under way.
    pub(super) fn is_running(&self) -> bool {
        matches!(self.stage, Stage::Running { .. })
    }
}

impl Desk {
    /// Does what is asked of the search.
    pub(super) fn explore(&mut self, asked: Exploring) {
        match asked {
            Exploring::Bounds(bounds) => self.search.bounds = bounds,
            // The page rests first, and then says where.
            Exploring::Start => {
                self.search.is_starting = true;
                wish(Wish::Tell { at_rest: true });
            }
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

    /// Looks whether the run's protocol names interchangeable nodes, once for each run.
    pub(super) fn note_symmetry(&mut self) {
        if self.search.is_symmetric.is_none() {
            let recipe = Recipe::from_link(&self.link);
            self.search.is_symmetric = Some(recipe.is_ok_and(|recipe| is_symmetric(&recipe)));
        }
    }

    /// Begins a search where the page has just come to rest.
    pub(super) fn start_search(&mut self) {
        let ask = self.ask.clone();
        let line = Line::open(ask.reform(|heard| Ask::Explore(Exploring::Heard(heard))));
        let own = &self.search;
        let symmetry = own.bounds.symmetry && own.is_symmetric == Some(true);
        let bounds = Bounds { symmetry, ..own.bounds.clone() };
        line.ask(&Request::Search { link: self.link.clone(), bounds: bounds.clone() });
        self.search.forget();
        self.search.searched = bounds;
        self.search.from = (self.now.branch, self.now.step);
        self.search.stage = Stage::Running { line, is_paused: false };
    }

    /// Has the page make a run of what was found: a branch that begins where the search did. It shows its beginning.
    fn follow(&mut self, found: Found) {
        let (branch, step) = self.search.from;
        let Found { property, witness, link, end } = found;
        self.search.stage = Stage::Found { property, witness, end };
        wish(Wish::Follow { branch, step, link });
    }
}
