//! Single values as catalogues write them, each with the problem it may be.

use std::fmt::Display;
use std::str::FromStr;

use jiff::civil::Date;
use music::problem::Problem;
use music::{Gtin, Ipi, Isni, Isrc, Iswc, Mbid, OwnTrackId, Territory};

/// An identifier with the code and hint of its problem.
pub(super) trait Identifier: FromStr<Err: Display> {
    /// The code of a text that is not one.
    const CODE: &'static str;
}

macro_rules! identifiers {
    ($($kind:ty => $code:literal,)*) => {$(
        impl Identifier for $kind {
            const CODE: &'static str = $code;
        }
    )*};
}

identifiers! {
    Isrc => "isrc-invalid",
    Iswc => "iswc-invalid",
    Ipi => "ipi-invalid",
    Isni => "isni-invalid",
    Gtin => "gtin-invalid",
    Mbid => "mbid-invalid",
    OwnTrackId => "own-id-invalid",
    Territory => "territory-unknown",
}

/// Reads an identifier; empty is none, a wrong one is none and a problem.
pub(super) fn identifier<T: Identifier>(text: &str, line: u64, problems: &mut Vec<Problem>) -> Option<T> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    match text.parse() {
        Ok(id) => Some(id),
        Err(_) if text.len() > 200 => {
            let message = format!("`{}` is far too long for an identifier", short(text));
            problems.push(Problem::new(T::CODE, line, message, KEPT));
            None
        }
        Err(bad) => {
            problems.push(Problem::new(T::CODE, line, bad.to_string(), KEPT));
            None
        }
    }
}

const KEPT: &str = "the rest is kept without it; correct it at the source and import again";

/// A release's GTIN as an id: fourteen digits that begin with a zero are the same number as the thirteen after it.
pub(super) fn gtin_id(gtin: &Gtin) -> String {
    let digits = gtin.as_str();
    let short = digits.strip_prefix('0').filter(|short| short.len() == 13);
    format!("gtin:{}", short.unwrap_or(digits))
}

/// A text short enough to stand in a message.
pub(super) fn short(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Whole seconds: `213`, `213.4`, `3:33` or `1:02:03`, at most 99 hours; the fraction is cut off.
pub(super) fn seconds(text: &str) -> Option<u32> {
    let whole = text.split_once(['.', ',']).map_or(text, |(whole, _)| whole);
    let mut parts = whole.split(':');
    let mut sum: u32 = 0;
    for (place, part) in parts.by_ref().take(3).enumerate() {
        let fine = !part.is_empty() && part.len() <= 7 && part.bytes().all(|b| b.is_ascii_digit());
        let number: u32 = fine.then(|| part.parse().ok())??;
        if place > 0 && number > 59 {
            return None;
        }
        sum = sum.checked_mul(60)?.checked_add(number)?;
    }
    (parts.next().is_none() && sum < 99 * 3600).then_some(sum)
}

/// Whole seconds of an ISO 8601 duration such as `PT3M45S` or `PT1H2M3.5S`; the fraction is cut off.
pub(super) fn iso_seconds(text: &str) -> Option<u32> {
    let body = text.trim().strip_prefix('P')?;
    let (days, times) = body.split_once('T').unwrap_or((body, ""));
    let mut sum: u64 = 0;
    let mut any = false;
    for (mut rest, units) in [(days, "YMD"), (times, "HMS")] {
        while !rest.is_empty() {
            let at = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
            let number = rest[..at].split('.').next().filter(|n| n.len() <= 7)?.parse::<u64>().ok()?;
            let unit = rest[at..].chars().next().filter(|u| units.contains(*u))?;
            let seconds = match (unit, units) {
                ('D', _) => 86_400,
                ('H', _) => 3600,
                ('M', "HMS") => 60,
                ('S', _) => 1,
                // Years and months of music: only zero makes sense.
                _ if number == 0 => 0,
                _ => return None,
            };
            sum += number * seconds;
            any = true;
            rest = &rest[at + 1..];
        }
    }
    (any && sum < 99 * 3600).then_some(sum as u32)
}

/// The year a date such as `2011`, `2011-05` or `2011-05-01T00:00:00` begins with, between 1000 and 2999.
pub(super) fn year(text: &str) -> Option<u16> {
    let text = text.trim();
    let digits = text.get(..4).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
    let fine = !text[4..].starts_with(|c: char| c.is_ascii_alphanumeric());
    digits.parse().ok().filter(|y| fine && (1000..3000).contains(y))
}

/// The first day of a date `2011-05-01`, a month `2011-05` or a year `2011`, and the first day after it. What follows
/// the ten characters of a date, such as a time, is not looked at.
pub(super) fn days(text: &str) -> Option<(Date, Date)> {
    let text = text.trim();
    let text = if text.len() > 10 { text.get(..10)? } else { text };
    let period = music::Period::parse(text)?;
    Some((period.start?, period.end?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, want) in [
            ("213", Some(213)),
            ("213.9", Some(213)),
            ("3:33", Some(213)),
            ("1:02:03", Some(3723)),
            ("03:05", Some(185)),
            ("3:60", None),
            ("1:2:3:4", None),
            ("-5", None),
            ("", None),
            ("3:", None),
            ("99999999999", None),
        ] {
            assert_eq!(seconds(text), want, "{text}");
        }
        for (text, want) in [
            ("PT3M45S", Some(225)),
            ("PT225S", Some(225)),
            ("PT1H2M3.5S", Some(3723)),
            ("P0Y0M0DT0H4M7S", Some(247)),
            ("P1D", Some(86_400)),
            ("PT", None),
            ("P", None),
            ("3M", None),
            ("PT3X", None),
            ("P1M", None),
            ("PT99999999S", None),
            ("PTé", None),
        ] {
            assert_eq!(iso_seconds(text), want, "{text}");
        }
    }

    #[test]
    fn years_and_days() {
        for (text, want) in [
            ("2011", Some(2011)),
            ("2011-05", Some(2011)),
            ("20110", None),
            ("0011", None),
            ("next", None),
            ("é1é1", None),
        ] {
            assert_eq!(year(text), want, "{text}");
        }
        let shown = |text| days(text).map(|(a, b)| format!("{a} {b}"));
        assert_eq!(shown("2024-02").as_deref(), Some("2024-02-01 2024-03-01"));
        assert_eq!(shown("2024-12-31T23:00:00Z").as_deref(), Some("2024-12-31 2025-01-01"));
        assert_eq!((shown("2024-13"), shown("éééééé")), (None, None));
    }
}
