//! Which bytes of a content an HTTP request asks for (RFC 9110, sections 13 and 14).
//!
//! One range at a time; a list of several is answered with the whole content, as the standard lets a server do.

use axum::http::HeaderMap;
use axum::http::header::{IF_MATCH, IF_NONE_MATCH, IF_RANGE, RANGE};

/// What to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it: 200.
    Whole,
    /// The bytes from the first up to, not including, the second: 206.
    Bytes(u64, u64),
    /// What is asked for is not there: 416.
    Nowhere,
    /// The asker has it already: 304.
    Known,
    /// It is not what the asker thinks: 412.
    Changed,
}

/// What a request with these headers wants of a content of this length; `tag` is its entity tag, in quotes.
pub fn wanted(headers: &HeaderMap, tag: &str, bytes: u64) -> Part {
    let text = |name| headers.get(name).map(|v: &axum::http::HeaderValue| v.to_str().unwrap_or_default());
    if text(IF_MATCH).is_some_and(|list| !names(list, tag, true)) {
        return Part::Changed;
    }
    if text(IF_NONE_MATCH).is_some_and(|list| names(list, tag, false)) {
        return Part::Known;
    }
    // A date, a weak tag or another tag: the asker's beginning is of something else, so all of it is sent.
    if text(IF_RANGE).is_some_and(|given| given.trim() != tag) {
        return Part::Whole;
    }
    text(RANGE).map_or(Part::Whole, |range| part(range, bytes))
}

fn names(list: &str, tag: &str, strong: bool) -> bool {
    list.split(',').map(str::trim).any(|given| {
        let weak = given.strip_prefix("W/");
        given == "*" || given == tag || (!strong && weak == Some(tag))
    })
}

fn part(range: &str, bytes: u64) -> Part {
    let Some((unit, spec)) = range.split_once('=') else { return Part::Nowhere };
    if !unit.trim().eq_ignore_ascii_case("bytes") || spec.contains(',') {
        return Part::Whole;
    }
    let Some((first, last)) = spec.trim().split_once('-') else { return Part::Nowhere };
    match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last && first < bytes => {
            Part::Bytes(first, last.saturating_add(1).min(bytes))
        }
        (Some(first), None) if last.is_empty() && first < bytes => Part::Bytes(first, bytes),
        (None, Some(count)) if first.is_empty() && count > 0 && bytes > 0 => {
            Part::Bytes(bytes.saturating_sub(count), bytes)
        }
        _ => Part::Nowhere,
    }
}

/// A number of digits only; one too large for 64 bits is as large as can be.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&'static str, &str)]) -> Part {
        let headers =
            pairs.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect::<HeaderMap>();
        wanted(&headers, "\"a\"", 1_000)
    }

    #[test]
    fn one_range_is_cut_to_what_is_there() {
        let cases = [
            ("bytes=0-", Part::Bytes(0, 1_000)),
            ("bytes=0-0", Part::Bytes(0, 1)),
            ("Bytes = 10-19", Part::Bytes(10, 20)),
            ("bytes=10-99999999999999999999999", Part::Bytes(10, 1_000)),
            ("bytes=-100", Part::Bytes(900, 1_000)),
            ("bytes=-5000", Part::Bytes(0, 1_000)),
            ("bytes=999-", Part::Bytes(999, 1_000)),
            ("bytes=1000-", Part::Nowhere),
            ("bytes=-0", Part::Nowhere),
            ("bytes=20-10", Part::Nowhere),
            ("bytes=a-b", Part::Nowhere),
            ("bytes=--1", Part::Nowhere),
            ("bytes=", Part::Nowhere),
            ("nonsense", Part::Nowhere),
            ("bytes=0-1,5-6", Part::Whole),
            ("seconds=1-2", Part::Whole),
        ];
        for (range, want) in cases {
            assert_eq!(asked(&[("range", range)]), want, "{range}");
        }
        assert_eq!(part("bytes=0-", 0), Part::Nowhere);
    }

    #[test]
    fn conditions_come_before_the_range() {
        let range = ("range", "bytes=0-9");
        assert_eq!(asked(&[("if-none-match", "\"x\", W/\"a\""), range]), Part::Known);
        assert_eq!(asked(&[("if-none-match", "\"x\""), range]), Part::Bytes(0, 10));
        assert_eq!(asked(&[("if-match", "\"x\""), range]), Part::Changed);
        assert_eq!(asked(&[("if-match", "*"), range]), Part::Bytes(0, 10));
        assert_eq!(asked(&[("if-range", "\"a\""), range]), Part::Bytes(0, 10));
        assert_eq!(asked(&[("if-range", "W/\"a\""), range]), Part::Whole);
        assert_eq!(asked(&[("if-range", "Sat, 21 Nov 2026 10:00:00 GMT"), range]), Part::Whole);
    }
}
