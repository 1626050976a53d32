//! What becomes of a claim: accepted, with the money that waited, or refused with a reason.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ledger::{Account, Draft};
use music::claim::ClaimStatus;
use music::{ClaimId, PartyId};
use store::{ClaimRow, PartyRecord, Standing, Tx};

use super::{claim_in, stated, unclaimed};
use crate::failure::refuse;
use crate::mail;
use crate::{Failure, House, party, policy, receivable};

/// Accepts a claim: the party is here, and its money is released. Accepting twice changes nothing.
///
/// # Errors
/// In this order: `claim-unknown`, `claim-unanswered` (an invitation), `claim-refused`, `claim-disputed`
/// (contradicted by another claim, or somebody answers for the name already).
pub async fn accept(house: &House, claim: &ClaimId, by: &str) -> Result<ClaimRow, Failure> {
    decide(house, claim, None, by).await
}

/// Accepts a claim of somebody who is here under another name: shares, money and the name itself go to
/// that party; what was written under the old one stays as it was written.
///
/// # Errors
/// Those of [`accept`], then `party-unknown`, `party-not-here`.
pub async fn accept_as(
    house: &House,
    claim: &ClaimId,
    existing: &str,
    by: &str,
) -> Result<ClaimRow, Failure> {
    decide(house, claim, Some(existing), by).await
}

pub(super) async fn decide(
    house: &House,
    id: &ClaimId,
    existing: Option<&str>,
    by: &str,
) -> Result<ClaimRow, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let claim = claim_in(house, &mut tx, id).await?;
    if claim.status == ClaimStatus::Accepted {
        return Ok(claim);
    }
    let record = acceptable(house, &mut tx, &claim).await?;
    let owner = match existing {
        None => claim.party.clone(),
        Some(existing) => {
            let other = party::find(&mut tx, existing).await?;
            if other.standing != Standing::Here || other.party.id == claim.party {
                return Err(refuse(
                    "party-not-here",
                    format!("`{existing}` is not a party that is here"),
                    "accept the claim by itself",
                ));
            }
            other.party.id
        }
    };
    if owner != claim.party {
        tx.merge_party(&claim.party, &owner, now).await?;
    }
    welcome(house, &mut tx, &claim, &owner, by).await?;
    for other in tx.claims_of(house.store.fields(), &claim.party).await? {
        if other.status == ClaimStatus::Invited {
            tx.claim_status(&other.id, ClaimStatus::Refused, "another claim was accepted", by, now).await?;
            tx.settle_claim(&other.id, now).await?;
        }
    }
    let detail = format!("{} {}", record.party.name, owner);
    tx.note(now, by, "claim accept", id.as_str(), &detail).await?;
    let row = claim_in(house, &mut tx, id).await?;
    tx.commit().await?;
    Ok(row)
}

async fn acceptable(house: &House, tx: &mut Tx, claim: &ClaimRow) -> Result<PartyRecord, Failure> {
    match claim.status {
        ClaimStatus::Invited => {
            return Err(refuse(
                "claim-unanswered",
                "nobody has answered this invitation",
                "wait for the answer; reminders follow by themselves",
            ));
        }
        ClaimStatus::Refused => {
            return Err(refuse(
                "claim-refused",
                format!("this claim was refused: {}", claim.reason),
                "a new claim with better evidence can be opened",
            ));
        }
        _ => {}
    }
    let record = party::find(tx, claim.party.as_str()).await?;
    let rivals = tx.claims_of(house.store.fields(), &claim.party).await?;
    let rivals = rivals
        .iter()
        .filter(|c| c.id != claim.id && matches!(c.status, ClaimStatus::Open | ClaimStatus::Disputed))
        .count();
    if claim.status == ClaimStatus::Disputed || record.standing != Standing::Unclaimed || rivals > 0 {
        let why = if rivals > 0 {
            format!("{rivals} other claim(s) to `{}` contradict this one", record.party.name)
        } else {
            format!("`{}` is {} already", record.party.name, record.standing.word())
        };
        return Err(refuse(
            "claim-disputed",
            why,
            "refuse the others, or freeze the name with `dispute` and settle it for one of them",
        ));
    }
    Ok(record)
}

/// What acceptance does, by whichever way: the claimant answers for the party, and its money is theirs.
pub(super) async fn welcome(
    house: &House,
    tx: &mut Tx,
    claim: &ClaimRow,
    owner: &PartyId,
    by: &str,
) -> Result<(), Failure> {
    let now = house.now();
    release(tx, &claim.party, owner, &format!("claim:{}", claim.id), claim.id.as_str(), now).await?;
    for item in tx.suspense_of_party(&claim.party).await? {
        if item.reason == "unclaimed" {
            tx.close_suspense(&item.id, claim.id.as_str(), now).await?;
        }
    }
    tx.set_standing(owner, Standing::Here).await?;
    let known = tx.secret(house.store.fields(), owner, "mail").await?;
    if let Some(contact) = &claim.contact {
        if known.is_none() || *owner == claim.party {
            tx.set_secret(house.store.fields(), owner, "mail", contact, house.world.nonce(), now).await?;
        }
        let name = tx.party(&claim.party).await?.map(|p| p.party.name).unwrap_or_default();
        let (subject, body) =
            mail::decision_words(&policy::text(tx, "house-name", now).await?, &name, true, "");
        mail::queue(
            house,
            tx,
            format!("accepted-{}", claim.id),
            contact.clone(),
            subject,
            body,
            "claim-accepted",
        )
        .await?;
    }
    if let Some(first) = claim.first_payment {
        tx.set_first_payment(owner, first).await?;
    }
    tx.claim_status(&claim.id, ClaimStatus::Accepted, "", by, now).await?;
    tx.settle_claim(&claim.id, now).await?;
    Ok(())
}

/// One entry: what waits in a party's name becomes its owner's, in every currency.
pub(super) async fn release(
    tx: &mut Tx,
    from: &PartyId,
    owner: &PartyId,
    key: &str,
    subject: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let waiting = unclaimed(tx, from).await?;
    if waiting.is_empty() {
        return Ok(());
    }
    let inputs: Vec<String> = waiting.iter().map(|(_, amount)| amount.to_string()).collect();
    let mut draft = Draft::posted("claim", subject, key)
        .memo("claimed: what waited is released")
        .inputs(inputs.join(" "));
    for (account, amount) in &waiting {
        draft = draft.debit(account.clone(), *amount).credit(Account::party(owner.as_str()), *amount);
    }
    let entry = tx.post_one(now, draft).await?.seq();
    let rate = receivable::rate(tx, now).await?;
    for (_, amount) in waiting {
        let cause = receivable::Cause { entry, subject, words: "the claim" };
        receivable::even_out(tx, cause, &BTreeMap::from([(owner.clone(), amount)]), rate, now).await?;
    }
    Ok(())
}

/// Refuses a claim, with a reason that is told to the claimant. Contact and evidence are forgotten.
///
/// # Errors
/// In this order: `reason`, `claim-unknown`, `claim-decided`.
pub async fn refuse_claim(house: &House, id: &ClaimId, reason: &str, by: &str) -> Result<ClaimRow, Failure> {
    let reason = stated(reason)?;
    let mut tx = house.store.begin().await?;
    let claim = claim_in(house, &mut tx, id).await?;
    if matches!(claim.status, ClaimStatus::Accepted | ClaimStatus::Refused) {
        return Err(refuse(
            "claim-decided",
            format!("the claim `{id}` is {} already", claim.status.word()),
            "what is accepted is contested by `dispute`",
        ));
    }
    turn_away(house, &mut tx, &claim, reason, by).await?;
    tx.note(house.now(), by, "claim refuse", id.as_str(), reason).await?;
    let row = claim_in(house, &mut tx, id).await?;
    tx.commit().await?;
    Ok(row)
}

pub(super) async fn turn_away(
    house: &House,
    tx: &mut Tx,
    claim: &ClaimRow,
    reason: &str,
    by: &str,
) -> Result<(), Failure> {
    let now = house.now();
    if let Some(contact) = claim.contact.clone().filter(|_| claim.status != ClaimStatus::Invited) {
        let name = tx.party(&claim.party).await?.map(|p| p.party.name).unwrap_or_default();
        let (subject, body) =
            mail::decision_words(&policy::text(tx, "house-name", now).await?, &name, false, reason);
        mail::queue(house, tx, format!("refused-{}", claim.id), contact, subject, body, "claim-refused")
            .await?;
    }
    tx.claim_status(&claim.id, ClaimStatus::Refused, reason, by, now).await?;
    tx.settle_claim(&claim.id, now).await?;
    Ok(())
}
