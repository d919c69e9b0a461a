//! A follower that is sent a snapshot gets it, however busy the leader is meanwhile; and nobody waits for one that is gone.

use playground_core::action::{Command, CutFate, Ways};
use playground_core::id::NodeId;
use playground_core::recipe::Recipe;
use playground_core::registry::open;
use playground_core::session::Session;
use playground_core::time::{MS, Time};
use playground_core::view::{Frame, Lens, Panel};

/// Steps a wait may take.
const STEPS_MAX: u64 = 100_000;

/// A snapshot after each entry, sent a piece at a time, while three clients write every 20 ms.
fn busy() -> Box<dyn Session> {
    let params = [
        ("n", 3),
        ("pre-vote", 1),
        ("clients", 3),
        ("client-load-ms", 20),
        ("snapshot-after", 1),
        ("snapshot-pieces", 1),
    ];
    let params = params.map(|(id, value)| (id.into(), value)).to_vec();
    let mut session = open(&Recipe { params, seed: 1, ..Recipe::new("raft") }).unwrap();
    session.run_until(Time(1_000 * MS), STEPS_MAX);
    session
}

fn frame(session: &dyn Session) -> Frame {
    session.frame(&Lens { log_entries_max: 4, log_from: None })
}

fn leader(frame: &Frame) -> usize {
    frame.nodes.iter().position(|node| node.view.role == "leader").expect("somebody leads")
}

/// A value of a server by its panel and label.
fn fact(frame: &Frame, at: usize, panel: &str, label: &str) -> u64 {
    let facts = frame.nodes[at].view.panels.iter().find_map(|one| match one {
        Panel::Facts { title, facts, .. } if *title == panel => Some(facts),
        _ => None,
    });
    let found = facts.and_then(|facts| facts.iter().find(|fact| fact.label == label));
    found.map_or(0, |fact| fact.value.parse().unwrap())
}

fn applied(frame: &Frame, at: usize) -> u64 {
    fact(frame, at, "In memory", "lastApplied")
}

fn snapshot(frame: &Frame, at: usize) -> u64 {
    fact(frame, at, "Snapshot", "lastIncludedIndex")
}

/// How often a rule fired from a step on.
fn told(session: &mut dyn Session, from: u64, rule: &str) -> usize {
    let steps = session.steps(from..session.present() + 1);
    steps.iter().flat_map(|step| &step.whys).filter(|why| why.rule == rule).count()
}

/// The follower with the highest number is cut off for half a second.
fn cut_off(session: &mut dyn Session) -> usize {
    let now = frame(session);
    let late = (0..3).rev().find(|at| *at != leader(&now)).unwrap();
    let others = (0..3).filter(|at| *at != late).map(NodeId::at).collect();
    let from = vec![NodeId::at(late)];
    session.command(Command::Cut { from, to: others, ways: Ways::Both, fate: CutFate::Lose }).unwrap();
    session.run_until(now.now.after(500 * MS), STEPS_MAX);
    late
}

/// What the leader's snapshot covers and what the late follower has applied, every 250 ms.
fn every_250_ms<const N: usize>(session: &mut dyn Session, late: usize) -> [(u64, u64); N] {
    [(); N].map(|()| {
        let now = frame(session).now;
        session.run_until(now.after(250 * MS), STEPS_MAX);
        let frame = frame(session);
        (snapshot(&frame, leader(&frame)), applied(&frame, late))
    })
}

#[test]
fn a_follower_gets_a_whole_snapshot_although_new_ones_are_due() {
    let mut session = busy();
    let late = cut_off(&mut *session);
    let first = frame(&*session);
    assert_eq!((snapshot(&first, leader(&first)), applied(&first, late)), (37, 22));
    session.command(Command::HealAll).unwrap();
    let healed = session.present();
    // Past the snapshot that it was sent first, and from then on with the others.
    let seen = every_250_ms(&mut *session, late);
    assert_eq!(seen, [(37, 37), (64, 64), (76, 76), (88, 87), (100, 97), (110, 109)]);
    assert_eq!(told(&mut *session, healed, "put-off-snapshot"), 13);
    assert_eq!(told(&mut *session, healed, "install-discard"), 1);
}

#[test]
fn a_follower_that_does_not_answer_holds_up_no_snapshot() {
    let mut session = busy();
    let late = cut_off(&mut *session);
    let seen = every_250_ms(&mut *session, late);
    assert_eq!(seen, [(52, 22), (52, 22), (65, 22), (80, 22), (93, 22), (93, 22)]);
}
