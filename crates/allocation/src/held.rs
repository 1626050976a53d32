//! Usages that a guard flagged: they count, but their money waits until a person has decided.
//!
//! A flagged usage keeps its weight, so nobody gains by somebody else being flagged, and nothing moves twice
//! when it is released. To tell its money apart, it counts under a double of its recording that knows the same
//! facts and has no holders; [`crate::allocate`] writes what the double gets as waiting, under the recording's own
//! name. The module does not know why something was flagged.

use std::collections::{BTreeMap, BTreeSet};

use music::RecordingId;

use crate::canon::sha256_hex;
use crate::{Facts, Input};

/// What is flagged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Held {
    /// Lines of set lists, by key.
    pub usages: BTreeSet<String>,
    /// All plays of these recordings by these members.
    pub plays: BTreeSet<(String, RecordingId)>,
}

impl Held {
    /// Whether nothing is flagged.
    pub fn is_empty(&self) -> bool {
        self.usages.is_empty() && self.plays.is_empty()
    }
}

/// The same input with what is flagged set apart.
///
/// Under a rule by recording, a recording that is also played otherwise is counted once, as itself: flagged
/// plays take nothing away from it.
pub fn set_apart(input: &Input, held: &Held) -> Input {
    let mut apart = input.clone();
    let mut doubles: BTreeMap<RecordingId, RecordingId> = BTreeMap::new();
    let mut double = |recording: &RecordingId| {
        doubles.entry(recording.clone()).or_insert_with(|| double_of(recording)).clone()
    };
    for usage in apart.usages.iter_mut().filter(|u| held.usages.contains(&u.key)) {
        usage.recording = usage.recording.as_ref().map(&mut double);
    }
    if !held.plays.is_empty() {
        for play in &mut apart.plays {
            if held.plays.contains(&(play.member.clone(), play.recording.clone())) {
                play.recording = double(&play.recording);
            }
        }
    }
    for (recording, double) in doubles {
        let facts = input.facts.get(&recording).cloned().unwrap_or_default();
        apart.facts.insert(double, Facts { held_for: Some(recording), ..facts });
    }
    apart
}

/// Leaves out what was found to be wrong: it never happened, and others get its part.
pub fn without(input: &Input, wrong: &Held) -> Input {
    let mut rest = input.clone();
    rest.usages.retain(|u| !wrong.usages.contains(&u.key));
    if !wrong.plays.is_empty() {
        rest.plays.retain(|p| !wrong.plays.contains(&(p.member.clone(), p.recording.clone())));
    }
    rest
}

/// Sixty-four bits of the hash of its name: never a recording's own id, as far as chance allows.
fn double_of(recording: &RecordingId) -> RecordingId {
    let hash = sha256_hex(format!("held:{recording}").as_bytes());
    RecordingId::from_bits(u64::from_str_radix(&hash[..16], 16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LineKind, Reason, Shares, SharesOf, Usage, allocate, find, rule::Pays};
    use music::{Origin, PartyId};

    fn night() -> Input {
        let recording = |n| RecordingId::from_bits(n);
        let mut shares = Shares::new();
        for n in 1..=3 {
            shares.set(recording(n), Pays::Master, SharesOf::whole(PartyId::from_bits(n)));
        }
        let line = |n: u64| Usage::line(format!("line-{n}"), Origin::default(), Some(recording(n)));
        Input::set_list((1..=3).map(line).collect(), shares)
    }

    #[test]
    fn flagged_lines_wait_and_take_nothing_from_the_others() {
        let rule = find("set-list-per-line").unwrap();
        let pot = "EUR 100".parse().unwrap();
        let plain = allocate(pot, &night(), &rule).unwrap();
        let held = Held { usages: ["line-2".to_owned()].into(), ..Held::default() };
        let apart = allocate(pot, &set_apart(&night(), &held), &rule).unwrap();
        assert!(apart.adds_up());
        let waits: Vec<_> = apart
            .lines
            .iter()
            .filter(|l| matches!(l.kind, LineKind::Suspense { reason: Reason::Flagged }))
            .collect();
        assert_eq!(waits.len(), 1);
        assert_eq!(waits[0].recording, Some(RecordingId::from_bits(2)));
        let of = |a: &crate::Allocation, n| {
            a.lines.iter().find(|l| l.recording == Some(RecordingId::from_bits(n))).unwrap().amount
        };
        for n in 1..=3 {
            assert!((of(&plain, n).micros() - of(&apart, n).micros()).abs() <= 1);
        }
        let rest = allocate(pot, &without(&night(), &held), &rule).unwrap();
        assert_eq!(of(&rest, 1).to_decimal(), "42.500000");
    }
}
