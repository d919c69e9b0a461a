//! One hash for every target. The standard library's hashers promise nothing across versions, and derived `Hash`
//! writes `usize` as wide as the machine; this one widens every number to 64 bits and reads bytes little-endian.

use std::hash::{Hash, Hasher};

/// A 64-bit hasher that gives the same result on every target and optimisation level.
#[derive(Debug, Clone)]
pub struct Fingerprint {
    state: u64,
}

impl Default for Fingerprint {
    fn default() -> Self {
        Self { state: 0x9e37_79b9_7f4a_7c15 }
    }
}

impl Fingerprint {
    /// The fingerprint of one value.
    pub fn of(value: &(impl Hash + ?Sized)) -> u64 {
        let mut hasher = Self::default();
        value.hash(&mut hasher);
        hasher.finish()
    }

    /// Mixes in one word: the step of MurmurHash3's 64-bit finaliser between two words.
    fn mix(&mut self, word: u64) {
        let mut state = self.state.rotate_left(5) ^ word;
        state = state.wrapping_mul(0xff51_afd7_ed55_8ccd);
        self.state = state ^ (state >> 32);
    }
}

impl Hasher for Fingerprint {
    fn finish(&self) -> u64 {
        let mut state = self.state;
        state = (state ^ (state >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        state ^ (state >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.mix(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.mix(u64::from(value));
    }
    fn write_u16(&mut self, value: u16) {
        self.mix(u64::from(value));
    }
    fn write_u32(&mut self, value: u32) {
        self.mix(u64::from(value));
    }
    fn write_u64(&mut self, value: u64) {
        self.mix(value);
    }
    fn write_usize(&mut self, value: usize) {
        self.mix(value as u64);
    }
    fn write_i8(&mut self, value: i8) {
        self.mix(i64::from(value).cast_unsigned());
    }
    fn write_i16(&mut self, value: i16) {
        self.mix(i64::from(value).cast_unsigned());
    }
    fn write_i32(&mut self, value: i32) {
        self.mix(i64::from(value).cast_unsigned());
    }
    fn write_i64(&mut self, value: i64) {
        self.mix(value.cast_unsigned());
    }
    fn write_isize(&mut self, value: isize) {
        self.mix((value as i64).cast_unsigned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_the_same_on_every_target() {
        assert_eq!(
            Fingerprint::of(&(1_usize, 2_u8, -3_isize, "raft", vec![4_u64, 5])),
            900_897_015_093_383_345
        );
    }

    #[test]
    fn one_changed_bit_changes_the_fingerprint() {
        let all: std::collections::BTreeSet<u64> =
            (0..64).map(|bit| Fingerprint::of(&(1_u64 << bit))).collect();
        assert_eq!(all.len(), 64);
    }
}
