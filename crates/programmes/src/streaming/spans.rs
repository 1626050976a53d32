//! Unions of half-open stretches of time.

use std::collections::BTreeMap;

/// A union of half-open stretches `[from, to)`, in milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spans(BTreeMap<i64, i64>);

impl Spans {
    /// Nothing.
    pub fn new() -> Spans {
        Spans::default()
    }

    /// Adds a stretch; an empty one adds nothing.
    pub fn add(&mut self, from: i64, to: i64) {
        if from >= to {
            return;
        }
        let (mut low, mut high) = (from, to);
        // Everything that begins at or before the end and ends at or after the beginning melts into one.
        while let Some((&start, &end)) = self.0.range(..=high).next_back() {
            if end < low {
                break;
            }
            (low, high) = (low.min(start), high.max(end));
            self.0.remove(&start);
        }
        self.0.insert(low, high);
    }

    /// How long all of it is.
    pub fn total(&self) -> i64 {
        self.0.iter().map(|(from, to)| to - from).sum()
    }

    /// How much of it lies in a stretch.
    pub fn within(&self, from: i64, to: i64) -> i64 {
        self.pieces(from, to).map(|(a, b)| b - a).sum()
    }

    /// The parts of it that lie in a stretch, in order.
    pub fn pieces(&self, from: i64, to: i64) -> impl Iterator<Item = (i64, i64)> + '_ {
        let first = self.0.range(..=from).next_back().map_or(from, |(start, _)| *start);
        self.0
            .range(first.min(to)..to.max(first.min(to)))
            .map(move |(a, b)| ((*a).max(from), (*b).min(to)))
            .filter(|(a, b)| a < b)
    }

    /// What both hold.
    pub fn common(&self, other: &Spans) -> Spans {
        let mut both = Spans::new();
        for (from, to) in &self.0 {
            for (a, b) in other.pieces(*from, *to) {
                both.add(a, b);
            }
        }
        both
    }

    /// Where the stretch begins that holds an instant, or ends just there.
    pub(super) fn start_of(&self, at: i64) -> Option<i64> {
        self.0.range(..=at).next_back().filter(|(_, end)| **end >= at).map(|(start, _)| *start)
    }

    /// Takes up to `much` of what is not in it yet, the earliest first, within a stretch; tells how much that was.
    pub(super) fn take(&mut self, from: i64, to: i64, much: i64) -> i64 {
        let (mut at, mut left, mut taken) = (from, much, Vec::new());
        let busy: Vec<(i64, i64)> = self.pieces_until(from, to, much);
        for (a, b) in busy.into_iter().chain([(to, to)]) {
            let free = (a - at).min(left).max(0);
            if free > 0 {
                taken.push((at, at + free));
                left -= free;
            }
            at = at.max(b);
            if left == 0 {
                break;
            }
        }
        for (a, b) in taken {
            self.add(a, b);
        }
        much - left
    }

    /// The pieces in a stretch, as far as needed to find `much` free time before or between them.
    fn pieces_until(&self, from: i64, to: i64, much: i64) -> Vec<(i64, i64)> {
        let (mut free, mut at, mut pieces) = (0, from, Vec::new());
        for (a, b) in self.pieces(from, to) {
            free += a - at;
            pieces.push((a, b));
            at = b;
            if free >= much {
                break;
            }
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(stretches: &[(i64, i64)]) -> Spans {
        let mut spans = Spans::new();
        for (from, to) in stretches {
            spans.add(*from, *to);
        }
        spans
    }

    #[test]
    fn takes_the_earliest_free_time() {
        let mut busy = of(&[(10, 20), (30, 40)]);
        assert_eq!(busy.take(0, 100, 25), 25);
        assert_eq!(busy, of(&[(0, 45)]));
        assert_eq!(busy.take(0, 50, 10), 5);
        assert_eq!((busy.start_of(50), busy.start_of(51)), (Some(0), None));
    }

    proptest! {
        #[test]
        fn is_what_a_row_of_cells_would_be(stretches in proptest::collection::vec((0_i64..60, 0_i64..60), 0..12), from in 0_i64..60, to in 0_i64..60, much in 0_i64..40) {
            let mut cells = [false; 60];
            for (a, b) in &stretches {
                for cell in cells.iter_mut().take(*b as usize).skip(*a as usize) { *cell = true; }
            }
            let mut spans = of(&stretches);
            let count = |cells: &[bool; 60], a: i64, b: i64| cells.iter().take(b.max(0) as usize).skip(a as usize).filter(|c| **c).count() as i64;
            prop_assert_eq!(spans.total(), count(&cells, 0, 60));
            prop_assert_eq!(spans.within(from, to), count(&cells, from, to));
            let free: Vec<usize> = (from..to).map(|i| i as usize).filter(|i| !cells[*i]).take(much as usize).collect();
            for i in &free { cells[*i] = true; }
            prop_assert_eq!(spans.take(from, to, much), free.len() as i64);
            prop_assert_eq!(spans.total(), count(&cells, 0, 60));
            prop_assert_eq!(spans.within(from, to), count(&cells, from, to));
        }
    }
}
