//! What a licensee reports its outputs were made from: a table of sources with weights, normalised exactly.
//!
//! Comma, semicolon or tab separated, with a header: `recording` (id or ISRC; empty where the source is not known) and
//! `weight`, a whole or decimal number; more columns are left alone. Where every weight is written with `%`, what is missing to
//! 100 % is not attributed, and stands as a row of its own. Rows of one source are added. Weights become parts of a
//! milliard by largest remainder, ties to the smaller source: they add up, and whoever has the file can check them.

use std::collections::BTreeMap;

use money::{Amount, Currency, divide};
use music::Problem;

/// Parts per whole: a milliard.
pub const WHOLE: u64 = 1_000_000_000;
/// The most rows of a report.
pub const ROWS_MOST: usize = 1_000_000;
/// The most bytes of a report.
pub const BYTES_MOST: usize = 64 << 20;
/// Digits behind the point of a weight, at most.
const DIGITS_MOST: usize = 9;
/// The most problems that are told.
const PROBLEMS_MOST: usize = 100;
/// What a source is called that is not known.
pub const UNATTRIBUTED: &str = "";

/// One source with its part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The first line it stood on, from 1; 0 for what is missing to the whole.
    pub line: u64,
    /// As written: an id or an ISRC; empty where it is not attributed.
    pub source: String,
    /// Parts of a milliard.
    pub parts: u64,
}

/// A report that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Its rows by source; their parts add up to [`WHOLE`] unless there are none.
    pub rows: Vec<Row>,
    /// What could not be read. Money follows the weights, so one problem costs the whole report.
    pub problems: Vec<Problem>,
}

impl Report {
    /// Reads a table.
    ///
    /// ```
    /// let report = programmes::licensing::Report::read(b"recording,weight\nFRZ032600001,2\nFRZ032600002,1\n");
    /// let parts: Vec<u64> = report.rows.iter().map(|r| r.parts).collect();
    /// assert_eq!(parts, [666_666_667, 333_333_333]);
    /// ```
    pub fn read(bytes: &[u8]) -> Report {
        let mut problems = Vec::new();
        if bytes.len() > BYTES_MOST {
            let message = format!("the report has {} bytes; at most {BYTES_MOST} are read", bytes.len());
            problems.push(Problem::new(
                "report-size",
                0,
                message,
                "report one model and one period at a time",
            ));
            return Report { rows: Vec::new(), problems };
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            problems.push(Problem::new(
                "report-text",
                0,
                "the report is not UTF-8",
                "save the table as UTF-8",
            ));
            return Report { rows: Vec::new(), problems };
        };
        let text = text.trim_start_matches('\u{feff}');
        let mut lines = (1_u64..).zip(text.lines()).filter(|(_, l)| !l.trim().is_empty());
        let Some(columns) = lines.next().and_then(|(_, head)| Columns::read(head)) else {
            let hint = "begin with a line `recording,weight`";
            problems.push(Problem::new(
                "report-head",
                1,
                "no column `recording` with `weight` beside it",
                hint,
            ));
            return Report { rows: Vec::new(), problems };
        };
        let mut told = Vec::new();
        for (number, line) in lines {
            match columns.row(number, line) {
                Ok(row) => told.push(row),
                Err(problem) => problems.push(problem),
            }
            if told.len() > ROWS_MOST || problems.len() >= PROBLEMS_MOST {
                let message =
                    format!("more than {ROWS_MOST} rows or {PROBLEMS_MOST} problems; the rest is not read");
                problems.push(Problem::new("report-long", number, message, ""));
                break;
            }
        }
        if told.is_empty() && problems.is_empty() {
            problems.push(Problem::new(
                "report-empty",
                0,
                "the report attributes nothing",
                "one source a line",
            ));
        }
        if !problems.is_empty() {
            return Report { rows: Vec::new(), problems };
        }
        match normalised(told) {
            Ok(rows) => Report { rows, problems },
            Err(problem) => Report { rows: Vec::new(), problems: vec![problem] },
        }
    }
}

/// What each source counts for once the one at `place` counts for `parts` of a milliard: the others carry the difference in
/// proportion. `None` where the part exceeds the whole, or nothing else is left to carry the rest.
///
/// ```
/// use programmes::licensing::attribution::recount;
/// let counted = [600_000_000, 300_000_000, 100_000_000];
/// assert_eq!(recount(&counted, 0, 700_000_000), Some(vec![700_000_000, 225_000_000, 75_000_000]));
/// ```
pub fn recount(counted: &[u64], place: usize, parts: u64) -> Option<Vec<u64>> {
    let rest = WHOLE.checked_sub(parts)?;
    let others: Vec<(usize, u64)> =
        counted.iter().copied().enumerate().filter(|(at, _)| *at != place).collect();
    let mut now = vec![0; counted.len()];
    *now.get_mut(place)? = parts;
    if rest == 0 {
        return Some(now);
    }
    let amount = Amount::from_micros(i64::try_from(rest).ok()?, Currency::EUR);
    for ((at, _), part) in others.iter().zip(divide(amount, &others).ok()?) {
        *now.get_mut(*at)? = part.micros().unsigned_abs();
    }
    Some(now)
}

/// A row as it was written.
#[derive(Debug)]
struct Told {
    line: u64,
    source: String,
    digits: String,
    /// How many of the digits stand behind the point.
    behind: usize,
    percent: bool,
}

struct Columns {
    separator: char,
    recording: usize,
    weight: usize,
}

impl Columns {
    fn read(head: &str) -> Option<Columns> {
        let separator = ['\t', ';', ','].into_iter().find(|c| head.contains(*c))?;
        let names: Vec<String> = cells(head, separator).iter().map(|c| c.trim().to_lowercase()).collect();
        let find = |name: &str| names.iter().position(|n| n == name);
        let recording = find("recording").or_else(|| find("isrc")).or_else(|| find("source"))?;
        Some(Columns { separator, recording, weight: find("weight")? })
    }

    fn row(&self, line: u64, text: &str) -> Result<Told, Problem> {
        let cells = cells(text, self.separator);
        let cell = |at: usize| cells.get(at).map(|c| c.trim()).unwrap_or_default();
        let written = cell(self.weight);
        let bad = || {
            let shown: String = written.chars().filter(|c| !c.is_control()).take(40).collect();
            let hint = "a whole or decimal number of at most nine digits behind the point, such as `12`, `0.25` or `12.5 %`";
            Problem::new("report-weight", line, format!("`{shown}` is no weight"), hint)
        };
        let (number, percent) = match written.strip_suffix('%') {
            Some(number) => (number.trim(), true),
            None => (written, false),
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        let fits = !whole.is_empty() && whole.len() <= 18 && part.len() <= DIGITS_MOST;
        if !fits || !digits(whole) || !digits(part) || number.ends_with('.') {
            return Err(bad());
        }
        let source: String = cell(self.recording).chars().filter(|c| !c.is_control()).take(200).collect();
        Ok(Told { line, source, digits: format!("{whole}{part}"), behind: part.len(), percent })
    }
}

/// The cells of a line; quotes hold a separator, doubled quotes are one.
fn cells(line: &str, separator: char) -> Vec<String> {
    let (mut all, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut signs = line.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if quoted && signs.peek() == Some(&'"') => {
                signs.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            sign if sign == separator && !quoted => all.push(std::mem::take(&mut cell)),
            sign => cell.push(sign),
        }
    }
    all.push(cell);
    all
}

fn normalised(told: Vec<Told>) -> Result<Vec<Row>, Problem> {
    let percent = told.iter().filter(|t| t.percent).count();
    if percent != 0 && percent != told.len() {
        let odd = told.iter().find(|t| t.percent == (percent < told.len() / 2)).map_or(0, |t| t.line);
        let hint = "write all weights with `%`, or none";
        return Err(Problem::new(
            "report-weight",
            odd,
            "some weights are percentages and some are not",
            hint,
        ));
    }
    let behind = told.iter().map(|t| t.behind).max().unwrap_or(0);
    let too_large =
        |line| Problem::new("report-weight", line, "the weights are too large to add", "use smaller numbers");
    let mut sums: BTreeMap<String, (u64, u128)> = BTreeMap::new();
    let mut total = 0_u128;
    for row in told {
        let scaled = format!("{}{}", row.digits, "0".repeat(behind - row.behind));
        let weight: u128 = scaled.parse().map_err(|_| too_large(row.line))?;
        total = total.checked_add(weight).ok_or_else(|| too_large(row.line))?;
        let slot = sums.entry(row.source).or_insert((row.line, 0));
        slot.1 += weight;
    }
    if percent > 0 {
        let whole = 100 * 10_u128.pow(u32::try_from(behind).unwrap_or(0));
        if total > whole {
            let message = "the weights exceed 100 %";
            return Err(Problem::new(
                "report-weight",
                0,
                message,
                "what is missing to 100 % counts as not attributed; more cannot be",
            ));
        }
        sums.entry(UNATTRIBUTED.to_owned()).or_insert((0, 0)).1 += whole - total;
        total = whole;
    }
    if total == 0 {
        return Err(Problem::new(
            "report-weight",
            0,
            "no source has any weight",
            "leave out what nothing was made from",
        ));
    }
    // Weights beyond 64 bits are scaled down alike; nothing that was read from a sane file is.
    let mut shift = 0;
    while total >> shift > u128::from(u64::MAX) {
        shift += 1;
    }
    let sums: Vec<(String, (u64, u64))> = sums
        .into_iter()
        .map(|(source, (line, weight))| (source, (line, u64::try_from(weight >> shift).unwrap_or(u64::MAX))))
        .collect();
    let weights: Vec<(&String, u64)> = sums.iter().map(|(source, (_, weight))| (source, *weight)).collect();
    let whole = Amount::from_micros(i64::try_from(WHOLE).unwrap_or(i64::MAX), Currency::EUR);
    let parts = divide(whole, &weights).map_err(|_| too_large(0))?;
    let rows = sums.iter().zip(parts).map(|((source, (line, _)), part)| Row {
        line: *line,
        source: source.clone(),
        parts: part.micros().unsigned_abs(),
    });
    Ok(rows.filter(|row| row.parts > 0).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<(String, u64)> {
        let report = Report::read(text.as_bytes());
        assert_eq!(report.problems, vec![], "{text}");
        assert_eq!(report.rows.iter().map(|r| r.parts).sum::<u64>(), WHOLE);
        report.rows.into_iter().map(|r| (r.source, r.parts)).collect()
    }

    fn of(source: &str, parts: u64) -> (String, u64) {
        (source.to_owned(), parts)
    }

    #[test]
    fn weights_add_up_whatever_they_are_written_as() {
        assert_eq!(
            read("recording,weight\nA,60\nB,30\n,10\n"),
            [of("", 100_000_000), of("A", 600_000_000), of("B", 300_000_000)]
        );
        assert_eq!(
            read("weight;isrc\n0.5;A\n0.25;B\n0.25;A\n"),
            [of("A", 750_000_000), of("B", 250_000_000)]
        );
        assert_eq!(
            read("recording\tweight\nA\t12.5 %\nB\t50%\n"),
            [of("", 375_000_000), of("A", 125_000_000), of("B", 500_000_000)]
        );
        assert_eq!(
            read("recording,weight\nA,1\nB,1\nC,1\n"),
            [of("A", 333_333_334), of("B", 333_333_333), of("C", 333_333_333)]
        );
        assert_eq!(read("\u{feff}recording,name,weight\r\n\"A\",\"x, y\",1\r\n"), [of("A", WHOLE)]);
    }

    #[test]
    fn one_bad_row_costs_the_report_and_is_told() {
        for (text, code) in [
            ("", "report-head"),
            ("a,b\n1,2\n", "report-head"),
            ("recording,weight\n", "report-empty"),
            ("recording,weight\nA,-1\n", "report-weight"),
            ("recording,weight\nA,1e9\n", "report-weight"),
            ("recording,weight\nA,1.\n", "report-weight"),
            ("recording,weight\nA,\n", "report-weight"),
            ("recording,weight\nA,0\n", "report-weight"),
            ("recording,weight\nA,60 %\nB,50 %\n", "report-weight"),
            ("recording,weight\nA,60 %\nB,50\n", "report-weight"),
            ("recording,weight\nA,0.1234567891\n", "report-weight"),
        ] {
            let report = Report::read(text.as_bytes());
            assert_eq!(report.problems.first().map(|p| p.code), Some(code), "{text:?}");
            assert!(report.rows.is_empty());
        }
        assert_eq!(Report::read(b"recording,weight\nA,\xff\n").problems[0].code, "report-text");
    }

    proptest! {
        #[test]
        fn parts_add_up_and_order_changes_nothing(weights in prop::collection::vec((0_u8..20, 0_u64..1_000_000_000_000), 1..40), turn in 0_usize..40) {
            let table = |rows: &[(u8, u64)]| {
                let rows: String = rows.iter().map(|(s, w)| format!("S{s},{w}\n")).collect();
                Report::read(format!("recording,weight\n{rows}").as_bytes())
            };
            let mut turned = weights.clone();
            turned.rotate_left(turn % weights.len());
            let (one, two) = (table(&weights), table(&turned));
            if weights.iter().all(|(_, w)| *w == 0) {
                prop_assert!(!one.problems.is_empty());
            } else {
                prop_assert_eq!(one.rows.iter().map(|r| r.parts).sum::<u64>(), WHOLE);
                let bare = |r: Report| r.rows.into_iter().map(|r| (r.source, r.parts)).collect::<Vec<_>>();
                prop_assert_eq!(bare(one), bare(two));
            }
        }

        #[test]
        fn a_recount_keeps_the_whole_and_the_order_of_the_others(weights in prop::collection::vec(0_u64..1_000, 1..30), place in 0_usize..30, parts in 0..=WHOLE) {
            let place = place % weights.len();
            match recount(&weights, place, parts) {
                Some(now) => {
                    prop_assert_eq!(now.iter().sum::<u64>(), WHOLE);
                    prop_assert_eq!(now[place], parts);
                    for (a, x) in weights.iter().zip(&now).enumerate().filter(|(at, _)| *at != place).map(|(_, p)| p) {
                        for (b, y) in weights.iter().zip(&now).enumerate().filter(|(at, _)| *at != place).map(|(_, p)| p) {
                            prop_assert!(a >= b || x <= y, "a bigger weight never gets less");
                        }
                    }
                }
                None => prop_assert!(weights.iter().enumerate().all(|(at, w)| at == place || *w == 0)),
            }
        }

        #[test]
        fn hostile_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            let _ = Report::read(&bytes);
            let _ = Report::read(&[b"recording,weight\n".as_slice(), &bytes].concat());
        }
    }
}
