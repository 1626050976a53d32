//! Two rows of a catalogue that are one recording, found and argued for.
//!
//! Rows meet where they share an identifier, or artist, title and version as folded. Each meeting is weighed by evidence a
//! person can read; two different versions are never proposed, whatever else agrees. It merges nothing: it proposes.
//!
//! | evidence | weight |
//! |---|---|
//! | before any | −2.5 |
//! | artists the same, in any order | +3 |
//! | the same but for `DJ`, `MC` | +2 |
//! | one names all artists of the other and more | +1.5 beside the same identifier, else −0.5 |
//! | artists differ | −4 |
//! | title the same and telling | +2 |
//! | title the same, short | +1 |
//! | title the same, said of many recordings (`Untitled`, `Intro`) | −2 |
//! | title close, by letters | 0 |
//! | folded alike, written in other characters of another script | −2 |
//! | the same named version | +0.5 |
//! | own id or MusicBrainz id the same | +8, +6; MusicBrainz ids differ −4 |
//! | ISRC the same | +5; ISRCs differ −4 |
//! | duration within 2 s, 5 s | +2, +1; beyond 10 s −3; beyond 20 s never |
//! | label the same | +0.5 |
//!
//! The sum is log-odds. Weights are set by hand and were checked on a real catalogue (`docs/matching.md`).

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::fold::Folded;
use crate::index::{Index, Row};
use crate::parse::{self, Role, Span};
use crate::text::edits;
use crate::verdict::{Reason, reason};
use crate::version::{self, Class, Classes};

/// Pairs from this likelihood on are proposed where nobody says otherwise.
pub const PROPOSED: f64 = 0.9;

/// Rows that meet in one block are compared with so many that follow them, so that a title of thousands of rows stays cheap.
const NEIGHBOURS: usize = 30;

/// Rows of one group at most.
const GROUP: usize = 32;

/// Titles that say nothing of which recording it is.
const GENERIC: &[&str] = &[
    "untitled",
    "intro",
    "outro",
    "interlude",
    "skit",
    "prelude",
    "track",
    "track1",
    "track2",
    "track3",
    "track4",
    "a1",
    "a2",
    "b1",
    "b2",
    "a",
    "b",
    "aside",
    "bside",
    "id",
    "unknown",
    "live",
    "mix",
    "remix",
    "demo",
    "theme",
    "part1",
    "part2",
    "i",
    "ii",
    "iii",
    "iv",
    "1",
    "2",
    "3",
    "4",
    "side1",
    "side2",
    "sidea",
    "sideb",
    "unreleased",
    "dubplate",
    "jam",
    "edit",
    "liveset",
    "set",
];

/// Credits that name nobody.
const NOBODY: &[&str] = &[
    "variousartists",
    "various",
    "va",
    "unknown",
    "unknownartist",
    "artist",
    "id",
    "traditional",
    "anonymous",
];

/// How two rows compare.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Chance that they are one recording, 0 to 1; 0 where they cannot be.
    pub likelihood: f64,
    /// What speaks for and against it.
    pub evidence: Vec<Reason>,
}

/// Two rows that may be one recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// One row number.
    pub a: u32,
    /// The other, larger.
    pub b: u32,
    /// How they compare.
    pub comparison: Comparison,
}

/// Rows that are one recording, as far as can be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The row that says most, to be kept.
    pub keep: u32,
    /// The others, by row number.
    pub gone: Vec<u32>,
    /// The pairs that tie them together, likeliest first.
    pub pairs: Vec<Pair>,
}

impl Group {
    /// The chance of its weakest tie.
    pub fn likelihood(&self) -> f64 {
        self.pairs.iter().map(|p| p.comparison.likelihood).fold(1.0, f64::min)
    }
}

/// Finds the duplicates of a catalogue: groups whose ties are at least this likely, by the row kept.
///
/// ```
/// use matching::{Index, Row, duplicates};
///
/// let rows = [
///     Row { id: "R1", artist: "Kora Lind & Orrin Vale", title: "Low Tide", ..Row::default() },
///     Row { id: "R2", artist: "Orrin Vale and Kora Lind", title: "LOW TIDE", ..Row::default() },
///     Row { id: "R3", artist: "Kora Lind & Orrin Vale", title: "Low Tide (Dub)", ..Row::default() },
/// ];
/// let bytes = matching::index::build(rows).unwrap();
/// let groups = duplicates::find(&Index::open(&bytes).unwrap(), duplicates::PROPOSED);
/// assert_eq!(groups.iter().map(|g| (g.keep, g.gone.clone())).collect::<Vec<_>>(), [(0, vec![1])]);
/// ```
pub fn find(index: &Index<'_>, least: f64) -> Vec<Group> {
    let mut pairs = meet(index);
    pairs.retain(|p| p.comparison.likelihood >= least);
    group(index, pairs)
}

/// How two rows compare, with every reason.
pub fn compare(a: &Row<'_>, b: &Row<'_>) -> Comparison {
    weigh(a, &Facts::new(a), b, &Facts::new(b))
}

/// What of a row is compared.
struct Facts {
    title: Vec<u8>,
    digits: Vec<u8>,
    artists: Vec<Vec<u8>>,
    classes: Classes,
    /// Words of the version that are no class: its author, its place. Sorted.
    author: Vec<Vec<u8>>,
}

impl Facts {
    fn new(row: &Row<'_>) -> Facts {
        let title = parse::cut(row.title, parse::LINE_MAX);
        let artist = parse::cut(row.artist, parse::LINE_MAX);
        let (base, versions, guests) = parse::versions(title, Span { start: 0, end: title.len() });
        let mut artists: Vec<Vec<u8>> = Vec::new();
        let named = parse::artists(artist, Span { start: 0, end: artist.len() });
        let names = named.iter().filter(|c| c.role != Role::Remixer).map(|c| c.name.of(artist));
        for name in names.chain(guests.iter().filter(|c| c.role != Role::Remixer).map(|c| c.name.of(title))) {
            let letters = Folded::new(name).letters;
            if !letters.is_empty() && !artists.contains(&letters) && artists.len() < 12 {
                artists.push(letters);
            }
        }
        artists.sort();
        let (mut classes, mut author) = (0, Vec::new());
        let texts = versions.iter().map(|v| v.text.of(title)).chain([row.version]);
        for folded in texts.map(|t| Folded::new(parse::cut(t, parse::LINE_MAX))) {
            for word in folded.words.iter().map(|w| folded.word(w)) {
                match version::class_of(word) {
                    Some(class) => classes |= class.bit(),
                    None if !author.iter().any(|a: &Vec<u8>| a == word) => author.push(word.to_vec()),
                    None => {}
                }
            }
        }
        author.sort();
        // `(Original Mix)` says no more than nothing
        if classes & Class::Original.bit() != 0
            && classes & !(Class::Original.bit() | Class::Mix.bit() | Class::Version.bit()) == 0
            && author.is_empty()
        {
            classes = 0;
        }
        // some catalogues write the version where the label belongs
        let label = Folded::new(parse::cut(row.label, parse::LINE_MAX));
        let last = label.words.last().and_then(|w| version::class_of(label.word(w))).map_or(0, |c| c.bit());
        classes |= last & version::STRONG;
        let folded = Folded::new(base.of(title));
        let digits = folded.letters.iter().copied().filter(u8::is_ascii_digit).collect();
        Facts { title: folded.letters, digits, artists, classes, author }
    }

    fn same_version(&self, other: &Facts) -> bool {
        self.classes == other.classes && self.author == other.author
    }

    fn generic(&self) -> bool {
        let letters: &[u8] = self.title.trim_ascii();
        let bare: Vec<u8> = letters.iter().copied().filter(|b| !b.is_ascii_digit()).collect();
        let said = |text: &[u8]| GENERIC.iter().any(|g| g.as_bytes() == text);
        said(letters) || bare.is_empty() || bare.len() < letters.len() && said(&bare)
    }

    fn nobody(&self) -> bool {
        self.artists.is_empty()
            || self.artists.iter().all(|a| NOBODY.iter().any(|n| n.as_bytes() == a.as_slice()))
    }
}

/// A name without `DJ` and `MC`.
fn untitled(name: &[u8]) -> &[u8] {
    let short = name.strip_prefix(b"dj").or_else(|| name.strip_prefix(b"mc")).unwrap_or(name);
    if short.len() < 3 { name } else { short }
}

struct Scale {
    sum: f64,
    evidence: Vec<Reason>,
}

impl Scale {
    fn add(&mut self, weight: f64, code: &'static str, text: impl Into<String>) {
        self.sum += weight;
        self.evidence.push(reason(code, text));
    }

    fn never(mut self, code: &'static str, text: impl Into<String>) -> Comparison {
        self.evidence.push(reason(code, text));
        Comparison { likelihood: 0.0, evidence: self.evidence }
    }
}

fn weigh(a: &Row<'_>, x: &Facts, b: &Row<'_>, y: &Facts) -> Comparison {
    let mut scale = Scale { sum: -2.5, evidence: Vec::new() };
    if !x.same_version(y) {
        return scale.never("version-differs", "they are different versions");
    }
    if x.digits != y.digits {
        return scale.never("number-differs", "a number in the title differs");
    }
    if let (Some(s), Some(t)) = (a.duration_s, b.duration_s)
        && s.abs_diff(t) > 20
    {
        return scale.never("duration-differs", format!("durations differ by {} s", s.abs_diff(t)));
    }
    let known = identifiers(a, b, &mut scale);
    if !titles(a, x, b, y, &mut scale) || !artists(x, y, known, &mut scale) {
        return scale.never("text-differs", "artist or title are others");
    }
    if x.classes != 0 || !x.author.is_empty() {
        scale.add(0.5, "version-same", "the same version");
    }
    if let (Some(s), Some(t)) = (a.duration_s, b.duration_s) {
        match s.abs_diff(t) {
            d @ 0..=2 => scale.add(2.0, "duration-same", format!("durations agree within {} s", d.max(1))),
            d @ 3..=5 => scale.add(1.0, "duration-close", format!("durations differ by {d} s")),
            d @ 6..=10 => scale.add(0.0, "duration-close", format!("durations differ by {d} s")),
            d => scale.add(-3.0, "duration-differs", format!("durations differ by {d} s")),
        }
    }
    let label = Folded::new(a.label).letters;
    if !label.is_empty() && label == Folded::new(b.label).letters {
        scale.add(0.5, "label-same", "the same label");
    }
    Comparison { likelihood: 1.0 / (1.0 + (-scale.sum).exp()), evidence: scale.evidence }
}

/// Weighs the identifiers; tells whether one of them is the same.
fn identifiers(a: &Row<'_>, b: &Row<'_>, scale: &mut Scale) -> bool {
    let before = scale.sum;
    let alike = |s: &str, t: &str| {
        let plain = |t: &str| {
            t.chars().filter(char::is_ascii_alphanumeric).flat_map(char::to_lowercase).collect::<String>()
        };
        (!s.is_empty() && !t.is_empty()).then(|| plain(s) == plain(t))
    };
    if alike(a.own_id, b.own_id) == Some(true) {
        scale.add(8.0, "own-id-same", "the producer's own id is the same");
    }
    match alike(a.mbid, b.mbid) {
        Some(true) => scale.add(6.0, "mbid-same", "the MusicBrainz id is the same"),
        Some(false) => scale.add(-4.0, "mbid-differs", "MusicBrainz ids differ"),
        None => {}
    }
    match alike(a.isrc, b.isrc) {
        Some(true) => scale.add(5.0, "isrc-same", "the ISRC is the same"),
        Some(false) => scale.add(-4.0, "isrc-differs", "ISRCs differ"),
        None => {}
    }
    scale.sum > before
}

/// Weighs the titles; `false` where they are others.
fn titles(a: &Row<'_>, x: &Facts, b: &Row<'_>, y: &Facts, scale: &mut Scale) -> bool {
    if x.title != y.title {
        let (shorter, longer) = (x.title.len().min(y.title.len()), x.title.len().max(y.title.len()));
        if shorter == 0 || longer > 200 || edits(&x.title, &y.title) * 5 > longer {
            return false;
        }
        scale.add(0.0, "title-close", "titles differ by a few letters");
        return true;
    }
    if x.title.is_empty() {
        return false;
    }
    match x.title.len() {
        _ if x.generic() => scale.add(-2.0, "title-generic", "the same title, which many recordings have"),
        0..4 => scale.add(1.0, "title-short", "the same title, a short one"),
        _ => scale.add(2.0, "title-same", "the same title"),
    }
    if other_script(a.title) && other_script(b.title) && lower(a.title) != lower(b.title) {
        scale.add(-2.0, "title-other-characters", "titles sound alike, and are written in other characters");
    }
    true
}

fn other_script(text: &str) -> bool {
    text.chars().any(|c| c.is_alphabetic() && c as u32 > 0x24f)
}

fn lower(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Weighs the artists; `false` where nothing of them agrees and no identifier speaks for them.
fn artists(x: &Facts, y: &Facts, known: bool, scale: &mut Scale) -> bool {
    let bare = |f: &Facts| {
        let mut names: Vec<Vec<u8>> = f.artists.iter().map(|n| untitled(n).to_vec()).collect();
        names.sort();
        names
    };
    let within = |small: &[Vec<u8>], large: &[Vec<u8>]| small.iter().all(|n| large.contains(n));
    let (s, t) = (bare(x), bare(y));
    if x.nobody() || y.nobody() {
        scale.add(-2.0, "artist-nobody", "an artist is missing or names nobody");
        known
    } else if x.artists == y.artists || x.artists.concat() == y.artists.concat() {
        scale.add(3.0, "artist-same", "the same artists");
        true
    } else if s == t {
        scale.add(2.0, "artist-close", "the same artists but for `DJ` or `MC`");
        true
    } else if within(&s, &t) || within(&t, &s) {
        // a guest more is another recording as often as not, unless an identifier says that it is not
        scale.add(if known { 1.5 } else { -0.5 }, "artist-partly", "one names more artists than the other");
        true
    } else {
        scale.add(-4.0, "artist-differs", "artists differ");
        known
    }
}

/// Every pair of rows that meets in a block, compared once; by row numbers.
fn meet(index: &Index<'_>) -> Vec<Pair> {
    let mut keys: Vec<(u64, u32)> = Vec::with_capacity(index.len() as usize * 2);
    for number in 0..index.len() {
        let Some(row) = index.row(number) else { continue };
        let facts = Facts::new(&row);
        let plain = |t: &str| t.to_ascii_lowercase().replace(['-', ' '], "");
        let identifiers = [(1_u8, row.isrc), (2, row.mbid), (3, row.own_id)];
        keys.extend(
            identifiers.iter().filter(|(_, t)| !t.is_empty()).map(|(k, t)| (key(&(*k, plain(t))), number)),
        );
        if facts.title.is_empty() || facts.nobody() {
            continue;
        }
        let version = (facts.classes, &facts.author);
        keys.push((key(&(4_u8, &facts.title, version, facts.artists.concat())), number));
        keys.extend(
            facts.artists.iter().map(|name| (key(&(5_u8, &facts.title, version, untitled(name))), number)),
        );
    }
    keys.sort_unstable();
    keys.dedup();
    let mut met: HashSet<(u32, u32)> = HashSet::new();
    let mut pairs = Vec::new();
    for block in keys.chunk_by(|a, b| a.0 == b.0).filter(|b| b.len() > 1) {
        let read = |row: u32| index.row(row).map(|r| (row, Facts::new(&r), r));
        let rows: Vec<(u32, Facts, Row<'_>)> = block.iter().filter_map(|(_, row)| read(*row)).collect();
        for (i, (a, x, one)) in rows.iter().enumerate() {
            for (b, y, two) in rows.iter().skip(i + 1).take(NEIGHBOURS) {
                if !met.insert((*a, *b)) {
                    continue;
                }
                let comparison = weigh(one, x, two, y);
                if comparison.likelihood > 0.0 {
                    pairs.push(Pair { a: *a, b: *b, comparison });
                }
            }
        }
    }
    pairs.sort_by_key(|p| (p.a, p.b));
    pairs
}

fn key(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// Ties pairs into groups, likeliest first. Two groups become one only where no row of one speaks against a row of the other.
fn group(index: &Index<'_>, mut pairs: Vec<Pair>) -> Vec<Group> {
    pairs.sort_by(|a, b| {
        b.comparison.likelihood.total_cmp(&a.comparison.likelihood).then((a.a, a.b).cmp(&(b.a, b.b)))
    });
    let mut place: HashMap<u32, usize> = HashMap::new();
    let mut groups: Vec<(Vec<u32>, Vec<Pair>)> = Vec::new();
    for pair in pairs {
        let mut at = |row: u32, groups: &mut Vec<(Vec<u32>, Vec<Pair>)>| {
            *place.entry(row).or_insert_with(|| {
                groups.push((vec![row], Vec::new()));
                groups.len() - 1
            })
        };
        let (one, two) = (at(pair.a, &mut groups), at(pair.b, &mut groups));
        if one != two {
            let [Some(a), Some(b)] = [groups.get(one), groups.get(two)] else { continue };
            if a.0.len() + b.0.len() > GROUP || !agree(index, &a.0, &b.0) {
                continue;
            }
            let (rows, ties) = std::mem::take(&mut groups[two]); // just looked at
            place.extend(rows.iter().map(|row| (*row, one)));
            groups[one].0.extend(rows); // just looked at
            groups[one].1.extend(ties);
        }
        groups[one].1.push(pair); // just looked at
    }
    let mut found: Vec<Group> =
        groups.into_iter().filter(|(rows, _)| rows.len() > 1).map(|g| settled(index, g)).collect();
    found.sort_by_key(|g| g.keep);
    found
}

fn agree(index: &Index<'_>, one: &[u32], two: &[u32]) -> bool {
    let fits = |a: u32, b: u32| match (index.row(a), index.row(b)) {
        (Some(a), Some(b)) => compare(&a, &b).likelihood >= 0.5,
        _ => false,
    };
    one.iter().all(|a| two.iter().all(|b| fits(*a, *b)))
}

fn settled(index: &Index<'_>, (mut rows, mut pairs): (Vec<u32>, Vec<Pair>)) -> Group {
    rows.sort_unstable();
    pairs.sort_by_key(|p| (p.a, p.b));
    let says = |row: &u32| {
        let r = index.row(*row).unwrap_or_default();
        let texts = [r.isrc, r.mbid, r.label, r.album].iter().filter(|t| !t.is_empty()).count();
        let numbers = usize::from(r.duration_s.is_some()) + usize::from(r.year.is_some());
        (usize::from(!r.isrc.is_empty()) + usize::from(!r.mbid.is_empty()), texts + numbers)
    };
    // of rows that say as much, the first
    let keep = rows.iter().copied().rev().max_by_key(says).unwrap_or_default();
    rows.retain(|row| *row != keep);
    Group { keep, gone: rows, pairs }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns: artist, title, seconds, ISRC of both rows; whether they are proposed; a reason that must be told.
    #[rustfmt::skip]
    #[allow(clippy::type_complexity, reason = "a table with its columns named above")]
    const PAIRS: &[(&str, &str, u32, &str, &str, &str, u32, &str, bool, &str)] = &[
        ("Kora Lind & Orrin Vale", "Low Tide", 0, "", "Orrin Vale and Kora Lind", "LOW TIDE", 0, "", true, "artist-same"),
        ("Kräken", "Low Tide", 300, "", "Kraken", "Low  Tide!", 301, "", true, "duration-same"),
        ("Даша Верес", "Белый Шум", 0, "", "Dasha Veres", "Belyi Shum", 0, "", true, "title-same"),
        ("DJ Reef", "Low Tide", 300, "", "Reef", "Low Tide", 300, "", true, "artist-close"),
        ("Kora Lind", "Low Tide (Original Mix)", 0, "", "Kora Lind", "Low Tide", 0, "", true, "title-same"),
        ("Kora Lind", "Low Tide (Orrin Vale Remix)", 0, "", "Kora Lind", "Low Tide (Orrin Vale rmx)", 0, "", true, "version-same"),
        ("Kora Lind", "Low Tide", 0, "DEA120000001", "Kora Lind feat. Mae", "Low Tide", 0, "DEA120000001", true, "isrc-same"),
        ("Kora Lind", "Low Tied", 0, "DEA120000001", "Kora Lind", "Low Tide", 0, "DEA120000001", true, "title-close"),
        // never two versions, whatever else agrees
        ("Kora Lind", "Low Tide", 300, "DEA120000001", "Kora Lind", "Low Tide (Dub)", 300, "DEA120000001", false, "version-differs"),
        ("Kora Lind", "Low Tide (Orrin Vale Remix)", 0, "", "Kora Lind", "Low Tide (Halvard Remix)", 0, "", false, "version-differs"),
        ("Kora Lind", "Low Tide (Live at Kiln)", 0, "", "Kora Lind", "Low Tide (Live)", 0, "", false, "version-differs"),
        ("Kora Lind", "Low Tide", 300, "", "Kora Lind", "Low Tide", 420, "", false, "duration-differs"),
        ("Kora Lind", "Tide 2", 0, "", "Kora Lind", "Tide 3", 0, "", false, "number-differs"),
        // a guest more may be another recording; an identifier says that it is not
        ("Kora Lind", "Low Tide", 300, "", "Kora Lind feat. Mae", "Low Tide", 300, "", false, "artist-partly"),
        ("Kora Lind", "Low Tide", 0, "", "Orrin Vale", "Low Tide", 0, "", false, "text-differs"),
        ("Kora Lind", "Low Tide", 0, "DEA120000001", "Orrin Vale", "Low Tide", 0, "DEA120000001", false, "artist-differs"),
        ("Kora Lind", "Low Tide", 0, "DEA120000001", "Kora Lind", "Low Tide", 0, "DEA120000002", false, "isrc-differs"),
        ("Kora Lind", "Untitled", 0, "", "Kora Lind", "Untitled", 0, "", false, "title-generic"),
        ("Various Artists", "Low Tide", 0, "", "Various Artists", "Low Tide", 0, "", false, "text-differs"),
        ("", "Low Tide", 0, "", "", "Low Tide", 0, "", false, "text-differs"),
        ("林", "海", 0, "", "霖", "海", 0, "", false, ""),
    ];

    fn row<'a>(id: &'a str, artist: &'a str, title: &'a str, seconds: u32, isrc: &'a str) -> Row<'a> {
        Row { id, artist, title, isrc, duration_s: (seconds > 0).then_some(seconds), ..Row::default() }
    }

    #[test]
    fn pairs_are_proposed_and_argued_for() {
        for (artist, title, seconds, isrc, artist2, title2, seconds2, isrc2, want, why) in PAIRS {
            let rows = [row("a", artist, title, *seconds, isrc), row("b", artist2, title2, *seconds2, isrc2)];
            let told = compare(&rows[0], &rows[1]);
            let bytes = crate::index::build(rows).unwrap();
            let found = find(&Index::open(&bytes).unwrap(), PROPOSED);
            assert_eq!(!found.is_empty(), *want, "{artist} - {title} / {artist2} - {title2}: {told:?}");
            assert!(
                why.is_empty() || told.evidence.iter().any(|e| e.code == *why),
                "{artist} - {title}: {told:?}"
            );
            assert_eq!(told, compare(&rows[1], &rows[0]));
        }
    }

    #[test]
    fn a_chain_of_likenesses_is_no_group() {
        // the second is like the first and like the third, which are 16 s apart
        let rows = [
            row("a", "Kora Lind", "Low Tide", 300, ""),
            row("b", "Kora Lind", "Low Tide", 0, ""),
            row("c", "Kora Lind", "Low Tide", 316, ""),
        ];
        let bytes = crate::index::build(rows).unwrap();
        let found = find(&Index::open(&bytes).unwrap(), PROPOSED);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].gone.len(), 1);
    }

    #[test]
    fn a_title_of_thousands_of_rows_stays_cheap() {
        let names: Vec<String> = (0..1_000).map(|n| format!("r{n}")).collect();
        let bytes =
            crate::index::build(names.iter().map(|id| row(id, "Kora Lind", "Low Tide", 0, ""))).unwrap();
        let found = find(&Index::open(&bytes).unwrap(), PROPOSED);
        assert!(found.iter().all(|g| g.gone.len() < GROUP));
    }

    proptest::proptest! {
        #[test]
        fn no_rows_panic(texts in proptest::collection::vec("\\PC{0,40}", 12)) {
            let t: Vec<&str> = texts.iter().map(String::as_str).collect();
            let rows = [
                Row { id: "a", artist: t[0], title: t[1], version: t[2], label: t[3], isrc: t[4], mbid: t[5], ..Row::default() },
                Row { id: "b", artist: t[6], title: t[7], version: t[8], label: t[9], own_id: t[10], aliases: t[11], ..Row::default() },
            ];
            proptest::prop_assert_eq!(compare(&rows[0], &rows[1]), compare(&rows[1], &rows[0]));
            let bytes = crate::index::build(rows).unwrap();
            find(&Index::open(&bytes).unwrap(), 0.0);
            crate::corroboration::spelling(&crate::Query { text: t[0], ..Default::default() });
            crate::corroboration::spelling(&crate::Query { artist: t[1], title: t[2], version: t[3], ..Default::default() });
        }
    }
}
