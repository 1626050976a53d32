//! VAT on the budget of a contract, and the invoices to brands.
//!
//! Amounts of briefs and contracts are before tax. The house takes the artist's work and passes it on in its own name on
//! the artist's behalf, so it is taken to have received and supplied it itself (Directive 2006/112/EC, article 28; in
//! France article 256 V of the CGI): it invoices the brand the whole fee, commission and slice as lines of their own, with
//! its own VAT on all three, and the artist's share reaches the artist through the self-billed invoice ([`crate::invoice`]).
//! VAT becomes due when the budget arrives (article 65), so that is when the invoice is issued; what goes back to the brand
//! takes its VAT along, with a credit note.
//!
//! | who buys | category | rate |
//! |---|---|---|
//! | the house has no VAT id | `E` | none (article 293 B of the CGI, Directive article 284) |
//! | in the house's own country | `S` | the rate `standard` of that country on that day |
//! | elsewhere in the Union, with a VAT id | `AE` | none: the buyer owes it (articles 44 and 196) |
//! | elsewhere in the Union, without one | `S` | the rate of the house's country |
//! | outside the Union | `O` | none (article 44) |

use ::money::{Amount, Ratio, divide};
use formats::einvoice::vat_on;
use jiff::tz::TimeZone;
use ledger::{Account, Draft, Hash};
use serde::{Deserialize, Serialize};
use store::{BrandDealRow, BrandInvoiceRow, BrandTaxRow, MilestoneRow, Tx};

use super::electronic::{self, About};
use super::{fault, money, terms, today};
use crate::failure::refuse;
use crate::institution::Body;
use crate::{Failure, House, policy};

/// Members of the European Union, as of 2026.
const UNION: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT",
    "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// A side of an invoice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// Legal name.
    pub name: String,
    /// Address in one line.
    pub address: String,
    /// Country.
    pub country: String,
    /// VAT id; empty where there is none.
    pub vat_id: String,
    /// Registration.
    pub registration: String,
}

/// A line of an invoice, before tax; amounts with two digits, as printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// `work`, `commission` or `solidarity`.
    pub what: String,
    /// In words: the milestone, or the rule's own reason in English.
    pub words: String,
    /// The same in French.
    pub french: String,
    /// Before tax.
    pub net: String,
}

/// What an invoice says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// Number.
    pub number: String,
    /// `invoice` or `credit-note`.
    pub kind: String,
    /// The invoice that is corrected; empty on one.
    pub corrects: String,
    /// Day of issue.
    pub issued: String,
    /// Who sells: the house.
    pub seller: Side,
    /// Who buys: the brand, also where an agency pays for it.
    pub buyer: Side,
    /// The agency that acts for the buyer; empty where there is none.
    pub agency: String,
    /// The contract.
    pub contract: String,
    /// What it is called.
    pub title: String,
    /// The contract's language.
    pub lang: String,
    /// ISO 4217.
    pub currency: String,
    /// Lines.
    pub lines: Vec<Line>,
    /// `S`, `E`, `AE` or `O`.
    pub category: String,
    /// The rate of VAT.
    pub rate: String,
    /// Without VAT.
    pub net: String,
    /// VAT.
    pub vat: String,
    /// Both together.
    pub gross: String,
    /// Its electronic twin; `None` on invoices from before there were any, and where particulars are not whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub electronic: Option<Body>,
}

impl Invoice {
    /// The invoice as CII XML (EN 16931).
    ///
    /// # Errors
    /// `invoice-electronic` where it has no electronic twin.
    pub fn cii(&self) -> Result<String, Failure> {
        Ok(formats::einvoice::cii(&self.twin()?.invoice()?))
    }

    /// Its electronic twin.
    ///
    /// # Errors
    /// `invoice-electronic` where it has none.
    pub fn twin(&self) -> Result<&Body, Failure> {
        self.electronic.as_ref().ok_or_else(|| {
            refuse(
                "invoice-electronic",
                format!("the invoice `{}` has no electronic form", self.number),
                "name the brand's address, country and registration, and the house's: later ones have one",
            )
        })
    }
}

/// The VAT that would be due on an amount paid by this brand, today.
///
/// # Errors
/// `house-particulars` (the house has a VAT id and no address), `sale-vat` (no rate is known).
pub(super) async fn on(
    house: &House,
    tx: &mut Tx,
    brand: &music::PartyId,
    net: Amount,
) -> Result<BrandTaxRow, Failure> {
    let zero = Amount::zero(net.currency());
    let none = |category: &str, country: &str| BrandTaxRow {
        country: country.to_owned(),
        category: category.to_owned(),
        rate: "0 %".to_owned(),
        vat: zero,
    };
    let now = house.now();
    let vat_id = policy::text(tx, "house-vat-id", now).await?;
    let Some(seller) = seller(house, tx).await? else {
        if vat_id.trim().is_empty() {
            return Ok(none("E", ""));
        }
        return Err(refuse(
            "house-particulars",
            "the house's address is not set",
            "`tantieme policy set house-address \"STREET; NUMBER; POSTCODE; TOWN; COUNTRY\"`",
        ));
    };
    if seller.vat_id.is_empty() {
        return Ok(none("E", &seller.country));
    }
    let buyer = terms::contact_of(house, tx, brand).await?;
    let in_union = UNION.contains(&buyer.country.as_str());
    if buyer.country != seller.country && !buyer.country.is_empty() {
        if !in_union {
            return Ok(none("O", &seller.country));
        }
        if !buyer.vat_id.is_empty() {
            return Ok(none("AE", &seller.country));
        }
    }
    let rate: Ratio = match tx.vat_rate(&seller.country, "standard", today(house)).await? {
        Some(rate) => rate,
        None => {
            let message = format!("no rate `standard` of {} is known for {}", seller.country, today(house));
            let hint = "`tantieme institution vat set FR standard \"20 %\" --since 2014-01-01`";
            return Err(refuse("sale-vat", message, hint));
        }
    };
    let vat = vat_on(net, rate).ok_or_else(|| fault("VAT leaves 64 bits"))?;
    Ok(BrandTaxRow { country: seller.country, category: "S".to_owned(), rate: rate.to_string(), vat })
}

/// What the brand transfers: the fee with its VAT.
pub(super) async fn gross(tx: &mut Tx, deal: &BrandDealRow) -> Result<Amount, Failure> {
    match tx.brand_tax(&deal.id).await? {
        Some(tax) => Ok(deal.fee.checked_add(tax.vat)?),
        None => Ok(deal.fee),
    }
}

/// Sets the VAT of a budget that came apart, and issues the invoice.
pub(super) async fn budget_came(house: &House, tx: &mut Tx, deal: &BrandDealRow) -> Result<(), Failure> {
    let (Some(tax), Some(budget)) = (tx.brand_tax(&deal.id).await?, &deal.pot) else { return Ok(()) };
    if tax.vat.is_positive() {
        let draft = Draft::posted("campaign-vat", deal.id.as_str(), format!("campaign-vat:{}", deal.id))
            .memo(format!("VAT on the budget of contract {}", deal.id))
            .inputs(tax.vat.to_string())
            .debit(Account::pot(budget.as_str()), tax.vat)
            .credit(Account::vat(&tax.country), tax.vat);
        tx.post_one(house.now(), draft).await?;
    }
    issue(house, tx, deal, &tax).await
}

/// The VAT of what goes back of a milestone.
///
/// The VAT of the whole is divided over the milestones by what they pay, and within one between what is kept and what goes
/// back, so that parts that all go back take all of it.
pub(super) async fn of_rest(
    tx: &mut Tx,
    deal: &BrandDealRow,
    m: &MilestoneRow,
    rest: Amount,
) -> Result<Option<(BrandTaxRow, Amount)>, Failure> {
    let Some(tax) = tx.brand_tax(&deal.id).await?.filter(|t| t.vat.is_positive()) else { return Ok(None) };
    let minor = |a: Amount| u64::try_from(a.minor_units()).unwrap_or(0);
    let weights: Vec<(i64, u64)> =
        tx.milestones(&deal.id).await?.iter().map(|x| (x.place, minor(x.amount))).collect();
    let at = weights.iter().position(|(place, _)| *place == m.place);
    let parts = cents(tax.vat, &weights)?;
    let own = at.and_then(|n| parts.get(n)).copied().unwrap_or(Amount::zero(rest.currency()));
    let kept = m.amount.checked_sub(rest)?;
    let back = cents(own, &[(0, minor(kept)), (1, minor(rest))])?;
    let back = back.get(1).copied().unwrap_or(Amount::zero(rest.currency()));
    Ok(Some((tax, back)))
}

/// Divides in whole minor units, by largest remainder: micros stand in for cents.
fn cents(amount: Amount, weights: &[(i64, u64)]) -> Result<Vec<Amount>, Failure> {
    let currency = amount.currency();
    let counted = Amount::from_micros(amount.minor_units(), currency);
    let parts = divide(counted, weights).map_err(|e| fault(&e))?;
    parts
        .into_iter()
        .map(|p| Amount::from_minor(p.micros(), currency).ok_or_else(|| fault("VAT leaves 64 bits")))
        .collect()
}

/// Issues the invoice of a contract whose budget came; nothing while the house's address is not set, and nothing twice.
pub(super) async fn issue(
    house: &House,
    tx: &mut Tx,
    deal: &BrandDealRow,
    tax: &BrandTaxRow,
) -> Result<(), Failure> {
    let contract = super::deal::contract(tx, deal).await?;
    let offer = money::offer(deal.fee, &deal.rule)?;
    let artist = contract.artist.name.clone();
    let mut parts = vec![("work", artist.clone(), artist, offer.net)];
    for (to, en, fr, amount) in offer.deductions {
        let what = if to.starts_with("house") { "commission" } else { "solidarity" };
        parts.push((what, en, fr, amount));
    }
    // Lines are in whole cents and add up to the fee; which of them has the odd cent, the largest remainder says.
    let weights: Vec<(i64, u64)> =
        (0..).zip(&parts).map(|(n, p)| (n, u64::try_from(p.3.micros()).unwrap_or(0))).collect();
    let nets = cents(deal.fee, &weights)?;
    let lines = parts.into_iter().zip(nets).map(|((what, words, french, _), net)| Line {
        what: what.to_owned(),
        words,
        french,
        net: net.to_minor_decimal(),
    });
    let lines = lines.collect();
    write(house, tx, deal, (tax, None), (deal.fee, tax.vat), lines).await
}

/// Issues a credit note for what goes back of a milestone.
pub(super) async fn credit(
    house: &House,
    tx: &mut Tx,
    deal: &BrandDealRow,
    m: &MilestoneRow,
    (net, vat): (Amount, Amount),
) -> Result<(), Failure> {
    let Some(tax) = tx.brand_tax(&deal.id).await? else { return Ok(()) };
    let line = Line {
        what: "work".to_owned(),
        words: m.title.clone(),
        french: m.title.clone(),
        net: net.to_minor_decimal(),
    };
    write(house, tx, deal, (&tax, Some(m)), (net, vat), vec![line]).await
}

async fn write(
    house: &House,
    tx: &mut Tx,
    deal: &BrandDealRow,
    (tax, m): (&BrandTaxRow, Option<&MilestoneRow>),
    (net, vat): (Amount, Amount),
    lines: Vec<Line>,
) -> Result<(), Failure> {
    let Some(seller) = seller(house, tx).await? else { return Ok(()) };
    let issued_before = tx.brand_invoices(&deal.id).await?;
    let first = issued_before.iter().find(|i| i.kind == "invoice");
    // A credit note corrects an invoice; without one nothing was invoiced.
    if m.is_some() == first.is_none() {
        return Ok(());
    }
    let now = house.now();
    let contract = super::deal::contract(tx, deal).await?;
    let known = terms::contact_of(house, tx, &deal.brand).await?;
    let number = number(house, tx).await?;
    let kind = if m.is_some() { "credit-note" } else { "invoice" };
    let corrects = first.map(|i| (i.number.clone(), i.issued.to_zoned(TimeZone::UTC).date()));
    let reference = match &deal.contribution {
        Some(id) => tx.contribution(id).await?.map(|c| c.reference).unwrap_or_default(),
        None => String::new(),
    };
    let mut invoice = Invoice {
        number: number.clone(),
        kind: kind.to_owned(),
        corrects: corrects.as_ref().map(|(number, _)| number.clone()).unwrap_or_default(),
        issued: today(house).to_string(),
        seller,
        buyer: Side {
            name: contract.brand.name.clone(),
            address: known.contact.clone(),
            country: known.country.clone(),
            vat_id: known.vat_id.clone(),
            registration: known.registration.clone(),
        },
        agency: contract.agency.name.clone(),
        contract: deal.id.to_string(),
        title: contract.title.clone(),
        lang: contract.lang.clone(),
        currency: net.currency().code().to_owned(),
        lines,
        category: tax.category.clone(),
        rate: tax.rate.clone(),
        net: net.to_minor_decimal(),
        vat: vat.to_minor_decimal(),
        gross: net.checked_add(vat)?.to_minor_decimal(),
        electronic: None,
    };
    let about = About { contract: &contract, net, vat, buyer: &known, reference, corrects };
    invoice.electronic = electronic::twin(house, tx, &invoice, &about).await?;
    let body = serde_json::to_string(&invoice).map_err(|e| fault(&e))?;
    let row = BrandInvoiceRow {
        number,
        deal: deal.id.clone(),
        milestone: m.map(|m| m.id.clone()),
        kind: kind.to_owned(),
        net,
        vat,
        hash: Hash::of(body.as_bytes()).to_string(),
        body,
        issued: now,
    };
    if !tx.insert_brand_invoice(&row).await? {
        return Err(fault("an invoice of this contract is there already"));
    }
    tx.note(now, super::HOUSE, "brief invoice", deal.id.as_str(), &row.number).await?;
    Ok(())
}

/// A series of its own, by year, without gaps: whoever rolls back gives the number back.
async fn number(house: &House, tx: &mut Tx) -> Result<String, Failure> {
    let prefix = policy::text(tx, "sale-series", house.now()).await?;
    let prefix: String = prefix.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    let prefix = if prefix.is_empty() { "TM" } else { &prefix };
    let series = format!("{prefix}-C-{}", today(house).year());
    let number = tx.next_number(&format!("brand-sale:{series}")).await?;
    Ok(format!("{series}-{number:04}"))
}

/// The house as a seller; `None` while its address is not set.
async fn seller(house: &House, tx: &mut Tx) -> Result<Option<Side>, Failure> {
    let now = house.now();
    let address = policy::text(tx, "house-address", now).await?;
    let parts: Vec<&str> = address.split(';').map(str::trim).collect();
    let &[street, building, postcode, town, country] = parts.as_slice() else { return Ok(None) };
    let compact = |t: String| t.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let road = [building, street].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ");
    Ok(Some(Side {
        name: policy::text(tx, "house-name", now).await?,
        address: format!("{road}, {postcode} {town}"),
        country: country.to_ascii_uppercase(),
        vat_id: compact(policy::text(tx, "house-vat-id", now).await?).to_uppercase(),
        registration: policy::text(tx, "house-registration", now).await?.trim().to_owned(),
    }))
}

/// All invoices and credit notes to a brand or by way of an agency while its mandate holds, newest first; all for the house.
pub async fn list(house: &House, who: Option<&str>) -> Result<Vec<Invoice>, Failure> {
    let own = match who {
        Some(who) => Some(crate::party::one(house, who).await?.party.id),
        None => None,
    };
    let mut all = Vec::new();
    for deal in super::deal::list(house, who).await? {
        // What a brand is billed is no artist's to read.
        if own.as_ref() == Some(&deal.row.artist) {
            continue;
        }
        for row in deal.invoices {
            all.push(serde_json::from_str::<Invoice>(&row.body).map_err(|e| fault(&e))?);
        }
    }
    all.sort_by(|a, b| (&b.issued, &b.number).cmp(&(&a.issued, &a.number)));
    Ok(all)
}

/// An invoice or credit note of a contract, for the brand's side and the house.
///
/// # Errors
/// `deal-unknown`, `not-yours`, `invoice-unknown`.
pub async fn one(house: &House, deal: &str, number: &str, by: &str) -> Result<(Invoice, String), Failure> {
    let mut tx = house.store.begin_read().await?;
    let row = super::deal::seen_by_brand(house, &mut tx, deal, by).await?;
    let found = tx.brand_invoices(&row.id).await?.into_iter().find(|i| i.number == number.trim());
    let found = found.ok_or_else(|| {
        refuse(
            "invoice-unknown",
            format!("there is no invoice `{}`", number.trim()),
            "the contract lists them",
        )
    })?;
    Ok((serde_json::from_str(&found.body).map_err(|e| fault(&e))?, found.hash))
}
