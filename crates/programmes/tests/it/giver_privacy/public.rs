//! Attacks on what everybody can read: public figures, one reading subtracted from another.

use std::collections::BTreeMap;

use jiff::civil::Date;
use programmes::set_list::disclosure::{Event, Flow, Policy, public_moments, release_days};
use proptest::prelude::*;

use super::world::{World, producer, worlds};

fn policy(givers: usize) -> Policy {
    Policy { givers, ..Policy::default() }
}

fn optional(figure: &str) -> bool {
    figure.starts_with("waiting")
}

/// Runs and payments of a few givers, as a house might book them.
fn events() -> impl Strategy<Value = Vec<Event>> {
    let flow = (0..8_u8, 0..4_usize, -60..120_i64).prop_map(|(giver, figure, euros)| Flow {
        giver: giver.to_string(),
        figure: ["received", "shared", "paid", "waiting"][figure].to_owned(),
        micros: euros * 1_000_000,
    });
    prop::collection::vec(prop::collection::vec(flow, 0..6).prop_map(|flows| Event { flows }), 0..40)
}

/// What each giver moved of each figure in some events.
fn nets(events: &[Event]) -> BTreeMap<&str, BTreeMap<&str, i128>> {
    let mut all: BTreeMap<&str, BTreeMap<&str, i128>> = BTreeMap::new();
    for flow in events.iter().flat_map(|e| &e.flows) {
        *all.entry(&flow.figure).or_default().entry(&flow.giver).or_default() += i128::from(flow.micros);
    }
    all
}

proptest! {
    /// Attack: the difference of any two readings. Whatever is read, whenever, each figure has moved by nothing or by
    /// the money of at least `k` givers, none with more than half of it.
    #[test]
    fn the_difference_of_two_readings_is_the_money_of_many(events in events(), k in 2_usize..5) {
        let moments = public_moments(&events, &optional, &policy(k));
        for moment in &moments {
            for (figure, givers) in nets(&events[moment.events.clone()]) {
                if moment.small.contains(figure) {
                    prop_assert!(optional(figure));
                    continue; // told within another figure only
                }
                let sizes: Vec<u128> = givers.values().map(|n| n.unsigned_abs()).filter(|n| *n > 0).collect();
                let sum: u128 = sizes.iter().sum();
                prop_assert!(sizes.len() >= k, "{figure}: {sizes:?}");
                prop_assert!(sizes.iter().all(|s| s * 2 <= sum), "{figure}: {sizes:?}");
            }
        }
        // Batches follow each other without a hole, so two readings of two figures end at the same event.
        let mut at = 0;
        for moment in &moments {
            prop_assert_eq!(moment.events.start, at);
            at = moment.events.end;
        }
    }

    /// Attack: reading after each gift. What was public stays as it was; a further event moves all figures or none.
    #[test]
    fn a_further_event_changes_no_earlier_batch(events in events(), k in 2_usize..5) {
        let whole = public_moments(&events, &optional, &policy(k));
        for known in 0..events.len() {
            let part = public_moments(&events[..known], &optional, &policy(k));
            prop_assert_eq!(&part[..], &whole[..part.len()]);
        }
    }

    /// Attack: one new giver is watched. A single giver's events after a complete batch move nothing.
    #[test]
    fn one_giver_alone_moves_no_figure(events in events(), k in 2_usize..5, gifts in prop::collection::vec(1..500_i64, 1..10)) {
        let before = public_moments(&events, &optional, &policy(k));
        let end = before.last().map_or(0, |m| m.events.end);
        let mut watched = events[..end].to_vec();
        for gift in gifts {
            let flow = |figure: &str| Flow { giver: "new".to_owned(), figure: figure.to_owned(), micros: gift * 1_000_000 };
            watched.push(Event { flows: vec![flow("received"), flow("shared")] });
        }
        prop_assert_eq!(public_moments(&watched, &optional, &policy(k)), before);
    }

    /// Attack: producers pool the days on which their money comes. A release tells that enough have given, never
    /// whose gift completed it: the days stay the same whatever each gave, as long as nobody gave most.
    #[test]
    fn days_of_release_do_not_depend_on_amounts(world in worlds(), k in 1_usize..5) {
        let alike = |gift: i64| World {
            lists: world.lists.iter().map(|l| super::world::List { gift, ..l.clone() }).collect(),
            ..world.clone()
        };
        let policy = Policy { largest_percent: 100, ..policy(k) };
        let today = Date::constant(2027, 6, 1);
        let days = |world: &World, who| {
            let arrivals: Vec<_> = world.credits(who).into_iter().map(|c| (c.period.start.unwrap(), vec![c])).collect();
            let mut arrivals = arrivals;
            arrivals.sort_by_key(|(day, _)| *day);
            release_days(&producer(who), &arrivals, today, &policy)
        };
        for who in 0..3 {
            prop_assert_eq!(days(&alike(20_000_000), who), days(&alike(70_000_000), who));
        }
    }
}

#[test]
fn everything_that_waited_is_released_together() {
    let day = |m, d| Date::constant(2026, m, d);
    let credit = |giver: usize| super::policy::credits(1, giver..giver + 1);
    let arrivals: Vec<_> = (0..5).map(|n| (day(1 + n as i8, 10), credit(n))).collect();
    let days = |today, k, months| {
        let policy = Policy { longest_wait_months: months, ..policy(k) };
        release_days(&producer(0), &arrivals, today, &policy)
    };
    // With three givers on 10 March; the next two wait for a third, until 10 July at most.
    let march = Some(day(3, 10));
    assert_eq!(days(day(5, 20), 3, 3), [march, march, march, None, None]);
    assert_eq!(days(day(7, 10), 3, 3), [march, march, march, Some(day(7, 10)), Some(day(7, 10))]);
    assert_eq!(days(day(2, 20), 3, 3), [None; 5], "what is to come is not known");
    // Without a wait each is released as it comes; a wait of one month ends before the next arrival.
    assert_eq!(days(day(5, 20), 9, 0), [1, 2, 3, 4, 5].map(|m| Some(day(m, 10))));
    assert_eq!(days(day(5, 20), 9, 1)[0], Some(day(2, 10)));
}
