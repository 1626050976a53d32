//! What statements, entries and transactions can be asked, and how they are made.

use jiff::civil::Date;
use money::Amount;
use music::usage::Moment;

use super::super::account::AccountId;
use super::super::reference::CreditorReference;
use super::{
    Balance, Counterparty, Direction, Entry, EntryStatus, Report, Statement, Transaction, TransactionCode,
};

impl Statement {
    /// An empty statement or notification to be filled and written.
    pub fn new(report: Report, message_id: &str, id: &str, created_at: Moment, account: AccountId) -> Self {
        Statement {
            report,
            line: 0,
            message_id: message_id.to_owned(),
            id: id.to_owned(),
            sequence: None,
            page: None,
            created_at: Some(created_at),
            is_copy: false,
            account: Some(account),
            currency: None,
            owner: None,
            balances: Vec::new(),
            entries: Vec::new(),
            is_complete: true,
        }
    }

    /// Adds the opening balance and, from it and the booked entries, the closing one.
    ///
    /// # Errors
    /// Where an entry is of another currency, or the sum leaves the range of an amount.
    pub fn balance(
        &mut self,
        opening: Amount,
        opened_on: Date,
        closed_on: Date,
    ) -> Result<(), money::AmountError> {
        let closing = self.moved(opening)?;
        self.balances = vec![
            Balance { code: "OPBD".to_owned(), amount: opening, date: Some(opened_on) },
            Balance { code: "CLBD".to_owned(), amount: closing, date: Some(closed_on) },
        ];
        Ok(())
    }

    /// The opening balance: `OPBD`, else the previous closing one.
    pub fn opening(&self) -> Option<&Balance> {
        self.balances
            .iter()
            .find(|b| b.code == "OPBD")
            .or_else(|| self.balances.iter().find(|b| b.code == "PRCD"))
    }

    /// The closing booked balance: the last `CLBD`.
    pub fn closing(&self) -> Option<&Balance> {
        self.balances.iter().rfind(|b| b.code == "CLBD")
    }

    /// The closing available balance: the first `CLAV`.
    pub fn available(&self) -> Option<&Balance> {
        self.balances.iter().find(|b| b.code == "CLAV")
    }

    /// Every transaction of booked entries, in the file's order.
    pub fn booked(&self) -> impl Iterator<Item = (&Entry, &Transaction)> {
        let booked = self.entries.iter().filter(|e| e.status == EntryStatus::Booked);
        booked.flat_map(|entry| entry.transactions.iter().map(move |t| (entry, t)))
    }

    /// What `from` becomes by the booked entries.
    pub(super) fn moved(&self, from: Amount) -> Result<Amount, money::AmountError> {
        let booked = self.entries.iter().filter(|e| e.status == EntryStatus::Booked);
        booked.map(Entry::signed).try_fold(from, Amount::checked_add)
    }
}

impl Direction {
    /// The code of ISO 20022.
    pub fn code(self) -> &'static str {
        match self {
            Direction::Credit => "CRDT",
            Direction::Debit => "DBIT",
        }
    }

    /// The amount, below nothing for a debit.
    pub fn signed(self, amount: Amount) -> Amount {
        match self {
            Direction::Credit => amount,
            // Amounts read here are not negative, so their negation is in range.
            Direction::Debit => Amount::from_micros(amount.micros().saturating_neg(), amount.currency()),
        }
    }
}

impl EntryStatus {
    /// The code of ISO 20022.
    pub fn code(&self) -> &str {
        match self {
            EntryStatus::Booked => "BOOK",
            EntryStatus::Pending => "PDNG",
            EntryStatus::Information => "INFO",
            EntryStatus::Future => "FUTR",
            EntryStatus::Other(code) => code,
        }
    }

    pub(super) fn of(code: &str) -> EntryStatus {
        match code {
            "BOOK" => EntryStatus::Booked,
            "PDNG" => EntryStatus::Pending,
            "INFO" => EntryStatus::Information,
            "FUTR" => EntryStatus::Future,
            other => EntryStatus::Other(other.to_owned()),
        }
    }
}

impl Entry {
    /// A booked entry to be written, with itself as its only transaction.
    pub fn new(direction: Direction, amount: Amount, booked_on: Date, servicer_reference: &str) -> Entry {
        let family = if direction == Direction::Credit { "RCDT" } else { "ICDT" };
        Entry {
            line: 0,
            identity: String::new(),
            reference: None,
            servicer_reference: Some(servicer_reference.to_owned()),
            amount,
            direction,
            is_reversal: false,
            status: EntryStatus::Booked,
            booked_on: Some(booked_on),
            value_on: Some(booked_on),
            code: TransactionCode {
                domain: "PMNT".to_owned(),
                family: family.to_owned(),
                sub_family: "ESCT".to_owned(),
                proprietary: String::new(),
            },
            batch_message_id: None,
            batch_payment_id: None,
            note: None,
            transactions: vec![Transaction::new(direction, amount)],
            adds_up: true,
        }
    }

    /// The same with other transactions; they should add up to the amount.
    pub fn with(mut self, transactions: Vec<Transaction>) -> Entry {
        self.transactions = transactions;
        for (index, transaction) in (1..).zip(&mut self.transactions) {
            transaction.index = index;
        }
        self
    }

    /// What it does to the account: below nothing for a debit.
    pub fn signed(&self) -> Amount {
        self.direction.signed(self.amount)
    }
}

impl Transaction {
    /// A transaction of which only amount and direction are known.
    pub fn new(direction: Direction, amount: Amount) -> Transaction {
        Transaction {
            line: 0,
            identity: String::new(),
            index: 1,
            amount,
            direction,
            instructed: None,
            end_to_end_id: None,
            message_id: None,
            payment_id: None,
            instruction_id: None,
            transaction_id: None,
            servicer_reference: None,
            creditor_reference: None,
            structured: Vec::new(),
            unstructured: Vec::new(),
            debtor: Counterparty::default(),
            creditor: Counterparty::default(),
            return_reason: None,
            note: None,
        }
    }

    /// Whether it is money that was paid before and came back.
    pub fn is_return(&self) -> bool {
        self.return_reason.is_some()
    }

    /// The other side: who paid a credit, who was paid by a debit.
    pub fn counterparty(&self) -> &Counterparty {
        match self.direction {
            Direction::Credit => &self.debtor,
            Direction::Debit => &self.creditor,
        }
    }

    /// The creditor references it may carry, likeliest first: the structured one, then what its free texts hold.
    pub fn references(&self) -> Vec<CreditorReference> {
        let mut all: Vec<CreditorReference> = self.creditor_reference.iter().cloned().collect();
        let texts = [self.structured.join(" "), self.unstructured.join(" "), self.unstructured.concat()];
        let ids = [self.end_to_end_id.clone(), self.note.clone()].into_iter().flatten();
        for text in texts.into_iter().chain(ids) {
            for found in CreditorReference::find_all(&text) {
                if !all.contains(&found) {
                    all.push(found);
                }
            }
        }
        all
    }
}
