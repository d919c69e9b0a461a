//! Models with numbers for states and calls, so that a search handles nothing else and is compiled once.

use super::model::Model;
use crate::fingerprint::Fingerprint;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash};

/// A map of values to their numbers.
pub(super) type Numbers<T> = HashMap<T, u32, BuildHasherDefault<Fingerprint>>;

/// A model whose states and calls are numbers.
pub(super) trait Machine {
    /// How many calls it knows.
    fn calls(&self) -> u32;
    /// The state after a call; `None` if the object would not have answered so.
    fn step(&mut self, state: u32, call: u32) -> Option<u32>;
    /// The call never changes a state.
    fn is_pure(&self, call: u32) -> bool;
    /// The call only makes a state more.
    fn grows(&self, call: u32) -> bool;
    /// Growing calls may lead from a state to one where a pure call has its answer.
    fn may_grow_to(&self, state: u32, call: u32) -> bool;
    /// About how many bytes the states take that it met.
    fn bytes(&self) -> usize;
    /// A state for a reader.
    fn show(&self, state: u32) -> String;
}

/// The state that every machine begins in.
pub(super) const INITIAL: u32 = 0;

fn number_of<T: Clone + Eq + Hash>(value: T, all: &mut Vec<T>, numbers: &mut Numbers<T>) -> u32 {
    if let Some(number) = numbers.get(&value) {
        return *number;
    }
    let number = all.len() as u32;
    all.push(value.clone());
    numbers.insert(value, number);
    number
}

/// A model, its states and calls numbered as they are met.
pub(super) struct Numbered<M: Model> {
    model: M,
    states: Vec<M::State>,
    state_numbers: Numbers<M::State>,
    calls: Vec<M::Call>,
    call_numbers: Numbers<M::Call>,
    heap_bytes: usize,
}

impl<M: Model> Numbered<M> {
    pub(super) fn new(model: M) -> Self {
        let (mut states, mut state_numbers) = (vec![], Numbers::default());
        number_of(model.initial(), &mut states, &mut state_numbers);
        Self { model, states, state_numbers, calls: vec![], call_numbers: Numbers::default(), heap_bytes: 0 }
    }

    pub(super) fn model(&self) -> &M {
        &self.model
    }

    pub(super) fn number(&mut self, call: M::Call) -> u32 {
        number_of(call, &mut self.calls, &mut self.call_numbers)
    }
}

impl<M: Model> Machine for Numbered<M> {
    fn calls(&self) -> u32 {
        self.calls.len() as u32
    }

    fn step(&mut self, state: u32, call: u32) -> Option<u32> {
        let (before, call) = (&self.states[state as usize], &self.calls[call as usize]);
        let after = self.model.step(before, call)?;
        if self.model.is_pure(call) {
            return Some(state);
        }
        let (heap, known) = (self.model.heap_bytes(&after), self.states.len() as u32);
        let number = number_of(after, &mut self.states, &mut self.state_numbers);
        if number == known {
            self.heap_bytes += heap;
        }
        Some(number)
    }

    fn is_pure(&self, call: u32) -> bool {
        self.model.is_pure(&self.calls[call as usize])
    }

    fn grows(&self, call: u32) -> bool {
        self.model.grows(&self.calls[call as usize])
    }

    fn may_grow_to(&self, state: u32, call: u32) -> bool {
        self.model.may_grow_to(&self.states[state as usize], &self.calls[call as usize])
    }

    fn bytes(&self) -> usize {
        2 * self.states.len() * size_of::<M::State>() + self.heap_bytes
    }

    fn show(&self, state: u32) -> String {
        self.model.show(&self.states[state as usize])
    }
}

/// A machine that remembers its steps.
pub(super) struct Memo {
    machine: Box<dyn Machine>,
    calls: usize,
    /// A cell for each state and call: 0 not tried, 1 refused, otherwise the state after it plus 2.
    cells: Vec<u32>,
}

/// Cells a memo may have: 16 MB of them. Steps from later states are taken anew each time.
const CELLS_MAX: usize = 4 << 20;

impl Memo {
    pub(super) fn new(machine: Box<dyn Machine>) -> Self {
        Self { calls: machine.calls() as usize, machine, cells: vec![] }
    }

    pub(super) fn step(&mut self, state: u32, call: u32) -> Option<u32> {
        let at = state as usize * self.calls + call as usize;
        match self.cells.get(at) {
            Some(0) => {}
            Some(1) => return None,
            Some(after) => return Some(after - 2),
            None if at >= CELLS_MAX => return self.machine.step(state, call),
            None => self.cells.resize((state as usize + 1) * self.calls, 0),
        }
        let after = self.machine.step(state, call);
        self.cells[at] = after.map_or(1, |after| after + 2);
        after
    }

    pub(super) fn is_pure(&self, call: u32) -> bool {
        self.machine.is_pure(call)
    }

    pub(super) fn grows(&self, call: u32) -> bool {
        self.machine.grows(call)
    }

    pub(super) fn may_grow_to(&self, state: u32, call: u32) -> bool {
        self.machine.may_grow_to(state, call)
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.machine.bytes() + self.cells.len() * size_of::<u32>()
    }

    pub(super) fn show(&self, state: u32) -> String {
        self.machine.show(state)
    }
}

/// Several objects as one: a state is a state of each.
pub(super) struct Product {
    parts: Vec<(String, Memo)>,
    /// For each call: whose it is, and which of its calls.
    calls: Vec<(u32, u32)>,
    states: Vec<Box<[u32]>>,
    state_numbers: Numbers<Box<[u32]>>,
}

impl Product {
    /// Of objects with names. A call is numbered by the calls of all parts before its own.
    pub(super) fn new(parts: Vec<(String, Box<dyn Machine>)>) -> Self {
        let mut calls = vec![];
        for (part, (_, machine)) in parts.iter().enumerate() {
            calls.extend((0..machine.calls()).map(|call| (part as u32, call)));
        }
        let (mut states, mut state_numbers) = (vec![], Numbers::default());
        number_of(vec![INITIAL; parts.len()].into_boxed_slice(), &mut states, &mut state_numbers);
        let parts = parts.into_iter().map(|(name, machine)| (name, Memo::new(machine))).collect();
        Self { parts, calls, states, state_numbers }
    }
}

impl Machine for Product {
    fn calls(&self) -> u32 {
        self.calls.len() as u32
    }

    fn step(&mut self, state: u32, call: u32) -> Option<u32> {
        let (part, call) = self.calls[call as usize];
        let before = &self.states[state as usize];
        let own = before[part as usize];
        let after = self.parts[part as usize].1.step(own, call)?;
        if after == own {
            return Some(state);
        }
        let mut all = before.clone();
        all[part as usize] = after;
        Some(number_of(all, &mut self.states, &mut self.state_numbers))
    }

    fn is_pure(&self, call: u32) -> bool {
        let (part, call) = self.calls[call as usize];
        self.parts[part as usize].1.is_pure(call)
    }

    fn grows(&self, call: u32) -> bool {
        let (part, call) = self.calls[call as usize];
        self.parts[part as usize].1.grows(call)
    }

    fn may_grow_to(&self, state: u32, call: u32) -> bool {
        let (part, call) = self.calls[call as usize];
        let own = self.states[state as usize][part as usize];
        self.parts[part as usize].1.may_grow_to(own, call)
    }

    fn bytes(&self) -> usize {
        let own = 2 * self.states.len() * (self.parts.len() * size_of::<u32>() + size_of::<Box<[u32]>>());
        own + self.parts.iter().map(|(_, part)| part.bytes()).sum::<usize>()
    }

    fn show(&self, state: u32) -> String {
        let states = self.states[state as usize].iter().zip(&self.parts);
        let shown = states.map(|(state, (name, part))| format!("{name} {}", part.show(*state)));
        shown.collect::<Vec<_>>().join(", ")
    }
}
