//! Invitations: one link each, relayed by label, operator or DJ, and a bounded number of reminders.

use ledger::Hash;
use music::claim::ClaimStatus;
use store::{ClaimRow, NewClaim, PartyRecord, Standing, Tx};

use super::{claim_in, claim_of_token, unclaimed};
use crate::failure::refuse;
use crate::mail::{self, Invitation};
use crate::{Failure, House, party, policy};

/// How many invitations to one name may be out at a time, so that nobody mails by our hand.
const INVITATIONS_MOST: usize = 5;

/// What a one-time link shows before it is used: the claim and the credited name. Nothing is changed.
pub async fn invitation(house: &House, token: &str) -> Result<(ClaimRow, String), Failure> {
    let mut tx = house.store.begin_read().await?;
    let claim = claim_of_token(house, &mut tx, token).await?;
    let name = tx.party(&claim.party).await?.map(|p| p.party.name).unwrap_or_default();
    Ok((claim, name))
}

/// Who relays an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relay {
    /// A label.
    Label,
    /// The house itself.
    Operator,
    /// The DJ who played the music.
    Dj,
}

impl Relay {
    /// The word in the store.
    pub const fn word(self) -> &'static str {
        match self {
            Relay::Label => "label",
            Relay::Operator => "operator",
            Relay::Dj => "dj",
        }
    }

    /// The relay a word stands for.
    pub fn from_word(word: &str) -> Option<Relay> {
        [Relay::Label, Relay::Operator, Relay::Dj].into_iter().find(|r| r.word() == word)
    }
}

/// An invitation to send.
#[derive(Debug, Clone)]
pub struct Invite {
    /// The credited name: a party's id or a unique name.
    pub party: String,
    /// Who relays it.
    pub relay: Relay,
    /// Where it goes.
    pub to: String,
    /// Who asks; named in the mail: a party, or anybody of the house for [`Relay::Operator`].
    pub by: String,
}

/// Invites somebody to claim a name: one mail with a one-time link, whose token is told here once and
/// kept only as a hash.
///
/// # Errors
/// In this order: `mail`, `party-unknown`, `party-here`, `party-unknown` for a relay nobody knows,
/// `claim-invited`, `claim-invited-often`.
pub async fn invite(house: &House, ask: Invite) -> Result<(ClaimRow, String), Failure> {
    let now = house.now();
    let key = house.store.fields();
    let to = mail::address(&ask.to)?;
    let mut tx = house.store.begin().await?;
    let record = party::find(&mut tx, &ask.party).await?;
    let party = &record.party;
    if record.standing != Standing::Unclaimed {
        return Err(refuse(
            "party-here",
            format!("`{}` is {} already", party.name, record.standing.word()),
            "only names that nobody answers for are invited",
        ));
    }
    let relayed_by = match ask.relay {
        Relay::Operator => policy::text(&mut tx, "house-name", now).await?,
        Relay::Label | Relay::Dj => party::find(&mut tx, &ask.by).await?.party.name,
    };
    let out: Vec<ClaimRow> = tx
        .claims_of(key, &party.id)
        .await?
        .into_iter()
        .filter(|c| c.status == ClaimStatus::Invited)
        .collect();
    if out.iter().any(|c| c.contact.as_ref().is_some_and(|m| m.eq_ignore_ascii_case(&to))) {
        return Err(refuse(
            "claim-invited",
            format!("an invitation for `{}` went to this address already", party.name),
            "reminders follow by themselves",
        ));
    }
    if out.len() >= INVITATIONS_MOST {
        return Err(refuse(
            "claim-invited-often",
            format!("{} invitations for `{}` are out already", out.len(), party.name),
            "wait for an answer",
        ));
    }
    let id = house.claim_id();
    let new = NewClaim {
        id: &id,
        party: &party.id,
        status: ClaimStatus::Invited,
        claimant: "",
        contact: &to,
        evidence: "",
        relay: ask.relay.word(),
        relayed_by: &relayed_by,
        reason: "",
        first_payment: None,
    };
    tx.insert_claim(key, &new, [house.world.nonce(), house.world.nonce()], now).await?;
    let row = claim_in(house, &mut tx, &id).await?;
    let token = send_link(house, &mut tx, &row, &record, 0).await?;
    tx.note(now, &ask.by, "claim invite", id.as_str(), ask.relay.word()).await?;
    tx.commit().await?;
    Ok((row, token))
}

/// Makes a token, keeps its hash, and queues the mail that carries it.
async fn send_link(
    house: &House,
    tx: &mut Tx,
    claim: &ClaimRow,
    record: &PartyRecord,
    reminder: u32,
) -> Result<String, Failure> {
    let now = house.now();
    let Some(to) = claim.contact.clone() else {
        return Err(Failure::Fault(store::Fault::new("an invitation has no address")));
    };
    let token = format!("{:016x}{:016x}", house.world.bits(), house.world.bits());
    tx.insert_token(&Hash::of(token.as_bytes()).to_string(), &claim.id, now).await?;
    let name = policy::text(tx, "house-name", now).await?;
    let url = policy::text(tx, "house-url", now).await?;
    let link = format!("{}/claim/{token}", url.trim_end_matches('/'));
    let waits = !unclaimed(tx, &claim.party).await?.is_empty();
    let follow = policy::count(tx, "reminders", now).await?.saturating_sub(reminder);
    let words = Invitation {
        house: &name,
        name: &record.party.name,
        relay: &claim.relay,
        relayed_by: &claim.relayed_by,
        waits,
        link: &link,
        reminder,
        follow,
    };
    let (subject, body) = mail::invitation_words(&words);
    let (id, reason) = if reminder == 0 {
        (format!("invitation-{}", claim.id), "invitation")
    } else {
        (format!("reminder-{}-{reminder}", claim.id), "reminder")
    };
    mail::queue(house, tx, id, to, subject, body, reason).await?;
    Ok(token)
}

/// Queues the reminders that are due: at most so many per invitation, so many days apart, as the policies
/// `reminders` and `reminder-days` say. Twice on one day changes nothing. Tells how many.
pub async fn remind(house: &House) -> Result<usize, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let most = policy::count(&mut tx, "reminders", now).await?;
    let days = policy::count(&mut tx, "reminder-days", now).await?.max(1);
    let mut queued = 0;
    for claim in tx.claims(house.store.fields(), ClaimStatus::Invited.word()).await? {
        let waited = now.as_second() - claim.last_reminder.unwrap_or(claim.created).as_second();
        if claim.contact.is_none() || claim.reminders >= most || waited < i64::from(days) * 86_400 {
            continue;
        }
        let Some(record) = tx.party(&claim.party).await?.filter(|p| p.standing == Standing::Unclaimed) else {
            continue;
        };
        send_link(house, &mut tx, &claim, &record, claim.reminders + 1).await?;
        tx.claim_reminded(&claim.id, now).await?;
        queued += 1;
    }
    tx.commit().await?;
    Ok(queued)
}
