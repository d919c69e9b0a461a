//! The scrubber: the whole run on one line, step by step, its interesting steps marked by shape.

use super::marks::{shape, thinned};
use crate::scene::{Intent, Scene};
use crate::stage::use_size;
use playground_core::trace::Mark;
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// What the scrubber draws.
#[derive(Properties, PartialEq)]
pub struct ScrubberProps {
    /// The picture: its step and its head.
    pub scene: Scene,
    /// The interesting steps of the whole run.
    pub marks: Rc<Vec<Mark>>,
}

/// Where the line begins and how far from the right it ends.
const EDGE: f64 = 14.0;
/// A mark takes so much of the line.
const MARK_PITCH: f64 = 11.0;
/// A press so near to a mark means the mark.
const SNAP: f64 = 5.0;
/// Steps of Page Up and Page Down.
const PAGE: u64 = 10;

/// The whole run from step 0 to its head, with a thumb to drag.
#[component]
pub fn Scrubber(props: &ScrubberProps) -> Html {
    let bar = use_node_ref();
    let width = use_size(&bar).map_or(0.0, |size| size.0);
    let dragging = use_mut_ref(|| false);
    let frame = &props.scene.frame;
    let length = (width - 2.0 * EDGE).max(1.0);
    let head = frame.head.max(1);
    let x = move |step: u64| EDGE + length * step as f64 / head as f64;
    let marks = use_memo((props.marks.clone(), head, length as u32), |(marks, ..)| {
        thinned(marks, |mark| x(mark.step), MARK_PITCH)
    });
    let seek = {
        let (bar, intent, present) = (bar.clone(), props.scene.intent.clone(), frame.step);
        let marks = marks.clone();
        move |event: &PointerEvent, snap: bool| {
            let Some(element) = bar.cast::<Element>() else { return };
            let at = f64::from(event.client_x()) - element.get_bounding_client_rect().left();
            let near = marks.iter().find(|(x, _)| snap && (x - at).abs() <= SNAP);
            let part = ((at - EDGE) / length).clamp(0.0, 1.0);
            let step = near.map_or((part * head as f64).round() as u64, |(_, mark)| mark.step);
            if step != present {
                intent.emit(Intent::Seek(step));
            }
        }
    };
    let onpointerdown = {
        let (dragging, bar, seek) = (dragging.clone(), bar.clone(), seek.clone());
        move |event: PointerEvent| {
            dragging.replace(true);
            if let Some(element) = bar.cast::<Element>() {
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            seek(&event, true);
        }
    };
    let onpointermove = {
        let dragging = dragging.clone();
        move |event: PointerEvent| {
            if *dragging.borrow() {
                seek(&event, false);
            }
        }
    };
    let release = Callback::from(move |_: PointerEvent| {
        dragging.replace(false);
    });
    html! {
        <div class="scrubber" ref={bar} role="slider" tabindex="0" aria-label="Step of the run"
            aria-valuemin="0" aria-valuemax={frame.head.to_string()} aria-valuenow={frame.step.to_string()}
            aria-valuetext={format!("step {} of {}, {}", frame.step, frame.head, frame.now)}
            {onpointerdown} {onpointermove} onpointerup={release.clone()} onpointercancel={release}
            onkeydown={keys(&props.scene)}>
            <svg width={width.to_string()} height="36" viewBox={format!("0 0 {width} 36")} aria-hidden="true">
                <path class="scrubber-line" d={format!("M{EDGE} 25H{:.1}", x(head))} />
                <path class="scrubber-past" d={format!("M{EDGE} 25H{:.1}", x(frame.step))} />
                { for marks.iter().map(|(x, mark)| html! {
                    <g key={mark.step} transform={format!("translate({x:.1} 10)")}>
                        <title>{ format!("{}: step {}, {}", mark.kind.title(), mark.step, mark.at) }</title>
                        { shape(mark.kind) }
                    </g>
                }) }
                <circle class="scrubber-thumb" cx={format!("{:.1}", x(frame.step))} cy="25" r="7" />
            </svg>
        </div>
    }
}

/// The keys of a slider; they stay here, so that they don't move time twice.
fn keys(scene: &Scene) -> Callback<KeyboardEvent> {
    let (intent, step, head) = (scene.intent.clone(), scene.frame.step, scene.frame.head);
    Callback::from(move |event: KeyboardEvent| {
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
        intent.emit(Intent::Seek(to));
    })
}
