//! Identifiers of the trade, each checked as far as its standard allows.
//!
//! | identifier | names | check | standard |
//! |---|---|---|---|
//! | ISRC | a recording | shape only; it has no check digit | ISO 3901 |
//! | ISWC | a work | one digit, mod 10 | ISO 15707 |
//! | IPI name number | a party as right holder | two digits, mod 101 | CISAC |
//! | ISNI | a party | one character, mod 11-2 | ISO 27729, ISO/IEC 7064 |
//! | GTIN | a release (EAN, UPC) | one digit, mod 10 | GS1 |
//! | MBID | anything in MusicBrainz | shape of a UUID | RFC 9562 |
//! | own track id | a recording before its release | one character, mod 37-2 | ISO/IEC 7064, house |

use std::fmt;
use std::str::FromStr;

/// Why a text is not the identifier it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadIdentifier {
    /// The shape is wrong.
    #[error("`{text}` is not an {kind}: it has {want}")]
    Shape {
        /// What was given.
        text: String,
        /// The identifier wanted, such as `ISRC`.
        kind: &'static str,
        /// The right shape in words.
        want: &'static str,
    },
    /// The shape is right but a digit must be wrong.
    #[error("`{text}` is not an {kind}: its check digit should be {want}; a digit is mistyped")]
    CheckDigit {
        /// What was given.
        text: String,
        /// The identifier wanted.
        kind: &'static str,
        /// What the check would be for the digits before it.
        want: String,
    },
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The canonical text: upper case, no spaces or separators (MBID: lower case with hyphens).
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

identifier! {
    /// International Standard Recording Code: two-letter prefix, three-character registrant, year, designation.
    Isrc
}
identifier! {
    /// International Standard Musical Work Code: `T`, nine digits, a check digit.
    Iswc
}
identifier! {
    /// IPI name number: eleven digits, the last two a check.
    Ipi
}
identifier! {
    /// International Standard Name Identifier: fifteen digits and a check character.
    Isni
}
identifier! {
    /// Global Trade Item Number of a release, as thirteen or fourteen digits (UPC gets leading zeros).
    Gtin
}
identifier! {
    /// MusicBrainz identifier: a UUID.
    Mbid
}
identifier! {
    /// A producer's own id for a track before its release, written into the file's tags:
    /// `TNT` and twelve characters, the last one a check.
    OwnTrackId
}

fn bare(text: &str, strip: &[char]) -> String {
    text.trim().chars().filter(|c| !strip.contains(c)).flat_map(char::to_uppercase).collect()
}

fn shape<T>(text: &str, kind: &'static str, want: &'static str) -> Result<T, BadIdentifier> {
    Err(BadIdentifier::Shape { text: text.trim().to_owned(), kind, want })
}

fn check<T>(text: &str, kind: &'static str, want: impl ToString) -> Result<T, BadIdentifier> {
    Err(BadIdentifier::CheckDigit { text: text.trim().to_owned(), kind, want: want.to_string() })
}

fn digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn values(text: &str) -> impl Iterator<Item = u32> {
    text.bytes().map(|b| u32::from(b - b'0'))
}

impl FromStr for Isrc {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let code = bare(text, &['-', ' ', '\u{2010}', '\u{2011}', '\u{2013}']);
        let code = code.strip_prefix("ISRC").map(|c| c.trim_start_matches(':').to_owned()).unwrap_or(code);
        let fine = code.len() == 12
            && code.is_ascii()
            && code[..2].bytes().all(|b| b.is_ascii_uppercase())
            && code[2..5].bytes().all(|b| b.is_ascii_alphanumeric())
            && digits(&code[5..]);
        if fine {
            Ok(Isrc(code))
        } else {
            shape(
                text,
                "ISRC",
                "two letters, three letters or digits, and seven digits, such as DEA123400001",
            )
        }
    }
}

impl FromStr for Iswc {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let code = bare(text, &['-', ' ', '.']);
        let code = code.strip_prefix("ISWC").map(|c| c.trim_start_matches(':').to_owned()).unwrap_or(code);
        let Some(number) = code.strip_prefix('T').filter(|n| n.len() == 10 && digits(n)) else {
            return shape(text, "ISWC", "the letter T and ten digits, such as T-034.524.680-1");
        };
        // 1 + Σ i·dᵢ + check ≡ 0 (mod 10), ISO 15707.
        let sum: u32 = 1 + values(&number[..9]).zip(1..).map(|(d, i)| d * i).sum::<u32>();
        let want = (10 - sum % 10) % 10;
        if values(&number[9..]).next() == Some(want) { Ok(Iswc(code)) } else { check(text, "ISWC", want) }
    }
}

impl FromStr for Ipi {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let code = bare(text, &['.', ' ', '-']);
        if code.is_empty() || code.len() > 11 || !digits(&code) {
            return shape(text, "IPI name number", "up to eleven digits, such as 00014107338");
        }
        let code = format!("{code:0>11}");
        // Weights 10…2 over the nine digits, CISAC; the check is what is missing to a multiple of 101, mod 100.
        let sum: u32 = values(&code[..9]).zip((2..=10).rev()).map(|(d, w)| d * w).sum();
        let want = format!("{:02}", (101 - sum % 101) % 101 % 100);
        if code[9..] == want { Ok(Ipi(code)) } else { check(text, "IPI name number", want) }
    }
}

impl FromStr for Isni {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let code = bare(text, &[' ', '-']);
        let code = code.strip_prefix("ISNI").map(|c| c.trim_start_matches(':').to_owned()).unwrap_or(code);
        let code = code.strip_prefix("HTTPS://ISNI.ORG/ISNI/").map(str::to_owned).unwrap_or(code);
        let fine = code.len() == 16 && code.is_ascii() && digits(&code[..15]);
        if !fine || !code[15..].bytes().all(|b| b.is_ascii_digit() || b == b'X') {
            return shape(text, "ISNI", "sixteen digits, the last may be X, such as 0000 0001 2103 2683");
        }
        // ISO/IEC 7064 mod 11-2.
        let sum = values(&code[..15]).fold(0, |sum, d| (sum + d) * 2 % 11);
        let want = match (12 - sum) % 11 {
            10 => 'X',
            n => char::from(b'0' + n as u8),
        };
        if code.ends_with(want) { Ok(Isni(code)) } else { check(text, "ISNI", want) }
    }
}

impl FromStr for Gtin {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let code = bare(text, &[' ', '-']);
        if !matches!(code.len(), 8 | 12 | 13 | 14) || !digits(&code) {
            return shape(text, "GTIN", "8, 12 (UPC), 13 (EAN) or 14 digits");
        }
        let (body, last) = code.split_at(code.len() - 1);
        // Weights 3, 1, 3, … from the right, GS1.
        let sum: u32 = values(body).rev_weights();
        let want = (10 - sum % 10) % 10;
        if values(last).next() == Some(want) {
            Ok(Gtin(format!("{code:0>13}")))
        } else {
            check(text, "GTIN", want)
        }
    }
}

trait RevWeights {
    fn rev_weights(self) -> u32;
}

impl<I: Iterator<Item = u32>> RevWeights for I {
    fn rev_weights(self) -> u32 {
        let all: Vec<u32> = self.collect();
        all.iter().rev().zip([3, 1].into_iter().cycle()).map(|(d, w)| d * w).sum()
    }
}

impl FromStr for Mbid {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let code = text.trim().to_ascii_lowercase();
        let code = code.rsplit('/').next().unwrap_or_default().to_owned();
        let fine = code.len() == 36
            && code.bytes().enumerate().all(|(i, b)| match i {
                8 | 13 | 18 | 23 => b == b'-',
                _ => b.is_ascii_hexdigit(),
            });
        if fine {
            Ok(Mbid(code))
        } else {
            shape(text, "MBID", "the form of a UUID, 8-4-4-4-12 hexadecimal digits")
        }
    }
}

/// The alphabet of ISO/IEC 7064 mod 37-2: digits, letters, and `*` for the value 36.
const MOD_37: &[u8; 37] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";

impl OwnTrackId {
    /// The id made of fifty-five bits (the upper nine are ignored), with its check character.
    pub fn from_bits(bits: u64) -> Self {
        let body = &crate::id::base32(bits)[1..];
        // `*` would be lost by some tag editors; step on to the next body that does not need it.
        match mod_37_check(body.as_bytes()) {
            b'*' => OwnTrackId::from_bits(bits.wrapping_add(1)),
            check => OwnTrackId(format!("TNT{body}{}", char::from(check))),
        }
    }

    /// Finds such an id inside a longer text, such as a comment tag.
    pub fn find(text: &str) -> Option<OwnTrackId> {
        let upper = text.to_ascii_uppercase();
        upper
            .match_indices("TNT")
            .filter_map(|(at, _)| {
                upper.get(at..)?.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next()
            })
            .find_map(|word| word.parse().ok())
    }
}

impl OwnTrackId {
    /// Why the first word of a text that has the shape of such an id is none; nothing where no word has it, or one is right.
    ///
    /// ```
    /// use music::OwnTrackId;
    ///
    /// let id = OwnTrackId::from_bits(4711);
    /// assert!(OwnTrackId::slip(&format!("promo {id}")).is_none());
    /// let typed = format!("promo {id}").replace("TNT0", "TNT1");
    /// assert!(OwnTrackId::slip(&typed).unwrap().to_string().contains("check digit should be"));
    /// ```
    pub fn slip(text: &str) -> Option<BadIdentifier> {
        if OwnTrackId::find(text).is_some() {
            return None;
        }
        let upper = text.to_ascii_uppercase();
        upper
            .match_indices("TNT")
            .filter_map(|(at, _)| {
                let word = upper.get(at..)?.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next()?;
                word.bytes().any(|b| b.is_ascii_digit()).then_some(word)
            })
            .find_map(|word| match word.parse::<OwnTrackId>() {
                Err(bad @ BadIdentifier::CheckDigit { .. }) => Some(bad),
                _ => None,
            })
    }
}

fn mod_37_check(body: &[u8]) -> u8 {
    let value = |b: u8| MOD_37.iter().position(|c| *c == b).unwrap_or(0) as u32;
    let sum = body.iter().fold(0, |sum, b| (sum + value(*b)) * 2 % 37);
    MOD_37[((38 - sum) % 37) as usize]
}

impl FromStr for OwnTrackId {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let code = bare(text, &['-', ' ']);
        let body = code
            .strip_prefix("TNT")
            .filter(|b| b.len() == 12 && b.bytes().all(|c| c.is_ascii_alphanumeric()));
        let Some(body) = body else {
            return shape(text, "own track id", "the letters TNT and twelve letters or digits");
        };
        let want = mod_37_check(&body.as_bytes()[..11]);
        if body.as_bytes()[11] == want {
            Ok(OwnTrackId(code))
        } else {
            check(text, "own track id", char::from(want))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn right_ones_are_read_in_every_spelling() {
        for (text, canonical) in [
            ("de-a12-34-00001", "DEA123400001"),
            ("ISRC:GBARL1701492", "GBARL1701492"),
            (" USRC11301176 ", "USRC11301176"),
        ] {
            assert_eq!(text.parse::<Isrc>().unwrap().as_str(), canonical);
        }
        assert_eq!("T-034.524.680-1".parse::<Iswc>().unwrap().as_str(), "T0345246801");
        assert_eq!("0000 0001 2103 2683".parse::<Isni>().unwrap().as_str(), "0000000121032683");
        assert_eq!("0000 0000 8045 6315".parse::<Isni>().unwrap().as_str(), "0000000080456315");
        assert_eq!("036000291452".parse::<Gtin>().unwrap().as_str(), "0036000291452");
        assert_eq!("4006381333931".parse::<Gtin>().unwrap().as_str(), "4006381333931");
        assert!(
            "https://musicbrainz.org/recording/B1A9C0E9-D987-4042-AE91-78D6A3267D69".parse::<Mbid>().is_ok()
        );
    }

    #[test]
    fn published_ipi_numbers_are_right() {
        // Numbers that CISAC's own format documents use as examples.
        for text in ["00014107338", "250165006", "00077406269"] {
            assert!(text.parse::<Ipi>().is_ok(), "{text}: {:?}", text.parse::<Ipi>());
        }
    }

    #[test]
    fn a_mistyped_digit_is_named() {
        for message in [
            "T-034.524.680-2".parse::<Iswc>().unwrap_err().to_string(),
            "0000 0001 2103 2684".parse::<Isni>().unwrap_err().to_string(),
            "4006381333932".parse::<Gtin>().unwrap_err().to_string(),
            "00014107339".parse::<Ipi>().unwrap_err().to_string(),
        ] {
            assert!(message.contains("check digit"), "{message}");
        }
        let message = "DEA12340000".parse::<Isrc>().unwrap_err().to_string();
        assert!(message.contains("seven digits"), "{message}");
    }

    proptest! {
        #[test]
        fn own_ids_survive_tags_and_notice_typing_errors(bits: u64, place in 3_usize..15, other in "[0-9A-Z]") {
            let id = OwnTrackId::from_bits(bits);
            let found = OwnTrackId::find(&format!("bought it; {} (promo)", id.as_str().to_lowercase()));
            prop_assert_eq!(found.as_ref(), Some(&id));
            let mut typo = id.as_str().to_owned();
            typo.replace_range(place..=place, &other);
            prop_assert!(typo == id.as_str() || typo.parse::<OwnTrackId>().is_err());
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = (text.parse::<Isrc>(), text.parse::<Iswc>(), text.parse::<Ipi>(), text.parse::<Isni>());
            let _ = (text.parse::<Gtin>(), text.parse::<Mbid>(), text.parse::<OwnTrackId>(), OwnTrackId::find(&text));
        }
    }
}
