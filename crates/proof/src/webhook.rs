//! Signatures of webhooks, as the Standard Webhooks specification has them: HMAC-SHA256 over id, time and body.
//!
//! A receiver keeps the secret, computes the same, and believes a message only if one of the signatures in its header
//! is equal and the time is near its own clock. While a secret is changed, a message carries two signatures.
//!
//! It knows nothing of addresses or of what a message says. The bytes of a secret arrive as a value.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How every secret begins.
pub const PREFIX: &str = "whsec_";
/// How far the time of a message may be from the receiver's clock, in seconds.
pub const TOLERANCE_S: i64 = 300;
/// A secret has at least and at most so many bytes; those made here have 24.
const BYTES: std::ops::RangeInclusive<usize> = 18..=64;

/// The secret that a sender and a receiver share; its `Debug` shows nothing.
///
/// ```
/// use proof::webhook::Secret;
/// let secret: Secret = "whsec_plJ3nmyCDGBKInavdOK15jsl".parse().unwrap();
/// let body = br#"{"event_type":"ping","data":{"success":true}}"#;
/// let signature = secret.sign("msg_loFOjxBNrRLzqYUf", 1731705121, body);
/// assert_eq!(signature, "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Why a text is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a webhook's secret is `whsec_` and 18 to 64 bytes in base64")]
pub struct BadSecret;

/// Why a message is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadMessage {
    /// Its time is no number of seconds.
    #[error("its time is no number of seconds")]
    Time,
    /// Its time is too far from now: it may be an old message sent again.
    #[error("its time is more than {TOLERANCE_S} seconds from now")]
    Old,
    /// No signature fits.
    #[error("no signature of it was made with this secret")]
    Signature,
}

impl Secret {
    /// The secret made of bytes that nobody can foresee.
    ///
    /// # Errors
    /// [`BadSecret`] where there are fewer than 24 bytes or more than 64.
    pub fn of(bytes: &[u8]) -> Result<Secret, BadSecret> {
        if BYTES.contains(&bytes.len()) { Ok(Secret(bytes.to_vec())) } else { Err(BadSecret) }
    }

    /// The text that the receiver keeps.
    pub fn text(&self) -> String {
        format!("{PREFIX}{}", BASE64_STANDARD.encode(&self.0))
    }

    /// The signature of a message: its id, its time in seconds of Unix, its body.
    pub fn sign(&self, id: &str, at: i64, body: &[u8]) -> String {
        let sum = self.mac(id, &at.to_string(), body).finalize().into_bytes();
        format!("v1,{}", BASE64_STANDARD.encode(sum))
    }

    /// Checks a message as its receiver does, by its three headers.
    ///
    /// # Errors
    /// [`BadMessage`], in the order of its variants.
    pub fn check(
        &self,
        id: &str,
        time: &str,
        signatures: &str,
        body: &[u8],
        now: i64,
    ) -> Result<(), BadMessage> {
        let at: i64 = time.parse().map_err(|_| BadMessage::Time)?;
        if at.abs_diff(now) > TOLERANCE_S.unsigned_abs() {
            return Err(BadMessage::Old);
        }
        let fits = |one: &str| {
            let sum = one.strip_prefix("v1,").and_then(|b| BASE64_STANDARD.decode(b).ok());
            sum.is_some_and(|sum| self.mac(id, time, body).verify_slice(&sum).is_ok())
        };
        // More than a few signatures are nobody's honest message.
        if signatures.split(' ').take(8).any(fits) { Ok(()) } else { Err(BadMessage::Signature) }
    }

    fn mac(&self, id: &str, time: &str, body: &[u8]) -> Hmac<Sha256> {
        // HMAC fills a key of up to 64 bytes with zeros to the block of the hash.
        let mut block = [0; 64];
        for (to, from) in block.iter_mut().zip(&self.0) {
            *to = *from;
        }
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
        for part in [id.as_bytes(), b".", time.as_bytes(), b".", body] {
            mac.update(part);
        }
        mac
    }
}

impl FromStr for Secret {
    type Err = BadSecret;

    fn from_str(text: &str) -> Result<Self, BadSecret> {
        let body = text.strip_prefix(PREFIX).ok_or(BadSecret)?;
        Secret::of(&BASE64_STANDARD.decode(body).map_err(|_| BadSecret)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_believed_only_whole_and_in_time() {
        let (secret, other) = (Secret::of(&[7; 24]).unwrap(), Secret::of(&[8; 24]).unwrap());
        let good = secret.sign("msg-1", 1_000, b"{}");
        let two = format!("{} {good}", other.sign("msg-1", 1_000, b"{}"));
        let check = |id: &str, time: &str, signatures: &str, body: &[u8], now: i64| {
            secret.check(id, time, signatures, body, now)
        };
        assert_eq!(check("msg-1", "1000", &good, b"{}", 1_300), Ok(()));
        assert_eq!(check("msg-1", "1000", &two, b"{}", 700), Ok(()));
        for (id, time, signatures, body, now, want) in [
            ("msg-2", "1000", good.as_str(), b"{}".as_slice(), 1_000, BadMessage::Signature),
            ("msg-1", "1001", &good, b"{}", 1_000, BadMessage::Signature),
            ("msg-1", "1000", &good, b"{ }", 1_000, BadMessage::Signature),
            ("msg-1", "1000", &good, b"{}", 1_301, BadMessage::Old),
            ("msg-1", "soon", &good, b"{}", 1_000, BadMessage::Time),
            ("msg-1", "1000", "", b"{}", 1_000, BadMessage::Signature),
            ("msg-1", "1000", "v2,AAAA v1,?", b"{}", 1_000, BadMessage::Signature),
            ("msg-1", "-9223372036854775808", &good, b"{}", i64::MAX, BadMessage::Old),
        ] {
            assert_eq!(check(id, time, signatures, body, now), Err(want), "{id} {time} {signatures}");
        }
    }

    #[test]
    fn a_secret_has_its_head_and_its_length() {
        let secret = Secret::of(&[1; 24]).unwrap();
        assert_eq!(secret.text().parse(), Ok(secret.clone()));
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        for bad in ["", "whsec_", "whsec_AAAA", "whsec_?", "plJ3nmyCDGBKInavdOK15jsl"] {
            assert_eq!(bad.parse::<Secret>(), Err(BadSecret), "{bad}");
        }
        assert!(Secret::of(&[1; 65]).is_err());
    }
}
