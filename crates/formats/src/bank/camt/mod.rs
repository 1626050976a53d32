//! Account statements (camt.053) and credit and debit notifications (camt.054), in all versions from 2 on.
//!
//! It knows what a bank says has moved on an account, and nothing of why.
//!
//! **Identity.** A bank tells of the same movement more than once: in a notification at noon, in the statement of
//! the day, in both again when somebody downloads them anew under a new message id. Each [`Transaction`] therefore
//! carries an identity that does not depend on the message id:
//!
//! 1. the entry has the bank's own reference (`AcctSvcrRef`): account, that reference, direction, amount;
//! 2. it has not: a SHA-256 over account, statement id, page, and all the entry says;
//!
//! followed by the place of the transaction in its entry. Where two entries of one statement would get the same
//! identity, the second is marked `~2`, so that none is lost. The identity of an entry without details and that
//! of its only transaction are the same.
//!
//! What this cannot tell: a bank that gives no reference of its own and reports the same movement in a notification
//! and in a statement, under two ids. Of such a bank, import one of the two kinds only.

mod identity;
mod make;
mod read;
mod write;

use jiff::civil::Date;
use money::{Amount, Currency};
use music::usage::Moment;

use super::account::{AccountId, Bic};
use super::reason::Reason;
use super::reference::CreditorReference;

pub(super) use read::read_text;
pub use write::{write_camt053, write_camt054};

/// Whether a bank message closes a period or only tells of movements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Report {
    /// A statement, camt.053, with opening and closing balance.
    Statement,
    /// A notification, camt.054.
    Notification,
}

/// What a bank says of one account: a statement's or a notification's content.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Statement or notification.
    pub report: Report,
    /// The line it begins in.
    pub line: u64,
    /// The id of the message it came in.
    pub message_id: String,
    /// Its own id.
    pub id: String,
    /// Its number in the account's sequence, where the bank counts.
    pub sequence: Option<String>,
    /// Its page, where the bank splits it into several messages.
    pub page: Option<String>,
    /// When it was made.
    pub created_at: Option<Moment>,
    /// Whether the bank marks it as a copy or duplicate of one already sent.
    pub is_copy: bool,
    /// The account.
    pub account: Option<AccountId>,
    /// The account's currency, where it is told.
    pub currency: Option<Currency>,
    /// Whose account it is, where it is told.
    pub owner: Option<String>,
    /// All balances, in the file's order.
    pub balances: Vec<Balance>,
    /// What moved, in the file's order.
    pub entries: Vec<Entry>,
    /// Whether the file held all of it; false where it was cut off.
    pub is_complete: bool,
}

/// A balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The code: `OPBD` opening booked, `CLBD` closing booked, `CLAV` closing available, `PRCD` previous closing, …
    pub code: String,
    /// The balance; below nothing where the account is overdrawn.
    pub amount: Amount,
    /// Its day.
    pub date: Option<Date>,
}

/// Whether money came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// It came to the account.
    Credit,
    /// It left the account.
    Debit,
}

/// How final an entry is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EntryStatus {
    /// Booked: the money has moved.
    Booked,
    /// Pending: it may still change or vanish.
    Pending,
    /// For information only: no money moves.
    Information,
    /// Expected in the future.
    Future,
    /// Anything else the bank says.
    Other(String),
}

/// The bank's classification of an entry; parts that are missing are empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct TransactionCode {
    /// Domain, such as `PMNT`.
    pub domain: String,
    /// Family, such as `RCDT` (received credit transfers) or `ICDT` (issued ones).
    pub family: String,
    /// Sub-family, such as `ESCT` (SEPA credit transfer) or `RRTN` (return).
    pub sub_family: String,
    /// The bank's own code.
    pub proprietary: String,
}

/// One entry of an account: one booking, which may stand for a batch of transactions.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The line it begins in.
    pub line: u64,
    /// What to dedupe by (see the module).
    pub identity: String,
    /// Its number or reference within the statement (`NtryRef`).
    pub reference: Option<String>,
    /// The bank's reference for it (`AcctSvcrRef`).
    pub servicer_reference: Option<String>,
    /// How much moved, never below nothing.
    pub amount: Amount,
    /// Which way.
    pub direction: Direction,
    /// Whether it undoes an earlier entry. `direction` is already that of the undoing.
    pub is_reversal: bool,
    /// How final it is.
    pub status: EntryStatus,
    /// The day it was booked.
    pub booked_on: Option<Date>,
    /// The day from which it counts for interest.
    pub value_on: Option<Date>,
    /// What kind of booking.
    pub code: TransactionCode,
    /// The id of the pain.001 that a batch entry executes (`Btch/MsgId`).
    pub batch_message_id: Option<String>,
    /// The payment information of that pain.001 (`Btch/PmtInfId`).
    pub batch_payment_id: Option<String>,
    /// What the bank adds.
    pub note: Option<String>,
    /// The transactions in it, at least one: an entry without details is its own only transaction.
    pub transactions: Vec<Transaction>,
    /// Whether the transactions add up to the entry. Where false, only the entry's amount is known to have moved.
    pub adds_up: bool,
}

/// One payment within an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Transaction {
    /// The line it begins in.
    pub line: u64,
    /// What to dedupe by (see the module).
    pub identity: String,
    /// Its place in the entry, from 1; transactions that could not be read keep theirs.
    pub index: u32,
    /// How much moved on the account. For the only transaction of an entry that is the entry's amount.
    pub amount: Amount,
    /// Which way.
    pub direction: Direction,
    /// What the payer ordered, where that differs (other currency, charges taken on the way).
    pub instructed: Option<Amount>,
    /// The id that whoever ordered the payment gave it; `None` where the bank says `NOTPROVIDED`.
    pub end_to_end_id: Option<String>,
    /// The id of the message that ordered it.
    pub message_id: Option<String>,
    /// The payment information that ordered it.
    pub payment_id: Option<String>,
    /// The instruction that ordered it.
    pub instruction_id: Option<String>,
    /// The id the banks gave it among themselves.
    pub transaction_id: Option<String>,
    /// The bank's reference for it.
    pub servicer_reference: Option<String>,
    /// A valid creditor reference from the structured remittance.
    pub creditor_reference: Option<CreditorReference>,
    /// All structured references as written, RF or not.
    pub structured: Vec<String>,
    /// The lines of unstructured remittance.
    pub unstructured: Vec<String>,
    /// Who paid.
    pub debtor: Counterparty,
    /// Who was paid.
    pub creditor: Counterparty,
    /// Why it came back, where it is a return.
    pub return_reason: Option<Reason>,
    /// What the bank adds.
    pub note: Option<String>,
}

/// A party of a transaction as the bank names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Counterparty {
    /// Its name.
    pub name: Option<String>,
    /// Its account.
    pub account: Option<AccountId>,
    /// Its bank.
    pub bic: Option<Bic>,
}
