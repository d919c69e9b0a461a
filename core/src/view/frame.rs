//! One step, whole.

use super::{Fact, FlightFrame, Panel, PhaseTrack, QuorumView, StepView, VerdictView};
use crate::id::NodeId;
use crate::time::Time;

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
    /// Titles of the broken twins that are on: rules that this run does without, whatever its reasons cite.
    pub twins: Vec<&'static str>,
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
    /// Servers of different bands are drawn apart.
    pub band: u8,
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
    ///
    /// A value of two parts, ` · ` between them, is one number and what goes with it: only the first stands in the disc.
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
