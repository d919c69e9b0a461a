//! Judges a history of client operations:
//! `cargo run --release -q -p playground-core --example linearizable -- FILE --model MODEL [--init V] [--format edn|jsonl]`
//!
//! `FILE` holds Jepsen's EDN or JSON lines; `-` reads standard input. Without `--format` the ending or the content tells.
//! `MODEL` is `register`, `cas-register`, `kv`, `mutex`, `queue`, `counter`, `set` or `consensus`; `--init` is its value at first.
//!
//! Prints one object, `{"linearizable":true|false|null,"operations":N,"seconds":S,"stuck":null|{…}}`. `null` says that
//! the bounds were used up first. `stuck` names the operation that can't be placed: `operation` is its number among the
//! invocations from 1, `line` the line of its invocation, `process`, `f`, `value` and `text` are what it was, `key` the
//! object, `state` what the object held after `placed` operations were placed.
//!
//! Exit status 0: answered. 2: unusable input, with one line on standard error that says where and what was wanted.

mod support;

use playground_core::history::{Format, History, INPUT_BYTES_MAX, Value, guess, read, read_value};
use playground_core::linearizability::{Checker, ModelKind, Spec, Stuck, Verdict};
use std::io::Read;
use std::process::ExitCode;
use std::time::Instant;
use support::{Complaint, Options, answer};

/// Steps before the answer is that nobody knows: an hour or so.
const STEPS_MAX: u64 = 40_000_000_000;

const USAGE: &str = "linearizable FILE --model register|cas-register|kv|mutex|queue|counter|set|consensus [--init V] \
                     [--format edn|jsonl]";

fn main() -> ExitCode {
    answer(|words| {
        println!("{}", line(words)?);
        Ok(())
    })
}

/// What the command line asks for.
struct Wish {
    file: String,
    spec: Spec,
    format: Option<Format>,
}

fn line(words: Vec<String>) -> Result<String, Complaint> {
    let wish = wish(words)?;
    let text = text_of(&wish.file)?;
    let by_ending = || match wish.file.rsplit_once('.')?.1 {
        "edn" => Some(Format::Edn),
        "jsonl" | "json" | "ndjson" => Some(Format::JsonLines),
        _ => None,
    };
    let format = wish.format.or_else(by_ending).unwrap_or_else(|| guess(&text));
    let history = read(&text, format).map_err(|error| Complaint(format!("{}: {error}", wish.file)))?;
    let begin = Instant::now();
    let verdict = Checker::judge(&history, &wish.spec, STEPS_MAX);
    let seconds = begin.elapsed().as_secs_f64();
    let verdict = verdict.map_err(|misfit| Complaint(format!("{}: {misfit}", wish.file)))?;
    let (linearizable, stuck) = match &verdict {
        Verdict::Explained(_) => ("true", "null".into()),
        Verdict::Unexplained(stuck) => ("false", stuck_json(&history, stuck)),
        Verdict::CutShort => ("null", "null".into()),
    };
    let operations = history.operations().len();
    Ok(format!(
        "{{\"linearizable\":{linearizable},\"operations\":{operations},\"seconds\":{seconds:.6},\"stuck\":{stuck}}}"
    ))
}

fn wish(words: Vec<String>) -> Result<Wish, Complaint> {
    let (mut file, mut model, mut initial, mut format) = (None, None, None, None);
    let mut options = Options::new(words);
    while let Some(word) = options.next() {
        match word.as_str() {
            "--model" => {
                let id = options.value("--model")?;
                let known = || ModelKind::ALL.map(ModelKind::id).join("|");
                let wanted = || Complaint(format!("--model: wanted {}, found {id}", known()));
                model = Some(ModelKind::of(&id).ok_or_else(wanted)?);
            }
            "--init" => {
                let value = read_value(&options.value("--init")?);
                initial = Some(value.map_err(|error| Complaint(format!("--init: {error}")))?);
            }
            "--format" => {
                format = Some(match options.value("--format")?.as_str() {
                    "edn" => Format::Edn,
                    "jsonl" => Format::JsonLines,
                    other => return Err(Complaint(format!("--format: wanted edn or jsonl, found {other}"))),
                });
            }
            other if other.starts_with("--") => return Err(Complaint(format!("{other}: wanted {USAGE}"))),
            _ if file.is_none() => file = Some(word),
            other => return Err(Complaint(format!("{other}: wanted one file, found a second one"))),
        }
    }
    let file = file.ok_or_else(|| Complaint(format!("wanted a file: {USAGE}")))?;
    let model = model.ok_or_else(|| Complaint(format!("wanted --model: {USAGE}")))?;
    Ok(Wish { file, spec: Spec { initial, ..Spec::new(model) }, format })
}

/// The text of a file, no longer than what is read of it.
fn text_of(file: &str) -> Result<String, Complaint> {
    let mut bytes = vec![];
    let limit = INPUT_BYTES_MAX as u64 + 1;
    let read = if file == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|opened| opened.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| Complaint(format!("{file}: wanted a readable file, found: {error}")))?;
    if bytes.len() > INPUT_BYTES_MAX {
        return Err(Complaint(format!("{file}: wanted at most {INPUT_BYTES_MAX} bytes, found more")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
        let found = error.as_bytes()[valid.len()];
        Complaint(format!("{file}: line {line}: wanted UTF-8, found byte {found:#04x}"))
    })
}

fn stuck_json(history: &History, stuck: &Stuck) -> String {
    let operation = &history.operations()[stuck.operation as usize];
    let process = &history.processes()[operation.process as usize];
    let value = operation.output().unwrap_or(&operation.input);
    format!(
        "{{\"operation\":{},\"line\":{},\"process\":{},\"f\":{},\"value\":{},\"text\":{},\"key\":{},\"state\":{},\
         \"placed\":{}}}",
        stuck.operation + 1,
        operation.source,
        process.to_json(),
        Value::text(&operation.f).to_json(),
        value.to_json(),
        Value::text(&operation.to_string()).to_json(),
        stuck.key.to_json(),
        Value::text(&stuck.state).to_json(),
        stuck.order.len()
    )
}
