//! The search for an order, of one object.
//!
//! Wing and Gong's algorithm places one operation after another, each time one that no other must precede: one that was
//! invoked before any operation that is still to be placed returned. If the object would not have given its answer
//! there, another is tried; when none is left, the last one placed is taken back (Wing & Gong 1993, §4). Lowe's
//! improvement is to remember each *configuration*, the set of placed operations with the object's state, and never to
//! go on from one twice (Lowe 2017, §3).
//!
//! Five observations make it faster, and change no verdict:
//!
//! * A read whose answer is right now can be placed now. In any order that explains the history it could be moved here:
//!   it changes nothing, and nothing has to precede it. So reads are never choices.
//! * Operations of unknown outcome that are alike are placed in the order of their invocations: exchanging two of them
//!   turns any explanation into one like that. So their part of a configuration is a count for each kind.
//! * An operation of unknown outcome that would change nothing can wait: it need never be placed.
//! * Where all that may come before the next read returns only adds, the object must not hold anything yet that the read
//!   lacks.
//! * What is taken out of a queue first was put in first. Where a history tells who was taken out first, two that were
//!   put in at the same time are not tried in both orders.

mod ahead;

use super::machine::{INITIAL, Memo};
use super::objects::Item;
use super::seen::Seen;
use ahead::out_of_turn;
use std::collections::BTreeMap;

/// Bytes of configurations and states that a search remembers before it gives up.
pub const CONFIGURATION_BYTES_MAX: usize = 512 << 20;

/// What a search has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// It goes on.
    Nothing,
    /// All operations are placed.
    Order,
    /// There is no order.
    NoOrder,
    /// Too many configurations.
    TooMany,
}

/// An operation in the order.
#[derive(Debug, Clone, Copy)]
enum Placed {
    /// The n-th of those that returned.
    Known(u32),
    /// The next one of the n-th kind of unknown outcome.
    Unknown(u32),
}

/// A configuration on the way, and what was tried from it.
struct Frame {
    state: u32,
    /// Operations placed before it, besides the reads that followed.
    before: u32,
    /// The first return in the list: only what was invoked before it may be placed.
    barrier: u32,
    /// The next event of the list to try; the barrier when all were tried.
    cursor: u32,
    /// The next kind of unknown outcome to try.
    kind: u32,
}

/// Operations of unknown outcome that are alike.
struct Kind {
    call: u32,
    /// In the order of their invocations.
    operations: Vec<(u32, u32)>,
    placed: u32,
}

/// How far a search ever came.
#[derive(Debug, Clone, Default)]
pub(super) struct Furthest {
    /// The return that could not be passed.
    pub(super) returned: u32,
    /// Operations placed before it.
    pub(super) order: Vec<u32>,
    pub(super) state: String,
}

/// An end of the list of events: before the first, and as return of nobody, behind the last.
const HEAD: u32 = 0;

/// The search for one object's order.
pub(super) struct Search {
    memo: Memo,
    /// Operations that returned, in the order of their invocations.
    known: Vec<Item>,
    is_pure: Vec<bool>,
    grows: Vec<bool>,
    kinds: Vec<Kind>,
    /// The events of operations not placed yet, as a list: for each event, counted from 1, the operation, and the events
    /// before and after it. An operation's invocation and return are `event_of`.
    owner: Vec<(u32, bool)>,
    next: Vec<u32>,
    previous: Vec<u32>,
    event_of: Vec<(u32, u32)>,
    /// For each operation, how many were invoked before it returned.
    horizon: Vec<u32>,
    bits: Vec<u64>,
    left: u32,
    path: Vec<Placed>,
    frames: Vec<Frame>,
    seen: Seen,
    words: Vec<u64>,
    found: Found,
    /// The state after the whole order.
    end_state: u32,
    furthest: Option<Furthest>,
    /// The last return that any dead end was about.
    last_reason: u32,
    steps: u64,
}

impl Search {
    /// A search among operations in the order of their invocations.
    pub(super) fn new(memo: Memo, items: &[Item]) -> Self {
        let known: Vec<Item> = items.iter().filter(|item| item.returned.is_some()).copied().collect();
        let mut kinds: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
        let unknown = items.iter().filter(|item| item.returned.is_none() && !memo.is_pure(item.call));
        for item in unknown {
            kinds.entry(item.call).or_default().push((item.invoked, item.operation));
        }
        let kind = |(call, operations)| Kind { call, operations, placed: 0 };
        let mut events: Vec<(u32, u32, bool)> = vec![];
        for (at, item) in known.iter().enumerate() {
            events.push((item.invoked, at as u32, false));
            events.extend(item.returned.map(|place| (place, at as u32, true)));
        }
        events.sort_unstable();
        let n = events.len() as u32;
        let mut search = Self {
            is_pure: known.iter().map(|item| memo.is_pure(item.call)).collect(),
            grows: known.iter().map(|item| memo.grows(item.call)).collect(),
            memo,
            kinds: kinds.into_iter().map(kind).collect(),
            owner: vec![(0, true); n as usize + 2],
            next: (1..=n + 2).collect(),
            previous: (0..n + 2).map(|at| at.saturating_sub(1)).collect(),
            event_of: vec![(0, 0); known.len()],
            horizon: vec![0; known.len()],
            bits: vec![0; known.len().div_ceil(64)],
            left: known.len() as u32,
            known,
            path: vec![],
            frames: vec![],
            seen: Seen::default(),
            words: vec![],
            found: Found::Nothing,
            end_state: INITIAL,
            furthest: None,
            last_reason: 0,
            steps: 0,
        };
        let mut invoked = 0;
        for (at, (_, operation, is_return)) in events.into_iter().enumerate() {
            let event = at as u32 + 1;
            search.owner[event as usize] = (operation, is_return);
            let events = &mut search.event_of[operation as usize];
            if is_return {
                events.1 = event;
                search.horizon[operation as usize] = invoked;
            } else {
                events.0 = event;
                invoked += 1;
            }
        }
        search.enter(INITIAL, 0);
        search
    }

    /// What the machine learnt, for another search.
    pub(super) fn into_memo(self) -> Memo {
        self.memo
    }

    /// Steps taken.
    pub(super) fn steps(&self) -> u64 {
        self.steps
    }

    /// The state after the whole order, for a reader.
    pub(super) fn end_state(&self) -> String {
        self.memo.show(self.end_state)
    }

    /// Where there is no order: the last return that any dead end was about. All that matters happened before it.
    pub(super) fn last_reason(&self) -> u32 {
        self.last_reason
    }

    /// Goes on for so many steps at most.
    pub(super) fn run(&mut self, steps: u64) -> Found {
        let last = self.steps.saturating_add(steps);
        while self.found == Found::Nothing && self.steps < last {
            self.steps += 1;
            self.advance();
        }
        self.found
    }

    /// The operations in their order, as positions in the history.
    pub(super) fn order(&self) -> Vec<u32> {
        let mut next = vec![0; self.kinds.len()];
        let operation = |placed: &Placed| match *placed {
            Placed::Known(at) => self.known[at as usize].operation,
            Placed::Unknown(kind) => {
                let kind = kind as usize;
                next[kind] += 1;
                self.kinds[kind].operations[next[kind] - 1].1
            }
        };
        self.path.iter().map(operation).collect()
    }

    pub(super) fn furthest(&self) -> Option<&Furthest> {
        self.furthest.as_ref()
    }

    /// Places one more operation, or takes back.
    fn advance(&mut self) {
        let before = self.path.len();
        let Some((placed, state)) = self.candidate() else { return self.retreat() };
        match placed {
            Placed::Known(at) => self.lift(at),
            Placed::Unknown(kind) => self.kinds[kind as usize].placed += 1,
        }
        self.path.push(placed);
        self.enter(state, before);
    }

    /// The next operation that may stand here, and the state after it.
    fn candidate(&mut self) -> Option<(Placed, u32)> {
        let frame = self.frames.last_mut()?;
        while frame.cursor != frame.barrier {
            let (operation, _) = self.owner[frame.cursor as usize];
            frame.cursor = self.next[frame.cursor as usize];
            if let Some(turn) = self.known[operation as usize].turn
                && let end = self.event_of[operation as usize].1
                && let Some(reason) = out_of_turn(turn, end, &self.known, &self.owner, &self.next)
            {
                self.last_reason = self.last_reason.max(reason);
                continue;
            }
            // A read that could stand here was placed on entering.
            if !self.is_pure[operation as usize] {
                let after = self.memo.step(frame.state, self.known[operation as usize].call);
                if let Some(after) = after {
                    return Some((Placed::Known(operation), after));
                }
            }
        }
        let barrier = self.known[self.owner[frame.barrier as usize].0 as usize].returned;
        while let Some(kind) = self.kinds.get(frame.kind as usize) {
            frame.kind += 1;
            let next = kind.operations.get(kind.placed as usize);
            if next.is_some_and(|(invoked, _)| Some(*invoked) < barrier) {
                let after = self.memo.step(frame.state, kind.call).filter(|after| *after != frame.state);
                if let Some(after) = after {
                    return Some((Placed::Unknown(frame.kind - 1), after));
                }
            }
        }
        None
    }

    /// Enters a configuration: places the reads that are right in it, and stays unless it was there before.
    fn enter(&mut self, state: u32, before: usize) {
        let mut event = self.next[HEAD as usize];
        loop {
            let (operation, is_return) = self.owner[event as usize];
            if is_return {
                break;
            }
            let at = operation as usize;
            let is_right = self.is_pure[at] && self.memo.step(state, self.known[at].call).is_some();
            if is_right {
                let previous = self.previous[event as usize];
                self.lift(operation);
                self.path.push(Placed::Known(operation));
                event = previous;
            }
            event = self.next[event as usize];
        }
        if self.left == 0 {
            self.found = Found::Order;
            self.end_state = state;
            return;
        }
        if let Some(reason) = self.is_beyond(state) {
            self.note_furthest(state, event, reason);
            self.take_back(before);
            if self.frames.is_empty() {
                self.found = Found::NoOrder;
            }
            return;
        }
        self.describe(event);
        if self.seen.insert(state, &self.words) {
            let (before, cursor) = (before as u32, self.next[HEAD as usize]);
            self.frames.push(Frame { state, before, barrier: event, cursor, kind: 0 });
            if self.seen.bytes() + self.memo.bytes() > CONFIGURATION_BYTES_MAX {
                self.found = Found::TooMany;
            }
        } else {
            self.take_back(before);
        }
    }

    /// Writes which operations are placed: all before a word, some up to the barrier, none behind; and counts.
    fn describe(&mut self, barrier: u32) {
        let first = self.owner[self.next[HEAD as usize] as usize].0 as usize / 64;
        let end = (self.horizon[self.owner[barrier as usize].0 as usize] as usize).div_ceil(64);
        self.words.clear();
        self.words.push(first as u64);
        self.words.extend_from_slice(&self.bits[first..end]);
        for kinds in self.kinds.chunks(2) {
            let word = kinds.iter().fold(0, |word, kind| word << 32 | u64::from(kind.placed));
            self.words.push(word);
        }
    }

    fn retreat(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        self.note_furthest(frame.state, frame.barrier, frame.barrier);
        self.take_back(frame.before as usize);
        if self.frames.is_empty() {
            self.found = Found::NoOrder;
        }
    }

    /// Nothing can be placed here any more, because of a return: the barrier, or one that was looked ahead at.
    fn note_furthest(&mut self, state: u32, barrier: u32, reason: u32) {
        let owner = |event: u32| self.known[self.owner[event as usize].0 as usize];
        let operation = owner(barrier);
        self.last_reason = self.last_reason.max(owner(reason).returned.unwrap_or_default());
        let here = (operation.returned.unwrap_or_default(), self.path.len());
        if self.furthest.as_ref().is_none_or(|furthest| here > (furthest.returned, furthest.order.len())) {
            self.furthest =
                Some(Furthest { returned: here.0, order: self.order(), state: self.memo.show(state) });
        }
    }

    fn take_back(&mut self, len: usize) {
        while self.path.len() > len {
            match self.path.pop() {
                Some(Placed::Known(at)) => self.put_back(at),
                Some(Placed::Unknown(kind)) => self.kinds[kind as usize].placed -= 1,
                None => return,
            }
        }
    }

    /// Takes an operation's events out of the list.
    fn lift(&mut self, operation: u32) {
        self.bits[operation as usize / 64] |= 1 << (operation % 64);
        self.left -= 1;
        let (invoked, returned) = self.event_of[operation as usize];
        for event in [invoked, returned] {
            let (previous, next) = (self.previous[event as usize], self.next[event as usize]);
            self.next[previous as usize] = next;
            self.previous[next as usize] = previous;
        }
    }

    /// Puts an operation's events back: the exact reverse, so that what was lifted last must be put back first.
    fn put_back(&mut self, operation: u32) {
        self.bits[operation as usize / 64] &= !(1 << (operation % 64));
        self.left += 1;
        let (invoked, returned) = self.event_of[operation as usize];
        for event in [returned, invoked] {
            let (previous, next) = (self.previous[event as usize], self.next[event as usize]);
            self.next[previous as usize] = event;
            self.previous[next as usize] = event;
        }
    }
}
