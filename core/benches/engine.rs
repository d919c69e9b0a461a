//! How fast the engine is: `cargo bench -p playground-core`. Compare ratios of one run on one machine.

use divan::Bencher;
use divan::counter::ItemsCount;
use playground_core::protocols::ping_pong::PingPong;
use playground_core::workload::{AllToAll, run_steps, world};

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
