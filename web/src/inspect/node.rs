//! A node: its role, its state with what is on disk apart, its timers, and what can be done to it.

use super::{Inspected, heading, verbs};
use crate::panels::{self, LogTable};
use crate::scene::Scene;
use playground_core::view::{Kept, NodeFrame, Panel, Status};
use yew::prelude::*;

/// The node.
pub(super) fn draw(props: &Inspected, node: &NodeFrame) -> Html {
    let scene = &props.scene;
    let before = props.before.as_ref().and_then(|frame| frame.nodes.get(node.id.index()));
    let title = html! { <>{ &node.name }<span class="role">{ describe(node) }</span></> };
    html! {
        <div class="inspected">
            { heading(title, &scene.intent) }
            { headline(node, before) }
            { verbs::node(scene, &props.session, node.id) }
            { state(props, node, before, Kept::Volatile) }
            { timers(scene, node) }
            <div class="disk" role="separator" aria-label="Below: on disk, kept through a crash">
                <span>{ "on disk" }</span>
            </div>
            { state(props, node, before, Kept::Durable) }
        </div>
    }
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
    let clock =
        (node.clock_error_us != 0).then(|| format!("{:+.1} ms", node.clock_error_us as f64 / 1_000.0));
    html! {
        <dl class="facts headline">
            if let Some(fact) = &node.view.headline {
                <div><dt>{ fact.label }</dt><dd>{ panels::value(&fact.value, was) }</dd></div>
            }
            if let Some(error) = clock {
                <div><dt>{ "its clock is off by" }</dt><dd>{ error }</dd></div>
            }
            if node.waiting > 0 {
                <div><dt>{ "messages at its door" }</dt><dd>{ node.waiting }</dd></div>
            }
        </dl>
    }
}

fn state(props: &Inspected, node: &NodeFrame, before: Option<&NodeFrame>, wanted: Kept) -> Html {
    let old: &[Panel] = before.map_or(&[], |before| before.view.panels.as_slice());
    let mut logs = 0;
    let shown: Vec<Html> = node
        .view
        .panels
        .iter()
        .filter_map(|panel| {
            let nth = logs;
            logs += usize::from(matches!(panel, Panel::Log(_)));
            (panels::kept(panel) == wanted).then(|| {
                let was = panels::counterpart(panel, old);
                match panel {
                    Panel::Log(log) => {
                        let old = match was {
                            Some(Panel::Log(old)) => Some(old.clone()),
                            _ => None,
                        };
                        html! { <LogTable session={props.session.clone()} node={node.id} {nth} log={log.clone()} {old} /> }
                    }
                    panel => panels::draw(panel, was.filter(|_| before.is_some()), &props.scene.frame),
                }
            })
        })
        .collect();
    if shown.is_empty() {
        let words = match (wanted, node.status) {
            (Kept::Volatile, Status::Crashed) => "Nothing is left in memory: the crash wiped it.",
            (Kept::Volatile, _) => "Nothing in memory.",
            (Kept::Durable, _) => "Nothing on disk.",
        };
        return html! { <p class="fine">{ words }</p> };
    }
    html! { <>{ for shown }</> }
}

fn timers(scene: &Scene, node: &NodeFrame) -> Html {
    if node.timers.is_empty() {
        return Html::default();
    }
    let now = scene.frame.now;
    let rows = node.timers.iter().map(|timer| {
        let left = playground_core::time::Time(timer.due.since(now));
        html! { <div><dt>{ timer.label }</dt><dd>{ format!("in {left}") }</dd></div> }
    });
    html! {
        <section class="panel">
            <h3>{ "Timers" }</h3>
            <dl class="facts">{ for rows }</dl>
        </section>
    }
}
