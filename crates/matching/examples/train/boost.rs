//! Gradient-boosted trees by histograms; deterministic.
//!
//! Candidates that the trees so far have learnt are looked at now and then only (gradient-based one-side sampling), which
//! makes a tree several times cheaper and hardly different.

use crate::rough::mixed;
use matching::features::{COUNT, Vector};
use matching::model::{LEAF, Node};

pub struct Setting {
    pub trees: usize,
    pub leaves: usize,
    pub rate: f32,
    pub least: f64,
    pub l2: f64,
}

/// All candidates, their features in bins, shared by every training.
pub struct Data {
    bins: Vec<u8>,
    edges: Vec<Vec<f32>>,
    right: Vec<bool>,
    weight: Vec<f32>,
}

const BINS: usize = 64;

/// A gradient smaller than this is learnt; one row in `ONE_IN` stands for all such rows.
const LEARNT: f32 = 0.02;
const ONE_IN: u64 = 6;

impl Data {
    pub fn new(rows: &[Vector], right: Vec<bool>, weight: Vec<f32>) -> Data {
        let edges: Vec<Vec<f32>> = (0..COUNT).map(|f| edges(rows, f)).collect();
        let mut bins = vec![0_u8; rows.len() * COUNT];
        for (i, row) in rows.iter().enumerate() {
            for f in 0..COUNT {
                bins[i * COUNT + f] = edges[f].partition_point(|e| *e < row[f]) as u8;
            }
        }
        Data { bins, edges, right, weight }
    }

    fn row(&self, i: u32) -> &[u8] {
        &self.bins[i as usize * COUNT..][..COUNT]
    }
}

/// Base log-odds and trees, from some of the candidates.
pub fn train(data: &Data, rows: &[u32], s: &Setting) -> (f32, Vec<Vec<Node>>) {
    let weight = |i: u32| data.weight[i as usize];
    let right = |i: u32| data.right[i as usize];
    let positive: f64 = rows.iter().filter(|i| right(**i)).map(|i| f64::from(weight(*i))).sum();
    let all: f64 = rows.iter().map(|i| f64::from(weight(*i))).sum();
    let base = (positive / (all - positive)).ln() as f32;
    let mut score = vec![base; rows.len()];
    let mut trees = Vec::new();
    for t in 0..s.trees {
        let mut taken: Vec<(u32, f32, f32)> = Vec::new();
        for (i, x) in rows.iter().zip(&score) {
            let p = 1.0 / (1.0 + (-x).exp());
            let slope = f32::from(u8::from(right(*i))) - p;
            let learnt = t > 10 && slope.abs() < LEARNT;
            if learnt && !mixed(u64::from(*i) << 16 | t as u64).is_multiple_of(ONE_IN) {
                continue;
            }
            let w = weight(*i) * if learnt { ONE_IN as f32 } else { 1.0 };
            taken.push((*i, w * slope, (w * p * (1.0 - p)).max(1e-9)));
        }
        let (tree, thresholds) = grow(data, taken, s);
        for (i, x) in rows.iter().zip(score.iter_mut()) {
            *x += leaf(&tree, &thresholds, data.row(*i));
        }
        trees.push(tree);
    }
    (base, trees)
}

fn leaf(tree: &[Node], thresholds: &[u8], bins: &[u8]) -> f32 {
    let mut at = 0;
    loop {
        let node = &tree[at];
        if node.feature == LEAF {
            return node.value;
        }
        at = usize::from(node.left) + usize::from(bins[usize::from(node.feature)] > thresholds[at]);
    }
}

fn edges(rows: &[Vector], f: usize) -> Vec<f32> {
    let step = (rows.len() / 200_000).max(1);
    let mut values: Vec<f32> = rows.iter().step_by(step).map(|r| r[f]).collect();
    values.sort_by(f32::total_cmp);
    let mut distinct = values.clone();
    distinct.dedup();
    let source = if distinct.len() < BINS {
        distinct
    } else {
        (0..BINS - 1).map(|b| values[b * values.len() / (BINS - 1)]).collect()
    };
    source.windows(2).filter(|pair| pair[1] > pair[0]).map(|pair| (pair[0] + pair[1]) / 2.0).collect()
}

type Histogram = Vec<[f64; 2]>;

struct Part {
    node: usize,
    rows: Vec<(u32, f32, f32)>,
    sums: Histogram,
    total: [f64; 2],
    best: Option<(f64, usize, usize)>,
}

fn grow(data: &Data, rows: Vec<(u32, f32, f32)>, s: &Setting) -> (Vec<Node>, Vec<u8>) {
    let mut tree = vec![Node { feature: LEAF, value: 0.0, left: 0 }];
    let mut thresholds = vec![0_u8];
    let mut parts = vec![part(0, rows, None, data, s)];
    while parts.len() < s.leaves {
        let pick = (0..parts.len()).filter(|i| parts[*i].best.is_some()).max_by(|a, b| {
            let gain = |i: &usize| parts[*i].best.map_or(0.0, |b| b.0);
            gain(a).total_cmp(&gain(b)).then(b.cmp(a))
        });
        let Some(pick) = pick else { break };
        let old = parts.swap_remove(pick);
        let Some((_, feature, bin)) = old.best else { break };
        let (left, right): (Vec<_>, Vec<_>) =
            old.rows.iter().copied().partition(|(i, ..)| usize::from(data.row(*i)[feature]) <= bin);
        let at = tree.len();
        tree[old.node] = Node { feature: feature as u8, value: data.edges[feature][bin], left: at as u8 };
        thresholds[old.node] = bin as u8;
        tree.extend([Node { feature: LEAF, value: 0.0, left: 0 }; 2]);
        thresholds.extend([0; 2]);
        let (small, large, small_first) =
            if left.len() <= right.len() { (left, right, true) } else { (right, left, false) };
        let (small_at, large_at) = if small_first { (at, at + 1) } else { (at + 1, at) };
        let small = part(small_at, small, None, data, s);
        let mut sums = old.sums;
        sums.iter_mut().zip(&small.sums).for_each(|(a, b)| {
            a[0] -= b[0];
            a[1] -= b[1];
        });
        let large = part(large_at, large, Some(sums), data, s);
        parts.extend([small, large]);
    }
    for p in parts {
        tree[p.node].value = s.rate * (p.total[0] / (p.total[1] + s.l2)) as f32;
    }
    (tree, thresholds)
}

fn part(node: usize, rows: Vec<(u32, f32, f32)>, sums: Option<Histogram>, data: &Data, s: &Setting) -> Part {
    let sums = sums.unwrap_or_else(|| {
        let mut sums = vec![[0.0; 2]; COUNT * BINS];
        for (i, g, h) in &rows {
            for (f, bin) in data.row(*i).iter().enumerate() {
                let cell = &mut sums[f * BINS + usize::from(*bin)];
                cell[0] += f64::from(*g);
                cell[1] += f64::from(*h);
            }
        }
        sums
    });
    let total = sums[..BINS].iter().fold([0.0; 2], |a, b| [a[0] + b[0], a[1] + b[1]]);
    let gain = |g: f64, h: f64| g * g / (h + s.l2);
    let mut best: Option<(f64, usize, usize)> = None;
    for (f, edges) in data.edges.iter().enumerate() {
        let (mut g, mut h) = (0.0, 0.0);
        for bin in 0..edges.len() {
            g += sums[f * BINS + bin][0];
            h += sums[f * BINS + bin][1];
            if h < s.least || total[1] - h < s.least {
                continue;
            }
            let better = gain(g, h) + gain(total[0] - g, total[1] - h) - gain(total[0], total[1]);
            if better > 1e-3 && best.is_none_or(|b| better > b.0) {
                best = Some((better, f, bin));
            }
        }
    }
    Part { node, rows, sums, total, best }
}
