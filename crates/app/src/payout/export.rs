//! The file of a batch for a bank or a payout provider: the same bytes however often it is asked for.

use std::collections::BTreeMap;

use formats::bank::pain001::{Address, Debtor, Payment, Rail, Remittance, Transfers};
use formats::bank::{Account as BankAccount, Bic, Iban};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use money::Amount;
use music::{BatchId, Problem};
use store::{BatchRow, PayoutRow, Tx};

use super::{Details, batch_in};
use crate::failure::refuse;
use crate::{Failure, House, policy, webhook};

/// A file for a bank or provider.
#[derive(Debug, Clone)]
pub struct Export {
    /// The batch.
    pub batch: BatchRow,
    /// The bytes: pain.001.001.09 or CSV.
    pub bytes: Vec<u8>,
    /// How many payments, and their sum.
    pub count: usize,
    /// Their sum.
    pub sum: Amount,
    /// Texts that had to be changed to what banks carry.
    pub changes: Vec<Problem>,
    /// How many payments of the batch go by another rail and need a file of their own.
    pub elsewhere: Vec<(String, usize)>,
}

/// Writes the file of a batch for one rail: the newest approved and unconfirmed batch where none is named.
/// Writing it again gives the same bytes under the same message id, so that the bank refuses a second one.
pub async fn export(house: &House, id: Option<&BatchId>, rail: &str, by: &str) -> Result<Export, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let batch = match id {
        Some(id) => batch_in(&mut tx, id).await?,
        None => {
            let none = || {
                refuse(
                    "no-batch",
                    "no batch is approved and unconfirmed",
                    "`tantieme payout prepare`, then `tantieme payout approve BATCH --by` somebody else",
                )
            };
            tx.batches("approved").await?.into_iter().next().ok_or_else(none)?
        }
    };
    let Some(approved) = batch.approved.filter(|_| batch.status == "approved" || batch.status == "confirmed")
    else {
        return Err(refuse(
            "batch-not-approved",
            format!("the batch `{}` is {}", batch.id, batch.status),
            "it has to be approved first",
        ));
    };
    if !["sepa", "cross-border", "provider"].contains(&rail) {
        return Err(refuse(
            "rail-unknown",
            format!("there is no rail `{rail}`"),
            "`sepa`, `cross-border` or `provider`",
        ));
    }
    let all = tx.payouts_of_batch(&batch.id).await?;
    let mut elsewhere: BTreeMap<String, usize> = BTreeMap::new();
    for other in all.iter().filter(|p| p.rail != rail) {
        *elsewhere.entry(other.rail.clone()).or_default() += 1;
    }
    let payouts: Vec<PayoutRow> =
        all.into_iter().filter(|p| p.rail == rail && p.status != "dropped").collect();
    if payouts.is_empty() {
        let rails: Vec<&str> = elsewhere.keys().map(String::as_str).collect();
        return Err(refuse(
            "rail-empty",
            format!("the batch `{}` has no payout by `{rail}`", batch.id),
            format!("its rails: {}", rails.join(", ")),
        ));
    }
    let (bytes, changes) = write_file(house, &mut tx, &batch, rail, &payouts, approved).await?;
    tx.batch_exported(&batch.id, now).await?;
    for payout in payouts.iter().filter(|p| p.status == "reserved") {
        tx.payout_status(&payout.id, "sent", None, "").await?;
        let data = serde_json::json!({
            "batch": batch.id.as_str(), "party": payout.party.as_str(), "payout": payout.id.as_str(), "rail": rail,
        });
        webhook::tell(house, &mut tx, webhook::Kind::PayoutSent, &[payout.party.as_str()], &data).await?;
    }
    if batch.exported.is_none() {
        tx.note(now, by, "payout export", batch.id.as_str(), rail).await?;
    }
    tx.commit().await?;
    let sum = money::sum(payouts.iter().map(|p| p.net), batch.currency)?;
    Ok(Export {
        batch,
        bytes,
        count: payouts.len(),
        sum,
        changes,
        elsewhere: elsewhere.into_iter().collect(),
    })
}

async fn write_file(
    house: &House,
    tx: &mut Tx,
    batch: &BatchRow,
    rail: &str,
    payouts: &[PayoutRow],
    approved: Timestamp,
) -> Result<(Vec<u8>, Vec<Problem>), Failure> {
    let mut payments = Vec::new();
    let mut rows = Vec::new();
    for payout in payouts {
        let details = tx.details_of(house.store.fields(), &payout.party).await?;
        let row = details.into_iter().find(|d| d.version == payout.details_version);
        let missing = || {
            Failure::Fault(store::Fault::new(format!("the bank details of payout {} are gone", payout.id)))
        };
        let body: Details = serde_json::from_str(&row.ok_or_else(missing)?.body).map_err(|_| missing())?;
        let account = body.bank_account()?;
        rows.push(formats::bank::provider_csv::ProviderPayment {
            payee_name: body.holder.clone(),
            account: account.clone(),
            bic: body.bic()?,
            amount: payout.net,
            reference: payout.end_to_end.clone(),
        });
        payments.push(Payment {
            end_to_end_id: payout.end_to_end.clone(),
            amount: payout.net,
            creditor: body.holder.clone(),
            address: body.address(&account),
            bic: body.bic()?,
            remittance: Remittance::Text(format!("Tantieme {}", payout.end_to_end)),
            rail: if rail == "sepa" { Rail::Sepa } else { Rail::CrossBorder },
            execution_date: None,
            account,
        });
    }
    if rail == "provider" {
        let text = formats::bank::provider_csv::write(&rows).map_err(first_problem)?;
        return Ok((text.into_bytes(), Vec::new()));
    }
    let (debtor, name) = debtor(tx, approved).await?;
    let transfers = Transfers {
        message_id: format!("TNT{:06}-{}", batch.number, if rail == "sepa" { "S" } else { "X" }),
        created_at: approved,
        initiating_party: name,
        debtor,
        execution_date: approved
            .to_zoned(TimeZone::UTC)
            .date()
            .tomorrow()
            .map_err(|e| Failure::Fault(store::Fault::new(e.to_string())))?,
        payments,
    };
    let written = transfers.write().map_err(first_problem)?;
    Ok((written.xml.into_bytes(), written.changes))
}

async fn debtor(tx: &mut Tx, at: Timestamp) -> Result<(Debtor, String), Failure> {
    let iban = policy::text(tx, "house-iban", at).await?;
    let hint =
        "`tantieme policy set house-iban IBAN` (and `house-bic`, `house-address` for transfers outside SEPA)";
    if iban.is_empty() {
        return Err(refuse("house-account", "the house's own account is not known", hint));
    }
    let bad = |e: formats::bank::BadAccount| refuse("house-account", e.to_string(), hint);
    let account = BankAccount::Iban(iban.parse::<Iban>().map_err(bad)?);
    let bic = policy::text(tx, "house-bic", at).await?;
    let name = policy::text(tx, "house-name", at).await?;
    let address = policy::text(tx, "house-address", at).await?;
    let parts: Vec<&str> = address.split(';').map(str::trim).collect();
    let address = match parts.as_slice() {
        [street, building, postcode, town, country] => Some(Address {
            street: (*street).to_owned(),
            building: (*building).to_owned(),
            postcode: (*postcode).to_owned(),
            town: (*town).to_owned(),
            country: country.parse().map_err(bad)?,
        }),
        _ => None,
    };
    let bic = if bic.is_empty() { None } else { Some(bic.parse::<Bic>().map_err(bad)?) };
    Ok((Debtor { name: name.clone(), account, bic, address }, name))
}

fn first_problem(problems: Vec<Problem>) -> Failure {
    match problems.into_iter().next() {
        Some(p) => refuse(p.code, p.message, p.hint),
        None => Failure::Fault(store::Fault::new("a file could not be written, and nobody said why")),
    }
}
