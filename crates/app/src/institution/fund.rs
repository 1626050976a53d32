//! Funds that pots set money aside for, and what of it is lent to small producers.

use ledger::Account;
use money::Amount;

use crate::{Failure, House, payout};

/// A fund in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fund {
    /// Its name, such as `solidarity`.
    pub name: String,
    /// What pots set aside for it, less what was given away for good.
    pub holds: Amount,
    /// What of it is lent: paid ahead, to be repaid from later earnings.
    pub lent: Amount,
    /// What can still be lent.
    pub free: Amount,
}

/// All funds, by name.
pub async fn list(house: &House) -> Result<Vec<Fund>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for (account, balance) in tx.balances("fund").await? {
        let currency = balance.posted.currency();
        let holds = balance.posted.negated()?;
        let lent = payout::lent_by(&mut tx, account.detail(), currency).await?;
        all.push(Fund { name: name(&account), holds, lent, free: holds.checked_sub(lent)? });
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

fn name(account: &Account) -> String {
    account.detail().to_owned()
}
