//! The run as lanes: a row a node, a slanted stroke a message; and the scrubber over the whole run.
//!
//! Mount it under the stage; it takes the width of its parent and decides its own height:
//! `<LaneDiagram scene={scene} lanes={Rc::new(session.lanes(window.0, window.1, 2_000))} {window} marks={marks} />`.
//! Take the window from [`follow`], so that it stands still while the now-line moves and turns like a page. Where there
//! is no room for lanes, as on a phone or in an embed, mount [`Scrubber`] alone.

pub mod diagram;
pub mod marks;
pub mod scale;
pub mod scrubber;

pub use scale::follow;
pub use scrubber::{Scrubber, ScrubberProps};

use crate::scene::Scene;
use diagram::Diagram;
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
    html! {
        <div class="lanes">
            <Scrubber scene={props.scene.clone()} marks={props.marks.clone()} />
            <Diagram scene={props.scene.clone()} lanes={props.lanes.clone()} window={props.window} />
        </div>
    }
}
