use crate::Amount;

/// Why an amount cannot be divided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undividable {
    /// There is money but no weight above zero to carry it.
    #[error(
        "{0} has no one to go to: every weight is zero; say where such money goes (`otherwise`, `[unplayed]`)"
    )]
    NoWeight(Amount),
    /// The same, of micros whose currency is not told.
    #[error("{0} micros have no one to go to: every weight is zero")]
    NoWeightFor(u64),
    /// A key stands twice: ties between equal keys would depend on their order.
    #[error("a key stands twice in one division; merge its weights first")]
    KeyTwice,
    /// The weights add up beyond 64 bits.
    #[error("the weights add up beyond 64 bits; scale them down by a common factor")]
    WeightsTooLarge,
}

/// Divides an amount over weights by largest remainder (Hamilton's method); the only place that rounds.
///
/// Each part is the floor of its exact due `amount × weight / total`; the micros left over go one
/// each to the parts with the largest fractions, ties to the smaller key. So the parts add up to the
/// amount, no part is off by a whole micro, and the order of the weights does not matter. A negative
/// amount is the mirror image of the positive one. Parts come back in the order of `weights`.
///
/// Handing leftovers to whoever is listed first would move real money to the front of the alphabet;
/// here a key decides only between exactly equal fractions.
///
/// Worked: 100 micros over weights 1, 1, 4 are 16.67, 16.67, 66.67; floors 16, 16, 66 leave two
/// micros; the fractions are all ⅔, so the two smaller keys take them: 17, 17, 66.
///
/// # Errors
/// [`Undividable`] where nothing could carry the money, a key stands twice, or the weights overflow.
/// A zero amount over zero weights is zero everywhere.
pub fn divide<K: Ord>(amount: Amount, weights: &[(K, u64)]) -> Result<Vec<Amount>, Undividable> {
    let total = weights
        .iter()
        .try_fold(0_u64, |sum, (_, w)| sum.checked_add(*w))
        .ok_or(Undividable::WeightsTooLarge)?;
    refuse_double_keys(weights)?;
    let currency = amount.currency();
    if total == 0 {
        if amount.is_zero() {
            return Ok(vec![amount; weights.len()]);
        }
        return Err(Undividable::NoWeight(amount));
    }
    // |amount| ≤ 2^63 and weight ≤ 2^64, so the product stays below 2^127.
    let size = u128::from(amount.micros().unsigned_abs());
    let total = u128::from(total);
    let mut floors: Vec<u64> = Vec::with_capacity(weights.len());
    let mut fractions: Vec<(u128, usize)> = Vec::new();
    let mut left = amount.micros().unsigned_abs();
    for (place, (_, weight)) in weights.iter().enumerate() {
        let due = size * u128::from(*weight);
        // The quotient is at most |amount|, so it fits.
        let floor = (due / total) as u64;
        left -= floor;
        floors.push(floor);
        if !due.is_multiple_of(total) {
            fractions.push((due % total, place));
        }
    }
    // Fewer micros are left than there are fractions: their sum is the sum of those fractions.
    let left = left as usize;
    if left > 0 {
        let by_claim = |a: &(u128, usize), b: &(u128, usize)| {
            b.0.cmp(&a.0).then_with(|| weights[a.1].0.cmp(&weights[b.1].0))
        };
        if left < fractions.len() {
            fractions.select_nth_unstable_by(left - 1, by_claim);
        }
        for (_, place) in &fractions[..left] {
            floors[*place] += 1;
        }
    }
    let negative = amount.is_negative();
    Ok(floors
        .into_iter()
        .map(|part| {
            let part = if negative { 0_i64.wrapping_sub_unsigned(part) } else { part as i64 };
            Amount::from_micros(part, currency)
        })
        .collect())
}

fn refuse_double_keys<K: Ord>(weights: &[(K, u64)]) -> Result<(), Undividable> {
    if weights.windows(2).all(|pair| pair[0].0 < pair[1].0) {
        return Ok(());
    }
    let mut keys: Vec<&K> = weights.iter().map(|(key, _)| key).collect();
    keys.sort_unstable();
    if keys.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Undividable::KeyTwice);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;
    use num_bigint::BigInt;
    use num_rational::BigRational;
    use proptest::prelude::*;

    fn eur(micros: i64) -> Amount {
        Amount::from_micros(micros, Currency::EUR)
    }

    fn micros(parts: &[Amount]) -> Vec<i64> {
        parts.iter().map(|p| p.micros()).collect()
    }

    #[test]
    fn worked_cases() {
        for (amount, weights, want) in [
            (100, vec![1, 1, 4], vec![17, 17, 66]),
            (-100, vec![1, 1, 4], vec![-17, -17, -66]),
            (42_500_000, vec![1; 20], vec![2_125_000; 20]),
            (5, vec![0, 1, 0], vec![0, 5, 0]),
            (0, vec![0, 0], vec![0, 0]),
            (1, vec![1, 1], vec![1, 0]),
            (i64::MAX, vec![u64::MAX], vec![i64::MAX]),
            (i64::MIN, vec![1], vec![i64::MIN]),
        ] {
            let keyed: Vec<(usize, u64)> = weights.into_iter().enumerate().collect();
            assert_eq!(micros(&divide(eur(amount), &keyed).unwrap()), want);
        }
    }

    #[test]
    fn refusals() {
        assert_eq!(divide(eur(1), &[("a", 0)]), Err(Undividable::NoWeight(eur(1))));
        assert_eq!(divide::<u8>(eur(1), &[]), Err(Undividable::NoWeight(eur(1))));
        assert_eq!(divide(eur(1), &[("a", 1), ("a", 2)]), Err(Undividable::KeyTwice));
        assert_eq!(divide(eur(1), &[("a", u64::MAX), ("b", 1)]), Err(Undividable::WeightsTooLarge));
    }

    /// The plain rule in unbounded rationals, written without looking at the fast one.
    fn oracle(amount: i64, weights: &[(u16, u64)]) -> Vec<i64> {
        let total: BigInt = weights.iter().map(|(_, w)| BigInt::from(*w)).sum();
        let exact: Vec<BigRational> = weights
            .iter()
            .map(|(_, w)| {
                BigRational::new(BigInt::from(amount.unsigned_abs()) * BigInt::from(*w), total.clone())
            })
            .collect();
        let mut parts: Vec<BigInt> = exact.iter().map(|e| e.floor().to_integer()).collect();
        let mut left: BigInt = BigInt::from(amount.unsigned_abs()) - parts.iter().sum::<BigInt>();
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by(|a, b| {
            exact[*b].fract().cmp(&exact[*a].fract()).then(weights[*a].0.cmp(&weights[*b].0))
        });
        for place in order {
            if left == BigInt::from(0) {
                break;
            }
            parts[place] += 1;
            left -= 1;
        }
        let sign = if amount < 0 { -1 } else { 1 };
        parts.into_iter().map(|p| i64::try_from(p * sign).unwrap()).collect()
    }

    fn weights() -> impl Strategy<Value = Vec<(u16, u64)>> {
        let weight = prop_oneof![0_u64..5, 0_u64..1_000_000, 0_u64..(u64::MAX / 64)];
        prop::collection::btree_map(any::<u16>(), weight, 1..40)
            .prop_filter("some weight", |m| m.values().any(|w| *w > 0))
            .prop_map(|m| m.into_iter().collect())
    }

    proptest! {
        #[test]
        fn conserves_and_agrees_with_the_plain_rule(amount: i64, weights in weights()) {
            let parts = micros(&divide(eur(amount), &weights).unwrap());
            prop_assert_eq!(parts.iter().map(|p| i128::from(*p)).sum::<i128>(), i128::from(amount));
            prop_assert_eq!(parts, oracle(amount, &weights));
        }

        #[test]
        fn order_changes_nothing(amount: i64, weights in weights(), seed: u64) {
            let mut shuffled = weights.clone();
            let len = shuffled.len();
            for i in (1..len).rev() {
                shuffled.swap(i, (seed.wrapping_mul(i as u64 * 2 + 1) % (i as u64 + 1)) as usize);
            }
            let plain: std::collections::BTreeMap<u16, i64> =
                weights.iter().map(|w| w.0).zip(micros(&divide(eur(amount), &weights).unwrap())).collect();
            let other: std::collections::BTreeMap<u16, i64> =
                shuffled.iter().map(|w| w.0).zip(micros(&divide(eur(amount), &shuffled).unwrap())).collect();
            prop_assert_eq!(plain, other);
        }

        #[test]
        fn negative_mirrors_and_bigger_weights_never_get_less(amount in 0_i64..i64::MAX, weights in weights()) {
            let parts = micros(&divide(eur(amount), &weights).unwrap());
            let mirror = micros(&divide(eur(-amount), &weights).unwrap());
            prop_assert_eq!(parts.iter().map(|p| -p).collect::<Vec<_>>(), mirror);
            for (a, pa) in weights.iter().zip(&parts) {
                prop_assert!(a.1 > 0 || *pa == 0);
                for (b, pb) in weights.iter().zip(&parts) {
                    prop_assert!(a.1 <= b.1 || pa >= pb);
                }
            }
        }
    }
}
