//! Times and steps as places on a line.

use crate::stage::shape::within;
use playground_core::time::{MS, Time};

/// The window to show at `now`, so that it moves seldom: as it was while now is well inside, else turned like a page.
pub fn follow(window: (Time, Time), now: Time, span_us: u64) -> (Time, Time) {
    let fits = window.1.since(window.0) == span_us && now >= window.0;
    if fits && now.since(window.0) <= span_us / 20 * 17 {
        return window;
    }
    let from = Time(now.us().saturating_sub(span_us / 3));
    (from, from.after(span_us))
}

/// Times from left to right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Time at `left`.
    pub from_us: f64,
    /// Pixels in a microsecond.
    pub per_us: f64,
    /// Where it begins.
    pub left: f64,
    /// Where it ends.
    pub right: f64,
}

impl Scale {
    /// The scale that shows a window between two edges.
    pub fn new(window: (Time, Time), left: f64, right: f64) -> Self {
        let span = (window.1.since(window.0) as f64).max(1.0);
        Self { from_us: window.0.us() as f64, per_us: (right - left) / span, left, right }
    }

    /// Where a time is, kept within a window's width of the edges.
    pub fn x(&self, us: f64) -> f64 {
        let width = self.right - self.left;
        within(self.left + (us - self.from_us) * self.per_us, self.left - width, self.right + width)
    }

    /// The time at a place.
    pub fn time(&self, x: f64) -> Time {
        Time(((x - self.left) / self.per_us + self.from_us).max(0.0) as u64)
    }

    /// Round times to label, about so many pixels apart.
    pub fn ticks(&self, pitch: f64) -> Vec<Time> {
        let wanted = (pitch / self.per_us).max(1.0);
        let step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000]
            .map(|ms| ms * MS)
            .into_iter()
            .find(|step| *step as f64 >= wanted)
            .unwrap_or(wanted as u64);
        let first = (self.from_us as u64).div_ceil(step);
        (first..)
            .map(|count| Time(count * step))
            .take_while(|time| self.left + (time.us() as f64 - self.from_us) * self.per_us <= self.right)
            .take(60)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_stands_until_now_nears_its_end() {
        let window = (Time(0), Time(100_000));
        assert_eq!(follow(window, Time(80_000), 100_000), window);
        assert_eq!(follow(window, Time(90_000), 100_000), (Time(56_667), Time(156_667)));
        assert_eq!(follow((Time(50_000), Time(150_000)), Time(20_000), 100_000), (Time(0), Time(100_000)));
    }

    #[test]
    fn ticks_are_round_and_inside() {
        let scale = Scale::new((Time(130_000), Time(530_000)), 0.0, 400.0);
        assert_eq!(scale.ticks(90.0), [200_000, 300_000, 400_000, 500_000].map(Time));
    }

    #[test]
    fn a_place_and_its_time_agree() {
        let scale = Scale::new((Time(1_000), Time(5_000)), 40.0, 440.0);
        assert_eq!(scale.time(scale.x(3_000.0)), Time(3_000));
    }
}
