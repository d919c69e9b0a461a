//! The scenarios of PBFT: each plays, and ends as its caption says; and the messages of a request are counted.

mod pbft_frames;

use pbft_frames::{broken, cells, certificates, fact, log, registers};
use playground_core::id::NodeId;
use playground_core::measure::Milli;
use playground_core::recipe::Recipe;
use playground_core::registry::{self, find, open};
use playground_core::scenario::Director;
use playground_core::session::Session;
use playground_core::time::{MS, Time};
use playground_core::trace::MarkKind;
use playground_core::view::{CellState, Frame, Lens, Panel, WhyView};
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
    assert!(play.count("and waits for more: beside the pre-prepare it has 1 of 2") > 0);
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
    // Whoever looks for why hears that nothing was promised any more.
    let told = end.nodes[2].view.panels.iter().find_map(|panel| match panel {
        Panel::Facts { title: "Why so many", facts, .. } => {
            facts.iter().find(|fact| fact.label.starts_with("lie,"))
        }
        _ => None,
    });
    assert_eq!(told.unwrap().value, "2, more than f: nothing is promised (§3)");
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
