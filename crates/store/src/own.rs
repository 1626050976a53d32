//! What the house itself leaves out: recordings whose holders refused it a use.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::db::{Tx, Value};
use crate::{Fault, args};

/// Entries of the log that can change what a holder's word comes to.
const SPEAKING: &str = "('statement', 'mandate', 'license', 'end', 'claims', 'declared')";

impl Tx {
    /// The recordings that are left out of a use, by id.
    pub async fn barred(&mut self, usage: &str) -> Result<BTreeSet<String>, Fault> {
        let rows = self.rows("select recording from own_barred where use_code = $1", args![usage]).await?;
        rows.iter().map(|r| r.text(0)).collect()
    }

    /// Whether a recording is left out of a use.
    pub async fn is_barred(&mut self, usage: &str, recording: &str) -> Result<bool, Fault> {
        let sql = "select 1 from own_barred where use_code = $1 and recording = $2";
        Ok(self.row(sql, args![usage, recording]).await?.is_some())
    }

    /// Of these recordings, those that are left out of a use.
    pub async fn barred_among(
        &mut self,
        usage: &str,
        recordings: &[String],
    ) -> Result<BTreeSet<String>, Fault> {
        let mut found = BTreeSet::new();
        for chunk in recordings.chunks(1_000) {
            let list = self.placeholders(chunk.len());
            let sql = format!("select recording, use_code from own_barred where recording in ({list})");
            for row in self.rows(&sql, chunk.iter().map(Value::from).collect()).await? {
                if row.text(1)? == usage {
                    found.insert(row.text(0)?);
                }
            }
        }
        Ok(found)
    }

    /// Notes when recordings were left out of the index, or came back: for the feed of harvesters.
    pub async fn note_index_change(&mut self, recordings: &[String], at: Timestamp) -> Result<(), Fault> {
        let rows = recordings.iter().map(|r| args![r, at.as_microsecond()]).collect();
        let tail = "on conflict (recording) do update set changed_us = excluded.changed_us";
        self.insert_many("insert into index_change (recording, changed_us)", rows, tail).await
    }

    /// Notes it for those that were left out before such moments were kept.
    pub async fn note_index_changes_missed(&mut self, usage: &str, at: Timestamp) -> Result<(), Fault> {
        let sql = "insert into index_change (recording, changed_us) select recording, cast($2 as bigint) from own_barred \
                   where use_code = $1 and recording not in (select recording from index_change)";
        self.run(sql, args![usage, at.as_microsecond()]).await.map(drop)
    }

    /// Leaves recordings out of a use, and no longer leaves out others.
    pub async fn bar(&mut self, usage: &str, out: &[String], back: &[String]) -> Result<(), Fault> {
        let rows = out.iter().map(|r| args![usage, r]).collect();
        self.insert_many("insert into own_barred (use_code, recording)", rows, "on conflict do nothing")
            .await?;
        for recording in back {
            let sql = "delete from own_barred where use_code = $1 and recording = $2";
            self.run(sql, args![usage, recording]).await?;
        }
        if !out.is_empty() || !back.is_empty() {
            let sql = "insert into own_turn (one, log_size, day, turn) values (1, -1, '', 1) \
                       on conflict (one) do update set turn = own_turn.turn + 1";
            self.run(sql, args![]).await?;
        }
        Ok(())
    }

    /// Size of the log and day of the last deciding, and how often it changed; -1 and nothing before the first.
    pub async fn own_turn(&mut self) -> Result<(i64, String, i64), Fault> {
        let row = self.row("select log_size, day, turn from own_turn where one = 1", args![]).await?;
        row.map_or(Ok((-1, String::new(), 0)), |r| Ok((r.int(0)?, r.text(1)?, r.int(2)?)))
    }

    /// Notes as of when it was decided.
    pub async fn note_own_turn(&mut self, size: i64, day: &str) -> Result<(), Fault> {
        let sql = "insert into own_turn (one, log_size, day, turn) values (1, $1, $2, 0) \
                   on conflict (one) do update set log_size = excluded.log_size, day = excluded.day";
        self.run(sql, args![size, day]).await.map(drop)
    }

    /// Whether the log has entries from a place on that can change what a word comes to.
    pub async fn spoken_since(&mut self, place: i64) -> Result<bool, Fault> {
        let sql = format!("select 1 from log_leaf where place >= $1 and kind in {SPEAKING} limit 1");
        Ok(self.row(&sql, args![place]).await?.is_some())
    }

    /// Forgets what was found out about the sound of a recording beyond what playing it needs: loudness, range, peaks,
    /// waveform. A file that another recording shares keeps it.
    pub async fn forget_analysis(&mut self, recording: &str) -> Result<(), Fault> {
        let sql = "update analysis set loudness_mlufs = null, range_mlu = null, peak_mdbtp = null, peaks = null \
                   where address in (select address from master where recording = $1 and replaced_us is null) \
                   and address not in (select address from master where recording <> $1 and replaced_us is null \
                   and recording not in (select recording from own_barred where use_code = 'analyse.mine'))";
        self.run(sql, args![recording]).await.map(drop)
    }

    /// Lets a recording be analysed anew whose analysis was forgotten.
    pub async fn analyse_again(&mut self, recording: &str) -> Result<(), Fault> {
        let sql = "update analysis set state = 'due', tried = 0 where loudness_mlufs is null and peaks is null \
                   and state in ('good', 'damaged') \
                   and address in (select address from master where recording = $1 and replaced_us is null)";
        self.run(sql, args![recording]).await.map(drop)
    }

    /// Whether all recordings behind a content are left out of a use.
    pub async fn content_barred(&mut self, usage: &str, address: &str) -> Result<bool, Fault> {
        let sql = "select count(*), count(b.recording) from master m left join own_barred b \
                   on b.recording = m.recording and b.use_code = $1 where m.address = $2 and m.replaced_us is null";
        let row = self.row(sql, args![usage, address]).await?;
        row.map_or(Ok(false), |r| Ok(r.int(0)? > 0 && r.int(0)? == r.int(1)?))
    }
}
