//! Training runs as licensees register them: what a model was trained on, under one root, so that a holder can ask
//! "was my work in?" and gets a proof either way.
//!
//! The manifest is the sorted list of recordings, each once; its root is the Merkle root over their ids. Presence is shown
//! by an inclusion proof, absence by two neighbours between which the id would have to stand.

use std::collections::BTreeSet;

use proof::Hash;
use proof::merkle::{inclusion_proof, leaf_hash, root, verify_inclusion};
use serde_json::{Value, json};
use store::{ConsentRow, Tx};

use super::{fresh_id, put_line, say};
use crate::failure::refuse;
use crate::{Failure, House, log, party};

/// A run to register.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// Who trained.
    pub licensee: String,
    /// The model.
    pub model: String,
    /// Its version.
    pub version: String,
    /// For which use: `train.gen` and the like.
    pub usage: String,
    /// The recordings: ids or ISRCs, one each.
    pub recordings: Vec<String>,
    /// Who enters it.
    pub by: String,
}

/// A run that is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Its line.
    pub row: ConsentRow,
    /// How many recordings it used.
    pub rows: usize,
    /// How many lines of the manifest are not known here; they stand in it as they were written.
    pub unknown: usize,
}

/// Registers a training run with the root of its manifest.
///
/// # Errors
/// `party-unknown`, `consent-use`, `training-model`, `training-empty`.
pub async fn register(house: &House, ask: Register) -> Result<Registered, Failure> {
    let mut tx = house.store.begin().await?;
    let licensee = party::find(&mut tx, &ask.licensee).await?.party;
    let usage: consent::Use = ask.usage.parse().map_err(|e: consent::uses::UnknownUse| {
        refuse("consent-use", e.to_string(), "`tantieme consent uses` lists them")
    })?;
    let named = |t: &str| !t.trim().is_empty() && t.len() <= 200 && !t.chars().any(char::is_control);
    if !named(&ask.model) || !named(&ask.version) {
        return Err(refuse(
            "training-model",
            "a training run names its model and its version",
            "a retrain is another version",
        ));
    }
    let (mut rows, mut unknown) = (BTreeSet::new(), 0);
    for name in ask.recordings.iter().map(|r| r.trim()).filter(|r| !r.is_empty()) {
        match say::recording(&mut tx, name).await {
            Ok(id) => drop(rows.insert(id.to_string())),
            Err(Failure::Refused(_)) => {
                unknown +=
                    usize::from(rows.insert(name.chars().filter(|c| !c.is_control()).take(200).collect()));
            }
            Err(fault) => return Err(fault),
        }
    }
    if rows.is_empty() {
        return Err(refuse("training-empty", "the manifest names no recording", "one id or ISRC a line"));
    }
    let rows: Vec<String> = rows.into_iter().collect();
    let id = fresh_id(house, "trn");
    let root = root(&leaves(&rows)).to_string();
    let line = json!({
        "type": "training", "id": id, "licensee": licensee.id.as_str(), "model": ask.model.trim(), "version": ask.version.trim(),
        "use": usage.code(), "rows": rows.len(), "root": root,
    });
    let row =
        put_line(house, &mut tx, "training", &licensee.id, &licensee.id, &format!("training:{root}"), &line)
            .await?;
    tx.insert_training(&id, &rows).await?;
    tx.note(house.now(), &ask.by, "consent training", &id, &format!("{} rows", rows.len())).await?;
    tx.commit().await?;
    Ok(Registered { row, rows: rows.len(), unknown })
}

/// Whether a work was in a run, with the proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WasIn {
    /// The run's line.
    pub run: Value,
    /// What was asked for.
    pub recording: String,
    /// Its artist and title.
    pub title: String,
    /// Whether it was in.
    pub present: bool,
    /// The proof: one element where it was in, its neighbours where it was not. Place, id, path.
    pub shown: Vec<(u64, String, Vec<Hash>)>,
    /// The log's receipt for the run; empty where no checkpoint covers it yet.
    pub receipt: String,
}

/// Asks every registered run, or one, whether a recording was in it.
///
/// # Errors
/// `recording-unknown`, `training-unknown`.
pub async fn was_in(house: &House, recording: &str, run: Option<&str>) -> Result<Vec<WasIn>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let id = say::recording(&mut tx, recording).await?;
    let title = tx.recording(&id).await?.map(|r| format!("{} – {}", r.recording.artist, r.recording.title));
    let title = title.unwrap_or_default();
    let runs: Vec<ConsentRow> = tx
        .consent_lines("training")
        .await?
        .into_iter()
        .filter(|r| run.is_none_or(|one| one == r.id))
        .collect();
    if runs.is_empty() && run.is_some() {
        let message = format!("no training run `{}` is registered", run.unwrap_or_default());
        return Err(refuse("training-unknown", message, "without a run, all that are registered are asked"));
    }
    let mut all = Vec::new();
    for row in &runs {
        all.push(one(&mut tx, row, id.as_str(), &title).await?);
    }
    drop(tx);
    for (found, row) in all.iter_mut().zip(&runs) {
        // Without a published log the proof under the root is as good; it only shows less.
        if let Ok(receipt) = log::receipt_at(house, row.place).await {
            found.receipt = receipt.to_string();
        }
    }
    Ok(all)
}

async fn one(tx: &mut Tx, row: &ConsentRow, id: &str, title: &str) -> Result<WasIn, Failure> {
    let mut rows = tx.training_rows(&row.id).await?;
    rows.sort();
    let leaves = leaves(&rows);
    let show = |at: usize| {
        let path = inclusion_proof(&leaves, at as u64).unwrap_or_default();
        rows.get(at).map(|r| (at as u64, r.clone(), path))
    };
    let (present, places) = match rows.binary_search_by(|r| r.as_str().cmp(id)) {
        Ok(at) => (true, vec![at]),
        Err(at) => (false, at.checked_sub(1).into_iter().chain((at < rows.len()).then_some(at)).collect()),
    };
    let run = serde_json::from_str(&row.line).unwrap_or(Value::Null);
    let shown = places.into_iter().filter_map(show).collect();
    Ok(WasIn {
        run,
        recording: id.to_owned(),
        title: title.to_owned(),
        present,
        shown,
        receipt: String::new(),
    })
}

impl WasIn {
    /// As JSON, to be kept and checked.
    pub fn to_json(&self) -> Value {
        let shown = self.shown.iter().map(|(place, id, path)| {
            json!({ "place": place, "recording": id, "path": path.iter().map(ToString::to_string).collect::<Vec<_>>() })
        });
        json!({ "type": "was-in", "version": 1, "run": self.run, "recording": self.recording, "title": self.title, "present": self.present, "shown": shown.collect::<Vec<_>>(), "receipt": self.receipt })
    }
}

/// Checks that the run of such a proof is an entry of the log, by the receipt that came along.
///
/// # Errors
/// Why it is not believed, in words.
pub fn verify_registered(proof: &Value, policy: &proof::log::Policy) -> Result<proof::log::Trusted, String> {
    let text = proof.get("receipt").and_then(Value::as_str).filter(|t| !t.is_empty());
    let receipt: proof::log::Receipt = text
        .ok_or("it carries no receipt of the log")?
        .parse()
        .map_err(|e: proof::log::BadReceipt| e.to_string())?;
    let under = receipt.verify(policy).map_err(|e| e.to_string())?;
    let run = proof.get("run").ok_or("it names no run")?;
    let hash = consent::statement::hash(run).map_err(|e| e.to_string())?.to_string();
    let entry: Value =
        serde_json::from_slice(receipt.entry.as_deref().unwrap_or_default()).unwrap_or_default();
    if entry.get("leaf") != Some(&json!("training")) || entry.get("hash") != Some(&json!(hash)) {
        return Err("the entry that is proved is not the run it names".to_owned());
    }
    Ok(under)
}

/// Checks such a proof against the root of the run it names; that the run is registered is for [`verify_registered`].
///
/// # Errors
/// Why it is not believed, in words.
pub fn verify(proof: &Value) -> Result<bool, String> {
    let text = |v: &Value, name: &str| v.get(name).and_then(Value::as_str).map(str::to_owned);
    let run = proof.get("run").ok_or("it names no run")?;
    let root: Hash = text(run, "root").and_then(|t| t.parse().ok()).ok_or("its run has no root")?;
    let size = run.get("rows").and_then(Value::as_u64).ok_or("its run has no number of rows")?;
    let wanted = text(proof, "recording").ok_or("it names no recording")?;
    let present = proof.get("present").and_then(Value::as_bool).ok_or("it says neither yes nor no")?;
    let mut shown = Vec::new();
    for one in proof.get("shown").and_then(Value::as_array).ok_or("it shows nothing")? {
        let place = one.get("place").and_then(Value::as_u64).ok_or("an element has no place")?;
        let id = text(one, "recording").ok_or("an element has no recording")?;
        let path = one.get("path").and_then(Value::as_array).ok_or("an element has no path")?;
        let path: Option<Vec<Hash>> = path.iter().map(|h| h.as_str()?.parse().ok()).collect();
        let path = path.ok_or("a path cannot be read")?;
        verify_inclusion(&leaf_hash(id.as_bytes()), place, size, &path, &root).map_err(|e| e.to_string())?;
        shown.push((place, id));
    }
    match (present, shown.as_slice()) {
        (true, [(_, id)]) if *id == wanted => Ok(true),
        (false, [(a, before), (b, after)]) if *b == *a + 1 && *before < wanted && wanted < *after => {
            Ok(false)
        }
        (false, [(0, after)]) if wanted < *after => Ok(false),
        (false, [(place, before)]) if *place + 1 == size && *before < wanted => Ok(false),
        _ => Err("what it shows does not prove what it says".to_owned()),
    }
}

fn leaves(rows: &[String]) -> Vec<Hash> {
    rows.iter().map(|r| leaf_hash(r.as_bytes())).collect()
}
