//! What of a member's listening the house can still lead back to them: only for themselves, and only as long as the
//! key of its period is there. Once that is destroyed nobody can make the name any more under which it was counted.

use std::collections::BTreeMap;

use music::{PartyId, RecordingId};
use ports::period_keys::PeriodKeys;
use programmes::streaming::{self, Event, Outcome, Rule};
use store::{MemberRow, PeriodRow};

use crate::{Failure, House, counting, period};

/// What was counted of a member in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// The period; what is told of an open one may still change.
    pub period: PeriodRow,
    /// By recording.
    pub rows: Vec<OwnRow>,
}

/// What became of one recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRow {
    /// The recording.
    pub recording: RecordingId,
    /// `counted`, or why it was set aside.
    pub outcome: String,
    /// `play`, `session`, `view` or `read`.
    pub unit: String,
    /// How often.
    pub plays: u64,
    /// Seconds heard.
    pub seconds: u64,
}

/// What was counted of a member, the newest period first.
///
/// # Errors
/// Where a key or a file cannot be read.
pub async fn counted(house: &House, keys: &PeriodKeys, member: &MemberRow) -> Result<Vec<Own>, Failure> {
    let Ok(institution) = member.institution.parse::<PartyId>() else { return Ok(Vec::new()) };
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for of in tx.usage_periods(Some(&institution)).await?.into_iter().rev() {
        let name = counting::pseudonym(keys, &of.id, &institution, member.id.as_str())?;
        let Some(name) = name else { continue };
        let rows = match of.status.as_str() {
            "open" | "draft" => {
                let events = tx.events_of_member(&of.id, &name).await?;
                let rule = period::rule_at(&mut tx, of.end.min(house.now())).await?;
                of_events(&events, &rule)
            }
            _ => of_file(house, &of, &name)?,
        };
        if !rows.is_empty() {
            all.push(Own { period: of, rows });
        }
    }
    Ok(all)
}

fn of_file(house: &House, of: &PeriodRow, name: &str) -> Result<Vec<OwnRow>, Failure> {
    let rows = period::rows_of_member(house, of, name)?;
    let own = rows.into_iter().filter_map(|r| {
        Some(OwnRow {
            recording: r.recording.parse().ok()?,
            outcome: r.outcome,
            unit: r.unit,
            plays: u64::from(r.plays),
            seconds: u64::from(r.played_s),
        })
    });
    Ok(own.collect())
}

fn of_events(events: &[Event], rule: &Rule) -> Vec<OwnRow> {
    let mut sums: BTreeMap<(RecordingId, &str, &str), (u64, u64)> = BTreeMap::new();
    for verdict in streaming::count(events, rule) {
        let key = (verdict.recording.clone(), verdict.outcome.word(), verdict.unit.word());
        let sum = sums.entry(key).or_default();
        sum.0 += 1;
        if let Outcome::Counted { heard_ms } = verdict.outcome {
            sum.1 += u64::try_from(heard_ms).unwrap_or(0) / 1_000;
        }
    }
    let row = |((recording, outcome, unit), (plays, seconds)): ((RecordingId, &str, &str), (u64, u64))| {
        OwnRow { recording, outcome: outcome.to_owned(), unit: unit.to_owned(), plays, seconds }
    };
    sums.into_iter().map(row).collect()
}
