//! The phase ribbon: the paper's phases, the present one marked, a track for each instance in progress.
//!
//! Mount it over or under the stage: `<PhaseRibbon scene={scene.clone()} />`. One line high, also when empty.

use crate::scene::Scene;
use playground_core::view::PhaseTrack;
use yew::prelude::*;

/// What the ribbon shows.
#[derive(Properties, PartialEq)]
pub struct PhaseRibbonProps {
    /// The picture, whose phases are shown.
    pub scene: Scene,
}

/// So many instances are shown; more are counted.
const TRACKS_MAX: usize = 3;

/// The phases.
#[component]
pub fn PhaseRibbon(props: &PhaseRibbonProps) -> Html {
    let tracks = &props.scene.frame.phases;
    let hidden = tracks.len().saturating_sub(TRACKS_MAX);
    html! {
        <div class="ribbon" role="group" aria-label="Phases">
            // The newest instances are the ones in motion.
            { for tracks.iter().skip(hidden).map(track) }
            if hidden > 0 { <span class="ribbon-more">{ format!("and {hidden} more") }</span> }
        </div>
    }
}

fn track(track: &PhaseTrack) -> Html {
    html! {
        <div class="track" key={track.title.clone()}>
            <span class="track-title">{ &track.title }</span>
            <ol>
                { for track.phases.iter().enumerate().map(|(position, phase)| {
                    let is_current = track.current == Some(position);
                    let is_past = track.current.is_some_and(|current| position < current);
                    html! {
                        <li key={*phase} aria-current={is_current.then_some("step")}
                            class={classes!("phase", is_current.then_some("is-current"), is_past.then_some("is-past"))}>
                            { *phase }
                        </li>
                    }
                }) }
            </ol>
        </div>
    }
}
