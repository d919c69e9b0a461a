//! The scrubber: the whole run on one line, step by step, its interesting steps marked by shape.

use super::marks::{shape, thinned};
use crate::scene::{Intent, Scene};
use crate::stage::shape::Point;
use crate::stage::svg::{Pen, keyed, path, svg, tenths, title, translate};
use playground_core::trace::Mark;
use web_sys::{KeyboardEvent, PointerEvent};
use yew::prelude::*;

/// Where the line begins and how far from the right it ends.
const EDGE: f64 = 14.0;
/// A mark takes so much of the line.
const MARK_PITCH: f64 = 11.0;
/// A press so near to a mark means the mark.
const SNAP: f64 = 5.0;
/// Steps of Page Up and Page Down.
const PAGE: u64 = 10;

/// The line of a run on a bar of some width.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    head: u64,
    length: f64,
}

impl Line {
    /// Of a run whose head is at a step.
    pub fn new(head: u64, width: f64) -> Self {
        Self { head: head.max(1), length: (width - 2.0 * EDGE).max(1.0) }
    }

    fn x(&self, step: u64) -> f64 {
        EDGE + self.length * step as f64 / self.head as f64
    }

    fn marks(&self, marks: &[Mark]) -> Vec<(f64, Mark)> {
        thinned(marks, &|mark| self.x(mark.step), MARK_PITCH)
    }

    /// The step at a place; with `snap` a mark draws it on.
    pub fn step(&self, at: f64, marks: &[Mark], snap: bool) -> u64 {
        let near = |mark: &&(f64, Mark)| snap && (mark.0 - at).abs() <= SNAP;
        if let Some((_, mark)) = self.marks(marks).iter().find(near) {
            return mark.step;
        }
        let part = ((at - EDGE) / self.length).clamp(0.0, 1.0);
        (part * self.head as f64 + 0.5).floor() as u64
    }
}

/// The whole run from step 0 to its head, with a thumb to drag.
pub fn draw_scrubber(scene: &Scene, marks: &[Mark], width: f64) -> Html {
    let frame = &scene.frame;
    let line = Line::new(frame.head, width);
    let (begin, here) = (Point::new(EDGE, 22.0), Point::new(line.x(frame.step), 22.0));
    let whole = Pen::line(&[begin, Point::new(line.x(frame.head), 22.0)]);
    let past = Pen::line(&[begin, here]);
    let mut parts = vec![path("scrubber-line", &whole.0), path("scrubber-past", &past.0)];
    for (x, mark) in line.marks(marks) {
        let place = translate(Point::new(x, 8.0));
        let told = format!("{}: step {}, {}", scene.meta.mark_words(mark.kind)[0], mark.step, mark.at);
        parts.push(svg!("g", "transform" = &place; vec![title(&told), shape(mark.kind)]));
    }
    parts.push(svg!("circle", "class" = "scrubber-thumb", "cx" = here.x, "cy" = "22", "r" = "7"));
    let parts = (0..).zip(parts).map(|(place, part)| keyed(place, part)).collect();
    let view = ["0 0 ", &tenths(width), " 32"].concat();
    let drawing =
        svg!("svg", "width" = width, "height" = "32", "viewBox" = &view, "aria-hidden" = "true"; parts);
    let (head, step) = (frame.head.to_string(), frame.step.to_string());
    let text = format!("step {step} of {head}, {}", frame.now);
    svg!("div", "class" = "scrubber", "role" = "slider", "tabindex" = "0", "aria-label" = "Step of the run",
        "aria-valuemin" = "0", "aria-valuemax" = &head, "aria-valuenow" = &step, "aria-valuetext" = &text;
        vec![drawing])
}

/// Where a press or a drag on the bar leads; `left` is where the bar begins.
pub fn seek(scene: &Scene, marks: &[Mark], event: &PointerEvent, (left, width): (f64, f64), snap: bool) {
    let at = f64::from(event.client_x()) - left;
    let step = Line::new(scene.frame.head, width).step(at, marks, snap);
    if step != scene.frame.step {
        scene.intent.emit(Intent::Seek(step));
    }
}

/// The keys of a slider; they stay here, so that they don't move time twice.
pub fn press(scene: &Scene, event: &KeyboardEvent) {
    let (step, head) = (scene.frame.step, scene.frame.head);
    if event.shift_key() || event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let to = match event.key().as_str() {
        "ArrowLeft" | "ArrowDown" => step.saturating_sub(1),
        "ArrowRight" | "ArrowUp" => step + 1,
        "PageUp" => step.saturating_add(PAGE).min(head.max(step)),
        "PageDown" => step.saturating_sub(PAGE),
        "Home" => 0,
        "End" => head,
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    scene.intent.emit(Intent::Seek(to));
}
