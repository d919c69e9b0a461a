//! The torn log: entries as small squares with their term, standing on the disk; above them, what a crash wipes.

use super::draft::{LINE, LOG, SQUARE};
use super::geometry::{Side, Spot};
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
    html! {
        <g class="log" transform={format!("translate({left:.1} {top:.1})")}>
            if hidden > 0 {
                <g><title>{ format!("{hidden} earlier entries") }</title>
                    <text class="log-more" x="4" y={(SQUARES_TOP + 12.0).to_string()}>{ "…" }</text></g>
            }
            { for shown.iter().enumerate().map(|(position, cell)| square(cell, lead + position as f64 * SQUARE)) }
            if log.kept == Kept::Durable { { disk(width) } }
            { for log.flags.iter().enumerate().map(|(position, flag)| {
                pennant(flag.label, flag.index, edge(flag.index).min(width) - position as f64 * 9.0, position == 0)
            }) }
        </g>
    }
}

/// Room for the dots that stand for earlier entries.
const LEAD: f64 = 15.0;
/// Where the squares begin, under the flags.
const SQUARES_TOP: f64 = 11.0;

fn square(cell: &LogCell, x: f64) -> Html {
    let (class, word) = match cell.state {
        CellState::Committed => ("is-committed", "committed"),
        CellState::Uncommitted => ("is-uncommitted", "not committed"),
        CellState::Doomed => ("is-doomed", "will be lost"),
    };
    // Terms of three digits don't fit a square; their last two tell neighbours apart.
    let term = if cell.term < 100 { cell.term.to_string() } else { format!("{:02}", cell.term % 100) };
    let text_x = (SQUARE - 1.0) / 2.0;
    html! {
        <g key={cell.index} class={classes!("square", class)} transform={format!("translate({x:.1} {SQUARES_TOP})")}>
            <title>{ format!("{}: {}, term {}, {word}", cell.index, cell.text, cell.term) }</title>
            <rect x="0.75" y="0.75" width="14.5" height="14.5" rx="2" />
            <text x={text_x.to_string()} y="12.5">{ term }</text>
        </g>
    }
}

/// The line durable state stands on.
fn disk(width: f64) -> Html {
    let (y, right) = (LOG - 5.0, width + 1.0);
    html! {
        <g class="disk">
            <title>{ "On disk: a crash leaves this" }</title>
            <path d={format!("M-2 {}V{y}H{right}V{}", y - 4.0, y - 4.0)} />
        </g>
    }
}

fn pennant(label: &str, index: u64, x: f64, is_first: bool) -> Html {
    let class = if is_first { "is-solid" } else { "is-hollow" };
    html! {
        <g class={classes!("pennant", class)} transform={format!("translate({:.1} 0)", x - 1.5)}>
            <title>{ format!("{label} {index}") }</title>
            <path d="M0 10.5V1L-6.5 3.75L0 6.5" />
        </g>
    }
}
