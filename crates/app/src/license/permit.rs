//! Permits for one project and a short time: made from the decision as it is now, checked by anybody without asking.

use std::collections::BTreeSet;

use ::consent::{Asked, Session};
use jiff::SignedDuration;
use programmes::licensing::Permit;
use programmes::licensing::permit::{MINUTES_LEAST, MINUTES_MOST, RECORDINGS_MOST};
use serde_json::Value;
use store::PermitRow;

use super::{Wanted, lines, territories, usage};
use crate::consent::{fresh_id, registry, say, today};
use crate::failure::refuse;
use crate::{Failure, House, log, party};

/// A permit to give.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// The tool's maker.
    pub tool: String,
    /// The project.
    pub project: String,
    /// What the tool is to do, one by one.
    pub uses: Vec<String>,
    /// With which recordings: ids or ISRCs.
    pub recordings: Vec<String>,
    /// For how many minutes.
    pub minutes: u32,
    /// Who asks.
    pub by: String,
}

/// The type of a request that a tool's maker signs with its own key.
pub const REQUEST: &str = "permit-request";
/// How far the time of such a request may be from now.
const REQUEST_MINUTES: i64 = 5;

/// Gives a permit for a request that the tool's maker signed with the key it registered: no other key is needed.
///
/// The request is an object `permit-request` with `tool` (a party's id), `project`, `uses`, `recordings`, `minutes` and
/// `asked_at` (RFC 3339, within five minutes of now), signed as statements are.
///
/// # Errors
/// In this order: `request-bad`, `party-unknown`, `own-key-none`, `own-key-signature`, then those of [`issue`].
pub async fn issue_signed(house: &House, request: &Value) -> Result<(Permit, String), Failure> {
    let bad = |what: &str| {
        let hint = "`tool`, `project`, `uses`, `recordings`, `minutes`, `asked_at`, `key`, `signature`";
        refuse("request-bad", what, hint)
    };
    let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default();
    let list = |name: &str| -> Option<Vec<String>> {
        request.get(name)?.as_array()?.iter().map(|v| v.as_str().map(str::to_owned)).collect()
    };
    let minutes = request.get("minutes").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    let (Some(uses), Some(recordings), Some(minutes)) = (list("uses"), list("recordings"), minutes) else {
        return Err(bad("a field of the request is missing or cannot be read"));
    };
    let asked: Option<jiff::Timestamp> = text("asked_at").parse().ok();
    let near = |at: &jiff::Timestamp| {
        at.duration_since(house.now()).abs() <= SignedDuration::from_mins(REQUEST_MINUTES)
    };
    if text("type") != REQUEST || asked.filter(near).is_none() {
        return Err(bad("this is no request of the last five minutes"));
    }
    let mut tx = house.store.begin_read().await?;
    let tool = party::find(&mut tx, text("tool")).await?.party;
    super::key::signed_by(&mut tx, &tool, request).await?;
    drop(tx);
    let ask = Ask {
        tool: tool.id.to_string(),
        project: text("project").to_owned(),
        uses,
        recordings,
        minutes,
        by: tool.id.to_string(),
    };
    issue(house, &ask).await
}

/// Gives a permit where everything it says is permitted now.
///
/// # Errors
/// In this order: `permit-minutes`, `permit-empty`, `party-unknown`, `consent-use`, `recording-unknown`, `permit-denied`.
pub async fn issue(house: &House, ask: &Ask) -> Result<(Permit, String), Failure> {
    if !(MINUTES_LEAST..=MINUTES_MOST).contains(&ask.minutes) {
        let message = format!("a permit for {} minutes is not given", ask.minutes);
        return Err(refuse(
            "permit-minutes",
            message,
            format!("{MINUTES_LEAST} to {MINUTES_MOST} minutes; then ask anew"),
        ));
    }
    let project = ask.project.trim();
    let fits = !project.is_empty() && project.len() <= 200 && !project.chars().any(char::is_control);
    if !fits || ask.uses.is_empty() || ask.recordings.is_empty() || ask.recordings.len() > RECORDINGS_MOST {
        let hint = format!("name a project, its uses and 1 to {RECORDINGS_MOST} recordings");
        return Err(refuse("permit-empty", "a permit is for a project, uses and recordings", hint));
    }
    let mut tx = house.store.begin().await?;
    let tool = party::find(&mut tx, &ask.tool).await?.party;
    let uses = ask.uses.iter().map(|u| usage(u)).collect::<Result<Vec<_>, _>>()?;
    let (mut ids, mut isrcs) = (BTreeSet::new(), BTreeSet::new());
    for name in &ask.recordings {
        let id = say::recording(&mut tx, name.trim()).await?;
        isrcs.extend(tx.recording(&id).await?.and_then(|r| r.recording.isrc).map(|i| i.to_string()));
        ids.insert(id.to_string());
    }
    let people = BTreeSet::from([tool.id.to_string()]);
    let index = registry::compile(&lines(house, &mut tx, &ids, &people).await?)?;
    let places = territories(&[])?;
    let wanted = Wanted {
        uses: &uses,
        licensee: tool.id.as_str(),
        on: today(house),
        territories: &places,
        model: None,
        version: None,
        project: Some(project),
    };
    let (mut session, mut conditions) = (Session::default(), BTreeSet::new());
    for id in &ids {
        if let Some(no) = wanted.no(&index, Asked::Recording(id), &mut session) {
            let told = format!("{} {}", no.outcome.code(), no.reasons.codes());
            let message = format!("`{id}` is not permitted for that to `{}`: {}", tool.name, told.trim());
            return Err(refuse(
                "permit-denied",
                message,
                "`tantieme consent decide` tells who was asked and what each said",
            ));
        }
        conditions.extend(wanted.conditions(&index, Asked::Recording(id), &mut session));
    }
    let now = house.now();
    let permit = Permit {
        id: fresh_id(house, "pmt"),
        project: project.to_owned(),
        tool: tool.id.to_string(),
        maker: tool.name,
        uses: uses.iter().map(|u| u.code().to_owned()).collect(),
        recordings: ids.into_iter().collect(),
        isrcs: isrcs.into_iter().collect(),
        conditions: conditions.into_iter().collect(),
        issued: now,
        expires: now.checked_add(SignedDuration::from_mins(i64::from(ask.minutes))).unwrap_or(now),
        log_size: u64::try_from(tx.log_size().await?).unwrap_or(0),
    };
    let note = permit.sign(&log::signing_key(house)?).map_err(|e| log::broken(&e))?;
    let row = PermitRow {
        id: permit.id.clone(),
        project: permit.project.clone(),
        tool: tool.id,
        note: note.clone(),
        issued: permit.issued,
        expires: permit.expires,
    };
    tx.insert_permit(&row).await?;
    tx.note(now, &ask.by, "licence permit", &row.id, &row.project).await?;
    tx.commit().await?;
    Ok((permit, note))
}

/// The permits that a tool's maker was given lately, newest first.
///
/// # Errors
/// `party-unknown`.
pub async fn list(house: &House, tool: &str) -> Result<Vec<PermitRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let tool = party::find(&mut tx, tool).await?.party.id;
    Ok(tx.permits_of(&tool, 20).await?)
}

/// Checks a permit with nothing but the house's public key, at a time.
///
/// # Errors
/// `permit-invalid`.
pub fn check(
    note: &str,
    keys: &[proof::VerifierKey],
    ask: programmes::licensing::permit::Ask<'_>,
    now: jiff::Timestamp,
) -> Result<Permit, Failure> {
    Permit::check(note, keys, ask, now).map_err(|e| {
        refuse("permit-invalid", e.to_string(), "ask the house for a new one; a permit is never extended")
    })
}
