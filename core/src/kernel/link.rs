//! How a link behaves: latency, loss, duplication, order.

use crate::random::Stream;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Parts a latency mixture may have.
pub const LATENCY_PARTS_MAX: usize = 4;
/// Longest latency a link may have, in microseconds.
pub const LATENCY_MAX_US: u32 = 60_000_000;

/// The behaviour of a directed link.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LinkProfile {
    /// How long a message takes.
    pub latency: Latency,
    /// Chance in a thousand that a message is lost.
    pub loss_permille: u16,
    /// Chance in a thousand that a message arrives twice.
    pub duplicate_permille: u16,
    /// Whether messages arrive in the order they were sent; otherwise a later one may overtake.
    pub fifo: bool,
    /// Bandwidth, as the least time between two arrivals over this link, in microseconds; 0 is unlimited. Implies order.
    pub spacing_us: u32,
}

/// A latency distribution: a mixture of one to [`LATENCY_PARTS_MAX`] shapes by weight.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Latency(pub Vec<(u16, Shape)>);

/// The shape of a latency distribution. Times in microseconds; every sample is cut to 0 … [`LATENCY_MAX_US`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Shape {
    /// Always the same.
    Constant {
        /// That time.
        us: u32,
    },
    /// Evenly from `min_us` to `max_us`, both included.
    Uniform {
        /// Shortest.
        min_us: u32,
        /// Longest.
        max_us: u32,
    },
    /// Normal, cut at 0.
    Normal {
        /// Mean.
        mean_us: u32,
        /// Standard deviation.
        sd_us: u32,
    },
    /// A floor plus an exponential part.
    Exponential {
        /// Shortest.
        floor_us: u32,
        /// Mean of the part above the floor.
        mean_us: u32,
    },
    /// Pareto: heavy tailed.
    Pareto {
        /// Shortest.
        scale_us: u32,
        /// The shape α, in hundredths; below 100 the mean is infinite.
        alpha_centi: u16,
    },
}

/// Why a link profile can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkProfileError {
    /// No part, too many, or only weights of 0.
    Parts,
    /// A latency beyond [`LATENCY_MAX_US`], a minimum above its maximum, or an α of 0.
    Latency,
    /// A chance beyond 1,000 in a thousand.
    Chance,
}

impl fmt::Display for LinkProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parts => {
                write!(f, "a latency needs 1 to {LATENCY_PARTS_MAX} parts, one with a weight above 0")
            }
            Self::Latency => {
                write!(f, "a latency must lie within 0 to 60 s, its minimum below its maximum, α above 0")
            }
            Self::Chance => write!(f, "a chance must be 0 to 1,000 in a thousand"),
        }
    }
}

impl Default for LinkProfile {
    /// Between two machines of one region, slowed for the eye: 10 to 20 ms, nothing lost.
    fn default() -> Self {
        Self {
            latency: Latency(vec![(1, Shape::Uniform { min_us: 10_000, max_us: 20_000 })]),
            loss_permille: 0,
            duplicate_permille: 0,
            fifo: false,
            spacing_us: 0,
        }
    }
}

impl LinkProfile {
    /// A link of constant latency that loses nothing.
    pub fn constant(us: u32) -> Self {
        Self { latency: Latency(vec![(1, Shape::Constant { us })]), ..Self::default() }
    }

    /// Checks the bounds.
    ///
    /// # Errors
    /// Says what was wanted.
    pub fn check(&self) -> Result<(), LinkProfileError> {
        let parts = &self.latency.0;
        if parts.is_empty() || parts.len() > LATENCY_PARTS_MAX || parts.iter().all(|(weight, _)| *weight == 0)
        {
            return Err(LinkProfileError::Parts);
        }
        if !parts.iter().all(|(_, shape)| shape.is_sound()) || self.spacing_us > LATENCY_MAX_US {
            return Err(LinkProfileError::Latency);
        }
        if self.loss_permille > 1_000 || self.duplicate_permille > 1_000 {
            return Err(LinkProfileError::Chance);
        }
        Ok(())
    }
}

impl Latency {
    /// Draws a latency, in microseconds.
    pub(crate) fn sample(&self, chance: &mut Stream) -> u64 {
        match self.0.as_slice() {
            [(_, shape)] => shape.sample(chance),
            parts => {
                let total: u32 = parts.iter().map(|(weight, _)| u32::from(*weight)).sum();
                let mut at = chance.below(total);
                for (weight, shape) in parts {
                    if at < u32::from(*weight) {
                        return shape.sample(chance);
                    }
                    at -= u32::from(*weight);
                }
                0
            }
        }
    }
}

impl Latency {
    /// Its mean, in microseconds; `None` where there is none, or where what is cut off at 0 would shift it.
    pub(crate) fn mean_us(&self) -> Option<u64> {
        let weights: u64 = self.0.iter().map(|(weight, _)| u64::from(*weight)).sum();
        let weighted = |(weight, shape): &(u16, Shape)| Some(u64::from(*weight) * shape.mean_us()?);
        self.0.iter().map(weighted).sum::<Option<u64>>()?.checked_div(weights)
    }
}

impl Shape {
    fn mean_us(self) -> Option<u64> {
        let whole = match self {
            Self::Constant { us } => us.into(),
            Self::Uniform { min_us, max_us } => (u64::from(min_us) + u64::from(max_us)) / 2,
            Self::Normal { mean_us, sd_us } if mean_us / 3 >= sd_us => mean_us.into(),
            Self::Exponential { floor_us, mean_us } => u64::from(floor_us) + u64::from(mean_us),
            Self::Pareto { scale_us, alpha_centi } if alpha_centi > 100 => {
                u64::from(scale_us) * u64::from(alpha_centi) / u64::from(alpha_centi - 100)
            }
            Self::Normal { .. } | Self::Pareto { .. } => return None,
        };
        Some(whole)
    }

    fn is_sound(&self) -> bool {
        let within = |us: u32| us <= LATENCY_MAX_US;
        match *self {
            Self::Constant { us } => within(us),
            Self::Uniform { min_us, max_us } => min_us <= max_us && within(max_us),
            Self::Normal { mean_us, sd_us } => within(mean_us) && within(sd_us),
            Self::Exponential { floor_us, mean_us } => within(floor_us) && within(mean_us),
            Self::Pareto { scale_us, alpha_centi } => within(scale_us) && alpha_centi > 0,
        }
    }

    /// SUBTLE: additions, multiplications and roots of `f64` are the same everywhere by IEEE 754; logarithms and
    /// cosines are not, so the ones come from one Rust implementation and the others are a series of our own.
    fn sample(&self, chance: &mut Stream) -> u64 {
        let cut = |us: f64| us.clamp(0.0, f64::from(LATENCY_MAX_US)) as u64;
        match *self {
            Self::Constant { us } => u64::from(us),
            Self::Uniform { min_us, max_us } => chance.between(u64::from(min_us), u64::from(max_us)),
            Self::Normal { mean_us, sd_us } => {
                let radius = (-2.0 * libm::log(chance.unit())).sqrt();
                cut(f64::from(mean_us) + f64::from(sd_us) * radius * cosine_of_turn(chance.unit()))
            }
            Self::Exponential { floor_us, mean_us } => {
                cut(f64::from(floor_us) - f64::from(mean_us) * libm::log(chance.unit()))
            }
            Self::Pareto { scale_us, alpha_centi } => {
                let alpha = f64::from(alpha_centi) / 100.0;
                cut(f64::from(scale_us) * libm::exp(-libm::log(chance.unit()) / alpha))
            }
        }
    }
}

/// The cosine of so much of a whole turn, 0 to 1. A library's would bring the reduction of angles of any size along, two
/// kilobytes that no angle here needs.
fn cosine_of_turn(turn: f64) -> f64 {
    let quarters = turn * 4.0;
    let quarter = quarters as u8;
    let part = quarters - f64::from(quarter);
    let is_falling = quarter.is_multiple_of(2);
    let angle = if is_falling { part } else { 1.0 - part } * std::f64::consts::FRAC_PI_2;
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1_u8..=12 {
        let k = f64::from(k);
        term *= -angle * angle / ((2.0 * k - 1.0) * 2.0 * k);
        sum += term;
    }
    if matches!(quarter % 4, 1 | 2) { -sum } else { sum }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cosine_is_right_to_the_last_digits() {
        let mut chance = Stream::new(3, 3);
        for turn in (0..100_000).map(|_| chance.unit()).chain([0.0, 0.25, 0.5, 0.75, 1.0]) {
            let exact = libm::cos(turn * 2.0 * std::f64::consts::PI);
            assert!((cosine_of_turn(turn) - exact).abs() < 2e-15, "{turn}");
        }
    }

    #[test]
    fn each_shape_has_the_mean_that_theory_says() {
        let near = |parts: Vec<(u16, Shape)>, want: u64| {
            let (latency, mut chance) = (Latency(parts), Stream::new(7, 7));
            assert_eq!(latency.mean_us(), Some(want));
            let got = (0..100_000).map(|_| latency.sample(&mut chance)).sum::<u64>() / 100_000;
            assert!(got.abs_diff(want) * 50 < want, "{got} is not within 2 % of {want}");
        };
        near(vec![(1, Shape::Constant { us: 1_500 })], 1_500);
        near(vec![(1, Shape::Uniform { min_us: 1_000, max_us: 3_000 })], 2_000);
        near(vec![(1, Shape::Normal { mean_us: 5_000, sd_us: 500 })], 5_000);
        near(vec![(1, Shape::Exponential { floor_us: 1_000, mean_us: 4_000 })], 5_000);
        near(vec![(1, Shape::Pareto { scale_us: 1_000, alpha_centi: 300 })], 1_500);
        near(vec![(3, Shape::Constant { us: 1_000 }), (1, Shape::Constant { us: 5_000 })], 2_000);
    }

    #[test]
    fn a_mean_that_is_infinite_or_cut_off_is_none() {
        let mean = |shape| Latency(vec![(1, Shape::Constant { us: 1 }), (1, shape)]).mean_us();
        assert_eq!(mean(Shape::Pareto { scale_us: 1_000, alpha_centi: 100 }), None);
        assert_eq!(mean(Shape::Normal { mean_us: 1_000, sd_us: 900 }), None);
    }

    #[test]
    fn profiles_out_of_bounds_are_refused() {
        let with = |shape| LinkProfile { latency: Latency(vec![(1, shape)]), ..LinkProfile::default() };
        assert_eq!(with(Shape::Uniform { min_us: 2, max_us: 1 }).check(), Err(LinkProfileError::Latency));
        assert_eq!(with(Shape::Constant { us: LATENCY_MAX_US + 1 }).check(), Err(LinkProfileError::Latency));
        assert_eq!(
            with(Shape::Pareto { scale_us: 1, alpha_centi: 0 }).check(),
            Err(LinkProfileError::Latency)
        );
        let lossy = LinkProfile { loss_permille: 1_001, ..LinkProfile::default() };
        assert_eq!(lossy.check(), Err(LinkProfileError::Chance));
        let empty = LinkProfile { latency: Latency(vec![]), ..LinkProfile::default() };
        assert_eq!(empty.check(), Err(LinkProfileError::Parts));
    }
}
