//! What a Byzantine node may do: change what leaves it. Its code stays honest; only its messages lie.
//!
//! Architecture invariant: a traitor has no powers the model denies it. It sends what it can make itself, so it signs
//! with its own key only; it is told of nothing but its own message; and it speaks for nobody else.

use crate::id::NodeId;
use crate::trace::{Rule, WHY_VALUES, Why};

/// Who lies to whom, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lie {
    /// Position from 1 in `Meta::behaviours`.
    pub behaviour: u8,
    /// The Byzantine node.
    pub from: NodeId,
    /// Who is to get the message.
    pub to: NodeId,
}

/// What a Byzantine node sends instead of one message: nothing, as long as nothing was put here.
#[derive(Debug)]
pub struct Told<M> {
    /// Each with how long it is held back, in microseconds.
    pub(crate) messages: Vec<(M, u64)>,
    pub(crate) whys: Vec<Why>,
}

/// Messages that may take the place of one.
const MESSAGES_MAX: usize = 1 << 10;

impl<M> Default for Told<M> {
    fn default() -> Self {
        Self { messages: vec![], whys: vec![] }
    }
}

impl<M> Told<M> {
    /// Sends a message.
    pub fn send(&mut self, msg: M) {
        self.send_late(msg, 0);
    }

    /// Sends a message so many microseconds later than it could.
    pub fn send_late(&mut self, msg: M, by_us: u64) {
        if self.messages.len() < MESSAGES_MAX {
            self.messages.push((msg, by_us));
        }
    }

    /// Notes what the lie is. A rule for lies has no guards.
    pub fn why(&mut self, rule: &'static Rule, values: &[u64]) {
        let mut why = Why { rule, values: [0; WHY_VALUES], holds: 0 };
        for (slot, value) in why.values.iter_mut().zip(values) {
            *slot = *value;
        }
        self.whys.push(why);
    }
}
