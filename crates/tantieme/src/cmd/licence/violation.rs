//! What went beyond a licence.

use std::process::ExitCode;

use app::license::violation;
use app::{Failure, House};
use clap::Subcommand;
use serde_json::json;

use super::{published, say};
use crate::output;
use crate::wiring::Place;

/// Violations.
#[derive(Debug, Subcommand)]
pub enum Violations {
    /// What went beyond licences, with what shows it
    #[command(name = "violations", after_help = "Example: tantieme licence violations \"Modelmaker\"")]
    List {
        /// The licensee; all without
        licensee: Option<String>,
    },
    /// Ask the decision again for every recording of a registered training run, as of its day
    #[command(after_help = "Example: tantieme licence examine trn-…")]
    Examine {
        /// The training run
        run: String,
        /// Who asks
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Note how a violation was settled
    #[command(after_help = "Example: tantieme licence settle vio-… --reason \"licensed since\" --by Ines")]
    Settle {
        /// The violation
        violation: String,
        /// How
        #[arg(long)]
        reason: String,
        /// Who decides
        #[arg(long)]
        by: String,
    },
}

impl Violations {
    /// Runs it.
    pub async fn run(&self, h: &House, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Violations::List { licensee } => {
                let all = violation::list(h, licensee.as_deref()).await?;
                if place.json {
                    let rows = all.iter().map(|v| {
                        json!({
                            "violation": v.row.id, "kind": v.row.kind, "licensee": v.licensee, "license": v.row.license, "origin": v.row.origin,
                            "subject": v.row.subject, "evidence": v.row.evidence, "status": v.row.status, "reason": v.row.reason, "entry": v.row.place,
                        })
                    });
                    output::json(&rows.collect());
                } else {
                    for v in &all {
                        println!(
                            "{} {} {} {}: {}",
                            v.row.id, v.row.status, v.licensee, v.row.kind, v.row.evidence
                        );
                    }
                    if all.is_empty() {
                        println!("nothing went beyond a licence");
                    }
                }
            }
            Violations::Examine { run, by } => {
                let done = violation::examine(h, run, by).await?;
                published(h).await?;
                say(
                    place,
                    json!({ "run": done.run, "recordings": done.recordings, "permitted": done.permitted, "violations": done.violations }),
                    &format!(
                        "{} of {} recordings were permitted, {} new violations",
                        done.permitted, done.recordings, done.violations
                    ),
                );
            }
            Violations::Settle { violation: id, reason, by } => {
                violation::settle(h, id, reason, by).await?;
                published(h).await?;
                say(place, json!({ "violation": id, "status": "settled" }), &format!("{id} is settled"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
