//! A search in slices of time.

use super::wire::{Found, Reply};
use js_sys::Date;
use playground_core::explore::{Bounds, Exploration, explore};
use playground_core::recipe::Recipe;

/// States looked at between two looks at the clock.
const STATES_AT_ONCE: u64 = 256;
/// Between two reports.
const REPORT_MS: f64 = 100.0;

/// A search.
pub struct Search {
    exploration: Box<dyn Exploration>,
    worked_ms: f64,
    reported_ms: f64,
}

impl Search {
    /// Begins at a run's last step.
    ///
    /// # Errors
    /// The link opens nothing.
    pub fn begin(link: &str, bounds: Bounds) -> Result<Self, String> {
        let recipe = Recipe::from_link(link).map_err(|error| error.to_string())?;
        let exploration = explore(&recipe, bounds).map_err(|error| error.to_string())?;
        Ok(Self { exploration, worked_ms: 0.0, reported_ms: 0.0 })
    }

    /// Searches for so many milliseconds. `false` once it has ended.
    pub fn work(&mut self, slice_ms: f64) -> bool {
        let begun_ms = Date::now();
        loop {
            let has_ended = self.exploration.run(STATES_AT_ONCE).ended.is_some();
            let passed_ms = Date::now() - begun_ms;
            if has_ended || passed_ms >= slice_ms {
                self.worked_ms += passed_ms;
                return !has_ended;
            }
        }
    }

    /// What is to be told now: at most ten reports a second, and at its end the last one and what was found.
    pub fn replies(&mut self) -> Vec<Reply> {
        let now_ms = Date::now();
        let has_ended = self.exploration.progress().ended.is_some();
        if !has_ended && now_ms - self.reported_ms < REPORT_MS {
            return vec![];
        }
        self.reported_ms = now_ms;
        let found = self.exploration.counterexample().map(|found| {
            let (property, witness) = (found.property.to_owned(), found.witness.clone());
            Reply::Found(Found { property, witness, moves: found.moves.clone() })
        });
        std::iter::once(self.report()).chain(found).collect()
    }

    /// How far it is.
    pub fn report(&self) -> Reply {
        let progress = self.exploration.progress();
        let per_second = (progress.distinct as f64 * 1_000.0 / self.worked_ms.max(1.0)) as u64;
        Reply::Progress { progress, per_second }
    }
}
