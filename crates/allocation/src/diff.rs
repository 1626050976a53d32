//! What a later allocation of the same pot changes: adjustments for the open period.
//!
//! A late match, a changed share or a corrected line is never an edit. The pot is shared again and the
//! difference is booked, line by line, so that old lines and adjustments together are the new lines.

use std::collections::BTreeMap;

use money::{Amount, AmountError, Currency};
use music::RecordingId;

use crate::rule::Pays;
use crate::{Allocation, Line, LineKind};

/// The change of one destination for one usage and recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// Where the money goes, or is taken back from.
    pub kind: LineKind,
    /// The usage it follows.
    pub usage: Option<String>,
    /// The recording it is for.
    pub recording: Option<RecordingId>,
    /// The side.
    pub side: Option<Pays>,
    /// What the old lines said.
    pub before: Amount,
    /// What the new lines say.
    pub after: Amount,
    /// `after` less `before`; never zero.
    pub amount: Amount,
}

type Key = (Option<String>, Option<RecordingId>, Option<Pays>, LineKind);

/// The adjustments from an old allocation to a new one, by usage, recording, side and destination.
///
/// They add up to the difference of the pots, which is nothing when only matches or shares changed.
///
/// # Errors
/// Different currencies, or sums beyond the range of an amount.
pub fn diff(old: &Allocation, new: &Allocation) -> Result<Vec<Adjustment>, AmountError> {
    let currency = new.pot.currency();
    old.pot.checked_sub(Amount::zero(currency))?;
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    gather(&old.lines, currency, &mut before)?;
    gather(&new.lines, currency, &mut after)?;
    let keys: std::collections::BTreeSet<&Key> = before.keys().chain(after.keys()).collect();
    let zero = Amount::zero(currency);
    let mut changes = Vec::new();
    for key in keys {
        let (was, is) = (before.get(key).copied().unwrap_or(zero), after.get(key).copied().unwrap_or(zero));
        let amount = is.checked_sub(was)?;
        if !amount.is_zero() {
            let (usage, recording, side, kind) = key.clone();
            changes.push(Adjustment { kind, usage, recording, side, before: was, after: is, amount });
        }
    }
    Ok(changes)
}

/// The exact negative of every destination: old lines and reversal together are nothing.
///
/// # Errors
/// Sums beyond the range of an amount.
pub fn reversal(old: &Allocation) -> Result<Vec<Adjustment>, AmountError> {
    let zero = Amount::zero(old.pot.currency());
    let nothing = Allocation { pot: zero, rule: old.rule.clone(), parts: Vec::new(), lines: Vec::new() };
    diff(old, &nothing)
}

fn gather(lines: &[Line], currency: Currency, sums: &mut BTreeMap<Key, Amount>) -> Result<(), AmountError> {
    for line in lines {
        let key = (line.usage.clone(), line.recording.clone(), line.side, line.kind.clone());
        let sum = sums.entry(key).or_insert_with(|| Amount::zero(currency));
        *sum = sum.checked_add(line.amount)?;
    }
    Ok(())
}
