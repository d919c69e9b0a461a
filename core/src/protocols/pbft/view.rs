//! What to show of a node: its role, the certificate it collects, its log between the watermarks, and the rest.

use super::Pbft;
use super::panels::{checkpoint_panel, machine_panel, timestamp_panel};
use super::message::{CommittedCert, Request};
use super::signing::Signed;
use super::state::{Client, Deed, Disk, Node, Replica, ReplicaDisk, Seq, Slot, View};
use crate::id::NodeId;
use crate::protocol::{Cell, Nodes};
use crate::view::{
    Answer, CellState, Fact, Kept, Lens, LogCell, LogFlag, LogView, NodeView, Notch, Panel, PhaseTrack,
    QuorumView, Rank, Threshold,
};

/// The phases of a request (OSDI '99, Figure 1).
const PHASES: &[&str] = &["request", "pre-prepare", "prepare", "commit", "reply"];
/// The phases of a view change (§4.4).
const VIEW_PHASES: &[&str] = &["view-change", "new-view"];

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
        panels.extend(self.certificate_panels(nodes, disk));
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
        panels.extend(self.certificate_panels(nodes, disk));
        panels.extend(checkpoint_panel(self, disk));
        panels.push(machine_panel(disk));
        NodeView { headline: Some(Fact::new("view", disk.view)), ..plain("crashed", panels) }
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
            kept: Kept::Volatile,
            notches: self.replicas().map(|node| Notch { node, answer: answer(node) }).collect(),
            threshold: Threshold::Of(self.faulty_max() + 1),
        })
    }

    /// A track for each open request, or the last one; and one for a view change. Traitors are not asked: what they hold is
    /// nobody's progress.
    pub(super) fn phase_tracks(&self, nodes: &Nodes<Self>) -> Vec<PhaseTrack> {
        let correct = || self.replicas().filter(|id| nodes.is_correct(*id));
        let replicas = || correct().filter_map(|id| nodes.state(id).and_then(Node::replica));
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
            let current = if c.outstanding.is_none() || executed {
                PHASES.len() - 1
            } else {
                self.phase_of(nodes, client, c.timestamp)
            };
            let call = c.outstanding.map(|pending| pending.call).or(c.answered.map(|answered| answered.call));
            let call = call.map_or_else(String::new, |call| format!(": {call}"));
            let title = format!("request {} of {}{call}", c.timestamp, self.name(client));
            tracks.push(PhaseTrack { title, phases: PHASES, current: Some(current) });
        }
        tracks
    }

    /// How far a request is that nobody has executed: its furthest phase, in the latest view that has begun at any correct
    /// replica. What was prepared before is to be prepared again.
    fn phase_of(&self, nodes: &Nodes<Self>, client: NodeId, timestamp: u32) -> usize {
        let correct = || self.replicas().filter(|id| nodes.is_correct(*id));
        let active = || {
            let replicas = correct().filter_map(|id| nodes.state(id).and_then(Node::replica));
            replicas.filter(|r| r.disk.is_active())
        };
        let Some(view) = active().map(|r| r.disk.view).max() else { return 0 };
        let phase_at = |slot: &Slot| {
            let request = slot.proposal_in(view)?.request.as_ref()?;
            if (request.signer(), request.timestamp) != (client, timestamp) {
                return None;
            }
            let is_voted = slot.prepares.iter().any(|vote| vote.view == view);
            Some(if slot.is_prepared_in(view) { 3 } else { 1 + usize::from(is_voted) })
        };
        let slots = active().filter(|r| r.disk.view == view).flat_map(|r| r.disk.slots.iter());
        slots.filter_map(|slot| phase_at(slot)).max().unwrap_or(0)
    }
}

fn plain(role: &'static str, panels: Vec<Panel>) -> NodeView {
    NodeView { role, rank: Rank::Plain, headline: None, quorum: None, panels }
}

/// The request that a replica executed at a sequence number, `None` for the null request, if it did and remembers.
fn executed_at(disk: &ReplicaDisk, seq: Seq) -> Option<Option<&Signed<Request>>> {
    disk.done.iter().rev().find(|done| done.seq == seq).and_then(|done| match &done.what {
        Deed::Executed(_, request) => Some(request.as_ref()),
        Deed::Fetched => None,
    })
}
