//! Public figures: what came in, what went where, and how fairly. Names say gross or net.
//!
//! A figure that moved with every gift would tell that gift to whoever reads it before and after. So all figures of a
//! currency stand still and jump together, from one complete batch of givers to the next
//! ([`programmes::set_list::disclosure::public_moments`]): two readings differ by nothing, or by the money of at least
//! as many givers as the policy `giver-threshold` says. What was received and not shared yet, money without a
//! reference, and what names who are not here yet hold, are in no public figure.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ledger::Suspense;
use money::{Amount, Currency};
use programmes::set_list::disclosure::{self, Event, Flow, public_moments};
use store::Tx;

use crate::failure::refuse;
use crate::{Failure, House, policy};

/// A figure, or why it is not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told<T> {
    /// The figure.
    Known(T),
    /// It is withheld, or there is nothing to tell it of.
    Withheld(String),
}

/// A part of a count, never rounded: so many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// So many.
    pub of_these: i64,
    /// Of so many.
    pub of_all: i64,
}

/// The figures of one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// The currency.
    pub currency: Currency,
    /// The day of the last batch that is told of; `None` before the first.
    pub as_of: Option<Date>,
    /// Money received into pots and shared, before any deduction.
    pub received_gross: Told<Amount>,
    /// Taken from pots before sharing.
    pub deducted: Told<Amount>,
    /// What was shared after deductions: to named parties, or into waiting.
    pub shared_net: Told<Amount>,
    /// Of it, to named parties, whether claimed or not.
    pub allocated_net: Told<Amount>,
    /// Carried to another period or purpose by the rule.
    pub carried: Told<Amount>,
    /// What payees' accounts were debited for payouts that arrived: before recoupment, withholding and fees.
    pub paid_gross: Told<Amount>,
    /// What arrived at payees' banks.
    pub paid_net: Told<Amount>,
    /// Of what was shared, what waits, by reason; `together` where too few have money waiting for one reason.
    pub in_suspense: Told<Vec<(String, Amount)>>,
    /// Parties credited so far.
    pub parties_credited: i64,
    /// Parties to whom a payout arrived.
    pub parties_paid: i64,
    /// Credited parties who have claimed, of all credited: the headline figure.
    pub claimed: Part,
    /// Lines paid to parties by first allocations.
    pub paid_lines: i64,
    /// The house's cost for the observed span divided by the paid lines, rounded up; EUR only.
    pub cost_per_paid_line: Told<Amount>,
    /// What the top tenth of givers (rounded up) gave, of all: in micros.
    pub top_tenth_of_givers: Told<Part>,
    /// Parties paid for whom it was the first money from music, as they said.
    pub first_payments: i64,
    /// Parties credited more than each level in the last 365 days: the level, how many.
    pub above_income: Told<Vec<(Amount, i64)>>,
}

/// The figures of the whole house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Public {
    /// One per currency, by code; nothing is added across currencies.
    pub currencies: Vec<Figures>,
    /// Countries of the parties credited.
    pub countries: Vec<String>,
    /// Of each list of the most booked: its name, and how many of its names gave.
    pub booked: Vec<(String, Told<Part>)>,
}

/// Microseconds of a day, and of a year of 365 days.
const DAY_US: i64 = 24 * 3600 * 1_000_000;
const YEAR_US: i64 = 365 * DAY_US;

/// All public figures, as of the last complete batch of each currency.
pub async fn public(house: &House) -> Result<Public, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let threshold = i64::from(policy::count(&mut tx, "giver-threshold", now).await?);
    let mut currencies = Vec::new();
    let mut newest = i64::MIN;
    for code in tx.currencies().await? {
        let currency: Currency =
            code.parse().map_err(|_| store::Fault::new(format!("`{code}` is no currency")))?;
        let books = Books::read(&mut tx, currency, threshold).await?;
        newest = newest.max(books.until.map_or(i64::MIN, |(seq, _)| seq));
        currencies.push(of_currency(house, &mut tx, currency, threshold, &books).await?);
    }
    let mut booked = Vec::new();
    for (list, names, gave) in tx.booked_participation(newest).await? {
        // Neither few who gave nor few who did not may be told apart.
        let told = if names >= threshold && gave >= threshold && names - gave >= threshold {
            Told::Known(Part { of_these: gave, of_all: names })
        } else {
            Told::Withheld(format!("fewer than {threshold} names of the list gave, or fewer did not"))
        };
        booked.push((list, told));
    }
    Ok(Public { currencies, countries: tx.countries_credited(newest).await?, booked })
}

/// What happened in a currency up to the end of the last complete batch.
struct Books {
    /// The entry that completed it, and when that was in microseconds; `None` before the first.
    until: Option<(i64, i64)>,
    /// Each figure's sum.
    sums: BTreeMap<String, i128>,
    /// What each giver gave, greatest first.
    givers: Vec<i64>,
    /// Whether the waiting money as a whole may be told apart, and whether each reason may.
    waiting: bool,
    reasons: bool,
}

impl Books {
    async fn read(tx: &mut Tx, currency: Currency, threshold: i64) -> Result<Books, Failure> {
        let (times, events, nets) = events(tx, currency).await?;
        let policy = disclosure::Policy {
            givers: usize::try_from(threshold).unwrap_or(usize::MAX),
            // Where the operator wants every giver told, nobody can be too large.
            largest_percent: if threshold <= 1 { 100 } else { 50 },
            ..disclosure::Policy::default()
        };
        let moments = public_moments(&events, &|figure| figure.starts_with(WAITING), &policy);
        let small = |figure: &str| moments.iter().any(|m| m.small.contains(figure));
        let count = moments.last().map_or(0, |m| m.events.end);
        let mut books = Books {
            until: count.checked_sub(1).and_then(|last| times.get(last).copied()),
            sums: BTreeMap::new(),
            givers: Vec::new(),
            waiting: !small(WAITING),
            reasons: !moments.iter().any(|m| m.small.iter().any(|f| f != WAITING)),
        };
        let mut givers: BTreeMap<&str, i128> = BTreeMap::new();
        for flow in events.iter().take(count).flat_map(|e| &e.flows) {
            *books.sums.entry(flow.figure.clone()).or_default() += i128::from(flow.micros);
            if flow.figure == "received" {
                *givers.entry(&flow.giver).or_default() += i128::from(flow.micros);
            }
        }
        // What arrived at the banks goes with what left the balances.
        for (_, net) in nets.iter().filter(|(at, _)| books.until.is_some_and(|(seq, _)| *at <= seq)) {
            *books.sums.entry("paid-net".to_owned()).or_default() += i128::from(*net);
        }
        books.givers =
            givers.into_values().filter_map(|g| i64::try_from(g).ok()).filter(|g| *g > 0).collect();
        books.givers.sort_unstable_by(|a, b| b.cmp(a));
        Ok(books)
    }

    fn sum(&self, figure: &str, currency: Currency) -> Told<Amount> {
        match i64::try_from(self.sums.get(figure).copied().unwrap_or(0)) {
            // In whole cents: gifts are round numbers, and a sixth decimal could betray how many lines a list has.
            Ok(micros) => Told::Known(Amount::from_micros(micros, currency).round_down_to_minor()),
            Err(_) => Told::Withheld("the sum is beyond 64 bits".to_owned()),
        }
    }
}

/// All waiting money, whatever its reason; with a reason behind a colon the money of that reason.
const WAITING: &str = "waiting";

/// Runs, ended waits and payments in order: the entry of each and when it was, what it moved, and by which entry what
/// arrived.
async fn events(
    tx: &mut Tx,
    currency: Currency,
) -> Result<(Vec<(i64, i64)>, Vec<Event>, Vec<(i64, i64)>), Failure> {
    let mut dated: BTreeMap<(i64, i64), Vec<Flow>> = BTreeMap::new();
    for moved in tx.moved(currency.code()).await? {
        let flows = dated.entry((moved.seq, moved.at_us)).or_default();
        let mut flow = |figure: String, micros| {
            flows.push(Flow { giver: moved.giver.clone(), figure, micros });
        };
        match moved.figure.strip_prefix("suspense:") {
            Some(reason) => {
                flow(format!("{WAITING}:{reason}"), moved.micros);
                flow(WAITING.to_owned(), moved.micros);
                flow("shared".to_owned(), moved.micros);
            }
            None if moved.figure == "pay" => {
                flow("allocated".to_owned(), moved.micros);
                flow("shared".to_owned(), moved.micros);
            }
            None => flow(moved.figure.clone(), moved.micros),
        }
    }
    let mut behind: BTreeMap<String, Vec<(String, i64)>> = BTreeMap::new();
    for (party, giver, micros) in tx.credited_by_giver(currency.code()).await? {
        behind.entry(party).or_default().push((giver, micros));
    }
    let mut nets = Vec::new();
    for arrived in tx.arrived(currency.code()).await? {
        let flows = dated.entry((arrived.seq, arrived.at_us)).or_default();
        flows.extend(spread(&arrived, behind.get(&arrived.party).map_or(&[][..], Vec::as_slice)));
        nets.push((arrived.seq, arrived.net));
    }
    let (times, events) =
        dated.into_iter().map(|(at, flows)| (at, Event { flows })).unzip::<_, _, Vec<_>, Vec<_>>();
    Ok((times, events, nets))
}

/// A payment over those whose money it is; where nobody's gift stands behind it, over the payee itself.
fn spread(arrived: &store::audit::Arrived, behind: &[(String, i64)]) -> Vec<Flow> {
    let paid = |giver: &str, micros| Flow { giver: giver.to_owned(), figure: "paid".to_owned(), micros };
    let mut weights: BTreeMap<&str, u64> = BTreeMap::new();
    for (giver, micros) in behind {
        let slot = weights.entry(giver).or_default();
        *slot = slot.saturating_add(u64::try_from(*micros).unwrap_or(0));
    }
    let weights: Vec<(&str, u64)> = weights.into_iter().filter(|(_, w)| *w > 0).collect();
    let gross = Amount::from_micros(arrived.gross, Currency::EUR); // only the micros count here
    match money::divide(gross, &weights) {
        Ok(parts) if !parts.is_empty() => {
            weights.iter().zip(parts).map(|((giver, _), part)| paid(giver, part.micros())).collect()
        }
        _ => vec![paid(&arrived.party, arrived.gross)],
    }
}

async fn of_currency(
    house: &House,
    tx: &mut Tx,
    currency: Currency,
    threshold: i64,
    books: &Books,
) -> Result<Figures, Failure> {
    let code = currency.code();
    let (until, until_us) = books.until.unwrap_or((i64::MIN, 0));
    let told = books.until.is_some();
    let sum = |figure: &str| {
        if told { books.sum(figure, currency) } else { Told::Withheld(too_few(threshold)) }
    };
    let mut counts = BTreeMap::new();
    for (name, _) in store::audit::COUNTS {
        counts.insert(*name, tx.count_until(name, code, until).await?);
    }
    let number = |name: &str| counts.get(name).copied().unwrap_or(0);
    let apart = told && books.waiting;
    Ok(Figures {
        currency,
        as_of: Timestamp::from_microsecond(until_us)
            .ok()
            .filter(|_| told)
            .map(|at| at.to_zoned(TimeZone::UTC).date()),
        received_gross: sum("received"),
        deducted: sum("deduct"),
        shared_net: sum("shared"),
        allocated_net: if apart { sum("allocated") } else { Told::Withheld(few_wait(threshold)) },
        carried: sum("carried"),
        paid_gross: sum("paid"),
        paid_net: sum("paid-net"),
        in_suspense: if apart {
            Told::Known(waiting(books, currency))
        } else {
            Told::Withheld(few_wait(threshold))
        },
        parties_credited: number("parties-credited"),
        parties_paid: number("parties-paid"),
        claimed: Part { of_these: number("parties-claimed"), of_all: number("parties-credited") },
        paid_lines: number("paid-lines"),
        cost_per_paid_line: cost_per_line(house, tx, currency, number("paid-lines")).await?,
        top_tenth_of_givers: top_tenth(&books.givers, threshold),
        first_payments: number("first-payments"),
        above_income: if told {
            Told::Known(above_levels(house, tx, currency, (until, until_us)).await?)
        } else {
            Told::Withheld(too_few(threshold))
        },
    })
}

fn too_few(threshold: i64) -> String {
    format!("fewer than {threshold} parties gave so far")
}

fn few_wait(threshold: i64) -> String {
    format!("fewer than {threshold} givers have money waiting, so it is told together with what was credited")
}

/// What waits by reason, in the order of the reasons; all together where one reason would tell of too few.
fn waiting(books: &Books, currency: Currency) -> Vec<(String, Amount)> {
    let amount = |figure: &str| match books.sum(figure, currency) {
        Told::Known(amount) if !amount.is_zero() => Some(amount),
        _ => None,
    };
    if !books.reasons {
        return amount(WAITING).map(|a| ("together".to_owned(), a)).into_iter().collect();
    }
    let of = |reason: &Suspense| {
        amount(&format!("{WAITING}:{}", reason.word())).map(|a| (reason.word().to_owned(), a))
    };
    Suspense::ALL.iter().filter_map(of).collect()
}

/// What the top tenth gave, of all. The greatest tenth itself must not be fewer than the threshold, nor the rest.
fn top_tenth(givers: &[i64], threshold: i64) -> Told<Part> {
    let top = givers.len().div_ceil(10);
    if (top as i64) < threshold || ((givers.len() - top) as i64) < threshold {
        return Told::Withheld(format!("a tenth of the givers is fewer than {threshold}"));
    }
    let sum = |part: &[i64]| part.iter().try_fold(0_i64, |sum, g| sum.checked_add(*g));
    match (givers.get(..top).and_then(sum), sum(givers)) {
        (Some(of_these), Some(of_all)) => Told::Known(Part { of_these, of_all }),
        _ => Told::Withheld("the sum is beyond 64 bits".to_owned()),
    }
}

async fn cost_per_line(
    house: &House,
    tx: &mut Tx,
    currency: Currency,
    lines: i64,
) -> Result<Told<Amount>, Failure> {
    if currency != Currency::EUR {
        return Ok(Told::Withheld("the yearly cost is in EUR".to_owned()));
    }
    let cost = policy::money(tx, "yearly-cost", currency, house.now()).await?;
    let Some((first, _)) = tx.observed_span().await?.filter(|_| lines > 0) else {
        return Ok(Told::Withheld("no line was paid yet".to_owned()));
    };
    if cost.is_zero() {
        return Ok(Told::Withheld("the operator has set no yearly cost".to_owned()));
    }
    // Days that have begun: a figure that grew with every second could be compared with nothing.
    let span = house.now().as_microsecond().saturating_sub(first).max(0);
    let days = i128::from(span / DAY_US + i64::from(span % DAY_US > 0));
    let whole = i128::from(cost.micros()) * days;
    let parts = i128::from(YEAR_US / DAY_US) * i128::from(lines);
    let each = whole / parts + i128::from(whole % parts > 0);
    Ok(match i64::try_from(each) {
        Ok(micros) => Told::Known(Amount::from_micros(micros, currency)),
        Err(_) => Told::Withheld("the cost is beyond 64 bits".to_owned()),
    })
}

async fn above_levels(
    house: &House,
    tx: &mut Tx,
    currency: Currency,
    (until, until_us): (i64, i64),
) -> Result<Vec<(Amount, i64)>, Failure> {
    let now = house.now();
    let text = policy::text(tx, "income-levels", now).await?;
    // The year before the batch, not before today: otherwise a day's passing would tell what fell out of it.
    let since = until_us.saturating_sub(YEAR_US);
    let incomes = tx.credited_between(currency.code(), since, until).await?;
    let mut levels = Vec::new();
    for word in text.split_whitespace().filter(|_| currency == Currency::EUR) {
        let level = Amount::from_decimal(word, currency).map_err(|e| {
            refuse(
                "policy-value",
                format!("the policy `income-levels` holds `{word}`: {e}"),
                "amounts in EUR, separated by spaces",
            )
        })?;
        levels.push((level, incomes.iter().filter(|i| **i > level.micros()).count() as i64));
    }
    Ok(levels)
}

/// Replaces a list of the most booked that the operator supplies: one name a line. Tells how many.
pub async fn import_booked(house: &House, list: &str, text: &str, by: &str) -> Result<usize, Failure> {
    let names: Vec<String> =
        text.lines().map(str::trim).filter(|l| !music::name_key(l).is_empty()).map(str::to_owned).collect();
    if names.is_empty() {
        return Err(refuse("booked-empty", "the list holds no name", "one name a line"));
    }
    let keys: std::collections::BTreeSet<String> = names.iter().map(|n| music::name_key(n)).collect();
    let mut tx = house.store.begin().await?;
    tx.replace_booked(list, &names).await?;
    tx.note(house.now(), by, "booked import", list, &keys.len().to_string()).await?;
    tx.commit().await?;
    Ok(keys.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_tenth_is_told_only_of_enough_givers() {
        let givers: Vec<i64> = (1..=100).rev().collect();
        assert_eq!(top_tenth(&givers, 10), Told::Known(Part { of_these: 955, of_all: 5050 }));
        assert!(matches!(top_tenth(&givers[..90], 10), Told::Withheld(_)));
        assert!(matches!(top_tenth(&[], 0), Told::Known(Part { of_these: 0, of_all: 0 })));
    }
}
