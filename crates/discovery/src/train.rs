//! From plays to neighbours: the walk.
//!
//! For a recording *i*: for each person who played it, and each recording *j* of that person, add
//! `(w_ui / Σ_u w_ui)^α_out · (w_uj / Σ_j w_uj)^α_back`, where *w* is `ln(1 + plays)`; divide by the number of people of *j*
//! to the power of β; keep the largest. Each source (members, DJs, selections) is added up apart and enters only where
//! enough of *its* people stand behind the pair, so that what fewer did changes nothing at all.
//!
//! Worked: A is played by 12 people, 11 of whom also play B, and 3 also play C. With the threshold of 10, B is a neighbour
//! of A, and C is none, however large its score would be.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::facts::{Node, SOURCES, Source, Training};
use crate::file::{self, Edge};
use crate::{Settings, content};

/// Why there is no model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    /// A dial is out of its range.
    #[error("{0}")]
    Settings(&'static str),
    /// A play names a recording or a name that was not given.
    #[error("a play names what is not in the catalogue")]
    Unknown,
    /// More than four thousand million neighbours or bytes in one section.
    #[error("the catalogue is too large for one model; keep fewer neighbours")]
    TooLarge,
}

/// Trains a model and writes it down; `threads` changes how long it takes and nothing else.
pub fn train(training: &Training, settings: &Settings, threads: usize) -> Result<Vec<u8>, TrainError> {
    if let Some(problem) = settings.problem() {
        return Err(TrainError::Settings(problem));
    }
    let walk = Walk::new(training, settings)?;
    let mut rows = walk.rows(threads.clamp(1, 256));
    content::add(training, settings, &mut rows);
    file::write(training, settings, &rows, &walk.people)
}

/// People and what they played, by both ends.
struct Walk<'a> {
    settings: &'a Settings,
    /// How many nodes are recordings; names stand behind them.
    recordings: usize,
    /// How many different people each node has.
    people: Vec<u32>,
    /// By node: where its people begin in `by_node`.
    node_starts: Vec<usize>,
    /// The people of a node: their basket, and the weight of the step to them.
    by_node: Vec<(u32, f32)>,
    /// By basket: where it begins in `by_basket`, and where its names begin.
    baskets: Vec<Basket>,
    /// What is in a basket, and the weight of the step to it.
    by_basket: Vec<(u32, f32)>,
}

#[derive(Clone, Copy)]
struct Basket {
    source: usize,
    start: usize,
    names: usize,
    end: usize,
}

impl<'a> Walk<'a> {
    fn new(training: &Training, settings: &'a Settings) -> Result<Walk<'a>, TrainError> {
        let recordings = training.facts().len();
        let nodes = recordings + training.names().len();
        if nodes >= u32::MAX as usize {
            return Err(TrainError::TooLarge);
        }
        let played = added_up(training, recordings, nodes)?;
        let mut baskets: Vec<Basket> = Vec::new();
        let mut kept: Vec<(u32, u32, f32)> = Vec::with_capacity(played.len());
        for basket in played.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let start = kept.len();
            let number = baskets.len() as u32;
            let most = basket_of(basket, recordings, settings.most_per_person);
            kept.extend(most.into_iter().map(|(node, weight)| (number, node, weight)));
            let names = start + kept[start..].partition_point(|(_, node, _)| (*node as usize) < recordings);
            let source = basket.first().map_or(0, |row| usize::from(row.0));
            baskets.push(Basket { source, start, names, end: kept.len() });
        }
        Ok(Walk::stepped(settings, recordings, nodes, baskets, kept))
    }

    fn stepped(
        settings: &'a Settings,
        recordings: usize,
        nodes: usize,
        baskets: Vec<Basket>,
        kept: Vec<(u32, u32, f32)>,
    ) -> Walk<'a> {
        let (mut of_node, mut of_basket) = (vec![0.0_f64; nodes], vec![[0.0_f64; 2]; baskets.len()]);
        let mut people = vec![0_u32; nodes];
        let kind = |node: u32| usize::from(node as usize >= recordings);
        for (basket, node, weight) in &kept {
            of_node[*node as usize] += f64::from(*weight);
            of_basket[*basket as usize][kind(*node)] += f64::from(*weight);
            people[*node as usize] += 1;
        }
        let mut node_starts = vec![0_usize; nodes + 1];
        for (node, count) in people.iter().enumerate() {
            node_starts[node + 1] = node_starts[node] + *count as usize;
        }
        let mut next = node_starts.clone();
        let mut by_node = vec![(0_u32, 0.0_f32); kept.len()];
        let mut by_basket = Vec::with_capacity(kept.len());
        for (basket, node, weight) in kept {
            let out = (f64::from(weight) / of_node[node as usize]).powf(f64::from(settings.alpha_out));
            let whole = of_basket[basket as usize][kind(node)];
            let back = (f64::from(weight) / whole).powf(f64::from(settings.alpha_back));
            by_node[next[node as usize]] = (basket, out as f32);
            next[node as usize] += 1;
            by_basket.push((node, back as f32));
        }
        Walk { settings, recordings, people, node_starts, by_node, baskets, by_basket }
    }

    /// The neighbours of every node, in pieces that threads take one after the other.
    fn rows(&self, threads: usize) -> Vec<Vec<Edge>> {
        const PIECE: usize = 64;
        let nodes = self.people.len();
        let next = AtomicUsize::new(0);
        let work = || {
            let mut scratch = Scratch::new(nodes);
            let mut done = Vec::new();
            loop {
                let start = next.fetch_add(PIECE, Ordering::Relaxed);
                if start >= nodes {
                    return done;
                }
                let piece = start..(start + PIECE).min(nodes);
                done.push((start, piece.map(|node| self.row(node, &mut scratch)).collect::<Vec<_>>()));
            }
        };
        let mut pieces: Vec<(usize, Vec<Vec<Edge>>)> = std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut pieces = work();
            for other in others {
                match other.join() {
                    Ok(done) => pieces.extend(done),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            pieces
        });
        pieces.sort_by_key(|(start, _)| *start);
        pieces.into_iter().flat_map(|(_, rows)| rows).collect()
    }

    /// The neighbours of one node, strongest first. Recordings lead to recordings; names lead to recordings and names.
    fn row(&self, node: usize, scratch: &mut Scratch) -> Vec<Edge> {
        let from_name = node >= self.recordings;
        for (basket, out) in &self.by_node[self.node_starts[node]..self.node_starts[node + 1]] {
            let basket = &self.baskets[*basket as usize];
            let end = if from_name { basket.end } else { basket.names };
            for (other, back) in &self.by_basket[basket.start..end] {
                scratch.add(*other, basket.source, out * back);
            }
        }
        let mut edges = Vec::with_capacity(scratch.touched.len().min(4_096));
        let least = self.settings.least_people;
        for other in &scratch.touched {
            let other = *other as usize;
            let sum = &mut scratch.sums[other];
            let mut score = 0.0_f32;
            for source in Source::ALL.map(Source::place) {
                // one published selection is enough: it is there for everybody to read
                let enough = if source == Source::Selections.place() { 1 } else { least };
                if sum.people[source] >= enough {
                    score += sum.score[source];
                } else {
                    sum.people[source] = 0;
                }
            }
            if score > 0.0 && other != node {
                let dampen = (self.people[other].max(least) as f32).powf(self.settings.beta);
                edges.push(Edge::by_people(
                    other as u32,
                    score / dampen,
                    sum.people,
                    self.settings.told_from,
                ));
            }
        }
        scratch.clear();
        strongest(edges, self.settings.keep)
    }
}

/// Strongest first, ties by number, at most so many.
pub(crate) fn strongest(mut edges: Vec<Edge>, most: usize) -> Vec<Edge> {
    let order = |e: &Edge| (std::cmp::Reverse(e.strength), e.to);
    if edges.len() > most {
        edges.select_nth_unstable_by_key(most, order);
        edges.truncate(most);
    }
    edges.sort_unstable_by_key(order);
    edges.shrink_to_fit();
    edges
}

/// What was played, added up: source, person, node, plays; in that order.
fn added_up(
    training: &Training,
    recordings: usize,
    nodes: usize,
) -> Result<Vec<(u8, u32, u32, u32)>, TrainError> {
    let mut played = Vec::with_capacity(training.plays.len());
    for play in &training.plays {
        let node = match play.what {
            Node::Recording(n) if (n as usize) < recordings => n,
            Node::Name(n) if (n as usize) < nodes - recordings => n + recordings as u32,
            _ => return Err(TrainError::Unknown),
        };
        if play.count > 0 {
            played.push((play.source.place() as u8, play.person, node, play.count));
        }
    }
    played.sort_unstable();
    played.dedup_by(|next, kept| {
        let same = (kept.0, kept.1, kept.2) == (next.0, next.1, next.2);
        if same {
            kept.3 = kept.3.saturating_add(next.3);
        }
        same
    });
    Ok(played)
}

/// A person's things with their weights, recordings first; the most played ones where there are too many of a kind.
fn basket_of(rows: &[(u8, u32, u32, u32)], recordings: usize, most: usize) -> Vec<(u32, f32)> {
    let (mut here, mut names): (Vec<_>, Vec<_>) =
        rows.iter().map(|r| (r.2, r.3)).partition(|(node, _)| (*node as usize) < recordings);
    for part in [&mut here, &mut names] {
        if part.len() > most {
            part.sort_unstable_by_key(|(node, count)| (std::cmp::Reverse(*count), *node));
            part.truncate(most);
            part.sort_unstable();
        }
    }
    here.into_iter().chain(names).map(|(node, count)| (node, (count as f32).ln_1p())).collect()
}

/// Sums over one row, for every node; cleared by what was touched.
struct Scratch {
    sums: Vec<Sum>,
    touched: Vec<u32>,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    score: [f32; SOURCES],
    people: [u32; SOURCES],
}

impl Scratch {
    fn new(nodes: usize) -> Scratch {
        Scratch { sums: vec![Sum::default(); nodes], touched: Vec::new() }
    }

    fn add(&mut self, node: u32, source: usize, score: f32) {
        let sum = &mut self.sums[node as usize];
        if sum.people == [0; SOURCES] {
            self.touched.push(node);
        }
        sum.score[source] += score;
        sum.people[source] += 1;
    }

    fn clear(&mut self) {
        for node in self.touched.drain(..) {
            self.sums[node as usize] = Sum::default();
        }
    }
}
