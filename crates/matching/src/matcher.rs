//! From a line to a verdict: identifiers first, then candidates, features, model, thresholds.

use crate::candidates::Scratch;
use crate::features::{self, F, Vector};
use crate::index::Index;
use crate::model::{Forest, Model};
use crate::query::{Asked, Query};
use crate::verdict::{Candidate, Decision, Reason, Verdict, reason, reasons};

/// Candidates that the first stage keeps.
pub const FIRST_STAGE: usize = 20;

/// Candidates whose features are worked out.
const SECOND_STAGE: usize = 12;

/// Candidates shown in a verdict.
const SHOWN: usize = 5;

/// Matches lines against one index with one model. Share it between threads; give each thread a [`Session`].
#[derive(Debug, Clone)]
pub struct Matcher<'a> {
    index: Index<'a>,
    model: Model,
    forest: Forest,
}

/// A matcher with working memory of its own, for one thread.
#[derive(Debug)]
pub struct Session<'m, 'a> {
    matcher: &'m Matcher<'a>,
    scratch: Scratch,
}

impl<'a> Matcher<'a> {
    /// A matcher over an index.
    pub fn new(index: &Index<'a>, model: Model) -> Self {
        Matcher { index: *index, forest: Forest::new(&model), model }
    }

    /// The index.
    pub fn index(&self) -> &Index<'a> {
        &self.index
    }

    /// Working memory for one thread.
    pub fn session(&self) -> Session<'_, 'a> {
        Session { matcher: self, scratch: Scratch::default() }
    }

    /// Matches one line. For many, keep a [`Session`].
    pub fn match_line(&self, query: &Query<'_>) -> Verdict {
        self.session().match_line(query)
    }

    /// Matches a whole set list, its lines supporting each other.
    pub fn match_set(&self, queries: &[Query<'_>]) -> Vec<Verdict> {
        self.session().match_set(queries)
    }

    fn decide(&self, probability: f64) -> Decision {
        if probability >= f64::from(self.model.accept) {
            Decision::Matched
        } else if probability >= f64::from(self.model.ask) {
            Decision::Ambiguous
        } else {
            Decision::Unmatched
        }
    }

    fn candidate(&self, row: u32, probability: f64) -> Candidate {
        Candidate { row, id: self.index.id(row).to_owned(), probability }
    }
}

impl Session<'_, '_> {
    /// Matches one line.
    pub fn match_line(&mut self, query: &Query<'_>) -> Verdict {
        if let Some(verdict) = self.identified(query) {
            return verdict;
        }
        let scored = self.scored(query);
        let matcher = self.matcher;
        let Some((_, best, probability)) = scored.first() else {
            return Verdict {
                decision: Decision::Unmatched,
                probability: 0.0,
                candidates: Vec::new(),
                reasons: vec![reason("nothing-alike", "nothing alike in the catalogue")],
            };
        };
        let candidates = scored.iter().take(SHOWN).map(|(row, _, p)| matcher.candidate(*row, *p)).collect();
        Verdict {
            decision: matcher.decide(*probability),
            probability: *probability,
            candidates,
            reasons: reasons(best),
        }
    }

    /// Matches a whole set list: a doubtful line whose best candidate shares its label or artist with other lines that
    /// are certain gains odds; context never carries a line over the accepting threshold by itself from below asking.
    pub fn match_set(&mut self, queries: &[Query<'_>]) -> Vec<Verdict> {
        let mut verdicts: Vec<Verdict> = queries.iter().map(|q| self.match_line(q)).collect();
        let index = self.matcher.index;
        let row = |v: &Verdict| v.best().and_then(|b| index.row(b.row)).unwrap_or_default();
        let sure: Vec<(usize, &str, &str)> = verdicts
            .iter()
            .enumerate()
            .filter(|(_, v)| v.decision == Decision::Matched)
            .map(|(i, v)| (i, row(v).artist, row(v).label))
            .collect();
        let mut context = Vec::new();
        for (i, v) in verdicts.iter().enumerate().filter(|(_, v)| v.decision == Decision::Ambiguous) {
            let own = row(v);
            let others = || sure.iter().filter(|(j, ..)| *j != i);
            let artist = others().any(|(_, a, _)| !own.artist.is_empty() && *a == own.artist);
            let label = others().any(|(_, _, l)| !own.label.is_empty() && *l == own.label);
            if artist || label {
                context.push((i, if artist { 1.5 } else { 1.3 }, artist));
            }
        }
        for (i, odds, artist) in context {
            let Some(verdict) = verdicts.get_mut(i) else { continue };
            let p = verdict.probability;
            verdict.probability = p * odds / (1.0 - p + p * odds);
            verdict.decision = self.matcher.decide(verdict.probability);
            if let Some(best) = verdict.candidates.first_mut() {
                best.probability = verdict.probability;
            }
            let what = if artist { "the same artist" } else { "the same label" };
            verdict
                .reasons
                .push(reason("same-night", format!("{what} is matched elsewhere in this set list")));
        }
        verdicts
    }

    /// Candidates with features, best first stage first; what training learns from. `without` is hidden.
    pub fn vectors(&mut self, query: &Query<'_>, without: Option<u32>) -> Vec<(u32, Vector)> {
        let index = &self.matcher.index;
        let asked = Asked::new(query, index);
        if asked.unknown || asked.full.is_empty() {
            return Vec::new();
        }
        let found = self.scratch.find(&asked, index, FIRST_STAGE, without);
        let top = found.first().map_or(0.0, |f| f.score);
        let kept = found
            .iter()
            .enumerate()
            .filter(|(i, f)| *i < 2 || f.score > top * 0.4)
            .take(if top > 0.0 { SECOND_STAGE } else { 0 });
        let (rows, mut vectors): (Vec<u32>, Vec<Vector>) =
            kept.map(|(rank, f)| (f.row, features::of_row(&asked, index, f.row, f.score, top, rank))).unzip();
        features::compare(&mut vectors);
        rows.into_iter().zip(vectors).collect()
    }

    /// Row numbers that the first stage finds, best first.
    pub fn first_stage(&mut self, query: &Query<'_>) -> Vec<u32> {
        let asked = Asked::new(query, &self.matcher.index);
        self.scratch.find(&asked, &self.matcher.index, FIRST_STAGE, None).iter().map(|f| f.row).collect()
    }

    /// Row, features and probability, best first.
    fn scored(&mut self, query: &Query<'_>) -> Vec<(u32, Vector, f64)> {
        let model = &self.matcher.model;
        let found = self.vectors(query, None);
        let log_odds = self.matcher.forest.log_odds(&found);
        let mut order: Vec<(usize, f32, u32)> =
            log_odds.iter().zip(&found).enumerate().map(|(i, (x, (row, _)))| (i, *x, *row)).collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.2.cmp(&b.2)));
        let probability = |i| f64::from(model.probability(joint_log_odds(&log_odds, i)));
        let best = order.into_iter().take(SHOWN);
        best.filter_map(|(i, ..)| found.get(i).map(|(row, f)| (*row, *f, probability(i)))).collect()
    }

    fn identified(&mut self, query: &Query<'_>) -> Option<Verdict> {
        let index = self.matcher.index;
        let own = if query.own_id.is_empty() && query.text.contains("TNT") {
            music::OwnTrackId::find(query.text).map(|id| id.to_string())
        } else {
            None
        };
        let own = own.as_deref().unwrap_or(query.own_id);
        let (rows, why): (Vec<u32>, Reason) = [
            (index.by_own_id(own), "own-id-same", "the producer's own id agrees"),
            (index.by_isrc(query.isrc), "isrc-same", "ISRC agrees"),
            (index.by_mbid(query.mbid), "mbid-same", "MusicBrainz id agrees"),
        ]
        .into_iter()
        .find(|(rows, ..)| !rows.is_empty())
        .map(|(rows, code, text)| (rows, reason(code, text)))?;
        let asked = Asked::new(query, &index);
        let mut vectors: Vec<(u32, Vector)> =
            rows.iter().map(|r| (*r, features::of_row(&asked, &index, *r, 1.0, 1.0, 0))).collect();
        vectors.sort_by(|a, b| {
            features::closeness(&b.1).total_cmp(&features::closeness(&a.1)).then(a.0.cmp(&b.0))
        });
        let (_, best) = vectors.first()?;
        let contradicted = !asked.words.is_empty()
            && why.code != "own-id-same"
            && best[F::title_found as usize] < 0.3
            && best[F::artist_best as usize] < 0.3;
        let twins =
            vectors.get(1).is_some_and(|(_, f)| features::closeness(f) > features::closeness(best) - 0.05);
        let probability = if contradicted {
            0.5
        } else if twins {
            0.7
        } else {
            0.9995
        };
        let decision = if contradicted || twins { Decision::Ambiguous } else { Decision::Matched };
        let mut why = vec![why];
        if contradicted {
            why.push(reason("text-contradicts", "artist and title of the line are others"));
        } else if twins {
            why.push(reason("identifier-twice", "several rows carry this identifier"));
        }
        let candidates = vectors
            .iter()
            .take(SHOWN)
            .enumerate()
            .map(|(i, (row, _))| {
                self.matcher.candidate(
                    *row,
                    if i == 0 { probability } else { (1.0 - probability) / vectors.len() as f64 },
                )
            })
            .collect();
        Some(Verdict { decision, probability, candidates, reasons: why })
    }
}

/// Log-odds of candidate `i` when exactly one candidate or none is right: its odds against all others and nothing.
pub fn joint_log_odds(log_odds: &[f32], i: usize) -> f32 {
    let rest: f32 =
        log_odds.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, l)| l.clamp(-30.0, 30.0).exp()).sum();
    log_odds.get(i).copied().unwrap_or(-30.0) - (1.0 + rest).ln()
}
