//! One node: the same anatomy for every protocol.
//!
//! From the inside out: the disc with name and headline number, a second ring if it leads, the arc of its next timer,
//! the quorum ring. Beside it, on the outer side of the stage, its role and its log.

use super::draft::LINE;
use super::geometry::{Detail, Geometry, Side, Spot};
use super::ring::quorum_ring;
use super::torn_log::torn_log;
use super::words;
use crate::scene::{Scene, Selection};
use playground_core::id::NodeId;
use playground_core::view::{Fact, MemberKind, NodeFrame, Rank, Status};
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// What a node is drawn from.
#[derive(Properties)]
pub struct NodeMarkProps {
    /// The picture.
    pub scene: Scene,
    /// Which node, by its place in the roster.
    pub index: usize,
    /// Where everything stands.
    pub geometry: Rc<Geometry>,
    /// Whether Tab stops here.
    pub tab_stop: bool,
}

impl PartialEq for NodeMarkProps {
    fn eq(&self, other: &Self) -> bool {
        let is_selected = |props: &Self| props.scene.selection == Selection::Node(NodeId::at(props.index));
        self.index == other.index
            && self.tab_stop == other.tab_stop
            && Rc::ptr_eq(&self.geometry, &other.geometry)
            && is_selected(self) == is_selected(other)
            && self.scene.frame.nodes.get(self.index) == other.scene.frame.nodes.get(other.index)
    }
}

/// A node on the stage.
#[component]
pub fn NodeMark(props: &NodeMarkProps) -> Html {
    let arc = use_node_ref();
    use_timer_arc(props, &arc);
    let id = NodeId::at(props.index);
    let (Some(node), Some(spot)) = (props.scene.frame.nodes.get(props.index), props.geometry.spot(id)) else {
        return Html::default();
    };
    let is_selected = props.scene.selection == Selection::Node(id);
    let class = classes!(
        "node",
        rank_class(node.view.rank),
        status_class(node.status),
        node.behaviour.map(|_| "is-lying"),
        is_selected.then_some("is-selected"),
    );
    let place = format!("translate({:.1} {:.1})", spot.center.x, spot.center.y);
    html! {
        <g {class} data-lit={format!("n{}", id.0)}>
            // The words are beside the button, not in it: it has a fuller name than they are.
            <g role="button" tabindex={if props.tab_stop { "0" } else { "-1" }}
                aria-label={words::describe_node(node)} aria-pressed={is_selected.to_string()}>
                { block_hit(spot) }
                <g transform={place.clone()}>
                    <circle class="hit" r={spot.reach.max(22.0).to_string()} />
                    if is_selected { <circle class="selection" r={selection_radius(node, spot).to_string()} /> }
                    <circle class="focus-ring" r={(selection_radius(node, spot) + 3.0).to_string()} />
                    { body(node, spot) }
                </g>
            </g>
            <g transform={place} aria-hidden="true">
                { inside(node, spot, props.geometry.detail) }
                if node.status == Status::Paused { { bars(spot) } }
                if has_rings(spot, node) {
                    <circle ref={arc} class="timer" r={(spot.radius + arc_gap(spot)).to_string()}
                        pathLength="100" stroke-dasharray="100" stroke-dashoffset="100" stroke-width="4"
                        transform="rotate(-90)" />
                    { quorum(props, node, spot) }
                }
            </g>
            <g aria-hidden="true">{ block(node, spot, props.geometry.detail) }</g>
        </g>
    }
}

/// How far inside the disc a leader's second ring runs.
const INNER_GAP: f64 = 4.0;

/// How far outside the disc the timer's arc runs.
fn arc_gap(spot: &Spot) -> f64 {
    if spot.reach - spot.radius > 18.0 { 6.0 } else { 4.0 }
}

fn has_rings(spot: &Spot, node: &NodeFrame) -> bool {
    spot.reach - spot.radius >= 14.0 && node.kind == MemberKind::Server
}

/// The ring of a selected node: close to what is drawn of it.
fn selection_radius(node: &NodeFrame, spot: &Spot) -> f64 {
    let outer = spot.reach + 2.0;
    if node.view.quorum.is_some() { outer } else { outer.min(spot.radius + arc_gap(spot) + 7.0) }
}

fn rank_class(rank: Rank) -> &'static str {
    match rank {
        Rank::Leads => "leads",
        Rank::Tries => "tries",
        Rank::Plain => "plain",
    }
}

fn status_class(status: Status) -> &'static str {
    match status {
        Status::Up => "is-up",
        Status::Paused => "is-paused",
        Status::Crashed => "is-crashed",
    }
}

/// The disc or the square, with its outline.
fn body(node: &NodeFrame, spot: &Spot) -> Html {
    let r = spot.radius;
    if node.kind == MemberKind::Client {
        let (from, edge) = ((-r).to_string(), (r * 2.0).to_string());
        return html! {
            <rect class="disc" x={from.clone()} y={from} width={edge.clone()} height={edge} rx={(r / 3.0).to_string()} />
        };
    }
    html! {
        <>
            if node.behaviour.is_some() {
                <path class="disc" d={jagged(r)} />
            } else {
                <circle class="disc" r={r.to_string()} />
            }
            if node.view.rank == Rank::Leads {
                <circle class="inner" r={(r - INNER_GAP.min(r / 3.0)).max(0.5).to_string()} />
            }
        </>
    }
}

/// The outline of a node that may lie.
fn jagged(radius: f64) -> String {
    let teeth = if radius < 20.0 { 14 } else { 26 };
    let mut path = String::new();
    for tooth in 0..teeth * 2 {
        let angle = std::f64::consts::PI * f64::from(tooth) / f64::from(teeth);
        let reach = if tooth % 2 == 0 { radius + 1.5 } else { radius - radius.min(12.0) / 4.0 };
        let letter = if tooth == 0 { 'M' } else { 'L' };
        path.push_str(&format!("{letter}{:.1} {:.1}", angle.cos() * reach, angle.sin() * reach));
    }
    path + "Z"
}

/// Name and headline number.
fn inside(node: &NodeFrame, spot: &Spot, detail: Detail) -> Html {
    let r = spot.radius;
    if detail == Detail::Dot || r < 12.0 {
        return html! { <title>{ words::describe_node(node) }</title> };
    }
    let headline = node.view.headline.as_ref().filter(|_| r >= 24.0).map(|fact| fitted(fact, r));
    let large = r >= 36.0 && node.kind == MemberKind::Server;
    let name_class = classes!("node-name", large.then_some("is-large"), (r < 20.0).then_some("is-small"));
    let name_y = match (&headline, large) {
        (None, true) => 7.0,
        (None, false) => 5.0,
        (Some(_), true) => -1.0,
        (Some(_), false) => -4.0,
    };
    html! {
        <>
            <text class={name_class} y={name_y.to_string()}>{ &node.name }</text>
            if let Some(text) = headline {
                <text class="headline" y={if large { "17" } else { "10" }}>{ text }</text>
            }
        </>
    }
}

/// The headline with its label, or alone where the disc is too small for both. Alike for all ranks, though only a
/// leader's second ring takes room.
fn fitted(fact: &Fact, radius: f64) -> String {
    let both = format!("{} {}", fact.label, fact.value);
    let lowest = if radius >= 36.0 { 17.0 } else { 10.0 };
    let inner = radius - INNER_GAP - 1.0;
    let chord = 2.0 * (inner * inner - lowest * lowest).max(0.0).sqrt();
    if words::width(&both) * 0.94 <= chord { both } else { fact.value.clone() }
}

/// The sign of a paused node.
fn bars(spot: &Spot) -> Html {
    let away = spot.radius * 0.74 + 3.0;
    html! {
        <g class="bars" transform={format!("translate({away:.1} {:.1})", -away)}>
            <circle r="11" />
            <path d="M-3-5V5M3-5V5" />
        </g>
    }
}

fn quorum(props: &NodeMarkProps, node: &NodeFrame, spot: &Spot) -> Html {
    let Some(quorum) = &node.view.quorum else {
        return Html::default();
    };
    let names = |notch: &playground_core::view::Notch| words::name(&props.scene, notch.node);
    let tight = spot.reach - spot.radius < 18.0;
    let inner = spot.radius + arc_gap(spot) + if tight { 3.5 } else { 4.5 };
    quorum_ring(quorum, inner, spot.reach - if tight { 1.5 } else { 4.5 }, &names)
}

/// Words and log are part of the node for a pointer, and so is the gap between.
fn block_hit(spot: &Spot) -> Html {
    let (block, disc) = (spot.block, spot.disc());
    if block.h == 0.0 {
        return Html::default();
    }
    let (x, y) = (block.x.min(spot.center.x), block.y.min(spot.center.y));
    let (x, y, right, bottom) = match spot.side {
        Side::Left | Side::Right => (x, block.y, (block.x + block.w).max(spot.center.x), block.y + block.h),
        Side::Above | Side::Below => (
            disc.x.max(block.x),
            y,
            (disc.x + disc.w).min(block.x + block.w),
            (block.y + block.h).max(spot.center.y),
        ),
    };
    html! {
        <rect class="hit" x={x.to_string()} y={y.to_string()} width={(right - x).max(0.0).to_string()}
            height={(bottom - y).max(0.0).to_string()} />
    }
}

/// Role and log, on the outer side.
fn block(node: &NodeFrame, spot: &Spot, detail: Detail) -> Html {
    if spot.block.h == 0.0 {
        return Html::default();
    }
    let (x, anchor) = match spot.side {
        Side::Above | Side::Below => (spot.block.x + spot.block.w / 2.0, "middle"),
        Side::Left => (spot.block.x + spot.block.w, "end"),
        Side::Right => (spot.block.x, "start"),
    };
    let is_common = node.view.rank == Rank::Plain && node.status == Status::Up && node.behaviour.is_none();
    if detail == Detail::Bead && is_common {
        return Html::default();
    }
    let letters_max = (spot.block.w / 6.4) as usize;
    let line = |row: f64| (spot.block.y + row * LINE + 13.0).to_string();
    let log = words::log(node);
    html! {
        <>
            <text class="role" x={x.to_string()} y={line(0.0)} text-anchor={anchor}>
                { words::role_line(node, letters_max) }
            </text>
            if let (Detail::Squares(count), Some(log)) = (detail, log) {
                { torn_log(log, spot, count) }
            }
            if let (Detail::Words, Some(log), MemberKind::Server) = (detail, log, node.kind) {
                <g>
                    <title>{ format!("Log: last index {}, commit {}", log.last_index, words::committed(log).unwrap_or(0)) }</title>
                    <text class="log-words" x={x.to_string()} y={line(1.0)} text-anchor={anchor}>
                        { log.last_index }
                        if let Some(index) = words::committed(log) { { format!(" · ✓ {index}") } }
                    </text>
                </g>
            }
        </>
    }
}

/// Paints the arc of the next timer by simulated time.
#[hook]
fn use_timer_arc(props: &NodeMarkProps, arc: &NodeRef) {
    let timer = props.scene.frame.nodes.get(props.index).and_then(|node| {
        let next = node.timers.iter().min_by_key(|timer| timer.due)?;
        (node.status == Status::Up).then_some((next.set_at.us() as f64, next.due.us() as f64))
    });
    let now = props.scene.frame.now.us() as f64;
    let painter = props.scene.painter.clone();
    let arc = arc.clone();
    use_effect_with((timer, Rc::as_ptr(&props.geometry)), move |(timer, _)| {
        let guard = arc.cast::<Element>().map(|element| {
            let timer = *timer;
            let paint = move |now_us: f64| paint_arc(&element, timer, now_us);
            paint(painter.now_us().max(now));
            painter.register(paint)
        });
        move || drop(guard)
    });
}

fn paint_arc(element: &Element, timer: Option<(f64, f64)>, now_us: f64) {
    let left = timer.map_or(0.0, |(set_at, due)| ((due - now_us) / (due - set_at).max(1.0)).clamp(0.0, 1.0));
    let swell = if left > 0.0 && left < 0.2 { 4.0 + (0.2 - left) * 15.0 } else { 4.0 };
    let _ = element.set_attribute("stroke-dashoffset", &format!("{:.2}", 100.0 - left * 100.0));
    let _ = element.set_attribute("stroke-width", &format!("{swell:.1}"));
}
