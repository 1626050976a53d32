//! Serato `.session` files: a log of what lay on the decks.
//!
//! ```text
//! vrsn len "1.0/Serato Scratch LIVE Review"
//! oent len ( adat len ( field u32, len u32, value )* )     big-endian; texts UTF-16 with a closing zero
//! ```
//!
//! The log only grows: a track is written when it is loaded and again when something about it changes,
//! under the same number (field 1); the last record counts. Field 50 says whether it was played.

use std::collections::HashMap;

use encoding_rs::UTF_16BE;
use memchr::memmem;
use music::{OwnTrackId, Problem};

use super::gather::{self, Gather};
use super::{Format, Line, SetListFile};

/// Fields of a record that are read or written, by their number in the file.
pub(super) mod field {
    /// Number of the row; records with the same one are the same row, later.
    pub const ROW: u32 = 1;
    /// Path of the file.
    pub const PATH: u32 = 2;
    /// Title.
    pub const TITLE: u32 = 6;
    /// Artist.
    pub const ARTIST: u32 = 7;
    /// Album.
    pub const ALBUM: u32 = 8;
    /// Length as a text, `04:34.34`.
    pub const LENGTH: u32 = 10;
    /// Comment.
    pub const COMMENT: u32 = 17;
    /// Grouping.
    pub const GROUPING: u32 = 19;
    /// Remixer.
    pub const REMIXER: u32 = 20;
    /// Label.
    pub const LABEL: u32 = 21;
    /// Year.
    pub const YEAR: u32 = 23;
    /// Unix time of the start, 4 or 8 bytes.
    pub const START: u32 = 28;
    /// Unix time of the end, 4 or 8 bytes.
    pub const END: u32 = 29;
    /// Deck.
    pub const DECK: u32 = 31;
    /// Seconds played.
    pub const PLAYTIME: u32 = 45;
    /// Number of the session.
    pub const SESSION: u32 = 48;
    /// 1 where it was played, 0 where it was only loaded.
    pub const PLAYED: u32 = 50;
    /// Unix time of this record.
    pub const UPDATED: u32 = 53;
}

/// Whether a file begins like one of Serato's.
pub(super) fn sniff(head: &[u8]) -> bool {
    head.starts_with(b"vrsn\0\0") || head.starts_with(b"oent\0\0") && head.get(8..12) == Some(b"adat")
}

/// The session, as one set.
pub(super) fn read(bytes: &[u8]) -> SetListFile {
    let mut out = Gather::new(Format::SeratoSession, bytes.len());
    if let Some(problem) = other_kind(bytes) {
        out.problem(problem);
        return out.finish();
    }
    let rows = rows(bytes, &mut out);
    if rows.is_empty() {
        let hint = "take the file of another day from `_Serato_/History/Sessions`";
        out.problem(Problem::new("no-history", 0, "the Serato session is empty", hint));
        return out.finish();
    }
    out.open_set(None, None);
    let marked = rows.iter().any(|row| row.played.is_some());
    for row in rows {
        let played = row.played.unwrap_or(!marked);
        if !out.push(Line { played, ..row.line }) {
            break;
        }
    }
    out.finish()
}

/// The other files that Serato writes in the same shape.
fn other_kind(bytes: &[u8]) -> Option<Problem> {
    let (tag, version, rest) = record(bytes)?;
    let version = text(version).filter(|_| tag == b"vrsn")?;
    let message = match () {
        () if version.contains("Database") => "this is Serato's collection, not a history",
        () if version.contains("Crate") => "this is a Serato crate, not a history",
        () if rest.starts_with(b"oses")
            || memmem::find(rest, b"oent").is_none() && memmem::find(rest, b"oses").is_some() =>
        {
            "this is the list of Serato's sessions, not a session"
        }
        () => return None,
    };
    Some(
        Problem::new("wrong-file", 0, message, "take a `.session` file from `_Serato_/History/Sessions`")
            .fatal(),
    )
}

/// A row of the session after its last record.
struct Row {
    line: Line,
    played: Option<bool>,
}

/// The rows in the order in which they first appear.
fn rows(bytes: &[u8], out: &mut Gather) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut places = HashMap::new();
    for (entry, number) in entries(bytes, out).into_iter().zip(1_u64..) {
        let fields = fields(entry, number, out);
        if fields.is_empty() {
            continue;
        }
        let row = row(&fields, number);
        let place = fields.get(&field::ROW).and_then(|value| unsigned(value));
        match place.and_then(|place| places.get(&place)).and_then(|at: &usize| rows.get_mut(*at)) {
            Some(known) => *known = row,
            None => {
                place.map(|place| places.insert(place, rows.len()));
                rows.push(row);
            }
        }
    }
    rows
}

/// The contents of the `oent` records. Where a length is wrong, reading goes on at the next record.
fn entries<'a>(bytes: &'a [u8], out: &mut Gather) -> Vec<&'a [u8]> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let honest = record(rest).filter(|(_, _, after)| after.is_empty() || is_tag(after));
        let (tag, value, after) = honest.unwrap_or_else(|| salvage(rest, entries.len() as u64 + 1, out));
        if tag == b"oent" {
            entries.push(value);
        }
        rest = after;
    }
    entries
}

/// A record whose length is wrong or whose end is missing: it lasts until the next `oent`.
fn salvage<'a>(bytes: &'a [u8], number: u64, out: &mut Gather) -> (&'a [u8], &'a [u8], &'a [u8]) {
    let start = bytes.len().min(4);
    let end = memmem::find(&bytes[start..], b"oent").map_or(bytes.len(), |at| start + at);
    let message =
        if end == bytes.len() { "the session is cut off here" } else { "the session is damaged here" };
    out.problem(Problem::new("truncated", number, message, "copy the file again after Serato was closed"));
    (&bytes[..start], bytes.get(8..end).unwrap_or_default(), &bytes[end..])
}

fn is_tag(bytes: &[u8]) -> bool {
    bytes.get(..4).is_some_and(|tag| tag.iter().all(u8::is_ascii_lowercase))
}

/// Tag, value and what follows.
fn record(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let length = u32::from_be_bytes(bytes.get(4..8)?.try_into().ok()?) as usize;
    let value = bytes[8..].get(..length)?;
    Some((&bytes[..4], value, &bytes[8 + length..]))
}

/// The fields of an entry by number; what is cut off is left out.
fn fields<'a>(entry: &'a [u8], number: u64, out: &mut Gather) -> HashMap<u32, &'a [u8]> {
    let mut fields = HashMap::new();
    let Some(mut rest) = entry.strip_prefix(b"adat").and_then(|rest| rest.get(4..)) else { return fields };
    while let Some((tag, value, after)) = record(rest) {
        let tag = u32::from_be_bytes([tag[0], tag[1], tag[2], tag[3]]); // record() gives four bytes
        fields.insert(tag, value);
        rest = after;
    }
    if !rest.is_empty() {
        let message = "a track of the session is damaged; what stands before the damage was read";
        out.problem(Problem::new("damaged", number, message, "copy the file again after Serato was closed"));
    }
    fields
}

fn row(fields: &HashMap<u32, &[u8]>, number: u64) -> Row {
    let of = |field| gather::clean(&text(fields.get(&field)?)?);
    let number_of = |field| fields.get(&field).and_then(|value| unsigned(value));
    let (written, artist) = (of(field::TITLE), of(field::ARTIST));
    let (artist, title, whole) = apart(artist, written);
    let file = of(field::PATH).and_then(|path| gather::stem(&path));
    let (start, end) = (number_of(field::START), number_of(field::END));
    let lasted = start.zip(end).and_then(|(start, end)| end.checked_sub(start));
    let line = Line {
        line: number,
        text: whole.or(file.filter(|_| title.is_none())),
        artist,
        title,
        remixer: of(field::REMIXER),
        album: of(field::ALBUM),
        label: of(field::LABEL),
        year: of(field::YEAR).and_then(|year| gather::year(&year)),
        duration_s: of(field::LENGTH).and_then(|length| gather::clock(&length)),
        own_id: [field::COMMENT, field::GROUPING]
            .into_iter()
            .filter_map(of)
            .find_map(|t| OwnTrackId::find(&t)),
        own_id_slip: of(field::COMMENT).and_then(|t| OwnTrackId::slip(&t)),
        started_at: start.and_then(gather::unix),
        played_s: number_of(field::PLAYTIME).or(lasted).and_then(gather::seconds),
        ..Line::default()
    };
    Row { line, played: number_of(field::PLAYED).map(|played| played != 0) }
}

/// Artist, title, and the title as written where the artist had to be taken from its front: files without
/// tags come with `Artist - Title` as their title.
fn apart(artist: Option<String>, title: Option<String>) -> (Option<String>, Option<String>, Option<String>) {
    let (None, Some(whole)) = (&artist, &title) else { return (artist, title, None) };
    match whole.split_once(" - ") {
        Some((front, back)) if !front.trim().is_empty() && !back.trim().is_empty() => {
            (gather::clean(front), gather::clean(back), title)
        }
        _ => (artist, title, None),
    }
}

fn text(bytes: &[u8]) -> Option<String> {
    let text = bytes.get(..bytes.len().min(8_000))?;
    Some(UTF_16BE.decode_without_bom_handling(text).0.into_owned())
}

/// A number of one to eight bytes.
fn unsigned(bytes: &[u8]) -> Option<i64> {
    let fits = (1..=8).contains(&bytes.len());
    let value = bytes.iter().take(8).fold(0_u64, |n, b| n << 8 | u64::from(*b));
    i64::try_from(value).ok().filter(|_| fits)
}
