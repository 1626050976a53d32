//! Sharing a pot: one division over all deductions and splits, one within each split, one over the
//! holders of each line.
//!
//! 1. The pot is divided over the shares of the rule. Ties go to the smaller name, so the order in which a
//!    rule lists its parts decides nothing.
//! 2. Each split says what qualifies (`place`). A split for which nothing does hands its money to its
//!    `otherwise`, or where `[unplayed]` says, before anything is divided there.
//! 3. Each split divides its money by weight; ties go to the smaller stable key.
//! 4. Each line is divided over its holders. What has no sure owner waits in suspense, with its reason.
//!
//! Worked: EUR 50 under 15 % deduction and 20 lines: EUR 7.50 to the house, EUR 42.50 to share, EUR 2.125 a
//! line; a line held 62.5 : 37.5 pays EUR 1.328125 and EUR 0.796875.

mod hold;
pub(crate) mod holders;
pub(crate) mod members;
pub(crate) mod part;
pub(crate) mod place;
pub(crate) mod plays;
mod refusal;
mod seat;

use std::collections::BTreeMap;

use money::{Amount, Ratio, divide};

use crate::rule::{By, Destination, Measure, RuleSet, Split};
use crate::{Allocation, How, Input, Line, LineKind, Part, Reason, RuleStamp, Unit};

pub use hold::after_hold;
use part::Portion;
use place::Placed;
pub use refusal::Refusal;
pub use seat::{SeatLine, SeatShare, of_seat};

/// Shares a pot by a rule. A pure function: equal input, in whatever order, gives equal lines.
///
/// A negative pot is shared as the exact mirror of the positive one.
///
/// # Errors
/// A [`Refusal`], checked in this order: rows that contradict each other, data that the rule needs and
/// that is not there, splits without anything to share by, money that would wait without an end.
pub fn allocate(pot: Amount, input: &Input, rule: &RuleSet) -> Result<Allocation, Refusal> {
    watched(pot, input, rule, &mut |_, _, _| Ok(()))
}

/// Shares a pot, and shows each split's things with its money before it is divided.
fn watched(
    pot: Amount,
    input: &Input,
    rule: &RuleSet,
    watch: &mut dyn FnMut(usize, &Placed<'_>, Amount) -> Result<(), Refusal>,
) -> Result<Allocation, Refusal> {
    let usages = place::merged(&input.usages)?;
    let placed: Vec<Placed<'_>> =
        rule.splits.iter().map(|split| place::place(split, input, &usages)).collect::<Result<_, _>>()?;
    let (deducted, own) = first_division(pot, rule)?;
    let mut lines = deduction_lines(rule, &deducted);
    let mut parts: Vec<Part> =
        rule.splits.iter().zip(&own).map(|(split, own)| empty_part(split, *own)).collect();
    for (index, placed) in in_order(rule, placed) {
        let amount = parts[index].amount;
        watch(index, &placed, amount)?;
        let outcome = part::divide_part(placed, amount, pot)?;
        if !outcome.left.is_zero() {
            hand_over(rule, index, outcome.left, &mut parts, &mut lines)?;
        }
        let part = &mut parts[index];
        part.amount = amount.checked_sub(outcome.left)?;
        (part.weight, part.count, part.idle) = (outcome.weight, outcome.count, outcome.idle);
        for portion in outcome.portions {
            holders::share_out(index, portion, input, rule, &mut lines)?;
        }
    }
    every_wait_ends(rule, &lines)?;
    lines.sort_by(|a, b| order(a).cmp(&order(b)));
    Ok(Allocation { pot, rule: RuleStamp::of(rule), parts, lines })
}

/// Divides the pot over all deductions and splits.
pub(crate) fn first_division(pot: Amount, rule: &RuleSet) -> Result<(Vec<Amount>, Vec<Amount>), Refusal> {
    let shares = rule.deductions.iter().map(|d| d.share).chain(rule.splits.iter().map(|s| s.share));
    let (weights, missing) = Ratio::weights(&shares.collect::<Vec<_>>()).ok_or(Refusal::TooLarge)?;
    if missing != 0 {
        return Err(Refusal::TooLarge);
    }
    let deductions = rule.deductions.iter().map(|d| (0, d.to.to_string(), d.reason.en.as_str()));
    let splits = rule.splits.iter().map(|s| (1, s.name.clone(), ""));
    let keyed: Vec<_> = deductions.chain(splits).zip(weights).collect();
    let mut amounts = divide(pot, &keyed)?;
    let splits = amounts.split_off(rule.deductions.len());
    Ok((amounts, splits))
}

fn deduction_lines(rule: &RuleSet, amounts: &[Amount]) -> Vec<Line> {
    let lines = rule.deductions.iter().zip(amounts).map(|(deduction, amount)| Line {
        kind: LineKind::Deduct { to: deduction.to.clone(), reason: deduction.reason.en.clone() },
        amount: *amount,
        usage: None,
        recording: None,
        side: None,
        how: How::Deducted { share: deduction.share, reason: deduction.reason.clone() },
    });
    lines.collect()
}

fn empty_part(split: &Split, own: Amount) -> Part {
    let within = match &split.measure {
        Measure::Member(terms) => Some(terms.within),
        _ => None,
    };
    Part {
        name: split.name.clone(),
        share: split.share,
        own,
        taken_over: Vec::new(),
        amount: own,
        by: By::from_word(split.measure.word()),
        within,
        unit: Unit::of(&split.measure),
        weight: 0,
        count: 0,
        idle: 0,
    }
}

/// The splits in an order in which each comes before the one its money may go to.
///
/// The rule has no circle, so walking up from the longest way always ends.
fn in_order<'a>(rule: &RuleSet, placed: Vec<Placed<'a>>) -> Vec<(usize, Placed<'a>)> {
    let mut ordered: Vec<(usize, usize, Placed<'a>)> =
        placed.into_iter().enumerate().map(|(index, placed)| (way(rule, index), index, placed)).collect();
    ordered.sort_by_key(|(way, index, _)| (std::cmp::Reverse(*way), *index));
    ordered.into_iter().map(|(_, index, placed)| (index, placed)).collect()
}

/// How many splits lie on the way of a split's money to its end.
pub(crate) fn way(rule: &RuleSet, index: usize) -> usize {
    let mut at = rule.splits.get(index);
    for steps in 0..rule.splits.len() {
        match at.and_then(|split| rule.fallback(split)) {
            Some(Destination::Split(name)) => at = rule.split(name),
            _ => return steps,
        }
    }
    rule.splits.len()
}

/// Takes what a split could not place to where the rule says.
fn hand_over(
    rule: &RuleSet,
    index: usize,
    amount: Amount,
    parts: &mut [Part],
    lines: &mut Vec<Line>,
) -> Result<(), Refusal> {
    let split = &rule.splits[index];
    let to = rule.fallback(split).ok_or_else(|| Refusal::NothingQualifies { split: split.name.clone() })?;
    if let Destination::Split(name) = to {
        if let Some(target) = parts.iter_mut().find(|p| p.name == *name) {
            target.amount = target.amount.checked_add(amount)?;
            target.taken_over.push(split.name.clone());
        }
        return Ok(());
    }
    let how = How::Whole { part: index };
    lines.push(Line { kind: carried(to), amount, usage: None, recording: None, side: None, how });
    Ok(())
}

fn carried(to: &Destination) -> LineKind {
    LineKind::Carry { to: to.clone() }
}

/// Money may wait only where the rule says for how long and where it goes then.
pub(crate) fn every_wait_ends(rule: &RuleSet, lines: &[Line]) -> Result<(), Refusal> {
    let waits: BTreeMap<Reason, Amount> = lines
        .iter()
        .filter_map(|line| match line.kind {
            LineKind::Suspense { reason } if !line.amount.is_zero() => Some((reason, line.amount)),
            _ => None,
        })
        .collect();
    match waits.keys().find(|reason| rule.hold(**reason).is_none()) {
        Some(reason) => Err(Refusal::NoHold { reason: *reason }),
        None => Ok(()),
    }
}

/// Deductions stay as the rule lists them; all else by part, what it follows, and destination.
fn order(line: &Line) -> impl Ord + '_ {
    let part = line.how.part().map_or(0, |part| part + 1);
    let free = part > 0;
    (part, line.usage.as_deref(), line.recording.as_ref(), line.side, free.then_some(&line.kind))
}

impl Portion<'_> {
    fn line(&self, kind: LineKind, amount: Amount, side: Option<crate::rule::Pays>, how: How) -> Line {
        Line { kind, amount, usage: self.usage.clone(), recording: self.recording.clone(), side, how }
    }
}
