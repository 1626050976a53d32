//! What is learnt from: real lines, the same with their row hidden, invented lines.

use crate::rough::{self, Dice, mixed};
use matching::bulk::Header;
use matching::features::{HOPELESS, NAMES, Vector, gap};
use matching::fold::{Folded, hash};
use matching::parse::{self, Span};
use matching::{Index, Matcher, Query, Row};
use std::collections::{HashMap, HashSet};

/// Where a line comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    Written,
    Rough,
    Hidden,
    Invented,
    Answered,
}

pub struct Case {
    pub source: Source,
    /// Number and kind, for real lines.
    pub line: String,
    pub kind: String,
    pub text: String,
    pub truth: Option<u32>,
    /// A row that is hidden from this line.
    pub without: Option<u32>,
    /// Lines about one work, its versions included, share their part.
    pub part: u32,
    duration_s: Option<u32>,
    year: Option<u16>,
}

impl Case {
    pub fn query(&self) -> Query<'_> {
        Query { text: &self.text, duration_s: self.duration_s, year: self.year, ..Query::default() }
    }

    /// How much it counts in training.
    pub fn weight(&self) -> f32 {
        match self.source {
            Source::Written | Source::Rough | Source::Answered => 4.0,
            Source::Hidden => 1.5,
            Source::Invented => 1.0,
        }
    }

    pub fn is_real(&self) -> bool {
        matches!(self.source, Source::Written | Source::Rough)
    }
}

pub type Candidates = Vec<(u32, Vector)>;

pub fn table(text: &str) -> Vec<Vec<&str>> {
    text.lines().skip(1).map(|l| l.split('\t').collect()).collect()
}

/// The part of a work: first artist and title without versions.
fn part(artist: &str, title: &str, parts: u32) -> u32 {
    let whole = |text: &str| Span { start: 0, end: text.len() };
    let names = parse::artists(artist, whole(artist));
    let first = names.first().map_or(artist, |c| c.name.of(artist));
    let base = parse::versions(title, whole(title)).0.of(title);
    let mut key = Folded::new(first).letters;
    key.extend(Folded::new(base).letters);
    hash(&key) % parts
}

/// The real lines, written and rough.
pub fn real(index: &Index<'_>, written: &str, rough: &str, truth: &str, parts: u32) -> Vec<Case> {
    let ids: HashMap<&str, u32> = (0..index.len()).map(|r| (index.id(r), r)).collect();
    let mut cases: Vec<Case> = Vec::new();
    let truths = table(truth);
    let written = table(written);
    for (source, lines) in [(Source::Written, &written), (Source::Rough, &table(rough))] {
        for ((line, first), t) in lines.iter().zip(&written).zip(&truths) {
            assert_eq!(line[0], t[0], "the files are of the same lines");
            let row = ids.get(t[2]).copied();
            let part = if let Some(row) = row.and_then(|r| index.row(r)) {
                part(row.artist, row.title, parts)
            } else {
                let read = parse::line(first[1]);
                part(read.artist.of(first[1]), read.title.of(first[1]), parts)
            };
            cases.push(Case {
                source,
                line: t[0].to_owned(),
                kind: t[1].to_owned(),
                text: line[1].to_owned(),
                truth: row,
                without: None,
                part,
                duration_s: None,
                year: None,
            });
        }
    }
    let hidden = |c: &Case| Case {
        source: Source::Hidden,
        line: String::new(),
        kind: "hidden".to_owned(),
        text: c.text.clone(),
        truth: None,
        without: c.truth,
        part: c.part,
        duration_s: None,
        year: None,
    };
    let more: Vec<Case> = cases.iter().filter(|c| c.truth.is_some()).map(hidden).collect();
    cases.extend(more);
    cases
}

/// Lines of an answers file whose recording is in this catalogue, or that were said not to be.
pub fn answered(index: &Index<'_>, text: &str, parts: u32) -> Vec<Case> {
    let mut lines = text.lines();
    let header = Header::new(lines.next().unwrap_or_default());
    let mut cases = Vec::new();
    for line in lines {
        let ids = ["source_id", "recording"].map(|column| header.field(line, column));
        let known = ids.into_iter().find_map(|id| index.by_id(id).first().copied());
        if known.is_none() && !header.field(line, "recording").is_empty() {
            continue; // about another catalogue
        }
        let said = header.field(line, "text");
        let read = parse::line(said);
        let work = known.and_then(|row| index.row(row)).map(|row| (row.artist, row.title));
        let (artist, title) = work.unwrap_or((read.artist.of(said), read.title.of(said)));
        cases.push(Case {
            source: Source::Answered,
            line: String::new(),
            kind: "answered".to_owned(),
            text: said.to_owned(),
            truth: known,
            without: None,
            part: part(artist, title, parts),
            duration_s: header.field(line, "duration_s").parse().ok(),
            year: None,
        });
    }
    cases
}

/// Share of invented lines whose hidden row has a neighbour that reads much the same.
const TRAPS: f64 = 0.04;

/// Rows whose first artist has another title a few letters away, and all first artists, folded.
fn neighbours(index: &Index<'_>) -> (Vec<u32>, HashSet<Vec<u8>>) {
    let whole = |text: &str| Span { start: 0, end: text.len() };
    let mut of: HashMap<Vec<u8>, Vec<(u32, Vec<u8>)>> = HashMap::new();
    for row in 0..index.len() {
        let r = index.row(row).unwrap_or_default();
        let names = parse::artists(r.artist, whole(r.artist));
        let first = names.first().map_or(r.artist, |c| c.name.of(r.artist));
        let base = parse::versions(r.title, whole(r.title)).0.of(r.title);
        of.entry(Folded::new(first).letters).or_default().push((row, Folded::new(base).letters));
    }
    let mut alike = Vec::new();
    for titles in of.values().filter(|t| t.len() <= 300) {
        for (row, title) in titles {
            let near = |(_, other): &(u32, Vec<u8>)| {
                let longer = title.len().max(other.len());
                other != title
                    && title.len().abs_diff(other.len()) <= 4
                    && matching::text::edits(title, other) * 5 <= longer * 2 + 1
            };
            if title.len() >= 4 && titles.iter().any(near) {
                alike.push(*row);
            }
        }
    }
    alike.sort_unstable();
    (alike, of.into_keys().collect())
}

/// Lines invented from rows of the catalogue, 36 % with their row hidden.
pub fn invented(index: &Index<'_>, count: usize, seed: u64, parts: u32) -> Vec<Case> {
    let mut dice = Dice(seed);
    let mut cases = Vec::new();
    let (alike, artists) = neighbours(index);
    while cases.len() < count {
        // often enough one whose artist has another title that reads much the same
        let trap = !alike.is_empty()
            && dice.chance(std::env::var("TRAPS").ok().and_then(|x| x.parse().ok()).unwrap_or(TRAPS));
        let row = if trap { alike[dice.below(alike.len())] } else { dice.below(index.len() as usize) as u32 };
        let Some(r) = index.row(row).filter(|r| r.artist.len() <= 90 && r.title.len() <= 90) else {
            continue;
        };
        let absent = trap || dice.chance(0.36);
        // now and then a version that no catalogue has, beside the row it is a version of
        let foreign = !absent && dice.chance(0.12);
        let title = if foreign {
            let other = index.row(dice.below(index.len() as usize) as u32).unwrap_or_default();
            rough::foreign(
                &mut dice,
                r.title,
                other.artist.split([';', '&', ',']).next().unwrap_or_default().trim(),
            )
        } else {
            rough::closed(&mut dice, r.title, |author| artists.contains(&Folded::new(author).letters))
        };
        if foreign && Folded::new(&title).letters == Folded::new(r.title).letters {
            continue;
        }
        let text = if dice.chance(0.4) {
            rough::written(&mut dice, r.artist, &title, r.label)
        } else {
            rough::rough(&mut dice, r.artist, &title)
        };
        let heard =
            r.duration_s.filter(|_| dice.chance(0.4)).map(|s| (s + dice.below(5) as u32).saturating_sub(2));
        cases.push(Case {
            source: Source::Invented,
            line: String::new(),
            kind: "invented".to_owned(),
            text,
            truth: (!absent && !foreign).then_some(row),
            without: absent.then_some(row),
            part: part(r.artist, r.title, parts),
            duration_s: heard,
            year: r.year.filter(|_| dice.chance(0.15)),
        });
    }
    cases
}

/// The candidates of each line, on two threads.
pub fn candidates(matcher: &Matcher<'_>, cases: &[Case]) -> Vec<Candidates> {
    let halves: Vec<&[Case]> = cases.chunks(cases.len().div_ceil(2).max(1)).collect();
    std::thread::scope(|scope| {
        let job = |half: &'_ [Case]| {
            let mut session = matcher.session();
            half.iter().map(|c| session.vectors(&c.query(), c.without)).collect::<Vec<_>>()
        };
        let jobs: Vec<_> = halves.into_iter().map(|half| scope.spawn(move || job(half))).collect();
        jobs.into_iter().flat_map(|j| j.join().unwrap()).collect()
    })
}

/// Whether a line teaches anything: not where its hidden row has a twin that any reader would take for it, nor where
/// what is said not to be in the catalogue stands there word for word (`&` for `And` as a rule).
pub fn teaches(index: &Index<'_>, case: &Case, found: &Candidates) -> bool {
    if let Some(hidden) = case.without {
        return !found.iter().any(|(row, _)| twins(index, hidden, *row));
    }
    let [whole, left, year, exact, and] = ["whole", "left", "year_said", "exact", "and_version"]
        .map(|n| NAMES.iter().position(|f| *f == n).unwrap());
    let is_it =
        |f: &Vector| (f[whole] > 0.99 && f[left] < 0.5 || f[exact] > 0.0) && f[year] >= 0.0 && f[and] < 1.0;
    case.truth.is_some() || !found.iter().any(|(_, f)| is_it(f))
}

/// Whether the matcher asks the model about a candidate.
pub fn is_asked(features: &Vector) -> bool {
    gap(features) >= HOPELESS
}

/// The same recording under two rows: one title and a shared artist.
fn twins(index: &Index<'_>, a: u32, b: u32) -> bool {
    let (a, b) = (index.row(a).unwrap_or_default(), index.row(b).unwrap_or_default());
    let plain = |r: &Row<'_>| {
        let title = r.title.to_lowercase().replace("original mix", "").replace('&', "and");
        let end = title.find("(feat").unwrap_or(title.len());
        let tail = title[end..].find(')').map_or("", |at| &title[end + at + 1..]);
        Folded::new(&format!("{}{tail}", &title[..end])).letters
    };
    let words = |r: &Row<'_>| {
        let f = Folded::new(r.artist);
        f.words.iter().map(|w| f.word(w).to_vec()).collect::<HashSet<_>>()
    };
    plain(&a) == plain(&b) && words(&a).intersection(&words(&b)).any(|w| w.len() >= 2)
}

/// Whether a row is left out of the other cut of the catalogue: one in five, whatever its part.
pub fn is_cut(row: u32) -> bool {
    mixed(u64::from(row) ^ 0x5eed).is_multiple_of(5)
}
