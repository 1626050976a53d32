//! From song A to song B: the shortest way through neighbours, each leg with its reasons.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::facts::Node;
use crate::file::{Edge, OCTAVE};
use crate::graph::{Graph, Item};
use crate::reason::Reason;

/// What a leg costs by itself, in steps of strength: a detour of one more leg must be three octaves nearer.
const LEG: u32 = 3 * OCTAVE as u32;
/// How many recordings are looked at before a way is given up.
const LOOKED_AT: usize = 30_000;

/// A way from one recording to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Path<'a> {
    /// Where it begins.
    pub start: Item<'a>,
    /// The recordings after it; the last is where it ends.
    pub legs: Vec<Leg<'a>>,
}

/// One step of a way.
#[derive(Debug, Clone, PartialEq)]
pub struct Leg<'a> {
    /// Where it leads.
    pub item: Item<'a>,
    /// How near it is to the one before: above 0, 1 at most.
    pub similarity: f32,
    /// How near the start: falls with every leg.
    pub from_start: f32,
    /// Why.
    pub reasons: Vec<Reason<'a>>,
}

impl<'a> Graph<'a> {
    /// The shortest way from `a` to `b` through neighbours, of at most `most` recordings with both ends; `None` where none
    /// is found. A leg costs something by itself, and more where two are less near.
    pub fn path(&self, a: u32, b: u32, most: usize) -> Option<Path<'a>> {
        self.path_through(a, b, most, &|_| true)
    }

    /// The same through recordings that `may` lets pass; both ends pass in any case.
    pub fn path_through(&self, a: u32, b: u32, most: usize, may: &dyn Fn(u32) -> bool) -> Option<Path<'a>> {
        let (start, _) = self.item(a).zip(self.item(b))?;
        if a == b {
            return Some(Path { start, legs: Vec::new() });
        }
        let steps = match self.steps(a, b, may) {
            Some(steps) => steps,
            // to be a neighbour is not always mutual: what nobody reaches may reach somebody
            None => {
                let mut back = self.steps(b, a, may)?;
                back.reverse();
                back.into_iter().map(|(from, edge)| (edge.to, Edge { to: from, ..edge })).collect()
            }
        };
        if steps.len() >= most {
            return None;
        }
        let mut from_start = 1.0;
        let mut legs = Vec::with_capacity(steps.len());
        for (from, edge) in steps {
            let similarity = self.nearness(from, edge);
            from_start *= similarity;
            let reasons = self.reasons(Node::Recording(from), edge);
            legs.push(Leg { item: self.item(edge.to)?, similarity, from_start, reasons });
        }
        Some(Path { start, legs })
    }

    /// Dijkstra over costs in whole steps; ties by number, so that the same question has the same answer.
    fn steps(&self, a: u32, b: u32, may: &dyn Fn(u32) -> bool) -> Option<Vec<(u32, Edge)>> {
        let mut reached: HashMap<u32, (u32, Option<(u32, Edge)>)> = HashMap::from([(a, (0, None))]);
        let mut open = BinaryHeap::from([(Reverse(0_u32), Reverse(a))]);
        let mut looked = 0;
        while let Some((Reverse(cost), Reverse(at))) = open.pop() {
            if at == b {
                return Some(walked_back(&reached, a, b));
            }
            if reached.get(&at).is_some_and(|(best, _)| cost > *best) {
                continue;
            }
            looked += 1;
            if looked > LOOKED_AT {
                return None;
            }
            let best = self.edges(Node::Recording(at)).next().map_or(0, |e| e.strength);
            for edge in self.edges(Node::Recording(at)) {
                if edge.to >= self.len() || (edge.to != b && !may(edge.to)) {
                    continue;
                }
                let cost = cost.saturating_add(LEG) + u32::from(best.saturating_sub(edge.strength));
                if reached.get(&edge.to).is_none_or(|(known, _)| cost < *known) {
                    reached.insert(edge.to, (cost, Some((at, edge))));
                    open.push((Reverse(cost), Reverse(edge.to)));
                }
            }
        }
        None
    }

    /// Strength of an edge, of the strongest of where it begins (or ends, for one walked backwards).
    pub(crate) fn nearness(&self, from: u32, edge: Edge) -> f32 {
        let strongest = |at: u32| self.edges(Node::Recording(at)).next().map_or(0, |e| e.strength);
        let best = strongest(from).max(edge.strength);
        (-f32::from(best.saturating_sub(edge.strength)) / f32::from(OCTAVE))
            .exp2()
            .clamp(f32::MIN_POSITIVE, 1.0)
    }
}

type Reached = HashMap<u32, (u32, Option<(u32, Edge)>)>;

fn walked_back(reached: &Reached, a: u32, b: u32) -> Vec<(u32, Edge)> {
    let (mut steps, mut at) = (Vec::new(), b);
    while at != a {
        let Some((_, Some((from, edge)))) = reached.get(&at) else { break };
        steps.push((*from, *edge));
        at = *from;
    }
    steps.reverse();
    steps
}
