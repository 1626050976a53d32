//! The licensee signs in answer to offers: each becomes a licence that the decision knows, an agreement in the log, and,
//! where something is due now, a pot with a reference to pay to.

use jiff::civil::Date;
use money::Amount;
use music::RecordingId;
use music::pot::PayerRole;
use programmes::licensing::paper::Answer;
use serde_json::{Value, json};
use store::{LicenseRow, PotOrigin, PotWorkRow, Tx};

use super::key;
use super::offer::{self, Offered};
use super::quote::{Read, Wish, due};
use super::{Shown, shown};
use crate::consent::{fresh_id, fresh_salt, level, put_line, today};
use crate::failure::refuse;
use crate::pot::{Contribute, Gift, Open, Payment};
use crate::{Failure, House, log, party, pot, webhook};

/// The rule by which a fee at signing is shared.
pub const SIGNING_RULE: &str = "ai-training";

/// A licence that was signed.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The licence.
    pub license: Shown,
    /// How to pay what is due now.
    pub payment: Option<Payment>,
}

/// Agreements drafted more days ago than this are drafted anew.
const DRAFT_DAYS: i32 = 7;

/// Signs in answer to offers, with the key that the house keeps for the licensee: all of a wish in one transaction, or nothing. An
/// offer that comes through for no recording and for no person is left out; where all are, it is refused.
///
/// # Errors
/// Those of a quote; `party-not-here`, `agreement-own-key` where the licensee registered a key, `license-nothing`.
pub async fn accept(house: &House, wish: &Wish, by: &str) -> Result<Vec<Signed>, Failure> {
    accept_with(house, wish, None, by).await
}

/// The same with agreements that the licensee signed with its own key: those of [`draft`], as they were drafted.
///
/// # Errors
/// Those of [`accept`]; `own-key-none`, `own-key-signature`, `agreement-stale` where what was drafted is not what would be
/// signed now, `agreement-used`.
pub async fn accept_signed(
    house: &House,
    wish: &Wish,
    papers: &[Value],
    by: &str,
) -> Result<Vec<Signed>, Failure> {
    accept_with(house, wish, Some(papers), by).await
}

/// The agreements of a wish, for the licensee to sign with its own key. Nothing is recorded.
///
/// # Errors
/// Those of a quote; `party-not-here`, `license-nothing`.
pub async fn draft(house: &House, wish: &Wish) -> Result<Vec<Value>, Failure> {
    let mut tx = house.store.begin().await?;
    let read = Read::new(house, &mut tx, wish).await?;
    crate::consent::say::here(&mut tx, read.licensee.id.as_str()).await?;
    let mut papers = Vec::new();
    for (place, works) in coming(house, &mut tx, &read).await? {
        let Some(one) = read.offers.get(place) else { continue };
        let answer = answer(&fresh_id(house, "lic"), &read, one, &works, today(house))?;
        papers.push(answer.agreement(&offer_paper(one)?, &fresh_salt(house)).map_err(|e| log::broken(&e))?);
    }
    tx.commit().await?;
    if papers.is_empty() {
        return Err(nothing(&read.licensee.name));
    }
    Ok(papers)
}

async fn accept_with(
    house: &House,
    wish: &Wish,
    papers: Option<&[Value]>,
    by: &str,
) -> Result<Vec<Signed>, Failure> {
    let mut tx = house.store.begin().await?;
    let read = Read::new(house, &mut tx, wish).await?;
    crate::consent::say::here(&mut tx, read.licensee.id.as_str()).await?;
    if papers.is_none() && key::live(&mut tx, read.licensee.id.as_str()).await?.is_some() {
        let message = format!("`{}` signs with a key of its own", read.licensee.name);
        let hint = "`tantieme licence accept … --draft FILE`, `tantieme licence sign FILE --key SEED`, then `--signed FILE`";
        return Err(refuse("agreement-own-key", message, hint));
    }
    let mut signed = Vec::new();
    for (place, works) in coming(house, &mut tx, &read).await? {
        let Some(one) = read.offers.get(place) else { continue };
        let paper = match papers {
            None => None,
            Some(papers) => Some(own_paper(house, &mut tx, &read, one, &works, papers).await?),
        };
        let row = sign_one(house, &mut tx, &read, one, &works, paper).await?;
        let payment = bill(house, &mut tx, &read, one, &row, &works, by).await?;
        let data = json!({
            "entry": row.place, "holder": row.holder.as_str(), "licence": row.id, "licensee": row.licensee.as_str(), "model": row.model,
            "model_version": row.version, "offer": row.offer, "works": works.len(),
        });
        let concerned = [row.licensee.as_str(), row.holder.as_str()];
        webhook::tell(house, &mut tx, webhook::Kind::LicenceAgreed, &concerned, &data).await?;
        tx.note(house.now(), by, "licence accept", &row.id, row.licensee.as_str()).await?;
        signed.push((row, payment));
    }
    if signed.is_empty() {
        return Err(nothing(&read.licensee.name));
    }
    let mut done = Vec::new();
    for (row, payment) in signed {
        done.push(Signed { license: shown(&mut tx, row, None).await?, payment });
    }
    tx.commit().await?;
    Ok(done)
}

fn nothing(licensee: &str) -> Failure {
    refuse(
        "license-nothing",
        format!("no offer comes through for `{licensee}`"),
        "`tantieme licence ask` tells for every recording who is missing",
    )
}

/// The offers that come through, by their place in the wish, each with its works: first as if, so that only what comes
/// through is signed.
async fn coming(house: &House, tx: &mut Tx, read: &Read) -> Result<Vec<(usize, Vec<String>)>, Failure> {
    let as_if = lines(tx, read).await?;
    let as_if = read.decide(house, tx, &as_if).await?;
    let mut all = Vec::new();
    for place in 0..read.offers.len() {
        let works = as_if.by_offer.get(place).cloned().unwrap_or_default();
        if !works.is_empty() || as_if.persons.get(place).copied().unwrap_or(false) {
            all.push((place, works));
        }
    }
    Ok(all)
}

fn answer(id: &str, read: &Read, one: &Offered, works: &[String], day: Date) -> Result<Answer, Failure> {
    Ok(Answer {
        license: id.to_owned(),
        licensee: read.licensee.id.to_string(),
        works: works.to_vec(),
        due: due(one, works.len())?.map(|d| d.amount.to_string()).unwrap_or_default(),
        day,
    })
}

fn offer_paper(one: &Offered) -> Result<Value, Failure> {
    serde_json::from_str(&one.row.paper).map_err(|e| log::broken(&e))
}

/// The agreement to an offer among those that the licensee signed: signed by its key, and word for word what is signed now.
async fn own_paper(
    house: &House,
    tx: &mut Tx,
    read: &Read,
    one: &Offered,
    works: &[String],
    papers: &[Value],
) -> Result<Value, Failure> {
    let text =
        |paper: &Value, name: &str| paper.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let stale = |what: String| {
        refuse(
            "agreement-stale",
            what,
            "draft it anew, and sign that: `tantieme licence accept … --draft FILE`",
        )
    };
    let paper = papers.iter().find(|p| text(p, "offer") == one.row.hash);
    let paper = paper.ok_or_else(|| stale(format!("no agreement answers the offer `{}`", one.row.id)))?;
    key::signed_by(tx, &read.licensee, paper).await?;
    let (id, salt) = (text(paper, "license"), text(paper, "salt"));
    let fine =
        |t: &str, most: usize| (1..=most).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_alphanumeric());
    if !id.strip_prefix("lic-").is_some_and(|rest| fine(rest, 40)) || !fine(&salt, 64) {
        return Err(stale("the agreement's number or salt is not as it was drafted".to_owned()));
    }
    if tx.license(&id).await?.is_some() || tx.consent_line(&id).await?.is_some() {
        let message = format!("the agreement `{id}` was handed in before");
        return Err(refuse("agreement-used", message, "`tantieme licence list` shows what is signed"));
    }
    let day: Option<Date> = text(paper, "day").parse().ok();
    let today = today(house);
    let fresh = |day: &Date| *day <= today && (today - *day).get_days() <= DRAFT_DAYS;
    let day = day.filter(fresh);
    let day =
        day.ok_or_else(|| stale(format!("it was drafted more than {DRAFT_DAYS} days ago, or not yet")))?;
    let now = answer(&id, read, one, works, day)?;
    let now = now.agreement(&offer_paper(one)?, &salt).map_err(|e| log::broken(&e))?;
    let mut drafted = paper.clone();
    if let Some(object) = drafted.as_object_mut() {
        object.remove("key");
        object.remove("signature");
    }
    if drafted != now {
        return Err(stale(format!("what `{id}` says is not what would be signed now")));
    }
    Ok(paper.clone())
}

async fn lines(tx: &mut Tx, read: &Read) -> Result<Vec<Value>, Failure> {
    let mut all = Vec::new();
    for (place, one) in read.offers.iter().enumerate() {
        let holder = party::find(tx, one.row.holder.as_str()).await?;
        let level = level::of(tx, &holder).await?;
        let model = Some((read.model.as_str(), read.version.as_str()));
        let id = format!("quote-{place}");
        let licensee = read.licensee.id.as_str();
        all.push(offer::line(&one.terms, &id, licensee, one.row.holder.as_str(), level.code(), model));
    }
    Ok(all)
}

async fn sign_one(
    house: &House,
    tx: &mut Tx,
    read: &Read,
    one: &Offered,
    works: &[String],
    own: Option<Value>,
) -> Result<LicenseRow, Failure> {
    let id = own
        .as_ref()
        .and_then(|p| p.get("license")?.as_str())
        .map_or_else(|| fresh_id(house, "lic"), str::to_owned);
    let holder = party::find(tx, one.row.holder.as_str()).await?;
    let level = level::of(tx, &holder).await?;
    let (licensee, model) = (&read.licensee.id, Some((read.model.as_str(), read.version.as_str())));
    let line = offer::line(&one.terms, &id, licensee.as_str(), holder.party.id.as_str(), level.code(), model);
    let subject = format!("license:{licensee}");
    put_line(house, tx, "license", licensee, &holder.party.id, &subject, &line).await?;
    let paper = offer_paper(one)?;
    let (agreement, hash) = match own {
        Some(own) => {
            let hash = ::consent::statement::hash(&own).map_err(|e| log::broken(&e))?.to_string();
            (own, hash)
        }
        None => {
            let answer = answer(&id, read, one, works, today(house))?;
            let agreement = answer.agreement(&paper, &fresh_salt(house)).map_err(|e| log::broken(&e))?;
            offer::signed(house, agreement, licensee.as_str())?
        }
    };
    programmes::licensing::paper::check(&paper, &agreement, Some(works)).map_err(|e| log::broken(&e))?;
    let leaf = serde_json::json!({ "hash": hash, "leaf": "agreement", "license": id, "offer": one.row.hash });
    let place = log::add(house, tx, "agreement", &id, &leaf).await?;
    let row = LicenseRow {
        id,
        offer: one.row.id.clone(),
        holder: holder.party.id,
        licensee: licensee.clone(),
        model: read.model.clone(),
        version: read.version.clone(),
        fee: one.terms.fee.to_string(),
        promise: one.terms.promise.to_string(),
        agreement: agreement.to_string(),
        hash,
        place,
        signed: house.now(),
    };
    let ids: Vec<RecordingId> = works.iter().filter_map(|w| w.parse().ok()).collect();
    tx.insert_license(&row, &ids).await?;
    Ok(row)
}

/// Opens the pot of what is due now, shared over the works that were licensed.
async fn bill(
    house: &House,
    tx: &mut Tx,
    read: &Read,
    one: &Offered,
    row: &LicenseRow,
    works: &[String],
    by: &str,
) -> Result<Option<Payment>, Failure> {
    let Some(due) = due(one, works.len())?.filter(|d| d.amount.is_positive()) else { return Ok(None) };
    let of = |w: &String| PotWorkRow { line: 0, source: w.clone(), recording: w.parse().ok(), weight: 1 };
    let fill = Fill {
        kind: "signing",
        rule: SIGNING_RULE,
        license: Some(row.id.clone()),
        report: None,
        payer: read.licensee.id.to_string(),
        amount: due.amount,
        purpose: format!("{} for {}", one.terms.uses.join(" "), read.licensee.name),
        why: due.why,
        works: works.iter().map(of).collect(),
        by: by.to_owned(),
    };
    fill.open(house, tx).await.map(Some)
}

/// A pot of a licence, with the promise that fills it and what it is shared over.
pub(super) struct Fill {
    pub kind: &'static str,
    pub rule: &'static str,
    pub license: Option<String>,
    pub report: Option<String>,
    pub payer: String,
    pub amount: Amount,
    pub purpose: String,
    pub why: String,
    pub works: Vec<PotWorkRow>,
    pub by: String,
}

impl Fill {
    pub(super) async fn open(self, house: &House, tx: &mut Tx) -> Result<Payment, Failure> {
        let ask = Open {
            purpose: self.purpose,
            currency: self.amount.currency(),
            rule: self.rule.to_owned(),
            event: None,
            by: self.by.clone(),
        };
        let row = pot::open_in(house, tx, &ask).await?;
        let contribute = Contribute {
            pot: row.id.clone(),
            payer: self.payer,
            role: PayerRole::Licensee,
            gift: Gift::Amount(self.amount),
            venue_attests: false,
            by: self.by,
        };
        let payment = pot::contribute_in(house, tx, &row, &contribute).await?;
        let origin = PotOrigin {
            pot: row.id,
            kind: self.kind.to_owned(),
            license: self.license,
            report: self.report,
            contribution: payment.contribution.id.clone(),
            why: self.why,
            opened: house.now(),
        };
        tx.insert_pot_origin(&origin, &self.works).await?;
        Ok(payment)
    }
}
