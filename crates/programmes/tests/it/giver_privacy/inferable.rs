//! Attacks that succeed: what stays inferable, shown rather than hoped away.

use std::collections::BTreeSet;

use programmes::set_list::disclosure::{Detail, Grain, Policy, Visibility, disclose};

use super::attacks::{one_track_on_every_list, possible_gifts};
use super::world::{EURO, Equation, List, World, isolates, producer};

/// A gift from the value of one of its lines, when the list's length is known: `value × lines / 85 %`.
fn gift_of(line: f64, lines: usize) -> i64 {
    let euros = line * lines as f64 / 0.85 / EURO as f64;
    (euros / 5.0).round() as i64 * 5 // gifts are round
}

fn night(giver: usize, gift: i64, tracks: Vec<usize>) -> List {
    List { giver, gift: gift * EURO, tracks, period: 0, visibility: Visibility::TrackOnly }
}

/// A producer who is alone on one list all through the longest wait, and finds that list published.
#[test]
fn inferable_by_a_lone_producer_on_a_published_list_after_the_longest_wait() {
    let world = World { lists: vec![night(0, 50, (0..20).collect())], owners: vec![0] };
    let view = world.views(0, &Policy::default()).remove(0);
    assert!(matches!(view.detail, Detail::TotalOnly { .. }));
    assert_eq!(gift_of(view.total.micros() as f64, 20), 50);
}

/// Producers who between them hold a whole list need not even know its length.
#[test]
fn inferable_by_two_producers_who_hold_a_whole_list_after_the_longest_wait() {
    let world =
        World { lists: vec![night(0, 50, (0..20).collect())], owners: (0..20).map(|t| t % 2).collect() };
    let total: i64 = (0..2).map(|who| world.views(who, &Policy::default())[0].total.micros()).sum();
    assert_eq!(total * 100 / 85, 50 * EURO);
}

/// Two equal small totals: the two were on the same night (or on two nights worth the same).
#[test]
fn inferable_same_night_from_equal_small_totals_after_the_longest_wait() {
    let world = World {
        lists: vec![night(0, 50, (0..20).collect()), night(1, 75, (20..37).collect())],
        owners: (0..37).collect(),
    };
    let total = |who: usize| world.views(who, &Policy::default())[0].total;
    assert_eq!(total(0), total(1));
    assert_ne!(total(0), total(20));
}

/// Sums shown for each recording above the threshold, as a simpler policy would: one subtraction isolates
/// a giver. (The attack of `attacks` finds it, and ours folds the two into one sum.)
#[test]
fn inferable_from_plain_thresholds_without_givers_of_their_own() {
    let lists: Vec<List> = (0..11).map(|g| night(g, 50, if g < 10 { vec![0, 1] } else { vec![1] })).collect();
    let world = World { lists, owners: vec![0, 0] };
    let plain = [0, 1].map(|track| Equation { lines: (0..10 + track).map(|list| (list, 1)).collect() });
    assert!(isolates(&world, &plain, &BTreeSet::from([10])));
    let view = world.views(0, &Policy::default()).remove(0);
    let Detail::Sums { recordings, other, .. } = view.detail else { panic!("{view:?}") };
    assert_eq!((recordings.len(), other.map(|o| o.played.len())), (0, Some(2)));
}

/// Twelve producers, each paid by eleven of twelve givers, lists published: twelve sums, twelve unknowns.
///
/// No threshold on a view helps, since every total must be told to whom it is paid.
#[test]
fn inferable_by_as_many_colluding_producers_as_givers_with_published_lists() {
    let gifts = [50, 20, 100, 30, 75, 50, 25, 40, 60, 50, 35, 45];
    // Giver g plays a track of every producer but number g, and fills up to 20 lines.
    let tracks = |g| (0..12).filter(|p| *p != g).chain(std::iter::repeat_n(99, 9)).collect();
    let lists = gifts.iter().enumerate().map(|(g, gift)| night(g, *gift, tracks(g))).collect();
    let world = World { lists, owners: (0..12).collect() };
    let views: Vec<_> = (0..12).map(|who| world.views(who, &Policy::default()).remove(0)).collect();
    assert!(views.iter().all(|v| matches!(v.detail, Detail::Sums { .. })));
    let totals: Vec<f64> = views.iter().map(|v| v.total.micros() as f64).collect();
    let all = totals.iter().sum::<f64>() / 11.0;
    let found: Vec<i64> = totals.iter().map(|total| gift_of(all - total, 20)).collect();
    assert_eq!(found, gifts);

    // One of the twelve alone learns no gift, nor the sum of any nine.
    let alone = world.equations(&views[0]);
    assert!((0..12).all(|g| !isolates(&world, &alone, &BTreeSet::from([g]))));
    assert!(!isolates(&world, &alone, &(1..10).collect()));

    // With all pots of the run put together, each of them sees eleven equal lines.
    let combined =
        |who| disclose(&producer(who), &world.credits_combined(who), &Policy::default()).unwrap()[0].total;
    assert!((1..12).all(|who| combined(who) == combined(0)));
}

/// Nine of ten givers who tell each other, and a producer, what they gave.
#[test]
fn inferable_by_all_other_givers_and_one_producer() {
    let (gifts, lengths) = ([50, 20, 100, 30, 75, 50, 25, 40, 60, 45], [20; 10]);
    let world = one_track_on_every_list(&gifts, &lengths);
    let total = world.views(0, &Policy::default())[0].total.micros() as f64;
    let known: f64 = gifts[..9].iter().map(|gift| *gift as f64 * EURO as f64 * 0.85 / 20.0).sum();
    assert_eq!(gift_of(total - known, 20), 45);
}

/// The same gifts on lists of the same length two periods running, and one new giver in the second.
#[test]
fn inferable_new_giver_among_recurring_equal_gifts() {
    let (gifts, lengths) = ([50, 20, 100, 30, 75, 50, 25, 40, 60, 50, 35], [20; 11]);
    let month = |givers: usize| one_track_on_every_list(&gifts[..givers], &lengths[..givers]);
    let total = |givers| month(givers).views(0, &Policy::default())[0].total.micros() as f64;
    assert_eq!(gift_of(total(11) - total(10), 20), 35);
}

/// Three givers instead of ten, gifts round, lists published: trial leaves one answer.
#[test]
fn inferable_by_trial_where_the_threshold_is_small() {
    let (gifts, lengths) = ([50, 75, 30], [24, 17, 41]);
    let world = one_track_on_every_list(&gifts, &lengths);
    let shown = world.views(0, &Policy { givers: 3, ..Policy::default() })[0].total.micros();
    let possible = possible_gifts(shown, 10_000, &lengths);
    assert_eq!(possible, gifts.map(|gift| BTreeSet::from([gift])));
}

/// Why sums are shown in cents: with micros, seven givers are found by trial; with cents they are not.
#[test]
fn inferable_by_trial_where_sums_are_shown_to_the_micro() {
    let (gifts, lengths) = ([50, 20, 100, 30, 75, 50, 25], [21, 17, 31, 23, 19, 43, 29]);
    let world = one_track_on_every_list(&gifts, &lengths);
    let decided = |grain: Grain, step: i64| {
        let policy = Policy { givers: 7, grain, ..Policy::default() };
        let possible = possible_gifts(world.views(0, &policy)[0].total.micros(), step, &lengths);
        possible.iter().filter(|gifts| gifts.len() == 1).count()
    };
    assert_eq!((decided(Grain::Micro, 1), decided(Grain::Minor, 10_000)), (7, 0));
}
