//! The search against the slow way: every order of tiny histories, tried one by one over a model written a second time.

mod histories_support;

use histories_support::{Dice, random_history, say};
use playground_core::history::{End, History, Operation, Value};
use playground_core::linearizability::{Checker, Live, ModelKind, Placed, Sequential, Spec, Verdict};
use std::collections::BTreeMap;

/// What an object holds, for every model at once.
type Held = BTreeMap<Value, Vec<Value>>;

/// Key, input and answer of an operation.
fn parts(model: ModelKind, operation: &Operation) -> (Value, Value, Option<Value>) {
    let (key, input) = match (model, operation.input.pair()) {
        (ModelKind::Kv, Some((key, value))) => (key.clone(), value.clone()),
        _ => (Value::Nil, operation.input.clone()),
    };
    let output = operation.output().map(|value| match (model, value.pair()) {
        (ModelKind::Kv, Some((_, value))) => value.clone(),
        _ => value.clone(),
    });
    (key, input, output)
}

/// One operation on an object, the naive way. `None`: it would not answer so.
fn naive(model: ModelKind, held: &Held, operation: &Operation) -> Option<Held> {
    let (key, input, output) = parts(model, operation);
    let now = held.get(&key).cloned().unwrap_or_default();
    let single = now.first().cloned().unwrap_or_default();
    let text = |value: &Value| match value {
        Value::Text(text) => text.to_string(),
        _ => String::new(),
    };
    let int = |value: &Value| match value {
        Value::Int(number) => *number,
        _ => 0,
    };
    let answers = |right: Value| output.as_ref().is_none_or(|output| *output == right);
    let next = match (model, &*operation.f) {
        (ModelKind::Queue, "enqueue") => now.into_iter().chain([input]).collect(),
        (ModelKind::Queue, _) => {
            if !answers(single) {
                return None;
            }
            now.into_iter().skip(1).collect()
        }
        (ModelKind::Counter, "add") => vec![Value::Int(int(&single) + int(&input))],
        (ModelKind::Counter, _) => {
            if !answers(Value::Int(int(&single))) {
                return None;
            }
            now
        }
        (ModelKind::Set, "add") => {
            let mut all: Vec<Value> = now.into_iter().chain([input]).collect();
            all.sort();
            all.dedup();
            all
        }
        (ModelKind::Set, _) => {
            if !answers(Value::list(now.clone())) {
                return None;
            }
            now
        }
        (ModelKind::Consensus, _) => {
            let decided = if now.is_empty() { input } else { single };
            if !answers(decided.clone()) {
                return None;
            }
            vec![decided]
        }
        (ModelKind::Mutex, "acquire") if now.is_empty() => vec![Value::Bool(true)],
        (ModelKind::Mutex, "release") if !now.is_empty() => vec![],
        (ModelKind::Mutex, _) => return None,
        (ModelKind::Kv, "append") => vec![Value::text(&(text(&single) + &text(&input)))],
        (ModelKind::Kv, "get") => {
            if !answers(Value::text(&text(&single))) {
                return None;
            }
            now
        }
        (_, "read") => {
            if !answers(single) {
                return None;
            }
            now
        }
        (_, "cas") => {
            let (old, new) = input.pair().expect("a pair");
            match (operation.is_mismatch(), *old == single) {
                (false, true) => vec![new.clone()],
                (true, false) => now,
                _ => return None,
            }
        }
        _ => vec![input],
    };
    let mut after = held.clone();
    after.insert(key, next);
    Some(after)
}

/// Whether any order explains a history as far as the event `end`: `must_precede` says which operations can't be exchanged.
fn any_order(
    model: ModelKind,
    history: &History,
    left: &mut Vec<usize>,
    held: &Held,
    end: u32,
    must_precede: &dyn Fn(&Operation, &Operation) -> bool,
) -> bool {
    let operation = |at: usize| &history.operations()[at];
    let may_end = |at: usize| operation(at).returned().is_none_or(|returned| returned > end);
    if left.iter().all(|at| may_end(*at)) {
        return true;
    }
    for place in 0..left.len() {
        let at = left[place];
        if left.iter().any(|other| *other != at && must_precede(operation(*other), operation(at))) {
            continue;
        }
        let Some(after) = naive(model, held, operation(at)) else { continue };
        left.remove(place);
        let found = any_order(model, history, left, &after, end, must_precede);
        left.insert(place, at);
        if found {
            return true;
        }
    }
    false
}

fn relevant(history: &History) -> Vec<usize> {
    let counts =
        |operation: &Operation| !matches!(operation.end, End::Fail { .. }) || operation.is_mismatch();
    (0..history.operations().len()).filter(|at| counts(&history.operations()[*at])).collect()
}

fn by_time(before: &Operation, after: &Operation) -> bool {
    before.returned().is_some_and(|returned| returned < after.invoked)
}

fn by_process(before: &Operation, after: &Operation) -> bool {
    before.process == after.process && before.invoked < after.invoked && before.returned().is_some()
}

/// An order must be one: legal, in time, and of all that must be in it.
fn assert_explains(model: ModelKind, history: &History, order: &[Placed], in_time: bool) {
    let mut held = Held::new();
    for (at, placed) in order.iter().enumerate() {
        let operation = &history.operations()[placed.operation as usize];
        held = naive(model, &held, operation).expect("every answer is right in an explanation");
        let earlier = order[..at].iter().map(|other| &history.operations()[other.operation as usize]);
        if in_time {
            assert!(earlier.clone().all(|other| !by_time(operation, other)), "out of order: {operation}");
            assert!(placed.after >= operation.invoked, "{operation} before its invocation");
            assert!(
                operation.returned().is_none_or(|end| placed.after < end),
                "{operation} after its return"
            );
        } else {
            assert!(earlier.clone().all(|other| !by_process(operation, other)), "out of order: {operation}");
        }
    }
}

fn compare(model: ModelKind, rounds: u64) -> (u32, u32) {
    let (mut yes, mut no) = (0, 0);
    for round in 0..rounds {
        let mut dice = Dice(round * 977 + model as u64);
        let operations = 2 + dice.below(6) as usize;
        let history = random_history(model, operations, 3, &mut dice);
        let by_key = Spec::new(model);
        let whole = Spec { by_key: false, ..by_key.clone() };
        let verdict = Checker::judge(&history, &by_key, u64::MAX).expect("a history of the model");
        let right = any_order(model, &history, &mut relevant(&history), &Held::new(), u32::MAX, &by_time);
        let context = || format!("{model:?} {round}: {}\n{history:#?}", say(&history, &verdict));
        match &verdict {
            Verdict::Explained(order) => {
                assert!(right, "{}", context());
                assert_explains(model, &history, order, true);
                let placed: Vec<usize> = order.iter().map(|placed| placed.operation as usize).collect();
                for at in relevant(&history) {
                    let is_known = history.operations()[at].returned().is_some();
                    assert!(!is_known || placed.contains(&at), "{}", context());
                }
                yes += 1;
            }
            Verdict::Unexplained(stuck) => {
                assert!(!right, "{}", context());
                assert_explains(model, &history, &stuck.order, true);
                no += 1;
                if model != ModelKind::Kv {
                    let end = history.operations()[stuck.operation as usize].returned().expect("it returned");
                    for (until, expected) in [(end, false), (end - 1, true)] {
                        let mut left = relevant(&history);
                        left.retain(|at| history.operations()[*at].invoked <= until);
                        let got = any_order(model, &history, &mut left, &Held::new(), until, &by_time);
                        assert_eq!(got, expected, "until {until}: {}", context());
                    }
                }
            }
            Verdict::CutShort => panic!("{}", context()),
        }
        let other = Checker::judge(&history, &whole, u64::MAX).expect("a history of the model");
        assert_eq!(matches!(other, Verdict::Explained(_)), right, "{}", context());
        let mut live = Live::new(by_key.clone());
        let followed = live.follow(&history).expect("a history of the model");
        assert_eq!(matches!(followed, Verdict::Explained(_)), right, "{}", context());
        let mut sequential = Sequential::new(&history, &by_key).expect("a history of the model");
        assert!(sequential.run(u64::MAX));
        let right = any_order(model, &history, &mut relevant(&history), &Held::new(), u32::MAX, &by_process);
        match sequential.verdict() {
            Some(Verdict::Explained(order)) => {
                assert!(right, "{}", context());
                assert_explains(model, &history, order, false);
            }
            Some(Verdict::Unexplained(stuck)) => {
                assert!(!right, "{}", context());
                assert_explains(model, &history, &stuck.order, false);
            }
            other => panic!("{other:?}"),
        }
    }
    (yes, no)
}

// Exact numbers of linearizable and other histories: both verdicts are tried, and no change of the dice goes unseen.
macro_rules! agrees {
    ($($name:ident: $model:ident, $counts:expr;)*) => {$(
        #[test]
        fn $name() {
            assert_eq!(compare(ModelKind::$model, 4_000), $counts);
        }
    )*};
}

agrees! {
    registers_are_judged_as_by_trying_every_order: Register, (1_819, 2_181);
    cas_registers_are_judged_as_by_trying_every_order: CasRegister, (1_004, 2_996);
    stores_are_judged_as_by_trying_every_order: Kv, (1_202, 2_798);
    locks_are_judged_as_by_trying_every_order: Mutex, (1_820, 2_180);
    queues_are_judged_as_by_trying_every_order: Queue, (1_266, 2_734);
    counters_are_judged_as_by_trying_every_order: Counter, (1_524, 2_476);
    sets_are_judged_as_by_trying_every_order: Set, (1_236, 2_764);
    consensus_is_judged_as_by_trying_every_order: Consensus, (1_328, 2_672);
}
