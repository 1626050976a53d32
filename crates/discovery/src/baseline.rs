//! What a recommender has to beat: what everybody plays, and plain item-to-item neighbours.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::measure::{Row, Split};

/// The recordings with the most people, for everybody alike.
#[derive(Debug, Clone)]
pub struct Popularity(Vec<u32>);

impl Popularity {
    /// Counts people.
    pub fn new(split: &Split) -> Popularity {
        let mut people: BTreeMap<u32, u32> = BTreeMap::new();
        split.rows().for_each(|r| *people.entry(r.recording).or_default() += 1);
        let mut order: Vec<u32> = people.keys().copied().collect();
        order.sort_by_key(|r| (std::cmp::Reverse(people.get(r).copied()), *r));
        Popularity(order)
    }

    /// The first so many that a person has not played.
    pub fn ranked(&self, rows: &[Row], most: usize) -> Vec<u32> {
        let had: HashSet<u32> = rows.iter().map(|r| r.recording).collect();
        self.0.iter().copied().filter(|r| !had.contains(r)).take(most).collect()
    }
}

/// Neighbours by the cosine of the sets of people, the two hundred nearest of each.
#[derive(Debug, Clone)]
pub struct Knn(HashMap<u32, Vec<(u32, f32)>>);

impl Knn {
    /// Counts pairs.
    pub fn new(split: &Split, keep: usize) -> Knn {
        let mut by_recording: BTreeMap<u32, Vec<&[Row]>> = BTreeMap::new();
        for rows in split.train.values() {
            rows.iter().for_each(|r| by_recording.entry(r.recording).or_default().push(rows));
        }
        let people = |r: &u32| by_recording.get(r).map_or(1, Vec::len) as f32;
        let near = |(recording, all): (&u32, &Vec<&[Row]>)| {
            let mut pairs: HashMap<u32, u32> = HashMap::new();
            for row in all.iter().flat_map(|rows| rows.iter()).filter(|r| r.recording != *recording) {
                *pairs.entry(row.recording).or_default() += 1;
            }
            let own = people(recording);
            let cosine = |(r, n): (u32, u32)| (r, n as f32 / (own * people(&r)).sqrt());
            let mut near: Vec<(u32, f32)> = pairs.into_iter().map(cosine).collect();
            near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            near.truncate(keep);
            (*recording, near)
        };
        Knn(by_recording.iter().map(near).collect())
    }

    /// The first so many that a person has not played.
    pub fn ranked(&self, rows: &[Row], most: usize) -> Vec<u32> {
        let had: HashSet<u32> = rows.iter().map(|r| r.recording).collect();
        let mut scores: BTreeMap<u32, f32> = BTreeMap::new();
        for (r, cosine) in rows.iter().filter_map(|r| self.0.get(&r.recording)).flatten() {
            *scores.entry(*r).or_default() += cosine;
        }
        let mut order: Vec<(u32, f32)> = scores.into_iter().filter(|(r, _)| !had.contains(r)).collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        order.into_iter().take(most).map(|(r, _)| r).collect()
    }
}
