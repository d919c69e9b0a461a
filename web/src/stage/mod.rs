//! The stage: the figure of the run, where machines stand and messages fly.
//!
//! Mount it once, in a box that gives it its size (it fills its parent):
//! `<Stage scene={scene.clone()} layout={Layout::Ring} />`. Import `static/stage.css`.
//!
//! One component, and plain functions that draw. Each step is rendered once; what moves between steps is moved by
//! [`crate::scene::Painter`], by attributes of elements that stay ([`moving`]). Nothing here has a selection of its own:
//! what the hands do goes out as requests (`Intent`).

pub mod arrange;
pub mod bundle;
pub mod draft;
pub mod ends;
pub mod fence;
#[cfg(test)]
mod fence_tests;
pub mod flight;
pub mod flights;
pub mod geometry;
pub mod gesture;
pub mod hands;
pub mod legend;
pub mod link_stops;
pub mod lit;
pub mod measure;
pub mod moving;
pub mod node;
pub mod place;
pub mod post;
pub mod ring;
pub mod room;
#[cfg(test)]
mod room_tests;
pub mod rows;
pub mod shape;
pub mod svg;
pub mod torn_log;
pub mod verbs;
pub mod words;

pub use flights::kind_class;
pub use moving::shown_time;
pub use words::name;

use crate::dom;
use crate::scene::{PaintGuard, Scene, Selection};
use crate::why;
use bundle::Bundle;
use ends::{Ends, draw_endings};
use fence::{Fences, draw_fences, draw_grounds};
use flight::{Gaze, Route, routes, unfolded};
use flights::{draw_flights, half_width, kind_code};
use geometry::{Geometry, Roster};
use gloo_events::EventListener;
use hands::{Hands, Held};
use legend::{Kinds, draw_legend};
use link_stops::draw_link_stops;
use lit::Lit;
use measure::{SizeWatch, text_scale};
use moving::Moving;
use node::{draw_node, has_rings};
use playground_core::id::NodeId;
use playground_core::view::{FlightFrame, Frame, MemberKind};
use shape::Point;
use std::cell::RefCell;
use std::rc::Rc;
use svg::{group, path, rect, svg};
use verbs::{Row, draw_verbs};
use web_sys::Element;
use yew::prelude::*;

/// How the nodes are placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// Around a ring.
    #[default]
    Ring,
    /// Side by side.
    Line,
}

/// What the stage draws.
#[derive(Properties, PartialEq)]
pub struct StageProps {
    /// The picture, the selection and the clock.
    pub scene: Scene,
    /// How the nodes are placed.
    pub layout: Layout,
}

/// A stage narrower or lower than this is a phone's.
const COMPACT_BELOW: (f64, f64) = (560.0, 420.0);

/// Whether space is scarce on a stage of a size.
fn is_compact(w: f64, h: f64) -> bool {
    w < COMPACT_BELOW.0 || h < COMPACT_BELOW.1
}

/// What the stage is told.
pub enum Told {
    /// It has another size.
    Size((f64, f64)),
    /// The hands changed what is to be seen.
    Hands,
}

/// The figure of the run.
#[derive(Default)]
pub struct Stage {
    root: NodeRef,
    hands: Rc<RefCell<Hands>>,
    size: Option<(f64, f64)>,
    geometry: Option<Rc<Geometry>>,
    /// What the geometry was made of.
    plan: Option<(Roster, Layout, (f64, f64))>,
    drawn: Option<Drawn>,
    ends: Ends,
    kinds: Kinds,
    heard: why::Heard,
    /// Of which thing the row of verbs was last measured, and how large it is.
    row_size: Option<(Selection, (f64, f64))>,
    /// The node that gets the focus of a message which ended.
    heir: Option<NodeId>,
    watch: Option<SizeWatch>,
    ears: Vec<EventListener>,
    guard: Option<PaintGuard>,
}

/// What is worked out once for each picture.
struct Drawn {
    frame: Rc<Frame>,
    geometry: Rc<Geometry>,
    fences: Fences,
    routes: Rc<Vec<Route>>,
    bundles: Vec<Bundle>,
    unfolded: Vec<bool>,
}

impl Component for Stage {
    type Message = Told;
    type Properties = StageProps;

    fn create(ctx: &Context<Self>) -> Self {
        let mut stage = Self::default();
        stage.prepare(ctx.props());
        stage
    }

    fn update(&mut self, ctx: &Context<Self>, told: Told) -> bool {
        if let Told::Size(size) = told {
            self.size = Some(size);
        }
        self.prepare(ctx.props());
        true
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &StageProps) -> bool {
        self.prepare(ctx.props());
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let scene = &ctx.props().scene;
        html! {
            <div class="stage">
                <div class="stage-figure" ref={self.root.clone()}>
                    { self.figure(scene) }
                </div>
                { draw_legend(scene, self.geometry.as_deref(), &self.kinds, self.folded(scene)) }
                { draw_verbs(scene) }
                { self.heard.draw() }
            </div>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let Some(root) = self.root.cast::<Element>() else { return };
        if first {
            self.watch = Some(SizeWatch::new(&root, ctx.link().callback(Told::Size)));
            self.ears = hands::listen(&root, &self.hands, &ctx.link().callback(|()| Told::Hands));
        }
        let (Some(drawn), scene) = (&self.drawn, &ctx.props().scene) else { return };
        ends::set_off(&root, &self.ends.endings);
        let row = Row::find(&root, scene, &drawn.geometry, &drawn.routes, &mut self.row_size);
        let flying = (&drawn.routes[..], &drawn.bundles[..]);
        let moving = Moving::collect(&root, scene, &drawn.geometry, flying, &drawn.unfolded, row);
        moving.paint(shown_time(scene));
        self.guard = Some(scene.painter.register(move |now_us| moving.paint(now_us)));
        let heir = self.hands.borrow_mut().heir.take();
        if let Some(heir) = heir.filter(|_| dom::is_focus_lost()) {
            hands::focus(&root, heir);
        }
        if let Some(heir) = self.heir.take() {
            hands::focus(&root, Lit::Node(heir));
        }
    }
}

impl Stage {
    /// Works out all that a picture needs and its elements don't.
    fn prepare(&mut self, props: &StageProps) {
        let scene = &props.scene;
        self.kinds.note(&scene.frame);
        self.heard.note(scene);
        self.measure(props);
        let Some(geometry) = self.geometry.clone() else { return };
        let unfolded = {
            let hands = self.hands.borrow();
            let gazes = [hands.pointed, hands.focused, selected(scene)];
            unfolded(&scene.frame.flights, scene.playing, &gazes)
        };
        let is_drawn = |drawn: &Drawn| {
            Rc::ptr_eq(&drawn.frame, &scene.frame)
                && Rc::ptr_eq(&drawn.geometry, &geometry)
                && drawn.unfolded == unfolded
        };
        if !self.drawn.as_ref().is_some_and(is_drawn) {
            self.inherit(&scene.frame);
            let fences = Fences::of(&scene.frame, &geometry);
            let (routes, bundles) = routes(&scene.frame, &geometry, &fences, &unfolded);
            let routes = Rc::new(routes);
            self.ends.note(&scene.frame, scene.playing, &geometry, &routes);
            self.drawn =
                Some(Drawn { frame: scene.frame.clone(), geometry, fences, routes, bundles, unfolded });
        }
        let Some(drawn) = &self.drawn else { return };
        let (geometry, routes) = (drawn.geometry.clone(), drawn.routes.clone());
        self.hands.borrow_mut().held = Some(Held { scene: scene.clone(), geometry, routes });
    }

    /// Places the nodes, if who there is or how much room has changed.
    fn measure(&mut self, props: &StageProps) {
        let (Some(size), Some(root)) = (self.size, self.root.cast::<Element>()) else { return };
        let plan = (Roster::of(&props.scene.frame), props.layout, size);
        if self.plan.as_ref() == Some(&plan) {
            return;
        }
        let zoom = text_scale(&root);
        let (w, h) = (size.0 / zoom, size.1 / zoom);
        let compact = is_compact(w, h);
        self.geometry =
            Some(Rc::new(Geometry::new(&plan.0, plan.1, w, h, compact).zoomed(zoom).with_ends_apart()));
        self.plan = Some(plan);
    }

    /// How many messages are dots or in bundles, how many are in how many bundles, and how many are dots for want of room
    /// while time stands.
    fn folded(&self, scene: &Scene) -> [usize; 4] {
        let Some(drawn) = &self.drawn else { return [0; 4] };
        let dots = drawn.unfolded.iter().filter(|shown| !**shown).count();
        let flights = &scene.frame.flights;
        let mut crowded = 0;
        if !scene.playing && drawn.routes.len() == flights.len() {
            let now_us = shown_time(scene);
            let all =
                flights.iter().zip(drawn.routes.iter()).zip(&drawn.unfolded).filter(|(_, shown)| **shown);
            let stage = (drawn.geometry.w, drawn.geometry.h);
            let place = |((flight, route), _): ((&FlightFrame, &Route), &bool)| {
                room::on_stage(route.at(now_us), half_width(kind_code(scene, flight.kind)), stage)
            };
            let is_first = |flight: &&FlightFrame| scene.selection == Selection::Message(flight.id);
            let mut shown =
                flights.iter().zip(&drawn.unfolded).filter(|(_, shown)| **shown).map(|(flight, _)| flight);
            let first = shown.position(|flight| is_first(&flight));
            let placed: Vec<room::Placed> = all.map(place).collect();
            let folded = room::folded(&placed, &drawn.geometry.spots, first);
            crowded = folded.into_iter().filter(|is_dot| *is_dot).count();
        }
        [dots, drawn.bundles.iter().map(|bundle| bundle.count).sum(), drawn.bundles.len(), crowded]
    }

    /// Notes who gets the focus if the message that has it is gone from a new picture.
    fn inherit(&mut self, frame: &Frame) {
        let focused = self.hands.borrow().focused.message;
        let flight = |frame: &Frame| {
            let mut flights = frame.flights.iter();
            flights.find(|flight| Some(flight.id) == focused).map(|flight| flight.to)
        };
        if let Some(drawn) = self.drawn.as_ref().filter(|_| focused.is_some() && flight(frame).is_none()) {
            self.heir = flight(&drawn.frame);
        }
    }

    /// The drawing, once the size is known.
    fn figure(&self, scene: &Scene) -> Html {
        let Some(drawn) = &self.drawn else {
            return Html::default();
        };
        let geometry = &drawn.geometry;
        let hands = self.hands.borrow();
        let tab_stop = selected(scene).node.unwrap_or(hands.rover);
        let nodes = scene.frame.nodes.iter();
        let nodes = nodes.map(|node| draw_node(scene, node, geometry, tab_stop == node.id)).collect();
        let area = shape::Rect { w: geometry.w, h: geometry.h, ..Default::default() };
        let mut parts = vec![hatch(), rect("ground", area, 0.0)];
        draw_grounds(&drawn.fences, &mut parts);
        parts.extend([
            links(scene, geometry),
            draw_fences(&drawn.fences),
            // Under the nodes: many dots would hide names. They are filled in by script.
            svg!("g", "class" = "dots", "aria-hidden" = "true"),
            group("nodes", nodes),
            draw_link_stops(scene, geometry, tab_stop),
            draw_endings(scene, geometry, &self.ends.endings),
            draw_flights(scene, &drawn.routes, &drawn.unfolded),
            gesture::preview(hands.stroke.as_ref(), &scene.frame, geometry),
        ]);
        let view = ["0 0 ", &svg::tenths(geometry.w), " ", &svg::tenths(geometry.h)].concat();
        let class = match (geometry.compact, hands.stroke.is_some()) {
            (false, false) => "stage-svg",
            (true, false) => "stage-svg is-compact",
            (false, true) => "stage-svg is-drawing",
            (true, true) => "stage-svg is-compact is-drawing",
        };
        let (label, zoom) = (label(scene), geometry.zoom);
        svg!("svg", "class" = class, "viewBox" = &view, "width" = geometry.w * zoom,
            "height" = geometry.h * zoom, "role" = "group", "aria-label" = &label; parts)
    }
}

/// What is selected, as something looked at.
fn selected(scene: &Scene) -> Gaze {
    match scene.selection {
        Selection::Node(id) => Gaze { node: Some(id), message: None },
        Selection::Message(id) => Gaze { node: None, message: Some(id) },
        _ => Gaze::default(),
    }
}

/// The pattern of what has crashed.
fn hatch() -> Html {
    let parts = vec![
        rect("hatch-ground", shape::Rect { w: 7.0, h: 7.0, ..Default::default() }, 0.0),
        path("hatch-line", "M0 0V7"),
    ];
    let pattern = svg!("pattern", "id" = "hatch", "width" = "7", "height" = "7",
        "patternUnits" = "userSpaceOnUse", "patternTransform" = "rotate(45)"; parts);
    svg!("defs"; vec![pattern])
}

/// What a screen reader hears of the whole figure.
fn label(scene: &Scene) -> String {
    let frame = &scene.frame;
    let messages = match frame.flights.len() {
        0 => "no message in flight".into(),
        1 => "1 message in flight".into(),
        count => format!("{count} messages in flight"),
    };
    format!("{}: {} nodes, {messages}", scene.meta.title, frame.nodes.len())
}

/// With more members than this links at rest are not drawn.
const LINKS_SHOWN_MAX: usize = 9;

/// The links at rest, faint, and the selected one.
fn links(scene: &Scene, geometry: &Geometry) -> Html {
    let count = if geometry.spots.len() <= LINKS_SHOWN_MAX { geometry.spots.len() } else { 0 };
    let is_client = |id: NodeId| geometry.spot(id).is_some_and(|spot| spot.kind == MemberKind::Client);
    let mut parts = Vec::new();
    for (a, b) in (0..count).flat_map(|b| (0..b).map(move |a| (NodeId::at(a), NodeId::at(b)))) {
        if !geometry.is_linked(a, b) {
            continue;
        }
        let line = link_path(scene, geometry, a, b);
        let lit = Lit::Link(a, b).text();
        let class = match scene.selection {
            Selection::Node(id) if id == a || id == b => "link is-near",
            _ if is_client(a) || is_client(b) => "link is-outer",
            _ => "link",
        };
        parts.push(svg!("g", "class" = class, "data-lit" = &lit;
            vec![path("link-hit", &line), path("link-line", &line)]));
    }
    if let Selection::Link(a, b) = scene.selection {
        parts.push(path("link-selected", &link_path(scene, geometry, a, b)));
    }
    group("links", parts)
}

/// A link at rest: between the paths forth and back, wherever those lead; over a line the path forth. It is led on from
/// where messages leave and land to what is drawn of the nodes.
fn link_path(scene: &Scene, geometry: &Geometry, a: NodeId, b: NodeId) -> String {
    let (forth, back) = (geometry.lane(a, b), geometry.lane(b, a));
    let part = if geometry.layout == Layout::Line { 0.0 } else { 0.5 };
    let (from, to) = (forth.from.mix(back.to, part), forth.to.mix(back.from, part));
    let bend = forth.bend.mix(back.bend, part);
    let edge = |id: NodeId, rim: Point| {
        let spot = &geometry.spots[id.index()];
        let has_ring = has_rings(spot) && scene.frame.nodes[id.index()].view.quorum.is_some();
        let radius = if has_ring { spot.reach } else { spot.reach.min(spot.radius + 7.0) };
        // Where it leads around, in the direction in which messages leave.
        let ahead = if geometry.layout == Layout::Line { rim } else { rim.mix(bend, 0.5) };
        spot.center.towards(spot.center.angle_to(ahead), radius)
    };
    let (from, to) = (edge(a, from), edge(b, to));
    shape::Lane { from, bend, to }.path()
}
