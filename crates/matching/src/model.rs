//! The learned score: boosted trees over readable features, a calibration curve and two thresholds.

use crate::features::{COUNT, HOPELESS, Vector, gap};

/// A trained model; trees as data, evaluated here.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Log-odds before any tree.
    pub base: f32,
    /// The trees; their leaves add up to log-odds.
    pub trees: Vec<Vec<Node>>,
    /// Log-odds to probability: points of a rising line, by ascending log-odds.
    pub curve: Vec<(f32, f32)>,
    /// Accept at this probability or above.
    pub accept: f32,
    /// Ask a person at this probability or above.
    pub ask: f32,
}

/// A node of a tree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// The feature looked at; [`LEAF`] in a leaf.
    pub feature: u8,
    /// Goes left at this value or below; in a leaf, what it adds.
    pub value: f32,
    /// Where the left child stands in the tree, always behind this node; the right one follows it.
    pub left: u8,
}

/// Marks a leaf.
pub const LEAF: u8 = 255;

/// Log-odds after a third of the trees below which a candidate is wrong without doubt.
const WRONG: f32 = -6.0;

/// Log-odds of a candidate not looked at.
const NEVER: f32 = -12.0;

const MAGIC: &[u8; 8] = b"TNTMODL1";

impl Model {
    /// The model compiled into the program; `model/REPORT.md` tells how it was made and what it showed.
    pub fn shipped() -> Model {
        Model::read(include_bytes!("../model/model.bin")).unwrap_or_else(Model::nothing)
    }

    /// A model that accepts nothing.
    pub fn nothing() -> Model {
        Model { base: -20.0, trees: Vec::new(), curve: Vec::new(), accept: 1.1, ask: 1.1 }
    }

    /// Log-odds of a candidate, the others not considered.
    ///
    /// Where a third of the trees leave no doubt that it is wrong, the others are not asked.
    pub fn log_odds(&self, features: &Vector) -> f32 {
        let (first, rest) = self.trees.split_at(self.trees.len() / 3);
        let early = self.base + first.iter().map(|t| leaf(t, features)).sum::<f32>();
        if early < WRONG { early } else { early + rest.iter().map(|t| leaf(t, features)).sum::<f32>() }
    }

    /// The same, where a candidate much less close than another is not looked at.
    pub fn candidate_log_odds(&self, features: &Vector) -> f32 {
        if gap(features) < HOPELESS { NEVER } else { self.log_odds(features) }
    }

    /// The calibrated probability of log-odds.
    pub fn probability(&self, log_odds: f32) -> f32 {
        let behind = self.curve.partition_point(|(x, _)| *x < log_odds);
        let (Some(b), Some(a)) =
            (self.curve.get(behind), behind.checked_sub(1).and_then(|i| self.curve.get(i)))
        else {
            let end = if behind == 0 { self.curve.first() } else { self.curve.last() };
            return end.map_or(1.0 / (1.0 + (-log_odds).exp()), |p| p.1);
        };
        let share = if b.0 > a.0 { (log_odds - a.0) / (b.0 - a.0) } else { 1.0 };
        a.1 + share * (b.1 - a.1)
    }

    /// The model as bytes.
    pub fn write(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        for n in [COUNT, self.trees.len(), self.curve.len()] {
            out.extend((n as u32).to_le_bytes());
        }
        let points = self.curve.iter().flat_map(|(x, y)| [*x, *y]);
        [self.base, self.accept, self.ask]
            .into_iter()
            .chain(points)
            .for_each(|x| out.extend(x.to_le_bytes()));
        for tree in &self.trees {
            out.push(tree.len() as u8);
            for node in tree {
                out.extend([node.feature, node.left]);
                out.extend(node.value.to_le_bytes());
            }
        }
        out
    }

    /// A model from bytes; `None` where they are not one for these features.
    pub fn read(bytes: &[u8]) -> Option<Model> {
        let mut at = bytes.strip_prefix(MAGIC)?;
        let (count, trees, points) = (whole(&mut at)?, whole(&mut at)?, whole(&mut at)?);
        if count as usize != COUNT {
            return None;
        }
        let (base, accept, ask) = (real(&mut at)?, real(&mut at)?, real(&mut at)?);
        let curve =
            (0..points).map(|_| Some((real(&mut at)?, real(&mut at)?))).collect::<Option<Vec<_>>>()?;
        let trees = (0..trees).map(|_| tree(&mut at)).collect::<Option<Vec<_>>>()?;
        Some(Model { base, trees, curve, accept, ask })
    }
}

/// The trees laid out to be walked quickly: a tree at a time for all candidates, always to its full depth, so that the
/// processor need not guess where a walk ends.
#[derive(Debug, Clone, Default)]
pub(crate) struct Forest {
    nodes: Vec<Step>,
    /// What each node adds, if it is a leaf.
    adds: Vec<f32>,
    /// First node and depth of each tree.
    trees: Vec<(u32, u32)>,
    base: f32,
}

/// A node; a leaf leads to itself.
#[derive(Debug, Clone, Copy)]
struct Step {
    value: f32,
    feature: u8,
    left: u8,
}

impl Forest {
    pub fn new(model: &Model) -> Forest {
        let mut forest = Forest { base: model.base, ..Forest::default() };
        for tree in &model.trees {
            forest.trees.push((forest.nodes.len() as u32, depth(tree, 0)));
            for (at, node) in tree.iter().enumerate() {
                let leaf = node.feature == LEAF;
                let step = if leaf {
                    Step { value: f32::INFINITY, feature: 0, left: at as u8 }
                } else {
                    Step { value: node.value, feature: node.feature, left: node.left }
                };
                forest.nodes.push(step);
                forest.adds.push(if leaf { node.value } else { 0.0 });
            }
        }
        forest
    }

    /// Log-odds of all candidates; the same as [`Model::candidate_log_odds`] for each.
    pub fn log_odds(&self, candidates: &[(u32, Vector)]) -> Vec<f32> {
        let mut open: Vec<usize> = (0..candidates.len())
            .filter(|i| candidates.get(*i).is_some_and(|c| gap(&c.1) >= HOPELESS))
            .collect();
        let mut sums = vec![NEVER; candidates.len()];
        let (first, rest) = self.trees.split_at(self.trees.len() / 3);
        self.add(first, candidates, &open, &mut sums, self.base);
        open.retain(|i| sums.get(*i).is_some_and(|x| *x >= WRONG));
        let early = sums.clone();
        self.add(rest, candidates, &open, &mut sums, 0.0);
        for i in open {
            if let (Some(sum), Some(early)) = (sums.get_mut(i), early.get(i)) {
                *sum += early;
            }
        }
        sums
    }

    fn add(
        &self,
        trees: &[(u32, u32)],
        candidates: &[(u32, Vector)],
        open: &[usize],
        sums: &mut [f32],
        base: f32,
    ) {
        let mut gathered = vec![0.0_f32; open.len()];
        for (start, depth) in trees {
            let nodes = self.nodes.get(*start as usize..).unwrap_or_default();
            let adds = self.adds.get(*start as usize..).unwrap_or_default();
            for (i, sum) in open.iter().zip(&mut gathered) {
                let Some((_, features)) = candidates.get(*i) else { continue };
                let mut at = 0;
                for _ in 0..*depth {
                    let Some(step) = nodes.get(at) else { break };
                    let Some(value) = features.get(usize::from(step.feature)) else { break };
                    at = usize::from(step.left) + usize::from(*value > step.value);
                }
                *sum += adds.get(at).copied().unwrap_or(0.0);
            }
        }
        for (i, sum) in open.iter().zip(gathered) {
            if let Some(slot) = sums.get_mut(*i) {
                *slot = base + sum;
            }
        }
    }
}

/// Steps from a node to the leaf farthest below it; children stand behind their parent, so that this ends.
fn depth(tree: &[Node], at: usize) -> u32 {
    match tree.get(at) {
        Some(node) if node.feature != LEAF && usize::from(node.left) > at => {
            let left = usize::from(node.left);
            1 + depth(tree, left).max(depth(tree, left + 1))
        }
        _ => 0,
    }
}

fn leaf(tree: &[Node], features: &Vector) -> f32 {
    let mut at = 0;
    while let Some(node) = tree.get(at) {
        let Some(value) = features.get(usize::from(node.feature)) else { return node.value };
        at = usize::from(node.left) + usize::from(*value > node.value);
    }
    0.0
}

fn tree(at: &mut &[u8]) -> Option<Vec<Node>> {
    let len = take::<1>(at)?[0];
    let node = |i: u8, at: &mut &[u8]| {
        let [feature, left] = take::<2>(at)?;
        let fits = feature == LEAF || (usize::from(feature) < COUNT && left > i);
        Some(Node { feature, left, value: real(at)? }).filter(|_| fits)
    };
    (0..len).map(|i| node(i, at)).collect()
}

fn take<const N: usize>(at: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = at.split_first_chunk::<N>()?;
    *at = rest;
    Some(*head)
}

fn whole(at: &mut &[u8]) -> Option<u32> {
    take(at).map(u32::from_le_bytes).filter(|n| *n < 1 << 20)
}

fn real(at: &mut &[u8]) -> Option<f32> {
    take(at).map(f32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forest_walks_as_its_trees_do() {
        let model = Model::shipped();
        let forest = Forest::new(&model);
        let mut seed = 7_u32;
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / (1 << 20) as f32 - 4.0
        };
        let candidates: Vec<(u32, Vector)> = (0..200).map(|i| (i, std::array::from_fn(|_| next()))).collect();
        let all = forest.log_odds(&candidates);
        for ((_, features), sum) in candidates.iter().zip(all) {
            assert_eq!(model.candidate_log_odds(features).to_bits(), sum.to_bits());
        }
    }
}
