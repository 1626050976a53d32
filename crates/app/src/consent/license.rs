//! Licences: who signed what for whom; and the trained models that a change of mind touches.

use std::collections::BTreeSet;

use consent::registry::{License, Object, read_line};
use jiff::civil::Date;
use programmes::licensing::Promise;
use serde_json::{Value, json};
use store::{ConsentRow, Tx};

use super::{end_line, fresh_id, put_line, say};
use crate::failure::refuse;
use crate::{Failure, House, party, webhook};

/// A licence as it was agreed.
#[derive(Debug, Clone, Default)]
pub struct Grant {
    /// Who may.
    pub licensee: String,
    /// Uses, one by one.
    pub uses: Vec<String>,
    /// Of what: subjects, or `catalogue` for all of the signers.
    pub subjects: Vec<String>,
    /// The holders who signed; the licensee signs by asking for it.
    pub signers: Vec<String>,
    /// Where; everywhere where empty.
    pub territories: Vec<String>,
    /// The day after its last.
    pub until: Option<Date>,
    /// What it asks, as the registry writes it; the fee rule is one of these.
    pub conditions: Option<Value>,
    /// For how many days outputs may go on after a revocation.
    pub notice_days: u32,
    /// What was promised for trained models when consent ends.
    pub promises: String,
    /// Who enters it.
    pub by: String,
}

/// Records a licence that its holders signed: an entry of the log with its hash, terms outside of it.
///
/// # Errors
/// `party-unknown`, `party-not-here`, `consent-signers`, `consent-subject`, `consent-use`, `license-refused`, `consent-line`.
pub async fn grant(house: &House, ask: &Grant) -> Result<ConsentRow, Failure> {
    let mut tx = house.store.begin().await?;
    let licensee = party::find(&mut tx, &ask.licensee).await?.party;
    let mut signers = Vec::new();
    for name in &ask.signers {
        signers.push(say::here(&mut tx, name).await?.party.id);
    }
    let first = signers.first().cloned();
    let first = first.ok_or_else(|| {
        refuse("consent-signers", "nobody signed this licence", "name every holder who did")
    })?;
    let mut subjects = Vec::new();
    for subject in &ask.subjects {
        subjects.push(say::subject(&mut tx, subject).await?);
    }
    not_refused(house, &mut tx, &signers, &subjects, &ask.uses).await?;
    let mut line = json!({
        "type": "license", "id": fresh_id(house, "lic"), "licensee": licensee.id.as_str(), "uses": ask.uses, "subjects": subjects,
        "signed_by": signers.iter().map(|s| s.as_str()).collect::<Vec<_>>(), "notice_days": ask.notice_days, "level": "documented",
    });
    if let Some(object) = line.as_object_mut() {
        let mut some = |name: &str, value: Value| drop(object.insert(name.into(), value));
        if !ask.territories.is_empty() {
            some("territories", json!(ask.territories));
        }
        if let Some(until) = ask.until {
            some("until", until.to_string().into());
        }
        if let Some(conditions) = &ask.conditions {
            some("conditions", conditions.clone());
        }
        if !ask.promises.trim().is_empty() {
            some("promises", ask.promises.trim().into());
        }
    }
    let told = |p: music::Problem| refuse("consent-line", p.message, p.hint);
    if let Some(object) = read_line(1, line.to_string().as_bytes()).map_err(told)? {
        consent::Builder::default().push(1, &object).map_err(told)?;
    }
    let row =
        put_line(house, &mut tx, "license", &licensee.id, &first, &format!("license:{}", licensee.id), &line)
            .await?;
    tx.note(house.now(), &ask.by, "consent license", &row.id, licensee.id.as_str()).await?;
    tx.commit().await?;
    Ok(row)
}

/// A licence goes round a refusal, so nobody but the holder, with a second factor or time, can let one in.
async fn not_refused(
    house: &House,
    tx: &mut Tx,
    signers: &[music::PartyId],
    subjects: &[String],
    uses: &[String],
) -> Result<(), Failure> {
    for signer in signers {
        for subject in subjects {
            let thing = say::Say {
                speaker: signer.to_string(),
                subject: subject.clone(),
                word: "ask".to_owned(),
                uses: uses.to_vec(),
                ..say::Say::default()
            };
            if let Some(refusal) = say::lifted_by(house, tx, &thing).await? {
                let name = party::name(tx, signer).await?;
                return Err(refuse(
                    "license-refused",
                    format!("`{name}` refuses this (`{refusal}`), and a licence would go round it"),
                    "let them offer it: `tantieme licence offer` waits for their code or for time",
                ));
            }
        }
    }
    Ok(())
}

/// Revokes a licence: nothing new begins, outputs go on through its notice.
///
/// # Errors
/// `license-unknown`, `license-ended`.
pub async fn revoke(house: &House, id: &str, by: &str) -> Result<ConsentRow, Failure> {
    let mut tx = house.store.begin().await?;
    let row = tx.consent_line(id).await?.filter(|r| r.kind == "license");
    let row = row.ok_or_else(|| {
        refuse(
            "license-unknown",
            format!("there is no licence `{id}`"),
            "`tantieme consent show PARTY` lists those of a licensee",
        )
    })?;
    if row.end.is_some() {
        return Err(refuse(
            "license-ended",
            format!("the licence `{id}` was revoked already"),
            "nothing is left to do",
        ));
    }
    end_line(house, &mut tx, &row).await?;
    let data = json!({ "change": "licence-ended", "holder": row.holder.as_str(), "licence": id, "line": id });
    webhook::tell(house, &mut tx, webhook::Kind::ConsentChanged, &[row.speaker.as_str()], &data).await?;
    tx.note(house.now(), by, "consent revoke", id, row.speaker.as_str()).await?;
    let row = tx.consent_line(id).await?.unwrap_or(row);
    tx.commit().await?;
    Ok(row)
}

/// A trained model that holds a holder's recordings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// The registered run.
    pub run: String,
    /// The model and its version.
    pub model: String,
    /// Whose.
    pub licensee: String,
    /// How many of the holder's recordings are in it.
    pub recordings: usize,
    /// What the licensee's licences promised for when consent ends: those for this use, model and version.
    pub promises: Vec<String>,
    /// The same with the licence each stands in, and by when it has to be kept if consent ends today.
    pub promised: Vec<Promised>,
}

/// A promise for when consent ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promised {
    /// The licence.
    pub license: String,
    /// What is promised.
    pub words: String,
    /// By when, if consent ends today; nothing where no day is promised.
    pub due: Option<Date>,
}

/// The trained models that hold recordings of a party: what a withdrawal cannot undo, and what was promised for it.
pub async fn touched(house: &House, who: &str) -> Result<Vec<Touched>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let party = party::find(&mut tx, who).await?.party;
    let today = super::today(house);
    let held: BTreeSet<String> = tx
        .role_claims_of(party.id.as_str(), "")
        .await?
        .into_iter()
        .filter_map(|r| r.subject.strip_prefix("recording:").map(str::to_owned))
        .collect();
    let mut all = Vec::new();
    for run in tx.consent_lines("training").await? {
        let rows = tx.training_rows(&run.id).await?;
        let recordings = rows.iter().filter(|r| held.contains(*r)).count();
        if recordings == 0 {
            continue;
        }
        let line: Value = serde_json::from_str(&run.line).unwrap_or(Value::Null);
        let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let licensee = tx.party(&run.speaker).await?.map(|p| p.party.name).unwrap_or_default();
        let model = format!("{} {}", text("model"), text("version"));
        let promised =
            promises(&mut tx, &run.speaker, &text("use"), &text("model"), &text("version"), today).await?;
        let promises = promised.iter().map(|p| p.words.clone()).collect();
        all.push(Touched { run: run.id, model, licensee, recordings, promises, promised });
    }
    Ok(all)
}

async fn promises(
    tx: &mut Tx,
    licensee: &music::PartyId,
    usage: &str,
    model: &str,
    version: &str,
    today: Date,
) -> Result<Vec<Promised>, Failure> {
    let mut said = Vec::new();
    for row in tx.consent_of(licensee).await?.iter().filter(|r| r.kind == "license" && r.speaker == *licensee)
    {
        let Ok(Some(Object::License(License { promises, conditions, uses, .. }))) =
            read_line(1, row.line.as_bytes())
        else {
            continue;
        };
        let fits = |want: &str, told: &str| want.is_empty() || want == told;
        let trains = uses.iter().any(|u| u == usage) || !uses.iter().any(|u| u.starts_with("train."));
        if promises.is_empty()
            || !trains
            || !fits(&conditions.model, model)
            || !fits(&conditions.version, version)
        {
            continue;
        }
        let due = promises.parse::<Promise>().ok().and_then(|p| p.due(today));
        said.push(Promised { license: row.id.clone(), words: promises, due });
    }
    Ok(said)
}
