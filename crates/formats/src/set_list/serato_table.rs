//! Serato's CSV and TXT exports: the first row is the session with its date, the others are tracks with
//! times of day in the computer's own way of writing.

use jiff::civil::{DateTime, Time};
use music::problem::Problem;
use music::usage::Moment;

use super::Line;
use super::build::Builder;
use super::clock::{Calendar, Stamp, seconds_between, stamp};
use super::fields::{duration, tidy};
use super::table::{Column, Header, Row};

/// Longest time between start and end that counts as played, in seconds; a track left on a deck
/// overnight is not heard all the time.
const LONGEST: u32 = 6 * 3600;

/// The sessions of one export.
#[derive(Default)]
pub(crate) struct Sessions {
    date: Option<jiff::civil::Date>,
    calendar: Option<Calendar>,
}

impl Sessions {
    /// Whether a row is a session: it has no artist, and a date where a track has a name or only a time.
    /// The first row is one too where nothing but its name and times is filled in.
    pub fn is_session(&self, header: &Header, row: &Row, first: bool) -> bool {
        let cell = |column| header.get(&row.cells, column).unwrap_or_default();
        let dated = |column| {
            let stamp = stamp(cell(column));
            stamp.date.is_some() || stamp.ambiguous
        };
        let own = [Column::Title, Column::StartTime, Column::EndTime, Column::PlayTime];
        let others = header.0.iter().zip(&row.cells).filter(|(column, _)| !own.contains(column));
        let bare =
            first && header.has(Column::Artist) && others.into_iter().all(|(_, cell)| cell.trim().is_empty());
        let by_name = dated(Column::Title) && cell(Column::Title).len() <= 24;
        let by_times = first && dated(Column::StartTime);
        cell(Column::Artist).is_empty() && (by_name || by_times || bare)
    }

    /// Begins the set of a session.
    pub fn begin(&mut self, header: &Header, row: &Row, out: &mut Builder) {
        let name = header.get(&row.cells, Column::Title);
        let (named, timed) = (
            stamp(name.unwrap_or_default()),
            stamp(header.get(&row.cells, Column::StartTime).unwrap_or_default()),
        );
        self.date = timed.date.or(named.date);
        let started_at = self.date.and_then(|date| Some(date.to_datetime(timed.time?)));
        self.calendar = started_at.map(Calendar::new);
        if self.date.is_none() && (named.ambiguous || timed.ambiguous) {
            let message = format!(
                "the date `{}` can be read as day and month or as month and day",
                name.unwrap_or_default()
            );
            out.problem(
                Problem::new("date-ambiguous", row.line, message, "give the date of the event").notice(),
            );
        }
        out.set(name.and_then(tidy), started_at.map(Moment::Local));
    }

    /// A line with its times.
    pub fn timed(&mut self, header: &Header, row: &Row, line: Line) -> Line {
        let cell = |column| header.get(&row.cells, column);
        let start = stamp(cell(Column::StartTime).unwrap_or_default());
        let end = stamp(cell(Column::EndTime).unwrap_or_default());
        let between = |from: Time, to: Time| Some(seconds_between(from, to)).filter(|s| *s <= LONGEST);
        let measured = start.time.zip(end.time).and_then(|(from, to)| between(from, to));
        let played_s = cell(Column::PlayTime).and_then(duration).or(measured);
        Line { started_at: self.place(start).map(Moment::Local), played_s, ..line }
    }

    fn place(&mut self, start: Stamp) -> Option<DateTime> {
        let time = start.time?;
        if let Some(date) = start.date {
            return Some(date.to_datetime(time));
        }
        let date = self.date?;
        self.calendar.get_or_insert_with(|| Calendar::new(date.to_datetime(time))).place(time)
    }
}
