//! The scenarios of PBFT: each plays, and ends as its caption says; and the messages of a request are counted.

use playground_core::action::{Command, CutFate, Ways};
use playground_core::id::NodeId;
use playground_core::kernel::LinkProfile;
use playground_core::measure::Milli;
use playground_core::recipe::Recipe;
use playground_core::registry::{self, find, open};
use playground_core::scenario::Director;
use playground_core::session::Session;
use playground_core::time::{MS, Time};
use playground_core::trace::MarkKind;
use playground_core::view::{CellState, FlightFrame, Frame, Kept, Lens, LogView, Panel, WhyView};
use std::collections::BTreeSet;

struct Play {
    session: Box<dyn Session>,
    length: u64,
}

fn play(id: &str) -> Play {
    let opened = find("pbft").unwrap().scenario(id).unwrap();
    Play { length: opened.session.recipe().length, session: opened.session }
}

impl Play {
    fn end(&mut self) -> Frame {
        assert_eq!(self.session.seek(self.length), self.length);
        self.session.frame(&Lens::default())
    }

    /// The whys of all steps, one sentence each.
    fn told(&mut self) -> Vec<String> {
        let steps = self.session.steps(1..self.length + 1);
        steps.iter().flat_map(|step| step.whys.iter().map(|why| why.sentence.plain())).collect()
    }

    /// How many of the whys contain this.
    fn count(&mut self, words: &str) -> usize {
        self.told().iter().filter(|line| line.contains(words)).count()
    }
}

fn fact(frame: &Frame, node: usize, label: &str) -> String {
    let panels = frame.nodes[node].view.panels.iter();
    let facts =
        panels.filter_map(|panel| if let Panel::Facts { facts, .. } = panel { Some(facts) } else { None });
    facts.flatten().find(|fact| fact.label == label).unwrap().value.clone()
}

fn registers(frame: &Frame, node: usize) -> Vec<String> {
    let table = frame.nodes[node].view.panels.iter().find_map(|panel| match panel {
        Panel::Table { title: "State machine", rows, .. } => Some(rows),
        _ => None,
    });
    table.unwrap().iter().map(|row| row[1].clone()).collect()
}

fn log(frame: &Frame, node: usize) -> &LogView {
    let mut panels = frame.nodes[node].view.panels.iter();
    panels.find_map(|panel| if let Panel::Log(log) = panel { Some(log) } else { None }).unwrap()
}

/// Index, text and state of each cell.
fn cells(frame: &Frame, node: usize) -> Vec<(u64, &str, CellState)> {
    log(frame, node).cells.iter().map(|cell| (cell.index, cell.text.as_str(), cell.state)).collect()
}

/// What the certificates of a node are for and how many signed, in the order of its panels; `?` for the threshold's panel.
fn certificates(frame: &Frame, node: usize) -> Vec<String> {
    let line = |panel: &Panel| match panel {
        Panel::Quorum(quorum) => Some(format!("{}: {}", quorum.purpose, quorum.count())),
        Panel::Facts { title: "Why so many", .. } => Some("?".into()),
        _ => None,
    };
    frame.nodes[node].view.panels.iter().filter_map(line).collect()
}

fn broken(frame: &Frame) -> Vec<&'static str> {
    frame.verdicts.iter().filter(|verdict| !verdict.holds).map(|verdict| verdict.id).collect()
}

#[test]
fn a_request_without_faults_takes_as_many_messages_as_the_formula_says() {
    for n in [4_u64, 5, 6, 7, 10, 31] {
        let recipe = Recipe { params: vec![("n".into(), n)], ..Recipe::new("pbft") };
        let mut session = open(&recipe).unwrap();
        let client = NodeId(n as u16);
        Director::new(&mut *session).operate(client, 0, &[0, 5, 0]);
        session.run_until(Time(200 * MS), 1_000_000);
        let measures = session.measures();
        assert_eq!(measures.sent.iter().sum::<u64>(), 2 * n * n - n + 1, "{n} replicas");
        let measure = registry::measures("pbft").iter().find(|m| m.id == "messages-per-request").unwrap();
        let values = measures.values.iter().find(|value| value.id == measure.id).unwrap();
        let formula = Some(Milli::whole(2 * n * n - n + 1));
        assert_eq!((values.value, values.theory), (formula, formula), "{n} replicas");
    }
}

#[test]
fn an_equivocating_primary_commits_nothing_and_the_next_view_everything_once() {
    let mut play = play("equivocating-primary");
    // n3 sees two digests side by side, and the threshold's reason under them; nobody has refused anything.
    let wanted = [
        "3b6f prepared at 1 in view 0 (needs 3, n1’s is the pre-prepare): 2",
        "rival: 980b prepared at 1 in view 0 (needs 3): 2",
    ];
    let mut seen = 0;
    for step in 1..=66 {
        play.session.seek(step);
        let frame = play.session.frame(&Lens::default());
        let lines = certificates(&frame, 2);
        if lines.windows(2).any(|pair| pair == wanted) {
            seen += 1;
            assert_eq!(fact(&frame, 2, "other prepare"), "n2 signed 980b instead at 1");
        }
        if let Some(at) = lines.iter().position(|line| line.contains("prepared")) {
            let rest = lines[at + 1..].iter().find(|line| !line.starts_with("rival"));
            assert_eq!(rest.map(String::as_str), Some("?"), "step {step}");
        }
    }
    assert!(seen > 0);
    let end = play.end();
    assert_eq!(broken(&end), Vec::<&str>::new());
    for backup in [1, 2, 3] {
        assert_eq!(registers(&end, backup), ["11", "0", "0"]);
        assert_eq!(fact(&end, backup, "view"), "1, active");
        // Nothing was committed in view 0.
        assert_eq!(log(&end, backup).cells.iter().map(|cell| cell.term).collect::<Vec<_>>(), [1, 1]);
    }
    assert!(play.count("it is for another request") > 10);
    // One sentence says what the primary of the next view does; the reasons after it say which and why.
    let step = play
        .session
        .steps(1..play.length + 1)
        .into_iter()
        .find(|step| step.marks.contains(&MarkKind::Elected))
        .unwrap();
    let said: Vec<_> = step.whys.iter().map(|why| (why.is_main, why.sentence.plain())).collect();
    assert_eq!(
        said[1],
        (true, "n2 begins view 1 as its primary, and proposes again what may be committed after the stable checkpoint 0 (requests: 2, null requests: 0)".into())
    );
    assert_eq!(
        said[2].1,
        "n2 proposes 980b at 1 again: it was prepared in view 0, the latest of which there is a certificate"
    );
    assert!(said.iter().all(|(is_main, line)| *is_main == line.starts_with("n2 begins")));
    // Nor does a backup's first reason speak of what it gives up.
    let enters = play.session.steps(1..play.length + 1).into_iter().flat_map(|step| step.whys);
    let enters: Vec<_> = enters.filter(|why| why.is_main && why.rule.contains("view")).collect();
    assert!(
        enters.iter().any(|why| why.sentence.plain()
            == "n1 enters view 1 with its primary n2 and takes over what that proposes again (requests: 2, null requests: 0)")
    );
    // Counting is no failure: whoever waits for more says how many it has.
    assert!(play.count("and waits for more: 1 of 2") > 0);
    for step in play.session.steps(1..play.length + 1) {
        let counts =
            step.whys.iter().filter(|why| why.rule.starts_with("await") || why.rule.starts_with("count"));
        counts.flat_map(|why| &why.guards).filter(|guard| !guard.holds).for_each(|guard| {
            assert!(guard.text.starts_with("not prepared at"), "{}", guard.text);
        });
    }
}

#[test]
fn a_false_answer_comes_first_and_is_outvoted() {
    let mut play = play("lying-replica");
    let end = play.end();
    assert_eq!(fact(&end, 4, "last answer"), "x + 5: 5");
    let replies: Vec<String> = play.told().into_iter().filter(|line| line.contains("reply of")).collect();
    assert_eq!(replies[0], "c1 counts the reply of n2 to request 1 and waits for more: 1 of f + 1 = 2 agree");
}

#[test]
fn forgeries_are_rejected_each_of_them() {
    let mut play = play("forged-signatures");
    let end = play.end();
    assert_eq!(broken(&end), Vec::<&str>::new());
    // Two pre-prepares to three backups, each with the prepares and commits of the two others.
    assert!(play.count("the signature is not its own") >= 24);
    assert!((1..4).all(|backup| registers(&end, backup) == ["11", "0", "0"]));
    // All was committed in view 0, also what n3 executed while it waited for view 1.
    assert_eq!(
        [1, 2, 3].map(|backup| fact(&end, backup, "view")),
        ["0, active", "1, waits for its new-view", "0, active"]
    );
    for backup in [1, 2, 3] {
        assert_eq!(log(&end, backup).cells.iter().map(|cell| cell.term).collect::<Vec<_>>(), [0, 0]);
    }
}

#[test]
fn one_silent_replica_is_not_missed_and_a_silent_primary_is_replaced() {
    let end = play("silent-backup").end();
    assert_eq!(fact(&end, 4, "last answer"), "x ← 5: ok");
    assert_eq!(fact(&end, 0, "view"), "0, active");
    let end = play("silent-primary").end();
    assert_eq!(fact(&end, 4, "last answer"), "x ← 5: ok");
    assert_eq!(fact(&end, 1, "view"), "1, active");
}

#[test]
fn a_stable_checkpoint_moves_the_watermarks_everywhere() {
    let end = play("checkpoint").end();
    assert!((0..4).all(|replica| fact(&end, replica, "watermarks") == "h = 4, H = 12"));
    assert!((0..4).all(|replica| cells(&end, replica) == [(5, "c1’s x ← 5", CellState::Committed)]));
    let mut play = play("catch-up");
    let end = play.end();
    assert!((0..4).all(|replica| fact(&end, replica, "last executed") == "6"));
    assert!((0..4).all(|replica| registers(&end, replica) == ["6", "0", "0"]));
    assert_eq!(play.count("takes over the state at 4"), 1);
}

#[test]
fn one_traitor_more_than_f_breaks_agreement() {
    let mut play = play("too-many-traitors");
    let end = play.end();
    assert_eq!(broken(&end), ["agreement", "one-certificate"]);
    assert_eq!((registers(&end, 2)[0].as_str(), registers(&end, 3)[0].as_str()), ("1", "10"));
    let betrayed = CellState::Betrayed;
    assert_eq!(cells(&end, 2)[0], (1, "c2’s x ← 10; n4 executed c1’s x ← 1", betrayed));
    assert_eq!(cells(&end, 3)[0], (1, "c1’s x ← 1; n3 executed c2’s x ← 10", betrayed));
    // Traitors are not compared with anybody.
    assert!([0, 1].iter().all(|traitor| cells(&end, *traitor).iter().all(|cell| cell.2 != betrayed)));
}

#[test]
fn the_correct_protocol_breaks_nothing_in_its_stories_and_they_are_short() {
    for scenario in find("pbft").unwrap().scenarios {
        let mut play = play(scenario.id);
        assert!(play.length < 400, "{} takes {} steps", scenario.id, play.length);
        let is_twin = scenario.params.iter().any(|(id, value)| id.starts_with("twin-") && *value == 1);
        if !is_twin && scenario.id != "too-many-traitors" {
            assert_eq!(broken(&play.end()), Vec::<&str>::new(), "{}", scenario.id);
        }
        let end = play.end();
        let replicas = end.nodes.iter().filter(|node| node.view.role != "client").count();
        let is_marked =
            (0..replicas).any(|at| cells(&end, at).iter().any(|cell| cell.2 == CellState::Betrayed));
        assert_eq!(is_marked, broken(&end).contains(&"agreement"), "{}", scenario.id);
    }
}

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

/// A guard that holds is the paper's condition, whichever rule is off; and what a twin does not check is said to be missing.
#[test]
fn what_a_twin_does_not_check_is_said_to_be_not_checked() {
    let unchecked = |id: &str| -> Vec<&str> {
        let mut play = play(id);
        let whys = play.session.steps(1..play.length + 1).into_iter().flat_map(|step| step.whys);
        let is_unchecked = |why: &WhyView| {
            why.guards.iter().any(|guard| !guard.holds && guard.text.ends_with(", not checked"))
        };
        let rules: BTreeSet<_> = whys.filter(is_unchecked).map(|why| why.rule).collect();
        rules.into_iter().collect()
    };
    let votes = ["committed", "count-commit", "count-prepare", "prepared"];
    let views = ["await-new-view", "count-view-change", "enter-view", "new-view"];
    for scenario in find("pbft").unwrap().scenarios {
        let mut wanted = match scenario.id {
            "twin-f-plus-1" => votes.to_vec(),
            "twin-2f-plus-1" => [votes, views].concat(),
            "twin-no-certificates" => vec!["send-view-change-bare"],
            "twin-unmatched-digests" => vec!["committed", "count-prepare", "prepared-unmatched"],
            "twin-no-signature-check" => [&votes[..], &["believe-signature"]].concat(),
            "twin-out-of-order" => vec!["execute"],
            "twin-first-reply" => vec!["accept-first"],
            _ => vec![],
        };
        wanted.sort_unstable();
        assert_eq!(unchecked(scenario.id), wanted, "{}", scenario.id);
    }
}
