//! Rules switched off, and what breaks.

use super::{
    ELECTION, PUT, REQUEST_VOTE, cut, elect, go_on, isolate, leads, server, servers, until_committed,
};
use crate::action::Command;
use crate::id::NodeId;
use crate::scenario::{Director, Scenario};
use crate::time::MS;

pub(super) const TWIN_NO_UP_TO_DATE_CHECK: Scenario = Scenario {
    id: "twin-no-up-to-date-check",
    title: "Twin: no up-to-date check",
    caption: "n3 was cut off while a command was committed. The leader crashes, n3 comes back, and n2 votes for it \
              without comparing logs: a leader without a committed entry.",
    params: &[
        ("n", 3),
        ("election-timeout-min-ms", 20_000),
        ("election-timeout-max-ms", 40_000),
        ("twin-no-up-to-date-check", 1),
    ],
    seed: 3,
    script: no_up_to_date_check,
};

fn no_up_to_date_check(d: &mut Director<'_>) {
    elect(d, server(1));
    until_committed(d, &servers([1, 2, 3]), 1);
    isolate(d, server(3), 3);
    d.operate(NodeId(3), PUT, &[0, 5]);
    until_committed(d, &servers([1, 2]), 2);
    d.command(Command::Crash(server(1)));
    d.command(Command::HealAll);
    d.fire(server(3), ELECTION);
    d.open_here();
    d.until_role(server(3), "leader");
    until_committed(d, &servers([2, 3]), 2);
    go_on(d, 300 * MS);
}

pub(super) const TWIN_FORGET_VOTE: Scenario = Scenario {
    id: "twin-forget-vote",
    title: "Twin: forget the vote on restart",
    caption: "n3 votes for n1, crashes, and forgets it. The request of n2 for the same term arrives late, and n3 votes \
              again: two leaders in term 1.",
    params: &[
        ("n", 3),
        ("clients", 0),
        ("election-timeout-min-ms", 20_000),
        ("election-timeout-max-ms", 40_000),
        ("twin-forget-vote", 1),
    ],
    seed: 3,
    script: forget_vote,
};

fn forget_vote(d: &mut Director<'_>) {
    cut(d, &servers([1]), &servers([2]));
    d.fire(server(1), ELECTION);
    d.fire(server(2), ELECTION);
    let late =
        d.flights(|flight| (flight.from, flight.to, flight.kind) == (server(2), server(3), REQUEST_VOTE));
    for message in late {
        d.command(Command::Delay { message, by_us: 60 * MS });
    }
    d.until_role(server(1), "leader");
    d.open_here();
    d.command(Command::Crash(server(3)));
    d.command(Command::Restart(server(3)));
    d.until("two leaders", |frame| leads(frame, server(1)) && leads(frame, server(2)));
    go_on(d, 300 * MS);
}
