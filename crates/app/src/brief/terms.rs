//! Artists' own terms, their exposure account, and how they can be reached for a contract.

use music::PartyId;
use programmes::brief::terms::{Terms, WrittenTerms};
use serde::{Deserialize, Serialize};
use store::{BriefId, ExposureRow, Tx};

use super::{fault, market};
use crate::failure::refuse;
use crate::{Failure, House, party};

/// Keeps an artist's terms, encrypted; they hold for every brief published from now on.
///
/// # Errors
/// `document`, `terms`, what finding the artist and those named in the terms refuses.
pub async fn set(house: &House, artist: &str, text: &str, by: &str) -> Result<i64, Failure> {
    let now = house.now();
    let mut written: WrittenTerms =
        programmes::brief::read(text).map_err(|f| refuse(f.code, f.message, f.hint))?;
    let mut tx = house.store.begin().await?;
    let artist = party::find(&mut tx, artist).await?.party;
    // People write names; what is kept are ids.
    for brand in &mut written.never_brands {
        *brand = party::find(&mut tx, brand).await?.party.id.to_string();
    }
    for [who, _] in &mut written.scene {
        *who = party::find(&mut tx, who).await?.party.id.to_string();
    }
    if let Err(flaws) = written.check() {
        let flaw = flaws.into_iter().next().ok_or_else(|| fault("terms without a flaw are refused"))?;
        return Err(refuse(flaw.code, flaw.message, flaw.hint));
    }
    let body = serde_json::to_string(&written).map_err(|e| fault(&e))?;
    let version =
        tx.set_artist_terms(house.store.fields(), &artist.id, &body, house.world.nonce(), now).await?;
    // The journal says that, never what.
    tx.note(now, by, "brief terms", artist.id.as_str(), &format!("version {version}")).await?;
    tx.commit().await?;
    Ok(version)
}

/// An artist's terms as written; for the artist and the house.
pub async fn get(house: &House, artist: &str) -> Result<Option<WrittenTerms>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let artist = party::find(&mut tx, artist).await?.party.id;
    let body = tx.artist_terms(house.store.fields(), &artist).await?;
    body.map(|b| serde_json::from_str(&b).map_err(|e| fault(&e))).transpose()
}

/// An artist's terms with names in place of ids, as a person reads and writes them.
pub async fn named(house: &House, artist: &str) -> Result<Option<WrittenTerms>, Failure> {
    let Some(mut written) = get(house, artist).await? else { return Ok(None) };
    let mut tx = house.store.begin_read().await?;
    let scene = written.scene.iter_mut().map(|[who, _]| who);
    for text in written.never_brands.iter_mut().chain(scene) {
        let Ok(id) = text.parse::<PartyId>() else { continue };
        let Some(known) = tx.party(&id).await? else { continue };
        // A name that means somebody else too would be read as nobody.
        if party::find(&mut tx, &known.party.name).await.is_ok_and(|p| p.party.id == id) {
            *text = known.party.name;
        }
    }
    Ok(Some(written))
}

pub(super) async fn of(house: &House, tx: &mut Tx, artist: &PartyId) -> Result<Option<Terms>, Failure> {
    let body = tx.artist_terms(house.store.fields(), artist).await?;
    body.map(|b| read(&b)).transpose()
}

pub(super) fn read(body: &str) -> Result<Terms, Failure> {
    let written: WrittenTerms = serde_json::from_str(body).map_err(|e| fault(&e))?;
    written.check().map_err(|_| fault("kept terms cannot be read"))
}

/// A line of an artist's exposure account.
#[derive(Debug, Clone, PartialEq)]
pub struct Exposed {
    /// The brief.
    pub brief: BriefId,
    /// What it was called.
    pub title: String,
    /// Whose it was; empty where names wait.
    pub brand: String,
    /// Where the audience is, or where it is shown: codes.
    pub places: Vec<String>,
    /// When.
    pub at: jiff::Timestamp,
    /// From 1; nought where the artist was in the running and not shown.
    pub place: i64,
    /// What fit earned, in millionths of a first place.
    pub earned: i64,
    /// What was shown.
    pub shown: i64,
    /// Why, where shown: a word, English, French.
    pub reasons: Vec<(String, String, String)>,
}

/// How often an artist was shown, where, and what was due: every brief the artist was in the running for. Briefs that
/// the artist's own terms keep away are not in it.
pub async fn exposure(house: &House, artist: &str) -> Result<Vec<Exposed>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let artist = party::find(&mut tx, artist).await?.party.id;
    let mut all = Vec::new();
    for ExposureRow { brief, standing, at } in tx.exposure(&artist).await? {
        let Some(row) = tx.brief(&brief).await? else { continue };
        let (written, _) = super::written(&mut tx, &row).await?;
        let known = match tx.brief_invitation(&brief, &artist).await? {
            Some(i) => !written.anonymous || i.state == "chosen",
            None => !written.anonymous,
        };
        let brand = match known {
            true => tx.party(&row.brand).await?.map(|p| p.party.name).unwrap_or_default(),
            false => String::new(),
        };
        let reasons = market::reasons_of(&standing)?;
        let (place, earned, shown) = (standing.place, standing.earned, standing.shown);
        let places = if written.audience.is_empty() { written.territories } else { written.audience };
        all.push(Exposed { brief, title: written.title, brand, places, at, place, earned, shown, reasons });
    }
    Ok(all)
}

/// How a party can be reached for a contract, and where it is resident for tax.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// A postal address, in one line.
    pub contact: String,
    /// Country of residence for tax, two letters.
    pub country: String,
    /// A mail address for contracts; the party's own where empty.
    #[serde(default)]
    pub mail: String,
    /// VAT id, of a brand; may be empty.
    #[serde(default)]
    pub vat_id: String,
    /// Number in a trade register, of a brand; may be empty.
    #[serde(default)]
    pub registration: String,
}

/// Notes how a party can be reached, encrypted.
///
/// # Errors
/// `contact`, `mail`, `vat-id`, what finding the party refuses.
pub async fn set_contact(house: &House, who: &str, ask: Contact, by: &str) -> Result<(), Failure> {
    let now = house.now();
    let country = ask.country.trim().to_ascii_uppercase();
    let one_line = |text: &str| -> String {
        text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
    };
    let postal = one_line(&ask.contact);
    if postal.is_empty()
        || postal.contains('@')
        || country.len() != 2
        || !country.bytes().all(|b| b.is_ascii_uppercase())
    {
        return Err(refuse(
            "contact",
            "a contract needs a postal address and a country of residence for tax",
            "`--contact \"12 rue de la Part, 42000 Saint-Etienne\" --country FR`",
        ));
    }
    let mail = match ask.mail.trim() {
        "" => String::new(),
        address => crate::mail::address(address)?,
    };
    let vat_id: String = ask.vat_id.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let plain = vat_id.bytes().all(|b| b.is_ascii_alphanumeric());
    if !vat_id.is_empty() && (!plain || !(4..=14).contains(&vat_id.len())) {
        return Err(refuse("vat-id", format!("`{vat_id}` is no VAT id"), "such as `FR83404833048`"));
    }
    let mut tx = house.store.begin().await?;
    let party = party::find(&mut tx, who).await?.party.id;
    let kept = Contact { contact: postal, country, mail, vat_id, registration: one_line(&ask.registration) };
    let body = serde_json::to_string(&kept).map_err(|e| fault(&e))?;
    tx.set_secret(house.store.fields(), &party, "contract-contact", &body, house.world.nonce(), now).await?;
    tx.note(now, by, "brief contact", party.as_str(), "").await?;
    tx.commit().await?;
    Ok(())
}

/// How a party can be reached for a contract, for itself and the house.
pub async fn contact(house: &House, who: &str) -> Result<Contact, Failure> {
    let mut tx = house.store.begin_read().await?;
    let party = party::find(&mut tx, who).await?.party.id;
    contact_of(house, &mut tx, &party).await
}

pub(super) async fn contact_of(house: &House, tx: &mut Tx, party: &PartyId) -> Result<Contact, Failure> {
    match tx.secret(house.store.fields(), party, "contract-contact").await? {
        Some(body) => serde_json::from_str(&body).map_err(|e| fault(&e)),
        None => Ok(Contact::default()),
    }
}
