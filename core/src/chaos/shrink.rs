//! Leaving out of a failing run what it does not need.

use super::first_broken;
use crate::action::Command;
use crate::recipe::Recipe;
use crate::registry::{Entry, OpenError};
use crate::session::Session;
use crate::view::Lens;

/// A smaller run that breaks the same property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shrunk {
    /// The run, ending with the step that breaks the property.
    pub recipe: Recipe,
    /// Runs it took.
    pub attempts: u32,
}

/// Runs a shrinking may take.
const ATTEMPTS_MAX: u32 = 2_000;

/// A command, and the steps the run takes by itself before it.
#[derive(Debug, Clone)]
struct Deed {
    steps: u64,
    command: Command,
}

/// Leaves commands out, by halves, quarters and so on down to single ones, as long as the property still breaks within
/// as many steps as before (delta debugging, Zeller and Hildebrandt 2002). A run that does not break it comes back as it
/// is.
///
/// # Errors
/// The recipe can't be opened.
pub fn shrink(entry: &Entry, recipe: &Recipe, property: &str) -> Result<Shrunk, OpenError> {
    let mut shrinking = Shrinking { entry, recipe, property, attempts: 0 };
    let mut deeds = deeds_of(recipe);
    let tail = recipe.length.saturating_sub(deeds.iter().map(|deed| deed.steps + 1).sum());
    let mut best = match shrinking.attempt(&deeds, tail)? {
        Some(found) => found,
        None => return Ok(Shrunk { recipe: recipe.clone(), attempts: 1 }),
    };
    let mut width = deeds.len().div_ceil(2).max(1);
    while shrinking.attempts < ATTEMPTS_MAX && !deeds.is_empty() {
        let mut at = 0;
        let mut left_out_any = false;
        while at < deeds.len() && shrinking.attempts < ATTEMPTS_MAX {
            let without = leave_out(&deeds, at, width);
            match shrinking.attempt(&without, tail)? {
                Some(found) => {
                    (deeds, best) = (without, found);
                    left_out_any = true;
                }
                None => at += width,
            }
        }
        if width == 1 && !left_out_any {
            break;
        }
        width = (width / 2).max(1);
    }
    Ok(Shrunk { recipe: best, attempts: shrinking.attempts })
}

fn deeds_of(recipe: &Recipe) -> Vec<Deed> {
    let mut before = 0;
    let mut deeds = Vec::with_capacity(recipe.commands.len());
    for (step, command) in &recipe.commands {
        deeds.push(Deed { steps: step - before, command: command.clone() });
        before = step + 1;
    }
    deeds
}

/// The deeds without a stretch; the time that passed before them still passes.
fn leave_out(deeds: &[Deed], at: usize, width: usize) -> Vec<Deed> {
    let end = deeds.len().min(at + width);
    let waited: u64 = deeds[at..end].iter().map(|deed| deed.steps + 1).sum();
    let mut without: Vec<Deed> = deeds[..at].to_vec();
    without.extend_from_slice(&deeds[end..]);
    if let Some(next) = without.get_mut(at) {
        next.steps += waited;
    }
    without
}

struct Shrinking<'a> {
    entry: &'a Entry,
    recipe: &'a Recipe,
    property: &'a str,
    attempts: u32,
}

impl Shrinking<'_> {
    /// Runs the deeds, passing over those that can't be done, and the steps after them. The run up to the violation, if
    /// it is the one looked for.
    fn attempt(&mut self, deeds: &[Deed], tail: u64) -> Result<Option<Recipe>, OpenError> {
        self.attempts += 1;
        let start = Recipe { commands: vec![], length: 0, ..self.recipe.clone() };
        let mut session = self.entry.open(&start)?;
        for deed in deeds {
            if let Some(found) = self.run(&mut *session, deed.steps) {
                return Ok(Some(found));
            }
            session.command(deed.command.clone()).ok();
            if let Some(found) = self.found(&*session) {
                return Ok(Some(found));
            }
        }
        let left_out = self.recipe.commands.len() - deeds.len();
        Ok(self.run(&mut *session, tail + left_out as u64))
    }

    fn run(&self, session: &mut dyn Session, steps: u64) -> Option<Recipe> {
        let last = session.present() + steps;
        while session.present() < last {
            let ran = session.run_until(crate::time::Time(u64::MAX), last - session.present());
            match ran {
                crate::session::Ran::Violated => {
                    if let Some(found) = self.found(session) {
                        return Some(found);
                    }
                }
                crate::session::Ran::Idle => return None,
                crate::session::Ran::Reached | crate::session::Ran::OutOfSteps => {}
            }
        }
        None
    }

    fn found(&self, session: &dyn Session) -> Option<Recipe> {
        first_broken(session)?;
        let frame = session.frame(&Lens { log_entries_max: 0, log_from: None });
        let broken = frame.verdicts.iter().find(|verdict| verdict.id == self.property && !verdict.holds)?;
        let length = broken.broken_at?;
        let recipe = session.recipe();
        let commands = recipe.commands.into_iter().filter(|(step, _)| *step < length).collect();
        Some(Recipe { commands, length, ..recipe })
    }
}
