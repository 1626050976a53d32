//! Where bytes lie: under the SHA-256 of themselves, so that the same file is kept once and a changed one is noticed.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// The SHA-256 of a content. Its text is 64 hexadecimal digits in lower case: no text that reads as one can lead out
/// of the place where the bytes lie.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(pub [u8; 32]);

/// The text is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the SHA-256 of a file: 64 hexadecimal digits")]
pub struct BadAddress(String);

/// Adds up bytes to an address.
#[derive(Debug, Clone, Default)]
pub struct Addressing {
    digest: Sha256,
    bytes: u64,
}

impl Address {
    /// The address of these bytes.
    pub fn of(bytes: &[u8]) -> Address {
        Address(Sha256::digest(bytes).into())
    }

    /// The folder and name under which it lies: `ab/cd/abcd…`, so that no folder holds too many.
    pub fn path(&self) -> String {
        let text = self.to_string();
        format!("{}/{}/{text}", &text[..2], &text[2..4])
    }
}

impl Addressing {
    /// Takes more bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// How many there were.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The address of all of them.
    pub fn finish(self) -> Address {
        Address(self.digest.finalize().into())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Address {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Address, BadAddress> {
        let bad = || BadAddress(text.chars().take(80).collect());
        let digit = |b: u8| match b {
            b'0'..=b'9' => Some(b - b'0'),
            b'a'..=b'f' => Some(b - b'a' + 10),
            _ => None,
        };
        let mut bytes = [0; 32];
        if text.len() != 64 {
            return Err(bad());
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let [high, low] = pair else { return Err(bad()) };
            *byte = digit(*high).ok_or_else(bad)? << 4 | digit(*low).ok_or_else(bad)?;
        }
        Ok(Address(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_and_nothing_else_does() {
        let address = Address::of(b"abc");
        assert_eq!(address.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(address.to_string().parse::<Address>().unwrap(), address);
        assert_eq!(address.path(), format!("ba/78/{address}"));
        for bad in ["", "../../etc/passwd", &"A".repeat(64), &"g".repeat(64), &"é".repeat(32)] {
            assert!(bad.parse::<Address>().is_err(), "{bad}");
        }
        let mut adding = Addressing::default();
        adding.add(b"a");
        adding.add(b"bc");
        assert_eq!((adding.bytes(), adding.finish()), (3, address));
    }
}
