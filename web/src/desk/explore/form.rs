//! The bounds of a search as a form.

use super::Exploring;
use crate::controls::when;
use crate::desk::Ask;
use crate::tag::{bounded, check, div, is_checked, said, tag, words};
use playground_core::explore::{Bounds, NetworkKind};
use web_sys::{HtmlInputElement, HtmlSelectElement};
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

/// A bound that is a number.
struct Row {
    id: &'static str,
    word: &'static str,
    help: &'static str,
    least: u64,
    most: u64,
    /// Whether the field may be empty, which stands for no limit.
    may_be_empty: bool,
    /// Its value in the bounds.
    get: fn(&Bounds) -> Option<u64>,
    set: fn(&mut Bounds, Option<u64>),
}

/// A bound on something that may go wrong.
const FAULT: Row = Row {
    id: "timeouts",
    word: "Timeouts",
    help: "How many timers may fire; empty for any number.",
    least: 0,
    most: FAULTS_MAX,
    may_be_empty: true,
    get: |bounds| bounds.timers.map(u64::from),
    set: |bounds, value| bounds.timers = value.map(|value| value as u8),
};

const ROWS: [Row; 6] = [
    FAULT,
    Row {
        id: "crashes",
        word: "Crashes",
        help: "How often a node may crash; it may start again at any time.",
        may_be_empty: false,
        get: |bounds| Some(bounds.crashes.into()),
        set: |bounds, value| bounds.crashes = value.unwrap_or(0) as u8,
        ..FAULT
    },
    Row {
        id: "losses",
        word: "Losses",
        help: "How many messages may be lost; empty for any number.",
        get: |bounds| bounds.drops.map(u64::from),
        set: |bounds, value| bounds.drops = value.map(|value| value as u8),
        ..FAULT
    },
    Row {
        id: "doubles",
        word: "Doubles",
        help: "How many messages may arrive twice.",
        may_be_empty: false,
        get: |bounds| Some(bounds.duplicates.into()),
        set: |bounds, value| bounds.duplicates = value.unwrap_or(0) as u8,
        ..FAULT
    },
    Row {
        id: "depth",
        word: "Steps ahead",
        help: "How far to look; empty for no limit.",
        least: 1,
        most: DEPTH_MAX,
        get: |bounds| (bounds.depth_max != u32::MAX).then_some(bounds.depth_max.into()),
        set: |bounds, value| bounds.depth_max = value.map_or(u32::MAX, |value| value as u32),
        ..FAULT
    },
    Row {
        id: "states",
        word: "States",
        help: "How many different states to look at before giving up.",
        least: 1_000,
        most: STATES_MAX,
        may_be_empty: false,
        get: |bounds| Some(bounds.states_max),
        set: |bounds, value| bounds.states_max = value.unwrap_or(1_000),
    },
];

/// The form.
pub(super) fn draw(bounds: &Bounds, is_symmetric: bool, ask: &Callback<Ask>) -> Html {
    div("fieldset", "bounds")
        .key(3)
        .put(words("legend", "At most"))
        .all(ROWS.iter().map(|row| field(row, bounds, ask)))
        .put(network(bounds, ask))
        .put_if(is_symmetric.then(|| symmetry(bounds, ask)))
        .done()
}

/// A label and its field.
fn field(row: &'static Row, bounds: &Bounds, ask: &Callback<Ask>) -> Html {
    let id = format!("bound-{}", row.id);
    let own = bounds.clone();
    let on_change = when(ask, move |event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>()?;
        let before = (row.get)(&own);
        let is_open = row.may_be_empty && input.value().trim().is_empty();
        let value = (!is_open).then(|| bounded(&input, before.unwrap_or(row.most), (row.least, row.most)));
        let mut bounds = own.clone();
        (row.set)(&mut bounds, value);
        Some(Ask::Explore(Exploring::Bounds(bounds)))
    });
    let shown = (row.get)(bounds).map(|value| value.to_string()).unwrap_or_default();
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
        .put(said())
        .done()
}

/// Whether states that differ only in who is who count as one.
fn symmetry(bounds: &Bounds, ask: &Callback<Ask>) -> Html {
    let own = bounds.clone();
    let on_change = ask.reform(move |event: Event| {
        Ask::Explore(Exploring::Bounds(Bounds { symmetry: is_checked(&event), ..own.clone() }))
    });
    check("Take interchangeable nodes for one", bounds.symmetry, on_change)
        .set(
            "title",
            "States that differ only in the names of nodes that nothing tells apart count as one: an orbit.",
        )
        .set("id", "bound-symmetry")
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
