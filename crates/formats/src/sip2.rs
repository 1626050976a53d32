//! SIP2, by which library systems answer for their readers' cards (3M Standard Interchange Protocol 2.00, 2006): the
//! two questions a door asks, and their answers.
//!
//! Of what a system tells about a reader only three things are read: whether it knows the card, whether the PIN is
//! right, and when the card ends. Names, addresses and loans that come along are not even looked at.

use jiff::civil::{Date, DateTime};

/// Most bytes of an answer.
pub const ANSWER_MOST: usize = 8 * 1024;

/// What the library gave the house to ask with. Empty fields are left out or sent empty, as the protocol has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terminal<'a> {
    /// The library's name in its system (AO).
    pub institution: &'a str,
    /// The account of the terminal (CN).
    pub user: &'a str,
    /// Its password (CO).
    pub password: &'a str,
    /// Where the terminal stands (CP).
    pub location: &'a str,
    /// The terminal's password (AC).
    pub terminal_password: &'a str,
}

/// What a library system says of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patron {
    /// It is one of a reader, and neither lost nor ended (BL, and the mark for lost cards).
    pub valid: bool,
    /// The PIN belongs to it (CQ); a system that does not say has not confirmed it.
    pub pin_right: bool,
    /// The last day on which it opens (PA, which many systems add).
    pub until: Option<Date>,
}

/// Why an answer cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Another message than was asked for, or a shorter one.
    #[error("its answer is no SIP2 message that was asked for")]
    Other,
    /// The check sum is not that of the message.
    #[error("its answer came damaged: the check sum is wrong")]
    Damaged,
    /// It belongs to an earlier question.
    #[error("its answer belongs to another question")]
    Late,
    /// The terminal's account is refused.
    #[error("it refuses the account of the terminal")]
    NoLogin,
}

/// Whether a text can stand in a field: printable ASCII without the character that ends fields.
pub fn is_sayable(text: &str) -> bool {
    text.len() <= 255 && text.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'|')
}

/// The message that signs a terminal in (93), as question 0.
///
/// ```
/// let terminal = formats::sip2::Terminal { user: "house", password: "tide", location: "web", ..Default::default() };
/// assert_eq!(formats::sip2::login(&terminal), b"9300CNhouse|COtide|CPweb|AY0AZF59D\r");
/// ```
pub fn login(terminal: &Terminal<'_>) -> Vec<u8> {
    let Terminal { user, password, location, .. } = terminal;
    closed(format!("9300CN{user}|CO{password}|CP{location}|"), 0)
}

/// The question about a card and its PIN (63), as question 1; `now` in UTC.
pub fn patron(terminal: &Terminal<'_>, card: &str, pin: &str, now: DateTime) -> Vec<u8> {
    let Terminal { institution, terminal_password, .. } = terminal;
    let when = now.strftime("%Y%m%d   Z%H%M%S");
    let nothing_more = " ".repeat(10);
    closed(format!("63000{when}{nothing_more}AO{institution}|AA{card}|AC{terminal_password}|AD{pin}|"), 1)
}

/// Ends a message with its number and check sum.
fn closed(text: String, number: u8) -> Vec<u8> {
    let mut bytes = format!("{text}AY{number}AZ").into_bytes();
    let sum = format!("{:04X}", check_sum(&bytes));
    bytes.extend(sum.into_bytes());
    bytes.push(b'\r');
    bytes
}

/// What makes the sum of all bytes and itself nothing, in sixteen bits (appendix A of the protocol).
fn check_sum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0_u16, |sum, b| sum.wrapping_add(u16::from(*b))).wrapping_neg()
}

/// Reads the answer to [`login`] (94).
///
/// # Errors
/// [`Unusable`].
pub fn read_login(answer: &[u8]) -> Result<(), Unusable> {
    let whole = checked(answer, 0)?;
    match whole.get(..3) {
        Some(b"941") => Ok(()),
        Some(b"940") => Err(Unusable::NoLogin),
        _ => Err(Unusable::Other),
    }
}

/// Reads the answer to [`patron`] (64).
///
/// # Errors
/// [`Unusable`].
pub fn read_patron(answer: &[u8]) -> Result<Patron, Unusable> {
    /// Message, reader's marks, language, moment, six counts.
    const FIXED: usize = 2 + 14 + 3 + 18 + 24;
    /// Where the mark for lost cards stands.
    const LOST: usize = 2 + 4;
    let whole = checked(answer, 1)?;
    if !whole.starts_with(b"64") || whole.len() < FIXED {
        return Err(Unusable::Other);
    }
    let mut patron = Patron { valid: false, pin_right: false, until: None };
    for field in whole.get(FIXED..).unwrap_or_default().split(|b| *b == b'|') {
        let (Some(code), Some(value)) = (field.get(..2), field.get(2..)) else { continue };
        match code {
            b"BL" => patron.valid = value == b"Y",
            b"CQ" => patron.pin_right = value == b"Y",
            b"PA" => patron.until = day(value),
            _ => {}
        }
    }
    patron.valid &= whole.get(LOST) != Some(&b'Y');
    Ok(patron)
}

/// The message without its end, once number and check sum are those they should be, where it has them: systems may
/// answer without.
fn checked(answer: &[u8], number: u8) -> Result<&[u8], Unusable> {
    let end = answer.iter().rposition(|b| !b.is_ascii_whitespace() && *b != 0).map_or(0, |at| at + 1);
    let start = answer.iter().position(|b| !b.is_ascii_whitespace() && *b != 0).unwrap_or(0);
    let whole = answer.get(start..end).unwrap_or_default();
    if whole.len() > ANSWER_MOST {
        return Err(Unusable::Other);
    }
    let Some(at) = whole.len().checked_sub(9).filter(|at| whole[*at..].starts_with(b"AY")) else {
        return Ok(whole);
    };
    let tail = &whole[at..];
    if &tail[3..5] != b"AZ" {
        return Ok(whole);
    }
    let said = std::str::from_utf8(&tail[5..]).ok().and_then(|t| u16::from_str_radix(t, 16).ok());
    if said != Some(check_sum(&whole[..at + 5])) {
        return Err(Unusable::Damaged);
    }
    if tail[2] != b'0' + number {
        return Err(Unusable::Late);
    }
    Ok(&whole[..at])
}

/// `YYYYMMDD`, with whatever time behind it.
fn day(value: &[u8]) -> Option<Date> {
    let text = std::str::from_utf8(value.get(..8)?).ok()?;
    Date::new(text.get(..4)?.parse().ok()?, text.get(4..6)?.parse().ok()?, text.get(6..8)?.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn told(marks: &str, fields: &str, number: u8) -> Vec<u8> {
        closed(format!("64{marks:14}00020261121   Z101500000000000000000000000000{fields}"), number)
    }

    #[test]
    fn a_question_is_as_the_protocol_writes_it() {
        let terminal = Terminal { institution: "NORD", terminal_password: "t", ..Terminal::default() };
        let asked = patron(&terminal, "10042", "1234", date(2026, 11, 21).at(10, 15, 0, 0));
        let text = String::from_utf8(asked.clone()).unwrap();
        assert!(
            text.starts_with("6300020261121   Z101500          AONORD|AA10042|ACt|AD1234|AY1AZ"),
            "{text}"
        );
        let sum: u16 = asked[..asked.len() - 5].iter().map(|b| u16::from(*b)).sum();
        assert_eq!(
            sum.wrapping_add(u16::from_str_radix(&text[text.len() - 5..text.len() - 1], 16).unwrap()),
            0
        );
    }

    #[test]
    fn what_is_not_confirmed_opens_nothing() {
        let until = Some(date(2026, 12, 31));
        for (marks, fields, valid, pin_right, end) in [
            ("", "AONORD|AA1|AEAda Nwosu|BLY|CQY|", true, true, None),
            ("", "AONORD|AA1|AEAda Nwosu|BLY|CQN|", true, false, None),
            ("", "AONORD|AA1|AEAda Nwosu|BLN|CQY|", false, true, None),
            ("", "AONORD|AA1|AE|", false, false, None),
            ("    Y", "AONORD|AA1|AE|BLY|CQY|", false, true, None),
            ("", "AONORD|AA1|AEBLY|CQYES|PA20261231    235900|BLY|", true, false, until),
            ("", "AONORD|AA1|AE|BLY|CQY|PA20261332|", true, true, None),
        ] {
            let read = read_patron(&told(marks, fields, 1)).unwrap();
            assert_eq!(read, Patron { valid, pin_right, until: end }, "{fields}");
        }
        assert_eq!(read_patron(&told("", "BLY|CQY|", 0)), Err(Unusable::Late));
        let mut broken = told("", "BLN|CQY|", 1);
        let at = broken.iter().rposition(|b| *b == b'N').unwrap();
        broken[at] = b'Y';
        assert_eq!(read_patron(&broken), Err(Unusable::Damaged));
        assert_eq!(read_patron(b"96\r"), Err(Unusable::Other));
        assert_eq!(read_login(b"940AY0AZFDFF\r"), Err(Unusable::Damaged));
        assert_eq!(read_login(b"940\r\n"), Err(Unusable::NoLogin));
        assert_eq!(read_login(&closed("941".to_owned(), 0)), Ok(()));
        assert!(!is_sayable("12|AD") && !is_sayable("12\r") && !is_sayable("é") && is_sayable("00 42-17"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in 0_usize..120) {
            let _ = (read_login(&bytes), read_patron(&bytes));
            let fine = told("", "AONORD|AA1|AE|BLY|CQY|PA20261231|", 1);
            // A message that was cut never opens a door that the whole one would keep shut.
            let part = &fine[..cut.min(fine.len())];
            if let Ok(read) = read_patron(part) {
                prop_assert!(part.len() >= 61 && (!read.pin_right || part.windows(4).any(|w| w == b"CQY|") || part.ends_with(b"CQY")));
            }
        }
    }
}
