//! PBFT under chaos: crashes, cuts, losses, copies, reordering, drift, and up to f replicas that lie in every way there is.
//! No property breaks, what clients saw is linearizable, and once all is healed every request is answered and all correct
//! replicas agree. `PBFT_CHAOS_SEEDS=10000 cargo test --release -p playground-core --test pbft_chaos` looks further.

use playground_core::chaos::{self, Plan, Report};
use playground_core::registry::find;
use playground_core::time::MS;

/// Seeds for each kind of trouble, unless the environment says otherwise; as wasm a few, to see that it comes out the same.
const SEEDS: u64 = if cfg!(target_family = "wasm") { 70 } else { 700 };

fn seeds() -> std::ops::Range<u64> {
    let wanted = std::env::var("PBFT_CHAOS_SEEDS").ok().and_then(|seeds| seeds.parse().ok());
    0..wanted.unwrap_or(SEEDS)
}

fn run(params: &[(&str, u64)], seed: u64, plan: &Plan) -> Report {
    chaos::run(find("pbft").unwrap(), params, seed, plan).unwrap()
}

fn assert_clean(params: &[(&str, u64)], seed: u64, plan: &Plan) {
    let report = run(params, seed, plan);
    assert!(
        report.is_clean(),
        "{params:?} seed {seed}: broken {:?}, missed {:?}, unexplained {:?}, {}",
        report.broken,
        report.missed,
        report.unexplained,
        report.recipe.to_link()
    );
}

/// Small windows, so that checkpoints and full windows are part of every run.
const SMALL: [(&str, u64); 3] = [("clients", 3), ("checkpoint-interval", 2), ("window", 4)];

#[test]
fn crashes_cuts_and_losses_break_nothing_and_healed_replicas_agree() {
    for seed in seeds() {
        let mut params = SMALL.to_vec();
        params.push(("n", [4, 4, 5, 6, 7][(seed % 5) as usize]));
        assert_clean(&params, seed, &Plan::default());
    }
}

#[test]
fn as_many_liars_as_the_cluster_bears_break_nothing() {
    for seed in seeds() {
        let n = [4, 4, 5, 6, 7][(seed % 5) as usize];
        let plan = Plan { byzantine_max: (n as usize - 1) / 3, deeds: 60, ..Plan::default() };
        let mut params = SMALL.to_vec();
        params.push(("n", n));
        assert_clean(&params, seed, &plan);
    }
}

#[test]
fn liars_on_a_good_network_break_nothing() {
    for seed in seeds() {
        let n = [4, 7][(seed % 2) as usize];
        let plan = Plan {
            byzantine_max: (n as usize - 1) / 3,
            down_max: Some(0),
            cuts: false,
            links: false,
            clocks: false,
            deeds: 80,
            gap_max_us: 200 * MS,
            ..Plan::default()
        };
        let mut params = SMALL.to_vec();
        params.push(("n", n));
        assert_clean(&params, seed, &plan);
    }
}

/// Checkpoint messages that liars and a bad network kept from everybody must come again, or the window stays full.
#[test]
fn a_full_window_empties_once_checkpoints_come_again() {
    let plan = Plan { byzantine_max: 2, deeds: 60, ..Plan::default() };
    let mut params = SMALL.to_vec();
    params.push(("n", 7));
    assert_clean(&params, 129, &plan);
}
