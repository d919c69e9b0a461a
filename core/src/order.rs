//! Sorting, in one place and in few words: the library's own costs a page four kilobytes, for each type that is sorted.

/// Distances of a Shell sort (Ciura, "Best Increments for the Average Case of Shellsort", 2001; the first four go on by
/// a factor of 2.25).
const GAPS: [usize; 12] = [19_930, 8_858, 3_937, 1_750, 701, 301, 132, 57, 23, 10, 4, 1];

/// Sorts numbers. Whatever else is to be sorted packs what decides, and where it stands, into one.
#[inline(never)]
pub(crate) fn sort(keys: &mut [u64]) {
    for gap in GAPS {
        for end in gap..keys.len() {
            let key = keys[end];
            let mut at = end;
            while at >= gap && keys[at - gap] > key {
                keys[at] = keys[at - gap];
                at -= gap;
            }
            keys[at] = key;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_sorted_however_many() {
        for count in [0, 1, 2, 5, 24, 700, 50_000] {
            let mut own: Vec<u64> =
                (0..count).map(|at: u64| at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40).collect();
            let mut wanted = own.clone();
            wanted.sort_unstable();
            sort(&mut own);
            assert_eq!(own, wanted);
        }
    }
}
