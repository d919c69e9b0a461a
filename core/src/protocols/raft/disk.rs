//! What a server keeps on disk, and the rules that depend on nothing else (Figure 2, §5.3, §5.4.1).

use super::message::{Command, Entry, RequestVote};
use super::state::{Config, Index, Snapshot, Term, hash_if_any};
use crate::id::NodeId;
use crate::toolkit::log::Log;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Persistent state on all servers, updated on stable storage before responding (Figure 2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerDisk {
    /// Latest term the server has seen.
    pub current_term: Term,
    /// Candidate that received its vote in the current term.
    pub voted_for: Option<NodeId>,
    /// Whom it voted for in the current term, if the twin that forgets it has forgotten: only a reason reads it.
    pub forgotten: Option<NodeId>,
    /// Log entries, from after the snapshot on.
    pub log: Log<Entry>,
    /// What stands for the entries that were discarded (§7).
    pub snapshot: Option<Arc<Snapshot>>,
}

impl Hash for ServerDisk {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.current_term, self.voted_for, &self.log).hash(hasher);
        hash_if_any(&self.snapshot, 1, hasher);
        hash_if_any(&self.forgotten, 2, hasher);
    }
}

/// Whether to vote for a candidate, and if not, why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoteVerdict {
    /// Vote for it.
    Grant,
    /// Its term is over.
    StaleTerm,
    /// The vote of its term was given to another.
    VotedFor(NodeId),
    /// Its log is less up-to-date.
    OutdatedLog,
}

/// Whether a log has the entry that new ones are to follow (§5.3, the consistency check).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consistency {
    /// It has.
    Matches,
    /// It ends before.
    TooShort,
    /// It has one of another term there.
    Conflict {
        /// That term.
        term: Term,
    },
}

/// Entries that were deleted from a log because a leader has others there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Truncated {
    /// Index of the first.
    pub first: Index,
    /// Index of the last.
    pub last: Index,
    /// Term of the first.
    pub mine: Term,
    /// Term of the leader's entry there.
    pub theirs: Term,
}

impl ServerDisk {
    /// Term of the entry at an index: 0 before the first, `None` beyond the last and where a snapshot covers it. The
    /// term of the last entry it covers is kept (§7).
    pub fn term_at(&self, index: Index) -> Option<Term> {
        match self.log.get(index) {
            Some(entry) => Some(entry.term),
            None if index == self.log.base() => Some(self.snapshot_term()),
            None => None,
        }
    }

    /// Term of the last entry, also if a snapshot covers it; 0 without one.
    pub fn last_term(&self) -> Term {
        self.log.last().map_or_else(|| self.snapshot_term(), |entry| entry.term)
    }

    /// lastIncludedTerm of the snapshot; 0 without one.
    pub fn snapshot_term(&self) -> Term {
        self.snapshot.as_ref().map_or(Term(0), |snapshot| snapshot.last_included_term)
    }

    /// The latest configuration up to an index, and the index of its entry: in the log, in the snapshot, or `first`.
    pub fn config_at(&self, index: Index, first: Config) -> (Config, Index) {
        let base = self.log.base();
        let of = |at| match self.log.get(at)?.command {
            Command::Config(config) => Some((config, at)),
            _ => None,
        };
        let found = (base + 1..=index.min(self.log.last_index())).rev().find_map(of);
        let kept = || self.snapshot.as_ref().map_or((first, 0), |s| (s.config, s.config_index));
        found.unwrap_or_else(kept)
    }

    /// Whether it voted for another in a term, and does not know.
    pub fn has_forgotten(&self, term: Term, candidate: NodeId) -> bool {
        term == self.current_term && self.voted_for.is_none() && self.forgotten.is_some_and(|id| id != candidate)
    }

    /// Whether a log that ends with this term and index is at least as up-to-date as this one: the later last term
    /// wins, with equal terms the longer log (§5.4.1).
    pub fn is_up_to_date(&self, last_log_term: Term, last_log_index: Index) -> bool {
        (last_log_term, last_log_index) >= (self.last_term(), self.log.last_index())
    }

    /// Whether a vote may go to a candidate (Figure 2, RequestVote RPC; §5.2, §5.4.1). The up-to-date rule can be left
    /// out, for the twin without it.
    pub fn may_grant_vote(&self, ask: &RequestVote, checks_log: bool) -> VoteVerdict {
        let voted_for = if ask.term > self.current_term { None } else { self.voted_for };
        if ask.term < self.current_term {
            VoteVerdict::StaleTerm
        } else if let Some(other) = voted_for.filter(|id| *id != ask.candidate) {
            VoteVerdict::VotedFor(other)
        } else if checks_log && !self.is_up_to_date(ask.last_log_term, ask.last_log_index) {
            VoteVerdict::OutdatedLog
        } else {
            VoteVerdict::Grant
        }
    }

    /// The consistency check of AppendEntries (§5.3).
    pub fn consistency(&self, prev_log_index: Index, prev_log_term: Term) -> Consistency {
        match self.term_at(prev_log_index) {
            // What a snapshot covers is committed, so the leader has it, too (§7).
            None if prev_log_index < self.log.base() => Consistency::Matches,
            None => Consistency::TooShort,
            Some(term) if term == prev_log_term => Consistency::Matches,
            Some(term) => Consistency::Conflict { term },
        }
    }

    /// Stores entries after `prev`, which must match: deletes from the first conflict on, appends what is new (Figure 2,
    /// AppendEntries 3 and 4; §5.3). Says what was deleted, if anything was.
    ///
    /// SUBTLE: what is there already stays, even if more follows it. The message may be old, and what follows may come
    /// from a newer message of the same leader.
    pub fn store(&mut self, prev_log_index: Index, entries: &[Entry]) -> Option<Truncated> {
        let mut truncated = None;
        for (first, entry) in (prev_log_index + 1..).zip(entries) {
            match self.term_at(first) {
                Some(mine) if mine == entry.term => continue,
                _ if first <= self.log.base() => continue,
                Some(mine) => {
                    let last = self.log.last_index();
                    truncated = Some(Truncated { first, last, mine, theirs: entry.term });
                    self.log.truncate(first - 1);
                }
                None => {}
            }
            self.log.append(*entry);
        }
        truncated
    }

    /// First index with an entry of this term or a later one.
    pub fn first_index_of(&self, term: Term) -> Index {
        self.log.partition_point(|entry| entry.term < term) + 1
    }
}

