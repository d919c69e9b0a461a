//! What a catalogue, a form and a legend say of Raft.

use super::machine::{CLIENTS_MAX, PIECES};
use super::measures::MEASURES;
use super::membership::HOW;
use crate::param::{Bound, ParamGroup, ParamKind, ParamSpec};
use crate::linearizability::ModelKind;
use crate::protocol::{ArgSpec, MessageKind, Meta, Objects, OperationKind, OperationSpec, Source, Tone, Twin};
use crate::toolkit::describe::{
    OFF, at, at_servers, key, kind, number, operation, param, question, server, value,
};
use crate::toolkit::servers::SERVERS_MAX;

/// Raft's description.
pub(super) const META: Meta = Meta {
    slug: "raft",
    title: "Raft",
    group: "Consensus",
    summary: "Servers elect a leader, which replicates a log of commands to a majority before it applies them.",
    sources: &[
        Source {
            title: "Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm (Extended Version), 2014",
            url: "https://raft.github.io/raft.pdf",
        },
        Source {
            title: "Ongaro: Consensus: Bridging Theory and Practice, PhD thesis, 2014",
            url: "https://github.com/ongardie/dissertation",
        },
    ],
    params: PARAMS,
    operations: OPERATIONS,
    messages: MESSAGES,
    behaviours: &[],
    objects: Some(Objects { model: ModelKind::Kv, initial: 0 }),
    twins: TWINS,
    measures: MEASURES,
    marks: &[],
};

const PARAMS: &[ParamSpec] = &[
    param(
        "n",
        "Servers",
        ParamGroup::Cluster,
        number(1, SERVERS_MAX as u64, 5, ""),
        "How many servers keep the log; a majority of them must be up to make progress.",
    ),
    param(
        "clients",
        "Clients",
        ParamGroup::Cluster,
        number(0, CLIENTS_MAX as u64, 1, ""),
        "How many clients ask for commands.",
    ),
    param(
        "election-timeout-min-ms",
        "Shortest election timeout",
        ParamGroup::Timing,
        number(10, 60_000, 150, "ms"),
        "A follower that hears no leader for at least so long stands for election.",
    ),
    param(
        "election-timeout-max-ms",
        "Longest election timeout",
        ParamGroup::Timing,
        number(10, 60_000, 300, "ms"),
        "Timeouts are drawn evenly up to this, never less than the shortest; the wider the range, the rarer a split vote.",
    )
    .bound(Bound::AtLeast("election-timeout-min-ms")),
    param(
        "heartbeat-ms",
        "Heartbeat interval",
        ParamGroup::Timing,
        number(1, 60_000, 75, "ms"),
        "How often a leader speaks when it has nothing to say; about half the shortest election timeout.",
    ),
    param(
        "entries-max",
        "Entries per message",
        ParamGroup::Feature,
        number(1, 256, 64, ""),
        "How many entries one AppendEntries carries at most.",
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
        "pre-vote",
        "Pre-vote",
        ParamGroup::Feature,
        OFF,
        "A server begins a term only after a majority said that it could win it (thesis §9.6).",
    ),
    param(
        "check-quorum",
        "Check quorum",
        ParamGroup::Feature,
        OFF,
        "A leader that hears no majority steps down, and who hears a leader ignores candidates (thesis §6.2, §4.2.3).",
    ),
    param(
        "twin-commit-old-term",
        "Commit old-term entries by count",
        ParamGroup::Twin,
        OFF,
        "A leader commits whatever is on a majority, of whichever term: the mistake that Figure 8 is about.",
    ),
    param(
        "twin-no-up-to-date-check",
        "No up-to-date check",
        ParamGroup::Twin,
        OFF,
        "Servers vote for candidates whose logs lack entries they have.",
    ),
    param(
        "twin-forget-vote",
        "Forget the vote on restart",
        ParamGroup::Twin,
        OFF,
        "votedFor is not written to disk, so a server that restarts may vote twice in a term.",
    ),
    param(
        "twin-no-pre-vote",
        "No pre-vote",
        ParamGroup::Twin,
        OFF,
        "Servers begin terms without asking, even where the cluster counts on pre-vote.",
    ),
    param(
        "twin-local-read",
        "Leaders read locally",
        ParamGroup::Twin,
        OFF,
        "A leader answers reads from its own state, without asking whether it still leads.",
    ),
    param(
        "members",
        "First members",
        ParamGroup::Cluster,
        number(0, SERVERS_MAX as u64, 0, ""),
        "How many servers are in the first configuration; the rest are spare until they are added. 0: all are.",
    )
    .bound(Bound::AtMost("n")),
    param(
        "snapshot-after",
        "Entries before a snapshot",
        ParamGroup::Feature,
        number(0, 1_000, 0, ""),
        "A server that has applied so many entries since its last snapshot takes one and discards them (§7); 0: only \
         when asked.",
    ),
    param(
        "snapshot-pieces",
        "Pieces in a chunk",
        ParamGroup::Feature,
        number(1, PIECES as u64, PIECES as u64, ""),
        "How many registers and sessions of a snapshot one InstallSnapshot carries at most.",
    ),
    param(
        "reads",
        "How reads are served",
        ParamGroup::Feature,
        ParamKind::Choice { options: &["through the log", "ReadIndex"], default: 0 },
        "As entries like any other command; or from the leader's state, after a round of heartbeats has shown that it \
         still leads (thesis §6.4).",
    ),
    param(
        "twin-lease-read",
        "Read under a lease",
        ParamGroup::Twin,
        OFF,
        "A leader whose heartbeats a majority answered reads without asking for a shortest election timeout: wrong, even \
         with check-quorum, if clocks run apart, a voter restarts or it hands over (thesis §6.4.1).",
    ),
    param(
        "twin-early-change",
        "Change members too early",
        ParamGroup::Twin,
        OFF,
        "A new leader changes a member before it has committed an entry of its own term: the mistake in the first \
         description of single-server changes (raft-dev, 2015).",
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
    at_servers("transfer", "Hand over to", &[server("to", 1)]),
    at_servers(
        "change",
        "Ask to",
        &[ArgSpec { id: "how", max: HOW.len() as u64 - 1, default: 3, words: &HOW }, server("server", 4)],
    ),
    at_servers("reconfigure", "Reconfigure to", &[server("first", 0), server("last", 2)]),
    at_servers("snapshot", "Take a snapshot", &[]),
];

/// Position of the operation that hands over the leadership.
pub(super) const TRANSFER: u8 = 5;
/// Position of the one that changes a single member.
pub(super) const CHANGE: u8 = 6;
/// Position of the one that goes to another configuration by joint consensus.
pub(super) const JOINT: u8 = 7;
/// Position of the one that takes a snapshot.
pub(super) const SNAPSHOT: u8 = 8;

/// In the order of `Msg::kind`.
const MESSAGES: &[MessageKind] = &[
    kind("RequestVote", "RV", Tone::A, false),
    kind("vote granted", "VOTE", Tone::A, true),
    kind("vote refused", "NO", Tone::A, true),
    kind("AppendEntries", "AE", Tone::B, false),
    kind("AppendEntries success", "ACK", Tone::B, true),
    kind("AppendEntries refused", "NACK", Tone::B, true),
    kind("heartbeat", "HB", Tone::E, false),
    kind("heartbeat reply", "HBR", Tone::E, true),
    kind("PreVote", "PV", Tone::C, false),
    kind("pre-vote granted", "PVOK", Tone::C, true),
    kind("pre-vote refused", "PVNO", Tone::C, true),
    kind("ClientRequest", "REQ", Tone::D, false),
    kind("ClientReply", "REP", Tone::D, true),
    kind("not the leader", "ELSE", Tone::D, true),
    kind("TimeoutNow", "NOW", Tone::A, false),
    kind("InstallSnapshot", "IS", Tone::B, false),
    kind("InstallSnapshot reply", "ISR", Tone::B, true),
];

const TWINS: &[Twin] = &[
    Twin {
        id: "twin-commit-old-term",
        title: "Commit old-term entries by count",
        params: &[("twin-commit-old-term", 1)],
        breaks: "leader-completeness",
    },
    Twin {
        id: "twin-no-up-to-date-check",
        title: "No up-to-date check",
        params: &[("twin-no-up-to-date-check", 1)],
        breaks: "leader-completeness",
    },
    Twin {
        id: "twin-forget-vote",
        title: "Forget the vote on restart",
        params: &[("twin-forget-vote", 1)],
        breaks: "election-safety",
    },
    Twin {
        id: "twin-no-pre-vote",
        title: "No pre-vote",
        params: &[("pre-vote", 1), ("check-quorum", 1), ("twin-no-pre-vote", 1)],
        breaks: "leader-not-deposed",
    },
    Twin {
        id: "twin-local-read",
        title: "Leaders read locally",
        params: &[("twin-local-read", 1)],
        breaks: "fresh-reads",
    },
    Twin {
        id: "twin-lease-read",
        title: "Read under a lease",
        params: &[("check-quorum", 1), ("twin-lease-read", 1)],
        breaks: "fresh-reads",
    },
    Twin {
        id: "twin-early-change",
        title: "Change members too early",
        params: &[("twin-early-change", 1)],
        breaks: "leader-completeness",
    },
];
