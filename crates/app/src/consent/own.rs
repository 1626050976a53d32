//! Ourselves first: what the house itself does with recordings is asked of the same decision as everybody's.
//!
//! The house asks as a party of its own, on today's date, worldwide, as of everything in the log. Only a plain yes is one: a
//! condition is nothing a training can keep, and silence is no consent here either. The matcher reads what persons wrote on
//! set lists and agreed to hand over, never a recording; there a recording is left out where somebody spoke against it. What it trains is a registered run
//! like any other, with the root of its manifest in the log, so that a holder can ask "was my work in?".

use std::collections::BTreeSet;

use consent::{Answer, Asked, Outcome, Question, Reason, Session, Use};
use music::{RecordingId, Territory};
use store::ConsentRow;

use super::{registry, today, training};
use crate::{Failure, House, party};

/// What the house does that asks, with the use it asks for. Matching a set list to pay for it, and keeping what was
/// delivered, are no uses by AI.
pub const ACTIVITIES: [(&str, Use); 4] = [
    ("index", Use::IndexSearch),
    ("analysis", Use::AnalyseMine),
    ("recommender", Use::TrainNongen),
    ("matcher", Use::TrainNongen),
];

/// Under which id the house asks.
pub const LICENSEE: &str = "house";

/// What the house may do with which recordings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// The terms in one line: use, licensee, day, size of the log.
    pub terms: String,
    /// As of how many entries of the log.
    pub size: u64,
    /// What may be used.
    pub allowed: BTreeSet<RecordingId>,
    /// What may not.
    pub refused: BTreeSet<RecordingId>,
    /// Of these, what somebody refused, contests or asks a licence for: more than silence.
    pub spoken_against: BTreeSet<RecordingId>,
}

/// Asks the decision for every recording.
pub async fn decided(house: &House, usage: Use) -> Result<Own, Failure> {
    let mut tx = house.store.begin_read().await?;
    let size = tx.log_size().await?.unsigned_abs();
    let index = registry::compile(&registry::told(&mut tx, u64::MAX, None).await?)?;
    let all = tx.told_recordings().await?;
    drop(tx);
    let (day, world) = (today(house), Territory::worldwide());
    let terms = format!("{usage} by {LICENSEE} on {day} worldwide, as of {size} entries of the log");
    let mut own = Own {
        terms,
        size,
        allowed: BTreeSet::new(),
        refused: BTreeSet::new(),
        spoken_against: BTreeSet::new(),
    };
    let (mut session, mut answer) = (Session::default(), Answer::default());
    for told in &all {
        let Ok(id) = told.id.parse::<RecordingId>() else { continue };
        let question = Question::new(Asked::Recording(&told.id), usage, LICENSEE, day, world.clone());
        index.decide(&question, &mut session, &mut answer);
        let against = [Reason::Prohibited, Reason::Disputed, Reason::PersonConsentMissing];
        if answer.needs_license || against.iter().any(|r| answer.reasons.has(*r)) {
            own.spoken_against.insert(id.clone());
        }
        if answer.outcome == Outcome::Permit {
            own.allowed.insert(id)
        } else {
            own.refused.insert(id)
        };
    }
    Ok(own)
}

/// Registers a training of the house's own under the root of what it read.
///
/// # Errors
/// `training-empty` where it read nothing.
pub async fn register(
    house: &House,
    model: &str,
    version: &str,
    usage: Use,
    recordings: Vec<String>,
    by: &str,
) -> Result<ConsentRow, Failure> {
    let licensee = own_party(house, by).await?;
    let ask = training::Register {
        licensee,
        model: model.to_owned(),
        version: version.to_owned(),
        usage: usage.code().to_owned(),
        recordings,
        by: by.to_owned(),
    };
    Ok(training::register(house, ask).await?.row)
}

/// The party that the house is in its own log: named as the log is, made at the first training.
async fn own_party(house: &House, by: &str) -> Result<String, Failure> {
    let mut tx = house.store.begin_read().await?;
    let known = tx.parties_named(&house.origin).await?;
    drop(tx);
    if let Some(found) = known.first() {
        return Ok(found.party.id.to_string());
    }
    let ask = party::Register {
        name: house.origin.clone(),
        kind: "organisation".to_owned(),
        by: by.to_owned(),
        ..party::Register::default()
    };
    Ok(party::register(house, ask).await?.party.id.to_string())
}
