//! What became true before its entry was written: earlier runs, proofs and rules, and the map of who has spoken.

use std::collections::BTreeMap;

use consent::receipt::{HeldLine, heads_hash, held_hash, held_key, line_hash};
use proof::Hash;
use proof::map::{Map, MapKey};
use serde_json::{Value, json};
use store::{LeafRow, Tx};

use super::{add, add_bytes, broken, keep_first_key};
use crate::consent::roles;
use crate::{Failure, House};

/// What the map holds: from 2 on claims, mandates, licences and disputes beside statements.
const MAP_VERSION: u64 = 2;

/// How many rows are logged in one transaction.
const AT_ONCE: i64 = 1_000;

/// Logs every approved run, its rule and every proof of participation that is not in the log, and the root of the map
/// where somebody has spoken since the last one. Tells how many entries it wrote.
pub async fn sweep(house: &House) -> Result<u64, Failure> {
    let mut written = 0;
    loop {
        // Most times there is nothing to do, and nobody has to wait for it.
        let mut tx = house.store.begin_read().await?;
        let known = !tx.log_keys().await?.is_empty();
        let pending = !tx.unlogged_runs(1).await?.is_empty() || !tx.unlogged_proofs(1).await?.is_empty();
        let stale = map_is_stale(&mut tx).await?;
        drop(tx);
        if known && !pending && !stale {
            return Ok(written);
        }
        let mut tx = house.store.begin().await?;
        keep_first_key(house, &mut tx).await?;
        let mut done = runs(house, &mut tx).await?;
        done += proofs(house, &mut tx).await?;
        if map_is_stale(&mut tx).await? {
            log_map(house, &mut tx).await?;
            done += 1;
        }
        tx.commit().await?;
        written += done;
    }
}

/// Logs approved runs with the rules they were shared by: backfilled where they are from before the log.
pub(crate) async fn runs(house: &House, tx: &mut Tx) -> Result<u64, Failure> {
    let mut written = 0;
    for run in tx.unlogged_runs(AT_ONCE).await? {
        let (name, version, hash) = &run.rule;
        let text = allocation::library().into_iter().find(|r| r.hash() == *hash).map(|r| r.canonical());
        // A rule that this version does not ship any more is told by its hash alone.
        let rule = json!({ "hash": hash, "leaf": "rule", "name": name, "text": text, "version": version });
        add(house, tx, "rule", &format!("{name}@{version} {hash}"), &rule).await?;
        add_bytes(house, tx, "run", &run.id, run.manifest).await?;
        written += 1;
    }
    Ok(written)
}

/// Logs proofs of participation: the hash alone, since a proof names its performer. Its id holds 64 random bits, so that
/// nobody finds out by trying.
pub(crate) async fn proofs(house: &House, tx: &mut Tx) -> Result<u64, Failure> {
    let mut written = 0;
    for (id, note) in tx.unlogged_proofs(AT_ONCE).await? {
        let leaf = json!({ "hash": Hash::of(note.as_bytes()).to_string(), "leaf": "proof" });
        add(house, tx, "proof", &id, &leaf).await?;
        written += 1;
    }
    Ok(written)
}

async fn map_is_stale(tx: &mut Tx) -> Result<bool, Failure> {
    let map = tx.newest_leaf("map", i64::MAX).await?;
    let mapped = map.as_ref().map_or(-1, |leaf| leaf.place);
    let old = map.is_some_and(|leaf| version(&leaf) < MAP_VERSION);
    Ok(old || tx.is_map_older(mapped).await?)
}

/// What a map's entry says it holds.
fn version(leaf: &LeafRow) -> u64 {
    let entry: Option<Value> = serde_json::from_slice(&leaf.entry).ok();
    entry.and_then(|e| e.get("version")?.as_u64()).unwrap_or(1)
}

/// Logs the root of the map as it stands at this size of the log.
async fn log_map(house: &House, tx: &mut Tx) -> Result<(), Failure> {
    tx.hold_log().await?;
    let size = tx.log_size().await?;
    let map = map_at(tx, size).await?.0;
    let leaf = json!({ "keys": map.len(), "leaf": "map", "root": map.root().to_string(), "size": size, "version": MAP_VERSION });
    add(house, tx, "map", &size.to_string(), &leaf).await?;
    Ok(())
}

/// Whoever said something for a holder about a subject: the speaker, the hash of their newest statement, its place.
pub(crate) type Spoken = ((String, String), Vec<(String, String, u64)>);

/// The map at a size of the log: from holder and subject to the hash of all chains' heads, and from kind and key to the hash
/// of all lines there.
pub(crate) async fn map_at(tx: &mut Tx, size: i64) -> Result<(Map, Vec<Spoken>), Failure> {
    let mut spoken: Vec<Spoken> = Vec::new();
    for [holder, subject, speaker, hash, place] in tx.consent_heads(size).await? {
        let head = (speaker, hash, place.parse().unwrap_or(0));
        match spoken.last_mut().filter(|(key, _)| key.0 == holder && key.1 == subject) {
            Some((_, heads)) => heads.push(head),
            None => spoken.push(((holder, subject), vec![head])),
        }
    }
    let pair = |((holder, subject), heads): &Spoken| (MapKey::of(&[holder, subject]), heads_hash(heads));
    let held = held_at(tx, size).await?;
    let held = held.iter().map(|((kind, key), lines)| (held_key(kind, key), held_hash(lines)));
    let map = Map::new(spoken.iter().map(pair).chain(held));
    Ok((map, spoken))
}

/// All lines that are no statements at a size of the log, by kind and key. Only hashes are read, so that what was erased
/// since changes nothing.
async fn held_at(tx: &mut Tx, size: i64) -> Result<BTreeMap<(String, String), Vec<HeldLine>>, Failure> {
    let mut held: BTreeMap<(String, String), Vec<HeldLine>> = BTreeMap::new();
    let end = |end: Option<(i64, jiff::civil::Date)>| end.filter(|e| e.0 < size).map(|e| e.0.unsigned_abs());
    for claim in tx.roles(false).await?.into_iter().filter(|c| c.place < size) {
        let hash = line_hash(&roles::line(&claim)).map_err(|e| broken(&e))?;
        let line = (claim.id, hash.to_string(), claim.place.unsigned_abs(), end(claim.end));
        held.entry(("claim".to_owned(), claim.subject)).or_default().push(line);
    }
    for kind in ["mandate", "license", "dispute"] {
        for row in tx.consent_lines(kind).await?.into_iter().filter(|r| r.place < size) {
            let key = match kind {
                "mandate" => row.holder.to_string(),
                "license" => row.speaker.to_string(),
                _ => row.subject,
            };
            let line = (row.id, row.hash, row.place.unsigned_abs(), end(row.end));
            held.entry((kind.to_owned(), key)).or_default().push(line);
        }
    }
    Ok(held)
}
