//! Histories like the published ones, made here and always the same: registers of etcd under Jepsen (five processes, some
//! seventy to ninety operations, timeouts that leave the outcome open), and key-value histories of a course's lab (appends
//! and reads by fifty clients).

use crate::history::{History, Value};
use crate::linearizability::ModelKind;
use std::collections::BTreeMap;

/// Numbers that look random and are the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }
}

/// An operation between its invocation and its return.
struct Open {
    at: usize,
    f: &'static str,
    input: Value,
    /// What it answered, once it took effect.
    answer: Option<Value>,
}

/// Clients of a real register with compare-and-swap; one operation in `unknown_every` times out. With `stale`, reads
/// sometimes answer what was held earlier.
pub fn register(operations: usize, processes: usize, unknown_every: u64, stale: bool, seed: u64) -> History {
    let mut dice = Dice(seed);
    let mut history = History::default();
    let mut open: Vec<Option<Open>> = (0..processes).map(|_| None).collect();
    let mut names: Vec<i64> = (0..processes as i64).collect();
    let (mut held, mut earlier) = (Value::Nil, Value::Nil);
    while history.operations().len() < operations {
        let process = dice.below(processes as u64) as usize;
        let Some(mut now) = open[process].take() else {
            let (a, b) = (dice.below(5) as i64, dice.below(5) as i64);
            let (f, input) = match dice.below(3) {
                0 => ("read", Value::Nil),
                1 => ("write", Value::Int(a)),
                _ => ("cas", Value::list([Value::Int(a), Value::Int(b)])),
            };
            let name = Value::Int(names[process]);
            let at = history.invoke(name, f, input.clone(), 0);
            open[process] = Some(Open { at, f, input, answer: None });
            continue;
        };
        if now.answer.is_none() {
            let old = held.clone();
            now.answer = Some(match (now.f, now.input.pair()) {
                ("read", _) if stale && dice.below(6) == 0 => earlier.clone(),
                ("read", _) => held.clone(),
                ("cas", Some((old, new))) if *old == held => {
                    held = new.clone();
                    now.input.clone()
                }
                ("cas", _) => Value::Nil,
                _ => {
                    held = now.input.clone();
                    now.input.clone()
                }
            });
            if held != old {
                earlier = old;
            }
            open[process] = Some(now);
        } else if now.f != "read" && dice.below(unknown_every) == 0 {
            history.info(now.at, Value::Nil);
            names[process] += processes as i64;
        } else {
            match now.answer {
                Some(Value::Nil) if now.f == "cas" => history.fail(now.at, Value::Nil),
                answer => history.ok(now.at, answer.unwrap_or_default()),
            }
        }
    }
    history
}

/// Clients of a real store: appends, reads and few puts.
pub fn store(operations: usize, processes: usize, keys: u64, seed: u64) -> History {
    let mut dice = Dice(seed);
    let mut history = History::default();
    let mut open: Vec<Option<Open>> = (0..processes).map(|_| None).collect();
    let mut held: BTreeMap<Value, String> = BTreeMap::new();
    let keyed = |key: &Value, value: Value| Value::list([key.clone(), value]);
    loop {
        let process = dice.below(processes as u64) as usize;
        let Some(mut now) = open[process].take() else {
            if history.operations().len() >= operations {
                if open.iter().all(Option::is_none) {
                    return history;
                }
                continue;
            }
            let key = Value::Int(dice.below(keys) as i64);
            let text = Value::text(&format!("x {process} {} y", history.operations().len()));
            let (f, input) = match dice.below(20) {
                0 => ("put", keyed(&key, text)),
                1..10 => ("append", keyed(&key, text)),
                _ => ("get", keyed(&key, Value::Nil)),
            };
            let at = history.invoke(Value::Int(process as i64), f, input.clone(), 0);
            open[process] = Some(Open { at, f, input, answer: None });
            continue;
        };
        match (now.answer.take(), now.input.pair()) {
            (Some(answer), _) => history.ok(now.at, answer),
            (None, Some((key, value))) => {
                let text = held.entry(key.clone()).or_default();
                match (now.f, value) {
                    ("put", Value::Text(new)) => *text = new.to_string(),
                    (_, Value::Text(more)) => text.push_str(more),
                    _ => {}
                }
                let is_get = now.f == "get";
                now.answer = Some(if is_get { keyed(key, Value::text(text)) } else { now.input.clone() });
                open[process] = Some(now);
            }
            (None, None) => {}
        }
    }
}

/// Clients of a real queue or of a real set; a set is read now and then.
pub fn collection(model: ModelKind, operations: usize, processes: usize, seed: u64) -> History {
    let mut dice = Dice(seed);
    let mut history = History::default();
    let mut open: Vec<Option<Open>> = (0..processes).map(|_| None).collect();
    let mut held: Vec<Value> = vec![];
    while history.operations().len() < operations {
        let process = dice.below(processes as u64) as usize;
        let Some(mut now) = open[process].take() else {
            let value = Value::Int(history.operations().len() as i64);
            let (f, input) = match (model, dice.below(20)) {
                (ModelKind::Queue, 0..10) => ("enqueue", value),
                (ModelKind::Queue, _) => ("dequeue", Value::Nil),
                (_, 0..18) => ("add", value),
                _ => ("read", Value::Nil),
            };
            let at = history.invoke(Value::Int(process as i64), f, input.clone(), 0);
            open[process] = Some(Open { at, f, input, answer: None });
            continue;
        };
        if let Some(answer) = now.answer {
            history.ok(now.at, answer);
            continue;
        }
        now.answer = Some(match now.f {
            "read" => Value::list(held.iter().cloned()),
            "dequeue" if held.is_empty() => Value::Nil,
            "dequeue" => held.remove(0),
            _ => {
                held.push(now.input.clone());
                now.input.clone()
            }
        });
        open[process] = Some(now);
    }
    history
}
