//! Numbers of a run, beside those that every protocol has.

use crate::measure::{Asked, Evidence, Measure, Milli, Theory, Unit};
use crate::order;
use crate::param::Params;
use crate::time::MS;
use crate::trace::MarkKind;

/// Positions in `Meta::messages` of what replicates entries: AppendEntries with entries, and its answers.
const REPLICATION: [u8; 3] = [3, 4, 5];
/// Positions of what elections take.
const ELECTION: [u8; 7] = [0, 1, 2, 8, 9, 10, 14];

/// Operations from here on are not commands for the state machine.
const COMMANDS_END: u8 = crate::toolkit::client::TURN;

/// Commands that took effect.
fn commands<'a>(run: &'a Evidence<'_>) -> impl Iterator<Item = &'a Asked> {
    let took_effect = |asked: &&Asked| matches!(asked.ended, Some((_, true)));
    run.operations.iter().filter(|asked| asked.operation < COMMANDS_END).filter(took_effect)
}

/// Servers in the first configuration.
fn members(params: &Params) -> u64 {
    let n = params.get("n");
    match params.get("members") {
        0 => n,
        members => members.min(n),
    }
}

/// Until the first of the followers' timeouts runs out, if each is drawn evenly: the smallest of n − 1.
fn first_timeout(params: &Params) -> Option<Milli> {
    let (min, n) = (params.get("election-timeout-min-ms"), members(params));
    let max = params.get("election-timeout-max-ms").max(min);
    (n > 1).then(|| Milli::whole((min + (max - min) / n) * MS))
}

/// The half of the commands that took effect were answered as fast.
fn commit_latency(run: &Evidence<'_>) -> Option<Milli> {
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

/// Elections that ended without a leader, of all that ended. One ends when a leader is elected, or when somebody who
/// stood in it stands again: that is the next one.
fn split_votes(run: &Evidence<'_>) -> Option<Milli> {
    let (mut ended, mut split) = (0, 0);
    let mut stood = Vec::new();
    for mark in run.marks {
        match mark.kind {
            MarkKind::NewTerm if stood.contains(&mark.node) => {
                (ended, split) = (ended + 1, split + 1);
                stood.clear();
                stood.push(mark.node);
            }
            MarkKind::NewTerm => stood.push(mark.node),
            MarkKind::Elected if !stood.is_empty() => {
                ended += 1;
                stood.clear();
            }
            _ => {}
        }
    }
    Milli::ratio(split, ended)
}

/// Raft's measures.
pub(super) const MEASURES: &[Measure] = &[
    Measure {
        id: "takeover",
        title: "Time to elect after a fault",
        unit: Unit::Micros,
        text: "From the last fault at a leader until another was elected. The timeouts run from the last heartbeat, so \
               somewhat before the fault, and the votes take a round trip.",
        value: |run| run.takeover(),
        theory: Some(Theory { formula: "Tmin + (Tmax − Tmin) / n until the first times out", value: first_timeout }),
    },
    Measure {
        id: "commit-latency",
        title: "Commit latency, median",
        unit: Unit::Micros,
        text: "From asking for a command to its answer, of the commands that took effect: to the leader, to a majority \
               and back, and back to the client.",
        value: commit_latency,
        theory: Some(Theory { formula: "4 message delays with a known leader", value: |_| None }),
    },
    Measure {
        id: "messages-per-command",
        title: "Replication messages per command",
        unit: Unit::Count,
        text: "AppendEntries with entries and their answers, over commands that took effect. Entries sent together make \
               it less; what is sent again, and the entries of new leaders, make it more.",
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
        text: "Requests for votes and pre-votes and their answers, over leaders elected. Split votes make it more.",
        value: |run| Milli::ratio(run.sent_of(&ELECTION), run.marked(MarkKind::Elected)),
        theory: Some(Theory {
            formula: "2 (n − 1), twice that with pre-vote",
            value: |params| {
                let once = 2 * (members(params) - 1);
                Some(Milli::whole(if params.is_on("pre-vote") { 2 * once } else { once }))
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
        text: "Elections that ended without a leader, of all. Theory (thesis §9.2): s of n servers time out, evenly within \
               a range of which every message takes the share l; too many do so within l of the first.",
        value: split_votes,
        theory: Some(Theory { formula: "Σ C(s, k) lᵏ (1 − l)ˢ⁻ᵏ, k from s − ⌊n / 2⌋ to s", value: |_| None }),
    },
];
