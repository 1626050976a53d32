//! From rows to tiles and a signed checkpoint: one writer, a lease with a token, witnesses asked afterwards.

use jiff::SignedDuration;
use ports::log::{BATCH_MOST, LogError, LogWriter};
use ports::witness::Answer;
use proof::log::{AddCheckpoint, Betrayal, Entry, KeyRing, Rotation, read_answer};
use proof::merkle::Frontier;
use proof::{Checkpoint, Note, SigningKey};
use store::{HeadRow, LeafRow, LogKeyRow, Tx};

use super::{
    FOLDER, Witness, broken, first_key, ring, rotation_in, rotations, seen, signing_key, sweep, witnesses,
};
use crate::failure::refuse;
use crate::{Failure, House, webhook};

/// For how long a writer that does not come back keeps others out, in seconds: longer than a batch and all witnesses take.
const LEASE_SECONDS: i64 = 120;

/// How often a witness is asked again because it signed another size than was thought.
const ASKED_MOST: usize = 3;

/// What publishing did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// How many entries are published now.
    pub size: u64,
    /// How many of them are new.
    pub new: u64,
    /// The newest checkpoint, with the cosignatures that came.
    pub checkpoint: String,
    /// What became of asking the witnesses.
    pub witnesses: Vec<Asked>,
}

/// What a witness said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its name.
    pub witness: String,
    /// Why it did not sign; nothing where it did.
    pub failed: Option<String>,
}

/// Publishes what is in the log: writes tiles, signs a checkpoint, asks the witnesses.
///
/// # Errors
/// In this order: `log-busy` (somebody else is publishing), `log-rolled-back` (the rows are older than what was
/// published), `log-split` (the folder shows another history), `log-key` (another key signs now), `log-folder`.
pub async fn publish(house: &House) -> Result<Published, Failure> {
    publish_with(house, &[]).await
}

/// Publishes only where something is new, so that a house at rest writes nothing.
///
/// # Errors
/// As [`publish`].
pub async fn publish_new(house: &House) -> Result<Option<Published>, Failure> {
    sweep(house).await?;
    let mut tx = house.store.begin_read().await?;
    let (size, head) = (tx.log_size().await?, tx.newest_head().await?);
    drop(tx);
    if head.map_or(0, |h| h.size) >= size {
        return Ok(None);
    }
    publish(house).await.map(Some)
}

/// The same with further private keys at hand, as a rotation needs them.
///
/// # Errors
/// As [`publish`].
pub async fn publish_with(house: &House, more: &[SigningKey]) -> Result<Published, Failure> {
    sweep(house).await?;
    let token = take(house).await?;
    let done = under(house, more, token).await;
    let mut tx = house.store.begin().await?;
    tx.leave_log(token).await?;
    tx.commit().await?;
    done
}

/// Goes on with a new key: an entry that both keys sign says so, and the checkpoint with it is the first of the new key.
/// Asked again after a crash it finishes what was begun.
///
/// # Errors
/// As [`publish`].
pub async fn rotate(house: &House, new: &SigningKey, by: &str) -> Result<Published, Failure> {
    let signers = [new.clone()];
    publish_with(house, &signers).await?;
    let mut tx = house.store.begin().await?;
    tx.hold_log().await?;
    let keys = tx.log_keys().await?;
    if keys.last().is_none_or(|k| k.verifier != new.verifier().to_string()) {
        let size = tx.log_size().await?;
        let old = signing_key(house)?;
        let rotation = Rotation {
            origin: house.origin.clone(),
            from: size.unsigned_abs() + 1,
            key: new.verifier().clone(),
        };
        let note = rotation.sign(&old, new).map_err(|e| broken(&e))?.to_string();
        let number = i64::try_from(keys.len()).unwrap_or(i64::MAX);
        super::add_bytes(house, &mut tx, "rotation", &number.to_string(), note.into_bytes()).await?;
        let row = LogKeyRow { number, since_size: size + 1, verifier: new.verifier().to_string() };
        tx.insert_log_key(&row).await?;
        tx.note(house.now(), by, "log rotate-key", &house.origin, &row.verifier).await?;
    }
    tx.commit().await?;
    publish_with(house, &signers).await
}

async fn take(house: &House) -> Result<i64, Failure> {
    let now = house.now();
    let until = now.checked_add(SignedDuration::from_secs(LEASE_SECONDS)).unwrap_or(now);
    let holder = format!("{:016x}", house.world.bits());
    let mut tx = house.store.begin().await?;
    let token = tx.take_log(&holder, now, until).await?;
    tx.commit().await?;
    token.ok_or_else(|| {
        refuse(
            "log-busy",
            "somebody else is publishing the log",
            format!("try again; a writer that stopped is forgotten after {LEASE_SECONDS} seconds"),
        )
    })
}

async fn under(house: &House, more: &[SigningKey], token: i64) -> Result<Published, Failure> {
    let mut writer = open(house, more).await?;
    let before = writer.size();
    loop {
        let mut tx = house.store.begin_read().await?;
        let mut rows = tx.leaves(writer.size().cast_signed(), BATCH_MOST as i64).await?;
        drop(tx);
        // A rotation is written by itself: from the checkpoint with it on the new key signs.
        let turn = rows.iter().position(|r| r.kind == "rotation").unwrap_or(rows.len());
        let rotation = rows.get(turn).filter(|_| turn == 0).cloned();
        rows.truncate(turn);
        if rows.is_empty() && rotation.is_none() {
            break;
        }
        let more = more.to_vec();
        writer = blocking(move || append(writer, &rows, rotation.as_ref(), &more)).await??;
        keep(house, &writer, token, String::new()).await?;
    }
    let mut tx = house.store.begin_read().await?;
    let head = tx.newest_head().await?;
    let known = witnesses(&mut tx, house.now()).await?;
    drop(tx);
    if head.as_ref().is_none_or(|h| h.size.unsigned_abs() != writer.size()) {
        keep(house, &writer, token, String::new()).await?;
    }
    let asked = if known.is_empty() || head.is_some_and(|h| complete(&h, &known, writer.size())) {
        Vec::new()
    } else {
        let (back, asked) = blocking(move || ask_all(writer, &known)).await?;
        writer = back;
        if asked.iter().any(|a| a.failed.is_none()) {
            let cosigned = writer.checkpoint().to_string();
            keep(house, &writer, token, cosigned).await?;
        }
        asked
    };
    Ok(Published {
        size: writer.size(),
        new: writer.size() - before,
        checkpoint: writer.checkpoint().to_string(),
        witnesses: asked,
    })
}

/// Opens the folder, caught up with what was published, and makes sure that it shows the history of the rows.
async fn open(house: &House, more: &[SigningKey]) -> Result<LogWriter, Failure> {
    let mut tx = house.store.begin_read().await?;
    let (head, rows) = (tx.newest_head().await?, tx.log_size().await?);
    let first = KeyRing::new(&house.origin, first_key(house, &mut tx).await?);
    drop(tx);
    let folder = house.folder.join(FOLDER);
    let counts = std::fs::read_to_string(folder.join(".state/checkpoint")).ok();
    let claimed = counts.and_then(|text| text.parse::<Note>().ok());
    let claimed = claimed.and_then(|note| note.claimed_text().parse::<Checkpoint>().ok()).map(|c| c.size);
    if let Some(head) = head.as_ref().filter(|h| claimed.is_none_or(|size| size < h.size.unsigned_abs())) {
        restore(house, head, first.clone()).await?;
    }
    let mut signers = vec![signing_key(house)?];
    signers.extend_from_slice(more);
    let remembered = head.as_ref().map(seen).transpose()?;
    let writer = blocking(move || LogWriter::open(&folder, first, signers, remembered.as_ref()))
        .await?
        .map_err(told)?;
    let size = writer.size().cast_signed();
    if size > rows {
        return Err(refuse(
            "log-rolled-back",
            format!(
                "{size} entries of the log were published, and the database has {rows}: it is older than what was published"
            ),
            "restore a newer copy of the database; nothing may be logged before that, or two histories would be shown",
        ));
    }
    // A crash between the folder and the row of its checkpoint, or rows that were written anew after a restore.
    if head.is_none_or(|h| h.size < size) && root_of_rows(house, size).await? != writer.seen().root {
        return Err(refuse(
            "log-split",
            format!("the {size} entries that were published are not those of the database"),
            "an older copy of the database was restored and written on; restore the newest one",
        ));
    }
    Ok(writer)
}

/// Brings the folder up to what was published where it is behind: of a machine that did not publish itself, or of a house
/// that was restored. Tells whether it was; nothing new is signed.
///
/// # Errors
/// As [`publish`] for the folder.
pub async fn catch_up(house: &House) -> Result<bool, Failure> {
    let mut tx = house.store.begin_read().await?;
    let Some(head) = tx.newest_head().await? else { return Ok(false) };
    let folder = house.folder.join(FOLDER);
    let shown = std::fs::read_to_string(folder.join("checkpoint")).ok();
    let size = shown.and_then(|text| text.parse::<Note>().ok());
    let size = size.and_then(|note| note.claimed_text().parse::<Checkpoint>().ok()).map(|c| c.size);
    if size.is_some_and(|size| size >= head.size.unsigned_abs()) {
        return Ok(false);
    }
    let first = KeyRing::new(&house.origin, first_key(house, &mut tx).await?);
    drop(tx);
    restore(house, &head, first).await?;
    Ok(true)
}

/// Writes a folder anew that was lost or is older than what was published.
async fn restore(house: &House, head: &HeadRow, first: KeyRing) -> Result<(), Failure> {
    let mut tx = house.store.begin_read().await?;
    let notes = rotations(&mut tx, head.size).await?;
    drop(tx);
    let text = if head.cosigned.is_empty() { &head.note } else { &head.cosigned };
    let note: Note = text.parse().map_err(|e: proof::note::BadNote| broken(&e))?;
    let (folder, store, size) = (house.folder.join(FOLDER), house.store.clone(), head.size);
    let handle = tokio::runtime::Handle::current();
    let write = move || {
        let page = |from: u64| {
            let rows = async {
                let mut tx = store.begin_read().await?;
                tx.leaves(from.cast_signed(), (size - from.cast_signed()).min(BATCH_MOST as i64)).await
            };
            let rows = handle.block_on(rows).unwrap_or_default();
            rows.into_iter().filter_map(|r| Entry::new(r.entry).ok()).collect()
        };
        ports::log::restore(&folder, first, &notes, &note, page)
    };
    blocking(write).await?.map_err(told)
}

/// The root over the first entries as the rows tell them.
pub(crate) async fn root_of_rows(house: &House, size: i64) -> Result<proof::Hash, Failure> {
    let mut tx = house.store.begin_read().await?;
    root_in(&mut tx, size).await
}

/// The same as a transaction sees them.
pub(crate) async fn root_in(tx: &mut Tx, size: i64) -> Result<proof::Hash, Failure> {
    const PAGE: i64 = 20_000;
    let (mut frontier, mut from) = (Frontier::new(), 0);
    while from < size {
        let hashes = tx.leaf_hashes(from, PAGE.min(size - from)).await?;
        if hashes.is_empty() {
            break;
        }
        from += i64::try_from(hashes.len()).unwrap_or(0);
        for hash in hashes {
            frontier.push(&hash.parse().map_err(|e: proof::BadHash| broken(&e))?);
        }
    }
    Ok(frontier.root())
}

fn append(
    mut writer: LogWriter,
    rows: &[LeafRow],
    rotation: Option<&LeafRow>,
    more: &[SigningKey],
) -> Result<LogWriter, Failure> {
    if let Some(row) = rotation {
        let key = rotation_in(&row.entry)?.key;
        let new = more.iter().find(|k| *k.verifier() == key);
        let new = new.cloned().ok_or_else(|| told(LogError::NoKey(key.to_string())))?;
        // What both keys sign is the same bytes each time, so this is the entry of the row.
        writer.rotate(new).map_err(told)?;
        return Ok(writer);
    }
    let entries = rows.iter().map(|r| Entry::new(r.entry.clone())).collect::<Result<Vec<_>, _>>();
    writer.append(&entries.map_err(|e| broken(&e))?).map_err(told)?;
    Ok(writer)
}

/// Keeps the newest checkpoint as a row, if the lease still holds.
async fn keep(house: &House, writer: &LogWriter, token: i64, cosigned: String) -> Result<(), Failure> {
    let state = writer.seen();
    let head = HeadRow {
        size: state.size.cast_signed(),
        root: state.root.to_string(),
        note: writer.checkpoint().to_string(),
        cosigned,
        at: house.now(),
    };
    let mut tx = house.store.begin().await?;
    if !tx.keep_head(&head, token).await? {
        return Err(refuse(
            "log-busy",
            "somebody else took over publishing the log",
            "nothing is lost: what was written are the same bytes; try again",
        ));
    }
    let data = serde_json::json!({ "cosigned": !head.cosigned.is_empty(), "origin": house.origin, "root": head.root, "size": head.size });
    webhook::tell(house, &mut tx, webhook::Kind::LogPublished, &[], &data).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether a checkpoint of this size has every known witness's cosignature already.
fn complete(head: &HeadRow, known: &[Witness], size: u64) -> bool {
    let note: Result<Note, _> = head.cosigned.parse();
    head.size.unsigned_abs() == size
        && note.is_ok_and(|note| known.iter().all(|w| matches!(w.key.check(&note), Ok(Some(_)))))
}

/// Asks every witness for its cosignature of the newest checkpoint; one that fails keeps no other from signing.
fn ask_all(mut writer: LogWriter, known: &[Witness]) -> (LogWriter, Vec<Asked>) {
    let mut note = writer.checkpoint().clone();
    let mut asked = Vec::new();
    for witness in known {
        let answer = ask(&writer, &note, witness);
        let failed = match answer {
            Ok(signed) => {
                note = signed;
                None
            }
            Err(why) => Some(why),
        };
        asked.push(Asked { witness: witness.key.name().to_owned(), failed });
    }
    if asked.iter().any(|a| a.failed.is_none())
        && let Err(why) = writer.keep_cosigned(&note)
    {
        asked.iter_mut().for_each(|a| a.failed = Some(why.to_string()));
    }
    (writer, asked)
}

fn ask(writer: &LogWriter, note: &Note, witness: &Witness) -> Result<Note, String> {
    // What it signed last is not known here; it tells where it is another size.
    let mut old = 0;
    for _ in 0..ASKED_MOST {
        let proof = if old == 0 { Vec::new() } else { writer.consistency(old).map_err(|e| e.to_string())? };
        let request = AddCheckpoint { old, proof, checkpoint: writer.checkpoint().clone() };
        match witness.address.ask(&request).map_err(|e| e.to_string())? {
            Answer::OtherSize(size) if size > writer.size() => {
                let betrayal = Betrayal::RolledBack { found: writer.size(), seen: size };
                return Err(format!("the witness signed a larger log: {betrayal}"));
            }
            // Said of the very size that was named, it means another root (as witnesses answered until version 1.0).
            Answer::OtherSize(size) if size == old && old > 0 => {
                return Err(format!("the witness knows another history of {size} entries"));
            }
            Answer::OtherSize(size) => old = size,
            Answer::Signed(text) => {
                let known = std::slice::from_ref(&witness.key);
                let (signed, by) = read_answer(&text, note.clone(), known).map_err(|e| e.to_string())?;
                return if by.is_empty() {
                    Err("its answer holds no signature of its key".to_owned())
                } else {
                    Ok(signed)
                };
            }
        }
    }
    Err("it named another size each time".to_owned())
}

/// A fault of the log's folder as a refusal that says what to do.
fn told(error: LogError) -> Failure {
    let words = error.to_string();
    match error {
        LogError::Locked(_) => refuse("log-busy", words, "wait until it is done, or end it"),
        LogError::Contradicted(_) => refuse("log-split", words, "keep both copies: they prove what happened"),
        LogError::NoKey(_) => refuse(
            "log-key",
            words,
            "a change of keys was begun and not finished: `tantieme log rotate-key` again",
        ),
        _ => refuse("log-folder", words, "the rows are not touched: move the folder away and publish again"),
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|e| broken(&e))
}

/// What `doctor` compares: the rows with what was published.
pub(crate) async fn examine(house: &House, tx: &mut Tx) -> Result<Vec<(String, String, bool)>, Failure> {
    let mut found = Vec::new();
    let (head, rows) = (tx.newest_head().await?, tx.log_size().await?);
    let folder = house.folder.join(FOLDER);
    let shown = std::fs::read_to_string(folder.join("checkpoint")).ok();
    let mut say = |what: String, notice: bool| found.push(("log".to_owned(), what, notice));
    if let Some(head) = &head {
        if head.size > rows {
            say(format!("{} entries were published, and {rows} rows are here", head.size), false);
        } else if root_of_rows(house, head.size).await?.to_string() != head.root {
            say(format!("the first {} rows do not lead to the root that was published", head.size), false);
        }
    }
    let ring = ring(house, tx).await?;
    if let Some(text) = shown {
        let shown = text.parse::<Note>().map_err(proof::checkpoint::BadCheckpoint::from);
        match shown.and_then(|note| ring.open(&note)) {
            Err(why) => say(format!("the published checkpoint is not believed: {why}"), false),
            Ok(shown) => {
                let size = shown.size.cast_signed();
                if size > rows {
                    say(
                        format!(
                            "{size} entries are published in the folder, and {rows} rows are here: the database is older"
                        ),
                        false,
                    );
                } else if root_of_rows(house, size).await? != shown.root {
                    say("the folder shows another history than the rows".to_owned(), false);
                } else if head.is_some_and(|h| h.size > size) {
                    say(format!("the folder is older than what was published: {size} entries"), true);
                }
            }
        }
    } else if head.is_some() {
        say("the folder of the log is missing".to_owned(), true);
    }
    Ok(found)
}
