//! Messages in flight: capsules while there are few, dots when there are many. Rendered once per step, moved by the
//! painter.

use super::flight::Route;
use super::geometry::Geometry;
use super::shape::Point;
use super::words;
use crate::scene::{Scene, Selection};
use playground_core::protocol::Tone;
use playground_core::view::FlightFrame;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, SvgGraphicsElement, SvgTransform, SvgsvgElement};
use yew::prelude::*;

/// What the flights are drawn from.
#[derive(Properties)]
pub struct FlightsProps {
    /// The picture.
    pub scene: Scene,
    /// Where everything stands.
    pub geometry: Rc<Geometry>,
    /// The way of each message, in the frame's order.
    pub routes: Rc<Vec<Route>>,
    /// Which are drawn as capsules.
    pub unfolded: Rc<Vec<bool>>,
}

impl PartialEq for FlightsProps {
    fn eq(&self, other: &Self) -> bool {
        self.scene == other.scene
            && Rc::ptr_eq(&self.geometry, &other.geometry)
            && Rc::ptr_eq(&self.routes, &other.routes)
            && self.unfolded == other.unfolded
    }
}

/// The messages between the nodes.
#[component]
pub fn Flights(props: &FlightsProps) -> Html {
    let (threads, capsules, dots) = (use_node_ref(), use_node_ref(), use_node_ref());
    use_moving(props, [&capsules, &dots, &threads]);
    let frame = &props.scene.frame;
    let shown =
        || frame.flights.iter().zip(props.routes.iter()).zip(props.unfolded.iter()).filter(|(_, on)| **on);
    let selected = match props.scene.selection {
        Selection::Message(id) => Some(id),
        _ => None,
    };
    let tab_stop = selected.or_else(|| shown().next().map(|((flight, _), _)| flight.id));
    html! {
        <g class="flights">
            <g class="ways" aria-hidden="true">
                { for shown()
                    .filter(|((flight, _), _)| props.scene.still || Some(flight.id) == selected)
                    .map(|((flight, route), _)| html! { <path key={flight.id.0} d={route.lane.path()} /> }) }
            </g>
            <g class="threads" ref={threads} aria-hidden="true"></g>
            <g class="dots" ref={dots} aria-hidden="true"></g>
            <g class="capsules" ref={capsules}>
                { for shown().map(|((flight, _), _)| {
                    capsule(&props.scene, flight, Some(flight.id) == selected, Some(flight.id) == tab_stop)
                }) }
            </g>
        </g>
    }
}

/// Classes of a kind of message: its hue, and filled or hollow.
pub fn kind_class(scene: &Scene, kind: u8) -> &'static str {
    let Some(kind) = scene.meta.messages.get(usize::from(kind)) else {
        return "tone-e is-request";
    };
    match (kind.tone, kind.reply) {
        (Tone::A, false) => "tone-a is-request",
        (Tone::A, true) => "tone-a is-reply",
        (Tone::B, false) => "tone-b is-request",
        (Tone::B, true) => "tone-b is-reply",
        (Tone::C, false) => "tone-c is-request",
        (Tone::C, true) => "tone-c is-reply",
        (Tone::D, false) => "tone-d is-request",
        (Tone::D, true) => "tone-d is-reply",
        (Tone::E, false) => "tone-e is-request",
        (Tone::E, true) => "tone-e is-reply",
    }
}

/// Half the height of a capsule.
const HALF: f64 = 12.0;

/// Half the width of a capsule with a code of so many letters.
pub fn half_width(code: &str) -> f64 {
    HALF.max(6.5 + code.chars().count() as f64 * 4.8)
}

fn capsule(scene: &Scene, flight: &FlightFrame, is_selected: bool, tab_stop: bool) -> Html {
    let code = scene.meta.messages.get(usize::from(flight.kind)).map_or("?", |kind| kind.code);
    let half = half_width(code);
    let rect = |grow: f64, class: &'static str| {
        html! {
            <rect {class} x={(-half - grow).to_string()} y={(-HALF - grow).to_string()} rx={(HALF + grow).to_string()}
                width={((half + grow) * 2.0).to_string()} height={((HALF + grow) * 2.0).to_string()} />
        }
    };
    let class = classes!("flight", kind_class(scene, flight.kind), is_selected.then_some("is-selected"));
    html! {
        <g key={flight.id.0} {class} data-lit={format!("m{}", flight.id.0)} data-half={half.to_string()}>
            <path class="beak" d="M-5-5.5L7 0L-5 5.5Z" />
            <g role="button" tabindex={if tab_stop { "0" } else { "-1" }}
                aria-label={words::describe_flight(scene, flight)} aria-pressed={is_selected.to_string()}>
                { rect(10.0, "hit") }
                { rect(3.5, "focus-ring") }
                { rect(0.0, "body") }
            </g>
            <text y="4.5" aria-hidden="true">{ code }</text>
        </g>
    }
}

/// A capsule that moves.
struct Mover {
    transform: SvgTransform,
    beak: SvgTransform,
    beak_turn: Cell<f64>,
    half: f64,
    route: Route,
}

impl Mover {
    fn paint(&self, now_us: f64) {
        let part = self.route.part(now_us);
        let at = self.route.lane.at(part);
        let _ = self.transform.set_translate(at.x as f32, at.y as f32);
        // Always pointed at the target, also when held at its very rim.
        let ahead = self.route.lane.at((part + 0.08).min(1.0));
        let behind = self.route.lane.at((part - 0.08).max(0.0));
        let turn = behind.angle_to(ahead);
        if (turn - self.beak_turn.get()).abs() > 0.02 {
            self.beak_turn.set(turn);
            self.turn_beak(turn);
        }
    }

    fn turn_beak(&self, turn: f64) {
        let edge = edge_distance(self.half, turn);
        let (x, y) = (turn.cos() * edge, turn.sin() * edge);
        let matrix = self.beak.matrix();
        matrix.set_a(turn.cos() as f32);
        matrix.set_b(turn.sin() as f32);
        matrix.set_c(-turn.sin() as f32);
        matrix.set_d(turn.cos() as f32);
        matrix.set_e(x as f32);
        matrix.set_f(y as f32);
        let _ = self.beak.set_matrix(&matrix);
    }
}

/// How far the edge of a capsule is from its middle in a direction.
fn edge_distance(half: f64, turn: f64) -> f64 {
    let straight = half - HALF;
    let (along, up) = (turn.cos().abs(), turn.sin().abs());
    if up > 0.0 && HALF / up * along <= straight {
        return HALF / up;
    }
    straight * along + (HALF * HALF - straight * straight * up * up).max(0.0).sqrt()
}

/// The one transform of an element, made if it has none.
fn own_transform(element: &Element) -> Option<SvgTransform> {
    let graphics = element.dyn_ref::<SvgGraphicsElement>()?;
    let list = graphics.transform().base_val();
    if list.number_of_items() == 1 {
        return list.get_item(0).ok();
    }
    let svg: SvgsvgElement = graphics.owner_svg_element()?;
    list.initialize(&svg.create_svg_transform()).ok()
}

/// Dots stand for folded messages by position only, so they are kept in a pool rather than in the tree.
fn fill_pool(pool: &Element, props: &FlightsProps) -> Vec<(SvgTransform, Route)> {
    let Some(document) = pool.owner_document() else {
        return Vec::new();
    };
    let folded = || props.routes.iter().zip(props.unfolded.iter()).enumerate().filter(|(_, (_, on))| !**on);
    let count = folded().count() as u32;
    while pool.child_element_count() < count {
        let Ok(dot) = document.create_element_ns(Some(SVG), "circle") else {
            return Vec::new();
        };
        let _ = dot.set_attribute("r", "4.5");
        let _ = pool.append_child(&dot);
    }
    while pool.child_element_count() > count {
        if let Some(last) = pool.last_element_child() {
            last.remove();
        }
    }
    let mut next = pool.first_element_child();
    let mut dots = Vec::with_capacity(count as usize);
    for (index, (route, _)) in folded() {
        let Some(dot) = next else { break };
        let class = kind_class(&props.scene, props.scene.frame.flights[index].kind);
        if dot.get_attribute("class").as_deref() != Some(class) {
            let _ = dot.set_attribute("class", class);
        }
        if let Some(transform) = own_transform(&dot) {
            dots.push((transform, *route));
        }
        next = dot.next_element_sibling();
    }
    dots
}

fn collect_movers(capsules: &Element, props: &FlightsProps) -> Vec<Mover> {
    let mut next = capsules.first_element_child();
    let mut movers = Vec::new();
    for (route, _) in props.routes.iter().zip(props.unfolded.iter()).filter(|(_, on)| **on) {
        let Some(element) = next else { break };
        let half = element.get_attribute("data-half").and_then(|half| half.parse().ok()).unwrap_or(HALF);
        let beak = element.first_element_child().as_ref().and_then(own_transform);
        if let (Some(transform), Some(beak)) = (own_transform(&element), beak) {
            movers.push(Mover { transform, beak, beak_turn: Cell::new(f64::INFINITY), half, route: *route });
        }
        next = element.next_element_sibling();
    }
    movers
}

/// Moves capsules and dots by simulated time.
#[hook]
fn use_moving(props: &FlightsProps, groups: [&NodeRef; 3]) {
    let groups = groups.map(NodeRef::clone);
    let scene = props.scene.clone();
    let again = FlightsProps {
        scene: scene.clone(),
        geometry: props.geometry.clone(),
        routes: props.routes.clone(),
        unfolded: props.unfolded.clone(),
    };
    use_effect_with((Rc::as_ptr(&props.routes), props.unfolded.clone()), move |_| {
        let [capsules, pool, ties] = groups.map(|group| group.cast::<Element>());
        let guard = capsules.map(|capsules| {
            let movers = collect_movers(&capsules, &again);
            let folded = pool.map_or_else(Vec::new, |pool| fill_pool(&pool, &again));
            let threads = ties.map_or_else(Vec::new, |ties| tie_copies(&ties, &again));
            let paint = move |now_us: f64| {
                movers.iter().for_each(|mover| mover.paint(now_us));
                for (transform, route) in &folded {
                    let at = route.at(now_us);
                    let _ = transform.set_translate(at.x as f32, at.y as f32);
                }
                threads.iter().for_each(|thread| thread.paint(now_us));
            };
            paint(shown_time(&scene));
            scene.painter.register(paint)
        });
        move || drop(guard)
    });
}

/// The painter's time, if it belongs to this frame; else the frame's own.
pub fn shown_time(scene: &Scene) -> f64 {
    let now = scene.frame.now.us() as f64;
    let next = scene.frame.next_at.map_or(f64::INFINITY, |next| next.us() as f64);
    let painted = scene.painter.now_us();
    if (now..=next).contains(&painted) { painted } else { now }
}

/// A thin thread between a message and its copy.
struct Thread {
    line: Element,
    ends: (Route, Route),
}

impl Thread {
    fn paint(&self, now_us: f64) {
        let Point { x: x1, y: y1 } = self.ends.0.at(now_us);
        let Point { x: x2, y: y2 } = self.ends.1.at(now_us);
        let _ = self.line.set_attribute("d", &format!("M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}"));
    }
}

/// The most copies that are tied to their originals.
const THREADS_MAX: usize = 20;

fn tie_copies(ties: &Element, props: &FlightsProps) -> Vec<Thread> {
    while let Some(line) = ties.last_element_child() {
        line.remove();
    }
    let route = |id| props.routes.iter().find(|route| route.id == id).copied();
    let flights = &props.scene.frame.flights;
    let pairs = flights.iter().filter_map(|flight| Some((route(flight.copy_of?)?, route(flight.id)?)));
    pairs
        .take(THREADS_MAX)
        .filter_map(|ends| {
            let line = ties.owner_document()?.create_element_ns(Some(SVG), "path").ok()?;
            ties.append_child(&line).ok()?;
            Some(Thread { line, ends })
        })
        .collect()
}

/// The namespace of everything drawn.
const SVG: &str = "http://www.w3.org/2000/svg";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beak_sits_on_the_edge_of_its_capsule() {
        assert_eq!(edge_distance(12.0, 0.3), 12.0);
        assert_eq!(edge_distance(25.0, 0.0), 25.0);
        assert_eq!(edge_distance(25.0, std::f64::consts::FRAC_PI_2).round(), 12.0);
    }

    #[test]
    fn a_capsule_is_at_least_24_pixels_wide_and_grows_with_its_code() {
        assert_eq!(half_width("V"), 12.0);
        assert!(half_width("AE") < half_width("AER") && half_width("AER") < half_width("PREP"));
    }
}
