//! Masters, what was found in them, renditions, covers: addresses and figures, never the bytes.

use jiff::Timestamp;
use music::RecordingId;

use crate::db::{Row, Tx, Value};
use crate::{Fault, args};

/// The file a recording came as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterRow {
    /// Of which recording.
    pub recording: RecordingId,
    /// SHA-256 of the content, in hexadecimal.
    pub address: String,
    /// The word of its medium.
    pub kind: String,
    /// The word of its format, such as `flac`.
    pub format: String,
    /// Its length.
    pub bytes: i64,
    /// The name it came under.
    pub origin: String,
    /// Who brought it.
    pub by: String,
    /// When it came.
    pub at: Timestamp,
}

/// What decoding a master found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnalysisRow {
    /// SHA-256 of the content, in hexadecimal.
    pub address: String,
    /// `due`, `good`, `damaged` (plays, with a problem) or `unreadable`.
    pub state: String,
    /// Code of the problem, where there is one.
    pub problem: String,
    /// Its words.
    pub problem_words: String,
    /// Milliseconds.
    pub duration_ms: Option<i64>,
    /// Samples a second.
    pub sample_rate: Option<i64>,
    /// How many channels.
    pub channels: Option<i64>,
    /// Integrated loudness, thousandths of LUFS.
    pub loudness_mlufs: Option<i64>,
    /// Loudness range, thousandths of LU.
    pub range_mlu: Option<i64>,
    /// True peak, thousandths of dBTP.
    pub peak_mdbtp: Option<i64>,
    /// The waveform: one byte per column.
    pub peaks: Option<Vec<u8>>,
    /// How often it was tried.
    pub tried: i64,
}

/// What was made of a master for players.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenditionRow {
    /// The master's address.
    pub master: String,
    /// The word of the format, such as `opus`.
    pub format: String,
    /// Kilobits a second, on average.
    pub kbps: i64,
    /// Where its bytes lie.
    pub address: String,
    /// Its length.
    pub bytes: i64,
    /// Milliseconds.
    pub duration_ms: i64,
}

/// A picture in one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverRow {
    /// The id of the recording or release it is a picture of.
    pub subject: String,
    /// The longer side it was made for, in pixels; 0 is the picture as it came.
    pub size: i64,
    /// Where its bytes lie.
    pub address: String,
    /// `jpeg`, `png` or `webp`.
    pub format: String,
    /// Pixels.
    pub width: i64,
    /// Pixels.
    pub height: i64,
    /// Its length.
    pub bytes: i64,
}

/// A recording's current master with what was found in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayableRow {
    /// The file.
    pub master: MasterRow,
    /// What was found in it; without the waveform.
    pub analysis: AnalysisRow,
}

/// A file that a scan has seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScannedRow {
    /// The folder, as the scan named it.
    pub folder: String,
    /// The path below the folder, with `/` between folders.
    pub path: String,
    /// Its length.
    pub bytes: i64,
    /// When it was last changed, as its disk says, in microseconds.
    pub changed_us: i64,
    /// `waiting`, `kept` or `useless`.
    pub state: String,
    /// The recording it belongs to; empty where it is of no use.
    pub recording: String,
    /// The release it stands on; empty where its tags name none.
    pub release: String,
    /// Who brought it.
    pub by: String,
    /// Code of the problem, where there is one.
    pub problem: String,
    /// Its words.
    pub problem_words: String,
}

const PLAYABLE: &str = "m.recording, m.address, m.kind, m.format, m.bytes, m.origin, m.by_party, m.at_us, \
                        a.state, a.problem, a.problem_words, a.duration_ms, a.sample_rate, a.channels, \
                        a.loudness_mlufs, a.range_mlu, a.peak_mdbtp, a.tried";

impl Tx {
    /// Makes files the current masters of their recordings; those that were current are kept as replaced.
    pub async fn put_masters(&mut self, rows: &[MasterRow], now: Timestamp) -> Result<(), Fault> {
        for row in rows {
            let sql = "update master set replaced_us = $3 where recording = $1 and address <> $2 and replaced_us is null";
            let args = args![row.recording.as_str(), &row.address, now.as_microsecond()];
            self.run(sql, args).await?;
        }
        let values = rows.iter().map(master_values).collect();
        let head = "insert into master (recording, address, kind, format, bytes, origin, by_party, at_us)";
        let tail = "on conflict (recording, address) do update set replaced_us = null, origin = excluded.origin, \
                    by_party = excluded.by_party, at_us = excluded.at_us";
        self.insert_many(head, values, tail).await
    }

    /// Says that contents wait to be decoded; those already known keep what was found.
    pub async fn put_due(&mut self, addresses: &[String], now: Timestamp) -> Result<(), Fault> {
        let values = addresses.iter().map(|a| args![a, "due", now.as_microsecond()]).collect();
        let tail = "on conflict (address) do nothing";
        self.insert_many("insert into analysis (address, state, changed_us)", values, tail).await
    }

    /// Writes what was found in a content.
    pub async fn put_analysis(&mut self, row: &AnalysisRow, now: Timestamp) -> Result<(), Fault> {
        let sql = "insert into analysis (address, state, problem, problem_words, duration_ms, sample_rate, channels, \
                   loudness_mlufs, range_mlu, peak_mdbtp, peaks, tried, changed_us) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
                   on conflict (address) do update set state = excluded.state, problem = excluded.problem, \
                   problem_words = excluded.problem_words, duration_ms = excluded.duration_ms, \
                   sample_rate = excluded.sample_rate, channels = excluded.channels, \
                   loudness_mlufs = excluded.loudness_mlufs, range_mlu = excluded.range_mlu, \
                   peak_mdbtp = excluded.peak_mdbtp, peaks = excluded.peaks, tried = excluded.tried, \
                   changed_us = excluded.changed_us";
        let values = args![
            &row.address,
            &row.state,
            &row.problem,
            &row.problem_words,
            row.duration_ms,
            row.sample_rate,
            row.channels,
            row.loudness_mlufs,
            row.range_mlu,
            row.peak_mdbtp,
            row.peaks.clone(),
            row.tried,
            now.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// Contents that wait to be decoded, after an address, with the format of one of their masters.
    pub async fn due_after(&mut self, after: &str, limit: i64) -> Result<Vec<(String, String)>, Fault> {
        let sql = "select a.address, min(m.format) from analysis a join master m on m.address = a.address \
                   where a.state = 'due' and a.address > $1 group by a.address order by a.address limit $2";
        let rows = self.rows(sql, args![after, limit]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?))).collect()
    }

    /// How many contents are in each state, by its word.
    pub async fn analysis_counts(&mut self) -> Result<Vec<(String, i64)>, Fault> {
        let rows = self.rows("select state, count(*) from analysis group by state order by state", args![]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.int(1)?))).collect()
    }

    /// Sets the length of recordings from their decoded masters, where the catalogue has none.
    pub async fn take_duration(&mut self, address: &str, seconds: i64) -> Result<(), Fault> {
        let sql = "update recording set duration_s = $2 where duration_s is null and id in \
                   (select recording from master where address = $1 and replaced_us is null)";
        self.run(sql, args![address, seconds]).await.map(drop)
    }

    /// The current master of a recording with what was found in it.
    pub async fn playable(&mut self, recording: &RecordingId) -> Result<Option<PlayableRow>, Fault> {
        let sql = format!(
            "select {PLAYABLE} from master m join analysis a on a.address = m.address \
             where m.recording = $1 and m.replaced_us is null"
        );
        self.row(&sql, args![recording.as_str()]).await?.as_ref().map(playable_row).transpose()
    }

    /// Current masters after a recording's id, by id: the way through everything that can be played.
    pub async fn playables_after(&mut self, after: &str, limit: i64) -> Result<Vec<PlayableRow>, Fault> {
        let sql = format!(
            "select {PLAYABLE} from master m join analysis a on a.address = m.address \
             where m.recording > $1 and m.replaced_us is null order by m.recording limit $2"
        );
        self.rows(&sql, args![after, limit]).await?.iter().map(playable_row).collect()
    }

    /// Every master a recording had, newest first.
    pub async fn masters_of(&mut self, recording: &RecordingId) -> Result<Vec<MasterRow>, Fault> {
        let sql = "select recording, address, kind, format, bytes, origin, by_party, at_us from master \
                   where recording = $1 order by at_us desc, address";
        self.rows(sql, args![recording.as_str()]).await?.iter().map(master_row).collect()
    }

    /// The waveform of a recording's current master: one byte per column.
    pub async fn waveform(&mut self, recording: &RecordingId) -> Result<Option<Vec<u8>>, Fault> {
        let sql = "select a.peaks from master m join analysis a on a.address = m.address \
                   where m.recording = $1 and m.replaced_us is null";
        self.row(sql, args![recording.as_str()]).await?.map_or(Ok(None), |r| r.opt_blob(0))
    }

    /// Recordings whose current master has this content.
    pub async fn recordings_of_master(&mut self, address: &str) -> Result<Vec<RecordingId>, Fault> {
        let sql = "select recording from master where address = $1 and replaced_us is null order by recording";
        self.rows(sql, args![address]).await?.iter().map(|r| r.parse(0)).collect()
    }

    /// Writes a rendition.
    pub async fn put_rendition(&mut self, row: &RenditionRow, now: Timestamp) -> Result<(), Fault> {
        let sql = "insert into rendition (master, format, kbps, address, bytes, duration_ms, at_us) \
                   values ($1, $2, $3, $4, $5, $6, $7) on conflict (master, format, kbps) do update set \
                   address = excluded.address, bytes = excluded.bytes, duration_ms = excluded.duration_ms, at_us = excluded.at_us";
        let values = args![
            &row.master,
            &row.format,
            row.kbps,
            &row.address,
            row.bytes,
            row.duration_ms,
            now.as_microsecond()
        ];
        self.run(sql, values).await.map(drop)
    }

    /// The renditions of a content, smallest first.
    pub async fn renditions_of(&mut self, master: &str) -> Result<Vec<RenditionRow>, Fault> {
        let sql = "select master, format, kbps, address, bytes, duration_ms from rendition where master = $1 \
                   order by kbps, format";
        self.rows(sql, args![master]).await?.iter().map(rendition_row).collect()
    }

    /// Replaces the pictures of a subject.
    pub async fn put_covers(&mut self, subject: &str, rows: &[CoverRow], now: Timestamp) -> Result<(), Fault> {
        self.run("delete from cover where subject = $1", args![subject]).await?;
        let values = rows.iter().map(|r| cover_values(r, now)).collect();
        let head = "insert into cover (subject, size, address, format, width, height, bytes, changed_us)";
        self.insert_many(head, values, "").await
    }

    /// The pictures of a recording or release, smallest first; the one as it came has size 0 and comes last.
    pub async fn covers_of(&mut self, subject: &str) -> Result<Vec<CoverRow>, Fault> {
        let sql = "select subject, size, address, format, width, height, bytes from cover where subject = $1 \
                   order by case when size = 0 then 1 else 0 end, size";
        self.rows(sql, args![subject]).await?.iter().map(cover_row).collect()
    }

    /// A release on which a recording stands, the first by id.
    pub async fn release_of(&mut self, recording: &RecordingId) -> Result<Option<music::ReleaseId>, Fault> {
        let sql = "select min(release) from track where recording = $1";
        self.row(sql, args![recording.as_str()]).await?.map_or(Ok(None), |r| r.opt_parse(0))
    }

    /// The first recording of a release that has a picture of its own.
    pub async fn cover_on_release(&mut self, release: &str) -> Result<Option<String>, Fault> {
        let sql = "select t.recording from track t where t.release = $1 \
                   and exists (select 1 from cover c where c.subject = t.recording) order by t.position limit 1";
        self.row(sql, args![release]).await?.map_or(Ok(None), |r| r.opt_text(0))
    }

    /// Duration and loudness of the tracks of a release that were decoded: for the gain of the whole.
    pub async fn release_loudness(&mut self, release: &music::ReleaseId) -> Result<Vec<(i64, i64, i64)>, Fault> {
        let sql = "select a.duration_ms, a.loudness_mlufs, a.peak_mdbtp from track t \
                   join master m on m.recording = t.recording and m.replaced_us is null \
                   join analysis a on a.address = m.address \
                   where t.release = $1 and a.loudness_mlufs is not null and a.peak_mdbtp is not null \
                   and a.duration_ms is not null order by t.position";
        let rows = self.rows(sql, args![release.as_str()]).await?;
        rows.iter().map(|r| Ok((r.int(0)?, r.int(1)?, r.int(2)?))).collect()
    }

    /// What earlier scans of a folder know of its files, by path.
    pub async fn scanned(&mut self, folder: &str) -> Result<Vec<ScannedRow>, Fault> {
        let sql = format!("select {SCANNED} from scanned where folder = $1 order by path");
        self.rows(&sql, args![folder]).await?.iter().map(scanned_row).collect()
    }

    /// Scanned files that wait to be kept, after a folder and path, in order.
    pub async fn waiting_after(
        &mut self,
        folder: &str,
        path: &str,
        limit: i64,
    ) -> Result<Vec<ScannedRow>, Fault> {
        let sql = format!(
            "select {SCANNED} from scanned where state = 'waiting' and (folder > $1 or (folder = $1 and path > $2)) \
             order by folder, path limit $3"
        );
        self.rows(&sql, args![folder, path, limit]).await?.iter().map(scanned_row).collect()
    }

    /// How many scanned files are in each state, by its word.
    pub async fn scanned_counts(&mut self) -> Result<Vec<(String, i64)>, Fault> {
        let rows = self.rows("select state, count(*) from scanned group by state order by state", args![]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.int(1)?))).collect()
    }

    /// Remembers files of a scan.
    pub async fn put_scanned(&mut self, rows: &[ScannedRow]) -> Result<(), Fault> {
        let values = rows.iter().map(scanned_values).collect();
        let head = "insert into scanned (folder, path, bytes, changed_us, state, recording, release, by_party, problem, problem_words)";
        let tail = "on conflict (folder, path) do update set bytes = excluded.bytes, changed_us = excluded.changed_us, \
                    state = excluded.state, recording = excluded.recording, release = excluded.release, \
                    by_party = excluded.by_party, problem = excluded.problem, problem_words = excluded.problem_words";
        self.insert_many(head, values, tail).await
    }

    /// Of these ISRCs, those that live recordings carry, each with the recording.
    pub async fn recordings_by_isrcs(&mut self, isrcs: &[String]) -> Result<Vec<(String, RecordingId)>, Fault> {
        let mut found = Vec::new();
        for chunk in isrcs.chunks(1_000) {
            let list = self.placeholders(chunk.len());
            let sql = format!(
                "select isrc, id from recording where isrc in ({list}) and merged_into is null and status <> 'withdrawn' order by isrc, id"
            );
            let values = chunk.iter().map(Value::from).collect();
            for row in self.rows(&sql, values).await? {
                found.push((row.text(0)?, row.parse(1)?));
            }
        }
        Ok(found)
    }

    /// Every address the tables name, in order: what the depot must hold.
    pub async fn addresses(&mut self) -> Result<Vec<String>, Fault> {
        let sql = "select address from master union select address from rendition \
                   union select address from cover union select address from part order by 1";
        self.rows(sql, args![]).await?.iter().map(|r| r.text(0)).collect()
    }
}

const SCANNED: &str =
    "folder, path, bytes, changed_us, state, recording, release, by_party, problem, problem_words";

fn scanned_values(row: &ScannedRow) -> Vec<Value> {
    args![
        &row.folder,
        &row.path,
        row.bytes,
        row.changed_us,
        &row.state,
        &row.recording,
        &row.release,
        &row.by,
        &row.problem,
        &row.problem_words,
    ]
}

fn scanned_row(row: &Row) -> Result<ScannedRow, Fault> {
    Ok(ScannedRow {
        folder: row.text(0)?,
        path: row.text(1)?,
        bytes: row.int(2)?,
        changed_us: row.int(3)?,
        state: row.text(4)?,
        recording: row.text(5)?,
        release: row.text(6)?,
        by: row.text(7)?,
        problem: row.text(8)?,
        problem_words: row.text(9)?,
    })
}

fn master_values(row: &MasterRow) -> Vec<Value> {
    args![
        row.recording.as_str(),
        &row.address,
        &row.kind,
        &row.format,
        row.bytes,
        &row.origin,
        &row.by,
        row.at.as_microsecond(),
    ]
}

fn master_row(row: &Row) -> Result<MasterRow, Fault> {
    Ok(MasterRow {
        recording: row.parse(0)?,
        address: row.text(1)?,
        kind: row.text(2)?,
        format: row.text(3)?,
        bytes: row.int(4)?,
        origin: row.text(5)?,
        by: row.text(6)?,
        at: Timestamp::from_microsecond(row.int(7)?).map_err(|e| Fault::new(e.to_string()))?,
    })
}

fn playable_row(row: &Row) -> Result<PlayableRow, Fault> {
    let master = master_row(row)?;
    let analysis = AnalysisRow {
        address: master.address.clone(),
        state: row.text(8)?,
        problem: row.text(9)?,
        problem_words: row.text(10)?,
        duration_ms: row.opt_int(11)?,
        sample_rate: row.opt_int(12)?,
        channels: row.opt_int(13)?,
        loudness_mlufs: row.opt_int(14)?,
        range_mlu: row.opt_int(15)?,
        peak_mdbtp: row.opt_int(16)?,
        peaks: None,
        tried: row.int(17)?,
    };
    Ok(PlayableRow { master, analysis })
}

fn rendition_row(row: &Row) -> Result<RenditionRow, Fault> {
    Ok(RenditionRow {
        master: row.text(0)?,
        format: row.text(1)?,
        kbps: row.int(2)?,
        address: row.text(3)?,
        bytes: row.int(4)?,
        duration_ms: row.int(5)?,
    })
}

fn cover_values(row: &CoverRow, now: Timestamp) -> Vec<Value> {
    args![
        &row.subject,
        row.size,
        &row.address,
        &row.format,
        row.width,
        row.height,
        row.bytes,
        now.as_microsecond()
    ]
}

fn cover_row(row: &Row) -> Result<CoverRow, Fault> {
    Ok(CoverRow {
        subject: row.text(0)?,
        size: row.int(1)?,
        address: row.text(2)?,
        format: row.text(3)?,
        width: row.int(4)?,
        height: row.int(5)?,
        bytes: row.int(6)?,
    })
}
