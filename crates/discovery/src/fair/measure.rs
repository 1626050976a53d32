//! How fair a run of shortlists was, beside what the best alone would have been shown.

use super::Attention;

/// What one artist earned and was shown over many briefs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Record {
    /// What fit earned.
    pub earned: Attention,
    /// What was shown.
    pub shown: Attention,
}

/// Inequity of attention: the sum of |earned − shown|, as a part of what was earned; nought is perfect, and two the worst
/// (Biega, Gummadi and Weikum, "Equity of Attention", SIGIR 2018).
pub fn inequity(records: &[Record]) -> f64 {
    let off: i64 = records.iter().map(|r| (r.earned - r.shown).abs()).sum();
    let all: i64 = records.iter().map(|r| r.earned).sum();
    if all == 0 { 0.0 } else { off as f64 / all as f64 }
}

/// The part of artists whom attention came within `near` (0.1 is ten per cent) of what they earned, or within one first place.
pub fn within(records: &[Record], near: f64) -> f64 {
    let close = |r: &&Record| (r.earned - r.shown).abs() as f64 <= (near * r.earned as f64).max(1e6);
    if records.is_empty() { 1.0 } else { records.iter().filter(close).count() as f64 / records.len() as f64 }
}

/// Attention for what was earned, of the tenth of artists that is shown most: 1 is fair, 4 is four times its due
/// (exposure for merit, Singh and Joachims, "Fairness of Exposure in Rankings", KDD 2018).
pub fn upper_tenth(records: &[Record]) -> f64 {
    let mut order: Vec<&Record> = records.iter().collect();
    order.sort_by_key(|r| std::cmp::Reverse(r.shown));
    order.truncate(records.len().div_ceil(10));
    let sum = |of: fn(&Record) -> Attention| order.iter().map(|r| of(r)).sum::<Attention>() as f64;
    if sum(|r| r.earned) == 0.0 { 0.0 } else { sum(|r| r.shown) / sum(|r| r.earned) }
}
