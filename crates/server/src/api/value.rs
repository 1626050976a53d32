//! Values that many answers share: money, parts, files.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use money::{Amount, Currency, Ratio};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::problem::Wrong;
use super::shape::{Book, Shape};
use crate::form;

/// An amount with its currency, as it is told: six decimals.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Money {
    amount: String,
    currency: &'static str,
}

impl From<Amount> for Money {
    fn from(amount: Amount) -> Money {
        Money { amount: amount.to_decimal(), currency: amount.currency().code() }
    }
}

impl Shape for Money {
    const NAME: &'static str = "Money";

    fn schema(book: &mut Book) -> Value {
        let currency = json!({ "type": "string", "pattern": "^[A-Z]{3}$" });
        let amount = json!({ "type": "string", "pattern": "^-?[0-9]+\\.[0-9]{6}$" });
        book.object("Money", "An amount; never a floating-point number.", false, |_| {
            vec![
                ("amount", "Units with exactly six decimals.".to_owned(), amount, true),
                ("currency", "ISO 4217.".to_owned(), currency, true),
            ]
        })
    }
}

/// An amount with its currency, as it is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sum {
    amount: String,
    currency: String,
}

impl Sum {
    pub(crate) fn new(amount: &str, currency: &str) -> Sum {
        Sum { amount: amount.to_owned(), currency: currency.to_owned() }
    }

    /// The amount.
    ///
    /// # Errors
    /// `money-unreadable`.
    pub(crate) fn amount(&self) -> Result<Amount, Wrong> {
        let bad = |text: &str, hint: &str| {
            Wrong::unfit("money-unreadable", format!("`{}` is not an amount", form::short(text)), hint)
        };
        let plain = self.amount.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if !plain || self.amount.is_empty() {
            return Err(bad(&self.amount, "write digits with a point, such as 12.50"));
        }
        Amount::from_decimal(&self.amount, currency(&self.currency)?)
            .map_err(|_| bad(&self.amount, "at most six decimals and twelve digits before them"))
    }
}

impl Shape for Sum {
    const NAME: &'static str = "Sum";

    fn schema(book: &mut Book) -> Value {
        let currency = json!({ "type": "string", "pattern": "^[A-Z]{3}$" });
        let amount = json!({ "type": "string", "pattern": "^[0-9]{1,12}(\\.[0-9]{1,6})?$" });
        book.object("Sum", "An amount that is asked for.", true, |_| {
            vec![
                ("amount", "Units, with at most six decimals.".to_owned(), amount, true),
                ("currency", "ISO 4217.".to_owned(), currency, true),
            ]
        })
    }
}

/// A currency by its code.
pub(crate) fn currency(text: &str) -> Result<Currency, Wrong> {
    text.parse().map_err(|_| {
        let detail = format!("`{}` is not a currency", form::short(text));
        Wrong::unfit("currency", detail, "use an ISO 4217 code, such as EUR")
    })
}

/// A part of a whole, as it is asked for: `12.5 %`, `1/3`.
pub(crate) fn part(text: &str) -> Result<Ratio, Wrong> {
    text.parse().map_err(|_| {
        let detail = format!("`{}` is not a part of a whole", form::short(text));
        Wrong::unfit("share-unreadable", detail, "write `12.5 %` or `1/3`")
    })
}

/// An id or a word of ours from a request.
pub(crate) fn read<T: std::str::FromStr>(code: &'static str, text: &str) -> Result<T, Wrong> {
    text.parse().map_err(|_| {
        let status = if code.ends_with("-unknown") {
            axum::http::StatusCode::NOT_FOUND
        } else {
            axum::http::StatusCode::UNPROCESSABLE_ENTITY
        };
        Wrong::new(status, code, format!("`{}` cannot be read", form::short(text)), "")
    })
}

/// Bytes in base 64.
pub(crate) fn bytes(text: &str) -> Result<Vec<u8>, Wrong> {
    let plain: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    BASE64_STANDARD.decode(plain).map_err(|_| {
        Wrong::unfit("base64", "the file is not in base 64", "encode its bytes with the standard alphabet")
    })
}

/// Bytes as base 64.
pub(crate) fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}
