//! What a holder said, what is allowed now, and their own page.

use std::process::ExitCode;

use app::{Failure, House, consent};
use clap::Subcommand;
use serde_json::{Value, json};

use super::wait::waiting;
use super::{row_json, say, wait_json};
use crate::input::refuse;
use crate::output;
use crate::wiring::Place;

/// What is shown.
#[derive(Debug, Subcommand)]
pub enum Show {
    /// What a holder said and what is allowed now, or what is allowed with one recording
    #[command(
        after_help = "Example: tantieme consent show \"Ada Nwosu\"\n         tantieme consent show --recording DEA122600001"
    )]
    Show {
        /// The holder
        party: Option<String>,
        /// A recording instead: its id or ISRC
        #[arg(long, conflicts_with = "party")]
        recording: Option<String>,
    },
    /// A link by which a holder reaches their own page; hand it over as a key
    #[command(after_help = "Example: tantieme consent link \"Ada Nwosu\"")]
    Link {
        /// The holder
        party: String,
        /// For how many days
        #[arg(long, default_value_t = 30)]
        days: u32,
        /// Who makes it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Show {
    /// Runs it.
    pub async fn run(&self, h: &House, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Show::Show { party, recording } => show(h, place, party.as_deref(), recording.as_deref()).await?,
            Show::Link { party, days, by } => {
                let token = consent::link(h, party, *days, by).await?;
                say(
                    place,
                    json!({ "path": format!("/consent/mine/{token}"), "days": days }),
                    &format!("/consent/mine/{token}"),
                );
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn show(
    house: &House,
    place: &Place,
    party: Option<&str>,
    recording: Option<&str>,
) -> Result<(), Failure> {
    if let Some(recording) = recording {
        let (about, reports) = consent::consents_of_recording(house, recording).await?;
        if place.json {
            let uses = reports.iter().map(|(u, r)| json!({ "use": u.code(), "outcome": r.outcome.code(), "reasons": r.reasons.iter().map(|x| x.code()).collect::<Vec<_>>(), "conditions": r.conditions, "weakest_verification": r.weakest.code() }));
            output::json(
                &json!({ "recording": about.id, "title": about.title, "uses": uses.collect::<Vec<_>>() }),
            );
        } else {
            println!("{} ({})", about.title, about.id);
            let rows = reports
                .iter()
                .map(|(u, r)| vec![u.code().to_owned(), r.outcome.code().to_owned(), r.reasons.codes()]);
            output::table(&["use", "outcome", "reasons"], rows.collect());
        }
        return Ok(());
    }
    let Some(party) = party else {
        return Err(refuse("consent-subject", "nobody is named", "name a holder, or `--recording ISRC`"));
    };
    let s = consent::standing(house, party).await?;
    if place.json {
        let uses = s.uses.iter().map(|u| json!({ "use": u.usage.code(), "said": u.said, "yes": u.yes, "license": u.license, "no": u.no.iter().map(|(r, n)| json!({ "reason": r.code(), "recordings": n })).collect::<Vec<_>>() }));
        output::json(
            &json!({ "party": s.party.party.id.as_str(), "recordings": s.recordings.len(), "uses": uses.collect::<Vec<_>>(), "lines": s.lines.iter().map(row_json).collect::<Vec<_>>(), "waits": s.waits.iter().map(wait_json).collect::<Vec<_>>() }),
        );
        return Ok(());
    }
    println!("{}: {} recordings", s.party.party.name, s.recordings.len());
    let rows = s.uses.iter().map(|u| {
        let no: Vec<String> = u.no.iter().map(|(r, n)| format!("{n} {}", r.code())).collect();
        vec![
            u.usage.code().to_owned(),
            u.said.unwrap_or("-").to_owned(),
            u.yes.to_string(),
            u.license.to_string(),
            no.join(", "),
        ]
    });
    output::table(&["use", "catalogue", ">yes", ">licence", "no"], rows.collect());
    for row in &s.lines {
        let line: Value = serde_json::from_str(&row.line).unwrap_or(Value::Null);
        let word = line.get("kind").and_then(Value::as_str).unwrap_or(&row.kind).to_owned();
        let uses = line
            .get("uses")
            .and_then(Value::as_array)
            .map(|u| u.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","));
        let ended = row.end.map_or_else(String::new, |e| format!(", ended {}", e.1));
        println!(
            "{} {} {word} {} {} (entry {}{ended})",
            row.day,
            row.id,
            row.subject,
            uses.unwrap_or_default(),
            row.place
        );
    }
    if !s.waits.is_empty() {
        waiting(place, &s.waits);
    }
    Ok(())
}
