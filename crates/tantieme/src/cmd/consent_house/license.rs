//! Licences as they were agreed elsewhere, and the trained models that a change of mind touches.

use std::process::ExitCode;

use app::{Failure, House, consent};
use clap::{Args, Subcommand};
use serde_json::json;

use super::{conditions, day, published, row_json, say};
use crate::wiring::Place;

/// Licences on paper.
#[derive(Debug, Subcommand)]
pub enum Licenses {
    /// Record a licence that its holders signed
    #[command(
        after_help = "Example: tantieme consent license \"Modelmaker\" --use train.gen --subject catalogue --signed-by \"Ada Nwosu\" --condition model=m --condition version=2 --condition fee=\"EUR 2 a work\" --notice-days 30 --promises \"no new version after consent ends\""
    )]
    License(License),
    /// The trained models that hold recordings of a party, and what was promised for when consent ends
    #[command(after_help = "Example: tantieme consent touched \"Ada Nwosu\"")]
    Touched {
        /// The holder
        party: String,
    },
    /// Take a mandate or a licence back; nothing new begins from then on
    #[command(after_help = "Example: tantieme consent revoke mdt-… --by \"Ada Nwosu\"")]
    Revoke {
        /// The mandate or the licence
        mandate: String,
        /// Who does it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Licenses {
    /// Runs it.
    pub async fn run(&self, h: &House, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Licenses::License(l) => {
                let row = consent::license::grant(h, &l.grant()?).await?;
                published(h).await?;
                say(place, row_json(&row), &format!("{} is entry {} of the log", row.id, row.place));
            }
            Licenses::Touched { party } => {
                for t in consent::license::touched(h, party).await? {
                    super::touched(place, &t);
                }
            }
            Licenses::Revoke { mandate, by } => {
                let row = if mandate.starts_with("lic-") {
                    consent::license::revoke(h, mandate, by).await?
                } else {
                    consent::mandate::revoke(h, mandate, by).await?
                };
                published(h).await?;
                say(
                    place,
                    json!({ "mandate": row.id, "entry": row.end.map(|e| e.0) }),
                    &format!("{} is taken back", row.id),
                );
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A licence.
#[derive(Debug, Args)]
pub struct License {
    /// Who may
    licensee: String,
    /// Uses, one by one
    #[arg(long = "use", value_delimiter = ',', required = true)]
    uses: Vec<String>,
    /// Of what; `catalogue` is all of the signers'
    #[arg(long = "subject", default_value = "catalogue")]
    subjects: Vec<String>,
    /// The holders who signed
    #[arg(long = "signed-by", required = true)]
    signers: Vec<String>,
    /// Where; everywhere without
    #[arg(long = "territory", value_delimiter = ',')]
    territories: Vec<String>,
    /// The day after its last
    #[arg(long)]
    until: Option<String>,
    /// What it asks in return, as with `state`; `fee=…` is the fee rule
    #[arg(long = "condition")]
    conditions: Vec<String>,
    /// For how many days outputs may go on after a revocation
    #[arg(long, default_value_t = 0)]
    notice_days: u32,
    /// What is promised for trained models when consent ends
    #[arg(long, default_value = "")]
    promises: String,
    /// Who enters it
    #[arg(long, default_value = "house")]
    by: String,
}

impl License {
    fn grant(&self) -> Result<consent::license::Grant, Failure> {
        Ok(consent::license::Grant {
            licensee: self.licensee.clone(),
            uses: self.uses.clone(),
            subjects: self.subjects.clone(),
            signers: self.signers.clone(),
            territories: self.territories.clone(),
            until: day(self.until.as_deref())?,
            conditions: conditions(&self.conditions)?,
            notice_days: self.notice_days,
            promises: self.promises.clone(),
            by: self.by.clone(),
        })
    }
}
