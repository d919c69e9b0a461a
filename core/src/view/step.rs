//! Steps, reasons and verdicts in words.

use crate::id::{MessageId, NodeId, OperationId};
use crate::time::Time;
use crate::trace::MarkKind;

/// The phases of one instance, the present one marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseTrack {
    /// Which instance: `term 3`.
    pub title: String,
    /// The paper's names, in order.
    pub phases: &'static [&'static str],
    /// Position of the present one; `None` before the first.
    pub current: Option<usize>,
}

/// A piece of a sentence. Names are links to what they name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Plain words.
    Text(String),
    /// A node by its name.
    Node(NodeId, String),
    /// A message by its number.
    Message(MessageId),
}

/// A sentence for a reader.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sentence(pub Vec<Span>);

impl Sentence {
    /// The words alone.
    pub fn plain(&self) -> String {
        self.0
            .iter()
            .map(|span| match span {
                Span::Text(text) | Span::Node(_, text) => text.clone(),
                Span::Message(id) => id.to_string(),
            })
            .collect()
    }
}

/// One step as an event list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepView {
    /// Its number, from 1: the state after it is the state at this step.
    pub step: u64,
    /// When.
    pub at: Time,
    /// The node it happened to, if to one.
    pub node: Option<NodeId>,
    /// What happened.
    pub kind: StepKind,
    /// What happened, in a sentence: `n2 receives RequestVote from n1`.
    pub title: Sentence,
    /// Why the node did what it did: one entry for each rule that fired, in order.
    pub whys: Vec<WhyView>,
    /// The step that led to this one: where the message was sent or the timer set.
    pub cause: Option<u64>,
    /// The message delivered or lost.
    pub message: Option<MessageId>,
    /// Messages it sent.
    pub sent: Vec<MessageId>,
    /// What makes it interesting.
    pub marks: Vec<MarkKind>,
}

/// What kind of step it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// A message was delivered.
    Delivered,
    /// A message was lost.
    Dropped,
    /// A timer fired.
    Fired,
    /// A client operation was asked for.
    Operated,
    /// A fault was made or mended.
    Fault,
    /// Anything else a hand did: a copy, a delay, manual mode.
    Hand,
}

/// Why a node did what it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhyView {
    /// Stable name of the rule.
    pub rule: &'static str,
    /// `n2 grants its vote to n1`.
    pub sentence: Sentence,
    /// The guards with their values, each holding or not.
    pub guards: Vec<GuardView>,
    /// Where the source says so: `Raft §5.4.1`.
    pub section: &'static str,
    /// Whether this is what makes the step worth finding: an entry lost, a leader elected, something decided.
    pub is_main: bool,
}

/// A guard of a rule with its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardView {
    /// `term 3 ≥ 2`.
    pub text: String,
    /// Whether it held.
    pub holds: bool,
}

/// A property and its verdict up to a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictView {
    /// Stable name.
    pub id: &'static str,
    /// In prose.
    pub text: &'static str,
    /// Whether it held at every step so far.
    pub holds: bool,
    /// The first step that broke it on this branch, even if it lies ahead of the frame.
    pub broken_at: Option<u64>,
    /// What was seen there.
    pub witness: Option<String>,
}

/// Something that must be reached once faults have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoalView {
    /// Stable name.
    pub id: &'static str,
    /// In prose.
    pub text: &'static str,
    /// How long it may take after everything has healed, in microseconds.
    pub within_us: u64,
    /// Whether it is reached at this step.
    pub reached: bool,
}

/// One line of history for the client operations of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationView {
    /// Its number.
    pub id: OperationId,
    /// The node that was asked.
    pub node: NodeId,
    /// `put x 3`.
    pub call: String,
    /// When it was invoked.
    pub invoked_at: Time,
    /// The step that invoked it.
    pub invoked_step: u64,
    /// Its answer and when it came, if it came.
    pub returned: Option<(Time, u64, String)>,
    /// Whether that answer is a refusal: it did not take effect and never will.
    pub is_refused: bool,
}
