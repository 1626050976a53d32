//! Webhooks: where a party's programs are told what happened.

use app::session::Need;
use app::webhook::{self, Add, HOUSE};
use jiff::Timestamp;
use store::{DeliveryRow, WebhookRow};

use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::party::Done;
use super::problem::Wrong;
use super::shape::{ask, tell};

tell! {
    /// Where a program is told what happened.
    Webhook {
        /// Its id.
        id: String,
        /// The address.
        url: String,
        /// What it is told, by word.
        kinds: String,
        /// When it was made.
        created: Timestamp,
        /// How often it failed in a row.
        failures: i64,
        /// When it was ended.
        ended: Option<Timestamp>,
        /// Why.
        ended_why: String,
    }
    /// A webhook that was made.
    WebhookMade {
        /// The webhook.
        webhook: Webhook,
        /// The secret its messages are signed with, told once.
        secret: String,
    }
    /// A message.
    Delivery {
        /// Its id.
        id: String,
        /// What happened.
        kind: String,
        /// Where it stands.
        state: String,
        /// How often it was tried.
        attempts: i64,
        /// What the other side answered last.
        status: Option<i64>,
        /// What went wrong last.
        error: String,
        /// When it happened.
        created: Timestamp,
    }
}

ask! {
    /// A webhook to make.
    NewWebhook {
        /// The address, by `https`.
        url: String,
        /// What it shall be told.
        kinds: Vec<String>,
    }
}

impl Webhook {
    fn of(row: WebhookRow) -> Webhook {
        Webhook {
            id: row.id.to_string(),
            url: row.url,
            kinds: row.kinds,
            created: row.created,
            failures: row.failures,
            ended: row.ended,
            ended_why: row.ended_why,
        }
    }
}

impl Delivery {
    fn of(row: DeliveryRow) -> Delivery {
        Delivery {
            id: row.id.to_string(),
            kind: row.kind,
            state: row.state,
            attempts: row.attempts,
            status: row.status,
            error: row.error,
            created: row.created,
        }
    }
}

/// Whose webhooks the path is about: a party the caller acts for, or `house`.
fn owner<Q, B>(ask: &Ask<Q, B>) -> Result<String, Wrong> {
    if ask.at("party") == HOUSE {
        ask.require(Need::Operate)?;
        return Ok(HOUSE.to_owned());
    }
    ask.act()
}

pub(crate) async fn list(ask: Ask<Page, ()>) -> Result<Listed<Webhook>, Wrong> {
    let owner = owner(&ask)?;
    let all = webhook::list(&ask.house, Some(&owner)).await?;
    let q = &ask.query;
    page::cut(all, (q.after.as_deref(), q.limit), |w| page::by_time(w.created, &w.id), Webhook::of)
}

pub(crate) async fn add(ask: Ask<(), NewWebhook>) -> Result<WebhookMade, Wrong> {
    let owner = owner(&ask)?;
    let add = Add {
        owner,
        url: ask.body.url.clone(),
        kinds: ask.body.kinds.clone(),
        loopback: false,
        by: ask.by().to_owned(),
    };
    let (row, secret) = webhook::add(&ask.house, &add).await?;
    Ok(WebhookMade { webhook: Webhook::of(row), secret })
}

pub(crate) async fn rotate(ask: Ask<(), ()>) -> Result<WebhookMade, Wrong> {
    let owner = owner(&ask)?;
    let hours = webhook::OVERLAP_HOURS;
    let (row, secret) = webhook::rotate(&ask.house, ask.at("webhook"), Some(&owner), hours, ask.by()).await?;
    Ok(WebhookMade { webhook: Webhook::of(row), secret })
}

pub(crate) async fn remove(ask: Ask<(), ()>) -> Result<Done, Wrong> {
    let owner = owner(&ask)?;
    webhook::remove(&ask.house, ask.at("webhook"), Some(&owner), ask.by()).await?;
    Ok(Done::with(ask.at("webhook")))
}

pub(crate) async fn test(ask: Ask<(), ()>) -> Result<Delivery, Wrong> {
    let owner = owner(&ask)?;
    Ok(Delivery::of(webhook::test(&ask.house, ask.at("webhook"), Some(&owner), ask.by()).await?))
}

pub(crate) async fn deliveries(ask: Ask<Page, ()>) -> Result<Listed<Delivery>, Wrong> {
    let owner = owner(&ask)?;
    let (_, all) = webhook::deliveries(&ask.house, ask.at("webhook"), Some(&owner), "", 10_000).await?;
    let q = &ask.query;
    page::cut(all, (q.after.as_deref(), q.limit), |d| page::by_time(d.created, &d.id), Delivery::of)
}

pub(crate) async fn replay(ask: Ask<(), ()>) -> Result<Delivery, Wrong> {
    let owner = owner(&ask)?;
    Ok(Delivery::of(webhook::replay(&ask.house, ask.at("delivery"), Some(&owner), ask.by()).await?))
}
