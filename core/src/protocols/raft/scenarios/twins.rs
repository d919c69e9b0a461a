//! Rules switched off, and what breaks.

use super::{
    ELECTION, GET, PUT, TURN, REQUEST_VOTE, cut, elect, fact, go_on, isolate, leads, server, servers, until_committed,
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

pub(super) const TWIN_LOCAL_READ: Scenario = Scenario {
    id: "twin-local-read",
    title: "Twin: leaders read locally",
    caption: "n1 is cut off and still believes that it leads. The others elect n3 and commit x ← 9. A client asks n1, \
              and n1 answers from its own state: an old value, read after the new one was written.",
    params: &[
        ("clients", 2),
        ("election-timeout-min-ms", 20_000),
        ("election-timeout-max-ms", 40_000),
        ("twin-local-read", 1),
    ],
    seed: 3,
    script: local_read,
};

fn local_read(d: &mut Director<'_>) {
    let (c1, c2) = (NodeId(5), NodeId(6));
    elect(d, server(1));
    d.operate(c1, PUT, &[0, 1]);
    until_committed(d, &servers([1, 2, 3, 4, 5]), 2);
    let majority = [server(3), server(4), server(5), c2];
    cut(d, &[server(1), server(2), c1], &majority);
    elect(d, server(3));
    d.operate(c2, TURN, &[2]);
    d.operate(c2, PUT, &[0, 9]);
    until_committed(d, &servers([3, 4, 5]), 4);
    d.until("the write to be answered", |frame| fact(frame, c2, "outstanding") == "none");
    d.run_for(30 * MS);
    d.operate(c1, GET, &[0]);
    d.run_for(4 * MS);
    d.open_here();
    go_on(d, 200 * MS);
    d.command(Command::HealAll);
    go_on(d, 600 * MS);
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
