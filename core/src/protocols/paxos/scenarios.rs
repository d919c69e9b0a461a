//! Named runs of Paxos. Each is played by a script that does what a viewer could do, and nothing else.

use crate::action::{Command, CutFate, Ways};
use crate::id::NodeId;
use crate::kernel::LinkProfile;
use crate::scenario::{Director, Scenario};
use crate::session::Ran;
use crate::time::MS;
use crate::view::{Frame, NodeFrame, Panel};

/// The scenarios, the one to open with first.
pub(super) static ALL: &[Scenario] = &[
    REDISCOVERED,
    NORMAL_CASE,
    DUEL,
    DUEL_BACK_OFF,
    ACCEPTOR_CRASH,
    MINORITY,
    TWIN_IGNORE_ACCEPTED,
    TWIN_FORGET_PROMISE,
    TWIN_SHARED_BALLOTS,
    TWIN_FORGET_ROUND,
    TWIN_LEARN_FIRST,
];

/// Position in `Meta::operations`.
const PROPOSE: u8 = super::proposer::PROPOSE;

/// Positions in `Meta::messages`.
const ACCEPT: u8 = 2;

const APPLE: u64 = 0;
const BANANA: u64 = 1;

// The agents of a cluster of two proposers, three acceptors and a learner.
const P1: NodeId = NodeId(0);
const P2: NodeId = NodeId(1);
const A1: NodeId = NodeId(2);
const A2: NodeId = NodeId(3);
const A3: NodeId = NodeId(4);
const L1: NodeId = NodeId(5);

/// Steps a run may take between two broken properties.
const STEPS_MAX: u64 = 10_000;

/// Nobody proposes unasked.
macro_rules! params {
    ($($more:expr),*) => {
        &[("propose-within-ms", 0), $($more),*]
    };
}

const REDISCOVERED: Scenario = Scenario {
    id: "rediscovered",
    title: "A chosen value is found again",
    caption: "a1 and a2 have accepted apple, so it is chosen; but p1 crashed before it heard of it, and the learner was cut \
              off. Now p2 wants banana. A promise reports apple, and p2 must propose that instead.",
    params: params!(),
    seed: 5,
    script: rediscovered,
};

const NORMAL_CASE: Scenario = Scenario {
    id: "normal-case",
    title: "One proposer, two phases",
    caption: "p1 asks all acceptors for a promise, then asks them to accept apple. As soon as two of three have accepted, \
              apple is chosen, though nobody knows it yet; a message later p1 and the learner do.",
    params: params!(),
    seed: 2,
    script: |d| {
        propose(d, P1, APPLE);
        d.open_here();
        until_learned(d);
        d.run_for(60 * MS);
    },
};

const DUEL: Scenario = Scenario {
    id: "duel",
    title: "Duelling proposers, without back-off",
    caption: "Messages take 10 ms, so a proposer needs 40 ms to see its ballot through, but both lose patience after \
              25 ms and begin a higher one at once. Each prepare comes just before the other's accept: nothing is ever chosen.",
    params: params!(("back-off", 0), ("ballot-timeout-ms", 25)),
    seed: 1,
    script: |d| {
        begin_duel(d);
        d.run_for(400 * MS);
    },
};

const DUEL_BACK_OFF: Scenario = Scenario {
    id: "duel-back-off",
    title: "Duelling proposers that back off",
    caption: "Nobody is impatient here, but a1 is near and says no long before a ballot is through: two proposers that \
              tried again at once would outbid each other for ever. These wait a random time after a failure, longer each \
              time, until one has the acceptors to itself for long enough. The other's next ballot finds what is chosen, \
              and both stop.",
    params: params!(("back-off-ms", 10)),
    seed: 1,
    script: duel_back_off,
};

const ACCEPTOR_CRASH: Scenario = Scenario {
    id: "acceptor-crash",
    title: "An acceptor crashes and keeps its word",
    caption: "a1 and a2 accepted apple. a1 crashes for good, a2 crashes and restarts. Only a2 still knows of apple, from \
              its disk, and that is enough: p2 needs two promises, so it must ask a2.",
    params: params!(),
    seed: 4,
    script: acceptor_crash,
};

const MINORITY: Scenario = Scenario {
    id: "accepted-not-chosen",
    title: "Accepted by one, chosen by none",
    caption: "Only a1 has accepted apple, and p1 is gone. p2 gets its promises from a2 and a3, which know of nothing, so \
              it proposes banana, and banana is chosen. Then p1 comes back and hears of both: the higher ballot binds it.",
    params: params!(),
    seed: 3,
    script: minority,
};

const TWIN_IGNORE_ACCEPTED: Scenario = Scenario {
    id: "twin-ignore-accepted",
    title: "Twin: the proposer ignores what promises report",
    caption: "The run of “A chosen value is found again”, but p2 proposes banana although a promise reports apple. Two \
              values are chosen.",
    params: params!(("twin-ignore-accepted", 1)),
    seed: 5,
    script: rediscovered,
};

const TWIN_FORGET_PROMISE: Scenario = Scenario {
    id: "twin-forget-promise",
    title: "Twin: an acceptor forgets its promise",
    caption: "a2 has promised p2 to accept nothing below its ballot. It crashes, forgets the promise, and accepts apple of \
              p1's lower ballot: apple is chosen behind p2's back, and then banana is, too.",
    params: params!(("twin-forget-promise", 1)),
    seed: 3,
    script: forget_promise,
};

const TWIN_SHARED_BALLOTS: Scenario = Scenario {
    id: "twin-shared-ballots",
    title: "Twin: two proposers use one ballot",
    caption: "Ballots are rounds alone, and both proposers begin round 1. a2 takes them for the same ballot, so it \
              promises both and accepts both: two values in one ballot, and both are chosen. It answers a ballot it has promised \
              again, which is right as long as such a request can only be the same one, come twice.",
    params: params!(("twin-shared-ballots", 1)),
    seed: 3,
    script: |d| {
        cut(d, &[P1], &[A3]);
        cut(d, &[P2], &[A1]);
        propose(d, P1, APPLE);
        propose(d, P2, BANANA);
        d.open_here();
        go_on(d, 150 * MS);
    },
};

const TWIN_FORGET_ROUND: Scenario = Scenario {
    id: "twin-forget-round",
    title: "Twin: a proposer uses a ballot twice",
    caption: "p1 proposed apple in ballot 1.p1, and one accept request is late. p1 crashes, forgets that it used the \
              round, and proposes banana in 1.p1, which a2 takes for the ballot it promised and promises again. When the late \
              request comes, a2 can't tell it from the new ones.",
    params: params!(("twin-forget-round", 1)),
    seed: 3,
    script: forget_round,
};

const TWIN_LEARN_FIRST: Scenario = Scenario {
    id: "twin-learn-first",
    title: "Twin: a learner believes the first acceptance",
    caption: "Only a1 has accepted apple, and p1 is gone. The learner hears of a1 and takes apple for chosen; then a2 and a3 \
              promise p2, which proposes banana, and banana is chosen.",
    params: params!(("twin-learn-first", 1)),
    seed: 3,
    script: |d| {
        accepted_by_one(d);
        d.open_here();
        go_on(d, 25 * MS);
        cut(d, &[P2], &[A1]);
        propose(d, P2, BANANA);
        go_on(d, 100 * MS);
    },
};

fn node(frame: &Frame, id: NodeId) -> &NodeFrame {
    &frame.nodes[id.index()]
}

/// A value of an agent by its label.
fn fact(frame: &Frame, id: NodeId, label: &str) -> String {
    let panels = node(frame, id).view.panels.iter();
    let facts = panels.filter_map(|panel| if let Panel::Facts { facts, .. } = panel { Some(facts) } else { None });
    facts.flatten().find(|fact| fact.label == label).map(|fact| fact.value.clone()).unwrap_or_default()
}

fn propose(d: &mut Director<'_>, proposer: NodeId, value: u64) {
    d.operate(proposer, PROPOSE, &[value]);
}

/// Waits until these acceptors have accepted a proposal.
fn until_accepted(d: &mut Director<'_>, acceptors: &[NodeId], proposal: &str) {
    d.until("a proposal to be accepted", |frame| {
        acceptors.iter().all(|id| fact(frame, *id, "accepted") == proposal)
    });
}

/// Waits until a proposer has made a proposal.
fn until_proposed(d: &mut Director<'_>, proposer: NodeId) {
    d.until("a proposal", |frame| !fact(frame, proposer, "proposes").is_empty());
}

fn until_learned(d: &mut Director<'_>) {
    d.until("the learner to learn a value", |frame| fact(frame, L1, "learned") != "nothing");
}

/// Runs for so many microseconds, past broken properties.
fn go_on(d: &mut Director<'_>, us: u64) {
    let until = d.frame().now.after(us);
    while d.session().run_until(until, STEPS_MAX) == Ran::Violated {}
}

/// Cuts every link between two sides; what is on its way is lost.
fn cut(d: &mut Director<'_>, from: &[NodeId], to: &[NodeId]) {
    d.command(Command::Cut { from: from.to_vec(), to: to.to_vec(), ways: Ways::Both, fate: CutFate::Lose });
}

fn heal(d: &mut Director<'_>, from: &[NodeId], to: &[NodeId]) {
    d.command(Command::Heal { from: from.to_vec(), to: to.to_vec(), ways: Ways::Both });
}

/// Lets accept requests of a proposer come later.
fn delay_accepts(d: &mut Director<'_>, from: NodeId, to: &[NodeId], by_us: u64) {
    let late = d.flights(|flight| flight.from == from && to.contains(&flight.to) && flight.kind == ACCEPT);
    for message in late {
        d.command(Command::Delay { message, by_us });
    }
}

/// p1 gets apple accepted by a1 and a2, and crashes before anybody hears of it.
fn choose_unheard(d: &mut Director<'_>) {
    cut(d, &[A1, A2, A3], &[L1]);
    propose(d, P1, APPLE);
    until_proposed(d, P1);
    d.drop_messages(|flight| flight.to == A3 && flight.kind == ACCEPT);
    until_accepted(d, &[A1, A2], "apple in 1.p1");
    d.command(Command::Crash(P1));
}

fn rediscovered(d: &mut Director<'_>) {
    choose_unheard(d);
    d.run_for(25 * MS);
    d.command(Command::HealAll);
    propose(d, P2, BANANA);
    d.open_here();
    go_on(d, 150 * MS);
}

fn acceptor_crash(d: &mut Director<'_>) {
    choose_unheard(d);
    d.command(Command::Crash(A1));
    d.command(Command::Crash(A2));
    d.run_for(25 * MS);
    d.open_here();
    d.command(Command::Restart(A2));
    d.command(Command::HealAll);
    propose(d, P2, BANANA);
    until_learned(d);
    d.run_for(60 * MS);
}

/// p1 gets apple accepted by a1 alone, and crashes.
fn accepted_by_one(d: &mut Director<'_>) {
    propose(d, P1, APPLE);
    until_proposed(d, P1);
    d.drop_messages(|flight| [A2, A3].contains(&flight.to) && flight.kind == ACCEPT);
    until_accepted(d, &[A1], "apple in 1.p1");
    d.command(Command::Crash(P1));
}

fn minority(d: &mut Director<'_>) {
    accepted_by_one(d);
    d.run_for(25 * MS);
    cut(d, &[P2], &[A1]);
    propose(d, P2, BANANA);
    d.open_here();
    until_proposed(d, P2);
    heal(d, &[P2], &[A1]);
    until_learned(d);
    d.run_for(60 * MS);
    // p1 comes back and asks once more: a2 and a3 report banana, which is later than apple.
    d.command(Command::Restart(P1));
    propose(d, P1, APPLE);
    d.run_for(200 * MS);
}

fn begin_duel(d: &mut Director<'_>) {
    link(d, None, None, 10_000);
    duel(d);
}

/// p2 begins 10 ms after p1, when the last acceptor has promised.
fn duel(d: &mut Director<'_>) {
    propose(d, P1, APPLE);
    d.open_here();
    d.until("the first promises", |frame| fact(frame, A3, "promised") == "1.p1");
    propose(d, P2, BANANA);
}

/// Gives links a constant delay.
fn link(d: &mut Director<'_>, from: Option<NodeId>, to: Option<NodeId>, delay_us: u32) {
    d.command(Command::Link { from, to, profile: LinkProfile::constant(delay_us) });
}

fn duel_back_off(d: &mut Director<'_>) {
    link(d, None, None, 10_000);
    link(d, Some(A1), None, 2_000);
    link(d, None, Some(A1), 2_000);
    duel(d);
    until_learned(d);
    d.run_for(300 * MS);
}

fn forget_promise(d: &mut Director<'_>) {
    cut(d, &[P1], &[A3]);
    cut(d, &[P2], &[A1]);
    propose(d, P1, APPLE);
    until_proposed(d, P1);
    delay_accepts(d, P1, &[A1, A2], 60 * MS);
    propose(d, P2, BANANA);
    until_proposed(d, P2);
    delay_accepts(d, P2, &[A2, A3], 90 * MS);
    d.open_here();
    d.command(Command::Crash(A2));
    d.command(Command::Restart(A2));
    go_on(d, 150 * MS);
}

fn forget_round(d: &mut Director<'_>) {
    cut(d, &[P1], &[A3]);
    propose(d, P1, APPLE);
    until_proposed(d, P1);
    delay_accepts(d, P1, &[A2], 150 * MS);
    until_accepted(d, &[A1], "apple in 1.p1");
    d.command(Command::Crash(P1));
    d.run_for(25 * MS);
    heal(d, &[P1], &[A3]);
    d.command(Command::Cut { from: vec![P1], to: vec![A1], ways: Ways::Both, fate: CutFate::Lose });
    d.open_here();
    d.command(Command::Restart(P1));
    propose(d, P1, BANANA);
    go_on(d, 250 * MS);
}
