//! Messages: in flight, in the lanes, under the inspector.

use super::{Fact, Status, StepKind, WhyView};
use crate::id::{MessageId, NodeId};
use crate::time::Time;
use crate::trace::MarkKind;

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
    /// One line of what it says: `term 3, entries 4–5`. Empty where more than 1,000 are in flight.
    pub summary: String,
    /// When it left.
    pub sent_at: Time,
    /// When it would arrive, were it not lost on the way. A front end places it by this.
    pub arrives_at: Time,
    /// What is to become of it.
    pub fate: FlightFate,
    /// The message it is a copy of.
    pub copy_of: Option<MessageId>,
    /// Whether its sender is Byzantine and sent it in place of what its code would have sent.
    pub forged: bool,
    /// The step that sent it.
    pub sent_step: u64,
}

/// What is to become of a message in flight, if nobody cuts or heals its link meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FlightFate {
    /// It will arrive.
    Arrives,
    /// The network loses it at this time.
    Dies {
        /// When.
        at: Time,
        /// Whether at a cut, rather than by chance. One that was under way when its link was cut dies when it would arrive.
        at_cut: bool,
    },
    /// It waits for a hand: manual mode.
    HeldByHand,
    /// It waits at a cut, or will.
    HeldAtCut,
    /// It waits at the door of a paused node.
    HeldAtDoor,
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
