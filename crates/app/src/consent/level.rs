//! How well somebody is verified, with the evidence; and what somebody permitted who turned out to be another.

use std::collections::BTreeSet;

use consent::registry::Level;
use proof::commitment::{Commitment, MasterKey};
use serde_json::json;
use store::{ConsentRow, PartyRecord, Standing, Tx};

use super::change::{self, Change};
use super::{fresh_id, put_line, say};
use crate::failure::refuse;
use crate::{Failure, House, log, party};

/// How well a party is verified now: as somebody of the house last noted, or by where it stands.
pub(crate) async fn of(tx: &mut Tx, record: &PartyRecord) -> Result<Level, Failure> {
    let noted = tx.levels(i64::MAX).await?.into_iter().rev().find(|(p, _)| p == record.party.id.as_str());
    Ok(noted.and_then(|(_, l)| l.parse().ok()).unwrap_or_else(|| by_standing(record.standing)))
}

/// The level of whoever was not looked at closer: a claim that was accepted had an address that answered.
pub(crate) const fn by_standing(standing: Standing) -> Level {
    match standing {
        Standing::Here => Level::Contact,
        Standing::Unclaimed | Standing::Frozen => Level::Asserted,
    }
}

/// Notes how well a party is verified and by what evidence, which is kept encrypted; the log has a commitment to it.
///
/// # Errors
/// `party-unknown`, `level-unknown`, `evidence`.
pub async fn note(house: &House, name: &str, level: &str, evidence: &str, by: &str) -> Result<i64, Failure> {
    let mut tx = house.store.begin().await?;
    let party = party::find(&mut tx, name).await?.party;
    let level: Level = level.parse().map_err(|e: String| refuse("level-unknown", e, ""))?;
    if evidence.trim().is_empty() {
        return Err(refuse("evidence", "a level needs its evidence", "what was seen, when, by whom"));
    }
    let id = fresh_id(house, "lvl");
    let salt = MasterKey::from_bytes(house.commitment_key).salt("level", &id);
    let commitment = Commitment::to(&id, evidence.trim().as_bytes(), &salt);
    let leaf = json!({ "evidence": commitment.to_string(), "leaf": "level", "level": level.code(), "party": party.id.as_str() });
    let place = log::add(house, &mut tx, "level", &id, &leaf).await?;
    let (key, nonce) = (house.store.fields(), house.world.nonce());
    tx.insert_level(key, &party.id, place, level.code(), evidence.trim(), nonce, by, house.now()).await?;
    tx.note(house.now(), by, "consent level", party.id.as_str(), level.code()).await?;
    tx.commit().await?;
    Ok(place)
}

/// What somebody permitted who is, or may be, not who they said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impostor {
    /// Their name.
    pub name: String,
    /// What they said, in the order of the log.
    pub statements: Vec<ConsentRow>,
    /// Mandates they gave or had.
    pub mandates: Vec<ConsentRow>,
    /// Licences they signed.
    pub licenses: Vec<ConsentRow>,
    /// Recordings they claimed a role in, with their titles.
    pub recordings: Vec<(String, String)>,
    /// Training runs that used one of these recordings.
    pub trained: Vec<String>,
    /// What came in by licences they signed, by pot.
    pub fees: Vec<FeeTouched>,
    /// Payouts they got: id, amount, state.
    pub payouts: Vec<(String, String, String)>,
    /// The dispute that stops all of it, where one was opened.
    pub dispute: Option<String>,
}

/// Money that came in by a licence an impostor signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeTouched {
    /// The licence.
    pub license: String,
    /// Its pot: where the money was taken in.
    pub pot: String,
    /// How the amount came about.
    pub why: String,
    /// What was promised.
    pub pledged: money::Amount,
    /// What arrived.
    pub received: money::Amount,
    /// What of it the impostor was credited, and has to be taken back.
    pub credited: money::Amount,
    /// What of it is not shared yet, and can be kept from going out.
    pub unshared: money::Amount,
}

async fn fees(
    tx: &mut Tx,
    party: &music::PartyId,
    licenses: &[ConsentRow],
) -> Result<Vec<FeeTouched>, Failure> {
    let mut all = Vec::new();
    for license in licenses {
        for origin in tx.pot_origins(&license.id, "").await? {
            let (Some(pot), Some(contribution)) =
                (tx.pot(&origin.pot).await?, tx.contribution(&origin.contribution).await?)
            else {
                continue;
            };
            let mut credited = money::Amount::zero(pot.currency);
            for line in tx.lines_of_pot(&pot.id).await? {
                if line.party.as_ref() == Some(party) {
                    credited = credited.checked_add(line.amount)?;
                }
            }
            let account = ledger::Account::pot(pot.id.as_str());
            all.push(FeeTouched {
                license: license.id.clone(),
                pot: pot.id.to_string(),
                why: origin.why,
                pledged: contribution.pledged,
                received: contribution.received,
                credited,
                unshared: tx.balance(&account, pot.currency).await?.posted.negated()?,
            });
        }
    }
    Ok(all)
}

/// Lists what a party permitted, with the licences, models and money it touched. Where `reason` is given they are declared an
/// impostor: a dispute is opened, and nothing that rests on their word is permitted any more.
pub async fn impostor(
    house: &House,
    name: &str,
    reason: Option<&str>,
    by: &str,
) -> Result<Impostor, Failure> {
    let mut tx = house.store.begin().await?;
    let party = party::find(&mut tx, name).await?.party;
    let rows = tx.consent_of(&party.id).await?;
    let of = |kind: &str| rows.iter().filter(|r| r.kind == kind).cloned().collect::<Vec<_>>();
    let mut recordings: BTreeSet<String> = tx
        .role_claims_of(party.id.as_str(), "")
        .await?
        .into_iter()
        .filter_map(|r| r.subject.strip_prefix("recording:").map(str::to_owned))
        .collect();
    recordings.extend(rows.iter().filter_map(|r| r.subject.strip_prefix("recording:").map(str::to_owned)));
    let (mut titled, mut trained) = (Vec::new(), BTreeSet::new());
    for id in recordings {
        let row = match id.parse() {
            Ok(known) => tx.recording(&known).await?,
            Err(_) => None,
        };
        trained.extend(tx.trained_on(&id).await?);
        titled.push((
            id,
            row.map(|r| format!("{} – {}", r.recording.artist, r.recording.title)).unwrap_or_default(),
        ));
    }
    let signed = |r: &ConsentRow| {
        serde_json::from_str::<serde_json::Value>(&r.line).is_ok_and(|l| {
            l["signed_by"].as_array().is_some_and(|s| s.iter().any(|p| p == party.id.as_str()))
        })
    };
    let licenses: Vec<ConsentRow> = tx
        .consent_lines("license")
        .await?
        .into_iter()
        .filter(|r| r.speaker == party.id || signed(r))
        .collect();
    let fees = fees(&mut tx, &party.id, &licenses).await?;
    let payouts = tx.payouts_of_party(&party.id).await?;
    let payouts = payouts.into_iter().map(|p| (p.id.to_string(), p.net.to_string(), p.status)).collect();
    let mut dispute = None;
    if let Some(reason) = reason {
        let subject = format!("person:{}", party.id);
        let line = json!({ "type": "dispute", "id": fresh_id(house, "dsp"), "subject": subject });
        let row = put_line(house, &mut tx, "dispute", &party.id, &party.id, &subject, &line).await?;
        contested(house, &mut tx, "disputed", &row).await?;
        tx.note(house.now(), by, "consent impostor", party.id.as_str(), reason).await?;
        dispute = Some(row.id);
    }
    let found = Impostor {
        name: party.name,
        statements: of("statement"),
        mandates: of("mandate"),
        licenses,
        recordings: titled,
        trained: trained.into_iter().collect(),
        fees,
        payouts,
        dispute,
    };
    tx.commit().await?;
    Ok(found)
}

/// Contests a recording, a work, a project or a person: everything that rests on it is a no until it is closed.
///
/// # Errors
/// `party-unknown`, `consent-subject`.
pub async fn dispute(
    house: &House,
    subject: &str,
    who: &str,
    reason: &str,
    by: &str,
) -> Result<ConsentRow, Failure> {
    let mut tx = house.store.begin().await?;
    let party = party::find(&mut tx, who).await?.party;
    let subject = match subject.strip_prefix("person:") {
        Some(other) => format!("person:{}", party::find(&mut tx, other).await?.party.id),
        None => say::subject(&mut tx, subject).await?,
    };
    if subject == "catalogue" || subject == "person" {
        return Err(refuse(
            "consent-subject",
            format!("`{subject}` is not contested as such"),
            "`person:NAME`, `recording:…`, `work:…` or `project:…`",
        ));
    }
    let line = json!({ "type": "dispute", "id": fresh_id(house, "dsp"), "subject": subject });
    let row = put_line(house, &mut tx, "dispute", &party.id, &party.id, &subject, &line).await?;
    contested(house, &mut tx, "disputed", &row).await?;
    tx.note(house.now(), by, "consent dispute", &row.id, reason).await?;
    tx.commit().await?;
    Ok(row)
}

/// Tells the licensees of what is contested, or is no longer.
async fn contested(house: &House, tx: &mut Tx, what: &str, row: &ConsentRow) -> Result<(), Failure> {
    let subjects = std::slice::from_ref(&row.subject);
    let change = Change { what, line: &row.id, holder: None, subjects, uses: &[], licensees: &[] };
    change::tell(house, tx, &change).await
}

/// Closes a dispute, with its reason.
///
/// # Errors
/// `dispute-unknown`, `dispute-closed`.
pub async fn settle(house: &House, id: &str, reason: &str, by: &str) -> Result<ConsentRow, Failure> {
    let mut tx = house.store.begin().await?;
    let row = tx.consent_line(id).await?.filter(|r| r.kind == "dispute");
    let row = row.ok_or_else(|| {
        refuse("dispute-unknown", format!("there is no dispute `{id}`"), "`tantieme consent show` lists them")
    })?;
    if row.end.is_some() {
        return Err(refuse(
            "dispute-closed",
            format!("the dispute `{id}` is closed already"),
            "open a new one where there is new evidence",
        ));
    }
    super::end_line(house, &mut tx, &row).await?;
    contested(house, &mut tx, "settled", &row).await?;
    tx.note(house.now(), by, "consent settle", id, reason).await?;
    tx.commit().await?;
    Ok(row)
}

/// The history of how well a party is verified: place in the log, level, evidence, by whom.
pub async fn history(house: &House, name: &str) -> Result<Vec<(i64, String, String, String)>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let party = party::find(&mut tx, name).await?.party;
    Ok(tx.level_history(house.store.fields(), &party.id).await?)
}
