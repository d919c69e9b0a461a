//! Configurations: who votes, who only listens (§6; thesis chapter 4).

pub use crate::toolkit::servers::ServerSet;
use std::fmt;

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
    use crate::id::NodeId;

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
