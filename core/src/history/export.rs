//! Histories as text.

use super::value::Value;
use super::{End, Format, History};
use std::collections::HashMap;
use std::fmt::Write;

/// What an event says of its operation's end.
type Returned<'a> = (&'static str, &'a Value, &'a Value);

/// Writes a history, an event a line, so that [`super::read`] reads the same one. A process whose operation never
/// returned and that goes on gets a new name, since in text a process has one operation at a time. JSON knows no
/// keywords: they become texts.
pub fn write(history: &History, format: Format) -> String {
    let mut events: Vec<(u32, usize, bool)> = vec![];
    for (at, operation) in history.operations().iter().enumerate() {
        events.push((operation.invoked, at, true));
        let returned = match operation.end {
            End::Ok { at, .. } | End::Fail { at, .. } => Some(at),
            End::Unknown { at, .. } => at,
        };
        events.extend(returned.map(|place| (place, at, false)));
    }
    events.sort_unstable();
    let mut names = Names::new(history);
    let mut text = String::new();
    for (_, at, is_invocation) in events {
        let operation = &history.operations()[at];
        let (kind, value, error): Returned<'_> = match &operation.end {
            _ if is_invocation => ("invoke", &operation.input, &Value::Nil),
            End::Ok { value, .. } => ("ok", value, &Value::Nil),
            End::Fail { error, .. } => ("fail", &operation.input, error),
            End::Unknown { error, .. } => ("info", &operation.input, error),
        };
        let process = names.of(operation.process, at, is_invocation);
        write_event(&mut text, format, &process, kind, &operation.f, value, error);
    }
    text
}

fn write_event(
    text: &mut String,
    format: Format,
    process: &Value,
    kind: &str,
    f: &str,
    value: &Value,
    error: &Value,
) {
    let keys = match format {
        Format::Edn => ["{:process ", ", :type ", ", :f ", ", :value ", ", :error "],
        Format::JsonLines => ["{\"process\":", ",\"type\":", ",\"f\":", ",\"value\":", ",\"error\":"],
    };
    let (kind, f) = (Value::Keyword(kind.into()), Value::Keyword(f.into()));
    for (key, value) in keys.iter().zip([process, &kind, &f, value, error]) {
        if *key == keys[4] && *value == Value::Nil {
            continue;
        }
        text.push_str(key);
        match format {
            Format::Edn => write_edn(text, value),
            Format::JsonLines => write_json(text, value),
        }
    }
    text.push_str("}\n");
}

impl Value {
    /// A value as JSON.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        write_json(&mut text, self);
        text
    }

    /// A value as EDN.
    pub fn to_edn(&self) -> String {
        let mut text = String::new();
        write_edn(&mut text, self);
        text
    }
}

/// The names of processes in text.
struct Names<'a> {
    history: &'a History,
    /// By process: the operation it has open, and what it is called.
    now: HashMap<u32, (Option<usize>, Value)>,
    /// Names of operations whose process went on before they returned.
    left: HashMap<usize, Value>,
    fresh: i64,
}

impl<'a> Names<'a> {
    fn new(history: &'a History) -> Self {
        let numbers = history.processes().iter().filter_map(|name| match name {
            Value::Int(number) => Some(*number),
            _ => None,
        });
        let fresh = numbers.max().map_or(0, |number| number.saturating_add(1));
        Self { history, now: HashMap::new(), left: HashMap::new(), fresh }
    }

    fn of(&mut self, process: u32, operation: usize, is_invocation: bool) -> Value {
        let name = || self.history.processes()[process as usize].clone();
        let (open, name) = self.now.entry(process).or_insert_with(|| (None, name()));
        if is_invocation {
            if let Some(other) = open.take() {
                self.left.insert(other, name.clone());
                *name = Value::Int(self.fresh);
                self.fresh = self.fresh.saturating_add(1);
            }
            *open = Some(operation);
        } else if let Some(left) = self.left.remove(&operation) {
            return left;
        } else {
            *open = None;
        }
        name.clone()
    }
}

fn write_edn(text: &mut String, value: &Value) {
    match value {
        Value::Text(content) => write_text(text, content),
        // A name from JSON can be anything.
        Value::Keyword(word) if word.is_empty() || !word.bytes().all(super::edn::is_word) => {
            write_text(text, word)
        }
        Value::List(values) => {
            text.push('[');
            for (at, value) in values.iter().enumerate() {
                text.push_str(if at > 0 { " " } else { "" });
                write_edn(text, value);
            }
            text.push(']');
        }
        Value::Map(pairs) => {
            text.push('{');
            for (at, (key, value)) in pairs.iter().enumerate() {
                text.push_str(if at > 0 { ", " } else { "" });
                write_edn(text, key);
                text.push(' ');
                write_edn(text, value);
            }
            text.push('}');
        }
        other => {
            write!(text, "{other}").ok();
        }
    }
}

fn write_json(text: &mut String, value: &Value) {
    match value {
        Value::Nil => text.push_str("null"),
        Value::Text(content) | Value::Keyword(content) => write_text(text, content),
        // EDN has numbers that JSON has not: 1/3, 2.5M, ##NaN.
        Value::Number(number) if number.parse::<f64>().is_ok_and(f64::is_finite) => text.push_str(number),
        Value::Number(number) => write_text(text, number),
        Value::List(values) => {
            text.push('[');
            for (at, value) in values.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                write_json(text, value);
            }
            text.push(']');
        }
        Value::Map(pairs) => {
            text.push('{');
            for (at, (key, value)) in pairs.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                match key {
                    Value::Text(name) | Value::Keyword(name) => write_text(text, name),
                    other => write_text(text, &other.to_string()),
                }
                text.push(':');
                write_json(text, value);
            }
            text.push('}');
        }
        other => {
            write!(text, "{other}").ok();
        }
    }
}

fn write_text(text: &mut String, content: &str) {
    text.push('"');
    for character in content.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            '\r' => text.push_str("\\r"),
            c if c < ' ' => {
                write!(text, "\\u{:04x}", u32::from(c)).ok();
            }
            c => text.push(c),
        }
    }
    text.push('"');
}
