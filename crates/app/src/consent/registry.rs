//! The house's registry as lines, for its own decisions, for audits and for whoever takes it along.

use std::collections::BTreeSet;

use consent::registry::read_line;
use consent::{Builder, Index};
use serde_json::{Value, json};
use store::{ConsentRow, Standing, Tx};

use super::level::by_standing;
use super::roles;
use crate::{Failure, House, log};

/// The lines of the registry as of a size of the log: everything where `size` is greater than the log.
pub async fn lines(house: &House, size: u64) -> Result<Vec<Value>, Failure> {
    let mut tx = house.store.begin_read().await?;
    told(&mut tx, size, None).await
}

/// The registry compiled for asking, as of now.
pub async fn index(house: &House, size: u64) -> Result<Index, Failure> {
    compile(&lines(house, size).await?)
}

pub(crate) fn compile(lines: &[Value]) -> Result<Index, Failure> {
    let mut builder = Builder::default();
    for (number, line) in (1..).zip(lines) {
        let done = read_line(number, line.to_string().as_bytes())
            .and_then(|object| object.map_or(Ok(()), |o| builder.push(number, &o)));
        // The house wrote these lines; one that cannot be read says too little, and must not say yes.
        done.map_err(|p| log::broken(&p.message))?;
    }
    Ok(builder.finish())
}

/// The lines that concern some recordings, or all, and the parties beside them.
pub(crate) async fn told(
    tx: &mut Tx,
    size: u64,
    of: Option<(&BTreeSet<String>, &BTreeSet<String>)>,
) -> Result<Vec<Value>, Failure> {
    let below = i64::try_from(size).unwrap_or(i64::MAX);
    let mut recordings = tx.told_recordings().await?;
    if let Some((wanted, _)) = of {
        recordings.retain(|r| wanted.contains(&r.id));
    }
    let works: BTreeSet<&String> = recordings.iter().flat_map(|r| &r.works).collect();
    let ids: BTreeSet<&str> = recordings.iter().map(|r| r.id.as_str()).collect();
    let claims: Vec<_> = tx
        .roles(false)
        .await?
        .into_iter()
        .filter(|c| c.place < below)
        .filter(|c| match (of, c.subject.split_once(':')) {
            (None, _) => true,
            (_, Some(("recording", id))) => ids.contains(id),
            (_, Some(("work", id))) => works.contains(&id.to_owned()),
            _ => true,
        })
        .collect();
    let mut parties: BTreeSet<String> = claims.iter().map(|c| c.party.to_string()).collect();
    parties.extend(of.into_iter().flat_map(|(_, people)| people.iter().cloned()));
    let said: Vec<ConsentRow> = tx
        .consent_lines("")
        .await?
        .into_iter()
        .filter(|r| r.place < below && !r.line.is_empty() && r.kind != "training")
        .filter(|r| {
            of.is_none() || r.kind == "license" || r.kind == "dispute" || parties.contains(r.holder.as_str())
        })
        .collect();
    parties.extend(said.iter().map(|r| r.speaker.to_string()));
    let mut lines = party_lines(tx, below, of.is_some().then_some(&parties)).await?;
    for (id, title, iswc) in tx.work_titles().await? {
        if of.is_none() || works.contains(&id) {
            lines.push(json!({ "type": "work", "id": id, "title": title, "iswc": iswc }));
        }
    }
    for r in &recordings {
        lines.push(json!({
            "type": "recording", "id": r.id, "isrc": r.isrc, "artist": r.artist, "title": r.title, "works": r.works,
        }));
    }
    for claim in &claims {
        let mut line = roles::line(claim);
        let end = claim.end.filter(|e| e.0 < below);
        if let Some(object) = line.as_object_mut() {
            object.insert("log".into(), claim.place.into());
            object.insert("at".into(), claim.day.to_string().into());
            object.remove("revoked_at");
            if let Some((place, day)) = end {
                object.insert("revoked_at".into(), day.to_string().into());
                object.insert("revoked_log".into(), place.into());
            }
        }
        lines.push(line);
    }
    for row in &said {
        lines.extend(line(row, below));
    }
    Ok(lines)
}

/// A line as the registry has it: with its place, its day, and its end where it had ended by that size.
pub(crate) fn line(row: &ConsentRow, below: i64) -> Option<Value> {
    let mut line: Value = serde_json::from_str(&row.line).ok()?;
    let object = line.as_object_mut()?;
    object.insert("log".into(), row.place.into());
    object.insert("at".into(), row.day.to_string().into());
    if let Some((place, day)) = row.end.filter(|e| e.0 < below) {
        let (at, log) =
            if row.kind == "dispute" { ("closed_at", "closed_log") } else { ("revoked_at", "revoked_log") };
        object.insert(at.into(), day.to_string().into());
        object.insert(log.into(), place.into());
    }
    Some(line)
}

async fn party_lines(
    tx: &mut Tx,
    below: i64,
    wanted: Option<&BTreeSet<String>>,
) -> Result<Vec<Value>, Failure> {
    let levels: std::collections::BTreeMap<String, String> = tx.levels(below).await?.into_iter().collect();
    let mut lines = Vec::new();
    for record in tx.parties().await? {
        let id = record.party.id.as_str();
        if wanted.is_some_and(|w| !w.contains(id)) {
            continue;
        }
        let level = levels.get(id).cloned().unwrap_or_else(|| by_standing(record.standing).code().to_owned());
        lines.push(json!({ "type": "party", "id": id, "name": record.party.name, "level": level }));
        if record.standing == Standing::Frozen {
            // Two answer for one name: until that is settled nobody can consent under it.
            lines.push(
                json!({ "type": "dispute", "id": format!("frozen-{id}"), "subject": format!("person:{id}") }),
            );
        }
    }
    Ok(lines)
}
