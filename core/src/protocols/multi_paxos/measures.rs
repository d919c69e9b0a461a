//! Numbers of a run, beside those that every protocol has.

use crate::measure::{Asked, Measure, Milli, Theory, Unit, consensus_time_p50, consensus_time_p95};
use crate::param::Params;
use crate::toolkit::client::TURN;
use crate::trace::MarkKind;

/// Positions in `Meta::messages`.
const PREPARE: u8 = 0;
const PROMISE: u8 = 1;
const ACCEPT: u8 = 2;
const ACCEPTED: u8 = 3;
const REFUSED: u8 = 4;
const CATCH_UP: u8 = 6;
const DECISION: u8 = 7;

/// There and back to every other server.
const ROUND_TRIP: Theory =
    Theory { formula: "2(n − 1)", value: |params| Some(Milli::whole(round_trip(params))) };

fn round_trip(params: &Params) -> u64 {
    2 * (params.get("n") - 1)
}

/// The measures.
pub(super) static MEASURES: [Measure; 6] = [
    Measure {
        id: "messages-per-command",
        title: "Replication messages per command",
        unit: Unit::Count,
        text: "Accept messages and their answers, and catching up, over commands that took effect, as Raft counts \
               AppendEntries with entries. What is sent again, and slots that new leaders choose again, make it more.",
        value: |run| {
            let is_command = |asked: &&Asked| asked.operation < TURN && matches!(asked.ended, Some((_, true)));
            let kinds = [ACCEPT, ACCEPTED, CATCH_UP, DECISION];
            Milli::ratio(run.sent_of(&kinds), run.operations.iter().filter(is_command).count() as u64)
        },
        theory: Some(Theory {
            formula: "2(n − 1), as of Raft; Paxos takes n(4 + l), with l learners",
            value: ROUND_TRIP.value,
        }),
    },
    Measure {
        id: "messages-per-slot",
        title: "Messages per chosen slot",
        unit: Unit::Count,
        text: "Messages between servers but heartbeats, phase 1 included, over slots chosen, each counted once.",
        value: |run| {
            let kinds = [PREPARE, PROMISE, ACCEPT, ACCEPTED, REFUSED, CATCH_UP, DECISION];
            let mut slots = run.numbers(MarkKind::Decided);
            slots.dedup();
            Milli::ratio(run.sent_of(&kinds), slots.len() as u64)
        },
        theory: Some(ROUND_TRIP),
    },
    Measure {
        id: "messages-per-takeover",
        title: "Messages to take the lead",
        unit: Unit::Count,
        text: "Prepare and Promise messages, over leaders elected: one round for all slots.",
        value: |run| Milli::ratio(run.sent_of(&[PREPARE, PROMISE]), run.marked(MarkKind::Elected)),
        theory: Some(ROUND_TRIP),
    },
    Measure {
        id: "ballots-per-leader",
        title: "Ballots per leader",
        unit: Unit::Count,
        text: "Ballots begun, over leaders elected; more than one where proposers pre-empt each other.",
        value: |run| Milli::ratio(run.marked(MarkKind::NewTerm), run.marked(MarkKind::Elected)),
        theory: Some(Theory { formula: "1", value: |_| Some(Milli::whole(1)) }),
    },
    consensus_time_p50(Theory {
        formula: "2 message delays",
        value: |setting| match setting.get("n") {
            1 => Some(Milli(0)),
            _ => Some(Milli::whole(2 * setting.delay_us?)),
        },
    }),
    consensus_time_p95(),
];
