//! The client operations of a run as a history that can be judged and exported.

use super::Timeline;
use crate::history::{History, MISMATCH, Value};
use crate::order;
use crate::protocol::{AT, ArgSpec, Operation, OperationSpec, Outcome};

/// Operations on objects that clients can judge. Others, such as turning to another server, are about the system.
const JUDGED: [&str; 16] = [
    "read", "get", "write", "put", "append", "add", "cas", "enqueue", "dequeue", "acquire", "release",
    "lock", "unlock", "inc", "dec", "propose",
];

impl Timeline {
    /// What clients asked and were told up to the present step. Events of one step: invocations come first.
    pub(crate) fn history_until_now(&self) -> History {
        let present = self.world.step();
        let (specs, roster) = (self.world.meta().operations, self.world.roster());
        // Step, whether it is a return, position among the operations: 46, 1 and 17 bits.
        let key = |step: u64, is_return: bool, at: usize| step << 18 | u64::from(is_return) << 17 | at as u64;
        const { assert!(super::MARKS_MAX <= 1 << 17) };
        let mut events: Vec<u64> = vec![];
        let entries = &self.now_branch().operations;
        for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.step <= present) {
            let spec = specs.get(usize::from(entry.operation.operation));
            if spec.is_some_and(|spec| JUDGED.contains(&spec.id)) {
                events.push(key(entry.step, false, at));
                let returned = entry.returned.as_ref().filter(|(_, step, _)| *step <= present);
                events.extend(returned.map(|(_, step, _)| key(*step, true, at)));
            }
        }
        order::sort(&mut events);
        let mut history = History::default();
        let mut places = vec![0; entries.len()];
        for event in events {
            let (is_return, at) = (event >> 17 & 1 == 1, (event & ((1 << 17) - 1)) as usize);
            let entry = &entries[at];
            let spec = &specs[usize::from(entry.operation.operation)];
            if !is_return {
                let name = roster.get(entry.node.index()).map_or("", |member| &member.name);
                let input = input_of(&entry.operation, spec);
                places[at] = history.invoke(Value::text(name), spec.id, input, entry.operation.id.0);
                continue;
            }
            match entry.returned.as_ref().map(|(_, _, outcome)| outcome) {
                Some(Outcome::Ok(values)) if spec.id == "cas" && *values == [0] => {
                    history.fail(places[at], Value::Keyword(MISMATCH.into()));
                }
                Some(Outcome::Ok(values)) => {
                    history.ok(places[at], output_of(&entry.operation, spec, values));
                }
                Some(Outcome::Fail) => history.fail(places[at], Value::Nil),
                None => {}
            }
        }
        history
    }
}

fn number(value: u64) -> Value {
    i64::try_from(value).map_or_else(|_| Value::Number(value.to_string().into()), Value::Int)
}

/// A value in an argument's words, if it has any.
fn value_of(arg: &ArgSpec, value: u64) -> Value {
    if arg.words.is_empty() { number(value) } else { Value::text(&arg.show(value)) }
}

/// Values as one: nothing, the only one, or a list.
fn together(mut values: Vec<Value>) -> Value {
    match values.len() {
        0 => Value::Nil,
        1 => values.remove(0),
        _ => Value::list(values),
    }
}

/// The key as a reader writes it, if there is one, and the other arguments.
fn key_and_rest(operation: &Operation, spec: &OperationSpec) -> (Option<Value>, Vec<Value>) {
    let mut key = None;
    let mut rest = vec![];
    for (arg, value) in spec.args.iter().zip(&operation.args) {
        match arg.id {
            "key" => key = Some(Value::text(&arg.show(*value))),
            // Whom a client asks is not what it asks.
            AT => {}
            _ => rest.push(value_of(arg, *value)),
        }
    }
    (key, rest)
}

fn keyed(key: Option<Value>, value: Value) -> Value {
    match key {
        Some(key) => Value::list([key, value]),
        None => value,
    }
}

fn input_of(operation: &Operation, spec: &OperationSpec) -> Value {
    let (key, rest) = key_and_rest(operation, spec);
    keyed(key, together(rest))
}

/// An answer without values repeats the input; that of an addition is the number and the sum.
fn output_of(operation: &Operation, spec: &OperationSpec, values: &[u64]) -> Value {
    let (key, rest) = key_and_rest(operation, spec);
    let as_value = spec.args.iter().find(|arg| arg.id == "value");
    let said = |value: &u64| as_value.map_or_else(|| number(*value), |arg| value_of(arg, *value));
    let answer: Vec<Value> = values.iter().map(said).collect();
    let is_question = matches!(spec.id, "read" | "get" | "dequeue" | "propose");
    keyed(
        key,
        match spec.id {
            _ if is_question => together(answer),
            "add" if !answer.is_empty() => Value::list([together(rest), together(answer)]),
            _ => together(rest),
        },
    )
}
