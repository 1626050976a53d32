//! Payment orders to a bank: pain.001.001.09, as SEPA and the correspondent banks take it since November 2026,
//! with structured addresses only.
//!
//! It knows who is paid how much and by which way, and nothing of why. The same [`Transfers`] give the same bytes.

mod read;
mod write;

use jiff::Timestamp;
use jiff::civil::Date;
use money::{Amount, Currency};
use music::Problem;

use super::account::{Account, Bic, Country};
use super::reference::CreditorReference;
use super::sepa_text::{self, is_identifier};

pub(super) use read::read_text;
pub use read::{Block, Initiation, OrderedPayment};

/// Payments to be ordered with one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfers {
    /// The file's id, by which the bank refuses a second one: an identifier of 1 to 35 permitted characters.
    pub message_id: String,
    /// When the file was made; the same again for the same bytes.
    pub created_at: Timestamp,
    /// Who hands the file in.
    pub initiating_party: String,
    /// Whose account is debited.
    pub debtor: Debtor,
    /// When the bank shall execute payments that name no day of their own.
    pub execution_date: Date,
    /// The payments, in any order; blocks keep it.
    pub payments: Vec<Payment>,
}

/// Whose account is debited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debtor {
    /// The account holder's name.
    pub name: String,
    /// The account.
    pub account: Account,
    /// Its bank; needed for payments that leave SEPA.
    pub bic: Option<Bic>,
    /// The holder's address; needed for payments that leave the European Economic Area.
    pub address: Option<Address>,
}

/// One payment.
#[derive(Debug, Clone, PartialEq)]
pub struct Payment {
    /// The id that travels to the payee and back: 1 to 35 permitted characters, unique in the file.
    pub end_to_end_id: String,
    /// How much, in whole minor units.
    pub amount: Amount,
    /// Who is paid.
    pub creditor: String,
    /// Where to.
    pub account: Account,
    /// The payee's bank, where the account does not name it; needed for payments that leave SEPA.
    pub bic: Option<Bic>,
    /// The payee's address; needed for payments that leave SEPA.
    pub address: Option<Address>,
    /// What the payee is told.
    pub remittance: Remittance,
    /// How it travels.
    pub rail: Rail,
    /// When it shall be executed, where not with the others.
    pub execution_date: Option<Date>,
}

/// How a payment travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rail {
    /// SEPA credit transfer: euro, IBAN, charges shared by rule (`SLEV`).
    Sepa,
    /// Through correspondent banks: any currency, charges shared (`SHAR`).
    CrossBorder,
}

/// What the payee is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remittance {
    /// Nothing.
    None,
    /// A structured reference.
    Reference(CreditorReference),
    /// A text, cut to 140 characters.
    Text(String),
}

/// A structured postal address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The street without number; may be empty.
    pub street: String,
    /// The building's number; may be empty.
    pub building: String,
    /// The post code; may be empty.
    pub postcode: String,
    /// The town; needed.
    pub town: String,
    /// The country.
    pub country: Country,
}

/// A written file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The file.
    pub xml: String,
    /// Names and texts that had to be changed to what banks carry, as notices; `origin.line` is the payment's
    /// place in [`Transfers::payments`] from 1, or 0 for the debtor.
    pub changes: Vec<Problem>,
    /// The blocks in the file's order: id, how many payments, their sum.
    pub blocks: Vec<WrittenBlock>,
}

/// One block (`PmtInf`) of a written file: payments of one rail, currency and day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenBlock {
    /// Its id: the message id and a number.
    pub payment_id: String,
    /// The rail of all in it.
    pub rail: Rail,
    /// The day of all in it.
    pub execution_date: Date,
    /// Their sum.
    pub sum: Amount,
    /// Their places in [`Transfers::payments`], from 0.
    pub payments: Vec<usize>,
}

/// The rail by which an amount can reach an account.
pub fn rail_for(account: &Account, currency: Currency) -> Rail {
    match account {
        Account::Iban(iban) if iban.is_sepa() && currency == Currency::EUR => Rail::Sepa,
        _ => Rail::CrossBorder,
    }
}

impl Transfers {
    /// What keeps the file from being written; empty where nothing does.
    ///
    /// `origin.line` is the payment's place in `payments` from 1, or 0 where the whole file is meant.
    pub fn check(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let file = |code, message: String, hint: &str| Problem::new(code, 0, message, hint).fatal();
        if !is_identifier(&self.message_id) {
            found.push(file("id-invalid", format!("`{}` cannot be a message id", self.message_id), ID_HINT));
        }
        if self.payments.is_empty() {
            found.push(file(
                "nothing-to-pay",
                "the file would hold no payment".to_owned(),
                "approve a batch first",
            ));
        }
        for (what, name) in [("initiating party", &self.initiating_party), ("debtor", &self.debtor.name)] {
            if plain(name).is_empty() {
                found.push(file(
                    "name-missing",
                    format!("the {what} has no name"),
                    "set the name of the house",
                ));
            }
        }
        if self.debtor.account.bic().or(self.debtor.bic.as_ref()).is_none()
            && self.payments.iter().any(|p| p.rail == Rail::CrossBorder)
        {
            let message = "payments that leave SEPA need the BIC of the house's own bank".to_owned();
            found.push(file("bic-missing", message, "set the BIC beside the house's account"));
        }
        if self.debtor.address.is_none() && self.payments.iter().any(|p| !p.account.country().is_eea()) {
            let message =
                "payments that leave the European Economic Area need the house's address".to_owned();
            found.push(file("address-missing", message, "set at least town and country of the house"));
        }
        if i64::try_from(self.payments.iter().map(|p| i128::from(p.amount.micros())).sum::<i128>()).is_err() {
            found.push(file(
                "amount-too-large",
                "the file's sum is beyond what can be held".to_owned(),
                "split the batch",
            ));
        }
        found.extend(self.debtor.address.iter().filter_map(|a| a.problem(0)));
        let mut ids = std::collections::HashSet::new();
        for (line, payment) in (1..).zip(&self.payments) {
            found.extend(payment.problems(line));
            if !ids.insert(&payment.end_to_end_id) {
                let message = format!("the end-to-end id `{}` is used twice", payment.end_to_end_id);
                found.push(Problem::new("id-repeated", line, message, "give each payment an id of its own"));
            }
        }
        found
    }

    /// Writes the file.
    ///
    /// # Errors
    /// All that [`Transfers::check`] finds. Nothing is left out silently: a file is whole or not written.
    pub fn write(&self) -> Result<Written, Vec<Problem>> {
        let problems = self.check();
        if problems.is_empty() { Ok(write::write(self)) } else { Err(problems) }
    }
}

const ID_HINT: &str = "use 1 to 35 of letters, digits and -?:().,'+ with no / at the ends";

impl Payment {
    fn problems(&self, line: u64) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut add = |code, message: String, hint: &str| found.push(Problem::new(code, line, message, hint));
        if !is_identifier(&self.end_to_end_id) {
            add("id-invalid", format!("`{}` cannot be an end-to-end id", self.end_to_end_id), ID_HINT);
        }
        if !self.amount.is_positive() {
            add("amount-not-positive", format!("{} cannot be paid", self.amount), "leave it on the balance");
        } else if self.amount.round_down_to_minor() != self.amount {
            let message = format!("{} is finer than the smallest unit a bank carries", self.amount);
            add("amount-too-fine", message, "round down first; the rest stays on the balance");
        } else if self.amount.micros() > MOST_MICROS {
            add("amount-too-large", format!("{} is more than one transfer carries", self.amount), "split it");
        }
        if plain(&self.creditor).is_empty() {
            add(
                "name-missing",
                "the payee has no name".to_owned(),
                "ask the payee for the account holder's name",
            );
        }
        let sepa = rail_for(&self.account, self.amount.currency()) == Rail::Sepa;
        if self.rail == Rail::Sepa && !sepa {
            let message =
                format!("{} to an account in {} cannot go by SEPA", self.amount, self.account.country());
            add(
                "not-sepa",
                message,
                "SEPA carries euro to IBANs of its countries; choose the cross-border rail",
            );
        }
        if self.rail == Rail::CrossBorder && self.account.bic().or(self.bic.as_ref()).is_none() {
            add(
                "bic-missing",
                "a payment that leaves SEPA needs the payee's BIC".to_owned(),
                "ask the payee for it",
            );
        }
        if self.rail == Rail::CrossBorder && self.address.is_none() {
            let message = "a payment that leaves SEPA needs the payee's address".to_owned();
            add("address-missing", message, "ask the payee at least for town and country");
        }
        found.extend(self.address.iter().filter_map(|a| a.problem(line)));
        found
    }
}

/// Most that one transfer carries: 999 999 999.99 (EPC 132-08).
const MOST_MICROS: i64 = 999_999_999_990_000;

impl Address {
    fn problem(&self, line: u64) -> Option<Problem> {
        let hint = "banks refuse addresses without town and country since November 2026";
        plain(&self.town)
            .is_empty()
            .then(|| Problem::new("address-incomplete", line, "the address has no town", hint))
    }
}

fn plain(name: &str) -> String {
    sepa_text::clean(name, sepa_text::NAME_CHARS).text
}
