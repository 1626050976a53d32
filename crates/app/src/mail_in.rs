//! Set lists by mail: a DJ's private address, what came to it, and the drafts that wait for them.
//!
//! Who knows the address may leave a list there and nothing else: answers go to the DJ's own address of sign-in, never
//! to whom a message says it is from, so that nobody can be sent mail in our name. Each message is taken once.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use formats::mail::Letter;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use ledger::Hash;
use music::PartyId;
use store::MailDraftRow;

use crate::failure::refuse;
use crate::{Failure, House, mail, party, policy};

/// How long a draft waits.
pub const DRAFT_DAYS: i64 = 30;
/// The largest file that waits as a draft, in bytes.
pub const DRAFT_MOST: usize = 12 * 1024 * 1024;
/// Most drafts of one party, and their bytes together; the oldest goes first.
const DRAFTS_MOST: usize = 30;
const DRAFTS_BYTES: i64 = 100 * 1024 * 1024;
/// Messages that one address takes in a day. Whoever plays every night sends a handful.
const MOST_A_DAY: i64 = 40;
/// How long a message that came is remembered. Mail servers give up after five days.
const REMEMBERED_DAYS: i64 = 90;
/// How many of a party's people are answered.
const ANSWERED_MOST: usize = 5;
/// Letters that are not taken for one another, five bits each.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A party's private address.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// The whole address.
    pub text: String,
    /// Since when it is in force.
    pub since: Timestamp,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Address(…, {})", self.since)
    }
}

/// Whose an address is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    /// The party.
    pub party: PartyId,
    /// Their name.
    pub name: String,
    /// Whether they have a standing promise of an amount, so that a list needs no more words.
    pub has_plan: bool,
}

/// A file that waits for its owner.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its id.
    pub id: String,
    /// The file's name.
    pub document: String,
    /// The night's name, out of the subject; may be empty.
    pub event: String,
    /// The night's day, where the subject says one.
    pub date: Option<Date>,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Since when it waits.
    pub created: Timestamp,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Draft({}, {} bytes)", self.id, self.bytes.len())
    }
}

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Files wait as drafts.
    Draft,
    /// Lists were recorded.
    List,
    /// Nothing in it could be used.
    Refused,
    /// A program wrote it: nothing is done and nobody answered.
    Automatic,
}

impl Outcome {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Outcome::Draft => "draft",
            Outcome::List => "list",
            Outcome::Refused => "refused",
            Outcome::Automatic => "automatic",
        }
    }
}

/// Whether the house takes lists by mail: it has a domain for them.
pub async fn is_open(house: &House) -> Result<bool, Failure> {
    Ok(!domain(house).await?.is_empty())
}

/// Whether an address of this domain is one of the house's.
pub async fn is_ours(house: &House, asked: &str) -> Result<bool, Failure> {
    let own = domain(house).await?;
    Ok(!own.is_empty() && own.eq_ignore_ascii_case(asked))
}

async fn domain(house: &House) -> Result<String, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(policy::text(&mut tx, "mail-in-domain", house.now()).await?.trim().trim_start_matches('@').to_owned())
}

/// The private address of a party, where it has one and the house takes mail.
pub async fn address(house: &House, who: &str) -> Result<Option<Address>, Failure> {
    let domain = domain(house).await?;
    let mut tx = house.store.begin_read().await?;
    let who = party::find(&mut tx, who).await?.party.id;
    let known = tx.mail_door_of(house.store.fields(), &who).await?.filter(|_| !domain.is_empty());
    Ok(known.map(|(local, since)| Address { text: format!("{local}@{domain}"), since }))
}

/// Gives a party a private address of a hundred random bits; one that it had ends.
///
/// # Errors
/// In this order: `mail-in-off`, `party-unknown`.
pub async fn renew(house: &House, who: &str, by: &str) -> Result<Address, Failure> {
    let domain = domain(house).await?;
    if domain.is_empty() {
        return Err(refuse(
            "mail-in-off",
            "this house takes no set lists by mail",
            "it does once the policy `mail-in-domain` names a domain of its own",
        ));
    }
    let now = house.now();
    let local = format!("set-{}", letters(&house.world.nonce(), 20));
    let mut tx = house.store.begin().await?;
    let who = party::find(&mut tx, who).await?.party.id;
    tx.put_mail_door(house.store.fields(), &who, &local, house.world.nonce(), now).await?;
    tx.note(now, by, "mail-in address", who.as_str(), "made").await?;
    tx.commit().await?;
    Ok(Address { text: format!("{local}@{domain}"), since: now })
}

/// Ends the private address of a party.
///
/// # Errors
/// In this order: `party-unknown`, `mail-in-none`.
pub async fn end(house: &House, who: &str, by: &str) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let who = party::find(&mut tx, who).await?.party.id;
    if !tx.end_mail_doors(&who, now).await? {
        return Err(refuse("mail-in-none", "there is no address in force", "make one"));
    }
    tx.note(now, by, "mail-in address", who.as_str(), "ended").await?;
    tx.commit().await?;
    Ok(())
}

/// Whose the address with this local part is; `None` for anybody's guess.
pub async fn door(house: &House, local: &str) -> Result<Option<Door>, Failure> {
    let local = local.trim().to_ascii_lowercase();
    let mut tx = house.store.begin_read().await?;
    let Some(id) = tx.mail_door(house.store.fields(), &local).await? else { return Ok(None) };
    let Some(record) = tx.party(&id).await? else { return Ok(None) };
    let has_plan = matches!(tx.plan_of(&id).await?, Some((Some(_), _)));
    Ok(Some(Door { party: id, name: record.party.name, has_plan }))
}

/// Refuses where an address got more today than it takes.
///
/// # Errors
/// `mail-often`.
pub async fn admit(house: &House, door: &Door) -> Result<(), Failure> {
    let since = house.now() - SignedDuration::from_hours(24);
    let mut tx = house.store.begin_read().await?;
    if tx.mails_taken(&door.party, since).await? < MOST_A_DAY {
        return Ok(());
    }
    Err(refuse(
        "mail-often",
        format!("this address took {MOST_A_DAY} messages today"),
        "send it tomorrow, or hand it in on the page",
    ))
}

/// Under what a message is remembered: whose it is, its own id, and what it brought.
pub fn mark(house: &House, door: &Door, letter: &Letter) -> String {
    let mut parts: Vec<&[u8]> = vec![letter.text.as_bytes()];
    for file in &letter.files {
        parts.extend([file.name.as_bytes(), &[0], file.bytes.as_slice(), &[0]]);
    }
    let contents = Hash::of(&parts.concat()).to_string();
    house.store.fields().mark("mail_taken", &format!("{} {} {contents}", door.party, letter.id))
}

/// What became of a message that came before.
pub async fn known(house: &House, mark: &str) -> Result<Option<String>, Failure> {
    Ok(house.store.begin_read().await?.mail_taken(mark).await?)
}

/// A draft to keep.
#[derive(Debug, Clone)]
pub struct NewDraft {
    /// Its id, which its link names.
    pub id: String,
    /// The file's name.
    pub document: String,
    /// The night's name.
    pub event: String,
    /// The night's day.
    pub date: Option<Date>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// An unforeseeable id of a draft.
pub fn draft_id(house: &House) -> String {
    format!("mdr-{}", letters(&house.world.nonce(), 20))
}

/// Notes a message as taken, keeps its drafts and queues the answer, which `words` says in the language of each of the
/// party's owners; all or nothing. False where it was taken in the meantime.
pub async fn take(
    house: &House,
    door: &Door,
    mark: &str,
    outcome: Outcome,
    drafts: &[NewDraft],
    words: &(dyn Fn(&str) -> (String, String) + Send + Sync),
) -> Result<bool, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    if !tx.take_mail(mark, &door.party, outcome.word(), now).await? {
        return Ok(false);
    }
    let days = |days: i64| now - SignedDuration::from_hours(24 * days);
    tx.sweep_mail(days(DRAFT_DAYS), days(REMEMBERED_DAYS)).await?;
    for draft in drafts {
        let text = serde_json::json!({
            "document": draft.document, "event": draft.event, "date": draft.date.map(|d| d.to_string()),
            "bytes": BASE64_STANDARD.encode(&draft.bytes),
        });
        let row = MailDraftRow {
            id: draft.id.clone(),
            party: door.party.clone(),
            bytes: i64::try_from(draft.bytes.len()).unwrap_or(i64::MAX),
            text: text.to_string(),
            created: now,
        };
        tx.insert_mail_draft(house.store.fields(), &row, house.world.nonce()).await?;
    }
    let (mut count, mut bytes) = (0, 0);
    for (id, size) in tx.mail_drafts(&door.party).await? {
        (count, bytes) = (count + 1, bytes + size);
        if count > DRAFTS_MOST || bytes > DRAFTS_BYTES {
            tx.drop_mail_draft(&door.party, &id).await?;
        }
    }
    if outcome != Outcome::Automatic {
        for (place, (to, lang)) in owners(house, &mut tx, &door.party).await?.into_iter().enumerate() {
            let (subject, body) = words(&lang);
            let id = format!("mail-in-{}-{place}", mark.get(..32).unwrap_or(mark));
            mail::queue(house, &mut tx, id, to, subject, body, "mail-in").await?;
        }
    }
    tx.note(now, door.party.as_str(), "mail-in", door.party.as_str(), outcome.word()).await?;
    tx.commit().await?;
    Ok(true)
}

/// Where the owners of a party read their mail, and in which language.
async fn owners(house: &House, tx: &mut store::Tx, who: &PartyId) -> Result<Vec<(String, String)>, Failure> {
    let now = house.now();
    let mut all: Vec<(String, String)> = Vec::new();
    for role in tx.roles_for(who.as_str()).await? {
        if role.role != "owner" || role.until.is_some_and(|until| until <= now) {
            continue;
        }
        let known = tx.sign_in(house.store.fields(), &role.sign_in).await?.filter(|s| s.ended.is_none());
        if let Some(person) = known
            && let Some(to) = person.mail
            && all.iter().all(|(a, _)| *a != to)
            && all.len() < ANSWERED_MOST
        {
            all.push((to, person.lang));
        }
    }
    if all.is_empty()
        && let Some(to) = tx.secret(house.store.fields(), who, "mail").await?
    {
        all.push((to, "fr".to_owned()));
    }
    Ok(all)
}

/// The drafts of a party, newest first, without their bytes.
pub async fn drafts(house: &House, who: &str) -> Result<Vec<Draft>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let who = party::find(&mut tx, who).await?.party.id;
    let mut all = Vec::new();
    for (id, _) in tx.mail_drafts(&who).await? {
        if let Some(row) = tx.mail_draft(house.store.fields(), &who, &id).await? {
            all.push(Draft { bytes: Vec::new(), ..read(&row)? });
        }
    }
    Ok(all)
}

/// A draft of a party.
///
/// # Errors
/// In this order: `party-unknown`, `mail-draft-unknown`.
pub async fn draft(house: &House, who: &str, id: &str) -> Result<Draft, Failure> {
    let mut tx = house.store.begin_read().await?;
    let who = party::find(&mut tx, who).await?.party.id;
    let row = tx.mail_draft(house.store.fields(), &who, id).await?.ok_or_else(gone)?;
    read(&row)
}

/// Drops a draft of a party: it was handed in, or is not wanted.
///
/// # Errors
/// In this order: `party-unknown`, `mail-draft-unknown`.
pub async fn drop_draft(house: &House, who: &str, id: &str) -> Result<(), Failure> {
    let mut tx = house.store.begin().await?;
    let who = party::find(&mut tx, who).await?.party.id;
    if !tx.drop_mail_draft(&who, id).await? {
        return Err(gone());
    }
    Ok(tx.commit().await?)
}

fn gone() -> Failure {
    let hint = format!("drafts wait {DRAFT_DAYS} days; send the list again");
    refuse("mail-draft-unknown", "there is no such draft any more", hint)
}

fn read(row: &MailDraftRow) -> Result<Draft, Failure> {
    let broken = || Failure::Fault(store::Fault::new(format!("the draft `{}` cannot be read", row.id)));
    let value: serde_json::Value = serde_json::from_str(&row.text).map_err(|_| broken())?;
    let word = |key: &str| value.get(key).and_then(|v| v.as_str()).unwrap_or_default();
    Ok(Draft {
        id: row.id.clone(),
        document: word("document").to_owned(),
        event: word("event").to_owned(),
        date: word("date").parse().ok(),
        bytes: BASE64_STANDARD.decode(word("bytes")).map_err(|_| broken())?,
        created: row.created,
    })
}

/// The night that a subject means: its name without `Re:` and `Fwd:`, and its day where one is written as `2026-09-04`.
pub fn night(subject: &str) -> (String, Option<Date>) {
    let mut rest = subject.trim();
    while let Some((first, after)) = rest.split_once(':') {
        let word = first.trim().to_lowercase();
        if !["re", "fw", "fwd", "tr", "aw", "wg", "rv"].contains(&word.as_str()) {
            break;
        }
        rest = after.trim();
    }
    let day = rest.split_whitespace().find_map(|w| {
        let word = w.trim_matches(|c: char| !c.is_ascii_digit());
        let date: Date = (word.len() == 10).then(|| word.parse().ok())??;
        Some((w, date))
    });
    let Some((written, date)) = day else { return (rest.to_owned(), None) };
    let name: Vec<&str> = rest.split_whitespace().filter(|w| *w != written).collect();
    let name = name.join(" ");
    (name.trim_matches([',', '-', '–', ' ', '·']).to_owned(), Some(date))
}

fn letters(bytes: &[u8], count: usize) -> String {
    bytes.iter().map(|b| char::from(LETTERS[usize::from(b & 31)])).take(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_names_the_night() {
        for (subject, name, day) in [
            ("Club Nord, 2026-09-04", "Club Nord", Some("2026-09-04")),
            ("Re: Fwd: TR : Soirée (2026-09-04) au Phare", "Soirée au Phare", Some("2026-09-04")),
            ("Set: Phare", "Set: Phare", None),
            ("2026-13-45", "2026-13-45", None),
            ("", "", None),
        ] {
            let (got, date) = night(subject);
            assert_eq!((got.as_str(), date.map(|d| d.to_string()).as_deref()), (name, day), "{subject}");
        }
    }
}
