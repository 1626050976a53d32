//! What became of an institution's money, span by span: what was taken, what was paid, what waits, and what seats that
//! nobody used carried on to the next one.
//!
//! The institution knows what it paid, and a rule with a place for unused seats tells how many were used by what it
//! carried. So a span is told only where at least `member-threshold` members played in it, and, where it began with
//! money of the one before, only where that one is told as well.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use ledger::Account;
use money::Amount;
use music::PotId;
use store::{SalePartRow, Tx};

use super::found;
use crate::{Failure, House, carried, policy};

/// A span whose plays are shared together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// First day.
    pub start: Date,
    /// First day after it.
    pub end: Date,
    /// The pot.
    pub pot: PotId,
    /// The rule it is shared by.
    pub rule: String,
    /// What was billed for it.
    pub billed: Amount,
    /// What of it arrived.
    pub received: Amount,
    /// What became of it; absent where it is not shared yet.
    pub told: Option<Became>,
}

/// What became of the money of a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// Too few members stand behind it.
    Untold,
    /// Its parts; they add up.
    Parts(Parts),
}

/// Where money went. `brought` and what was received are the sum of all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Carried in from seats that nobody used before.
    pub brought: Amount,
    /// Taken by the rule and put into funds, by account.
    pub taken: Vec<(Account, Amount)>,
    /// Credited to artists and whoever else holds rights.
    pub paid: Amount,
    /// Waits for whoever it belongs to.
    pub waits: Amount,
    /// Carried on from seats that nobody used.
    pub carried: Amount,
}

/// The account of an institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// Spans, oldest first.
    pub spans: Vec<Shared>,
    /// What waits for the next pot, and until when; absent where it may not be told.
    pub next: Option<carried::Waiting>,
}

/// What became of the money of an institution.
pub async fn book(house: &House, who: &str) -> Result<Book, Failure> {
    let mut tx = house.store.begin_read().await?;
    let one = found(&mut tx, who).await?;
    let waiting = carried::waiting_in(&mut tx, Some(&one.row.party)).await?;
    let least = policy::count(&mut tx, "member-threshold", house.now()).await?.max(2) as usize;
    let mut parts = tx.sale_parts_of(&one.row.party).await?;
    parts.sort_by(|a, b| (a.start, &a.pot).cmp(&(b.start, &b.pot)));
    let (mut spans, mut before_told) = (Vec::new(), true);
    for part in parts {
        let Some(pot) = tx.pot(&part.pot).await? else { continue };
        let zero = Amount::zero(part.amount.currency());
        let received = tx.contribution(&part.contribution).await?.map_or(zero, |c| c.received);
        let told = became(&mut tx, &part, least, before_told).await?;
        if let Some(told) = &told {
            before_told = matches!(told, Became::Parts(_));
        }
        // What was taken back by a credit note before anything was shared is no account of anything.
        if told.is_some() || pot.status != "closed" {
            spans.push(Shared {
                start: part.start,
                end: part.end,
                pot: part.pot,
                rule: pot.rule,
                billed: part.amount,
                received,
                told,
            });
        }
    }
    Ok(Book { spans, next: waiting.into_iter().find(|w| before_told && w.amount.is_positive()) })
}

async fn became(
    tx: &mut Tx,
    part: &SalePartRow,
    least: usize,
    before_told: bool,
) -> Result<Option<Became>, Failure> {
    let runs: BTreeSet<_> =
        tx.runs_of_pot(&part.pot).await?.into_iter().filter(|r| r.approved.is_some()).map(|r| r.id).collect();
    let lines: Vec<_> =
        tx.lines_of_pot(&part.pot).await?.into_iter().filter(|l| runs.contains(&l.run)).collect();
    let currency = part.amount.currency();
    let shared = money::sum(lines.iter().map(|l| l.amount), currency)?;
    if shared.is_zero() {
        return Ok(None);
    }
    // All that was shared beyond what the institution paid came from its earlier pots.
    let zero = Amount::zero(currency);
    let received = tx.contribution(&part.contribution).await?.map_or(zero, |c| c.received);
    let brought = shared.checked_sub(received)?;
    let brought = if brought.is_positive() { brought } else { zero };
    let active: BTreeSet<String> = tx.plays_of(&part.pot).await?.into_iter().map(|p| p.member).collect();
    if active.len() < least || (!brought.is_zero() && !before_told) {
        return Ok(Some(Became::Untold));
    }
    let (mut paid, mut waits, mut carried) = (zero, zero, zero);
    let mut taken: BTreeMap<Account, Amount> = BTreeMap::new();
    for line in lines {
        let slot = match line.kind.as_str() {
            "pay" => &mut paid,
            "suspense" if line.reason == carried::REASON => &mut carried,
            "suspense" => &mut waits,
            _ => match line.account.parse::<Account>() {
                Ok(account) => taken.entry(account).or_insert(zero),
                Err(_) => &mut waits,
            },
        };
        *slot = slot.checked_add(line.amount)?;
    }
    taken.retain(|_, amount| !amount.is_zero());
    let taken = taken.into_iter().collect();
    Ok(Some(Became::Parts(Parts { brought, taken, paid, waits, carried })))
}
