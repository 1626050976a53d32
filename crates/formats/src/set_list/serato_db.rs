//! The database of Serato DJ 4: every session as a set.
//!
//! `history_entry` belongs to a `history_session`, holds its own copy of the tags, unix times of loading and
//! ejecting, and `played`, which is 0 for tracks merely loaded.

use std::collections::BTreeMap;

use music::{OwnTrackId, Problem};

use super::gather::{self, Gather};
use super::sqlite::{Database, Row};
use super::{Format, Line, SetListFile};

/// Whether the database is Serato's.
pub(super) fn is(db: &Database) -> bool {
    db.has("history_session") || db.has("history_entry")
}

/// All sessions; entries whose session is gone come last, as sets without a name.
pub(super) fn read(db: &Database) -> SetListFile {
    let mut out = Gather::new(Format::SeratoDb, db.bytes());
    let mut entries = entries(db, &mut out);
    for session in db.rows("history_session", &["id", "start_time", "?name"], &mut out) {
        out.open_set(session.text(2), session.number(1).and_then(gather::unix));
        let rows = session.number(0).and_then(|id| entries.remove(&Some(id)));
        rows.unwrap_or_default().iter().for_each(|row| push(row, &mut out));
    }
    for rows in entries.into_values() {
        out.open_set(None, None);
        rows.iter().for_each(|row| push(row, &mut out));
    }
    if out.is_empty() {
        let hint =
            "play a session in Serato DJ 4, or take the `.session` files in `_Serato_/History/Sessions`";
        out.problem(Problem::new("no-history", 0, "the Serato database holds no history", hint));
    }
    out.finish()
}

fn entries(db: &Database, out: &mut Gather) -> BTreeMap<Option<i64>, Vec<Row>> {
    let columns = [
        "session_id",
        "start_time",
        "?end_time",
        "played",
        "artist",
        "name",
        "?remixer",
        "?album",
        "?label",
        "?year",
        "?length_sec",
        "?comments",
        "?grouping",
        "?file_name",
    ];
    let mut entries: BTreeMap<_, Vec<Row>> = BTreeMap::new();
    db.each("history_entry", &columns, out, |row| entries.entry(row.number(0)).or_default().push(row));
    entries.values_mut().for_each(|rows| rows.sort_by_key(|row| (row.number(1), row.id)));
    entries
}

fn push(row: &Row, out: &mut Gather) {
    let played_s =
        row.number(2).zip(row.number(1)).and_then(|(end, start)| gather::seconds(end.checked_sub(start)?));
    let title = row.text(5);
    let own_id =
        [11, 12].into_iter().filter_map(|column| row.text(column)).find_map(|t| OwnTrackId::find(&t));
    out.push(Line {
        line: row.line(),
        text: if title.is_none() { row.text(13).and_then(|f| gather::stem(&f)) } else { None },
        artist: row.text(4),
        title,
        remixer: row.text(6),
        album: row.text(7),
        label: row.text(8),
        year: row.year(9),
        duration_s: row.number(10).and_then(gather::seconds),
        own_id,
        own_id_slip: row.text(11).and_then(|t| OwnTrackId::slip(&t)),
        started_at: row.number(1).and_then(gather::unix),
        played_s,
        played: row.number(3).is_some_and(|played| played != 0),
        ..Line::default()
    });
}
