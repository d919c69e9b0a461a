//! Workloads for benchmarks, the same natively and in a browser: each runs a world for so many steps and says how many
//! messages it delivered. No clock is read here; whoever calls measures.

mod commands;
pub mod histories;
mod paxos_register;

pub use commands::{Commands, commands};
pub use paxos_register::PaxosRegister;

use crate::action::Action;
use crate::action::Command;
use crate::explore::{Bounds, Explorer};
use crate::history::History;
use crate::id::NodeId;
use crate::kernel::{Latency, LinkProfile, Shape};
use crate::linearizability::{Checker, ModelKind, Spec};
use crate::param::Params;
use crate::protocol::{Ctx, Member, MessageKind, Meta, Nodes, Operation, Protocol, Tone};
use crate::recipe::Recipe;
use crate::time::{MS, S, Time};
use crate::trace::Trigger;
use crate::view::{Fact, Lens, NodeView, Rank};
use crate::world::World;

/// Every node sends to every other node once a round.
#[derive(Debug, Clone)]
pub struct AllToAll {
    /// Nodes.
    pub n: u16,
}

/// Time between two rounds, in microseconds.
const ROUND_US: u64 = 50 * MS;

impl Protocol for AllToAll {
    const META: Meta = Meta {
        slug: "all-to-all",
        title: "All to all",
        group: "Benchmarks",
        summary: "Every node sends to every other node once a round.",
        sources: &[],
        params: &[],
        operations: &[],
        messages: &[MessageKind { name: "Hello", code: "HI", tone: Tone::A, reply: false }],
        behaviours: &[],
        objects: None,
        twins: &[],
        measures: &[],
        marks: &[],
    };

    type State = u64;
    type Msg = u64;
    type Timer = ();
    type Durable = ();
    type Ghost = ();

    fn open(_: &Params) -> Self {
        Self { n: 100 }
    }

    fn roster(&self) -> Vec<Member> {
        (1..=self.n).map(|at| Member::server(format!("n{at}"))).collect()
    }

    fn on_start(&self, ctx: &mut Ctx<'_, Self>, (): ()) -> u64 {
        ctx.set_timer((), 0, ROUND_US);
        0
    }

    fn durable(&self, _: &u64) {}

    fn on_message(&self, _: &mut Ctx<'_, Self>, state: &mut u64, _: NodeId, msg: u64) {
        *state = state.wrapping_add(msg);
    }

    fn on_timer(&self, ctx: &mut Ctx<'_, Self>, state: &mut u64, (): ()) {
        let me = ctx.me();
        for to in (0..self.n).map(NodeId).filter(|to| *to != me) {
            ctx.send(to, *state);
        }
        ctx.set_timer((), ROUND_US, ROUND_US);
    }

    fn on_operation(&self, _: &mut Ctx<'_, Self>, _: &mut u64, _: &Operation) {}

    fn view(&self, _: &Nodes<Self>, _: NodeId, _: &Lens) -> NodeView {
        NodeView { role: "node", rank: Rank::Plain, headline: None, quorum: None, panels: vec![] }
    }

    fn kind(&self, _: &u64) -> u8 {
        0
    }

    fn summary(&self, msg: &u64) -> String {
        msg.to_string()
    }

    fn fields(&self, msg: &u64) -> Vec<Fact> {
        vec![Fact::new("sum", msg)]
    }

    fn timer_label(&self, (): ()) -> &'static str {
        "round"
    }
}

/// A world of a protocol with some parameters over the defaults, on links of 1 to 10 ms.
///
/// # Panics
/// If a parameter is unusable.
pub fn world<P: Protocol>(params: &[(&str, u64)], recording: bool) -> World<P> {
    let mut values = Params::defaults(P::META.params);
    for (id, value) in params {
        values.set(id, *value).unwrap_or_else(|error| panic!("{error}"));
    }
    let mut world = World::new(P::open(&values), 1);
    let latency = Latency(vec![(1, Shape::Uniform { min_us: 1_000, max_us: 10_000 })]);
    let profile = LinkProfile { latency, ..LinkProfile::default() };
    let links = Command::Link { from: None, to: None, profile };
    world.apply(&Action::Command(links), 0).expect("a profile within its bounds");
    world.set_recording(recording);
    world
}

/// Takes so many steps and counts the deliveries among them. Whatever is recorded is kept as a timeline would keep it.
pub fn run_steps<P: Protocol>(world: &mut World<P>, steps: u64) -> u64 {
    let mut kept = crate::timeline::Keeper::default();
    let mut deliveries = 0;
    for _ in 0..steps {
        if !world.advance() {
            break;
        }
        deliveries += u64::from(matches!(
            world.log().record.map(|record| record.trigger),
            Some(Trigger::Delivered { .. })
        ));
        if world.kernel().is_recording() {
            kept.keep(world);
        }
    }
    deliveries
}

/// Runs for so many microseconds of simulated time and returns the steps taken.
pub fn run_time<P: Protocol>(world: &mut World<P>, us: u64) -> u64 {
    let (start, until) = (world.step(), world.now().after(us));
    while world.next_at().is_some_and(|at: Time| at <= until) && world.advance() {}
    world.step() - start
}

/// A workload, its protocol forgotten: takes that much more work, as [`LOADS`] says in which unit, and returns how much
/// it did.
pub type Load = Box<dyn FnMut(u64) -> u64>;

/// The workloads a front end can measure, and what they count.
pub const LOADS: [(&str, &str); 15] = [
    ("all-to-all", "deliveries"),
    ("ping-pong", "deliveries"),
    ("raft-loaded", "steps"),
    ("raft-idle", "simulated seconds"),
    ("seek-in-10000", "seeks"),
    ("explore-paxos", "distinct states"),
    ("judge-registers", "histories of 73 to 90 operations"),
    ("judge-store-1712", "histories of 1,712 operations"),
    ("judge-store-337-unpartitioned", "histories of 337 operations"),
    ("raft-3", "commands"),
    ("raft-5", "commands"),
    ("multi-paxos-3", "commands"),
    ("multi-paxos-5", "commands"),
    ("pbft-4", "commands"),
    ("pbft-7", "commands"),
];

/// A workload of [`LOADS`] by name.
///
/// It stands here and not in the front end so that it is compiled for speed, as the engine is.
pub fn load(name: &str, recording: bool) -> Option<Load> {
    use crate::protocols::{ping_pong::PingPong, raft::Raft};
    fn deliveries<P: Protocol>(recording: bool) -> Load {
        let mut world = world::<P>(&[], recording);
        Box::new(move |steps| run_steps(&mut world, steps))
    }
    match name {
        "all-to-all" => Some(deliveries::<AllToAll>(recording)),
        "ping-pong" => Some(deliveries::<PingPong>(recording)),
        "raft-loaded" => {
            let mut world = world::<Raft>(&[("clients", 3), ("client-load-ms", 20)], recording);
            Some(Box::new(move |steps| {
                let start = world.step();
                run_steps(&mut world, steps);
                world.step() - start
            }))
        }
        "raft-idle" => {
            let mut world = world::<Raft>(&[("clients", 0)], recording);
            Some(Box::new(move |seconds| {
                run_time(&mut world, seconds * S);
                seconds
            }))
        }
        "seek-in-10000" => Some(seeks(10_000)),
        "explore-paxos" => Some(exploration()),
        "judge-registers" => {
            let histories =
                (0..100).map(|seed| histories::register(73 + seed as usize % 18, 5, 12, false, seed));
            Some(judging(histories.collect(), Spec::new(ModelKind::CasRegister)))
        }
        "judge-store-1712" => {
            Some(judging(vec![histories::store(1_712, 50, 10, 1)], Spec::new(ModelKind::Kv)))
        }
        "judge-store-337-unpartitioned" => {
            let spec = Spec { by_key: false, ..Spec::new(ModelKind::Kv) };
            Some(judging(vec![histories::store(337, 10, 10, 1)], spec))
        }
        _ => {
            let (slug, n) = name.rsplit_once('-')?;
            Some(commands(slug, n.parse().ok()?)?.commit)
        }
    }
}

/// Judges histories in turn.
fn judging(histories: Vec<History>, spec: Spec) -> Load {
    let mut turn = 0;
    Box::new(move |count| {
        for _ in 0..count {
            turn = (turn + 1) % histories.len();
            Checker::judge(&histories[turn], &spec, u64::MAX).expect("a history of its model");
        }
        count
    })
}

/// Goes to steps chosen by chance in a loaded Raft run.
fn seeks(length: u64) -> Load {
    let params = vec![("clients".into(), 3), ("client-load-ms".into(), 20)];
    let recipe = Recipe { params, length, ..Recipe::new("raft") };
    let mut session = crate::registry::open(&recipe).expect("a run of the catalogue");
    let mut at = 1_u64;
    Box::new(move |seeks| {
        for _ in 0..seeks {
            at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            session.seek((at >> 33) % length);
        }
        seeks
    })
}

/// Explores a register on Paxos with three clients, again and again.
fn exploration() -> Load {
    let bounds = || Bounds { states_max: 10_000_000, ..Bounds::default() };
    let world = world::<PaxosRegister>(&[("clients", 3)], false);
    let mut explorer = Explorer::new(&world, bounds());
    Box::new(move |states| {
        if explorer.progress().ended.is_some() {
            explorer = Explorer::new(&world, bounds());
        }
        let before = explorer.progress().distinct;
        explorer.run(states).distinct - before
    })
}
