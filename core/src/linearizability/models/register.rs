//! A register: it holds a value. Also one entry of a key-value store.

use crate::history::Value;
use crate::linearizability::model::{Answer, Asked, Model, ModelKind};
use std::sync::Arc;

/// A register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    /// Which operations it knows: those of a register, with compare-and-swap, or of a key-value store.
    pub kind: ModelKind,
    /// What it holds at first. `None`: nothing.
    pub initial: Option<Value>,
    /// `append` makes lists, as in Jepsen's list-append; otherwise texts.
    pub appends_lists: bool,
}

/// What a register was asked, and what it answered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RegisterCall {
    /// It held this.
    Read(Value),
    /// This was written over it.
    Write(Value),
    /// It held `old` and holds `new` now. Of unknown outcome: if it did.
    Cas {
        /// What it must have held.
        old: Value,
        /// What it holds since.
        new: Value,
    },
    /// It held something else than this.
    Mismatch(Value),
    /// This was put behind what it held.
    Append(Value),
    /// A number was added.
    Add {
        /// How much.
        by: i64,
        /// The sum, if it was told.
        sum: Option<i64>,
    },
}

impl Model for Register {
    type State = Value;
    type Call = RegisterCall;

    fn initial(&self) -> Value {
        self.initial.clone().unwrap_or_default()
    }

    fn step(&self, state: &Value, call: &RegisterCall) -> Option<Value> {
        match call {
            RegisterCall::Read(value) => {
                let is_nothing =
                    || *state == Value::Nil && self.initial.is_none() && *value == Value::text("");
                (state == value || is_nothing()).then(|| state.clone())
            }
            RegisterCall::Write(value) => Some(value.clone()),
            RegisterCall::Cas { old, new } => (state == old).then(|| new.clone()),
            RegisterCall::Mismatch(old) => (state != old).then(|| state.clone()),
            RegisterCall::Append(value) => self.append(state, value),
            RegisterCall::Add { by, sum } => {
                let before = match state {
                    Value::Nil => 0,
                    Value::Int(number) => *number,
                    _ => return None,
                };
                let after = before.wrapping_add(*by);
                sum.is_none_or(|sum| sum == after).then_some(Value::Int(after))
            }
        }
    }

    fn is_pure(&self, call: &RegisterCall) -> bool {
        matches!(call, RegisterCall::Read(_) | RegisterCall::Mismatch(_))
    }

    fn grows(&self, call: &RegisterCall) -> bool {
        matches!(call, RegisterCall::Append(_)) || self.is_pure(call)
    }

    fn may_grow_to(&self, state: &Value, call: &RegisterCall) -> bool {
        match (state, call) {
            (Value::Text(text), RegisterCall::Read(Value::Text(whole))) => whole.starts_with(&**text),
            (Value::List(values), RegisterCall::Read(Value::List(whole))) => whole.starts_with(values),
            _ => true,
        }
    }

    fn call(&self, asked: Asked<'_>) -> Result<Option<RegisterCall>, String> {
        let input = asked.input;
        let may_cas = self.kind != ModelKind::Register;
        Ok(Some(match asked.f {
            "read" | "get" | "r" => match asked.answer {
                Answer::Ok(value) => RegisterCall::Read(value.clone()),
                _ => return Ok(None),
            },
            "write" | "put" | "w" => RegisterCall::Write(input.clone()),
            "cas" if may_cas => {
                let wanted = || format!("wanted [old new] for cas, found {input}");
                let (old, new) = input.pair().ok_or_else(wanted)?;
                match asked.answer {
                    Answer::Mismatch => RegisterCall::Mismatch(old.clone()),
                    _ => RegisterCall::Cas { old: old.clone(), new: new.clone() },
                }
            }
            "append" if self.kind == ModelKind::Kv => RegisterCall::Append(input.clone()),
            "add" if self.kind == ModelKind::Kv => add_of(input, asked.answer)?,
            _ => {
                return Err(asked.unknown(match self.kind {
                    ModelKind::Register => "read or write",
                    ModelKind::CasRegister => "read, write or cas",
                    _ => "get, put, append, add or cas",
                }));
            }
        }))
    }

    fn heap_bytes(&self, state: &Value) -> usize {
        match state {
            Value::Text(text) => text.len(),
            Value::List(values) => size_of_val(&**values),
            _ => 0,
        }
    }

    fn show(&self, state: &Value) -> String {
        state.to_string()
    }
}

impl Register {
    fn append(&self, state: &Value, value: &Value) -> Option<Value> {
        match (state, value) {
            (Value::Nil, Value::Text(_)) if !self.appends_lists => Some(value.clone()),
            (Value::Text(text), Value::Text(more)) => Some(Value::Text([&**text, &**more].concat().into())),
            (Value::Nil, _) => Some(Value::list([value.clone()])),
            (Value::List(values), _) => {
                let longer: Arc<[Value]> = values.iter().chain([value]).cloned().collect();
                Some(Value::List(longer))
            }
            _ => None,
        }
    }
}

/// The answer to an addition repeats the number, or is a pair of the number and the sum.
fn add_of(input: &Value, answer: Answer<'_>) -> Result<RegisterCall, String> {
    let Value::Int(by) = *input else { return Err(format!("wanted a whole number to add, found {input}")) };
    let sum = match answer {
        Answer::Ok(value) => match value.pair() {
            Some((_, Value::Int(sum))) => Some(*sum),
            _ => None,
        },
        _ => None,
    };
    Ok(RegisterCall::Add { by, sum })
}
