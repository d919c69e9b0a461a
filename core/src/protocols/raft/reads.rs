//! What a read must see: the property behind linearizable reads, and what it remembers.

use super::ghost::Ghost;
use super::machine::{Answer, Call, KEYS, Machine};
use super::message::{Command, Entry};
use super::state::{Client, Index};
use super::Raft;
use crate::id::NodeId;
use crate::protocol::Nodes;
use crate::toolkit::log::Log;

/// The reads under way, and the one that was just answered.
#[derive(Debug, Clone, Default)]
pub(super) struct Reads {
    /// For each client: the number of the read it waits for, and up to which index entries were committed when it asked.
    pub(super) asked: Vec<Option<(u32, Index)>>,
    /// Made anew by each step, so it is no part of what is remembered.
    answered: Option<Read>,
}

/// A read that was just answered.
#[derive(Debug, Clone, Copy)]
struct Read {
    client: NodeId,
    key: u8,
    value: u32,
    /// Entries up to here were committed when it was asked for.
    since: Index,
}

impl Reads {
    /// Looks at the client that just acted.
    pub(super) fn observe(&mut self, raft: &Raft, client: NodeId, state: Option<&Client>, committed: Index) {
        self.answered = None;
        self.asked.resize(raft.clients, None);
        let asked = &mut self.asked[raft.client_position(client)];
        let Some(state) = state else {
            *asked = None;
            return;
        };
        let reads = |call: Call| matches!(call, Call::Get { .. });
        let waits_for = state.outstanding.filter(|pending| reads(pending.call)).map(|_| state.sequence);
        if asked.is_some_and(|(sequence, _)| waits_for == Some(sequence)) {
            // What counts is when it was asked for first.
            return;
        }
        let (Some((_, since)), Some(answered)) = (*asked, state.answered) else {
            *asked = waits_for.map(|sequence| (sequence, committed));
            return;
        };
        if let (Call::Get { key }, Answer::Value(value)) = (answered.call, answered.answer) {
            self.answered = Some(Read { client, key, value, since });
        }
        *asked = waits_for.map(|sequence| (sequence, committed));
    }

    pub(super) fn forget_news(&mut self) {
        self.answered = None;
    }
}

/// A read sees everything that was committed before it was asked for. Whatever was committed while it was under way it
/// may see or not.
pub(super) fn fresh_reads(raft: &Raft, ghost: &Ghost, _: &Nodes<Raft>, actor: NodeId) -> Result<(), String> {
    let Some(read) = ghost.reads().answered.filter(|read| read.client == actor) else { return Ok(()) };
    let values = values_since(raft, ghost.committed(), read.key, read.since);
    if values.contains(&read.value) {
        return Ok(());
    }
    let name = KEYS.get(usize::from(read.key)).copied().unwrap_or("?");
    let (value, since, fresh) = (read.value, read.since, values.first().copied().unwrap_or(0));
    let client = actor.index() + 1 - raft.n;
    Err(format!("c{client} reads {name} = {value}, but entries up to {since} were committed before it asked, and {name} was {fresh}"))
}

/// The values a register had from an index on.
fn values_since(raft: &Raft, committed: &Log<Entry>, key: u8, since: Index) -> Vec<u32> {
    let mut machine = Machine::default();
    let value = |machine: &Machine| machine.values().nth(usize::from(key)).map_or(0, |(_, value)| value);
    let mut values = vec![];
    if since == 0 {
        values.push(0);
    }
    for (index, entry) in committed.iter_from(1) {
        if let Command::Client { client, sequence, call } = entry.command {
            machine.apply(raft.client_position(client), sequence, call);
        }
        if index >= since {
            values.push(value(&machine));
        }
    }
    values
}
