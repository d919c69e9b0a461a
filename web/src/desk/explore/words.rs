//! What the search says, in words.

use playground_core::explore::{Bounds, Ending, Progress};

/// A number with its thousands set apart: `41,210`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of something: `no crash`, `1 crash`, `2 crashes`, `any number of crashes`.
fn so_many(limit: Option<u8>, one: &str, many: &str) -> String {
    match limit {
        None => format!("any number of {many}"),
        Some(0) => format!("no {one}"),
        Some(1) => format!("1 {one}"),
        Some(count) => format!("{count} {many}"),
    }
}

/// The bounds: `at most 2 timeouts, 1 crash, no loss, no double, 200,000 states`.
pub(super) fn bounds(bounds: &Bounds) -> String {
    let mut parts = vec![
        so_many(bounds.timers, "timeout", "timeouts"),
        so_many(Some(bounds.crashes), "crash", "crashes"),
        so_many(bounds.drops, "loss", "losses"),
        so_many(Some(bounds.duplicates), "double", "doubles"),
    ];
    if bounds.depth_max != u32::MAX {
        parts.push(format!("{} steps", grouped(u64::from(bounds.depth_max))));
    }
    parts.push(format!("{} {}", grouped(bounds.states_max), counted(bounds)));
    let orbits = if bounds.symmetry { ORBITS } else { "" };
    format!("At most {}.{orbits}", parts.join(", "))
}

/// What an orbit is.
const ORBITS: &str = " An orbit is all states that differ only in who is who among interchangeable nodes.";

/// What is counted.
pub(super) fn counted(bounds: &Bounds) -> &'static str {
    if bounds.symmetry { "orbits" } else { "states" }
}

/// How the search ended: whether everything was looked at, or what was not.
pub(super) fn ending(progress: &Progress, counted: &str, was_cancelled: bool) -> String {
    let (states, left) = (grouped(progress.distinct), grouped(progress.frontier));
    match progress.ended {
        Some(Ending::Complete) => {
            format!("Every future within these bounds was searched: {states} {counted}. Nothing breaks.")
        }
        Some(Ending::States) => {
            format!(
                "Stopped at {states} {counted}; {left} known ones not looked at. Nothing breaks in the others."
            )
        }
        Some(Ending::Depth) => {
            let depth = grouped(u64::from(progress.depth));
            format!(
                "Every future of up to {depth} steps was searched: {states} {counted}. Nothing breaks; there are longer ones."
            )
        }
        Some(Ending::Violation) => format!("Found after {states} {counted}."),
        None if was_cancelled => {
            format!(
                "Cancelled at {states} {counted}; {left} known ones not looked at. Nothing breaks in the others."
            )
        }
        None => format!("{states} {counted} so far."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::explore::BOUNDS;

    #[test]
    fn thousands_are_set_apart() {
        let shown = [0, 12, 999, 1_000, 41_210, 1_000_000].map(grouped);
        assert_eq!(shown, ["0", "12", "999", "1,000", "41,210", "1,000,000"]);
    }

    #[test]
    fn bounds_are_plain_words() {
        assert_eq!(bounds(&BOUNDS), "At most 2 timeouts, 1 crash, no loss, no double, 200,000 states.");
        let wide = Bounds { timers: None, drops: Some(2), depth_max: 12, ..BOUNDS };
        assert_eq!(
            bounds(&wide),
            "At most any number of timeouts, 1 crash, 2 losses, no double, 12 steps, 200,000 states."
        );
    }

    #[test]
    fn by_symmetry_orbits_are_counted() {
        let bounds_by_orbit = Bounds { symmetry: true, ..BOUNDS };
        assert!(bounds(&bounds_by_orbit).contains("200,000 orbits. An orbit is all states"));
        let done = Progress { distinct: 12, ended: Some(Ending::Complete), ..Progress::default() };
        assert!(ending(&done, counted(&bounds_by_orbit), false).contains(": 12 orbits. Nothing breaks."));
    }

    #[test]
    fn it_is_always_said_whether_everything_was_searched() {
        let at = |ended| Progress { distinct: 41_210, frontier: 14_000, depth: 9, transitions: 0, ended };
        assert_eq!(
            ending(&at(Some(Ending::Complete)), "states", false),
            "Every future within these bounds was searched: 41,210 states. Nothing breaks."
        );
        assert_eq!(
            ending(&at(Some(Ending::States)), "states", false),
            "Stopped at 41,210 states; 14,000 known ones not looked at. Nothing breaks in the others."
        );
        assert!(ending(&at(Some(Ending::Depth)), "states", false).ends_with("there are longer ones."));
        assert!(ending(&at(None), "states", true).starts_with("Cancelled at 41,210 states; 14,000 known"));
    }
}
