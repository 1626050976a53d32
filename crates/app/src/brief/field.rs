//! What the field is told: reference prices, who is asked and paid by tier and territory, how fair the lists were; and sessions
//! given to emerging artists, each with how it was chosen.

use std::collections::{BTreeMap, BTreeSet};

use ::money::{Amount, Currency};
use discovery::fair::measure::{Record, inequity, upper_tenth, within};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ledger::{Account, Draft};
use music::PartyId;
use music::place::Level;
use programmes::brief::grant::{self, Candidate, SelectionLog};
use programmes::brief::price::{self, Deal, Price, Quarter};
use programmes::brief::shortlist::Tier;
use programmes::brief::{Kind, Word as _};
use store::{GrantId, GrantRow, Tx};

use super::fault;
use crate::failure::refuse;
use crate::{Failure, House, gather};

/// Fewest parties behind a figure of money.
const LEAST_PARTIES: usize = 3;

/// Fewest briefs, and brands behind them, before anything is told of lists.
const LEAST_BRIEFS: (usize, usize) = (5, 3);

/// What is published. All of it is of quarters that are over, so that nobody can look before and after a brief of their own;
/// and it grows by batches that could be told by themselves ([`price::released`]), so that two publications differ by no fewer.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The first day that is not in it.
    pub until: String,
    /// Reference prices.
    pub prices: Vec<Price>,
    /// By tier: the part of all attention on lists, in whole per cent.
    pub attention: Vec<(String, i64)>,
    /// By tier: the part of the money, in whole per cent; [`OTHERS`] for tiers with too few artists or brands.
    pub money: Vec<(String, Currency, i64)>,
    /// By territory of the artists: the part of the money, in whole per cent, under the same condition; `?` where unknown.
    pub territories: Vec<(String, Currency, i64)>,
    /// How fair the lists were; `None` while fewer than five briefs of three brands stand behind it.
    pub fairness: Option<Fairness>,
}

/// The name under which small cells stand together.
pub const OTHERS: &str = "*";

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
    let (best, given) = tx.fit_before(before).await?;
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
    let until = quarter_of(today);
    let first = begins(until).unwrap_or(today);
    let before = instant(first).unwrap_or_else(|| house.now());
    let mut tx = house.store.begin_read().await?;
    let homes = gather::homes(&mut tx).await?;
    let (mut deals, mut by_tier, mut by_place) = (Vec::new(), Vec::new(), Vec::new());
    for row in tx.brand_deals().await? {
        let (Some(kind), Some(tier)) = (Kind::from_word(&row.kind), Tier::from_word(&row.tier)) else {
            continue;
        };
        let Some(signed) = row.signed.filter(|at| *at < before) else { continue };
        if row.fee.is_positive() {
            deals.push(Deal {
                kind,
                tier,
                fee: row.fee,
                brand: row.brand.clone(),
                artist: row.artist.clone(),
                quarter: quarter(signed),
            });
        }
        let Some(ended) = row.ended.filter(|at| *at < before) else { continue };
        let home = homes
            .get(row.artist.as_str())
            .and_then(|p| p.first())
            .map_or_else(|| "?".to_owned(), |p| p.up_to(Level::Country).to_string());
        for m in tx.milestones(&row.id).await? {
            if let Some(paid) = m.awarded.filter(|a| a.is_positive()) {
                let one = |name: &str| {
                    let (artist, brand) = (row.artist.clone(), row.brand.clone());
                    (quarter(ended), Paid { name: name.to_owned(), artist, brand, paid })
                };
                by_tier.push(one(&row.tier));
                by_place.push(one(&home));
            }
        }
    }
    // Lists are told until the end of the last quarter in which enough briefs had waited together.
    let briefs: Vec<_> =
        tx.briefs_before(before).await?.into_iter().map(|(at, brand)| (quarter(at), (at, brand))).collect();
    let told = price::released(briefs, enough_briefs);
    let lists = told.iter().map(|(at, _)| quarter(*at)).max().and_then(|q| begins(q + 1)).and_then(instant);
    let shown = match lists {
        Some(end) => tx.attention_by_tier(end).await?,
        None => Vec::new(),
    };
    let whole: i64 = shown.iter().map(|(_, n)| n).sum();
    Ok(Field {
        until: first.to_string(),
        prices: price::prices(&deals),
        attention: shown.into_iter().map(|(tier, n)| (tier, n * 100 / whole.max(1))).collect(),
        money: parts(by_tier),
        territories: parts(by_place),
        fairness: match lists {
            Some(end) => Some(fairness_in(&mut tx, end).await?),
            None => None,
        },
    })
}

fn enough_briefs(waiting: &[(Timestamp, PartyId)]) -> bool {
    let mut by_brand: BTreeMap<&PartyId, usize> = BTreeMap::new();
    for (_, brand) in waiting {
        *by_brand.entry(brand).or_default() += 1;
    }
    let most = by_brand.values().max().copied().unwrap_or(0);
    waiting.len() >= LEAST_BRIEFS.0 && by_brand.len() >= LEAST_BRIEFS.1 && most * 2 <= waiting.len()
}

fn quarter(at: Timestamp) -> Quarter {
    quarter_of(at.to_zoned(TimeZone::UTC).date())
}

fn quarter_of(day: Date) -> Quarter {
    i32::from(day.year()) * 4 + i32::from(day.month() - 1) / 3
}

/// The first day of a quarter.
fn begins(quarter: Quarter) -> Option<Date> {
    let year = i16::try_from(quarter.div_euclid(4)).ok()?;
    let month = i8::try_from(quarter.rem_euclid(4) * 3 + 1).ok()?;
    Date::new(year, month, 1).ok()
}

fn instant(day: Date) -> Option<Timestamp> {
    day.to_zoned(TimeZone::UTC).map(|z| z.timestamp()).ok()
}

/// What was paid for one milestone, under the name of the cell it is told in.
#[derive(Debug, Clone, PartialEq)]
struct Paid {
    name: String,
    artist: PartyId,
    brand: PartyId,
    paid: Amount,
}

/// Parts in whole per cent, by cell and currency. In each batch the cells that are too small stand together as [`OTHERS`];
/// while they are too small even so, the batch waits.
fn parts(rows: Vec<(Quarter, Paid)>) -> Vec<(String, Currency, i64)> {
    let mut by_currency: BTreeMap<Currency, Vec<(Quarter, Paid)>> = BTreeMap::new();
    for (quarter, one) in rows {
        by_currency.entry(one.paid.currency()).or_default().push((quarter, one));
    }
    let mut all = Vec::new();
    for (currency, rows) in by_currency {
        let mut cells: BTreeMap<String, i128> = BTreeMap::new();
        let mut rows: Vec<(Quarter, Paid)> = rows;
        rows.sort_by_key(|(quarter, _)| *quarter);
        let mut waiting: Vec<Paid> = Vec::new();
        let mut left = rows.into_iter().peekable();
        while let Some((quarter, one)) = left.next() {
            waiting.push(one);
            if left.peek().is_none_or(|(next, _)| *next != quarter)
                && let Some(batch) = batch(&waiting)
            {
                for (name, sum) in batch {
                    *cells.entry(name).or_default() += sum;
                }
                waiting.clear();
            }
        }
        let whole: i128 = cells.values().sum();
        for (name, sum) in cells.into_iter().filter(|_| whole > 0) {
            all.push((name, currency, i64::try_from(sum * 100 / whole).unwrap_or(0)));
        }
    }
    all
}

/// The sums of a batch by cell, where each may be told.
fn batch(waiting: &[Paid]) -> Option<BTreeMap<String, i128>> {
    let mut cells: BTreeMap<&str, Vec<&Paid>> = BTreeMap::new();
    for one in waiting {
        cells.entry(&one.name).or_default().push(one);
    }
    let (fine, small): (Vec<_>, Vec<_>) = cells.into_iter().partition(|(_, cell)| may_be_told(cell));
    let others: Vec<&Paid> = small.into_iter().flat_map(|(_, cell)| cell).collect();
    if !others.is_empty() && !may_be_told(&others) {
        return None;
    }
    let sum = |cell: &[&Paid]| cell.iter().map(|p| i128::from(p.paid.micros())).sum::<i128>();
    let mut all: BTreeMap<String, i128> =
        fine.iter().map(|(name, cell)| ((*name).to_owned(), sum(cell))).collect();
    if !others.is_empty() {
        all.insert(OTHERS.to_owned(), sum(&others));
    }
    Some(all)
}

/// Enough artists and brands, none of whom has more than half of the money.
fn may_be_told(cell: &[&Paid]) -> bool {
    let whole: i128 = cell.iter().map(|p| i128::from(p.paid.micros())).sum();
    let fine = |of: fn(&Paid) -> &PartyId| {
        let mut sums: BTreeMap<&PartyId, i128> = BTreeMap::new();
        for one in cell {
            *sums.entry(of(one)).or_default() += i128::from(one.paid.micros());
        }
        sums.len() >= LEAST_PARTIES && sums.values().all(|s| s * 2 <= whole)
    };
    fine(|p| &p.artist) && fine(|p| &p.brand)
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

/// Gives sessions to emerging artists with terms, each once a year: to those who are owed most attention, by lot where they
/// are owed alike ([`grant`]). The selection log is kept with each and stands in the public log as a hash.
///
/// # Errors
/// In this order: `grant`, `place-unknown`, `grant-fund`, `grant-nobody`.
pub async fn give(house: &House, ask: Give) -> Result<Vec<GrantRow>, Failure> {
    let now = house.now();
    if !ask.amount.is_positive() || ask.count == 0 || ask.count > 1_000 {
        return Err(refuse(
            "grant",
            "a session needs an amount above nothing, and one to a thousand artists",
            "such as `tantieme brief grant \"EUR 400\" --count 3`",
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
    let artists = open_to(house, &mut tx, place.as_ref()).await?;
    if artists.is_empty() {
        return Err(refuse("grant-nobody", "no emerging artist with open terms is there", ""));
    }
    let head = tx.newest_head().await?;
    let (size, root) = head.map_or((0, String::new()), |h| (h.size, h.root));
    let rounds: BTreeSet<String> = tx.grants().await?.into_iter().map(|g| g.choice).collect();
    let (size, before) = (u64::try_from(size).unwrap_or(0), rounds.len() as u64);
    let seed = grant::seed(&house.origin, size, &root, before);
    let tickets: BTreeMap<String, PartyId> =
        artists.iter().map(|(artist, _)| (ticket(house, &seed, artist), artist.clone())).collect();
    let log = SelectionLog {
        rule: grant::RULE.to_owned(),
        origin: house.origin.clone(),
        size,
        root,
        before,
        seed: String::new(),
        place: ask.place.trim().to_owned(),
        amount: ask.amount.to_string(),
        count: ask.count as u64,
        candidates: artists
            .iter()
            .map(|(artist, owed)| Candidate { ticket: ticket(house, &seed, artist), owed: *owed })
            .collect(),
        chosen: Vec::new(),
    }
    .drawn();
    let choice = serde_json::to_string(&log).map_err(|e| fault(&e))?;
    let mut given = Vec::new();
    for artist in log.chosen.iter().filter_map(|t| tickets.get(t)).cloned() {
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
        let words = super::said::granted(&ask.amount.to_string());
        super::said::tell(house, &mut tx, &row.artist, &format!("grant-{}", row.id), words).await?;
        given.push(row);
    }
    tx.commit().await?;
    Ok(given)
}

/// Emerging artists with open terms who were given none for a year, with the whole first places they are owed.
async fn open_to(
    house: &House,
    tx: &mut Tx,
    place: Option<&music::Place>,
) -> Result<Vec<(PartyId, u64)>, Failure> {
    let homes = gather::homes(tx).await?;
    let owed: BTreeMap<PartyId, i64> = tx.attention_owed().await?.into_iter().collect();
    let year = house.now() - jiff::SignedDuration::from_hours(24 * 365);
    let lately: BTreeSet<PartyId> =
        tx.grants().await?.into_iter().filter(|g| g.at > year).map(|g| g.artist).collect();
    let incomes = super::market::incomes(house, tx).await?;
    let mut open = Vec::new();
    for (artist, _, body) in tx.all_artist_terms(house.store.fields()).await? {
        let local =
            place.is_none_or(|p| homes.get(artist.as_str()).is_some_and(|h| h.iter().any(|x| p.contains(x))));
        if !super::terms::read(&body)?.paused
            && local
            && !lately.contains(&artist)
            && super::market::tier(&incomes, &artist) == Tier::Emerging
        {
            let places = owed.get(&artist).copied().unwrap_or(0).max(0) / 1_000_000;
            open.push((artist, u64::try_from(places).unwrap_or(0)));
        }
    }
    Ok(open)
}

/// What stands for an artist in a selection log: a keyed hash, so that only the house and the artist know.
fn ticket(house: &House, seed: &str, artist: &PartyId) -> String {
    let mark = house.store.fields().mark("session-grant", &format!("{seed}/{artist}"));
    mark.get(..16).unwrap_or(&mark).to_owned()
}

/// What the solidarity fund holds, by currency, for whoever gives sessions.
pub async fn fund(house: &House) -> Result<Amount, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(tx.balance(&super::money::fund()?, Currency::EUR).await?.posted.negated()?)
}

/// The sessions given until now.
pub async fn grants(house: &House) -> Result<Vec<GrantRow>, Failure> {
    house.store.begin_read().await.map_err(|e| fault(&e))?.grants().await.map_err(Failure::from)
}

/// A session as it is published: to whom, and how it was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Granted {
    /// The session.
    pub id: String,
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
    /// SHA-256 of the whole selection log, as it stands in the public log.
    pub hash: String,
    /// The log itself, for everybody; `None` where fewer than ten could be chosen, or none was drawn by a seed.
    pub log: Option<String>,
}

/// Fewest candidates of a selection log that everybody may read: in a smaller one debts would tell who is who.
const LEAST_CANDIDATES: usize = 10;

/// The sessions given until now, as everybody may read them, newest first.
pub async fn published_grants(house: &House) -> Result<Vec<Granted>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let rows = tx.grants().await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        let choice: serde_json::Value = serde_json::from_str(&row.choice).map_err(|e| fault(&e))?;
        let candidates = choice.get("candidates").and_then(|c| c.as_array()).map_or(0, Vec::len);
        let rung = [1_000, 500, 200, 100, 50, 20, 10, 5, 1].into_iter().find(|r| *r <= candidates);
        let open = candidates >= LEAST_CANDIDATES && SelectionLog::read(&row.choice).is_ok();
        all.push(Granted {
            id: row.id.to_string(),
            artist: tx.party(&row.artist).await?.map(|p| p.party.name).unwrap_or_default(),
            amount: row.amount,
            day: row.at.to_zoned(TimeZone::UTC).date().to_string(),
            place: choice.get("place").and_then(|p| p.as_str()).unwrap_or_default().to_owned(),
            candidates: rung.unwrap_or(0),
            given: rows.iter().filter(|r| r.at == row.at && r.choice == row.choice).count(),
            hash: ledger::Hash::of(row.choice.as_bytes()).to_string(),
            log: open.then(|| row.choice.clone()),
        });
    }
    Ok(all)
}

/// A selection in which an artist could be chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// One of its sessions.
    pub id: String,
    /// The day.
    pub day: String,
    /// The artist's own ticket.
    pub ticket: String,
    /// Whole first places that were owed.
    pub owed: u64,
    /// At which place of the order, from 1.
    pub place: usize,
    /// Whether the artist was chosen.
    pub chosen: bool,
    /// The whole selection log.
    pub log: String,
    /// Its SHA-256, as it stands in the public log.
    pub hash: String,
}

/// The selections in which an artist could be chosen, newest first, for that artist and the house.
pub async fn drawn_for(house: &House, who: &str) -> Result<Vec<Drawn>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let artist = crate::party::find(&mut tx, who).await?.party.id;
    let (mut all, mut met) = (Vec::new(), BTreeSet::new());
    for row in tx.grants().await? {
        let Ok(log) = SelectionLog::read(&row.choice) else { continue };
        let own = ticket(house, &log.seed, &artist);
        let Some(at) = log.candidates.iter().position(|c| c.ticket == own) else { continue };
        if !met.insert(row.choice.clone()) {
            continue;
        }
        all.push(Drawn {
            id: row.id.to_string(),
            day: row.at.to_zoned(TimeZone::UTC).date().to_string(),
            owed: log.candidates.get(at).map_or(0, |c| c.owed),
            place: at + 1,
            chosen: log.chosen.contains(&own),
            ticket: own,
            hash: ledger::Hash::of(row.choice.as_bytes()).to_string(),
            log: row.choice,
        });
    }
    Ok(all)
}

/// The selection log of a session: for everybody where enough could be chosen, else for the house.
///
/// # Errors
/// `grant-unknown`, also where it may not be read.
pub async fn selection_log(house: &House, id: &str, by_the_house: bool) -> Result<String, Failure> {
    let unknown = || {
        let id: String = id.trim().chars().take(40).collect();
        refuse(
            "grant-unknown",
            format!("there is no session `{id}` with a log to read"),
            "`/field` lists them",
        )
    };
    if by_the_house {
        let found = grants(house).await?.into_iter().find(|g| g.id.as_str() == id.trim());
        return found.map(|g| g.choice).ok_or_else(unknown);
    }
    let found = published_grants(house).await?.into_iter().find(|g| g.id == id.trim());
    found.and_then(|g| g.log).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paid(name: &str, artist: u64, brand: u64, pays: &str) -> Paid {
        Paid {
            name: name.into(),
            artist: PartyId::from_bits(artist),
            brand: PartyId::from_bits(brand),
            paid: pays.parse().unwrap(),
        }
    }

    #[test]
    fn small_cells_stand_together_and_batches_wait() {
        let fine = |name: &str, from: u64| -> Vec<Paid> {
            (0..3).map(|n| paid(name, from + n, 50 + n, "EUR 100")).collect()
        };
        let mut rows: Vec<(Quarter, Paid)> = fine("FR", 1).into_iter().map(|p| (1, p)).collect();
        assert_eq!(parts(rows.clone()), [("FR".to_owned(), Currency::EUR, 100)]);
        // One artist of a place of their own: that quarter waits, and nothing moves.
        rows.push((2, paid("BE", 9, 51, "EUR 5000")));
        assert_eq!(parts(rows.clone()), [("FR".to_owned(), Currency::EUR, 100)]);
        // Two more places of one artist each: together they may be told.
        rows.extend([(3, paid("DE", 10, 52, "EUR 5000")), (3, paid("ES", 11, 50, "EUR 5000"))]);
        let told = parts(rows.clone());
        assert_eq!(told, [("*".to_owned(), Currency::EUR, 98), ("FR".to_owned(), Currency::EUR, 1)]);
        // Half of the money with one artist is too much.
        let rows = vec![
            (1, paid("FR", 1, 1, "EUR 300")),
            (1, paid("FR", 2, 2, "EUR 100")),
            (1, paid("FR", 3, 3, "EUR 100")),
        ];
        assert!(parts(rows).is_empty());
    }

    #[test]
    fn quarters_follow_the_calendar() {
        for (day, first) in
            [("2026-01-01", "2026-01-01"), ("2026-03-31", "2026-01-01"), ("2026-12-31", "2026-10-01")]
        {
            let quarter = quarter_of(day.parse().unwrap());
            assert_eq!(begins(quarter).unwrap().to_string(), first);
            assert_eq!(quarter_of(begins(quarter + 1).unwrap()), quarter + 1);
        }
    }
}
