//! The close of a period of listening: counted, looked at, approved into the pot it shares, and forgotten in time.
//!
//! A draft counts what was seen, by the policies in force at the period's end, and writes it as Parquet beside the
//! database; drawn again from the same events it has the same hash. Approving delivers the plays to the pot, whose
//! run is then made and approved as for any pot. Once the term for appeals is over the period's key is destroyed and
//! what was seen is dropped: the files stay, and lead to nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use bulk::usage::{UsageRow, read_usage, write_usage};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use ledger::Hash;
use music::pot::Programme;
use music::{PartyId, PotId, RecordingId, id};
use ports::period_keys::PeriodKeys;
use programmes::streaming::{self, Outcome, Rule, Silent};
use serde_json::{Value, json};
use store::{PeriodRow, PlayListRow, PlayRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House, carried, counting, institution, party, policy, pot};

/// How long after a period's end what was seen in it may still be on its way to the disk, in seconds.
const GRACE_S: i64 = 600;
/// Members counted at a time.
const MEMBERS: i64 = 200;

/// A period to open by hand: where the months of the policy `usage-zone` do not fit a contract.
#[derive(Debug, Clone)]
pub struct Open {
    /// Whose members listen: an id or a unique name.
    pub institution: String,
    /// First day.
    pub from: Date,
    /// First day after it.
    pub until: Date,
    /// Who opens it.
    pub by: String,
}

/// Opens a period. What is seen from its first day on belongs to it.
///
/// # Errors
/// `party-unknown`, `period-span` where it does not end after it begins or another holds a part of it.
pub async fn open(house: &House, ask: Open) -> Result<PeriodRow, Failure> {
    let mut tx = house.store.begin().await?;
    let institution = party::find(&mut tx, &ask.institution).await?.party.id;
    let zone = counting::zone(&mut tx, house.now()).await?;
    let at = |day: Date| day.to_zoned(zone.clone()).map(|z| z.timestamp());
    let fault = |e: jiff::Error| Failure::Fault(store::Fault::new(e.to_string()));
    let (start, end) = (at(ask.from).map_err(fault)?, at(ask.until).map_err(fault)?);
    if start >= end {
        let message = format!("a period from {} to {} has no day", ask.from, ask.until);
        return Err(refuse("period-span", message, "its last day is the one before `--until`"));
    }
    let others = tx.usage_periods(Some(&institution)).await?;
    if let Some(other) = others.iter().find(|p| p.start < end && start < p.end) {
        let message =
            format!("the period `{}` of {} holds a part of it already", other.label, ask.institution);
        return Err(refuse("period-span", message, "periods follow each other; open the next one"));
    }
    let row = PeriodRow {
        id: format!("upd-{}", id::base32(house.world.bits())),
        institution,
        label: format!("{}/{}", ask.from, ask.until),
        start,
        end,
        status: "open".to_owned(),
        pot: None,
        seats: None,
        manifest: String::new(),
        hash: String::new(),
        drafted: None,
        closed: None,
    };
    tx.insert_usage_period(&row).await?;
    tx.note(house.now(), &ask.by, "period open", &row.id, &row.label).await?;
    tx.commit().await?;
    Ok(row)
}

/// All periods, oldest first, each with its institution's name; those of one institution where it is named.
pub async fn list(house: &House, institution: Option<&str>) -> Result<Vec<(PeriodRow, String)>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let whose = match institution {
        Some(name) => Some(party::find(&mut tx, name).await?.party.id),
        None => None,
    };
    let mut all = Vec::new();
    for row in tx.usage_periods(whose.as_ref()).await? {
        let name = tx.party(&row.institution).await?.map(|p| p.party.name).unwrap_or_default();
        all.push((row, name));
    }
    Ok(all)
}

/// A draft of a period's close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The period.
    pub period: PeriodRow,
    /// What was counted.
    pub totals: Totals,
}

/// What came out of counting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Things seen.
    pub events: u64,
    /// Members with a counted play.
    pub members: u64,
    /// Counted plays.
    pub plays: u64,
    /// Seconds heard in them.
    pub heard_s: u64,
    /// What was set aside, by reason.
    pub set_aside: BTreeMap<String, u64>,
}

/// Counts a period that is over, and writes what came out as Parquet. Nothing is shared yet.
///
/// # Errors
/// `period-unknown`, `period-closed` where it was approved before, `period-not-over`, `seats-too-few`.
pub async fn draft(
    house: &House,
    institution: &str,
    label: &str,
    seats: Option<u64>,
    by: &str,
) -> Result<Draft, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let mut period = named(&mut tx, institution, label).await?;
    if !["open", "draft"].contains(&period.status.as_str()) {
        let message = format!("the period `{}` of {institution} is {}", period.label, period.status);
        return Err(refuse(
            "period-closed",
            message,
            "late reports count in the period in which they arrive",
        ));
    }
    if now < period.end.checked_add(SignedDuration::from_secs(GRACE_S)).unwrap_or(period.end) {
        let message =
            format!("the period `{}` of {institution} is not over before {}", period.label, period.end);
        return Err(refuse("period-not-over", message, "what is heard until then belongs to it"));
    }
    let rule = rule_at(&mut tx, period.end).await?;
    let counted = count_period(&mut tx, &period, &rule).await?;
    let seats = match seats {
        Some(seats) => Some(seats),
        None => agreed_seats(&mut tx, &period, counted.totals.members).await?,
    };
    drop(tx);
    if seats.is_some_and(|s| s < counted.totals.members) {
        let message = format!(
            "{} members played, and only {} seats are paid",
            counted.totals.members,
            seats.unwrap_or(0)
        );
        return Err(refuse("seats-too-few", message, "check `--seats`"));
    }
    let file = file_of(house, &period)?;
    write_usage(&file, counted.rows).map_err(disk)?;
    let bytes = std::fs::read(&file).map_err(|e| Failure::Fault(store::Fault::new(e.to_string())))?;
    period.seats = seats.and_then(|s| i64::try_from(s).ok());
    let manifest = manifest(&period, &rule, &counted.totals, &Hash::of(&bytes).to_string());
    period.hash = Hash::of(manifest.as_bytes()).to_string();
    period.manifest = manifest;
    period.status = "draft".to_owned();
    period.drafted = Some((now, by.to_owned()));
    let mut tx = house.store.begin().await?;
    tx.set_usage_period(&period).await?;
    tx.note(now, by, "period draft", &period.id, &period.hash).await?;
    tx.commit().await?;
    Ok(Draft { period, totals: counted.totals })
}

/// The seats of the contract that the period falls into, where they are counted and no fewer than who played: guests in
/// the institution's rooms take none.
async fn agreed_seats(tx: &mut Tx, period: &PeriodRow, members: u64) -> Result<Option<u64>, Failure> {
    let zone = counting::zone(tx, period.end).await?;
    let first = period.start.to_zoned(zone).date();
    Ok(institution::paid_seats(tx, &period.institution, first).await?.filter(|seats| *seats >= members))
}

/// What came of counting one period.
struct Counted {
    rows: Vec<UsageRow>,
    totals: Totals,
}

async fn count_period(tx: &mut Tx, period: &PeriodRow, rule: &Rule) -> Result<Counted, Failure> {
    let mut counted = Counted { rows: Vec::new(), totals: Totals::default() };
    let mut known: BTreeMap<RecordingId, Option<RecordingId>> = BTreeMap::new();
    let mut after = String::new();
    loop {
        let events = tx.events_after(&period.id, &after, MEMBERS).await?;
        let Some(last) = events.last() else { break };
        after = last.member.clone();
        counted.totals.events += events.len() as u64;
        for member in events.chunk_by(|a, b| a.member == b.member) {
            let seen: Vec<streaming::Event> = member.iter().map(|e| e.event.clone()).collect();
            let verdicts = streaming::count(&seen, rule);
            for v in &verdicts {
                if !known.contains_key(&v.recording) {
                    let there = tx.recording(&v.recording).await?.is_some();
                    let now = if there { Some(tx.survivor(&v.recording).await?) } else { None };
                    known.insert(v.recording.clone(), now);
                }
            }
            let name = member.first().map(|e| e.member.clone()).unwrap_or_default();
            add(&mut counted, &name, &verdicts, &known);
        }
    }
    Ok(counted)
}

/// Adds what became of one member's listening. What is no recording here, or none any more, is left out.
fn add(
    to: &mut Counted,
    member: &str,
    verdicts: &[streaming::Verdict],
    known: &BTreeMap<RecordingId, Option<RecordingId>>,
) {
    let mut rows: BTreeMap<(&RecordingId, &str, &str), (u32, u64)> = BTreeMap::new();
    for v in verdicts {
        let Some(Some(recording)) = known.get(&v.recording) else { continue };
        let row = rows.entry((recording, v.outcome.word(), v.unit.word())).or_default();
        row.0 += 1;
        match v.outcome {
            Outcome::Counted { heard_ms } => row.1 += u64::try_from(heard_ms).unwrap_or(0),
            Outcome::SetAside(why) => *to.totals.set_aside.entry(why.word().to_owned()).or_default() += 1,
        }
    }
    let mut plays = 0;
    for ((recording, outcome, unit), (n, heard_ms)) in rows {
        let played_s = u32::try_from(heard_ms / 1_000).unwrap_or(u32::MAX);
        if outcome == "counted" {
            plays += u64::from(n);
            to.totals.heard_s += u64::from(played_s);
        }
        to.rows.push(UsageRow {
            member: member.to_owned(),
            recording: recording.to_string(),
            outcome: outcome.to_owned(),
            unit: unit.to_owned(),
            plays: n,
            played_s,
        });
    }
    to.totals.plays += plays;
    to.totals.members += u64::from(plays > 0);
}

/// The counting rule in force at an instant.
pub(crate) async fn rule_at(tx: &mut Tx, at: Timestamp) -> Result<Rule, Failure> {
    let seconds = policy::count(tx, "play-seconds", at).await?;
    let minutes = policy::count(tx, "play-session-minutes", at).await?;
    let days = policy::count(tx, "play-shelf-days", at).await?;
    let by_pace = policy::text(tx, "silent-players", at).await?.trim() == "by-pace";
    Ok(Rule {
        heard_ms: i64::from(seconds.max(1)) * 1_000,
        gap_ms: i64::from(minutes) * 60_000,
        shelf_ms: i64::from(days) * 86_400_000,
        silent: if by_pace { Silent::ByPace } else { Silent::SetAside },
    })
}

/// Canonical: keys in their order here, no white space.
fn manifest(period: &PeriodRow, rule: &Rule, totals: &Totals, file: &str) -> String {
    let set_aside: serde_json::Map<String, Value> =
        totals.set_aside.iter().map(|(why, n)| (why.clone(), json!(n))).collect();
    json!({
        "period": period.id, "institution": period.institution.as_str(), "label": period.label,
        "start": period.start.to_string(), "end": period.end.to_string(), "seats": period.seats,
        "rule": {
            "play_seconds": rule.heard_ms / 1_000, "session_minutes": rule.gap_ms / 60_000,
            "shelf_days": rule.shelf_ms / 86_400_000,
            "silent_players": if rule.silent == Silent::ByPace { "by-pace" } else { "set-aside" },
        },
        "events": totals.events, "members": totals.members, "plays": totals.plays, "heard_s": totals.heard_s,
        "set_aside": set_aside, "file_sha256": file,
    })
    .to_string()
}

/// Approves a draft: its plays are delivered to the pot, and are what the pot's run shares by. What earlier pots of the
/// same payers left over joins it, and the institution is told what its members did.
///
/// # Errors
/// `period-unknown`, `period-not-drafted`, `period-file` where the file is not the one that was drafted, `period-pot` where
/// it is not told which pot, `pot-unknown`, `pot-of-set-list` where the pot belongs to a gig.
pub async fn approve(
    house: &House,
    institution: &str,
    label: &str,
    pot: Option<&PotId>,
    by: &str,
) -> Result<PeriodRow, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let mut period = named(&mut tx, institution, label).await?;
    if period.status != "draft" {
        let message = format!("the period `{}` of {institution} is {}", period.label, period.status);
        return Err(refuse("period-not-drafted", message, "`tantieme period close` makes the draft"));
    }
    let (rows, hash) = drafted_rows(house, &period)?;
    let pot = match pot {
        Some(pot) => pot.clone(),
        None => pot_of(&mut tx, &period).await?,
    };
    let pot = pot::pot_in(&mut tx, &pot).await?;
    if pot.event.is_some() {
        let message = format!("the pot `{}` is shared by the set list of its event", pot.id);
        return Err(refuse("pot-of-set-list", message, "name the institution's pot of plays"));
    }
    if pot.programme != Programme::Streaming.word() {
        tx.set_pot_programme(&pot.id, Programme::Streaming.word()).await?;
    }
    let plays = rows.iter().filter(|r| r.outcome == "counted");
    let plays = play_rows(plays)?;
    deliver(
        house,
        &mut tx,
        &period,
        &pot.id,
        (&format!("{} {}", period.id, period.label), &hash),
        &plays,
        by,
    )
    .await?;
    carried::bring(house, &mut tx, &pot).await?;
    period.pot = Some(pot.id.clone());
    period.status = "closed".to_owned();
    period.closed = Some((now, by.to_owned()));
    tx.set_usage_period(&period).await?;
    let rule = rule_at(&mut tx, period.end).await?;
    institution::usage::tell(house, &mut tx, &period, &rule, by).await?;
    tx.note(now, by, "period approve", &period.id, pot.id.as_str()).await?;
    tx.commit().await?;
    Ok(period)
}

/// The rows of the file that was drafted, and its hash.
fn drafted_rows(house: &House, period: &PeriodRow) -> Result<(Vec<UsageRow>, String), Failure> {
    let file = file_of(house, period)?;
    let bytes = std::fs::read(&file).unwrap_or_default();
    let hash = Hash::of(&bytes).to_string();
    let manifest: Value = serde_json::from_str(&period.manifest).unwrap_or_default();
    if manifest["file_sha256"].as_str() != Some(hash.as_str()) {
        let message = format!("`{}` is not the file that was drafted", file.display());
        return Err(refuse("period-file", message, "make the draft again, and look at it again"));
    }
    Ok((read_usage(&file, |_| true).map_err(disk)?, hash))
}

/// Rows of a period's file about some recordings; nothing where the file is gone.
pub(crate) fn rows_of(
    house: &House,
    period: &PeriodRow,
    recordings: &BTreeSet<RecordingId>,
) -> Result<Vec<UsageRow>, Failure> {
    let file = file_of(house, period)?;
    if !file.exists() {
        return Ok(Vec::new());
    }
    let wanted: BTreeSet<&str> = recordings.iter().map(|r| r.as_str()).collect();
    read_usage(&file, |r| wanted.contains(r)).map_err(disk)
}

/// What one member's name stands at in a period's file; nothing where the file is gone.
pub(crate) fn rows_of_member(
    house: &House,
    period: &PeriodRow,
    member: &str,
) -> Result<Vec<UsageRow>, Failure> {
    let file = file_of(house, period)?;
    if !file.exists() {
        return Ok(Vec::new());
    }
    let mut rows = read_usage(&file, |_| true).map_err(disk)?;
    rows.retain(|r| r.member == member);
    Ok(rows)
}

/// The pot that the institution's contract brought for the days of a period.
async fn pot_of(tx: &mut Tx, period: &PeriodRow) -> Result<PotId, Failure> {
    let zone = counting::zone(tx, period.end).await?;
    let first = period.start.to_zoned(zone.clone()).date();
    let last = period.end.to_zoned(zone).datetime();
    let last =
        if last.time() == jiff::civil::Time::midnight() { last.date().yesterday() } else { Ok(last.date()) };
    let last = last.unwrap_or(first);
    let parts = tx.sale_parts_of(&period.institution).await?;
    let pots: BTreeSet<&PotId> =
        parts.iter().filter(|p| p.start <= first && last < p.end).map(|p| &p.pot).collect();
    match pots.into_iter().collect::<Vec<_>>().as_slice() {
        [one] => Ok((*one).clone()),
        several => {
            let message = format!("{} pots hold the institution's money of these days", several.len());
            Err(refuse("period-pot", message, "say which with `--pot`"))
        }
    }
}

pub(crate) fn play_rows<'a>(rows: impl Iterator<Item = &'a UsageRow>) -> Result<Vec<PlayRow>, Failure> {
    rows.enumerate()
        .map(|(line, r)| {
            let recording = r.recording.parse().map_err(|_| {
                Failure::Fault(store::Fault::new(format!("`{}` is no recording's id", r.recording)))
            })?;
            Ok(PlayRow {
                line: i64::try_from(line + 1).unwrap_or(i64::MAX),
                member: r.member.clone(),
                recording,
                plays: i64::from(r.plays),
                played_s: Some(i64::from(r.played_s)),
                // No time of any single play goes further than the events.
                at_s: None,
                sought: false,
                before: 0,
            })
        })
        .collect()
}

/// Delivers plays of a period to a pot, under a document's name and hash.
pub(crate) async fn deliver(
    house: &House,
    tx: &mut Tx,
    period: &PeriodRow,
    pot: &PotId,
    document: (&str, &str),
    plays: &[PlayRow],
    by: &str,
) -> Result<(), Failure> {
    let list = PlayListRow {
        id: format!("pls-{}", id::base32(house.world.bits())),
        pot: pot.clone(),
        document: document.0.to_owned(),
        document_hash: document.1.to_owned(),
        seats: period.seats,
        period_s: period.end.as_second() - period.start.as_second(),
        by: by.to_owned(),
        created: house.now(),
    };
    Ok(tx.insert_plays(&list, plays).await?)
}

/// Forgets the periods whose term for appeals is over: their keys are destroyed, what was seen is dropped. Gives
/// those that were forgotten now. To be run daily.
pub async fn forget(house: &House, keys: &PeriodKeys, by: &str) -> Result<Vec<PeriodRow>, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let days = policy::count(&mut tx, "appeal-days", now).await?;
    let term = SignedDuration::from_hours(24 * i64::from(days));
    let open: BTreeSet<String> =
        tx.appeals().await?.into_iter().filter(|a| a.status == "open").map(|a| a.period).collect();
    let mut forgotten = Vec::new();
    for mut period in tx.usage_periods(None).await? {
        let closed =
            period.closed.as_ref().is_some_and(|(at, _)| at.checked_add(term).is_ok_and(|t| t <= now));
        if period.status != "closed" || !closed || open.contains(&period.id) {
            continue;
        }
        period.status = "forgotten".to_owned();
        tx.set_usage_period(&period).await?;
        tx.forget_events(&period.id).await?;
        tx.note(now, by, "period forget", &period.id, &period.label).await?;
        forgotten.push(period);
    }
    // Of a period that nobody closed what was opened is dropped as well, told or not.
    tx.drop_looks_before(now.checked_sub(term).unwrap_or(now)).await?;
    // Keys first: should the record of it be lost, forgetting again finds them gone and drops the rest.
    for period in &forgotten {
        keys.destroy(&period.id).map_err(counting::key_fault)?;
    }
    tx.commit().await?;
    Ok(forgotten)
}

/// A period by its id or its label.
pub(crate) async fn named(tx: &mut Tx, institution: &str, label: &str) -> Result<PeriodRow, Failure> {
    let id: PartyId = party::find(tx, institution).await?.party.id;
    let found = tx.usage_periods(Some(&id)).await?.into_iter().find(|p| p.label == label || p.id == label);
    found.ok_or_else(|| {
        let message = format!("there is no period `{label}` of {institution}");
        refuse("period-unknown", message, "`tantieme period list` shows all")
    })
}

fn file_of(house: &House, period: &PeriodRow) -> Result<PathBuf, Failure> {
    let folder = house.folder.join("usage");
    std::fs::create_dir_all(&folder).map_err(|e| Failure::Fault(store::Fault::new(e.to_string())))?;
    Ok(folder.join(format!("{}.parquet", period.id)))
}

fn disk(e: impl std::fmt::Display) -> Failure {
    Failure::Fault(store::Fault::new(format!("the file of counted plays failed: {e}")))
}
