//! What the properties remember of the past. No handler sees it.

use super::message::Command;
use super::state::{Accepted, Ballot, Client, Node, ServerSet, Slot};
use super::{MultiPaxos, server_of};
use crate::id::NodeId;
use crate::protocol::Nodes;
use crate::toolkit::client_history::ClientHistory;
use crate::toolkit::log::Log;
use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The past of a cluster: who accepted what at which ballot, and so what was chosen.
#[derive(Debug, Clone, Default)]
pub struct Ghost {
    /// Each server as it was last seen.
    seen: Vec<(Seen, Looked)>,
    /// Who ever accepted what, of the newest slots, by rising slot.
    recent: Arc<VecDeque<Ballots>>,
    /// What was chosen in slots 1, 2, … up to the first slot in which nothing is chosen.
    chosen: Log<(Slot, Command)>,
    /// Of slots whose votes are forgotten: from which slot on what was chosen was so first at which ballot.
    settled: Arc<Vec<(Slot, Ballot)>>,
    /// What clients were answered.
    history: ClientHistory,
    /// What the last step changed. Made anew by each step, so it is no part of what is remembered.
    news: News,
}

/// Slots of which votes are remembered. Of older ones what was chosen is, and at which ballot; a rival there is told by
/// who has accepted it now.
const RECENT_MAX: usize = 256;

impl Hash for Ghost {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (&self.recent, &self.chosen, &self.history).hash(hasher);
        if !self.settled.is_empty() {
            self.settled.hash(hasher);
        }
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
    chosen: Slot,
    applied: u64,
    applied_digest: u64,
}

/// A slot up to which all votes of a server were remembered, and the digest of its log up to there: where to begin
/// looking, if what changed is after it.
#[derive(Debug, Clone, Copy, Default)]
struct Looked {
    slot: Slot,
    digest: u64,
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
        self.history.forget_news();
        if let Some(client) = actor.index().checked_sub(paxos.n) {
            let state = nodes.state(actor).and_then(Node::client);
            return self.history.observe(client, state.map(Client::seen));
        }
        if self.seen.len() < paxos.n {
            self.seen.resize(paxos.n, <(Seen, Looked)>::default());
        }
        let now = glance(paxos, nodes, actor);
        let (seen, looked) = &mut self.seen[actor.index()];
        let (before, looked_before) = (std::mem::replace(seen, now), *looked);
        if before == now {
            return;
        }
        if now.chosen != before.chosen {
            *looked = look(paxos, nodes, actor, now.chosen);
        }
        self.news.any = true;
        self.news.actor = actor;
        self.news.learned = (before.chosen.min(now.chosen) + 1, now.chosen);
        self.news.applied = now.applied > before.applied;
        if (before.last, before.digest) != (now.last, now.digest) {
            self.remember_votes(paxos, nodes, actor, before, looked_before);
        }
    }

    /// Sees every server as it is now, as if it had been so before.
    pub(super) fn refresh(&mut self, paxos: &MultiPaxos, nodes: &Nodes<MultiPaxos>) {
        self.news = News::default();
        self.seen.clear();
        let all = (0..paxos.n).map(NodeId::at).map(|id| (id, glance(paxos, nodes, id)));
        self.seen.extend(all.map(|(id, seen)| (seen, look(paxos, nodes, id, seen.chosen))));
    }

    /// What the last step changed at a server, if it changed anything.
    pub(super) fn news(&self, actor: NodeId) -> Option<&News> {
        (self.news.any && self.news.actor == actor).then_some(&self.news)
    }

    /// What clients were answered.
    pub(super) fn history(&self) -> &ClientHistory {
        &self.history
    }

    /// What was chosen, up to the first slot in which nothing is.
    pub(super) fn chosen(&self) -> &Log<(Slot, Command)> {
        &self.chosen
    }

    /// Notes what the actor has accepted since it was last seen.
    fn remember_votes(
        &mut self,
        paxos: &MultiPaxos,
        nodes: &Nodes<MultiPaxos>,
        actor: NodeId,
        before: Seen,
        looked: Looked,
    ) {
        let Some(disk) = paxos.disk(nodes, actor) else { return };
        let same = |slot, digest| disk.log.digest_at(slot) == Some(digest);
        let from = match () {
            () if before.last > 0 && same(before.last, before.digest) => before.last + 1,
            () if looked.slot > 0 && same(looked.slot, looked.digest) => looked.slot + 1,
            () => 1,
        };
        let (majority, mut is_news) = (paxos.majority(), false);
        for (slot, accepted) in disk.log.iter_from(from) {
            let Some(Accepted { ballot, command }) = *accepted else { continue };
            if !self.is_settled(slot) {
                is_news |= self.remember_vote(majority, actor, slot, ballot, command);
            } else if self.chosen.get(slot).is_some_and(|(_, chosen)| *chosen != command) {
                let holds = |id| paxos.disk(nodes, id).and_then(|disk| disk.accepted(slot)) == accepted.as_ref();
                self.note_rival(slot, ballot, paxos.servers().filter(|id| holds(*id)).count() >= majority);
            }
        }
        if is_news {
            self.settle();
        }
    }

    /// Takes note of what is chosen now, and forgets the votes of old slots.
    fn settle(&mut self) {
        while let Some((_, command)) = self.at(self.chosen.last_index() + 1).and_then(|ballots| ballots.chosen) {
            self.chosen.append((self.chosen.last_index() + 1, command));
        }
        while self.recent.len() > RECENT_MAX && self.recent[0].slot <= self.chosen.last_index() {
            let Some(Ballots { slot, chosen, .. }) = Arc::make_mut(&mut self.recent).pop_front() else { return };
            let Some((ballot, _)) = chosen else { return };
            if self.settled.last().is_none_or(|(_, last)| *last != ballot) {
                Arc::make_mut(&mut self.settled).push((slot, ballot));
            }
        }
    }

    /// Whether the votes of a slot are forgotten, since what is chosen there is known.
    fn is_settled(&self, slot: Slot) -> bool {
        slot <= self.chosen.last_index() && self.recent.front().is_some_and(|oldest| slot < oldest.slot)
    }

    /// Another command than the chosen one is accepted at a ballot, in a slot whose votes are forgotten.
    fn note_rival(&mut self, slot: Slot, ballot: Ballot, is_chosen: bool) {
        let runs = self.settled.partition_point(|(first, _)| *first <= slot);
        let first = runs.checked_sub(1).map_or(Ballot(0), |at| self.settled[at].1);
        if ballot > first {
            self.news.strayed = Some((slot, ballot, first));
        }
        if is_chosen {
            self.news.split = Some(slot);
        }
    }

    /// Whether what a server has accepted in a slot at a ballot was chosen there, as the first or as a rival. Where votes are
    /// forgotten, its words tell.
    pub(super) fn was_chosen(&self, majority: usize, slot: Slot, ballot: Ballot, words: &str) -> bool {
        match self.at(slot) {
            Some(Ballots { votes, chosen, .. }) => votes.iter().filter(|votes| votes.ballot == ballot).any(|votes| {
                chosen.is_some_and(|(_, chosen)| chosen == votes.command) || votes.by.count() >= majority
            }),
            None => self.chosen.get(slot).is_some_and(|(_, chosen)| chosen.to_string() == words),
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
            None if self.recent.back().is_none_or(|last| last.slot < slot) => Err(self.recent.len()),
            _ => self.recent.binary_search_by_key(&slot, |it| it.slot),
        }
    }

    /// Notes a vote. Whether it is the first in its slot, or chooses its command.
    fn remember_vote(
        &mut self,
        majority: usize,
        actor: NodeId,
        slot: Slot,
        ballot: Ballot,
        command: Command,
    ) -> bool {
        let place = self.place(slot);
        if let Ok(at) = place
            && self.recent[at].has(actor, ballot)
        {
            return false;
        }
        let mut is_news = place.is_err();
        let recent = Arc::make_mut(&mut self.recent);
        let at = place.unwrap_or_else(|at| {
            recent.insert(at, Ballots { slot, votes: Vec::with_capacity(1), chosen: None });
            at
        });
        let ballots = &mut recent[at];
        let count = ballots.vote(actor, ballot, command);
        if count >= majority {
            match &mut ballots.chosen {
                None => {
                    ballots.chosen = Some((ballot, command));
                    is_news = true;
                }
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
        is_news
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
    let on_disk = Seen { last: disk.log.last_index(), digest: disk.log.digest(), ..Seen::default() };
    server_of(nodes, id).map_or(on_disk, |server| Seen {
        chosen: server.chosen,
        applied: server.applied.last_index(),
        applied_digest: server.applied.digest(),
        ..on_disk
    })
}

fn look(paxos: &MultiPaxos, nodes: &Nodes<MultiPaxos>, id: NodeId, slot: Slot) -> Looked {
    let digest = paxos.disk(nodes, id).and_then(|disk| disk.log.digest_at(slot));
    digest.map_or(Looked::default(), |digest| Looked { slot, digest })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolkit::registers::Call;

    const X: Command = Command::NoOp;
    const Y: Command = Command::Client { client: NodeId(3), sequence: 1, call: Call::Put { key: 0, value: 1 } };

    /// A ghost that has forgotten the votes of 44 of 300 slots, the first ten chosen at ballot 2 and the others at 4.
    fn ghost() -> Ghost {
        let mut ghost = Ghost::default();
        for slot in 1..=300 {
            let ballot = Ballot(if slot <= 10 { 2 } else { 4 });
            let votes = [0, 1, 1].map(|server| ghost.remember_vote(2, NodeId(server), slot, ballot, X));
            assert_eq!(votes, [true, true, false], "the first, and the one that makes a majority");
            ghost.settle();
        }
        ghost
    }

    #[test]
    fn a_rival_is_seen_in_a_slot_whose_votes_are_forgotten() {
        let mut ghost = ghost();
        assert_eq!((ghost.recent.len(), ghost.chosen.last_index()), (RECENT_MAX, 300));
        assert_eq!(*ghost.settled, [(1, Ballot(2)), (11, Ballot(4))]);
        assert_eq!([44, 45].map(|slot| ghost.is_settled(slot)), [true, false]);
        for (slot, ballot, strayed) in [(10, 2, None), (10, 3, Some(2)), (11, 3, None), (44, 5, Some(4))] {
            ghost.news = News::default();
            ghost.note_rival(slot, Ballot(ballot), false);
            assert_eq!(ghost.news.strayed, strayed.map(|first| (slot, Ballot(ballot), Ballot(first))));
            assert_eq!(ghost.news.split, None);
        }
        ghost.note_rival(7, Ballot(1), true);
        assert_eq!(ghost.news.split, Some(7), "a second command is chosen, at whichever ballot");
    }

    #[test]
    fn what_was_chosen_is_told_by_its_ballot_and_later_by_its_words() {
        let mut ghost = ghost();
        ghost.remember_vote(2, NodeId(2), 300, Ballot(3), Y);
        assert!(ghost.was_chosen(2, 300, Ballot(4), "no-op"));
        assert!(!ghost.was_chosen(2, 300, Ballot(3), "no-op"), "another ballot, another command");
        assert!(ghost.was_chosen(2, 44, Ballot(9), "no-op") && !ghost.was_chosen(2, 44, Ballot(9), "x ← 1"));
        assert!(!ghost.was_chosen(2, 301, Ballot(4), "no-op"), "nothing is chosen there");
        ghost.remember_vote(2, NodeId(1), 300, Ballot(3), Y);
        assert!(ghost.was_chosen(2, 300, Ballot(3), "no-op"), "a rival, by a majority of its own");
    }
}
