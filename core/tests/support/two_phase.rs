//! Two-phase commit as Gray and Lamport specify it (Consensus on Transaction Commit, 2006, §2 and the TLA+ module
//! `TwoPhase`): a transaction manager and any number of resource managers. What an actor does of its own accord is a
//! timer here. Its reachable states are published, which makes it a ruler for explorers.

use playground_core::id::NodeId;
use playground_core::param::{ParamGroup, ParamKind, ParamSpec, Params};
use playground_core::protocol::{
    Check, Ctx, Member, MessageKind, Meta, Nodes, Operation, Part, Property, Protocol, Renaming, Tone,
};
use playground_core::view::{Fact, Lens, NodeView, Rank};

/// The protocol.
#[derive(Debug, Clone)]
pub struct TwoPhase {
    managers: u16,
    /// The transaction manager commits without waiting for everybody.
    is_hasty: bool,
    /// Whoever renames resource managers forgets who has prepared: a twin for whoever checks renamings.
    misnames: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum State {
    Transaction { phase: Phase, prepared: Vec<bool> },
    Resource(Resource),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    Init,
    Committed,
    Aborted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resource {
    Working,
    Prepared,
    Committed,
    Aborted,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Msg {
    Prepared,
    Commit,
    Abort,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    Commit,
    Abort,
    Prepare,
    ChooseToAbort,
}

const TRANSACTION: NodeId = NodeId(0);

impl TwoPhase {
    fn everybody(&self) -> impl Iterator<Item = NodeId> + use<> {
        (1..=self.managers).map(NodeId)
    }

    fn decide(&self, ctx: &mut Ctx<'_, Self>, phase: &mut Phase, decision: Phase, msg: &Msg) {
        *phase = decision;
        ctx.cancel_timer(Timer::Commit);
        ctx.cancel_timer(Timer::Abort);
        for to in self.everybody() {
            ctx.send(to, msg.clone());
        }
    }

    fn leave_work(ctx: &mut Ctx<'_, Self>) {
        ctx.cancel_timer(Timer::Prepare);
        ctx.cancel_timer(Timer::ChooseToAbort);
    }
}

const CONSISTENT: Check<TwoPhase> = |_, (), nodes, _| {
    let mut decided = nodes.up().filter_map(|(id, state)| match state {
        State::Resource(resource @ (Resource::Committed | Resource::Aborted)) => Some((id, *resource)),
        _ => None,
    });
    let Some((first, decision)) = decided.next() else { return Ok(()) };
    match decided.find(|(_, other)| *other != decision) {
        None => Ok(()),
        Some((other, _)) => Err(format!("{first} and {other} decided differently")),
    }
};

impl Protocol for TwoPhase {
    const META: Meta = Meta {
        slug: "two-phase-commit-spec",
        title: "Two-phase commit, as specified",
        group: "Tests",
        summary: "Gray and Lamport's specification.",
        sources: &[],
        params: &[
            ParamSpec {
                id: "managers",
                title: "Resource managers",
                help: "How many.",
                kind: ParamKind::Number { min: 1, max: 10, default: 3, unit: "" },
                group: ParamGroup::Cluster,
                bound: None,
            },
            ParamSpec {
                id: "hasty",
                title: "Hasty",
                help: "Commits without waiting for everybody.",
                kind: ParamKind::Flag { default: false },
                group: ParamGroup::Twin,
                bound: None,
            },
            ParamSpec {
                id: "misname",
                title: "Misname",
                help: "Renames the managers, but not in the list of those who have prepared.",
                kind: ParamKind::Flag { default: false },
                group: ParamGroup::Twin,
                bound: None,
            },
        ],
        operations: &[],
        messages: &[
            MessageKind { name: "Prepared", code: "P", tone: Tone::A, reply: true },
            MessageKind { name: "Commit", code: "C", tone: Tone::B, reply: false },
            MessageKind { name: "Abort", code: "A", tone: Tone::C, reply: false },
        ],
        behaviours: &[],
        objects: None,
        twins: &[],
        measures: &[],
        marks: &[],
    };

    type State = State;
    type Msg = Msg;
    type Timer = Timer;
    type Durable = ();
    type Ghost = ();

    fn open(params: &Params) -> Self {
        Self {
            managers: params.get("managers") as u16,
            is_hasty: params.is_on("hasty"),
            misnames: params.is_on("misname"),
        }
    }

    fn roster(&self) -> Vec<Member> {
        (0..=self.managers).map(|at| Member::server(format!("m{at}"))).collect()
    }

    fn on_start(&self, ctx: &mut Ctx<'_, Self>, (): ()) -> State {
        if ctx.me() == TRANSACTION {
            ctx.set_timer(Timer::Abort, 0, 0);
            State::Transaction { phase: Phase::Init, prepared: vec![false; usize::from(self.managers)] }
        } else {
            ctx.set_timer(Timer::Prepare, 0, 0);
            ctx.set_timer(Timer::ChooseToAbort, 0, 0);
            State::Resource(Resource::Working)
        }
    }

    fn durable(&self, _: &State) {}

    fn on_message(&self, ctx: &mut Ctx<'_, Self>, state: &mut State, from: NodeId, msg: Msg) {
        match (state, msg) {
            (State::Transaction { phase: Phase::Init, prepared }, Msg::Prepared) => {
                prepared[from.index() - 1] = true;
                if self.is_hasty || prepared.iter().all(|is| *is) {
                    ctx.set_timer(Timer::Commit, 0, 0);
                }
            }
            (State::Resource(resource), Msg::Commit) => {
                *resource = Resource::Committed;
                Self::leave_work(ctx);
            }
            (State::Resource(resource), Msg::Abort) => {
                *resource = Resource::Aborted;
                Self::leave_work(ctx);
            }
            _ => {}
        }
    }

    fn on_timer(&self, ctx: &mut Ctx<'_, Self>, state: &mut State, timer: Timer) {
        match (state, timer) {
            (State::Transaction { phase, .. }, Timer::Commit) => {
                self.decide(ctx, phase, Phase::Committed, &Msg::Commit);
            }
            (State::Transaction { phase, .. }, _) => self.decide(ctx, phase, Phase::Aborted, &Msg::Abort),
            (State::Resource(resource), Timer::Prepare) => {
                *resource = Resource::Prepared;
                Self::leave_work(ctx);
                ctx.send(TRANSACTION, Msg::Prepared);
            }
            (State::Resource(resource), _) => {
                *resource = Resource::Aborted;
                Self::leave_work(ctx);
            }
        }
    }

    fn on_operation(&self, _: &mut Ctx<'_, Self>, _: &mut State, _: &Operation) {}

    fn properties(&self) -> &'static [Property<Self>] {
        &[Property {
            id: "consistent",
            text: "No resource manager commits while another aborts (TCConsistent).",
            check: CONSISTENT,
        }]
    }

    fn symmetric(&self) -> Vec<Vec<NodeId>> {
        vec![self.everybody().collect()]
    }

    fn rename(&self, part: Part<'_, Self>, names: &Renaming) {
        if let (Part::State(State::Transaction { prepared, .. }), false) = (part, self.misnames) {
            names.reorder(1, prepared);
        }
    }

    fn view(&self, _: &Nodes<Self>, _: NodeId, _: &Lens) -> NodeView {
        NodeView { role: "manager", rank: Rank::Plain, headline: None, quorum: None, panels: vec![] }
    }

    fn kind(&self, msg: &Msg) -> u8 {
        match msg {
            Msg::Prepared => 0,
            Msg::Commit => 1,
            Msg::Abort => 2,
        }
    }

    fn summary(&self, msg: &Msg) -> String {
        format!("{msg:?}")
    }

    fn fields(&self, _: &Msg) -> Vec<Fact> {
        vec![]
    }

    fn timer_label(&self, timer: Timer) -> &'static str {
        match timer {
            Timer::Commit => "commit",
            Timer::Abort => "abort",
            Timer::Prepare => "prepare",
            Timer::ChooseToAbort => "choose to abort",
        }
    }
}
