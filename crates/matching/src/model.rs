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

/// The trees laid out to be asked quickly, without walking them: by feature, every node by its value, with the leaves
/// that a larger feature leaves open. What remains open of a tree begins with the leaf that a walk would reach (after
/// Lucchese et al., *QuickScorer*, SIGIR 2015): no step waits for the one before it.
#[derive(Debug, Clone)]
pub(crate) struct Forest {
    /// The first third of the trees, and the others.
    parts: [Part; 2],
    base: f32,
}

/// Some trees.
#[derive(Debug, Clone, Default)]
struct Part {
    /// Nodes by feature, then by value.
    nodes: Vec<Split>,
    /// Where each feature's nodes begin; one more for the end.
    features: Vec<usize>,
    /// What each leaf adds, from the left; [`LEAVES`] for each tree.
    adds: Vec<f32>,
}

/// A node as it is seen from its feature.
#[derive(Debug, Clone, Copy)]
struct Split {
    value: f32,
    tree: u32,
    /// The leaves that stay open where the feature is larger: all but those on the left.
    open: u64,
}

/// Most leaves of a tree.
const LEAVES: usize = 64;

impl Forest {
    pub fn new(model: &Model) -> Forest {
        let (first, rest) = model.trees.split_at(model.trees.len() / 3);
        Forest { parts: [Part::new(first), Part::new(rest)], base: model.base }
    }

    /// Log-odds of all candidates; the same as [`Model::candidate_log_odds`] for each.
    pub fn log_odds(&self, candidates: &[(u32, Vector)]) -> Vec<f32> {
        let [first, rest] = &self.parts;
        let mut open = Vec::new();
        let score = |(_, features): &(u32, Vector)| {
            if gap(features) < HOPELESS {
                return NEVER;
            }
            let early = self.base + first.sum(features, &mut open);
            if early < WRONG { early } else { early + rest.sum(features, &mut open) }
        };
        candidates.iter().map(score).collect()
    }
}

impl Part {
    fn new(trees: &[Vec<Node>]) -> Part {
        let mut part = Part::default();
        let mut nodes: Vec<(u8, Split)> = Vec::new();
        for (number, tree) in trees.iter().enumerate() {
            part.adds.resize(number * LEAVES, 0.0);
            spread(tree, 0, &mut part.adds, &mut |node, left| {
                nodes.push((node.feature, Split { value: node.value, tree: number as u32, open: !left }));
            });
        }
        part.adds.resize(trees.len() * LEAVES, 0.0);
        nodes.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.value.total_cmp(&b.1.value)));
        part.features = (0..=COUNT).map(|f| nodes.partition_point(|n| usize::from(n.0) < f)).collect();
        part.nodes = nodes.into_iter().map(|n| n.1).collect();
        part
    }

    /// What the trees add up to; `open` is working memory.
    fn sum(&self, features: &Vector, open: &mut Vec<u64>) -> f32 {
        open.clear();
        open.resize(self.adds.len() / LEAVES, u64::MAX);
        for (value, range) in features.iter().zip(self.features.windows(2)) {
            let nodes = range.first().zip(range.last()).and_then(|(a, b)| self.nodes.get(*a..*b));
            for node in nodes.unwrap_or_default().iter().take_while(|n| *value > n.value) {
                if let Some(open) = open.get_mut(node.tree as usize) {
                    *open &= node.open;
                }
            }
        }
        let adds = self.adds.as_chunks::<LEAVES>().0;
        open.iter()
            .zip(adds)
            .map(|(open, adds)| adds.get(open.trailing_zeros() as usize).unwrap_or(&0.0))
            .sum()
    }
}

/// Notes what the leaves below a node add, from the left; tells of each node the leaves on its left, and gives those
/// below it.
fn spread(tree: &[Node], at: usize, adds: &mut Vec<f32>, each: &mut impl FnMut(&Node, u64)) -> u64 {
    let Some(node) = tree.get(at) else { return 0 };
    let left = usize::from(node.left);
    if node.feature == LEAF || left <= at {
        let leaf = adds.len() % LEAVES;
        adds.push(node.value);
        return 1 << leaf;
    }
    let before = spread(tree, left, adds, each);
    let after = spread(tree, left + 1, adds, each);
    each(node, before);
    before | after
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
    let nodes: Vec<Node> = (0..len).map(|i| node(i, at)).collect::<Option<_>>()?;
    let mut children: Vec<u8> = nodes.iter().filter(|n| n.feature != LEAF).map(|n| n.left).collect();
    children.sort_unstable();
    // every node but the first is the child of one: pairs 1, 3, 5, …
    let whole = nodes.len() == 2 * children.len() + 1
        && children.iter().zip((1_usize..).step_by(2)).all(|(left, at)| usize::from(*left) == at);
    (nodes.is_empty() || whole && children.len() < LEAVES).then_some(nodes)
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
