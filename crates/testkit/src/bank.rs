//! An invented bank: it keeps what it booked and tells it in camt.054 notifications and camt.053 statements.

use formats::bank::account::AccountId;
use formats::bank::camt::{Report, write_camt053, write_camt054};
use formats::bank::reason::Reason;
use formats::bank::{CreditorReference, Direction, Entry, Statement, Transaction};
use jiff::Timestamp;
use jiff::civil::Date;
use money::{Amount, Currency};
use music::usage::Moment;

use crate::house::HOUSE_IBAN;

/// The house's account at the invented bank.
#[derive(Debug, Clone)]
pub struct Bank {
    account: String,
    currency: Currency,
    opening: Amount,
    balance: Amount,
    booked: u32,
    messages: u32,
    /// Booked and not yet told in a notification.
    told_next: Vec<Entry>,
    /// Booked and not yet told in a statement.
    stated_next: Vec<Entry>,
}

impl Bank {
    /// The account of the house with what lies on it.
    pub fn new(opening: Amount) -> Bank {
        Bank::of(HOUSE_IBAN, opening)
    }

    /// Any account.
    pub fn of(account: &str, opening: Amount) -> Bank {
        let currency = opening.currency();
        let (told_next, stated_next) = (Vec::new(), Vec::new());
        Bank { account: account.to_owned(), currency, opening, balance: opening, booked: 0, messages: 0, told_next, stated_next }
    }

    /// What lies on the account.
    pub fn balance(&self) -> Amount {
        self.balance
    }

    /// Somebody sends money, with a creditor reference or with words of their own.
    pub fn credit(&mut self, day: Date, who: &str, reference: &str, amount: Amount) {
        let mut transaction = Transaction::new(Direction::Credit, amount);
        transaction.debtor.name = Some(who.to_owned());
        match reference.parse::<CreditorReference>() {
            Ok(reference) => transaction.creditor_reference = Some(reference),
            Err(_) => transaction.unstructured = vec![reference.to_owned()],
        }
        self.book(Direction::Credit, amount, day, transaction, None);
    }

    /// Money leaves, under an end-to-end id or with words.
    pub fn debit(&mut self, day: Date, who: &str, end_to_end: Option<&str>, words: &str, amount: Amount) {
        let mut transaction = Transaction::new(Direction::Debit, amount);
        transaction.creditor.name = Some(who.to_owned());
        transaction.end_to_end_id = end_to_end.map(str::to_owned);
        if !words.is_empty() {
            transaction.unstructured = vec![words.to_owned()];
        }
        self.book(Direction::Debit, amount, day, transaction, None);
    }

    /// One debit for a whole payment file, as banks book it that do not list its payments.
    pub fn debit_file(&mut self, day: Date, message_id: &str, amount: Amount) {
        let transaction = Transaction::new(Direction::Debit, amount);
        self.book(Direction::Debit, amount, day, transaction, Some(message_id));
    }

    /// A payout comes back.
    pub fn give_back(&mut self, day: Date, end_to_end: &str, amount: Amount) {
        let mut transaction = Transaction::new(Direction::Credit, amount);
        transaction.end_to_end_id = Some(end_to_end.to_owned());
        transaction.return_reason = Some(Reason { code: "AC04".to_owned(), text: String::new() });
        self.book(Direction::Credit, amount, day, transaction, None);
    }

    fn book(&mut self, direction: Direction, amount: Amount, day: Date, transaction: Transaction, file: Option<&str>) {
        self.booked += 1;
        let mut entry = Entry::new(direction, amount, day, &format!("B{:06}", self.booked)).with(vec![transaction]);
        entry.batch_message_id = file.map(str::to_owned);
        self.balance = self.balance.checked_add(entry.signed()).unwrap();
        self.told_next.push(entry.clone());
        self.stated_next.push(entry);
    }

    /// A camt.054 of everything not told yet; `None` where there is nothing.
    pub fn notification(&mut self, at: Timestamp) -> Option<Vec<u8>> {
        let entries = std::mem::take(&mut self.told_next);
        if entries.is_empty() {
            return None;
        }
        let mut statement = self.message(Report::Notification, at);
        statement.entries = entries;
        Some(write_camt054(&statement).into_bytes())
    }

    /// A camt.053 of everything not stated yet, told or not, with the closing balance of the day.
    pub fn statement(&mut self, at: Timestamp, day: Date) -> Vec<u8> {
        let mut statement = self.message(Report::Statement, at);
        statement.entries = std::mem::take(&mut self.stated_next);
        self.told_next.clear();
        statement.balance(self.opening, day, day).unwrap();
        self.opening = self.balance;
        write_camt053(&statement).into_bytes()
    }

    fn message(&mut self, report: Report, at: Timestamp) -> Statement {
        self.messages += 1;
        let id = format!("M{:05}", self.messages);
        let mut statement = Statement::new(report, &id, &id, Moment::Instant(at), AccountId::of(&self.account));
        statement.currency = Some(self.currency);
        statement
    }
}
