//! One pot under several rules, put side by side for people: figures, curves, who gains and who loses.
//!
//! The first rule that can be applied is what the others are measured against. A comparison is made of values and posts nothing;
//! it has no idea where the pot came from.

use std::collections::{BTreeMap, BTreeSet};

use money::{Amount, AmountError, Currency};
use music::Problem;

use crate::compare::{self, Figures, Movement, Point, Totals};
use crate::{Allocation, Input, LineKind, RuleSet, RuleStamp};

/// Ranks at which payees are grouped, by what the first rule pays them.
pub const CUTS: [usize; 3] = [10, 100, 1_000];

/// Steps of the Lorenz curves.
const STEPS: u32 = 50;

/// How many that gain and lose most are named.
const NAMED: usize = 8;

/// Most rules side by side; more cannot be told apart in a picture.
pub const MOST_RULES: usize = 5;

/// What is known of a payee.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Payee {
    /// The name, as people know it.
    pub name: String,
    /// The place that the payee is told under; empty where none is known.
    pub place: String,
    /// The career tier, in words of the caller's; empty where none is known.
    pub tier: String,
}

/// One pot under several rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// What is shared.
    pub amount: Amount,
    /// The rules, in the order asked for.
    pub columns: Vec<Column>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Which.
    pub rule: RuleStamp,
    /// What it does with the pot, or why it cannot be applied.
    pub outcome: Result<Outcome, Problem>,
}

/// What one rule does with the pot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How the money is spread over payees.
    pub figures: Figures,
    /// What waits for an owner.
    pub waits: Amount,
    /// What the house, funds and other periods take.
    pub taken: Amount,
    /// The Lorenz curve.
    pub curve: Vec<Point>,
    /// What changes against the first rule; `None` for that rule.
    pub against: Option<Against>,
}

/// What changes for payees against the first rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Against {
    /// For all of them.
    pub all: Movement,
    /// By rank under the first rule, cut at [`CUTS`]; groups without anybody are left out.
    pub by_rank: Vec<(String, Movement)>,
    /// By place.
    pub by_place: BTreeMap<String, Movement>,
    /// By career tier.
    pub by_tier: BTreeMap<String, Movement>,
    /// Those who gain most, most first.
    pub gainers: Vec<Moved>,
    /// Those who lose most, most first.
    pub losers: Vec<Moved>,
}

/// A payee under two rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The name.
    pub name: String,
    /// Under the first rule.
    pub before: Amount,
    /// Under this one.
    pub after: Amount,
}

impl Moved {
    /// How much more, in micros.
    pub fn change(&self) -> i128 {
        i128::from(self.after.micros()) - i128::from(self.before.micros())
    }
}

impl Comparison {
    /// The outcomes of the rules that can be applied.
    pub fn outcomes(&self) -> impl Iterator<Item = (&RuleStamp, &Outcome)> {
        self.columns.iter().filter_map(|c| Some((&c.rule, c.outcome.as_ref().ok()?)))
    }
}

/// Puts rules side by side. `payees` says what is known of each payee, by the key that `key` gives a line; whoever
/// stands there counts as a payee even where no rule pays them. `levels` are amounts to count payees at or above.
///
/// # Errors
/// Sums beyond the range of an amount.
pub fn comparison(
    amount: Amount,
    input: &Input,
    rules: &[RuleSet],
    key: impl Fn(&crate::Line) -> Option<String> + Copy,
    payees: &BTreeMap<String, Payee>,
    levels: &[Amount],
) -> Result<Comparison, AmountError> {
    let shared = compare::side_by_side(amount, input, rules);
    let mut everybody: BTreeSet<String> = payees.keys().cloned().collect();
    for (_, allocation) in &shared {
        let lines = allocation.iter().flat_map(|a| &a.lines);
        everybody.extend(lines.filter(|l| paid(&l.kind)).filter_map(key));
    }
    let mut first: Option<Totals> = None;
    let mut columns = Vec::new();
    for (rule, allocation) in shared {
        let outcome = match allocation {
            Err(refusal) => Err(refusal.problem()),
            Ok(allocation) => {
                let totals = spread(&allocation, &everybody, key)?;
                let told = outcome(&allocation, &totals, first.as_ref(), payees, levels)?;
                first.get_or_insert(totals);
                Ok(told)
            }
        };
        columns.push(Column { rule: RuleStamp::of(rule), outcome });
    }
    Ok(Comparison { amount, columns })
}

fn paid(kind: &LineKind) -> bool {
    matches!(kind, LineKind::Pay { .. })
}

fn spread(
    allocation: &Allocation,
    everybody: &BTreeSet<String>,
    key: impl Fn(&crate::Line) -> Option<String>,
) -> Result<Totals, AmountError> {
    let zero = Amount::zero(allocation.pot.currency());
    let mut totals: Totals = everybody.iter().map(|name| (name.clone(), zero)).collect();
    totals.extend(compare::totals(allocation, |line| key(line).filter(|_| paid(&line.kind)))?);
    Ok(totals)
}

fn outcome(
    allocation: &Allocation,
    totals: &Totals,
    first: Option<&Totals>,
    payees: &BTreeMap<String, Payee>,
    levels: &[Amount],
) -> Result<Outcome, AmountError> {
    let currency = allocation.pot.currency();
    Ok(Outcome {
        figures: compare::figures(totals, currency, levels)?,
        waits: allocation.total(|l| matches!(l.kind, LineKind::Suspense { .. }))?,
        taken: allocation.total(|l| matches!(l.kind, LineKind::Deduct { .. } | LineKind::Carry { .. }))?,
        curve: compare::lorenz(totals, STEPS),
        against: first.map(|first| against(first, totals, payees, currency)),
    })
}

fn against(first: &Totals, now: &Totals, payees: &BTreeMap<String, Payee>, currency: Currency) -> Against {
    let all = compare::movements(first, now, |_| String::new()).remove("").unwrap_or_default();
    let of =
        |name: &str, what: fn(&Payee) -> &String| payees.get(name).map(what).cloned().unwrap_or_default();
    let ranks = compare::movements_by_rank(first, now, &CUTS);
    let somebody = |m: &Movement| m.gain + m.lose + m.same > 0;
    let (gainers, losers) = most(first, now, payees, currency);
    Against {
        all,
        by_rank: rank_names().into_iter().zip(ranks).filter(|(_, m)| somebody(m)).collect(),
        by_place: compare::movements(first, now, |name| of(name, |p| &p.place)),
        by_tier: compare::movements(first, now, |name| of(name, |p| &p.tier)),
        gainers,
        losers,
    }
}

/// `1–10`, `11–100`, `101–1000`, `1001–`.
fn rank_names() -> Vec<String> {
    let starts = std::iter::once(1).chain(CUTS.iter().map(|c| c + 1));
    let ends = CUTS.iter().map(|c| c.to_string()).chain(std::iter::once(String::new()));
    starts.zip(ends).map(|(from, to)| format!("{from}–{to}")).collect()
}

fn most(
    first: &Totals,
    now: &Totals,
    payees: &BTreeMap<String, Payee>,
    currency: Currency,
) -> (Vec<Moved>, Vec<Moved>) {
    let zero = Amount::zero(currency);
    let name = |key: &String| payees.get(key).map_or_else(|| key.clone(), |p| p.name.clone());
    let mut moved: Vec<Moved> = now
        .iter()
        .map(|(key, after)| Moved {
            name: name(key),
            before: first.get(key).copied().unwrap_or(zero),
            after: *after,
        })
        .filter(|m| m.change() != 0)
        .collect();
    moved.sort_by(|a, b| b.change().cmp(&a.change()).then_with(|| a.name.cmp(&b.name)));
    let losers = moved.iter().rev().take_while(|m| m.change() < 0).take(NAMED).cloned().collect();
    moved.retain(|m| m.change() > 0);
    moved.truncate(NAMED);
    (moved, losers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Play, find};
    use music::RecordingId;

    #[test]
    fn rules_stand_side_by_side_and_a_refusal_stands_alone() {
        let play = |member: &str, of: u64, plays| Play {
            member: member.to_owned(),
            recording: RecordingId::from_bits(of),
            plays,
            played_s: None,
            sought: false,
            before: 0,
        };
        let plays = vec![play("a", 1, 90), play("b", 2, 10), play("c", 2, 10)];
        let mut input = Input { plays, ..Input::default() };
        for n in 1..=2 {
            let whole = crate::SharesOf::whole(music::PartyId::from_bits(n));
            input.shares.set(RecordingId::from_bits(n), crate::rule::Pays::Master, whole);
        }
        let rules = ["set-list-per-line", "pro-rata", "user-centric"].map(|r| find(r).unwrap());
        let got =
            comparison("EUR 90".parse().unwrap(), &input, &rules, compare::party, &BTreeMap::new(), &[]);
        let got = got.unwrap();
        assert!(got.columns[0].outcome.is_err());
        let second = got.columns[2].outcome.as_ref().unwrap().against.as_ref().unwrap();
        assert_eq!((second.all.gain, second.all.lose), (1, 1));
        assert_eq!(second.by_rank, vec![("1–10".to_owned(), second.all)]);
        assert_eq!(second.losers[0].change(), -second.gainers[0].change());
        assert_eq!(got.outcomes().count(), 2);
    }
}
