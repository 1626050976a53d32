//! Tables with a header row: which program wrote one, and its lines.
//!
//! rekordbox TXT has tabs and follows the user's view; its `Time` is the track's length and the order of
//! rows the order of playing. Serato's first row is the session. Engine DJ and VirtualDJ write CSV.

use music::problem::Problem;

use super::build::Builder;
use super::fields::from_path;
use super::serato_table;
use super::table::{Column, Header, Row, rows};
use super::{Format, Line, SetListFile};

/// A table found: who wrote it, and how to read its rows.
pub(crate) struct Found {
    pub format: Format,
    pub layout: Layout,
    pub header: Header,
    /// The line of the header row, from 1; rows before it are no data.
    pub line: u64,
}

/// How cells are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Layout {
    /// By a delimiter.
    Delimited(char),
    /// By the place, in characters, where each column begins.
    Fixed(Vec<usize>),
}

impl Layout {
    pub fn rows<'a>(&'a self, text: &'a str) -> Box<dyn Iterator<Item = Row> + 'a> {
        match self {
            Layout::Delimited(delimiter) => Box::new(rows(text, *delimiter)),
            Layout::Fixed(starts) => Box::new(
                text.lines()
                    .zip(1..)
                    .filter(|(line, _)| !line.trim().is_empty())
                    .map(|(line, number)| Row { line: number, cells: cut(line, starts) }),
            ),
        }
    }
}

fn cut(line: &str, starts: &[usize]) -> Vec<String> {
    let places: Vec<usize> = line.char_indices().map(|(at, _)| at).collect();
    let at = |n: usize| places.get(n).copied().unwrap_or(line.len());
    let ends = starts.iter().skip(1).map(|end| at(*end)).chain([line.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| line.get(at(*start)..end).unwrap_or_default().trim().to_owned())
        .collect()
}

/// Finds the header row of a table in the first lines of a text.
pub(crate) fn find(head: &str) -> Option<Found> {
    let says_separator = head.trim_start().strip_prefix("sep=").and_then(|rest| rest.chars().next());
    for (line, number) in head.lines().zip(1..).take(12) {
        for delimiter in ['\t', ',', ';'] {
            let Some(row) = line.contains(delimiter).then(|| rows(line, delimiter).next()).flatten() else {
                continue;
            };
            let Some(header) = Header::of(&row.cells) else { continue };
            let format = match says_separator {
                Some(_) => Format::VirtualDjCsv,
                None => format(&header, &row.cells, delimiter),
            };
            return Some(Found { format, layout: Layout::Delimited(delimiter), header, line: number });
        }
        if let Some(found) = fixed(line, number) {
            return Some(found);
        }
    }
    None
}

/// Serato's text export pads its columns with blanks.
fn fixed(line: &str, number: u64) -> Option<Found> {
    let mut starts = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut blanks = 2;
    for (at, c) in line.chars().enumerate().take(2_000) {
        match c {
            ' ' => blanks += 1,
            c => {
                if blanks >= 2 {
                    starts.push(at);
                    names.push(String::new());
                } else if blanks == 1
                    && let Some(name) = names.last_mut()
                {
                    name.push(' ');
                }
                if let Some(name) = names.last_mut() {
                    name.push(c);
                }
                blanks = 0;
            }
        }
    }
    let header = Header::of(&names)?;
    let sure =
        names.iter().any(|n| n == "name") && header.0.iter().filter(|c| **c != Column::Other).count() >= 2;
    sure.then_some(Found { format: Format::SeratoTxt, layout: Layout::Fixed(starts), header, line: number })
}

fn format(header: &Header, cells: &[String], delimiter: char) -> Format {
    let names = |word: &str| cells.iter().any(|cell| cell.trim() == word);
    let serato = names("name") && (header.has(Column::StartTime) || names("artist"));
    match delimiter {
        '\t' if serato => Format::SeratoTxt,
        '\t' if header.has(Column::Number) || names("Track Title") || names("Artwork") => {
            Format::RekordboxTxt
        }
        '\t' => Format::Table,
        _ if serato => Format::SeratoCsv,
        _ if header.has(Column::Number) && (names("File name") || names("Composer")) => Format::EngineCsv,
        _ if header.has(Column::Version) && names("Remix") && names("Length") => Format::VirtualDjCsv,
        _ => Format::Table,
    }
}

/// Reads a table.
pub(crate) fn read(text: &str, found: &Found) -> SetListFile {
    let mut out = Builder::new(found.format);
    let mut serato =
        matches!(found.format, Format::SeratoCsv | Format::SeratoTxt).then(serato_table::Sessions::default);
    let mut first = true;
    for row in found.layout.rows(text).skip_while(|row| row.line <= found.line) {
        if out.is_full() {
            break;
        }
        // Fixed layouts rule a line of dashes under the header.
        if row.cells.iter().all(|cell| cell.trim().chars().all(|c| matches!(c, '-' | '='))) {
            if row.cells.iter().any(|cell| !cell.trim().is_empty()) || found.format == Format::SeratoTxt {
                continue;
            }
            let message = "the row is empty";
            out.problem(Problem::new("row-empty", row.line, message, "").notice());
            continue;
        }
        if let Some(serato) = &mut serato
            && serato.is_session(&found.header, &row, first)
        {
            serato.begin(&found.header, &row, &mut out);
            first = false;
            continue;
        }
        first = false;
        let header = shifted(found, &row, &mut out);
        let mut problems = Vec::new();
        let line = header.line(&row.cells, row.line, &mut problems);
        problems.into_iter().for_each(|problem| out.problem(problem));
        match line.or_else(|| by_file_name(header, &row)) {
            Some(line) => {
                let line = match &mut serato {
                    Some(serato) => serato.timed(header, &row, line),
                    None => timed(header, &row, line),
                };
                out.line(line);
            }
            None => {
                let told: String = row.cells.join(" ").trim().chars().take(60).collect();
                let message = format!("the row `{told}` has neither artist nor title");
                out.problem(Problem::new(
                    "row-without-track",
                    row.line,
                    message,
                    "remove the row or fill in the title",
                ));
            }
        }
    }
    out.finish()
}

/// Times of a table whose writer is not known: a whole moment, and seconds played.
fn timed(header: &Header, row: &Row, line: Line) -> Line {
    let started_at = header.get(&row.cells, Column::StartTime).and_then(moment);
    let played_s = header.get(&row.cells, Column::PlayTime).and_then(super::fields::duration);
    Line { started_at, played_s, ..line }
}

fn moment(text: &str) -> Option<music::usage::Moment> {
    match text.parse::<jiff::Timestamp>() {
        Ok(at) => Some(music::usage::Moment::Instant(at)),
        Err(_) => super::clock::stamp(text).moment(),
    }
}

fn by_file_name(header: &Header, row: &Row) -> Option<Line> {
    let found = from_path(header.get(&row.cells, Column::FileName)?);
    let line = Line {
        line: row.line,
        artist: found.artist,
        title: found.title,
        album: found.album,
        played: true,
        ..Line::default()
    };
    line.title.is_some().then_some(line)
}

/// The columns of Engine DJ's export, for rows that keep to them while the header was damaged.
const ENGINE: [Column; 12] = [
    Column::Number,
    Column::Title,
    Column::Artist,
    Column::Album,
    Column::Duration,
    Column::Other,
    Column::Other,
    Column::Label,
    Column::Other,
    Column::Remixer,
    Column::Year,
    Column::FileName,
];

fn shifted<'a>(found: &'a Found, row: &Row, out: &mut Builder) -> &'a Header {
    static STANDARD: std::sync::LazyLock<Header> = std::sync::LazyLock::new(|| Header(ENGINE.to_vec()));
    let cells = &row.cells;
    let number = |at: usize| cells.get(at).is_some_and(|cell| cell.trim().parse::<f64>().is_ok());
    let keeps = found.format == Format::EngineCsv
        && cells.len() == ENGINE.len()
        && found.header.0.len() != cells.len()
        && number(0)
        && number(4);
    if !keeps {
        return &found.header;
    }
    let message = "the header row does not fit this row; the usual columns of Engine DJ do";
    out.problem(Problem::new("header-mismatch", row.line, message, "export the list again").notice());
    &STANDARD
}

/// Reads delimited rows that have no header, where just two columns hold words: artist and title.
pub(crate) fn read_headless(text: &str) -> Option<SetListFile> {
    let sample: Vec<Row> = rows(text, ',').take(200).collect();
    let width = sample.first().map(|row| row.cells.len()).filter(|width| (3..=60).contains(width))?;
    let even = sample.len() >= 3
        && sample.iter().filter(|row| row.cells.len() == width).count() * 10 >= sample.len() * 9;
    if !even {
        return None;
    }
    let wordy = |at: &usize| {
        let words = |row: &&Row| row.cells.get(*at).is_some_and(|cell| cell.chars().any(char::is_alphabetic));
        sample.iter().filter(words).count() * 5 >= sample.len() * 4
    };
    let columns: Vec<usize> = (0..width).filter(wordy).collect();
    let &[artist, title] = columns.as_slice() else { return None };
    let header = Header(
        (0..width)
            .map(|at| match at {
                at if at == artist => Column::Artist,
                at if at == title => Column::Title,
                _ => Column::Other,
            })
            .collect(),
    );
    let found = Found { format: Format::Table, layout: Layout::Delimited(','), header, line: 0 };
    let mut file = read(text, &found);
    let message = format!(
        "the table has no header row; column {} is read as artist, {} as title",
        artist + 1,
        title + 1
    );
    let hint = "put a first row before it such as `artist,title,label`";
    file.problems.insert(0, Problem::new("no-header", 0, message, hint).notice());
    Some(file)
}
