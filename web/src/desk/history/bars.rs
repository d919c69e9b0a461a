//! The bars of a history, and the same as a table. Where everything stands the late module has worked out.

use crate::desk::Ask;
use crate::late::desk_wire::Wish;
use crate::late::wire::{Bar, BarEnd, Judged, Place};
use crate::tag::{Tag, button, div, tag, words};
use yew::prelude::*;

/// A bar's height.
const HEIGHT: u32 = 20;
/// The end of a bar that leads to the return.
const END: u32 = 12;

#[inline(never)]
fn at(name: &'static str, class: &'static str, places: &[(&'static str, u32)]) -> Tag {
    places.iter().fold(div(name, class), |tag, (name, value)| tag.number(name, u64::from(*value)))
}

fn path(class: &'static str, way: String) -> Tag {
    div("path", class).set("d", way)
}

/// The bars, a row or more for each client, its name before them.
#[inline(never)]
pub(super) fn figure(judged: &Judged, ask: &Callback<Ask>) -> Html {
    let picture = &judged.picture;
    let rule = |width: u32, line: u32| path("op-rule", format!("M0 {line}H{width}")).done();
    let mut names = Vec::new();
    let mut rules = Vec::new();
    let mut longest = 0;
    for (name, middle, line) in &picture.names {
        longest = longest.max(name.chars().count() as u32);
        names.push(at("text", "op-client", &[("x", 0), ("y", *middle)]).text(name.clone()).done());
        names.push(rule(400, *line));
        rules.push(rule(picture.width, *line));
    }
    let names = svg("op-names", longest * 8 + 14, picture.height).all(names);
    let bars = judged.bars.iter().zip(&picture.places).map(|(bar, place)| draw_bar(bar, *place, judged, ask));
    let told = format!("{} operations. {}. The table says the same.", judged.bars.len(), judged.verdict);
    let bars = svg("op-bars", picture.width, picture.height)
        .set("role", "img")
        .set("aria-label", told)
        .all(rules)
        .put(path("op-order", picture.order.clone()))
        .all(bars);
    let scroll = div("div", "history-scroll").set("id", "history-scroll").set("tabindex", "0").put(bars);
    div("div", "history-figure").key(1).put(names).put(scroll).done()
}

fn svg(class: &'static str, width: u32, height: u32) -> Tag {
    at("svg", class, &[("width", width), ("height", height)])
        .set("viewBox", format!("0 0 {width} {height}"))
        .set("focusable", "false")
}

#[inline(never)]
fn draw_bar(bar: &Bar, place: Place, judged: &Judged, ask: &Callback<Ask>) -> Html {
    let Place { left, right, top, tick } = place;
    let bottom = top + HEIGHT;
    let class = match (bar.is_stuck, bar.end) {
        (true, _) => "op stuck",
        (_, BarEnd::Ok) => "op",
        (_, BarEnd::Fail) => "op fail",
        (_, BarEnd::Unknown) => "op open",
    };
    // What never returned has no right edge.
    let close = if bar.to.is_some() { "z" } else { "" };
    let edge = format!("M{right} {top}H{left}V{bottom}H{right}{close}");
    let mut shown = div("g", class)
        .put(words("title", bar.words.clone()))
        .put(path("op-edge", edge))
        .put(at("text", "op-words", &[("x", left + 6), ("y", top + 15)]).text(bar.words.clone()));
    if judged.is_run {
        shown = shown.on_press(Ask::wish(ask, Wish::Seek(bar.from_at)));
    }
    if let (Some((nth, _)), Some(tick)) = (bar.placed, tick) {
        shown = shown
            .put(at("circle", "op-tick", &[("cx", tick), ("cy", top), ("r", 3)]))
            .put(at("text", "op-nth", &[("x", tick), ("y", top - 5)]).text(nth.to_string()));
    }
    if bar.is_stuck {
        let cross = format!("M{} {}l9 9m0 -9l-9 9", right + 4, top - 13);
        shown = shown
            .put(path("op-cross", cross))
            .put(at("text", "op-none", &[("x", left), ("y", top - 4)]).text("no place"));
    }
    let Some(step) = bar.to_at else { return shown.done() };
    let hit = [("x", right - END), ("y", top), ("width", END), ("height", HEIGHT)];
    let back = at("rect", "op-end", &hit).on_press(Ask::wish(ask, Wish::Seek(step)));
    tag("g").put(shown).put(back).done()
}

/// The same as a table, its places as buttons.
#[inline(never)]
pub(super) fn table(judged: &Judged, ask: &Callback<Ask>) -> Html {
    let heads = ["client", "operation", "asked", "answered", "place"];
    let head = tag("tr").all(heads.map(|head| tag("th").set("scope", "col").text(head)));
    let go = |step: u64| button("name", Ask::wish(ask, Wish::Seek(step))).text(format!("step {step}"));
    let rows = judged.bars.iter().map(|bar| {
        let asked =
            if judged.is_run { go(bar.from_at) } else { words("span", format!("line {}", bar.from_at)) };
        let answered = match (bar.to_at, bar.end) {
            (Some(step), _) => go(step),
            (None, BarEnd::Unknown) => words("span", "never"),
            (None, _) => words("span", "yes"),
        };
        let place = match bar.placed {
            Some((nth, _)) => nth.to_string(),
            None if bar.is_stuck => "none fits".into(),
            None => "none".into(),
        };
        let client = judged.clients.get(bar.client as usize).cloned().unwrap_or_default();
        tag("tr")
            .set_if(bar.is_stuck, "class", "doomed")
            .put(tag("th").set("scope", "row").text(client))
            .put(words("td", bar.words.clone()))
            .put(tag("td").put(asked))
            .put(tag("td").put(answered))
            .put(words("td", place))
            .done()
    });
    let table = div("table", "values").put(tag("thead").put(head)).put(tag("tbody").all(rows));
    tag("details").key(8).put(words("summary", "As a table")).put(div("div", "scroll").put(table)).done()
}
