//! The legend, generated from what is visible: the kinds of messages in flight or lately so, and the marks in use.

use super::flights::{half_width, kind_class, torn_box};
use super::geometry::{Detail, Geometry};
use super::moving::BUNDLE;
use super::node::has_rings;
use super::shape::{Point, Rect};
use super::svg::{keyed, literal, path, rect, svg, tenths, words as text};
use super::torn_log::{PENNANTS, STATES, flies, shown};
use super::words;
use crate::scene::Scene;
use playground_core::view::{Answer, CellState, Frame, LogView, MemberKind};
use yew::prelude::*;

/// For so many steps a kind of message stays in the legend after it was last seen.
const STEPS_KEPT: u64 = 60;

/// The kinds of messages to explain, each with the step it was last seen at.
#[derive(Default)]
pub struct Kinds(Vec<(u8, u64)>);

impl Kinds {
    /// Notes what is in flight now.
    pub fn note(&mut self, frame: &Frame) {
        self.0.retain(|(_, step)| *step <= frame.step && *step + STEPS_KEPT > frame.step);
        for flight in &frame.flights {
            let place = self.0.iter().position(|(kind, _)| *kind >= flight.kind).unwrap_or(self.0.len());
            if self.0.get(place).is_none_or(|(kind, _)| *kind != flight.kind) {
                self.0.insert(place, (flight.kind, 0));
            }
            self.0[place].1 = frame.step;
        }
    }
}

/// The legend under the drawing. So many messages are folded, and so many of them are in so many bundles; so many more
/// are dots for want of room. Kinds that were in flight lately are told while there is room for them.
pub fn draw_legend(
    scene: &Scene,
    geometry: Option<&Geometry>,
    kinds: &Kinds,
    [folded, bundled, bundles, crowded]: [usize; 4],
) -> Html {
    let mut entries = Vec::new();
    let mut width = 0.0;
    if bundles > 0 {
        let [bundled, bundles] = [bundled, bundles].map(|count| count.to_string());
        let note = [&bundled, " messages, drawn as ", &bundles, " bundles: point at a node"].concat();
        entries.push(entry("bundle-mark", 8.0, 8.0, vec![path("", BUNDLE)], &note));
    }
    let folded = folded - bundled;
    if folded > 0 {
        let how = if scene.playing { "pause or point at a node" } else { "point at a node to read its own" };
        let note = [&folded.to_string(), " messages as dots: ", how].concat();
        width += length(&note);
        entries.push(svg!("li", "class" = "legend-note"; vec![literal(&note)]));
    }
    let mut told = Vec::new();
    if let Some(geometry) = geometry {
        marks(scene, geometry, &mut told);
    }
    width += told.iter().map(|(length, _)| length + 16.0).sum::<f64>();
    let room = geometry.map_or(f64::INFINITY, |geometry| match geometry.w - 32.0 {
        w if w > ONE_ROW_ABOVE => w,
        w => w * 1.8,
    });
    // Those in flight first, so that what is left is for the others.
    let is_flying = |kind: u8| scene.frame.flights.iter().any(|flight| flight.kind == kind);
    let mut has_room = vec![false; kinds.0.len()];
    for flying in [true, false] {
        for (place, (kind, _)) in
            kinds.0.iter().enumerate().filter(|(_, (kind, _))| is_flying(*kind) == flying)
        {
            let Some(spec) = scene.meta.messages.get(usize::from(*kind)) else { continue };
            let more = length(spec.name) + half_width(spec.code) * 2.0;
            has_room[place] = flying || width + more <= room;
            width += if has_room[place] { more } else { 0.0 };
        }
    }
    for ((kind, _), _) in kinds.0.iter().zip(has_room).filter(|(_, has_room)| *has_room) {
        if let Some(spec) = scene.meta.messages.get(usize::from(*kind)) {
            let half = half_width(spec.code);
            let capsule = vec![
                rect("body", Rect::around(Point::default(), half * 2.0, 22.0), 11.0),
                text("", Point::new(0.0, 4.5), None, spec.code),
            ];
            entries.push(entry(kind_class(scene, *kind), half + 1.0, 12.0, capsule, spec.name));
        }
    }
    if scene.frame.flights.iter().any(|flight| flight.forged) {
        entries.push(entry("", 9.0, 9.0, vec![path("forged", &torn_box(12.0))], "changed by a liar"));
    }
    entries.extend(told.into_iter().map(|(_, entry)| entry));
    // Last, and so left out before anything else is.
    if folded == 0 && crowded > 0 {
        let many = if crowded == 1 { " message" } else { " messages" };
        let note = [&crowded.to_string(), many, " without letters, for want of room"].concat();
        entries.push(svg!("li", "class" = "legend-note"; vec![literal(&note)]));
    }
    let entries = (0..).zip(entries).map(|(place, entry)| keyed(place, entry)).collect();
    svg!("ul", "class" = "legend", "aria-label" = "Legend"; entries)
}

/// A wider stage has its legend in one row, as in `stage.css`.
const ONE_ROW_ABOVE: f64 = 1160.0 - 32.0;

/// About how long a text is in the legend, with what is between it and its mark, and the next.
#[inline(never)]
fn length(text: &str) -> f64 {
    text.chars().count() as f64 * 7.1 + 22.0
}

/// A mark between `-w` and `w`, `-h` and `h`, and what it means.
fn entry(class: &str, w: f64, h: f64, mark: Vec<Html>, meaning: &str) -> Html {
    let class = ["legend-mark ", class].concat();
    let view = [tenths(-w), tenths(-h), tenths(w * 2.0), tenths(h * 2.0)].join(" ");
    let mark = svg!("svg", "class" = &class, "width" = w * 2.0, "height" = h * 2.0, "viewBox" = &view,
        "aria-hidden" = "true"; mark);
    svg!("li"; vec![mark, literal(meaning)])
}

/// The marks in use besides messages.
fn marks(scene: &Scene, geometry: &Geometry, entries: &mut Vec<(f64, Html)>) {
    const PENNANT: &str = "M4 8V-7L-6-2.5L4 2";
    const SQUARE_FLAG: &str = "M4 8V-7H-5V1H4";
    const BAR: &str = "M-7-4H7V4H-7Z";
    const CROSSED: &str = "M-7-4H7V4H-7ZM-3-2.5L3 2.5M3-2.5L-3 2.5";
    const CELL: &str = "M-6-6H6V6H-6Z";
    const ROUND: &str = "M-6 0A6 6 0 1 0 6 0A6 6 0 1 0-6 0";
    let nodes = &scene.frame.nodes;
    let drawn = || nodes.iter().zip(&geometry.spots).filter(|(_, spot)| has_rings(spot));
    let quorums = || drawn().filter_map(|(node, _)| node.view.quorum.as_ref());
    let logs = || nodes.iter().filter_map(words::log);
    let mut push = |class, d, meaning: &str| {
        entries.push((length(meaning), entry(class, 8.0, 8.0, vec![path("", d)], meaning)))
    };
    for (answer, class, bar, meaning) in [
        (Answer::Yes, "notch-mark is-yes", BAR, "answer in"),
        (Answer::No, "notch-mark", CROSSED, "refused"),
        (Answer::Awaited, "notch-mark is-awaited", BAR, "awaited"),
        (Answer::Unreachable, "notch-mark is-unreachable", BAR, "unreachable"),
    ] {
        if quorums().any(|quorum| quorum.notches.iter().any(|notch| notch.answer == answer)) {
            push(class, bar, meaning);
        }
    }
    let Detail::Squares(squares) = geometry.detail else {
        let mut servers = geometry.spots.iter().filter(|spot| spot.kind == MemberKind::Server);
        let has_words = servers.any(|spot| spot.block.h > 0.0);
        if let Some(log) = logs().find(|_| has_words) {
            let meaning = ["3 ✓2: 3 entries, 2 known ", &log.meaning(CellState::Committed)].concat();
            entries.push((length(&meaning), svg!("li"; vec![literal(&meaning)])));
        }
        return;
    };
    for (state, _, class) in STATES {
        let has = |log: &&LogView| shown(log, squares).iter().any(|cell| cell.state == state);
        if let Some(log) = logs().find(has) {
            push(class, CELL, &log.meaning(state));
        }
    }
    if logs().any(|log| shown(log, squares).iter().any(|cell| cell.is_no_op())) {
        push("cell-mark", ROUND, "no-op");
    }
    for (place, class) in PENNANTS.into_iter().enumerate() {
        let flag = logs()
            .filter(|_| geometry.has_flags())
            .filter_map(|log| log.flags.get(place))
            .find(|flag| flies(flag));
        if let Some(flag) = flag {
            push(class, if place < 2 { PENNANT } else { SQUARE_FLAG }, flag.label);
        }
    }
}
