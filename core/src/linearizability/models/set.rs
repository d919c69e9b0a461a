//! A set that grows.

use crate::history::Value;
use crate::linearizability::model::{Answer, Asked, Model};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A set: elements are added and all of them are read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Set {
    /// What is in it at first.
    pub initial: BTreeSet<Value>,
    /// Every value that is ever added: a state is a bit for each.
    pub universe: Arc<[Value]>,
}

/// What a set was asked, and what it answered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SetCall {
    /// An element was added: its place in the universe.
    Add(u32),
    /// It held exactly these.
    Read(Box<[u64]>),
    /// It was read, and held something that nobody ever added.
    ReadMore,
}

impl Set {
    /// A set that holds some values at first, with all those that may be added. The universe may be in any order.
    pub fn new(initial: BTreeSet<Value>, added: impl IntoIterator<Item = Value>) -> Self {
        let universe: BTreeSet<Value> = added.into_iter().chain(initial.iter().cloned()).collect();
        Self { initial, universe: universe.into_iter().collect() }
    }

    /// A bit for each value; `None` if one of them is not of the universe.
    fn bits<'a>(&self, values: impl IntoIterator<Item = &'a Value>) -> Option<Box<[u64]>> {
        let mut bits = vec![0; self.universe.len().div_ceil(64)].into_boxed_slice();
        for value in values {
            let at = self.universe.binary_search(value).ok()?;
            bits[at / 64] |= 1 << (at % 64);
        }
        Some(bits)
    }
}

impl Model for Set {
    type State = Box<[u64]>;
    type Call = SetCall;

    fn initial(&self) -> Self::State {
        self.bits(&self.initial).unwrap_or_default()
    }

    fn step(&self, state: &Self::State, call: &SetCall) -> Option<Self::State> {
        match call {
            SetCall::Add(at) => {
                let mut after = state.clone();
                after[*at as usize / 64] |= 1 << (at % 64);
                Some(after)
            }
            SetCall::Read(held) => (state == held).then(|| state.clone()),
            SetCall::ReadMore => None,
        }
    }

    fn is_pure(&self, call: &SetCall) -> bool {
        !matches!(call, SetCall::Add(_))
    }

    fn grows(&self, _: &SetCall) -> bool {
        true
    }

    fn may_grow_to(&self, state: &Self::State, call: &SetCall) -> bool {
        match call {
            SetCall::Read(held) => state.iter().zip(held).all(|(state, held)| state & !held == 0),
            SetCall::Add(_) | SetCall::ReadMore => true,
        }
    }

    fn call(&self, asked: Asked<'_>) -> Result<Option<SetCall>, String> {
        match (asked.f, asked.answer) {
            ("add", _) => {
                let at = self.universe.binary_search(asked.input);
                let missing = |_| format!("wanted a value that was said to be added, found {}", asked.input);
                Ok(Some(SetCall::Add(at.map_err(missing)? as u32)))
            }
            ("read" | "get", Answer::Ok(Value::List(values))) => {
                Ok(Some(self.bits(values.iter()).map_or(SetCall::ReadMore, SetCall::Read)))
            }
            ("read" | "get", Answer::Ok(Value::Nil)) => Ok(self.bits([]).map(SetCall::Read)),
            ("read" | "get", Answer::Ok(other)) => {
                Err(format!("wanted a list read from a set, found {other}"))
            }
            ("read" | "get", _) => Ok(None),
            _ => Err(asked.unknown("add or read")),
        }
    }

    fn heap_bytes(&self, state: &Self::State) -> usize {
        2 * size_of_val(&**state)
    }

    fn show(&self, state: &Self::State) -> String {
        let held = |at: &usize| state[at / 64] >> (at % 64) & 1 == 1;
        Value::list((0..self.universe.len()).filter(held).map(|at| self.universe[at].clone())).to_string()
    }
}
