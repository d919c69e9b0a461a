//! How fast the explorer is: `cargo bench -p playground-core --bench explore`.

#[path = "../tests/support/mod.rs"]
mod support;

use divan::Bencher;
use divan::counter::ItemsCount;
use playground_core::explore::{Bounds, Explorer, NetworkKind};
use playground_core::param::Params;
use playground_core::protocol::Protocol;
use playground_core::workload::PaxosRegister;
use playground_core::world::World;
use support::two_phase::TwoPhase;

fn main() {
    divan::main();
}

/// Two-phase commit with seven resource managers: 296,448 distinct states.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn two_phase_commit_7(bencher: Bencher) {
    let mut params = Params::defaults(TwoPhase::META.params);
    params.set("managers", 7).expect("a parameter of the fixture");
    let world = World::new(TwoPhase::open(&params), 1);
    let bounds = Bounds { network: NetworkKind::Set, states_max: 10_000_000, ..Bounds::default() };
    bencher.counter(ItemsCount::new(296_448_u64)).bench_local(|| {
        let mut explorer = Explorer::new(&world, bounds.clone());
        let progress = explorer.run(u64::MAX);
        assert_eq!(progress.distinct, 296_448);
        explorer.bytes_per_state()
    });
}

/// A register on Paxos, three servers and three clients: 1,194,428 distinct states.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn paxos_3_clients(bencher: Bencher) {
    let mut params = Params::defaults(PaxosRegister::META.params);
    params.set("clients", 3).expect("a parameter of the fixture");
    let world = World::new(PaxosRegister::open(&params), 1);
    let bounds = Bounds { states_max: 10_000_000, ..Bounds::default() };
    bencher.counter(ItemsCount::new(1_194_428_u64)).bench_local(|| {
        let mut explorer = Explorer::new(&world, bounds.clone());
        let progress = explorer.run(u64::MAX);
        assert_eq!(progress.distinct, 1_194_428);
        eprintln!("{progress:?}, {} bytes a state", explorer.bytes_per_state());
    });
}
