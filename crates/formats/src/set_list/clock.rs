//! Dates and times as programs write them in the language of a computer.
//!
//! `16.5.2015 0:50:20`, `2015-05-16 00:50`, `5/27/2025 9:15:02 PM EDT`, `16.42.21 EET`. Time zone
//! abbreviations are read over: on Windows they are cut from the zone's long name (`W. Europe Standard
//! Time` gives `WEST`), so they cannot be trusted; the event's time zone resolves the wall clock.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};
use music::usage::Moment;

/// What a text says about a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Stamp {
    pub date: Option<Date>,
    pub time: Option<Time>,
    /// The date can be read as day and month or as month and day.
    pub ambiguous: bool,
}

impl Stamp {
    /// The moment, where both date and time are told.
    pub fn moment(&self) -> Option<Moment> {
        Some(Moment::Local(self.date?.to_datetime(self.time?)))
    }
}

/// Reads a date, a time, or both. An ambiguous date is left out and told as such.
pub(crate) fn stamp(text: &str) -> Stamp {
    let mut stamp = Stamp::default();
    let (mut pm, mut am) = (false, false);
    let text = text.get(..64).unwrap_or(text);
    for word in text.split(|c: char| c.is_whitespace() || c == 'T' || c == ',' || c == '\u{202F}') {
        let (number, suffix) = split_suffix(word);
        pm |= is_half(suffix, 'p');
        am |= is_half(suffix, 'a');
        if stamp.date.is_none() && !stamp.ambiguous {
            match date(number) {
                DateRead::Sure(date) => {
                    stamp.date = Some(date);
                    continue;
                }
                DateRead::Ambiguous => {
                    stamp.ambiguous = true;
                    continue;
                }
                DateRead::None => {}
            }
        }
        if stamp.time.is_none() {
            stamp.time = time(number);
        }
    }
    if pm || am {
        // Only the American way of writing has both slashes and half days.
        if stamp.ambiguous
            && let Some(date) = american(text)
        {
            stamp.date = Some(date);
            stamp.ambiguous = false;
        }
        stamp.time = stamp.time.and_then(|t| half_day(t, pm));
    }
    stamp
}

/// A date as the American way has it, month first.
pub(crate) fn american(text: &str) -> Option<Date> {
    let word = text.split([' ', ',', '\u{202F}']).find(|word| word.contains('/'))?;
    let [month, day, year] = numbers(word, &['/'])?;
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Puts times of day that follow one another onto days: a time long before the last one is on the next day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calendar {
    last: DateTime,
}

impl Calendar {
    /// Begins at a moment, such as the start of a session.
    pub fn new(start: DateTime) -> Self {
        Calendar { last: start }
    }

    /// The moment of a time of day that follows.
    pub fn place(&mut self, time: Time) -> Option<DateTime> {
        let same_day = self.last.date().to_datetime(time);
        // Two decks overlap by minutes, never by half a day.
        let moment = match same_day < self.last.checked_sub(12.hours()).ok()? {
            true => same_day.checked_add(1.day()).ok()?,
            false => same_day,
        };
        self.last = self.last.max(moment);
        Some(moment)
    }
}

/// Seconds from one time of day to a later one, over midnight where needed.
pub(crate) fn seconds_between(from: Time, to: Time) -> u32 {
    let second = |t: Time| i64::from(t.hour()) * 3600 + i64::from(t.minute()) * 60 + i64::from(t.second());
    (second(to) - second(from)).rem_euclid(86_400) as u32
}

enum DateRead {
    Sure(Date),
    Ambiguous,
    None,
}

fn date(word: &str) -> DateRead {
    let Some([a, b, c]) = numbers(word, &['.', '-', '/']) else { return DateRead::None };
    let first_digits = word.split(['.', '-', '/']).next().map_or(0, str::len);
    let last_digits = word.trim_end_matches('.').rsplit(['.', '-', '/']).next().map_or(0, str::len);
    let make = |year: u32, month: u32, day: u32| {
        let date = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        date.ok()
    };
    let sure = |date: Option<Date>| date.map_or(DateRead::None, DateRead::Sure);
    if first_digits == 4 {
        return sure(make(a, b, c));
    }
    let year = match (last_digits, word.contains('.')) {
        (4, _) => c,
        // `16.42.21` is a time; only slashes and hyphens go with years of two digits.
        (2, false) if c < 70 => 2000 + c,
        _ => return DateRead::None,
    };
    match (word.contains('/'), a > 12, b > 12) {
        (false, ..) => sure(make(year, b, a)),
        (true, true, _) => sure(make(year, b, a)),
        (true, _, true) => sure(make(year, a, b)),
        (true, ..) if a == b => sure(make(year, a, b)),
        (true, ..) if a >= 1 && b >= 1 => DateRead::Ambiguous,
        _ => DateRead::None,
    }
}

fn time(word: &str) -> Option<Time> {
    let separators: &[char] = if word.contains(':') { &[':'] } else { &['.'] };
    let word = if word.contains(':') { word.split('.').next()? } else { word };
    let word = word.split(['+', 'Z']).next()?;
    let mut parts = [0_i8; 3];
    let mut count = 0;
    for part in word.split(separators) {
        let slot = parts.get_mut(count)?;
        *slot = part.parse().ok()?;
        count += 1;
    }
    (count >= 2).then(|| Time::new(parts[0], parts[1], parts[2], 0).ok()).flatten()
}

fn half_day(time: Time, pm: bool) -> Option<Time> {
    let hour = match (time.hour(), pm) {
        (12, false) => 0,
        (hour @ 1..=11, true) => hour + 12,
        (hour, _) => hour,
    };
    Time::new(hour, time.minute(), time.second(), 0).ok()
}

fn split_suffix(word: &str) -> (&str, &str) {
    let at = word.rfind(|c: char| c.is_ascii_digit()).map_or(0, |at| at + 1);
    word.split_at(at)
}

fn is_half(suffix: &str, letter: char) -> bool {
    let mut letters = suffix.chars().filter(|c| *c != '.').map(|c| c.to_ascii_lowercase());
    letters.next() == Some(letter) && letters.next() == Some('m') && letters.next().is_none()
}

fn numbers(word: &str, separators: &[char]) -> Option<[u32; 3]> {
    let mut parts = word.trim_end_matches('.').split(separators).map(|part| part.parse::<u32>().ok());
    let found = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_of_many_computers() {
        for (text, want) in [
            ("16.5.2015 0:50:20", "2015-05-16T00:50:20"),
            ("2015-05-16 00:50", "2015-05-16T00:50:00"),
            ("2015-05-16T00:50:03Z", "2015-05-16T00:50:03"),
            ("5/27/2025 9:15:02 PM EDT", "2025-05-27T21:15:02"),
            ("27/05/2025 09:15:02", "2025-05-27T09:15:02"),
            ("4/5/2025, 12:15 AM", "2025-04-05T00:15:00"),
            ("16.05.2015 16.42.21 EET", "2015-05-16T16:42:21"),
            ("2021-01-30 09:53 p.m.", "2021-01-30T21:53:00"),
        ] {
            assert_eq!(stamp(text).moment().map(|m| m.to_string()).as_deref(), Some(want), "{text}");
        }
        assert_eq!(stamp("16.42.21 EET").time, Some(Time::constant(16, 42, 21, 0)));
        assert_eq!(stamp("3:02pm").time, Some(Time::constant(15, 2, 0, 0)));
    }

    #[test]
    fn what_can_be_read_two_ways_is_not_guessed() {
        let found = stamp("05/06/2015 21:00:00");
        assert!(found.ambiguous && found.date.is_none() && found.time.is_some());
        for text in ["", "Friday", "99:99", "1:2:3:4", "31.02.2015", "::", "//"] {
            assert_eq!(stamp(text).moment(), None, "{text}");
        }
    }

    #[test]
    fn a_night_passes_midnight_once() {
        let mut night = Calendar::new("2015-05-16T23:50:00".parse().unwrap());
        let times = [(23, 55), (0, 10), (0, 5), (4, 0), (11, 0)].map(|(h, m)| Time::constant(h, m, 0, 0));
        let placed: Vec<String> =
            times.iter().filter_map(|t| night.place(*t)).map(|t| t.to_string()).collect();
        assert_eq!(
            placed,
            [
                "2015-05-16T23:55:00",
                "2015-05-17T00:10:00",
                "2015-05-17T00:05:00",
                "2015-05-17T04:00:00",
                "2015-05-17T11:00:00"
            ]
        );
        assert_eq!(seconds_between(Time::constant(23, 59, 0, 0), Time::constant(0, 1, 0, 0)), 120);
    }
}
