//! The smallest example: two nodes send one ball back and forth. Read it before you write your own.
//!
//! n1 serves: it sends `Ping` with the number of the rally. Whoever gets `Ping` answers `Pong`; whoever gets `Pong`
//! serves the next rally. A lost ball is served again when the server's patience ends, with the same number, so a rally
//! is never counted twice: unless the twin *count every ball* is on, which counts whatever arrives.

use crate::id::NodeId;
use crate::param::{ParamGroup, ParamKind, ParamSpec, Params};
use crate::protocol::{
    Cell, Ctx, Member, MessageKind, Meta, Nodes, Operation, Property, Protocol, Source, Tone, Twin,
};
use crate::scenario::{Director, Scenario};
use crate::time::MS;
use crate::trace::{Guard, MarkKind, Rule};
use crate::view::{Fact, Kept, Lens, NodeView, Panel, Rank};

/// The protocol: its parsed parameters.
#[derive(Debug, Clone)]
pub struct PingPong {
    patience_us: u64,
    twin_count_every_ball: bool,
}

/// What travels.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Msg {
    /// The ball, served for a rally.
    Ping {
        /// Number of the rally, from 1.
        rally: u64,
    },
    /// The ball, returned.
    Pong {
        /// Number of the rally, from 1.
        rally: u64,
    },
}

/// A node's state: all of it lost in a crash.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    /// The rally being played, from 1.
    pub rally: u64,
    /// Rallies completed, as this node counts them. Only the server counts.
    pub completed: u64,
}

/// Timers of this protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    /// When the server thinks the ball is lost.
    Patience,
}

const RETURNS: Rule = Rule { id: "return", says: "{me} returns ball {0}", guards: &[], section: "the module's doc" };
const SERVES: Rule = Rule {
    id: "serve",
    says: "{me} takes the return of ball {0}",
    guards: &[Guard { holds: "ball {0} = rally {1}", fails: "ball {0} ≠ rally {1}: not checked" }],
    section: "the module's doc",
};
const IGNORES: Rule = Rule {
    id: "ignore",
    says: "{me} ignores the return of ball {0}",
    guards: &[Guard { holds: "ball {0} = rally {1}", fails: "ball {0} ≠ rally {1}: an old ball" }],
    section: "the module's doc",
};
const SERVES_AGAIN: Rule =
    Rule { id: "serve-again", says: "{me} serves ball {0} again: no return came", guards: &[], section: "the module's doc" };

const SERVER: NodeId = NodeId(0);
const OTHER: NodeId = NodeId(1);

impl PingPong {
    fn serve(&self, ctx: &mut Ctx<'_, Self>, state: &State) {
        ctx.send(OTHER, Msg::Ping { rally: state.rally });
        ctx.set_timer(Timer::Patience, self.patience_us, self.patience_us);
    }

    fn on_pong(&self, ctx: &mut Ctx<'_, Self>, state: &mut State, rally: u64) {
        let is_mine = rally == state.rally;
        let counts = is_mine || self.twin_count_every_ball;
        ctx.why(if counts { &SERVES } else { &IGNORES }, &[is_mine], &[rally, state.rally]);
        if !counts {
            return;
        }
        state.completed += 1;
        state.rally = rally + 1;
        ctx.mark(MarkKind::Decided);
        self.serve(ctx, state);
    }
}

impl Protocol for PingPong {
    const META: Meta = Meta {
        slug: "ping-pong",
        title: "Ping-pong",
        group: "Examples",
        summary: "Two nodes send one ball back and forth: the smallest protocol there is.",
        sources: &[Source { title: "The module's own documentation", url: "" }],
        params: &[
            ParamSpec {
                id: "patience",
                title: "Patience",
                help: "How long the server waits for a return before it serves again.",
                kind: ParamKind::Number { min: 1, max: 10_000, default: 100, unit: "ms" },
                group: ParamGroup::Timing,
                bound: None,
            },
            ParamSpec {
                id: "twin-count-every-ball",
                title: "Count every ball",
                help: "The server counts whatever arrives, old balls too.",
                kind: ParamKind::Flag { default: false },
                group: ParamGroup::Twin,
                bound: None,
            },
        ],
        operations: &[],
        messages: &[
            MessageKind { name: "Ping", code: "PI", tone: Tone::A, reply: false },
            MessageKind { name: "Pong", code: "PO", tone: Tone::A, reply: true },
        ],
        behaviours: &[],
        objects: None,
        twins: &[Twin {
            id: "twin-count-every-ball",
            title: "Count every ball",
            params: &[("twin-count-every-ball", 1)],
            breaks: "counted-once",
        }],
        measures: &[],
        marks: &[],
    };

    const SCENARIOS: &'static [Scenario] = SCENARIOS;

    type State = State;
    type Msg = Msg;
    type Timer = Timer;
    type Durable = ();
    type Ghost = ();

    fn open(params: &Params) -> Self {
        Self { patience_us: params.get("patience") * MS, twin_count_every_ball: params.is_on("twin-count-every-ball") }
    }

    fn roster(&self) -> Vec<Member> {
        ["n1", "n2"].map(Member::server).into()
    }

    fn on_start(&self, ctx: &mut Ctx<'_, Self>, (): ()) -> State {
        let state = State { rally: 1, completed: 0 };
        if ctx.me() == SERVER {
            self.serve(ctx, &state);
        }
        state
    }

    fn durable(&self, _: &State) {}

    fn on_message(&self, ctx: &mut Ctx<'_, Self>, state: &mut State, from: NodeId, msg: Msg) {
        match msg {
            Msg::Ping { rally } => {
                state.rally = rally;
                ctx.why(&RETURNS, &[], &[rally]);
                ctx.send(from, Msg::Pong { rally });
            }
            Msg::Pong { rally } => self.on_pong(ctx, state, rally),
        }
    }

    fn on_timer(&self, ctx: &mut Ctx<'_, Self>, state: &mut State, Timer::Patience: Timer) {
        ctx.why(&SERVES_AGAIN, &[], &[state.rally]);
        self.serve(ctx, state);
    }

    fn on_operation(&self, _: &mut Ctx<'_, Self>, _: &mut State, _: &Operation) {}

    fn properties(&self) -> &'static [Property<Self>] {
        &[Property {
            id: "counted-once",
            text: "A rally is counted once: the server is never further in its count than in its rallies.",
            check: |_, (), nodes, _| match nodes.state(SERVER) {
                Some(server) if server.completed >= server.rally => {
                    Err(format!("n1 counts {} completed, but plays only rally {}", server.completed, server.rally))
                }
                _ => Ok(()),
            },
        }]
    }

    fn view(&self, nodes: &Nodes<Self>, id: NodeId, _: &Lens) -> NodeView {
        let facts = match nodes.cell(id) {
            Cell::Up(state) => vec![Fact::new("rally", state.rally), Fact::new("completed", state.completed)],
            Cell::Down(()) => vec![],
        };
        NodeView {
            role: if id == SERVER { "server" } else { "receiver" },
            rank: Rank::Plain,
            headline: facts.first().cloned(),
            quorum: None,
            panels: vec![Panel::Facts { title: "Count", kept: Kept::Volatile, facts }],
        }
    }

    fn kind(&self, msg: &Msg) -> u8 {
        match msg {
            Msg::Ping { .. } => 0,
            Msg::Pong { .. } => 1,
        }
    }

    fn summary(&self, msg: &Msg) -> String {
        match msg {
            Msg::Ping { rally } | Msg::Pong { rally } => format!("ball {rally}"),
        }
    }

    fn fields(&self, msg: &Msg) -> Vec<Fact> {
        match msg {
            Msg::Ping { rally } | Msg::Pong { rally } => vec![Fact::new("rally", rally)],
        }
    }

    fn timer_label(&self, Timer::Patience: Timer) -> &'static str {
        "patience"
    }
}

/// The ball goes twice: the first is slow, so n1 serves the same ball again, and both returns arrive.
fn two_balls(director: &mut Director<'_>) {
    director.run_for(90 * MS);
    let ball = director.flights(|_| true)[0];
    director.command(crate::action::Command::Delay { message: ball, by_us: 120 * MS });
    director.open_here();
    director.run_for(400 * MS);
}

const SCENARIOS: &[Scenario] = &[
    Scenario {
        id: "rally",
        title: "A rally",
        caption: "The ball goes back and forth.",
        params: &[],
        seed: 1,
        script: |director| director.run_for(500 * MS),
    },
    Scenario {
        id: "two-balls",
        title: "Two balls",
        caption: "A slow ball is served again. The old one is ignored when it returns.",
        params: &[],
        seed: 1,
        script: two_balls,
    },
    Scenario {
        id: "twin-count-every-ball",
        title: "Twin: count every ball",
        caption: "The same slow ball, and a server that counts whatever returns.",
        params: &[("twin-count-every-ball", 1)],
        seed: 1,
        script: two_balls,
    },
];
