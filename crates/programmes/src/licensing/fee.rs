//! What a licence costs: the closed list of fee rules, and what each comes to.
//!
//! | rule | written | what is due |
//! |---|---|---|
//! | per work | `EUR 2 per work` | so much for each licensed work, once |
//! | per version | `EUR 500 per version` | so much for each version of the model; a retrain is another version |
//! | of income | `30 % of income, at least EUR 100` | with each report that part of the income, never less than the minimum |
//! | per output | `EUR 0.001 per output` | with each report so much for each output |
//! | nothing | `nothing` | nothing; the licence is free |
//!
//! What is due is rounded down to what a bank can carry. Worked: 30 % of EUR 1,234.55 are EUR 370.36.

use std::fmt;
use std::str::FromStr;

use money::{Amount, Ratio, divide};

/// How a licence is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fee {
    /// Nothing is paid.
    Nothing,
    /// So much for each licensed work, when it is signed.
    PerWork(Amount),
    /// So much for each version of the model, when it is signed.
    PerVersion(Amount),
    /// A part of the income that a report tells, and at least so much.
    OfIncome {
        /// The part.
        share: Ratio,
        /// The least for each report.
        minimum: Amount,
    },
    /// So much for each output that a report tells.
    PerOutput(Amount),
}

/// What a fee is reckoned by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Basis {
    /// Licensed works.
    pub works: u64,
    /// What a report says was earned; `None` where it says nothing, or when the licence is signed.
    pub income: Option<Amount>,
    /// What a report says was made; `None` when the licence is signed.
    pub outputs: Option<u64>,
}

/// What is due, with how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// How much; may be nothing.
    pub amount: Amount,
    /// The sum in words: `3 works × EUR 2.00`.
    pub why: String,
}

/// Why a fee cannot be read or reckoned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFee {
    /// The text is none of the rules.
    #[error("`{0}` is no fee rule")]
    Unreadable(String),
    /// The amount or the part is not above nothing, or the part exceeds the whole.
    #[error("`{0}` is no fee: amounts and parts are above nothing, and a part is at most the whole")]
    Size(String),
    /// A report leaves out what the fee is reckoned by.
    #[error("the fee is `{fee}`, and the report tells no {missing}")]
    Missing {
        /// The rule.
        fee: String,
        /// What is missing.
        missing: &'static str,
    },
    /// The income is in another currency than the minimum, or below nothing.
    #[error("an income of `{income}` does not fit the fee `{fee}`")]
    Income {
        /// The rule.
        fee: String,
        /// What was told.
        income: String,
    },
    /// The sum is more than can be written down.
    #[error("the fee comes to more than can be booked")]
    TooLarge,
}

/// What to try where a fee cannot be read.
pub const HINT: &str = "write `EUR 2 per work`, `EUR 500 per version`, `30 % of income, at least EUR 100`, `EUR 0.001 per output` or `nothing`";

impl Fee {
    /// The currency it is paid in; `None` where nothing is.
    pub const fn currency(&self) -> Option<money::Currency> {
        match self {
            Fee::Nothing => None,
            Fee::PerWork(a) | Fee::PerVersion(a) | Fee::PerOutput(a) | Fee::OfIncome { minimum: a, .. } => {
                Some(a.currency())
            }
        }
    }

    /// The stable word of the rule.
    pub const fn code(&self) -> &'static str {
        match self {
            Fee::Nothing => "nothing",
            Fee::PerWork(_) => "per-work",
            Fee::PerVersion(_) => "per-version",
            Fee::OfIncome { .. } => "of-income",
            Fee::PerOutput(_) => "per-output",
        }
    }

    /// What is due when the licence is signed; `None` where reports tell it.
    ///
    /// # Errors
    /// [`BadFee::TooLarge`].
    pub fn at_signing(&self, works: u64) -> Result<Option<Due>, BadFee> {
        match self {
            Fee::PerWork(each) => {
                let why = format!("{works} {} × {each}", if works == 1 { "work" } else { "works" });
                Ok(Some(Due { amount: times(*each, works)?, why }))
            }
            Fee::PerVersion(each) => Ok(Some(Due { amount: *each, why: format!("one version × {each}") })),
            Fee::Nothing | Fee::OfIncome { .. } | Fee::PerOutput(_) => Ok(None),
        }
    }

    /// What is due with a report; `None` where all was due at signing.
    ///
    /// # Errors
    /// [`BadFee::Missing`], [`BadFee::Income`], [`BadFee::TooLarge`].
    pub fn of_report(&self, basis: &Basis) -> Result<Option<Due>, BadFee> {
        match self {
            Fee::Nothing | Fee::PerWork(_) | Fee::PerVersion(_) => Ok(None),
            Fee::OfIncome { share, minimum } => {
                let fee = || self.to_string();
                let income = basis.income.ok_or_else(|| BadFee::Missing { fee: fee(), missing: "income" })?;
                if income.currency() != minimum.currency() || income.is_negative() {
                    return Err(BadFee::Income { fee: fee(), income: income.to_string() });
                }
                let part = part_of(income, *share)?;
                Ok(Some(if part.micros() < minimum.micros() {
                    let why = format!("{share} of {income} are {part}, and {minimum} is the least");
                    Due { amount: *minimum, why }
                } else {
                    Due { amount: part, why: format!("{share} of {income}") }
                }))
            }
            Fee::PerOutput(each) => {
                let outputs = basis
                    .outputs
                    .ok_or_else(|| BadFee::Missing { fee: self.to_string(), missing: "number of outputs" })?;
                Ok(Some(Due { amount: times(*each, outputs)?, why: format!("{outputs} outputs × {each}") }))
            }
        }
    }
}

fn times(each: Amount, count: u64) -> Result<Amount, BadFee> {
    let micros = i128::from(each.micros()) * i128::from(count);
    let micros = i64::try_from(micros).map_err(|_| BadFee::TooLarge)?;
    Ok(Amount::from_micros(micros, each.currency()).round_down_to_minor())
}

fn part_of(income: Amount, share: Ratio) -> Result<Amount, BadFee> {
    let (num, den) = (u64::from(share.numerator()), u64::from(share.denominator()));
    let parts = divide(income, &[(0, num), (1, den - num)]).map_err(|_| BadFee::TooLarge)?;
    parts.first().map(|part| part.round_down_to_minor()).ok_or(BadFee::TooLarge)
}

impl fmt::Display for Fee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fee::Nothing => f.pad("nothing"),
            Fee::PerWork(each) => write!(f, "{each} per work"),
            Fee::PerVersion(each) => write!(f, "{each} per version"),
            Fee::OfIncome { share, minimum } => write!(f, "{share} of income, at least {minimum}"),
            Fee::PerOutput(each) => write!(f, "{each} per output"),
        }
    }
}

impl FromStr for Fee {
    type Err = BadFee;

    fn from_str(text: &str) -> Result<Fee, BadFee> {
        let shown = || text.chars().filter(|c| !c.is_control()).take(80).collect::<String>();
        let bad = || BadFee::Unreadable(shown());
        let text = text.trim();
        if text == "nothing" {
            return Ok(Fee::Nothing);
        }
        let amount = |t: &str| t.trim().parse::<Amount>().map_err(|_| bad());
        let fee = if let Some((share, rest)) = text.split_once(" of income") {
            let least = rest.trim_start().strip_prefix(',').unwrap_or(rest).trim_start();
            let least = least.strip_prefix("at least").ok_or_else(bad)?;
            let share = share.trim().parse::<Ratio>().map_err(|_| bad())?;
            Fee::OfIncome { share, minimum: amount(least)? }
        } else if let Some(each) = text.strip_suffix(" per work") {
            Fee::PerWork(amount(each)?)
        } else if let Some(each) = text.strip_suffix(" per version") {
            Fee::PerVersion(amount(each)?)
        } else if let Some(each) = text.strip_suffix(" per output") {
            Fee::PerOutput(amount(each)?)
        } else {
            return Err(bad());
        };
        let fits = match &fee {
            Fee::Nothing => true,
            Fee::PerWork(a) | Fee::PerVersion(a) | Fee::PerOutput(a) => a.is_positive(),
            Fee::OfIncome { share, minimum } => *share != Ratio::ZERO && !minimum.is_negative(),
        };
        if fits { Ok(fee) } else { Err(BadFee::Size(shown())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fee(text: &str) -> Fee {
        text.parse().unwrap()
    }

    fn eur(text: &str) -> Amount {
        format!("EUR {text}").parse().unwrap()
    }

    #[test]
    fn every_rule_reads_back_and_comes_to_what_it_says() {
        let none = Basis::default();
        for (text, works, at_signing) in [
            ("EUR 2.00 per work", 3, Some("6")),
            ("EUR 0.125 per work", 3, Some("0.37")),
            ("EUR 500.00 per version", 3, Some("500")),
            ("30 % of income, at least EUR 100.00", 3, None),
            ("EUR 0.001 per output", 3, None),
            ("nothing", 3, None),
        ] {
            assert_eq!(fee(text).to_string(), text);
            let due = fee(text).at_signing(works).unwrap().map(|d| d.amount);
            assert_eq!(due, at_signing.map(eur), "{text}");
        }
        let income = |text: &str| Basis { income: Some(eur(text)), ..none };
        let share = fee("30 % of income, at least EUR 100");
        for (told, due) in [("1234.55", "370.36"), ("333.34", "100.00"), ("0", "100"), ("333.37", "100.01")] {
            assert_eq!(share.of_report(&income(told)).unwrap().unwrap().amount, eur(due), "{told}");
        }
        let each = fee("EUR 0.001 per output");
        let due = each.of_report(&Basis { outputs: Some(12_345), ..none }).unwrap().unwrap();
        assert_eq!((due.amount, due.why.as_str()), (eur("12.34"), "12345 outputs × EUR 0.001"));
        assert!(matches!(each.of_report(&none), Err(BadFee::Missing { .. })));
        assert!(matches!(share.of_report(&income("-1")), Err(BadFee::Income { .. })));
        let dollars = Basis { income: Some("USD 5".parse().unwrap()), ..none };
        assert!(matches!(share.of_report(&dollars), Err(BadFee::Income { .. })));
        let most = Basis { outputs: Some(u64::MAX), ..none };
        assert_eq!(fee("EUR 1000 per output").of_report(&most), Err(BadFee::TooLarge));
    }

    #[test]
    fn what_is_no_fee_is_refused() {
        for text in [
            "",
            "EUR 2",
            "2 per work",
            "EUR -2 per work",
            "EUR 0 per output",
            "0 % of income, at least EUR 1",
            "101 % of income, at least EUR 1",
            "30 % of income",
            "30 % of income, at least EUR -1",
            "EUR 2 per song",
            "nothing at all",
        ] {
            assert!(text.parse::<Fee>().is_err(), "{text}");
        }
    }
}
