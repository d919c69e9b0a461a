//! Seeded chance. Each node has streams of its own, so that a fork changes only what it touches: dropping one message
//! of `n1` leaves the election timeouts of `n3` as they were.

use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg32;
use std::hash::{Hash, Hasher};

/// A stream of random numbers: PCG XSH RR 64/32 (O'Neill 2014).
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    pcg: Pcg32,
    /// Numbers drawn so far: with the seed it says all about the stream.
    drawn: u64,
}

impl Hash for Stream {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.drawn.hash(hasher);
    }
}

impl Stream {
    /// The stream of a purpose under a seed. Different purposes give streams that share nothing.
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        Self { pcg: Pcg32::seed_from_u64(crate::fingerprint::Fingerprint::of(&(seed, purpose))), drawn: 0 }
    }

    fn next(&mut self) -> u32 {
        self.drawn += 1;
        self.pcg.next_u32()
    }

    /// A number from 0 to `count - 1`; 0 if `count` is 0. Lemire's multiplication without rejection: the bias is below
    /// `count / 2^32`, and equal recipes draw equally often.
    pub(crate) fn below(&mut self, count: u32) -> u32 {
        ((u64::from(self.next()) * u64::from(count)) >> 32) as u32
    }

    /// A number from `min` to `max`, both included. Draws nothing if there is no choice.
    pub(crate) fn between(&mut self, min: u64, max: u64) -> u64 {
        let width = max.saturating_sub(min);
        if width == 0 {
            return min;
        }
        match u32::try_from(width + 1) {
            Ok(count) => min + u64::from(self.below(count)),
            Err(_) => min + (self.unit() * (width as f64)) as u64,
        }
    }

    /// A number in the open interval from 0 to 1, on a grid of 2^-32.
    pub(crate) fn unit(&mut self) -> f64 {
        (f64::from(self.next()) + 0.5) / 4_294_967_296.0
    }

    /// True with the given chance in a thousand. Draws nothing at 0.
    pub(crate) fn permille(&mut self, chance: u16) -> bool {
        chance > 0 && self.below(1_000) < u32::from(chance)
    }
}
