//! Where the money of a member's seat went: told to that member alone, from what the pot was shared by.
//!
//! It is the run itself, seen from one seat ([`allocation::of_seat`]). Amounts are told where at least as many seats
//! stand behind a division as the policy `listener-threshold` asks: with fewer, an amount would tell how few others
//! there are, and what they did not hear. Then parts of a whole are told instead, which are the member's own. Once
//! the key of the period is destroyed nothing of it can be told any more, to the member neither.

use std::collections::BTreeMap;

use allocation::rule::{By, Destination, Text, Where};
use allocation::{Input, RuleSet, SeatLine, SeatShare};
use jiff::{SignedDuration, Timestamp};
use money::Amount;
use music::{PartyId, PotId, RecordingId, RunId};
use ports::period_keys::PeriodKeys;
use store::{MemberRow, PeriodRow, RunRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House, allocation as runs, counting, heard, policy, replay};

/// Where the money of a seat went in one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatMoney {
    /// The period.
    pub period: PeriodRow,
    /// The rule it was shared by.
    pub rule: RuleSet,
    /// The run that shared it.
    pub run: RunId,
    /// What one seat is; `None` where too few stand behind it.
    pub seat: Option<Amount>,
    /// The parts of the rule.
    pub lines: Vec<Line>,
    /// How many seats have to stand behind an amount.
    pub least: usize,
    /// Until when this can be told.
    pub until: Option<Timestamp>,
}

/// A part of the rule, as the seat sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Why it is taken, or the name of the split.
    pub what: Text,
    /// Where it goes, where that is one place.
    pub to: Option<Destination>,
    /// By what it is shared.
    pub by: Option<By>,
    /// What counts for it.
    pub filter: Option<Where>,
    /// How much; `None` where too few stand behind it.
    pub amount: Option<Amount>,
    /// What followed the member, the most first; `None` where all seats carry the same.
    pub moved: Option<Vec<Moved>>,
}

/// A recording that the member's own money went to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The recording.
    pub recording: RecordingId,
    /// Who made it, as printed.
    pub artist: String,
    /// Its title.
    pub title: String,
    /// How much; `None` where too few stand behind it.
    pub amount: Option<Amount>,
    /// Which part of the line, in millionths.
    pub part_ppm: u64,
}

/// Where the money of a member's seat went, the newest period first; periods whose money is not shared yet are left out.
///
/// # Errors
/// Where a key or what a run was shared by cannot be read.
pub async fn seat(house: &House, keys: &PeriodKeys, member: &MemberRow) -> Result<Vec<SeatMoney>, Failure> {
    let Ok(institution) = member.institution.parse::<PartyId>() else { return Ok(Vec::new()) };
    let mut tx = house.store.begin_read().await?;
    let now = house.now();
    let least = heard::threshold(&mut tx, now).await?.members;
    let days = policy::count(&mut tx, "appeal-days", now).await?;
    let mut all = Vec::new();
    for period in tx.usage_periods(Some(&institution)).await?.into_iter().rev() {
        let Some(pot) = period.pot.clone() else { continue };
        let name = counting::pseudonym(keys, &period.id, &institution, member.id.as_str())?;
        let Some(name) = name else { continue };
        let Some((run, rule, input, amount)) = shared(&mut tx, &pot).await? else { continue };
        let share = allocation::of_seat(amount, &input, &rule, &name)
            .map_err(|e| refuse("rule-refuses", e.to_string(), e.hint()))?;
        let lines = lines(&mut tx, &share, &input, least).await?;
        let term = SignedDuration::from_hours(24 * i64::from(days));
        let until = period.closed.as_ref().and_then(|(at, _)| at.checked_add(term).ok());
        let enough = share.seats >= least as u64;
        let seat = enough.then_some(share.seat);
        all.push(SeatMoney { period, rule, run: run.id, seat, lines, least, until });
    }
    Ok(all)
}

/// The run that shared a pot, with its rule and what it was shared by.
async fn shared(tx: &mut Tx, pot: &PotId) -> Result<Option<(RunRow, RuleSet, Input, Amount)>, Failure> {
    let all = tx.runs_of_pot(pot).await?;
    let reversed = |id: &RunId| {
        all.iter().any(|r| r.kind == "reversal" && r.status == "approved" && r.of_run.as_ref() == Some(id))
    };
    let stands = |r: &&RunRow| r.kind == "allocation" && r.status == "approved" && !reversed(&r.id);
    let Some(run) = all.iter().rfind(stands).cloned() else { return Ok(None) };
    let input = match replay::kept(tx, &run, pot).await {
        Ok(input) => input,
        // Those from before inputs were kept.
        Err(Failure::Refused(_)) => return Ok(None),
        Err(fault) => return Err(fault),
    };
    let amounts = tx.pots_of_run(&run.id).await?;
    let micros = amounts.iter().find(|(p, _)| p == pot).map_or(0, |(_, micros)| *micros);
    let rule = runs::rule_named(&format!("{}@{}", run.rule, run.rule_version))?;
    let amount = Amount::from_micros(micros, run.currency);
    Ok(Some((run, rule, input, amount)))
}

async fn lines(tx: &mut Tx, share: &SeatShare, input: &Input, least: usize) -> Result<Vec<Line>, Failure> {
    let mut all = Vec::new();
    for line in &share.lines {
        let behind = line.members.unwrap_or(share.seats);
        // That nothing of one's own counted is known from one's own plays.
        let is_own_nothing = line.members.is_some() && line.recordings.is_empty();
        let told = share.seats >= least as u64 && (behind >= least as u64 || is_own_nothing);
        let moved = match line.members {
            Some(_) => Some(moved(tx, line, input, told).await?),
            None => None,
        };
        all.push(Line {
            what: line.what.clone(),
            to: line.to.clone(),
            by: line.by,
            filter: line.filter,
            amount: told.then_some(line.amount),
            moved,
        });
    }
    Ok(all)
}

async fn moved(tx: &mut Tx, line: &SeatLine, input: &Input, told: bool) -> Result<Vec<Moved>, Failure> {
    let mut sums: BTreeMap<RecordingId, Amount> = BTreeMap::new();
    for (recording, amount) in &line.recordings {
        // Flagged plays stand at a double of the recording while they are looked at; to the member it is the same.
        let held = input.facts.get(recording).and_then(|f| f.held_for.clone());
        let slot =
            sums.entry(held.unwrap_or_else(|| recording.clone())).or_insert(Amount::zero(amount.currency()));
        *slot = slot.checked_add(*amount)?;
    }
    let whole = i128::from(line.amount.micros()).max(1);
    let mut all = Vec::new();
    for (recording, amount) in sums {
        let row = tx.recording(&recording).await?.map(|r| r.recording);
        let (artist, title) = row.map(|r| (r.artist, r.title)).unwrap_or_default();
        let part = i128::from(amount.micros()) * 1_000_000 / whole;
        let part_ppm = u64::try_from(part).unwrap_or(0);
        all.push(Moved { recording, artist, title, amount: told.then_some(amount), part_ppm });
    }
    all.sort_by(|a, b| b.part_ppm.cmp(&a.part_ppm).then_with(|| a.recording.cmp(&b.recording)));
    Ok(all)
}
