//! Measures: named numbers of a run, with theory beside them where there is one.
//!
//! A measure is a plain function over the [`Evidence`] of a run up to its present step: messages sent by kind, clients'
//! commands, interesting steps, proposals and decisions, what hands did, parameters. It sees no protocol type, so all of
//! this is compiled once. Values are [`Milli`], thousandths: a measure is as deterministic as the run.

mod common;
mod consensus;
mod outage;

pub use common::common;
pub use consensus::{consensus_time_p50, consensus_time_p95};
pub use outage::Outage;

use crate::action::Command;
use crate::id::NodeId;
use crate::order;
use crate::param::Params;
use crate::protocol::Member;
use crate::time::{MS, Time};
use crate::trace::{Mark, MarkKind, Milestone};
use std::ops::Deref;

/// How long an answer may take to count as in time, in microseconds: for [availability](Evidence::availability), and for
/// [comparing](crate::compare). A healthy cluster answers far sooner, one message sent again included; one that has lost
/// its leader only if it elects another at the first attempt and the client finds it at once.
pub const PATIENCE_US: u64 = 500 * MS;

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
    /// What was proposed and decided, by step.
    pub milestones: &'a [Milestone],
    /// Clients' commands, by invocation: what is no [command](crate::protocol::OperationSpec::is_command) is not among
    /// them.
    pub operations: &'a [Asked],
    /// What hands did, each after which step. Each is a step of its own.
    pub commands: &'a [(u64, Command)],
    /// The members, in the order of their ids.
    pub roster: &'a [Member],
    /// Who leads at the beginning without having been elected, if somebody does: the primary of the first view.
    pub leads_first: Option<NodeId>,
}

/// A client's command as measures see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The node that was asked.
    pub node: NodeId,
    /// Position in `Meta::operations`.
    pub operation: u8,
    /// Whether it changes nothing.
    pub reads: bool,
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

    /// Commands that took effect.
    pub fn answered(&self) -> u64 {
        self.operations.iter().filter(|asked| asked.took_us().is_some()).count() as u64
    }

    /// The latency that so many per cent of the answered commands do not exceed, of some of them.
    pub fn latency(&self, per_cent: usize, of: impl Fn(&Asked) -> bool) -> Option<Milli> {
        let some = self.operations.iter().filter(|asked| of(asked));
        percentile(per_cent, some.filter_map(Asked::took_us).collect())
    }

    /// The same of commands that may change something.
    pub fn writes(&self, per_cent: usize) -> Option<Milli> {
        self.latency(per_cent, |asked| !asked.reads)
    }

    /// The same of commands that change nothing.
    pub fn reads(&self, per_cent: usize) -> Option<Milli> {
        self.latency(per_cent, |asked| asked.reads)
    }

    /// The share of the commands that were answered within [`PATIENCE_US`], of those of which it is known by now whether
    /// they were.
    pub fn availability(&self) -> Option<Milli> {
        let is_in_time = |asked: &&Asked| asked.took_us().is_some_and(|us| us <= PATIENCE_US);
        let is_open = |asked: &&Asked| asked.ended.is_none() && self.now.since(asked.at) < PATIENCE_US;
        let in_time = self.operations.iter().filter(is_in_time).count() as u64;
        let open = self.operations.iter().filter(is_open).count() as u64;
        Milli::ratio(in_time, self.operations.len() as u64 - open)
    }

    /// How long it took from the last time that the leader failed and somebody else took over.
    pub fn takeover(&self) -> Option<Milli> {
        self.outage_of(|outage, elected| outage.leader != elected)
    }

    /// How long it took from the last time that the leader failed until somebody led again, be it the same node.
    pub fn recovery(&self) -> Option<Milli> {
        self.outage_of(|_, _| true)
    }

    /// The times that the node that led failed, by time.
    pub fn outages(&self) -> Vec<Outage> {
        outage::outages(self)
    }

    fn outage_of(&self, is_wanted: impl Fn(&Outage, NodeId) -> bool) -> Option<Milli> {
        let took = |outage: Outage| {
            let (at, elected) = outage.elected?;
            is_wanted(&outage, elected).then(|| Milli::whole(at.since(outage.at)))
        };
        self.outages().into_iter().rev().find_map(took)
    }

    /// What a hand did in a step, if it was a hand's.
    fn command_of(&self, step: u64) -> Option<&Command> {
        let place = self.commands.binary_search_by_key(&step, |(after, _)| after + 1).ok()?;
        Some(&self.commands[place].1)
    }
}

impl Asked {
    /// How long the answer took, in microseconds, if it was answered and took effect.
    pub fn took_us(&self) -> Option<u64> {
        self.ended.filter(|(_, took_effect)| *took_effect).map(|(at, _)| at.since(self.at))
    }
}

/// The nearest rank: the smallest of some values that at least so many per cent of them do not exceed.
fn percentile(per_cent: usize, mut all: Vec<u64>) -> Option<Milli> {
    order::sort(&mut all);
    let rank = (all.len() * per_cent).div_ceil(100).max(1);
    all.get(rank - 1).map(|value| Milli::whole(*value))
}

#[cfg(test)]
impl<'a> Evidence<'a> {
    /// Of a run of which nothing is known.
    fn none(params: &'a Params) -> Self {
        let (now, sent, marks, operations) = (Time(0), &[][..], &[][..], &[][..]);
        let (milestones, commands, roster) = (&[][..], &[][..], &[][..]);
        Self { params, now, sent, marks, milestones, operations, commands, roster, leads_first: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(at: u64, node: u16, kind: MarkKind) -> Mark {
        Mark { step: at, at: Time(at), node: Some(NodeId(node)), kind, number: at }
    }

    fn asked(at: u64, reads: bool, ended: Option<(u64, bool)>) -> Asked {
        let ended = ended.map(|(at, took_effect)| (Time(at), took_effect));
        Asked { node: NodeId(0), operation: 0, reads, at: Time(at), ended }
    }

    #[test]
    fn numbers_of_marks_are_sorted_and_of_one_kind() {
        use MarkKind::{Decided, Elected};
        let params = Params::defaults(&[]);
        let marks = [mark(9, 1, Decided), mark(5, 1, Elected), mark(3, 2, Decided), mark(9, 2, Decided)];
        let run = Evidence { marks: &marks, ..Evidence::none(&params) };
        assert_eq!(run.numbers(Decided), [3, 9, 9]);
    }

    #[test]
    fn a_latency_is_of_what_was_answered() {
        let params = Params::defaults(&[]);
        let all = [
            asked(0, false, Some((10, true))),
            asked(0, false, Some((40, true))),
            asked(0, false, Some((7, false))),
            asked(0, true, Some((3, true))),
            asked(1, false, None),
        ];
        let run = Evidence { sent: &[3, 4], operations: &all, ..Evidence::none(&params) };
        assert_eq!([run.writes(50), run.writes(51)], [Some(Milli(10_000)), Some(Milli(40_000))]);
        assert_eq!([run.reads(50), run.reads(99)], [Some(Milli(3_000)); 2]);
        assert_eq!(run.latency(34, |_| true), Some(Milli(10_000)));
        assert_eq!(Evidence::none(&params).latency(50, |_| true), None);
        assert_eq!(Milli::ratio(run.answered(), 4), Some(Milli(750)));
        assert_eq!([run.sent_all(), run.sent_of(&[1, 9])], [7, 4]);
    }

    #[test]
    fn available_is_who_answers_in_time_and_what_is_still_open_does_not_count() {
        let params = Params::defaults(&[]);
        let all = [
            asked(0, false, Some((PATIENCE_US, true))),
            asked(0, false, Some((PATIENCE_US + 1, true))),
            asked(1, false, Some((2, false))),
            asked(2, true, None),
            asked(3, true, None),
        ];
        let at = |us, asked| {
            let run = Evidence { now: Time(us), operations: asked, ..Evidence::none(&params) };
            run.availability()
        };
        assert_eq!(at(PATIENCE_US + 1, &all), Some(Milli(333)), "one of three; nobody knows of two");
        assert_eq!(at(PATIENCE_US + 2, &all), Some(Milli(250)), "one more is too late by now");
        assert_eq!(at(PATIENCE_US, &all[4..]), None, "it is too early to say");
    }
}
