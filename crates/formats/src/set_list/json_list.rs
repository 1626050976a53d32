//! Small lists in JSON: names of lists with files or tracks in them, or one list of tracks.

use music::problem::Problem;
use music::usage::Moment;
use serde_json::{Map, Value};

use super::build::Builder;
use super::clock::stamp;
use super::fields::{duration, isrc, own_id, own_id_slip, seconds_of, split_credit, tidy};
use super::{Format, Line, SetListFile};

/// Whether a head may be JSON.
pub(crate) fn sniff(head: &str) -> bool {
    head.trim_start().starts_with(['{', '['])
        && head.contains('"')
        && head.trim_start().get(1..).is_some_and(|rest| rest.trim_start().starts_with(['"', '{', '[']))
}

/// Reads the lists; `None` where the text is no JSON at all.
pub(crate) fn read(text: &str) -> Option<SetListFile> {
    let mut out = Builder::new(Format::JsonList);
    let value = match serde_json::from_str::<Value>(text) {
        Ok(value) => value,
        Err(error) => {
            let value = mended(text)?;
            let message = format!("the JSON is broken: {}", error.to_string().to_lowercase());
            out.problem(Problem::new(
                "truncated",
                error.line() as u64,
                message,
                "export the list again; what stands before is read",
            ));
            value
        }
    };
    let mut reading = Reading { record: 0, by_path: 0 };
    match &value {
        Value::Array(items) => reading.list(None, items, &mut out),
        Value::Object(lists) => {
            // A list of tracks beside other facts, as this program itself prints it.
            for (name, items) in lists {
                if let Value::Array(items) = items {
                    let name = Some(name.as_str()).filter(|name| !["lines", "tracks"].contains(name));
                    if !["sets", "problems"].contains(&name.unwrap_or_default()) {
                        reading.list(name, items, &mut out);
                    }
                }
            }
        }
        _ => return None,
    }
    super::m3u::tell_paths(&mut out, reading.by_path);
    Some(out.finish())
}

struct Reading {
    record: u64,
    by_path: usize,
}

impl Reading {
    fn list(&mut self, name: Option<&str>, items: &[Value], out: &mut Builder) {
        out.set(name.and_then(tidy), None);
        for item in items {
            self.record += 1;
            let line = Line { line: self.record, played: true, ..Line::default() };
            match item {
                Value::String(text) if super::fields::is_media_path(text) => {
                    self.by_path += 1;
                    out.line(super::m3u::completed(line, text));
                }
                Value::String(text) => {
                    let (artist, title) =
                        split_credit(text).map_or((None, tidy(text)), |(a, t)| (tidy(a), tidy(t)));
                    out.line(Line { text: tidy(text), artist, title, ..line });
                }
                Value::Object(track) => self.track(line, track, out),
                _ => {}
            }
        }
    }

    fn track(&mut self, line: Line, track: &Map<String, Value>, out: &mut Builder) {
        let text = |names: &[&str]| {
            names.iter().find_map(|name| track.get(*name)).and_then(words).as_deref().and_then(tidy)
        };
        let number = |names: &[&str]| names.iter().find_map(|name| track.get(*name)?.as_f64());
        let code = isrc(&text(&["isrc"]).unwrap_or_default(), line.line).unwrap_or_else(|problem| {
            out.problem(problem);
            None
        });
        let at = text(&["started_at", "played_at", "start_time"]);
        let started_at =
            at.and_then(|at| at.parse().ok().map(Moment::Instant).or_else(|| stamp(&at).moment()));
        let path = text(&["filename", "path", "file", "location"]);
        let line = Line {
            artist: text(&["artist", "artists", "artist_name", "creator", "performer"]),
            title: text(&["title", "name", "track", "track_name"]),
            version: text(&["version", "mix", "mix_name", "remix"]),
            remixer: text(&["remixer"]),
            album: text(&["album", "release"]),
            label: text(&["label"]),
            year: text(&["year"]).as_deref().and_then(super::fields::year),
            duration_s: number(&["duration_s", "duration", "length"])
                .and_then(seconds_of)
                .or_else(|| text(&["duration", "length"]).as_deref().and_then(duration)),
            mbid: text(&["mbid", "recording_mbid"]).and_then(|id| id.parse().ok()),
            own_id: own_id(&[text(&["comment", "comments"]).as_deref(), text(&["grouping"]).as_deref()]),
            own_id_slip: own_id_slip(&[
                text(&["comment", "comments"]).as_deref(),
                text(&["grouping"]).as_deref(),
            ]),
            isrc: code,
            started_at,
            played_s: number(&["played_s"]).map(|s| s.clamp(0.0, 864_000.0) as u32),
            played: track.get("played").and_then(Value::as_bool).unwrap_or(true),
            ..line
        };
        let line = match path {
            Some(path) if line.title.is_none() => {
                self.by_path += 1;
                super::m3u::completed(line, &path)
            }
            _ => line,
        };
        if line.title.is_some() || line.artist.is_some() {
            out.line(line);
        } else {
            let message = "this entry has neither artist nor title";
            out.problem(Problem::new(
                "row-without-track",
                line.line,
                message,
                "give it `artist` and `title`",
            ));
        }
    }
}

fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(names) => {
            Some(names.iter().filter_map(Value::as_str).take(50).collect::<Vec<_>>().join(", "))
        }
        _ => None,
    }
}

/// A text that was cut off, closed after its last whole value.
fn mended(text: &str) -> Option<Value> {
    let (mut open, mut in_text, mut escaped) = (Vec::new(), false, false);
    let mut last = None;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_text => escaped = true,
            '"' => {
                in_text = !in_text;
                // In a list a text is a whole value; in an object it may be a name.
                if !in_text && open.last() == Some(&']') {
                    last = Some((at + 1, open.clone()));
                }
            }
            _ if in_text => {}
            '{' => open.push('}'),
            '[' => open.push(']'),
            '}' | ']' => {
                if open.pop() != Some(c) {
                    break;
                }
                last = Some((at + 1, open.clone()));
            }
            _ => {}
        }
        if open.len() > 16 {
            return None;
        }
    }
    let (end, open) = last?;
    let closed = format!("{}{}", text.get(..end)?, open.iter().rev().collect::<String>());
    serde_json::from_str(&closed).ok()
}
