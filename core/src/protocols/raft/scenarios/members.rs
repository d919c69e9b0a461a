//! Leaders that hand over, and members that change.

use super::{
    ADD_LEARNER, ADD_VOTER, CHANGE, ELECTION, PROMOTE, PUT, REMOVE, cut, elect, fact, go_on,
    isolate, last_index, leads, node, server, servers, until_committed, until_leader, until_logged,
};
use crate::action::Command;
use crate::id::NodeId;
use crate::scenario::{Director, Scenario};
use crate::time::MS;

/// Timeouts that run out only by hand.
const SLOW: (&str, u64) = ("election-timeout-min-ms", 20_000);
const SLOW_MAX: (&str, u64) = ("election-timeout-max-ms", 40_000);

pub(super) const TRANSFER: Scenario = Scenario {
    id: "transfer",
    title: "A leader hands over",
    caption: "The leader is told to hand over. It takes no commands any more, sees to it that the other log is as long as \
              its own, and tells that server to stand at once. Its request says so: the others vote although they have \
              just heard a leader.",
    params: &[("pre-vote", 1), ("check-quorum", 1)],
    seed: 4,
    script: transfer,
};

fn transfer(d: &mut Director<'_>) {
    let old = until_leader(d);
    let all = servers([1, 2, 3, 4, 5]);
    d.operate(NodeId(5), PUT, &[0, 1]);
    until_committed(d, &all, 2);
    let next = all.into_iter().find(|id| *id != old).unwrap_or_default();
    d.operate(NodeId(5), PUT, &[0, 2]);
    d.until("the command to reach the leader", |frame| last_index(frame, old) == 3);
    d.operate(old, super::TRANSFER, &[next.0.into()]);
    d.open_here();
    d.until_role(next, "leader");
    until_committed(d, &[old, next], 4);
    d.run_for(200 * MS);
}

pub(super) const ADD_SERVER: Scenario = Scenario {
    id: "add-server",
    title: "Adding a server: learn first, then vote",
    caption: "n4 is new and its log is empty. If it voted at once, the next command might have to wait until it has \
              everything. So it learns first: it is sent entries and counts for nothing. Once it has caught up it is \
              promoted, and from then on it takes three of four.",
    params: &[("n", 4), ("members", 3)],
    seed: 3,
    script: add_server,
};

fn add_server(d: &mut Director<'_>) {
    let client = NodeId(4);
    let leader = until_leader(d);
    for value in 1..=3 {
        d.operate(client, PUT, &[value % 3, value]);
        d.until("the command to be answered", |frame| fact(frame, client, "outstanding") == "none");
    }
    d.open_here();
    d.operate(leader, CHANGE, &[ADD_LEARNER, 3]);
    until_committed(d, &servers([1, 2, 3, 4]), 5);
    d.operate(leader, CHANGE, &[PROMOTE, 3]);
    until_committed(d, &servers([1, 2, 3, 4]), 6);
    d.operate(client, PUT, &[0, 9]);
    d.run_for(200 * MS);
}

pub(super) const JOINT: Scenario = Scenario {
    id: "joint-consensus",
    title: "Joint consensus: from n1 n2 n3 to n3 n4 n5",
    caption: "All but one member change at once. First the leader appends the old and the new configuration as one: \
              now everything takes a majority of both. When that is committed it appends the new one alone. It is no \
              member of it, so it steps down once it is committed. n2 is left out too and is not told: it stands again \
              and again and can't win, but its terms depose whoever leads. With check-quorum they would be ignored.",
    params: &[("members", 3), ("clients", 1)],
    seed: 1,
    script: joint,
};

fn joint(d: &mut Director<'_>) {
    elect(d, server(1));
    let client = NodeId(5);
    d.operate(client, PUT, &[0, 1]);
    until_committed(d, &servers([1, 2, 3]), 2);
    d.operate(server(1), super::JOINT, &[2, 4]);
    d.open_here();
    d.until("the leader to be no member any more", |frame| node(frame, server(1)).view.role == "no member");
    d.operate(client, PUT, &[0, 2]);
    d.until("a leader among the new members", |frame| {
        servers([3, 4, 5]).into_iter().any(|id| leads(frame, id))
    });
    d.until("the command to be answered", |frame| fact(frame, client, "outstanding") == "none");
    d.run_for(100 * MS);
}

/// n4 is removed while it is cut off, and does not know.
fn removed(d: &mut Director<'_>) {
    elect(d, server(1));
    until_committed(d, &servers([1, 2, 3, 4]), 1);
    isolate(d, server(4), 4);
    d.operate(server(1), CHANGE, &[REMOVE, 3]);
    until_committed(d, &servers([1, 2, 3]), 2);
    d.command(Command::HealAll);
    d.until("the removed server to stand", |frame| {
        ["candidate", "pre-candidate"].contains(&node(frame, server(4)).view.role)
    });
    d.open_here();
    go_on(d, 900 * MS);
}

pub(super) const REMOVED: Scenario = Scenario {
    id: "removed-server",
    title: "A removed server disrupts the others",
    caption: "n4 was removed while it was cut off. Nobody sends it anything any more, so it hears no leader and stands, \
              again and again. It cannot win, but each time its term deposes the leader.",
    params: &[("n", 4), ("clients", 0)],
    seed: 2,
    script: removed,
};

pub(super) const REMOVED_CHECK_QUORUM: Scenario = Scenario {
    id: "removed-server-check-quorum",
    title: "A removed server is ignored",
    caption: "The same with check-quorum: who has heard a leader within the shortest election timeout ignores candidates \
              and their terms. n4 stands again and again, and the leader goes on.",
    params: &[("n", 4), ("clients", 0), ("check-quorum", 1)],
    seed: 2,
    script: removed,
};

/// The known bug of single-server changes, as Ongaro told it in 2015, by the numbers of its servers less one.
fn early_change(d: &mut Director<'_>) {
    elect(d, server(1));
    until_committed(d, &servers([1, 2, 3, 4]), 1);

    // n1 begins to add n5, and only n5 hears of it. With n1 and n5 it is on two of five.
    cut(d, &servers([1, 5]), &servers([2, 3, 4]));
    d.operate(server(1), CHANGE, &[ADD_VOTER, 4]);
    until_logged(d, &servers([5]), 2);

    // n2 is elected by n3 and n4, which know of four members. At once it is to remove n1.
    elect(d, server(2));
    cut(d, &servers([4]), &servers([2, 3]));
    d.operate(server(2), CHANGE, &[REMOVE, 0]);
    d.open_here();
    d.run_for(250 * MS);

    // n1 comes back, and with n4 and n5 it has three of five.
    d.command(Command::Crash(server(1)));
    d.command(Command::Restart(server(1)));
    super::heal(d, &servers([1, 5]), &servers([4]));
    d.fire(server(1), ELECTION);
    d.run_for(60 * MS);
    elect(d, server(1));
    go_on(d, 400 * MS);
}

pub(super) const EARLY_CHANGE: Scenario = Scenario {
    id: "early-change-refused",
    title: "A new leader must not change members yet",
    caption: "n1 began to add n5 and was cut off. n2 leads now and is to remove n1, but it has committed nothing in its \
              term: it might not know of n1's change, and refuses. So when n1 returns and wins with n4 and n5, nothing \
              that was committed is lost.",
    params: &[("members", 4), ("clients", 0), SLOW, SLOW_MAX],
    seed: 3,
    script: early_change,
};

pub(super) const TWIN_EARLY_CHANGE: Scenario = Scenario {
    id: "twin-early-change",
    title: "Twin: members changed too early",
    caption: "n1 began to add n5 and was cut off: for n1 and n5 it takes three of five. n2 leads and removes n1 at once: \
              for n2 and n3 it takes two of three, and they commit. The two majorities share no server. n1 returns and \
              wins with n4 and n5, without what was committed.",
    params: &[("members", 4), ("clients", 0), SLOW, SLOW_MAX, ("twin-early-change", 1)],
    seed: 3,
    script: early_change,
};
