//! Named runs of Multi-Paxos. Each is played by a script that does what a viewer could do, and nothing else.

mod cluster;
mod takeovers;
mod twins;

use crate::action::{Command, CutFate, Ways};
use crate::id::NodeId;
use crate::scenario::{Director, Scenario};
use crate::session::Ran;
use crate::view::{CellState, FlightFrame, Frame, LogView, NodeFrame, Panel};

/// The scenarios, the one to open with first.
pub(super) static ALL: &[Scenario] = &[
    takeovers::HALF_FINISHED,
    cluster::NORMAL_CASE,
    cluster::WINDOW,
    takeovers::DUEL,
    takeovers::PARTITIONED_LEADER,
    cluster::CATCH_UP,
    twins::SKIP_PHASE_1,
    twins::FORGET_PROMISE,
    twins::LEARN_ANY_BALLOT,
    twins::APPLY_OVER_GAP,
];

/// Positions in `Meta::operations`.
const PUT: u8 = 0;
const GET: u8 = 1;
const ADD: u8 = 2;

/// Positions in `Meta::messages`.
const ACCEPT: u8 = 2;
const HEARTBEAT: u8 = 5;

/// Steps a run may take between two broken properties.
const STEPS_MAX: u64 = 10_000;

/// Label of the timer.
const LEADER_TIMEOUT: &str = "leader timeout";

/// The `number`-th server: 1 is n1.
fn server(number: u16) -> NodeId {
    NodeId(number - 1)
}

/// The `number`-th client, of a cluster of `n` servers: 1 is c1.
fn client(n: u16, number: u16) -> NodeId {
    NodeId(n + number - 1)
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

fn log(frame: &Frame, id: NodeId) -> Option<&LogView> {
    let mut panels = node(frame, id).view.panels.iter();
    panels.find_map(|panel| if let Panel::Log(log) = panel { Some(log) } else { None })
}

/// Whether a server has accepted something in a slot.
fn has_accepted(frame: &Frame, id: NodeId, slot: u64) -> bool {
    let cells = log(frame, id).into_iter().flat_map(|log| &log.cells);
    cells.into_iter().any(|cell| cell.index == slot && cell.state != CellState::Gap)
}

fn chosen(frame: &Frame, id: NodeId) -> u64 {
    fact(frame, id, "chosen").parse().unwrap_or(0)
}

/// A message of a kind from one node to another.
fn is(flight: &FlightFrame, kind: u8, from: NodeId, to: NodeId) -> bool {
    (flight.kind, flight.from, flight.to) == (kind, from, to)
}

/// Waits until some server leads, and says which.
fn until_leader(d: &mut Director<'_>) -> NodeId {
    d.until("a leader", |frame| frame.nodes.iter().any(|node| node.view.role == "leader"));
    let frame = d.frame();
    frame.nodes.iter().find(|node| node.view.role == "leader").map(|node| node.id).unwrap_or_default()
}

/// Waits until these servers know all slots up to one to be chosen.
fn until_chosen(d: &mut Director<'_>, ids: &[NodeId], slot: u64) {
    d.until("a slot to be chosen", |frame| ids.iter().all(|id| chosen(frame, *id) >= slot));
}

/// Waits until a server has accepted something in a slot.
fn until_accepted(d: &mut Director<'_>, id: NodeId, slot: u64) {
    d.until("a slot to be accepted", |frame| has_accepted(frame, id, slot));
}

/// Waits until a client has its answer.
fn until_answered(d: &mut Director<'_>, id: NodeId) {
    d.until("an answer", |frame| fact(frame, id, "outstanding") == "none");
}

/// Lets a server begin a ballot now, and waits until it leads.
fn elect(d: &mut Director<'_>, id: NodeId) {
    d.fire(id, LEADER_TIMEOUT);
    d.until_role(id, "leader");
}

/// Runs for so many microseconds, past broken properties.
fn go_on(d: &mut Director<'_>, us: u64) {
    let until = d.frame().now.after(us);
    while d.session().run_until(until, STEPS_MAX) == Ran::Violated {}
}

/// Holds the messages wanted up, by so many microseconds.
fn delay(d: &mut Director<'_>, by_us: u64, wanted: impl FnMut(&FlightFrame) -> bool) {
    for message in d.flights(wanted) {
        d.command(Command::Delay { message, by_us });
    }
}

/// Cuts every link between two sides; what is on its way is lost.
fn cut(d: &mut Director<'_>, from: &[NodeId], to: &[NodeId]) {
    d.command(Command::Cut { from: from.to_vec(), to: to.to_vec(), ways: Ways::Both, fate: CutFate::Lose });
}
