//! What the policy promises, case by case and as properties.

use std::collections::BTreeSet;

use jiff::civil::Date;
use programmes::set_list::disclosure::{
    Credit, Detail, Gift, Grain, Policy, Release, Visibility, disclose, manifest_leaves, public_batches,
    release,
};
use proptest::prelude::*;

use super::world::{EURO, List, credit, eur, giver, period, producer, recording, worlds};

fn policy(givers: usize) -> Policy {
    Policy { givers, ..Policy::default() }
}

/// EUR 1.002 for a track from each giver.
pub fn credits(track: usize, givers: impl IntoIterator<Item = usize>) -> Vec<Credit> {
    let list = |giver| List { giver, gift: 0, tracks: vec![], period: 0, visibility: Visibility::Everything };
    givers.into_iter().map(|g| credit(&list(g), track, EURO + 2000)).collect()
}

fn show(credits: &[Credit], policy: &Policy) -> String {
    let view = disclose(&producer(0), credits, policy).unwrap().remove(0);
    let number = |id: &music::RecordingId| (0..20).find(|n| recording(*n) == *id).unwrap();
    match view.detail {
        Detail::TotalOnly { recordings } => {
            format!("total {} of {:?}", view.total, recordings.iter().map(number).collect::<Vec<_>>())
        }
        Detail::Sums { recordings, other, fractions } => {
            let mut text: String = recordings
                .iter()
                .map(|r| format!("{}: {} {}×, ", number(&r.played.recording), r.amount, r.played.plays))
                .collect();
            if let Some(other) = other {
                let numbers: Vec<_> = other.played.iter().map(|p| number(&p.recording)).collect();
                text += &format!("{numbers:?}: {}, ", other.amount);
            }
            text + &format!("{fractions} of {}", view.total)
        }
    }
}

#[test]
fn a_sum_needs_givers_of_its_own() {
    for (name, parts, want) in [
        ("too few in all", vec![credits(1, 0..2)], "total EUR 2.00 of [1]"),
        ("enough", vec![credits(1, 0..3)], "1: EUR 3.00 3×, EUR 0.00 of EUR 3.00"),
        (
            "two with givers of their own",
            vec![credits(1, 0..3), credits(2, 3..6)],
            "1: EUR 3.00 3×, 2: EUR 3.00 3×, EUR 0.01 of EUR 6.01",
        ),
        (
            "the worked example",
            vec![credits(0, 1..5), credits(1, 3..8), credits(2, [8])],
            "1: EUR 5.01 5×, [0, 2]: EUR 5.01, EUR 0.00 of EUR 10.02",
        ),
        (
            "one giver of difference",
            vec![credits(1, 0..3), credits(2, 0..4)],
            "[1, 2]: EUR 7.01, EUR 0.00 of EUR 7.01",
        ),
        (
            "a small rest pulls the richest recording in",
            vec![credits(1, 0..4), credits(2, 4..7), credits(3, [7])],
            "2: EUR 3.00 3×, [1, 3]: EUR 5.01, EUR 0.00 of EUR 8.01",
        ),
        ("one giver five times is one giver", vec![credits(1, [0, 0, 0, 1, 1])], "total EUR 5.01 of [1]"),
    ] {
        assert_eq!(show(&parts.concat(), &policy(3)), want, "{name}");
    }
}

#[test]
fn a_giver_above_half_counts_as_too_few() {
    let mut rich = credits(1, 0..4);
    rich[0].amount = eur(5 * EURO);
    assert_eq!(show(&rich, &policy(3)), "total EUR 8.00 of [1]");
    let even = Policy { largest_percent: 100, ..policy(3) };
    assert_eq!(show(&rich, &even), "1: EUR 8.00 4×, EUR 0.00 of EUR 8.00");
}

#[test]
fn the_reader_and_cancelled_credits_are_not_counted() {
    let mut own = credits(1, 0..3);
    own[0].giver = producer(0);
    assert_eq!(show(&own, &policy(3)), "total EUR 3.00 of [1]");
    let mut cancelled = credits(1, [0, 0, 1, 2]);
    cancelled[1].amount = cancelled[0].amount.negated().unwrap();
    cancelled[1].plays = 0;
    assert_eq!(show(&cancelled, &policy(3)), "total EUR 2.00 of [1]");
    // Who plays only own music at own expense is told everything.
    let alone: Vec<Credit> =
        credits(1, [0]).into_iter().map(|c| Credit { giver: producer(0), ..c }).collect();
    assert_eq!(show(&alone, &policy(3)), "1: EUR 1.00 1×, EUR 0.00 of EUR 1.00");
}

#[test]
fn each_dj_decides_what_is_seen() {
    let mut three = credits(1, 0..3);
    three[0].visibility = Visibility::TrackOnly;
    three[1].visibility = Visibility::CityAndDate;
    let view = disclose(&producer(0), &three, &policy(3)).unwrap().remove(0);
    let Detail::Sums { recordings, .. } = view.detail else { panic!("{view:?}") };
    let seen: Vec<_> = recordings[0].played.seen.iter().map(|s| (s.city.as_str(), s.dj.as_deref())).collect();
    assert_eq!(seen, [("City 1", None), ("City 2", Some("DJ 2"))]);
    assert_eq!(Visibility::default(), Visibility::TrackOnly);
    for choice in Visibility::ALL {
        assert_eq!(Visibility::from_word(choice.word()), Some(choice));
    }
}

#[test]
fn too_few_wait_but_not_for_ever() {
    let day = |m, d| Date::constant(2026, m, d);
    let (few, enough) = (credits(1, 0..9), credits(1, 0..10));
    let ask =
        |credits: &[Credit], today| release(&producer(0), credits, day(1, 31), today, &Policy::default());
    assert_eq!(ask(&few, day(2, 1)), Release::Wait { until: day(4, 30) });
    assert_eq!(ask(&few, day(4, 29)), Release::Wait { until: day(4, 30) });
    assert_eq!(ask(&few, day(4, 30)), Release::Show);
    assert_eq!(ask(&enough, day(2, 1)), Release::Show);
    let forever = Policy { longest_wait_months: i32::MAX, ..Policy::default() };
    assert_eq!(
        release(&producer(0), &few, day(1, 1), day(12, 1), &forever),
        Release::Wait { until: Date::MAX }
    );
}

#[test]
fn currencies_are_counted_apart() {
    let mut mixed = credits(1, 0..6);
    for credit in &mut mixed[3..] {
        credit.amount = money::Amount::from_micros(EURO, money::Currency::USD);
    }
    let views = disclose(&producer(0), &mixed, &policy(4)).unwrap();
    assert_eq!(views.len(), 2);
    assert!(views.iter().all(|v| matches!(v.detail, Detail::TotalOnly { .. })));
    let today = Date::constant(2026, 1, 2);
    assert!(matches!(release(&producer(0), &mixed, today, today, &policy(4)), Release::Wait { .. }));
    assert_eq!(release(&producer(0), &mixed, today, today, &policy(3)), Release::Show);
}

#[test]
fn a_manifest_does_not_tell_its_length() {
    for (count, want) in [(0, 64), (1, 64), (64, 64), (65, 128), (5000, 8192), (usize::MAX, usize::MAX)] {
        assert_eq!(manifest_leaves(count), want);
    }
}

#[test]
fn public_totals_move_by_whole_batches() {
    let gift = |g, euros| Gift { giver: giver(g), amount: eur(euros * EURO) };
    let gifts = [
        gift(0, 10),
        gift(1, 10),
        gift(0, 5),
        gift(2, 10),
        gift(3, 100),
        gift(4, 10),
        gift(5, 10),
        gift(6, 80),
    ];
    let batches = public_batches(&gifts, &policy(3)).unwrap();
    let shown: Vec<_> = batches.iter().map(|b| (b.gifts.clone(), b.total.to_string())).collect();
    // The gift of 100 keeps its batch open until the others outweigh it.
    assert_eq!(shown, [(0..4, "EUR 35.00".to_owned()), (4..8, "EUR 200.00".to_owned())]);
    assert_eq!(public_batches(&gifts[..7], &policy(3)).unwrap().len(), 1);
    assert_eq!(public_batches(&[], &policy(3)).unwrap(), []);
}

proptest! {
    #[test]
    fn a_view_adds_up_and_names_each_recording_once(world in worlds(), k in 1_usize..6, micro: bool) {
        let policy = Policy { grain: if micro { Grain::Micro } else { Grain::Minor }, ..policy(k) };
        for who in 0..3 {
            let credits = world.credits(who);
            for view in world.views(who, &policy) {
                let here: Vec<&Credit> = credits.iter().filter(|c| c.period == view.period).collect();
                let exact = money::sum(here.iter().map(|c| c.amount), money::Currency::EUR).unwrap();
                prop_assert_eq!(view.total, if micro { exact } else { exact.round_down_to_minor() });
                let wanted: BTreeSet<_> = here.iter().map(|c| c.recording.clone()).collect();
                let mut named: Vec<_> = Vec::new();
                match view.detail {
                    Detail::TotalOnly { recordings } => named = recordings,
                    Detail::Sums { recordings, other, fractions } => {
                        let mut total = fractions.micros();
                        let cells = recordings.len() as i64 + 1;
                        prop_assert!((0..cells * 10_000).contains(&fractions.micros()) && (!micro || fractions.is_zero()));
                        for r in recordings {
                            total += r.amount.micros();
                            let plays = here.iter().filter(|c| c.recording == r.played.recording).count() as u64;
                            prop_assert!(r.played.plays == plays && r.played.seen.len() as u64 <= plays);
                            named.push(r.played.recording);
                        }
                        if let Some(o) = other {
                            total += o.amount.micros();
                            named.extend(o.played.into_iter().map(|p| p.recording));
                        }
                        prop_assert_eq!(total, view.total.micros());
                    }
                }
                prop_assert_eq!(named.len(), wanted.len());
                prop_assert_eq!(named.into_iter().collect::<BTreeSet<_>>(), wanted);
            }
        }
    }

    #[test]
    fn the_order_of_credits_tells_nothing(world in worlds(), turn: prop::sample::Index, k in 1_usize..6) {
        let credits = world.credits(0);
        let mut other = credits.clone();
        other.reverse();
        if !other.is_empty() {
            let places = turn.index(other.len());
            other.rotate_left(places);
        }
        prop_assert_eq!(disclose(&producer(0), &credits, &policy(k)), disclose(&producer(0), &other, &policy(k)));
    }

    /// Any amounts, corrections included, are answered with a view or the one error; never a panic.
    #[test]
    fn any_credits_are_answered(
        rows in prop::collection::vec((0..6_usize, 0..5_usize, prop_oneof![any::<i64>(), -3..4_i64], any::<u32>()), 0..40),
        k in 0_usize..5, largest_percent: u8, longest_wait_months: i32,
    ) {
        let policy = Policy { givers: k, largest_percent, longest_wait_months, grain: Grain::Minor };
        let list = |giver| List { giver, gift: 0, tracks: vec![], period: giver % 2, visibility: Visibility::Everything };
        let credits: Vec<Credit> = rows.iter().map(|(g, t, m, plays)| Credit { plays: *plays, ..credit(&list(*g), *t, *m) }).collect();
        let _ = disclose(&producer(0), &credits, &policy);
        let _ = release(&producer(0), &credits, Date::MIN, Date::MAX, &policy);
        let _ = release(&producer(0), &credits, Date::MAX, Date::MIN, &policy);
        let gifts: Vec<Gift> = credits.into_iter().map(|c| Gift { giver: c.giver, amount: c.amount }).collect();
        let _ = public_batches(&gifts, &policy);
    }

    #[test]
    fn wait_means_that_the_total_alone_would_be_shown(world in worlds(), k in 1_usize..6) {
        for who in 0..3 {
            let credits: Vec<Credit> = world.credits(who).into_iter().map(|c| Credit { period: period(0), ..c }).collect();
            let today = Date::constant(2026, 2, 1);
            let waits = matches!(release(&producer(who), &credits, today, today, &policy(k)), Release::Wait { .. });
            let views = disclose(&producer(who), &credits, &policy(k)).unwrap();
            prop_assert_eq!(waits, views.iter().any(|v| matches!(v.detail, Detail::TotalOnly { .. })));
        }
    }
}
