//! The clocks of money that waits after a run, and those that a correction stops.

use std::collections::BTreeMap;

use allocation::RuleSet;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use money::Amount;
use music::PartyId;
use store::{AllocationRow, RunRow, SuspenseRow, Tx};

use super::post::Payee;
use crate::{Failure, House, carried, guard};

/// Opens an item with a clock for each line that waits, and for each payee who is not here yet; closes
/// those that an adjustment or reversal takes back.
pub(super) async fn open_clocks(
    house: &House,
    tx: &mut Tx,
    run: &RunRow,
    lines: &[AllocationRow],
    payees: &BTreeMap<PartyId, Payee>,
    rule: &RuleSet,
    now: Timestamp,
) -> Result<(), Failure> {
    let mut items = Vec::new();
    for line in lines {
        if line.kind == "suspense" && line.reason == carried::REASON {
            items.extend(carried::items(house, tx, run, line, now).await?);
        } else if line.kind == "suspense" {
            let hold = allocation::Reason::from_word(&line.reason).and_then(|r| rule.hold(r).cloned());
            items.push(waiting(house, line, &line.reason, hold.as_ref(), run, line.amount, now));
        }
    }
    for (party, payee) in payees.iter().filter(|(_, payee)| payee.unclaimed) {
        let Some(line) = lines.iter().find(|l| l.party.as_ref() == Some(party)) else { continue };
        let mut item = waiting(house, line, "unclaimed", rule.unclaimed.as_ref(), run, payee.amount, now);
        (item.account, item.set_line, item.recording) = (payee.account().to_string(), None, None);
        items.push(item);
    }
    for mut item in items.into_iter().filter(|i| !i.amount.is_zero()) {
        if item.reason == ledger::Suspense::Flagged.word() {
            // Its clock is the guard's own, and its end is not the rule's: an undecided flag counts as released.
            item.due = guard_clock(tx, lines, &item).await?;
            item.destination = "whoever it was earned by, unless a person upholds the flag".to_owned();
        }
        let rest =
            if item.amount.is_negative() { takes_back(house, tx, item, run, now).await? } else { Some(item) };
        tx.insert_suspense(rest.as_slice()).await?;
    }
    Ok(())
}

async fn guard_clock(
    tx: &mut Tx,
    lines: &[AllocationRow],
    item: &SuspenseRow,
) -> Result<Option<Timestamp>, Failure> {
    let same = |l: &&AllocationRow| {
        l.reason == item.reason && l.recording == item.recording && l.set_line == item.set_line
    };
    match lines.iter().find(same) {
        Some(line) => guard::clock(tx, &line.pot).await,
        None => Ok(None),
    }
}

/// Takes money back from the open items it was put into, oldest clock first; what is left of the last one waits
/// on under its own clock. So the items of an account always add up to what it holds, and no clock runs for
/// money that is not there. Gives what nothing was found for: it has no clock.
async fn takes_back(
    house: &House,
    tx: &mut Tx,
    item: SuspenseRow,
    run: &RunRow,
    now: Timestamp,
) -> Result<Option<SuspenseRow>, Failure> {
    let same = |o: &SuspenseRow| {
        o.account == item.account
            && o.amount.currency() == item.amount.currency()
            && o.set_line == item.set_line
            && o.recording == item.recording
            && o.party == item.party
    };
    let mut left = item.amount;
    let open = tx.open_suspense(&item.reason).await?;
    for old in open.into_iter().filter(same) {
        if !left.is_negative() || !old.amount.is_positive() {
            continue;
        }
        tx.close_suspense(&old.id, run.id.as_str(), now).await?;
        left = left.checked_add(old.amount)?;
        if left.is_positive() {
            tx.insert_suspense(&[SuspenseRow { id: house.suspense_id(), amount: left, ..old }]).await?;
        }
    }
    // From a name that nobody claimed, what its clock took was taken back where it went: nothing is left.
    let waits = left.is_negative() && item.reason != "unclaimed";
    Ok(waits.then(|| SuspenseRow {
        amount: left,
        due: None,
        destination: "until it is settled".to_owned(),
        ..item
    }))
}

fn waiting(
    house: &House,
    line: &AllocationRow,
    reason: &str,
    hold: Option<&allocation::rule::Hold>,
    run: &RunRow,
    amount: Amount,
    now: Timestamp,
) -> SuspenseRow {
    let today = now.to_zoned(TimeZone::UTC).date();
    let due = hold.and_then(|h| h.ends(today).to_zoned(TimeZone::UTC).ok()).map(|z| z.timestamp());
    SuspenseRow {
        id: house.suspense_id(),
        account: line.account.clone(),
        amount,
        reason: reason.to_owned(),
        party: line.party.clone(),
        recording: line.recording.clone(),
        set_line: line.set_line.clone(),
        run: Some(run.id.clone()),
        bank_line: None,
        opened: now,
        due,
        destination: hold.map_or_else(|| "until it is settled".to_owned(), |h| h.then.to_string()),
        closed: None,
        closed_by: None,
    }
}
