//! A hash chain over entries, and the canonical encoding that entries and manifests are hashed in.
//!
//! The encoding gives every value a tag and a length, so that no two different rows of values share
//! their bytes: `("ab", "c")` and `("a", "bc")` differ, and so do the text `1` and the number 1.
//! Bytes are never read back; they exist to be hashed.

use crate::Hash;

const LINK: &[u8] = b"tantieme/chain/1\n";

/// The hash before the first entry of the chain called `name`.
///
/// Two chains (two ledgers, two tenants) never share a hash, since their names differ.
pub fn genesis(name: &str) -> Hash {
    Encoder::new("chain-genesis").text(name).hash()
}

/// The hash after one more entry: SHA-256 over a fixed word, the hash before, and the entry's bytes.
///
/// `canonical` comes from an [`Encoder`]; whoever changes, drops, adds or moves an entry changes every later hash.
///
/// ```
/// use proof::{chain, Encoder};
/// let entry = Encoder::new("entry").text("pot-1").int(42_500_000).finish();
/// let first = chain::next(&chain::genesis("ledger"), &entry);
/// assert_ne!(first, chain::next(&first, &entry));
/// ```
pub fn next(prev: &Hash, canonical: &[u8]) -> Hash {
    Hash::of_parts(&[LINK, prev.as_bytes(), canonical])
}

/// Writes values in the one canonical form: tag, length (8 bytes, big end first), bytes.
#[derive(Debug, Clone)]
pub struct Encoder {
    bytes: Vec<u8>,
}

impl Encoder {
    /// Starts a value of the kind `domain`, such as `ledger-entry/1`; values of two kinds never share their bytes.
    pub fn new(domain: &str) -> Encoder {
        let mut encoder = Encoder { bytes: Vec::new() };
        encoder.put(b'd', domain.as_bytes());
        encoder
    }

    /// Adds text.
    #[must_use]
    pub fn text(mut self, text: &str) -> Encoder {
        self.put(b't', text.as_bytes());
        self
    }

    /// Adds a whole number.
    #[must_use]
    pub fn int(mut self, number: i64) -> Encoder {
        self.put(b'i', &number.to_be_bytes());
        self
    }

    /// Adds bytes.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Encoder {
        self.put(b'b', bytes);
        self
    }

    /// Adds a hash.
    #[must_use]
    pub fn digest(mut self, hash: &Hash) -> Encoder {
        self.put(b'h', hash.as_bytes());
        self
    }

    /// Adds text that may be absent; absent differs from empty.
    #[must_use]
    pub fn optional_text(mut self, text: Option<&str>) -> Encoder {
        match text {
            Some(text) => self.text(text),
            None => {
                self.put(b'n', &[]);
                self
            }
        }
    }

    /// Adds a list: its length, then each item as `write` adds it.
    #[must_use]
    pub fn list<T>(mut self, items: &[T], write: impl FnMut(Encoder, &T) -> Encoder) -> Encoder {
        self.put(b'l', &(items.len() as u64).to_be_bytes());
        items.iter().fold(self, write)
    }

    /// The canonical bytes.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// The SHA-256 of the canonical bytes.
    pub fn hash(self) -> Hash {
        Hash::of(&self.bytes)
    }

    fn put(&mut self, tag: u8, bytes: &[u8]) {
        self.bytes.push(tag);
        self.bytes.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        self.bytes.extend_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Clone, PartialEq)]
    enum Value {
        Text(String),
        Int(i64),
        Bytes(Vec<u8>),
        Absent,
        List(Vec<String>),
    }

    fn encode(domain: &str, values: &[Value]) -> Vec<u8> {
        let start = Encoder::new(domain);
        let add = |e: Encoder, v: &Value| match v {
            Value::Text(t) => e.text(t),
            Value::Int(n) => e.int(*n),
            Value::Bytes(b) => e.bytes(b),
            Value::Absent => e.optional_text(None),
            Value::List(l) => e.list(l, |e, t| e.text(t)),
        };
        values.iter().fold(start, add).finish()
    }

    fn values() -> impl Strategy<Value = Vec<Value>> {
        let value = prop_oneof![
            "[ab]{0,3}".prop_map(Value::Text),
            (-2_i64..3).prop_map(Value::Int),
            prop::collection::vec(0_u8..2, 0..9).prop_map(Value::Bytes),
            Just(Value::Absent),
            prop::collection::vec("[ab]{0,2}", 0..3).prop_map(Value::List),
        ];
        prop::collection::vec(value, 0..5)
    }

    #[test]
    fn neighbours_do_not_run_together() {
        let of = |parts: &[&str]| parts.iter().fold(Encoder::new("d"), |e, p| e.text(p)).hash();
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["abc"]), of(&["abc", ""]));
        assert_ne!(Encoder::new("d").text("1").hash(), Encoder::new("d").bytes(b"1").hash());
        assert_ne!(Encoder::new("d").optional_text(None).hash(), Encoder::new("d").text("").hash());
        assert_ne!(genesis("a"), genesis("b"));
    }

    /// The bytes of a chain are promised to last: stored hashes must stay checkable.
    #[test]
    fn the_bytes_never_change() {
        let bytes = Encoder::new("x").text("ab").int(-1).finish();
        let want =
            b"d\0\0\0\0\0\0\0\x01xt\0\0\0\0\0\0\0\x02abi\0\0\0\0\0\0\0\x08\xff\xff\xff\xff\xff\xff\xff\xff";
        assert_eq!(bytes, want);
        let first = next(&genesis("ledger"), &bytes);
        assert_eq!(first, Hash::of(&[LINK, genesis("ledger").as_bytes(), want.as_slice()].concat()));
    }

    proptest! {
        #[test]
        fn different_values_never_share_bytes(a in values(), b in values()) {
            prop_assert_eq!(a == b, encode("d", &a) == encode("d", &b));
            prop_assert_ne!(encode("d", &a), encode("e", &a));
        }

        #[test]
        fn any_change_to_a_chain_shows_at_its_end(
            entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..6), 1..12),
            at: prop::sample::Index, flip: prop::sample::Index,
        ) {
            let run = |list: &[Vec<u8>]| list.iter().fold(genesis("l"), |h, e| next(&h, e));
            let place = at.index(entries.len());
            let mut changed = entries.clone();
            match changed[place].len() {
                0 => changed[place].push(0),
                n => changed[place][flip.index(n)] ^= 1,
            }
            prop_assert_ne!(run(&entries), run(&changed));
            let mut dropped = entries.clone();
            dropped.remove(place);
            prop_assert_ne!(run(&entries), run(&dropped));
        }
    }
}
