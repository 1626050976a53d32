//! A part of the members: those whose hash falls to it.

use std::fmt;

use datafusion::arrow::array::{Array, AsArray as _, BooleanArray};
use datafusion::arrow::datatypes::{DataType, UInt64Type};
use datafusion::arrow::error::ArrowError;

/// One of several shards; every member belongs to exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard {
    index: u32,
    of: u32,
}

impl Shard {
    /// Every shard of a division into `of`, at least one.
    pub fn all(of: u32) -> impl Iterator<Item = Shard> {
        let of = of.max(1);
        (0..of).map(move |index| Shard { index, of })
    }

    /// Which one, from 0.
    #[must_use]
    pub fn index(self) -> u32 {
        self.index
    }

    /// Of how many.
    #[must_use]
    pub fn of(self) -> u32 {
        self.of
    }

    pub(crate) fn to_bytes(self) -> [u8; 8] {
        (u64::from(self.index) << 32 | u64::from(self.of)).to_le_bytes()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Shard> {
        let both = u64::from_le_bytes(bytes.try_into().ok()?);
        let (index, of) = (u32::try_from(both >> 32).ok()?, both as u32);
        (index < of).then_some(Shard { index, of })
    }

    /// Which rows of a column of members belong here.
    pub(crate) fn holds(self, members: &dyn Array) -> Result<BooleanArray, ArrowError> {
        Ok(hashes(members)?.into_iter().map(|hash| Some(shard_of(hash, self.of) == self.index)).collect())
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "shard {} of {}", self.index + 1, self.of)
    }
}

/// The shard, of `of`, that a hash falls to.
pub(crate) fn shard_of(hash: u64, of: u32) -> u32 {
    // The high half of the product is below `of`.
    ((u128::from(hash) * u128::from(of)) >> 64) as u32
}

/// A hash of each value of a column of identifiers.
pub(crate) fn hashes(ids: &dyn Array) -> Result<Vec<u64>, ArrowError> {
    match ids.data_type() {
        DataType::UInt64 => Ok(ids.as_primitive::<UInt64Type>().values().iter().map(|id| mix(*id)).collect()),
        DataType::Binary => {
            Ok(ids.as_binary::<i32>().iter().map(|text| of_text(text.unwrap_or_default())).collect())
        }
        other => Err(ArrowError::SchemaError(format!("{other} is no identifier"))),
    }
}

/// Spreads a number over all 64 bits (the finaliser of SplitMix64).
pub(crate) fn mix(number: u64) -> u64 {
    let a = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let b = (a ^ (a >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let c = (b ^ (b >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    c ^ (c >> 31)
}

/// A hash of a text, eight bytes at a time.
pub(crate) fn of_text(bytes: &[u8]) -> u64 {
    bytes.chunks(8).fold(mix(bytes.len() as u64), |hash, chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        mix(hash ^ u64::from_le_bytes(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::{BinaryArray, UInt64Array};

    #[test]
    fn each_member_belongs_to_one_shard_of_about_equal_size() {
        let members = UInt64Array::from_iter_values(0..10_000);
        for of in [1, 2, 3, 7, 64] {
            let mut seen = vec![0; members.len()];
            for shard in Shard::all(of) {
                let held = shard.holds(&members).unwrap();
                assert!(held.true_count() > members.len() / of as usize / 2, "{shard}");
                (0..seen.len()).for_each(|i| seen[i] += usize::from(held.value(i)));
                assert_eq!(Shard::from_bytes(&shard.to_bytes()), Some(shard));
            }
            assert!(seen.iter().all(|n| *n == 1));
        }
    }

    #[test]
    fn texts_that_differ_hash_apart() {
        let texts: Vec<&[u8]> =
            vec![b"", b"a", b"b", b"eight by", b"eight byt", b"eight b\0", b"\0", b"\xff"];
        let hashed = hashes(&BinaryArray::from(texts.clone())).unwrap();
        let distinct: std::collections::BTreeSet<u64> = hashed.into_iter().collect();
        assert_eq!(distinct.len(), texts.len());
    }

    #[test]
    fn bytes_that_are_no_shard_are_refused() {
        for bytes in [&[][..], &[0; 8], &[1; 8], &[0; 9]] {
            assert_eq!(Shard::from_bytes(bytes), None, "{bytes:?}");
        }
    }
}
