//! Messages in words: their kinds, a line, and their fields by the paper's names.

use super::machine::PIECES;
use super::message::{AppendOutcome, Entries, Msg, ReplyOutcome};
use super::state::Term;
use crate::view::Fact;

impl Msg {
    /// Position in `Meta::messages`.
    pub(super) fn kind(&self) -> u8 {
        match self {
            Self::RequestVote(_) => 0,
            Self::RequestVoteReply(reply) => 2 - u8::from(reply.granted),
            Self::AppendEntries(msg) => {
                if msg.entries.is_empty() {
                    6
                } else {
                    3
                }
            }
            Self::AppendEntriesReply(reply) => match reply.outcome {
                AppendOutcome::Success { match_index } if match_index == reply.prev_log_index => 7,
                AppendOutcome::Success { .. } => 4,
                AppendOutcome::Mismatch { .. } | AppendOutcome::StaleTerm => 5,
            },
            Self::PreVote(_) => 8,
            Self::PreVoteReply(reply) => 10 - u8::from(reply.granted),
            Self::ClientRequest(_) => 11,
            Self::ClientReply(reply) => match reply.outcome {
                ReplyOutcome::Applied(_) => 12,
                ReplyOutcome::NotLeader { .. } => 13,
            },
            Self::TimeoutNow(_) => 14,
            Self::InstallSnapshot(_) => 15,
            Self::InstallSnapshotReply(_) => 16,
        }
    }

    /// One line.
    pub(super) fn summary(&self) -> String {
        match self {
            Self::RequestVote(ask) => {
                let told = if ask.is_handed_over { ", handed over" } else { "" };
                format!("term {}, last entry ({},{}){told}", ask.term, ask.last_log_term, ask.last_log_index)
            }
            Self::RequestVoteReply(reply) => format!("term {}, {}", reply.term, granted(reply.granted)),
            Self::PreVote(ask) => {
                format!(
                    "would be term {}, last entry ({},{})",
                    ask.term, ask.last_log_term, ask.last_log_index
                )
            }
            Self::PreVoteReply(reply) => format!("for term {}, {}", reply.asked, granted(reply.granted)),
            Self::AppendEntries(msg) => {
                let first = msg.prev_log_index + 1;
                let what = match msg.entries.len() as u64 {
                    0 => format!("term {}, commit {}", msg.term, msg.leader_commit),
                    1 => format!("term {}, entry {first}", msg.term),
                    count => format!("term {}, entries {first}–{}", msg.term, first + count - 1),
                };
                what + &round(msg.round)
            }
            Self::AppendEntriesReply(reply) => match reply.outcome {
                AppendOutcome::Success { match_index } => {
                    format!("term {}, matches to {match_index}{}", reply.term, round(reply.round))
                }
                AppendOutcome::Mismatch { first_index, .. } => {
                    format!(
                        "term {}, lacks entry {}, go back to {first_index}",
                        reply.term, reply.prev_log_index
                    )
                }
                AppendOutcome::StaleTerm => format!("term {} is later", reply.term),
            },
            Self::ClientRequest(ask) => ask.summary(),
            Self::ClientReply(reply) => reply.summary(),
            Self::TimeoutNow(msg) => format!("term {}, stand for election", msg.term),
            Self::InstallSnapshot(msg) => {
                let last = msg.snapshot.last_included_index;
                format!("term {}, snapshot up to {last}, pieces {}–{}", msg.term, msg.offset + 1, msg.end)
            }
            Self::InstallSnapshotReply(reply) => {
                let (last, pieces) = (reply.last_included_index, reply.pieces);
                format!("term {}, {pieces} pieces of the snapshot up to {last}", reply.term)
            }
        }
    }

    /// Fields by the paper's names.
    pub(super) fn fields(&self) -> Vec<Fact> {
        match self {
            Self::RequestVote(ask) | Self::PreVote(ask) => {
                let mut facts = vec![
                    Fact::new("term", ask.term),
                    Fact::new("candidateId", ask.candidate),
                    Fact::new("lastLogIndex", ask.last_log_index),
                    Fact::new("lastLogTerm", ask.last_log_term),
                ];
                if ask.is_handed_over {
                    facts.push(Fact::new("leadership transfer", "yes"));
                }
                facts
            }
            Self::RequestVoteReply(reply) => {
                vec![Fact::new("term", reply.term), Fact::new("voteGranted", reply.granted)]
            }
            Self::PreVoteReply(reply) => vec![
                Fact::new("term", reply.term),
                Fact::new("asked for term", reply.asked),
                Fact::new("voteGranted", reply.granted),
            ],
            Self::AppendEntries(msg) => {
                let mut facts = vec![
                    Fact::new("term", msg.term),
                    Fact::new("leaderId", msg.leader),
                    Fact::new("prevLogIndex", msg.prev_log_index),
                    Fact::new("prevLogTerm", msg.prev_log_term),
                    Fact::new("entries", list(&msg.entries)),
                    Fact::new("leaderCommit", msg.leader_commit),
                ];
                push_round(&mut facts, msg.round);
                facts
            }
            Self::AppendEntriesReply(reply) => {
                let mut facts = append_reply_fields(reply.term, reply.prev_log_index, reply.outcome);
                push_round(&mut facts, reply.round);
                facts
            }
            Self::ClientRequest(ask) => ask.fields(),
            Self::ClientReply(reply) => reply.fields(),
            Self::TimeoutNow(msg) => vec![Fact::new("term", msg.term)],
            Self::InstallSnapshot(msg) => vec![
                Fact::new("term", msg.term),
                Fact::new("lastIncludedIndex", msg.snapshot.last_included_index),
                Fact::new("lastIncludedTerm", msg.snapshot.last_included_term),
                Fact::new("configuration", msg.snapshot.config),
                Fact::new("offset", msg.offset),
                Fact::new("data", format!("pieces {} to {} of {PIECES}", msg.offset + 1, msg.end)),
                Fact::new("done", msg.is_done()),
            ],
            Self::InstallSnapshotReply(reply) => vec![
                Fact::new("term", reply.term),
                Fact::new("lastIncludedIndex", reply.last_included_index),
                Fact::new("pieces", reply.pieces),
            ],
        }
    }
}

/// A round of heartbeats, where reads wait for them.
fn round(round: u32) -> String {
    if round == 0 { String::new() } else { format!(", round {round}") }
}

fn push_round(facts: &mut Vec<Fact>, round: u32) {
    if round > 0 {
        facts.push(Fact::new("round", round));
    }
}

fn granted(granted: bool) -> &'static str {
    if granted { "granted" } else { "refused" }
}

/// Entries as a reader writes them, the first few of many.
fn list(entries: &Entries) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<_> =
        entries.iter().take(SHOWN).map(|entry| format!("{}: {}", entry.term, entry.command)).collect();
    match entries.len() {
        0 => "none: a heartbeat".into(),
        count if count > SHOWN => format!("{} and {} more", shown.join(", "), count - SHOWN),
        _ => shown.join(", "),
    }
}

fn append_reply_fields(term: Term, prev_log_index: u64, outcome: AppendOutcome) -> Vec<Fact> {
    let mut facts = vec![
        Fact::new("term", term),
        Fact::new("success", matches!(outcome, AppendOutcome::Success { .. })),
        Fact::new("prevLogIndex", prev_log_index),
    ];
    match outcome {
        AppendOutcome::Success { match_index } => facts.push(Fact::new("matchIndex", match_index)),
        AppendOutcome::Mismatch { conflict_term, first_index } => {
            let conflict = conflict_term.map_or_else(|| "none".into(), |term| term.to_string());
            facts.push(Fact::new("conflicting term", conflict));
            facts.push(Fact::new("first index of it", first_index));
        }
        AppendOutcome::StaleTerm => {}
    }
    facts
}
