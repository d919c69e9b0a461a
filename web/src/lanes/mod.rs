//! The run as lanes: a row a node, a slanted stroke a message; and the scrubber over the whole run.
//!
//! Mount it under the stage; it takes the width of its parent and decides its own height:
//! `<LaneDiagram {scene} shown={Some(Shown { lanes, window })} {marks} />`. Take the window from [`follow`], so that it
//! stands still while the now-line moves and turns like a page. Where there is no room for lanes, as on a phone or in an
//! embed, leave `shown` away: then there is the scrubber alone.

pub mod diagram;
pub mod marks;
pub mod scale;
pub mod scrubber;

pub use scale::follow;

use crate::scene::{Intent, PaintGuard, Scene, Selection};
use crate::stage::lit::{Lit, light};
use crate::stage::measure::SizeWatch;
use diagram::{draw_diagram, now_line, scale};
use gloo_events::{EventListener, EventListenerOptions};
use playground_core::time::Time;
use playground_core::trace::Mark;
use playground_core::view::Lanes;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};
use yew::prelude::*;

/// The lanes to show.
#[derive(Clone, PartialEq)]
pub struct Shown {
    /// What happened in the window.
    pub lanes: Rc<Lanes>,
    /// The times at the left and the right edge.
    pub window: (Time, Time),
}

/// What the lane diagram draws.
#[derive(Properties, Clone, PartialEq)]
pub struct LaneDiagramProps {
    /// The picture, the selection and the clock.
    pub scene: Scene,
    /// The lanes around now, if they are shown.
    pub shown: Option<Shown>,
    /// The interesting steps of the whole run, for the scrubber.
    pub marks: Rc<Vec<Mark>>,
}

/// The scrubber, and under it the lanes around now.
#[derive(Default)]
pub struct LaneDiagram {
    root: NodeRef,
    held: Rc<Held>,
    watch: Option<SizeWatch>,
    ears: Vec<EventListener>,
    guard: Option<PaintGuard>,
}

/// What the hands are on.
#[derive(Default)]
struct Held {
    props: RefCell<Option<LaneDiagramProps>>,
    width: Cell<f64>,
    is_dragging: Cell<bool>,
}

impl Component for LaneDiagram {
    type Message = f64;
    type Properties = LaneDiagramProps;

    fn create(_: &Context<Self>) -> Self {
        Self::default()
    }

    fn update(&mut self, _: &Context<Self>, width: f64) -> bool {
        self.held.width.replace(width) != width
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let (props, width) = (ctx.props(), self.held.width.get());
        self.held.props.replace(Some(props.clone()));
        html! {
            <div class={if props.shown.is_some() { "lanes" } else { "lanes is-bare" }} ref={self.root.clone()}>
                { scrubber::draw_scrubber(&props.scene, &props.marks, width) }
                { props.shown.as_ref().map(|shown| draw_diagram(&props.scene, shown, width)) }
            </div>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let Some(root) = self.root.cast::<Element>() else { return };
        if first {
            self.watch = Some(SizeWatch::new(&root, ctx.link().callback(|(width, _)| width)));
            self.ears = EVENTS.into_iter().map(|name| ear(&root, &self.held, name)).collect();
        }
        let props = ctx.props();
        let scale = props.shown.as_ref().map(|shown| scale(shown.window, self.held.width.get()));
        self.guard = scale.and_then(|scale| now_line(&root, &props.scene, scale));
    }
}

const EVENTS: [&str; 8] = [
    "click",
    "keydown",
    "pointerdown",
    "pointermove",
    "pointerup",
    "pointercancel",
    "pointerover",
    "pointerleave",
];

fn ear(root: &Element, held: &Rc<Held>, name: &'static str) -> EventListener {
    let held = held.clone();
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(root, name, options, move |event| held.hear(event))
}

impl Held {
    fn hear(&self, event: &Event) {
        let Some(props) = self.props.borrow().clone() else { return };
        let kind = event.type_();
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let bar = target.and_then(|target| target.closest(".scrubber").ok().flatten());
        match (kind.as_str(), bar) {
            ("keydown", Some(_)) => scrubber::press(&props.scene, event.unchecked_ref()),
            ("pointerdown" | "pointermove", Some(bar)) => {
                let pointer: &PointerEvent = event.unchecked_ref();
                if kind == "pointerdown" {
                    self.is_dragging.set(true);
                    let _ = bar.set_pointer_capture(pointer.pointer_id());
                }
                if self.is_dragging.get() {
                    let span = (bar.get_bounding_client_rect().left(), self.width.get());
                    scrubber::seek(&props.scene, &props.marks, pointer, span, kind == "pointerdown");
                }
            }
            ("pointerup" | "pointercancel", _) => self.is_dragging.set(false),
            ("pointerover", _) => light(Lit::of(event)),
            ("pointerleave", _) => light(None),
            ("click", None) => self.click(&props, event.unchecked_ref()),
            _ => {}
        }
    }

    /// A click selects a message or a node, and on the ground goes to the last step before it.
    fn click(&self, props: &LaneDiagramProps, event: &MouseEvent) {
        let intent = &props.scene.intent;
        match Lit::of(event) {
            Some(Lit::Message(id)) => intent.emit(Intent::Select(Selection::Message(id))),
            Some(Lit::Node(id)) => intent.emit(Intent::Select(Selection::Node(id))),
            _ => {
                let root = event.current_target().and_then(|root| root.dyn_into::<Element>().ok());
                let Some((root, shown)) = root.zip(props.shown.as_ref()) else { return };
                let x = f64::from(event.client_x()) - root.get_bounding_client_rect().left();
                let at = scale(shown.window, self.width.get()).time(x + 3.0);
                let before = shown.lanes.dots.iter().filter(|dot| dot.at <= at).map(|dot| dot.step);
                if let Some(step) = before.max() {
                    intent.emit(Intent::Seek(step));
                }
            }
        }
    }
}
