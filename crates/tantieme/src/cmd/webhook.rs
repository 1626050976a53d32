//! `tantieme webhook`: a program is told, signed, of what concerns its party.

use std::process::ExitCode;

use app::webhook::{self, Add};
use app::{Failure, House};
use clap::Subcommand;
use serde_json::{Value, json};
use store::{DeliveryRow, WebhookRow};

use crate::output;
use crate::wiring::Place;

/// Webhooks
#[derive(Debug, Subcommand)]
pub enum Webhook {
    /// Register an address; its secret is told once
    #[command(
        after_help = "Example: tantieme webhook add Modelmaker https://modelmaker.example/hook --kind consent.changed --kind licence.agreed"
    )]
    Add {
        /// Whose: a party, or `house`, which is told of everything
        owner: String,
        /// An `https` address on the public internet
        url: String,
        /// Of what, as often as needed; of everything without (`tantieme webhook kinds`)
        #[arg(long)]
        kind: Vec<String>,
        /// Also an address of this machine itself, in plain text too
        #[arg(long)]
        loopback: bool,
        /// Who registers it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// What can be told
    #[command(after_help = "Example: tantieme webhook kinds")]
    Kinds,
    /// All webhooks, or those of one party
    #[command(after_help = "Example: tantieme webhook list --of Modelmaker")]
    List {
        /// Whose
        #[arg(long)]
        of: Option<String>,
    },
    /// What a webhook was told, newest first, and what became of it
    #[command(after_help = "Example: tantieme webhook deliveries whk-… --state given-up")]
    Deliveries {
        /// The webhook
        id: String,
        /// `waiting`, `delivered` or `given-up`; all without
        #[arg(long, default_value = "")]
        state: String,
        /// How many at most
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Tell something again, under the same id
    #[command(after_help = "Example: tantieme webhook replay msg-…")]
    Replay {
        /// The delivery
        delivery: String,
        /// Who says so
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Send a test, to see whether it arrives
    #[command(after_help = "Example: tantieme webhook test whk-…")]
    Test {
        /// The webhook
        id: String,
        /// Who says so
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Make a new secret, told once; the one before signs too for a while
    #[command(after_help = "Example: tantieme webhook rotate whk-… --overlap-hours 0")]
    Rotate {
        /// The webhook
        id: String,
        /// For how many hours the secret before signs too: 0 where it leaked, a week at most
        #[arg(long, default_value_t = webhook::OVERLAP_HOURS)]
        overlap_hours: u32,
        /// Who says so
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// End a webhook: nothing more is told, its address is forgotten
    #[command(after_help = "Example: tantieme webhook remove whk-…")]
    Remove {
        /// The webhook
        id: String,
        /// Who says so
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Webhook {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        if let Webhook::Kinds = self {
            kinds(place);
            return Ok(ExitCode::SUCCESS);
        }
        let house = place.open().await?;
        match self {
            Webhook::Add { owner, url, kind, loopback, by } => {
                let ask = Add {
                    owner: owner.clone(),
                    url: url.clone(),
                    kinds: kind.clone(),
                    loopback: *loopback,
                    by: by.clone(),
                };
                let (row, secret) = webhook::add(&house, &ask).await?;
                told_secret(place, &row, &secret);
            }
            Webhook::Rotate { id, overlap_hours, by } => {
                let (row, secret) = webhook::rotate(&house, id, None, *overlap_hours, by).await?;
                told_secret(place, &row, &secret);
            }
            Webhook::List { of } => list(&house, place, of.as_deref()).await?,
            Webhook::Deliveries { id, state, limit } => {
                deliveries(&house, place, id, state, i64::from(*limit)).await?;
            }
            Webhook::Replay { delivery, by } => {
                say(place, &webhook::replay(&house, delivery, None, by).await?);
            }
            Webhook::Test { id, by } => say(place, &webhook::test(&house, id, None, by).await?),
            Webhook::Remove { id, by } => {
                webhook::remove(&house, id, None, by).await?;
                if place.json {
                    output::json(&json!({ "webhook": id, "state": "removed" }));
                } else {
                    println!("{id} is over");
                }
            }
            Webhook::Kinds => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn kinds(place: &Place) {
    let words = webhook::Kind::ALL.map(webhook::Kind::word);
    if place.json {
        output::json(&json!(words));
    } else {
        println!("{}", words.join("\n"));
    }
}

fn told_secret(place: &Place, row: &WebhookRow, secret: &str) {
    if place.json {
        let mut told = hook_json(row);
        if let Some(object) = told.as_object_mut() {
            object.insert("secret".to_owned(), secret.into());
        }
        output::json(&told);
        return;
    }
    println!("{} is told of {}", row.id, row.kinds);
    if let Some(until) = row.before_until {
        println!("the secret before signs too until {until}");
    }
    println!("its secret, shown once: {secret}");
    println!("\nTry it: tantieme webhook test {}", row.id);
}

fn say(place: &Place, row: &DeliveryRow) {
    if place.json {
        output::json(&delivery_json(row));
    } else {
        println!("{} ({}) is sent by `tantieme serve` or `tantieme jobs run`", row.id, row.kind);
    }
}

async fn list(house: &House, place: &Place, of: Option<&str>) -> Result<(), Failure> {
    let all = webhook::list(house, of).await?;
    if place.json {
        output::json(&all.iter().map(hook_json).collect::<Vec<_>>().into());
        return Ok(());
    }
    let rows = all.iter().map(|w| {
        let state = match (&w.ended, w.failures) {
            (Some(_), _) => w.ended_why.clone(),
            (None, 0) => "works".to_owned(),
            (None, n) => format!("failed {n} times"),
        };
        vec![w.id.to_string(), w.owner.clone(), state, w.url.clone(), w.kinds.clone()]
    });
    output::table(&["~webhook", "of", "state", "address", "kinds"], rows.collect());
    if all.is_empty() {
        println!("there is no webhook");
    }
    Ok(())
}

async fn deliveries(house: &House, place: &Place, id: &str, state: &str, limit: i64) -> Result<(), Failure> {
    let (_, all) = webhook::deliveries(house, id, None, state, limit).await?;
    if place.json {
        output::json(&all.iter().map(delivery_json).collect::<Vec<_>>().into());
        return Ok(());
    }
    let rows = all.iter().map(|d| {
        let next = d.next.map_or_else(String::new, |t| t.to_string());
        vec![
            d.id.to_string(),
            d.kind.clone(),
            d.state.clone(),
            d.attempts.to_string(),
            d.status.map_or_else(String::new, |s| s.to_string()),
            next,
            d.error.clone(),
        ]
    });
    output::table(&["~delivery", "kind", "state", ">tries", ">status", "again", "error"], rows.collect());
    if all.is_empty() {
        println!("nothing was told");
    }
    Ok(())
}

fn hook_json(w: &WebhookRow) -> Value {
    json!({
        "webhook": w.id.as_str(), "owner": w.owner, "url": w.url, "kinds": w.kinds.split(' ').collect::<Vec<_>>(), "loopback": w.loopback,
        "secret_before_until": w.before_until.map(|t| t.to_string()), "failures": w.failures,
        "created_at": w.created.to_string(), "ended_at": w.ended.map(|t| t.to_string()), "ended_why": w.ended_why,
    })
}

fn delivery_json(d: &DeliveryRow) -> Value {
    json!({
        "delivery": d.id.as_str(), "webhook": d.webhook.as_str(), "kind": d.kind, "state": d.state, "attempts": d.attempts,
        "status": d.status, "error": d.error, "created_at": d.created.to_string(), "next_at": d.next.map(|t| t.to_string()),
        "ended_at": d.ended.map(|t| t.to_string()), "body": serde_json::from_str::<Value>(&d.body).ok(),
    })
}
