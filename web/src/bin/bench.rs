//! Measures the engine in this browser: a module of its own, so that no visitor loads it. `static/boot.mjs` starts it
//! after the page has measured its frames, and it adds its lines below theirs.

use gloo_timers::callback::Timeout;
use playground_core::workload::{LOADS, load};
use playground_web::bench::{frames_told, print};
use playground_web::dom;

/// How long each workload is measured.
const MEASURED_MS: f64 = 1_000.0;
/// How much is done between two looks at the clock: steps, or simulated seconds.
const AT_ONCE: u64 = 5_000;
/// How many commands are committed between two looks.
const COMMANDS_AT_ONCE: u64 = 100;

fn main() {
    let told = dom::document().body().and_then(|body| body.get_attribute("data-frames"));
    if let Some(line) = told.and_then(|told| frames_told(&told)) {
        print(&line);
    }
    measure(0);
}

/// Measures one workload with the trace off and on, then, after a breath for the page, the next.
fn measure(at: usize) {
    let Some((name, unit)) = LOADS.get(at) else {
        return finish();
    };
    let at_once = match *unit {
        "simulated seconds" | "seeks" => 20,
        unit if unit.starts_with("histories") => 1,
        "commands" => COMMANDS_AT_ONCE,
        _ => AT_ONCE,
    };
    for recording in [false, true] {
        let Some(mut work) = load(name, recording) else { continue };
        work(at_once);
        let (begun_ms, mut done) = (dom::wall_ms(), 0);
        let mut passed_ms = 0.0;
        while passed_ms < MEASURED_MS {
            done += work(at_once);
            passed_ms = dom::wall_ms() - begun_ms;
        }
        let per_second = (done as f64 * 1_000.0 / passed_ms) as u64;
        let trace = if recording { "on" } else { "off" };
        print(&format!(
            "{{\"bench\":\"{name}\",\"unit\":\"{unit}\",\"trace\":\"{trace}\",\"per_second\":{per_second}}}"
        ));
    }
    Timeout::new(50, move || measure(at + 1)).forget();
}

fn finish() {
    if let Some(place) = dom::by_id("bench-results") {
        let _ = place.set_attribute("data-done", "");
    }
    if let Some(body) = dom::document().body() {
        let _ = body.set_attribute("data-bench", "done");
    }
}
