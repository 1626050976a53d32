//! ScaledUserProp against those who would cheat it: fake accounts, bought plays, split accounts.
//!
//! A seat pays one unit and α of it goes to music. An attack pays off when an artist's income rises by
//! more than the attack costs: one unit for each fake account, and for each member whose plays were bought.
//! Pro rata fails the same test, which shows that the test can fail.

use std::collections::BTreeMap;

use allocation::{Input, Play, RuleSet, allocate, library};
use money::{Amount, Currency};
use music::RecordingId;
use proptest::prelude::*;

/// What a seat pays, in micros; α of it, 70 %, is in the pot.
const UNIT: i64 = 10_000_000;

fn rule(name: &str) -> RuleSet {
    library().into_iter().find(|r| r.name == name).unwrap()
}

/// Plays of one recording by a member.
type Row = (String, u64, u32);

/// What each recording gets when every active member's 70 % is in the pot.
fn income(rule: &RuleSet, rows: &[Row]) -> BTreeMap<u64, i64> {
    let plays: Vec<Play> = rows
        .iter()
        .map(|(member, of, plays)| Play {
            member: member.clone(),
            recording: RecordingId::from_bits(*of),
            plays: *plays,
            played_s: None,
            sought: false,
            before: 0,
        })
        .collect();
    let members: std::collections::BTreeSet<&String> = rows.iter().map(|(member, ..)| member).collect();
    let pot = Amount::from_micros(members.len() as i64 * UNIT * 7 / 10, Currency::EUR);
    let allocation = allocate(pot, &Input { plays, ..Input::default() }, rule).unwrap();
    let of: BTreeMap<String, u64> = (0..100).map(|n| (RecordingId::from_bits(n).to_string(), n)).collect();
    let mut income = BTreeMap::new();
    for line in &allocation.lines {
        if let Some(recording) = &line.recording {
            *income.entry(of[recording.as_str()]).or_default() += line.amount.micros();
        }
    }
    income
}

fn honest() -> impl Strategy<Value = Vec<Row>> {
    let row = (0_u32..8, 0_u64..5, 1_u32..300);
    prop::collection::vec(row, 1..30)
        .prop_map(|rows| rows.into_iter().map(|(m, of, n)| (format!("member-{m}"), of, n)).collect())
}

fn of(income: &BTreeMap<u64, i64>, recording: u64) -> i64 {
    income.get(&recording).copied().unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Fraud: fake accounts that play only one artist, as much as they like.
    #[test]
    fn fake_accounts_never_pay_off(rows in honest(), bots in prop::collection::vec(1_u32..100_000, 1..6)) {
        let rule = rule("scaled-user-prop");
        let mut attacked = rows.clone();
        attacked.extend(bots.iter().enumerate().map(|(n, plays)| (format!("bot-{n}"), 0, *plays)));
        let gain = of(&income(&rule, &attacked), 0) - of(&income(&rule, &rows), 0);
        let cost = bots.len() as i64 * UNIT;
        prop_assert!(gain <= cost + 100, "gained {} for {}", gain, cost);
    }

    /// Bribery: members who are paid to play one artist instead.
    #[test]
    fn bought_plays_never_pay_off(rows in honest(), bought in prop::collection::vec((0_u32..8, 1_u32..100_000), 1..3)) {
        let rule = rule("scaled-user-prop");
        let bribed: BTreeMap<String, u32> = bought.iter().map(|(m, plays)| (format!("member-{m}"), *plays)).collect();
        let mut attacked: Vec<Row> = rows.iter().filter(|(m, ..)| !bribed.contains_key(m)).cloned().collect();
        let active: std::collections::BTreeSet<&String> = rows.iter().map(|(m, ..)| m).collect();
        let bribed: Vec<_> = bribed.into_iter().filter(|(m, _)| active.contains(m)).collect();
        let cost = bribed.len() as i64 * UNIT;
        attacked.extend(bribed.into_iter().map(|(m, plays)| (m, 0, plays)));
        let gain = of(&income(&rule, &attacked), 0) - of(&income(&rule, &rows), 0);
        prop_assert!(gain <= cost + 100, "gained {} for {}", gain, cost);
    }

    /// False accounts of an artist: splitting the same plays over two names gains nothing.
    #[test]
    fn splitting_an_artist_gains_nothing(rows in honest()) {
        let rule = rule("scaled-user-prop");
        let split: Vec<Row> = rows
            .iter()
            .flat_map(|(m, of, n)| if *of == 0 { vec![(m.clone(), 0, n / 2), (m.clone(), 50, n - n / 2)] } else { vec![(m.clone(), *of, *n)] })
            .filter(|(_, _, n)| *n > 0)
            .collect();
        let (before, after) = (income(&rule, &rows), income(&rule, &split));
        let gain = of(&after, 0) + of(&after, 50) - of(&before, 0);
        // A micro for each member at most, from rounding each part by itself.
        prop_assert!(gain.abs() <= 8, "gained {}", gain);
    }
}

/// The same attacks under the other rules, from the same honest world: what each gains, less what it costs, in units.
///
/// Pro rata pays whoever plays most; user-centric pays for idle accounts that come cheap, whose whole unit moves for a play.
#[test]
fn what_pays_off_where() {
    let honest: Vec<Row> =
        (0..40).map(|n| (format!("member-{n:02}"), 1 + n % 4, if n < 8 { 1 } else { 200 })).collect();
    let fraud: Vec<Row> = honest.iter().cloned().chain([("bot".to_owned(), 0, 30_000)]).collect();
    let bribed = |row: &Row| row.0.as_str() < "member-02";
    let bribery: Vec<Row> =
        honest.iter().map(|row| if bribed(row) { (row.0.clone(), 0, 5_000) } else { row.clone() }).collect();
    // Idle members are cheap: they would do it for less than a unit.
    let idle: Vec<Row> =
        honest.iter().map(|row| if bribed(row) { (row.0.clone(), 0, 1) } else { row.clone() }).collect();
    let gain = |name: &str, attacked: &[Row], cost: i64| {
        (of(&income(&rule(name), attacked), 0) - of(&income(&rule(name), &honest), 0) - cost) / (UNIT / 100)
    };
    for (what, attacked, cost, pays) in [
        ("fraud", &fraud, UNIT, ["pro-rata"].as_slice()),
        ("bribery", &bribery, 2 * UNIT, ["pro-rata"].as_slice()),
        ("idle accounts bought at a tenth", &idle, UNIT / 5, ["user-centric"].as_slice()),
    ] {
        for name in ["pro-rata", "user-centric", "scaled-user-prop"] {
            let gain = gain(name, attacked, cost);
            assert_eq!(gain > 0, pays.contains(&name), "{what} under {name}: {gain} hundredths of a unit");
        }
    }
}

/// One account that plays day and night takes over a pro-rata pot; the same account is not worth its price here.
#[test]
fn a_bot_that_pays_off_elsewhere_does_not_here() {
    let honest: Vec<Row> = (0..20).map(|n| (format!("member-{n}"), 1 + n % 4, 100)).collect();
    let mut attacked = honest.clone();
    attacked.push(("bot".to_owned(), 0, 40_000));
    let gain = |name: &str| of(&income(&rule(name), &attacked), 0) - of(&income(&rule(name), &honest), 0);
    assert!(gain("pro-rata") > UNIT * 10);
    assert!(gain("scaled-user-prop") <= UNIT);
}
