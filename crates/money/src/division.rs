//! The division of [`crate::divide`] in the shapes that bulk sharing needs: many small ones without
//! allocating, one over equal seats, and one over classes of equal weights.
//!
//! Same rule, same result: floors, then the micros left over to the largest fractions, ties to the smaller
//! key. Here keys are places: what stands first has the smaller key. Amounts are sizes without a sign and
//! currency; the caller mirrors negative ones.

use crate::Undividable;

/// A division used over and over; it keeps its buffers.
#[derive(Debug, Default)]
pub struct Division {
    parts: Vec<u64>,
    claims: Vec<(u64, u32)>,
}

/// What a class of equal weights gets beside its floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum More {
    /// Nothing: the floor is all.
    None,
    /// Every member of the class gets one micro more.
    All,
    /// The members with the smaller keys, over all such classes together, get one micro more.
    Tied,
}

/// What each member of a class gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClassPart {
    /// The floor.
    pub each: u64,
    /// Who gets one micro more.
    pub more: More,
}

impl Division {
    /// Buffers for a first division.
    pub fn new() -> Division {
        Division::default()
    }

    /// Divides `size` micros over weights whose keys ascend with their place; equal to [`crate::divide`].
    ///
    /// # Errors
    /// [`Undividable::WeightsTooLarge`] where the weights leave 64 bits. Over nothing but zeros every part is
    /// zero, whatever the size: the caller has looked whether anything carries weight.
    pub fn over(&mut self, size: u64, weights: &[u64]) -> Result<&[u64], Undividable> {
        let total = weights.iter().try_fold(0_u64, |sum, w| sum.checked_add(*w));
        let total = total.ok_or(Undividable::WeightsTooLarge)?;
        self.parts.clear();
        if total == 0 {
            self.parts.resize(weights.len(), 0);
            return Ok(&self.parts);
        }
        self.claims.clear();
        let (whole, rest) = (size / total, size % total);
        let left = if total >> 32 == 0 {
            self.floors(size, weights, whole, |weight| {
                // Both factors are below 2^32.
                let due = rest * weight;
                (due / total, due % total)
            })
        } else {
            self.floors(size, weights, whole, |weight| {
                let due = u128::from(rest) * u128::from(weight);
                // The quotient is below the weight, the remainder below the total.
                ((due / u128::from(total)) as u64, (due % u128::from(total)) as u64)
            })
        };
        self.hand_out(left);
        Ok(&self.parts)
    }

    /// Takes the floors and remembers the fractions; what is left over.
    fn floors(
        &mut self,
        size: u64,
        weights: &[u64],
        whole: u64,
        of_rest: impl Fn(u64) -> (u64, u64),
    ) -> usize {
        let mut left = size;
        for (place, weight) in weights.iter().enumerate() {
            let (more, fraction) = of_rest(*weight);
            let floor = whole * weight + more;
            left -= floor;
            self.parts.push(floor);
            if fraction > 0 {
                // The larger the fraction, the smaller the claim: so the smallest claims are served. Places
                // of one member's recordings are far below 2^32.
                self.claims.push((u64::MAX - fraction, place as u32));
            }
        }
        left as usize
    }

    fn hand_out(&mut self, left: usize) {
        if left == 0 {
            return;
        }
        if left < self.claims.len() {
            self.claims.select_nth_unstable(left - 1);
        }
        for (_, place) in &self.claims[..left] {
            self.parts[*place as usize] += 1;
        }
    }
}

/// Divides `size` micros over so many equal keys: each gets the first, the so many smallest keys one more.
///
/// Worked: 100 over 3 is 33 each, and one key gets one more.
pub const fn equally(size: u64, keys: u64) -> Option<(u64, u64)> {
    match size.checked_div(keys) {
        Some(each) => Some((each, size % keys)),
        None => None,
    }
}

/// Divides `size` micros over classes of `(weight, members)`: what each member gets, and how many of the
/// [`More::Tied`] members, by the smaller key, get one micro more.
///
/// Worked: 100 over one member of weight 4 and two of weight 1: floors 66 and 16, two micros left, all
/// fractions are ⅔, so the two smallest keys of the three get one more.
///
/// # Errors
/// As [`crate::divide`]: no weight to carry the money, or weights beyond 64 bits.
pub fn over_classes(size: u64, classes: &[(u64, u64)]) -> Result<(Vec<ClassPart>, u64), Undividable> {
    let total = classes.iter().try_fold(0_u64, |sum, (w, n)| sum.checked_add(w.checked_mul(*n)?));
    let total = u128::from(total.ok_or(Undividable::WeightsTooLarge)?);
    let none = ClassPart { each: 0, more: More::None };
    let mut parts = vec![none; classes.len()];
    if total == 0 {
        return if size == 0 { Ok((parts, 0)) } else { Err(Undividable::NoWeightFor(size)) };
    }
    let mut left = size;
    let mut claims: Vec<(u128, usize)> = Vec::with_capacity(classes.len());
    for (place, (weight, members)) in classes.iter().enumerate() {
        let due = u128::from(size) * u128::from(*weight);
        parts[place].each = (due / total) as u64;
        left -= parts[place].each * members;
        if due % total > 0 {
            claims.push((due % total, place));
        }
    }
    claims.sort_unstable_by(|a, b| b.cmp(a));
    for tied in claims.chunk_by(|a, b| a.0 == b.0) {
        if left == 0 {
            break;
        }
        let members: u64 = tied.iter().map(|(_, place)| classes[*place].1).sum();
        let more = if members <= left { More::All } else { More::Tied };
        for (_, place) in tied {
            parts[*place].more = more;
        }
        if more == More::Tied {
            return Ok((parts, left));
        }
        left -= members;
    }
    Ok((parts, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Amount, Currency, divide};
    use proptest::prelude::*;

    fn plainly(size: u64, weights: &[u64]) -> Vec<u64> {
        let keyed: Vec<(usize, u64)> = weights.iter().copied().enumerate().collect();
        let amount = Amount::from_micros(i64::try_from(size).unwrap(), Currency::EUR);
        divide(amount, &keyed).unwrap().iter().map(|p| p.micros().unsigned_abs()).collect()
    }

    #[test]
    fn worked_cases() {
        let mut division = Division::new();
        assert_eq!(division.over(100, &[1, 1, 4]).unwrap(), [17, 17, 66]);
        assert_eq!(division.over(5, &[0, 0]).unwrap(), [0, 0]);
        assert_eq!(division.over(1, &[u64::MAX, 1]), Err(Undividable::WeightsTooLarge));
        assert_eq!(equally(100, 3), Some((33, 1)));
        let (parts, tied) = over_classes(100, &[(4, 1), (1, 2)]).unwrap();
        assert_eq!(tied, 2);
        assert_eq!(parts[0], ClassPart { each: 66, more: More::Tied });
        assert_eq!(parts[1], ClassPart { each: 16, more: More::Tied });
        assert!(over_classes(1, &[(0, 3)]).is_err() && over_classes(0, &[]).is_ok());
    }

    fn weights() -> impl Strategy<Value = Vec<u64>> {
        let weight = prop_oneof![0_u64..5, 0_u64..100_000, 0_u64..(u64::MAX / 64)];
        prop::collection::vec(weight, 1..40).prop_filter("some weight", |all| all.iter().any(|w| *w > 0))
    }

    proptest! {
        #[test]
        fn the_same_as_the_one_division(size in 0_u64..(1 << 63), weights in weights()) {
            let mut division = Division::new();
            let expected = plainly(size, &weights);
            prop_assert_eq!(division.over(size, &weights).unwrap(), &expected[..]);
        }

        #[test]
        fn small_numbers_with_many_ties(size in 0_u64..200, weights in prop::collection::vec(1_u64..5, 1..40)) {
            let expected = plainly(size, &weights);
            let mut division = Division::new();
            prop_assert_eq!(division.over(size, &weights).unwrap(), &expected[..]);
            // The same by classes: each weight is one, its members in the order of their places.
            let mut counts = std::collections::BTreeMap::new();
            for weight in &weights {
                *counts.entry(*weight).or_insert(0_u64) += 1;
            }
            let classes: Vec<(u64, u64)> = counts.into_iter().collect();
            let (parts, mut tied) = over_classes(size, &classes).unwrap();
            let by_classes: Vec<u64> = weights.iter().map(|weight| {
                let part = parts[classes.iter().position(|(w, _)| w == weight).unwrap()];
                let more = match part.more {
                    More::None => false,
                    More::All => true,
                    More::Tied => { let yes = tied > 0; tied -= u64::from(yes); yes }
                };
                part.each + u64::from(more)
            }).collect();
            prop_assert_eq!(by_classes, expected);
        }
    }
}
