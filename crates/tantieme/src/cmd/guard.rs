//! `tantieme guard`: flagged usages, whose money waits for a person.

use std::process::ExitCode;

use app::Failure;
use app::guard::Decision;
use clap::Subcommand;
use music::PotId;
use serde_json::{Value, json};

use crate::output;
use crate::wiring::Place;

/// Guards
#[derive(Debug, Subcommand)]
pub enum Guard {
    /// All flags with their evidence and clocks
    #[command(after_help = "Example: tantieme guard list --pot pot-…")]
    List {
        /// Of this pot only
        #[arg(long)]
        pot: Option<PotId>,
    },
    /// It was all right: the next adjustment pays what was held
    #[command(
        after_help = "Example: tantieme guard release flg-… --reason \"the library's playlist of the month\" --by Ines"
    )]
    Release {
        /// The flag
        flag: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who decides
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// It was not: it does not count, and the next adjustment gives its part to the others
    #[command(
        after_help = "Example: tantieme guard uphold flg-… --reason \"thirty accounts, one card\" --by Ines"
    )]
    Uphold {
        /// The flag
        flag: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who decides
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Guard {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        let (flag, decision, reason, by) = match self {
            Guard::List { pot } => return list(&house, place, pot.as_ref()).await,
            Guard::Release { flag, reason, by } => (flag, Decision::Release, reason, by),
            Guard::Uphold { flag, reason, by } => (flag, Decision::Uphold, reason, by),
        };
        let row = app::guard::decide(&house, flag, decision, reason, by).await?;
        if place.json {
            output::json(&json!({ "flag": row.id, "status": row.status, "pot": row.pot.as_str() }));
        } else {
            println!(
                "{} is {}: {}\n\nMove its money: tantieme adjust {}",
                row.id, row.status, row.reason, row.pot
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn list(house: &app::House, place: &Place, pot: Option<&PotId>) -> Result<ExitCode, Failure> {
    let flags = app::guard::list(house, pot).await?;
    if place.json {
        let all: Vec<Value> = flags
            .iter()
            .map(|f| {
                let r = &f.flag;
                json!({ "flag": r.id, "pot": r.pot.as_str(), "guard": r.kind, "subject": r.subject, "evidence": r.evidence, "status": if f.overdue { "overdue" } else { &r.status },
                        "held": f.count, "opened": r.opened.to_string(), "due": r.due.to_string(), "decided_by": r.decided_by, "reason": r.reason })
            })
            .collect();
        output::json(&all.into());
        return Ok(ExitCode::SUCCESS);
    }
    for f in &flags {
        let r = &f.flag;
        let day = |at: jiff::Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).date();
        let status = match r.status.as_str() {
            "held" if f.overdue => format!("nobody decided until {}, so it counts as released", day(r.due)),
            "held" => format!("held until {}", day(r.due)),
            status => format!("{status} by {}: {}", r.decided_by.as_deref().unwrap_or_default(), r.reason),
        };
        println!("{} {} of {} in {}: {status}", r.id, r.kind, r.subject, r.pot);
        println!("  {}; {} lines or plays", r.evidence, f.count);
    }
    if flags.is_empty() {
        println!("nothing is flagged");
    }
    Ok(ExitCode::SUCCESS)
}
