//! A replicated log as a table, a window of it at a time, so that its length does not matter.

use super::table;
use crate::ask::Ask;
use crate::inspect::{Inspected, panel};
use crate::tag::{button, div, tag, words};
use playground_core::id::NodeId;
use playground_core::view::{CellState, Lens, LogCell, LogView, Panel};
use yew::prelude::*;

/// Entries shown at a time.
const WINDOW: u64 = 12;

/// A log of a node, the `nth` of those it has, and buttons to go through one that is longer than the window.
pub(crate) fn draw(
    props: &Inspected,
    node: NodeId,
    nth: usize,
    log: &LogView,
    old: Option<&LogView>,
) -> Html {
    let last_first = (log.last_index + 1).saturating_sub(WINDOW).max(1);
    let moved =
        props.log_from.filter(|(which, from)| *which == nth && *from < last_first).map(|(_, from)| from);
    let looked = moved.and_then(|first| {
        let lens = Lens { log_entries_max: WINDOW as usize, log_from: Some(first) };
        let panels = props.session.node(node, &lens)?.view.panels.into_iter();
        let mut logs = panels.filter_map(|panel| if let Panel::Log(log) = panel { Some(log) } else { None });
        logs.nth(nth)
    });
    let shown = looked.as_ref().unwrap_or(log);
    let first = moved.unwrap_or(last_first);
    let go = |word: &'static str, to: Option<u64>| {
        button("quiet", Ask::press(&props.ask, Ask::Log(to.map(|to| (nth, to))))).text(word).done()
    };
    let mut pager = div("p", "pager");
    if first > 1 {
        let earlier = first.saturating_sub(WINDOW).max(1);
        pager = pager.put(go("First", Some(1))).put(go("Earlier", Some(earlier)));
    }
    if moved.is_some() {
        let later = Some(first + WINDOW).filter(|later| *later < last_first);
        pager = pager.put(go("Later", later)).put(go("Newest", None));
    }
    let mut parts = Vec::new();
    parts.extend(rows(shown, old.filter(|_| moved.is_none())));
    parts.extend((last_first > 1).then(|| pager.done()));
    panel(format!("{}{}", log.title, count(log)), parts)
}

fn count(log: &LogView) -> String {
    match log.last_index {
        0 => " · empty".into(),
        1 => " · 1 entry".into(),
        last => format!(" · {last} entries"),
    }
}

fn rows(log: &LogView, old: Option<&LogView>) -> Option<Html> {
    let rows: Vec<Html> = log.cells.iter().map(|cell| row(log, cell, old)).collect();
    let lost = old.map_or(0, |old| old.cells.iter().filter(|cell| cell.index > log.last_index).count());
    let gone = || div("p", "lost").text(format!("{lost} of its entries were removed by this step")).done();
    let is_empty = rows.is_empty();
    let shown = table(log.title, "values log", &["index", log.number, "entry", "state"], rows);
    (!is_empty).then(|| shown.put_if((lost > 0).then(gone)).done())
}

fn row(log: &LogView, cell: &LogCell, old: Option<&LogView>) -> Html {
    let class = match cell.state {
        CellState::Committed | CellState::Unaware => "committed",
        CellState::Uncommitted => "uncommitted",
        CellState::Doomed | CellState::Betrayed => "doomed",
        CellState::Gap => "gap",
    };
    let was = old.and_then(|old| old.cells.iter().find(|other| other.index == cell.index));
    let is_new = old.is_some_and(|old| old.last_index < cell.index || was.is_some_and(|was| was != cell));
    let flags = log.flags.iter().filter(|flag| flag.index == cell.index);
    let flags = flags.map(|flag| div("span", "flag").text(flag.label).done());
    tag("tr")
        .set("class", if is_new { format!("{class} changed") } else { class.into() })
        .put(tag("th").set("scope", "row").text(cell.index.to_string()))
        .put(words("td", if cell.state == CellState::Gap { String::new() } else { cell.term.to_string() }))
        .put(words("td", cell.text.clone()))
        .put(tag("td").text(log.meaning(cell.state)).all(flags))
        .done()
}
