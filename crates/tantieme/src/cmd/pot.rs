//! `tantieme pot`: money set aside, and who gives it.

use std::process::ExitCode;

use app::Failure;
use app::pot::{Contribute, Gift, Open, Plan, Receive};
use clap::Subcommand;
use money::{Amount, Currency};
use music::pot::PayerRole;
use music::{EventId, PotId, SetListId};
use serde_json::{Value, json};

use crate::cmd::set_list::{payment_json, print_payment};
use crate::input::{parse, refuse};
use crate::output;
use crate::wiring::Place;

/// Pots
#[derive(Debug, Subcommand)]
pub enum Pot {
    /// Open a pot
    #[command(
        after_help = "Example: tantieme pot open \"Club Nord, 4 September\" --currency EUR --set-list set-…"
    )]
    Open {
        /// Words for a person
        purpose: String,
        /// ISO 4217
        #[arg(long, default_value = "EUR")]
        currency: String,
        /// The rule
        #[arg(long, default_value = "set-list-per-line")]
        rule: String,
        /// The event it belongs to
        #[arg(long, conflicts_with = "set_list")]
        event: Option<EventId>,
        /// The set list whose event it belongs to
        #[arg(long)]
        set_list: Option<SetListId>,
        /// Who opens it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Close a pot to further promises
    #[command(after_help = "Example: tantieme pot close pot-…")]
    Close {
        /// The pot
        pot: PotId,
        /// Who closes it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Promise money to a pot; prints the reference and how to pay
    #[command(
        after_help = "Example: tantieme pot contribute pot-… --payer \"Club Nord\" --role venue --amount \"EUR 100\""
    )]
    Contribute {
        /// The pot
        pot: PotId,
        /// Who pays
        #[arg(long)]
        payer: String,
        /// `dj`, `venue`, `promoter`, `ticket` or `at-source`
        #[arg(long, default_value = "venue")]
        role: String,
        /// How much
        #[arg(long, conflicts_with = "fee", allow_hyphen_values = true)]
        amount: Option<String>,
        /// A fee, of which `--share` is set aside
        #[arg(long, requires = "share", allow_hyphen_values = true)]
        fee: Option<String>,
        /// The part of the fee
        #[arg(long)]
        share: Option<String>,
        /// The venue attests the fee too
        #[arg(long)]
        venue_attests: bool,
        /// Who notes it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Book a receipt by hand, with its evidence
    #[command(
        after_help = "Example: tantieme pot receive RF18… --evidence \"bank statement 12, line 3\" --by Treasurer"
    )]
    Receive {
        /// The creditor reference or the contribution's id
        reference: String,
        /// How much; what is still promised without
        #[arg(long, allow_hyphen_values = true)]
        amount: Option<String>,
        /// What proves it
        #[arg(long)]
        evidence: String,
        /// Who answers for it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// All pots with what was promised, received and is still to be shared
    #[command(after_help = "Example: tantieme pot list")]
    List,
    /// A standing promise that counts where a set list says nothing else
    #[command(after_help = "Example: tantieme pot plan \"DJ Low Tide\" --share 5%")]
    Plan {
        /// Who promises
        payer: String,
        /// The same amount each time
        #[arg(long, conflicts_with = "share")]
        amount: Option<String>,
        /// The same share of each fee
        #[arg(long)]
        share: Option<String>,
        /// End the promise
        #[arg(long, conflicts_with_all = ["amount", "share"])]
        end: bool,
        /// Who notes it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Pot {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
            Pot::Open { purpose, currency, rule, event, set_list, by } => {
                let event = match (event, set_list) {
                    (None, Some(list)) => Some(app::set_list::show(&house, list).await?.1.id),
                    (event, _) => event.clone(),
                };
                let ask = Open {
                    purpose: purpose.clone(),
                    currency: parse("currency", currency)?,
                    rule: rule.clone(),
                    event,
                    by: by.clone(),
                };
                let pot = app::pot::open(&house, ask).await?;
                if place.json {
                    output::json(&json!({ "pot": pot.id.as_str(), "rule": pot.rule, "status": pot.status }))
                } else {
                    println!("{} ({}), by {}", pot.id, pot.purpose, pot.rule)
                }
            }
            Pot::Close { pot, by } => {
                let row = app::pot::close(&house, pot, by).await?;
                if place.json {
                    output::json(&json!({ "pot": row.id.as_str(), "status": row.status }))
                } else {
                    println!("{} is {}", row.id, row.status)
                }
            }
            Pot::Contribute { pot, payer, role, amount, fee, share, venue_attests, by } => {
                let gift = match (amount, fee, share) {
                    (Some(amount), _, _) => Gift::Amount(parse("amount", amount)?),
                    (None, Some(fee), Some(share)) => {
                        Gift::Share { fee: parse("fee", fee)?, share: parse("share", share)? }
                    }
                    _ => {
                        return Err(refuse(
                            "gift",
                            "neither an amount nor a fee with its share is given",
                            "`--amount \"EUR 50\"`, or `--fee \"EUR 1000\" --share 5%`",
                        ));
                    }
                };
                let role = PayerRole::from_word(role).ok_or_else(|| {
                    refuse(
                        "role",
                        format!("`{role}` is no payer's role"),
                        "`dj`, `venue`, `promoter`, `ticket` or `at-source`",
                    )
                })?;
                let ask = Contribute {
                    pot: pot.clone(),
                    payer: payer.clone(),
                    role,
                    gift,
                    venue_attests: *venue_attests,
                    by: by.clone(),
                };
                let payment = app::pot::contribute(&house, ask).await?;
                if place.json { output::json(&payment_json(&payment)) } else { print_payment(&payment) }
            }
            Pot::Receive { reference, amount, evidence, by } => {
                let amount: Option<Amount> = amount.as_deref().map(|t| parse("amount", t)).transpose()?;
                let row = app::pot::receive(
                    &house,
                    Receive {
                        reference: reference.clone(),
                        amount,
                        evidence: evidence.clone(),
                        by: by.clone(),
                    },
                )
                .await?;
                if place.json {
                    output::json(
                        &json!({ "reference": row.reference, "pledged": output::money(row.pledged), "received": output::money(row.received) }),
                    );
                } else {
                    println!("{}: {} of {} received", row.reference, row.received, row.pledged);
                }
            }
            Pot::List => list(&house, place).await?,
            Pot::Plan { payer, amount, share, end, by } => {
                let amount: Option<Amount> = amount.as_deref().map(|t| parse("amount", t)).transpose()?;
                let plan = match (amount, share) {
                    (Some(amount), _) => Some(Plan::Amount(amount)),
                    (None, Some(share)) => Some(Plan::Share(parse("share", share)?)),
                    (None, None) if *end => None,
                    (None, None) => {
                        return Err(refuse(
                            "plan",
                            "no amount and no share is given",
                            "`--amount \"EUR 20\"`, `--share 5%` or `--end`",
                        ));
                    }
                };
                let currency = amount.map_or(Currency::EUR, Amount::currency);
                app::pot::plan(&house, payer, currency, plan, by).await?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn list(house: &app::House, place: &Place) -> Result<(), Failure> {
    let pots = app::pot::list(house).await?;
    if place.json {
        let all: Vec<Value> = pots
            .iter()
            .map(|p| {
                json!({
                    "pot": p.pot.id.as_str(), "purpose": p.pot.purpose, "status": p.pot.status, "rule": p.pot.rule,
                    "pledged": output::money(p.pledged), "received": output::money(p.received), "to_share": output::money(p.to_share),
                    "contributions": p.contributions.iter().map(|(c, name)| json!({ "payer": name, "role": c.role.word(), "reference": c.reference, "pledged": output::money(c.pledged), "received": output::money(c.received) })).collect::<Vec<_>>(),
                })
            })
            .collect();
        output::json(&all.into());
        return Ok(());
    }
    let mut rows = Vec::new();
    for p in &pots {
        rows.push(vec![
            p.pot.id.to_string(),
            p.pot.purpose.clone(),
            p.pot.status.clone(),
            p.pledged.to_string(),
            p.received.to_string(),
            p.to_share.to_string(),
        ]);
        for (c, name) in &p.contributions {
            rows.push(vec![
                format!("  {}", c.reference),
                format!("{name} ({})", c.role.word()),
                String::new(),
                c.pledged.to_string(),
                c.received.to_string(),
                String::new(),
            ]);
        }
    }
    output::table(&["pot", "purpose", "status", ">promised", ">received", ">to share"], rows);
    Ok(())
}
