//! How messages end, shown for a moment: the rim of the receiver pulses, or a cross stays where one was lost.

use super::flight::{Ending, Route, endings};
use super::geometry::Geometry;
use crate::scene::Scene;
use playground_core::view::Frame;
use std::rc::Rc;
use yew::prelude::*;

/// The frame before, and the endings told since.
#[derive(Default)]
struct Memory {
    before: Option<(Rc<Frame>, Rc<Vec<Route>>)>,
    endings: Vec<Ending>,
}

/// The endings to show now: those of the last few steps. Their classes fade them within 600 ms while time runs; at rest
/// those of the present step stay.
#[hook]
pub fn use_endings(scene: &Scene, routes: &Rc<Vec<Route>>) -> Vec<Ending> {
    let memory = use_mut_ref(Memory::default);
    let mut memory = memory.borrow_mut();
    let frame = &scene.frame;
    let is_new = memory.before.as_ref().is_none_or(|(before, _)| !Rc::ptr_eq(before, frame));
    if is_new {
        let fresh =
            memory.before.as_ref().map_or_else(Vec::new, |(before, routes)| endings(before, routes, frame));
        memory
            .endings
            .retain(|ending| scene.playing && ending.step <= frame.step && ending.step + KEPT > frame.step);
        memory.endings.extend(fresh);
        let surplus = memory.endings.len().saturating_sub(ENDINGS_MAX);
        memory.endings.drain(..surplus);
    }
    memory.before = Some((frame.clone(), routes.clone()));
    memory.endings.clone()
}

/// For so many steps an ending stays in the tree.
const KEPT: u64 = 40;
/// And so many at once.
const ENDINGS_MAX: usize = 60;

/// Pulses and crosses.
pub fn draw_endings(scene: &Scene, geometry: &Geometry, endings: &[Ending]) -> Html {
    let now = scene.frame.step;
    html! {
        <g class={classes!("endings", scene.playing.then_some("is-playing"))} aria-hidden="true">
            { for endings.iter().filter_map(|ending| {
                let key = ending.id.0.to_string();
                let spot = geometry.spot(ending.node)?;
                Some(match ending.died {
                    Some(at) => html! {
                        <g {key} class={classes!("lost", (ending.step == now).then_some("is-now"))}
                            transform={format!("translate({:.1} {:.1})", at.x, at.y)}>
                            <path class="lost-ground" d="M-7-7L7 7M7-7L-7 7" />
                            <path class="lost-cross" d="M-7-7L7 7M7-7L-7 7" />
                        </g>
                    },
                    None => html! {
                        <circle {key} class="landed" r={(spot.reach + 1.0).to_string()}
                            cx={spot.center.x.to_string()} cy={spot.center.y.to_string()} />
                    },
                })
            }) }
        </g>
    }
}
