//! Exploring by symmetry, held against a count of orbits made without the explorer, and against the searches without it.

mod support;

use playground_core::action::{Command, CutFate, Ways};
use playground_core::explore::{
    Bounds, Ending, Explorer, Job, NetworkKind, NoSymmetry, Order, Progress, explore,
};
use playground_core::id::NodeId;
use playground_core::param::Params;
use playground_core::protocol::Protocol;
use playground_core::recipe::Recipe;
use playground_core::registry::{OpenError, find, open};
use playground_core::view::Lens;
use playground_core::world::World;
use std::collections::{BTreeSet, VecDeque};
use support::two_phase::TwoPhase;

fn two_phase(params: &[(&str, u64)]) -> World<TwoPhase> {
    let mut values = Params::defaults(TwoPhase::META.params);
    params.iter().for_each(|(id, value)| values.set(id, *value).unwrap());
    World::new(TwoPhase::open(&values), 1)
}

fn plainly(network: NetworkKind) -> Bounds {
    Bounds { network, ..Bounds::default() }
}

fn symmetric(bounds: Bounds) -> Bounds {
    Bounds { symmetry: true, ..bounds }
}

/// Two-phase commit once more, as plain as can be: what the specification says of resource managers and of the messages
/// to and from each. `Ord` so that sets of them are sets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Plain {
    decision: Option<Decision>,
    managers: Vec<Manager>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Decision {
    Commit,
    Abort,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Working,
    Prepared,
    Decided(Decision),
}

/// Everything that carries a resource manager's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Manager {
    stage: Stage,
    /// The transaction manager knows that it has prepared.
    is_known: bool,
    /// Its message is in the network.
    has_sent: bool,
    /// The decision is in the network.
    told: Option<Decision>,
}

impl Plain {
    fn new(managers: usize) -> Self {
        let manager = Manager { stage: Stage::Working, is_known: false, has_sent: false, told: None };
        Self { decision: None, managers: vec![manager; managers] }
    }

    fn with(&self, at: usize, change: impl FnOnce(&mut Manager)) -> Self {
        let mut next = self.clone();
        change(&mut next.managers[at]);
        next
    }

    fn decided(&self, decision: Decision) -> Self {
        let told = self.managers.iter().map(|manager| Manager { told: Some(decision), ..*manager });
        Self { decision: Some(decision), managers: told.collect() }
    }

    /// What can follow. A message to which nobody reacts stays in the network, unless others may wait behind it.
    fn next(&self, network: NetworkKind) -> Vec<Self> {
        let (stays, blocks) = (network == NetworkKind::Set, network == NetworkKind::Fifo);
        let mut next = vec![];
        if self.decision.is_none() {
            next.push(self.decided(Decision::Abort));
            if self.managers.iter().all(|manager| manager.is_known) {
                next.push(self.decided(Decision::Commit));
            }
        }
        for (at, manager) in self.managers.iter().enumerate() {
            if manager.stage == Stage::Working {
                next.push(self.with(at, |m| (m.stage, m.has_sent) = (Stage::Prepared, true)));
                next.push(self.with(at, |m| m.stage = Stage::Decided(Decision::Abort)));
            }
            if manager.has_sent {
                let is_heard = self.decision.is_none() && !manager.is_known;
                if is_heard || blocks {
                    next.push(self.with(at, |m| {
                        m.is_known |= is_heard;
                        m.has_sent = stays;
                    }));
                }
            }
            if let Some(decision) = manager.told {
                let is_news = manager.stage != Stage::Decided(decision);
                if is_news || blocks {
                    next.push(self.with(at, |m| {
                        m.stage = Stage::Decided(decision);
                        m.told = manager.told.filter(|_| stays);
                    }));
                }
            }
        }
        next
    }

    fn reachable(managers: usize, network: NetworkKind) -> BTreeSet<Self> {
        let mut seen = BTreeSet::from([Self::new(managers)]);
        let mut frontier: VecDeque<Self> = seen.iter().cloned().collect();
        while let Some(state) = frontier.pop_front() {
            for next in state.next(network) {
                if seen.insert(next.clone()) {
                    frontier.push_back(next);
                }
            }
        }
        seen
    }
}

/// Every order of so many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let Some(last) = count.checked_sub(1) else { return vec![vec![]] };
    let insert = |order: Vec<usize>| {
        (0..count).map(move |at| {
            let mut order = order.clone();
            order.insert(at, last);
            order
        })
    };
    orders(last).into_iter().flat_map(insert).collect()
}

/// How many states are left if those that are renamings of each other count once: each new one takes away all its
/// variants.
fn orbits(states: &BTreeSet<Plain>, managers: usize) -> u64 {
    let orders = orders(managers);
    let (mut left, mut count) = (states.clone(), 0);
    while let Some(state) = left.pop_first() {
        count += 1;
        for order in &orders {
            let renamed = order.iter().map(|at| state.managers[*at]).collect();
            left.remove(&Plain { decision: state.decision, managers: renamed });
        }
    }
    count
}

#[test]
fn as_many_states_are_left_of_two_phase_commit_as_it_has_orbits() {
    for (managers, network, counts) in [
        (3, NetworkKind::Set, (288, 80)),
        (5, NetworkKind::Set, (8_832, 314)),
        (3, NetworkKind::Multiset, (415, 108)),
        (4, NetworkKind::Multiset, (2_673, 250)),
        (3, NetworkKind::Fifo, (584, 144)),
        (4, NetworkKind::Fifo, (4_368, 370)),
    ] {
        let said = format!("{managers} managers, {network:?}");
        let states = Plain::reachable(managers, network);
        let orbits = orbits(&states, managers);
        assert_eq!((states.len() as u64, orbits), counts, "{said}");
        let world = two_phase(&[("managers", managers as u64)]);
        let mut all = Explorer::new(&world, plainly(network));
        assert_eq!(all.run(u64::MAX).distinct, states.len() as u64, "{said}");
        let mut fewer = Explorer::new(&world, symmetric(plainly(network)));
        let progress = fewer.run(u64::MAX);
        assert_eq!((progress.distinct, progress.ended), (orbits, Some(Ending::Complete)), "{said}");
    }
}

#[cfg(all(debug_assertions, not(target_family = "wasm")))]
#[test]
#[should_panic(expected = "has no symmetry as it claims")]
fn a_wrong_renaming_is_caught_by_the_debug_check() {
    let world = two_phase(&[("managers", 3), ("misname", 1)]);
    Explorer::new(&world, symmetric(plainly(NetworkKind::Set))).run(u64::MAX);
}

#[cfg(not(debug_assertions))]
#[test]
fn a_wrong_renaming_is_caught_by_the_count_of_orbits() {
    let world = two_phase(&[("managers", 3), ("misname", 1)]);
    let states = Plain::reachable(3, NetworkKind::Set);
    let progress = Explorer::new(&world, symmetric(plainly(NetworkKind::Set))).run(u64::MAX);
    assert_ne!(progress.distinct, orbits(&states, 3));
}

#[test]
fn a_hasty_commit_is_found_in_as_few_moves() {
    let world = two_phase(&[("managers", 3), ("hasty", 1)]);
    for network in [NetworkKind::Set, NetworkKind::Multiset, NetworkKind::Fifo] {
        let mut explorer = Explorer::new(&world, symmetric(plainly(network)));
        assert_eq!(explorer.run(u64::MAX).ended, Some(Ending::Violation));
        let found = explorer.counterexample().unwrap();
        assert_eq!((found.property, found.moves.len()), ("consistent", 5), "{network:?}");
    }
}

/// Runs jobs one after another, the last first.
fn backwards(mut jobs: Vec<Job<'_>>) {
    while let Some(job) = jobs.pop() {
        job();
    }
}

#[test]
fn any_number_of_workers_and_any_order_leave_the_same() {
    let world = two_phase(&[("managers", 5)]);
    let bounds = symmetric(plainly(NetworkKind::Set));
    let alone = Explorer::new(&world, bounds.clone()).run(u64::MAX);
    for workers in [2, 3, 7] {
        let together = Explorer::new(&world, bounds.clone()).run_on(u64::MAX, workers, &backwards);
        assert_eq!(together, alone, "{workers} workers");
    }
    let deep = Bounds { order: Order::DepthFirst, ..bounds };
    assert_eq!(Explorer::new(&world, deep).run(u64::MAX).distinct, alone.distinct);
}

#[test]
fn nodes_that_a_viewer_has_set_apart_are_not_interchangeable() {
    let renamings = |commands: &[Command]| {
        let numbered = (0..).zip(commands.iter().cloned()).collect();
        let length = commands.len() as u64;
        let recipe = Recipe { commands: numbered, length, ..paxos(3, 1, 2, None) };
        explore(&recipe, symmetric(Bounds::default())).unwrap().renamings()
    };
    let (p1, a1, a2) = (NodeId(0), NodeId(1), NodeId(2));
    assert_eq!(renamings(&[]), 12);
    assert_eq!(renamings(&[Command::Pause(a1)]), 4);
    assert_eq!(renamings(&[Command::Pause(a1), Command::Pause(a2)]), 4);
    let cut = |from, to| Command::Cut { from, to, ways: Ways::Both, fate: CutFate::Lose };
    assert_eq!(renamings(&[cut(vec![p1], vec![a1])]), 4);
    // A crash is a state like another: it can happen to any of them.
    assert_eq!(renamings(&[Command::Crash(a1)]), 12);
}

#[test]
fn what_can_not_be_explored_by_symmetry_is_refused_in_words() {
    let refusal = |recipe: Recipe| match explore(&recipe, symmetric(Bounds::default())) {
        Err(OpenError::Unexplorable { why }) => why,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it is explored"),
    };
    let none = "names no interchangeable nodes under these parameters: it can't be explored by symmetry";
    assert_eq!(refusal(Recipe::new("raft")), format!("“raft” {none}"));
    assert_eq!(refusal(paxos(1, 2, 0, None)), format!("“paxos” {none}"));
    assert!(
        refusal(paxos(7, 2, 2, None))
            .contains("they can be named in 10080 ways, and at most 5040 are compared")
    );
    let error = Explorer::open(&two_phase(&[("managers", 8)]), symmetric(Bounds::default())).err();
    assert_eq!(error, Some(NoSymmetry::TooMany { renamings: 40_320 }));
}

type Found = Option<(&'static str, usize)>;

/// Explores a recipe's end; what is found is followed as an ordinary run, and is the property and how many moves lead there.
fn search(recipe: &Recipe, bounds: Bounds) -> (Progress, Found) {
    let mut exploration = explore(recipe, bounds).unwrap();
    let progress = exploration.run(u64::MAX);
    let found = exploration.counterexample();
    if let Some(found) = found {
        let mut session = open(recipe).unwrap();
        session.seek(recipe.length);
        let step = session.follow(found).unwrap();
        let verdicts = session.frame(&Lens::default()).verdicts;
        let verdict = verdicts.iter().find(|verdict| verdict.id == found.property).unwrap();
        assert_eq!((verdict.holds, verdict.broken_at), (false, Some(step)));
    }
    (progress, found.map(|found| (found.property, found.moves.len())))
}

fn paxos(acceptors: u64, proposers: u64, learners: u64, twin: Option<&str>) -> Recipe {
    let size = [("n", acceptors), ("proposers", proposers), ("learners", learners)];
    let params = size.into_iter().chain(twin.map(|twin| (twin, 1)));
    Recipe { params: params.map(|(id, value)| (id.into(), value)).collect(), ..Recipe::new("paxos") }
}

fn bounds(timers: u8, crashes: u8) -> Bounds {
    Bounds { timers: Some(timers), crashes, states_max: 2_000_000, ..Bounds::default() }
}

#[test]
fn paxos_by_symmetry_is_complete_with_fewer_states() {
    let lossy = Bounds { drops: Some(1), duplicates: 1, ..bounds(2, 0) };
    let fifo = Bounds { network: NetworkKind::Fifo, ..bounds(2, 1) };
    for (recipe, bounds, renamings, pinned) in [
        (paxos(2, 2, 0, None), bounds(2, 1), 2, (6_042, 3_196)),
        (paxos(2, 2, 0, None), lossy, 2, (31_114, 15_618)),
        (paxos(3, 1, 0, None), bounds(2, 1), 6, (3_310, 710)),
        (paxos(2, 1, 1, None), bounds(2, 1), 2, (4_346, 2_298)),
        (paxos(2, 1, 2, None), bounds(1, 0), 4, (101, 44)),
        (paxos(3, 1, 0, None), fifo, 6, (1_812, 442)),
    ] {
        let (all, _) = search(&recipe, bounds.clone());
        let (fewer, found) = search(&recipe, symmetric(bounds.clone()));
        let said = format!("{recipe:?} {bounds:?}");
        assert_eq!((all.distinct, fewer.distinct), pinned, "{said}");
        assert_eq!((found, fewer.ended, fewer.depth), (None, Some(Ending::Complete), all.depth), "{said}");
        assert!(fewer.distinct * renamings >= all.distinct, "{said}");
    }
}

/// Burnside's lemma: two acceptors leave half of the states and of those that their exchange leaves as they are. In these
/// both have done the same, so that there are as many as with a single acceptor.
#[test]
fn two_acceptors_leave_as_many_states_as_burnside_says() {
    for timers in [1, 2, 3] {
        let (two, _) = search(&paxos(2, 2, 0, None), bounds(timers, 0));
        let (one, _) = search(&paxos(1, 2, 0, None), bounds(timers, 0));
        let (fewer, _) = search(&paxos(2, 2, 0, None), symmetric(bounds(timers, 0)));
        println!("{timers} timers: {} and {}, {}", two.distinct, one.distinct, fewer.distinct);
        assert_eq!(2 * fewer.distinct, two.distinct + one.distinct, "{timers} timers");
    }
}

/// p1 has proposed apple in 1.p1, crashed, restarted, and is asked for banana.
fn second_life(twin: Option<&str>) -> Recipe {
    let mut recipe = paxos(3, 1, 0, twin);
    recipe.params.push(("propose-within-ms".into(), 1));
    let mut session = open(&recipe).unwrap();
    while !session.frame(&Lens::default()).flights.iter().any(|flight| flight.summary == "apple in 1.p1") {
        assert!(session.step());
    }
    let (p1, banana) = (NodeId(0), 1);
    for command in [
        Command::Crash(p1),
        Command::Restart(p1),
        Command::Operate { node: p1, operation: 0, args: vec![banana] },
    ] {
        session.command(command).unwrap();
    }
    session.recipe_here()
}

#[test]
fn each_twin_of_paxos_is_caught_in_as_few_moves() {
    let mut caught = BTreeSet::new();
    for (twin, recipe, bounds) in [
        ("twin-ignore-accepted", paxos(2, 2, 0, Some("twin-ignore-accepted")), bounds(2, 0)),
        ("twin-ignore-accepted", paxos(3, 2, 0, Some("twin-ignore-accepted")), bounds(2, 0)),
        ("twin-forget-promise", paxos(2, 2, 0, Some("twin-forget-promise")), bounds(2, 2)),
        ("twin-shared-ballots", paxos(2, 2, 0, Some("twin-shared-ballots")), bounds(2, 0)),
        ("twin-shared-ballots", paxos(3, 2, 0, Some("twin-shared-ballots")), bounds(2, 0)),
        ("twin-forget-round", second_life(Some("twin-forget-round")), bounds(0, 0)),
        ("twin-learn-first", paxos(3, 1, 1, Some("twin-learn-first")), bounds(1, 0)),
    ] {
        let (all, found) = search(&recipe, bounds.clone());
        assert_eq!(all.ended, Some(Ending::Violation), "{twin}");
        let (fewer, same) = search(&recipe, symmetric(bounds));
        println!("{twin}: {} and {}, {found:?}", all.distinct, fewer.distinct);
        assert_eq!(same, found, "{twin}");
        assert!(fewer.distinct < all.distinct, "{twin}");
        caught.insert(twin);
    }
    let twins = find("paxos").unwrap().meta.twins.iter().map(|twin| twin.id).collect();
    assert_eq!(caught, twins);
    let (progress, found) = search(&second_life(None), symmetric(bounds(0, 0)));
    assert_eq!((progress.ended, found), (Some(Ending::Complete), None));
}
