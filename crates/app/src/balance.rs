//! What a party has: on its account, on its way to it, and waiting under its name.

use money::Amount;
use music::PartyId;

use ledger::Account;

use crate::statement::currencies;
use crate::{Failure, House};

/// A party's money in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Has {
    /// On the account, without what is reserved.
    pub free: Amount,
    /// Reserved for payouts that have not arrived.
    pub reserved: Amount,
    /// Waiting under the name until somebody answers for it.
    pub unclaimed: Amount,
}

/// A party's money, by currency.
pub async fn of(house: &House, party: &PartyId) -> Result<Vec<Has>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for currency in currencies(&mut tx, party).await? {
        let own = tx.balance(&Account::party(party.as_str()), currency).await?;
        let waits = tx.balance(&Account::unclaimed(party.as_str()), currency).await?;
        let free = own.posted.checked_add(own.pending_debits)?.negated()?;
        all.push(Has { free, reserved: own.pending_debits, unclaimed: waits.posted.negated()? });
    }
    Ok(all)
}
