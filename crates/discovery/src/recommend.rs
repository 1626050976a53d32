//! Who else, for one recording and for a whole history.

use std::collections::{HashMap, HashSet};

use crate::facts::Node;
use crate::file::{Edge, score};
use crate::graph::{Graph, Item};
use crate::reason::Reason;

/// Most recordings of a history that are walked from, the most played ones.
const HISTORY: usize = 500;
/// Most recordings of one artist in between that may enter a list's candidates.
const OF_ONE_ARTIST: usize = 3;
/// What a neighbour's neighbour by artist is worth beside a neighbour.
const BY_ARTIST: f32 = 0.1;

/// A recording that somebody heard, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Its number in the model.
    pub recording: u32,
    /// Plays, 1 at least.
    pub count: u32,
}

/// What is asked of a list. Nothing in it can carry what somebody paid.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many at most.
    pub most: usize,
    /// Whose local work comes sooner: the place of an institution, as a rule.
    pub local: Option<music::Place>,
    /// How much sooner: the score of local work times `1 + local_boost`; 0 to 10.
    pub local_boost: f32,
    /// The dial at the time of asking, beside the β of the training: -1 (what many play) to 1 (what few play).
    pub dial: f32,
    /// Whether each artist stands in the list once at most.
    pub one_per_artist: bool,
    /// Recordings that are not answered.
    pub without: Vec<u32>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            most: 20,
            local: None,
            local_boost: 0.5,
            dial: 0.0,
            one_per_artist: true,
            without: Vec::new(),
        }
    }
}

/// A recording near another.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour<'a> {
    /// The recording.
    pub item: Item<'a>,
    /// How near, of the nearest: above 0, 1 at most. It orders a list; it is no probability.
    pub similarity: f32,
    /// Why; empty where no reason has enough people to be told.
    pub reasons: Vec<Reason<'a>>,
}

/// A recording of the history that led to another, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Because<'a> {
    /// The recording of the history.
    pub heard: Item<'a>,
    /// Why it leads there.
    pub reasons: Vec<Reason<'a>>,
}

/// A recording for somebody with a history.
#[derive(Debug, Clone, PartialEq)]
pub struct Recommendation<'a> {
    /// The recording.
    pub item: Item<'a>,
    /// Its score of the best score: above 0, 1 at most.
    pub score: f32,
    /// Reasons of its own, such as being local.
    pub reasons: Vec<Reason<'a>>,
    /// What in the history led to it, strongest first, two at most.
    pub because: Vec<Because<'a>>,
}

/// What led to a candidate.
#[derive(Clone, Copy)]
enum Step {
    Edge(Edge),
    Artist(u32),
}

/// A candidate while scores are added up.
#[derive(Default)]
struct Candidate {
    score: f32,
    /// The two strongest: contribution, from where, by what.
    led: Vec<(f32, u32, Step)>,
}

impl<'a> Graph<'a> {
    /// The recordings nearest to one, at most `most`, each artist once; its own artist, if at all, last.
    pub fn similar(&self, recording: u32, most: usize) -> Vec<Neighbour<'a>> {
        self.similar_with(recording, &Options { most, ..Options::default() })
    }

    /// The same with options.
    pub fn similar_with(&self, recording: u32, options: &Options) -> Vec<Neighbour<'a>> {
        let heard = [Heard { recording, count: 1 }];
        let own: Vec<u32> = self.facts(recording).map(|f| f.artists().collect()).unwrap_or_default();
        let by_self = |r: &Recommendation<'_>| {
            self.facts(r.item.recording).is_some_and(|f| f.artists().any(|a| own.contains(&a)))
        };
        let wide = Options { most: options.most.saturating_add(1), ..options.clone() };
        let (mut theirs, mut others): (Vec<_>, Vec<_>) =
            self.recommend(&heard, &wide).into_iter().partition(by_self);
        if options.one_per_artist {
            theirs.truncate(1);
        }
        others.extend(theirs);
        others.truncate(options.most);
        let best = others.iter().map(|r| r.score).fold(f32::MIN_POSITIVE, f32::max);
        let neighbour = |r: Recommendation<'a>| {
            let mut reasons: Vec<Reason<'a>> = r.because.into_iter().flat_map(|b| b.reasons).collect();
            reasons.extend(r.reasons);
            Neighbour { item: r.item, similarity: (r.score / best).clamp(f32::MIN_POSITIVE, 1.0), reasons }
        };
        others.into_iter().map(neighbour).collect()
    }

    /// The next recordings for somebody with a history; nothing of the history itself. The order of the history changes
    /// nothing.
    pub fn recommend(&self, history: &[Heard], options: &Options) -> Vec<Recommendation<'a>> {
        let history = self.walked(history);
        let mut candidates: HashMap<u32, Candidate> = HashMap::new();
        for (recording, weight) in &history {
            for edge in self.edges(Node::Recording(*recording)) {
                if let Node::Recording(to) = self.node(edge.to) {
                    lead(&mut candidates, to, weight * score(edge.strength), *recording, Step::Edge(edge));
                }
            }
        }
        let barred: HashSet<u32> =
            history.iter().map(|(r, _)| *r).chain(options.without.iter().copied()).collect();
        candidates.retain(|to, _| !barred.contains(to));
        if candidates.len() < options.most {
            self.by_artists(&history, &barred, &mut candidates);
        }
        self.listed(candidates, options)
    }

    /// A history as numbers of this model with weights, the most played, in the order of the numbers.
    fn walked(&self, history: &[Heard]) -> Vec<(u32, f32)> {
        let mut counts: HashMap<u32, u32> = HashMap::new();
        for heard in history.iter().filter(|h| h.recording < self.len() && h.count > 0) {
            let count = counts.entry(heard.recording).or_default();
            *count = count.saturating_add(heard.count);
        }
        let mut all: Vec<(u32, u32)> = counts.into_iter().collect();
        all.sort_unstable_by_key(|(recording, count)| (std::cmp::Reverse(*count), *recording));
        all.truncate(HISTORY);
        all.sort_unstable();
        all.into_iter().map(|(recording, count)| (recording, (count as f32).ln_1p())).collect()
    }

    /// Candidates by the artists in between, for recordings that have too few neighbours of their own: whoever is
    /// played with an artist of the history, and of their recordings those that few play.
    fn by_artists(
        &self,
        history: &[(u32, f32)],
        barred: &HashSet<u32>,
        candidates: &mut HashMap<u32, Candidate>,
    ) {
        let direct: HashSet<u32> = candidates.keys().copied().collect();
        for (recording, weight) in history {
            let Some(artist) = self.facts(*recording).and_then(|f| f.artists().next()) else { continue };
            for edge in self.edges(Node::Name(artist)) {
                let worth = weight * score(edge.strength) * BY_ARTIST;
                let found = match self.node(edge.to) {
                    Node::Recording(to) => vec![to],
                    Node::Name(other) => self.few_of(other, OF_ONE_ARTIST),
                };
                for to in found.into_iter().filter(|to| !barred.contains(to) && !direct.contains(to)) {
                    lead(candidates, to, worth, *recording, Step::Artist(artist));
                }
            }
        }
    }

    /// Recordings of a name that the fewest people have, at most so many.
    pub(crate) fn few_of(&self, name: u32, most: usize) -> Vec<u32> {
        let mut all: Vec<u32> = self.recordings_of(name).take(2_000).collect();
        all.sort_by(|a, b| {
            let people = |r: &u32| self.people(Node::Recording(*r));
            people(a).total_cmp(&people(b)).then(a.cmp(b))
        });
        all.truncate(most);
        all
    }

    /// Dial, boost, order, one artist once.
    fn listed(&self, candidates: HashMap<u32, Candidate>, options: &Options) -> Vec<Recommendation<'a>> {
        let dial = options.dial.clamp(-1.0, 1.0);
        let boost = 1.0 + options.local_boost.clamp(0.0, 10.0);
        let mut all: Vec<(f32, u32, bool, Candidate)> = Vec::with_capacity(candidates.len());
        for (to, candidate) in candidates {
            let local = options.local.as_ref().is_some_and(|place| self.is_local(to, place));
            let dampen = if dial.abs() > 0.0 { self.people(Node::Recording(to)).powf(dial) } else { 1.0 };
            let whole = candidate.score / dampen * if local { boost } else { 1.0 };
            all.push((whole, to, local, candidate));
        }
        all.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let best = all.first().map_or(1.0, |(score, ..)| *score).max(f32::MIN_POSITIVE);
        let (mut artists, mut list) = (HashSet::new(), Vec::new());
        for (whole, to, local, candidate) in all {
            if list.len() >= options.most {
                break;
            }
            let Some(item) = self.item(to) else { continue };
            if options.one_per_artist && !self.first_of(to, &mut artists) {
                continue;
            }
            let reasons = if local { vec![Reason::Local] } else { Vec::new() };
            let score = (whole / best).clamp(f32::MIN_POSITIVE, 1.0);
            list.push(Recommendation { item, score, reasons, because: self.because(&candidate) });
        }
        list
    }

    /// Whether no artist of a recording was there before; notes them all.
    pub(crate) fn first_of(&self, recording: u32, artists: &mut HashSet<u32>) -> bool {
        let theirs: Vec<u32> = self.facts(recording).map(|f| f.artists().collect()).unwrap_or_default();
        let first = !theirs.iter().any(|a| artists.contains(a));
        if first {
            artists.extend(theirs);
        }
        first
    }

    fn because(&self, candidate: &Candidate) -> Vec<Because<'a>> {
        let because = |(_, from, step): &(f32, u32, Step)| {
            let heard = self.item(*from)?;
            let reasons = match step {
                Step::Edge(edge) => self.reasons(Node::Recording(*from), *edge),
                Step::Artist(artist) => vec![Reason::NearArtist { artist: self.name(*artist) }],
            };
            (!reasons.is_empty()).then_some(Because { heard, reasons })
        };
        candidate.led.iter().filter_map(because).collect()
    }
}

fn lead(candidates: &mut HashMap<u32, Candidate>, to: u32, worth: f32, from: u32, step: Step) {
    let candidate = candidates.entry(to).or_default();
    candidate.score += worth;
    let at = candidate.led.partition_point(|(w, ..)| *w >= worth);
    if at < 2 {
        candidate.led.insert(at, (worth, from, step));
        candidate.led.truncate(2);
    }
}
