//! What went beyond a licence: found in reports and in registered training runs, kept with its evidence, settled by people.

use std::collections::BTreeSet;

use ::consent::{Asked, Session};
use music::PartyId;
use programmes::licensing::Violation;
use programmes::licensing::violation::Kind;
use serde_json::{Value, json};
use store::{Tx, ViolationRow};

use super::{Wanted, lines, territories, usage};
use crate::consent::{fresh_id, registry};
use crate::failure::refuse;
use crate::{Failure, House, log, party, webhook};

/// Keeps violations, each an entry of the log; the same of one origin once. Tells how many are new.
pub(super) async fn keep(
    house: &House,
    tx: &mut Tx,
    licensee: &PartyId,
    license: Option<&str>,
    origin: &str,
    found: &[Violation],
) -> Result<usize, Failure> {
    let known = tx.violations(licensee.as_str()).await?;
    let before = |v: &Violation| {
        known
            .iter()
            .any(|k| (k.origin.as_str(), k.kind.as_str(), &k.subject) == (origin, v.kind.code(), &v.subject))
    };
    let mut new = 0;
    for one in found.iter().filter(|v| !before(v)) {
        let id = fresh_id(house, "vio");
        let leaf = json!({ "kind": one.kind.code(), "leaf": "violation", "licensee": licensee.as_str(), "origin": origin, "subject": one.subject });
        let place = log::add(house, tx, "violation", &id, &leaf).await?;
        let row = ViolationRow {
            id,
            kind: one.kind.code().to_owned(),
            licensee: licensee.clone(),
            license: license.map(str::to_owned),
            origin: origin.to_owned(),
            subject: one.subject.clone(),
            evidence: one.evidence.clone(),
            place,
            status: "open".to_owned(),
            opened: house.now(),
            decided: None,
            reason: String::new(),
        };
        tx.insert_violation(&row).await?;
        let holder = match license {
            Some(license) => tx.license(license).await?.map(|l| l.holder.to_string()),
            None => None,
        };
        let data = json!({
            "entry": place, "kind": row.kind, "licence": license, "licensee": licensee.as_str(), "origin": origin,
            "subject": row.subject, "violation": row.id,
        });
        let concerned: Vec<&str> = std::iter::once(licensee.as_str()).chain(holder.as_deref()).collect();
        webhook::tell(house, tx, webhook::Kind::ViolationFound, &concerned, &data).await?;
        new += 1;
    }
    Ok(new)
}

/// What an examination found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// The run.
    pub run: String,
    /// How many recordings it used.
    pub recordings: usize,
    /// How many the decision permitted on the day it was registered.
    pub permitted: usize,
    /// How many violations are new.
    pub violations: usize,
}

/// Asks the decision for every recording of a registered training run, as of the day it was registered. What is not
/// permitted is a violation: beyond the term where a licence ran out or had not begun, without a licence otherwise.
///
/// # Errors
/// `training-unknown`.
pub async fn examine(house: &House, run: &str, by: &str) -> Result<Examined, Failure> {
    let mut tx = house.store.begin().await?;
    let row = tx.consent_line(run).await?.filter(|r| r.kind == "training");
    let row = row.ok_or_else(|| {
        refuse(
            "training-unknown",
            format!("no training run `{run}` is registered"),
            "`tantieme consent training` registers one",
        )
    })?;
    let line: Value = serde_json::from_str(&row.line).unwrap_or(Value::Null);
    let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (model, version, code) = (text("model"), text("version"), text("use"));
    let recordings = tx.training_rows(run).await?;
    let ids: BTreeSet<String> = recordings.iter().cloned().collect();
    let people = BTreeSet::from([row.speaker.to_string()]);
    let index = registry::compile(&lines(house, &mut tx, &ids, &people).await?)?;
    let (uses, places) = ([usage(&code)?], territories(&[])?);
    let wanted = Wanted {
        uses: &uses,
        licensee: row.speaker.as_str(),
        on: row.day,
        territories: &places,
        model: Some(&model),
        version: Some(&version),
        project: None,
    };
    let (mut session, mut found) = (Session::default(), Vec::new());
    for id in &recordings {
        let Some(no) = wanted.no(&index, Asked::Recording(id), &mut session) else { continue };
        let kind = if no.reasons.has(::consent::Reason::Expired) || no.reasons.has(::consent::Reason::NotYet)
        {
            Kind::BeyondTerm
        } else {
            Kind::NoLicense
        };
        let told = format!("{} {}", no.outcome.code(), no.reasons.codes());
        let subject = if id.starts_with("rec-") { format!("recording:{id}") } else { format!("source:{id}") };
        let evidence =
            format!("training run {run} of {model} {version} used `{id}` for {code}: {}", told.trim());
        found.push(Violation { kind, subject, evidence });
    }
    let violations = keep(house, &mut tx, &row.speaker, None, run, &found).await?;
    tx.note(house.now(), by, "licence examine", run, &format!("{} of {}", found.len(), recordings.len()))
        .await?;
    tx.commit().await?;
    let permitted = recordings.len() - found.len();
    Ok(Examined { run: run.to_owned(), recordings: recordings.len(), permitted, violations })
}

/// A violation with the licensee's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The violation.
    pub row: ViolationRow,
    /// Whose.
    pub licensee: String,
}

/// Violations, oldest first; of one licensee where it is named.
///
/// # Errors
/// `party-unknown`.
pub async fn list(house: &House, who: Option<&str>) -> Result<Vec<Told>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let id = match who {
        Some(who) => party::find(&mut tx, who).await?.party.id.to_string(),
        None => String::new(),
    };
    let mut all = Vec::new();
    for row in tx.violations(&id).await? {
        all.push(Told { licensee: party::name(&mut tx, &row.licensee).await?, row });
    }
    Ok(all)
}

/// Notes how a violation was settled.
///
/// # Errors
/// `evidence`, `violation-unknown`.
pub async fn settle(house: &House, id: &str, reason: &str, by: &str) -> Result<(), Failure> {
    if reason.trim().is_empty() {
        return Err(refuse(
            "evidence",
            "a settlement needs its reason",
            "a licence since, a payment, a retrain",
        ));
    }
    let mut tx = house.store.begin().await?;
    if !tx.settle_violation(id, by, reason.trim(), house.now()).await? {
        let message = format!("no open violation is `{id}`");
        return Err(refuse("violation-unknown", message, "`tantieme licence violations` lists them"));
    }
    let leaf = json!({ "ends": id, "leaf": "end" });
    log::add(house, &mut tx, "end", id, &leaf).await?;
    tx.note(house.now(), by, "licence settle", id, reason.trim()).await?;
    tx.commit().await?;
    Ok(())
}
