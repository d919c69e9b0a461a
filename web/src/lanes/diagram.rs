//! The lanes around now: rows, strokes, losses, steps, and the spans in which a node did not run.

use super::marks::shape;
use super::scale::Scale;
use crate::scene::{Intent, Scene, Selection};
use crate::stage::lit::{Lit, light};
use crate::stage::{kind_class, shown_time, use_size};
use playground_core::time::Time;
use playground_core::view::{Lanes, Status, Stroke, StrokeEnd};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, SvgGraphicsElement};
use yew::prelude::*;

/// What the lanes are drawn from.
#[derive(Properties, PartialEq)]
pub struct DiagramProps {
    /// The picture, the selection and the clock.
    pub scene: Scene,
    /// What happened in the window.
    pub lanes: Rc<Lanes>,
    /// The times at the left and the right edge.
    pub window: (Time, Time),
}

/// Room for names on the left.
const GUTTER: f64 = 44.0;
/// Room for times under the rows.
const AXIS: f64 = 20.0;
/// All rows together are no higher than this.
const ROWS_MAX: f64 = 108.0;
/// Up to so many strokes can be pointed at one by one; more are drawn as one path for each kind.
const STROKES_SINGLE_MAX: usize = 240;

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
}

/// The lanes.
#[component]
pub fn Diagram(props: &DiagramProps) -> Html {
    let (figure, now_line) = (use_node_ref(), use_node_ref());
    let width = use_size(&figure).map_or(0.0, |size| size.0);
    let rows = props.scene.frame.nodes.len();
    let pitch = (ROWS_MAX / rows.max(1) as f64).min(24.0);
    let grid =
        Grid { scale: Scale::new(props.window, GUTTER, (width - 12.0).max(GUTTER + 1.0)), pitch, rows };
    use_now_line(&props.scene, &now_line, grid.scale);
    let strokes = use_memo(
        (props.lanes.clone(), props.window, width as u32, Rc::as_ptr(&props.scene.frame) as usize),
        |_| draw_strokes(props, &grid),
    );
    let height = grid.bottom() + AXIS;
    let (right, bottom) = (grid.scale.right, grid.bottom());
    html! {
        <div class="lanes-figure" ref={figure.clone()}>
            <svg width={width.to_string()} height={height.to_string()} viewBox={format!("0 0 {width} {height}")}
                role="img" aria-label={label(props)}
                onclick={seek(props, &figure, grid.scale)} onpointerover={|event: PointerEvent| light(Lit::of(&event))}
                onpointerleave={|_| light(None)}>
                <defs>
                    <clipPath id="lanes-clip"><rect x={GUTTER.to_string()} y="0" width={(right - GUTTER + 8.0).to_string()}
                        height={height.to_string()} /></clipPath>
                    <pattern id="lanes-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                        <path class="hatch-line" d="M0 0V6" />
                    </pattern>
                    <pattern id="lanes-bars" width="12" height="24" patternUnits="userSpaceOnUse">
                        <path class="hatch-line" d="M2 0V24M5 0V24" />
                    </pattern>
                </defs>
                { rows_of(props, &grid) }
                <g clip-path="url(#lanes-clip)">
                    { spans(props, &grid) }
                    { axis(&grid) }
                    { (*strokes).clone() }
                    { dots(props, &grid) }
                    { selected(props, &grid) }
                    <g ref={now_line}>
                        <rect class="lanes-future" x="0" y="0" width={width.to_string()} height={bottom.to_string()} />
                        <path class="lanes-now" d={format!("M0 0V{:.1}", bottom + 4.0)} />
                    </g>
                </g>
            </svg>
        </div>
    }
}

fn label(props: &DiagramProps) -> String {
    let (from, to) = props.window;
    let short = if props.lanes.cut_short { ", the oldest left out" } else { "" };
    format!("Lanes from {from} to {to}: {} messages{short}", props.lanes.strokes.len())
}

fn rows_of(props: &DiagramProps, grid: &Grid) -> Html {
    // Names of thin rows would run into each other: every so many is named.
    let every = (14.0 / grid.pitch).ceil().max(1.0) as usize;
    props
        .scene
        .frame
        .nodes
        .iter()
        .enumerate()
        .map(|(row, node)| {
            let y = grid.y(row);
            let is_selected = props.scene.selection == Selection::Node(node.id);
            html! {
                <g key={row} class={classes!("row", is_selected.then_some("is-selected"))} data-lit={format!("n{}", node.id.0)}>
                    <rect class="row-hit" x="0" y={(y - grid.pitch / 2.0).to_string()} width={GUTTER.to_string()}
                        height={grid.pitch.to_string()} />
                    if grid.pitch >= 4.0 || is_selected { <path class="row-line" d={format!("M{GUTTER} {y:.1}H{:.1}", grid.scale.right)} /> }
                    if row % every == 0 { <text x={(GUTTER - 8.0).to_string()} y={(y + 4.5).to_string()}>{ &node.name }</text> }
                </g>
            }
        })
        .collect()
}

fn axis(grid: &Grid) -> Html {
    let bottom = grid.bottom();
    grid.scale
        .ticks(90.0)
        .into_iter()
        .map(|time| {
            let x = grid.scale.x(time.us() as f64);
            let has_room = x > grid.scale.left + 24.0 && x < grid.scale.right - 24.0;
            html! {
                <g key={time.us()} class="tick-time">
                    <path d={format!("M{x:.1} 0V{bottom:.1}")} />
                    if has_room { <text x={format!("{x:.1}")} y={(bottom + 14.0).to_string()}>{ time.to_string() }</text> }
                </g>
            }
        })
        .collect()
}

fn spans(props: &DiagramProps, grid: &Grid) -> Html {
    let last = props.scene.frame.now.us() as f64;
    props
        .lanes
        .spans
        .iter()
        .filter(|span| span.status != Status::Up)
        .map(|span| {
            let from = grid.scale.x(span.from.us() as f64);
            let until = grid.scale.x(span.until.map_or(last, |until| until.us() as f64));
            let class = if span.status == Status::Crashed { "span is-crashed" } else { "span is-paused" };
            let word = if span.status == Status::Crashed { "crashed" } else { "paused" };
            let height = (grid.pitch - 2.0).clamp(2.0, 16.0);
            html! {
                <rect {class} x={format!("{from:.1}")} y={format!("{:.1}", grid.y(span.node.index()) - height / 2.0)}
                    width={format!("{:.1}", (until - from).max(1.0))} height={height.to_string()}>
                    <title>{ format!("{word} from {}", span.from) }</title>
                </rect>
            }
        })
        .collect()
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
fn line(stroke: &Stroke, grid: &Grid) -> ((f64, f64), (f64, f64)) {
    let (at, is_lost) = end(stroke);
    let (y1, y2) = (grid.y(stroke.from.index()), grid.y(stroke.to.index()));
    let y2 = if is_lost { y1 + (y2 - y1) * 0.62 } else { y2 };
    ((grid.scale.x(stroke.sent_at.us() as f64), y1), (grid.scale.x(at.us() as f64), y2))
}

fn path(stroke: &Stroke, grid: &Grid) -> String {
    let ((x1, y1), (x2, y2)) = line(stroke, grid);
    format!("M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}")
}

fn draw_strokes(props: &DiagramProps, grid: &Grid) -> Html {
    let strokes = &props.lanes.strokes;
    let crosses: String = strokes
        .iter()
        .filter(|stroke| end(stroke).1)
        .map(|stroke| {
            let (_, (x, y)) = line(stroke, grid);
            format!("M{:.1} {:.1}l7 7m0-7l-7 7", x - 3.5, y - 3.5)
        })
        .collect();
    html! {
        <g class="strokes">
            if strokes.len() <= STROKES_SINGLE_MAX {
                { for strokes.iter().map(|stroke| html! {
                    <g key={stroke.message.0} class={classes!("stroke", kind_class(&props.scene, stroke.kind))}
                        data-lit={format!("m{}", stroke.message.0)}>
                        <path class="stroke-hit" d={path(stroke, grid)} />
                        <path class="stroke-line" d={path(stroke, grid)} />
                    </g>
                }) }
            } else {
                { for (0..props.scene.meta.messages.len() as u8).map(|kind| {
                    let all: String = strokes
                        .iter()
                        .filter(|stroke| stroke.kind == kind)
                        .map(|stroke| path(stroke, grid))
                        .collect();
                    html! {
                        <g key={kind} class={classes!("stroke", kind_class(&props.scene, kind))}>
                            <path class="stroke-line" d={all} />
                        </g>
                    }
                }) }
            }
            <path class="stroke-lost" d={crosses} />
        </g>
    }
}

fn selected(props: &DiagramProps, grid: &Grid) -> Html {
    let Selection::Message(id) = props.scene.selection else {
        return Html::default();
    };
    let stroke = props.lanes.strokes.iter().find(|stroke| stroke.message == id);
    stroke.map_or_else(
        Html::default,
        |stroke| html! { <path class="stroke-selected" d={path(stroke, grid)} /> },
    )
}

fn dots(props: &DiagramProps, grid: &Grid) -> Html {
    let step = props.scene.frame.step;
    let marked = props.lanes.dots.iter().filter(|dot| dot.mark.is_some());
    let plain: String = props
        .lanes
        .dots
        .iter()
        .filter(|dot| dot.mark.is_none())
        .map(|dot| {
            let (x, y) = (grid.scale.x(dot.at.us() as f64), grid.y(dot.node.index()));
            format!("M{:.1} {y:.1}a2 2 0 1 0 4 0a2 2 0 1 0-4 0", x - 2.0)
        })
        .collect();
    let here = props.lanes.dots.iter().find(|dot| dot.step == step);
    html! {
        <g class="lane-dots">
            <path class="lane-dot" d={plain} />
            { for marked.map(|dot| {
                let (x, y) = (grid.scale.x(dot.at.us() as f64), grid.y(dot.node.index()));
                html! {
                    <g key={dot.step} transform={format!("translate({x:.1} {y:.1})")}>
                        <title>{ format!("step {}: {}", dot.step, dot.mark.map_or("", |mark| mark.title())) }</title>
                        { dot.mark.map(shape) }
                    </g>
                }
            }) }
            if let Some(dot) = here {
                <circle class="lane-here" r="5" cx={format!("{:.1}", grid.scale.x(dot.at.us() as f64))}
                    cy={format!("{:.1}", grid.y(dot.node.index()))} />
            }
        </g>
    }
}

/// A click selects a message or a node, and on the ground goes to the last step before it.
fn seek(props: &DiagramProps, figure: &NodeRef, scale: Scale) -> Callback<MouseEvent> {
    let (scene, lanes, figure) = (props.scene.clone(), props.lanes.clone(), figure.clone());
    Callback::from(move |event: MouseEvent| match Lit::of(&event) {
        Some(Lit::Message(id)) => scene.intent.emit(Intent::Select(Selection::Message(id))),
        Some(Lit::Node(id)) => scene.intent.emit(Intent::Select(Selection::Node(id))),
        _ => {
            let Some(element) = figure.cast::<Element>() else { return };
            let x = f64::from(event.client_x()) - element.get_bounding_client_rect().left();
            let at = scale.time(x + 3.0);
            if let Some(dot) = lanes.dots.iter().filter(|dot| dot.at <= at).max_by_key(|dot| dot.step) {
                scene.intent.emit(Intent::Seek(dot.step));
            }
        }
    })
}

/// Moves the now-line, and the veil over what lies ahead of it, by simulated time.
#[hook]
fn use_now_line(scene: &Scene, line: &NodeRef, scale: Scale) {
    let (scene, line) = (scene.clone(), line.clone());
    use_effect_with((scale, Rc::as_ptr(&scene.frame)), move |(scale, _)| {
        let scale = *scale;
        let guard = line.cast::<Element>().and_then(|element| {
            let element: SvgGraphicsElement = element.dyn_into().ok()?;
            let paint = move |now_us: f64| {
                let _ = element.set_attribute("transform", &format!("translate({:.1} 0)", scale.x(now_us)));
            };
            paint(shown_time(&scene));
            Some(scene.painter.register(paint))
        });
        move || drop(guard)
    });
}
