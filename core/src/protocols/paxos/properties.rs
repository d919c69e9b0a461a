//! What consensus asks for (2001 §2.1), and the two invariants it rests on (2001 §2.2), checked after every step.

use super::ghost::Ghost;
use super::message::Word;
use super::state::{Agent, Phase};
use super::{Paxos, proposer_of};
use crate::id::NodeId;
use crate::protocol::{Goal, Nodes, Property};
use crate::time::S;

type Verdict = Result<(), String>;

/// The properties.
pub(super) static PROPERTIES: [Property<Paxos>; 5] = [
    Property {
        id: "only-proposed",
        text: "Only a value that somebody asked to propose is chosen (Lamport 2001 §2.1).",
        check: only_proposed,
    },
    Property {
        id: "one-value-chosen",
        text: "At most one value is chosen: accepted by a majority of the acceptors in the same ballot, at any time \
               (Lamport 2001 §2.1). Of more than 1,024 proposals with some but no majority of acceptances the lowest are \
               not watched.",
        check: one_value_chosen,
    },
    Property {
        id: "learned-is-chosen",
        text: "A learner or a proposer takes a value for chosen only if it is (Lamport 2001 §2.1).",
        check: learned_is_chosen,
    },
    Property {
        id: "one-value-per-ballot",
        text: "No two proposals of different values have the same ballot (Lamport 2001 §2.2). Of more than 1,024 proposals \
               the lowest that nobody has accepted are not watched.",
        check: one_value_per_ballot,
    },
    Property {
        id: "chosen-value-stays",
        text: "If a value is chosen in a ballot, every proposal of a higher ballot has that value (Lamport 2001 §2.2, P2b).",
        check: chosen_value_stays,
    },
];

/// What must be reached once faults have ended.
pub(super) static GOALS: [Goal<Paxos>; 1] = [Goal {
    id: "value-learned",
    text: "Once faults have ended, every proposal under way is answered; and if a majority has accepted anything, every \
           learner learns what is chosen (Lamport 2001 §2.4: with proposers that back off).",
    within_us: 30 * S,
    is_reached: value_learned,
}];

fn only_proposed(_: &Paxos, ghost: &Ghost, _: &Nodes<Paxos>, _: NodeId) -> Verdict {
    match ghost.chosen().iter().find(|chosen| !ghost.is_wished(chosen.value)) {
        Some(chosen) => Err(format!("{} is chosen in ballot {}, and nobody asked for it", chosen.value, chosen.ballot)),
        None => Ok(()),
    }
}

fn one_value_chosen(_: &Paxos, ghost: &Ghost, _: &Nodes<Paxos>, _: NodeId) -> Verdict {
    match ghost.chosen() {
        [first, second, ..] => Err(format!(
            "{} is chosen in ballot {}, and {} in ballot {}",
            first.value, first.ballot, second.value, second.ballot
        )),
        _ => Ok(()),
    }
}

fn learned_is_chosen(paxos: &Paxos, ghost: &Ghost, nodes: &Nodes<Paxos>, actor: NodeId) -> Verdict {
    let learned = match nodes.state(actor) {
        Some(Agent::Proposer(proposer)) => proposer.chosen,
        Some(Agent::Learner(learner)) => learner.learned,
        Some(Agent::Acceptor(_)) | None => None,
    };
    let is_chosen = |value: &Word| ghost.chosen().iter().any(|chosen| chosen.value == *value);
    match learned.filter(|value| !is_chosen(value)) {
        Some(value) => Err(format!("{} takes {value} for chosen, and it is not", paxos.name(actor))),
        None => Ok(()),
    }
}

fn one_value_per_ballot(_: &Paxos, ghost: &Ghost, _: &Nodes<Paxos>, _: NodeId) -> Verdict {
    match ghost.clash() {
        Some((one, other)) => {
            Err(format!("{} and {} are both proposed in ballot {}", one.value, other.value, one.ballot))
        }
        None => Ok(()),
    }
}

fn chosen_value_stays(_: &Paxos, ghost: &Ghost, _: &Nodes<Paxos>, _: NodeId) -> Verdict {
    match ghost.strayed() {
        Some((chosen, other)) => Err(format!(
            "{} is chosen in ballot {}, and {} is proposed in the higher ballot {}",
            chosen.value, chosen.ballot, other.value, other.ballot
        )),
        None => Ok(()),
    }
}

fn value_learned(paxos: &Paxos, nodes: &Nodes<Paxos>) -> bool {
    let mut proposers = (0..paxos.proposers).map(NodeId::at);
    let is_quiet = |id: NodeId| {
        proposer_of(nodes, id).is_some_and(|p| p.wish.is_none() && matches!(p.phase, Phase::Idle | Phase::Succeeded { .. }))
    };
    let accepted = paxos.acceptors().filter(|id| {
        matches!(nodes.state(*id), Some(Agent::Acceptor(acceptor)) if acceptor.accepted.is_some())
    });
    let is_decided = accepted.count() >= paxos.majority();
    let has_learned = |id: NodeId| {
        matches!(nodes.state(id), Some(Agent::Learner(learner)) if learner.learned.is_some() || !is_decided)
    };
    proposers.all(is_quiet) && paxos.learners().all(has_learned)
}

#[cfg(test)]
mod tests {
    use super::super::message::{Ballot, Proposal};
    use super::super::state::{AcceptorDisk, Proposer, Wish};
    use super::*;
    use crate::id::OperationId;
    use crate::param::Params;
    use crate::protocol::{Cell, Protocol};

    /// A proposer that wants something or nothing and has proposed apple, and three acceptors that have accepted it.
    fn nodes(wish: Option<Word>) -> Nodes<Paxos> {
        let apple = Proposal { ballot: Ballot { round: 1, owner: Some(NodeId(0)) }, value: Word(0) };
        let wish = wish.map(|value| Wish { value, operation: OperationId(0) });
        let accepted = super::super::state::AcceptorSet::default();
        let phase = Phase::Proposing { proposal: apple, accepted, refusals: accepted };
        let proposer = Proposer { round: 1, heard: 1, wish, phase, failures: 0, chosen: None };
        let acceptor = AcceptorDisk { promised: Some(apple.ballot), accepted: Some(apple) };
        let acceptors = [acceptor; 3].map(|acceptor| Cell::Up(Agent::Acceptor(acceptor)));
        Nodes([Cell::Up(Agent::Proposer(proposer))].into_iter().chain(acceptors).collect(), vec![])
    }

    /// What is broken once so many of the nodes have acted, the proposer first.
    fn broken(nodes: &Nodes<Paxos>, acted: u16) -> Vec<String> {
        let mut params = Params::defaults(Paxos::META.params);
        [("proposers", 1), ("learners", 0)].iter().for_each(|(id, value)| params.set(id, *value).unwrap());
        let paxos = Paxos::open(&params);
        let mut ghost = Ghost::default();
        (0..acted).for_each(|actor| ghost.observe(&paxos, nodes, NodeId(actor)));
        let verdict = |own: &Property<Paxos>| {
            (own.check)(&paxos, &ghost, nodes, NodeId(acted - 1)).err().map(|said| format!("{}: {said}", own.id))
        };
        PROPERTIES.iter().filter_map(verdict).collect()
    }

    #[test]
    fn a_value_that_nobody_asked_for_must_not_be_chosen() {
        let wanted = ["only-proposed: apple is chosen in ballot 1.p1, and nobody asked for it"];
        // It is no harm that it was proposed, and that one acceptor has accepted it.
        assert_eq!(broken(&nodes(None), 2), [""; 0]);
        assert_eq!(broken(&nodes(None), 3), wanted);
        assert_eq!(broken(&nodes(Some(Word(1))), 3), wanted, "somebody asked for banana");
        assert_eq!(broken(&nodes(Some(Word(0))), 4), [""; 0]);
    }
}
