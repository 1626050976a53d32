//! SHA-256 digests as values with one text.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// A SHA-256 digest. Its text is 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

/// The text is not 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a hash; write 64 hexadecimal digits")]
pub struct BadHash(String);

impl Hash {
    /// The digest of some bytes, with no domain of its own.
    pub fn of(bytes: &[u8]) -> Hash {
        Hash::of_parts(&[bytes])
    }

    /// A digest given as its 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Hash {
        Hash(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The digest of several parts as if they stood in one row; the caller keeps them apart.
    pub(crate) fn of_parts(parts: &[&[u8]]) -> Hash {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Hash(hasher.finalize().into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |d: u8| char::from(DIGITS[usize::from(d & 15)]); // d & 15 is below 16
        let text: String = self.0.iter().flat_map(|b| [digit(b >> 4), digit(*b)]).collect();
        f.pad(&text)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Hash {
    type Err = BadHash;

    /// Reads 64 hexadecimal digits of either case.
    fn from_str(text: &str) -> Result<Hash, BadHash> {
        let bad = || BadHash(text.chars().take(80).collect());
        if text.len() != 64 || !text.is_ascii() {
            return Err(bad());
        }
        let value = |c: u8| char::from(c).to_digit(16).ok_or_else(bad);
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let (high, low) = (value(pair[0])?, value(pair[1])?); // chunks_exact gives pairs
            *byte = u8::try_from(high * 16 + low).map_err(|_| bad())?;
        }
        Ok(Hash(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn is_the_sha_256_everyone_knows() {
        // FIPS 180-4, example of one block.
        let want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Hash::of(b"abc").to_string(), want);
        assert_eq!(want.to_uppercase().parse::<Hash>().unwrap(), Hash::of(b"abc"));
    }

    #[test]
    fn refuses_what_is_not_a_hash() {
        for text in ["", "ab", &"g".repeat(64), &"é".repeat(32), &"a".repeat(65), &"+a".repeat(32)] {
            assert!(text.parse::<Hash>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_hash_reads_back(bytes: [u8; 32]) {
            let hash = Hash::from_bytes(bytes);
            prop_assert_eq!(hash.to_string().parse::<Hash>().unwrap(), hash);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,70}") {
            let _ = text.parse::<Hash>();
        }
    }
}
