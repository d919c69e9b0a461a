//! What a single client may rely on, whatever others see (Terry, Demers, Petersen, Spreitzer, Theimer, Welch, *Session
//! Guarantees for Weakly Consistent Replicated Data*, 1994).
//!
//! The paper speaks of servers and of the writes each has; a history knows neither. So they are judged here by what
//! shows: a client reads a version although an *older* one than it must see. One version is older than another if its
//! write returned before the other's began, or if the same process wrote it earlier; and what was there before all
//! writes is older than any. Which write a value comes from must be plain, so values must be written once.
//!
//! A client that reads a newer version and then an older one of the same key breaks *monotonic reads*. Whether it turned
//! to a server that lags, or its server took the writes in the wrong order, no history can tell.

use super::model::{Misfit, ModelKind, Spec};
use super::objects::{has_keys, split};
use crate::history::{End, History, Operation, Value};
use std::collections::HashMap;

/// The four guarantees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GuaranteeKind {
    /// A client sees its own writes.
    ReadYourWrites,
    /// A client that saw a version never sees an older one.
    MonotonicReads,
    /// Who sees a client's write sees what that client wrote before.
    MonotonicWrites,
    /// Who sees a client's write sees what that client had read before it.
    WritesFollowReads,
}

impl GuaranteeKind {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::ReadYourWrites, Self::MonotonicReads, Self::MonotonicWrites, Self::WritesFollowReads];

    /// Stable name.
    pub const fn id(self) -> &'static str {
        match self {
            Self::ReadYourWrites => "read-your-writes",
            Self::MonotonicReads => "monotonic-reads",
            Self::MonotonicWrites => "monotonic-writes",
            Self::WritesFollowReads => "writes-follow-reads",
        }
    }

    /// In prose.
    pub const fn text(self) -> &'static str {
        match self {
            Self::ReadYourWrites => "A client sees its own writes.",
            Self::MonotonicReads => "A client that saw a version never sees an older one.",
            Self::MonotonicWrites => "Who sees a client's write sees what that client wrote before it.",
            Self::WritesFollowReads => "Who sees a client's write sees what that client had read before it.",
        }
    }
}

/// A guarantee and whether a history keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guarantee {
    /// Which.
    pub kind: GuaranteeKind,
    /// The operations that break it, if some do.
    pub broken: Option<Broken>,
}

/// How a guarantee is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Positions of the operations to look at, the last one the read of a version too old.
    pub witness: Vec<u32>,
    /// What was seen, in a sentence.
    pub sentence: String,
}

/// Judges the four guarantees of a history of registers, in the order of [`GuaranteeKind::ALL`].
///
/// # Errors
/// Names an operation that is neither a read, a write nor a compare-and-swap, or that writes a value for the second
/// time, so that nobody can tell which write a read saw.
pub fn guarantees(history: &History, spec: &Spec) -> Result<[Guarantee; 4], Misfit> {
    let mut judge = Judge::new(history, spec)?;
    judge.all();
    Ok(GuaranteeKind::ALL.map(|kind| Guarantee { kind, broken: judge.broken.remove(&kind) }))
}

/// A version: the operation that wrote it; `None` is what was there before.
type Version = Option<u32>;

/// A read or a write, in the order of a process.
#[derive(Debug, Clone, Copy)]
struct Access<'a> {
    operation: u32,
    key: &'a Value,
    what: What,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Read(Version),
    /// And whether it was told that it took effect.
    Write(bool),
}

/// What must be seen of a key by whoever sees a write, and why: the write's process wrote or read it before.
type Floor<'a> = Vec<(&'a Value, u32, u32)>;

struct Judge<'a> {
    history: &'a History,
    /// By process.
    sessions: Vec<Vec<Access<'a>>>,
    /// For each write: what its process wrote before, and read before.
    wrote_before: HashMap<u32, Floor<'a>>,
    read_before: HashMap<u32, Floor<'a>>,
    broken: HashMap<GuaranteeKind, Broken>,
}

impl<'a> Judge<'a> {
    fn new(history: &'a History, spec: &Spec) -> Result<Self, Misfit> {
        let keyed = has_keys(history, spec.model);
        let first = spec.initial.clone().unwrap_or_default();
        let parts = |operation: &'a Operation| match split(&operation.input) {
            Some(parts) if keyed => parts,
            _ => (&Value::Nil, &operation.input),
        };
        let mut writes: HashMap<(&Value, &Value), u32> = HashMap::new();
        for (at, operation) in history.operations().iter().enumerate() {
            let (key, input) = parts(operation);
            let misfit = |wanted: String| Misfit::of(at, operation, wanted);
            let value = match (&*operation.f, input.pair()) {
                _ if !spec.model.may_have_keys() => {
                    return Err(misfit("session guarantees are judged of registers only".into()));
                }
                ("read" | "get" | "r", _) => continue,
                ("write" | "put" | "w", _) => input,
                ("cas", Some((_, new))) if spec.model != ModelKind::Register => new,
                (other, _) => return Err(misfit(format!("wanted a read, a write or a cas, found {other}"))),
            };
            if matches!(operation.end, End::Fail { .. }) {
                continue;
            }
            let is_again = writes.insert((key, value), at as u32).is_some() || *value == first;
            if is_again {
                return Err(misfit(format!("wanted every value to be written once, found {value} again")));
            }
        }
        let mut sessions = vec![vec![]; history.processes().len()];
        for (at, operation) in history.operations().iter().enumerate() {
            let (key, input) = parts(operation);
            let session = &mut sessions[operation.process as usize];
            let mut access = |what| session.push(Access { operation: at as u32, key, what });
            let version = |value: &Value| match writes.get(&(key, value)) {
                Some(write) => Some(Some(*write)),
                None => (*value == first).then_some(None),
            };
            match (&*operation.f, &operation.end) {
                (_, End::Fail { .. }) => {}
                ("read" | "get" | "r", End::Ok { value, .. }) => {
                    let value = if keyed { split(value).map_or(value, |(_, value)| value) } else { value };
                    if let Some(version) = version(value) {
                        access(What::Read(version));
                    }
                }
                ("read" | "get" | "r", _) => {}
                ("cas", End::Ok { .. }) => {
                    if let Some(version) = input.pair().and_then(|(old, _)| version(old)) {
                        access(What::Read(version));
                    }
                    access(What::Write(true));
                }
                (_, end) => access(What::Write(matches!(end, End::Ok { .. }))),
            }
        }
        let none = HashMap::new;
        Ok(Self { history, sessions, wrote_before: none(), read_before: none(), broken: HashMap::new() })
    }

    fn all(&mut self) {
        for session in &self.sessions {
            let (mut wrote, mut read) = (Floor::new(), Floor::new());
            for access in session {
                match access.what {
                    What::Read(Some(version)) => raise(&mut read, access.key, version, access.operation),
                    What::Read(None) => {}
                    What::Write(is_known) => {
                        self.wrote_before.insert(access.operation, wrote.clone());
                        self.read_before.insert(access.operation, read.clone());
                        if is_known {
                            raise(&mut wrote, access.key, access.operation, access.operation);
                        }
                    }
                }
            }
        }
        for process in 0..self.sessions.len() {
            self.session(process);
        }
    }

    /// Goes through what a process did. Each floor holds what it must see: by its own writes, its reads, and the writes
    /// that it saw.
    fn session(&mut self, process: usize) {
        use GuaranteeKind::{MonotonicReads, MonotonicWrites, ReadYourWrites, WritesFollowReads};
        let session = self.sessions[process].clone();
        let mut own = Floor::new();
        let mut seen: Vec<(&Value, Version, u32)> = vec![];
        let (mut by_writes, mut by_reads) = (Floor::new(), Floor::new());
        for access in &session {
            let version = match access.what {
                What::Write(true) => {
                    raise(&mut own, access.key, access.operation, access.operation);
                    continue;
                }
                What::Write(false) => continue,
                What::Read(version) => version,
            };
            for (kind, floor) in
                [(ReadYourWrites, &own), (MonotonicWrites, &by_writes), (WritesFollowReads, &by_reads)]
            {
                let broken =
                    floor.iter().find(|(key, must, _)| *key == access.key && self.is_older(version, *must));
                if let Some((_, must, by)) = broken.copied() {
                    self.note(kind, &[must, by], access);
                }
            }
            let here = seen.iter().filter(|(key, ..)| *key == access.key);
            // Older than one that was seen, or seen before another one that came in between.
            let mut back =
                here.clone().find(|(_, other, _)| other.is_some_and(|other| self.is_older(version, other)));
            let last = here.clone().next_back().filter(|(_, last, _)| *last != version);
            let is_again = here.clone().any(|(_, other, _)| *other == version);
            back = back.or(last.filter(|_| is_again));
            if let Some((_, other, read)) = back.copied() {
                let writes: Vec<u32> = other.into_iter().chain([read]).collect();
                self.note(MonotonicReads, &writes, access);
            }
            seen.push((access.key, version, access.operation));
            if let Some(write) = version.filter(|write| self.process(*write) != process) {
                self.raise_all(&mut by_writes, self.wrote_before.get(&write), write);
                self.raise_all(&mut by_reads, self.read_before.get(&write), write);
            }
        }
    }

    /// Adds what must be seen because of a write, without what is older than something in it.
    fn raise_all(&self, floor: &mut Floor<'a>, more: Option<&Floor<'a>>, write: u32) {
        for (key, must, _) in more.into_iter().flatten() {
            let is_less = |less: u32, than: u32| less == than || self.is_older(Some(less), than);
            if !floor.iter().any(|(other, known, _)| other == key && is_less(*must, *known)) {
                floor.retain(|(other, known, _)| other != key || !is_less(*known, *must));
                floor.push((key, *must, write));
            }
        }
    }

    fn process(&self, operation: u32) -> usize {
        self.history.operations()[operation as usize].process as usize
    }

    /// Whether a version is known to be older than a write.
    fn is_older(&self, version: Version, write: u32) -> bool {
        let Some(version) = version else { return true };
        let operation = |at: u32| &self.history.operations()[at as usize];
        let (version, write) = (operation(version), operation(write));
        let is_earlier = version.returned().is_some_and(|returned| returned < write.invoked);
        is_earlier || (version.process == write.process && version.invoked < write.invoked)
    }

    fn note(&mut self, kind: GuaranteeKind, because: &[u32], access: &Access<'_>) {
        let mut witness = because.to_vec();
        witness.push(access.operation);
        witness.dedup();
        let say = |operation: &u32| {
            let operation = &self.history.operations()[*operation as usize];
            let process = &self.history.processes()[operation.process as usize];
            format!("{operation} by {process}")
        };
        let earlier: Vec<String> = witness[..witness.len() - 1].iter().map(say).collect();
        let sentence = format!("After {}: {}, which is older.", earlier.join(", "), say(&access.operation));
        self.broken.entry(kind).or_insert(Broken { witness, sentence });
    }
}

/// The last operation of a process on a key stands for those before it: a version older than one of them is older than
/// the last.
fn raise<'a>(floor: &mut Floor<'a>, key: &'a Value, must: u32, by: u32) {
    floor.retain(|(other, ..)| *other != key);
    floor.push((key, must, by));
}
