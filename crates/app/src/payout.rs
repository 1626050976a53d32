//! Payouts: preparing, approving, what became of them; bank details and the file for the bank below.

mod details;
mod export;

use std::collections::BTreeMap;

pub use details::{Details, set_details};
pub use export::{Export, export};
use jiff::Timestamp;
use ledger::{Account, Draft};
use money::{Amount, Currency, Ratio};
use music::{BatchId, PartyId};
use settlement::payout::{Due, Plan, Planned, Stays};
use store::{AdvanceRow, BatchRow, DetailsRow, PayoutRow, Standing, Tx};

use crate::failure::refuse;
use crate::{Failure, House, party, policy, receivable, statement};

/// A batch with its payouts and what stayed out of it.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The batch.
    pub batch: BatchRow,
    /// Its payouts, each with the payee's name and the account as it may be shown.
    pub payouts: Vec<(PayoutRow, String, String)>,
    /// What stayed: who, how much, every reason in words.
    pub stays: Vec<(String, Amount, Vec<String>)>,
}

/// Reserves everything due in a currency: one pending entry per payout, one batch.
pub async fn prepare(house: &House, currency: Currency, by: &str) -> Result<Batch, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let (plan, details) = plan(house, &mut tx, currency, now).await?;
    if plan.payouts.is_empty() {
        let stays = stays_in_words(&mut tx, &plan).await?;
        let why: Vec<String> = stays
            .iter()
            .take(5)
            .map(|(who, amount, why)| format!("{who}: {amount} ({})", why.join(", ")))
            .collect();
        return Err(refuse(
            "nothing-due",
            "nothing is due",
            if why.is_empty() { "every balance is paid".to_owned() } else { why.join("; ") },
        ));
    }
    let number = tx.next_number("batch").await?;
    let batch = BatchRow {
        id: house.batch_id(),
        number,
        currency,
        status: "prepared".to_owned(),
        prepared_by: by.to_owned(),
        prepared: now,
        approved_by: None,
        approved: None,
        exported: None,
    };
    tx.insert_batch(&batch).await?;
    for (place, planned) in plan.payouts.iter().enumerate() {
        let Some(row) = details.get(&planned.party) else { continue };
        reserve(house, &mut tx, &batch, place, planned, row, now).await?;
    }
    for (party, _, reasons) in &plan.stays {
        for reason in reasons.iter().filter_map(|r| if let Stays::Held(why) = r { Some(why) } else { None }) {
            tx.insert_hold(party, &batch.id, reason, now).await?;
        }
    }
    tx.note(now, by, "payout prepare", batch.id.as_str(), &format!("{} payouts", plan.payouts.len())).await?;
    let stays = stays_in_words(&mut tx, &plan).await?;
    let payouts = named_payouts(house, &mut tx, &batch.id).await?;
    tx.commit().await?;
    Ok(Batch { batch, payouts, stays })
}

/// What a batch would do now, with fees, before anybody decides: nothing is reserved.
pub async fn preview(house: &House, currency: Currency) -> Result<Plan, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    Ok(plan(house, &mut tx, currency, now).await?.0)
}

async fn plan(
    house: &House,
    tx: &mut Tx,
    currency: Currency,
    now: Timestamp,
) -> Result<(Plan, BTreeMap<PartyId, DetailsRow>), Failure> {
    let minimum = policy::money(tx, "payout-minimum", currency, now).await?;
    let recoup = policy::share(tx, "recoup-rate", now).await?;
    let mut usable = BTreeMap::new();
    let mut due = Vec::new();
    for (account, balance) in tx.balances("party").await? {
        if balance.posted.currency() != currency {
            continue;
        }
        let Ok(id) = account.detail().parse::<PartyId>() else { continue };
        let waits = statement::unreleased(tx, &id, currency, now).await?;
        let available = balance.posted.negated()?.checked_sub(balance.pending_debits)?.checked_sub(waits)?;
        let Some(record) = tx.party(&id).await? else { continue };
        let row = tx.details_of(house.store.fields(), &id).await?.into_iter().find(|d| d.usable <= now);
        let mut holds = Vec::new();
        if record.standing != Standing::Here {
            holds.push(format!("the party is {}", record.standing.word()));
        }
        let holder =
            row.as_ref().and_then(|r| serde_json::from_str::<Details>(&r.body).ok()).map(|d| d.holder);
        let names = std::iter::once(record.party.name.clone())
            .chain(record.party.aliases.iter().cloned())
            .chain(holder);
        for name in names {
            if let Some(hit) = tx.sanction_hit(&name).await? {
                holds.push(format!("sanctions list: {hit}"));
            }
        }
        let advance = tx.balance(&Account::advance(id.as_str()), currency).await?;
        let fee = match &row {
            Some(row) => Some(policy::money(tx, &format!("fee-{}", row.rail), currency, now).await?),
            None => None,
        };
        due.push(Due {
            party: id.clone(),
            available,
            advance: advance.posted.checked_add(advance.pending_credits)?,
            recoup,
            withholding: record.withholding,
            fee,
            holds,
        });
        usable.extend(row.map(|r| (id, r)));
    }
    let mut plan = settlement::payout::plan(&due, minimum)?;
    // The largest first: that is the order in which a person checks a batch.
    plan.payouts.sort_by_key(|p| (std::cmp::Reverse(p.net.micros()), p.party.clone()));
    Ok((plan, usable))
}

async fn reserve(
    house: &House,
    tx: &mut Tx,
    batch: &BatchRow,
    place: usize,
    planned: &Planned,
    details: &DetailsRow,
    now: Timestamp,
) -> Result<(), Failure> {
    let id = house.payout_id();
    let mut draft = Draft::pending("payout", id.as_str(), format!("payout:{id}"))
        .memo(format!("reserved in batch {}", batch.number))
        .inputs(planned.net.to_string())
        .debit(Account::party(planned.party.as_str()), planned.gross)
        .credit(Account::bank(), planned.net);
    let withholding = Account::withholding(&details.country);
    let fees: Account =
        "house:payout-fees".parse().map_err(|e: ledger::BadAccount| refuse("account", e.to_string(), ""))?;
    for (account, amount) in [
        (Account::advance(planned.party.as_str()), planned.recouped),
        (withholding, planned.withheld),
        (fees, planned.fee),
    ] {
        if !amount.is_zero() {
            draft = draft.credit(account, amount);
        }
    }
    let entry = tx.post_one(now, draft).await?;
    let payout = PayoutRow {
        id,
        batch: batch.id.clone(),
        party: planned.party.clone(),
        rail: details.rail.clone(),
        details_version: details.version,
        gross: planned.gross,
        recouped: planned.recouped,
        withheld: planned.withheld,
        fee: planned.fee,
        net: planned.net,
        status: "reserved".to_owned(),
        end_to_end: format!("TNT{:06}-{:05}", batch.number, place + 1),
        pending_entry: entry.seq(),
        settled_entry: None,
        reason: String::new(),
    };
    tx.insert_payout(&payout).await?;
    Ok(())
}

async fn stays_in_words(tx: &mut Tx, plan: &Plan) -> Result<Vec<(String, Amount, Vec<String>)>, Failure> {
    let mut all = Vec::new();
    for (id, amount, reasons) in &plan.stays {
        let name = tx.party(id).await?.map_or_else(|| id.to_string(), |p| p.party.name);
        let words = reasons.iter().map(|r| match r {
            Stays::BelowMinimum { would_arrive } => {
                format!("{would_arrive} would arrive, below the minimum; carried over")
            }
            Stays::NoBankDetails => "no usable bank details yet".to_owned(),
            Stays::Held(why) => format!("held: {why}"),
        });
        all.push((name, *amount, words.collect()));
    }
    Ok(all)
}

async fn named_payouts(
    house: &House,
    tx: &mut Tx,
    batch: &BatchId,
) -> Result<Vec<(PayoutRow, String, String)>, Failure> {
    let mut named = Vec::new();
    for payout in tx.payouts_of_batch(batch).await? {
        let name = tx.party(&payout.party).await?.map(|p| p.party.name).unwrap_or_default();
        let details = tx.details_of(house.store.fields(), &payout.party).await?;
        let masked = details
            .into_iter()
            .find(|d| d.version == payout.details_version)
            .map(|d| d.masked)
            .unwrap_or_default();
        named.push((payout, name, masked));
    }
    Ok(named)
}

async fn batch_in(tx: &mut Tx, id: &BatchId) -> Result<BatchRow, Failure> {
    tx.batch(id).await?.ok_or_else(|| {
        refuse("batch-unknown", format!("there is no batch `{id}`"), "`tantieme payout list` shows all")
    })
}

/// Approves a batch: never by who prepared it.
pub async fn approve(house: &House, id: &BatchId, by: &str) -> Result<Batch, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let batch = batch_in(&mut tx, id).await?;
    if batch.status != "prepared" {
        return Err(refuse("batch-not-prepared", format!("the batch `{id}` is {}", batch.status), ""));
    }
    if batch.prepared_by == by {
        let message = format!("`{by}` prepared the batch `{id}` and cannot approve it too");
        return Err(refuse("same-person", message, "somebody else has to look at it: `--by` another name"));
    }
    tx.approve_batch(id, by, now).await?;
    tx.note(now, by, "payout approve", id.as_str(), "").await?;
    let batch = batch_in(&mut tx, id).await?;
    let payouts = named_payouts(house, &mut tx, id).await?;
    tx.commit().await?;
    Ok(Batch { batch, payouts, stays: Vec::new() })
}

/// Drops a batch that was not exported: its reservations are lifted.
pub async fn drop_batch(house: &House, id: &BatchId, by: &str) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let batch = batch_in(&mut tx, id).await?;
    if batch.exported.is_some() || !matches!(batch.status.as_str(), "prepared" | "approved") {
        return Err(refuse(
            "batch-on-its-way",
            format!("the batch `{id}` may be at the bank already"),
            "confirm or reject it with the bank's answer",
        ));
    }
    for payout in tx.payouts_of_batch(id).await? {
        let key = format!("payout-dropped:{}", payout.id);
        let entry = tx
            .post_one(now, Draft::voids(payout.pending_entry, "payout-dropped", payout.id.as_str(), key))
            .await?;
        tx.payout_status(&payout.id, "dropped", Some(entry.seq()), "the batch was dropped").await?;
    }
    tx.batch_status(id, "dropped").await?;
    tx.note(now, by, "payout drop", id.as_str(), "").await?;
    tx.commit().await?;
    Ok(())
}

/// Books that a payout arrived; what is settled stays as it is. Tells whether anything moved.
pub(crate) async fn confirm_in(tx: &mut Tx, payout: &PayoutRow, now: Timestamp) -> Result<bool, Failure> {
    if !matches!(payout.status.as_str(), "reserved" | "sent") {
        return Ok(false);
    }
    let key = format!("payout-settled:{}", payout.id);
    let entry = tx
        .post_one(now, Draft::posts(payout.pending_entry, "payout-confirmed", payout.id.as_str(), key))
        .await?;
    tx.payout_status(&payout.id, "paid", Some(entry.seq()), "").await?;
    // A correction may have come while it was on its way.
    let words = format!("a correction that crossed the payout {}", payout.end_to_end);
    even_out(tx, payout, entry.seq(), &words, payout.gross.negated()?, now).await?;
    finish_batch(tx, &payout.batch).await?;
    Ok(true)
}

/// Books that a payout was refused before it left, or came back after it had. Tells whether anything moved.
pub(crate) async fn undo_in(
    tx: &mut Tx,
    payout: &PayoutRow,
    reason: &str,
    now: Timestamp,
) -> Result<bool, Failure> {
    let (status, draft) = match payout.status.as_str() {
        "reserved" | "sent" => {
            let key = format!("payout-settled:{}", payout.id);
            ("rejected", Draft::voids(payout.pending_entry, "payout-rejected", payout.id.as_str(), key))
        }
        "paid" => {
            let mut draft = Draft::posted(
                "payout-returned",
                payout.id.as_str(),
                format!("payout-returned:{}", payout.id),
            )
            .memo(reason);
            for entry in tx.entries(payout.pending_entry, 1).await? {
                for posting in entry.draft.postings {
                    draft = draft.debit(posting.account, posting.amount.negated()?);
                }
            }
            ("returned", draft)
        }
        _ => return Ok(false),
    };
    let entry = tx.post_one(now, draft).await?;
    tx.payout_status(&payout.id, status, Some(entry.seq()), reason).await?;
    if status == "returned" {
        let words = format!("the payout {}, which came back,", payout.end_to_end);
        even_out(tx, payout, entry.seq(), &words, payout.gross, now).await?;
    }
    finish_batch(tx, &payout.batch).await?;
    Ok(true)
}

/// What came back repays in full: it is the very money that was paid.
async fn even_out(
    tx: &mut Tx,
    payout: &PayoutRow,
    entry: i64,
    words: &str,
    credited: Amount,
    now: Timestamp,
) -> Result<(), Failure> {
    let cause = receivable::Cause { entry, subject: payout.id.as_str(), words };
    let credited = BTreeMap::from([(payout.party.clone(), credited)]);
    receivable::even_out(tx, cause, &credited, Ratio::WHOLE, now).await
}

async fn finish_batch(tx: &mut Tx, batch: &BatchId) -> Result<(), Failure> {
    let open =
        tx.payouts_of_batch(batch).await?.iter().any(|p| matches!(p.status.as_str(), "reserved" | "sent"));
    if !open {
        tx.batch_status(batch, "confirmed").await?;
    }
    Ok(())
}

/// Pays an advance from a fund: credited to the party now, repaid from later payouts.
pub async fn advance(
    house: &House,
    who: &str,
    amount: Amount,
    fund: &str,
    by: &str,
) -> Result<AdvanceRow, Failure> {
    let now = house.now();
    if !amount.is_positive() {
        return Err(refuse(
            "advance-amount",
            format!("an advance of `{amount}` is none"),
            "give an amount above zero",
        ));
    }
    let mut tx = house.store.begin().await?;
    let party = party::find(&mut tx, who).await?.party;
    let account: Account =
        format!("fund:{fund}").parse().map_err(|e: ledger::BadAccount| refuse("fund", e.to_string(), ""))?;
    let held = tx.balance(&account, amount.currency()).await?.posted.negated()?;
    let there = held.checked_sub(lent_by(&mut tx, fund, amount.currency()).await?)?;
    if there.micros() < amount.micros() {
        return Err(refuse(
            "fund-empty",
            format!("`{account}` holds {there}, less than the advance of {amount}"),
            "advance less, or from another fund",
        ));
    }
    let rate = policy::share(&mut tx, "recoup-rate", now).await?;
    let row = AdvanceRow {
        id: house.advance_id(),
        party: party.id.clone(),
        amount,
        fund: fund.to_owned(),
        rate,
        created: now,
    };
    // The fund lends: what it gave out stands as an asset until it is repaid, so the fund's own balance stays
    // what it is owed, and the party's balance grows by the advance.
    let draft = Draft::posted("advance", row.id.as_str(), format!("advance:{}", row.id))
        .memo(format!("advance from {account}"))
        .debit(Account::advance(party.id.as_str()), amount)
        .credit(Account::party(party.id.as_str()), amount);
    let entry = tx.post_one(now, draft).await?;
    tx.insert_advance(&row, entry.seq()).await?;
    tx.note(now, by, "advance", party.id.as_str(), &amount.to_string()).await?;
    tx.commit().await?;
    Ok(row)
}

/// What a fund has lent and not got back: of each party's open advance, as much as this fund can have given.
async fn lent_by(tx: &mut Tx, fund: &str, currency: Currency) -> Result<Amount, Failure> {
    let mut lent = Amount::zero(currency);
    for (account, balance) in tx.balances("advance").await? {
        let Ok(party) = account.detail().parse::<PartyId>() else { continue };
        if balance.posted.currency() != currency || !balance.posted.is_positive() {
            continue;
        }
        let given = tx
            .advances_of(&party)
            .await?
            .into_iter()
            .filter(|a| a.fund == fund && a.amount.currency() == currency);
        let given = money::sum(given.map(|a| a.amount), currency)?;
        lent =
            lent.checked_add(if given.micros() < balance.posted.micros() { given } else { balance.posted })?;
    }
    Ok(lent)
}

/// Replaces a sanctions list that the operator supplies: one name a line, a country after a tab or semicolon.
pub async fn import_sanctions(house: &House, list: &str, text: &str, by: &str) -> Result<usize, Failure> {
    let names: Vec<(String, String)> = text
        .lines()
        .map(|l| l.split_once(['\t', ';']).unwrap_or((l, "")))
        .map(|(name, country)| (name.trim().to_owned(), country.trim().to_owned()))
        .filter(|(name, _)| !music::name_key(name).is_empty())
        .collect();
    if names.is_empty() {
        return Err(refuse(
            "sanctions-empty",
            "the sanctions list holds no name",
            "one name a line, a country behind a tab",
        ));
    }
    let mut tx = house.store.begin().await?;
    tx.replace_sanctions(list, &names).await?;
    tx.note(house.now(), by, "sanctions import", list, &names.len().to_string()).await?;
    tx.commit().await?;
    Ok(names.len())
}

/// All batches with their payouts, newest first.
pub async fn list(house: &House) -> Result<Vec<Batch>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for batch in tx.batches("").await? {
        let payouts = named_payouts(house, &mut tx, &batch.id).await?;
        let mut stays = Vec::new();
        for (party, reason) in tx.holds_of(&batch.id).await? {
            let name = tx.party(&party).await?.map(|p| p.party.name).unwrap_or_default();
            let balance = tx.balance(&Account::party(party.as_str()), batch.currency).await?;
            stays.push((name, balance.posted.negated()?, vec![reason]));
        }
        all.push(Batch { batch, payouts, stays });
    }
    Ok(all)
}
