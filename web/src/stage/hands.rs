//! What mouse, touch and keyboard do on the stage. One listener for the whole drawing: an element says what it stands for
//! by its `data-lit`, a verb's button which one it is by its `data-verb`.

use super::flight::{Gaze, Route};
use super::geometry::Geometry;
use super::gesture::Stroke;
use super::lit::{Lit, light};
use super::moving::shown_time;
use super::shape::Point;
use super::verbs::verbs;
use crate::dom;
use crate::scene::{Intent, Scene, Selection};
use gloo_events::{EventListener, EventListenerOptions};
use playground_core::id::{MessageId, NodeId};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, MouseEvent, PointerEvent, SvgElement};
use yew::Callback;

/// What the hands are on.
#[derive(Clone)]
pub struct Held {
    /// The picture.
    pub scene: Scene,
    /// Where everything stands.
    pub geometry: Rc<Geometry>,
    /// The ways of the messages.
    pub routes: Rc<Vec<Route>>,
}

/// What the hands do.
#[derive(Default)]
pub struct Hands {
    /// What they are on; nothing before the stage has a size.
    pub held: Option<Held>,
    /// The line being drawn.
    pub stroke: Option<Stroke>,
    /// What is pointed at.
    pub pointed: Gaze,
    /// What is focused.
    pub focused: Gaze,
    /// The node at which Tab stops.
    pub rover: NodeId,
    /// What gets the focus if the verb that had it goes.
    pub heir: Option<Lit>,
    /// A stroke's end is followed by a click that means nothing.
    drawn: bool,
    /// Arrow keys move among nodes only for a reader who came by keyboard; after a click they step through time.
    by_pointer: bool,
}

/// A message this near to the pointer is meant.
const NEAR: f64 = 22.0;

const EVENTS: [&str; 10] = [
    "click",
    "keydown",
    "focusin",
    "focusout",
    "pointerdown",
    "pointermove",
    "pointerup",
    "pointercancel",
    "pointerover",
    "pointerleave",
];

/// Listens on the stage; `changed` is called when it is to be drawn anew.
pub fn listen(root: &Element, hands: &Rc<RefCell<Hands>>, changed: &Callback<()>) -> Vec<EventListener> {
    let ear = |name: &'static str| {
        let (root, hands, changed) = (root.clone(), hands.clone(), changed.clone());
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(root.clone().as_ref(), name, options, move |event| {
            if hear(&root, &hands, event) {
                changed.emit(());
            }
        })
    };
    let mut ears: Vec<_> = EVENTS.into_iter().map(ear).collect();
    // The row of verbs stands over the drawing or under it.
    if let Some(stage) = root.parent_element() {
        let hands = hands.clone();
        ears.push(EventListener::new(&stage, "click", move |event| {
            let Some(held) = hands.borrow().held.clone() else { return };
            let place = on_verbs(event);
            if place.is_some() {
                hands.borrow_mut().heir = heir(&held);
            }
            do_verb(&held, place);
        }));
    }
    ears
}

/// What gets the focus back from a verb that is not offered any more.
fn heir(held: &Held) -> Option<Lit> {
    match held.scene.selection {
        Selection::Node(id) => Some(Lit::Node(id)),
        Selection::Link(from, to) => Some(Lit::Link(from, to)),
        Selection::Message(id) => {
            let to = held.scene.frame.flights.iter().find(|flight| flight.id == id)?.to;
            Some(Lit::Node(to))
        }
        _ => None,
    }
}

/// Does what a verb says, by its position.
fn do_verb(held: &Held, place: Option<usize>) {
    if let Some(verb) = place.and_then(|place| verbs(&held.scene).into_iter().nth(place)) {
        held.scene.intent.emit(Intent::Command(verb.command));
    }
}

/// Does what an event means; `true` if the stage looks different now.
fn hear(root: &Element, hands: &RefCell<Hands>, event: &Event) -> bool {
    let Some(held) = hands.borrow().held.clone() else {
        return false;
    };
    let kind = event.type_();
    if kind == "keydown" {
        // Not borrowed meanwhile: a focus that moves is heard at once.
        press(root, hands, &held, event.unchecked_ref());
        return false;
    }
    let lit = Lit::of(event);
    let mut hands = hands.borrow_mut();
    let before = (hands.pointed, hands.focused, hands.rover);
    match kind.as_str() {
        "focusin" => {
            hands.focused = gaze(lit);
            if let Some(Lit::Node(id) | Lit::Link(id, _)) = lit {
                hands.rover = id;
            }
            hands.heir = None;
        }
        "focusout" => hands.focused = Gaze::default(),
        "pointerover" => {
            light(lit);
            hands.pointed = gaze(lit);
        }
        "pointerleave" => {
            light(None);
            hands.pointed = Gaze::default();
        }
        "click" => hands.click(root, &held, event.unchecked_ref(), lit),
        _ => return hands.draw(root, &held, &kind, event.unchecked_ref(), lit),
    }
    before != (hands.pointed, hands.focused, hands.rover)
}

impl Hands {
    fn click(&mut self, root: &Element, held: &Held, event: &MouseEvent, lit: Option<Lit>) {
        if !std::mem::take(&mut self.drawn) {
            let near = || held.nearest(point(root, event, held.geometry.zoom)).map(Selection::Message);
            let meant = lit.map(selection).or_else(near).unwrap_or_default();
            held.scene.intent.emit(Intent::Select(meant));
        }
    }

    /// What the pointer draws; `true` if there is a line to show, or to take away.
    fn draw(
        &mut self,
        root: &Element,
        held: &Held,
        kind: &str,
        event: &PointerEvent,
        lit: Option<Lit>,
    ) -> bool {
        let at = point(root, event, held.geometry.zoom);
        match kind {
            "pointerdown" => {
                self.drawn = false;
                self.by_pointer = true;
                let on_thing = matches!(lit, Some(Lit::Node(_) | Lit::Message(_)));
                if !on_thing && event.is_primary() && event.button() == 0 {
                    self.stroke = Some(Stroke::new(at, event.pointer_id()));
                }
                false
            }
            "pointermove" => match &mut self.stroke {
                Some(stroke) if stroke.pointer == event.pointer_id() => {
                    stroke.draw_to(at);
                    let is_cut = stroke.is_cut();
                    if is_cut && !std::mem::replace(&mut self.drawn, true) {
                        let _ = root.set_pointer_capture(event.pointer_id());
                    }
                    is_cut
                }
                _ => {
                    let before = self.pointed;
                    if event.pointer_type() == "mouse" && lit.is_none() {
                        self.pointed = Gaze { node: None, message: held.nearest(at) };
                    }
                    before != self.pointed
                }
            },
            _ => {
                let stroke = self.stroke.take().filter(Stroke::is_cut);
                if let Some(stroke) = stroke.as_ref().filter(|_| kind == "pointerup") {
                    held.scene.intent.emit(stroke.intent(&held.scene.frame, &held.geometry));
                }
                stroke.is_some()
            }
        }
    }
}

/// Which verb of the row an event is on, if on one.
fn on_verbs(event: &Event) -> Option<usize> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("[data-verb]").ok()??.get_attribute("data-verb")?.parse().ok()
}

impl Held {
    /// The message nearest to a point, if near enough.
    fn nearest(&self, point: Point) -> Option<MessageId> {
        let now_us = shown_time(&self.scene);
        let mut best = (NEAR, None);
        for route in self.routes.iter() {
            let distance = route.at(now_us).distance(point);
            if distance <= best.0 {
                best = (distance, Some(route.id));
            }
        }
        best.1
    }
}

fn press(root: &Element, hands: &RefCell<Hands>, held: &Held, event: &KeyboardEvent) {
    let Some(lit) = Lit::of(event) else { return };
    let key = event.key();
    if key == "Tab" {
        hands.borrow_mut().by_pointer = false;
    }
    let handled = match key.as_str() {
        "Enter" | " " => {
            let meant = selection(lit);
            if held.scene.selection != meant || !focus_first(".stage .verbs button") {
                held.scene.intent.emit(Intent::Select(meant));
            }
            true
        }
        "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" if !hands.borrow().by_pointer => {
            let next = match lit {
                Lit::Node(id) => neighbour(&held.geometry, id, &key).map(Lit::Node),
                Lit::Message(id) => next_message(&held.scene, id, &key).map(Lit::Message),
                Lit::Link(..) => {
                    return handled_if(event, step_link(!matches!(key.as_str(), "ArrowLeft" | "ArrowUp")));
                }
            };
            next.is_some_and(|next| focus(root, next))
        }
        _ => false,
    };
    handled_if(event, handled);
}

fn handled_if(event: &KeyboardEvent, handled: bool) {
    if handled {
        event.prevent_default();
        event.stop_propagation();
    }
}

/// Moves the focus to the next link of the node at which Tab stops; `false` if it has none.
pub fn next_link() -> bool {
    step_link(true)
}

/// The link that has the focus, if one has it.
pub fn focused_link() -> Option<(NodeId, NodeId)> {
    let stop = dom::document().active_element()?.closest(".link-stops [data-lit]").ok()??;
    match Lit::parse(&stop.get_attribute("data-lit")?)? {
        Lit::Link(from, to) => Some((from, to)),
        _ => None,
    }
}

/// Gives the focus to a node that a key selects: Enter goes on to what can be done, Tab to its links.
pub fn focus_node(node: NodeId) {
    focus_first(&[".node[data-lit='", &Lit::Node(node).text(), "'] > [role=button]"].concat());
}

/// Moves the focus from link to link, in either direction, around.
fn step_link(is_forth: bool) -> bool {
    let document = dom::document();
    let Ok(stops) = document.query_selector_all(".link-stop") else { return false };
    let (active, count) = (document.active_element(), stops.length());
    let here = (0..count).find(|at| stops.item(*at).as_ref() == active.as_ref().map(AsRef::as_ref));
    let next = match (here, is_forth) {
        (None, _) => 0,
        (Some(at), true) => (at + 1) % count,
        (Some(at), false) => (at + count - 1) % count,
    };
    stops.item(next).is_some_and(|stop| give_focus(stop.unchecked_into()))
}

fn focus_first(selector: &str) -> bool {
    dom::document().query_selector(selector).ok().flatten().is_some_and(give_focus)
}

/// SUBTLE: HTML and SVG elements both have `focus`, but no interface in common that does.
fn give_focus(element: Element) -> bool {
    element.unchecked_into::<SvgElement>().focus().is_ok()
}

/// What somebody looks at who looks at that.
pub fn gaze(lit: Option<Lit>) -> Gaze {
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
fn point(root: &Element, event: &MouseEvent, zoom: f64) -> Point {
    let area = root.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()) - area.left(), f64::from(event.client_y()) - area.top());
    Point::new(x / zoom, y / zoom)
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
    let mut best = (f64::INFINITY, None);
    for (index, spot) in geometry.spots.iter().enumerate() {
        let (dx, dy) = (spot.center.x - here.x, spot.center.y - here.y);
        let (along, aside) = (dx * ux + dy * uy, (dx * uy - dy * ux).abs());
        if along > 1.0 && along + aside * 1.5 < best.0 {
            best = (along + aside * 1.5, Some(NodeId::at(index)));
        }
    }
    best.1
}

fn next_message(scene: &Scene, id: MessageId, key: &str) -> Option<MessageId> {
    let mut flights = scene.frame.flights.iter().map(|flight| flight.id);
    if matches!(key, "ArrowRight" | "ArrowDown") {
        flights.find(|other| *other > id)
    } else {
        flights.rfind(|other| *other < id)
    }
}

/// Moves the focus to a thing; `false` if it isn't drawn.
pub fn focus(root: &Element, lit: Lit) -> bool {
    let selector = ["[data-lit='", &lit.text(), "'] > [role=button]"].concat();
    root.query_selector(&selector).ok().flatten().is_some_and(give_focus)
}
