//! Passkeys (W3C Web Authentication): to come in without a password, and to show before money or consents change.
//!
//! A passkey knows its owner by finger, face or code, and answers one house alone, so one touch is both factors. The
//! house keeps what verifies and never what signs. What the browser hands over is read by [`formats::passkey`] and
//! checked in `check.rs`, in the order of the specification; each challenge is given out by us, bound to a session or a
//! visit, and answered once.

pub(crate) mod check;
mod words;

use jiff::SignedDuration;
use ledger::Hash;
use serde::Deserialize;
use store::{PasskeyId, PasskeyRow, SignInId, Tx};

use crate::failure::refuse;
use crate::session::{self, Second, Visitor};
use crate::sign_in::{Entered, hex};
use crate::{Failure, House, second_factor};

/// For how long a challenge waits.
const ASK_FOR: SignedDuration = SignedDuration::from_mins(5);
/// Passkeys of one person.
const MOST: usize = 20;
/// The longest name of a passkey, in characters.
const NAME_MOST: usize = 60;

/// Where passkeys are for: the house as browsers know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The origin of its pages, such as `https://house.example`.
    pub origin: String,
    /// The name that passkeys answer to: the host of the origin.
    pub host: String,
}

impl Site {
    /// The site of an address such as the policy `house-url`; `None` where passkeys cannot be for it: an address that
    /// is a number, or no TLS outside this machine.
    ///
    /// ```
    /// use app::passkey::Site;
    /// assert_eq!(Site::of("https://house.example/x").unwrap().origin, "https://house.example");
    /// assert_eq!(Site::of("http://localhost:8080").unwrap().host, "localhost");
    /// assert!(Site::of("http://127.0.0.1:8080").is_none() && Site::of("http://house.example").is_none());
    /// ```
    pub fn of(address: &str) -> Option<Site> {
        let url = url::Url::parse(address).ok()?;
        let host = url.domain()?.to_owned();
        let fine = url.scheme() == "https" || (url.scheme() == "http" && host == "localhost");
        fine.then(|| Site { origin: url.origin().ascii_serialization(), host })
    }
}

/// What the browser hands over, each part in base64url.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Answer {
    /// The passkey's own id.
    pub id: String,
    /// What the browser says.
    #[serde(rename = "clientDataJSON")]
    pub client_data: String,
    /// With a new passkey: what came with it.
    pub attestation_object: String,
    /// With a known one: what it says.
    pub authenticator_data: String,
    /// With a known one: its signature.
    pub signature: String,
    /// With a known one: whose it is, as it was told when it was made.
    pub user_handle: String,
    /// With a new one: how it can be reached.
    pub transports: Vec<String>,
}

impl Answer {
    /// Reads an answer.
    ///
    /// # Errors
    /// `passkey-refused`.
    pub fn read(text: &str) -> Result<Answer, Failure> {
        let fine = text.len() <= 4 * formats::passkey::MOST_BYTES;
        let read = fine.then(|| serde_json::from_str(text).ok()).flatten();
        read.ok_or_else(|| check::refused("what the browser handed over cannot be read"))
    }
}

/// The passkeys of a person, oldest first.
pub async fn list(house: &House, visitor: &Visitor) -> Result<Vec<PasskeyRow>, Failure> {
    Ok(house.store.begin_read().await?.passkeys_of(&visitor.sign_in.id).await?)
}

/// What a browser is told to make a passkey: JSON.
///
/// # Errors
/// Those of the second factor where there is one; `passkey-many`.
pub async fn ask_add(house: &House, visitor: &Visitor, site: &Site) -> Result<String, Failure> {
    may_add(house, visitor)?;
    let id = &visitor.sign_in.id;
    let mut tx = house.store.begin().await?;
    let here = tx.passkeys_of(id).await?;
    if here.len() >= MOST {
        return Err(refuse(
            "passkey-many",
            format!("you have {MOST} passkeys"),
            "end those that you do not use",
        ));
    }
    let challenge = give_out(house, &mut tx, "add", visitor.session.id.as_str()).await?;
    tx.commit().await?;
    Ok(words::to_make(house, visitor, site, &challenge, &here))
}

/// Keeps a new passkey: the session's new token, and codes for paper where there were none, both told once.
///
/// # Errors
/// In this order: those of [`ask_add`], `passkey-refused`, `passkey-late`, `passkey-here`.
pub async fn add(
    house: &House,
    visitor: &Visitor,
    site: &Site,
    name: &str,
    answer: &Answer,
) -> Result<(String, Vec<String>), Failure> {
    may_add(house, visitor)?;
    let now = house.now();
    let of = &visitor.sign_in.id;
    let (challenge, said, made) = check::made(site, answer)?;
    let mut tx = house.store.begin().await?;
    take_back(house, &mut tx, "add", visitor.session.id.as_str(), &challenge).await?;
    let here = tx.passkeys_of(of).await?.len();
    if here >= MOST {
        return Err(refuse(
            "passkey-many",
            format!("you have {MOST} passkeys"),
            "end those that you do not use",
        ));
    }
    let (kind, public_key) = made.key.kept();
    let row = PasskeyRow {
        id: PasskeyId::from_bits(house.world.bits()),
        sign_in: of.clone(),
        credential: hex(&made.id),
        name: named(name, here),
        kind: kind.to_owned(),
        public_key,
        count: i64::from(said.count),
        transports: words::transports(&answer.transports),
        copied: said.copied,
        created: now,
        seen: None,
    };
    if !tx.insert_passkey(&row).await? {
        return Err(refuse("passkey-here", "this passkey is here already", "take another device"));
    }
    let codes = if tx.recovery_left(of).await? == 0 {
        second_factor::paper_codes(house, &mut tx, visitor).await?
    } else {
        Vec::new()
    };
    tx.end_other_sessions(of, Some(&visitor.session.id), now).await?;
    let token = session::rotate(house, &mut tx, &visitor.session.id, Some(now)).await?;
    tx.note(now, of.as_str(), "passkey add", row.id.as_str(), kind).await?;
    tx.commit().await?;
    Ok((token, codes))
}

/// What a browser is told to have one of a person's passkeys shown: JSON.
///
/// # Errors
/// `second-factor-none` where there is no passkey.
pub async fn ask_show(house: &House, visitor: &Visitor, site: &Site) -> Result<String, Failure> {
    let mut tx = house.store.begin().await?;
    let here = tx.passkeys_of(&visitor.sign_in.id).await?;
    if here.is_empty() {
        return Err(refuse("second-factor-none", "you have no passkey", "add one under your account"));
    }
    let challenge = give_out(house, &mut tx, "show", visitor.session.id.as_str()).await?;
    tx.commit().await?;
    Ok(words::to_show(site, &challenge, &here))
}

/// Takes a passkey as the second factor; the session gets a new token, and for a while what matters may be done.
///
/// # Errors
/// In this order: `passkey-refused`, `passkey-late`, `passkey-unknown` (also where it is somebody else's),
/// `passkey-copied`.
pub async fn show(house: &House, visitor: &Visitor, site: &Site, answer: &Answer) -> Result<String, Failure> {
    let now = house.now();
    let id = &visitor.sign_in.id;
    let row = taken(house, site, "show", visitor.session.id.as_str(), Some(id), answer).await?;
    let mut tx = house.store.begin().await?;
    let token = session::rotate(house, &mut tx, &visitor.session.id, Some(now)).await?;
    tx.note(now, id.as_str(), "second factor shown", visitor.session.id.as_str(), row.id.as_str()).await?;
    tx.commit().await?;
    Ok(token)
}

/// What a browser is told to have a passkey of anybody's shown at the door of a visit: JSON.
pub async fn ask_enter(house: &House, site: &Site, visit: &str) -> Result<String, Failure> {
    let mut tx = house.store.begin().await?;
    let challenge = give_out(house, &mut tx, "enter", visit).await?;
    tx.commit().await?;
    Ok(words::to_show(site, &challenge, &[]))
}

/// Lets somebody in by a passkey; it counts as the second factor too. A session the browser had before is over.
///
/// # Errors
/// As [`show`].
pub async fn enter(
    house: &House,
    site: &Site,
    visit: &str,
    answer: &Answer,
    agent: &str,
    before: Option<&str>,
) -> Result<Entered, Failure> {
    let row = taken(house, site, "enter", visit, None, answer).await?;
    let mut tx = house.store.begin().await?;
    let known = tx.sign_in(house.store.fields(), &row.sign_in).await?;
    if known.is_none_or(|k| k.ended.is_some()) {
        return Err(unknown());
    }
    let mut entered = session::open(house, &mut tx, &row.sign_in, "passkey", agent, before).await?;
    entered.token = session::rotate(house, &mut tx, &entered.session.id, Some(house.now())).await?;
    tx.commit().await?;
    Ok(entered)
}

/// Gives a passkey another name.
///
/// # Errors
/// `passkey-unknown`.
pub async fn rename(house: &House, visitor: &Visitor, id: &str, name: &str) -> Result<(), Failure> {
    let id: PasskeyId = id.parse().map_err(|_| unknown())?;
    let mut tx = house.store.begin().await?;
    if !tx.rename_passkey(&id, &visitor.sign_in.id, &named(name, 0)).await? {
        return Err(unknown());
    }
    tx.commit().await?;
    Ok(())
}

/// Ends a passkey; only for whoever has just shown one, or a code. All other sessions end.
///
/// # Errors
/// Those of the second factor, `passkey-unknown`.
pub async fn remove(house: &House, visitor: &Visitor, id: &str) -> Result<String, Failure> {
    let now = house.now();
    visitor.require_fresh_second_factor(now)?;
    let of = &visitor.sign_in.id;
    let id: PasskeyId = id.parse().map_err(|_| unknown())?;
    let mut tx = house.store.begin().await?;
    if !tx.end_passkey(&id, of, now).await? {
        return Err(unknown());
    }
    tx.end_other_sessions(of, Some(&visitor.session.id), now).await?;
    let token = session::rotate(house, &mut tx, &visitor.session.id, Some(now)).await?;
    tx.note(now, of.as_str(), "passkey end", id.as_str(), "").await?;
    tx.commit().await?;
    Ok(token)
}

/// Where there is a second factor already, another one is added by whoever shows it.
fn may_add(house: &House, visitor: &Visitor) -> Result<(), Failure> {
    match visitor.second_factor(house.now()) {
        Second::Stale => Ok(visitor.require_fresh_second_factor(house.now())?),
        Second::None | Second::Fresh => Ok(()),
    }
}

/// Checks an answer of a passkey that is known; its challenge is used up, its count goes on.
async fn taken(
    house: &House,
    site: &Site,
    purpose: &str,
    bound: &str,
    of: Option<&SignInId>,
    answer: &Answer,
) -> Result<PasskeyRow, Failure> {
    let now = house.now();
    let shown = check::shown(site, answer)?;
    let mut tx = house.store.begin().await?;
    take_back(house, &mut tx, purpose, bound, &shown.challenge).await?;
    // Answered once, whatever comes of it.
    tx.commit().await?;
    let mut tx = house.store.begin().await?;
    let row = tx.passkey(&hex(&shown.id)).await?.ok_or_else(unknown)?;
    // Somebody else's is as good as none; where nobody is named, it says itself whose it is.
    let handle = words::handle(house, &row.sign_in);
    let named = formats::passkey::base64url(&answer.user_handle).unwrap_or_default();
    let theirs = match of {
        Some(of) => *of == row.sign_in && (named.is_empty() || named == handle),
        None => named == handle,
    };
    if !theirs {
        return Err(unknown());
    }
    check::signed(&row, &shown)?;
    if !tx.passkey_used(&row.id, i64::from(shown.said.count), now).await? {
        tx.note(now, row.sign_in.as_str(), "passkey refused", row.id.as_str(), "its count did not grow")
            .await?;
        tx.commit().await?;
        return Err(refuse(
            "passkey-copied",
            "this passkey counts less than it did before: another one like it may be somewhere",
            "come in by another way, end this passkey and make a new one",
        ));
    }
    tx.commit().await?;
    Ok(row)
}

async fn give_out(house: &House, tx: &mut Tx, purpose: &str, bound: &str) -> Result<Vec<u8>, Failure> {
    let mut challenge = house.world.nonce().to_vec();
    challenge.extend_from_slice(&house.world.nonce()[..8]);
    let hash = Hash::of(&challenge).to_string();
    tx.ask_passkey(&hash, purpose, &kept(house, bound), house.now() + ASK_FOR).await?;
    Ok(challenge)
}

async fn take_back(
    house: &House,
    tx: &mut Tx,
    purpose: &str,
    bound: &str,
    challenge: &[u8],
) -> Result<(), Failure> {
    let hash = Hash::of(challenge).to_string();
    if tx.use_passkey_ask(&hash, purpose, &kept(house, bound), house.now()).await? {
        return Ok(());
    }
    Err(refuse(
        "passkey-late",
        "this was not asked here, was answered already, or waited too long",
        "load the page again and show the passkey once more",
    ))
}

/// What a challenge is bound to, as a mark: a visit's name is half of what its forms are checked by.
fn kept(house: &House, bound: &str) -> String {
    house.store.fields().mark("passkey/bound", bound)
}

fn named(name: &str, here: usize) -> String {
    let name: String = name.trim().chars().filter(|c| !c.is_control()).take(NAME_MOST).collect();
    if name.is_empty() { format!("{}", here + 1) } else { name }
}

fn unknown() -> Failure {
    refuse("passkey-unknown", "this passkey is not known here", "take another one, or come in by another way")
}
