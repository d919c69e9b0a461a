//! What the properties remember of the past. No handler sees it. It looks at correct replicas only.

use super::Pbft;
use super::machine::Answer;
use super::message::digest_of;
use super::signing::Digest;
use super::state::{Answered, Client, Deed, Node, ReplicaDisk, Seq, View};
use crate::id::NodeId;
use crate::protocol::Nodes;
use crate::toolkit::client_history::ClientHistory;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The past of a cluster, as far as its properties ask for it.
#[derive(Debug, Clone, Default)]
pub struct Ghost {
    /// What a correct replica first executed at each sequence number, and who.
    executed: Arc<BTreeMap<Seq, (Digest, NodeId)>>,
    /// What a correct replica first prepared in each view at each sequence number, and who.
    prepared: Arc<BTreeMap<(Seq, View), (Digest, NodeId)>>,
    /// For each client: the latest timestamp that a correct replica executed, and the answers it had, as a rule one.
    answers: Vec<(u32, Vec<Answer>)>,
    /// What clients were answered.
    history: ClientHistory,
    /// For each node, what was seen of it last.
    seen: Vec<Seen>,
    /// What the last step broke. Made anew by each step, so it is no part of what is remembered.
    news: News,
}

impl Hash for Ghost {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (&self.executed, &self.prepared, &self.answers, &self.history).hash(hasher);
    }
}

/// A node at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Seen {
    executed: Seq,
    /// Sequence number and view of the newest certificates: how many of them there are, and their greatest.
    prepared: (usize, Seq, View),
    /// Timestamp of the answer a client accepted last.
    answered: u32,
}

/// What the last step showed to be wrong.
#[derive(Debug, Clone, Default)]
pub(super) struct News {
    pub(super) actor: NodeId,
    /// Executed where another correct replica executed something else.
    pub(super) disagrees: Option<(Seq, NodeId)>,
    /// Executed before something that comes before it: where, and what was executed last.
    pub(super) out_of_order: Option<(Seq, Seq)>,
    /// Prepared what conflicts with another correct replica's certificate.
    pub(super) two_certificates: Option<(Seq, View, NodeId)>,
    /// Accepted an answer that no correct replica gave.
    pub(super) false_reply: Option<Answered>,
}

impl Ghost {
    /// Looks at the node that just acted.
    pub(super) fn observe(&mut self, pbft: &Pbft, nodes: &Nodes<Pbft>, actor: NodeId) {
        self.news = News { actor, ..News::default() };
        self.history.forget_news();
        if !nodes.is_correct(actor) {
            return;
        }
        self.make_room(pbft);
        if let Some(client) = actor.index().checked_sub(pbft.n) {
            self.history.observe(client, nodes.state(actor).and_then(Node::client).map(Client::seen));
        }
        if let Some(disk) = pbft.disk(nodes, actor) {
            self.see_executed(pbft, disk, actor);
            self.see_prepared(pbft, disk, actor);
        } else if let Some(Node::Client(client)) = nodes.state(actor) {
            self.see_answer(pbft, actor, client.answered);
        }
    }

    /// Sees every node as it is now, as if it had been so before.
    pub(super) fn refresh(&mut self, pbft: &Pbft, nodes: &Nodes<Pbft>) {
        self.make_room(pbft);
        for (at, seen) in self.seen.iter_mut().enumerate() {
            *seen = glance(pbft, nodes, NodeId::at(at));
        }
    }

    /// What the last step of a node broke.
    ///
    /// SUBTLE: a message lost on its way to a node is a step of that node that nobody observes; what is known then is
    /// still the news of the step before, perhaps of another node.
    pub(super) fn news(&self, actor: NodeId) -> Option<&News> {
        (self.news.actor == actor).then_some(&self.news)
    }

    /// What clients were answered.
    pub(super) fn history(&self) -> &ClientHistory {
        &self.history
    }

    fn make_room(&mut self, pbft: &Pbft) {
        self.seen.resize(pbft.n + pbft.clients, Seen::default());
        self.answers.resize(pbft.clients, (0, vec![]));
    }

    fn see_executed(&mut self, pbft: &Pbft, disk: &ReplicaDisk, actor: NodeId) {
        let mut last = std::mem::replace(&mut self.seen[actor.index()].executed, disk.executed);
        if last == disk.executed {
            return;
        }
        let new = disk.done.iter().rev().take_while(|done| done.seq != last).count();
        for done in disk.done.iter().skip(disk.done.len() - new) {
            let Deed::Executed(_, request) = &done.what else {
                last = done.seq;
                continue;
            };
            if done.seq != last + 1 {
                self.news.out_of_order = Some((done.seq, last));
            }
            last = done.seq;
            let digest = digest_of(request.as_ref());
            match self.executed.get(&done.seq) {
                None => {
                    Arc::make_mut(&mut self.executed).insert(done.seq, (digest, actor));
                }
                Some((other, who)) if *other != digest => self.news.disagrees = Some((done.seq, *who)),
                Some(_) => {}
            }
        }
        self.forget(|seq| seq + 4 * pbft.window < disk.stable.seq);
        self.see_answers_given(disk);
    }

    /// Forgets what lies far below a stable checkpoint of a correct replica. A quorum has executed it alike.
    fn forget(&mut self, is_old: impl Fn(Seq) -> bool) {
        if self.executed.keys().next().is_some_and(|seq| is_old(*seq)) {
            Arc::make_mut(&mut self.executed).retain(|seq, _| !is_old(*seq));
        }
        if self.prepared.keys().next().is_some_and(|(seq, _)| is_old(*seq)) {
            Arc::make_mut(&mut self.prepared).retain(|(seq, _), _| !is_old(*seq));
        }
    }

    fn see_answers_given(&mut self, disk: &ReplicaDisk) {
        for (client, (latest, answers)) in self.answers.iter_mut().enumerate() {
            let (timestamp, answer) = disk.machine.last_reply(client);
            if timestamp > *latest {
                (*latest, *answers) = (timestamp, vec![answer]);
            } else if timestamp == *latest && timestamp > 0 && !answers.contains(&answer) {
                answers.push(answer);
                answers.sort_unstable();
            }
        }
    }

    fn see_prepared(&mut self, _: &Pbft, disk: &ReplicaDisk, actor: NodeId) {
        let now = newest(disk);
        if std::mem::replace(&mut self.seen[actor.index()].prepared, now) == now {
            return;
        }
        for cert in disk.slots.iter().filter_map(|slot| slot.prepared.as_ref()) {
            let place = (cert.seq(), cert.view());
            match self.prepared.get(&place) {
                None => {
                    Arc::make_mut(&mut self.prepared).insert(place, (cert.digest(), actor));
                }
                Some((other, who)) if *other != cert.digest() => {
                    self.news.two_certificates = Some((place.0, place.1, *who));
                }
                Some(_) => {}
            }
        }
    }

    fn see_answer(&mut self, pbft: &Pbft, actor: NodeId, answered: Option<Answered>) {
        let Some(answered) = answered else { return };
        let seen = &mut self.seen[actor.index()];
        if std::mem::replace(&mut seen.answered, answered.timestamp) == answered.timestamp {
            return;
        }
        let (latest, answers) = &self.answers[pbft.client_position(actor)];
        if *latest != answered.timestamp || !answers.contains(&answered.answer) {
            self.news.false_reply = Some(answered);
        }
    }
}

/// Whatever certificate is new, one of these differs: their number, or the sum of their places.
fn newest(disk: &ReplicaDisk) -> (usize, Seq, View) {
    let certs = || disk.slots.iter().filter_map(|slot| slot.prepared.as_ref());
    let sum = |(seqs, views): (Seq, u64), cert: &super::message::PreparedCert| {
        (seqs.wrapping_add(cert.seq()), views.wrapping_add(cert.view().0))
    };
    let (seqs, views) = certs().fold((0, 0), sum);
    (certs().count(), seqs, View(views))
}

fn glance(pbft: &Pbft, nodes: &Nodes<Pbft>, id: NodeId) -> Seen {
    if let Some(disk) = pbft.disk(nodes, id) {
        return Seen { executed: disk.executed, prepared: newest(disk), answered: 0 };
    }
    let answered = nodes.state(id).and_then(Node::client).and_then(|client| client.answered);
    Seen { answered: answered.map_or(0, |answered| answered.timestamp), ..Seen::default() }
}
