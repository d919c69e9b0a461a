//! What an object is, told one operation at a time.

use crate::history::{Operation, Value};
use std::fmt;
use std::hash::Hash;

/// A sequential specification: what an object does when operations come one after another.
///
/// A history is judged against it: is there an order in which the object, asked one operation at a time, would have
/// given the very answers that clients saw? A call here is an operation *with its answer*, so that a step is a function
/// that either accepts the answer or does not.
pub trait Model: 'static {
    /// All that later answers depend on.
    type State: Clone + Eq + Hash + 'static;
    /// An operation and what it answered.
    type Call: Clone + Eq + Hash + 'static;

    /// The state before anything happened.
    fn initial(&self) -> Self::State;

    /// The state after a call; `None` if the object would not have given that answer in this state. For a call of
    /// unknown answer any will do.
    fn step(&self, state: &Self::State, call: &Self::Call) -> Option<Self::State>;

    /// Whether a call never changes any state: a read. Such a call can be placed as soon as its answer is right, and
    /// nothing is lost; this saves most of the search.
    fn is_pure(&self, call: &Self::Call) -> bool;

    /// Whether a call only ever makes a state *more*, in the sense of [`Model::may_grow_to`]: adds to a set, appends.
    fn grows(&self, call: &Self::Call) -> bool {
        let _ = call;
        false
    }

    /// Whether growing calls may lead from a state to one where a pure call has its answer. Wherever nothing else can
    /// come before that call, the search need not go on if they can't. To say yes is always right.
    fn may_grow_to(&self, state: &Self::State, call: &Self::Call) -> bool {
        let _ = (state, call);
        true
    }

    /// Reads an operation. `Ok(None)` if it can be left out: it constrains nothing.
    ///
    /// # Errors
    /// Says what was wanted instead.
    fn call(&self, asked: Asked<'_>) -> Result<Option<Self::Call>, String>;

    /// About how many bytes a state takes beyond `size_of`.
    fn heap_bytes(&self, state: &Self::State) -> usize {
        let _ = state;
        0
    }

    /// A state for a reader.
    fn show(&self, state: &Self::State) -> String;
}

/// An operation without its key.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What was asked for.
    pub f: &'a str,
    /// With what.
    pub input: &'a Value,
    /// What was answered.
    pub answer: Answer<'a>,
}

/// What is known of an answer.
#[derive(Debug, Clone, Copy)]
pub enum Answer<'a> {
    /// It took effect and answered this.
    Ok(&'a Value),
    /// A compare-and-swap found another value than it expected.
    Mismatch,
    /// It may have taken effect, now or later.
    Unknown,
}

impl Asked<'_> {
    /// What to say of an operation that a model doesn't know.
    pub fn unknown(&self, wanted: &str) -> String {
        format!("wanted {wanted}, found {}", self.f)
    }
}

/// The models that histories from outside can be judged against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ModelKind {
    /// A register: `read`, `write`.
    Register,
    /// A register with compare-and-swap: `read`, `write`, `cas [old new]`.
    CasRegister,
    /// Registers with keys: `get`, `put`, `append`, `add`, `cas`; values are pairs `[key value]`.
    Kv,
    /// A lock: `acquire`, `release`. As in Jepsen, anyone may release it.
    Mutex,
    /// A first-in-first-out queue: `enqueue`, `dequeue`.
    Queue,
    /// A counter: `add`, `read`.
    Counter,
    /// A set that grows: `add`, `read`.
    Set,
    /// Consensus: `propose`, answered with the value decided.
    Consensus,
}

impl ModelKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Register,
        Self::CasRegister,
        Self::Kv,
        Self::Mutex,
        Self::Queue,
        Self::Counter,
        Self::Set,
        Self::Consensus,
    ];

    /// Stable name, for command lines and links.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::CasRegister => "cas-register",
            Self::Kv => "kv",
            Self::Mutex => "mutex",
            Self::Queue => "queue",
            Self::Counter => "counter",
            Self::Set => "set",
            Self::Consensus => "consensus",
        }
    }

    /// The model of a name.
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// Operations can be on one of several objects, and the object is told by a key.
    pub const fn may_have_keys(self) -> bool {
        matches!(self, Self::Register | Self::CasRegister | Self::Kv)
    }
}

/// What to judge a history against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// What kind of object it is.
    pub model: ModelKind,
    /// Its value before anything happened, for each key. `None`: nothing yet, 0 for a counter, empty for a queue or a
    /// set. A register that never held anything may be read as nil, or as the empty text that stores answer then.
    /// Consensus begins undecided, whatever this is.
    pub initial: Option<Value>,
    /// Judge each key by itself. Linearizability of all is the same as of each (Herlihy & Wing 1990, Theorem 1), and
    /// much faster. Off, it shows what that is worth.
    pub by_key: bool,
}

impl Spec {
    /// An object of some kind that begins empty, each key by itself.
    pub const fn new(model: ModelKind) -> Self {
        Self { model, initial: None, by_key: true }
    }
}

/// A history that does not fit the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// Position of the operation; `None` if it is the initial value that doesn't fit.
    pub operation: Option<usize>,
    /// Its [`Operation::source`]: the line, for a history that was read from text.
    pub source: u64,
    /// What was wanted and what was found.
    pub wanted: String,
}

impl Misfit {
    pub(super) fn of(at: usize, operation: &Operation, wanted: String) -> Self {
        Self { operation: Some(at), source: operation.source, wanted }
    }

    pub(super) fn initial(wanted: &str, found: &Value) -> Self {
        Self {
            operation: None,
            source: 0,
            wanted: format!("wanted {wanted} as initial value, found {found}"),
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.operation {
            Some(_) => write!(f, "line {}: {}", self.source, self.wanted),
            None => f.write_str(&self.wanted),
        }
    }
}

impl std::error::Error for Misfit {}
