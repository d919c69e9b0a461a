//! The headless commands, as a script runs them: their JSON is stable, their complaints are one line.
#![cfg(not(target_family = "wasm"))]

use playground_core::recipe::Recipe;
use playground_core::registry::{catalogue, open};
use serde_json::Value;
use std::process::Command;

/// Exit status, standard output, standard error.
fn run(example: &str, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO"))
        .args(["run", "-q", "-p", "playground-core", "--example", example, "--"])
        .args(args)
        .output()
        .expect("cargo runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it is UTF-8");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

/// What a command answers, each line as JSON.
fn answer(example: &str, args: &[&str]) -> Vec<Value> {
    let (status, out, complaint) = run(example, args);
    assert_eq!((status, complaint.as_str()), (0, ""), "{example} {args:?}");
    serde_json::Deserializer::from_str(&out).into_iter().map(|value| value.expect("it is JSON")).collect()
}

/// The one line a command complains with.
fn complaint(example: &str, args: &[&str]) -> String {
    let (status, out, complaint) = run(example, args);
    assert_eq!((status, out.as_str()), (2, ""), "{example} {args:?}");
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    complaint.trim_end().to_owned()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn the_catalogue_names_everything_a_script_needs() {
    let answers = answer("catalogue", &[]);
    let entries = answers[0].as_array().unwrap();
    assert_eq!(entries.len(), catalogue().len());
    let expected = [
        "group",
        "measures",
        "operations",
        "params",
        "properties",
        "scenarios",
        "slug",
        "sources",
        "title",
        "twins",
    ];
    for entry in entries {
        assert_eq!(keys(entry), expected);
        for scenario in entry["scenarios"].as_array().unwrap() {
            let recipe = Recipe::from_link(scenario["link"].as_str().unwrap()).unwrap();
            assert!(open(&recipe).is_ok());
        }
    }
    assert_eq!(keys(&entries[0]["params"][0]), ["choices", "default", "id", "kind", "max", "min", "title"]);
    assert_eq!(entries[0]["slug"], "raft");
    let twins: Vec<_> = entries[0]["twins"].as_array().unwrap().iter().map(|twin| &twin["breaks"]).collect();
    let properties: Vec<_> =
        entries[0]["properties"].as_array().unwrap().iter().map(|property| &property["id"]).collect();
    assert!(twins.iter().all(|breaks| properties.contains(breaks)), "{twins:?} of {properties:?}");
}

#[test]
fn a_replay_ends_where_the_run_ends() {
    let recipe = Recipe { length: 40, seed: 7, ..Recipe::new("ping-pong") };
    let link = recipe.to_link();
    let lines = answer("replay", &[&format!("https://example.org/?step=3#{link}")]);
    let (end, steps) = lines.split_last().unwrap();
    assert_eq!(steps.len(), 40);
    assert_eq!(
        keys(&steps[0]),
        ["cause", "kind", "marks", "message", "node", "sent", "step", "text", "time_us", "why"]
    );
    assert_eq!(keys(end), ["fingerprint", "steps", "time_us", "verdicts"]);
    let session = open(&recipe).unwrap();
    assert_eq!(end["fingerprint"], format!("{:016x}", session.fingerprint()));
    assert_eq!(end["time_us"], session.now().us());
}

#[test]
fn an_exploration_finds_a_twin_and_its_link_shows_it() {
    let args = [
        "raft",
        "--set",
        "n=3",
        "--set",
        "clients=0",
        "--timers",
        "2",
        "--crashes",
        "1",
        "--twin",
        "twin-forget-vote",
    ];
    let found = &answer("explore", &args)[0];
    let expected =
        ["bytes_per_state", "complete", "depth", "distinct", "seconds", "slug", "transitions", "violations"];
    assert_eq!(keys(found), expected);
    assert_eq!((&found["complete"], &found["distinct"]), (&Value::Bool(false), &Value::from(8_811)));
    let violation = &found["violations"][0];
    assert_eq!((&violation["property"], &violation["steps"]), (&"election-safety".into(), &Value::from(8)));
    let recipe = Recipe::from_link(violation["link"].as_str().unwrap()).unwrap();
    let verdicts = open(&recipe).unwrap().frame(&playground_core::view::Lens::default()).verdicts;
    let verdict = verdicts.iter().find(|verdict| verdict.id == "election-safety").unwrap();
    assert_eq!((verdict.holds, verdict.broken_at), (false, Some(recipe.length)));
}

#[test]
fn an_exploration_by_symmetry_says_how_many_renamings_are_one() {
    let small = ["paxos", "--set", "proposers=1", "--set", "learners=0", "--timers", "1", "--symmetry"];
    let found = &answer("explore", &small)[0];
    assert_eq!((&found["complete"], &found["renamings"]), (&Value::Bool(true), &Value::from(6)));
    let complaint = complaint("explore", &["raft", "--symmetry"]);
    assert!(complaint.contains("“raft” names no interchangeable nodes"), "{complaint}");
}

#[test]
fn unusable_input_gets_one_line_that_says_what_was_wanted() {
    assert!(complaint("catalogue", &["all"]).contains("takes no arguments"));
    assert!(complaint("replay", &[]).contains("takes one link"));
    assert!(complaint("replay", &["v1.AAAA"]).contains("checksum"));
    assert!(complaint("explore", &[]).contains("wants the slug"));
    assert!(complaint("explore", &["raft2"]).contains("there is no protocol “raft2”: wanted one of raft"));
    assert!(complaint("explore", &["raft", "--set", "n=99"]).contains("a whole number from 1 to 15"));
    assert!(complaint("explore", &["raft", "--set", "n"]).contains("--set wants k=v"));
    assert!(complaint("explore", &["raft", "--twin", "x"]).contains("wanted one of twin-commit-old-term"));
    assert!(
        complaint("explore", &["raft", "--max-states", "many"]).contains("wants a whole number, not “many”")
    );
    assert!(complaint("explore", &["raft", "--scenario", "x"]).contains("there is no scenario “x”"));
    assert!(complaint("explore", &["raft", "--colour", "x"]).contains("there is no option “--colour”"));
    assert!(complaint("explore", &["raft", "--crashes"]).contains("--crashes wants a value"));
}
