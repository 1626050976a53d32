//! Billing an institution: the invoice and the pots its money is for; beside it the money as it arrives, the way back,
//! and what is billed by itself.
//!
//! Numbers run from 1 without gaps in a series of each year. An issued invoice never changes: a credit note takes it
//! back as a whole, and the days can be billed again. VAT never enters a pot: it waits under `vat:COUNTRY`. Money
//! that arrives in parts fills the earliest spans first, each institution's in proportion.

mod credit;
mod due;
mod receive;

use formats::bank::CreditorReference;
use formats::einvoice::{self, Category, Trader};
use jiff::Timestamp;
use jiff::civil::Date;
use ledger::{Account, Draft, Hash, Suspense};
use money::{Amount, Ratio};
use music::SaleId;
use music::pot::{PayerRole, Programme};
use programmes::streaming::contract::{Part, Terms};
use programmes::streaming::invoice::{Bill, Heads, Vat, invoice, word};
use store::{ContractRow, ContributionRow, PotRow, SalePartRow, SaleRow, SuspenseRow, Tx};

use crate::failure::refuse;
use crate::institution::{Body, agree, contract_in, found, particulars, terms, today};
use crate::{Failure, House, policy};

pub use credit::credit;
pub use due::issue_due;
pub(crate) use receive::receive_in;
pub use receive::{assign, receive};

/// An invoice or credit note with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// As issued.
    pub row: SaleRow,
    /// What it says.
    pub body: Body,
    /// What arrived for it.
    pub received: Amount,
    /// The number of the credit note that takes it back; empty where none does.
    pub credited_by: String,
    /// What its money is for.
    pub parts: Vec<SalePartRow>,
}

impl Sale {
    /// What is still to be paid; nothing once it is taken back.
    pub fn open(&self) -> Amount {
        let done = self.row.kind != "invoice" || !self.credited_by.is_empty();
        let zero = Amount::zero(self.row.gross.currency());
        if done { zero } else { self.row.gross.checked_sub(self.received).unwrap_or(zero) }
    }

    /// The invoice as the standard sees it.
    pub fn invoice(&self) -> Result<einvoice::Invoice, Failure> {
        Ok(self.body.invoice()?)
    }

    /// The invoice as CII XML.
    pub fn cii(&self) -> Result<String, Failure> {
        Ok(einvoice::cii(&self.body.invoice()?))
    }
}

/// Bills a contract: its whole term, or some of its days.
///
/// # Errors
/// In this order: `contract-unknown`, `sale-days` (outside the term), `sale-overlap` (billed already),
/// `billing-missing`, `house-particulars`, `sale-vat`, `sale-nothing`, `invoice-rule` (what EN 16931 refuses).
pub async fn issue(
    house: &House,
    contract: &str,
    days: Option<(Date, Date)>,
    by: &str,
) -> Result<Sale, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let row = contract_in(&mut tx, contract).await?;
    tx.hold_books().await?;
    let members = tx.contract_members(&row.id).await?;
    let terms = terms(&row, &members)?;
    let (from, until) = days.unwrap_or((row.start, row.end));
    free_days(house, &mut tx, &row, from, until).await?;
    let holder = found(&mut tx, row.holder.as_str()).await?;
    let billing = particulars::billing_in(house, &mut tx, &holder).await?.ok_or_else(|| {
        refuse(
            "billing-missing",
            format!("what an invoice to `{}` needs is not known", holder.name),
            "`tantieme institution billing NAME --name … --siret …`",
        )
    })?;
    let seller = house_as_seller(&mut tx, now).await?;
    let buyer = Trader {
        name: billing.name,
        siret: billing.siret,
        registration: billing.registration,
        vat_id: if row.vat == "O" { String::new() } else { billing.vat_id },
        address: billing.address,
        postcode: billing.postcode,
        town: billing.town,
        country: billing.country,
    };
    let seller = Trader { vat_id: if row.vat == "O" { String::new() } else { seller.vat_id }, ..seller };
    let vat = vat_of(&mut tx, &row, &seller, &buyer, from).await?;
    let issued = today(house);
    let (series, number, printed) = next_number(&mut tx, issued, now).await?;
    let id = house.sale_id();
    let reference = CreditorReference::from_body(id.as_str().trim_start_matches("sal-"))
        .map_err(|e| store::Fault::new(e.to_string()))?
        .to_string();
    let names = names(&mut tx, &terms).await?;
    let bill = Bill {
        terms: &terms,
        names: &names,
        subject: if row.subject.is_empty() { "Tantième" } else { &row.subject },
        from,
        until,
        vat,
        lang: &row.lang,
    };
    let house_notes = policy::text(&mut tx, "sale-notes", now).await?;
    let heads = Heads {
        number: printed.clone(),
        issued,
        due: after(issued, policy::count(&mut tx, "sale-due-days", now).await?),
        notes: house_notes.split(" | ").map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned).collect(),
        service_code: billing.service_code,
        order: row.order.clone(),
        contract: row.id.to_string(),
        seller: seller.clone(),
        buyer,
        payment_reference: reference.clone(),
        iban: policy::text(&mut tx, "house-iban", now).await?.replace(' ', ""),
        holder: policy::text(&mut tx, "house-name", now).await?,
        bic: policy::text(&mut tx, "house-bic", now).await?,
    };
    let due = heads.due;
    let made = invoice(&bill, heads).map_err(|e| refuse("contract-terms", e.to_string(), ""))?;
    if !made.net.is_positive() {
        return Err(refuse(
            "sale-nothing",
            format!("the days from {from} until {until} cost nothing"),
            "bill more days, or let the contract run without an invoice",
        ));
    }
    lawful(&made)?;
    let body = Body::of(&made, &row.lang);
    let text = body.text()?;
    let sale = SaleRow {
        id,
        series,
        number,
        printed,
        kind: "invoice".to_owned(),
        contract: row.id.clone(),
        buyer: row.holder.clone(),
        start: from,
        end: until,
        net: made.net,
        vat: made.vat,
        gross: made.gross,
        vat_country: seller.country,
        corrects: None,
        reference,
        hash: Hash::of(text.as_bytes()).to_string(),
        body: text,
        issued,
        due,
        at: now,
    };
    tx.insert_sale(house.store.fields(), &sale, house.world.nonce()).await?;
    let parts =
        terms.parts(made.net, from, until).map_err(|e| refuse("contract-terms", e.to_string(), ""))?;
    let parts = open_pots(house, &mut tx, &sale, &row, &terms, &names, parts, now).await?;
    tx.note(now, by, "invoice to institution", sale.id.as_str(), &sale.printed).await?;
    tx.commit().await?;
    let received = Amount::zero(sale.gross.currency());
    Ok(Sale { row: sale, body, received, credited_by: String::new(), parts })
}

/// Refuses days outside the contract, or such as stand on an invoice that holds.
async fn free_days(
    house: &House,
    tx: &mut Tx,
    row: &ContractRow,
    from: Date,
    until: Date,
) -> Result<(), Failure> {
    if from >= until || from < row.start || until > row.end {
        return Err(refuse(
            "sale-days",
            format!("the contract runs from {} until {}, not from {from} until {until}", row.start, row.end),
            "bill days of its term",
        ));
    }
    let sales = tx.sales_of_contract(house.store.fields(), &row.id).await?;
    let undone: Vec<&SaleId> = sales.iter().filter_map(|s| s.corrects.as_ref()).collect();
    let holds = |s: &&SaleRow| s.kind == "invoice" && !undone.contains(&&s.id);
    if let Some(other) = sales.iter().filter(holds).find(|s| s.start < until && from < s.end) {
        return Err(refuse(
            "sale-overlap",
            format!("the invoice `{}` covers {} until {} already", other.printed, other.start, other.end),
            "bill other days, or take that invoice back first: `tantieme institution credit`",
        ));
    }
    Ok(())
}

fn lawful(made: &einvoice::Invoice) -> Result<(), Failure> {
    let problems = einvoice::check(made);
    if problems.is_empty() {
        return Ok(());
    }
    let words: Vec<String> = problems.into_iter().map(|p| p.message).collect();
    Err(refuse(
        "invoice-rule",
        format!("EN 16931 refuses this invoice: {}", words.join("; ")),
        "mend what it names: the house's policies, the billing particulars, or the contract",
    ))
}

async fn next_number(tx: &mut Tx, issued: Date, now: Timestamp) -> Result<(String, i64, String), Failure> {
    // Letters and digits alone: the number stands in addresses and names of files.
    let prefix = policy::text(tx, "sale-series", now).await?;
    let prefix: String = prefix.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    let series = format!("{}-{}", if prefix.is_empty() { "TM" } else { &prefix }, issued.year());
    // Whoever rolls back gives the number back: no gaps.
    let number = tx.next_number(&format!("sale:{series}")).await?;
    let printed = format!("{series}-{number:04}");
    Ok((series, number, printed))
}

async fn names(tx: &mut Tx, terms: &Terms) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for member in &terms.members {
        names.push(tx.party(&member.institution).await?.map(|p| p.party.name).unwrap_or_default());
    }
    Ok(names)
}

async fn vat_of(
    tx: &mut Tx,
    row: &ContractRow,
    seller: &Trader,
    buyer: &Trader,
    day: Date,
) -> Result<Vat, Failure> {
    let category = Category::from_code(&row.vat)
        .ok_or_else(|| store::Fault::new(format!("`{}` is no category of VAT", row.vat)))?;
    let refused = |message: String, hint: &str| Err(refuse("sale-vat", message, hint));
    let rate = match category {
        Category::Standard => match tx.vat_rate(&seller.country, &row.vat_class, day).await? {
            Some(rate) => rate,
            None => {
                let message = format!("no rate `{}` of {} is known for {day}", row.vat_class, seller.country);
                return refused(
                    message,
                    "`tantieme institution vat set FR standard \"20 %\" --since 2014-01-01`",
                );
            }
        },
        _ => Ratio::ZERO,
    };
    if category == Category::ReverseCharge && (buyer.vat_id.is_empty() || buyer.country == seller.country) {
        let message = "a reverse charge needs a buyer with a VAT id in another country".to_owned();
        return refused(message, "`tantieme institution billing NAME --vat-id …`, or a contract with VAT");
    }
    let (reason, reason_code) = match category {
        Category::Standard | Category::Zero => (String::new(), String::new()),
        Category::Exempt => (row.exemption.clone(), row.exemption_code.clone()),
        Category::ReverseCharge => (word(&row.lang, "AE").to_owned(), "VATEX-EU-AE".to_owned()),
        Category::Outside => (word(&row.lang, "O").to_owned(), "VATEX-EU-O".to_owned()),
    };
    Ok(Vat { category, rate, reason, reason_code })
}

/// Opens a pot for each institution and span, each with its promise.
#[allow(clippy::too_many_arguments)]
async fn open_pots(
    house: &House,
    tx: &mut Tx,
    sale: &SaleRow,
    row: &ContractRow,
    terms: &Terms,
    names: &[String],
    parts: Vec<Part>,
    now: Timestamp,
) -> Result<Vec<SalePartRow>, Failure> {
    let mut all = Vec::with_capacity(parts.len());
    for part in parts {
        let name = terms.members.iter().position(|m| m.institution == part.institution);
        let name = name.and_then(|n| names.get(n)).map(String::as_str).unwrap_or_default();
        let pot = PotRow {
            id: house.pot_id(),
            programme: Programme::Streaming.word().to_owned(),
            event: None,
            currency: part.amount.currency(),
            rule: row.rule.clone(),
            purpose: format!("{name}, {} until {} ({})", part.start, part.end, sale.printed),
            status: "open".to_owned(),
            created: now,
        };
        tx.insert_pot(&pot).await?;
        let id = house.contribution_id();
        let pledge = Draft::pending("pledge", id.as_str(), format!("pledge:{id}"))
            .memo("billed, not yet at the bank")
            .inputs(part.amount.to_string())
            .debit(Account::pledge(pot.id.as_str()), part.amount)
            .credit(Account::pot(pot.id.as_str()), part.amount);
        let entry = tx.post_one(now, pledge).await?;
        let reference = CreditorReference::from_body(id.as_str().trim_start_matches("con-"))
            .map_err(|e| store::Fault::new(e.to_string()))?;
        tx.insert_contribution(&ContributionRow {
            id: id.clone(),
            pot: pot.id.clone(),
            payer: part.institution.clone(),
            role: PayerRole::Subscriber,
            reference: reference.to_string(),
            pledged: part.amount,
            share: None,
            attested: "dj".to_owned(),
            received: Amount::zero(part.amount.currency()),
            pledge_entry: Some(entry.seq()),
            receipt: None,
            created: now,
        })
        .await?;
        all.push(SalePartRow {
            sale: sale.id.clone(),
            institution: part.institution,
            start: part.start,
            end: part.end,
            pot: pot.id,
            contribution: id,
            amount: part.amount,
        });
    }
    tx.insert_sale_parts(&all).await?;
    Ok(all)
}

fn waiting(house: &House, sale: &SaleRow, amount: Amount, line: Option<&str>, now: Timestamp) -> SuspenseRow {
    SuspenseRow {
        id: house.suspense_id(),
        account: Account::suspense(Suspense::Overpaid).to_string(),
        amount,
        reason: Suspense::Overpaid.word().to_owned(),
        party: Some(sale.buyer.clone()),
        recording: None,
        set_line: None,
        run: None,
        bank_line: line.map(str::to_owned),
        opened: now,
        due: None,
        destination: "refund to the payer".to_owned(),
        closed: None,
        closed_by: None,
    }
}

/// All invoices and credit notes, or those to an institution; by series and number.
pub async fn list(house: &House, who: Option<&str>) -> Result<Vec<Sale>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let rows = match who {
        None => tx.all_sales(house.store.fields()).await?,
        Some(text) => {
            let party = found(&mut tx, text).await?.row.party;
            tx.sales_to(house.store.fields(), &party).await?
        }
    };
    let mut all = Vec::new();
    for row in rows {
        all.push(shown(house, &mut tx, row).await?);
    }
    Ok(all)
}

/// One invoice or credit note by its number.
///
/// # Errors
/// `sale-unknown`.
pub async fn one(house: &House, number: &str) -> Result<Sale, Failure> {
    let mut tx = house.store.begin_read().await?;
    let row = sale_in(house, &mut tx, number).await?;
    shown(house, &mut tx, row).await
}

/// What each institution brings of an invoice, readable; empty where there is one only.
pub async fn key(house: &House, number: &str) -> Result<Vec<String>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let sale = sale_in(house, &mut tx, number).await?;
    let row = contract_in(&mut tx, sale.contract.as_str()).await?;
    let agreed = agree::shown(&mut tx, row).await?;
    let names: Vec<String> = agreed.members.iter().map(|m| m.1.clone()).collect();
    let rows: Vec<_> = agreed.members.iter().map(|m| m.0.clone()).collect();
    let terms = terms(&agreed.row, &rows)?;
    let vat = Vat {
        category: Category::Zero,
        rate: Ratio::ZERO,
        reason: String::new(),
        reason_code: String::new(),
    };
    let bill = Bill {
        terms: &terms,
        names: &names,
        subject: "",
        from: sale.start,
        until: sale.end,
        vat,
        lang: &agreed.row.lang,
    };
    programmes::streaming::invoice::attribution(&bill, sale.net)
        .map_err(|e| refuse("contract-terms", e.to_string(), ""))
}

async fn sale_in(house: &House, tx: &mut Tx, number: &str) -> Result<SaleRow, Failure> {
    let fields = house.store.fields();
    if let Ok(reference) = number.parse::<CreditorReference>()
        && let Some(row) = tx.sale_by_reference(fields, &reference.to_string()).await?
    {
        return Ok(row);
    }
    tx.sale_printed(fields, number.trim()).await?.ok_or_else(|| {
        refuse(
            "sale-unknown",
            format!("there is no invoice `{}`", number.trim()),
            "`tantieme institution invoices` shows all",
        )
    })
}

async fn shown(house: &House, tx: &mut Tx, row: SaleRow) -> Result<Sale, Failure> {
    let received = Amount::from_micros(tx.sale_received(&row.id).await?, row.gross.currency());
    let credit = tx.credit_of(house.store.fields(), &row.id).await?;
    Ok(Sale {
        body: Body::read(&row.body)?,
        received,
        credited_by: credit.map(|c| c.printed).unwrap_or_default(),
        parts: tx.sale_parts(&row.id).await?,
        row,
    })
}

/// The house as whoever sells.
///
/// # Errors
/// `house-particulars`.
pub(crate) async fn house_as_seller(tx: &mut Tx, now: Timestamp) -> Result<Trader, Failure> {
    let address = policy::text(tx, "house-address", now).await?;
    let parts: Vec<&str> = address.split(';').map(str::trim).collect();
    let &[street, building, postcode, town, country] = parts.as_slice() else {
        return Err(refuse(
            "house-particulars",
            "the house's address is not set",
            "`tantieme policy set house-address \"STREET; NUMBER; POSTCODE; TOWN; COUNTRY\"`",
        ));
    };
    let lines = crate::invoice::address_lines(street, building, "", "", country);
    let compact = |t: String| t.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>();
    let registration = policy::text(tx, "house-registration", now).await?.trim().to_owned();
    let digits: String = registration.chars().filter(|c| !c.is_whitespace()).collect();
    let siret = digits.len() == 14 && digits.bytes().all(|b| b.is_ascii_digit());
    Ok(Trader {
        name: policy::text(tx, "house-name", now).await?,
        siret: if siret { digits } else { String::new() },
        registration: if siret { String::new() } else { registration },
        vat_id: compact(policy::text(tx, "house-vat-id", now).await?).to_uppercase(),
        address: lines,
        postcode: postcode.to_owned(),
        town: town.to_owned(),
        country: country.to_ascii_uppercase(),
    })
}

fn after(day: Date, days: u32) -> Date {
    day.checked_add(jiff::Span::new().days(i64::from(days))).unwrap_or(day)
}
