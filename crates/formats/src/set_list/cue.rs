//! Cue sheets: tracks with performer, title and where they begin in the recording.
//!
//! An ordinary sheet counts `mm:ss:ff` with 75 frames a second. rekordbox writes `HH:MM:SS` for a recorded
//! set; it says so in `REM RECORDED_BY`, and a set of tracks of a few seconds each gives it away.

use jiff::ToSpan;
use music::usage::Moment;

use super::build::Builder;
use super::clock::stamp;
use super::fields::{from_path, isrc, tidy, year};
use super::{Format, Line, SetListFile};

/// Whether a head is a cue sheet.
pub(crate) fn sniff(head: &str) -> bool {
    let mut words = head.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    words.any(
        |line| matches!(line.as_slice(), ["TRACK", number, "AUDIO", ..] if number.parse::<u16>().is_ok()),
    )
}

#[derive(Default)]
struct Track {
    line: Line,
    index: Option<[u32; 3]>,
    path: Option<String>,
}

/// Reads a cue sheet.
pub(crate) fn read(text: &str) -> SetListFile {
    let mut out = Builder::new(Format::Cue);
    let (mut name, mut performer, mut began, mut album_year) = (None, None, None, None);
    let (mut rekordbox, mut files) = (false, 0_usize);
    let mut tracks: Vec<Track> = Vec::new();
    for (line, number) in text.lines().zip(1_u64..) {
        let (command, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
        let value = tidy(unquoted(rest));
        match (command.to_ascii_uppercase().as_str(), tracks.last_mut()) {
            ("REM", track) => {
                let (key, rest) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
                rekordbox |= key == "RECORDED_BY" && rest.contains("rekordbox");
                if key == "DATE" {
                    match track {
                        Some(track) => track.line.year = year(rest),
                        None => (began, album_year) = (stamp(unquoted(rest)).moment(), year(rest)),
                    }
                }
            }
            ("TRACK", _) => {
                let line = Line { line: number, played: true, ..Line::default() };
                tracks.push(Track { line, ..Track::default() });
            }
            ("TITLE", Some(track)) => track.line.title = value,
            ("TITLE", None) => name = value,
            ("PERFORMER", Some(track)) => track.line.artist = value,
            ("PERFORMER", None) => performer = value,
            ("INDEX", Some(track)) => {
                if let Some(("01" | "1", place)) = rest.trim().split_once(char::is_whitespace) {
                    track.index = parts(place.trim());
                }
            }
            ("FILE", track) => {
                files += 1;
                let path =
                    unquoted(rest.trim().rsplit_once(char::is_whitespace).map_or(rest, |(path, _)| path))
                        .to_owned();
                if let Some(track) = track.filter(|track| track.path.is_none()) {
                    track.path = Some(path);
                }
            }
            ("ISRC", Some(track)) => match isrc(unquoted(rest), number) {
                Ok(code) => track.line.isrc = code,
                Err(problem) => out.problem(problem),
            },
            _ => {}
        }
    }
    let hours = rekordbox || is_hours(&tracks);
    // Each file of an album begins at nothing; only one recording has places in it.
    let one_recording = hours || files <= 1;
    let set_performer =
        performer.clone().filter(|_| !one_recording || tracks.iter().all(|t| t.line.artist.is_none()));
    out.set(name.or(performer), began);
    for Track { line, index, path } in tracks {
        let offset_s = index.filter(|_| one_recording).map(|index| seconds(index, hours));
        let started_at = began.zip(offset_s).and_then(|(began, offset)| after(began, offset));
        let found = path.filter(|_| line.title.is_none()).map(|path| from_path(&path)).unwrap_or_default();
        let artist = line.artist.clone().or(found.artist).or(set_performer.clone());
        let title = line.title.clone().or(found.title);
        let year = line.year.or(album_year.filter(|_| !one_recording));
        out.line(Line { artist, title, year, offset_s, started_at, ..line });
    }
    out.finish()
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('"').map_or(text, |inner| inner.strip_suffix('"').unwrap_or(inner))
}

fn parts(place: &str) -> Option<[u32; 3]> {
    let mut numbers = place.split(':').map(|part| part.parse::<u32>().ok().filter(|n| *n < 100_000));
    let found = [numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some(found)
}

fn seconds([a, b, c]: [u32; 3], hours: bool) -> u32 {
    if hours { a * 3600 + b * 60 + c } else { a * 60 + b }
}

/// Whether places can only be hours: read as minutes the tracks would last less than twenty seconds each.
fn is_hours(tracks: &[Track]) -> bool {
    let places: Vec<[u32; 3]> = tracks.iter().filter_map(|track| track.index).collect();
    let (Some(first), Some(last)) = (places.first(), places.last()) else { return false };
    let fits = places.iter().all(|[_, minutes, seconds]| *minutes < 60 && *seconds < 60);
    let span = seconds(*last, false).saturating_sub(seconds(*first, false));
    places.len() >= 3
        && fits
        && places.is_sorted()
        && first != last
        && (span as usize) < (places.len() - 1) * 20
}

fn after(began: Moment, offset_s: u32) -> Option<Moment> {
    let span = i64::from(offset_s).seconds();
    match began {
        Moment::Instant(at) => at.checked_add(span).ok().map(Moment::Instant),
        Moment::Local(at) => at.checked_add(span).ok().map(Moment::Local),
    }
}
