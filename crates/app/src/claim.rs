//! Claims: is my name here, inviting, asserting, deciding, disputes, and clocks that run out.
//! It is one piece because an invitation, a claim, its acceptance and a dispute move the same three states together.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ledger::{Account, Draft, Hash};
use money::Amount;
use music::claim::ClaimStatus;
use music::{ClaimId, PartyId};
use store::{ClaimRow, Credited, NewClaim, PartyRecord, Standing, SuspenseRow, Tx};

use crate::failure::refuse;
use crate::mail::{self, Invitation};
use crate::{Failure, House, party, policy, receivable};

/// How many names a search answers at most.
const FOUND_MOST: i64 = 20;

/// How long evidence may be, in characters: some pages of text and links.
const EVIDENCE_MOST: usize = 10_000;

/// How many invitations to one name may be out at a time, so that nobody mails by our hand.
const INVITATIONS_MOST: usize = 5;

/// What a public search tells about a name. No amount, no date, no performer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The party.
    pub party: PartyId,
    /// The name as credited.
    pub name: String,
    /// Whether somebody answers for it.
    pub standing: Standing,
    /// How many recordings credit it.
    pub recordings: i64,
    /// Whether money waits.
    pub waits: Waits,
}

/// Whether money waits, and how much in rough words where that gives nobody's gift away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// None.
    No,
    /// Some; the runs it comes from have too few givers to say more.
    Some,
    /// Less than ten of a currency's unit.
    UnderTen,
    /// Ten to a hundred.
    UnderHundred,
    /// More.
    HundredAndMore,
}

impl Waits {
    fn bracket(amount: Amount) -> Waits {
        match amount.micros() {
            i64::MIN..=0 => Waits::No,
            1..=9_999_999 => Waits::UnderTen,
            10_000_000..=99_999_999 => Waits::UnderHundred,
            _ => Waits::HundredAndMore,
        }
    }

    /// Whether any money waits.
    pub fn any(self) -> bool {
        self != Waits::No
    }
}

/// "Is my name here?": the credited parties whose name or alias holds all the words.
pub async fn search(house: &House, words: &str) -> Result<Vec<Found>, Failure> {
    if music::name_key(words).len() < 2 {
        return Err(refuse(
            "search-short",
            "a search needs two letters at least",
            "write the name as it stands on the release",
        ));
    }
    let mut tx = house.store.begin_read().await?;
    let mut found = Vec::new();
    for record in tx.search_parties(words, FOUND_MOST).await? {
        let id = record.party.id;
        let recordings = tx.recordings_crediting(&id).await?;
        let waiting = unclaimed(&mut tx, &id).await?;
        // Who only performs or pays is nobody's business.
        if recordings == 0 && waiting.is_empty() {
            continue;
        }
        let waits = match waiting.iter().map(|(_, a)| *a).max_by_key(|a| a.micros()) {
            None => Waits::No,
            Some(_) if tx.paid_privately(&id).await? => Waits::Some,
            Some(most) => Waits::bracket(most),
        };
        found.push(Found {
            party: id,
            name: record.party.name,
            standing: record.standing,
            recordings,
            waits,
        });
    }
    Ok(found)
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

async fn decide(house: &House, id: &ClaimId, existing: Option<&str>, by: &str) -> Result<ClaimRow, Failure> {
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
async fn welcome(
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
async fn release(
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

async fn turn_away(
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
    Ok(serde_json::json!({
        "party": { "id": id.as_str(), "name": record.party.name, "aliases": record.party.aliases, "standing": record.standing.word(),
                   "first_payment": record.first_payment },
        "fields": fields,
        "bank_details": details,
        "claims": claims,
        "contributions": given,
        "payouts": payouts,
    }))
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
