//! One node: the same anatomy for every protocol.
//!
//! From the inside out: the disc with name and headline number, a second ring if it leads, the arc of its next timer,
//! the quorum ring. Beside it, on the outer side of the stage, its role and its log.

use super::draft::Draft;
use super::geometry::{Detail, Geometry, Side, Spot};
use super::ring::quorum_ring;
use super::shape::{Point, Rect, unit, within};
use super::svg::{Pen, circle, keyed, path, rect, svg, tenths, title, translate, words as text};
use super::torn_log::torn_log;
use super::words;
use crate::scene::{Scene, Selection};
use playground_core::view::{Fact, MemberKind, NodeFrame, Rank, Status};
use std::cell::Cell;
use web_sys::Element;
use yew::prelude::*;

/// A node on the stage. `tab_stop` says whether Tab stops here.
pub fn draw_node(scene: &Scene, node: &NodeFrame, geometry: &Geometry, tab_stop: bool) -> Html {
    let Some(spot) = geometry.spot(node.id) else {
        return Html::default();
    };
    let is_selected = scene.selection == Selection::Node(node.id);
    let place = translate(spot.center);
    let ring = selection_radius(node, spot);
    let mut button = vec![circle("hit", spot.reach.max(22.0))];
    if is_selected {
        button.push(circle("selection", ring));
    }
    button.push(circle("focus-ring", ring + 3.0));
    body(node, spot, &mut button);
    let mut face = Vec::new();
    inside(node, spot, geometry.detail, &mut face);
    if geometry.detail == Detail::Dot {
        face.push(dot_name(node, spot, geometry));
    }
    if node.status == Status::Paused {
        face.push(bars(spot));
    }
    if has_rings(spot) {
        face.push(svg!(
            "circle",
            "class" = "timer",
            "r" = spot.radius + arc_gap(spot),
            "pathLength" = "100",
            "stroke-dasharray" = "100",
            "stroke-dashoffset" = "100",
            "stroke-width" = "4",
            "transform" = "rotate(-90)"
        ));
        face.extend(quorum(scene, node, spot));
    }
    let mut block_parts = Vec::new();
    block(node, spot, geometry, &mut block_parts);
    // The words are beside the button, not in it: it has a fuller name than they are.
    let name = words::describe_node(node);
    let button = svg!("g", "role" = "button", "tabindex" = if tab_stop { "0" } else { "-1" }, "aria-label" = &name,
    "aria-pressed" = is_selected; vec![
        block_hit(spot),
        svg!("g", "transform" = &place; button),
    ]);
    let class = class(node, is_selected);
    let lit = format!("n{}", node.id.0);
    let parts = vec![
        button,
        svg!("g", "transform" = &place, "aria-hidden" = "true"; face),
        svg!("g", "aria-hidden" = "true"; block_parts),
    ];
    keyed(node.id.0.into(), svg!("g", "class" = &class, "data-lit" = &lit; parts))
}

fn class(node: &NodeFrame, is_selected: bool) -> String {
    let rank = match node.view.rank {
        Rank::Leads => "node leads",
        Rank::Tries => "node tries",
        Rank::Plain => "node plain",
    };
    let status = match node.status {
        Status::Up => " is-up",
        Status::Paused => " is-paused",
        Status::Crashed => " is-crashed",
    };
    let lying = if node.behaviour.is_some() { " is-lying" } else { "" };
    [rank, status, lying, if is_selected { " is-selected" } else { "" }].concat()
}

/// How far inside the disc a leader's second ring runs.
const INNER_GAP: f64 = 4.0;

/// How far outside the disc the timer's arc runs.
fn arc_gap(spot: &Spot) -> f64 {
    if spot.reach - spot.radius > 18.0 { 6.0 } else { 4.0 }
}

/// Whether there is room for a timer's arc and the quorum ring.
pub fn has_rings(spot: &Spot) -> bool {
    spot.reach - spot.radius >= 14.0 && spot.kind == MemberKind::Server
}

/// The ring of a selected node: close to what is drawn of it.
fn selection_radius(node: &NodeFrame, spot: &Spot) -> f64 {
    let outer = spot.reach + 2.0;
    if node.view.quorum.is_some() { outer } else { outer.min(spot.radius + arc_gap(spot) + 7.0) }
}

/// The disc or the square, with its outline.
fn body(node: &NodeFrame, spot: &Spot, parts: &mut Vec<Html>) {
    let r = spot.radius;
    if node.kind == MemberKind::Client {
        parts.push(rect("disc", Rect::around(Point::default(), r * 2.0, r * 2.0), r / 3.0));
        return;
    }
    parts.push(match node.behaviour {
        Some(_) => path("disc", &jagged(r)),
        None => circle("disc", r),
    });
    if node.view.rank == Rank::Leads {
        parts.push(circle("inner", (r - INNER_GAP.min(r / 3.0)).max(0.5)));
    }
}

/// The outline of a node that may lie.
fn jagged(radius: f64) -> String {
    let teeth: u8 = if radius < 20.0 { 14 } else { 26 };
    let mut pen = Pen::default();
    for tooth in 0..teeth * 2 {
        let (x, y) = unit(std::f64::consts::PI * f64::from(tooth) / f64::from(teeth));
        let reach = if tooth % 2 == 0 { radius + 1.5 } else { radius - radius.min(12.0) / 4.0 };
        pen.to(if tooth == 0 { 'M' } else { 'L' }, Point::new(x * reach, y * reach));
    }
    pen.0 + "Z"
}

/// From so large a disc on, a name is 20 pixels high and stands over its number.
const LARGE: f64 = 36.0;
/// From so large a disc on, the number is 15 pixels high.
const LARGER: f64 = 42.0;

/// Name and headline number.
fn inside(node: &NodeFrame, spot: &Spot, detail: Detail, parts: &mut Vec<Html>) {
    let r = spot.radius;
    if detail == Detail::Dot || r < 12.0 {
        parts.push(title(&words::describe_node(node)));
        return;
    }
    let headline = node.view.headline.as_ref().and_then(|fact| fitted(fact, r));
    let large = r >= LARGE && node.kind == MemberKind::Server;
    let (name_class, alone_y, over_y) = match r {
        _ if large => ("node-name is-large", 7.0, 0.0),
        _ if r < 24.0 => ("node-name is-small", 5.0, -2.0),
        _ => ("node-name", 5.0, -3.0),
    };
    let name_y = if headline.is_some() { over_y } else { alone_y };
    parts.push(text(name_class, Point::new(0.0, name_y), None, &node.name));
    if let Some(headline) = headline {
        let class = if r >= LARGER { "headline is-large" } else { "headline" };
        parts.push(text(class, Point::new(0.0, headline_y(r)), None, &headline));
    }
}

/// What a dot is, said while somebody looks at it: towards the middle, where there is room.
fn dot_name(node: &NodeFrame, spot: &Spot, geometry: &Geometry) -> Html {
    let name = [&node.name, " ", &words::role_line(node, 40)].concat();
    let is_low = spot.center.y > geometry.center.y;
    let y = if is_low { -spot.radius - 8.0 } else { spot.radius + 17.0 };
    let anchor = match spot.center.x {
        x if x < NAME_HALF => "start",
        x if x > geometry.w - NAME_HALF => "end",
        _ => "middle",
    };
    text("dot-name", Point::new(0.0, y), Some(anchor), &name)
}

/// Half the width of a long name.
const NAME_HALF: f64 = 110.0;

/// Where the line of the headline is.
fn headline_y(radius: f64) -> f64 {
    match radius {
        _ if radius >= LARGER => 20.0,
        _ if radius >= LARGE => 17.0,
        _ => 11.0,
    }
}

/// So wide a number is drawn in every disc.
const LETTERS_MIN: f64 = 36.0;

/// The headline with its label, or alone where the disc is too small for both. Alike for all ranks, though only a
/// leader's second ring takes room. `None` if there is no room even so.
fn fitted(fact: &Fact, radius: f64) -> Option<String> {
    if radius < 20.0 {
        return None;
    }
    let (label, value) = (halves(fact.label).0, halves(&fact.value).0);
    let both = [label, " ", value].concat();
    let lowest = headline_y(radius);
    let inner = radius - INNER_GAP - 3.0;
    let chord = 2.0 * (inner * inner - lowest * lowest).max(0.0).sqrt();
    let letter = if radius >= LARGER { 1.05 } else { 0.94 };
    if words::width(&both) * letter <= chord {
        return Some(both);
    }
    // A few letters may run a little wide.
    let fits = words::width(value) * letter <= chord.max(LETTERS_MIN);
    fits.then(|| value.to_owned())
}

/// The two parts of a headline's value.
fn halves(value: &str) -> (&str, Option<&str>) {
    value.split_once(" · ").map_or((value, None), |(first, second)| (first, Some(second)))
}

/// The sign of a paused node.
fn bars(spot: &Spot) -> Html {
    let away = spot.radius * 0.74 + 3.0;
    let place = translate(Point::new(away, -away));
    svg!("g", "class" = "bars", "transform" = &place; vec![circle("", 11.0), path("", "M-3-5V5M3-5V5")])
}

fn quorum(scene: &Scene, node: &NodeFrame, spot: &Spot) -> Option<Html> {
    let quorum = node.view.quorum.as_ref()?;
    let tight = spot.reach - spot.radius < 18.0;
    let inner = spot.radius + arc_gap(spot) + if tight { 3.5 } else { 4.5 };
    Some(quorum_ring(quorum, inner, spot.reach - if tight { 1.5 } else { 4.5 }, scene))
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
    rect("hit", Rect { x, y, w: right - x, h: bottom - y }, 0.0)
}

/// The role, and what there is no other room for: the headline, or the log in a word.
fn role_line(node: &NodeFrame, spot: &Spot, detail: Detail, letters_max: usize) -> String {
    let line = words::role_line(node, letters_max);
    let left = node.view.headline.as_ref().and_then(|fact| match fitted(fact, spot.radius) {
        Some(_) => halves(&fact.value).1,
        None => Some(&*fact.value),
    });
    let is_shown = node.view.quorum.is_none() && spot.radius >= 20.0;
    if let Some(left) = left.filter(|_| is_shown) {
        return beside(node, line, left, letters_max);
    }
    // Beside a ring a number without its count would be taken for that.
    let is_counting = node.view.quorum.is_some() && !line.contains(" · ");
    let log = words::log(node).filter(|_| node.status == Status::Up && !is_counting);
    match (detail, log) {
        (Detail::Words | Detail::Bead, Some(log)) => beside(node, line, &words::log_word(log), letters_max),
        _ => line,
    }
}

/// Role and a value; the value alone, or else the role alone, where there is no room for both.
fn beside(node: &NodeFrame, role: String, value: &str, letters_max: usize) -> String {
    let fits = |text: &&String| text.chars().count() <= letters_max;
    let both = [" · ", " "].map(|between| [&role, between, value].concat());
    let alone = [value.to_owned()];
    let is_plain = node.status == Status::Up && node.view.rank == Rank::Plain && node.view.quorum.is_none();
    both.iter().chain(alone.iter().filter(|_| is_plain)).find(fits).cloned().unwrap_or(role)
}

/// Role and log, on the outer side.
fn block(node: &NodeFrame, spot: &Spot, geometry: &Geometry, parts: &mut Vec<Html>) {
    let is_common = !geometry.is_banded()
        && node.view.rank == Rank::Plain
        && node.status == Status::Up
        && node.behaviour.is_none()
        && words::log(node).is_none();
    if spot.block.h == 0.0 || (geometry.detail == Detail::Bead && is_common) {
        return;
    }
    let (x, anchor) = match spot.side {
        Side::Above | Side::Below => (spot.block.x + spot.block.w / 2.0, "middle"),
        Side::Left => (spot.block.x + spot.block.w, "end"),
        Side::Right => (spot.block.x, "start"),
    };
    let letters_max = (spot.block.w / 6.4) as usize;
    let line = role_line(node, spot, geometry.detail, letters_max);
    // A role that is longer than its block may stand out of it, but not out of the stage.
    let half = if anchor == "middle" { words::width(&line) * 0.6 } else { 0.0 };
    let at = Point::new(within(x, half, geometry.w - half), spot.block.y + 13.0);
    parts.push(text("role", at, Some(anchor), &line));
    if let (Detail::Squares(count), Some(log)) = (geometry.detail, words::log(node)) {
        parts.push(torn_log(log, spot, count, Draft::flags(spot.block.h)));
    }
}

/// The arc of a node's next timer.
pub struct Arc {
    element: Element,
    timer: Option<(f64, f64)>,
    swell: Cell<f64>,
}

impl Arc {
    /// The arc of a node, drawn as an element.
    pub fn of(node: &NodeFrame, element: Element) -> Self {
        let next = node.timers.iter().min_by_key(|timer| timer.due);
        let next = next.filter(|_| node.status == Status::Up);
        let timer = next.map(|timer| (timer.set_at.us() as f64, timer.due.us() as f64));
        Self { element, timer, swell: Cell::default() }
    }

    /// How much is left at a time; it swells in its last fifth.
    pub fn paint(&self, now_us: f64) {
        let left = self
            .timer
            .map_or(0.0, |(set_at, due)| ((due - now_us) / (due - set_at).max(1.0)).clamp(0.0, 1.0));
        let swell = if left > 0.0 && left < 0.2 { 4.0 + (0.2 - left) * 15.0 } else { 4.0 };
        let _ = self.element.set_attribute("stroke-dashoffset", &tenths(100.0 - left * 100.0));
        if self.swell.replace(swell) != swell {
            let _ = self.element.set_attribute("stroke-width", &tenths(swell));
        }
    }
}
