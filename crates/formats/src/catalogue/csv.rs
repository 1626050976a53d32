//! Records of comma- or semicolon-separated values, RFC 4180, read so that one stray quote costs one line.
//!
//! A field may be quoted; inside quotes the separator and line breaks are text and `""` is one quote. A quote
//! that never closes would swallow the file: where letters follow its supposed end on another line, or after [`QUOTED_LINES`] lines or [`QUOTED_BYTES`] bytes it is taken for
//! a stray one, its line is read as if the quote closed at its end, and the lines after it are read anew. After
//! [`STRAY_QUOTES`] such lines no field may go over a line break any more, which keeps the work in proportion.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io;

use super::lines::{Got, Lines};

/// Lines one record may span.
const QUOTED_LINES: usize = 200;

/// Bytes a record of several lines may have.
const QUOTED_BYTES: usize = 64 << 10;

/// Stray quotes after which quoted fields must end on their line.
const STRAY_QUOTES: u32 = 100;

/// What [`Records::next`] got.
pub(super) enum Record {
    /// A record's bytes, from this line.
    Row(u64),
    /// The same, but a quote in it never closes.
    StrayQuote(u64),
    /// A line too long to keep; skipped.
    TooLong(u64),
    /// The input ended.
    End,
    /// The input failed.
    Failed(io::Error),
}

/// Reads records one after another.
pub(super) struct Records<'a> {
    lines: Lines<'a>,
    /// `None` reads plain lines: no quoting.
    separator: Option<u8>,
    waiting: VecDeque<(u64, Vec<u8>)>,
    stray: u32,
}

impl<'a> Records<'a> {
    pub(super) fn new(lines: Lines<'a>) -> Self {
        Records { lines, separator: None, waiting: VecDeque::new(), stray: 0 }
    }

    /// Turns quoting on.
    pub(super) fn quoted(&mut self, separator: u8) {
        self.separator = Some(separator);
    }

    pub(super) fn next(&mut self, buf: &mut Vec<u8>) -> Record {
        let line = match self.line(buf) {
            Ok(line) => line,
            Err(other) => return other,
        };
        match self.separator {
            Some(separator) if quotes(buf, separator) == Quotes::Open => self.join(buf, line, separator),
            _ => Record::Row(line),
        }
    }

    fn line(&mut self, buf: &mut Vec<u8>) -> Result<u64, Record> {
        if let Some((line, bytes)) = self.waiting.pop_front() {
            *buf = bytes;
            return Ok(line);
        }
        match self.lines.next(buf) {
            Got::Line => Ok(self.lines.line),
            Got::TooLong => Err(Record::TooLong(self.lines.line)),
            Got::End => Err(Record::End),
            Got::Failed(failure) => Err(Record::Failed(failure)),
        }
    }

    fn join(&mut self, buf: &mut Vec<u8>, first: u64, separator: u8) -> Record {
        let mut whole = buf.clone();
        let mut joined: Vec<(u64, Vec<u8>)> = Vec::new();
        let mut next = Vec::new();
        let allowed = if self.stray < STRAY_QUOTES { QUOTED_LINES } else { 0 };
        while joined.len() < allowed && whole.len() < QUOTED_BYTES {
            // What ends the record here is met again by the next call.
            let Ok(line) = self.line(&mut next) else { break };
            whole.push(b'\n');
            whole.extend_from_slice(&next);
            joined.push((line, std::mem::take(&mut next)));
            match quotes(&whole, separator) {
                Quotes::Open => {}
                Quotes::Loose => break,
                Quotes::Closed => {
                    *buf = whole;
                    return Record::Row(first);
                }
            }
        }
        for line in joined.into_iter().rev() {
            self.waiting.push_front(line);
        }
        self.stray = self.stray.saturating_add(1);
        Record::StrayQuote(first)
    }
}

/// How the quotes of a record stand at its end.
#[derive(PartialEq)]
enum Quotes {
    /// All are closed.
    Closed,
    /// The last one is open.
    Open,
    /// All are closed, but letters follow a closing one: rather a stray quote that met the next field's.
    Loose,
}

fn quotes(bytes: &[u8], separator: u8) -> Quotes {
    enum At {
        Start,
        Plain,
        Quoted,
        /// After a quote inside a quoted field: its end, or the first of a doubled one.
        Quote,
    }
    let (mut at, mut loose) = (At::Start, false);
    for byte in bytes {
        at = match (at, *byte) {
            (At::Start | At::Quote, b'"') => At::Quoted,
            (At::Quoted, b'"') => At::Quote,
            (At::Quoted, _) => At::Quoted,
            (_, b) if b == separator => At::Start,
            (At::Start, b' ') => At::Start,
            (At::Quote, b) => {
                loose |= b != b' ';
                At::Plain
            }
            _ => At::Plain,
        };
    }
    match at {
        At::Quoted => Quotes::Open,
        _ if loose => Quotes::Loose,
        _ => Quotes::Closed,
    }
}

/// The fields of one record.
pub(super) fn fields(record: &str, separator: Option<u8>, tab: u8) -> Vec<Cow<'_, str>> {
    let Some(separator) = separator else {
        return record.split(char::from(tab)).map(Cow::Borrowed).collect();
    };
    let mut fields = Vec::new();
    let mut rest = record;
    loop {
        let (field, after) = match rest.trim_start_matches(' ').strip_prefix('"') {
            Some(body) => quoted_field(body, separator),
            None => plain_field(rest, separator),
        };
        fields.push(field);
        match after {
            Some(after) => rest = after,
            None => return fields,
        }
    }
}

fn plain_field(text: &str, separator: u8) -> (Cow<'_, str>, Option<&str>) {
    match text.split_once(char::from(separator)) {
        Some((field, after)) => (field.into(), Some(after)),
        None => (text.into(), None),
    }
}

/// A field after its opening quote. Text between the closing quote and the separator is kept.
fn quoted_field(body: &str, separator: u8) -> (Cow<'_, str>, Option<&str>) {
    let mut from = 0;
    while let Some(at) = body[from..].find('"').map(|at| from + at) {
        if body[at + 1..].starts_with('"') {
            from = at + 2;
            continue;
        }
        let inner = &body[..at];
        let (tail, after) = plain_field(&body[at + 1..], separator);
        let inner =
            if inner.contains('"') { Cow::Owned(inner.replace("\"\"", "\"")) } else { Cow::Borrowed(inner) };
        let field = if tail.trim().is_empty() { inner } else { Cow::Owned(format!("{inner}{tail}")) };
        return (field, after);
    }
    (Cow::Owned(body.replace("\"\"", "\"")), None)
}

/// The separator a header line uses: the one of `,` `;` tab `|` it has most of.
pub(super) fn separator(header: &str) -> u8 {
    let count = |separator: &u8| header.bytes().filter(|b| b == separator).count();
    // The first of equals, a comma, where none is there.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn rows(text: &str) -> Vec<(u64, bool, Vec<String>)> {
        let mut bytes = text.as_bytes();
        let mut records = Records::new(Lines::new(&mut bytes, 1 << 20));
        records.quoted(b',');
        let mut buf = Vec::new();
        let mut rows = Vec::new();
        loop {
            let (line, stray) = match records.next(&mut buf) {
                Record::Row(line) => (line, false),
                Record::StrayQuote(line) => (line, true),
                _ => return rows,
            };
            let record = std::str::from_utf8(&buf).unwrap();
            rows.push((
                line,
                stray,
                fields(record, Some(b','), b'\t').iter().map(ToString::to_string).collect(),
            ));
        }
    }

    #[test]
    fn quoting_as_the_standard_has_it() {
        for (text, want) in [
            ("a,b", vec!["a", "b"]),
            ("\"a, b\",c", vec!["a, b", "c"]),
            ("\"say \"\"hi\"\"\",c", vec!["say \"hi\"", "c"]),
            ("12\" mix,b", vec!["12\" mix", "b"]),
            ("\"a\nb\",c", vec!["a\nb", "c"]),
            ("\"\",,\"\"", vec!["", "", ""]),
            ("\"a\" (live),b", vec!["a (live)", "b"]),
            (",", vec!["", ""]),
        ] {
            let rows = rows(text);
            assert_eq!(rows.len(), 1, "{text}: {rows:?}");
            assert_eq!(rows[0].2, want, "{text}");
        }
    }

    #[test]
    fn a_stray_quote_costs_nothing_but_its_line() {
        let rows = rows("id,title\n1,\"open\n2,fine\n3,\"also fine\"\n");
        assert_eq!(
            rows.iter().map(|r| (r.0, r.1)).collect::<Vec<_>>(),
            [(1, false), (2, true), (3, false), (4, false)]
        );
        assert_eq!(rows[1].2, ["1", "open"]);
        assert_eq!(rows[3].2, ["3", "also fine"]);
    }

    proptest! {
        /// What another library writes is read back as it was.
        #[test]
        fn written_records_come_back(records in vec(vec("[ab\",; \n]{0,6}", 2..4), 0..8)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            records.iter().for_each(|r| writer.write_record(r).unwrap());
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let got: Vec<Vec<String>> = rows(&text).into_iter().map(|r| r.2).collect();
            prop_assert_eq!(got, records);
        }
    }

    #[test]
    fn thousands_of_stray_quotes_are_read_in_proportion() {
        let text = "x,\"y\"\"\n".repeat(20_001);
        assert_eq!(
            rows(&text).len(),
            20_001 - rows(&text).iter().map(|r| r.2[1].matches('\n').count()).sum::<usize>()
        );
    }
}
