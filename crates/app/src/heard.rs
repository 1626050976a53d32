//! What a holder is told of listening: what was counted, what was set aside and why, in numbers behind which enough
//! members stand; and appeals against what was set aside.

mod told;

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use ledger::Hash;
use music::{PartyId, RecordingId, id};
use programmes::streaming::Why;
use programmes::streaming::disclosure::{Plays, Threshold, partition};
use store::{AppealRow, PeriodRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House, party, period, policy};

pub use told::{Appealed, Month, OFFERED, OpenPeriod, Told, told};

/// What a holder is told of one period of one institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The period.
    pub period: PeriodRow,
    /// The institution's name.
    pub institution: String,
    /// What may be told one by one.
    pub cells: Vec<Cell>,
    /// What is told as one sum, and how many plays it is; `None` where there is nothing else, or it may not be told.
    pub rest: Option<(Vec<RecordingId>, u64)>,
    /// Whether there is more that may not be told, because fewer members stand behind it.
    pub withheld: bool,
}

/// One recording with what became of its plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The recording.
    pub recording: RecordingId,
    /// Artist and title.
    pub title: String,
    /// `counted`, or why it was set aside.
    pub outcome: String,
    /// How many plays.
    pub plays: u64,
}

/// What a party is told of the closed periods, oldest first.
pub async fn heard(house: &House, who: &str) -> Result<Vec<Heard>, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let party = party::find(&mut tx, who).await?.party;
    let own = own_recordings(&mut tx, &party.id).await?;
    let threshold = threshold(&mut tx, now).await?;
    let mut told = Vec::new();
    for period in tx.usage_periods(None).await? {
        // Only what is closed: a number that grows tells who came last.
        if !["closed", "forgotten"].contains(&period.status.as_str()) {
            continue;
        }
        let mut cells: BTreeMap<(RecordingId, String), Plays> = BTreeMap::new();
        for row in period::rows_of(house, &period, &own)? {
            let Ok(recording) = row.recording.parse::<RecordingId>() else { continue };
            let cell = cells.entry((recording, row.outcome)).or_default();
            *cell.entry(row.member).or_default() += u64::from(row.plays);
        }
        if !cells.is_empty() {
            told.push(tell(&mut tx, period, &cells, threshold).await?);
        }
    }
    Ok(told)
}

async fn tell(
    tx: &mut Tx,
    period: PeriodRow,
    cells: &BTreeMap<(RecordingId, String), Plays>,
    threshold: Threshold,
) -> Result<Heard, Failure> {
    let parts = partition(cells, threshold);
    let plays = |key: &(RecordingId, String)| cells.get(key).map_or(0, |p| p.values().sum::<u64>());
    let mut shown = Vec::new();
    for key in &parts.shown {
        let row = tx.recording(&key.0).await?.map(|r| r.recording);
        let title = row.map(|r| format!("{} - {}", r.artist, r.title)).unwrap_or_default();
        shown.push(Cell { recording: key.0.clone(), title, outcome: key.1.clone(), plays: plays(key) });
    }
    let together: BTreeSet<RecordingId> = parts.rest.iter().map(|k| k.0.clone()).collect();
    let sum = parts.rest.iter().map(plays).sum();
    let institution = tx.party(&period.institution).await?.map(|p| p.party.name).unwrap_or_default();
    Ok(Heard {
        period,
        institution,
        cells: shown,
        rest: parts.rest_told.then(|| (together.into_iter().collect(), sum)),
        withheld: !parts.rest.is_empty() && !parts.rest_told,
    })
}

/// How many members stand behind a number that is told.
pub(crate) async fn threshold(tx: &mut Tx, now: jiff::Timestamp) -> Result<Threshold, Failure> {
    let members = policy::count(tx, "listener-threshold", now).await? as usize;
    // Where the operator wants every number told, nobody can be too large.
    let largest_percent = if members > 1 { Threshold::default().largest_percent } else { 100 };
    Ok(Threshold { members, largest_percent })
}

/// The recordings a party holds something of.
async fn own_recordings(tx: &mut Tx, party: &PartyId) -> Result<BTreeSet<RecordingId>, Failure> {
    let mut own = BTreeSet::new();
    for row in tx.shares_of_party(party).await? {
        match row.share.subject {
            music::ShareSubject::Recording(recording) => {
                own.insert(recording);
            }
            music::ShareSubject::Work(work) => own.extend(tx.recordings_of_work(&work).await?),
        }
    }
    Ok(own)
}

/// An appeal against what was set aside of one recording in one period for one reason.
#[derive(Debug, Clone)]
pub struct Appeal {
    /// Who appeals: an id or a unique name.
    pub party: String,
    /// The institution whose members listened.
    pub institution: String,
    /// The period's label or id.
    pub period: String,
    /// The recording's id.
    pub recording: RecordingId,
    /// The reason for which it was set aside.
    pub why: String,
    /// Why that is wrong.
    pub words: String,
}

/// Notes an appeal. It needs no number: whoever holds the recording may appeal, whether or not anything was set
/// aside, so that asking tells nothing.
///
/// # Errors
/// `party-unknown`, `period-unknown`, `appeal-words`, `appeal-reason` for an unknown reason, `appeal-not-yours`,
/// `appeal-too-late` where the term is over, `appeal-before` where it was made before.
pub async fn appeal(house: &House, ask: Appeal) -> Result<AppealRow, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let party = party::find(&mut tx, &ask.party).await?.party;
    let period = period::named(&mut tx, &ask.institution, &ask.period).await?;
    if ask.words.trim().is_empty() {
        return Err(refuse("appeal-words", "an appeal says what is wrong", "`--words \"played in class\"`"));
    }
    if Why::from_word(&ask.why).is_none() {
        let known = Why::ALL.map(Why::word).join(", ");
        return Err(refuse(
            "appeal-reason",
            format!("nothing is set aside as `{}`", ask.why),
            format!("one of {known}"),
        ));
    }
    if !own_recordings(&mut tx, &party.id).await?.contains(&ask.recording) {
        let message = format!("{} holds nothing of `{}`", party.name, ask.recording);
        return Err(refuse("appeal-not-yours", message, "state the share first"));
    }
    let days = policy::count(&mut tx, "appeal-days", now).await?;
    let until = period
        .closed
        .as_ref()
        .and_then(|(at, _)| at.checked_add(SignedDuration::from_hours(24 * i64::from(days))).ok());
    if period.status != "closed" || until.is_none_or(|until| until <= now) {
        let message = format!("the period `{}` is {}: it takes no appeals", period.label, period.status);
        let hint = format!("an appeal comes within {days} days after the period's close");
        return Err(refuse("appeal-too-late", message, hint));
    }
    let row = AppealRow {
        id: format!("apl-{}", id::base32(house.world.bits())),
        period: period.id.clone(),
        party: party.id.clone(),
        recording: ask.recording.clone(),
        why: ask.why.clone(),
        words: ask.words.trim().to_owned(),
        status: "open".to_owned(),
        opened: now,
        decided: None,
        reason: String::new(),
    };
    if !tx.insert_appeal(&row).await? {
        let message =
            format!("there is an appeal about `{}` and `{}` in that period", ask.recording, ask.why);
        return Err(refuse("appeal-before", message, "`tantieme period appeals` shows where it stands"));
    }
    tx.note(now, party.id.as_str(), "period appeal", &period.id, &ask.why).await?;
    tx.commit().await?;
    Ok(row)
}

/// An appeal with what whoever decides it may see: how much was set aside, and over how many members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The appeal.
    pub appeal: AppealRow,
    /// Plays set aside.
    pub plays: u64,
    /// Members they are of.
    pub members: u64,
    /// Most of one member.
    pub largest: u64,
}

/// All appeals, oldest first, for the house.
pub async fn appeals(house: &House) -> Result<Vec<Asked>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for appeal in tx.appeals().await? {
        let Some(period) = tx.usage_period(&appeal.period).await? else { continue };
        let of = [appeal.recording.clone()].into();
        let rows = period::rows_of(house, &period, &of)?;
        let own: Vec<u64> =
            rows.iter().filter(|r| r.outcome == appeal.why).map(|r| u64::from(r.plays)).collect();
        all.push(Asked {
            appeal,
            plays: own.iter().sum(),
            members: own.len() as u64,
            largest: own.iter().max().copied().unwrap_or(0),
        });
    }
    Ok(all)
}

/// Decides an appeal, with a reason. Granted, the plays are delivered to the period's pot, and its next adjustment
/// moves the money.
///
/// # Errors
/// `appeal-unknown`, `appeal-decided`, `appeal-words` without a reason.
pub async fn decide(
    house: &House,
    id: &str,
    grant: bool,
    reason: &str,
    by: &str,
) -> Result<AppealRow, Failure> {
    let now = house.now();
    if reason.trim().is_empty() {
        return Err(refuse(
            "appeal-words",
            "a decision says why",
            "`--reason \"a school class on one seat\"`",
        ));
    }
    let mut tx = house.store.begin().await?;
    let unknown = || {
        refuse("appeal-unknown", format!("there is no appeal `{id}`"), "`tantieme period appeals` shows all")
    };
    let appeal = tx.appeal(id).await?.ok_or_else(unknown)?;
    if appeal.status != "open" {
        let message = format!("the appeal `{id}` is {}: {}", appeal.status, appeal.reason);
        return Err(refuse("appeal-decided", message, "a decision stands"));
    }
    let period = tx.usage_period(&appeal.period).await?.ok_or_else(unknown)?;
    if let (true, Some(pot)) = (grant, period.pot.as_ref()) {
        let of = [appeal.recording.clone()].into();
        let rows = period::rows_of(house, &period, &of)?;
        let plays = period::play_rows(rows.iter().filter(|r| r.outcome == appeal.why))?;
        let plays: Vec<store::PlayRow> =
            plays.into_iter().map(|p| store::PlayRow { played_s: None, ..p }).collect();
        if !plays.is_empty() {
            let hash = Hash::of(appeal.id.as_bytes()).to_string();
            let document = format!("appeal {}", appeal.id);
            period::deliver(house, &mut tx, &period, pot, (&document, &hash), &plays, by).await?;
        }
    }
    tx.decide_appeal(id, if grant { "granted" } else { "refused" }, by, reason.trim(), now).await?;
    tx.note(now, by, "period decide", id, reason.trim()).await?;
    let appeal = tx.appeal(id).await?.ok_or_else(unknown)?;
    tx.commit().await?;
    Ok(appeal)
}
