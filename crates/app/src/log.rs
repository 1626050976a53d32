//! The public log of the house: what goes in, and how it is published.
//!
//! **Rows first.** An entry of the log is a row, written in the transaction that makes it true: then it is in the log, at
//! a place that never changes. Tiles and checkpoints are made from the rows afterwards, by one writer who holds a lease
//! with a token; made again from the same rows they are the same bytes. So a crash between row and tile loses
//! nothing, and a folder that was lost is written anew without a second history.
//!
//! A checkpoint that was published is kept as a row too. A folder older than it is caught up from the rows; rows older than the
//! folder mean that an old backup was restored, and nothing is published then.
//!
//! Entries carry hashes and pseudonymous ids, no names and no terms. Nobody's gift can be computed from them.

mod publish;
mod serve;
pub(crate) mod sweep;

use jiff::Timestamp;
use proof::log::{Entry, KeyRing, Policy, Receipt, Rotation, Seen, WitnessKey};
use proof::{Note, SigningKey, VerifierKey};
use serde_json::Value;
use store::{HeadRow, LogKeyRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House, policy};

pub use publish::{Asked, Published, catch_up, publish, publish_new, publish_with, rotate};
pub(crate) use publish::{examine, root_in};
pub use serve::{Served, Staying, file, mirror};
pub use sweep::sweep;

/// Where the tiles lie, beside the database.
pub const FOLDER: &str = "log";

/// How the log stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its name.
    pub origin: String,
    /// The first key's public half: from it all later ones follow.
    pub verifier: String,
    /// The key that signs now.
    pub signs: String,
    /// How many entries there are.
    pub size: u64,
    /// How many of them are published.
    pub published: u64,
    /// The newest checkpoint that was published.
    pub head: Option<HeadRow>,
    /// The witnesses asked.
    pub witnesses: Vec<String>,
    /// Entries by kind.
    pub kinds: Vec<(String, i64)>,
}

/// How the log stands now.
pub async fn status(house: &House) -> Result<Status, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let head = tx.newest_head().await?;
    let keys = tx.log_keys().await?;
    let own = signing_key(house)?.verifier().to_string();
    let first = keys.first().map_or_else(|| own.clone(), |k| k.verifier.clone());
    let signs = keys.last().map_or(own, |k| k.verifier.clone());
    let witnesses = witnesses(&mut tx, now).await?;
    Ok(Status {
        origin: house.origin.clone(),
        verifier: first,
        signs,
        size: u64::try_from(tx.log_size().await?).unwrap_or(0),
        published: head.as_ref().map_or(0, |h| u64::try_from(h.size).unwrap_or(0)),
        head,
        witnesses: witnesses.into_iter().map(|w| w.key.name().to_owned()).collect(),
        kinds: tx.leaf_counts().await?,
    })
}

/// The newest checkpoints that were published, newest first.
pub async fn heads(house: &House, most: i64) -> Result<Vec<HeadRow>, Failure> {
    Ok(house.store.begin_read().await?.heads(most).await?)
}

/// The first key and the notes by which the later ones follow: all that a stranger needs to check receipts.
pub async fn keys(house: &House) -> Result<(String, Vec<String>), Failure> {
    let mut tx = house.store.begin_read().await?;
    let first = first_key(house, &mut tx).await?.to_string();
    Ok((first, rotations(&mut tx, i64::MAX).await?))
}

/// The receipt of an entry by its kind and subject, under the newest checkpoint.
///
/// # Errors
/// `log-entry-unknown`; `log-unpublished` where no checkpoint covers it yet.
pub async fn receipt(house: &House, kind: &str, subject: &str) -> Result<Receipt, Failure> {
    let mut tx = house.store.begin_read().await?;
    let place = tx.leaf_place(kind, subject).await?.ok_or_else(|| {
        refuse(
            "log-entry-unknown",
            format!("the log has no {kind} `{subject}`"),
            "what is approved is logged by `tantieme log publish`",
        )
    })?;
    drop(tx);
    receipt_at(house, place).await
}

/// The receipt of the entry at a place, under the newest checkpoint with the cosignatures it has.
pub(crate) async fn receipt_at(house: &House, place: i64) -> Result<Receipt, Failure> {
    let mut receipts = receipts_at(house, &[place]).await?;
    receipts.pop().ok_or_else(|| Failure::Fault(store::Fault::new("a receipt was not made")))
}

/// The receipts of entries, all under one checkpoint.
pub(crate) async fn receipts_at(house: &House, places: &[i64]) -> Result<Vec<Receipt>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let head = tx.newest_head().await?;
    let ring = ring(house, &mut tx).await?;
    drop(tx);
    let unpublished = |place: i64| {
        refuse(
            "log-unpublished",
            format!("entry {place} of the log is not under a checkpoint yet"),
            "`tantieme log publish` makes one",
        )
    };
    let Some(head) = head else { return Err(unpublished(places.first().copied().unwrap_or(0))) };
    if let Some(place) = places.iter().find(|p| **p >= head.size) {
        return Err(unpublished(*place));
    }
    let text = if head.cosigned.is_empty() { &head.note } else { &head.cosigned };
    let note: Note = text.parse().map_err(|e: proof::note::BadNote| broken(&e))?;
    let trusted = Policy::log_only(ring).open_note(&note).map_err(|e| broken(&e))?;
    let (folder, places) = (house.folder.join(FOLDER), places.to_vec());
    tokio::task::spawn_blocking(move || {
        let folder = ports::log::LogFolder::new(&folder);
        let one = |place: &i64| folder.receipt(place.unsigned_abs(), note.clone(), &trusted);
        places.iter().map(one).collect::<Result<Vec<_>, _>>()
    })
    .await
    .map_err(|e| broken(&e))?
    .map_err(|e| broken(&e))
}

/// A witness that is asked.
#[derive(Debug, Clone)]
pub(crate) struct Witness {
    pub(crate) key: WitnessKey,
    pub(crate) address: ports::witness::Address,
}

/// The witnesses of the policy `log-witnesses`: `name+id+key https://…`, separated by `;`.
pub(crate) async fn witnesses(tx: &mut Tx, now: Timestamp) -> Result<Vec<Witness>, Failure> {
    let text = policy::text(tx, "log-witnesses", now).await?;
    read_witnesses(&text)
}

pub(crate) fn read_witnesses(text: &str) -> Result<Vec<Witness>, Failure> {
    let bad = |what: String| {
        refuse("log-witness", what, "write `name+id+key https://witness.example`, several separated by `;`")
    };
    let mut all = Vec::new();
    for one in text.split(';').map(str::trim).filter(|t| !t.is_empty()) {
        let (key, address) = one.split_once(' ').ok_or_else(|| bad(format!("`{one}` is no witness")))?;
        all.push(Witness {
            key: key.parse().map_err(|e: proof::note::BadKey| bad(e.to_string()))?,
            address: address.trim().parse().map_err(|e: ports::witness::WitnessError| bad(e.to_string()))?,
        });
    }
    Ok(all)
}

/// Adds an entry in the transaction that makes it true. The same kind and subject is logged once.
pub(crate) async fn add(
    house: &House,
    tx: &mut Tx,
    kind: &str,
    subject: &str,
    value: &Value,
) -> Result<i64, Failure> {
    let bytes = serde_json_canonicalizer::to_vec(value).map_err(|e| broken(&e))?;
    add_bytes(house, tx, kind, subject, bytes).await
}

/// The same for bytes as they are.
pub(crate) async fn add_bytes(
    house: &House,
    tx: &mut Tx,
    kind: &str,
    subject: &str,
    bytes: Vec<u8>,
) -> Result<i64, Failure> {
    if let Some(place) = tx.leaf_place(kind, subject).await? {
        return Ok(place);
    }
    let entry =
        Entry::new(bytes).map_err(|e| refuse("log-entry-long", e.to_string(), "say it in fewer words"))?;
    Ok(tx.insert_leaf(kind, subject, entry.as_bytes(), &entry.leaf().to_string(), house.now()).await?)
}

/// The log's keys as the rows tell them, the first being the house's own where none is there yet.
pub(crate) async fn ring(house: &House, tx: &mut Tx) -> Result<KeyRing, Failure> {
    let first = first_key(house, tx).await?;
    let mut ring = KeyRing::new(&house.origin, first);
    for note in rotations(tx, i64::MAX).await? {
        ring.rotate(&note).map_err(|e| broken(&e))?;
    }
    Ok(ring)
}

pub(crate) async fn first_key(house: &House, tx: &mut Tx) -> Result<VerifierKey, Failure> {
    match tx.log_keys().await?.first() {
        Some(row) => row.verifier.parse().map_err(|e: proof::note::BadKey| broken(&e)),
        None => Ok(signing_key(house)?.verifier().clone()),
    }
}

/// The notes by which the keys followed each other, in entries below a size.
pub(crate) async fn rotations(tx: &mut Tx, below: i64) -> Result<Vec<String>, Failure> {
    let mut notes = Vec::new();
    for number in 1_u32.. {
        let Some(place) = tx.leaf_place("rotation", &number.to_string()).await? else { break };
        if place >= below {
            break;
        }
        let row = tx.leaves(place, 1).await?.into_iter().next();
        notes.push(row.map(|r| String::from_utf8_lossy(&r.entry).into_owned()).unwrap_or_default());
    }
    Ok(notes)
}

/// Keeps the first key, where none is kept yet.
pub(crate) async fn keep_first_key(house: &House, tx: &mut Tx) -> Result<(), Failure> {
    if tx.log_keys().await?.is_empty() {
        let verifier = signing_key(house)?.verifier().to_string();
        tx.insert_log_key(&LogKeyRow { number: 0, since_size: 0, verifier }).await?;
    }
    Ok(())
}

pub(crate) fn signing_key(house: &House) -> Result<SigningKey, Failure> {
    SigningKey::from_seed(&house.origin, &house.log_seed)
        .map_err(|e| refuse("origin", e.to_string(), "the house's origin names its key"))
}

/// What was published last, as a verifier remembers it.
pub(crate) fn seen(head: &HeadRow) -> Result<Seen, Failure> {
    let root = head.root.parse().map_err(|e: proof::BadHash| broken(&e))?;
    Ok(Seen { size: u64::try_from(head.size).unwrap_or(0), root })
}

/// The rotation an entry holds.
pub(crate) fn rotation_in(entry: &[u8]) -> Result<Rotation, Failure> {
    let note: Note = String::from_utf8_lossy(entry).parse().map_err(|e: proof::note::BadNote| broken(&e))?;
    note.claimed_text().parse().map_err(|e: proof::log::BadRotation| broken(&e))
}

pub(crate) fn broken(error: &dyn std::fmt::Display) -> Failure {
    Failure::Fault(store::Fault::new(format!("the log: {error}")))
}
