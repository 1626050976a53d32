//! What a holder and the public see of consents: for each use, what is allowed to whom, and why not.

use std::collections::{BTreeMap, BTreeSet};

use consent::report::Report;
use consent::uses::LIST;
use consent::{Answer, Asked, Index, Outcome, Question, Reason, Session, Use};
use jiff::SignedDuration;
use ledger::Hash;
use music::{PartyId, Territory};
use store::{ConsentRow, PartyRecord, Tx, WaitRow};

use super::{registry, say, today};
use crate::failure::refuse;
use crate::{Failure, House, party};

/// How many recordings of a holder are looked at for its page.
const RECORDINGS_MOST: usize = 2_000;

/// Stands for anybody who has no licence.
pub(crate) const ANYBODY: &str = "anybody";

/// What one use of a holder's recordings is, for anybody who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// The use.
    pub usage: Use,
    /// What the holder said for the whole catalogue: `permit`, `ask`, `refuse`; nothing where nothing holds.
    pub said: Option<&'static str>,
    /// How many recordings may be used so, under conditions or not.
    pub yes: usize,
    /// How many only by licence.
    pub license: usize,
    /// How many not, by the first reason.
    pub no: Vec<(Reason, usize)>,
}

/// A recording a holder has a role in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Its id.
    pub id: String,
    /// Artist and title.
    pub title: String,
    /// The holder's roles.
    pub roles: Vec<String>,
}

/// How a holder stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Who.
    pub party: PartyRecord,
    /// Their recordings.
    pub recordings: Vec<Holding>,
    /// Each use.
    pub uses: Vec<Allowed>,
    /// What they said, newest first.
    pub lines: Vec<ConsentRow>,
    /// What waits.
    pub waits: Vec<WaitRow>,
}

/// What a holder said and what is allowed now.
///
/// # Errors
/// `party-unknown`.
pub async fn standing(house: &House, who: &str) -> Result<Standing, Failure> {
    let mut tx = house.store.begin_read().await?;
    let record = party::find(&mut tx, who).await?;
    let id = record.party.id.clone();
    let recordings = holdings(&mut tx, &id).await?;
    let ids: BTreeSet<String> = recordings.iter().map(|r| r.id.clone()).take(RECORDINGS_MOST).collect();
    let people = BTreeSet::from([id.to_string()]);
    let index = registry::compile(&registry::told(&mut tx, u64::MAX, Some((&ids, &people))).await?)?;
    let mut lines = tx.consent_of(&id).await?;
    let catalogue = said_of_catalogue(&lines, &id);
    let (mut uses, mut session, mut answer) = (Vec::new(), Session::default(), Answer::default());
    for (row, said) in LIST.iter().zip(catalogue) {
        let mut one = Allowed { usage: row.usage, said, yes: 0, license: 0, no: Vec::new() };
        let mut no: BTreeMap<Reason, usize> = BTreeMap::new();
        for recording in &ids {
            let asked = Asked::Recording(recording);
            let question = Question::new(asked, row.usage, ANYBODY, today(house), Territory::worldwide());
            index.decide(&question, &mut session, &mut answer);
            match answer.outcome {
                Outcome::Permit | Outcome::PermitIf => one.yes += 1,
                Outcome::NeedsLicense => one.license += 1,
                Outcome::Deny(reason) => *no.entry(reason).or_default() += 1,
            }
        }
        one.no = no.into_iter().collect();
        one.no.sort_by_key(|(reason, many)| (std::cmp::Reverse(*many), *reason));
        uses.push(one);
    }
    lines.reverse();
    let waits = tx.waits(id.as_str(), "waiting").await?;
    Ok(Standing { party: record, recordings, uses, lines, waits })
}

/// The recordings that a party has a role in, its works included, by id.
pub(crate) async fn holdings(tx: &mut Tx, id: &PartyId) -> Result<Vec<Holding>, Failure> {
    let mut roles: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut works: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in tx.role_claims_of(id.as_str(), "").await? {
        match row.subject.split_once(':') {
            Some(("recording", r)) => drop(roles.entry(r.to_owned()).or_default().insert(row.role)),
            Some(("work", w)) => drop(works.entry(w.to_owned()).or_default().insert(row.role)),
            _ => {}
        }
    }
    let (ids, of) = (roles.keys().cloned().collect(), works.keys().cloned().collect());
    let mut held = Vec::new();
    for told in tx.told_among(&ids, &of).await? {
        let mut own = roles.remove(&told.id).unwrap_or_default();
        own.extend(told.works.iter().flat_map(|w| works.get(w).cloned().unwrap_or_default()));
        if !own.is_empty() {
            held.push(Holding {
                id: told.id,
                title: format!("{} – {}", told.artist, told.title),
                roles: own.into_iter().collect(),
            });
        }
    }
    Ok(held)
}

/// For each use the newest word of the holder itself about its whole catalogue that nothing took back.
fn said_of_catalogue(lines: &[ConsentRow], id: &PartyId) -> Vec<Option<&'static str>> {
    use consent::registry::Word;
    let said: Vec<_> = lines
        .iter()
        .filter(|r| r.kind == "statement" && r.subject == "catalogue" && r.speaker == *id && r.holder == *id)
        .filter_map(|r| Some((r, say::read(r).ok()?)))
        .collect();
    LIST.iter()
        .map(|row| {
            let mut word = None;
            for (line, s) in &said {
                let mut named = consent::Named::default();
                s.uses.iter().for_each(|u| drop(named.add(u)));
                let back = |w: &consent::registry::Statement| {
                    w.kind == Word::Withdraw
                        && if w.withdraws.is_empty() { w.uses == s.uses } else { w.withdraws == line.id }
                };
                if said.iter().any(|(l, w)| l.place > line.place && back(w)) || !s.licensees.is_empty() {
                    continue;
                }
                match s.kind {
                    Word::Permit if named.grants(row.usage) => word = Some("permit"),
                    Word::Ask if named.speaks_of(row.usage) => word = Some("ask"),
                    Word::Refuse if named.speaks_of(row.usage) => word = Some("refuse"),
                    _ => {}
                }
            }
            word
        })
        .collect()
}

/// What is allowed with one recording, use by use, for anybody who asks; and its artist and title.
///
/// # Errors
/// `recording-unknown`.
pub async fn consents_of_recording(
    house: &House,
    name: &str,
) -> Result<(Holding, Vec<(Use, Report)>), Failure> {
    let mut tx = house.store.begin_read().await?;
    let id = say::recording(&mut tx, name).await?;
    let title = tx.recording(&id).await?.map(|r| format!("{} – {}", r.recording.artist, r.recording.title));
    let ids = BTreeSet::from([id.to_string()]);
    let index = registry::compile(&registry::told(&mut tx, u64::MAX, Some((&ids, &BTreeSet::new()))).await?)?;
    let reports = LIST.iter().map(|row| (row.usage, report(house, &index, id.as_str(), row.usage))).collect();
    let holding = Holding { id: id.to_string(), title: title.unwrap_or_default(), roles: Vec::new() };
    Ok((holding, reports))
}

fn report(house: &House, index: &Index, recording: &str, usage: Use) -> Report {
    let question =
        Question::new(Asked::Recording(recording), usage, ANYBODY, today(house), Territory::worldwide());
    let mut answer = Answer::default();
    index.decide(&question, &mut Session::default(), &mut answer);
    index.report(&question, &answer)
}

/// Makes a link by which a holder reaches their own page without a password; whoever has it may speak for them, so it is
/// handed over as a key is. Its token is told here once.
///
/// # Errors
/// `party-unknown`, `party-not-here`.
pub async fn link(house: &House, who: &str, days: u32, by: &str) -> Result<String, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let party = say::here(&mut tx, who).await?.party;
    let token = format!("{:016x}{:016x}", house.world.bits(), house.world.bits());
    let until = now.checked_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(now);
    tx.insert_consent_link(&Hash::of(token.as_bytes()).to_string(), &party.id, now, until).await?;
    tx.note(now, by, "consent link", party.id.as_str(), &format!("{days} days")).await?;
    tx.commit().await?;
    Ok(token)
}

/// The party a link leads to.
///
/// # Errors
/// `link-unknown` where it is none, or holds no longer.
pub async fn linked(house: &House, token: &str) -> Result<PartyRecord, Failure> {
    let mut tx = house.store.begin_read().await?;
    let hash = Hash::of(token.as_bytes()).to_string();
    let none = || {
        refuse("link-unknown", "this link leads nowhere, or holds no longer", "ask the house for a new one")
    };
    let id = tx.link_party(&hash, house.now()).await?.ok_or_else(none)?;
    party::find(&mut tx, id.as_str()).await
}
