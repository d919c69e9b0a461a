//! What a step says of why must not contradict itself, over every scenario and over runs led by chance.
//!
//! Two contradictions are looked for. A rule that refuses, and all its guards hold: then the guard that decided is missing.
//! And a rule that was recorded with all its guards holding, and elsewhere with one that does not: then the guards are not
//! what decides, or a guard that nobody heeded does not say so (“not checked”).

mod support;

use playground_core::param::{ParamGroup, ParamKind};
use playground_core::recipe::Recipe;
use playground_core::registry::{Entry, catalogue, open};
use playground_core::session::Session;
use playground_core::view::{GuardView, Lens, WhyView};
use std::collections::{BTreeMap, BTreeSet};
use support::{Chance, random_command};

/// Runs led by chance for each protocol.
const SEEDS: u64 = 96;

/// What a refusal says.
const REFUSALS: [&str; 7] =
    [" refuses ", " ignores ", " rejects ", " would not ", " does not ", " turns ", " sends c1 on "];

/// Guards that tell how matters stand, and decide nothing.
const TELLING: [(&str, &str); 3] = [
    // A commit counts, whatever else is still missing.
    ("pbft", "count-commit"),
    // What is lacked may be messages, not what was executed.
    ("pbft", "help"),
    // That it is in order is a property, and a twin breaks it.
    ("pbft", "execute"),
];

/// How often a rule fired with all its guards, and with one that failed.
type Counts = BTreeMap<(&'static str, &'static str), [u64; 2]>;

fn refuses(why: &WhyView) -> bool {
    let sentence = why.sentence.plain();
    why.rule.starts_with("refuse-") || REFUSALS.iter().any(|word| sentence.contains(word))
}

/// Whether a guard failed that somebody heeded.
fn fails(guard: &GuardView) -> bool {
    !guard.holds && !guard.text.starts_with("a hand ") && !guard.text.ends_with("not checked")
}

/// Notes what a rule said; `Err` if it refuses though nothing stands in the way.
fn note(counts: &mut Counts, slug: &'static str, why: &WhyView) -> Result<(), String> {
    if why.guards.is_empty() {
        return Ok(());
    }
    let failed = why.guards.iter().any(fails);
    counts.entry((slug, why.rule)).or_default()[usize::from(failed)] += 1;
    if why.guards.iter().all(|guard| guard.holds) && refuses(why) {
        let guards: Vec<_> = why.guards.iter().map(|guard| guard.text.as_str()).collect();
        return Err(format!("“{}”, though all its guards hold: {guards:?}", why.sentence.plain()));
    }
    Ok(())
}

/// Rules that fired with all their guards and without.
fn mixed(counts: &Counts) -> BTreeSet<(&'static str, &'static str)> {
    counts.iter().filter(|(_, [all, failed])| all.min(failed) > &0).map(|(rule, _)| *rule).collect()
}

fn note_run(counts: &mut Counts, entry: &Entry, session: &mut dyn Session, place: &str) {
    let head = session.seek(session.recipe().length);
    for step in session.steps(1..head + 1) {
        for why in &step.whys {
            if let Err(said) = note(counts, entry.meta.slug, why) {
                panic!("{} {place}, step {}: {said}", entry.meta.slug, step.step);
            }
        }
    }
}

/// A run led by chance: each twin in turn, and none, every other time with all features on.
fn led_by_chance(entry: &Entry, seed: u64) -> Box<dyn Session> {
    let mut chance = Chance::new(seed);
    let kinds = entry.meta.twins.len() as u64 + 1;
    let twin = entry.meta.twins.get((seed % kinds) as usize);
    let mut params: Vec<_> = twin.map_or(&[][..], |twin| twin.params).to_vec();
    for spec in entry.meta.params {
        let is_flag = matches!(spec.kind, ParamKind::Flag { .. }) && spec.group == ParamGroup::Feature;
        if is_flag && (seed / kinds).is_multiple_of(2) && params.iter().all(|(id, _)| *id != spec.id) {
            params.push((spec.id, 1));
        }
    }
    let params = params.into_iter().map(|(id, value)| (id.into(), value)).collect();
    let mut session = open(&Recipe { seed, params, ..Recipe::new(entry.meta.slug) }).unwrap();
    for _ in 0..100 {
        for _ in 0..chance.below(12) {
            session.step();
        }
        let command = random_command(&mut chance, session.meta(), &session.frame(&Lens::default()));
        let _ = session.command(command);
    }
    open(&session.recipe()).unwrap()
}

#[test]
fn no_reason_contradicts_itself() {
    let mut counts = Counts::new();
    for entry in catalogue() {
        for scenario in entry.scenarios {
            let mut session = entry.scenario(scenario.id).unwrap().session;
            note_run(&mut counts, entry, &mut *session, scenario.id);
        }
        for seed in 0..SEEDS {
            note_run(&mut counts, entry, &mut *led_by_chance(entry, seed), &format!("seed {seed}"));
        }
        let refused =
            counts.iter().filter(|((slug, _), [_, failed])| *slug == entry.meta.slug && *failed > 0);
        assert!(refused.count() > 0, "{}: no guard ever failed", entry.meta.slug);
    }
    let mixed: Vec<_> = mixed(&counts).into_iter().filter(|rule| !TELLING.contains(rule)).collect();
    assert_eq!(mixed, [], "rules that fire whether or not their guards hold");
}

#[test]
fn a_contradiction_is_seen() {
    let guard = |holds, text: &str| GuardView { text: text.into(), holds };
    let why = |rule, guards| WhyView {
        rule,
        sentence: words("n1 would not vote for n2"),
        guards,
        section: "",
        is_main: false,
    };
    let mut counts = Counts::new();
    let all_hold = why("refuse", vec![guard(true, "hears no leader"), guard(true, "log (1,1) ≥ (1,1)")]);
    assert!(note(&mut counts, "raft", &all_hold).is_err(), "nothing stands in the way");
    let one_fails = why("refuse", vec![guard(true, "hears no leader"), guard(false, "log (1,1) < (1,2)")]);
    assert_eq!(note(&mut counts, "raft", &one_fails), Ok(()));
    assert_eq!(mixed(&counts), BTreeSet::from([("raft", "refuse")]), "it refuses whether they hold or not");

    let grants = |guards| WhyView { sentence: words("n1 grants its vote to n2"), ..why("grant", guards) };
    for (unheeded, expected) in
        [("log (1,1) < (1,2), not checked", 0), ("a hand fired it", 0), ("log (1,1) < (1,2)", 1)]
    {
        let mut counts = Counts::new();
        for guards in [vec![guard(true, "log (1,2) ≥ (1,2)")], vec![guard(false, unheeded)]] {
            assert_eq!(note(&mut counts, "raft", &grants(guards)), Ok(()));
        }
        assert_eq!(mixed(&counts).len(), expected, "{unheeded}");
    }
}

fn words(text: &str) -> playground_core::view::Sentence {
    playground_core::view::Sentence(vec![playground_core::view::Span::Text(text.into())])
}
