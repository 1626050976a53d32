//! `tantieme consent` on the house: what holders say, who speaks for them, what waits, and the receipts of it, one noun a
//! file.

mod level;
mod license;
mod receipt;
mod role;
mod say;
mod show;
mod training;
mod wait;

use std::process::ExitCode;

use app::{Failure, House};
use clap::Subcommand;
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use store::{ConsentRow, WaitRow};

use crate::input::refuse;
use crate::output;
use crate::wiring::Place;

/// What the house keeps of consent.
#[derive(Debug, Subcommand)]
pub enum Kept {
    #[command(flatten)]
    Speak(say::Speak),
    #[command(flatten)]
    Show(show::Show),
    #[command(flatten)]
    Receipts(receipt::Receipts),
    #[command(flatten)]
    Roles(role::Roles),
    #[command(flatten)]
    Licenses(license::Licenses),
    #[command(flatten)]
    Waits(wait::Waits),
    #[command(flatten)]
    Levels(level::Levels),
    #[command(flatten)]
    Trainings(training::Trainings),
}

impl Kept {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
            Kept::Speak(c) => c.run(&house, place).await,
            Kept::Show(c) => c.run(&house, place).await,
            Kept::Receipts(c) => c.run(&house).await,
            Kept::Roles(c) => c.run(&house, place).await,
            Kept::Licenses(c) => c.run(&house, place).await,
            Kept::Waits(c) => c.run(&house, place).await,
            Kept::Levels(c) => c.run(&house, place).await,
            Kept::Trainings(c) => c.run(&house, place).await,
        }
    }
}

/// The id of a licensee by its name, where the house knows it.
pub async fn licensee(house: &House, name: &str) -> Result<String, Failure> {
    match app::party::list(house, name).await {
        Ok(found) => {
            let mut named = found.into_iter().filter(|p| p.party.name == name || p.party.id.as_str() == name);
            Ok(named.next().map_or_else(|| name.to_owned(), |p| p.party.id.to_string()))
        }
        Err(failure) => Err(failure),
    }
}

pub(crate) fn conditions(list: &[String]) -> Result<Option<Value>, Failure> {
    let mut all = Map::new();
    for one in list {
        let (name, value) = one.split_once('=').unwrap_or((one, ""));
        let value = match name {
            "attribution" | "detection" => json!(value.is_empty() || value == "true"),
            "max_days" => json!(value.parse::<u32>().map_err(|_| {
                refuse("consent-condition", format!("`{one}` has no number of days"), "as in `max_days=365`")
            })?),
            "output" => json!(value.split(',').collect::<Vec<_>>()),
            "model" | "version" | "purpose" | "project" | "fee" => json!(value),
            _ => {
                return Err(refuse(
                    "consent-condition",
                    format!("`{name}` is no condition"),
                    "output, model, version, purpose, project, max_days, attribution, detection or fee",
                ));
            }
        };
        all.insert(name.to_owned(), value);
    }
    Ok(if all.is_empty() { None } else { Some(all.into()) })
}

pub(crate) fn day(text: Option<&str>) -> Result<Option<Date>, Failure> {
    let bad = |t: &str| refuse("date-bad", format!("`{t}` is not a day"), "write a day such as 2026-11-01");
    text.map(|t| t.parse().map_err(|_| bad(t))).transpose()
}

/// How often publishing is tried while somebody else does it, and how long apart.
const TRIES: u32 = 20;
const APART: std::time::Duration = std::time::Duration::from_millis(500);

/// Publishes the log. What was said is said already, so a log that is busy is only told.
pub(crate) async fn published(house: &House) -> Result<(), Failure> {
    for _ in 0..TRIES {
        match app::log::publish(house).await {
            Err(Failure::Refused(refusal)) if refusal.code == "log-busy" => tokio::time::sleep(APART).await,
            done => return done.map(drop),
        }
    }
    eprintln!("the log is being published by somebody else; this is in it and follows");
    Ok(())
}

pub(crate) fn say(place: &Place, value: Value, words: &str) {
    if place.json { output::json(&value) } else { println!("{words}") }
}

pub(super) fn row_json(row: &ConsentRow) -> Value {
    json!({
        "id": row.id, "kind": row.kind, "speaker": row.speaker.as_str(), "for": row.holder.as_str(), "subject": row.subject,
        "entry": row.place, "day": row.day.to_string(), "hash": row.hash, "ended": row.end.map(|e| e.1.to_string()),
        "line": serde_json::from_str::<Value>(&row.line).ok(),
    })
}

pub(super) fn wait_json(row: &WaitRow) -> Value {
    json!({ "waits": row.id, "kind": row.kind, "party": row.party.as_str(), "status": row.status, "due": row.due.to_string() })
}

pub(crate) fn waits(place: &Place, row: &WaitRow) {
    let day = row.due.to_zoned(jiff::tz::TimeZone::UTC).date();
    say(
        place,
        wait_json(row),
        &format!("{} waits: it takes effect by the code mailed to the holder, or on {day}", row.id),
    );
}

/// A trained model that a change of mind touches, with what was promised for it.
pub(super) fn touched(place: &Place, t: &app::consent::license::Touched) {
    let promised = t
        .promised
        .iter()
        .map(|p| json!({ "license": p.license, "words": p.words, "due": p.due.map(|d| d.to_string()) }));
    let words: Vec<String> = t
        .promised
        .iter()
        .map(|p| p.due.map_or_else(|| p.words.clone(), |due| format!("{} (by {due})", p.words)))
        .collect();
    say(
        place,
        json!({
            "run": t.run, "model": t.model, "licensee": t.licensee, "recordings": t.recordings, "promises": t.promises,
            "promised": promised.collect::<Vec<_>>(),
        }),
        &format!(
            "{} {} of {}: {} recordings; promised: {}",
            t.run,
            t.model,
            t.licensee,
            t.recordings,
            if words.is_empty() { "nothing".to_owned() } else { words.join("; ") }
        ),
    );
}
