//! Creditor references of ISO 11649 (`RF…`), and finding one in what people type into a payment.
//!
//! It does not know which references were handed out; whoever asks looks the candidates up.

use std::fmt;
use std::str::FromStr;

/// Longest text in which a reference is looked for, in characters; a bank carries at most a few hundred.
const SEARCHED_CHARS: usize = 4_000;

/// A creditor reference: `RF`, two check digits, one to twenty-one letters or digits (ISO 11649).
///
/// Held in capitals without spaces; [`fmt::Display`] gives that form, [`CreditorReference::grouped`] the printed one.
///
/// ```
/// use formats::bank::CreditorReference;
/// let reference: CreditorReference = "RF18 5390 0754 7034".parse().unwrap();
/// assert_eq!(reference.as_str(), "RF18539007547034");
/// assert_eq!(CreditorReference::from_body("539007547034").unwrap(), reference);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditorReference(String);

/// Why a text is no creditor reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadReference {
    /// It has not the form.
    #[error(
        "`{0}` is not a creditor reference; it begins with RF and two digits, such as RF18 5390 0754 7034"
    )]
    Shape(String),
    /// It has the form, but a letter or digit was mistyped.
    #[error(
        "the check digits of `{0}` do not fit; a letter or digit was mistyped, compare it with the pledge"
    )]
    CheckDigits(String),
    /// The body is empty, longer than 21 characters, or has other signs than letters and digits.
    #[error("`{0}` cannot become a creditor reference; use 1 to 21 letters and digits")]
    Body(String),
}

impl CreditorReference {
    /// Makes the reference that carries `body`: one to twenty-one letters or digits, in either case.
    ///
    /// # Errors
    /// [`BadReference::Body`] where it is empty, too long or has other signs.
    pub fn from_body(body: &str) -> Result<Self, BadReference> {
        let upper = body.to_ascii_uppercase();
        if !(1..=21).contains(&upper.len()) || !upper.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(BadReference::Body(shown(body)));
        }
        let check = 98 - mod_97(upper.bytes().chain(*b"RF00"));
        Ok(CreditorReference(format!("RF{check:02}{upper}")))
    }

    /// The canonical text, as a payment message carries it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it carries, without `RF` and check digits.
    pub fn body(&self) -> &str {
        &self.0[4..]
    }

    /// In groups of four, as it is printed for people: `RF18 5390 0754 7034`.
    pub fn grouped(&self) -> String {
        super::account::groups_of_four(&self.0)
    }

    /// The likeliest reference in a free text, such as a remittance line; `None` where there is none.
    ///
    /// See [`CreditorReference::find_all`]; prefer that one where references can be looked up.
    pub fn find(text: &str) -> Option<CreditorReference> {
        Self::find_all(text).into_iter().next()
    }

    /// Every reference a free text may hold, likeliest first.
    ///
    /// Spaces, hyphens, points and lower case do not matter. Where a reference ends is not marked in a free
    /// text, so every end at a gap whose check digits fit is a candidate (one wrong one in 97 fits by chance):
    /// references written as one word come first, then the longer ones, then those that fit only after reading
    /// O as 0, I and L as 1, S as 5, B as 8, as people and scanners confuse them.
    ///
    /// ```
    /// use formats::bank::CreditorReference;
    /// let found = CreditorReference::find_all("thank you! rf18-5390-0754-7O34 night of 4.9.");
    /// assert_eq!(found[0].as_str(), "RF18539007547034");
    /// ```
    pub fn find_all(text: &str) -> Vec<CreditorReference> {
        let letters = Letter::list(text);
        let mut found: Vec<(u8, usize, CreditorReference)> = Vec::new();
        for start in 0..letters.len().saturating_sub(4) {
            if letters[start].sign == b'R' && letters[start + 1].sign == b'F' {
                candidates(&letters[start..], &mut found);
            }
        }
        found.sort();
        let mut seen = std::collections::BTreeSet::new();
        found.into_iter().map(|(_, _, r)| r).filter(|r| seen.insert(r.clone())).collect()
    }
}

impl fmt::Display for CreditorReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for CreditorReference {
    type Err = BadReference;

    /// Reads a reference in either case, with spaces or hyphens where people put them.
    fn from_str(text: &str) -> Result<Self, BadReference> {
        let code: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .take(40)
            .collect::<String>()
            .to_ascii_uppercase();
        let bytes = code.as_bytes();
        let fine = (5..=25).contains(&bytes.len())
            && bytes.starts_with(b"RF")
            && bytes[2..4].iter().all(u8::is_ascii_digit)
            && bytes.iter().all(u8::is_ascii_alphanumeric);
        if !fine {
            return Err(BadReference::Shape(shown(text)));
        }
        if fits(bytes) { Ok(CreditorReference(code)) } else { Err(BadReference::CheckDigits(shown(text))) }
    }
}

/// A letter or digit of a free text, in capitals, and whether a gap stands before and after it.
#[derive(Clone, Copy)]
struct Letter {
    sign: u8,
    gap_before: bool,
    gap_after: bool,
}

impl Letter {
    fn list(text: &str) -> Vec<Letter> {
        let mut list: Vec<Letter> = Vec::new();
        let mut gap = true;
        for sign in text.chars().take(SEARCHED_CHARS) {
            if sign.is_ascii_alphanumeric() {
                let sign = sign.to_ascii_uppercase() as u8;
                list.push(Letter { sign, gap_before: gap, gap_after: false });
                gap = false;
            } else {
                if let Some(last) = list.last_mut() {
                    last.gap_after = true;
                }
                gap = true;
            }
        }
        if let Some(last) = list.last_mut() {
            last.gap_after = true;
        }
        list
    }
}

/// Adds what can be read from an `RF` on: rank (smaller is likelier), minus the length, the reference.
fn candidates(from: &[Letter], found: &mut Vec<(u8, usize, CreditorReference)>) {
    for length in 5..=from.len().min(25) {
        if !from[length - 1].gap_after {
            continue;
        }
        let exact: Vec<u8> = from[..length].iter().map(|l| l.sign).collect();
        let one_word = from[1..length].iter().all(|l| !l.gap_before);
        if fits(&exact) {
            found.extend(reference(exact).map(|r| (u8::from(!one_word), 25 - length, r)));
        } else if from[0].gap_before {
            let mut repaired = exact;
            repaired[2..].iter_mut().for_each(|sign| *sign = as_digit(*sign));
            if repaired[2..].iter().all(u8::is_ascii_digit) && fits(&repaired) {
                found.extend(reference(repaired).map(|r| (2, 25 - length, r)));
            }
        }
    }
}

fn reference(bytes: Vec<u8>) -> Option<CreditorReference> {
    String::from_utf8(bytes).ok().map(CreditorReference)
}

/// The digit a letter is often mistaken for.
fn as_digit(sign: u8) -> u8 {
    match sign {
        b'O' | b'Q' | b'D' => b'0',
        b'I' | b'L' => b'1',
        b'Z' => b'2',
        b'S' => b'5',
        b'G' => b'6',
        b'B' => b'8',
        other => other,
    }
}

/// Whether `RF`, check digits and body are right by ISO/IEC 7064 mod 97-10; 00, 01 and 99 are never check digits.
fn fits(code: &[u8]) -> bool {
    let (Some(check), Some(body)) = (code.get(2..4), code.get(4..)) else { return false };
    check.iter().all(u8::is_ascii_digit)
        && !matches!(check, b"00" | b"01" | b"99")
        && mod_97(body.iter().chain(&code[..4]).copied()) == 1
}

/// The remainder by 97 of the number that letters (A is 10 … Z is 35) and digits spell.
fn mod_97(signs: impl Iterator<Item = u8>) -> u32 {
    signs.fold(0, |rest, sign| match sign {
        b'0'..=b'9' => (rest * 10 + u32::from(sign - b'0')) % 97,
        _ => (rest * 100 + u32::from(sign.to_ascii_uppercase().wrapping_sub(b'A')) + 10) % 97,
    })
}

/// What somebody wrote, short enough for a message.
pub(super) fn shown(text: &str) -> String {
    let text = text.trim();
    let short: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_standards_own_example_reads_in_every_spelling() {
        for text in ["RF18539007547034", "rf18 5390 0754 7034", " RF18-5390-0754-7034 "] {
            let reference: CreditorReference = text.parse().unwrap();
            assert_eq!(reference.grouped(), "RF18 5390 0754 7034");
            assert_eq!(reference.body(), "539007547034");
        }
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        for (text, want) in [
            ("", "begins with RF"),
            ("RF", "begins with RF"),
            ("RF18", "begins with RF"),
            ("RFX8539007547034", "begins with RF"),
            ("RF18é39007547034", "begins with RF"),
            ("RF1853900754703453900754703412345", "begins with RF"),
            ("RF18539007547035", "mistyped"),
            ("RF00", "begins with RF"),
        ] {
            let message = text.parse::<CreditorReference>().unwrap_err().to_string();
            assert!(message.contains(want), "{text}: {message}");
        }
        assert!(CreditorReference::from_body("").is_err() && CreditorReference::from_body("a b").is_err());
        assert!(CreditorReference::from_body(&"1".repeat(22)).is_err());
    }

    #[test]
    fn found_in_what_people_write() {
        for text in [
            "RF18539007547034",
            "pledge RF18 5390 0754 7034 for the night",
            "SVWZ+RF18539007547034 DANKE",
            "rf 18 5390 0754 70 34",
            "Ref.:RF18539007547034/Gig",
            "R F 1 8 5 3 9 0 0 7 5 4 7 0 3 4",
            "RFI8 539OO754 7034 merci",
        ] {
            let all = CreditorReference::find_all(text);
            assert!(all.iter().any(|r| r.as_str() == "RF18539007547034"), "{text}: {all:?}");
        }
        for text in ["", "RF", "perf 18", "thanks for the music", "RF18539007547035", "\u{130}RF"] {
            assert_eq!(CreditorReference::find(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn made_references_read_back_and_are_found(body in "[0-9A-Za-z]{1,21}", before in "[a-z ]{0,9}", after in " [a-z ]{0,9}") {
            let made = CreditorReference::from_body(&body).unwrap();
            prop_assert_eq!(&made.to_string().parse::<CreditorReference>().unwrap(), &made);
            prop_assert_eq!(&made.grouped().parse::<CreditorReference>().unwrap(), &made);
            let text = format!("{before} {}{after}", made.grouped().to_lowercase());
            prop_assert!(CreditorReference::find_all(&text).contains(&made));
        }

        #[test]
        fn one_wrong_digit_is_noticed(body in "[0-9]{1,21}", place: prop::sample::Index, other in 0_u8..10) {
            let made = CreditorReference::from_body(&body).unwrap();
            let mut typo = made.as_str().to_owned().into_bytes();
            let place = 2 + place.index(typo.len() - 2);
            typo[place] = b'0' + other;
            let typo = String::from_utf8(typo).unwrap();
            prop_assert!(typo == made.as_str() || typo.parse::<CreditorReference>().is_err());
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,80}", rf in "[RF0-9 OIS\\-]{0,60}") {
            let _ = (text.parse::<CreditorReference>(), CreditorReference::find_all(&text), CreditorReference::find_all(&rf));
        }
    }
}
