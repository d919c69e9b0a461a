//! From a history to what a search works on: objects, each with its operations.

use super::machine::{Machine, Numbered, Product};
use super::model::{Answer, Asked, Misfit, Model, ModelKind, Spec};
use super::models::{Consensus, Counter, Mutex, Queue, Register, Set};
use crate::history::{End, History, Operation, Value};
use std::collections::BTreeMap;

/// An operation that a search has to place, or may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Item {
    /// Position in the history.
    pub(super) operation: u32,
    pub(super) process: u32,
    /// The machine's number for it.
    pub(super) call: u32,
    /// Places among all events.
    pub(super) invoked: u32,
    /// `None`: of unknown outcome, so it may be left out.
    pub(super) returned: Option<u32>,
    /// In a queue: when what was put in was taken out.
    pub(super) turn: Option<Turn>,
}

/// When what was put into a queue was taken out, as far as the history tells. Who was taken out first was put in first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Turn {
    /// Not before this event.
    pub(super) from: u32,
    /// Before this event. Both are [`NEVER`] if it was never taken out.
    pub(super) to: u32,
}

/// Of what stays in a queue.
pub(super) const NEVER: u32 = u32::MAX;

impl Item {
    /// The item in the beginning of a history that ends with an event.
    pub(super) fn until(self, end: u32) -> Self {
        let returned = self.returned.filter(|at| *at <= end);
        let turn = self.turn.filter(|turn| turn.to == NEVER || turn.to <= end);
        Self { returned, turn, ..self }
    }
}

/// An object and what was asked of it, in the order of invocations.
pub(super) struct Object {
    /// Nil if it is the only one.
    pub(super) key: Value,
    pub(super) items: Vec<Item>,
    pub(super) machine: Box<dyn Machine>,
}

/// An operation with its key taken off.
struct Part<'a> {
    at: usize,
    input: &'a Value,
    answer: Answer<'a>,
}

/// The objects of a history, by key.
pub(super) fn objects_of(history: &History, spec: &Spec) -> Result<Vec<Object>, Misfit> {
    let parts = parts_of(history, spec)?;
    let initial = spec.initial.as_ref();
    parts
        .into_iter()
        .map(|(key, parts)| match spec.model {
            ModelKind::Register | ModelKind::CasRegister | ModelKind::Kv => {
                let is_list = |part: &Part<'_>| matches!(part.answer, Answer::Ok(Value::List(_)));
                let is_read =
                    |part: &Part<'_>| matches!(&*history.operations()[part.at].f, "get" | "read" | "r");
                let appends_lists = parts.iter().any(|part| is_read(part) && is_list(part));
                let model = Register { kind: spec.model, initial: initial.cloned(), appends_lists };
                object_of(history, key, &parts, model)
            }
            ModelKind::Mutex => object_of(history, key, &parts, Mutex { is_held: is_held(initial)? }),
            ModelKind::Queue => {
                let initial = list_of(initial)?.into();
                let model = Queue { initial };
                let mut object = object_of(history, key, &parts, model.clone())?;
                set_turns(&mut object.items, history, &model);
                Ok(object)
            }
            ModelKind::Counter => {
                let initial = match initial {
                    None | Some(Value::Nil) => 0,
                    Some(Value::Int(number)) => *number,
                    Some(other) => return Err(Misfit::initial("a whole number", other)),
                };
                object_of(history, key, &parts, Counter { initial })
            }
            ModelKind::Consensus => object_of(history, key, &parts, Consensus),
            ModelKind::Set => {
                let is_add = |part: &&Part<'_>| &*history.operations()[part.at].f == "add";
                let added = parts.iter().filter(is_add).map(|part| part.input.clone());
                let model = Set::new(list_of(initial)?.into_iter().collect(), added);
                object_of(history, key, &parts, model)
            }
        })
        .collect()
}

/// All objects as one.
pub(super) fn one_of(mut objects: Vec<Object>) -> Object {
    if objects.len() == 1 {
        return objects.remove(0);
    }
    let mut items = vec![];
    let mut parts = vec![];
    let mut calls_before = 0;
    for object in objects {
        items.extend(object.items.iter().map(|item| Item { call: item.call + calls_before, ..*item }));
        calls_before += object.machine.calls();
        parts.push((object.key.to_string(), object.machine));
    }
    items.sort_unstable_by_key(|item| item.invoked);
    Object { key: Value::Nil, items, machine: Box::new(Product::new(parts)) }
}

/// Tells for each enqueueing when its value was dequeued, if it was enqueued once and dequeued once.
fn set_turns(items: &mut [Item], history: &History, queue: &Queue) {
    let operation = |item: &Item| &history.operations()[item.operation as usize];
    let is_enqueue = |item: &Item| matches!(&*operation(item).f, "enqueue" | "push" | "offer");
    let mut enqueued: BTreeMap<&Value, u32> = BTreeMap::new();
    for value in queue.initial.iter() {
        *enqueued.entry(value).or_default() += 1;
    }
    let mut dequeued: BTreeMap<&Value, Vec<Turn>> = BTreeMap::new();
    let mut is_any_unknown = false;
    for item in items.iter() {
        match (is_enqueue(item), operation(item).output()) {
            (true, _) => *enqueued.entry(&operation(item).input).or_default() += 1,
            (false, Some(value)) => {
                let turn = Turn { from: item.invoked, to: item.returned.unwrap_or(NEVER) };
                dequeued.entry(value).or_default().push(turn);
            }
            (false, None) => is_any_unknown = true,
        }
    }
    for item in items.iter_mut() {
        let value = &history.operations()[item.operation as usize].input;
        let is_once = is_enqueue(item) && enqueued.get(value) == Some(&1);
        item.turn = match dequeued.get(value).map(Vec::as_slice) {
            Some([turn]) if is_once => Some(*turn),
            None if is_once && !is_any_unknown => Some(Turn { from: NEVER, to: NEVER }),
            _ => None,
        };
    }
}

fn is_held(initial: Option<&Value>) -> Result<bool, Misfit> {
    match initial {
        None | Some(Value::Nil | Value::Bool(false)) => Ok(false),
        Some(Value::Bool(true)) => Ok(true),
        Some(Value::Text(word)) if matches!(&**word, "held" | "locked") => Ok(true),
        Some(Value::Text(word)) if matches!(&**word, "free" | "unlocked") => Ok(false),
        Some(other) => Err(Misfit::initial("held or free", other)),
    }
}

fn list_of(initial: Option<&Value>) -> Result<Vec<Value>, Misfit> {
    match initial {
        None | Some(Value::Nil) => Ok(vec![]),
        Some(Value::List(values)) => Ok(values.to_vec()),
        Some(other) => Err(Misfit::initial("a list", other)),
    }
}

/// Operations by key, without those known to have had no effect.
fn parts_of<'a>(history: &'a History, spec: &Spec) -> Result<BTreeMap<Value, Vec<Part<'a>>>, Misfit> {
    let has_keys = has_keys(history, spec.model);
    let mut parts: BTreeMap<Value, Vec<Part<'_>>> = BTreeMap::new();
    for (at, operation) in history.operations().iter().enumerate() {
        let mut answer = match &operation.end {
            End::Ok { value, .. } => Answer::Ok(value),
            End::Unknown { .. } => Answer::Unknown,
            End::Fail { .. } if operation.is_mismatch() => Answer::Mismatch,
            End::Fail { .. } => continue,
        };
        let (mut key, mut input) = (&Value::Nil, &operation.input);
        if has_keys {
            let wanted = || format!("wanted [key value] for {}, found {}", operation.f, operation.input);
            (key, input) = split(&operation.input).ok_or_else(|| Misfit::of(at, operation, wanted()))?;
            if let Answer::Ok(value) = answer {
                let wanted = || format!("wanted the answer [{key} value] for {}, found {value}", operation.f);
                let split = split(value).filter(|(same, _)| *same == key);
                answer = Answer::Ok(split.ok_or_else(|| Misfit::of(at, operation, wanted()))?.1);
            }
        }
        parts.entry(key.clone()).or_default().push(Part { at, input, answer });
    }
    Ok(parts)
}

/// A key and what belongs to it; a key alone belongs to a read.
pub(super) fn split(value: &Value) -> Option<(&Value, &Value)> {
    value.pair()
}

/// Whether values are pairs of a key and a value. A plain register's reads ask with nothing, and its values could be
/// pairs themselves; so all of them must look keyed.
pub(super) fn has_keys(history: &History, model: ModelKind) -> bool {
    let looks_keyed = |operation: &Operation| match (&*operation.f, operation.input.pair()) {
        ("cas", Some((_, value))) => value.pair().is_some(),
        (_, pair) => pair.is_some(),
    };
    match model {
        ModelKind::Kv => true,
        model if model.may_have_keys() => {
            !history.operations().is_empty() && history.operations().iter().all(looks_keyed)
        }
        _ => false,
    }
}

fn object_of<M: Model>(
    history: &History,
    key: Value,
    parts: &[Part<'_>],
    model: M,
) -> Result<Object, Misfit> {
    let mut machine = Numbered::new(model);
    let mut items = vec![];
    for part in parts {
        let operation = &history.operations()[part.at];
        let asked = Asked { f: &operation.f, input: part.input, answer: part.answer };
        let call = machine.model().call(asked).map_err(|wanted| Misfit::of(part.at, operation, wanted))?;
        let Some(call) = call else { continue };
        let call = machine.number(call);
        let returned = operation.returned();
        if returned.is_none() && machine.is_pure(call) {
            continue;
        }
        let Operation { process, invoked, .. } = *operation;
        items.push(Item { operation: part.at as u32, process, call, invoked, returned, turn: None });
    }
    Ok(Object { key, items, machine: Box::new(machine) })
}
