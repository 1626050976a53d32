//! Of what an institution paid, what stayed with artists of its own places.
//!
//! The institution knows what it paid. What stayed is told of a span only where at least `giver-threshold` parties of
//! its places were paid from its pots and none got more than half of it, and at least `member-threshold` members
//! played: so it tells neither one artist's money nor one member's plays. A span that fails is in no sum, whatever is
//! asked for. Sums are in whole cents.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use money::{Amount, Currency};
use music::Place;

use crate::failure::refuse;
use crate::institution::found;
use crate::{Failure, House, gather, policy};

/// What stayed, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stayed {
    /// The currency.
    pub currency: Currency,
    /// What the institution paid without VAT and was shared, in the spans that are told.
    pub paid: Amount,
    /// What of it parties of its places got.
    pub stayed: Amount,
    /// How many parties those are.
    pub parties: u64,
    /// What was paid and shared in spans that are not told.
    pub untold: Amount,
}

/// What stayed of an institution's money that was shared for spans within these days.
pub async fn report(house: &House, who: &str, from: Date, until: Date) -> Result<Vec<Stayed>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let now = house.now();
    let one = found(&mut tx, who).await?;
    let least = policy::count(&mut tx, "giver-threshold", now).await?.max(2) as usize;
    let members = policy::count(&mut tx, "member-threshold", now).await?.max(2) as usize;
    let homes = gather::homes(&mut tx).await?;
    // What stays, stays in the département and not only in the town.
    let places: Vec<Place> = one
        .places
        .iter()
        .filter_map(|p| p.parse::<Place>().ok())
        .map(|p| p.up_to(music::Level::Subdivision))
        .collect();
    let mut all: BTreeMap<Currency, (i128, i128, BTreeSet<music::PartyId>, i128)> = BTreeMap::new();
    for part in tx.sale_parts_of(&one.row.party).await? {
        if part.start < from || part.end > until {
            continue;
        }
        let runs: BTreeSet<_> = tx
            .runs_of_pot(&part.pot)
            .await?
            .into_iter()
            .filter(|r| r.approved.is_some())
            .map(|r| r.id)
            .collect();
        let lines: Vec<_> =
            tx.lines_of_pot(&part.pot).await?.into_iter().filter(|l| runs.contains(&l.run)).collect();
        let shared: i128 = lines.iter().map(|l| i128::from(l.amount.micros())).sum();
        if shared <= 0 {
            continue;
        }
        let mut here: BTreeMap<music::PartyId, i128> = BTreeMap::new();
        for line in lines.iter().filter(|l| l.kind == "pay") {
            let Some(party) = &line.party else { continue };
            let home = homes.get(party.as_str()).map(Vec::as_slice).unwrap_or_default();
            if home.iter().any(|h| places.iter().any(|p| p.contains(h))) {
                *here.entry(party.clone()).or_default() += i128::from(line.amount.micros());
            }
        }
        here.retain(|_, sum| *sum > 0);
        let sum: i128 = here.values().sum();
        let most = here.values().max().copied().unwrap_or(0);
        let active =
            tx.plays_of(&part.pot).await?.into_iter().map(|p| p.member).collect::<BTreeSet<_>>().len();
        let slot = all.entry(part.amount.currency()).or_default();
        if here.len() < least || most * 2 > sum || active < members {
            slot.3 += shared;
        } else {
            slot.0 += shared;
            slot.1 += sum;
            slot.2.extend(here.into_keys());
        }
    }
    let amount = |micros: i128, currency: Currency| {
        let beyond = |_| refuse("amount", "a sum is beyond 64 bits", "");
        i64::try_from(micros).map(|m| Amount::from_micros(m, currency).round_down_to_minor()).map_err(beyond)
    };
    all.into_iter()
        .map(|(currency, (paid, stayed, parties, untold))| {
            Ok(Stayed {
                currency,
                paid: amount(paid, currency)?,
                stayed: amount(stayed, currency)?,
                parties: parties.len() as u64,
                untold: amount(untold, currency)?,
            })
        })
        .collect()
}
