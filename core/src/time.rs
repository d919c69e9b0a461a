//! Simulated time, in whole microseconds from the start of the run. Nothing here knows a wall clock.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One millisecond, in microseconds.
pub const MS: u64 = 1_000;
/// One second, in microseconds.
pub const S: u64 = 1_000_000;

/// True simulated time: what the kernel and the picture know and no node does. Microseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Time(pub u64);

/// What a node's own clock says: it may be offset, drift and jump. Microseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LocalTime(pub u64);

impl Time {
    /// Microseconds since the start.
    pub const fn us(self) -> u64 {
        self.0
    }

    /// This time, later by so many microseconds; stays at the end of time rather than wrapping.
    #[must_use]
    pub const fn after(self, us: u64) -> Self {
        Self(self.0.saturating_add(us))
    }

    /// Microseconds from `earlier` to this, 0 if `earlier` is later.
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_us(f, self.0)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.0)
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_us(f, self.0)
    }
}

impl fmt::Debug for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "~{}", self.0)
    }
}

/// Writes microseconds for a reader: `840 µs`, `12.5 ms`, `3.25 s`.
fn write_us(f: &mut fmt::Formatter<'_>, us: u64) -> fmt::Result {
    match us {
        0..MS => write!(f, "{us} µs"),
        MS..S => write!(f, "{} ms", Decimal(us, MS)),
        _ => write!(f, "{} s", Decimal(us, S)),
    }
}

/// `value / unit` with at most three digits behind the point and no trailing zeros.
struct Decimal(u64, u64);

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let thousandths = (self.0 % self.1) * 1_000 / self.1;
        write!(f, "{}", self.0 / self.1)?;
        match thousandths {
            0 => Ok(()),
            t if t % 100 == 0 => write!(f, ".{}", t / 100),
            t if t % 10 == 0 => write!(f, ".{:02}", t / 10),
            t => write!(f, ".{t:03}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_print_with_their_unit() {
        let shown = [0, 840, 12_500, 152_000, 3_250_000].map(|us| Time(us).to_string());
        assert_eq!(shown, ["0 µs", "840 µs", "12.5 ms", "152 ms", "3.25 s"]);
    }
}
