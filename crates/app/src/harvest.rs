//! The catalogue for harvesters: what changed, in the order of its changes.
//!
//! A recording whose holder refuses the house's index is told as deleted from the moment of the refusal on, and comes back
//! with the permit: a feed is a public index. Speaks of recordings and moments; how OAI-PMH words them is the server's business.

use std::collections::BTreeSet;

use consent::Use;
use jiff::Timestamp;
use music::{Recording, RecordingId, RecordingStatus};
use store::{FeedRow, Tx};

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

/// A recording as harvesters are told of it.
#[derive(Debug, Clone)]
pub struct Record {
    /// The recording.
    pub recording: Recording,
    /// The moment of its last change.
    pub at: Timestamp,
    /// It is no longer told of: withdrawn, merged, or left out of the index.
    pub gone: bool,
}

/// One answer's worth of changes.
#[derive(Debug, Clone)]
pub struct Page {
    /// The recordings, oldest change first.
    pub records: Vec<Record>,
    /// Where the next answer begins; `None` at the end.
    pub next: Option<Place>,
}

/// What changed after a place and before a moment in microseconds.
pub async fn page(house: &House, after: &Place, end_us: i64) -> Result<Page, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut rows = tx.recordings_changed((after.at_us, &after.id), end_us, PAGE + 1).await?;
    let more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = rows
        .last()
        .filter(|_| more)
        .map(|r| Place { at_us: r.at.as_microsecond(), id: r.row.recording.id.to_string() });
    Ok(Page { records: told(&mut tx, rows).await?, next })
}

/// One recording with the moment of its last change.
pub async fn one(house: &House, id: &RecordingId) -> Result<Option<Record>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let row = tx.recording_change(id).await?;
    Ok(told(&mut tx, row.into_iter().collect()).await?.pop())
}

async fn told(tx: &mut Tx, rows: Vec<FeedRow>) -> Result<Vec<Record>, Failure> {
    let ids: Vec<String> = rows.iter().map(|r| r.row.recording.id.to_string()).collect();
    let unfound: BTreeSet<String> = tx.barred_among(Use::IndexSearch.code(), &ids).await?;
    let record = |FeedRow { row, at }: FeedRow| {
        let gone =
            row.recording.status != RecordingStatus::Live || unfound.contains(row.recording.id.as_str());
        Record { recording: row.recording, at, gone }
    };
    Ok(rows.into_iter().map(record).collect())
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
