//! A run as one entry: which account each payee has, and what each gets.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ledger::{Account, Draft};
use money::Amount;
use music::{PartyId, PotId};
use store::{AllocationRow, RunRow, Standing, Tx};

use crate::Failure;
use crate::failure::refuse;

/// A party of a run: who answers for it, whether its money waits, and what the run brings it in all.
#[derive(Debug, Clone)]
pub(super) struct Payee {
    pub(super) owner: PartyId,
    pub(super) unclaimed: bool,
    pub(super) amount: Amount,
}

impl Payee {
    pub(super) fn account(&self) -> Account {
        let owner = self.owner.as_str();
        if self.unclaimed { Account::unclaimed(owner) } else { Account::party(owner) }
    }
}

/// The parties of a run's lines as they stand before it is posted.
pub(super) async fn payees(
    tx: &mut Tx,
    run: &RunRow,
    lines: &[AllocationRow],
) -> Result<BTreeMap<PartyId, Payee>, Failure> {
    let mut amounts: BTreeMap<&PartyId, Amount> = BTreeMap::new();
    for line in lines {
        if let Some(party) = &line.party {
            let slot = amounts.entry(party).or_insert(Amount::zero(run.currency));
            *slot = slot.checked_add(line.amount)?;
        }
    }
    let mut payees = BTreeMap::new();
    for (party, amount) in amounts {
        let record = tx.party(party).await?;
        // A name that was claimed by somebody who was here already is answered for by them.
        let owner = record.as_ref().and_then(|r| r.merged_into.clone()).unwrap_or_else(|| party.clone());
        let standing = record.map_or(Standing::Unclaimed, |r| r.standing);
        // What a disputed name was credited before the dispute waits where it was; it is taken back from there.
        let waits = || Account::unclaimed(owner.as_str());
        let unclaimed = standing == Standing::Unclaimed
            || (standing == Standing::Frozen
                && amount.is_negative()
                && tx.balance(&waits(), run.currency).await?.posted.micros() <= amount.micros());
        payees.insert(party.clone(), Payee { owner, unclaimed, amount });
    }
    Ok(payees)
}

/// What a run brings each who answers for a party of it.
pub(super) fn credited(payees: &BTreeMap<PartyId, Payee>) -> Result<BTreeMap<PartyId, Amount>, Failure> {
    let mut all: BTreeMap<PartyId, Amount> = BTreeMap::new();
    for payee in payees.values() {
        let slot = all.entry(payee.owner.clone()).or_insert(Amount::zero(payee.amount.currency()));
        *slot = slot.checked_add(payee.amount)?;
    }
    Ok(all)
}

/// One entry per run, one side per account: what the pots held goes where the lines say.
pub(super) async fn post_run(
    tx: &mut Tx,
    run: &RunRow,
    pots: &[(PotId, Amount)],
    lines: &[AllocationRow],
    payees: &BTreeMap<PartyId, Payee>,
    now: Timestamp,
) -> Result<i64, Failure> {
    let mut to: BTreeMap<Account, Amount> = BTreeMap::new();
    let mut sides = Vec::with_capacity(lines.len());
    for line in lines {
        let account = match line.party.as_ref().and_then(|party| payees.get(party)) {
            Some(payee) => payee.account(),
            None => {
                line.account.parse().map_err(|e: ledger::BadAccount| refuse("account", e.to_string(), ""))?
            }
        };
        let slot = to.entry(account.clone()).or_insert(Amount::zero(run.currency));
        *slot = slot.checked_add(line.amount)?;
        sides.push((account, line.amount));
    }
    let memo = format!(
        "{} of {} by {}@{}",
        run.kind,
        if pots.len() == 1 { "a pot" } else { "several pots" },
        run.rule,
        run.rule_version
    );
    let mut draft = Draft::posted(&run.kind, run.id.as_str(), format!("{}:{}", run.kind, run.id))
        .memo(memo)
        .inputs(&run.lines_hash);
    for (pot, amount) in pots.iter().filter(|(_, amount)| !amount.is_zero()) {
        draft = draft.debit(Account::pot(pot.as_str()), *amount);
    }
    let unmoved = pots.iter().map(|p| &p.1).chain(to.values()).all(|amount| amount.is_zero());
    // A correction may move money between recordings of one holder: its entry shows the lines themselves.
    let credits = if unmoved { sides } else { to.into_iter().collect() };
    for (account, amount) in credits.into_iter().filter(|(_, amount)| !amount.is_zero()) {
        draft = draft.credit(account, amount);
    }
    Ok(tx.post_one(now, draft).await?.seq())
}
