//! The division of one split's money over what qualifies for it.

use std::collections::BTreeMap;

use money::{Amount, divide};
use music::RecordingId;

use super::Refusal;
use super::place::{GroupKey, Item, Owner, Placed};

/// What one thing got.
pub(crate) struct Portion<'a> {
    pub usage: Option<String>,
    pub recording: Option<RecordingId>,
    pub owner: Owner<'a>,
    pub due: Amount,
    pub weight: u64,
    pub members: Option<u64>,
    pub flat: Option<Amount>,
}

/// A divided part: who got what, and what is left for somewhere else.
pub(super) struct Divided<'a> {
    pub portions: Vec<Portion<'a>>,
    pub left: Amount,
    pub weight: u64,
    pub count: u64,
    pub idle: u64,
}

/// Divides the money of a split over what qualifies.
pub(super) fn divide_part(placed: Placed<'_>, amount: Amount, pot: Amount) -> Result<Divided<'_>, Refusal> {
    match placed {
        Placed::Weighed(items) => by_weight(items, amount),
        Placed::Grouped(groups) => by_group(groups, amount),
        Placed::Flat(each, items) => flat(each, items, amount),
        Placed::Agreed(items) => {
            if items.is_empty() {
                return Ok(none(amount));
            }
            let agreed = money::sum(items.iter().map(|(_, agreed)| *agreed), pot.currency())?;
            if agreed != pot {
                return Err(Refusal::PotNotAgreed { pot, agreed });
            }
            by_weight(items.into_iter().map(|(item, _)| item).collect(), amount)
        }
        Placed::Seats(seats) => seats.divide(amount),
    }
}

fn none<'a>(amount: Amount) -> Divided<'a> {
    Divided { portions: Vec::new(), left: amount, weight: 0, count: 0, idle: 0 }
}

fn by_weight(items: Vec<Item<'_>>, amount: Amount) -> Result<Divided<'_>, Refusal> {
    let weight = total(&items)?;
    if weight == 0 {
        return Ok(none(amount));
    }
    let weights: Vec<_> = items.iter().map(|i| ((&i.usage, &i.recording), i.weight)).collect();
    let dues = divide(amount, &weights)?;
    let count = items.iter().filter(|i| i.weight > 0).count() as u64;
    let portions = items.into_iter().zip(dues).map(|(item, due)| item.portion(due, None)).collect();
    Ok(Divided { portions, left: Amount::zero(amount.currency()), weight, count, idle: 0 })
}

fn by_group(groups: BTreeMap<GroupKey, Vec<Item<'_>>>, amount: Amount) -> Result<Divided<'_>, Refusal> {
    if groups.is_empty() {
        return Ok(none(amount));
    }
    let weights: Vec<_> = groups.keys().map(|key| (key, 1)).collect();
    let dues = divide(amount, &weights)?;
    let count = groups.len() as u64;
    let mut portions = Vec::new();
    for (items, due) in groups.into_values().zip(dues) {
        portions.extend(by_weight(items, due)?.portions);
    }
    Ok(Divided { portions, left: Amount::zero(amount.currency()), weight: count, count, idle: 0 })
}

fn flat(each: Amount, items: Vec<Item<'_>>, amount: Amount) -> Result<Divided<'_>, Refusal> {
    let need = (0..items.len()).try_fold(Amount::zero(each.currency()), |sum, _| sum.checked_add(each))?;
    let left = amount.checked_sub(need)?;
    if left.is_negative() {
        return Err(Refusal::PotTooSmall { count: items.len(), each, amount });
    }
    let count = items.len() as u64;
    let portions = items.into_iter().map(|item| item.portion(each, Some(each))).collect();
    Ok(Divided { portions, left, weight: count, count, idle: 0 })
}

fn total(items: &[Item<'_>]) -> Result<u64, Refusal> {
    items.iter().try_fold(0_u64, |sum, item| sum.checked_add(item.weight)).ok_or(Refusal::TooLarge)
}

impl<'a> Item<'a> {
    /// What the thing got.
    fn portion(self, due: Amount, flat: Option<Amount>) -> Portion<'a> {
        let Item { usage, recording, weight, owner } = self;
        Portion { usage, recording, owner, due, weight, members: None, flat }
    }
}
