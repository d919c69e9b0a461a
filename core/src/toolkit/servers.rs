//! Sets of servers.

use crate::id::NodeId;
use std::fmt;

/// Servers a cluster of crash-prone servers may have.
pub const SERVERS_MAX: usize = 15;

/// A set of servers, of the first sixteen nodes. Any other is left out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ServerSet(u16);

/// The bit of a node; none for one that is not among the first sixteen.
const fn bit(id: NodeId) -> u16 {
    if id.0 < 16 { 1 << id.0 } else { 0 }
}

impl ServerSet {
    /// Only this one.
    pub fn only(id: NodeId) -> Self {
        Self(bit(id))
    }

    /// The servers from one on to another, both among them.
    pub fn range(first: usize, end: usize) -> Self {
        (first..end).map(NodeId::at).fold(Self::default(), Self::with)
    }

    /// Adds one.
    pub fn insert(&mut self, id: NodeId) {
        self.0 |= bit(id);
    }

    /// Takes one out.
    pub fn remove(&mut self, id: NodeId) {
        self.0 &= !bit(id);
    }

    /// With one more.
    #[must_use]
    pub fn with(mut self, id: NodeId) -> Self {
        self.insert(id);
        self
    }

    /// Without one.
    #[must_use]
    pub fn without(mut self, id: NodeId) -> Self {
        self.remove(id);
        self
    }

    /// Whether one is in it.
    pub const fn has(self, id: NodeId) -> bool {
        self.0 & bit(id) != 0
    }

    /// Whether nobody is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many there are.
    pub const fn count(self) -> usize {
        self.0.count_ones() as usize
    }

    /// How many make a majority.
    pub const fn majority(self) -> usize {
        self.count() / 2 + 1
    }

    /// Those in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of this one that are not in the other.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Its members, by number.
    pub fn iter(self) -> impl Iterator<Item = NodeId> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let at = rest.trailing_zeros();
            rest &= rest.wrapping_sub(1);
            (at < u16::BITS).then_some(NodeId(at as u16))
        })
    }

    /// As bits, for the values of a why: bit `i` is the server number `i`.
    pub const fn bits(self) -> u64 {
        self.0 as u64
    }
}

impl fmt::Debug for ServerSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl fmt::Display for ServerSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return write!(f, "nobody");
        }
        for (at, id) in self.iter().enumerate() {
            write!(f, "{}{id}", if at == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_beyond_the_servers_is_in_no_set() {
        let set = ServerSet::only(NodeId(15)).with(NodeId(16)).with(NodeId(17));
        assert_eq!(set, ServerSet::only(NodeId(15)));
        assert!(set.has(NodeId(15)) && !set.has(NodeId(16)) && !set.without(NodeId(16)).is_empty());
        assert_eq!(ServerSet::only(NodeId(u16::MAX)), ServerSet::default());
    }

    #[test]
    fn a_set_is_said_by_its_members() {
        assert_eq!(ServerSet::range(1, 4).to_string(), "n2 n3 n4");
        assert_eq!(ServerSet::default().to_string(), "nobody");
        assert_eq!(ServerSet::range(0, 3).minus(ServerSet::only(NodeId(1))).bits(), 0b101);
    }
}
