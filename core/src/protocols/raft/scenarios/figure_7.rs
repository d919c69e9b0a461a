//! Figure 7 of the paper: six followers' logs that may differ from a new leader's in every way there is.

use super::{
    PUT, TURN, cut, elect, fact, heal, isolate, last_index, server, servers, until_committed, until_logged,
};
use crate::action::Command;
use crate::id::NodeId;
use crate::scenario::{Director, Scenario};
use crate::time::{MS, S};

pub(super) const FIGURE_7: Scenario = Scenario {
    id: "figure-7",
    title: "Figure 7: six logs reconciled",
    caption: "n1 stands for election in term 8; n2 to n7 are the paper's followers (a) to (f). They miss entries, have \
              extra ones, or both. Once n1 leads, each refusal takes it back to where the logs agree, and from there \
              they become like its own.",
    params: &[
        ("n", 7),
        ("clients", 5),
        ("election-timeout-min-ms", 20_000),
        ("election-timeout-max-ms", 40_000),
        ("heartbeat-ms", 500),
        ("request-timeout-ms", 60_000),
    ],
    seed: 7,
    script: figure_7,
};

/// Servers by their letters in the figure.
const LEADER: u16 = 1;
const A: u16 = 2;
const B: u16 = 3;
const C: u16 = 4;
const D: u16 = 5;
const E: u16 = 6;
const F: u16 = 7;

fn client(number: u16) -> NodeId {
    NodeId(6 + number)
}

/// A client's command at a server, until it stands in that server's log. A client that waits for an answer asks there
/// again.
fn append(d: &mut Director<'_>, number: u16, at: u16) {
    let length = last_index(&d.frame(), server(at));
    d.operate(client(number), TURN, &[(at - 1).into()]);
    if !is_waiting(d, number) {
        d.operate(client(number), PUT, &[0, length + 1]);
    }
    until_logged(d, &[server(at)], length + 1);
}

fn is_waiting(d: &Director<'_>, number: u16) -> bool {
    fact(&d.frame(), client(number), "outstanding") != "none"
}

fn until_answered(d: &mut Director<'_>, number: u16) {
    d.until("an answer", |frame| fact(frame, client(number), "outstanding") == "none");
}

/// A client gives up the command that it waits for: it starts anew.
fn forget(d: &mut Director<'_>, number: u16) {
    d.command(Command::Crash(client(number)));
    d.command(Command::Restart(client(number)));
}

fn figure_7(d: &mut Director<'_>) {
    // Term 1: three entries everywhere. A no-op counts as one.
    let all: Vec<_> = (1..=7).map(server).collect();
    elect(d, server(LEADER));
    append(d, 1, LEADER);
    append(d, 2, LEADER);
    until_committed(d, &all, 3);

    // Terms 2 and 3: (f) leads twice, crashes in between, and nobody hears of its entries.
    elect(d, server(F));
    isolate(d, server(F), 7);
    append(d, 1, F);
    append(d, 2, F);
    d.command(Command::Crash(server(F)));
    d.command(Command::Restart(server(F)));
    d.command(Command::HealAll);
    elect(d, server(F));
    isolate(d, server(F), 7);
    forget(d, 1);
    for number in [3, 4, 5, 1] {
        append(d, number, F);
    }
    d.command(Command::Crash(server(F)));

    // Term 4: (e) leads. (b) gets its first entry, the others two, the rest stays with (e).
    elect(d, server(E));
    until_logged(d, &servers([LEADER, A, B, C, D]), 4);
    cut(d, &[server(B)], &servers([LEADER, A, C, D, E]));
    append(d, 2, E);
    until_answered(d, 2);
    until_logged(d, &servers([LEADER, A, C, D]), 5);
    isolate(d, server(E), 7);
    append(d, 1, E);
    append(d, 3, E);
    d.command(Command::Crash(server(E)));

    terms_5_to_7(d);

    d.run_for(25 * MS);

    // Term 8 begins with the logs of the figure.
    for down in [C, D, E, F] {
        d.command(Command::Restart(server(down)));
    }
    d.command(Command::HealAll);
    d.fire(server(LEADER), super::ELECTION);
    d.run_for(5 * MS);
    d.open_here();
    d.until_role(server(LEADER), "leader");
    until_committed(d, &all, 11);
    d.run_for(S);
}

fn terms_5_to_7(d: &mut Director<'_>) {
    // Term 5: (a) leads, two entries on (leader), (a), (c), (d).
    elect(d, server(A));
    until_logged(d, &servers([LEADER, C, D]), 6);
    append(d, 4, A);
    until_answered(d, 4);
    until_logged(d, &servers([LEADER, C, D]), 7);

    // Term 6: (c) leads. Two entries reach (a), three reach (leader) and (d), the fourth stays.
    elect(d, server(C));
    until_logged(d, &servers([LEADER, A, D]), 8);
    append(d, 5, C);
    until_answered(d, 5);
    until_logged(d, &servers([LEADER, A, D]), 9);
    cut(d, &[server(A)], &servers([C]));
    append(d, 4, C);
    until_logged(d, &servers([LEADER, D]), 10);
    isolate(d, server(C), 7);
    append(d, 5, C);
    d.command(Command::Crash(server(C)));

    // Term 7: (d) leads with the votes of (leader), (a) and (b), and nobody hears of its entries.
    heal(d, &[server(B)], &servers([LEADER, A, D]));
    elect(d, server(D));
    isolate(d, server(D), 7);
    append(d, 2, D);
    d.command(Command::Crash(server(D)));
}
