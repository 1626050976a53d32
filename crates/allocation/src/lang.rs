//! The two languages of every text a person reads, and how each writes numbers.

use money::{Amount, Ratio};

/// A language of the pages and statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// English.
    En,
    /// French.
    Fr,
}

impl Lang {
    /// One of two texts.
    pub(crate) fn pick<'a>(self, en: &'a str, fr: &'a str) -> &'a str {
        match self {
            Lang::En => en,
            Lang::Fr => fr,
        }
    }

    /// An amount as the language writes it: `EUR 2.125`, `2,125 EUR`.
    pub(crate) fn amount(self, amount: Amount) -> String {
        let text = amount.to_string();
        match (self, text.split_once(' ')) {
            (Lang::Fr, Some((code, number))) => format!("{} {code}", number.replace('.', ",")),
            _ => text,
        }
    }

    /// A share as the language writes it: `12.5 %`, `12,5 %`, `11/12`.
    pub(crate) fn ratio(self, ratio: Ratio) -> String {
        let text = ratio.to_string();
        if self == Lang::Fr { text.replace('.', ",") } else { text }
    }

    /// A count with its thousands set apart: `1,000`, `1 000`.
    pub(crate) fn count(self, count: u64) -> String {
        let digits = count.to_string();
        let mut text = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(if self == Lang::En { ',' } else { '\u{202f}' });
            }
            text.push(digit);
        }
        text
    }
}
