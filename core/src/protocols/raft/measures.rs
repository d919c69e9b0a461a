//! Numbers of a run, beside those that every protocol has.

use crate::id::NodeId;
use crate::measure::{
    Asked, Evidence, Measure, Milli, Setting, Theory, Unit, consensus_time_p50, consensus_time_p95,
};
use crate::order;
use crate::param::Params;
use crate::time::MS;
use crate::trace::MarkKind;

/// Positions in `Meta::messages` of what replicates entries: AppendEntries with entries, and its answers.
const REPLICATION: [u8; 3] = [3, 4, 5];
/// Positions of what elections take: votes and pre-votes.
const ELECTION: [u8; 6] = [0, 1, 2, 8, 9, 10];

/// Operations from here on are not commands for the state machine.
const COMMANDS_END: u8 = crate::toolkit::client::TURN;

/// Position of the operation that reads.
const GET: u8 = 1;

/// Commands that took effect as entries of the log: reads are such only where nothing spares them it.
fn commands<'a>(run: &'a Evidence<'_>) -> impl Iterator<Item = &'a Asked> {
    let spares = |id: &&str| run.params.get(id) == 1;
    let logs_reads = !["reads", "twin-local-read", "twin-lease-read"].iter().any(spares);
    let is_command = move |asked: &&Asked| asked.operation < COMMANDS_END && (logs_reads || asked.operation != GET);
    let took_effect = |asked: &&Asked| matches!(asked.ended, Some((_, true)));
    run.operations.iter().filter(is_command).filter(took_effect)
}

/// Servers in the first configuration.
fn members(params: &Params) -> u64 {
    let n = params.get("n");
    match params.get("members") {
        0 => n,
        members => members,
    }
}

/// Until the first of the followers' timeouts runs out, if each is drawn evenly: the smallest of n − 1.
fn first_timeout(params: &Setting<'_>) -> Option<Milli> {
    let (min, n) = (params.get("election-timeout-min-ms"), members(params));
    let max = params.get("election-timeout-max-ms");
    (n > 1).then(|| Milli::whole((min + (max - min) / n) * MS))
}

/// The half of the commands that took effect were answered as fast.
fn command_latency(run: &Evidence<'_>) -> Option<Milli> {
    let took = |asked: &Asked| asked.ended.map(|(at, _)| at.since(asked.at));
    let mut all: Vec<u64> = commands(run).filter_map(took).collect();
    order::sort(&mut all);
    all.get(all.len().checked_sub(1)? / 2).map(|us| Milli::whole(*us))
}

/// Candidacies after which nobody led, of all.
fn vain_candidacies(run: &Evidence<'_>) -> Option<Milli> {
    let (stood, won) = (run.marked(MarkKind::NewTerm), run.marked(MarkKind::Elected));
    Milli::ratio(stood.saturating_sub(won), stood)
}

/// Terms in which several stood at once and nobody was elected, of those and the terms with a leader. The newest term may
/// yet get one. Who stands alone in vain, being cut off, splits no vote.
fn split_votes(run: &Evidence<'_>) -> Option<Milli> {
    let elected = run.numbers(MarkKind::Elected);
    // The term each server stood in last, and terms in which one stood while another still did.
    let (mut standing, mut contested): (Vec<(Option<NodeId>, u64)>, Vec<u64>) = (Vec::new(), Vec::new());
    for mark in run.marks.iter().filter(|mark| mark.kind == MarkKind::NewTerm) {
        standing.retain(|(node, _)| *node != mark.node);
        contested.extend(standing.iter().map(|(_, term)| *term).find(|term| *term == mark.number));
        standing.push((mark.node, mark.number));
    }
    order::sort(&mut contested);
    contested.dedup();
    let newest = run.numbers(MarkKind::NewTerm).last().copied();
    let is_split = |term: &&u64| elected.binary_search(term).is_err() && Some(**term) < newest;
    let split = contested.iter().filter(is_split).count() as u64;
    Milli::ratio(split, split + elected.chunk_by(|a, b| a == b).count() as u64)
}

/// One, where shares are counted in parts of it.
const ONE: u128 = 1_000_000_000_000;

/// The closed form of the thesis (§9.2) where all members time out.
fn split_votes_expected(setting: &Setting<'_>) -> Option<Milli> {
    let n = members(setting);
    let (min, max) = (setting.get("election-timeout-min-ms"), setting.get("election-timeout-max-ms"));
    let (delay, range) = (u128::from(setting.delay_us?), u128::from(max.saturating_sub(min) * MS));
    let l = if delay < range { delay * ONE / range } else { ONE };
    let power = |of: u128, times: u64| (0..times).fold(ONE, |product, _| product * of / ONE);
    let choose = |k: u64| (0..k).fold(1, |product, i| product * u128::from(n - i) / u128::from(i + 1));
    let sum: u128 = (n - n / 2..=n).map(|k| choose(k) * power(l, k) * power(ONE - l, n - k) / ONE).sum();
    (n > 1).then(|| Milli((sum * 1_000 / ONE) as u64))
}

/// AppendEntries to a majority and the answers.
const ROUND_TRIP: Theory = Theory {
    formula: "2 message delays: one round trip",
    value: |setting| match members(setting) {
        1 => Some(Milli(0)),
        _ => Some(Milli::whole(2 * setting.delay_us?)),
    },
};

/// Raft's measures.
pub(super) const MEASURES: &[Measure] = &[
    Measure {
        id: "takeover",
        title: "Time to elect after a fault",
        unit: Unit::Micros,
        text: "From the last fault at a leader until another was elected. The timeouts run from the last heartbeat, so \
               somewhat before the fault, and the votes take a round trip, pre-votes another. Theory: no hand fires a \
               timer.",
        value: |run| run.takeover(),
        theory: Some(Theory { formula: "Tmin + (Tmax − Tmin) / n until the first times out", value: first_timeout }),
    },
    Measure {
        id: "command-latency",
        title: "Command latency, median",
        unit: Unit::Micros,
        text: "From asking for a command to its answer, of the commands that took effect: to the leader, to a majority \
               and back, which is what committing takes, and back to the client. Reads that make no \
               entry do not count. Theory: every message takes the mean of the links as they are now.",
        value: command_latency,
        theory: Some(Theory {
            formula: "4 message delays with a known leader, 2 of them to commit",
            value: |setting| Some(Milli::whole(4 * setting.delay_us?)),
        }),
    },
    Measure {
        id: "commit-latency",
        title: "Commit latency, median",
        unit: Unit::Micros,
        text: "From the leader appending a client's command to its log until a leader's commitIndex passes the entry, of the \
               entries committed. It is Raft's consensus time: entries that no client asked for, a leader's no-op and \
               configurations, do not count, nor do entries overwritten. Theory: every message takes the mean of the links \
               as they are now.",
        value: |run| run.consensus_time(50),
        theory: Some(ROUND_TRIP),
    },
    Measure {
        id: "messages-per-command",
        title: "Replication messages per command",
        unit: Unit::Count,
        text: "AppendEntries with entries, their answers, and refusals of heartbeats, over commands that took effect; \
               reads that make no entry are none. Entries sent together make it less; what is sent again, and the \
               entries of new leaders, make it more.",
        value: |run| Milli::ratio(run.sent_of(&REPLICATION), commands(run).count() as u64),
        theory: Some(Theory {
            formula: "2 (n − 1)",
            value: |params| Some(Milli::whole(2 * (members(params) - 1))),
        }),
    },
    Measure {
        id: "messages-per-election",
        title: "Messages per election",
        unit: Unit::Count,
        text: "Requests for votes and pre-votes and their answers, over leaders elected. Split votes make it more; a server \
               that is handed over to needs no pre-votes.",
        value: |run| Milli::ratio(run.sent_of(&ELECTION), run.marked(MarkKind::Elected)),
        theory: Some(Theory {
            formula: "2 (n − 1), twice that with pre-vote",
            value: |params| {
                let once = 2 * (members(params) - 1);
                let asks_first = params.is_on("pre-vote") && !params.is_on("twin-no-pre-vote");
                Some(Milli::whole(if asks_first { 2 * once } else { once }))
            },
        }),
    },
    Measure {
        id: "vain-candidacies",
        title: "Candidacies in vain",
        unit: Unit::Share,
        text: "Of all who stood for election, those who were not elected: split votes, lost requests, logs that lack \
               entries.",
        value: vain_candidacies,
        theory: None,
    },
    Measure {
        id: "split-votes",
        title: "Split votes",
        unit: Unit::Share,
        text: "Terms in which several servers stood at once and none was elected, of those and the terms with a leader. \
               Theory (thesis §9.2): s of n servers time out, evenly within a range of which every message takes the \
               share l; too many do so within l of the first. Its number is of a first election: all are up, no hand \
               fires a timer, and every message takes the mean of the links as they are now.",
        value: split_votes,
        theory: Some(Theory { formula: "Σ C(s, k) lᵏ (1 − l)ˢ⁻ᵏ, k from s − ⌊n / 2⌋ to s", value: split_votes_expected }),
    },
    consensus_time_p50(ROUND_TRIP),
    consensus_time_p95(),
];
