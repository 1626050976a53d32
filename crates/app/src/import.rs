//! A house made again from what another one exported: the same books, the same log, the same statements.
//!
//! It is all one transaction: a file that is not as `house.json` says, a row that does not fit, an entry that does not
//! balance, an account that ends with another balance than was exported, and nothing was imported. The keys are not in an
//! export; they come along by themselves, and their marks must be those of the house that exported.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json};
use store::{ColumnKind, LoadColumn, Tx, Value};

use crate::export::{BYTES, HOUSE_FILE, SEALED, password_field};
use crate::failure::refuse;
use crate::identity::Marks;
use crate::{Failure, House};

/// How many rows are put in at a time.
const AT_ONCE: usize = 2_000;
/// The longest line of a file, in bytes: the largest field is a picture of 2 MiB in hexadecimal digits.
const LINE_MOST: u64 = 64 * 1024 * 1024;
/// The longest `house.json`, in bytes.
const ABOUT_MOST: u64 = 4 * 1024 * 1024;

/// What was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// How many tables had rows.
    pub tables: usize,
    /// How many rows there were.
    pub rows: u64,
    /// How many entries of the books.
    pub entries: i64,
    /// How many accounts ended with the balance that was exported: all.
    pub accounts: usize,
    /// How many entries of the public log.
    pub log: i64,
    /// The name of the log.
    pub origin: String,
}

/// Makes the house of an export in this house, where nothing was recorded yet.
///
/// # Errors
/// In this order: `import-folder`, `import-format`, `import-newer`, `import-sealed`, `keys-other`, `import-not-empty`,
/// then `import-changed` for a file that is not the one that was exported, `import-row`, `import-books`.
pub async fn all(house: &House, folder: &Path, by: &str) -> Result<Imported, Failure> {
    let about = read_about(folder)?;
    fits(house, &about)?;
    let mut tx = house.store.begin().await?;
    if !tx.is_new_house().await? {
        return Err(refuse(
            "import-not-empty",
            "this house holds data already",
            "import into an empty one: `--data DIR` with a new folder, or a new database",
        ));
    }
    let known: HashSet<&str> = store::audit::TABLES.iter().copied().collect();
    let told = about["tables"].as_object().cloned().unwrap_or_default();
    if let Some(other) = told.keys().find(|t| !known.contains(t.as_str())) {
        return Err(newer(format!("it has a table `{other}`")));
    }
    let mut done = Imported { tables: 0, rows: 0, entries: 0, accounts: 0, log: 0, origin: String::new() };
    let mut balances = Vec::new();
    for table in tx.load_order().await? {
        let Some(told) = told.get(table) else { continue };
        tx.clear_first_rows(table).await?;
        whole(folder, table, told)?;
        let file = Lines::open(folder, table)?;
        let rows = load(house, &mut tx, table, file, told, &mut balances).await?;
        done.rows += rows;
        done.tables += usize::from(rows > 0);
    }
    tx.seal_loaded().await?;
    tx.resume_numbers().await?;
    done.accounts = same_balances(&mut tx, &balances).await?;
    done.entries = same_books(&mut tx, &about).await?;
    done.log = same_log(&mut tx, &about).await?;
    done.origin = tx.house_fact("origin").await?.unwrap_or_default();
    tx.note(house.now(), by, "import", folder.display().to_string().as_str(), &format!("{} rows", done.rows))
        .await?;
    tx.commit().await?;
    Ok(done)
}

fn read_about(folder: &Path) -> Result<Json, Failure> {
    let file = folder.join(HOUSE_FILE);
    let hint = "name the folder that `tantieme export --all` wrote";
    let mut text = String::new();
    File::open(&file)
        .and_then(|f| f.take(ABOUT_MOST).read_to_string(&mut text))
        .map_err(|e| refuse("import-folder", format!("`{}` cannot be read: {e}", file.display()), hint))?;
    serde_json::from_str(&text).map_err(|e| {
        refuse("import-format", format!("`{}` does not say what is there: {e}", file.display()), hint)
    })
}

fn newer(what: String) -> Failure {
    refuse("import-newer", format!("a newer version exported this: {what}"), "import it with that version")
}

fn fits(house: &House, about: &Json) -> Result<(), Failure> {
    match about["format"].as_i64() {
        Some(1) => {}
        Some(other) => return Err(newer(format!("its format is {other}"))),
        None => {
            let message = format!("`{HOUSE_FILE}` names no format");
            return Err(refuse(
                "import-format",
                message,
                "name the folder that `tantieme export --all` wrote",
            ));
        }
    }
    let schema = about["schema"].as_i64().unwrap_or(0);
    if schema > store::newest_schema() {
        return Err(newer(format!("its schema is {schema}, this program knows {}", store::newest_schema())));
    }
    if about["personal"].as_str() != Some("encrypted") {
        return Err(refuse(
            "import-sealed",
            "the encrypted fields are not in this export as they were: they are left out or in the clear",
            "export again without `--personal` and `--without-personal`: then they leave encrypted, and the keys open them",
        ));
    }
    let marks = Marks::of(&house.store, &house.commitment_key);
    let told = |name: &str| about["keys"][name].as_str().unwrap_or_default();
    if told("fields") != marks.fields || told("commitments") != marks.commitments {
        return Err(refuse(
            "keys-other",
            "the keys are not those of the house that exported this",
            "copy its key folder and name the copy with `--keys`",
        ));
    }
    Ok(())
}

/// Whether a file is the one that was exported; told before its rows are read, so that a broken copy is called one.
fn whole(folder: &Path, table: &str, told: &Json) -> Result<(), Failure> {
    let file = folder.join(format!("{table}.jsonl"));
    let (_, hash) =
        ports::copies::hash(&file).map_err(|e| changed(&file, &format!("it cannot be read: {e}")))?;
    if told["sha256"].as_str() == Some(&hash) {
        return Ok(());
    }
    Err(changed(&file, "it is not the file that was exported"))
}

/// The lines of a file.
struct Lines {
    file: PathBuf,
    reader: BufReader<File>,
    number: u64,
}

impl Lines {
    fn open(folder: &Path, table: &str) -> Result<Lines, Failure> {
        let file = folder.join(format!("{table}.jsonl"));
        let opened = File::open(&file).map_err(|e| changed(&file, &format!("it cannot be read: {e}")))?;
        Ok(Lines { file, reader: BufReader::new(opened), number: 0 })
    }

    /// The next line as an object; `None` at the end.
    fn next(&mut self) -> Result<Option<Map<String, Json>>, Failure> {
        let mut line = Vec::new();
        let read = (&mut self.reader).take(LINE_MOST).read_until(b'\n', &mut line);
        let count = read.map_err(|e| changed(&self.file, &format!("it cannot be read: {e}")))?;
        if count == 0 {
            return Ok(None);
        }
        self.number += 1;
        match serde_json::from_slice(&line) {
            Ok(Json::Object(object)) => Ok(Some(object)),
            Ok(_) => Err(self.bad("it is no object")),
            Err(e) => Err(self.bad(&format!("it is no JSON: {e}"))),
        }
    }

    fn bad(&self, why: &str) -> Failure {
        let message = format!("line {} of `{}`: {why}", self.number, self.file.display());
        refuse("import-row", message, "export again; nothing was imported")
    }

    /// Whether as many rows were read as were exported.
    fn ends(self, rows: u64, told: &Json) -> Result<(), Failure> {
        if told["rows"].as_u64() != Some(rows) {
            return Err(changed(&self.file, "it is not the file that was exported"));
        }
        Ok(())
    }
}

fn changed(file: &Path, why: &str) -> Failure {
    let message = format!("`{}`: {why}", file.display());
    refuse("import-changed", message, "copy the export again; nothing was imported")
}

/// An account with what it held: code, currency, posted, pending debits, pending credits.
type Held = (String, String, [i64; 3]);

async fn load(
    house: &House,
    tx: &mut Tx,
    table: &'static str,
    mut lines: Lines,
    told: &Json,
    balances: &mut Vec<Held>,
) -> Result<u64, Failure> {
    let columns = tx.load_columns(table).await?;
    let own = tx.own_references(table).await?;
    let (mut batch, mut names, mut rows): (Vec<Vec<Value>>, Vec<String>, u64) = (Vec::new(), Vec::new(), 0);
    while let Some(object) = lines.next()? {
        if names.is_empty() {
            names = object.keys().cloned().collect();
            if let Some(other) = names.iter().find(|n| !columns.iter().any(|c| c.name == **n)) {
                return Err(newer(format!("`{table}` has a column `{other}`")));
            }
        }
        if object.len() != names.len() {
            return Err(lines.bad("it has other fields than the lines before"));
        }
        rows += 1;
        let mut row = Vec::with_capacity(names.len());
        for name in &names {
            let value = object.get(name).ok_or_else(|| lines.bad(&format!("`{name}` is missing")))?;
            let column =
                columns.iter().find(|c| c.name == *name).ok_or_else(|| lines.bad("a column is gone"))?;
            let value = cell(house, table, column, value, &object);
            row.push(value.map_err(|why| lines.bad(&format!("`{name}` {why}")))?);
        }
        begin_anew(table, &names, &mut row, balances).map_err(|why| lines.bad(why))?;
        batch.push(row);
        // Rows that name rows of their own table are put in order first, so all of them are needed.
        if batch.len() >= AT_ONCE && own.is_empty() {
            put(tx, table, &names, std::mem::take(&mut batch)).await?;
        }
    }
    for part in in_order(batch, &names, &own).chunks(AT_ONCE) {
        put(tx, table, &names, part.to_vec()).await?;
    }
    lines.ends(rows, told)?;
    Ok(rows)
}

async fn put(tx: &mut Tx, table: &str, names: &[String], rows: Vec<Vec<Value>>) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    tx.load_rows(table, names, rows).await.map_err(|fault| {
        let message = format!("rows of `{table}` do not fit: {fault}");
        refuse(
            "import-row",
            message,
            "the export is of a house that this version cannot hold; nothing was imported",
        )
    })
}

/// What starts anew and is not copied: entries open, accounts empty, nobody at work.
fn begin_anew(
    table: &str,
    names: &[String],
    row: &mut [Value],
    balances: &mut Vec<Held>,
) -> Result<(), &'static str> {
    let place = |name: &str| names.iter().position(|n| n == name).ok_or("a field is missing");
    let int = |row: &[Value], at: usize| match row.get(at) {
        Some(Value::Int(Some(n))) => Ok(*n),
        _ => Err("a balance is no number"),
    };
    let text = |row: &[Value], at: usize| match row.get(at) {
        Some(Value::Text(Some(t))) => Ok(t.clone()),
        _ => Err("an account has no name"),
    };
    let mut set = |name: &str, value: i64| -> Result<(), &'static str> {
        let at = place(name)?;
        if let Some(cell) = row.get_mut(at) {
            *cell = Value::Int(Some(value));
        }
        Ok(())
    };
    match table {
        "entry" => set("sealed", 0),
        "log_writer" => set("until_us", 0),
        "account" => {
            let sums = ["posted", "pending_debits", "pending_credits"];
            let [a, b, c] = [place(sums[0])?, place(sums[1])?, place(sums[2])?];
            let held = [int(row, a)?, int(row, b)?, int(row, c)?];
            balances.push((text(row, place("code")?)?, text(row, place("currency")?)?, held));
            for at in [a, b, c] {
                if let Some(cell) = row.get_mut(at) {
                    *cell = Value::Int(Some(0));
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A field as the database holds it.
fn cell(
    house: &House,
    table: &str,
    column: &LoadColumn,
    value: &Json,
    row: &Map<String, Json>,
) -> Result<Value, String> {
    match (column.kind, value) {
        (ColumnKind::Int, Json::Null) => Ok(Value::Int(None)),
        (ColumnKind::Text, Json::Null) => Ok(Value::Text(None)),
        (ColumnKind::Blob, Json::Null) => Ok(Value::Blob(None)),
        (ColumnKind::Int, Json::Number(n)) => {
            n.as_i64().map(|n| Value::Int(Some(n))).ok_or_else(|| "is no whole number".to_owned())
        }
        (ColumnKind::Text, Json::String(text))
            if (table, column.name.as_str()) == ("sign_in", "password") =>
        {
            let id = row.get("id").and_then(Json::as_str).unwrap_or_default();
            let bytes = text.strip_prefix(SEALED).and_then(unhex).ok_or("is not encrypted")?;
            let clear = house.store.fields().open(&password_field(id), &bytes);
            clear.map(|hash| Value::Text(Some(hash))).map_err(|e| format!("does not open: {e}"))
        }
        (ColumnKind::Text, Json::String(text)) => Ok(Value::Text(Some(text.clone()))),
        (ColumnKind::Blob, Json::String(text)) => {
            let digits = text.strip_prefix(SEALED).or_else(|| text.strip_prefix(BYTES));
            match digits {
                Some(digits) => unhex(digits)
                    .map(|bytes| Value::Blob(Some(bytes)))
                    .ok_or_else(|| "has something else than hexadecimal digits".to_owned()),
                None => Ok(Value::Blob(Some(text.clone().into_bytes()))),
            }
        }
        _ => Err("holds something else than the column does".to_owned()),
    }
}

/// Rows in an order in which each stands after the rows it names. Those of a circle stand last, and the database refuses
/// them.
fn in_order(rows: Vec<Vec<Value>>, names: &[String], own: &[(String, String)]) -> Vec<Vec<Value>> {
    let places: Vec<(usize, usize)> = own
        .iter()
        .filter_map(|(from, to)| {
            Some((names.iter().position(|n| n == from)?, names.iter().position(|n| n == to)?))
        })
        .collect();
    if places.is_empty() {
        return rows;
    }
    let word = |value: &Value| match value {
        Value::Int(Some(n)) => Some(n.to_string()),
        Value::Text(Some(t)) => Some(t.clone()),
        _ => None,
    };
    // Who waits for whom: a row is free once all it names are placed.
    let mut by_name: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        for (_, to) in &places {
            if let Some(name) = row.get(*to).and_then(word) {
                by_name.insert((*to, name), at);
            }
        }
    }
    let mut waits = vec![0_usize; rows.len()];
    let mut frees: Vec<Vec<usize>> = vec![Vec::new(); rows.len()];
    for (at, row) in rows.iter().enumerate() {
        for (from, to) in &places {
            let named = row.get(*from).and_then(word).and_then(|name| by_name.get(&(*to, name)));
            if let Some(named) = named.filter(|n| **n != at) {
                waits[at] += 1;
                frees[*named].push(at);
            }
        }
    }
    let mut free: std::collections::BTreeSet<usize> =
        (0..rows.len()).filter(|at| waits.get(*at) == Some(&0)).collect();
    let mut order = Vec::with_capacity(rows.len());
    let mut placed = vec![false; rows.len()];
    while let Some(at) = free.pop_first() {
        order.push(at);
        placed[at] = true;
        for next in std::mem::take(&mut frees[at]) {
            waits[next] -= 1;
            if waits[next] == 0 {
                free.insert(next);
            }
        }
    }
    order.extend((0..rows.len()).filter(|at| !placed[*at]));
    let mut rows: Vec<Option<Vec<Value>>> = rows.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| rows.get_mut(at).and_then(Option::take)).collect()
}

async fn same_balances(tx: &mut Tx, told: &[Held]) -> Result<usize, Failure> {
    let here: BTreeMap<(String, String), [i64; 3]> = tx
        .stored_accounts()
        .await?
        .into_iter()
        .map(|(code, currency, sums)| ((code, currency), sums))
        .collect();
    for (code, currency, sums) in told {
        let found = here.get(&(code.clone(), currency.clone())).copied().unwrap_or_default();
        if found != *sums {
            let message = format!(
                "`{code}` in {currency} holds {} micros by the entries, and the export says {}",
                found[0], sums[0]
            );
            return Err(books(message));
        }
    }
    Ok(told.len())
}

fn books(message: String) -> Failure {
    refuse("import-books", message, "the export was changed or is not whole; nothing was imported")
}

async fn same_books(tx: &mut Tx, about: &Json) -> Result<i64, Failure> {
    let newest = tx.last_entry().await?;
    let last = tx.entries(newest.max(1), 1).await?.pop();
    let (entries, hash) = last.map_or((0, None), |e| (e.seq, Some(e.hash.to_string())));
    let told = &about["books"];
    if told["entries"].as_i64() != Some(entries) || told["hash"].as_str() != hash.as_deref() {
        return Err(books(format!("the books end at entry {entries}, and not as the export says")));
    }
    Ok(entries)
}

async fn same_log(tx: &mut Tx, about: &Json) -> Result<i64, Failure> {
    let (size, head) = (tx.log_size().await?, tx.newest_head().await?);
    let told = &about["log"];
    let root = head.as_ref().map(|h| h.root.as_str());
    if told["size"].as_i64() != Some(size) || told["root"].as_str() != root {
        return Err(books(format!("the log has {size} entries, and is not as the export says")));
    }
    if let Some(head) = &head
        && crate::log::root_in(tx, head.size).await?.to_string() != head.root
    {
        return Err(books(format!("the first {} entries of the log do not lead to their root", head.size)));
    }
    Ok(size)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, named: Option<&str>) -> Vec<Value> {
        vec![Value::Text(Some(id.to_owned())), Value::Text(named.map(str::to_owned))]
    }

    #[test]
    fn rows_stand_after_those_they_name() {
        let names = ["id".to_owned(), "of".to_owned()];
        let own = [("of".to_owned(), "id".to_owned())];
        let rows = vec![
            row("a", Some("c")),
            row("b", None),
            row("c", Some("d")),
            row("d", None),
            row("e", Some("e")),
        ];
        let ids = |rows: Vec<Vec<Value>>| -> String {
            rows.iter()
                .map(|r| match &r[0] {
                    Value::Text(Some(id)) => id.clone(),
                    _ => String::new(),
                })
                .collect()
        };
        assert_eq!(ids(in_order(rows.clone(), &names, &own)), "bdcae".to_owned());
        assert_eq!(
            ids(in_order(rows, &names, &[])),
            "abcde",
            "a table that names itself nowhere stays as it is"
        );
        let circle = vec![row("a", Some("b")), row("b", Some("a")), row("c", None)];
        assert_eq!(ids(in_order(circle, &names, &own)), "cab");
    }

    #[test]
    fn hexadecimal_digits_are_read_with_care() {
        assert_eq!(unhex("00ff"), Some(vec![0, 255]));
        for bad in ["0", "0g", "é1", "+1"] {
            assert_eq!(unhex(bad), None, "{bad}");
        }
    }
}
