//! `tantieme proof` and `tantieme verify`.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use app::proof::{Issue, Require};
use app::statement::Issued;
use clap::{Args, Subcommand};
use music::SetListId;
use serde_json::{Value, json};

use crate::input::{self, refuse};
use crate::output;
use crate::wiring::Place;

/// Participation proofs
#[derive(Debug, Subcommand)]
pub enum Proof {
    /// Prove that a set was reported and a part of the fee shared, without showing fee or list
    #[command(after_help = "Example: tantieme proof issue set-… --by \"DJ Low Tide\" --out proof.txt")]
    Issue {
        /// The set list
        set_list: SetListId,
        /// The performer
        #[arg(long)]
        by: String,
        /// Show a lower part than the one reached, in percent
        #[arg(long)]
        at_least: Option<u8>,
        /// Name the event
        #[arg(long)]
        event: bool,
        /// Where to write it; standard output without
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// A venue or agent requires proofs for its events from a day on
    #[command(after_help = "Example: tantieme proof require --since … \"Ada Nwosu\"")]
    Require {
        /// The venue or agent
        party: String,
        /// The venue's name on events; the party's own without
        #[arg(long, default_value = "")]
        venue: String,
        /// At least this part, in percent
        #[arg(long)]
        at_least: Option<u8>,
        /// From this day on
        #[arg(long)]
        since: String,
        /// Who notes it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// What is missing for a venue or agent, for its eyes only
    #[command(after_help = "Example: tantieme proof missing \"Ada Nwosu\"")]
    Missing {
        /// The venue or agent
        party: String,
    },
    /// The house's public key, with which anybody verifies
    #[command(after_help = "Example: tantieme proof key")]
    Key,
}

impl Proof {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
            Proof::Issue { set_list, by, at_least, event, out } => {
                let issued = app::proof::issue(
                    &house,
                    Issue {
                        set_list: set_list.clone(),
                        at_least: *at_least,
                        show_event: *event,
                        by: by.clone(),
                    },
                )
                .await?;
                match out {
                    Some(file) => input::write_whole(file, issued.note.as_bytes())?,
                    None if place.json => {
                        output::json(&json!({ "proof": issued.id.as_str(), "note": issued.note }))
                    }
                    None => print!("{}", issued.note),
                }
            }
            Proof::Require { party, venue, at_least, since, by } => {
                let since = since
                    .parse()
                    .map_err(|_| refuse("date", format!("`{since}` is not a day"), "as in `2026-09-04`"))?;
                app::proof::require(
                    &house,
                    Require {
                        party: party.clone(),
                        venue: venue.clone(),
                        at_least: *at_least,
                        since,
                        by: by.clone(),
                    },
                )
                .await?;
            }
            Proof::Missing { party } => {
                let missing = app::proof::missing(&house, party).await?;
                if place.json {
                    let all: Vec<Value> = missing.iter().map(|m| json!({ "event": m.event.as_str(), "label": m.label, "performer": m.performer, "set_list": m.set_list.as_ref().map(|s| s.as_str()), "lack": m.lack.words() })).collect();
                    output::json(&all.into());
                } else {
                    let rows = missing
                        .iter()
                        .map(|m| vec![m.label.clone(), m.performer.clone(), m.lack.words().to_owned()]);
                    output::table(&["event", "performer", "missing"], rows.collect());
                }
            }
            Proof::Key => {
                let key = app::proof::verifier(&house)?;
                if place.json { output::json(&json!({ "verifier_key": key })) } else { println!("{key}") }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Check a statement, an invoice or a participation proof offline
#[derive(Debug, Args)]
#[command(after_help = "Example: tantieme verify statement.json --key \"tantieme.local/log+…\"")]
pub struct Verify {
    /// A statement or an invoice as JSON, or a proof's text
    file: PathBuf,
    /// The house's public key, as `tantieme proof key` prints it
    #[arg(long)]
    key: String,
}

impl Verify {
    /// Runs it: exit 1 where it does not verify.
    pub fn run(&self, as_json: bool) -> Result<ExitCode, Failure> {
        let text = String::from_utf8_lossy(&input::read_whole(&self.file)?).into_owned();
        let key: proof::note::VerifierKey = self.key.parse().map_err(|e: proof::note::BadKey| {
            refuse("verifier-key", e.to_string(), "`tantieme proof key` prints it")
        })?;
        let what = match serde_json::from_str::<Issued>(&text) {
            Ok(issued) => {
                app::statement::verify(&issued, &key)?;
                format!(
                    "statement of {} from {} until {}",
                    issued.statement.party, issued.statement.from, issued.statement.until
                )
            }
            Err(_) if text.trim_start().starts_with('{') => {
                if let Ok(issued) = serde_json::from_str::<app::invoice::IssuedInvoice>(&text) {
                    app::invoice::verify(&issued, &key)?;
                    return valid(as_json, &format!("invoice {}", issued.invoice.number));
                }
                return Err(refuse(
                    "verify-unknown",
                    format!("`{}` is no statement and no invoice", input::document_name(&self.file)),
                    "give the JSON of `tantieme statement --json` or `tantieme invoice show --json`, or the text of a proof",
                ));
            }
            Err(_) => {
                let p = app::proof::verify(&text, &self.key)?;
                format!(
                    "{} reported a set, {} of {} lines matched, issued {}",
                    p.performer, p.matched, p.lines, p.issued
                )
            }
        };
        valid(as_json, &what)
    }
}

fn valid(as_json: bool, what: &str) -> Result<ExitCode, Failure> {
    if as_json {
        output::json(&json!({ "valid": true, "what": what }))
    } else {
        println!("valid: {what}")
    }
    Ok(ExitCode::SUCCESS)
}
