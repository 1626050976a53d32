//! The catalogue for harvesters: what changed, in the order of its changes.
//!
//! Speaks of recordings and moments; how OAI-PMH words them is the server's business.

use jiff::Timestamp;
use music::RecordingId;
use store::CatalogueRow;

use crate::{Failure, House, policy};

/// Records of one answer.
pub const PAGE: i64 = 200;

/// Where a harvester stands: everything up to here it has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The moment of the last change it has, in microseconds.
    pub at_us: i64,
    /// The id it stopped at among those of one moment.
    pub id: String,
}

/// One answer's worth of changes.
#[derive(Debug, Clone)]
pub struct Page {
    /// The recordings with the moments of their last changes.
    pub records: Vec<(CatalogueRow, Timestamp)>,
    /// Where the next answer begins; `None` at the end.
    pub next: Option<Place>,
}

/// What changed after a place and before a moment in microseconds.
pub async fn page(house: &House, after: &Place, end_us: i64) -> Result<Page, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut records = tx.recordings_changed((after.at_us, &after.id), end_us, PAGE + 1).await?;
    let more = i64::try_from(records.len()).unwrap_or(i64::MAX) > PAGE;
    records.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = records
        .last()
        .filter(|_| more)
        .map(|(row, at)| Place { at_us: at.as_microsecond(), id: row.recording.id.to_string() });
    Ok(Page { records, next })
}

/// One recording with the moment of its last change.
pub async fn one(house: &House, id: &RecordingId) -> Result<Option<(CatalogueRow, Timestamp)>, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(tx.recording_change(id).await?)
}

/// Who is harvested: the house's name, its address, and the moment of the oldest change.
pub async fn about(house: &House) -> Result<(String, String, Timestamp), Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let name = policy::text(&mut tx, "house-name", now).await?;
    let url = policy::text(&mut tx, "house-url", now).await?;
    let oldest = Timestamp::from_microsecond(tx.oldest_change().await?).unwrap_or(now);
    Ok((name, url.trim_end_matches('/').to_owned(), oldest))
}
