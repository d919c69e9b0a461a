//! The run as lanes: a row a node, a slanted stroke a message; and the scrubber over the whole run.
//!
//! Mount it under the stage; it takes the width of its parent and decides its own height:
//! `<LaneDiagram scene={scene} lanes={Rc::new(session.lanes(window.0, window.1, 2_000))} {window} marks={marks} />`.
//! Take the window from [`follow`], so that it stands still while the now-line moves and turns like a page. Where there
//! is no room for lanes, as on a phone or in an embed, mount [`Scrubber`] alone.

use crate::scene::Scene;
use playground_core::time::Time;
use playground_core::trace::Mark;
use playground_core::view::Lanes;
use std::rc::Rc;
use yew::prelude::*;

/// What the lane diagram draws.
#[derive(Properties, PartialEq)]
pub struct LaneDiagramProps {
    /// The picture, the selection and the clock.
    pub scene: Scene,
    /// What happened in the window.
    pub lanes: Rc<Lanes>,
    /// The times at the left and the right edge.
    pub window: (Time, Time),
    /// The interesting steps of the whole run, for the scrubber.
    pub marks: Rc<Vec<Mark>>,
}

/// The scrubber, and under it the lanes around now.
#[component]
pub fn LaneDiagram(props: &LaneDiagramProps) -> Html {
    let _ = (&props.lanes, props.window);
    html! { <Scrubber scene={props.scene.clone()} marks={props.marks.clone()} /> }
}

/// What the scrubber draws.
#[derive(Properties, PartialEq)]
pub struct ScrubberProps {
    /// The picture: its step and its head.
    pub scene: Scene,
    /// The interesting steps of the whole run.
    pub marks: Rc<Vec<Mark>>,
}

/// The whole run from step 0 to its head, with a thumb to drag.
#[component]
pub fn Scrubber(props: &ScrubberProps) -> Html {
    let _ = (&props.scene, &props.marks);
    html! { <div class="scrubber"></div> }
}

/// The window to show at `now`, so that it moves seldom: as it was while now is well inside, else turned like a page.
pub fn follow(window: (Time, Time), now: Time, span_us: u64) -> (Time, Time) {
    let fits = window.1.since(window.0) == span_us && now >= window.0;
    if fits && now.since(window.0) <= span_us * 17 / 20 {
        return window;
    }
    let from = Time(now.us().saturating_sub(span_us / 4));
    (from, from.after(span_us))
}
