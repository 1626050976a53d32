//! Who holds what in which role, as the log tells it.
//!
//! Shares of the master and the composition are taken over as they change, many at a time: one entry of the log carries the
//! Merkle root over all claims of that turn. Other roles (featured, voice, performer, owner of a project, lyrics) are declared.

use std::collections::BTreeMap;

use proof::merkle::{leaf_hash, root};
use serde_json::{Value, json};
use store::{RoleClaimRow, Tx};

use super::{fresh_id, say, today};
use crate::failure::refuse;
use crate::{Failure, House, log};

/// The roles that are declared.
pub const DECLARED: [&str; 6] = ["work", "lyrics", "featured", "voice", "performer", "owner"];

/// Takes over what shares say now: new claims, and an end for those that hold no longer. Tells how many changed.
pub(crate) async fn sync(house: &House, tx: &mut Tx) -> Result<usize, Failure> {
    let version = tx.share_version().await?;
    let merged = tx.merged_rows().await?;
    let mark = json!([version.0, version.1, merged.len()]);
    let newest = tx.newest_leaf("claims", i64::MAX).await?;
    let newest: Option<Value> = newest.and_then(|l| serde_json::from_slice(&l.entry).ok());
    if newest.is_some_and(|l| l.get("shares") == Some(&mark)) {
        return Ok(0);
    }
    let live = tx.roles(true).await?;
    let mut known: BTreeMap<&str, &RoleClaimRow> =
        live.iter().filter(|r| !r.share.is_empty()).map(|r| (r.share.as_str(), r)).collect();
    let (mut new, mut gone) = (Vec::new(), Vec::new());
    for (mut told, by_credit) in tx.told_shares().await? {
        if let Some(mut id) = told.subject.strip_prefix("recording:").and_then(|r| r.parse().ok()) {
            while let Some(keep) = merged.get(&id) {
                id = keep.clone();
            }
            told.subject = format!("recording:{id}");
        }
        told.level = if by_credit { "asserted" } else { "contact" }.to_owned();
        let same = |r: &&RoleClaimRow| {
            (&r.subject, &r.role, &r.party, r.ppm, &r.territory, r.from, r.until, &r.level)
                == (
                    &told.subject,
                    &told.role,
                    &told.party,
                    told.ppm,
                    &told.territory,
                    told.from,
                    told.until,
                    &told.level,
                )
        };
        match known.remove(told.share.as_str()) {
            Some(row) if same(&row) => {}
            Some(row) => {
                gone.push(row.id.clone());
                new.push(told);
            }
            None => new.push(told),
        }
    }
    gone.extend(known.into_values().map(|row| row.id.clone()));
    if new.is_empty() && gone.is_empty() {
        return Ok(0);
    }
    let changed = new.len() + gone.len();
    put(house, tx, "claims", new, &gone, json!({ "shares": mark })).await?;
    Ok(changed)
}

/// Writes claims and ends others by one entry.
async fn put(
    house: &House,
    tx: &mut Tx,
    kind: &str,
    mut new: Vec<RoleClaimRow>,
    gone: &[String],
    mut leaf: Value,
) -> Result<i64, Failure> {
    let mut leaves = Vec::with_capacity(new.len() + gone.len());
    for row in &mut new {
        row.id = fresh_id(house, "clm");
        leaves.push(leaf_hash(line(row).to_string().as_bytes()));
    }
    leaves.extend(gone.iter().map(|id| leaf_hash(format!("end {id}").as_bytes())));
    let subject = fresh_id(house, "rol");
    if let Some(leaf) = leaf.as_object_mut() {
        leaf.insert("leaf".into(), kind.into());
        leaf.insert("count".into(), leaves.len().into());
        leaf.insert("root".into(), root(&leaves).to_string().into());
    }
    let place = log::add(house, tx, kind, &subject, &leaf).await?;
    let day = today(house);
    for row in &mut new {
        (row.place, row.day) = (place, day);
    }
    tx.insert_roles(&new).await?;
    tx.end_roles(gone, place, day).await?;
    Ok(place)
}

/// A claim as the registry writes it, with its place and its end where it has them.
pub(crate) fn line(row: &RoleClaimRow) -> Value {
    let mut line = json!({
        "type": "claim", "id": row.id, "subject": row.subject, "role": row.role, "party": row.party.as_str(),
        "share_ppm": row.ppm, "level": row.level,
    });
    if let Some(object) = line.as_object_mut() {
        if row.territory != "Worldwide" {
            object.insert("territories".into(), json!([row.territory]));
        }
        let mut day = |name: &str, day: Option<jiff::civil::Date>| {
            if let Some(day) = day {
                object.insert(name.into(), day.to_string().into());
            }
        };
        day("from", row.from);
        day("until", row.until);
        day("revoked_at", row.end.map(|e| e.1));
    }
    line
}

/// Roles to declare.
#[derive(Debug, Clone, Default)]
pub struct Declare {
    /// Whose roles.
    pub party: String,
    /// Which: words of [`DECLARED`].
    pub roles: Vec<String>,
    /// In what: `recording:…`, `work:…`, `project:…`; every recording whose master the party holds where empty.
    pub subjects: Vec<String>,
    /// Who enters it.
    pub by: String,
}

/// Declares that a party wrote, sang or played something. It counts as asserted; whoever else holds a role there stays and
/// is asked too. Where a recording has no work yet, declaring `work` makes one.
///
/// # Errors
/// `party-unknown`, `party-not-here`, `consent-role`, `consent-subject`, `consent-nothing-held`.
pub async fn declare(house: &House, ask: Declare) -> Result<usize, Failure> {
    let mut tx = house.store.begin().await?;
    let party = say::here(&mut tx, &ask.party).await?.party;
    if let Some(bad) = ask.roles.iter().find(|r| !DECLARED.contains(&r.as_str())) {
        return Err(refuse(
            "consent-role",
            format!("`{bad}` is no role that is declared"),
            DECLARED.join(", "),
        ));
    }
    sync(house, &mut tx).await?;
    let mut subjects = Vec::new();
    for subject in &ask.subjects {
        subjects.push(say::subject(&mut tx, subject).await?);
    }
    if subjects.is_empty() {
        subjects.extend(tx.recordings_held(&party.id).await?.iter().map(|r| format!("recording:{r}")));
    }
    if subjects.is_empty() {
        let message = format!("`{}` holds the master of no recording", party.name);
        return Err(refuse(
            "consent-nothing-held",
            message,
            "name what it is about, or set shares: `tantieme share set`",
        ));
    }
    let known = tx.role_claims_of(party.id.as_str(), "").await?;
    let mut new = Vec::new();
    for subject in &subjects {
        for role in &ask.roles {
            for about in about(house, &mut tx, subject, role).await? {
                if known.iter().any(|k| k.subject == about && k.role == *role) {
                    continue;
                }
                new.push(RoleClaimRow {
                    id: String::new(),
                    subject: about,
                    role: role.clone(),
                    party: party.id.clone(),
                    ppm: 1_000_000,
                    territory: "Worldwide".to_owned(),
                    from: None,
                    until: None,
                    level: "asserted".to_owned(),
                    share: String::new(),
                    place: 0,
                    day: today(house),
                    end: None,
                });
            }
        }
    }
    let many = new.len();
    if many > 0 {
        put(house, &mut tx, "declared", new, &[], json!({ "party": party.id.as_str() })).await?;
        let words = format!("{} in {many}", ask.roles.join(" "));
        tx.note(house.now(), &ask.by, "consent declare", party.id.as_str(), &words).await?;
    }
    tx.commit().await?;
    Ok(many)
}

/// What a role is claimed in: for the composition the works of a recording, one being made where there is none.
async fn about(house: &House, tx: &mut Tx, subject: &str, role: &str) -> Result<Vec<String>, Failure> {
    let recording = subject.strip_prefix("recording:").and_then(|r| r.parse::<music::RecordingId>().ok());
    let (Some(recording), "work" | "lyrics") = (recording, role) else {
        return Ok(vec![subject.to_owned()]);
    };
    let works = tx.works_of(&recording).await?;
    if !works.is_empty() {
        return Ok(works.into_iter().map(|w| format!("work:{}", w.id)).collect());
    }
    let title = tx.recording(&recording).await?.map(|r| r.recording.title).unwrap_or_default();
    let work = tx.put_work(&music::WorkId::from_bits(house.world.bits()), &title, None).await?;
    tx.link_work(&recording, &work).await?;
    Ok(vec![format!("work:{work}")])
}
