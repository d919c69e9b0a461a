//! The configurations a search has been in.

/// A set of configurations: a state, and words that say which operations were placed. Exact: what is told as seen is
/// equal, not only of equal hash.
#[derive(Default)]
pub(super) struct Seen {
    /// 0, or the number of an entry plus 1; a power of two of them, at most three quarters in use.
    slots: Vec<u32>,
    entries: Vec<Entry>,
    /// The words of all entries, one after another.
    words: Vec<u64>,
}

struct Entry {
    hash: u64,
    state: u32,
    end: u32,
}

impl Seen {
    /// How many there are.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.entries.len()
    }

    /// About how many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        self.slots.len() * size_of::<u32>()
            + self.entries.len() * size_of::<Entry>()
            + self.words.len() * size_of::<u64>()
    }

    /// Adds a configuration; `false` if it was there.
    pub(super) fn insert(&mut self, state: u32, words: &[u64]) -> bool {
        if self.entries.len() * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let hash = hash_of(state, words);
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while let Some(at) = (self.slots[slot] as usize).checked_sub(1) {
            let entry = &self.entries[at];
            if entry.hash == hash && entry.state == state && self.words_of(at) == words {
                return false;
            }
            slot = (slot + 1) & mask;
        }
        self.words.extend_from_slice(words);
        self.entries.push(Entry { hash, state, end: self.words.len() as u32 });
        self.slots[slot] = self.entries.len() as u32;
        true
    }

    fn words_of(&self, at: usize) -> &[u64] {
        let start = if at == 0 { 0 } else { self.entries[at - 1].end as usize };
        &self.words[start..self.entries[at].end as usize]
    }

    fn grow(&mut self) {
        let len = (self.slots.len() * 2).max(64);
        self.slots = vec![0; len];
        for (at, entry) in self.entries.iter().enumerate() {
            let mut slot = entry.hash as usize & (len - 1);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (len - 1);
            }
            self.slots[slot] = at as u32 + 1;
        }
    }
}

fn hash_of(state: u32, words: &[u64]) -> u64 {
    let mut hash = u64::from(state).wrapping_add(0x9e37_79b9_7f4a_7c15);
    for word in words {
        hash = (hash.rotate_left(23) ^ word).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash ^= hash >> 32;
    }
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_new_once() {
        let mut seen = Seen::default();
        for round in [true, false] {
            for state in 0..50 {
                for word in 0..50 {
                    assert_eq!(seen.insert(state, &[word, 7]), round);
                    assert_eq!(seen.insert(state, &[word]), round);
                }
            }
        }
        assert_eq!(seen.len(), 5_000);
    }
}
