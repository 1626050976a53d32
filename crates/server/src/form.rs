//! Reading what people type: amounts with points or commas, parts, days.

use app::Refusal;
use money::{Amount, Currency, Ratio};

/// An amount as people write it, `1 000`, `12,50`, `€50`, `EUR 1,250.50`, in `currency` where it names none.
///
/// A single point or comma before exactly three digits is refused: in one language it is a thousand times the other.
pub(crate) fn amount(text: &str, currency: Currency) -> Result<Amount, Refusal> {
    let refuse = || {
        Refusal::new(
            "money-unreadable",
            format!("`{}` is not an amount", short(text)),
            "write digits, such as 1000 or 12.50",
        )
    };
    let mut number = String::new();
    let mut code = String::new();
    for c in text.trim().chars().take(60) {
        match c {
            '0'..='9' | '.' | ',' | '-' => number.push(c),
            c if c.is_whitespace() || c == '\'' || c == '’' => {}
            c => code.push(c),
        }
    }
    let currency = if code.is_empty() { currency } else { code.parse().map_err(|_| refuse())? };
    let plain = plain_number(&number).ok_or_else(refuse)?;
    Amount::from_decimal(&plain, currency).map_err(|_| refuse())
}

/// Digits with at most one point, from digits with points and commas; `None` where two readings are possible.
fn plain_number(text: &str) -> Option<String> {
    let last = text.rfind(['.', ',']);
    let Some(last) = last else { return Some(text.to_owned()) };
    let mark = text.as_bytes()[last];
    let (before, after) = (&text[..last], &text[last + 1..]);
    let other = if mark == b',' { '.' } else { ',' };
    if before.contains(char::from(mark)) {
        // `1.000.000`: a mark that comes twice groups thousands.
        let groups = text.split(char::from(mark)).skip(1).all(|g| g.len() == 3);
        return (groups && !text.contains(other)).then(|| text.replace(char::from(mark), ""));
    }
    if after.len() == 3 && !before.contains(other) {
        return None;
    }
    Some(format!("{}.{after}", before.replace(other, "")))
}

/// A part of a whole as people write it: `5`, `5 %`, `7,5`; a bare number is a percentage.
pub(crate) fn share(text: &str) -> Result<Ratio, Refusal> {
    let number = text.trim().trim_end_matches('%').trim_end().replace(',', ".");
    format!("{number} %").parse().map_err(|_| {
        Refusal::new(
            "share-unreadable",
            format!("`{}` is not a share", short(text)),
            "write a percentage, such as 5 or 7.5",
        )
    })
}

/// The beginning of what somebody typed, to be shown back.
pub(crate) fn short(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control() && *c != '`').take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_write_them() {
        for (text, want) in [
            ("1000", "EUR 1000.00"),
            ("1 000", "EUR 1000.00"),
            ("12,50", "EUR 12.50"),
            ("12.5", "EUR 12.50"),
            ("€50", "EUR 50.00"),
            ("50 €", "EUR 50.00"),
            ("1.250,50", "EUR 1250.50"),
            ("1,250.50", "EUR 1250.50"),
            ("GBP 1,000,000", "GBP 1000000.00"),
            ("1\u{202f}042,50\u{a0}€", "EUR 1042.50"),
            ("-3", "EUR -3.00"),
        ] {
            assert_eq!(amount(text, Currency::EUR).unwrap().to_string(), want, "{text}");
        }
        for text in ["", "1,000", "1.000", "five", "1..0", "1.0.0", "12 bananas", "--3", ",", "1,00,0"] {
            assert!(amount(text, Currency::EUR).is_err(), "{text}");
        }
    }

    #[test]
    fn shares_are_percentages() {
        for (text, want) in [("5", "5 %"), ("7,5", "7.5 %"), ("12.5 %", "12.5 %"), ("100", "100 %")] {
            assert_eq!(share(text).unwrap().to_string(), want, "{text}");
        }
        for text in ["", "%", "101", "-5", "a lot"] {
            assert!(share(text).is_err(), "{text}");
        }
    }
}
