//! Electronic invoices: the semantic model of EN 16931, its rules, and its form as CII XML (profile EN 16931 of
//! Factur-X 1.0, `urn:cen.eu:en16931:2017`).
//!
//! Only what the house sells is modelled: services with a price, no charges or allowances, one currency. Codes of
//! the standard stand in parentheses (BT-1 is a field, BR-CO-10 a rule). This module has no idea who is billed for
//! what; it sees an invoice, says what the standard refuses, and writes it.

mod check;
mod write;

use jiff::civil::Date;
use money::{Amount, Ratio};

pub use check::check;
pub use write::cii;

/// The file name of the XML inside a Factur-X document.
pub const FILE_NAME: &str = "factur-x.xml";

/// What kind of document it is (BT-3, UNTDID 1001).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A commercial invoice, 380.
    Invoice,
    /// A credit note, 381; its amounts are above nothing and are owed to the buyer.
    CreditNote,
}

impl Kind {
    /// The code of UNTDID 1001.
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Invoice => "380",
            Kind::CreditNote => "381",
        }
    }
}

/// How VAT is treated (BT-118 and BT-151, UNTDID 5305).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// `S`: VAT at a rate above nothing.
    Standard,
    /// `Z`: VAT at a rate of nothing.
    Zero,
    /// `E`: exempt, with its reason.
    Exempt,
    /// `AE`: the buyer owes the VAT.
    ReverseCharge,
    /// `O`: outside the scope of VAT.
    Outside,
}

impl Category {
    /// All of them.
    pub const ALL: [Category; 5] =
        [Category::Standard, Category::Zero, Category::Exempt, Category::ReverseCharge, Category::Outside];

    /// The code of UNTDID 5305.
    pub const fn code(self) -> &'static str {
        match self {
            Category::Standard => "S",
            Category::Zero => "Z",
            Category::Exempt => "E",
            Category::ReverseCharge => "AE",
            Category::Outside => "O",
        }
    }

    /// The category a code stands for.
    pub fn from_code(code: &str) -> Option<Category> {
        Category::ALL.into_iter().find(|c| c.code() == code)
    }
}

/// Seller or buyer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trader {
    /// Name as registered (BT-27, BT-44).
    pub name: String,
    /// SIRET, fourteen digits, as an identifier (BT-29, BT-46; scheme 0009); may be empty.
    pub siret: String,
    /// Number in a trade register where there is no SIRET (BT-30, BT-47); may be empty.
    pub registration: String,
    /// VAT id (BT-31, BT-48); may be empty.
    pub vat_id: String,
    /// Address, at most three lines (BT-35, BT-36, BT-162; BT-50, BT-51, BT-163).
    pub address: Vec<String>,
    /// Post code (BT-38, BT-53).
    pub postcode: String,
    /// Town (BT-37, BT-52).
    pub town: String,
    /// Country, two letters (BT-40, BT-55).
    pub country: String,
}

impl Invoice {
    /// What is still to be paid (BT-115, BR-CO-16); nothing where the sums do not go together.
    pub fn payable(&self) -> Amount {
        self.gross.checked_sub(self.prepaid).unwrap_or(Amount::zero(self.gross.currency()))
    }
}

impl Trader {
    /// The SIREN: the first nine digits of the SIRET; empty without one.
    pub fn siren(&self) -> &str {
        self.siret.get(..9).unwrap_or("")
    }
}

/// A line (BG-25).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is (BT-153).
    pub name: String,
    /// More about it (BT-154); may be empty.
    pub description: String,
    /// How many (BT-129), above nothing.
    pub quantity: u64,
    /// The unit (BT-130, UN/ECE Rec. 20): `C62` one, `H87` piece.
    pub unit: String,
    /// The net price of one (BT-146), up to six decimals.
    pub price: Amount,
    /// Quantity times price, to the cent (BT-131).
    pub net: Amount,
    /// How VAT is treated (BT-151).
    pub category: Category,
    /// The rate (BT-152).
    pub rate: Ratio,
}

/// The VAT of one category and rate (BG-23).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tax {
    /// Category (BT-118).
    pub category: Category,
    /// Rate (BT-119).
    pub rate: Ratio,
    /// What it is due on (BT-116).
    pub base: Amount,
    /// What is due (BT-117).
    pub amount: Amount,
    /// Why none is due (BT-120); empty where some is.
    pub reason: String,
    /// The code of that reason (BT-121, list VATEX); may be empty.
    pub reason_code: String,
}

/// An invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Number (BT-1).
    pub number: String,
    /// Invoice or credit note (BT-3).
    pub kind: Kind,
    /// Day of issue (BT-2).
    pub issued: Date,
    /// Day the payment is due (BT-9).
    pub due: Option<Date>,
    /// Terms of payment in words (BT-20); may be empty.
    pub terms: String,
    /// Notes (BT-22); one that begins with a code and a colon, such as `PMD:`, has it as its subject ([`note_parts`]).
    pub notes: Vec<String>,
    /// The buyer's reference (BT-10): the service code of a French public buyer; may be empty.
    pub service_code: String,
    /// The buyer's order (BT-13): the `numéro d'engagement`; may be empty.
    pub order: String,
    /// The contract (BT-12); may be empty.
    pub contract: String,
    /// The invoice that is corrected (BT-25) and its day (BT-26).
    pub corrects: Option<(String, Date)>,
    /// Seller (BG-4).
    pub seller: Trader,
    /// Buyer (BG-7).
    pub buyer: Trader,
    /// First day of what is billed (BT-73).
    pub from: Date,
    /// Last day of it (BT-74).
    pub to: Date,
    /// Lines (BG-25).
    pub lines: Vec<Line>,
    /// VAT by category and rate (BG-23).
    pub taxes: Vec<Tax>,
    /// Sum of the lines (BT-106) and, without charges or allowances, total without VAT (BT-109).
    pub net: Amount,
    /// Total VAT (BT-110).
    pub vat: Amount,
    /// Total with VAT (BT-112); what is due (BT-115) is that without what was paid before.
    pub gross: Amount,
    /// What was paid before it was issued (BT-113).
    pub prepaid: Amount,
    /// The creditor reference to be written on the transfer (BT-83); may be empty.
    pub payment_reference: String,
    /// The account to pay to (BT-84); empty where none is known.
    pub iban: String,
    /// Its holder (BT-85).
    pub holder: String,
    /// Its bank (BT-86); may be empty.
    pub bic: String,
}

/// The subject of a note (BT-21, UNTDID 4451) and its words: what French law wants said about costs of recovery
/// (`PMT:`), late payment (`PMD:`) and discounts (`AAB:`) is told apart by it; empty where there is none.
pub fn note_parts(note: &str) -> (&str, &str) {
    match note.split_once(':') {
        Some((code, words)) if ["PMT", "PMD", "AAB"].contains(&code.trim()) => (code.trim(), words.trim()),
        _ => ("", note),
    }
}

/// A rate as the standard writes it: percent, with as few decimals as say it exactly to four.
///
/// Worked: `20 %` is `20`, `5.5 %` is `5.5`.
pub fn percent(rate: Ratio) -> String {
    let text = format!("{}.{:04}", rate.ppm_floor() / 10_000, rate.ppm_floor() % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The VAT on a base, rounded to the nearest minor unit, halves away from nothing (BR-CO-17).
///
/// Worked: 20 % of EUR 10.02 is 2.00; of EUR 10.03, 2.01; 5.5 % of EUR 1.00 is 0.06. `None` beyond 64 bits.
pub fn vat_on(base: Amount, rate: Ratio) -> Option<Amount> {
    base.times_to_minor(u64::from(rate.numerator()), u64::from(rate.denominator()))
}

/// Quantity times price, to the nearest minor unit, halves away from nothing. `None` beyond 64 bits.
pub fn line_net(quantity: u64, price: Amount) -> Option<Amount> {
    price.times_to_minor(quantity, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vat_is_rounded_half_up_per_rate() {
        let eur = |t: &str| format!("EUR {t}").parse::<Amount>().unwrap();
        for (base, rate, want) in [
            ("10.02", "20 %", "2.00"),
            ("10.03", "20 %", "2.01"),
            ("1", "5.5 %", "0.06"),
            ("0.09", "5.5 %", "0.00"),
            ("0.10", "5 %", "0.01"),
            ("-0.10", "5 %", "-0.01"),
            ("4000", "20 %", "800"),
            ("3333.33", "2.1 %", "70.00"),
            ("9.99", "0 %", "0"),
        ] {
            assert_eq!(vat_on(eur(base), rate.parse().unwrap()), Some(eur(want)), "{rate} of {base}");
        }
        assert_eq!(line_net(3, eur("0.333333")), Some(eur("1.00")));
        assert_eq!(line_net(u64::MAX, eur("1000000")), None);
        assert_eq!(percent("5.5 %".parse().unwrap()), "5.5");
        assert_eq!(percent("20 %".parse().unwrap()), "20");
        assert_eq!(percent("0 %".parse().unwrap()), "0");
    }
}
