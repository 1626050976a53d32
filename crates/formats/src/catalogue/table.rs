//! Catalogues and shares files as tables: a header line that names the columns, in any order, then a row each.
//!
//! Which columns mean what stands in [`COLUMNS`]; other columns are ignored, missing ones are empty. A header
//! with a title is a catalogue; one with a party and a share, and a recording, ISRC or work, is a shares file.

use std::borrow::Cow;
use std::ops::ControlFlow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use music::problem::Problem;

use super::cell::short;
use super::csv::{self, Record, Records};
use super::lines::Lines;
use super::row::Row;
use super::source::{Decoded, line_text};
use super::{Kind, Out};

/// Bytes one line may have; the longest rows met have a few hundred.
const LINE_BYTES: usize = 1 << 20;

/// Columns one row may have.
const ROW_COLUMNS: usize = 1000;

/// A column we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Id,
    Artist,
    Title,
    Version,
    Album,
    Label,
    Duration,
    Isrc,
    Year,
    Mbid,
    OwnId,
    Kind,
    Work,
    Iswc,
    Composer,
    Remixer,
    Gtin,
    CatalogueNumber,
    Shares,
    Action,
    Party,
    PartyId,
    Isni,
    Ipi,
    Share,
    SharePpm,
    Side,
    Territory,
    From,
    Until,
    LastDay,
    Use,
}

/// Each column with its names, the documented one first. Case, spaces and hyphens in a header do not matter.
const COLUMNS: &[(Column, &[&str])] = &[
    (Column::Id, &["id", "recording", "source_id", "recording_id"]),
    (Column::Artist, &["artist", "artists", "artist_credit", "artist_name"]),
    (Column::Title, &["title", "track", "track_title", "name"]),
    (Column::Version, &["version", "mix", "remix", "subtitle"]),
    (Column::Album, &["album", "release", "release_title"]),
    (Column::Label, &["label", "label_name"]),
    (Column::Duration, &["duration_s", "duration", "length", "time"]),
    (Column::Isrc, &["isrc", "isrcs"]),
    (Column::Year, &["year", "date", "release_date"]),
    (Column::Mbid, &["mbid", "musicbrainz_id", "recording_mbid"]),
    (Column::OwnId, &["own_id", "own_track_id"]),
    (Column::Kind, &["kind", "media_kind"]),
    (Column::Work, &["work", "work_title"]),
    (Column::Iswc, &["iswc"]),
    (Column::Composer, &["composer", "composers"]),
    (Column::Remixer, &["remixer", "remixers"]),
    (Column::Gtin, &["gtin", "ean", "upc", "icpn", "barcode"]),
    (Column::CatalogueNumber, &["catalogue_number", "catalog_number", "cat_no", "catno"]),
    (Column::Shares, &["shares", "splits"]),
    (Column::Action, &["action"]),
    (Column::Party, &["party", "holder"]),
    (Column::PartyId, &["party_id"]),
    (Column::Isni, &["isni"]),
    (Column::Ipi, &["ipi"]),
    (Column::Share, &["share", "percentage", "split"]),
    (Column::SharePpm, &["share_ppm"]),
    (Column::Side, &["side"]),
    (Column::Territory, &["territory", "territories", "territory_code"]),
    (Column::From, &["from", "start", "start_date"]),
    (Column::Until, &["until"]),
    (Column::LastDay, &["last_day", "end_date"]),
    (Column::Use, &["use", "use_type"]),
];

impl Column {
    fn of(name: &str) -> Option<Column> {
        let name: String = name
            .trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '"')
            .chars()
            .map(|c| if matches!(c, ' ' | '-') { '_' } else { c.to_ascii_lowercase() })
            .collect();
        COLUMNS.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(column, _)| *column)
    }
}

/// Whether the first line of a text is the header of a table we know, and which kind.
pub(super) fn sniff(text: &str) -> Option<Kind> {
    let mut lines = text.lines().filter(|l| !l.trim().is_empty());
    let mut first = lines.next()?;
    if first.starts_with("sep=") {
        first = lines.next()?;
    }
    let tab = first.contains('\t') && Header::new(first.split('\t')).is_ok();
    if tab {
        return Some(Kind::Tsv);
    }
    let separator = csv::separator(first);
    Header::new(csv::fields(first, Some(separator), b'\t').iter().map(AsRef::as_ref))
        .is_ok()
        .then_some(Kind::Csv)
}

/// Reads a table to its end, row by row.
pub(super) fn read(
    input: &mut dyn std::io::BufRead,
    encoding: &'static Encoding,
    plain: bool,
    out: &mut Out<'_>,
) -> ControlFlow<()> {
    if encoding == UTF_16LE || encoding == UTF_16BE {
        let mut decoded = Decoded::new(input, encoding);
        return Table::new(&mut decoded, plain).read(out);
    }
    Table::new(input, plain).read(out)
}

struct Table<'a> {
    records: Records<'a>,
    plain: bool,
    separator: Option<u8>,
    buf: Vec<u8>,
    told_encoding: bool,
}

impl<'a> Table<'a> {
    fn new(input: &'a mut dyn std::io::BufRead, plain: bool) -> Self {
        let records = Records::new(Lines::new(input, LINE_BYTES));
        Table { records, plain, separator: None, buf: Vec::new(), told_encoding: false }
    }

    fn read(&mut self, out: &mut Out<'_>) -> ControlFlow<()> {
        let Some(header) = self.header(out)? else { return ControlFlow::Continue(()) };
        while let Some(line) = self.row(out)? {
            let (text, guessed) = line_text(&self.buf);
            if guessed && !std::mem::replace(&mut self.told_encoding, true) {
                out.problem(guessed_encoding(line))?;
            }
            if text.trim().is_empty() {
                continue;
            }
            out.report.rows += 1;
            let cells = csv::fields(&text, self.separator, b'\t');
            header.row(line, &cells).pass_on(out)?;
        }
        ControlFlow::Continue(())
    }

    /// The header, or nothing where the table is of no use.
    fn header(&mut self, out: &mut Out<'_>) -> ControlFlow<(), Option<Header>> {
        while let Some(line) = self.row(out)? {
            let (text, _) = line_text(&self.buf);
            let text = text.trim_start_matches('\u{feff}');
            if text.trim().is_empty() || text.starts_with("sep=") {
                continue;
            }
            if !self.plain {
                let separator = csv::separator(text);
                self.separator = Some(separator);
                self.records.quoted(separator);
            }
            let cells = csv::fields(text, self.separator, b'\t');
            return match Header::new(cells.iter().map(AsRef::as_ref)) {
                Ok(header) => ControlFlow::Continue(Some(header)),
                Err(message) => {
                    let hint = "the first line names the columns, such as `id artist title album label duration_s isrc year`; \
                                a shares file has `isrc party share`";
                    out.problem(Problem::new("header-unknown", line, message, hint).fatal())?;
                    ControlFlow::Continue(None)
                }
            };
        }
        if !out.incomplete {
            out.problem(empty())?;
        }
        ControlFlow::Continue(None)
    }

    /// The number of the next row, which is in the buffer; nothing at the end.
    fn row(&mut self, out: &mut Out<'_>) -> ControlFlow<(), Option<u64>> {
        loop {
            match self.records.next(&mut self.buf) {
                Record::Row(line) => return ControlFlow::Continue(Some(line)),
                Record::StrayQuote(line) => {
                    let hint = "close it, or double it where it is meant as a letter; the row was read to the line's end";
                    out.problem(Problem::new(
                        "quote-open",
                        line,
                        "a quote opened on this line is never closed",
                        hint,
                    ))?;
                    return ControlFlow::Continue(Some(line));
                }
                Record::TooLong(line) => {
                    let message = format!("the line has more than {} MiB", LINE_BYTES >> 20);
                    out.problem(Problem::new("line-too-long", line, message, "the line was skipped"))?;
                }
                Record::End => return ControlFlow::Continue(None),
                Record::Failed(failure) => {
                    out.incomplete = true;
                    out.problem(read_failed(0, &failure))?;
                    return ControlFlow::Continue(None);
                }
            }
        }
    }
}

/// There is nothing in it.
pub(super) fn empty() -> Problem {
    let hint = "give a file with a header line and a row for each recording";
    Problem::new("catalogue-empty", 0, "the file is empty", hint).fatal()
}

/// The input broke off: what was read stands.
pub(super) fn read_failed(line: u64, failure: &std::io::Error) -> Problem {
    let message = format!("the file breaks off: {}", short(&failure.to_string().to_lowercase()));
    Problem::new("truncated", line, message, "the rows before it were read; fetch the file again")
}

fn guessed_encoding(line: u64) -> Problem {
    let hint = "save the file as UTF-8 if letters look wrong";
    Problem::new("encoding-guessed", line, "the text is not UTF-8 and was read as Windows-1252", hint)
        .notice()
}

/// Where each column stands.
pub(super) struct Header {
    pub(super) places: [Option<usize>; COLUMNS.len()],
    /// Whether it is of a shares file.
    pub(super) shares: bool,
}

impl Header {
    fn new<'c>(cells: impl Iterator<Item = &'c str>) -> Result<Header, String> {
        let mut places = [None; COLUMNS.len()];
        let mut names = Vec::new();
        for (at, cell) in cells.take(ROW_COLUMNS).enumerate() {
            names.push(short(cell));
            if let Some(column) = Column::of(cell) {
                places[column as usize].get_or_insert(at);
            }
        }
        let has = |column: Column| places[column as usize].is_some();
        let subject = has(Column::Id) || has(Column::Isrc) || has(Column::Iswc);
        let shares = has(Column::Party)
            && (has(Column::Share) || has(Column::SharePpm))
            && subject
            && !has(Column::Title);
        if shares || has(Column::Title) {
            return Ok(Header { places, shares });
        }
        let shown = names.iter().take(12).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
        Err(format!("the header has no column `title`, only {shown}"))
    }

    fn row<'c>(&'c self, line: u64, cells: &'c [Cow<'c, str>]) -> Row<'c> {
        Row { header: self, line, cells, problems: Vec::new() }
    }
}
