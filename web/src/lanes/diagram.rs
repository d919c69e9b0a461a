//! The lanes around now: rows, strokes, losses, steps, and the spans in which a node did not run.

use super::Shown;
use super::marks::shape;
use super::scale::Scale;
use crate::scene::{PaintGuard, Scene, Selection};
use crate::stage::shape::{Point, Rect};
use crate::stage::svg::{Pen, group, keyed, path, rect, svg, tenths, title, translate, words};
use crate::stage::{kind_class, shown_time};
use playground_core::time::Time;
use playground_core::view::{LaneDot, Lanes, Status, Stroke, StrokeEnd};
use web_sys::Element;
use yew::prelude::*;

/// Room for names on the left.
const GUTTER: f64 = 44.0;
/// Room for times under the rows.
const AXIS: f64 = 18.0;
/// All rows together are no higher than this.
const ROWS_MAX: f64 = 80.0;
/// Up to so many strokes can be pointed at one by one; more are drawn as one path for each kind.
const STROKES_SINGLE_MAX: usize = 240;

/// Where times are.
pub fn scale(window: (Time, Time), width: f64) -> Scale {
    Scale::new(window, GUTTER, (width - 12.0).max(GUTTER + 1.0))
}

/// Where rows and times are.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Grid {
    scale: Scale,
    pitch: f64,
    rows: usize,
}

impl Grid {
    fn y(&self, row: usize) -> f64 {
        self.top() + self.pitch * (row as f64 + 0.5)
    }

    fn bottom(&self) -> f64 {
        self.top() + self.pitch * self.rows as f64
    }

    /// Room over the first row for its name, if rows are thin.
    fn top(&self) -> f64 {
        (9.0 - self.pitch / 2.0).max(0.0)
    }

    fn at(&self, time: Time, row: usize) -> Point {
        Point::new(self.scale.x(time.us() as f64), self.y(row))
    }
}

/// The lanes.
pub fn draw_diagram(scene: &Scene, shown: &Shown, width: f64) -> Html {
    let rows = scene.frame.nodes.len();
    let pitch = (ROWS_MAX / rows.max(1) as f64).min(24.0);
    let grid = Grid { scale: scale(shown.window, width), pitch, rows };
    let (bottom, height) = (grid.bottom(), grid.bottom() + AXIS);
    let now = Pen::line(&[Point::default(), Point::new(0.0, bottom + 4.0)]);
    let ahead = Rect { w: width, h: bottom, ..Rect::default() };
    let mut parts = Vec::new();
    spans(scene, &shown.lanes, &grid, &mut parts);
    axis(&grid, &mut parts);
    strokes(scene, &shown.lanes, &grid, &mut parts);
    dots(scene, &shown.lanes, &grid, &mut parts);
    parts.push(group("lanes-ahead", vec![rect("lanes-future", ahead, 0.0), path("lanes-now", &now.0)]));
    let mut all = vec![definitions(&grid, height)];
    rows_of(scene, &grid, &mut all);
    all.push(svg!("g", "clip-path" = "url(#lanes-clip)"; parts));
    let view = ["0 0 ", &tenths(width), " ", &tenths(height)].concat();
    let label = label(shown);
    svg!("div", "class" = "lanes-figure"; vec![
        svg!("svg", "width" = width, "height" = height, "viewBox" = &view, "role" = "img", "aria-label" = &label; all),
    ])
}

/// What the drawing refers to: its frame, and the patterns of what did not run.
fn definitions(grid: &Grid, height: f64) -> Html {
    let area = Rect { x: GUTTER, y: 0.0, w: grid.scale.right - GUTTER + 8.0, h: height };
    let pattern = |id: &'static str, size: [&'static str; 2], turn: Option<&'static str>, line: &str| {
        svg!("pattern", "id" = id, "width" = size[0], "height" = size[1], "patternUnits" = "userSpaceOnUse",
            "patternTransform" = turn; vec![path("hatch-line", line)])
    };
    svg!("defs"; vec![
        svg!("clipPath", "id" = "lanes-clip"; vec![rect("", area, 0.0)]),
        pattern("lanes-hatch", ["6", "6"], Some("rotate(45)"), "M0 0V6"),
        pattern("lanes-bars", ["12", "24"], None, "M2 0V24M5 0V24"),
    ])
}

fn label(shown: &Shown) -> String {
    let (from, to) = shown.window;
    let short = if shown.lanes.cut_short { ", the oldest left out" } else { "" };
    format!("Lanes from {from} to {to}: {} messages{short}", shown.lanes.strokes.len())
}

fn rows_of(scene: &Scene, grid: &Grid, parts: &mut Vec<Html>) {
    // Names of thin rows would run into each other: every so many is named.
    let every = (11.0 / grid.pitch).ceil().max(1.0) as usize;
    for (row, node) in scene.frame.nodes.iter().enumerate() {
        let y = grid.y(row);
        let is_selected = scene.selection == Selection::Node(node.id);
        let area = Rect { x: 0.0, y: y - grid.pitch / 2.0, w: GUTTER, h: grid.pitch };
        let mut marks = vec![rect("row-hit", area, 0.0)];
        if grid.pitch >= 4.0 || is_selected {
            marks.push(path(
                "row-line",
                &Pen::line(&[Point::new(GUTTER, y), Point::new(grid.scale.right, y)]).0,
            ));
        }
        if row % every == 0 {
            marks.push(words("", Point::new(GUTTER - 8.0, y + 4.5), None, &node.name));
        }
        let lit = format!("n{}", node.id.0);
        let class = if is_selected { "row is-selected" } else { "row" };
        parts.push(svg!("g", "class" = class, "data-lit" = &lit; marks));
    }
}

fn axis(grid: &Grid, parts: &mut Vec<Html>) {
    let bottom = grid.bottom();
    for time in grid.scale.ticks(90.0) {
        let x = grid.scale.x(time.us() as f64);
        let mut marks = vec![path("", &Pen::line(&[Point::new(x, 0.0), Point::new(x, bottom)]).0)];
        if x > grid.scale.left + 24.0 && x < grid.scale.right - 24.0 {
            marks.push(words("", Point::new(x, bottom + 14.0), None, &time.to_string()));
        }
        parts.push(group("tick-time", marks));
    }
}

fn spans(scene: &Scene, lanes: &Lanes, grid: &Grid, parts: &mut Vec<Html>) {
    for span in lanes.spans.iter().filter(|span| span.status != Status::Up) {
        let from = grid.at(span.from, span.node.index());
        let until = grid.at(span.until.unwrap_or(scene.frame.now), span.node.index());
        let (class, word) = match span.status {
            Status::Crashed => ("span is-crashed", "crashed"),
            _ => ("span is-paused", "paused"),
        };
        let h = (grid.pitch - 2.0).clamp(2.0, 16.0);
        let area = Rect { x: from.x, y: from.y - h / 2.0, w: (until.x - from.x).max(1.0), h };
        let told = format!("{word} from {}", span.from);
        parts.push(group("", vec![title(&told), rect(class, area, 0.0)]));
    }
}

/// Where a stroke ends: when, and whether it was lost there. A message in flight is drawn as far as it will go.
fn end(stroke: &Stroke) -> (Time, bool) {
    match stroke.end {
        StrokeEnd::InFlight { arrives_at } => (arrives_at, false),
        StrokeEnd::Delivered { at, .. } => (at, false),
        StrokeEnd::Lost { at, .. } => (at, true),
    }
}

/// The line of a stroke. One that was lost stops short of its receiver, since it never reached it.
fn line(stroke: &Stroke, grid: &Grid) -> [Point; 2] {
    let (at, is_lost) = end(stroke);
    let (from, to) = (grid.at(stroke.sent_at, stroke.from.index()), grid.at(at, stroke.to.index()));
    [from, if is_lost { Point::new(to.x, from.y + (to.y - from.y) * 0.62) } else { to }]
}

fn strokes(scene: &Scene, lanes: &Lanes, grid: &Grid, parts: &mut Vec<Html>) {
    let is_single = lanes.strokes.len() <= STROKES_SINGLE_MAX;
    let mut marks = Vec::new();
    let mut kinds = vec![String::new(); scene.meta.messages.len()];
    let (mut crosses, mut selected) = (Pen::default(), None);
    for stroke in &lanes.strokes {
        let ends = line(stroke, grid);
        let drawn = Pen::line(&ends).0;
        if end(stroke).1 {
            crosses.to('M', Point::new(ends[1].x - 3.5, ends[1].y - 3.5)).raw("l7 7m0-7l-7 7");
        }
        if is_single {
            let class = ["stroke ", kind_class(scene, stroke.kind)].concat();
            let lit = format!("m{}", stroke.message.0);
            let lines = vec![path("stroke-hit", &drawn), path("stroke-line", &drawn)];
            marks.push(keyed(stroke.message.0, svg!("g", "class" = &class, "data-lit" = &lit; lines)));
        } else if let Some(all) = kinds.get_mut(usize::from(stroke.kind)) {
            all.push_str(&drawn);
        }
        if scene.selection == Selection::Message(stroke.message) {
            selected = Some(drawn);
        }
    }
    if !is_single {
        for (kind, all) in (0..).zip(&kinds) {
            let class = ["stroke ", kind_class(scene, kind)].concat();
            marks.push(keyed(kind.into(), svg!("g", "class" = &class; vec![path("stroke-line", all)])));
        }
    }
    parts.push(group("strokes", marks));
    parts.push(path("stroke-lost", &crosses.0));
    if let Some(selected) = selected {
        parts.push(path("stroke-selected", &selected));
    }
}

fn dots(scene: &Scene, lanes: &Lanes, grid: &Grid, parts: &mut Vec<Html>) {
    let mut plain = Pen::default();
    let mut marks = Vec::new();
    let place = |dot: &LaneDot| grid.at(dot.at, dot.node.index());
    for dot in &lanes.dots {
        let at = place(dot);
        if let Some(mark) = dot.mark {
            let told = format!("step {}: {}", dot.step, scene.meta.mark_words(mark)[0]);
            let place = translate(at);
            marks.push(svg!("g", "transform" = &place; vec![title(&told), shape(mark)]));
        } else {
            plain.to('M', Point::new(at.x - 2.0, at.y)).raw("a2 2 0 1 0 4 0a2 2 0 1 0-4 0");
        }
    }
    marks.insert(0, path("lane-dot", &plain.0));
    if let Some(dot) = lanes.dots.iter().find(|dot| dot.step == scene.frame.step) {
        let at = place(dot);
        marks.push(svg!("circle", "class" = "lane-here", "r" = "5", "cx" = at.x, "cy" = at.y));
    }
    parts.push(group("lane-dots", marks));
}

/// Moves the now-line, and the veil over what lies ahead of it, by simulated time.
pub fn now_line(root: &Element, scene: &Scene, scale: Scale) -> Option<PaintGuard> {
    let line = root.query_selector(".lanes-ahead").ok().flatten()?;
    let paint = move |now_us: f64| {
        let _ = line.set_attribute("transform", &translate(Point::new(scale.x(now_us), 0.0)));
    };
    paint(shown_time(scene));
    Some(scene.painter.register(paint))
}
