//! Messages in flight: capsules while there are few, dots when there are many. Rendered once per step, moved by
//! [`super::moving`].

use super::flight::Route;
use super::shape::{Point, Rect, unit};
use super::svg::{Pen, keyed, path, rect, svg, words as text};
use super::words;
use crate::scene::{Scene, Selection};
use playground_core::id::MessageId;
use playground_core::view::FlightFrame;
use yew::prelude::*;

/// With more messages than this their ways are not drawn, unless less motion is wanted.
const WAYS_MAX: usize = 12;

/// The messages between the nodes. `unfolded` says which are drawn as capsules; the group for threads is
/// filled by script.
pub fn draw_flights(scene: &Scene, routes: &[Route], unfolded: &[bool]) -> Html {
    let selected = match scene.selection {
        Selection::Message(id) => Some(id),
        _ => None,
    };
    let shown = scene.frame.flights.iter().zip(unfolded).filter(|(_, on)| **on);
    let (mut ways, mut capsules) = (Vec::new(), Vec::new());
    let mut tab_stop = selected;
    let has_ways = scene.still || routes.len() <= WAYS_MAX;
    for (flight, _) in shown {
        let route = routes.iter().find(|route| route.id == flight.id);
        if let Some(route) = route.filter(|_| has_ways || Some(flight.id) == selected) {
            ways.push(path("", &route.lane.path()));
        }
        let stop = *tab_stop.get_or_insert(flight.id);
        capsules.push(capsule(scene, flight, selected, stop));
    }
    svg!("g", "class" = "flights"; vec![
        svg!("g", "class" = "ways", "aria-hidden" = "true"; ways),
        svg!("g", "class" = "threads", "aria-hidden" = "true"),
        svg!("g", "class" = "capsules"; capsules),
    ])
}

/// Classes of a kind of message: its hue, and filled or hollow.
pub fn kind_class(scene: &Scene, kind: u8) -> &'static str {
    const CLASSES: [[&str; 2]; 5] = [
        ["tone-a is-request", "tone-a is-reply"],
        ["tone-b is-request", "tone-b is-reply"],
        ["tone-c is-request", "tone-c is-reply"],
        ["tone-d is-request", "tone-d is-reply"],
        ["tone-e is-request", "tone-e is-reply"],
    ];
    let kind = scene.meta.messages.get(usize::from(kind));
    kind.map_or(CLASSES[4][0], |kind| CLASSES[kind.tone as usize][usize::from(kind.reply)])
}

/// The code of a kind of message.
pub fn kind_code(scene: &Scene, kind: u8) -> &'static str {
    scene.meta.messages.get(usize::from(kind)).map_or("?", |kind| kind.code)
}

/// Half the height of a capsule.
pub const HALF: f64 = 12.0;

/// Half the width of a capsule with a code of so many letters.
pub fn half_width(code: &str) -> f64 {
    HALF.max(6.5 + code.chars().count() as f64 * 4.8)
}

/// The box of a capsule around the origin, grown by so much.
pub fn capsule_box(class: &'static str, half: f64, grow: f64) -> Html {
    rect(class, Rect::around(Point::default(), (half + grow) * 2.0, (HALF + grow) * 2.0), HALF + grow)
}

/// The outline of a forged message, torn all around.
pub fn torn_box(half: f64) -> String {
    let teeth = (half / 2.5).max(4.0) as u8;
    let mut pen = Pen::default();
    for side in [-1.0, 1.0] {
        for tooth in 0..=teeth {
            let x = half * (2.0 * f64::from(tooth) / f64::from(teeth) - 1.0);
            let y = if tooth % 2 == 0 { 8.0 } else { HALF + 2.0 };
            pen.to(if pen.0.is_empty() { 'M' } else { 'L' }, Point::new(-x * side, y * side));
        }
        pen.to('L', Point::new((3.0 - half) * side, 0.0));
    }
    pen.0 + "Z"
}

fn capsule(scene: &Scene, flight: &FlightFrame, selected: Option<MessageId>, tab_stop: MessageId) -> Html {
    let is_selected = selected == Some(flight.id);
    let code = kind_code(scene, flight.kind);
    let half = half_width(code);
    let name = words::describe_flight(scene, flight);
    let parts = vec![
        capsule_box("hit", half, 10.0),
        capsule_box("focus-ring", half, 3.5),
        if flight.forged { path("body", &torn_box(half)) } else { capsule_box("body", half, 0.0) },
    ];
    let button = svg!("g", "role" = "button", "tabindex" = if flight.id == tab_stop { "0" } else { "-1" },
        "aria-label" = &name, "aria-pressed" = is_selected; parts);
    let class =
        ["flight ", kind_class(scene, flight.kind), if is_selected { " is-selected" } else { "" }].concat();
    let lit = format!("m{}", flight.id.0);
    let parts = vec![path("beak", "M-5-5.5L7 0L-5 5.5Z"), button, text("", Point::new(0.0, 4.5), None, code)];
    keyed(flight.id.0, svg!("g", "class" = &class, "data-lit" = &lit; parts))
}

/// How far the edge of a capsule is from its middle in a direction.
pub fn edge_distance(half: f64, turn: f64) -> f64 {
    let straight = half - HALF;
    let (x, y) = unit(turn);
    let (along, up) = (x.abs(), y.abs());
    if up > 0.0 && HALF / up * along <= straight {
        return HALF / up;
    }
    straight * along + (HALF * HALF - straight * straight * up * up).max(0.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beak_sits_on_the_edge_of_its_capsule() {
        assert_eq!(edge_distance(12.0, 0.3), 12.0);
        assert_eq!(edge_distance(25.0, 0.0), 25.0);
        assert_eq!(edge_distance(25.0, std::f64::consts::FRAC_PI_2).round(), 12.0);
    }

    #[test]
    fn a_capsule_is_at_least_24_pixels_wide_and_grows_with_its_code() {
        assert_eq!(half_width("V"), 12.0);
        assert!(half_width("AE") < half_width("AER") && half_width("AER") < half_width("PREP"));
    }
}
