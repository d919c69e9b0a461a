//! What moves between steps: capsules, dots, threads, timer arcs and the row of verbs. After each rendering their
//! elements are looked up once; from then on they are moved by simulated time, without a comparison of trees.

use super::bundle::Bundle;
use super::flight::Route;
use super::flights::{edge_distance, half_width, kind_class, kind_code};
use super::geometry::Geometry;
use super::node::Arc;
use super::room::{Placed, folded, on_stage};
use super::shape::{Point, unit};
use super::svg::Pen;
use super::verbs::Row;
use crate::scene::{Scene, Selection};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, SvgGraphicsElement, SvgTransform};

/// Everything that moves, with its elements.
#[derive(Default)]
pub struct Moving {
    movers: Vec<Mover>,
    /// Where the selected one is among them.
    first: Option<usize>,
    geometry: Option<Rc<Geometry>>,
    dots: Vec<(SvgTransform, Route)>,
    threads: Vec<Thread>,
    arcs: Vec<Arc>,
    row: Option<Row>,
}

impl Moving {
    /// Looks up the elements under the root of the stage.
    pub fn collect(
        root: &Element,
        scene: &Scene,
        geometry: &Rc<Geometry>,
        (routes, bundles): (&[Route], &[Bundle]),
        unfolded: &[bool],
        row: Option<Row>,
    ) -> Self {
        let find = |selector: &str| root.query_selector(selector).ok().flatten();
        let flying = Flying { scene, geometry, routes, bundles, unfolded };
        let movers = find(".capsules").map_or_else(Vec::new, |group| flying.movers(&group));
        let is_first = |mover: &Mover| scene.selection == Selection::Message(mover.route.id);
        Self {
            first: movers.iter().position(is_first),
            movers,
            geometry: Some(geometry.clone()),
            dots: find(".dots").map_or_else(Vec::new, |pool| flying.fill_pool(&pool)),
            threads: find(".threads").map_or_else(Vec::new, |ties| flying.tie_copies(&ties)),
            arcs: find(".nodes").map_or_else(Vec::new, |nodes| arcs(&nodes, scene)),
            row,
        }
    }

    /// Shows a time.
    pub fn paint(&self, now_us: f64) {
        let placed: Vec<Placed> = self.movers.iter().map(|mover| mover.placed(now_us)).collect();
        let spots = self.geometry.as_ref().map_or(&[][..], |geometry| &geometry.spots);
        let dots = folded(&placed, spots, self.first);
        for (mover, is_dot) in self.movers.iter().zip(dots) {
            mover.paint(now_us, is_dot);
        }
        for (transform, route) in &self.dots {
            put(transform, route.at(now_us));
        }
        for thread in &self.threads {
            thread.paint(now_us);
        }
        for arc in &self.arcs {
            arc.paint(now_us);
        }
        if let Some(row) = &self.row {
            row.paint(now_us);
        }
    }
}

fn put(transform: &SvgTransform, at: Point) {
    let _ = transform.set_translate(at.x as f32, at.y as f32);
}

fn arcs(nodes: &Element, scene: &Scene) -> Vec<Arc> {
    let mut next = nodes.first_element_child();
    let mut arcs = Vec::new();
    for node in &scene.frame.nodes {
        let Some(element) = next else { break };
        if let Ok(Some(arc)) = element.query_selector(".timer") {
            arcs.push(Arc::of(node, arc));
        }
        next = element.next_element_sibling();
    }
    arcs
}

/// A capsule that moves.
struct Mover {
    element: Element,
    is_dot: Cell<bool>,
    transform: SvgTransform,
    beak: SvgTransform,
    beak_turn: Cell<f64>,
    half: f64,
    /// How wide and how high the stage is.
    stage: (f64, f64),
    route: Route,
}

impl Mover {
    fn placed(&self, now_us: f64) -> Placed {
        self.seen(self.route.part(now_us))
    }

    /// Where the capsule is after a part of its way.
    fn seen(&self, part: f64) -> Placed {
        on_stage(self.route.lane.at(part), self.half, self.stage)
    }

    fn paint(&self, now_us: f64, is_dot: bool) {
        if self.is_dot.replace(is_dot) != is_dot {
            let _ = match is_dot {
                true => self.element.set_attribute(FOLDED, ""),
                false => self.element.remove_attribute(FOLDED),
            };
        }
        let part = self.route.part(now_us);
        put(&self.transform, self.seen(part).0);
        // Always pointed at the target, also when held at its very rim.
        let ahead = self.route.lane.at((part + 0.08).min(1.0));
        let behind = self.route.lane.at((part - 0.08).max(0.0).min(part));
        let turn = behind.angle_to(ahead);
        if (turn - self.beak_turn.get()).abs() > 0.02 {
            self.beak_turn.set(turn);
            turn_beak(&self.beak, self.half, turn);
        }
    }
}

fn turn_beak(beak: &SvgTransform, half: f64, turn: f64) {
    let edge = edge_distance(half, turn);
    let (x, y) = unit(turn);
    let matrix = beak.matrix();
    matrix.set_a(x as f32);
    matrix.set_b(y as f32);
    matrix.set_c(-y as f32);
    matrix.set_d(x as f32);
    matrix.set_e((x * edge) as f32);
    matrix.set_f((y * edge) as f32);
    let _ = beak.set_matrix(&matrix);
}

/// What a capsule has while it is drawn as a dot. The tree does not know of it, and so leaves it alone.
const FOLDED: &str = "data-folded";

/// The one transform of an element, made if it has none.
fn own_transform(element: &Element) -> Option<SvgTransform> {
    let graphics = element.dyn_ref::<SvgGraphicsElement>()?;
    let list = graphics.transform().base_val();
    if list.number_of_items() == 1 {
        return list.get_item(0).ok();
    }
    list.initialize(&graphics.owner_svg_element()?.create_svg_transform()).ok()
}

/// A message without a name.
const DOT: &str = "M-4.5 0A4.5 4.5 0 1 0 4.5 0A4.5 4.5 0 1 0 -4.5 0Z";
/// The mark of a bundle: an arrowhead would say that it flies one way.
pub const BUNDLE: &str = "M-6 0L0-6L6 0L0 6Z";

/// The most copies that are tied to their originals.
const THREADS_MAX: usize = 20;

struct Flying<'a> {
    scene: &'a Scene,
    geometry: &'a Geometry,
    routes: &'a [Route],
    bundles: &'a [Bundle],
    unfolded: &'a [bool],
}

impl Flying<'_> {
    fn movers(&self, capsules: &Element) -> Vec<Mover> {
        let mut next = capsules.first_element_child();
        let mut movers = Vec::new();
        let shown = self.scene.frame.flights.iter().zip(self.unfolded).filter(|(_, on)| **on);
        for (flight, _) in shown {
            let Some(element) = next else { break };
            let Some(route) = self.routes.iter().find(|route| route.id == flight.id) else { break };
            let half = half_width(kind_code(self.scene, flight.kind));
            let beak = element.first_element_child().as_ref().and_then(own_transform);
            if let (Some(transform), Some(beak)) = (own_transform(&element), beak) {
                movers.push(Mover {
                    is_dot: Cell::new(element.has_attribute(FOLDED)),
                    element: element.clone(),
                    transform,
                    beak,
                    beak_turn: Cell::new(f64::INFINITY),
                    half,
                    stage: (self.geometry.w, self.geometry.h),
                    route: *route,
                });
            }
            next = element.next_element_sibling();
        }
        movers
    }

    /// Dots and the marks of bundles have no names, so they are kept in a pool rather than in the tree.
    fn fill_pool(&self, pool: &Element) -> Vec<(SvgTransform, Route)> {
        let flights = &self.scene.frame.flights;
        let mut marks = Vec::new();
        let mut next = pool.first_element_child();
        let mut put = |kind: u8, shape: &'static str, route: Route| {
            let Some(mark) = next.take().or_else(|| added(pool, "path")) else { return };
            for (name, value) in [("class", kind_class(self.scene, kind)), ("d", shape)] {
                if mark.get_attribute(name).as_deref() != Some(value) {
                    let _ = mark.set_attribute(name, value);
                }
            }
            if let Some(transform) = own_transform(&mark) {
                marks.push((transform, route));
            }
            next = mark.next_element_sibling();
        };
        for route in self.routes {
            let place = flights.binary_search_by_key(&route.id, |flight| flight.id);
            if let Some(place) = place.ok().filter(|place| !self.unfolded[*place]) {
                put(flights[place].kind, DOT, *route);
            }
        }
        for bundle in self.bundles {
            put(bundle.kind, BUNDLE, bundle.route(flights[bundle.first].from, self.geometry));
        }
        while let Some(surplus) = next {
            next = surplus.next_element_sibling();
            surplus.remove();
        }
        marks
    }

    fn tie_copies(&self, ties: &Element) -> Vec<Thread> {
        while let Some(line) = ties.last_element_child() {
            line.remove();
        }
        let route = |id| self.routes.iter().find(|route| route.id == id).copied();
        let mut threads = Vec::new();
        for flight in self.scene.frame.flights.iter().filter(|flight| flight.copy_of.is_some()) {
            let ends = flight.copy_of.and_then(route).zip(route(flight.id));
            if let Some(ends) = ends.filter(|_| threads.len() < THREADS_MAX)
                && let Some(line) = added(ties, "path")
            {
                threads.push(Thread { line, ends });
            }
        }
        threads
    }
}

/// A thin thread between a message and its copy.
struct Thread {
    line: Element,
    ends: (Route, Route),
}

impl Thread {
    fn paint(&self, now_us: f64) {
        let line = Pen::line(&[self.ends.0.at(now_us), self.ends.1.at(now_us)]);
        let _ = self.line.set_attribute("d", &line.0);
    }
}

fn added(group: &Element, tag: &str) -> Option<Element> {
    let element = group.owner_document()?.create_element_ns(Some(SVG), tag).ok()?;
    group.append_child(&element).ok()?;
    Some(element)
}

/// The namespace of everything drawn.
const SVG: &str = "http://www.w3.org/2000/svg";

/// The painter's time, if it belongs to this frame; else the frame's own.
pub fn shown_time(scene: &Scene) -> f64 {
    let now = scene.frame.now.us() as f64;
    let next = scene.frame.next_at.map_or(f64::INFINITY, |next| next.us() as f64);
    let painted = scene.painter.now_us();
    if (now..=next).contains(&painted) { painted } else { now }
}
