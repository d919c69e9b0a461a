//! The verdict on one object: whether there is an order, and if not, which operation is to blame.
//!
//! To blame is the operation whose return ends the shortest beginning of the history that has no order. A search that
//! only takes back finds it on the way: it is the last return that any order ran up against. A search that looks ahead
//! turns back earlier, and then only knows between which two returns the blame lies. So beginnings of the history are
//! searched, halving what is between; each is an easier question than the first.

use super::machine::Memo;
use super::objects::{Item, Object};
use super::search::{Found, Furthest, Search};
use crate::history::Value;

/// Judges one object.
pub(super) struct Judge {
    pub(super) key: Value,
    items: Vec<Item>,
    /// `None` only while one search makes place for the next.
    search: Option<Search>,
    blame: Option<Blame>,
    found: Found,
    steps_before: u64,
}

/// Between which returns the blame lies.
struct Blame {
    /// Operations by return.
    by_return: Vec<Item>,
    /// The first that may be to blame: all before it have an order, this one.
    low: usize,
    order: Vec<u32>,
    state: String,
    /// The last that may be to blame.
    high: usize,
    /// The beginning that is being searched ends here.
    middle: usize,
}

impl Judge {
    pub(super) fn new(object: Object) -> Self {
        let search = Search::new(Memo::new(object.machine), &object.items);
        let (key, items) = (object.key, object.items);
        let mut judge =
            Self { key, items, search: Some(search), blame: None, found: Found::Nothing, steps_before: 0 };
        // A search may be over before its first step.
        judge.run(0);
        judge
    }

    pub(super) fn found(&self) -> Found {
        self.found
    }

    /// Steps taken.
    pub(super) fn steps(&self) -> u64 {
        self.steps_before + self.search.as_ref().map_or(0, Search::steps)
    }

    /// The order, if one was found.
    pub(super) fn order(&self) -> Vec<u32> {
        self.search.as_ref().map(Search::order).unwrap_or_default()
    }

    /// The operation to blame, the order of those before it, and the state after them.
    pub(super) fn blame(&self) -> Option<(u32, &[u32], &str)> {
        let blame = self.blame.as_ref().filter(|_| self.found == Found::NoOrder)?;
        Some((blame.by_return[blame.low].operation, &blame.order, &blame.state))
    }

    /// Goes on for so many steps at most.
    pub(super) fn run(&mut self, steps: u64) -> Found {
        let last = self.steps().saturating_add(steps);
        while self.found == Found::Nothing {
            let left = last.saturating_sub(self.steps());
            let Some(search) = &mut self.search else { return self.found };
            match search.run(left) {
                Found::Nothing => return self.found,
                found => self.take(found),
            }
        }
        self.found
    }

    /// A search is over.
    fn take(&mut self, found: Found) {
        let Some(search) = &self.search else { return };
        match &mut self.blame {
            None if found == Found::NoOrder => {
                let furthest = search.furthest().cloned().unwrap_or_default();
                self.blame = Some(Blame::between(&self.items, furthest, search.last_reason()));
            }
            None => {
                self.found = found;
                return;
            }
            Some(blame) if found == Found::Order => {
                blame.low = blame.middle + 1;
                (blame.order, blame.state) = (search.order(), search.end_state());
            }
            Some(blame) => {
                blame.high = blame.middle;
                if let Some(furthest) = search.furthest() {
                    blame.raise(furthest);
                }
                // That there is no order is sure; who is to blame may remain open between two.
                if found == Found::TooMany {
                    self.found = Found::NoOrder;
                    return;
                }
            }
        }
        self.narrow();
    }

    /// Searches the beginning up to the middle of what is left, or ends.
    fn narrow(&mut self) {
        let Some(blame) = &mut self.blame else { return };
        if blame.low >= blame.high {
            blame.low = blame.low.min(blame.by_return.len().saturating_sub(1));
            self.found = Found::NoOrder;
            return;
        }
        blame.middle = blame.low + (blame.high - blame.low) / 2;
        let end = blame.by_return[blame.middle].returned.unwrap_or_default();
        let begun = self.items.iter().filter(|item| item.invoked < end);
        let items: Vec<Item> = begun.map(|item| item.until(end)).collect();
        if let Some(search) = self.search.take() {
            self.steps_before += search.steps();
            self.search = Some(Search::new(search.into_memo(), &items));
        }
    }
}

impl Blame {
    fn between(items: &[Item], furthest: Furthest, last: u32) -> Self {
        let mut by_return: Vec<Item> = items.iter().filter(|item| item.returned.is_some()).copied().collect();
        by_return.sort_unstable_by_key(|item| item.returned);
        let place = |at: u32| by_return.partition_point(|item| item.returned < Some(at));
        let (low, high) = (place(furthest.returned), place(last));
        Self { low, order: furthest.order, state: furthest.state, high, middle: 0, by_return }
    }

    /// Some order ran up against a return as late as this: the blame is there or later.
    fn raise(&mut self, furthest: &Furthest) {
        let place = self.by_return.partition_point(|item| item.returned < Some(furthest.returned));
        if place > self.low {
            self.low = place;
            self.order.clone_from(&furthest.order);
            self.state.clone_from(&furthest.state);
        }
    }
}
