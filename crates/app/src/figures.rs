//! Public figures: what came in, what went where, and how fairly. Names say gross or net.
//!
//! Nothing here tells about fewer givers than the policy `giver-threshold`: a figure that would is withheld with its
//! reason, because one giver's amount must never be computable.

use ledger::Suspense;
use money::{Amount, Currency};
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
    /// Money received into pots, before any deduction.
    pub received_gross: Told<Amount>,
    /// Taken from pots before sharing.
    pub deducted: Told<Amount>,
    /// Shared to named parties after deductions, whether claimed or not.
    pub allocated_net: Told<Amount>,
    /// Carried to another period or purpose by the rule.
    pub carried: Told<Amount>,
    /// What payees' accounts were debited for payouts that arrived: before recoupment, withholding and fees.
    pub paid_gross: Told<Amount>,
    /// What arrived at payees' banks.
    pub paid_net: Told<Amount>,
    /// What waits now, by reason; `unclaimed` is money of named parties who are not here yet.
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

/// Microseconds of a year of 365 days.
const YEAR_US: i64 = 365 * 24 * 3600 * 1_000_000;

/// All public figures as they are now.
pub async fn public(house: &House) -> Result<Public, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let threshold = i64::from(policy::count(&mut tx, "giver-threshold", now).await?);
    let mut currencies = Vec::new();
    for code in tx.currencies().await? {
        let currency: Currency =
            code.parse().map_err(|_| store::Fault::new(format!("`{code}` is no currency")))?;
        currencies.push(of_currency(house, &mut tx, currency, threshold).await?);
    }
    let mut booked = Vec::new();
    for (list, names, gave) in tx.booked_participation().await? {
        // Neither few who gave nor few who did not may be told apart.
        let told = if names >= threshold && gave >= threshold && names - gave >= threshold {
            Told::Known(Part { of_these: gave, of_all: names })
        } else {
            Told::Withheld(format!("fewer than {threshold} names of the list gave, or fewer did not"))
        };
        booked.push((list, told));
    }
    Ok(Public { currencies, countries: tx.countries_credited().await?, booked })
}

async fn of_currency(
    house: &House,
    tx: &mut Tx,
    currency: Currency,
    threshold: i64,
) -> Result<Figures, Failure> {
    let code = currency.code();
    let givers = tx.given_by_payer(code).await?;
    let count = givers.len() as i64;
    let guard = |amount: Amount| {
        if count >= threshold { Told::Known(amount) } else { Told::Withheld(too_few(threshold)) }
    };
    let mut figure = std::collections::HashMap::new();
    for (name, _) in store::audit::FIGURES {
        figure.insert(*name, tx.figure(name, code).await?);
    }
    let number = |name: &str| figure.get(name).copied().unwrap_or(0);
    let amount = |name: &str| Amount::from_micros(number(name), currency);
    let waiting = in_suspense(tx, currency).await?;
    Ok(Figures {
        currency,
        received_gross: guard(amount("received-gross")),
        deducted: guard(amount("deducted")),
        allocated_net: guard(amount("allocated-net")),
        carried: guard(amount("carried")),
        paid_gross: guard(amount("paid-gross")),
        paid_net: guard(amount("paid-net")),
        in_suspense: if count >= threshold {
            Told::Known(waiting)
        } else {
            Told::Withheld(too_few(threshold))
        },
        parties_credited: number("parties-credited"),
        parties_paid: number("parties-paid"),
        claimed: Part { of_these: number("parties-claimed"), of_all: number("parties-credited") },
        paid_lines: number("paid-lines"),
        cost_per_paid_line: cost_per_line(house, tx, currency, number("paid-lines")).await?,
        top_tenth_of_givers: top_tenth(&givers, threshold),
        first_payments: number("first-payments"),
        above_income: if count >= threshold {
            Told::Known(above_levels(house, tx, currency).await?)
        } else {
            Told::Withheld(too_few(threshold))
        },
    })
}

fn too_few(threshold: i64) -> String {
    format!("fewer than {threshold} parties gave so far")
}

async fn in_suspense(tx: &mut Tx, currency: Currency) -> Result<Vec<(String, Amount)>, Failure> {
    let mut all = Vec::new();
    for reason in Suspense::ALL {
        let held = tx.balance(&ledger::Account::suspense(reason), currency).await?.posted.negated()?;
        if !held.is_zero() {
            all.push((reason.word().to_owned(), held));
        }
    }
    let mut unclaimed = Amount::zero(currency);
    for (_, balance) in
        tx.balances("unclaimed").await?.into_iter().filter(|(_, b)| b.posted.currency() == currency)
    {
        unclaimed = unclaimed.checked_sub(balance.posted)?;
    }
    if !unclaimed.is_zero() {
        all.push(("unclaimed".to_owned(), unclaimed));
    }
    Ok(all)
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
    let span = i128::from(house.now().as_microsecond().saturating_sub(first).max(0));
    let whole = i128::from(cost.micros()) * span;
    let parts = i128::from(YEAR_US) * i128::from(lines);
    let each = whole / parts + i128::from(whole % parts > 0);
    Ok(match i64::try_from(each) {
        Ok(micros) => Told::Known(Amount::from_micros(micros, currency)),
        Err(_) => Told::Withheld("the cost is beyond 64 bits".to_owned()),
    })
}

async fn above_levels(house: &House, tx: &mut Tx, currency: Currency) -> Result<Vec<(Amount, i64)>, Failure> {
    let now = house.now();
    let text = policy::text(tx, "income-levels", now).await?;
    let incomes = tx.credited_since(currency.code(), now.as_microsecond().saturating_sub(YEAR_US)).await?;
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
