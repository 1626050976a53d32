//! Rows of the catalogue that are one recording: the records of merging, and the chain from any row to the one that answers.

use std::collections::HashMap;

use jiff::Timestamp;
use music::{MergeId, RecordingId, RecordingStatus};

use crate::db::{Row, Tx};
use crate::set_list::{instant, small};
use crate::{CatalogueRow, Fault, args};

/// A merging, or the undoing of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeRow {
    /// Our id.
    pub id: MergeId,
    /// The merge that this undoes; `None` where it is a merge itself.
    pub undoes: Option<MergeId>,
    /// The row that answers for both.
    pub keep: RecordingId,
    /// The row that answers no more.
    pub gone: RecordingId,
    /// What that row was before.
    pub status_before: RecordingStatus,
    /// Chance that both are one recording, in millionths, as proposed; 0 where nobody asked.
    pub likelihood_ppm: u32,
    /// Why, one reason a line.
    pub reasons: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Links of a chain at most. Merging never makes a longer one than there are merges; beyond this it is a circle.
const CHAIN: usize = 10_000;

const COLUMNS: &str = "id, undoes, keep, gone, status_before, likelihood_ppm, reasons, by_party, at_us";

impl Tx {
    /// The row that answers for a recording: itself, or what it was merged into, however often.
    pub async fn survivor(&mut self, id: &RecordingId) -> Result<RecordingId, Fault> {
        let mut at = id.clone();
        for _ in 0..CHAIN {
            let row = self.row("select merged_into from recording where id = $1", args![at.as_str()]).await?;
            match row.map(|r| r.opt_parse::<RecordingId>(0)).transpose()?.flatten() {
                Some(next) => at = next,
                None => return Ok(at),
            }
        }
        Err(Fault::new(format!("the merges of `{id}` run in a circle; `tantieme doctor` names it")))
    }

    /// A recording and every row merged into it, however deep; the recording itself first, then by id.
    pub async fn family(&mut self, id: &RecordingId) -> Result<Vec<RecordingId>, Fault> {
        let sql = "with recursive f (id) as (select cast($1 as text) union select r.id from recording r join f on r.merged_into = f.id) \
                   select id from f where id <> $1 order by id";
        let mut all = vec![id.clone()];
        for row in self.rows(sql, args![id.as_str()]).await? {
            all.push(row.parse(0)?);
        }
        Ok(all)
    }

    /// Every row that is merged, by id, with the row it was merged into.
    pub async fn merged_rows(&mut self) -> Result<HashMap<RecordingId, RecordingId>, Fault> {
        let sql = "select id, merged_into from recording where merged_into is not null";
        self.rows(sql, args![]).await?.iter().map(|r| Ok((r.parse(0)?, r.parse(1)?))).collect()
    }

    /// Writes the record of a merging and points the row that goes at the row that stays.
    pub async fn merge_recording(&mut self, merge: &MergeRow) -> Result<(), Fault> {
        self.insert_merge(merge).await?;
        let sql = "update recording set status = 'merged', merged_into = $2, told_status = null, changed_us = $3 where id = $1";
        let at = merge.at.as_microsecond();
        self.run(sql, args![merge.gone.as_str(), merge.keep.as_str(), at]).await?;
        self.run("update recording set changed_us = $2 where id = $1", args![merge.keep.as_str(), at])
            .await
            .map(drop)
    }

    /// Writes the record of an undoing and sets the row up again as it was, or as its source has told since.
    pub async fn unmerge_recording(&mut self, undoing: &MergeRow) -> Result<(), Fault> {
        self.insert_merge(undoing).await?;
        let sql = "update recording set status = coalesce(told_status, $2), merged_into = null, changed_us = $3 where id = $1";
        let at = undoing.at.as_microsecond();
        self.run(sql, args![undoing.gone.as_str(), undoing.status_before.word(), at]).await?;
        self.run("update recording set changed_us = $2 where id = $1", args![undoing.keep.as_str(), at])
            .await
            .map(drop)
    }

    async fn insert_merge(&mut self, merge: &MergeRow) -> Result<(), Fault> {
        let sql = "insert into recording_merge (id, kind, keep, gone, undoes, status_before, likelihood_ppm, reasons, by_party, at_us) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let values = args![
            merge.id.as_str(),
            if merge.undoes.is_some() { "unmerge" } else { "merge" },
            merge.keep.as_str(),
            merge.gone.as_str(),
            merge.undoes.as_ref().map(|u| u.as_str().to_owned()),
            merge.status_before.word(),
            merge.likelihood_ppm,
            &merge.reasons,
            &merge.by,
            merge.at.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// The merge that holds for a row that is merged now.
    pub async fn standing_merge(&mut self, gone: &RecordingId) -> Result<Option<MergeRow>, Fault> {
        let sql = format!(
            "select {COLUMNS} from recording_merge m where gone = $1 and kind = 'merge' \
             and not exists (select 1 from recording_merge u where u.undoes = m.id) order by at_us desc, id"
        );
        self.row(&sql, args![gone.as_str()]).await?.as_ref().map(merge_row).transpose()
    }

    /// Every record of merging and undoing, oldest first.
    pub async fn merges(&mut self) -> Result<Vec<MergeRow>, Fault> {
        let sql = format!("select {COLUMNS} from recording_merge order by at_us, kind, id");
        self.rows(&sql, args![]).await?.iter().map(merge_row).collect()
    }

    /// Sums that a merge must not change, for showing that it did not: posted micros over all accounts, allocation lines.
    pub async fn lines_naming(&mut self, id: &RecordingId) -> Result<(i64, i64), Fault> {
        let lines = self
            .number("select count(*) from set_list_line where recording = $1", args![id.as_str()])
            .await?;
        let paid = self
            .number("select count(*) from allocation_line where recording = $1", args![id.as_str()])
            .await?;
        Ok((lines, paid))
    }

    /// How many set-list lines were matched to a recording in lists that came since an instant.
    pub async fn lines_since(&mut self, id: &RecordingId, since: Timestamp) -> Result<i64, Fault> {
        let sql = "select count(*) from set_list_line l join set_list s on s.id = l.set_list where l.recording = $1 and s.created_us >= $2";
        self.number(sql, args![id.as_str(), since.as_microsecond()]).await
    }

    /// A number that changes with every merging and undoing: with the catalogue's version it tells whether an index is right.
    pub async fn merge_version(&mut self) -> Result<i64, Fault> {
        self.number("select count(*) from recording_merge", args![]).await
    }

    /// The rows merged into each surviving recording.
    pub async fn gone_rows(&mut self) -> Result<HashMap<RecordingId, Vec<CatalogueRow>>, Fault> {
        let mut gone: HashMap<RecordingId, Vec<CatalogueRow>> = HashMap::new();
        let mut ids: Vec<RecordingId> = self.merged_rows().await?.into_keys().collect();
        ids.sort();
        for id in ids {
            let survivor = self.survivor(&id).await?;
            if let Some(row) = self.recording(&id).await? {
                gone.entry(survivor).or_default().push(row);
            }
        }
        Ok(gone)
    }
}

fn merge_row(row: &Row) -> Result<MergeRow, Fault> {
    let status = row.text(4)?;
    Ok(MergeRow {
        id: row.parse(0)?,
        undoes: row.opt_parse(1)?,
        keep: row.parse(2)?,
        gone: row.parse(3)?,
        status_before: RecordingStatus::from_word(&status)
            .ok_or_else(|| Fault::new("no such recording status"))?,
        likelihood_ppm: small(row.int(5)?)?,
        reasons: row.text(6)?,
        by: row.text(7)?,
        at: instant(row.int(8)?)?,
    })
}
