//! Licences for uses by AI: offers and their answers, the pots they fill, what was reported and contested, what went
//! beyond, permits for an hour, and reports that something imitates somebody.
//!
//! A licence is one more pot and one more set of usages: what it brings goes the way of every other pot. Whether it covers a
//! recording is decided by the crate `consent` and nowhere else.

pub mod imitation;
pub mod key;
pub mod offer;
pub mod papers;
pub mod permit;
mod pot;
pub mod public;
pub mod quote;
pub mod report;
pub mod settlement;
pub mod sign;
pub mod violation;

use std::collections::BTreeSet;

use consent::{Answer, Asked, Index, Outcome, Question, Session, Use};
use jiff::civil::Date;
use music::{PartyId, RecordingId, Territory};
use serde_json::Value;
use store::{LicenseRow, Tx};

use crate::consent::{registry, roles};
use crate::failure::refuse;
use crate::{Failure, House, party};

pub(crate) use pot::{gathered, told as origin_told, waits};

/// A use by its code; a licence names uses one by one.
pub(crate) fn usage(code: &str) -> Result<Use, Failure> {
    code.parse().map_err(|e: consent::uses::UnknownUse| {
        refuse(
            "consent-use",
            e.to_string(),
            "`tantieme consent uses` lists them; a licence names each by itself",
        )
    })
}

/// The recordings that a holder has a role in, as far as subjects reach. Costs what the subjects name: a recording, the
/// recordings of a work, or all that the holder has.
pub(crate) async fn reached(
    tx: &mut Tx,
    holder: &PartyId,
    subjects: &[String],
) -> Result<BTreeSet<String>, Failure> {
    let (mut recordings, mut works) = (BTreeSet::new(), BTreeSet::new());
    for subject in subjects {
        match subject.split_once(':') {
            Some(("recording", id)) => drop(recordings.insert(id.to_owned())),
            Some(("work", id)) => drop(works.insert(id.to_owned())),
            _ => {
                let held = crate::consent::holdings(tx, holder).await?;
                return Ok(held.into_iter().map(|h| h.id).collect());
            }
        }
    }
    let told = tx.told_among(&recordings, &works).await?;
    let asked = |of: &store::ToldRecording| {
        let performed = of.works.iter().map(|w| format!("work:{w}"));
        performed.chain([format!("recording:{}", of.id)]).collect::<Vec<_>>()
    };
    let about: BTreeSet<String> = told.iter().flat_map(asked).collect();
    let claims = tx.role_claims_among(&about.into_iter().collect::<Vec<_>>()).await?;
    let held: BTreeSet<&str> =
        claims.iter().filter(|c| c.party == *holder).map(|c| c.subject.as_str()).collect();
    let own = told.iter().filter(|t| asked(t).iter().any(|s| held.contains(s.as_str())));
    Ok(own.map(|t| t.id.clone()).collect())
}

/// What a licence, or the wish for one, is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Wanted<'a> {
    pub uses: &'a [Use],
    pub licensee: &'a str,
    pub on: Date,
    pub territories: &'a [Territory],
    pub model: Option<&'a str>,
    pub version: Option<&'a str>,
    pub project: Option<&'a str>,
}

impl Wanted<'_> {
    fn questions<'q>(&'q self, asked: Asked<'q>) -> impl Iterator<Item = Question<'q>> + 'q {
        self.uses.iter().flat_map(move |usage| {
            let one = move |territory: &Territory| Question {
                model: self.model,
                version: self.version,
                project: self.project,
                ..Question::new(asked, *usage, self.licensee, self.on, territory.clone())
            };
            self.territories.iter().map(one)
        })
    }

    /// The first answer that is no yes; nothing where all of it is permitted.
    pub(crate) fn no(&self, index: &Index, asked: Asked<'_>, session: &mut Session) -> Option<Answer> {
        let mut answer = Answer::default();
        for question in self.questions(asked) {
            index.decide(&question, session, &mut answer);
            if !matches!(answer.outcome, Outcome::Permit | Outcome::PermitIf) {
                return Some(answer);
            }
        }
        None
    }

    /// The conditions under which it is permitted, sorted, each once.
    pub(crate) fn conditions(&self, index: &Index, asked: Asked<'_>, session: &mut Session) -> Vec<String> {
        let (mut answer, mut all) = (Answer::default(), BTreeSet::new());
        for question in self.questions(asked) {
            index.decide(&question, session, &mut answer);
            all.extend(index.report(&question, &answer).conditions);
        }
        all.into_iter().collect()
    }
}

/// Territories as they are written; the whole world where none is.
pub(crate) fn territories(list: &[String]) -> Result<Vec<Territory>, Failure> {
    if list.is_empty() {
        return Ok(vec![Territory::worldwide()]);
    }
    let read = |t: &String| {
        t.parse().map_err(|_| {
            refuse("territory", format!("`{t}` is no territory"), "write a country such as `FR`")
        })
    };
    list.iter().map(read).collect()
}

/// The registry's lines that concern recordings and people, roles brought up to date before.
pub(crate) async fn lines(
    house: &House,
    tx: &mut Tx,
    recordings: &BTreeSet<String>,
    people: &BTreeSet<String>,
) -> Result<Vec<Value>, Failure> {
    roles::sync(house, tx).await?;
    registry::told(tx, u64::MAX, Some((recordings, people))).await
}

/// A licence by id.
pub(crate) async fn known(tx: &mut Tx, id: &str) -> Result<LicenseRow, Failure> {
    tx.license(id).await?.ok_or_else(|| {
        refuse("license-unknown", format!("there is no licence `{id}`"), "`tantieme licence list` shows them")
    })
}

/// Artist and title of a recording, for people.
pub(crate) async fn title(tx: &mut Tx, id: &RecordingId) -> Result<String, Failure> {
    let row = tx.recording(id).await?;
    Ok(row.map(|r| format!("{} – {}", r.recording.artist, r.recording.title)).unwrap_or_default())
}

/// A licence with the names a person reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The licence.
    pub row: LicenseRow,
    /// The holder's name.
    pub holder: String,
    /// The licensee's name.
    pub licensee: String,
    /// The terms, as they were signed.
    pub terms: programmes::licensing::Terms,
    /// The offer and the agreement, as they were signed.
    pub papers: (String, String),
    /// The recordings it came through for: id and title.
    pub works: Vec<(String, String)>,
    /// When it was revoked.
    pub ended: Option<Date>,
    /// Its pots with what was promised, received and shared.
    pub money: Vec<Money>,
}

/// A pot of a licence, a report or a settlement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// The pot.
    pub pot: String,
    /// `signing`, `report` or `settlement`.
    pub kind: String,
    /// How the amount came about.
    pub why: String,
    /// The report, where it is of one.
    pub report: Option<String>,
    /// The reference that the licensee writes on the transfer.
    pub reference: String,
    /// What was promised.
    pub pledged: money::Amount,
    /// What the bank has shown.
    pub received: money::Amount,
    /// What of it was shared to parties, by approved runs.
    pub paid: money::Amount,
    /// What of it waits in suspense after sharing.
    pub waits: money::Amount,
    /// Of it, what one party got, where one is looked at.
    pub own: money::Amount,
}

/// The licences of a party, as holder or as licensee, in the order of the log; all without one.
///
/// # Errors
/// `party-unknown`.
pub async fn list(house: &House, who: Option<&str>) -> Result<Vec<Shown>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let party = match who {
        Some(who) => Some(party::find(&mut tx, who).await?.party.id),
        None => None,
    };
    let rows = tx.licenses(party.as_ref().map_or("", |p| p.as_str())).await?;
    let mut all = Vec::new();
    for row in rows {
        all.push(shown(&mut tx, row, party.as_ref()).await?);
    }
    Ok(all)
}

/// One licence.
///
/// # Errors
/// `license-unknown`.
pub async fn one(house: &House, id: &str) -> Result<Shown, Failure> {
    let mut tx = house.store.begin_read().await?;
    let row = known(&mut tx, id).await?;
    shown(&mut tx, row, None).await
}

pub(crate) async fn shown(tx: &mut Tx, row: LicenseRow, of: Option<&PartyId>) -> Result<Shown, Failure> {
    let offer = offer::known(tx, &row.offer).await?;
    let terms = offer::terms(&offer)?;
    let mut works = Vec::new();
    for id in tx.license_works(&row.id).await? {
        let title = title(tx, &id).await?;
        works.push((id.to_string(), title));
    }
    let mut money = Vec::new();
    for origin in tx.pot_origins(&row.id, "").await? {
        money.extend(pot::money(tx, &origin, of).await?);
    }
    Ok(Shown {
        holder: party::name(tx, &row.holder).await?,
        licensee: party::name(tx, &row.licensee).await?,
        terms,
        papers: (offer.paper, row.agreement.clone()),
        works,
        ended: tx.consent_line(&row.id).await?.and_then(|l| l.end).map(|e| e.1),
        money,
        row,
    })
}
