//! What a catalogue, a form and a legend say of PBFT.

use super::machine::CLIENTS_MAX;
use crate::linearizability::ModelKind;
use crate::measure::{Evidence, Measure, Milli, Theory, Unit, consensus_time_p50, consensus_time_p95};
use crate::param::{Bound, ParamGroup, ParamKind, ParamSpec};
use crate::protocol::{AT, ArgSpec, MessageKind, Meta, Objects, OperationSpec, Source, Tone, Twin};
use crate::trace::{Mark, MarkKind};
use crate::toolkit::describe::{key, kind, number, operation, param, question, value};

/// PBFT's description.
pub(super) const META: Meta = Meta {
    group: "Consensus",
    summary: "Replicas execute the same requests in the same order, although f of 3f + 1 may lie.",
    sources: &[
        Source {
            title: "Castro, Liskov: Practical Byzantine Fault Tolerance, OSDI 1999",
            url: "https://www.usenix.org/conference/osdi-99/presentation/practical-byzantine-fault-tolerance",
        },
        Source {
            title: "Castro, Liskov: Practical Byzantine Fault Tolerance and Proactive Recovery, ACM TOCS 20(4), 2002",
            url: "https://doi.org/10.1145/571637.571640",
        },
    ],
    params: PARAMS,
    operations: OPERATIONS,
    messages: MESSAGES,
    behaviours: super::lies::BEHAVIOURS,
    objects: Some(Objects { model: ModelKind::Kv, initial: 0 }),
    twins: TWINS,
    measures: MEASURES,
    marks: &[
        (MarkKind::Elected, ["new view", "new view", "new views"]),
        (MarkKind::Decided, ["executed", "execution by a replica", "executions by replicas"]),
        (MarkKind::NewTerm, ["view change", "view change", "view changes"]),
    ],
    ..Meta::new("pbft", "PBFT")
};

/// Replicas there may be.
pub(super) const REPLICAS_MAX: u64 = 100;

const fn twin(id: &'static str, title: &'static str, help: &'static str) -> ParamSpec {
    param(id, title, ParamGroup::Twin, ParamKind::Flag { default: false }, help)
}

const PARAMS: &[ParamSpec] = &[
    param(
        "n",
        "Replicas",
        ParamGroup::Cluster,
        number(4, REPLICAS_MAX, 4, ""),
        "How many replicas there are; f = ⌊(n − 1) / 3⌋ of them may lie.",
    ),
    param(
        "clients",
        "Clients",
        ParamGroup::Cluster,
        number(0, CLIENTS_MAX as u64, 1, ""),
        "How many clients ask for operations.",
    ),
    param(
        "checkpoint-interval",
        "Checkpoint interval K",
        ParamGroup::Feature,
        number(1, 256, 8, ""),
        "A checkpoint is taken after every so many sequence numbers (§4.3).",
    ),
    param(
        "window",
        "Window L",
        ParamGroup::Feature,
        number(1, 512, 16, ""),
        "How many sequence numbers above the stable checkpoint may be in use; never fewer than the interval (§4.2).",
    )
    .bound(Bound::AtLeast("checkpoint-interval")),
    param(
        "request-timeout-ms",
        "Client's patience",
        ParamGroup::Timing,
        number(10, 60_000, 250, "ms"),
        "A client without an answer for so long asks every replica.",
    ),
    param(
        "view-change-timeout-ms",
        "Backup's patience",
        ParamGroup::Timing,
        number(10, 60_000, 300, "ms"),
        "A backup that waits for a request for so long moves to the next view. If that executes nothing either, it waits twice as long in the one after, and so on, up to 64 times as long.",
    ),
    param(
        "status-ms",
        "Status interval",
        ParamGroup::Timing,
        number(0, 60_000, 800, "ms"),
        "How often a replica says how far it is, so that it is sent what it lacks; 0 never.",
    ),
    param(
        "client-load-ms",
        "Busy clients",
        ParamGroup::Timing,
        number(0, 60_000, 0, "ms"),
        "Each client thinks of a new request so often; 0 leaves them to you.",
    ),
    twin(
        "twin-f-plus-1",
        "Quorums of f + 1",
        "Certificates need only f + 1 replicas, so two of them may share nobody.",
    ),
    twin(
        "twin-2f-plus-1",
        "Quorums of 2f + 1 for any n",
        "Right for n = 3f + 1 only: with 6 replicas two certificates of 3 may share nobody.",
    ),
    twin(
        "twin-no-certificates",
        "View changes without certificates",
        "View-changes leave out what was prepared, so a new view forgets what an old one committed.",
    ),
    twin(
        "twin-unmatched-digests",
        "Prepares counted whatever they are for",
        "Prepares are counted without comparing their digests with the pre-prepare's.",
    ),
    twin(
        "twin-no-signature-check",
        "Signatures not checked",
        "Whatever a message says of its signer is believed.",
    ),
    twin("twin-out-of-order", "Execute out of order", "A request is executed as soon as it is committed."),
    twin("twin-first-reply", "The first reply is believed", "Clients do not wait for f + 1 replies that agree."),
];

/// The words of [`AT`]: replicas beyond these are asked by number.
const ASKED_NAMES: [&str; 16] = [
    "the primary", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "n10", "n11", "n12", "n13", "n14",
    "n15",
];

/// Which replica a client asks first.
const fn at() -> ArgSpec {
    ArgSpec { id: AT, max: REPLICAS_MAX, default: 0, words: &ASKED_NAMES }
}

const OPERATIONS: &[OperationSpec] = &[
    operation("put", "Put", &[key(), value("value", 1), at()]),
    question("get", "Get", &[key(), at()]),
    operation("add", "Add", &[key(), value("by", 1), at()]),
    operation("cas", "Compare and swap", &[key(), value("expected", 0), value("value", 1), at()]),
];

/// In the order of `Msg::kind`.
const MESSAGES: &[MessageKind] = &[
    kind("Request", "REQ", Tone::D, false),
    kind("Pre-prepare", "PP", Tone::A, false),
    kind("Prepare", "P", Tone::B, false),
    kind("Commit", "C", Tone::C, false),
    kind("Reply", "REP", Tone::D, true),
    kind("Checkpoint", "CP", Tone::E, false),
    kind("View-change", "VC", Tone::A, true),
    kind("New-view", "NV", Tone::A, false),
    kind("Status", "ST", Tone::E, false),
    kind("State", "SNAP", Tone::E, true),
    kind("commit certificate", "CERT", Tone::E, true),
];

const TWINS: &[Twin] = &[
    Twin {
        id: "twin-f-plus-1",
        title: "Quorums of f + 1",
        params: &[("twin-f-plus-1", 1)],
        breaks: "agreement",
    },
    Twin {
        id: "twin-2f-plus-1",
        title: "Quorums of 2f + 1 with 6 replicas",
        params: &[("n", 6), ("twin-2f-plus-1", 1)],
        breaks: "agreement",
    },
    Twin {
        id: "twin-no-certificates",
        title: "View changes without certificates",
        params: &[("twin-no-certificates", 1)],
        breaks: "agreement",
    },
    Twin {
        id: "twin-unmatched-digests",
        title: "Prepares counted whatever they are for",
        params: &[("twin-unmatched-digests", 1)],
        breaks: "one-certificate",
    },
    Twin {
        id: "twin-no-signature-check",
        title: "Signatures not checked",
        params: &[("twin-no-signature-check", 1)],
        breaks: "agreement",
    },
    Twin {
        id: "twin-out-of-order",
        title: "Execute out of order",
        params: &[("twin-out-of-order", 1)],
        breaks: "in-order",
    },
    Twin {
        id: "twin-first-reply",
        title: "The first reply is believed",
        params: &[("twin-first-reply", 1)],
        breaks: "true-replies",
    },
];

const MEASURES: &[Measure] = &[
    Measure {
        id: "messages-per-request",
        title: "Messages per request",
        unit: Unit::Count,
        text: "Requests, pre-prepares, prepares, commits and replies sent between different nodes, over requests answered.",
        value: |run| Milli::ratio(run.sent_of(&[0, 1, 2, 3, 4]), run.answered()),
        theory: Some(Theory {
            formula: "2n² − n + 1 without faults",
            value: |params| {
                let n = params.get("n");
                Some(Milli::whole(2 * n * n - n + 1))
            },
        }),
    },
    Measure {
        id: "answer-time",
        title: "Time until a request is answered",
        unit: Unit::Micros,
        text: "From asking to the answer, the median of requests answered. Theory: no faults, one request at a time; a delay each \
               for request, pre-prepare, prepare, commit and reply.",
        value: |run| run.latency(50, |_| true),
        theory: Some(Theory {
            formula: "5 message delays",
            value: |setting| Some(Milli::whole(5 * setting.delay_us?)),
        }),
    },
    consensus_time_p50(Theory {
        formula: "3 message delays: pre-prepare, prepare, commit",
        value: |setting| Some(Milli::whole(3 * setting.delay_us?)),
    }),
    consensus_time_p95(),
    Measure {
        id: "view-change-time",
        title: "View change",
        unit: Unit::Micros,
        text: "From the first replica that moved to a view until the primary of that view began it: of the last view that began.",
        value: view_change_time,
        theory: None,
    },
];

fn view_change_time(run: &Evidence<'_>) -> Option<Milli> {
    let begun = run.marks.iter().rev().find(|mark| mark.kind == MarkKind::Elected)?;
    let moved = |mark: &&Mark| (mark.kind, mark.number) == (MarkKind::NewTerm, begun.number);
    Some(Milli::whole(begun.at.since(run.marks.iter().find(moved)?.at)))
}
