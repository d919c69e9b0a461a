//! Byzantine replicas: up to f of them change nothing, and one more changes everything.

use super::{
    ADD, EQUIVOCATES, FORGES, LIES_TO_CLIENTS, PUT, REPLY, SILENT, client, corrupt, go_on, replica, replicas,
    until_answered, until_executed,
};
use crate::scenario::{Director, Scenario};
use crate::time::MS;
use crate::view::FlightFrame;

pub(super) const SILENT_BACKUP: Scenario = Scenario {
    id: "silent-backup",
    title: "A silent backup",
    caption: "n3 says nothing. Certificates fill with the three others: a quorum is what can be waited for when f keep \
              silent.",
    params: &[],
    seed: 2,
    script: silent_backup,
};

fn silent_backup(d: &mut Director<'_>) {
    corrupt(d, replica(3), SILENT);
    d.operate(client(1), PUT, &[0, 5, 0]);
    d.open_here();
    until_answered(d, client(1));
    until_executed(d, &replicas([1, 2, 4]), 1);
    d.run_for(50 * MS);
}

pub(super) const SILENT_PRIMARY: Scenario = Scenario {
    id: "silent-primary",
    title: "A silent primary, and a client that insists",
    caption: "The primary keeps a request to itself. The client asks everybody, the backups pass it on and wait, and when \
              their patience is over they move to the next view, whose primary proposes it.",
    params: &[],
    seed: 5,
    script: silent_primary,
};

fn silent_primary(d: &mut Director<'_>) {
    corrupt(d, replica(1), SILENT);
    d.operate(client(1), PUT, &[0, 5, 0]);
    d.run_for(200 * MS);
    d.open_here();
    until_answered(d, client(1));
    until_executed(d, &replicas([2, 3, 4]), 1);
    d.run_for(50 * MS);
}

pub(super) const EQUIVOCATING_PRIMARY: Scenario = Scenario {
    id: "equivocating-primary",
    title: "An equivocating primary, and the view change",
    caption: "n1 tells n2 and n4 one order of two requests, and n3 another. Its pre-prepare with the prepares of n2 and n4 \
              makes prepared certificates, but the commits are never enough. The backups lose patience, and n2 begins \
              view 1 with what was prepared.",
    params: &[("clients", 2)],
    seed: 3,
    script: equivocating_primary,
};

/// Two clients ask at the same time, so that there are two requests to put in order.
fn two_requests(d: &mut Director<'_>) {
    d.operate(client(1), ADD, &[0, 1, 0]);
    d.operate(client(2), ADD, &[0, 10, 0]);
}

fn equivocating_primary(d: &mut Director<'_>) {
    corrupt(d, replica(1), EQUIVOCATES);
    two_requests(d);
    d.open_here();
    until_answered(d, client(1));
    until_answered(d, client(2));
    until_executed(d, &replicas([2, 3, 4]), 2);
    d.run_for(50 * MS);
}

pub(super) const LYING_REPLICA: Scenario = Scenario {
    id: "lying-replica",
    title: "A lying replica, outvoted",
    caption: "n2 answers falsely. Its answer comes first, but the client waits for f + 1 that agree, and one liar makes \
              only one.",
    params: &[],
    seed: 1,
    script: lying_replica,
};

fn lying_replica(d: &mut Director<'_>) {
    corrupt(d, replica(2), LIES_TO_CLIENTS);
    d.operate(client(1), ADD, &[0, 5, 0]);
    d.open_here();
    let lies = |flight: &FlightFrame| flight.kind == REPLY && flight.from == replica(2);
    d.until("the false answer", |frame| frame.flights.iter().any(lies));
    d.deliver(lies);
    until_answered(d, client(1));
    d.run_for(50 * MS);
}

pub(super) const FORGED_SIGNATURES: Scenario = Scenario {
    id: "forged-signatures",
    title: "Forged signatures",
    caption: "n1 equivocates and sends each backup the votes of all others for what it told it, but it can sign only with \
              its own key. Every forgery is rejected. n2 and n4 were told the same, and with n1 they commit it in view 0. n3 alone \
              moves to a view 1 that never begins, and stays there; what was committed in view 0 reaches it as certificates.",
    params: &[("clients", 2)],
    seed: 3,
    script: forged_signatures,
};

fn forged_signatures(d: &mut Director<'_>) {
    corrupt(d, replica(1), FORGES);
    two_requests(d);
    d.open_here();
    until_answered(d, client(1));
    until_answered(d, client(2));
    until_executed(d, &replicas([2, 3, 4]), 2);
    d.run_for(50 * MS);
}

pub(super) const TOO_MANY_TRAITORS: Scenario = Scenario {
    id: "too-many-traitors",
    title: "f + 1 traitors",
    caption: "n1 and n2 both equivocate, one more than four replicas can bear. They bear each other out: n3 has a \
              certificate for one request, n4 has one for the other, and both execute. Agreement is broken, and their \
              states differ.",
    params: &[("clients", 2)],
    seed: 3,
    script: too_many_traitors,
};

fn too_many_traitors(d: &mut Director<'_>) {
    corrupt(d, replica(1), EQUIVOCATES);
    corrupt(d, replica(2), EQUIVOCATES);
    d.operate(client(1), PUT, &[0, 1, 0]);
    d.operate(client(2), PUT, &[0, 10, 0]);
    d.open_here();
    go_on(d, 400 * MS);
}
