//! Which balances become payouts, and what each payee receives.
//!
//! A balance is paid in whole minor units; the rest stays. From it, in this order: an advance is repaid at
//! its rate, tax is kept back from what remains, the transfer's fee comes off. What would arrive below the
//! minimum is carried over, free of charge.
//!
//! Worked: a balance of EUR 103.456789 with EUR 20 of advance left at 50 %, 10 % withholding and a fee of
//! EUR 1: gross 103.45, repaid 20.00, withheld 8.34 (10 % of 83.45, down to the cent), fee 1.00, net 74.11;
//! EUR 0.006789 stay on the balance.

use money::{Amount, AmountError, Ratio, divide};
use music::PartyId;

/// What is known of one payee when a batch is prepared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Who.
    pub party: PartyId,
    /// What is owed and not reserved already.
    pub available: Amount,
    /// What is left of advances, to be repaid from payouts.
    pub advance: Amount,
    /// The part of a payout that repays it.
    pub recoup: Ratio,
    /// Tax to keep back.
    pub withholding: Ratio,
    /// What the transfer costs on the payee's rail; `None` where no usable bank details are known.
    pub fee: Option<Amount>,
    /// Why the money must not move: a dispute, a sanctions hit. Empty where it may.
    pub holds: Vec<String>,
}

/// A payout to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// To whom.
    pub party: PartyId,
    /// What leaves the balance: whole minor units.
    pub gross: Amount,
    /// What of it repays an advance.
    pub recouped: Amount,
    /// What of it is kept back as tax.
    pub withheld: Amount,
    /// What of it pays for the transfer.
    pub fee: Amount,
    /// What arrives.
    pub net: Amount,
}

/// Why a balance stays where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stays {
    /// Too little would arrive; carried over.
    BelowMinimum {
        /// What would arrive.
        would_arrive: Amount,
    },
    /// No bank details that may be used yet.
    NoBankDetails,
    /// Something must be cleared first.
    Held(String),
}

/// What a batch would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// What is paid, by party.
    pub payouts: Vec<Planned>,
    /// What stays, by party, with every reason.
    pub stays: Vec<(PartyId, Amount, Vec<Stays>)>,
}

/// Decides what is paid. Balances at or below nothing are left out.
///
/// # Errors
/// Only where amounts of different currencies meet or leave 64 bits.
pub fn plan(due: &[Due], minimum: Amount) -> Result<Plan, AmountError> {
    let mut plan = Plan::default();
    for one in due.iter().filter(|d| d.available.is_positive()) {
        let mut stays: Vec<Stays> = one.holds.iter().cloned().map(Stays::Held).collect();
        let planned = match one.fee {
            None => {
                stays.push(Stays::NoBankDetails);
                None
            }
            Some(fee) => {
                let planned = split(one, fee)?;
                if planned.net.micros() < minimum.micros() || !planned.net.is_positive() {
                    stays.push(Stays::BelowMinimum { would_arrive: planned.net });
                }
                Some(planned)
            }
        };
        match planned {
            Some(planned) if stays.is_empty() => plan.payouts.push(planned),
            _ => plan.stays.push((one.party.clone(), one.available, stays)),
        }
    }
    plan.payouts.sort_by(|a, b| a.party.cmp(&b.party));
    plan.stays.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(plan)
}

fn split(due: &Due, fee: Amount) -> Result<Planned, AmountError> {
    let gross = due.available.round_down_to_minor();
    let at_rate = part(gross, due.recoup);
    let recouped =
        if due.advance.micros() < at_rate.micros() { due.advance } else { at_rate }.round_down_to_minor();
    let after = gross.checked_sub(recouped)?;
    let withheld = part(after, due.withholding).round_down_to_minor();
    let net = after.checked_sub(withheld)?.checked_sub(fee)?;
    Ok(Planned { party: due.party.clone(), gross, recouped, withheld, fee, net })
}

/// A fraction of an amount by the one division; nothing where the fraction is nothing.
pub(crate) fn part(amount: Amount, ratio: Ratio) -> Amount {
    let (num, den) = (u64::from(ratio.numerator()), u64::from(ratio.denominator()));
    match divide(amount, &[(1, num), (0, den - num)]) {
        Ok(parts) => parts[0],
        // Two keys that differ and weights that add up to `den` > 0 always divide.
        Err(_) => Amount::zero(amount.currency()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn eur(text: &str) -> Amount {
        format!("EUR {text}").parse().unwrap()
    }

    fn due(available: &str) -> Due {
        Due {
            party: PartyId::from_bits(1),
            available: eur(available),
            advance: eur("0"),
            recoup: "50 %".parse().unwrap(),
            withholding: Ratio::ZERO,
            fee: Some(eur("0")),
            holds: Vec::new(),
        }
    }

    #[test]
    fn the_worked_case() {
        let one = Due {
            advance: eur("20"),
            withholding: "10 %".parse().unwrap(),
            fee: Some(eur("1")),
            ..due("103.456789")
        };
        let plan = plan(&[one], eur("5")).unwrap();
        let p = &plan.payouts[0];
        let shown: Vec<String> =
            [p.gross, p.recouped, p.withheld, p.fee, p.net].iter().map(Amount::to_string).collect();
        assert_eq!(shown, ["EUR 103.45", "EUR 20.00", "EUR 8.34", "EUR 1.00", "EUR 74.11"]);
    }

    #[test]
    fn what_stays_says_why() {
        for (one, want) in [
            (due("4.99"), vec![Stays::BelowMinimum { would_arrive: eur("4.99") }]),
            (Due { fee: None, ..due("50") }, vec![Stays::NoBankDetails]),
            (
                Due { fee: Some(eur("60")), ..due("50") },
                vec![Stays::BelowMinimum { would_arrive: eur("-10") }],
            ),
            (Due { holds: vec!["disputed".into()], ..due("50") }, vec![Stays::Held("disputed".into())]),
        ] {
            let plan = plan(&[one], eur("5")).unwrap();
            assert!(plan.payouts.is_empty());
            assert_eq!(plan.stays[0].2, want);
        }
        assert_eq!(plan(&[due("-3"), due("0")], eur("5")).unwrap(), Plan::default());
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_made(available in 1_i64..10_i64.pow(12), advance in 0_i64..10_i64.pow(10), rate in 0_u32..1_000_001, tax in 0_u32..1_000_001, fee in 0_i64..10_000_000) {
            let one = Due {
                available: Amount::from_micros(available, money::Currency::EUR),
                advance: Amount::from_micros(advance, money::Currency::EUR).round_down_to_minor(),
                recoup: Ratio::from_ppm(rate).unwrap(),
                withholding: Ratio::from_ppm(tax).unwrap(),
                fee: Some(Amount::from_micros(fee, money::Currency::EUR).round_down_to_minor()),
                ..due("1")
            };
            let plan = plan(std::slice::from_ref(&one), eur("0.01")).unwrap();
            for p in &plan.payouts {
                prop_assert_eq!(p.gross.micros(), p.recouped.micros() + p.withheld.micros() + p.fee.micros() + p.net.micros());
                prop_assert!(p.gross.micros() <= available && available - p.gross.micros() < 10_000);
                prop_assert!(p.recouped.micros() <= one.advance.micros() && p.net.micros() % 10_000 == 0 && p.net.is_positive());
            }
            prop_assert_eq!(plan.payouts.len() + plan.stays.len(), 1);
        }
    }
}
