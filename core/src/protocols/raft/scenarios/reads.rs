//! Reads that do not go through the log.

use super::{GET, PUT, cut, elect, fact, go_on, leads, server, servers, until_committed, until_leader};
use crate::action::Command;
use crate::id::NodeId;
use crate::scenario::{Director, Scenario};
use crate::time::MS;

pub(super) const READ_INDEX: Scenario = Scenario {
    id: "read-index",
    title: "Reads by ReadIndex",
    caption: "n1 is cut off with n2 and still believes that it leads; the others elect n3 and commit x ← 9. A client \
              asks n1 for x. n1 asks its followers first whether it still leads, and without a majority it stays \
              silent: no old value is read.",
    params: &[
        ("clients", 2),
        ("election-timeout-min-ms", 20_000),
        ("election-timeout-max-ms", 40_000),
        ("reads", 1),
    ],
    seed: 3,
    script: read_index,
};

fn read_index(d: &mut Director<'_>) {
    let (c1, c2) = (NodeId(5), NodeId(6));
    elect(d, server(1));
    d.operate(c1, PUT, &[0, 1]);
    until_committed(d, &servers([1, 2, 3, 4, 5]), 2);
    d.operate(c1, GET, &[0]);
    d.until("a read to be answered", |frame| fact(frame, c1, "last answer") == "x ?: 1");
    cut(d, &[server(1), server(2), c1], &[server(3), server(4), server(5), c2]);
    elect(d, server(3));
    d.operate(c2, PUT, &[0, 9, 3]);
    until_committed(d, &servers([3, 4, 5]), 4);
    d.until("the write to be answered", |frame| fact(frame, c2, "outstanding") == "none");
    d.operate(c1, GET, &[0]);
    d.run_for(4 * MS);
    d.open_here();
    d.run_for(200 * MS);
    d.command(Command::HealAll);
    d.until("the read to be answered", |frame| fact(frame, c1, "last answer") == "x ?: 9");
    d.run_for(100 * MS);
}

pub(super) const TWIN_LEASE_READ: Scenario = Scenario {
    id: "twin-lease-read",
    title: "Twin: a lease and a clock that lies",
    caption: "A majority has answered the leader's heartbeat, so it may read for 150 ms without asking. It is cut off, \
              and its clock jumps back by a second: by that clock its lease goes on. The others elect a leader and \
              commit x ← 9, and the old one still answers 1.",
    params: &[("clients", 2), ("check-quorum", 1), ("twin-lease-read", 1)],
    seed: 3,
    script: lease_read,
};

fn lease_read(d: &mut Director<'_>) {
    let (c1, c2) = (NodeId(5), NodeId(6));
    let old = until_leader(d);
    let all = servers([1, 2, 3, 4, 5]);
    d.operate(c1, PUT, &[0, 1]);
    until_committed(d, &all, 2);
    d.operate(c1, GET, &[0]);
    d.until("a read to be answered", |frame| fact(frame, c1, "last answer") == "x ?: 1");
    let rest: Vec<_> = all.into_iter().filter(|id| *id != old).collect();
    let that_side: Vec<_> = rest.iter().copied().chain([c2]).collect();
    cut(d, &[old, c1], &that_side);
    d.command(Command::ClockJump { node: old, by_us: -1_000 * MS as i64 });
    let new = |frame: &crate::view::Frame| rest.iter().copied().find(|id| leads(frame, *id));
    d.until("another leader", |frame| new(frame).is_some());
    let asked = new(&d.frame()).map_or(0, |id| u64::from(id.0) + 1);
    d.operate(c2, PUT, &[0, 9, asked]);
    d.until("the write to be answered", |frame| fact(frame, c2, "last answer") == "x ← 9: ok");
    d.operate(c1, GET, &[0]);
    d.run_for(4 * MS);
    d.open_here();
    go_on(d, 200 * MS);
    d.command(Command::HealAll);
    go_on(d, 300 * MS);
}
