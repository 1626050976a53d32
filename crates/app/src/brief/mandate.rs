//! Agencies' mandates: an agency acts for a brand while a mandate of that brand lives, and for no other.
//!
//! It is asked before every step an agency takes, so a mandate that is taken back or over stops the next one; what was
//! done under it stays.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use music::PartyId;
use store::{BrandMandateId, BrandMandateRow, Tx};

use super::HOUSE;
use crate::failure::refuse;
use crate::{Failure, House, party};

/// A mandate to note.
#[derive(Debug, Clone, Default)]
pub struct Give {
    /// The brand: id or unique name.
    pub brand: String,
    /// The agency: id or unique name.
    pub agency: String,
    /// The first day on which it no longer holds; open where empty.
    pub until: String,
    /// The paper it stands on.
    pub evidence: String,
    /// Who gives it: the brand itself, or the house with the paper in its hands.
    pub by: String,
}

/// A mandate with the names of both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// It.
    pub row: BrandMandateRow,
    /// The brand's name.
    pub brand: String,
    /// The agency's name.
    pub agency: String,
    /// Whether it holds now.
    pub lives: bool,
}

/// Gives an agency a mandate.
///
/// # Errors
/// In this order: what finding the two refuses, `not-yours` (neither brand nor house), `brand-mandate-self`, `brand-mandate-day`,
/// `mandate-evidence`.
pub async fn give(house: &House, ask: Give) -> Result<Shown, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let brand = party::find(&mut tx, &ask.brand).await?.party;
    let agency = party::find(&mut tx, &ask.agency).await?.party;
    if ask.by != HOUSE && party::find(&mut tx, &ask.by).await?.party.id != brand.id {
        return Err(refuse(
            "not-yours",
            format!("only `{}` gives a mandate of its own", brand.name),
            "the brand signs in and gives it",
        ));
    }
    if brand.id == agency.id {
        return Err(refuse(
            "brand-mandate-self",
            format!("`{}` acts for itself without a mandate", brand.name),
            "name the agency",
        ));
    }
    let until = match ask.until.trim() {
        "" => None,
        day => Some(last(day, now)?),
    };
    let evidence: String = ask.evidence.trim().chars().filter(|c| !c.is_control()).take(300).collect();
    if evidence.is_empty() {
        return Err(refuse(
            "mandate-evidence",
            "a mandate stands on a paper",
            "name it: `--evidence \"contract of 2 March, art. 3\"`",
        ));
    }
    let row = BrandMandateRow {
        id: BrandMandateId::from_bits(house.world.bits()),
        brand: brand.id,
        agency: agency.id,
        evidence,
        from: now,
        until,
        ended: None,
        by: ask.by.clone(),
    };
    tx.insert_brand_mandate(&row).await?;
    tx.note(now, &ask.by, "brief mandate", row.id.as_str(), row.agency.as_str()).await?;
    tx.commit().await?;
    Ok(Shown { row, brand: brand.name, agency: agency.name, lives: true })
}

fn last(text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    let bad = |message: String| refuse("brand-mandate-day", message, "write a day to come, as `2027-01-01`");
    let day: Date = text.parse().map_err(|_| bad(format!("`{text}` is no day")))?;
    let at = day.to_zoned(TimeZone::UTC).map_err(|_| bad(format!("`{text}` is no day")))?.timestamp();
    if at <= now {
        return Err(bad(format!("a mandate until `{text}` is over already")));
    }
    Ok(at)
}

/// Takes a mandate back; the brand, the agency or the house may, and it holds at once.
///
/// # Errors
/// In this order: `brand-mandate-unknown`, `not-yours`, `brand-mandate-ended`.
pub async fn end(house: &House, id: &str, by: &str) -> Result<Shown, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let unknown = || refuse("brand-mandate-unknown", format!("there is no mandate `{}`", id.trim()), "");
    let parsed: BrandMandateId = id.trim().parse().map_err(|_| unknown())?;
    let row = tx.brand_mandate(&parsed).await?.ok_or_else(unknown)?;
    if by != HOUSE {
        let who = party::find(&mut tx, by).await?.party.id;
        if who != row.brand && who != row.agency {
            return Err(refuse("not-yours", format!("the mandate `{}` is somebody else's", row.id), ""));
        }
    }
    if !tx.end_brand_mandate(&row.id, now).await? {
        return Err(refuse(
            "brand-mandate-ended",
            format!("the mandate `{}` was taken back already", row.id),
            "nothing is left to do",
        ));
    }
    tx.note(now, by, "brief mandate-end", row.id.as_str(), "").await?;
    let shown = named(&mut tx, BrandMandateRow { ended: Some(now), ..row }, now).await?;
    tx.commit().await?;
    Ok(shown)
}

/// The mandates of a party on either side, newest first.
pub async fn list(house: &House, who: &str) -> Result<Vec<Shown>, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let who = party::find(&mut tx, who).await?.party.id;
    let mut all = Vec::new();
    for row in tx.brand_mandates(&who).await? {
        all.push(named(&mut tx, row, now).await?);
    }
    Ok(all)
}

async fn named(tx: &mut Tx, row: BrandMandateRow, now: Timestamp) -> Result<Shown, Failure> {
    let brand = tx.party(&row.brand).await?.map(|p| p.party.name).unwrap_or_default();
    let agency = tx.party(&row.agency).await?.map(|p| p.party.name).unwrap_or_default();
    Ok(Shown { lives: row.lives(now), row, brand, agency })
}

/// Refuses where an agency has no mandate of the brand that holds now.
///
/// # Errors
/// `brand-mandate`.
pub(super) async fn holds(
    house: &House,
    tx: &mut Tx,
    brand: &PartyId,
    agency: &PartyId,
) -> Result<(), Failure> {
    if tx.has_brand_mandate(brand, agency, house.now()).await? {
        return Ok(());
    }
    let brand = tx.party(brand).await?.map(|p| p.party.name).unwrap_or_default();
    let agency = tx.party(agency).await?.map(|p| p.party.name).unwrap_or_default();
    Err(refuse(
        "brand-mandate",
        format!("`{agency}` has no mandate of `{brand}` that holds today"),
        "the brand gives one: `tantieme brief mandate BRAND AGENCY --evidence …`",
    ))
}
