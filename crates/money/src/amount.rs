use std::fmt;
use std::str::FromStr;

use crate::{Currency, UnknownCurrency};

/// One unit of a currency, in micros: EUR 1 is 1 000 000.
pub const MICROS_PER_UNIT: i64 = 1_000_000;

/// An exact sum of money: a whole number of micros (millionths of the currency's unit).
///
/// The range is that of `i64`: about ±9.2 million million units. Arithmetic that leaves the range
/// or mixes currencies is an error, never a wrapped or guessed number.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount {
    micros: i64,
    currency: Currency,
}

/// What can go wrong with an amount: how it is written, or how two of them meet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Two amounts of different currencies met.
    #[error("{0} and {1} are different currencies; convert at a stored rate first")]
    CurrencyMismatch(Currency, Currency),
    /// The result does not fit in 64 bits of micros.
    #[error("the sum is beyond what an amount can hold (about 9.2 million million units)")]
    Overflow,
    /// The text has no currency in front or behind.
    #[error("`{0}` names no currency; write it as in `EUR 12.50`")]
    NoCurrency(String),
    /// The currency is unknown.
    #[error(transparent)]
    Currency(#[from] UnknownCurrency),
    /// The number cannot be read.
    #[error("`{0}` is not a number of money; write digits with a point, as in `EUR 1250.50`")]
    BadNumber(String),
    /// More than six decimals: finer than a micro.
    #[error("`{0}` has more than six decimals; the smallest amount is 0.000001")]
    TooFine(String),
}

impl Amount {
    /// An amount of so many micros.
    pub const fn from_micros(micros: i64, currency: Currency) -> Self {
        Amount { micros, currency }
    }

    /// An amount of so many minor units (cents), or `None` beyond the range.
    pub fn from_minor(minor: i64, currency: Currency) -> Option<Self> {
        Some(Amount { micros: minor.checked_mul(currency.micros_per_minor())?, currency })
    }

    /// Nothing, in a currency.
    pub const fn zero(currency: Currency) -> Self {
        Amount { micros: 0, currency }
    }

    /// The whole number of micros.
    pub const fn micros(self) -> i64 {
        self.micros
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether it is exactly nothing.
    pub const fn is_zero(self) -> bool {
        self.micros == 0
    }

    /// Whether it is above nothing.
    pub const fn is_positive(self) -> bool {
        self.micros > 0
    }

    /// Whether it is below nothing.
    pub const fn is_negative(self) -> bool {
        self.micros < 0
    }

    /// The sum of two amounts of one currency.
    pub fn checked_add(self, other: Amount) -> Result<Amount, AmountError> {
        self.same_currency(other)?;
        let micros = self.micros.checked_add(other.micros).ok_or(AmountError::Overflow)?;
        Ok(Amount { micros, ..self })
    }

    /// The difference of two amounts of one currency.
    pub fn checked_sub(self, other: Amount) -> Result<Amount, AmountError> {
        self.same_currency(other)?;
        let micros = self.micros.checked_sub(other.micros).ok_or(AmountError::Overflow)?;
        Ok(Amount { micros, ..self })
    }

    /// The same amount the other way round.
    pub fn negated(self) -> Result<Amount, AmountError> {
        Ok(Amount { micros: self.micros.checked_neg().ok_or(AmountError::Overflow)?, ..self })
    }

    /// The amount without its part below the minor unit, toward nothing: EUR 2.125 gives EUR 2.12.
    ///
    /// What a bank can carry. The rest stays on the payee's balance.
    pub fn round_down_to_minor(self) -> Amount {
        let step = self.currency.micros_per_minor();
        Amount { micros: self.micros / step * step, ..self }
    }

    /// So many times a fraction of the amount, to the nearest minor unit, halves away from nothing: how tax law
    /// rounds VAT and how an invoice rounds a line. `None` beyond 64 bits, or where `den` is 0.
    ///
    /// Worked: 20 % (1/5) of EUR 10.03 is EUR 2.01; three times EUR 0.333333 is EUR 1.00.
    pub fn times_to_minor(self, num: u64, den: u64) -> Option<Amount> {
        let step = u128::try_from(self.currency.micros_per_minor()).ok()?;
        let exact = u128::from(self.micros.unsigned_abs()).checked_mul(u128::from(num))?;
        let unit = step.checked_mul(u128::from(den)).filter(|u| *u > 0)?;
        let minor = i64::try_from(exact.checked_mul(2)?.checked_add(unit)? / unit.checked_mul(2)?).ok()?;
        Amount::from_minor(if self.is_negative() { -minor } else { minor }, self.currency)
    }

    /// The whole number of minor units (cents), toward nothing.
    pub fn minor_units(self) -> i64 {
        self.micros / self.currency.micros_per_minor()
    }

    /// The number with exactly six decimals and no currency, as JSON carries it: `2.125000`.
    pub fn to_decimal(self) -> String {
        let (sign, unit, rest) = self.parts();
        format!("{sign}{unit}.{rest:06}")
    }

    /// The number with as many decimals as the minor unit has, as a bank message carries it.
    ///
    /// Cuts what is finer; round first if that must not happen silently.
    pub fn to_minor_decimal(self) -> String {
        let (sign, unit, rest) = self.parts();
        match self.currency.exponent() as usize {
            0 => format!("{sign}{unit}"),
            places => format!("{sign}{unit}.{}", &format!("{rest:06}")[..places]),
        }
    }

    /// Reads a plain number with a point, such as `-12.5`, as an amount of `currency`.
    pub fn from_decimal(text: &str, currency: Currency) -> Result<Amount, AmountError> {
        let bad = || AmountError::BadNumber(text.trim().to_owned());
        let number = text.trim();
        let (negative, digits) = match number.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest),
            None => (false, number.strip_prefix('+').unwrap_or(number)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return Err(bad());
        }
        if digits.ends_with('.') {
            return Err(bad());
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > 6 {
            return Err(AmountError::TooFine(number.to_owned()));
        }
        let whole: i128 =
            if whole.is_empty() { 0 } else { whole.parse().map_err(|_| AmountError::Overflow)? };
        let fraction: i128 = format!("{fraction:0<6}").parse().map_err(|_| bad())?;
        let micros = whole
            .checked_mul(i128::from(MICROS_PER_UNIT))
            .and_then(|m| m.checked_add(fraction))
            .map(|m| if negative { -m } else { m })
            .and_then(|m| i64::try_from(m).ok())
            .ok_or(AmountError::Overflow)?;
        Ok(Amount { micros, currency })
    }

    fn parts(self) -> (&'static str, u64, u64) {
        let size = self.micros.unsigned_abs();
        let unit = MICROS_PER_UNIT.unsigned_abs();
        (if self.micros < 0 { "-" } else { "" }, size / unit, size % unit)
    }

    fn same_currency(self, other: Amount) -> Result<(), AmountError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(AmountError::CurrencyMismatch(self.currency, other.currency))
        }
    }
}

/// Adds amounts of one currency; an empty list is nothing of that currency.
pub fn sum(amounts: impl IntoIterator<Item = Amount>, currency: Currency) -> Result<Amount, AmountError> {
    amounts.into_iter().try_fold(Amount::zero(currency), Amount::checked_add)
}

/// `EUR 42.50`, `EUR 2.125`, `JPY 300`: at least the minor unit's decimals, at most six, nothing cut.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, unit, rest) = self.parts();
        let rest = format!("{rest:06}");
        let least = self.currency.exponent() as usize;
        let keep = rest.trim_end_matches('0').len().max(least);
        let text = if keep == 0 {
            format!("{} {sign}{unit}", self.currency)
        } else {
            format!("{} {sign}{unit}.{}", self.currency, &rest[..keep])
        };
        f.pad(&text)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    /// Reads `EUR 12.50`, `EUR12.50`, `12.50 EUR` or `€12.50`; the decimal sign is a point.
    fn from_str(text: &str) -> Result<Self, AmountError> {
        let text = text.trim();
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | '\u{2212}');
        let Some(start) = text.find(is_number) else {
            return Err(if text.is_empty() || !text.chars().any(char::is_alphabetic) {
                AmountError::NoCurrency(text.to_owned())
            } else {
                AmountError::BadNumber(text.to_owned())
            });
        };
        let (code, number) = if start == 0 {
            let end = text.rfind(is_number).map_or(0, |i| i + 1);
            (&text[end..], &text[..end])
        } else {
            (&text[..start], &text[start..])
        };
        if code.trim().is_empty() {
            return Err(AmountError::NoCurrency(text.to_owned()));
        }
        Amount::from_decimal(number, code.parse()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_people_write() {
        for (text, micros) in [
            ("EUR 1000", 1_000_000_000),
            ("eur 12.50", 12_500_000),
            ("12.5 EUR", 12_500_000),
            ("€2.125", 2_125_000),
            ("EUR -3", -3_000_000),
            ("EUR 0.000001", 1),
            ("USD 422696", 422_696_000_000),
        ] {
            assert_eq!(text.parse::<Amount>().unwrap().micros(), micros, "{text}");
        }
    }

    #[test]
    fn refuses_what_it_cannot_read() {
        for (text, want) in [
            ("1000", "names no currency"),
            ("", "names no currency"),
            ("ABC 5", "not a currency"),
            ("EUR 1,000", "not a number"),
            ("EUR five", "not a number"),
            ("EUR 1.2.3", "not a number"),
            ("EUR 1.", "not a number"),
            ("EUR 0.0000001", "six decimals"),
            ("EUR 99999999999999999999", "beyond"),
            ("EUR 9999999999999999999999999999999999999999999", "beyond"),
        ] {
            let message = text.parse::<Amount>().unwrap_err().to_string();
            assert!(message.contains(want), "{text}: {message}");
        }
    }

    #[test]
    fn shows_no_less_than_a_cent_and_cuts_nothing() {
        for (micros, code, text) in [
            (42_500_000, "EUR", "EUR 42.50"),
            (2_125_000, "EUR", "EUR 2.125"),
            (-1, "EUR", "EUR -0.000001"),
            (300_000_000, "JPY", "JPY 300"),
            (300_500_000, "JPY", "JPY 300.5"),
            (0, "KWD", "KWD 0.000"),
        ] {
            assert_eq!(Amount::from_micros(micros, code.parse().unwrap()).to_string(), text);
        }
    }

    #[test]
    fn rounding_for_the_bank_goes_toward_nothing() {
        for (text, minor) in
            [("EUR 2.125", "2.12"), ("EUR -2.129", "-2.12"), ("JPY 9.99", "9"), ("KWD 1.2345", "1.234")]
        {
            let amount: Amount = text.parse().unwrap();
            assert_eq!(amount.round_down_to_minor().to_minor_decimal(), minor, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_amount_reads_back(micros: i64, code in prop::sample::select(vec!["EUR", "JPY", "KWD", "CLF"])) {
            let amount = Amount::from_micros(micros, code.parse().unwrap());
            prop_assert_eq!(amount.to_string().parse::<Amount>().unwrap(), amount);
            prop_assert_eq!(Amount::from_decimal(&amount.to_decimal(), amount.currency()).unwrap(), amount);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Amount>();
        }
    }
}
