//! Events, set lists and their lines.

use jiff::Timestamp;
use music::{EventId, LineId, PartyId, RecordingId, SetListId, event::Event};

use crate::db::{Row, Tx, Value};
use crate::{Fault, args};

/// A set list as submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetListRow {
    /// Our id.
    pub id: SetListId,
    /// What it was played at.
    pub event: EventId,
    /// Who played.
    pub performer: PartyId,
    /// Who sent it in.
    pub submitted_by: PartyId,
    /// The file's name.
    pub document: String,
    /// SHA-256 of the file and the chosen set.
    pub document_hash: String,
    /// What the file was.
    pub format: String,
    /// Which of its sets.
    pub set_number: u32,
    /// What producers may see: `track-only`, `city-and-date` or `everything`.
    pub visibility: String,
    /// `open`, `asked`, `same` or `withdrawn`.
    pub status: String,
    /// The list it is the same performance as.
    pub same_as: Option<SetListId>,
    /// When it came.
    pub created: Timestamp,
}

/// One line of a set list with its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRow {
    /// Our id.
    pub id: LineId,
    /// Its list.
    pub set_list: SetListId,
    /// Place in the set, from 1.
    pub position: u32,
    /// Line of the document.
    pub origin_line: i64,
    /// The line as a person would write it.
    pub raw: String,
    /// Artist credit as read.
    pub artist: String,
    /// Title as read.
    pub title: String,
    /// Version as read.
    pub version: String,
    /// Label as read.
    pub label: String,
    /// Length of the track in seconds.
    pub duration_s: Option<u32>,
    /// ISRC as read.
    pub isrc: Option<String>,
    /// MusicBrainz recording as read.
    pub mbid: Option<String>,
    /// Own track id as read.
    pub own_id: Option<String>,
    /// When it was started, RFC 3339.
    pub started_at: Option<String>,
    /// Seconds heard.
    pub played_s: Option<u32>,
    /// Whether it was played to the public.
    pub played: bool,
    /// `matched`, `ambiguous` or `unmatched`.
    pub verdict: String,
    /// The recording, where matched.
    pub recording: Option<RecordingId>,
    /// Calibrated chance of the best candidate being right, in millionths.
    pub probability_ppm: u32,
    /// Reasons, one a line: `code<TAB>words in English`; older lines are words alone. See [`LineRow::reasons`].
    pub reasons: String,
    /// Artist, title and version as folded; lines spelled alike share it. `None` for lines of before it was kept.
    pub spelling: Option<String>,
    /// The best candidates: `recording<TAB>probability in millionths`, one a line.
    pub candidates: String,
    /// Who settled it by hand.
    pub decided_by: Option<PartyId>,
}

impl LineRow {
    /// The reasons of the verdict, each as its code (empty where none was kept) and its words in English.
    pub fn reasons(&self) -> impl Iterator<Item = (&str, &str)> {
        self.reasons.lines().map(|line| line.split_once('\t').unwrap_or(("", line)))
    }
}

const LIST: &str = "id, event, performer, submitted_by, document, document_hash, format, set_number, visibility, status, same_as, created_us";
const LINE: &str = "id, set_list, position, origin_line, raw, artist, title, version, label, duration_s, isrc, mbid, own_id, \
                    started_at, played_s, played, verdict, recording, probability_ppm, reasons, candidates, decided_by, spelling";

impl Tx {
    /// Writes a new event.
    pub async fn insert_event(&mut self, event: &Event) -> Result<(), Fault> {
        let sql = "insert into event (id, name, day, venue, city, territory, time_zone, performer) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values = args![
            event.id.as_str(),
            &event.name,
            event.date.map(|d| d.to_string()),
            &event.venue,
            &event.city,
            event.territory.as_ref().map(|t| t.as_str().to_owned()),
            &event.time_zone,
            event.performer.as_str(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// An event by id.
    pub async fn event(&mut self, id: &EventId) -> Result<Option<Event>, Fault> {
        let sql =
            "select id, name, day, venue, city, territory, time_zone, performer from event where id = $1";
        self.row(sql, args![id.as_str()]).await?.as_ref().map(event_row).transpose()
    }

    /// The events of a performer, newest day first.
    pub async fn events_of(&mut self, performer: &PartyId) -> Result<Vec<Event>, Fault> {
        let sql = "select id, name, day, venue, city, territory, time_zone, performer from event where performer = $1 \
                   order by day desc, id";
        self.rows(sql, args![performer.as_str()]).await?.iter().map(event_row).collect()
    }

    /// Writes a new set list.
    pub async fn insert_set_list(&mut self, list: &SetListRow) -> Result<(), Fault> {
        let sql = format!(
            "insert into set_list ({LIST}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        );
        let values = args![
            list.id.as_str(),
            list.event.as_str(),
            list.performer.as_str(),
            list.submitted_by.as_str(),
            &list.document,
            &list.document_hash,
            &list.format,
            list.set_number,
            &list.visibility,
            &list.status,
            list.same_as.as_ref().map(|s| s.as_str().to_owned()),
            list.created.as_microsecond(),
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// A set list by id.
    pub async fn set_list(&mut self, id: &SetListId) -> Result<Option<SetListRow>, Fault> {
        let sql = format!("select {LIST} from set_list where id = $1");
        self.row(&sql, args![id.as_str()]).await?.as_ref().map(set_list_row).transpose()
    }

    /// The set lists made from a document with this hash.
    pub async fn set_lists_by_hash(&mut self, hash: &str) -> Result<Vec<SetListRow>, Fault> {
        let sql = format!(
            "select {LIST} from set_list where document_hash = $1 and status <> 'withdrawn' order by id"
        );
        self.rows(&sql, args![hash]).await?.iter().map(set_list_row).collect()
    }

    /// The set lists of an event.
    pub async fn set_lists_of(&mut self, event: &EventId) -> Result<Vec<SetListRow>, Fault> {
        let sql = format!("select {LIST} from set_list where event = $1 order by created_us, id");
        self.rows(&sql, args![event.as_str()]).await?.iter().map(set_list_row).collect()
    }

    /// The set lists of a performer, newest first.
    pub async fn set_lists_by(&mut self, performer: &PartyId, limit: i64) -> Result<Vec<SetListRow>, Fault> {
        let sql =
            format!("select {LIST} from set_list where performer = $1 order by created_us desc, id limit $2");
        self.rows(&sql, args![performer.as_str(), limit]).await?.iter().map(set_list_row).collect()
    }

    /// All set lists, newest first.
    pub async fn set_lists(&mut self, limit: i64) -> Result<Vec<SetListRow>, Fault> {
        let sql = format!("select {LIST} from set_list order by created_us desc, id limit $1");
        self.rows(&sql, args![limit]).await?.iter().map(set_list_row).collect()
    }

    /// Changes where a set list stands.
    pub async fn set_list_status(
        &mut self,
        id: &SetListId,
        status: &str,
        same_as: Option<&SetListId>,
    ) -> Result<(), Fault> {
        let sql = "update set_list set status = $2, same_as = $3 where id = $1";
        self.run(sql, args![id.as_str(), status, same_as.map(|s| s.as_str().to_owned())]).await.map(drop)
    }

    /// Changes what producers may see of a set list.
    pub async fn set_visibility(&mut self, id: &SetListId, visibility: &str) -> Result<(), Fault> {
        self.run("update set_list set visibility = $2 where id = $1", args![id.as_str(), visibility])
            .await
            .map(drop)
    }

    /// Writes the lines of a set list.
    pub async fn insert_lines(&mut self, lines: &[LineRow]) -> Result<(), Fault> {
        let rows = lines.iter().map(line_values).collect();
        self.insert_many(&format!("insert into set_list_line ({LINE})"), rows, "").await
    }

    /// The lines of a set list, in playing order.
    pub async fn lines_of(&mut self, id: &SetListId) -> Result<Vec<LineRow>, Fault> {
        let sql = format!("select {LINE} from set_list_line where set_list = $1 order by position");
        self.rows(&sql, args![id.as_str()]).await?.iter().map(line_row).collect()
    }

    /// A line by id.
    pub async fn line(&mut self, id: &LineId) -> Result<Option<LineRow>, Fault> {
        let sql = format!("select {LINE} from set_list_line where id = $1");
        self.row(&sql, args![id.as_str()]).await?.as_ref().map(line_row).transpose()
    }

    /// The played lines that need a person, oldest list first; of one list where it is named.
    pub async fn lines_to_review(&mut self, list: Option<&SetListId>) -> Result<Vec<LineRow>, Fault> {
        let sql = format!(
            "select {LINE} from set_list_line where played = 1 and verdict = 'ambiguous' and ($1 = '' or set_list = $1) \
             order by set_list, position"
        );
        let list = list.map_or("", |l| l.as_str());
        self.rows(&sql, args![list]).await?.iter().map(line_row).collect()
    }

    /// Settles a line by a person's word: a recording, or none.
    pub async fn settle_line(
        &mut self,
        id: &LineId,
        recording: Option<&RecordingId>,
        reason: &str,
        by: &PartyId,
    ) -> Result<(), Fault> {
        let sql = "update set_list_line set verdict = $2, recording = $3, probability_ppm = $4, reasons = $5, decided_by = $6 where id = $1";
        let verdict = if recording.is_some() { "matched" } else { "unmatched" };
        let sure = if recording.is_some() { 1_000_000_i64 } else { 0 };
        let recording = recording.map(|r| r.as_str().to_owned());
        self.run(sql, args![id.as_str(), verdict, recording, sure, reason, by.as_str()]).await.map(drop)
    }
}

fn event_row(row: &Row) -> Result<Event, Fault> {
    Ok(Event {
        id: row.parse(0)?,
        name: row.text(1)?,
        date: row.opt_parse(2)?,
        venue: row.text(3)?,
        city: row.text(4)?,
        territory: row.opt_parse(5)?,
        time_zone: row.text(6)?,
        performer: row.parse(7)?,
    })
}

fn set_list_row(row: &Row) -> Result<SetListRow, Fault> {
    Ok(SetListRow {
        id: row.parse(0)?,
        event: row.parse(1)?,
        performer: row.parse(2)?,
        submitted_by: row.parse(3)?,
        document: row.text(4)?,
        document_hash: row.text(5)?,
        format: row.text(6)?,
        set_number: small(row.int(7)?)?,
        visibility: row.text(8)?,
        status: row.text(9)?,
        same_as: row.opt_parse(10)?,
        created: instant(row.int(11)?)?,
    })
}

fn line_values(line: &LineRow) -> Vec<Value> {
    args![
        line.id.as_str(),
        line.set_list.as_str(),
        line.position,
        line.origin_line,
        &line.raw,
        &line.artist,
        &line.title,
        &line.version,
        &line.label,
        line.duration_s,
        line.isrc.clone(),
        line.mbid.clone(),
        line.own_id.clone(),
        line.started_at.clone(),
        line.played_s,
        line.played,
        &line.verdict,
        line.recording.as_ref().map(|r| r.as_str().to_owned()),
        line.probability_ppm,
        &line.reasons,
        &line.candidates,
        line.decided_by.as_ref().map(|p| p.as_str().to_owned()),
        line.spelling.clone(),
    ]
}

fn line_row(row: &Row) -> Result<LineRow, Fault> {
    let opt_small = |v: Option<i64>| v.map(small).transpose();
    Ok(LineRow {
        id: row.parse(0)?,
        set_list: row.parse(1)?,
        position: small(row.int(2)?)?,
        origin_line: row.int(3)?,
        raw: row.text(4)?,
        artist: row.text(5)?,
        title: row.text(6)?,
        version: row.text(7)?,
        label: row.text(8)?,
        duration_s: opt_small(row.opt_int(9)?)?,
        isrc: row.opt_text(10)?,
        mbid: row.opt_text(11)?,
        own_id: row.opt_text(12)?,
        started_at: row.opt_text(13)?,
        played_s: opt_small(row.opt_int(14)?)?,
        played: row.int(15)? == 1,
        verdict: row.text(16)?,
        recording: row.opt_parse(17)?,
        probability_ppm: small(row.int(18)?)?,
        reasons: row.text(19)?,
        candidates: row.text(20)?,
        decided_by: row.opt_parse(21)?,
        spelling: row.opt_text(22)?,
    })
}

pub(crate) fn small(value: i64) -> Result<u32, Fault> {
    u32::try_from(value).map_err(|_| Fault::new("a small number in the database is out of range"))
}

pub(crate) fn instant(micros: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_microsecond(micros).map_err(|_| Fault::new("a time in the database is out of range"))
}
