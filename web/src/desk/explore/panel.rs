//! The panel of the search.

use super::words::{bounds, counted, ending, grouped};
use super::{Exploring, Stage, form};
use crate::desk::{Ask, Desk};
use crate::icons::Icon;
use crate::late::desk_wire::{SEARCH, Wish};
use crate::tag::{button, div, tag, words};
use yew::prelude::*;

/// The panel.
pub(crate) fn draw(desk: &Desk) -> Vec<Html> {
    let (search, ask) = (&desk.search, &desk.ask);
    let press = |class: &'static str, word: &'static str, asked: Exploring| {
        button(class, Ask::press(ask, Ask::Explore(asked))).text(word).done()
    };
    let close = button("quiet", Ask::wish(ask, Wish::Close(SEARCH)))
        .set("aria-label", "Close the search")
        .put(Icon::Close.draw())
        .done();
    let head = div("header", "heading").key(0).put(words("h2", "Find a bad future")).put(close).done();
    if let Stage::Running { is_paused, .. } = &search.stage {
        let from = format!("From step {}. {}", search.from.1, bounds(&search.searched));
        let pause = if *is_paused { "Go on" } else { "Pause" };
        let row = div("div", "press-row").key(7).put(press("press", pause, Exploring::Pause)).put(press(
            "press",
            "Cancel",
            Exploring::Cancel,
        ));
        let progress = progress(desk, if *is_paused { "Paused" } else { "Searching" });
        return vec![head, words("p", from).key(5).done(), progress, row.done()];
    }
    let step = desk.now.step;
    let again = if matches!(search.stage, Stage::Rest) { "Search" } else { "Search again" };
    let what = format!(
        "Tries everything that may follow step {step}: any message arrives next, any timer fires, nodes crash. \
         The first way that breaks a property opens as a run."
    );
    vec![
        head,
        outcome(desk),
        div("p", "fine").key(2).text(what).done(),
        form::draw(&search.bounds, search.is_symmetric == Some(true), ask),
        div("div", "press-row").key(4).put(press("press primary start", again, Exploring::Start)).done(),
    ]
}

/// How the last search went. It is a live region, so it is there before there is something to say.
fn outcome(desk: &Desk) -> Html {
    let search = &desk.search;
    let place = |class: &'static str| div("div", class).key(1).set("role", "status");
    match &search.stage {
        Stage::Rest | Stage::Running { .. } => place("outcome").done(),
        Stage::Failed(why) => {
            place("outcome broken").put(words("p", format!("The search has failed: {why}."))).done()
        }
        Stage::Ended { was_cancelled } => {
            let from = format!("From step {}. {}", search.from.1, bounds(&search.searched));
            let is_whole = search.progress.ended == Some(playground_core::explore::Ending::Complete);
            place(if is_whole { "outcome complete" } else { "outcome cut-short" })
                .put(words("p", ending(&search.progress, counted(&search.searched), *was_cancelled)))
                .put(div("p", "fine").text(from).done())
                .done()
        }
        Stage::Found { property, witness, end } => found(desk, property, witness, *end),
    }
}

fn found(desk: &Desk, property: &str, witness: &str, end: u64) -> Html {
    let (from, ask) = (desk.search.from.1, &desk.ask);
    let count = end.saturating_sub(from);
    let steps = if count == 1 { "1 step".to_owned() } else { format!("{count} steps") };
    let searched = ending(&desk.search.progress, counted(&desk.search.searched), false);
    let at = desk.now.step;
    let go = |class: &'static str, word: &'static str, wish: Wish| {
        button(class, Ask::wish(ask, wish)).text(word).done()
    };
    let row = div("div", "press-row")
        .key(7)
        .put(go("press primary through", "Step", Wish::Step))
        .put_if((at != from).then(|| go("press", "To its beginning", Wish::Seek(from))))
        .put_if((at != end).then(|| go("press", "To where it breaks", Wish::Seek(end))))
        .put(go("press", "Copy its link", Wish::CopyLink));
    div("div", "outcome broken")
        .key(1)
        .set("role", "status")
        .put(
            tag("p")
                .put(words("b", format!("Breaks within {steps}: ")))
                .text([property, " "].concat())
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
fn progress(desk: &Desk, word: &'static str) -> Html {
    let search = &desk.search;
    let now = &search.progress;
    let fact = |name: &'static str, value: String| {
        tag("div").put(words("dt", name)).put(div("dd", "value").text(value).done()).done()
    };
    let gauge = tag("progress")
        .set("aria-label", "States of those allowed")
        .number("max", search.searched.states_max)
        .number("value", now.distinct.min(search.searched.states_max))
        .done();
    div("div", "under-way")
        .key(6)
        .put(tag("p").put(words("b", word)).done())
        .put(gauge)
        .put(
            div("dl", "facts")
                .put(fact(
                    if search.searched.symmetry { "different orbits" } else { "different states" },
                    grouped(now.distinct),
                ))
                .put(fact("not yet looked at", grouped(now.frontier)))
                .put(fact("steps ahead", grouped(u64::from(now.depth))))
                .put(fact("states a second", grouped(search.per_second)))
                .done(),
        )
        .done()
}
