//! What the headless commands share: answers go to standard output, complaints to standard error.
#![allow(dead_code, unreachable_pub, reason = "each command uses its part")]

pub mod script;

use playground_core::param::Params;
use playground_core::registry::{Entry, find};
use std::process::ExitCode;

/// Why a command can't answer: one line.
pub struct Complaint(pub String);

impl<E: std::error::Error> From<E> for Complaint {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Runs a command: status 0 if it answered, whatever the answer; 2 if its input is unusable.
pub fn answer(run: impl FnOnce(Vec<String>) -> Result<(), Complaint>) -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Complaint(line)) => {
            eprintln!("{}", line.replace('\n', " "));
            ExitCode::from(2)
        }
    }
}

/// Options of the form `--name value`, and what is left.
pub struct Options {
    words: std::vec::IntoIter<String>,
}

impl Options {
    pub fn new(words: Vec<String>) -> Self {
        Self { words: words.into_iter() }
    }

    /// The next word: an option's name or a plain word.
    pub fn next(&mut self) -> Option<String> {
        self.words.next()
    }

    /// The value of an option.
    pub fn value(&mut self, option: &str) -> Result<String, Complaint> {
        self.words.next().ok_or_else(|| Complaint(format!("{option} wants a value")))
    }

    /// The value of an option, as a number.
    pub fn number<N: std::str::FromStr>(&mut self, option: &str) -> Result<N, Complaint> {
        let text = self.value(option)?;
        text.parse().map_err(|_| Complaint(format!("{option} wants a whole number, not “{text}”")))
    }
}

/// A protocol with parameters said on a command line.
pub struct Chosen {
    pub entry: &'static Entry,
    pub params: Params,
    /// Ids of the parameters that were said, as opposed to those left at their defaults.
    said: Vec<&'static str>,
    pub scenario: Option<String>,
}

impl Chosen {
    pub fn new(slug: &str) -> Result<Self, Complaint> {
        let entry = find(slug)?;
        Ok(Self { entry, params: Params::defaults(entry.meta.params), said: vec![], scenario: None })
    }

    /// `k=v`.
    pub fn set(&mut self, pair: &str) -> Result<(), Complaint> {
        let (id, value) =
            pair.split_once('=').ok_or_else(|| Complaint(format!("--set wants k=v, not “{pair}”")))?;
        self.params.set_text(id, value)?;
        self.note(id);
        Ok(())
    }

    fn note(&mut self, id: &str) {
        let specs = self.entry.meta.params.iter();
        self.said.extend(specs.map(|spec| spec.id).filter(|known| *known == id));
    }

    /// The parameters of a twin, by its id.
    pub fn twin(&mut self, id: &str) -> Result<(), Complaint> {
        let twin = self.entry.meta.twins.iter().find(|twin| twin.id == id).ok_or_else(|| {
            let known: Vec<_> = self.entry.meta.twins.iter().map(|twin| twin.id).collect();
            Complaint(format!("there is no twin “{id}”: wanted one of {}", known.join(", ")))
        })?;
        for (id, value) in twin.params {
            self.params.set(id, *value)?;
            self.note(id);
        }
        Ok(())
    }

    /// What differs from the defaults.
    pub fn changed(&self) -> Vec<(String, u64)> {
        self.params.changed().map(|(spec, value)| (spec.id.into(), value)).collect()
    }

    /// The parameters of a scenario, and over them what was said: a default, too, if somebody asked for it.
    pub fn over(&self, mut params: Vec<(String, u64)>) -> Vec<(String, u64)> {
        let changed = self.changed();
        params.retain(|(id, _)| !self.said.contains(&id.as_str()));
        params.extend(changed);
        params
    }
}
