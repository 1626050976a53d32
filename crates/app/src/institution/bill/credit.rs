//! The way back: a credit note takes an invoice back as a whole.

use formats::bank::CreditorReference;
use jiff::Timestamp;
use ledger::{Account, Draft, Hash, Suspense};
use money::Amount;
use programmes::streaming::invoice::credit_note;
use store::{SalePartRow, SaleRow, Tx};

use super::{Sale, lawful, next_number, sale_in, shown, waiting};
use crate::failure::refuse;
use crate::institution::{Body, today};
use crate::{Failure, House, carried};

/// Takes an invoice back by a credit note. Money that arrived goes from its pots into `suspense:overpaid`, to be
/// refunded; its days can then be billed again.
///
/// # Errors
/// In this order: `sale-unknown`, `sale-credited`, `invoice-reason`, `sale-shared` (plays it paid for are shared).
pub async fn credit(house: &House, number: &str, reason: &str, by: &str) -> Result<Sale, Failure> {
    let now = house.now();
    let fields = house.store.fields();
    let mut tx = house.store.begin().await?;
    let row = sale_in(house, &mut tx, number).await?;
    tx.hold_books().await?;
    if row.kind != "invoice" || tx.credit_of(fields, &row.id).await?.is_some() {
        return Err(refuse(
            "sale-credited",
            format!("`{}` is a credit note or was taken back already", row.printed),
            "bill the days again to get the right invoice",
        ));
    }
    if reason.trim().is_empty() {
        return Err(refuse("invoice-reason", "a correction needs its reason", "such as `wrong SIRET`"));
    }
    let parts = tx.sale_parts(&row.id).await?;
    for part in &parts {
        let pot = tx.pot(&part.pot).await?;
        if pot.as_ref().is_some_and(|p| p.status == "allocated") {
            return Err(refuse(
                "sale-shared",
                format!(
                    "the plays from {} until {} that `{}` paid for are shared",
                    part.start, part.end, row.printed
                ),
                "take the run back first: `tantieme reverse RUN`",
            ));
        }
    }
    let made = Body::read(&row.body)?;
    let issued = today(house);
    let (series, number, printed) = next_number(&mut tx, issued, now).await?;
    let note = credit_note(&made.invoice()?, printed.clone(), issued, reason.trim().to_owned());
    lawful(&note)?;
    let body = Body::of(&note, &made.lang);
    let text = body.text()?;
    let id = house.sale_id();
    let reference = CreditorReference::from_body(id.as_str().trim_start_matches("sal-"))
        .map_err(|e| store::Fault::new(e.to_string()))?;
    let credit = SaleRow {
        id,
        series,
        number,
        printed,
        kind: "credit-note".to_owned(),
        corrects: Some(row.id.clone()),
        reference: reference.to_string(),
        hash: Hash::of(text.as_bytes()).to_string(),
        body: text,
        issued,
        due: issued,
        at: now,
        ..row.clone()
    };
    give_back(house, &mut tx, &row, &parts, now).await?;
    tx.insert_sale(fields, &credit, house.world.nonce()).await?;
    tx.note(now, by, "credit note to institution", credit.id.as_str(), &credit.printed).await?;
    let sale = shown(house, &mut tx, credit).await?;
    tx.commit().await?;
    Ok(sale)
}

/// Takes what arrived out of the pots and of VAT, and ends the promises.
async fn give_back(
    house: &House,
    tx: &mut Tx,
    sale: &SaleRow,
    parts: &[SalePartRow],
    now: Timestamp,
) -> Result<(), Failure> {
    let currency = sale.gross.currency();
    let mut net = Amount::zero(currency);
    for part in parts {
        let Some(c) = tx.contribution(&part.contribution).await? else { continue };
        if c.received.is_zero() {
            if let Some(pledge) = c.pledge_entry {
                let key = format!("pledge-ended:{}", c.id);
                tx.post_one(now, Draft::voids(pledge, "pledge-ended", c.id.as_str(), key)).await?;
            }
        } else {
            let draft = Draft::posted("receive", c.id.as_str(), format!("receive:credited:{}", c.id))
                .memo(format!("{} was taken back", sale.printed))
                .inputs(c.received.to_string())
                .debit(Account::pot(c.pot.as_str()), c.received)
                .credit(Account::invoice(sale.id.as_str()), c.received);
            tx.post_one(now, draft).await?;
            tx.set_received(&c.id, Amount::zero(currency), None).await?;
            net = net.checked_add(c.received)?;
        }
        carried::back(house, tx, &part.pot, &part.institution, currency).await?;
        tx.set_pot_status(&part.pot, "closed").await?;
    }
    let all = Amount::from_micros(tx.sale_received(&sale.id).await?, currency);
    if all.is_zero() {
        return Ok(());
    }
    let vat = all.checked_sub(net)?;
    let mut draft =
        Draft::posted("invoice-credited", sale.id.as_str(), format!("invoice-credited:{}", sale.id))
            .memo(format!("{} was taken back; to be refunded", sale.printed))
            .inputs(all.to_string())
            .credit(Account::suspense(Suspense::Overpaid), all);
    for (account, part) in [(Account::invoice(sale.id.as_str()), net), (Account::vat(&sale.vat_country), vat)]
    {
        if !part.is_zero() {
            draft = draft.debit(account, part);
        }
    }
    tx.post_one(now, draft).await?;
    tx.insert_suspense(&[waiting(house, sale, all, None, now)]).await?;
    Ok(())
}
