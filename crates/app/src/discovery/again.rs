//! Training again by the terms of the last training, and what the house itself says about the use of its recordings.

use std::collections::BTreeSet;

use consent::{Answer, Asked, Index, Outcome, Question, Session, Use};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use music::{RecordingId, RecordingStatus, Territory};

use super::{Selection, Train, Trained, TrainingConsent, train};
use crate::consent::own;
use crate::{Failure, House, policy};

/// Recordings asked about at a time.
const AT_ONCE: i64 = 20_000;

/// Asks a registry about every recording: `train.nongen`, by a licensee, today, worldwide.
pub async fn decided(house: &House, index: &Index, licensee: &str) -> Result<TrainingConsent, Failure> {
    let today = house.now().to_zoned(TimeZone::UTC).date();
    let gone = |what: &str| Failure::Fault(store::Fault::new(format!("{what} is gone")));
    let usage: Use = "train.nongen".parse().map_err(|_| gone("the use `train.nongen`"))?;
    let territory: Territory = "Worldwide".parse().map_err(|_| gone("the world"))?;
    let (mut session, mut answer) = (Session::default(), Answer::default());
    let mut refused: BTreeSet<RecordingId> = BTreeSet::new();
    let (mut tx, mut after) = (house.store.begin_read().await?, String::new());
    loop {
        let rows = tx.recordings_after(&after, AT_ONCE).await?;
        let Some(last) = rows.last() else { break };
        after = last.recording.id.to_string();
        for r in rows.iter().map(|row| &row.recording) {
            let isrc = r.isrc.as_ref().map(ToString::to_string);
            let named = isrc.as_deref().unwrap_or(r.id.as_str());
            let question = Question::new(Asked::Recording(named), usage, licensee, today, territory.clone());
            index.decide(&question, &mut session, &mut answer);
            // conditions are nothing a training can keep: only a plain yes is one
            if answer.outcome != Outcome::Permit {
                refused.insert(r.id.clone());
            }
        }
    }
    Ok(TrainingConsent::Decided {
        terms: format!("train.nongen by {licensee} on {today} worldwide"),
        refused,
    })
}

/// What holders said to this house of training its recommender; silence is a no.
pub async fn decided_here(house: &House) -> Result<TrainingConsent, Failure> {
    let own = own::decided(house, Use::TrainNongen).await?;
    Ok(TrainingConsent::Decided { terms: own.terms, refused: own.refused })
}

/// Trains, and registers the training with the root of what it read, so that a holder can ask whether their work was
/// in. Gives the entry's id; none where the model is as before, or read nothing.
pub async fn train_registered(house: &House, ask: Train) -> Result<(Trained, Option<String>), Failure> {
    let barred = match &ask.consent {
        TrainingConsent::Decided { refused, .. } => refused.clone(),
        TrainingConsent::NotAsked => BTreeSet::new(),
    };
    let by = ask.by.clone();
    let trained = train(house, ask).await?;
    if trained.before {
        return Ok((trained, None));
    }
    let (mut read, mut after) = (Vec::new(), String::new());
    let mut tx = house.store.begin_read().await?;
    loop {
        let rows = tx.recordings_after(&after, AT_ONCE).await?;
        let Some(last) = rows.last() else { break };
        after = last.recording.id.to_string();
        let live = rows.iter().map(|row| &row.recording).filter(|r| r.status == RecordingStatus::Live);
        read.extend(live.filter(|r| !barred.contains(&r.id)).map(|r| r.id.to_string()));
    }
    drop(tx);
    if read.is_empty() {
        return Ok((trained, None));
    }
    let model = &trained.run.model_hash;
    let row = own::register(house, "recommender", model, Use::TrainNongen, read, &by).await?;
    Ok((trained, Some(row.id)))
}

/// The selections that are shown now.
pub async fn published(house: &House) -> Result<Vec<Selection>, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for row in tx.selections(None).await? {
        if crate::selection::is_shown(&row, now) {
            let items = tx.selection_items(&row.id).await?;
            let recordings = items.into_iter().map(|i| i.recording).collect();
            all.push(Selection { id: row.id.to_string(), recordings });
        }
    }
    Ok(all)
}

/// Trains once more where the last training is older than the policy `discovery-days`, by what holders have said to this
/// house since. `None` where it is not due, where nobody has trained yet, or where the decision came from a file that
/// only a person has.
pub async fn retrain(house: &House, by: &str) -> Result<Option<Trained>, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let days = policy::count(&mut tx, "discovery-days", now).await?;
    let last = tx.discovery_runs(1).await?.pop();
    drop(tx);
    let Some(last) = last.filter(|last| days > 0 && !from_file(&last.consent)) else { return Ok(None) };
    if now < last.at.checked_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(now) {
        return Ok(None);
    }
    let (consent, selections) = (decided_here(house).await?, published(house).await?);
    let ask = Train { consent, plays: Vec::new(), selections, threads: 1, by: by.to_owned() };
    train_registered(house, ask).await.map(|(trained, _)| Some(trained))
}

/// Whether the decision under these terms came from a file.
fn from_file(terms: &str) -> bool {
    terms != "not asked" && !terms.ends_with(" entries of the log")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_houses_own_registry_is_asked_again() {
        for (terms, file) in [
            ("train.nongen by house on 2026-11-01 worldwide, as of 12 entries of the log", false),
            ("train.nongen by pty-1 on 2026-11-01 worldwide", true),
            ("not asked", false),
        ] {
            assert_eq!(from_file(terms), file, "{terms}");
        }
    }
}
