//! The shapes of interesting steps: one for each kind, told apart without hue.

use crate::stage::svg::svg;
use playground_core::trace::{Mark, MarkKind};
use yew::prelude::*;

/// How much a kind matters where two marks share a place.
fn weight(kind: MarkKind) -> u8 {
    match kind {
        MarkKind::Violation => 6,
        MarkKind::Elected => 5,
        MarkKind::Fault => 4,
        MarkKind::Lost => 3,
        MarkKind::Decided => 2,
        MarkKind::NewTerm => 1,
        MarkKind::Operation => 0,
    }
}

/// A mark's shape around the origin.
pub fn shape(kind: MarkKind) -> Html {
    let (class, path) = match kind {
        // A double ring, as the leader has.
        MarkKind::Elected => {
            ("mark is-line", "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0M-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0")
        }
        // A solid square, as a committed entry is.
        MarkKind::Decided => ("mark is-solid", "M-3.5-3.5H3.5V3.5H-3.5Z"),
        MarkKind::NewTerm => ("mark is-line", "M0-5V5"),
        MarkKind::Lost => ("mark is-line", "M-4-4L4 4M4-4L-4 4"),
        MarkKind::Operation => ("mark is-line", "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0"),
        MarkKind::Fault => ("mark is-solid", "M0-5.5L5.5 4.5H-5.5Z"),
        MarkKind::Violation => ("mark is-danger", "M0-6.5L6.5 0L0 6.5L-6.5 0Z"),
    };
    svg!("path", "class" = class, "d" = path)
}

/// The marks to draw where each takes so many pixels: the weightiest of each place. Marks and their places rise.
pub fn thinned(marks: &[Mark], place: &dyn Fn(&Mark) -> f64, pitch: f64) -> Vec<(f64, Mark)> {
    let mut kept: Vec<(f64, Mark)> = Vec::new();
    let slot = |x: f64| (x / pitch + 0.5).floor() as i32;
    for mark in marks {
        let x = place(mark);
        match kept.last_mut().filter(|last| slot(last.0) == slot(x)) {
            Some(last) if weight(mark.kind) > weight(last.1.kind) => *last = (x, *mark),
            Some(_) => {}
            None => kept.push((x, *mark)),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use playground_core::time::Time;

    #[test]
    fn where_marks_share_a_place_the_weightiest_is_drawn() {
        let mark = |step, kind| Mark { step, at: Time(step), node: None, kind, number: 0 };
        let marks = [
            mark(1, MarkKind::NewTerm),
            mark(2, MarkKind::Violation),
            mark(3, MarkKind::Decided),
            mark(90, MarkKind::Operation),
        ];
        let kinds: Vec<_> =
            thinned(&marks, &|mark| mark.step as f64, 10.0).iter().map(|(_, mark)| mark.kind).collect();
        assert_eq!(kinds, [MarkKind::Violation, MarkKind::Operation]);
    }
}
