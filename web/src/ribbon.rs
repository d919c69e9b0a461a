//! The phase ribbon: the paper's phases, the present one marked, a track for each instance in progress.
//!
//! One line high, also when empty.

use crate::scene::Scene;
use crate::stage::svg::{literal, svg};
use playground_core::view::PhaseTrack;
use yew::prelude::*;

/// So many instances are shown; more are counted.
const TRACKS_MAX: usize = 3;

/// The phases.
pub fn draw(scene: &Scene) -> Html {
    let tracks = &scene.frame.phases;
    let hidden = tracks.len().saturating_sub(TRACKS_MAX);
    // The newest instances are the ones in motion.
    let mut parts: Vec<Html> = tracks.iter().skip(hidden).map(track).collect();
    if hidden > 0 {
        parts.push(svg!("span", "class" = "ribbon-more"; vec![literal(&format!("and {hidden} more"))]));
    }
    svg!("div", "class" = "ribbon", "role" = "group", "aria-label" = "Phases"; parts)
}

fn track(track: &PhaseTrack) -> Html {
    let phase = |(position, phase): (usize, &&'static str)| {
        let (class, current) = match track.current {
            Some(current) if current == position => ("phase is-current", Some("step")),
            Some(current) if position < current => ("phase is-past", None),
            _ => ("phase", None),
        };
        svg!("li", "aria-current" = current, "class" = class; vec![literal(phase)])
    };
    let phases = track.phases.iter().enumerate().map(phase).collect();
    svg!("div", "class" = "track"; vec![
        svg!("span", "class" = "track-title"; vec![literal(&track.title)]),
        svg!("ol"; phases),
    ])
}
