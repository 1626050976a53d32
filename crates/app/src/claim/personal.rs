//! What is personal about a party: handing it over, erasing it.

use ledger::Account;
use money::Amount;
use music::claim::ClaimStatus;

use crate::failure::refuse;
use crate::{Failure, House, party};

/// Erases what is personal about a party: mail address, bank details, what its claims said. The name as
/// credited and the books stay.
///
/// # Errors
/// In this order: `party-unknown`, `claim-unsettled`, `payout-on-its-way`, `balance-left`.
pub async fn erase(house: &House, party: &str, by: &str) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let party = party::find(&mut tx, party).await?.party;
    let claims = tx.claims_of(house.store.fields(), &party.id).await?;
    if claims.iter().any(|c| matches!(c.status, ClaimStatus::Open | ClaimStatus::Disputed)) {
        return Err(refuse(
            "claim-unsettled",
            format!("a claim to `{}` is not settled", party.name),
            "decide it first; evidence goes when it is settled",
        ));
    }
    if tx.payouts_of_party(&party.id).await?.iter().any(|p| matches!(p.status.as_str(), "reserved" | "sent"))
    {
        return Err(refuse(
            "payout-on-its-way",
            format!("money is on its way to `{}`", party.name),
            "wait for the bank's answer",
        ));
    }
    let id = party.id.as_str();
    for account in [Account::party(id), Account::advance(id), Account::receivable(id)] {
        for (_, balance) in tx.balances(account.as_str()).await? {
            if !balance.posted.is_zero() {
                return Err(refuse(
                    "balance-left",
                    format!("`{account}` holds {}", balance.posted),
                    "pay it out, or give it away, first",
                ));
            }
        }
    }
    tx.erase_personal(&party.id, now).await?;
    tx.note(now, by, "party erase", party.id.as_str(), "").await?;
    tx.commit().await?;
    Ok(())
}

/// Everything personal the house keeps about a party, as JSON for the party itself.
pub async fn export(house: &House, party: &str) -> Result<serde_json::Value, Failure> {
    let key = house.store.fields();
    let mut tx = house.store.begin_read().await?;
    let record = party::find(&mut tx, party).await?;
    let id = record.party.id.clone();
    let mut fields = serde_json::Map::new();
    for field in tx.secret_fields(&id).await? {
        let text = tx.secret(key, &id, &field).await?;
        fields.insert(field, text.into());
    }
    let details = tx.details_of(key, &id).await?.into_iter().map(|d| {
        let body = serde_json::from_str(&d.body).unwrap_or(serde_json::Value::Null);
        serde_json::json!({ "version": d.version, "details": body, "given_at": d.created.to_string() })
    });
    let details: Vec<serde_json::Value> = details.collect();
    let claims = tx.claims_of(key, &id).await?.into_iter().map(|c| {
        serde_json::json!({
            "claim": c.id.as_str(), "status": c.status.word(), "claimant": c.claimant, "contact": c.contact, "evidence": c.evidence,
            "reason": c.reason, "opened_at": c.created.to_string(),
        })
    });
    let claims: Vec<serde_json::Value> = claims.collect();
    let money = |a: Amount| serde_json::json!({ "amount": a.to_decimal(), "currency": a.currency().code() });
    let given: Vec<serde_json::Value> = tx
        .contributions_by(&id)
        .await?
        .into_iter()
        .map(|c| serde_json::json!({ "reference": c.reference, "pledged": money(c.pledged), "received": money(c.received), "promised_at": c.created.to_string() }))
        .collect();
    let payouts: Vec<serde_json::Value> = tx
        .payouts_of_party(&id)
        .await?
        .into_iter()
        .map(|p| serde_json::json!({ "payout": p.id.as_str(), "net": money(p.net), "status": p.status }))
        .collect();
    let mail_in = tx.mail_door_of(key, &id).await?;
    let mailed = tx.mail_drafts(&id).await?.len();
    Ok(serde_json::json!({
        "mail_in": { "local_part": mail_in.map(|(local, _)| local), "drafts": mailed },
        "party": { "id": id.as_str(), "name": record.party.name, "aliases": record.party.aliases, "standing": record.standing.word(),
                   "first_payment": record.first_payment },
        "fields": fields,
        "bank_details": details,
        "claims": claims,
        "contributions": given,
        "payouts": payouts,
    }))
}
