//! M3U, M3U8 and PLS: paths, with what players noted beside them.

use music::problem::Problem;

use super::build::Builder;
use super::fields::{duration, file_stem, from_path, html_unescaped, is_media_path, split_credit, tidy};
use super::{Format, Line, SetListFile};

/// Whether a head says that it is an M3U.
pub(crate) fn is_marked(head: &str) -> bool {
    head.lines().take(20).any(|line| line.starts_with("#EXTM3U") || line.starts_with("#EXTINF"))
}

/// Whether a head is a list of paths, which is an M3U too.
pub(crate) fn is_paths(head: &str) -> bool {
    let (mut paths, mut others) = (0, 0);
    for line in head.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).take(50) {
        if is_media_path(line) { paths += 1 } else { others += 1 }
    }
    paths > 0 && others <= paths / 4
}

/// Whether a head is a PLS.
pub(crate) fn sniff_pls(head: &str) -> bool {
    let first = head.lines().map(str::trim).find(|line| !line.is_empty());
    first.is_some_and(|line| line.eq_ignore_ascii_case("[playlist]"))
}

/// Reads an M3U.
pub(crate) fn read(text: &str) -> SetListFile {
    let mut out = Builder::new(Format::M3u);
    let mut waiting: Option<Line> = None;
    let mut by_path = 0;
    for (line, number) in text.lines().zip(1_u64..) {
        let line = line.trim();
        if let Some(info) = line.strip_prefix("#EXTINF") {
            waiting.take().filter(|line| line.title.is_some()).into_iter().for_each(|line| out.line(line));
            waiting = Some(info_line(info, number));
        } else if let Some(name) = line.strip_prefix("#PLAYLIST:") {
            out.set(tidy(name), None);
        } else if let Some(name) = line.strip_prefix("#EXTALB:") {
            if let Some(line) = &mut waiting {
                line.album = tidy(name);
            }
        } else if !line.is_empty() && !line.starts_with('#') {
            let (path, noted) =
                (line, waiting.take().unwrap_or(Line { line: number, played: true, ..Line::default() }));
            by_path += usize::from(noted.title.is_none());
            out.line(completed(noted, path));
        }
    }
    waiting.filter(|line| line.title.is_some()).into_iter().for_each(|line| out.line(line));
    tell_paths(&mut out, by_path);
    out.finish()
}

/// Reads a PLS.
pub(crate) fn read_pls(text: &str) -> SetListFile {
    let mut out = Builder::new(Format::Pls);
    let mut entries: std::collections::BTreeMap<u64, (Line, String)> = std::collections::BTreeMap::new();
    for (line, number) in text.lines().zip(1_u64..) {
        let Some((key, value)) = line.trim().split_once('=') else { continue };
        let name = key.trim_end_matches(|c: char| c.is_ascii_digit());
        let Ok(index) = key.get(name.len()..).unwrap_or_default().parse::<u64>() else { continue };
        let new = || (Line { line: number, played: true, ..Line::default() }, String::new());
        let (entry, path) = entries.entry(index).or_insert_with(new);
        match name.to_ascii_lowercase().as_str() {
            "file" => value.clone_into(path),
            "title" => credit(entry, value),
            "length" => entry.duration_s = duration(value),
            _ => {}
        }
    }
    let mut by_path = 0;
    for (line, path) in entries.into_values() {
        by_path += usize::from(line.title.is_none());
        out.line(completed(line, &path));
    }
    tell_paths(&mut out, by_path);
    out.finish()
}

/// A line that names only a file, from the words of its path.
pub(crate) fn completed(line: Line, path: &str) -> Line {
    if line.title.is_some() {
        return line;
    }
    let found = from_path(path);
    let album = line.album.clone().or(found.album);
    Line { text: file_stem(path), artist: found.artist, title: found.title, album, ..line }
}

/// Tells how many lines had only a path.
pub(crate) fn tell_paths(out: &mut Builder, by_path: usize) {
    if by_path > 0 {
        let message =
            format!("{by_path} of {} lines name only a file; their words come from its path", out.len());
        out.problem(
            Problem::new(
                "words-from-path",
                0,
                message,
                "look over these lines, or export with artist and title",
            )
            .notice(),
        );
    }
}

/// `:243,Artist - Title`, `:-1 tvg-id="x",Title` or nothing.
fn info_line(info: &str, number: u64) -> Line {
    let mut line = Line { line: number, played: true, ..Line::default() };
    if let Some((length, words)) = info.trim_start_matches(':').split_once(',') {
        line.duration_s = duration(length.split_whitespace().next().unwrap_or_default());
        credit(&mut line, words);
    }
    line
}

fn credit(line: &mut Line, words: &str) {
    let words = html_unescaped(words);
    line.text = tidy(&words);
    (line.artist, line.title) = match split_credit(&words) {
        Some((artist, title)) => (tidy(artist), tidy(title)),
        None => (None, tidy(&words)),
    };
}
