//! Sorting packed rows by their key: least significant digit first, skipping digits that are all alike.

use super::rows::{Layout, Row};

/// Below so many rows a comparison sort is quicker than counting digits.
const FEW: usize = 1 << 11;
/// Most bits of a digit: 2,048 counters stay in the nearest cache.
const MOST_DIGIT_BITS: u32 = 11;

/// Sorts rows by member, recording and sought. The order of rows of one key is left open: they are added.
pub fn sort<R: Row>(rows: &mut Vec<R>, layout: &Layout) {
    Sorter::new().sort(rows, layout);
}

/// A sort used over and over; it keeps its second buffer.
#[derive(Debug, Default)]
pub struct Sorter<R> {
    other: Vec<R>,
}

impl<R: Row> Sorter<R> {
    /// A sort without a buffer yet.
    pub fn new() -> Sorter<R> {
        Sorter { other: Vec::new() }
    }

    /// As [`sort`].
    pub fn sort(&mut self, rows: &mut Vec<R>, layout: &Layout) {
        if rows.len() < FEW {
            rows.sort_unstable();
            return;
        }
        let (start, bits) = layout.key_bits();
        let passes = bits.div_ceil(MOST_DIGIT_BITS);
        let width = bits.div_ceil(passes);
        let mask = (1_u64 << width) - 1;
        self.other.clear();
        self.other.resize(rows.len(), R::at(0, 0));
        let mut counts = vec![0_u32; (passes as usize) << width];
        for row in rows.iter() {
            for pass in 0..passes {
                let digit = row.field(start + pass * width, mask) as usize;
                counts[((pass as usize) << width) + digit] += 1;
            }
        }
        for (pass, counts) in counts.chunks_exact_mut(1 << width).enumerate() {
            let shift = start + pass as u32 * width;
            if counts.iter().any(|count| *count as usize == rows.len()) {
                continue;
            }
            let mut place = 0;
            for count in counts.iter_mut() {
                place += std::mem::replace(count, place);
            }
            for row in rows.iter() {
                let digit = &mut counts[row.field(shift, mask) as usize];
                self.other[*digit as usize] = *row;
                *digit += 1;
            }
            std::mem::swap(rows, &mut self.other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::PlayRow;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn as_the_standard_sort(seed: u64, many in 0_usize..9_000) {
            let layout = Layout::for_largest(1 << 21, 1 << 19, true, Some(4_000), None).unwrap();
            let mut state = seed;
            let mut next = |below: u64| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) % below
            };
            let mut rows: Vec<u64> = (0..many).map(|_| layout.pack(PlayRow {
                member: next(1 << 21), recording: next(1 << 19) as u32, sought: next(2) == 1, plays: next(4_000) as u32, seconds: 0,
            })).collect();
            let mut expected = rows.clone();
            expected.sort_unstable();
            sort(&mut rows, &layout);
            let key = |rows: &[u64]| rows.iter().map(|row| row >> 12).collect::<Vec<_>>();
            prop_assert_eq!(key(&rows), key(&expected));
            rows.sort_unstable();
            prop_assert_eq!(rows, expected);
        }
    }
}
