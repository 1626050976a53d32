//! What is there to be shared, and whether a draft or a reversal still holds.

use std::collections::{BTreeMap, BTreeSet};

use ledger::Account;
use money::Amount;
use music::{PotId, RunId};
use store::{AllocationRow, PotRow, RunRow, Tx};

use super::plan::{Planned, changes};
use super::{Allocate, run_in};
use crate::failure::refuse;
use crate::{Failure, House, gather, pot};

pub(super) fn is_reversed(runs: &[RunRow], id: &RunId) -> bool {
    runs.iter().any(|r| r.kind == "reversal" && r.status == "approved" && r.of_run.as_ref() == Some(id))
}

/// Whether a run can be taken back: it is posted, no reversal itself, not reversed, and nothing corrects it.
pub(super) async fn reversible(tx: &mut Tx, run: &RunRow) -> Result<(), Failure> {
    let id = &run.id;
    if run.status != "approved" {
        return Err(refuse(
            "run-not-approved",
            format!("the run `{id}` is {}; there is nothing to reverse", run.status),
            "",
        ));
    }
    if run.kind == "reversal" {
        return Err(refuse(
            "run-is-reversal",
            format!("the run `{id}` is a reversal itself"),
            "share the pot again: `tantieme allocate`",
        ));
    }
    if tx.has_ended(id).await? {
        let message =
            format!("money that the run `{id}` let wait went to its destination when its clock ran out");
        return Err(refuse("run-ended", message, "adjust the pot instead: `tantieme adjust`"));
    }
    for (pot, _) in tx.pots_of_run(id).await? {
        let runs = tx.runs_of_pot(&pot).await?;
        if is_reversed(&runs, id) {
            return Err(refuse(
                "run-reversed",
                format!("the run `{id}` is reversed already; nothing was changed now"),
                "",
            ));
        }
        let later =
            |r: &&RunRow| r.kind == "adjustment" && r.status == "approved" && !is_reversed(&runs, &r.id);
        if let Some(adjusted) = runs.iter().rfind(later).filter(|r| r.id != *id) {
            let message = format!("the run `{}` adjusts the pot `{pot}`", adjusted.id);
            return Err(refuse(
                "run-adjusted",
                message,
                format!("reverse that one first: `tantieme reverse {}`", adjusted.id),
            ));
        }
    }
    Ok(())
}

/// Whether a draft still says what it would say if it were made now.
pub(super) async fn still_true(
    house: &House,
    tx: &mut Tx,
    run: &RunRow,
    lines: &[AllocationRow],
    pots: &[(PotId, Amount)],
) -> Result<(), Failure> {
    if let ("reversal", Some(of)) = (run.kind.as_str(), &run.of_run) {
        let of = run_in(tx, of).await?;
        return reversible(tx, &of).await;
    }
    for (pot, amount) in pots {
        let row = pot::pot_in(tx, pot).await?;
        if run.kind == "adjustment" {
            let (_, _, now, _) = changes(house, tx, &row).await?;
            let told = |lines: Vec<Planned>| {
                lines.into_iter().map(|l| (l.key(), l.amount)).collect::<BTreeMap<_, _>>()
            };
            if told(now) != told(lines.iter().filter(|l| l.pot == *pot).map(Planned::of).collect()) {
                let message = format!("the pot `{pot}` has changed since this draft was made");
                return Err(refuse(
                    "run-stale",
                    message,
                    format!("drop it and make a new one: `tantieme adjust {pot}`"),
                ));
            }
        }
        let there = available(tx, &row).await?;
        if amount.micros() > there.micros() {
            let message = format!("the pot `{pot}` holds {there} now, and the draft shares {amount}");
            return Err(refuse("run-stale", message, "make a new draft: `tantieme allocate`"));
        }
    }
    Ok(())
}

pub(super) async fn chosen_pots(
    tx: &mut Tx,
    ask: &Allocate,
    now: jiff::Timestamp,
) -> Result<Vec<PotRow>, Failure> {
    let mut pots = Vec::new();
    if ask.pots.is_empty() {
        for pot in tx.pots("").await? {
            // A pot whose set list has not come yet keeps nobody else waiting.
            if available(tx, &pot).await?.is_positive() && gather::has_usage(tx, &pot, now).await? {
                pots.push(pot);
            }
        }
        if pots.is_empty() {
            return Err(refuse(
                "nothing-to-share",
                "no pot holds money that is not shared yet",
                "import the bank's message first",
            ));
        }
    }
    for id in &ask.pots.iter().collect::<BTreeSet<_>>() {
        pots.push(pot::pot_in(tx, id).await?);
    }
    Ok(pots)
}

/// What the bank has shown for a pot and no approved run has shared yet.
pub(crate) async fn available(tx: &mut Tx, pot: &PotRow) -> Result<Amount, Failure> {
    let balance = tx.balance(&Account::pot(pot.id.as_str()), pot.currency).await?;
    Ok(balance.posted.negated()?)
}
