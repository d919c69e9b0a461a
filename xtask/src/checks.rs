//! `cargo xtask test`: every check, in order from quick to slow, none left out because another failed.

use std::process::Command;
use std::time::Instant;

use anyhow::Result;

use crate::report::{Outcome, Report};
use crate::run::{Tally, cargo, root, run, run_and_count};
use crate::tools::{self, Kit, Tool};
use crate::{imports, site, size};

/// The target that runs the core's tests as wasm: real 32-bit wasm, and still a standard output and an exit code.
const WASI: &str = "wasm32-wasip1";
/// The target of the page.
const WASM: &str = "wasm32-unknown-unknown";
/// The core's test of golden fingerprints, which every target and optimisation level must reproduce.
const GOLDEN: &str = "golden";

/// A step: its name, what it takes beyond Rust, whether the inner loop runs it too, and what it does.
struct Step {
    name: &'static str,
    tools: &'static [Tool],
    is_fast: bool,
    action: fn(&Kit) -> Result<Outcome>,
}

const STEPS: [Step; 13] = [
    Step { name: "formatting", tools: &[Tool::Linters], is_fast: true, action: formatting },
    Step { name: "clippy", tools: &[Tool::Linters], is_fast: true, action: clippy },
    Step {
        name: "clippy, page on wasm",
        tools: &[Tool::Linters, Tool::WasmTarget],
        is_fast: true,
        action: clippy_wasm,
    },
    Step { name: "rustdoc", tools: &[], is_fast: true, action: rustdoc },
    Step { name: "native tests", tools: &[], is_fast: true, action: native_tests },
    Step {
        name: "core on wasm32",
        tools: &[Tool::WasiTarget, Tool::Node],
        is_fast: true,
        action: wasi_tests,
    },
    Step { name: "core imports nothing", tools: &[Tool::WasmTarget], is_fast: true, action: core_imports },
    Step { name: "golden, release", tools: &[], is_fast: false, action: golden_native },
    Step {
        name: "golden, release on wasm32",
        tools: &[Tool::WasiTarget, Tool::Node],
        is_fast: false,
        action: golden_wasi,
    },
    Step {
        name: "page in Chromium",
        tools: &[Tool::WasmTarget, Tool::WasmBindgen, Tool::Chromium],
        is_fast: false,
        action: page_tests,
    },
    Step { name: "release build", tools: &site::BUILD_TOOLS, is_fast: false, action: release_build },
    Step { name: "size budget", tools: &site::BUILD_TOOLS, is_fast: false, action: size_budget },
    Step {
        name: "end to end in Chromium",
        tools: &[Tool::WasmOpt, Tool::Trunk, Tool::Chromium, Tool::Axe],
        is_fast: false,
        action: end_to_end,
    },
];

/// Runs the steps, prints the summary, and says whether all is well.
pub(crate) fn run_all(is_fast: bool) -> Result<bool> {
    let steps: Vec<&Step> = STEPS.iter().filter(|step| step.is_fast || !is_fast).collect();
    let wanted = |tool: &Tool| steps.iter().any(|step| step.tools.contains(tool));
    let wanted: Vec<Tool> = tools::ALL.into_iter().filter(wanted).collect();
    let kit = Kit::gather(&wanted);
    kit.print_missing();
    let mut report = Report::default();
    // A site left by an earlier run must not stand in for one that did not build.
    let mut is_built = false;
    for step in steps {
        eprintln!("\nxtask: {}", step.name);
        let start = Instant::now();
        let missing = step.tools.iter().find(|tool| !is_there(&kit, **tool));
        let wants_site = ["size budget", "end to end in Chromium"].contains(&step.name);
        let outcome = match missing {
            Some(tool) => Outcome::fail(format!("needs {}, which is missing", tool.name())),
            None if wants_site && !is_built => Outcome::fail("the site was not built"),
            None => (step.action)(&kit).unwrap_or_else(|error| Outcome::fail(format!("{error:#}"))),
        };
        if step.name == "release build" {
            is_built = outcome.failed == 0;
        }
        if outcome.failed > 0 {
            eprintln!("xtask: {} FAILED {}", step.name, outcome.note);
        }
        report.push(step.name, outcome, start.elapsed());
    }
    println!("\n{}", report.table().trim_end());
    Ok(report.is_success())
}

fn is_there(kit: &Kit, tool: Tool) -> bool {
    kit.why_missing(tool).is_none()
}

fn formatting(_: &Kit) -> Result<Outcome> {
    check(cargo().args(["fmt", "--all", "--check"]))
}

fn clippy(_: &Kit) -> Result<Outcome> {
    check(cargo().args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
}

fn clippy_wasm(_: &Kit) -> Result<Outcome> {
    let page = ["--package", "playground-web", "--all-targets", "--target", WASM];
    check(cargo().arg("clippy").args(page).args(["--", "--deny", "warnings"]))
}

fn rustdoc(_: &Kit) -> Result<Outcome> {
    check(cargo().args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings"))
}

fn native_tests(_: &Kit) -> Result<Outcome> {
    tests(cargo().args(["test", "--workspace", "--no-fail-fast"]))
}

fn wasi_tests(kit: &Kit) -> Result<Outcome> {
    let core = ["--package", "playground-core", "--lib", "--tests", "--target", WASI];
    let mut command = cargo();
    // A panic on wasm ends the program, and with it what libtest had captured: let everything be seen at once.
    command.args(["test", "--no-fail-fast"]).args(core).args(["--", "--nocapture"]);
    tests(kit.equip(&mut command))
}

fn core_imports(_: &Kit) -> Result<Outcome> {
    imports::check().map(|()| Outcome::pass())
}

fn golden_native(_: &Kit) -> Result<Outcome> {
    golden(&mut cargo())
}

fn golden_wasi(kit: &Kit) -> Result<Outcome> {
    let mut command = cargo();
    command.env("CARGO_BUILD_TARGET", WASI);
    golden(kit.equip(&mut command))
}

fn golden(command: &mut Command) -> Result<Outcome> {
    if !root().join(format!("core/tests/{GOLDEN}.rs")).is_file() {
        return Ok(Outcome::skip(format!("there is no core/tests/{GOLDEN}.rs yet")));
    }
    tests(command.args(["test", "--release", "--package", "playground-core", "--test", GOLDEN]))
}

fn page_tests(kit: &Kit) -> Result<Outcome> {
    let page = ["--package", "playground-web", "--target", WASM];
    let mut command = cargo();
    command.args(["test", "--no-fail-fast", "--tests"]).args(page);
    // The runner gives up after 20 seconds, too soon for a machine that compiles something else at the same time.
    command.env("WASM_BINDGEN_TEST_TIMEOUT", "180").env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60");
    tests(kit.equip(&mut command))
}

fn release_build(kit: &Kit) -> Result<Outcome> {
    site::build_with(kit).map(|()| Outcome::pass())
}

fn size_budget(_: &Kit) -> Result<Outcome> {
    let weight = size::weigh()?;
    let kilobytes = size::kilobytes(weight.first_load_bytes());
    let is_within = weight.print();
    let note = format!("{kilobytes:.1} KB brotli");
    Ok(if is_within { Outcome { note, ..Outcome::pass() } } else { Outcome::fail(note) })
}

fn end_to_end(kit: &Kit) -> Result<Outcome> {
    let mut command = cargo();
    command.args(["test", "--package", "playground-tests", "--test", "e2e", "--", "--include-ignored"]);
    command.env("PLAYGROUND_DIST", site::dist()).env("PLAYGROUND_AXE", tools::axe_script());
    tests(kit.equip(&mut command))
}

/// A command that is right or wrong as a whole.
fn check(command: &mut Command) -> Result<Outcome> {
    run(command).map(|()| Outcome::pass())
}

/// A command that runs tests and counts them.
fn tests(command: &mut Command) -> Result<Outcome> {
    Ok(outcome_of(run_and_count(command)?))
}

fn outcome_of(tally: Tally) -> Outcome {
    match (tally.is_success, tally.passed, tally.failed) {
        (false, passed, 0) => Outcome { passed, failed: 1, note: "failed outside its tests".to_owned() },
        // An empty step would stay green whatever happens.
        (true, 0, 0) => Outcome::fail("no test ran"),
        (_, passed, failed) => Outcome { passed, failed, note: tally.failures.join(", ") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_without_a_test_or_without_a_good_end_fails() {
        let counts = |is_success, passed, failed| {
            let outcome = outcome_of(Tally { is_success, passed, failed, ..Tally::default() });
            (outcome.passed, outcome.failed)
        };
        assert_eq!(counts(true, 0, 0), (0, 1));
        assert_eq!(counts(false, 7, 0), (7, 1));
        assert_eq!(counts(false, 7, 2), (7, 2));
        assert_eq!(counts(true, 9, 0), (9, 0));
    }
}
