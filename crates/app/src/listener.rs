//! Listeners: members as players know them. A member is opaque text here; who they are is known elsewhere.

use store::{ListenerRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House};

/// Longest login, in letters.
const LOGIN_MOST: usize = 60;

/// A member is to listen with players.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// The member, opaque.
    pub member: String,
    /// The name for players to sign in with; one that says nothing is made up where empty.
    pub login: String,
    /// The party id of the institution whose seat it is.
    pub institution: String,
    /// Where the institution is, as `FR` or `FR-42`; empty for nowhere in particular.
    pub territory: String,
}

/// Makes a member a listener, or writes their institution, territory and (where one is given) login anew.
///
/// # Errors
/// In this order: `member`, `login`, `login-taken`.
pub async fn register(house: &House, ask: Register) -> Result<ListenerRow, Failure> {
    let mut tx = house.store.begin().await?;
    let row = register_in(house, &mut tx, ask).await?;
    tx.commit().await?;
    Ok(row)
}

/// The same within a transaction of the caller.
pub(crate) async fn register_in(house: &House, tx: &mut Tx, ask: Register) -> Result<ListenerRow, Failure> {
    let member = ask.member.trim();
    if member.is_empty() || member.len() > 200 {
        return Err(refuse("member", "a listener needs the id of a member", ""));
    }
    let login = login(&ask.login)?;
    let known = tx.listener(member).await?;
    let login = match (login, &known) {
        (Some(login), _) => login,
        (None, Some(known)) => known.login.clone(),
        (None, None) => format!("m-{}", music::id::base32(house.world.bits()).to_lowercase()),
    };
    if tx.listener_by_login(&login).await?.is_some_and(|other| other.member != member) {
        return Err(refuse(
            "login-taken",
            format!("somebody else signs in as `{login}`"),
            "choose another name",
        ));
    }
    let row = ListenerRow {
        member: member.to_owned(),
        login,
        institution: ask.institution.trim().to_owned(),
        territory: ask.territory.trim().to_owned(),
        changed: known.map_or(0, |k| k.changed),
    };
    tx.put_listener(&row, house.now()).await?;
    Ok(row)
}

fn login(text: &str) -> Result<Option<String>, Failure> {
    let login = text.trim();
    if login.is_empty() {
        return Ok(None);
    }
    let fine = |c: char| c.is_alphanumeric() || "-_.@".contains(c);
    if login.chars().count() > LOGIN_MOST || !login.chars().all(fine) {
        return Err(refuse(
            "login",
            format!("`{login}` cannot be a name for players"),
            format!("use at most {LOGIN_MOST} letters, digits and any of `- _ . @`"),
        ));
    }
    Ok(Some(login.to_owned()))
}

/// A listener by member.
pub async fn find(house: &House, member: &str) -> Result<Option<ListenerRow>, Failure> {
    Ok(house.store.begin_read().await?.listener(member).await?)
}

/// Who signs in as this, with the secrets that open their door: id and text of each app password in force.
pub async fn by_login(
    house: &House,
    login: &str,
) -> Result<Option<(ListenerRow, Vec<(String, String)>)>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let Some(row) = tx.listener_by_login(login).await? else { return Ok(None) };
    let secrets = tx.app_secrets(house.store.fields(), &row.member).await?;
    Ok(Some((row, secrets)))
}

/// Whose API key this is, and the key's id.
pub async fn by_key(house: &House, key: &str) -> Result<Option<(ListenerRow, String)>, Failure> {
    let hash = crate::app_password::key_hash(key);
    Ok(house.store.begin_read().await?.listener_by_key(&hash).await?)
}

/// A small picture that stands for a login, as JPEG: made of the name alone, always the same.
///
/// # Errors
/// Where it cannot be drawn, which would be a fault here.
pub fn avatar(login: &str) -> Result<Vec<u8>, Failure> {
    let seed = ledger::Hash::of(login.as_bytes()).0.iter().take(8).fold(0_u64, |s, b| s << 8 | u64::from(*b));
    media::picture::drawn(seed, 192).map_err(|flaw| Failure::Fault(store::Fault::new(flaw.words)))
}

/// How often app passwords, keys and listeners have changed: who remembers some asks whether this grew.
pub async fn changes(house: &House) -> Result<i64, Failure> {
    Ok(house.store.begin_read().await?.app_password_changes().await?)
}

/// Erases all that a member keeps for listening: login, passwords, stars, ratings, playlists, bookmarks, queue.
/// What was counted was never under their name.
pub async fn erase(house: &House, member: &str) -> Result<(), Failure> {
    let mut tx = house.store.begin().await?;
    tx.erase_listener(member).await?;
    tx.commit().await?;
    Ok(())
}
