//! What is different in a run from the last one by the same rule: what whoever approves looks at first.

use std::collections::BTreeMap;

use money::Amount;
use music::RunId;
use store::{AllocationRow, RunRow};

use crate::{Failure, House, allocation};

/// How many changes are told, the largest first.
const TOLD: usize = 30;

/// One payee, or one other place, before and now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The payee's name, or the account.
    pub who: String,
    /// In the last run; nothing where it was not there.
    pub before: Amount,
    /// In this one.
    pub now: Amount,
}

impl Change {
    /// By how many micros it changed.
    pub fn by(&self) -> i64 {
        self.now.micros().saturating_sub(self.before.micros())
    }
}

/// A run beside the last approved one by the same rule, in the same currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The run before; `None` where this is the first.
    pub last: Option<RunRow>,
    /// What all lines add up to, before and now.
    pub total: Change,
    /// Payees before and now.
    pub payees: (usize, usize),
    /// Payees who were not there before.
    pub fresh: usize,
    /// Payees who are there no more.
    pub gone: usize,
    /// What waits or was deducted, by account: all of them.
    pub others: Vec<Change>,
    /// The largest changes among payees.
    pub changes: Vec<Change>,
}

/// Compares a run with the last approved one by the same rule that was approved before it.
///
/// # Errors
/// `run-unknown`.
pub async fn of(house: &House, id: &RunId) -> Result<Difference, Failure> {
    let mut tx = house.store.begin_read().await?;
    let run = allocation::run_in(&mut tx, id).await?;
    let like = |r: &RunRow| {
        r.id != run.id
            && r.rule == run.rule
            && r.currency == run.currency
            && r.kind == run.kind
            && r.approved.is_some_and(|at| run.approved.is_none_or(|own| at < own))
    };
    let last = tx.runs("approved").await?.into_iter().filter(like).max_by_key(|r| r.approved);
    let now = tx.lines_of_run(&run.id).await?;
    let before = match &last {
        Some(last) => tx.lines_of_run(&last.id).await?,
        None => Vec::new(),
    };
    let zero = Amount::zero(run.currency);
    let (paid_before, paid_now) = (sums(&before, true), sums(&now, true));
    let mut names = BTreeMap::new();
    let mut changes = changes(&paid_before, &paid_now, zero)?;
    changes.sort_by_key(|c| (std::cmp::Reverse(c.by().unsigned_abs()), c.who.clone()));
    changes.truncate(TOLD);
    for change in &mut changes {
        if let Ok(party) = change.who.parse() {
            let name = tx.party(&party).await?.map_or_else(|| change.who.clone(), |p| p.party.name);
            names.insert(change.who.clone(), name);
        }
        if let Some(name) = names.get(&change.who) {
            change.who.clone_from(name);
        }
    }
    Ok(Difference {
        total: Change { who: String::new(), before: total(&before, zero)?, now: total(&now, zero)? },
        payees: (paid_before.len(), paid_now.len()),
        fresh: paid_now.keys().filter(|k| !paid_before.contains_key(*k)).count(),
        gone: paid_before.keys().filter(|k| !paid_now.contains_key(*k)).count(),
        others: self::changes(&sums(&before, false), &sums(&now, false), zero)?,
        changes,
        last,
    })
}

/// What each payee gets, or, with `pay` false, each other account.
fn sums(lines: &[AllocationRow], pay: bool) -> BTreeMap<String, i128> {
    let mut sums = BTreeMap::new();
    for line in lines.iter().filter(|l| (l.kind == "pay") == pay) {
        let key = match &line.party {
            Some(party) if pay => party.to_string(),
            _ => line.account.clone(),
        };
        *sums.entry(key).or_default() += i128::from(line.amount.micros());
    }
    sums
}

fn total(lines: &[AllocationRow], zero: Amount) -> Result<Amount, Failure> {
    amount(lines.iter().map(|l| i128::from(l.amount.micros())).sum(), zero)
}

fn changes(
    before: &BTreeMap<String, i128>,
    now: &BTreeMap<String, i128>,
    zero: Amount,
) -> Result<Vec<Change>, Failure> {
    let mut all: Vec<&String> = before.keys().chain(now.keys()).collect();
    all.sort();
    all.dedup();
    let of = |sums: &BTreeMap<String, i128>, key: &String| amount(sums.get(key).copied().unwrap_or(0), zero);
    all.into_iter()
        .map(|key| Ok(Change { who: key.clone(), before: of(before, key)?, now: of(now, key)? }))
        .collect()
}

fn amount(micros: i128, zero: Amount) -> Result<Amount, Failure> {
    let micros = i64::try_from(micros)
        .map_err(|_| Failure::Fault(store::Fault::new("a run adds up to more than an amount can hold")))?;
    Ok(Amount::from_micros(micros, zero.currency()))
}
