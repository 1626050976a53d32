//! What persons answered to doubtful lines, and lines whose identifier settled them: evidence for the same spelling elsewhere.

use jiff::Timestamp;
use music::{EventId, LineId, PartyId, RecordingId};

use crate::db::{Row, Tx};
use crate::set_list::{instant, small};
use crate::{Fault, LineRow, args};

/// A person's answer that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRow {
    /// The line it was given to; `None` for answers of before lines were noted.
    pub line: Option<LineId>,
    /// The text, spelled plainly.
    pub text_key: String,
    /// Artist, title and version as folded.
    pub spelling: String,
    /// The recording; `None` for "not in the catalogue".
    pub recording: Option<RecordingId>,
    /// Who answered.
    pub by: PartyId,
    /// Whose set list the line is of.
    pub performer: PartyId,
    /// When.
    pub at: Timestamp,
    /// The event of the line.
    pub event: Option<EventId>,
    /// The line's length of the track in seconds.
    pub duration_s: Option<u32>,
}

/// A line that its identifier settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentifiedRow {
    /// The recording that carries the identifier.
    pub recording: RecordingId,
    /// Whose set list it is of.
    pub performer: PartyId,
    /// The event.
    pub event: EventId,
    /// When the list came.
    pub at: Timestamp,
    /// The line's length of the track in seconds.
    pub duration_s: Option<u32>,
}

/// Rows of evidence read for one spelling at most; the newest count.
const EVIDENCE: i64 = 1_000;

impl Tx {
    /// Notes a person's answer to a line; `None` says that it is no recording of the catalogue.
    pub async fn remember_answer(
        &mut self,
        line: &LineRow,
        keys: (&str, &str),
        recording: Option<&RecordingId>,
        by: &PartyId,
        performer: &PartyId,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "insert into line_answer (set_line, text_key, spelling, recording, by_party, performer, at_us) \
                   values ($1, $2, $3, $4, $5, $6, $7)";
        let recording = recording.map(|r| r.as_str().to_owned());
        let at = now.as_microsecond();
        let values = args![line.id.as_str(), keys.0, keys.1, recording, by.as_str(), performer.as_str(), at];
        self.run(sql, values).await.map(drop)
    }

    /// The newest standing answer of each person about each performer's lines with this text or spelling, newest first.
    pub async fn answers_to(&mut self, text_key: &str, spelling: &str) -> Result<Vec<AnswerRow>, Fault> {
        let sql = "select a.set_line, a.text_key, a.spelling, a.recording, a.by_party, a.performer, a.at_us, s.event, l.duration_s \
                   from line_answer a left join set_list_line l on l.id = a.set_line left join set_list s on s.id = l.set_list \
                   where a.seq in (select max(seq) from line_answer where taken_back_us is null and (text_key = $1 or spelling = $2) \
                   group by by_party, performer, text_key, set_line) order by a.seq desc limit $3";
        self.rows(sql, args![text_key, spelling, EVIDENCE]).await?.iter().map(answer_row).collect()
    }

    /// The newest line of each performer with this spelling that an identifier settled, newest first.
    pub async fn identified_lines(&mut self, spelling: &str) -> Result<Vec<IdentifiedRow>, Fault> {
        let sql = "select l.recording, s.performer, s.event, s.created_us, l.duration_s from set_list_line l \
                   join set_list s on s.id = l.set_list join recording r on r.id = l.recording \
                   where l.spelling = $1 and l.verdict = 'matched' and l.decided_by is null and s.status = 'open' \
                   and (l.isrc = r.isrc or l.mbid = r.mbid or l.own_id = r.own_id) order by s.created_us desc, l.id limit $2";
        let rows = self.rows(sql, args![spelling, EVIDENCE]).await?;
        rows.iter()
            .map(|r| {
                Ok(IdentifiedRow {
                    recording: r.parse(0)?,
                    performer: r.parse(1)?,
                    event: r.parse(2)?,
                    at: instant(r.int(3)?)?,
                    duration_s: r.opt_int(4)?.map(small).transpose()?,
                })
            })
            .collect()
    }

    /// Who has really paid for an event: each payer, and the name its bank knows it by.
    pub async fn vouchers(&mut self, event: &EventId) -> Result<Vec<(String, String)>, Fault> {
        let sql = "select distinct c.payer, coalesce(b.counterparty, '') from pot p join contribution c on c.pot = p.id \
                   left join bank_line b on b.contribution = c.id where p.event = $1 and c.received > 0 order by 1, 2";
        let rows = self.rows(sql, args![event.as_str()]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?))).collect()
    }

    /// Takes back what was answered to a line; tells how many answers that were.
    pub async fn take_back_answers(&mut self, line: &LineId, by: &str, now: Timestamp) -> Result<u64, Fault> {
        let sql = "update line_answer set taken_back_us = $2, taken_back_by = $3 where set_line = $1 and taken_back_us is null";
        self.run(sql, args![line.as_str(), now.as_microsecond(), by]).await
    }

    /// Puts a line back to what the matcher says of it.
    pub async fn rematch_line(&mut self, line: &LineRow) -> Result<(), Fault> {
        let sql = "update set_list_line set verdict = $2, recording = $3, probability_ppm = $4, reasons = $5, \
                   candidates = $6, decided_by = null where id = $1";
        let values = args![
            line.id.as_str(),
            &line.verdict,
            line.recording.as_ref().map(|r| r.as_str().to_owned()),
            line.probability_ppm,
            &line.reasons,
            &line.candidates,
        ];
        self.run(sql, values).await.map(drop)
    }

    /// When a row of the catalogue first came, where that is known.
    pub async fn recording_since(&mut self, id: &RecordingId) -> Result<Option<Timestamp>, Fault> {
        let row = self.row("select since_us from recording where id = $1", args![id.as_str()]).await?;
        row.map(|r| r.opt_int(0)).transpose()?.flatten().map(instant).transpose()
    }

    /// Says whether a party's lines may go into the training of the matcher.
    pub async fn set_training_consent(
        &mut self,
        party: &PartyId,
        yes: bool,
        now: Timestamp,
    ) -> Result<(), Fault> {
        if !yes {
            return self
                .run("delete from training_consent where party = $1", args![party.as_str()])
                .await
                .map(drop);
        }
        let sql = "insert into training_consent (party, since_us) values ($1, $2) on conflict do nothing";
        self.run(sql, args![party.as_str(), now.as_microsecond()]).await.map(drop)
    }

    /// Whether a party's answered lines may go into training.
    pub async fn trains_by_answers(&mut self, party: &PartyId) -> Result<bool, Fault> {
        let sql = "select 1 from training_consent where party = $1";
        Ok(self.row(sql, args![party.as_str()]).await?.is_some())
    }

    /// What may go into training: the line as written, its length, and the recording by our id and its source's, each once.
    /// Only lines whose performer and answerer both agreed; nothing tells whose they are.
    pub async fn training_answers(&mut self) -> Result<Vec<(LineRow, Option<RecordingId>)>, Fault> {
        let sql = "select a.set_line, a.recording from line_answer a where a.taken_back_us is null and a.set_line is not null \
                   and a.seq = (select max(seq) from line_answer o where o.set_line = a.set_line and o.taken_back_us is null) \
                   and a.by_party in (select party from training_consent) and a.performer in (select party from training_consent) order by a.seq";
        let mut all = Vec::new();
        for row in self.rows(sql, args![]).await? {
            if let Some(line) = self.line(&row.parse(0)?).await? {
                all.push((line, row.opt_parse(1)?));
            }
        }
        Ok(all)
    }

    /// The names of everybody whose set lists are here.
    pub async fn performer_names(&mut self) -> Result<Vec<String>, Fault> {
        let sql = "select distinct p.name from party p join set_list s on s.performer = p.id order by 1";
        self.rows(sql, args![]).await?.iter().map(|r| r.text(0)).collect()
    }
}

fn answer_row(row: &Row) -> Result<AnswerRow, Fault> {
    Ok(AnswerRow {
        line: row.opt_parse(0)?,
        text_key: row.text(1)?,
        spelling: row.text(2)?,
        recording: row.opt_parse(3)?,
        by: row.parse(4)?,
        performer: row.parse(5)?,
        at: instant(row.int(6)?)?,
        event: row.opt_parse(7)?,
        duration_s: row.opt_int(8)?.map(small).transpose()?,
    })
}
