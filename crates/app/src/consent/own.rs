//! Ourselves first: what the house itself does with recordings is asked of the same decision as everybody's.
//!
//! The house asks as a party of its own, on today's date, worldwide, as of everything in the log. Only a plain yes is one: a
//! condition is nothing a training can keep, and silence is no consent here either. The matcher reads what persons wrote on
//! set lists and agreed to hand over, never a recording; there a recording is left out where somebody spoke against it. What it trains is a registered run
//! like any other, with the root of its manifest in the log, so that a holder can ask "was my work in?".

use std::collections::BTreeSet;

use consent::registry::{Statement, Word};
use consent::{Answer, Asked, Named, Outcome, Question, Reason, Session, Use};
use music::{PartyId, RecordingId, Territory};
use store::{ConsentRow, Tx};

use super::{registry, today, training};
use crate::job::{Handler, Held, Work};
use crate::{Failure, House, license, party};

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
    /// Of these, by id, what a holder refused or asks a licence for: a dispute alone, or silence, is not among them.
    pub held_back: BTreeSet<String>,
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
        held_back: BTreeSet::new(),
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
        if answer.needs_license || answer.reasons.has(Reason::Prohibited) {
            own.held_back.insert(told.id.clone());
        }
        if answer.outcome == Outcome::Permit {
            own.allowed.insert(id)
        } else {
            own.refused.insert(id)
        };
    }
    Ok(own)
}

/// What the house leaves out of itself, not only out of its trainings: the index that is searched, and the analysis of sound.
pub const HEEDED: [Use; 2] = [Use::IndexSearch, Use::AnalyseMine];

/// Decides anew what the house leaves out of its index and of its analysis, where something was said since the last time or the
/// day is another; what changed is heeded at once. Tells whether anything did. Paying for what was played needs neither.
pub async fn heed(house: &House) -> Result<bool, Failure> {
    let day = today(house).to_string();
    let mut tx = house.store.begin_read().await?;
    let (size, known_day, _) = tx.own_turn().await?;
    let now = tx.log_size().await?;
    if known_day == day && !tx.spoken_since(size).await? {
        return Ok(false);
    }
    let anybody = tx.spoken_since(0).await?;
    drop(tx);
    let mut wanted = Vec::new();
    for usage in HEEDED {
        // Where nobody ever said anything, there is nothing to ask the decision for.
        wanted.push((usage, if anybody { decided(house, usage).await?.held_back } else { BTreeSet::new() }));
    }
    let mut tx = house.store.begin().await?;
    let mut changed = false;
    for (usage, wanted) in wanted {
        let before = tx.barred(usage.code()).await?;
        let out: Vec<String> = wanted.difference(&before).cloned().collect();
        let back: Vec<String> = before.difference(&wanted).cloned().collect();
        changed |= !out.is_empty() || !back.is_empty();
        leave_out(house, &mut tx, usage, &out, &back).await?;
    }
    tx.note_index_changes_missed(Use::IndexSearch.code(), house.now()).await?;
    tx.note_own_turn(now, &day).await?;
    tx.commit().await?;
    Ok(changed)
}

/// Heeds a word that tightens, in the transaction that says it: what the holder refuses the house, or asks a licence for, is left
/// out from there on. Where it should not be, the next deciding brings it back.
pub(crate) async fn tighten(
    house: &House,
    tx: &mut Tx,
    said: &Statement,
    holder: &PartyId,
) -> Result<(), Failure> {
    let speaks = matches!(said.kind, Word::Refuse | Word::Ask);
    let own = said.licensees.is_empty() || said.licensees.iter().any(|l| l == LICENSEE);
    let begun = said.from.is_none_or(|from| from <= today(house));
    if !(speaks && own && begun) {
        return Ok(());
    }
    let mut named = Named::default();
    said.uses.iter().for_each(|u| drop(named.add(u)));
    let meant: Vec<Use> = HEEDED.into_iter().filter(|u| named.speaks_of(*u)).collect();
    if meant.is_empty() {
        return Ok(());
    }
    let reached = license::reached(tx, holder, std::slice::from_ref(&said.subject)).await?;
    let reached: Vec<String> = reached.into_iter().collect();
    for usage in meant {
        let known = tx.barred_among(usage.code(), &reached).await?;
        let out: Vec<String> = reached.iter().filter(|r| !known.contains(*r)).cloned().collect();
        leave_out(house, tx, usage, &out, &[]).await?;
    }
    Ok(())
}

async fn leave_out(
    house: &House,
    tx: &mut Tx,
    usage: Use,
    out: &[String],
    back: &[String],
) -> Result<(), Failure> {
    tx.bar(usage.code(), out, back).await?;
    if usage == Use::IndexSearch {
        for changed in [out, back] {
            tx.note_index_change(changed, house.now()).await?;
        }
    }
    if usage == Use::AnalyseMine {
        for recording in out {
            tx.forget_analysis(recording).await?;
        }
        for recording in back {
            tx.analyse_again(recording).await?;
        }
    }
    Ok(())
}

/// The kind of job that decides anew.
pub const JOB: &str = "own-consents";

/// Decides anew what the house leaves out.
pub(crate) struct Heed;

impl Handler for Heed {
    fn kind(&self) -> &'static str {
        JOB
    }

    fn run<'a>(&'a self, house: &'a House, _: &'a Held) -> Work<'a> {
        Box::pin(async move { heed(house).await.map(drop) })
    }
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
