//! PBFT under chaos: crashes, cuts, losses, copies, reordering, drift, and up to f replicas that lie in every way there is.
//! No property breaks, what clients saw is linearizable, and once the network is good and everybody up again, every request
//! is answered and all correct replicas agree, while the liars go on lying. `PBFT_CHAOS_SEEDS=10000 cargo test --release -p playground-core --test pbft_chaos` looks further.

use playground_core::chaos::{self, Plan, Report};
use playground_core::registry::find;
use playground_core::time::MS;

/// Seeds for each kind of trouble, unless the environment says otherwise; as wasm a few, to see that it comes out the same.
const SEEDS: u64 = if cfg!(target_family = "wasm") { 70 } else { 700 };

/// Each kind of trouble has seeds of its own.
fn seeds(kind: u64) -> std::ops::Range<u64> {
    const KIND: u64 = 1_000_000_000;
    let wanted = std::env::var("PBFT_CHAOS_SEEDS").ok().and_then(|seeds| seeds.parse().ok());
    kind * KIND..kind * KIND + wanted.unwrap_or(SEEDS).min(KIND)
}

fn run(params: &[(&str, u64)], seed: u64, plan: &Plan) -> Report {
    chaos::run(find("pbft").unwrap(), params, seed, plan).unwrap()
}

fn assert_clean(params: &[(&str, u64)], seed: u64, plan: &Plan) {
    let report = run(params, seed, plan);
    assert!(
        report.is_clean(),
        "{params:?} seed {seed}: broken {:?}, missed {:?}, unexplained {:?}, unjudged {}, {}",
        report.broken,
        report.missed,
        report.unexplained,
        report.is_unjudged,
        report.recipe.to_link()
    );
}

/// As many liars, who lie on when the rest has healed: liveness, too, is promised with them.
fn liars(byzantine_max: usize) -> Plan {
    Plan { byzantine_max, heal_liars: false, ..Plan::default() }
}

/// Small windows, so that checkpoints and full windows are part of every run.
const SMALL: [(&str, u64); 3] = [("clients", 3), ("checkpoint-interval", 2), ("window", 4)];

#[test]
fn crashes_cuts_and_losses_break_nothing_and_healed_replicas_agree() {
    for seed in seeds(0) {
        let mut params = SMALL.to_vec();
        params.push(("n", [4, 4, 5, 6, 7][(seed % 5) as usize]));
        assert_clean(&params, seed, &Plan::default());
    }
}

#[test]
fn as_many_liars_as_the_cluster_bears_break_nothing() {
    for seed in seeds(1) {
        let n = [4, 4, 5, 6, 7][(seed % 5) as usize];
        let plan = Plan { deeds: 60, ..liars((n as usize - 1) / 3) };
        let mut params = SMALL.to_vec();
        params.push(("n", n));
        assert_clean(&params, seed, &plan);
    }
}

#[test]
fn liars_on_a_good_network_break_nothing() {
    for seed in seeds(2) {
        let n = [4, 7][(seed % 2) as usize];
        let plan = Plan {
            down_max: Some(0),
            cuts: false,
            links: false,
            clocks: false,
            deeds: 80,
            gap_max_us: 200 * MS,
            ..liars((n as usize - 1) / 3)
        };
        let mut params = SMALL.to_vec();
        params.push(("n", n));
        assert_clean(&params, seed, &plan);
    }
}

/// Liveness is promised for f liars. One more, who go on with it, can stop everything; honest again, they can't.
#[test]
fn more_liars_than_it_bears_keep_it_from_its_goal_as_long_as_they_lie() {
    let is_stopped = |heal_liars: bool, seed: u64| {
        !run(&SMALL, seed, &Plan { heal_liars, deeds: 60, ..liars(2) }).missed.is_empty()
    };
    let found = (0..400).find(|seed| is_stopped(false, *seed)).expect("two of four stop it");
    assert!((0..20).chain([found]).all(|seed| !is_stopped(true, seed)));
}
