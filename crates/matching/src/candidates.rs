//! The first stage: a few rows that share the rarest words and pieces with the line.
//!
//! Cosine over words and three-letter pieces weighted by rarity. Lists are read rarest first until a budget of
//! postings is spent, so that the cost does not grow with the catalogue.

use crate::index::{Index, Posting, RARITY_STEPS, rarity};
use crate::query::Asked;

/// Postings read for one line; at each mark it is looked whether the best row explains enough already.
pub(crate) const MARKS: [usize; 4] = [2_500, 6_000, 14_000, 40_000];

/// Enough: the best row holds this share of the weight read so far …
const EXPLAINED: f32 = 0.8;

/// … and this share of the line's whole weight has been read.
const READ: f32 = 0.5;

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
        let weighed: Vec<(Posting<'_>, u16)> = lists.into_iter().map(|l| (l, weight(index, l.count))).collect();
        let all: f32 = weighed.iter().map(|(_, w)| f32::from(*w)).sum();
        let (mut spent, mut read, mut marks) = (0, 0.0, MARKS.iter().peekable());
        for (list, weight) in weighed {
            let after = spent + list.count as usize;
            while let Some(mark) = marks.next_if(|mark| after > **mark) {
                if *mark == MARKS[3] || (read > READ * all && f32::from(self.top()) > EXPLAINED * read) {
                    marks = [].iter().peekable();
                }
            }
            if spent > 0 && marks.peek().is_none() {
                break;
            }
            self.add(&list, weight);
            (spent, read) = (after, read + f32::from(weight));
        }
        self.best(index, keep, without)
    }

    /// The highest sum so far.
    fn top(&self) -> u16 {
        self.touched.iter().map(|r| self.sums[*r as usize]).max().unwrap_or(0) // touched rows are in range
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

    fn best(&mut self, index: &Index<'_>, keep: usize, without: Option<u32>) -> Vec<Found> {
        let floor = self.top() / 3;
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

fn weight(index: &Index<'_>, count: u32) -> u16 {
    let nats = f32::from(rarity(index.len(), count)) / RARITY_STEPS;
    (nats * nats).round().max(1.0) as u16
}
