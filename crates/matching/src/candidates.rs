//! The first stage: a few rows that share the rarest words and pieces with the line.
//!
//! Words and three-letter pieces are weighted by the square of their rarity. Their lists are read rarest first until a budget
//! of postings is spent, so that the cost does not grow with the catalogue; the rows that gathered most are then compared
//! piece by piece, from their own words, and ordered by a cosine. Where the best of them explains most of the line, that is
//! all; else a larger budget is spent.

use crate::fold::{self, GRAMS};
use crate::index::{Index, Posting, RARITY_STEPS, rarity};
use crate::query::{Asked, Region};

/// Postings read for one line, and rows then compared: first try, last try.
const TRIES: [(usize, usize); 2] = [(2_000, 80), (20_000, 300)];

/// The first try is enough where the best row holds this share of the line's weight.
const EXPLAINED: f32 = 0.82;

/// A row that may be meant, with its cosine-like score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Found {
    pub row: u32,
    pub score: f32,
}

/// Working memory, one for each thread.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    sums: Vec<u16>,
    touched: Vec<u32>,
    /// Weight of each piece of the line, by piece; zero elsewhere.
    weights: Vec<u16>,
    ranked: Vec<(u16, u32)>,
    found: Vec<Found>,
}

struct List<'a> {
    posting: Posting<'a>,
    weight: u16,
    gram: Option<usize>,
}

impl Scratch {
    /// The best `keep` rows, best first, ties to the smaller row. `without` is left out (for training).
    pub fn find(
        &mut self,
        asked: &Asked,
        index: &Index<'_>,
        keep: usize,
        without: Option<u32>,
    ) -> Vec<Found> {
        self.sums.resize(index.len() as usize, 0);
        self.weights.resize(GRAMS, 0);
        let (grams, words) = asked.pieces();
        let mut lists: Vec<List<'_>> = Vec::with_capacity(grams.len() + words.len());
        lists.extend(grams.into_iter().map(|g| list(index, index.gram(g), Some(g))));
        lists.extend(words.into_iter().map(|w| list(index, index.word(w), None)));
        lists.sort_by_key(|l| l.posting.count);
        let all: f32 = lists.iter().map(|l| f32::from(l.weight)).sum();
        for l in &lists {
            if let Some(slot) = l.gram.and_then(|g| self.weights.get_mut(g)) {
                *slot = l.weight;
            }
        }
        let (mut spent, mut next) = (0, 0);
        for (budget, compare) in TRIES {
            while let Some(l) =
                lists.get(next).filter(|l| spent == 0 || spent + l.posting.count as usize <= budget)
            {
                self.add(&l.posting, l.weight);
                spent += l.posting.count as usize;
                next += 1;
            }
            if self.compare(asked, index, compare, without) > EXPLAINED * all || next == lists.len() {
                break;
            }
        }
        for l in &lists {
            if let Some(slot) = l.gram.and_then(|g| self.weights.get_mut(g)) {
                *slot = 0;
            }
        }
        for row in self.touched.drain(..) {
            self.sums[row as usize] = 0; // touched rows are in range
        }
        self.found.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
        self.found.truncate(keep);
        self.found.clone()
    }

    fn add(&mut self, list: &Posting<'_>, weight: u16) {
        let (sums, touched) = (&mut self.sums, &mut self.touched);
        list.each(|row| {
            if let Some(sum) = sums.get_mut(row as usize) {
                if *sum == 0 {
                    touched.push(row);
                }
                *sum = sum.saturating_add(weight);
            }
        });
    }

    /// Compares the `most` rows that gathered most in full; gives the highest weight that one shares with the line.
    fn compare(&mut self, asked: &Asked, index: &Index<'_>, most: usize, without: Option<u32>) -> f32 {
        self.ranked.clear();
        let sums = &self.sums;
        self.ranked.extend(self.touched.iter().map(|r| (sums[*r as usize], *r))); // touched rows are in range
        if self.ranked.len() > most {
            self.ranked.select_nth_unstable_by(most, |a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
            self.ranked.truncate(most);
        }
        self.found.clear();
        let mut top = 0.0_f32;
        for (_, row) in self.ranked.iter().filter(|(_, row)| Some(*row) != without) {
            let shared = shared(&self.weights, asked, index.tokens(*row));
            top = top.max(shared);
            self.found.push(Found { row: *row, score: shared / (index.norm(*row) + 8.0) });
        }
        top
    }
}

/// Weight of the pieces and words that a row's words share with the line.
fn shared(weights: &[u16], asked: &Asked, mut tokens: &[u8]) -> f32 {
    let mut sum = 0_u32;
    while let [head, nats, rest @ ..] = tokens {
        let (letters, after) = rest.split_at_checked(usize::from(head & 31)).unwrap_or((rest, &[]));
        tokens = after;
        fold::grams(letters, |g| sum += weights.get(g).map_or(0, |w| u32::from(*w)));
        if asked
            .words
            .iter()
            .any(|w| w.len == letters.len() && w.region != Region::Quiet && asked.word(w) == letters)
        {
            let nats = f32::from(*nats) / RARITY_STEPS;
            sum += (nats * nats) as u32;
        }
    }
    sum as f32
}

fn list<'a>(index: &Index<'_>, posting: Posting<'a>, gram: Option<usize>) -> List<'a> {
    List { posting, weight: weight(index, posting.count), gram }
}

fn weight(index: &Index<'_>, count: u32) -> u16 {
    let nats = f32::from(rarity(index.len(), count)) / RARITY_STEPS;
    (nats * nats).round().max(1.0) as u16
}
