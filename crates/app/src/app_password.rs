//! App passwords and API keys: what members give to their players instead of their own password.
//!
//! Each is random, named, revocable, and opens nothing but listening. A password is kept encrypted, not hashed, because
//! players prove it with `md5(password + salt)`; a key is sent whole and kept as its hash. A person's own password is
//! never accepted where these are.

use ledger::Hash;
use store::AppPasswordRow;

use crate::failure::refuse;
use crate::{Failure, House};

/// Passwords and keys in force that one member may have.
const MOST: usize = 50;
/// Longest name, in letters.
const NAME_MOST: usize = 100;
/// Letters that are not taken for one another, for typing on a telephone: 32 of them, five bits each.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A new password or key: the only time its text is shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Made {
    /// Its id, for revoking it.
    pub id: String,
    /// The name for the player to sign in with.
    pub login: String,
    /// The text to enter there.
    pub secret: String,
}

impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Made").field("id", &self.id).field("login", &self.login).finish_non_exhaustive()
    }
}

/// Makes an app password of a hundred random bits, named for the device it is for.
///
/// # Errors
/// In this order: `app-password-name`, `listener-unknown`, `app-passwords-many`.
pub async fn create(house: &House, member: &str, name: &str) -> Result<Made, Failure> {
    let secret = letters(&house.world.nonce(), 20);
    let secret = secret.as_bytes().chunks(5).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-");
    make(house, member, name, false, secret).await
}

/// Makes an API key of a hundred and eighty random bits.
///
/// # Errors
/// As [`create`].
pub async fn create_key(house: &House, member: &str, name: &str) -> Result<Made, Failure> {
    let secret = format!("tk-{}", letters(&[house.world.nonce(), house.world.nonce()].concat(), 36));
    make(house, member, name, true, secret).await
}

async fn make(
    house: &House,
    member: &str,
    name: &str,
    is_key: bool,
    secret: String,
) -> Result<Made, Failure> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_MOST || name.contains(char::is_control) {
        return Err(refuse(
            "app-password-name",
            format!("an app password needs a name of at most {NAME_MOST} letters"),
            "name the device or player it is for",
        ));
    }
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let listener = tx.listener(member).await?.ok_or_else(|| {
        refuse("listener-unknown", "this member does not listen with players yet", "register them first")
    })?;
    let in_force = tx.app_passwords(member).await?.iter().filter(|p| p.revoked.is_none()).count();
    if in_force >= MOST {
        return Err(refuse(
            "app-passwords-many",
            format!("there are {in_force} app passwords already"),
            "revoke one that is not used any more",
        ));
    }
    let row = AppPasswordRow {
        id: format!("app-{}", music::id::base32(house.world.bits())),
        member: member.to_owned(),
        is_key,
        name: name.to_owned(),
        created: now,
        revoked: None,
    };
    if is_key {
        tx.insert_player_key(&row, &key_hash(&secret)).await?;
    } else {
        tx.insert_app_password(house.store.fields(), &row, &secret, house.world.nonce()).await?;
    }
    tx.commit().await?;
    Ok(Made { id: row.id, login: listener.login, secret })
}

/// Revokes a password or key. Doors that remember secrets forget it within a quarter of a second.
///
/// # Errors
/// `app-password-unknown` where the member has none of that id in force.
pub async fn revoke(house: &House, member: &str, id: &str) -> Result<(), Failure> {
    let mut tx = house.store.begin().await?;
    if !tx.revoke_app_password(member, id, house.now()).await? {
        return Err(refuse(
            "app-password-unknown",
            format!("there is no app password `{id}` in force"),
            "the list of yours shows their ids",
        ));
    }
    tx.commit().await?;
    Ok(())
}

/// The passwords and keys of a member, oldest first, revoked ones too; never their texts.
pub async fn list(house: &House, member: &str) -> Result<Vec<AppPasswordRow>, Failure> {
    Ok(house.store.begin_read().await?.app_passwords(member).await?)
}

/// Under what an API key is kept.
pub(crate) fn key_hash(key: &str) -> String {
    Hash::of(&[b"api-key ".as_slice(), key.as_bytes()].concat()).to_string()
}

fn letters(bytes: &[u8], count: usize) -> String {
    // Five of the eight bits of each byte: as evenly spread as the bytes are.
    let mut text: String = bytes.iter().map(|b| char::from(LETTERS[usize::from(b & 31)])).collect();
    text.truncate(count);
    text
}
