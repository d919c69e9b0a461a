//! Configurations: who votes, who only listens (§6; thesis chapter 4).

use crate::id::NodeId;
use std::fmt;

/// A set of servers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ServerSet(u16);

impl ServerSet {
    /// Only this one.
    pub fn only(id: NodeId) -> Self {
        Self(1 << id.0)
    }

    /// The servers from one on to another, both among them.
    pub fn range(first: usize, end: usize) -> Self {
        (first..end).map(NodeId::at).fold(Self::default(), Self::with)
    }

    /// Adds one.
    pub fn insert(&mut self, id: NodeId) {
        self.0 |= 1 << id.0;
    }

    /// Takes one out.
    pub fn remove(&mut self, id: NodeId) {
        self.0 &= !(1 << id.0);
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
        self.0 & (1 << id.0) != 0
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

/// A configuration, as an entry of the log carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Config {
    /// Who votes and counts. While a change by joint consensus is under way, C_new.
    pub voters: ServerSet,
    /// C_old while a change by joint consensus is under way: then it takes a majority of both. Else empty.
    pub old: ServerSet,
    /// Who is sent entries and counts for nothing (thesis §4.2.1).
    pub learners: ServerSet,
}

impl Config {
    /// Whether it is C_old,new (§6).
    pub const fn is_joint(self) -> bool {
        !self.old.is_empty()
    }

    /// Everybody who votes in it.
    pub const fn electorate(self) -> ServerSet {
        self.voters.or(self.old)
    }

    /// Everybody who is sent entries.
    pub const fn members(self) -> ServerSet {
        self.electorate().or(self.learners)
    }

    /// Whether a set has a majority of it; of C_old and of C_new, if it is both (§6).
    pub fn has_majority(self, set: ServerSet) -> bool {
        let of = |voters: ServerSet| set.and(voters).count() >= voters.majority();
        of(self.voters) && (self.old.is_empty() || of(self.old))
    }

    /// How many more of those not in a set it takes, at least, until the set has a majority. Who is in C_old and in
    /// C_new counts for both.
    pub fn missing(self, set: ServerSet) -> usize {
        let lacks = |voters: ServerSet| voters.majority().saturating_sub(set.and(voters).count());
        if !self.is_joint() {
            return lacks(self.voters);
        }
        let (new, old) = (lacks(self.voters), lacks(self.old));
        let in_both = self.voters.and(self.old);
        let for_both = in_both.count() - in_both.and(set).count();
        new + old - new.min(old).min(for_both)
    }
}

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_joint() {
            write!(f, "{} and {}", self.old, self.voters)?;
        } else {
            write!(f, "{}", self.voters)?;
        }
        if self.learners.is_empty() { Ok(()) } else { write!(f, ", learning {}", self.learners) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(numbers: &[u16]) -> ServerSet {
        numbers.iter().fold(ServerSet::default(), |set, number| set.with(NodeId(number - 1)))
    }

    #[test]
    fn a_joint_configuration_needs_a_majority_of_either() {
        let joint = Config { old: set(&[1, 2, 3]), voters: set(&[3, 4, 5]), learners: set(&[6]) };
        let cases: [(&[u16], bool, usize); 8] = [
            (&[], false, 3),
            (&[3], false, 2),
            (&[1, 2], false, 2),
            (&[1, 2, 3], false, 1),
            (&[1, 3, 4], true, 0),
            (&[1, 2, 4, 5], true, 0),
            (&[3, 4, 5, 6], false, 1),
            (&[1, 2, 3, 6], false, 1),
        ];
        for (numbers, enough, missing) in cases {
            let set = set(numbers);
            assert_eq!((joint.has_majority(set), joint.missing(set)), (enough, missing), "{numbers:?}");
        }
    }

    #[test]
    fn who_is_no_voter_does_not_count() {
        let config = Config { voters: set(&[1, 2, 3, 4]), learners: set(&[5]), ..Config::default() };
        assert!(!config.has_majority(set(&[1, 2, 5])), "two of four and a learner");
        assert!(config.has_majority(set(&[1, 2, 4])));
        assert_eq!(config.to_string(), "n1 n2 n3 n4, learning n5");
    }
}
