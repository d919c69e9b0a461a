//! How messages end, shown for a moment: the rim of the receiver pulses, or a cross stays where one was lost. One that a
//! hand delivered before its time is still seen to fly the rest of its way.

use super::fence::Fences;
use super::flight::{Ending, Route, endings, routes};
use super::flights::{capsule_box, half_width, kind_class, kind_code};
use super::geometry::Geometry;
use super::shape::Point;
use super::svg::{keyed, path, svg, translate, words};
use crate::scene::Scene;
use playground_core::view::Frame;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, SvgElement};
use yew::prelude::*;

/// The frame before, and the endings told since. Their classes fade them within 600 ms while time runs; at rest those
/// of the present step stay.
#[derive(Default)]
pub struct Ends {
    /// The picture shown now, and the one before it.
    shown: Option<Picture>,
    before: Option<Picture>,
    geometry: Option<Rc<Geometry>>,
    /// What is shown now.
    pub endings: Vec<Ending>,
}

/// A frame, and the ways of its messages.
type Picture = (Rc<Frame>, Rc<Vec<Route>>);

/// For so many steps an ending stays in the tree.
const KEPT: u64 = 40;
/// And so many at once.
const ENDINGS_MAX: usize = 60;

impl Ends {
    /// Notes what ended between the last picture and this one. Where the nodes have moved, what ended last moves along and
    /// what ended before is gone.
    pub fn note(
        &mut self,
        frame: &Rc<Frame>,
        playing: bool,
        geometry: &Rc<Geometry>,
        routes: &Rc<Vec<Route>>,
    ) {
        let is_new = self.shown.as_ref().is_none_or(|(shown, _)| !Rc::ptr_eq(shown, frame));
        let shown = self.shown.replace((frame.clone(), routes.clone()));
        if is_new {
            let is_kept =
                |ending: &Ending| playing && ending.step <= frame.step && ending.step + KEPT > frame.step;
            self.endings.retain(is_kept);
            self.before = shown;
        }
        let old = self.geometry.replace(geometry.clone());
        let has_moved = old.is_some_and(|old| !Rc::ptr_eq(&old, geometry));
        if has_moved {
            self.endings.clear();
        }
        if !is_new && !has_moved {
            return;
        }
        if let Some((before, ways)) = &mut self.before {
            if has_moved {
                *ways = Rc::new(ways_of(before, geometry));
            }
            self.endings.extend(endings(before, ways, frame));
        }
        let surplus = self.endings.len().saturating_sub(ENDINGS_MAX);
        self.endings.drain(..surplus);
    }
}

/// The ways of the messages of a frame, worked out anew.
fn ways_of(frame: &Frame, geometry: &Geometry) -> Vec<Route> {
    routes(frame, geometry, &Fences::of(frame, geometry), &vec![false; frame.flights.len()]).0
}

/// Pulses, crosses, and what is still seen to fly.
pub fn draw_endings(scene: &Scene, geometry: &Geometry, endings: &[Ending]) -> Html {
    let mut parts = Vec::new();
    for ending in endings {
        let Some(spot) = geometry.spot(ending.node) else { continue };
        let shown = match (ending.died, ending.left) {
            (Some(at), _) => lost(at, ending.step == scene.frame.step),
            (None, Some(_)) if !scene.still && !scene.playing => late(scene, ending),
            (None, _) => {
                let place = translate(spot.center);
                svg!("circle", "class" = "landed", "r" = spot.reach + 1.0, "transform" = &place)
            }
        };
        parts.push(keyed(ending.id.0, shown));
    }
    let class = if scene.playing { "endings is-playing" } else { "endings" };
    svg!("g", "class" = class, "aria-hidden" = "true"; parts)
}

fn lost(at: Point, is_now: bool) -> Html {
    const CROSS: &str = "M-7-7L7 7M7-7L-7 7";
    let place = translate(at);
    let class = if is_now { "lost is-now" } else { "lost" };
    svg!("g", "class" = class, "transform" = &place; vec![path("lost-ground", CROSS), path("lost-cross", CROSS)])
}

/// A capsule at its target, which flies there from where it was: see [`set_off`].
fn late(scene: &Scene, ending: &Ending) -> Html {
    let code = kind_code(scene, ending.kind);
    let place = translate(ending.lane.to);
    let class = ["late ", kind_class(scene, ending.kind)].concat();
    let parts = vec![capsule_box("body", half_width(code), 0.0), words("", Point::new(0.0, 4.5), None, code)];
    svg!("g", "class" = "late-place", "transform" = &place; vec![svg!("g", "class" = &class; parts)])
}

/// Tells each late capsule where it comes from; the style sheet moves it.
pub fn set_off(root: &Element, endings: &[Ending]) {
    let mut late = endings.iter().filter(|ending| ending.died.is_none() && ending.left.is_some());
    let Ok(list) = root.query_selector_all(".late") else { return };
    for index in 0..list.length() {
        let element = list.item(index).and_then(|node| node.dyn_into::<SvgElement>().ok());
        let (Some(element), Some(ending)) = (element, late.next()) else { break };
        let begun = ending.left.unwrap_or(1.0);
        for (part, names) in [(begun, ["--x0", "--y0"]), ((begun + 1.0) / 2.0, ["--x1", "--y1"])] {
            let at = ending.lane.at(part);
            let away = [at.x - ending.lane.to.x, at.y - ending.lane.to.y];
            for (name, pixels) in names.into_iter().zip(away) {
                let _ = element.style().set_property(name, &(super::svg::tenths(pixels) + "px"));
            }
        }
    }
}
