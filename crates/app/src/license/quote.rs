//! What a licensee could get: the house puts the standing offers of many holders together, asks the decision with them as
//! if they were signed, and tells what each would cost and what would still be missing.

use std::collections::BTreeSet;

use ::consent::{Asked, Session, Use};
use music::PartyId;
use programmes::licensing::Due;
use serde_json::Value;
use store::Tx;

use super::offer::{self, Offered};
use super::{Wanted, lines, reached, territories, usage};
use crate::consent::{registry, say, today};
use crate::failure::refuse;
use crate::{Failure, House, party};

/// The most recordings that one wish may name.
pub const RECORDINGS_MOST: usize = 100_000;

/// What a licensee wishes.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Who.
    pub licensee: String,
    /// Uses, one by one.
    pub uses: Vec<String>,
    /// The model; empty for a tool.
    pub model: String,
    /// Its version.
    pub version: String,
    /// Recordings by id or ISRC; everything that offers reach where empty.
    pub recordings: Vec<String>,
    /// These offers; all that fit where empty.
    pub offers: Vec<String>,
}

/// One offer in a quote.
#[derive(Debug, Clone, PartialEq)]
pub struct Quoted {
    /// The offer.
    pub offer: Offered,
    /// The recordings it would come through for, by id.
    pub works: Vec<String>,
    /// What would be due now; `None` where reports tell it.
    pub due: Option<Due>,
}

/// How a recording stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stands {
    /// The recording's id, or the name that is not known.
    pub recording: String,
    /// Artist and title.
    pub title: String,
    /// `permitted` already, `licensed` with these offers, `missing` or `unknown`.
    pub state: &'static str,
    /// Why it is missing: the answer's code and reasons.
    pub reasons: String,
}

/// What a licensee could get.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    /// Each offer.
    pub offers: Vec<Quoted>,
    /// Each recording.
    pub works: Vec<Stands>,
}

/// Puts a quote together. Nothing is written but what the shares say of roles.
///
/// # Errors
/// `party-unknown`, `consent-use`, `offer-unknown`, `offer-unfit`, `license-model`, `quote-long`.
pub async fn quote(house: &House, wish: &Wish) -> Result<Quote, Failure> {
    let mut tx = house.store.begin().await?;
    let asked = Read::new(house, &mut tx, wish).await?;
    let found = asked.decide(house, &mut tx, &asked.sample_lines()).await?;
    let mut works = found.works;
    for name in &asked.unknown {
        works.push(Stands {
            recording: name.clone(),
            title: String::new(),
            state: "unknown",
            reasons: String::new(),
        });
    }
    let mut offers = Vec::new();
    for (one, own) in asked.offers.into_iter().zip(found.by_offer) {
        let due = due(&one, own.len())?;
        offers.push(Quoted { offer: one, works: own, due });
    }
    tx.commit().await?;
    Ok(Quote { offers, works })
}

pub(super) fn due(offer: &Offered, works: usize) -> Result<Option<Due>, Failure> {
    let works = u64::try_from(works).unwrap_or(u64::MAX);
    offer.terms.fee.at_signing(works).map_err(|e| refuse("license-fee", e.to_string(), "license fewer works"))
}

/// A wish that is understood.
pub(super) struct Read {
    pub licensee: music::Party,
    pub uses: Vec<Use>,
    pub model: String,
    pub version: String,
    pub offers: Vec<Offered>,
    /// Per offer the recordings it reaches and the wish names.
    pub reach: Vec<BTreeSet<String>>,
    pub recordings: BTreeSet<String>,
    pub unknown: Vec<String>,
}

/// What the decision says with licences as if they were signed, or as they are.
pub(super) struct Found {
    pub works: Vec<Stands>,
    /// Per offer the recordings it came through for.
    pub by_offer: Vec<Vec<String>>,
    /// Per offer: whether it came through for the holder as a person.
    pub persons: Vec<bool>,
}

impl Read {
    pub(super) async fn new(house: &House, tx: &mut Tx, wish: &Wish) -> Result<Read, Failure> {
        let licensee = party::find(tx, &wish.licensee).await?.party;
        let uses = wish.uses.iter().map(|u| usage(u)).collect::<Result<Vec<_>, _>>()?;
        if uses.is_empty() {
            return Err(refuse("consent-use", "no use is named", "`tantieme consent uses` lists them"));
        }
        let named = |t: &str| t.len() <= 200 && !t.chars().any(char::is_control);
        let trains = uses.iter().any(|u| u.code().starts_with("train."));
        let bare = wish.model.trim().is_empty() || wish.version.trim().is_empty();
        if !named(&wish.model) || !named(&wish.version) || (trains && bare) {
            return Err(refuse(
                "license-model",
                "a licence to train names the model and its version",
                "a retrain is another version, and another licence",
            ));
        }
        if wish.recordings.len() > RECORDINGS_MOST {
            let message = format!(
                "{} recordings are named; at most {RECORDINGS_MOST} are taken at once",
                wish.recordings.len()
            );
            return Err(refuse("quote-long", message, "ask in parts"));
        }
        let (mut recordings, mut unknown) = (BTreeSet::new(), Vec::new());
        for name in wish.recordings.iter().map(|n| n.trim()).filter(|n| !n.is_empty()) {
            match say::recording(tx, name).await {
                Ok(id) => drop(recordings.insert(id.to_string())),
                Err(Failure::Refused(_)) => {
                    unknown.push(name.chars().filter(|c| !c.is_control()).take(80).collect())
                }
                Err(fault) => return Err(fault),
            }
        }
        crate::consent::roles::sync(house, tx).await?;
        let everything = recordings.is_empty() && unknown.is_empty();
        let (mut offers, mut reach) = (Vec::new(), Vec::new());
        for one in chosen(house, tx, wish, &licensee.id, &uses).await? {
            let mut own = reached(tx, &one.row.holder, &one.terms.subjects).await?;
            if !everything {
                own.retain(|id| recordings.contains(id));
            }
            reach.push(own);
            offers.push(one);
        }
        if everything {
            recordings.extend(reach.iter().flatten().cloned());
        }
        let (model, version) = (wish.model.trim().to_owned(), wish.version.trim().to_owned());
        Ok(Read { licensee, uses, model, version, offers, reach, recordings, unknown })
    }

    fn sample_lines(&self) -> Vec<Value> {
        let sample = |(place, one): (usize, &Offered)| {
            let holder = one.row.holder.as_str();
            let model = Some((self.model.as_str(), self.version.as_str()));
            offer::line(
                &one.terms,
                &format!("quote-{place}"),
                self.licensee.id.as_str(),
                holder,
                "documented",
                model,
            )
        };
        self.offers.iter().enumerate().map(sample).collect()
    }

    /// Asks for every recording before and after, with `more` lines that are not in the registry.
    pub(super) async fn decide(&self, house: &House, tx: &mut Tx, more: &[Value]) -> Result<Found, Failure> {
        let mut people: BTreeSet<String> = self.offers.iter().map(|o| o.row.holder.to_string()).collect();
        people.insert(self.licensee.id.to_string());
        let told = lines(house, tx, &self.recordings, &people).await?;
        let (before, after) =
            (registry::compile(&told)?, registry::compile(&[told.as_slice(), more].concat())?);
        let world = territories(&[])?;
        let mut where_of = Vec::new();
        for one in &self.offers {
            where_of.push(territories(&one.terms.territories)?);
        }
        let wanted = |territories| Wanted {
            uses: &self.uses,
            licensee: self.licensee.id.as_str(),
            on: today(house),
            territories,
            model: Some(self.model.as_str()).filter(|m| !m.is_empty()),
            version: Some(self.version.as_str()).filter(|v| !v.is_empty()),
            project: None,
        };
        let mut session = Session::default();
        let mut by_offer: Vec<Vec<String>> = vec![Vec::new(); self.offers.len()];
        let mut works = Vec::new();
        for id in &self.recordings {
            let asked = Asked::Recording(id);
            let permitted = wanted(&world).no(&before, asked, &mut session).is_none();
            let mut licensed = false;
            for ((own, reach), places) in by_offer.iter_mut().zip(&self.reach).zip(&where_of) {
                if !permitted
                    && reach.contains(id)
                    && wanted(places).no(&after, asked, &mut session).is_none()
                {
                    own.push(id.clone());
                    licensed = true;
                }
            }
            let title = match id.parse() {
                Ok(known) => super::title(tx, &known).await?,
                Err(_) => String::new(),
            };
            let (state, reasons) = match (permitted, licensed) {
                (true, _) => ("permitted", String::new()),
                (_, true) => ("licensed", String::new()),
                _ => {
                    let no = wanted(&world).no(&after, asked, &mut session);
                    let told =
                        no.map(|a| format!("{} {}", a.outcome.code(), a.reasons.codes())).unwrap_or_default();
                    ("missing", told.trim().to_owned())
                }
            };
            works.push(Stands { recording: id.clone(), title, state, reasons });
        }
        let mut persons = Vec::new();
        for (one, places) in self.offers.iter().zip(&where_of) {
            let asked = Asked::Person(one.row.holder.as_str());
            persons.push(wanted(places).no(&after, asked, &mut session).is_none());
        }
        Ok(Found { works, by_offer, persons })
    }
}

/// The offers a wish is about: those it names, or every one that fits.
async fn chosen(
    house: &House,
    tx: &mut Tx,
    wish: &Wish,
    licensee: &PartyId,
    uses: &[Use],
) -> Result<Vec<Offered>, Failure> {
    let day = today(house);
    let covers = |o: &Offered| uses.iter().all(|u| o.terms.uses.iter().any(|c| c == u.code()));
    let mut all = Vec::new();
    if wish.offers.is_empty() {
        for row in tx.offers("", "open").await? {
            let one = offer::offered(tx, row).await?;
            if covers(&one) && offer::fits(&one.row, &one.terms, licensee, day) {
                all.push(one);
            }
        }
        return Ok(all);
    }
    for id in wish.offers.iter().collect::<BTreeSet<_>>() {
        let row = offer::known(tx, id).await?;
        let one = offer::offered(tx, row).await?;
        if !covers(&one) || !offer::fits(&one.row, &one.terms, licensee, day) {
            let message = format!(
                "the offer `{id}` does not fit: it is {}, for {}",
                one.row.status,
                one.terms.uses.join(" ")
            );
            return Err(refuse(
                "offer-unfit",
                message,
                "`tantieme licence offers` tells to whom, for what and until when",
            ));
        }
        all.push(one);
    }
    Ok(all)
}
