//! Paxos under chaos: crashes of any agents at once, cuts, losses, copies, late and reordered messages, clocks that drift
//! and jump, for thousands of seeds and clusters of many sizes. No property of the correct protocol breaks at any step,
//! and once all is healed what was proposed is decided and learned.

use playground_core::chaos::{Plan, Report, run};
use playground_core::registry::find;
use playground_core::time::MS;

/// Everybody may be down at once, and things happen at the pace of the protocol.
fn plan(deeds: u32, gap_max_ms: u64) -> Plan {
    Plan { deeds, gap_max_us: gap_max_ms * MS, down_max: Some(usize::MAX), ..Plan::default() }
}

fn chaos(params: &[(&str, u64)], seed: u64, plan: &Plan) -> Report {
    run(find("paxos").unwrap(), params, seed, plan).unwrap()
}

/// How many runs of chaos.
const SEEDS: u64 = if cfg!(target_family = "wasm") { 400 } else { 4_000 };

#[test]
fn chaos_breaks_no_property_and_a_healed_cluster_decides() {
    for seed in 0..SEEDS {
        let pick = |from: &[u64], by: u64| from[(seed / by % from.len() as u64) as usize];
        let params = [
            ("n", pick(&[3, 5, 2, 3, 4, 1, 5, 7, 3, 15], 1)),
            ("proposers", pick(&[2, 3, 1, 2, 5, 8, 2], 3)),
            ("learners", pick(&[1, 2, 0, 1, 5], 2)),
            ("propose-within-ms", pick(&[100, 1, 0], 7)),
            ("ballot-timeout-ms", pick(&[200, 40, 1_000], 11)),
        ];
        let report = chaos(&params, seed, &plan(60, pick(&[40, 150, 5, 400], 1)));
        assert!(
            report.is_clean(),
            "{params:?} seed {seed}: broken {:?}, missed {:?}\n#{}",
            report.broken,
            report.missed,
            report.recipe.to_link()
        );
    }
}

#[test]
fn chaos_finds_what_a_twin_breaks_and_nothing_with_the_rule_in_place() {
    for (twin, property) in [
        ("twin-ignore-accepted", "chosen-value-stays"),
        ("twin-forget-promise", "chosen-value-stays"),
        ("twin-shared-ballots", "one-value-per-ballot"),
        ("twin-forget-round", "one-value-per-ballot"),
    ] {
        let with = |flag: u64| [(twin, flag), ("proposers", 3), ("propose-within-ms", 30)];
        let storm = plan(100, 12);
        let breaks = |seed: &u64| chaos(&with(1), *seed, &storm).broken.is_some_and(|(id, _)| id == property);
        let found = (0..4_000).find(breaks);
        assert!(found.is_some(), "{twin} breaks {property} for no seed");
        for seed in (0..100).chain(found) {
            assert_eq!(chaos(&with(0), seed, &storm).broken, None, "{twin} off, seed {seed}");
        }
    }
}

#[test]
fn without_back_off_safety_holds_all_the_same() {
    for seed in 0..300 {
        let params = [("back-off", 0), ("proposers", 4), ("ballot-timeout-ms", 25)];
        assert_eq!(
            chaos(&params, seed, &Plan { steps_max: 20_000, ..plan(60, 40) }).broken,
            None,
            "seed {seed}"
        );
    }
}
