//! Parameters of a protocol: described once in its `Meta`, checked once here, shown as a form by any front end.

use std::fmt;

/// A parameter: what it is called, what it may be, what it is by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParamSpec {
    /// Stable name, in links and on command lines: lower case with dashes.
    pub id: &'static str,
    /// For a reader.
    pub title: &'static str,
    /// One sentence: what changes when this changes.
    pub help: &'static str,
    /// Which values it takes.
    pub kind: ParamKind,
    /// Where a form puts it.
    pub group: ParamGroup,
    /// What it must not contradict.
    pub bound: Option<Bound>,
}

/// What another parameter makes of a value. A value beyond it is no error: the bound is taken instead, and a form says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Taken as no less than the other.
    AtLeast(&'static str),
    /// Taken as no more than the other.
    AtMost(&'static str),
}

impl Bound {
    /// The other parameter.
    pub const fn other(self) -> &'static str {
        match self {
            Self::AtLeast(other) | Self::AtMost(other) => other,
        }
    }

    /// What is taken for a value, given that of the other parameter.
    pub fn taken(self, value: u64, other: u64) -> u64 {
        match self {
            Self::AtLeast(_) => value.max(other),
            Self::AtMost(_) => value.min(other),
        }
    }
}

/// Where a form puts a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamGroup {
    /// Size and make-up of the cluster.
    Cluster,
    /// Time-outs and intervals.
    Timing,
    /// Extensions of the protocol one can switch on.
    Feature,
    /// A rule of the protocol switched off: a *broken twin*.
    Twin,
}

/// Which values a parameter takes. Every value is a `u64` inside: flags are 0 and 1, choices count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamKind {
    /// A whole number from `min` to `max`, in `unit` (empty: a count).
    Number {
        /// Smallest value.
        min: u64,
        /// Largest value.
        max: u64,
        /// Value if nothing is said.
        default: u64,
        /// Unit for a reader: `ms`, or empty for a count.
        unit: &'static str,
    },
    /// On or off.
    Flag {
        /// Value if nothing is said.
        default: bool,
    },
    /// One of several words; only ever appended to, since links store the position.
    Choice {
        /// The words, in order.
        options: &'static [&'static str],
        /// Position of the default.
        default: u64,
    },
}

impl ParamSpec {
    /// The same, with a bound.
    pub const fn bound(self, bound: Bound) -> Self {
        Self { bound: Some(bound), ..self }
    }

    /// The value if nothing is said.
    pub const fn default_value(&self) -> u64 {
        match self.kind {
            ParamKind::Number { default, .. } | ParamKind::Choice { default, .. } => default,
            ParamKind::Flag { default } => default as u64,
        }
    }

    /// Smallest and largest value.
    pub const fn bounds(&self) -> (u64, u64) {
        match self.kind {
            ParamKind::Number { min, max, .. } => (min, max),
            ParamKind::Flag { .. } => (0, 1),
            ParamKind::Choice { options, .. } => (0, options.len() as u64 - 1),
        }
    }

    /// A value as a reader writes it: `150`, `on`, `majority`.
    pub fn show(&self, value: u64) -> String {
        match self.kind {
            ParamKind::Number { .. } => value.to_string(),
            ParamKind::Flag { .. } => if value == 0 { "off" } else { "on" }.into(),
            ParamKind::Choice { options, .. } => {
                options.get(value as usize).map_or_else(|| value.to_string(), |word| (*word).into())
            }
        }
    }

    /// Reads a value as a reader writes it.
    ///
    /// # Errors
    /// Says which values are allowed.
    pub fn parse(&'static self, text: &str) -> Result<u64, ParamError> {
        let value = match self.kind {
            ParamKind::Number { .. } => text.parse().ok(),
            ParamKind::Flag { .. } => match text {
                "on" | "true" | "1" => Some(1),
                "off" | "false" | "0" => Some(0),
                _ => None,
            },
            ParamKind::Choice { options, .. } => {
                options.iter().position(|word| *word == text).map(|at| at as u64)
            }
        };
        let (min, max) = self.bounds();
        value
            .filter(|v| (min..=max).contains(v))
            .ok_or_else(|| ParamError::Value { spec: self, given: text.chars().take(64).collect() })
    }
}

/// Why a set of parameters can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParamError {
    /// There is no such parameter.
    Unknown {
        /// What was asked for.
        id: String,
    },
    /// The value is not one it takes.
    Value {
        /// The parameter.
        spec: &'static ParamSpec,
        /// What was given.
        given: String,
    },
}

impl fmt::Display for ParamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { id } => write!(f, "there is no parameter “{id}”"),
            Self::Value { spec, given } => {
                write!(f, "parameter “{}” can't be “{given}”: wanted ", spec.id)?;
                match spec.kind {
                    ParamKind::Number { min, max, .. } => write!(f, "a whole number from {min} to {max}"),
                    ParamKind::Flag { .. } => write!(f, "on or off"),
                    ParamKind::Choice { options, .. } => write!(f, "one of {}", options.join(", ")),
                }
            }
        }
    }
}

impl std::error::Error for ParamError {}

/// One value for each parameter of a protocol, each within its bounds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Params {
    specs: SpecList,
    values: Vec<u64>,
}

/// The specs behind a set of values. They are static, so they neither compare nor hash.
#[derive(Debug, Clone, Copy)]
struct SpecList(&'static [ParamSpec]);

impl PartialEq for SpecList {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl Eq for SpecList {}
impl std::hash::Hash for SpecList {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}

impl Params {
    /// Every parameter at its default.
    pub fn defaults(specs: &'static [ParamSpec]) -> Self {
        Self { specs: SpecList(specs), values: specs.iter().map(ParamSpec::default_value).collect() }
    }

    /// The specs and their values, in the order of the spec.
    pub fn iter(&self) -> impl Iterator<Item = (&'static ParamSpec, u64)> + '_ {
        self.specs.0.iter().zip(self.values.iter().copied())
    }

    /// Those that differ from their default.
    pub fn changed(&self) -> impl Iterator<Item = (&'static ParamSpec, u64)> + '_ {
        self.iter().filter(|(spec, value)| spec.default_value() != *value)
    }

    /// Sets one by its stable name.
    ///
    /// # Errors
    /// No such parameter, or a value out of its bounds.
    pub fn set(&mut self, id: &str, value: u64) -> Result<(), ParamError> {
        let at = self.position(id)?;
        let spec = &self.specs.0[at];
        let (min, max) = spec.bounds();
        if !(min..=max).contains(&value) {
            return Err(ParamError::Value { spec, given: value.to_string() });
        }
        self.values[at] = value;
        Ok(())
    }

    /// Sets one from text: `n=5`, `pre-vote=on`, `policy=majority` as given by a person.
    ///
    /// # Errors
    /// No such parameter, or a value that is not one it takes.
    pub fn set_text(&mut self, id: &str, text: &str) -> Result<(), ParamError> {
        let at = self.position(id)?;
        self.values[at] = self.specs.0[at].parse(text)?;
        Ok(())
    }

    /// The value of a parameter as it is taken: within its bound by another, if it has one.
    ///
    /// # Panics
    /// If the protocol has no such parameter: a slip of the protocol's author, found by its first test.
    pub fn get(&self, id: &str) -> u64 {
        let at = |id| self.position(id).unwrap_or_else(|error| panic!("{error}"));
        let mine = at(id);
        let value = self.values[mine];
        match self.specs.0[mine].bound {
            None => value,
            Some(bound) => bound.taken(value, self.values[at(bound.other())]),
        }
    }

    /// Whether a flag is on.
    pub fn is_on(&self, id: &str) -> bool {
        self.get(id) != 0
    }

    fn position(&self, id: &str) -> Result<usize, ParamError> {
        self.specs
            .0
            .iter()
            .position(|spec| spec.id == id)
            .ok_or_else(|| ParamError::Unknown { id: id.chars().take(64).collect() })
    }
}
