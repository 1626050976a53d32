//! What the field is told: reference prices, who is asked and paid by tier and territory, how fair the lists were; and sessions
//! given to emerging artists, each with how it was chosen.

use std::collections::BTreeMap;

use ::money::{Amount, Currency};
use discovery::fair::measure::{Record, inequity, upper_tenth, within};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ledger::{Account, Draft};
use music::PartyId;
use music::place::Level;
use programmes::brief::price::{self, Deal, Price};
use programmes::brief::shortlist::Tier;
use programmes::brief::{Kind, Word as _};
use store::{GrantId, GrantRow, Tx};

use super::fault;
use crate::failure::refuse;
use crate::{Failure, House, gather, policy};

/// Fewest parties behind a figure of money.
const LEAST_PARTIES: usize = 3;

/// Fewest briefs, and brands behind them, before anything is told of lists.
const LEAST_BRIEFS: (i64, i64) = (5, 3);

/// What is published. All of it is of quarters that are over, so that nobody can look before and after a brief of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The first day that is not in it.
    pub until: String,
    /// Reference prices.
    pub prices: Vec<Price>,
    /// By tier: the part of all attention on lists, in whole per cent.
    pub attention: Vec<(String, i64)>,
    /// By tier: the part of the money, in whole per cent; absent where fewer than three artists or brands stand behind it.
    pub money: Vec<(String, Currency, i64)>,
    /// By territory of the artists: the part of the money, in whole per cent, under the same condition.
    pub territories: Vec<(String, Currency, i64)>,
    /// How fair the lists were; `None` while fewer than five briefs of three brands stand behind it.
    pub fairness: Option<Fairness>,
}

/// How fair lists were.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fairness {
    /// The part of artists in the running within ten per cent of what fit earned.
    pub within: f64,
    /// Inequity of attention.
    pub inequity: f64,
    /// Attention of the most shown tenth for what it earned.
    pub upper_tenth: f64,
    /// The part of fit that fairness cost.
    pub loss: f64,
}

/// How fair the lists were until an instant; for the house.
pub async fn fairness(house: &House, before: Timestamp) -> Result<Fairness, Failure> {
    let mut tx = house.store.begin_read().await?;
    fairness_in(&mut tx, before).await
}

async fn fairness_in(tx: &mut Tx, before: Timestamp) -> Result<Fairness, Failure> {
    let records: Vec<Record> = tx
        .attention_records(before)
        .await?
        .into_iter()
        .map(|(_, earned, shown)| Record { earned, shown })
        .collect();
    let (best, given) = tx.fit_of_all_briefs().await?;
    Ok(Fairness {
        within: within(&records, 0.1),
        inequity: inequity(&records),
        upper_tenth: upper_tenth(&records),
        loss: if best == 0 { 0.0 } else { 1.0 - given as f64 / best as f64 },
    })
}

/// What the field is told.
pub async fn field(house: &House) -> Result<Field, Failure> {
    let today = super::today(house);
    let first = Date::new(today.year(), (today.month() - 1) / 3 * 3 + 1, 1).unwrap_or(today);
    let before = first.to_zoned(TimeZone::UTC).map(|z| z.timestamp()).unwrap_or_else(|_| house.now());
    let mut tx = house.store.begin_read().await?;
    let homes = gather::homes(&mut tx).await?;
    let (mut deals, mut by_tier, mut by_place) = (Vec::new(), Cells::new(), Cells::new());
    for row in tx.brand_deals().await?.into_iter().filter(|d| d.signed.is_some_and(|at| at < before)) {
        let (Some(kind), Some(tier)) = (Kind::from_word(&row.kind), Tier::from_word(&row.tier)) else {
            continue;
        };
        if row.fee.is_positive() {
            deals.push(Deal {
                kind,
                tier,
                fee: row.fee,
                brand: row.brand.clone(),
                artist: row.artist.clone(),
            });
        }
        if row.ended.is_none_or(|at| at >= before) {
            continue;
        }
        let home = homes
            .get(row.artist.as_str())
            .and_then(|p| p.first())
            .map(|p| p.up_to(Level::Country).to_string());
        for m in tx.milestones(&row.id).await? {
            if let Some(paid) = m.awarded.filter(|a| a.is_positive()) {
                let who = (&row.artist, &row.brand, paid);
                add(&mut by_tier, row.tier.clone(), who);
                add(&mut by_place, home.clone().unwrap_or_else(|| "?".to_owned()), who);
            }
        }
    }
    let (briefs, brands) = tx.briefs_before(before).await?;
    let enough = briefs >= LEAST_BRIEFS.0 && brands >= LEAST_BRIEFS.1;
    let shown = if enough { tx.attention_by_tier(before).await? } else { Vec::new() };
    let whole: i64 = shown.iter().map(|(_, n)| n).sum();
    Ok(Field {
        until: first.to_string(),
        prices: price::prices(&deals),
        attention: shown.into_iter().map(|(tier, n)| (tier, n * 100 / whole.max(1))).collect(),
        money: told(&by_tier),
        territories: told(&by_place),
        fairness: if enough { Some(fairness_in(&mut tx, before).await?) } else { None },
    })
}

type Cells = BTreeMap<(String, Currency), (i128, BTreeMap<PartyId, i128>, BTreeMap<PartyId, i128>)>;

fn add(cells: &mut Cells, name: String, (artist, brand, paid): (&PartyId, &PartyId, Amount)) {
    let cell = cells.entry((name, paid.currency())).or_default();
    let micros = i128::from(paid.micros());
    cell.0 += micros;
    *cell.1.entry(artist.clone()).or_default() += micros;
    *cell.2.entry(brand.clone()).or_default() += micros;
}

/// Parts in whole per cent, of cells with enough artists and brands, none of whom has more than half. Told only where every
/// cell of a currency may be: else the one that is left out could be computed.
fn told(cells: &Cells) -> Vec<(String, Currency, i64)> {
    let fine = |parties: &BTreeMap<PartyId, i128>, sum: i128| {
        parties.len() >= LEAST_PARTIES && parties.values().all(|m| m * 2 <= sum)
    };
    let mut all = Vec::new();
    for currency in cells.keys().map(|k| k.1).collect::<std::collections::BTreeSet<_>>() {
        let of: Vec<_> = cells.iter().filter(|((_, c), _)| *c == currency).collect();
        let whole: i128 = of.iter().map(|(_, cell)| cell.0).sum();
        if whole > 0 && of.iter().all(|(_, (sum, artists, brands))| fine(artists, *sum) && fine(brands, *sum))
        {
            all.extend(of.iter().map(|((name, _), cell)| {
                (name.clone(), currency, i64::try_from(cell.0 * 100 / whole).unwrap_or(0))
            }));
        }
    }
    all
}

/// A session to give to an emerging artist.
#[derive(Debug, Clone)]
pub struct Give {
    /// How much each, from the fund `solidarity`.
    pub amount: Amount,
    /// How many.
    pub count: usize,
    /// Only artists at home there; anywhere where empty.
    pub place: String,
    /// Who gives.
    pub by: String,
}

/// Gives sessions to emerging artists with terms: to those who are owed most attention first, each once a year, ties to the
/// smaller number. How it was chosen is kept with each and stands in the public log as a hash.
///
/// # Errors
/// In this order: `grant`, `place-unknown`, `grant-fund`, `grant-nobody`.
pub async fn give(house: &House, ask: Give) -> Result<Vec<GrantRow>, Failure> {
    let now = house.now();
    if !ask.amount.is_positive() || ask.count == 0 || ask.count > 1_000 {
        return Err(refuse(
            "grant",
            "a session needs an amount above nothing, and one to a thousand artists",
            "",
        ));
    }
    let place = match ask.place.trim() {
        "" => None,
        text => Some(text.parse::<music::Place>().map_err(|e| refuse("place-unknown", e.to_string(), ""))?),
    };
    let mut tx = house.store.begin().await?;
    tx.hold_books().await?;
    let fund = super::money::fund()?;
    let there = tx.balance(&fund, ask.amount.currency()).await?.posted.negated()?;
    let wanted = i128::from(ask.amount.micros()) * ask.count as i128;
    if i128::from(there.micros()) < wanted {
        let message =
            format!("the fund holds {there}, and {} sessions of {} are more", ask.count, ask.amount);
        return Err(refuse("grant-fund", message, "give fewer, or less"));
    }
    let homes = gather::homes(&mut tx).await?;
    let owed: BTreeMap<PartyId, i64> = tx.attention_owed().await?.into_iter().collect();
    let year = now - jiff::SignedDuration::from_hours(24 * 365);
    let lately: Vec<PartyId> =
        tx.grants().await?.into_iter().filter(|g| g.at > year).map(|g| g.artist).collect();
    let mut candidates = Vec::new();
    for (artist, number, body) in tx.all_artist_terms(house.store.fields()).await? {
        let open = !super::terms::read(&body)?.paused;
        let local = place
            .as_ref()
            .is_none_or(|p| homes.get(artist.as_str()).is_some_and(|h| h.iter().any(|x| p.contains(x))));
        if open
            && local
            && !lately.contains(&artist)
            && super::market::tier_of(house, &mut tx, &artist).await? == Tier::Emerging
        {
            candidates.push((std::cmp::Reverse(owed.get(&artist).copied().unwrap_or(0)), number, artist));
        }
    }
    candidates.sort();
    if candidates.is_empty() {
        return Err(refuse("grant-nobody", "no emerging artist with open terms is there", ""));
    }
    let field: Vec<_> =
        candidates.iter().map(|(owed, number, _)| serde_json::json!([number, owed.0])).collect();
    let policy = policy::text(&mut tx, "house-name", now).await?;
    let choice = serde_json::json!({ "by": "owed attention, then number", "candidates": field, "house": policy, "place": ask.place.trim() }).to_string();
    let mut given = Vec::new();
    for (_, _, artist) in candidates.into_iter().take(ask.count) {
        let id = GrantId::from_bits(house.world.bits());
        let draft = Draft::posted("session-grant", id.as_str(), format!("grant:{id}"))
            .memo("a session for an emerging artist, from the solidarity fund")
            .inputs(ask.amount.to_string())
            .debit(fund.clone(), ask.amount)
            .credit(Account::party(artist.as_str()), ask.amount);
        let entry = tx.post_one(now, draft).await?.seq();
        let row = GrantRow {
            id,
            artist,
            fund: "solidarity".to_owned(),
            amount: ask.amount,
            entry,
            choice: choice.clone(),
            by: ask.by.clone(),
            at: now,
        };
        tx.insert_grant(&row).await?;
        let leaf = serde_json::json!({ "choice": ledger::Hash::of(choice.as_bytes()).to_string(), "leaf": "session-grant" });
        crate::log::add(house, &mut tx, "session-grant", row.id.as_str(), &leaf).await?;
        tx.note(now, &ask.by, "brief grant", row.id.as_str(), row.artist.as_str()).await?;
        given.push(row);
    }
    tx.commit().await?;
    Ok(given)
}

/// The sessions given until now.
pub async fn grants(house: &House) -> Result<Vec<GrantRow>, Failure> {
    house.store.begin_read().await.map_err(|e| fault(&e))?.grants().await.map_err(Failure::from)
}

/// A session as it is published: to whom, and how it was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Granted {
    /// The artist's name; a grant is public.
    pub artist: String,
    /// How much.
    pub amount: Amount,
    /// The day.
    pub day: String,
    /// Only artists at home there were chosen from; anywhere where empty.
    pub place: String,
    /// From how many emerging artists with open terms, as a rung: 1, 5, 10, 20, 50 …, never the count.
    pub candidates: usize,
    /// How many sessions were given at once.
    pub given: usize,
    /// SHA-256 of the whole selection log, as it stands in the public log; the log itself is for those in it and the house.
    pub hash: String,
}

/// The sessions given until now, as everybody may read them, newest first.
pub async fn published_grants(house: &House) -> Result<Vec<Granted>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let rows = tx.grants().await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        let choice: serde_json::Value = serde_json::from_str(&row.choice).map_err(|e| fault(&e))?;
        let candidates = choice.get("candidates").and_then(|c| c.as_array()).map_or(0, Vec::len);
        let rung = [1_000, 500, 200, 100, 50, 20, 10, 5, 1].into_iter().find(|r| *r <= candidates);
        all.push(Granted {
            artist: tx.party(&row.artist).await?.map(|p| p.party.name).unwrap_or_default(),
            amount: row.amount,
            day: row.at.to_zoned(TimeZone::UTC).date().to_string(),
            place: choice.get("place").and_then(|p| p.as_str()).unwrap_or_default().to_owned(),
            candidates: rung.unwrap_or(0),
            given: rows.iter().filter(|r| r.at == row.at && r.choice == row.choice).count(),
            hash: ledger::Hash::of(row.choice.as_bytes()).to_string(),
        });
    }
    Ok(all)
}
