//! The picture as plain data: what any front end draws, and nothing of how it is drawn.
//!
//! Architecture invariant: a front end knows panels, not protocols. Each enum here is closed, and each of its variants
//! has exactly one renderer. Everything in a [`Frame`] derives from one world at one step, so nothing in a picture can
//! contradict another part of it.

use crate::id::{MessageId, NodeId, OperationId};
use crate::time::Time;
use crate::trace::MarkKind;

/// All there is to draw at one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Steps taken so far; 0 is before the first.
    pub step: u64,
    /// The furthest step this branch has been run to.
    pub head: u64,
    /// Simulated time of the step just taken.
    pub now: Time,
    /// When the next step will happen by itself; `None` if nothing is pending.
    pub next_at: Option<Time>,
    /// Why nothing will happen by itself, when nothing will.
    pub idle: Option<Idle>,
    /// Whether messages wait to be delivered by hand.
    pub manual: bool,
    /// The nodes, in roster order.
    pub nodes: Vec<NodeFrame>,
    /// Messages sent and not yet delivered or lost, by number.
    pub flights: Vec<FlightFrame>,
    /// Directed links that are cut.
    pub cuts: Vec<CutLink>,
    /// The protocol's phases, a track for each instance in progress.
    pub phases: Vec<PhaseTrack>,
    /// The step just taken; `None` at step 0.
    pub last: Option<StepView>,
    /// The properties, each with its verdict up to this step.
    pub verdicts: Vec<VerdictView>,
}

/// Why a run makes no progress by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// No message is in flight and no timer runs.
    NothingPending,
    /// Messages wait: for a hand in manual mode, at a cut that holds them, or at a paused node.
    Held {
        /// How many.
        messages: usize,
    },
}

/// How much of long things to put in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lens {
    /// Log entries per node: at most so many.
    pub log_entries_max: usize,
    /// Index of the first log entry wanted; `None` for the newest ones.
    pub log_from: Option<u64>,
}

impl Default for Lens {
    fn default() -> Self {
        Self { log_entries_max: 12, log_from: None }
    }
}

/// One node in the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeFrame {
    /// Which.
    pub id: NodeId,
    /// Its name: `n1` for a server, `c1` for a client.
    pub name: String,
    /// What kind of member it is.
    pub kind: MemberKind,
    /// Up, paused or crashed.
    pub status: Status,
    /// Its Byzantine behaviour, if it has one.
    pub behaviour: Option<&'static str>,
    /// Messages waiting at its door while it is paused.
    pub waiting: usize,
    /// Its running timers, in the order that `Command::Fire` counts them.
    pub timers: Vec<TimerFrame>,
    /// Its own clock minus true time, in microseconds.
    pub clock_error_us: i64,
    /// What the protocol shows of its state.
    pub view: NodeView,
}

/// What kind of member a node is; it decides shape and place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MemberKind {
    /// Runs the protocol: a disc in the ring.
    Server,
    /// Uses it: a rounded square at the rim.
    Client,
}

/// Whether a node runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Running.
    Up,
    /// Frozen: everything waits.
    Paused,
    /// Crashed: only durable state is left.
    Crashed,
}

/// A running timer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimerFrame {
    /// What it is for: `election timeout`.
    pub label: &'static str,
    /// When it was set.
    pub set_at: Time,
    /// When it fires.
    pub due: Time,
}

/// What a protocol shows of one node. Made by [`crate::protocol::Protocol::view`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeView {
    /// The paper's word for its role: `leader`, `follower`, `candidate`, `client`.
    pub role: &'static str,
    /// How the role is outlined.
    pub rank: Rank,
    /// The one number that matters: `term 3`. `None` for clients.
    pub headline: Option<Fact>,
    /// The answers it is collecting, if any: drawn as the ring around it.
    pub quorum: Option<QuorumView>,
    /// Everything else, in reading order. The first log panel is also drawn beside the node.
    pub panels: Vec<Panel>,
}

/// How a role is outlined on the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rank {
    /// It leads: a double ring.
    Leads,
    /// It is trying to lead, or between two roles: a dashed ring.
    Tries,
    /// Neither: a plain ring.
    Plain,
}

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
    /// Index of the last entry of the whole log; 0 if it is empty.
    pub last_index: u64,
    /// The entries in the window, by rising index, without gaps.
    pub cells: Vec<LogCell>,
    /// Small flags under entries: `commit` at 4, `applied` at 3. Volatile in Raft though the log is durable.
    pub flags: Vec<LogFlag>,
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
    /// The number drawn in it: its term.
    pub term: u64,
    /// What it holds: `x ← 3`, `no-op`.
    pub text: String,
    /// How safe it is.
    pub state: CellState,
}

/// How safe an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CellState {
    /// Known here to be committed: solid.
    Committed,
    /// Not known here to be committed: dashed.
    Uncommitted,
    /// Conflicts with an entry committed elsewhere, so it will be lost: outlined in the danger hue.
    Doomed,
}

/// Answers being collected by one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuorumView {
    /// What for: `votes for term 3`, `entry 7 replicated`.
    pub purpose: String,
    /// A notch for each voter, in roster order.
    pub notches: Vec<Notch>,
    /// How many answers it takes.
    pub threshold: usize,
}

impl QuorumView {
    /// Answers in favour so far.
    pub fn count(&self) -> usize {
        self.notches.iter().filter(|notch| notch.answer == Answer::Yes).count()
    }

    /// Whether the threshold is met.
    pub fn is_reached(&self) -> bool {
        self.count() >= self.threshold
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

/// A message between two nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlightFrame {
    /// Its number.
    pub id: MessageId,
    /// Sender.
    pub from: NodeId,
    /// Receiver.
    pub to: NodeId,
    /// Position in the protocol's list of message kinds.
    pub kind: u8,
    /// One line of what it says: `term 3, entries 4–5`.
    pub summary: String,
    /// When it left.
    pub sent_at: Time,
    /// When it would arrive, were it not lost on the way. A front end places it by this.
    pub arrives_at: Time,
    /// What is to become of it.
    pub fate: FlightFate,
    /// The message it is a copy of.
    pub copy_of: Option<MessageId>,
    /// The step that sent it.
    pub sent_step: u64,
}

/// What is to become of a message in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FlightFate {
    /// It will arrive.
    Arrives,
    /// The network loses it at this time.
    Dies {
        /// When.
        at: Time,
        /// Whether at a cut, rather than by chance.
        at_cut: bool,
    },
    /// It waits for a hand: manual mode.
    HeldByHand,
    /// It waits at a cut.
    HeldAtCut,
    /// It waits at the door of a paused node.
    HeldAtDoor,
}

/// A directed link that is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CutLink {
    /// Sender.
    pub from: NodeId,
    /// Receiver.
    pub to: NodeId,
    /// Whether messages wait there rather than being lost.
    pub holds: bool,
}

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

/// A message for the inspector, in flight or long gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageView {
    /// Its number.
    pub id: MessageId,
    /// Sender.
    pub from: NodeId,
    /// Receiver.
    pub to: NodeId,
    /// Position in the protocol's list of message kinds.
    pub kind: u8,
    /// Its fields, by the paper's names.
    pub fields: Vec<Fact>,
    /// When it was sent.
    pub sent_at: Time,
    /// The step that sent it.
    pub sent_step: u64,
    /// Why it was sent.
    pub why: Option<WhyView>,
    /// What became of it, as far as the run has gone.
    pub end: StrokeEnd,
}

/// The run as lanes: a row a node, a stroke a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lanes {
    /// Strokes, by message number.
    pub strokes: Vec<Stroke>,
    /// Steps at a node, by step.
    pub dots: Vec<LaneDot>,
    /// Spans in which a node was crashed or paused.
    pub spans: Vec<LaneSpan>,
    /// Whether there was too much for the limit, and the oldest was left out.
    pub cut_short: bool,
}

/// A message in the lanes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stroke {
    /// Its number.
    pub message: MessageId,
    /// Position in the protocol's list of message kinds.
    pub kind: u8,
    /// Sender.
    pub from: NodeId,
    /// Receiver.
    pub to: NodeId,
    /// When it left.
    pub sent_at: Time,
    /// The step that sent it.
    pub sent_step: u64,
    /// How it ended.
    pub end: StrokeEnd,
}

/// How a message ended, as far as the run has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StrokeEnd {
    /// Still on its way.
    InFlight {
        /// When it is to arrive.
        arrives_at: Time,
    },
    /// Delivered.
    Delivered {
        /// When.
        at: Time,
        /// By which step.
        step: u64,
    },
    /// Lost.
    Lost {
        /// When.
        at: Time,
        /// By which step.
        step: u64,
        /// How.
        how: Loss,
    },
}

/// How a message was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Loss {
    /// By the network's chance.
    Chance,
    /// At a cut.
    Cut,
    /// Its receiver was down.
    Down,
    /// By a hand.
    Hand,
}

/// A step at a node in the lanes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneDot {
    /// Which step.
    pub step: u64,
    /// When.
    pub at: Time,
    /// Where.
    pub node: NodeId,
    /// What.
    pub kind: StepKind,
    /// What makes it interesting.
    pub mark: Option<MarkKind>,
}

/// A time in which a node did not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneSpan {
    /// Which node.
    pub node: NodeId,
    /// Crashed or paused.
    pub status: Status,
    /// From when.
    pub from: Time,
    /// Until when; `None` if it still is.
    pub until: Option<Time>,
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
}
