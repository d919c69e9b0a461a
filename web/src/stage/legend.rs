//! The legend, generated from what is visible: the kinds of messages in flight or lately so, and the marks in use.

use super::flights::kind_class;
use super::words;
use crate::scene::Scene;
use playground_core::view::{Answer, CellState, Frame};
use std::collections::BTreeMap;
use yew::prelude::*;

/// For so many steps a kind of message stays in the legend after it was last seen.
const STEPS_KEPT: u64 = 60;

/// The kinds of messages to explain: in flight now, or within the last steps.
#[hook]
pub fn use_kinds(frame: &Frame) -> Vec<u8> {
    let seen = use_mut_ref(BTreeMap::<u8, u64>::new);
    let mut seen = seen.borrow_mut();
    seen.retain(|_, step| *step <= frame.step && *step + STEPS_KEPT > frame.step);
    for flight in &frame.flights {
        seen.insert(flight.kind, frame.step);
    }
    seen.keys().copied().collect()
}

/// What [`Legend`] explains.
#[derive(Properties, PartialEq)]
pub struct LegendProps {
    /// The picture.
    pub scene: Scene,
    /// The kinds of messages.
    pub kinds: Vec<u8>,
    /// How many messages are folded to dots.
    pub folded: usize,
}

/// The legend under the drawing.
#[component]
pub fn Legend(props: &LegendProps) -> Html {
    let scene = &props.scene;
    html! {
        <ul class="legend" aria-label="Legend">
            if props.folded > 0 {
                <li class="legend-note">{ format!("{} messages as dots: pause or point to read them", props.folded) }</li>
            }
            { for props.kinds.iter().filter_map(|kind| {
                let spec = scene.meta.messages.get(usize::from(*kind))?;
                let half = super::flights::half_width(spec.code);
                Some(html! {
                    <li key={*kind}>
                        <svg class={classes!("legend-mark", kind_class(scene, *kind))} width={(half * 2.0 + 2.0).to_string()}
                            height="24" viewBox={format!("{} -12 {} 24", -half - 1.0, half * 2.0 + 2.0)} aria-hidden="true">
                            <rect class="body" x={(-half).to_string()} y="-11" width={(half * 2.0).to_string()} height="22" rx="11" />
                            <text y="4.5">{ spec.code }</text>
                        </svg>
                        { spec.name }
                    </li>
                })
            }) }
            { for marks(scene) }
        </ul>
    }
}

/// The marks in use besides messages.
fn marks(scene: &Scene) -> Vec<Html> {
    let nodes = &scene.frame.nodes;
    let answers = |wanted: Answer| {
        nodes
            .iter()
            .filter_map(|node| node.view.quorum.as_ref())
            .any(|quorum| quorum.notches.iter().any(|notch| notch.answer == wanted))
    };
    let cells = |wanted: CellState| {
        nodes.iter().filter_map(words::log).any(|log| log.cells.iter().any(|cell| cell.state == wanted))
    };
    let mark = |key: &'static str, class: &'static str, d: &'static str, text: &'static str| {
        html! {
            <li {key}>
                <svg class={classes!("legend-mark", class)} width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true">
                    <path {d} />
                </svg>
                { text }
            </li>
        }
    };
    const PENNANT: &str = "M4 8V-7L-6-2.5L4 2";
    const BAR: &str = "M-7-4H7V4H-7Z";
    const CELL: &str = "M-6-6H6V6H-6Z";
    let mut marks = Vec::new();
    let all = [
        (answers(Answer::Yes), "yes", "notch-mark is-yes", BAR, "answer in"),
        (answers(Answer::Awaited), "awaited", "notch-mark is-awaited", BAR, "awaited"),
        (answers(Answer::Unreachable), "unreachable", "notch-mark is-unreachable", BAR, "unreachable"),
        (cells(CellState::Committed), "committed", "cell-mark is-committed", CELL, "committed"),
        (cells(CellState::Uncommitted), "uncommitted", "cell-mark is-uncommitted", CELL, "not committed"),
        (cells(CellState::Doomed), "doomed", "cell-mark is-doomed", CELL, "will be lost"),
    ];
    for (is_seen, key, class, path, text) in all {
        if is_seen {
            marks.push(mark(key, class, path, text));
        }
    }
    let flags = nodes.iter().filter_map(words::log).map(|log| &log.flags).max_by_key(|flags| flags.len());
    for (position, flag) in flags.into_iter().flatten().enumerate() {
        let class = if position == 0 { "pennant is-solid" } else { "pennant is-hollow" };
        marks.push(mark(flag.label, class, PENNANT, flag.label));
    }
    marks
}
