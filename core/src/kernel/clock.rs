//! A node's own clock: an offset, a drift, jumps. Whole numbers only.

use crate::time::{LocalTime, Time};

/// Drift a clock may have, in parts per million either way.
pub(crate) const DRIFT_MAX_PPM: i32 = 500_000;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Clock {
    /// True time of the last change of offset or drift.
    base: Time,
    /// What this clock said then minus true time, in microseconds.
    offset_us: i64,
    ppm: i32,
}

impl Clock {
    pub(super) fn error_us(&self, now: Time) -> i64 {
        let drifted = scaled(now.since(self.base), self.ppm.unsigned_abs(), MILLION).cast_signed();
        self.offset_us.saturating_add(drifted * i64::from(self.ppm.signum()))
    }

    pub(super) fn read(&self, now: Time) -> LocalTime {
        if self.offset_us == 0 && self.ppm == 0 {
            return LocalTime(now.us());
        }
        LocalTime(now.us().saturating_add_signed(self.error_us(now)))
    }

    /// True microseconds in which this clock advances by `local_us`.
    pub(super) fn true_us(&self, local_us: u64) -> u64 {
        if self.ppm == 0 {
            return local_us;
        }
        scaled(local_us, MILLION, MILLION.saturating_add_signed(self.ppm))
    }

    pub(super) fn jump(&mut self, now: Time, by_us: i64) {
        self.rebase(now);
        self.offset_us = self.offset_us.saturating_add(by_us);
    }

    pub(super) fn set_drift(&mut self, now: Time, ppm: i32) {
        self.rebase(now);
        self.ppm = ppm.clamp(-DRIFT_MAX_PPM, DRIFT_MAX_PPM);
    }

    fn rebase(&mut self, now: Time) {
        self.offset_us = self.error_us(now);
        self.base = now;
    }
}

const MILLION: u32 = 1_000_000;

/// `value · by / of` rounded down, without a longer word for what comes between: as wasm that would be a kilobyte of code.
fn scaled(value: u64, by: u32, of: u32) -> u64 {
    let (by, of) = (u64::from(by), u64::from(of));
    (value / of).saturating_mul(by).saturating_add(value % of * by / of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_is_exact() {
        let mut value = 1_u64;
        for step in 0_u32..2_000 {
            value = value.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1) >> (step % 40);
            for (by, of) in [
                (1, MILLION),
                (DRIFT_MAX_PPM.unsigned_abs(), MILLION),
                (MILLION, 1_500_000),
                (MILLION, 999_999),
            ] {
                let exact = u128::from(value) * u128::from(by) / u128::from(of);
                let exact = u64::try_from(exact).unwrap_or(u64::MAX);
                assert_eq!(scaled(value, by, of), exact, "{value} · {by} / {of}");
            }
        }
    }

    #[test]
    fn a_fast_clock_gains_and_its_timers_fire_early() {
        let mut clock = Clock::default();
        clock.set_drift(Time(1_000_000), 100_000);
        assert_eq!(clock.read(Time(2_000_000)), LocalTime(2_100_000));
        assert_eq!(clock.true_us(1_100_000), 1_000_000);
    }

    #[test]
    fn a_jump_keeps_what_drift_gained_before() {
        let mut clock = Clock::default();
        clock.set_drift(Time(0), -500_000);
        clock.jump(Time(1_000_000), 7);
        clock.set_drift(Time(1_000_000), 0);
        assert_eq!(clock.read(Time(3_000_000)), LocalTime(2_500_007));
    }
}
