//! Every future of a small Paxos cluster: no order of messages, timeouts and crashes within the bounds breaks a property,
//! and the number of distinct states is pinned. Each twin is caught by the same search.

use playground_core::action::Command;
use playground_core::explore::{Bounds, Counterexample, Ending, Exploration, Progress, explore};
use playground_core::id::NodeId;
use playground_core::recipe::Recipe;
use playground_core::registry::open;
use playground_core::view::Lens;

fn recipe(params: &[(&str, u64)]) -> Recipe {
    Recipe {
        params: params.iter().map(|(id, value)| ((*id).into(), *value)).collect(),
        ..Recipe::new("paxos")
    }
}

fn search(params: &[(&str, u64)], bounds: Bounds) -> (Progress, Box<dyn Exploration>) {
    let mut exploration = explore(&recipe(params), bounds).unwrap();
    (exploration.run(u64::MAX), exploration)
}

fn bounds(timers: u8, crashes: u8) -> Bounds {
    Bounds { timers: Some(timers), crashes, states_max: 2_000_000, ..Bounds::default() }
}

/// A cluster without learners, whose proposers propose unasked: that takes a timer each.
fn cluster(acceptors: u64, proposers: u64) -> [(&'static str, u64); 3] {
    [("n", acceptors), ("proposers", proposers), ("learners", 0)]
}

#[test]
fn small_clusters_are_explored_completely() {
    let lossy = Bounds { drops: Some(1), duplicates: 1, ..bounds(2, 0) };
    for (acceptors, proposers, bounds, distinct) in [
        (1, 2, bounds(2, 0), 62),
        (2, 2, bounds(2, 0), 790),
        (2, 2, bounds(2, 1), 6_042),
        (2, 2, lossy, 31_114),
        (1, 2, bounds(4, 2), 22_855),
        (1, 3, bounds(3, 0), 1_062),
        (3, 1, bounds(2, 1), 3_310),
    ] {
        let (progress, exploration) = search(&cluster(acceptors, proposers), bounds.clone());
        let said = format!("{acceptors} acceptors, {proposers} proposers, {bounds:?}");
        assert_eq!(exploration.counterexample(), None, "{said}");
        assert_eq!((progress.ended, progress.distinct), (Some(Ending::Complete), distinct), "{said}");
    }
}

// Node's own wasm memory gives out under states by the hundred thousand, so this one runs natively only.
#[cfg(not(target_family = "wasm"))]
#[test]
fn two_proposers_and_three_acceptors_are_explored_completely() {
    let (progress, exploration) = search(&cluster(3, 2), bounds(2, 0));
    assert_eq!(exploration.counterexample(), None);
    assert_eq!((progress.ended, progress.distinct), (Some(Ending::Complete), 341_374));
}

#[test]
fn one_proposer_and_a_learner_are_explored_completely() {
    let params = [("n", 2), ("proposers", 1), ("learners", 1)];
    let (progress, exploration) = search(&params, bounds(2, 1));
    assert_eq!(exploration.counterexample(), None);
    assert_eq!((progress.ended, progress.distinct), (Some(Ending::Complete), 4_346));
}

/// Follows a counterexample as an ordinary run.
fn follow(recipe: &Recipe, found: &Counterexample) {
    let mut session = open(recipe).unwrap();
    session.seek(recipe.length);
    let step = session.follow(found).unwrap();
    let verdicts = session.frame(&Lens::default()).verdicts;
    let verdict = verdicts.iter().find(|verdict| verdict.id == found.property).unwrap();
    assert_eq!((verdict.holds, verdict.broken_at), (false, Some(step)));
}

#[test]
fn each_twin_is_caught_in_the_fewest_moves() {
    for (twin, acceptors, bounds, property, moves) in [
        // A timer, a prepare, a promise, an accept: apple is chosen by one acceptor. Again without the accept: banana is
        // proposed.
        ("twin-ignore-accepted", 1, bounds(2, 0), "chosen-value-stays", 7),
        ("twin-ignore-accepted", 3, bounds(2, 0), "chosen-value-stays", 12),
        ("twin-forget-promise", 1, bounds(2, 1), "chosen-value-stays", 9),
        ("twin-shared-ballots", 1, bounds(2, 0), "one-value-per-ballot", 6),
        ("twin-shared-ballots", 3, bounds(2, 0), "one-value-per-ballot", 10),
    ] {
        let params = [&cluster(acceptors, 2)[..], &[(twin, 1)]].concat();
        let (progress, exploration) = search(&params, bounds);
        assert_eq!(progress.ended, Some(Ending::Violation), "{twin}");
        let found = exploration.counterexample().unwrap();
        assert_eq!((found.property, found.moves.len()), (property, moves), "{twin}");
        follow(&recipe(&params), found);
    }
}

#[test]
fn a_learner_that_believes_the_first_acceptance_is_caught() {
    let params = |twin: u64| [("proposers", 1), ("learners", 1), ("twin-learn-first", twin)];
    let (progress, exploration) = search(&params(1), bounds(1, 0));
    assert_eq!(progress.ended, Some(Ending::Violation));
    // A timer, two prepares, two promises, an accept, and what the acceptor tells the learner.
    let found = exploration.counterexample().unwrap();
    assert_eq!((found.property, found.moves.len()), ("learned-is-chosen", 7));
    follow(&recipe(&params(1)), found);
    assert_eq!(search(&params(0), bounds(1, 0)).1.counterexample(), None);
}

/// p1 has proposed apple in 1.p1, crashed, restarted, and is asked for banana: what may become of it is explored.
fn second_life(twin: u64) -> (Recipe, Progress, Box<dyn Exploration>) {
    let (p1, banana) = (NodeId(0), 1);
    let mut session = open(&recipe(&[
        ("proposers", 1),
        ("learners", 0),
        ("propose-within-ms", 1),
        ("twin-forget-round", twin),
    ]))
    .unwrap();
    while !session.frame(&Lens::default()).flights.iter().any(|flight| flight.summary == "apple in 1.p1") {
        assert!(session.step());
    }
    for command in [
        Command::Crash(p1),
        Command::Restart(p1),
        Command::Operate { node: p1, operation: 0, args: vec![banana] },
    ] {
        session.command(command).unwrap();
    }
    let here = session.recipe_here();
    let mut exploration = explore(&here, bounds(0, 0)).unwrap();
    (here, exploration.run(u64::MAX), exploration)
}

#[test]
fn a_proposer_that_forgets_its_round_is_caught_from_where_it_restarts() {
    let (here, progress, exploration) = second_life(1);
    assert_eq!(progress.ended, Some(Ending::Violation));
    let found = exploration.counterexample().unwrap();
    assert_eq!(found.property, "one-value-per-ballot");
    follow(&here, found);
    let (_, progress, exploration) = second_life(0);
    assert_eq!((progress.ended, exploration.counterexample()), (Some(Ending::Complete), None));
}
