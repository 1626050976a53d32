//! From what a usage or recording got to the parties that hold it.

use money::{Amount, Ratio, divide};
use music::share::Standing;
use music::{PartyId, RecordingId};

use super::Refusal;
use super::part::Portion;
use super::place::Owner;
use crate::rule::Pays;
use crate::{How, Input, Line, LineKind, Reason, RuleSet, SharesOf};

/// Who takes part in the division of one line; the open rest comes after every party in ties.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Taker {
    Party(PartyId),
    Open,
}

/// Adds the lines of one portion.
pub(crate) fn share_out(
    part: usize,
    portion: Portion<'_>,
    input: &Input,
    rule: &RuleSet,
    lines: &mut Vec<Line>,
) -> Result<(), Refusal> {
    if let (Owner::OfRecording, Some(recording)) = (&portion.owner, held_for(&portion, input)) {
        let held = Portion { recording: Some(recording), ..portion };
        for (side, due) in over_sides(held.due, rule)? {
            lines.push(waiting(part, &held, Reason::Flagged, due, Some(side)));
        }
        return Ok(());
    }
    match &portion.owner {
        Owner::Carried(to) => {
            let kind = LineKind::Carry { to: to.clone() };
            lines.push(portion.line(kind, portion.due, None, How::Whole { part }));
        }
        Owner::Party(party) => {
            let kind = LineKind::Pay { party: party.clone() };
            lines.push(portion.line(kind, portion.due, None, How::Whole { part }));
        }
        Owner::Waits(reason) => lines.push(waiting(part, &portion, *reason, portion.due, None)),
        Owner::Given(shares) => over_holders(part, &portion, Some(shares), portion.due, None, lines)?,
        Owner::OfRecording => {
            for (side, due) in over_sides(portion.due, rule)? {
                let shares = portion.recording.as_ref().and_then(|r| input.shares.get(r, side));
                over_holders(part, &portion, shares, due, Some(side), lines)?;
            }
        }
    }
    Ok(())
}

/// The recording that a flagged double stands for.
fn held_for(portion: &Portion<'_>, input: &Input) -> Option<RecordingId> {
    input.facts.get(portion.recording.as_ref()?)?.held_for.clone()
}

/// A line's money by side: all of it, or in the rule's proportion.
fn over_sides(due: Amount, rule: &RuleSet) -> Result<Vec<(Pays, Amount)>, Refusal> {
    if rule.pays != Pays::BothSides {
        return Ok(vec![(rule.pays, due)]);
    }
    let master = rule.master_part;
    let weights = [
        (Pays::Master, u64::from(master.numerator())),
        (Pays::Composition, u64::from(master.denominator() - master.numerator())),
    ];
    let amounts = divide(due, &weights)?;
    Ok(weights
        .into_iter()
        .zip(amounts)
        .filter(|((_, weight), _)| *weight > 0)
        .map(|((s, _), a)| (s, a))
        .collect())
}

fn over_holders(
    part: usize,
    portion: &Portion<'_>,
    shares: Option<&SharesOf>,
    due: Amount,
    side: Option<Pays>,
    lines: &mut Vec<Line>,
) -> Result<(), Refusal> {
    let Some(shares) = shares.filter(|s| !s.holders().is_empty()) else {
        lines.push(waiting(part, portion, Reason::NoHolder, due, side));
        return Ok(());
    };
    let reason = match shares.standing() {
        Standing::Disputed => Some(Reason::Disputed),
        Standing::Over(_) => Some(Reason::Overclaimed),
        Standing::Whole | Standing::Open(_) => None,
    };
    let ratios: Vec<Ratio> = shares.holders().iter().map(|h| h.ratio).collect();
    let weights = Ratio::weights(&ratios).filter(|_| reason.is_none());
    let Some((weights, missing)) = weights else {
        // Fractions too fine to be weighed count as an overclaim, as in `music::share::standing`.
        lines.push(waiting(part, portion, reason.unwrap_or(Reason::Overclaimed), due, side));
        return Ok(());
    };
    let mut takers: Vec<(Taker, u64)> =
        shares.holders().iter().map(|h| Taker::Party(h.party.clone())).zip(weights).collect();
    if missing > 0 {
        takers.push((Taker::Open, missing));
    }
    let amounts = divide(due, &takers)?;
    let open = match shares.standing() {
        Standing::Open(rest) => Some(*rest),
        _ => None,
    };
    let ratios = ratios.into_iter().map(Some).chain([open]);
    for (((taker, _), amount), ratio) in takers.into_iter().zip(amounts).zip(ratios) {
        let kind = match taker {
            Taker::Party(party) => LineKind::Pay { party },
            Taker::Open => LineKind::Suspense { reason: Reason::OpenShare },
        };
        lines.push(portion.line(kind, amount, side, how(part, portion, due, ratio)));
    }
    Ok(())
}

fn waiting(part: usize, portion: &Portion<'_>, reason: Reason, amount: Amount, side: Option<Pays>) -> Line {
    portion.line(LineKind::Suspense { reason }, amount, side, how(part, portion, amount, None))
}

fn how(part: usize, portion: &Portion<'_>, due: Amount, share: Option<Ratio>) -> How {
    match (portion.flat, portion.members) {
        (Some(each), _) if share.is_none() => How::Flat { part, each },
        (_, Some(members)) => How::Members { part, members, due, share },
        _ => How::Weighed { part, weight: portion.weight, due, share },
    }
}
