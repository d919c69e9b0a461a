//! Sorting, in one place: every type that is sorted by itself costs a page four kilobytes.

/// Sorts numbers. Whatever else is to be sorted packs what decides, and where it stands, into one.
#[inline(never)]
pub(crate) fn sort(keys: &mut [u64]) {
    keys.sort_unstable();
}
