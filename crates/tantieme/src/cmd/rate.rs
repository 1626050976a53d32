//! `tantieme rate`: rates of exchange, and money that stands between two currencies.

use std::process::ExitCode;

use app::Failure;
use app::rate::{Exchange, Set};
use clap::Subcommand;
use serde_json::{Value, json};

use crate::input::{parse, refuse};
use crate::output;
use crate::wiring::Place;

/// Rates
#[derive(Debug, Subcommand)]
pub enum Rate {
    /// Note a rate as somebody published it
    #[command(after_help = "Example: tantieme rate set USD/EUR 0.91 --source ECB --date 2026-09-04")]
    Set {
        /// What one unit is of, and what it is told in
        pair: String,
        /// The rate
        #[arg(allow_hyphen_values = true)]
        value: String,
        /// Who published it
        #[arg(long)]
        source: String,
        /// For which day
        #[arg(long)]
        date: String,
        /// Who notes it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// All rates, newest first
    #[command(after_help = "Example: tantieme rate list")]
    List,
    /// What stands between two currencies until it is exchanged at the bank
    #[command(after_help = "Example: tantieme rate positions")]
    Positions,
    /// Book an exchange at the bank; what it brought more or less than at receipt is the house's
    #[command(
        after_help = "Example: tantieme rate exchange \"USD 60\" \"EUR 54.10\" --evidence \"deal 4711\" --by Treasurer"
    )]
    Exchange {
        /// What the bank took
        sold: String,
        /// What it gave
        bought: String,
        /// What proves it
        #[arg(long)]
        evidence: String,
        /// Who answers for it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Rate {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
            Rate::Set { pair, value, source, date, by } => {
                let day = date
                    .parse()
                    .map_err(|_| refuse("date", format!("`{date}` is no day"), "write it as 2026-09-04"))?;
                let ask = Set {
                    pair: pair.clone(),
                    value: value.clone(),
                    source: source.clone(),
                    day,
                    by: by.clone(),
                };
                let rate = app::rate::set(&house, ask).await?;
                if place.json {
                    output::json(&json!({ "rate": rate.id, "says": app::rate::words(&rate) }));
                } else {
                    println!("{}", app::rate::words(&rate));
                }
            }
            Rate::List => {
                let rates = app::rate::list(&house).await?;
                if place.json {
                    let all: Vec<Value> =
                        rates.iter().map(|r| json!({ "rate": r.id, "base": r.base.code(), "quote": r.quote.code(), "num": r.num, "den": r.den, "day": r.day, "source": r.source })).collect();
                    output::json(&all.into());
                } else {
                    rates.iter().for_each(|r| println!("{}", app::rate::words(r)));
                }
            }
            Rate::Positions => {
                let pairs = app::rate::positions(&house).await?;
                if place.json {
                    let all: Vec<Value> = pairs.iter().map(|(account, amounts)| json!({ "account": account, "holds": amounts.iter().map(|a| output::money(*a)).collect::<Vec<_>>() })).collect();
                    output::json(&all.into());
                } else {
                    for (account, amounts) in &pairs {
                        let told: Vec<String> = amounts.iter().map(ToString::to_string).collect();
                        println!("{account}: {}", told.join(", "));
                    }
                    if pairs.is_empty() {
                        println!("nothing stands between two currencies");
                    }
                }
            }
            Rate::Exchange { sold, bought, evidence, by } => {
                let ask = Exchange {
                    sold: parse("amount", sold)?,
                    bought: parse("amount", bought)?,
                    evidence: evidence.clone(),
                    by: by.clone(),
                };
                let difference = app::rate::exchange(&house, ask).await?;
                if place.json {
                    output::json(&json!({ "difference": output::money(difference) }));
                } else {
                    let word = if difference.is_negative() { "less" } else { "more" };
                    let size = if difference.is_negative() { difference.negated()? } else { difference };
                    println!("booked; {size} {word} than at the rates of receipt, in house:exchange");
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
