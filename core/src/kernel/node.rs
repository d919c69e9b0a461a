//! What the kernel knows of a node.

use super::clock::Clock;
use crate::random::Stream;
use crate::view::Status;

#[derive(Debug, Clone, Hash)]
pub(super) struct Node {
    pub(super) status: Status,
    /// Position of its Byzantine behaviour from 1; 0 is honest.
    pub(super) behaviour: u8,
    pub(super) clock: Clock,
    /// Timer jitter and the protocol's own choices.
    pub(super) choices: Stream,
    /// Answers a hand has given to the next choices, the next one last.
    pub(super) answers: Vec<u32>,
    /// What the network does to messages this node sends.
    pub(super) fate: Stream,
}

impl Node {
    pub(super) fn new(seed: u64, at: usize) -> Self {
        let at = at as u64;
        Self {
            status: Status::Up,
            behaviour: 0,
            clock: Clock::default(),
            choices: Stream::new(seed, at * 2),
            answers: vec![],
            fate: Stream::new(seed, at * 2 + 1),
        }
    }
}
