//! Sharing pots: drafts, approval, reversal, adjustment after a late match or a changed share. It is one piece because
//! a draft, its comparison with what stands, and its posting share one notion of a planned line.

use std::collections::{BTreeMap, BTreeSet};

use allocation::{Input, LineKind, RuleSet, Shares, SharesOf, Usage, rule::Pays};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ledger::{Account, Draft, Hash};
use money::{Amount, Currency};
use music::{
    LineId, Origin, PartyId, PotId, RecordingId, RightsShare, RunId, ShareStatus, ShareSubject, Territory,
    UseType,
};
use store::{AllocationRow, LineRow, PotRow, RunRow, ShareRow, Standing, SuspenseRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House, duplicate, party, policy, pot};

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
    let pots = chosen_pots(&mut tx, &ask).await?;
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
    let mut shared = Vec::new();
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
        shared.push((
            pot.clone(),
            amount,
            pot_lines(house, &mut tx, pot, amount, &rule, &BTreeSet::new()).await?,
        ));
    }
    let run = record(house, &mut tx, &ask.by, "allocation", None, &rule, currency, shared).await?;
    tx.commit().await?;
    Ok(run)
}

/// Takes an earlier sharing of a pot as it is now: what changed since, as a draft of differences.
pub async fn adjust(house: &House, pot: &PotId, by: &str) -> Result<Run, Failure> {
    let mut tx = house.store.begin().await?;
    let row = pot::pot_in(&mut tx, pot).await?;
    let (first, rule, differences) = changes(house, &mut tx, &row).await?;
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
    tx.commit().await?;
    Ok(run)
}

/// What sharing a pot's money again as it is now would change: the run it corrects, the rule, the differences.
async fn changes(
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

fn is_reversed(runs: &[RunRow], id: &RunId) -> bool {
    runs.iter().any(|r| r.kind == "reversal" && r.status == "approved" && r.of_run.as_ref() == Some(id))
}

/// Whether a run can be taken back: it is posted, no reversal itself, not reversed, and nothing corrects it.
async fn reversible(tx: &mut Tx, run: &RunRow) -> Result<(), Failure> {
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
async fn still_true(
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
            let (_, _, now) = changes(house, tx, &row).await?;
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
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let run = run_in(&mut tx, id).await?;
    if run.status != "draft" {
        let hint = if run.status == "approved" {
            "it was posted; nothing was changed now"
        } else {
            "make a new draft"
        };
        return Err(refuse("run-not-draft", format!("the run `{id}` is {}", run.status), hint));
    }
    let lines = tx.lines_of_run(id).await?;
    let pots = pots_of(&mut tx, &run).await?;
    still_true(house, &mut tx, &run, &lines, &pots).await?;
    let entry = post_run(&mut tx, &run, &pots, &lines, now).await?;
    tx.approve_run(id, by, now, entry).await?;
    let rule = rule_named(&format!("{}@{}", run.rule, run.rule_version))?;
    open_clocks(house, &mut tx, &run, &lines, &rule, now).await?;
    for (pot, amount) in &pots {
        // Taking back an adjustment leaves the pot shared as it was before.
        let status = if run.kind == "reversal" && !amount.is_zero() { "open" } else { "allocated" };
        tx.set_pot_status(pot, status).await?;
    }
    tx.note(now, by, "approve", id.as_str(), &run.kind).await?;
    let run = run_in(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Run { run, lines, pots })
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

async fn run_in(tx: &mut Tx, id: &RunId) -> Result<RunRow, Failure> {
    tx.run_row(id).await?.ok_or_else(|| {
        refuse("run-unknown", format!("there is no run `{id}`"), "`tantieme run list` shows all")
    })
}

async fn pots_of(tx: &mut Tx, run: &RunRow) -> Result<Vec<(PotId, Amount)>, Failure> {
    let pots = tx.pots_of_run(&run.id).await?;
    Ok(pots.into_iter().map(|(pot, micros)| (pot, Amount::from_micros(micros, run.currency))).collect())
}

async fn chosen_pots(tx: &mut Tx, ask: &Allocate) -> Result<Vec<PotRow>, Failure> {
    let mut pots = Vec::new();
    if ask.pots.is_empty() {
        for pot in tx.pots("").await? {
            // A pot whose set list has not come yet keeps nobody else waiting.
            if available(tx, &pot).await?.is_positive() && has_usage(tx, &pot).await? {
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

async fn has_usage(tx: &mut Tx, pot: &PotRow) -> Result<bool, Failure> {
    let Some(event) = &pot.event else { return Ok(false) };
    Ok(tx.set_lists_of(event).await?.iter().any(|l| l.status == "open"))
}

/// What the bank has shown for a pot and no approved run has shared yet.
async fn available(tx: &mut Tx, pot: &PotRow) -> Result<Amount, Failure> {
    let balance = tx.balance(&Account::pot(pot.id.as_str()), pot.currency).await?;
    Ok(balance.posted.negated()?)
}

/// A line on its way into a run.
#[derive(Debug, Clone)]
struct Planned {
    kind: &'static str,
    account: String,
    party: Option<PartyId>,
    recording: Option<RecordingId>,
    set_line: Option<music::LineId>,
    side: Option<String>,
    reason: String,
    amount: Amount,
    why: String,
}

impl Planned {
    fn of(row: &AllocationRow) -> Planned {
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
    fn key(&self) -> (String, Option<music::LineId>, Option<RecordingId>, Option<String>, String) {
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
fn differences(
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
async fn pot_lines(
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
    for list in tx.set_lists_of(&event.id).await?.into_iter().filter(|l| l.status == "open") {
        for line in tx.lines_of(&list.id).await?.into_iter().filter(|l| l.played) {
            // A line that was matched to a row merged since counts for the row that answers now.
            let recording = match &line.recording {
                Some(id) if line.verdict == "matched" && !ended.contains(&line.id) => {
                    Some(tx.survivor(id).await?)
                }
                _ => None,
            };
            let origin = Origin::new(list.document.clone(), u64::try_from(line.origin_line).unwrap_or(0));
            let mut usage = Usage::line(line.id.as_str(), origin, recording);
            usage.played_s = line.played_s;
            usages.push(usage);
            lines.insert(line.id.to_string(), line);
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

/// The shares of the recordings, by side, for a set list here, on this day. A recording nobody has stated a
/// share of goes whole to the artist as credited; that default is written down as a share with source
/// `credit`, and gives way to the first stated one.
async fn live_shares(
    house: &House,
    tx: &mut Tx,
    recordings: &BTreeSet<RecordingId>,
    territory: Option<&Territory>,
    day: Date,
) -> Result<Shares, Failure> {
    let now = house.now();
    let (mut rights, mut works) = (Vec::new(), Vec::new());
    for id in recordings {
        for work in works_of(tx, id).await? {
            rights.extend(tx.shares_of_work(&work.id).await?.into_iter().map(|row| row.share));
            works.push((id.clone(), work.id));
        }
    }
    // Of the composition there is no default: a printed artist credit names no composer.
    rights.sort_by(|a, b| a.id.cmp(&b.id));
    rights.dedup_by(|a, b| a.id == b.id);
    let mut shares = Shares::registered(&rights, &works, UseType::SetList, territory, day);
    for id in recordings {
        let mut rows = duplicate::shares(tx, id).await?;
        if rows.iter().all(|r| r.share.status == ShareStatus::Withdrawn) {
            rows.extend(default_share(house, tx, id, now).await?);
        }
        let live: Vec<&RightsShare> =
            rows.iter().map(|r| &r.share).filter(|s| s.applies(UseType::SetList, territory, day)).collect();
        if !live.is_empty() {
            for side in [Pays::Master, Pays::CreditedArtist] {
                shares.set(id.clone(), side, SharesOf::from_rights(&live));
            }
        }
    }
    Ok(shares)
}

/// The works of a recording; of a row merged into it where it names none itself.
async fn works_of(tx: &mut Tx, id: &RecordingId) -> Result<Vec<music::Work>, Failure> {
    for row in tx.family(id).await? {
        let works = tx.works_of(&row).await?;
        if !works.is_empty() {
            return Ok(works);
        }
    }
    Ok(Vec::new())
}

async fn default_share(
    house: &House,
    tx: &mut Tx,
    id: &RecordingId,
    now: Timestamp,
) -> Result<Option<ShareRow>, Failure> {
    let Some(row) = tx.recording(id).await? else { return Ok(None) };
    let Some(party) = party::credited(house, tx, &row.recording.artist, now).await? else { return Ok(None) };
    let share = RightsShare {
        id: house.share_id(),
        subject: ShareSubject::Recording(id.clone()),
        party,
        ratio: money::Ratio::WHOLE,
        territory: Territory::worldwide(),
        period: music::Period::ALWAYS,
        use_type: UseType::Any,
        status: ShareStatus::Claimed,
    };
    let row = ShareRow { share, source: party::CREDIT.to_owned(), origin_line: row.origin_line };
    tx.put_share(&row, now).await?;
    Ok(Some(row))
}

/// Records a draft. The same inputs find the draft that is there already.
async fn record(
    house: &House,
    tx: &mut Tx,
    by: &str,
    kind: &str,
    of_run: Option<RunId>,
    rule: &RuleSet,
    currency: Currency,
    shared: Vec<(PotRow, Amount, Vec<Planned>)>,
) -> Result<Run, Failure> {
    let now = house.now();
    let mut text = format!("{kind}\n{}\n{}\n", rule.hash(), of_run.as_ref().map_or("", |r| r.as_str()));
    for (pot, amount, lines) in &shared {
        text.push_str(&format!("{}\t{amount}\n", pot.id));
        for l in lines {
            let part = |o: Option<&str>| o.unwrap_or("-").to_owned();
            text.push_str(&format!(
                "{}\t{}\t{}\t{}\t{}\t{}\n",
                l.account,
                part(l.recording.as_ref().map(|r| r.as_str())),
                part(l.set_line.as_ref().map(|r| r.as_str())),
                part(l.side.as_deref()),
                l.reason,
                l.amount
            ));
        }
    }
    let hash = Hash::of(text.as_bytes()).to_string();
    if let Some(known) = tx.runs("draft").await?.into_iter().find(|r| r.input_hash == hash) {
        let lines = tx.lines_of_run(&known.id).await?;
        let pots = pots_of(tx, &known).await?;
        return Ok(Run { run: known, lines, pots });
    }
    let givers = count_givers(tx, &shared).await?;
    let threshold = policy::count(tx, "giver-threshold", now).await?;
    let id = house.run_id();
    let lines: Vec<AllocationRow> = shared
        .iter()
        .flat_map(|(pot, _, lines)| lines.iter().map(move |l| (pot, l)))
        .enumerate()
        .map(|(place, (pot, l))| AllocationRow {
            id: house.allocation_line_id(),
            run: id.clone(),
            place: place as i64,
            pot: pot.id.clone(),
            kind: l.kind.to_owned(),
            account: l.account.clone(),
            party: l.party.clone(),
            recording: l.recording.clone(),
            set_line: l.set_line.clone(),
            side: l.side.clone(),
            reason: l.reason.clone(),
            amount: l.amount,
            why: l.why.clone(),
        })
        .collect();
    let private = givers < threshold;
    let pots: Vec<(PotId, Amount)> =
        shared.iter().map(|(pot, amount, _)| (pot.id.clone(), *amount)).collect();
    let run = RunRow {
        id: id.clone(),
        kind: kind.to_owned(),
        status: "draft".to_owned(),
        rule: rule.name.clone(),
        rule_version: rule.version,
        rule_hash: rule.hash(),
        currency,
        input_hash: hash.clone(),
        lines_hash: hash.clone(),
        manifest: manifest(house, &id, kind, rule, currency, private, &lines, &hash)?,
        private,
        givers,
        of_run,
        by: by.to_owned(),
        created: now,
        approved_by: None,
        approved: None,
        entry: None,
    };
    tx.insert_run(&run, &pots, &lines).await?;
    tx.note(now, by, "draft", id.as_str(), kind).await?;
    Ok(Run { run, lines, pots })
}

async fn count_givers(tx: &mut Tx, shared: &[(PotRow, Amount, Vec<Planned>)]) -> Result<u32, Failure> {
    let mut givers = BTreeSet::new();
    for (pot, _, _) in shared {
        for contribution in tx.contributions_to(&pot.id).await? {
            if contribution.received.is_positive() {
                givers.insert(contribution.payer);
            }
        }
    }
    Ok(u32::try_from(givers.len()).unwrap_or(u32::MAX))
}

/// What the public log carries of a run: the rule, the combined totals where enough parties gave, and a
/// salted commitment to the lines. Nothing in it leads to one giver.
fn manifest(
    house: &House,
    id: &RunId,
    kind: &str,
    rule: &RuleSet,
    currency: Currency,
    private: bool,
    lines: &[AllocationRow],
    hash: &str,
) -> Result<Vec<u8>, Failure> {
    let salt = proof::commitment::MasterKey::from_bytes(house.commitment_key).salt("run", id.as_str());
    let commitment = proof::commitment::Commitment::to("lines", hash.as_bytes(), &salt);
    let mut totals: BTreeMap<&str, Amount> = BTreeMap::new();
    for line in lines {
        let total = totals.entry(line.kind.as_str()).or_insert(Amount::zero(currency));
        *total = total.checked_add(line.amount)?;
    }
    let totals: serde_json::Map<String, serde_json::Value> =
        totals.into_iter().map(|(kind, total)| (kind.to_owned(), total.to_decimal().into())).collect();
    // Keys in alphabetical order, no white space: the bytes are canonical (RFC 8785 for these types).
    let value = serde_json::json!({
        "commitment": commitment.to_string(),
        "currency": currency.code(),
        "kind": kind,
        "rule": { "hash": rule.hash(), "name": rule.name, "version": rule.version },
        "run": id.as_str(),
        "totals": if private { serde_json::Value::Null } else { totals.into() },
    });
    Ok(value.to_string().into_bytes())
}

/// One entry per run, one side per account: what the pots held goes where the lines say.
async fn post_run(
    tx: &mut Tx,
    run: &RunRow,
    pots: &[(PotId, Amount)],
    lines: &[AllocationRow],
    now: Timestamp,
) -> Result<i64, Failure> {
    let mut to: BTreeMap<Account, Amount> = BTreeMap::new();
    let mut sides = Vec::with_capacity(lines.len());
    let mut accounts: BTreeMap<PartyId, Account> = BTreeMap::new();
    for line in lines {
        let account = match &line.party {
            Some(party) => {
                if !accounts.contains_key(party) {
                    let record = tx.party(party).await?;
                    // A name that was claimed by somebody who was here already is answered for by them.
                    let owner =
                        record.as_ref().and_then(|r| r.merged_into.as_ref()).unwrap_or(party).as_str();
                    let unclaimed = record.as_ref().is_none_or(|r| r.standing == Standing::Unclaimed);
                    accounts.insert(
                        party.clone(),
                        if unclaimed { Account::unclaimed(owner) } else { Account::party(owner) },
                    );
                }
                accounts.get(party).cloned().unwrap_or_else(|| Account::party(party.as_str()))
            }
            None => {
                line.account.parse().map_err(|e: ledger::BadAccount| refuse("account", e.to_string(), ""))?
            }
        };
        let slot = to.entry(account.clone()).or_insert(Amount::zero(run.currency));
        *slot = slot.checked_add(line.amount)?;
        sides.push((account, line.amount));
    }
    let memo = format!(
        "{} of {} by {}@{}",
        run.kind,
        if pots.len() == 1 { "a pot" } else { "several pots" },
        run.rule,
        run.rule_version
    );
    let mut draft = Draft::posted(&run.kind, run.id.as_str(), format!("{}:{}", run.kind, run.id))
        .memo(memo)
        .inputs(&run.lines_hash);
    for (pot, amount) in pots.iter().filter(|(_, amount)| !amount.is_zero()) {
        draft = draft.debit(Account::pot(pot.as_str()), *amount);
    }
    let unmoved = pots.iter().map(|p| &p.1).chain(to.values()).all(|amount| amount.is_zero());
    // A correction may move money between recordings of one holder: its entry shows the lines themselves.
    let credits = if unmoved { sides } else { to.into_iter().collect() };
    for (account, amount) in credits.into_iter().filter(|(_, amount)| !amount.is_zero()) {
        draft = draft.credit(account, amount);
    }
    Ok(tx.post_one(now, draft).await?.seq())
}

/// Opens an item with a clock for each line that waits, and for each payee who is not here yet; closes
/// those that an adjustment or reversal takes back.
async fn open_clocks(
    house: &House,
    tx: &mut Tx,
    run: &RunRow,
    lines: &[AllocationRow],
    rule: &RuleSet,
    now: Timestamp,
) -> Result<(), Failure> {
    let mut items = Vec::new();
    let mut absent: BTreeMap<PartyId, Amount> = BTreeMap::new();
    for line in lines {
        if line.kind == "suspense" {
            let hold = allocation::Reason::from_word(&line.reason).and_then(|r| rule.hold(r).cloned());
            items.push(waiting(house, line, &line.reason, hold.as_ref(), run, line.amount, now));
        } else if let Some(party) = &line.party
            && tx.party(party).await?.is_some_and(|p| p.standing == Standing::Unclaimed)
        {
            let slot = absent.entry(party.clone()).or_insert(Amount::zero(run.currency));
            *slot = slot.checked_add(line.amount)?;
        }
    }
    for (party, amount) in absent {
        let Some(line) = lines.iter().find(|l| l.party.as_ref() == Some(&party)) else { continue };
        let mut item = waiting(house, line, "unclaimed", rule.unclaimed.as_ref(), run, amount, now);
        (item.account, item.set_line, item.recording) =
            (Account::unclaimed(party.as_str()).to_string(), None, None);
        items.push(item);
    }
    for item in items.into_iter().filter(|i| !i.amount.is_zero()) {
        let rest =
            if item.amount.is_negative() { takes_back(house, tx, item, run, now).await? } else { Some(item) };
        tx.insert_suspense(rest.as_slice()).await?;
    }
    Ok(())
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
    Ok(left.is_negative().then(|| SuspenseRow {
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

/// All runs, newest first.
pub async fn list(house: &House) -> Result<Vec<RunRow>, Failure> {
    Ok(house.store.begin_read().await?.runs("").await?)
}
