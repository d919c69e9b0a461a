//! Rules switched off, and what breaks.

use super::{
    ADD, COMMIT, EQUIVOCATES, FORGES, GET, LIES_TO_CLIENTS, PRE_PREPARE, PUT, REPLY, client, corrupt, cut, executed, go_on,
    replica, replicas, until_answered, until_executed,
};
use crate::action::Command;
use crate::id::NodeId;
use crate::scenario::{Director, Scenario};
use crate::time::MS;
use crate::view::FlightFrame;

/// Two clients ask at the same time, so that there are two requests to put in order.
fn two_requests(d: &mut Director<'_>) {
    d.operate(client(1), PUT, &[0, 1, 0]);
    d.operate(client(2), PUT, &[0, 10, 0]);
}

pub(super) const TWIN_F_PLUS_1: Scenario = Scenario {
    id: "twin-f-plus-1",
    title: "Twin: quorums of f + 1",
    caption: "Certificates of two out of four. n1 alone equivocates, and n3 and n4 each have a certificate with it: two \
              quorums share no correct replica.",
    params: &[("clients", 2), ("twin-f-plus-1", 1)],
    seed: 3,
    script: one_equivocates,
};

fn one_equivocates(d: &mut Director<'_>) {
    corrupt(d, replica(1), EQUIVOCATES);
    two_requests(d);
    d.open_here();
    go_on(d, 300 * MS);
}

pub(super) const TWIN_2F_PLUS_1: Scenario = Scenario {
    id: "twin-2f-plus-1",
    title: "Twin: quorums of 2f + 1 with six replicas",
    caption: "Six replicas bear f = 1, and 2f + 1 is three: a half. The cluster is cut in two, each half goes on alone, and \
              each executes another request first. Nobody lied.",
    params: &[("n", 6), ("clients", 2), ("twin-2f-plus-1", 1)],
    seed: 2,
    script: halves,
};

fn halves(d: &mut Director<'_>) {
    let (c1, c2) = (NodeId(6), NodeId(7));
    let this: Vec<_> = replicas([1, 2, 3]).into_iter().chain([c1]).collect();
    let that: Vec<_> = replicas([4, 5, 6]).into_iter().chain([c2]).collect();
    cut(d, &this, &that);
    d.operate(c1, PUT, &[0, 1, 0]);
    d.operate(c2, PUT, &[0, 2, 0]);
    d.open_here();
    go_on(d, 3_200 * MS);
}

pub(super) const TWIN_NO_CERTIFICATES: Scenario = Scenario {
    id: "twin-no-certificates",
    title: "Twin: view changes without certificates",
    caption: "n1 alone has seen the commits of a request, executes it, and crashes. The others prepared it, but their \
              view-changes do not say so: view 1 puts another request at its number.",
    params: &[("clients", 2), ("twin-no-certificates", 1)],
    seed: 6,
    script: no_certificates,
};

fn no_certificates(d: &mut Director<'_>) {
    d.operate(client(2), PUT, &[0, 2, 0]);
    d.until("a commit", |frame| frame.flights.iter().any(|flight| flight.kind == COMMIT));
    // All commits are lost but those to n1.
    while executed(&d.frame(), replica(1)) == 0 {
        d.drop_messages(|flight| flight.kind == COMMIT && flight.to != replica(1));
        d.step();
    }
    d.drop_messages(|flight| flight.kind == COMMIT);
    d.open_here();
    d.command(Command::Crash(replica(1)));
    d.operate(client(1), PUT, &[0, 1, 0]);
    until_executed(d, &replicas([2, 3, 4]), 1);
    go_on(d, 100 * MS);
}

pub(super) const TWIN_UNMATCHED_DIGESTS: Scenario = Scenario {
    id: "twin-unmatched-digests",
    title: "Twin: prepares counted whatever they are for",
    caption: "n1 equivocates. n3 takes the prepares of n2 and n4, which are for the other request, for agreement with its \
              own: both requests are prepared at one number in one view.",
    params: &[("clients", 2), ("twin-unmatched-digests", 1)],
    seed: 3,
    script: one_equivocates,
};

pub(super) const TWIN_NO_SIGNATURE_CHECK: Scenario = Scenario {
    id: "twin-no-signature-check",
    title: "Twin: signatures not checked",
    caption: "n1 forges the votes of all others. Nobody checks, so n3 and n4 each have a certificate that only n1 made.",
    params: &[("clients", 2), ("twin-no-signature-check", 1)],
    seed: 3,
    script: nobody_checks,
};

fn nobody_checks(d: &mut Director<'_>) {
    corrupt(d, replica(1), FORGES);
    two_requests(d);
    d.open_here();
    go_on(d, 300 * MS);
}

pub(super) const TWIN_OUT_OF_ORDER: Scenario = Scenario {
    id: "twin-out-of-order",
    title: "Twin: execute out of order",
    caption: "The first pre-prepare is late at n4, and the second request is committed there before it. n4 does not wait, \
              and comes to another state than the others.",
    params: &[("clients", 2), ("twin-out-of-order", 1)],
    seed: 1,
    script: out_of_order,
};

fn out_of_order(d: &mut Director<'_>) {
    d.operate(client(1), ADD, &[0, 1, 0]);
    d.until("the pre-prepares", |frame| frame.flights.iter().any(|flight| flight.kind == PRE_PREPARE));
    for message in d.flights(|flight| flight.kind == PRE_PREPARE && flight.to == replica(4)) {
        d.command(Command::Delay { message, by_us: 150 * MS });
    }
    d.operate(client(2), PUT, &[0, 10, 0]);
    d.open_here();
    until_executed(d, &replicas([1, 2, 3]), 2);
    go_on(d, 200 * MS);
}

pub(super) const TWIN_FIRST_REPLY: Scenario = Scenario {
    id: "twin-first-reply",
    title: "Twin: the first reply is believed",
    caption: "n2 answers falsely and is the first to answer. The client believes it.",
    params: &[("twin-first-reply", 1)],
    seed: 1,
    script: first_reply,
};

fn first_reply(d: &mut Director<'_>) {
    corrupt(d, replica(2), LIES_TO_CLIENTS);
    d.operate(client(1), PUT, &[0, 5, 0]);
    until_answered(d, client(1));
    d.run_for(50 * MS);
    d.operate(client(1), GET, &[0, 0]);
    d.open_here();
    let lies = |flight: &FlightFrame| flight.kind == REPLY && flight.from == replica(2);
    d.until("the false answer", |frame| frame.flights.iter().any(lies));
    d.deliver(lies);
    go_on(d, 60 * MS);
}
