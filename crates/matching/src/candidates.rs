//! The first stage: a few rows that share the rarest words and pieces with the line.
//!
//! Words and three-letter pieces are weighted by the square of their rarity. Lists of rows are read in three tries, the shortest
//! first, each to a budget, so that the cost does not grow with the catalogue: the line's words, and for words that the
//! catalogue lacks those a slip away; then what is a slip away from any word; then the pieces. After each try the rows that
//! gathered most are compared piece by piece, from their own words, and ordered by a cosine; where the best of
//! them explains enough of the line, that is all.

use crate::fold::{self, GRAMS};
use crate::index::{Index, Posting, near_spellings};
use crate::query::{Asked, AskedWord, Region};

/// One try: how many rows may have been read by then for words, for words a slip away and for pieces; how many
/// rows are then compared; and the share of the line's weight that the best must hold to stop here.
struct Try {
    read: [usize; 3],
    compare: usize,
    enough: f32,
}

const TRIES: [Try; 3] = [
    Try { read: [1_000, 1_000, 0], compare: 40, enough: 0.75 },
    Try { read: [6_000, 3_000, 0], compare: 60, enough: 0.55 },
    Try { read: [8_000, 3_000, 6_000], compare: 100, enough: 1.0 },
];

/// Most rows compared where many gathered equally much.
const TIES: usize = 250;

/// Rows that gathered less than this part of the best are left aside.
const PART: u16 = 3;

/// Near spellings looked at for one word.
const NEAR_MAX: usize = 64;

/// A row that may be meant, with its cosine-like score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Found {
    pub row: u32,
    pub score: f32,
}

/// Working memory, one for each thread.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// Weight gathered so far, by row; zero where nothing was.
    sums: Vec<u16>,
    touched: Vec<u32>,
    /// Weight of each piece of the line, by piece; zero elsewhere.
    weights: Vec<u16>,
    /// Which pieces the line has, one bit each: most are not there, and this stays in the nearest cache.
    present: Vec<u64>,
    grams: Vec<u32>,
    /// The words to look for, each once.
    words: Vec<Sought>,
    /// The newest word that begins with each letter; [`NONE`] where there is none.
    begins: Vec<u16>,
    /// Spellings a slip away, and where their words lie.
    spelled: Vec<Spelled>,
    /// Words found by them, by their buckets.
    nearby: Vec<u32>,
    /// Not read so far.
    lists: Vec<List>,
    ranked: Vec<(u16, u32)>,
    places: Vec<(u32, (u32, u32))>,
    found: Vec<Found>,
}

#[derive(Debug, Clone, Copy)]
struct Sought {
    /// Where its letters begin in the line's.
    at: usize,
    len: usize,
    /// The word before it that begins with the same letter; [`NONE`] where there is none.
    before: u16,
    count: u32,
    /// Weight of the word.
    weight: u16,
    /// Weight of the word and its pieces.
    all: u32,
}

/// No word.
const NONE: u16 = u16::MAX;

/// A spelling a slip away from a word.
#[derive(Debug, Clone, Copy)]
struct Spelled {
    spelling: u32,
    /// The word's place among the words.
    word: u32,
    place: (u32, u32),
}

/// Rows that hold a word or a piece, to be read; ordered by kind and length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct List {
    kind: Kind,
    count: u32,
    weight: u16,
    at: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Word,
    Near,
    Gram,
}

impl Scratch {
    /// The best `keep` rows, best first, ties to the smaller row. `without` is left out (for training).
    pub fn find(&mut self, asked: &Asked, index: &Index<'_>, keep: usize, without: Option<u32>) -> &[Found] {
        self.sums.resize(index.len() as usize, 0);
        self.weights.resize(GRAMS, 0);
        self.present.resize(GRAMS / 64 + 1, 0);
        let all = self.seek(asked, index);
        let mut spent = [0; 3];
        self.lists.clear();
        for (i, this) in TRIES.iter().enumerate() {
            match i {
                0 => self.list_words(asked, index),
                1 => {
                    self.list_near(asked, index, |w| w.count > 0);
                    self.list_apart(asked, index, |w| w.count >= 3 && w.len >= 7);
                }
                _ => self.list_grams(index),
            }
            self.read(index, &mut spent, &this.read);
            if self.compare(asked, index, this.compare, without) > this.enough * all as f32 {
                break;
            }
        }
        self.clear();
        self.found.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
        self.found.truncate(keep);
        &self.found
    }

    /// Notes the line's words and pieces; gives the weight of all.
    fn seek(&mut self, asked: &Asked, index: &Index<'_>) -> u32 {
        self.words.clear();
        self.begins.clear();
        self.begins.resize(fold::CODES_ALL, NONE);
        self.grams.clear();
        let mut all = 0;
        for w in asked.words.iter().filter(|w| w.region != Region::Quiet) {
            let letters = asked.word(w);
            if w.neutral || self.words.iter().any(|s| s.len == w.len && of(asked, s) == letters) {
                continue;
            }
            let mut pieces = 0;
            fold::grams(letters, |g| {
                let (Some(weight), Some(bits)) = (self.weights.get_mut(g), self.present.get_mut(g / 64))
                else {
                    return;
                };
                if *weight == 0 && self.grams.len() < 120 {
                    *weight = squared(index.gram_rarity(g));
                    *bits |= 1 << (g % 64);
                    self.grams.push(g as u32);
                    all += u32::from(*weight);
                }
                pieces += u32::from(*weight);
            });
            let weight = word_weight(index, w);
            all += u32::from(weight);
            let place = u16::try_from(self.words.len()).unwrap_or(NONE);
            let begins = letters.first().and_then(|l| self.begins.get_mut(fold::code(*l)));
            self.words.push(Sought {
                at: w.at,
                len: w.len,
                before: begins.map_or(NONE, |b| std::mem::replace(b, place)),
                count: w.count,
                weight,
                all: pieces + u32::from(weight),
            });
        }
        all
    }

    fn clear(&mut self) {
        for g in self.grams.drain(..) {
            if let Some(weight) = self.weights.get_mut(g as usize) {
                *weight = 0;
            }
            if let Some(bits) = self.present.get_mut(g as usize / 64) {
                *bits = 0;
            }
        }
        for row in self.touched.drain(..) {
            if let Some(sum) = self.sums.get_mut(row as usize) {
                *sum = 0;
            }
        }
    }

    /// The line's words, and what is a slip away from those that the catalogue lacks.
    fn list_words(&mut self, asked: &Asked, index: &Index<'_>) {
        for w in self.words.iter().filter(|w| w.count > 0) {
            self.lists.push(List {
                kind: Kind::Word,
                count: w.count,
                weight: w.weight,
                at: index.word_bucket(of(asked, w)),
            });
        }
        self.list_near(asked, index, |w| w.count == 0);
        self.list_joined(asked, index);
        self.list_apart(asked, index, |w| w.count < 3 && w.len >= 6);
    }

    /// Words that the catalogue has written together: `Soul Man`, `Soulman`.
    fn list_joined(&mut self, asked: &Asked, index: &Index<'_>) {
        for pair in self.words.windows(2) {
            let [a, b] = pair else { continue };
            if a.at + a.len == b.at && a.len + b.len >= 5 {
                let letters = asked.letters.get(a.at..b.at + b.len);
                self.lists.extend(letters.and_then(|l| listed(index, l)));
            }
        }
    }

    /// Words that the catalogue has apart: `Soulman`, `Soul Man`.
    fn list_apart(&mut self, asked: &Asked, index: &Index<'_>, which: impl Fn(&Sought) -> bool) {
        for w in self.words.iter().filter(|w| which(w)) {
            let letters = of(asked, w);
            for (a, b) in (3..=w.len.saturating_sub(3)).filter_map(|at| letters.split_at_checked(at)) {
                if let (Some(a), Some(b)) = (listed(index, a), listed(index, b)) {
                    self.lists.extend([a, b]);
                }
            }
        }
    }

    fn list_near(&mut self, asked: &Asked, index: &Index<'_>, which: impl Fn(&Sought) -> bool) {
        self.spelled.clear();
        self.nearby.clear();
        for (i, w) in self.words.iter().enumerate().filter(|(_, w)| w.len >= 3 && which(w)) {
            let letters = of(asked, w);
            if !letters.iter().all(u8::is_ascii_digit) {
                let word = i as u32;
                near_spellings(letters, |spelling| {
                    self.spelled.push(Spelled { spelling, word, place: (0, 0) })
                });
            }
        }
        // one kind of access at a time, so that the waits for memory overlap
        for spelled in &mut self.spelled {
            spelled.place = index.near_place(spelled.spelling);
        }
        for of_word in self.spelled.chunk_by(|a, b| a.word == b.word) {
            let word = of_word.first().and_then(|s| self.words.get(s.word as usize));
            let (own, from) = (word.map(|w| index.word_bucket(of(asked, w))), self.nearby.len());
            for spelled in of_word {
                index.near_at(spelled.place, spelled.spelling, |at| {
                    let known = self.nearby.get(from..).unwrap_or_default();
                    if Some(at) != own && known.len() < NEAR_MAX && !known.contains(&at) {
                        self.nearby.push(at);
                    }
                });
            }
        }
        for at in &self.nearby {
            let count = index.bucket(*at).count;
            let weight = (u32::from(weight(index, count)) * 7 / 10) as u16;
            self.lists.push(List { kind: Kind::Near, count, weight, at: *at });
        }
    }

    fn list_grams(&mut self, index: &Index<'_>) {
        for g in &self.grams {
            let count = index.gram(*g as usize).count;
            if count > 0 {
                let weight = self.weights.get(*g as usize).copied().unwrap_or(0);
                self.lists.push(List { kind: Kind::Gram, count, weight, at: *g });
            }
        }
    }

    /// Reads lists, the shortest of each kind first, as far as the budgets go; what is left waits for a larger budget.
    fn read(&mut self, index: &Index<'_>, spent: &mut [usize; 3], most: &[usize; 3]) {
        self.lists.sort_unstable();
        self.lists.dedup_by_key(|l| (l.kind, l.at));
        let (sums, touched) = (&mut self.sums, &mut self.touched);
        let mut first = *spent == [0; 3]; // the rarest word at least, however common
        self.lists.retain(|list| {
            let (Some(spent), Some(most)) = (spent.get_mut(list.kind as usize), most.get(list.kind as usize))
            else {
                return true;
            };
            if !first && *spent + list.count as usize > *most {
                return true;
            }
            let gram = list.kind == Kind::Gram;
            let rows = if gram { index.gram(list.at as usize) } else { index.bucket(list.at) };
            *spent += list.count as usize;
            add(sums, touched, &rows, list.weight.max(1));
            first = false;
            false
        });
    }

    /// Compares the `most` rows that gathered most in full; gives the highest weight that one shares with the line.
    fn compare(&mut self, asked: &Asked, index: &Index<'_>, most: usize, without: Option<u32>) -> f32 {
        self.ranked.clear();
        let sum = |row: &u32| self.sums.get(*row as usize).copied().unwrap_or(0);
        self.ranked.extend(self.touched.iter().map(|r| (sum(r), *r)));
        if self.ranked.len() > most {
            let least = self.ranked.iter().map(|(sum, _)| *sum).max().unwrap_or(0) / PART;
            self.ranked.retain(|(sum, _)| *sum >= least);
        }
        let order = |a: &(u16, u32), b: &(u16, u32)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
        if self.ranked.len() > most {
            let (_, (edge, _), _) = self.ranked.select_nth_unstable_by(most, order);
            // many rows that gathered equally much, an artist's as a rule, can only be told apart by comparing
            let edge = *edge;
            self.ranked.retain(|(sum, _)| *sum >= edge);
            if self.ranked.len() > TIES {
                self.ranked.select_nth_unstable_by(TIES, order);
                self.ranked.truncate(TIES);
            }
        }
        self.found.clear();
        self.places.clear();
        // one kind of access at a time, so that the waits for memory overlap
        self.places.extend(
            self.ranked
                .iter()
                .filter(|(_, row)| Some(*row) != without)
                .map(|(_, row)| (*row, index.place(*row))),
        );
        for (row, place) in &self.places {
            self.found.push(Found { row: *row, score: index.norm_at(*place) });
        }
        let mut top = 0.0_f32;
        for i in 0..self.found.len() {
            let place = self.places.get(i).map_or((0, 0), |p| p.1);
            let shared = self.shared(asked, index.tokens_at(place)) as f32;
            top = top.max(shared);
            if let Some(found) = self.found.get_mut(i) {
                found.score = shared / (found.score + 8.0);
            }
        }
        top
    }

    /// Weight of the pieces and words that a row's words share with the line.
    fn shared(&self, asked: &Asked, mut tokens: &[u8]) -> u32 {
        let mut sum = 0_u32;
        while let [head, _, rest @ ..] = tokens {
            let (letters, after) = rest.split_at_checked(usize::from(head & 31)).unwrap_or((rest, &[]));
            tokens = after;
            if let Some(same) = self.same(asked, letters) {
                sum += same.all;
                continue;
            }
            fold::grams(letters, |g| {
                if self.present.get(g / 64).is_some_and(|bits| bits >> (g % 64) & 1 != 0) {
                    sum += self.weights.get(g).map_or(0, |w| u32::from(*w));
                }
            });
        }
        sum
    }

    /// The word of the line that is written so.
    fn same(&self, asked: &Asked, letters: &[u8]) -> Option<&Sought> {
        let mut at = *self.begins.get(fold::code(*letters.first()?))?;
        while let Some(word) = self.words.get(usize::from(at)) {
            if word.len == letters.len() && of(asked, word) == letters {
                return Some(word);
            }
            at = word.before;
        }
        None
    }
}

fn of<'a>(asked: &'a Asked, word: &Sought) -> &'a [u8] {
    asked.letters.get(word.at..word.at + word.len).unwrap_or_default()
}

fn add(sums: &mut [u16], touched: &mut Vec<u32>, list: &Posting<'_>, weight: u16) {
    list.each(|row| {
        if let Some(sum) = sums.get_mut(row as usize) {
            if *sum == 0 {
                touched.push(row);
            }
            *sum = sum.saturating_add(weight);
        }
    });
}

/// A word's list, if it has one.
fn listed(index: &Index<'_>, letters: &[u8]) -> Option<List> {
    let at = index.word_bucket(letters);
    let count = index.bucket(at).count;
    (count > 0).then(|| List { kind: Kind::Near, count, weight: weight(index, count), at })
}

fn word_weight(index: &Index<'_>, word: &AskedWord) -> u16 {
    weight(index, word.count)
}

fn weight(index: &Index<'_>, count: u32) -> u16 {
    squared(crate::index::rarity(index.len(), count))
}

/// The square of a rarity, from stored steps.
fn squared(steps: u8) -> u16 {
    let nats = u32::from(steps);
    ((nats * nats + 128) / 256).max(1) as u16
}
