//! Rules switched off, and what breaks.

use super::{
    ACCEPT, ADD, LEADER_TIMEOUT, PUT, client, cut, delay, elect, go_on, is, server, servers, until_accepted,
    until_answered, until_chosen,
};
use crate::action::Command;
use crate::scenario::{Director, Scenario};
use crate::time::MS;

/// Ballots only when the script says so.
macro_rules! params {
    ($twin:literal) => {
        &[
            ("clients", 2),
            ("election-timeout-min-ms", 20_000),
            ("election-timeout-max-ms", 40_000),
            ($twin, 1),
        ]
    };
}

pub(super) const SKIP_PHASE_1: Scenario = Scenario {
    id: "twin-skip-phase-1",
    title: "Twin: skip phase 1",
    caption: "n1 and n2 have accepted c1’s x + 1 in slot 1: it is chosen, and c1 has its answer. n3 was cut off from n1. It \
              takes over at ballot 3 without asking anybody, proposes c2’s x + 2 in slot 1, and n2 accepts it: its ballot \
              is higher. c2 hears that x is 2.",
    params: params!("twin-skip-phase-1"),
    seed: 3,
    script: skip_phase_1,
};

fn skip_phase_1(d: &mut Director<'_>) {
    let (c1, c2) = (client(3, 1), client(3, 2));
    cut(d, &servers([1]), &servers([3]));
    elect(d, server(1));
    d.operate(c1, ADD, &[0, 1]);
    until_answered(d, c1);
    d.fire(server(3), LEADER_TIMEOUT);
    d.open_here();
    d.command(Command::Operate { node: c2, operation: ADD, args: vec![0, 2, 3] });
    go_on(d, 300 * MS);
}

pub(super) const FORGET_PROMISE: Scenario = Scenario {
    id: "twin-forget-promise",
    title: "Twin: forget the promise on restart",
    caption: "n3 promises ballot 2 to n2, crashes, and forgets it. n1's proposal of ballot 1 arrives late, and n3 accepts it: \
              now it is chosen, by n1 and n3. But n2, trusting the promise, has proposed another command in the same slot.",
    params: params!("twin-forget-promise"),
    seed: 3,
    script: forget_promise,
};

fn forget_promise(d: &mut Director<'_>) {
    let (n1, n2, n3) = (server(1), server(2), server(3));
    elect(d, n1);
    d.run_for(30 * MS);
    d.operate(client(3, 1), PUT, &[0, 1]);
    until_accepted(d, n1, 1);
    cut(d, &[n1], &[n2]);
    delay(d, 60 * MS, |flight| is(flight, ACCEPT, n1, n3));
    elect(d, n2);
    d.command(Command::Operate { node: client(3, 2), operation: PUT, args: vec![0, 2, 2] });
    until_accepted(d, n2, 1);
    delay(d, 60 * MS, |flight| is(flight, ACCEPT, n2, n3));
    d.open_here();
    d.command(Command::Crash(n3));
    d.command(Command::Restart(n3));
    go_on(d, 300 * MS);
}

pub(super) const LEARN_ANY_BALLOT: Scenario = Scenario {
    id: "twin-learn-any-ballot",
    title: "Twin: learn at any ballot",
    caption: "n1, cut off, has accepted its own command in slot 1, and nobody else has. n2 leads ballot 2, and another command \
              is chosen there. The cut is healed, n1 hears that slot 1 is chosen, and takes its own command for it.",
    params: params!("twin-learn-any-ballot"),
    seed: 3,
    script: learn_any_ballot,
};

fn learn_any_ballot(d: &mut Director<'_>) {
    let (n1, n2) = (server(1), server(2));
    let (c1, c2) = (client(3, 1), client(3, 2));
    elect(d, n1);
    d.run_for(30 * MS);
    cut(d, &[n1, c1], &[n2, server(3), c2]);
    d.operate(c1, PUT, &[0, 1]);
    until_accepted(d, n1, 1);
    elect(d, n2);
    d.command(Command::Operate { node: c2, operation: PUT, args: vec![0, 2, 2] });
    until_answered(d, c2);
    until_chosen(d, &servers([2, 3]), 1);
    d.command(Command::HealAll);
    d.open_here();
    go_on(d, 400 * MS);
}

pub(super) const APPLY_OVER_GAP: Scenario = Scenario {
    id: "twin-apply-over-gap",
    title: "Twin: apply over a gap",
    caption: "The proposals for slot 1 are slow, and slot 2 is chosen first. n1 applies it at once, and slot 1 after it. The \
              others apply 1 and then 2, and end with another value of x.",
    params: params!("twin-apply-over-gap"),
    seed: 3,
    script: apply_over_gap,
};

fn apply_over_gap(d: &mut Director<'_>) {
    let n1 = server(1);
    elect(d, n1);
    d.run_for(30 * MS);
    d.operate(client(3, 1), PUT, &[0, 1]);
    until_accepted(d, n1, 1);
    delay(d, 60 * MS, |flight| flight.kind == ACCEPT && flight.from == n1);
    d.operate(client(3, 2), PUT, &[0, 2]);
    until_accepted(d, n1, 2);
    d.open_here();
    go_on(d, 400 * MS);
}
