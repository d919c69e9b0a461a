//! What a frame shows of a PBFT cluster, in the words that tests compare.
#![allow(dead_code, reason = "each test file uses its part")]

use playground_core::view::{CellState, Frame, LogView, Panel};

pub(crate) fn fact(frame: &Frame, node: usize, label: &str) -> String {
    let panels = frame.nodes[node].view.panels.iter();
    let facts =
        panels.filter_map(|panel| if let Panel::Facts { facts, .. } = panel { Some(facts) } else { None });
    facts.flatten().find(|fact| fact.label == label).unwrap().value.clone()
}

pub(crate) fn registers(frame: &Frame, node: usize) -> Vec<String> {
    let table = frame.nodes[node].view.panels.iter().find_map(|panel| match panel {
        Panel::Table { title: "State machine", rows, .. } => Some(rows),
        _ => None,
    });
    table.unwrap().iter().map(|row| row[1].clone()).collect()
}

pub(crate) fn log(frame: &Frame, node: usize) -> &LogView {
    let mut panels = frame.nodes[node].view.panels.iter();
    panels.find_map(|panel| if let Panel::Log(log) = panel { Some(log) } else { None }).unwrap()
}

/// Index, text and state of each cell.
pub(crate) fn cells(frame: &Frame, node: usize) -> Vec<(u64, &str, CellState)> {
    log(frame, node).cells.iter().map(|cell| (cell.index, cell.text.as_str(), cell.state)).collect()
}

/// What the certificates of a node are for and how many signed, in the order of its panels; `?` for the threshold's panel.
pub(crate) fn certificates(frame: &Frame, node: usize) -> Vec<String> {
    let line = |panel: &Panel| match panel {
        Panel::Quorum(quorum) => Some(format!("{}: {}", quorum.purpose, quorum.count())),
        Panel::Facts { title: "Why so many", .. } => Some("?".into()),
        _ => None,
    };
    frame.nodes[node].view.panels.iter().filter_map(line).collect()
}

pub(crate) fn broken(frame: &Frame) -> Vec<&'static str> {
    frame.verdicts.iter().filter(|verdict| !verdict.holds).map(|verdict| verdict.id).collect()
}
