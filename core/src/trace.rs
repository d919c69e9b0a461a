//! What is recorded of a step: its trigger, its effects, and why. Compact, since a full trace stays cheap only if a
//! sentence is made when somebody reads it, not when the step is taken.

use crate::id::{MessageId, NodeId, OperationId};
use crate::protocol::MarkWords;
use crate::time::Time;
use crate::view::Loss;

/// A rule of a protocol as a reader meets it. Values are filled in from a [`Why`].
///
/// In `says` and in guards, `{0}` is value 0 as a number, `{0:node}` as a node's name, `{0:nodes}` as a list of nodes,
/// `{0:time}` as a duration, `{0:digest}` as the first digits of a digest (0: `null`), `{0:entry}` with value 1 as `(2,5)`: the value
/// itself and the one after it; `{0:ballot}` as `2.n5` if [`ballot_value`] made it, `{0:word}` as a word if [`word_value`]
/// did; `{me}` is the node the record belongs to.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable name: `grant-vote`.
    pub id: &'static str,
    /// `{me} grants its vote to {0:node}`.
    pub says: &'static str,
    /// Its guards, in the order of their bits in [`Why::holds`].
    pub guards: &'static [Guard],
    /// Where the source says so: `Raft §5.4.1`.
    pub section: &'static str,
}

/// A condition of a rule, said both ways.
#[derive(Debug, PartialEq, Eq)]
pub struct Guard {
    /// When it holds: `term {1} ≥ {2}`.
    pub holds: &'static str,
    /// When it fails: `term {1} < {2}`.
    pub fails: &'static str,
}

/// A ballot as a value of a [`Why`]: a round, and the position of the node it belongs to. Without a node the round stands
/// alone; round 0 without one is no ballot.
pub const fn ballot_value(round: u32, owner: Option<NodeId>) -> u64 {
    let owner = if let Some(node) = owner { node.0 as u64 + 1 } else { 0 };
    (round as u64) << 16 | owner
}

/// A word of at most eight letters as a value of a [`Why`]; of a longer one the first eight.
pub const fn word_value(word: &str) -> u64 {
    let letters = word.as_bytes();
    let (mut value, mut at) = (0, 0);
    while at < letters.len() && at < 8 {
        value |= (letters[at] as u64) << (8 * at);
        at += 1;
    }
    value
}

/// How many values a [`Why`] carries.
pub const WHY_VALUES: usize = 6;

/// A rule that fired, with the values its guards saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Why {
    /// The rule.
    pub rule: &'static Rule,
    /// The values, as the rule's text numbers them.
    pub values: [u64; WHY_VALUES],
    /// Bit `i` is set if guard `i` held.
    pub holds: u8,
}

/// What set a step off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// A message arrived.
    Delivered {
        /// Which.
        message: MessageId,
        /// From whom.
        from: NodeId,
        /// Position in the protocol's list of message kinds.
        kind: u8,
    },
    /// A message was lost.
    Dropped {
        /// Which.
        message: MessageId,
        /// From whom.
        from: NodeId,
        /// Position in the protocol's list of message kinds.
        kind: u8,
        /// How.
        how: Loss,
    },
    /// A timer fired.
    Fired {
        /// What it is for.
        label: &'static str,
    },
    /// A command that was none of these, by its position in the recipe.
    Command {
        /// Position in the recipe's list of commands.
        position: u32,
        /// The message that it is about, if it is about one.
        about: Option<About>,
    },
}

/// A message as a sentence names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// From whom.
    pub from: NodeId,
    /// To whom.
    pub to: NodeId,
    /// Position in the protocol's list of message kinds.
    pub kind: u8,
}

/// What a step did besides changing state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// A message left.
    Sent {
        /// Its number.
        message: MessageId,
        /// Receiver.
        to: NodeId,
        /// Position in the protocol's list of message kinds.
        kind: u8,
        /// When it will arrive.
        arrives_at: Time,
    },
    /// A rule fired.
    Because(Why),
    /// Something worth finding again.
    Marked(MarkKind),
    /// A client operation began.
    Invoked(OperationId),
    /// A client operation ended.
    Returned(OperationId),
}

/// One step, recorded. Its effects stand in the step log or in the timeline's store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepRecord {
    /// When.
    pub at: Time,
    /// The step that sent the message or set the timer; 0 for the beginning and for hands.
    pub cause: u64,
    /// What set it off.
    pub trigger: Trigger,
    /// The node it happened to, if to one.
    pub node: Option<NodeId>,
}

/// What makes a step interesting: what a timeline shows and `next mark` stops at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkKind {
    /// A leader was elected.
    Elected,
    /// Something was decided: an entry committed, a value chosen.
    Decided,
    /// A term, view or ballot began.
    NewTerm,
    /// A leader stepped down, or something that was written is gone.
    Lost,
    /// A client operation began or ended.
    Operation,
    /// A fault was made or mended.
    Fault,
    /// A property was broken.
    Violation,
}

impl MarkKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Elected,
        Self::Decided,
        Self::NewTerm,
        Self::Lost,
        Self::Operation,
        Self::Fault,
        Self::Violation,
    ];

    /// For a reader.
    pub const fn title(self) -> &'static str {
        self.words()[0]
    }

    /// What it is called where the protocol has no words of its own.
    pub const fn words(self) -> MarkWords {
        const WORDS: [MarkWords; 7] = [
            ["election", "election", "elections"],
            ["commit", "commit", "commits"],
            ["new term", "new term", "new terms"],
            ["loss", "loss", "losses"],
            ["operation", "operation", "operations"],
            ["fault", "fault", "faults"],
            ["violation", "violation", "violations"],
        ];
        WORDS[self as usize]
    }
}

/// A set of kinds of marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MarkSet(u8);

impl MarkSet {
    /// All kinds.
    pub const ALL: Self = Self(0x7f);

    /// These kinds.
    pub fn of(kinds: &[MarkKind]) -> Self {
        Self(kinds.iter().fold(0, |bits, kind| bits | 1 << (*kind as u8)))
    }

    /// Whether a kind is among them.
    pub const fn has(self, kind: MarkKind) -> bool {
        self.0 & (1 << (kind as u8)) != 0
    }
}

/// How far the agreement on something has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Somebody proposed it, for others to agree to.
    Proposed,
    /// Somebody knows that it is decided.
    Decided,
}

/// That something was proposed, or decided: what consensus time is measured by. It is no [`Mark`], since nobody looks for
/// every proposal in a run: no timeline shows it and nothing stops at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milestone {
    /// In which step.
    pub step: u64,
    /// When.
    pub at: Time,
    /// Which of the two.
    pub stage: Stage,
    /// What is decided on: an index of a log, a slot, a sequence number.
    pub number: u64,
    /// Fingerprint of what is proposed there, or decided: other proposals for the same number have others.
    pub what: u64,
}

/// An interesting step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Which step.
    pub step: u64,
    /// When.
    pub at: Time,
    /// Where, if at a node.
    pub node: Option<NodeId>,
    /// What.
    pub kind: MarkKind,
    /// Which one, where the protocol says: the term that began, the slot that was chosen. Else 0.
    pub number: u64,
}
