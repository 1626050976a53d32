//! Seats that carry money of their own: user-centric sharing and its relatives.
//!
//! The split's money is divided equally over the seats; ties go to the smaller member, seats without a
//! play come last. Each member's money is divided over what that member did; then the parts are added
//! per recording. So one member moves at most that member's own money.
//!
//! ScaledUserProp (arXiv 2511.04465, ICML 2025) lets little-active members carry less: member i, with Lᵢ
//! plays, weighs min(γLᵢ, 1), where γ makes the weights of all n active members add up to αn. γ is found
//! exactly: with the c most active members capped at 1 and S the plays of the others,
//! γ = (αn − c)/S, for the smallest c that caps everybody it should. As weights serve the whole
//! numbers min(p·Lᵢ, q) of γ = p/q. Worked: α 70 %, members with 1, 4 and 10 plays: c = 1 gives γ = 1.1/5,
//! so they weigh 0.22, 0.88 and 1, together 2.1.
//!
//! Under a filter the money is divided over the members who played something that qualifies.

use std::collections::BTreeMap;

use money::{Amount, Ratio, divide};
use music::RecordingId;

use super::Refusal;
use super::part::{Divided, Portion};
use super::place::{GroupKey, Owner, artist, qualifies};
use crate::rule::{MemberTerms, Split, Within};
use crate::{Input, Play};

/// Most seats of one pot; larger numbers are slips of the keyboard.
const MOST_SEATS: u64 = 10_000_000;

/// The members whose plays count, and the seats without.
pub(super) struct Seats<'a> {
    /// In the order of `members`, which is theirs.
    names: Vec<&'a str>,
    members: Vec<Member>,
    idle: u64,
    scaled: Option<Ratio>,
}

/// One member: what the money follows, in groups that get equal parts.
struct Member {
    groups: BTreeMap<Option<GroupKey>, BTreeMap<RecordingId, u64>>,
    plays: u64,
}

/// A seat in the division: members by their order, then the idle ones.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Seat {
    Member(usize),
    Idle(u64),
}

/// Finds the members whose plays count.
pub(super) fn seats<'a>(split: &Split, terms: MemberTerms, input: &'a Input) -> Result<Seats<'a>, Refusal> {
    let mut by_member: BTreeMap<&str, Member> = BTreeMap::new();
    for play in &input.plays {
        if play.plays == 0 || !qualifies(split.filter, input, Some(&play.recording)) {
            continue;
        }
        let member =
            by_member.entry(&play.member).or_insert_with(|| Member { groups: BTreeMap::new(), plays: 0 });
        member.plays += u64::from(play.plays);
        let weight = weight(split, terms.within, play)?;
        let group = match terms.within {
            Within::Artist => Some(GroupKey::Artist(artist(split, input, &play.recording)?.to_owned())),
            _ => None,
        };
        let sum = member.groups.entry(group).or_default().entry(play.recording.clone()).or_default();
        *sum = if terms.within == Within::Recording { 1 } else { *sum + weight };
    }
    by_member.retain(|_, member| member.groups.values().flat_map(BTreeMap::values).any(|w| *w > 0));
    let (names, members): (Vec<&str>, Vec<Member>) = by_member.into_iter().unzip();
    let idle = idle(split, input, members.len() as u64)?;
    Ok(Seats { names, members, idle, scaled: terms.scaled })
}

fn weight(split: &Split, within: Within, play: &Play) -> Result<u64, Refusal> {
    match (within, play.played_s) {
        (Within::Duration, Some(seconds)) => Ok(u64::from(seconds)),
        (Within::Duration, None) => {
            let (split, first) = (split.name.clone(), play.recording.to_string());
            Err(Refusal::NoDuration { split, count: 1, first })
        }
        _ => Ok(u64::from(play.plays)),
    }
}

/// Paid seats without a play that counts; none where the seats are not told or a filter is set.
fn idle(split: &Split, input: &Input, members: u64) -> Result<u64, Refusal> {
    match input.seats {
        Some(seats) if seats > MOST_SEATS => Err(Refusal::SeatsTooMany { seats }),
        Some(seats) if seats < members => Err(Refusal::SeatsTooFew { seats, members }),
        Some(seats) if split.filter.is_none() => Ok(seats - members),
        _ => Ok(0),
    }
}

impl Seats<'_> {
    /// What of an amount follows one member, by recording; nothing where nothing of theirs counts.
    pub(super) fn of_member(
        &self,
        name: &str,
        amount: Amount,
    ) -> Result<Vec<(RecordingId, Amount)>, Refusal> {
        let Ok(place) = self.names.binary_search(&name) else { return Ok(Vec::new()) };
        let (monies, _) = self.member_money(amount)?;
        let (Some(member), Some(money)) = (self.members.get(place), monies.get(place)) else {
            return Ok(Vec::new());
        };
        Ok(member.divide(*money)?.into_iter().map(|(recording, part)| (recording.clone(), part)).collect())
    }

    /// Gives each seat its money and each recording its sum over members.
    pub(super) fn divide<'b>(self, amount: Amount) -> Result<Divided<'b>, Refusal> {
        let nothing = Amount::zero(amount.currency());
        let count = self.members.len() as u64;
        if count == 0 {
            return Ok(Divided { portions: Vec::new(), left: amount, weight: 0, count: 0, idle: self.idle });
        }
        let (monies, left) = self.member_money(amount)?;
        let mut sums: BTreeMap<RecordingId, (Amount, u64)> = BTreeMap::new();
        for (member, money) in self.members.iter().zip(monies) {
            for (recording, part) in member.divide(money)? {
                let sum = sums.entry(recording.clone()).or_insert((nothing, 0));
                *sum = (sum.0.checked_add(part)?, sum.1 + 1);
            }
        }
        let portions = sums.into_iter().map(|(recording, (due, members))| Portion {
            usage: None,
            recording: Some(recording),
            owner: Owner::OfRecording,
            due,
            weight: 0,
            members: Some(members),
            flat: None,
        });
        Ok(Divided { portions: portions.collect(), left, weight: count, count, idle: self.idle })
    }

    /// Each member's money, in their order, and that of idle seats.
    fn member_money(&self, amount: Amount) -> Result<(Vec<Amount>, Amount), Refusal> {
        let members = (0..self.members.len()).map(|place| (Seat::Member(place), 1));
        let seats: Vec<(Seat, u64)> = members.chain((0..self.idle).map(|n| (Seat::Idle(n), 1))).collect();
        let mut monies = divide(amount, &seats)?;
        let left = money::sum(monies.split_off(self.members.len()), amount.currency())?;
        if let Some(alpha) = self.scaled {
            let plays: Vec<u64> = self.members.iter().map(|m| m.plays).collect();
            let weights = scaled_weights(&plays, alpha).ok_or(Refusal::TooLarge)?;
            let keyed: Vec<(usize, u64)> = weights.into_iter().enumerate().collect();
            monies = divide(amount.checked_sub(left)?, &keyed)?;
        }
        Ok((monies, left))
    }
}

impl Member {
    fn divide(&self, money: Amount) -> Result<Vec<(&RecordingId, Amount)>, Refusal> {
        let counted = || self.groups.iter().filter(|(_, recordings)| recordings.values().any(|w| *w > 0));
        let keys: Vec<_> = counted().map(|(key, _)| (key, 1)).collect();
        let mut parts = Vec::new();
        for ((_, recordings), money) in counted().zip(divide(money, &keys)?) {
            let weights: Vec<(&RecordingId, u64)> = recordings.iter().map(|(r, w)| (r, *w)).collect();
            parts.extend(recordings.keys().zip(divide(money, &weights)?));
        }
        Ok(parts)
    }
}

/// The weights min(γLᵢ, 1) of members with Lᵢ plays, as whole numbers in the order given; every Lᵢ is above
/// zero. `None` where they leave 64 bits.
pub(super) fn scaled_weights(plays: &[u64], alpha: Ratio) -> Option<Vec<u64>> {
    let (p, q) = gamma(&counted(plays), alpha)?;
    let mut total: u64 = 0;
    let mut weights = Vec::with_capacity(plays.len());
    for plays in plays {
        let weight = scaled_weight(*plays, p, q)?;
        total = total.checked_add(weight)?;
        weights.push(weight);
    }
    Some(weights)
}

/// The weight min(γL, 1) of a member with L plays under γ = p/q, times q. `None` where it leaves 64 bits.
pub(crate) fn scaled_weight(plays: u64, p: u128, q: u128) -> Option<u64> {
    u64::try_from(p.checked_mul(u128::from(plays))?.min(q)).ok()
}

/// How many members have so many plays, by ascending plays.
fn counted(plays: &[u64]) -> Vec<(u64, u64)> {
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    for plays in plays {
        *counts.entry(*plays).or_default() += 1;
    }
    counts.into_iter().collect()
}

/// γ = p/q in lowest terms, such that Σ min(γLᵢ, 1) = αn; over `(Lᵢ, members with Lᵢ plays)` by ascending Lᵢ.
pub(crate) fn gamma(counted: &[(u64, u64)], alpha: Ratio) -> Option<(u128, u128)> {
    let (a, b) = (u128::from(alpha.numerator()), u128::from(alpha.denominator()));
    let members: u128 = counted.iter().map(|(_, members)| u128::from(*members)).sum();
    let target = a.checked_mul(members)?;
    let of = |(plays, members): &(u64, u64)| u128::from(*plays).checked_mul(u128::from(*members));
    let mut below: u128 = counted.iter().try_fold(0_u128, |sum, class| sum.checked_add(of(class)?))?;
    let mut capped: u128 = 0;
    for class in counted.iter().rev() {
        // With `capped` members at 1, γ = (αn − capped) / below = p / q; it caps enough once γ·most ≤ 1. Those
        // with as many plays are capped together: capping one of them leaves γ·most above 1 for the others.
        let p = target.checked_sub(b.checked_mul(capped)?)?;
        let q = b.checked_mul(below)?;
        if p.checked_mul(u128::from(class.0))? <= q {
            let divisor = gcd(p, q);
            return Some((p / divisor, q / divisor));
        }
        below -= of(class)?;
        capped += u128::from(class.1);
    }
    None
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn alpha(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    #[test]
    fn gamma_at_its_breakpoints() {
        for (plays, a, want) in [
            (vec![1, 4, 10], "70 %", (11, 50)),
            (vec![5, 5, 5], "70 %", (7, 50)),
            (vec![3, 9], "100 %", (1, 3)),
            (vec![1, 1, 1, 97], "50 %", (1, 3)),
        ] {
            assert_eq!(gamma(&counted(&plays), alpha(a)), Some(want), "{plays:?}");
        }
    }

    proptest! {
        /// Σ min(γLᵢ, 1) is αn exactly: q times the sum is the sum of the whole-number weights.
        #[test]
        fn weights_add_up_to_alpha(plays in prop::collection::vec(1_u64..100_000, 1..60), a in 1_u64..=100) {
            let alpha = Ratio::new(a, 100).unwrap();
            let (_, q) = gamma(&counted(&plays), alpha).unwrap();
            let sum: u128 = scaled_weights(&plays, alpha).unwrap().into_iter().map(u128::from).sum();
            let (num, den) = (u128::from(alpha.numerator()), u128::from(alpha.denominator()));
            prop_assert_eq!(sum * den, num * plays.len() as u128 * q);
        }
    }
}
