//! A leader after another.

use super::{
    ACCEPT, PUT, chosen, client, cut, delay, elect, fact, go_on, has_accepted, server, servers, until_accepted,
    until_answered, until_chosen,
};
use crate::action::Command;
use crate::id::NodeId;
use crate::scenario::{Director, Scenario};
use crate::time::MS;

pub(super) const HALF_FINISHED: Scenario = Scenario {
    id: "half-finished-slots",
    title: "A leader crashes with half-finished slots",
    caption: "n1 has proposed in slots 2, 3 and 4, and crashes. Of its proposals only those for 2 and 4 reached n3. The next \
              leader hears of them by the promises and proposes the same again; the gap at 3 it fills with a no-op, or \
              slot 4 could never be applied. When n1 comes back, its own command in slot 3 is overwritten.",
    params: &[("clients", 3)],
    seed: 3,
    script: half_finished,
};

fn half_finished(d: &mut Director<'_>) {
    let (n1, n3) = (server(1), server(3));
    elect(d, n1);
    d.operate(client(3, 1), PUT, &[0, 1]);
    until_chosen(d, &servers([1, 2, 3]), 1);
    for number in [1, 2, 3] {
        d.operate(client(3, number), PUT, &[u64::from(number) - 1, 7]);
    }
    for slot in 2..=4 {
        until_accepted(d, n1, slot);
        d.drop_messages(|flight| flight.kind == ACCEPT && (flight.to != n3 || flight.summary.contains("slot 3:")));
    }
    d.until("slots 2 and 4 to be accepted by n3", |frame| {
        has_accepted(frame, n3, 2) && has_accepted(frame, n3, 4)
    });
    d.command(Command::Crash(n1));
    d.open_here();
    until_chosen(d, &servers([2, 3]), 4);
    d.run_for(100 * MS);
    d.command(Command::Restart(n1));
    until_chosen(d, &servers([1, 2, 3]), 4);
    go_on(d, 700 * MS);
}

pub(super) const DUEL: Scenario = Scenario {
    id: "duel",
    title: "Two leaders pre-empt each other",
    caption: "n1 and n2 both want to lead, and proposals are slow. Each time one of them has its promises and proposes, the \
              other asks for promises for a higher ballot, and the proposal comes too late. Nothing is chosen, nothing goes \
              wrong; it ends when one of them waits long enough.",
    params: &[
        ("clients", 2),
        ("election-timeout-min-ms", 400),
        ("election-timeout-max-ms", 800),
        ("request-timeout-ms", 900),
    ],
    seed: 1,
    script: duel,
};

fn duel(d: &mut Director<'_>) {
    let (n1, n2) = (server(1), server(2));
    elect(d, n1);
    d.operate(client(3, 1), PUT, &[0, 1]);
    until_accepted(d, n1, 1);
    slow(d, n1);
    d.open_here();
    elect(d, n2);
    d.command(Command::Operate { node: client(3, 2), operation: PUT, args: vec![0, 2, 2] });
    until_accepted(d, n2, 1);
    slow(d, n2);
    for id in [n1, n2] {
        elect(d, id);
        slow(d, id);
    }
    elect(d, n1);
    until_chosen(d, &[n1], 1);
    until_answered(d, client(3, 1));
    until_answered(d, client(3, 2));
    go_on(d, 200 * MS);
}

/// Slows the proposals of a leader down, those of its present ballot.
fn slow(d: &mut Director<'_>, leader: NodeId) {
    let ballot = fact(&d.frame(), leader, "promised ballot");
    let of_ballot = format!("ballot {ballot},");
    delay(d, 60 * MS, |flight| flight.kind == ACCEPT && flight.summary.starts_with(&of_ballot));
}

pub(super) const PARTITIONED_LEADER: Scenario = Scenario {
    id: "partitioned-leader",
    title: "A partitioned leader",
    caption: "n1 was cut off with one follower and a client. It proposes, but never has a majority. The others chose \
              another leader and another command for the same slot. The cut is healed: n1 hears of the higher ballot, \
              follows, and must not take its own command for the chosen one.",
    params: &[("n", 5), ("clients", 2), ("request-timeout-ms", 200)],
    seed: 2,
    script: partitioned_leader,
};

fn partitioned_leader(d: &mut Director<'_>) {
    let (c1, c2) = (client(5, 1), client(5, 2));
    elect(d, server(1));
    d.operate(c1, PUT, &[0, 1]);
    until_chosen(d, &servers([1, 2, 3, 4, 5]), 1);
    cut(d, &[server(1), server(2), c1], &[server(3), server(4), server(5), c2]);
    d.operate(c1, PUT, &[0, 7]);
    until_accepted(d, server(2), 2);
    d.operate(c2, PUT, &[0, 9]);
    until_answered(d, c2);
    let slot = (1..=5).map(|number| chosen(&d.frame(), server(number))).max().unwrap_or(0);
    d.command(Command::HealAll);
    d.open_here();
    until_chosen(d, &servers([1, 2, 3, 4, 5]), slot);
    until_answered(d, c1);
    go_on(d, 400 * MS);
}
