//! The explorer, held against published counts.

mod support;

use playground_core::explore::{Bounds, Ending, Explorer, NetworkKind};
use playground_core::param::Params;
use playground_core::protocol::Protocol;
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
fn a_hasty_commit_is_found_in_the_fewest_moves() {
    let mut explorer = Explorer::new(&world::<TwoPhase>(&[("managers", 3), ("hasty", 1)]), set());
    assert_eq!(explorer.run(u64::MAX).ended, Some(Ending::Violation));
    let found = explorer.counterexample().unwrap();
    assert_eq!(found.property, "consistent");
    // One prepares, its vote arrives, commit is decided, arrives there, and another aborts of its own accord.
    assert_eq!(found.moves.len(), 5, "{:?}", found.moves);
}
