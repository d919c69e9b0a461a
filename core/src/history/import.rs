//! Histories from text.

use super::scan::{Place, Scanner, Unreadable};
use super::value::Value;
use super::{Format, History, INPUT_BYTES_MAX, OPERATIONS_MAX};
use std::collections::HashMap;
use std::sync::Arc;

/// Reads a history: a map an event, one after another or all in one vector, list or array; for EDN also the lines of
/// Jepsen's log. Events of the nemesis are passed over, and so are keys that say nothing of the operation (`:time`,
/// `:index`).
///
/// # Errors
/// Says where the text makes no sense and what was wanted there.
pub fn read(text: &str, format: Format) -> Result<History, Unreadable> {
    let mut scanner = Scanner::new(text);
    if text.len() > INPUT_BYTES_MAX {
        return Err(scanner.error(&format!("at most {INPUT_BYTES_MAX} bytes of text")));
    }
    if text.starts_with('\u{feff}') {
        scanner.next_char();
    }
    let mut reader = Reader { scanner, format, history: History::default(), open: HashMap::new() };
    reader.all()?;
    Ok(reader.history)
}

/// Reads a single value, as an option of a command gives it: `3`, `"a"`, `nil`, `null`, `[1 2]`. A bare word is a text.
///
/// # Errors
/// Says where the text makes no sense and what was wanted there.
pub fn read_value(text: &str) -> Result<Value, Unreadable> {
    let mut scanner = Scanner::new(text);
    let value = scanner.edn(0)?;
    scanner.pass_edn_blanks(0)?;
    match (value, scanner.peek()) {
        (_, Some(_)) => Err(scanner.error("a single value")),
        (Value::Keyword(word), None) if &*word == "null" => Ok(Value::Nil),
        (Value::Keyword(word), None) => Ok(Value::Text(word)),
        (value, None) => Ok(value),
    }
}

/// What a text seems to be: JSON's objects begin with a name in double quotes.
pub fn guess(text: &str) -> Format {
    let is_opening = |c: char| c.is_whitespace() || matches!(c, '[' | '{' | '\u{feff}');
    if text.trim_start_matches(is_opening).starts_with('"') { Format::JsonLines } else { Format::Edn }
}

struct Reader<'a> {
    scanner: Scanner<'a>,
    format: Format,
    history: History,
    /// For each process with an operation that has not returned: that operation, and its line.
    open: HashMap<Value, (usize, u32)>,
}

/// What an event says.
#[derive(Default)]
struct Event {
    process: Option<Value>,
    kind: Option<Value>,
    f: Option<Value>,
    value: Value,
    key: Option<Value>,
    error: Value,
}

impl Reader<'_> {
    fn all(&mut self) -> Result<(), Unreadable> {
        let mut close = None;
        loop {
            self.pass_blanks()?;
            self.scanner.begin_event();
            let place = self.scanner.place();
            match self.scanner.peek() {
                None => {
                    let wanted = |close| format!("a closing {}", char::from(close));
                    return close.map_or(Ok(()), |close| Err(self.scanner.error(&wanted(close))));
                }
                byte if byte == close => {
                    self.scanner.next();
                    self.pass_blanks()?;
                    let is_end = self.scanner.peek().is_none();
                    return if is_end { Ok(()) } else { Err(self.scanner.error("nothing more")) };
                }
                Some(b'[') if close.is_none() && self.history.events() == 0 => {
                    self.scanner.next();
                    close = Some(b']');
                }
                Some(b'(') if close.is_none() && self.format == Format::Edn => {
                    self.scanner.next();
                    close = Some(b')');
                }
                Some(b',') if close.is_some() && self.history.events() > 0 => {
                    self.scanner.next();
                }
                Some(b'I' | b'W' | b'E' | b'D') if self.format == Format::Edn => self.log_line()?,
                Some(_) => {
                    let event = self.event(place)?;
                    self.note(event, place)?;
                }
            }
        }
    }

    fn pass_blanks(&mut self) -> Result<(), Unreadable> {
        match self.format {
            Format::Edn => self.scanner.pass_edn_blanks(0),
            Format::JsonLines => {
                self.scanner.pass_json_blanks();
                Ok(())
            }
        }
    }

    fn event(&mut self, place: Place) -> Result<Event, Unreadable> {
        let value = match self.format {
            Format::Edn => self.scanner.edn(0)?,
            Format::JsonLines => self.scanner.json(0)?,
        };
        let Value::Map(pairs) = value else {
            let wanted = match self.format {
                Format::Edn => "an event, {:process … :type … :f … :value …}",
                Format::JsonLines => "an event, {\"process\":…,\"type\":…,\"f\":…,\"value\":…}",
            };
            return Err(self.scanner.error_at(place, wanted));
        };
        let mut event = Event::default();
        for (key, value) in pairs.iter() {
            let (Value::Keyword(name) | Value::Text(name)) = key else { continue };
            match &**name {
                "process" => event.process = Some(value.clone()),
                "type" => event.kind = Some(value.clone()),
                "f" => event.f = Some(value.clone()),
                "value" => event.value = value.clone(),
                "key" => event.key = Some(value.clone()),
                "error" => event.error = value.clone(),
                _ => {}
            }
        }
        Ok(event)
    }

    /// A line of Jepsen's log: `INFO jepsen.util - 0 :invoke :read nil`. Others are passed over.
    fn log_line(&mut self) -> Result<(), Unreadable> {
        let place = self.scanner.place();
        let line = self.scanner.take_while(|byte| byte != b'\n');
        let Some(start) = line.find(" - ").filter(|_| line.contains("jepsen")) else {
            let is_log = ["INFO", "WARN", "ERROR", "DEBUG"].iter().any(|level| line.starts_with(level));
            return if is_log { Ok(()) } else { Err(self.scanner.error_at(place, "an event")) };
        };
        let end = self.scanner.place();
        self.scanner.back_to(place);
        let mut passed = 0;
        self.scanner.take_while(|_| {
            passed += 1;
            passed <= start + 3
        });
        let words: Option<Vec<Value>> = (0..3).map(|_| self.scanner.edn(0).ok()).collect();
        let is_event =
            matches!(words.as_deref(), Some([Value::Int(_), Value::Keyword(_), Value::Keyword(_)]));
        let Some(words) = words.filter(|_| is_event && self.scanner.place().line == place.line) else {
            self.scanner.back_to(end);
            return Ok(());
        };
        let value = self.scanner.edn(0)?;
        self.scanner.take_while(|byte| byte != b'\n');
        let [process, kind, f] = <[Value; 3]>::try_from(words).unwrap_or_default();
        let (process, kind, f) = (Some(process), Some(kind), Some(f));
        self.note(Event { process, kind, f, value, ..Event::default() }, place)
    }

    fn note(&mut self, event: Event, place: Place) -> Result<(), Unreadable> {
        let fail = |wanted: String, found: &Value| {
            let place = self.scanner.error_at(place, "");
            let found = if *found == Value::Nil { String::new() } else { short(found) };
            Err(Unreadable { wanted, found, ..place })
        };
        let process = match event.process {
            Some(Value::Keyword(name) | Value::Text(name)) if &*name == "nemesis" => return Ok(()),
            Some(name @ (Value::Int(_) | Value::Keyword(_) | Value::Text(_))) => name,
            other => return fail("a process, such as 0".into(), &other.unwrap_or_default()),
        };
        let kind = match &event.kind {
            Some(Value::Keyword(kind) | Value::Text(kind)) => Arc::clone(kind),
            other => {
                return fail("a type: invoke, ok, fail or info".into(), &other.clone().unwrap_or_default());
            }
        };
        let f = match &event.f {
            Some(Value::Keyword(f) | Value::Text(f)) => Some(Arc::clone(f)),
            None => None,
            Some(other) => return fail("a function in f, such as read".into(), other),
        };
        let value = match event.key {
            Some(key) => Value::list([key, event.value]),
            None => event.value,
        };
        if &*kind == "invoke" {
            let Some(f) = f else { return fail("a function in f, such as read".into(), &Value::Nil) };
            if let Some((_, line)) = self.open.get(&process) {
                let wanted = format!("a return of process {process}, whose operation of line {line} is open");
                return fail(wanted, &Value::Keyword("invoke".into()));
            }
            if self.history.operations().len() >= OPERATIONS_MAX {
                return fail(format!("at most {OPERATIONS_MAX} operations"), &Value::Nil);
            }
            let operation = self.history.invoke(process.clone(), &f, value, u64::from(place.line));
            self.open.insert(process, (operation, place.line));
            return Ok(());
        }
        if !matches!(&*kind, "ok" | "fail" | "info") {
            return fail("a type: invoke, ok, fail or info".into(), &Value::Keyword(kind));
        }
        let Some((operation, line)) = self.open.get(&process).copied() else {
            let wanted = format!("an invocation by process {process} before it returns");
            return fail(wanted, &Value::Keyword(kind));
        };
        let asked = &self.history.operations()[operation].f;
        if let Some(f) = f.filter(|f| f != asked) {
            return fail(format!("a return of {asked}, asked for in line {line}"), &Value::Keyword(f));
        }
        self.open.remove(&process);
        match &*kind {
            "ok" => self.history.ok(operation, value),
            "fail" => self.history.fail(operation, event.error),
            _ => self.history.info(operation, event.error),
        }
        Ok(())
    }
}

/// A value in an error, not at length.
fn short(value: &Value) -> String {
    value.to_string().chars().take(24).flat_map(char::escape_debug).collect()
}
