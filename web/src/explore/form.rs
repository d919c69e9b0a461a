//! The bounds of a search as a form.

use super::Exploring;
use crate::ask::Ask;
use crate::tag::{div, tag, text_of, words};
use playground_core::explore::{Bounds, NetworkKind};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// States a search may be bounded by: more would take more memory than a browser gives.
const STATES_MAX: u64 = 2_000_000;
/// Steps a search may be bounded by.
const DEPTH_MAX: u64 = 10_000;
/// Losses, doubles, crashes, timeouts.
const FAULTS_MAX: u64 = 20;

/// The networks, and how a reader knows them.
const NETWORKS: [(NetworkKind, &str); 3] = [
    (NetworkKind::Multiset, "once, in any order"),
    (NetworkKind::Fifo, "once, in order on each link"),
    (NetworkKind::Set, "again and again, in any order"),
];

/// A bound that is a number. Without one, empty stands for no limit.
struct Row {
    id: &'static str,
    word: &'static str,
    help: &'static str,
    least: u64,
    most: u64,
    value: Option<u64>,
    may_be_empty: bool,
}

/// The form.
pub(super) fn draw(bounds: &Bounds, ask: &Callback<Ask>) -> Html {
    let row = |id, word, help, value: Option<u64>| Row {
        id,
        word,
        help,
        least: 0,
        most: FAULTS_MAX,
        value,
        may_be_empty: false,
    };
    let timers = Row {
        may_be_empty: true,
        ..row(
            "timeouts",
            "Timeouts",
            "How many timers may fire; empty for any number.",
            bounds.timers.map(u64::from),
        )
    };
    let crashes = row(
        "crashes",
        "Crashes",
        "How often a node may crash; it may start again at any time.",
        Some(bounds.crashes.into()),
    );
    let drops = Row {
        may_be_empty: true,
        ..row(
            "losses",
            "Losses",
            "How many messages may be lost; empty for any number.",
            bounds.drops.map(u64::from),
        )
    };
    let doubles =
        row("doubles", "Doubles", "How many messages may arrive twice.", Some(bounds.duplicates.into()));
    let depth = (bounds.depth_max != u32::MAX).then_some(u64::from(bounds.depth_max));
    let depth = Row {
        least: 1,
        most: DEPTH_MAX,
        may_be_empty: true,
        ..row("depth", "Steps ahead", "How far to look; empty for no limit.", depth)
    };
    let states = Row {
        least: 1_000,
        most: STATES_MAX,
        ..row(
            "states",
            "States",
            "How many different states to look at before giving up.",
            Some(bounds.states_max),
        )
    };
    let own = bounds.clone();
    let with = move |change: fn(&mut Bounds, Option<u64>)| {
        let own = own.clone();
        ask.reform(move |value: Option<u64>| {
            let mut bounds = own.clone();
            change(&mut bounds, value);
            Ask::Explore(Exploring::Bounds(bounds))
        })
    };
    div("fieldset", "bounds")
        .key(3)
        .put(words("legend", "At most"))
        .put(field(&timers, with(|bounds, value| bounds.timers = value.map(|value| value as u8))))
        .put(field(&crashes, with(|bounds, value| bounds.crashes = value.unwrap_or(0) as u8)))
        .put(field(&drops, with(|bounds, value| bounds.drops = value.map(|value| value as u8))))
        .put(field(&doubles, with(|bounds, value| bounds.duplicates = value.unwrap_or(0) as u8)))
        .put(field(
            &depth,
            with(|bounds, value| bounds.depth_max = value.map_or(u32::MAX, |value| value as u32)),
        ))
        .put(field(&states, with(|bounds, value| bounds.states_max = value.unwrap_or(1_000))))
        .put(network(bounds, ask))
        .done()
}

/// A label and its field. What is out of range becomes the nearest that is not.
fn field(row: &Row, on_change: Callback<Option<u64>>) -> Html {
    let id = format!("bound-{}", row.id);
    let (least, most, before, may_be_empty) = (row.least, row.most, row.value, row.may_be_empty);
    let on_change = on_change.reform(move |event: Event| {
        let text = text_of(&event);
        match text.trim().parse::<u64>() {
            Ok(number) => Some(number.clamp(least, most)),
            Err(_) if text.trim().is_empty() && may_be_empty => None,
            Err(_) => before,
        }
    });
    let shown = row.value.map(|value| value.to_string()).unwrap_or_default();
    let input = tag("input")
        .set("id", id.clone())
        .set("type", "number")
        .number("min", row.least)
        .number("max", row.most)
        .set_if(row.may_be_empty, "placeholder", "any")
        .value(shown.into())
        .on_change(on_change)
        .done();
    div("div", "row")
        .set("title", row.help)
        .put(tag("label").set("for", id).text(row.word).done())
        .put(input)
        .done()
}

fn network(bounds: &Bounds, ask: &Callback<Ask>) -> Html {
    let own = bounds.clone();
    let on_change = ask.reform(move |event: Event| {
        let picked = event.target_dyn_into::<HtmlSelectElement>().map_or(0, |select| select.selected_index());
        let network = NETWORKS.get(picked as usize).map_or(own.network, |(network, _)| *network);
        Ask::Explore(Exploring::Bounds(Bounds { network, ..own.clone() }))
    });
    let options = NETWORKS.iter().map(|(network, word)| {
        tag("option").set_if(*network == bounds.network, "selected", "").text(*word).done()
    });
    let select = tag("select").set("id", "bound-network").on_change(on_change).all(options).done();
    div("div", "row")
        .put(tag("label").set("for", "bound-network").text("Messages arrive").done())
        .put(select)
        .done()
}
