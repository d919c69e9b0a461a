//! The scenarios of Paxos: each plays, and ends as its caption says.

use playground_core::action::Command;
use playground_core::id::NodeId;
use playground_core::kernel::LinkProfile;
use playground_core::linearizability::{Checker, ModelKind, Spec, Verdict};
use playground_core::measure::Milli;
use playground_core::recipe::Recipe;
use playground_core::registry::{find, open};
use playground_core::scenario::Director;
use playground_core::session::Session;
use playground_core::time::MS;
use playground_core::timeline::Refusal;
use playground_core::trace::{Mark, MarkKind};
use playground_core::view::{Frame, Lens, Panel, Status, WhyView};
use std::collections::BTreeSet;

struct Play {
    session: Box<dyn Session>,
    opens_at: u64,
    length: u64,
}

fn play(id: &str) -> Play {
    let opened = find("paxos").unwrap().scenario(id).unwrap();
    let length = opened.session.recipe().length;
    Play { opens_at: opened.opens_at, length, session: opened.session }
}

impl Play {
    fn at(&mut self, step: u64) -> Frame {
        assert_eq!(self.session.seek(step), step);
        self.session.frame(&Lens::default())
    }

    fn opening(&mut self) -> Frame {
        let opens_at = self.opens_at;
        self.at(opens_at)
    }

    fn end(&mut self) -> Frame {
        let length = self.length;
        self.at(length)
    }

    /// The whys of all steps, one sentence each.
    fn told(&mut self) -> Vec<String> {
        let steps = self.session.steps(1..self.length + 1);
        steps.iter().flat_map(|step| step.whys.iter().map(|why| why.sentence.plain())).collect()
    }

    fn is_told(&mut self, line: &str) {
        let told = self.told();
        assert!(told.iter().any(|told| told == line), "“{line}” is not among {told:#?}");
    }

    /// What an operation, counted from 0, came to.
    fn answer(&self, operation: usize) -> Option<String> {
        self.session.operations()[operation].returned.clone().map(|(_, _, answer)| answer)
    }

    fn measure(&self, id: &str) -> (Option<Milli>, Option<Milli>) {
        let values = self.session.measures().values;
        values.iter().find(|value| value.id == id).map(|value| (value.value, value.theory)).unwrap()
    }
}

/// A value of an agent by its label.
fn fact(frame: &Frame, name: &str, label: &str) -> String {
    let node = frame.nodes.iter().find(|node| node.name == name).unwrap();
    let facts = node.view.panels.iter().filter_map(|panel| match panel {
        Panel::Facts { facts, .. } => Some(facts),
        _ => None,
    });
    let found = facts.flatten().find(|fact| fact.label == label);
    found.unwrap_or_else(|| panic!("{name} has no “{label}”")).value.clone()
}

fn accepted(frame: &Frame) -> [String; 3] {
    ["a1", "a2", "a3"].map(|name| fact(frame, name, "accepted"))
}

/// Each instance's title and phase.
fn phases(frame: &Frame) -> Vec<(&str, &'static str)> {
    let track = frame.phases.iter();
    track.map(|track| (track.title.as_str(), track.phases[track.current.unwrap()])).collect()
}

/// Ids of the broken properties, by the step that broke them.
fn broken(frame: &Frame) -> Vec<&'static str> {
    let broken = frame.verdicts.iter().filter_map(|verdict| Some((verdict.broken_at?, verdict.id)));
    let mut broken: Vec<_> = broken.collect();
    broken.sort_unstable();
    broken.into_iter().map(|(_, id)| id).collect()
}

#[test]
fn a_chosen_value_is_found_again_although_nobody_knew_of_it() {
    let mut play = play("rediscovered");
    let opening = play.opening();
    assert_eq!(accepted(&opening), ["apple in 1.p1", "apple in 1.p1", "nothing"]);
    assert_eq!(fact(&opening, "l1", "learned"), "nothing");
    assert_eq!(opening.nodes[0].status, Status::Crashed);
    assert_eq!(phases(&opening), [("ballot 1.p2", "prepare"), ("ballot 1.p1: apple", "chosen")]);
    play.is_told(
        "p2 must propose apple in ballot 1.p2, not its own banana: so says the highest-numbered proposal that the \
         promises report, 1.p1",
    );
    let end = play.end();
    assert_eq!(accepted(&end), ["apple in 1.p2", "apple in 1.p2", "apple in 1.p2"]);
    assert_eq!(phases(&end), [("ballot 1.p2: apple", "learned")]);
    assert_eq!((play.answer(0), play.answer(1)), (None, Some("ok apple".into())));
    assert_eq!(broken(&end), [""; 0]);
}

#[test]
fn a_value_is_chosen_before_anybody_knows() {
    let mut play = play("normal-case");
    let mut seen = vec![];
    for step in play.opens_at..=play.length {
        let frame = play.at(step);
        let phase = phases(&frame)[0].1;
        if seen.last() != Some(&phase) {
            seen.push(phase);
        }
        if phase == "chosen" && seen.len() == 4 {
            let known = [fact(&frame, "p1", "knows as chosen"), fact(&frame, "l1", "learned")];
            let has = accepted(&frame).iter().filter(|accepted| *accepted == "apple in 1.p1").count();
            assert!(has >= 2, "chosen, as {known:?} know");
        }
    }
    assert_eq!(seen, ["prepare", "promise", "accept", "chosen", "learned"]);
    assert_eq!(play.measure("messages-per-value"), (Some(Milli(15_000)), Some(Milli(15_000))));
    assert_eq!(play.measure("ballots"), (Some(Milli(1_000)), Some(Milli(1_000))));
    assert_eq!(play.measure("availability").0, Some(Milli(1_000)));
    let latency = play.measure("time-until-known").0.unwrap();
    assert_eq!(Some(latency), play.measure("latency-p50").0);
    assert!((40_000_000..=80_000_000).contains(&latency.0), "four messages of 10 to 20 ms: {latency:?}");
}

/// a1 and a2 have accepted apple in 1.p1, and a1 accepts it again in 1.p2: for a moment no ballot has a majority.
#[test]
fn what_is_chosen_stays_chosen_in_the_picture() {
    for p1_crashes in [false, true] {
        let params = vec![("propose-within-ms".into(), 0)];
        let mut session = open(&Recipe { params, ..Recipe::new("paxos") }).unwrap();
        let mut d = Director::new(&mut *session);
        let [p1, p2, a1, a2, a3] = [0, 1, 2, 3, 4].map(NodeId);
        d.command(Command::Manual(true));
        d.operate(p1, 0, &[0]);
        for _ in 0..3 {
            // Prepare requests, promises, accept requests; a3 hears nothing, and nobody of what is accepted.
            d.deliver(|flight| ![a3, p2].contains(&flight.to));
        }
        assert_eq!(accepted(&d.frame()), ["apple in 1.p1", "apple in 1.p1", "nothing"]);
        if p1_crashes {
            d.command(Command::Crash(p1));
        }
        let shown = |d: &Director<'_>| -> Vec<String> {
            let frame = d.frame();
            phases(&frame).iter().map(|(title, phase)| format!("{title}, {phase}")).collect()
        };
        assert_eq!(shown(&d), ["ballot 1.p1: apple, chosen"]);
        d.operate(p2, 0, &[1]);
        d.deliver(|flight| flight.from == p2 && flight.to != a3);
        d.deliver(|flight| flight.to == p2);
        let both = |phases: [&str; 2]| {
            let (mine, theirs) = ("ballot 1.p1: apple", "ballot 1.p2: apple");
            let [of_p1, of_p2] = [format!("{mine}, {}", phases[0]), format!("{theirs}, {}", phases[1])];
            // That of a proposer that is gone comes last.
            if p1_crashes { vec![of_p2, of_p1] } else { vec![of_p1, of_p2] }
        };
        assert_eq!(shown(&d), both(["chosen", "accept"]));
        d.deliver(|flight| (flight.from, flight.to) == (p2, a1));
        assert_eq!(accepted(&d.frame()), ["apple in 1.p2", "apple in 1.p1", "nothing"]);
        assert_eq!(shown(&d), both(["chosen", "accept"]));
        d.deliver(|flight| (flight.from, flight.to) == (p2, a2));
        assert_eq!(shown(&d).last().map(String::as_str), Some("ballot 1.p2: apple, chosen"));
    }
}

/// a1 has apple in 1.p1 and a2 has it in 2.p1; a3 has banana in 1.p2, which a majority with it may report: nothing is
/// chosen, though a majority has apple.
#[test]
fn a_value_that_another_may_still_displace_is_not_shown_as_chosen() {
    let params = [("propose-within-ms", 0), ("back-off-ms", 1)];
    let params = params.map(|(id, value)| (id.to_owned(), value)).into();
    let mut session = open(&Recipe { params, ..Recipe::new("paxos") }).unwrap();
    let mut d = Director::new(&mut *session);
    let [p1, p2, a1, a2, a3] = [0, 1, 2, 3, 4].map(NodeId);
    d.command(Command::Manual(true));
    let ballot = |d: &mut Director<'_>, proposer: NodeId, promise: [NodeId; 2], accept: NodeId| {
        d.deliver(|flight| flight.from == proposer && promise.contains(&flight.to));
        d.deliver(|flight| flight.to == proposer && promise.contains(&flight.from));
        d.deliver(|flight| (flight.from, flight.to) == (proposer, accept));
        d.drop_messages(|_| true);
    };
    d.operate(p1, 0, &[0]);
    ballot(&mut d, p1, [a1, a2], a1);
    d.operate(p2, 0, &[1]);
    ballot(&mut d, p2, [a2, a3], a3);
    d.command(Command::Crash(p2));
    d.fire(p1, "ballot timeout");
    d.fire(p1, "back-off");
    ballot(&mut d, p1, [a1, a2], a2);
    assert_eq!(accepted(&d.frame()), ["apple in 1.p1", "apple in 2.p1", "banana in 1.p2"]);
    assert_eq!(phases(&d.frame()), [("ballot 2.p1: apple", "accept")]);
}

#[test]
fn a_duel_ends_only_with_back_off() {
    let mut without = play("duel");
    let marks = without.session.marks();
    let count = |kind: MarkKind| marks.iter().filter(|mark| mark.kind == kind).count();
    assert_eq!(count(MarkKind::Decided), 0);
    assert!(count(MarkKind::NewTerm) > 25, "{} ballots", count(MarkKind::NewTerm));
    assert_eq!(accepted(&without.end()), ["nothing", "nothing", "nothing"]);
    let mut with = play("duel-back-off");
    // Three ballots of each come to nothing but p2's third, and p1's fourth finds what that has chosen.
    let marked = |kind: MarkKind, marks: &[Mark]| -> Vec<_> {
        marks.iter().filter(|mark| mark.kind == kind && mark.node < Some(NodeId(2))).map(told_mark).collect()
    };
    let begun = ["p1 0", "p2 10", "p1 28", "p2 36", "p1 55", "p2 62", "p1 102"];
    assert_eq!(marked(MarkKind::NewTerm, with.session.marks()), begun);
    assert_eq!(marked(MarkKind::Decided, with.session.marks()), ["p2 102", "p1 142"]);
    // Both stop for good: nothing is under way any more.
    let end = with.end();
    assert_eq!(accepted(&end), ["banana in 6.p1", "banana in 6.p1", "banana in 6.p1"]);
    assert_eq!(fact(&end, "l1", "learned"), "banana");
    assert_eq!((end.flights.len(), end.nodes.iter().map(|node| node.timers.len()).sum::<usize>()), (0, 0));
    assert_eq!(
        [0, 1].map(|operation| with.answer(operation)),
        [Some("ok banana".into()), Some("ok banana".into())]
    );
}

/// Who, and at which millisecond.
fn told_mark(mark: &Mark) -> String {
    format!("p{} {}", mark.node.unwrap().0 + 1, mark.at.us() / 1_000)
}

/// The links of “duel-back-off” without back-off: each refusal of the near acceptor begins another ballot.
#[test]
fn refusals_alone_make_a_duel_that_does_not_end() {
    let params = vec![("propose-within-ms".into(), 0), ("back-off".into(), 0)];
    let mut session = open(&Recipe { params, ..Recipe::new("paxos") }).unwrap();
    let mut d = Director::new(&mut *session);
    let a1 = Some(NodeId(2));
    for (from, to, us) in [(None, None, 10_000), (a1, None, 2_000), (None, a1, 2_000)] {
        d.command(Command::Link { from, to, profile: LinkProfile::constant(us) });
    }
    d.operate(NodeId(0), 0, &[0]);
    d.run_for(10 * MS);
    d.operate(NodeId(1), 0, &[1]);
    d.run_for(1_000 * MS);
    assert_eq!(accepted(&d.frame()), ["nothing", "nothing", "nothing"]);
    let begun = session.marks().iter().filter(|mark| mark.kind == MarkKind::NewTerm).count();
    // A ballot lasts 24 ms: two to a far acceptor, and two to the near one.
    assert_eq!(begun, 43 + 42);
}

#[test]
fn an_acceptor_keeps_its_word_over_a_crash() {
    let mut play = play("acceptor-crash");
    let opening = play.opening();
    assert_eq!(["a1", "a2"].map(|name| fact(&opening, name, "accepted")), ["apple in 1.p1", "apple in 1.p1"]);
    let end = play.end();
    assert_eq!(fact(&end, "l1", "learned"), "apple");
    assert_eq!(end.nodes[2].status, Status::Crashed, "a1 stays down");
    assert_eq!(play.answer(1), Some("ok apple".into()));
}

#[test]
fn a_learner_that_believes_one_acceptor_takes_for_chosen_what_never_is() {
    let mut play = play("twin-learn-first");
    let end = play.end();
    assert_eq!(accepted(&end), ["apple in 1.p1", "banana in 1.p2", "banana in 1.p2"]);
    assert_eq!(fact(&end, "l1", "learned"), "apple");
    // Its ring is that of what it learned, not of what others chose meanwhile.
    let learner = end.nodes.iter().find(|node| node.name == "l1").unwrap();
    assert_eq!(learner.view.quorum.as_ref().unwrap().told(), "1 of 3, 2 needed");
    assert_eq!(play.answer(1), Some("ok banana".into()));
    play.is_told("l1 takes apple for chosen as soon as one acceptor has accepted it, in ballot 1.p1");
}

#[test]
fn what_one_acceptor_accepted_is_not_chosen() {
    let mut play = play("accepted-not-chosen");
    assert_eq!(accepted(&play.opening()), ["apple in 1.p1", "nothing", "nothing"]);
    let end = play.end();
    assert_eq!(fact(&end, "l1", "learned"), "banana");
    assert_eq!(play.answer(2), Some("ok banana".into()), "p1 learns it, too");
    assert_eq!(broken(&end), [""; 0]);
}

#[test]
fn each_twin_breaks_what_it_names_first_and_then_two_values_are_chosen() {
    let meta = find("paxos").unwrap().meta;
    for twin in meta.twins {
        let end = play(twin.id).end();
        // What a learner believes changes nothing of what is chosen.
        let also = (twin.id != "twin-learn-first").then_some("one-value-chosen");
        let wanted: Vec<_> = [twin.breaks].into_iter().chain(also).collect();
        assert_eq!(broken(&end), wanted, "{}", twin.id);
    }
    assert_eq!(meta.twins.len(), 5);
}

/// A guard that holds is the paper's condition, whichever rule is off; and what a twin does not check is said to be missing.
#[test]
fn what_a_twin_does_not_check_is_said_to_be_not_checked() {
    for scenario in find("paxos").unwrap().scenarios {
        let mut play = play(scenario.id);
        let whys = play.session.steps(1..play.length + 1).into_iter().flat_map(|step| step.whys);
        let is_unchecked = |why: &WhyView| {
            why.guards.iter().any(|guard| !guard.holds && guard.text.ends_with(", not checked"))
        };
        let rules: BTreeSet<_> = whys.filter(is_unchecked).map(|why| why.rule).collect();
        let wanted: &[&str] = match scenario.id {
            "twin-ignore-accepted" => &["ignore-accepted"],
            "twin-forget-promise" => &["accept", "promise"],
            "twin-shared-ballots" | "twin-forget-round" => &["prepare"],
            "twin-learn-first" => &["learn-first"],
            _ => &[],
        };
        assert_eq!(rules.into_iter().collect::<Vec<_>>(), wanted, "{}", scenario.id);
    }
}

#[test]
fn what_cannot_be_is_told() {
    let with = |params: &[(&str, u64)]| {
        let params = params.iter().map(|(id, value)| ((*id).into(), *value)).collect();
        open(&Recipe { params, ..Recipe::new("paxos") })
    };
    let refusal = |params: &[(&str, u64)]| with(params).err().unwrap().to_string();
    assert_eq!(refusal(&[("n", 16)]), "parameter “n” can't be “16”: wanted a whole number from 1 to 15");
    assert_eq!(
        refusal(&[("learners", 6)]),
        "parameter “learners” can't be “6”: wanted a whole number from 0 to 5"
    );
    assert_eq!(refusal(&[("acceptors", 3)]), "there is no parameter “acceptors”");
    let mut session = with(&[]).unwrap();
    let mut told = |node: u16, operation: u8, args: &[u64]| {
        let command = Command::Operate { node: NodeId(node), operation, args: args.to_vec() };
        session.command(command).err().map(|refusal| refusal.to_string())
    };
    let wanted = Some("this operation wants value (0 to 7)".to_owned());
    assert_eq!([told(0, 0, &[8]), told(0, 0, &[1; 400])], [wanted.clone(), wanted]);
    assert_eq!(told(0, 1, &[]).unwrap(), "this node has no such operation");
    assert_eq!(told(9, 0, &[1]).unwrap(), "there is no node n10");
    assert_eq!(told(0, 0, &[7]), None);
    session.command(Command::Crash(NodeId(0))).unwrap();
    let command = Command::Operate { node: NodeId(0), operation: 0, args: vec![1] };
    assert_eq!(session.command(command), Err(Refusal::Crashed(NodeId(0))));
    // An acceptor takes the operation and ends it at once: it is told what it cannot do.
    session.command(Command::Operate { node: NodeId(2), operation: 0, args: vec![1] }).unwrap();
    let step = session.frame(&Lens::default()).last.unwrap();
    assert_eq!(step.whys[0].sentence.plain(), "a1 can't propose a value: only proposers do");
    let (_, _, answer) = session.operations().last().unwrap().returned.clone().unwrap();
    assert_eq!(answer, "failed");
}

/// Whether what clients saw could come from an object that decides once.
fn is_explained(scenario: &str) -> bool {
    let mut play = play(scenario);
    play.end();
    let history = play.session.history();
    let spec = Spec::new(ModelKind::Consensus);
    matches!(Checker::judge(&history, &spec, 1_000_000), Ok(Verdict::Explained(_)))
}

#[test]
fn clients_see_one_decision_unless_a_rule_is_off() {
    for scenario in find("paxos").unwrap().scenarios.iter().filter(|own| !own.id.starts_with("twin-")) {
        assert!(is_explained(scenario.id), "{}", scenario.id);
    }
    assert!(!is_explained("twin-shared-ballots"), "p1 was told apple, and p2 banana");
}

#[test]
fn a_refusal_can_name_agents_as_the_picture_does() {
    let name = |node: NodeId| ["p1", "p2", "a1"][node.index()].to_owned();
    assert_eq!(Refusal::Crashed(NodeId(2)).told(&name), "a1 is crashed: restart it first");
    assert_eq!(
        Refusal::Cut(NodeId(0), NodeId(2)).told(&name),
        "the link from p1 to a1 is cut: heal it first"
    );
    assert_eq!(Refusal::NotPaused(NodeId(2)).to_string(), "n3 is not paused");
}
