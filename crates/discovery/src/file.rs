//! The model as one immutable piece of bytes, made to be memory-mapped and shared.
//!
//! ```text
//! header    magic `TNTGRAPH`, format, recordings, names, terms, file length, one (offset, length) for each section,
//!           checksum of the contents, checksum of the header
//! sections  settings in words; texts (four for each recording: id, artist, title, label; two for each name: key, name;
//!           one for each term: label family, tag, place); facts of each recording; rarity; neighbours; recordings of
//!           each name
//! neighbour to which node (4 bytes), strength (2: steps of a logarithm), grounds (1 bit each), how many people of the
//!           members and the DJs (4 bits each, rungs of a ladder that begins at the threshold)
//! ```
//!
//! Opening looks at the header alone and copies nothing; whatever lies behind it is read with bounds checked, so that
//! a damaged file gives fewer answers, never a fault. [`crate::Graph::verify`] reads it all and tells.

use std::collections::BTreeMap;

use crate::Settings;
use crate::facts::{SOURCES, Source, Training, label_family};
use crate::train::TrainError;

/// Begins every model.
pub const MAGIC: &[u8; 8] = b"TNTGRAPH";

/// The format written and read; another number is refused and the model trained anew.
pub const FORMAT: u32 = 1;

/// Why bytes are not a model that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Too short, or another kind of file.
    #[error("this is no model of neighbours (its first bytes are not `TNTGRAPH`)")]
    NotAModel,
    /// Made by another version of the program.
    #[error("the model has format {found}, this program reads format {FORMAT}; train it anew")]
    Format {
        /// The format it says it has.
        found: u32,
    },
    /// The header or the contents were changed or cut.
    #[error("the model is damaged or incomplete; train it anew")]
    Damaged,
}

impl From<sections::OpenError> for OpenError {
    fn from(e: sections::OpenError) -> OpenError {
        match e {
            sections::OpenError::Other => OpenError::NotAModel,
            sections::OpenError::Format { found } => OpenError::Format { found },
            sections::OpenError::Damaged => OpenError::Damaged,
        }
    }
}

pub(crate) const KIND: sections::Kind = sections::Kind { magic: MAGIC, format: FORMAT };

pub(crate) const SECTIONS: usize = 10;
pub(crate) const SETTINGS: usize = 0;
pub(crate) const TEXT_OFFSETS: usize = 1;
pub(crate) const TEXTS: usize = 2;
pub(crate) const FACT_OFFSETS: usize = 3;
pub(crate) const FACTS: usize = 4;
pub(crate) const RARITY: usize = 5;
pub(crate) const EDGE_OFFSETS: usize = 6;
pub(crate) const EDGES: usize = 7;
pub(crate) const CREDIT_OFFSETS: usize = 8;
pub(crate) const CREDITS: usize = 9;

/// Texts of each recording and of each name.
pub(crate) const RECORDING_TEXTS: usize = 4;
pub(crate) const NAME_TEXTS: usize = 2;

/// Bytes of a neighbour.
pub(crate) const EDGE: usize = 8;

/// Steps of strength in a factor of two: a step is 4 %.
pub(crate) const OCTAVE: u16 = 16;
/// Octaves below 1 that can be told apart; the product of two steps and a dampening stays above.
const OCTAVES: f32 = 64.0;

/// How many times the threshold stands behind each rung of what is told about people.
pub(crate) const LADDER: [u32; 15] =
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000];

/// Why two nodes are neighbours; a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Ground {
    /// Enough members to say so.
    Members = 0,
    /// Enough DJs to say so.
    Djs = 1,
    /// A published selection.
    Selections = 2,
    /// An artist in common.
    Artist = 3,
    /// A label family in common.
    Label = 4,
    /// A tag in common.
    Tag = 5,
}

impl Ground {
    pub(crate) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// One neighbour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) to: u32,
    pub(crate) strength: u16,
    pub(crate) grounds: u8,
    pub(crate) people: u8,
}

impl Edge {
    /// A neighbour by people, already checked against the threshold.
    pub(crate) fn by_people(to: u32, score: f32, people: [u32; SOURCES], told_from: u32) -> Edge {
        let mut grounds = 0;
        let members = rung(people[Source::Members.place()], told_from);
        let djs = rung(people[Source::Djs.place()], told_from);
        if members > 0 {
            grounds |= Ground::Members.bit();
        }
        if djs > 0 {
            grounds |= Ground::Djs.bit();
        }
        if people[Source::Selections.place()] > 0 {
            grounds |= Ground::Selections.bit();
        }
        Edge { to, strength: strength(score), grounds, people: members | djs << 4 }
    }

    /// A neighbour by what the catalogue says.
    pub(crate) fn by_facts(to: u32, strength: u16, grounds: u8) -> Edge {
        Edge { to, strength, grounds, people: 0 }
    }

    pub(crate) fn has(self, ground: Ground) -> bool {
        self.grounds & ground.bit() != 0
    }

    pub(crate) fn members(self) -> u8 {
        self.people & 15
    }

    pub(crate) fn djs(self) -> u8 {
        self.people >> 4
    }

    pub(crate) fn bytes(self) -> [u8; EDGE] {
        let ([a, b, c, d], [e, f]) = (self.to.to_le_bytes(), self.strength.to_le_bytes());
        [a, b, c, d, e, f, self.grounds, self.people]
    }

    pub(crate) fn read([a, b, c, d, e, f, grounds, people]: [u8; EDGE]) -> Edge {
        Edge { to: u32::from_le_bytes([a, b, c, d]), strength: u16::from_le_bytes([e, f]), grounds, people }
    }
}

/// A positive score in steps.
fn strength(score: f32) -> u16 {
    ((score.max(f32::MIN_POSITIVE).log2() + OCTAVES) * f32::from(OCTAVE) + 0.5).clamp(1.0, 65_535.0) as u16
}

/// Steps as a score again.
pub(crate) fn score(strength: u16) -> f32 {
    (f32::from(strength) / f32::from(OCTAVE) - OCTAVES).exp2()
}

/// The highest rung that so many people reach; 0 for fewer than the threshold.
fn rung(people: u32, told_from: u32) -> u8 {
    LADDER.iter().take_while(|times| people >= told_from.saturating_mul(**times)).count() as u8
}

/// How rare a node is, in quarters of a factor of two of its people; nobody learns counts below the threshold from it.
fn rarity(people: u32, least: u32) -> u8 {
    ((people.max(least).max(1) as f32).log2() * 4.0) as u8
}

/// People that a rarity stands for, about.
pub(crate) fn people_of(rarity: u8) -> f32 {
    (f32::from(rarity) / 4.0).exp2()
}

pub(crate) fn write(
    training: &Training,
    settings: &Settings,
    rows: &[Vec<Edge>],
    people: &[u32],
) -> Result<Vec<u8>, TrainError> {
    let facts = training.facts();
    let terms = terms(training);
    let number = |word: String| terms.get(&word).copied().unwrap_or(u32::MAX);
    let (mut texts, mut fact_words) = (Texts::default(), Lists::default());
    let mut credits: Vec<Vec<u32>> = vec![Vec::new(); training.names().len()];
    for (n, fact) in facts.iter().enumerate() {
        let artists = training.artists_of(fact);
        for artist in &artists {
            if let Some(credit) = credits.get_mut(*artist as usize) {
                credit.push(n as u32);
            }
        }
        let whole = fact.artists.join(", ");
        [&fact.id, &whole, &fact.title, &fact.label].into_iter().for_each(|text| texts.push(text));
        let family = number(format!("l{}", label_family(&fact.label)));
        let words = words_of(fact);
        let mut list = vec![family, artists.len() as u32];
        list.extend(artists);
        list.extend(words.into_iter().map(number));
        fact_words.push(&list);
    }
    let mut keys: Vec<(&str, u32)> = training.name_keys().iter().map(|(k, n)| (k.as_str(), *n)).collect();
    keys.sort_unstable_by_key(|(_, n)| *n);
    for (n, ((key, _), name)) in keys.iter().zip(training.names()).enumerate() {
        // what only a few wrote is nobody's to read: such a name leaves no letter here
        let written_by = people.get(facts.len() + n).copied().unwrap_or(0);
        let public = credits.get(n).is_some_and(|c| !c.is_empty()) || written_by >= settings.least_people;
        texts.push(if public { key } else { "" });
        texts.push(if public { name } else { "" });
    }
    let mut sorted: Vec<(&String, u32)> = terms.iter().map(|(t, n)| (t, *n)).collect();
    sorted.sort_unstable_by_key(|(_, n)| *n);
    sorted.iter().for_each(|(term, _)| texts.push(term));
    let (mut edges, mut edge_offsets) = (Vec::new(), vec![0_u32]);
    for row in rows {
        row.iter().for_each(|edge| edges.extend(edge.bytes()));
        edge_offsets.push(u32::try_from(edges.len() / EDGE).map_err(|_| TrainError::TooLarge)?);
    }
    let mut credit_words = Lists::default();
    credits.iter().for_each(|list| credit_words.push(list));
    let rarity = people.iter().map(|p| rarity(*p, settings.least_people)).collect();
    let parts = [
        settings.line().into_bytes(),
        sections::words(&texts.offsets()?),
        texts.bytes,
        sections::words(&fact_words.offsets),
        sections::words(&fact_words.words),
        rarity,
        sections::words(&edge_offsets),
        edges,
        sections::words(&credit_words.offsets),
        sections::words(&credit_words.words),
    ];
    let counts = [facts.len() as u32, training.names().len() as u32, terms.len() as u32];
    Ok(sections::write(KIND, counts, &parts))
}

/// Label families (`l…`), tags (`t…`) and places (`p…`), each once, in order.
fn terms(training: &Training) -> BTreeMap<String, u32> {
    let mut terms: BTreeMap<String, u32> = BTreeMap::new();
    for fact in training.facts() {
        let family = label_family(&fact.label);
        if !family.is_empty() {
            terms.insert(format!("l{family}"), 0);
        }
        terms.extend(words_of(fact).into_iter().map(|word| (word, 0)));
    }
    terms.values_mut().zip(0..).for_each(|(number, n)| *number = n);
    terms
}

fn words_of(fact: &crate::Fact) -> Vec<String> {
    let tags = fact.tags.iter().map(|t| music::name_key(t)).filter(|t| !t.is_empty()).take(6);
    let places = fact.places.iter().filter(|p| !p.is_empty()).take(8);
    tags.map(|t| format!("t{t}")).chain(places.map(|p| format!("p{p}"))).collect()
}

#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    /// Adds a text, cut to 1,000 bytes.
    fn push(&mut self, text: &str) {
        let mut end = text.len().min(1_000);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.bytes.extend_from_slice(text.get(..end).unwrap_or_default().as_bytes());
        self.ends.push(self.bytes.len());
    }

    fn offsets(&self) -> Result<Vec<u32>, TrainError> {
        let all = std::iter::once(&0).chain(&self.ends);
        all.map(|end| u32::try_from(*end).map_err(|_| TrainError::TooLarge)).collect()
    }
}

struct Lists {
    offsets: Vec<u32>,
    words: Vec<u32>,
}

impl Default for Lists {
    fn default() -> Self {
        Lists { offsets: vec![0], words: Vec::new() }
    }
}

impl Lists {
    fn push(&mut self, list: &[u32]) {
        self.words.extend_from_slice(list);
        self.offsets.push(self.words.len() as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strength_keeps_what_it_is_given() {
        for s in [1.0_f32, 0.3, 1e-3, 1e-9, 1e-15] {
            assert!((score(strength(s)) / s - 1.0).abs() < 0.03, "{s}");
        }
        assert_eq!(strength(0.0), 1);
    }

    #[test]
    fn rungs_begin_at_the_threshold() {
        let told = |people| rung(people, 10);
        assert_eq!([0, 9, 10, 19, 20, 49, 50, 100].map(told), [0, 0, 1, 1, 2, 2, 3, 4]);
    }
}
