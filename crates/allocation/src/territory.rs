//! A sharing told by territory: each line under the places it belongs to, and everything adds up to the pot.
//!
//! The module does not know what is tagged with what; it is told, line by line.

use std::collections::BTreeMap;

use money::{Amount, AmountError, divide};

use crate::{Allocation, Line, LineKind};

/// Where the money of a line belongs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Where {
    /// To a place, by its code.
    At(String),
    /// To somebody, of whom no place is known.
    Unknown,
    /// To nobody yet: it waits.
    Waiting,
    /// To the house, a fund, or another period.
    Taken,
}

/// The sums of an allocation by place. They add up to the pot, to the micro.
///
/// A line of several places belongs to each in equal parts, by the one division; ties go to the smaller code.
///
/// # Errors
/// Sums beyond the range of an amount.
pub fn by_place(
    allocation: &Allocation,
    places: impl Fn(&Line) -> Vec<String>,
) -> Result<BTreeMap<Where, Amount>, AmountError> {
    let mut sums: BTreeMap<Where, Amount> = BTreeMap::new();
    let mut add = |place: Where, amount: Amount| -> Result<(), AmountError> {
        let sum = sums.entry(place).or_insert_with(|| Amount::zero(amount.currency()));
        *sum = sum.checked_add(amount)?;
        Ok(())
    };
    for line in &allocation.lines {
        match line.kind {
            LineKind::Deduct { .. } | LineKind::Carry { .. } => add(Where::Taken, line.amount)?,
            LineKind::Suspense { .. } => add(Where::Waiting, line.amount)?,
            LineKind::Pay { .. } => {
                for (place, part) in over(line.amount, places(line)) {
                    add(place, part)?;
                }
            }
        }
    }
    Ok(sums)
}

/// An amount over places, in equal parts; a place named twice counts once.
pub fn over(amount: Amount, mut places: Vec<String>) -> Vec<(Where, Amount)> {
    places.sort();
    places.dedup();
    let weights: Vec<(&String, u64)> = places.iter().map(|p| (p, 1)).collect();
    match divide(amount, &weights) {
        Ok(parts) if !parts.is_empty() => places.into_iter().map(Where::At).zip(parts).collect(),
        _ => vec![(Where::Unknown, amount)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_places_share_and_none_is_unknown() {
        let amount: Amount = "EUR 0.000005".parse().unwrap();
        let told = over(amount, vec!["FR-69".into(), "FR-42".into(), "FR-69".into()]);
        let micros: Vec<(Where, i64)> = told.into_iter().map(|(w, a)| (w, a.micros())).collect();
        assert_eq!(micros, [(Where::At("FR-42".into()), 3), (Where::At("FR-69".into()), 2)]);
        assert_eq!(over(amount, Vec::new()), [(Where::Unknown, amount)]);
    }
}
