//! Several rules side by side: who gets how much of the same money. Nothing here is ever posted.
//!
//! Which rule is fairer depends on the pool, so these figures show and do not preach. All are computed
//! in whole numbers; shares and the Gini coefficient come as parts per million, rounded half up.

use std::collections::BTreeMap;

use money::{Amount, AmountError, Currency};

use crate::{Allocation, Input, Line, LineKind, Refusal, RuleSet, allocate};

/// What each payee gets, by a name of the caller's choosing.
pub type Totals = BTreeMap<String, Amount>;

/// Parts per million.
pub type Ppm = u32;

/// How money is spread over payees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// All of it.
    pub total: Amount,
    /// Payees with more than nothing.
    pub paid: u64,
    /// The ten that get most.
    pub top_10: Ppm,
    /// The hundredth part of all payees that gets most, at least one payee.
    pub top_1_percent: Ppm,
    /// The tenth part that gets most, at least one payee.
    pub top_10_percent: Ppm,
    /// The Gini coefficient: 0 where all get the same, near a million where one gets all.
    pub gini: Ppm,
    /// Payees at or above each amount asked for.
    pub at_least: Vec<(Amount, u64)>,
}

/// Who gains and who loses from one rule to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Movement {
    /// Payees that get more.
    pub gain: u64,
    /// Payees that get less.
    pub lose: u64,
    /// Payees that get the same.
    pub same: u64,
    /// What they got together before, in micros.
    pub before_micros: i128,
    /// What they get together after, in micros.
    pub after_micros: i128,
}

/// One point of a Lorenz curve: the poorest so many of the payees, and their part of the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// Parts per million of the payees, poorest first.
    pub payees: Ppm,
    /// Their parts per million of the money.
    pub money: Ppm,
}

/// Shares one pot by each rule. A rule that cannot be applied here says why; the others stand.
pub fn side_by_side<'r>(
    pot: Amount,
    input: &Input,
    rules: &'r [RuleSet],
) -> Vec<(&'r RuleSet, Result<Allocation, Refusal>)> {
    rules.iter().map(|rule| (rule, allocate(pot, input, rule))).collect()
}

/// Adds lines by the key that a question gives them; lines without one are left out.
///
/// # Errors
/// Sums beyond the range of an amount.
pub fn totals(allocation: &Allocation, key: impl Fn(&Line) -> Option<String>) -> Result<Totals, AmountError> {
    let mut totals = Totals::new();
    for line in &allocation.lines {
        let Some(key) = key(line) else { continue };
        let sum = totals.entry(key).or_insert_with(|| Amount::zero(line.amount.currency()));
        *sum = sum.checked_add(line.amount)?;
    }
    Ok(totals)
}

/// The key of a line that pays a party: the party.
pub fn party(line: &Line) -> Option<String> {
    match &line.kind {
        LineKind::Pay { party } => Some(party.to_string()),
        _ => None,
    }
}

/// The key of a line for a recording, whoever holds it and whether or not it waits.
pub fn recording(line: &Line) -> Option<String> {
    line.recording.as_ref().map(|recording| recording.to_string())
}

/// The figures of a spread; `thresholds` are amounts to count payees at or above.
///
/// Payees with nothing count as payees: pass everyone who could have been paid.
pub fn figures(totals: &Totals, currency: Currency, thresholds: &[Amount]) -> Result<Figures, AmountError> {
    let sizes = descending(totals);
    let at_least =
        |least: &Amount| sizes.iter().filter(|size| **size >= i128::from(least.micros())).count() as u64;
    Ok(Figures {
        total: money::sum(totals.values().copied(), currency)?,
        paid: sizes.iter().filter(|size| **size > 0).count() as u64,
        top_10: top(&sizes, 10),
        top_1_percent: top(&sizes, sizes.len().div_ceil(100)),
        top_10_percent: top(&sizes, sizes.len().div_ceil(10)),
        gini: gini(&sizes),
        at_least: thresholds.iter().map(|least| (*least, at_least(least))).collect(),
    })
}

/// The part of the money that the `count` best-paid get.
pub fn top_share(totals: &Totals, count: usize) -> Ppm {
    top(&descending(totals), count)
}

/// What changes for payees from one spread to another, in groups (territory, career tier; one name for all).
pub fn movements(
    before: &Totals,
    after: &Totals,
    group: impl Fn(&str) -> String,
) -> BTreeMap<String, Movement> {
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut groups: BTreeMap<String, Movement> = BTreeMap::new();
    for name in names {
        let size = |totals: &Totals| totals.get(name).map_or(0, |a| i128::from(a.micros()));
        let (was, is) = (size(before), size(after));
        let movement = groups.entry(group(name)).or_default();
        movement.before_micros += was;
        movement.after_micros += is;
        match is.cmp(&was) {
            std::cmp::Ordering::Greater => movement.gain += 1,
            std::cmp::Ordering::Less => movement.lose += 1,
            std::cmp::Ordering::Equal => movement.same += 1,
        }
    }
    groups
}

/// What changes by rank: payees in the order of the first spread, cut where `cuts` say (10, 100, 1000 …).
///
/// The first group holds ranks 1 to the first cut, the last everybody beyond the last cut; equal amounts
/// rank by name.
pub fn movements_by_rank(before: &Totals, after: &Totals, cuts: &[usize]) -> Vec<Movement> {
    let mut ranked: Vec<(&String, i64)> =
        before.iter().map(|(name, amount)| (name, amount.micros())).collect();
    ranked.extend(after.keys().filter(|name| !before.contains_key(*name)).map(|name| (name, 0)));
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let rank: BTreeMap<&str, usize> =
        ranked.iter().enumerate().map(|(at, (name, _))| (name.as_str(), at)).collect();
    let tier = |name: &str| {
        let at = rank.get(name).copied().unwrap_or(usize::MAX);
        cuts.iter().filter(|cut| at >= **cut).count()
    };
    let groups = movements(before, after, |name| format!("{:04}", tier(name)));
    (0..=cuts.len()).map(|at| groups.get(&format!("{at:04}")).copied().unwrap_or_default()).collect()
}

/// The Lorenz curve in `steps` equal steps of payees, from none to all.
pub fn lorenz(totals: &Totals, steps: u32) -> Vec<Point> {
    let mut sizes = descending(totals);
    sizes.reverse();
    let all: i128 = sizes.iter().sum();
    let (mut sum, mut counted) = (0_i128, 0);
    let mut points = Vec::new();
    for step in 0..=steps {
        let until = (sizes.len() as u64 * u64::from(step) / u64::from(steps.max(1))) as usize;
        sum += sizes.get(counted..until).unwrap_or_default().iter().sum::<i128>();
        counted = until;
        points.push(Point { payees: ppm(i128::from(step), i128::from(steps)), money: ppm(sum, all) });
    }
    points
}

/// Amounts in micros, largest first; below nothing counts as nothing.
fn descending(totals: &Totals) -> Vec<i128> {
    let mut sizes: Vec<i128> = totals.values().map(|amount| i128::from(amount.micros().max(0))).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    sizes
}

fn top(descending: &[i128], count: usize) -> Ppm {
    ppm(descending.iter().take(count).sum(), descending.iter().sum())
}

/// Σ (n + 1 − 2i)·xᵢ / (n·Σx), with x largest first and i from 1.
fn gini(descending: &[i128]) -> Ppm {
    let n = descending.len() as i128;
    let weighted: i128 = (1..).zip(descending).map(|(i, size): (i128, &i128)| (n + 1 - 2 * i) * size).sum();
    ppm(weighted, n * descending.iter().sum::<i128>())
}

/// A fraction in parts per million, rounded half up; nothing of nothing is nothing.
fn ppm(part: i128, whole: i128) -> Ppm {
    if whole <= 0 {
        return 0;
    }
    u32::try_from((part * 2_000_000 + whole) / (2 * whole)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(euros: &[i64]) -> Totals {
        let amount = |n: &i64| Amount::from_micros(n * 1_000_000, Currency::EUR);
        euros.iter().enumerate().map(|(at, n)| (format!("p{at:03}"), amount(n))).collect()
    }

    #[test]
    fn figures_of_small_spreads() {
        for (euros, gini, top_10_percent, paid) in [
            (vec![1, 1, 1, 1], 0, 250_000, 4),
            (vec![0, 0, 0, 4], 750_000, 1_000_000, 1),
            (vec![1, 2, 3, 4], 250_000, 400_000, 4),
            (vec![], 0, 0, 0),
        ] {
            let figures = figures(&spread(&euros), Currency::EUR, &[]).unwrap();
            assert_eq!(
                (figures.gini, figures.top_10_percent, figures.paid),
                (gini, top_10_percent, paid),
                "{euros:?}"
            );
        }
        let least = Amount::from_micros(3_000_000, Currency::EUR);
        assert_eq!(figures(&spread(&[1, 2, 3, 4]), Currency::EUR, &[least]).unwrap().at_least, [(least, 2)]);
    }

    #[test]
    fn movements_and_ranks() {
        let (before, after) = (spread(&[10, 5, 1]), spread(&[8, 5, 3]));
        let all = movements(&before, &after, |_| String::new());
        assert_eq!((all[""].gain, all[""].lose, all[""].same), (1, 1, 1));
        let ranks = movements_by_rank(&before, &after, &[1]);
        assert_eq!((ranks[0].lose, ranks[0].after_micros, ranks[1].gain), (1, 8_000_000, 1));
    }

    #[test]
    fn the_curve_runs_from_nothing_to_all() {
        let points = lorenz(&spread(&[1, 1, 2, 4]), 4);
        let money: Vec<u32> = points.iter().map(|p| p.money).collect();
        assert_eq!(money, [0, 125_000, 250_000, 500_000, 1_000_000]);
    }
}
