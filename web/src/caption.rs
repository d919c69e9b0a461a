//! The caption of the figure, on one plate under the stage: what to watch for; once a property is broken, which and
//! where; at the end of a story, what was decided and what to try next. Its height never changes, so nothing jumps.

use crate::app::App;
use crate::ask::Ask;
use crate::inspect::properties;
use crate::scene::Intent;
use crate::tag::{asks, button, div, words};
use playground_core::protocol::Meta;
use playground_core::registry::Entry;
use playground_core::scenario::Scenario;
use playground_core::trace::{Mark, MarkKind};
use yew::prelude::*;

/// The plate.
pub(crate) fn draw(app: &App) -> Html {
    let frame = &app.run.frame;
    let is_over = !app.playing && (app.run.is_at_end() || frame.idle.is_some());
    let broken = || frame.verdicts.iter().filter(|verdict| !verdict.holds);
    // What this very step breaks comes before what is broken already.
    let broken = broken().find(|verdict| verdict.broken_at == Some(frame.step)).or_else(|| broken().next());
    let class = match (broken, is_over) {
        (Some(_), false) => "caption alarm",
        (Some(_), true) => "caption alarm over",
        (None, true) => "caption over",
        (None, false) => "caption",
    };
    let mut plate = div("div", class);
    if let Some(verdict) = broken {
        let (words, jump) = properties::alarm(verdict, frame.step);
        let jump = jump.map(|step| {
            let on_press = asks(&app.intent, Intent::Seek(step));
            button("press danger", on_press).text(format!("Go to step {step}")).done()
        });
        plate = plate.set("role", "alert").put(words).put_if(jump);
    } else if is_over {
        plate = plate.set("role", "status").put(words("p", outcome(app)));
    } else {
        let story = story(app);
        plate = plate.put(div("p", "story").set("title", story).text(story));
    }
    if is_over { plate.put(what_next(app)).done() } else { plate.done() }
}

/// What to watch for. Before its opening step, and in another future, a story would tell what is not so.
pub(crate) fn story(app: &App) -> &'static str {
    if app.run.frame.manual {
        return "By hand: no message arrives unless you deliver it. Let them go under Choose, Network.";
    }
    let is_told = app.run.story.is_none_or(|(opens_at, _)| app.run.frame.step >= opens_at)
        && !app.run.is_other_future();
    app.run.scenario.filter(|_| is_told).map_or(app.run.entry.meta.summary, |scenario| scenario.caption)
}

/// What can be done at the end.
fn what_next(app: &App) -> Html {
    let press =
        |asked: Ask, class, text: &'static str| button(class, Ask::press(&app.ask, asked)).text(text).done();
    let twin = twin_of(app.run.entry, app.run.scenario);
    let twin = twin.map(|twin| {
        let title = format!("Try the twin: {}", twin.title);
        let on_press = Ask::press(&app.ask, Ask::Scenario(twin.id.into()));
        button("press", on_press).set("title", title).text("Try the twin").done()
    });
    div("div", "press-row").put(press(Ask::Replay, "press", "Replay")).put_if(twin).done()
}

/// What was decided, or why nothing more can be.
fn outcome(app: &App) -> String {
    let frame = &app.run.frame;
    let head = match frame.idle {
        Some(_) => crate::acts::idle_words(frame.idle),
        None => "The story ends here.".into(),
    };
    let seen: Vec<Mark> = app.run.marks.iter().filter(|mark| mark.step <= frame.step).copied().collect();
    // What went wrong is worth more than what went well.
    let last = [MarkKind::Violation, MarkKind::Lost, MarkKind::Decided]
        .iter()
        .find_map(|kind| seen.iter().rev().find(|mark| mark.kind == *kind));
    let last = last.and_then(|mark| {
        let steps = app.run.session.look().steps(mark.step..mark.step + 1);
        let whys = &steps.first()?.whys;
        let why = whys.iter().rev().find(|why| why.is_main).or(whys.last())?.sentence.plain();
        Some(format!(" At step {}, {why}.", mark.step))
    });
    format!("{head} {}{}", counts(app.run.entry.meta, &seen), last.unwrap_or_default())
}

/// `In all 3 commits, 1 loss.`, in the protocol's own words.
fn counts(meta: &Meta, marks: &[Mark]) -> String {
    let counted = [MarkKind::Elected, MarkKind::Decided, MarkKind::Lost, MarkKind::Violation];
    let said = counted.iter().filter_map(|kind| {
        let [_, one, many] = meta.mark_words(*kind);
        match marks.iter().filter(|mark| mark.kind == *kind).count() {
            0 => None,
            1 => Some(["1 ", one].concat()),
            count => Some([&count.to_string(), " ", many].concat()),
        }
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() { "Nothing was decided.".into() } else { ["In all ", &said.join(", "), "."].concat() }
}

/// A scenario of the same protocol with one of its rules broken: the one whose name is most like the present one's.
fn twin_of(entry: &Entry, present: Option<&Scenario>) -> Option<&'static Scenario> {
    let is_twin = |scenario: &Scenario| {
        entry.meta.twins.iter().any(|twin| twin.params.iter().all(|param| scenario.params.contains(param)))
    };
    if present.is_some_and(is_twin) {
        return None;
    }
    let alike = |scenario: &Scenario| {
        let present = present.map_or("", |present| present.id);
        present.bytes().zip(scenario.id.bytes()).take_while(|(a, b)| a == b).count()
    };
    let mut best: Option<&'static Scenario> = None;
    for scenario in entry.scenarios.iter().filter(|scenario| is_twin(scenario)) {
        if best.is_none_or(|best| alike(scenario) > alike(best)) {
            best = Some(scenario);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use playground_core::registry::catalogue;
    use playground_core::time::Time;

    #[test]
    fn what_was_decided_is_counted_in_words() {
        let mark = |kind| Mark { step: 1, at: Time(0), node: None, kind, number: 0 };
        let told = |at: usize, marks: &[Mark]| counts(catalogue()[at].meta, marks);
        assert_eq!(told(0, &[]), "Nothing was decided.");
        let marks = [MarkKind::Decided, MarkKind::Lost, MarkKind::Lost, MarkKind::Fault].map(mark);
        assert_eq!(told(0, &marks), "In all 1 commit, 2 losses.");
        for (at, entry) in catalogue().iter().enumerate().filter(|(_, entry)| entry.meta.slug == "pbft") {
            let said = told(at, &[mark(MarkKind::Elected), mark(MarkKind::Decided), mark(MarkKind::Decided)]);
            assert_eq!(said, "In all 1 new view, 2 executions by replicas.", "{}", entry.meta.title);
        }
    }

    #[test]
    fn a_twin_is_offered_to_the_correct_protocol_only() {
        for entry in catalogue().iter().filter(|entry| !entry.meta.twins.is_empty()) {
            let twin = twin_of(entry, entry.scenarios.first()).expect("a scenario with a twin");
            assert_eq!(twin_of(entry, Some(twin)).map(|other| other.id), None);
        }
    }
}
