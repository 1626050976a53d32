//! Permits for a project and a short time; checking one needs no house.

use std::path::PathBuf;
use std::process::ExitCode;

use app::license::permit::{self, Ask};
use app::licensing::Permit;
use app::licensing::permit::Ask as Want;
use app::{Failure, House};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::input::{self, refuse};
use crate::output;
use crate::wiring::Place;

/// Permits.
#[derive(Debug, Subcommand)]
pub enum Permits {
    /// Give a tool a permit for a project and some minutes, where all of it is permitted now
    #[command(
        after_help = "Example: tantieme licence permit \"Mixwright\" --project \"Night Drive\" --use tool.mix --recording FRZ032600001 --minutes 30 --out permit.txt"
    )]
    Permit(Give),
    /// Check a permit offline, with nothing but the house's key
    #[command(
        after_help = "Example: tantieme licence check-permit permit.txt --key \"house+…\" --use tool.mix --recording FRZ032600001"
    )]
    CheckPermit(Check),
}

/// A permit to give.
#[derive(Debug, Args)]
pub struct Give {
    /// The tool's maker
    tool: String,
    /// The project
    #[arg(long)]
    project: String,
    /// What the tool is to do, one by one
    #[arg(long = "use", value_delimiter = ',', required = true)]
    uses: Vec<String>,
    /// With which recordings: ids or ISRCs
    #[arg(long = "recording", value_delimiter = ',', required = true)]
    recordings: Vec<String>,
    /// For how many minutes, 720 at most
    #[arg(long, default_value_t = 60)]
    minutes: u32,
    /// Where to write it; standard output without
    #[arg(long)]
    out: Option<PathBuf>,
    /// Who asks
    #[arg(long, default_value = "house")]
    by: String,
}

/// A permit to check.
#[derive(Debug, Args)]
pub struct Check {
    /// The permit; `-` is standard input
    file: PathBuf,
    /// The house's public key, as `tantieme log status` prints it; several where it was rotated
    #[arg(id = "permit_key", long = "key", value_name = "KEY", required = true)]
    signed_by: Vec<String>,
    /// What the tool wants to do
    #[arg(long = "use")]
    usage: Option<String>,
    /// In which project
    #[arg(long)]
    project: Option<String>,
    /// With which recording: its id or ISRC
    #[arg(long)]
    recording: Option<String>,
    /// As which tool: its maker's id or name
    #[arg(long)]
    tool: Option<String>,
    /// At which time (RFC 3339); now without
    #[arg(long)]
    at: Option<String>,
}

impl Permits {
    /// Runs it.
    pub async fn run(&self, h: &House, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Permits::Permit(g) => {
                let ask = Ask {
                    tool: g.tool.clone(),
                    project: g.project.clone(),
                    uses: g.uses.clone(),
                    recordings: g.recordings.clone(),
                    minutes: g.minutes,
                    by: g.by.clone(),
                };
                let (given, note) = permit::issue(h, &ask).await?;
                if let Some(file) = &g.out {
                    input::write_whole(file, note.as_bytes())?;
                }
                if place.json {
                    let mut value = permit_json(&given);
                    value["note"] = note.into();
                    output::json(&value);
                } else if g.out.is_none() {
                    print!("{note}");
                } else {
                    println!("{} until {}", given.id, given.expires);
                }
                Ok(ExitCode::SUCCESS)
            }
            Permits::CheckPermit(check) => check.run(place),
        }
    }
}

impl Check {
    /// Checks it; touches no data folder.
    pub fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let text = String::from_utf8_lossy(&input::read_whole(&self.file)?).into_owned();
        let keys = self.signed_by.iter().map(|k| input::parse("key", k)).collect::<Result<Vec<_>, _>>()?;
        let now = match &self.at {
            Some(at) => at.parse().map_err(|_| {
                refuse("date-bad", format!("`{at}` is no time"), "write it as `2026-11-21T10:00:00Z`")
            })?,
            None => ports::world::now(),
        };
        let want = Want {
            usage: self.usage.as_deref(),
            project: self.project.as_deref(),
            recording: self.recording.as_deref(),
            tool: self.tool.as_deref(),
        };
        let held = permit::check(&text, &keys, want, now)?;
        if place.json {
            output::json(&permit_json(&held));
        } else {
            println!(
                "{} holds until {}: {} for `{}`, {}",
                held.id,
                held.expires,
                held.maker,
                held.project,
                held.uses.join(" ")
            );
            if !held.conditions.is_empty() {
                println!("  under: {}", held.conditions.join("; "));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn permit_json(p: &Permit) -> Value {
    json!({
        "permit": p.id, "project": p.project, "tool": p.tool, "maker": p.maker, "uses": p.uses, "recordings": p.recordings, "isrcs": p.isrcs,
        "conditions": p.conditions, "issued": p.issued.to_string(), "expires": p.expires.to_string(), "log_size": p.log_size,
    })
}
