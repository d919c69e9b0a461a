//! What mouse, touch and keyboard do on the stage. One set of listeners for the whole drawing: an element says what it
//! stands for by its `data-lit`.

use super::flight::{Gaze, Route};
use super::flights::shown_time;
use super::geometry::Geometry;
use super::gesture::Stroke;
use super::lit::{Lit, light};
use super::shape::Point;
use crate::scene::{Intent, Scene, Selection};
use playground_core::id::{MessageId, NodeId};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, SvgElement};
use yew::prelude::*;

/// The hands on one drawing.
pub struct Hands {
    /// The drawing.
    pub svg: NodeRef,
    /// The line being drawn.
    pub stroke: Option<Stroke>,
    /// What is pointed at, focused and selected.
    pub gazes: [Gaze; 3],
    /// The node at which Tab stops.
    pub tab_stop: NodeId,
    pub(super) onclick: Callback<MouseEvent>,
    pub(super) onkeydown: Callback<KeyboardEvent>,
    pub(super) onfocusin: Callback<FocusEvent>,
    pub(super) onfocusout: Callback<FocusEvent>,
    pub(super) onpointerdown: Callback<PointerEvent>,
    pub(super) onpointermove: Callback<PointerEvent>,
    pub(super) onpointerup: Callback<PointerEvent>,
    pub(super) onpointercancel: Callback<PointerEvent>,
    pub(super) onpointerover: Callback<PointerEvent>,
    pub(super) onpointerleave: Callback<PointerEvent>,
}

/// A message this near to the pointer is meant.
const NEAR: f64 = 22.0;

/// Listens.
#[hook]
pub fn use_hands(scene: &Scene, geometry: &Rc<Geometry>, routes: &Rc<Vec<Route>>) -> Hands {
    let svg = use_node_ref();
    let stroke = use_state_eq(|| None::<Stroke>);
    let (pointed, focused) = (use_state_eq(Gaze::default), use_state_eq(Gaze::default));
    let rover = use_state_eq(|| NodeId(0));
    // A stroke's end is followed by a click that means nothing.
    let drawn = use_mut_ref(|| false);
    // Arrow keys move among nodes only for a reader who came by keyboard; after a click they step through time.
    let by_pointer = use_mut_ref(|| false);
    let at = {
        let (svg, zoom) = (svg.clone(), geometry.zoom);
        move |event: &MouseEvent| point(&svg, event, zoom)
    };
    let onclick = {
        let (scene, routes, drawn, at) = (scene.clone(), routes.clone(), drawn.clone(), at.clone());
        Callback::from(move |event: MouseEvent| {
            if !drawn.replace(false) {
                let near = || nearest(&routes, at(&event), shown_time(&scene)).map(Selection::Message);
                let meant = Lit::of(&event).map(selection).or_else(near).unwrap_or_default();
                scene.intent.emit(Intent::Select(meant));
            }
        })
    };
    let onfocusin = {
        let (focused, rover) = (focused.setter(), rover.setter());
        Callback::from(move |event: FocusEvent| {
            focused.set(gaze(Lit::of(&event)));
            if let Some(Lit::Node(id)) = Lit::of(&event) {
                rover.set(id);
            }
        })
    };
    let onpointermove = {
        let (stroke, drawn, at, svg) = (stroke.clone(), drawn.clone(), at.clone(), svg.clone());
        let (pointed, routes, scene) = (pointed.setter(), routes.clone(), scene.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some(drawing) = stroke.as_ref().filter(|stroke| stroke.pointer == event.pointer_id()) {
                let drawing = drawing.drawn_to(at(&event));
                if drawing.is_cut() && !drawn.replace(true) {
                    capture(&svg, event.pointer_id());
                }
                stroke.set(Some(drawing));
            } else if event.pointer_type() == "mouse" && Lit::of(&event).is_none() {
                let message = nearest(&routes, at(&event), shown_time(&scene));
                pointed.set(Gaze { node: None, message });
            }
        })
    };
    let onpointerdown = {
        let (stroke, drawn, at, by_pointer) = (stroke.setter(), drawn.clone(), at, by_pointer.clone());
        Callback::from(move |event: PointerEvent| {
            drawn.replace(false);
            by_pointer.replace(true);
            let on_thing = matches!(Lit::of(&event), Some(Lit::Node(_) | Lit::Message(_)));
            if !on_thing && event.is_primary() && event.button() == 0 {
                stroke.set(Some(Stroke::new(at(&event), event.pointer_id())));
            }
        })
    };
    let onpointerup = {
        let (stroke, scene, geometry) = (stroke.clone(), scene.clone(), geometry.clone());
        Callback::from(move |_: PointerEvent| {
            if let Some(stroke) = stroke.as_ref().filter(|stroke| stroke.is_cut()) {
                scene.intent.emit(stroke.intent(&scene.frame, &geometry));
            }
            stroke.set(None);
        })
    };
    let cancel = stroke.setter();
    let (over, leave, unfocus) = (pointed.setter(), pointed.setter(), focused.setter());
    let selected = match scene.selection {
        Selection::Node(id) => Gaze { node: Some(id), message: None },
        Selection::Message(id) => Gaze { node: None, message: Some(id) },
        _ => Gaze::default(),
    };
    Hands {
        onkeydown: keys(scene, geometry, &svg, by_pointer),
        svg,
        stroke: (*stroke).clone(),
        gazes: [*pointed, *focused, selected],
        tab_stop: selected.node.unwrap_or(*rover),
        onclick,
        onfocusin,
        onfocusout: Callback::from(move |_| unfocus.set(Gaze::default())),
        onpointerdown,
        onpointermove,
        onpointerup,
        onpointercancel: Callback::from(move |_| cancel.set(None)),
        onpointerover: Callback::from(move |event: PointerEvent| {
            let lit = Lit::of(&event);
            light(lit);
            over.set(gaze(lit));
        }),
        onpointerleave: Callback::from(move |_| {
            light(None);
            leave.set(Gaze::default());
        }),
    }
}

fn gaze(lit: Option<Lit>) -> Gaze {
    match lit {
        Some(Lit::Node(id)) => Gaze { node: Some(id), message: None },
        Some(Lit::Message(id)) => Gaze { node: None, message: Some(id) },
        _ => Gaze::default(),
    }
}

fn selection(lit: Lit) -> Selection {
    match lit {
        Lit::Node(id) => Selection::Node(id),
        Lit::Message(id) => Selection::Message(id),
        Lit::Link(a, b) => Selection::Link(a, b),
    }
}

/// Where an event happened, in the drawing's units.
fn point(svg: &NodeRef, event: &MouseEvent, zoom: f64) -> Point {
    let Some(element) = svg.cast::<Element>() else {
        return Point::default();
    };
    let area = element.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()) - area.left(), f64::from(event.client_y()) - area.top());
    Point::new(x / zoom, y / zoom)
}

fn capture(svg: &NodeRef, pointer: i32) {
    if let Some(element) = svg.cast::<Element>() {
        let _ = element.set_pointer_capture(pointer);
    }
}

/// The message nearest to a point, if near enough.
fn nearest(routes: &[Route], point: Point, now_us: f64) -> Option<MessageId> {
    routes
        .iter()
        .map(|route| (route.at(now_us).distance(point), route.id))
        .filter(|(distance, _)| *distance <= NEAR)
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, id)| id)
}

fn keys(
    scene: &Scene,
    geometry: &Rc<Geometry>,
    svg: &NodeRef,
    by_pointer: Rc<std::cell::RefCell<bool>>,
) -> Callback<KeyboardEvent> {
    let (scene, geometry, svg) = (scene.clone(), geometry.clone(), svg.clone());
    Callback::from(move |event: KeyboardEvent| {
        let Some(lit) = Lit::of(&event) else { return };
        let key = event.key();
        if key == "Tab" {
            by_pointer.replace(false);
        }
        let handled = match key.as_str() {
            "Enter" | " " => {
                scene.intent.emit(Intent::Select(selection(lit)));
                true
            }
            "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" if !*by_pointer.borrow() => {
                let next = match lit {
                    Lit::Node(id) => neighbour(&geometry, id, &key).map(Lit::Node),
                    Lit::Message(id) => next_message(&scene, id, &key).map(Lit::Message),
                    Lit::Link(..) => None,
                };
                next.is_some_and(|next| focus(&svg, next))
            }
            _ => false,
        };
        if handled {
            event.prevent_default();
            event.stop_propagation();
        }
    })
}

/// The nearest node in the direction of an arrow key.
fn neighbour(geometry: &Geometry, id: NodeId, key: &str) -> Option<NodeId> {
    let here = geometry.spot(id)?.center;
    let (ux, uy) = match key {
        "ArrowLeft" => (-1.0, 0.0),
        "ArrowRight" => (1.0, 0.0),
        "ArrowUp" => (0.0, -1.0),
        _ => (0.0, 1.0),
    };
    geometry
        .spots
        .iter()
        .enumerate()
        .filter_map(|(index, spot)| {
            let (dx, dy) = (spot.center.x - here.x, spot.center.y - here.y);
            let (along, aside) = (dx * ux + dy * uy, (dx * uy - dy * ux).abs());
            (along > 1.0).then_some((along + aside * 1.5, NodeId::at(index)))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, id)| id)
}

fn next_message(scene: &Scene, id: MessageId, key: &str) -> Option<MessageId> {
    let mut flights = scene.frame.flights.iter().map(|flight| flight.id);
    if matches!(key, "ArrowRight" | "ArrowDown") {
        flights.find(|other| *other > id)
    } else {
        flights.rfind(|other| *other < id)
    }
}

fn focus(svg: &NodeRef, lit: Lit) -> bool {
    svg.cast::<Element>()
        .and_then(|svg| {
            svg.query_selector(&format!("[data-lit='{}'] > [role=button]", lit.text())).ok().flatten()
        })
        .and_then(|element| element.dyn_into::<SvgElement>().ok())
        .is_some_and(|element| element.focus().is_ok())
}
