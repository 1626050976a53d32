//! The same bytes whatever the threads, files, order and memory; the same amounts as the plain rule.

use std::collections::{BTreeMap, BTreeSet};

use allocation::{Facts, Input, LineKind, Play, Reason, allocate};
use bulk::{Catalogue, Holders};
use money::{Amount, Currency};
use music::RecordingId;
use proptest::prelude::*;

use crate::house::{Form, Row, ask, bytes, files, rule, share, sums};

const RULES: [&str; 9] = [
    "pro-rata",
    "user-centric",
    "equal-per-listener",
    "scaled-user-prop",
    "artist-centric",
    "threshold",
    "listen-to-own",
    "territorial-contribution",
    "territorial-contribution-by-member",
];

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let plays = prop_oneof![4 => 0_u32..9, 1 => 900_u32..1_300];
    let row = (0_u64..30, 0_u64..12, plays, 0_u32..900, any::<bool>());
    let rows = prop::collection::vec(row, 1..120);
    // The artist of a recording is always the same one.
    rows.prop_map(|rows| rows.into_iter().map(|(m, r, p, s, k)| (m, r, p, s, k, (r % 4) as u32)).collect())
}

/// What the plain rule gives, by the keys of a form.
fn plainly(pot: Amount, rows: &[Row], name: &str, form: Form) -> Result<BTreeMap<String, i64>, &'static str> {
    let id = RecordingId::from_bits;
    let mut threshold: BTreeMap<u64, u64> = BTreeMap::new();
    for row in rows {
        *threshold.entry(row.1).or_default() += u64::from(row.2);
    }
    let plays = rows.iter().map(|(member, recording, plays, seconds, sought, _)| Play {
        member: format!("member-{member:04}"),
        recording: id(*recording),
        plays: *plays,
        played_s: Some(*seconds),
        sought: *sought,
        before: 0,
    });
    let facts = (0..12).map(|n| {
        let known = |artist| Facts {
            artist: Some(artist),
            in_catalogue: true,
            local: n % 3 == 0,
            licensed: false,
            threshold_plays: Some(threshold.get(&n).copied().unwrap_or(0)),
            held_for: None,
        };
        (id(n), known(format!("artist-{:02}", n % 4)))
    });
    let input = Input { plays: plays.collect(), facts: facts.collect(), ..Input::default() };
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    let names: BTreeMap<RecordingId, String> = (0..12).map(|n| (id(n), form.key(n))).collect();
    for line in allocate(pot, &input, &rule(name)).map_err(|refusal| refusal.code())?.lines {
        let key = match (&line.kind, &line.recording) {
            (LineKind::Suspense { reason: Reason::NoHolder }, Some(recording)) => names[recording].clone(),
            (kind, _) => kind.target(),
        };
        *sums.entry(key).or_default() += line.amount.micros();
    }
    sums.retain(|_, sum| *sum != 0);
    Ok(sums)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_bytes_and_the_amounts_of_the_plain_rule(
        rows in rows(), name in prop::sample::select(RULES.to_vec()), micros in 1_000_i64..100_000_000_000,
        form in prop::sample::select(vec![Form::Small, Form::Far, Form::Texts]),
        count in 1_usize..5, group in 1_usize..40, threads in 1_usize..5, turn in 0_usize..100,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let pot = Amount::from_micros(micros, Currency::EUR);
        let table: String = (0..12).map(|n| {
            format!("{}\tartist-{:02}\t{}\n", form.key(n), n % 4, if n % 3 == 0 { "FR-42" } else { "DE" })
        }).collect();
        let path = folder.path().join("catalogue.tsv");
        std::fs::write(&path, format!("recording\tartist\tterritory\n{table}")).unwrap();
        let catalogue = Catalogue::read(&path).unwrap();
        let mut first = ask(&rule(name), pot, files(folder.path(), &rows, form, 1, 1_000));
        if name.starts_with("territorial") {
            (first.catalogue, first.here) = (Some(catalogue), Some("FR".parse().unwrap()));
        }
        let expected = plainly(pot, &rows, name, form);
        let report = match share(&first) {
            Ok(report) => report,
            Err(failure) => {
                prop_assert!(expected.is_err(), "{failure}");
                return Ok(());
            }
        };
        prop_assert_eq!(Ok(sums(&report)), expected);
        let (lines, manifest) = bytes(&report);
        let seen: BTreeSet<u64> = rows.iter().map(|row| row.1).collect();
        let all_told = seen.iter().all(|n| lines.contains(&format!("\n{},", form.key(*n))));
        prop_assert!(all_told);

        // Turned, cut into files and groups, with more threads and hardly any memory.
        let mut turned = rows.clone();
        turned.rotate_left(turn % rows.len());
        let other = tempfile::tempdir().unwrap();
        let mut again = first.clone();
        again.plays = files(other.path(), &turned, form, count, group);
        (again.threads, again.memory) = (threads, 0);
        let (again_lines, again_manifest) = bytes(&share(&again).unwrap());
        prop_assert_eq!(&again_lines, &lines);
        let without_files = |text: &str| {
            let (before, after) = text.split_once("\"files\":[").unwrap();
            before.to_owned() + after.split_once(']').unwrap().1
        };
        prop_assert_eq!(without_files(&again_manifest), without_files(&manifest));
        // The same files in another order: not one byte of the manifest.
        again.plays.reverse();
        again.threads = 1;
        prop_assert_eq!(bytes(&share(&again).unwrap()).1, again_manifest);
    }
}

#[test]
fn holders_take_their_parts_and_the_rest_waits() {
    let folder = tempfile::tempdir().unwrap();
    let rows =
        [(1, 0, 3, 0, false, 0), (1, 1, 1, 0, false, 0), (2, 2, 5, 0, false, 0), (2, 3, 5, 0, false, 0)];
    let table = folder.path().join("shares.csv");
    let text = "recording,party,share_ppm\n0,\"Nwosu, Ada\",500000\n0,Kollektiv Nord,500000\n1,Mira,400000\n2,Mira,700000\n2,Orrin,700000\n9,Nobody,1000000\n";
    std::fs::write(&table, text).unwrap();
    let pot = "EUR 20".parse().unwrap();
    let mut ask = ask(&rule("user-centric"), pot, files(folder.path(), &rows, Form::Small, 2, 10));
    ask.holders = Some(Holders::read(&table).unwrap());
    let (lines, manifest) = bytes(&share(&ask).unwrap());
    assert_eq!(
        lines,
        "recording,party,amount_micros\n\
         0,Kollektiv Nord,3750000\n0,\"Nwosu, Ada\",3750000\n\
         1,Mira,1000000\n1,suspense:open-share,1500000\n\
         2,suspense:overclaimed,5000000\n3,suspense:no-holder,5000000\n"
    );
    for piece in ["\"paid\":\"8.500000\"", "\"suspense\":\"11.500000\"", "\"account\":\"suspense:no-holder\""]
    {
        assert!(manifest.contains(piece), "{manifest}");
    }
}
