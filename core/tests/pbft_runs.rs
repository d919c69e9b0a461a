//! Runs of PBFT that no scenario shows: faults at the one moment where they matter, and what is seen of them.

mod pbft_frames;

use pbft_frames::{broken, certificates, fact, registers};
use playground_core::action::{Command, CutFate, Ways};
use playground_core::id::NodeId;
use playground_core::kernel::LinkProfile;
use playground_core::measure::Milli;
use playground_core::recipe::Recipe;
use playground_core::registry::open;
use playground_core::scenario::Director;
use playground_core::session::Session;
use playground_core::time::{MS, Time};
use playground_core::trace::MarkKind;
use playground_core::view::{FlightFrame, Frame, Kept, Panel};

/// §4.4: a timer is for one request. Whatever a primary executes of c2's does not help it if it never hears of c1's.
#[test]
fn a_primary_that_starves_one_client_and_serves_another_is_deposed() {
    let recipe = Recipe { params: vec![("clients".into(), 2)], ..Recipe::new("pbft") };
    let mut session = open(&recipe).unwrap();
    let mut d = Director::new(&mut *session);
    let (n1, c1, c2) = (NodeId(0), NodeId(4), NodeId(5));
    d.operate(c1, 0, &[0, 7, 0]);
    let (mut answered_at, mut gaps_us) = (Time(0), vec![]);
    while fact(&d.frame(), 1, "view") == "0, active" {
        d.drop_messages(|flight| flight.to == n1 && flight.summary.starts_with("request 1 of c1"));
        let frame = d.frame();
        if fact(&frame, 5, "outstanding") == "none" {
            gaps_us.push(frame.now.since(answered_at));
            answered_at = frame.now;
            d.operate(c2, 0, &[1, gaps_us.len() as u64, 0]);
        }
        assert!(frame.now < Time(700 * MS), "n1 is still primary");
        d.step();
    }
    // c1 asks everybody after 250 ms, and 300 ms later the backups have had enough; c2 was served all the time.
    assert!(d.frame().now > Time(550 * MS) && gaps_us.len() == 8, "{gaps_us:?}");
    assert!(gaps_us.iter().all(|us| *us < 80 * MS), "{gaps_us:?}");
    d.until("c1's answer", |frame| fact(frame, 4, "last answer") == "x ← 7: ok");
    assert_eq!(fact(&d.frame(), 1, "view"), "1, active");
}

/// What was prepared is seen while no view is active, at a replica that is down, and without a pre-prepare.
#[test]
fn certificates_are_shown_when_they_matter() {
    let recipe = Recipe { params: vec![("status-ms".into(), 0)], ..Recipe::new("pbft") };
    let mut session = open(&recipe).unwrap();
    let mut d = Director::new(&mut *session);
    d.command(Command::Manual(true));
    d.operate(NodeId(4), 0, &[0, 5, 0]);
    let to =
        |node: u16, kind: u8| move |flight: &FlightFrame| flight.to == NodeId(node) && flight.kind == kind;
    d.deliver(to(0, 0));
    d.deliver(|flight| flight.kind == 1 && flight.to != NodeId(3));
    assert_eq!(d.deliver(to(2, 2)) + d.deliver(to(1, 2)) + d.deliver(to(3, 2)), 4);
    // n4 has two prepares and no pre-prepare.
    let lines = certificates(&d.frame(), 3);
    assert_eq!(lines, ["no pre-prepare here: 86aa prepared at 1 in view 0 (needs 3): 2", "?"]);
    let whole = "86aa prepared at 1 in view 0 (needs 3, n1’s is the pre-prepare): 3";
    assert_eq!(certificates(&d.frame(), 2)[0], whole);
    // n3 moves to view 1, and then crashes: its view-change will tell of view 0.
    d.fire(NodeId(2), "view change");
    let was = "86aa was prepared at 1 in view 0, and view-changes tell of it: 3";
    assert_eq!(certificates(&d.frame(), 2), ["view-changes to view 1: 1", was, "?"]);
    // What a crash leaves is on disk, and the view-changes of others are not.
    let kept = |frame: &Frame| -> Vec<Kept> {
        let panels = frame.nodes[2].view.panels.iter();
        panels
            .filter_map(|panel| if let Panel::Quorum(ring) = panel { Some(ring.kept) } else { None })
            .collect()
    };
    assert_eq!(kept(&d.frame()), [Kept::Volatile, Kept::Durable]);
    d.command(Command::Crash(NodeId(2)));
    assert_eq!(kept(&d.frame()), [Kept::Durable]);
    assert_eq!(certificates(&d.frame(), 2), [was, "?"]);
    d.command(Command::Crash(NodeId(1)));
    assert_eq!(certificates(&d.frame(), 1)[0], whole);
}

/// The phase of a request is that of the latest view that has begun, and no traitor's.
#[test]
fn a_request_prepared_in_a_view_that_is_over_is_to_be_prepared_again() {
    let recipe = Recipe { params: vec![("status-ms".into(), 0)], ..Recipe::new("pbft") };
    let mut session = open(&recipe).unwrap();
    let mut d = Director::new(&mut *session);
    d.command(Command::Manual(true));
    d.operate(NodeId(4), 0, &[0, 5, 0]);
    let phase =
        |d: &Director<'_>| d.frame().phases.iter().map(|track| track.current.unwrap()).collect::<Vec<_>>();
    let kind = |kind: u8| move |flight: &FlightFrame| flight.kind == kind;
    assert_eq!(phase(&d), [0]);
    d.deliver(kind(0));
    assert_eq!(phase(&d), [1]);
    d.deliver(kind(1));
    assert_eq!(phase(&d), [2]);
    d.deliver(|flight| flight.kind == 2 && flight.to == NodeId(3));
    assert_eq!(phase(&d), [3]);
    // n4 alone has prepared it. What a traitor holds is nobody's progress.
    d.command(Command::Byzantine { node: NodeId(3), behaviour: 1 });
    assert_eq!(phase(&d), [2]);
    d.deliver(|flight| flight.kind == 2 && flight.to == NodeId(2));
    assert_eq!(phase(&d), [3]);
    d.drop_messages(kind(3));
    for node in [1, 2] {
        d.fire(NodeId(node), "view change");
    }
    d.deliver(kind(6));
    d.deliver(kind(6));
    // View 1 has begun at its primary, which proposes it there anew.
    assert_eq!(phase(&d), [1, 1]);
}

/// Checkpoint messages that nobody got must come again, or the window stays full.
#[test]
fn a_full_window_empties_once_checkpoints_come_again() {
    const CHECKPOINT: u8 = 5;
    let small = [("checkpoint-interval", 2), ("window", 2)];
    let params = small.map(|(id, value)| (id.to_owned(), value)).into();
    let mut session = open(&Recipe { params, ..Recipe::new("pbft") }).unwrap();
    let mut d = Director::new(&mut *session);
    (1..=3).for_each(|value| d.operate(NodeId(4), 0, &[0, value, 0]));
    // The client asks for the third when it has the second; n1 has no number left for it.
    while d.frame().now < Time(700 * MS) {
        d.drop_messages(|flight| flight.kind == CHECKPOINT);
        d.step();
    }
    let (executed, low) = ("last executed", "watermarks");
    assert!((0..4).all(|replica| fact(&d.frame(), replica, executed) == "2"));
    assert!((0..4).all(|replica| fact(&d.frame(), replica, low) == "h = 0, H = 2"));
    d.until("the third answer", |frame| fact(frame, 4, "last answer") == "x ← 3: ok");
    d.run_for(2_000 * MS);
    assert!((0..4).all(|replica| fact(&d.frame(), replica, executed) == "3"));
    assert!((0..4).all(|replica| fact(&d.frame(), replica, low) == "h = 2, H = 4"));
}

fn measured(session: &dyn Session, id: &str) -> (Option<Milli>, Option<Milli>) {
    let values = session.measures().values;
    values.iter().find(|value| value.id == id).map(|value| (value.value, value.theory)).unwrap()
}

/// n1 leads from the start, so its crash is one of a leader. n2 is to lead view 1 and keeps silent: it leads nobody, though its
/// honest code believes so.
#[test]
fn recovery_is_from_the_crash_of_the_first_primary_to_the_first_view_of_an_honest_one() {
    let recipe = Recipe { params: vec![("n".into(), 7)], ..Recipe::new("pbft") };
    let mut session = open(&recipe).unwrap();
    let mut d = Director::new(&mut *session);
    d.command(Command::Byzantine { node: NodeId(1), behaviour: 1 });
    d.command(Command::Crash(NodeId(0)));
    d.operate(NodeId(7), 0, &[0, 5, 0]);
    d.until("the answer", |frame| fact(frame, 7, "last answer") == "x ← 5: ok");
    let marks = |kind: MarkKind| session.marks().iter().filter(move |mark| mark.kind == kind);
    let begun: Vec<_> = marks(MarkKind::Elected).map(|mark| (mark.node.unwrap(), mark.number)).collect();
    assert_eq!(begun, [(NodeId(2), 2)]);
    let at = marks(MarkKind::Elected).next_back().unwrap().at;
    let moved = marks(MarkKind::NewTerm).find(|mark| mark.number == 2).unwrap().at;
    assert_eq!(measured(&*session, "recovery").0, Some(Milli::whole(at.us())));
    assert_eq!(measured(&*session, "view-change-time").0, Some(Milli::whole(at.since(moved))));
    assert!(marks(MarkKind::NewTerm).any(|mark| mark.number == 1 && mark.at < moved));
}

#[test]
fn a_request_takes_five_message_delays() {
    let mut session = open(&Recipe::new("pbft")).unwrap();
    let mut d = Director::new(&mut *session);
    d.command(Command::Link { from: None, to: None, profile: LinkProfile::constant(10_000) });
    d.operate(NodeId(4), 0, &[0, 5, 0]);
    d.run_for(200 * MS);
    let five = Some(Milli::whole(50_000));
    assert_eq!(measured(&*session, "answer-time"), (five, five));
}

/// The same requests in another order are agreed on, and leave another state: the checkpoint tells.
#[test]
fn a_state_reached_out_of_order_differs_at_the_checkpoint() {
    let params = [("clients", 2), ("twin-out-of-order", 1), ("checkpoint-interval", 2), ("status-ms", 0)];
    let params = params.map(|(id, value)| (id.to_owned(), value)).into();
    let mut session = open(&Recipe { params, ..Recipe::new("pbft") }).unwrap();
    let mut d = Director::new(&mut *session);
    d.operate(NodeId(4), 2, &[0, 1, 0]);
    d.until("the pre-prepares", |frame| frame.flights.iter().any(|flight| flight.kind == 1));
    for message in d.flights(|flight| flight.kind == 1 && flight.to == NodeId(3)) {
        d.command(Command::Delay { message, by_us: 150 * MS });
    }
    d.operate(NodeId(5), 0, &[0, 10, 0]);
    while d.frame().now < Time(400 * MS) && d.session().step() {}
    assert_eq!([0, 3].map(|replica| registers(&d.frame(), replica)[0].clone()), ["10", "11"]);
    assert_eq!(broken(&d.frame()), ["in-order", "same-state"]);
}

/// A client asks one backup, is not heard of again, and neither is what the backup relays. The backup does not let go of it.
#[test]
fn a_request_whose_relay_is_lost_is_relayed_again() {
    for (status_ms, views) in
        [(200, ["0, active"; 4]), (800, ["0, active", "0, active", "1, waits for its new-view", "0, active"])]
    {
        let recipe = Recipe { params: vec![("status-ms".into(), status_ms)], ..Recipe::new("pbft") };
        let mut session = open(&recipe).unwrap();
        let mut d = Director::new(&mut *session);
        let (n1, n3, c1) = (NodeId(0), NodeId(2), NodeId(4));
        d.operate(c1, 0, &[0, 7, 3]);
        d.until("the request at n3", |frame| fact(frame, 2, "requests waiting") == "c1’s x ← 7");
        d.command(Command::Crash(c1));
        d.drop_messages(|flight| (flight.from, flight.to, flight.kind) == (n3, n1, 0));
        assert!(d.frame().flights.is_empty());
        d.run_for(5_000 * MS);
        assert!((0..4).all(|replica| registers(&d.frame(), replica) == ["7", "0", "0"]));
        assert_eq!([0, 1, 2, 3].map(|replica| fact(&d.frame(), replica, "view")), views);
        assert!(session.goals().iter().all(|goal| goal.reached), "{:?}", session.goals());
    }
}

/// n1, n2 and n3 are three of six, and execute a request alone. What they did counts as long as they are correct.
#[test]
fn nobody_is_compared_with_a_replica_that_is_no_longer_correct() {
    let disagreement = |liars: u16| {
        let params = [("n", 6), ("clients", 2), ("twin-2f-plus-1", 1), ("status-ms", 0)];
        let params = params.map(|(id, value)| (id.to_owned(), value)).into();
        let mut session = open(&Recipe { params, seed: 2, ..Recipe::new("pbft") }).unwrap();
        let mut d = Director::new(&mut *session);
        let side = |nodes: [u16; 4]| nodes.map(NodeId).to_vec();
        let (this, that) = (side([0, 1, 2, 6]), side([3, 4, 5, 7]));
        d.command(Command::Cut { from: this, to: that, ways: Ways::Both, fate: CutFate::Lose });
        d.operate(NodeId(6), 0, &[0, 1, 0]);
        d.run_for(200 * MS);
        assert!((0..3).all(|replica| registers(&d.frame(), replica)[0] == "1"));
        (0..liars).for_each(|node| d.command(Command::Byzantine { node: NodeId(node), behaviour: 1 }));
        d.operate(NodeId(7), 0, &[0, 2, 0]);
        while registers(&d.frame(), 3)[0] != "2" {
            d.step();
        }
        d.frame().verdicts.iter().filter(|v| !v.holds).map(|v| v.witness.clone().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(disagreement(0), ["n4 executes another request at sequence number 1 than n1 did"]);
    assert_eq!(disagreement(2), ["n4 executes another request at sequence number 1 than n3 did"]);
    assert_eq!(disagreement(3), [""; 0]);
}
