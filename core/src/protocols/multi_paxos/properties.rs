//! What Multi-Paxos promises, checked after every step against what the ghost remembers.
//!
//! Each check looks only at what the step changed: if all held before, only that can be wrong now.

use super::ghost::Ghost;
use super::state::{Role, Server, Slot};
use super::{MultiPaxos, server_of};
use crate::id::NodeId;
use crate::protocol::{Goal, Nodes, Property};
use crate::time::S;

type Verdict = Result<(), String>;

/// The properties.
pub(super) static PROPERTIES: [Property<MultiPaxos>; 5] = [
    Property {
        id: "agreement",
        text: "At most one command is chosen in a slot: only one is ever accepted there by a majority at one ballot; \
               256 slots later, only what servers still hold counts (Lamport 2001 §2.1, §3).",
        check: agreement,
    },
    Property {
        id: "chosen-stays",
        text: "If a command is chosen in a slot, every command accepted there at a higher ballot is that command \
               (Lamport 2001 §2.2, P2a).",
        check: chosen_stays,
    },
    Property {
        id: "learned-is-chosen",
        text: "A server takes a command for chosen only if it is (Lamport 2001 §2.1).",
        check: learned_is_chosen,
    },
    Property {
        id: "applied-in-order",
        text: "A server applies what is chosen in slots 1, 2, 3 and so on, in this order: of any two servers, one has \
               applied a prefix of what the other has (Lamport 2001 §3).",
        check: applied_in_order,
    },
    Property {
        id: "linearizable-history",
        text: "What clients are answered is what one machine without copies would answer, each command taking effect once, \
               between its first request and its answer (Lamport 2001 §3; Herlihy and Wing 1990). With more than 8 writes \
               of crashed clients open on a register it is judged no longer.",
        check: linearizable,
    },
];

/// What must be reached once faults have ended.
pub(super) static GOALS: [Goal<MultiPaxos>; 1] = [Goal {
    id: "servers-agree",
    text: "Once faults have ended, one server leads, no slot is open, and all servers have applied the same commands \
           (Lamport 2001 §2.4: a single distinguished proposer makes progress).",
    within_us: 20 * S,
    is_reached: servers_agree,
}];

fn servers_agree(paxos: &MultiPaxos, nodes: &Nodes<MultiPaxos>) -> bool {
    let servers = || (0..paxos.n).map(|at| server_of(nodes, NodeId::at(at)));
    if servers().any(|server| server.is_none()) {
        return false;
    }
    let leads = |server: &&Server| matches!(server.role, Role::Leader(_));
    let mut leaders = servers().flatten().filter(leads);
    let (Some(leader), None) = (leaders.next(), leaders.next()) else { return false };
    let is_done = |role: &Role| match role {
        Role::Leader(leader) => leader.open.is_empty() && leader.waiting.is_empty(),
        Role::Follower => true,
        Role::Candidate(_) => false,
    };
    servers().flatten().all(|server| {
        server.disk.promised == leader.disk.promised
            && is_done(&server.role)
            && server.chosen == leader.chosen
            && server.applied == leader.applied
    })
}

fn agreement(_: &MultiPaxos, ghost: &Ghost, _: &Nodes<MultiPaxos>, actor: NodeId) -> Verdict {
    let split = ghost.news(actor).and_then(|news| news.split);
    split.map_or(Ok(()), |slot| {
        Err(format!("with {actor}'s acceptance a second command is chosen in slot {slot}"))
    })
}

fn chosen_stays(_: &MultiPaxos, ghost: &Ghost, _: &Nodes<MultiPaxos>, actor: NodeId) -> Verdict {
    let strayed = ghost.news(actor).and_then(|news| news.strayed);
    strayed.map_or(Ok(()), |(slot, ballot, first)| {
        Err(format!(
            "a command is chosen in slot {slot} at ballot {first}, and another is accepted there at ballot {ballot}"
        ))
    })
}

fn learned_is_chosen(paxos: &MultiPaxos, ghost: &Ghost, nodes: &Nodes<MultiPaxos>, actor: NodeId) -> Verdict {
    let Some(news) = ghost.news(actor) else { return Ok(()) };
    let Some(disk) = paxos.disk(nodes, actor) else { return Ok(()) };
    let (first, last) = news.learned;
    let command = |slot| disk.accepted(slot).map(|accepted| accepted.command);
    let is_wrong = |slot: &u64| ghost.chosen().get(*slot).map(|(_, command)| *command) != command(*slot);
    (first..=last).find(is_wrong).map_or(Ok(()), |slot| {
        let taken = command(slot).map_or_else(|| "nothing".into(), |command| command.to_string());
        Err(match ghost.chosen().get(slot) {
            Some((_, chosen)) => {
                format!("{actor} takes “{taken}” for chosen in slot {slot}, but “{chosen}” is")
            }
            None => format!("{actor} takes “{taken}” for chosen in slot {slot}, but nothing is chosen there"),
        })
    })
}

fn linearizable(paxos: &MultiPaxos, ghost: &Ghost, _: &Nodes<MultiPaxos>, actor: NodeId) -> Verdict {
    ghost.history().verdict(actor.index().checked_sub(paxos.n))
}

fn applied_in_order(_: &MultiPaxos, ghost: &Ghost, nodes: &Nodes<MultiPaxos>, actor: NodeId) -> Verdict {
    if !ghost.news(actor).is_some_and(|news| news.applied) {
        return Ok(());
    }
    let Some(server) = server_of(nodes, actor) else { return Ok(()) };
    let (applied, chosen) = (&server.applied, ghost.chosen());
    if chosen.digest_at(applied.last_index()) == Some(applied.digest()) {
        return Ok(());
    }
    let words = |slot: Slot| {
        let accepted = server.disk.accepted(slot);
        accepted.map_or_else(|| "nothing".into(), |accepted| accepted.command.to_string())
    };
    if let Some(slot) = server.early.first() {
        let at = server.last_applied + 1;
        return Err(format!("{actor} applies “{}” of slot {slot} before slot {at}", words(*slot)));
    }
    let command = |slot: Slot| server.disk.accepted(slot).map(|accepted| accepted.command);
    let differs = |slot: &Slot| chosen.get(*slot).map(|(_, command)| *command) != command(*slot);
    Err(match (1..=server.last_applied).find(differs) {
        Some(slot) => {
            format!("{actor} applies “{}” of slot {slot}, which is not what is chosen there", words(slot))
        }
        None => format!("{actor} has not applied its slots in their order"),
    })
}
