//! Plays of members as a table: a header that names the columns, then a row each.
//!
//! `member` and `recording` are needed; `plays` (1 where empty), `played_s`, `at` (RFC 3339 or seconds since 1970),
//! `sought` (yes or no) and `before` may be there; others are ignored. Commas, semicolons or tabs.

use jiff::Timestamp;
use music::Problem;

/// Most rows of one file: above it the streaming kernel is meant.
pub const MOST_ROWS: usize = 5_000_000;

/// Most plays of one row; more is a slip of the keyboard.
pub const MOST_PLAYS: u32 = 1_000_000;

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayLine {
    /// The line of the file, from 1.
    pub line: u64,
    /// The member, as the file has it.
    pub member: String,
    /// The recording, as the file has it: an id, an ISRC, or the id of a delivery.
    pub recording: String,
    /// How many plays.
    pub plays: u32,
    /// Seconds heard in all of them.
    pub played_s: Option<u32>,
    /// When it began, in seconds since 1970 UTC.
    pub at_s: Option<i64>,
    /// Whether the member sought it.
    pub sought: bool,
    /// Plays of it by the same member before.
    pub before: u32,
}

/// Places of the columns in a header.
struct Columns {
    member: usize,
    recording: usize,
    plays: Option<usize>,
    played_s: Option<usize>,
    at: Option<usize>,
    sought: Option<usize>,
    before: Option<usize>,
}

/// Reads a table of plays: the rows that can be read, and what is wrong with the others.
pub fn read(bytes: &[u8]) -> (Vec<PlayLine>, Vec<Problem>) {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or_default();
    let separator = [b'\t', b';', b','].into_iter().max_by_key(|s| head.bytes().filter(|b| b == s).count());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator.unwrap_or(b','))
        .flexible(true)
        .from_reader(text.as_bytes());
    let columns = match reader.headers().map_err(|_| ()).and_then(|h| Columns::of(h).map_err(|_| ())) {
        Ok(columns) => columns,
        Err(()) => return (Vec::new(), vec![no_columns(head)]),
    };
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for (n, record) in reader.records().enumerate() {
        if n >= MOST_ROWS {
            let message = format!("the file has more than {MOST_ROWS} rows");
            problems.push(
                Problem::new("plays-too-many", 0, message, "share it with `tantieme share`, which streams")
                    .fatal(),
            );
            break;
        }
        let Ok(record) = record else {
            problems.push(Problem::new(
                "plays-row",
                n as u64 + 2,
                "the row cannot be read",
                "check its quotes",
            ));
            continue;
        };
        let line = record.position().map_or(n as u64 + 2, csv::Position::line);
        match columns.row(line, &record) {
            Ok(row) => rows.push(row),
            Err(problem) => problems.push(problem),
        }
    }
    if rows.is_empty() && problems.is_empty() {
        problems.push(
            Problem::new("plays-empty", 0, "the file has no plays", "a row each below the header").fatal(),
        );
    }
    (rows, problems)
}

fn no_columns(head: &str) -> Problem {
    let shown: String = head.chars().take(80).collect();
    let message = format!("the header `{shown}` names no columns `member` and `recording`");
    let hint = "the first line names the columns: `member,recording,plays,played_s,at`";
    Problem::new("plays-columns", 1, message, hint).fatal()
}

impl Columns {
    fn of(header: &csv::StringRecord) -> Result<Columns, Problem> {
        let find = |name: &str| header.iter().position(|h| h.trim().eq_ignore_ascii_case(name));
        match (find("member"), find("recording")) {
            (Some(member), Some(recording)) => Ok(Columns {
                member,
                recording,
                plays: find("plays"),
                played_s: find("played_s"),
                at: find("at"),
                sought: find("sought"),
                before: find("before"),
            }),
            _ => Err(no_columns("")),
        }
    }

    fn row(&self, line: u64, record: &csv::StringRecord) -> Result<PlayLine, Problem> {
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).map(str::trim).unwrap_or_default();
        let (member, recording) = (cell(Some(self.member)), cell(Some(self.recording)));
        if member.is_empty() || recording.is_empty() || member.len() > 200 || recording.len() > 200 {
            let what = if member.is_empty() || member.len() > 200 { "member" } else { "recording" };
            return Err(Problem::new(
                "plays-row",
                line,
                format!("the row names no {what}"),
                "fill it in, or take the row out",
            ));
        }
        Ok(PlayLine {
            line,
            member: member.to_owned(),
            recording: recording.to_owned(),
            plays: count(line, "plays", cell(self.plays), 1, MOST_PLAYS)?,
            played_s: match cell(self.played_s) {
                "" => None,
                text => Some(count(line, "played_s", text, 0, u32::MAX)?),
            },
            at_s: instant(line, cell(self.at))?,
            sought: matches!(cell(self.sought).to_ascii_lowercase().as_str(), "1" | "yes" | "true" | "oui"),
            before: count(line, "before", cell(self.before), 0, MOST_PLAYS)?,
        })
    }
}

fn count(line: u64, column: &str, text: &str, empty: u32, most: u32) -> Result<u32, Problem> {
    if text.is_empty() {
        return Ok(empty);
    }
    let shown: String = text.chars().take(40).collect();
    match text.parse::<i128>() {
        Ok(n) if n < 0 => {
            let message = format!("`{shown}` in `{column}` is below nothing");
            Err(Problem::new(
                "plays-negative",
                line,
                message,
                "take the row out; corrections are a delivery of their own",
            ))
        }
        Ok(n) if n > i128::from(most) => {
            let message = format!("`{shown}` in `{column}` is more than {most}");
            Err(Problem::new(
                "plays-absurd",
                line,
                message,
                "check the column; one row is what one member played of one recording",
            ))
        }
        Ok(n) => Ok(u32::try_from(n).unwrap_or(most)),
        Err(_) => Err(Problem::new(
            "plays-number",
            line,
            format!("`{shown}` in `{column}` is no whole number"),
            "write digits only",
        )),
    }
}

fn instant(line: u64, text: &str) -> Result<Option<i64>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let seconds = text.parse::<i64>().ok().filter(|s| Timestamp::from_second(*s).is_ok());
    let seconds = seconds.or_else(|| text.parse::<Timestamp>().ok().map(Timestamp::as_second));
    let shown: String = text.chars().take(40).collect();
    let bad = || {
        Problem::new(
            "plays-time",
            line,
            format!("`{shown}` in `at` is no time"),
            "write it as `2026-09-04T21:30:00Z`",
        )
    };
    seconds.map(Some).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rows_and_what_is_wrong_with_them() {
        let text = "member;recording;plays;at\nm1;rec-1;3;2026-09-04T21:30:00Z\nm2;rec-1;-4;\nm3;;1;\nm4;rec-2;99999999999;\nm5;rec-2;x;\nm6;rec-2;;soon\nm7;rec-2;;";
        let (rows, problems) = read(text.as_bytes());
        assert_eq!(
            rows.iter().map(|r| (r.member.as_str(), r.plays)).collect::<Vec<_>>(),
            [("m1", 3), ("m7", 1)]
        );
        let codes: Vec<(u64, &str)> = problems.iter().map(|p| (p.origin.line, p.code)).collect();
        assert_eq!(
            codes,
            [
                (3, "plays-negative"),
                (4, "plays-row"),
                (5, "plays-absurd"),
                (6, "plays-number"),
                (7, "plays-time")
            ]
        );
        assert_eq!(read(b"member,plays\nm,1").1[0].code, "plays-columns");
        assert_eq!(read(b"member,recording").1[0].code, "plays-empty");
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
            let _ = read(&[b"member,recording,plays,played_s,at,sought,before\n".as_slice(), &bytes].concat());
        }
    }
}
