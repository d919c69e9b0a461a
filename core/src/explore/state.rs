//! One state of the whole system, in numbers of the table.

use super::bounds::Bounds;
use super::network;
use super::table::{EnvelopeId, LocalId, Mixed, Table};
use crate::protocol::Protocol;
use std::hash::Hasher;

/// A state found and not yet looked at.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) locals: Box<[LocalId]>,
    pub(super) net: Vec<EnvelopeId>,
    pub(super) ghost: u32,
    pub(super) spent: Spent,
    pub(super) depth: u32,
    /// Sum of the shares of all parts.
    pub(super) hash: u64,
    /// Where its way is kept.
    pub(super) trail: u32,
}

/// What was used up of the budgets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Spent {
    pub(super) drops: u8,
    pub(super) duplicates: u8,
    pub(super) crashes: u8,
    pub(super) timers: u8,
}

impl Spent {
    pub(super) fn share(self) -> u64 {
        let packed = u32::from_le_bytes([self.drops, self.duplicates, self.crashes, self.timers]);
        spread(u64::from(packed) | 1 << 40)
    }
}

/// The share of a node in a state's hash; the node's number is in the hash already.
pub(super) fn local_share<P: Protocol>(local: LocalId, table: &Table<P>) -> u64 {
    share_of_local(table.local_hash(local))
}

/// The share of a node whose hash this is.
pub(super) fn share_of_local(hash: u64) -> u64 {
    spread(hash)
}

/// The share of a ghost.
pub(super) fn ghost_share(hash: u64) -> u64 {
    spread(hash ^ 0x6768_6f73_7400)
}

fn spread(value: u64) -> u64 {
    let mut mixed = Mixed::default();
    mixed.write_u64(value);
    mixed.finish().rotate_left(23).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

impl State {
    /// The hash from scratch.
    pub(super) fn full_hash<P: Protocol>(&self, ghost: u64, bounds: &Bounds, table: &Table<P>) -> u64 {
        let locals = self.locals.iter().fold(0, |sum: u64, id| sum.wrapping_add(local_share(*id, table)));
        locals
            .wrapping_add(network::hash(&self.net, bounds.network, table))
            .wrapping_add(self.spent.share())
            .wrapping_add(ghost_share(ghost))
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + self.locals.len() * 4 + self.net.capacity() * 4
    }
}
