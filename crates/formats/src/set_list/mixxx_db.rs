//! `mixxxdb.sqlite` of Mixxx: every set log as a set.
//!
//! A set log is a row of `Playlists` with `hidden` 2. Mixxx adds a track to it once it has really been
//! played, and writes the times with SQLite's `CURRENT_TIMESTAMP`, which is universal time.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::tz::Offset;
use music::usage::Moment;
use music::{OwnTrackId, Problem};

use super::gather::{self, Gather};
use super::rekordbox_db::missing_track;
use super::sqlite::{Database, Row};
use super::{Format, Line, SetListFile};

/// `Playlists.hidden` of a set log.
const SET_LOG: i64 = 2;

/// Whether the database is Mixxx's.
pub(super) fn is(db: &Database) -> bool {
    db.has("PlaylistTracks") && db.has("Playlists")
}

/// All set logs.
pub(super) fn read(db: &Database) -> SetListFile {
    let mut out = Gather::new(Format::MixxxDb, db.bytes());
    let mut logs = db.rows("Playlists", &["id", "name", "hidden", "?date_created"], &mut out);
    logs.retain(|row| row.number(2) == Some(SET_LOG));
    let ids: HashSet<i64> = logs.iter().filter_map(|row| row.number(0)).collect();
    let mut entries = entries(db, &ids, &mut out);
    let tracks = tracks(db, &entries, &mut out);
    for log in &logs {
        let rows = log.number(0).and_then(|id| entries.remove(&id)).unwrap_or_default();
        out.open_set(log.text(1), universal(log, 3));
        rows.iter().for_each(|row| push(row, &tracks, log.text(1).as_deref(), &mut out));
    }
    if out.is_empty() {
        let hint = "Mixxx keeps one per day under History once a track has been played";
        out.problem(Problem::new("no-history", 0, "the Mixxx database holds no set log", hint));
    }
    out.finish()
}

fn entries(db: &Database, logs: &HashSet<i64>, out: &mut Gather) -> BTreeMap<i64, Vec<Row>> {
    let mut entries: BTreeMap<i64, Vec<Row>> = BTreeMap::new();
    db.each("PlaylistTracks", &["playlist_id", "track_id", "position", "?pl_datetime_added"], out, |row| {
        if let Some(log) = row.number(0).filter(|id| logs.contains(id)) {
            entries.entry(log).or_default().push(row);
        }
    });
    entries.values_mut().for_each(|rows| rows.sort_by_key(|row| (row.number(2), row.id)));
    entries
}

fn tracks(db: &Database, entries: &BTreeMap<i64, Vec<Row>>, out: &mut Gather) -> HashMap<i64, Line> {
    let wanted: HashSet<i64> = entries.values().flatten().filter_map(|row| row.number(1)).collect();
    let mut tracks = HashMap::new();
    if wanted.is_empty() {
        return tracks;
    }
    let columns = ["id", "artist", "title", "?album", "?year", "?duration", "?comment", "?grouping"];
    db.each("library", &columns, out, |row| {
        let Some(id) = row.number(0).filter(|id| wanted.contains(id)) else { return };
        let own_id =
            [6, 7].into_iter().filter_map(|column| row.text(column)).find_map(|t| OwnTrackId::find(&t));
        let line = Line {
            artist: row.text(1),
            title: row.text(2),
            album: row.text(3),
            year: row.year(4),
            duration_s: row.number(5).and_then(gather::seconds),
            own_id,
            own_id_slip: row.text(6).and_then(|t| OwnTrackId::slip(&t)),
            played: true,
            ..Line::default()
        };
        tracks.insert(id, line);
    });
    tracks
}

fn push(row: &Row, tracks: &HashMap<i64, Line>, set: Option<&str>, out: &mut Gather) {
    let track = row.number(1).and_then(|id| tracks.get(&id));
    if track.is_none() {
        out.problem(missing_track(row.line(), row.text(1).as_deref(), set));
    }
    let started_at = universal(row, 3);
    out.push(Line { line: row.line(), started_at, played: true, ..track.cloned().unwrap_or_default() });
}

/// A time without offset that is known to be universal.
fn universal(row: &Row, column: usize) -> Option<Moment> {
    match gather::moment(&row.text(column)?)? {
        Moment::Local(at) => Offset::UTC.to_timestamp(at).ok().map(Moment::Instant),
        instant => Some(instant),
    }
}
