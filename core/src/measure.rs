//! Measures: named numbers of a run, with theory beside them where there is one.
//!
//! A measure is a plain function over the [`Evidence`] of a run up to its present step: messages sent by kind, client
//! operations, interesting steps, parameters. It sees no protocol type, so all of this is compiled once. Values are
//! [`Milli`], thousandths: a measure is as deterministic as the run.

use crate::id::NodeId;
use crate::order;
use crate::param::Params;
use crate::time::Time;
use crate::trace::{Mark, MarkKind};
use std::ops::Deref;

/// A number in thousandths: 8.25 is `Milli(8_250)`. Of [`Unit::Micros`]: thousandths of a microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Milli(pub u64);

impl Milli {
    /// A whole number.
    pub const fn whole(value: u64) -> Self {
        Self(value.saturating_mul(1_000))
    }

    /// A quotient, rounded down; `None` if the divisor is 0.
    pub fn ratio(part: u64, of: u64) -> Option<Self> {
        part.saturating_mul(1_000).checked_div(of).map(Self)
    }
}

/// What a measure counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Things: messages, ballots.
    Count,
    /// Microseconds of simulated time.
    Micros,
    /// A share of one.
    Share,
}

impl Unit {
    /// As a catalogue writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Micros => "us",
            Self::Share => "share",
        }
    }
}

/// A named number of a run.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    /// Stable name: `messages-per-command`.
    pub id: &'static str,
    /// For a reader: `Messages per command`.
    pub title: &'static str,
    /// What it counts in.
    pub unit: Unit,
    /// One sentence: what exactly is counted, over what.
    pub text: &'static str,
    /// Its value; `None` while there is nothing to measure.
    pub value: fn(&Evidence<'_>) -> Option<Milli>,
    /// What theory says.
    pub theory: Option<Theory>,
}

/// What theory says of a measure.
#[derive(Debug, Clone, Copy)]
pub struct Theory {
    /// As the source writes it: `2n² − n + 1`.
    pub formula: &'static str,
    /// Its value in a setting; `None` where it does not apply.
    pub value: fn(&Setting<'_>) -> Option<Milli>,
}

/// What theory goes by: a run's parameters, to which it dereferences, and how fast its links are.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The run's parameters.
    pub params: &'a Params,
    /// How long a message takes on the mean, in microseconds, as the links are now; `None` if they differ, or have no mean.
    pub delay_us: Option<u64>,
}

impl Deref for Setting<'_> {
    type Target = Params;

    fn deref(&self) -> &Params {
        self.params
    }
}

/// What a run leaves to be measured, up to its present step.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The run's parameters.
    pub params: &'a Params,
    /// Simulated time of the present step.
    pub now: Time,
    /// Messages sent, by position in `Meta::messages`; not what a node sends itself, nor what the network copies.
    pub sent: &'a [u64],
    /// Interesting steps, by step.
    pub marks: &'a [Mark],
    /// Client operations, by invocation.
    pub operations: &'a [Asked],
}

/// A client operation as measures see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The node that was asked.
    pub node: NodeId,
    /// Position in `Meta::operations`.
    pub operation: u8,
    /// When.
    pub at: Time,
    /// When it ended, and whether it took effect; `None` if nobody knows yet.
    pub ended: Option<(Time, bool)>,
}

impl Evidence<'_> {
    /// Messages of some kinds.
    pub fn sent_of(&self, kinds: &[u8]) -> u64 {
        kinds.iter().filter_map(|kind| self.sent.get(usize::from(*kind))).sum()
    }

    /// Messages of all kinds.
    pub fn sent_all(&self) -> u64 {
        self.sent.iter().sum()
    }

    /// Steps with a mark.
    pub fn marked(&self, kind: MarkKind) -> u64 {
        self.marks.iter().filter(|mark| mark.kind == kind).count() as u64
    }

    /// Numbers of the marks of a kind, sorted.
    pub fn numbers(&self, kind: MarkKind) -> Vec<u64> {
        let mut numbers: Vec<u64> =
            self.marks.iter().filter(|mark| mark.kind == kind).map(|mark| mark.number).collect();
        order::sort(&mut numbers);
        numbers
    }

    /// Operations that took effect.
    pub fn answered(&self) -> u64 {
        self.operations.iter().filter(|asked| matches!(asked.ended, Some((_, true)))).count() as u64
    }

    /// The latency that so many per cent of the answered operations do not exceed.
    pub fn latency(&self, per_cent: usize) -> Option<Milli> {
        let ended = |asked: &Asked| asked.ended.filter(|(_, ok)| *ok).map(|(at, _)| at.since(asked.at));
        let mut all: Vec<u64> = self.operations.iter().filter_map(ended).collect();
        order::sort(&mut all);
        // The nearest rank: the smallest value that at least so many per cent do not exceed.
        let rank = (all.len() * per_cent).div_ceil(100).max(1);
        all.get(rank - 1).map(|us| Milli::whole(*us))
    }

    /// How long it took from the last fault at a node that led until somebody else was elected.
    pub fn takeover(&self) -> Option<Milli> {
        let (mut leader, mut fell, mut took) = (None, None, None);
        for mark in self.marks {
            match mark.kind {
                MarkKind::Fault if mark.node.is_some() && mark.node == leader => fell = Some(mark.at),
                MarkKind::Elected => {
                    if let Some(at) = fell.take_if(|_| mark.node != leader) {
                        took = Some(mark.at.since(at));
                    }
                    leader = mark.node;
                }
                _ => {}
            }
        }
        took.map(Milli::whole)
    }
}

/// Measures of every protocol that has client operations.
pub const COMMON: &[Measure] = &[
    Measure {
        id: "messages-per-operation",
        title: "Messages per operation",
        unit: Unit::Count,
        text: "All messages sent, heartbeats too, over operations answered.",
        value: |run| Milli::ratio(run.sent_all(), run.answered()),
        theory: None,
    },
    Measure {
        id: "latency-p50",
        title: "Latency, median",
        unit: Unit::Micros,
        text: "From asking to the answer, of operations answered.",
        value: |run| run.latency(50),
        theory: None,
    },
    Measure {
        id: "latency-p95",
        title: "Latency, 95th percentile",
        unit: Unit::Micros,
        text: "From asking to the answer, of operations answered.",
        value: |run| run.latency(95),
        theory: None,
    },
    Measure {
        id: "latency-p99",
        title: "Latency, 99th percentile",
        unit: Unit::Micros,
        text: "From asking to the answer, of operations answered.",
        value: |run| run.latency(99),
        theory: None,
    },
    Measure {
        id: "availability",
        title: "Availability",
        unit: Unit::Share,
        text: "Operations answered, of those asked.",
        value: |run| Milli::ratio(run.answered(), run.operations.len() as u64),
        theory: None,
    },
    Measure {
        id: "recovery",
        title: "Time to recover",
        unit: Unit::Micros,
        text: "From the last fault at a leader until another was elected.",
        value: |run| run.takeover(),
        theory: None,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(at: u64, node: u16, kind: MarkKind) -> Mark {
        Mark { step: at, at: Time(at), node: Some(NodeId(node)), kind, number: at }
    }

    fn asked(at: u64, ended: Option<(u64, bool)>) -> Asked {
        Asked { node: NodeId(0), operation: 0, at: Time(at), ended: ended.map(|(at, ok)| (Time(at), ok)) }
    }

    fn evidence<'a>(params: &'a Params, marks: &'a [Mark], operations: &'a [Asked]) -> Evidence<'a> {
        Evidence { params, now: Time(100), sent: &[3, 4], marks, operations }
    }

    #[test]
    fn a_takeover_counts_from_a_fault_at_the_leader_to_the_next_one() {
        use MarkKind::{Elected, Fault};
        let params = Params::defaults(&[]);
        let of = |marks: &[Mark]| evidence(&params, marks, &[]).takeover();
        let fall = [mark(5, 1, Elected), mark(6, 2, Fault), mark(10, 1, Fault), mark(25, 2, Elected)];
        assert_eq!(of(&fall), Some(Milli::whole(15)), "the fault at a follower does not count");
        assert_eq!(of(&fall[..3]), None, "nobody has taken over yet");
        assert_eq!(of(&[mark(5, 1, Elected), mark(9, 2, Elected)]), None, "nothing failed");
    }

    #[test]
    fn numbers_of_marks_are_sorted_and_of_one_kind() {
        use MarkKind::{Decided, Elected};
        let params = Params::defaults(&[]);
        let marks = [mark(9, 1, Decided), mark(5, 1, Elected), mark(3, 2, Decided), mark(9, 2, Decided)];
        assert_eq!(evidence(&params, &marks, &[]).numbers(Decided), [3, 9, 9]);
    }

    #[test]
    fn a_latency_is_of_what_was_answered() {
        let params = Params::defaults(&[]);
        let all = [
            asked(0, Some((10, true))),
            asked(0, Some((40, true))),
            asked(0, Some((7, false))),
            asked(1, None),
        ];
        let run = evidence(&params, &[], &all);
        assert_eq!([run.latency(50), run.latency(51)], [Some(Milli(10_000)), Some(Milli(40_000))]);
        assert_eq!(evidence(&params, &[], &[]).latency(50), None);
        assert_eq!(Milli::ratio(run.answered(), 4), Some(Milli(500)));
        assert_eq!([run.sent_all(), run.sent_of(&[1, 9])], [7, 4]);
    }
}
