//! What a catalogue, a form and a legend say of Multi-Paxos.

use super::machine::CLIENTS_MAX;
use crate::linearizability::ModelKind;
use crate::param::{Bound, ParamGroup, ParamSpec};
use crate::protocol::{MessageKind, Meta, Objects, OperationKind, OperationSpec, Source, Tone, Twin};
use crate::toolkit::describe::{OFF, at, key, kind, number, operation, param, question, server, value};
use crate::toolkit::servers::SERVERS_MAX;
use crate::trace::MarkKind;

/// Multi-Paxos' description.
pub(super) const META: Meta = Meta {
    slug: "multi-paxos",
    title: "Multi-Paxos",
    group: "Consensus",
    summary: "A replicated log, each slot of it decided by Paxos; a stable leader asks for promises once, for all slots.",
    sources: &[
        Source {
            title: "Lamport: Paxos Made Simple, 2001",
            url: "https://lamport.azurewebsites.net/pubs/paxos-simple.pdf",
        },
        Source {
            title: "Chandra, Griesemer, Redstone: Paxos Made Live: An Engineering Perspective, 2007",
            url: "https://research.google/pubs/paxos-made-live-an-engineering-perspective-2006-invited-talk/",
        },
        Source {
            title: "van Renesse, Altinbuken: Paxos Made Moderately Complex, 2015",
            url: "https://doi.org/10.1145/2673577",
        },
    ],
    params: PARAMS,
    operations: OPERATIONS,
    messages: MESSAGES,
    behaviours: &[],
    objects: Some(Objects { model: ModelKind::Kv, initial: 0 }),
    twins: TWINS,
    measures: &super::measures::MEASURES,
    marks: &[
        (MarkKind::Elected, ["new leader", "new leader", "new leaders"]),
        (MarkKind::Decided, ["chosen", "slot seen chosen", "slots seen chosen"]),
        (MarkKind::NewTerm, ["new ballot", "new ballot", "new ballots"]),
    ],
};

const PARAMS: &[ParamSpec] = &[
    param(
        "n",
        "Servers",
        ParamGroup::Cluster,
        number(1, SERVERS_MAX as u64, 3, ""),
        "How many servers keep the log; a majority of them must be up to make progress.",
    ),
    param(
        "clients",
        "Clients",
        ParamGroup::Cluster,
        number(0, CLIENTS_MAX as u64, 2, ""),
        "How many clients ask for commands.",
    ),
    param(
        "election-timeout-min-ms",
        "Shortest leader timeout",
        ParamGroup::Timing,
        number(10, 60_000, 150, "ms"),
        "A server that hears no leader for at least so long begins a ballot of its own.",
    ),
    param(
        "election-timeout-max-ms",
        "Longest leader timeout",
        ParamGroup::Timing,
        number(10, 60_000, 300, "ms"),
        "Timeouts are drawn evenly up to this, never less than the shortest; the wider the range, the rarer a duel.",
    )
    .bound(Bound::AtLeast("election-timeout-min-ms")),
    param(
        "heartbeat-ms",
        "Heartbeat interval",
        ParamGroup::Timing,
        number(1, 60_000, 75, "ms"),
        "How often a leader tells that it is there, and up to which slot all is chosen.",
    ),
    param(
        "window",
        "Window",
        ParamGroup::Feature,
        number(1, 64, 4, ""),
        "How many slots a leader may have open at once: α in Lamport's paper.",
    ),
    param(
        "entries-max",
        "Decisions per message",
        ParamGroup::Feature,
        number(1, 256, 64, ""),
        "How many chosen commands one message to a lagging follower carries at most.",
    ),
    param(
        "request-timeout-ms",
        "Client's patience",
        ParamGroup::Timing,
        number(10, 60_000, 500, "ms"),
        "A client without an answer for so long asks another server.",
    ),
    param(
        "client-load-ms",
        "Busy clients",
        ParamGroup::Timing,
        number(0, 60_000, 0, "ms"),
        "Each client thinks of a new command so often; 0 leaves them to you.",
    ),
    param(
        "twin-skip-phase-1",
        "Skip phase 1",
        ParamGroup::Twin,
        OFF,
        "A new leader just goes on with a higher ballot, without asking what was accepted at lower ones.",
    ),
    param(
        "twin-forget-promise",
        "Forget the promise on restart",
        ParamGroup::Twin,
        OFF,
        "The promised ballot is not written to disk, so a server that restarts may accept at a ballot it had refused.",
    ),
    param(
        "twin-learn-any-ballot",
        "Learn at any ballot",
        ParamGroup::Twin,
        OFF,
        "A server that hears that a slot is chosen takes what it accepted there for the chosen command, at whichever ballot.",
    ),
    param(
        "twin-apply-over-gap",
        "Apply over a gap",
        ParamGroup::Twin,
        OFF,
        "A leader applies a command as soon as it is chosen, although an earlier slot is not.",
    ),
];

const OPERATIONS: &[OperationSpec] = &[
    operation("put", "Put", &[key(), value("value", 1), at()]),
    question("get", "Get", &[key(), at()]),
    operation("add", "Add", &[key(), value("by", 1), at()]),
    operation("cas", "Compare and swap", &[key(), value("expected", 0), value("value", 1), at()]),
    operation(
        "turn",
        "Turn to",
        &[server("server", 0)],
    )
    .of_kind(OperationKind::Steer),
];

/// In the order of `Msg::kind`.
const MESSAGES: &[MessageKind] = &[
    kind("Prepare", "1A", Tone::A, false),
    kind("Promise", "1B", Tone::A, true),
    kind("Accept", "2A", Tone::B, false),
    kind("Accepted", "2B", Tone::B, true),
    kind("Refused", "NO", Tone::C, true),
    kind("heartbeat", "HB", Tone::E, false),
    kind("CatchUp", "CU", Tone::C, false),
    kind("Decision", "DEC", Tone::C, true),
    kind("ClientRequest", "REQ", Tone::D, false),
    kind("ClientReply", "REP", Tone::D, true),
    kind("not the leader", "ELSE", Tone::D, true),
];

const TWINS: &[Twin] = &[
    Twin {
        id: "twin-skip-phase-1",
        title: "Skip phase 1",
        params: &[("twin-skip-phase-1", 1)],
        breaks: "chosen-stays",
    },
    Twin {
        id: "twin-forget-promise",
        title: "Forget the promise on restart",
        params: &[("twin-forget-promise", 1)],
        breaks: "agreement",
    },
    Twin {
        id: "twin-learn-any-ballot",
        title: "Learn at any ballot",
        params: &[("twin-learn-any-ballot", 1)],
        breaks: "learned-is-chosen",
    },
    Twin {
        id: "twin-apply-over-gap",
        title: "Apply over a gap",
        params: &[("twin-apply-over-gap", 1)],
        breaks: "applied-in-order",
    },
];
