//! The torn log: entries as small squares with their term, standing on the disk; above them, what a crash wipes.

use super::draft::{LINE, LOG, SQUARE};
use super::geometry::{Side, Spot};
use super::shape::{Point, Rect};
use super::svg::{Pen, group, keyed, path, rect, svg, title, translate, words};
use playground_core::view::{CellState, Kept, LogCell, LogView};
use yew::prelude::*;

/// The log of a node, of at most so many squares, under the first line of its block.
pub fn torn_log(log: &LogView, spot: &Spot, squares_max: usize) -> Html {
    let shown = &log.cells[log.cells.len().saturating_sub(squares_max)..];
    let hidden = log.last_index.saturating_sub(shown.len() as u64);
    let lead = if hidden > 0 { LEAD } else { 0.0 };
    let width = (lead + shown.len() as f64 * SQUARE).max(SQUARE * 2.0);
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
        let dots = words("log-more", Point::new(4.0, SQUARES_TOP + 12.0), None, "…");
        parts.push(group("", vec![title(&format!("{hidden} earlier entries")), dots]));
    }
    for (position, cell) in shown.iter().enumerate() {
        parts.push(square(log.number, cell, lead + position as f64 * SQUARE));
    }
    if log.kept == Kept::Durable {
        parts.push(disk(width));
    }
    for (position, flag) in log.flags.iter().enumerate() {
        let x = edge(flag.index).min(width) - position as f64 * 9.0;
        parts.push(pennant(flag.label, flag.index, x, position == 0));
    }
    let place = translate(Point::new(left, top));
    svg!("g", "class" = "log", "transform" = &place; parts)
}

/// Room for the dots that stand for earlier entries.
const LEAD: f64 = 15.0;
/// Where the squares begin, under the flags.
const SQUARES_TOP: f64 = 11.0;

fn square(number: &str, cell: &LogCell, x: f64) -> Html {
    let (class, word) = match cell.state {
        CellState::Committed => ("square is-committed", "committed"),
        CellState::Uncommitted => ("square is-uncommitted", "not known to be committed"),
        CellState::Doomed => ("square is-doomed", "will be lost"),
        CellState::Gap => ("square is-gap", "empty"),
    };
    // Terms of three digits don't fit a square; their last two tell neighbours apart.
    let term = match cell.term {
        _ if cell.state == CellState::Gap => String::new(),
        term if term < 100 => term.to_string(),
        term => format!("{:02}", term % 100),
    };
    let said = match cell.state {
        CellState::Gap => format!("{}: {word}", cell.index),
        _ => format!("{}: {}, {number} {}, {word}", cell.index, cell.text, cell.term),
    };
    let place = translate(Point::new(x, SQUARES_TOP));
    let parts = vec![
        title(&said),
        rect("", Rect { x: 0.75, y: 0.75, w: 14.5, h: 14.5 }, 2.0),
        words("", Point::new((SQUARE - 1.0) / 2.0, 12.5), None, &term),
    ];
    keyed(cell.index, svg!("g", "class" = class, "transform" = &place; parts))
}

/// The line durable state stands on.
fn disk(width: f64) -> Html {
    let (y, right) = (LOG - 5.0, width + 1.0);
    let mut pen = Pen::line(&[Point::new(-2.0, y - 4.0), Point::new(-2.0, y)]);
    pen.to('L', Point::new(right, y)).to('L', Point::new(right, y - 4.0));
    group("disk", vec![title("On disk: a crash leaves this"), path("", &pen.0)])
}

fn pennant(label: &str, index: u64, x: f64, is_first: bool) -> Html {
    let class = if is_first { "pennant is-solid" } else { "pennant is-hollow" };
    let place = translate(Point::new(x - 1.5, 0.0));
    let parts = vec![title(&format!("{label} {index}")), path("", "M0 10.5V1L-6.5 3.75L0 6.5")];
    svg!("g", "class" = class, "transform" = &place; parts)
}
