//! Leaders and followers on the wrong side of a cut.

use super::{
    APPEND_ENTRIES, HEARTBEAT, PUT, commit_index, cut, elect, fact, go_on, last_index, leads, server, servers,
    until_committed, until_leader, until_logged,
};
use crate::action::Command;
use crate::id::NodeId;
use crate::scenario::{Director, Scenario};
use crate::time::MS;
use crate::view::{FlightFate, FlightFrame, Frame};

pub(super) const PARTITIONED_LEADER: Scenario = Scenario {
    id: "partitioned-leader",
    title: "Partitioned leader with uncommitted entries",
    caption: "An old leader was cut off with one follower and took a command that it could not commit. The others \
              elected a new leader, and committed its no-op at the same index and another command after it. The cut is \
              healed: now the old leader hears of the new term.",
    params: &[("clients", 2), ("request-timeout-ms", 230)],
    seed: 2,
    script: partitioned_leader,
};

fn partitioned_leader(d: &mut Director<'_>) {
    let (c1, c2) = (NodeId(5), NodeId(6));
    let old = until_leader(d);
    d.operate(c1, PUT, &[0, 1]);
    let all: Vec<_> = (1..=5).map(server).collect();
    until_committed(d, &all, 2);

    // The leader, one follower and a client on this side; three servers and the other client on that side.
    let friend = all.iter().copied().find(|id| *id != old).unwrap_or_default();
    let rest: Vec<_> = all.iter().copied().filter(|id| ![old, friend].contains(id)).collect();
    let that_side: Vec<_> = rest.iter().copied().chain([c2]).collect();
    cut(d, &[old, friend, c1], &that_side);
    d.operate(c1, PUT, &[0, 7]);
    until_logged(d, &[old, friend], 3);

    // The majority goes on without them.
    d.operate(c2, PUT, &[0, 9]);
    let answered = |frame: &Frame| fact(frame, c2, "outstanding") == "none";
    d.until("the majority's command to be committed", answered);
    let index = d.frame().nodes.iter().map(|node| commit_index(&d.frame(), node.id)).max().unwrap_or(0);
    until_committed(d, &rest, index);

    // Healed just before the new leader speaks again: its next message is what the old one hears first.
    let new = rest.iter().copied().find(|id| leads(&d.frame(), *id)).unwrap_or_default();
    let sent = |frame: &Frame, from: NodeId, to: NodeId| {
        frame
            .flights
            .iter()
            .any(|f| (f.from, f.to) == (from, to) && [APPEND_ENTRIES, HEARTBEAT].contains(&f.kind))
    };
    d.until("the new leader to be silent", |frame| rest.iter().all(|to| !sent(frame, new, *to)));
    d.until("the new leader to speak", |frame| sent(frame, new, old));
    d.run_for(65 * MS);
    d.command(Command::HealAll);
    d.until("the new leader to reach out", |frame| sent(frame, new, old));
    d.run_for(8 * MS);
    d.open_here();
    d.until("the old leader to have lost its entry", |frame| last_index(frame, old) >= index);
    d.until("the first client's answer", |frame| fact(frame, c1, "outstanding") == "none");
    d.run_for(400 * MS);
}

/// A follower is cut off until its timeouts have driven its term up, and then it comes back.
fn rejoin(d: &mut Director<'_>) {
    let leader = until_leader(d);
    let all: Vec<_> = (1..=5).map(server).collect();
    d.operate(NodeId(5), PUT, &[0, 1]);
    until_committed(d, &all, 2);
    let lonely = all.iter().rev().copied().find(|id| *id != leader).unwrap_or_default();
    let others: Vec<_> = all.iter().copied().filter(|id| *id != lonely).collect();
    cut(d, &[lonely], &others);
    d.run_for(1_200 * MS);
    d.command(Command::HealAll);
    d.until("a heartbeat to leave", |frame| {
        let beats = |f: &FlightFrame| f.kind == HEARTBEAT && f.to == lonely && f.fate == FlightFate::Arrives;
        frame.flights.iter().any(beats)
    });
    d.open_here();
    go_on(d, 1_200 * MS);
}

pub(super) const DISRUPTIVE_REJOIN: Scenario = Scenario {
    id: "disruptive-rejoin",
    title: "Disruptive rejoin",
    caption: "A follower was cut off and began term after term, alone. It comes back with its high term, and the \
              leader, which everybody heard, must step down.",
    params: &[],
    seed: 1,
    script: rejoin,
};

pub(super) const DISRUPTIVE_REJOIN_PRE_VOTE: Scenario = Scenario {
    id: "disruptive-rejoin-pre-vote",
    title: "Rejoin with pre-vote",
    caption: "The same with pre-vote and check-quorum: the follower that is cut off asks before it begins a term, and \
              gets no answer. It comes back in the term it left, and the leader goes on.",
    params: &[("pre-vote", 1), ("check-quorum", 1)],
    seed: 1,
    script: rejoin,
};

/// n1 leads and reaches n2 alone, which reaches everybody; n3 and n4 reach all but n1.
fn partial_cut(d: &mut Director<'_>) {
    let client = NodeId(4);
    elect(d, server(1));
    d.operate(client, PUT, &[0, 1]);
    until_committed(d, &servers([1, 2, 3, 4]), 2);
    cut(d, &[server(1)], &servers([3, 4]));
    d.operate(client, PUT, &[0, 2]);
    until_logged(d, &servers([1, 2]), 3);
    d.open_here();
    d.run_for(1_000 * MS);
    d.command(Command::HealAll);
    d.until("the client's answer", |frame| fact(frame, client, "outstanding") == "none");
    d.run_for(300 * MS);
}

pub(super) const PARTIAL_CUT: Scenario = Scenario {
    id: "pre-vote-partial-cut",
    title: "Pre-vote alone, and half a cut",
    caption: "n1 leads four servers and has lost touch with n3 and n4. n2 still hears both sides. n1 has two of the three \
              it needs to commit, and goes on leading; n3 and n4 ask for pre-votes, and n2 refuses: it hears a leader, and has an entry more. \
              So nobody commits until the cut is healed, although n2, n3 and n4 are three that reach each other.",
    params: &[("n", 4), ("pre-vote", 1)],
    seed: 3,
    script: partial_cut,
};

pub(super) const PARTIAL_CUT_CHECK_QUORUM: Scenario = Scenario {
    id: "check-quorum-partial-cut",
    title: "Half a cut with check-quorum",
    caption: "The same with check-quorum: n1 hears too few and steps down, so n2 hears no leader any more. It stands, n3 \
              and n4 vote for it, and what n1 could not commit is committed while the cut lasts.",
    params: &[("n", 4), ("pre-vote", 1), ("check-quorum", 1)],
    seed: 3,
    script: partial_cut,
};

pub(super) const TWIN_NO_PRE_VOTE: Scenario = Scenario {
    id: "twin-no-pre-vote",
    title: "Twin: no pre-vote",
    caption: "Check-quorum makes the others ignore the one that comes back, but its high term is in its answers: without \
              pre-vote the leader is deposed although a majority hears it.",
    params: &[("pre-vote", 1), ("check-quorum", 1), ("twin-no-pre-vote", 1)],
    seed: 1,
    script: rejoin,
};
