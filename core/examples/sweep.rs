//! Measures the same run under many seeds and prints what came out as one JSON object.
//!
//! ```sh
//! cargo run --release -q -p playground-core --example sweep -- raft --scenario leader-crash --seeds 0..1000 \
//!     --measure recovery
//! ```
//!
//! Options: `--seeds A..B` (B is not among them) and `--measure ID` (see `catalogue`) must be there; `--scenario ID`,
//! `--set k=v` and `--shard i/n` may be.
//!
//! # What is run
//!
//! Without a scenario, the protocol by itself for ten seconds of simulated time: nobody asks for anything but what its
//! parameters let clients ask for (`--set client-load-ms=50`), and nothing fails.
//!
//! With one, its parameters (`--set` goes over them), and what its hands do, at the same simulated times, to the time at which
//! it ends:
//!
//! * Where a hand means the node that leads in the scenario, it means here the node that leads here: the two change places,
//!   unless one of them was already meant before.
//! * Another seed has other messages in flight, so what is done to a single message (deliver, drop, duplicate, delay) is left
//!   out, and so is manual mode, in which nobody would deliver them.
//! * A timer that is fired is the timer of that name at that node, if it runs.
//! * What can't be done under a seed, such as restarting a node that is up, is left out there.
//!
//! So sweep scenarios that are made of operations, crashes and cuts; one that is made of single messages shows what happens
//! without its hands.
//!
//! # What is printed
//!
//! `{"measure","unit","count","mean","min","max","quantiles":{"p50","p90","p99","p999"},"histogram":[{"from","below","count"}]}`.
//! `count` is how many runs have a value: where there was nothing to measure (nobody failed, so nobody recovered), a run
//! has none. A quantile is the smallest value that at least so many of them do not exceed. Without any, numbers are `null`.
//!
//! The buckets of the histogram do not depend on the values: below 0.128 each thousandth is one, and from there on every
//! doubling is cut into 64 of equal width, so a bucket is never wider than 1/64 of where it begins. So histograms merge by
//! adding the counts of equal `from`. `--shard 2/8` takes every eighth seed, from the second on: the eight shards together
//! are the sweep.
//!
//! Exit status 0: answered. 2: unusable input, with one line on standard error.

mod support;

use playground_core::measure::{Milli, Unit};
use playground_core::recipe::Recipe;
use playground_core::session::Session;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Range;
use std::process::ExitCode;
use support::script::Script;
use support::{Chosen, Complaint, Options, answer};

fn main() -> ExitCode {
    answer(|words| {
        let wish = wish(words)?;
        let script = Script::of(&wish.chosen)?;
        let unit = unit_of(&script, &wish)?;
        let seeds = wish.seeds.clone().skip(wish.shard.0 as usize).step_by(wish.shard.1 as usize);
        let mut values = vec![];
        for seed in seeds {
            let session = script.play(&wish.chosen, seed)?;
            values.extend(
                value_of(&*session, &wish.measure).and_then(|(_, value)| value).map(|Milli(value)| value),
            );
        }
        values.sort_unstable();
        println!("{}", told(&wish.measure, unit, &values));
        Ok(())
    })
}

/// What the command line asks for.
struct Wish {
    chosen: Chosen,
    seeds: Range<u64>,
    measure: String,
    /// Which share of the seeds, from 0, and of how many.
    shard: (u64, u64),
}

fn wish(words: Vec<String>) -> Result<Wish, Complaint> {
    let mut options = Options::new(words);
    let slug = options.next().ok_or_else(|| Complaint("sweep wants the slug of a protocol".into()))?;
    let mut chosen = Chosen::new(&slug)?;
    let (mut seeds, mut measure, mut shard) = (None, None, (0, 1));
    while let Some(option) = options.next() {
        match option.as_str() {
            "--scenario" => chosen.scenario = Some(options.value(&option)?),
            "--set" => chosen.set(&options.value(&option)?)?,
            "--seeds" => seeds = Some(seeds_of(&options.value(&option)?)?),
            "--measure" => measure = Some(options.value(&option)?),
            "--shard" => shard = shard_of(&options.value(&option)?)?,
            other => return Err(Complaint(format!("there is no option “{other}”"))),
        }
    }
    let seeds = seeds.ok_or_else(|| Complaint("sweep wants --seeds A..B".into()))?;
    let measure = measure.ok_or_else(|| Complaint("sweep wants --measure ID".into()))?;
    Ok(Wish { chosen, seeds, measure, shard })
}

fn seeds_of(text: &str) -> Result<Range<u64>, Complaint> {
    let bounds = text.split_once("..").and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    let wanted = || Complaint(format!("--seeds wants A..B with A below B, not “{text}”"));
    bounds.filter(|(from, to)| from < to).map(|(from, to)| from..to).ok_or_else(wanted)
}

fn shard_of(text: &str) -> Result<(u64, u64), Complaint> {
    let parts = text.split_once('/').and_then(|(at, of)| Some((at.parse().ok()?, of.parse().ok()?)));
    let wanted = || Complaint(format!("--shard wants i/n with i from 1 to n, not “{text}”"));
    parts.filter(|(at, of)| (1..=*of).contains(at)).map(|(at, of)| (at - 1, of)).ok_or_else(wanted)
}

fn value_of(session: &dyn Session, measure: &str) -> Option<(Unit, Option<Milli>)> {
    let values = session.measures().values;
    values.iter().find(|value| value.id == measure).map(|value| (value.unit, value.value))
}

/// The unit of the measure, if the protocol has it.
fn unit_of(script: &Script, wish: &Wish) -> Result<Unit, Complaint> {
    let slug = wish.chosen.entry.meta.slug;
    let session = wish.chosen.entry.open(&Recipe { params: script.params.clone(), ..Recipe::new(slug) })?;
    let unknown = || {
        let known: Vec<_> = session.measures().values.iter().map(|value| value.id).collect();
        if known.is_empty() {
            return Complaint(format!("“{slug}” has no measures"));
        }
        Complaint(format!("there is no measure “{}”: wanted one of {}", wish.measure, known.join(", ")))
    };
    value_of(&*session, &wish.measure).map(|(unit, _)| unit).ok_or_else(unknown)
}

/// What a sweep came to, of its values in thousandths, sorted.
fn told(measure: &str, unit: Unit, values: &[u64]) -> Value {
    let count = values.len() as u64;
    let sum: u128 = values.iter().copied().map(u128::from).sum();
    let mean = (sum + u128::from(count / 2)).checked_div(u128::from(count)).map(|mean| mean as u64);
    let quantile = |per_mille: usize| {
        let rank = (values.len() * per_mille).div_ceil(1_000).max(1);
        values.get(rank - 1).copied().map(number)
    };
    json!({
        "measure": measure,
        "unit": unit.name(),
        "count": count,
        "mean": mean.map(number),
        "min": values.first().copied().map(number),
        "max": values.last().copied().map(number),
        "quantiles": {
            "p50": quantile(500),
            "p90": quantile(900),
            "p99": quantile(990),
            "p999": quantile(999),
        },
        "histogram": histogram(values),
    })
}

/// A number of thousandths: a whole number as such.
fn number(thousandths: u64) -> Value {
    if thousandths.is_multiple_of(1_000) {
        json!(thousandths / 1_000)
    } else {
        json!(thousandths as f64 / 1_000.0)
    }
}

/// Buckets in which something is, by where they begin.
fn histogram(values: &[u64]) -> Vec<Value> {
    let mut counts: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    for value in values {
        let Range { start, end } = bucket(*value);
        let (_, count) = counts.entry(start).or_insert((end, 0));
        *count += 1;
    }
    let told = |(from, (below, count))| json!({"from": number(from), "below": number(below), "count": count});
    counts.into_iter().map(told).collect()
}

/// Doublings of a value from which on a bucket is wider than one thousandth, and into how many parts each is cut: 2⁷ and 2⁶.
const EXACT_BITS: u32 = 7;

/// The bucket of a value, in thousandths.
fn bucket(value: u64) -> Range<u64> {
    let shift = (u64::BITS - value.leading_zeros()).saturating_sub(EXACT_BITS);
    let from = value >> shift << shift;
    from..from.saturating_add(1 << shift)
}
