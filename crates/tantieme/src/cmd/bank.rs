//! `tantieme bank`, and `payout confirm`, which is the same import.

use std::path::PathBuf;
use std::process::ExitCode;

use app::{Failure, House};
use clap::Subcommand;
use serde_json::{Value, json};

use crate::input;
use crate::output;
use crate::wiring::Place;

/// Bank messages
#[derive(Debug, Subcommand)]
pub enum Bank {
    /// Take in camt.053, camt.054, pain.002 or provider results; twice moves nothing
    #[command(after_help = "Example: tantieme bank import statement.xml")]
    Import {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Who imports
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Credits and debits without a reference we know
    #[command(after_help = "Example: tantieme bank list")]
    List,
    /// Say what an unreferenced credit is: for a contribution, repaid by a payee, or the house's own
    #[command(after_help = "Example: tantieme bank assign LINE --to RF18…")]
    Assign {
        /// The bank line
        line: String,
        /// The contribution's reference; a payee who sends back what was owed back; or `house`
        #[arg(long)]
        to: String,
        /// Who says so
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Send an overpayment, or money for nothing we know, back to who sent it
    #[command(after_help = "Example: tantieme bank refund sus-… --by Treasurer")]
    Refund {
        /// What waits (`sus-…`)
        item: String,
        /// The debit at the bank that sent it back, where the bank did not name it by its reference
        #[arg(long)]
        debit: Option<String>,
        /// Who says so
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Bank {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
            Bank::Import { files, by } => return confirm(place, &house, files, by).await,
            Bank::List => {
                let lines = app::bank::unreferenced_lines(&house).await?;
                if place.json {
                    let all: Vec<Value> = lines.iter().map(|l| json!({ "line": l.id, "credit": l.credit, "amount": output::money(l.amount), "booked": l.booked, "counterparty": l.counterparty, "remittance": l.remittance })).collect();
                    output::json(&all.into());
                } else {
                    let rows = lines.iter().map(|l| {
                        vec![l.id.clone(), l.amount.to_string(), l.counterparty.clone(), l.remittance.clone()]
                    });
                    output::table(&["line", ">amount", "from", "says"], rows.collect());
                }
            }
            Bank::Refund { item, debit, by } => {
                let id = input::parse("item", item)?;
                if let Some(line) = debit {
                    let amount = app::bank::refunded(&house, line, &id, by).await?;
                    if place.json {
                        output::json(&json!({ "item": item, "refunded": output::money(amount) }))
                    } else {
                        println!("{item}: {amount} went back")
                    }
                } else {
                    let r = app::bank::refund(&house, &id, by).await?;
                    if place.json {
                        output::json(
                            &json!({ "item": item, "to": r.to, "amount": output::money(r.item.amount), "reference": r.reference }),
                        );
                    } else {
                        println!(
                            "send {} back to {} with the message `{}`; the bank's debit is recognised by it",
                            r.item.amount, r.to, r.reference
                        );
                    }
                }
            }
            Bank::Assign { line, to, by } if app::institution::bill::one(&house, to).await.is_ok() => {
                let sale = app::institution::bill::assign(&house, line, to, by).await?;
                if place.json {
                    output::json(
                        &json!({ "invoice": sale.row.printed, "received": output::money(sale.received) }),
                    )
                } else {
                    println!("{}: {} received", sale.row.printed, sale.received)
                }
            }
            Bank::Assign { line, to, by } if !to.to_ascii_uppercase().starts_with("RF") => {
                let (account, amount) = app::receivable::settle_line(&house, line, to, by).await?;
                if place.json {
                    output::json(&json!({ "account": account.to_string(), "amount": output::money(amount) }))
                } else {
                    println!("{account}: {amount} received")
                }
            }
            Bank::Assign { line, to, by } => {
                let row = app::bank::assign(&house, line, to, by).await?;
                if place.json {
                    output::json(
                        &json!({ "reference": row.reference, "received": output::money(row.received) }),
                    )
                } else {
                    println!("{}: {} received", row.reference, row.received)
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Imports bank messages one by one.
pub async fn confirm(place: &Place, house: &House, files: &[PathBuf], by: &str) -> Result<ExitCode, Failure> {
    for file in files {
        let name = input::document_name(file);
        let done = app::bank::import(house, &name, &input::read_whole(file)?, by).await?;
        output::problems(&name, &done.problems);
        if place.json {
            output::json(&json!({
                "document": name, "kind": done.kind, "before": done.before, "known": done.known,
                "received": done.received.iter().map(|(c, amount)| json!({ "reference": c.reference, "pot": c.pot.as_str(), "amount": output::money(*amount) })).collect::<Vec<_>>(),
                "invoiced": done.invoiced.iter().map(|(n, amount)| json!({ "invoice": n, "amount": output::money(*amount) })).collect::<Vec<_>>(),
                "paid": done.paid,
                "undone": done.undone.iter().map(|(id, why)| json!({ "end_to_end": id, "reason": why })).collect::<Vec<_>>(),
                "unreferenced": done.unreferenced.iter().map(|(who, amount)| json!({ "from": who, "amount": output::money(*amount) })).collect::<Vec<_>>(),
            }));
            continue;
        }
        if done.before {
            println!("{name} was imported before; nothing moved");
            continue;
        }
        println!(
            "{name} ({}): {} received, {} paid, {} refused or returned, {} without reference, {} known already",
            done.kind,
            done.received.len() + done.invoiced.len(),
            done.paid.len(),
            done.undone.len(),
            done.unreferenced.len(),
            done.known
        );
        for (contribution, amount) in &done.received {
            println!(
                "  {amount} for {} ({} of {})",
                contribution.reference, contribution.received, contribution.pledged
            );
        }
        for (number, amount) in &done.invoiced {
            println!("  {amount} for the invoice {number}");
        }
        for (id, why) in &done.undone {
            println!("  {id}: {why}");
        }
        for (who, amount) in &done.unreferenced {
            println!("  {amount} from {who} waits in suspense: `tantieme bank list`");
        }
    }
    Ok(ExitCode::SUCCESS)
}
