//! What the page opens with: the run of the address, or, where that can't be, the first one and a clear word why not.

use crate::bench;
use crate::dom;
use crate::notice::Notice;
use crate::route::{self, Content, Presentation, Slip};
use crate::run::Run;
use playground_core::registry::catalogue;

/// What was found at an address.
pub struct Opening {
    /// How to show it.
    pub presentation: Presentation,
    /// The run; never missing while the catalogue holds one protocol.
    pub run: Run,
    /// What has to be said.
    pub notices: Vec<Notice>,
}

/// Reads the address bar.
///
/// # Panics
/// If the first protocol of the catalogue can't be opened with its own defaults: the engine's tests see to that.
pub fn read() -> Opening {
    let (query, fragment) = dom::query_and_fragment();
    let (presentation, slips) = route::read(&query);
    let mut notices = Vec::new();
    for slip in slips {
        match slip {
            Slip::Unknown(name) => {
                dom::warn(&format!("The address names “{name}”, which means nothing here."))
            }
            Slip::Malformed(text) => notices.push(Notice::trouble(text)),
        }
    }
    let run = match route::read_fragment(&fragment) {
        Content::Nothing if presentation.bench => bench::busiest().ok(),
        Content::Nothing => None,
        Content::Bad { link, why } => {
            notices.push(refused(link, &why));
            None
        }
        Content::Run(recipe) => match Run::open(&recipe, presentation.step) {
            Ok(run) => Some(run),
            Err(error) => {
                notices.push(refused(recipe.to_link(), &error.to_string()));
                None
            }
        },
    };
    let run = run.unwrap_or_else(|| first(presentation.step));
    Opening { presentation, run, notices }
}

/// Opens a link that came some other way than by the address bar.
///
/// # Errors
/// Says what is wrong with it.
pub fn open_link(link: &str, step: Option<u64>) -> Result<Run, String> {
    match route::read_fragment(link) {
        Content::Nothing => Err("the link is empty".into()),
        Content::Bad { why, .. } => Err(why),
        Content::Run(recipe) => Run::open(&recipe, step).map_err(|error| error.to_string()),
    }
}

fn first(step: Option<u64>) -> Run {
    let mut run = Run::first(&catalogue()[0]).expect("the first protocol opens with its own defaults");
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
