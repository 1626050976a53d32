//! Members of institutions: who may listen, known to the house by a random id and to nobody by more.
//!
//! An institution's own system says who somebody is to it, and until when; the house keeps a keyed hash of that, so that
//! the same reader is the same member next time, and drops whatever else comes along. What hangs on a member
//! (favourites, playlists, app passwords) hangs on the random id; plays are counted under a name that changes with each
//! period and cannot be made any more once the period's key is destroyed. The institution is never told either.

pub mod card;
pub mod cas;
pub mod export;
pub mod invitation;
pub mod link;
pub mod money;
pub mod network;
pub mod oidc;
pub mod own;
pub mod sip2;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use music::PartyId;
use serde::{Deserialize, Serialize};
use store::{ListenerRow, MemberId, MemberRow, NewSignIn, SignInId, Tx};

use crate::failure::refuse;
use crate::institution::{self, Access, Seat};
use crate::session::{self, Visitor};
use crate::sign_in::Entered;
use crate::{Failure, House, Refusal, listener};

pub use export::export;

pub use ports::http::{Fetch, Outside};

/// The kinds of doors that need to be set up with an institution's system.
pub const KINDS: [&str; 6] = ["oidc", "cas", "signed-link", "pmb", "network", "sip2"];

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
    enrol(house, tx, &row).await?;
    tx.note(now, sign_in.as_str(), "member join", institution, "").await?;
    Ok(row)
}

/// The keyed hash of who somebody is to an institution.
pub(crate) fn mark(house: &House, institution: &str, door: &str, subject: &str) -> String {
    house.store.fields().mark(&format!("member/{institution}/{door}"), subject)
}

/// Makes a member a listener, whom players and pages know; writes anew where their institution is.
async fn enrol(house: &House, tx: &mut Tx, member: &MemberRow) -> Result<ListenerRow, Failure> {
    let territory = territory(tx, &member.institution).await?;
    let id = member.id.as_str();
    let known = tx.listener(id).await?;
    if let Some(known) = known.filter(|k| k.institution == member.institution && k.territory == territory) {
        return Ok(known);
    }
    let ask = listener::Register {
        member: id.to_owned(),
        login: String::new(),
        institution: member.institution.clone(),
        territory,
    };
    listener::register_in(house, tx, ask).await
}

/// Where an institution is, for what may be offered there; empty where that is not known.
async fn territory(tx: &mut Tx, institution: &str) -> Result<String, Failure> {
    let Ok(party) = institution.parse::<PartyId>() else { return Ok(String::new()) };
    if let Some(row) = tx.institution(&party).await?.filter(|row| !row.country.is_empty()) {
        return Ok(row.country);
    }
    let home = tx.party(&party).await?.and_then(|p| p.party.territory);
    Ok(home.filter(|t| !t.is_worldwide()).map(|t| t.to_string()).unwrap_or_default())
}

/// A membership, as pages work with it: whether or not it lets somebody listen now, what they keep is theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The member.
    pub member: MemberRow,
    /// As players know them.
    pub listener: ListenerRow,
    /// Why they may not listen now.
    pub closed: Option<Refusal>,
}

/// A member who may listen now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    /// The member.
    pub member: MemberRow,
    /// As players know them.
    pub listener: ListenerRow,
    /// By which contract.
    pub seat: Seat,
}

/// From where somebody listens: whoever came by the network of an institution's rooms is in them.
pub fn access(visitor: &Visitor) -> Access {
    if visitor.session.door == "network" { Access::OnSite } else { Access::Home }
}

/// The membership somebody's pages are about: the newest that lets them listen, else the newest. Nothing is taken.
///
/// # Errors
/// `member-none`.
pub async fn membership(house: &House, visitor: &Visitor) -> Result<Membership, Failure> {
    let from = access(visitor);
    let mut tx = house.store.begin_read().await?;
    let mut newest: Option<(MemberRow, Option<Refusal>)> = None;
    for member in tx.members_of(&visitor.sign_in.id).await?.into_iter().rev() {
        match may(house, &mut tx, &member, from, false).await {
            Ok(_) => {
                newest = Some((member, None));
                break;
            }
            Err(Failure::Refused(refusal)) => {
                newest.get_or_insert((member, Some(refusal)));
            }
            Err(fault) => return Err(fault),
        }
    }
    let (member, closed) = newest.ok_or_else(none)?;
    let known = tx.listener(member.id.as_str()).await?;
    drop(tx);
    let listener = match known {
        Some(known) => known,
        None => {
            let mut tx = house.store.begin().await?;
            let made = enrol(house, &mut tx, &member).await?;
            tx.commit().await?;
            made
        }
    };
    Ok(Membership { member, listener, closed })
}

/// The membership by which somebody listens now, of this institution or of any: the newest that may. A first play in a
/// term takes a seat.
///
/// # Errors
/// `member-none`, `seat-over`, or what the institution's contract refuses: `seat-none`, `seat-early`, `seat-expired`,
/// `seat-home` or `seat-on-site`, `seat-full`.
pub async fn listening(
    house: &House,
    visitor: &Visitor,
    institution: Option<&str>,
) -> Result<Listening, Failure> {
    let from = access(visitor);
    let mut tx = house.store.begin().await?;
    let mut all = tx.members_of(&visitor.sign_in.id).await?;
    all.retain(|m| institution.is_none_or(|i| i == m.institution));
    let mut refused = None;
    for member in all.into_iter().rev() {
        match may(house, &mut tx, &member, from, true).await {
            Ok(seat) => {
                let listener = enrol(house, &mut tx, &member).await?;
                tx.commit().await?;
                return Ok(Listening { member, listener, seat });
            }
            Err(Failure::Refused(refusal)) => {
                refused.get_or_insert(refusal);
            }
            Err(fault) => return Err(fault),
        }
    }
    Err(refused.map_or_else(none, Failure::Refused))
}

/// Whether a listener may hear something now, as players ask it: with each sound that is fetched. A first play in a
/// term takes a seat.
///
/// # Errors
/// As [`listening`].
pub async fn may_hear(house: &House, listener: &ListenerRow, from: Access) -> Result<Seat, Failure> {
    let institution = party_of(&listener.institution)?;
    let mut tx = house.store.begin_read().await?;
    if let Ok(id) = listener.member.parse::<MemberId>()
        && let Some(member) = tx.member(&id).await?
    {
        if member.ended.is_some() {
            return Err(none());
        }
        seat(member.until, house.now())?;
    }
    let found = match from {
        Access::OnSite => institution::visit_in(house, &mut tx, &institution).await?,
        Access::Home => institution::seat_to_be(house, &mut tx, &institution, &listener.member, from).await?,
    };
    drop(tx);
    if !found.fresh {
        return Ok(found);
    }
    let mut tx = house.store.begin().await?;
    let taken = institution::seat_in(house, &mut tx, &institution, &listener.member, from).await?;
    tx.commit().await?;
    Ok(taken)
}

/// Whether a member may listen now, by the institution's word for them and by its contract; `take` a seat.
async fn may(
    house: &House,
    tx: &mut Tx,
    member: &MemberRow,
    from: Access,
    take: bool,
) -> Result<Seat, Failure> {
    seat(member.until, house.now())?;
    let institution = party_of(&member.institution)?;
    let id = member.id.as_str();
    match (from, take) {
        (Access::OnSite, _) => institution::visit_in(house, tx, &institution).await,
        (Access::Home, true) => institution::seat_in(house, tx, &institution, id, from).await,
        (Access::Home, false) => institution::seat_to_be(house, tx, &institution, id, from).await,
    }
}

fn party_of(institution: &str) -> Result<PartyId, Failure> {
    institution.parse().map_err(|_| {
        refuse(
            "seat-none",
            "your institution has no subscription",
            "ask it to subscribe: `/places` shows who does",
        )
    })
}

fn none() -> Failure {
    refuse(
        "member-none",
        "you are not a member of an institution here",
        "come in by your library's own page, by an invitation or with your card",
    )
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

/// Ends a membership: forgets by which doors it was known, and erases all that hung on it.
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
    forget(house, &mut tx, &id).await?;
    tx.note(now, visitor.sign_in.id.as_str(), "member leave", &member.institution, "").await?;
    tx.commit().await?;
    Ok(member)
}

/// Ends a member and erases what hung on the id: favourites, ratings, playlists, queue, places to come back to, app
/// passwords and keys, what their players told. A seat stays taken and a game's key given, by nobody.
async fn forget(house: &House, tx: &mut Tx, id: &MemberId) -> Result<(), Failure> {
    tx.end_member(id, house.now()).await?;
    tx.erase_listener(id.as_str()).await?;
    let nobody = format!("gone-{}", music::id::base32(house.world.bits()));
    institution::forget(tx, id.as_str(), &nobody).await?;
    tx.rename_access_keys(id.as_str(), &nobody).await?;
    Ok(())
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
    /// The library's own system, which answers for cards and PINs.
    Sip2 {
        /// `sip2s://HOST:PORT` over TLS, or `sip2://127.0.0.1:PORT` where a tunnel ends on this machine.
        server: String,
        /// What the library is called there (AO).
        #[serde(default)]
        institution: String,
        /// The account of our terminal; without one none is signed in.
        #[serde(default)]
        user: String,
        /// Its password.
        #[serde(default)]
        password: String,
        /// Where our terminal stands.
        #[serde(default)]
        location: String,
        /// The terminal's password (AC), where the system asks for it.
        #[serde(default)]
        terminal_password: String,
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
            Door::Sip2 { .. } => "sip2",
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
            Door::Sip2 { server, institution, user, password, location, terminal_password } => {
                if !talkable(server) {
                    return bad(
                        format!("`{server}` is not an address that SIP2 is spoken at"),
                        "`sip2s://sip.example.org:6443` over TLS, or `sip2://127.0.0.1:6001` where a tunnel ends here",
                    );
                }
                let said = [institution, user, password, location, terminal_password];
                match said.into_iter().find(|text| !formats::sip2::is_sayable(text)) {
                    Some(_) => bad(
                        "SIP2 carries printable ASCII without `|`, and one field holds something else"
                            .to_owned(),
                        "ask the library for other names and passwords",
                    ),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

/// Whether a library's system may be configured there: PINs travel over TLS, or over a tunnel that ends here.
fn talkable(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| {
        let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        url.port().is_some() && (url.scheme() == "sip2s" || (url.scheme() == "sip2" && here))
    })
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
    /// Whether it handed cards in, or its system answers for them.
    pub cards: bool,
    /// The kinds of its other doors.
    pub kinds: Vec<String>,
}

/// How the readers of an institution may come in.
pub async fn entrances(house: &House, institution: &str) -> Result<Entrances, Failure> {
    let mut tx = house.store.begin_read().await?;
    let kinds = tx.door_kinds(institution).await?;
    let cards = kinds.iter().any(|k| k == "sip2") || tx.card_count(institution).await? > 0;
    Ok(Entrances { cards, kinds })
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

/// Erases a person's access with all memberships and what hung on them: address, name, doors, sessions, keys. Plays that were counted stay
/// under names that nobody can lead back.
pub async fn erase(house: &House, visitor: &Visitor) -> Result<(), Failure> {
    let now = house.now();
    let id = &visitor.sign_in.id;
    let mut tx = house.store.begin().await?;
    for member in tx.members_of(id).await? {
        forget(house, &mut tx, &member.id).await?;
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

/// Where an institution's own system does not answer, or not as it should.
pub(crate) fn away(why: &str) -> Failure {
    refuse(
        "door-away",
        format!("your institution's system does not answer as it should: {why}"),
        "try again in a while",
    )
}

pub(crate) fn no_door(kind: &str) -> Failure {
    refuse("door-none", format!("this institution has no door `{kind}`"), "ask it how its members come in")
}
