//! Receipts that a stranger checks offline: of what one holder said, or of an answer with everybody who had to agree.

use std::collections::BTreeSet;

use consent::receipt::{Held, Parts, Spoken, belongs, held_key, needed, scopes};
use consent::registry::{Object, read_line};
use consent::{Answer, Asked, Question, Session};
use jiff::civil::Date;
use music::Territory;
use proof::map::MapKey;
use serde_json::{Value, json};
use store::Tx;

use super::{registry, say};
use crate::failure::refuse;
use crate::log::sweep::map_at;
use crate::{Failure, House, log};

/// A question for a receipt.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// A recording's id or ISRC.
    pub recording: Option<String>,
    /// Or a person.
    pub person: Option<String>,
    /// The use.
    pub usage: String,
    /// Who asks.
    pub licensee: String,
    /// On which day.
    pub on: Option<Date>,
    /// Where.
    pub territory: String,
    /// The project, for a voice or a tool.
    pub project: Option<String>,
}

/// The receipt of what was said by the statement `id`, with its whole chain, as of the newest epoch.
///
/// # Errors
/// `statement-unknown`, `statement-erased`, `log-unpublished`.
pub async fn statement(house: &House, id: &str) -> Result<String, Failure> {
    let mut tx = house.store.begin_read().await?;
    let unknown = || {
        refuse(
            "statement-unknown",
            format!("there is no statement `{id}`"),
            "`tantieme consent show PARTY` lists them",
        )
    };
    let row = tx.consent_line(id).await?.filter(|r| r.kind == "statement").ok_or_else(unknown)?;
    let epoch = epoch(&mut tx).await?;
    if row.place >= epoch.size {
        return Err(unpublished(row.place));
    }
    let pair = (row.holder.to_string(), row.subject.clone());
    let parts =
        parts(house, tx, None, Vec::new(), (&BTreeSet::from([pair]), &BTreeSet::new()), &epoch).await?;
    consent::receipt::write(&parts, epoch.size.unsigned_abs()).map_err(|e| log::broken(&e))
}

/// The receipt of an answer: who has to agree, what each said, or the proof that they said nothing.
///
/// # Errors
/// `recording-unknown`, `party-unknown`, `consent-use`, `territory`, `log-unpublished`, `statement-erased`.
pub async fn answer(house: &House, ask: &Ask) -> Result<String, Failure> {
    let mut tx = house.store.begin_read().await?;
    let epoch = epoch(&mut tx).await?;
    let on = ask.on.unwrap_or_else(|| super::today(house));
    let mut question = json!({ "use": ask.usage, "licensee": ask.licensee, "on": on.to_string() });
    let mut put = |name: &str, value: Option<&str>| {
        if let (Some(object), Some(value)) = (question.as_object_mut(), value.filter(|v| !v.is_empty())) {
            object.insert(name.into(), value.into());
        }
    };
    let (mut recordings, mut people) = (BTreeSet::new(), BTreeSet::new());
    let subject = match (&ask.recording, &ask.person) {
        (Some(name), _) => {
            let id = say::recording(&mut tx, name).await?.to_string();
            recordings.insert(id.clone());
            put("recording", Some(&id));
            id
        }
        (None, Some(name)) => {
            let id = crate::party::find(&mut tx, name).await?.party.id.to_string();
            people.insert(id.clone());
            put("person", Some(&id));
            id
        }
        (None, None) => {
            return Err(refuse("consent-subject", "nothing is asked about", "name a recording or a person"));
        }
    };
    put("territory", Some(ask.territory.as_str()));
    put("project", ask.project.as_deref());
    let lines = registry::told(&mut tx, epoch.size.unsigned_abs(), Some((&recordings, &people))).await?;
    let index = registry::compile(&lines)?;
    let usage = ask.usage.parse().map_err(|e: consent::uses::UnknownUse| {
        refuse("consent-use", e.to_string(), "`tantieme consent uses` lists them")
    })?;
    let territory: Territory = if ask.territory.is_empty() {
        Territory::worldwide()
    } else {
        crate::party::read_territory(&ask.territory)?
    };
    let asked = if recordings.is_empty() { Asked::Person(&subject) } else { Asked::Recording(&subject) };
    let typed = Question {
        log_size: epoch.size.unsigned_abs(),
        project: ask.project.as_deref(),
        ..Question::new(asked, usage, &ask.licensee, on, territory)
    };
    let mut answer = Answer::default();
    index.decide(&typed, &mut Session::default(), &mut answer);
    let objects: Vec<Object> =
        lines.iter().filter_map(|l| read_line(1, l.to_string().as_bytes()).ok().flatten()).collect();
    let scopes = scopes(&typed, &objects);
    let asked: BTreeSet<String> = index.report(&typed, &answer).asked.into_iter().map(|h| h.party).collect();
    let pairs = asked.iter().flat_map(|h| scopes.iter().map(|s| (h.clone(), s.clone()))).collect();
    let held = needed(&typed, &objects, &asked.into_iter().collect::<Vec<_>>());
    let lines = lines.into_iter().filter(|l| belongs(l, &held)).collect();
    let parts = parts(house, tx, Some(question), lines, (&pairs, &held), &epoch).await?;
    consent::receipt::write(&parts, epoch.size.unsigned_abs()).map_err(|e| log::broken(&e))
}

/// The newest epoch of the map that is under a checkpoint.
struct Epoch {
    place: i64,
    size: i64,
}

async fn epoch(tx: &mut Tx) -> Result<Epoch, Failure> {
    let head = tx.newest_head().await?.map_or(0, |h| h.size);
    let leaf = tx.newest_leaf("map", head).await?.ok_or_else(|| unpublished(0))?;
    let entry: Value = serde_json::from_slice(&leaf.entry).map_err(|e| log::broken(&e))?;
    let size = entry.get("size").and_then(Value::as_i64).unwrap_or(0);
    Ok(Epoch { place: leaf.place, size })
}

fn unpublished(place: i64) -> Failure {
    refuse(
        "log-unpublished",
        format!("entry {place} is not under a published map yet"),
        "`tantieme log publish`",
    )
}

/// Who, and what.
type Pairs = BTreeSet<(String, String)>;

async fn parts(
    house: &House,
    mut tx: Tx,
    question: Option<Value>,
    lines: Vec<Value>,
    (pairs, held): (&Pairs, &Pairs),
    epoch: &Epoch,
) -> Result<Parts, Failure> {
    // Statements come from the chains below; all of each, and no other.
    let mut lines: Vec<Value> =
        lines.into_iter().filter(|l| l.get("type").and_then(Value::as_str) != Some("statement")).collect();
    let (map, told) = map_at(&mut tx, epoch.size).await?;
    let (mut spoken, mut places, mut ids) = (Vec::new(), vec![epoch.place], Vec::new());
    for (holder, subject) in pairs {
        let heads = told
            .iter()
            .find(|(k, _)| k.0 == *holder && k.1 == *subject)
            .map(|(_, h)| h.clone())
            .unwrap_or_default();
        let proof = map.prove(&MapKey::of(&[holder, subject])).to_string();
        spoken.push(Spoken { holder: holder.clone(), subject: subject.clone(), heads, proof });
        let Ok(party) = holder.parse() else { continue };
        for row in tx.consent_of(&party).await? {
            let fits = row.kind == "statement" && row.holder == party && row.subject == *subject;
            if fits && row.place < epoch.size {
                say::read(&row)?;
                lines.extend(registry::line(&row, epoch.size));
                places.push(row.place);
                ids.push(row.id);
            }
        }
    }
    let prove = |(kind, key): &(String, String)| Held {
        kind: kind.clone(),
        key: key.clone(),
        proof: map.prove(&held_key(kind, key)).to_string(),
    };
    let held = held.iter().map(prove).collect();
    drop(tx);
    let mut receipts = log::receipts_at(house, &places).await?.into_iter().map(|r| r.to_string());
    let map = receipts.next().unwrap_or_default();
    Ok(Parts { question, lines, proofs: ids.into_iter().zip(receipts).collect(), map, spoken, held })
}

/// What a receipt shows that somebody brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// As of how many entries of the log.
    pub size: u64,
    /// How many entries the log has published now: what is newer the receipt cannot know.
    pub now: u64,
    /// The answer in its codes; nothing where the receipt is for what one holder said, or for an entry of the log.
    pub answer: Option<String>,
    /// How many statements are proved.
    pub statements: usize,
    /// How many silences are proved.
    pub silent: usize,
    /// Whether it is proved that nothing the answer rests on was left out or had ended.
    pub complete: bool,
    /// For a proof of what a training run held: whether the recording was in it.
    pub present: Option<bool>,
}

/// Checks a receipt of consent or of the log under this house's keys, or a proof of what a run held that is registered here.
///
/// # Errors
/// `receipt-not-believed`.
pub async fn check(house: &House, text: &str) -> Result<Checked, Failure> {
    let mut tx = house.store.begin_read().await?;
    let policy = proof::log::Policy::log_only(log::ring(house, &mut tx).await?);
    let now = tx.newest_head().await?.map_or(0, |h| h.size.unsigned_abs());
    let not = |why: String| refuse("receipt-not-believed", why, "ask for it again from who issued it");
    let value: Option<Value> =
        serde_json::from_str(text).ok().filter(|v: &Value| v.get("type") == Some(&json!("was-in")));
    if let Some(proof) = value {
        let present = super::training::verify(&proof).map_err(&not)?;
        let run = proof.get("run").cloned().unwrap_or_default();
        let id = run.get("id").and_then(Value::as_str).unwrap_or_default();
        let known = tx.consent_line(id).await?.filter(|r| r.kind == "training");
        let hash = consent::statement::hash(&run).map(|h| h.to_string()).unwrap_or_default();
        let place = known.filter(|r| r.hash == hash).map(|r| r.place);
        let place =
            place.ok_or_else(|| not("the run it names is not registered here as it stands".to_owned()))?;
        let size = place.unsigned_abs() + 1;
        return Ok(Checked {
            size,
            now,
            answer: None,
            statements: 0,
            silent: 0,
            complete: false,
            present: Some(present),
        });
    }
    drop(tx);
    // Files come with line breaks of every kind from a form; a note has its own only.
    let text = text.replace("\r\n", "\n");
    if text.starts_with("c2sp.org/tlog-proof@") {
        let text = format!("{}\n", text.trim_end());
        let receipt: proof::log::Receipt =
            text.parse().map_err(|e: proof::log::BadReceipt| not(e.to_string()))?;
        let under = receipt.verify(&policy).map_err(|e| not(e.to_string()))?;
        return Ok(Checked {
            size: under.checkpoint.size,
            now,
            answer: None,
            statements: 1,
            silent: 0,
            complete: false,
            present: None,
        });
    }
    let shown = consent::receipt::verify(&text, &policy, None).map_err(|e| not(e.to_string()))?;
    Ok(Checked {
        size: shown.size,
        now,
        answer: shown.answer,
        statements: shown.statements.len(),
        silent: shown.silent,
        complete: shown.complete,
        present: None,
    })
}
