//! Who is told when consent changes: the licensees whose licences or training runs hold a recording that it touches, and
//! nobody else. A word that names licensees is told to these alone.

use std::collections::{BTreeMap, BTreeSet};

use consent::registry::{Object, read_line};
use music::PartyId;
use serde_json::{Value, json};
use store::{ConsentRow, Tx};

use crate::webhook::{self, HOUSE, Kind};
use crate::{Failure, House, license};

/// So many recordings stand in one message; how many there are is told beside them.
const RECORDINGS_MOST: usize = 1_000;

/// What changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change<'a> {
    /// `permit`, `refuse`, `ask`, `withdraw`, `mandate-ended`, `erased`, `disputed` or `settled`.
    pub what: &'a str,
    /// The line that says so; empty where it was many.
    pub line: &'a str,
    /// For whom it was said; nobody where a recording itself is contested.
    pub holder: Option<&'a PartyId>,
    /// About what: subjects as statements have them.
    pub subjects: &'a [String],
    /// Uses and groups; all of them where empty.
    pub uses: &'a [String],
    /// To whom it is said; everybody where empty.
    pub licensees: &'a [String],
}

/// What holds the recordings that a change touches, by id of the run or licence.
#[derive(Debug, Default)]
struct Touched {
    recordings: BTreeSet<String>,
    trainings: BTreeMap<String, BTreeSet<String>>,
    licenses: BTreeMap<String, BTreeSet<String>>,
}

/// Tells it. Costs one question where nobody listens, and otherwise what the change touches, not what the catalogue is.
pub(crate) async fn tell(house: &House, tx: &mut Tx, change: &Change<'_>) -> Result<(), Failure> {
    let mut listeners = webhook::listeners(tx, Kind::ConsentChanged).await?;
    listeners.retain(|(owner, _)| {
        change.licensees.is_empty() || owner == HOUSE || change.licensees.contains(owner)
    });
    if listeners.is_empty() {
        return Ok(());
    }
    let touched = touched(tx, change).await?;
    for (owner, id) in listeners {
        let (licenses, trainings) = held(tx, &owner, change, &touched).await?;
        if licenses.is_empty() && trainings.is_empty() {
            continue;
        }
        let data = json!({
            "change": change.what, "line": change.line, "holder": change.holder.map(|h| h.as_str()), "uses": change.uses,
            "licences": licenses, "training_runs": trainings,
        });
        webhook::write(house, tx, &id, Kind::ConsentChanged, &data).await?;
    }
    Ok(())
}

/// The recordings that it touches, and what was trained on them or licensed for them.
async fn touched(tx: &mut Tx, change: &Change<'_>) -> Result<Touched, Failure> {
    let mut all = Touched { recordings: reached(tx, change).await?, ..Touched::default() };
    let ids: Vec<String> = all.recordings.iter().cloned().collect();
    for (run, recording) in tx.trained_among(&ids).await? {
        all.trainings.entry(run).or_default().insert(recording);
    }
    for (license, recording) in tx.licensed_among(&ids).await? {
        all.licenses.entry(license).or_default().insert(recording);
    }
    Ok(all)
}

/// The recordings that it touches, by id.
async fn reached(tx: &mut Tx, change: &Change<'_>) -> Result<BTreeSet<String>, Failure> {
    if let Some(holder) = change.holder {
        return license::reached(tx, holder, change.subjects).await;
    }
    let (mut recordings, mut works) = (BTreeSet::new(), BTreeSet::new());
    for subject in change.subjects {
        match subject.split_once(':') {
            Some(("recording", id)) => drop(recordings.insert(id.to_owned())),
            Some(("work", id)) => drop(works.insert(id.to_owned())),
            Some(("person", id)) => {
                if let Ok(id) = id.parse::<PartyId>() {
                    recordings.extend(super::holdings(tx, &id).await?.into_iter().map(|h| h.id));
                }
            }
            _ => {}
        }
    }
    if !works.is_empty() {
        recordings.extend(tx.told_among(&BTreeSet::new(), &works).await?.into_iter().map(|r| r.id));
    }
    Ok(recordings)
}

/// The licences and training runs of a licensee that hold any of these recordings; of all licensees for the house. The
/// licensee, and whoever trained, stands as the speaker of the line.
async fn held(
    tx: &mut Tx,
    owner: &str,
    change: &Change<'_>,
    touched: &Touched,
) -> Result<(Vec<Value>, Vec<Value>), Failure> {
    let (mut licenses, mut trainings) = (Vec::new(), Vec::new());
    let of = if owner == HOUSE { "" } else { owner };
    for (run, recordings) in &touched.trainings {
        let Some(row) = tx.consent_line(run).await? else { continue };
        if row.kind == "training" && (of.is_empty() || row.speaker.as_str() == of) {
            trainings.push((row.place, told("training_run", run, recordings)));
        }
    }
    trainings.sort_by_key(|(place, _)| *place);
    for row in tx.live_licenses(of).await? {
        if let Some(recordings) = touched.licenses.get(&row.id) {
            licenses.push(told("licence", &row.id, recordings));
        } else if let Some(holder) = change.holder
            && let Some(recordings) = covered(tx, &row, holder, &touched.recordings).await?
        {
            licenses.push(told("licence", &row.id, &recordings));
        }
    }
    Ok((licenses, trainings.into_iter().map(|(_, value)| value).collect()))
}

/// The touched recordings that a licence of the holder's is for that came through for none of them by itself; an empty
/// set where it is for the holder as a person.
async fn covered(
    tx: &mut Tx,
    row: &ConsentRow,
    holder: &PartyId,
    touched: &BTreeSet<String>,
) -> Result<Option<BTreeSet<String>>, Failure> {
    let Ok(Some(Object::License(line))) = read_line(1, row.line.as_bytes()) else { return Ok(None) };
    if !line.signed_by.iter().any(|s| s == holder.as_str()) {
        return Ok(None);
    }
    if tx.license(&row.id).await?.is_some() {
        // It came through for no recording: it is for the person.
        return Ok(tx.license_works(&row.id).await?.is_empty().then(BTreeSet::new));
    }
    let reach = license::reached(tx, holder, &line.subjects).await?;
    let own: BTreeSet<String> = reach.intersection(touched).cloned().collect();
    Ok((!own.is_empty()).then_some(own))
}

fn told(name: &str, id: &str, recordings: &BTreeSet<String>) -> Value {
    let shown: Vec<&String> = recordings.iter().take(RECORDINGS_MOST).collect();
    json!({ name: id, "recordings": shown, "recordings_in_all": recordings.len() })
}
