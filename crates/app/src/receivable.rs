//! Money that was paid out and corrected afterwards: who owes it back, what stands in for it, how it is repaid.
//!
//! A correction may take from a payee more than the balance still holds. What is missing becomes
//! `receivable:PARTY`, the balance stays at nothing, and the house's own money stands in: a correction that needs
//! more of it than there is gets refused, so that no other payee's money ever does
//! (docs/decisions/0011-owed-back-by-name.md). From a name that nobody claimed, money whose clock ran out is taken
//! back where it went.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ledger::{Account, Draft, Suspense};
use money::{Amount, Currency, Ratio};
use music::PartyId;
use settlement::receivable::{Standing, Step, step, uncovered};
use store::Tx;

use crate::failure::refuse;
use crate::{Failure, House, party, policy};

/// The entry that touched payees' balances, in words for their statements.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cause<'a> {
    /// Its number.
    pub entry: i64,
    /// What it is about: a run, a payout, a claim.
    pub subject: &'a str,
    /// What it is, in words: `the reversal run-…`.
    pub words: &'a str,
}

/// Puts every payee that an entry touched in order: who has less than nothing owes it back, who owes repays from
/// what was credited, a name that nobody claimed gets back what its clock took.
///
/// `credited` is what reached each payee, below nothing where it was taken; `rate` is the part of it that repays.
pub(crate) async fn even_out(
    tx: &mut Tx,
    cause: Cause<'_>,
    credited: &BTreeMap<PartyId, Amount>,
    rate: Ratio,
    now: Timestamp,
) -> Result<(), Failure> {
    for (payee, credited) in credited {
        let currency = credited.currency();
        let taken = tx.balance(&Account::unclaimed(payee.as_str()), currency).await?.posted;
        if taken.is_positive() {
            take_where_it_went(tx, cause, payee, taken, now).await?;
        }
        let own = Account::party(payee.as_str());
        let balance = tx.balance(&own, currency).await?;
        let owes = Account::receivable(payee.as_str());
        let standing = Standing {
            balance: balance.posted.negated()?,
            reserved: balance.pending_debits,
            owed_back: tx.balance(&owes, currency).await?.posted,
        };
        let draft = |kind: &str, memo: String| {
            Draft::posted(kind, cause.subject, format!("{kind}:{}:{payee}:{currency}", cause.entry))
                .memo(memo)
        };
        let draft = match step(&standing, *credited, rate)? {
            Step::Nothing => continue,
            Step::OwesBack(amount) => draft(
                "owed-back",
                format!("{} came after the money was paid out; later credits repay it", cause.words),
            )
            .inputs(amount.to_string())
            .debit(owes, amount)
            .credit(own, amount),
            Step::Repays(amount) => {
                draft("repaid", format!("{} brought it, for what was owed back", cause.words))
                    .inputs(amount.to_string())
                    .debit(own, amount)
                    .credit(owes, amount)
            }
        };
        tx.post_one(now, draft).await?;
    }
    Ok(())
}

/// The part of later credits that repays, as the policy says.
pub(crate) async fn rate(tx: &mut Tx, now: Timestamp) -> Result<Ratio, Failure> {
    policy::share(tx, "repay-rate", now).await
}

/// Takes what is missing from a name that nobody claimed out of the funds and house accounts that its money went to
/// when its clock ran out, the newest first. What went to other payees stays with them.
async fn take_where_it_went(
    tx: &mut Tx,
    cause: Cause<'_>,
    payee: &PartyId,
    missing: Amount,
    now: Timestamp,
) -> Result<(), Failure> {
    let account = Account::unclaimed(payee.as_str());
    let mut left = missing;
    let mut parts: BTreeMap<Account, Amount> = BTreeMap::new();
    for (to, given) in tx.ended_into(&account, missing.currency()).await? {
        let there = tx.balance(&to, missing.currency()).await?.posted.negated()?;
        let before = parts.get(&to).copied().unwrap_or(Amount::zero(missing.currency()));
        let there = there.checked_sub(before)?;
        let part = [left, given, there].into_iter().min_by_key(|a| a.micros()).unwrap_or(left);
        if part.is_positive() {
            parts.insert(to, before.checked_add(part)?);
            left = left.checked_sub(part)?;
        }
    }
    if left.is_positive() {
        let name = tx.party(payee).await?.map(|p| p.party.name).unwrap_or_default();
        let message = format!(
            "{left} of what `{name}` was credited went on when its clock ran out, and is not there any more"
        );
        return Err(refuse(
            "run-ended",
            message,
            "a correction can take money back from a fund or the house as far as they hold it, never from other payees",
        ));
    }
    let key = format!("taken-back:{}:{payee}:{}", cause.entry, missing.currency());
    let mut draft = Draft::posted("taken-back", cause.subject, key)
        .memo(format!("{} came after its clock ran out", cause.words))
        .inputs(missing.to_string());
    for (from, part) in parts {
        draft = draft.debit(from, part);
    }
    tx.post_one(now, draft.credit(account, missing)).await?;
    Ok(())
}

/// By how much what payees owe back, or will once payouts on their way arrive, goes beyond what of the house's own
/// money may stand in for it.
pub(crate) async fn beyond(tx: &mut Tx, currency: Currency, now: Timestamp) -> Result<Beyond, Failure> {
    let zero = Amount::zero(currency);
    let (mut owed_back, mut own) = (zero, zero);
    for (account, balance) in tx.balances("").await? {
        if balance.posted.currency() != currency {
            continue;
        }
        match account.kind() {
            "receivable" => owed_back = owed_back.checked_add(balance.posted)?,
            "party" => {
                let short = balance.posted.checked_add(balance.pending_debits)?;
                if short.is_positive() {
                    owed_back = owed_back.checked_add(short)?;
                }
            }
            // What transfers cost comes back to the payee when a transfer does.
            "house" if account.detail() != "payout-fees" => own = own.checked_sub(balance.posted)?,
            _ => {}
        }
    }
    let limit = policy::share(tx, "repay-limit", now).await?;
    Ok(Beyond { by: uncovered(owed_back, own, limit)?, owed_back, own })
}

/// See [`beyond`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beyond {
    by: Amount,
    owed_back: Amount,
    own: Amount,
}

impl Beyond {
    /// Refuses a correction that makes it worse than it was `before`.
    pub fn than(&self, before: &Beyond) -> Result<(), Failure> {
        if self.by.micros() <= before.by.micros() {
            return Ok(());
        }
        let message = format!(
            "payees would owe back {} that was paid out to them, and the house's own money, {}, may not stand in for all of it",
            self.owed_back, self.own
        );
        Err(refuse(
            "beyond-own-money",
            message,
            "have a payee send it back, or bring in money of the house's own, and book it: `tantieme bank assign LINE --to` the payee, or `house`",
        ))
    }
}

/// Books a credit at the bank that names no reference as what it is: money of the house's own (`house`), or a payee
/// who sends back what was owed back. Gives the account it went to, and how much.
///
/// # Errors
/// In this order: `bank-line-unknown`, `party-unknown` or `party-several`, `owes-less`.
pub async fn settle_line(
    house: &House,
    bank_line: &str,
    to: &str,
    by: &str,
) -> Result<(Account, Amount), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let line = tx.bank_lines("unreferenced").await?.into_iter().find(|l| l.id == bank_line && l.credit);
    let line = line.ok_or_else(|| {
        refuse(
            "bank-line-unknown",
            format!("no unreferenced credit has the id `{bank_line}`"),
            "`tantieme bank list` shows them",
        )
    })?;
    // What was sent back already is not there to be given.
    let items = tx.open_suspense(Suspense::Unreferenced.word()).await?;
    let item = items.into_iter().find(|i| i.bank_line.as_deref() == Some(line.id.as_str()));
    let item = item.ok_or_else(|| {
        refuse("bank-line-unknown", format!("nothing of the bank line `{bank_line}` waits any more"), "")
    })?;
    let (account, matched) = if to == "house" {
        let own = "house".parse().map_err(|e: ledger::BadAccount| refuse("account", e.to_string(), ""))?;
        (own, "own")
    } else {
        let payee = party::find(&mut tx, to).await?.party;
        let account = Account::receivable(payee.id.as_str());
        let owed = tx.balance(&account, item.amount.currency()).await?.posted;
        if owed.micros() < item.amount.micros() {
            return Err(refuse(
                "owes-less",
                format!("`{}` owes back {owed}, less than the {} that came", payee.name, item.amount),
                "send it back: `tantieme bank refund`",
            ));
        }
        (account, "repaid")
    };
    let draft = Draft::posted("bank-settled", &line.id, format!("bank-settled:{}", line.id))
        .memo(format!(
            "{} from {}",
            if matched == "own" { "the house's own money" } else { "repaid" },
            line.counterparty
        ))
        .inputs(item.amount.to_string())
        .debit(Account::suspense(Suspense::Unreferenced), item.amount)
        .credit(account.clone(), item.amount);
    tx.post_one(now, draft).await?;
    tx.settle_bank_line(&line.id, matched).await?;
    tx.close_suspense(&item.id, by, now).await?;
    tx.note(now, by, "bank assign", &line.id, account.as_str()).await?;
    tx.commit().await?;
    Ok((account, item.amount))
}
