//! Other media than sound: ways to reach them, their parts, what an edition says of itself; and who made a recording.

use jiff::Timestamp;
use music::RecordingId;

use crate::db::{Row, Tx};
use crate::{Fault, args};

/// How a game, film or edition is reached where it is not one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRow {
    /// Of which recording.
    pub recording: RecordingId,
    /// `link`, `key`, `web` or `hls`.
    pub way: String,
    /// The address of a link, the first page of a build, the playlist of a film; empty for keys.
    pub target: String,
    /// Who said so.
    pub by: String,
}

/// One file of a web build or of a film cut into pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRow {
    /// Its path, with `/` between folders; never leaves the build.
    pub path: String,
    /// Where its bytes lie.
    pub address: String,
    /// Its length.
    pub bytes: i64,
    /// Its media type.
    pub format: String,
}

/// What an edition says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EditionRow {
    /// BCP 47, as the file says.
    pub language: String,
    /// The publisher.
    pub publisher: String,
    /// ISBN or the like, as the file says.
    pub identifier: String,
    /// A blurb.
    pub description: String,
    /// Pages, where they can be counted.
    pub pages: Option<i64>,
}

/// One word about whether a recording is made by people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclarationRow {
    /// Its number, growing.
    pub seq: i64,
    /// Of which recording.
    pub recording: RecordingId,
    /// `declare`, `contest`, `uphold` or `correct`.
    pub act: String,
    /// `human`, `assisted` or `generated`.
    pub made: String,
    /// Who says so.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

impl Tx {
    /// Says how a recording is reached, replacing what was said before.
    pub async fn put_access(&mut self, row: &AccessRow, now: Timestamp) -> Result<(), Fault> {
        let sql = "insert into access (recording, way, target, by_party, at_us) values ($1, $2, $3, $4, $5) \
                   on conflict (recording) do update set way = excluded.way, target = excluded.target, \
                   by_party = excluded.by_party, at_us = excluded.at_us";
        let values = args![row.recording.as_str(), &row.way, &row.target, &row.by, now.as_microsecond()];
        self.run(sql, values).await.map(drop)
    }

    /// How a recording is reached.
    pub async fn access_to(&mut self, recording: &RecordingId) -> Result<Option<AccessRow>, Fault> {
        let sql = "select recording, way, target, by_party from access where recording = $1";
        let row = self.row(sql, args![recording.as_str()]).await?;
        row.map(|r| {
            Ok(AccessRow { recording: r.parse(0)?, way: r.text(1)?, target: r.text(2)?, by: r.text(3)? })
        })
        .transpose()
    }

    /// Adds sealed keys of a game.
    pub async fn put_access_keys(
        &mut self,
        recording: &RecordingId,
        sealed: Vec<Vec<u8>>,
    ) -> Result<(), Fault> {
        let values = sealed.into_iter().map(|s| args![recording.as_str(), s]).collect();
        self.insert_many("insert into access_key (recording, sealed)", values, "").await
    }

    /// Gives the next free key of a game to somebody, or again the one they have; `None` where all are given.
    pub async fn give_access_key(
        &mut self,
        recording: &RecordingId,
        to: &str,
        now: Timestamp,
    ) -> Result<Option<Vec<u8>>, Fault> {
        let theirs =
            "select sealed from access_key where recording = $1 and given_to = $2 order by seq limit 1";
        if let Some(row) = self.row(theirs, args![recording.as_str(), to]).await? {
            return row.opt_blob(0);
        }
        let sql = "update access_key set given_to = $2, given_us = $3 where seq = \
                   (select min(seq) from access_key where recording = $1 and given_us is null) and given_us is null \
                   returning sealed";
        let row = self.row(sql, args![recording.as_str(), to, now.as_microsecond()]).await?;
        row.map_or(Ok(None), |r| r.opt_blob(0))
    }

    /// The keys that somebody was given: recording and the sealed key, oldest first.
    pub async fn access_keys_of(&mut self, to: &str) -> Result<Vec<(RecordingId, Vec<u8>)>, Fault> {
        let sql = "select recording, sealed from access_key where given_to = $1 order by seq";
        let rows = self.rows(sql, args![to]).await?;
        rows.iter().map(|r| Ok((r.parse(0)?, r.blob(1)?))).collect()
    }

    /// Forgets whose the given keys of somebody are; they stay given.
    pub async fn rename_access_keys(&mut self, from: &str, to: &str) -> Result<(), Fault> {
        self.run("update access_key set given_to = $2 where given_to = $1", args![from, to]).await.map(drop)
    }

    /// How many keys of a game are still free.
    pub async fn free_access_keys(&mut self, recording: &RecordingId) -> Result<i64, Fault> {
        let sql = "select count(*) from access_key where recording = $1 and given_us is null";
        self.number(sql, args![recording.as_str()]).await
    }

    /// Replaces the parts of a recording.
    pub async fn put_parts(&mut self, recording: &RecordingId, rows: &[PartRow]) -> Result<(), Fault> {
        self.run("delete from part where recording = $1", args![recording.as_str()]).await?;
        let values =
            rows.iter().map(|r| args![recording.as_str(), &r.path, &r.address, r.bytes, &r.format]).collect();
        self.insert_many("insert into part (recording, path, address, bytes, format)", values, "").await
    }

    /// One part of a recording by its path.
    pub async fn part(&mut self, recording: &RecordingId, path: &str) -> Result<Option<PartRow>, Fault> {
        let sql = "select path, address, bytes, format from part where recording = $1 and path = $2";
        self.row(sql, args![recording.as_str(), path]).await?.as_ref().map(part_row).transpose()
    }

    /// The parts of a recording, by path.
    pub async fn parts_of(&mut self, recording: &RecordingId) -> Result<Vec<PartRow>, Fault> {
        let sql = "select path, address, bytes, format from part where recording = $1 order by path";
        self.rows(sql, args![recording.as_str()]).await?.iter().map(part_row).collect()
    }

    /// Writes what an edition says of itself.
    pub async fn put_edition(
        &mut self,
        recording: &RecordingId,
        row: &EditionRow,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "insert into edition (recording, language, publisher, identifier, description, pages, changed_us) \
                   values ($1, $2, $3, $4, $5, $6, $7) on conflict (recording) do update set language = excluded.language, \
                   publisher = excluded.publisher, identifier = excluded.identifier, description = excluded.description, \
                   pages = excluded.pages, changed_us = excluded.changed_us";
        let values = args![
            recording.as_str(),
            &row.language,
            &row.publisher,
            &row.identifier,
            &row.description,
            row.pages,
            now.as_microsecond()
        ];
        self.run(sql, values).await.map(drop)
    }

    /// What an edition says of itself.
    pub async fn edition(&mut self, recording: &RecordingId) -> Result<Option<EditionRow>, Fault> {
        let sql =
            "select language, publisher, identifier, description, pages from edition where recording = $1";
        let row = self.row(sql, args![recording.as_str()]).await?;
        row.map(|r| {
            Ok(EditionRow {
                language: r.text(0)?,
                publisher: r.text(1)?,
                identifier: r.text(2)?,
                description: r.text(3)?,
                pages: r.opt_int(4)?,
            })
        })
        .transpose()
    }

    /// Records a word about who made a recording.
    pub async fn add_declaration(
        &mut self,
        recording: &RecordingId,
        act: &str,
        made: &str,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "insert into declaration (recording, act, made, by_party, reason, at_us) values ($1, $2, $3, $4, $5, $6)";
        let values = args![recording.as_str(), act, made, by, reason, now.as_microsecond()];
        self.run(sql, values).await.map(drop)
    }

    /// Sets what counts now: the word, and who says so.
    pub async fn set_made(&mut self, recording: &RecordingId, made: &str, by: &str) -> Result<(), Fault> {
        let sql = "update recording set made = $2, made_by = $3 where id = $1";
        self.run(sql, args![recording.as_str(), made, by]).await.map(drop)
    }

    /// What counts now: the word and who says so; both empty where nobody said anything.
    pub async fn made(&mut self, recording: &RecordingId) -> Result<(String, String), Fault> {
        let row =
            self.row("select made, made_by from recording where id = $1", args![recording.as_str()]).await?;
        row.map_or(Ok(Default::default()), |r| Ok((r.text(0)?, r.text(1)?)))
    }

    /// Everything said about who made a recording, in order.
    pub async fn declarations(&mut self, recording: &RecordingId) -> Result<Vec<DeclarationRow>, Fault> {
        let sql = "select seq, recording, act, made, by_party, reason, at_us from declaration where recording = $1 order by seq";
        self.rows(sql, args![recording.as_str()]).await?.iter().map(declaration_row).collect()
    }

    /// Contests that nobody decided yet: the last word about their recording is a contest.
    pub async fn open_contests(&mut self) -> Result<Vec<DeclarationRow>, Fault> {
        let sql = "select seq, recording, act, made, by_party, reason, at_us from declaration d where act = 'contest' \
                   and not exists (select 1 from declaration l where l.recording = d.recording and l.seq > d.seq) order by seq";
        self.rows(sql, args![]).await?.iter().map(declaration_row).collect()
    }
}

fn part_row(row: &Row) -> Result<PartRow, Fault> {
    Ok(PartRow { path: row.text(0)?, address: row.text(1)?, bytes: row.int(2)?, format: row.text(3)? })
}

fn declaration_row(row: &Row) -> Result<DeclarationRow, Fault> {
    Ok(DeclarationRow {
        seq: row.int(0)?,
        recording: row.parse(1)?,
        act: row.text(2)?,
        made: row.text(3)?,
        by: row.text(4)?,
        reason: row.text(5)?,
        at: Timestamp::from_microsecond(row.int(6)?).map_err(|e| Fault::new(e.to_string()))?,
    })
}
