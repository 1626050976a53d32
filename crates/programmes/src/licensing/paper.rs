//! The papers of a licence: what a holder offers and signs, and what the licensee signs in answer.
//!
//! Both are JSON objects with canonical bytes (RFC 8785), signed as statements are ([`consent::statement`]). The **offer**
//! carries all terms. The **agreement** names the offer's hash, what was licensed under it (number of works and their
//! Merkle root) and what is due, and is signed by the licensee. So neither side can change a word afterwards, and who
//! has both can check them with nothing else. The public log has the hashes of both.

use consent::statement;
use jiff::civil::Date;
use proof::Hash;
use proof::merkle::{leaf_hash, root};
use serde_json::{Map, Value, json};

use super::fee::{BadFee, Fee};
use super::promise::{BadPromise, Promise};

/// The terms of an offer, as they are signed.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// Uses, one by one.
    pub uses: Vec<String>,
    /// Of what: `recording:ID`, `work:ID`, `project:NAME`, or `catalogue` for all of the holder's.
    pub subjects: Vec<String>,
    /// Where; everywhere where empty.
    pub territories: Vec<String>,
    /// First day.
    pub from: Option<Date>,
    /// The day after the last.
    pub until: Option<Date>,
    /// What is asked in return beside the fee, as the registry writes it.
    pub conditions: Option<Value>,
    /// What it costs.
    pub fee: Fee,
    /// What is promised for trained models when consent ends.
    pub promise: Promise,
    /// For how many days outputs may go on after a revocation.
    pub notice_days: u32,
    /// How many outputs a report may tell at most.
    pub output_cap: Option<u64>,
}

/// Why papers are not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPaper {
    /// A signature does not hold, or the object has no canonical form.
    #[error("the {paper} is not as it was signed: {why}")]
    Signature {
        /// `offer` or `agreement`.
        paper: &'static str,
        /// Why.
        why: String,
    },
    /// The object is another kind of paper.
    #[error("this is no {0}")]
    Kind(&'static str),
    /// A field is missing or cannot be read.
    #[error("the field `{0}` is missing or cannot be read")]
    Field(&'static str),
    /// The fee cannot be read.
    #[error(transparent)]
    Fee(#[from] BadFee),
    /// The promise cannot be read.
    #[error(transparent)]
    Promise(#[from] BadPromise),
    /// The agreement is about another offer.
    #[error("the agreement answers another offer than this one")]
    OtherOffer,
    /// The offer was made to somebody else.
    #[error("the offer was made to another licensee")]
    OtherLicensee,
    /// The works are not those whose root was signed.
    #[error("the list of works is not the one that was signed")]
    OtherWorks,
}

impl Terms {
    /// The offer as an object that is not signed yet. Empty lists and absent days are left out.
    pub fn offer(&self, id: &str, speaker: &str, holder: &str, licensee: Option<&str>, salt: &str) -> Value {
        let mut offer = Map::new();
        let mut put = |name: &str, value: Value| drop(offer.insert(name.to_owned(), value));
        put("type", "offer".into());
        put("version", 1.into());
        put("id", id.into());
        put("speaker", speaker.into());
        if speaker != holder {
            put("for", holder.into());
        }
        if let Some(licensee) = licensee {
            put("licensee", licensee.into());
        }
        put("uses", json!(self.uses));
        put("subjects", json!(self.subjects));
        if !self.territories.is_empty() {
            put("territories", json!(self.territories));
        }
        if let Some(from) = self.from {
            put("from", from.to_string().into());
        }
        if let Some(until) = self.until {
            put("until", until.to_string().into());
        }
        if let Some(conditions) = &self.conditions {
            put("conditions", conditions.clone());
        }
        put("fee", self.fee.to_string().into());
        put("promise", self.promise.to_string().into());
        put("notice_days", self.notice_days.into());
        if let Some(cap) = self.output_cap {
            // As text: numbers beyond 2^53 have no canonical form.
            put("output_cap", cap.to_string().into());
        }
        put("salt", salt.into());
        Value::Object(offer)
    }

    /// The terms of an offer.
    ///
    /// # Errors
    /// [`BadPaper::Kind`], [`BadPaper::Field`], [`BadPaper::Fee`], [`BadPaper::Promise`].
    pub fn read(offer: &Value) -> Result<Terms, BadPaper> {
        if offer.get("type").and_then(Value::as_str) != Some("offer") {
            return Err(BadPaper::Kind("offer"));
        }
        let text = |name: &'static str| offer.get(name).and_then(Value::as_str).ok_or(BadPaper::Field(name));
        let day = |name: &'static str| match offer.get(name).and_then(Value::as_str) {
            Some(day) => day.parse().map(Some).map_err(|_| BadPaper::Field(name)),
            None => Ok(None),
        };
        let cap = match offer.get("output_cap").and_then(Value::as_str) {
            Some(cap) => Some(cap.parse().map_err(|_| BadPaper::Field("output_cap"))?),
            None => None,
        };
        let notice = offer.get("notice_days").and_then(Value::as_u64).unwrap_or(0);
        Ok(Terms {
            uses: words(offer, "uses")?,
            subjects: words(offer, "subjects")?,
            territories: words(offer, "territories").unwrap_or_default(),
            from: day("from")?,
            until: day("until")?,
            conditions: offer.get("conditions").cloned(),
            fee: text("fee")?.parse()?,
            promise: text("promise")?.parse()?,
            notice_days: u32::try_from(notice).map_err(|_| BadPaper::Field("notice_days"))?,
            output_cap: cap,
        })
    }
}

fn words(paper: &Value, name: &'static str) -> Result<Vec<String>, BadPaper> {
    let list = paper.get(name).and_then(Value::as_array).ok_or(BadPaper::Field(name))?;
    let all: Option<Vec<String>> = list.iter().map(|w| w.as_str().map(str::to_owned)).collect();
    all.ok_or(BadPaper::Field(name))
}

/// What the licensee signs in answer to an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The licence's id.
    pub license: String,
    /// Who signs.
    pub licensee: String,
    /// The recordings that are licensed, sorted, each once.
    pub works: Vec<String>,
    /// What is due now, in words; empty where reports tell it.
    pub due: String,
    /// The day.
    pub day: Date,
}

impl Answer {
    /// The agreement as an object that is not signed yet.
    ///
    /// # Errors
    /// [`BadPaper::Signature`] where the offer has no canonical form.
    pub fn agreement(&self, offer: &Value, salt: &str) -> Result<Value, BadPaper> {
        let hash = statement::hash(offer).map_err(|e| unsigned("offer", &e))?;
        Ok(json!({
            "type": "agreement", "version": 1, "license": self.license, "offer": hash.to_string(), "licensee": self.licensee,
            "works": self.works.len(), "works_root": works_root(&self.works).to_string(), "due": self.due,
            "day": self.day.to_string(), "salt": salt,
        }))
    }
}

/// The Merkle root over the ids of works, in the order given.
pub fn works_root(works: &[String]) -> Hash {
    root(&works.iter().map(|w| leaf_hash(w.as_bytes())).collect::<Vec<_>>())
}

fn unsigned(paper: &'static str, why: &statement::BadStatement) -> BadPaper {
    BadPaper::Signature { paper, why: why.to_string() }
}

/// Checks an offer and the agreement to it: both are as they were signed and belong together, and the works, where
/// they are handed in, are those that were signed. Whose the keys are is for the caller to know.
///
/// # Errors
/// [`BadPaper`], in the order: kind, signature of the offer, of the agreement, another offer, another licensee, other works.
pub fn check(offer: &Value, agreement: &Value, works: Option<&[String]>) -> Result<(), BadPaper> {
    let of = |paper: &Value, name: &str| paper.get(name).and_then(Value::as_str).map(str::to_owned);
    if of(offer, "type").as_deref() != Some("offer") {
        return Err(BadPaper::Kind("offer"));
    }
    if of(agreement, "type").as_deref() != Some("agreement") {
        return Err(BadPaper::Kind("agreement"));
    }
    statement::verify(offer).map_err(|e| unsigned("offer", &e))?;
    statement::verify(agreement).map_err(|e| unsigned("agreement", &e))?;
    let hash = statement::hash(offer).map_err(|e| unsigned("offer", &e))?;
    if of(agreement, "offer") != Some(hash.to_string()) {
        return Err(BadPaper::OtherOffer);
    }
    if of(offer, "licensee").is_some_and(|wanted| of(agreement, "licensee") != Some(wanted)) {
        return Err(BadPaper::OtherLicensee);
    }
    match works {
        Some(works) if of(agreement, "works_root") != Some(works_root(works).to_string()) => {
            Err(BadPaper::OtherWorks)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> Terms {
        Terms {
            uses: vec!["train.gen".into()],
            subjects: vec!["catalogue".into()],
            territories: vec!["FR".into()],
            from: None,
            until: Some("2027-11-21".parse().unwrap()),
            conditions: Some(json!({ "model": "m", "version": "2", "attribution": true })),
            fee: "EUR 2 per work".parse().unwrap(),
            promise: "retrain within 90 days".parse().unwrap(),
            notice_days: 30,
            output_cap: Some(1 << 60),
        }
    }

    fn signed() -> (Value, Value, Vec<String>) {
        let offer = terms().offer("off-1", "pty-a", "pty-h", Some("pty-l"), "00ff");
        let offer = statement::sign(offer, &[7; 32]).unwrap();
        let works = vec!["rec-1".to_owned(), "rec-2".to_owned()];
        let answer = Answer {
            license: "lic-1".into(),
            licensee: "pty-l".into(),
            works: works.clone(),
            due: "EUR 4.00".into(),
            day: "2026-11-21".parse().unwrap(),
        };
        let agreement = statement::sign(answer.agreement(&offer, "11").unwrap(), &[8; 32]).unwrap();
        (offer, agreement, works)
    }

    #[test]
    fn terms_survive_the_paper() {
        assert_eq!(Terms::read(&signed().0).unwrap(), terms());
        assert_eq!(Terms::read(&json!({})), Err(BadPaper::Kind("offer")));
        let mut bare = signed().0;
        bare["fee"] = json!("much");
        assert!(matches!(Terms::read(&bare), Err(BadPaper::Fee(_))));
    }

    #[test]
    fn a_changed_word_on_either_side_is_seen() {
        let (offer, agreement, works) = signed();
        assert_eq!(check(&offer, &agreement, Some(&works)), Ok(()));
        for field in ["fee", "promise", "licensee", "speaker", "for", "salt", "id"] {
            let mut forged = offer.clone();
            forged[field] = json!("x");
            assert!(
                matches!(check(&forged, &agreement, None), Err(BadPaper::Signature { paper: "offer", .. })),
                "{field}"
            );
            // Signed anew it is another offer.
            let forged = statement::sign(forged, &[7; 32]).unwrap();
            assert_eq!(check(&forged, &agreement, None), Err(BadPaper::OtherOffer), "{field}");
        }
        for field in ["due", "works_root", "licensee", "license", "day"] {
            let mut forged = agreement.clone();
            forged[field] = json!("x");
            assert!(
                matches!(check(&offer, &forged, None), Err(BadPaper::Signature { paper: "agreement", .. })),
                "{field}"
            );
        }
        let mut other = agreement.clone();
        other["licensee"] = json!("pty-x");
        let other = statement::sign(other, &[8; 32]).unwrap();
        assert_eq!(check(&offer, &other, None), Err(BadPaper::OtherLicensee));
        assert_eq!(check(&offer, &agreement, Some(&works[..1])), Err(BadPaper::OtherWorks));
        assert_eq!(check(&agreement, &offer, None), Err(BadPaper::Kind("offer")));
    }
}
