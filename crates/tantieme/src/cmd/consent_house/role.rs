//! Who holds what in which role, and who speaks for whom.

use std::process::ExitCode;

use app::consent::mandate::Give;
use app::consent::roles::Declare;
use app::consent::wait;
use app::{Failure, House, consent};
use clap::Subcommand;
use serde_json::json;

use super::{day, published, say, waits};
use crate::wiring::Place;

/// Roles and mandates.
#[derive(Debug, Subcommand)]
pub enum Roles {
    /// Declare roles that no share tells: who wrote, sang, played, owns a project
    #[command(after_help = "Example: tantieme consent declare \"Ada Nwosu\" --role work,featured,voice")]
    Declare {
        /// Whose roles
        party: String,
        /// Which: work, lyrics, featured, voice, performer, owner
        #[arg(long = "role", value_delimiter = ',', required = true)]
        roles: Vec<String>,
        /// In what; every recording whose master the party holds without
        #[arg(long = "subject")]
        subjects: Vec<String>,
        /// Who enters it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Let an agent speak for a holder: takes effect by the code mailed to the holder, or after some days
    #[command(
        after_help = "Example: tantieme consent mandate \"Ada Nwosu\" --agent \"Agency\" --use train,gen --until 2027-01-01"
    )]
    Mandate {
        /// Who is spoken for
        principal: String,
        /// Who speaks
        #[arg(long)]
        agent: String,
        /// Uses and groups; a group reaches no personal use
        #[arg(long = "use", value_delimiter = ',', required = true)]
        uses: Vec<String>,
        /// Where; everywhere without
        #[arg(long = "territory", value_delimiter = ',')]
        territories: Vec<String>,
        /// The day after its last
        #[arg(long)]
        until: Option<String>,
        /// The agent is the guardian of a minor
        #[arg(long)]
        guardian: bool,
        /// Who enters it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Hand a whole catalogue over: takes effect by the code mailed to the holder, or after some days
    #[command(after_help = "Example: tantieme consent hand-over \"Ada Nwosu\" --to \"Kollektiv Nord\"")]
    HandOver {
        /// Whose it is
        from: String,
        /// Whose it will be
        #[arg(long)]
        to: String,
        /// Who enters it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Roles {
    /// Runs it.
    pub async fn run(&self, h: &House, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Roles::Declare { party, roles, subjects, by } => {
                let ask = Declare {
                    party: party.clone(),
                    roles: roles.clone(),
                    subjects: subjects.clone(),
                    by: by.clone(),
                };
                let many = consent::roles::declare(h, ask).await?;
                published(h).await?;
                say(place, json!({ "declared": many }), &format!("{many} roles declared"));
            }
            Roles::Mandate { principal, agent, uses, territories, until, guardian, by } => {
                let ask = Give {
                    principal: principal.clone(),
                    agent: agent.clone(),
                    uses: uses.clone(),
                    territories: territories.clone(),
                    until: day(until.as_deref())?,
                    guardian: *guardian,
                    by: by.clone(),
                };
                waits(place, &consent::mandate::give(h, &ask).await?);
            }
            Roles::HandOver { from, to, by } => waits(place, &wait::hand_over(h, from, to, by).await?),
        }
        Ok(ExitCode::SUCCESS)
    }
}
