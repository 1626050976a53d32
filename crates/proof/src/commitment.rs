//! Salted commitments: a figure is fixed in public today and shown, to whom it concerns, later.
//!
//! A commitment is HMAC-SHA256 with a secret 32-byte salt as key over the canonical bytes of a
//! label and a value. Without the salt it says nothing, even where only a few values are possible
//! (a gift of 50.00, say); with the salt it can be opened to that one label and value only.
//! Every item has its own salt, so opening one opens no other. Salts may be derived from one
//! master key, which then must be kept like any signing key; destroying it closes all for ever.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{BadHash, Encoder, Hash};

/// A public commitment to one value under one label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commitment(Hash);

/// The secret that opens one commitment; its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Salt([u8; 32]);

/// The secret from which the salts of many items are derived; its `Debug` shows nothing.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl Commitment {
    /// Fixes `value` under `label` (what it is: a run and a line, say) with a secret salt.
    ///
    /// ```
    /// use proof::{Commitment, MasterKey};
    /// let salt = MasterKey::from_bytes([7; 32]).salt("run-line", "run-1/line-3");
    /// let public = Commitment::to("run-1/line-3", b"2125000", &salt);
    /// assert!(public.opens("run-1/line-3", b"2125000", &salt));
    /// assert!(!public.opens("run-1/line-3", b"2125001", &salt));
    /// ```
    pub fn to(label: &str, value: &[u8], salt: &Salt) -> Commitment {
        let message = Encoder::new("commitment/1").text(label).bytes(value).finish();
        Commitment(hmac(&salt.0, &message))
    }

    /// Whether this salt opens the commitment to this label and value.
    pub fn opens(&self, label: &str, value: &[u8], salt: &Salt) -> bool {
        *self == Commitment::to(label, value, salt)
    }

    /// A commitment as it was published.
    pub const fn from_hash(hash: Hash) -> Commitment {
        Commitment(hash)
    }

    /// The public bytes, to be a leaf of a manifest.
    pub const fn as_hash(&self) -> &Hash {
        &self.0
    }
}

impl Salt {
    /// A salt of 32 random bytes, drawn by the caller.
    pub const fn from_bytes(bytes: [u8; 32]) -> Salt {
        Salt(bytes)
    }

    /// The bytes, to be handed to whom the value concerns.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl MasterKey {
    /// A key of 32 random bytes, drawn by the caller.
    pub const fn from_bytes(bytes: [u8; 32]) -> MasterKey {
        MasterKey(bytes)
    }

    /// The salt of one item: HMAC-SHA256 over purpose and item. Knowing some salts tells nothing of the others.
    pub fn salt(&self, purpose: &str, item: &str) -> Salt {
        let message = Encoder::new("salt/1").text(purpose).text(item).finish();
        Salt(*hmac(&self.0, &message).as_bytes())
    }
}

/// 64 hexadecimal digits.
impl fmt::Display for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Commitment {
    type Err = BadHash;

    fn from_str(text: &str) -> Result<Commitment, BadHash> {
        text.parse().map(Commitment)
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

fn hmac(key: &[u8; 32], message: &[u8]) -> Hash {
    // A key of 32 bytes fits the block of 64, so the padded key is made here and cannot be refused.
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(message);
    Hash::from_bytes(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn is_hmac_sha_256() {
        // RFC 4231, test case 1, whose key of 20 bytes is padded with zeros as ours is.
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let want = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
        assert_eq!(hmac(&key, b"Hi There").to_string(), want);
    }

    #[test]
    fn secrets_do_not_print() {
        let key = MasterKey::from_bytes([0xAB; 32]);
        let shown = format!("{key:?} {:?}", key.salt("a", "b"));
        assert_eq!(shown, "MasterKey(…) Salt(…)");
    }

    #[test]
    fn purpose_and_item_do_not_run_together() {
        let key = MasterKey::from_bytes([1; 32]);
        assert_ne!(key.salt("ab", "c"), key.salt("a", "bc"));
        assert_ne!(key.salt("a", "b"), MasterKey::from_bytes([2; 32]).salt("a", "b"));
    }

    proptest! {
        #[test]
        fn opens_to_its_own_label_and_value_only(
            label in ".{0,12}", value: Vec<u8>, salt: [u8; 32],
            other_label in ".{0,12}", other_value: Vec<u8>, other_salt: [u8; 32],
        ) {
            let (salt, other_salt) = (Salt::from_bytes(salt), Salt::from_bytes(other_salt));
            let commitment = Commitment::to(&label, &value, &salt);
            prop_assert!(commitment.opens(&label, &value, &salt));
            let same = (&label, &value, &salt) == (&other_label, &other_value, &other_salt);
            prop_assert_eq!(commitment.opens(&other_label, &other_value, &other_salt), same);
            prop_assert_eq!(commitment.opens(&other_label, &value, &salt), label == other_label);
            prop_assert_eq!(commitment.opens(&label, &other_value, &salt), value == other_value);
            prop_assert_eq!(commitment.to_string().parse::<Commitment>().unwrap(), commitment);
        }
    }
}
