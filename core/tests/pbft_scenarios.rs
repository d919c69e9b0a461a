//! The scenarios of PBFT: each plays, and ends as its caption says; and the messages of a request are counted.

use playground_core::id::NodeId;
use playground_core::measure::Milli;
use playground_core::recipe::Recipe;
use playground_core::registry::{find, open};
use playground_core::scenario::Director;
use playground_core::session::Session;
use playground_core::time::{MS, Time};
use playground_core::view::{Frame, Lens, Panel};

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
        let measure =
            find("pbft").unwrap().meta.measures.iter().find(|m| m.id == "messages-per-request").unwrap();
        let values = measures.values.iter().find(|value| value.id == measure.id).unwrap();
        let formula = Some(Milli::whole(2 * n * n - n + 1));
        assert_eq!((values.value, values.theory), (formula, formula), "{n} replicas");
    }
}

#[test]
fn an_equivocating_primary_commits_nothing_and_the_next_view_everything_once() {
    let mut play = play("equivocating-primary");
    let end = play.end();
    assert_eq!(broken(&end), Vec::<&str>::new());
    for backup in [1, 2, 3] {
        assert_eq!(registers(&end, backup), ["11", "0", "0"]);
        assert_eq!(fact(&end, backup, "view"), "1, active");
    }
    assert!(play.count("it is for another request") > 10);
    assert_eq!(play.count("begins it after the stable checkpoint 0"), 1);
}

#[test]
fn a_false_answer_comes_first_and_is_outvoted() {
    let mut play = play("lying-replica");
    let end = play.end();
    assert_eq!(fact(&end, 4, "last answer"), "x + 5: 5");
    let replies: Vec<String> = play.told().into_iter().filter(|line| line.contains("reply of")).collect();
    assert_eq!(replies[0], "c1 counts the reply of n2 to request 1");
}

#[test]
fn forgeries_are_rejected_each_of_them() {
    let mut play = play("forged-signatures");
    let end = play.end();
    assert_eq!(broken(&end), Vec::<&str>::new());
    // Two pre-prepares to three backups, each with the prepares and commits of the two others.
    assert!(play.count("the signature is not its own") >= 24);
    assert!((1..4).all(|backup| registers(&end, backup) == ["11", "0", "0"]));
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
    }
}
