//! Ballots, values and messages of Paxos, and messages in words.

use crate::id::NodeId;
use crate::trace::{ballot_value, word_value};
use crate::view::Fact;
use std::fmt;

/// Words for the values that can be proposed.
pub(super) const WORDS: [&str; 8] = ["apple", "banana", "cherry", "damson", "elder", "fig", "grape", "olive"];

/// A proposal number (2001 §2.2), a ballot number in the first paper: a round and the proposer it belongs to, compared
/// round first. Written `2.p1`.
///
/// "Different proposals have different numbers" (2001 §2.2): the proposer makes ballots of equal rounds differ. Only the twin leaves
/// it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ballot {
    /// The round, from 1.
    pub round: u32,
    /// Whose it is. `None` only in the twin whose ballots are not unique.
    pub owner: Option<NodeId>,
}

impl Ballot {
    /// As a value of a reason.
    pub(super) const fn told(self) -> u64 {
        ballot_value(self.round, self.owner)
    }
}

impl fmt::Display for Ballot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.owner {
            // Proposers come first in the roster, so that p1 is the first node.
            Some(owner) => write!(f, "{}.p{}", self.round, owner.index() + 1),
            None => write!(f, "{}", self.round),
        }
    }
}

/// No ballot as a value of a reason, or one.
pub(super) fn told(ballot: Option<Ballot>) -> u64 {
    ballot.map_or(0, Ballot::told)
}

/// Something that can be proposed, printed as a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word(pub u8);

impl Word {
    const fn text(self) -> &'static str {
        WORDS[self.0 as usize % WORDS.len()]
    }

    /// As a value of a reason.
    pub(super) const fn told(self) -> u64 {
        word_value(self.text())
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// A proposal: a number and a value (2001 §2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Proposal {
    /// Its number.
    pub ballot: Ballot,
    /// Its value.
    pub value: Word,
}

impl fmt::Display for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.value, self.ballot)
    }
}

/// What the agents say to each other (2001 §2.2, §2.3). In the first paper: NextBallot, LastVote, BeginBallot, Voted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Msg {
    /// Phase 1 (a): a proposer asks an acceptor for a promise.
    Prepare {
        /// The number of the proposal it would make.
        ballot: Ballot,
    },
    /// Phase 1 (b): an acceptor promises to accept nothing below this ballot.
    Promise {
        /// The ballot it was asked for.
        ballot: Ballot,
        /// The highest-numbered proposal it has accepted, if any.
        accepted: Option<Proposal>,
    },
    /// Phase 2 (a): a proposer asks an acceptor to accept a proposal.
    Accept(Proposal),
    /// Phase 2 (b): an acceptor tells that it has accepted a proposal.
    Accepted(Proposal),
    /// An acceptor tells a proposer that it promised a higher ballot, so that it abandons its own (2001 §2.2).
    Refused {
        /// The ballot that is refused.
        ballot: Ballot,
        /// The higher one it promised.
        promised: Ballot,
    },
    /// A learner that heard of no chosen value has a proposer issue a proposal (2001 §2.3).
    Ask,
}

impl Msg {
    /// Position in `Meta::messages`.
    pub(super) const fn kind(&self) -> u8 {
        match self {
            Self::Prepare { .. } => 0,
            Self::Promise { accepted: None, .. } => 1,
            Self::Accept(_) => 2,
            Self::Accepted(_) => 3,
            Self::Refused { .. } => 4,
            Self::Ask => 5,
            Self::Promise { accepted: Some(_), .. } => 6,
        }
    }

    /// One line.
    pub(super) fn summary(&self) -> String {
        match self {
            Self::Prepare { ballot } => format!("ballot {ballot}"),
            Self::Promise { ballot, accepted: None } => format!("ballot {ballot}, nothing accepted"),
            Self::Promise { ballot, accepted: Some(accepted) } => {
                format!("ballot {ballot}, accepted {accepted}")
            }
            Self::Accept(proposal) | Self::Accepted(proposal) => proposal.to_string(),
            Self::Refused { ballot, promised } => format!("ballot {ballot}, has promised {promised}"),
            Self::Ask => "what is chosen?".into(),
        }
    }

    /// Fields by the paper's names.
    pub(super) fn fields(&self) -> Vec<Fact> {
        match self {
            Self::Prepare { ballot } => vec![Fact::new("ballot", ballot)],
            Self::Promise { ballot, accepted } => vec![
                Fact::new("ballot", ballot),
                Fact::new("accepted", accepted.map_or_else(|| "nothing".into(), |had| had.to_string())),
            ],
            Self::Accept(proposal) | Self::Accepted(proposal) => {
                vec![Fact::new("ballot", proposal.ballot), Fact::new("value", proposal.value)]
            }
            Self::Refused { ballot, promised } => {
                vec![Fact::new("ballot", ballot), Fact::new("promised", promised)]
            }
            Self::Ask => Vec::new(),
        }
    }
}
