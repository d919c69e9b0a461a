//! Numbers of a run that only Multi-Paxos has.

use crate::measure::{Measure, Milli, Theory, Unit};
use crate::param::Params;
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
pub(super) static MEASURES: [Measure; 3] = [
    Measure {
        id: "messages-per-slot",
        title: "Messages per chosen slot",
        unit: Unit::Count,
        text: "Messages between servers but heartbeats, phase 1 included, over slots chosen.",
        value: |run| {
            let kinds = [PREPARE, PROMISE, ACCEPT, ACCEPTED, REFUSED, CATCH_UP, DECISION];
            Milli::ratio(run.sent_of(&kinds), run.marked(MarkKind::Decided))
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
];
