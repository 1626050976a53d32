//! Claims: somebody says that a name is theirs. Searching, inviting, deciding and disputing are the files below.

mod decide;
mod dispute;
mod invite;
mod personal;
mod search;

use jiff::Timestamp;
use ledger::{Account, Hash};
use money::Amount;
use music::claim::ClaimStatus;
use music::{ClaimId, PartyId};
use store::{ClaimRow, Credited, NewClaim, Standing, SuspenseRow, Tx};

use crate::failure::refuse;
use crate::mail;
use crate::{Failure, House, party};

pub use decide::{accept, accept_as, refuse_claim};
pub use dispute::{About, dispute, settle_dispute};
pub use invite::{Invite, Relay, invitation, invite, remind};
pub use personal::{erase, export};
pub use search::{Found, Waits, search};

/// How long evidence may be, in characters: some pages of text and links.
const EVIDENCE_MOST: usize = 10_000;

/// Somebody says that a name is theirs.
#[derive(Debug, Clone, Default)]
pub struct Open {
    /// The name: a party's id or a unique name; taken from the token where empty.
    pub party: String,
    /// Who claims.
    pub claimant: String,
    /// Their mail address; kept encrypted until the claim is settled, then as the party's own.
    pub contact: String,
    /// Evidence: text and links; kept encrypted until the claim is settled.
    pub evidence: String,
    /// Whether this will be their first money ever from music, where answered.
    pub first_payment: Option<bool>,
    /// The one-time token of an invitation, which proves the relay.
    pub token: Option<String>,
}

/// Opens a claim. To a party that is here already, or frozen, it is a disputed one: what that means is
/// the house's decision ([`dispute`]).
///
/// # Errors
/// In this order: `claimant`, `mail`, `evidence`, `token-unknown`, `token-used`, `party-unknown`,
/// `token-other-party`, `claim-open`.
pub async fn open(house: &House, ask: Open) -> Result<ClaimRow, Failure> {
    let now = house.now();
    let key = house.store.fields();
    let claimant = ask.claimant.trim();
    if music::name_key(claimant).is_empty()
        || claimant.chars().count() > 200
        || claimant.contains(char::is_control)
    {
        return Err(refuse(
            "claimant",
            "a claim needs the name of whoever claims, on one line",
            "write the name people reach you by",
        ));
    }
    let contact = mail::address(&ask.contact)?;
    if ask.evidence.chars().count() > EVIDENCE_MOST {
        return Err(refuse(
            "evidence",
            format!("the evidence is longer than {EVIDENCE_MOST} characters"),
            "send links instead of texts",
        ));
    }
    if ask.evidence.trim().is_empty() && ask.token.is_none() {
        return Err(refuse(
            "evidence",
            "a claim without an invitation needs evidence",
            "link a page of yours that names the release, or your distributor's",
        ));
    }
    let mut tx = house.store.begin().await?;
    let invited = match &ask.token {
        Some(token) => Some(claim_of_token(house, &mut tx, token).await?),
        None => None,
    };
    let record = match (&invited, ask.party.trim()) {
        (Some(claim), "") => party::find(&mut tx, claim.party.as_str()).await?,
        (_, name) => party::find(&mut tx, name).await?,
    };
    let party = record.party.id.clone();
    if let Some(claim) = invited.as_ref().filter(|c| c.party != party) {
        return Err(refuse(
            "token-other-party",
            format!("this link is not for `{}`", record.party.name),
            format!("leave the name out: the link is for `{}`", claim.party),
        ));
    }
    for other in tx.claims_of(key, &party).await? {
        let theirs = other.contact.as_ref().is_some_and(|c| c.eq_ignore_ascii_case(&contact));
        if theirs && matches!(other.status, ClaimStatus::Open | ClaimStatus::Disputed) {
            return Err(refuse(
                "claim-open",
                format!("you have claimed `{}` already", record.party.name),
                "the house answers by mail; nothing was changed now",
            ));
        }
    }
    let id = invited.as_ref().map_or_else(|| house.claim_id(), |c| c.id.clone());
    let here = record.standing != Standing::Unclaimed;
    let new = NewClaim {
        id: &id,
        party: &party,
        status: if here { ClaimStatus::Disputed } else { ClaimStatus::Open },
        claimant,
        contact: &contact,
        evidence: ask.evidence.trim(),
        relay: "",
        relayed_by: "",
        reason: if here { "somebody answers for this name already" } else { "" },
        first_payment: ask.first_payment,
    };
    let nonces = [house.world.nonce(), house.world.nonce()];
    if invited.is_some() {
        tx.answer_claim(key, &new, nonces).await?;
        tx.use_tokens(&id, now).await?;
    } else {
        tx.insert_claim(key, &new, nonces, now).await?;
    }
    tx.note(now, party.as_str(), "claim open", id.as_str(), new.status.word()).await?;
    let row = claim_in(house, &mut tx, &id).await?;
    tx.commit().await?;
    Ok(row)
}

async fn claim_of_token(house: &House, tx: &mut Tx, token: &str) -> Result<ClaimRow, Failure> {
    let hash = Hash::of(token.trim().as_bytes()).to_string();
    let unknown = || {
        refuse(
            "token-unknown",
            "this link is not one of ours",
            "copy it whole from the mail, or search your name",
        )
    };
    let (id, used) = tx.token(&hash).await?.ok_or_else(unknown)?;
    let claim = claim_in(house, tx, &id).await?;
    if used || claim.status != ClaimStatus::Invited {
        return Err(refuse(
            "token-used",
            "this link was used already",
            "the house answers by mail; if it was not you, search your name and claim it",
        ));
    }
    Ok(claim)
}

pub(crate) fn waiting(
    id: music::SuspenseId,
    account: String,
    amount: Amount,
    party: &PartyId,
    now: Timestamp,
) -> SuspenseRow {
    SuspenseRow {
        id,
        account,
        amount,
        reason: "unclaimed".to_owned(),
        party: Some(party.clone()),
        recording: None,
        set_line: None,
        run: None,
        bank_line: None,
        opened: now,
        due: None,
        destination: "until it is settled".to_owned(),
        closed: None,
        closed_by: None,
    }
}

/// The headline figure: parties and money credited, and the part that somebody answers for.
pub async fn headline(house: &House) -> Result<Credited, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(tx.credited().await?)
}

/// All claims, oldest first; of one state where it is named. For the house's eyes only.
pub async fn list(house: &House, status: Option<ClaimStatus>) -> Result<Vec<ClaimRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(tx.claims(house.store.fields(), status.map_or("", ClaimStatus::word)).await?)
}

fn stated(reason: &str) -> Result<&str, Failure> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(refuse("reason", "this needs a reason", "it is kept, and told to whoever asks"));
    }
    Ok(reason)
}

async fn claim_in(house: &House, tx: &mut Tx, id: &ClaimId) -> Result<ClaimRow, Failure> {
    let claim = tx.claim(house.store.fields(), id).await?;
    claim.ok_or_else(|| {
        refuse("claim-unknown", format!("there is no claim `{id}`"), "`tantieme claim list` shows all")
    })
}

/// What waits in the name of a party that is not here, by account.
async fn unclaimed(tx: &mut Tx, party: &PartyId) -> Result<Vec<(Account, Amount)>, Failure> {
    held(tx, &Account::unclaimed(party.as_str())).await
}

async fn held(tx: &mut Tx, account: &Account) -> Result<Vec<(Account, Amount)>, Failure> {
    let mut all = Vec::new();
    for (code, balance) in tx.balances(account.as_str()).await? {
        let amount = balance.posted.negated()?;
        if code == *account && amount.is_positive() {
            all.push((code, amount));
        }
    }
    Ok(all)
}
