//! XSPF, the XML playlist of Xiph: title, creator, album, duration in milliseconds, identifiers.

use music::Mbid;

use super::build::Builder;
use super::clock::stamp;
use super::fields::{from_path, isrc, own_id, own_id_slip, seconds_of, tidy};
use super::xml::{Step, Walk};
use super::{Format, Line, SetListFile};

/// Whether the head of a text is an XSPF.
pub(crate) fn sniff(head: &str) -> bool {
    head.contains("xspf.org/ns") || (head.contains("<playlist") && head.contains("<trackList"))
}

/// Reads an XSPF.
pub(crate) fn read(text: &str) -> SetListFile {
    let mut walk = Walk::new(text);
    let mut out = Builder::new(Format::Xspf);
    let (mut name, mut date) = (None, None);
    let mut track: Option<Line> = None;
    let mut location: Option<String> = None;
    let mut notes: Vec<String> = Vec::new();
    let mut content = String::new();
    let mut begun = false;
    while let Some(step) = walk.step() {
        match step {
            Step::Open(element) => {
                content.clear();
                if element.name == "track" {
                    track = Some(Line { line: element.line, played: true, ..Line::default() });
                    (location, notes) = (None, Vec::new());
                }
            }
            Step::Text(text) if content.len() < 65_536 => content.push_str(&text),
            Step::Text(_) => {}
            Step::Close(tag) => {
                let value = tidy(&content);
                content.clear();
                match (&mut track, tag.as_str()) {
                    (None, "title") => name = value,
                    (None, "date") => date = value.and_then(|v| stamp(&v).moment()),
                    (Some(line), "title") => line.title = value,
                    (Some(line), "creator") => line.artist = value,
                    (Some(line), "album") => line.album = value,
                    (Some(line), "duration") => {
                        line.duration_s =
                            value.and_then(|v| v.parse::<f64>().ok()).and_then(|ms| seconds_of(ms / 1000.0));
                    }
                    (Some(line), "identifier") => {
                        identify(line, value.as_deref().unwrap_or_default(), &mut out)
                    }
                    (Some(_), "annotation") => notes.extend(value),
                    (Some(_), "location") => location = value,
                    (Some(_), "track") => {
                        if !begun {
                            out.set(name.take(), date);
                            begun = true;
                        }
                        if let Some(line) = track.take() {
                            out.line(complete(line, location.take(), &notes));
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    if let Some(line) = track.filter(|line| line.title.is_some() || line.artist.is_some()) {
        out.line(complete(line, location, &notes));
    }
    walk.problems().into_iter().for_each(|p| out.problem(p));
    out.finish()
}

fn identify(line: &mut Line, value: &str, out: &mut Builder) {
    let lower = value.to_ascii_lowercase();
    if let Some(at) = lower.find("isrc") {
        let code = value.get(at + 4..).unwrap_or_default().trim_start_matches([':', '/', '=', ' ']);
        match isrc(code, line.line) {
            Ok(code) => line.isrc = code,
            Err(problem) => out.problem(problem),
        }
    } else if lower.contains("musicbrainz.org/recording/") || lower.len() == 36 {
        line.mbid = value.parse::<Mbid>().ok();
    }
}

fn complete(mut line: Line, location: Option<String>, notes: &[String]) -> Line {
    let notes: Vec<Option<&str>> = notes.iter().map(|note| Some(note.as_str())).collect();
    line.own_id = own_id(&notes);
    line.own_id_slip = own_id_slip(&notes);
    if line.title.is_none()
        && let Some(path) = location
    {
        let found = from_path(&path);
        line.title = found.title;
        line.artist = line.artist.or(found.artist);
    }
    line
}
