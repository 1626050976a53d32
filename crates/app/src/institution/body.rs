//! An invoice as it is kept: JSON whose fields are texts, equal for equal invoices.

use formats::einvoice::{Category, Invoice, Kind, Line, Tax, Trader};
use money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use store::Fault;

/// An invoice to an institution, as kept, hashed and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Number.
    pub number: String,
    /// `invoice` or `credit-note`.
    pub kind: String,
    /// Day of issue.
    pub issued: String,
    /// Day it is due.
    pub due: String,
    /// The language of its words.
    pub lang: String,
    /// Notes.
    pub notes: Vec<String>,
    /// The buyer's service code.
    pub service_code: String,
    /// The buyer's order number.
    pub order: String,
    /// The contract.
    pub contract: String,
    /// The number of the invoice that is corrected; empty on an invoice.
    pub corrects: String,
    /// Its day of issue.
    pub corrects_issued: String,
    /// Who sells.
    pub seller: TraderBody,
    /// Who is billed.
    pub buyer: TraderBody,
    /// First day of what is billed.
    pub from: String,
    /// Last day of it.
    pub to: String,
    /// ISO 4217.
    pub currency: String,
    /// Lines.
    pub lines: Vec<LineBody>,
    /// VAT by category and rate.
    pub taxes: Vec<TaxBody>,
    /// Without VAT, six decimals.
    pub net: String,
    /// VAT.
    pub vat: String,
    /// Both together.
    pub gross: String,
    /// What was paid before it was issued; empty where nothing was.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prepaid: String,
    /// The creditor reference for the transfer.
    pub payment_reference: String,
    /// The house's account.
    pub iban: String,
    /// Its holder.
    pub holder: String,
    /// Its bank.
    pub bic: String,
}

/// Seller or buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraderBody {
    /// Legal name.
    pub name: String,
    /// SIRET.
    pub siret: String,
    /// Another registration.
    pub registration: String,
    /// VAT id.
    pub vat_id: String,
    /// Address, without post code and town.
    pub address: Vec<String>,
    /// Post code.
    pub postcode: String,
    /// Town.
    pub town: String,
    /// Country.
    pub country: String,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineBody {
    /// What it is.
    pub name: String,
    /// More about it.
    pub description: String,
    /// How many.
    pub quantity: u64,
    /// The unit.
    pub unit: String,
    /// The price of one.
    pub price: String,
    /// Both together.
    pub net: String,
    /// VAT category.
    pub category: String,
    /// VAT rate.
    pub rate: String,
}

/// The VAT of a category and rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxBody {
    /// Category.
    pub category: String,
    /// Rate.
    pub rate: String,
    /// What it is due on.
    pub base: String,
    /// What is due.
    pub amount: String,
    /// Why none is due.
    pub reason: String,
    /// The code of that reason.
    pub reason_code: String,
}

impl Body {
    /// What an invoice says, in a language.
    pub fn of(i: &Invoice, lang: &str) -> Body {
        let day = |d: Option<jiff::civil::Date>| d.map(|d| d.to_string()).unwrap_or_default();
        Body {
            number: i.number.clone(),
            kind: if i.kind == Kind::Invoice { "invoice" } else { "credit-note" }.to_owned(),
            issued: i.issued.to_string(),
            due: day(i.due),
            lang: lang.to_owned(),
            notes: i.notes.clone(),
            service_code: i.service_code.clone(),
            order: i.order.clone(),
            contract: i.contract.clone(),
            corrects: i.corrects.as_ref().map(|c| c.0.clone()).unwrap_or_default(),
            corrects_issued: day(i.corrects.as_ref().map(|c| c.1)),
            seller: TraderBody::of(&i.seller),
            buyer: TraderBody::of(&i.buyer),
            from: i.from.to_string(),
            to: i.to.to_string(),
            currency: i.net.currency().code().to_owned(),
            lines: i.lines.iter().map(LineBody::of).collect(),
            taxes: i.taxes.iter().map(TaxBody::of).collect(),
            net: i.net.to_decimal(),
            vat: i.vat.to_decimal(),
            gross: i.gross.to_decimal(),
            prepaid: if i.prepaid.is_zero() { String::new() } else { i.prepaid.to_decimal() },
            payment_reference: i.payment_reference.clone(),
            iban: i.iban.clone(),
            holder: i.holder.clone(),
            bic: i.bic.clone(),
        }
    }

    /// Reads what is kept.
    pub fn read(text: &str) -> Result<Body, Fault> {
        serde_json::from_str(text).map_err(|e| Fault::new(format!("an invoice cannot be read: {e}")))
    }

    /// The text that is kept and hashed.
    pub fn text(&self) -> Result<String, Fault> {
        serde_json::to_string(self).map_err(|e| Fault::new(e.to_string()))
    }

    /// The invoice again.
    pub fn invoice(&self) -> Result<Invoice, Fault> {
        let currency: Currency = read("currency", &self.currency)?;
        let amount = |text: &str| money_of(text, currency);
        let kind = if self.kind == "credit-note" { Kind::CreditNote } else { Kind::Invoice };
        let corrects = if self.corrects.is_empty() {
            None
        } else {
            Some((self.corrects.clone(), read("day", &self.corrects_issued)?))
        };
        Ok(Invoice {
            number: self.number.clone(),
            kind,
            issued: read("day", &self.issued)?,
            due: if self.due.is_empty() { None } else { Some(read("day", &self.due)?) },
            terms: String::new(),
            notes: self.notes.clone(),
            service_code: self.service_code.clone(),
            order: self.order.clone(),
            contract: self.contract.clone(),
            corrects,
            seller: self.seller.trader(),
            buyer: self.buyer.trader(),
            from: read("day", &self.from)?,
            to: read("day", &self.to)?,
            lines: self.lines.iter().map(|l| l.line(currency)).collect::<Result<_, _>>()?,
            taxes: self.taxes.iter().map(|t| t.tax(currency)).collect::<Result<_, _>>()?,
            net: amount(&self.net)?,
            vat: amount(&self.vat)?,
            gross: amount(&self.gross)?,
            prepaid: if self.prepaid.is_empty() { Amount::zero(currency) } else { amount(&self.prepaid)? },
            payment_reference: self.payment_reference.clone(),
            iban: self.iban.clone(),
            holder: self.holder.clone(),
            bic: self.bic.clone(),
        })
    }
}

impl TraderBody {
    fn of(t: &Trader) -> TraderBody {
        TraderBody {
            name: t.name.clone(),
            siret: t.siret.clone(),
            registration: t.registration.clone(),
            vat_id: t.vat_id.clone(),
            address: t.address.clone(),
            postcode: t.postcode.clone(),
            town: t.town.clone(),
            country: t.country.clone(),
        }
    }

    fn trader(&self) -> Trader {
        Trader {
            name: self.name.clone(),
            siret: self.siret.clone(),
            registration: self.registration.clone(),
            vat_id: self.vat_id.clone(),
            address: self.address.clone(),
            postcode: self.postcode.clone(),
            town: self.town.clone(),
            country: self.country.clone(),
        }
    }
}

impl LineBody {
    fn of(l: &Line) -> LineBody {
        LineBody {
            name: l.name.clone(),
            description: l.description.clone(),
            quantity: l.quantity,
            unit: l.unit.clone(),
            price: l.price.to_decimal(),
            net: l.net.to_decimal(),
            category: l.category.code().to_owned(),
            rate: l.rate.to_string(),
        }
    }

    fn line(&self, currency: Currency) -> Result<Line, Fault> {
        Ok(Line {
            name: self.name.clone(),
            description: self.description.clone(),
            quantity: self.quantity,
            unit: self.unit.clone(),
            price: money_of(&self.price, currency)?,
            net: money_of(&self.net, currency)?,
            category: category(&self.category)?,
            rate: read("rate", &self.rate)?,
        })
    }
}

impl TaxBody {
    fn of(t: &Tax) -> TaxBody {
        TaxBody {
            category: t.category.code().to_owned(),
            rate: t.rate.to_string(),
            base: t.base.to_decimal(),
            amount: t.amount.to_decimal(),
            reason: t.reason.clone(),
            reason_code: t.reason_code.clone(),
        }
    }

    fn tax(&self, currency: Currency) -> Result<Tax, Fault> {
        Ok(Tax {
            category: category(&self.category)?,
            rate: read("rate", &self.rate)?,
            base: money_of(&self.base, currency)?,
            amount: money_of(&self.amount, currency)?,
            reason: self.reason.clone(),
            reason_code: self.reason_code.clone(),
        })
    }
}

fn category(code: &str) -> Result<Category, Fault> {
    Category::from_code(code).ok_or_else(|| Fault::new(format!("`{code}` is no category of VAT")))
}

fn money_of(text: &str, currency: Currency) -> Result<Amount, Fault> {
    Amount::from_decimal(text, currency).map_err(|e| Fault::new(format!("an amount cannot be read: {e}")))
}

fn read<T: std::str::FromStr>(what: &str, text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::new(format!("`{text}` is no {what}")))
}
