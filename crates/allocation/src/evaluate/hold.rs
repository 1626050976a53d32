//! Where money goes whose hold has run out.

use std::collections::BTreeSet;

use money::{Amount, Ratio, divide};
use music::RecordingId;
use music::share::Standing;

use super::Refusal;
use super::holders::share_out;
use super::part::Portion;
use super::place::Owner;
use crate::rule::{By, Destination, Pays};
use crate::{Allocation, How, Input, Line, LineKind, Part, Reason, RuleSet, RuleStamp, Unit};

/// Shares money that waited for a reason until its hold ran out, as the rule says.
///
/// `then = "recording"` shares it equally over the recordings of the same pot that can be paid whole: every
/// share claimed once and none disputed. Where there is none, it goes where `[unplayed]` says. Every other
/// destination takes it in one line. `input` is what the pot was shared by, with the shares of today.
///
/// Worked: EUR 2.125 of an unmatched line, in a pot with two recordings: EUR 1.0625 for each.
///
/// # Errors
/// [`Refusal::NoHold`] where the rule has no hold for the reason, [`Refusal::NothingQualifies`] where no
/// recording can be paid and the rule has no place for that.
pub fn after_hold(
    amount: Amount,
    reason: Reason,
    input: &Input,
    rule: &RuleSet,
) -> Result<Allocation, Refusal> {
    let hold = rule.hold(reason).ok_or(Refusal::NoHold { reason })?;
    let recordings = payable(input, rule);
    let (to, recordings) = match (&hold.then, recordings.is_empty()) {
        (Destination::Recordings, false) => (None, recordings),
        (Destination::Recordings, true) => (Some(end_of_unplayed(rule)?), BTreeSet::new()),
        (place, _) => (Some(place.clone()), BTreeSet::new()),
    };
    let mut lines = Vec::new();
    if let Some(to) = to {
        let how = How::Whole { part: 0 };
        lines.push(Line {
            kind: LineKind::Carry { to },
            amount,
            usage: None,
            recording: None,
            side: None,
            how,
        });
    }
    let weights: Vec<(&RecordingId, u64)> = recordings.iter().map(|r| (r, 1)).collect();
    let dues = if weights.is_empty() { Vec::new() } else { divide(amount, &weights)? };
    for (recording, due) in recordings.iter().zip(dues) {
        share_out(0, portion(recording, due), input, rule, &mut lines)?;
    }
    let count = recordings.len() as u64;
    let part = Part {
        name: format!("{} after {} months", reason.word(), hold.months),
        share: Ratio::WHOLE,
        own: amount,
        taken_over: Vec::new(),
        amount,
        by: Some(By::Recording),
        within: None,
        unit: Unit::Recording,
        weight: count,
        count,
        idle: 0,
    };
    Ok(Allocation { pot: amount, rule: RuleStamp::of(rule), parts: vec![part], lines })
}

fn portion(recording: &RecordingId, due: Amount) -> Portion<'static> {
    let recording = Some(recording.clone());
    Portion { usage: None, recording, owner: Owner::OfRecording, due, weight: 1, members: None, flat: None }
}

/// The recordings of the input that were played and whose holders make exactly the whole.
fn payable(input: &Input, rule: &RuleSet) -> BTreeSet<RecordingId> {
    let lines = input.usages.iter().filter(|u| u.plays > 0).filter_map(|u| u.recording.as_ref());
    let plays = input.plays.iter().filter(|p| p.plays > 0).map(|p| &p.recording);
    let sides: &[Pays] = if rule.pays == Pays::BothSides {
        &[Pays::Master, Pays::Composition]
    } else {
        std::slice::from_ref(&rule.pays)
    };
    let whole = |recording: &RecordingId| {
        let standing = |side: &Pays| input.shares.get(recording, *side).map(|s| s.standing());
        sides.iter().all(|side| standing(side) == Some(&Standing::Whole))
    };
    lines.chain(plays).filter(|r| whole(r)).cloned().collect()
}

/// Where `[unplayed]` ends, outside of all splits.
fn end_of_unplayed(rule: &RuleSet) -> Result<Destination, Refusal> {
    let mut at = rule.unplayed.as_ref();
    // A checked rule has no circle, so this ends within as many steps as there are splits.
    for _ in 0..=rule.splits.len() {
        match at {
            Some(Destination::Split(name)) => at = rule.split(name).and_then(|split| rule.fallback(split)),
            Some(place) => return Ok(place.clone()),
            None => break,
        }
    }
    Err(Refusal::NothingQualifies { split: "recording".to_owned() })
}
