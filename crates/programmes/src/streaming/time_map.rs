//! Which part of a recording a part of its file holds.

use std::ops::Range;

/// From bytes of a file to milliseconds of the recording, by marks in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeMap {
    /// Byte and millisecond, both rising; the first where sound begins, the last at the end of the file.
    marks: Vec<(u64, u32)>,
}

/// Why marks make no map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadMap {
    /// Fewer than two, so there is no stretch.
    TooFew,
    /// A mark goes back, in bytes or in time.
    GoesBack,
}

impl TimeMap {
    /// A file whose sound takes `length_ms` and lies evenly from `head` (where tags and tables end) to `size` bytes.
    pub fn even(head: u64, size: u64, length_ms: u32) -> TimeMap {
        TimeMap { marks: vec![(head.min(size), 0), (size.max(1), length_ms)] }
    }

    /// A file of which it is known where some of its moments lie, as in the pages of an Ogg file.
    ///
    /// # Errors
    /// [`BadMap`] where the marks are fewer than two or go back.
    pub fn marked(marks: Vec<(u64, u32)>) -> Result<TimeMap, BadMap> {
        if marks.len() < 2 {
            return Err(BadMap::TooFew);
        }
        if marks.windows(2).any(|w| w[1].0 < w[0].0 || w[1].1 < w[0].1) {
            return Err(BadMap::GoesBack);
        }
        Ok(TimeMap { marks })
    }

    /// How long the recording is, in milliseconds.
    pub fn length_ms(&self) -> u32 {
        self.marks.last().map_or(0, |m| m.1)
    }

    /// How large the file is, in bytes.
    pub fn size(&self) -> u64 {
        self.marks.last().map_or(0, |m| m.0)
    }

    /// The moment at a byte: linear between marks, rounded down; the beginning before them, the end after.
    pub fn moment(&self, byte: u64) -> u32 {
        let after = self.marks.partition_point(|m| m.0 <= byte);
        let Some(from) = after.checked_sub(1).and_then(|i| self.marks.get(i)) else {
            return self.marks.first().map_or(0, |m| m.1);
        };
        let Some(to) = self.marks.get(after) else { return from.1 };
        let (wide, long) = (u128::from(to.0 - from.0).max(1), u128::from(to.1 - from.1));
        let into = long * u128::from(byte - from.0) / wide;
        from.1 + u32::try_from(into).unwrap_or(0)
    }

    /// The part that a range of bytes holds, in milliseconds. Ranges that follow each other give parts that do.
    pub fn part(&self, bytes: Range<u64>) -> Range<u32> {
        let from = self.moment(bytes.start);
        from..self.moment(bytes.end).max(from)
    }

    /// The first byte at which so much more of the recording, in milliseconds, has been sent than at `byte`; the
    /// end of the file where less is left.
    pub fn byte_after(&self, byte: u64, ms: u32) -> u64 {
        let wanted = self.moment(byte).saturating_add(ms);
        let at = self.marks.partition_point(|m| m.1 < wanted);
        let (Some(to), Some(from)) = (self.marks.get(at), at.checked_sub(1).and_then(|i| self.marks.get(i)))
        else {
            return if at == 0 { byte.saturating_add(1).min(self.size()) } else { self.size() };
        };
        let (wide, long) = (u128::from(to.0 - from.0), u128::from(to.1 - from.1).max(1));
        let into = (wide * u128::from(wanted - from.1)).div_ceil(long);
        (from.0 + u64::try_from(into).unwrap_or(0)).max(byte.saturating_add(1)).min(self.size())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bytes_become_time() {
        let even = TimeMap::even(1_000, 11_000, 10_000);
        for (bytes, part) in [
            (0..1_000, 0..0),
            (0..6_000, 0..5_000),
            (6_000..11_000, 5_000..10_000),
            (9_000..99_000, 8_000..10_000),
        ] {
            assert_eq!(even.part(bytes.clone()), part, "{bytes:?}");
        }
        assert_eq!((even.byte_after(0, 5_000), even.byte_after(6_000, 60_000)), (6_000, 11_000));
        let marked = TimeMap::marked(vec![(100, 0), (200, 1_000), (1_200, 2_000)]).unwrap();
        assert_eq!(marked.part(150..700), 500..1_500);
        assert_eq!(TimeMap::marked(vec![(0, 0)]), Err(BadMap::TooFew));
        assert_eq!(TimeMap::marked(vec![(0, 5), (9, 4)]), Err(BadMap::GoesBack));
        assert_eq!(TimeMap::even(5, 0, 0).part(0..9), 0..0);
    }

    proptest! {
        #[test]
        fn parts_follow_each_other(head in 0_u64..100, size in 0_u64..10_000, length in 0_u32..1_000_000, mut cuts in proptest::collection::vec(0_u64..12_000, 2..8), ms in 1_u32..20_000) {
            let map = TimeMap::even(head, size, length);
            cuts.sort();
            let whole = map.part(cuts[0]..cuts[cuts.len() - 1]);
            let parts: Vec<_> = cuts.windows(2).map(|w| map.part(w[0]..w[1])).collect();
            prop_assert!(parts.windows(2).all(|w| w[0].end == w[1].start));
            prop_assert_eq!(parts.first().map(|p| p.start), Some(whole.start));
            prop_assert_eq!(parts.last().map(|p| p.end), Some(whole.end));
            let to = map.byte_after(cuts[0], ms);
            prop_assert!(to <= map.size());
            prop_assert!(to == map.size() || map.moment(to) >= map.moment(cuts[0]).saturating_add(ms).min(map.length_ms()).saturating_sub(1));
        }
    }
}
