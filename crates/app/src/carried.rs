//! Money of seats that nobody used, where the rule carries it over: it waits under `suspense:unplayed` for each payer
//! and joins the payer's next pot of plays. Where none comes within the policy `carry-months`, it goes to
//! [`FUND`].
//!
//! Worked: three seats at EUR 10, two played. EUR 20 follow the two members, EUR 10 wait under the library's name. The
//! next month brings EUR 30 and is shared as EUR 40.

use std::collections::{BTreeMap, BTreeSet};

use allocation::RuleSet;
use allocation::rule::Destination;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use ledger::{Account, Draft, Hash, Suspense};
use money::{Amount, Currency, divide};
use music::{PartyId, PotId};
use store::{AllocationRow, PotRow, RunRow, SuspenseRow, Tx};

use crate::{Failure, House, policy};

/// Where money goes that no next pot takes up in time.
pub const FUND: &str = "fund:solidarity";

/// The reason under which it waits.
pub(crate) const REASON: &str = Suspense::Unplayed.word();

/// Whether a rule carries the money of seats that nobody used over to the payer's next pot.
pub fn carries(rule: &RuleSet) -> bool {
    let next = |to: Option<&Destination>| to == Some(&Destination::NextPeriod);
    next(rule.unplayed.as_ref()) || rule.splits.iter().any(|s| next(s.otherwise.as_ref()))
}

/// Money that waits for the next pot of its payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Whose.
    pub payer: PartyId,
    /// How much; below nothing where a correction took back what was carried already.
    pub amount: Amount,
    /// When the first of it goes to the fund.
    pub due: Option<Timestamp>,
}

/// What waits for the next pots of payers, by payer and currency; of one payer where it is named.
pub async fn waiting(house: &House, payer: Option<&PartyId>) -> Result<Vec<Waiting>, Failure> {
    waiting_in(&mut house.store.begin_read().await?, payer).await
}

pub(crate) async fn waiting_in(tx: &mut Tx, payer: Option<&PartyId>) -> Result<Vec<Waiting>, Failure> {
    let mut all: BTreeMap<(PartyId, Currency), Waiting> = BTreeMap::new();
    for item in tx.open_suspense(REASON).await? {
        let Some(party) = item.party.filter(|p| payer.is_none_or(|payer| payer == p)) else { continue };
        let currency = item.amount.currency();
        let slot = all.entry((party.clone(), currency)).or_insert(Waiting {
            payer: party,
            amount: Amount::zero(currency),
            due: None,
        });
        slot.amount = slot.amount.checked_add(item.amount)?;
        slot.due = [slot.due, item.due].into_iter().flatten().min();
    }
    Ok(all.into_values().collect())
}

/// The items of a run's line that is carried: a part for each payer of the pot, by what arrived from each.
pub(crate) async fn items(
    house: &House,
    tx: &mut Tx,
    run: &RunRow,
    line: &AllocationRow,
    now: Timestamp,
) -> Result<Vec<SuspenseRow>, Failure> {
    let mut payers: BTreeMap<PartyId, u64> = BTreeMap::new();
    for c in tx.contributions_to(&line.pot).await? {
        *payers.entry(c.payer).or_default() += u64::try_from(c.received.micros()).unwrap_or(0);
    }
    let weights: Vec<(PartyId, u64)> = payers.into_iter().filter(|(_, arrived)| *arrived > 0).collect();
    let due = due(tx, now).await?;
    let of_run = |party: Option<PartyId>, amount: Amount| SuspenseRow {
        run: Some(run.id.clone()),
        ..item(house, amount, party, due, now)
    };
    if weights.is_empty() {
        return Ok(vec![of_run(None, line.amount)]);
    }
    let parts = divide(line.amount, &weights).map_err(|e| store::Fault::new(e.to_string()))?;
    Ok(weights.into_iter().zip(parts).map(|((payer, _), part)| of_run(Some(payer), part)).collect())
}

/// Brings what waits for the payers of a pot into it, in one entry; nothing where it was shared already. Tells how much.
pub(crate) async fn bring(house: &House, tx: &mut Tx, pot: &PotRow) -> Result<Amount, Failure> {
    let now = house.now();
    let nothing = Amount::zero(pot.currency);
    let shared = tx.runs_of_pot(&pot.id).await?.iter().any(|r| r.status == "approved");
    if shared || pot.event.is_some() {
        return Ok(nothing);
    }
    tx.hold_books().await?;
    let payers: BTreeSet<PartyId> =
        tx.contributions_to(&pot.id).await?.into_iter().map(|c| c.payer).collect();
    let mut waiting: BTreeMap<PartyId, Vec<SuspenseRow>> = BTreeMap::new();
    for item in tx.open_suspense(REASON).await? {
        if let Some(payer) = item.party.clone().filter(|p| payers.contains(p))
            && item.amount.currency() == pot.currency
        {
            waiting.entry(payer).or_default().push(item);
        }
    }
    let mut all = nothing;
    let mut taken: Vec<SuspenseRow> = Vec::new();
    for items in waiting.into_values() {
        let sum = money::sum(items.iter().map(|i| i.amount), pot.currency)?;
        // What a correction took back of money that is shared by now is made up for first.
        if sum.is_positive() {
            all = all.checked_add(sum)?;
            taken.extend(items);
        }
    }
    if taken.is_empty() {
        return Ok(nothing);
    }
    let named: Vec<&str> = taken.iter().map(|i| i.id.as_str()).collect();
    let hash = Hash::of(named.join("\n").as_bytes()).to_string();
    let draft = Draft::posted("carry", pot.id.as_str(), format!("carry:{}:{hash}", pot.id))
        .memo("left over from the same payer's earlier pots, where nobody played")
        .inputs(hash)
        .debit(Account::suspense(Suspense::Unplayed), all)
        .credit(Account::pot(pot.id.as_str()), all);
    let entry = tx.post_one(now, draft).await?;
    for item in &taken {
        tx.close_suspense(&item.id, &format!("carried by entry {}", entry.seq()), now).await?;
    }
    tx.note(now, "house", "carry", pot.id.as_str(), &all.to_string()).await?;
    Ok(all)
}

/// Takes what was carried into a pot that will not be shared out of it again, to wait for the payer's next one. What
/// payers gave to the pot itself is out of it by then.
pub(crate) async fn back(
    house: &House,
    tx: &mut Tx,
    pot: &PotId,
    payer: &PartyId,
    currency: Currency,
) -> Result<(), Failure> {
    let now = house.now();
    let held = tx.balance(&Account::pot(pot.as_str()), currency).await?.posted.negated()?;
    if !held.is_positive() {
        return Ok(());
    }
    let draft = Draft::posted("carry", pot.as_str(), format!("carry-back:{pot}"))
        .memo("carried into a pot that is not shared")
        .inputs(held.to_string())
        .debit(Account::pot(pot.as_str()), held)
        .credit(Account::suspense(Suspense::Unplayed), held);
    tx.post_one(now, draft).await?;
    let due = due(tx, now).await?;
    Ok(tx.insert_suspense(&[item(house, held, Some(payer.clone()), due, now)]).await?)
}

/// When what waits from now on goes to the fund.
async fn due(tx: &mut Tx, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    let months = policy::count(tx, "carry-months", now).await?;
    let today = now.to_zoned(TimeZone::UTC).date();
    let due = today.checked_add(Span::new().months(i64::from(months.min(1_200)))).unwrap_or(today);
    Ok(due.to_zoned(TimeZone::UTC).ok().map(|z| z.timestamp()))
}

fn item(
    house: &House,
    amount: Amount,
    party: Option<PartyId>,
    due: Option<Timestamp>,
    now: Timestamp,
) -> SuspenseRow {
    SuspenseRow {
        id: house.suspense_id(),
        account: Account::suspense(Suspense::Unplayed).to_string(),
        amount,
        reason: REASON.to_owned(),
        party,
        recording: None,
        set_line: None,
        run: None,
        bank_line: None,
        opened: now,
        due,
        destination: FUND.to_owned(),
        closed: None,
        closed_by: None,
    }
}
