//! What waits for a code or for time.

use std::process::ExitCode;

use app::consent::wait;
use app::{Failure, House};
use clap::Subcommand;
use store::WaitRow;

use super::{published, say, wait_json};
use crate::output;
use crate::wiring::Place;

/// What waits.
#[derive(Debug, Subcommand)]
pub enum Waits {
    /// What waits for a code or for time
    #[command(after_help = "Example: tantieme consent waiting \"Ada Nwosu\"")]
    Waiting {
        /// Of this party only
        party: Option<String>,
    },
    /// Do what waits at once, by the code that was mailed
    #[command(after_help = "Example: tantieme consent confirm wai-… --code 12345678")]
    Confirm {
        /// What waits
        id: String,
        /// The code
        #[arg(long)]
        code: String,
        /// Who does it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Stop what waits
    #[command(after_help = "Example: tantieme consent stop wai-… --by \"Ada Nwosu\"")]
    Stop {
        /// What waits
        id: String,
        /// Who does it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Waits {
    /// Runs it.
    pub async fn run(&self, h: &House, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Waits::Waiting { party } => waiting(place, &wait::list(h, party.as_deref()).await?),
            Waits::Confirm { id, code, by } => {
                let row = wait::confirm(h, id, code, by).await?;
                published(h).await?;
                say(place, wait_json(&row), &format!("{} is done", row.id));
            }
            Waits::Stop { id, by } => {
                let row = wait::stop(h, id, by).await?;
                say(place, wait_json(&row), &format!("{} is stopped", row.id));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

pub(super) fn waiting(place: &Place, rows: &[WaitRow]) {
    if place.json {
        output::json(&rows.iter().map(wait_json).collect());
        return;
    }
    for row in rows {
        let day = row.due.to_zoned(jiff::tz::TimeZone::UTC).date();
        println!("{} {} of {}: {}, due {day}", row.id, row.kind, row.party, row.status);
    }
    if rows.is_empty() {
        println!("nothing waits");
    }
}
