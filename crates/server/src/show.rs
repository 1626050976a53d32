//! How money, numbers, parts and days are written in each language.
//!
//! Nothing is rounded or cut: an amount shows at least the decimals of its currency and at most its six.

use jiff::civil::Date;
use money::{Amount, Currency};

use crate::Lang;

/// Narrow no-break space: between groups of digits in French.
const NARROW: char = '\u{202f}';
/// No-break space: before a sign in French.
const NO_BREAK: char = '\u{a0}';

/// An amount for people: `€1,042.50` in English, `1 042,50 €` in French.
pub(crate) fn money(amount: Amount, lang: Lang) -> String {
    let decimal = amount.to_decimal();
    let (sign, digits) = match decimal.strip_prefix('-') {
        Some(rest) => ("\u{2212}", rest),
        None => ("", decimal.as_str()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let least = amount.currency().exponent() as usize;
    let kept = fraction.trim_end_matches('0').len().max(least).min(fraction.len());
    let mut number = grouped(whole, lang);
    if kept > 0 {
        number.push(if lang == Lang::Fr { ',' } else { '.' });
        number.push_str(&fraction[..kept]);
    }
    let code = amount.currency().code();
    let symbol = match code {
        "EUR" => "€",
        "GBP" => "£",
        _ => "",
    };
    match (lang, symbol) {
        (Lang::En, "") => format!("{sign}{code}{NO_BREAK}{number}"),
        (Lang::En, symbol) => format!("{sign}{symbol}{number}"),
        (Lang::Fr, "") => format!("{sign}{number}{NO_BREAK}{code}"),
        (Lang::Fr, symbol) => format!("{sign}{number}{NO_BREAK}{symbol}"),
    }
}

/// An amount from its decimal text and currency code, as statements carry it; the texts themselves where they are none.
pub(crate) fn decimal(text: &str, currency: &str, lang: Lang) -> String {
    match amount(text, currency) {
        Some(amount) => money(amount, lang),
        None => format!("{text} {currency}").trim().to_owned(),
    }
}

/// The amount that a decimal text and a currency code stand for.
pub(crate) fn amount(text: &str, currency: &str) -> Option<Amount> {
    let currency: Currency = currency.parse().ok()?;
    Amount::from_decimal(text, currency).ok()
}

/// A whole number in groups of three.
pub(crate) fn number(n: u64, lang: Lang) -> String {
    grouped(&n.to_string(), lang)
}

/// A part of a million as a percentage, to two decimals at most: `12.5%`, `12,5 %`.
pub(crate) fn percent(ppm: u64, lang: Lang) -> String {
    let hundredths = ppm / 100;
    let fraction = format!("{:02}", hundredths % 100);
    let fraction = fraction.trim_end_matches('0');
    let point = match (fraction.is_empty(), lang) {
        (true, _) => "",
        (false, Lang::En) => ".",
        (false, Lang::Fr) => ",",
    };
    let whole = grouped(&(hundredths / 100).to_string(), lang);
    match lang {
        Lang::En => format!("{whole}{point}{fraction}%"),
        Lang::Fr => format!("{whole}{point}{fraction}{NO_BREAK}%"),
    }
}

/// A day in words: `4 September 2026`, `1er octobre 2026`.
pub(crate) fn day(date: Date, lang: Lang) -> String {
    let month = lang.t(&format!("month-{}", date.month()));
    let day = match (lang, date.day()) {
        (Lang::Fr, 1) => "1er".to_owned(),
        (_, day) => day.to_string(),
    };
    format!("{day}{NO_BREAK}{month} {}", date.year())
}

/// A day from its ISO text; the text itself where it is none.
pub(crate) fn iso_day(text: &str, lang: Lang) -> String {
    text.parse::<Date>().map_or_else(|_| text.to_owned(), |date| day(date, lang))
}

/// Seconds as minutes and seconds, `6:04`.
pub(crate) fn minutes(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// A text with what it has in backticks in quotation marks instead.
pub(crate) fn quoted(text: &str, lang: Lang) -> String {
    let marks = match lang {
        Lang::En => ["“", "”"],
        Lang::Fr => ["«\u{a0}", "\u{a0}»"],
    };
    let mut out = String::with_capacity(text.len() + 4);
    for (place, part) in text.split('`').enumerate() {
        if place > 0 {
            out.push_str(marks[(place + 1) % 2]);
        }
        out.push_str(part);
    }
    out
}

fn grouped(digits: &str, lang: Lang) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(if lang == Lang::Fr { NARROW } else { ',' });
        }
        out.push(digit);
    }
    out
}

/// A word as it stands in the query of an address.
pub(crate) fn query_word(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_follows_the_language() {
        for (text, en, fr) in [
            ("EUR 42.5", "€42.50", "42,50\u{a0}€"),
            ("EUR 1042.125", "€1,042.125", "1\u{202f}042,125\u{a0}€"),
            ("EUR -0.000001", "−€0.000001", "−0,000001\u{a0}€"),
            ("JPY 1234567", "JPY\u{a0}1,234,567", "1\u{202f}234\u{202f}567\u{a0}JPY"),
            ("USD 10", "USD\u{a0}10.00", "10,00\u{a0}USD"),
        ] {
            let amount: Amount = text.parse().unwrap();
            assert_eq!(money(amount, Lang::En), en);
            assert_eq!(money(amount, Lang::Fr), fr);
        }
    }

    #[test]
    fn days_and_parts_follow_the_language() {
        let first: Date = "2026-10-01".parse().unwrap();
        assert_eq!(day(first, Lang::En), "1\u{a0}October 2026");
        assert_eq!(day(first, Lang::Fr), "1er\u{a0}octobre 2026");
        assert_eq!(percent(125_000, Lang::En), "12.5%");
        assert_eq!(percent(125_000, Lang::Fr), "12,5\u{a0}%");
        assert_eq!(percent(1_000_000, Lang::Fr), "100\u{a0}%");
        assert_eq!(minutes(364), "6:04");
        assert_eq!(quoted("goes to `solidarity`.", Lang::Fr), "goes to «\u{a0}solidarity\u{a0}».");
    }
}
