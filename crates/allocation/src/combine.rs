//! Lines of several pots as one sum for each party and recording, so that no single night shows through.
//!
//! The amount of one line tells the pot to whoever knows how many lines there were. So a producer is
//! shown sums over several pots, and each sum says how many pots it is from: below the caller's
//! threshold it waits for more, or is shown as private.

use std::collections::BTreeMap;

use money::{Amount, AmountError};
use music::{PartyId, RecordingId};

use crate::rule::Pays;
use crate::{Allocation, LineKind};

/// What one party gets for one recording from several pots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Combined {
    /// Whom.
    pub party: PartyId,
    /// For what; `None` where it follows no recording.
    pub recording: Option<RecordingId>,
    /// The side.
    pub side: Option<Pays>,
    /// The sum.
    pub amount: Amount,
    /// From how many pots something above nothing came.
    pub pots: u64,
}

/// Adds what each party gets, by recording, side and currency; in that order, whatever that of the pots.
///
/// # Errors
/// Sums beyond the range of an amount.
pub fn combine(allocations: &[&Allocation]) -> Result<Vec<Combined>, AmountError> {
    let mut sums: BTreeMap<Key<'_>, (Amount, u64)> = BTreeMap::new();
    for allocation in allocations {
        for (key, amount) in one_pot(allocation)? {
            let sum = sums.entry(key).or_insert((Amount::zero(amount.currency()), 0));
            *sum = (sum.0.checked_add(amount)?, sum.1 + u64::from(!amount.is_zero()));
        }
    }
    let combined = sums.into_iter().map(|((party, recording, side, _), (amount, pots))| Combined {
        party: party.clone(),
        recording: recording.cloned(),
        side,
        amount,
        pots,
    });
    Ok(combined.collect())
}

type Key<'a> = (&'a PartyId, Option<&'a RecordingId>, Option<Pays>, &'static str);

fn one_pot(allocation: &Allocation) -> Result<BTreeMap<Key<'_>, Amount>, AmountError> {
    let currency = allocation.pot.currency();
    let mut sums: BTreeMap<Key<'_>, Amount> = BTreeMap::new();
    for line in &allocation.lines {
        let LineKind::Pay { party } = &line.kind else { continue };
        let key = (party, line.recording.as_ref(), line.side, currency.code());
        let sum = sums.entry(key).or_insert_with(|| Amount::zero(currency));
        *sum = sum.checked_add(line.amount)?;
    }
    Ok(sums)
}
