//! Attacks that must fail.

use std::collections::BTreeSet;

use jiff::civil::Date;
use programmes::set_list::disclosure::{
    Credit, Detail, Gift, Policy, Release, Visibility, disclose, public_batches, release,
};
use proptest::prelude::*;

use super::world::{EURO, List, World, eur, giver, groups, isolates, line_values, period, producer, worlds};

/// Gifts that people give: the attacker tries all of them.
const CANDIDATES: [i64; 10] = [10, 20, 25, 30, 40, 50, 60, 75, 100, 150];

fn policy(givers: usize) -> Policy {
    Policy { givers, ..Policy::default() }
}

proptest! {
    /// Attack 1: equations. A producer who knows every list and its length combines all sums of all
    /// periods in any way: no combination consists of fewer than `k` givers' money.
    #[test]
    fn no_arithmetic_on_a_producers_sums_gets_below_the_threshold(world in worlds(), k in 2_usize..5) {
        for who in 0..3 {
            for view in world.views(who, &policy(k)) {
                if matches!(view.detail, Detail::TotalOnly { .. }) {
                    continue; // waits; see `inferable` for what happens after the longest wait
                }
                let equations = world.equations(&view);
                for few in groups(12, k - 1) {
                    prop_assert!(!isolates(&world, &equations, &few), "{:?} stand alone in {:?}", few, view);
                }
            }
        }
    }

    /// Attack 2a: views carry no giver. All names, ids, cities and dates change hands between
    /// the lists; where DJs show the track only, every producer's view stays the same to the byte.
    #[test]
    fn views_carry_no_identity(world in worlds(), shift in 1_usize..12, k in 1_usize..6) {
        let hide = |list: &List| List { visibility: Visibility::TrackOnly, ..list.clone() };
        let plain = World { lists: world.lists.iter().map(hide).collect(), ..world.clone() };
        let moved = |list: &List| List { giver: (list.giver * 5 + shift) % 12, ..list.clone() };
        let other = World { lists: plain.lists.iter().map(moved).collect(), ..plain.clone() };
        for who in 0..3 {
            let (a, b) = (plain.views(who, &policy(k)), other.views(who, &policy(k)));
            prop_assert_eq!(format!("{a:?}"), format!("{b:?}"));
        }
    }

    /// Attack 2b: views carry no link between a gift and its giver. Two givers of one period, alike in
    /// what the coalition may know (its own lines, the length), swap their gifts: a coalition of two
    /// of the three producers sees the same to the byte, even where everything else is shown.
    #[test]
    fn swapping_two_gifts_changes_nothing_a_coalition_sees(world in worlds(), gifts in (1..50_i64, 1..50_i64), k in 1_usize..6) {
        let (a, b) = (World::twin(&world, gifts.0, gifts.1), World::twin(&world, gifts.1, gifts.0));
        for who in 0..2 {
            prop_assert_eq!(format!("{:?}", a.views(who, &policy(k))), format!("{:?}", b.views(who, &policy(k))));
        }
    }

    /// Attack 3a: difference of periods. What comes later, corrections included, never changes a closed
    /// period, so asking again tells nothing.
    #[test]
    fn a_closed_period_never_changes(world in worlds(), later in worlds(), k in 1_usize..6) {
        for who in 0..3 {
            let closed: Vec<Credit> = world.credits(who).into_iter().map(|c| Credit { period: period(0), ..c }).collect();
            let open = later.credits(who).into_iter().map(|c| Credit { period: period(1), amount: c.amount.negated().unwrap(), ..c });
            let before = disclose(&producer(who), &closed, &policy(k)).unwrap();
            let all: Vec<Credit> = closed.iter().cloned().chain(open).collect();
            let after = disclose(&producer(who), &all, &policy(k)).unwrap();
            prop_assert_eq!(&after[..before.len()], &before[..]);
        }
    }

    /// Attack 3b: difference of releases. Credits come in one by one and the producer looks every day:
    /// each new amount on the balance has at least `k` givers behind it, until the longest wait is over.
    #[test]
    fn each_release_has_enough_givers(world in worlds(), k in 1_usize..6) {
        let today = Date::constant(2026, 3, 1);
        let (mut waiting, mut released) = (Vec::<Credit>::new(), 0);
        let credits = world.credits(0);
        for credit in &credits {
            waiting.push(credit.clone());
            if release(&producer(0), &waiting, today, today, &policy(k)) == Release::Show {
                let givers: BTreeSet<_> = waiting.iter().map(|c| &c.giver).collect();
                prop_assert!(givers.len() >= k);
                released += waiting.len();
                waiting.clear();
            }
        }
        prop_assert_eq!(released + waiting.len(), credits.len());
    }

    /// Attack 3c: difference of public totals. Read after every gift, two readings differ by nothing or
    /// by at least `k` givers, none above half of the difference.
    #[test]
    fn public_totals_differ_by_enough_givers(rows in prop::collection::vec((0..9_usize, 1..300_i64), 0..60), k in 1_usize..6) {
        let gifts: Vec<Gift> = rows.iter().map(|(g, e)| Gift { giver: giver(*g), amount: eur(e * EURO) }).collect();
        let all = public_batches(&gifts, &policy(k)).unwrap();
        for length in 0..=gifts.len() {
            let so_far = public_batches(&gifts[..length], &policy(k)).unwrap();
            prop_assert_eq!(&all[..so_far.len()], &so_far[..]);
        }
        for batch in all {
            let mut by_giver = std::collections::BTreeMap::<_, i64>::new();
            gifts[batch.gifts].iter().for_each(|g| *by_giver.entry(&g.giver).or_default() += g.amount.micros());
            let (sum, largest) = (by_giver.values().sum::<i64>(), by_giver.values().max().copied().unwrap());
            prop_assert!(by_giver.len() >= k && largest * 2 <= sum && batch.total.micros() == sum);
        }
    }

    /// All pots of a run put together before sharing: every producer together, lists known, learn the sum only.
    #[test]
    fn combined_pots_hide_gifts_from_everyone_together(world in worlds(), pairs in prop::collection::vec((0..26_usize, 0..26_usize, 1..9_i64), 1..6)) {
        let mut other = world.clone();
        for (a, b, fives) in pairs {
            let (a, b) = (a % world.lists.len(), b % world.lists.len());
            let moved = (fives * 5 * EURO).min(other.lists[a].gift);
            if other.lists[a].period == other.lists[b].period {
                other.lists[a].gift -= moved;
                other.lists[b].gift += moved;
            }
        }
        for who in 0..3 {
            prop_assert_eq!(world.credits_combined(who), other.credits_combined(who));
        }
    }
}

/// Attack 1 by trial: all ten givers' lists and lengths are known and gifts are round. Every way to
/// reach the shown sum is tried; each giver could still have given any of the ten usual amounts.
#[test]
fn trying_all_usual_gifts_decides_nothing_at_the_default_threshold() {
    let gifts = [50, 20, 100, 30, 75, 50, 25, 40, 60, 50];
    let lengths = [20, 17, 31, 24, 19, 42, 28, 15, 22, 36];
    let world = one_track_on_every_list(&gifts, &lengths);
    let view = world.views(0, &Policy::default()).remove(0);
    assert!(matches!(view.detail, Detail::Sums { .. }));
    let possible = possible_gifts(view.total.micros(), 10_000, &lengths);
    assert!(possible.iter().all(|gifts| gifts.len() == CANDIDATES.len()), "{possible:?}");
}

/// Attack 4: a line amount is the same for everyone on a list, so two producers could find each other.
/// Neither sees anything while the night stands alone.
#[test]
fn two_producers_on_one_night_have_nothing_to_compare() {
    let list = List {
        giver: 0,
        gift: 50 * EURO,
        tracks: (0..20).collect(),
        period: 0,
        visibility: Visibility::Everything,
    };
    let world = World { lists: vec![list], owners: (0..20).collect() };
    let today = Date::constant(2026, 2, 1);
    for who in 0..20 {
        let answer = release(&producer(who), &world.credits(who), today, today, &Policy::default());
        assert_eq!(answer, Release::Wait { until: Date::constant(2026, 5, 1) });
    }
}

/// Attack 4, continued: once shown, a sum of ten nights tells no night. Of two producers with equal sums one
/// shares the nights and one does not.
#[test]
fn equal_sums_do_not_prove_the_same_nights() {
    let lists = |first: usize| {
        (first..first + 10).map(move |giver| List {
            giver,
            gift: 50 * EURO,
            tracks: if first == 0 { vec![0, 1, 9, 9] } else { vec![2, 9, 9, 9] },
            period: 0,
            visibility: Visibility::TrackOnly,
        })
    };
    let world = World { lists: lists(0).chain(lists(10)).collect(), owners: vec![0, 1, 2] };
    let totals: Vec<_> = (0..3).map(|who| world.views(who, &Policy::default())[0].total).collect();
    assert!(totals[0] == totals[1] && totals[0] == totals[2]);
}

/// One recording of producer 0 once on every list.
pub fn one_track_on_every_list(gifts: &[i64], lengths: &[usize]) -> World {
    let list = |(giver, (gift, length)): (usize, (&i64, &usize))| List {
        giver,
        gift: gift * EURO,
        tracks: std::iter::once(0).chain(std::iter::repeat_n(99, length - 1)).collect(),
        period: 0,
        visibility: Visibility::TrackOnly,
    };
    World { lists: gifts.iter().zip(lengths).enumerate().map(list).collect(), owners: vec![0] }
}

/// Which usual gifts each giver could have given, if one line of each list adds up to `shown` and less than `grain` more.
///
/// Meet in the middle: all sums of one half of the givers are sorted and looked up for all of the other.
pub fn possible_gifts(shown: i64, grain: i64, lengths: &[usize]) -> Vec<BTreeSet<i64>> {
    let half = lengths.len().div_ceil(2);
    let (left, right) = (choices(&lengths[..half]), choices(&lengths[half..]));
    let mut possible = vec![BTreeSet::new(); lengths.len()];
    for (own, others, first) in [(&left, &right, 0), (&right, &left, half)] {
        let mut sums: Vec<i64> = others.iter().map(|(sum, _)| *sum).collect();
        sums.sort_unstable();
        for (sum, gifts) in own {
            let from = sums.partition_point(|s| sum + s < shown);
            if sums.get(from).is_some_and(|s| sum + s < shown + grain) {
                for (giver, gift) in possible[first..].iter_mut().zip(gifts) {
                    giver.insert(*gift);
                }
            }
        }
    }
    possible
}

/// Every choice of usual gifts, with the sum of one line of each list.
fn choices(lengths: &[usize]) -> Vec<(i64, Vec<i64>)> {
    lengths.iter().fold(vec![(0, vec![])], |found, length| {
        let values = CANDIDATES.map(|gift| (gift, line_values(gift * EURO, *length)[0]));
        let extend = |(sum, gifts): &(i64, Vec<i64>)| {
            let (sum, gifts) = (*sum, gifts.clone());
            values.map(|(gift, value)| (sum + value, gifts.iter().copied().chain([gift]).collect()))
        };
        found.iter().flat_map(extend).collect()
    })
}

impl World {
    /// The world with two more lists in the first period that look alike to producers 0 and 1, by givers who gave these fives.
    fn twin(world: &World, first: i64, second: i64) -> World {
        let mut twin = world.clone();
        let theirs: Vec<usize> =
            (0..world.owners.len()).filter(|t| world.owners[*t] == 2).chain([99]).collect();
        let like = world.lists[0].tracks.clone();
        for (giver, fives) in [(20, first), (21, second)] {
            // On the lines of the third producer each list may have something else.
            let other = |t: &usize| if theirs.contains(t) { theirs[giver % theirs.len()] } else { *t };
            twin.lists.push(List {
                giver,
                gift: fives * 5 * EURO,
                tracks: like.iter().map(other).collect(),
                period: 0,
                visibility: Visibility::Everything,
            });
        }
        twin
    }
}
