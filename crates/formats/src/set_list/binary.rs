//! The binary files of DJ software: databases, device exports, session logs. Told apart by their bytes.
//!
//! It also knows the files that lie beside them and are taken by mistake, and says which to take instead.

use music::Problem;

use super::sqlite::{self, Database};
use super::{SetListFile, engine_db, mixxx_db, rekordbox_db, rekordbox_pdb, serato_db, serato_session, wal};
use crate::set_list::Format;

/// Bytes of a file's head that are looked at for being enciphered: one page.
const PAGE: usize = 4096;

/// Whether a file that begins with `head` is one for [`read`]. The head should have 4096 bytes where the
/// file has them.
pub(crate) fn sniff(head: &[u8]) -> bool {
    head.starts_with(sqlite::MAGIC)
        || serato_session::sniff(head)
        || rekordbox_pdb::sniff(head)
        || wal::sniff(head)
        || beside(head).is_some()
        || enciphered(head)
}

/// Reads a file that [`sniff`] knows; `log` is the `-wal` found beside a database.
///
/// The format is none where the bytes hold no set list at all.
pub(crate) fn read(bytes: &[u8], log: Option<&[u8]>) -> SetListFile {
    if bytes.starts_with(sqlite::MAGIC) {
        return database(bytes, log);
    }
    if serato_session::sniff(bytes) {
        return serato_session::read(bytes);
    }
    if let Some(problem) = beside(bytes) {
        return refuse(None, problem);
    }
    if rekordbox_pdb::sniff(bytes) {
        return device(bytes);
    }
    if wal::sniff(bytes) {
        let hint = "give the database itself; its log is found beside it";
        return refuse(None, wrong("this is the write-ahead log of a database, not the database", hint));
    }
    if enciphered(bytes) && bytes.len().is_multiple_of(PAGE) {
        return refuse(Some(Format::RekordboxDb), locked());
    }
    let hint =
        "give the history as your DJ software exports it: text, CSV, XML, NML, `.session` or the database";
    refuse(None, Problem::new("not-a-set-list", 0, "the file is no set list known here", hint).fatal())
}

fn database(bytes: &[u8], log: Option<&[u8]>) -> SetListFile {
    let mut problems = Vec::new();
    let db = match sqlite::open(bytes, log, &mut problems) {
        Ok(db) => db,
        Err(problem) => {
            problems.push(problem);
            return SetListFile { format: None, lines: vec![], sets: vec![], problems };
        }
    };
    let mut file = by_tables(&db);
    problems.append(&mut file.problems);
    SetListFile { problems, ..file }
}

fn by_tables(db: &Database) -> SetListFile {
    match () {
        () if rekordbox_db::is(db) => rekordbox_db::read(db),
        () if serato_db::is(db) => serato_db::read(db),
        () if engine_db::is(db) => engine_db::read(db),
        () if mixxx_db::is(db) => mixxx_db::read(db),
        () => refuse(
            None,
            wrong(
                "this database belongs to no DJ software known here",
                "take `master.db` (rekordbox), `master.sqlite` (Serato), `hm.db` (Engine DJ) or `mixxxdb.sqlite` (Mixxx)",
            ),
        ),
    }
}

fn device(bytes: &[u8]) -> SetListFile {
    if rekordbox_pdb::is_extension(bytes) {
        let message = "this is `exportExt.pdb`, which holds no history";
        return refuse(None, wrong(message, "take `export.pdb` from the same folder"));
    }
    rekordbox_pdb::read(bytes)
}

/// A file that rekordbox keeps beside the one that holds the history.
fn beside(head: &[u8]) -> Option<Problem> {
    let dword = |at: usize| head.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
    let take = "take `PIONEER/rekordbox/export.pdb` from the device, or `master.db` from the computer";
    if head.starts_with(b"PMAI") {
        return Some(wrong("this is a waveform analysis of rekordbox (`ANLZ`), not a history", take));
    }
    if dword(0) == Some(0x60) && head.get(4..11).is_some_and(|maker| maker.eq_ignore_ascii_case(b"PIONEER")) {
        return Some(wrong("this is a settings file of a player (`SETTING.DAT`), not a history", take));
    }
    // `datafile.edb` and `ExtData.edb` of rekordbox 5: kind, header, 8, size, 0, …, 16 at 0x1c.
    let edb = dword(0).is_some_and(|n| (1..=64).contains(&n)) && dword(4).is_some_and(|n| n < 0x400);
    if edb && dword(8) == Some(8) && dword(16) == Some(0) && dword(28) == Some(16) {
        let hint = "rekordbox 5 cannot be read from it; export the history as text, or take `export.pdb` from the device";
        return Some(wrong("this is the collection of rekordbox 5 (`datafile.edb`), not a history", hint));
    }
    None
}

fn wrong(message: &str, hint: &str) -> Problem {
    Problem::new("wrong-file", 0, message, hint).fatal()
}

fn locked() -> Problem {
    let message = "the rekordbox database is locked (enciphered)";
    let hint = "in rekordbox, export the history as a text file and give that; or unlock the database first";
    Problem::new("database-locked", 0, message, hint).fatal()
}

fn refuse(format: Option<Format>, problem: Problem) -> SetListFile {
    SetListFile { format, lines: vec![], sets: vec![], problems: vec![problem] }
}

/// Whether the first page looks like noise, as enciphered pages do, and like no packed or sound file.
///
/// χ² of the bytes against an even spread: 255 in the mean for noise, with a deviation of 23; packed data
/// mostly lies above 400, text and tables above 10,000.
fn enciphered(head: &[u8]) -> bool {
    const PACKED: [&[u8]; 12] = [
        b"PK",
        b"\x1f\x8b",
        b"\xfd7zXZ",
        b"\x28\xb5\x2f\xfd",
        b"7z\xbc\xaf",
        b"Rar!",
        b"BZh",
        b"ID3",
        b"OggS",
        b"fLaC",
        b"\xff\xd8\xff",
        b"\x89PNG",
    ];
    let Some(page) = head.get(..PAGE).filter(|page| !PACKED.iter().any(|magic| page.starts_with(magic)))
    else {
        return false;
    };
    let mut counts = [0_i64; 256];
    page.iter().for_each(|b| counts[usize::from(*b)] += 1);
    let even = (PAGE / 256) as i64;
    counts.iter().map(|n| (n - even) * (n - even)).sum::<i64>() / even < 400
}
