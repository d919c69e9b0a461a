//! What a viewer can ask of nodes: operations and their arguments.

use crate::view::MemberKind;

/// Something a viewer can ask of a node.
#[derive(Debug)]
pub struct OperationSpec {
    /// Stable name: `put`.
    pub id: &'static str,
    /// A verb for a button: `Put`.
    pub title: &'static str,
    /// Which members take it.
    pub on: MemberKind,
    /// What it is: measures are of commands, chaos does whatever there is.
    pub kind: OperationKind,
    /// Its arguments. Only ever appended to: where a link has fewer, the rest are at their defaults.
    pub args: &'static [ArgSpec],
}

/// What an operation is to those who use the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationKind {
    /// A command that may change what the system keeps: a put, a compare-and-swap, a proposal.
    Write,
    /// A command that changes nothing.
    Read,
    /// No command: it turns a client to another server, changes the members, hands over. It may end as soon as it is
    /// heard, so how long it took and whether it ended well says nothing of the service.
    Steer,
}

impl OperationKind {
    /// As a catalogue writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Read => "read",
            Self::Steer => "steer",
        }
    }
}

/// Id of an argument that says at which member an operation is asked for: its words are names of members, but the first,
/// which leaves it to who asks. So whoever shows that member can offer the operation there.
pub const AT: &str = "at";

/// Id of an argument that names another member than the one that is asked: a form leaves that one out.
pub const TO: &str = "to";

impl OperationSpec {
    /// The same as an operation of another kind.
    #[must_use]
    pub const fn of_kind(self, kind: OperationKind) -> Self {
        Self { kind, ..self }
    }

    /// Whether it is a command: something that a system is there for, and that is answered late, early or never.
    pub const fn is_command(&self) -> bool {
        !matches!(self.kind, OperationKind::Steer)
    }

    /// Position and value of the argument that sends the operation to a member, if there is one.
    pub fn at(&self, member: &str) -> Option<(usize, u64)> {
        let position = self.args.iter().position(|arg| arg.id == AT)?;
        let value = self.args[position].words.iter().position(|word| *word == member)?;
        Some((position, value as u64))
    }
}

/// An argument of an operation: a whole number, perhaps shown as a word.
#[derive(Debug)]
pub struct ArgSpec {
    /// Stable name: `key`.
    pub id: &'static str,
    /// Largest value; the smallest is 0.
    pub max: u64,
    /// Value a form starts with.
    pub default: u64,
    /// Words for the values 0, 1, 2 …, if they have any: `x`, `y`, `z`. Empty: shown as a number. Those of the argument
    /// `value` are used for an operation's answer, too.
    pub words: &'static [&'static str],
}

impl ArgSpec {
    /// The values that name a member, if this argument's words are names of members: of those that there are only. The
    /// first word of [`AT`] names nobody and is among them all the same.
    pub fn naming(&self, members: &[impl AsRef<str>]) -> Option<Vec<u64>> {
        let is_there = |word: &&str| members.iter().any(|name| name.as_ref() == *word);
        let names: Vec<u64> =
            (0..).zip(self.words).filter(|(_, word)| is_there(word)).map(|(at, _)| at).collect();
        let nobody = (self.id == AT).then_some(0);
        (!names.is_empty()).then(|| nobody.into_iter().chain(names).collect())
    }

    /// A value as a reader writes it.
    pub fn show(&self, value: u64) -> String {
        self.words.get(value as usize).map_or_else(|| value.to_string(), |word| (*word).into())
    }
}
