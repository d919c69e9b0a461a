//! What the page opens with: the run of the address, or, where that can't be, the first one and a clear word why not.

use crate::bench;
use crate::dom;
use crate::notice::Notice;
use crate::route::{self, Content, Presentation, Slip};
use crate::run::Run;
use crate::shelf;

/// What was found at an address.
pub struct Opening {
    /// How to show it.
    pub presentation: Presentation,
    /// The run; never missing while the catalogue holds one protocol.
    pub run: Run,
    /// What has to be said.
    pub notices: Vec<Notice>,
    /// The fragment, if only the other module can open it.
    pub elsewhere: Option<String>,
}

/// Reads the address bar.
///
/// # Panics
/// If the first protocol of the catalogue can't be opened with its own defaults: the engine's tests see to that.
pub fn read() -> Opening {
    let (query, fragment) = dom::query_and_fragment();
    let (presentation, slips) = route::read(&query);
    let mut malformed = Vec::new();
    for slip in slips {
        match slip {
            Slip::Unknown(name) => {
                dom::warn(&format!("The address names “{name}”, which means nothing here."))
            }
            Slip::Malformed(text) => malformed.push(text),
        }
    }
    let mut notices: Vec<Notice> = route::told(&malformed).map(Notice::trouble).into_iter().collect();
    let fragment = shelf::wanted().unwrap_or(fragment);
    let mut elsewhere = None;
    let run = match open(&fragment, presentation.step) {
        Ok(None) if presentation.bench => bench::busiest().ok(),
        Ok(run) => run,
        Err(Unopened::Elsewhere(fragment)) => {
            elsewhere = Some(fragment);
            None
        }
        Err(Unopened::Bad { link, why }) => {
            notices.push(refused(link, &why));
            first_of(&fragment)
        }
    };
    let run = run.unwrap_or_else(|| first(presentation.step));
    let steps = run.frame.head;
    if elsewhere.is_none() && presentation.step.is_some_and(|step| step > steps) {
        notices.push(Notice::trouble(format!(
            "The address asks for a later step than the last: this run has {steps} steps, and is opened at its end."
        )));
    }
    Opening { presentation, run, notices, elsewhere }
}

/// Why a fragment was not opened.
pub enum Unopened {
    /// The other module can: the fragment.
    Elsewhere(String),
    /// Nobody can.
    Bad {
        /// The link, as far as it is worth a report.
        link: String,
        /// What is wrong with it.
        why: String,
    },
}

/// Opens a fragment at a step; `None` if it is empty.
///
/// # Errors
/// This module does not carry its protocol, or something is wrong with it.
pub fn open(fragment: &str, step: Option<u64>) -> Result<Option<Run>, Unopened> {
    let content = route::read_fragment(fragment);
    let slug = match &content {
        Content::Run(recipe) => &recipe.protocol,
        Content::Named { slug, .. } => slug,
        _ => "",
    };
    if shelf::elsewhere(slug).is_some() {
        return Err(Unopened::Elsewhere(fragment.into()));
    }
    let link = || fragment.trim_start_matches('#').into();
    let run = match content {
        Content::Nothing => return Ok(None),
        Content::Bad { link, why } => return Err(Unopened::Bad { link, why }),
        Content::Run(recipe) => Run::open(&recipe, step),
        Content::Named { slug, scenario } => shelf::find(&slug).and_then(|entry| {
            let mut run = match scenario {
                Some(id) => Run::scenario(entry, &id)?,
                None => Run::first(entry)?,
            };
            if let Some(step) = step {
                run.seek(step.min(run.frame.head));
            }
            Ok(run)
        }),
    };
    run.map(Some).map_err(|error| Unopened::Bad { link: link(), why: error.to_string() })
}

/// The first run of the protocol that a fragment names, whatever else is wrong with it.
fn first_of(fragment: &str) -> Option<Run> {
    let Content::Named { slug, .. } = route::read_fragment(fragment) else { return None };
    Run::first(shelf::find(&slug).ok()?).ok()
}

fn first(step: Option<u64>) -> Run {
    let Ok(mut run) = Run::first(&shelf::entries()[0]) else {
        panic!("the first protocol opens with its own defaults")
    };
    if let Some(step) = step {
        run.seek(step.min(run.frame.head));
    }
    run
}

fn refused(link: String, why: &str) -> Notice {
    Notice {
        exhibit: Some(link),
        ..Notice::trouble(format!("This link can't be opened: {why}. Here is the first scenario instead."))
    }
}
