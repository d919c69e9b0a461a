//! Committed commands: clients that always have one outstanding, on a cluster without faults.

use super::{Load, world};
use crate::id::NodeId;
use crate::protocol::Protocol;
use crate::protocols::multi_paxos::MultiPaxos;
use crate::protocols::multi_paxos::state::Node as PaxosNode;
use crate::protocols::pbft::Pbft;
use crate::protocols::pbft::state::Node as PbftNode;
use crate::protocols::raft::Raft;
use crate::protocols::raft::state::Node as RaftNode;
use crate::world::World;

/// Steps between two looks at how far the cluster is, while much is wanted.
const STEPS_AT_ONCE: u64 = 64;

/// A cluster that commits commands, and how far it is.
pub struct Commands {
    /// Commits so many more commands, or a few more than that, and returns how many.
    pub commit: Load,
    /// Messages from one node to another for each command, in the first thousand of them.
    pub messages: f64,
}

/// A cluster of a protocol with so many servers (Raft, Multi-Paxos) or replicas (PBFT), and five clients. Each asks
/// every 30 ms, a little more than an answer takes. `None` for a protocol that commits no log.
pub fn commands(slug: &str, n: u64) -> Option<Commands> {
    let load = [("n", n), ("clients", 5), ("client-load-ms", 30)];
    match slug {
        "raft" => Some(running::<Raft>(&load, |world| {
            let servers = world.nodes().up().filter_map(|(_, node)| RaftNode::server(node));
            servers.map(|server| server.commit_index).max().unwrap_or(0)
        })),
        "multi-paxos" => Some(running::<MultiPaxos>(&[&load[..], &[("window", 8)]].concat(), |world| {
            let servers = world.nodes().up().filter_map(|(_, node)| PaxosNode::server(node));
            servers.map(|server| server.chosen).max().unwrap_or(0)
        })),
        "pbft" => Some(running::<Pbft>(&[&load[..], &[("status-ms", 0)]].concat(), |world| {
            let replica = world.nodes().state(NodeId(0)).and_then(PbftNode::replica);
            replica.map_or(0, |replica| replica.disk.executed)
        })),
        _ => None,
    }
}

fn running<P: Protocol>(params: &[(&str, u64)], done: fn(&World<P>) -> u64) -> Commands {
    let mut world = world::<P>(params, false);
    let mut commit = move |count: u64| {
        let start = done(&world);
        let mut reached = start;
        while reached < start + count {
            let steps = if count > STEPS_AT_ONCE { STEPS_AT_ONCE } else { 1 };
            (0..steps).for_each(|_| assert!(world.advance(), "a client always has a timer running"));
            reached = done(&world);
        }
        (reached - start, world.kernel().sent().iter().map(|sent| u64::from(*sent)).sum::<u64>())
    };
    let warm = if params[0].1 > 10 { 1 } else { 100 };
    let (_, before) = commit(warm);
    let (counted, after) = commit(10 * warm);
    let messages = (after - before) as f64 / counted as f64;
    Commands { commit: Box::new(move |count| commit(count).0), messages }
}
