//! Chaos over the whole catalogue: safety in the storm, liveness after it, and every twin caught.

use playground_core::action::Command;
use playground_core::chaos::{Plan, Report, run, shrink};
use playground_core::protocol::{AT, TO};
use playground_core::recipe::Recipe;
use playground_core::registry::{Entry, catalogue, find, open};
use playground_core::view::Lens;

/// Seeds each protocol runs through. A long search is `CHAOS_SEEDS=100000 cargo test --release --test chaos`.
fn seeds() -> u64 {
    option_env!("CHAOS_SEEDS").and_then(|text| text.parse().ok()).unwrap_or(400)
}

fn run_clean(entry: &Entry, params: &[(&str, u64)], seed: u64) -> Report {
    let report = run(entry, params, seed, &Plan::default()).unwrap();
    assert!(
        report.is_clean(),
        "{} {params:?} seed {seed}: broken {:?}, missed {:?}, unexplained {:?}, unjudged {}\n#{}",
        entry.meta.slug,
        report.broken,
        report.missed,
        report.unexplained,
        report.is_unjudged,
        report.recipe.to_link(),
    );
    report
}

#[test]
fn the_correct_protocols_break_nothing_and_reach_their_goals_once_healed() {
    for entry in catalogue() {
        for seed in 0..seeds() {
            run_clean(entry, &[], seed);
        }
    }
}

#[test]
fn what_chaos_asks_for_names_members_that_there_are_and_goes_to_who_leads_half_the_time() {
    let entry = find("raft").unwrap();
    let (mut asked, mut done) = (0, 0);
    for seed in 0..50 {
        let recipe = run_clean(entry, &[("n", 3), ("clients", 1)], seed).recipe;
        for (_, command) in &recipe.commands {
            let Command::Operate { node, operation, args } = command else { continue };
            let spec = &entry.meta.operations[usize::from(*operation)];
            for (arg, value) in spec.args.iter().zip(args) {
                let names = |id| matches!(id, "to" | "server" | "first" | "last");
                assert!(!names(arg.id) || *value < 3, "{} {args:?}", spec.id);
                assert!(arg.id != AT || *value <= 3, "{} {args:?}: the first word names nobody", spec.id);
                assert!(arg.id != TO || *value != u64::from(node.0), "it does not hand over to itself");
            }
        }
        let operations = open(&recipe).unwrap().operations();
        let handed_over = operations.iter().filter(|operation| operation.call.starts_with("transfer"));
        asked += handed_over.clone().count();
        done += handed_over.filter(|operation| !operation.is_refused).count();
    }
    assert_eq!((asked, done), (70, 25));
}

#[test]
fn chaos_finds_the_stale_read_of_a_leader_that_reads_locally() {
    let entry = find("raft").unwrap();
    let twin = [("clients", 3), ("twin-local-read", 1)];
    let plan = Plan { deeds: 120, ..Plan::default() };
    let stale = (0..400).find_map(|seed| {
        let report = run(entry, &twin, seed, &plan).unwrap();
        report.broken.map(|(property, _)| (seed, property))
    });
    assert!(matches!(stale, Some((_, "fresh-reads"))), "{stale:?}");
}

#[test]
fn equal_seeds_give_equal_chaos() {
    for entry in catalogue() {
        for seed in 0..5 {
            assert_eq!(run_clean(entry, &[], seed), run_clean(entry, &[], seed));
        }
    }
}

/// The first run of a twin that breaks something after six commands or more.
fn first_failure(slug: &str, twin: &[(&str, u64)]) -> Option<(&'static str, Recipe)> {
    let entry = find(slug).unwrap();
    (0..2_000).find_map(|seed| {
        let report = run(entry, twin, seed, &Plan::default()).unwrap();
        let long = report.recipe.commands.len() >= 6;
        report.broken.filter(|_| long).map(|(property, _)| (property, report.recipe))
    })
}

#[test]
fn a_failing_run_shrinks_to_one_that_still_fails() {
    for (slug, twin) in [("ping-pong", "twin-count-every-ball"), ("raft", "twin-no-up-to-date-check")] {
        let (property, recipe) = first_failure(slug, &[(twin, 1)]).expect("chaos finds what the twin breaks");
        let shrunk = shrink(find(slug).unwrap(), &recipe, property).unwrap().recipe;
        let (left, all) = (shrunk.commands.len(), recipe.commands.len());
        assert!(left < all, "{twin}: {left} of {all} commands left");
        let mut session = open(&shrunk).unwrap();
        session.seek(shrunk.length);
        let verdicts = session.frame(&Lens::default()).verdicts;
        let verdict = verdicts.iter().find(|verdict| verdict.id == property).unwrap();
        assert_eq!((verdict.holds, verdict.broken_at), (false, Some(shrunk.length)), "{twin}");
    }
}
