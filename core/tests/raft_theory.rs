//! How often votes split, beside the closed form of Ongaro's thesis (§9.2): of s servers that time out evenly within a
//! range, the vote splits if the first c of them do so within l of each other, where c = s − ⌊n / 2⌋ + 1.

use playground_core::action::Command;
use playground_core::kernel::{Latency, LinkProfile, Shape};
use playground_core::recipe::Recipe;
use playground_core::registry::open;
use playground_core::time::MS;
use playground_core::view::{Lens, Rank};

/// Runs of each kind.
const RUNS: u64 = 1_000;

/// The probability that the first `c` of `s` servers time out within `l` tenths of the range of each other: the
/// sum over k from c − 1 to s of C(s, k) lᵏ (1 − l)ˢ⁻ᵏ.
fn closed_form(c: u32, s: u32, l_tenths: u64) -> f64 {
    let choose = |k: u32| (0..k).fold(1, |product, i| product * u64::from(s - i) / u64::from(i + 1));
    let term = |k: u32| choose(k) * l_tenths.pow(k) * (10 - l_tenths).pow(s - k);
    (c - 1..=s).map(term).sum::<u64>() as f64 / 10_f64.powi(s as i32)
}

/// Whether the first election of a cluster splits: all time out within 100 ms, and each message takes `delay_ms`. And what
/// the measure says of theory, in thousandths.
fn splits(n: u64, delay_ms: u32, seed: u64) -> (bool, u64) {
    let params =
        [("n", n), ("clients", 0), ("election-timeout-min-ms", 200), ("election-timeout-max-ms", 300)];
    let params = params.iter().map(|(id, value)| ((*id).into(), *value)).collect();
    let mut session = open(&Recipe { params, seed, ..Recipe::new("raft") }).unwrap();
    let delay = Shape::Constant { us: delay_ms * MS as u32 };
    let profile = LinkProfile { latency: Latency(vec![(1, delay)]), ..LinkProfile::default() };
    session.command(Command::Link { from: None, to: None, profile }).unwrap();
    let leads = |session: &dyn playground_core::session::Session| {
        session.frame(&Lens::default()).nodes.iter().any(|node| node.view.rank == Rank::Leads)
    };
    while !leads(&*session) {
        assert!(session.step() && session.present() < 5_000);
    }
    let values = session.measures().values;
    let measure = values.iter().find(|value| value.id == "split-votes").unwrap();
    (measure.value.unwrap().0 > 0, measure.theory.unwrap().0)
}

#[test]
fn the_closed_form_is_the_thesis() {
    // Its example: five servers of which four are up.
    for (l_tenths, percent) in [(1, "5.2"), (2, "18.1")] {
        assert_eq!(format!("{:.1}", 100.0 * closed_form(3, 4, l_tenths)), percent);
    }
}

#[test]
fn votes_split_as_often_as_theory_says() {
    for (n, delay_ms, counted) in [(2, 20, 352), (3, 20, 103), (4, 20, 170), (5, 20, 62), (5, 40, 289)] {
        let split = (0..RUNS).filter(|seed| splits(n, delay_ms, *seed).0).count();
        let c = n as u32 - n as u32 / 2 + 1;
        let expected = RUNS as f64 * closed_form(c, n as u32, u64::from(delay_ms) / 10);
        assert!(
            (expected - splits(n, delay_ms, 0).1 as f64).abs() <= 1.0,
            "what is shown is the closed form"
        );
        let deviation = (expected * (1.0 - expected / RUNS as f64)).sqrt();
        assert!(
            (split as f64 - expected).abs() < 3.0 * deviation,
            "{n} servers: {split}, expected {expected}"
        );
        assert_eq!(split, counted, "n = {n}, {delay_ms} ms");
    }
}
