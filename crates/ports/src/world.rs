//! The real clock, and real chance from the operating system.

use jiff::Timestamp;

/// Now, in UTC.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Sixty-four fresh bits, for ids and one-time links.
pub fn bits() -> u64 {
    u64::from_le_bytes(bytes())
}

/// Twenty-four fresh bytes, for encrypting a field.
pub fn nonce() -> [u8; 24] {
    bytes()
}

/// Fresh bytes from the operating system.
///
/// # Panics
/// Where the operating system has none: ids would repeat and encryption would leak, so nothing may go on.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .expect("the operating system gives no random bytes; nothing may go on without them");
    bytes
}

#[cfg(test)]
mod tests {
    #[test]
    fn chance_does_not_repeat() {
        assert_ne!((super::bits(), super::nonce()), (super::bits(), super::nonce()));
        assert!(super::now().as_second() > 1_700_000_000);
    }
}
