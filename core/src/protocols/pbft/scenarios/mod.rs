//! Named runs of PBFT. Each is played by a script that does what a viewer could do, and nothing else.

mod faults;
mod normal;
mod twins;

use crate::action::{Command, CutFate, Ways};
use crate::id::NodeId;
use crate::scenario::{Director, Scenario};
use crate::session::Ran;
use crate::view::{Frame, Panel};

/// The scenarios, the one to open with first.
pub(super) static ALL: &[Scenario] = &[
    normal::NORMAL_REQUEST,
    faults::EQUIVOCATING_PRIMARY,
    faults::LYING_REPLICA,
    faults::SILENT_BACKUP,
    faults::SILENT_PRIMARY,
    faults::FORGED_SIGNATURES,
    normal::CHECKPOINT,
    normal::CATCH_UP,
    faults::TOO_MANY_TRAITORS,
    twins::TWIN_F_PLUS_1,
    twins::TWIN_2F_PLUS_1,
    twins::TWIN_NO_CERTIFICATES,
    twins::TWIN_UNMATCHED_DIGESTS,
    twins::TWIN_NO_SIGNATURE_CHECK,
    twins::TWIN_OUT_OF_ORDER,
    twins::TWIN_FIRST_REPLY,
];

/// Positions in `Meta::operations`.
const PUT: u8 = 0;
const GET: u8 = 1;
const ADD: u8 = 2;

/// Positions in `Meta::messages`.
const PRE_PREPARE: u8 = 1;
const COMMIT: u8 = 3;
const REPLY: u8 = 4;

/// Behaviours, counted from 1.
const SILENT: u8 = 1;
const EQUIVOCATES: u8 = 2;
const LIES_TO_CLIENTS: u8 = 5;
const FORGES: u8 = 6;

/// Steps a run may take between two broken properties.
const STEPS_MAX: u64 = 10_000;

/// The `number`-th replica: 1 is n1.
fn replica(number: u16) -> NodeId {
    NodeId(number - 1)
}

fn replicas<const N: usize>(numbers: [u16; N]) -> Vec<NodeId> {
    numbers.map(replica).to_vec()
}

/// The `number`-th client of a cluster of four.
fn client(number: u16) -> NodeId {
    NodeId(3 + number)
}

fn corrupt(d: &mut Director<'_>, node: NodeId, behaviour: u8) {
    d.command(Command::Byzantine { node, behaviour });
}

/// A value of a node by its label.
fn fact(frame: &Frame, id: NodeId, label: &str) -> String {
    let panels = &frame.nodes[id.index()].view.panels;
    let facts = panels
        .iter()
        .filter_map(|panel| if let Panel::Facts { facts, .. } = panel { Some(facts) } else { None });
    facts.flatten().find(|fact| fact.label == label).map(|fact| fact.value.clone()).unwrap_or_default()
}

/// The last request a replica executed.
fn executed(frame: &Frame, id: NodeId) -> u64 {
    fact(frame, id, "last executed").parse().unwrap_or(0)
}

/// Waits until a client has its answer.
fn until_answered(d: &mut Director<'_>, id: NodeId) {
    d.until("the client's answer", |frame| fact(frame, id, "outstanding") == "none");
}

/// Waits until these replicas have executed up to a sequence number.
fn until_executed(d: &mut Director<'_>, ids: &[NodeId], seq: u64) {
    d.until("requests to be executed", |frame| ids.iter().all(|id| executed(frame, *id) >= seq));
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
