//! What the properties remember of the past. No handler sees it.

use super::message::Command;
use super::state::{Ballot, ServerSet, Slot};
use super::{MultiPaxos, server_of};
use crate::id::NodeId;
use crate::protocol::Nodes;
use crate::toolkit::log::Log;
use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The past of a cluster: who accepted what at which ballot, and so what was chosen.
#[derive(Debug, Clone, Default)]
pub struct Ghost {
    /// Each server as it was last seen.
    seen: Vec<Seen>,
    /// Who ever accepted what, of the newest slots, by rising slot.
    recent: Arc<VecDeque<Ballots>>,
    /// What was chosen in slots 1, 2, … up to the first slot in which nothing is chosen.
    chosen: Log<(Slot, Command)>,
    /// What the last step changed. Made anew by each step, so it is no part of what is remembered.
    news: News,
}

/// Slots of which votes are remembered. Of older ones only what was chosen is.
const RECENT_MAX: usize = 256;

impl Hash for Ghost {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (&self.recent, &self.chosen).hash(hasher);
    }
}

/// What was ever accepted in a slot.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Ballots {
    slot: Slot,
    votes: Vec<Votes>,
    /// The command that was chosen first, and the lowest ballot at which it was.
    chosen: Option<(Ballot, Command)>,
}

/// Who ever accepted a command at a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Votes {
    ballot: Ballot,
    command: Command,
    by: ServerSet,
}

/// A server at a glance: as much as tells whether a step changed anything a property is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Seen {
    last: Slot,
    digest: u64,
    /// A slot before which little changes, and the digest of the log up to it: where to begin looking for changes.
    settled: Slot,
    settled_digest: u64,
    chosen: Slot,
    applied: u64,
    applied_digest: u64,
}

/// What a step changed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct News {
    any: bool,
    actor: NodeId,
    /// A slot in which a second command was chosen.
    pub(super) split: Option<Slot>,
    /// A slot in which another command than the chosen one was accepted at a later ballot: the slot, that ballot, and the
    /// ballot at which the other was chosen.
    pub(super) strayed: Option<(Slot, Ballot, Ballot)>,
    /// Slots that the actor newly takes for chosen: from, to. Empty if the first is above the last.
    pub(super) learned: (Slot, Slot),
    /// Whether the actor applied anything.
    pub(super) applied: bool,
}

impl Ghost {
    /// Looks at the server that just acted.
    pub(super) fn observe(&mut self, paxos: &MultiPaxos, nodes: &Nodes<MultiPaxos>, actor: NodeId) {
        self.news = News::default();
        if actor.index() >= paxos.n {
            return;
        }
        self.seen.resize(paxos.n, Seen::default());
        let now = glance(paxos, nodes, actor);
        let before = std::mem::replace(&mut self.seen[actor.index()], now);
        if before == now {
            return;
        }
        self.news.any = true;
        self.news.actor = actor;
        self.news.learned = (before.chosen.min(now.chosen) + 1, now.chosen);
        self.news.applied = now.applied > before.applied;
        if (before.last, before.digest) != (now.last, now.digest) {
            self.remember_votes(paxos, nodes, actor, before);
        }
    }

    /// Sees every server as it is now, as if it had been so before.
    pub(super) fn refresh(&mut self, paxos: &MultiPaxos, nodes: &Nodes<MultiPaxos>) {
        self.news = News::default();
        self.seen.clear();
        self.seen.extend((0..paxos.n).map(|at| glance(paxos, nodes, NodeId::at(at))));
    }

    /// What the last step changed at a server, if it changed anything.
    pub(super) fn news(&self, actor: NodeId) -> Option<&News> {
        (self.news.any && self.news.actor == actor).then_some(&self.news)
    }

    /// What was chosen, up to the first slot in which nothing is.
    pub(super) fn chosen(&self) -> &Log<(Slot, Command)> {
        &self.chosen
    }

    /// Notes what the actor has accepted since it was last seen.
    fn remember_votes(&mut self, paxos: &MultiPaxos, nodes: &Nodes<MultiPaxos>, actor: NodeId, before: Seen) {
        let Some(disk) = paxos.disk(nodes, actor) else { return };
        let same = |slot, digest| disk.log.digest_at(slot) == Some(digest);
        let from = match before {
            Seen { last, digest, .. } if last > 0 && same(last, digest) => last + 1,
            Seen { settled, settled_digest, .. } if settled > 0 && same(settled, settled_digest) => settled + 1,
            _ => 1,
        };
        for (slot, accepted) in disk.log.iter_from(from) {
            if let Some(accepted) = accepted {
                self.remember_vote(paxos, actor, slot, accepted.ballot, accepted.command);
            }
        }
        while let Some((_, command)) = self.at(self.chosen.last_index() + 1).and_then(|ballots| ballots.chosen) {
            self.chosen.append((self.chosen.last_index() + 1, command));
        }
        let surplus = self.recent.len().saturating_sub(RECENT_MAX);
        let old = self.recent.iter().take(surplus).take_while(|it| it.slot <= self.chosen.last_index()).count();
        if old > 0 {
            Arc::make_mut(&mut self.recent).drain(..old);
        }
    }

    fn at(&self, slot: Slot) -> Option<&Ballots> {
        self.place(slot).ok().map(|at| &self.recent[at])
    }

    /// Where a slot stands among the newest, or would. Mostly they lie without gaps, so that the first look finds it.
    fn place(&self, slot: Slot) -> Result<usize, usize> {
        let guess = self.recent.front().map_or(0, |first| slot.wrapping_sub(first.slot)) as usize;
        match self.recent.get(guess) {
            Some(there) if there.slot == slot => Ok(guess),
            _ => self.recent.binary_search_by_key(&slot, |it| it.slot),
        }
    }

    fn remember_vote(
        &mut self,
        paxos: &MultiPaxos,
        actor: NodeId,
        slot: Slot,
        ballot: Ballot,
        command: Command,
    ) {
        let place = self.place(slot);
        if let Ok(at) = place
            && self.recent[at].has(actor, ballot)
        {
            return;
        }
        let oldest = self.recent.front().map_or(1, |it| it.slot);
        if place.is_err() && slot < oldest && slot <= self.chosen.last_index() {
            return;
        }
        let recent = Arc::make_mut(&mut self.recent);
        let at = place.unwrap_or_else(|at| {
            recent.insert(at, Ballots { slot, votes: Vec::new(), chosen: None });
            at
        });
        let ballots = &mut recent[at];
        let count = ballots.vote(actor, ballot, command);
        if count >= paxos.majority() {
            match &mut ballots.chosen {
                None => ballots.chosen = Some((ballot, command)),
                Some((first, chosen)) if *chosen == command => *first = ballot.min(*first),
                Some(_) => self.news.split = Some(slot),
            }
        }
        if let Some((first, chosen)) = ballots.chosen {
            let strays = |votes: &&Votes| votes.ballot > first && votes.command != chosen;
            if let Some(stray) = ballots.votes.iter().find(strays) {
                self.news.strayed = Some((slot, stray.ballot, first));
            }
        }
    }
}

impl Ballots {
    fn has(&self, actor: NodeId, ballot: Ballot) -> bool {
        self.votes.iter().any(|votes| votes.ballot == ballot && votes.by.has(actor))
    }

    /// Adds a vote. How many there are now for that command at that ballot.
    fn vote(&mut self, actor: NodeId, ballot: Ballot, command: Command) -> usize {
        let same = |votes: &&mut Votes| (votes.ballot, votes.command) == (ballot, command);
        if let Some(votes) = self.votes.iter_mut().find(same) {
            votes.by.insert(actor);
            return votes.by.count();
        }
        self.votes.push(Votes { ballot, command, by: ServerSet::only(actor) });
        // In an order of their own, so that the same votes hash the same whenever they were given.
        self.votes.sort_unstable_by_key(|votes| (votes.ballot, votes.by.bits()));
        1
    }
}

fn glance(paxos: &MultiPaxos, nodes: &Nodes<MultiPaxos>, id: NodeId) -> Seen {
    let Some(disk) = paxos.disk(nodes, id) else { return Seen::default() };
    let on_disk =
        Seen { last: disk.log.last_index(), digest: disk.log.digest(), ..Seen::default() };
    server_of(nodes, id).map_or(on_disk, |server| Seen {
        settled: server.chosen,
        settled_digest: disk.log.digest_at(server.chosen).unwrap_or_default(),
        chosen: server.chosen,
        applied: server.applied.last_index(),
        applied_digest: server.applied.digest(),
        ..on_disk
    })
}
