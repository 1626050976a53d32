//! The properties that every rule keeps, over random pots, rules, usages and shares.

use std::collections::BTreeMap;

use allocation::manifest::{Entry, commitment, manifest, public_manifest};
use allocation::rule::{Pays, read};
use allocation::{
    Allocation, Attribution, Facts, How, Input, LineKind, Play, RuleSet, Shares, SharesOf, Usage, allocate,
    diff, reversal,
};
use money::{Amount, Currency, Ratio};
use music::{Origin, PartyId, RecordingId};
use proptest::prelude::*;

const SPLITS: [&str; 10] = [
    "by = \"line\"",
    "by = \"duration\"\nmissing = \"median\"",
    "by = \"recording\"",
    "by = \"recording\"\nwhere = \"in catalogue\"",
    "by = \"artist\"",
    "by = \"play\"\ncap = \"3 plays\"",
    "by = \"member\"",
    "by = \"member\"\nwithin = \"artist\"",
    "by = \"member\"\nscaled = \"60 %\"",
    "by = \"attribution\"",
];

fn eur(micros: i64) -> Amount {
    Amount::from_micros(micros, Currency::EUR)
}

fn recording(n: u64) -> RecordingId {
    RecordingId::from_bits(n)
}

/// A rule of one to three splits, with deductions, both sides or one, and somewhere for everything.
fn rules() -> impl Strategy<Value = RuleSet> {
    let split = (0..SPLITS.len(), 1_u32..20);
    let parts = prop::collection::vec(split, 1..4);
    let pays =
        prop::sample::select(vec!["master", "credited artist", "composition", "master and composition"]);
    (parts, prop::collection::vec(1_u32..10, 0..3), pays).prop_map(|(splits, deductions, pays)| {
        let mut text = format!("name = \"random\"\nversion = 1\nsummary = \"random\"\npays = \"{pays}\"\n");
        for (n, percent) in deductions.iter().enumerate() {
            text += &format!(
                "[[deduct]]\nshare = \"{percent}.5 %\"\nto = \"house:part-{n}\"\nreason = \"part {n}\"\n"
            );
        }
        for (n, (which, percent)) in splits.iter().enumerate() {
            let share = if n == 0 { "remaining".to_owned() } else { format!("{percent} %") };
            let by = SPLITS[*which];
            text += &format!("[[split]]\nname = \"split {n}\"\nshare = \"{share}\"\n{by}\n");
            if n > 0 {
                text += "otherwise = \"split 0\"\n";
            }
        }
        text += "[unplayed]\nto = \"next period\"\n[unmatched]\nhold = \"36 months\"\nthen = \"recording\"\n";
        text += "[unclaimed]\nhold = \"36 months\"\nthen = \"fund:solidarity\"\n";
        read("random.toml", &text).unwrap_or_else(|problems| panic!("{}\n{text}", problems[0]))
    })
}

fn usages() -> impl Strategy<Value = Vec<Usage>> {
    let row = (prop::option::weighted(0.8, 0_u64..6), 0_u32..4, prop::option::weighted(0.7, 0_u32..600));
    prop::collection::vec(row, 0..12).prop_map(|rows| {
        let usage = |(n, (of, plays, played_s)): (usize, (Option<u64>, u32, Option<u32>))| Usage {
            key: format!("line-{n:04}"),
            origin: Origin::new("set.txt", n as u64),
            recording: of.map(recording),
            plays,
            played_s,
        };
        let mut usages: Vec<Usage> = rows.into_iter().enumerate().map(usage).collect();
        // At least one known duration, so that a median exists.
        if let Some(first) = usages.first_mut() {
            first.played_s = Some(60);
        }
        usages
    })
}

fn plays() -> impl Strategy<Value = Vec<Play>> {
    let row = (0_u32..6, 0_u64..6, 0_u32..9, 0_u32..900, any::<bool>());
    prop::collection::vec(row, 0..25).prop_map(|rows| {
        let play = |(member, of, plays, seconds, sought)| Play {
            member: format!("member-{member}"),
            recording: recording(of),
            plays,
            played_s: Some(seconds),
            sought,
            before: 0,
        };
        rows.into_iter().map(play).collect()
    })
}

fn shares() -> impl Strategy<Value = Shares> {
    let holders = prop::collection::vec((0_u64..5, 0_u32..=600_000), 0..4);
    let side = prop::sample::select(vec![Pays::Master, Pays::Composition, Pays::CreditedArtist]);
    prop::collection::vec((0_u64..6, side, holders, prop::bool::weighted(0.1)), 0..18).prop_map(|all| {
        let mut shares = Shares::new();
        for (of, side, holders, disputed) in all {
            let holders =
                holders.into_iter().map(|(p, ppm)| (PartyId::from_bits(p), Ratio::from_ppm(ppm).unwrap()));
            let held = if disputed { SharesOf::disputed(holders) } else { SharesOf::new(holders) };
            shares.set(recording(of), side, held);
        }
        shares
    })
}

fn inputs() -> impl Strategy<Value = Input> {
    let facts = prop::collection::vec((0_u64..3, any::<bool>(), any::<bool>()), 6);
    let rows = prop::collection::vec((prop::option::of(0_u64..6), 0_u64..50), 0..6);
    (usages(), plays(), shares(), facts, rows, prop::option::of(0_u64..4)).prop_map(
        |(usages, plays, shares, facts, rows, more_seats)| {
            let fact = |(n, (artist, in_catalogue, licensed)): (usize, (u64, bool, bool))| {
                let artist = Some(format!("artist-{artist}"));
                (recording(n as u64), Facts { artist, in_catalogue, licensed, ..Facts::default() })
            };
            let facts: BTreeMap<_, _> = facts.into_iter().enumerate().map(fact).collect();
            let row = |(n, (of, weight)): (usize, (Option<u64>, u64))| Attribution {
                key: format!("row-{n}"),
                recording: of.map(recording),
                weight,
            };
            let attributions = rows.into_iter().enumerate().map(row).collect();
            let seats = more_seats.map(|more| more + 6);
            Input { usages, plays, seats, facts, shares, attributions, ..Input::default() }
        },
    )
}

fn sum(allocation: &Allocation) -> Amount {
    allocation.total(|_| true).unwrap()
}

fn manifest_of(allocation: &Allocation, input: &Input) -> String {
    manifest(&[Entry { pot: "pot-random", allocation, input }]).unwrap().text
}

/// The same rows the other way round, and every row cut in two.
fn shuffled_and_cut(input: &Input) -> Input {
    let mut other = input.clone();
    other.usages = input
        .usages
        .iter()
        .rev()
        .flat_map(|usage| {
            let cut = usage.plays / 2;
            let seconds = usage.played_s.map(|s| s / 3);
            let rest = usage.played_s.zip(seconds).map(|(all, part)| all - part);
            [
                Usage { plays: cut, played_s: seconds, ..usage.clone() },
                Usage { plays: usage.plays - cut, played_s: rest, ..usage.clone() },
            ]
        })
        .collect();
    other.plays = input
        .plays
        .iter()
        .rev()
        .flat_map(|play| {
            let (cut, seconds) = (play.plays / 2, play.played_s.unwrap_or(0) / 3);
            [
                Play { plays: cut, played_s: Some(seconds), ..play.clone() },
                Play {
                    plays: play.plays - cut,
                    played_s: play.played_s.map(|s| s - seconds),
                    ..play.clone()
                },
            ]
        })
        .collect();
    other.attributions.reverse();
    other
}

fn small_rule(split: &str) -> RuleSet {
    let text = format!(
        "name = \"one\"\nversion = 1\nsummary = \"one\"\n[[split]]\nshare = \"remaining\"\n{split}\n[unplayed]\nto = \"next period\"\n[unmatched]\nhold = \"1 month\"\nthen = \"recording\"\n[unclaimed]\nhold = \"1 month\"\nthen = \"house\"\n"
    );
    read("one.toml", &text).unwrap()
}

/// What each recording gets, whoever holds it.
fn by_recording(allocation: &Allocation) -> BTreeMap<RecordingId, i64> {
    let mut sums = BTreeMap::new();
    for line in &allocation.lines {
        if let Some(recording) = &line.recording {
            *sums.entry(recording.clone()).or_default() += line.amount.micros();
        }
    }
    sums
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// 1: everything adds up to the pot, to the micro; and every line names its part.
    #[test]
    fn nothing_is_lost(pot in 0_i64..1_000_000_000_000, rule in rules(), input in inputs()) {
        let allocation = allocate(eur(pot), &input, &rule).unwrap();
        prop_assert_eq!(sum(&allocation), eur(pot));
        prop_assert!(allocation.adds_up());
        for line in &allocation.lines {
            prop_assert!(!line.amount.is_negative());
            let deducted = matches!(line.how, How::Deducted { .. });
            prop_assert_eq!(line.how.part().is_none(), deducted);
        }
    }

    /// 7: the sum of the territories is the pot, however recordings and parties are tagged.
    #[test]
    fn territories_add_up(pot in 0_i64..1_000_000_000_000, rule in rules(), input in inputs(), tags in prop::collection::vec(0_usize..8, 8)) {
        const PLACES: [&str; 3] = ["FR-42", "FR-42/roanne", "DE"];
        let allocation = allocate(eur(pot), &input, &rule).unwrap();
        let places = |line: &allocation::Line| {
            let n = line.recording.as_ref().map_or(0, |r| r.as_str().len() + r.as_str().bytes().last().unwrap() as usize);
            PLACES.iter().enumerate().filter(|(bit, _)| tags[n % 8] >> bit & 1 == 1).map(|(_, p)| (*p).to_owned()).collect()
        };
        let sums = allocation::territory::by_place(&allocation, places).unwrap();
        prop_assert_eq!(money::sum(sums.into_values(), Currency::EUR).unwrap(), eur(pot));
    }

    /// 2 and 3: neither order nor cutting rows changes one byte of the manifest.
    #[test]
    fn order_and_merging_change_nothing(pot in 0_i64..1_000_000_000, rule in rules(), input in inputs()) {
        let other = shuffled_and_cut(&input);
        let (one, two) = (allocate(eur(pot), &input, &rule).unwrap(), allocate(eur(pot), &other, &rule).unwrap());
        prop_assert_eq!(&one, &two);
        prop_assert_eq!(manifest_of(&one, &input), manifest_of(&two, &other));
    }

    /// 4: no weight, no money; more weight, never less money.
    #[test]
    fn weight_decides(pot in 0_i64..1_000_000, input in inputs()) {
        for split in ["by = \"line\"", "by = \"play\""] {
            let allocation = allocate(eur(pot), &input, &small_rule(split)).unwrap();
            let mut got: BTreeMap<(Option<String>, Option<RecordingId>), (u64, i64)> = BTreeMap::new();
            for line in &allocation.lines {
                if let How::Weighed { weight, .. } = line.how {
                    let sum = got.entry((line.usage.clone(), line.recording.clone())).or_insert((weight, 0));
                    sum.1 += line.amount.micros();
                }
            }
            for (weight, amount) in got.values() {
                prop_assert!(*weight > 0 || *amount == 0);
                prop_assert!(got.values().all(|(w, a)| w >= weight || a <= amount));
            }
        }
    }

    /// 5: one member moves at most that member's own money.
    #[test]
    fn a_member_moves_only_the_own_seat(
        pot in 0_i64..1_000_000_000,
        input in inputs(),
        other in prop::collection::vec((0_u64..6, 1_u32..1000), 1..6),
    ) {
        let mut input = input;
        input.plays.push(Play {
            member: "member-0".to_owned(), recording: recording(0), plays: 1, played_s: Some(1), sought: false, before: 0,
        });
        let mut changed = input.clone();
        changed.plays.retain(|p| p.member != "member-0");
        changed.plays.extend(other.into_iter().map(|(of, plays)| Play {
            member: "member-0".to_owned(), recording: recording(of), plays, played_s: Some(1), sought: false, before: 0,
        }));
        let seats = |input: &Input| {
            let members: std::collections::BTreeSet<&String> =
                input.plays.iter().filter(|p| p.plays > 0).map(|p| &p.member).collect();
            input.seats.unwrap_or(members.len() as u64) as i64
        };
        let seat = pot / seats(&input) + 1;
        for within in ["play", "recording", "artist"] {
            let rule = small_rule(&format!("by = \"member\"\nwithin = \"{within}\""));
            let before = by_recording(&allocate(eur(pot), &input, &rule).unwrap());
            let after = by_recording(&allocate(eur(pot), &changed, &rule).unwrap());
            let names: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
            let moved: i64 = names
                .into_iter()
                .map(|r| (after.get(r).unwrap_or(&0) - before.get(r).unwrap_or(&0)).max(0))
                .sum();
            prop_assert!(moved <= seat, "{} moved {} of a seat of {}", within, moved, seat);
        }
    }

    /// 6: a reversal is the exact negative, a negative pot the mirror, and old lines with adjustments are the new ones.
    #[test]
    fn reversals_and_adjustments_are_exact(
        pot in 0_i64..1_000_000_000, rule in rules(), input in inputs(), late in shares(),
    ) {
        let old = allocate(eur(pot), &input, &rule).unwrap();
        let mirror = allocate(eur(-pot), &input, &rule).unwrap();
        for (a, b) in old.lines.iter().zip(&mirror.lines) {
            prop_assert_eq!((&a.kind, a.amount), (&b.kind, b.amount.negated().unwrap()));
        }
        let back = reversal(&old).unwrap();
        let undone: i64 = back.iter().map(|a| a.amount.micros()).sum();
        prop_assert_eq!(undone, -pot);
        let new = allocate(eur(pot), &Input { shares: late, ..input.clone() }, &rule).unwrap();
        let changes = diff(&old, &new).unwrap();
        let net: i64 = changes.iter().map(|a| a.amount.micros()).sum();
        prop_assert_eq!(net, 0);
        for party in new.pays().map(|(party, _)| party).chain(old.pays().map(|(party, _)| party)) {
            let change: i64 = changes
                .iter()
                .filter(|a| a.kind == LineKind::Pay { party: party.clone() })
                .map(|a| a.amount.micros())
                .sum();
            prop_assert_eq!(old.paid_to(party).unwrap().micros() + change, new.paid_to(party).unwrap().micros());
        }
    }

    /// The order of pots changes nothing in a manifest, and the public one tells no pot's amount.
    #[test]
    fn manifests_of_several_pots(a in 1_i64..1_000_000, b in 1_i64..1_000_000, input in inputs()) {
        let rule = small_rule("by = \"line\"");
        let (one, two) = (allocate(eur(a), &input, &rule).unwrap(), allocate(eur(b), &input, &rule).unwrap());
        let first = Entry { pot: "pot-1", allocation: &one, input: &input };
        let second = Entry { pot: "pot-2", allocation: &two, input: &input };
        let (x, y) = ([1; 32], [2; 32]);
        prop_assert_eq!(manifest(&[first, second]).unwrap(), manifest(&[second, first]).unwrap());
        let public = public_manifest(&[first, second], &[x, y]).unwrap();
        prop_assert_eq!(&public, &public_manifest(&[second, first], &[y, x]).unwrap());
        prop_assert!(public.text.contains(&commitment(&first, &x).unwrap()));
        prop_assert!(!public.text.contains(&eur(a).to_decimal()) || a == b || a * 2 == a + b);
    }
}
