//! How fast consensus is simulated: `cargo bench -p playground-core --bench consensus`. Compare ratios of one run on one
//! machine.

use divan::Bencher;
use divan::counter::ItemsCount;
use playground_core::id::NodeId;
use playground_core::param::Params;
use playground_core::protocol::Protocol;
use playground_core::protocols::paxos::Paxos;
use playground_core::protocols::paxos::state::Agent;
use playground_core::workload;
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

/// Commands committed at a time.
const COMMANDS: u64 = 50_000;

/// Commands that a replicated log of so many servers commits; how many messages each takes is printed before.
fn committed(bencher: Bencher<'_, '_>, slug: &str, n: u64, commands: u64) {
    let mut cluster = workload::commands(slug, n).expect("a protocol with a log");
    println!("  {slug}, n = {n}: {:.1} messages a command", cluster.messages);
    bencher.counter(ItemsCount::new(commands)).bench_local(|| (cluster.commit)(commands));
}

#[divan::bench(args = [3, 5], sample_count = 20, sample_size = 1)]
fn raft_commands(bencher: Bencher<'_, '_>, n: u64) {
    committed(bencher, "raft", n, COMMANDS);
}

#[divan::bench(args = [3, 5], sample_count = 20, sample_size = 1)]
fn multi_paxos_commands(bencher: Bencher<'_, '_>, n: u64) {
    committed(bencher, "multi-paxos", n, COMMANDS);
}

/// Requests that PBFT executes, in 2n² − n + 1 messages each; every signature is made, and checked once.
#[divan::bench(args = [4, 7, 31, 100], sample_count = 3, sample_size = 1)]
fn pbft_requests(bencher: Bencher<'_, '_>, n: u64) {
    committed(bencher, "pbft", n, if n > 10 { 8 } else { 200 });
}
