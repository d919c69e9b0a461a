//! A counter.

use crate::history::Value;
use crate::linearizability::model::{Answer, Asked, Model};

/// A counter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counter {
    /// What it stands at first.
    pub initial: i64,
}

/// What a counter was asked, and what it answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CounterCall {
    /// It was changed by so much.
    Add(i64),
    /// It stood at this.
    Read(i64),
}

/// Numbers so small that no history adds enough of them to go beyond the largest.
const SMALL: i64 = 1 << 32;

impl Model for Counter {
    type State = i64;
    type Call = CounterCall;

    fn initial(&self) -> i64 {
        self.initial
    }

    fn step(&self, state: &i64, call: &CounterCall) -> Option<i64> {
        match call {
            CounterCall::Add(by) => Some(state.wrapping_add(*by)),
            CounterCall::Read(value) => (state == value).then_some(*state),
        }
    }

    fn is_pure(&self, call: &CounterCall) -> bool {
        matches!(call, CounterCall::Read(_) | CounterCall::Add(0))
    }

    fn grows(&self, call: &CounterCall) -> bool {
        matches!(call, CounterCall::Read(_) | CounterCall::Add(0..=SMALL))
    }

    fn may_grow_to(&self, state: &i64, call: &CounterCall) -> bool {
        !matches!(call, CounterCall::Read(value) if value < state)
    }

    fn call(&self, asked: Asked<'_>) -> Result<Option<CounterCall>, String> {
        let by = || match asked.input {
            Value::Int(by) => Ok(*by),
            Value::Nil => Ok(1),
            other => Err(format!("wanted a whole number to add, found {other}")),
        };
        match (asked.f, asked.answer) {
            ("add" | "inc" | "increment", _) => Ok(Some(CounterCall::Add(by()?))),
            ("dec" | "decrement", _) => Ok(Some(CounterCall::Add(by()?.wrapping_neg()))),
            ("read" | "get", Answer::Ok(Value::Int(value))) => Ok(Some(CounterCall::Read(*value))),
            ("read" | "get", Answer::Ok(other)) => {
                Err(format!("wanted a whole number read from a counter, found {other}"))
            }
            ("read" | "get", _) => Ok(None),
            _ => Err(asked.unknown("add or read")),
        }
    }

    fn show(&self, state: &i64) -> String {
        state.to_string()
    }
}
