//! A search in slices of time.

use super::judge::session_of;
use super::wire::{Found, Reply};
use js_sys::Date;
use playground_core::explore::{Bounds, Counterexample, Exploration, explore};
use playground_core::recipe::Recipe;
use playground_core::view::Lens;

/// States looked at between two looks at the clock.
const STATES_AT_ONCE: u64 = 256;
/// Between two reports.
const REPORT_MS: f64 = 100.0;

/// A search.
pub struct Search {
    exploration: Box<dyn Exploration>,
    link: String,
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
        Ok(Self { exploration, link: link.into(), worked_ms: 0.0, reported_ms: 0.0 })
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
        let found = self.exploration.counterexample().map(|found| match run_of(&self.link, found) {
            Ok(found) => Reply::Found(found),
            Err(why) => Reply::Refused(format!("the way that was found can't be gone: {why}")),
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

/// A counterexample as a run that goes on from the end of another.
///
/// SUBTLE: on the page that one may have another future by now. So the first move is made by hand even if it would come by
/// itself, as everything is that is done in the past: who does the same from there leaves that future at once.
fn run_of(link: &str, found: &Counterexample) -> Result<Found, String> {
    let mut session = session_of(link)?;
    let from = session.present();
    if session.step() {
        session.seek(from);
    }
    let end = session.follow(found).map_err(|refusal| refusal.to_string())?;
    let verdicts = session.frame(&Lens::default()).verdicts;
    let broken = verdicts.iter().find(|verdict| verdict.id == found.property);
    let property = broken.map_or(found.property, |verdict| verdict.text).to_owned();
    let witness = found.witness.clone();
    Ok(Found { property, witness, link: session.recipe_here().to_link(), end })
}
