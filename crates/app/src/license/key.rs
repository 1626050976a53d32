//! Keys of parties' own: a licensee that registers one signs for itself, and the house signs for it no longer.
//!
//! A key is bound to its party by a **paper** `party-key`, signed by the new key itself, or by the one before where there is
//! one. The paper's hash, the party and the key are an entry of the log, so that the party sees which key counts as its own
//! and everybody who checks an agreement sees since when. A key that is lost is ended by the house, and a new one begins.

use ::consent::statement;
use serde_json::{Value, json};
use store::{PartyKeyRow, Tx};

use crate::consent::{fresh_id, say};
use crate::failure::refuse;
use crate::{Failure, House, log, party};

/// The type of the paper.
pub const PAPER: &str = "party-key";

/// The paper by which a key is bound to a party, signed by the key itself or by the one before. Nothing is recorded.
///
/// # Errors
/// `own-key-paper` where the seed makes no signature.
pub fn paper(
    party: &str,
    new_seed: &[u8; 32],
    before: Option<&[u8; 32]>,
    salt: &str,
) -> Result<Value, Failure> {
    let new_key = public(new_seed)?;
    let paper = json!({ "type": PAPER, "version": 1, "party": party, "new_key": new_key, "salt": salt });
    statement::sign(paper, before.unwrap_or(new_seed)).map_err(|e| bad(&e.to_string()))
}

/// The public key of a seed: 64 hexadecimal digits.
///
/// # Errors
/// `own-key-paper`.
pub fn public(seed: &[u8; 32]) -> Result<String, Failure> {
    let signed = statement::sign(json!({}), seed).map_err(|e| bad(&e.to_string()))?;
    Ok(text(&signed, "key"))
}

fn bad(what: &str) -> Failure {
    refuse("own-key-paper", what, "`tantieme licence key paper` makes one")
}

fn text(paper: &Value, name: &str) -> String {
    paper.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// What a paper says, once its signature holds: the party, the new key, and the key that signed.
///
/// # Errors
/// Why it is not believed, in words.
pub(super) fn read(paper: &Value) -> Result<(String, String, String), String> {
    if text(paper, "type") != PAPER {
        return Err("this is no paper of a party's key".to_owned());
    }
    statement::verify(paper).map_err(|e| e.to_string())?;
    let (party, new_key, key) = (text(paper, "party"), text(paper, "new_key"), text(paper, "key"));
    let digits = |k: &str| k.len() == 64 && k.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if party.is_empty() || !digits(&new_key) {
        return Err("`party` or `new_key` is missing or cannot be read".to_owned());
    }
    Ok((party, new_key, key))
}

/// Registers a key by its paper. Where the party has one already, that one must have signed.
///
/// # Errors
/// In this order: `own-key-paper`, `party-unknown`, `party-not-here`, `own-key-other` where the paper is another party's,
/// `own-key-live` where another key signed, `own-key-same`.
pub async fn register(
    house: &House,
    paper: &str,
    of: Option<&str>,
    by: &str,
) -> Result<PartyKeyRow, Failure> {
    let value: Value = serde_json::from_str(paper).map_err(|e| bad(&e.to_string()))?;
    let (party, new_key, signed_by) = read(&value).map_err(|e| bad(&e))?;
    let mut tx = house.store.begin().await?;
    let record = say::here(&mut tx, &party).await?;
    let id = record.party.id;
    if id.as_str() != party || of.is_some_and(|of| of != party) {
        let message = format!("the paper binds a key to `{}`", party.chars().take(60).collect::<String>());
        return Err(refuse("own-key-other", message, "make one with the id of the party itself"));
    }
    let before = live(&mut tx, &party).await?;
    let wanted = before.as_ref().map_or(&new_key, |row| &row.key);
    if signed_by != *wanted {
        let message = format!("the paper is signed by `{signed_by}`, not by the key before, `{wanted}`");
        return Err(refuse(
            "own-key-live",
            message,
            "sign it with the key before; where that is lost, the house ends it first",
        ));
    }
    if before.as_ref().is_some_and(|row| row.key == new_key) {
        let message = format!("`{}` signs with this key already", record.party.name);
        return Err(refuse("own-key-same", message, "nothing is left to do"));
    }
    let hash = statement::hash(&value).map_err(|e| bad(&e.to_string()))?.to_string();
    let row_id = fresh_id(house, "pky");
    let leaf = json!({ "hash": hash, "key": new_key, "leaf": "key", "party": party });
    let place = log::add(house, &mut tx, "key", &row_id, &leaf).await?;
    if let Some(before) = &before {
        tx.end_party_key(&before.id, place, house.now()).await?;
    }
    let row = PartyKeyRow {
        id: row_id,
        party: id,
        key: new_key,
        paper: value.to_string(),
        hash,
        place,
        since: house.now(),
        end: None,
    };
    tx.insert_party_key(&row).await?;
    tx.note(house.now(), by, "licence key", row.party.as_str(), &row.key).await?;
    tx.commit().await?;
    Ok(row)
}

/// Ends the key of a party, where it was lost or stolen; from there on the house signs for the party again, until there is
/// another one.
///
/// # Errors
/// `party-unknown`, `own-key-none`, `evidence`.
pub async fn end(house: &House, who: &str, reason: &str, by: &str) -> Result<PartyKeyRow, Failure> {
    let mut tx = house.store.begin().await?;
    let party = party::find(&mut tx, who).await?.party;
    let row = live(&mut tx, party.id.as_str()).await?.ok_or_else(|| {
        let message = format!("`{}` has registered no key", party.name);
        refuse("own-key-none", message, "`tantieme licence key register` takes one")
    })?;
    if reason.trim().is_empty() {
        return Err(refuse("evidence", "a key is ended for a reason", "lost, stolen, or another program"));
    }
    let leaf = json!({ "ends": row.id, "hash": row.hash, "leaf": "end" });
    let place = log::add(house, &mut tx, "end", &row.id, &leaf).await?;
    tx.end_party_key(&row.id, place, house.now()).await?;
    tx.note(house.now(), by, "licence key end", party.id.as_str(), reason.trim()).await?;
    tx.commit().await?;
    Ok(row)
}

/// The keys of a party, oldest first.
///
/// # Errors
/// `party-unknown`.
pub async fn list(house: &House, who: &str) -> Result<Vec<PartyKeyRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let party = party::find(&mut tx, who).await?.party.id;
    Ok(tx.party_keys(party.as_str()).await?)
}

/// The key that a party signs with now.
pub(crate) async fn live(tx: &mut Tx, party: &str) -> Result<Option<PartyKeyRow>, Failure> {
    Ok(tx.party_keys(party).await?.into_iter().rfind(|row| row.end.is_none()))
}

/// That an object is signed by the key that a party signs with now.
///
/// # Errors
/// `own-key-none`, `own-key-signature`.
pub(crate) async fn signed_by(
    tx: &mut Tx,
    party: &music::Party,
    object: &Value,
) -> Result<PartyKeyRow, Failure> {
    let row = live(tx, party.id.as_str()).await?.ok_or_else(|| {
        let message = format!("`{}` has registered no key", party.name);
        refuse("own-key-none", message, "`tantieme licence key register` takes one")
    })?;
    let wrong = |why: String| {
        refuse(
            "own-key-signature",
            why,
            "`tantieme licence sign FILE --key SEED` signs with the key of the seed",
        )
    };
    statement::verify(object).map_err(|e| wrong(e.to_string()))?;
    if text(object, "key") != row.key {
        return Err(wrong(format!(
            "`{}` signs with `{}`, this is signed by another key",
            party.name, row.key
        )));
    }
    Ok(row)
}
