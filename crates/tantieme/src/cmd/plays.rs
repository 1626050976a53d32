//! `tantieme plays`: what members of an institution played.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use app::plays::{Deliver, Delivered};
use clap::Subcommand;
use music::PotId;
use serde_json::{Value, json};

use crate::input::{self, refuse};
use crate::output;
use crate::wiring::Place;

/// Plays
#[derive(Debug, Subcommand)]
pub enum Plays {
    /// Take in a table of plays, whole or not at all: `member,recording,plays,played_s,at,sought`
    #[command(after_help = "Example: tantieme plays import pot-… september.csv --seats 3000 --days 30")]
    Import {
        /// The pot they are for
        pot: PotId,
        /// The table
        file: PathBuf,
        /// Paid seats; the members with a play without
        #[arg(long)]
        seats: Option<u64>,
        /// How many days the plays took
        #[arg(long, default_value_t = 30)]
        days: u32,
        /// Who delivers them
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Plays {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let Plays::Import { pot, file, seats, days, by } = self;
        let document = input::document_name(file);
        let bytes = input::read_whole(file)?;
        let house = place.open().await?;
        let ask = Deliver {
            pot: pot.clone(),
            document: document.clone(),
            bytes,
            seats: *seats,
            days: *days,
            by: by.clone(),
        };
        match app::plays::deliver(&house, ask).await? {
            Delivered::Taken(t) if place.json => {
                output::json(&json!({ "rows": t.rows, "members": t.members, "before": t.before }));
            }
            Delivered::Taken(t) => {
                let before = if t.before { ", here before: nothing was changed" } else { "" };
                println!("{document}: {} rows of {} members{before}", t.rows, t.members);
            }
            Delivered::Refused(problems) => {
                if place.json {
                    let shown: Vec<Value> = problems.iter().map(output::problem).collect();
                    output::json(&json!({ "problems": shown }));
                }
                output::problems(&document, &problems);
                return Err(refuse(
                    "plays",
                    format!("`{document}` was not taken in: {} problems", problems.len()),
                    "every row counts for somebody: correct them all and import it again",
                ));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
