//! What to show of a node: its role, the ring of answers it collects, its log, and the rest as tables.

use super::state::{Client, Disk, Index, Leader, Node, Role, Server, ServerDisk, Term, Votes};
use super::{Raft, server_of};
use crate::id::NodeId;
use crate::protocol::{Cell, Nodes};
use crate::view::{
    Answer, CellState, Fact, Kept, Lens, LogCell, LogFlag, LogView, NodeView, Notch, Panel, PhaseTrack,
    QuorumView, Rank,
};

/// The phases of a term.
const PHASES: &[&str] = &["election", "replication", "commit"];

impl Raft {
    /// What to show of a node.
    pub(super) fn node_view(&self, nodes: &Nodes<Self>, id: NodeId, lens: &Lens) -> NodeView {
        match nodes.cell(id) {
            Cell::Up(Node::Server(server)) => self.server_view(nodes, id, server, lens),
            Cell::Up(Node::Client(client)) => client_view(client),
            Cell::Down(Disk::Server(disk)) => self.crashed_view(nodes, id, disk, lens),
            Cell::Down(Disk::Client { sequence }) => NodeView {
                role: "client",
                rank: Rank::Plain,
                headline: None,
                quorum: None,
                panels: vec![sequence_panel(*sequence)],
            },
            Cell::Down(Disk::Empty) => NodeView {
                role: "crashed",
                rank: Rank::Plain,
                headline: None,
                quorum: None,
                panels: Vec::new(),
            },
        }
    }

    fn server_view(&self, nodes: &Nodes<Self>, id: NodeId, s: &Server, lens: &Lens) -> NodeView {
        let quorum = self.quorum(id, s);
        let flags = vec![
            LogFlag { label: "commit", index: s.commit_index, kept: Kept::Volatile },
            LogFlag { label: "applied", index: s.last_applied, kept: Kept::Volatile },
        ];
        let mut panels = vec![
            Panel::Log(self.log_view(nodes, id, &s.disk, s.commit_index, flags, lens)),
            self.disk_panel(&s.disk),
            self.memory_panel(s),
        ];
        if let Role::Leader(leader) = &s.role {
            panels.push(self.progress_panel(id, leader));
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
                Role::PreCandidate(_) | Role::Candidate(_) => Rank::Tries,
                Role::Follower => Rank::Plain,
            },
            headline: Some(Fact::new("term", s.disk.current_term)),
            quorum,
            panels,
        }
    }

    /// A crashed server: what is on its disk, and nothing else.
    fn crashed_view(&self, nodes: &Nodes<Self>, id: NodeId, disk: &ServerDisk, lens: &Lens) -> NodeView {
        NodeView {
            role: "crashed",
            rank: Rank::Plain,
            headline: Some(Fact::new("term", disk.current_term)),
            quorum: None,
            panels: vec![
                Panel::Log(self.log_view(nodes, id, disk, 0, Vec::new(), lens)),
                self.disk_panel(disk),
            ],
        }
    }

    /// The ring: votes for a candidate, copies of the newest entry for a leader.
    fn quorum(&self, id: NodeId, s: &Server) -> Option<QuorumView> {
        let ring = |purpose: String, answer: &dyn Fn(NodeId) -> Answer| QuorumView {
            purpose,
            notches: self.servers().map(|node| Notch { node, answer: answer(node) }).collect(),
            threshold: self.majority(),
        };
        let ballot = |votes: &Votes, node: NodeId| match () {
            () if votes.granted.has(node) => Answer::Yes,
            () if votes.refused.has(node) => Answer::No,
            () => Answer::Awaited,
        };
        let term = s.disk.current_term;
        match &s.role {
            Role::Follower => None,
            Role::PreCandidate(votes) => {
                Some(ring(format!("pre-votes for term {}", term.next()), &|node| ballot(votes, node)))
            }
            Role::Candidate(votes) => {
                Some(ring(format!("votes for term {term}"), &|node| ballot(votes, node)))
            }
            Role::Leader(leader) => {
                let last = s.disk.log.last_index();
                let has = |node: NodeId| node == id || leader.progress[node.index()].match_index >= last;
                let answer = |node| if has(node) { Answer::Yes } else { Answer::Awaited };
                Some(ring(format!("entry {last} replicated"), &answer))
            }
        }
    }

    fn log_view(
        &self,
        nodes: &Nodes<Self>,
        id: NodeId,
        disk: &ServerDisk,
        commit_index: Index,
        flags: Vec<LogFlag>,
        lens: &Lens,
    ) -> LogView {
        let last = disk.log.last_index();
        let count = lens.log_entries_max as u64;
        let newest = (last + 1).saturating_sub(count).max(1);
        let from = lens.log_from.unwrap_or(newest).max(1);
        // From where a log parts from what another server knows to be committed, all of it will be deleted.
        let judge = self.furthest_commit(nodes, id);
        let kept = judge.map(|other| (disk.log.common_prefix(&other.disk.log), other.commit_index));
        let doomed_from = kept.filter(|(same, commit)| same < commit).map_or(last, |(same, _)| same) + 1;
        let cells = disk.log.iter_from(from).take(lens.log_entries_max).map(|(index, entry)| LogCell {
            index,
            term: entry.term.0,
            text: entry.command.to_string(),
            state: match index {
                _ if index >= doomed_from => CellState::Doomed,
                _ if index <= commit_index => CellState::Committed,
                _ => CellState::Uncommitted,
            },
        });
        LogView { title: "log", kept: Kept::Durable, last_index: last, cells: cells.collect(), flags }
    }

    /// Of the other servers that run, the one that knows most to be committed.
    fn furthest_commit<'a>(&self, nodes: &'a Nodes<Self>, but: NodeId) -> Option<&'a Server> {
        self.peers(but).filter_map(|id| server_of(nodes, id)).max_by_key(|server| server.commit_index)
    }

    fn disk_panel(&self, disk: &ServerDisk) -> Panel {
        let mut facts = vec![Fact::new("currentTerm", disk.current_term)];
        if !self.forgets_vote {
            facts.push(voted_for(disk));
        }
        Panel::Facts { title: "On disk", kept: Kept::Durable, facts }
    }

    fn memory_panel(&self, s: &Server) -> Panel {
        let mut facts = vec![
            Fact::new("leader", s.leader.map_or_else(|| "unknown".into(), |id| id.to_string())),
            Fact::new("commitIndex", s.commit_index),
            Fact::new("lastApplied", s.last_applied),
        ];
        if self.notes_leader() {
            facts.push(Fact::new("hears a leader", if s.hears_leader { "yes" } else { "no" }));
        }
        if self.forgets_vote {
            facts.push(voted_for(&s.disk));
        }
        Panel::Facts { title: "In memory", kept: Kept::Volatile, facts }
    }

    fn progress_panel(&self, me: NodeId, leader: &Leader) -> Panel {
        let row = |id: NodeId| {
            let progress = &leader.progress[id.index()];
            let mut row =
                vec![id.to_string(), progress.next_index.to_string(), progress.match_index.to_string()];
            if self.check_quorum {
                row.push(if leader.heard.has(id) { "yes" } else { "no" }.into());
            }
            row
        };
        let mut columns = vec!["follower", "nextIndex", "matchIndex"];
        if self.check_quorum {
            columns.push("heard");
        }
        Panel::Table {
            title: "Followers",
            kept: Kept::Volatile,
            columns,
            rows: self.peers(me).map(row).collect(),
        }
    }

    /// Where the newest term stands: electing, replicating, or with all committed.
    pub(super) fn phase_tracks(&self, nodes: &Nodes<Self>) -> Vec<PhaseTrack> {
        let servers = || self.servers().filter_map(|id| server_of(nodes, id));
        let Some(term) = servers().map(|s| s.disk.current_term).max() else { return Vec::new() };
        let leader = servers().find(|s| s.disk.current_term == term && matches!(s.role, Role::Leader(_)));
        let current = match leader {
            None if term == Term(0) => None,
            None => Some(0),
            Some(leader) if leader.commit_index < leader.disk.log.last_index() => Some(1),
            Some(_) => Some(2),
        };
        vec![PhaseTrack { title: format!("term {term}"), phases: PHASES, current }]
    }
}

fn voted_for(disk: &ServerDisk) -> Fact {
    Fact::new("votedFor", disk.voted_for.map_or_else(|| "nobody".into(), |id| id.to_string()))
}

fn sequence_panel(sequence: u32) -> Panel {
    Panel::Facts { title: "On disk", kept: Kept::Durable, facts: vec![Fact::new("sequenceNum", sequence)] }
}

fn client_view(client: &Client) -> NodeView {
    let none = || "none".to_owned();
    let facts = vec![
        Fact::new("outstanding", client.outstanding.map_or_else(none, |pending| pending.call.to_string())),
        Fact::new("believes to lead", client.leader),
        Fact::new(
            "last answer",
            client.answered.map_or_else(none, |done| format!("{}: {}", done.call, done.answer)),
        ),
        Fact::new("waiting", client.queue.len()),
    ];
    NodeView {
        role: "client",
        rank: Rank::Plain,
        headline: None,
        quorum: None,
        panels: vec![
            Panel::Facts { title: "In memory", kept: Kept::Volatile, facts },
            sequence_panel(client.sequence),
        ],
    }
}
