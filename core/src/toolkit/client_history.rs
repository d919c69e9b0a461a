//! What the clients of [`super::registers`] saw, judged as it happens: after each answer there must be an order of all that
//! was asked, each command taking effect at some moment between its first request and its answer, in which one machine
//! without copies would have answered so (Herlihy and Wing 1990, linearizability).
//!
//! Of each register all states are kept that some order leads to: what it holds, and the answers of commands that had to
//! take effect before theirs came (just-in-time linearization, Lowe 2017 §4). An answer keeps those states that can give
//! it. That is exact, since registers can be judged one by one (Herlihy and Wing 1990 §3.3), and it is little, since a
//! client waits for one answer at a time. A command of a client that crashed may take effect at any later time, or never.

use super::registers::{Answer, CLIENTS_MAX, Call, KEYS};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// States kept of a register. With more it is judged no longer.
const STATES_MAX: usize = 1_024;
/// Commands of crashed clients that may still take effect on a register. With more it is judged no longer.
const LOST_MAX: usize = 8;
/// Answers that a witness names.
const NAMED_MAX: usize = 4;

/// For each client the call that it waits for, if it is one on the register in question.
type Waiting = [Option<Call>; CLIENTS_MAX];

/// What the clients of a cluster saw, in a ghost. Clones share what is remembered until they differ.
#[derive(Debug, Clone, Default)]
pub struct ClientHistory {
    seen: Arc<Seen>,
    /// Made anew by each step, so it is no part of what is remembered.
    news: Option<Unexplained>,
}

impl Hash for ClientHistory {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.seen.hash(hasher);
    }
}

/// A client at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClientSeen {
    /// The number of the command that it waits for, and what it is.
    pub waits: Option<(u32, Call)>,
    /// The last answer it had.
    pub answer: Option<Answer>,
}

/// An answer that no order explains.
#[derive(Debug, Clone, Copy)]
struct Unexplained {
    client: usize,
    call: Call,
    answer: Answer,
    expected: Expected,
}

/// The answers that orders explain: the first ones, and how many there are.
#[derive(Debug, Clone, Copy, Default)]
struct Expected {
    first: [Answer; NAMED_MAX],
    count: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
struct Seen {
    /// For each client the number of the command it waits for, and what it is.
    waits: [Option<(u32, Call)>; CLIENTS_MAX],
    registers: [Register; KEYS.len()],
}

/// What is known of a register.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Register {
    /// All that it may be by now, in order. Empty once it is judged no longer.
    states: Vec<State>,
    /// Commands of crashed clients that may still take effect.
    lost: Vec<Call>,
}

/// What a register may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
struct State {
    value: u32,
    /// Of clients that still wait: what their command answered when it took effect.
    given: [Option<Answer>; CLIENTS_MAX],
    /// Which of [`Register::lost`] took effect, as bits.
    lost: u8,
}

impl ClientHistory {
    /// Looks at a client that just acted. `None` if it is down.
    pub fn observe(&mut self, client: usize, state: Option<ClientSeen>) {
        self.news = None;
        let ClientSeen { waits, answer } = state.unwrap_or_default();
        if self.seen.waits.get(client).is_none_or(|waited| *waited == waits) {
            return;
        }
        let seen = Arc::make_mut(&mut self.seen);
        let Some((_, call)) = std::mem::replace(&mut seen.waits[client], waits) else { return };
        let Some(register) = seen.registers.get_mut(usize::from(call.key())) else { return };
        let Some(answer) = answer else { return register.lose(client, call) };
        let others =
            |at: usize| seen.waits[at].map(|(_, other)| other).filter(|other| other.key() == call.key());
        let waiting = std::array::from_fn(|at| if at == client { Some(call) } else { others(at) });
        let expected = register.answer(client, answer, &waiting);
        self.news = expected.map(|expected| Unexplained { client, call, answer, expected });
    }

    /// Forgets what the last step showed: somebody else acts.
    pub fn forget_news(&mut self) {
        self.news = None;
    }

    /// Whether the answer that a client was just given has an order.
    ///
    /// # Errors
    /// Says which answer has none.
    pub fn verdict(&self, client: Option<usize>) -> Result<(), String> {
        let Some(news) = self.news.filter(|news| Some(news.client) == client) else { return Ok(()) };
        let Unexplained { client, call, answer, expected } = news;
        let right: Vec<String> = expected.first.iter().take(expected.count).map(Answer::to_string).collect();
        let more = if expected.count > NAMED_MAX { " or something else" } else { "" };
        Err(format!(
            "c{} is answered “{answer}” to “{call}”: in whatever order, one machine would have answered {}{more}",
            client + 1,
            right.join(" or "),
        ))
    }
}

impl Default for Register {
    fn default() -> Self {
        Self { states: vec![State::default()], lost: vec![] }
    }
}

impl Register {
    /// A client crashed while it waited: its command may take effect at any later time. One that reads matters no more.
    fn lose(&mut self, client: usize, call: Call) {
        let mut bit = 0;
        if !matches!(call, Call::Get { .. }) {
            if self.lost.len() == LOST_MAX {
                return self.states.clear();
            }
            bit = 1 << self.lost.len();
            self.lost.push(call);
        }
        for state in &mut self.states {
            if state.given[client].take().is_some() {
                state.lost |= bit;
            }
        }
        self.tidy();
    }

    /// A client was answered. If no order explains the answer: what would have been explained.
    fn answer(&mut self, client: usize, answer: Answer, waiting: &Waiting) -> Option<Expected> {
        self.reach(client, waiting);
        let explains = |state: &State| state.given[client] == Some(answer);
        let is_explained = self.states.is_empty() || self.states.iter().any(explains);
        let expected = (!is_explained).then(|| self.expected(client));
        // Where nothing explains it, whoever goes on takes it that the command took effect, whatever it answered.
        self.states
            .retain(|state| if is_explained { explains(state) } else { state.given[client].is_some() });
        self.states.iter_mut().for_each(|state| state.given[client] = None);
        self.tidy();
        expected
    }

    /// What a client's command may have answered, in states that it led to.
    fn expected(&self, client: usize) -> Expected {
        let mut all = Expected::default();
        for answer in self.states.iter().filter_map(|state| state.given[client]) {
            if !all.first[..all.count.min(NAMED_MAX)].contains(&answer) {
                if let Some(place) = all.first.get_mut(all.count) {
                    *place = answer;
                }
                all.count += 1;
            }
        }
        all
    }

    /// Adds all states that commands lead to which may take effect before that of a client, and with it. Those that come
    /// after it may as well wait until an answer needs them. None are left if they are too many.
    fn reach(&mut self, last: usize, waiting: &Waiting) {
        let mut at = 0;
        while let Some(state) = self.states.get(at).copied() {
            at += 1;
            if state.given[last].is_some() {
                continue;
            }
            for (client, call) in waiting.iter().enumerate() {
                if let (Some(call), None) = (call, state.given[client]) {
                    let (value, answer) = call.on(state.value);
                    let mut next = State { value, ..state };
                    next.given[client] = Some(answer);
                    self.add(next);
                }
            }
            for bit in 0..self.lost.len() {
                if state.lost >> bit & 1 == 0 {
                    self.add(State {
                        value: self.lost[bit].on(state.value).0,
                        lost: state.lost | 1 << bit,
                        ..state
                    });
                }
            }
            if self.states.len() > STATES_MAX {
                return self.states.clear();
            }
        }
    }

    fn add(&mut self, state: State) {
        if !self.states.contains(&state) {
            self.states.push(state);
        }
    }

    /// Equal states are one, in their order. What took effect in all of them is no longer lost.
    fn tidy(&mut self) {
        for bit in (0..self.lost.len()).rev() {
            if self.states.iter().all(|state| state.lost >> bit & 1 == 1) {
                self.lost.remove(bit);
                let below = (1 << bit) - 1;
                self.states.iter_mut().for_each(|s| s.lost = s.lost & below | s.lost >> 1 & !below);
            }
        }
        // The library's own sort costs a page more than all of this.
        let mut tidy = Vec::with_capacity(self.states.len());
        for state in self.states.drain(..) {
            if let Err(at) = tidy.binary_search(&state) {
                tidy.insert(at, state);
            }
        }
        self.states = tidy;
    }
}
