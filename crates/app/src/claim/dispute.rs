//! Disputes: two contradict each other, the name is frozen until one is settled for.

use jiff::Timestamp;
use ledger::{Account, Draft};
use music::claim::ClaimStatus;
use music::{ClaimId, PartyId};
use store::{ClaimRow, PartyRecord, Standing, Tx};

use super::decide::{turn_away, welcome};
use super::{claim_in, held, stated, waiting};
use crate::failure::refuse;
use crate::{Failure, House, party};

/// What a dispute is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A claim, and with it the party it is to.
    Claim(ClaimId),
    /// A party: an id or a unique name.
    Party(String),
}

/// Freezes a party: nothing is paid, payouts that are reserved and in no file yet are dropped, its clocks
/// stand still, and every open claim to it is disputed.
///
/// # Errors
/// In this order: `reason`, `claim-unknown` or `party-unknown`, `claim-decided`, `party-frozen`.
pub async fn dispute(house: &House, about: &About, reason: &str, by: &str) -> Result<PartyRecord, Failure> {
    let now = house.now();
    let reason = stated(reason)?;
    let mut tx = house.store.begin().await?;
    let who = match about {
        About::Party(text) => text.clone(),
        About::Claim(id) => {
            let claim = claim_in(house, &mut tx, id).await?;
            if claim.status == ClaimStatus::Refused {
                return Err(refuse(
                    "claim-decided",
                    format!("the claim `{id}` was refused"),
                    "dispute the party itself",
                ));
            }
            claim.party.to_string()
        }
    };
    let record = party::find(&mut tx, &who).await?;
    let id = record.party.id.clone();
    if record.standing == Standing::Frozen {
        return Err(refuse(
            "party-frozen",
            format!("`{}` is frozen already", record.party.name),
            "settle its dispute first",
        ));
    }
    tx.freeze(&id).await?;
    for claim in tx.claims_of(house.store.fields(), &id).await? {
        if claim.status == ClaimStatus::Open {
            tx.claim_status(&claim.id, ClaimStatus::Disputed, reason, by, now).await?;
        }
    }
    for (payout, entry) in tx.reserved_payouts(&id).await? {
        let key = format!("payout-dropped:{payout}");
        let posted = tx.post_one(now, Draft::voids(entry, "payout-dropped", payout.as_str(), key)).await?;
        tx.payout_status(&payout, "dropped", Some(posted.seq()), "the payee is disputed").await?;
    }
    tx.drop_empty_batches().await?;
    tx.note(now, by, "claim dispute", id.as_str(), reason).await?;
    let record = party::find(&mut tx, id.as_str()).await?;
    tx.commit().await?;
    Ok(record)
}

/// Settles a dispute for a claim, or for whoever answered before (`None`). The other disputed claims are
/// refused. Bank details that somebody else gave are not used for the winner.
///
/// # Errors
/// In this order: `party-unknown`, `party-not-frozen`, `claim-unknown` (also one to another party),
/// `claim-decided`.
pub async fn settle_dispute(
    house: &House,
    party: &str,
    winner: Option<&ClaimId>,
    by: &str,
) -> Result<PartyRecord, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let record = party::find(&mut tx, party).await?;
    let id = record.party.id.clone();
    if record.standing != Standing::Frozen {
        return Err(refuse(
            "party-not-frozen",
            format!("`{}` is {}, there is nothing to settle", record.party.name, record.standing.word()),
            "",
        ));
    }
    let winner = match winner {
        None => None,
        Some(claim) => Some(contestant(house, &mut tx, claim, &id).await?),
    };
    for claim in tx.claims_of(house.store.fields(), &id).await? {
        let lost = claim.status == ClaimStatus::Disputed && winner.as_ref().is_none_or(|w| w.id != claim.id);
        if lost {
            turn_away(house, &mut tx, &claim, "the dispute was settled otherwise", by).await?;
        }
    }
    let before = tx.frozen_from(&id).await?.unwrap_or(Standing::Unclaimed);
    match &winner {
        Some(claim) => {
            tx.retire_details(&id).await?;
            welcome(house, &mut tx, claim, &id, by).await?;
        }
        None => {
            tx.set_standing(&id, before).await?;
            if before == Standing::Unclaimed {
                put_back(house, &mut tx, &id, now).await?;
            }
        }
    }
    let detail = winner.as_ref().map_or("as before", |w| w.id.as_str());
    tx.note(now, by, "claim settle", id.as_str(), detail).await?;
    let record = party::find(&mut tx, id.as_str()).await?;
    tx.commit().await?;
    Ok(record)
}

async fn contestant(house: &House, tx: &mut Tx, id: &ClaimId, party: &PartyId) -> Result<ClaimRow, Failure> {
    let claim = claim_in(house, tx, id).await?;
    if claim.party != *party {
        return Err(refuse("claim-unknown", format!("the claim `{id}` is to another name"), ""));
    }
    if claim.status != ClaimStatus::Disputed {
        return Err(refuse(
            "claim-decided",
            format!("the claim `{id}` is {}", claim.status.word()),
            "name a disputed claim, or none for who answered before",
        ));
    }
    Ok(claim)
}

/// What was shared while a party was frozen waits again like the rest in its name.
async fn put_back(house: &House, tx: &mut Tx, party: &PartyId, now: Timestamp) -> Result<(), Failure> {
    let account = Account::unclaimed(party.as_str());
    for (from, amount) in held(tx, &Account::party(party.as_str())).await? {
        let id = house.suspense_id();
        let draft = Draft::posted("claim-unsettled", party.as_str(), format!("unsettled:{id}"))
            .memo("the dispute ended without an owner")
            .inputs(amount.to_string())
            .debit(from, amount)
            .credit(account.clone(), amount);
        tx.post_one(now, draft).await?;
        tx.insert_suspense(&[waiting(id, account.to_string(), amount, party, now)]).await?;
    }
    Ok(())
}
