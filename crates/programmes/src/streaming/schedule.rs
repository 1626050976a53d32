//! One pair of ears: what a member is said to have heard has to fit into the time in which it is said to be heard.
//!
//! Each claim asks for some time of its own within a window. Claims are taken in the order in which their windows
//! end, each gets the earliest free time of its window. If there is a way to fit all, this finds it: were a claim to
//! fail, the stretch without a gap that ends with its window would hold only claims whose windows lie in it, and
//! more of them than it is long.

use super::Spans;

/// Time asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// From when on it may be heard.
    pub from: i64,
    /// Until when.
    pub to: i64,
    /// How much time is needed at least.
    pub need: i64,
    /// How much may be credited at most.
    pub heard: i64,
}

/// What each window got, in milliseconds: at least its need, or `None` where more was claimed in a stretch that holds
/// the window than there was time. In such a stretch nobody can say which claim is true, so none is believed.
pub(super) fn fit(windows: &[Window]) -> Vec<Option<i64>> {
    let mut order: Vec<usize> = (0..windows.len()).collect();
    order.sort_by_key(|i| {
        let w = windows[*i]; // the places are those of the slice
        (w.to, w.from, w.need, w.heard)
    });
    let mut busy = Spans::new();
    let mut crowded: Vec<(i64, i64)> = Vec::new();
    for w in order.iter().map(|i| windows[*i]) {
        if busy.take(w.from, w.to, w.need) < w.need {
            crowded.push((busy.start_of(w.to).unwrap_or(w.from).min(w.from), w.to));
        }
    }
    let crowded = Crowded::new(crowded);
    let mut busy = Spans::new();
    let mut got: Vec<Option<i64>> = vec![None; windows.len()];
    for i in &order {
        let w = windows[*i];
        if !crowded.holds(w.from, w.to) {
            got[*i] = Some(busy.take(w.from, w.to, w.need));
        }
    }
    // What is left of the time goes to whoever claims more, in the same order.
    for i in &order {
        let w = windows[*i];
        if let Some(much) = got[*i].as_mut() {
            *much += busy.take(w.from, w.to, (w.heard - *much).max(0));
        }
    }
    got
}

/// Stretches in which more was claimed than there is time.
struct Crowded {
    /// By beginning; with each the latest end among those that begin no later.
    stretches: Vec<(i64, i64)>,
}

impl Crowded {
    fn new(mut stretches: Vec<(i64, i64)>) -> Crowded {
        stretches.sort_unstable();
        let mut latest = i64::MIN;
        for stretch in &mut stretches {
            latest = latest.max(stretch.1);
            stretch.1 = latest;
        }
        Crowded { stretches }
    }

    /// Whether one of them holds this window.
    fn holds(&self, from: i64, to: i64) -> bool {
        let after = self.stretches.partition_point(|s| s.0 <= from);
        after.checked_sub(1).and_then(|i| self.stretches.get(i)).is_some_and(|s| s.1 >= to)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn window(from: i64, to: i64, need: i64) -> Window {
        Window { from, to, need, heard: to - from }
    }

    #[test]
    fn sequential_listening_fits_whatever_was_fetched_ahead() {
        let windows: Vec<Window> =
            (0..50).map(|i| window((i * 200 - 190).max(0), i * 200 + 100, 30)).collect();
        let got = fit(&windows);
        assert!(got.iter().all(|g| g.is_some_and(|g| g >= 30)));
        assert!(got.iter().flatten().sum::<i64>() <= 49 * 200 + 100);
    }

    #[test]
    fn where_more_is_claimed_than_there_is_time_nothing_is_believed() {
        let mut windows: Vec<Window> = (0..20).map(|i| window(i, 100 + i, 30)).collect();
        windows.push(window(1_000, 1_100, 30));
        let got = fit(&windows);
        assert!(got[..20].iter().all(Option::is_none));
        assert_eq!(got[20], Some(100));
    }

    proptest! {
        /// Whoever really heard one thing after the other is believed, however early and late the windows reach.
        #[test]
        fn what_was_really_heard_fits(plays in proptest::collection::vec((30_i64..300, 0_i64..100, 0_i64..900, 0_i64..900), 1..40)) {
            let mut at = 0;
            let windows: Vec<Window> = plays.iter().map(|(long, pause, early, late)| {
                let from = at + pause;
                at = from + long;
                Window { from: from - early, to: at + late, need: 30, heard: long + late }
            }).collect();
            let got = fit(&windows);
            prop_assert!(got.iter().all(|g| g.is_some_and(|g| g >= 30)));
            let mut all = Spans::new();
            for w in &windows { all.add(w.from, w.to); }
            prop_assert!(got.iter().flatten().sum::<i64>() <= all.total());
        }

        #[test]
        fn nobody_hears_more_than_there_is_time(windows in proptest::collection::vec((0_i64..500, 1_i64..200, 1_i64..40, 0_i64..300), 0..40)) {
            let windows: Vec<Window> = windows.into_iter().map(|(from, long, need, heard)| Window { from, to: from + long, need: need.min(long), heard }).collect();
            let got = fit(&windows);
            let mut all = Spans::new();
            for (w, g) in windows.iter().zip(&got) {
                if let Some(g) = g { all.add(w.from, w.to); prop_assert!(*g >= w.need && *g <= w.heard.max(w.need)); }
            }
            prop_assert!(got.iter().flatten().sum::<i64>() <= all.total());
            let mut turned = windows.clone();
            turned.reverse();
            let mut back = fit(&turned);
            back.reverse();
            prop_assert_eq!(got.iter().map(Option::is_some).collect::<Vec<_>>(), back.iter().map(Option::is_some).collect::<Vec<_>>());
        }
    }
}
