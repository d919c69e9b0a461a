//! Values of operations: what EDN and JSON have in common.

use std::fmt;
use std::sync::Arc;

/// A value in a history.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Value {
    /// `nil`, `null`: nothing, nothing yet.
    #[default]
    Nil,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number that is none of those, as it was written: two are equal if they are written alike.
    Number(Arc<str>),
    /// A keyword or a symbol of EDN: `:timed-out`.
    Keyword(Arc<str>),
    /// A text.
    Text(Arc<str>),
    /// Several values: a list, a vector or a set, in the order in which they were written.
    List(Arc<[Value]>),
    /// Pairs, in the order in which they were written.
    Map(Arc<[(Value, Value)]>),
}

impl Value {
    /// A list.
    pub fn list(values: impl IntoIterator<Item = Value>) -> Self {
        Self::List(values.into_iter().collect())
    }

    /// A text.
    pub fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// The parts of a list of two.
    pub fn pair(&self) -> Option<(&Self, &Self)> {
        match self {
            Self::List(values) => match &**values {
                [first, second] => Some((first, second)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Writes a value as words after something: ` x 3` for `[x 3]`, nothing for nil.
    pub(super) fn write_words(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nil => Ok(()),
            Self::List(values) => values.iter().try_for_each(|value| value.write_words(f)),
            value => write!(f, " {value}"),
        }
    }

    /// What an answer says that its question did not: `3` of `[x 3]` after `[x nil]`.
    pub(super) fn beyond(&self, input: &Self) -> &Self {
        match (self.pair(), input.pair()) {
            (Some((key, value)), Some((asked, _))) if key == asked => value,
            _ => self,
        }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

/// For a reader, and as EDN except that texts which are plain words stand without quotes.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nil => f.write_str("nil"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Number(text) => f.write_str(text),
            Self::Keyword(word) => write!(f, ":{word}"),
            Self::Text(text) if is_plain(text) => f.write_str(text),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::List(values) => {
                f.write_str("[")?;
                for (at, value) in values.iter().enumerate() {
                    let gap = if at > 0 { " " } else { "" };
                    write!(f, "{gap}{value}")?;
                }
                f.write_str("]")
            }
            Self::Map(pairs) => {
                f.write_str("{")?;
                for (at, (key, value)) in pairs.iter().enumerate() {
                    let gap = if at > 0 { ", " } else { "" };
                    write!(f, "{gap}{key} {value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(|c| c.is_ascii_alphanumeric())
}
