//! The replicated state machine as PBFT speaks of it: signed and digested (OSDI '99, §4.1, §4.3).

pub use crate::toolkit::registers::{Answer, CLIENTS_MAX, Call, KEYS, Machine};

use super::signing::{Digest, Wire};

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

/// The digest of a whole state machine, each client's last reply included: what checkpoints speak of.
pub fn digest_of_state(machine: &Machine) -> Digest {
    let mut bytes = Vec::with_capacity(64);
    machine.values().for_each(|(_, value)| bytes.extend_from_slice(&value.to_le_bytes()));
    for client in 0..CLIENTS_MAX {
        let (timestamp, answer) = machine.last_reply(client);
        bytes.extend_from_slice(&timestamp.to_le_bytes());
        answer.put(&mut bytes);
    }
    Digest::of(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_states_have_equal_digests_and_a_reply_is_part_of_the_state() {
        let (mut a, mut b) = (Machine::default(), Machine::default());
        let get = Call::Get { key: 0 };
        assert_eq!(digest_of_state(&a), digest_of_state(&b));
        a.apply(0, 1, get);
        assert_ne!(digest_of_state(&a), digest_of_state(&b));
        b.apply(0, 1, get);
        assert_eq!(digest_of_state(&a), digest_of_state(&b));
    }
}
