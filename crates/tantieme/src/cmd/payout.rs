//! `tantieme payout`, `advance`, `sanctions`.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use app::payout::Batch;
use clap::{Args, Subcommand};
use music::BatchId;
use serde_json::{Value, json};

use crate::cmd::bank::confirm;
use crate::input::{self, parse};
use crate::output;
use crate::wiring::Place;

/// Payouts
#[derive(Debug, Subcommand)]
pub enum Payout {
    /// Reserve everything due
    #[command(after_help = "Example: tantieme payout prepare --currency EUR --by Ines")]
    Prepare {
        /// The currency
        #[arg(long, default_value = "EUR")]
        currency: String,
        /// Who prepares
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// What a batch would do now, with fees; nothing is reserved
    #[command(after_help = "Example: tantieme payout preview --currency EUR")]
    Preview {
        /// The currency
        #[arg(long, default_value = "EUR")]
        currency: String,
    },
    /// Approve a batch; never by who prepared it
    #[command(after_help = "Example: tantieme payout approve bat-… --by Paul")]
    Approve {
        /// The batch
        batch: BatchId,
        /// Who approves
        #[arg(long)]
        by: String,
    },
    /// Write the file for the bank: the newest approved, unconfirmed batch without BATCH
    #[command(after_help = "Example: tantieme payout export --rail sepa --out sepa.xml")]
    Export {
        /// The batch
        batch: Option<BatchId>,
        /// `sepa`, `cross-border` or `provider`
        #[arg(long, default_value = "sepa")]
        rail: String,
        /// Where to write it; `-` is standard output
        #[arg(long)]
        out: PathBuf,
        /// Who exports
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Take in what the bank answered: pain.002, camt.053, camt.054 or provider results; twice moves nothing
    #[command(after_help = "Example: tantieme payout confirm statement.xml")]
    Confirm {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Who imports
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// All batches, newest first
    #[command(after_help = "Example: tantieme payout list")]
    List,
    /// Drop a batch that was not exported
    #[command(after_help = "Example: tantieme payout drop bat-…")]
    Drop {
        /// The batch
        batch: BatchId,
        /// Who drops it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Payout {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
            Payout::Prepare { currency, by } => {
                print_batch(place, &app::payout::prepare(&house, parse("currency", currency)?, by).await?)
            }
            Payout::Preview { currency } => {
                let plan = app::payout::preview(&house, parse("currency", currency)?).await?;
                let names = app::party::names(&house, plan.payouts.iter().map(|p| p.party.clone())).await?;
                if place.json {
                    let all: Vec<Value> = plan.payouts.iter().map(|p| json!({ "party": p.party.as_str(), "name": names.get(&p.party), "gross": p.gross.to_decimal(), "fee": p.fee.to_decimal(), "net": p.net.to_decimal(), "currency": p.net.currency().code(), "rate": "1" })).collect();
                    output::json(&all.into());
                } else {
                    let rows = plan.payouts.iter().map(|p| {
                        vec![
                            names.get(&p.party).cloned().unwrap_or_default(),
                            p.gross.to_string(),
                            p.recouped.to_string(),
                            p.withheld.to_string(),
                            p.fee.to_string(),
                            p.net.to_string(),
                            p.party.to_string(),
                        ]
                    });
                    output::table(
                        &["payee", ">from balance", ">repaid", ">tax", ">fee", ">arrives", "~party"],
                        rows.collect(),
                    );
                }
            }
            Payout::Approve { batch, by } => {
                print_batch(place, &app::payout::approve(&house, batch, by).await?)
            }
            Payout::Export { batch, rail, out, by } => {
                let file = app::payout::export(&house, batch.as_ref(), rail, by).await?;
                input::write_whole(out, &file.bytes)?;
                for change in &file.changes {
                    eprintln!("{change}");
                }
                for (rail, count) in &file.elsewhere {
                    eprintln!(
                        "note: {count} payouts of this batch go by `{rail}`: export them with `--rail {rail}`"
                    );
                }
                if place.json {
                    if out != std::path::Path::new("-") {
                        output::json(
                            &json!({ "batch": file.batch.id.as_str(), "rail": rail, "payments": file.count, "sum": output::money(file.sum), "file": out.display().to_string() }),
                        );
                    }
                } else {
                    eprintln!(
                        "batch {} ({}): {} payments, {}",
                        file.batch.number, file.batch.id, file.count, file.sum
                    );
                }
            }
            Payout::Confirm { files, by } => return confirm(place, &house, files, by).await,
            Payout::List => {
                let batches = app::payout::list(&house).await?;
                if place.json {
                    let all: Vec<Value> = batches.iter().map(batch_json).collect();
                    output::json(&all.into());
                } else {
                    let mut rows = Vec::new();
                    for b in &batches {
                        let sum = money::sum(b.payouts.iter().map(|(p, _, _)| p.net), b.batch.currency)?;
                        rows.push(vec![
                            b.batch.number.to_string(),
                            b.batch.id.to_string(),
                            b.batch.status.clone(),
                            b.payouts.len().to_string(),
                            sum.to_string(),
                        ]);
                    }
                    output::table(&[">#", "batch", "status", ">payouts", ">sum"], rows);
                }
            }
            Payout::Drop { batch, by } => app::payout::drop_batch(&house, batch, by).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn batch_json(b: &Batch) -> Value {
    json!({
        "batch": b.batch.id.as_str(), "number": b.batch.number, "status": b.batch.status, "currency": b.batch.currency.code(),
        "prepared_by": b.batch.prepared_by, "approved_by": b.batch.approved_by,
        "payouts": b.payouts.iter().map(|(p, name, account)| json!({
            "payout": p.id.as_str(), "party": p.party.as_str(), "name": name, "account": account, "rail": p.rail, "status": p.status,
            "gross": p.gross.to_decimal(), "recouped": p.recouped.to_decimal(), "withheld": p.withheld.to_decimal(), "fee": p.fee.to_decimal(),
            "net": p.net.to_decimal(), "currency": p.net.currency().code(), "end_to_end": p.end_to_end, "reason": p.reason,
        })).collect::<Vec<_>>(),
        "stays": b.stays.iter().map(|(who, amount, why)| json!({ "party": who, "amount": output::money(*amount), "why": why })).collect::<Vec<_>>(),
    })
}

fn print_batch(place: &Place, b: &Batch) {
    if place.json {
        output::json(&batch_json(b));
        return;
    }
    println!("batch {} ({}), {}", b.batch.number, b.batch.id, b.batch.status);
    let rows = b.payouts.iter().map(|(p, name, account)| {
        vec![
            name.clone(),
            account.clone(),
            p.rail.clone(),
            p.gross.to_string(),
            p.recouped.to_string(),
            p.withheld.to_string(),
            p.fee.to_string(),
            p.net.to_string(),
            p.end_to_end.clone(),
        ]
    });
    output::table(
        &[
            "payee",
            "account",
            "rail",
            ">from balance",
            ">repaid",
            ">tax",
            ">fee",
            ">arrives",
            "end-to-end id",
        ],
        rows.collect(),
    );
    for (who, amount, why) in &b.stays {
        eprintln!("stays: {who} {amount} ({})", why.join(", "));
    }
}

/// Pay an advance from a fund
#[derive(Debug, Args)]
#[command(after_help = "Example: tantieme advance \"Ada Nwosu\" \"EUR 200\" --fund solidarity")]
pub struct Advance {
    /// To whom
    party: String,
    /// How much
    #[arg(allow_hyphen_values = true)]
    amount: String,
    /// From which fund
    #[arg(long, default_value = "solidarity")]
    fund: String,
    /// Who pays it
    #[arg(long, default_value = "house")]
    by: String,
}

impl Advance {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        let row =
            app::payout::advance(&house, &self.party, parse("amount", &self.amount)?, &self.fund, &self.by)
                .await?;
        if place.json {
            output::json(
                &json!({ "advance": row.id.as_str(), "amount": output::money(row.amount), "rate": row.rate.to_string() }),
            )
        } else {
            println!("{} {}, repaid by {} of each payout", row.id, row.amount, row.rate)
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Sanctions lists
#[derive(Debug, Subcommand)]
pub enum Sanctions {
    /// Replace a list: one name a line, a country behind a tab
    #[command(after_help = "Example: tantieme sanctions import names.txt --list national")]
    Import {
        /// The file
        file: PathBuf,
        /// The list's name
        #[arg(long)]
        list: String,
        /// Who imports
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Sanctions {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let Sanctions::Import { file, list, by } = self;
        let house = place.open().await?;
        let text = String::from_utf8_lossy(&input::read_whole(file)?).into_owned();
        let count = app::payout::import_sanctions(&house, list, &text, by).await?;
        if place.json {
            output::json(&json!({ "list": list, "names": count }))
        } else {
            println!("{list}: {count} names")
        }
        Ok(ExitCode::SUCCESS)
    }
}
