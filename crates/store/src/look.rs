//! Pages that members opened, by period, until their institution is told its figures.

use jiff::Timestamp;
use music::RecordingId;

use crate::db::Tx;
use crate::{Fault, args};

/// A page that a member opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookRow {
    /// The period's id.
    pub period: String,
    /// The member, under a name of that period.
    pub member: String,
    /// `recording`, `release`, `artist` or `selection`.
    pub page: String,
    /// Of which: a recording's id, or what tells the others apart.
    pub item: String,
    /// The recording whose medium and origin it counts under.
    pub recording: RecordingId,
    /// When, in seconds since 1970 UTC.
    pub at_s: i64,
}

impl Tx {
    /// Writes down that a page was opened; twice in one second is once.
    pub async fn insert_look(&mut self, l: &LookRow) -> Result<(), Fault> {
        let sql = "insert into look (period, member, page, item, recording, at_s) values ($1, $2, $3, $4, $5, $6) \
                   on conflict do nothing";
        let values = args![&l.period, &l.member, &l.page, &l.item, l.recording.as_str(), l.at_s];
        self.run(sql, values).await.map(drop)
    }

    /// The pages that were opened in a period.
    pub async fn looks(&mut self, period: &str) -> Result<Vec<LookRow>, Fault> {
        let sql = "select period, member, page, item, recording, at_s from look where period = $1 \
                   order by member, at_s, page, item";
        let rows = self.rows(sql, args![period]).await?;
        rows.iter()
            .map(|r| {
                Ok(LookRow {
                    period: r.text(0)?,
                    member: r.text(1)?,
                    page: r.text(2)?,
                    item: r.text(3)?,
                    recording: r.parse(4)?,
                    at_s: r.int(5)?,
                })
            })
            .collect()
    }

    /// Drops the pages that were opened in a period.
    pub async fn drop_looks(&mut self, period: &str) -> Result<(), Fault> {
        self.run("delete from look where period = $1", args![period]).await.map(drop)
    }

    /// Drops the pages that were opened in periods that ended before an instant, told or not.
    pub async fn drop_looks_before(&mut self, end: Timestamp) -> Result<u64, Fault> {
        let sql = "delete from look where period in (select id from usage_period where end_us < $1)";
        self.run(sql, args![end.as_microsecond()]).await
    }
}
