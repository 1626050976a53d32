use std::fmt;
use std::str::FromStr;

/// A currency of ISO 4217, such as EUR or JPY. Ordered by its three-letter code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The euro, the currency of the examples and of SEPA.
    pub const EUR: Currency = Currency(iso_currency::Currency::EUR);
    /// The United States dollar.
    pub const USD: Currency = Currency(iso_currency::Currency::USD);

    /// The three-letter alphabetic code of ISO 4217.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Decimal places of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD; 6 at most here.
    ///
    /// Codes without a minor unit (metals, test codes) count as 2, so that they can be shown.
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(2, u32::from).min(6)
    }

    /// Micros in one minor unit: 10 000 for a cent, 1 000 000 for a yen.
    pub fn micros_per_minor(self) -> i64 {
        10_i64.pow(6 - self.exponent())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Currency {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code().cmp(other.code())
    }
}

/// The text is not a currency code of ISO 4217.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a currency of ISO 4217; write the three-letter code, such as EUR, GBP or JPY")]
pub struct UnknownCurrency(pub String);

impl FromStr for Currency {
    type Err = UnknownCurrency;

    /// Reads an ISO 4217 code in either case, or the signs `€`, `£`, `$` (EUR, GBP, USD).
    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        let code = match text.trim() {
            "€" => "EUR".to_owned(),
            "£" => "GBP".to_owned(),
            "$" => "USD".to_owned(),
            other => other.to_ascii_uppercase(),
        };
        match iso_currency::Currency::from_code(&code) {
            // XXX means "no currency" and XTS is reserved for tests: neither is money.
            Some(found) if code != "XXX" && code != "XTS" => Ok(Currency(found)),
            _ => Err(UnknownCurrency(text.trim().to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_units_follow_iso_4217() {
        for (code, exponent) in [("EUR", 2), ("usd", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("€", 2)] {
            assert_eq!(code.parse::<Currency>().unwrap().exponent(), exponent, "{code}");
        }
    }

    #[test]
    fn unknown_codes_are_refused_with_a_hint() {
        for text in ["EURO", "", "XXX", "E", "??"] {
            let message = text.parse::<Currency>().unwrap_err().to_string();
            assert!(message.contains("three-letter"), "{message}");
        }
    }
}
