//! Elections that go well, come to nothing, and follow a crash.

use super::{ELECTION, PUT, REQUEST_VOTE, server, until_committed, until_leader};
use crate::action::Command;
use crate::id::NodeId;
use crate::scenario::{Director, Scenario};
use crate::time::MS;

pub(super) const FIRST_ELECTION: Scenario = Scenario {
    id: "first-election",
    title: "First election",
    caption: "Five followers wait. The first whose timeout fires stands for election; three votes make it leader, and \
              its heartbeats keep the others from standing.",
    params: &[],
    seed: 1,
    script: |d| {
        until_leader(d);
        d.run_for(250 * MS);
        d.operate(NodeId(5), PUT, &[0, 3]);
        d.run_for(500 * MS);
    },
};

pub(super) const SPLIT_VOTE: Scenario = Scenario {
    id: "split-vote",
    title: "Split vote",
    caption: "n5 is down, and two timeouts fire together. Each candidate gets two votes of the three it needs; nobody \
              wins term 1. The next timeouts are drawn anew. n1 and n3 stand together, but n1 is first: n2 and n4 vote \
              for it.",
    params: &[("clients", 0)],
    seed: 2,
    script: |d| {
        d.command(Command::Crash(server(5)));
        d.fire(server(1), ELECTION);
        d.fire(server(2), ELECTION);
        d.open_here();
        for (from, to) in [(1, 3), (2, 4)] {
            let first = (server(from), server(to), REQUEST_VOTE);
            d.deliver(|flight| (flight.from, flight.to, flight.kind) == first);
        }
        until_leader(d);
        d.run_for(500 * MS);
    },
};

pub(super) const LEADER_CRASH: Scenario = Scenario {
    id: "leader-crash",
    title: "Leader crash",
    caption: "The leader crashes with an entry on its way. Its followers miss its heartbeats, one of them takes over, \
              and the client asks again. The old leader comes back as a follower and catches up.",
    params: &[],
    seed: 4,
    script: leader_crash,
};

fn leader_crash(d: &mut Director<'_>) {
    let client = NodeId(5);
    let leader = until_leader(d);
    d.operate(client, PUT, &[0, 1]);
    let all: Vec<_> = (1..=5).map(server).collect();
    until_committed(d, &all, 2);
    d.operate(client, PUT, &[1, 2]);
    d.until("the entry to leave", |frame| super::last_index(frame, leader) == 3);
    d.run_for(8 * MS);
    d.open_here();
    d.command(Command::Crash(leader));
    let next = until_leader(d);
    d.until("the client's answer", |frame| super::fact(frame, client, "outstanding") == "none");
    d.run_for(100 * MS);
    d.command(Command::Restart(leader));
    let committed = super::commit_index(&d.frame(), next);
    until_committed(d, &all, committed);
    d.run_for(300 * MS);
}
