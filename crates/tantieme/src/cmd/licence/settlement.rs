//! Lump sums and settlements.

use std::path::PathBuf;
use std::process::ExitCode;

use app::license::settlement::{self, Settle, Settled};
use app::{Failure, House};
use clap::Subcommand;
use serde_json::json;

use super::{payment_json, payment_words, say};
use crate::input::{self, refuse};
use crate::output;
use crate::wiring::Place;

/// Settlements.
#[derive(Debug, Subcommand)]
pub enum Settlements {
    /// Take in a lump sum or a settlement over the works of a table `recording,weight`; shared by `ai-settlement`
    #[command(
        after_help = "Example: tantieme licence settlement works.csv --payer \"Modelmaker\" --amount \"EUR 5000\" --what \"settlement of 4 September\""
    )]
    Settlement {
        /// The table
        works: PathBuf,
        /// Who pays
        #[arg(long)]
        payer: String,
        /// How much
        #[arg(long)]
        amount: String,
        /// What it is for
        #[arg(long)]
        what: String,
        /// Who enters it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Settlements {
    /// Runs it.
    pub async fn run(&self, h: &House, place: &Place) -> Result<ExitCode, Failure> {
        let Settlements::Settlement { works, payer, amount, what, by } = self;
        let document = input::document_name(works);
        let ask = Settle {
            payer: payer.clone(),
            amount: input::parse("amount", amount)?,
            what: what.clone(),
            works: input::read_whole(works)?,
            by: by.clone(),
        };
        match settlement::settle(h, &ask).await? {
            Settled::Open(payment, known, all) => {
                let value = json!({ "payment": payment_json(&payment), "known": known, "works": all });
                say(
                    place,
                    value,
                    &format!("{known} of {all} works are known\n  {}", payment_words(&payment)),
                );
                Ok(ExitCode::SUCCESS)
            }
            Settled::Refused(problems) => {
                if place.json {
                    output::json(
                        &json!({ "problems": problems.iter().map(output::problem).collect::<Vec<_>>() }),
                    );
                }
                output::problems(&document, &problems);
                let message = format!("`{document}` was not taken: {} problems", problems.len());
                Err(refuse(
                    "report",
                    message,
                    "money follows every row: correct them all and hand it in again",
                ))
            }
        }
    }
}
