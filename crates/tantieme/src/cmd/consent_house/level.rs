//! How well somebody is verified, impostors, disputes.

use std::process::ExitCode;

use app::{Failure, House, consent};
use clap::Subcommand;
use serde_json::json;

use super::{published, row_json, say};
use crate::output;
use crate::wiring::Place;

/// Verification and disputes.
#[derive(Debug, Subcommand)]
pub enum Levels {
    /// Note how well somebody is verified, with the evidence; without a level, the history
    #[command(
        after_help = "Example: tantieme consent level \"Ada Nwosu\" identified --evidence \"passport seen 4 September\" --by Ines"
    )]
    Level {
        /// Who
        party: String,
        /// asserted, contact, documented, identified or qualified
        #[arg(requires = "evidence")]
        level: Option<String>,
        /// What was seen
        #[arg(long)]
        evidence: Option<String>,
        /// Who noted it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// What a party permitted and touched; with a reason they are declared an impostor and nothing of it holds any more
    #[command(
        after_help = "Example: tantieme consent impostor \"Ada Nwosu\" --declare \"another person's passport\" --by Ines"
    )]
    Impostor {
        /// Who
        party: String,
        /// Declare them an impostor, for this reason
        #[arg(long, value_name = "REASON")]
        declare: Option<String>,
        /// Who does it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Contest a recording, a work, a project or a person: what rests on it is a no until it is settled
    #[command(
        after_help = "Example: tantieme consent dispute recording:DEA122600001 --party \"Mira Feld\" --reason \"I sang this\""
    )]
    Dispute {
        /// What is contested
        subject: String,
        /// Who contests
        #[arg(long)]
        party: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Settle a dispute
    #[command(after_help = "Example: tantieme consent settle dsp-… --reason \"both agree\" --by Ines")]
    Settle {
        /// The dispute
        dispute: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who decides
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Levels {
    /// Runs it.
    pub async fn run(&self, h: &House, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Levels::Level { party, level, evidence, by } => match (level, evidence) {
                (Some(level), Some(evidence)) => {
                    let entry = consent::level::note(h, party, level, evidence, by).await?;
                    published(h).await?;
                    say(
                        place,
                        json!({ "level": level, "entry": entry }),
                        &format!("{party} is {level} from entry {entry} on"),
                    );
                }
                _ => {
                    for (entry, level, evidence, by) in consent::level::history(h, party).await? {
                        say(
                            place,
                            json!({ "entry": entry, "level": level, "evidence": evidence, "by": by }),
                            &format!("entry {entry}: {level}, by {by}: {evidence}"),
                        );
                    }
                }
            },
            Levels::Impostor { party, declare, by } => {
                impostor(h, place, party, declare.as_deref(), by).await?
            }
            Levels::Dispute { subject, party, reason } => {
                let row = consent::level::dispute(h, subject, party, reason, party).await?;
                published(h).await?;
                say(place, row_json(&row), &format!("{} contests {}", row.id, row.subject));
            }
            Levels::Settle { dispute, reason, by } => {
                let row = consent::level::settle(h, dispute, reason, by).await?;
                published(h).await?;
                say(place, row_json(&row), &format!("{} is settled", row.id));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn impostor(
    house: &House,
    place: &Place,
    party: &str,
    reason: Option<&str>,
    by: &str,
) -> Result<(), Failure> {
    let found = consent::level::impostor(house, party, reason, by).await?;
    if found.dispute.is_some() {
        published(house).await?;
    }
    if place.json {
        output::json(&json!({
            "name": found.name, "statements": found.statements.iter().map(row_json).collect::<Vec<_>>(),
            "mandates": found.mandates.iter().map(row_json).collect::<Vec<_>>(), "licenses": found.licenses.iter().map(row_json).collect::<Vec<_>>(),
            "recordings": found.recordings.iter().map(|(id, title)| json!({ "recording": id, "title": title })).collect::<Vec<_>>(),
            "fees": found.fees.iter().map(fee_json).collect::<Vec<_>>(), "trained": found.trained, "payouts": found.payouts.iter().map(|(id, net, status)| json!({ "payout": id, "net": net, "status": status })).collect::<Vec<_>>(),
            "dispute": found.dispute,
        }));
        return Ok(());
    }
    println!(
        "{}: {} statements, {} mandates, {} licences",
        found.name,
        found.statements.len(),
        found.mandates.len(),
        found.licenses.len()
    );
    for row in found.statements.iter().chain(&found.mandates).chain(&found.licenses) {
        println!("  {} {} {} (entry {})", row.day, row.id, row.subject, row.place);
    }
    for (id, title) in &found.recordings {
        println!("  recording {id} {title}");
    }
    for run in &found.trained {
        println!("  trained on it: {run}");
    }
    for f in &found.fees {
        println!(
            "  by {} {}: {} received of {}, {} of it credited to {}, {} not shared",
            f.license, f.pot, f.received, f.pledged, f.credited, found.name, f.unshared
        );
    }
    for (id, net, status) in &found.payouts {
        println!("  payout {id} {net} {status}");
    }
    if let Some(dispute) = &found.dispute {
        println!("{dispute}: nothing that rests on {} is permitted any more", found.name);
    }
    Ok(())
}

fn fee_json(f: &consent::level::FeeTouched) -> serde_json::Value {
    json!({
        "license": f.license, "pot": f.pot, "why": f.why, "pledged": output::money(f.pledged), "received": output::money(f.received),
        "credited": output::money(f.credited), "unshared": output::money(f.unshared),
    })
}
