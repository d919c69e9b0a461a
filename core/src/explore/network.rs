//! What is in the network of one state: a list of envelopes in a canonical order, and its hash.

use super::bounds::NetworkKind;
use super::table::{EnvelopeId, Table};
use crate::protocol::Protocol;

/// Puts an envelope into the network. For a set and a multiset the list is ordered by the envelopes' hashes, so that
/// equal networks are equal lists; in order of sending, where order counts.
pub(super) fn put<P: Protocol>(
    net: &mut Vec<EnvelopeId>,
    id: EnvelopeId,
    kind: NetworkKind,
    table: &Table<P>,
) {
    if kind == NetworkKind::Fifo {
        net.push(id);
        return;
    }
    let hash = |id: EnvelopeId| table.envelope(id).hash;
    let at = net.partition_point(|other| hash(*other) < hash(id));
    if kind == NetworkKind::Set && net.get(at) == Some(&id) {
        return;
    }
    net.insert(at, id);
}

/// Adds to a hash of a network what one more envelope adds. Only for a set (if it is new there) and a multiset.
pub(super) fn share<P: Protocol>(id: EnvelopeId, table: &Table<P>) -> u64 {
    share_of(table.envelope(id).hash)
}

/// The share of an envelope whose hash this is: spread once more, so that sums of hashes don't meet by accident.
pub(super) fn share_of(hash: u64) -> u64 {
    (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

/// The hash of a whole network.
pub(super) fn hash<P: Protocol>(net: &[EnvelopeId], kind: NetworkKind, table: &Table<P>) -> u64 {
    hash_by(net, kind, table, |id| share(id, table))
}

/// The hash of a whole network, by the shares that its envelopes have, under their own names or under others.
pub(super) fn hash_by<P: Protocol>(
    net: &[EnvelopeId],
    kind: NetworkKind,
    table: &Table<P>,
    share: impl Fn(EnvelopeId) -> u64,
) -> u64 {
    match kind {
        NetworkKind::Set | NetworkKind::Multiset => {
            net.iter().fold(0, |sum: u64, id| sum.wrapping_add(share(*id)))
        }
        NetworkKind::Fifo => {
            // Order counts on each link and not between links: chain along a link, add up links.
            let mut sum = 0_u64;
            for (at, id) in net.iter().enumerate() {
                let envelope = table.envelope(*id);
                let same = |other: &&EnvelopeId| {
                    let other = table.envelope(**other);
                    (other.from, other.to) == (envelope.from, envelope.to)
                };
                let position = net[..at].iter().filter(same).count() as u64;
                sum = sum.wrapping_add(chain(share(*id), position));
            }
            sum
        }
    }
}

/// The share of an envelope that is at a position of its link, from 0.
pub(super) fn chain(share: u64, position: u64) -> u64 {
    (share.rotate_left(17) ^ (position + 1)).wrapping_mul(0x94d0_49bb_1331_11eb)
}

/// Whether an envelope may be delivered now: always, unless one sent before it waits on the same link.
pub(super) fn is_first<P: Protocol>(
    net: &[EnvelopeId],
    at: usize,
    kind: NetworkKind,
    table: &Table<P>,
) -> bool {
    if kind != NetworkKind::Fifo {
        // Equal envelopes are one choice.
        return at == 0 || net[at - 1] != net[at];
    }
    let envelope = table.envelope(net[at]);
    net[..at].iter().all(|other| {
        let other = table.envelope(*other);
        (other.from, other.to) != (envelope.from, envelope.to)
    })
}
