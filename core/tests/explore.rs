//! The explorer, held against published counts.

mod support;

use playground_core::explore::{Bounds, Ending, Exploration, Explorer, NetworkKind, explore};
use playground_core::param::Params;
use playground_core::protocol::Protocol;
use playground_core::recipe::Recipe;
use playground_core::registry::open;
use playground_core::session::Session;
use playground_core::view::Lens;
use playground_core::world::World;
use support::paxos::Paxos;
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
    let mut explorer = Explorer::new(&world::<Paxos>(&[("clients", 2)]), bounds);
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

#[test]
fn raft_probe() {
    let base = &[("n", 3), ("clients", 0)];
    for twin in [None, Some("twin-forget-vote")] {
        let params: Vec<_> = base.iter().copied().chain(twin.map(|twin| (twin, 1))).collect();
        let bounds = Bounds { timers: Some(2), crashes: 1, states_max: 3_000_000, ..Bounds::default() };
        let (mut session, exploration) = explore_entry("raft", &params, bounds);
        eprintln!("{twin:?} {:?} {} bytes", exploration.progress(), exploration.bytes_per_state());
        if let Some(found) = exploration.counterexample() {
            eprintln!("{found:?}");
            session.follow(found).unwrap();
            eprintln!("{:?}", session.frame(&Lens::default()).verdicts);
        }
    }
}
