//! The replicated state machine: a few named registers, and each client's last reply, which makes requests take effect
//! exactly once (OSDI '99, §4.1).

use super::signing::{Digest, Wire};
use std::fmt;

/// Names of the registers.
pub const KEYS: [&str; 3] = ["x", "y", "z"];

/// Clients there may be.
pub const CLIENTS_MAX: usize = 5;

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

impl Wire for Call {
    fn put(&self, bytes: &mut Vec<u8>) {
        let (tag, key, numbers) = match *self {
            Self::Put { key, value } => (1, key, [value, 0]),
            Self::Get { key } => (2, key, [0, 0]),
            Self::Add { key, by } => (3, key, [by, 0]),
            Self::Cas { key, expected, value } => (4, key, [expected, value]),
        };
        bytes.extend_from_slice(&[tag, key]);
        numbers.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
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

impl Wire for Answer {
    fn put(&self, bytes: &mut Vec<u8>) {
        let (tag, value) = match *self {
            Self::Done => (1, 0),
            Self::Value(value) => (2, value),
            Self::Swapped(swapped) => (3, u32::from(swapped)),
        };
        bytes.push(tag);
        bytes.extend_from_slice(&value.to_le_bytes());
    }
}

/// The state machine. Every register holds 0 at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Machine {
    values: [u32; KEYS.len()],
    replies: [LastReply; CLIENTS_MAX],
}

/// What is remembered of a client: its last request and the answer. Clients have one request outstanding, so one will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct LastReply {
    timestamp: u32,
    answer: Answer,
}

impl Machine {
    /// Performs a request of the `client`-th client. `None` if its timestamp is not later than that of the last one: then
    /// it changes nothing.
    pub fn apply(&mut self, client: usize, timestamp: u32, call: Call) -> Option<Answer> {
        if timestamp <= self.replies.get(client)?.timestamp {
            return None;
        }
        let answer = self.perform(call);
        self.replies[client] = LastReply { timestamp, answer };
        Some(answer)
    }

    /// The timestamp and the answer of a client's last request; timestamp 0 if there was none.
    pub fn last_reply(&self, client: usize) -> (u32, Answer) {
        self.replies.get(client).map_or((0, Answer::Done), |reply| (reply.timestamp, reply.answer))
    }

    /// The registers with their values.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, u32)> {
        KEYS.into_iter().zip(self.values)
    }

    /// The digest of all of it, which checkpoints speak of.
    pub fn digest(&self) -> Digest {
        let mut bytes = Vec::with_capacity(64);
        self.values.iter().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
        for reply in &self.replies {
            bytes.extend_from_slice(&reply.timestamp.to_le_bytes());
            reply.answer.put(&mut bytes);
        }
        Digest::of(&bytes)
    }

    fn perform(&mut self, call: Call) -> Answer {
        let (Call::Put { key, .. } | Call::Get { key } | Call::Add { key, .. } | Call::Cas { key, .. }) =
            call;
        let Some(register) = self.values.get_mut(usize::from(key)) else { return Answer::Done };
        match call {
            Call::Put { value, .. } => *register = value,
            Call::Get { .. } => return Answer::Value(*register),
            Call::Add { by, .. } => {
                *register = register.wrapping_add(by);
                return Answer::Value(*register);
            }
            Call::Cas { expected, value, .. } => {
                let holds = *register == expected;
                if holds {
                    *register = value;
                }
                return Answer::Swapped(holds);
            }
        }
        Answer::Done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_takes_effect_once() {
        let mut machine = Machine::default();
        let add = Call::Add { key: 0, by: 5 };
        assert_eq!(machine.apply(0, 1, add), Some(Answer::Value(5)));
        assert_eq!(machine.apply(0, 1, add), None);
        assert_eq!(machine.last_reply(0), (1, Answer::Value(5)));
        assert_eq!(machine.values().next(), Some(("x", 5)));
    }

    #[test]
    fn equal_states_have_equal_digests_and_a_reply_is_part_of_the_state() {
        let (mut a, mut b) = (Machine::default(), Machine::default());
        let get = Call::Get { key: 0 };
        assert_eq!(a.digest(), b.digest());
        a.apply(0, 1, get);
        assert_ne!(a.digest(), b.digest());
        b.apply(0, 1, get);
        assert_eq!(a.digest(), b.digest());
    }
}
