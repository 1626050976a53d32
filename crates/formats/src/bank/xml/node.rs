//! Elements that were read to their end, and the values in them.

use jiff::civil::{Date, DateTime};
use money::Amount;
use music::Problem;
use music::usage::Moment;

use super::super::reference::shown;

/// An element that was read to its end.
#[derive(Debug, Default)]
pub(in crate::bank) struct Node {
    /// Its name without prefix.
    pub name: String,
    /// The line it begins in, from 1.
    pub line: u64,
    /// Its own text, references resolved, not trimmed.
    pub text: String,
    /// The currency attribute (`Ccy`), the only one that ISO 20022 uses.
    pub currency: Option<String>,
    /// What it holds and no visitor took.
    pub children: Vec<Node>,
    /// Something inside had to be left out, so its values cannot be relied on.
    pub damaged: bool,
    pub(super) weight: usize,
}

impl Node {
    /// The first child of a name.
    pub fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|c| c.name == name)
    }

    /// All children of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// The first element down a path of names.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, name| node.child(name))
    }

    /// The trimmed text down a path; `None` where it is missing or empty.
    pub fn text_at(&self, path: &[&str]) -> Option<String> {
        self.at(path).and_then(Node::own_text)
    }

    /// The trimmed text; `None` where it is empty.
    pub fn own_text(&self) -> Option<String> {
        let text = self.text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The code or proprietary word of a choice, as ISO 20022 nests it; or the bare text of older versions.
    pub fn choice(&self) -> Option<String> {
        self.text_at(&["Cd"]).or_else(|| self.text_at(&["Prtry"])).or_else(|| self.own_text())
    }

    /// The amount in it, with its currency.
    ///
    /// # Errors
    /// A problem where it is no amount, negative, or finer than the currency's minor unit.
    pub fn amount(&self) -> Result<Amount, Problem> {
        let hint =
            "ask the bank for the file again; amounts carry a point and at most the currency's decimals";
        let bad = |code, message: String| Err(Problem::new(code, self.line, message, hint));
        let Some(currency) = &self.currency else {
            return bad("amount-invalid", format!("the amount `{}` names no currency", shown(&self.text)));
        };
        let currency = match currency.parse() {
            Ok(known) => known,
            Err(error) => return bad("amount-invalid", format!("{error}")),
        };
        match Amount::from_decimal(&self.text, currency) {
            Ok(amount) if amount.round_down_to_minor() != amount => bad(
                "amount-too-fine",
                format!("`{}` is finer than the smallest unit of {currency}", shown(&self.text)),
            ),
            Ok(amount) if amount.is_negative() => bad(
                "amount-invalid",
                format!("`{}` is negative; debits are marked, not signed", shown(&self.text)),
            ),
            Ok(amount) => Ok(amount),
            Err(error) => bad("amount-invalid", error.to_string()),
        }
    }

    /// The day in a date or date-and-time choice, as the bank's clock has it.
    pub fn date(&self) -> Option<Date> {
        let text = self.text_at(&["Dt"]).or_else(|| self.text_at(&["DtTm"])).or_else(|| self.own_text())?;
        text.get(..10)?.parse().ok()
    }
}

/// Reads an ISO 20022 date and time, with offset or without.
pub(in crate::bank) fn moment(text: &str) -> Option<Moment> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(Moment::Instant(at));
    }
    text.parse::<DateTime>().ok().map(Moment::Local)
}
