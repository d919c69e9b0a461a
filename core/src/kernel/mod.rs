//! Time, messages in flight, timers, faults: everything of a world that does not depend on its protocol.
//!
//! Architecture invariant: the kernel never sees `Protocol`. A message or a timer is a *slot* here; what is in it stands
//! in the world's payloads under the same number. So all of this is compiled once, for any number of protocols.

mod clock;
mod flight;
mod hands;
mod link;
mod network;
mod node;
mod queue;
mod schedule;

pub(crate) use flight::{Doom, Flight, Hold};
pub use link::{LATENCY_MAX_US, LATENCY_PARTS_MAX, Latency, LinkProfile, LinkProfileError, Shape};
pub(crate) use network::Cut;
pub(crate) use schedule::Due;

use crate::fingerprint::Fingerprint;
use crate::id::{MessageId, NodeId, OperationId};
use crate::protocol::{Operation, Outcome};
use crate::time::{LocalTime, Time};
use crate::trace::{Effect, MarkKind, Stage, StepRecord, Trigger, Why};
use crate::view::Status;
use network::Network;
use node::Node;
use queue::{Entry, Queue};
use std::hash::{Hash, Hasher};

/// Events that can be pending in one run at once. A protocol that floods beyond it finds its sends lost at the door, as
/// with any full buffer.
pub const PENDING_MAX: usize = 1 << 20;

/// Kinds of messages that are counted apart; what comes after them counts with the last.
pub const KINDS_MAX: usize = 32;

/// The state of a run that is not a protocol's.
#[derive(Debug, Clone)]
pub(crate) struct Kernel {
    now: Time,
    step: u64,
    nodes: Vec<Node>,
    network: Network,
    queue: Queue,
    slots: Vec<Slot>,
    free: Vec<u32>,
    sequence_next: u64,
    message_next: u64,
    operation_next: u64,
    manual: bool,
    recording: bool,
    /// Messages sent, by kind. No part of a fingerprint: it decides nothing.
    sent: [u32; KINDS_MAX],
    log: StepLog,
    /// The timer of this step was fired by a hand, before its time.
    early: bool,
    /// Answers to a handler's choices, when they are tried rather than drawn.
    script: Option<Script>,
}

/// What can happen, waiting for its time.
#[derive(Debug, Clone)]
struct Slot {
    /// Sequence of the queue entry that counts; any other entry for this slot is stale. 0: none is queued.
    queued: u64,
    /// Time of that entry, in microseconds.
    queued_at: u64,
    event: Event,
}

/// What a slot holds.
#[derive(Debug, Clone)]
enum Event {
    Free,
    Message(Flight),
    Timer(Timer),
}

/// A running timer. What it is for stands in the payloads.
#[derive(Debug, Clone, Hash)]
pub(crate) struct Timer {
    pub(crate) node: NodeId,
    pub(crate) set_at: Time,
    pub(crate) set_step: u64,
    pub(crate) due: Time,
    /// Orders timers due at once by when they were set.
    order: u64,
    /// It came due while its node was paused.
    waits: bool,
}

/// What the step just taken did.
#[derive(Debug, Clone, Default)]
pub(crate) struct StepLog {
    pub(crate) record: Option<StepRecord>,
    /// Filled only while recording.
    pub(crate) effects: Vec<Effect>,
    pub(crate) marks: Vec<(MarkKind, Option<NodeId>, u64)>,
    pub(crate) operations: Vec<OperationEvent>,
    /// Filled only while recording: stage, number, and fingerprint of what it is about.
    pub(crate) milestones: Vec<(Stage, u64, u64)>,
}

/// Answers to choices, and what was asked.
#[derive(Debug, Clone, Default)]
struct Script {
    answers: Vec<u32>,
    asked: Vec<u32>,
}

impl Script {
    fn answer(&mut self, count: u32) -> u32 {
        let answer = self.answers.get(self.asked.len()).copied().unwrap_or(0);
        self.asked.push(count);
        answer.min(count.saturating_sub(1))
    }
}

/// The beginning or the end of a client operation.
#[derive(Debug, Clone)]
pub(crate) enum OperationEvent {
    Invoked { node: NodeId, operation: Operation },
    Returned { id: OperationId, outcome: Outcome },
}

/// The slots of a message just sent.
pub(crate) struct Sent {
    /// `None` if too much is pending already.
    pub(crate) slot: Option<u32>,
    /// The network sends it twice.
    pub(crate) copy: Option<u32>,
}

impl Kernel {
    pub(crate) fn new(node_count: usize, seed: u64, profile: LinkProfile) -> Self {
        Self {
            now: Time(0),
            step: 0,
            nodes: (0..node_count).map(|at| Node::new(seed, at)).collect(),
            network: Network::new(node_count, profile),
            queue: Queue::default(),
            slots: vec![],
            free: vec![],
            sequence_next: 1,
            message_next: 1,
            operation_next: 1,
            manual: false,
            recording: false,
            sent: [0; KINDS_MAX],
            log: StepLog::default(),
            early: false,
            script: None,
        }
    }

    pub(crate) fn now(&self) -> Time {
        self.now
    }

    pub(crate) fn step(&self) -> u64 {
        self.step
    }

    pub(crate) fn node_count(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn is_manual(&self) -> bool {
        self.manual
    }

    pub(crate) fn is_recording(&self) -> bool {
        self.recording
    }

    /// Whether effects and reasons are kept. It changes no run.
    pub(crate) fn set_recording(&mut self, recording: bool) {
        self.recording = recording;
    }

    /// Messages sent by kind: not what a node sends itself, nor what the network or a hand copies.
    pub(crate) fn sent(&self) -> &[u32] {
        &self.sent
    }

    pub(crate) fn log(&self) -> &StepLog {
        &self.log
    }

    pub(crate) fn status(&self, node: NodeId) -> Status {
        self.nodes[node.index()].status
    }

    pub(crate) fn behaviour(&self, node: NodeId) -> u8 {
        self.nodes[node.index()].behaviour
    }

    pub(crate) fn local_time(&self, node: NodeId) -> LocalTime {
        self.nodes[node.index()].clock.read(self.now)
    }

    pub(crate) fn clock_error_us(&self, node: NodeId) -> i64 {
        self.nodes[node.index()].clock.error_us(self.now)
    }

    pub(crate) fn waiting(&self, node: NodeId) -> usize {
        let at_door = |flight: &&Flight| flight.to == node && flight.hold == Some(Hold::Door);
        self.flights().map(|(_, flight)| flight).filter(at_door).count()
    }

    pub(crate) fn cuts(&self) -> impl Iterator<Item = (NodeId, NodeId, Cut)> {
        self.network.all_cuts()
    }

    pub(crate) fn cut(&self, from: NodeId, to: NodeId) -> Option<Cut> {
        self.network.cut(from, to)
    }

    /// How long a message takes on the mean, in microseconds, if all links are alike.
    pub(crate) fn delay_mean_us(&self) -> Option<u64> {
        self.network.delay_mean_us()
    }

    /// The number that the next message will get.
    pub(crate) fn message_next(&self) -> MessageId {
        MessageId(self.message_next)
    }

    /// About how many bytes this takes, payloads not counted.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.nodes.len() * size_of::<Node>()
            + self.slots.capacity() * size_of::<Slot>()
            + self.queue.len() * size_of::<Entry>()
    }

    /// A new step begins, at a time that is not earlier.
    pub(crate) fn begin_step(&mut self, at: Time, cause: u64, trigger: Trigger, node: Option<NodeId>) {
        debug_assert!(at >= self.now, "time does not run backwards");
        self.now = at;
        self.step += 1;
        self.early = false;
        self.log.effects.clear();
        self.log.marks.clear();
        self.log.operations.clear();
        self.log.milestones.clear();
        self.log.record = Some(StepRecord { at, cause, trigger, node });
    }

    /// Makes a node be as an explorer wants to try it: its status, and the answers to its next choices.
    pub(crate) fn assume(&mut self, node: NodeId, status: Status, answers: &[u32]) {
        self.nodes[node.index()].status = status;
        self.script = Some(Script { answers: answers.to_vec(), asked: vec![] });
        self.log.marks.clear();
        self.log.operations.clear();
    }

    /// For each choice made since [`Kernel::assume`]: out of how many.
    pub(crate) fn asked(&self) -> Vec<u32> {
        self.script.as_ref().map_or_else(Vec::new, |script| script.asked.clone())
    }

    /// The timer of this step is fired by a hand, before its time or not.
    pub(crate) fn set_early(&mut self, early: bool) {
        self.early = early;
    }

    /// Whether the timer of this step was fired by a hand before its time.
    pub(crate) fn is_early(&self) -> bool {
        self.early
    }

    pub(crate) fn because(&mut self, why: Why) {
        self.log.effects.push(Effect::Because(why));
    }

    /// Notes a mark; `number` tells it from others of its kind, where that matters. Whoever lies leads nobody, whatever its
    /// honest code believes.
    pub(crate) fn mark(&mut self, kind: MarkKind, node: Option<NodeId>, number: u64) {
        if kind == MarkKind::Elected && node.is_some_and(|node| self.behaviour(node) > 0) {
            return;
        }
        if !self.log.marks.contains(&(kind, node, number)) {
            self.log.marks.push((kind, node, number));
        }
        if self.recording {
            self.log.effects.push(Effect::Marked(kind));
        }
    }

    /// Notes how far the agreement on something has come. What a liar believes to be decided is nobody's decision.
    pub(crate) fn note_milestone(&mut self, node: NodeId, stage: Stage, number: u64, what: &impl Hash) {
        if self.recording && (stage == Stage::Proposed || self.behaviour(node) == 0) {
            self.log.milestones.push((stage, number, Fingerprint::of(what)));
        }
    }

    /// The number that the next operation gets.
    pub(crate) fn operation_next(&self) -> u64 {
        self.operation_next
    }

    /// Counts operations on from here: for a bench, on which the same is tried twice.
    pub(crate) fn count_operations_from(&mut self, next: u64) {
        self.operation_next = next;
    }

    pub(crate) fn invoked(&mut self, node: NodeId, operation: u8, args: Vec<u64>) -> Operation {
        let id = OperationId(self.operation_next);
        self.operation_next += 1;
        let operation = Operation { id, operation, args };
        self.log.operations.push(OperationEvent::Invoked { node, operation: operation.clone() });
        if self.recording {
            self.log.effects.push(Effect::Invoked(id));
        }
        self.mark(MarkKind::Operation, Some(node), 0);
        operation
    }

    pub(crate) fn returned(&mut self, id: OperationId, outcome: Outcome) {
        self.log.operations.push(OperationEvent::Returned { id, outcome });
        if self.recording {
            self.log.effects.push(Effect::Returned(id));
        }
        self.mark(MarkKind::Operation, None, 0);
    }

    pub(crate) fn choose(&mut self, node: NodeId, count: u32) -> u32 {
        if let Some(script) = &mut self.script {
            return script.answer(count);
        }
        let node = &mut self.nodes[node.index()];
        match node.answers.pop() {
            Some(answer) => answer.min(count.saturating_sub(1)),
            None => node.choices.below(count),
        }
    }

    /// Hashes all that decides how the run goes on, except what is in the slots: the world does that, in slot order.
    pub(crate) fn hash_into(&self, hasher: &mut impl Hasher) {
        (self.now, self.step, self.message_next, self.operation_next, self.manual).hash(hasher);
        self.nodes.hash(hasher);
        self.network.hash(hasher);
    }
}
