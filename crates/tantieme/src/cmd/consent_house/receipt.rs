//! Receipts to be checked offline.

use std::path::PathBuf;
use std::process::ExitCode;

use app::consent::receipt::Ask;
use app::{Failure, House, consent};
use clap::{Args, Subcommand};

use super::{day, licensee, published};
use crate::input;

/// A receipt.
#[derive(Debug, Subcommand)]
pub enum Receipts {
    /// The receipt of a statement, or of an answer, to be checked offline with `tantieme verify`
    #[command(
        after_help = "Example: tantieme consent receipt cst-… --out statement.json\n         tantieme consent receipt --recording DEA122600001 --use train.gen --licensee \"Modelmaker\" --out answer.json"
    )]
    Receipt(Receipt),
}

impl Receipts {
    /// Runs it.
    pub async fn run(&self, h: &House) -> Result<ExitCode, Failure> {
        match self {
            Receipts::Receipt(r) => r.run(h).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A receipt.
#[derive(Debug, Args)]
pub struct Receipt {
    /// The statement
    #[arg(required_unless_present_any = ["recording", "person"])]
    statement: Option<String>,
    /// A recording that is asked about instead
    #[arg(long, conflicts_with = "statement")]
    recording: Option<String>,
    /// A person that is asked about instead
    #[arg(long, conflicts_with_all = ["statement", "recording"])]
    person: Option<String>,
    /// The use
    #[arg(long = "use", default_value = "train.gen")]
    usage: String,
    /// Who asks
    #[arg(long, default_value = "anybody")]
    licensee: String,
    /// On which day; today without
    #[arg(long)]
    on: Option<String>,
    /// Where
    #[arg(long, default_value = "Worldwide")]
    territory: String,
    /// The project, for a voice or a tool
    #[arg(long)]
    project: Option<String>,
    /// Where to write it; standard output without
    #[arg(long)]
    out: Option<PathBuf>,
}

impl Receipt {
    async fn run(&self, house: &House) -> Result<(), Failure> {
        published(house).await?;
        let text = match &self.statement {
            Some(id) => consent::receipt::statement(house, id).await?,
            None => {
                let ask = Ask {
                    recording: self.recording.clone(),
                    person: self.person.clone(),
                    usage: self.usage.clone(),
                    licensee: licensee(house, &self.licensee).await?,
                    on: day(self.on.as_deref())?,
                    territory: self.territory.clone(),
                    project: self.project.clone(),
                };
                consent::receipt::answer(house, &ask).await?
            }
        };
        match &self.out {
            Some(file) => input::write_whole(file, text.as_bytes()),
            None => {
                print!("{text}");
                Ok(())
            }
        }
    }
}
