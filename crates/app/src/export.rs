//! Everything in open formats: each table as CSV and as JSON lines, the books as a plain-text journal, and a page that
//! describes the columns. Also the wind-down: whoever takes over needs nothing but these files.
//!
//! The bytes go to a [`Sink`]; where they lie is the caller's matter.

use std::collections::BTreeMap;

use ledger::{EntryState, Posting};
use store::audit::TABLES;
use store::{Row, Tx};

use crate::{Failure, House};

/// Where an export goes, file by file, in pieces: each file is begun once and ends where the next begins.
pub trait Sink: Send {
    /// Begins a file.
    fn begin(&mut self, name: &str) -> std::io::Result<()>;
    /// Adds bytes to it.
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()>;
}

/// A sink in memory.
impl Sink for Vec<(String, Vec<u8>)> {
    fn begin(&mut self, name: &str) -> std::io::Result<()> {
        self.push((name.to_owned(), Vec::new()));
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let none = || std::io::Error::other("no file was begun");
        self.last_mut().ok_or_else(none)?.1.extend_from_slice(bytes);
        Ok(())
    }
}

/// Whether personal fields (bank details, addresses, evidence) are written in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Personal {
    /// Encrypted fields stay out; the column says `sealed`.
    Sealed,
    /// They are written in the clear: the files must be kept as the keys are.
    Clear,
}

/// How many rows are read at a time.
const PAGE: i64 = 2_000;

/// Writes everything; the same database gives the same bytes.
pub async fn all(house: &House, personal: Personal, sink: &mut dyn Sink) -> Result<(), Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut readme = String::from(README);
    for table in TABLES {
        let columns = tx.columns(table).await?;
        readme.push_str(&format!("\n## {table}\n\n{}\n", columns.join(", ")));
        for form in [Form::Csv, Form::Lines] {
            write_table(house, &mut tx, table, &columns, form, personal, sink).await?;
        }
    }
    write_journal(&mut tx, sink).await?;
    put(sink, Some("registry.ndjson"), b"")?;
    for line in crate::consent::registry::told(&mut tx, u64::MAX, None).await? {
        put(sink, None, format!("{line}\n").as_bytes())?;
    }
    put(sink, Some("README.md"), readme.as_bytes())
}

const README: &str = "# Everything the house remembers\n\n\
One file per table, twice: `TABLE.csv` (RFC 4180, UTF-8, header) and `TABLE.jsonl` (one JSON object a line). The books are also in\n\
`journal.ledger`, which hledger and ledger read: debits above nothing, credits below. Who consents to what is also in\n\
`registry.ndjson`, which `tantieme consent decide --registry` reads.\n\n\
Amounts (`amount`, `pledged`, `received`, `gross`, `net`, `posted` …) are whole micros: 1,000,000 are one unit of the currency beside them.\n\
Columns ending in `_us` are microseconds since 1970-01-01 UTC, those ending in `_day` are ISO 8601 days. Fractions are `num` over `den`.\n\
An empty CSV field is an absent value. Encrypted fields say `sealed`, or are in the clear where that was asked for.\n\
`entry.hash` is SHA-256 over the entry before and every field of this one.\n";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    Lines,
}

/// A field as it is written.
enum Cell {
    Absent,
    Number(i64),
    Text(String),
}

fn put(sink: &mut dyn Sink, begin: Option<&str>, bytes: &[u8]) -> Result<(), Failure> {
    let failed =
        |e: std::io::Error| Failure::Fault(store::Fault::new(format!("the export cannot be written: {e}")));
    if let Some(name) = begin {
        sink.begin(name).map_err(failed)?;
    }
    sink.write(bytes).map_err(failed)
}

async fn write_table(
    house: &House,
    tx: &mut Tx,
    table: &str,
    columns: &[String],
    form: Form,
    personal: Personal,
    sink: &mut dyn Sink,
) -> Result<(), Failure> {
    let (name, head) = match form {
        Form::Csv => (format!("{table}.csv"), format!("{}\r\n", columns.join(","))),
        Form::Lines => (format!("{table}.jsonl"), String::new()),
    };
    put(sink, Some(&name), head.as_bytes())?;
    let mut offset = 0;
    loop {
        let rows = tx.table_page(table, columns, offset, PAGE).await?;
        let mut text = String::new();
        for row in &rows {
            let cells = cells(house, table, columns, row, personal)?;
            match form {
                Form::Csv => csv_line(&mut text, &cells),
                Form::Lines => json_line(&mut text, columns, cells),
            }
        }
        put(sink, None, text.as_bytes())?;
        if (rows.len() as i64) < PAGE {
            return Ok(());
        }
        offset += PAGE;
    }
}

fn cells(
    house: &House,
    table: &str,
    columns: &[String],
    row: &Row,
    personal: Personal,
) -> Result<Vec<Cell>, Failure> {
    let mut all = Vec::with_capacity(columns.len());
    for (place, column) in columns.iter().enumerate() {
        let cell =
            if column.starts_with("sealed") && column != "sealed" || column == "sealed" && table != "entry" {
                match (row.opt_blob(place)?, personal) {
                    (None, _) => Cell::Absent,
                    (Some(_), Personal::Sealed) => Cell::Text("sealed".to_owned()),
                    (Some(bytes), Personal::Clear) => {
                        Cell::Text(opened(house, table, columns, column, row, &bytes))
                    }
                }
            } else if (table, column.as_str()) == ("sign_in", "password") && personal == Personal::Sealed {
                // A hash, but one that somebody could try words against.
                row.opt_text(place)?.map_or(Cell::Absent, |_| Cell::Text("sealed".to_owned()))
            } else if let Ok(number) = row.opt_int(place) {
                number.map_or(Cell::Absent, Cell::Number)
            } else if let Ok(text) = row.opt_text(place) {
                text.map_or(Cell::Absent, Cell::Text)
            } else {
                let bytes = row.opt_blob(place)?.unwrap_or_default();
                Cell::Text(String::from_utf8(bytes).unwrap_or_else(|e| hex(e.as_bytes())))
            };
        all.push(cell);
    }
    Ok(all)
}

/// The clear text of an encrypted field; a field that does not open says so and keeps the rest.
fn opened(house: &House, table: &str, columns: &[String], column: &str, row: &Row, bytes: &[u8]) -> String {
    let key = |name: &str| {
        let place = columns.iter().position(|c| c == name).unwrap_or(usize::MAX);
        row.text(place).or_else(|_| row.int(place).map(|n| n.to_string())).unwrap_or_default()
    };
    let field = column.trim_start_matches("sealed_");
    let contexts = match table {
        "bank_details" => vec![format!("bank_details/{}/{}", key("party"), key("version"))],
        "invoice_mandate" => vec![format!("invoice_mandate/{}/{}", key("party"), key("version"))],
        "institution" => vec![format!("institution/{}/billing", key("party"))],
        "consent_level" => vec![format!("consent_level/{}/{}", key("party"), key("place"))],
        "door" | "more_door" => vec![format!("door/{}/{}", key("institution"), key("kind"))],
        "door_way" => vec![format!("door_way/{}", key("hash"))],
        "sign_in_link" => vec![format!("sign_in_link/{}/mail", key("hash"))],
        "party_secret" => vec![format!("party_secret/{}/{}", key("party"), key("field"))],
        _ => vec![format!("{table}/{}/{field}", key("id")), format!("{table}/{}/{column}", key("id"))],
    };
    let clear = contexts.iter().find_map(|context| house.store.fields().open(context, bytes).ok());
    clear.unwrap_or_else(|| "sealed under another key".to_owned())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn csv_line(text: &mut String, cells: &[Cell]) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        match cell {
            Cell::Absent => {}
            Cell::Number(number) => text.push_str(&number.to_string()),
            Cell::Text(field) if field.is_empty() || field.contains(['"', ',', '\r', '\n']) => {
                text.push('"');
                text.push_str(&field.replace('"', "\"\""));
                text.push('"');
            }
            Cell::Text(field) => text.push_str(field),
        }
    }
    text.push_str("\r\n");
}

fn json_line(text: &mut String, columns: &[String], cells: Vec<Cell>) {
    let object: serde_json::Map<String, serde_json::Value> = columns
        .iter()
        .zip(cells)
        .map(|(column, cell)| {
            let value = match cell {
                Cell::Absent => serde_json::Value::Null,
                Cell::Number(number) => number.into(),
                Cell::Text(field) => field.into(),
            };
            (column.clone(), value)
        })
        .collect();
    text.push_str(&serde_json::Value::Object(object).to_string());
    text.push('\n');
}

/// The books for hledger and ledger. What is pending stands as a comment until the entry that posts it, where its
/// postings are written, so that the journal's balances are the posted ones.
async fn write_journal(tx: &mut Tx, sink: &mut dyn Sink) -> Result<(), Failure> {
    put(
        sink,
        Some("journal.ledger"),
        b"; The books, oldest first. Debits are above nothing, credits below.\n",
    )?;
    let mut pending: BTreeMap<i64, Vec<Posting>> = BTreeMap::new();
    let mut from = 1;
    loop {
        let page = tx.entries(from, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        from = last.seq + 1;
        let mut text = String::new();
        for entry in page {
            let postings = match entry.draft.state {
                EntryState::Posted => entry.draft.postings,
                EntryState::Pending => {
                    text.push_str(&format!(
                        "\n; entry {} reserves {} ({})\n",
                        entry.seq,
                        plain(&entry.draft.subject),
                        plain(&entry.draft.kind)
                    ));
                    pending.insert(entry.seq, entry.draft.postings);
                    continue;
                }
                EntryState::Posts(of) => pending.remove(&of).unwrap_or_default(),
                EntryState::Voids(of) => {
                    pending.remove(&of);
                    text.push_str(&format!("\n; entry {} lifts entry {of}\n", entry.seq));
                    continue;
                }
            };
            let at =
                jiff::Timestamp::from_microsecond(entry.at_micros).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
            let day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
            let words = plain(&format!("{} {}", entry.draft.kind, entry.draft.memo));
            text.push_str(&format!(
                "\n{day} * ({}) {words}  ; subject: {}\n",
                entry.seq,
                plain(&entry.draft.subject)
            ));
            for posting in postings {
                let amount = posting.amount;
                text.push_str(&format!(
                    "    {}  {} {}\n",
                    posting.account,
                    amount.to_decimal(),
                    amount.currency()
                ));
            }
        }
        put(sink, None, text.as_bytes())?;
    }
}

/// A text that cannot end its line or begin a comment.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || c == ';' || c == '\u{2028}' || c == '\u{2029}' { ' ' } else { c })
        .collect::<String>()
        .trim()
        .to_owned()
}
