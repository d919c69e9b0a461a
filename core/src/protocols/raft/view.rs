//! What to show of a node: its role, the ring of answers it collects, its log, and the rest as tables.

use super::machine::PIECES;
use super::state::{Config, ServerSet, Disk, Index, Leader, Node, Role, Server, ServerDisk, Term};
use super::{Ghost, Raft, server_of};
use crate::id::NodeId;
use crate::protocol::{Cell, Nodes};
use crate::time::Time;
use crate::toolkit::client;
use crate::toolkit::witness::mark_decided;
use crate::view::{
    Answer, CellState, Fact, Kept, Lens, LogCell, LogFlag, LogView, NodeView, Notch, Panel, PhaseTrack,
    QuorumView, Rank, Tally, Threshold,
};

/// The phases of a term.
const PHASES: &[&str] = &["election", "replication", "commit"];

/// The phases of a hand-over (thesis §3.10).
const TRANSFER_PHASES: &[&str] = &["bring the log up to date", "TimeoutNow"];

/// The phases of a change of one member.
const CHANGE_PHASES: &[&str] = &["appended", "committed"];

/// The phases of a change by joint consensus (§6).
const JOINT_PHASES: &[&str] = &["C_old,new", "C_new appended", "C_new committed"];

impl Raft {
    /// What to show of a node.
    pub(super) fn node_view(&self, nodes: &Nodes<Self>, id: NodeId, lens: &Lens) -> NodeView {
        match nodes.cell(id) {
            Cell::Up(Node::Server(server)) => self.server_view(nodes, id, server, lens),
            Cell::Up(Node::Client(client)) => client::up_view(client),
            Cell::Down(Disk::Server(disk)) => self.crashed_view(nodes, id, disk, lens),
            Cell::Down(Disk::Client { sequence }) => client::down_view(*sequence),
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
        let quorum = quorum_of(id, s, s.config, "");
        let flags = flags_of(s.commit_index, s.last_applied, &s.disk);
        let mut panels = vec![
            Panel::Log(self.log_view(nodes, id, &s.disk, s.commit_index, flags, lens)),
            self.disk_panel(&s.disk),
            self.memory_panel(s),
        ];
        if let Role::Leader(leader) = &s.role {
            panels.push(self.progress_panel(s, id, leader));
        }
        match &s.role {
            Role::Follower => {}
            _ if s.config.is_joint() => {
                let half = |voters| Config { voters, ..Config::default() };
                let (old, new) = (half(s.config.old), half(s.config.voters));
                panels.extend(quorum_of(id, s, old, "old: ").map(Panel::Quorum));
                panels.extend(quorum_of(id, s, new, "new: ").map(Panel::Quorum));
            }
            _ => panels.extend(quorum.clone().map(Panel::Quorum)),
        }
        panels.extend(self.config_panel(s.config, s.config_index));
        panels.extend(snapshot_panel(&s.disk));
        panels.push(Panel::Table {
            title: "State machine",
            kept: Kept::Volatile,
            columns: vec!["key", "value"],
            rows: s.machine.values().map(|(key, value)| vec![key.into(), value.to_string()]).collect(),
        });
        NodeView {
            role: match s.role {
                Role::Follower if s.config.learners.has(id) => "learner",
                Role::Follower if !s.config.electorate().has(id) => "no member",
                _ => s.role.word(),
            },
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
        let (config, config_index) = disk.config_at(disk.log.last_index(), self.first_config());
        NodeView {
            role: "crashed",
            rank: Rank::Plain,
            headline: Some(Fact::new("term", disk.current_term)),
            quorum: None,
            panels: [
                Panel::Log(self.log_view(nodes, id, disk, 0, flags_of(0, 0, disk), lens)),
                self.disk_panel(disk),
            ]
            .into_iter()
            .chain(self.config_panel(config, config_index))
            .chain(snapshot_panel(disk))
            .collect(),
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
        let from = lens.log_from.unwrap_or(newest).max(disk.log.base() + 1);
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
        LogView {
            title: "log",
            kept: Kept::Durable,
            number: "term",
            done: "committed",
            last_index: last,
            cells: cells.collect(),
            flags,
        }
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
        if s.config_index > 0 {
            let is_committed = s.config_index <= s.commit_index;
            facts.push(Fact::new("configuration", if is_committed { "committed" } else { "not known to be committed" }));
        }
        if self.forgets_vote {
            facts.push(voted_for(&s.disk));
        }
        if let Role::Leader(leader) = &s.role {
            facts.extend(leader.transfer.map(|target| Fact::new("handing over to", target)));
            facts.extend(leader.catching_up.as_ref().map(|now| {
                Fact::new("catching up", format!("{}, round {} to entry {}", now.server, now.round, now.target))
            }));
            if self.reads_by_lease {
                facts.push(Fact::new("lease until, own clock", Time(leader.reads.lease_until_us)));
            }
            let waits = leader.reads.asked.iter().map(|read| {
                format!("c{}: {} at {}", self.client_position(read.client) + 1, read.call, read.read_index)
            });
            if self.counts_rounds() {
                facts.push(Fact::new("round", leader.reads.round));
                facts.push(Fact::new("reads waiting", waits.collect::<Vec<_>>().join(", ")));
            }
        }
        if let Some(partial) = &s.partial {
            let (pieces, last) = (partial.pieces, partial.last_included_index);
            facts.push(Fact::new("snapshot coming in", format!("{pieces} of {PIECES} pieces, up to {last}")));
        }
        Panel::Facts { title: "In memory", kept: Kept::Volatile, facts }
    }

    fn progress_panel(&self, s: &Server, me: NodeId, leader: &Leader) -> Panel {
        let row = |id: NodeId| {
            let progress = &leader.progress[id.index()];
            let mut row =
                vec![id.to_string(), progress.next_index.to_string(), progress.match_index.to_string()];
            if self.counts_rounds() {
                row.push(progress.round.to_string());
            }
            if self.check_quorum {
                row.push(if leader.heard.has(id) { "yes" } else { "no" }.into());
            }
            row
        };
        let mut columns = vec!["follower", "nextIndex", "matchIndex"];
        if self.counts_rounds() {
            columns.push("round");
        }
        if self.check_quorum {
            columns.push("heard");
        }
        Panel::Table {
            title: "Followers",
            kept: Kept::Volatile,
            columns,
            rows: s.config.members().without(me).iter().map(row).collect(),
        }
    }

    /// The latest configuration in a log, unless it is that of all servers from the beginning.
    fn config_panel(&self, config: Config, index: Index) -> Option<Panel> {
        if config == self.first_config() && self.members == self.n {
            return None;
        }
        let mut facts = match config.is_joint() {
            true => vec![Fact::new("C_old", config.old), Fact::new("C_new", config.voters)],
            false => vec![Fact::new("voters", config.voters)],
        };
        if !config.learners.is_empty() {
            facts.push(Fact::new("learners", config.learners));
        }
        let from = if index == 0 { "the beginning".into() } else { format!("entry {index}") };
        facts.push(Fact::new("from", from));
        Some(Panel::Facts { title: "Configuration", kept: Kept::Durable, facts })
    }

    /// Where the newest term stands: electing, replicating, or with all committed.
    pub(super) fn phase_tracks(&self, nodes: &Nodes<Self>) -> Vec<PhaseTrack> {
        let servers = || self.servers().filter_map(|id| server_of(nodes, id));
        let Some(term) = servers().map(|s| s.disk.current_term).max() else { return Vec::new() };
        let leader = servers().find(|s| s.disk.current_term == term && matches!(s.role, Role::Leader(_)));
        let stands = |s: &Server| matches!(s.role, Role::PreCandidate(_) | Role::Candidate(_));
        let current = match leader {
            // Nobody leads, and nobody stands yet: the timers run.
            None => servers().any(stands).then_some(0),
            Some(leader) if leader.commit_index < leader.disk.log.last_index() => Some(1),
            Some(_) => Some(2),
        };
        let lacks_leader = if term > Term(0) && current.is_none() { ", no leader" } else { "" };
        let title = format!("term {term}{lacks_leader}");
        let mut tracks = vec![PhaseTrack { title, phases: PHASES, current }];
        tracks.extend(leader.and_then(change_track));
        tracks.extend(leader.and_then(transfer_track));
        tracks
    }
}

/// The ring: votes for a candidate, copies of the newest entry for a leader. Of a joint configuration: everybody who
/// votes, and the count of either half, since it takes a majority of both (§6).
fn quorum_of(id: NodeId, s: &Server, config: Config, half: &str) -> Option<QuorumView> {
    let term = s.disk.current_term;
    let last = s.disk.log.last_index();
    let (purpose, yes, no) = match &s.role {
        Role::Follower => return None,
        Role::PreCandidate(votes) => (format!("pre-votes for term {}", term.next()), votes.granted, votes.refused),
        Role::Candidate(votes) => (format!("votes for term {term}"), votes.granted, votes.refused),
        Role::Leader(leader) if !leader.reads.asked.is_empty() => {
            let round = leader.reads.asked.iter().map(|read| read.round).min().unwrap_or(0);
            let have = leader.acked(id, round).and(config.electorate());
            (format!("round {round} of heartbeats answered, for a read"), have, ServerSet::default())
        }
        Role::Leader(leader) => {
            let has = |node: &NodeId| *node == id || leader.progress[node.index()].match_index >= last;
            let have = config.electorate().iter().filter(has).fold(ServerSet::default(), ServerSet::with);
            (format!("entry {last} replicated"), have, ServerSet::default())
        }
    };
    let answer = |node| match () {
        () if yes.has(node) => Answer::Yes,
        () if no.has(node) => Answer::No,
        () => Answer::Awaited,
    };
    let voters = config.electorate();
    let tally = |of: ServerSet| Tally { count: yes.and(of).count(), of: of.count(), needed: of.majority() };
    let threshold = match config.is_joint() {
        true => Threshold::Joint([tally(config.old), tally(config.voters)]),
        false => Threshold::Of(voters.majority()),
    };
    let notches = voters.iter().map(|node| Notch { node, answer: answer(node) }).collect();
    Some(QuorumView { purpose: half.to_owned() + &purpose, kept: Kept::Volatile, notches, threshold })
}

/// How far the leader is with handing over.
fn transfer_track(leader: &Server) -> Option<PhaseTrack> {
    let Role::Leader(Leader { transfer: Some(target), progress, .. }) = &leader.role else { return None };
    let is_level = progress[target.index()].match_index >= leader.disk.log.last_index();
    let current = Some(usize::from(is_level));
    Some(PhaseTrack { title: format!("handing over to {target}"), phases: TRANSFER_PHASES, current })
}

/// Where the leader's latest change of members stands.
fn change_track(leader: &Server) -> Option<PhaseTrack> {
    let is_committed = leader.config_index <= leader.commit_index;
    let before = leader.disk.config_at(leader.config_index.saturating_sub(1), Config::default()).0;
    let (phases, current) = match () {
        () if leader.config_index == 0 => return None,
        () if leader.config.is_joint() => (JOINT_PHASES, Some(0)),
        () if before.is_joint() => (JOINT_PHASES, Some(1 + usize::from(is_committed))),
        () => (CHANGE_PHASES, Some(usize::from(is_committed))),
    };
    Some(PhaseTrack { title: format!("configuration {}", leader.config), phases, current })
}

/// The flags of a log, always in the same places. One at 0 is not shown: what is not known any more, or never was.
fn flags_of(commit: Index, applied: Index, disk: &ServerDisk) -> Vec<LogFlag> {
    let flags = [
        LogFlag { label: "commit", index: commit, kept: Kept::Volatile },
        LogFlag { label: "applied", index: applied, kept: Kept::Volatile },
    ];
    flags.into_iter().chain(snapshot_flag(disk)).collect()
}

fn snapshot_flag(disk: &ServerDisk) -> Option<LogFlag> {
    disk.snapshot.as_ref()?;
    Some(LogFlag { label: "snapshot", index: disk.log.base(), kept: Kept::Durable })
}

fn snapshot_panel(disk: &ServerDisk) -> Option<Panel> {
    let snapshot = disk.snapshot.as_ref()?;
    let values: Vec<_> = snapshot.machine.values().map(|(key, value)| format!("{key} {value}")).collect();
    let facts = vec![
        Fact::new("lastIncludedIndex", snapshot.last_included_index),
        Fact::new("lastIncludedTerm", snapshot.last_included_term),
        Fact::new("configuration", snapshot.config),
        Fact::new("state", values.join(", ")),
    ];
    Some(Panel::Facts { title: "Snapshot", kept: Kept::Durable, facts })
}

/// Marks entries that were committed where a server does not know, or is about to lose them.
pub(super) fn witness(ghost: &Ghost, view: &mut NodeView) {
    mark_decided(view, &|cell| {
        let entry = ghost.committed().get(cell.index);
        entry.is_some_and(|entry| entry.term.0 == cell.term && entry.command.to_string() == cell.text)
    });
}

fn voted_for(disk: &ServerDisk) -> Fact {
    Fact::new("votedFor", disk.voted_for.map_or_else(|| "nobody".into(), |id| id.to_string()))
}
