//! Reference prices: what work of a kind was paid, by tier, once enough deals stand behind it that none can be guessed.

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
}

/// A price that may be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// What for.
    pub kind: Kind,
    /// For whom.
    pub tier: Tier,
    /// The middle one, rounded to two digits, so that no deal stands in it.
    pub middle: Amount,
    /// Deals behind it, as a rung: 5, 10, 20, 50, 100 …, never the count.
    pub at_least: usize,
}

/// The prices that may be told of some deals, by kind, tier and currency.
///
/// Worked case: five deals of EUR 480 to 1,240 from three brands with three artists, none of them in more than two: told as
/// "about EUR 730". A fourth deal by one of the artists with one of five: not told.
pub fn prices(deals: &[Deal]) -> Vec<Price> {
    let mut cells: BTreeMap<(u32, Tier, Currency), Vec<&Deal>> = BTreeMap::new();
    for deal in deals {
        cells.entry((deal.kind.place(), deal.tier, deal.fee.currency())).or_default().push(deal);
    }
    let told = cells.into_values().filter(|cell| may_be_told(cell));
    told.filter_map(|mut cell| {
        cell.sort_by_key(|d| d.fee.micros());
        let first = cell.first()?;
        let middle = cell.get((cell.len() - 1) / 2)?.fee;
        let at_least = [1_000, 500, 200, 100, 50, 20, 10, 5].into_iter().find(|r| *r <= cell.len())?;
        Some(Price { kind: first.kind, tier: first.tier, middle: two_digits(middle), at_least })
    })
    .collect()
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
    use super::*;

    fn deal(fee: &str, brand: u64, artist: u64) -> Deal {
        Deal {
            kind: Kind::Concert,
            tier: Tier::Rising,
            fee: fee.parse().unwrap(),
            brand: PartyId::from_bits(brand),
            artist: PartyId::from_bits(artist),
        }
    }

    #[test]
    fn a_price_needs_five_deals_three_brands_three_artists_and_none_that_dominates() {
        let mut deals =
            vec![deal("EUR 480", 1, 1), deal("EUR 600", 2, 2), deal("EUR 734", 3, 3), deal("EUR 900", 1, 2)];
        assert!(prices(&deals).is_empty(), "four");
        deals.push(deal("EUR 1240", 2, 1));
        let told = prices(&deals);
        assert_eq!((told.len(), told[0].middle.to_string().as_str(), told[0].at_least), (1, "EUR 730.00", 5));
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
}
