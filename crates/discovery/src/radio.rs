//! Radio from a recording: a walk among neighbours that stays near its seed and does not repeat itself.

use std::collections::{HashSet, VecDeque};

use crate::content::mix;
use crate::facts::Node;
use crate::file::{Edge, OCTAVE};
use crate::graph::Graph;
use crate::recommend::Neighbour;

/// How many recordings pass before an artist may come again.
const ARTIST_REST: usize = 6;
/// One step in so many goes back to the neighbours of the seed.
const HOME: u64 = 4;

impl<'a> Graph<'a> {
    /// At most `most` recordings to play after one another from `seed_recording`. The same seed plays the same radio. No
    /// recording comes twice, and no artist twice within six, as long as the neighbourhood lasts; it may end sooner.
    pub fn radio(&self, seed_recording: u32, seed: u64, most: usize) -> Vec<Neighbour<'a>> {
        let mut chance = Chance(mix(seed ^ u64::from(seed_recording)));
        let mut played: HashSet<u32> = HashSet::from([seed_recording]);
        let mut resting: VecDeque<Vec<u32>> = VecDeque::from([self.artists(seed_recording)]);
        let (mut at, mut list) = (seed_recording, Vec::new());
        while list.len() < most {
            let from = if chance.next().is_multiple_of(HOME) { seed_recording } else { at };
            let places = [from, at, seed_recording];
            let heard: Vec<u32> = list.iter().rev().map(|n: &Neighbour<'_>| n.item.recording).collect();
            let mut step = None;
            // where the neighbours are played out: back to what was heard before
            for from in places.into_iter().chain(heard) {
                step = self.next_after(from, &played, &resting, &mut chance).map(|edge| (from, edge));
                if step.is_some() {
                    break;
                }
            }
            let Some((from, edge)) = step else {
                // everybody near is resting: let the longest resting artist play again, or end
                if resting.pop_front().is_none() {
                    return list;
                }
                continue;
            };
            let Some(item) = self.item(edge.to) else { return list };
            played.insert(edge.to);
            resting.push_back(self.artists(edge.to));
            if resting.len() > ARTIST_REST {
                resting.pop_front();
            }
            let similarity = self.nearness(from, edge);
            list.push(Neighbour { item, similarity, reasons: self.reasons(Node::Recording(from), edge) });
            at = edge.to;
        }
        list
    }

    /// A neighbour by chance, the near ones more often; none that was played or whose artist rests.
    fn next_after(
        &self,
        from: u32,
        played: &HashSet<u32>,
        resting: &VecDeque<Vec<u32>>,
        chance: &mut Chance,
    ) -> Option<Edge> {
        let open = |edge: &Edge| {
            edge.to < self.len()
                && !played.contains(&edge.to)
                && !self.artists(edge.to).iter().any(|a| resting.iter().any(|r| r.contains(a)))
        };
        let edges: Vec<Edge> = self.edges(Node::Recording(from)).filter(open).take(64).collect();
        let best = edges.first()?.strength;
        let weights: Vec<f32> = edges
            .iter()
            .map(|e| (-f32::from(best.saturating_sub(e.strength)) / f32::from(OCTAVE)).exp2().max(0.01))
            .collect();
        let mut left = chance.part() * weights.iter().sum::<f32>();
        for (edge, weight) in edges.iter().zip(&weights) {
            left -= weight;
            if left < 0.0 {
                return Some(*edge);
            }
        }
        edges.last().copied()
    }

    fn artists(&self, recording: u32) -> Vec<u32> {
        self.facts(recording).map(|f| f.artists().collect()).unwrap_or_default()
    }
}

/// Numbers from a seed.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(1);
        mix(self.0)
    }

    /// From 0 to below 1.
    fn part(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u64 << 24) as f32
    }
}
