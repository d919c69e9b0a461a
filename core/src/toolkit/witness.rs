//! What only the past knows of a log: entries that were decided though nobody who runs remembers.

use crate::view::{CellState, LogCell, NodeView, Panel};

/// Marks entries that were decided where a node does not know, as after a crash, or is about to lose them.
pub fn mark_decided(view: &mut NodeView, was_decided: &dyn Fn(&LogCell) -> bool) {
    for panel in &mut view.panels {
        let Panel::Log(log) = panel else { continue };
        for cell in &mut log.cells {
            cell.state = match cell.state {
                CellState::Uncommitted if was_decided(cell) => CellState::Unaware,
                CellState::Doomed if was_decided(cell) => CellState::Betrayed,
                state => state,
            };
        }
    }
}
