//! Sharing pots: drafts, approval, reversal, adjustment after a late match or a changed share. What each step needs
//! is in the files below.

mod clocks;
mod plan;
mod post;
mod record;
mod state;

use std::collections::{BTreeMap, BTreeSet};

use allocation::RuleSet;
use money::Amount;
use music::{PotId, RunId};
use store::{AllocationRow, PotRow, RunRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House, pot, receivable, replay};

use clocks::open_clocks;
use plan::{changes, pot_lines};
use post::{credited, payees, post_run};
use record::record;
use state::{chosen_pots, reversible, still_true};

pub(crate) use plan::{Planned, answers, differences, planned};
pub(crate) use record::lines_hash;
pub(crate) use state::available;

/// The rule of a name or `name@version` among those that ship.
pub fn rule_named(name: &str) -> Result<RuleSet, Failure> {
    let (bare, version) = name.split_once('@').unwrap_or((name, ""));
    let fits =
        |rule: &&RuleSet| rule.name == bare && (version.is_empty() || rule.version.to_string() == version);
    let rules = allocation::library();
    rules.iter().rfind(fits).cloned().ok_or_else(|| {
        let names: Vec<String> = rules.iter().map(RuleSet::label).collect();
        refuse(
            "rule-unknown",
            format!("there is no rule `{name}`"),
            format!("the rules are {}", names.join(", ")),
        )
    })
}

/// A draft or approved run with its lines.
#[derive(Debug, Clone)]
pub struct Run {
    /// The run.
    pub run: RunRow,
    /// Its lines.
    pub lines: Vec<AllocationRow>,
    /// The pots with what each brought.
    pub pots: Vec<(PotId, Amount)>,
}

/// Pots to share together.
#[derive(Debug, Clone)]
pub struct Allocate {
    /// The pots; all of one currency. Empty: every pot that has money and no draft.
    pub pots: Vec<PotId>,
    /// The rule's name; each pot's own where `None`.
    pub rule: Option<String>,
    /// Who asks.
    pub by: String,
}

/// Makes a draft: every line exact, nothing posted. Asking again with the same inputs gives the same draft.
pub async fn draft(house: &House, ask: Allocate) -> Result<Run, Failure> {
    let mut tx = house.store.begin().await?;
    let pots = chosen_pots(&mut tx, &ask, house.now()).await?;
    let currency = pots[0].currency;
    if let Some(other) = pots.iter().find(|p| p.currency != currency) {
        let message = format!("pots of {currency} and {} cannot be shared in one run", other.currency);
        return Err(refuse("run-currencies", message, "allocate each currency by itself"));
    }
    let rule_of = |pot: &PotRow| rule_named(ask.rule.as_deref().unwrap_or(&pot.rule));
    let rule = rule_of(&pots[0])?;
    if let Some(other) = pots.iter().find(|p| rule_of(p).map(|r| r.hash()).ok() != Some(rule.hash())) {
        let message =
            format!("the pot `{}` goes by another rule ({}) than {}", other.id, other.rule, rule.label());
        return Err(refuse("run-rules", message, "allocate them apart, or name one rule with `--rule`"));
    }
    let (mut shared, mut inputs) = (Vec::new(), Vec::new());
    for pot in &pots {
        let amount = available(&mut tx, pot).await?;
        if !amount.is_positive() {
            let hint = "import the bank's camt.053 or camt.054 with `tantieme payout confirm FILE`, or book a receipt with `tantieme pot receive`";
            return Err(refuse(
                "not-received",
                format!("the bank has shown no money for the pot `{}` yet", pot.id),
                hint,
            ));
        }
        let (lines, input) = pot_lines(house, &mut tx, pot, amount, &rule, &BTreeSet::new()).await?;
        shared.push((pot.clone(), amount, lines));
        inputs.push((pot.id.clone(), input));
    }
    let run = record(house, &mut tx, &ask.by, "allocation", None, &rule, currency, shared).await?;
    replay::keep(&mut tx, &run.run.id, &inputs).await?;
    tx.commit().await?;
    Ok(run)
}

/// Takes an earlier sharing of a pot as it is now: what changed since, as a draft of differences.
pub async fn adjust(house: &House, pot: &PotId, by: &str) -> Result<Run, Failure> {
    let mut tx = house.store.begin().await?;
    let row = pot::pot_in(&mut tx, pot).await?;
    let (first, rule, differences, input) = changes(house, &mut tx, &row).await?;
    if differences.is_empty() {
        return Err(refuse(
            "nothing-changed",
            format!("nothing about the pot `{pot}` has changed since it was shared"),
            "settle a line or set a share first",
        ));
    }
    let zero = Amount::zero(row.currency);
    let run = record(
        house,
        &mut tx,
        by,
        "adjustment",
        Some(first),
        &rule,
        row.currency,
        vec![(row, zero, differences)],
    )
    .await?;
    replay::keep(&mut tx, &run.run.id, &[(pot.clone(), input)]).await?;
    tx.commit().await?;
    Ok(run)
}

/// The exact negative of an approved run, as a draft.
pub async fn reverse(house: &House, id: &RunId, by: &str) -> Result<Run, Failure> {
    let mut tx = house.store.begin().await?;
    let run = run_in(&mut tx, id).await?;
    reversible(&mut tx, &run).await?;
    let rule = rule_named(&format!("{}@{}", run.rule, run.rule_version))?;
    let mut by_pot: BTreeMap<PotId, Vec<Planned>> = BTreeMap::new();
    for line in tx.lines_of_run(id).await? {
        let mut planned = Planned::of(&line);
        planned.amount = planned.amount.negated()?;
        planned.why = format!("reverses run {id}: {}", planned.why);
        by_pot.entry(line.pot).or_default().push(planned);
    }
    let mut shared = Vec::new();
    for (pot, brought) in tx.pots_of_run(id).await? {
        let row = pot::pot_in(&mut tx, &pot).await?;
        let amount = Amount::from_micros(brought, row.currency).negated()?;
        shared.push((row, amount, by_pot.remove(&pot).unwrap_or_default()));
    }
    let reversal =
        record(house, &mut tx, by, "reversal", Some(id.clone()), &rule, run.currency, shared).await?;
    tx.commit().await?;
    Ok(reversal)
}

/// Approves a draft: posts it as one entry, opens the clocks of what waits, and never changes it again.
pub async fn approve(house: &House, id: &RunId, by: &str) -> Result<Run, Failure> {
    let mut tx = house.store.begin().await?;
    let run = approve_in(house, &mut tx, id, by).await?;
    tx.commit().await?;
    Ok(run)
}

async fn approve_in(house: &House, tx: &mut Tx, id: &RunId, by: &str) -> Result<Run, Failure> {
    let now = house.now();
    let run = run_in(tx, id).await?;
    if run.status != "draft" {
        let hint = if run.status == "approved" {
            "it was posted; nothing was changed now"
        } else {
            "make a new draft"
        };
        return Err(refuse("run-not-draft", format!("the run `{id}` is {}", run.status), hint));
    }
    let lines = tx.lines_of_run(id).await?;
    let pots = pots_of(tx, &run).await?;
    still_true(house, tx, &run, &lines, &pots).await?;
    let payees = payees(tx, &run, &lines).await?;
    let before = receivable::beyond(tx, run.currency, now).await?;
    let entry = post_run(tx, &run, &pots, &lines, &payees, now).await?;
    tx.approve_run(id, by, now, entry).await?;
    let words = format!("the {} {id}", run.kind);
    let cause = receivable::Cause { entry, subject: id.as_str(), words: &words };
    let rate = receivable::rate(tx, now).await?;
    receivable::even_out(tx, cause, &credited(&payees)?, rate, now).await?;
    receivable::beyond(tx, run.currency, now).await?.than(&before)?;
    let rule = rule_named(&format!("{}@{}", run.rule, run.rule_version))?;
    open_clocks(house, tx, &run, &lines, &payees, &rule, now).await?;
    for (pot, amount) in &pots {
        // Taking back an adjustment leaves the pot shared as it was before.
        let status = if run.kind == "reversal" && !amount.is_zero() { "open" } else { "allocated" };
        tx.set_pot_status(pot, status).await?;
    }
    crate::log::sweep::runs(house, tx).await?;
    tx.note(now, by, "approve", id.as_str(), &run.kind).await?;
    let run = run_in(tx, id).await?;
    Ok(Run { run, lines, pots })
}

/// Shares a pot whose use was agreed and accepted beforehand, in the transaction that makes it due: a milestone of a
/// contract that both sides signed needs no third person to be paid.
pub(crate) async fn share_now(house: &House, tx: &mut Tx, pot: &PotId, by: &str) -> Result<Run, Failure> {
    let row = pot::pot_in(tx, pot).await?;
    let rule = rule_named(&row.rule)?;
    let amount = available(tx, &row).await?;
    let (lines, input) = pot_lines(house, tx, &row, amount, &rule, &BTreeSet::new()).await?;
    let run =
        record(house, tx, by, "allocation", None, &rule, row.currency, vec![(row, amount, lines)]).await?;
    replay::keep(tx, &run.run.id, &[(pot.clone(), input)]).await?;
    approve_in(house, tx, &run.run.id, by).await
}

/// Drops a draft that nobody wants.
pub async fn drop_draft(house: &House, id: &RunId, by: &str) -> Result<(), Failure> {
    let mut tx = house.store.begin().await?;
    let run = run_in(&mut tx, id).await?;
    if run.status != "draft" {
        return Err(refuse(
            "run-not-draft",
            format!("the run `{id}` is {}", run.status),
            "an approved run is undone by `tantieme reverse`",
        ));
    }
    tx.drop_run(id).await?;
    tx.note(house.now(), by, "drop", id.as_str(), "").await?;
    tx.commit().await?;
    Ok(())
}

/// A run with its lines and pots.
pub async fn show(house: &House, id: &RunId) -> Result<Run, Failure> {
    let mut tx = house.store.begin_read().await?;
    let run = run_in(&mut tx, id).await?;
    let lines = tx.lines_of_run(id).await?;
    let pots = pots_of(&mut tx, &run).await?;
    Ok(Run { run, lines, pots })
}

pub(crate) async fn run_in(tx: &mut Tx, id: &RunId) -> Result<RunRow, Failure> {
    tx.run_row(id).await?.ok_or_else(|| {
        refuse("run-unknown", format!("there is no run `{id}`"), "`tantieme run list` shows all")
    })
}

async fn pots_of(tx: &mut Tx, run: &RunRow) -> Result<Vec<(PotId, Amount)>, Failure> {
    let pots = tx.pots_of_run(&run.id).await?;
    Ok(pots.into_iter().map(|(pot, micros)| (pot, Amount::from_micros(micros, run.currency))).collect())
}

/// All runs, newest first.
pub async fn list(house: &House) -> Result<Vec<RunRow>, Failure> {
    Ok(house.store.begin_read().await?.runs("").await?)
}
