//! Gathers the lines of one file and keeps what hostile bytes can cost within bounds.
//!
//! It knows sets, lines, problems and how to clean a value; it has no idea of any format.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use music::usage::Moment;
use music::{Isrc, Problem};

use super::{Format, Line, Set, SetListFile};

/// Problems told one by one; more of them only raise a count.
const PROBLEMS: usize = 100;

/// Longest text kept of one field, in bytes; the longest real titles stay below 500.
const FIELD: usize = 2_000;

/// Text a file may yield beyond sixteen times its size, in bytes; small files are never cut.
const SPARE: usize = 1 << 20;

/// The last second taken for a real time: the end of the year 2099.
const LATEST: i64 = 4_102_444_799;

/// A file of set lists as it is being read.
pub(super) struct Gather {
    file: SetListFile,
    left: usize,
    position: u32,
    unsaid: usize,
}

impl Gather {
    /// Nothing yet, from `input` bytes of a known format.
    pub(super) fn new(format: Format, input: usize) -> Self {
        let file = SetListFile { format: Some(format), lines: vec![], sets: vec![], problems: vec![] };
        Gather { file, left: input.saturating_mul(16).saturating_add(SPARE), position: 0, unsaid: 0 }
    }

    /// Begins the next set; the lines that follow are its lines.
    pub(super) fn open_set(&mut self, name: Option<String>, started_at: Option<Moment>) {
        let number = u32::try_from(self.file.sets.len() + 1).unwrap_or(u32::MAX);
        self.position = 0;
        self.file.sets.push(Set { number, name, started_at });
    }

    /// Adds a line to the set begun last and gives it its place there.
    ///
    /// False where the file has yielded more than files of its size can honestly hold: the line is left
    /// out, and reading may end.
    pub(super) fn push(&mut self, line: Line) -> bool {
        if !self.afford(size(&line)) {
            return false;
        }
        self.position = self.position.saturating_add(1);
        let set = self.file.sets.last().map_or(1, |set| set.number);
        self.file.lines.push(Line { set, position: self.position, ..line });
        true
    }

    /// Whether so many more bytes of text may be taken from the file; the first refusal becomes a problem.
    pub(super) fn afford(&mut self, bytes: usize) -> bool {
        if let Some(left) = self.left.checked_sub(bytes) {
            self.left = left;
            return true;
        }
        if self.left > 0 {
            self.left = 0;
            self.problem(Problem::new(
                "too-large",
                0,
                "the file claims more text than its size allows; the rest was left out",
                "export the history again from the software that wrote it",
            ));
        }
        false
    }

    /// Notes what was wrong.
    pub(super) fn problem(&mut self, problem: Problem) {
        if self.file.problems.len() < PROBLEMS {
            self.file.problems.push(problem);
        } else {
            self.unsaid += 1;
        }
    }

    /// Whether there is no set yet.
    pub(super) fn is_empty(&self) -> bool {
        self.file.sets.is_empty()
    }

    /// A valid ISRC, or none and a problem where the text is not empty.
    pub(super) fn isrc(&mut self, text: Option<&str>, line: u64) -> Option<Isrc> {
        let text = text.map(str::trim).filter(|t| !t.is_empty())?;
        match Isrc::from_str(text) {
            Ok(isrc) => Some(isrc),
            Err(bad) => {
                let hint = "the line is matched by artist and title; correct the tag in the DJ software";
                self.problem(Problem::new("isrc-invalid", line, bad.to_string(), hint).notice());
                None
            }
        }
    }

    /// What was read. A set without a time of its own began with its first timed line.
    pub(super) fn finish(mut self) -> SetListFile {
        if self.unsaid > 0 {
            let message = format!("{} more problems of this kind", self.unsaid);
            self.file.problems.push(Problem::new("more-problems", 0, message, "").notice());
        }
        first_times(&mut self.file);
        self.file
    }
}

fn first_times(file: &mut SetListFile) {
    let mut lines = file.lines.iter().filter(|line| line.started_at.is_some()).peekable();
    for set in &mut file.sets {
        while lines.next_if(|line| line.set < set.number).is_some() {}
        if set.started_at.is_none() {
            set.started_at =
                lines.peek().filter(|line| line.set == set.number).and_then(|line| line.started_at);
        }
    }
}

/// What a line weighs against the bound, in bytes.
pub(super) fn size(line: &Line) -> usize {
    let texts =
        [&line.text, &line.artist, &line.title, &line.version, &line.remixer, &line.album, &line.label];
    texts.into_iter().flatten().map(String::len).sum::<usize>() + 8
}

/// A value as a person meant it: no zero bytes, control characters or blank ends; none where nothing is left.
pub(super) fn clean(text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    if text.is_empty() {
        return None;
    }
    let end = (0..=text.len().min(FIELD)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    Some(text[..end].chars().map(|c| if c.is_control() { ' ' } else { c }).collect())
}

/// The year at the front of `2011`, `2011-01-18` and the like.
pub(super) fn year(text: &str) -> Option<u16> {
    let year = text.trim().get(..4)?.parse().ok()?;
    (1850..=2200).contains(&year).then_some(year)
}

/// Seconds since 1970; none for zero, negative and absurd ones.
pub(super) fn unix(seconds: i64) -> Option<Moment> {
    let seconds = Some(seconds).filter(|s| (1..=LATEST).contains(s))?;
    Timestamp::from_second(seconds).ok().map(Moment::Instant)
}

/// A time as databases write it: `2024-05-01 22:15:00`, with fractions, `T`, `Z` or an offset or not.
pub(super) fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    let time = text.get(11..).filter(|_| text.is_ascii() && text.len() < 48)?;
    let (time, zone) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => (time[..at].trim_end(), Some(&time[at..])),
        None => (time, None),
    };
    let local = DateTime::from_str(&format!("{}T{time}", &text[..10])).ok()?;
    let Some(zone) = zone else { return Some(Moment::Local(local)) };
    offset(zone)?.to_timestamp(local).ok().map(Moment::Instant)
}

/// `Z`, `+02:00`, `-0530`.
fn offset(text: &str) -> Option<Offset> {
    if text.eq_ignore_ascii_case("z") {
        return Some(Offset::UTC);
    }
    let digits: String = text.get(1..)?.chars().filter(|c| *c != ':').collect();
    let (hours, minutes) =
        (digits.get(..2)?.parse::<i32>().ok()?, digits.get(2..4).unwrap_or("0").parse::<i32>().ok()?);
    let sign = if text.starts_with('-') { -1 } else { 1 };
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

/// A count of whole seconds that a track or a play can have: one second to a day.
pub(super) fn seconds(value: i64) -> Option<u32> {
    u32::try_from(value).ok().filter(|s| (1..=86_400).contains(s))
}

/// The seconds of `04:34.34`, `1:02:03` or `3:07`, fractions dropped.
pub(super) fn clock(text: &str) -> Option<u32> {
    let whole = text.trim().split(['.', ',']).next()?;
    let parts: Option<Vec<i64>> =
        whole.splitn(4, ':').map(|p| p.parse::<u16>().ok().map(i64::from)).collect();
    match parts?[..] {
        [minutes, s] => seconds(minutes * 60 + s),
        [hours, minutes, s] => seconds(hours * 3600 + minutes * 60 + s),
        _ => None,
    }
}

/// The name of a file without folders and ending.
pub(super) fn stem(path: &str) -> Option<String> {
    let name = path.trim_end_matches('\0').rsplit(['/', '\\']).next()?;
    clean(name.rsplit_once('.').map_or(name, |(stem, _)| stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_spelling() {
        for (text, want) in [
            ("2024-05-01 22:15:00", "2024-05-01T22:15:00"),
            ("2024-05-01T22:15:00.250", "2024-05-01T22:15:00.25"),
            ("2024-05-01 22:15:00.000 +00:00", "2024-05-01T22:15:00Z"),
            ("2024-05-01 22:15:00+0200", "2024-05-01T20:15:00Z"),
            ("2024-05-01 22:15:00Z", "2024-05-01T22:15:00Z"),
        ] {
            assert_eq!(moment(text).unwrap().to_string(), want, "{text}");
        }
        for text in
            ["", "2024-05-01", "yesterday, at ten", "2024-13-01 22:15:00", "2024-05-01 22:15:00 +99:00"]
        {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn values_are_cleaned() {
        assert_eq!(clean(" Low\tTide \0\0").as_deref(), Some("Low Tide"));
        assert_eq!(clean(" \0"), None);
        assert_eq!(clean(&"é".repeat(5_000)).unwrap().len(), FIELD);
        assert_eq!(
            (clock("04:34.34"), clock("1:02:03"), clock("x:3"), clock("90")),
            (Some(274), Some(3723), None, None)
        );
        assert_eq!((year("2011-01-18T11:15:40"), year("    "), year("0")), (Some(2011), None, None));
        assert_eq!(stem("X:\\Music\\Mira Feld - Low Tide.mp3\0").as_deref(), Some("Mira Feld - Low Tide"));
        assert_eq!((unix(0), unix(-5), unix(i64::MAX)), (None, None, None));
    }

    #[test]
    fn a_file_cannot_claim_more_text_than_it_has() {
        let mut gather = Gather::new(Format::MixxxDb, 0);
        gather.open_set(None, None);
        let line = Line { title: clean(&"a".repeat(FIELD)), ..Line::default() };
        let taken = (0..10_000).take_while(|_| gather.push(line.clone())).count();
        assert_eq!(taken, SPARE / (FIELD + 8));
        assert_eq!(gather.finish().problems[0].code, "too-large");
    }
}
