//! What a matcher got right, as figures.

use crate::cases::{Case, Source};
use std::collections::BTreeMap;

/// The answer for one real line, by a model that never saw its work.
#[derive(Clone)]
pub struct Answer {
    pub source: Source,
    pub kind: String,
    pub part: u32,
    pub present: bool,
    pub log_odds: f32,
    pub right: bool,
}

impl Answer {
    pub fn new(case: &Case, kind: &str, present: bool, best: Option<(f32, bool)>) -> Answer {
        let (log_odds, right) = best.unwrap_or((-30.0, false));
        Answer { source: case.source, kind: kind.to_owned(), part: case.part, present, log_odds, right }
    }
}

/// Figures of one kind of lines, as the acceptance scorer counts them.
pub struct Figures {
    pub lines: usize,
    pub precision: f64,
    pub recall: f64,
    pub top: f64,
    /// Lines and wrongly accepted ones, by kind.
    pub wrong: BTreeMap<String, (usize, usize)>,
    pub calibration: f64,
    pub ambiguous: f64,
}

pub fn figures<'a>(
    answers: impl Iterator<Item = &'a Answer>,
    probability: impl Fn(f32) -> f32,
    accept: f32,
    ask: f32,
) -> Figures {
    let (mut lines, mut present, mut top, mut taken, mut right, mut asked) = (0, 0, 0, 0, 0, 0);
    let mut wrong: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut bins = [(0.0_f64, 0.0_f64); 10];
    for a in answers {
        let p = if a.log_odds > -30.0 { probability(a.log_odds) } else { 0.0 };
        lines += 1;
        present += usize::from(a.present);
        top += usize::from(a.right);
        let row = wrong.entry(a.kind.clone()).or_default();
        row.0 += 1;
        if p >= accept {
            taken += 1;
            right += usize::from(a.right);
            row.1 += usize::from(!a.right);
        } else {
            asked += usize::from(p >= ask);
        }
        let bin = &mut bins[((p * 10.0) as usize).min(9)];
        *bin = (bin.0 + f64::from(p), bin.1 + f64::from(u8::from(a.right)));
    }
    let share = |a: usize, b: usize| a as f64 / b.max(1) as f64;
    Figures {
        lines,
        precision: share(right, taken),
        recall: share(right, present),
        top: share(top, present),
        wrong,
        calibration: bins.iter().map(|b| (b.0 - b.1).abs()).sum::<f64>() / lines.max(1) as f64,
        ambiguous: share(asked, lines),
    }
}

/// What thresholds could give: recall by precision, and lines lost by lines wrongly accepted.
pub fn ranked(answers: &[Answer], source: Source) -> String {
    let mut order: Vec<&Answer> = answers.iter().filter(|a| a.source == source).collect();
    order.sort_by(|a, b| b.log_odds.total_cmp(&a.log_odds));
    let present = order.iter().filter(|a| a.present).count();
    let (mut right, mut wrong, mut lost) = (0, 0, Vec::new());
    let mut recall = [0.9985, 0.998, 0.997, 0.996, 0.995].map(|precision| (precision, 0.0));
    for answer in order {
        right += usize::from(answer.right);
        wrong += usize::from(!answer.right);
        if !answer.right && [5, 10, 15, 20, 30].contains(&wrong) {
            lost.push((wrong, present - right));
        }
        let now = right as f64 / (right + wrong) as f64;
        recall.iter_mut().filter(|(p, _)| now >= *p).for_each(|(_, r)| *r = right as f64 / present as f64);
    }
    format!("{source:?}: precision and recall {recall:.4?}; wrong and lost {lost:?} of {present}")
}

/// Two columns of figures as a table.
pub fn compared(titles: [&str; 2], f: [&Figures; 2]) -> String {
    let mut out = format!("| | {} | {} |\n|---|---|---|\n", titles[0], titles[1]);
    let mut row = |name: &str, of: &dyn Fn(&Figures) -> String| {
        out += &format!("| {name} | {} | {} |\n", of(f[0]), of(f[1]));
    };
    row("lines", &|f| f.lines.to_string());
    row("precision", &|f| format!("{:.4}", f.precision));
    row("recall", &|f| format!("{:.4}", f.recall));
    row("best candidate right, where the recording is there", &|f| format!("{:.4}", f.top));
    for kind in ["absent", "absent-version", "cut"] {
        if f.iter().any(|f| f.wrong.contains_key(kind)) {
            row(&format!("accepted for `{kind}`"), &|f| {
                let (lines, wrong) = f.wrong.get(kind).copied().unwrap_or_default();
                format!("{:.4} ({wrong} of {lines})", wrong as f64 / lines.max(1) as f64)
            });
        }
    }
    row("calibration error", &|f| format!("{:.4}", f.calibration));
    row("ambiguous", &|f| format!("{:.4}", f.ambiguous));
    out
}
