//! Consensus: the first value proposed is the one that everybody is told.

use crate::history::Value;
use crate::linearizability::model::{Answer, Asked, Model};

/// An object that decides once, on a proposed value (Herlihy, *Wait-Free Synchronization*, 1991). Nil is undecided, and
/// so it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consensus;

/// A proposal, and what it was told.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Propose {
    /// The value proposed.
    pub value: Value,
    /// The value decided. `None`: nobody was told.
    pub decided: Option<Value>,
}

impl Model for Consensus {
    type State = Value;
    type Call = Propose;

    fn initial(&self) -> Value {
        Value::Nil
    }

    fn step(&self, state: &Value, call: &Propose) -> Option<Value> {
        let decided = if *state == Value::Nil { &call.value } else { state };
        call.decided.as_ref().is_none_or(|told| told == decided).then(|| decided.clone())
    }

    fn is_pure(&self, call: &Propose) -> bool {
        // Who is told another value than its own was not the first.
        call.decided.as_ref().is_some_and(|told| *told != call.value)
    }

    fn call(&self, asked: Asked<'_>) -> Result<Option<Propose>, String> {
        let decided = match (asked.f, asked.answer) {
            ("propose", Answer::Ok(value)) => Some(value.clone()),
            ("propose", _) => None,
            _ => return Err(asked.unknown("propose")),
        };
        Ok(Some(Propose { value: asked.input.clone(), decided }))
    }

    fn show(&self, state: &Value) -> String {
        state.to_string()
    }
}
