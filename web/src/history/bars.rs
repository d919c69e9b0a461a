//! The bars of a history, and the same as a table.

use super::arrange::{Picture, Place, ROW, arrange};
use crate::late::wire::{Bar, BarEnd, Judged};
use crate::scene::Intent;
use crate::tag::{Tag, asks, button, div, tag, words};
use yew::prelude::*;

/// A bar's upper edge in its row, and its height.
const TOP: f64 = 17.0;
const HEIGHT: f64 = 20.0;
/// The end of a bar that leads to the return.
const END: f64 = 12.0;

fn at(name: &'static str, class: &'static str, places: &[(&'static str, f64)]) -> Tag {
    places.iter().fold(div(name, class), |tag, (name, value)| tag.set(name, number(*value)))
}

/// Whole pixels: to print fractions takes several kilobytes.
fn number(value: f64) -> String {
    (value.round() as i32).to_string()
}

/// The bars, a row or more for each client, its name before them.
pub(super) fn figure(judged: &Judged, intent: &Callback<Intent>) -> Html {
    let picture = arrange(judged);
    let names = judged.clients.iter().zip(&picture.clients).filter(|(_, (_, count))| *count > 0).map(
        |(name, (first, count))| {
            let middle = *first as f64 * ROW + TOP + HEIGHT / 2.0 + 5.0;
            let line = number((first + count) as f64 * ROW);
            tag("g")
                .put(at("text", "op-client", &[("x", 0.0), ("y", middle)]).text(name.clone()))
                .put(at("path", "op-rule", &[]).set("d", format!("M0 {line}H400")))
                .done()
        },
    );
    let longest = judged.clients.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let names = svg("op-names", longest as f64 * 7.4 + 14.0, picture.height).all(names);
    let rules = picture.clients.iter().map(|(first, count)| {
        let line = number((first + count) as f64 * ROW);
        at("path", "op-rule", &[]).set("d", format!("M0 {line}H{}", number(picture.width))).done()
    });
    let bars =
        judged.bars.iter().zip(&picture.places).map(|(bar, place)| draw_bar(bar, *place, judged, intent));
    let told = format!(
        "{} operations of {} clients. {}. The table says the same.",
        judged.bars.len(),
        judged.clients.len(),
        judged.verdict
    );
    let bars = svg("op-bars", picture.width, picture.height)
        .set("role", "img")
        .set("aria-label", told)
        .all(rules)
        .put(order(judged, &picture))
        .all(bars);
    let scroll = div("div", "history-scroll").set("id", "history-scroll").set("tabindex", "0").put(bars);
    div("div", "history-figure").key(1).put(names).put(scroll).done()
}

fn svg(class: &'static str, width: f64, height: f64) -> Tag {
    at("svg", class, &[("width", width), ("height", height)])
        .set("viewBox", format!("0 0 {} {}", number(width), number(height)))
        .set("focusable", "false")
}

/// The order as a thread from tick to tick.
fn order(judged: &Judged, picture: &Picture) -> Html {
    let mut ticks: Vec<(u32, f64, usize)> = vec![];
    for (bar, place) in judged.bars.iter().zip(&picture.places) {
        if let (Some((number, _)), Some(tick)) = (bar.placed, place.tick) {
            ticks.push((number, tick, place.row));
        }
    }
    ticks.sort_by_key(|own| own.0);
    let mut way = String::new();
    for (nth, (_, x, row)) in ticks.iter().enumerate() {
        let verb = if nth == 0 { 'M' } else { 'L' };
        way.push_str(&format!("{verb}{} {}", number(*x), number(*row as f64 * ROW + TOP)));
    }
    at("path", "op-order", &[]).set("d", way).done()
}

fn draw_bar(bar: &Bar, place: Place, judged: &Judged, intent: &Callback<Intent>) -> Html {
    let top = place.row as f64 * ROW + TOP;
    let (left, right, bottom) = (number(place.left), number(place.right), number(top + HEIGHT));
    let class = match (bar.is_stuck, bar.end) {
        (true, _) => "op stuck",
        (_, BarEnd::Ok) => "op",
        (_, BarEnd::Fail) => "op fail",
        (_, BarEnd::Unknown) => "op open",
    };
    let top_words = number(top);
    // What never returned has no right edge.
    let close = if bar.to.is_some() { "z" } else { "" };
    let edge = format!("M{right} {top_words}H{left}V{bottom}H{right}{close}");
    let client = judged.clients.get(bar.client as usize).map_or("", String::as_str);
    let place_words = if judged.is_run { "step" } else { "line" };
    let tooltip = format!("{client}: {}, asked at {place_words} {}", bar.words, bar.from_at);
    let mut shown = div("g", class)
        .put(words("title", tooltip))
        .put(at("path", "op-edge", &[]).set("d", edge))
        .put(at("text", "op-words", &[("x", place.left + 6.0), ("y", top + 14.5)]).text(bar.words.clone()));
    if judged.is_run {
        shown = shown.on_press(asks(intent, Intent::Seek(bar.from_at)));
    }
    if let (Some((nth, _)), Some(tick)) = (bar.placed, place.tick) {
        shown = shown
            .put(at("circle", "op-tick", &[("cx", tick), ("cy", top), ("r", 3.0)]))
            .put(at("text", "op-nth", &[("x", tick), ("y", top - 5.0)]).text(nth.to_string()));
    }
    if bar.is_stuck {
        let (x, y) = (place.right + 4.0, top - 13.0);
        let cross = format!("M{} {y}l9 9m0 -9l-9 9", number(x), y = number(y));
        shown = shown
            .put(at("path", "op-cross", &[]).set("d", cross))
            .put(at("text", "op-none", &[("x", place.left), ("y", top - 4.0)]).text("no place"));
    }
    let Some(step) = bar.to_at else { return shown.done() };
    let hit = [("x", place.right - END), ("y", top), ("width", END), ("height", HEIGHT)];
    let back = at("rect", "op-end", &hit)
        .put(words("title", format!("{client} is answered at step {step}")))
        .on_press(asks(intent, Intent::Seek(step)));
    tag("g").put(shown).put(back).done()
}

/// The same as a table, its places as buttons.
pub(super) fn table(judged: &Judged, intent: &Callback<Intent>) -> Html {
    let heads = ["client", "operation", "asked", "answered", "place"];
    let head = tag("tr").all(heads.map(|head| tag("th").set("scope", "col").text(head)));
    let go = |step: u64| button("name", asks(intent, Intent::Seek(step))).text(format!("step {step}"));
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
