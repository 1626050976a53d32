//! A saved page of a Serato Live Playlist. While the set is on, the newest track stands first.

use jiff::civil::DateTime;
use music::usage::Moment;

use super::build::Builder;
use super::clock::{american, stamp};
use super::fields::{html_unescaped, split_credit, tidy};
use super::{Format, Line, SetListFile};

const TRACK: &str = "playlist-trackname";
const STAMP: &str = "playlist-timestamp";
const AGE: &str = "playlist-tracktime";

/// Whether a text is such a page.
pub(crate) fn sniff(text: &str) -> bool {
    text.contains(TRACK)
}

/// Reads the tracks of the page in playing order.
pub(crate) fn read(text: &str) -> SetListFile {
    let title = between(text, "<title>", "</title>").and_then(|t| tidy(&html_unescaped(t)));
    let name = title.as_deref().map(|t| t.trim_end_matches("- Serato DJ Playlists").trim_end().to_owned());
    let date = title.as_deref().and_then(american);
    let mut tracks = Vec::new();
    let (mut at, mut number) = (0, 1);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(TRACK)) {
        let place = at + found;
        let before = text.get(at..place).unwrap_or_default();
        number += before.bytes().filter(|b| *b == b'\n').count() as u64;
        let clock = before.rfind(STAMP).and_then(|s| inner(before.get(s..)?)).and_then(|s| stamp(&s).time);
        let age = before.rfind(AGE).and_then(|s| inner(before.get(s..)?));
        if let Some(words) = text.get(place..).and_then(inner) {
            tracks.push((number, words, clock, age));
        }
        at = place + TRACK.len();
    }
    let newest_first =
        tracks.iter().any(|(_, _, _, age)| age.as_deref().is_some_and(|age| age.ends_with("ago")));
    if newest_first {
        tracks.reverse();
    }
    let mut out = Builder::new(Format::SeratoLiveHtml);
    out.set(name, None);
    let mut night: Option<super::clock::Calendar> = None;
    for (line, words, clock, _) in tracks {
        let place = |time| {
            let night = night.get_or_insert(super::clock::Calendar::new(DateTime::from_parts(date?, time)));
            night.place(time).map(Moment::Local)
        };
        let started_at = clock.and_then(place);
        let (artist, title) = match split_credit(&words) {
            Some((artist, title)) => (tidy(artist), tidy(title)),
            None => (None, Some(words.clone())),
        };
        out.line(Line {
            line,
            text: Some(words),
            artist,
            title,
            started_at,
            played: true,
            ..Line::default()
        });
    }
    out.finish()
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let rest = text.get(text.find(from)? + from.len()..)?;
    rest.get(..rest.find(to)?)
}

/// The text of the element whose tag a text stands in.
fn inner(from_class: &str) -> Option<String> {
    // A tag and its words are short; a page without any `>` must not be searched to its end each time.
    let from_class = from_class.get(..from_class.floor_char_boundary(8_192))?;
    let body = from_class.get(from_class.find('>')? + 1..)?;
    let body = body.get(..body.find('<').unwrap_or(body.len()))?;
    tidy(&html_unescaped(body))
}
