//! Money for an invoice: VAT apart, the rest into its pots, what is too much waits.

use jiff::Timestamp;
use ledger::{Account, Draft, Suspense};
use money::{Amount, divide};
use music::PartyId;
use store::{ContributionRow, SaleRow, Tx};

use super::{Sale, sale_in, shown, waiting};
use crate::failure::refuse;
use crate::{Failure, House};

/// Money for an invoice that arrived without a bank message, counted by a person who answers for it.
///
/// # Errors
/// In this order: `evidence`, `sale-unknown`, `receive-amount`, `received-before`.
pub async fn receive(
    house: &House,
    number: &str,
    amount: Option<Amount>,
    evidence: &str,
    by: &str,
) -> Result<Sale, Failure> {
    let evidence = evidence.trim();
    if evidence.is_empty() {
        return Err(refuse(
            "evidence",
            "money booked by hand needs evidence",
            "name the document: `--evidence \"statement 12, line 3\"`",
        ));
    }
    let mut tx = house.store.begin().await?;
    tx.hold_books().await?;
    let row = sale_in(house, &mut tx, number).await?;
    let sale = shown(house, &mut tx, row).await?;
    let amount = amount.unwrap_or_else(|| sale.open());
    if !amount.is_positive() || sale.row.kind != "invoice" || amount.currency() != sale.row.gross.currency() {
        return Err(refuse(
            "receive-amount",
            format!("`{amount}` cannot be booked for `{}`", sale.row.printed),
            format!("{} is open", sale.open()),
        ));
    }
    let key = format!("receive:hand:{}:{evidence}", sale.row.id);
    receive_in(house, &mut tx, &sale.row, amount, &key, None).await?;
    tx.note(house.now(), by, "invoice received", sale.row.id.as_str(), evidence).await?;
    let row = sale.row;
    let sale = shown(house, &mut tx, row).await?;
    tx.commit().await?;
    Ok(sale)
}

/// Books money for an invoice: VAT apart, the rest into its pots, earliest spans first; beyond what is open into
/// `suspense:overpaid`. Tells the entry.
pub(crate) async fn receive_in(
    house: &House,
    tx: &mut Tx,
    sale: &SaleRow,
    amount: Amount,
    key: &str,
    bank_line: Option<&str>,
) -> Result<i64, Failure> {
    let now = house.now();
    let currency = sale.gross.currency();
    tx.hold_books().await?;
    let before = tx.sale_received(&sale.id).await?;
    let credited = tx.credit_of(house.store.fields(), &sale.id).await?.is_some();
    let open = if credited { 0 } else { (sale.gross.micros() - before).max(0) };
    let taken = amount.micros().min(open);
    let (net, vat) = (net_of(sale, before + taken)?, net_of(sale, before)?);
    let into_pots = Amount::from_micros(net - vat, currency);
    let into_vat = Amount::from_micros(taken - into_pots.micros(), currency);
    let beyond = Amount::from_micros(amount.micros() - taken, currency);
    let mut draft = Draft::posted("invoice-received", sale.id.as_str(), key)
        .memo(format!("received for {}", sale.printed))
        .inputs(amount.to_string())
        .debit(Account::bank(), amount);
    for (account, part) in [
        (Account::vat(&sale.vat_country), into_vat),
        (Account::invoice(sale.id.as_str()), into_pots),
        (Account::suspense(Suspense::Overpaid), beyond),
    ] {
        if !part.is_zero() {
            draft = draft.credit(account, part);
        }
    }
    let posted = tx.post_one(now, draft).await?;
    if let store::Posted::Before(seq) = posted {
        let hint = format!("entry {seq} booked it; nothing was booked now");
        return Err(refuse("received-before", format!("the receipt `{key}` is booked already"), hint));
    }
    if !beyond.is_zero() {
        tx.insert_suspense(&[waiting(house, sale, beyond, bank_line, now)]).await?;
    }
    if taken > 0 {
        tx.insert_sale_receipt(&sale.id, key, Amount::from_micros(taken, currency), now).await?;
    }
    fill(tx, sale, into_pots, key, now).await?;
    Ok(posted.seq())
}

/// Gives a credit of the bank that names no reference to the invoice it was meant for, by its number or reference.
///
/// # Errors
/// In this order: `bank-line-unknown`, `sale-unknown`, `receive-amount` (a credit note, or another currency).
pub async fn assign(house: &House, bank_line: &str, number: &str, by: &str) -> Result<Sale, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let lines = tx.bank_lines("unreferenced").await?;
    let line = lines.into_iter().find(|l| l.id == bank_line && l.credit).ok_or_else(|| {
        refuse(
            "bank-line-unknown",
            format!("no unreferenced credit has the id `{bank_line}`"),
            "`tantieme bank list` shows them",
        )
    })?;
    let row = sale_in(house, &mut tx, number).await?;
    if row.kind != "invoice" || row.gross.currency() != line.amount.currency() {
        let message = format!("`{}` cannot be booked for `{}`", line.amount, row.printed);
        return Err(refuse(
            "receive-amount",
            message,
            "an invoice is paid in its currency; send it back otherwise",
        ));
    }
    // Out of suspense as if it had come that way, in two entries that both name the line.
    let back = Draft::posted("bank-assigned", &line.id, format!("assigned:{}", line.id))
        .memo(format!("meant for {}", row.printed))
        .debit(Account::suspense(Suspense::Unreferenced), line.amount)
        .credit(Account::bank(), line.amount);
    tx.post_one(now, back).await?;
    let key = format!("receive:bank:{}", line.id);
    receive_in(house, &mut tx, &row, line.amount, &key, Some(&line.id)).await?;
    tx.settle_bank_line(&line.id, "invoice").await?;
    for item in tx.open_suspense(Suspense::Unreferenced.word()).await? {
        if item.bank_line.as_deref() == Some(line.id.as_str()) {
            tx.close_suspense(&item.id, by, now).await?;
        }
    }
    tx.note(now, by, "bank assign", &line.id, &row.printed).await?;
    let sale = shown(house, &mut tx, row).await?;
    tx.commit().await?;
    Ok(sale)
}

/// How much of so much received is without VAT; all of it is when all has arrived.
fn net_of(sale: &SaleRow, received: i64) -> Result<i64, Failure> {
    let weight = |a: Amount| u64::try_from(a.micros()).unwrap_or(0);
    let parts = divide(
        Amount::from_micros(received, sale.gross.currency()),
        &[(0_u8, weight(sale.net)), (1, weight(sale.vat))],
    );
    Ok(parts.map_err(|e| store::Fault::new(e.to_string()))?.first().map_or(0, |a| a.micros()))
}

/// Fills the pots: the earliest span first, within a span by what each still lacks.
async fn fill(tx: &mut Tx, sale: &SaleRow, money: Amount, key: &str, now: Timestamp) -> Result<(), Failure> {
    let mut left = money.micros();
    let parts = tx.sale_parts(&sale.id).await?;
    for span in parts.chunk_by(|a, b| a.start == b.start) {
        let mut lacking = Vec::new();
        for part in span {
            if let Some(c) = tx.contribution(&part.contribution).await? {
                let lacks = c.pledged.micros() - c.received.micros();
                lacking.push((c, u64::try_from(lacks).unwrap_or(0)));
            }
        }
        let all: i64 = lacking.iter().map(|(_, l)| i64::try_from(*l).unwrap_or(0)).sum();
        let here = left.min(all);
        if here <= 0 {
            continue;
        }
        left -= here;
        let weights: Vec<(PartyId, u64)> = lacking.iter().map(|(c, l)| (c.payer.clone(), *l)).collect();
        let shares = divide(Amount::from_micros(here, money.currency()), &weights)
            .map_err(|e| store::Fault::new(e.to_string()))?;
        for ((contribution, _), share) in lacking.iter().zip(shares).filter(|(_, s)| !s.is_zero()) {
            into_pot(tx, sale, contribution, share, key, now).await?;
        }
    }
    if left == 0 {
        return Ok(());
    }
    Err(Failure::Fault(store::Fault::new(format!("the parts of {} are not its whole", sale.printed))))
}

async fn into_pot(
    tx: &mut Tx,
    sale: &SaleRow,
    c: &ContributionRow,
    share: Amount,
    key: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let draft = Draft::posted("receive", c.id.as_str(), format!("receive:invoice:{}:{key}", c.id))
        .memo(format!("of {}", sale.printed))
        .inputs(share.to_string())
        .debit(Account::invoice(sale.id.as_str()), share)
        .credit(Account::pot(c.pot.as_str()), share);
    tx.post_one(now, draft).await?;
    if let Some(pledge) = c.pledge_entry.filter(|_| c.received.is_zero()) {
        let key = format!("pledge-kept:{}", c.id);
        tx.post_one(now, Draft::voids(pledge, "pledge-kept", c.id.as_str(), key)).await?;
    }
    let received = c.received.checked_add(share)?;
    let complete = received.micros() >= c.pledged.micros();
    Ok(tx.set_received(&c.id, received, complete.then_some(now)).await?)
}
