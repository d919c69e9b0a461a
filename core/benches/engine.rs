//! How fast the engine is: `cargo bench -p playground-core`. Compare ratios of one run on one machine.

use divan::Bencher;
use divan::counter::ItemsCount;
use playground_core::protocols::ping_pong::PingPong;
use playground_core::protocols::raft::Raft;
use playground_core::recipe::Recipe;
use playground_core::registry::open;
use playground_core::session::Session;
use playground_core::time::S;
use playground_core::workload::{AllToAll, run_steps, run_time, world};

fn main() {
    divan::main();
}

const STEPS: u64 = 200_000;

/// Deliveries of 100 nodes that all send to all.
#[divan::bench(args = [false, true])]
fn all_to_all_100(bencher: Bencher, trace: bool) {
    let warm = {
        let mut world = world::<AllToAll>(&[], trace);
        run_steps(&mut world, 20_000);
        world
    };
    bencher
        .counter(ItemsCount::new(STEPS))
        .with_inputs(|| warm.clone())
        .bench_local_refs(|world| run_steps(world, STEPS));
}

/// Deliveries of two nodes with one ball; each also sets a timer anew.
#[divan::bench(args = [false, true])]
fn ping_pong(bencher: Bencher, trace: bool) {
    let start = world::<PingPong>(&[], trace);
    bencher
        .counter(ItemsCount::new(STEPS))
        .with_inputs(|| start.clone())
        .bench_local_refs(|world| run_steps(world, STEPS));
}

/// Simulated seconds of five idle Raft nodes: only heartbeats.
#[divan::bench(args = [false, true])]
fn raft_idle_5(bencher: Bencher, trace: bool) {
    const SECONDS: u64 = 2_000;
    let warm = {
        let mut world = world::<Raft>(&[("clients", 0)], trace);
        run_time(&mut world, 2 * S);
        world
    };
    bencher
        .counter(ItemsCount::new(SECONDS))
        .with_inputs(|| warm.clone())
        .bench_local_refs(|world| run_time(world, SECONDS * S));
}

/// Steps of five Raft nodes under the load of three clients.
#[divan::bench(args = [false, true])]
fn raft_loaded_5(bencher: Bencher, trace: bool) {
    let warm = {
        let mut world = world::<Raft>(LOAD, trace);
        run_steps(&mut world, 20_000);
        world
    };
    bencher
        .counter(ItemsCount::new(STEPS))
        .with_inputs(|| warm.clone())
        .bench_local_refs(|world| run_steps(world, STEPS));
}

const LOAD: &[(&str, u64)] = &[("clients", 3), ("client-load-ms", 20)];

/// A loaded Raft run of so many steps, with properties judged, as the page opens it.
fn long_run(length: u64) -> Box<dyn Session> {
    let params = LOAD.iter().map(|(id, value)| ((*id).into(), *value)).collect();
    open(&Recipe { params, length, ..Recipe::new("raft") }).expect("a run of the catalogue")
}

/// Going to a step chosen by chance, in runs of ten thousand and of a million steps.
#[divan::bench(args = [10_000, 1_000_000], sample_count = 50, sample_size = 1)]
fn seek_anywhere(bencher: Bencher, length: u64) {
    let mut session = long_run(length);
    let stats = session.stats();
    eprintln!("{length} steps: {stats:?}");
    let mut at = 1_u64;
    bencher.bench_local(|| {
        at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        session.seek((at >> 33) % length)
    });
}

/// Running, judging and snapshotting a million steps.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn timeline_million_steps(bencher: Bencher) {
    bencher.counter(ItemsCount::new(1_000_000_u32)).bench_local(|| long_run(1_000_000));
}
