//! The command `sweep`, as a script runs it.
#![cfg(not(target_family = "wasm"))]

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::Command;

/// Exit status, standard output, standard error.
fn run(args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO"))
        .args(["run", "-q", "-p", "playground-core", "--example", "sweep", "--"])
        .args(args)
        .output()
        .expect("cargo runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it is UTF-8");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

/// What is answered, as one JSON object.
fn swept(args: &str) -> Value {
    let (status, answer, complaint) = run(&args.split(' ').collect::<Vec<_>>());
    assert_eq!((status, complaint.as_str()), (0, ""), "{args}");
    serde_json::from_str(&answer).expect("it is one JSON object")
}

/// The counts of a histogram, by where buckets begin.
fn buckets(of: &Value) -> BTreeMap<String, u64> {
    let buckets = of["histogram"].as_array().unwrap().iter();
    buckets.map(|bucket| (bucket["from"].to_string(), bucket["count"].as_u64().unwrap())).collect()
}

#[test]
fn a_leader_crashes_under_a_hundred_seeds() {
    let sweep = swept("raft --scenario leader-crash --seeds 0..100 --measure recovery");
    let keys: Vec<&str> = sweep.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["count", "histogram", "max", "mean", "measure", "min", "quantiles", "unit"]);
    assert_eq!((&sweep["measure"], &sweep["unit"]), (&json!("recovery"), &json!("us")));
    assert_eq!(sweep["count"], 100, "whoever leads crashes, be it n4 as in the scenario or another");
    let [min, mean, max] = ["min", "mean", "max"].map(|key| sweep[key].as_f64().unwrap());
    assert_eq!([min, mean, max], [157_163.0, 243_338.81, 492_199.0]);
    assert_eq!(sweep["quantiles"], json!({"p50": 212855, "p90": 397723, "p99": 465778, "p999": 492199}));
    let first = &sweep["histogram"][0];
    assert_eq!(
        *first,
        json!({"from": 155189.248, "below": 157286.4, "count": 1}),
        "1/64 of a power of two wide"
    );
}

#[test]
fn shards_are_the_sweep_in_parts_and_their_histograms_add_up() {
    let sweep = "paxos --set proposers=1 --seeds 3..20 --measure time-until-known";
    let whole = swept(sweep);
    let parts: Vec<Value> = (1..=3).map(|at| swept(&format!("{sweep} --shard {at}/3"))).collect();
    let counts: Vec<u64> = parts.iter().map(|part| part["count"].as_u64().unwrap()).collect();
    assert_eq!((counts.as_slice(), &whole["count"]), (&[6, 6, 5][..], &json!(17)));
    let mut sum = BTreeMap::new();
    for (from, count) in parts.iter().flat_map(buckets) {
        *sum.entry(from).or_insert(0) += count;
    }
    assert_eq!(sum, buckets(&whole));
    let least = |of: &Value| of["min"].as_u64().unwrap();
    assert_eq!(parts.iter().map(least).min(), Some(least(&whole)));
}

#[test]
fn without_a_scenario_the_protocol_runs_by_itself_for_ten_seconds() {
    let sweep = swept("raft --set n=3 --set client-load-ms=100 --seeds 7..8 --measure availability");
    assert_eq!((&sweep["count"], &sweep["unit"]), (&json!(1), &json!("share")));
    assert_eq!(sweep["histogram"], json!([{"from": 0.984, "below": 0.992, "count": 1}]), "it is 0.989");
    let nobody = swept("raft --seeds 7..8 --measure availability");
    let nothing = json!({
        "measure": "availability", "unit": "share", "count": 0, "mean": null, "min": null, "max": null,
        "quantiles": {"p50": null, "p90": null, "p99": null, "p999": null}, "histogram": [],
    });
    assert_eq!(nobody, nothing, "nobody asked for anything");
}

/// A leader that was cut off reads under a lease, at once. With the rule in place it finds that it leads no longer, and the
/// client waits for another.
#[test]
fn parameters_go_over_those_of_the_scenario_even_if_they_are_defaults() {
    let sweep = |set: &str| {
        let args = "raft --scenario twin-lease-read --seeds 0..4 --measure read-latency-p50";
        swept(&format!("{args}{set}"))["max"].clone()
    };
    let [under_a_lease, with_the_rule] = ["", " --set twin-lease-read=0"].map(sweep);
    assert_eq!([under_a_lease, with_the_rule], [33_091, 345_915].map(|us| json!(us)));
}

#[test]
fn unusable_input_is_one_line_that_says_what_was_wanted() {
    for (args, wanted) in [
        ("", "sweep wants the slug of a protocol"),
        ("raft2", "there is no protocol “raft2”: wanted one of raft"),
        ("raft --measure recovery", "sweep wants --seeds A..B"),
        ("raft --seeds 0..9", "sweep wants --measure ID"),
        ("raft --seeds 9..9 --measure recovery", "--seeds wants A..B with A below B, not “9..9”"),
        ("raft --seeds 9 --measure recovery", "--seeds wants A..B with A below B, not “9”"),
        (
            "raft --seeds 0..9 --measure speed",
            "there is no measure “speed”: wanted one of takeover, command-latency,",
        ),
        (
            "raft --seeds 0..9 --measure recovery --shard 0/4",
            "--shard wants i/n with i from 1 to n, not “0/4”",
        ),
        (
            "raft --seeds 0..9 --measure recovery --shard 5/4",
            "--shard wants i/n with i from 1 to n, not “5/4”",
        ),
        ("raft --seeds 0..9 --measure recovery --scenario x", "there is no scenario “x”"),
        ("raft --seeds 0..9 --measure recovery --set n=99", "a whole number from 1 to 15"),
        ("ping-pong --seeds 0..9 --measure speed", "“ping-pong” has no measures"),
        ("raft --fast", "there is no option “--fast”"),
    ] {
        let words: Vec<&str> = args.split(' ').filter(|word| !word.is_empty()).collect();
        let (status, answer, complaint) = run(&words);
        assert_eq!((status, answer.as_str()), (2, ""), "{args}");
        assert!(complaint.contains(wanted) && complaint.lines().count() == 1, "{args}: {complaint}");
    }
}

/// Measures are of commands: those that write, and those that read.
#[test]
fn the_catalogue_says_of_each_operation_whether_it_is_a_command() {
    let output = Command::new(env!("CARGO"))
        .args(["run", "-q", "-p", "playground-core", "--example", "catalogue"])
        .output()
        .expect("cargo runs");
    let catalogue: Value = serde_json::from_slice(&output.stdout).expect("it is one JSON array");
    let raft = catalogue.as_array().unwrap().iter().find(|entry| entry["slug"] == "raft").unwrap();
    let kind = |id: &str| {
        let operation = raft["operations"].as_array().unwrap().iter().find(|spec| spec["id"] == id);
        operation.unwrap()["kind"].clone()
    };
    assert_eq!(
        ["put", "get", "cas", "turn", "transfer"].map(kind),
        ["write", "read", "write", "steer", "steer"]
    );
}
