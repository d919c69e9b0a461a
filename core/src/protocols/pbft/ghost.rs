//! What the properties remember of the past. No handler sees it. It looks at correct replicas only.

use super::Pbft;
use super::machine::{Answer, Machine};
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
    /// What replicas executed at each sequence number while they were correct, and who did.
    executed: Arc<BTreeMap<(Seq, Digest), Doers>>,
    /// What replicas prepared at each sequence number in each view while they were correct, and who did.
    prepared: Arc<BTreeMap<(Seq, View, Digest), Doers>>,
    /// The states that replicas had at checkpoints while they were correct, and who did.
    states: Arc<BTreeMap<(Seq, Digest), Doers>>,
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
        (&self.executed, &self.prepared, &self.states, &self.answers, &self.history).hash(hasher);
    }
}

/// Replicas that did the same: bit `i` for replica `i`.
///
/// SUBTLE: all of them are remembered, since whoever is marked Byzantine later is no correct replica any more, and what is
/// promised is that no two of those differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Doers(u128);

const _: () = assert!(super::meta::REPLICAS_MAX <= 128, "a bit for each replica");

impl Doers {
    const fn has(self, id: NodeId) -> bool {
        self.0 >> id.0 & 1 == 1
    }

    /// The first of them that is still correct.
    fn correct(self, nodes: &Nodes<Pbft>) -> Option<NodeId> {
        (0..128).map(NodeId).find(|id| self.has(*id) && nodes.is_correct(*id))
    }
}

/// Notes that a replica did something.
fn note<K: Ord + Clone>(all: &mut Arc<BTreeMap<K, Doers>>, what: K, who: NodeId) {
    if !all.get(&what).is_some_and(|doers| doers.has(who)) {
        Arc::make_mut(all).entry(what).or_default().0 |= 1 << who.0;
    }
}

/// A replica that is still correct and did something else at a sequence number, if there is one.
fn rival(all: &BTreeMap<(Seq, Digest), Doers>, seq: Seq, digest: Digest, nodes: &Nodes<Pbft>) -> Option<NodeId> {
    let here = all.range((seq, Digest::NULL)..=(seq, Digest::LAST));
    here.filter(|((_, other), _)| *other != digest).find_map(|(_, doers)| doers.correct(nodes))
}

/// The states of checkpoints that a replica has.
fn states(disk: &ReplicaDisk) -> impl Iterator<Item = (Seq, &Machine)> {
    let stable = disk.stable.machine.iter().map(|machine| (disk.stable.seq, machine));
    stable.chain(disk.snapshots.iter().map(|(seq, machine)| (*seq, machine)))
}

fn last_state(disk: &ReplicaDisk) -> Seq {
    states(disk).map(|(seq, _)| seq).max().unwrap_or(0)
}

/// A node at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Seen {
    executed: Seq,
    /// Sequence number and view of the newest certificates: how many of them there are, and their greatest.
    prepared: (usize, Seq, View),
    /// The last checkpoint it has a state of.
    checkpoint: Seq,
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
    /// Has another state at a checkpoint than another correct replica had.
    pub(super) differs: Option<(Seq, NodeId)>,
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
            self.see_executed(pbft, nodes, disk, actor);
            self.see_prepared(nodes, disk, actor);
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

    fn see_executed(&mut self, pbft: &Pbft, nodes: &Nodes<Pbft>, disk: &ReplicaDisk, actor: NodeId) {
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
            let (seq, digest) = (done.seq, digest_of(request.as_ref()));
            note(&mut self.executed, (seq, digest), actor);
            if let Some(who) = rival(&self.executed, seq, digest, nodes) {
                self.news.disagrees = Some((seq, who));
            }
        }
        self.see_states(nodes, disk, actor);
        self.forget(|seq| seq + 4 * pbft.window < disk.stable.seq);
        self.see_answers_given(disk);
    }

    /// §4.3: a checkpoint proves a state because correct replicas have the same one there.
    fn see_states(&mut self, nodes: &Nodes<Pbft>, disk: &ReplicaDisk, actor: NodeId) {
        let last = std::mem::replace(&mut self.seen[actor.index()].checkpoint, last_state(disk));
        for (seq, machine) in states(disk).filter(|(seq, _)| *seq > last) {
            let digest = super::machine::digest_of_state(machine);
            note(&mut self.states, (seq, digest), actor);
            if let Some(who) = rival(&self.states, seq, digest, nodes) {
                self.news.differs = Some((seq, who));
            }
        }
    }

    /// Forgets what lies far below a stable checkpoint of a correct replica. A quorum has executed it alike.
    fn forget(&mut self, is_old: impl Fn(Seq) -> bool) {
        if self.executed.keys().next().is_some_and(|(seq, _)| is_old(*seq)) {
            Arc::make_mut(&mut self.executed).retain(|(seq, _), _| !is_old(*seq));
        }
        if self.states.keys().next().is_some_and(|(seq, _)| is_old(*seq)) {
            Arc::make_mut(&mut self.states).retain(|(seq, _), _| !is_old(*seq));
        }
        if self.prepared.keys().next().is_some_and(|(seq, ..)| is_old(*seq)) {
            Arc::make_mut(&mut self.prepared).retain(|(seq, ..), _| !is_old(*seq));
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

    fn see_prepared(&mut self, nodes: &Nodes<Pbft>, disk: &ReplicaDisk, actor: NodeId) {
        let now = newest(disk);
        if std::mem::replace(&mut self.seen[actor.index()].prepared, now) == now {
            return;
        }
        for cert in disk.slots.iter().filter_map(|slot| slot.prepared.as_ref()) {
            let (seq, view, digest) = (cert.seq(), cert.view(), cert.digest());
            note(&mut self.prepared, (seq, view, digest), actor);
            let here = self.prepared.range((seq, view, Digest::NULL)..=(seq, view, Digest::LAST));
            let mut others = here.filter(|((.., other), _)| *other != digest);
            if let Some(who) = others.find_map(|(_, doers)| doers.correct(nodes)) {
                self.news.two_certificates = Some((seq, view, who));
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
        return Seen { executed: disk.executed, prepared: newest(disk), checkpoint: last_state(disk), answered: 0 };
    }
    let answered = nodes.state(id).and_then(Node::client).and_then(|client| client.answered);
    Seen { answered: answered.map_or(0, |answered| answered.timestamp), ..Seen::default() }
}

#[cfg(test)]
mod tests {
    use super::super::machine::Call;
    use super::super::properties::PROPERTIES;
    use super::super::state::Disk;
    use super::*;
    use crate::param::Params;
    use crate::protocol::{Cell, Protocol};

    /// Replicas that have executed nothing they remember, and have a state after each 8 requests.
    fn with_states(values: [u32; 3]) -> Nodes<Pbft> {
        let disk = |value: u32| {
            let mut machine = Machine::default();
            machine.apply(0, 1, Call::Put { key: 0, value });
            let disk = ReplicaDisk { snapshots: vec![(8, machine)], executed: 8, ..ReplicaDisk::default() };
            Cell::Down(Disk::Replica(Box::new(disk)))
        };
        Nodes(values.map(disk).to_vec(), vec![])
    }

    fn broken(ghost: &mut Ghost, pbft: &Pbft, nodes: &Nodes<Pbft>, actor: u16) -> Vec<String> {
        let actor = NodeId(actor);
        ghost.observe(pbft, nodes, actor);
        let verdict = |own: &crate::protocol::Property<Pbft>| {
            (own.check)(pbft, ghost, nodes, actor).err().map(|said| format!("{}: {said}", own.id))
        };
        PROPERTIES.iter().filter_map(verdict).collect()
    }

    /// The same requests, and another state: a correct machine that is not deterministic.
    #[test]
    fn a_state_that_differs_at_a_checkpoint_is_seen() {
        let pbft = Pbft::open(&Params::defaults(Pbft::META.params));
        let mut nodes = with_states([5, 5, 6]);
        let mut ghost = Ghost::default();
        assert_eq!(broken(&mut ghost, &pbft, &nodes, 0), [""; 0]);
        assert_eq!(broken(&mut ghost, &pbft, &nodes, 1), [""; 0]);
        let wanted = ["same-state: n3 has another state after sequence number 8 than n1 had"];
        assert_eq!(broken(&mut ghost.clone(), &pbft, &nodes, 2), wanted);
        // Once n1 and n2 are known to lie, nobody correct differs from n3.
        nodes.1 = vec![NodeId(0), NodeId(1)];
        assert_eq!(broken(&mut ghost, &pbft, &nodes, 2), [""; 0]);
    }
}
