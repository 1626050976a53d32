//! `export.pdb` of a rekordbox USB device: every history that a player wrote to it as a set.
//!
//! ```text
//! header: 0, page size, tables, …, then per table: type, …, first page, last page
//! page:   0, its number, type, next page, …, rows (13 bits), flags, …; rows from 0x28 on
//!         footer, backwards from the end, 36 bytes per 16 rows: …, row offsets, presence bits, 2 unknown
//! ```
//!
//! All numbers are little-endian. Histories hold the order of playing but no times. The walk is our own:
//! pages are visited once, rows and texts stay inside their page, and a row is decoded only where a
//! history asks for it, so damaged and hostile files end soon
//! (<https://djl-analysis.deepsymmetry.org/rekordbox-export-analysis/exports.html>).

use std::collections::{BTreeMap, HashMap, HashSet};

use encoding_rs::WINDOWS_1252;
use music::{OwnTrackId, Problem};

use super::gather::{self, Gather};
use super::rekordbox_db::missing_track;
use super::{Format, Line, SetListFile};

const TRACKS: u32 = 0;
const ARTISTS: u32 = 2;
const ALBUMS: u32 = 3;
const LABELS: u32 = 4;
const HISTORIES: u32 = 11;
const ENTRIES: u32 = 12;

/// Bytes before the first row of a page.
const PAGE_HEADER: usize = 0x28;

/// Whether a file begins like `export.pdb` or `exportExt.pdb`.
pub(super) fn sniff(head: &[u8]) -> bool {
    let page = dword(head, 4).unwrap_or(0);
    let tables = dword(head, 8).unwrap_or(0);
    dword(head, 0) == Some(0)
        && (512..=65_536).contains(&page)
        && page.is_power_of_two()
        && (1..=64).contains(&tables)
        && dword(head, 24) == Some(0)
        && dword(head, 28).is_some_and(|kind| kind < 64)
}

/// Whether the table of histories is missing: then it is `exportExt.pdb`.
pub(super) fn is_extension(bytes: &[u8]) -> bool {
    let tables = dword(bytes, 8).unwrap_or(0) as usize;
    let whole = bytes.len() >= 28 + 16 * tables;
    whole && !(0..tables).any(|i| dword(bytes, 28 + 16 * i) == Some(HISTORIES))
}

/// All histories.
pub(super) fn read(bytes: &[u8]) -> SetListFile {
    let mut out = Gather::new(Format::RekordboxPdb, bytes.len());
    let file = Pdb::open(bytes, &mut out);
    let names: BTreeMap<u32, Option<String>> =
        file.rows(HISTORIES).filter_map(|row| Some((row.dword(0)?, row.string(4)))).collect();
    let mut entries: BTreeMap<u32, Vec<Entry>> = names.keys().map(|id| (*id, Vec::new())).collect();
    for (row, line) in file.rows(ENTRIES).zip(1..) {
        if let (Some(track), Some(history), Some(place)) = (row.dword(0), row.dword(4), row.dword(8)) {
            entries.entry(history).or_default().push(Entry { place, line, track });
        }
    }
    let wanted: HashSet<u32> = entries.values().flatten().map(|entry| entry.track).collect();
    let tracks = file.tracks(&wanted, &mut out);
    for (id, mut entries) in entries {
        entries.sort();
        let name = names.get(&id).cloned().flatten();
        out.open_set(name.clone(), None);
        for entry in entries {
            let track = tracks.get(&entry.track);
            if track.is_none() {
                out.problem(missing_track(entry.line, Some(&entry.track.to_string()), name.as_deref()));
            }
            let line = Line { line: entry.line, played: true, ..track.cloned().unwrap_or_default() };
            if !out.push(line) {
                break;
            }
        }
    }
    if out.is_empty() {
        let hint =
            "players write one while a set is played from the device; take the device that was played from";
        out.problem(Problem::new("no-history", 0, "the rekordbox device holds no history", hint));
    }
    out.finish()
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    place: u32,
    line: u64,
    track: u32,
}

/// A device file: the pages of each table that were found.
struct Pdb<'a> {
    pages: HashMap<u32, Vec<&'a [u8]>>,
}

impl<'a> Pdb<'a> {
    /// Walks the pages of the tables that matter; every page is visited once at most.
    fn open(bytes: &'a [u8], out: &mut Gather) -> Self {
        let size = dword(bytes, 4).unwrap_or(0) as usize;
        let tables = dword(bytes, 8).unwrap_or(0).min(64) as usize;
        let mut seen = HashSet::new();
        let mut pages = HashMap::new();
        for table in (0..tables).map(|i| 28 + 16 * i) {
            let field = |n| dword(bytes, table + n);
            let (Some(kind), Some(first), Some(last)) = (field(0), field(8), field(12)) else { break };
            if ![TRACKS, ARTISTS, ALBUMS, LABELS, HISTORIES, ENTRIES].contains(&kind) {
                continue;
            }
            let (found, whole) = chain(bytes, size, kind, (first, last), &mut seen);
            if !whole {
                let message = format!(
                    "the table of {} is damaged; {} pages of it could be read",
                    word(kind),
                    found.len()
                );
                out.problem(Problem::new("damaged", 0, message, "copy `export.pdb` from the device again"));
            }
            pages.entry(kind).or_insert_with(Vec::new).extend(found);
        }
        Pdb { pages }
    }

    /// The rows of a table that are present, in the order of its pages.
    fn rows(&self, kind: u32) -> impl Iterator<Item = Row<'a>> {
        self.pages.get(&kind).into_iter().flatten().flat_map(|page| rows(page))
    }

    /// The tracks asked for, each as a line without a place.
    fn tracks(&self, wanted: &HashSet<u32>, out: &mut Gather) -> HashMap<u32, Line> {
        let rows: HashMap<u32, Row<'a>> = self
            .rows(TRACKS)
            .filter_map(|row| Some((row.dword(0x48)?, row)))
            .filter(|(id, _)| wanted.contains(id))
            .collect();
        let ids = |at: usize| rows.values().filter_map(|row| row.dword(at)).collect::<HashSet<u32>>();
        let artists = ids(0x44).union(&ids(0x2c)).copied().collect();
        let artists = self.names(ARTISTS, &artists, 4, |row| row.string_at(9, 0x0a), out);
        let albums = self.names(ALBUMS, &ids(0x40), 0x0c, |row| row.string_at(0x15, 0x16), out);
        let labels = self.names(LABELS, &ids(0x28), 0, |row| row.string(4), out);
        let mut tracks = HashMap::new();
        for (id, row) in rows {
            let of = |names: &HashMap<u32, String>, at| names.get(&row.dword(at)?).cloned();
            let title = row.indexed(17);
            let line = Line {
                text: if title.is_none() { row.indexed(19).and_then(|f| gather::stem(&f)) } else { None },
                artist: of(&artists, 0x44),
                title,
                version: row.indexed(12),
                remixer: of(&artists, 0x2c),
                album: of(&albums, 0x40),
                label: of(&labels, 0x28),
                year: row.word(0x50).and_then(|y| gather::year(&y.to_string())),
                duration_s: row.word(0x54).and_then(|s| gather::seconds(s.into())),
                isrc: out.isrc(row.isrc().as_deref(), u64::from(id)),
                own_id: row.indexed(16).and_then(|comment| OwnTrackId::find(&comment)),
                own_id_slip: row.indexed(16).and_then(|comment| OwnTrackId::slip(&comment)),
                ..Line::default()
            };
            if !out.afford(gather::size(&line)) {
                break;
            }
            tracks.insert(id, line);
        }
        tracks
    }

    /// The names of the rows asked for; their number stands at `id`.
    fn names(
        &self,
        kind: u32,
        wanted: &HashSet<u32>,
        id: usize,
        name: impl Fn(&Row<'a>) -> Option<String>,
        out: &mut Gather,
    ) -> HashMap<u32, String> {
        let mut names = HashMap::new();
        for row in self.rows(kind) {
            let Some(id) = row.dword(id).filter(|id| wanted.contains(id)) else { continue };
            let Some(name) = name(&row) else { continue };
            if !out.afford(name.len()) {
                break;
            }
            names.insert(id, name);
        }
        names
    }
}

fn word(kind: u32) -> &'static str {
    match kind {
        TRACKS => "tracks",
        ARTISTS => "artists",
        ALBUMS => "albums",
        LABELS => "labels",
        HISTORIES => "histories",
        _ => "history entries",
    }
}

/// The pages from the first to the last of a table, and whether the last was reached.
fn chain<'a>(
    bytes: &'a [u8],
    size: usize,
    kind: u32,
    (first, last): (u32, u32),
    seen: &mut HashSet<u32>,
) -> (Vec<&'a [u8]>, bool) {
    let mut pages = Vec::new();
    let mut number = first;
    loop {
        let start = (number as usize).saturating_mul(size);
        let page = bytes.get(start..start.saturating_add(size)).filter(|p| p.len() >= 512);
        let Some(page) = page.filter(|_| seen.insert(number)) else { return (pages, false) };
        if dword(page, 4) != Some(number) || dword(page, 8) != Some(kind) {
            return (pages, false);
        }
        pages.push(page);
        if number == last {
            return (pages, true);
        }
        number = dword(page, 12).unwrap_or(u32::MAX);
    }
}

/// The present rows of a page; rows that claim one place are one row.
fn rows<'a>(page: &'a [u8]) -> Vec<Row<'a>> {
    const HOLDS_NO_ROWS: u8 = 0x40;
    if page[0x1b] & HOLDS_NO_ROWS != 0 {
        return vec![]; // chain() gives pages of 512 bytes at least
    }
    let count = usize::from(u16::from_le_bytes([page[0x18], page[0x19]]) & 0x1fff);
    let mut starts = Vec::with_capacity(count);
    for row in 0..count {
        let group_end = page.len().checked_sub(36 * (row / 16));
        let presence = group_end.and_then(|end| half(page, end.checked_sub(4)?));
        let offset = group_end.and_then(|end| half(page, end.checked_sub(6 + 2 * (row % 16))?));
        let (Some(presence), Some(offset)) = (presence, offset) else { break };
        if presence >> (row % 16) & 1 == 1 {
            starts.push(PAGE_HEADER + usize::from(offset));
        }
    }
    let mut once = HashSet::new();
    starts.retain(|start| *start < page.len() && once.insert(*start));
    starts.into_iter().map(|start| Row { bytes: &page[start..] }).collect()
}

/// A row and what follows it in its page.
struct Row<'a> {
    bytes: &'a [u8],
}

impl Row<'_> {
    fn dword(&self, at: usize) -> Option<u32> {
        dword(self.bytes, at)
    }

    fn word(&self, at: usize) -> Option<u16> {
        half(self.bytes, at)
    }

    /// The text that begins at a place of the row.
    fn string(&self, at: usize) -> Option<String> {
        gather::clean(&string(self.bytes.get(at..)?)?)
    }

    /// The text whose place stands in a byte, or in two bytes where bit 2 of the row's kind says so.
    fn string_at(&self, near: usize, far: usize) -> Option<String> {
        let wide = self.word(0)? & 0x04 != 0;
        self.string(if wide { self.word(far)?.into() } else { (*self.bytes.get(near)?).into() })
    }

    /// A text of a track row, by its number.
    fn indexed(&self, number: usize) -> Option<String> {
        self.string(self.word(0x5e + 2 * number)?.into())
    }

    /// The ISRC of a track row: a long text that begins with a byte 3 and is not UTF-16 at all.
    fn isrc(&self) -> Option<String> {
        let text = self.bytes.get(usize::from(self.word(0x5e)?)..)?;
        match text {
            [0x90, _, _, _, 3, code @ ..] => {
                let end = code.iter().take(40).position(|b| *b == 0)?;
                gather::clean(&String::from_utf8_lossy(&code[..end]))
            }
            _ => gather::clean(&string(text)?),
        }
    }
}

/// A text: short ones have their length in an odd first byte, long ones a kind and a length of two bytes.
fn string(bytes: &[u8]) -> Option<String> {
    let kind = *bytes.first()?;
    if kind & 1 == 1 {
        return Some(narrow(bytes.get(1..usize::from(kind >> 1))?));
    }
    let body = bytes.get(4..usize::from(half(bytes, 1)?))?;
    match kind {
        0x40 => Some(narrow(body)),
        0x90 => Some(String::from_utf16_lossy(
            &body.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect::<Vec<_>>(),
        )),
        _ => None,
    }
}

fn narrow(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

fn dword(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}
