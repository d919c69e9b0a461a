//! A cluster with one leader.

use super::{
    ACCEPT, ADD, GET, HEARTBEAT, PUT, client, elect, fact, go_on, is, server, servers, until_accepted,
    until_answered, until_chosen, until_leader,
};
use crate::action::Command;
use crate::scenario::{Director, Scenario};
use crate::time::MS;

pub(super) const NORMAL_CASE: Scenario = Scenario {
    id: "normal-case",
    title: "One leader, one round trip a command",
    caption: "The first server to time out asks for promises once, for all slots at once. From then on each command takes \
              one round trip to a majority: Accept, Accepted, chosen. The others learn it with the leader's next message.",
    params: &[("clients", 1)],
    seed: 4,
    script: |d| {
        let c1 = client(3, 1);
        until_leader(d);
        d.run_for(40 * MS);
        for (operation, args) in [(PUT, &[0, 3][..]), (ADD, &[0, 4][..]), (GET, &[0][..])] {
            d.operate(c1, operation, args);
            until_answered(d, c1);
        }
        until_chosen(d, &servers([1, 2, 3]), 3);
        d.run_for(100 * MS);
    },
};

pub(super) const WINDOW: Scenario = Scenario {
    id: "window",
    title: "A window of two slots",
    caption: "Three clients ask at once, and the window lets two slots be open. The proposals for the older slot are slow: \
              the newer one is chosen first, but waits to be applied, and the third command waits for a slot.",
    params: &[
        ("clients", 3),
        ("window", 2),
        ("election-timeout-min-ms", 20_000),
        ("election-timeout-max-ms", 40_000),
        ("heartbeat-ms", 150),
    ],
    seed: 2,
    script: window,
};

fn window(d: &mut Director<'_>) {
    let n1 = server(1);
    elect(d, n1);
    d.run_for(30 * MS);
    for number in [1_u16, 2, 3] {
        d.operate(client(3, number), PUT, &[u64::from(number) - 1, number.into()]);
    }
    until_accepted(d, n1, 1);
    super::delay(d, 60 * MS, |flight| flight.kind == ACCEPT && flight.from == n1);
    d.open_here();
    d.until("the third command to wait", |frame| fact(frame, n1, "waiting") == "1");
    until_chosen(d, &[n1], 3);
    until_chosen(d, &servers([1, 2, 3]), 3);
    d.run_for(60 * MS);
}

pub(super) const CATCH_UP: Scenario = Scenario {
    id: "catch-up",
    title: "A follower catches up",
    caption: "n3 was down while seven commands were chosen. It comes back, hears in a heartbeat that slots are chosen of \
              which it knows nothing, and asks for them: four at a time.",
    params: &[("clients", 1), ("entries-max", 4)],
    seed: 5,
    script: catch_up,
};

fn catch_up(d: &mut Director<'_>) {
    let (c1, leader, down) = (client(3, 1), server(1), server(3));
    elect(d, leader);
    d.operate(c1, PUT, &[0, 1]);
    until_chosen(d, &servers([1, 2, 3]), 1);
    d.command(Command::Crash(down));
    for value in 2..9 {
        d.operate(c1, PUT, &[value % 3, value]);
        until_answered(d, c1);
    }
    d.command(Command::Restart(down));
    d.until("a heartbeat to leave", |frame| frame.flights.iter().any(|flight| is(flight, HEARTBEAT, leader, down)));
    d.open_here();
    until_chosen(d, &[down], 8);
    go_on(d, 200 * MS);
}
