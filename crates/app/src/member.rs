//! Members of institutions: who may listen, known to the house by a random id and to nobody by more.
//!
//! An institution's own system says who somebody is to it, and until when; the house keeps a keyed hash of that, so that
//! the same reader is the same member next time, and drops whatever else comes along. What hangs on a member
//! (favourites, playlists, app passwords) hangs on the random id; plays are counted under a name that changes with each
//! period and cannot be made any more once the period's key is destroyed. The institution is never told either.

pub mod card;
pub mod cas;
pub mod invitation;
pub mod link;
pub mod network;
pub mod oidc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::{MemberId, MemberRow, NewSignIn, SignInId, Tx};

use crate::failure::refuse;
use crate::session::{self, Visitor};
use crate::sign_in::Entered;
use crate::{Failure, House};

pub use ports::http::{Fetch, Outside};

/// The kinds of doors that need to be set up with an institution's system.
pub const KINDS: [&str; 5] = ["oidc", "cas", "signed-link", "pmb", "network"];

/// What a door found out about somebody.
#[derive(Debug, Clone)]
pub(crate) struct Known<'a> {
    /// Of which institution.
    pub institution: &'a str,
    /// By which door.
    pub door: &'static str,
    /// Who it is to the institution's system; kept as a keyed hash only.
    pub subject: &'a str,
    /// Until when the institution says.
    pub until: Option<Timestamp>,
}

/// The browser that came.
#[derive(Debug, Clone, Copy, Default)]
pub struct Browser<'a> {
    /// Its word for itself.
    pub agent: &'a str,
    /// The token of the session it had.
    pub before: Option<&'a str>,
    /// The language of its reader: `fr` or `en`.
    pub lang: &'a str,
}

/// Lets a reader of an institution in: as the member they were, or as a new one.
pub(crate) async fn arrive(
    house: &House,
    tx: &mut Tx,
    known: Known<'_>,
    browser: Browser<'_>,
) -> Result<Entered, Failure> {
    let now = house.now();
    let mark = mark(house, known.institution, known.door, known.subject);
    let sign_in = match tx.member_by_mark(&mark).await? {
        Some(member) => {
            tx.confirm_member(&member.id, known.until, now).await?;
            member.sign_in
        }
        None => {
            let sign_in = nameless(house, tx, browser.lang).await?;
            let member = admit(house, tx, known.institution, &sign_in, known.until).await?;
            tx.mark_member(&mark, &member.id, known.door, now).await?;
            sign_in
        }
    };
    session::open(house, tx, &sign_in, known.door, browser.agent, browser.before).await
}

/// An access without address or name: whoever comes through an institution's door.
pub(crate) async fn nameless(house: &House, tx: &mut Tx, lang: &str) -> Result<SignInId, Failure> {
    let id = SignInId::from_bits(house.world.bits());
    let lang = if lang == "en" { "en" } else { "fr" };
    let new = NewSignIn { id: &id, mail_mark: None, name_mark: None, mail: None, name: "", lang };
    tx.insert_sign_in(house.store.fields(), &new, [house.world.nonce(), house.world.nonce()], house.now())
        .await?;
    Ok(id)
}

/// Makes a member of an institution.
pub(crate) async fn admit(
    house: &House,
    tx: &mut Tx,
    institution: &str,
    sign_in: &SignInId,
    until: Option<Timestamp>,
) -> Result<MemberRow, Failure> {
    let now = house.now();
    let row = MemberRow {
        // Of random bytes rather than of the house's sequence of ids: nothing about it tells when it was made.
        id: MemberId::from_bits(
            house.world.nonce().iter().take(8).fold(0, |sum, b| (sum << 8) | u64::from(*b)),
        ),
        institution: institution.to_owned(),
        sign_in: sign_in.clone(),
        created: now,
        until,
        confirmed: now,
        ended: None,
    };
    tx.insert_member(&row).await?;
    tx.note(now, sign_in.as_str(), "member join", institution, "").await?;
    Ok(row)
}

/// The keyed hash of who somebody is to an institution.
pub(crate) fn mark(house: &House, institution: &str, door: &str, subject: &str) -> String {
    house.store.fields().mark(&format!("member/{institution}/{door}"), subject)
}

/// The membership by which somebody listens: the one of this institution, or the newest that is not over.
///
/// # Errors
/// In this order: `member-none`, `seat-over`.
pub async fn listening(
    house: &House,
    visitor: &Visitor,
    institution: Option<&str>,
) -> Result<MemberRow, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = tx.members_of(&visitor.sign_in.id).await?;
    all.retain(|m| institution.is_none_or(|i| i == m.institution));
    let now = house.now();
    if let Some(open) = all.iter().rfind(|m| seat(m.until, now).is_ok()) {
        return Ok(open.clone());
    }
    match all.pop() {
        Some(over) => seat(over.until, now).map(|()| over),
        None => Err(refuse(
            "member-none",
            "you are not a member of an institution here",
            "come in by your library's own page, by an invitation or with your card",
        )),
    }
}

/// Refuses where the institution's word for somebody is over.
///
/// # Errors
/// `seat-over`.
pub(crate) fn seat(until: Option<Timestamp>, now: Timestamp) -> Result<(), Failure> {
    match until {
        Some(until) if until <= now => {
            let day = last_day(until);
            Err(refuse(
                "seat-over",
                format!("this access ended on {day}"),
                "ask your library or institution to renew it; your playlists wait for you",
            ))
        }
        _ => Ok(()),
    }
}

/// The last whole day before an end: ends lie at noon in UTC of the day after, so that a day is over everywhere.
pub fn last_day(until: Timestamp) -> Date {
    let noon = SignedDuration::from_hours(12) + SignedDuration::from_secs(1);
    until.checked_sub(noon).unwrap_or(until).to_zoned(TimeZone::UTC).date()
}

/// The memberships of a person.
pub async fn of(house: &House, visitor: &Visitor) -> Result<Vec<MemberRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(tx.members_of(&visitor.sign_in.id).await?)
}

/// Ends a membership and forgets by which doors it was known. What other tables keep under its id is theirs to erase
/// first.
///
/// # Errors
/// `member-none`.
pub async fn leave(house: &House, visitor: &Visitor, id: &str) -> Result<MemberRow, Failure> {
    let now = house.now();
    let none = || refuse("member-none", "this is not a membership of yours", "");
    let id: MemberId = id.parse().map_err(|_| none())?;
    let mut tx = house.store.begin().await?;
    let member = tx.member(&id).await?.filter(|m| m.sign_in == visitor.sign_in.id && m.ended.is_none());
    let member = member.ok_or_else(none)?;
    tx.end_member(&id, now).await?;
    tx.note(now, visitor.sign_in.id.as_str(), "member leave", &member.institution, "").await?;
    tx.commit().await?;
    Ok(member)
}

/// Everything the house keeps about a person's access and memberships, as JSON for the person.
pub async fn export(house: &House, visitor: &Visitor) -> Result<serde_json::Value, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut members = Vec::new();
    for m in tx.members_of(&visitor.sign_in.id).await? {
        members.push(serde_json::json!({
            "institution": m.institution, "since": m.created.to_string(), "until": m.until.map(|t| t.to_string()),
            "confirmed_at": m.confirmed.to_string(), "known_by": tx.member_doors(&m.id).await?,
        }));
    }
    let sessions: Vec<_> = tx
        .sessions_of(&visitor.sign_in.id)
        .await?
        .into_iter()
        .map(|s| serde_json::json!({ "door": s.door, "browser": s.agent, "since": s.created.to_string(), "seen": s.seen.to_string() }))
        .collect();
    let keys: Vec<_> = tx
        .api_keys_of(&visitor.sign_in.id)
        .await?
        .into_iter()
        .map(|k| serde_json::json!({ "name": k.name, "scopes": k.scopes, "since": k.created.to_string() }))
        .collect();
    let roles: Vec<_> = tx
        .roles_of(&visitor.sign_in.id)
        .await?
        .into_iter()
        .map(|r| serde_json::json!({ "role": r.role, "for": r.party, "until": r.until.map(|t| t.to_string()) }))
        .collect();
    let s = &visitor.sign_in;
    Ok(serde_json::json!({
        "access": { "mail": s.mail, "name": s.name, "language": s.lang, "since": s.created.to_string(),
                    "password": s.password.is_some(), "second_factor": s.totp_on.is_some() },
        "memberships": members, "sessions": sessions, "keys": keys, "roles": roles,
    }))
}

/// How an institution's system is spoken with at a door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Door {
    /// OpenID Connect: discovery at the issuer, a client registered there.
    Oidc {
        /// The issuer, exactly as its discovery document names it.
        issuer: String,
        /// Our name there.
        client_id: String,
        /// Our secret there; public clients have none.
        #[serde(default)]
        client_secret: Option<String>,
    },
    /// CAS 3.
    Cas {
        /// The address of the server, up to and without `/login`.
        server: String,
    },
    /// A link signed with HMAC-SHA-256 over reader, moment and nonce.
    SignedLink {
        /// The shared key: at least 32 hexadecimal digits.
        key: String,
    },
    /// The link that PMB sends, which works for ever: only where the institution chooses it, and only with its word at
    /// the back channel each time.
    Pmb {
        /// The shared key, as PMB shows it.
        key: String,
        /// What PMB calls the institution (`bibid`).
        station: String,
        /// The back channel: the address of `connector_out.php` with its `source_id`.
        back_channel: String,
    },
    /// Networks on the institution's premises.
    Network {
        /// Addresses with the length of their prefix, such as `192.0.2.0/24`.
        networks: Vec<String>,
    },
}

impl Door {
    /// The word of its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Door::Oidc { .. } => "oidc",
            Door::Cas { .. } => "cas",
            Door::SignedLink { .. } => "signed-link",
            Door::Pmb { .. } => "pmb",
            Door::Network { .. } => "network",
        }
    }

    /// Refuses what could never work, or would be unsafe.
    fn check(&self) -> Result<(), Failure> {
        let bad = |message: String, hint: &str| Err(refuse("door-config", message, hint));
        match self {
            Door::Oidc { issuer: address, .. }
            | Door::Cas { server: address }
            | Door::Pmb { back_channel: address, .. }
                if !reachable(address) =>
            {
                bad(
                    format!("`{address}` is not an address with `https`"),
                    "such as `https://login.example.org`",
                )
            }
            Door::SignedLink { key } if key.len() < 32 => bad(
                format!("a key of {} letters is too short", key.len()),
                "take 64 random hexadecimal digits",
            ),
            Door::Pmb { key, station, .. } if key.len() < 16 || station.is_empty() => {
                bad("this door needs the key and the station that PMB shows".to_owned(), "")
            }
            Door::Oidc { client_id, .. } if client_id.is_empty() => {
                bad("this door needs a client id".to_owned(), "the institution's system gives one")
            }
            Door::Network { networks } => match networks.iter().find(|n| network::Network::read(n).is_none())
            {
                Some(odd) => {
                    bad(format!("`{odd}` is not a network"), "such as `192.0.2.0/24` or `2001:db8::/48`")
                }
                None if networks.is_empty() => bad("this door needs a network".to_owned(), ""),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

/// Whether an address may be configured; plain text only on this machine, where tests have their counterparts.
fn reachable(address: &str) -> bool {
    match url::Url::parse(address) {
        Ok(url) => {
            let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
            url.has_host() && (url.scheme() == "https" || (url.scheme() == "http" && here))
        }
        Err(_) => false,
    }
}

/// How the readers of an institution may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entrances {
    /// Whether it handed cards in.
    pub cards: bool,
    /// The kinds of its other doors.
    pub kinds: Vec<String>,
}

/// How the readers of an institution may come in.
pub async fn entrances(house: &House, institution: &str) -> Result<Entrances, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(Entrances { cards: tx.card_count(institution).await? > 0, kinds: tx.door_kinds(institution).await? })
}

/// How many members an institution has: all that it is told of them here.
pub async fn count(house: &House, institution: &str) -> Result<i64, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(tx.member_count(institution).await?)
}

/// Our address for coming back from an institution's page.
pub async fn back_address(house: &House, kind: &str) -> Result<String, Failure> {
    let mut tx = house.store.begin_read().await?;
    let url = crate::policy::text(&mut tx, "house-url", house.now()).await?;
    Ok(format!("{}/enter/{kind}/back", url.trim_end_matches('/')))
}

/// Erases a person's access with all memberships: address, name, doors, sessions, keys. Plays that were counted stay
/// under names that nobody can lead back.
pub async fn erase(house: &House, visitor: &Visitor) -> Result<(), Failure> {
    let now = house.now();
    let id = &visitor.sign_in.id;
    let mut tx = house.store.begin().await?;
    for member in tx.members_of(id).await? {
        tx.end_member(&member.id, now).await?;
    }
    tx.erase_sign_in(id, now).await?;
    tx.note(now, id.as_str(), "sign-in erase", id.as_str(), "by themselves").await?;
    tx.commit().await?;
    Ok(())
}

/// Opens a door for an institution, or changes it.
///
/// # Errors
/// `door-config`.
pub async fn set_door(house: &House, institution: &str, door: &Door, by: &str) -> Result<(), Failure> {
    door.check()?;
    let now = house.now();
    let text = serde_json::to_string(door).map_err(|e| store::Fault::new(e.to_string()))?;
    let mut tx = house.store.begin().await?;
    tx.put_door(house.store.fields(), institution, door.kind(), &text, by, house.world.nonce(), now).await?;
    tx.note(now, by, "door open", institution, door.kind()).await?;
    tx.commit().await?;
    Ok(())
}

/// Closes a door of an institution.
///
/// # Errors
/// `door-none`.
pub async fn close_door(house: &House, institution: &str, kind: &str, by: &str) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    if !tx.drop_door(institution, kind).await? {
        return Err(no_door(kind));
    }
    tx.note(now, by, "door close", institution, kind).await?;
    tx.commit().await?;
    Ok(())
}

/// The kinds of doors an institution has open.
pub async fn doors(house: &House, institution: &str) -> Result<Vec<String>, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(tx.door_kinds(institution).await?)
}

pub(crate) async fn door(house: &House, institution: &str, kind: &str) -> Result<Door, Failure> {
    let mut tx = house.store.begin_read().await?;
    let text = tx.door(house.store.fields(), institution, kind).await?.ok_or_else(|| no_door(kind))?;
    serde_json::from_str(&text)
        .map_err(|e| Failure::Fault(store::Fault::new(format!("a door cannot be read: {e}"))))
}

pub(crate) fn no_door(kind: &str) -> Failure {
    refuse("door-none", format!("this institution has no door `{kind}`"), "ask it how its members come in")
}
