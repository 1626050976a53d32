use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::Draft;

/// A SHA-256 digest; shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

/// The hash before the first entry: thirty-two zero bytes.
pub const GENESIS: Hash = Hash([0; 32]);

/// An entry with its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chained<'a> {
    /// Its number, from 1 without gaps.
    pub seq: i64,
    /// When it was written, in microseconds since 1970 UTC.
    pub at_micros: i64,
    /// The entry.
    pub draft: &'a Draft,
}

/// The hash of an entry after `previous`.
///
/// SHA-256 over the previous hash and every field, each text with its length in front, each number as
/// eight bytes big-endian, so that no two different entries have the same bytes.
pub fn chain_hash(previous: &Hash, entry: &Chained<'_>) -> Hash {
    let mut digest = Sha256::new();
    digest.update(b"tantieme/entry/1");
    digest.update(previous.0);
    digest.update(entry.seq.to_be_bytes());
    digest.update(entry.at_micros.to_be_bytes());
    let draft = entry.draft;
    for text in [&draft.kind, &draft.memo, &draft.subject, &draft.key, &draft.input_hash] {
        update_text(&mut digest, text);
    }
    update_text(&mut digest, draft.state.word());
    digest.update(draft.state.resolves().unwrap_or(0).to_be_bytes());
    digest.update((draft.postings.len() as u64).to_be_bytes());
    for posting in &draft.postings {
        update_text(&mut digest, posting.account.as_str());
        update_text(&mut digest, posting.amount.currency().code());
        digest.update(posting.amount.micros().to_be_bytes());
    }
    Hash(digest.finalize().into())
}

fn update_text(digest: &mut Sha256, text: &str) {
    digest.update((text.len() as u64).to_be_bytes());
    digest.update(text.as_bytes());
}

impl Hash {
    /// The SHA-256 of some bytes.
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(64);
        for byte in self.0 {
            write!(text, "{byte:02x}")?;
        }
        f.pad(&text)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The text is not a hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a SHA-256 hash of 64 hexadecimal digits")]
pub struct BadHash(pub String);

impl FromStr for Hash {
    type Err = BadHash;

    fn from_str(text: &str) -> Result<Self, BadHash> {
        let bad = || BadHash(text.to_owned());
        if text.len() != 64 || !text.is_ascii() {
            return Err(bad());
        }
        let mut bytes = [0; 32];
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[place * 2..place * 2 + 2], 16).map_err(|_| bad())?;
        }
        Ok(Hash(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Account;

    fn hash(draft: &Draft, seq: i64) -> Hash {
        chain_hash(&GENESIS, &Chained { seq, at_micros: 7, draft })
    }

    #[test]
    fn every_field_moves_the_hash() {
        let base = Draft::posted("receive", "pot-1", "key")
            .memo("m")
            .inputs("i")
            .debit(Account::bank(), "EUR 1".parse().unwrap())
            .credit(Account::pot("a"), "EUR 1".parse().unwrap());
        let mut others = vec![Draft { state: crate::EntryState::Pending, ..base.clone() }];
        for change in 0..7 {
            let mut other = base.clone();
            match change {
                0 => other.kind.push('x'),
                1 => other.memo.push('x'),
                2 => other.subject.push('x'),
                3 => other.key.push('x'),
                4 => other.input_hash.push('x'),
                5 => other.postings.swap(0, 1),
                _ => other.postings[1].account = Account::pot("b"),
            }
            others.push(other);
        }
        // Text that slides from one field into the next is another entry too.
        others.push(Draft { kind: "receiv".into(), memo: "em".into(), ..base.clone() });
        for other in &others {
            assert_ne!(hash(&base, 1), hash(other, 1), "{other:?}");
        }
        assert_ne!(hash(&base, 1), hash(&base, 2));
        assert_eq!(hash(&base, 1).to_string().parse::<Hash>().unwrap(), hash(&base, 1));
    }
}
