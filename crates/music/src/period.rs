//! Periods: half-open spans of days or instants.

use std::fmt;

use jiff::civil::Date;

/// A half-open span of days: `start` belongs to it, `end` does not; either may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Period {
    /// First day; `None` is since ever.
    pub start: Option<Date>,
    /// First day after it; `None` is for ever.
    pub end: Option<Date>,
}

impl Period {
    /// All days.
    pub const ALWAYS: Period = Period { start: None, end: None };

    /// Whether a day belongs to it.
    pub fn contains(self, day: Date) -> bool {
        self.start.is_none_or(|s| s <= day) && self.end.is_none_or(|e| day < e)
    }

    /// Whether two periods share a day.
    pub fn overlaps(self, other: Period) -> bool {
        let before =
            |end: Option<Date>, start: Option<Date>| matches!((end, start), (Some(e), Some(s)) if e <= s);
        !before(self.end, other.start) && !before(other.end, self.start)
    }

    /// Reads a year `2026`, a month `2026-09`, a day `2026-09-04` or a span `2026-09-01..2026-10-01`.
    pub fn parse(text: &str) -> Option<Period> {
        let text = text.trim();
        if let Some((start, end)) = text.split_once("..") {
            let side = |t: &str| if t.is_empty() { Some(None) } else { t.parse().ok().map(Some) };
            let period = Period { start: side(start)?, end: side(end)? };
            let ordered = !matches!((period.start, period.end), (Some(s), Some(e)) if s >= e);
            return ordered.then_some(period);
        }
        let months = |start: Date, n: i32| {
            Some(Period { start: Some(start), end: start.checked_add(jiff::Span::new().months(n)).ok() })
        };
        match text.len() {
            4 => months(Date::new(text.parse().ok()?, 1, 1).ok()?, 12),
            7 => months(format!("{text}-01").parse().ok()?, 1),
            10 => {
                let day: Date = text.parse().ok()?;
                Some(Period { start: Some(day), end: day.tomorrow().ok() })
            }
            _ => None,
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = |d: Option<Date>| d.map_or_else(String::new, |d| d.to_string());
        f.pad(&format!("{}..{}", day(self.start), day(self.end)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_half_open() {
        let month = Period::parse("2026-02").unwrap();
        assert_eq!(month.to_string(), "2026-02-01..2026-03-01");
        assert!(
            month.contains("2026-02-28".parse().unwrap()) && !month.contains("2026-03-01".parse().unwrap())
        );
        assert!(
            !month.overlaps(Period::parse("2026-03").unwrap())
                && month.overlaps(Period::parse("2026").unwrap())
        );
        assert!(Period::parse("2026-13").is_none() && Period::parse("2026-02-02..2026-02-01").is_none());
    }
}
