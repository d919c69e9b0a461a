//! Figure 8 of the paper: why a leader must not commit entries of earlier terms by counting.

use super::{ELECTION, cut, elect, go_on, isolate, node, server, servers, until_committed, until_logged};
use crate::action::Command;
use crate::scenario::{Director, Scenario};
use crate::time::MS;
use crate::view::{Frame, Panel};

/// Elections only when the script says so, and one entry at a time.
macro_rules! params {
    ($($more:expr),*) => {
        &[
            ("clients", 0),
            ("election-timeout-min-ms", 20_000),
            ("election-timeout-max-ms", 40_000),
            ("heartbeat-ms", 400),
            ("entries-max", 1),
            $($more),*
        ]
    };
}

pub(super) const FIGURE_8: Scenario = Scenario {
    id: "figure-8",
    title: "Figure 8: an old entry on a majority",
    caption: "n1 leads term 4 and has brought its old entry (2,2) to a third server. It does not commit it by counting, \
              and rightly so: n5 comes back, wins term 5 with its later entry (3,2), and overwrites it everywhere.",
    params: params!(),
    seed: 8,
    script: |d| {
        until_replicated(d);
        crash_and_overwrite(d);
    },
};

pub(super) const FIGURE_8_TWIN: Scenario = Scenario {
    id: "figure-8-twin",
    title: "Figure 8 with the twin that counts",
    caption: "The same run, but n1 commits (2,2) as soon as it is on three servers. n5 wins all the same, and a \
              committed entry is gone.",
    params: params!(("twin-commit-old-term", 1)),
    seed: 8,
    script: |d| {
        until_replicated(d);
        crash_and_overwrite(d);
    },
};

pub(super) const FIGURE_8_E: Scenario = Scenario {
    id: "figure-8-e",
    title: "Figure 8 (e): an entry of its own term",
    caption: "Here n1 brings an entry of its own term 4 to a majority before it crashes. That commits it and all before \
              it: n5 can't win, since every majority has a server with the later entry.",
    params: params!(),
    seed: 8,
    script: |d| {
        until_replicated(d);
        own_entry_on_majority(d);
    },
};

/// What a leader's table says of a follower, by column.
fn progress(frame: &Frame, leader: u16, follower: u16, column: usize) -> u64 {
    let name = format!("n{follower}");
    let mut panels = node(frame, server(leader)).view.panels.iter();
    let rows = panels.find_map(|panel| match panel {
        Panel::Table { title: "Followers", rows, .. } => Some(rows),
        _ => None,
    });
    let row = rows.and_then(|rows| rows.iter().find(|row| row[0] == name));
    row.and_then(|row| row[column].parse().ok()).unwrap_or(0)
}

const MATCH_INDEX: usize = 2;

/// (a) to (c), until n1 has (2,2) on n1, n2 and n3, and its own (4,3) only with itself.
fn until_replicated(d: &mut Director<'_>) {
    // Index 1, of term 1, is everywhere.
    elect(d, server(2));
    until_committed(d, &servers([1, 2, 3, 4, 5]), 1);

    // (a) n1 leads term 2 and brings its entry at index 2 to n2.
    elect(d, server(1));
    cut(d, &servers([1]), &servers([3, 4, 5]));
    until_logged(d, &servers([1, 2]), 2);

    // (b) n1 crashes. n5 leads term 3 with the votes of n3 and n4, and has another entry at index 2.
    d.command(Command::Crash(server(1)));
    elect(d, server(5));
    isolate(d, server(5), 5);
    d.command(Command::Crash(server(5)));
    d.run_for(25 * MS);

    // (c) n5 crashes. n1 restarts; term 3 is taken, in term 4 it is elected.
    d.command(Command::HealAll);
    d.command(Command::Restart(server(1)));
    d.fire(server(1), ELECTION);
    d.run_for(60 * MS);
    elect(d, server(1));
    cut(d, &servers([1]), &servers([4]));
    d.until("n1 to know where n2 stands", |frame| progress(frame, 1, 2, MATCH_INDEX) == 2);
    cut(d, &servers([1]), &servers([2]));
    d.until("the old entry to reach n3", |frame| super::last_index(frame, server(3)) == 2);
    d.open_here();
    d.until("n1 to know where n3 stands", |frame| progress(frame, 1, 3, MATCH_INDEX) == 2);
}

/// (d) n1 crashes, n5 wins with the votes of n2, n3 and n4, and overwrites index 2.
fn crash_and_overwrite(d: &mut Director<'_>) {
    cut(d, &servers([1]), &servers([3]));
    d.command(Command::Crash(server(1)));
    d.run_for(25 * MS);
    d.command(Command::Restart(server(5)));
    d.command(Command::HealAll);
    d.fire(server(5), ELECTION);
    d.run_for(60 * MS);
    elect(d, server(5));
    d.command(Command::Restart(server(1)));
    until_committed(d, &servers([1, 2, 3, 4, 5]), 3);
    go_on(d, 500 * MS);
}

/// (e) n1 brings its entry of term 4 to n2 and n3 as well. Then it crashes, and n5 stands in vain.
fn own_entry_on_majority(d: &mut Director<'_>) {
    super::heal(d, &servers([1]), &servers([2]));
    until_committed(d, &servers([1]), 3);
    d.command(Command::Crash(server(1)));
    d.run_for(25 * MS);
    d.command(Command::Restart(server(5)));
    d.command(Command::HealAll);
    for _ in 0..2 {
        d.fire(server(5), ELECTION);
        d.run_for(60 * MS);
    }
    elect(d, server(3));
    d.command(Command::Restart(server(1)));
    until_committed(d, &servers([1, 2, 3, 4, 5]), 4);
    go_on(d, 500 * MS);
}
