//! The first stage: a few rows that share the rarest words and pieces with the line.
//!
//! Cosine over words and three-letter pieces weighted by rarity. Lists are read rarest first until a budget of
//! postings is spent, so that the cost does not grow with the catalogue.

use crate::index::{Index, Posting, RARITY_STEPS, rarity};
use crate::query::Asked;

/// Postings read for one line.
pub(crate) const BUDGET: usize = 24_000;

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
    found: Vec<Found>,
}

impl Scratch {
    /// The best `keep` rows, best first, ties to the smaller row. `without` is left out (for training).
    pub fn find(&mut self, asked: &Asked, index: &Index<'_>, keep: usize, without: Option<u32>) -> Vec<Found> {
        self.sums.resize(index.len() as usize, 0);
        let (grams, words) = asked.pieces();
        let mut lists: Vec<Posting<'_>> = grams.into_iter().map(|g| index.gram(g)).collect();
        lists.extend(words.into_iter().map(|w| index.word(w)));
        lists.retain(|l| l.count > 0);
        lists.sort_by_key(|l| l.count);
        let mut spent = 0;
        for list in lists {
            spent += list.count as usize;
            if spent > BUDGET && spent != list.count as usize {
                break;
            }
            self.add(&list, index);
        }
        self.best(index, keep, without)
    }

    fn add(&mut self, list: &Posting<'_>, index: &Index<'_>) {
        let nats = f32::from(rarity(index.len(), list.count)) / RARITY_STEPS;
        let weight = (nats * nats).round().max(1.0) as u16;
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

    fn best(&mut self, index: &Index<'_>, keep: usize, without: Option<u32>) -> Vec<Found> {
        let top = self.touched.iter().map(|r| self.sums[*r as usize]).max().unwrap_or(0); // touched rows are in range
        let floor = top / 4;
        self.found.clear();
        for row in self.touched.drain(..) {
            let sum = std::mem::take(&mut self.sums[row as usize]); // as above
            if sum >= floor && Some(row) != without {
                self.found.push(Found { row, score: f32::from(sum) / (index.norm(row) + 8.0) });
            }
        }
        let order = |a: &Found, b: &Found| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row));
        if self.found.len() > keep {
            self.found.select_nth_unstable_by(keep, order);
            self.found.truncate(keep);
        }
        self.found.sort_unstable_by(order);
        self.found.clone()
    }
}
