//! Two ways, one answer: the rules against the plainest arithmetic that could do the same.
//!
//! The oracle works in unbounded fractions and hands leftovers out one by one; it shares no code with
//! the crate and was written from the definitions of `docs/rules.md`.

use std::collections::BTreeMap;

use allocation::rule::Pays;
use allocation::{Input, LineKind, Play, Reason, Shares, SharesOf, Usage, allocate, library};
use money::{Amount, Currency, Ratio};
use music::{Origin, PartyId, RecordingId};
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

/// Largest remainder, leftovers one by one, ties to the smaller key.
fn plainly<K: Ord + Clone>(amount: i64, weights: &BTreeMap<K, BigRational>) -> BTreeMap<K, i64> {
    let whole: BigRational = weights.values().cloned().sum();
    let due = |w: &BigRational| BigRational::from(BigInt::from(amount)) * w / &whole;
    let mut parts: BTreeMap<K, BigInt> =
        weights.iter().map(|(k, w)| (k.clone(), due(w).floor().to_integer())).collect();
    let left = BigInt::from(amount) - parts.values().sum::<BigInt>();
    let mut order: Vec<(BigRational, &K)> = weights.iter().map(|(k, w)| (due(w).fract(), k)).collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    for (_, key) in order.into_iter().take(usize::try_from(left).unwrap()) {
        *parts.get_mut(key).unwrap() += 1;
    }
    parts.into_iter().map(|(k, p)| (k, i64::try_from(p).unwrap())).collect()
}

fn fraction(num: u64, den: u64) -> BigRational {
    BigRational::new(BigInt::from(num), BigInt::from(den))
}

/// What came out, by the words of the kind and the target.
fn found(pot: i64, input: &Input, rule: &str) -> BTreeMap<String, i64> {
    let rule = library().into_iter().find(|r| r.name == rule).unwrap();
    let allocation = allocate(Amount::from_micros(pot, Currency::EUR), input, &rule).unwrap();
    let mut sums = BTreeMap::new();
    for line in &allocation.lines {
        let target = match (&line.kind, &line.recording) {
            (LineKind::Suspense { reason: Reason::NoHolder }, Some(recording)) => recording.to_string(),
            (kind, _) => kind.target(),
        };
        *sums.entry(target).or_default() += line.amount.micros();
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Set list per line: 15 % to the house, the rest alike over the lines, each over its holders.
    #[test]
    fn a_set_list(
        pot in 1_i64..100_000_000_000,
        lines in prop::collection::vec(prop::option::weighted(0.9, 0_u64..4), 1..30),
        held in prop::collection::vec(prop::collection::btree_map(0_u64..6, 1_u64..30, 1..4), 4),
    ) {
        let mut shares = Shares::new();
        for (n, held) in held.iter().enumerate() {
            // Out of a hundred; three of at most twenty-nine never exceed it, the rest is open.
            let holders = held.iter().map(|(p, h)| (PartyId::from_bits(*p), Ratio::new(*h, 100).unwrap()));
            shares.set(RecordingId::from_bits(n as u64), Pays::Master, SharesOf::new(holders));
        }
        let usage = |(n, of): (usize, &Option<u64>)| {
            Usage::line(format!("lin-{n:03}"), Origin::default(), of.map(RecordingId::from_bits))
        };
        let input = Input::set_list(lines.iter().enumerate().map(usage).collect(), shares);

        let mut expected: BTreeMap<String, i64> = BTreeMap::new();
        let top = plainly(pot, &BTreeMap::from([("a deduction", fraction(15, 100)), ("b split", fraction(85, 100))]));
        expected.insert("house".to_owned(), top["a deduction"]);
        let by_line = plainly(top["b split"], &(0..lines.len()).map(|n| (n, fraction(1, 1))).collect());
        for (of, due) in lines.iter().zip(by_line.into_values()) {
            let Some(of) = of else {
                *expected.entry("unmatched".to_owned()).or_default() += due;
                continue;
            };
            let held = &held[*of as usize];
            let open = 100 - held.values().sum::<u64>();
            let mut weights: BTreeMap<(bool, String), BigRational> =
                held.iter().map(|(p, h)| ((false, PartyId::from_bits(*p).to_string()), fraction(*h, 100))).collect();
            weights.insert((true, "open-share".to_owned()), fraction(open, 100));
            for ((_, to), part) in plainly(due, &weights) {
                *expected.entry(to).or_default() += part;
            }
        }
        expected.retain(|_, sum| *sum != 0);
        prop_assert_eq!(found(pot, &input, "set-list-per-line"), expected);
    }

    /// Members: every seat alike, each over what its member played; ScaledUserProp by its formula, γ searched plainly.
    #[test]
    fn seats(
        pot in 1_i64..100_000_000_000,
        members in prop::collection::vec(prop::collection::btree_map(0_u64..6, 1_u64..300, 1..5), 1..12),
        idle in 0_u64..4,
    ) {
        let plays = members.iter().enumerate().flat_map(|(m, played)| {
            played.iter().map(move |(of, plays)| Play {
                member: format!("member-{m:03}"),
                recording: RecordingId::from_bits(*of),
                plays: u32::try_from(*plays).unwrap(),
                played_s: None,
                sought: false,
                before: 0,
            })
        });
        let seats = members.len() as u64 + idle;
        let input = Input { plays: plays.collect(), seats: Some(seats), ..Input::default() };
        let seat_money = plainly(pot, &(0..seats).map(|n| (n, fraction(1, 1))).collect());
        let unfilled: i64 = seat_money.range(members.len() as u64..).map(|(_, money)| money).sum();

        let expect = |money: Vec<i64>| {
            let mut expected: BTreeMap<String, i64> = BTreeMap::from([("next period".to_owned(), unfilled)]);
            for (played, money) in members.iter().zip(money) {
                for (of, part) in plainly(money, &played.iter().map(|(of, n)| (*of, fraction(*n, 1))).collect()) {
                    *expected.entry(RecordingId::from_bits(of).to_string()).or_default() += part;
                }
            }
            expected.retain(|_, sum| *sum != 0);
            expected
        };
        let alike = expect(seat_money.values().copied().take(members.len()).collect());
        prop_assert_eq!(found(pot, &input, "user-centric"), alike);

        let totals: Vec<u64> = members.iter().map(|played| played.values().sum()).collect();
        let weights = scaled_plainly(&totals);
        let scaled = plainly(pot - unfilled, &weights.into_iter().enumerate().collect());
        prop_assert_eq!(found(pot, &input, "scaled-user-prop"), expect(scaled.into_values().collect()));
    }
}

/// min(γL, 1) of each member at α = 70 %, trying every number of capped members until the sum is right.
fn scaled_plainly(totals: &[u64]) -> Vec<BigRational> {
    let one = fraction(1, 1);
    let target = fraction(7 * totals.len() as u64, 10);
    let mut sorted = totals.to_vec();
    sorted.sort_unstable();
    for capped in 0..sorted.len() {
        let below: u64 = sorted[..sorted.len() - capped].iter().sum();
        let gamma = (&target - fraction(capped as u64, 1)) / fraction(below, 1);
        let weights: Vec<BigRational> =
            totals.iter().map(|l| (&gamma * fraction(*l, 1)).min(one.clone())).collect();
        if weights.iter().cloned().sum::<BigRational>() == target {
            return weights;
        }
    }
    panic!("no γ for {totals:?}");
}
