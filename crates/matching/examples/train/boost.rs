//! Gradient-boosted trees by histograms; deterministic.

use matching::features::{COUNT, Vector};
use matching::model::{LEAF, Node};

pub struct Setting {
    pub trees: usize,
    pub leaves: usize,
    pub rate: f32,
    pub least: f64,
    pub l2: f64,
}

pub struct Data {
    pub rows: Vec<Vector>,
    pub right: Vec<bool>,
    pub weight: Vec<f32>,
}

const BINS: usize = 64;

/// Base log-odds and trees.
pub fn train(data: &Data, s: &Setting) -> (f32, Vec<Vec<Node>>) {
    let edges: Vec<Vec<f32>> = (0..COUNT).map(|f| edges(data, f)).collect();
    let n = data.rows.len();
    let mut bins = vec![0_u8; n * COUNT];
    for (i, row) in data.rows.iter().enumerate() {
        for f in 0..COUNT {
            bins[i * COUNT + f] = edges[f].partition_point(|e| *e < row[f]) as u8;
        }
    }
    let positive: f64 = (0..n).filter(|i| data.right[*i]).map(|i| f64::from(data.weight[i])).sum();
    let all: f64 = data.weight.iter().map(|w| f64::from(*w)).sum();
    let base = (positive / (all - positive)).ln() as f32;
    let mut score = vec![base; n];
    let mut trees = Vec::new();
    for t in 0..s.trees {
        let grads: Vec<(f32, f32)> = (0..n)
            .map(|i| {
                let p = 1.0 / (1.0 + (-score[i]).exp());
                let y = f32::from(u8::from(data.right[i]));
                (data.weight[i] * (y - p), (data.weight[i] * p * (1.0 - p)).max(1e-9))
            })
            .collect();
        let (tree, leaves) = grow(&bins, &edges, &grads, s);
        for (rows, value) in leaves {
            rows.iter().for_each(|i| score[*i as usize] += value);
        }
        trees.push(tree);
        if t % 50 == 49 {
            let loss: f64 = (0..n)
                .map(|i| {
                    f64::from(data.weight[i])
                        * f64::from((1.0 + (if data.right[i] { -score[i] } else { score[i] }).exp()).ln())
                })
                .sum();
            eprintln!("  {} trees, loss {:.5}", t + 1, loss / all);
        }
    }
    (base, trees)
}

fn edges(data: &Data, f: usize) -> Vec<f32> {
    let step = (data.rows.len() / 200_000).max(1);
    let mut values: Vec<f32> = data.rows.iter().step_by(step).map(|r| r[f]).collect();
    values.sort_by(f32::total_cmp);
    let mut edges: Vec<f32> = Vec::new();
    let mut distinct = values.clone();
    distinct.dedup();
    let source = if distinct.len() < BINS {
        distinct
    } else {
        (0..BINS - 1).map(|b| values[b * values.len() / (BINS - 1)]).collect()
    };
    for pair in source.windows(2) {
        if pair[1] > pair[0] {
            edges.push((pair[0] + pair[1]) / 2.0);
        }
    }
    edges
}

type Histogram = Vec<[f64; 2]>;

struct Part {
    node: usize,
    rows: Vec<u32>,
    sums: Histogram,
    total: [f64; 2],
    best: Option<(f64, usize, usize)>,
}

fn grow(
    bins: &[u8],
    edges: &[Vec<f32>],
    grads: &[(f32, f32)],
    s: &Setting,
) -> (Vec<Node>, Vec<(Vec<u32>, f32)>) {
    let mut tree = vec![Node { feature: LEAF, value: 0.0, left: 0 }];
    let rows: Vec<u32> = (0..grads.len() as u32).collect();
    let mut parts = vec![part(0, rows, None, bins, edges, grads, s)];
    while parts.len() < s.leaves {
        let pick = (0..parts.len()).filter(|i| parts[*i].best.is_some()).max_by(|a, b| {
            let gain = |i: &usize| parts[*i].best.map_or(0.0, |b| b.0);
            gain(a).total_cmp(&gain(b)).then(b.cmp(a))
        });
        let Some(pick) = pick else { break };
        let old = parts.swap_remove(pick);
        let Some((_, feature, bin)) = old.best else { break };
        let (left, right): (Vec<u32>, Vec<u32>) =
            old.rows.iter().partition(|i| usize::from(bins[**i as usize * COUNT + feature]) <= bin);
        let at = tree.len();
        tree[old.node] = Node { feature: feature as u8, value: edges[feature][bin], left: at as u8 };
        tree.extend([Node { feature: LEAF, value: 0.0, left: 0 }; 2]);
        let (small, large, small_first) =
            if left.len() <= right.len() { (left, right, true) } else { (right, left, false) };
        let (small_at, large_at) = if small_first { (at, at + 1) } else { (at + 1, at) };
        let small = part(small_at, small, None, bins, edges, grads, s);
        let mut sums = old.sums;
        sums.iter_mut().zip(&small.sums).for_each(|(a, b)| {
            a[0] -= b[0];
            a[1] -= b[1];
        });
        let large = part(large_at, large, Some(sums), bins, edges, grads, s);
        parts.extend([small, large]);
    }
    let leaves = parts
        .into_iter()
        .map(|p| {
            let value = s.rate * (p.total[0] / (p.total[1] + s.l2)) as f32;
            tree[p.node].value = value;
            (p.rows, value)
        })
        .collect();
    (tree, leaves)
}

fn part(
    node: usize,
    rows: Vec<u32>,
    sums: Option<Histogram>,
    bins: &[u8],
    edges: &[Vec<f32>],
    grads: &[(f32, f32)],
    s: &Setting,
) -> Part {
    let sums = sums.unwrap_or_else(|| {
        let mut sums = vec![[0.0; 2]; COUNT * BINS];
        for i in &rows {
            let (g, h) = grads[*i as usize];
            let row = &bins[*i as usize * COUNT..][..COUNT];
            for (f, bin) in row.iter().enumerate() {
                let cell = &mut sums[f * BINS + usize::from(*bin)];
                cell[0] += f64::from(g);
                cell[1] += f64::from(h);
            }
        }
        sums
    });
    let total = sums[..BINS].iter().fold([0.0; 2], |a, b| [a[0] + b[0], a[1] + b[1]]);
    let gain = |g: f64, h: f64| g * g / (h + s.l2);
    let mut best: Option<(f64, usize, usize)> = None;
    for (f, edges) in edges.iter().enumerate() {
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
