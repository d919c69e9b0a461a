//! Consensus time: from the proposal of a client's command until somebody knows that it is decided.
//!
//! What a client waits for is more: its command has to find the proposer, and the answer has to come back. And a decision may
//! take more than one proposal: those of later terms, ballots and views repeat what may be decided already. The first
//! proposal of what was decided counts, so the time until somebody took over is part of it; what another proposed for the
//! same number in vain is not. Of those who find it decided the first counts. What no client asked for (no-ops, null
//! requests, configurations) is not measured: it may wait for other things, as Raft's first no-op waits for the answers to a
//! heartbeat.
//!
//! SUBTLE: a liar's honest code proposes, and it lies when it sends. So its proposal counts although it kept it to itself, as
//! that of a leader does who crashes; what it sent in its place counts only once somebody proposes it again.

use super::{Evidence, Measure, Milli, Theory, Unit, percentile};
use crate::order;
use crate::trace::Stage;

/// Consensus time, median, with what theory says of it: for a protocol that notes proposals and decisions
/// ([`Ctx::proposed`](crate::protocol::Ctx::proposed)).
pub const fn consensus_time_p50(theory: Theory) -> Measure {
    Measure {
        id: "consensus-time-p50",
        title: "Consensus time, median",
        unit: Unit::Micros,
        text: TEXT,
        value: |run| run.consensus_time(50),
        theory: Some(theory),
    }
}

/// The same, 95th percentile.
pub const fn consensus_time_p95() -> Measure {
    Measure {
        id: "consensus-time-p95",
        title: "Consensus time, 95th percentile",
        unit: Unit::Micros,
        text: TEXT,
        value: |run| run.consensus_time(95),
        theory: None,
    }
}

const TEXT: &str = "From the first proposal of a client's command until a node that does not lie knows that it is decided, of \
                    all that was decided. Theory: no faults, nothing lost, and every message takes the mean of the links as \
                    they are now.";

impl Evidence<'_> {
    /// The consensus time that so many per cent of the decisions on clients' commands do not exceed.
    pub fn consensus_time(&self, per_cent: usize) -> Option<Milli> {
        percentile(per_cent, self.consensus_times())
    }

    /// How long each took, in microseconds, by number. Of a number that is decided more than once the first decision counts.
    fn consensus_times(&self) -> Vec<u64> {
        // A number, and where it stands in the run.
        const PLACE: u32 = 17;
        const { assert!(crate::timeline::MARKS_MAX <= 1 << PLACE) };
        let key = |(place, passed): (usize, &super::Milestone)| passed.number << PLACE | place as u64;
        let mut keys: Vec<u64> = self.milestones.iter().enumerate().map(key).collect();
        order::sort(&mut keys);
        let took = |keys: &[u64]| {
            let mut all = keys.iter().map(|key| &self.milestones[(key & ((1 << PLACE) - 1)) as usize]);
            let mut proposed = vec![];
            let decided = all.find(|passed| {
                proposed.push(*passed);
                passed.stage == Stage::Decided
            })?;
            let first = proposed.iter().find(|passed| passed.what == decided.what)?;
            (first.stage == Stage::Proposed).then(|| decided.at.since(first.at))
        };
        keys.chunk_by(|a, b| a >> PLACE == b >> PLACE).filter_map(took).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::param::Params;
    use crate::time::Time;
    use crate::trace::Milestone;
    use Stage::{Decided, Proposed};

    /// Milestones, each of a stage, a number and what it is about, at 1 µs, 2 µs, 4 µs, and so on.
    fn times(passed: &[(Stage, u64, u64)]) -> Vec<u64> {
        let milestone = |(place, (stage, number, what)): (usize, &(Stage, u64, u64))| Milestone {
            step: place as u64,
            at: Time(1 << place),
            stage: *stage,
            number: *number,
            what: *what,
        };
        let milestones: Vec<Milestone> = passed.iter().enumerate().map(milestone).collect();
        let params = Params::defaults(&[]);
        Evidence { milestones: &milestones, ..Evidence::none(&params) }.consensus_times()
    }

    #[test]
    fn a_decision_is_timed_from_its_first_proposal_to_who_knows_first() {
        let run = [(Proposed, 7, 1), (Proposed, 6, 2), (Decided, 7, 1), (Decided, 6, 2), (Decided, 7, 1)];
        assert_eq!(times(&run), [8 - 2, 4 - 1], "by number");
        let again = [(Proposed, 7, 1), (Proposed, 7, 1), (Decided, 7, 1)];
        assert_eq!(times(&again), [4 - 1], "proposed in two ballots, and it is the same command");
    }

    #[test]
    fn what_was_proposed_in_vain_is_not_what_was_decided() {
        assert_eq!(times(&[(Proposed, 7, 1), (Proposed, 7, 2), (Decided, 7, 2)]), [4 - 2]);
        assert_eq!(
            times(&[(Proposed, 7, 1), (Decided, 7, 2), (Decided, 7, 1)]),
            [0; 0],
            "nobody proposed it"
        );
        assert_eq!(times(&[(Decided, 7, 1), (Proposed, 7, 1), (Decided, 7, 1)]), [0; 0], "known before");
        assert_eq!(times(&[(Proposed, 7, 1)]), [0; 0], "not decided yet");
    }

    #[test]
    fn nobody_measures_what_did_not_happen() {
        let params = Params::defaults(&[]);
        assert_eq!(Evidence::none(&params).consensus_time(50), None);
    }
}
