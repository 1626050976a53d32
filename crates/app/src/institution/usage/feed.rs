//! What members did in a period, as the events that an institution's figures are counted from.
//!
//! A counted play, view, session or read is a *request*; a page that was opened is an *investigation*. A session is an
//! hour of one member, as COUNTER 5.1 counts where no session is known: nothing tells which visits belong together.
//! A release, an artist and a selection count under the medium and the origin of one recording of theirs.

use std::collections::{BTreeMap, BTreeSet};

use music::{MediaKind, RecordingId};
use programmes::streaming::statistics::{Action, Counter, Event, Near};
use programmes::streaming::{self, Outcome, Rule};
use store::{PeriodRow, Tx};

use super::{Span, keep, near};
use crate::institution::Institution;
use crate::{Failure, House, counting, policy};

/// Members counted at a time.
const MEMBERS: i64 = 200;
/// Seconds of a session.
const HOUR_S: i64 = 3_600;

/// One thing a member did.
struct Did {
    at_s: i64,
    member: String,
    item: String,
    recording: RecordingId,
    action: Action,
}

/// Tells an institution what its members did in a period that closes, and drops the pages they opened: both in the
/// transaction of the close. Nothing is told of a party that is no institution, nor of days told before.
pub(crate) async fn tell(
    house: &House,
    tx: &mut Tx,
    period: &PeriodRow,
    rule: &Rule,
    by: &str,
) -> Result<Option<Span>, Failure> {
    let Some(row) = tx.institution(&period.institution).await? else {
        tx.drop_looks(&period.id).await?;
        return Ok(None);
    };
    let one = crate::institution::with_name(tx, row).await?;
    let zone = counting::zone(tx, period.end).await?;
    let (start, end) = (period.start.to_zoned(zone.clone()).date(), period.end.to_zoned(zone).date());
    let told = tx.usage_of(&one.row.party).await?;
    if start >= end || told.iter().any(|u| u.start < end && start < u.end) {
        tx.drop_looks(&period.id).await?;
        return Ok(None);
    }
    let mut all = played(tx, period, rule).await?;
    all.extend(looked(tx, period).await?);
    tx.drop_looks(&period.id).await?;
    let counter = counted(tx, &one, &all).await?;
    let threshold = policy::count(tx, "member-threshold", house.now()).await?;
    let span = Span { start, end, told: counter.told(u64::from(threshold.max(2))) };
    keep(house, tx, &one, &span, by).await?;
    Ok(Some(span))
}

/// What was counted of a period.
async fn played(tx: &mut Tx, period: &PeriodRow, rule: &Rule) -> Result<Vec<Did>, Failure> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let events = tx.events_after(&period.id, &after, MEMBERS).await?;
        let Some(last) = events.last() else { return Ok(all) };
        after.clone_from(&last.member);
        for of_one in events.chunk_by(|a, b| a.member == b.member) {
            let Some(first) = of_one.first() else { continue };
            let seen: Vec<streaming::Event> = of_one.iter().map(|e| e.event.clone()).collect();
            for verdict in streaming::count(&seen, rule) {
                if matches!(verdict.outcome, Outcome::Counted { .. }) {
                    all.push(Did {
                        at_s: verdict.at.div_euclid(1_000),
                        member: first.member.clone(),
                        item: String::new(),
                        recording: verdict.recording,
                        action: Action::Request,
                    });
                }
            }
        }
    }
}

async fn looked(tx: &mut Tx, period: &PeriodRow) -> Result<Vec<Did>, Failure> {
    let rows = tx.looks(&period.id).await?;
    let did = rows.into_iter().map(|l| Did {
        at_s: l.at_s,
        member: l.member,
        item: if l.page == "recording" { String::new() } else { format!("{} {}", l.page, l.item) },
        recording: l.recording,
        action: Action::Investigation,
    });
    Ok(did.collect())
}

/// Counts what was done; what is no recording here any more is left out.
async fn counted(tx: &mut Tx, one: &Institution, all: &[Did]) -> Result<Counter, Failure> {
    let mut known: BTreeMap<&RecordingId, Option<(RecordingId, MediaKind)>> = BTreeMap::new();
    for did in all {
        if !known.contains_key(&did.recording) {
            let answers = match tx.recording(&did.recording).await? {
                Some(_) => tx.survivor(&did.recording).await?,
                None => did.recording.clone(),
            };
            let kind = tx.recording(&answers).await?.map(|r| r.recording.kind);
            known.insert(&did.recording, kind.map(|kind| (answers, kind)));
        }
    }
    let recordings: BTreeSet<RecordingId> = known.values().flatten().map(|(r, _)| r.clone()).collect();
    let origins = near(tx, one, recordings).await?;
    let mut counter = Counter::new();
    for did in all {
        let Some(Some((recording, medium))) = known.get(&did.recording) else { continue };
        counter.add(&Event {
            at_s: did.at_s,
            member: &did.member,
            session: &did.at_s.div_euclid(HOUR_S).to_string(),
            item: if did.item.is_empty() { recording.as_str() } else { &did.item },
            medium: *medium,
            near: origins.get(recording).copied().unwrap_or(Near::Unknown),
            action: did.action,
        });
    }
    Ok(counter)
}
