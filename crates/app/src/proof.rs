//! Proofs of participation: issued to the performer, checked offline, asked for by venues and agents.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use money::Ratio;
use music::event::Event;
use music::pot::PayerRole;
use music::{EventId, ProofId, SetListId, name_key};
use proof::participation::{FeeBy, LABEL_MOST, Money, Participation, Shared, Threshold};
use proof::{SigningKey, VerifierKey};
use store::{ContributionRow, DemandRow, ProofRow, SetListRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House, party};

/// A proof to issue.
#[derive(Debug, Clone)]
pub struct Issue {
    /// The set list.
    pub set_list: SetListId,
    /// Shows a lower threshold than the one reached, in percent; the highest reached where `None`.
    pub at_least: Option<u8>,
    /// Whether the proof names the event.
    pub show_event: bool,
    /// Who asks; only the performer may.
    pub by: String,
}

/// A proof as handed to the performer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Its id.
    pub id: ProofId,
    /// The signed note.
    pub note: String,
    /// What it says.
    pub proof: Participation,
}

/// Issues a proof that a set was reported and a part of the fee shared. The same proof asked for again
/// is the one that was issued before.
///
/// # Errors
/// In this order: `set-list-unknown`, `proof-not-yours`, `set-list-not-open`, `proof-nothing-given`,
/// `proof-threshold`, `proof-label`.
pub async fn issue(house: &House, ask: Issue) -> Result<Issued, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let list = tx.set_list(&ask.set_list).await?;
    let list = list
        .ok_or_else(|| refuse("set-list-unknown", format!("there is no set list `{}`", ask.set_list), ""))?;
    let performer = party::find(&mut tx, &ask.by).await?.party;
    if performer.id != list.performer {
        let message = format!("the set list `{}` is not that of `{}`", list.id, performer.name);
        return Err(refuse("proof-not-yours", message, "only the performer decides who sees a proof"));
    }
    if list.status != "open" {
        let hint = list.same_as.as_ref().map_or_else(String::new, |s| {
            format!("it is the same performance as `{s}`: ask for the proof of that one")
        });
        return Err(refuse(
            "set-list-not-open",
            format!("the set list `{}` is {}", list.id, list.status),
            hint,
        ));
    }
    let event = tx.event(&list.event).await?;
    let event =
        event.ok_or_else(|| Failure::Fault(store::Fault::new("the event of a set list is missing")))?;
    let given = given(&mut tx, &list).await?;
    let shared = shown(&given, ask.at_least)?;
    let lines: Vec<_> = tx.lines_of(&list.id).await?.into_iter().filter(|l| l.played).collect();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let arrived = given.iter().all(|c| c.received.micros() >= c.pledged.micros());
    let proof = Participation {
        id: house.proof_id().to_string(),
        performer: performer.name.clone(),
        event: ask.show_event.then(|| label(&event)),
        matched: count(lines.iter().filter(|l| l.verdict == "matched").count()),
        lines: count(lines.len()),
        shared,
        money: if arrived { Money::Arrived } else { Money::Pledged },
        issued: now.to_zoned(TimeZone::UTC).date(),
        run: run_hash(&mut tx, &given).await?,
    };
    if let Some(known) = issued_before(house, &mut tx, &proof, &list).await? {
        return Ok(known);
    }
    let note =
        proof.sign(&signing_key(house)?).map_err(|e| refuse("proof-label", e.to_string(), ""))?.to_string();
    let id: ProofId = proof.id.parse().map_err(|_| Failure::Fault(store::Fault::new("a proof has no id")))?;
    tx.insert_proof(&ProofRow { id: id.clone(), set_list: list.id.clone(), note: note.clone(), issued: now })
        .await?;
    crate::log::sweep::proofs(house, &mut tx).await?;
    tx.note(now, performer.id.as_str(), "proof issue", list.id.as_str(), id.as_str()).await?;
    tx.commit().await?;
    Ok(Issued { id, note, proof })
}

/// What the performer gave to the event of a list, or had deducted at source.
async fn given(tx: &mut Tx, list: &SetListRow) -> Result<Vec<ContributionRow>, Failure> {
    let mut given = Vec::new();
    for pot in tx.pots("").await?.into_iter().filter(|p| p.event.as_ref() == Some(&list.event)) {
        let theirs = |c: &ContributionRow| c.payer == list.performer || c.role == PayerRole::AtSource;
        given.extend(tx.contributions_to(&pot.id).await?.into_iter().filter(theirs));
    }
    if given.is_empty() {
        let message = format!("nothing was set aside by the performer for the set list `{}`", list.id);
        return Err(refuse(
            "proof-nothing-given",
            message,
            "promise a share or an amount first: `tantieme pot contribute`",
        ));
    }
    Ok(given)
}

/// The threshold a proof shows: the highest one reached by a single contribution, or a lower one that was asked for.
fn shown(given: &[ContributionRow], asked: Option<u8>) -> Result<Option<Shared>, Failure> {
    let reached =
        |share: Ratio| Threshold::reached(i64::from(share.numerator()), i64::from(share.denominator()));
    let best = given
        .iter()
        .filter_map(|c| Some((reached(c.share?)?, c)))
        .max_by_key(|(t, c)| (*t, c.attested == "dj+venue"));
    let shared = best.map(|(at_least, c)| Shared {
        at_least,
        fee_by: if c.attested == "dj+venue" { FeeBy::DjAndVenue } else { FeeBy::Dj },
    });
    let Some(percent) = asked else { return Ok(shared) };
    let lower = Threshold::from_percent(percent).zip(shared).filter(|(t, s)| *t <= s.at_least);
    match lower {
        Some((at_least, shared)) => Ok(Some(Shared { at_least, ..shared })),
        None => {
            let all: Vec<String> = Threshold::ALL
                .iter()
                .filter(|t| shared.is_some_and(|s| **t <= s.at_least))
                .map(ToString::to_string)
                .collect();
            let hint = if all.is_empty() {
                "an amount was given and no fee told, so no share can be shown".to_owned()
            } else {
                format!("what can be shown: {}", all.join(", "))
            };
            Err(refuse("proof-threshold", format!("at least `{percent} %` cannot be shown"), hint))
        }
    }
}

/// The hash of the public manifest of the newest approved run over the pots.
async fn run_hash(tx: &mut Tx, given: &[ContributionRow]) -> Result<Option<proof::Hash>, Failure> {
    let mut newest = None;
    for contribution in given {
        for run in tx
            .runs_of_pot(&contribution.pot)
            .await?
            .into_iter()
            .filter(|r| r.status == "approved" && r.kind == "allocation")
        {
            newest = newest.max(Some((run.approved, proof::Hash::of(&run.manifest))));
        }
    }
    Ok(newest.map(|(_, hash)| hash))
}

async fn issued_before(
    house: &House,
    tx: &mut Tx,
    proof: &Participation,
    list: &SetListRow,
) -> Result<Option<Issued>, Failure> {
    let known = [signing_key(house)?.verifier().clone()];
    for row in tx.proofs_of(&list.id).await? {
        let Ok(old) = Participation::verify(&row.note, &known) else { continue };
        if (Participation { id: old.id.clone(), issued: old.issued, ..proof.clone() }) == old {
            return Ok(Some(Issued { id: row.id, note: row.note, proof: old }));
        }
    }
    Ok(None)
}

fn label(event: &Event) -> String {
    let day = event.date.map(|d| d.to_string()).unwrap_or_default();
    let parts = [event.name.as_str(), event.venue.as_str(), event.city.as_str(), day.as_str()];
    let label = parts.into_iter().filter(|p| !p.trim().is_empty()).collect::<Vec<_>>().join(", ");
    let label: String =
        label.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LABEL_MOST).collect();
    if label.is_empty() { event.id.to_string() } else { label }
}

fn signing_key(house: &House) -> Result<SigningKey, Failure> {
    SigningKey::from_seed(&house.origin, &house.log_seed)
        .map_err(|e| refuse("origin", e.to_string(), "the house's origin names its key"))
}

/// The public key with which anybody checks proofs, as one line of text.
pub fn verifier(house: &House) -> Result<String, Failure> {
    Ok(signing_key(house)?.verifier().to_string())
}

/// Checks a proof with nothing but the house's public key; needs no house and no network.
pub fn verify(note: &str, key: &str) -> Result<Participation, Failure> {
    let key: VerifierKey =
        key.parse().map_err(|e: proof::note::BadKey| refuse("verifier-key", e.to_string(), ""))?;
    Participation::verify(note, &[key]).map_err(|e| {
        refuse("proof-not-believed", e.to_string(), "ask the performer for the file as it was issued")
    })
}

/// A venue's or agent's demand.
#[derive(Debug, Clone)]
pub struct Require {
    /// Who will see what is missing.
    pub party: String,
    /// The venue whose events it is about.
    pub venue: String,
    /// At least what part of the fee, in percent from the closed list; any proof where `None`.
    pub at_least: Option<u8>,
    /// For events from this day on.
    pub since: Date,
    /// Who of the house notes it, having made sure that the party may speak for the venue.
    pub by: String,
}

/// Notes that a venue or agent asks for proofs.
pub async fn require(house: &House, ask: Require) -> Result<(), Failure> {
    if name_key(&ask.venue).is_empty() {
        return Err(refuse("venue", "a demand needs the name of a venue", ""));
    }
    if let Some(percent) = ask.at_least.filter(|p| Threshold::from_percent(*p).is_none()) {
        let all: Vec<String> = Threshold::ALL.iter().map(ToString::to_string).collect();
        return Err(refuse(
            "proof-threshold",
            format!("`{percent} %` is no threshold of a proof"),
            format!("one of {}", all.join(", ")),
        ));
    }
    let mut tx = house.store.begin().await?;
    let party = party::find(&mut tx, &ask.party).await?.party;
    let demand = DemandRow {
        party: party.id.clone(),
        venue: ask.venue.clone(),
        percent: ask.at_least.map(u32::from),
        since: ask.since,
    };
    tx.put_demand(&demand, &ask.by).await?;
    tx.note(house.now(), &ask.by, "proof require", party.id.as_str(), &ask.venue).await?;
    tx.commit().await?;
    Ok(())
}

/// What an event lacks of what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// No set list was reported.
    SetList,
    /// No proof was issued.
    Proof,
    /// The best proof shows less than was asked for, or no share at all.
    Share,
    /// The money is promised and has not arrived.
    Money,
}

impl Lack {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Lack::SetList => "no set list was reported",
            Lack::Proof => "no proof was issued",
            Lack::Share => "no proof shows the share that was asked for",
            Lack::Money => "the money is promised and has not arrived",
        }
    }
}

/// An event without the proof that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The event.
    pub event: EventId,
    /// What it is called.
    pub label: String,
    /// Who performed.
    pub performer: String,
    /// The set list, where there is one.
    pub set_list: Option<SetListId>,
    /// What is missing.
    pub lack: Lack,
}

/// What is missing of what a party asked for: for its eyes only. It learns nothing but what the proofs
/// themselves say.
///
/// # Errors
/// `proof-not-required` where the party asks for nothing.
pub async fn missing(house: &House, party: &str) -> Result<Vec<Missing>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let party = party::find(&mut tx, party).await?.party;
    let demands = tx.demands_of(&party.id).await?;
    if demands.is_empty() {
        return Err(refuse(
            "proof-not-required",
            format!("`{}` asks for no proofs", party.name),
            "the house notes a demand: `tantieme proof require`",
        ));
    }
    let known = [signing_key(house)?.verifier().clone()];
    let mut all = Vec::new();
    for demand in demands {
        for event in tx
            .events_since(demand.since)
            .await?
            .into_iter()
            .filter(|e| name_key(&e.venue) == name_key(&demand.venue))
        {
            let performer = tx.party(&event.performer).await?.map(|p| p.party.name).unwrap_or_default();
            let lists: Vec<_> =
                tx.set_lists_of(&event.id).await?.into_iter().filter(|l| l.status == "open").collect();
            let mut lacking = |set_list: Option<SetListId>, lack| {
                all.push(Missing {
                    event: event.id.clone(),
                    label: label(&event),
                    performer: performer.clone(),
                    set_list,
                    lack,
                });
            };
            if lists.is_empty() {
                lacking(None, Lack::SetList);
            }
            for list in lists {
                let proofs: Vec<Participation> = tx
                    .proofs_of(&list.id)
                    .await?
                    .iter()
                    .filter_map(|row| Participation::verify(&row.note, &known).ok())
                    .collect();
                if let Some(lack) = lack(&proofs, demand.percent) {
                    lacking(Some(list.id), lack);
                }
            }
        }
    }
    Ok(all)
}

fn lack(proofs: &[Participation], percent: Option<u32>) -> Option<Lack> {
    if proofs.is_empty() {
        return Some(Lack::Proof);
    }
    let enough = |p: &&Participation| {
        percent.is_none_or(|want| p.shared.is_some_and(|s| u32::from(s.at_least.percent()) >= want))
    };
    let mut enough = proofs.iter().filter(enough).peekable();
    if enough.peek().is_none() {
        return Some(Lack::Share);
    }
    if enough.any(|p| p.money == Money::Arrived) { None } else { Some(Lack::Money) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_proof_counts() {
        let proof = |percent, money| Participation {
            id: "prf-1".into(),
            performer: "Lio Marek".into(),
            event: None,
            matched: 1,
            lines: 2,
            shared: Threshold::from_percent(percent).map(|at_least| Shared { at_least, fee_by: FeeBy::Dj }),
            money,
            issued: "2026-09-30".parse().unwrap(),
            run: None,
        };
        assert_eq!(lack(&[], None), Some(Lack::Proof));
        assert_eq!(lack(&[proof(5, Money::Arrived)], Some(10)), Some(Lack::Share));
        assert_eq!(lack(&[proof(0, Money::Arrived)], Some(1)), Some(Lack::Share));
        assert_eq!(lack(&[proof(10, Money::Pledged), proof(5, Money::Arrived)], Some(10)), Some(Lack::Money));
        assert_eq!(lack(&[proof(10, Money::Pledged), proof(10, Money::Arrived)], Some(10)), None);
        assert_eq!(lack(&[proof(0, Money::Arrived)], None), None);
    }
}
