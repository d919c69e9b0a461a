//! The catalogue. Adding a protocol adds its module to `protocols/mod.rs` through this one word list.

use crate::measure::Measure;
use crate::protocol::{Meta, Protocol};
use crate::recipe::Recipe;
use crate::scenario::{Director, Scenario};
use crate::session::Session;
use crate::timeline::Timeline;
use std::fmt;

/// One protocol of the catalogue, its type forgotten.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Its description, without its measures: those [`measures`] has.
    pub meta: &'static Meta,
    /// Its scenarios, the one to open with first.
    pub scenarios: &'static [Scenario],
    /// What the scripts of the scenarios leave behind, where it is kept: then no script is played.
    kept: &'static [Kept],
    open: fn(&Recipe) -> Result<Box<dyn Session>, OpenError>,
}

/// What the script of a scenario leaves behind: the bytes of its recipe, and the step to open at. A link would say the
/// same, and compress worse.
pub type Kept = (&'static [u8], u64);

/// What a protocol is called, without the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Title {
    /// Stable name.
    pub slug: &'static str,
    /// For a reader.
    pub title: &'static str,
    /// Where a catalogue puts it.
    pub group: &'static str,
}

impl Title {
    pub(crate) const fn of<P: Protocol>() -> Self {
        Self { slug: P::META.slug, title: P::META.title, group: P::META.group }
    }
}

/// Why a recipe can't be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenError {
    /// No such protocol here.
    UnknownProtocol {
        /// What was asked for.
        slug: String,
    },
    /// A parameter is unknown or out of its bounds.
    Param(crate::param::ParamError),
    /// A command can't be done at its step.
    Command {
        /// Position in the recipe's list, from 1.
        position: usize,
        /// Its step.
        step: u64,
        /// Why not.
        why: String,
    },
    /// No such scenario.
    UnknownScenario {
        /// What was asked for.
        id: String,
    },
    /// It can't be explored as its bounds ask for.
    Unexplorable {
        /// Why not.
        why: String,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownProtocol { slug } => {
                let known: Vec<_> = titles().iter().map(|title| title.slug).collect();
                write!(f, "there is no protocol “{slug}”: wanted one of {}", known.join(", "))
            }
            Self::Param(error) => error.fmt(f),
            Self::Command { position, step, why } => write!(f, "command {position}, at step {step}: {why}"),
            Self::UnknownScenario { id } => write!(f, "there is no scenario “{id}”"),
            Self::Unexplorable { why } => f.write_str(why),
        }
    }
}

impl std::error::Error for OpenError {}

/// A scenario, played: at which step to open, and the run to its end.
pub struct Opened {
    /// The run, standing at `opens_at`.
    pub session: Box<dyn Session>,
    /// The step to open at.
    pub opens_at: u64,
}

impl Entry {
    /// An entry for a protocol: what a third party's own catalogue is made with, too.
    pub const fn of<P: Protocol>() -> Self {
        Self {
            meta: Meta::of::<P>(),
            scenarios: P::SCENARIOS,
            kept: &[],
            open: |recipe| Ok(Box::new(Timeline::open::<P>(recipe)?)),
        }
    }

    /// The same entry with scenarios of which only words and runs are kept: whoever names no other carries no script.
    pub(crate) const fn keeping(self, scenarios: &'static [Scenario], kept: &'static [Kept]) -> Self {
        assert!(scenarios.len() == kept.len(), "a run for each scenario: see tests/kept.rs");
        Self { scenarios, kept, ..self }
    }

    /// Opens a recipe of this protocol and runs it to its length.
    ///
    /// # Errors
    /// A parameter or a command is unusable.
    pub fn open(&self, recipe: &Recipe) -> Result<Box<dyn Session>, OpenError> {
        (self.open)(recipe)
    }

    /// Plays a scenario and stands at the step to open at.
    ///
    /// # Errors
    /// There is no such scenario.
    pub fn scenario(&self, id: &str) -> Result<Opened, OpenError> {
        let unknown = || OpenError::UnknownScenario { id: id.chars().take(64).collect() };
        let place = self.scenarios.iter().position(|scenario| scenario.id == id).ok_or_else(unknown)?;
        let scenario = &self.scenarios[place];
        if let Some((run, opens_at)) = self.kept.get(place) {
            let mut session = self.open(&Recipe::from_bytes(run).map_err(|_| unknown())?)?;
            session.seek(*opens_at);
            return Ok(Opened { session, opens_at: *opens_at });
        }
        let mut session = self.open(&Recipe {
            params: scenario.params.iter().map(|(id, value)| ((*id).into(), *value)).collect(),
            seed: scenario.seed,
            ..Recipe::new(self.meta.slug)
        })?;
        let mut director = Director::new(&mut *session);
        (scenario.script)(&mut director);
        let opens_at = director.opens_at();
        session.seek(opens_at);
        Ok(Opened { session, opens_at })
    }
}

/// Every protocol, in the order of the catalogue.
pub fn catalogue() -> &'static [Entry] {
    crate::protocols::ALL
}

/// The measures of a protocol of the catalogue, beside [`crate::measure::common()`]. Who asks carries those of all.
pub fn measures(slug: &str) -> &'static [Measure] {
    crate::protocols::MEASURES.iter().find(|(known, _)| *known == slug).map_or(&[], |(_, measures)| measures)
}

/// The protocol that a page opens with, alone. Who uses this list and no other carries no other protocol.
pub fn first() -> &'static [Entry] {
    crate::protocols::FIRST
}

/// What every protocol is called, in the order of the catalogue.
pub fn titles() -> &'static [Title] {
    crate::protocols::TITLES
}

/// The entry of a protocol.
///
/// # Errors
/// There is no such protocol.
pub fn find(slug: &str) -> Result<&'static Entry, OpenError> {
    let found = catalogue().iter().find(|entry| entry.meta.slug == slug);
    found.ok_or_else(|| OpenError::UnknownProtocol { slug: slug.chars().take(64).collect() })
}

/// Opens a recipe and runs it to its length.
///
/// # Errors
/// Says what is unusable and where.
pub fn open(recipe: &Recipe) -> Result<Box<dyn Session>, OpenError> {
    find(&recipe.protocol)?.open(recipe)
}
