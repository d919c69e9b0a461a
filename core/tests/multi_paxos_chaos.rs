//! Multi-Paxos under chaos: crashes, cuts, losses, copies, drift and impatient timers, for thousands of seeds. No property of
//! the correct protocol breaks, and once all is healed the cluster agrees and goes on.

mod support;

use playground_core::action::Command;
use playground_core::id::NodeId;
use playground_core::protocol::Protocol;
use playground_core::protocols::multi_paxos::MultiPaxos;
use playground_core::protocols::multi_paxos::state::{Node, Role, Server};
use playground_core::time::S;
use std::collections::BTreeSet;
use support::storm::Storm;

type Run = Storm<MultiPaxos>;

fn server(run: &Run, at: u16) -> &Server {
    match run.world.nodes().state(NodeId(at)) {
        Some(Node::Server(server)) => server,
        other => panic!("{}: n{} is {other:?}", run.said, at + 1),
    }
}

fn leaders(run: &Run) -> Vec<u16> {
    (0..run.servers).filter(|at| matches!(server(run, *at).role, Role::Leader(_))).collect()
}

/// One leader, and all have applied the same, as the goal says.
fn agrees(run: &Run) -> bool {
    let (world, first) = (&run.world, server(run, 0));
    world.protocol().goals().iter().all(|goal| (goal.is_reached)(world.protocol(), world.nodes()))
        && (0..run.servers).all(|at| server(run, at).machine == first.machine)
}

#[test]
fn chaos_breaks_no_property_and_a_healed_cluster_agrees_and_goes_on() {
    for seed in 0..seeds() {
        let n = [1, 2, 3, 3, 4, 5, 5, 3, 7, 15][(seed % 10) as usize];
        let window = [1, 2, 4, 16][(seed / 10 % 4) as usize];
        let load = if seed % 3 == 0 { 40 } else { 0 };
        let params = [
            ("n", n),
            ("clients", 3),
            ("window", window),
            ("entries-max", 1 + seed % 3 * 30),
            ("client-load-ms", load),
        ];
        let mut run = Run::run(&params, seed, if seed % 8 < 4 { 25 } else { 6 });
        run.mend();
        run.run_for(12 * S);
        assert_eq!(run.broken, BTreeSet::new(), "{}", run.said);
        // Busy clients leave no moment in which all servers have heard of all.
        assert!(load > 0 || agrees(&run), "{} does not agree: {:?}", run.said, leaders(&run));

        let chosen = server(&run, 0).chosen;
        let client = NodeId(run.servers);
        run.command(Command::Operate { node: client, operation: 0, args: vec![0, 7] });
        run.run_for(5 * S);
        assert!(load > 0 || agrees(&run), "{} does not agree any more", run.said);
        assert!(server(&run, 0).chosen > chosen, "{} does not go on", run.said);
    }
}

/// How many runs of chaos: more with `CHAOS_SEEDS=100000 cargo test --release --test multi_paxos_chaos`.
fn seeds() -> u64 {
    option_env!("CHAOS_SEEDS").and_then(|text| text.parse().ok()).unwrap_or(4_000)
}

#[test]
fn chaos_finds_what_a_twin_breaks_and_nothing_with_the_rule_in_place() {
    for (twin, property, steps_max) in [
        ("twin-skip-phase-1", "chosen-stays", 25),
        // What only clients see: a slot is chosen twice, and what one was told of is gone.
        ("twin-skip-phase-1", "linearizable-history", 25),
        ("twin-forget-promise", "agreement", 5),
        ("twin-learn-any-ballot", "learned-is-chosen", 25),
        ("twin-apply-over-gap", "applied-in-order", 25),
    ] {
        let params = |flag: u64| [("n", 3), ("clients", 2), ("client-load-ms", 30), (twin, flag)];
        let found = (0..6_000).find(|seed| Run::run(&params(1), *seed, steps_max).broken.contains(property));
        assert!(found.is_some(), "{twin} breaks {property} for no seed");
        for seed in (0..60).chain(found) {
            let run = Run::run(&params(0), seed, steps_max);
            assert_eq!(run.broken, BTreeSet::new(), "{}", run.said);
        }
        println!("{twin} breaks {property} with seed {}", found.unwrap_or_default());
    }
}
