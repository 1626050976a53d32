//! The last step: control totals compared, and the result by recording; then over holders where they are known.

use std::collections::BTreeMap;

use money::{Amount, AmountError};
use music::{PartyId, RecordingId};

use crate::evaluate::every_wait_ends;
use crate::evaluate::holders::share_out;
use crate::evaluate::part::Portion;
use crate::evaluate::place::Owner;
use crate::rule::Destination;
use crate::{Input, LineKind, Reason, Refusal, Shares};

use super::census::{Census, PartCensus};
use super::control::Control;
use super::plan::Plan;
use super::recordings::Recordings;
use super::settle::{Settlement, SharedBy, signed};
use super::share::Shared;

/// A pot shared, by recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The pot.
    pub pot: Amount,
    /// Totals of all rows, the same in both passes.
    pub control: Control,
    /// What was taken before sharing, in the order of the rule.
    pub deducted: Vec<Deducted>,
    /// What each split gave, in the order of the rule.
    pub parts: Vec<PartOutcome>,
    /// What follows no recording, in the order of the rule.
    pub carried: Vec<Carried>,
    /// Every recording that a row names or that a split considered, by ascending number.
    pub recordings: Vec<u32>,
}

/// A deduction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deducted {
    /// Where it goes.
    pub to: Destination,
    /// Why, in English.
    pub reason: String,
    /// How much.
    pub amount: Amount,
}

/// Money that follows no recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The split it comes from.
    pub split: String,
    /// Where it goes.
    pub to: Destination,
    /// How much.
    pub amount: Amount,
}

/// What one split gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartOutcome {
    /// Its name.
    pub split: String,
    /// What it shared.
    pub amount: Amount,
    /// Active members, under a split by member.
    pub members: Option<u64>,
    /// By ascending recording; who got nothing may be left out.
    pub by_recording: Vec<(u32, Amount)>,
}

/// Control totals that do not agree: rows or money were lost or doubled on the way. Nothing may be posted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} do not agree: {expected} were counted and {found} came back")]
pub struct Mismatch {
    /// What differs.
    pub what: &'static str,
    /// What the census counted or the settlement gave out.
    pub expected: String,
    /// What came back.
    pub found: String,
}

/// What one party, or suspense, gets of a recording.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeldLine {
    /// The recording's number.
    pub recording: u32,
    /// The party, or why the money waits.
    pub whom: Result<PartyId, Reason>,
    /// Micros.
    pub micros: i64,
}

/// Lines by recording, party, then reason.
pub type HolderLines = Vec<HeldLine>;

/// Compares the totals of both passes and puts the result together.
///
/// # Errors
/// [`Mismatch`] names the first total that does not agree.
pub fn finish(
    plan: &Plan,
    recordings: &Recordings,
    census: &Census,
    settlement: Settlement,
    shared: Shared,
) -> Result<Outcome, Mismatch> {
    compare(census, &settlement, &shared)?;
    let pot = settlement.pot;
    let rule = plan.rule();
    let deducted = rule.deductions.iter().zip(&settlement.deducted).map(|(deduction, amount)| Deducted {
        to: deduction.to.clone(),
        reason: deduction.reason.en.clone(),
        amount: *amount,
    });
    let deducted: Vec<Deducted> = deducted.collect();
    let mut of_members: BTreeMap<usize, Vec<u64>> =
        shared.parts.into_iter().map(|part| (part.part, part.by_recording)).collect();
    let mut carried: Vec<Carried> = Vec::new();
    let mut parts = Vec::with_capacity(rule.splits.len());
    for (place, (split, part)) in rule.splits.iter().zip(settlement.parts).enumerate() {
        let members = match census.parts.get(place) {
            Some(PartCensus::Members(members)) => Some(members.active),
            _ => None,
        };
        let by_recording = match part.shared {
            SharedBy::Nothing => Vec::new(),
            SharedBy::Place(to) => {
                carried.push(Carried { split: split.name.clone(), to, amount: part.amount });
                Vec::new()
            }
            SharedBy::Recordings(shared) => shared,
            SharedBy::Seats(_) => {
                let sums = of_members.remove(&place).unwrap_or_default();
                let paid = (0_u32..).zip(sums).filter(|(_, micros)| *micros > 0);
                paid.map(|(recording, micros)| (recording, signed(micros, pot))).collect()
            }
        };
        parts.push(PartOutcome { split: split.name.clone(), amount: part.amount, members, by_recording });
    }
    carried.extend(settlement.carried.into_iter().map(|(place, to, amount)| Carried {
        split: rule.splits[place].name.clone(),
        to,
        amount,
    }));
    let mut outcome =
        Outcome { pot, control: census.control, deducted, parts, carried, recordings: Vec::new() };
    outcome.recordings = outcome.listed(recordings, census);
    match outcome.total() {
        Ok(total) if total == pot => Ok(outcome),
        other => Err(Mismatch {
            what: "the parts and the pot",
            expected: pot.to_string(),
            found: other.map_or_else(|error| error.to_string(), |total| total.to_string()),
        }),
    }
}

fn compare(census: &Census, settlement: &Settlement, shared: &Shared) -> Result<(), Mismatch> {
    let same = |what: &'static str, expected: u64, found: u64| {
        let (expected, found) = (expected.to_string(), found.to_string());
        if expected == found { Ok(()) } else { Err(Mismatch { what, expected, found }) }
    };
    if !shared.parts.is_empty() {
        same("rows", census.control.rows, shared.control.rows)?;
        same("plays", census.control.plays, shared.control.plays)?;
        same("sums over rows", census.control.hash, shared.control.hash)?;
    }
    for part in &shared.parts {
        let (members, pays) =
            settlement.seats_of(part.part).map_or((0, 0), |money| (money.members, money.pays));
        same("members", members, part.members)?;
        same("micros of members", pays, part.money)?;
        let by_recording: u128 = part.by_recording.iter().map(|micros| u128::from(*micros)).sum();
        // Above the range of an amount it cannot agree.
        same("micros of recordings", pays, u64::try_from(by_recording).unwrap_or(u64::MAX))?;
    }
    Ok(())
}

impl Outcome {
    /// What each recording gets from all splits, by ascending number; who gets nothing too.
    ///
    /// # Errors
    /// Sums beyond the range of an amount, which the parts of a pot cannot reach.
    pub fn by_recording(&self) -> Result<Vec<(u32, Amount)>, AmountError> {
        let nothing = Amount::zero(self.pot.currency());
        let mut sums: Vec<(u32, Amount)> = self.recordings.iter().map(|number| (*number, nothing)).collect();
        for part in &self.parts {
            let mut sums = sums.iter_mut();
            for (recording, amount) in &part.by_recording {
                if let Some(sum) = sums.find(|sum| sum.0 == *recording) {
                    sum.1 = sum.1.checked_add(*amount)?;
                }
            }
        }
        Ok(sums)
    }

    /// Everything together: the pot, to the micro.
    fn total(&self) -> Result<Amount, AmountError> {
        let paid = self.parts.iter().flat_map(|part| part.by_recording.iter().map(|(_, amount)| *amount));
        let taken = self.deducted.iter().map(|d| d.amount).chain(self.carried.iter().map(|c| c.amount));
        money::sum(paid.chain(taken), self.pot.currency())
    }

    fn listed(&self, recordings: &Recordings, census: &Census) -> Vec<u32> {
        let mut listed: Vec<bool> = (0..recordings.count).map(|n| census.marks.get(n) > Some(&0)).collect();
        for (recording, _) in self.parts.iter().flat_map(|part| &part.by_recording) {
            if let Some(mark) = listed.get_mut(*recording as usize) {
                *mark = true;
            }
        }
        (0_u32..).zip(listed).filter(|(_, mark)| *mark).map(|(number, _)| number).collect()
    }
}

/// Shares what recordings get over their holders, split by split, as [`crate::allocate`] does.
///
/// `shares` holds them under `RecordingId::from_bits(number)`, on every side that the rule pays. Ties go to the
/// smaller party id, so number the parties in the order of their keys. Lines of one recording and party, or one
/// reason, are added.
///
/// # Errors
/// [`Refusal::NoHold`] where money would wait without an end.
pub fn hold(plan: &Plan, outcome: &Outcome, shares: &Shares) -> Result<HolderLines, Refusal> {
    let rule = plan.rule();
    let input = Input { shares: shares.clone(), ..Input::default() };
    let mut sums: BTreeMap<(u32, Result<PartyId, Reason>), i64> = BTreeMap::new();
    let mut lines = Vec::new();
    for (place, part) in outcome.parts.iter().enumerate() {
        for (number, due) in &part.by_recording {
            lines.clear();
            let recording = Some(RecordingId::from_bits(u64::from(*number)));
            let portion = Portion {
                usage: None,
                recording,
                owner: Owner::OfRecording,
                due: *due,
                weight: 1,
                members: None,
                flat: None,
            };
            share_out(place, portion, &input, rule, &mut lines)?;
            every_wait_ends(rule, &lines)?;
            for line in &lines {
                let whom = match &line.kind {
                    LineKind::Pay { party } => Ok(party.clone()),
                    LineKind::Suspense { reason } => Err(*reason),
                    // Nothing else comes of the money of a recording.
                    _ => continue,
                };
                *sums.entry((*number, whom)).or_default() += line.amount.micros();
            }
        }
    }
    let lines = sums.into_iter();
    Ok(lines.map(|((recording, whom), micros)| HeldLine { recording, whom, micros }).collect())
}
