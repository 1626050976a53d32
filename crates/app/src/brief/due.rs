//! Terms that pass: answers that did not come, contracts nobody signed, deliverables that silence accepts, budgets that
//! arrived. Run by the job queue at each term and with every round, so that a restart loses none; doing it again does nothing.

use jiff::Timestamp;
use programmes::brief::deal as domain;
use programmes::brief::milestone::Act;
use store::BrandDealId;

use super::deal::{contract, happened, hold_where_it_came};
use super::{HOUSE, tax, work};
use crate::job::{Handler, Held, Work};
use crate::{Failure, House};

/// The kind of the jobs that come due.
pub const DUE: &str = "brief-due";

/// What became due.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Due {
    /// Invitations that were not answered.
    pub lapsed: u64,
    /// Contracts that were not signed.
    pub unsigned: Vec<String>,
    /// Contracts whose budget came and is held now.
    pub held: Vec<String>,
    /// Milestones that silence accepted.
    pub accepted: Vec<String>,
    /// What could not be done, with why; it is tried again with the next round.
    pub failed: Vec<(String, String)>,
}

/// Does what became due. What fails for one contract keeps no other waiting.
pub async fn due(house: &House, by: &str) -> Result<Due, Failure> {
    let now = house.now();
    let mut done = Due::default();
    let mut tx = house.store.begin().await?;
    done.lapsed = tx.lapse_brief_invitations(now).await?;
    for deal in tx.unsigned_brand_deals(now).await? {
        if tx.move_brand_deal(&deal.id, &deal.state, domain::State::Lapsed.word()).await? {
            happened(house, &mut tx, &deal, None, "lapsed", "", HOUSE).await?;
            tx.end_brand_deal(&deal.id, now).await?;
            done.unsigned.push(deal.id.to_string());
        }
    }
    if done.lapsed > 0 || !done.unsigned.is_empty() {
        tx.note(
            now,
            by,
            "brief due",
            "terms",
            &format!("{} answers, {} contracts", done.lapsed, done.unsigned.len()),
        )
        .await?;
    }
    let awaited = tx.awaited_brand_deals().await?;
    let uninvoiced = tx.brand_deals_without_invoice().await?;
    let silent = tx.silent_milestones(now).await?;
    tx.commit().await?;
    for deal in uninvoiced {
        invoice_one(house, &deal).await?;
    }
    for deal in awaited {
        match hold_one(house, &deal.id).await {
            Ok(true) => done.held.push(deal.id.to_string()),
            Ok(false) => {}
            Err(Failure::Refused(r)) => done.failed.push((deal.id.to_string(), r.message)),
            Err(fault) => return Err(fault),
        }
    }
    for m in silent {
        match accept_silently(house, &m.deal, m.place, now).await {
            Ok(true) => done.accepted.push(m.id.to_string()),
            Ok(false) => {}
            Err(Failure::Refused(r)) => done.failed.push((m.id.to_string(), r.message)),
            Err(fault) => return Err(fault),
        }
    }
    Ok(done)
}

async fn hold_one(house: &House, id: &BrandDealId) -> Result<bool, Failure> {
    let mut tx = house.store.begin().await?;
    let Some(mut deal) = tx.brand_deal(id).await? else { return Ok(false) };
    let held = hold_where_it_came(house, &mut tx, &mut deal).await?;
    if held {
        tx.commit().await?;
    }
    Ok(held)
}

/// Issues an invoice that waited for the house's address.
async fn invoice_one(house: &House, id: &BrandDealId) -> Result<(), Failure> {
    let mut tx = house.store.begin().await?;
    if let (Some(deal), Some(due)) = (tx.brand_deal(id).await?, tx.brand_tax(id).await?) {
        tax::issue(house, &mut tx, &deal, &due).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn accept_silently(
    house: &House,
    deal: &BrandDealId,
    place: i64,
    now: Timestamp,
) -> Result<bool, Failure> {
    let mut tx = house.store.begin().await?;
    let Some(mut deal) = tx.brand_deal(deal).await? else { return Ok(false) };
    let contract = contract(&mut tx, &deal).await?;
    // Read again: a brand that looked in the meantime was quicker.
    let still = |m: &store::MilestoneRow| {
        m.place == place && m.state == "submitted" && m.silence.is_some_and(|s| s <= now)
    };
    let Some(m) = tx.milestones(&deal.id).await?.into_iter().find(still) else { return Ok(false) };
    match work::accept_in(house, &mut tx, (&deal, &contract), &m, Act::Silence, HOUSE).await {
        Err(Failure::Refused(r)) if r.code == "milestone-state" => return Ok(false),
        other => other?,
    }
    work::finish_in(house, &mut tx, &mut deal).await?;
    tx.note(now, HOUSE, "brief silence", m.id.as_str(), "").await?;
    tx.commit().await?;
    Ok(true)
}

/// Runs [`due`] from the queue.
pub struct RunDue;

impl Handler for RunDue {
    fn kind(&self) -> &'static str {
        DUE
    }

    fn run<'a>(&'a self, house: &'a House, _: &'a Held) -> Work<'a> {
        Box::pin(async move { due(house, HOUSE).await.map(drop) })
    }
}
