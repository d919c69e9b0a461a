//! Logs that are compacted.

use super::{PUT, commit_index, cut, fact, last_index, server, servers, until_committed, until_leader};
use crate::action::Command;
use crate::id::NodeId;
use crate::scenario::{Director, Scenario};
use crate::time::MS;
use crate::view::Frame;

pub(super) const SNAPSHOT: Scenario = Scenario {
    id: "install-snapshot",
    title: "A follower that is too far behind",
    caption: "Each server writes a snapshot after four entries and discards them. One was cut off meanwhile: the entries \
              it lacks are gone everywhere. The leader sends it the snapshot, in chunks, and then the entries after it.",
    params: &[("n", 3), ("pre-vote", 1), ("snapshot-after", 4), ("snapshot-pieces", 3)],
    seed: 3,
    script: snapshot,
};

fn snapshot(d: &mut Director<'_>) {
    let client = NodeId(3);
    let leader = until_leader(d);
    d.operate(client, PUT, &[0, 1]);
    let all = servers([1, 2, 3]);
    until_committed(d, &all, 2);
    let late = all.iter().rev().copied().find(|id| *id != leader).unwrap_or(server(3));
    let rest: Vec<_> = all.iter().copied().filter(|id| *id != late).collect();
    cut(d, &[late], &rest);
    for (key, value) in [(0, 2), (1, 3), (2, 4), (0, 5)] {
        d.operate(client, PUT, &[key, value]);
        let done = |frame: &Frame| fact(frame, client, "outstanding") == "none";
        d.until("the command to be answered", done);
    }
    d.run_for(30 * MS);
    d.command(Command::HealAll);
    d.until("the leader to send its snapshot", |frame| frame.flights.iter().any(|f| f.kind == 15 && f.to == late));
    d.open_here();
    let whole = |frame: &Frame| last_index(frame, late) == last_index(frame, leader);
    d.until("the log to be whole", |frame| whole(frame) && commit_index(frame, late) >= 6);
    d.operate(client, PUT, &[1, 6]);
    d.run_for(300 * MS);
}
