//! The stage: the figure of the run, where machines stand and messages fly.
//!
//! Mount it once, in a box that gives it its size (it fills its parent):
//! `<Stage scene={scene.clone()} layout={Layout::Ring} />`. Import `static/stage.css`.

use crate::scene::Scene;
use yew::prelude::*;

/// How the nodes are placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// Around a ring.
    #[default]
    Ring,
    /// Side by side.
    Line,
}

/// What the stage draws.
#[derive(Properties, PartialEq)]
pub struct StageProps {
    /// The picture, the selection and the clock.
    pub scene: Scene,
    /// How the nodes are placed.
    pub layout: Layout,
}

/// The figure of the run.
#[component]
pub fn Stage(props: &StageProps) -> Html {
    let _ = (&props.scene, props.layout);
    html! { <div class="stage"></div> }
}
