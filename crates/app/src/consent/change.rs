//! Who is told when consent changes: the licensees whose licences or training runs hold a recording that it touches, and
//! nobody else. A word that names licensees is told to these alone.

use std::collections::BTreeSet;

use consent::registry::{License, Object, read_line};
use music::PartyId;
use serde_json::{Value, json};
use store::Tx;

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

/// Tells it. Costs one question where nobody listens.
pub(crate) async fn tell(house: &House, tx: &mut Tx, change: &Change<'_>) -> Result<(), Failure> {
    let listeners = webhook::listeners(tx, Kind::ConsentChanged).await?;
    if listeners.is_empty() {
        return Ok(());
    }
    let touched = touched(tx, change).await?;
    for (owner, id) in listeners {
        let named = change.licensees.is_empty() || owner == HOUSE || change.licensees.contains(&owner);
        if !named {
            continue;
        }
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

/// The recordings that it touches, by id.
async fn touched(tx: &mut Tx, change: &Change<'_>) -> Result<BTreeSet<String>, Failure> {
    if let Some(holder) = change.holder {
        return license::reached(tx, holder, change.subjects).await;
    }
    let mut all = BTreeSet::new();
    for subject in change.subjects {
        match subject.split_once(':') {
            Some(("recording", id)) => drop(all.insert(id.to_owned())),
            Some(("work", work)) => {
                let told = tx.told_recordings().await?;
                let of = told.into_iter().filter(|r| r.works.iter().any(|w| w == work));
                all.extend(of.map(|r| r.id));
            }
            Some(("person", id)) => {
                if let Ok(id) = id.parse::<PartyId>() {
                    all.extend(super::holdings(tx, &id).await?.into_iter().map(|h| h.id));
                }
            }
            _ => {}
        }
    }
    Ok(all)
}

/// The licences and training runs of a licensee that hold any of these recordings; of all licensees for the house.
async fn held(
    tx: &mut Tx,
    owner: &str,
    change: &Change<'_>,
    touched: &BTreeSet<String>,
) -> Result<(Vec<Value>, Vec<Value>), Failure> {
    let (mut licenses, mut trainings) = (Vec::new(), Vec::new());
    let rows = match owner.parse::<PartyId>() {
        Ok(id) => tx.consent_of(&id).await?,
        Err(_) if owner == HOUSE => tx.consent_lines("").await?,
        Err(_) => return Ok((licenses, trainings)),
    };
    // The licensee, and whoever trained, stands as the speaker of the line.
    for row in rows.iter().filter(|r| owner == HOUSE || r.speaker.as_str() == owner) {
        match row.kind.as_str() {
            "training" => {
                let rows = tx.training_rows(&row.id).await?;
                let own: Vec<&str> =
                    rows.iter().filter(|r| touched.contains(*r)).map(String::as_str).collect();
                if !own.is_empty() {
                    trainings.push(told("training_run", &row.id, &own));
                }
            }
            "license" if row.end.is_none() => {
                let Ok(Some(Object::License(line))) = read_line(1, row.line.as_bytes()) else { continue };
                if let Some(works) = covered(tx, &row.id, &line, change, touched).await? {
                    let own: Vec<&str> = works.iter().map(String::as_str).collect();
                    licenses.push(told("licence", &row.id, &own));
                }
            }
            _ => {}
        }
    }
    Ok((licenses, trainings))
}

/// The touched recordings that a licence is for; an empty set where it is for the holder as a person.
async fn covered(
    tx: &mut Tx,
    id: &str,
    line: &License,
    change: &Change<'_>,
    touched: &BTreeSet<String>,
) -> Result<Option<BTreeSet<String>>, Failure> {
    let signed = |holder: &PartyId| line.signed_by.iter().any(|s| s == holder.as_str());
    let works: BTreeSet<String> = tx
        .license_works(id)
        .await?
        .into_iter()
        .map(|r| r.to_string())
        .filter(|r| touched.contains(r))
        .collect();
    if !works.is_empty() {
        return Ok(Some(works));
    }
    let Some(holder) = change.holder.filter(|h| signed(h)) else { return Ok(None) };
    if tx.license(id).await?.is_some() {
        // It came through for no recording: it is for the person.
        return Ok(tx.license_works(id).await?.is_empty().then(BTreeSet::new));
    }
    let reach = license::reached(tx, holder, &line.subjects).await?;
    let own: BTreeSet<String> = reach.intersection(touched).cloned().collect();
    Ok((!own.is_empty()).then_some(own))
}

fn told(name: &str, id: &str, recordings: &[&str]) -> Value {
    let shown: Vec<&&str> = recordings.iter().take(RECORDINGS_MOST).collect();
    json!({ name: id, "recordings": shown, "recordings_in_all": recordings.len() })
}
