//! Measures of whole runs: what counts as a command, and from when until when an outage lasts.

use playground_core::action::{Command, CutFate, Ways};
use playground_core::id::NodeId;
use playground_core::kernel::{Latency, LinkProfile, Shape};
use playground_core::measure::Milli;
use playground_core::protocol::OperationKind;
use playground_core::recipe::Recipe;
use playground_core::registry::{catalogue, find, open};
use playground_core::session::Session;
use playground_core::time::{MS, S, Time};
use playground_core::trace::{MarkKind, MarkSet};
use playground_core::view::{Lens, MemberKind, Rank, StepView};

/// A run in which every message takes 10 ms.
fn begin(slug: &str, params: &[(&str, u64)]) -> Box<dyn Session> {
    let params = params.iter().map(|(id, value)| ((*id).into(), *value)).collect();
    let mut session = open(&Recipe { params, seed: 3, ..Recipe::new(slug) }).unwrap();
    let latency = Latency(vec![(1, Shape::Constant { us: 10_000 })]);
    let profile = LinkProfile { latency, ..LinkProfile::default() };
    session.command(Command::Link { from: None, to: None, profile }).unwrap();
    session
}

fn run_for(session: &mut dyn Session, us: u64) {
    let until = session.now().after(us);
    session.run_until(until, 1_000_000);
}

fn value(session: &dyn Session, id: &str) -> Option<u64> {
    let values = session.measures().values;
    let found = values.iter().find(|value| value.id == id).unwrap_or_else(|| panic!("there is no {id}"));
    found.value.map(|Milli(value)| value)
}

fn operate(session: &mut dyn Session, node: NodeId, id: &str, args: &[u64]) {
    let operation = session.meta().operations.iter().position(|spec| spec.id == id).unwrap() as u8;
    session.command(Command::Operate { node, operation, args: args.to_vec() }).unwrap();
}

/// The server that leads, and the first client.
fn leader_and_client(session: &dyn Session) -> (NodeId, NodeId) {
    let nodes = session.frame(&Lens::default()).nodes;
    let leader = nodes.iter().find(|node| node.view.rank == Rank::Leads).expect("somebody leads");
    let client = nodes.iter().find(|node| node.kind == MemberKind::Client).expect("there is a client");
    (leader.id, client.id)
}

#[test]
fn what_is_done_to_the_cluster_is_no_command() {
    let mut session = begin("raft", &[("clients", 2)]);
    run_for(&mut *session, S);
    let (leader, client) = leader_and_client(&*session);
    let ids = ["messages-per-operation", "write-latency-p50", "read-latency-p50", "availability"];
    let all = |session: &dyn Session| ids.map(|id| value(session, id));
    operate(&mut *session, client, "turn", &[u64::from(leader.0)]);
    operate(&mut *session, leader, "snapshot", &[]);
    run_for(&mut *session, 50 * MS);
    assert_eq!(all(&*session), [None; 4], "nobody has asked for anything yet");
    operate(&mut *session, client, "put", &[0, 7]);
    run_for(&mut *session, S);
    operate(&mut *session, client, "get", &[0]);
    run_for(&mut *session, S);
    let before = all(&*session);
    assert_eq!(before[1..], [Some(40_000_000), Some(40_000_000), Some(1_000)], "four delays of 10 ms");
    let to = u64::from(leader.0 + 1) % 5;
    operate(&mut *session, client, "turn", &[to]);
    operate(&mut *session, leader, "change", &[0, 4]);
    operate(&mut *session, leader, "transfer", &[to]);
    let after = all(&*session);
    assert_eq!(after[1..], before[1..], "nor do these count, whether they ended well or not");
    let sent: u64 = session.measures().sent.iter().sum();
    assert_eq!(after[0], Some(sent * 1_000 / 2), "two commands were answered");
}

#[test]
fn every_operation_on_an_object_is_a_command_and_every_question_a_read() {
    for entry in catalogue() {
        for spec in entry.meta.operations {
            let is_question = matches!(spec.id, "get" | "read");
            assert_eq!(spec.kind == OperationKind::Read, is_question, "{} {}", entry.meta.slug, spec.id);
            let steers = matches!(spec.id, "turn" | "transfer" | "change" | "reconfigure" | "snapshot");
            assert_eq!(spec.is_command(), !steers, "{} {}", entry.meta.slug, spec.id);
        }
    }
}

#[test]
fn a_leader_that_is_cut_off_is_an_outage_and_its_return_is_none() {
    let mut session = begin("raft", &[("clients", 1), ("client-load-ms", 50)]);
    run_for(&mut *session, S);
    let both = |session: &dyn Session| [value(session, "recovery"), value(session, "takeover")];
    let (old, _) = leader_and_client(&*session);
    session.command(Command::ClockJump { node: old, by_us: 1_000 }).unwrap();
    assert_eq!(both(&*session), [None; 2], "a clock is no outage");
    let others = (0..6).map(NodeId).filter(|node| *node != old).collect();
    let cut = Command::Cut { from: vec![old], to: others, ways: Ways::Both, fate: CutFate::Lose };
    session.command(cut).unwrap();
    let cut_at = session.now();
    run_for(&mut *session, S);
    let elected = session.marks().iter().rfind(|mark| mark.kind == MarkKind::Elected).unwrap();
    assert_ne!(elected.node, Some(old));
    let took = Some(elected.at.since(cut_at) * 1_000);
    assert_eq!(both(&*session), [took; 2]);
    assert_eq!(took, Some(143_177_000), "from the cut to the election");

    session.command(Command::HealAll).unwrap();
    session.command(Command::Crash(old)).unwrap();
    session.command(Command::Restart(old)).unwrap();
    run_for(&mut *session, S);
    assert_eq!(both(&*session), [took; 2], "who led is a follower by now, and may fail");
}

/// A client asks for something every 50 ms unless it waits: from the beginning, when nobody leads yet. Then a majority crashes.
#[test]
fn availability_counts_what_is_answered_in_time_and_nothing_too_early() {
    let mut session = begin("raft", &[("clients", 1), ("client-load-ms", 50)]);
    run_for(&mut *session, 2 * S);
    let all = |session: &dyn Session| {
        let asked = session.operations();
        let waiting = asked.iter().filter(|operation| operation.returned.is_none()).count();
        (asked.len(), waiting, value(session, "availability"))
    };
    assert_eq!(all(&*session), (29, 1, Some(964)));
    for node in 0..3 {
        session.command(Command::Crash(NodeId(node))).unwrap();
    }
    run_for(&mut *session, 450 * MS);
    assert_eq!(all(&*session), (29, 1, Some(964)), "the last command may yet be answered in time");
    run_for(&mut *session, 450 * MS);
    assert_eq!(all(&*session), (29, 1, Some(931)), "27 of 29: the first came before there was a leader");
}

#[test]
fn a_catalogue_lists_the_latencies_that_there_are() {
    let ids = |slug: &str| -> Vec<&str> {
        let session = find(slug).unwrap().open(&Recipe::new(slug)).unwrap();
        session.measures().values.iter().map(|value| value.id).filter(|id| id.contains("latency-p")).collect()
    };
    let both = ["write-latency-p50", "write-latency-p95", "write-latency-p99"];
    assert_eq!(ids("pbft")[..3], both);
    assert_eq!(ids("pbft")[3..], ["read-latency-p50", "read-latency-p95", "read-latency-p99"]);
    assert_eq!(ids("paxos"), ["latency-p50", "latency-p95", "latency-p99"]);
    assert_eq!(ids("ping-pong"), [""; 0]);
}

/// What a measure is, and what theory says, in milliseconds.
fn both_ms(session: &dyn Session, id: &str) -> (Option<u64>, Option<u64>) {
    let values = session.measures().values;
    let found = values.iter().find(|value| value.id == id).unwrap_or_else(|| panic!("there is no {id}"));
    let ms = |value: Option<Milli>| {
        value.map(|Milli(value)| {
            assert!(value.is_multiple_of(1_000 * MS), "{id} is no whole number of milliseconds: {value}");
            value / (1_000 * MS)
        })
    };
    (ms(found.value), ms(found.theory))
}

/// Three commands, one after the other, where every message takes 10 ms.
fn served(slug: &str) -> Box<dyn Session> {
    let mut session = begin(slug, if slug == "pbft" { &[] } else { &[("clients", 1)] });
    run_for(&mut *session, S);
    let nodes = session.frame(&Lens::default()).nodes;
    let client = nodes.iter().find(|node| node.kind == MemberKind::Client).unwrap().id;
    for value in 1..=3 {
        operate(&mut *session, client, "put", &[0, value]);
        run_for(&mut *session, S);
    }
    session
}

#[test]
fn a_proposal_is_decided_after_the_delays_of_the_papers() {
    for slug in ["raft", "multi-paxos"] {
        let session = served(slug);
        assert_eq!(both_ms(&*session, "consensus-time-p50"), (Some(20), Some(20)), "{slug}: there and back");
        assert_eq!(
            both_ms(&*session, "consensus-time-p95"),
            (Some(20), None),
            "{slug}: no no-op is among them"
        );
    }
    let raft = served("raft");
    assert_eq!(both_ms(&*raft, "commit-latency"), (Some(20), Some(20)));
    assert_eq!(both_ms(&*raft, "command-latency"), (Some(40), Some(40)), "and to the leader, and back");

    let mut pbft = begin("pbft", &[]);
    operate(&mut *pbft, NodeId(4), "put", &[0, 7]);
    run_for(&mut *pbft, S);
    assert_eq!(both_ms(&*pbft, "consensus-time-p50"), (Some(30), Some(30)), "pre-prepare, prepare, commit");
    assert_eq!(both_ms(&*pbft, "answer-time"), (Some(50), Some(50)), "and a request and a reply");

    let mut paxos = begin("paxos", &[("proposers", 1)]);
    operate(&mut *paxos, NodeId(0), "propose", &[1]);
    run_for(&mut *paxos, S);
    assert_eq!(both_ms(&*paxos, "consensus-time-p50"), (Some(20), Some(20)), "accept request, accepted");
    assert_eq!(both_ms(&*paxos, "time-until-known"), (Some(40), Some(40)), "and phase 1");
}

#[test]
fn consensus_time_is_measured_where_something_is_proposed() {
    for entry in catalogue() {
        let session = entry.open(&Recipe::new(entry.meta.slug)).unwrap();
        let values = session.measures().values;
        let median = values.iter().find(|value| value.id == "consensus-time-p50");
        assert_eq!(median.is_some(), entry.meta.slug != "ping-pong", "{}", entry.meta.slug);
        assert!(
            median.is_none_or(|median| median.value.is_none()),
            "{}: nothing happened yet",
            entry.meta.slug
        );
    }
}

/// A leader proposes a command, and crashes once its followers have it: the next leader has it decided, and time has run since
/// the first one proposed it. Raft's commits it by a no-op, Multi-Paxos' proposes it once more.
#[test]
fn what_an_old_leader_proposed_is_timed_from_there() {
    for (slug, took) in [("raft", 239_908), ("multi-paxos", 283_358)] {
        let mut session = begin(slug, &[("clients", 1)]);
        run_for(&mut *session, S);
        let (old, client) = leader_and_client(&*session);
        operate(&mut *session, client, "put", &[0, 7]);
        run_for(&mut *session, 10 * MS);
        let proposed_at = session.now();
        run_for(&mut *session, 10 * MS);
        assert_eq!(value(&*session, "consensus-time-p50"), None, "{slug}: the answers are on their way");
        session.command(Command::Crash(old)).unwrap();
        run_for(&mut *session, S);
        let (new, _) = leader_and_client(&*session);
        let decided = session
            .marks()
            .iter()
            .find(|mark| mark.kind == MarkKind::Decided && mark.at > proposed_at)
            .unwrap();
        assert_eq!(decided.node, Some(new), "{slug}");
        assert_eq!(
            value(&*session, "consensus-time-p50"),
            Some(decided.at.since(proposed_at) * 1_000),
            "{slug}"
        );
        assert_eq!(decided.at.since(proposed_at), took, "{slug}");
    }
}

/// A leader that is cut off from the other servers appends what it can't commit. The client turns to the next leader, which
/// appends it anew: nobody has to wait for the first entry, which is overwritten.
#[test]
fn what_nobody_agreed_to_is_not_timed() {
    let mut session = begin("raft", &[("clients", 1)]);
    run_for(&mut *session, S);
    let (old, client) = leader_and_client(&*session);
    let others = (0..5).map(NodeId).filter(|node| *node != old).collect();
    session
        .command(Command::Cut { from: vec![old], to: others, ways: Ways::Both, fate: CutFate::Lose })
        .unwrap();
    operate(&mut *session, client, "put", &[0, 7]);
    run_for(&mut *session, 2 * S);
    session.command(Command::HealAll).unwrap();
    run_for(&mut *session, S);
    assert!(session.operations()[0].returned.is_some(), "the client found the next leader");
    assert_eq!(both_ms(&*session, "commit-latency").0, Some(20));
}

/// Whatever goes to n4 takes half as long, so n4 knows first that a request is committed. If it lies, nobody knows by then.
#[test]
fn nobody_knows_what_only_a_liar_knows() {
    let took = |behaviour: Option<u8>| {
        let mut session = begin("pbft", &[]);
        let profile = LinkProfile::constant(5_000);
        session.command(Command::Link { from: None, to: Some(NodeId(3)), profile }).unwrap();
        if let Some(behaviour) = behaviour {
            session.command(Command::Byzantine { node: NodeId(3), behaviour }).unwrap();
        }
        operate(&mut *session, NodeId(4), "put", &[0, 7]);
        run_for(&mut *session, S);
        both_ms(&*session, "consensus-time-p50").0
    };
    assert_eq!(took(None), Some(20));
    assert_eq!(took(Some(5)), Some(25), "it lies to clients only");
}

/// The silent primary gave the request its number before anybody else did, so the wait for a view change is part of it. The
/// equivocating one proposed in other numbers what the next view decides, which counts from that view's proposals.
#[test]
fn the_proposal_of_a_liar_counts_if_it_is_decided() {
    for (scenario, took) in [("silent-primary", 614_450), ("equivocating-primary", 43_971)] {
        let mut session = find("pbft").unwrap().scenario(scenario).unwrap().session;
        let end = session.recipe().length;
        session.seek(end);
        assert_eq!(value(&*session, "consensus-time-p50"), Some(took * 1_000), "{scenario}");
    }
}

/// A leader that appends a command does nothing that somebody looks for in a run.
#[test]
fn a_proposal_is_no_mark() {
    let mut session = begin("raft", &[("clients", 1)]);
    run_for(&mut *session, S);
    let (_, client) = leader_and_client(&*session);
    operate(&mut *session, client, "put", &[0, 7]);
    let asked = session.present();
    run_for(&mut *session, S);
    let steps = session.steps(asked..session.present() + 1);
    let is_append = |step: &StepView| step.whys.iter().any(|why| why.rule == "append");
    let append = steps.iter().find(|step| is_append(step)).unwrap();
    assert_eq!(append.marks, []);
    assert!(session.marks().iter().all(|mark| mark.step != append.step));
    session.seek(asked);
    let next = session.next_mark(MarkSet::ALL, 1_000).unwrap();
    assert_eq!(next.kind, MarkKind::Decided, "not when it was proposed");
    let lanes = session.lanes(Time(0), session.now(), 10_000);
    let dot = lanes.dots.iter().find(|dot| dot.step == append.step).unwrap();
    assert_eq!(dot.mark, None);
    assert_eq!(value(&*session, "commit-latency"), Some(20_000_000), "and yet it is measured");
}
