//! Reference prices: what work of a kind was paid, by tier, once enough deals stand behind it that none can be guessed.
//!
//! What is published grows by whole **batches**: deals of a quarter wait until those that wait together could be told by
//! themselves, and enter at once. So the difference between any two publications is itself of enough deals, brands and
//! artists, none dominant: who compares them learns no more than who reads one ([`released`]).

use std::collections::{BTreeMap, BTreeSet};

use money::{Amount, Currency};
use music::PartyId;

use super::shortlist::Tier;
use super::words::{Kind, Word as _};

/// Fewest deals behind a price.
pub const LEAST_DEALS: usize = 5;
/// Fewest brands, and fewest artists.
pub const LEAST_PARTIES: usize = 3;
/// No brand and no artist has more than this part of the deals, or of the money: 50 %.
pub const MOST_PART: (i128, i128) = (50, 100);

/// A quarter: the year times four, and 0 to 3.
pub type Quarter = i32;

/// What of some rows may be told: those of the batches that may, by quarter. `may` is asked of the rows that wait, after each
/// quarter; rows after the last batch that may be told wait on.
///
/// Worked case: three rows in spring, two in summer, one in autumn, and five are enough: after spring nothing is told, after
/// summer five, after autumn the same five.
pub fn released<T>(mut rows: Vec<(Quarter, T)>, may: impl Fn(&[T]) -> bool) -> Vec<T> {
    rows.sort_by_key(|(quarter, _)| *quarter);
    let (mut told, mut waiting) = (Vec::new(), Vec::new());
    let mut rows = rows.into_iter().peekable();
    while let Some((quarter, row)) = rows.next() {
        waiting.push(row);
        if rows.peek().is_none_or(|(next, _)| *next != quarter) && may(&waiting) {
            told.append(&mut waiting);
        }
    }
    told
}

/// A deal that was signed by both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deal {
    /// What for.
    pub kind: Kind,
    /// The artist's tier when it was signed.
    pub tier: Tier,
    /// What was agreed.
    pub fee: Amount,
    /// Who pays.
    pub brand: PartyId,
    /// Who is paid.
    pub artist: PartyId,
    /// When both had signed.
    pub quarter: Quarter,
}

/// A price that may be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// What for.
    pub kind: Kind,
    /// For whom.
    pub tier: Tier,
    /// The mean of the middle three (of an even number, four), rounded to two digits: no deal stands in it.
    pub middle: Amount,
    /// Deals behind it, as a rung: 5, 10, 20, 50, 100 …, never the count.
    pub at_least: usize,
}

/// The prices that may be told of some deals, by kind, tier and currency.
///
/// Worked case: five deals of EUR 480, 600, 734, 900 and 1,240 from three brands with three artists, none of them in more than
/// two: told as "about EUR 740", the mean of 600, 734 and 900. With a third of the five by one artist: not told.
pub fn prices(deals: &[Deal]) -> Vec<Price> {
    type Cell = (u32, Tier, Currency);
    let mut cells: BTreeMap<Cell, Vec<(Quarter, &Deal)>> = BTreeMap::new();
    for deal in deals {
        let cell: Cell = (deal.kind.place(), deal.tier, deal.fee.currency());
        cells.entry(cell).or_default().push((deal.quarter, deal));
    }
    let told = cells.into_values().map(|cell| released(cell, may_be_told));
    told.filter_map(|mut cell| {
        cell.sort_by_key(|d| d.fee.micros());
        let first = cell.first()?;
        let at_least = [1_000, 500, 200, 100, 50, 20, 10, 5].into_iter().find(|r| *r <= cell.len())?;
        Some(Price { kind: first.kind, tier: first.tier, middle: middle(&cell)?, at_least })
    })
    .collect()
}

/// The mean of the middle three, or four, of deals by what they pay.
fn middle(cell: &[&Deal]) -> Option<Amount> {
    let half = cell.len() / 2;
    let (from, until) = (half.checked_sub(if cell.len().is_multiple_of(2) { 2 } else { 1 })?, half + 2);
    let some = cell.get(from..until)?;
    let sum: i128 = some.iter().map(|d| i128::from(d.fee.micros())).sum();
    let mean = i64::try_from(sum / some.len() as i128).ok()?;
    Some(two_digits(Amount::from_micros(mean, some.first()?.fee.currency())))
}

fn may_be_told(cell: &[&Deal]) -> bool {
    cell.len() >= LEAST_DEALS && none_dominates(cell, |d| &d.brand) && none_dominates(cell, |d| &d.artist)
}

fn none_dominates(cell: &[&Deal], of: fn(&Deal) -> &PartyId) -> bool {
    let parties: BTreeSet<&PartyId> = cell.iter().map(|d| of(d)).collect();
    let whole: i128 = cell.iter().map(|d| i128::from(d.fee.micros())).sum();
    parties.len() >= LEAST_PARTIES
        && parties.iter().all(|party| {
            let theirs: Vec<i128> =
                cell.iter().filter(|d| of(d) == *party).map(|d| i128::from(d.fee.micros())).collect();
            let (most, of) = MOST_PART;
            theirs.len() as i128 * of <= cell.len() as i128 * most
                && theirs.iter().sum::<i128>() * of <= whole * most
        })
}

/// Rounded to its two first digits, to the nearest, in whole units of the minor unit.
fn two_digits(amount: Amount) -> Amount {
    let mut step = 1_i64;
    while amount.micros() / step >= 100 {
        step = step.saturating_mul(10);
    }
    let rounded = (amount.micros() / step + i64::from(amount.micros() % step * 2 >= step)) * step;
    Amount::from_micros(rounded, amount.currency())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn deal(fee: &str, brand: u64, artist: u64) -> Deal {
        Deal {
            kind: Kind::Concert,
            tier: Tier::Rising,
            fee: fee.parse().unwrap(),
            brand: PartyId::from_bits(brand),
            artist: PartyId::from_bits(artist),
            quarter: 0,
        }
    }

    #[test]
    fn a_price_needs_five_deals_three_brands_three_artists_and_none_that_dominates() {
        let mut deals =
            vec![deal("EUR 480", 1, 1), deal("EUR 600", 2, 2), deal("EUR 734", 3, 3), deal("EUR 900", 1, 2)];
        assert!(prices(&deals).is_empty(), "four");
        deals.push(deal("EUR 1240", 2, 1));
        let told = prices(&deals);
        assert_eq!((told.len(), told[0].middle.to_string().as_str(), told[0].at_least), (1, "EUR 740.00", 5));
        deals[4].artist = PartyId::from_bits(2);
        assert!(prices(&deals).is_empty(), "one artist has three of five");
        deals[4] = deal("EUR 12400", 2, 1);
        assert!(prices(&deals).is_empty(), "one brand has most of the money");
        deals[4] = deal("USD 1240", 2, 1);
        assert!(prices(&deals).is_empty(), "another currency is another price");
    }

    #[test]
    fn no_deal_stands_in_a_price() {
        for (exact, told) in [
            ("EUR 734.50", "EUR 730.00"),
            ("EUR 99.99", "EUR 100.00"),
            ("EUR 1250", "EUR 1300.00"),
            ("EUR 3", "EUR 3.00"),
        ] {
            assert_eq!(two_digits(exact.parse().unwrap()).to_string(), told);
        }
    }
    #[test]
    fn what_waits_is_told_with_its_batch_and_no_sooner() {
        let mut rows = vec![(1, 'a'), (1, 'b'), (1, 'c'), (2, 'd'), (2, 'e'), (3, 'f')];
        rows.reverse();
        let enough = |w: &[char]| w.len() >= 5;
        let before = |q: Quarter| rows.iter().copied().filter(|(x, _)| *x < q).collect::<Vec<_>>();
        assert!(released(before(2), enough).is_empty());
        assert_eq!(released(before(3), enough).len(), 5);
        assert_eq!(released(rows.clone(), enough).len(), 5, "one more is not enough");
    }

    /// Deals as they come: quarter, fee in whole euros, brand, artist.
    fn worlds() -> impl Strategy<Value = Vec<Deal>> {
        let one = (0..8_i32, 1..2_000_u32, 1..7_u64, 1..9_u64);
        prop::collection::vec(one, 0..60).prop_map(|all| {
            all.into_iter()
                .map(|(quarter, fee, brand, artist)| Deal {
                    quarter,
                    ..deal(&format!("EUR {fee}"), brand, artist)
                })
                .collect()
        })
    }

    /// The deals behind what is told at the end of a quarter.
    fn behind(deals: &[Deal], end: Quarter) -> Vec<&Deal> {
        let rows = deals.iter().filter(|d| d.quarter <= end).map(|d| (d.quarter, d)).collect();
        released(rows, may_be_told)
    }

    proptest! {
        /// The attack: whoever keeps every publication and subtracts one from a later one has, at best, the deals between
        /// them. Those are none, or enough of enough brands and artists.
        #[test]
        fn no_difference_of_two_publications_is_of_fewer_than_may_be_told(deals in worlds()) {
            for first in 0..8 {
                for second in first..8 {
                    let (before, after) = (behind(&deals, first), behind(&deals, second));
                    prop_assert!(before.iter().all(|d| after.contains(d)), "nothing is taken back");
                    let between = &after[before.len()..];
                    prop_assert!(between.is_empty() || between.len() >= LEAST_DEALS);
                    let brands: BTreeSet<_> = between.iter().map(|d| &d.brand).collect();
                    let artists: BTreeSet<_> = between.iter().map(|d| &d.artist).collect();
                    prop_assert!(between.is_empty() || (brands.len() >= LEAST_PARTIES && artists.len() >= LEAST_PARTIES));
                }
            }
        }

        /// A brand that makes deals of its own to see what moves: as long as the victim's deal waits, its fee moves nothing.
        #[test]
        fn a_deal_that_waits_moves_nothing(deals in worlds(), own in prop::collection::vec(1..2_000_u32, 0..20), fees in (1..2_000_u32, 1..2_000_u32)) {
            let told = |fee: u32| {
                let mut all = deals.clone();
                all.extend(own.iter().map(|f| Deal { quarter: 9, ..deal(&format!("EUR {f}"), 90, u64::from(f % 7) + 1) }));
                all.push(Deal { quarter: 9, ..deal(&format!("EUR {fee}"), 91, 92) });
                prices(&all)
            };
            // The batch of quarter 9 holds two brands beside what waited from before.
            let waited: Vec<&Deal> = {
                let told = behind(&deals, 8);
                deals.iter().filter(|d| !told.contains(d)).collect()
            };
            if waited.is_empty() {
                prop_assert_eq!(told(fees.0), told(fees.1));
            }
        }
    }
}
