//! The catalogue as harvesters follow it: what changed, in the order of its changes.

use jiff::Timestamp;
use music::RecordingId;

use crate::db::{Row, Tx};
use crate::recording::{COLUMNS, CatalogueRow, catalogue_row};
use crate::set_list::instant;
use crate::{Fault, args};

/// A recording in the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedRow {
    /// The recording.
    pub row: CatalogueRow,
    /// When it changed last, or was left out of the index, or came back.
    pub at: Timestamp,
}

/// What the index heeds, with the later of both moments.
const HEEDED: &str = "select r.*, case when c.changed_us > r.changed_us then c.changed_us else r.changed_us end as told_us \
                      from index_change c join recording r on r.id = c.recording where r.status <> 'unreleased'";

impl Tx {
    /// What changed after a place in the feed (moment in microseconds, id), before `end_us`, oldest change first: released
    /// recordings, and those withdrawn or merged. Tracks before their release are not told. That a recording was left out
    /// of the index, or came back, is a change too.
    pub async fn recordings_changed(
        &mut self,
        after: (i64, &str),
        end_us: i64,
        limit: i64,
    ) -> Result<Vec<FeedRow>, Fault> {
        // Those that the index heeds are few; the many others come by their own index.
        let plain = format!(
            "select {COLUMNS}, changed_us from recording where status <> 'unreleased' and changed_us < $3 \
             and (changed_us > $1 or (changed_us = $1 and id > $2)) \
             and id not in (select recording from index_change) order by changed_us, id limit $4"
        );
        let heeded = format!(
            "select {COLUMNS}, told_us from ({HEEDED}) t where told_us < $3 \
             and (told_us > $1 or (told_us = $1 and id > $2)) order by told_us, id limit $4"
        );
        let mut found = Vec::new();
        for sql in [plain, heeded] {
            for row in self.rows(&sql, args![after.0, after.1, end_us, limit]).await? {
                found.push(feed_row(&row)?);
            }
        }
        found.sort_by(|a, b| (a.at, a.row.recording.id.as_str()).cmp(&(b.at, b.row.recording.id.as_str())));
        found.truncate(usize::try_from(limit).unwrap_or(0));
        Ok(found)
    }

    /// A released, withdrawn or merged recording with the moment of its last change.
    pub async fn recording_change(&mut self, id: &RecordingId) -> Result<Option<FeedRow>, Fault> {
        let heeded = format!("select {COLUMNS}, told_us from ({HEEDED}) t where id = $1");
        if let Some(row) = self.row(&heeded, args![id.as_str()]).await? {
            return feed_row(&row).map(Some);
        }
        let sql =
            format!("select {COLUMNS}, changed_us from recording where id = $1 and status <> 'unreleased'");
        self.row(&sql, args![id.as_str()]).await?.as_ref().map(feed_row).transpose()
    }

    /// The moment of the oldest change, in microseconds; 0 where there is none.
    pub async fn oldest_change(&mut self) -> Result<i64, Fault> {
        self.number("select min(changed_us) from recording where status <> 'unreleased'", args![]).await
    }
}

fn feed_row(row: &Row) -> Result<FeedRow, Fault> {
    let last = COLUMNS.split(',').count();
    Ok(FeedRow { row: catalogue_row(row)?, at: instant(row.int(last)?)? })
}
