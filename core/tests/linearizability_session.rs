//! Runs of the engine judged by what their clients saw.

mod histories_support;

use histories_support::say;
use playground_core::action::Command;
use playground_core::history::{Format, Value, read, write};
use playground_core::id::NodeId;
use playground_core::linearizability::{Checker, Live, ModelKind, Sequential, Spec, Verdict};
use playground_core::recipe::Recipe;
use playground_core::registry::{find, open};
use playground_core::session::Session;
use playground_core::time::{S, Time};

/// Positions in Raft's operations.
const PUT: u8 = 0;
const GET: u8 = 1;
const ADD: u8 = 2;
const CAS: u8 = 3;

/// Three servers and two clients, a second after they started.
fn raft() -> Box<dyn Session> {
    let params = vec![("n".into(), 3), ("clients".into(), 2)];
    let mut session = open(&Recipe { params, ..Recipe::new("raft") }).expect("a run of the catalogue");
    session.run_until(Time(S), 100_000);
    session
}

fn ask(session: &mut dyn Session, client: u16, operation: u8, args: &[u64]) {
    let node = NodeId(2 + client);
    session.command(Command::Operate { node, operation, args: args.to_vec() }).expect("a client takes it");
}

fn wait(session: &mut dyn Session) {
    let now = session.frame(&Default::default()).now;
    session.run_until(now.after(2 * S), 100_000);
}

fn spec() -> Spec {
    Spec { initial: Some(Value::Int(0)), ..Spec::new(ModelKind::Kv) }
}

#[test]
fn what_raft_answers_is_linearizable() {
    let mut session = raft();
    ask(&mut *session, 1, PUT, &[0, 3]);
    ask(&mut *session, 2, ADD, &[0, 4]);
    wait(&mut *session);
    ask(&mut *session, 1, CAS, &[1, 5, 6]);
    wait(&mut *session);
    ask(&mut *session, 2, CAS, &[1, 0, 6]);
    ask(&mut *session, 1, GET, &[0]);
    wait(&mut *session);
    let history = session.history();
    let all: Vec<String> = history.operations().iter().map(ToString::to_string).collect();
    assert_eq!(all, ["put x 3", "add x 4 → [4 4]", "cas y 5 6, failed", "cas y 0 6", "get x → 3"]);
    let ids: Vec<u64> = history.operations().iter().map(|operation| operation.source).collect();
    assert_eq!(ids, session.operations().iter().map(|view| view.id.0).collect::<Vec<_>>());
    let verdict = Checker::judge(&history, &spec(), 10_000).expect("a history of a store");
    assert_eq!(
        say(&history, &verdict),
        "yes: add x 4 → [4 4]; put x 3; cas y 5 6, failed; cas y 0 6; get x → 3"
    );
    let text = write(&history, Format::Edn);
    let again = read(&text, Format::Edn).expect("what was written");
    assert_eq!(Checker::judge(&again, &spec(), 10_000), Ok(verdict));
}

#[test]
fn an_unanswered_command_is_of_unknown_outcome_and_going_back_forgets() {
    let mut session = raft();
    ask(&mut *session, 1, PUT, &[0, 3]);
    let asked = session.frame(&Default::default()).step;
    let mut live = Live::new(spec());
    assert_eq!(session.history().operations()[0].to_string(), "put x 3, unknown");
    assert_eq!(live.follow(&session.history()), Ok(&Verdict::Explained(vec![])));
    wait(&mut *session);
    assert_eq!(session.history().operations()[0].to_string(), "put x 3");
    assert!(matches!(live.follow(&session.history()), Ok(Verdict::Explained(order)) if order.len() == 1));
    session.seek(asked);
    assert_eq!(session.history().operations()[0].to_string(), "put x 3, unknown");
    session.seek(asked - 1);
    assert!(session.history().operations().is_empty());
}

#[test]
fn a_stale_read_of_a_deposed_leader_is_not_linearizable_and_is_named() {
    let mut session = find("raft").unwrap().scenario("twin-local-read").unwrap().session;
    session.seek(session.recipe().length);
    let history = session.history();
    let all: Vec<String> = history.operations().iter().map(ToString::to_string).collect();
    assert_eq!(all, ["put x 1", "put x 9", "get x → 1"]);
    let verdict = Checker::judge(&history, &spec(), 10_000).expect("a history of a store");
    let Verdict::Unexplained(stuck) = verdict else { panic!("{verdict:?}") };
    assert_eq!(history.operations()[stuck.operation as usize].to_string(), "get x → 1");
    // Each client saw its own operations in order, so the run is sequentially consistent: staleness is what differs.
    let mut sequential = Sequential::new(&history, &spec()).expect("a history of a store");
    while !sequential.run(10_000) {}
    assert!(matches!(sequential.verdict(), Some(Verdict::Explained(_))));
}

#[test]
fn busy_clients_are_judged_too() {
    let params = vec![("n".into(), 3), ("clients".into(), 3), ("client-load-ms".into(), 20)];
    let mut session = open(&Recipe { params, ..Recipe::new("raft") }).expect("a run of the catalogue");
    session.run_until(Time(5 * S), 100_000);
    let history = session.history();
    assert!(history.operations().len() > 100, "{} operations", history.operations().len());
    assert!(matches!(Checker::judge(&history, &spec(), 1_000_000), Ok(Verdict::Explained(_))));
}
