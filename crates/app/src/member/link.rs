//! Signed links: the institution's own page, where its readers are signed in already, sends them here.
//!
//! The good kind is signed with HMAC-SHA-256 over institution, reader, moment, nonce and destination; it works once, and
//! for five minutes. The kind that PMB has always sent is an MD5 without a moment: whoever has one link has it for ever.
//! It is taken only where the institution chose so, and each time its system has to confirm the reader at the back
//! channel; what that says of names and mail is not read.

use hmac::{Hmac, KeyInit, Mac};
use jiff::SignedDuration;
use md5::{Digest, Md5};
use ports::http::{Ask, Fetch};
use serde::Deserialize;
use sha2::Sha256;
use url::Url;

use super::{Browser, Door, Known, arrive, away, door};
use crate::failure::refuse;
use crate::sign_in::{Entered, hex, unhex};
use crate::{Failure, House};

/// How far a link's moment may lie from ours, either way.
const NEAR: SignedDuration = SignedDuration::from_mins(5);

/// A signed link as it came.
#[derive(Debug, Clone, Copy, Default)]
pub struct Link<'a> {
    /// Who it is to the institution's system.
    pub uid: &'a str,
    /// When it was made: seconds since 1970.
    pub time: &'a str,
    /// Something that is different each time, 16 to 128 letters.
    pub nonce: &'a str,
    /// Where it leads; may be empty.
    pub dest: &'a str,
    /// The signature in hexadecimal.
    pub sig: &'a str,
}

/// What an institution signs: each part with its length before it, so that no two readings are alike.
///
/// ```
/// let text = app::member::link::signed_text("pty-1", "7", "1790000000", "abcdefghijklmnop", "/");
/// assert_eq!(text, "tantieme-link-v1\n5:pty-1\n1:7\n10:1790000000\n16:abcdefghijklmnop\n1:/\n");
/// ```
pub fn signed_text(institution: &str, uid: &str, time: &str, nonce: &str, dest: &str) -> String {
    let parts = [institution, uid, time, nonce, dest];
    parts.iter().fold("tantieme-link-v1\n".to_owned(), |text, part| format!("{text}{}:{part}\n", part.len()))
}

/// The signature of an institution's link, as its system makes it.
pub fn signature(key: &str, institution: &str, link: &Link<'_>) -> String {
    hex(&signed(key, institution, link).finalize().into_bytes())
}

fn signed(key: &str, institution: &str, link: &Link<'_>) -> Hmac<Sha256> {
    let text = signed_text(institution, link.uid, link.time, link.nonce, link.dest);
    // HMAC hashes keys longer than its block and fills shorter ones up with zeros: any key fits.
    let mut block = [0_u8; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&ledger::Hash::of(key.as_bytes()).0);
    } else {
        // Not longer than the block, as was just seen.
        block[..key.len()].copy_from_slice(key.as_bytes());
    }
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    mac.update(text.as_bytes());
    mac
}

/// Lets the reader of a signed link in, once.
///
/// # Errors
/// In this order: `door-none`, `door-signature`, `door-late`, `door-replayed`.
pub async fn enter(
    house: &House,
    institution: &str,
    link: Link<'_>,
    browser: Browser<'_>,
) -> Result<Entered, Failure> {
    let Door::SignedLink { key } = door(house, institution, "signed-link").await? else {
        return Err(super::no_door("signed-link"));
    };
    let whole = (1..=200).contains(&link.uid.len())
        && (16..=128).contains(&link.nonce.len())
        && link.dest.len() <= 500;
    let right =
        unhex(link.sig).is_some_and(|sig| signed(&key, institution, &link).verify_slice(&sig).is_ok());
    if !whole || !right {
        return Err(wrong_signature());
    }
    let now = house.now();
    let made = link.time.parse::<i64>().ok().and_then(|s| jiff::Timestamp::from_second(s).ok());
    if made.is_none_or(|made| made + NEAR <= now || made >= now + NEAR) {
        return Err(refuse(
            "door-late",
            format!("this link works within {} minutes of being made", NEAR.as_secs() / 60),
            "go back to your library's page and follow it again",
        ));
    }
    let mut tx = house.store.begin().await?;
    let used = house.store.fields().mark(&format!("link/{institution}"), link.nonce);
    // Longer than the link could come again.
    if !tx.use_at_door(&used, now + NEAR * 3).await? {
        return Err(refuse(
            "door-replayed",
            "this link was used already",
            "go back to your library's page and follow it again",
        ));
    }
    let known = Known { institution, door: "signed-link", subject: link.uid, until: None };
    let mut entered = arrive(house, &mut tx, known, browser).await?;
    entered.next = link.dest.to_owned();
    tx.commit().await?;
    Ok(entered)
}

#[derive(Deserialize)]
struct BackChannel {
    state: String,
}

/// Lets the reader of a link of PMB in, where the institution chose that door and its system confirms the reader now.
///
/// # Errors
/// In this order: `door-none`, `door-signature`, `door-away`, `seat-over` where the library's system does not confirm the
/// reader any more.
pub async fn enter_by_pmb(
    house: &House,
    fetch: &dyn Fetch,
    station: &str,
    uid: &str,
    token: &str,
    browser: Browser<'_>,
) -> Result<Entered, Failure> {
    let mut tx = house.store.begin_read().await?;
    let all = tx.doors(house.store.fields(), "pmb").await?;
    drop(tx);
    let found = all.into_iter().find_map(|(institution, text)| match serde_json::from_str(&text) {
        Ok(Door::Pmb { key, station: known, back_channel }) if known == station => {
            Some((institution, key, back_channel))
        }
        _ => None,
    });
    let (institution, key, back_channel) = found.ok_or_else(|| super::no_door("pmb"))?;
    let numeric = (1..=20).contains(&uid.len()) && uid.bytes().all(|b| b.is_ascii_digit());
    let want = Md5::digest(format!("{uid}{key}{station}").as_bytes());
    // Every byte is compared, whatever the first ones are.
    let given = unhex(token).filter(|t| t.len() == 16).unwrap_or_default();
    let same = given.len() == 16 && given.iter().zip(want.iter()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0;
    if !numeric || !same {
        return Err(wrong_signature());
    }
    confirm(fetch, &back_channel, uid, token).await?;
    let mut tx = house.store.begin().await?;
    let known = Known { institution: &institution, door: "pmb", subject: uid, until: None };
    let entered = arrive(house, &mut tx, known, browser).await?;
    tx.commit().await?;
    Ok(entered)
}

async fn confirm(fetch: &dyn Fetch, back_channel: &str, uid: &str, token: &str) -> Result<(), Failure> {
    let mut url = Url::parse(back_channel).map_err(|_| away("its back channel has no address"))?;
    url.query_pairs_mut().append_pair("uid", uid).append_pair("token", token);
    let answer = fetch.ask(Ask::get(url)).await.map_err(|e| away(&e.to_string()))?;
    if answer.status != 200 {
        return Err(away(&format!("it answered with status {}", answer.status)));
    }
    let said: BackChannel =
        serde_json::from_slice(&answer.body).map_err(|_| away("its answer cannot be read"))?;
    if said.state == "OK" {
        return Ok(());
    }
    Err(refuse(
        "seat-over",
        "your library does not confirm you as a reader any more",
        "ask your library to renew your subscription",
    ))
}

fn wrong_signature() -> Failure {
    refuse(
        "door-signature",
        "this link was not made by the institution, or was changed",
        "go back to your library's page and follow it again",
    )
}
