//! What members played, and everything a run was shared by.

use jiff::Timestamp;
use music::{PotId, RecordingId, RunId};

use crate::db::Tx;
use crate::set_list::instant;
use crate::{Fault, args};

/// A delivery of plays for a pot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayListRow {
    /// Its id.
    pub id: String,
    /// The pot.
    pub pot: PotId,
    /// The file's name.
    pub document: String,
    /// SHA-256 of its bytes.
    pub document_hash: String,
    /// Paid seats; the members with a play where absent.
    pub seats: Option<i64>,
    /// How long the plays took in all, in seconds.
    pub period_s: i64,
    /// Who delivered it.
    pub by: String,
    /// When.
    pub created: Timestamp,
}

/// What one member played of one recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayRow {
    /// The line of the file.
    pub line: i64,
    /// The member, as a salted name.
    pub member: String,
    /// The recording.
    pub recording: RecordingId,
    /// Counted plays.
    pub plays: i64,
    /// Seconds heard in all of them.
    pub played_s: Option<i64>,
    /// When it began, in seconds since 1970 UTC.
    pub at_s: Option<i64>,
    /// Whether the member sought it.
    pub sought: bool,
    /// Plays of it by the same member before.
    pub before: i64,
}

impl Tx {
    /// Writes a delivery with its plays.
    pub async fn insert_plays(&mut self, list: &PlayListRow, plays: &[PlayRow]) -> Result<(), Fault> {
        let sql = "insert into play_list (id, pot, document, document_hash, seats, period_s, by_party, created_us) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values = args![
            &list.id,
            list.pot.as_str(),
            &list.document,
            &list.document_hash,
            list.seats,
            list.period_s,
            &list.by,
            list.created.as_microsecond(),
        ];
        self.run(sql, values).await?;
        let rows = plays
            .iter()
            .map(|p| {
                args![
                    &list.id,
                    p.line,
                    &p.member,
                    p.recording.as_str(),
                    p.plays,
                    p.played_s,
                    p.at_s,
                    p.sought,
                    p.before
                ]
            })
            .collect();
        let head = "insert into play (list, line, member, recording, plays, played_s, at_s, sought, before)";
        self.insert_many(head, rows, "").await
    }

    /// The deliveries for a pot, oldest first.
    pub async fn play_lists_of(&mut self, pot: &PotId) -> Result<Vec<PlayListRow>, Fault> {
        let sql = "select id, pot, document, document_hash, seats, period_s, by_party, created_us from play_list \
                   where pot = $1 order by created_us, id";
        let rows = self.rows(sql, args![pot.as_str()]).await?;
        rows.iter()
            .map(|r| {
                Ok(PlayListRow {
                    id: r.text(0)?,
                    pot: r.parse(1)?,
                    document: r.text(2)?,
                    document_hash: r.text(3)?,
                    seats: r.opt_int(4)?,
                    period_s: r.int(5)?,
                    by: r.text(6)?,
                    created: instant(r.int(7)?)?,
                })
            })
            .collect()
    }

    /// The plays of a pot, by delivery and line.
    pub async fn plays_of(&mut self, pot: &PotId) -> Result<Vec<PlayRow>, Fault> {
        let sql = "select p.line, p.member, p.recording, p.plays, p.played_s, p.at_s, p.sought, p.before \
                   from play p join play_list l on l.id = p.list where l.pot = $1 order by l.created_us, l.id, p.line";
        let rows = self.rows(sql, args![pot.as_str()]).await?;
        rows.iter()
            .map(|r| {
                Ok(PlayRow {
                    line: r.int(0)?,
                    member: r.text(1)?,
                    recording: r.parse(2)?,
                    plays: r.int(3)?,
                    played_s: r.opt_int(4)?,
                    at_s: r.opt_int(5)?,
                    sought: r.int(6)? == 1,
                    before: r.int(7)?,
                })
            })
            .collect()
    }

    /// How often each member played each recording of a party's, for a pot.
    pub async fn plays_of_party(
        &mut self,
        pot: &PotId,
        party: &music::PartyId,
    ) -> Result<Vec<(RecordingId, String, i64)>, Fault> {
        let sql = "select p.recording, p.member, cast(sum(p.plays) as bigint) from play p join play_list l on l.id = p.list \
                   where l.pot = $1 and p.recording in (select distinct recording from allocation_line where party = $2 and pot = $1) \
                   group by p.recording, p.member order by p.recording, p.member";
        let rows = self.rows(sql, args![pot.as_str(), party.as_str()]).await?;
        rows.iter().map(|r| Ok((r.parse(0)?, r.text(1)?, r.int(2)?))).collect()
    }

    /// Plays of each recording in deliveries since an instant.
    pub async fn plays_since(&mut self, since: Timestamp) -> Result<Vec<(RecordingId, u64)>, Fault> {
        let sql = "select p.recording, cast(sum(p.plays) as bigint) from play p join play_list l on l.id = p.list \
                   where l.created_us > $1 group by p.recording order by p.recording";
        let rows = self.rows(sql, args![since.as_microsecond()]).await?;
        rows.iter().map(|r| Ok((r.parse(0)?, u64::try_from(r.int(1)?).unwrap_or(0)))).collect()
    }

    /// Keeps what a pot was shared by in a run.
    pub async fn keep_input(&mut self, run: &RunId, pot: &PotId, input: &str) -> Result<(), Fault> {
        let sql = "insert into run_input (run, pot, input) values ($1, $2, $3)";
        self.run(sql, args![run.as_str(), pot.as_str(), input]).await.map(drop)
    }

    /// What a pot was shared by in a run, where it was kept.
    pub async fn kept_input(&mut self, run: &RunId, pot: &PotId) -> Result<Option<String>, Fault> {
        let sql = "select input from run_input where run = $1 and pot = $2";
        self.row(sql, args![run.as_str(), pot.as_str()]).await?.map(|r| r.text(0)).transpose()
    }
}
