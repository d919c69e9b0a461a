//! Raft under chaos: crashes, cuts, losses, copies, drift and impatient timers, for thousands of seeds. No property of
//! the correct protocol breaks, and once all is healed the cluster agrees and goes on.

mod support;

use playground_core::action::Command;
use playground_core::chaos::{self, Plan};
use playground_core::id::NodeId;
use playground_core::protocols::raft::Raft;
use playground_core::protocols::raft::state::{Node, Role, Server};
use playground_core::registry::find;
use playground_core::time::{MS, S};
use std::collections::BTreeSet;
use support::storm::Storm;

type Run = Storm<Raft>;

fn server(run: &Run, at: u16) -> &Server {
    match run.world.nodes().state(NodeId(at)) {
        Some(Node::Server(server)) => server,
        other => panic!("{}: n{} is {other:?}", run.said, at + 1),
    }
}

fn leaders(run: &Run) -> Vec<u16> {
    (0..run.servers).filter(|at| matches!(server(run, *at).role, Role::Leader(_))).collect()
}

/// One leader, equal logs, all committed.
fn agrees(run: &Run) -> bool {
    let first = server(run, 0);
    let is_equal = |server: &Server| {
        server.disk.log == first.disk.log
            && server.disk.current_term == first.disk.current_term
            && server.commit_index == server.disk.log.last_index()
            && server.machine == first.machine
    };
    leaders(run).len() == 1 && (0..run.servers).all(|at| is_equal(server(run, at)))
}

const FEATURES: [&[(&str, u64)]; 4] =
    [&[], &[("pre-vote", 1)], &[("check-quorum", 1)], &[("pre-vote", 1), ("check-quorum", 1)]];

#[test]
fn chaos_breaks_no_property_and_a_healed_cluster_agrees_and_goes_on() {
    for seed in 0..SEEDS {
        let features = FEATURES[(seed % 4) as usize];
        let n = [1, 2, 3, 3, 4, 5, 5, 5, 7, 15][(seed / 4 % 10) as usize];
        let mut params = vec![("n", n), ("clients", 2), ("entries-max", 1 + seed % 3 * 30)];
        params.extend(features);
        let mut run = Run::run(&params, seed, if seed % 8 < 4 { 25 } else { 6 });
        run.mend();
        run.run_for(12 * S);
        assert_eq!(run.broken, BTreeSet::new(), "{}", run.said);
        assert!(agrees(&run), "{} does not agree: {:?}", run.said, leaders(&run));

        let commit = server(&run, 0).commit_index;
        let client = NodeId(run.servers);
        run.command(Command::Operate { node: client, operation: 0, args: vec![0, 7] });
        run.run_for(5 * S);
        assert!(agrees(&run) && server(&run, 0).commit_index > commit, "{} does not go on", run.said);
    }
}

/// How many runs of chaos.
const SEEDS: u64 = if cfg!(target_family = "wasm") { 300 } else { 3_000 };

#[test]
fn chaos_finds_what_a_twin_breaks_and_nothing_with_the_rule_in_place() {
    let quorum = &[("pre-vote", 1), ("check-quorum", 1)][..];
    let old_term = &[("n", 5), ("clients", 2), ("entries-max", 1)][..];
    for (twin, others, property, steps_max) in [
        ("twin-no-up-to-date-check", &[][..], "leader-completeness", 25),
        ("twin-commit-old-term", old_term, "leader-completeness", 5),
        // A server must restart between two requests for its vote: faults come thick and fast.
        ("twin-forget-vote", &[("election-timeout-max-ms", 151)], "election-safety", 5),
        ("twin-no-pre-vote", quorum, "leader-not-deposed", 25),
    ] {
        let with = |flag: u64| {
            let mut params = vec![("n", 3), ("clients", 1), (twin, flag)];
            params.extend(others);
            params
        };
        let seeds = 0..6_000;
        let found = seeds.clone().find(|seed| Run::run(&with(1), *seed, steps_max).broken.contains(property));
        assert!(found.is_some(), "{twin} breaks {property} for no seed");
        for seed in seeds.take(100).chain(found) {
            let run = Run::run(&with(0), seed, steps_max);
            assert_eq!(run.broken, BTreeSet::new(), "{}", run.said);
        }
    }
}

/// What is switched on beside each other, in turn.
const ALL_FEATURES: [&[(&str, u64)]; 6] = [
    &[("n", 5), ("members", 3), ("snapshot-after", 3), ("snapshot-pieces", 3), ("reads", 1)],
    &[("n", 5), ("snapshot-after", 5), ("pre-vote", 1), ("check-quorum", 1), ("reads", 1)],
    &[("n", 4), ("members", 2), ("entries-max", 1), ("check-quorum", 1)],
    &[("n", 7), ("members", 4), ("snapshot-after", 2), ("pre-vote", 1)],
    &[("n", 3), ("members", 1), ("snapshot-after", 1), ("snapshot-pieces", 1), ("reads", 1)],
    &[("n", 6), ("members", 3), ("reads", 1), ("pre-vote", 1), ("check-quorum", 1)],
];

/// How many runs with every feature.
fn feature_seeds() -> u64 {
    option_env!("CHAOS_SEEDS").and_then(|text| text.parse().ok()).unwrap_or(300)
}

#[test]
fn snapshots_hand_overs_and_changes_of_members_break_nothing() {
    let entry = find("raft").unwrap();
    for seed in 0..feature_seeds() {
        let features = ALL_FEATURES[(seed % 6) as usize];
        let mut params = vec![("clients", 3), ("client-load-ms", 700)];
        params.extend(features);
        let plan = Plan { deeds: 100, gap_max_us: 250 * MS, ..Plan::default() };
        let report = chaos::run(entry, &params, seed, &plan).unwrap();
        assert!(
            report.is_clean(),
            "{features:?} seed {seed}: {:?} {:?} {:?}\n{}",
            report.broken,
            report.missed,
            report.unexplained,
            report.recipe.to_link()
        );
    }
}
