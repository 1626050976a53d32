//! The lines of a pot as they would be now, and how they differ from what stands.

use std::collections::{BTreeMap, BTreeSet};

use allocation::{Input, LineKind, RuleSet, Usage};
use jiff::tz::TimeZone;
use ledger::Account;
use money::Amount;
use music::{LineId, Origin, PartyId, RecordingId, RunId};
use store::{AllocationRow, LineRow, PotRow, SetListRow, Tx};

use super::rule_named;
use super::shares::live_shares;
use super::state::is_reversed;
use crate::failure::refuse;
use crate::{Failure, House};

/// What sharing a pot's money again as it is now would change: the run it corrects, the rule, the differences.
pub(super) async fn changes(
    house: &House,
    tx: &mut Tx,
    pot: &PotRow,
) -> Result<(RunId, RuleSet, Vec<Planned>), Failure> {
    let runs = tx.runs_of_pot(&pot.id).await?;
    let first =
        runs.iter().find(|r| r.kind == "allocation" && r.status == "approved" && !is_reversed(&runs, &r.id));
    let Some(first) = first else {
        return Err(refuse(
            "not-allocated",
            format!("the pot `{}` is not shared", pot.id),
            format!("`tantieme allocate {}`", pot.id),
        ));
    };
    let old = tx.lines_of_pot(&pot.id).await?;
    let amount = money::sum(old.iter().map(|l| l.amount), pot.currency)?;
    let rule = rule_named(&format!("{}@{}", first.rule, first.rule_version))?;
    let ended = tx.ended_lines(&pot.id).await?.into_iter().collect();
    let new = pot_lines(house, tx, pot, amount, &rule, &ended).await?;
    let mut answers = BTreeMap::new();
    for id in old.iter().filter_map(|l| l.recording.as_ref()) {
        if !answers.contains_key(id) {
            answers.insert(id.clone(), tx.survivor(id).await?);
        }
    }
    Ok((first.id.clone(), rule, differences(old, new, &answers)?))
}

/// A line on its way into a run.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub(super) kind: &'static str,
    pub(super) account: String,
    pub(super) party: Option<PartyId>,
    pub(super) recording: Option<RecordingId>,
    pub(super) set_line: Option<music::LineId>,
    pub(super) side: Option<String>,
    pub(super) reason: String,
    pub(super) amount: Amount,
    pub(super) why: String,
}

impl Planned {
    pub(super) fn of(row: &AllocationRow) -> Planned {
        let kind = ["pay", "deduct", "suspense"].into_iter().find(|k| *k == row.kind).unwrap_or("suspense");
        Planned {
            kind,
            account: row.account.clone(),
            party: row.party.clone(),
            recording: row.recording.clone(),
            set_line: row.set_line.clone(),
            side: row.side.clone(),
            reason: row.reason.clone(),
            amount: row.amount,
            why: row.why.clone(),
        }
    }

    /// What makes two lines the same line when one sharing is compared with another.
    pub(super) fn key(&self) -> (String, Option<music::LineId>, Option<RecordingId>, Option<String>, String) {
        (
            self.account.clone(),
            self.set_line.clone(),
            self.recording.clone(),
            self.side.clone(),
            self.reason.clone(),
        )
    }
}

/// `answers` leads from a recording of an old line to the row that answers for it now: what was shared to a row that was
/// merged since is no difference.
pub(super) fn differences(
    old: Vec<AllocationRow>,
    new: Vec<Planned>,
    answers: &BTreeMap<RecordingId, RecordingId>,
) -> Result<Vec<Planned>, Failure> {
    let mut all: BTreeMap<_, (Planned, Amount, Amount)> = BTreeMap::new();
    for row in &old {
        let planned = Planned::of(row);
        let zero = Amount::zero(planned.amount.currency());
        let mut key = planned.key();
        key.2 = key.2.map(|id| answers.get(&id).cloned().unwrap_or(id));
        let slot = all.entry(key).or_insert((planned.clone(), zero, zero));
        slot.1 = slot.1.checked_add(planned.amount)?;
    }
    for planned in new {
        let zero = Amount::zero(planned.amount.currency());
        let slot = all.entry(planned.key()).or_insert((planned.clone(), zero, zero));
        slot.2 = slot.2.checked_add(planned.amount)?;
    }
    let mut changed = Vec::new();
    for (_, (planned, before, after)) in all {
        let amount = after.checked_sub(before)?;
        if !amount.is_zero() {
            let why = format!("adjusted from {before} to {after}: {}", planned.why);
            changed.push(Planned { amount, why, ..planned });
        }
    }
    Ok(changed)
}

/// The lines of one pot by a rule: its set lists' played lines, the shares live on the day, and the one
/// pure function that decides.
///
/// `ended` are lines whose money waited until its clock ran out and is shared otherwise since: a match that comes
/// later than that finds nothing to move.
pub(super) async fn pot_lines(
    house: &House,
    tx: &mut Tx,
    pot: &PotRow,
    amount: Amount,
    rule: &RuleSet,
    ended: &BTreeSet<LineId>,
) -> Result<Vec<Planned>, Failure> {
    let Some(event) = &pot.event else {
        return Err(refuse(
            "pot-without-usage",
            format!("the pot `{}` has no set list to be shared by", pot.id),
            "submit the set list of its event",
        ));
    };
    let event = tx
        .event(event)
        .await?
        .ok_or_else(|| refuse("event-unknown", "the pot's event is missing", "`tantieme doctor` names it"))?;
    let mut usages = Vec::new();
    let mut lines: BTreeMap<String, LineRow> = BTreeMap::new();
    let mut lists = tx.set_lists_of(&event.id).await?;
    lists.retain(|l| l.status == "open");
    for list in &lists {
        for line in tx.lines_of(&list.id).await?.into_iter().filter(|l| l.played) {
            // A line that was matched to a row merged since counts for the row that answers now.
            let recording = match &line.recording {
                Some(id) if line.verdict == "matched" && !ended.contains(&line.id) => {
                    Some(tx.survivor(id).await?)
                }
                _ => None,
            };
            let origin = Origin::new(list.document.clone(), u64::try_from(line.origin_line).unwrap_or(0));
            let key = tie_key(&lists, list, line.position);
            let mut usage = Usage::line(key.clone(), origin, recording);
            usage.played_s = line.played_s;
            usages.push(usage);
            lines.insert(key, line);
        }
    }
    if usages.is_empty() {
        return Err(refuse(
            "pot-without-usage",
            format!("the pot `{}` has no set list to be shared by", pot.id),
            "submit the set list of its event",
        ));
    }
    let day = event.date.unwrap_or_else(|| pot.created.to_zoned(TimeZone::UTC).date());
    let recordings: BTreeSet<RecordingId> = usages.iter().filter_map(|u| u.recording.clone()).collect();
    let shares = live_shares(house, tx, &recordings, event.territory.as_ref(), day).await?;
    let mut input = Input::set_list(usages, shares);
    input.performer = Some(event.performer.clone());
    let shared =
        allocation::allocate(amount, &input, rule).map_err(|e| refuse("rule-refuses", e.to_string(), ""))?;
    let mut names: BTreeMap<PartyId, String> = BTreeMap::new();
    for (party, _) in shared.pays() {
        if !names.contains_key(party) {
            let name = tx.party(party).await?.map(|p| p.party.name).unwrap_or_default();
            names.insert(party.clone(), name);
        }
    }
    let name_of = |id: &PartyId| names.get(id).cloned().unwrap_or_else(|| id.to_string());
    let mut planned = Vec::new();
    for line in shared.lines.iter().filter(|l| !l.amount.is_zero()) {
        let why = allocation::explain(&shared, line, allocation::Lang::En, &name_of).join("\n");
        planned.push(plan_line(line, why, &lines)?);
    }
    Ok(planned)
}

/// What decides which line gets a micro that does not divide: the set list's document, then the line's place in
/// it, the smaller first. Anybody who holds the file can check it, and another house given the same files divides
/// alike. Documents of one name are told apart by what is in them.
fn tie_key(lists: &[SetListRow], list: &SetListRow, position: u32) -> String {
    let name = &list.document;
    let alone = lists.iter().filter(|l| l.document == *name).count() == 1;
    let hash = if alone { String::new() } else { format!(" ({:.16})", list.document_hash) };
    format!("{name}{hash}, line {position:06}")
}

fn plan_line(
    line: &allocation::Line,
    why: String,
    lines: &BTreeMap<String, LineRow>,
) -> Result<Planned, Failure> {
    let account = |text: String| {
        text.parse::<Account>().map(|a| a.to_string()).map_err(|e| {
            refuse("rule-destination", e.to_string(), "name `house`, `house:…` or `fund:…` in the rule")
        })
    };
    let (kind, account, party, reason) = match &line.kind {
        LineKind::Deduct { to, reason } => ("deduct", account(to.to_string())?, None, reason.clone()),
        LineKind::Carry { to } => ("deduct", account(to.to_string())?, None, "carried".to_owned()),
        LineKind::Pay { party } => {
            ("pay", Account::party(party.as_str()).to_string(), Some(party.clone()), String::new())
        }
        LineKind::Suspense { reason } => {
            ("suspense", account(format!("suspense:{}", reason.word()))?, None, reason.word().to_owned())
        }
    };
    let set_line = line.usage.as_ref().and_then(|key| lines.get(key)).map(|l| l.id.clone());
    Ok(Planned {
        kind,
        account,
        party,
        recording: line.recording.clone(),
        set_line,
        side: line.side.map(|s| s.word().to_owned()),
        reason,
        amount: line.amount,
        why,
    })
}
