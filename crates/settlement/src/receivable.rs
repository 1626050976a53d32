//! What becomes of a payee's balance when something that was paid out already is corrected.
//!
//! A correction may take more from a payee than the balance still holds. The balance then stays at nothing, and
//! what is missing is owed back under its own name. It is repaid from what is credited later, at a rate; no other
//! payee's money stands in for it meanwhile: the house's own money does, up to a limit.
//!
//! Worked: Mira was credited EUR 17 and paid. The run is taken back: EUR 17 are owed back. The next run credits
//! EUR 8.50; at a rate of 100 % all of it repays, and EUR 8.50 are still owed back; at 50 % EUR 4.25 repay and
//! EUR 4.25 are hers.

use money::{Amount, AmountError, Ratio};

use crate::payout::part;

/// How a payee stands in one currency after an entry that touched the balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What the balance holds; below nothing where more was taken than was there.
    pub balance: Amount,
    /// What of it is reserved by payouts on their way.
    pub reserved: Amount,
    /// What is owed back from before.
    pub owed_back: Amount,
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The balance is in order and nothing is repaid.
    Nothing,
    /// So much is missing and is owed back from now on.
    OwesBack(Amount),
    /// So much of what was credited repays what is owed back.
    Repays(Amount),
}

/// Decides what follows when `credited` reached a payee (below nothing: was taken back).
///
/// # Errors
/// Only where amounts of different currencies meet or leave 64 bits.
pub fn step(now: &Standing, credited: Amount, rate: Ratio) -> Result<Step, AmountError> {
    if now.balance.is_negative() {
        return Ok(Step::OwesBack(now.balance.negated()?));
    }
    if !credited.is_positive() || !now.owed_back.is_positive() {
        return Ok(Step::Nothing);
    }
    let free = now.balance.checked_sub(now.reserved)?;
    let least = [part(credited, rate), now.owed_back, free].into_iter().min_by_key(|a| a.micros());
    Ok(least.filter(|a| a.is_positive()).map_or(Step::Nothing, Step::Repays))
}

/// By how much what payees owe back goes beyond what of the house's own money may stand in for it; nothing where
/// it does not.
///
/// # Errors
/// Only where amounts of different currencies meet or leave 64 bits.
pub fn uncovered(owed_back: Amount, own: Amount, limit: Ratio) -> Result<Amount, AmountError> {
    let zero = Amount::zero(own.currency());
    let may = if own.is_positive() { part(own, limit) } else { zero };
    let beyond = owed_back.checked_sub(may)?;
    Ok(if beyond.is_positive() { beyond } else { zero })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur(text: &str) -> Amount {
        format!("EUR {text}").parse().unwrap()
    }

    fn at(balance: &str, reserved: &str, owed_back: &str) -> Standing {
        Standing { balance: eur(balance), reserved: eur(reserved), owed_back: eur(owed_back) }
    }

    #[test]
    fn what_is_missing_is_owed_back_and_later_credits_repay_it() {
        for (standing, credited, rate, want) in [
            (at("0", "0", "0"), "-17", "100 %", Step::Nothing),
            (at("-17", "0", "0"), "-17", "100 %", Step::OwesBack(eur("17"))),
            (at("-3", "0", "17"), "-3", "100 %", Step::OwesBack(eur("3"))),
            (at("8.5", "0", "17"), "8.5", "100 %", Step::Repays(eur("8.5"))),
            (at("8.5", "0", "17"), "8.5", "50 %", Step::Repays(eur("4.25"))),
            (at("8.5", "0", "1"), "8.5", "100 %", Step::Repays(eur("1"))),
            (at("8.5", "8", "17"), "8.5", "100 %", Step::Repays(eur("0.5"))),
            (at("8.5", "9", "17"), "8.5", "100 %", Step::Nothing),
            (at("8.5", "0", "17"), "-1", "100 %", Step::Nothing),
            (at("8.5", "0", "17"), "8.5", "0 %", Step::Nothing),
        ] {
            let found = step(&standing, eur(credited), rate.parse().unwrap()).unwrap();
            assert_eq!(found, want, "{standing:?} {credited} {rate}");
        }
    }

    #[test]
    fn the_house_stands_in_up_to_its_own_money_and_the_limit() {
        for (owed, own, limit, want) in [
            ("17", "20", "100 %", "0"),
            ("17", "10", "100 %", "7"),
            ("17", "20", "50 %", "7"),
            ("17", "-4", "100 %", "17"),
            ("0", "-4", "100 %", "0"),
        ] {
            assert_eq!(uncovered(eur(owed), eur(own), limit.parse().unwrap()).unwrap(), eur(want));
        }
    }
}
