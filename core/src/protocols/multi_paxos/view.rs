//! What to show of a node: its role, the ring of answers it collects, its log, and the rest as tables.

use super::state::{Candidate, Disk, Leader, Node, Role, Server, ServerDisk, ServerSet, Slot};
use super::{MultiPaxos, server_of};
use crate::id::NodeId;
use crate::protocol::{Cell, Nodes};
use crate::toolkit::client;
use crate::view::{
    Answer, CellState, Fact, Kept, Lens, LogCell, LogFlag, LogView, NodeView, Notch, Panel, PhaseTrack,
    QuorumView, Rank, Threshold,
};

/// The phases of a ballot.
const BALLOT_PHASES: &[&str] = &["prepare", "promise", "lead"];

/// The phases of a slot.
const SLOT_PHASES: &[&str] = &["accept", "chosen", "applied"];

/// Tracks of slots shown at once.
const TRACKS_MAX: usize = 8;

impl MultiPaxos {
    /// What to show of a node.
    pub(super) fn node_view(&self, nodes: &Nodes<Self>, id: NodeId, lens: &Lens) -> NodeView {
        match nodes.cell(id) {
            Cell::Up(Node::Server(server)) => self.server_view(nodes, id, server, lens),
            Cell::Up(Node::Client(client)) => client::up_view(client),
            Cell::Down(Disk::Server(disk)) => self.crashed_view(nodes, id, disk, lens),
            Cell::Down(Disk::Client { sequence }) => client::down_view(*sequence),
            Cell::Down(Disk::Empty) => plain("crashed", Vec::new()),
        }
    }

    fn server_view(&self, nodes: &Nodes<Self>, id: NodeId, s: &Server, lens: &Lens) -> NodeView {
        let quorum = self.quorum(s);
        let flags = vec![
            LogFlag { label: "chosen", index: s.chosen, kept: Kept::Volatile },
            LogFlag { label: "applied", index: s.last_applied, kept: Kept::Volatile },
        ];
        let mut panels = vec![
            Panel::Log(self.log_view(nodes, id, (&s.disk, Some(s)), flags, lens)),
            self.disk_panel(&s.disk),
            self.memory_panel(s),
        ];
        match &s.role {
            Role::Follower => {}
            Role::Candidate(candidate) => panels.push(promised_panel(candidate)),
            Role::Leader(leader) => panels.push(open_panel(leader)),
        }
        panels.extend(quorum.clone().map(Panel::Quorum));
        panels.push(Panel::Table {
            title: "State machine",
            kept: Kept::Volatile,
            columns: vec!["key", "value"],
            rows: s.machine.values().map(|(key, value)| vec![key.into(), value.to_string()]).collect(),
        });
        NodeView {
            role: s.role.word(),
            rank: match s.role {
                Role::Leader(_) => Rank::Leads,
                Role::Candidate(_) => Rank::Tries,
                Role::Follower => Rank::Plain,
            },
            headline: Some(Fact::new("ballot", s.disk.promised)),
            quorum,
            panels,
        }
    }

    /// A crashed server: what is on its disk, and nothing else.
    fn crashed_view(&self, nodes: &Nodes<Self>, id: NodeId, disk: &ServerDisk, lens: &Lens) -> NodeView {
        let headline = Fact::new("ballot", disk.promised);
        let log = self.log_view(nodes, id, (disk, None), Vec::new(), lens);
        let panels = vec![Panel::Log(log), self.disk_panel(disk)];
        NodeView { headline: Some(headline), ..plain("crashed", panels) }
    }

    /// The ring: promises for a candidate, acceptances in the oldest open slot for a leader.
    fn quorum(&self, s: &Server) -> Option<QuorumView> {
        let ring = |purpose: String, set: ServerSet| QuorumView {
            purpose,
            kept: Kept::Volatile,
            notches: self.servers().map(|node| Notch { node, answer: answer(set, node) }).collect(),
            threshold: Threshold::Of(self.majority()),
        };
        match &s.role {
            Role::Follower => None,
            Role::Candidate(candidate) => {
                Some(ring(format!("promises for ballot {}", candidate.ballot), candidate.promises))
            }
            Role::Leader(leader) => {
                leader.open.front().map(|open| ring(format!("slot {} accepted", open.slot), open.votes))
            }
        }
    }

    fn log_view(
        &self,
        nodes: &Nodes<Self>,
        id: NodeId,
        (disk, server): (&ServerDisk, Option<&Server>),
        flags: Vec<LogFlag>,
        lens: &Lens,
    ) -> LogView {
        let last = disk.log.last_index();
        let count = lens.log_entries_max as u64;
        let newest = (last + 1).saturating_sub(count).max(1);
        let from = lens.log_from.unwrap_or(newest).max(1);
        let judge = self.furthest(nodes, id);
        let is_chosen = |slot: Slot| server.is_some_and(|s| s.chosen >= slot || is_chosen_ahead(s, slot));
        let cells = disk.log.iter_from(from).take(lens.log_entries_max).map(|(slot, entry)| {
            let Some(accepted) = entry else {
                return LogCell { index: slot, term: 0, text: "gap".into(), state: CellState::Gap };
            };
            // Elsewhere another command is known to be chosen there: this one will be overwritten.
            let other = judge.filter(|other| other.chosen >= slot).and_then(|other| other.disk.accepted(slot));
            let is_doomed = other.is_some_and(|other| other.command != accepted.command);
            let state = match () {
                () if is_doomed => CellState::Doomed,
                () if is_chosen(slot) => CellState::Committed,
                () => CellState::Uncommitted,
            };
            LogCell { index: slot, term: accepted.ballot.0, text: accepted.command.to_string(), state }
        });
        LogView {
            title: "log",
            kept: Kept::Durable,
            number: "ballot",
            done: "chosen",
            last_index: last,
            cells: cells.collect(),
            flags,
        }
    }

    /// Of the other servers that run, the one that knows most to be chosen.
    fn furthest<'a>(&self, nodes: &'a Nodes<Self>, but: NodeId) -> Option<&'a Server> {
        self.peers(but).filter_map(|id| server_of(nodes, id)).max_by_key(|server| server.chosen)
    }

    fn disk_panel(&self, disk: &ServerDisk) -> Panel {
        let mut facts = Vec::new();
        if !self.forgets_promise {
            facts.extend(self.promise_facts(disk));
        }
        facts.push(Fact::new("highest ballot used", disk.used));
        Panel::Facts { title: "On disk", kept: Kept::Durable, facts }
    }

    fn memory_panel(&self, s: &Server) -> Panel {
        let mut facts = vec![
            Fact::new("leader", s.leader.map_or_else(|| "unknown".into(), |id| id.to_string())),
            Fact::new("chosen", s.chosen),
            Fact::new("applied", s.last_applied),
        ];
        if let Role::Leader(leader) = &s.role {
            facts.push(Fact::new("next slot", leader.next_slot));
            facts.push(Fact::new("open slots", format!("{} of {}", leader.open.len(), self.window)));
            facts.push(Fact::new("waiting", leader.waiting.len()));
        }
        if self.applies_over_gaps {
            let early: Vec<_> = s.early.iter().map(ToString::to_string).collect();
            facts.push(Fact::new("applied over a gap", if early.is_empty() { "none".into() } else { early.join(", ") }));
        }
        if self.forgets_promise {
            facts.extend(self.promise_facts(&s.disk));
        }
        Panel::Facts { title: "In memory", kept: Kept::Volatile, facts }
    }

    /// The promise, and to whom: a ballot tells whose it is.
    fn promise_facts(&self, disk: &ServerDisk) -> [Fact; 2] {
        let owner = disk.promised.owner(self.n);
        let owner = owner.map_or_else(|| "nobody".into(), |id| id.to_string());
        [Fact::new("promised ballot", disk.promised), Fact::new("promised to", owner)]
    }

    /// Where the newest ballot stands, and each slot that is open in it; without one, the last slot.
    pub(super) fn phase_tracks(&self, nodes: &Nodes<Self>) -> Vec<PhaseTrack> {
        let servers = || self.servers().filter_map(|id| server_of(nodes, id));
        let newest = servers().filter_map(|s| s.ballot().map(|ballot| (ballot, s))).max_by_key(|it| it.0);
        let Some((ballot, s)) = newest else { return Vec::new() };
        let track = |current| PhaseTrack { title: format!("ballot {ballot}"), phases: BALLOT_PHASES, current };
        let slot = |slot: Slot, current: usize| PhaseTrack {
            title: format!("slot {slot}"),
            phases: SLOT_PHASES,
            current: Some(current),
        };
        match &s.role {
            Role::Follower => Vec::new(),
            Role::Candidate(candidate) => vec![track(Some(usize::from(candidate.promises.count() > 1)))],
            Role::Leader(leader) => {
                let mut tracks = vec![track(Some(2))];
                let open = leader.open.iter().take(TRACKS_MAX);
                tracks.extend(open.map(|open| slot(open.slot, usize::from(open.is_chosen))));
                if leader.open.is_empty() && s.last_applied > 0 {
                    tracks.push(slot(s.last_applied, 2));
                }
                tracks
            }
        }
    }
}

/// Whether a leader knows a slot to be chosen although one before it is not.
fn is_chosen_ahead(s: &Server, slot: Slot) -> bool {
    match &s.role {
        Role::Leader(leader) => leader.open.iter().any(|open| open.slot == slot && open.is_chosen),
        Role::Follower | Role::Candidate(_) => false,
    }
}

fn answer(set: ServerSet, node: NodeId) -> Answer {
    if set.has(node) { Answer::Yes } else { Answer::Awaited }
}

fn names(set: ServerSet) -> String {
    let names: Vec<_> = (0..16).map(NodeId).filter(|id| set.has(*id)).map(|id| id.to_string()).collect();
    names.join(" ")
}

fn plain(role: &'static str, panels: Vec<Panel>) -> NodeView {
    NodeView { role, rank: Rank::Plain, headline: None, quorum: None, panels }
}

/// Rows of a table at most.
const ROWS_MAX: usize = 16;

fn promised_panel(candidate: &Candidate) -> Panel {
    let rows = candidate.adopted.iter().take(ROWS_MAX).map(|vote| {
        let state = if vote.slot <= candidate.chosen { "chosen" } else { "to be proposed" };
        vec![vote.slot.to_string(), vote.ballot.to_string(), vote.command.to_string(), state.into()]
    });
    Panel::Table {
        title: "Told by promises",
        kept: Kept::Volatile,
        columns: vec!["slot", "ballot", "command", "state"],
        rows: rows.collect(),
    }
}

fn open_panel(leader: &Leader) -> Panel {
    let open = leader.open.iter().map(|open| {
        let state = if open.is_chosen { "chosen, waits for a gap" } else { "proposed" };
        vec![open.slot.to_string(), open.command.to_string(), names(open.votes), state.into()]
    });
    let bound = leader.adopted.iter().map(|vote| {
        vec![vote.slot.to_string(), vote.command.to_string(), String::new(), "to be proposed".into()]
    });
    let waiting =
        leader.waiting.iter().map(|command| vec!["–".into(), command.to_string(), String::new(), "waits".into()]);
    Panel::Table {
        title: "Open slots",
        kept: Kept::Volatile,
        columns: vec!["slot", "command", "accepted by", "state"],
        rows: open.chain(bound).chain(waiting).take(ROWS_MAX).collect(),
    }
}
