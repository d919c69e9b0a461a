//! What must hold for every protocol of the catalogue. A new one is picked up from there.

mod support;

use playground_core::action::Command;
use playground_core::id::NodeId;
use playground_core::kernel::KINDS_MAX;
use playground_core::recipe::Recipe;
use playground_core::registry::{Entry, catalogue, open};
use playground_core::scenario::Director;
use playground_core::session::{Ran, Session};
use playground_core::time::{MS, Time};
use playground_core::view::{Answer, Lens, MemberKind, Status, Threshold};
use std::collections::BTreeSet;
use support::random_command;

/// Every scenario of every protocol, played.
fn scenarios() -> impl Iterator<Item = (&'static Entry, &'static str, Box<dyn Session>)> {
    catalogue().iter().flat_map(|entry| {
        entry.scenarios.iter().map(move |scenario| {
            let opened =
                entry.scenario(scenario.id).unwrap_or_else(|error| panic!("{}: {error}", scenario.id));
            (entry, scenario.id, opened.session)
        })
    })
}

#[test]
fn equal_recipes_give_equal_fingerprints_at_every_step() {
    for (entry, id, session) in scenarios() {
        let recipe = session.recipe();
        let (mut a, mut b) = (open(&recipe).unwrap(), open(&recipe).unwrap());
        let head = a.frame(&Lens::default()).head;
        assert_eq!(head, recipe.length, "{} {id} runs to its length", entry.meta.slug);
        for step in (0..=head).step_by(7) {
            assert_eq!(a.seek(step), step);
            assert_eq!(b.seek(step), step);
            assert_eq!(a.fingerprint(), b.fingerprint(), "{} {id} at step {step}", entry.meta.slug);
        }
    }
}

#[test]
fn seeking_back_and_forth_arrives_where_a_straight_run_arrives() {
    for (entry, id, mut session) in scenarios() {
        let head = session.seek(session.recipe().length);
        let marks: Vec<(u64, u64)> = (0..=head.min(400))
            .map(|step| {
                session.seek(step);
                (step, session.fingerprint())
            })
            .collect();
        for (step, fingerprint) in marks.iter().rev().step_by(3).chain(marks.iter().step_by(5)) {
            session.seek(*step);
            assert_eq!(session.fingerprint(), *fingerprint, "{} {id} back at step {step}", entry.meta.slug);
        }
        session.seek(head.min(400));
        while session.back() {
            let step = session.frame(&Lens::default()).step;
            assert_eq!(
                session.fingerprint(),
                marks[step as usize].1,
                "{} {id} stepped back to {step}",
                entry.meta.slug
            );
        }
    }
}

#[test]
fn a_link_reopens_the_run() {
    for (entry, id, mut session) in scenarios() {
        let link = session.recipe().to_link();
        assert!(link.len() < 2_000, "{} {id}: the link has {} characters", entry.meta.slug, link.len());
        let mut again = open(&Recipe::from_link(&link).unwrap()).unwrap();
        let head = session.seek(session.recipe().length);
        assert_eq!(again.seek(head), head);
        assert_eq!(again.fingerprint(), session.fingerprint(), "{} {id}", entry.meta.slug);
    }
}

#[test]
fn every_twin_breaks_the_property_it_names_in_a_scenario_and_nothing_else_breaks() {
    for entry in catalogue() {
        let mut broken_by_twins = BTreeSet::new();
        for scenario in entry.scenarios {
            let mut session = entry.scenario(scenario.id).unwrap().session;
            session.seek(session.recipe().length);
            let broken: BTreeSet<&str> = (session.frame(&Lens::default()).verdicts.iter())
                .filter(|verdict| !verdict.holds)
                .map(|verdict| verdict.id)
                .collect();
            let is_on = |params: &&[(&str, u64)]| params.iter().all(|param| scenario.params.contains(param));
            let twins = || entry.meta.twins.iter().filter(|twin| is_on(&twin.params));
            if twins().next().is_none() && !has_too_many_traitors(&*session) {
                assert_eq!(
                    broken,
                    BTreeSet::new(),
                    "{} {}: the correct protocol",
                    entry.meta.slug,
                    scenario.id
                );
            }
            broken_by_twins.extend(twins().filter(|twin| broken.contains(twin.breaks)).map(|twin| twin.id));
        }
        let all: BTreeSet<&str> = entry.meta.twins.iter().map(|twin| twin.id).collect();
        assert_eq!(broken_by_twins, all, "{}: twins whose scenario shows the break", entry.meta.slug);
    }
}

/// Whether a third of the servers or more were made Byzantine: no protocol promises anything then.
fn has_too_many_traitors(session: &dyn Session) -> bool {
    let servers =
        session.frame(&Lens::default()).nodes.iter().filter(|n| n.kind == MemberKind::Server).count();
    let traitor = |(_, command): &(u64, Command)| match command {
        Command::Byzantine { node, behaviour } if *behaviour > 0 => Some(*node),
        _ => None,
    };
    let traitors: BTreeSet<_> = session.recipe().commands.iter().filter_map(traitor).collect();
    !traitors.is_empty() && 3 * traitors.len() >= servers
}

#[test]
fn no_command_makes_a_run_panic_and_a_refusal_changes_nothing() {
    for entry in catalogue() {
        for seed in 0..40 {
            let mut session = open(&Recipe { seed, ..Recipe::new(entry.meta.slug) }).unwrap();
            let mut chance = support::Chance::new(seed);
            for _ in 0..150 {
                for _ in 0..chance.below(12) {
                    session.step();
                }
                let before = session.fingerprint();
                let command = random_command(&mut chance, session.meta(), &session.frame(&Lens::default()));
                let allowed = session.check(&command);
                match session.command(command.clone()) {
                    Ok(()) => assert_eq!(allowed, Ok(()), "{command:?} was said to be refused"),
                    Err(refusal) => {
                        assert_eq!(allowed, Err(refusal), "{command:?} was said to be allowed");
                        assert_eq!(session.fingerprint(), before, "a refused {command:?} changed something");
                    }
                }
            }
            let (step, fingerprint) = (session.frame(&Lens::default()).step, session.fingerprint());
            let mut again = open(&Recipe::from_link(&session.recipe().to_link()).unwrap()).unwrap();
            again.seek(step);
            assert_eq!(again.fingerprint(), fingerprint, "{} seed {seed} reopens", entry.meta.slug);
        }
    }
}

#[test]
fn a_picture_is_bounded_and_agrees_with_itself() {
    for (entry, id, mut session) in scenarios() {
        let head = session.recipe().length;
        for step in (0..=head).step_by(3) {
            session.seek(step);
            let frame = session.frame(&Lens::default());
            let place = format!("{} {id} at step {step}", entry.meta.slug);
            assert_eq!(frame.last.as_ref().map_or(0, |last| last.step), step, "{place}: the last step");
            for flight in &frame.flights {
                assert!(
                    usize::from(flight.kind) < entry.meta.messages.len(),
                    "{place}: a kind without a name"
                );
                assert!(
                    flight.sent_at <= frame.now && flight.sent_step <= step,
                    "{place}: a message from the future"
                );
                assert!(
                    flight.from.index() < frame.nodes.len() && flight.to.index() < frame.nodes.len(),
                    "{place}"
                );
            }
            for node in &frame.nodes {
                assert!(!node.view.role.is_empty(), "{place}: {} has no role", node.name);
                assert!(node.view.panels.len() <= 12, "{place}: {} has too many panels", node.name);
                if let Some(quorum) = &node.view.quorum {
                    let names: BTreeSet<_> = quorum.notches.iter().map(|notch| notch.node).collect();
                    assert_eq!(names.len(), quorum.notches.len(), "{place}: a voter stands twice");
                    let voters = quorum.notches.len();
                    let is_possible = match quorum.threshold {
                        Threshold::Of(needed) => needed <= voters.max(1),
                        Threshold::Joint(halves) => {
                            halves.iter().all(|half| half.needed <= half.of && half.of <= voters)
                        }
                    };
                    assert!(is_possible, "{place}: an impossible threshold");
                    let cut = |notch: &&playground_core::view::Notch| notch.answer == Answer::Unreachable;
                    let reason = !frame.cuts.is_empty()
                        || frame
                            .nodes
                            .iter()
                            .any(|node| node.status == playground_core::view::Status::Crashed);
                    assert!(
                        reason || !quorum.notches.iter().any(|notch| cut(&notch)),
                        "{place}: unreachable without a fault"
                    );
                }
            }
            if let Some(last) = frame.last {
                for why in &last.whys {
                    assert!(
                        !why.sentence.plain().contains(['{', '}']),
                        "{place}: a hole in “{}”",
                        why.sentence.plain()
                    );
                    assert!(!why.section.is_empty(), "{place}: rule {} names no section", why.rule);
                }
            }
        }
    }
}

#[test]
fn a_cause_always_lies_before_its_effect() {
    for (entry, id, mut session) in scenarios() {
        let head = session.recipe().length;
        for step in session.steps(1..head + 1) {
            assert!(step.cause.is_none_or(|cause| cause < step.step), "{} {id}: {step:?}", entry.meta.slug);
        }
    }
}

#[test]
fn measures_are_of_the_present_step_however_it_was_reached() {
    for (entry, id, mut session) in scenarios() {
        assert!(entry.meta.messages.len() <= KINDS_MAX, "{}: each kind is counted apart", entry.meta.slug);
        let head = session.recipe().length;
        session.seek(head);
        let end = session.measures();
        assert_eq!(end.sent.len(), entry.meta.messages.len());
        session.seek(head / 2);
        let half = session.measures();
        assert!(half.sent.iter().sum::<u64>() <= end.sent.iter().sum(), "{} {id}", entry.meta.slug);
        session.seek(head / 3);
        session.seek(head / 2);
        assert_eq!(session.measures(), half, "{} {id}", entry.meta.slug);
        session.seek(head);
        assert_eq!(session.measures(), end, "{} {id}", entry.meta.slug);
    }
}

#[test]
fn a_fork_keeps_the_branch_it_came_from() {
    for entry in catalogue() {
        let mut opened = entry.scenario(entry.scenarios[0].id).unwrap();
        let session = &mut *opened.session;
        let head = session.recipe().length;
        session.seek(head);
        let end = session.fingerprint();
        session.seek(head / 2);
        let frame = session.frame(&Lens::default());
        let running = frame.nodes.iter().find(|node| node.status == Status::Up).unwrap();
        session.command(Command::Crash(running.id)).unwrap();
        session.run_until(Time(u64::MAX), 50);
        assert_eq!(session.branches().len(), 2, "{}", entry.meta.slug);
        assert_eq!(session.branches()[1].parent, Some(0));
        assert!(session.switch(0));
        session.seek(head);
        assert_eq!(session.fingerprint(), end, "{}: the old branch is as it was", entry.meta.slug);
        assert!(session.switch(1));
        assert_eq!(session.frame(&Lens::default()).step, head / 2, "{}: at the fork", entry.meta.slug);
    }
}

#[test]
fn a_bounded_run_stops_for_a_reason() {
    for entry in catalogue() {
        let mut session = open(&Recipe::new(entry.meta.slug)).unwrap();
        assert_ne!(session.run_until(Time(50 * MS), 1_000_000), Ran::OutOfSteps);
        assert_eq!(session.run_until(Time(u64::MAX), 10), Ran::OutOfSteps, "{} goes on", entry.meta.slug);
        let mut director = Director::new(&mut *session);
        director.step();
    }
}

#[test]
fn what_is_done_to_a_message_says_to_which() {
    for entry in catalogue() {
        let mut session = open(&Recipe::new(entry.meta.slug)).expect("it opens");
        while session.frame(&Lens::default()).flights.is_empty() {
            assert!(session.step(), "{}: nothing is ever sent", entry.meta.slug);
        }
        let before = session.present();
        let frame = session.frame(&Lens::default());
        let flight = &frame.flights[0];
        let name = |id: NodeId| frame.nodes[id.index()].name.clone();
        let kind = entry.meta.messages[usize::from(flight.kind)].name;
        let which = format!("{kind} from {} to {}", name(flight.from), name(flight.to));
        let capital = which[..1].to_uppercase() + &which[1..];
        session.command(Command::Delay { message: flight.id, by_us: 20_000 }).unwrap();
        session.command(Command::Duplicate(flight.id)).unwrap();
        let expected =
            [format!("{capital} is delayed by 20 ms, by hand"), format!("{capital} is doubled by hand")];
        // From the end of the run, and from before any of it.
        for step in [before + 2, 0] {
            session.seek(step);
            let steps = session.steps(before + 1..before + 3);
            let titles: Vec<_> = steps.iter().map(|step| step.title.plain()).collect();
            assert_eq!(titles, expected, "{}", entry.meta.slug);
        }
        session.seek(before);
        session.command(Command::Drop(flight.id)).unwrap();
        assert_eq!(session.branches()[1].title, format!("drop {which}"));
        let last = session.frame(&Lens::default()).last.expect("a step was taken");
        assert_eq!(last.title.plain(), format!("{capital} is dropped by hand"));
    }
}
