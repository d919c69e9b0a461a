//! The words of the stage: what stands beside a node and what a screen reader hears of a node or a message.

use crate::scene::Scene;
use playground_core::id::NodeId;
use playground_core::view::{FlightFate, FlightFrame, LogView, NodeFrame, Panel, Status};

/// A node's name; its number if there is no such node.
pub fn name(scene: &Scene, id: NodeId) -> String {
    scene.frame.nodes.get(id.index()).map_or_else(|| id.to_string(), |node| node.name.clone())
}

/// The log drawn beside a node: its first.
pub fn log(node: &NodeFrame) -> Option<&LogView> {
    node.view.panels.iter().find_map(|panel| match panel {
        Panel::Log(log) => Some(log),
        _ => None,
    })
}

/// A log's commit index, if it flies such a flag; of slots one says that they are chosen.
pub fn committed(log: &LogView) -> Option<u64> {
    let says = |label: &str| label.starts_with("commit") || label == "chosen";
    log.flags.iter().find(|flag| says(flag.label)).map(|flag| flag.index)
}

/// A log in a word: how many entries, and up to where they are committed.
pub fn log_word(log: &LogView) -> String {
    match committed(log) {
        Some(index) => format!("{} ✓{index}", log.last_index),
        // A number alone could mean anything.
        None => format!("log {}", log.last_index),
    }
}

/// The line under a node, of at most so many letters: its role, what is unusual about it, and its count of answers.
pub fn role_line(node: &NodeFrame, letters_max: usize) -> String {
    let role = node.view.role;
    let mut line = match node.status {
        Status::Crashed => return "crashed".into(),
        Status::Paused if node.waiting > 0 => format!("{role}, paused, {} wait", node.waiting),
        Status::Paused => format!("{role}, paused"),
        Status::Up => match node.behaviour {
            Some(_) => format!("{role}, lies"),
            None => role.to_string(),
        },
    };
    if line.chars().count() > letters_max && node.status == Status::Paused {
        line = if node.waiting > 0 { format!("paused, {} wait", node.waiting) } else { "paused".into() };
    }
    if let Some(quorum) = &node.view.quorum {
        let short = [&line, " · ", &quorum.short()].concat();
        let long = if short.contains('+') { short.clone() } else { short.replace('/', " of ") };
        if let Some(fits) = [long, short].into_iter().find(|text| text.chars().count() <= letters_max) {
            line = fits;
        }
    }
    line
}

/// What a screen reader hears of a node: `n3, leader, term 3, 5 log entries, 4 committed`.
pub fn describe_node(node: &NodeFrame) -> String {
    let mut parts = vec![node.name.clone(), node.view.role.to_string()];
    match node.status {
        Status::Up => {}
        Status::Paused => parts.push("paused".into()),
        Status::Crashed => parts.push("crashed".into()),
    }
    if let Some(behaviour) = node.behaviour {
        parts.push(format!("Byzantine: {behaviour}"));
    }
    if let Some(headline) = &node.view.headline {
        parts.push(format!("{} {}", headline.label, headline.value));
    }
    if let Some(quorum) = &node.view.quorum {
        parts.push([&quorum.purpose, ": ", &quorum.told()].concat());
    }
    if let Some(log) = log(node) {
        let entries = if log.last_index == 1 { "entry" } else { "entries" };
        parts.push(format!("{} log {entries}", log.last_index));
        if let Some(index) = committed(log) {
            parts.push(format!("{index} committed"));
        }
    }
    if node.waiting > 0 {
        parts.push(format!("{} messages wait at its door", node.waiting));
    }
    parts.join(", ")
}

/// What a screen reader hears of a message: `RequestVote #17 from n1 to n2, term 2, will be lost`.
pub fn describe_flight(scene: &Scene, flight: &FlightFrame) -> String {
    let kind = scene.meta.messages.get(usize::from(flight.kind)).map_or("message", |kind| kind.name);
    let fate = match flight.fate {
        FlightFate::Arrives => "",
        FlightFate::Dies { at_cut: true, .. } => ", is lost at the cut",
        FlightFate::Dies { .. } => ", is lost on the way",
        FlightFate::HeldByHand => ", waits for a hand",
        FlightFate::HeldAtCut => ", waits at the cut",
        FlightFate::HeldAtDoor => ", waits at the door",
    };
    let (from, to) = (name(scene, flight.from), name(scene, flight.to));
    let copy = flight.copy_of.map_or_else(String::new, |id| format!(", a copy of {id}"));
    let forged = if flight.forged { ", forged" } else { "" };
    format!("{kind} {} from {from} to {to}, {}{forged}{copy}{fate}", flight.id, flight.summary)
}

/// About how wide a text of 13 pixels is.
pub fn width(text: &str) -> f64 {
    text.chars().count() as f64 * 7.0
}
