//! What may be told of plays: numbers behind which enough members stand, however they are added and subtracted.
//!
//! What is told is a partition: each play of what a reader asks about is in exactly one cell that is shown, or in
//! the rest. Each shown cell has at least `k` members, none of them with more than half of it; cells with fewer go
//! into the rest together, and where the rest has too few as well, the smallest shown cells join it until it has
//! enough. Whatever is then added or subtracted, what comes out is made of whole cells, so at least `k` members
//! stand behind it. The same holds between periods, places and totals as long as each of them is told in whole cells:
//! cells are made once for each institution and period, when it is closed, and sums over several are sums of cells.
//!
//! Worked, k = 3: `A` was heard by members 1 2 3 4, `B` by 5 6 7, `C` by 8 alone. `A` and `B` could be shown, `C` not.
//! The rest would be `C` alone, so `B`, the smaller, joins it: `A` is shown, and `B` and `C` as one.

use std::collections::BTreeMap;

/// How much is told: versioned data, never configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold {
    /// `k`: how many members stand at least behind a number.
    pub members: usize,
    /// How much of a number one member may be at most, in percent.
    pub largest_percent: u64,
}

impl Default for Threshold {
    /// Ten members, none above half.
    fn default() -> Self {
        Threshold { members: 10, largest_percent: 50 }
    }
}

/// How many plays each member has in a cell.
pub type Plays = BTreeMap<String, u64>;

/// Cells in their two groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition<K> {
    /// Those that may be shown one by one.
    pub shown: Vec<K>,
    /// Those that are shown as one sum, or not at all.
    pub rest: Vec<K>,
    /// Whether the rest may be shown as one sum.
    pub rest_told: bool,
}

/// Which cells may be shown, and which only together.
pub fn partition<K: Ord + Clone>(cells: &BTreeMap<K, Plays>, threshold: Threshold) -> Partition<K> {
    let heard = |plays: &&Plays| plays.values().any(|n| *n > 0);
    let (mut shown, mut rest): (Vec<(usize, &K)>, Vec<&K>) = (Vec::new(), Vec::new());
    for (key, plays) in cells.iter().filter(|(_, plays)| heard(plays)) {
        if is_enough(plays, threshold) {
            shown.push((plays.len(), key));
        } else {
            rest.push(key);
        }
    }
    shown.sort();
    let mut together = Plays::new();
    for key in &rest {
        join(&mut together, cells.get(*key));
    }
    let mut joined = shown.into_iter();
    while !together.is_empty() && !is_enough(&together, threshold) {
        let Some((_, key)) = joined.next() else { break };
        rest.push(key);
        join(&mut together, cells.get(key));
    }
    rest.sort();
    let mut shown: Vec<K> = joined.map(|(_, key)| key.clone()).collect();
    shown.sort();
    let rest_told = !rest.is_empty() && is_enough(&together, threshold);
    Partition { shown, rest: rest.into_iter().cloned().collect(), rest_told }
}

/// Whether enough members stand behind plays, and none with too much of them.
pub fn is_enough(plays: &Plays, threshold: Threshold) -> bool {
    let members = plays.values().filter(|n| **n > 0).count();
    let total: u64 = plays.values().sum();
    let largest = plays.values().max().copied().unwrap_or(0);
    members >= threshold.members.max(1)
        && largest.saturating_mul(100) <= total.saturating_mul(threshold.largest_percent)
}

fn join(to: &mut Plays, plays: Option<&Plays>) {
    for (member, n) in plays.into_iter().flatten() {
        *to.entry(member.clone()).or_default() += n;
    }
}
