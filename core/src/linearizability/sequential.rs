//! Sequential consistency.
//!
//! The answers are those of one object asked one operation after another, where each process is asked in its own order;
//! but the clocks of different processes count for nothing (Lamport, *How to Make a Multiprocessor Computer That
//! Correctly Executes Multiprocess Programs*, 1979). So a read may be stale for everybody else, as long as nobody sees
//! time go backwards. Unlike linearizability it must be judged for all objects at once: two keys can each be in order
//! and not both.

use super::machine::{INITIAL, Memo};
use super::model::{Misfit, Spec};
use super::objects::{Item, objects_of, one_of};
use super::search::CONFIGURATION_BYTES_MAX;
use super::seen::Seen;
use super::{Placed, Stuck, Verdict};
use crate::history::{History, Value};
use std::collections::BTreeMap;

/// Looks for an order that keeps each process's own, in slices of time. An operation of unknown outcome may take effect
/// at any time after what its process did before it, or never.
pub struct Sequential {
    memo: Memo,
    items: Vec<Item>,
    /// For each process, what it did and was told, in order.
    chains: Vec<Vec<u32>>,
    /// Of unknown outcome: the chain, how much of it comes before, and the item.
    loose: Vec<(u32, u32, u32)>,
    at: Vec<u32>,
    is_placed: Vec<bool>,
    left: usize,
    path: Vec<Choice>,
    frames: Vec<(u32, usize, usize)>,
    seen: Seen,
    furthest: Option<(Vec<Choice>, u32, u32)>,
    verdict: Option<Verdict>,
    steps: u64,
}

#[derive(Debug, Clone, Copy)]
enum Choice {
    /// The next of a chain.
    Chain(u32),
    /// One of unknown outcome.
    Loose(u32),
}

impl Sequential {
    /// A judge that has not begun.
    ///
    /// # Errors
    /// Names the operation that the model doesn't know.
    pub fn new(history: &History, spec: &Spec) -> Result<Self, Misfit> {
        let object = one_of(objects_of(history, spec)?);
        let mut chains: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut loose = vec![];
        for (at, item) in object.items.iter().enumerate() {
            let chain = chains.entry(item.process).or_default();
            match item.returned {
                Some(_) => chain.push(at as u32),
                None => loose.push((item.process, chain.len() as u32, at as u32)),
            }
        }
        let place =
            |process: u32| chains.keys().position(|other| *other == process).unwrap_or_default() as u32;
        let loose: Vec<(u32, u32, u32)> =
            loose.into_iter().map(|(process, before, item)| (place(process), before, item)).collect();
        let mut judge = Self {
            memo: Memo::new(object.machine),
            left: object.items.len() - loose.len(),
            items: object.items,
            at: vec![0; chains.len()],
            chains: chains.into_values().collect(),
            is_placed: vec![false; loose.len()],
            loose,
            path: vec![],
            frames: vec![],
            seen: Seen::default(),
            furthest: None,
            verdict: None,
            steps: 0,
        };
        judge.enter(INITIAL, 0);
        Ok(judge)
    }

    /// Goes on for so many steps at most. `true` when the verdict is there.
    pub fn run(&mut self, steps: u64) -> bool {
        let last = self.steps.saturating_add(steps);
        while self.verdict.is_none() && self.steps < last {
            self.steps += 1;
            self.advance();
        }
        self.verdict.is_some()
    }

    /// The verdict, once it is there. Instants have no meaning here: `after` counts operations.
    pub fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_ref()
    }

    fn advance(&mut self) {
        let before = self.path.len();
        let Some((choice, state)) = self.candidate() else { return self.retreat() };
        self.place(choice);
        self.enter(state, before);
    }

    fn candidate(&mut self) -> Option<(Choice, u32)> {
        let (state, _, next) = self.frames.last_mut()?;
        let chains = self.chains.len();
        while *next < chains + self.loose.len() {
            let at = *next;
            *next += 1;
            let item = if at < chains {
                self.chains[at].get(self.at[at] as usize).copied()
            } else {
                let (chain, before, item) = self.loose[at - chains];
                let may = !self.is_placed[at - chains] && self.at[chain as usize] >= before;
                may.then_some(item)
            };
            let call = item.map(|item| self.items[item as usize].call);
            let Some(call) = call.filter(|call| !self.memo.is_pure(*call)) else { continue };
            match self.memo.step(*state, call) {
                Some(after) if at < chains => return Some((Choice::Chain(at as u32), after)),
                Some(after) if after != *state => return Some((Choice::Loose((at - chains) as u32), after)),
                _ => {}
            }
        }
        None
    }

    fn place(&mut self, choice: Choice) {
        match choice {
            Choice::Chain(chain) => {
                self.at[chain as usize] += 1;
                self.left -= 1;
            }
            Choice::Loose(at) => self.is_placed[at as usize] = true,
        }
        self.path.push(choice);
    }

    /// Places the reads that are right, in every process, and stays unless this was seen before.
    fn enter(&mut self, state: u32, before: usize) {
        for chain in 0..self.chains.len() {
            while let Some(item) = self.chains[chain].get(self.at[chain] as usize) {
                let call = self.items[*item as usize].call;
                if !self.memo.is_pure(call) || self.memo.step(state, call).is_none() {
                    break;
                }
                self.place(Choice::Chain(chain as u32));
            }
        }
        if self.left == 0 {
            self.verdict = Some(Verdict::Explained(self.order(&self.path)));
            return;
        }
        let mut words: Vec<u64> = self.at.iter().map(|at| u64::from(*at)).collect();
        let bits = |placed: &[bool]| placed.iter().fold(0, |word, bit| word << 1 | u64::from(*bit));
        words.extend(self.is_placed.chunks(64).map(bits));
        if self.seen.insert(state, &words) {
            self.frames.push((state, before, 0));
            if self.seen.bytes() + self.memo.bytes() > CONFIGURATION_BYTES_MAX {
                self.verdict = Some(Verdict::CutShort);
            }
        } else {
            self.take_back(before);
        }
    }

    fn retreat(&mut self) {
        let Some((state, before, _)) = self.frames.pop() else { return };
        if self.furthest.as_ref().is_none_or(|(path, ..)| self.path.len() > path.len()) {
            let heads = self.chains.iter().zip(&self.at).filter_map(|(chain, at)| chain.get(*at as usize));
            if let Some(first) = heads.min() {
                self.furthest = Some((self.path.clone(), self.items[*first as usize].operation, state));
            }
        }
        self.take_back(before);
        if self.frames.is_empty() {
            self.verdict = self.furthest.take().map(|(path, operation, state)| {
                let (order, state) = (self.order(&path), self.memo.show(state));
                Verdict::Unexplained(Stuck { operation, key: Value::Nil, order, state })
            });
        }
    }

    fn take_back(&mut self, len: usize) {
        while self.path.len() > len {
            match self.path.pop() {
                Some(Choice::Chain(chain)) => {
                    self.at[chain as usize] -= 1;
                    self.left += 1;
                }
                Some(Choice::Loose(at)) => self.is_placed[at as usize] = false,
                None => return,
            }
        }
    }

    fn order(&self, path: &[Choice]) -> Vec<Placed> {
        let mut at = vec![0; self.chains.len()];
        let item = |choice: &Choice| match *choice {
            Choice::Chain(chain) => {
                let chain = chain as usize;
                at[chain] += 1;
                self.chains[chain][at[chain] - 1]
            }
            Choice::Loose(loose) => self.loose[loose as usize].2,
        };
        let items: Vec<u32> = path.iter().map(item).collect();
        let placed = |(at, item): (usize, u32)| Placed {
            operation: self.items[item as usize].operation,
            after: at as u32,
        };
        items.into_iter().enumerate().map(placed).collect()
    }
}
