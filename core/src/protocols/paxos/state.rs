//! What the agents hold, and the acceptor's two rules as pure functions.

use super::message::{Ballot, Proposal, Word};
use crate::id::OperationId;

/// The number of what is decided on: there is one choice.
pub const THE_CHOICE: u64 = 0;

/// What timers are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    /// When it fires, a proposer nobody asked proposes a value of its own.
    Propose,
    /// When it fires, a ballot has taken too long.
    Ballot,
    /// When it fires, a proposer that was outbid or lost patience begins its next ballot.
    BackOff,
    /// When it fires, a learner that has learned nothing has a proposer issue a proposal.
    Ask,
}

/// One agent. Processes that play several parts are drawn apart here.
#[derive(Debug, Clone, Hash)]
pub enum Agent {
    /// Proposes values.
    Proposer(Proposer),
    /// Promises and accepts.
    Acceptor(AcceptorDisk),
    /// Learns what is chosen.
    Learner(Learner),
}

/// What a crash leaves (2001 §2.5).
#[derive(Debug, Clone, Copy, Default, Hash)]
pub enum Disk {
    /// Nothing is on disk: a learner's, or nobody's yet.
    #[default]
    Empty,
    /// A proposer's: the highest round it has used. Without it, it could use a ballot twice.
    Proposer {
        /// The round; 0 before the first.
        round: u32,
    },
    /// An acceptor's, all of it.
    Acceptor(AcceptorDisk),
}

/// An acceptor: it must remember what it promised and accepted, even if it fails and restarts (2001 §2.2, §2.5), and
/// has nothing else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct AcceptorDisk {
    /// The highest ballot it has answered.
    pub promised: Option<Ballot>,
    /// The highest-numbered proposal it has accepted. Its ballot is never above `promised`.
    pub accepted: Option<Proposal>,
}

impl AcceptorDisk {
    /// Whether it may answer a prepare request or accept a proposal of this ballot: it has promised nothing higher
    /// (2001 §2.2, P1a).
    ///
    /// SUBTLE: a ballot equal to the promised one is answered again. The paper asks for a *greater* one, but since
    /// ballots are unique an equal one is the same request, come twice, and its first answer may be lost. The twins whose
    /// ballots are not unique show what hangs on it.
    pub fn may_answer(&self, ballot: Ballot) -> bool {
        self.promised.is_none_or(|promised| ballot >= promised)
    }

    /// Phase 1 (b): answers a prepare request. `Ok` with the proposal to report, `Err` with the ballot that stands
    /// against it.
    ///
    /// # Errors
    /// It has promised a higher ballot.
    pub fn prepare(&mut self, ballot: Ballot) -> Result<Option<Proposal>, Ballot> {
        match self.promised {
            Some(promised) if !self.may_answer(ballot) => Err(promised),
            _ => {
                self.promised = Some(ballot);
                Ok(self.accepted)
            }
        }
    }

    /// Phase 2 (b): accepts a proposal, or says which ballot stands against it.
    ///
    /// # Errors
    /// It has promised a higher ballot.
    pub fn accept(&mut self, proposal: Proposal) -> Result<(), Ballot> {
        match self.promised {
            Some(promised) if !self.may_answer(proposal.ballot) => Err(promised),
            _ => {
                *self = Self { promised: Some(proposal.ballot), accepted: Some(proposal) };
                Ok(())
            }
        }
    }
}

/// What a ballot with a majority of promises may propose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The value of this proposal, and no other.
    Bound(Proposal),
    /// Any value: here the proposer's own.
    Free(Word),
    /// Any value, but the proposer has none.
    Nothing,
}

/// The value of a ballot is "the value of the highest-numbered proposal among the responses, or is any value if
/// the responses reported no proposals" (2001 §2.2, phase 2 (a)). `highest` is that proposal, if any was reported.
pub fn choice(highest: Option<Proposal>, own: Option<Word>) -> Choice {
    match (highest, own) {
        (Some(proposal), _) => Choice::Bound(proposal),
        (None, Some(own)) => Choice::Free(own),
        (None, None) => Choice::Nothing,
    }
}

/// A set of acceptors, by their number from 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AcceptorSet(u16);

impl AcceptorSet {
    /// Puts one in.
    pub fn insert(&mut self, acceptor: usize) {
        self.0 |= 1 << acceptor;
    }

    /// Whether one is in it.
    pub const fn has(self, acceptor: usize) -> bool {
        self.0 >> acceptor & 1 == 1
    }

    /// How many.
    pub const fn count(self) -> usize {
        self.0.count_ones() as usize
    }
}

/// A proposer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Proposer {
    /// On disk: the highest round it has used.
    pub round: u32,
    /// The highest round it has heard of: its next one is above it.
    pub heard: u32,
    /// What it was asked to propose and has not answered yet.
    pub wish: Option<Wish>,
    /// Its latest ballot.
    pub phase: Phase,
    /// How often in a row its ballots came to nothing.
    pub failures: u8,
    /// What it knows to be chosen.
    pub chosen: Option<Word>,
}

/// A value somebody wants proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Wish {
    /// The value.
    pub value: Word,
    /// The operation to answer once a value is known to be chosen.
    pub operation: OperationId,
}

/// How far a proposer's latest ballot has come.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Phase {
    /// No ballot since it started, or the last one found nothing to propose.
    Idle,
    /// Phase 1: it collects promises.
    Preparing {
        /// The ballot.
        ballot: Ballot,
        /// Who promised.
        promises: AcceptorSet,
        /// Who refused.
        refusals: AcceptorSet,
        /// What each promise reported, the highest-numbered of it.
        reported: Option<Proposal>,
    },
    /// Phase 2: it has made its proposal and counts who accepts it.
    Proposing {
        /// The proposal.
        proposal: Proposal,
        /// Who accepted.
        accepted: AcceptorSet,
        /// Who refused.
        refusals: AcceptorSet,
    },
    /// A majority accepted its proposal: it is chosen.
    Succeeded {
        /// The proposal.
        proposal: Proposal,
        /// Who accepted.
        accepted: AcceptorSet,
    },
}

impl Phase {
    /// The ballot it is about.
    pub const fn ballot(&self) -> Option<Ballot> {
        match self {
            Self::Idle => None,
            Self::Preparing { ballot, .. } => Some(*ballot),
            Self::Proposing { proposal, .. } | Self::Succeeded { proposal, .. } => Some(proposal.ballot),
        }
    }

    /// The proposal, once it is made.
    pub const fn proposal(&self) -> Option<Proposal> {
        match self {
            Self::Idle | Self::Preparing { .. } => None,
            Self::Proposing { proposal, .. } | Self::Succeeded { proposal, .. } => Some(*proposal),
        }
    }

    /// Whether the ballot still waits for answers.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Preparing { .. } | Self::Proposing { .. })
    }
}

/// A learner.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Learner {
    /// The highest-numbered proposal each acceptor is known to have accepted.
    pub votes: Vec<Option<Proposal>>,
    /// What it has learned.
    pub learned: Option<Word>,
    /// Position of the proposer it asks next.
    pub next: u8,
}

impl Learner {
    /// The highest-numbered proposal it has heard of, or of a value, and who is known to have accepted it.
    pub fn leading(&self, of: Option<Word>) -> Option<(Proposal, AcceptorSet)> {
        let votes = self.votes.iter().flatten();
        let leading = votes.filter(|vote| of.is_none_or(|value| vote.value == value)).max().copied()?;
        let mut accepted = AcceptorSet::default();
        for (acceptor, vote) in self.votes.iter().enumerate() {
            if *vote == Some(leading) {
                accepted.insert(acceptor);
            }
        }
        Some((leading, accepted))
    }
}
