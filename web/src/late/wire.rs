//! What the page and the late module say to each other: plain data, as bytes.

use playground_core::explore::{Bounds, Progress};
use serde::{Deserialize, Serialize};

/// What the page asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Search the futures of a run's last step.
    Search {
        /// The run.
        link: String,
        /// How far.
        bounds: Bounds,
    },
    /// Stop searching until asked to go on.
    Pause,
    /// Go on.
    Resume,
    /// Judge what the clients of a run saw up to its last step.
    Judge {
        /// The run.
        link: String,
    },
    /// Read a history from text and judge it.
    Import {
        /// The text.
        text: String,
        /// Position of the model in `ModelKind::ALL`.
        model: usize,
    },
    /// Measure a run up to its last step.
    Measure {
        /// The run.
        link: String,
    },
    /// Play a script for one contestant of a comparison, both by position.
    Compare {
        /// Of the script.
        script: usize,
        /// Of the contestant.
        contestant: usize,
        /// How many faulty servers it is to tolerate.
        faulty: u64,
        /// The seed.
        seed: u64,
    },
    /// Write the history of a run as text.
    Export {
        /// The run.
        link: String,
        /// As JSON lines, or else as EDN.
        as_json: bool,
    },
}

/// What the late module answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// It has started and listens.
    Ready,
    /// How far a search is.
    Progress {
        /// States and the like.
        progress: Progress,
        /// Distinct states found in a second of searching.
        per_second: u64,
    },
    /// A way to a state that breaks a property.
    Found(Found),
    /// A history, judged.
    Judged(Judged),
    /// The measures of a run.
    Measured(Measured),
    /// One row of a comparison.
    Compared(Compared),
    /// A history as text.
    Exported {
        /// The text.
        text: String,
        /// As JSON lines, or else as EDN.
        as_json: bool,
    },
    /// What was asked for can't be done, and why.
    Refused(String),
}

/// A counterexample, as a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The property, in prose.
    pub property: String,
    /// What was seen.
    pub witness: String,
    /// The run, from its beginning to where the property breaks.
    pub link: String,
    /// The step at which it does.
    pub end: u64,
}

/// One protocol of a comparison, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// Its title.
    pub title: String,
    /// Its values, as `compare::LABELS` names them; empty where there is none.
    pub values: Vec<String>,
    /// Id of a property that was broken; empty if none was.
    pub broken: String,
    /// The run.
    pub link: String,
}

/// A run, measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// Its last step.
    pub step: u64,
    /// Its measures.
    pub rows: Vec<MeasuredRow>,
    /// Messages sent, one row for each kind.
    pub sent: Vec<SentRow>,
}

/// A measure, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasuredRow {
    /// What it is called.
    pub title: String,
    /// What exactly is counted.
    pub text: String,
    /// Its value with its unit; empty while there is nothing to measure.
    pub value: String,
    /// What theory says, as the source writes it; empty if it says nothing.
    pub formula: String,
    /// The same as a number with its unit; empty where it does not apply.
    pub theory: String,
}

/// How many messages of a kind were sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentRow {
    /// The code on its capsules.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its hue, from `a` to `e`.
    pub tone: char,
    /// Whether it is a reply, which is drawn hollow.
    pub is_reply: bool,
    /// How many.
    pub count: String,
}

/// A history, judged.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Judged {
    /// Names of the processes.
    pub clients: Vec<String>,
    /// The operations drawn, in the order of their invocations.
    pub bars: Vec<Bar>,
    /// Operations before those drawn, and after.
    pub left_out: (usize, usize),
    /// Whether the bars' places are steps of the run, or else lines of a text.
    pub is_run: bool,
    /// How it was judged.
    pub standing: Standing,
    /// The verdict in a few words.
    pub verdict: String,
    /// What it rests on, in a sentence.
    pub because: String,
    /// What is weaker and how it stands.
    pub weaker: Vec<Weaker>,
    /// Where everything is drawn.
    pub picture: Picture,
}

/// The picture of a history, in whole pixels: worked out where there is room for the code that does it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Picture {
    /// Of the whole.
    pub width: u32,
    /// Of the whole.
    pub height: u32,
    /// For each client its name, where that stands, and the line below its rows.
    pub names: Vec<(String, u32, u32)>,
    /// In the order of [`Judged::bars`].
    pub places: Vec<Place>,
    /// The way from tick to tick, as an SVG path.
    pub order: String,
}

/// Where a bar stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// Its left edge.
    pub left: u32,
    /// Its right edge.
    pub right: u32,
    /// Its upper edge.
    pub top: u32,
    /// Where it takes effect.
    pub tick: Option<u32>,
}

/// How a history stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Standing {
    /// There is nothing to judge.
    #[default]
    Empty,
    /// An order explains it.
    Explained,
    /// None does.
    Unexplained,
    /// Nobody knows: it was too much, or the model does not fit.
    Unknown,
}

/// A weaker kind of consistency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weaker {
    /// Its name.
    pub name: String,
    /// Whether it is kept; `None` if nobody knows.
    pub holds: Option<bool>,
    /// What that means here.
    pub text: String,
}

/// An operation as a bar: from one event of the history to another.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bar {
    /// Position in [`Judged::clients`].
    pub client: u32,
    /// `put x 3`.
    pub words: String,
    /// The event that invoked it.
    pub from: u32,
    /// The event that returned; `None` if it never did.
    pub to: Option<u32>,
    /// The step or line of the invocation.
    pub from_at: u64,
    /// The step of the return, in a run.
    pub to_at: Option<u64>,
    /// How it ended.
    pub end: BarEnd,
    /// Its number in the order that explains the history, from 1, and the event after which it took effect.
    pub placed: Option<(u32, u32)>,
    /// It is the one that can't be placed.
    pub is_stuck: bool,
}

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum BarEnd {
    /// It took effect.
    Ok,
    /// It did not.
    Fail,
    /// Nobody knows.
    #[default]
    Unknown,
}

/// [`Reply::Ready`] as bytes.
pub const READY: [u8; 1] = [0];

/// A message as bytes.
pub fn pack<T: Serialize>(message: &T) -> Vec<u8> {
    postcard::to_allocvec(message).unwrap_or_default()
}

/// A message from bytes; `None` if they are none.
pub fn unpack<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn what_is_said_is_heard() {
        let request = Request::Search { link: "v1.x".into(), bounds: Bounds::default() };
        assert_eq!(unpack::<Request>(&pack(&request)), Some(request));
        let (property, witness, link) = ("a".into(), "b".into(), "v1.x".into());
        let reply = Reply::Found(Found { property, witness, link, end: 8 });
        assert_eq!(unpack::<Reply>(&pack(&reply)), Some(reply));
        assert_eq!(unpack::<Reply>(&[255, 255]), None);
        assert_eq!(pack(&Reply::Ready), READY);
    }
}
