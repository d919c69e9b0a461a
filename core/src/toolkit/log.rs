//! A replicated log as a persistent value: copies are cheap, and so is comparing.
//!
//! A world is copied for each checkpoint, each fork and each state an exploration keeps, and with it every log in it.
//! So the entries lie in chunks behind `Arc`s: a copy shares them all, and a change copies at most the list of chunks
//! and the last chunk, once. Beside each entry stands the digest of the log up to it. Equal digests at an index mean
//! equal logs up to there, which makes fingerprints, and properties such as Raft's Log Matching, cost nothing per entry.

use crate::fingerprint::Fingerprint;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Entries in a chunk.
const CHUNK_ENTRIES: usize = 128;

/// Digest of the empty log.
const EMPTY: u64 = 0x9e37_79b9_7f4a_7c15;

/// A log. Indices count from 1, as in the papers; 0 is before the first entry.
#[derive(Clone)]
pub struct Log<E> {
    chunks: Arc<Vec<Arc<Vec<Slot<E>>>>>,
    len: u64,
    digest: u64,
    /// Entries up to here are gone: a snapshot stands for them.
    base: u64,
    /// Digest of the entries up to `base`.
    base_digest: u64,
    /// Index of the last entry before the first chunk: at most `base`.
    before: u64,
}

/// An entry and the digest of the log up to and with it.
#[derive(Clone, Copy)]
struct Slot<E> {
    entry: E,
    digest: u64,
}

impl<E: Clone + Hash> Log<E> {
    /// The empty log.
    pub fn new() -> Self {
        Self::after(0, EMPTY)
    }

    /// A log that begins after an index, with nothing in it: what stood before had this digest.
    pub fn after(index: u64, digest: u64) -> Self {
        Self { chunks: Arc::default(), len: index, digest, base: index, base_digest: digest, before: index }
    }

    /// Index up to which entries were discarded; 0 if all are there.
    pub fn base(&self) -> u64 {
        self.base
    }

    /// Discards the entries up to an index; their digest stays. Does nothing beyond the last entry, or if they are gone.
    pub fn compact(&mut self, index: u64) {
        let Some(digest) = self.digest_at(index).filter(|_| index > self.base) else { return };
        (self.base, self.base_digest) = (index, digest);
        let whole = ((index - self.before) as usize / CHUNK_ENTRIES).min(self.chunks.len());
        Arc::make_mut(&mut self.chunks).drain(..whole);
        self.before += (whole * CHUNK_ENTRIES) as u64;
    }

    /// Index of the last entry, also if it was discarded; 0 if there was none.
    pub fn last_index(&self) -> u64 {
        self.len
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The entry at an index, if there is one.
    pub fn get(&self, index: u64) -> Option<&E> {
        self.slot(index).map(|slot| &slot.entry)
    }

    /// The last entry, if there is one.
    pub fn last(&self) -> Option<&E> {
        self.get(self.len)
    }

    /// Digest of the whole log. Equal digests, equal logs.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// Digest of the entries up to `index`, or `None` if the log is shorter, or was compacted beyond it.
    pub fn digest_at(&self, index: u64) -> Option<u64> {
        if index == self.base { Some(self.base_digest) } else { self.slot(index).map(|slot| slot.digest) }
    }

    /// Adds an entry at the end.
    pub fn append(&mut self, entry: E) {
        self.digest = Fingerprint::of(&(self.digest, &entry));
        let slot = Slot { entry, digest: self.digest };
        let chunks = Arc::make_mut(&mut self.chunks);
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK_ENTRIES => Arc::make_mut(chunk).push(slot),
            _ => chunks.push(Arc::new(vec![slot])),
        }
        self.len += 1;
    }

    /// Keeps the first `len` entries, or those that were discarded if they are more. Does nothing if there are no more.
    pub fn truncate(&mut self, len: u64) {
        let len = len.max(self.base);
        if len >= self.len {
            return;
        }
        self.digest = self.digest_at(len).unwrap_or(EMPTY);
        self.len = len;
        let here = (len - self.before) as usize;
        let chunks = Arc::make_mut(&mut self.chunks);
        chunks.truncate(here.div_ceil(CHUNK_ENTRIES));
        if let Some(chunk) = chunks.last_mut() {
            let kept = (here - 1) % CHUNK_ENTRIES + 1;
            if chunk.len() > kept {
                Arc::make_mut(chunk).truncate(kept);
            }
        }
    }

    /// Entries from an index on, with their indices. From the first there is if `index` is before it.
    pub fn iter_from(&self, index: u64) -> impl Iterator<Item = (u64, &E)> {
        (index.max(self.base + 1)..=self.len).filter_map(|at| self.get(at).map(|entry| (at, entry)))
    }

    /// How many entries there are before the first one that does not pass, discarded ones among them. What passes must
    /// all stand before what does not, as with terms, which only rise.
    pub fn partition_point(&self, mut passes: impl FnMut(&E) -> bool) -> u64 {
        let (mut low, mut high) = (self.base, self.len);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if self.get(middle).is_some_and(&mut passes) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        low
    }

    /// Index up to which two logs are the same. Where either has discarded its entries, the next digests that both have
    /// speak for them.
    pub fn common_prefix(&self, other: &Self) -> u64 {
        let (mut low, mut high) = (0, self.len.min(other.len));
        let base = self.base.max(other.base);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if middle < base || self.digest_at(middle) == other.digest_at(middle) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        low
    }

    /// About how many bytes it takes, chunks shared with other copies included.
    pub fn heap_bytes(&self) -> usize {
        (self.len - self.before) as usize * size_of::<Slot<E>>()
            + self.chunks.len() * size_of::<Arc<Vec<Slot<E>>>>()
    }

    fn slot(&self, index: u64) -> Option<&Slot<E>> {
        if index <= self.base {
            return None;
        }
        let at = usize::try_from(index - 1 - self.before).ok()?;
        self.chunks.get(at / CHUNK_ENTRIES)?.get(at % CHUNK_ENTRIES)
    }
}

/// A log of which nothing is kept but how long it is and its digest. It hashes as the log would.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tally {
    len: u64,
    digest: u64,
}

impl Tally {
    /// Adds an entry at the end.
    pub fn append(&mut self, entry: &impl Hash) {
        self.digest = Fingerprint::of(&(self.digest, entry));
        self.len += 1;
    }

    /// How many entries it had.
    pub fn last_index(self) -> u64 {
        self.len
    }

    /// Digest of the whole log, as [`Log::digest`] of the same entries.
    pub fn digest(self) -> u64 {
        self.digest
    }
}

impl Default for Tally {
    fn default() -> Self {
        Self { len: 0, digest: EMPTY }
    }
}

impl<E: Clone + Hash> Default for Log<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: Clone + Hash> FromIterator<E> for Log<E> {
    fn from_iter<I: IntoIterator<Item = E>>(entries: I) -> Self {
        let mut log = Self::new();
        entries.into_iter().for_each(|entry| log.append(entry));
        log
    }
}

impl<E> PartialEq for Log<E> {
    fn eq(&self, other: &Self) -> bool {
        (self.len, self.digest) == (other.len, other.digest)
    }
}

impl<E> Eq for Log<E> {}

impl<E> Hash for Log<E> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.len);
        hasher.write_u64(self.digest);
    }
}

impl<E: fmt::Debug> fmt::Debug for Log<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.chunks.iter().flat_map(|chunk| chunk.iter().map(|slot| &slot.entry)))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_hashes_as_its_log() {
        let (mut tally, mut log) = (Tally::default(), Log::new());
        for entry in [3_u64, 1, 4] {
            assert_eq!(Fingerprint::of(&tally), Fingerprint::of(&log));
            tally.append(&entry);
            log.append(entry);
        }
        assert_eq!((tally.last_index(), tally.digest()), (3, log.digest()));
        assert_eq!(Fingerprint::of(&tally), Fingerprint::of(&log));
    }

    fn log(entries: impl IntoIterator<Item = u32>) -> Log<u32> {
        entries.into_iter().collect()
    }

    #[test]
    fn indices_count_from_one() {
        let log = log([7, 8, 9]);
        assert_eq!([0, 1, 3, 4].map(|at| log.get(at).copied()), [None, Some(7), Some(9), None]);
        assert_eq!(log.last_index(), 3);
        assert_eq!(log.iter_from(2).collect::<Vec<_>>(), [(2, &8), (3, &9)]);
    }

    #[test]
    fn a_truncated_log_equals_one_that_was_never_longer() {
        for len in [0, 1, 127, 128, 129, 256, 300] {
            let mut long = log(0..300);
            long.truncate(len);
            let short = log(0..len as u32);
            assert_eq!(long, short, "cut to {len}");
            long.append(999);
            assert_ne!(long, short);
            assert_eq!(long.get(len + 1), Some(&999));
            assert_eq!(long.common_prefix(&log(0..300)), len);
        }
    }

    #[test]
    fn what_is_discarded_is_gone_and_nothing_else_changes() {
        for base in [1, 50, 127, 128, 129, 256, 299, 300] {
            let whole = log(0..300);
            let mut compact = whole.clone();
            compact.compact(base);
            compact.compact(base / 2);
            assert_eq!((compact.base(), compact.last_index(), compact.digest()), (base, 300, whole.digest()));
            assert_eq!((compact.get(base), compact.digest_at(base)), (None, whole.digest_at(base)));
            assert_eq!(compact.get(base + 1), whole.get(base + 1));
            assert_eq!(compact.iter_from(0).count() as u64, 300 - base);
            assert_eq!(compact.common_prefix(&whole), 300);
            assert_eq!(compact.partition_point(|entry| *entry < 299), if base == 300 { 300 } else { 299 });
            let mut installed: Log<u32> = Log::after(base, whole.digest_at(base).unwrap());
            whole.iter_from(base + 1).for_each(|(_, entry)| installed.append(*entry));
            assert_eq!(installed, whole);
            assert_eq!(installed.get(base + 1), whole.get(base + 1));
            for mut other in [compact, installed] {
                other.truncate(base.max(200));
                assert_eq!(other, log(0..base.max(200) as u32));
                other.append(7);
                assert_eq!(other.get(other.last_index()), Some(&7));
                assert_eq!(other.common_prefix(&whole), base.max(200));
            }
        }
    }

    #[test]
    fn a_change_leaves_copies_alone() {
        let original = log(0..200);
        let mut copy = original.clone();
        copy.truncate(150);
        copy.append(1);
        assert_eq!(original.last_index(), 200);
        assert_eq!(original.get(151), Some(&150));
        assert_eq!(copy.get(151), Some(&1));
    }

    #[test]
    fn a_copy_shares_every_chunk_but_the_one_that_changes() {
        let original = log(0..300);
        let mut copy = original.clone();
        copy.append(300);
        let shared =
            original.chunks.iter().zip(copy.chunks.iter()).filter(|(a, b)| Arc::ptr_eq(a, b)).count();
        assert_eq!((original.chunks.len(), shared), (3, 2));
    }

    #[test]
    fn equal_digests_at_an_index_mean_equal_prefixes() {
        let (a, b) = (log([1, 2, 3, 4]), log([1, 2, 9, 4]));
        assert_eq!(a.digest_at(2), b.digest_at(2));
        assert_ne!(a.digest_at(3), b.digest_at(3));
        assert_ne!(
            a.digest_at(4),
            b.digest_at(4),
            "the entry at 4 is the same, what stands before it is not"
        );
        assert_eq!(a.digest_at(5), None);
        assert_eq!(a.common_prefix(&b), 2);
    }

    #[test]
    fn the_partition_point_is_where_terms_change() {
        let terms = log([1, 1, 2, 4, 4, 4]);
        assert_eq!([0, 1, 2, 3, 4].map(|term| terms.partition_point(|t| *t <= term)), [0, 2, 3, 3, 6]);
    }
}
