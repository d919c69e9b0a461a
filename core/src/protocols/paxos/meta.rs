//! What a catalogue, a form and a legend say of Paxos.

use super::message::WORDS;
use crate::linearizability::ModelKind;
use crate::measure::{Evidence, Measure, Milli, Theory, Unit, consensus_time_p50};
use crate::param::{ParamGroup, ParamKind, ParamSpec};
use crate::protocol::{ArgSpec, MessageKind, Meta, Objects, OperationKind, OperationSpec, Source, Tone, Twin};
use crate::time::Time;
use crate::trace::MarkKind;
use crate::toolkit::describe::{OFF, kind, number, param};
use crate::view::MemberKind;

/// The description of Paxos.
pub(super) const META: Meta = Meta {
    slug: "paxos",
    title: "Paxos",
    group: "Consensus",
    summary: "Proposers compete to have one value chosen; a majority of acceptors makes sure that it stays the only one.",
    sources: &[
        Source {
            title: "Lamport: Paxos Made Simple, 2001",
            url: "https://lamport.azurewebsites.net/pubs/paxos-simple.pdf",
        },
        Source {
            title: "Lamport: The Part-Time Parliament, 1998",
            url: "https://lamport.azurewebsites.net/pubs/lamport-paxos.pdf",
        },
    ],
    params: PARAMS,
    operations: &[OperationSpec {
        id: "propose",
        title: "Propose",
        on: MemberKind::Server,
        kind: OperationKind::Write,
        args: &[ArgSpec { id: "value", max: WORDS.len() as u64 - 1, default: 0, words: &WORDS }],
    }],
    messages: MESSAGES,
    behaviours: &[],
    objects: Some(Objects { model: ModelKind::Consensus, initial: 0 }),
    twins: TWINS,
    measures: MEASURES,
    marks: &[
        (MarkKind::Decided, ["chosen", "time a value was seen chosen", "times a value was seen chosen"]),
        (MarkKind::NewTerm, ["new ballot", "new ballot", "new ballots"]),
    ],
};

/// Acceptors a cluster may have.
const ACCEPTORS_MAX: u64 = 15;
/// Proposers a cluster may have.
const PROPOSERS_MAX: u64 = 8;
/// Learners a cluster may have.
const LEARNERS_MAX: u64 = 5;

const PARAMS: &[ParamSpec] = &[
    param(
        "n",
        "Acceptors",
        ParamGroup::Cluster,
        number(1, ACCEPTORS_MAX, 3, ""),
        "How many acceptors there are; a majority of them chooses, and must be up for that.",
    ),
    param(
        "proposers",
        "Proposers",
        ParamGroup::Cluster,
        number(1, PROPOSERS_MAX, 2, ""),
        "How many proposers there are.",
    ),
    param(
        "learners",
        "Learners",
        ParamGroup::Cluster,
        number(0, LEARNERS_MAX, 1, ""),
        "How many learners there are; proposers learn the outcome of their own ballots anyway.",
    ),
    param(
        "propose-within-ms",
        "Own proposals within",
        ParamGroup::Timing,
        number(0, 60_000, 100, "ms"),
        "Each proposer proposes a value of its own at a random time within this; with 0 it waits until it is asked.",
    ),
    param(
        "ballot-timeout-ms",
        "Ballot timeout",
        ParamGroup::Timing,
        number(1, 60_000, 200, "ms"),
        "How long a proposer waits for a ballot; a ballot takes two round trips.",
    ),
    param(
        "ask-ms",
        "Learner's patience",
        ParamGroup::Timing,
        number(10, 60_000, 1_000, "ms"),
        "A learner that has learned nothing has a proposer issue a proposal this often.",
    ),
    param(
        "back-off",
        "Back off",
        ParamGroup::Feature,
        ParamKind::Flag { default: true },
        "A proposer whose ballot came to nothing waits a random time before the next; off, it tries again at once.",
    ),
    param(
        "back-off-ms",
        "First back-off",
        ParamGroup::Timing,
        number(1, 10_000, 50, "ms"),
        "The longest back-off after a first failure; it doubles with each failure in a row, up to 32 times this.",
    ),
    param(
        "twin-ignore-accepted",
        "Ignore accepted values",
        ParamGroup::Twin,
        OFF,
        "A proposer proposes its own value whatever the promises report.",
    ),
    param(
        "twin-forget-promise",
        "Forget promises on restart",
        ParamGroup::Twin,
        OFF,
        "An acceptor keeps in memory what it promised, and a crash wipes it.",
    ),
    param(
        "twin-shared-ballots",
        "Ballots not unique",
        ParamGroup::Twin,
        OFF,
        "A ballot is a round alone, so two proposers may use the same one: acceptors that answer a ballot they have promised again, since requests may come twice, promise it to both.",
    ),
    param(
        "twin-forget-round",
        "Forget used rounds on restart",
        ParamGroup::Twin,
        OFF,
        "A proposer keeps in memory which rounds it used, and after a crash uses a ballot again: acceptors that answer a ballot they have promised again, since requests may come twice, take it for the same request.",
    ),
    param(
        "twin-learn-first",
        "Believe the first acceptance",
        ParamGroup::Twin,
        OFF,
        "A learner takes a value for chosen as soon as one acceptor has accepted it.",
    ),
];

/// In the order of `Msg::kind`.
const MESSAGES: &[MessageKind] = &[
    kind("prepare request", "PREP", Tone::A, false),
    kind("promise", "PROM", Tone::A, true),
    kind("accept request", "ACC", Tone::B, false),
    kind("accepted", "ACCD", Tone::B, true),
    kind("refusal", "NO", Tone::D, true),
    kind("ask", "ASK", Tone::C, false),
    kind("promise with a proposal", "PROP", Tone::A, true),
];

const TWINS: &[Twin] = &[
    Twin {
        id: "twin-ignore-accepted",
        title: "Ignore accepted values in promises",
        params: &[("twin-ignore-accepted", 1)],
        breaks: "chosen-value-stays",
    },
    Twin {
        id: "twin-forget-promise",
        title: "Forget promises on restart",
        params: &[("twin-forget-promise", 1)],
        breaks: "chosen-value-stays",
    },
    Twin {
        id: "twin-shared-ballots",
        title: "Ballots not unique",
        params: &[("twin-shared-ballots", 1)],
        breaks: "one-value-per-ballot",
    },
    Twin {
        id: "twin-forget-round",
        title: "Forget used rounds on restart",
        params: &[("twin-forget-round", 1)],
        breaks: "one-value-per-ballot",
    },
    Twin {
        id: "twin-learn-first",
        title: "Believe the first acceptance",
        params: &[("twin-learn-first", 1)],
        breaks: "learned-is-chosen",
    },
];

/// Positions of all kinds but the learners' questions.
const BALLOT_KINDS: &[u8] = &[0, 1, 2, 3, 4, 6];

const MEASURES: &[Measure] = &[
    Measure {
        id: "messages-per-value",
        title: "Messages for the chosen value",
        unit: Unit::Count,
        text: "Messages of all ballots so far, once somebody knows what is chosen. Theory: one proposer, no faults.",
        value: |run| first_known(run).map(|_| Milli::whole(run.sent_of(BALLOT_KINDS))),
        theory: Some(Theory {
            formula: "n(4 + l), with n acceptors and l learners",
            value: |params| Some(Milli::whole(params.get("n") * (4 + params.get("learners")))),
        }),
    },
    Measure {
        id: "time-until-known",
        title: "Time until the choice is known",
        unit: Unit::Micros,
        text: "From the first proposal asked for until somebody knows what is chosen. Theory: one proposer, no faults.",
        value: |run| {
            let asked = run.operations.first()?.at;
            first_known(run).map(|at| Milli::whole(at.since(asked)))
        },
        theory: Some(Theory {
            formula: "4 message delays; the value is chosen after 3",
            value: |setting| Some(Milli::whole(4 * setting.delay_us?)),
        }),
    },
    consensus_time_p50(Theory {
        formula: "2 message delays",
        value: |setting| Some(Milli::whole(2 * setting.delay_us?)),
    }),
    Measure {
        id: "ballots",
        title: "Ballots begun",
        unit: Unit::Count,
        text: "Ballots begun by all proposers so far. Theory: one proposer, no faults.",
        value: |run| Some(Milli::whole(run.marked(MarkKind::NewTerm))),
        theory: Some(Theory { formula: "1", value: |_| Some(Milli::whole(1)) }),
    },
];

/// When somebody first knew what is chosen.
fn first_known(run: &Evidence<'_>) -> Option<Time> {
    run.marks.iter().find(|mark| mark.kind == MarkKind::Decided).map(|mark| mark.at)
}
