//! Databases of Engine DJ: every history list as a set.
//!
//! 1.x keeps lists of all kinds in `m.db`: `List` type 2 is a history, `ListTrackList` its entries, and the
//! tags lie in `MetaData` by number. From 2.x on histories lie in `hm.db`, with `Historylist`,
//! `HistorylistEntity` (unix time of start) and a `Track` table of their own; `m.db` then holds none.

use std::collections::{BTreeMap, HashMap, HashSet};

use music::{OwnTrackId, Problem};

use super::gather::{self, Gather};
use super::rekordbox_db::missing_track;
use super::sqlite::{Database, Row};
use super::{Format, Line, SetListFile};

/// `List.type` of a history in 1.x.
const HISTORY: i64 = 2;

/// Whether the database is Engine's.
pub(super) fn is(db: &Database) -> bool {
    let lists = db.has("HistorylistEntity") || db.has("ListTrackList");
    lists || db.has("Information") && (db.has("Track") || db.has("PerformanceData"))
}

/// All history lists.
pub(super) fn read(db: &Database) -> SetListFile {
    let mut out = Gather::new(Format::EngineDb, db.bytes());
    if db.has("HistorylistEntity") {
        read_current(db, &mut out);
    } else if db.has("ListTrackList") {
        read_first(db, &mut out);
    }
    if out.is_empty() {
        let hint = "take `hm.db` from the folder `Engine Library/Database2`, or `m.db` of Engine 1.x";
        out.problem(Problem::new("no-history", 0, "the Engine DJ database holds no history", hint));
    }
    out.finish()
}

/// 2.x and later.
fn read_current(db: &Database, out: &mut Gather) {
    let mut entries: BTreeMap<Option<i64>, Vec<Row>> = BTreeMap::new();
    db.each("HistorylistEntity", &["listId", "trackId", "startTime"], out, |row| {
        entries.entry(row.number(0)).or_default().push(row);
    });
    entries.values_mut().for_each(|rows| rows.sort_by_key(|row| (row.number(2), row.id)));
    let tracks = tracks(db, &entries, out);
    for list in db.rows("Historylist", &["id", "title", "startTime", "?isDeleted"], out) {
        let rows = entries.remove(&list.number(0)).unwrap_or_default();
        if list.number(3) == Some(1) {
            continue;
        }
        let name = list.text(1);
        out.open_set(name.clone(), time(&list, 2));
        rows.iter().for_each(|row| push(row, &tracks, &name, time(row, 2), out));
    }
    for rows in entries.into_values() {
        out.open_set(None, None);
        rows.iter().for_each(|row| push(row, &tracks, &None, time(row, 2), out));
    }
}

/// 1.x.
fn read_first(db: &Database, out: &mut Gather) {
    let mut entries: BTreeMap<Option<i64>, Vec<Row>> = BTreeMap::new();
    db.each("ListTrackList", &["listId", "trackId", "?trackNumber", "listType"], out, |row| {
        if row.number(3) == Some(HISTORY) {
            entries.entry(row.number(0)).or_default().push(row);
        }
    });
    entries.values_mut().for_each(|rows| rows.sort_by_key(|row| (row.number(2), row.id)));
    let tracks = with_tags(db, tracks(db, &entries, out), out);
    for list in db.rows("List", &["id", "title", "type", "?isFolder"], out) {
        if list.number(2) != Some(HISTORY) || list.number(3) == Some(1) {
            continue;
        }
        let name = list.text(1);
        out.open_set(name.clone(), None);
        let rows = entries.remove(&list.number(0)).unwrap_or_default();
        rows.iter().for_each(|row| push(row, &tracks, &name, None, out));
    }
}

fn time(row: &Row, column: usize) -> Option<music::usage::Moment> {
    let unix = row.number(column).and_then(gather::unix);
    unix.or_else(|| row.text(column).and_then(|text| gather::moment(&text)))
}

fn push(
    row: &Row,
    tracks: &HashMap<i64, Line>,
    set: &Option<String>,
    started_at: Option<music::usage::Moment>,
    out: &mut Gather,
) {
    let track = row.number(1).and_then(|id| tracks.get(&id));
    if track.is_none() {
        out.problem(missing_track(row.line(), row.text(1).as_deref(), set.as_deref()));
    }
    out.push(Line { line: row.line(), started_at, played: true, ..track.cloned().unwrap_or_default() });
}

/// The tracks that entries point to. In 1.x the tags are missing here and follow from [`with_tags`].
fn tracks(db: &Database, entries: &BTreeMap<Option<i64>, Vec<Row>>, out: &mut Gather) -> HashMap<i64, Line> {
    let wanted: HashSet<i64> = entries.values().flatten().filter_map(|row| row.number(1)).collect();
    let mut tracks = HashMap::new();
    if wanted.is_empty() {
        return tracks;
    }
    let columns = [
        "id",
        "?title",
        "?artist",
        "?album",
        "?label",
        "?remixer",
        "?year",
        "length",
        "?comment",
        "?filename",
        "?lengthCalculated",
    ];
    db.each("Track", &columns, out, |row| {
        let Some(id) = row.number(0).filter(|id| wanted.contains(id)) else { return };
        let title = row.text(1);
        let line = Line {
            text: if title.is_none() { row.text(9).and_then(|f| gather::stem(&f)) } else { None },
            artist: row.text(2),
            title,
            album: row.text(3),
            label: row.text(4),
            remixer: row.text(5),
            year: row.year(6),
            duration_s: row
                .number(7)
                .and_then(gather::seconds)
                .or_else(|| row.number(10).and_then(gather::seconds)),
            own_id: row.text(8).and_then(|c| OwnTrackId::find(&c)),
            own_id_slip: row.text(8).and_then(|c| OwnTrackId::slip(&c)),
            played: true,
            ..Line::default()
        };
        tracks.insert(id, line);
    });
    tracks
}

/// The same with the tags that 1.x keeps in `MetaData`: 1 title, 2 artist, 3 album, 5 comment, 6 label.
fn with_tags(db: &Database, mut tracks: HashMap<i64, Line>, out: &mut Gather) -> HashMap<i64, Line> {
    if tracks.is_empty() {
        return tracks;
    }
    db.each("MetaData", &["id", "type", "text"], out, |row| {
        let Some(line) = row.number(0).and_then(|id| tracks.get_mut(&id)) else { return };
        match (row.number(1), row.text(2)) {
            (Some(1), Some(title)) => (line.title, line.text) = (Some(title), None),
            (Some(2), artist) => line.artist = artist,
            (Some(3), album) => line.album = album,
            (Some(5), Some(comment)) => {
                (line.own_id, line.own_id_slip) = (OwnTrackId::find(&comment), OwnTrackId::slip(&comment));
            }
            (Some(6), label) => line.label = label,
            _ => {}
        }
    });
    tracks
}
