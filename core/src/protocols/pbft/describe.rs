//! Messages in words: their kinds, a line, and their fields by the paper's names.

use super::Pbft;
use super::message::{Msg, NewView, Phase, Proposal, Request, ViewChange};
use super::signing::Signed;
use crate::id::NodeId;
use crate::view::Fact;

impl Msg {
    /// Position in `Meta::messages`.
    pub(super) fn kind(&self) -> u8 {
        match self {
            Self::Request(_) => 0,
            Self::PrePrepare(_) => 1,
            Self::Vote(vote) if vote.phase == Phase::Prepare => 2,
            Self::Vote(_) => 3,
            Self::Reply(_) => 4,
            Self::Checkpoint(_) => 5,
            Self::ViewChange(_) => 6,
            Self::NewView(_) => 7,
            Self::Status(_) => 8,
            Self::State(_) => 9,
            Self::Committed(_) => 10,
        }
    }
}

impl Pbft {
    /// A node's name.
    pub(super) fn name(&self, id: NodeId) -> String {
        if self.is_replica(id) { id.to_string() } else { format!("c{}", self.client_position(id) + 1) }
    }

    /// A request in a few words: `c1's x ← 3`.
    pub(super) fn request_words(&self, request: Option<&Signed<Request>>) -> String {
        request.map_or_else(|| "null".into(), |r| format!("{}’s {}", self.name(r.signer()), r.call))
    }

    /// One line.
    pub(super) fn summary_of(&self, msg: &Msg) -> String {
        match msg {
            Msg::Request(m) => format!("request {} of {}: {}", m.timestamp, self.name(m.signer()), m.call),
            Msg::PrePrepare(p) => {
                let m = &p.pre_prepare;
                let request = self.request_words(p.request.as_ref());
                format!("view {}, number {}, digest {}: {request}", m.view, m.seq, m.digest)
            }
            Msg::Vote(m) => {
                format!("view {}, number {}, digest {}, by {}", m.view, m.seq, m.digest, self.name(m.signer()))
            }
            Msg::Reply(m) => format!("view {}, request {}: {}", m.view, m.timestamp, m.answer),
            Msg::Checkpoint(m) => format!("number {}, digest {}", m.seq, m.digest),
            Msg::ViewChange(m) => {
                format!("to view {}, stable {}, prepared {}", m.view, m.stable, m.prepared.len())
            }
            Msg::NewView(m) => format!("view {}, pre-prepares: {}", m.view, m.proposals.len()),
            Msg::Status(m) => format!("view {}, executed up to {}", m.view, m.executed),
            Msg::State(m) => {
                let seq = m.checkpoints.first().map_or(0, |checkpoint| checkpoint.seq);
                format!("state at {seq}, {} checkpoints", m.checkpoints.len())
            }
            Msg::Committed(m) => {
                let seq = m.commits.first().map_or(0, |commit| commit.seq);
                format!("number {seq}, {} commits: {}", m.commits.len(), self.request_words(m.request.as_ref()))
            }
        }
    }

    /// Fields by the paper's names.
    pub(super) fn fields_of(&self, msg: &Msg) -> Vec<Fact> {
        let mut facts = match msg {
            Msg::Request(m) => {
                vec![Fact::new("o, operation", m.call), Fact::new("t, timestamp", m.timestamp)]
            }
            Msg::PrePrepare(p) => {
                let m = &p.pre_prepare;
                vec![
                    Fact::new("v, view", m.view),
                    Fact::new("n, sequence number", m.seq),
                    Fact::new("d, digest", m.digest),
                    Fact::new("m, request", self.request_words(p.request.as_ref())),
                ]
            }
            Msg::Vote(m) => vec![
                Fact::new("v, view", m.view),
                Fact::new("n, sequence number", m.seq),
                Fact::new("d, digest", m.digest),
            ],
            Msg::Reply(m) => vec![
                Fact::new("v, view", m.view),
                Fact::new("t, timestamp", m.timestamp),
                Fact::new("c, client", self.name(m.client)),
                Fact::new("r, result", m.answer),
            ],
            Msg::Checkpoint(m) => {
                vec![Fact::new("n, sequence number", m.seq), Fact::new("d, digest of the state", m.digest)]
            }
            Msg::ViewChange(m) => self.view_change_fields(m),
            Msg::NewView(m) => self.new_view_fields(m),
            Msg::Status(m) => vec![
                Fact::new("view", m.view),
                Fact::new("active in it", m.is_active),
                Fact::new("stable checkpoint", m.stable),
                Fact::new("last executed", m.executed),
            ],
            Msg::State(m) => vec![
                Fact::new("checkpoints by", self.names(m.checkpoints.iter().map(Signed::signer))),
                Fact::new("d, digest of the state", super::machine::digest_of_state(&m.machine)),
            ],
            Msg::Committed(m) => vec![
                Fact::new("m, request", self.request_words(m.request.as_ref())),
                Fact::new("commits by", self.names(m.commits.iter().map(Signed::signer))),
            ],
        };
        facts.extend(self.signature(msg));
        facts
    }

    fn view_change_fields(&self, m: &ViewChange) -> Vec<Fact> {
        let prepared = m.prepared.iter().map(|cert| {
            let (seq, view) = (cert.seq(), cert.view());
            format!("{seq}: {} (view {view})", self.request_words(cert.proposal.request.as_ref()))
        });
        vec![
            Fact::new("v+1, view to move to", m.view),
            Fact::new("n, stable checkpoint", m.stable),
            Fact::new("C, checkpoints by", self.names(m.checkpoints.iter().map(Signed::signer))),
            Fact::new("P, prepared", listed(prepared)),
        ]
    }

    fn new_view_fields(&self, m: &NewView) -> Vec<Fact> {
        let proposal =
            |p: &Proposal| format!("{}: {}", p.pre_prepare.seq, self.request_words(p.request.as_ref()));
        vec![
            Fact::new("v+1, view", m.view),
            Fact::new("V, view-changes by", self.names(m.view_changes.iter().map(Signed::signer))),
            Fact::new("O, pre-prepares", listed(m.proposals.iter().map(proposal))),
        ]
    }

    /// Who is said to have signed a message, and whether that is so.
    fn signature(&self, msg: &Msg) -> Option<Fact> {
        let (signer, genuine) = match msg {
            Msg::Request(m) => (m.signer(), m.is_genuine(&self.keys)),
            Msg::PrePrepare(m) => (m.pre_prepare.signer(), m.pre_prepare.is_genuine(&self.keys)),
            Msg::Vote(m) => (m.signer(), m.is_genuine(&self.keys)),
            Msg::Reply(m) => (m.signer(), m.is_genuine(&self.keys)),
            Msg::Checkpoint(m) => (m.signer(), m.is_genuine(&self.keys)),
            Msg::ViewChange(m) => (m.signer(), m.is_genuine(&self.keys)),
            Msg::NewView(m) => (m.signer(), m.is_genuine(&self.keys)),
            Msg::Status(m) => (m.signer(), m.is_genuine(&self.keys)),
            Msg::State(_) | Msg::Committed(_) => return None,
        };
        let name = self.name(signer);
        let value = if genuine { name } else { format!("{name}, but forged: the signature is not its own") };
        Some(Fact::new("signed by", value))
    }

    pub(super) fn names(&self, ids: impl Iterator<Item = NodeId>) -> String {
        listed(ids.map(|id| self.name(id)))
    }
}

/// Things in a row, the first few of many.
fn listed(all: impl Iterator<Item = String>) -> String {
    const SHOWN: usize = 12;
    let all: Vec<String> = all.collect();
    match all.len() {
        0 => "none".into(),
        count if count > SHOWN => format!("{} and {} more", all[..SHOWN].join(", "), count - SHOWN),
        _ => all.join(", "),
    }
}
