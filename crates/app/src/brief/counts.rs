//! What the house itself counted beside a contract's own figures: set lists and public selections with the artist's
//! recordings. Plays by members of institutions are [`crate::heard`]'s to tell.
//!
//! A number of set lists is told of whole months that are over, where ten different DJs or more stand behind it, and as a
//! rung (10, 20, 50 …), so that no look before and after tells one night. Selections are public as they stand.

use std::collections::BTreeSet;

use jiff::civil::Date;
use music::{PartyId, RecordingId, ShareStatus, ShareSubject};
use store::Tx;

use super::market::HEARD_LEAST;
use super::{HOUSE, deal, today};
use crate::{Failure, House};

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Own {
    /// The artist.
    pub artist: String,
    /// The first day counted, and the first day after the last.
    pub span: Option<(Date, Date)>,
    /// At least on so many set lists, where it may be told.
    pub set_lists: Option<i64>,
    /// Public selections with recordings of the artist: name in addresses, title, and its label where a brand paid for it.
    pub selections: Vec<(String, String, Option<String>)>,
    /// The artist's recordings, by which plays told elsewhere are found.
    pub recordings: Vec<RecordingId>,
}

/// What was counted from a contract's first day on, for its sides and the house.
///
/// # Errors
/// `deal-unknown`, `not-yours`, `brand-mandate`.
pub async fn own(house: &House, id: &str, by: &str) -> Result<Own, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let row = deal::deal_in(&mut tx, id).await?;
    if by != HOUSE && deal::side_of(house, &mut tx, &row, by).await?.is_none() {
        return Err(deal::not_yours(&row));
    }
    let contract = deal::contract(&mut tx, &row).await?;
    let recordings = recordings(&mut tx, &row.artist).await?;
    let month = today(house).first_of_month();
    let span = (contract.starts < month).then_some((contract.starts, month));
    let mut own = Own { artist: row.artist.to_string(), span, ..Own::default() };
    if let Some((from, until)) = span {
        let (lists, djs) = tx.set_lists_with(&row.artist, from, until).await?;
        own.set_lists = if djs >= HEARD_LEAST { rung(lists) } else { None };
    }
    for selection in tx.selections(None).await? {
        if !crate::selection::is_shown(&selection, now) {
            continue;
        }
        let items = tx.selection_items(&selection.id).await?;
        if items.iter().any(|i| recordings.contains(&i.recording)) {
            let label = tx.brand_label(&selection.id).await?.map(|(label, _)| label);
            own.selections.push((selection.slug, selection.title, label));
        }
    }
    own.recordings = recordings.into_iter().collect();
    Ok(own)
}

fn rung(n: i64) -> Option<i64> {
    [10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10].into_iter().find(|r| *r <= n)
}

async fn recordings(tx: &mut Tx, artist: &PartyId) -> Result<BTreeSet<RecordingId>, Failure> {
    let mut own = BTreeSet::new();
    for row in tx.shares_of_party(artist).await? {
        if let ShareSubject::Recording(recording) = row.share.subject
            && row.share.status != ShareStatus::Withdrawn
        {
            own.insert(recording);
        }
    }
    Ok(own)
}
