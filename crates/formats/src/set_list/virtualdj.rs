//! VirtualDJ's history: an m3u whose `#EXTVDJ:` lines hold little tags before each path.
//!
//! `<lastplaytime>` is the instant of playing in seconds since 1970; `<time>` the same on the wall clock,
//! without a date, and so of no use alone. Values may hold line breaks.

use jiff::Timestamp;
use music::usage::Moment;

use super::build::Builder;
use super::fields::{duration, from_path, html_unescaped, tidy, year};
use super::{Format, Line, SetListFile};

const MARK: &str = "#EXTVDJ:";

/// Whether a head is VirtualDJ's history.
pub(crate) fn sniff(head: &str) -> bool {
    head.lines().any(|line| line.starts_with(MARK))
}

/// Reads the history.
pub(crate) fn read(text: &str) -> SetListFile {
    let mut out = Builder::new(Format::VirtualDjM3u);
    let mut lines = text.lines().zip(1_u64..).peekable();
    let mut waiting: Option<Line> = None;
    while let Some((line, number)) = lines.next() {
        if let Some(tags) = line.strip_prefix(MARK) {
            waiting.take().into_iter().for_each(|line| out.line(line));
            let mut tags = tags.to_owned();
            // A value with a line break goes on in the next lines; its tag is closed there.
            for _ in 0..4 {
                let goes_on = !tags.trim_end().ends_with('>')
                    && lines.peek().is_some_and(|(next, _)| !next.starts_with('#') && next.contains("</"));
                let Some((next, _)) = goes_on.then(|| lines.next()).flatten() else { break };
                tags.push(' ');
                tags.push_str(next);
            }
            waiting = Some(track(&tags, number));
        } else if !line.trim().is_empty() && !line.starts_with('#') {
            let found = from_path(line);
            match waiting.take() {
                Some(line) if line.title.is_some() => out.line(line),
                Some(line) => out.line(Line {
                    title: found.title,
                    artist: line.artist.clone().or(found.artist),
                    ..line
                }),
                None => out.line(Line {
                    line: number,
                    text: super::fields::file_stem(line),
                    artist: found.artist,
                    title: found.title,
                    album: found.album,
                    played: true,
                    ..Line::default()
                }),
            }
        }
    }
    waiting.into_iter().for_each(|line| out.line(line));
    out.finish()
}

fn track(tags: &str, number: u64) -> Line {
    let text = |name| tag(tags, name).and_then(|value| tidy(&html_unescaped(value)));
    let at = tag(tags, "lastplaytime").and_then(|t| t.trim().parse::<i64>().ok());
    // Some versions write milliseconds.
    let at = at.map(|t| if t > 100_000_000_000 { t / 1000 } else { t }).filter(|t| *t > 100_000_000);
    Line {
        line: number,
        artist: text("artist"),
        title: text("title"),
        version: text("remix"),
        album: text("album"),
        label: text("label"),
        year: text("year").as_deref().and_then(year),
        duration_s: tag(tags, "songlength").and_then(duration),
        own_id: super::fields::own_id(&[tag(tags, "comment"), tag(tags, "grouping")]),
        own_id_slip: super::fields::own_id_slip(&[tag(tags, "comment"), tag(tags, "grouping")]),
        started_at: at.and_then(|t| Timestamp::from_second(t).ok()).map(Moment::Instant),
        played: true,
        ..Line::default()
    }
}

fn tag<'a>(tags: &'a str, name: &str) -> Option<&'a str> {
    let rest = tags.get(tags.find(&format!("<{name}>"))? + name.len() + 2..)?;
    let end = rest.find(&format!("</{name}>")).or_else(|| rest.find('<')).unwrap_or(rest.len());
    rest.get(..end)
}
