//! Multi-Paxos explored: every order of messages, timeouts and crashes within small bounds. The counts are pinned; what a
//! twin breaks is found within bounds in which the correct protocol breaks nothing.

// Node's own wasm memory gives out under states by the hundred thousand, so these run natively only.
#![cfg(not(target_family = "wasm"))]

use playground_core::action::Command;
use playground_core::explore::{Bounds, Ending, Exploration, explore};
use playground_core::id::NodeId;
use playground_core::recipe::Recipe;
use playground_core::registry::open;
use playground_core::scenario::Director;
use playground_core::session::Session;
use playground_core::view::Lens;

/// n1 of three leads. c1 asked it, and it has proposed the command in slot 1. What c2 asks of a server, if it asks anything,
/// is on its way. What the explorer is to decide begins here.
fn proposed(params: &[(&str, u64)], second_at: Option<u64>) -> Box<dyn Session> {
    let mut session = opened(params);
    let mut director = Director::new(&mut *session);
    director.fire(NodeId(0), "leader timeout");
    while director.deliver(|_| true) > 0 {}
    director.operate(NodeId(3), PUT, &[0, 1, 1]);
    director.deliver(|_| true);
    if let Some(at) = second_at {
        director.operate(NodeId(4), PUT, &[0, 2, at]);
    }
    session
}

const PUT: u8 = 0;

/// The beginning, with messages that wait to be delivered.
fn opened(params: &[(&str, u64)]) -> Box<dyn Session> {
    let params = params.iter().map(|(id, value)| ((*id).into(), *value)).collect();
    let mut session = open(&Recipe { params, ..Recipe::new("multi-paxos") }).unwrap();
    session.command(Command::Manual(true)).unwrap();
    session
}

/// Timers that may fire, and crashes; every message arrives once, in any order, or stays on its way.
fn bounds(timers: u8, crashes: u8) -> Bounds {
    Bounds { timers: Some(timers), crashes, states_max: 400_000, ..Bounds::default() }
}

fn explored(session: &dyn Session, bounds: Bounds) -> Box<dyn Exploration> {
    let mut exploration = explore(&session.recipe(), bounds).unwrap();
    exploration.run(u64::MAX);
    exploration
}

/// Every future within bounds: how many states, and that none breaks a property.
fn complete(session: &dyn Session, bounds: Bounds) -> u64 {
    let exploration = explored(session, bounds);
    let progress = exploration.progress();
    assert_eq!(exploration.counterexample(), None);
    assert_eq!(progress.ended, Some(Ending::Complete), "{progress:?}");
    progress.distinct
}

#[test]
fn two_candidates_and_a_crash_leave_at_most_one_leader_to_trust() {
    assert_eq!(complete(&*opened(&[("clients", 0)]), bounds(2, 0)), 7_138);
    assert_eq!(complete(&*opened(&[("clients", 0)]), bounds(2, 1)), 52_421);
}

#[test]
fn two_commands_of_one_leader_are_applied_in_order() {
    assert_eq!(complete(&*proposed(&[], Some(1)), bounds(0, 0)), 268);
    assert_eq!(complete(&*proposed(&[], Some(1)), bounds(0, 1)), 3_082);
}

#[test]
fn a_takeover_in_the_midst_of_a_proposal_changes_nothing_that_is_chosen() {
    assert_eq!(complete(&*proposed(&[], None), bounds(1, 0)), 9_268);
    assert_eq!(complete(&*proposed(&[], None), bounds(1, 1)), 113_073);
}

#[test]
fn each_twin_is_caught_in_the_fewest_moves_and_the_rule_in_place_is_not() {
    for (twin, second_at, bounds, property, moves) in [
        ("twin-skip-phase-1", 2, bounds(1, 0), "chosen-stays", 3),
        ("twin-forget-promise", 2, bounds(1, 1), "chosen-stays", 7),
        ("twin-learn-any-ballot", 2, bounds(2, 0), "learned-is-chosen", 8),
        ("twin-apply-over-gap", 1, bounds(0, 0), "applied-in-order", 3),
    ] {
        let mut session = proposed(&[(twin, 1)], Some(second_at));
        let exploration = explored(&*session, bounds.clone());
        let found = exploration.counterexample().unwrap_or_else(|| panic!("{twin} is not found"));
        assert_eq!((found.property, found.moves.len()), (property, moves), "{twin}");
        let step = session.follow(found).unwrap();
        let frame = session.frame(&Lens::default());
        let verdict = frame.verdicts.iter().find(|verdict| verdict.id == property).unwrap();
        assert_eq!(verdict.broken_at, Some(step), "{twin}: the counterexample opens as a run");

        // As far as the twin's counterexample lies, the correct protocol has none.
        let near = Bounds { depth_max: moves as u32, ..bounds };
        assert_eq!(explored(&*proposed(&[], Some(second_at)), near).counterexample(), None, "{twin}");
    }
}
