//! The lines of a pot as they would be now, and how they differ from what stands.

use std::collections::{BTreeMap, BTreeSet};

use allocation::rule::Destination;
use allocation::{Input, LineKind, RuleSet};
use ledger::Account;
use money::Amount;
use music::{LineId, PartyId, RecordingId, RunId};
use store::{AllocationRow, PotRow, Tx};

use super::rule_named;
use super::state::is_reversed;
use crate::failure::refuse;
use crate::gather::{self, Mode};
use crate::{Failure, House, carried};

/// What sharing a pot's money again as it is now would change: the run it corrects, the rule, the differences.
pub(super) async fn changes(
    house: &House,
    tx: &mut Tx,
    pot: &PotRow,
) -> Result<(RunId, RuleSet, Vec<Planned>, Input), Failure> {
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
    let (new, input) = pot_lines(house, tx, pot, amount, &rule, &ended).await?;
    let answers = answers(tx, &old).await?;
    Ok((first.id.clone(), rule, differences(old, new, &answers)?, input))
}

/// For each recording of old lines the row that answers for it now.
pub(crate) async fn answers(
    tx: &mut Tx,
    old: &[AllocationRow],
) -> Result<BTreeMap<RecordingId, RecordingId>, Failure> {
    let mut answers = BTreeMap::new();
    for id in old.iter().filter_map(|l| l.recording.as_ref()) {
        if !answers.contains_key(id) {
            answers.insert(id.clone(), tx.survivor(id).await?);
        }
    }
    Ok(answers)
}

/// A line on its way into a run.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(super) kind: &'static str,
    pub(crate) account: String,
    pub(super) party: Option<PartyId>,
    pub(super) recording: Option<RecordingId>,
    pub(super) set_line: Option<music::LineId>,
    pub(super) side: Option<String>,
    pub(super) reason: String,
    pub(crate) amount: Amount,
    pub(super) why: String,
}

impl Planned {
    pub(crate) fn of(row: &AllocationRow) -> Planned {
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
pub(crate) fn differences(
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
    let mut still = BTreeSet::new();
    for planned in new {
        let zero = Amount::zero(planned.amount.currency());
        let slot = all.entry(planned.key()).or_insert((planned.clone(), zero, zero));
        slot.2 = slot.2.checked_add(planned.amount)?;
        slot.0.why.clone_from(&planned.why);
        still.insert(planned.key());
    }
    let mut changed = Vec::new();
    for (key, (planned, before, after)) in all {
        let amount = after.checked_sub(before)?;
        if !amount.is_zero() {
            // What is told is how it comes about now; of what does not come out any more, how it did.
            let joint =
                if still.contains(&key) { ":" } else { ", as it does not come out any more. It was:" };
            let why = format!("adjusted from {before} to {after}{joint} {}", planned.why);
            changed.push(Planned { amount, why, ..planned });
        }
    }
    // What is paid comes before what is taken back, for people; equal amounts stay in the order of their keys.
    changed.sort_by_key(|planned: &Planned| std::cmp::Reverse(planned.amount.micros()));
    Ok(changed)
}

/// The lines of one pot by a rule, and what they were shared by: everything gathered as it is now, and the one
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
) -> Result<(Vec<Planned>, Input), Failure> {
    let rules = std::slice::from_ref(rule);
    let input = gather::gather(house, tx, pot, rules, ended, Mode::Record).await?.input;
    Ok((planned(tx, amount, &input, rule).await?, input))
}

/// The lines that a rule makes of an input.
pub(crate) async fn planned(
    tx: &mut Tx,
    amount: Amount,
    input: &Input,
    rule: &RuleSet,
) -> Result<Vec<Planned>, Failure> {
    let shared = allocation::allocate(amount, input, rule)
        .map_err(|e| refuse("rule-refuses", e.to_string(), e.hint()))?;
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
        planned.push(plan_line(line, why)?);
    }
    Ok(planned)
}

fn plan_line(line: &allocation::Line, why: String) -> Result<Planned, Failure> {
    let account = |text: String| {
        text.parse::<Account>().map(|a| a.to_string()).map_err(|e| {
            refuse("rule-destination", e.to_string(), "name `house`, `house:…` or `fund:…` in the rule")
        })
    };
    let next = || Account::suspense(ledger::Suspense::Unplayed).to_string();
    let (kind, account, party, reason) = match &line.kind {
        LineKind::Deduct { to: Destination::NextPeriod, .. }
        | LineKind::Carry { to: Destination::NextPeriod } => {
            ("suspense", next(), None, carried::REASON.to_owned())
        }
        LineKind::Deduct { to, reason } => ("deduct", account(to.to_string())?, None, reason.clone()),
        LineKind::Carry { to } => ("deduct", account(to.to_string())?, None, "carried".to_owned()),
        LineKind::Pay { party } => {
            ("pay", Account::party(party.as_str()).to_string(), Some(party.clone()), String::new())
        }
        LineKind::Suspense { reason } => {
            ("suspense", account(format!("suspense:{}", reason.word()))?, None, reason.word().to_owned())
        }
    };
    let set_line = line.usage.as_ref().and_then(|key| gather::line_of(key));
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
