//! Keys for programs: made by a person, with some of what that person may do, ended by the person.

use jiff::{SignedDuration, Timestamp};
use ledger::Hash;
use store::{ApiKeyId, ApiKeyRow, ListenerRow, SignInRow};

use crate::failure::refuse;
use crate::session::{Need, Rights, Visitor};
use crate::sign_in::hex;
use crate::{Failure, House, Refusal};

/// How every key begins, so that tools that look for lost secrets know it.
pub const PREFIX: &str = "ttk_";
/// What a key may do: each word opens one door of the API.
pub const SCOPES: [&str; 6] = ["read", "listen", "set-lists", "catalogue", "consent", "money"];
/// Keys of one person.
const MOST: usize = 20;
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(2);

/// A program that came with a key.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Whose key.
    pub sign_in: SignInRow,
    /// Which key.
    pub key: ApiKeyRow,
    /// What its owner may do.
    pub rights: Rights,
}

impl Caller {
    /// Refuses where the key's scopes or its owner's rights are not enough.
    ///
    /// # Errors
    /// `scope-missing`, `not-yours`.
    pub fn require(&self, scope: &str, need: Need<'_>) -> Result<(), Refusal> {
        if !self.key.scopes.split(' ').any(|s| s == scope) {
            let message = format!("this key may not `{scope}`");
            return Err(Refusal::new("scope-missing", message, "make one that may"));
        }
        if !self.rights.allow(need) {
            return Err(Refusal::new("not-yours", "this is not yours to see or change", "use another key"));
        }
        Ok(())
    }
}

/// Makes a key; its secret is told once. One that may move money or consents needs the second factor.
///
/// # Errors
/// In this order: `key-name`, `scope-unknown`, those of the second factor, `key-many`.
pub async fn create(
    house: &House,
    visitor: &Visitor,
    name: &str,
    scopes: &[String],
    until: Option<Timestamp>,
) -> Result<(ApiKeyRow, String), Failure> {
    let now = house.now();
    let name: String = name.trim().chars().filter(|c| !c.is_control()).take(60).collect();
    if name.is_empty() {
        return Err(refuse("key-name", "a key needs a name", "say what it is for"));
    }
    let known: Vec<&str> = SCOPES.into_iter().filter(|s| scopes.iter().any(|asked| asked == s)).collect();
    if known.is_empty() || scopes.iter().any(|s| !SCOPES.contains(&s.as_str())) {
        let message = format!("`{}` is not what a key can be for", scopes.join(" "));
        return Err(refuse("scope-unknown", message, SCOPES.join(", ")));
    }
    if known.iter().any(|s| matches!(*s, "money" | "consent")) {
        visitor.require_fresh_second_factor(now)?;
    }
    let of = &visitor.sign_in.id;
    let mut tx = house.store.begin().await?;
    if tx.api_keys_of(of).await?.len() >= MOST {
        return Err(refuse("key-many", format!("you have {MOST} keys"), "end those that nothing uses"));
    }
    let secret = format!("{PREFIX}{}", hex(&house.world.nonce()));
    let row = ApiKeyRow {
        id: ApiKeyId::from_bits(house.world.bits()),
        sign_in: of.clone(),
        name,
        scopes: known.join(" "),
        created: now,
        seen: None,
        until,
        ended: None,
    };
    tx.insert_api_key(&Hash::of(secret.as_bytes()).to_string(), &row).await?;
    tx.note(now, of.as_str(), "key create", row.id.as_str(), &row.scopes).await?;
    tx.commit().await?;
    Ok((row, secret))
}

/// Whose key a secret is; `None` where it opens nothing.
pub async fn caller(house: &House, secret: &str) -> Result<Option<Caller>, Failure> {
    if !secret.starts_with(PREFIX) {
        return Ok(None);
    }
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let Some(key) = tx.api_key(&Hash::of(secret.as_bytes()).to_string()).await? else { return Ok(None) };
    let Some(sign_in) = tx.sign_in(house.store.fields(), &key.sign_in).await? else { return Ok(None) };
    let rights = Rights::new(&tx.roles_of(&key.sign_in).await?, now);
    drop(tx);
    if key.ended.is_some() || key.until.is_some_and(|t| t <= now) || sign_in.ended.is_some() {
        return Ok(None);
    }
    if key.seen.is_none_or(|seen| now >= seen + SEEN_EVERY) {
        let mut tx = house.store.begin().await?;
        tx.api_key_seen(&key.id, now).await?;
        tx.commit().await?;
    }
    Ok(Some(Caller { sign_in, key, rights }))
}

/// The member who listens with a person's key that may `listen`, and the key's id; `None` where it opens nothing, or its
/// owner listens nowhere. With several memberships it is the newest.
pub async fn listener(house: &House, secret: &str) -> Result<Option<(ListenerRow, String)>, Failure> {
    if !secret.starts_with(PREFIX) {
        return Ok(None);
    }
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let Some(key) = tx.api_key(&Hash::of(secret.as_bytes()).to_string()).await? else { return Ok(None) };
    let may = key.ended.is_none() && key.until.is_none_or(|t| t > now);
    let person = tx.sign_in(house.store.fields(), &key.sign_in).await?.filter(|p| p.ended.is_none());
    if person.is_none() || !may || !key.scopes.split(' ').any(|s| s == "listen") {
        return Ok(None);
    }
    for member in tx.members_of(&key.sign_in).await?.iter().rev() {
        let here = member.ended.is_none() && member.until.is_none_or(|t| t > now);
        if here && let Some(row) = tx.listener(member.id.as_str()).await? {
            return Ok(Some((row, key.id.to_string())));
        }
    }
    Ok(None)
}

/// The keys of a person.
pub async fn list(house: &House, visitor: &Visitor) -> Result<Vec<ApiKeyRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(tx.api_keys_of(&visitor.sign_in.id).await?)
}

/// Ends a key of the person's own.
///
/// # Errors
/// `key-unknown`.
pub async fn end(house: &House, visitor: &Visitor, id: &str) -> Result<(), Failure> {
    let now = house.now();
    let of = &visitor.sign_in.id;
    let unknown = || refuse("key-unknown", format!("you have no key `{id}`"), "it may be over already");
    let key: ApiKeyId = id.parse().map_err(|_| unknown())?;
    let mut tx = house.store.begin().await?;
    if !tx.end_api_key(&key, of, now).await? {
        return Err(unknown());
    }
    tx.note(now, of.as_str(), "key end", key.as_str(), "").await?;
    tx.commit().await?;
    Ok(())
}
