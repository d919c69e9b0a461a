//! The panel of the search.

use super::words::{bounds, ending, grouped};
use super::{Exploring, Stage, form};
use crate::app::App;
use crate::ask::Ask;
use crate::icons::Icon;
use crate::inspect::properties;
use crate::scene::Intent;
use crate::tag::{button, div, tag, words};
use yew::prelude::*;

/// The panel.
pub(crate) fn draw(app: &App) -> Html {
    let (search, ask) = (&app.search, &app.ask);
    let press = |class: &'static str, word: &'static str, asked: Exploring| {
        button(class, Ask::press(ask, Ask::Explore(asked))).text(word).done()
    };
    let close = button("quiet", Ask::press(ask, Ask::Explore(Exploring::Toggle)))
        .set("aria-label", "Close the search")
        .put(Icon::Close.draw())
        .done();
    let panel = div("section", "explore")
        .set("aria-label", "Find a bad future")
        .put(div("header", "heading").key(0).put(words("h2", "Find a bad future")).put(close).done());
    if let Stage::Running { is_paused, .. } = &search.stage {
        let from = format!("From step {}. {}", search.from.1, bounds(&search.bounds));
        let pause = if *is_paused { "Go on" } else { "Pause" };
        let row = div("div", "press-row").key(7).put(press("press", pause, Exploring::Pause)).put(press(
            "press",
            "Cancel",
            Exploring::Cancel,
        ));
        return panel
            .put(words("p", from).key(5))
            .put(progress(app, if *is_paused { "Paused" } else { "Searching" }))
            .put(row.done())
            .done();
    }
    let step = app.run.frame.step;
    let again = if matches!(search.stage, Stage::Rest) { "Search" } else { "Search again" };
    let what = format!(
        "Tries everything that may follow step {step}: any message arrives next, any timer fires, nodes crash. \
         The first way that breaks a property opens as a run."
    );
    panel
        .put(outcome(app))
        .put(div("p", "fine").key(2).text(what).done())
        .put(form::draw(&search.bounds, ask))
        .put(div("div", "press-row").key(4).put(press("press primary start", again, Exploring::Start)).done())
        .done()
}

/// How the last search went. It is a live region, so it is there before there is something to say.
fn outcome(app: &App) -> Html {
    let search = &app.search;
    let place = |class: &'static str| div("div", class).key(1).set("role", "status");
    match &search.stage {
        Stage::Rest | Stage::Running { .. } => place("outcome").done(),
        Stage::Failed(why) => {
            place("outcome broken").put(words("p", format!("The search has failed: {why}."))).done()
        }
        Stage::Ended { was_cancelled } => {
            let from = format!("From step {}. {}", search.from.1, bounds(&search.bounds));
            let is_whole = search.progress.ended == Some(playground_core::explore::Ending::Complete);
            place(if is_whole { "outcome complete" } else { "outcome cut-short" })
                .put(words("p", ending(&search.progress, *was_cancelled)))
                .put(div("p", "fine").text(from).done())
                .done()
        }
        Stage::Found { property, witness, end } => found(app, property, witness, *end),
    }
}

fn found(app: &App, property: &str, witness: &str, end: u64) -> Html {
    let (from, ask) = (app.search.from.1, &app.ask);
    let count = end.saturating_sub(from);
    let steps = if count == 1 { "1 step".to_owned() } else { format!("{count} steps") };
    let searched = ending(&app.search.progress, false);
    let at = app.run.frame.step;
    let go = |class: &'static str, word: String, asked: Ask| {
        button(class, Ask::press(ask, asked)).text(word).done()
    };
    let row = div("div", "press-row")
        .key(7)
        .put(go("press primary through", "Step".into(), Ask::Step))
        .put_if((at != from).then(|| go("press", "To its beginning".into(), Ask::Intent(Intent::Seek(from)))))
        .put_if((at != end).then(|| go("press", "To where it breaks".into(), Ask::Intent(Intent::Seek(end)))))
        .put(go("press", "Copy its link".into(), Ask::CopyLink));
    div("div", "outcome broken")
        .key(1)
        .set("role", "status")
        .put(
            tag("p")
                .put(words("b", format!("Breaks within {steps}: ")))
                .text([properties::prose(&app.run.frame, property), " "].concat())
                .put(div("span", "witness").text(format!("{witness}.")).done())
                .done(),
        )
        .put(words(
            "p",
            format!("It is a run like any other, from step {from} to {end}: step through it, share it."),
        ))
        .put(row.done())
        .put(div("p", "fine").text(searched).done())
        .done()
}

/// How far it is: numbers, and a gauge of the bound of states.
fn progress(app: &App, word: &'static str) -> Html {
    let search = &app.search;
    let now = &search.progress;
    let fact = |name: &'static str, value: String| {
        tag("div").put(words("dt", name)).put(div("dd", "value").text(value).done()).done()
    };
    let gauge = tag("progress")
        .set("aria-label", "States of those allowed")
        .number("max", search.bounds.states_max)
        .number("value", now.distinct.min(search.bounds.states_max))
        .done();
    div("div", "under-way")
        .key(6)
        .put(tag("p").put(words("b", word)).done())
        .put(gauge)
        .put(
            div("dl", "facts")
                .put(fact("different states", grouped(now.distinct)))
                .put(fact("not yet looked at", grouped(now.frontier)))
                .put(fact("steps ahead", grouped(u64::from(now.depth))))
                .put(fact("states a second", grouped(search.per_second)))
                .done(),
        )
        .done()
}
