//! Single values as set-list files write them: texts, durations, years, codes, file names, HTML entities.

use std::borrow::Cow;

use music::problem::Problem;
use music::{Isrc, OwnTrackId};

/// Longest text kept of one field, in characters. A collection entry is named by many lines, so without a
/// limit a small file could ask for endless memory.
const MAX_FIELD: usize = 1_000;

/// A text without white space, control characters and invisible marks around and in it; `None` where nothing is left.
pub(crate) fn tidy(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len().min(MAX_FIELD));
    for (count, c) in text.chars().enumerate() {
        match c {
            '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' => {}
            c if c.is_whitespace() || c.is_control() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
        if count >= MAX_FIELD {
            break;
        }
    }
    out.truncate(out.trim_end().len());
    (!out.is_empty()).then_some(out)
}

/// `4:02`, `1:02:33`, `243`, `243.5`, `04.02` (minutes and seconds) in whole seconds.
pub(crate) fn duration(text: &str) -> Option<u32> {
    let text = text.trim();
    if !text.contains(':') {
        let seconds: f64 = text.parse().ok()?;
        return seconds_of(seconds);
    }
    let mut total = 0_u64;
    for (count, part) in text.split(':').enumerate() {
        let whole = part.split(['.', ',']).next()?.trim();
        if count > 2 || whole.is_empty() || whole.len() > 5 || !whole.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        total = total * 60 + whole.parse::<u64>().ok()?;
    }
    u32::try_from(total).ok().filter(|s| *s > 0)
}

/// Whole seconds of a number of seconds; `None` for nothing, negative and absurd ones.
pub(crate) fn seconds_of(seconds: f64) -> Option<u32> {
    // A day and more is no track; some programs write milliseconds or garbage there.
    (1.0..864_000.0).contains(&seconds).then_some(seconds as u32)
}

/// The first plausible year in a text such as `2016/1/1`, `2008` or `1987-05`.
pub(crate) fn year(text: &str) -> Option<u16> {
    text.split(|c: char| !c.is_ascii_digit())
        .find(|part| part.len() == 4)
        .and_then(|part| part.parse().ok())
        .filter(|year| (1850..=2200).contains(year))
}

/// A valid ISRC, or the problem that it is none; nothing for an empty field.
pub(crate) fn isrc(text: &str, line: u64) -> Result<Option<Isrc>, Problem> {
    match tidy(text) {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|bad: music::BadIdentifier| {
            Problem::new(
                "isrc-invalid",
                line,
                bad.to_string(),
                "correct the code in the tag; the line is matched by its words",
            )
            .notice()
        }),
    }
}

/// A producer's own id in one of several tags.
pub(crate) fn own_id(texts: &[Option<&str>]) -> Option<OwnTrackId> {
    texts.iter().flatten().find_map(|text| OwnTrackId::find(text.get(..4096).unwrap_or(text)))
}

/// Why what looks like a producer's own id in one of several tags is none; nothing where one is right.
pub(crate) fn own_id_slip(texts: &[Option<&str>]) -> Option<music::BadIdentifier> {
    if own_id(texts).is_some() {
        return None;
    }
    texts.iter().flatten().find_map(|text| OwnTrackId::slip(text.get(..4096).unwrap_or(text)))
}

/// The last part of a path or file address, percent signs resolved, without its audio extension.
pub(crate) fn file_stem(path: &str) -> Option<String> {
    let path = path.trim().trim_end_matches(['/', '\\']);
    let name = path.rsplit(['/', '\\']).next()?.trim_start_matches(':');
    let name = if path.starts_with("file:") { percent_decoded(name) } else { Cow::Borrowed(name) };
    tidy(without_extension(&name))
}

/// A name without `.mp3` and its like.
pub(crate) fn without_extension(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, end)) if is_audio(end) => stem,
        _ => name,
    }
}

/// Whether a line is a path or address of an audio or video file.
pub(crate) fn is_media_path(line: &str) -> bool {
    let line = line.trim();
    let ends = line.rsplit_once('.').is_some_and(|(_, end)| is_audio(end));
    ends && (line.contains('/') || line.contains('\\'))
}

fn is_audio(end: &str) -> bool {
    const ENDS: [&str; 19] = [
        "mp3", "wav", "wave", "aif", "aiff", "flac", "m4a", "mp4", "aac", "ogg", "opus", "alac", "wma",
        "mka", "mkv", "mov", "avi", "stem", "webm",
    ];
    ENDS.iter().any(|known| known.eq_ignore_ascii_case(end))
}

/// What a path tells of a track: artist, title and album.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct FromPath {
    pub artist: Option<String>,
    pub title: Option<String>,
    pub album: Option<String>,
}

/// Reads `…/Artist/Album/03 Title.mp3` and `…/Artist - Title.mp3`.
pub(crate) fn from_path(path: &str) -> FromPath {
    let Some(stem) = file_stem(path) else { return FromPath::default() };
    let (name, numbered) = without_track_number(&stem);
    if let Some((artist, title)) = split_credit(name) {
        return FromPath { artist: tidy(artist), title: tidy(title), album: None };
    }
    let folders: Vec<&str> = path.trim().rsplit(['/', '\\']).skip(1).take(2).collect();
    let folder = |at: usize| {
        let name = folders.get(at)?.trim_start_matches(':');
        let name = if path.starts_with("file:") { percent_decoded(name) } else { Cow::Borrowed(name) };
        tidy(&name)
            .filter(|name| !NO_ARTIST.iter().any(|no| no.eq_ignore_ascii_case(name)) && !name.ends_with(':'))
    };
    // Music players file numbered tracks as artist, album, title; other folders mean nothing.
    match numbered {
        true => FromPath { artist: folder(1), title: tidy(name), album: folder(0) },
        false => FromPath { title: tidy(name), ..FromPath::default() },
    }
}

const NO_ARTIST: [&str; 8] = [
    "Compilations",
    "Various Artists",
    "Unknown Artist",
    "Unknown Album",
    "Music",
    "iTunes Music",
    "Downloads",
    "",
];

/// A name without `03 `, `1-01 `, `03. ` or `03_` before it, and whether it was numbered as music players do.
fn without_track_number(name: &str) -> (&str, bool) {
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = match rest.strip_prefix('-') {
        Some(after) if after.starts_with(|c: char| c.is_ascii_digit()) => {
            after.trim_start_matches(|c: char| c.is_ascii_digit())
        }
        _ => rest,
    };
    let digits = name.len() - rest.len();
    let after = rest.trim_start_matches(['.', ')', '_']).trim_start();
    let after = after.strip_prefix("- ").unwrap_or(after);
    match (2..=5).contains(&digits) && rest.starts_with([' ', '.', ')', '_']) && !after.is_empty() {
        true => (after, !rest.starts_with('_')),
        false => (name, false),
    }
}

/// Splits `Artist - Title` at the first dash that stands alone.
pub(crate) fn split_credit(text: &str) -> Option<(&str, &str)> {
    let spaced = [" - ", " – ", " — ", " ― ", " − ", " -- ", " ‐ ", " ‑ ", " ~ ", " _ "];
    let (at, dash) = spaced.iter().filter_map(|dash| Some((text.find(dash)?, *dash))).min()?;
    let (artist, title) = (text.get(..at)?.trim(), text.get(at + dash.len()..)?.trim());
    (!artist.is_empty() && !title.is_empty()).then_some((artist, title))
}

fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = text
            .get(at + 1..at + 3)
            .filter(|_| *byte == b'%')
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(code.unwrap_or(*byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

/// A text with the HTML entities people paste resolved; unknown ones stay as they are.
pub(crate) fn html_unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let end = from.bytes().take(12).position(|b| b == b';');
        match end.and_then(|end| Some((entity(from.get(1..end)?)?, from.get(end + 1..)?))) {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => {
                out.push('&');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| !c.is_control());
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" | "rsquo" => '\'',
        "lsquo" => '\'',
        "ldquo" | "rdquo" => '"',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "uuml" => 'ü',
        "ouml" => 'ö',
        "auml" => 'ä',
        "Uuml" => 'Ü',
        "Ouml" => 'Ö',
        "Auml" => 'Ä',
        "szlig" => 'ß',
        "eacute" => 'é',
        "egrave" => 'è',
        "oslash" => 'ø',
        "Oslash" => 'Ø',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_in_every_spelling() {
        for (text, want) in [
            ("04:02", Some(242)),
            ("160:35", Some(9635)),
            ("1:02:33", Some(3753)),
            ("243", Some(243)),
            ("246.000", Some(246)),
            ("4:02.50", Some(242)),
            ("", None),
            ("0", None),
            ("-1", None),
            ("long", None),
            ("1:2:3:4", None),
            ("NaN", None),
            ("999999:99", None),
        ] {
            assert_eq!(duration(text), want, "{text}");
        }
    }

    #[test]
    fn paths_tell_what_they_can() {
        let tells = |path: &str| {
            let found = from_path(path);
            [found.artist, found.title, found.album].map(Option::unwrap_or_default)
        };
        assert_eq!(tells("/music/Mira Feld/Tides/1-03 Low Tide.m4a"), ["Mira Feld", "Low Tide", "Tides"]);
        assert_eq!(
            tells("C:\\Crates\\techno\\04 Mira Feld - Low Tide (Dub).mp3"),
            ["Mira Feld", "Low Tide (Dub)", ""]
        );
        assert_eq!(tells("/music/Compilations/Night/07 Low Tide.mp3"), ["", "Low Tide", "Night"]);
        assert_eq!(tells("file://localhost/x/Ada%20Nwosu%20-%20L%C3%B6we.wav"), ["Ada Nwosu", "Löwe", ""]);
        assert_eq!(tells("low_tide.wav"), ["", "low_tide", ""]);
        assert_eq!(tells("/x/99 Names.mp3"), ["", "Names", "x"]);
    }

    #[test]
    fn entities_are_resolved_once() {
        assert_eq!(html_unescaped("A &amp; B &#39;x&#x27; &amp;lt; &nope; & &"), "A & B 'x' &lt; &nope; & &");
    }

    #[test]
    fn invisible_marks_go() {
        assert_eq!(tidy(" \u{FEFF}A\u{200B}da \t Nwosu\u{A0} ").as_deref(), Some("Ada Nwosu"));
        assert_eq!(tidy(" \n"), None);
        assert_eq!(tidy(&"x".repeat(5000)).map(|t| t.len()), Some(1001));
    }
}
