//! `tantieme policy`: versioned data that changes money or privacy.

use std::process::ExitCode;

use app::Failure;
use clap::Subcommand;
use serde_json::{Value, json};

use crate::output;
use crate::wiring::Place;

/// Policies
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// All policies with what is in force
    #[command(after_help = "Example: tantieme policy list")]
    List,
    /// Set a new version from now on
    #[command(after_help = "Example: tantieme policy set payout-minimum 10 --by Treasurer")]
    Set {
        /// The policy
        name: String,
        /// Its value
        value: String,
        /// Who sets it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Policy {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
            Policy::List => {
                let all = app::policy::list(&house).await?;
                if place.json {
                    let all: Vec<Value> = all
                        .iter()
                        .map(|(p, value)| json!({ "policy": p.name, "value": value, "help": p.help }))
                        .collect();
                    output::json(&all.into());
                } else {
                    output::table(
                        &["policy", "in force", "meaning"],
                        all.iter()
                            .map(|(p, value)| vec![p.name.to_owned(), value.clone(), p.help.to_owned()])
                            .collect(),
                    );
                }
            }
            Policy::Set { name, value, by } => {
                let version = app::policy::set(&house, name, value, by).await?;
                if place.json {
                    output::json(&json!({ "policy": name, "version": version }))
                } else {
                    println!("{name} = {value} (version {version})")
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
