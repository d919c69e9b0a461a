//! How fast consensus is simulated: `cargo bench -p playground-core --bench consensus`. Compare ratios of one run on one
//! machine.

use divan::Bencher;
use divan::counter::ItemsCount;
use playground_core::id::NodeId;
use playground_core::param::Params;
use playground_core::protocol::Protocol;
use playground_core::protocols::multi_paxos::MultiPaxos;
use playground_core::protocols::paxos::Paxos;
use playground_core::protocols::paxos::state::Agent;
use playground_core::protocols::pbft::Pbft;
use playground_core::protocols::pbft::state::Node;
use playground_core::time::S;
use playground_core::workload::{run_time, world};
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

/// Simulated seconds of a run of commands.
const SECONDS: u64 = 100;

/// Slots chosen so far, as the server that knows most says.
fn chosen(world: &World<MultiPaxos>) -> u64 {
    let servers = world.nodes().up().filter_map(|(_, node)| node.server());
    servers.map(|server| server.chosen).max().unwrap_or(0)
}

/// Commands that Multi-Paxos commits for five clients that always have one outstanding, by number of servers.
#[divan::bench(args = [3, 5], sample_count = 20, sample_size = 1)]
fn multi_paxos_commands(bencher: Bencher, n: u64) {
    let params = [("n", n), ("clients", 5), ("client-load-ms", 1), ("window", 8)];
    let mut warm = world::<MultiPaxos>(&params, false);
    run_time(&mut warm, 2 * S);
    let commands = {
        let mut world = warm.clone();
        run_time(&mut world, SECONDS * S);
        chosen(&world) - chosen(&warm)
    };
    bencher
        .counter(ItemsCount::new(commands))
        .with_inputs(|| warm.clone())
        .bench_local_refs(|world| run_time(world, SECONDS * S));
}

/// Requests that PBFT executes, in 2n² − n + 1 messages each; every signature is made, and checked once.
#[divan::bench(args = [4, 7, 31, 100], sample_count = 3, sample_size = 1)]
fn pbft_requests(bencher: Bencher, n: u64) {
    let requests = if n > 10 { 8 } else { 200 };
    let executed = |world: &World<Pbft>| {
        world.nodes().state(NodeId(0)).and_then(Node::replica).map_or(0, |replica| replica.disk.executed)
    };
    let start = world::<Pbft>(&[("n", n), ("clients", 4), ("client-load-ms", 1), ("status-ms", 0)], false);
    bencher.counter(ItemsCount::new(requests)).with_inputs(|| start.clone()).bench_local_refs(|world| {
        while executed(world) < requests {
            assert!(world.advance(), "requests keep coming");
        }
    });
}
