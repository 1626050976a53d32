//! `master.db` of rekordbox 6 and 7, once unlocked: every history as a set.
//!
//! `djmdHistory` holds the histories (and folders of them, `Attribute` 1), `djmdSongHistory` their entries
//! in the order `TrackNo`; an entry's `created_at` is when the track was loaded, about when it was started.
//! Histories imported from a USB device are all written in one moment, which is then no time of playing.

use std::collections::{HashMap, HashSet};

use music::usage::Moment;
use music::{OwnTrackId, Problem};

use super::gather::{self, Gather};
use super::sqlite::{Database, Row};
use super::{Format, Line, SetListFile};

/// Whether the database is rekordbox's.
pub(super) fn is(db: &Database) -> bool {
    db.has("djmdHistory") || db.has("djmdContent")
}

/// All histories.
pub(super) fn read(db: &Database) -> SetListFile {
    let mut out = Gather::new(Format::RekordboxDb, db.bytes());
    let columns = ["ID", "Name", "?Attribute", "?rb_local_deleted", "?created_at"];
    let histories = db.rows("djmdHistory", &columns, &mut out);
    let entries = entries(db, &mut out);
    let tracks = tracks(db, &entries, &mut out);
    for history in histories.iter().filter(|row| row.number(2) != Some(1) && row.number(3) != Some(1)) {
        let id = history.text(0).unwrap_or_default();
        let name = history.text(1);
        let mut lines = lines(entries.get(&id).map_or(&[], Vec::as_slice), &tracks, &name, &mut out);
        let imported = written_at_once(&lines);
        if imported {
            forget_times(&mut lines, &name, &mut out);
        }
        out.open_set(name, history.text(4).and_then(|t| gather::moment(&t)).filter(|_| !imported));
        for line in lines {
            out.push(line);
        }
    }
    if out.is_empty() {
        out.problem(Problem::new(
            "no-history",
            0,
            "the rekordbox database holds no history",
            "rekordbox records one while you play in Performance mode; a USB device keeps its own in `export.pdb`",
        ));
    }
    out.finish()
}

/// The entries of each history in playing order.
fn entries(db: &Database, out: &mut Gather) -> HashMap<String, Vec<Row>> {
    let mut entries: HashMap<String, Vec<Row>> = HashMap::new();
    let columns = ["HistoryID", "ContentID", "TrackNo", "?created_at", "?rb_local_deleted"];
    db.each("djmdSongHistory", &columns, out, |row| {
        if row.number(4) != Some(1) {
            entries.entry(row.text(0).unwrap_or_default()).or_default().push(row);
        }
    });
    for rows in entries.values_mut() {
        rows.sort_by_key(|row| (row.number(2), row.id));
    }
    entries
}

/// The tracks that entries point to, each as a line without place and time.
fn tracks(db: &Database, entries: &HashMap<String, Vec<Row>>, out: &mut Gather) -> HashMap<String, Line> {
    let wanted: HashSet<String> = entries.values().flatten().filter_map(|row| row.text(1)).collect();
    let mut found = Vec::new();
    if !wanted.is_empty() {
        let columns = [
            "ID",
            "Title",
            "ArtistID",
            "?RemixerID",
            "?AlbumID",
            "?LabelID",
            "?Length",
            "?ReleaseYear",
            "?ISRC",
            "?Commnt",
            "?Subtitle",
            "?FileNameL",
        ];
        db.each("djmdContent", &columns, out, |row| {
            if row.text(0).is_some_and(|id| wanted.contains(&id)) {
                found.push(row);
            }
        });
    }
    let mut name = |table, column| names(db, table, column, &found, out);
    let (artists, remixers) = (name("djmdArtist", 2), name("djmdArtist", 3));
    let (albums, labels) = (name("djmdAlbum", 4), name("djmdLabel", 5));
    let mut tracks = HashMap::new();
    for row in &found {
        let of = |names: &HashMap<String, String>, column| names.get(&row.text(column)?).cloned();
        let title = row.text(1);
        let line = Line {
            text: if title.is_none() { row.text(11).and_then(|f| gather::stem(&f)) } else { None },
            artist: of(&artists, 2),
            title,
            version: row.text(10),
            remixer: of(&remixers, 3),
            album: of(&albums, 4),
            label: of(&labels, 5),
            year: row.year(7),
            duration_s: row.number(6).and_then(gather::seconds),
            isrc: out.isrc(row.text(8).as_deref(), row.line()),
            own_id: row.text(9).and_then(|c| OwnTrackId::find(&c)),
            own_id_slip: row.text(9).and_then(|c| OwnTrackId::slip(&c)),
            played: true,
            ..Line::default()
        };
        tracks.insert(row.text(0).unwrap_or_default(), line);
    }
    tracks
}

/// The names in `table` of the ids that the tracks have in `column`.
fn names(
    db: &Database,
    table: &str,
    column: usize,
    tracks: &[Row],
    out: &mut Gather,
) -> HashMap<String, String> {
    let wanted: HashSet<String> = tracks.iter().filter_map(|row| row.text(column)).collect();
    let mut names = HashMap::new();
    if wanted.is_empty() {
        return names;
    }
    db.each(table, &["ID", "Name"], out, |row| {
        if let (Some(id), Some(name)) = (row.text(0).filter(|id| wanted.contains(id)), row.text(1)) {
            names.insert(id, name);
        }
    });
    names
}

fn lines(rows: &[Row], tracks: &HashMap<String, Line>, set: &Option<String>, out: &mut Gather) -> Vec<Line> {
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let track = row.text(1).and_then(|id| tracks.get(&id));
        if track.is_none() {
            out.problem(missing_track(row.line(), row.text(1).as_deref(), set.as_deref()));
        }
        lines.push(Line {
            line: row.line(),
            started_at: row.text(3).and_then(|t| gather::moment(&t)),
            played: true,
            ..track.cloned().unwrap_or_default()
        });
    }
    lines
}

/// An entry whose track the file does not hold.
pub(super) fn missing_track(line: u64, id: Option<&str>, set: Option<&str>) -> Problem {
    let (id, set) = (id.unwrap_or("none"), set.unwrap_or("without a name"));
    let message =
        format!("an entry of the history `{set}` points to a track (id `{id}`) that is not in the file");
    Problem::new(
        "missing-track",
        line,
        message,
        "the track was deleted; write artist and title into the line by hand",
    )
}

/// Three entries or more, written faster than anybody can play them: two seconds apart at most.
fn written_at_once(lines: &[Line]) -> bool {
    let seconds = |line: &Line| match line.started_at? {
        Moment::Instant(at) => Some(at.as_second()),
        Moment::Local(at) => at.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|z| z.timestamp().as_second()),
    };
    let times: Vec<i64> = lines.iter().filter_map(seconds).collect();
    let span = times.iter().max().zip(times.iter().min()).map_or(0, |(max, min)| max - min);
    times.len() >= 3 && span <= 2 * (times.len() as i64 - 1)
}

fn forget_times(lines: &mut [Line], set: &Option<String>, out: &mut Gather) {
    lines.iter_mut().for_each(|line| line.started_at = None);
    let set = set.as_deref().unwrap_or("without a name");
    let message =
        format!("the history `{set}` was imported at one moment; its times are not those of playing");
    let problem = Problem::new(
        "times-unknown",
        lines.first().map_or(0, |line| line.line),
        message,
        "the order is right",
    );
    out.problem(problem.notice());
}
