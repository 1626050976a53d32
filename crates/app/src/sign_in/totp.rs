//! Codes that change every half minute (TOTP, RFC 6238, over HOTP, RFC 4226): HMAC-SHA-1, six digits, as every
//! authenticator speaks it. It knows a secret and a time; it has no idea whose they are.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Seconds for which a code counts.
pub const STEP_S: i64 = 30;
/// Bytes of a secret: as many as the hash gives (RFC 4226, R6).
pub const SECRET_BYTES: usize = 20;

/// The code of a time step.
pub fn code(secret: &[u8], step: i64) -> u32 {
    // A key as long as the block, filled up with zeros, is the same key; longer ones do not occur here.
    let mut block = [0_u8; 64];
    for (to, from) in block.iter_mut().zip(secret) {
        *to = *from;
    }
    let mut mac = <Hmac<Sha1> as KeyInit>::new(&block.into());
    mac.update(&step.to_be_bytes());
    let hash: [u8; 20] = mac.finalize().into_bytes().into();
    let at = usize::from(hash[19] & 15);
    let word = hash[at..at + 4].iter().fold(0_u32, |sum, b| (sum << 8) | u32::from(*b));
    (word & 0x7fff_ffff) % 1_000_000
}

/// The step whose code was given, among the present one and its neighbours: clocks differ, and people take their time.
/// Looks at all three whatever comes.
pub fn step_of(secret: &[u8], given: &str, second: i64) -> Option<i64> {
    let digits: String = given.chars().filter(|c| !c.is_whitespace()).collect();
    let number: Option<u32> = (digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten();
    let now = second.div_euclid(STEP_S);
    let mut found = None;
    for step in [now - 1, now, now + 1] {
        let same = (code(secret, step) ^ number.unwrap_or(u32::MAX)) == 0;
        found = if same { Some(step) } else { found };
    }
    found
}

/// What an authenticator reads from the picture: the `otpauth` address of a secret.
pub fn address(secret: &[u8], issuer: &str, who: &str) -> String {
    let (issuer, who) = (encoded(issuer), encoded(who));
    format!("otpauth://totp/{issuer}:{who}?secret={}&issuer={issuer}", base32(secret))
}

/// Base 32 of RFC 4648 without padding, as authenticators take it typed.
pub fn base32(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(DIGITS[(held >> bits) as usize & 31]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(DIGITS[(held << (5 - bits)) as usize & 31]));
    }
    text
}

fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    /// RFC 6238, appendix B (SHA-1), last six digits; RFC 4226, appendix D.
    #[test]
    fn the_standard_s_own_values() {
        for (second, want) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            assert_eq!(code(SECRET, second / STEP_S), want, "{second}");
        }
        let counted: Vec<u32> = (0..10).map(|n| code(SECRET, n)).collect();
        let want = [755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922, 162_583, 399_871, 520_489];
        assert_eq!(counted, want);
    }

    #[test]
    fn codes_count_one_step_around() {
        let now = 1_111_111_111;
        let text = |at: i64| format!("{:06}", code(SECRET, at / STEP_S));
        for (given, want) in [
            (text(now), true),
            (text(now - 30), true),
            (text(now + 30), true),
            (text(now - 60), false),
            (text(now + 60), false),
            ("050 471".to_owned(), true),
            (String::new(), false),
            ("50471".to_owned(), false),
            ("+50471".to_owned(), false),
            ("4294967295".to_owned(), false),
        ] {
            assert_eq!(step_of(SECRET, &given, now).is_some(), want, "{given}");
        }
    }

    #[test]
    fn addresses_are_encoded() {
        // RFC 4648, section 10.
        for (plain, want) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(base32(plain.as_bytes()), want);
        }
        assert_eq!(
            address(SECRET, "Haus der Töne", "mira+x@example.org"),
            "otpauth://totp/Haus%20der%20T%C3%B6ne:mira%2Bx%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Haus%20der%20T%C3%B6ne"
        );
    }
}
