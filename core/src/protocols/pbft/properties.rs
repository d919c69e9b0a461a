//! What PBFT promises, checked after every step. All of it speaks of correct nodes: one that was ever marked Byzantine is
//! none any more. And all of it is promised as long as at most f replicas are Byzantine (§3).

use super::ghost::{Ghost, News};
use super::state::Node;
use super::Pbft;
use crate::id::NodeId;
use crate::protocol::{Goal, Nodes, Property};
use crate::time::S;

type Verdict = Result<(), String>;

/// The properties.
pub(super) static PROPERTIES: [Property<Pbft>; 6] = [
    Property {
        id: "agreement",
        text: "No two correct replicas execute different requests at the same sequence number (PBFT §4.5.1).",
        check: agreement,
    },
    Property {
        id: "in-order",
        text: "A correct replica executes each request after those with lower sequence numbers (PBFT §4.2).",
        check: in_order,
    },
    Property {
        id: "one-certificate",
        text: "No two correct replicas prepare different requests at the same sequence number in the same view \
               (PBFT §4.2).",
        check: one_certificate,
    },
    Property {
        id: "same-state",
        text: "No two correct replicas have different states at the same checkpoint (PBFT §4.3).",
        check: same_state,
    },
    Property {
        id: "true-replies",
        text: "A client accepts no answer that no correct replica gave (PBFT §4.1).",
        check: true_replies,
    },
    Property {
        id: "linearizable-history",
        text: "What clients are answered is what one machine without copies would answer, each request taking effect once, \
               between its first sending and its answer; with more than 8 commands of crashed clients open on a register \
               it is judged no longer (PBFT §3; Herlihy and Wing 1990).",
        check: linearizable,
    },
];

/// What must be reached once faults have ended.
pub(super) static GOALS: [Goal<Pbft>; 1] = [Goal {
    id: "requests-executed",
    text: "Once faults have ended, every request is answered, and all correct replicas have executed the same requests \
           (PBFT §4.5.2).",
    within_us: 120 * S,
    is_reached: all_executed,
}];

fn news<'a>(ghost: &'a Ghost, nodes: &Nodes<Pbft>, actor: NodeId) -> Option<&'a News> {
    ghost.news(actor).filter(|_| nodes.is_correct(actor))
}

fn agreement(_: &Pbft, ghost: &Ghost, nodes: &Nodes<Pbft>, actor: NodeId) -> Verdict {
    match news(ghost, nodes, actor).and_then(|news| news.disagrees) {
        Some((seq, other)) => {
            Err(format!("{actor} executes another request at sequence number {seq} than {other} did"))
        }
        None => Ok(()),
    }
}

fn in_order(_: &Pbft, ghost: &Ghost, nodes: &Nodes<Pbft>, actor: NodeId) -> Verdict {
    match news(ghost, nodes, actor).and_then(|news| news.out_of_order) {
        Some((seq, last)) => Err(format!("{actor} executes {seq} next after {last}")),
        None => Ok(()),
    }
}

fn one_certificate(_: &Pbft, ghost: &Ghost, nodes: &Nodes<Pbft>, actor: NodeId) -> Verdict {
    match news(ghost, nodes, actor).and_then(|news| news.two_certificates) {
        Some((seq, view, other)) => Err(format!(
            "{actor} and {other} have prepared different requests at sequence number {seq} in view {view}"
        )),
        None => Ok(()),
    }
}

fn same_state(_: &Pbft, ghost: &Ghost, nodes: &Nodes<Pbft>, actor: NodeId) -> Verdict {
    match news(ghost, nodes, actor).and_then(|news| news.differs) {
        Some((seq, other)) => {
            Err(format!("{actor} has another state after sequence number {seq} than {other} had"))
        }
        None => Ok(()),
    }
}

fn true_replies(pbft: &Pbft, ghost: &Ghost, nodes: &Nodes<Pbft>, actor: NodeId) -> Verdict {
    match news(ghost, nodes, actor).and_then(|news| news.false_reply) {
        Some(answered) => Err(format!(
            "{} accepts “{}” as the answer to its request {} ({}), which no correct replica gave",
            pbft.name(actor),
            answered.answer,
            answered.timestamp,
            answered.call
        )),
        None => Ok(()),
    }
}

fn linearizable(pbft: &Pbft, ghost: &Ghost, _: &Nodes<Pbft>, actor: NodeId) -> Verdict {
    ghost.history().verdict(actor.index().checked_sub(pbft.n))
}

fn all_executed(pbft: &Pbft, nodes: &Nodes<Pbft>) -> bool {
    let waits = |node: &Node| node.client().is_some_and(|client| client.outstanding.is_some());
    if nodes.up().any(|(_, node)| waits(node)) {
        return false;
    }
    let correct = || pbft.replicas().filter(|id| nodes.is_correct(*id));
    let replicas = || correct().filter_map(|id| nodes.state(id).and_then(Node::replica));
    let Some(first) = replicas().next() else { return true };
    replicas().count() == correct().count()
        && replicas().all(|r| {
            let same = (r.disk.executed, r.disk.machine) == (first.disk.executed, first.disk.machine);
            same && r.waiting.is_empty()
        })
}
