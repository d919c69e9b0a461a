//! Named runs of Raft. Each is played by a script that does what a viewer could do, and nothing else.

mod elections;
mod figure_7;
mod figure_8;
mod members;
mod partitions;
mod reads;
mod snapshots;
mod twins;

use crate::action::{Command, CutFate, Ways};
use crate::id::NodeId;
use crate::scenario::{Director, Scenario};
use crate::session::Ran;
use crate::view::{Frame, NodeFrame, Panel};

/// The scenarios, the one to open with first.
pub(super) static ALL: &[Scenario] = &[
    partitions::PARTITIONED_LEADER,
    elections::FIRST_ELECTION,
    elections::SPLIT_VOTE,
    elections::LEADER_CRASH,
    figure_7::FIGURE_7,
    figure_8::FIGURE_8,
    figure_8::FIGURE_8_E,
    figure_8::FIGURE_8_TWIN,
    partitions::DISRUPTIVE_REJOIN,
    partitions::DISRUPTIVE_REJOIN_PRE_VOTE,
    partitions::TWIN_NO_PRE_VOTE,
    partitions::PARTIAL_CUT,
    partitions::PARTIAL_CUT_CHECK_QUORUM,
    twins::TWIN_NO_UP_TO_DATE_CHECK,
    twins::TWIN_FORGET_VOTE,
    twins::TWIN_LOCAL_READ,
    reads::READ_INDEX,
    reads::TWIN_LEASE_READ,
    snapshots::SNAPSHOT,
    members::TRANSFER,
    members::ADD_SERVER,
    members::JOINT,
    members::REMOVED,
    members::REMOVED_CHECK_QUORUM,
    members::EARLY_CHANGE,
    members::TWIN_EARLY_CHANGE,
];

/// Positions in `Meta::operations`.
const PUT: u8 = 0;
const GET: u8 = 1;
const TURN: u8 = crate::toolkit::client::TURN;
const TRANSFER: u8 = super::meta::TRANSFER;
const CHANGE: u8 = super::meta::CHANGE;
const JOINT: u8 = super::meta::JOINT;

/// How a member is changed.
const ADD_LEARNER: u64 = 0;
const PROMOTE: u64 = 1;
const ADD_VOTER: u64 = 2;
const REMOVE: u64 = 3;

/// Positions in `Meta::messages`.
const REQUEST_VOTE: u8 = 0;
const APPEND_ENTRIES: u8 = 3;
const HEARTBEAT: u8 = 6;

/// Steps a run may take between two broken properties.
const STEPS_MAX: u64 = 10_000;

/// Label of the timer.
const ELECTION: &str = "election timeout";

/// The `number`-th server: 1 is n1.
fn server(number: u16) -> NodeId {
    NodeId(number - 1)
}

fn servers<const N: usize>(numbers: [u16; N]) -> Vec<NodeId> {
    numbers.map(server).to_vec()
}

fn node(frame: &Frame, id: NodeId) -> &NodeFrame {
    &frame.nodes[id.index()]
}

/// A value of a node by its label.
fn fact(frame: &Frame, id: NodeId, label: &str) -> String {
    let panels = &node(frame, id).view.panels;
    let facts = panels
        .iter()
        .filter_map(|panel| if let Panel::Facts { facts, .. } = panel { Some(facts) } else { None });
    facts.flatten().find(|fact| fact.label == label).map(|fact| fact.value.clone()).unwrap_or_default()
}

fn last_index(frame: &Frame, id: NodeId) -> u64 {
    let panels = &node(frame, id).view.panels;
    panels
        .iter()
        .find_map(|panel| if let Panel::Log(log) = panel { Some(log.last_index) } else { None })
        .unwrap_or(0)
}

fn commit_index(frame: &Frame, id: NodeId) -> u64 {
    fact(frame, id, "commitIndex").parse().unwrap_or(0)
}

fn leads(frame: &Frame, id: NodeId) -> bool {
    node(frame, id).view.role == "leader"
}

/// Waits until some server leads, and says which.
fn until_leader(d: &mut Director<'_>) -> NodeId {
    d.until("a leader", |frame| frame.nodes.iter().any(|node| node.view.role == "leader"));
    let frame = d.frame();
    frame.nodes.iter().find(|node| node.view.role == "leader").map(|node| node.id).unwrap_or_default()
}

/// Waits until these servers have committed up to an index.
fn until_committed(d: &mut Director<'_>, ids: &[NodeId], index: u64) {
    d.until("an index to be committed", |frame| ids.iter().all(|id| commit_index(frame, *id) >= index));
}

/// Waits until these servers have logs up to an index.
fn until_logged(d: &mut Director<'_>, ids: &[NodeId], index: u64) {
    d.until("an index to be in the logs", |frame| ids.iter().all(|id| last_index(frame, *id) >= index));
}

/// Lets a server stand for election now, and waits until it leads.
fn elect(d: &mut Director<'_>, id: NodeId) {
    d.fire(id, ELECTION);
    d.until_role(id, "leader");
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

/// Cuts a server off all others, of `n`. Clients still reach it.
fn isolate(d: &mut Director<'_>, id: NodeId, n: u16) {
    let others: Vec<_> = (1..=n).map(server).filter(|other| *other != id).collect();
    cut(d, &[id], &others);
}
