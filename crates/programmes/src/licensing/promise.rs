//! What is promised for trained models when consent ends: a closed list, so that it can be reckoned by.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

/// What a licensee does with a trained model when the consent it rests on ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Promise {
    /// Nothing: what is trained stays trained.
    #[default]
    Nothing,
    /// The next version is trained without it.
    NextVersion,
    /// A model without it replaces this one within so many days.
    RetrainWithin(u32),
    /// The model is withdrawn within so many days.
    WithdrawWithin(u32),
}

/// A text that is no promise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no promise")]
pub struct BadPromise(pub String);

/// What to try where a promise cannot be read.
pub const HINT: &str =
    "write `nothing`, `next version`, `retrain within 90 days` or `withdraw within 30 days`";

/// The longest term of a promise, in days: ten years.
const DAYS_MOST: u32 = 3_650;

impl Promise {
    /// The stable word of its kind.
    pub const fn code(self) -> &'static str {
        match self {
            Promise::Nothing => "nothing",
            Promise::NextVersion => "next-version",
            Promise::RetrainWithin(_) => "retrain-within",
            Promise::WithdrawWithin(_) => "withdraw-within",
        }
    }

    /// Within how many days, where it names them.
    pub const fn days(self) -> Option<u32> {
        match self {
            Promise::Nothing | Promise::NextVersion => None,
            Promise::RetrainWithin(days) | Promise::WithdrawWithin(days) => Some(days),
        }
    }

    /// By which day it has to be kept when consent ended on a day; `None` where no day is promised.
    pub fn due(self, ended: Date) -> Option<Date> {
        ended.checked_add(jiff::Span::new().days(i64::from(self.days()?))).ok()
    }
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Promise::Nothing => f.pad("nothing"),
            Promise::NextVersion => f.pad("next version"),
            Promise::RetrainWithin(days) => write!(f, "retrain within {days} days"),
            Promise::WithdrawWithin(days) => write!(f, "withdraw within {days} days"),
        }
    }
}

impl FromStr for Promise {
    type Err = BadPromise;

    fn from_str(text: &str) -> Result<Promise, BadPromise> {
        let bad = || BadPromise(text.chars().filter(|c| !c.is_control()).take(80).collect());
        let days = |rest: &str| {
            let number = rest.trim().trim_end_matches("days").trim().parse::<u32>().ok();
            number.filter(|n| (1..=DAYS_MOST).contains(n)).ok_or_else(bad)
        };
        match text.trim() {
            "" | "nothing" => Ok(Promise::Nothing),
            "next version" | "next-version" => Ok(Promise::NextVersion),
            other => {
                if let Some(rest) = other.strip_prefix("retrain within") {
                    Ok(Promise::RetrainWithin(days(rest)?))
                } else if let Some(rest) = other.strip_prefix("withdraw within") {
                    Ok(Promise::WithdrawWithin(days(rest)?))
                } else {
                    Err(bad())
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_read_back_and_fall_due() {
        for text in ["nothing", "next version", "retrain within 90 days", "withdraw within 30 days"] {
            assert_eq!(text.parse::<Promise>().unwrap().to_string(), text);
        }
        let day: Date = "2026-11-21".parse().unwrap();
        assert_eq!(Promise::RetrainWithin(90).due(day), Some("2027-02-19".parse().unwrap()));
        assert_eq!(Promise::NextVersion.due(day), None);
        for bad in [
            "soon",
            "retrain within",
            "retrain within 0 days",
            "retrain within 99999 days",
            "retrain within x",
        ] {
            assert!(bad.parse::<Promise>().is_err(), "{bad}");
        }
    }
}
