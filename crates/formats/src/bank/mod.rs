//! What banks and payout providers send and take: account numbers, references, payment orders (pain.001), status
//! reports (pain.002), statements and notifications (camt.053, camt.054), payment QR codes, provider CSV.
//!
//! It knows neither pots nor payouts nor the ledger: references and end-to-end ids are texts that others look up.
//! Reading never fails; see [`read`].

pub mod account;
pub mod camt;
pub mod epc_qr;
pub mod pain001;
pub mod pain002;
pub mod provider_csv;
pub mod reason;
pub mod reference;
pub mod sepa_text;
mod xml;

use std::fmt;

use music::Problem;
use quick_xml::Reader;
use quick_xml::events::Event;

pub use account::{Account, AccountId, BadAccount, Bic, Country, Iban};
pub use camt::{Direction, Entry, Statement, Transaction};
pub use epc_qr::TransferRequest;
pub use pain001::Transfers;
pub use pain002::{PaymentStatus, StatusReport};
pub use provider_csv::ProviderResult;
pub use reason::Reason;
pub use reference::{BadReference, CreditorReference};

/// How much of a file [`sniff`] looks at, in bytes.
pub const SNIFFED_BYTES: usize = 8_192;

/// The kinds of bank messages that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BankMessageKind {
    /// Payment orders to a bank (customer credit transfer initiation).
    Pain001,
    /// What became of payment orders (customer payment status report).
    Pain002,
    /// An account's statement of a day or other period.
    Camt053,
    /// Notice of single credits and debits.
    Camt054,
    /// What became of payments that a payout provider was given, as CSV.
    ProviderResults,
}

impl fmt::Display for BankMessageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            BankMessageKind::Pain001 => "pain.001",
            BankMessageKind::Pain002 => "pain.002",
            BankMessageKind::Camt053 => "camt.053",
            BankMessageKind::Camt054 => "camt.054",
            BankMessageKind::ProviderResults => "provider results (CSV)",
        })
    }
}

/// A bank message as it was read.
#[derive(Debug, Clone, PartialEq)]
pub enum BankMessage {
    /// pain.001.
    PaymentOrder(pain001::Initiation),
    /// pain.002.
    StatusReport(StatusReport),
    /// camt.053 and camt.054: one message may hold several accounts or days.
    Statements(Vec<Statement>),
    /// A provider's results.
    ProviderResults(Vec<ProviderResult>),
}

/// What kind of bank message a file is, from its first [`SNIFFED_BYTES`]; `None` where it is none that is read.
pub fn sniff(head: &[u8]) -> Option<BankMessageKind> {
    let head = &head[..head.len().min(SNIFFED_BYTES)];
    match guess(head) {
        Guess::Known(kind) => Some(kind),
        _ => None,
    }
}

/// Reads a bank message of any kind and version.
///
/// What can be read is given back with what was wrong; `None` only where the bytes are no bank message. One bad
/// entry or transaction is left out with a problem at its line and costs none of the others. Memory stays
/// proportional to what is given back.
pub fn read(bytes: &[u8]) -> (Option<BankMessage>, Vec<Problem>) {
    let kind = match guess(&bytes[..bytes.len().min(SNIFFED_BYTES)]) {
        Guess::Known(kind) => kind,
        other => return (None, vec![other.problem()]),
    };
    let (text, lost) = xml::decode(bytes);
    let mut problems = Vec::new();
    if lost {
        let message = "some characters could not be decoded and are shown as `\u{FFFD}`";
        problems.push(Problem::new("encoding", 0, message, "ask for the file as UTF-8").notice());
    }
    let message = match kind {
        BankMessageKind::Pain001 => BankMessage::PaymentOrder(pain001::read_text(&text, &mut problems)),
        BankMessageKind::Pain002 => BankMessage::StatusReport(pain002::read_text(&text, &mut problems)),
        BankMessageKind::Camt053 | BankMessageKind::Camt054 => {
            BankMessage::Statements(camt::read_text(&text, &mut problems))
        }
        BankMessageKind::ProviderResults => {
            BankMessage::ProviderResults(provider_csv::read_text(&text, &mut problems))
        }
    };
    (Some(message), problems)
}

enum Guess {
    Known(BankMessageKind),
    /// A message of ISO 20022 that is not read, and what to ask for instead.
    OtherMessage(String),
    /// The older format of SWIFT, MT940.
    Mt940,
    Nothing,
}

impl Guess {
    fn problem(&self) -> Problem {
        let hint =
            "export pain.002, camt.053 or camt.054 (XML) from the bank, or the provider's results as CSV";
        if let Guess::Mt940 = self {
            let hint = "ask the bank for its successor camt.053 (XML), which carries the references whole";
            return Problem::new("bank-mt940", 0, "the file is an MT940 statement, which is not read", hint)
                .fatal();
        }
        let message = match self {
            Guess::OtherMessage(name) => {
                format!("the message `{}` tells nothing final and is not read", reference::shown(name))
            }
            _ => "the file is no bank message".to_owned(),
        };
        Problem::new("not-a-bank-message", 0, message, hint).fatal()
    }
}

fn guess(head: &[u8]) -> Guess {
    let (text, _) = xml::decode(head);
    let start = text.trim_start_matches(|c: char| c == '\u{FEFF}' || c.is_whitespace());
    if start.starts_with('<') {
        return guess_xml(start);
    }
    if start.starts_with("{1:") || start.starts_with(":20:") {
        return Guess::Mt940;
    }
    if provider_csv::is_header(start) {
        Guess::Known(BankMessageKind::ProviderResults)
    } else {
        Guess::Nothing
    }
}

fn guess_xml(text: &str) -> Guess {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut in_document = false;
    for _ in 0..400 {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => {
                let name = start.local_name().as_ref().to_owned();
                if let Some(kind) = kind_of(&name) {
                    return Guess::Known(kind);
                }
                if in_document {
                    return Guess::OtherMessage(name);
                }
                in_document = name == "Document";
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    Guess::Nothing
}

/// The kind by the name of a message's own element, which all versions share.
fn kind_of(name: &str) -> Option<BankMessageKind> {
    Some(match name {
        "CstmrCdtTrfInitn" => BankMessageKind::Pain001,
        "CstmrPmtStsRpt" => BankMessageKind::Pain002,
        "BkToCstmrStmt" => BankMessageKind::Camt053,
        "BkToCstmrDbtCdtNtfctn" => BankMessageKind::Camt054,
        old if old.starts_with("pain.001.001.") => BankMessageKind::Pain001,
        old if old.starts_with("pain.002.001.") => BankMessageKind::Pain002,
        _ => return None,
    })
}
