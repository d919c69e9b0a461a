//! What the properties remember of the past. No handler sees it.

use super::message::Entry;
use super::reads::Reads;
use super::state::{Client, Index, Node, Role, ServerSet, Term};
use super::{Raft, server_of};
use crate::id::NodeId;
use crate::protocol::Nodes;
use crate::toolkit::client_history::ClientHistory;
use crate::toolkit::log::Log;
use crate::toolkit::sorted::Sorted;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The past of a cluster, as far as Figure 3 asks for it.
#[derive(Debug, Clone, Default)]
pub struct Ghost {
    /// Each server as it was last seen.
    seen: Vec<Seen>,
    /// The first leader of each term.
    leaders: Arc<Sorted<Term, NodeId>>,
    /// Every entry that was ever committed, as it was when first committed.
    committed: Log<Entry>,
    /// Terms in which entries were committed: up to this index, in this term, in the order in which it happened.
    commit_terms: Arc<Vec<(Index, Term)>>,
    /// Servers that lead or heard a leader within the minimum election timeout.
    hearing: ServerSet,
    /// For each server that asked for pre-votes: in which term, and who has heard a leader ever since.
    heard_since: Vec<(Term, ServerSet)>,
    /// Terms begun while a majority heard a leader, and that leader's term.
    disruptive: Arc<Sorted<Term, Term>>,
    /// Reads under way.
    reads: Reads,
    /// What clients were answered.
    history: ClientHistory,
    /// What the last step changed. Made anew by each step, so it is no part of what is remembered.
    news: News,
}

impl Hash for Ghost {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (&self.leaders, &self.committed, &self.commit_terms).hash(hasher);
        (self.hearing, &self.heard_since, &self.disruptive, &self.reads.asked, &self.history).hash(hasher);
    }
}

/// A server at a glance: as much as tells whether a step changed anything a property is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Seen {
    pub(super) standing: Standing,
    pub(super) term: Term,
    pub(super) last_index: Index,
    pub(super) digest: u64,
    pub(super) last_applied: Index,
    hears_leader: bool,
}

/// A role without what comes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Standing {
    #[default]
    Down,
    Follower,
    PreCandidate,
    Candidate,
    Leader,
}

/// What a step changed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct News {
    /// Whether it changed anything a property is about. If not, the rest is not kept up to date.
    pub(super) any: bool,
    /// Who acted.
    pub(super) actor: NodeId,
    /// The actor before it.
    pub(super) before: Seen,
    /// Whether the actor became leader.
    pub(super) elected: bool,
    /// What became of its log.
    pub(super) log: LogChange,
    /// Entries it applied: the first and the last index. Empty if the first is above the last.
    pub(super) applied: (Index, Index),
    /// Whether it committed what nobody had committed before.
    pub(super) committed: bool,
}

/// What became of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum LogChange {
    #[default]
    Same,
    /// It has new entries, the first at this index.
    Appended(Index),
    /// Entries are gone, and perhaps others came.
    Rewritten,
}

impl Ghost {
    /// Looks at the server that just acted.
    pub(super) fn observe(&mut self, raft: &Raft, nodes: &Nodes<Raft>, actor: NodeId) {
        self.news.any = false;
        self.reads.forget_news();
        self.history.forget_news();
        if actor.index() >= raft.n {
            let client = nodes.state(actor).and_then(Node::client);
            self.history.observe(raft.client_position(actor), client.map(Client::seen));
            return self.reads.observe(raft, actor, client, self.committed.last_index());
        }
        let now = glance(raft, nodes, actor);
        if self.seen.len() <= actor.index() {
            self.seen.resize(raft.n, Seen::default());
            self.heard_since.resize(raft.n, <(Term, ServerSet)>::default());
        }
        let before = std::mem::replace(&mut self.seen[actor.index()], now);
        if before == now {
            return;
        }
        self.news = News {
            any: true,
            actor,
            before,
            elected: now.standing == Standing::Leader
                && (before.standing, before.term) != (Standing::Leader, now.term),
            log: log_change(raft, nodes, actor, before, now),
            applied: (
                if before.last_applied <= now.last_applied { before.last_applied + 1 } else { 1 },
                now.last_applied,
            ),
            committed: false,
        };
        if self.news.elected && self.leaders.get(now.term).is_none() {
            Arc::make_mut(&mut self.leaders).set_once(now.term, actor);
        }
        self.remember_commits(raft, nodes, actor, now);
        self.remember_hearing(nodes, actor, before, now);
    }

    /// Sees every server as it is now, as if it had been so before.
    pub(super) fn refresh(&mut self, raft: &Raft, nodes: &Nodes<Raft>) {
        self.news.any = false;
        self.heard_since.resize(raft.n, <(Term, ServerSet)>::default());
        self.seen.clear();
        self.seen.extend((0..raft.n).map(|at| glance(raft, nodes, NodeId::at(at))));
    }

    /// What the last step changed at a server, if it changed anything.
    ///
    /// SUBTLE: a message lost on its way to a server is a step of that server that nobody observes; what is known then
    /// is still the news of the step before, perhaps of another server.
    pub(super) fn news(&self, actor: NodeId) -> Option<&News> {
        (self.news.any && self.news.actor == actor).then_some(&self.news)
    }

    /// Reads under way, and the one that was just answered.
    pub(super) fn reads(&self) -> &Reads {
        &self.reads
    }

    /// What clients were answered.
    pub(super) fn history(&self) -> &ClientHistory {
        &self.history
    }

    /// The first leader of a term.
    pub(super) fn leader_of(&self, term: Term) -> Option<NodeId> {
        self.leaders.get(term).copied()
    }

    /// The entries that were ever committed.
    pub(super) fn committed(&self) -> &Log<Entry> {
        &self.committed
    }

    /// Index up to which entries were committed in terms before this one.
    pub(super) fn committed_before(&self, term: Term) -> Index {
        self.commit_terms.iter().filter(|(_, of)| *of < term).map(|(index, _)| *index).max().unwrap_or(0)
    }

    /// If a term was begun while a majority heard a leader: that leader's term.
    pub(super) fn disrupted_by(&self, term: Term) -> Option<Term> {
        self.disruptive.get(term).copied()
    }

    /// Servers as last seen.
    pub(super) fn seen(&self) -> impl Iterator<Item = (NodeId, &Seen)> {
        self.seen.iter().enumerate().map(|(at, seen)| (NodeId::at(at), seen))
    }

    fn remember_commits(&mut self, raft: &Raft, nodes: &Nodes<Raft>, actor: NodeId, now: Seen) {
        let known = self.committed.last_index();
        if now.last_applied <= known {
            return;
        }
        let Some(disk) = raft.disk(nodes, actor) else { return };
        for (_, entry) in disk.log.iter_from(known + 1).take_while(|(at, _)| *at <= now.last_applied) {
            self.committed.append(*entry);
        }
        let last = self.committed.last_index();
        let terms = Arc::make_mut(&mut self.commit_terms);
        match terms.last_mut() {
            Some((index, term)) if *term == now.term => *index = last,
            _ => terms.push((last, now.term)),
        }
        self.news.committed = true;
    }

    fn remember_hearing(&mut self, nodes: &Nodes<Raft>, actor: NodeId, before: Seen, now: Seen) {
        if now.hears_leader {
            self.hearing.insert(actor);
        } else if self.hearing.has(actor) {
            self.hearing.remove(actor);
            self.heard_since.iter_mut().for_each(|(_, set)| set.remove(actor));
        }
        // SUBTLE: an answer to the first question in a term may come after the second one. So whoever asks again in the
        // same term is measured from the first time.
        let asked = self.heard_since[actor.index()];
        if now.standing == Standing::PreCandidate && asked.0 != now.term {
            self.heard_since[actor.index()] = (now.term, self.hearing);
        }
        let begins_term =
            now.term > before.term && matches!(now.standing, Standing::Candidate | Standing::Leader);
        if begins_term {
            let heard = if asked.0 == before.term && asked.0 > Term(0) { asked.1 } else { self.hearing };
            let is_handed_over = server_of(nodes, actor)
                .is_some_and(|s| matches!(s.role, Role::Candidate(votes) if votes.is_handed_over));
            if !is_handed_over {
                self.remember_disruption(nodes, heard, now.term);
            }
        }
    }

    /// Notes a term begun by a server while `heard` have heard a leader since it asked, if they are a majority of that
    /// leader's configuration.
    fn remember_disruption(&mut self, nodes: &Nodes<Raft>, heard: ServerSet, begun: Term) {
        let leader = self.seen().find(|(id, seen)| seen.standing == Standing::Leader && heard.has(*id));
        let Some((leader, term)) = leader.map(|(id, seen)| (id, seen.term)) else { return };
        let Some(config) = server_of(nodes, leader).map(|server| server.config) else { return };
        let hearers = self.seen().filter(|(id, seen)| heard.has(*id) && seen.term == term);
        let hearers = hearers.fold(ServerSet::default(), |set, (id, _)| set.with(id));
        if config.has_majority(hearers) {
            Arc::make_mut(&mut self.disruptive).set_once(begun, term);
        }
    }
}

fn glance(raft: &Raft, nodes: &Nodes<Raft>, id: NodeId) -> Seen {
    let Some(disk) = raft.disk(nodes, id) else { return Seen::default() };
    let on_disk = Seen {
        term: disk.current_term,
        last_index: disk.log.last_index(),
        digest: disk.log.digest(),
        ..Seen::default()
    };
    server_of(nodes, id).map_or(on_disk, |server| Seen {
        standing: match server.role {
            Role::Follower => Standing::Follower,
            Role::PreCandidate(_) => Standing::PreCandidate,
            Role::Candidate(_) => Standing::Candidate,
            Role::Leader(_) => Standing::Leader,
        },
        last_applied: server.last_applied,
        hears_leader: server.hears_leader,
        ..on_disk
    })
}

fn log_change(raft: &Raft, nodes: &Nodes<Raft>, actor: NodeId, before: Seen, now: Seen) -> LogChange {
    if (before.last_index, before.digest) == (now.last_index, now.digest)
        || now.last_index + before.last_index == 0
    {
        return LogChange::Same;
    }
    let was = if before.last_index == 0 {
        true
    } else {
        raft.disk(nodes, actor)
            .is_some_and(|disk| disk.log.digest_at(before.last_index) == Some(before.digest))
    };
    if was { LogChange::Appended(before.last_index + 1) } else { LogChange::Rewritten }
}
