//! What the kernel promises of time, links, nodes and clocks, one story each.

mod support;

use playground_core::action::{Action, Command, CutFate, Ways};
use playground_core::id::{MessageId, NodeId};
use playground_core::kernel::{Latency, LinkProfile, Shape};
use playground_core::recipe::Recipe;
use playground_core::session::Session;
use playground_core::time::{MS, Time};
use playground_core::timeline::{Refusal, Timeline};
use playground_core::view::{FlightFate, Idle, Lens, Loss, Status, StrokeEnd};
use playground_core::world::World;
use support::probe::{ALARM, Probe, SEND, Seen};

const N1: NodeId = NodeId(0);
const N2: NodeId = NodeId(1);
const N3: NodeId = NodeId(2);

/// A run of probes over links of constant 10 ms.
struct Run(Timeline);

impl Run {
    fn new() -> Self {
        Self::on(LinkProfile::constant(10_000))
    }

    fn on(profile: LinkProfile) -> Self {
        let mut run = Self(Timeline::open::<Probe>(&Recipe::new("probe")).unwrap());
        run.go(Command::Link { from: None, to: None, profile });
        run
    }

    fn go(&mut self, command: Command) {
        self.0.command(command.clone()).unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
    }

    fn refused(&mut self, command: Command) -> String {
        self.0.command(command).unwrap_err().to_string()
    }

    fn send(&mut self, from: NodeId, to: NodeId, first: u64, count: u64) {
        self.go(Command::Operate { node: from, operation: SEND, args: vec![first, count, u64::from(to.0)] });
    }

    /// Runs to a time in milliseconds.
    fn to(&mut self, ms: u64) {
        self.0.run_until(Time(ms * MS), 10_000);
    }

    fn seen(&self, node: NodeId) -> &Seen {
        self.0.world::<Probe>().unwrap().nodes().state(node).expect("a node that is up")
    }

    /// Numbers and arrival times in milliseconds.
    fn inbox(&self, node: NodeId) -> Vec<(u64, u64)> {
        self.seen(node).inbox.iter().map(|(_, number, us)| (*number, us / MS)).collect()
    }
}

#[test]
fn a_message_takes_as_long_as_its_link_says() {
    let mut run = Run::new();
    run.send(N1, N2, 1, 2);
    run.to(100);
    assert_eq!(run.inbox(N2), [(1, 10), (2, 10)]);
    assert_eq!(run.0.frame(&Lens::default()).idle, Some(Idle::NothingPending));
}

#[test]
fn a_crash_loses_memory_keeps_the_disk_and_loses_what_arrives() {
    let mut run = Run::new();
    run.send(N1, N2, 1, 1);
    run.to(50);
    run.send(N1, N2, 2, 1);
    run.go(Command::Crash(N2));
    assert_eq!(run.0.frame(&Lens::default()).nodes[1].status, Status::Crashed);
    run.to(100);
    assert!(matches!(run.0.message(MessageId(2)).unwrap().end, StrokeEnd::Lost { how: Loss::Down, .. }));
    run.go(Command::Restart(N2));
    assert_eq!(*run.seen(N2), Seen { total: 1, ..Seen::default() });
}

#[test]
fn a_crashed_node_has_no_timers() {
    let mut run = Run::new();
    run.go(Command::Operate { node: N1, operation: ALARM, args: vec![30] });
    run.go(Command::Crash(N1));
    run.go(Command::Restart(N1));
    run.to(100);
    assert!(run.seen(N1).rang.is_empty());
}

#[test]
fn messages_wait_at_a_paused_node_and_its_timers_are_late() {
    let mut run = Run::new();
    run.go(Command::Operate { node: N2, operation: ALARM, args: vec![15] });
    run.send(N1, N2, 1, 2);
    run.go(Command::Pause(N2));
    run.send(N1, N3, 9, 1);
    run.to(40);
    let frame = run.0.frame(&Lens::default());
    assert_eq!((frame.nodes[1].status, frame.nodes[1].waiting), (Status::Paused, 2));
    assert!(frame.flights.iter().all(|flight| flight.fate == FlightFate::HeldAtDoor));
    assert_eq!(frame.idle, Some(Idle::Held { messages: 2 }));
    assert!(run.inbox(N2).is_empty());
    // Time went on to the last thing that happened: n3's message, at 10 ms.
    run.go(Command::Resume(N2));
    run.to(100);
    assert_eq!(run.inbox(N2), [(1, 10), (2, 10)]);
    assert_eq!(run.seen(N2).rang, [15 * MS]);
}

#[test]
fn a_resumed_node_finds_what_waited_at_once_and_in_order() {
    let mut run = Run::new();
    run.go(Command::Operate { node: N2, operation: ALARM, args: vec![15] });
    run.go(Command::Operate { node: N3, operation: ALARM, args: vec![50] });
    run.send(N1, N2, 1, 2);
    run.go(Command::Pause(N2));
    run.to(60);
    run.go(Command::Resume(N2));
    run.to(100);
    assert_eq!(run.inbox(N2), [(1, 50), (2, 50)]);
    assert_eq!(run.seen(N2).rang, [50 * MS]);
}

#[test]
fn a_cut_loses_messages_half_way_and_those_under_way_on_arrival() {
    let mut run = Run::new();
    run.send(N1, N2, 1, 1);
    run.go(Command::Cut { from: vec![N1], to: vec![N2], ways: Ways::Forth, fate: CutFate::Lose });
    run.send(N1, N2, 2, 1);
    run.send(N2, N1, 3, 1);
    let fate = |run: &Run, at: usize| run.0.frame(&Lens::default()).flights[at].fate;
    assert_eq!(fate(&run, 0), FlightFate::Dies { at: Time(10 * MS), at_cut: true });
    assert_eq!(fate(&run, 1), FlightFate::Dies { at: Time(5 * MS), at_cut: true });
    run.to(100);
    assert!(run.inbox(N2).is_empty());
    assert_eq!(run.inbox(N1), [(3, 10)], "the other direction is open");
    let end = |run: &mut Run, id: u64| run.0.message(MessageId(id)).unwrap().end;
    let lost_at = |run: &mut Run, id: u64| match end(run, id) {
        StrokeEnd::Lost { at, how: Loss::Cut, .. } => at.us() / MS,
        other => panic!("{other:?}"),
    };
    assert_eq!((lost_at(&mut run, 1), lost_at(&mut run, 2)), (10, 5));
}

#[test]
fn a_cut_that_holds_lets_messages_through_when_it_heals() {
    let mut run = Run::new();
    run.go(Command::Cut { from: vec![N1], to: vec![N2, N3], ways: Ways::Both, fate: CutFate::Hold });
    run.go(Command::Operate { node: N1, operation: ALARM, args: vec![5] });
    run.send(N1, N2, 1, 1);
    run.go(Command::Operate { node: N1, operation: ALARM, args: vec![70] });
    run.send(N2, N1, 2, 1);
    let fates = |run: &Run| run.0.frame(&Lens::default()).flights.iter().map(|f| f.fate).collect::<Vec<_>>();
    assert_eq!(fates(&run), [FlightFate::HeldAtCut; 2], "also while it flies there");
    run.to(80);
    assert_eq!(fates(&run), [FlightFate::HeldAtCut; 2]);
    run.go(Command::HealAll);
    run.to(100);
    assert_eq!(run.inbox(N2), [(1, 70)]);
    assert_eq!(run.inbox(N1), [(2, 70)]);
}

#[test]
fn manual_mode_holds_every_message_until_a_hand_delivers_it() {
    let mut run = Run::new();
    run.go(Command::Manual(true));
    run.send(N1, N2, 1, 3);
    run.to(50);
    assert!(run.0.frame(&Lens::default()).flights.iter().all(|flight| flight.fate == FlightFate::HeldByHand));
    run.go(Command::Deliver(MessageId(3)));
    run.go(Command::Drop(MessageId(1)));
    assert_eq!(run.inbox(N2), [(3, 0)]);
    run.go(Command::Manual(false));
    run.to(50);
    assert_eq!(run.inbox(N2), [(3, 0), (2, 10)]);
}

#[test]
fn hands_deliver_early_delay_and_double() {
    let mut run = Run::new();
    run.send(N1, N2, 1, 3);
    run.go(Command::Delay { message: MessageId(1), by_us: 25 * MS });
    run.go(Command::Duplicate(MessageId(2)));
    run.go(Command::Deliver(MessageId(3)));
    let copies: Vec<_> = run.0.frame(&Lens::default()).flights.iter().map(|f| (f.id, f.copy_of)).collect();
    assert_eq!(copies, [(MessageId(1), None), (MessageId(2), None), (MessageId(4), Some(MessageId(2)))]);
    run.to(100);
    assert_eq!(run.inbox(N2), [(3, 0), (2, 10), (2, 10), (1, 35)]);
}

#[test]
fn an_ordered_link_never_lets_one_message_overtake_another() {
    let latency = Latency(vec![(1, Shape::Exponential { floor_us: 0, mean_us: 20_000 })]);
    let loose = LinkProfile { latency, ..LinkProfile::default() };
    let numbers = |fifo: bool, spacing_us: u32| {
        let mut run = Run::on(LinkProfile { fifo, spacing_us, ..loose.clone() });
        run.send(N1, N2, 0, 50);
        run.to(10_000);
        run.seen(N2).inbox.iter().map(|(_, number, us)| (*number, *us)).collect::<Vec<_>>()
    };
    let is_ordered = |inbox: &[(u64, u64)]| inbox.is_sorted_by_key(|(number, _)| *number);
    assert!(!is_ordered(&numbers(false, 0)));
    assert!(is_ordered(&numbers(true, 0)));
    let spaced = numbers(false, 3_000);
    assert!(is_ordered(&spaced) && spaced.windows(2).all(|pair| pair[1].1 - pair[0].1 >= 3_000));
}

#[test]
fn loss_and_duplication_happen_as_often_as_the_link_says() {
    let profile = LinkProfile { loss_permille: 250, duplicate_permille: 100, ..LinkProfile::constant(1_000) };
    let mut run = Run::on(profile);
    for round in 0..40 {
        run.send(N1, N2, round, 100);
    }
    run.to(1_000);
    // 4,000 messages, each copied with chance 0.1; an original is lost with chance 0.25, and its copy with it or not.
    let received = run.inbox(N2).len();
    assert!((3_000..3_600).contains(&received), "{received} of 4,000 sent");
}

#[test]
fn a_node_always_reaches_itself() {
    let mut run = Run::on(LinkProfile { loss_permille: 1_000, ..LinkProfile::constant(1_000) });
    let all = vec![N1, N2, N3];
    run.go(Command::Cut { from: all.clone(), to: all, ways: Ways::Both, fate: CutFate::Lose });
    run.send(N1, N1, 1, 1);
    run.to(10);
    assert_eq!(run.inbox(N1), [(1, 1)]);
}

#[test]
fn a_fast_clock_rings_early_and_a_jump_moves_no_alarm() {
    let mut run = Run::new();
    run.go(Command::ClockDrift { node: N1, ppm: 250_000 });
    run.go(Command::ClockJump { node: N2, by_us: 5_000_000 });
    run.go(Command::Operate { node: N1, operation: ALARM, args: vec![100] });
    run.go(Command::Operate { node: N2, operation: ALARM, args: vec![100] });
    run.to(80);
    assert_eq!(run.seen(N1).rang, [100 * MS], "80 ms of true time are 100 ms on this clock");
    assert_eq!(run.0.frame(&Lens::default()).nodes[0].clock_error_us, 20_000);
    run.to(100);
    assert_eq!(run.seen(N2).rang, [5_100 * MS]);
}

#[test]
fn a_byzantine_node_sends_what_its_behaviour_says_and_an_honest_one_again_later() {
    let mut run = Run::new();
    for (behaviour, number) in [(2, 1), (1, 2), (0, 3)] {
        run.go(Command::Byzantine { node: N1, behaviour });
        run.send(N1, N2, number, 1);
    }
    run.to(100);
    assert_eq!(run.inbox(N2), [(501, 10), (3, 10)]);
    assert_eq!(run.0.frame(&Lens::default()).nodes[0].behaviour, None);
}

#[test]
fn a_byzantine_node_may_say_more_than_it_was_to_say_and_say_it_later() {
    let mut run = Run::new();
    run.go(Command::Byzantine { node: N1, behaviour: 3 });
    run.send(N1, N2, 4, 1);
    run.to(400);
    assert_eq!(run.inbox(N2), [(4, 10), (604, 310)]);
}

#[test]
fn a_node_that_was_byzantine_once_is_not_correct_any_more() {
    let mut world = World::new(Probe, 1);
    let mark = |behaviour| Action::Command(Command::Byzantine { node: N1, behaviour });
    let honest = world.fingerprint();
    world.apply(&mark(0), 0).unwrap();
    assert!(world.nodes().is_correct(N1), "it was honest all the time");
    world.apply(&mark(1), 0).unwrap();
    world.apply(&mark(0), 0).unwrap();
    assert!(!world.nodes().is_correct(N1) && world.nodes().is_correct(N2));
    assert_ne!(world.fingerprint(), honest);
}

#[test]
fn what_cannot_be_done_is_refused_with_a_reason() {
    let mut run = Run::new();
    assert_eq!(run.refused(Command::Crash(NodeId(9))), "there is no node n10");
    assert_eq!(run.refused(Command::Restart(N1)), "n1 is not crashed");
    assert_eq!(run.refused(Command::Deliver(MessageId(5))), "message #5 is not in flight");
    assert_eq!(run.refused(Command::Fire { node: N1, timer: 0 }), "n1 has no such timer running");
    run.go(Command::Pause(N2));
    run.send(N1, N2, 1, 1);
    assert_eq!(run.refused(Command::Deliver(MessageId(1))), "n2 is paused: resume it first");
    run.go(Command::Cut { from: vec![N1], to: vec![N3], ways: Ways::Both, fate: CutFate::Lose });
    run.send(N1, N3, 1, 1);
    assert_eq!(run.refused(Command::Deliver(MessageId(2))), "the link from n1 to n3 is cut: heal it first");
    for args in [vec![1, 101, 0], vec![1, 2, 0, 0]] {
        let wrong = Command::Operate { node: N1, operation: SEND, args };
        let wanted = "this operation wants first (0 to 1000), count (0 to 100), to (0 to 2)";
        assert_eq!(run.refused(wrong), wanted);
    }
    let profile = LinkProfile { loss_permille: 2_000, ..LinkProfile::default() };
    assert!(matches!(
        run.0.command(Command::Link { from: None, to: None, profile }),
        Err(Refusal::Profile(_))
    ));
}

#[test]
fn dropping_one_message_leaves_every_other_fate_as_it_was() {
    let arrivals = |drop: bool| {
        let mut run = Run::on(LinkProfile::default());
        run.send(N1, N2, 0, 10);
        run.send(N2, N3, 0, 10);
        if drop {
            run.go(Command::Drop(MessageId(1)));
        }
        run.to(100);
        let mut all = [run.seen(N2).inbox.clone(), run.seen(N3).inbox.clone()].concat();
        all.retain(|(from, number, _)| (*from, *number) != (N1, 0));
        all
    };
    assert_eq!(arrivals(true), arrivals(false));
}
