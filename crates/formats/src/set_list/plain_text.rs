//! Track lists as people type and paste them.
//!
//! `3. Ada Nwosu - Night Drive (Mira Remix) [Tide Records]`, with numbers, times, bullets, sides of vinyl,
//! dashes of every kind, HTML entities, emoji, headings and blank lines. The line as written is kept; artist,
//! title and label are a first reading, which the matcher deepens. `ID - ID` was played too: it stays.

use super::build::Builder;
use super::fields::{duration, html_unescaped, split_credit, tidy, without_extension, year};
use super::{Format, Line, SetListFile};

/// Longest line that can be a track, in characters.
const LONGEST: usize = 300;

/// Whether a text reads like a list of tracks rather than prose or code.
pub(crate) fn sniff(head: &str) -> bool {
    let (mut lines, mut tracks, mut prose) = (0_usize, 0_usize, 0_usize);
    for line in head.lines().map(str::trim).filter(|line| !line.is_empty()).take(400) {
        lines += 1;
        let read = reading(line, 0);
        let is_prose = is_prose(line);
        prose += usize::from(is_prose);
        tracks += usize::from(!is_prose && (read.split.is_some() || read.numbered || read.timed));
    }
    let letters = head.chars().take(4_000).filter(|c| c.is_alphabetic()).count();
    // One bare line says nothing; several short ones are titles.
    let plausible = tracks * 4 >= lines.max(1) || (prose == 0 && lines > 1);
    letters > 0 && lines > 0 && prose * 3 < lines.max(3) && plausible
}

/// Whether a bare line is surely a sentence. Titles have little words too, so this asks more than [`is_prose`].
fn is_sentence(line: &str) -> bool {
    line.split_whitespace().count() >= 8 && line.ends_with(['.', '!', '?']) && is_prose(line)
}

/// Whether a line is prose, markup or code.
fn is_prose(line: &str) -> bool {
    const WORDS: [&str; 28] = [
        "the", "and", "of", "to", "in", "is", "or", "for", "this", "that", "with", "are", "any", "by", "be",
        "not", "was", "from", "it", "der", "die", "und", "ist", "nicht", "les", "des", "est", "une",
    ];
    let words: Vec<&str> = line.split_whitespace().collect();
    let common = words.iter().filter(|word| WORDS.iter().any(|w| w.eq_ignore_ascii_case(word))).count();
    let dashed = split_credit(line).is_some();
    let code = line.ends_with([';', '{', '}'])
        || line.starts_with(['<', '|', '$', '{', '}'])
        || line.contains("();");
    let sentence = words.len() >= 8 && line.ends_with(['.', ',', ':']) && common >= 1;
    code || line.chars().count() > LONGEST
        || sentence
        || (words.len() >= 8 && common >= 2 && !dashed)
        || common >= 6
}

/// Reads the tracks.
pub(crate) fn read(text: &str) -> SetListFile {
    let mut out = Builder::new(Format::PlainText);
    let lines = Lines::of(text);
    let mut heading: Option<String> = None;
    let mut last_number = 0;
    for (at, (number, line, reading)) in lines.all.iter().enumerate() {
        if lines.is_heading(at) {
            if reading.body.chars().any(char::is_alphanumeric)
                && !is_link(line)
                && line.chars().count() <= LONGEST
            {
                heading =
                    tidy(reading.body.trim_matches(|c: char| !c.is_alphanumeric() && c != ')' && c != '('));
            }
            continue;
        }
        let counts_anew = reading.number == Some(1) && last_number > 1;
        if out.len() == 0 || counts_anew {
            out.set(heading.take(), None);
        }
        last_number = reading.number.unwrap_or(last_number);
        out.line(reading.line(*number, line));
        if out.is_full() {
            break;
        }
    }
    out.finish()
}

/// The lines of a text that are not blank, and what most are like, which decides what the bare ones are.
struct Lines<'a> {
    all: Vec<(u64, &'a str, Reading)>,
    first_marked: usize,
    most_marked: bool,
    nearly_all_numbered: bool,
    few_blank: bool,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let mut all = Vec::new();
        let mut position = 0;
        for (line, number) in text.lines().map(str::trim).zip(1..).filter(|(line, _)| !line.is_empty()) {
            let reading = reading(line, position + 1);
            position = reading.number.unwrap_or(position + 1);
            all.push((number, line, reading));
            // More lines than a file may have are not read; a few more show that there are.
            if all.len() > super::build::MAX_LINES * 2 {
                break;
            }
        }
        let count = |is: fn(&Reading) -> bool| {
            all.iter().filter(|(_, line, reading)| is(reading) && !is_sure_heading(line, reading)).count()
        };
        let (candidates, marked) = (count(|_| true), count(|r| !r.is_bare()));
        let numbered = count(|r| r.numbered || r.timed);
        let last = all.last().map_or(0, |(number, ..)| *number as usize);
        Lines {
            first_marked: all
                .iter()
                .position(|(_, line, r)| !r.is_bare() && !is_sure_heading(line, r))
                .unwrap_or(0),
            most_marked: marked * 2 > candidates,
            nearly_all_numbered: numbered * 10 >= candidates * 8,
            few_blank: (last - all.len()) * 3 <= all.len(),
            all,
        }
    }

    /// Whether a line is a heading. A track typed without a dash must not be lost, so a bare line is one only
    /// before the first track, among numbered ones, before a number one, or after a blank line where those are rare.
    fn is_heading(&self, at: usize) -> bool {
        let Some((number, line, reading)) = self.all.get(at) else { return false };
        let after_blank =
            at.checked_sub(1).and_then(|before| self.all.get(before)).is_some_and(|(n, ..)| n + 1 < *number);
        let odd = reading.is_bare() && !reading.bulleted && !reading.with;
        let before_one = self.all.get(at + 1).is_some_and(|(_, _, next)| next.number == Some(1));
        let placed = at < self.first_marked
            || self.nearly_all_numbered
            || before_one
            || (after_blank && self.few_blank);
        (odd && self.most_marked && placed) || is_sure_heading(line, reading)
    }
}

fn is_sure_heading(line: &str, reading: &Reading) -> bool {
    const HEADINGS: [&str; 13] = [
        "tracklist",
        "track list",
        "tracklisting",
        "track listing",
        "setlist",
        "set list",
        "playlist",
        "titelliste",
        "liste des titres",
        "tracks",
        "tracks played",
        "download",
        "full tracklist",
    ];
    if !reading.body.chars().any(char::is_alphanumeric) || is_link(line) || line.chars().count() > LONGEST {
        return true;
    }
    let title = reading.body.trim_end_matches([':', '.', '-', '=', ' ']).to_lowercase();
    let decorated = line.ends_with(':')
        || line.starts_with(['=', '#', '~', '_'])
        || line.starts_with("**")
        || line.starts_with("--");
    (reading.is_bare() && (decorated || HEADINGS.contains(&title.as_str())))
        || (reading.is_bare() && reading.label.is_none() && is_sentence(line))
}

fn is_link(line: &str) -> bool {
    let start = line.get(..8).unwrap_or(line).to_ascii_lowercase();
    (start.starts_with("http://") || start.starts_with("https://") || start.starts_with("www."))
        && !line.trim().contains(' ')
}

/// A first reading of one line.
#[derive(Debug, Default, PartialEq, Eq)]
struct Reading {
    /// What is left without numbers, times, bullets and label.
    body: String,
    split: Option<(String, String)>,
    label: Option<String>,
    year: Option<u16>,
    offset_s: Option<u32>,
    number: Option<u32>,
    numbered: bool,
    timed: bool,
    bulleted: bool,
    with: bool,
    is_file: bool,
}

impl Reading {
    fn is_bare(&self) -> bool {
        !self.numbered && !self.timed && !self.is_file && self.split.is_none()
    }

    fn line(&self, number: u64, text: &str) -> Line {
        let (artist, title) = match &self.split {
            Some((artist, title)) => (tidy(artist), tidy(title)),
            None => (None, tidy(&self.body)),
        };
        Line {
            line: number,
            text: tidy(text),
            artist,
            title,
            label: self.label.clone(),
            year: self.year,
            offset_s: self.offset_s,
            own_id: super::fields::own_id(&[Some(text)]),
            own_id_slip: super::fields::own_id_slip(&[Some(text)]),
            played: true,
            ..Line::default()
        }
    }
}

fn reading(line: &str, expected: u32) -> Reading {
    let mut line = html_unescaped(line);
    let is_file = without_extension(&line).len() < line.len();
    if is_file && !line.trim().contains(' ') {
        // `03_ada_nwosu_-_night_drive.mp3`, as download shops name their files.
        line = line.replace('_', " ").into();
    }
    let mut reading = Reading { is_file, ..Reading::default() };
    let mut rest = line.trim();
    for _ in 0..8 {
        let before = rest;
        rest = bulleted(rest, &mut reading);
        rest = timed(rest, &mut reading);
        rest = numbered(rest, expected, &mut reading);
        rest = with(rest, &mut reading);
        // `01 - 00:00 - Artist - Title`: a dash after a number or time belongs to it.
        if rest.len() < before.len() && (reading.numbered || reading.timed) {
            rest = dashed(rest);
        }
        if rest.len() == before.len() {
            break;
        }
    }
    let mut rest = ends_trimmed(rest);
    for _ in 0..3 {
        let Some((before, inside)) = last_bracket(rest) else { break };
        if is_version(inside) {
            break;
        }
        if !is_remark(inside) {
            let catalogue = split_credit(inside).map_or(inside, |(label, _)| label);
            let name = catalogue.split(", ").next().filter(|_| year(inside).is_some()).unwrap_or(catalogue);
            reading.label = tidy(name);
            reading.year = inside.rsplit(", ").next().filter(|y| y.len() == 4).and_then(year);
        }
        rest = ends_trimmed(before);
    }
    let mut rest = without_extension(rest).trim();
    if is_file {
        rest = without_key(rest);
    }
    reading.body = rest.to_owned();
    reading.split = split(rest).or_else(|| tight_split(rest).filter(|_| is_file));
    reading
}

fn split(text: &str) -> Option<(String, String)> {
    let own = |(a, t): (&str, &str)| (a.to_owned(), t.to_owned());
    if let Some(found) = split_credit(text) {
        return Some(own(found));
    }
    let tight = ['\t', '–', '—', '|'].iter().find_map(|dash| text.split_once(*dash));
    let (artist, title) = tight?;
    let (artist, title) = (artist.trim(), title.trim());
    (!artist.is_empty() && !title.is_empty()).then(|| own((artist, title)))
}

/// A file name's one hyphen parts artist and title even without blanks.
fn tight_split(text: &str) -> Option<(String, String)> {
    let (artist, title) = text.split_once('-').filter(|(_, title)| !title.contains('-'))?;
    let (artist, title) = (artist.trim(), title.trim());
    (!artist.is_empty() && !title.is_empty()).then(|| (artist.to_owned(), title.to_owned()))
}

/// A file name without the key and tempo that tagging programs put at its end: `… 7A 138`, `… (120 1A)`.
fn without_key(text: &str) -> &str {
    let is_tempo = |word: &str| (2..=3).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
    let is_key = |word: &str| {
        let number = word.strip_suffix(['A', 'B']).and_then(|n| n.parse::<u8>().ok());
        number.is_some_and(|n| (1..=12).contains(&n))
    };
    let bare = text.trim_end_matches(')');
    let Some((rest, last)) = bare.rsplit_once(' ') else { return text };
    let Some((rest, before)) = rest.rsplit_once(' ') else { return text };
    let before = before.trim_start_matches('(');
    let both = (is_key(before) && is_tempo(last)) || (is_tempo(before) && is_key(last));
    if both { rest.trim_end() } else { text }
}

fn bulleted<'a>(text: &'a str, reading: &mut Reading) -> &'a str {
    let rest = text.trim_start_matches(|c: char| {
        is_ornament(c) || matches!(c, '*' | '•' | '·' | '>' | '►' | '▶' | '‣' | '●' | '○' | '■' | '▪' | '→')
    });
    let rest = match rest.strip_prefix(['-', '–', '—', '+']) {
        Some(after) if after.starts_with(char::is_whitespace) => after,
        _ => rest,
    };
    reading.bulleted |= rest.len() < text.len();
    rest.trim_start()
}

/// `w/ Artist - Title`: played together with the line before.
fn with<'a>(text: &'a str, reading: &mut Reading) -> &'a str {
    let start = text.get(..2).filter(|start| start.eq_ignore_ascii_case("w/"));
    match start.and_then(|_| text.get(2..)).map(str::trim_start).filter(|rest| !rest.is_empty()) {
        Some(rest) => {
            reading.with = true;
            rest
        }
        None => text,
    }
}

/// `[15:12]`, `(1:02:33)`, `15:12`, `[062]` (minutes), `[??]`.
fn timed<'a>(text: &'a str, reading: &mut Reading) -> &'a str {
    let closing = match text.chars().next() {
        Some('[') => ']',
        Some('(') => ')',
        _ => return bare_time(text, reading),
    };
    let Some((inside, rest)) = text.get(1..).and_then(|inner| inner.split_once(closing)) else { return text };
    let inside = inside.trim();
    let unknown = !inside.is_empty() && inside.chars().all(|c| matches!(c, '?' | ':' | '-' | 'x' | 'X'));
    let minutes =
        closing == ']' && (1..=3).contains(&inside.len()) && inside.bytes().all(|b| b.is_ascii_digit());
    if unknown || minutes || is_clock(inside) {
        reading.timed = true;
        let seconds =
            if minutes { inside.parse::<u32>().ok().map(|m| m * 60) } else { clock_seconds(inside) };
        reading.offset_s = reading.offset_s.or(seconds);
        return rest.trim_start();
    }
    text
}

fn bare_time<'a>(text: &'a str, reading: &mut Reading) -> &'a str {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let rest = rest.strip_prefix(['.', ')', ',']).unwrap_or(rest);
    if !is_clock(word) || !(rest.is_empty() || rest.starts_with(char::is_whitespace)) {
        return text;
    }
    reading.timed = true;
    reading.offset_s = reading.offset_s.or(clock_seconds(word));
    rest.trim_start()
}

fn is_clock(word: &str) -> bool {
    let parts: Vec<&str> = word.split(':').collect();
    (2..=3).contains(&parts.len())
        && parts.iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
        && parts.last().is_some_and(|last| last.len() == 2)
}

fn clock_seconds(word: &str) -> Option<u32> {
    // The very beginning counts too, which a duration never is.
    if is_clock(word) { Some(duration(word).unwrap_or(0)) } else { None }
}

/// `1.`, `01)`, `#1`, `01 `, `1 - `, `D4 ` (a side of vinyl).
fn numbered<'a>(text: &'a str, expected: u32, reading: &mut Reading) -> &'a str {
    if reading.numbered {
        return text;
    }
    let hash = text.strip_prefix('#').unwrap_or(text);
    let end = hash.find(|c: char| !c.is_ascii_digit()).unwrap_or(hash.len());
    let (digits, rest) = hash.split_at(end);
    if (1..=3).contains(&digits.len()) {
        let number: u32 = digits.parse().unwrap_or_default();
        let (marked, after) = match rest.strip_prefix(['.', ')', ':', '/']) {
            Some(after) => (!after.starts_with(|c: char| c.is_ascii_digit()), after),
            None => (hash.len() < text.len(), rest),
        };
        // `2 Unlimited - …` and `808 State - …` are names: a bare number counts when it is padded or the next one.
        let bare = rest.starts_with(char::is_whitespace)
            && (digits.starts_with('0') || number == expected || (reading.is_file && digits.len() == 2));
        let before_dash = rest.trim_start().starts_with(['-', '–', '—'])
            && rest.matches([' ']).count() > 1
            && split_twice(rest);
        if (marked || bare || before_dash) && !after.trim().is_empty() {
            reading.numbered = true;
            reading.number = Some(number);
            return after.trim_start();
        }
        return text;
    }
    let mut chars = text.chars();
    let side =
        matches!((chars.next(), chars.next(), chars.next()), (Some('A'..='F'), Some('1'..='9'), Some(' ')));
    if side && text.get(3..).is_some_and(|rest| split(rest.trim_start()).is_some()) {
        reading.numbered = true;
        return text.get(3..).unwrap_or_default().trim_start();
    }
    text
}

/// Whether a text that begins with a dash has another one, so that the first belongs to a number.
fn split_twice(text: &str) -> bool {
    let rest = text.trim_start().trim_start_matches(['-', '–', '—']).trim_start();
    split_credit(rest).is_some()
}

fn dashed(text: &str) -> &str {
    match text.strip_prefix(['-', '–', '—', '|']) {
        Some(rest) if rest.starts_with(char::is_whitespace) && !rest.trim().is_empty() => rest.trim_start(),
        _ => text,
    }
}

fn is_ornament(c: char) -> bool {
    matches!(c as u32, 0x2190..=0x21FF | 0x2300..=0x27BF | 0x2B00..=0x2BFF | 0xFE00..=0xFE0F | 0x1F000..=0x1FAFF)
        || c == '\u{200D}'
}

fn ends_trimmed(text: &str) -> &str {
    text.trim_end_matches(|c: char| is_ornament(c) || c.is_whitespace())
}

fn last_bracket(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_suffix(']')?;
    let at = inner.rfind('[')?;
    let (before, inside) = (inner.get(..at)?, inner.get(at + 1..)?.trim());
    (!before.trim().is_empty()).then_some((before, inside))
}

fn is_version(inside: &str) -> bool {
    const WORDS: [&str; 24] = [
        "mix",
        "remix",
        "rmx",
        "edit",
        "dub",
        "vip",
        "version",
        "rework",
        "bootleg",
        "mashup",
        "remaster",
        "remastered",
        "instrumental",
        "live",
        "refix",
        "flip",
        "re-edit",
        "reedit",
        "acapella",
        "acappella",
        "extended",
        "remake",
        "redux",
        "remode",
    ];
    let lower = inside.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|w| !w.is_empty());
    lower.starts_with("feat") || lower.starts_with("ft.") || words.any(|word| WORDS.contains(&word))
}

/// Whether a bracket says something about the copy, not a label.
fn is_remark(inside: &str) -> bool {
    const REMARKS: [&str; 20] = [
        "promo",
        "white",
        "white label",
        "unreleased",
        "forthcoming",
        "free download",
        "free dl",
        "free",
        "dubplate",
        "cdr",
        "test pressing",
        "id",
        "?",
        "??",
        "???",
        "self released",
        "self-released",
        "bandcamp",
        "soundcloud",
        "unknown",
    ];
    let lower = inside.to_lowercase();
    inside.is_empty() || REMARKS.contains(&lower.as_str()) || is_clock(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &[[&str; 3]]) {
        let file = read(text);
        let got: Vec<[String; 3]> = file
            .lines
            .iter()
            .map(|l| [&l.artist, &l.title, &l.label].map(|f| f.clone().unwrap_or_default()))
            .collect();
        assert_eq!(got, want.iter().map(|row| row.map(str::to_owned)).collect::<Vec<_>>(), "{text}");
    }

    #[test]
    fn lines_as_people_write_them() {
        for (line, want) in [
            ("Ada Nwosu - Night Drive", ["Ada Nwosu", "Night Drive", ""]),
            (
                "1. Ada Nwosu – Night Drive (Mira Feld Remix)",
                ["Ada Nwosu", "Night Drive (Mira Feld Remix)", ""],
            ),
            ("01) Ada Nwosu — Night Drive [Tide]", ["Ada Nwosu", "Night Drive", "Tide"]),
            (
                "[15:12] Ada Nwosu - Night Drive (KN Remix) [Tide Records - TIDE 012]",
                ["Ada Nwosu", "Night Drive (KN Remix)", "Tide Records"],
            ),
            ("[Tide] x", ["", "[Tide] x", ""]),
            ("[062] Ada Nwosu - Night Drive [Tide - TX 1, 1987]", ["Ada Nwosu", "Night Drive", "Tide"]),
            ("[??] + Ada Nwosu - Night Drive [Promo]", ["Ada Nwosu", "Night Drive", ""]),
            ("01 - 00:00 - Ada Nwosu - Night Drive", ["Ada Nwosu", "Night Drive", ""]),
            ("1:02:33 Ada Nwosu - Night Drive", ["Ada Nwosu", "Night Drive", ""]),
            ("D4 Ada Nwosu - Night Drive", ["Ada Nwosu", "Night Drive", ""]),
            (
                "• Ada Nwosu &amp; Mira - Night Drive [VIP Mix]",
                ["Ada Nwosu & Mira", "Night Drive [VIP Mix]", ""],
            ),
            ("w/ Ada Nwosu - Night Drive", ["Ada Nwosu", "Night Drive", ""]),
            ("🔥 Ada Nwosu - Night Drive 🔥🔥", ["Ada Nwosu", "Night Drive", ""]),
            ("2 Lampen - Night Drive", ["2 Lampen", "Night Drive", ""]),
            ("404 Haus - Night Drive", ["404 Haus", "Night Drive", ""]),
            ("ID - ID", ["ID", "ID", ""]),
            ("Ada Nwosu - ID [Unreleased]", ["Ada Nwosu", "ID", ""]),
            ("29_ada_nwosu_-_night_drive.mp3", ["ada nwosu", "night drive", ""]),
            ("16_ada_nwosu_-_night_drive_(kn_remix)_1B_118.mp3", ["ada nwosu", "night drive (kn remix)", ""]),
            ("17 Ada Nwosu-Night Drive (120 1A).wav", ["Ada Nwosu", "Night Drive", ""]),
            ("Ada Nwosu–Night Drive", ["Ada Nwosu", "Night Drive", ""]),
            ("#7 Ada Nwosu - Night Drive", ["Ada Nwosu", "Night Drive", ""]),
            ("99.9 Grad - Hot", ["99.9 Grad", "Hot", ""]),
        ] {
            check(line, &[want]);
        }
    }

    #[test]
    fn headings_are_no_tracks_and_sets_count_anew() {
        let text = "Ada Nwosu live at Club Nord\n\nTracklist:\n=========\n\n1. A One - First\n2. B Two - Second\nID - ID\n\nSet 2 (closing)\n\n1. C Three - Third\nhttps://example.org/x\n";
        let file = read(text);
        let got: Vec<(u32, u32, &str)> =
            file.lines.iter().map(|l| (l.set, l.position, l.title.as_deref().unwrap_or_default())).collect();
        assert_eq!(got, [(1, 1, "First"), (1, 2, "Second"), (1, 3, "ID"), (2, 1, "Third")]);
        assert_eq!(file.sets[1].name.as_deref(), Some("Set 2 (closing)"));
        assert_eq!(file.lines[3].line, 12);
    }

    #[test]
    fn times_become_places_in_the_recording() {
        let file = read("[0:00] A - B\n15:12 C - D\n[62] E - F\n");
        let got: Vec<Option<u32>> = file.lines.iter().map(|l| l.offset_s).collect();
        assert_eq!(got, [Some(0), Some(912), Some(3720)]);
    }

    #[test]
    fn prose_and_code_are_no_set_list() {
        for text in [
            "Permission is hereby granted to any person obtaining a copy of this text,\nto deal in it without restriction, and to permit others\nto do so, subject to the following conditions and to the law.\n",
            "create table x (\n  id int,\n  name text\n);\ninsert into x values (1);\ndrop table x;\n",
            "fn main() {\n    println();\n}\n",
        ] {
            assert!(!sniff(text), "{text}");
        }
        for text in [
            "Ada Nwosu - Night Drive",
            "Night Drive\nLow Tide\nKollektiv Nord\n",
            "1. The Sound of the Sea - In the Night\n",
        ] {
            assert!(sniff(text), "{text}");
        }
    }
}
