//! The binary and SQLite families: files that software really wrote, own fixtures, and hostile bytes.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use formats::set_list::write_db::serato_session;
use formats::set_list::{Line, SetListFile};
use music::OwnTrackId;
use music::usage::Moment;
use proptest::prelude::*;
use rusqlite::Connection;

fn read(bytes: &[u8]) -> SetListFile {
    formats::set_list::read(bytes, None)
}

fn read_with(bytes: &[u8], wal: &[u8]) -> SetListFile {
    formats::set_list::read(bytes, Some(wal))
}

fn codes(file: &SetListFile) -> Vec<&'static str> {
    file.problems.iter().map(|problem| problem.code).collect()
}

/// The same with the names of real artists as a number, so that none stands in this repository.
fn sum_of_real(file: &SetListFile) -> String {
    let whole = sum(file);
    let (front, rest) = whole.split_once(" | ").unwrap();
    let (names, problems) = rest.rsplit_once(" | ").unwrap();
    let fnv = names
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    format!("{front} | {fnv:016x} | {problems}")
}

/// One file in a line: format, sets, lines, played, first, last, problems.
fn sum(file: &SetListFile) -> String {
    let name = |line: &Line| {
        let part = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".into());
        format!("{} / {}", part(&line.artist), part(&line.title))
    };
    let played = file.lines.iter().filter(|line| line.played).count();
    let (first, last) = (file.lines.first().map(name), file.lines.last().map(name));
    format!(
        "{} {} sets {} lines {} played | {} | {} | {:?}",
        file.format.map_or("none", |format| format.word()),
        file.sets.len(),
        file.lines.len(),
        played,
        first.unwrap_or_default(),
        last.unwrap_or_default(),
        codes(file),
    )
}

// ---- files that software really wrote -------------------------------------------------------------------

fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/formats");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is missing", folder.display());
    eprintln!("SKIPPED: {} is missing", folder.display());
    None
}

#[test]
fn real_files_are_read_as_they_are() {
    let Some(folder) = shared() else { return };
    let table = include_str!("binary.table");
    let mut wrong = Vec::new();
    for row in table.lines().filter(|row| !row.is_empty() && !row.starts_with('#')) {
        let (path, want) = row.split_once(" => ").unwrap();
        let got = sum_of_real(&read(&std::fs::read(folder.join(path)).unwrap()));
        if got != want {
            wrong.push(format!("{path} => {got}"));
        }
    }
    assert!(wrong.is_empty(), "read otherwise:\n{}", wrong.join("\n"));
}

#[test]
fn side_files_of_rekordbox_name_the_right_one() {
    let Some(folder) = shared() else { return };
    let mut count = 0;
    for path in walk(&folder) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let side =
            name.starts_with("ANLZ") || name.ends_with("SETTING.DAT") || name.ends_with("SETTING2.DAT");
        if side || name.ends_with(".edb") || name == "exportExt.pdb" {
            let file = read(&std::fs::read(&path).unwrap());
            assert_eq!(
                sum(&file),
                "none 0 sets 0 lines 0 played |  |  | [\"wrong-file\"]",
                "{}",
                path.display()
            );
            assert!(file.problems[0].hint.contains("export.pdb"), "{}", path.display());
            count += 1;
        }
    }
    assert!(count > 150, "only {count} side files were found");
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn real_schemas_of_engine_and_serato_are_read() {
    let Some(folder) = shared() else { return };
    let schema = |path: &str| std::fs::read_to_string(folder.join(path)).unwrap();
    let empty = "0 sets 0 lines 0 played |  |  | [\"no-history\"]";
    for (path, rows, want) in [
        ("engine/m-1.6/m.db.sql", "", format!("engine-db {empty}")),
        ("engine/m-1.6/p.db.sql", "", format!("engine-db {empty}")),
        ("engine/m-5.0/m.db.sql", "", format!("engine-db {empty}")),
        ("serato/serato4_schema.sql", "", format!("serato-db {empty}")),
        ("engine/m-1.6/m.db.sql", ENGINE_1_ROWS, ENGINE_1.into()),
        ("serato/serato4_schema.sql", SERATO_4_ROWS, SERATO_4.into()),
    ] {
        assert_eq!(sum(&read(&database(&[&schema(path), rows]))), want, "{path}");
    }
    let current = database(&[&schema("engine/m-5.0/m.db.sql"), ENGINE_2_LISTS, ENGINE_2_ROWS]);
    assert_eq!(sum(&read(&current)), ENGINE_2);
}

// ---- databases ------------------------------------------------------------------------------------------

/// The bytes of a database made by these statements.
fn database(sql: &[&str]) -> Vec<u8> {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("PRAGMA page_size = 1024").unwrap();
    for sql in sql {
        db.execute_batch(sql).unwrap();
    }
    db.serialize("main").unwrap().to_vec()
}

const REKORDBOX: &str = "
    CREATE TABLE djmdHistory (ID VARCHAR(255) PRIMARY KEY, Name, Attribute, rb_local_deleted, created_at);
    CREATE TABLE djmdSongHistory (ID VARCHAR(255) PRIMARY KEY, HistoryID, ContentID, TrackNo, rb_local_deleted, created_at);
    CREATE TABLE djmdContent (ID VARCHAR(255) PRIMARY KEY, Title, ArtistID, RemixerID, AlbumID, LabelID, Length,
                              ReleaseYear, ISRC, Commnt, Subtitle, FileNameL);
    CREATE TABLE djmdArtist (ID VARCHAR(255) PRIMARY KEY, Name);
    CREATE TABLE djmdAlbum (ID VARCHAR(255) PRIMARY KEY, Name);
    CREATE TABLE djmdLabel (ID VARCHAR(255) PRIMARY KEY, Name);
    INSERT INTO djmdHistory VALUES
        ('1', '2026', 1, 0, NULL),
        ('2', 'HISTORY 2026-09-04', 0, 0, '2026-09-04 20:58:00.000 +00:00'),
        ('3', 'deleted', 0, 1, NULL),
        ('4', 'from the stick', 0, 0, '2026-09-06 10:00:00.000 +00:00');
    INSERT INTO djmdArtist VALUES ('10', 'Mira Feld'), ('11', 'Kollektiv Nord');
    INSERT INTO djmdAlbum VALUES ('20', 'Ebb'); INSERT INTO djmdLabel VALUES ('30', 'Nordlicht');
    INSERT INTO djmdContent VALUES
        ('100', 'Low Tide', '10', '', '20', '30', 372, 2025, 'DE-A12-34-00001', 'promo', '', 'low.mp3'),
        ('101', 'Night Drive', '10', '11', NULL, NULL, 401, 0, 'unknown', '', 'KN Remix', 'night.mp3'),
        ('102', '', '', '', NULL, NULL, 0, 0, '', '', '', 'Kollektiv Nord - Ebbe.aiff');
    INSERT INTO djmdSongHistory VALUES
        ('a', '2', '101', 2, 0, '2026-09-04 21:05:30.000 +00:00'),
        ('b', '2', '100', 1, 0, '2026-09-04 21:00:00.000 +00:00'),
        ('c', '2', '100', 3, 1, '2026-09-04 21:09:00.000 +00:00'),
        ('d', '2', '999', 4, 0, '2026-09-04 21:10:00.000 +00:00'),
        ('e', '4', '100', 1, 0, '2026-09-06 10:00:00.000 +00:00'),
        ('f', '4', '101', 2, 0, '2026-09-06 10:00:00.000 +00:00'),
        ('g', '4', '102', 3, 0, '2026-09-06 10:00:01.000 +00:00');";

#[test]
fn a_rekordbox_database_gives_every_history() {
    let file = read(&database(&[REKORDBOX]));
    assert_eq!(
        sum(&file),
        "rekordbox-db 2 sets 6 lines 6 played | Mira Feld / Low Tide | ? / ? | [\"isrc-invalid\", \"missing-track\", \"times-unknown\"]"
    );
    let first = &file.lines[0];
    assert_eq!((first.position, first.set, first.duration_s, first.year), (1, 1, Some(372), Some(2025)));
    assert_eq!(first.isrc.as_ref().unwrap().as_str(), "DEA123400001");
    assert_eq!((first.album.as_deref(), first.label.as_deref()), (Some("Ebb"), Some("Nordlicht")));
    assert_eq!(first.started_at.unwrap().to_string(), "2026-09-04T21:00:00Z");
    let second = &file.lines[1];
    assert_eq!(
        (second.version.as_deref(), second.remixer.as_deref()),
        (Some("KN Remix"), Some("Kollektiv Nord"))
    );
    assert_eq!(file.sets[0].started_at.unwrap().to_string(), "2026-09-04T20:58:00Z");
    assert_eq!(file.lines[5].text.as_deref(), Some("Kollektiv Nord - Ebbe"));
    assert!(
        file.lines[3..].iter().all(|line| line.started_at.is_none()),
        "import times are not times of playing"
    );
}

const ENGINE_1_ROWS: &str = "
    INSERT INTO Track (id, length, year, path, filename) VALUES
        (1, 372, 2025, 'a.mp3', 'a.mp3'), (2, 401, 2024, 'b.mp3', 'b.mp3'), (3, 200, 2023, 'c.mp3', 'c.mp3');
    INSERT INTO MetaData VALUES (1, 1, 'Low Tide'), (1, 2, 'Mira Feld'), (1, 6, 'Nordlicht'),
        (2, 1, 'Night Drive'), (2, 2, 'Kollektiv Nord'), (3, 1, 'Not played'), (3, 2, 'Nobody');
    INSERT INTO List (id, type, title) VALUES (1, 1, 'a playlist'), (1, 2, 'History 1'), (2, 2, 'History 2');
    INSERT INTO ListTrackList (listId, listType, trackId, trackNumber) VALUES
        (1, 1, 3, 1), (1, 2, 2, 2), (1, 2, 1, 1), (2, 2, 2, 1);";
const ENGINE_1: &str =
    "engine-db 2 sets 3 lines 3 played | Mira Feld / Low Tide | Kollektiv Nord / Night Drive | []";

const ENGINE_2_LISTS: &str = "
    CREATE TABLE Historylist (id INTEGER PRIMARY KEY, sessionId INTEGER, title TEXT, startTime DATETIME,
        timezone TEXT, originDriveName TEXT, isDeleted BOOLEAN);
    CREATE TABLE HistorylistEntity (id INTEGER PRIMARY KEY, listId INTEGER, trackId INTEGER, startTime DATETIME);";
const ENGINE_2_ROWS: &str = "
    INSERT INTO Track (id, title, artist, album, label, remixer, length, year, comment, path) VALUES
        (1, 'Low Tide', 'Mira Feld', 'Ebb', 'Nordlicht', NULL, 372, 2025, '', 'a'),
        (2, 'Night Drive', 'Kollektiv Nord', '', '', 'Ada Nwosu', 401, NULL, '', 'b');
    INSERT INTO Historylist (id, title, startTime, isDeleted) VALUES (7, 'Friday', 1788555600, 0), (8, 'gone', 1, 1);
    INSERT INTO HistorylistEntity (listId, trackId, startTime) VALUES
        (7, 2, 1788556000), (7, 1, 1788555610), (8, 1, 1788555610);";
const ENGINE_2: &str =
    "engine-db 1 sets 2 lines 2 played | Mira Feld / Low Tide | Kollektiv Nord / Night Drive | []";
const ENGINE_TRACK: &str = "
    CREATE TABLE Track (id INTEGER PRIMARY KEY, title, artist, album, label, remixer, length, year, comment, path, filename);";

#[test]
fn engine_histories_keep_their_times() {
    let file = read(&database(&[ENGINE_TRACK, ENGINE_2_LISTS, ENGINE_2_ROWS]));
    assert_eq!(sum(&file), ENGINE_2);
    assert_eq!(file.lines[0].started_at.unwrap().to_string(), "2026-09-04T21:00:10Z");
    assert_eq!(file.sets[0].started_at.unwrap().to_string(), "2026-09-04T21:00:00Z");
    assert_eq!(file.lines[1].remixer.as_deref(), Some("Ada Nwosu"));
}

const SERATO_4_TABLES: &str = "
    CREATE TABLE history_session (id INTEGER PRIMARY KEY, start_time INTEGER, name TEXT);
    CREATE TABLE history_entry (id INTEGER PRIMARY KEY, session_id, start_time, end_time, played, artist, name,
        remixer, album, label, year, length_sec, comments, grouping, file_name);";
const SERATO_4_ROWS: &str = "
    INSERT INTO history_session (id, start_time, name) VALUES (3, 1788555600, 'Friday'), (4, 1788655600, '');
    INSERT INTO history_entry (session_id, start_time, end_time, played, artist, name, label, year, length_sec) VALUES
        (3, 1788555610, 1788555950, 1, 'Mira Feld', 'Low Tide', 'Nordlicht', '2025', 372),
        (3, 1788555700, -1, 0, 'Nobody', 'Loaded only', '', '', 100),
        (4, 1788655610, 1788655700, 1, 'Kollektiv Nord', 'Night Drive', '', '', NULL);";
const SERATO_4: &str =
    "serato-db 2 sets 3 lines 2 played | Mira Feld / Low Tide | Kollektiv Nord / Night Drive | []";

#[test]
fn the_serato_database_tells_played_from_loaded() {
    let file = read(&database(&[SERATO_4_TABLES, SERATO_4_ROWS]));
    assert_eq!(sum(&file), SERATO_4);
    assert_eq!(file.lines[0].played_s, Some(340));
    assert!(!file.lines[1].played && file.lines[1].played_s.is_none());
}

const MIXXX: &str = "
    CREATE TABLE Playlists (id INTEGER PRIMARY KEY, name varchar(48), position INTEGER, hidden INTEGER, date_created datetime);
    CREATE TABLE PlaylistTracks (id INTEGER PRIMARY KEY, playlist_id INTEGER, track_id INTEGER, position INTEGER, pl_datetime_added);
    CREATE TABLE library (id INTEGER PRIMARY KEY, artist, title, album, year, duration, comment, grouping);
    INSERT INTO Playlists VALUES (1, 'warm up', 1, 0, NULL), (2, '2026-09-04', 2, 2, '2026-09-04 20:59:00');
    INSERT INTO library VALUES (1, 'Mira Feld', 'Low Tide', 'Ebb', '2025-03-01', 372.48, '', ''),
                               (2, 'Kollektiv Nord', 'Night Drive', '', '', 401, '', '');
    INSERT INTO PlaylistTracks VALUES (1, 1, 1, 1, '2026-01-01 00:00:00'),
        (2, 2, 1, 1, '2026-09-04 21:00:00'), (3, 2, 2, 2, '2026-09-04 21:06:00');";

#[test]
fn mixxx_set_logs_are_in_universal_time() {
    let file = read(&database(&[MIXXX]));
    assert_eq!(
        sum(&file),
        "mixxx-db 1 sets 2 lines 2 played | Mira Feld / Low Tide | Kollektiv Nord / Night Drive | []"
    );
    assert_eq!(file.lines[1].started_at.unwrap().to_string(), "2026-09-04T21:06:00Z");
    assert_eq!((file.lines[0].duration_s, file.lines[0].year), (Some(372), Some(2025)));
}

#[test]
fn foreign_and_poor_databases_say_what_is_wrong() {
    for (sql, want) in [
        ("CREATE TABLE moz_places (id)", "none 0 sets 0 lines 0 played |  |  | [\"wrong-file\"]"),
        (
            "CREATE TABLE djmdContent (ID)",
            "rekordbox-db 0 sets 0 lines 0 played |  |  | [\"missing-table\", \"missing-table\", \"no-history\"]",
        ),
        (
            "CREATE VIEW djmdHistory AS SELECT 1; CREATE TABLE t (a)",
            "none 0 sets 0 lines 0 played |  |  | [\"wrong-file\"]",
        ),
    ] {
        assert_eq!(sum(&read(&database(&[sql]))), want, "{sql}");
    }
    let old = REKORDBOX
        .replace("Title, ", "")
        .replace(", Length,", ",")
        .replace("'Low Tide', ", "")
        .replace("'Night Drive', ", "")
        .replace("'102', '', '',", "'102', '',")
        .replace("372, ", "")
        .replace("401, ", "")
        .replace("NULL, NULL, 0, 0", "NULL, NULL, 0");
    let file = read(&database(&[&old]));
    assert_eq!(file.lines.len(), 6);
    assert!(codes(&file).contains(&"missing-column"));
}

#[test]
fn a_runaway_database_is_stopped() {
    let bomb = "
        CREATE TABLE Playlists (id INTEGER PRIMARY KEY, name TEXT, hidden INTEGER, date_created AS (
            length(hex(zeroblob(200000))) + length(hex(zeroblob(200000)))));
        CREATE TABLE PlaylistTracks (id INTEGER PRIMARY KEY, playlist_id, track_id, position, pl_datetime_added);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        INSERT INTO Playlists (name, hidden) SELECT 'x', 2 FROM n;";
    let start = Instant::now();
    let file = read(&database(&[bomb]));
    assert!(file.sets.len() <= 20_000 && start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn one_long_title_a_thousand_times_does_not_fill_the_memory() {
    let sql = format!(
        "{MIXXX} UPDATE library SET title = '{}', artist = title, album = title WHERE id = 1;
        WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
        INSERT INTO PlaylistTracks SELECT i, 2, 1, i, NULL FROM n;",
        "long ".repeat(2_000)
    );
    let bytes = database(&[&sql]);
    let file = read(&bytes);
    let text: usize = file.lines.iter().filter_map(|line| line.title.as_ref()).map(String::len).sum();
    assert!(text < 16 * bytes.len() + (1 << 20));
    assert!(codes(&file).contains(&"too-large"));
}

#[test]
fn a_database_cut_anywhere_yields_what_is_left() {
    let sql = format!(
        "{MIXXX} WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
        INSERT INTO PlaylistTracks SELECT i, 2, 2, i, '2026-09-04 22:00:00' FROM n;"
    );
    let bytes = database(&[&sql]);
    let whole = read(&bytes);
    assert!(whole.problems.is_empty() && whole.lines.len() == 2_993);
    let half = read(&bytes[..bytes.len() / 2 + 100]);
    assert!(half.lines.len() > 100, "{}", sum(&half));
    assert!(codes(&half).contains(&"truncated") && codes(&half).contains(&"damaged"), "{:?}", codes(&half));
    let mut holed = bytes.clone();
    let middle = bytes.len() / 2 / 1024 * 1024;
    holed[middle..middle + 1024].fill(0xa5);
    let holed = read(&holed);
    assert!(holed.lines.len() > 2_800 && codes(&holed) == ["damaged"], "{}", sum(&holed));
}

// ---- the write-ahead log --------------------------------------------------------------------------------

/// A database and the log that holds its last rows.
fn with_log() -> (Vec<u8>, Vec<u8>) {
    let folder = std::env::temp_dir().join(format!("set-list-wal-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("mixxxdb.sqlite");
    let log = folder.join("mixxxdb.sqlite-wal");
    std::fs::write(&path, database(&[MIXXX])).unwrap();
    let db = Connection::open(&path).unwrap();
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;").unwrap();
    for i in 0..40 {
        let sql = format!(
            "INSERT INTO PlaylistTracks VALUES ({}, 2, 2, {}, '2026-09-04 22:00:00')",
            10 + i,
            10 + i
        );
        db.execute_batch(&sql).unwrap();
    }
    let both = (std::fs::read(&path).unwrap(), std::fs::read(&log).unwrap());
    drop(db);
    std::fs::remove_dir_all(&folder).unwrap();
    both
}

#[test]
fn the_log_beside_a_database_counts_up_to_its_last_whole_commit() {
    let (bytes, log) = with_log();
    assert_eq!(read(&bytes).lines.len(), 2);
    let whole = read_with(&bytes, &log);
    assert_eq!((whole.lines.len(), codes(&whole)), (42, vec![]));
    assert_eq!((read_with(&bytes, &[]).lines.len(), codes(&read_with(&bytes, &[]))), (2, vec![]));
    let cut = read_with(&bytes, &log[..log.len() - 10]);
    assert_eq!((cut.lines.len(), codes(&cut)), (41, vec!["wal-damaged"]));
    let mut flipped = log.clone();
    flipped[log.len() / 2] ^= 1;
    let flipped = read_with(&bytes, &flipped);
    assert!(
        (3..42).contains(&flipped.lines.len()) && codes(&flipped) == ["wal-damaged"],
        "{}",
        sum(&flipped)
    );
    let foreign = read_with(&bytes, b"not a log at all, but long enough to be one");
    assert_eq!((foreign.lines.len(), codes(&foreign)), (2, vec!["wal-damaged"]));
    assert_eq!(codes(&read(&log)), ["wrong-file"]);
}

// ---- Serato sessions ------------------------------------------------------------------------------------

fn night() -> Vec<Line> {
    let line = |position: u32, artist: &str, title: &str, at: i64, played_s: Option<u32>| Line {
        line: position.into(),
        set: 1,
        position,
        artist: Some(artist.into()),
        title: Some(title.into()),
        label: Some("Nordlicht".into()),
        year: Some(2025),
        duration_s: Some(372),
        own_id: Some(OwnTrackId::from_bits(u64::from(position) * 977)),
        started_at: Some(Moment::Instant(jiff::Timestamp::from_second(at).unwrap())),
        played_s,
        played: played_s.is_some(),
        ..Line::default()
    };
    vec![
        line(1, "Mira Feld", "Low Tide", 1_788_555_600, Some(340)),
        line(2, "Kollektiv Nord", "Night Drive (Ämter Mix)", 1_788_555_940, Some(400)),
        line(3, "Nobody", "Only loaded", 1_788_556_000, None),
    ]
}

#[test]
fn a_session_comes_back_as_it_was_written() {
    let file = read(&serato_session(&night()));
    assert_eq!(file.lines, night());
    assert_eq!(
        (sum(&file), file.sets[0].started_at),
        (
            "serato-session 1 sets 3 lines 2 played | Mira Feld / Low Tide | Nobody / Only loaded | []"
                .into(),
            night()[0].started_at,
        )
    );
}

/// A record of a session with these fields.
fn entry(fields: &[(u32, &[u8])]) -> Vec<u8> {
    let record = |tag: &[u8], value: &[u8]| [tag, &(value.len() as u32).to_be_bytes(), value].concat();
    let body: Vec<u8> =
        fields.iter().flat_map(|(field, value)| record(&field.to_be_bytes(), value)).collect();
    record(b"oent", &record(b"adat", &body))
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

#[test]
fn the_last_record_of_a_row_counts() {
    let row = 7_u32.to_be_bytes();
    let loaded =
        entry(&[(1, &row), (6, &utf16("Low Tide\0")), (28, &1_788_555_600_u32.to_be_bytes()), (50, &[0])]);
    let other = entry(&[(1, &8_u32.to_be_bytes()), (6, &utf16("Mira Feld - Night - Drive\0")), (50, &[0])]);
    let played = entry(&[
        (1, &row),
        (6, &utf16("Low Tide\0")),
        (28, &1_788_555_600_u64.to_be_bytes()),
        (29, &1_788_555_900_u64.to_be_bytes()),
        (50, &[1]),
    ]);
    let file = read(&[loaded, other, played].concat());
    assert_eq!(
        sum(&file),
        "serato-session 1 sets 2 lines 1 played | ? / Low Tide | Mira Feld / Night - Drive | []"
    );
    assert_eq!(
        (file.lines[0].played_s, file.lines[1].text.as_deref()),
        (Some(300), Some("Mira Feld - Night - Drive"))
    );
}

#[test]
fn a_damaged_record_costs_only_itself() {
    let whole = serato_session(&night());
    let starts: Vec<usize> = (0..whole.len()).filter(|at| whole[*at..].starts_with(b"oent")).collect();
    for (place, byte) in [(5, 0xff), (6, 0x7f), (7, 0x01)] {
        let mut broken = whole.clone();
        broken[starts[1] + place] ^= byte;
        let file = read(&broken);
        assert_eq!(file.lines.first().unwrap().title.as_deref(), Some("Low Tide"));
        assert_eq!(file.lines.last().unwrap().title.as_deref(), Some("Only loaded"), "byte {place}");
        assert!(codes(&file).contains(&"truncated"), "byte {place}: {:?}", codes(&file));
    }
    let cut = read(&whole[..whole.len() - 30]);
    assert!(cut.lines.len() == 3 && codes(&cut).contains(&"truncated"));
}

#[test]
fn other_files_of_serato_are_told_apart() {
    for version in ["2.0/Serato Scratch LIVE Database", "1.0/Serato ScratchLive Crate"] {
        let text = utf16(version);
        let file = [b"vrsn", &(text.len() as u32).to_be_bytes()[..], &text, b"otrk\0\0\0\0"].concat();
        assert_eq!(codes(&read(&file)), ["wrong-file"], "{version}");
    }
}

// ---- rekordbox devices ----------------------------------------------------------------------------------

/// A device file with one page of rows for each table given.
fn device(tables: &[(u32, Vec<Vec<u8>>)]) -> Vec<u8> {
    const PAGE: usize = 4096;
    let mut file = vec![0; PAGE];
    let header = [0, PAGE as u32, tables.len() as u32, 99, 1, 1, 0];
    header.iter().enumerate().for_each(|(i, n)| file[4 * i..][..4].copy_from_slice(&n.to_le_bytes()));
    for (i, (kind, rows)) in tables.iter().enumerate() {
        let number = i as u32 + 1;
        [*kind, 90, number, number].iter().enumerate().for_each(|(field, n)| {
            file[28 + 16 * i + 4 * field..][..4].copy_from_slice(&n.to_le_bytes());
        });
        let mut page = vec![0; PAGE];
        [0, number, *kind, 99].iter().enumerate().for_each(|(field, n)| {
            page[4 * field..][..4].copy_from_slice(&n.to_le_bytes());
        });
        page[0x18..0x1a].copy_from_slice(&(rows.len() as u16).to_le_bytes());
        page[0x1b] = 0x24;
        let mut heap = 0x28;
        for (n, row) in rows.iter().enumerate() {
            page[heap..heap + row.len()].copy_from_slice(row);
            let end = PAGE - 36 * (n / 16);
            page[end - 6 - 2 * (n % 16)..][..2].copy_from_slice(&((heap - 0x28) as u16).to_le_bytes());
            page[end - 4 + n % 16 / 8] |= 1 << (n % 8);
            heap += row.len();
        }
        file.extend(page);
    }
    file
}

fn short(text: &str) -> Vec<u8> {
    [&[(text.len() as u8 + 1) << 1 | 1], text.as_bytes()].concat()
}

fn named(id: u32, name: &str) -> Vec<u8> {
    [id.to_le_bytes().to_vec(), short(name)].concat()
}

fn artist(id: u32, name: &str) -> Vec<u8> {
    [&[0x60, 0, 0, 0], &id.to_le_bytes()[..], &[3, 10], &short(name)].concat()
}

fn track(id: u32, artist: u32, label: u32, title: &str, isrc: &str) -> Vec<u8> {
    let mut row = vec![0; 0x5e + 42];
    for (at, n) in [(0x28, label), (0x44, artist), (0x48, id)] {
        row[at..at + 4].copy_from_slice(&n.to_le_bytes());
    }
    row[0x50..0x52].copy_from_slice(&2025_u16.to_le_bytes());
    row[0x54..0x56].copy_from_slice(&372_u16.to_le_bytes());
    let long: Vec<u8> = title.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let title = [&[0x90], &(long.len() as u16 + 4).to_le_bytes()[..], &[0], &long].concat();
    let isrc = [&[0x90, 18, 0, 0, 3], isrc.as_bytes(), &[0]].concat();
    for number in 0..21 {
        let text = match number {
            0 => isrc.clone(),
            17 => title.clone(),
            _ => short(""),
        };
        let place = row.len() as u16;
        row[0x5e + 2 * number..][..2].copy_from_slice(&place.to_le_bytes());
        row.extend(text);
    }
    row
}

fn played(history: u32, place: u32, track: u32) -> Vec<u8> {
    [track, history, place].iter().flat_map(|n| n.to_le_bytes()).collect()
}

fn stick() -> Vec<u8> {
    device(&[
        (0, vec![track(5, 1, 9, "Low Tide", "DEA123400001"), track(6, 2, 0, "Nächte", "DEA12340000X")]),
        (2, vec![artist(1, "Mira Feld"), artist(2, "Kollektiv Nord")]),
        (4, vec![named(9, "Nordlicht")]),
        (11, vec![named(1, "HISTORY 001"), named(2, "HISTORY 002")]),
        (12, (1..=40).rev().map(|place| played(1, place, 5 + place % 2)).chain([played(2, 1, 77)]).collect()),
    ])
}

#[test]
fn a_device_gives_every_history_in_order() {
    let file = read(&stick());
    assert_eq!(
        sum(&file),
        "rekordbox-pdb 2 sets 41 lines 41 played | Kollektiv Nord / Nächte | ? / ? | [\"isrc-invalid\", \"missing-track\"]"
    );
    let second = &file.lines[1];
    assert_eq!((second.artist.as_deref(), second.label.as_deref()), (Some("Mira Feld"), Some("Nordlicht")));
    assert_eq!(
        (second.isrc.as_ref().unwrap().as_str(), second.duration_s, second.year),
        ("DEA123400001", Some(372), Some(2025))
    );
    assert_eq!((file.sets[1].name.as_deref(), file.sets[1].started_at), (Some("HISTORY 002"), None));
    assert_eq!(codes(&read(&device(&[(0, vec![]), (11, vec![]), (12, vec![])]))), ["no-history"]);
    assert_eq!(codes(&read(&device(&[(0, vec![]), (8, vec![])]))), ["wrong-file"]);
}

#[test]
fn pages_that_lead_in_a_circle_end() {
    let mut circle = stick();
    circle[28 + 16 * 4 + 12..][..4].copy_from_slice(&7_u32.to_le_bytes());
    circle[5 * 4096 + 12..][..4].copy_from_slice(&5_u32.to_le_bytes());
    let file = read(&circle);
    assert_eq!((file.lines.len(), codes(&file)[0]), (41, "damaged"));
}

// ---- hostile bytes --------------------------------------------------------------------------------------

#[test]
fn noise_is_taken_for_a_locked_database_only_in_whole_pages() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut noise = |length: usize| -> Vec<u8> {
        let mut step = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        };
        (0..length).map(|_| step()).collect()
    };
    let locked = read(&noise(8192));
    assert_eq!(sum(&locked), "rekordbox-db 0 sets 0 lines 0 played |  |  | [\"database-locked\"]");
    assert_eq!(codes(&read(&noise(8193))), ["not-a-set-list"]);
    assert_eq!(codes(&read(&vec![0; 8192])), ["all-zeros"]);
}

fn fixtures() -> Vec<Vec<u8>> {
    vec![
        serato_session(&night()),
        stick(),
        database(&[REKORDBOX]),
        database(&[MIXXX]),
        database(&[ENGINE_TRACK, ENGINE_2_LISTS, ENGINE_2_ROWS]),
        database(&[SERATO_4_TABLES, SERATO_4_ROWS]),
    ]
}

fn survives(bytes: &[u8], log: Option<&[u8]>) {
    let start = Instant::now();
    let file = formats::set_list::read(bytes, log);
    assert!(start.elapsed() < Duration::from_secs(20), "took {:?}", start.elapsed());
    assert!(file.lines.iter().all(|line| file.sets.iter().any(|set| set.number == line.set)));
    assert!(!file.lines.is_empty() || !file.problems.is_empty() || !file.sets.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn random_bytes_do_no_harm(
        bytes in proptest::collection::vec(any::<u8>(), 0..6000),
        front in prop::sample::select(vec![&b""[..], b"SQLite format 3\0", b"vrsn\0\0", b"oent\0\0\0\x10adat", b"\0\0\0\0\0\x10\0\0\x14\0\0\0"]),
    ) {
        survives(&[front, &bytes].concat(), None);
    }

    #[test]
    fn truncations_do_no_harm(share in 0.0..1.0_f64) {
        for bytes in fixtures() {
            survives(&bytes[..(bytes.len() as f64 * share) as usize], None);
        }
    }

    #[test]
    fn flipped_bits_do_no_harm(flips in proptest::collection::vec((any::<prop::sample::Index>(), 0_u8..8), 1..20), header: bool) {
        for mut bytes in fixtures() {
            let reach = if header { bytes.len().min(400) } else { bytes.len() };
            for (at, bit) in &flips {
                bytes[at.index(reach)] ^= 1 << bit;
            }
            survives(&bytes, None);
        }
    }

    #[test]
    fn overwritten_stretches_do_no_harm(at: prop::sample::Index, with in proptest::collection::vec(any::<u8>(), 1..64)) {
        for mut bytes in fixtures() {
            let at = at.index(bytes.len());
            let end = bytes.len().min(at + with.len());
            bytes[at..end].copy_from_slice(&with[..end - at]);
            survives(&bytes, None);
        }
    }
}

#[test]
fn damaged_logs_do_no_harm() {
    let (bytes, log) = with_log();
    for at in (0..log.len()).step_by(97) {
        let mut broken = log.clone();
        broken[at] ^= 0x10;
        survives(&bytes, Some(&broken));
        survives(&bytes, Some(&log[..at]));
    }
}
