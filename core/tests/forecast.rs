//! What a page may say beside a button before it is pressed: the protocol's own words, tried on a copy of the present.

use playground_core::action::Command;
use playground_core::id::NodeId;
use playground_core::registry::catalogue;
use playground_core::session::{Forecast, Session};
use playground_core::view::{Lens, Rank};

/// A scenario of a protocol, opened where its story begins.
fn opened(slug: &str, scenario: &str) -> Box<dyn Session> {
    let entry = catalogue().iter().find(|entry| entry.meta.slug == slug).expect("the protocol is known");
    entry.scenario(scenario).expect("the scenario is known").session
}

/// An operation by its id, with all arguments but the given ones at their defaults.
fn operation(session: &dyn Session, node: usize, id: &str, first: &[u64]) -> Command {
    let at = session.meta().operations.iter().position(|spec| spec.id == id).expect("the operation is known");
    let spec = &session.meta().operations[at];
    let mut args: Vec<u64> = spec.args.iter().map(|arg| arg.default).collect();
    args[..first.len()].copy_from_slice(first);
    Command::Operate { node: NodeId::at(node), operation: at as u8, args }
}

#[test]
fn a_follower_is_foretold_to_refuse_and_a_leader_to_act() {
    let session = opened("raft", "partitioned-leader");
    let nodes = session.frame(&Lens::default()).nodes;
    let (mut leaders, mut followers) = (0, 0);
    for node in nodes.iter().filter(|node| node.name.starts_with('n')) {
        let at = node.id.index();
        let to = if at == 1 { 2 } else { 1 };
        match session.forecast(&operation(&*session, at, "transfer", &[to])) {
            Forecast::Fails(why) => {
                assert_eq!(why, format!("{} does not hand over to n{} (does not lead)", node.name, to + 1));
                followers += 1;
            }
            other => {
                assert_eq!((other, node.view.rank), (Forecast::Acts, Rank::Leads));
                leaders += 1;
            }
        }
    }
    assert_eq!((leaders, followers), (2, 3));
}

#[test]
fn a_busy_client_is_foretold_to_wait() {
    let mut session = opened("raft", "partitioned-leader");
    let clients = session.frame(&Lens::default()).nodes.iter().position(|node| node.name == "c1");
    let put = operation(&*session, clients.expect("there is a client"), "put", &[]);
    let is_waiting = |session: &dyn Session| match session.forecast(&put) {
        Forecast::Waits(why) => why.starts_with("c1 keeps the command for later"),
        _ => false,
    };
    session.command(put.clone()).expect("a client can be asked");
    assert!(is_waiting(&*session), "{:?}", session.forecast(&put));
}

#[test]
fn only_proposers_are_foretold_to_take_a_proposal() {
    let mut session = opened("paxos", session_of_paxos());
    session.seek(0);
    for node in session.frame(&Lens::default()).nodes {
        let forecast = session.forecast(&operation(&*session, node.id.index(), "propose", &[]));
        assert_eq!(
            matches!(forecast, Forecast::Fails(_)),
            !node.name.starts_with('p'),
            "{}: {forecast:?}",
            node.name
        );
    }
}

fn session_of_paxos() -> &'static str {
    let paxos = catalogue().iter().find(|entry| entry.meta.slug == "paxos").expect("Paxos is known");
    paxos.scenarios[0].id
}

#[test]
fn to_foretell_changes_nothing() {
    for entry in catalogue().iter() {
        let Some(scenario) = entry.scenarios.first() else { continue };
        let session = opened(entry.meta.slug, scenario.id);
        let before = (session.fingerprint(), session.recipe());
        for node in session.frame(&Lens::default()).nodes {
            for spec in entry.meta.operations.iter().filter(|spec| spec.on == node.kind) {
                session.forecast(&operation(&*session, node.id.index(), spec.id, &[]));
            }
        }
        assert_eq!((session.fingerprint(), session.recipe()), before, "{}", entry.meta.slug);
    }
}
