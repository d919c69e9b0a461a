//! A first-in-first-out queue.

use crate::history::Value;
use crate::linearizability::model::{Answer, Asked, Model};
use std::sync::Arc;

/// A queue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Queue {
    /// What is in it at first, the oldest first.
    pub initial: Arc<[Value]>,
}

/// What a queue was asked, and what it answered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum QueueCall {
    /// This was put at its end.
    Enqueue(Value),
    /// This stood at its head, and was taken.
    Dequeue(Value),
    /// Whatever stood at its head was taken.
    DequeueAny,
    /// It was found empty.
    Empty,
}

impl Model for Queue {
    type State = Arc<[Value]>;
    type Call = QueueCall;

    fn initial(&self) -> Self::State {
        Arc::clone(&self.initial)
    }

    fn step(&self, state: &Self::State, call: &QueueCall) -> Option<Self::State> {
        match call {
            QueueCall::Enqueue(value) => Some(state.iter().chain([value]).cloned().collect()),
            QueueCall::Dequeue(value) => (state.first()? == value).then(|| state[1..].into()),
            QueueCall::DequeueAny => (!state.is_empty()).then(|| state[1..].into()),
            QueueCall::Empty => state.is_empty().then(|| Arc::clone(state)),
        }
    }

    fn is_pure(&self, call: &QueueCall) -> bool {
        *call == QueueCall::Empty
    }

    fn call(&self, asked: Asked<'_>) -> Result<Option<QueueCall>, String> {
        match (asked.f, asked.answer) {
            ("enqueue" | "push" | "offer", _) => Ok(Some(QueueCall::Enqueue(asked.input.clone()))),
            ("dequeue" | "pop" | "poll", Answer::Ok(Value::Nil)) => Ok(Some(QueueCall::Empty)),
            ("dequeue" | "pop" | "poll", Answer::Ok(value)) => Ok(Some(QueueCall::Dequeue(value.clone()))),
            ("dequeue" | "pop" | "poll", _) => Ok(Some(QueueCall::DequeueAny)),
            _ => Err(asked.unknown("enqueue or dequeue")),
        }
    }

    fn heap_bytes(&self, state: &Self::State) -> usize {
        size_of_val(&**state)
    }

    fn show(&self, state: &Self::State) -> String {
        Value::List(Arc::clone(state)).to_string()
    }
}
