//! The why line: one sentence for the step just taken, at a fixed place, and the page's live region.
//!
//! Mount it under the stage: `<WhyLine scene={scene.clone()} />`. Its height never changes.

use crate::scene::Scene;
use yew::prelude::*;

/// What the why line says.
#[derive(Properties, PartialEq)]
pub struct WhyLineProps {
    /// The picture, whose last step is told.
    pub scene: Scene,
}

/// The sentence, its guards and its section.
#[component]
pub fn WhyLine(props: &WhyLineProps) -> Html {
    let _ = &props.scene;
    html! { <section class="why"></section> }
}
