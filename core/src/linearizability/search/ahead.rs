//! Seeing early that a way leads nowhere.

use super::{HEAD, Kind, Search};
use crate::linearizability::objects::{Item, NEVER, Turn};

/// Events that are looked at for the next read to return.
const LOOKED_AHEAD: usize = 256;

impl Search {
    /// The next read to return, if it can't have its answer any more: whatever may come before it only adds, and the
    /// object already holds something that the read lacks.
    pub(super) fn is_beyond(&self, state: u32) -> Option<u32> {
        let mut event = self.next[HEAD as usize];
        let tail = self.owner.len() as u32 - 1;
        for _ in 0..LOOKED_AHEAD {
            let (operation, is_return) = self.owner[event as usize];
            if event == tail || !self.grows[operation as usize] {
                return None;
            }
            if is_return && self.is_pure[operation as usize] {
                let item = self.known[operation as usize];
                let may_come = |kind: &&Kind| {
                    let next = kind.operations.get(kind.placed as usize);
                    next.is_some_and(|(invoked, _)| Some(*invoked) < item.returned)
                };
                let is_beyond = !self.memo.may_grow_to(state, item.call)
                    && self.kinds.iter().filter(may_come).all(|kind| self.memo.grows(kind.call));
                return is_beyond.then_some(event);
            }
            event = self.next[event as usize];
        }
        None
    }
}

/// Whether an operation that is still to be placed must come before one with this turn; then the return that says so.
/// Those invoked after its own return, at event `end`, come later anyway.
pub(super) fn out_of_turn(
    turn: Turn,
    end: u32,
    known: &[Item],
    owner: &[(u32, bool)],
    next: &[u32],
) -> Option<u32> {
    let mut event = next[HEAD as usize];
    while event != end {
        let (operation, is_return) = owner[event as usize];
        let other = known[operation as usize].turn.filter(|other| !is_return && other.to < turn.from);
        if let Some(other) = other {
            return Some(if turn.to == NEVER { other.to } else { turn.to });
        }
        event = next[event as usize];
    }
    None
}
