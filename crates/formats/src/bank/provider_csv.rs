//! Payments through a payout provider that takes and gives CSV.
//!
//! It knows columns, not providers: who uses one maps its names to these.
//!
//! Written, in this order, comma-separated, CRLF, UTF-8, first row as here:
//!
//! | column | meaning |
//! |---|---|
//! | `payee_name` | who is paid |
//! | `country` | where the account is, two letters |
//! | `account` | IBAN or account number, without spaces |
//! | `bic` | the bank; may be empty for an IBAN |
//! | `amount` | with a point and the currency's decimals |
//! | `currency` | ISO 4217 |
//! | `reference` | our end-to-end id, which the results repeat |
//!
//! A cell that a spreadsheet would take for a formula (`=`, `+`, `-`, `@`, tab or return in front) gets a `'` before it.
//!
//! Read: the results, any order of columns, comma, semicolon or tab: `reference` and `status` are needed; `amount`,
//! `currency`, `fee`, `provider_reference`, `reason` and `date` are taken where they stand.

use jiff::civil::Date;
use money::{Amount, Currency};
use music::Problem;

use super::account::{Account, Bic};
use super::pain002::PaymentStatus;
use super::reference::shown;
use super::xml::note;

/// The columns written, in their order.
pub const COLUMNS: [&str; 7] = ["payee_name", "country", "account", "bic", "amount", "currency", "reference"];

/// One payment for a provider.
#[derive(Debug, Clone, PartialEq)]
pub struct ProviderPayment {
    /// Who is paid.
    pub payee_name: String,
    /// Where to.
    pub account: Account,
    /// The bank, where the account does not name it.
    pub bic: Option<Bic>,
    /// How much; what is finer than the minor unit is an error of the caller and refused.
    pub amount: Amount,
    /// Our end-to-end id.
    pub reference: String,
}

/// What became of one payment.
#[derive(Debug, Clone, PartialEq)]
pub struct ProviderResult {
    /// The line it stands in.
    pub line: u64,
    /// Our end-to-end id.
    pub reference: String,
    /// What became of it: `Settled`, `Rejected`, `Cancelled`, `InProcess` or `Pending`.
    pub status: PaymentStatus,
    /// Whether the money had left and came back.
    pub is_return: bool,
    /// How much, where it is told.
    pub amount: Option<Amount>,
    /// What the provider kept for it, where it is told.
    pub fee: Option<Amount>,
    /// The provider's own id; may be empty.
    pub provider_reference: String,
    /// Why it failed; may be empty.
    pub reason: String,
    /// The day, where it is told.
    pub date: Option<Date>,
}

/// Writes payments for a provider; the same payments give the same bytes.
///
/// # Errors
/// A problem for each amount that is not positive or finer than its minor unit and each reference that is empty;
/// `origin.line` is the payment's place from 1.
pub fn write(payments: &[ProviderPayment]) -> Result<String, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut text = String::new();
    row(&mut text, COLUMNS.map(str::to_owned));
    for (line, payment) in (1..).zip(payments) {
        if !payment.amount.is_positive() || payment.amount.round_down_to_minor() != payment.amount {
            let message = format!("{} cannot be paid by a provider", payment.amount);
            problems.push(Problem::new(
                "amount-invalid",
                line,
                message,
                "pay whole minor units above nothing",
            ));
        }
        if payment.reference.trim().is_empty() {
            let message = "the payment has no reference by which its result could be recognised";
            problems.push(Problem::new("reference-missing", line, message, "give it an end-to-end id"));
        }
        row(
            &mut text,
            [
                payment.payee_name.clone(),
                payment.account.country().to_string(),
                payment.account.number().to_owned(),
                payment.account.bic().or(payment.bic.as_ref()).map(Bic::to_string).unwrap_or_default(),
                payment.amount.to_minor_decimal(),
                payment.amount.currency().to_string(),
                payment.reference.clone(),
            ],
        );
    }
    if problems.is_empty() { Ok(text) } else { Err(problems) }
}

/// Reads a provider's results.
///
/// A row that cannot be understood is left out with a problem; the others stand.
pub fn read_results(bytes: &[u8]) -> (Vec<ProviderResult>, Vec<Problem>) {
    let (text, _) = super::xml::decode(bytes);
    let mut problems = Vec::new();
    let results = read_text(&text, &mut problems);
    (results, problems)
}

/// Whether a text begins with a first row that [`read_results`] understands.
pub(super) fn is_header(text: &str) -> bool {
    let first = text.lines().next().unwrap_or("");
    if first.len() > 4_000 {
        return false;
    }
    let cells: Vec<&str> = first.split(delimiter(first)).collect();
    Columns::of(cells.iter().copied()).is_some()
}

pub(super) fn read_text(text: &str, problems: &mut Vec<Problem>) -> Vec<ProviderResult> {
    let text = text.trim_start_matches('\u{FEFF}');
    let first = text.lines().next().unwrap_or("");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(first) as u8)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let columns = reader.headers().ok().and_then(|h| Columns::of(h.iter()));
    let Some(columns) = columns else {
        let hint = "the first row names the columns; `reference` and `status` are needed";
        note(
            problems,
            Problem::new("columns-missing", 1, "the results name no reference and status", hint).fatal(),
        );
        return Vec::new();
    };
    let mut results = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => results.extend(columns.result(&record, problems)),
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let message = "the row cannot be read as CSV and is left out";
                note(
                    problems,
                    Problem::new("row-unreadable", line, message, "ask the provider for the file again"),
                );
            }
        }
    }
    results
}

/// Where the columns of a results file stand.
struct Columns {
    reference: usize,
    status: usize,
    amount: Option<usize>,
    currency: Option<usize>,
    fee: Option<usize>,
    provider_reference: Option<usize>,
    reason: Option<usize>,
    date: Option<usize>,
}

impl Columns {
    fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Option<Columns> {
        let names: Vec<String> = cells
            .take(200)
            .map(|c| c.trim().trim_matches('"').trim().to_lowercase().replace([' ', '-'], "_"))
            .collect();
        let place = |known: &[&str]| known.iter().find_map(|k| names.iter().position(|n| n == k));
        Some(Columns {
            reference: place(&[
                "reference",
                "end_to_end_id",
                "client_reference",
                "payment_reference",
                "your_reference",
            ])?,
            status: place(&["status", "state", "result"])?,
            amount: place(&["amount", "target_amount"]),
            currency: place(&["currency", "target_currency"]),
            fee: place(&["fee", "fees"]),
            provider_reference: place(&["provider_reference", "provider_id", "transfer_id", "id"]),
            reason: place(&["reason", "error", "failure_reason", "message"]),
            date: place(&["date", "paid_on", "completed_on", "settled_on"]),
        })
    }

    fn result(&self, record: &csv::StringRecord, problems: &mut Vec<Problem>) -> Option<ProviderResult> {
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |place: usize| unguarded(record.get(place).unwrap_or(""));
        let optional = |place: Option<usize>| place.map_or("", cell);
        let hint = "ask the provider what it means, or settle the payment by hand";
        let reference = cell(self.reference).to_owned();
        if reference.is_empty() {
            note(
                problems,
                Problem::new("reference-missing", line, "the row has no reference and is left out", hint),
            );
            return None;
        }
        let Some((status, is_return)) = status(cell(self.status)) else {
            let message =
                format!("the status `{}` of `{}` is not known", shown(cell(self.status)), shown(&reference));
            note(problems, Problem::new("status-unknown", line, message, hint));
            return None;
        };
        let mut money = |text: &str| {
            let currency: Currency = optional(self.currency).parse().ok()?;
            if text.is_empty() {
                return None;
            }
            match Amount::from_decimal(text, currency) {
                Ok(amount) => Some(amount),
                Err(error) => {
                    note(problems, Problem::new("amount-invalid", line, error.to_string(), hint).notice());
                    None
                }
            }
        };
        let (amount, fee) = (money(optional(self.amount)), money(optional(self.fee)));
        Some(ProviderResult {
            line,
            reference,
            status,
            is_return,
            amount,
            fee,
            provider_reference: optional(self.provider_reference).to_owned(),
            reason: optional(self.reason).to_owned(),
            date: optional(self.date).get(..10).and_then(|d| d.parse().ok()),
        })
    }
}

/// What a provider's word for a status means, and whether money came back.
fn status(word: &str) -> Option<(PaymentStatus, bool)> {
    Some(match word.to_lowercase().replace([' ', '-'], "_").as_str() {
        "paid"
        | "completed"
        | "complete"
        | "sent"
        | "succeeded"
        | "success"
        | "settled"
        | "outgoing_payment_sent" => (PaymentStatus::Settled, false),
        "processing" | "in_process" | "in_progress" | "in_transit" => (PaymentStatus::InProcess, false),
        "pending" | "queued" | "scheduled" | "created" => (PaymentStatus::Pending, false),
        "failed" | "failure" | "rejected" | "denied" | "error" | "blocked" => {
            (PaymentStatus::Rejected, false)
        }
        "cancelled" | "canceled" => (PaymentStatus::Cancelled, false),
        "returned" | "refunded" | "bounced" | "bounced_back" | "funds_refunded" => {
            (PaymentStatus::Rejected, true)
        }
        _ => return None,
    })
}

/// The separator of a first row: the one of comma, semicolon and tab that stands most often.
fn delimiter(first: &str) -> char {
    let count = |sign: char| first.matches(sign).count();
    // The first of equals is taken, so comma wins.
    [';', '\t'].into_iter().fold(',', |best, sign| if count(sign) > count(best) { sign } else { best })
}

fn row(text: &mut String, cells: [String; 7]) {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(&guarded(cell))).collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

fn guarded(cell: &str) -> String {
    if cell.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// The cell without the `'` that [`guarded`] puts in front.
fn unguarded(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell)
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', ';', '"', '\'', '\n', '\r', '\t']) || cell.trim() != cell {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_stay_text_and_bytes_stay_the_same() {
        let payment = |name: &str, reference: &str| ProviderPayment {
            payee_name: name.to_owned(),
            account: Account::other("12345678", "CHASUS33", "US").unwrap(),
            bic: None,
            amount: "USD 12.5".parse().unwrap(),
            reference: reference.to_owned(),
        };
        let all = [payment("=HYPERLINK(\"x\")", "PO-1"), payment("Kol, Nord", "-2"), payment(" @cmd", "3")];
        let text = write(&all).unwrap();
        assert_eq!(
            text,
            "payee_name,country,account,bic,amount,currency,reference\r\n\
             \"'=HYPERLINK(\"\"x\"\")\",US,12345678,CHASUS33,12.50,USD,PO-1\r\n\
             \"Kol, Nord\",US,12345678,CHASUS33,12.50,USD,\"'-2\"\r\n\
             \"' @cmd\",US,12345678,CHASUS33,12.50,USD,3\r\n"
        );
        let mut bad = payment("A", " ");
        bad.amount = "USD 0.001".parse().unwrap();
        assert_eq!(write(&[bad]).unwrap_err().len(), 2);
    }

    #[test]
    fn results_are_read_whatever_the_order() {
        let text = "Status;Reference;Amount;Currency;Fee;Reason;Date\n\
                    Paid;PO-1;12.50;USD;0.30;;2026-11-20\n\
                    failed;'-2;12.50;USD;;account closed;\n\
                    bounced back;PO-3;x;USD;;;\n\
                    what;PO-4;;;;;\n\
                    paid;;;;;;\n";
        assert!(is_header(text));
        let (results, problems) = read_results(text.as_bytes());
        assert_eq!(results.len(), 3);
        assert_eq!(results[0].fee, Some("USD 0.30".parse().unwrap()));
        assert_eq!(
            (results[1].reference.as_str(), results[1].status.clone()),
            ("-2", PaymentStatus::Rejected)
        );
        assert!(results[2].is_return && results[2].amount.is_none());
        let codes: Vec<_> = problems.iter().map(|p| (p.code, p.origin.line)).collect();
        assert_eq!(codes, [("amount-invalid", 4), ("status-unknown", 5), ("reference-missing", 6)]);
    }

    #[test]
    fn other_tables_are_not_results() {
        for text in ["", "artist,title\n", "a;b;c", "reference\n1"] {
            assert!(!is_header(text), "{text}");
            assert!(read_results(text.as_bytes()).0.is_empty());
        }
    }
}
