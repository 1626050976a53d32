//! Money that waits: what happens when its clock runs out.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use ledger::{Account, Draft};
use money::{Amount, divide};
use music::{PartyId, RecordingId};
use store::{Standing, SuspenseRow, Tx};

use crate::claim::waiting;
use crate::failure::refuse;
use crate::{Failure, House, allocation, receivable};

/// Money whose clock ran out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The item.
    pub item: SuspenseRow,
    /// What moved, and where; nothing where it stays.
    pub moved: Vec<(Account, Amount)>,
    /// Why it stays, where it does.
    pub notice: Option<String>,
}

/// Moves money whose clock ran out to its declared destination, one entry per item. What has no
/// destination that can be booked, or belongs to a frozen party, stays and says so.
pub async fn due(house: &House, by: &str) -> Result<Vec<Ended>, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let mut ended = Vec::new();
    for item in tx.open_suspense("").await?.into_iter().filter(|i| i.due.is_some_and(|due| due <= now)) {
        let (moved, notice) = match end(house, &mut tx, &item, by).await? {
            Ok(moved) => (moved, None),
            Err(notice) => (Vec::new(), Some(notice)),
        };
        ended.push(Ended { item, moved, notice });
    }
    tx.commit().await?;
    Ok(ended)
}

type Destinations = Result<Vec<(Account, Amount)>, String>;

async fn end(house: &House, tx: &mut Tx, item: &SuspenseRow, by: &str) -> Result<Destinations, Failure> {
    let now = house.now();
    if let Some(party) = &item.party
        && tx.party(party).await?.is_some_and(|p| p.standing == Standing::Frozen)
    {
        return Ok(Err("the party is disputed; its clock stands still".to_owned()));
    }
    if item.reason == ledger::Suspense::Flagged.word() {
        return Ok(Err(
            "nobody upheld the flag in time: `tantieme adjust` pays it as if it had never been".to_owned()
        ));
    }
    let from: Account =
        item.account.parse().map_err(|e: ledger::BadAccount| refuse("account", e.to_string(), ""))?;
    let there = tx.balance(&from, item.amount.currency()).await?.posted.negated()?;
    let amount = if there.micros() < item.amount.micros() { there } else { item.amount };
    if !amount.is_positive() {
        tx.close_suspense(&item.id, "taken back before its clock ran out", now).await?;
        return Ok(Ok(Vec::new()));
    }
    let to = match item.destination.as_str() {
        "recording" | "recordings" => over_recordings(tx, item, amount).await?,
        text => match text.parse::<Account>() {
            Ok(account) if matches!(account.kind(), "house" | "fund") => vec![(account, amount)],
            _ => return Ok(Err(format!("`{text}` is not an account; a person has to decide"))),
        },
    };
    if to.is_empty() {
        return Ok(Err("no recording of the same pot was paid; a person has to decide".to_owned()));
    }
    let mut draft = Draft::posted("suspense-due", item.id.as_str(), format!("due:{}", item.id))
        .memo(format!(
            "{} since {}, now to {}",
            item.reason,
            item.opened.to_zoned(TimeZone::UTC).date(),
            item.destination
        ))
        .inputs(amount.to_string())
        .debit(from, amount);
    for (account, part) in &to {
        draft = draft.credit(account.clone(), *part);
    }
    let entry = tx.post_one(now, draft).await?;
    tx.close_suspense(&item.id, &format!("entry {}", entry.seq()), now).await?;
    start_clocks(house, tx, item, &to).await?;
    let words = format!("money ({}) whose clock ran out", item.reason);
    let cause = receivable::Cause { entry: entry.seq(), subject: item.id.as_str(), words: &words };
    let payees = to.iter().filter(|(account, _)| account.kind() == "party");
    let credited =
        payees.filter_map(|(account, part)| Some((account.detail().parse().ok()?, *part))).collect();
    let rate = receivable::rate(tx, now).await?;
    receivable::even_out(tx, cause, &credited, rate, now).await?;
    tx.note(now, by, "suspense due", item.id.as_str(), &format!("{amount} to {}", item.destination)).await?;
    Ok(Ok(to))
}

/// Divides money equally over the recordings that the same run paid from the same pot, and within each
/// as that run paid its parties.
async fn over_recordings(
    tx: &mut Tx,
    item: &SuspenseRow,
    amount: Amount,
) -> Result<Vec<(Account, Amount)>, Failure> {
    let Some(run) = &item.run else { return Ok(Vec::new()) };
    let lines = tx.lines_of_run(run).await?;
    let own = lines.iter().find(|l| {
        l.kind == "suspense"
            && l.reason == item.reason
            && l.set_line == item.set_line
            && l.recording == item.recording
    });
    let mut paid: BTreeMap<RecordingId, BTreeMap<PartyId, u64>> = BTreeMap::new();
    for line in lines
        .iter()
        .filter(|l| l.kind == "pay" && l.amount.is_positive() && own.is_none_or(|o| o.pot == l.pot))
    {
        if let (Some(recording), Some(party)) = (&line.recording, &line.party)
            && item.party.as_ref() != Some(party)
        {
            *paid.entry(recording.clone()).or_default().entry(party.clone()).or_default() +=
                line.amount.micros().unsigned_abs();
        }
    }
    let undividable = |e: money::Undividable| refuse("suspense-divide", e.to_string(), "");
    let weights: Vec<(&RecordingId, u64)> = paid.keys().map(|r| (r, 1)).collect();
    if weights.is_empty() {
        return Ok(Vec::new());
    }
    let parts = divide(amount, &weights).map_err(undividable)?;
    let mut sums: BTreeMap<PartyId, Amount> = BTreeMap::new();
    for (parties, part) in paid.values().zip(parts) {
        let weights: Vec<(&PartyId, u64)> = parties.iter().map(|(p, w)| (p, *w)).collect();
        for ((party, _), share) in weights.iter().zip(divide(part, &weights).map_err(undividable)?) {
            let sum = sums.entry((*party).clone()).or_insert(Amount::zero(amount.currency()));
            *sum = sum.checked_add(share)?;
        }
    }
    let mut to: BTreeMap<Account, Amount> = BTreeMap::new();
    for (party, part) in sums.into_iter().filter(|(_, part)| !part.is_zero()) {
        let record = tx.party(&party).await?;
        let owner = record.as_ref().and_then(|r| r.merged_into.clone()).unwrap_or(party);
        let absent = record.is_none_or(|r| r.standing == Standing::Unclaimed);
        let account =
            if absent { Account::unclaimed(owner.as_str()) } else { Account::party(owner.as_str()) };
        let sum = to.entry(account).or_insert(Amount::zero(amount.currency()));
        *sum = sum.checked_add(part)?;
    }
    Ok(to.into_iter().collect())
}

/// Money that reached a party who is not here yet waits with a clock of its own.
async fn start_clocks(
    house: &House,
    tx: &mut Tx,
    item: &SuspenseRow,
    to: &[(Account, Amount)],
) -> Result<(), Failure> {
    let now = house.now();
    let run = match &item.run {
        Some(run) => tx.run_row(run).await?,
        None => None,
    };
    let rule = run.map(|r| allocation::rule_named(&format!("{}@{}", r.rule, r.rule_version))).transpose()?;
    let hold = rule.and_then(|r| r.unclaimed);
    let today = now.to_zoned(TimeZone::UTC).date();
    for (account, amount) in to.iter().filter(|(account, _)| account.kind() == "unclaimed") {
        let Ok(party) = account.detail().parse::<PartyId>() else { continue };
        let mut new = waiting(house.suspense_id(), account.to_string(), *amount, &party, now);
        new.run = item.run.clone();
        if let Some(hold) = &hold {
            new.due = hold.ends(today).to_zoned(TimeZone::UTC).ok().map(|z| z.timestamp());
            new.destination = hold.then.to_string();
        }
        tx.insert_suspense(&[new]).await?;
    }
    Ok(())
}
