//! Figure 3 of the paper, checked after every step, and what pre-vote and check-quorum promise.
//!
//! Each check looks only at what the step changed: if all held before, only that can be wrong now.

use super::ghost::{Ghost, LogChange, Standing};
use super::message::Entry;
use super::reads::fresh_reads;
use super::state::{Index, Role, Server};
use super::{Raft, server_of};
use crate::id::NodeId;
use crate::protocol::{Goal, Nodes, Property};
use crate::time::S;
use crate::toolkit::log::Log;

type Verdict = Result<(), String>;

/// The properties.
pub(super) static PROPERTIES: [Property<Raft>; 8] = [
    Property {
        id: "election-safety",
        text: "At most one leader is elected in a term (Raft Figure 3, §5.2).",
        check: election_safety,
    },
    Property {
        id: "leader-append-only",
        text: "A leader never overwrites or deletes entries in its log; it only appends (Raft Figure 3, §5.3).",
        check: leader_append_only,
    },
    Property {
        id: "log-matching",
        text: "If two logs contain an entry with the same index and term, they are identical up to that index \
               (Raft Figure 3, §5.3).",
        check: log_matching,
    },
    Property {
        id: "leader-completeness",
        text: "An entry committed in a term is in the logs of the leaders of all later terms (Raft Figure 3, §5.4).",
        check: leader_completeness,
    },
    Property {
        id: "state-machine-safety",
        text: "If a server has applied an entry at an index, no server ever applies a different entry there \
               (Raft Figure 3, §5.4.3).",
        check: state_machine_safety,
    },
    Property {
        id: "leader-not-deposed",
        text: "With pre-vote and check-quorum, no leader steps down for a term that a server began although a majority, \
               the leader included, had heard that leader all the time since the server first asked for pre-votes; \
               but for a server that the leader handed over to (Raft thesis §9.6, §4.2.3, §3.10).",
        check: leader_not_deposed,
    },
    Property {
        id: "fresh-reads",
        text: "A read sees everything that was committed before it was asked for (Raft §8; thesis §6.4).",
        check: fresh_reads,
    },
    Property {
        id: "linearizable-history",
        text: "What clients are answered is what one machine without copies would answer, each command taking effect once, \
               between its first request and its answer (Raft §8; Herlihy and Wing 1990). With more than 8 writes of \
               crashed clients open on a register it is judged no longer.",
        check: linearizable,
    },
];

/// What must be reached once faults have ended.
pub(super) static GOALS: [Goal<Raft>; 1] = [Goal {
    id: "logs-agree",
    text: "Once faults have ended, one server leads, all members’ logs become equal, and every entry is committed \
           (Raft §5.6: elections need a broadcast time well below the election timeout).",
    within_us: 20 * S,
    is_reached: logs_agree,
}];

fn logs_agree(raft: &Raft, nodes: &Nodes<Raft>) -> bool {
    let servers = || (0..raft.n).map(|at| server_of(nodes, NodeId::at(at)));
    if servers().any(|server| server.is_none()) {
        return false;
    }
    let leads = |server: &&Server| matches!(server.role, Role::Leader { .. });
    let mut leaders = servers().flatten().filter(leads);
    let (Some(leader), None) = (leaders.next(), leaders.next()) else { return false };
    let log = &leader.disk.log;
    // Who is no member is sent nothing, and owes nothing.
    let members = leader.config.members();
    let is_settled = leader.config_index <= leader.commit_index && !leader.config.is_joint();
    let member = |at: &usize| members.has(NodeId::at(*at));
    is_settled && (0..raft.n).filter(member).filter_map(|at| server_of(nodes, NodeId::at(at))).all(|server| {
        server.disk.current_term == leader.disk.current_term
            && server.disk.log == *log
            && server.commit_index == log.last_index()
    })
}

fn election_safety(_: &Raft, ghost: &Ghost, nodes: &Nodes<Raft>, actor: NodeId) -> Verdict {
    if !ghost.news(actor).is_some_and(|news| news.elected) {
        return Ok(());
    }
    let Some(server) = server_of(nodes, actor) else { return Ok(()) };
    let term = server.disk.current_term;
    match ghost.leader_of(term) {
        Some(first) if first != actor => Err(format!("{first} and {actor} were both elected in term {term}")),
        _ => Ok(()),
    }
}

fn leader_append_only(_: &Raft, ghost: &Ghost, nodes: &Nodes<Raft>, actor: NodeId) -> Verdict {
    let Some(news) = ghost.news(actor).filter(|news| news.log == LogChange::Rewritten) else { return Ok(()) };
    let Some(server) = server_of(nodes, actor) else { return Ok(()) };
    let leads = matches!(server.role, Role::Leader(_)) && server.disk.current_term == news.before.term;
    if news.before.standing == Standing::Leader && leads {
        let (was, last) = (news.before.last_index, server.disk.log.last_index());
        return Err(format!("{actor}, leader, rewrote its log: it ended at {was} and now ends at {last}"));
    }
    Ok(())
}

fn log_matching(raft: &Raft, ghost: &Ghost, nodes: &Nodes<Raft>, actor: NodeId) -> Verdict {
    let Some(news) = ghost.news(actor).filter(|news| news.log != LogChange::Same) else { return Ok(()) };
    let Some(mine) = raft.disk(nodes, actor).map(|disk| &disk.log) else { return Ok(()) };
    for peer in raft.peers(actor) {
        let Some(theirs) = raft.disk(nodes, peer).map(|disk| &disk.log) else { continue };
        // Up to where the logs are the same, nothing can be wrong; and what did not change was looked at before.
        let from = match news.log {
            LogChange::Appended(first) => first,
            _ => mine.common_prefix(theirs) + 1,
        };
        if let Some(index) = mismatch(mine, theirs, from) {
            let term = mine.get(index).map(|entry| entry.term).unwrap_or_default();
            return Err(format!(
                "the logs of {actor} and {peer} both have an entry of term {term} at index {index}, but differ before it"
            ));
        }
    }
    Ok(())
}

/// The first index from `from` on where two logs have entries of the same term and yet are not the same up to there.
/// Only what both retain can be compared; the digests stand for what was before.
fn mismatch(mine: &Log<Entry>, theirs: &Log<Entry>, from: Index) -> Option<Index> {
    let from = from.max(mine.base().max(theirs.base()) + 1);
    (from..=mine.last_index().min(theirs.last_index())).find(|index| {
        let term = |log: &Log<Entry>| log.get(*index).map(|entry| entry.term);
        term(mine) == term(theirs) && mine.digest_at(*index) != theirs.digest_at(*index)
    })
}

fn leader_completeness(_: &Raft, ghost: &Ghost, nodes: &Nodes<Raft>, actor: NodeId) -> Verdict {
    let Some(news) = ghost.news(actor).filter(|news| news.elected || news.committed) else { return Ok(()) };
    let lacking = |leader: NodeId| {
        let server = server_of(nodes, leader)?;
        let term = server.disk.current_term;
        let log = &server.disk.log;
        // What is discarded is told by its digest.
        let until = ghost.committed_before(term).max(log.base());
        if log.digest_at(until) == ghost.committed().digest_at(until) {
            return None;
        }
        let index = log.common_prefix(ghost.committed()) + 1;
        Some(format!(
            "{leader} leads term {term} without the entry at index {index}, committed in an earlier term"
        ))
    };
    if news.elected {
        return lacking(actor).map_or(Ok(()), Err);
    }
    // A late commit in an old term: did leaders of later terms have the entry?
    let leaders = ghost.seen().filter(|(id, seen)| *id != actor && seen.standing == Standing::Leader);
    let found = leaders.map(|(id, _)| id).find_map(lacking);
    found.map_or(Ok(()), Err)
}

fn state_machine_safety(raft: &Raft, ghost: &Ghost, nodes: &Nodes<Raft>, actor: NodeId) -> Verdict {
    let Some(news) = ghost.news(actor).filter(|news| news.applied.0 <= news.applied.1) else { return Ok(()) };
    let Some(log) = raft.disk(nodes, actor).map(|disk| &disk.log) else { return Ok(()) };
    let (first, last) = news.applied;
    if log.digest_at(last) == ghost.committed().digest_at(last) {
        return Ok(());
    }
    if first <= log.base() && log.digest_at(log.base()) != ghost.committed().digest_at(log.base()) {
        let base = log.base();
        return Err(format!("{actor} takes over a snapshot up to {base} of entries that were not all applied before"));
    }
    let differs = (first..=last).find(|index| match (log.get(*index), ghost.committed().get(*index)) {
        (Some(mine), Some(theirs)) => mine != theirs,
        _ => false,
    });
    differs.map_or(Ok(()), |index| {
        Err(format!("{actor} applies an entry at index {index} that is not the one applied there before"))
    })
}

fn linearizable(raft: &Raft, ghost: &Ghost, _: &Nodes<Raft>, actor: NodeId) -> Verdict {
    ghost.history().verdict(actor.index().checked_sub(raft.n))
}

fn leader_not_deposed(raft: &Raft, ghost: &Ghost, nodes: &Nodes<Raft>, actor: NodeId) -> Verdict {
    let claimed = raft.pre_vote && raft.check_quorum;
    let Some(news) = ghost.news(actor).filter(|news| claimed && news.before.standing == Standing::Leader)
    else {
        return Ok(());
    };
    let Some(server) = server_of(nodes, actor) else { return Ok(()) };
    let (was, is) = (news.before.term, server.disk.current_term);
    if is > was && ghost.disrupted_by(is) == Some(was) {
        return Err(format!(
            "{actor}, leader of term {was}, steps down for term {is}, begun while a majority heard it"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::param::Params;
    use crate::protocol::{Cell, Protocol};
    use crate::protocols::raft::machine::{Call, Machine};
    use crate::protocols::raft::message::Command;
    use crate::protocols::raft::state::{Disk, Leader, Node, ReadState, ServerDisk, ServerSet, Term};

    const N1: NodeId = NodeId(0);
    const N2: NodeId = NodeId(1);

    fn raft() -> Raft {
        Raft::open(&Params::defaults(Raft::META.params))
    }

    /// A log as terms and values: `(1, 0)` is a no-op of term 1, `(1, 7)` writes 7.
    fn log(entries: &[(u64, u32)]) -> Log<Entry> {
        let command = |value| match value {
            0 => Command::NoOp,
            value => Command::Client { client: NodeId(5), sequence: value, call: Call::Put { key: 0, value } },
        };
        entries.iter().map(|(term, value)| Entry { term: Term(*term), command: command(*value) }).collect()
    }

    fn disk(log: Log<Entry>) -> ServerDisk {
        ServerDisk { current_term: log.last().map_or(Term(1), |last| last.term), log, ..ServerDisk::default() }
    }

    /// Five servers that are down, but their logs can be read.
    fn down() -> Nodes<Raft> {
        Nodes((0..5).map(|_| Cell::Down(Disk::Server(ServerDisk::default()))).collect(), vec![])
    }

    fn leading() -> Role {
        let (heard, reads) = (ServerSet::only(N1), ReadState::default());
        Role::Leader(Leader { progress: vec![], heard, transfer: None, catching_up: None, reads })
    }

    fn up(role: Role, log: Log<Entry>) -> Cell<Node, Disk> {
        Cell::Up(Node::Server(Server {
            disk: disk(log),
            commit_index: 0,
            last_applied: 0,
            leader: None,
            hears_leader: false,
            role,
            machine: Machine::default(),
            config: raft().first_config(),
            config_index: 0,
            partial: None,
        }))
    }

    /// What a check says after a server's log became the second of two.
    fn judged(
        check: fn(&Raft, &Ghost, &Nodes<Raft>, NodeId) -> Verdict,
        nodes: &mut Nodes<Raft>,
        actor: NodeId,
        steps: [Cell<Node, Disk>; 2],
    ) -> [Verdict; 2] {
        let (raft, mut ghost) = (raft(), Ghost::default());
        steps.map(|cell| {
            nodes.0[actor.index()] = cell;
            ghost.observe(&raft, nodes, actor);
            check(&raft, &ghost, nodes, actor)
        })
    }

    #[test]
    fn a_leader_that_deletes_an_entry_is_caught() {
        let long = || log(&[(1, 0), (1, 7), (1, 8)]);
        let of = |before: Role, after: Role, log: Log<Entry>| {
            judged(leader_append_only, &mut down(), N1, [up(before, long()), up(after, log)])[1].clone()
        };
        let overwritten = || log(&[(1, 0), (1, 9), (1, 8)]);
        for (rewritten, last) in [(overwritten(), 3), (log(&[(1, 0)]), 1), (Log::new(), 0)] {
            let said = format!("n1, leader, rewrote its log: it ended at 3 and now ends at {last}");
            assert_eq!(of(leading(), leading(), rewritten), Err(said));
        }
        assert_eq!(of(leading(), leading(), log(&[(1, 0), (1, 7), (1, 8), (1, 9)])), Ok(()), "it appends");
        assert_eq!(of(Role::Follower, Role::Follower, overwritten()), Ok(()), "a follower may");
        let later = log(&[(1, 0), (2, 0)]);
        assert_eq!(of(leading(), leading(), later), Ok(()), "a leader of another term is not the same leader");
    }

    #[test]
    fn equal_entries_after_different_ones_are_caught() {
        let of = |theirs: Log<Entry>, before: Log<Entry>, after: Log<Entry>| {
            let mut nodes = down();
            nodes.0[0] = Cell::Down(Disk::Server(disk(theirs)));
            let follower = |log| up(Role::Follower, log);
            judged(log_matching, &mut nodes, N2, [follower(before), follower(after)])
        };
        let theirs = || log(&[(1, 0), (2, 0), (3, 0), (3, 9)]);
        let said = "the logs of n2 and n1 both have an entry of term 3 at index 3, but differ before it";
        let broken = [Ok(()), Err(said.to_owned())];
        // By appending, by overwriting, and beside a log whose first entries a snapshot stands for.
        assert_eq!(of(theirs(), log(&[(1, 0), (1, 8)]), log(&[(1, 0), (1, 8), (3, 0)])), broken);
        assert_eq!(of(theirs(), log(&[(1, 0), (1, 8), (1, 6)]), log(&[(1, 0), (1, 8), (3, 0)])), broken);
        let mut compacted = theirs();
        compacted.compact(2);
        assert_eq!(of(compacted, log(&[(1, 0), (1, 8)]), log(&[(1, 0), (1, 8), (3, 0)])), broken);
        let same = of(theirs(), log(&[(1, 0), (2, 0)]), log(&[(1, 0), (2, 0), (3, 0)]));
        assert_eq!(same, [Ok(()), Ok(())]);
        let other_terms = of(theirs(), log(&[(1, 0), (1, 8)]), log(&[(1, 0), (1, 8), (4, 0)]));
        assert_eq!(other_terms, [Ok(()), Ok(())], "what conflicts is no match yet");
    }
}
