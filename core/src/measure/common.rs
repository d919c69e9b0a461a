//! The measures of every protocol that has commands.

use super::{Evidence, Measure, Milli, PATIENCE_US, Unit};
use crate::protocol::{Meta, OperationKind};

/// The measures that a protocol has whatever it does. Latencies are of writes and of reads where both are asked for.
pub fn common(meta: &Meta) -> impl Iterator<Item = &'static Measure> {
    let has = |kind| meta.operations.iter().any(|spec| spec.kind == kind);
    let (writes, reads) = (has(OperationKind::Write), has(OperationKind::Read));
    let lists: [&'static [Measure]; 4] = match (writes, reads) {
        (false, false) => [&[]; 4],
        (true, true) => [COST, WRITES, READS, SERVICE],
        _ => [COST, ALL, &[], SERVICE],
    };
    lists.into_iter().flatten()
}

const COST: &[Measure] = &[Measure {
    id: "messages-per-operation",
    title: "Messages per command",
    unit: Unit::Count,
    text: "All messages sent, heartbeats too, over commands answered.",
    value: |run| Milli::ratio(run.sent_all(), run.answered()),
    theory: None,
}];

/// Where there is only one kind of command.
const ALL: &[Measure] = &[
    latency("latency-p50", "Latency, median", OF_ALL, |run| run.latency(50, |_| true)),
    latency("latency-p95", "Latency, 95th percentile", OF_ALL, |run| run.latency(95, |_| true)),
    latency("latency-p99", "Latency, 99th percentile", OF_ALL, |run| run.latency(99, |_| true)),
];
const OF_ALL: &str = "From asking to the answer, of commands answered.";

const WRITES: &[Measure] = &[
    latency("write-latency-p50", "Latency of writes, median", OF_WRITES, |run| run.writes(50)),
    latency("write-latency-p95", "Latency of writes, 95th percentile", OF_WRITES, |run| run.writes(95)),
    latency("write-latency-p99", "Latency of writes, 99th percentile", OF_WRITES, |run| run.writes(99)),
];
const OF_WRITES: &str = "From asking to the answer, of answered commands that may change something.";

const READS: &[Measure] = &[
    latency("read-latency-p50", "Latency of reads, median", OF_READS, |run| run.reads(50)),
    latency("read-latency-p95", "Latency of reads, 95th percentile", OF_READS, |run| run.reads(95)),
    latency("read-latency-p99", "Latency of reads, 99th percentile", OF_READS, |run| run.reads(99)),
];
const OF_READS: &str = "From asking to the answer, of answered commands that change nothing.";

const SERVICE: &[Measure] = &[
    Measure {
        id: "availability",
        title: "Availability",
        unit: Unit::Share,
        text: "Commands answered within 500 ms, of those asked. One that is younger and not answered yet does not count, \
               one that was refused counts as not answered.",
        value: |run| run.availability(),
        theory: None,
    },
    Measure {
        id: "recovery",
        title: "Time to recover",
        unit: Unit::Micros,
        text: "From the last time that the leader failed (it crashed, paused, lied, or was cut off from a majority of the \
               servers) until a leader was elected, be it the same.",
        value: |run| run.recovery(),
        theory: None,
    },
];

/// The text of availability says it.
const _: () = assert!(PATIENCE_US == 500_000);

const fn latency(
    id: &'static str,
    title: &'static str,
    text: &'static str,
    value: fn(&Evidence<'_>) -> Option<Milli>,
) -> Measure {
    Measure { id, title, unit: Unit::Micros, text, value, theory: None }
}
