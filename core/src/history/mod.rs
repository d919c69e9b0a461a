//! Histories: what clients asked of a system and what they were told, in the order in which it was observed.
//!
//! A history is all that an outsider knows. It says nothing of servers and messages, only *invocations* and *returns*:
//! client 0 asked to write 3, client 1 asked to read, client 1 was told 3. Whether a system behaved well is judged from
//! that alone, in [`crate::linearizability`].
//!
//! The form follows Jepsen's, since most histories in the world have it. An operation has a *process*, which has one
//! operation at a time; a function `f`, such as `read`; a value; and an end:
//!
//! * `ok`: it took effect, and this is what it answered;
//! * `fail`: it did not take effect and never will;
//! * `info`, or no return at all: nobody knows. It may take effect at any later time, or never.
//!
//! Values of operations on one of several objects are pairs of a key and a value. A compare-and-swap that found another
//! value than it expected ends with `fail` and the error `mismatch`: then the answer is an observation of its own.
//!
//! Histories come from a [`crate::session::Session`], or from text: [`read`] takes EDN and JSON lines, [`write()`] makes
//! them.

mod edn;
mod export;
mod import;
mod json;
mod scan;
mod value;

pub use export::write;
pub use import::{guess, read, read_value};
pub use scan::Unreadable;
pub use value::Value;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// Operations a history may have.
pub const OPERATIONS_MAX: usize = 100_000;
/// Bytes of text that are read.
pub const INPUT_BYTES_MAX: usize = 16 << 20;
/// How deep values may nest in text.
pub const DEPTH_MAX: usize = 24;
/// Values in one event of a text, counted with those inside of them.
pub const VALUES_MAX: usize = 200_000;

/// The error of a compare-and-swap that found another value than it expected.
pub const MISMATCH: &str = "mismatch";

/// The two forms of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Jepsen's: a map an event, `{:process 0, :type :invoke, :f :read, :value nil}`.
    Edn,
    /// An object a line: `{"process":0,"type":"invoke","f":"read","value":null}`.
    JsonLines,
}

/// Client operations in the order of their invocations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    operations: Vec<Operation>,
    processes: Vec<Value>,
    /// The positions of their names.
    numbers: HashMap<Value, u32>,
    events: u32,
}

/// One client operation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Operation {
    /// Who asked: position in [`History::processes`].
    pub process: u32,
    /// What was asked for: `read`, `write`, `cas`, `enqueue`.
    pub f: Arc<str>,
    /// With what: the value of the invocation.
    pub input: Value,
    /// When: the invocation's place among all events of the history, from 0.
    pub invoked: u32,
    /// How it ended.
    pub end: End,
    /// Where it comes from: the line of its invocation in a text, its `OperationId` in a run.
    pub source: u64,
}

/// How an operation ended. `at` is the return's place among all events of the history.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum End {
    /// It took effect.
    Ok {
        /// What it answered.
        value: Value,
        /// When.
        at: u32,
    },
    /// It did not take effect and never will.
    Fail {
        /// Why, if that was said.
        error: Value,
        /// When.
        at: u32,
    },
    /// Nobody knows: it may take effect at any later time, or never.
    Unknown {
        /// Why, if that was said.
        error: Value,
        /// When the client gave up, if it did.
        at: Option<u32>,
    },
}

impl History {
    /// The operations, in the order of their invocations.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Names of the processes, in the order in which they first did something.
    pub fn processes(&self) -> &[Value] {
        &self.processes
    }

    /// How many events there are, invocations and returns: one more than the last place of one.
    pub fn events(&self) -> u32 {
        self.events
    }

    /// Notes that a process asked for something. Returns the operation's position.
    pub fn invoke(&mut self, process: Value, f: &str, input: Value, source: u64) -> usize {
        let next = self.processes.len() as u32;
        let process = *self.numbers.entry(process).or_insert_with_key(|name| {
            self.processes.push(name.clone());
            next
        });
        let (f, end) = (f.into(), End::Unknown { error: Value::Nil, at: None });
        let invoked = self.event();
        self.operations.push(Operation { process, f, input, invoked, end, source });
        self.operations.len() - 1
    }

    /// Notes that an operation took effect, and what it answered.
    pub fn ok(&mut self, operation: usize, value: Value) {
        let at = self.event();
        self.end(operation, End::Ok { value, at });
    }

    /// Notes that an operation did not take effect and never will.
    pub fn fail(&mut self, operation: usize, error: Value) {
        let at = self.event();
        self.end(operation, End::Fail { error, at });
    }

    /// Notes that a client gave up on an operation, not knowing how it ended.
    pub fn info(&mut self, operation: usize, error: Value) {
        let at = Some(self.event());
        self.end(operation, End::Unknown { error, at });
    }

    fn event(&mut self) -> u32 {
        self.events += 1;
        self.events - 1
    }

    fn end(&mut self, operation: usize, end: End) {
        if let Some(operation) = self.operations.get_mut(operation) {
            operation.end = end;
        }
    }
}

impl Operation {
    /// The place of its return among all events; `None` if its outcome is unknown.
    pub fn returned(&self) -> Option<u32> {
        match self.end {
            End::Ok { at, .. } | End::Fail { at, .. } => Some(at),
            End::Unknown { .. } => None,
        }
    }

    /// What it answered, if it took effect.
    pub fn output(&self) -> Option<&Value> {
        match &self.end {
            End::Ok { value, .. } => Some(value),
            End::Fail { .. } | End::Unknown { .. } => None,
        }
    }

    /// It asks for something, so that nothing is an answer too.
    fn is_question(&self) -> bool {
        matches!(&*self.f, "read" | "get" | "r" | "dequeue" | "pop" | "poll")
    }

    /// It is known to be a compare-and-swap that found another value than it expected.
    pub fn is_mismatch(&self) -> bool {
        matches!(&self.end, End::Fail { error: Value::Keyword(word) | Value::Text(word), .. } if **word == *MISMATCH)
    }
}

/// For a reader: `write 3`, `get x → 3`, `cas 1 2, failed`, `write 4, unknown`.
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.f)?;
        self.input.write_words(f)?;
        match &self.end {
            End::Ok { value, .. } if *value == self.input && !self.is_question() => Ok(()),
            End::Ok { value, .. } => write!(f, " → {}", value.beyond(&self.input)),
            End::Fail { .. } => f.write_str(", failed"),
            End::Unknown { .. } => f.write_str(", unknown"),
        }
    }
}
