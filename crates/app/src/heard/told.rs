//! Everything that a holder's page about listening shows: what was counted and set aside, what waits for a person, and
//! where appeals stand.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use music::{PartyId, RecordingId};
use store::{AppealRow, Tx};

use super::{Heard, heard, own_recordings};
use crate::guard::{self, Waits};
use crate::{Failure, House, party, policy};

/// Most recordings that a form offers; whoever holds more names one by its id.
pub const OFFERED: usize = 300;

/// The page of a holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Whose.
    pub party: PartyId,
    /// Their name.
    pub name: String,
    /// Closed periods, newest first.
    pub periods: Vec<Month>,
    /// The holder's appeals, newest first, each with the recording's title, the institution and the period's label.
    pub appeals: Vec<Appealed>,
    /// What guards hold.
    pub waits: Vec<Waits>,
    /// The periods against which an appeal can still be made: id of the period, institution's id and name, label, until when.
    pub open: Vec<OpenPeriod>,
    /// The holder's recordings by title; empty where there are more than [`OFFERED`].
    pub own: Vec<(RecordingId, String)>,
}

/// A closed period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// What is told.
    pub heard: Heard,
    /// Titles of the recordings that are told as one sum.
    pub together: Vec<String>,
}

/// An appeal with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appealed {
    /// The appeal.
    pub row: AppealRow,
    /// Artist and title.
    pub title: String,
    /// Whose members listened.
    pub institution: String,
    /// The period's label.
    pub label: String,
}

/// A period that takes appeals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPeriod {
    /// Its id.
    pub id: String,
    /// Whose members listened.
    pub institution: PartyId,
    /// Their name.
    pub name: String,
    /// Its label.
    pub label: String,
    /// Until when.
    pub until: Timestamp,
}

/// What a holder's page shows.
///
/// # Errors
/// `party-unknown`.
pub async fn told(house: &House, who: &str) -> Result<Told, Failure> {
    let mut periods = Vec::new();
    let heard = heard(house, who).await?;
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let party = party::find(&mut tx, who).await?.party;
    let mut titles = Titles::default();
    for one in heard.into_iter().rev() {
        let mut together = Vec::new();
        for recording in one.rest.iter().flat_map(|(recordings, _)| recordings) {
            together.push(titles.of(&mut tx, recording).await?);
        }
        periods.push(Month { heard: one, together });
    }
    let mut appeals = Vec::new();
    for row in tx.appeals().await?.into_iter().rev().filter(|a| a.party == party.id) {
        let Some(period) = tx.usage_period(&row.period).await? else { continue };
        let institution = tx.party(&period.institution).await?.map(|p| p.party.name).unwrap_or_default();
        let title = titles.of(&mut tx, &row.recording).await?;
        appeals.push(Appealed { row, title, institution, label: period.label });
    }
    let recordings = own_recordings(&mut tx, &party.id).await?;
    let mut own = Vec::new();
    if recordings.len() <= OFFERED {
        for recording in recordings {
            let title = titles.of(&mut tx, &recording).await?;
            own.push((recording, title));
        }
        own.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
    }
    let open = open_periods(&mut tx, now).await?;
    let waits = guard::waits_of(&mut tx, &party.id, now).await?;
    Ok(Told { party: party.id, name: party.name, periods, appeals, waits, open, own })
}

/// Every closed period that takes appeals, whether or not anything of the holder was heard in it: asking tells nothing.
async fn open_periods(tx: &mut Tx, now: Timestamp) -> Result<Vec<OpenPeriod>, Failure> {
    let days = policy::count(tx, "appeal-days", now).await?;
    let term = SignedDuration::from_hours(24 * i64::from(days));
    let mut open = Vec::new();
    for period in tx.usage_periods(None).await?.into_iter().rev() {
        let until = period.closed.as_ref().and_then(|(at, _)| at.checked_add(term).ok());
        let Some(until) = until.filter(|until| *until > now && period.status == "closed") else { continue };
        let name = tx.party(&period.institution).await?.map(|p| p.party.name).unwrap_or_default();
        open.push(OpenPeriod {
            id: period.id,
            institution: period.institution,
            name,
            label: period.label,
            until,
        });
    }
    Ok(open)
}

#[derive(Default)]
struct Titles(BTreeMap<RecordingId, String>);

impl Titles {
    async fn of(&mut self, tx: &mut Tx, recording: &RecordingId) -> Result<String, Failure> {
        if let Some(known) = self.0.get(recording) {
            return Ok(known.clone());
        }
        let row = tx.recording(recording).await?.map(|r| r.recording);
        let title = row.map(|r| format!("{} - {}", r.artist, r.title)).unwrap_or_default();
        self.0.insert(recording.clone(), title.clone());
        Ok(title)
    }
}
