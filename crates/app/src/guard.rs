//! Guards: what looks as if nobody listened waits, with its evidence, until a person releases or upholds it.
//!
//! A flag that nobody decides counts as released when its clock runs out: whoever accuses has to say so in time.

use std::collections::{BTreeMap, BTreeSet};

use allocation::Input;
use allocation::guard::{Flag, Heard, Limits, ListSeen, SeenLine};
use allocation::held::Held;
use allocation::rule::Pays;
use jiff::{SignedDuration, Timestamp};
use money::Ratio;
use music::{PartyId, PotId, RecordingId, id};
use store::{FlagRow, LineRow, PlayRow, PotRow, SetListRow, Tx};

use crate::failure::refuse;
use crate::gather::Played;
use crate::{Failure, House, policy};

/// Runs the guards over a pot and notes what they flag. What was flagged before is not flagged again.
pub(crate) async fn look(
    house: &House,
    tx: &mut Tx,
    pot: &PotRow,
    lists: &[Played],
    plays: &[PlayRow],
    input: &Input,
) -> Result<(), Failure> {
    let limits = Limits::default();
    let mut found = Vec::new();
    for (list, lines) in lists {
        let seen = seen(tx, list, lines, Some(input)).await?;
        let mut earlier = Vec::new();
        let least = limits.least_recordings as i64;
        for other in tx.lists_in_common(&list.id, least).await? {
            if let Some(row) = tx.set_list(&other).await? {
                let lines: Vec<LineRow> =
                    tx.lines_of(&other).await?.into_iter().filter(|l| l.played).collect();
                earlier.push(self::seen(tx, &row, &lines, None).await?);
            }
        }
        found.extend(allocation::guard::list(&seen, &earlier, &limits));
    }
    if !plays.is_empty() {
        let heard = heard(tx, plays, input).await?;
        let period = tx.play_lists_of(&pot.id).await?.iter().map(|l| l.period_s).max().unwrap_or(0);
        found.extend(allocation::guard::plays(&heard, u64::try_from(period).unwrap_or(0), &limits));
    }
    for flag in found {
        note(house, tx, &pot.id, &flag).await?;
    }
    Ok(())
}

async fn note(house: &House, tx: &mut Tx, pot: &PotId, flag: &Flag) -> Result<(), Failure> {
    let now = house.now();
    let days = policy::count(tx, "guard-days", now).await?;
    let due = now.checked_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(now);
    let row = FlagRow {
        id: format!("flg-{}", id::base32(house.world.bits())),
        pot: pot.clone(),
        kind: flag.kind.word().to_owned(),
        subject: flag.subject.clone(),
        evidence: flag.evidence.clone(),
        evidence_fr: flag.evidence_fr.clone(),
        held: held_text(&flag.held),
        status: "held".to_owned(),
        opened: now,
        due,
        decided: None,
        decided_by: None,
        reason: String::new(),
    };
    if tx.insert_flag(&row).await? {
        tx.note(
            now,
            "guard",
            "flag",
            pot.as_str(),
            &format!("{} {}: {}", row.kind, row.subject, row.evidence),
        )
        .await?;
    } else {
        tx.widen_flag(&row).await?;
    }
    Ok(())
}

/// What of a pot is held now, and what was found to be wrong. Released and overdue flags say nothing.
pub(crate) async fn standing(tx: &mut Tx, pot: &PotId, now: Timestamp) -> Result<(Held, Held), Failure> {
    let (mut held, mut wrong) = (Held::default(), Held::default());
    for flag in tx.flags(pot.as_str()).await? {
        match flag.status.as_str() {
            "upheld" => read_held(&flag.held, &mut wrong),
            "held" if flag.due > now => read_held(&flag.held, &mut held),
            _ => {}
        }
    }
    Ok((held, wrong))
}

/// When the clock of what is held of a pot runs out: the last of them.
pub(crate) async fn clock(tx: &mut Tx, pot: &PotId) -> Result<Option<Timestamp>, Failure> {
    let held = tx.flags(pot.as_str()).await?.into_iter().filter(|f| f.status == "held");
    Ok(held.map(|f| f.due).max())
}

fn held_text(held: &Held) -> String {
    let lines = held.usages.iter().map(|key| format!("line {key}"));
    let plays = held.plays.iter().map(|(member, recording)| format!("play {member} {recording}"));
    lines.chain(plays).collect::<Vec<_>>().join("\n")
}

fn read_held(text: &str, held: &mut Held) {
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["line", key] => {
                held.usages.insert((*key).to_owned());
            }
            ["play", member, recording] => {
                if let Ok(recording) = recording.parse() {
                    held.plays.insert(((*member).to_owned(), recording));
                }
            }
            _ => {}
        }
    }
}

async fn seen(
    tx: &mut Tx,
    list: &SetListRow,
    lines: &[LineRow],
    input: Option<&Input>,
) -> Result<ListSeen, Failure> {
    let mut seen = ListSeen {
        list: list.id.to_string(),
        performer: list.performer.to_string(),
        lines: Vec::with_capacity(lines.len()),
    };
    for line in lines {
        let recording = line.recording.clone().filter(|_| line.verdict == "matched");
        let own = match (&recording, input) {
            (Some(recording), Some(input)) => holds_half(tx, input, recording, &list.performer).await?,
            _ => false,
        };
        seen.lines.push(SeenLine { key: line.id.to_string(), recording, own });
    }
    Ok(seen)
}

async fn holds_half(
    tx: &mut Tx,
    input: &Input,
    recording: &RecordingId,
    performer: &PartyId,
) -> Result<bool, Failure> {
    let Some(shares) = input.shares.get(recording, Pays::Master) else { return Ok(false) };
    for holder in shares.holders().iter().filter(|h| at_least_half(h.ratio)) {
        if holder.party == *performer {
            return Ok(true);
        }
        // A name that was claimed is answered for by whoever claimed it.
        if tx.party(&holder.party).await?.is_some_and(|p| p.merged_into.as_ref() == Some(performer)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn at_least_half(ratio: Ratio) -> bool {
    u64::from(ratio.numerator()) * 2 >= u64::from(ratio.denominator())
}

async fn heard(tx: &mut Tx, plays: &[PlayRow], input: &Input) -> Result<Vec<Heard>, Failure> {
    let recordings: BTreeSet<&RecordingId> = plays.iter().map(|p| &p.recording).collect();
    let mut known: BTreeMap<&RecordingId, (Option<String>, Option<u32>)> = BTreeMap::new();
    for recording in recordings {
        let row = tx.recording(recording).await?;
        let holders = input.shares.get(recording, Pays::Master).map(|s| s.holders()).unwrap_or_default();
        let most = holders.iter().max_by(|a, b| {
            let size = |r: Ratio, other: Ratio| u64::from(r.numerator()) * u64::from(other.denominator());
            size(a.ratio, b.ratio).cmp(&size(b.ratio, a.ratio)).then_with(|| b.party.cmp(&a.party))
        });
        let duration = row.and_then(|r| r.recording.duration_s);
        known.insert(recording, (most.map(|h| h.party.to_string()), duration));
    }
    let small = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    let heard = plays.iter().map(|p| {
        let (party, duration_s) = known.get(&p.recording).cloned().unwrap_or_default();
        Heard {
            member: p.member.clone(),
            recording: p.recording.clone(),
            party,
            plays: small(p.plays),
            played_s: p.played_s.map(small),
            duration_s,
            at: p.at_s,
        }
    });
    Ok(heard.collect())
}

/// A flag with what may be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flagged {
    /// The flag.
    pub flag: FlagRow,
    /// How many lines or plays it holds.
    pub count: usize,
    /// Held and its clock has run out: it counts as released.
    pub overdue: bool,
}

/// All flags, oldest first; those of one pot where it is named.
pub async fn list(house: &House, pot: Option<&PotId>) -> Result<Vec<Flagged>, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let flags = tx.flags(pot.map_or("", |p| p.as_str())).await?;
    let told = flags.into_iter().map(|flag| Flagged {
        count: flag.held.lines().count(),
        overdue: flag.status == "held" && flag.due <= now,
        flag,
    });
    Ok(told.collect())
}

/// What a person decides about a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It was all right: its money goes where the rule says.
    Release,
    /// It was not: it does not count, and others share its part.
    Uphold,
}

/// Decides a flag, with a reason. The pot's next adjustment moves the money.
pub async fn decide(
    house: &House,
    id: &str,
    decision: Decision,
    reason: &str,
    by: &str,
) -> Result<FlagRow, Failure> {
    let now = house.now();
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(refuse(
            "guard-reason",
            "a decision about a flag needs a reason",
            "say what was found: `--reason \"the club left it on all night\"`",
        ));
    }
    let mut tx = house.store.begin().await?;
    let unknown =
        || refuse("flag-unknown", format!("there is no flag `{id}`"), "`tantieme guard list` shows all");
    let flag = tx.flag(id).await?.ok_or_else(unknown)?;
    if flag.status != "held" {
        let who = flag.decided_by.as_deref().unwrap_or("somebody");
        let message = format!("the flag `{id}` was {} by {who}: {}", flag.status, flag.reason);
        return Err(refuse(
            "flag-decided",
            message,
            "a decision stands; correct the shares or the list instead",
        ));
    }
    if flag.due <= now {
        let message =
            format!("the clock of the flag `{id}` ran out on {}; it counts as released", day(flag.due));
        return Err(refuse(
            "flag-overdue",
            message,
            format!("`tantieme adjust {}` pays what it held", flag.pot),
        ));
    }
    let status = if decision == Decision::Release { "released" } else { "upheld" };
    tx.decide_flag(id, status, by, reason, now).await?;
    tx.note(now, by, &format!("guard {status}"), id, reason).await?;
    let flag = tx.flag(id).await?.ok_or_else(unknown)?;
    tx.commit().await?;
    Ok(flag)
}

fn day(at: Timestamp) -> jiff::civil::Date {
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// What a guard holds of a holder's recordings: neither amounts nor who is suspected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits {
    /// How many of the holder's recordings.
    pub recordings: usize,
    /// Which guard, by its word.
    pub kind: String,
    /// Until when a person decides; then it counts as released.
    pub until: Timestamp,
}

/// What guards hold of recordings that a party has shares of, in words for that party; no names of others, no amounts.
pub(crate) async fn told_to(tx: &mut Tx, party: &PartyId, now: Timestamp) -> Result<Vec<String>, Failure> {
    let words = |w: Waits| {
        format!(
            "money of {} of these recordings waits while a person looks at how they were played ({}), until {} at the latest",
            w.recordings,
            w.kind,
            day(w.until)
        )
    };
    Ok(waits_of(tx, party, now).await?.into_iter().map(words).collect())
}

/// What guards hold of recordings that a party has shares of.
pub(crate) async fn waits_of(tx: &mut Tx, party: &PartyId, now: Timestamp) -> Result<Vec<Waits>, Failure> {
    let own: BTreeSet<RecordingId> = tx
        .shares_of_party(party)
        .await?
        .into_iter()
        .filter_map(|row| match row.share.subject {
            music::ShareSubject::Recording(recording) => Some(recording),
            music::ShareSubject::Work(_) => None,
        })
        .collect();
    let mut told = Vec::new();
    for flag in tx.flags("").await?.into_iter().filter(|f| f.status == "held" && f.due > now) {
        let mut held = Held::default();
        read_held(&flag.held, &mut held);
        let mut touched: BTreeSet<RecordingId> =
            held.plays.into_iter().map(|(_, recording)| recording).collect();
        for key in held.usages {
            if let Ok(line) = key.parse()
                && let Some(line) = tx.line(&line).await?
            {
                touched.extend(line.recording);
            }
        }
        let mine = touched.intersection(&own).count();
        if mine > 0 {
            told.push(Waits { recordings: mine, kind: flag.kind.clone(), until: flag.due });
        }
    }
    Ok(told)
}
