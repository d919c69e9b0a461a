//! Explores the futures of a protocol and prints what was found as one JSON object.
//!
//! ```sh
//! cargo run --release -q -p playground-core --example explore -- raft --set n=3 --twin twin-forget-vote \
//!     --timers 2 --crashes 1
//! ```
//!
//! Options: `--scenario ID` (begins where the scenario opens), `--set k=v`, `--twin ID`, `--max-states N`,
//! `--max-depth D`, `--drops N|all`, `--duplicates N`, `--crashes N`, `--timers N|all`,
//! `--network set|multiset|fifo`, `--order breadth|depth`, `--symmetry`, `--threads N` (all cores without it). The answer is
//! the same at any number of threads.
//!
//! With `--symmetry`, states that differ only in the names of interchangeable nodes count as one: a protocol that names no
//! such nodes is refused, and so are too many of them. The answer then has one more key, `renamings`: how many ways to name
//! the nodes are taken for one.

mod support;

use playground_core::explore::{Bounds, Ending, NetworkKind, Order, explore as explore_futures};
use playground_core::recipe::Recipe;
use playground_core::registry::Opened;
use playground_core::session::Session;
use serde_json::{Value, json};
use std::process::ExitCode;
use std::time::Instant;
use support::{Chosen, Complaint, Options, answer};

fn main() -> ExitCode {
    answer(|words| {
        let mut options = Options::new(words);
        let slug = options.next().ok_or_else(|| Complaint("explore wants the slug of a protocol".into()))?;
        let mut chosen = Chosen::new(&slug)?;
        let mut bounds = Bounds::default();
        let mut threads = std::thread::available_parallelism().map_or(1, usize::from);
        while let Some(option) = options.next() {
            match option.as_str() {
                "--scenario" => chosen.scenario = Some(options.value(&option)?),
                "--set" => chosen.set(&options.value(&option)?)?,
                "--twin" => chosen.twin(&options.value(&option)?)?,
                "--threads" => threads = options.number(&option)?,
                _ => set_bound(&mut bounds, &option, &mut options)?,
            }
        }
        println!("{}", explore(&chosen, bounds, threads)?);
        Ok(())
    })
}

fn set_bound(bounds: &mut Bounds, option: &str, options: &mut Options) -> Result<(), Complaint> {
    match option {
        "--max-states" => bounds.states_max = options.number(option)?,
        "--max-depth" => bounds.depth_max = options.number(option)?,
        "--drops" => bounds.drops = limit(options, option)?,
        "--duplicates" => bounds.duplicates = options.number(option)?,
        "--symmetry" => bounds.symmetry = true,
        "--crashes" => bounds.crashes = options.number(option)?,
        "--timers" => bounds.timers = limit(options, option)?,
        "--network" => {
            bounds.network = match options.value(option)?.as_str() {
                "set" => NetworkKind::Set,
                "multiset" => NetworkKind::Multiset,
                "fifo" => NetworkKind::Fifo,
                other => {
                    return Err(Complaint(format!("--network wants set, multiset or fifo, not “{other}”")));
                }
            }
        }
        "--order" => {
            bounds.order = match options.value(option)?.as_str() {
                "breadth" => Order::BreadthFirst,
                "depth" => Order::DepthFirst,
                other => return Err(Complaint(format!("--order wants breadth or depth, not “{other}”"))),
            }
        }
        other => return Err(Complaint(format!("there is no option “{other}”"))),
    }
    Ok(())
}

/// A number, or `all` for no limit.
fn limit(options: &mut Options, option: &str) -> Result<Option<u8>, Complaint> {
    let text = options.value(option)?;
    if text == "all" {
        return Ok(None);
    }
    let number =
        text.parse().map_err(|_| Complaint(format!("{option} wants 0 to 255 or all, not “{text}”")))?;
    Ok(Some(number))
}

fn begin(chosen: &Chosen) -> Result<Box<dyn Session>, Complaint> {
    let Some(id) = &chosen.scenario else {
        let recipe = Recipe { params: chosen.changed(), ..Recipe::new(chosen.entry.meta.slug) };
        return Ok(chosen.entry.open(&recipe)?);
    };
    let Opened { session, opens_at } = chosen.entry.scenario(id)?;
    let mut recipe = session.recipe();
    recipe.params = chosen.over(recipe.params);
    recipe.length = opens_at;
    recipe.commands.retain(|(step, _)| *step < opens_at);
    Ok(chosen.entry.open(&recipe)?)
}

fn explore(chosen: &Chosen, bounds: Bounds, threads: usize) -> Result<Value, Complaint> {
    let mut session = begin(chosen)?;
    let started = Instant::now();
    let is_symmetric = bounds.symmetry;
    let mut exploration = explore_futures(&session.recipe(), bounds)?;
    let progress = exploration.run_on(u64::MAX, threads, &|jobs| {
        std::thread::scope(|scope| {
            for job in jobs {
                scope.spawn(job);
            }
        });
    });
    let seconds = started.elapsed().as_secs_f64();
    let mut violations = vec![];
    if let Some(found) = exploration.counterexample() {
        session.follow(found)?;
        violations.push(json!({
            "property": found.property,
            "witness": found.witness,
            "steps": found.moves.len(),
            "link": session.recipe().to_link(),
        }));
    }
    let mut found = json!({
        "slug": chosen.entry.meta.slug,
        "distinct": progress.distinct,
        "transitions": progress.transitions,
        "depth": progress.depth,
        "complete": progress.ended == Some(Ending::Complete),
        "seconds": seconds,
        "bytes_per_state": exploration.bytes_per_state(),
        "violations": violations,
    });
    if is_symmetric {
        found["renamings"] = exploration.renamings().into();
    }
    Ok(found)
}
