//! Seats that carry money of their own.

use money::Amount;

use super::Refusal;
use super::place::Divided;
use crate::Input;
use crate::rule::{MemberTerms, Split};

/// The members with plays, and the seats without.
pub(super) struct Seats {}

/// Finds the members whose plays count.
pub(super) fn seats(_split: &Split, _terms: MemberTerms, _input: &Input) -> Result<Seats, Refusal> {
    Ok(Seats {})
}

impl Seats {
    /// Gives each seat its money and each recording its sum over members.
    pub(super) fn divide<'a>(self, _split: &Split, amount: Amount, _nothing: Amount) -> Result<Divided<'a>, Refusal> {
        Ok(Divided { portions: Vec::new(), left: amount, left_how: None, weight: 0, count: 0 })
    }
}
