//! The page measures itself: `?bench=1` opens the busiest scene there is, plays it, and prints how long frames took.

use crate::dom;
use crate::run::Run;
use playground_core::action::Command;
use playground_core::kernel::LinkProfile;
use playground_core::recipe::Recipe;
use playground_core::registry::{OpenError, first};
use playground_core::time::{S, Time};

/// Messages in flight in the busiest scene.
const FLIGHTS: usize = 500;
/// Latency that keeps so many in flight, in microseconds.
const LATENCY_US: u32 = 10 * S as u32;
/// Steps taken to fill the stage.
const STEPS_MAX: u64 = 20_000;
/// Simulated seconds in a second: slow enough that about so many stay in flight.
pub const SPEED: f64 = 0.01;
/// Frames measured.
const FRAMES: usize = 400;
/// Frames that come before and don't count.
const WARM_FRAMES: usize = 30;

/// The first protocol with as many nodes as it takes, and hundreds of messages in flight.
///
/// # Errors
/// The protocol can't be opened that large.
pub fn busiest() -> Result<Run, OpenError> {
    let entry = &first()[0];
    let params = entry.meta.params.first().map(|spec| (spec.id.to_owned(), spec.bounds().1));
    let recipe = Recipe { params: params.into_iter().collect(), ..Recipe::new(entry.meta.slug) };
    let mut run = Run::open(&recipe, None)?;
    run.session.look().run_until(Time(S), STEPS_MAX);
    let slow = Command::Link { from: None, to: None, profile: LinkProfile::constant(LATENCY_US) };
    if let Err(refusal) = run.command(slow) {
        dom::warn(&refusal.to_string());
    }
    for _ in 0..STEPS_MAX {
        if run.frame.flights.len() >= FLIGHTS || !run.session.look().step() {
            break;
        }
        run.picture();
    }
    run.settle();
    Ok(run)
}

/// What frames cost.
#[derive(Default)]
pub struct FrameTimes {
    seen: usize,
    last_ms: Option<f64>,
    begun_ms: f64,
    gaps_ms: Vec<f64>,
    works_ms: Vec<f64>,
}

impl FrameTimes {
    /// A frame begins.
    pub fn begin(&mut self, wall_ms: f64) {
        self.seen += 1;
        self.begun_ms = dom::wall_ms();
        if let Some(last_ms) = self.last_ms.replace(wall_ms).filter(|_| self.seen > WARM_FRAMES) {
            self.gaps_ms.push(wall_ms - last_ms);
        }
    }

    /// The frame's script is over.
    pub fn end(&mut self) {
        if self.seen > WARM_FRAMES {
            self.works_ms.push(dom::wall_ms() - self.begun_ms);
        }
    }

    /// Whether enough were seen.
    pub fn is_done(&self) -> bool {
        self.gaps_ms.len() >= FRAMES
    }

    /// Leaves them in the document, in whole microseconds, for the module that works them out, whose turn has come.
    pub fn report(&mut self, nodes: usize, flights: usize) {
        let mut told = [&nodes.to_string(), " ", &flights.to_string()].concat();
        for ms in self.gaps_ms.iter().take(FRAMES).chain(&self.works_ms) {
            told += &[" ", &((ms * 1_000.0) as u64).to_string()].concat();
        }
        if let Some(body) = dom::document().body() {
            let _ = body.set_attribute("data-frames", &told);
            let _ = body.set_attribute("data-bench", "frames");
        }
    }
}

/// What the page has left of its frames, as a line of results.
pub fn frames_told(told: &str) -> Option<String> {
    let numbers: Vec<u64> = told.split(' ').filter_map(|number| number.parse().ok()).collect();
    let ([nodes, flights], times) = numbers.split_first_chunk::<2>()?;
    let (gaps, works) = times.split_at_checked(FRAMES)?;
    let (gap, work) = (quantiles(gaps), quantiles(works));
    Some(format!(
        "{{\"bench\":\"frames\",\"nodes\":{nodes},\"flights\":{flights},\"frames\":{FRAMES},\
         \"gap_us_median\":{},\"gap_us_p95\":{},\"script_us_median\":{},\"script_us_p95\":{}}}",
        gap.0, gap.1, work.0, work.1
    ))
}

/// Median and 95th percentile.
fn quantiles(times_us: &[u64]) -> (u64, u64) {
    let mut times_us = times_us.to_vec();
    times_us.sort_unstable();
    let at = |part: usize| times_us.get(times_us.len() * part / 100).copied().unwrap_or(0);
    (at(50), at(95))
}

/// Adds a line to the results.
pub fn print(line: &str) {
    if let Some(place) = dom::by_id("bench-results") {
        let before = place.text_content().unwrap_or_default();
        place.set_text_content(Some(&format!("{before}{line}\n")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_found_among_equal_ones_too() {
        let times: Vec<u64> = (0..100).rev().map(|at| at / 2).collect();
        assert_eq!(quantiles(&times), (25, 47));
        assert_eq!(quantiles(&[]), (0, 0));
    }

    #[test]
    fn what_the_page_leaves_of_its_frames_is_read() {
        let told = format!("5 500{}{}", " 16000".repeat(FRAMES), " 900".repeat(FRAMES));
        let line = frames_told(&told).expect("frames");
        assert!(
            line.contains("\"nodes\":5,\"flights\":500") && line.contains("\"script_us_p95\":900"),
            "{line}"
        );
        assert_eq!(frames_told("5 500 16000"), None);
    }
}
