//! Raft under chaos: crashes, cuts, losses, copies, drift and impatient timers, for thousands of seeds. No property of
//! the correct protocol breaks, and once all is healed the cluster agrees and goes on.

mod support;

use playground_core::action::Command;
use playground_core::chaos::{self, Plan};
use playground_core::id::NodeId;
use playground_core::protocol::Protocol;
use playground_core::protocols::raft::Raft;
use playground_core::protocols::raft::state::{Node, Role, Server};
use playground_core::recipe::Recipe;
use playground_core::registry::{find, open};
use playground_core::time::{MS, S};
use playground_core::view::OperationView;
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

/// The goal is reached: one leader, and all members have its log and have committed all of it. And whoever has applied as
/// much as the leader has come to the same.
fn agrees(run: &Run) -> bool {
    let (protocol, nodes) = (run.world.protocol(), run.world.nodes());
    let [leader] = leaders(run)[..] else { return false };
    let first = server(run, leader);
    let is_equal =
        |server: &Server| server.commit_index != first.commit_index || server.machine == first.machine;
    protocol.goals().iter().all(|goal| (goal.is_reached)(protocol, nodes))
        && (0..run.servers).all(|at| is_equal(server(run, at)))
}

/// What the leader has committed.
fn committed(run: &Run) -> u64 {
    server(run, leaders(run)[0]).commit_index
}

/// Whether it is so at some time within the next 20 seconds. A server that was removed while it could not hear of it stands
/// for election again and again: without check-quorum it disturbs the others for good (thesis §4.2.3), so nobody leads
/// all the time.
fn comes_to(run: &mut Run, is_so: impl Fn(&Run) -> bool) -> bool {
    let end = run.world.now().after(20 * S);
    while !is_so(run) {
        if run.world.now() > end {
            return false;
        }
        run.advance(1);
    }
    true
}

const FEATURES: [&[(&str, u64)]; 8] = [
    &[],
    &[("pre-vote", 1)],
    &[("check-quorum", 1)],
    &[("pre-vote", 1), ("check-quorum", 1)],
    &[("snapshot-after", 3), ("snapshot-pieces", 3)],
    &[("reads", 1)],
    &[("reads", 1), ("snapshot-after", 5), ("check-quorum", 1)],
    &[("reads", 1), ("snapshot-after", 1), ("pre-vote", 1), ("check-quorum", 1)],
];

#[test]
fn chaos_breaks_no_property_and_a_healed_cluster_agrees_and_goes_on() {
    for seed in 0..SEEDS {
        let features = FEATURES[(seed % 8) as usize];
        let n = [1, 2, 3, 3, 4, 5, 5, 5, 7, 15][(seed / 4 % 10) as usize];
        let mut params = vec![("n", n), ("clients", 2), ("entries-max", 1 + seed % 3 * 30)];
        params.extend(features);
        if seed % 3 == 1 {
            params.push(("members", n.div_ceil(2)));
        }
        let mut run = Run::run(&params, seed, if seed % 2 == 0 { 25 } else { 6 });
        run.mend();
        run.run_for(12 * S);
        assert!(comes_to(&mut run, agrees), "{} does not agree: {:?}", run.said, leaders(&run));

        let commit = committed(&run);
        let client = NodeId(run.servers);
        // Servers that were removed may send a client round and round among themselves: it is told who leads.
        let leader = leaders(&run)[0].into();
        run.command(Command::Operate { node: client, operation: TURN, args: vec![leader] });
        run.command(Command::Operate { node: client, operation: PUT, args: vec![0, 7, leader + 1] });
        let goes_on = |run: &Run| agrees(run) && committed(run) > commit;
        assert!(comes_to(&mut run, goes_on), "{} does not go on", run.said);
        assert_eq!(run.broken, BTreeSet::new(), "{}", run.said);
    }
}

/// Positions of operations.
const PUT: u8 = 0;
const TURN: u8 = 4;

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
        // What only clients see.
        ("twin-local-read", &[("clients", 2)], "fresh-reads", 25),
        ("twin-local-read", &[("clients", 2)], "linearizable-history", 25),
    ] {
        let with = |flag: u64| {
            let mut params = vec![("n", 3), ("clients", 2), (twin, flag)];
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

/// How many runs with every feature, unless the environment says otherwise.
const FEATURE_SEEDS: u64 = 300;

fn feature_seeds() -> u64 {
    option_env!("CHAOS_SEEDS").and_then(|text| text.parse().ok()).unwrap_or(FEATURE_SEEDS)
}

/// What was done to the cluster in a run: members changed, hand-overs that came to the vote, chunks of snapshots sent.
fn steered(recipe: &Recipe) -> [u64; 3] {
    let session = open(recipe).unwrap();
    let is_change = |view: &&OperationView| {
        !view.is_refused && (view.call.starts_with("change") || view.call.starts_with("reconfigure"))
    };
    let changes = session.operations().iter().filter(is_change).count() as u64;
    let kind = |name| session.meta().messages.iter().position(|kind| kind.name == name).unwrap();
    let sent = session.measures().sent;
    [changes, sent[kind("TimeoutNow")], sent[kind("InstallSnapshot")]]
}

#[test]
fn snapshots_hand_overs_and_changes_of_members_break_nothing() {
    let entry = find("raft").unwrap();
    let mut done = [0; 3];
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
        for (sum, own) in done.iter_mut().zip(steered(&report.recipe)) {
            *sum += own;
        }
    }
    if feature_seeds() == FEATURE_SEEDS {
        // It was 96, 11 and 8,265 when servers were asked anywhere, and for members that there are not.
        assert_eq!(done, [441, 168, 8_957]);
    }
}
