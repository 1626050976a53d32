//! How good lists are: the published measures, for any recommender.
//!
//! Full ranking: of all recordings but those of the training, the first hundred are taken and compared with what the same
//! people played in the part that was held back.
//!
//! - *Recall@20*: of what was held back of a person, the part that stands in the first twenty; the mean over persons.
//! - *NDCG@100*: `Σ 1 / log2(place + 1)` over hits in the first hundred, of the best possible sum; the mean over persons.
//! - *Coverage@20*: of all recordings, the part that stands in somebody's first twenty.
//! - *Long tail@20*: of all first twenty, the part that is not among the fifth of recordings with the most people.

use std::collections::{BTreeMap, BTreeSet};

/// One row of a split: a person, a recording, plays. Numbers as the file writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// Who.
    pub person: u32,
    /// What.
    pub recording: u32,
    /// How often, 1 at least.
    pub count: u32,
}

/// Reads lines of `person recording plays`, separated by blanks, tabs or commas; plays may be written `3.2466e+05`, and may
/// be missing. Lines that cannot be read are told by their numbers.
pub fn read_rows(text: &str) -> (Vec<Row>, Vec<usize>) {
    let (mut rows, mut bad) = (Vec::new(), Vec::new());
    for (n, line) in (1..).zip(text.lines()) {
        let mut words = line.split([' ', '\t', ',']).filter(|w| !w.is_empty());
        let Some(first) = words.next() else { continue };
        let whole = |w: Option<&str>| w.and_then(|w| w.parse::<u32>().ok());
        let count = words.clone().nth(1).map_or(Some(1.0), |w| w.parse::<f64>().ok());
        match (first.parse::<u32>().ok(), whole(words.next()), count) {
            (Some(person), Some(recording), Some(count)) if count.is_finite() && count >= 0.0 => {
                rows.push(Row { person, recording, count: (count as u32).max(1) });
            }
            // a header
            _ if n == 1 => {}
            _ => bad.push(n),
        }
    }
    (rows, bad)
}

/// What was measured, each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Figures {
    /// Recall@20.
    pub recall: f64,
    /// NDCG@100.
    pub ndcg: f64,
    /// Coverage@20.
    pub coverage: f64,
    /// Long tail@20.
    pub tail: f64,
    /// Persons measured.
    pub persons: usize,
}

/// A split, ready to measure with.
#[derive(Debug, Clone)]
pub struct Split {
    /// What each person played in the training, by person.
    pub train: BTreeMap<u32, Vec<Row>>,
    held_back: BTreeMap<u32, BTreeSet<u32>>,
    head: BTreeSet<u32>,
    recordings: usize,
}

impl Split {
    /// Puts a split together.
    pub fn new(train: &[Row], test: &[Row]) -> Split {
        let mut people: BTreeMap<u32, u32> = BTreeMap::new();
        let mut by_person: BTreeMap<u32, Vec<Row>> = BTreeMap::new();
        for row in train {
            *people.entry(row.recording).or_default() += 1;
            by_person.entry(row.person).or_default().push(*row);
        }
        let mut held_back: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for row in test {
            held_back.entry(row.person).or_default().insert(row.recording);
        }
        let all: BTreeSet<u32> = train.iter().chain(test).map(|r| r.recording).collect();
        let mut order: Vec<(u32, u32)> = people.into_iter().map(|(r, n)| (n, r)).collect();
        order.sort_unstable_by_key(|(n, r)| (std::cmp::Reverse(*n), *r));
        let head = order.iter().take(all.len() / 5).map(|(_, r)| *r).collect();
        Split { train: by_person, held_back, head, recordings: all.len() }
    }

    /// The same people with a part of the training held back instead, by a seed: for choosing settings.
    pub fn validation(train: &[Row], seed: u64) -> Split {
        let mut by_person: BTreeMap<u32, Vec<Row>> = BTreeMap::new();
        train.iter().for_each(|r| by_person.entry(r.person).or_default().push(*r));
        let (mut kept, mut held) = (Vec::new(), Vec::new());
        for rows in by_person.values_mut() {
            let mark =
                |r: &Row| crate::content::mix(seed ^ (u64::from(r.person) << 32 | u64::from(r.recording)));
            rows.sort_by_key(mark);
            let back = if rows.len() < 5 { 0 } else { rows.len() / 5 };
            held.extend_from_slice(rows.get(..back).unwrap_or_default());
            kept.extend_from_slice(rows.get(back..).unwrap_or_default());
        }
        Split::new(&kept, &held)
    }

    /// All rows of the training, by person.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.train.values().flatten()
    }

    /// Measures lists: `ranked` gives for a person's training rows the first hundred others, best first.
    pub fn measure(&self, mut ranked: impl FnMut(&[Row]) -> Vec<u32>) -> Figures {
        let (mut recall, mut ndcg, mut persons) = (0.0, 0.0, 0_usize);
        let (mut shown, mut tail, mut first) = (BTreeSet::new(), 0_usize, 0_usize);
        for (person, wanted) in &self.held_back {
            let rows = self.train.get(person).map(Vec::as_slice).unwrap_or_default();
            let list = ranked(rows);
            let hit = |r: &u32| wanted.contains(r);
            recall += list.iter().take(20).filter(|r| hit(r)).count() as f64 / wanted.len() as f64;
            let gain = |place: usize| 1.0 / (place as f64 + 2.0).log2();
            let got: f64 =
                list.iter().take(100).enumerate().filter(|(_, r)| hit(r)).map(|(p, _)| gain(p)).sum();
            ndcg += got / (0..wanted.len().min(100)).map(gain).sum::<f64>();
            for r in list.iter().take(20) {
                shown.insert(*r);
                first += 1;
                tail += usize::from(!self.head.contains(r));
            }
            persons += 1;
        }
        let of = |n: f64, all: usize| if all == 0 { 0.0 } else { n / all as f64 };
        Figures {
            recall: of(recall, persons),
            ndcg: of(ndcg, persons),
            coverage: of(shown.len() as f64, self.recordings),
            tail: of(tail as f64, first),
            persons,
        }
    }
}

/// A split's training rows as a training of one source, recordings by their numbers in eight digits.
pub fn training_of(split: &Split) -> crate::Training {
    let ids: BTreeSet<u32> = split.rows().map(|r| r.recording).collect();
    let fact = |r: &u32| crate::Fact { id: id_of(*r), ..crate::Fact::default() };
    let mut training = crate::Training::new(ids.iter().map(fact).collect());
    let numbers: BTreeMap<u32, u32> = ids.into_iter().zip(0..).collect();
    for row in split.rows() {
        if let Some(n) = numbers.get(&row.recording) {
            training.plays.push(crate::Play {
                source: crate::Source::Members,
                person: row.person,
                what: crate::Node::Recording(*n),
                count: row.count,
            });
        }
    }
    training
}

/// The lists of a model for [`Split::measure`].
pub fn ranked(graph: &crate::Graph<'_>, rows: &[Row], options: &crate::Options) -> Vec<u32> {
    let heard: Vec<crate::Heard> = rows
        .iter()
        .filter_map(|r| {
            graph.find(&id_of(r.recording)).map(|recording| crate::Heard { recording, count: r.count })
        })
        .collect();
    let list = graph.recommend(&heard, options);
    list.iter().filter_map(|r| r.item.id.parse().ok()).collect()
}

fn id_of(recording: u32) -> String {
    format!("{recording:010}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_measures_are_those_of_the_books() {
        let row = |person, recording| Row { person, recording, count: 1 };
        let train: Vec<Row> = (1..=5).map(|r| row(1, r)).collect();
        let split = Split::new(&train, &[row(1, 6), row(1, 7)]);
        let all = split.measure(|_| vec![6, 7]);
        assert!((all.recall - 1.0).abs() < 1e-9 && (all.ndcg - 1.0).abs() < 1e-9);
        let second = split.measure(|_| vec![9, 6]);
        let want = (1.0 / 3.0_f64.log2()) / (1.0 + 1.0 / 3.0_f64.log2());
        assert!((second.recall - 0.5).abs() < 1e-9 && (second.ndcg - want).abs() < 1e-9);
    }

    #[test]
    fn rows_are_read_with_care() {
        let (rows, bad) =
            read_rows("person\trecording\tplays\n1\t2\t3.2466e+05\n1,4\n\nx y z\n3 4 -1\n5 6 nan\n");
        assert_eq!(
            rows,
            [Row { person: 1, recording: 2, count: 324_660 }, Row { person: 1, recording: 4, count: 1 }]
        );
        assert_eq!(bad, [5, 6, 7]);
    }
}
