//! A replicated state machine: a few named registers, and the sessions that make retries harmless: a command that is
//! decided twice takes effect once (Ongaro's thesis §6.3; van Renesse and Altinbuken 2015 §2; Castro and Liskov 1999 §4.1).

use std::fmt;

/// Names of the registers.
pub const KEYS: [&str; 3] = ["x", "y", "z"];

/// Clients a cluster may have.
pub const CLIENTS_MAX: usize = 5;

/// Pieces of a state machine, as a snapshot is sent in: registers and sessions.
pub const PIECES: usize = KEYS.len() + CLIENTS_MAX;

/// What a client asks of the state machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Call {
    /// Write a value.
    Put {
        /// Position in [`KEYS`].
        key: u8,
        /// The new value.
        value: u32,
    },
    /// Read a value.
    Get {
        /// Position in [`KEYS`].
        key: u8,
    },
    /// Add to a value: twice is not the same as once.
    Add {
        /// Position in [`KEYS`].
        key: u8,
        /// How much.
        by: u32,
    },
    /// Write a value if the register holds the expected one.
    Cas {
        /// Position in [`KEYS`].
        key: u8,
        /// The value it must hold.
        expected: u32,
        /// The new value.
        value: u32,
    },
}

/// A register's name.
fn name(key: u8) -> &'static str {
    KEYS.get(usize::from(key)).copied().unwrap_or("?")
}

impl Call {
    /// The register it is about, as a position in [`KEYS`].
    pub const fn key(self) -> u8 {
        let (Self::Put { key, .. } | Self::Get { key } | Self::Add { key, .. } | Self::Cas { key, .. }) =
            self;
        key
    }

    /// What it makes of a register that holds `value`, and what it answers.
    pub const fn on(self, value: u32) -> (u32, Answer) {
        match self {
            Self::Put { value: new, .. } => (new, Answer::Done),
            Self::Get { .. } => (value, Answer::Value(value)),
            Self::Add { by, .. } => {
                let sum = value.wrapping_add(by);
                (sum, Answer::Value(sum))
            }
            Self::Cas { expected, value: new, .. } => {
                let holds = value == expected;
                (if holds { new } else { value }, Answer::Swapped(holds))
            }
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Put { key, value } => write!(f, "{} ← {value}", name(key)),
            Self::Get { key } => write!(f, "{} ?", name(key)),
            Self::Add { key, by } => write!(f, "{} + {by}", name(key)),
            Self::Cas { key, expected, value } => write!(f, "{} {expected} → {value}", name(key)),
        }
    }
}

/// What a call answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Answer {
    /// It was written.
    #[default]
    Done,
    /// The value read, or the value after adding.
    Value(u32),
    /// Whether the compare-and-swap found what it expected.
    Swapped(bool),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => write!(f, "ok"),
            Self::Value(value) => write!(f, "{value}"),
            Self::Swapped(true) => write!(f, "swapped"),
            Self::Swapped(false) => write!(f, "not swapped"),
        }
    }
}

/// The state machine. Every register holds 0 at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Machine {
    values: [u32; KEYS.len()],
    sessions: [Session; CLIENTS_MAX],
}

/// What is remembered of a client: its last command and the answer. Clients have one command outstanding, so one will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Session {
    sequence: u32,
    answer: Answer,
}

impl Machine {
    /// Applies a command of the `client`-th client, once however often it comes. `None` if it is older than the last one
    /// applied, so that its answer is forgotten and nobody waits for it.
    pub fn apply(&mut self, client: usize, sequence: u32, call: Call) -> Option<Answer> {
        let session = *self.sessions.get(client)?;
        if sequence <= session.sequence {
            return self.answered(client, sequence);
        }
        let answer = self.perform(call);
        self.sessions[client] = Session { sequence, answer };
        Some(answer)
    }

    /// The answer to a command that was already applied, if it is the client's last one.
    pub fn answered(&self, client: usize, sequence: u32) -> Option<Answer> {
        self.sessions.get(client).filter(|s| s.sequence == sequence && sequence > 0).map(|s| s.answer)
    }

    /// Number of the last command of a client that was applied; 0 if none was.
    pub fn last_sequence(&self, client: usize) -> u32 {
        self.sessions.get(client).map_or(0, |session| session.sequence)
    }

    /// Number and answer of the last command of a client that was applied; number 0 if none was.
    pub fn last_reply(&self, client: usize) -> (u32, Answer) {
        self.sessions.get(client).map_or((0, Answer::Done), |session| (session.sequence, session.answer))
    }

    /// The registers with their values.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, u32)> {
        KEYS.into_iter().zip(self.values)
    }

    /// Takes over a run of another's pieces: first its registers, then its sessions, as a snapshot in chunks has them (Raft §7).
    pub fn take_pieces(&mut self, other: &Self, pieces: std::ops::Range<usize>) {
        for at in pieces {
            match at.checked_sub(KEYS.len()) {
                None => self.values[at] = other.values[at],
                Some(session) if session < CLIENTS_MAX => self.sessions[session] = other.sessions[session],
                Some(_) => {}
            }
        }
    }

    /// What a call would answer now; the machine stays as it is.
    pub fn read(mut self, call: Call) -> Answer {
        self.perform(call)
    }

    fn perform(&mut self, call: Call) -> Answer {
        let Some(register) = self.values.get_mut(usize::from(call.key())) else { return Answer::Done };
        let (value, answer) = call.on(*register);
        *register = value;
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retried_command_takes_effect_once_and_answers_the_same() {
        let mut machine = Machine::default();
        let add = Call::Add { key: 0, by: 5 };
        assert_eq!(machine.apply(0, 1, add), Some(Answer::Value(5)));
        assert_eq!(machine.apply(0, 1, add), Some(Answer::Value(5)));
        assert_eq!(machine.values().next(), Some(("x", 5)));
    }

    #[test]
    fn sessions_of_clients_are_apart() {
        let mut machine = Machine::default();
        machine.apply(0, 1, Call::Put { key: 1, value: 7 });
        assert_eq!(machine.apply(1, 1, Call::Get { key: 1 }), Some(Answer::Value(7)));
        assert_eq!(machine.answered(2, 1), None);
    }

    #[test]
    fn a_command_older_than_the_last_is_neither_applied_nor_answered() {
        let mut machine = Machine::default();
        machine.apply(0, 2, Call::Put { key: 0, value: 2 });
        assert_eq!(machine.apply(0, 1, Call::Put { key: 0, value: 1 }), None);
        assert_eq!(machine.values().next(), Some(("x", 2)));
    }

    #[test]
    fn compare_and_swap_writes_only_over_what_it_expects() {
        let mut machine = Machine::default();
        let cas = |expected, value| Call::Cas { key: 2, expected, value };
        assert_eq!(machine.apply(0, 1, cas(0, 4)), Some(Answer::Swapped(true)));
        assert_eq!(machine.apply(0, 2, cas(0, 9)), Some(Answer::Swapped(false)));
        assert_eq!(machine.values().nth(2), Some(("z", 4)));
    }
}
