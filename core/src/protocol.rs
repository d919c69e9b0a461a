//! What a protocol's author writes: one implementation of [`Protocol`], in one folder.
//!
//! A protocol is a value: its parsed parameters. Nodes are its `State`s; the kernel owns them and calls the handlers.
//! A handler sees its own state, its own (possibly wrong) clock and what arrived; it changes its state and speaks
//! through [`Ctx`]. There is no global time, no other node, no network, no randomness but `ctx.choose`.
//!
//! Architecture invariant: handlers cannot fail. Input that makes no sense is ignored, and noted with `ctx.why` as a
//! protocol would.

mod operation;

pub use crate::ctx::Ctx;
use crate::id::{NodeId, OperationId};
pub use crate::lie::{Lie, Told};
use crate::linearizability::ModelKind;
use crate::measure::Measure;
pub use crate::nodes::{Cell, Nodes};
use crate::param::{ParamSpec, Params};
pub use crate::renaming::{Part, Renaming};
use crate::scenario::Scenario;
use crate::trace::MarkKind;
use crate::view::{Fact, Lens, MemberKind, NodeView, PhaseTrack};
pub use operation::{AT, ArgSpec, OperationKind, OperationSpec, TO};
use std::fmt::Debug;
use std::hash::Hash;

/// A distributed protocol as a state machine without I/O.
///
/// Determinism is the author's part of the bargain: no `HashMap` whose order shows, no floats in state, no `[usize]` in
/// what is hashed (its bytes differ between targets), no randomness but `ctx.choose` and timer ranges.
pub trait Protocol: Clone + Send + Sync + 'static {
    /// Slug, title, parameters, operations, message kinds, twins.
    const META: Meta;
    /// Named runs, the one to open with first.
    const SCENARIOS: &'static [Scenario] = &[];
    /// One node's whole state, durable and volatile, roles as an enum.
    type State: Clone + Debug + Hash + Send + Sync + 'static;
    /// The paper's messages, one variant each.
    type Msg: Clone + Debug + Hash + Send + Sync + 'static;
    /// What a node's timers are for. Setting a timer that runs restarts it.
    type Timer: Copy + Debug + Eq + Hash + Send + Sync + 'static;
    /// What a crash leaves. `Default` is an empty disk.
    type Durable: Clone + Debug + Default + Hash + Send + Sync + 'static;
    /// What properties remember of the past: never seen by a handler.
    type Ghost: Clone + Debug + Default + Hash + Send + Sync + 'static;

    /// Reads the parameters, which are known to be within their bounds.
    fn open(params: &Params) -> Self;

    /// Hears a run's seed, once, before any node starts: for what differs from run to run and is no chance within one, such
    /// as the keys of nodes that sign. Most protocols need nothing of it; what is drawn in a run is drawn by `ctx`.
    #[must_use]
    fn seeded(self, seed: u64) -> Self {
        let _ = seed;
        self
    }

    /// The members, in the order of their ids.
    fn roster(&self) -> Vec<Member>;

    /// A node starts: at the beginning with an empty disk, after a crash with what the crash left.
    fn on_start(&self, ctx: &mut Ctx<'_, Self>, durable: Self::Durable) -> Self::State;

    /// The part of a state that is on disk. Whatever a handler puts there is on disk before its messages leave.
    fn durable(&self, state: &Self::State) -> Self::Durable;

    /// A message arrives.
    fn on_message(&self, ctx: &mut Ctx<'_, Self>, state: &mut Self::State, from: NodeId, msg: Self::Msg);

    /// A timer fires; it no longer runs.
    fn on_timer(&self, ctx: &mut Ctx<'_, Self>, state: &mut Self::State, timer: Self::Timer);

    /// Somebody asks this node for one of the operations of [`Meta::operations`]. End it with `ctx.returned`.
    fn on_operation(&self, ctx: &mut Ctx<'_, Self>, state: &mut Self::State, operation: &Operation);

    /// Looks at the node that just acted and remembers what properties need. Called after every step, so keep it cheap.
    fn observe(&self, ghost: &mut Self::Ghost, nodes: &Nodes<Self>, actor: NodeId) {
        let _ = (ghost, nodes, actor);
    }

    /// Brings what a ghost caches of the present nodes in line with them. An exploration shares a ghost between states
    /// whose ghosts hash equally, so whatever is left out of the hash must be made anew here. Runs never call it.
    fn refresh(&self, ghost: &mut Self::Ghost, nodes: &Nodes<Self>) {
        let _ = (ghost, nodes);
    }

    /// The properties, checked after every step.
    fn properties(&self) -> &'static [Property<Self>] {
        &[]
    }

    /// What must be reached once faults have ended: liveness.
    fn goals(&self) -> &'static [Goal<Self>] {
        &[]
    }

    /// What to show of a node. It may look at every node, since a reader may: an entry is doomed because of another log.
    fn view(&self, nodes: &Nodes<Self>, id: NodeId, lens: &Lens) -> NodeView;

    /// Adds to a view what only the past knows: that an entry was committed though nobody who runs remembers.
    fn witness(&self, ghost: &Self::Ghost, view: &mut NodeView) {
        let _ = (ghost, view);
    }

    /// The phases, a track for each instance in progress.
    fn phases(&self, nodes: &Nodes<Self>) -> Vec<PhaseTrack> {
        let _ = nodes;
        Vec::new()
    }

    /// Position of a message in [`Meta::messages`]. Called for every message sent, so keep it a plain `match`.
    fn kind(&self, msg: &Self::Msg) -> u8;

    /// One line of what a message says: `term 3, entries 4–5`.
    fn summary(&self, msg: &Self::Msg) -> String;

    /// A message's fields, by the paper's names.
    fn fields(&self, msg: &Self::Msg) -> Vec<Fact>;

    /// What a timer is for: `election timeout`.
    fn timer_label(&self, timer: Self::Timer) -> &'static str;

    /// What a Byzantine node sends instead of `msg`. Honest code stays honest: this only changes what leaves a node
    /// marked with one of [`Meta::behaviours`]. It must follow from the message alone, so that several traitors lie
    /// alike without having talked.
    fn tamper(&self, lie: Lie, msg: Self::Msg, told: &mut Told<Self::Msg>) {
        let _ = lie;
        told.send(msg);
    }

    /// Groups of nodes that are interchangeable under the present parameters: whatever can happen, can happen with any
    /// two of a group in each other's place, and the properties say the same of it. An explorer may then take states for
    /// one that differ only in who is who ([`crate::explore::Bounds::symmetry`]). Nodes are none if a handler compares
    /// their ids, counts them through, or prefers one. None, unless a protocol says so.
    fn symmetric(&self) -> Vec<Vec<NodeId>> {
        Vec::new()
    }

    /// Gives the nodes named in a part new names. Only a protocol with [`Protocol::symmetric`] nodes is asked, and only
    /// with those renamed; what names none of them stays as it is. Numbers of operations stay, so nodes that invoke some are
    /// found alike less often than they are. Builds with debug assertions check during every
    /// symmetric search that renamed nodes do the same.
    fn rename(&self, part: Part<'_, Self>, names: &Renaming) {
        let _ = (part, names);
    }

    /// About how many bytes a state takes beyond `size_of`, for the report of what checkpoints cost.
    fn heap_bytes(&self, state: &Self::State) -> usize {
        let _ = state;
        0
    }
}

/// A protocol's description: what a catalogue, a form and a legend are made of.
#[derive(Debug)]
pub struct Meta {
    /// Stable name, in links and on command lines.
    pub slug: &'static str,
    /// For a reader.
    pub title: &'static str,
    /// Where a catalogue puts it: `Consensus`.
    pub group: &'static str,
    /// One sentence: what it is for.
    pub summary: &'static str,
    /// The papers it follows.
    pub sources: &'static [Source],
    /// The parameters. By convention the first is `n`.
    pub params: &'static [ParamSpec],
    /// What a viewer can ask of nodes. Only ever appended to, since links store positions.
    pub operations: &'static [OperationSpec],
    /// Message kinds. Only ever appended to.
    pub messages: &'static [MessageKind],
    /// Byzantine behaviours, counted from 1: a word or two, and a sentence of what the node then does. Only ever appended to.
    pub behaviours: &'static [Behaviour],
    /// What its operations are operations on, if they are to be judged by what clients saw.
    pub objects: Option<Objects>,
    /// Broken twins.
    pub twins: &'static [Twin],
    /// Numbers of its own, beside [`crate::measure::common()`]: for protocols of the catalogue ([`crate::registry::measures`]).
    pub measures: &'static [Measure],
    /// What its marks are called, where that is not what [`MarkKind::words`] says.
    pub marks: &'static [(MarkKind, MarkWords)],
}

/// What a kind of mark is called: on a label (`chosen`), and counted, one of them and several (`slot chosen`, `slots
/// chosen`).
pub type MarkWords = [&'static str; 3];

impl Meta {
    /// A description with nothing but a name and a title, to be filled in: `Meta { params: PARAMS, ..Meta::new("x", "X") }`.
    pub const fn new(slug: &'static str, title: &'static str) -> Self {
        Self {
            slug,
            title,
            group: "",
            summary: "",
            sources: &[],
            params: &[],
            operations: &[],
            messages: &[],
            behaviours: &[],
            objects: None,
            twins: &[],
            measures: &[],
            marks: &[],
        }
    }

    /// The description of a protocol without its measures, which not every program that runs it carries.
    pub(crate) const fn of<P: Protocol>() -> &'static Self {
        const { &Self { measures: &[], ..P::META } }
    }

    /// What a kind of mark is called here.
    pub fn mark_words(&self, kind: MarkKind) -> MarkWords {
        self.marks.iter().find(|(own, _)| *own == kind).map_or(kind.words(), |(_, words)| *words)
    }
}

/// What a protocol's operations are operations on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Objects {
    /// Which model judges its histories.
    pub model: ModelKind,
    /// What an object holds at first.
    pub initial: i64,
}

/// A paper.
#[derive(Debug)]
pub struct Source {
    /// Authors, title, year.
    pub title: &'static str,
    /// Where to read it.
    pub url: &'static str,
}

/// A kind of message: how a legend and a capsule name it.
#[derive(Debug)]
pub struct MessageKind {
    /// The paper's name: `AppendEntries`.
    pub name: &'static str,
    /// One to four letters: `AE`.
    pub code: &'static str,
    /// Which of the five hues. A request and its reply share one.
    pub tone: Tone,
    /// A reply is drawn hollow, a request filled.
    pub reply: bool,
}

/// Which of the five hues of message kinds. The front end decides what they look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// The first.
    A,
    /// The second.
    B,
    /// The third.
    C,
    /// The fourth.
    D,
    /// The fifth: background traffic, heartbeats.
    E,
}

/// A Byzantine behaviour: what it is called after “lies:”, and what the node then does, in a sentence.
#[derive(Debug)]
pub struct Behaviour {
    /// `equivocates`.
    pub name: &'static str,
    /// `It tells each half of the replicas another order.`
    pub text: &'static str,
}

/// A broken twin: one rule switched off by a parameter, and the property that breaks.
#[derive(Debug)]
pub struct Twin {
    /// Stable name; by convention the id of the flag that switches it on.
    pub id: &'static str,
    /// For a reader: `Forget the vote on restart`.
    pub title: &'static str,
    /// The parameters that make it, over the defaults.
    pub params: &'static [(&'static str, u64)],
    /// Id of the property it breaks.
    pub breaks: &'static str,
}

/// A member of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// `n1` for servers, `c1` for clients.
    pub name: String,
    /// Server or client.
    pub kind: MemberKind,
    /// Servers of different bands are drawn apart: proposers 0, acceptors 1, learners 2.
    pub band: u8,
}

impl Member {
    /// A server.
    pub fn server(name: impl Into<String>) -> Self {
        Self { name: name.into(), kind: MemberKind::Server, band: 0 }
    }

    /// A client.
    pub fn client(name: impl Into<String>) -> Self {
        Self { name: name.into(), kind: MemberKind::Client, band: 0 }
    }

    /// The same in another band.
    #[must_use]
    pub fn in_band(self, band: u8) -> Self {
        Self { band, ..self }
    }
}

/// An operation somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Operation {
    /// Its number in this run.
    pub id: OperationId,
    /// Position in [`Meta::operations`].
    pub operation: u8,
    /// As many as the operation has arguments, each within its bound.
    pub args: Vec<u64>,
}

/// How an operation ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It took effect, and this is what it answered.
    Ok(Vec<u64>),
    /// It did not take effect and never will.
    Fail,
}

/// Something that must hold.
pub struct Property<P: Protocol> {
    /// Stable name: `election-safety`.
    pub id: &'static str,
    /// In prose, with its source: `At most one leader is elected in a term (Raft Figure 3).`
    pub text: &'static str,
    /// Looks at a cluster after `actor` acted. Only what `actor` changed can be newly wrong, so look no further than
    /// that. `Err` says what was seen, in a sentence.
    pub check: Check<P>,
}

/// Something that must be reached once faults have ended.
pub struct Goal<P: Protocol> {
    /// Stable name: `logs-agree`.
    pub id: &'static str,
    /// In prose: `Once faults have ended, a leader is elected and all logs become equal.`
    pub text: &'static str,
    /// How long it may take after everything has healed, in microseconds of simulated time.
    pub within_us: u64,
    /// Whether a cluster has reached it.
    pub is_reached: fn(&P, &Nodes<P>) -> bool,
}

/// How a property is checked.
pub type Check<P> = fn(&P, &<P as Protocol>::Ghost, &Nodes<P>, NodeId) -> Result<(), String>;
