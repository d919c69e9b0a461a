//! The twin table: every rule that can be switched off, the property it protects, and who finds the break. The same
//! searches find nothing with the rule in place. `cargo test --test twins -- --nocapture` prints it.

use playground_core::chaos::{self, Plan};
use playground_core::explore::{Bounds, Ending, explore};
use playground_core::protocol::Twin;
use playground_core::recipe::Recipe;
use playground_core::registry::{Entry, catalogue};
use playground_core::view::Lens;

/// Seeds of chaos spent on a twin.
const SEEDS: u64 = 60;

/// A small cluster, where a protocol has parameters for its size.
const SMALL: [(&str, u64); 2] = [("n", 3), ("clients", 0)];

fn bounds() -> Bounds {
    Bounds { states_max: 60_000, timers: Some(2), crashes: 1, ..Bounds::default() }
}

fn small(entry: &Entry, params: &[(&'static str, u64)]) -> Vec<(String, u64)> {
    let spec = |id: &str| entry.meta.params.iter().find(|spec| spec.id == id);
    let is_free = |id: &str| params.iter().all(|(other, _)| *other != id);
    // Some protocols have no cluster that small.
    let least = |(id, value): &(&'static str, u64)| Some((*id, spec(id)?.bounds().0.max(*value)));
    let small = SMALL.iter().filter_map(least).filter(|(id, _)| is_free(id));
    small.chain(params.iter().copied()).map(|(id, value)| (id.into(), value)).collect()
}

/// Any trouble, and one traitor where a protocol bears traitors.
fn plan(entry: &Entry) -> Plan {
    Plan { byzantine_max: usize::from(!entry.meta.behaviours.is_empty()), ..Plan::default() }
}

/// What exploring finds broken first, and in how many moves.
fn explored(entry: &Entry, params: &[(&'static str, u64)]) -> Option<(&'static str, usize)> {
    let recipe = Recipe { params: small(entry, params), ..Recipe::new(entry.meta.slug) };
    let mut exploration = explore(&recipe, bounds()).unwrap();
    let ending = exploration.run(u64::MAX).ended;
    let found = exploration.counterexample()?;
    assert_eq!(ending, Some(Ending::Violation));
    Some((found.property, found.moves.len()))
}

/// The first seed of chaos that breaks the property, or else the first that breaks any: what is broken, the seed, and
/// after how many steps.
fn in_chaos(entry: &Entry, params: &[(&str, u64)], property: &str) -> Option<(&'static str, u64, u64)> {
    let mut other = None;
    for seed in 0..SEEDS {
        let report = chaos::run(entry, params, seed, &plan(entry)).unwrap();
        let found = report.broken.map(|(broken, step)| (broken, seed, step));
        if found.is_some_and(|(broken, ..)| broken == property) {
            return found;
        }
        other = other.or(found);
    }
    other
}

/// The scenario that shows the break, and at which step.
fn in_scenario(entry: &Entry, twin: &Twin) -> Option<(&'static str, u64)> {
    entry
        .scenarios
        .iter()
        .filter(|scenario| twin.params.iter().all(|param| scenario.params.contains(param)))
        .find_map(|scenario| {
            let mut session = entry.scenario(scenario.id).unwrap().session;
            session.seek(session.recipe().length);
            let verdicts = session.frame(&Lens::default()).verdicts;
            let verdict = verdicts.into_iter().find(|verdict| verdict.id == twin.breaks && !verdict.holds)?;
            Some((scenario.id, verdict.broken_at?))
        })
}

/// Whether the property also breaks if the scenario's hands do the same with the rule in place. `None` where the runs part
/// so early that something they do cannot be done any more: then the scenario shows nothing of the rule.
fn breaks_with_the_rule(entry: &Entry, twin: &Twin, scenario: &str) -> Option<bool> {
    let mut recipe = entry.scenario(scenario).unwrap().session.recipe();
    recipe.params.retain(|(id, _)| id != twin.id);
    let mut session = entry.open(&recipe).ok()?;
    session.seek(recipe.length);
    let verdicts = session.frame(&Lens::default()).verdicts;
    Some(verdicts.iter().any(|verdict| verdict.id == twin.breaks && !verdict.holds))
}

#[test]
fn every_twin_is_found_and_the_rule_in_place_breaks_nothing() {
    println!("{:<28} {:<24} {:<32} {:<36} explored", "twin", "breaks", "scenario", "chaos");
    for entry in catalogue() {
        for twin in entry.meta.twins {
            let scenario = in_scenario(entry, twin);
            let chaos = in_chaos(entry, twin.params, twin.breaks);
            let explored = explored(entry, twin.params);
            // A rule may protect several properties, and another than the one named may break first.
            let also = |broken| if broken == twin.breaks { String::new() } else { format!(": {broken}") };
            let or_none = |text: Option<String>| text.unwrap_or_else(|| "–".into());
            println!(
                "{:<28} {:<24} {:<32} {:<36} {}",
                twin.id,
                twin.breaks,
                or_none(scenario.map(|(id, step)| format!("{id}, step {step}"))),
                or_none(
                    chaos.map(|(broken, seed, step)| format!("seed {seed}, step {step}{}", also(broken)))
                ),
                or_none(explored.map(|(broken, moves)| format!("{moves} moves{}", also(broken)))),
            );
            if let Some((id, _)) = scenario {
                assert_eq!(
                    breaks_with_the_rule(entry, twin, id),
                    Some(false),
                    "{id}, with the rule in place"
                );
            }
            let in_chaos = chaos.is_some_and(|(broken, ..)| broken == twin.breaks);
            let explored = explored.is_some_and(|(broken, _)| broken == twin.breaks);
            assert!(scenario.is_some() || in_chaos || explored, "nobody finds {}", twin.id);
        }
        // The rule in place, and whatever else each twin was searched with: of equal ones once.
        let with_rule = |twin: &Twin| twin.params.iter().copied().filter(|(id, _)| *id != twin.id).collect();
        let mut searched: Vec<Vec<(&'static str, u64)>> = entry.meta.twins.iter().map(with_rule).collect();
        searched.push(vec![]);
        searched.sort();
        searched.dedup();
        for params in searched {
            finds_nothing(entry, &params);
        }
    }
}

/// The searches that find twins, with no rule switched off.
fn finds_nothing(entry: &Entry, params: &[(&'static str, u64)]) {
    assert_eq!(explored(entry, params), None, "{} {params:?}", entry.meta.slug);
    let is_protected = |id: &str| entry.meta.twins.iter().any(|twin| twin.breaks == id);
    for seed in 0..SEEDS {
        let report = chaos::run(entry, params, seed, &plan(entry)).unwrap();
        let broken = report.broken.filter(|(broken, _)| is_protected(broken));
        assert_eq!(broken, None, "{} {params:?} seed {seed}", entry.meta.slug);
    }
}
