//! A node: its role, its state with what is on disk apart, its timers, and what can be done to it.

use super::{Inspected, fact, headed, panel, verbs};
use crate::panels;
use crate::scene::Scene;
use crate::tag::{div, words};
use playground_core::view::{Kept, NodeFrame, Panel, Status};
use yew::prelude::*;

/// The node.
pub(super) fn draw(props: &Inspected, node: &NodeFrame) -> Html {
    let scene = &props.scene;
    let before = props.before.as_ref().and_then(|frame| frame.nodes.get(node.id.index()));
    let disk = div("div", "disk")
        .set("role", "separator")
        .set("aria-label", "Below: on disk, kept through a crash")
        .put(words("span", "on disk"));
    headed(node.name.clone(), describe(node), &scene.intent)
        .put(headline(node, before))
        .put(verbs::node(scene, node))
        .all(state(props, node, before, Kept::Volatile))
        .put_if(timers(scene, node))
        .put(disk)
        .all(state(props, node, before, Kept::Durable))
        .done()
}

/// Role and status in words.
fn describe(node: &NodeFrame) -> String {
    let status = match node.status {
        Status::Up => return with_behaviour(node, node.view.role.to_owned()),
        Status::Paused => "paused",
        Status::Crashed => return "crashed".into(),
    };
    with_behaviour(node, format!("{}, {status}", node.view.role))
}

fn with_behaviour(node: &NodeFrame, words: String) -> String {
    node.behaviour.map_or(words.clone(), |behaviour| format!("{words}, lies: {behaviour}"))
}

fn headline(node: &NodeFrame, before: Option<&NodeFrame>) -> Html {
    let was = before.map(|before| before.view.headline.as_ref().map_or("", |fact| fact.value.as_str()));
    let shown = node.view.headline.as_ref().map(|shown| fact(shown.label, panels::value(&shown.value, was)));
    let error_us = node.clock_error_us;
    let (sign, error_us) = (if error_us < 0 { "−" } else { "+" }, error_us.unsigned_abs());
    let clock = (error_us != 0).then(|| {
        let value = format!("{sign}{}.{} ms", error_us / 1_000, error_us % 1_000 / 100);
        fact("its clock is off by", value.into())
    });
    let door = (node.waiting > 0).then(|| fact("messages at its door", node.waiting.into()));
    div("dl", "facts headline").put_if(shown).put_if(clock).put_if(door).done()
}

fn state(props: &Inspected, node: &NodeFrame, before: Option<&NodeFrame>, wanted: Kept) -> Vec<Html> {
    let old: &[Panel] = before.map_or(&[], |before| before.view.panels.as_slice());
    let mut logs = 0;
    let mut shown = Vec::new();
    for panel in &node.view.panels {
        let nth = logs;
        logs += usize::from(matches!(panel, Panel::Log(_)));
        if panels::kept(panel) != wanted {
            continue;
        }
        let was = panels::counterpart(panel, old);
        shown.push(match panel {
            Panel::Log(log) => {
                let old = was.and_then(|was| if let Panel::Log(old) = was { Some(old) } else { None });
                panels::draw_log(props, node.id, nth, log, old)
            }
            panel => panels::draw(panel, was.filter(|_| before.is_some()), &props.scene.frame),
        });
    }
    if shown.is_empty() {
        let text = match (wanted, node.status) {
            (Kept::Volatile, Status::Crashed) => "Nothing is left in memory: the crash wiped it.",
            (Kept::Volatile, _) => "Nothing in memory.",
            (Kept::Durable, _) => "Nothing on disk.",
        };
        shown.push(div("p", "fine").text(text).done());
    }
    shown
}

fn timers(scene: &Scene, node: &NodeFrame) -> Option<Html> {
    let now = scene.frame.now;
    let rows = node.timers.iter().map(|timer| {
        let left = playground_core::time::Time(timer.due.since(now));
        fact(timer.label, format!("in {left}").into())
    });
    (!node.timers.is_empty()).then(|| panel("Timers", vec![div("dl", "facts").all(rows).done()]))
}
