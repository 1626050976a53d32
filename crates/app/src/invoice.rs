//! Self-billed invoices: what the house writes in the name of a payee who asked for it.
//!
//! The payee supplies, the house is the customer and issues the invoice on the payee's behalf (Directive
//! 2006/112/EC, article 224; in France article 289 I-2 of the CGI, whose mandate is kept here with its date). Each
//! payee has numbers of its own, from 1 without gaps. An invoice covers the same days as a statement and says no
//! more about single nights than the statement does.
//!
//! What was credited is all the money there is, so an amount that VAT is due on contains it
//! (docs/decisions/0010). An issued invoice never changes: a correction is a negative one.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use ledger::Hash;
use money::{Amount, Currency, Ratio, divide};
use music::{PartyId, Period};
use serde::{Deserialize, Serialize};
use store::{InvoiceRow, MandateRow, Tx};

use crate::failure::refuse;
use crate::statement::{self, Statement};
use crate::{Failure, House, party, policy};

/// One of the two sides of an invoice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// The legal name.
    pub name: String,
    /// The address, line by line, without the country.
    pub address: Vec<String>,
    /// The country, ISO 3166 two letters.
    pub country: String,
    /// VAT id; empty where there is none.
    pub vat_id: String,
    /// Number in a trade register; may be empty.
    pub registration: String,
}

/// How VAT is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Treatment {
    /// VAT is due and contained in the amounts.
    Standard,
    /// The payee is below the threshold of the small-enterprise scheme.
    NotLiable,
    /// The house owes the VAT, being in another country than the payee.
    ReverseCharge,
}

impl Treatment {
    /// All of them.
    pub const ALL: [Treatment; 3] = [Treatment::Standard, Treatment::NotLiable, Treatment::ReverseCharge];

    /// The word that stands for it.
    pub const fn word(self) -> &'static str {
        match self {
            Treatment::Standard => "standard",
            Treatment::NotLiable => "not-liable",
            Treatment::ReverseCharge => "reverse-charge",
        }
    }

    /// The treatment a word stands for.
    pub fn from_word(word: &str) -> Option<Treatment> {
        Treatment::ALL.into_iter().find(|t| t.word() == word)
    }
}

/// A payee's mandate: what is needed to write invoices in its name. Kept encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mandate {
    /// The payee as a supplier.
    pub supplier: Side,
    /// How VAT is treated.
    pub treatment: Treatment,
    /// The rate, such as `20 %`; `0 %` unless VAT is due.
    pub rate: String,
}

/// A mandate to note.
#[derive(Debug, Clone)]
pub struct Give {
    /// Whose: an id or a unique name.
    pub party: String,
    /// What it says.
    pub mandate: Mandate,
    /// The day the payee gave it.
    pub given: Date,
    /// Who notes it.
    pub by: String,
}

/// A self-billed invoice, or a credit note as a negative one. Amounts are decimal texts with six decimals, whole in
/// the currency's minor unit; equal bodies have equal bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// The number as printed: `SB-7K3QX9-0001`.
    pub number: String,
    /// `invoice` or `credit-note`.
    pub kind: String,
    /// Who supplies: the payee.
    pub supplier: Side,
    /// The payee's id here.
    pub party_id: String,
    /// Who is invoiced, and issues: the house.
    pub customer: Side,
    /// The day the payee gave the mandate.
    pub mandate_day: String,
    /// The mandate's version.
    pub mandate_version: i64,
    /// The day of issue.
    pub issued: String,
    /// The first day of the supplies.
    pub from: String,
    /// The first day after them.
    pub until: String,
    /// ISO 4217.
    pub currency: String,
    /// What was supplied.
    pub lines: Vec<InvoiceLine>,
    /// The rules by which it was shared: `name@version`.
    pub rules: Vec<String>,
    /// How VAT is treated.
    pub treatment: Treatment,
    /// The rate of VAT.
    pub rate: String,
    /// What was supplied, before VAT.
    pub net: String,
    /// VAT.
    pub vat: String,
    /// Both together.
    pub gross: String,
    /// Until when the payee may contest it; after that day it counts as accepted.
    pub contest_until: String,
    /// The number of the statement of the same days.
    pub statement: i64,
    /// The number of the invoice that is taken back; empty on an invoice.
    pub corrects: String,
    /// Why it is taken back, in the words of whoever did.
    pub reason: String,
}

/// A line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceLine {
    /// `recording`, `recordings` (several in one sum), `earlier` (money of other days, released now) or `fractions`
    /// (what the sums before lose below the minor unit).
    pub kind: String,
    /// The recordings: artist and title, with the ISRC where known.
    pub recordings: Vec<String>,
    /// The side it was paid for: `master` or `composition`; empty where it is not of a recording.
    pub side: String,
    /// Before VAT.
    pub net: String,
}

/// An invoice with the proof that the house issued it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedInvoice {
    /// What it says.
    pub invoice: Invoice,
    /// A signed note (C2SP signed-note) over the hash of the invoice's JSON.
    pub proof: String,
}

/// Notes a payee's mandate; it takes the place of an earlier one, and what was issued stays as it is.
///
/// # Errors
/// In this order: `party-unknown` or `party-several`, `mandate-day`, `invoice-particulars`, `vat-id`, `vat-rate`.
pub async fn give_mandate(house: &House, ask: Give) -> Result<i64, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let party = party::find(&mut tx, &ask.party).await?.party;
    if ask.given > day(now) {
        return Err(refuse(
            "mandate-day",
            format!("the mandate's day `{}` is still to come", ask.given),
            "give the day on which the payee signed it",
        ));
    }
    let mandate = checked(ask.mandate)?;
    let body = json(&mandate)?;
    let row =
        MandateRow { party: party.id.clone(), version: 0, body, given: ask.given, created: now, ended: None };
    let version = tx.add_mandate(house.store.fields(), &row, house.world.nonce(), &ask.by).await?;
    tx.note(now, &ask.by, "invoice mandate", party.id.as_str(), mandate.treatment.word()).await?;
    tx.commit().await?;
    Ok(version)
}

/// Ends a payee's mandate: no more invoices are written in its name.
pub async fn withdraw_mandate(house: &House, who: &str, by: &str) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let party = party::find(&mut tx, who).await?.party;
    if !tx.end_mandate(&party.id, now).await? {
        return Err(no_mandate(&party.name));
    }
    tx.note(now, by, "invoice mandate-end", party.id.as_str(), "").await?;
    tx.commit().await?;
    Ok(())
}

/// Issues the invoices of a payee for days that are over, one per currency. What was issued for these days already
/// comes back as it is.
///
/// # Errors
/// In this order: `party-unknown`, `invoice-period`, `mandate-missing`, `house-particulars`, `invoice-overlap`,
/// `nothing-to-invoice`.
pub async fn issue(
    house: &House,
    who: &str,
    period: Period,
    by: &str,
) -> Result<Vec<IssuedInvoice>, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let party = party::find(&mut tx, who).await?.party;
    let (start, end) = whole_days(period, day(now))?;
    let before = tx.invoices_of(house.store.fields(), &party.id).await?;
    let standing: Vec<&InvoiceRow> = standing(&before).collect();
    let mut all: Vec<IssuedInvoice> = Vec::new();
    for row in standing.iter().filter(|i| (i.start, i.end) == (start, end)) {
        all.push(signed(house, read(row)?)?);
    }
    let mandate = tx
        .mandate(house.store.fields(), &party.id)
        .await?
        .filter(|m| m.given <= day(now))
        .ok_or_else(|| no_mandate(&party.name));
    // What was issued stays readable after the mandate ended.
    let mandate = match mandate {
        Err(_) if !all.is_empty() => return Ok(all),
        other => other?,
    };
    let terms: Mandate = read_mandate(&mandate)?;
    let customer = house_side(&mut tx, now, terms.treatment).await?;
    for currency in statement::currencies(&mut tx, &party.id).await? {
        if let Some(row) = standing.iter().find(|i| i.currency == currency && i.start < end && start < i.end)
        {
            if (row.start, row.end) == (start, end) {
                continue;
            }
            return Err(refuse(
                "invoice-overlap",
                format!("the invoice {} covers some of these days already", read(row)?.number),
                "take another period, or correct that invoice first",
            ));
        }
        let told = statement::issued_in(house, &mut tx, &party, currency, period).await?;
        let gross = statement::invoiceable(&mut tx, &party.id, currency, period, now).await?;
        if gross.is_zero() {
            continue;
        }
        let number = tx.last_invoice_number(&party.id).await? + 1;
        let invoice = written(&Writing {
            party: &party.id,
            number,
            mandate: &mandate,
            terms: &terms,
            customer: &customer,
            told: &told,
            gross,
            now,
            contest_days: policy::count(&mut tx, "invoice-contest-days", now).await?,
        })?;
        let row = record(house, &mut tx, &invoice, (start, end), None, number, gross, now).await?;
        tx.note(now, by, "invoice issue", row.id.as_str(), &invoice.number).await?;
        all.push(signed(house, invoice)?);
    }
    if all.is_empty() {
        return Err(refuse(
            "nothing-to-invoice",
            format!("nothing was earned by `{}` in these days", party.name),
            "an invoice needs an amount; the statement shows the period as it is",
        ));
    }
    tx.commit().await?;
    Ok(all)
}

/// Takes an invoice back by a negative one; the days can then be invoiced again.
///
/// # Errors
/// In this order: `party-unknown`, `invoice-unknown`, `invoice-corrected`, `invoice-reason`.
pub async fn correct(
    house: &House,
    who: &str,
    number: &str,
    reason: &str,
    by: &str,
) -> Result<IssuedInvoice, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let party = party::find(&mut tx, who).await?.party;
    let before = tx.invoices_of(house.store.fields(), &party.id).await?;
    let row = named(&before, number, &party.name)?;
    let original = read(row)?;
    if !original.corrects.is_empty() || before.iter().any(|i| i.corrects.as_ref() == Some(&row.id)) {
        return Err(refuse(
            "invoice-corrected",
            format!("`{}` is a credit note or was taken back already", original.number),
            "issue the period again to get the right invoice",
        ));
    }
    if reason.trim().is_empty() {
        return Err(refuse("invoice-reason", "a correction needs its reason", "such as `wrong VAT id`"));
    }
    let sequence = tx.last_invoice_number(&party.id).await? + 1;
    let gross = row.gross.negated()?;
    let days = policy::count(&mut tx, "invoice-contest-days", now).await?;
    let negated =
        |text: &str| -> Result<String, Failure> { Ok(amount(text, row.currency)?.negated()?.to_decimal()) };
    let mut note = Invoice {
        number: printed(&party.id, sequence),
        kind: "credit-note".to_owned(),
        issued: day(now).to_string(),
        contest_until: after(day(now), days).to_string(),
        net: negated(&original.net)?,
        vat: negated(&original.vat)?,
        gross: gross.to_decimal(),
        corrects: original.number.clone(),
        reason: reason.trim().to_owned(),
        ..original
    };
    for line in &mut note.lines {
        line.net = negated(&line.net)?;
    }
    let span = (row.start, row.end);
    let stored = record(house, &mut tx, &note, span, Some(row.id.clone()), sequence, gross, now).await?;
    tx.note(now, by, "invoice correct", stored.id.as_str(), &note.number).await?;
    tx.commit().await?;
    signed(house, note)
}

/// The invoices issued in a payee's name, by number.
pub async fn list(house: &House, who: &str) -> Result<Vec<IssuedInvoice>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let party = party::find(&mut tx, who).await?.party;
    let rows = tx.invoices_of(house.store.fields(), &party.id).await?;
    rows.iter().map(|row| signed(house, read(row)?)).collect()
}

/// One invoice by its number.
pub async fn one(house: &House, who: &str, number: &str) -> Result<IssuedInvoice, Failure> {
    let mut tx = house.store.begin_read().await?;
    let party = party::find(&mut tx, who).await?.party;
    let rows = tx.invoices_of(house.store.fields(), &party.id).await?;
    signed(house, read(named(&rows, number, &party.name)?)?)
}

/// The payees with a mandate in force: id and name.
pub async fn mandated(house: &House) -> Result<Vec<(PartyId, String)>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for id in tx.mandated().await? {
        let name = tx.party(&id).await?.map(|p| p.party.name).unwrap_or_default();
        all.push((id, name));
    }
    Ok(all)
}

/// Checks an issued invoice offline with the house's public key: the text is what was signed, unchanged.
pub fn verify(issued: &IssuedInvoice, key: &proof::note::VerifierKey) -> Result<(), Failure> {
    let bad = |why: String| {
        refuse(
            "proof-invalid",
            format!("the invoice does not verify: {why}"),
            "get it again from the house, or ask with which key it was signed",
        )
    };
    let note: proof::note::Note =
        issued.proof.parse().map_err(|e: proof::note::BadNote| bad(e.to_string()))?;
    let verified = note.verify(std::slice::from_ref(key)).map_err(|e| bad(e.to_string()))?;
    if verified.text == signed_text(&issued.invoice)? {
        Ok(())
    } else {
        Err(bad("its text is not the one that was signed".to_owned()))
    }
}

/// What an invoice is written from.
struct Writing<'a> {
    party: &'a PartyId,
    number: i64,
    mandate: &'a MandateRow,
    terms: &'a Mandate,
    customer: &'a Side,
    told: &'a Statement,
    gross: Amount,
    now: Timestamp,
    contest_days: u32,
}

fn written(w: &Writing<'_>) -> Result<Invoice, Failure> {
    let currency = w.gross.currency();
    let rate = rate_of(w.terms)?;
    let (net, vat) = parts(w.gross, rate)?;
    let issued = day(w.now);
    Ok(Invoice {
        number: printed(w.party, w.number),
        kind: if w.gross.is_negative() { "credit-note" } else { "invoice" }.to_owned(),
        supplier: w.terms.supplier.clone(),
        party_id: w.party.to_string(),
        customer: w.customer.clone(),
        mandate_day: w.mandate.given.to_string(),
        mandate_version: w.mandate.version,
        issued: issued.to_string(),
        from: w.told.from.clone(),
        until: w.told.until.clone(),
        currency: currency.code().to_owned(),
        lines: lines(w.told, w.gross, net, rate)?,
        rules: w.told.rules.iter().map(|r| r.label.clone()).collect(),
        treatment: w.terms.treatment,
        rate: rate.to_string(),
        net: net.to_decimal(),
        vat: vat.to_decimal(),
        gross: w.gross.to_decimal(),
        contest_until: after(issued, w.contest_days).to_string(),
        statement: w.told.number.unwrap_or_default(),
        corrects: String::new(),
        reason: String::new(),
    })
}

/// The lines of the statement before VAT, so that they add up to `net`. What the statement shows as one sum stays
/// one sum here.
fn lines(told: &Statement, gross: Amount, net: Amount, rate: Ratio) -> Result<Vec<InvoiceLine>, Failure> {
    let currency = gross.currency();
    let mut left = gross;
    // Where only the total may be shown, the one line takes all of it.
    let total_only = told.lines.iter().any(|l| l.amount.is_empty());
    let mut all = Vec::new();
    for l in &told.lines {
        let names: Vec<String> = l.recordings.iter().map(name_of).collect();
        let kind = if names.len() == 1 { "recording" } else { "recordings" };
        let sum = if total_only { left } else { amount(&l.amount, currency)? };
        left = left.checked_sub(sum)?;
        all.push((line(kind, names, &l.side), sum));
    }
    if !left.is_zero() {
        let earlier = told.movements.iter().any(|m| statement::is_earning(m.kind()));
        all.push((line(if earlier { "earlier" } else { "fractions" }, Vec::new(), ""), left));
    }
    let mut rest = net;
    for (line, sum) in &mut all {
        let (part, _) = parts(*sum, rate)?;
        rest = rest.checked_sub(part)?;
        line.net = part.to_decimal();
    }
    // The cents between rounding each line and rounding the whole go to the largest line.
    if let Some((line, _)) =
        all.iter_mut().max_by_key(|(_, sum)| sum.micros().unsigned_abs()).filter(|_| !rest.is_zero())
    {
        line.net = amount(&line.net, currency)?.checked_add(rest)?.to_decimal();
    }
    Ok(all.into_iter().map(|(line, _)| line).collect())
}

fn line(kind: &str, recordings: Vec<String>, side: &str) -> InvoiceLine {
    InvoiceLine { kind: kind.to_owned(), recordings, side: side.to_owned(), net: String::new() }
}

fn name_of(r: &statement::RecordingLine) -> String {
    let isrc = if r.isrc.is_empty() { String::new() } else { format!(" [{}]", r.isrc) };
    format!("{} – {}{isrc}", r.artist, r.title)
}

/// An amount that contains VAT at a rate, apart: net and VAT, both whole in the minor unit.
///
/// EUR 12.00 at 20 % is 10.00 and 2.00; EUR 1.00 is 0.83 and 0.17. Negative amounts mirror.
fn parts(gross: Amount, rate: Ratio) -> Result<(Amount, Amount), Failure> {
    let currency = gross.currency();
    // Minor units are divided whole: as many micros as there are minor units.
    let whole = Amount::from_micros(gross.minor_units(), currency);
    let weights = [(0_u8, u64::from(rate.denominator())), (1, u64::from(rate.numerator()))];
    let parts = divide(whole, &weights).map_err(|e| Failure::Fault(store::Fault::new(e.to_string())))?;
    let minor = |place: usize| {
        let units = parts.get(place).map_or(0, |a| a.micros());
        Amount::from_minor(units, currency)
            .ok_or_else(|| Failure::Fault(store::Fault::new("an invoice is beyond 64 bits")))
    };
    Ok((minor(0)?, minor(1)?))
}

/// The invoices that were not taken back, and are no credit note that takes one back.
fn standing(rows: &[InvoiceRow]) -> impl Iterator<Item = &InvoiceRow> {
    rows.iter()
        .filter(|i| i.corrects.is_none() && !rows.iter().any(|other| other.corrects.as_ref() == Some(&i.id)))
}

fn named<'a>(rows: &'a [InvoiceRow], number: &str, name: &str) -> Result<&'a InvoiceRow, Failure> {
    let number = number.trim();
    rows.iter().find(|i| printed(&i.party, i.number) == number || i.number.to_string() == number).ok_or_else(
        || {
            refuse(
                "invoice-unknown",
                format!("there is no invoice `{number}` in the name of `{name}`"),
                "`tantieme invoice list PARTY` shows all",
            )
        },
    )
}

#[allow(clippy::too_many_arguments)]
async fn record(
    house: &House,
    tx: &mut Tx,
    invoice: &Invoice,
    (start, end): (Date, Date),
    corrects: Option<music::InvoiceId>,
    number: i64,
    gross: Amount,
    now: Timestamp,
) -> Result<InvoiceRow, Failure> {
    let body = json(invoice)?;
    let party: PartyId = invoice
        .party_id
        .parse()
        .map_err(|e: music::id::BadId| Failure::Fault(store::Fault::new(e.to_string())))?;
    let row = InvoiceRow {
        id: house.invoice_id(),
        party,
        number,
        currency: gross.currency(),
        kind: invoice.kind.clone(),
        start,
        end,
        corrects,
        gross,
        hash: Hash::of(body.as_bytes()).to_string(),
        body,
        issued: now,
    };
    tx.insert_invoice(house.store.fields(), &row, house.world.nonce()).await?;
    Ok(row)
}

/// The number as printed: a series for each payee, named by the first six letters of its id.
fn printed(party: &PartyId, number: i64) -> String {
    let letters = party.as_str().split_once('-').map_or(party.as_str(), |(_, rest)| rest);
    format!("SB-{}-{number:04}", letters.chars().take(6).collect::<String>())
}

async fn house_side(tx: &mut Tx, now: Timestamp, treatment: Treatment) -> Result<Side, Failure> {
    let address = policy::text(tx, "house-address", now).await?;
    let parts: Vec<&str> = address.split(';').map(str::trim).collect();
    let &[street, building, postcode, town, country] = parts.as_slice() else {
        return Err(refuse(
            "house-particulars",
            "the house's address is not set",
            "`tantieme policy set house-address \"STREET; NUMBER; POSTCODE; TOWN; COUNTRY\"`",
        ));
    };
    let vat_id = compact(&policy::text(tx, "house-vat-id", now).await?);
    if vat_id.is_empty() && treatment == Treatment::ReverseCharge {
        return Err(refuse(
            "house-particulars",
            "a reverse charge needs the house's VAT id",
            "`tantieme policy set house-vat-id ID`",
        ));
    }
    Ok(Side {
        name: policy::text(tx, "house-name", now).await?,
        address: address_lines(street, building, postcode, town, country),
        country: country.to_ascii_uppercase(),
        vat_id,
        registration: policy::text(tx, "house-registration", now).await?,
    })
}

/// An address as it is written on an envelope: the number before the street where that is the custom.
pub fn address_lines(street: &str, building: &str, postcode: &str, town: &str, country: &str) -> Vec<String> {
    let number_first = ["FR", "GB", "IE", "US", "CA", "AU", "NZ", "LU", "MC"];
    let before = number_first.iter().any(|c| c.eq_ignore_ascii_case(country));
    let first = if before { format!("{building} {street}") } else { format!("{street} {building}") };
    let second = if ["GB", "US", "CA", "AU", "IE"].iter().any(|c| c.eq_ignore_ascii_case(country)) {
        format!("{town} {postcode}")
    } else {
        format!("{postcode} {town}")
    };
    [first, second].iter().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect()
}

fn checked(mut mandate: Mandate) -> Result<Mandate, Failure> {
    let s = &mut mandate.supplier;
    s.name = s.name.trim().to_owned();
    s.country = s.country.trim().to_ascii_uppercase();
    s.address.retain(|l| !l.trim().is_empty());
    s.vat_id = compact(&s.vat_id);
    if s.name.is_empty() || s.address.is_empty() || s.country.len() != 2 {
        return Err(refuse(
            "invoice-particulars",
            "an invoice needs the payee's legal name, address and country",
            "give them as the tax office knows them, the country as two letters",
        ));
    }
    if !s.vat_id.is_empty() && !looks_like_vat_id(&s.vat_id) {
        return Err(refuse(
            "vat-id",
            format!("`{}` is not a VAT id", s.vat_id),
            "two letters of the country, then 2 to 13 letters and digits, such as FR40303265045",
        ));
    }
    if s.vat_id.is_empty() && mandate.treatment != Treatment::NotLiable {
        return Err(refuse(
            "vat-id",
            format!("`{}` needs the payee's VAT id", mandate.treatment.word()),
            "without one, `not-liable` is meant",
        ));
    }
    let rate = rate_of(&mandate)?;
    if (mandate.treatment == Treatment::Standard) == rate.is_zero() {
        return Err(refuse(
            "vat-rate",
            format!("a rate of {rate} does not go with `{}`", mandate.treatment.word()),
            "`standard` has a rate above nothing, such as `20 %`; the others have none",
        ));
    }
    mandate.rate = rate.to_string();
    Ok(mandate)
}

fn rate_of(mandate: &Mandate) -> Result<Ratio, Failure> {
    let text = if mandate.rate.trim().is_empty() { "0 %" } else { mandate.rate.as_str() };
    text.parse().map_err(|e: money::RatioError| {
        refuse("vat-rate", e.to_string(), "write a percentage, such as `20 %` or `5.5 %`")
    })
}

fn looks_like_vat_id(text: &str) -> bool {
    let (country, rest) = text.split_at_checked(2).unwrap_or(("", text));
    country.bytes().all(|b| b.is_ascii_uppercase())
        && !country.is_empty()
        && (2..=13).contains(&rest.len())
        && rest.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'+' || b == b'*')
}

fn compact(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-')).collect::<String>().to_uppercase()
}

fn whole_days(period: Period, today: Date) -> Result<(Date, Date), Failure> {
    match (period.start, period.end) {
        (Some(start), Some(end)) if end <= today => Ok((start, end)),
        _ => Err(refuse(
            "invoice-period",
            "an invoice is of days that are over",
            "name a month or a span that has ended, such as `2026-09`",
        )),
    }
}

fn no_mandate(name: &str) -> Failure {
    refuse(
        "mandate-missing",
        format!("the house has no mandate of `{name}` to write invoices"),
        "note the mandate: `tantieme invoice mandate PARTY …`",
    )
}

fn read(row: &InvoiceRow) -> Result<Invoice, Failure> {
    serde_json::from_str(&row.body)
        .map_err(|e| Failure::Fault(store::Fault::new(format!("invoice {} cannot be read: {e}", row.id))))
}

fn read_mandate(row: &MandateRow) -> Result<Mandate, Failure> {
    serde_json::from_str(&row.body).map_err(|e| {
        Failure::Fault(store::Fault::new(format!("the mandate of {} cannot be read: {e}", row.party)))
    })
}

fn signed(house: &House, invoice: Invoice) -> Result<IssuedInvoice, Failure> {
    let fault = |e: String| Failure::Fault(store::Fault::new(e));
    let key = proof::note::SigningKey::from_seed(&house.origin, &house.log_seed)
        .map_err(|e| fault(e.to_string()))?;
    let note =
        proof::note::Note::new(&signed_text(&invoice)?).map_err(|e| fault(e.to_string()))?.signed_by(&key);
    Ok(IssuedInvoice { invoice, proof: note.to_string() })
}

fn signed_text(invoice: &Invoice) -> Result<String, Failure> {
    let hash = Hash::of(json(invoice)?.as_bytes());
    Ok(format!("tantieme/invoice/1\n{}\n{hash}\n", invoice.party_id))
}

/// JSON in the order of the fields, without white space: what is kept, hashed and signed.
fn json<T: Serialize>(value: &T) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|e| Failure::Fault(store::Fault::new(e.to_string())))
}

fn amount(text: &str, currency: Currency) -> Result<Amount, Failure> {
    Amount::from_decimal(text, currency)
        .map_err(|e| Failure::Fault(store::Fault::new(format!("an amount cannot be read: {e}"))))
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

fn after(day: Date, days: u32) -> Date {
    Span::new().try_days(days).ok().and_then(|span| day.checked_add(span).ok()).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_contains_vat_is_split_to_the_cent() {
        for (gross, rate, net, vat) in [
            ("EUR 12", "20 %", "EUR 10", "EUR 2"),
            ("EUR 1", "20 %", "EUR 0.83", "EUR 0.17"),
            ("EUR 0.01", "20 %", "EUR 0.01", "EUR 0"),
            ("EUR -1", "20 %", "EUR -0.83", "EUR -0.17"),
            ("EUR 10.55", "5.5 %", "EUR 10", "EUR 0.55"),
            ("EUR 7.77", "0 %", "EUR 7.77", "EUR 0"),
            ("JPY 110", "10 %", "JPY 100", "JPY 10"),
        ] {
            let amount = |t: &str| t.parse::<Amount>().unwrap();
            let got = parts(amount(gross), rate.parse().unwrap()).unwrap();
            assert_eq!(got, (amount(net), amount(vat)), "{gross} at {rate}");
        }
    }

    #[test]
    fn vat_ids_are_looked_at() {
        for (text, fine) in [
            ("FR40303265045", true),
            ("GB123456789", true),
            ("DE1", false),
            ("123456", false),
            ("", false),
            ("ÉÉ12", false),
        ] {
            assert_eq!(looks_like_vat_id(text), fine, "{text}");
        }
        assert_eq!(compact("fr 40 303-265.045"), "FR40303265045");
    }

    #[test]
    fn an_address_follows_its_country() {
        assert_eq!(
            address_lines("rue de la Part", "12", "42000", "Saint-Etienne", "FR"),
            ["12 rue de la Part", "42000 Saint-Etienne"]
        );
        assert_eq!(address_lines("Hafenweg", "3", "20457", "Hamburg", "DE"), ["Hafenweg 3", "20457 Hamburg"]);
        assert_eq!(address_lines("", "", "", "Ely", "GB"), ["Ely"]);
    }
}
