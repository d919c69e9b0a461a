//! PBFT explored: every order of messages, timeouts and crashes within small bounds, with pinned counts. Three of four
//! replicas are a quorum, so the fourth is cut off, which is one fault of the one there may be.

// Node's own wasm memory gives out under states by the hundred thousand, so these run natively only.
#![cfg(not(target_family = "wasm"))]

use playground_core::action::{Command, CutFate, Ways};
use playground_core::explore::{Bounds, Ending, Exploration, explore};
use playground_core::id::NodeId;
use playground_core::recipe::Recipe;
use playground_core::registry::open;
use playground_core::scenario::Director;
use playground_core::session::Session;
use playground_core::view::Lens;

const PUT: u8 = 0;
const EQUIVOCATES: u8 = 2;
const FORGES: u8 = 6;

/// Four replicas, one of them cut off, and the requests of so many clients on their way.
fn opened(params: &[(&str, u64)], lonely: u16, requests: u16) -> Box<dyn Session> {
    let mut all = vec![("clients".into(), u64::from(requests)), ("status-ms".into(), 0)];
    all.extend(params.iter().map(|(id, value)| ((*id).into(), *value)));
    let mut session = open(&Recipe { params: all, ..Recipe::new("pbft") }).unwrap();
    let mut director = Director::new(&mut *session);
    director.command(Command::Manual(true));
    let others = (0..4 + requests).filter(|id| *id != lonely).map(NodeId).collect();
    let cut = Command::Cut { from: vec![NodeId(lonely)], to: others, ways: Ways::Both, fate: CutFate::Lose };
    director.command(cut);
    for client in 0..requests {
        director.operate(NodeId(4 + client), PUT, &[0, u64::from(client) + 1, 0]);
    }
    session
}

fn explored(session: &dyn Session, bounds: Bounds) -> Box<dyn Exploration> {
    let mut exploration = explore(&session.recipe(), bounds).unwrap();
    exploration.run(u64::MAX);
    exploration
}

fn bounds() -> Bounds {
    Bounds { timers: Some(0), states_max: 2_000_000, ..Bounds::default() }
}

#[test]
fn every_order_of_one_request_is_safe() {
    let session = opened(&[], 3, 1);
    let progress = explored(&*session, bounds()).progress();
    assert_eq!((progress.distinct, progress.ended), (257, Some(Ending::Complete)));
}

#[test]
fn every_order_of_one_request_with_a_crash_is_safe() {
    let session = opened(&[], 3, 1);
    let progress = explored(&*session, Bounds { crashes: 1, ..bounds() }).progress();
    assert_eq!((progress.distinct, progress.ended), (2_230, Some(Ending::Complete)));
}

#[test]
fn every_order_of_what_an_equivocating_primary_says_is_safe() {
    let mut session = opened(&[], 3, 2);
    session.command(Command::Byzantine { node: NodeId(0), behaviour: EQUIVOCATES }).unwrap();
    let progress = explored(&*session, bounds()).progress();
    assert_eq!((progress.distinct, progress.ended), (1_301, Some(Ending::Complete)));
}

/// Two timers may run out anywhere after the pre-prepares: a backup's patience, the client's.
#[test]
fn every_order_of_two_timers_after_the_pre_prepares_is_safe() {
    let mut session = opened(&[], 3, 1);
    let mut director = Director::new(&mut *session);
    director.deliver(|flight| flight.to != NodeId(3));
    director.deliver(|flight| flight.to != NodeId(3));
    let progress = explored(&*session, Bounds { timers: Some(2), ..bounds() }).progress();
    assert_eq!((progress.distinct, progress.ended), (252_471, Some(Ending::Complete)));
}

/// n2 has prepared a request, n3 has not, and both have lost patience.
#[test]
fn every_order_of_a_view_change_is_safe() {
    let mut session = opened(&[], 3, 1);
    let mut director = Director::new(&mut *session);
    director.deliver(|flight| flight.to != NodeId(3));
    director.deliver(|flight| flight.to != NodeId(3));
    director.deliver(|flight| (flight.from, flight.to) == (NodeId(2), NodeId(1)));
    director.fire(NodeId(1), "view change");
    director.fire(NodeId(2), "view change");
    let progress = explored(&*session, bounds()).progress();
    assert_eq!((progress.distinct, progress.ended), (8_384, Some(Ending::Complete)));
}

/// In the fewest moves two certificates come first: what agreement rests on breaks before it does.
#[test]
fn what_twins_break_is_found_and_nothing_with_the_rule_in_place() {
    for (twin, lonely, behaviour, property, moves) in [
        ("twin-f-plus-1", 1, EQUIVOCATES, "one-certificate", 4),
        ("twin-no-signature-check", 1, FORGES, "one-certificate", 6),
        ("twin-unmatched-digests", 3, EQUIVOCATES, "one-certificate", 6),
    ] {
        let with = |flag: u64| {
            let mut session = opened(&[(twin, flag)], lonely, 2);
            session.command(Command::Byzantine { node: NodeId(0), behaviour }).unwrap();
            let exploration = explored(&*session, Bounds { states_max: 150_000, ..bounds() });
            (session, exploration)
        };
        let (mut session, exploration) = with(1);
        let found =
            exploration.counterexample().unwrap_or_else(|| panic!("{twin}: {:?}", exploration.progress()));
        assert_eq!((found.property, found.moves.len()), (property, moves), "{twin}");
        session.follow(found).unwrap();
        let broken: Vec<_> =
            session.frame(&Lens::default()).verdicts.iter().filter(|v| !v.holds).map(|v| v.id).collect();
        assert_eq!(broken, [property], "{twin}");
        assert_eq!(with(0).1.counterexample(), None, "{twin}: with the rule in place");
    }
}
