//! What one member heard cannot be worked out from what is told, by any adding and subtracting.

use std::collections::{BTreeMap, BTreeSet};

use programmes::streaming::disclosure::{Plays, Threshold, is_enough, partition};
use proptest::prelude::*;

fn cells() -> impl Strategy<Value = BTreeMap<u32, Plays>> {
    let plays = prop::collection::btree_map((0_u32..25).prop_map(|m| format!("m{m}")), 0_u64..40, 0..18);
    prop::collection::btree_map(0_u32..40, plays, 0..14)
}

/// Whoever knows every number that is told solves for what is not: each set of plays that can be worked out is a
/// union of the cells told, so each of these must stand on enough members.
fn told(cells: &BTreeMap<u32, Plays>, threshold: Threshold) -> Vec<BTreeSet<u32>> {
    let parts = partition(cells, threshold);
    let mut told: Vec<BTreeSet<u32>> = parts.shown.iter().map(|k| [*k].into()).collect();
    if parts.rest_told {
        told.push(parts.rest.iter().copied().collect());
    }
    told
}

fn together(cells: &BTreeMap<u32, Plays>, keys: &BTreeSet<u32>) -> Plays {
    let mut all = Plays::new();
    for (member, n) in keys.iter().flat_map(|k| cells[k].iter()) {
        *all.entry(member.clone()).or_default() += n;
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn whatever_is_added_or_subtracted_enough_members_stand_behind_it(cells in cells(), k in 1_usize..12, picks in prop::collection::vec(any::<bool>(), 16)) {
        let threshold = Threshold { members: k, largest_percent: 50 };
        let told = told(&cells, threshold);
        // No play is in two sums: nothing overlaps, so nothing smaller comes out by subtracting.
        for (i, a) in told.iter().enumerate() {
            for b in &told[i + 1..] { prop_assert!(a.is_disjoint(b)); }
        }
        for keys in &told {
            prop_assert!(is_enough(&together(&cells, keys), threshold), "{keys:?}");
        }
        // Any selection of what is told, hence also the difference of two selections.
        let picked: BTreeSet<u32> = told.iter().zip(&picks).filter(|(_, p)| **p).flat_map(|(keys, _)| keys.clone()).collect();
        if !picked.is_empty() {
            prop_assert!(together(&cells, &picked).values().filter(|n| **n > 0).count() >= k);
        }
    }

    /// The total with what is shown apart subtracted is the rest: it is told only where it may be.
    #[test]
    fn the_rest_is_never_a_few(cells in cells(), k in 1_usize..12) {
        let threshold = Threshold { members: k, largest_percent: 50 };
        let parts = partition(&cells, threshold);
        let rest = together(&cells, &parts.rest.iter().copied().collect());
        if !parts.shown.is_empty() && !rest.is_empty() {
            prop_assert!(parts.rest_told && is_enough(&rest, threshold));
        }
    }
}

#[test]
fn the_worked_example() {
    let of = |members: &[u32]| members.iter().map(|m| (format!("m{m}"), 1)).collect::<Plays>();
    let cells: BTreeMap<&str, Plays> =
        [("A", of(&[1, 2, 3, 4])), ("B", of(&[5, 6, 7])), ("C", of(&[8]))].into();
    let parts = partition(&cells, Threshold { members: 3, largest_percent: 50 });
    assert_eq!((parts.shown, parts.rest, parts.rest_told), (vec!["A"], vec!["B", "C"], true));
}
