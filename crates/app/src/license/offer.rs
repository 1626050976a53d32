//! What holders offer: a signed paper with all terms, an entry of the log. An offer that would lift a refusal waits for the
//! holder's code or for time, as every lifting does.

use ::consent::statement;
use jiff::civil::Date;
use programmes::licensing::{Fee, Promise, Terms, fee, promise};
use serde_json::{Value, json};
use store::{OfferRow, PartyRecord, Tx, WaitRow};

use super::usage;
use crate::consent::{Say, fresh_id, fresh_salt, mandate, say, speaker_seed, wait};
use crate::failure::refuse;
use crate::{Failure, House, log, party};

/// An offer to make.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Make {
    /// Who offers.
    pub speaker: String,
    /// For whom, where the speaker is an agent.
    pub for_party: Option<String>,
    /// To whom; to everybody where absent.
    pub licensee: Option<String>,
    /// Uses, one by one.
    pub uses: Vec<String>,
    /// Of what; the whole catalogue where empty.
    pub subjects: Vec<String>,
    /// Where; everywhere where empty.
    pub territories: Vec<String>,
    /// First day.
    pub from: Option<Date>,
    /// The day after the last.
    pub until: Option<Date>,
    /// What is asked in return beside the fee, as the registry writes it.
    pub conditions: Option<Value>,
    /// The fee rule.
    pub fee: String,
    /// What is to be promised for when consent ends.
    pub promise: String,
    /// For how many days outputs may go on after a revocation.
    pub notice_days: u32,
    /// How many outputs a report may tell at most.
    pub output_cap: Option<u64>,
    /// Who enters it.
    pub by: String,
}

/// What became of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// It is in the log and stands.
    Open(OfferRow),
    /// It would lift a refusal, so it waits.
    Waits(WaitRow),
}

/// Makes an offer, signed with the speaker's key.
///
/// # Errors
/// In this order: `party-unknown`, `party-not-here`, `consent-use`, `license-in-person`, `consent-mandate`, `consent-subject`,
/// `license-fee`, `license-promise`, `consent-line`.
pub async fn make(house: &House, ask: &Make) -> Result<Made, Failure> {
    let mut tx = house.store.begin().await?;
    crate::consent::roles::sync(house, &mut tx).await?;
    let read = Read::new(house, &mut tx, ask).await?;
    let made = match read.lifts(house, &mut tx).await? {
        Some(refusal) => {
            let body = serde_json::to_value(ask).map_err(|e| log::broken(&e))?;
            let what = format!("offer {} for {}", read.terms.uses.join(" "), read.terms.fee);
            let holder = &read.holder.party.id;
            let waiting =
                wait::put_off(house, &mut tx, "lift", holder, json!({ "offer": body }), &what).await?;
            tx.note(house.now(), &ask.by, "licence waits", &waiting.id, &refusal).await?;
            Made::Waits(waiting)
        }
        None => Made::Open(read.put(house, &mut tx, &ask.by).await?),
    };
    tx.commit().await?;
    Ok(made)
}

/// Makes an offer that had to wait, now.
pub(crate) async fn make_now(house: &House, tx: &mut Tx, ask: &Make, by: &str) -> Result<OfferRow, Failure> {
    Read::new(house, tx, ask).await?.put(house, tx, by).await
}

/// An offer that is understood and not yet signed.
struct Read {
    speaker: PartyRecord,
    holder: PartyRecord,
    licensee: Option<PartyRecord>,
    terms: Terms,
}

impl Read {
    async fn new(house: &House, tx: &mut Tx, ask: &Make) -> Result<Read, Failure> {
        let speaker = say::here(tx, &ask.speaker).await?;
        let holder = match &ask.for_party {
            Some(other) => say::here(tx, other).await?,
            None => speaker.clone(),
        };
        let licensee = match ask.licensee.as_deref().filter(|l| !l.trim().is_empty()) {
            Some(name) => Some(party::find(tx, name).await?),
            None => None,
        };
        let named = say::named(&ask.uses)?;
        for code in &ask.uses {
            let one = usage(code)?;
            if speaker.party.id != holder.party.id && one.is_personal() {
                let message = format!("`{code}` is for `{}` to offer in person", holder.party.name);
                return Err(refuse(
                    "license-in-person",
                    message,
                    "no agent offers a voice, a style, a name or a tuned sound",
                ));
            }
        }
        if speaker.party.id != holder.party.id {
            mandate::speaks(house, tx, &speaker.party, &holder.party, &named).await?;
        }
        let mut subjects = Vec::new();
        for subject in &ask.subjects {
            subjects.push(say::subject(tx, subject).await?);
        }
        if subjects.is_empty() {
            subjects.push("catalogue".to_owned());
        }
        let fee: Fee =
            ask.fee.parse().map_err(|e: fee::BadFee| refuse("license-fee", e.to_string(), fee::HINT))?;
        let promise: Promise = ask
            .promise
            .parse()
            .map_err(|e: promise::BadPromise| refuse("license-promise", e.to_string(), promise::HINT))?;
        let terms = Terms {
            uses: ask.uses.clone(),
            subjects,
            territories: ask.territories.clone(),
            from: ask.from,
            until: ask.until,
            conditions: ask.conditions.clone().filter(|c| !c.is_null()),
            fee,
            promise,
            notice_days: ask.notice_days,
            output_cap: ask.output_cap,
        };
        let read = Read { speaker, holder, licensee, terms };
        // What a licence by these terms could not be, is not offered.
        say::understood(&line(
            &read.terms,
            "lic-sample",
            "anybody",
            read.holder.party.id.as_str(),
            "asserted",
            None,
        ))?;
        Ok(read)
    }

    /// The refusal of the holder's own that this would go round, if there is one: a licence overrides a refusal.
    async fn lifts(&self, house: &House, tx: &mut Tx) -> Result<Option<String>, Failure> {
        for subject in &self.terms.subjects {
            let thing = Say {
                speaker: self.holder.party.id.to_string(),
                subject: subject.clone(),
                word: "ask".to_owned(),
                uses: self.terms.uses.clone(),
                ..Say::default()
            };
            if let Some(refusal) = say::lifted_by(house, tx, &thing).await? {
                return Ok(Some(refusal));
            }
        }
        Ok(None)
    }

    async fn put(self, house: &House, tx: &mut Tx, by: &str) -> Result<OfferRow, Failure> {
        let id = fresh_id(house, "off");
        let (speaker, holder) = (&self.speaker.party.id, &self.holder.party.id);
        let licensee = self.licensee.as_ref().map(|l| l.party.id.clone());
        let to = licensee.as_ref().map(|l| l.as_str());
        let paper = self.terms.offer(&id, speaker.as_str(), holder.as_str(), to, &fresh_salt(house));
        let (paper, hash) = signed(house, paper, speaker.as_str())?;
        let leaf = json!({ "hash": hash, "leaf": "offer", "speaker": speaker.as_str() });
        let place = log::add(house, tx, "offer", &id, &leaf).await?;
        let row = OfferRow {
            id,
            holder: holder.clone(),
            speaker: speaker.clone(),
            licensee,
            paper: paper.to_string(),
            hash,
            place,
            status: "open".to_owned(),
            opened: house.now(),
        };
        tx.insert_offer(&row).await?;
        tx.note(house.now(), by, "licence offer", &row.id, &self.terms.fee.to_string()).await?;
        Ok(row)
    }
}

/// A paper signed by the key the house keeps for a party, with its hash.
pub(super) fn signed(house: &House, paper: Value, speaker: &str) -> Result<(Value, String), Failure> {
    let bad = |e: statement::BadStatement| refuse("consent-line", e.to_string(), "");
    let paper = statement::sign(paper, &speaker_seed(house, speaker)).map_err(bad)?;
    let hash = statement::hash(&paper).map_err(bad)?.to_string();
    Ok((paper, hash))
}

/// The licence that these terms make, as a line of the registry. A model and a version that are named when it is signed
/// bind it: a retrain is another licence.
pub(super) fn line(
    terms: &Terms,
    id: &str,
    licensee: &str,
    holder: &str,
    level: &str,
    model: Option<(&str, &str)>,
) -> Value {
    let mut conditions = terms.conditions.clone().unwrap_or_else(|| json!({}));
    if let Some(object) = conditions.as_object_mut() {
        object.insert("fee".to_owned(), terms.fee.to_string().into());
        for (name, value) in model.into_iter().flat_map(|(m, v)| [("model", m), ("version", v)]) {
            if !value.is_empty() {
                object.insert(name.to_owned(), value.into());
            }
        }
    }
    let mut line = json!({
        "type": "license", "id": id, "licensee": licensee, "uses": terms.uses, "subjects": terms.subjects, "signed_by": [holder],
        "conditions": conditions, "notice_days": terms.notice_days, "promises": terms.promise.to_string(), "level": level,
    });
    if let Some(object) = line.as_object_mut() {
        if !terms.territories.is_empty() {
            object.insert("territories".to_owned(), json!(terms.territories));
        }
        for (name, day) in [("from", terms.from), ("until", terms.until)] {
            if let Some(day) = day {
                object.insert(name.to_owned(), day.to_string().into());
            }
        }
    }
    line
}

/// An offer with what a person reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Offered {
    /// The offer.
    pub row: OfferRow,
    /// The holder's name.
    pub holder: String,
    /// The licensee's name, where it is made to one.
    pub licensee: Option<String>,
    /// Its terms.
    pub terms: Terms,
}

/// The offers of a holder, or all, in the order of the log.
///
/// # Errors
/// `party-unknown`.
pub async fn list(house: &House, who: Option<&str>) -> Result<Vec<Offered>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let holder = match who {
        Some(who) => party::find(&mut tx, who).await?.party.id.to_string(),
        None => String::new(),
    };
    let mut all = Vec::new();
    for row in tx.offers(&holder, "").await? {
        all.push(offered(&mut tx, row).await?);
    }
    Ok(all)
}

pub(super) async fn offered(tx: &mut Tx, row: OfferRow) -> Result<Offered, Failure> {
    let licensee = match &row.licensee {
        Some(id) => Some(party::name(tx, id).await?),
        None => None,
    };
    Ok(Offered { holder: party::name(tx, &row.holder).await?, licensee, terms: terms(&row)?, row })
}

/// Takes an offer back: nothing new is signed by it; what was signed stands.
///
/// # Errors
/// `offer-unknown`, `offer-withdrawn`.
pub async fn withdraw(house: &House, id: &str, by: &str) -> Result<OfferRow, Failure> {
    let mut tx = house.store.begin().await?;
    let row = known(&mut tx, id).await?;
    if !tx.withdraw_offer(id).await? {
        let message = format!("the offer `{id}` was taken back already");
        return Err(refuse("offer-withdrawn", message, "nothing is left to do"));
    }
    let leaf = json!({ "ends": id, "hash": row.hash, "leaf": "end" });
    log::add(house, &mut tx, "end", id, &leaf).await?;
    tx.note(house.now(), by, "licence withdraw", id, row.holder.as_str()).await?;
    let row = known(&mut tx, id).await?;
    tx.commit().await?;
    Ok(row)
}

pub(super) async fn known(tx: &mut Tx, id: &str) -> Result<OfferRow, Failure> {
    tx.offer(id).await?.ok_or_else(|| {
        refuse("offer-unknown", format!("there is no offer `{id}`"), "`tantieme licence offers` lists them")
    })
}

/// The terms that an offer was signed with.
pub(super) fn terms(row: &OfferRow) -> Result<Terms, Failure> {
    let paper: Value = serde_json::from_str(&row.paper).map_err(|e| log::broken(&e))?;
    Terms::read(&paper).map_err(|e| log::broken(&e))
}

/// Whether an offer can be answered by a licensee on a day.
pub(super) fn fits(row: &OfferRow, terms: &Terms, licensee: &music::PartyId, day: Date) -> bool {
    row.status == "open"
        && row.licensee.as_ref().is_none_or(|l| l == licensee)
        && terms.until.is_none_or(|until| day < until)
}
