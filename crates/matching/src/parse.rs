//! Reading one set-list line: track number, time, side, artists, title, version, label, catalogue number, year.
//!
//! Every part is a [`Span`] of the line, so that a page can show what was understood. The reader never fails: what
//! it cannot place stays in the title. Worked cases stand in the tests below. It knows no catalogue; whether
//! `Anker - Thomas Schumacher` has its sides changed over is for the matcher to find out.

use crate::fold::Folded;
use crate::version::{self, Class, Classes};

/// A piece of the line, by byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Just behind the last byte.
    pub end: usize,
}

impl Span {
    /// The text it covers; empty where it does not fit `line`.
    pub fn of<'a>(&self, line: &'a str) -> &'a str {
        line.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether it covers nothing.
    pub fn is_empty(&self) -> bool {
        self.start >= self.end
    }
}

/// What an artist of a line does there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Named first, or joined by `&`, `,`, `vs`, `x`.
    Main,
    /// Behind `feat.`, `ft.`, `featuring`.
    Featured,
    /// Behind `presents`, `pres.`.
    Presented,
    /// Author of the version: `(Logic1000 Remix)`.
    Remixer,
}

/// An artist as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Credit {
    /// Where the name stands.
    pub name: Span,
    /// What they do.
    pub role: Role,
}

/// A version as written: `(Amine Edge & Dance Remix)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VersionPart {
    /// The words inside the bracket, or behind the second dash.
    pub text: Span,
    /// The classes its words stand for.
    pub classes: Classes,
    /// Whose version it is; empty where nobody is named.
    pub author: Span,
}

/// A set-list line as far as it can be read without a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// Position in the list.
    pub number: Option<u32>,
    /// Seconds from the start of the set.
    pub time_s: Option<u32>,
    /// Side and track of the record: `A1`, `B2`.
    pub side: Option<Span>,
    /// Words before the artist that belong to the show: `Tune Of The Week:`.
    pub note: Option<Span>,
    /// The whole artist part; empty where no dash says which it is.
    pub artist: Span,
    /// The artists in it, and the remixers.
    pub artists: Vec<Credit>,
    /// The title without versions; everything, where no dash divides the line.
    pub title: Span,
    /// Versions, outer to inner.
    pub versions: Vec<VersionPart>,
    /// The label in brackets at the end.
    pub label: Option<Span>,
    /// Its catalogue number.
    pub catalogue_number: Option<Span>,
    /// A year in brackets.
    pub year: Option<u16>,
    /// Whether the text is a file's name.
    pub file_name: bool,
    /// Whether a dash (or a field) says where the artist ends.
    pub divided: bool,
    /// Whether nobody knows what was played: `ID - ID`.
    pub unknown: bool,
}

/// Reads a line. Bytes behind the first 2,000 are left aside.
pub fn line(text: &str) -> Line {
    let text = cut(text, LINE_MAX);
    let mut line = Line::default();
    let mut rest = trim(text, Span { start: 0, end: text.len() });
    strip_extension(text, &mut rest, &mut line);
    strip_head(text, &mut rest, &mut line);
    if line.file_name {
        strip_tempo(text, &mut rest);
    }
    strip_label(text, &mut rest, &mut line);
    divide(text, rest, &mut line);
    line.unknown = is_unknown(text, &line);
    line
}

/// The artists of an artist field, in order.
pub fn artists(text: &str, within: Span) -> Vec<Credit> {
    let mut credits = Vec::new();
    let (mut start, mut role) = (within.start, Role::Main);
    for word in spaced(text, within) {
        let joint = joint(word.of(text));
        let comma = word.of(text).ends_with([',', ';']);
        if joint.is_none() && !comma {
            continue;
        }
        let end = if joint.is_some() { word.start } else { word.end - 1 };
        push_credit(text, Span { start, end }, role, &mut credits);
        start = word.end;
        role = joint.unwrap_or(if role == Role::Featured { Role::Featured } else { Role::Main });
    }
    push_credit(text, Span { start, end: within.end }, role, &mut credits);
    credits
}

/// Versions named in a title: `(X Remix)`, `[Live]`, ` - Radio Edit`. The first value is the title without them.
pub fn versions(text: &str, within: Span) -> (Span, Vec<VersionPart>, Vec<Credit>) {
    let (mut base, mut found, mut credits) = (within, Vec::new(), Vec::new());
    loop {
        base = trim(text, base);
        let before = base;
        if let Some(open) = closing_group(text, base) {
            let inner = Span { start: open + 1, end: base.end - 1 };
            if let Some(featured) = featured(text, inner) {
                credits.extend(featured);
            } else if let Some(part) = version(text, inner) {
                found.push(part);
            } else {
                break;
            }
            base.end = open;
        } else if let Some((head, tail)) = last_dash(text, base)
            && let Some(part) = version(text, tail)
        {
            found.push(part);
            base = head;
        }
        if base == before || base.is_empty() {
            if base.is_empty() {
                base = before;
            }
            break;
        }
    }
    if let Some((head, featuring)) = trailing_feature(text, base) {
        base = head;
        credits.extend(featuring);
    }
    (trim(text, base), found, credits)
}

/// Longest line read, in bytes.
pub const LINE_MAX: usize = 2_000;

/// The first `max` bytes, whole characters only.
pub fn cut(text: &str, max: usize) -> &str {
    let mut end = text.len().min(max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn trim(text: &str, span: Span) -> Span {
    let part = span.of(text);
    let cut = |c: char| c.is_whitespace() || c == '_' || c == '\u{feff}';
    let start = span.start + part.len() - part.trim_start_matches(cut).len();
    let end = span.start + part.trim_end_matches(cut).len();
    Span { start: start.min(end.max(span.start)), end: end.max(span.start) }
}

const EXTENSIONS: [&str; 12] =
    [".mp3", ".wav", ".flac", ".aiff", ".aif", ".m4a", ".ogg", ".opus", ".wma", ".aac", ".mp4", ".alac"];

fn strip_extension(text: &str, rest: &mut Span, line: &mut Line) {
    let part = rest.of(text);
    for extension in EXTENSIONS {
        let Some(at) = part.len().checked_sub(extension.len()) else { continue };
        if part.get(at..).is_some_and(|tail| tail.eq_ignore_ascii_case(extension)) {
            rest.end = rest.start + at;
            line.file_name = true;
            let folder = rest
                .of(text)
                .rfind(['\\'])
                .or_else(|| rest.of(text).rfind(['/']).filter(|_| rest.of(text).starts_with('/')));
            if let Some(folder) = folder {
                rest.start += folder + 1;
            }
        }
    }
    // no blank but underscores: a file name whose ending was lost
    let part = rest.of(text);
    if !line.file_name && !part.contains(' ') && part.matches('_').count() >= 2 {
        line.file_name = true;
    }
    *rest = trim(text, *rest);
}

/// Takes numbers, times, sides and bullets off the front, as long as something is left.
fn strip_head(text: &str, rest: &mut Span, line: &mut Line) {
    for _ in 0..6 {
        let part = rest.of(text);
        let Some(len) = head(part, rest.start, line) else { break };
        let after = trim(text, Span { start: rest.start + len, end: rest.end });
        let starts_with_dash = after.of(text).starts_with(['-', '–', '—']);
        if after.is_empty() || (starts_with_dash && !line.file_name && !part.starts_with('[')) {
            break;
        }
        *rest = if starts_with_dash {
            trim(text, Span { start: after.start + dash_len(after.of(text)), end: after.end })
        } else {
            after
        };
    }
    if let Some(colon) = note_end(rest.of(text)) {
        line.note = Some(Span { start: rest.start, end: rest.start + colon });
        *rest = trim(text, Span { start: rest.start + colon + 1, end: rest.end });
    }
}

fn dash_len(part: &str) -> usize {
    part.chars().next().map_or(0, char::len_utf8)
}

/// Length of one number, time, side or bullet that begins `part`, noted in `line`.
fn head(part: &str, at: usize, line: &mut Line) -> Option<usize> {
    let bytes = part.as_bytes();
    let first = *bytes.first()?;
    if let Some(bullet) =
        ["•", "*", "·", "►", "-", "–", "+ ", "w/ ", "w/"].iter().find(|b| part.starts_with(**b))
    {
        return Some(bullet.len());
    }
    if first == b'[' || first == b'(' {
        let close = part.find(if first == b'[' { ']' } else { ')' })?;
        let inner = &part[1..close];
        if inner.is_empty()
            || inner.len() > 10
            || !inner
                .bytes()
                .all(|b| b.is_ascii_digit() || matches!(b, b':' | b'?' | b'.' | b'#' | b'-' | b' '))
        {
            return None;
        }
        line.time_s = line.time_s.or_else(|| clock(inner));
        return Some(close + 1);
    }
    if first == b'#' {
        return Some(1);
    }
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits > 0 && bytes.get(digits) == Some(&b':') {
        let len = bytes.iter().take_while(|b| b.is_ascii_digit() || **b == b':').count();
        if let Some(time) = clock(&part[..len]) {
            line.time_s = Some(time);
            return Some(len);
        }
    }
    if (1..=3).contains(&digits) {
        let number = || part[..digits].parse().ok();
        let blank = |b: Option<&u8>| b.is_none_or(|b| *b == b' ' || *b == b'\t' || *b == b'_');
        match bytes.get(digits) {
            Some(b'.' | b')')
                if blank(bytes.get(digits + 1))
                    || !bytes.get(digits + 1).is_some_and(u8::is_ascii_digit)
                        && line.number.is_none()
                        && bytes.get(digits) == Some(&b'.') =>
            {
                line.number = line.number.or_else(number);
                return Some(digits + 1);
            }
            Some(b'\t') if line.number.is_none() => {
                line.number = number();
                return Some(digits + 1);
            }
            Some(b' ' | b'_' | b'-') if line.file_name && line.number.is_none() && digits <= 2 => {
                line.number = number();
                return Some(digits + 1);
            }
            Some(b' ') if line.number.is_none() && digits == 2 && first == b'0' => {
                line.number = number();
                return Some(digits + 1);
            }
            _ => {}
        }
    }
    let side = bytes.iter().skip(1).take_while(|b| b.is_ascii_digit()).count();
    if matches!(first, b'A'..=b'H') && (1..=2).contains(&side) && line.side.is_none() {
        let mut len = 1 + side;
        if matches!(bytes.get(len), Some(b'.' | b')' | b':')) {
            len += 1;
        }
        if bytes.get(len) == Some(&b' ') && !part[len..].trim_start().starts_with(['-', '–', '—']) {
            line.side = Some(Span { start: at, end: at + 1 + side });
            return Some(len);
        }
    }
    None
}

fn clock(text: &str) -> Option<u32> {
    let mut total = 0_u32;
    let mut parts = 0;
    for part in text.split(':') {
        let n: u32 = part.parse().ok().filter(|n| *n < 1_000)?;
        total = total.checked_mul(60)?.checked_add(n)?;
        parts += 1;
    }
    (2..=3).contains(&parts).then_some(total)
}

/// Where the words of the show end: `Tune Of The Week: `.
fn note_end(part: &str) -> Option<usize> {
    let colon = part.find(": ")?;
    let before_dash = first_dash(part).is_none_or(|dash| colon < dash);
    (before_dash && colon > 1 && colon < 60 && part.len() > colon + 3).then_some(colon)
}

/// Takes tempo and key off the end of a file name: `_11B_135`, ` (122 4B)`.
fn strip_tempo(text: &str, rest: &mut Span) {
    let (mut key, mut tempo) = (false, false);
    for _ in 0..2 {
        let part = rest.of(text);
        let Some(from) = part.trim_end_matches([')', ']', '_', ' ']).rfind(['_', ' ', '(', '[']) else {
            return;
        };
        let word = part[from + 1..].trim_end_matches([')', ']', '_', ' ']);
        if is_key(word) && !key {
            key = true;
        } else if is_tempo(word) && !tempo {
            tempo = true;
        } else {
            return;
        }
        let end = part[..from].trim_end_matches(['(', '[', '_', ' ', '-']).len();
        if end == 0 {
            return;
        }
        rest.end = rest.start + end;
    }
}

fn is_key(word: &str) -> bool {
    let number = word.trim_end_matches(['A', 'B', 'a', 'b', 'm', 'd']);
    number.len() + 1 == word.len() && number.parse::<u8>().is_ok_and(|n| (1..=12).contains(&n))
}

fn is_tempo(word: &str) -> bool {
    word.trim_end_matches("bpm").trim_end_matches("BPM").parse::<u16>().is_ok_and(|n| (60..=200).contains(&n))
}

/// Takes `[Label - CAT 001]`, `[Promo]` and `(2009)` off the end; brackets that name a version stay.
fn strip_label(text: &str, rest: &mut Span, line: &mut Line) {
    for _ in 0..3 {
        let Some(open) = closing_group(text, *rest) else { return };
        let inner = Span { start: open + 1, end: rest.end - 1 };
        let square = text.as_bytes().get(open) == Some(&b'[');
        let before = trim(text, Span { start: rest.start, end: open });
        if before.is_empty() {
            return;
        }
        let year = inner.of(text).trim().parse().ok().filter(|y: &u16| (1900..2100).contains(y));
        if year.is_some() && line.year.is_none() {
            line.year = year;
        } else if square
            && (version(text, inner).is_none() || reads_like_label(text, inner, before))
            && line.label.is_none()
            && featured(text, inner).is_none()
        {
            let (label, number) = label(text, inner);
            line.label = Some(label);
            line.catalogue_number = number;
        } else {
            return;
        }
        *rest = before;
    }
}

/// Whether a square bracket with a version word in it is a label all the same: `[Poets Club]`, `[Edit Select - 018]`,
/// `(Dixon Remix) [Live Jam]`.
fn reads_like_label(text: &str, inner: Span, before: Span) -> bool {
    let folded = Folded::new(inner.of(text));
    let (Some(first), Some(last)) = (folded.words.first(), folded.words.last()) else { return false };
    if folded.words.len() < 2 {
        return false;
    }
    let numbered =
        last_dash(text, inner).is_some_and(|(_, tail)| tail.of(text).bytes().any(|b| b.is_ascii_digit()));
    let (first, last) = (folded.word(first), folded.word(last));
    let behind_version = closing_group(text, before)
        .is_some_and(|open| version(text, Span { start: open + 1, end: before.end - 1 }).is_some());
    let house = matches!(last, b"club" | b"radio" | b"tribute" | b"remixes" | b"dubs" | b"edits");
    let begins =
        !version::closes(last) && matches!(first, b"boot" | b"edit" | b"dub" | b"club" | b"radio" | b"mix");
    numbered || behind_version || house || begins
}

fn label(text: &str, inner: Span) -> (Span, Option<Span>) {
    if let Some((head, tail)) = last_dash(text, inner)
        && tail.of(text).bytes().any(|b| b.is_ascii_digit())
    {
        return (trim(text, head), Some(trim(text, tail)));
    }
    (trim(text, inner), None)
}

/// Divides what is left into artist, title and versions.
fn divide(text: &str, rest: Span, line: &mut Line) {
    let part = rest.of(text);
    let dash = first_dash(part)
        .map(|at| (at, dash_width(part, at)))
        .or_else(|| if line.file_name { bare_dash(part) } else { None });
    let Some((at, width)) = dash else {
        let (base, versions, credits) = versions(text, rest);
        (line.title, line.versions, line.artists) = (base, versions, credits);
        return add_remixers(line);
    };
    line.divided = true;
    line.artist = trim(text, Span { start: rest.start, end: rest.start + at });
    let right = trim(text, Span { start: rest.start + at + width, end: rest.end });
    let (base, found, credits) = versions(text, right);
    (line.title, line.versions) = (base, found);
    let (left_base, left_found, left_credits) = versions(text, line.artist);
    if !left_found.is_empty() {
        // sides changed over: the version stands in the first part
        line.artist = left_base;
        line.versions.extend(left_found);
        line.artists.extend(left_credits);
    }
    line.artists.splice(..0, artists(text, line.artist));
    line.artists.extend(credits);
    add_remixers(line);
}

fn add_remixers(line: &mut Line) {
    let remixers = line.versions.iter().filter(|v| !v.author.is_empty());
    line.artists.extend(remixers.map(|v| Credit { name: v.author, role: Role::Remixer }));
}

/// Offset of the first dash that divides: ` - `, ` – `, ` — `, `_-_`, `  -  `.
fn first_dash(part: &str) -> Option<usize> {
    part.char_indices()
        .find(|(at, c)| is_dash(*c) && free_standing(part, *at, c.len_utf8()))
        .map(|(at, _)| at)
}

fn dash_width(part: &str, at: usize) -> usize {
    part.get(at..).map_or(0, dash_len)
}

fn bare_dash(part: &str) -> Option<(usize, usize)> {
    let mut dashes = part.char_indices().filter(|(at, c)| is_dash(*c) && *at > 0);
    let first = dashes.next()?;
    dashes.next().is_none().then_some((first.0, first.1.len_utf8()))
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '−' | '‐' | '―')
}

fn free_standing(part: &str, at: usize, len: usize) -> bool {
    let blank = |c: Option<char>| c.is_some_and(|c| c.is_whitespace() || c == '_');
    blank(part[..at].chars().next_back()) && blank(part[at + len..].chars().next())
}

fn last_dash(text: &str, within: Span) -> Option<(Span, Span)> {
    let part = within.of(text);
    let (at, c) =
        part.char_indices().rev().find(|(at, c)| is_dash(*c) && free_standing(part, *at, c.len_utf8()))?;
    let head = Span { start: within.start, end: within.start + at };
    Some((head, Span { start: within.start + at + c.len_utf8(), end: within.end }))
}

/// Where the bracket that closes at the end of `within` opens.
fn closing_group(text: &str, within: Span) -> Option<usize> {
    let part = within.of(text);
    let close = part.as_bytes().last()?;
    let open = match close {
        b')' => b'(',
        b']' => b'[',
        _ => return None,
    };
    let mut depth = 0_u32;
    for (at, b) in part.bytes().enumerate().rev() {
        if b == *close {
            depth += 1;
        } else if b == open {
            depth -= 1;
            if depth == 0 {
                return Some(within.start + at);
            }
        }
    }
    None
}

/// The words of a version, where some word says that it is one.
fn version(text: &str, inner: Span) -> Option<VersionPart> {
    let inner = trim(text, inner);
    if inner.end - inner.start.min(inner.end) > 120 {
        return None;
    }
    let folded = Folded::new(inner.of(text));
    let last = folded.words.iter().rev().find(|w| !folded.word(w).iter().all(u8::is_ascii_digit))?;
    let known: Vec<bool> = folded.words.iter().map(|w| version::closes(folded.word(w))).collect();
    let first_two = known.iter().take(1).any(|k| *k);
    if !version::closes(folded.word(last)) && !first_two {
        return None;
    }
    let mut classes = version::classes(folded.words.iter().map(|w| folded.word(w)));
    if classes == 0 {
        classes = Class::Remix.bit();
    }
    let named = folded.words.iter().zip(&known).take_while(|(_, known)| !**known).map(|(w, _)| w);
    let author = named.fold(None, |span: Option<Span>, w| {
        let start = span.map_or(inner.start + w.start as usize, |s| s.start);
        Some(Span { start, end: inner.start + w.end as usize })
    });
    Some(VersionPart {
        text: inner,
        classes,
        author: author.unwrap_or(Span { start: inner.start, end: inner.start }),
    })
}

fn featured(text: &str, inner: Span) -> Option<Vec<Credit>> {
    let inner = trim(text, inner);
    let first = spaced(text, inner).next()?;
    (joint(first.of(text)) == Some(Role::Featured) || first.of(text).eq_ignore_ascii_case("with"))
        .then(|| artists(text, Span { start: first.end, end: inner.end }))
        .map(|list| list.into_iter().map(|c| Credit { role: Role::Featured, ..c }).collect())
}

fn trailing_feature(text: &str, base: Span) -> Option<(Span, Vec<Credit>)> {
    let word = spaced(text, base).skip(1).find(|w| joint(w.of(text)) == Some(Role::Featured))?;
    let credits = artists(text, Span { start: word.end, end: base.end });
    let credits = credits.into_iter().map(|c| Credit { role: Role::Featured, ..c }).collect();
    Some((Span { start: base.start, end: word.start }, credits))
}

/// The words between blanks and underscores.
fn spaced(text: &str, within: Span) -> impl Iterator<Item = Span> + '_ {
    let part = within.of(text);
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = part.get(at..)?;
        let skip = rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '_').len();
        let start = at + skip;
        let word = part.get(start..)?;
        let len = word.find(|c: char| c.is_whitespace() || c == '_').unwrap_or(word.len());
        at = start + len;
        (len > 0).then_some(Span { start: within.start + start, end: within.start + start + len })
    })
}

fn joint(word: &str) -> Option<Role> {
    let word = word.trim_matches(['(', ')', '.', ',']);
    let is = |list: &[&str]| list.iter().any(|w| w.eq_ignore_ascii_case(word));
    if is(&["feat", "ft", "featuring", "f/"]) {
        Some(Role::Featured)
    } else if is(&["pres", "presents"]) {
        Some(Role::Presented)
    } else if is(&["&", "and", "vs", "versus", "x", "+", "/", "und", "et", "y"]) {
        Some(Role::Main)
    } else {
        None
    }
}

fn push_credit(text: &str, span: Span, role: Role, credits: &mut Vec<Credit>) {
    let name = trim(text, span);
    if !name.is_empty() {
        credits.push(Credit { name, role });
    }
}

fn is_unknown(text: &str, line: &Line) -> bool {
    let nobody = |s: Span| {
        matches!(
            s.of(text).trim().to_ascii_lowercase().as_str(),
            "" | "id" | "?" | "??" | "???" | "unknown" | "unknown artist" | "untitled id"
        )
    };
    nobody(line.title) && nobody(line.artist)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Columns: line; artists; title; versions; label; catalogue number.
    const CASES: &[(&str, &str, &str, &str, &str, &str)] = &[
        ("[15:12] Kora Lind & Vesper Nine - Low Tide", "Kora Lind|Vesper Nine", "Low Tide", "", "", ""),
        ("16. THE HOLLOWS – GLASS RIVER", "THE HOLLOWS", "GLASS RIVER", "", "", ""),
        ("C2 Kora:Lind - Un Pas (Original Mix)", "Kora:Lind", "Un Pas", "Original Mix", "", ""),
        (
            "[00] Orrin - 31 (DJ Kasimir Remix) [Nordlicht - 012]",
            "Orrin|DJ Kasimir",
            "31",
            "DJ Kasimir Remix",
            "Nordlicht",
            "012",
        ),
        (
            "[61:34] Orrin – Hang On [Kasimir Peak Remix]",
            "Orrin|Kasimir Peak",
            "Hang On",
            "Kasimir Peak Remix",
            "",
            "",
        ),
        ("C4 Orrin & Type 2 – Reflect [Promo]", "Orrin|Type 2", "Reflect", "", "Promo", ""),
        ("Tune Of The Week: Orrin Feat. Mae - Home", "Orrin|Mae", "Home", "", "", ""),
        ("29_ORRIN_-_AND_ON_12B_129.mp3", "ORRIN", "AND_ON", "", "", ""),
        ("01 orrin-june (extended original) (135 7A).wav", "orrin", "june", "extended original", "", ""),
        ("Orrin; Mae - Ways - Mae Remix", "Orrin|Mae|Mae", "Ways", "Mae Remix", "", ""),
        ("69 – desire [White]", "69", "desire", "", "White", ""),
        ("Orrin - Ways (feat. Mae) (2009)", "Orrin|Mae", "Ways", "", "", ""),
        ("Orrin Ways", "", "Orrin Ways", "", "", ""),
        ("Orrin - Ways [Dune Poets Club]", "Orrin", "Ways", "", "Dune Poets Club", ""),
        ("Orrin - Ways [Edit Orchard - 018]", "Orrin", "Ways", "", "Edit Orchard", "018"),
        ("Orrin - Ways (Mae Remix) [Live Oak]", "Orrin|Mae", "Ways", "Mae Remix", "Live Oak", ""),
        ("Orrin - Ways (Mae Vocal Mxi)", "Orrin|Mae Vocal", "Ways", "Mae Vocal Mxi", "", ""),
        ("21 orrin-ras 78 (130 9A).wav", "orrin", "ras 78", "", "", ""),
    ];

    #[test]
    fn lines_are_taken_apart() {
        for (text, artists, title, versions, label, number) in CASES {
            let got = line(text);
            let names: Vec<_> = got.artists.iter().map(|c| c.name.of(text)).collect();
            assert_eq!(names.join("|"), *artists, "artists of {text}");
            assert_eq!(got.title.of(text), *title, "title of {text}");
            let parts: Vec<_> = got.versions.iter().map(|v| v.text.of(text)).collect();
            assert_eq!(parts.join("|"), *versions, "versions of {text}");
            assert_eq!(got.label.map_or("", |s| s.of(text)), *label, "label of {text}");
            assert_eq!(got.catalogue_number.map_or("", |s| s.of(text)), *number, "number of {text}");
        }
        assert_eq!(line("[15:12] A - B").time_s, Some(912));
        assert_eq!(line("16. Aa - Bb").number, Some(16));
        assert!(line("ID - ID").unknown);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<String>(), tail in "[\\[\\]() \\-–_A-C0-9.:a-z&]{0,60}") {
            for text in [text.clone(), tail.clone(), text + &tail] {
                let got = line(&text);
                for span in got.artists.iter().map(|c| c.name).chain([got.artist, got.title]).chain(got.versions.iter().map(|v| v.text)) {
                    prop_assert!(text.get(span.start..span.end).is_some(), "{span:?} of {text:?}");
                }
            }
        }
    }
}
