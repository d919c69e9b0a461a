//! The explorer, held against published counts.

mod support;

use playground_core::explore::{Bounds, Ending, Exploration, Explorer, Job, NetworkKind, Order, explore};
use playground_core::param::Params;
use playground_core::protocol::Protocol;
use playground_core::recipe::Recipe;
use playground_core::registry::open;
use playground_core::session::Session;
use playground_core::view::Lens;
use playground_core::workload::PaxosRegister;
use playground_core::world::World;
use support::two_phase::TwoPhase;

fn world<P: Protocol>(params: &[(&str, u64)]) -> World<P> {
    let mut values = Params::defaults(P::META.params);
    params.iter().for_each(|(id, value)| values.set(id, *value).unwrap());
    World::new(P::open(&values), 1)
}

fn set() -> Bounds {
    Bounds { network: NetworkKind::Set, states_max: 10_000_000, ..Bounds::default() }
}

#[test]
fn two_phase_commit_has_as_many_states_as_published() {
    for (managers, distinct) in [(3, 288), (5, 8_832)] {
        let mut explorer = Explorer::new(&world::<TwoPhase>(&[("managers", managers)]), set());
        let progress = explorer.run(u64::MAX);
        assert_eq!(
            (progress.distinct, progress.ended),
            (distinct, Some(Ending::Complete)),
            "{managers} managers"
        );
    }
}

#[test]
fn paxos_has_as_many_states_as_published() {
    let bounds = Bounds { states_max: 10_000_000, ..Bounds::default() };
    let mut explorer = Explorer::new(&world::<PaxosRegister>(&[("clients", 2)]), bounds);
    let progress = explorer.run(u64::MAX);
    assert_eq!((progress.distinct, progress.ended), (16_668, Some(Ending::Complete)));
}

#[test]
fn a_hasty_commit_is_found_in_the_fewest_moves() {
    let mut explorer = Explorer::new(&world::<TwoPhase>(&[("managers", 3), ("hasty", 1)]), set());
    assert_eq!(explorer.run(u64::MAX).ended, Some(Ending::Violation));
    let found = explorer.counterexample().unwrap();
    assert_eq!(found.property, "consistent");
    // One prepares, its vote arrives, commit is decided, arrives there, and another aborts of its own accord.
    assert_eq!(found.moves.len(), 5, "{:?}", found.moves);
}

/// Explores a protocol of the catalogue from the beginning.
fn explore_entry(
    slug: &str,
    params: &[(&str, u64)],
    bounds: Bounds,
) -> (Box<dyn Session>, Box<dyn Exploration>) {
    let params = params.iter().map(|(id, value)| ((*id).into(), *value)).collect();
    let session = open(&Recipe { params, ..Recipe::new(slug) }).unwrap();
    let mut exploration = explore(&session.recipe(), bounds).unwrap();
    exploration.run(u64::MAX);
    (session, exploration)
}

#[test]
fn a_counterexample_opens_as_an_ordinary_run_that_breaks_the_property() {
    let bounds = Bounds { timers: Some(1), ..Bounds::default() };
    let (mut session, exploration) = explore_entry("ping-pong", &[("twin-count-every-ball", 1)], bounds);
    assert_eq!(exploration.progress().ended, Some(Ending::Violation));
    let found = exploration.counterexample().unwrap();
    let step = session.follow(found).unwrap();
    let frame = session.frame(&Lens::default());
    let verdict = frame.verdicts.iter().find(|verdict| verdict.id == found.property).unwrap();
    assert_eq!((verdict.holds, verdict.broken_at), (false, Some(step)));
    let again = open(&Recipe::from_link(&session.recipe().to_link()).unwrap()).unwrap();
    assert_eq!(again.fingerprint(), session.fingerprint());
}

#[test]
fn the_correct_ping_pong_breaks_nothing_within_the_same_bounds() {
    let bounds = Bounds { timers: Some(3), depth_max: 30, duplicates: 1, ..Bounds::default() };
    let (_, exploration) = explore_entry("ping-pong", &[], bounds);
    assert_eq!(exploration.progress().ended, Some(Ending::Depth));
}

/// Runs jobs one after another, the last first: the order they are done in must not matter.
fn backwards(mut jobs: Vec<Job<'_>>) {
    while let Some(job) = jobs.pop() {
        job();
    }
}

#[test]
fn any_number_of_workers_finds_the_same() {
    let raft = [("n", 3), ("clients", 0), ("twin-forget-vote", 1)];
    let params = raft.iter().map(|(id, value)| ((*id).into(), *value)).collect();
    let recipe = Recipe { params, ..Recipe::new("raft") };
    let bounds = Bounds { timers: Some(2), crashes: 1, ..Bounds::default() };
    let mut alone = explore(&recipe, bounds.clone()).unwrap();
    let found = alone.run(u64::MAX);
    assert_eq!(found.ended, Some(Ending::Violation));
    for workers in [2, 3, 7] {
        let mut together = explore(&recipe, bounds.clone()).unwrap();
        assert_eq!(together.run_on(u64::MAX, workers, &backwards), found, "{workers} workers");
        assert_eq!(together.counterexample(), alone.counterexample(), "{workers} workers");
    }
    let paxos = world::<PaxosRegister>(&[("clients", 2)]);
    let mut together = Explorer::new(&paxos, Bounds::default());
    assert_eq!(together.run_on(u64::MAX, 2, &backwards).distinct, 16_668);
}

#[test]
fn slices_of_any_size_find_the_same() {
    let mut whole = Explorer::new(&world::<TwoPhase>(&[("managers", 3)]), set());
    let mut sliced = Explorer::new(&world::<TwoPhase>(&[("managers", 3)]), set());
    let found = whole.run(u64::MAX);
    while sliced.progress().ended.is_none() {
        sliced.run(7);
    }
    assert_eq!(sliced.progress(), found);
}

#[test]
fn depth_first_finds_as_many_states_as_breadth_first() {
    let bounds = Bounds { order: Order::DepthFirst, ..set() };
    let mut explorer = Explorer::new(&world::<TwoPhase>(&[("managers", 3)]), bounds);
    assert_eq!(explorer.run(u64::MAX).distinct, 288);
}

#[test]
fn raft_with_three_servers_is_safe_in_every_future_of_a_timeout_and_a_crash() {
    let bounds = Bounds { timers: Some(1), crashes: 1, ..Bounds::default() };
    for (params, states) in
        [(&[("n", 3), ("clients", 0)][..], 3_497), (&[("n", 3), ("clients", 0), ("pre-vote", 1)], 25_103)]
    {
        let (_, exploration) = explore_entry("raft", params, bounds.clone());
        let progress = exploration.progress();
        assert_eq!((progress.ended, progress.distinct), (Some(Ending::Complete), states), "{params:?}");
    }
}

// Node's own wasm memory gives out under states by the hundred thousand, so this one runs natively only.
#[cfg(not(target_family = "wasm"))]
#[test]
fn raft_with_three_servers_is_safe_in_every_future_of_two_timeouts() {
    let bounds = Bounds { timers: Some(2), states_max: 300_000, ..Bounds::default() };
    let (_, exploration) = explore_entry("raft", &[("n", 3), ("clients", 0)], bounds);
    let progress = exploration.progress();
    assert_eq!((progress.ended, progress.distinct), (Some(Ending::Complete), 256_816));
}
