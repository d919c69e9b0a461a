//! How fast consensus is simulated: `cargo bench -p playground-core --bench consensus`. Compare ratios of one run on one
//! machine.

use divan::Bencher;
use divan::counter::ItemsCount;
use playground_core::id::NodeId;
use playground_core::param::Params;
use playground_core::protocol::Protocol;
use playground_core::protocols::paxos::Paxos;
use playground_core::protocols::paxos::state::Agent;
use playground_core::world::World;

fn main() {
    divan::main();
}

/// Values to choose.
const VALUES: u64 = 1_000;

/// Values chosen by single-decree Paxos, each in a cluster of its own: from the proposal to the proposer's knowing of it.
#[divan::bench(args = [3, 5])]
fn paxos_values(bencher: Bencher, acceptors: u64) {
    let mut params = Params::defaults(Paxos::META.params);
    for (id, value) in [("n", acceptors), ("proposers", 1), ("propose-within-ms", 1)] {
        params.set(id, value).expect("a parameter of Paxos");
    }
    let is_chosen = |world: &World<Paxos>| matches!(world.nodes().state(NodeId(0)), Some(Agent::Proposer(proposer)) if proposer.chosen.is_some());
    bencher.counter(ItemsCount::new(VALUES)).bench_local(|| {
        for seed in 0..VALUES {
            let mut world = World::new(Paxos::open(&params), seed);
            while !is_chosen(&world) {
                assert!(world.advance(), "a value is chosen");
            }
        }
    });
}
