//! What clients of Multi-Paxos see: histories are linearizable under faults, bad input is told, and the same script plays on
//! Raft as well.

use playground_core::action::Command;
use playground_core::chaos::{self, Plan};
use playground_core::id::NodeId;
use playground_core::recipe::Recipe;
use playground_core::registry::{find, open};
use playground_core::session::Session;
use playground_core::time::{MS, S};
use playground_core::view::Lens;

/// Runs of chaos: more with `CHAOS_SEEDS=100000 cargo test --release --test multi_paxos_clients`.
fn seeds() -> u64 {
    option_env!("CHAOS_SEEDS").and_then(|text| text.parse().ok()).unwrap_or(150)
}

#[test]
fn what_busy_clients_see_is_linearizable_whatever_fails() {
    let entry = find("multi-paxos").unwrap();
    let plan = Plan { deeds: 60, gap_max_us: 150 * MS, ..Plan::default() };
    for seed in 0..seeds() {
        let n = [3, 5, 2, 4][(seed % 4) as usize];
        let params = [("n", n), ("clients", 5), ("window", 1 + seed % 5), ("entries-max", 1 + seed % 7)];
        let report = chaos::run(entry, &params, seed, &plan).unwrap();
        assert!(report.is_clean(), "seed {seed}: {report:?}");
    }
}

#[test]
fn clients_of_a_leader_that_applies_over_gaps_see_what_no_order_explains() {
    let entry = find("multi-paxos").unwrap();
    let plan = Plan { deeds: 60, gap_max_us: 60 * MS, ..Plan::default() };
    let params = [("clients", 5), ("twin-apply-over-gap", 1)];
    let broken = (0..100).find(|seed| !chaos::run(entry, &params, *seed, &plan).unwrap().is_clean());
    assert!(broken.is_some(), "nobody finds the twin");
}

fn fresh(params: &[(&str, u64)]) -> Result<Box<dyn Session>, String> {
    let params = params.iter().map(|(id, value)| ((*id).into(), *value)).collect();
    open(&Recipe { params, ..Recipe::new("multi-paxos") }).map_err(|error| error.to_string())
}

#[test]
fn parameters_out_of_range_are_told() {
    let told = |params: &[(&str, u64)]| fresh(params).err().unwrap_or_default();
    assert_eq!(told(&[("n", 16)]), "parameter “n” can't be “16”: wanted a whole number from 1 to 15");
    assert_eq!(told(&[("window", 0)]), "parameter “window” can't be “0”: wanted a whole number from 1 to 64");
    assert_eq!(
        told(&[("clients", 6)]),
        "parameter “clients” can't be “6”: wanted a whole number from 0 to 5"
    );
    assert_eq!(told(&[("windows", 4)]), "there is no parameter “windows”");
}

#[test]
fn operations_that_make_no_sense_are_refused_and_change_nothing() {
    let mut session = fresh(&[("clients", 1)]).unwrap();
    let client = NodeId(3);
    session.command(Command::Crash(client)).unwrap();
    let before = session.fingerprint();
    let put = |node, args: &[u64]| Command::Operate { node, operation: 0, args: args.to_vec() };
    let told = |session: &mut dyn Session, command| session.command(command).unwrap_err().to_string();
    assert!(told(&mut *session, put(client, &[0, 1])).ends_with("is crashed: restart it first"));
    session.command(Command::Restart(client)).unwrap();
    let after = session.fingerprint();
    for (command, said) in [
        (put(client, &[0, 1_000]), "this operation wants key (0 to 2), value (0 to 999)"),
        (put(client, &[9, 1]), "this operation wants key (0 to 2), value (0 to 999)"),
        (put(client, &[0; 40]), "this operation wants key (0 to 2), value (0 to 999)"),
        (put(NodeId(0), &[0, 1]), "this node has no such operation"),
        (put(NodeId(99), &[0, 1]), "there is no node"),
    ] {
        let told = told(&mut *session, command);
        assert!(told.contains(said), "{told}");
    }
    assert_eq!(session.fingerprint(), after);
    assert_ne!(before, after, "the restart was done");
}

#[test]
fn a_client_that_is_asked_too_much_refuses() {
    let mut session = fresh(&[("clients", 1)]).unwrap();
    for value in 0..20 {
        session.command(Command::Operate { node: NodeId(3), operation: 0, args: vec![0, value] }).unwrap();
    }
    let failed = session
        .operations()
        .into_iter()
        .filter(|entry| entry.returned.as_ref().is_some_and(|(_, _, outcome)| outcome == "failed"));
    // One is under way, sixteen wait.
    assert_eq!(failed.count(), 3);
}

/// The same script on a protocol of the same family: what a client asks, a crash, and what it asks then.
fn script(slug: &str) -> Vec<String> {
    let params = [("n", 3), ("clients", 2)].map(|(id, value): (&str, u64)| (id.into(), value)).to_vec();
    let mut session = open(&Recipe { params, ..Recipe::new(slug) }).unwrap();
    let session = &mut *session;
    let run_for = |session: &mut dyn Session, us| {
        let until = session.now().after(us);
        session.run_until(until, 100_000);
    };
    let ask = |session: &mut dyn Session, client, operation, args: &[u64]| {
        session.command(Command::Operate { node: NodeId(client), operation, args: args.to_vec() }).unwrap();
        run_for(session, S);
    };
    ask(session, 3, 0, &[0, 5]);
    ask(session, 4, 2, &[0, 7]);
    let frame = session.frame(&Lens::default());
    let leader = frame.nodes.iter().find(|node| node.view.role == "leader").unwrap().id;
    session.command(Command::Crash(leader)).unwrap();
    ask(session, 3, 3, &[0, 12, 1]);
    session.command(Command::Restart(leader)).unwrap();
    ask(session, 4, 4, &[leader.0.into()]);
    ask(session, 4, 1, &[0]);
    let shown = session.operations().into_iter().map(|entry| {
        let (_, _, outcome) = entry.returned.unwrap();
        format!("{} {outcome}", entry.call)
    });
    shown.filter(|line| !line.starts_with("turn")).collect()
}

#[test]
fn the_same_script_plays_on_raft_with_the_same_answers() {
    assert_eq!(script("multi-paxos"), ["put x 5 ok", "add x 7 ok 12", "cas x 12 1 ok 1", "get x ok 1"]);
    assert_eq!(script("raft"), script("multi-paxos"));
}
