//! A replicated log as a table, a window of it at a time, so that its length does not matter.

use crate::run::Shared;
use playground_core::id::NodeId;
use playground_core::view::{CellState, Lens, LogCell, LogView, Panel};
use yew::prelude::*;

/// Entries shown at a time.
const WINDOW: usize = 12;

/// A log as it stands in a picture: its newest entries.
pub(super) fn draw(log: &LogView, old: Option<&LogView>) -> Html {
    html! {
        <section class="panel">
            <h3>{ log.title }{ count(log) }</h3>
            { table(log, old) }
        </section>
    }
}

/// A log of a node, with a window that can be moved.
#[derive(Properties, PartialEq)]
pub struct LogTableProps {
    /// The session.
    pub session: Shared,
    /// The node.
    pub node: NodeId,
    /// Which of its log panels, counted from 0.
    pub nth: usize,
    /// The log as the picture shows it: its newest entries.
    pub log: LogView,
    /// The same one step before.
    pub old: Option<LogView>,
}

/// The table, and buttons to go through a log that is longer than it.
#[component]
pub fn LogTable(props: &LogTableProps) -> Html {
    let from = use_state(|| None::<u64>);
    let last_first = (props.log.last_index + 1).saturating_sub(WINDOW as u64).max(1);
    let moved = (*from).filter(|from| *from < last_first);
    let looked = moved.and_then(|first| {
        let lens = Lens { log_entries_max: WINDOW, log_from: Some(first) };
        let logs =
            props.session.node(props.node, &lens)?.view.panels.into_iter().filter_map(|panel| match panel {
                Panel::Log(log) => Some(log),
                _ => None,
            });
        logs.into_iter().nth(props.nth)
    });
    let log = looked.as_ref().unwrap_or(&props.log);
    let first = moved.unwrap_or(last_first);
    let go = |to: Option<u64>| {
        let from = from.clone();
        Callback::from(move |_: MouseEvent| from.set(to))
    };
    let earlier = first.saturating_sub(WINDOW as u64).max(1);
    let later = Some(first + WINDOW as u64).filter(|later| *later < last_first);
    html! {
        <section class="panel">
            <h3>{ log.title }{ count(log) }</h3>
            { table(log, props.old.as_ref().filter(|_| moved.is_none())) }
            if last_first > 1 {
                <p class="pager">
                    if first > 1 {
                        <button type="button" class="quiet" onclick={go(Some(1))}>{ "First" }</button>
                        <button type="button" class="quiet" onclick={go(Some(earlier))}>{ "Earlier" }</button>
                    }
                    if moved.is_some() {
                        <button type="button" class="quiet" onclick={go(later)}>{ "Later" }</button>
                        <button type="button" class="quiet" onclick={go(None)}>{ "Newest" }</button>
                    }
                </p>
            }
        </section>
    }
}

fn count(log: &LogView) -> String {
    match log.last_index {
        0 => " · empty".into(),
        1 => " · 1 entry".into(),
        last => format!(" · {last} entries"),
    }
}

fn table(log: &LogView, old: Option<&LogView>) -> Html {
    if log.cells.is_empty() {
        return Html::default();
    }
    let rows = log.cells.iter().map(|cell| row(log, cell, old));
    let lost = old.map_or(0, |old| old.cells.iter().filter(|cell| cell.index > log.last_index).count());
    html! {
        <div class="scroll" tabindex="0" role="group" aria-label={log.title}>
            <table class="values log">
                <thead>
                    <tr>
                        <th scope="col">{ "index" }</th>
                        <th scope="col">{ "term" }</th>
                        <th scope="col">{ "entry" }</th>
                        <th scope="col">{ "state" }</th>
                    </tr>
                </thead>
                <tbody>{ for rows }</tbody>
            </table>
            if lost > 0 {
                <p class="lost">{ format!("{lost} of its entries were removed by this step") }</p>
            }
        </div>
    }
}

fn row(log: &LogView, cell: &LogCell, old: Option<&LogView>) -> Html {
    let (class, word) = match cell.state {
        CellState::Committed => ("committed", "committed"),
        CellState::Uncommitted => ("uncommitted", "not yet"),
        CellState::Doomed => ("doomed", "will be lost"),
    };
    let was = old.and_then(|old| old.cells.iter().find(|other| other.index == cell.index));
    let is_new = old.is_some_and(|old| old.last_index < cell.index || was.is_some_and(|was| was != cell));
    let flags = log.flags.iter().filter(|flag| flag.index == cell.index);
    html! {
        <tr class={classes!(class, is_new.then_some("changed"))}>
            <th scope="row">{ cell.index }</th>
            <td>{ cell.term }</td>
            <td>{ &cell.text }</td>
            <td>
                { word }
                { for flags.map(|flag| html! { <span class="flag">{ flag.label }</span> }) }
            </td>
        </tr>
    }
}
