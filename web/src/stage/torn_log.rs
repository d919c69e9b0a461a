//! The torn log: entries as small squares with their term, standing on the disk; above them, what a crash wipes.

use super::draft::{LINE, LOG, SQUARE};
use super::geometry::{Side, Spot};
use super::shape::{Point, Rect};
use super::svg::{Pen, group, keyed, path, rect, svg, title, translate, words};
use playground_core::view::{CellState, Kept, LogCell, LogFlag, LogView};
use yew::prelude::*;

/// The log of a node, of at most so many squares, under the first line of its block.
///
/// `over` is the room for flags over it: 0 if there are none.
pub fn torn_log(log: &LogView, spot: &Spot, squares_max: usize, over: f64) -> Html {
    let shown = shown(log, squares_max);
    let hidden = log.last_index.saturating_sub(shown.len() as u64);
    let lead = if hidden > 0 { LEAD } else { 0.0 };
    let tail = if over > 0.0 && has_flag_ahead(log) { LEAD } else { 0.0 };
    let width = (lead + shown.len() as f64 * SQUARE).max(SQUARE * 2.0) + tail;
    let left = match spot.side {
        Side::Above | Side::Below => spot.block.x + (spot.block.w - width) / 2.0,
        Side::Left => spot.block.x + spot.block.w - width,
        Side::Right => spot.block.x,
    };
    let top = spot.block.y + LINE + 2.0;
    let first = shown.first().map_or(1, |cell| cell.index);
    let edge = |index: u64| lead + (index + 1).saturating_sub(first) as f64 * SQUARE;
    let mut parts = Vec::with_capacity(shown.len() + 4);
    if hidden > 0 {
        let dots = words("log-more", Point::new(4.0, over + 12.0), None, "…");
        parts.push(group("", vec![title(&format!("{hidden} earlier entries")), dots]));
    }
    if tail > 0.0 {
        parts.push(words("log-more", Point::new(width - tail + 4.0, over + 12.0), None, "…"));
    }
    for (position, cell) in shown.iter().enumerate() {
        parts.push(square(log, cell, Point::new(lead + position as f64 * SQUARE, over)));
    }
    if log.kept == Kept::Durable {
        parts.push(disk(width, over + LOG - 5.0));
    }
    let flags = log.flags.iter().enumerate().filter(|(_, flag)| flies(flag) && over > 0.0);
    for (position, flag) in flags {
        let is_ahead = flag.index > log.last_index;
        let x = if is_ahead { width } else { edge(flag.index).min(width) - position as f64 * 9.0 };
        parts.push(pennant(flag.label, flag.index, x, position));
    }
    let place = translate(Point::new(left, top));
    svg!("g", "class" = "log", "transform" = &place; parts)
}

/// Room for the dots that stand for earlier entries, or for places not yet taken.
const LEAD: f64 = 15.0;

/// The entries of a log that are drawn where there is room for so many squares.
pub fn shown(log: &LogView, squares_max: usize) -> &[LogCell] {
    let most = squares_max - usize::from(has_flag_ahead(log));
    &log.cells[log.cells.len().saturating_sub(most)..]
}

/// Whether a flag stands past the last entry: how far the log may grow.
fn has_flag_ahead(log: &LogView) -> bool {
    log.flags.iter().any(|flag| flag.index > log.last_index)
}

/// Before the first entry there is nothing to fly a flag at.
pub fn flies(flag: &LogFlag) -> bool {
    flag.index > 0
}

/// How entries are drawn: on the stage, and in the legend.
pub const STATES: [(CellState, &str, &str); 6] = [
    (CellState::Committed, "square is-committed", "cell-mark is-committed"),
    (CellState::Unaware, "square is-unaware", "cell-mark is-unaware"),
    (CellState::Uncommitted, "square is-uncommitted", "cell-mark is-uncommitted"),
    (CellState::Doomed, "square is-doomed", "cell-mark is-doomed"),
    (CellState::Betrayed, "square is-betrayed", "cell-mark is-betrayed"),
    (CellState::Gap, "square is-gap", "cell-mark is-gap"),
];

fn square(log: &LogView, cell: &LogCell, at: Point) -> Html {
    let (_, class, _) = STATES[cell.state as usize];
    let word = log.meaning(cell.state);
    // Terms of three digits don't fit a square; their last two tell neighbours apart.
    let term = match cell.term {
        _ if cell.state == CellState::Gap => String::new(),
        term if term < 100 => term.to_string(),
        term => format!("{:02}", term % 100),
    };
    let said = match cell.state {
        CellState::Gap => format!("{}: {word}", cell.index),
        _ => format!("{}: {}, {} {}, {word}", cell.index, cell.text, log.number, cell.term),
    };
    let place = translate(at);
    let parts = vec![
        title(&said),
        // Nobody asked for a no-op: it is round.
        rect("", Rect { x: 0.75, y: 0.75, w: 14.5, h: 14.5 }, if cell.is_no_op() { 7.25 } else { 2.0 }),
        words("", Point::new((SQUARE - 1.0) / 2.0, 12.5), None, &term),
    ];
    keyed(cell.index, svg!("g", "class" = class, "transform" = &place; parts))
}

/// The line durable state stands on.
fn disk(width: f64, y: f64) -> Html {
    let right = width + 1.0;
    let mut pen = Pen::line(&[Point::new(-2.0, y - 4.0), Point::new(-2.0, y)]);
    pen.to('L', Point::new(right, y)).to('L', Point::new(right, y - 4.0));
    group("disk", vec![title("On disk: a crash leaves this"), path("", &pen.0)])
}

/// How flags are drawn, by their places in the log's list.
pub const PENNANTS: [&str; 3] = ["pennant is-solid", "pennant is-hollow", "pennant is-square"];

fn pennant(label: &str, index: u64, x: f64, position: usize) -> Html {
    let class = PENNANTS[position.min(PENNANTS.len() - 1)];
    let shape = if position < 2 { "M0 10.5V1L-6.5 3.75L0 6.5" } else { "M0 10.5V1H-6V6H0" };
    let place = translate(Point::new(x - 1.5, 0.0));
    let parts = vec![title(&format!("{label} {index}")), path("", shape)];
    svg!("g", "class" = class, "transform" = &place; parts)
}
