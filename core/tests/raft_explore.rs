//! Every future, within bounds, of three Raft servers with each feature in use: no property breaks in any of them.
//!
//! Each exploration begins where hands have brought the cluster: a leader, an operation just asked for, and its messages
//! on their way. From there any message may arrive next, any timer may fire, and so many may be lost or servers crash.

#![cfg(not(target_family = "wasm"))]

use playground_core::action::Command;
use playground_core::explore::{Bounds, Ending, Exploration, explore};
use playground_core::id::NodeId;
use playground_core::recipe::Recipe;
use playground_core::registry::open;
use playground_core::session::Session;
use playground_core::view::{FlightFrame, Lens};

/// Positions in `Meta::operations`.
const PUT: u8 = 0;
const GET: u8 = 1;
const TRANSFER: u8 = 5;
const CHANGE: u8 = 6;
const JOINT: u8 = 7;
const SNAPSHOT: u8 = 8;

/// How a member is changed.
const ADD_LEARNER: u64 = 0;
const PROMOTE: u64 = 1;
const ADD_VOTER: u64 = 2;
const REMOVE: u64 = 3;
const CATCH_UP: u64 = 4;

/// A cluster in hand: messages wait until they are delivered.
struct Hand(Box<dyn Session>);

impl Hand {
    fn open(params: &[(&str, u64)]) -> Self {
        let params = params.iter().map(|(id, value)| ((*id).into(), *value)).collect();
        let mut session = open(&Recipe { params, ..Recipe::new("raft") }).unwrap();
        session.command(Command::Manual(true)).unwrap();
        Self(session)
    }

    /// n1 leads, and everybody knows.
    fn led(params: &[(&str, u64)]) -> Self {
        let mut hand = Self::open(params);
        hand.fire(1, "election timeout");
        hand.settle();
        hand
    }

    fn command(&mut self, command: Command) {
        self.0.command(command).unwrap();
    }

    fn fire(&mut self, server: u16, label: &str) {
        let frame = self.0.frame(&Lens::default());
        let timers = &frame.nodes[usize::from(server - 1)].timers;
        let timer = timers.iter().position(|timer| timer.label == label).unwrap() as u8;
        self.command(Command::Fire { node: NodeId(server - 1), timer });
    }

    fn operate(&mut self, node: u16, operation: u8, args: &[u64]) {
        self.command(Command::Operate { node: NodeId(node - 1), operation, args: args.to_vec() });
    }

    /// Delivers what is wanted now, and loses what is not.
    fn only(&mut self, wanted: impl Fn(&FlightFrame) -> bool) {
        for flight in self.0.frame(&Lens::default()).flights {
            let id = flight.id;
            self.command(if wanted(&flight) { Command::Deliver(id) } else { Command::Drop(id) });
        }
    }

    /// Loses what is unwanted; the rest stays on its way.
    fn lose(&mut self, unwanted: impl Fn(&FlightFrame) -> bool) {
        for flight in self.0.frame(&Lens::default()).flights.iter().filter(|flight| unwanted(flight)) {
            self.command(Command::Drop(flight.id));
        }
    }

    /// Delivers all, and what that causes.
    fn settle(&mut self) {
        while let Some(flight) = self.0.frame(&Lens::default()).flights.first() {
            let id = flight.id;
            self.command(Command::Deliver(id));
        }
    }

    fn explore(&self, bounds: Bounds) -> Box<dyn Exploration> {
        let mut exploration = explore(&self.0.recipe(), bounds).unwrap();
        exploration.run(u64::MAX);
        exploration
    }

    /// All futures within bounds were looked at, so many states, and no property breaks.
    fn is_safe(&self, bounds: Bounds, distinct: u64) {
        let exploration = self.explore(bounds);
        let progress = exploration.progress();
        assert_eq!(progress.ended, Some(Ending::Complete), "{progress:?} {:?}", exploration.counterexample());
        assert_eq!(progress.distinct, distinct);
    }
}

fn bounds(timers: u8, crashes: u8, drops: u8) -> Bounds {
    Bounds { timers: Some(timers), crashes, drops: Some(drops), states_max: 400_000, ..Bounds::default() }
}

#[test]
fn a_server_that_is_added_while_another_stands() {
    let mut hand = Hand::led(&[("n", 3), ("members", 2), ("clients", 0)]);
    hand.operate(1, CHANGE, &[ADD_VOTER, 2]);
    hand.is_safe(bounds(1, 0, 1), 11_135);
}

#[test]
fn a_leader_that_removes_itself_and_crashes() {
    let mut hand = Hand::led(&[("n", 3), ("clients", 0)]);
    hand.operate(1, CHANGE, &[REMOVE, 0]);
    hand.is_safe(bounds(1, 1, 0), 16_108);
}

#[test]
fn joint_consensus_while_another_stands() {
    let mut hand = Hand::led(&[("n", 3), ("members", 2), ("clients", 0)]);
    hand.operate(1, JOINT, &[1, 2]);
    hand.is_safe(bounds(2, 0, 0), 117_007);
}

#[test]
fn a_snapshot_that_is_sent_while_another_stands() {
    let mut hand = Hand::led(&[("n", 3), ("clients", 1), ("snapshot-pieces", 4)]);
    hand.operate(4, PUT, &[0, 1]);
    hand.only(|_| true);
    hand.only(|flight| flight.to == NodeId(1));
    hand.settle();
    hand.operate(1, SNAPSHOT, &[]);
    hand.fire(1, "heartbeat");
    hand.is_safe(bounds(1, 0, 1), 21_216);
}

#[test]
fn a_leader_that_hands_over_while_another_stands() {
    let mut hand = Hand::led(&[("n", 3), ("clients", 1)]);
    hand.operate(1, TRANSFER, &[1]);
    hand.is_safe(bounds(1, 0, 0), 88_808);
}

#[test]
fn a_read_by_read_index_while_another_stands() {
    let mut hand = Hand::led(&[("n", 3), ("clients", 1), ("reads", 1)]);
    hand.operate(4, GET, &[0]);
    hand.is_safe(bounds(1, 0, 0), 16_985);
}

/// n1 leads with a lease, n3 votes for n2, and a client writes at n2 and then reads at n1. For an exploration clocks stand
/// still, so whatever happens a lease lasts.
fn a_write_there_and_a_read_here(reads: (&str, u64)) -> Hand {
    let mut hand = Hand::led(&[("n", 3), ("clients", 1), ("check-quorum", 1), reads]);
    hand.operate(4, PUT, &[0, 1, 1]);
    hand.settle();
    hand.fire(1, "heartbeat");
    hand.settle();
    hand.fire(3, "leader heard");
    hand.fire(2, "election timeout");
    hand.only(|flight| flight.to == NodeId(2));
    hand.operate(4, PUT, &[0, 2, 2]);
    hand.operate(4, GET, &[0, 1]);
    hand
}

#[test]
fn a_lease_on_a_clock_that_stands_still_reads_what_is_old() {
    let exploration = a_write_there_and_a_read_here(("twin-lease-read", 1)).explore(bounds(0, 0, 0));
    let found = exploration.counterexample().expect("a stale read");
    assert_eq!(found.property, "fresh-reads");
    assert_eq!(found.moves.len(), 7, "a vote, a write, its entry, two answers, a read and its answer");
    a_write_there_and_a_read_here(("reads", 1)).is_safe(bounds(0, 0, 0), 4_931);
}

const CAREFUL: [(&str, u64); 2] = [("pre-vote", 1), ("check-quorum", 1)];

/// n1 leads, all ask before they begin a term, and the leader steps down if it hears no majority.
fn careful(more: &[(&str, u64)]) -> Hand {
    Hand::led(&[&CAREFUL, more].concat())
}

#[test]
fn a_hand_over_with_pre_vote_and_check_quorum() {
    let mut hand = careful(&[("n", 3), ("clients", 0)]);
    hand.operate(1, TRANSFER, &[1]);
    hand.is_safe(bounds(1, 0, 0), 100_604);
}

#[test]
fn a_hand_over_while_members_change() {
    let mut hand = Hand::led(&[("n", 3), ("members", 2), ("clients", 0)]);
    hand.operate(1, CHANGE, &[ADD_VOTER, 2]);
    hand.operate(1, TRANSFER, &[1]);
    hand.is_safe(bounds(0, 0, 1), 11_879);
}

#[test]
fn joint_consensus_and_a_leader_that_crashes() {
    let mut hand = Hand::led(&[("n", 3), ("members", 2), ("clients", 0)]);
    hand.operate(1, JOINT, &[1, 2]);
    hand.is_safe(bounds(1, 1, 0), 11_856);
}

#[test]
fn a_learner_that_is_sent_a_snapshot_and_is_promoted() {
    let mut hand = Hand::led(&[("n", 3), ("members", 2), ("clients", 0), ("snapshot-pieces", 4)]);
    hand.operate(1, SNAPSHOT, &[]);
    hand.operate(1, CHANGE, &[CATCH_UP, 2]);
    hand.is_safe(bounds(1, 0, 1), 16_595);
}

#[test]
fn a_learner_that_is_added_and_promoted() {
    let mut hand = Hand::led(&[("n", 3), ("members", 2), ("clients", 0)]);
    hand.operate(1, CHANGE, &[ADD_LEARNER, 2]);
    hand.settle();
    hand.operate(1, CHANGE, &[PROMOTE, 2]);
    hand.is_safe(bounds(1, 0, 1), 11_135);
}

/// Two changes by two leaders, neither of which knows of the other's: the story of the note of 2015.
fn two_changes(twin: u64) -> Hand {
    let (n3, n4, n5) = (NodeId(2), NodeId(3), NodeId(4));
    let mut hand = Hand::led(&[("n", 5), ("members", 4), ("clients", 0), ("twin-early-change", twin)]);
    hand.operate(1, CHANGE, &[ADD_VOTER, 4]);
    hand.only(|flight| flight.to == n5);
    hand.only(|_| false);
    hand.fire(2, "election timeout");
    hand.only(|flight| [n3, n4].contains(&flight.to));
    hand.only(|_| true);
    hand.only(|_| false);
    hand.operate(2, CHANGE, &[REMOVE, 0]);
    hand.command(Command::Crash(NodeId(0)));
    hand.command(Command::Restart(NodeId(0)));
    hand.fire(1, "election timeout");
    hand.lose(|flight| flight.from == NodeId(0));
    hand
}

#[test]
fn two_changes_at_once_lose_what_is_committed_if_the_second_comes_too_early() {
    let exploration = two_changes(1).explore(bounds(1, 0, 0));
    let found = exploration.counterexample().expect("the known bug");
    assert_eq!(found.property, "leader-completeness");
    assert_eq!(found.moves.len(), 7, "an entry to one more, its answer, a timeout, two votes");
    two_changes(0).is_safe(bounds(1, 0, 0), 18_952);
}
