//! Training again by the terms of the last training, and what the house itself says about the use of its recordings.

use std::collections::BTreeSet;

use consent::{Answer, Asked, Index, Outcome, Question, Session, Use};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use music::{RecordingId, Territory};

use super::{Selection, Train, Trained, TrainingConsent, train};
use crate::{Failure, House, policy};

/// What the terms of a decision by the house's own registry end with: they can be asked again without a file.
const OWN: &str = ", own registry";
const TERMS: &str = "train.nongen by ";
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
    Ok(TrainingConsent::Decided { terms: format!("{TERMS}{licensee} on {today} worldwide"), refused })
}

/// The same by the house's own registry.
pub async fn decided_here(house: &House, licensee: &str) -> Result<TrainingConsent, Failure> {
    let index = crate::consent::registry::index(house, u64::MAX).await?;
    Ok(match decided(house, &index, licensee).await? {
        TrainingConsent::Decided { terms, refused } => {
            TrainingConsent::Decided { terms: format!("{terms}{OWN}"), refused }
        }
        asked => asked,
    })
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

/// Trains once more where the last training is older than the policy `discovery-days`, by its terms: without a
/// decision, or by the house's own registry. `None` where it is not due, where nobody has trained yet, or where the
/// decision came from a file that only a person has.
pub async fn retrain(house: &House, by: &str) -> Result<Option<Trained>, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let days = policy::count(&mut tx, "discovery-days", now).await?;
    let last = tx.discovery_runs(1).await?.pop();
    drop(tx);
    let Some(last) = last.filter(|_| days > 0) else { return Ok(None) };
    if now < last.at.checked_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(now) {
        return Ok(None);
    }
    let consent = match licensee(&last.consent) {
        _ if last.consent == "not asked" => TrainingConsent::NotAsked,
        Some(licensee) => decided_here(house, licensee).await?,
        None => return Ok(None),
    };
    let selections = published(house).await?;
    let ask = Train { consent, plays: Vec::new(), selections, threads: 1, by: by.to_owned() };
    train(house, ask).await.map(Some)
}

/// Under whose name the house's own registry was asked.
fn licensee(terms: &str) -> Option<&str> {
    terms.strip_suffix(OWN)?.strip_prefix(TERMS)?.rsplit_once(" on ").map(|(licensee, _)| licensee)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_houses_own_registry_is_asked_again() {
        for (terms, want) in [
            ("train.nongen by pty-1 on 2026-11-01 worldwide, own registry", Some("pty-1")),
            ("train.nongen by a on b on 2026-11-01 worldwide, own registry", Some("a on b")),
            ("train.nongen by pty-1 on 2026-11-01 worldwide", None),
            ("not asked", None),
        ] {
            assert_eq!(licensee(terms), want, "{terms}");
        }
    }
}
