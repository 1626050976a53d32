//! What waits for one more answer, where the answer may come to another process: encrypted, under a keyed hash, for half an
//! hour.

use jiff::SignedDuration;

use crate::{Failure, House};

/// How long it waits.
pub const KEPT: SignedDuration = SignedDuration::from_mins(30);
/// Most bytes of its text; what is larger waits in the process that got it.
pub const MOST: usize = 12 * 1024 * 1024;

const TABLE: &str = "upload_wait";

/// Whether several processes may answer here, so that it is worth the writing.
pub fn is_shared(house: &House) -> bool {
    house.store.db().is_postgres()
}

/// Keeps a text under a key, instead of what was there.
pub async fn keep(house: &House, key: &str, text: &str) -> Result<(), Failure> {
    if !is_shared(house) || text.len() > MOST {
        return Ok(());
    }
    let fields = house.store.fields();
    let mark = fields.mark(TABLE, key);
    let sealed = fields.seal(&format!("{TABLE}/{mark}/sealed"), text, house.world.nonce())?;
    let mut tx = house.store.begin().await?;
    tx.keep_waiting(&mark, house.now(), sealed).await?;
    Ok(tx.commit().await?)
}

/// The text under a key, if it still waits.
pub async fn find(house: &House, key: &str) -> Result<Option<String>, Failure> {
    if !is_shared(house) {
        return Ok(None);
    }
    let fields = house.store.fields();
    let mark = fields.mark(TABLE, key);
    let mut tx = house.store.begin_read().await?;
    let since = house.now() - KEPT;
    match tx.waiting(&mark, since).await? {
        Some(sealed) => Ok(Some(fields.open(&format!("{TABLE}/{mark}/sealed"), &sealed)?)),
        None => Ok(None),
    }
}

/// Forgets what is under a key.
pub async fn forget(house: &House, key: &str) -> Result<(), Failure> {
    if !is_shared(house) {
        return Ok(());
    }
    let mut tx = house.store.begin().await?;
    tx.forget_waiting(&house.store.fields().mark(TABLE, key)).await?;
    Ok(tx.commit().await?)
}
