//! Neighbours by what the catalogue says: the same artist, the same label family, a shared tag. They are public facts,
//! need nobody's listening, and stand behind the neighbours by people, so that what nobody plays yet is found as well.

use std::collections::BTreeMap;

use crate::Settings;
use crate::facts::{Training, label_family};
use crate::file::{Edge, Ground};
use crate::train::strongest;

/// Most neighbours of one kind that are added to a recording.
const OF_ONE_KIND: usize = 12;

/// Marks the neighbours that share a fact, and adds some that share nothing else.
pub(crate) fn add(training: &Training, settings: &Settings, rows: &mut [Vec<Edge>]) {
    let facts = training.facts();
    let shared: Vec<Shared> = facts
        .iter()
        .map(|fact| Shared {
            artists: training.artists_of(fact),
            family: label_family(&fact.label),
            tags: fact.tags.iter().map(|t| music::name_key(t)).filter(|t| !t.is_empty()).take(6).collect(),
        })
        .collect();
    let middle = middle_strength(rows.get(..facts.len()).unwrap_or_default());
    let mut rings = Rings::default();
    for (n, one) in shared.iter().enumerate() {
        one.artists.iter().for_each(|a| rings.join(Ground::Artist, a.to_string(), n));
        if !one.family.is_empty() {
            rings.join(Ground::Label, one.family.clone(), n);
        }
        one.tags.iter().for_each(|t| rings.join(Ground::Tag, t.clone(), n));
    }
    rings.close();
    for (n, (row, one)) in rows.iter_mut().zip(&shared).enumerate() {
        for edge in row.iter_mut() {
            if let Some(other) = shared.get(edge.to as usize) {
                edge.grounds |= one.grounds(other);
            }
        }
        let floor = row.last().map_or(middle, |e| e.strength.min(middle));
        let mut added: Vec<u32> = Vec::new();
        rings.near(one, n, &mut added);
        let mut more: Vec<Edge> = Vec::new();
        for to in added {
            if row.iter().all(|e| e.to != to)
                && let Some(other) = shared.get(to as usize)
            {
                more.push(Edge::by_facts(to, floor, one.grounds(other)));
            }
        }
        let all = row.drain(..).chain(more).collect();
        *row = strongest(all, settings.keep + 3 * OF_ONE_KIND);
    }
}

/// What a recording may share with another.
struct Shared {
    artists: Vec<u32>,
    family: String,
    tags: Vec<String>,
}

impl Shared {
    fn grounds(&self, other: &Shared) -> u8 {
        let mut grounds = 0;
        if self.artists.iter().any(|a| other.artists.contains(a)) {
            grounds |= Ground::Artist.bit();
        }
        if !self.family.is_empty() && self.family == other.family {
            grounds |= Ground::Label.bit();
        }
        if self.tags.iter().any(|t| other.tags.contains(t)) {
            grounds |= Ground::Tag.bit();
        }
        grounds
    }
}

/// Recordings that share a fact, each fact a ring in an order that means nothing: whoever stands behind a recording in
/// it is its neighbour, so that everybody on a large label is somebody's neighbour, and nobody is everybody's.
#[derive(Default)]
struct Rings(BTreeMap<(u8, String), Vec<(u64, u32)>>);

impl Rings {
    fn join(&mut self, ground: Ground, word: String, recording: usize) {
        let mixed = mix(recording as u64 ^ (u64::from(ground.bit()) << 56));
        self.0.entry((ground.bit(), word)).or_default().push((mixed, recording as u32));
    }

    /// Puts each ring in its order.
    fn close(&mut self) {
        self.0.values_mut().for_each(|ring| ring.sort_unstable());
    }

    /// Adds those next to a recording in each of its rings.
    fn near(&self, one: &Shared, recording: usize, found: &mut Vec<u32>) {
        let artists = one.artists.iter().map(|a| (Ground::Artist, a.to_string()));
        let label = std::iter::once((Ground::Label, one.family.clone())).filter(|(_, f)| !f.is_empty());
        let tags = one.tags.iter().map(|t| (Ground::Tag, t.clone()));
        for (ground, word) in artists.chain(label).chain(tags) {
            let Some(ring) = self.0.get(&(ground.bit(), word)) else { continue };
            let mixed = mix(recording as u64 ^ (u64::from(ground.bit()) << 56));
            let at = ring.partition_point(|(m, r)| (*m, *r) <= (mixed, recording as u32));
            let next = ring.iter().cycle().skip(at).take(OF_ONE_KIND.min(ring.len().saturating_sub(1)));
            for (_, other) in next {
                if *other as usize != recording && !found.contains(other) {
                    found.push(*other);
                }
            }
        }
    }
}

/// A number of no meaning for each number, always the same (splitmix64).
pub(crate) fn mix(n: u64) -> u64 {
    let mut z = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Half of the middle strength of all neighbours; of a model without any, the middle of the scale.
fn middle_strength(rows: &[Vec<Edge>]) -> u16 {
    let mut all: Vec<u16> = rows.iter().flatten().map(|e| e.strength).collect();
    if all.is_empty() {
        return u16::MAX / 2;
    }
    let middle = all.len() / 2;
    let (_, strength, _) = all.select_nth_unstable(middle);
    strength.saturating_sub(crate::file::OCTAVE)
}
