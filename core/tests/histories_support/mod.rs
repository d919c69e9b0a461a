//! What tests of histories share: a short notation, random histories, and the slow way to judge.
#![allow(dead_code, unreachable_pub, reason = "each test uses its part")]

use playground_core::history::{Format, History, Value, read};
use playground_core::linearizability::{ModelKind, Spec, Verdict};

/// A history from short lines, `0 invoke write 3`: process, type, function and value as EDN.
pub fn history(script: &str) -> History {
    read(&edn(script), Format::Edn).expect("a history in the short notation")
}

/// The same as EDN.
pub fn edn(script: &str) -> String {
    let line = |line: &str| {
        let words: Vec<&str> = line.trim().splitn(4, ' ').collect();
        let value = words.get(3).unwrap_or(&"nil");
        format!("{{:process {}, :type :{}, :f :{}, :value {value}}}\n", words[0], words[1], words[2])
    };
    script.lines().filter(|text| !text.trim().is_empty()).map(line).collect()
}

/// A verdict in words: `yes: write 1, read → 1`, or `no: read → 2, after write 1; holds 1`.
pub fn say(history: &History, verdict: &Verdict) -> String {
    let text = |operation: u32| history.operations()[operation as usize].to_string();
    let order = |order: &[playground_core::linearizability::Placed]| {
        order.iter().map(|placed| text(placed.operation)).collect::<Vec<_>>().join("; ")
    };
    match verdict {
        Verdict::Explained(all) => format!("yes: {}", order(all)),
        Verdict::Unexplained(stuck) => {
            format!("no: {} | {} | {}", text(stuck.operation), order(&stuck.order), stuck.state)
        }
        Verdict::CutShort => "cut short".into(),
    }
}

/// Numbers that look random and are the same everywhere (Knuth's constants, the high half).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }
}

fn small(dice: &mut Dice) -> i64 {
    dice.below(3) as i64
}

/// What a random client asks for: a function, its input, and an answer that might be right.
pub fn random_call(model: ModelKind, dice: &mut Dice) -> (&'static str, Value, Value) {
    let int = Value::Int;
    let (a, b) = (small(dice), small(dice));
    let nothing_or = |value: i64| if value == 0 { Value::Nil } else { Value::Int(value) };
    match (model, dice.below(4)) {
        (ModelKind::Register | ModelKind::CasRegister, 0 | 1) => ("read", Value::Nil, nothing_or(a)),
        (ModelKind::CasRegister, 2) => {
            let cas = Value::list([int(a), int(b)]);
            ("cas", cas.clone(), cas)
        }
        (ModelKind::Register | ModelKind::CasRegister, _) => ("write", int(a), int(a)),
        (ModelKind::Kv, which) => {
            let keyed = |value: Value| Value::list([int(b % 2), value]);
            let text = Value::text(["a", "b", "c"][a as usize]);
            let read = ["", "a", "b", "ab", "ba", "aa"][dice.below(6) as usize];
            match which {
                0 | 1 => ("get", keyed(Value::Nil), keyed(Value::text(read))),
                2 => ("append", keyed(text.clone()), keyed(text)),
                _ => ("put", keyed(text.clone()), keyed(text)),
            }
        }
        (ModelKind::Mutex, 0 | 1) => ("acquire", Value::Nil, Value::Nil),
        (ModelKind::Mutex, _) => ("release", Value::Nil, Value::Nil),
        // Seldom the same value twice, as in published histories.
        (ModelKind::Queue, 0 | 1) => {
            let value = int(1 + 3 * a + b);
            ("enqueue", value.clone(), value)
        }
        (ModelKind::Queue, _) => ("dequeue", Value::Nil, nothing_or(dice.below(7) as i64)),
        (ModelKind::Counter, 0 | 1) => ("add", int(a - 1), int(a - 1)),
        (ModelKind::Counter, _) => ("read", Value::Nil, int(a + b - 1)),
        (ModelKind::Set, 0 | 1) => ("add", int(a), int(a)),
        (ModelKind::Set, _) => {
            let bits = dice.below(8);
            ("read", Value::Nil, Value::list((0..3).filter(|bit| bits >> bit & 1 == 1).map(int)))
        }
        (ModelKind::Consensus, _) => ("propose", int(a), int(if dice.below(3) == 0 { b } else { 1 })),
    }
}

/// A random history of a few operations, some of unknown outcome, some failed.
pub fn random_history(model: ModelKind, operations: usize, processes: u64, dice: &mut Dice) -> History {
    let mut history = History::default();
    let mut open: Vec<Option<(usize, &str, Value)>> = vec![None; processes as usize];
    let mut names: Vec<i64> = (0..processes as i64).collect();
    let mut asked = 0;
    while asked < operations || open.iter().any(Option::is_some) {
        let process = dice.below(processes) as usize;
        match open[process].take() {
            None if asked < operations => {
                let (f, input, answer) = random_call(model, dice);
                let at = history.invoke(Value::Int(names[process]), f, input, asked as u64 + 1);
                open[process] = Some((at, f, answer));
                asked += 1;
            }
            None => {}
            Some((at, f, answer)) => match dice.below(8) {
                0 => {
                    history.info(at, Value::Nil);
                    names[process] += processes as i64;
                }
                1 => names[process] += processes as i64,
                2 if f == "cas" => history.fail(at, Value::Keyword("mismatch".into())),
                2 => history.fail(at, Value::Nil),
                _ => history.ok(at, answer),
            },
        }
    }
    history
}

/// A model that begins empty.
pub fn spec(model: ModelKind) -> Spec {
    Spec::new(model)
}
