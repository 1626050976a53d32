//! Many lines of plain TSV: header, rows and answers as text. The caller reads, writes and runs threads.
//!
//! TSV here has no quoting; a tab or line break inside a field is written as a space.

use crate::index::Row;
use crate::matcher::Session;
use crate::query::Query;
use crate::verdict::Verdict;

/// The header of the answer.
pub const ANSWER_HEADER: &str = "line\trecording\tprobability\tverdict\treasons";

/// Where the known columns stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    columns: Vec<String>,
}

impl Header {
    /// Reads a header line; unknown columns are kept and ignored.
    pub fn new(line: &str) -> Header {
        let columns = line.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']).split('\t');
        Header { columns: columns.map(|c| c.trim().to_ascii_lowercase()).collect() }
    }

    /// Whether a column is there.
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|c| c == column)
    }

    /// The field of a row in a column; empty where there is none.
    pub fn field<'a>(&self, row: &'a str, column: &str) -> &'a str {
        let row = row.trim_end_matches(['\r', '\n']);
        let at = self.columns.iter().position(|c| c == column);
        at.and_then(|at| row.split('\t').nth(at)).unwrap_or_default()
    }

    /// A line of a lines file as a question.
    pub fn query<'a>(&self, row: &'a str) -> Query<'a> {
        let mut q = Query::default();
        for (name, text) in self.pairs(row) {
            match name {
                "text" => q.text = text,
                "artist" => q.artist = text,
                "title" => q.title = text,
                "version" => q.version = text,
                "label" => q.label = text,
                "album" => q.album = text,
                "isrc" => q.isrc = text,
                "mbid" => q.mbid = text,
                "own_id" => q.own_id = text,
                "duration_s" => q.duration_s = seconds(text),
                "year" => q.year = text.get(..4).and_then(|y| y.parse().ok()),
                _ => {}
            }
        }
        q
    }

    /// A line of a catalogue file as a row of the index.
    pub fn row<'a>(&self, row: &'a str) -> Row<'a> {
        let mut r = Row::default();
        for (name, text) in self.pairs(row) {
            match name {
                "id" => r.id = text,
                "artist" => r.artist = text,
                "title" => r.title = text,
                "version" => r.version = text,
                "album" => r.album = text,
                "label" => r.label = text,
                "isrc" => r.isrc = text,
                "mbid" => r.mbid = text,
                "own_id" => r.own_id = text,
                "aliases" => r.aliases = text,
                "duration_s" => r.duration_s = seconds(text),
                "year" => r.year = text.get(..4).and_then(|y| y.parse().ok()),
                _ => {}
            }
        }
        r
    }

    fn pairs<'s, 'a>(&'s self, row: &'a str) -> impl Iterator<Item = (&'s str, &'a str)> {
        let fields = row.trim_end_matches(['\r', '\n']).split('\t');
        self.columns.iter().map(String::as_str).zip(fields)
    }
}

/// Answers lines of TSV, appending to `out` in their order; gives how many were accepted.
pub fn match_lines<'t>(
    session: &mut Session<'_, '_>,
    header: &Header,
    lines: impl IntoIterator<Item = &'t str>,
    out: &mut String,
) -> u64 {
    let mut accepted = 0;
    for line in lines {
        let verdict = session.match_line(&header.query(line));
        accepted += u64::from(verdict.decision == crate::verdict::Decision::Matched);
        answer(header.field(line, "line"), &verdict, out);
    }
    accepted
}

/// Lines of one set at most that are matched together; a longer run is taken in parts.
pub const SET_MOST: usize = 2_000;

impl Header {
    /// What lines of one set have in common: performer and set. Empty where the line names no set and stands by itself.
    pub fn set_of<'a>(&self, row: &'a str) -> (&'a str, &'a str) {
        match self.field(row, "set") {
            "" => ("", ""),
            set => (self.field(row, "performer"), set),
        }
    }
}

/// The same for lines with a column `set`: lines of one set that stand together are matched together.
pub fn match_sets(session: &mut Session<'_, '_>, header: &Header, lines: &[&str], out: &mut String) -> u64 {
    let mut accepted = 0;
    for set in lines.chunk_by(|a, b| header.set_of(a) == header.set_of(b)) {
        if set.first().is_none_or(|line| header.set_of(line) == ("", "")) {
            accepted += match_lines(session, header, set.iter().copied(), out);
            continue;
        }
        for part in set.chunks(SET_MOST) {
            let queries: Vec<Query<'_>> = part.iter().map(|line| header.query(line)).collect();
            for (line, verdict) in part.iter().zip(session.match_set(&queries)) {
                accepted += u64::from(verdict.decision == crate::verdict::Decision::Matched);
                answer(header.field(line, "line"), &verdict, out);
            }
        }
    }
    accepted
}

/// Appends one answer row.
pub fn answer(line: &str, verdict: &Verdict, out: &mut String) {
    use std::fmt::Write as _;
    let id = verdict.best().map_or("", |b| b.id.as_str());
    plain(line, out);
    out.push('\t');
    plain(id, out);
    // writing to a string cannot fail
    let _ = if id.is_empty() { write!(out, "\t0") } else { write!(out, "\t{:.6}", verdict.probability) };
    let _ = write!(out, "\t{}\t", verdict.decision.word());
    plain(&verdict.reasons_text(), out);
    out.push('\n');
}

fn plain(text: &str, out: &mut String) {
    out.extend(text.chars().map(|c| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c }));
}

fn seconds(text: &str) -> Option<u32> {
    let whole = text.split(['.', ',']).next()?;
    whole.trim().parse().ok().filter(|s| *s > 0)
}
