//! A node's state in the few forms a front end can draw.

use crate::id::NodeId;

/// Whether state survives a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kept {
    /// On disk: a crash leaves it.
    Durable,
    /// In memory: a crash wipes it.
    Volatile,
}

/// A labelled value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is: `votedFor`.
    pub label: &'static str,
    /// Its value, with its unit.
    pub value: String,
}

impl Fact {
    /// A labelled value.
    pub fn new(label: &'static str, value: impl ToString) -> Self {
        Self { label, value: value.to_string() }
    }
}

/// A piece of a node's state in one of the forms a front end can draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Panel {
    /// Labelled values.
    Facts {
        /// Heading.
        title: &'static str,
        /// Durable or volatile.
        kept: Kept,
        /// The values.
        facts: Vec<Fact>,
    },
    /// A replicated log.
    Log(LogView),
    /// Answers being collected.
    Quorum(QuorumView),
    /// Rows of values, one for each peer, key or instance.
    Table {
        /// Heading.
        title: &'static str,
        /// Durable or volatile.
        kept: Kept,
        /// Column headings.
        columns: Vec<&'static str>,
        /// Cells, as many in each row as there are columns.
        rows: Vec<Vec<String>>,
    },
}

/// A window of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogView {
    /// Heading.
    pub title: &'static str,
    /// Durable or volatile.
    pub kept: Kept,
    /// What the number in each entry is: `term`, `ballot`.
    pub number: &'static str,
    /// What an entry is once it is decided: `committed`, `chosen`.
    pub done: &'static str,
    /// Index of the last entry of the whole log; 0 if it is empty.
    pub last_index: u64,
    /// The entries in the window, by rising index, none left out: where nothing stands, there is a cell that says so.
    pub cells: Vec<LogCell>,
    /// Small flags under entries: `commit` at 4, `applied` at 3. Volatile in Raft though the log is durable.
    pub flags: Vec<LogFlag>,
}

impl LogView {
    /// What a state of an entry means, in this log's own words.
    #[inline(never)]
    pub fn meaning(&self, state: CellState) -> String {
        match state {
            CellState::Committed => self.done.into(),
            CellState::Unaware => [self.done, ", unknown here"].concat(),
            CellState::Uncommitted => ["not known to be ", self.done].concat(),
            CellState::Doomed => "will be lost".into(),
            CellState::Betrayed => [self.done, ", and so is a rival"].concat(),
            CellState::Gap => "gap".into(),
        }
    }
}

/// A flag at a place of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogFlag {
    /// `commit`, `applied`.
    pub label: &'static str,
    /// The entry it stands at; 0 is before the first.
    pub index: u64,
    /// Durable or volatile.
    pub kept: Kept,
}

/// One entry of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogCell {
    /// Its index, from 1.
    pub index: u64,
    /// The number drawn in it: its term, its ballot. None is drawn in a gap.
    pub term: u64,
    /// What it holds: `x ← 3`, `no-op`.
    pub text: String,
    /// How safe it is.
    pub state: CellState,
}

impl LogCell {
    /// Whether what it holds leaves the state as it is: a no-op, or PBFT's null request.
    pub fn is_no_op(&self) -> bool {
        matches!(self.text.as_str(), "no-op" | "null")
    }
}

/// How safe an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CellState {
    /// Known here to be committed: solid.
    Committed,
    /// Committed, but this node does not know, or no longer: outlined. Only a protocol that remembers what was
    /// committed can say so: see [`crate::protocol::Protocol::witness`].
    Unaware,
    /// Not known here to be committed: dashed.
    Uncommitted,
    /// Conflicts with an entry committed elsewhere, so it will be lost: outlined in the danger hue.
    Doomed,
    /// Was committed, and conflicts with an entry committed elsewhere: agreement is broken, whether it will be lost or not.
    Betrayed,
    /// Nothing stands here, although something stands after it: a hole with a dotted outline.
    Gap,
}

/// Answers being collected by one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuorumView {
    /// What for: `votes for term 3`, `entry 7 replicated`.
    pub purpose: String,
    /// Durable or volatile.
    pub kept: Kept,
    /// A notch for each voter, in roster order.
    pub notches: Vec<Notch>,
    /// How many answers it takes.
    pub threshold: Threshold,
}

/// How many answers a quorum takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threshold {
    /// So many, of whomever.
    Of(usize),
    /// A majority of the old configuration and one of the new: no single count tells whether both are there.
    Joint([Tally; 2]),
}

/// Answers of some of the voters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Answers in favour so far.
    pub count: usize,
    /// Voters.
    pub of: usize,
    /// How many answers it takes.
    pub needed: usize,
}

impl QuorumView {
    /// Answers in favour so far.
    pub fn count(&self) -> usize {
        self.notches.iter().filter(|notch| notch.answer == Answer::Yes).count()
    }

    /// Whether the threshold is met.
    pub fn is_reached(&self) -> bool {
        match self.threshold {
            Threshold::Of(needed) => self.count() >= needed,
            Threshold::Joint(halves) => halves.iter().all(|half| half.count >= half.needed),
        }
    }

    /// How many answers are in, and how many it takes: `2 of 5, 3 needed`.
    pub fn told(&self) -> String {
        let told = |half: Tally, whose: &str| {
            let Tally { count, of, needed } = half;
            format!("{count} of {of}{whose}, {needed} needed")
        };
        match self.threshold {
            Threshold::Of(needed) => told(Tally { count: self.count(), of: self.notches.len(), needed }, ""),
            Threshold::Joint([old, new]) => {
                told(old, " of the old configuration") + "; " + &told(new, " of the new")
            }
        }
    }

    /// How many answers are in, in a few letters: `2/5`, in a joint configuration `2/3 + 1/3`.
    pub fn short(&self) -> String {
        match self.threshold {
            Threshold::Of(_) => format!("{}/{}", self.count(), self.notches.len()),
            Threshold::Joint([old, new]) => format!("{}/{} + {}/{}", old.count, old.of, new.count, new.of),
        }
    }
}

/// One voter's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notch {
    /// Who.
    pub node: NodeId,
    /// What.
    pub answer: Answer,
}

/// An answer. Protocols say `Yes`, `No` or `Awaited`; the kernel turns `Awaited` into `Unreachable` where the voter is
/// crashed or cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// In favour: filled.
    Yes,
    /// Refused: crossed.
    No,
    /// Not in yet: hollow.
    Awaited,
    /// Not in, and can't come now: dashed.
    Unreachable,
}
