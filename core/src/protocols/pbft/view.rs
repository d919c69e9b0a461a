//! What to show of a node: its role, the certificate it collects, its log between the watermarks, and the rest.

use super::Pbft;
use super::panels::{checkpoint_panel, machine_panel, timestamp_panel};
use super::message::{CommittedCert, Phase, Proposal, Request, Vote};
use super::signing::Signed;
use super::state::{Client, Deed, Disk, Node, Replica, ReplicaDisk, Seq, Slot, View};
use crate::id::NodeId;
use crate::protocol::{Cell, Nodes};
use crate::view::{
    Answer, CellState, Fact, Kept, Lens, LogCell, LogFlag, LogView, NodeView, Notch, Panel, PhaseTrack,
    QuorumView, Rank,
};
use std::sync::Arc;

/// The phases of a request (OSDI '99, Figure 1).
const PHASES: &[&str] = &["request", "pre-prepare", "prepare", "commit", "reply"];
/// The phases of a view change (§4.4).
const VIEW_PHASES: &[&str] = &["view-change", "new-view"];

/// Sequence numbers whose certificates are shown.
const CERTIFICATES_MAX: usize = 2;
/// Rivals of theirs that are shown; facts tell of more.
const RIVALS_MAX: usize = 2;
/// Facts about votes for another digest.
const RIVAL_FACTS_MAX: usize = 8;
/// Requests whose phases are shown.
const TRACKS_MAX: usize = 4;

impl Pbft {
    /// What to show of a node.
    pub(super) fn node_view(&self, nodes: &Nodes<Self>, id: NodeId, lens: &Lens) -> NodeView {
        match nodes.cell(id) {
            Cell::Up(Node::Replica(replica)) => self.replica_view(nodes, id, replica, lens),
            Cell::Up(Node::Client(client)) => self.client_view(client),
            Cell::Down(Disk::Replica(disk)) => self.crashed_view(nodes, id, disk, lens),
            Cell::Down(Disk::Client { timestamp }) => plain("client", vec![timestamp_panel(*timestamp)]),
            Cell::Down(Disk::Empty) => plain("crashed", vec![]),
        }
    }

    fn replica_view(&self, nodes: &Nodes<Self>, id: NodeId, r: &Replica, lens: &Lens) -> NodeView {
        let disk = &r.disk;
        let (role, rank) = match (disk.is_active(), self.primary(disk.view) == id) {
            (false, _) => ("view change", Rank::Tries),
            (true, true) => ("primary", Rank::Leads),
            (true, false) => ("backup", Rank::Plain),
        };
        let mut panels = vec![Panel::Log(self.log_view(nodes, id, disk, lens)), self.disk_panel(disk)];
        panels.push(self.memory_panel(r));
        panels.extend(self.view_change_ring(r).map(Panel::Quorum));
        let newest = disk.slots.iter().rev().filter(|slot| slot.proposal_in(disk.view).is_some());
        let mut threshold = Some(self.quorum_panel());
        let mut room = RIVALS_MAX;
        for slot in newest.take(CERTIFICATES_MAX) {
            for phase in [Phase::Prepare, Phase::Commit] {
                panels.push(Panel::Quorum(self.certificate(disk, slot, phase)));
                let rivals = self.rivals(disk, slot, phase);
                let shown = rivals.len().min(room);
                panels.extend(rivals.into_iter().take(shown).map(Panel::Quorum));
                room -= shown;
                panels.extend(threshold.take());
            }
        }
        panels.extend(threshold);
        panels.extend(checkpoint_panel(self, disk));
        panels.push(machine_panel(disk));
        NodeView {
            role,
            rank,
            headline: Some(Fact::new("view", disk.view)),
            quorum: self.ring(r),
            panels,
        }
    }

    fn crashed_view(&self, nodes: &Nodes<Self>, id: NodeId, disk: &ReplicaDisk, lens: &Lens) -> NodeView {
        let mut panels = vec![Panel::Log(self.log_view(nodes, id, disk, lens)), self.disk_panel(disk)];
        panels.extend(checkpoint_panel(self, disk));
        panels.push(machine_panel(disk));
        NodeView { headline: Some(Fact::new("view", disk.view)), ..plain("crashed", panels) }
    }

    /// The ring: the certificate it is collecting now.
    fn ring(&self, r: &Replica) -> Option<QuorumView> {
        let disk = &r.disk;
        if !disk.is_active() {
            return self.view_change_ring(r);
        }
        let mut open = disk.slots.iter().filter(|slot| !slot.is_executed && slot.proposal_in(disk.view).is_some());
        let slot = open.next()?;
        let phase = if slot.is_prepared_in(disk.view) { Phase::Commit } else { Phase::Prepare };
        Some(self.certificate(disk, slot, phase))
    }

    /// Who signed for a view, sequence number and digest, and who did not. Votes for another digest are [`Self::rivals`].
    fn certificate(&self, disk: &ReplicaDisk, slot: &Slot, phase: Phase) -> QuorumView {
        let none = || QuorumView { purpose: String::new(), notches: vec![], threshold: 1 };
        let Some(proposal) = slot.proposal_in(disk.view) else { return none() };
        let word = if phase == Phase::Prepare { "prepared" } else { "committed" };
        let (view, digest) = (disk.view, proposal.pre_prepare.digest);
        let of_primary = match phase {
            Phase::Prepare => format!(", {}’s is the pre-prepare", self.name(proposal.pre_prepare.signer())),
            Phase::Commit => String::new(),
        };
        let notches = self.replicas().map(|node| Notch { node, answer: self.answer(slot, proposal, phase, node) });
        QuorumView {
            purpose: format!("{digest} {word} at {} in view {view} (needs {}{of_primary})", slot.seq, self.quorum()),
            notches: notches.collect(),
            threshold: self.quorum(),
        }
    }

    /// What others signed for the same view and sequence number, but another digest: who did, for each digest.
    fn rivals(&self, disk: &ReplicaDisk, slot: &Slot, phase: Phase) -> Vec<QuorumView> {
        let mut digests: Vec<_> = strays(disk, slot, phase).map(|vote| vote.digest).collect();
        digests.sort_unstable();
        digests.dedup();
        let word = if phase == Phase::Prepare { "prepared" } else { "committed" };
        let rival = |digest| {
            let signed = |node| {
                strays(disk, slot, phase).any(|vote| vote.signer() == node && vote.digest == digest)
            };
            let answer = |node| if signed(node) { Answer::Yes } else { Answer::Awaited };
            let (seq, view, needed) = (slot.seq, disk.view, self.quorum());
            QuorumView {
                purpose: format!("rival: {digest} {word} at {seq} in view {view} (needs {needed})"),
                notches: self.replicas().map(|node| Notch { node, answer: answer(node) }).collect(),
                threshold: needed,
            }
        };
        digests.into_iter().map(rival).collect()
    }

    /// The same in words.
    pub(super) fn rival_facts(&self, disk: &ReplicaDisk) -> Vec<Fact> {
        let mut facts = vec![];
        for slot in &disk.slots {
            for (phase, label) in [(Phase::Prepare, "other prepare"), (Phase::Commit, "other commit")] {
                facts.extend(strays(disk, slot, phase).map(|vote| {
                    let who = self.name(vote.signer());
                    Fact::new(label, format!("{who} signed {} instead at {}", vote.digest, slot.seq))
                }));
            }
        }
        facts.truncate(RIVAL_FACTS_MAX);
        facts
    }

    fn answer(&self, slot: &Slot, proposal: &Proposal, phase: Phase, node: NodeId) -> Answer {
        let is_primary = proposal.pre_prepare.signer() == node;
        if phase == Phase::Prepare && is_primary {
            return Answer::Yes;
        }
        let counts = self.counting(slot, proposal, phase).any(|vote| vote.signer() == node);
        if counts { Answer::Yes } else { Answer::Awaited }
    }

    fn view_change_ring(&self, r: &Replica) -> Option<QuorumView> {
        if r.disk.is_active() {
            return None;
        }
        let view = r.disk.view;
        let has = |node: NodeId| r.view_changes.iter().any(|c| c.signer() == node && c.view == view);
        let answer = |node| if has(node) { Answer::Yes } else { Answer::Awaited };
        Some(QuorumView {
            purpose: format!("view-changes to view {view}"),
            notches: self.replicas().map(|node| Notch { node, answer: answer(node) }).collect(),
            threshold: self.quorum(),
        })
    }

    /// The log: what lies above the stable checkpoint.
    fn log_view(&self, nodes: &Nodes<Self>, id: NodeId, disk: &ReplicaDisk, lens: &Lens) -> LogView {
        let last = disk.slots.last().map_or(0, |slot| slot.seq).max(disk.executed).max(disk.stable.seq);
        let count = lens.log_entries_max as u64;
        let newest = (last + 1).saturating_sub(count).max(1);
        let from = lens.log_from.unwrap_or(newest).max(disk.stable.seq + 1);
        let cell = |seq| self.compared(nodes, id, disk, self.log_cell(disk, seq));
        let cells = (from..=last).take(lens.log_entries_max).map(cell).collect();
        let flag = |label, index| LogFlag { label, index, kept: Kept::Durable };
        let (low, high) = (flag("low watermark h", disk.stable.seq), flag("high watermark H", self.high(disk)));
        let flags = vec![low, flag("executed", disk.executed), high];
        LogView { title: "log", kept: Kept::Durable, number: "view", done: "committed", last_index: last, cells, flags }
    }

    /// Marks a cell of a correct replica where another correct replica executed something else.
    fn compared(&self, nodes: &Nodes<Self>, id: NodeId, disk: &ReplicaDisk, cell: LogCell) -> LogCell {
        let Some(own) = executed_at(disk, cell.index).filter(|_| nodes.is_correct(id)) else { return cell };
        let others = self.replicas().filter(|other| *other != id && nodes.is_correct(*other));
        let mut theirs =
            others.filter_map(|other| Some((other, executed_at(self.disk(nodes, other)?, cell.index)?)));
        let Some((other, request)) = theirs.find(|(_, request)| *request != own) else { return cell };
        let text = format!("{}; {} executed {}", cell.text, self.name(other), self.request_words(request));
        LogCell { text, state: CellState::Betrayed, ..cell }
    }

    fn log_cell(&self, disk: &ReplicaDisk, seq: Seq) -> LogCell {
        let slot = disk.slot(seq);
        let is_executed = slot.is_some_and(|slot| slot.is_executed) || (slot.is_none() && seq <= disk.executed);
        let state = if is_executed || slot.is_some_and(|slot| slot.committed.is_some()) {
            CellState::Committed
        } else {
            CellState::Uncommitted
        };
        if let Some(Deed::Executed(view, request)) =
            disk.done.iter().rev().find(|done| done.seq == seq).map(|done| &done.what)
        {
            return LogCell { index: seq, term: view.0, text: self.request_words(request.as_ref()), state };
        }
        let committed = slot.and_then(|slot| slot.committed.as_ref());
        let proposal = slot.and_then(|slot| slot.proposal.as_ref());
        let proposed_in = proposal.map_or(disk.view, |proposal| proposal.pre_prepare.view);
        let view = committed.and_then(CommittedCert::view).unwrap_or(proposed_in);
        let (text, state) = match (committed, proposal) {
            (Some(cert), _) => (self.request_words(cert.request.as_ref()), state),
            (None, Some(proposal)) => (self.request_words(proposal.request.as_ref()), state),
            (None, None) if is_executed => ("discarded".into(), state),
            (None, None) => ("no pre-prepare".into(), CellState::Gap),
        };
        LogCell { index: seq, term: view.0, text, state }
    }

    fn client_view(&self, client: &Client) -> NodeView {
        let none = || "none".to_owned();
        let facts = vec![
            Fact::new("outstanding", client.outstanding.map_or_else(none, |pending| pending.call.to_string())),
            Fact::new("believes in", format!("view {}, primary {}", client.view, self.primary(client.view))),
            Fact::new(
                "last answer",
                client.answered.map_or_else(none, |done| format!("{}: {}", done.call, done.answer)),
            ),
            Fact::new("waiting", client.queue.len()),
        ];
        let mut panels = vec![Panel::Facts { title: "In memory", kept: Kept::Volatile, facts }];
        if client.outstanding.is_some() {
            let row = |(replica, view, answer): &(NodeId, View, super::machine::Answer)| {
                vec![replica.to_string(), view.to_string(), answer.to_string()]
            };
            panels.push(Panel::Table {
                title: "Replies",
                kept: Kept::Volatile,
                columns: vec!["replica", "view", "answer"],
                rows: client.replies.iter().map(row).collect(),
            });
        }
        panels.push(timestamp_panel(client.timestamp));
        NodeView { quorum: self.reply_ring(client), ..plain("client", panels) }
    }

    /// A client's ring: the replies that agree with the answer most replicas gave.
    fn reply_ring(&self, client: &Client) -> Option<QuorumView> {
        client.outstanding?;
        let count =
            |answer: &super::machine::Answer| client.replies.iter().filter(|(.., a)| a == answer).count();
        let best = client.replies.iter().map(|(.., answer)| *answer).max_by_key(count);
        let answer = |node: NodeId| match client.replies.iter().find(|(from, ..)| *from == node) {
            None => Answer::Awaited,
            Some((.., answer)) if Some(*answer) == best => Answer::Yes,
            Some(_) => Answer::No,
        };
        Some(QuorumView {
            purpose: format!("replies to request {} that agree", client.timestamp),
            notches: self.replicas().map(|node| Notch { node, answer: answer(node) }).collect(),
            threshold: self.faulty_max() + 1,
        })
    }

    /// A track for each open request, or the last one; and one for a view change.
    pub(super) fn phase_tracks(&self, nodes: &Nodes<Self>) -> Vec<PhaseTrack> {
        let replicas = || self.replicas().filter_map(|id| nodes.state(id).and_then(Node::replica));
        let mut tracks = vec![];
        if let Some(view) = replicas().map(|r| r.disk.view).max().filter(|view| *view > View(0)) {
            let begun = replicas().any(|r| r.disk.view == view && r.disk.is_active());
            let title = format!("to view {view}");
            tracks.push(PhaseTrack { title, phases: VIEW_PHASES, current: Some(usize::from(begun)) });
        }
        for client in (self.n..self.n + self.clients).map(NodeId::at) {
            let Some(c) = nodes.state(client).and_then(Node::client).filter(|c| c.timestamp > 0) else { continue };
            if c.outstanding.is_none() && tracks.len() >= TRACKS_MAX {
                continue;
            }
            let position = self.client_position(client);
            let executed = replicas().any(|r| r.disk.machine.last_reply(position).0 >= c.timestamp);
            let mine = |slot: &&Arc<Slot>| {
                let request = slot.proposal.as_ref().and_then(|proposal| proposal.request.as_ref());
                request.is_some_and(|m| (m.signer(), m.timestamp) == (client, c.timestamp))
            };
            let slots = || replicas().filter_map(|r| Some((r, r.disk.slots.iter().find(mine)?)));
            let current = if c.outstanding.is_none() || executed {
                4
            } else if slots().any(|(_, slot)| slot.prepared.is_some()) {
                3
            } else if slots().any(|(_, slot)| !slot.prepares.is_empty()) {
                2
            } else {
                usize::from(slots().next().is_some())
            };
            let call = c.outstanding.map(|pending| pending.call).or(c.answered.map(|answered| answered.call));
            let call = call.map_or_else(String::new, |call| format!(": {call}"));
            let title = format!("request {} of {}{call}", c.timestamp, self.name(client));
            tracks.push(PhaseTrack { title, phases: PHASES, current: Some(current) });
        }
        tracks
    }
}

fn plain(role: &'static str, panels: Vec<Panel>) -> NodeView {
    NodeView { role, rank: Rank::Plain, headline: None, quorum: None, panels }
}

/// Votes in the replica's view for another digest than that of the pre-prepare it accepted.
fn strays<'a>(disk: &ReplicaDisk, slot: &'a Slot, phase: Phase) -> impl Iterator<Item = &'a Signed<Vote>> + use<'a> {
    let (view, own) = (disk.view, slot.proposal_in(disk.view).map(|proposal| proposal.pre_prepare.digest));
    let votes = slot.votes(phase).iter();
    votes.filter(move |vote| vote.view == view && own.is_some_and(|own| own != vote.digest))
}

/// The request that a replica executed at a sequence number, `None` for the null request, if it did and remembers.
fn executed_at(disk: &ReplicaDisk, seq: Seq) -> Option<Option<&Signed<Request>>> {
    disk.done.iter().rev().find(|done| done.seq == seq).and_then(|done| match &done.what {
        Deed::Executed(_, request) => Some(request.as_ref()),
        Deed::Fetched => None,
    })
}
