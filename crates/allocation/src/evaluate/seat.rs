//! What the money of one member's seat did: what followed the member, to the micro, and what every seat carries alike.
//!
//! The one is exact: the same divisions as [`allocate`](super::allocate), seen from one seat. The other is a seat's
//! equal part of what is shared by all together, to the nearest micro, since it is nobody's in particular.
//!
//! Worked: EUR 90 from ten seats, 20 % to the house, 30 % by member, the rest equally over the catalogue. A seat is EUR 9:
//! EUR 1.80 to the house, EUR 4.50 to being in the catalogue, EUR 2.70 over what the member played.

use money::{Amount, divide};
use music::RecordingId;

use super::place::Placed;
use super::{Refusal, watched};
use crate::Input;
use crate::rule::{By, Destination, RuleSet, Text, Where};

/// What the money of one seat did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatShare {
    /// How many seats the pot stands for: those that are paid, or the members with a play.
    pub seats: u64,
    /// One seat's equal part of the pot, to the nearest micro.
    pub seat: Amount,
    /// Where it went, in the order of the rule: deductions first.
    pub lines: Vec<SeatLine>,
}

/// A part of the rule, as one seat sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatLine {
    /// Why it is taken, for deductions; the split's name for splits.
    pub what: Text,
    /// Where it goes, where that is one place.
    pub to: Option<Destination>,
    /// By what it is shared, for splits.
    pub by: Option<By>,
    /// What counts for it, for splits that look at a part only.
    pub filter: Option<Where>,
    /// What one seat brought to it.
    pub amount: Amount,
    /// What followed this member, by recording; nothing where all seats carry the same.
    pub recordings: Vec<(RecordingId, Amount)>,
    /// Over how many members it was divided, for splits that follow members.
    pub members: Option<u64>,
}

/// What the money of one member's seat did when a pot was shared.
///
/// # Errors
/// As [`allocate`](super::allocate).
pub fn of_seat(pot: Amount, input: &Input, rule: &RuleSet, member: &str) -> Result<SeatShare, Refusal> {
    let mut own: Vec<Option<Vec<(RecordingId, Amount)>>> = vec![None; rule.splits.len()];
    let shared = watched(pot, input, rule, &mut |index, placed, amount| {
        if let (Placed::Seats(seats), Some(slot)) = (placed, own.get_mut(index)) {
            *slot = Some(seats.of_member(member, amount)?);
        }
        Ok(())
    })?;
    let seats = input.seats.unwrap_or_else(|| active(input)).max(1);
    let (deducted, _) = super::first_division(pot, rule)?;
    let mut lines = Vec::new();
    for (deduction, amount) in rule.deductions.iter().zip(deducted) {
        lines.push(SeatLine {
            what: deduction.reason.clone(),
            to: Some(deduction.to.clone()),
            by: None,
            filter: None,
            amount: one_of(amount, seats)?,
            recordings: Vec::new(),
            members: None,
        });
    }
    for ((split, part), own) in rule.splits.iter().zip(&shared.parts).zip(own) {
        let followed = own.map(|all| all.into_iter().filter(|(_, a)| !a.is_zero()).collect::<Vec<_>>());
        let amount = match &followed {
            Some(all) => money::sum(all.iter().map(|(_, a)| *a), pot.currency())?,
            None => one_of(part.amount, seats)?,
        };
        lines.push(SeatLine {
            what: Text { en: split.name.clone(), fr: None },
            to: None,
            by: part.by,
            filter: split.filter,
            amount,
            members: followed.as_ref().map(|_| part.count),
            recordings: followed.unwrap_or_default(),
        });
    }
    Ok(SeatShare { seats, seat: one_of(pot, seats)?, lines })
}

/// The members with a play.
fn active(input: &Input) -> u64 {
    let played = input.plays.iter().filter(|p| p.plays > 0).map(|p| p.member.as_str());
    played.collect::<std::collections::BTreeSet<_>>().len() as u64
}

/// One of so many equal parts, to the micro.
fn one_of(amount: Amount, seats: u64) -> Result<Amount, Refusal> {
    let parts = divide(amount, &[(0_u8, 1), (1, seats.saturating_sub(1))])?;
    parts.first().copied().ok_or(Refusal::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Play, find};

    fn play(member: &str, recording: &str, plays: u32) -> Play {
        let recording = recording.parse().unwrap();
        Play { member: member.to_owned(), recording, plays, played_s: None, sought: false, before: 0 }
    }

    #[test]
    fn all_seats_together_are_what_the_rule_shared() {
        let rule = find("territorial-contribution-by-member").unwrap();
        let mut input = Input {
            plays: vec![
                play("a", "rec-A", 3),
                play("a", "rec-B", 1),
                play("b", "rec-B", 2),
                play("c", "rec-C", 7),
            ],
            seats: Some(5),
            ..Input::NOTHING
        };
        for (recording, local) in [("rec-A", false), ("rec-B", true), ("rec-C", false)] {
            let facts = crate::Facts { in_catalogue: true, local, ..crate::Facts::default() };
            input.facts.insert(recording.parse().unwrap(), facts);
        }
        let pot: Amount = "EUR 1000".parse().unwrap();
        let whole = crate::allocate(pot, &input, &rule).unwrap();
        let members = |name: &str| {
            let all = ["a", "b", "c", "nobody"].map(|m| of_seat(pot, &input, &rule, m).unwrap());
            let lines = all.iter().flat_map(|s| s.lines.iter().filter(|l| l.what.en == name));
            lines.map(|l| l.amount.micros()).sum::<i64>()
        };
        for name in ["local floor", "members"] {
            let part = whole.parts.iter().find(|p| p.name == name).unwrap();
            assert_eq!(members(name), part.amount.micros(), "{name}");
        }
        let a = of_seat(pot, &input, &rule, "a").unwrap();
        assert_eq!((a.seats, a.seat.to_string().as_str()), (5, "EUR 200.00"));
        assert_eq!(a.lines[0].amount.to_string(), "EUR 40.00", "a fifth of the 20 %");
        let own = a.lines.iter().find(|l| l.what.en == "members").unwrap();
        assert_eq!(own.recordings.len(), 2);
        assert_eq!(own.recordings[0].1.micros(), own.recordings[1].1.micros() * 3, "by plays");
        let floor = a.lines.iter().find(|l| l.what.en == "local floor").unwrap();
        assert_eq!((floor.members, floor.amount.to_string().as_str()), (Some(2), "EUR 50.00"));
    }
}
