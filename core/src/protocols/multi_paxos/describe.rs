//! Messages in words: their kinds, a line, and their fields by the papers' names.

use super::message::{Command, Msg, ReplyOutcome, Vote};
use crate::view::Fact;

impl Msg {
    /// Position in `Meta::messages`.
    pub(super) fn kind(&self) -> u8 {
        match self {
            Self::Prepare(_) => 0,
            Self::Promise(_) => 1,
            Self::Accept(_) => 2,
            Self::Accepted(_) => 3,
            Self::Refused(_) => 4,
            Self::Heartbeat(_) => 5,
            Self::CatchUp(_) => 6,
            Self::Decision(_) => 7,
            Self::ClientRequest(_) => 8,
            Self::ClientReply(reply) => match reply.outcome {
                ReplyOutcome::Applied(_) => 9,
                ReplyOutcome::NotLeader { .. } => 10,
            },
        }
    }

    /// One line.
    pub(super) fn summary(&self) -> String {
        match self {
            Self::Prepare(ask) => format!("ballot {}, from slot {} on", ask.ballot, ask.from),
            Self::Promise(msg) => match msg.votes.len() {
                0 => format!("ballot {}, nothing accepted", msg.ballot),
                1 => format!("ballot {}, accepted in slot {}", msg.ballot, msg.votes[0].slot),
                count => format!("ballot {}, accepted in {count} slots", msg.ballot),
            },
            Self::Accept(msg) => format!("ballot {}, slot {}: {}", msg.ballot, msg.slot, msg.command),
            Self::Accepted(msg) => format!("ballot {}, slot {}", msg.ballot, msg.slot),
            Self::Refused(msg) => format!("ballot {}, promised {}", msg.ballot, msg.promised),
            Self::Heartbeat(msg) => format!("ballot {}, chosen up to {}", msg.ballot, msg.chosen),
            Self::CatchUp(ask) => format!("from slot {} on", ask.from),
            Self::Decision(msg) => {
                let last = (msg.first + msg.commands.len() as u64).saturating_sub(1);
                match msg.commands.len() {
                    0 => format!("ballot {}, nothing chosen from slot {} on", msg.ballot, msg.first),
                    1 => format!("ballot {}, slot {last}", msg.ballot),
                    _ => format!("ballot {}, slots {}–{last}", msg.ballot, msg.first),
                }
            }
            Self::ClientRequest(ask) => ask.summary(),
            Self::ClientReply(reply) => reply.summary(),
        }
    }

    /// Fields by the papers' names.
    pub(super) fn fields(&self) -> Vec<Fact> {
        match self {
            Self::Prepare(ask) => vec![Fact::new("ballot", ask.ballot), Fact::new("from slot", ask.from)],
            Self::Promise(msg) => vec![
                Fact::new("ballot", msg.ballot),
                Fact::new("accepted", votes(&msg.votes)),
                Fact::new("chosen up to", msg.chosen),
            ],
            Self::Accept(msg) => vec![
                Fact::new("ballot", msg.ballot),
                Fact::new("slot", msg.slot),
                Fact::new("command", msg.command),
                Fact::new("chosen up to", msg.chosen),
            ],
            Self::Accepted(msg) => vec![Fact::new("ballot", msg.ballot), Fact::new("slot", msg.slot)],
            Self::Refused(msg) => {
                vec![Fact::new("ballot", msg.ballot), Fact::new("promised", msg.promised)]
            }
            Self::Heartbeat(msg) => {
                vec![Fact::new("ballot", msg.ballot), Fact::new("chosen up to", msg.chosen)]
            }
            Self::CatchUp(ask) => vec![Fact::new("from slot", ask.from)],
            Self::Decision(msg) => vec![
                Fact::new("ballot", msg.ballot),
                Fact::new("first slot", msg.first),
                Fact::new("commands", commands(&msg.commands)),
                Fact::new("chosen up to", msg.chosen),
            ],
            Self::ClientRequest(ask) => ask.fields(),
            Self::ClientReply(reply) => reply.fields(),
        }
    }
}

/// Items that a field shows.
const SHOWN: usize = 8;

fn votes(votes: &[Vote]) -> String {
    list(votes.iter().take(SHOWN).map(|v| format!("slot {}, ballot {}: {}", v.slot, v.ballot, v.command)), votes.len())
}

fn commands(commands: &[Command]) -> String {
    list(commands.iter().take(SHOWN).map(ToString::to_string), commands.len())
}

/// The first few of many.
fn list(shown: impl Iterator<Item = String>, count: usize) -> String {
    let shown: Vec<_> = shown.collect();
    match count {
        0 => "nothing".into(),
        _ if count > SHOWN => format!("{} and {} more", shown.join("; "), count - SHOWN),
        _ => shown.join("; "),
    }
}
