//! Foreign SQLite databases, opened from bytes in memory and trusted in nothing.
//!
//! The image is read-only; views, triggers, extensions, attaching and untrusted functions are off; rows,
//! text and work are bounded by the size of the file. Tables are read whole, in the order of their rows,
//! and joined by the readers: no index of a damaged file is asked. A damaged table is read from both ends.
//!
//! It has no idea which software a database belongs to.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::Read;

use music::Problem;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode};

use super::gather::{self, Gather};
use super::wal::{self, Useless};

/// The first sixteen bytes of every plain SQLite database.
pub(super) const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Longest text or row read, in bytes; waveforms are longer, but nobody asks for them.
const LONGEST: i32 = 64 << 20;

/// Steps of work a small database may cost; about a second. Each byte of the file allows one more.
const STEPS: u64 = 30_000_000;

/// Steps between two looks at the bound.
const STRIDE: i32 = 1_000;

/// Memory all rows together may take beyond eight times the file's size, in bytes.
const SPARE: usize = 32 << 20;

/// Largest database taken, in bytes.
const LARGEST: usize = 4 << 30;

/// An opened database.
pub(super) struct Database {
    connection: Connection,
    tables: BTreeSet<String>,
    memory: Cell<usize>,
    bytes: usize,
}

/// One row: its number in its table, and the cells asked for in the order asked.
pub(super) struct Row {
    /// The row's number, SQLite's `rowid`.
    pub id: i64,
    cells: Vec<Value>,
}

enum Value {
    Nothing,
    Number(i64),
    Text(String),
}

impl Row {
    /// A cell as cleaned text.
    pub(super) fn text(&self, column: usize) -> Option<String> {
        match self.cells.get(column)? {
            Value::Text(text) => gather::clean(text),
            Value::Number(number) => Some(number.to_string()),
            Value::Nothing => None,
        }
    }

    /// A cell as a whole number; fractions are dropped.
    pub(super) fn number(&self, column: usize) -> Option<i64> {
        match self.cells.get(column)? {
            Value::Text(text) => text.trim().parse().ok(),
            Value::Number(number) => Some(*number),
            Value::Nothing => None,
        }
    }

    /// A year.
    pub(super) fn year(&self, column: usize) -> Option<u16> {
        gather::year(&self.text(column)?)
    }

    /// The row's number as a line number of the file; 0 for a negative one.
    pub(super) fn line(&self) -> u64 {
        u64::try_from(self.id).unwrap_or(0)
    }

    fn size(&self) -> usize {
        let text = |v: &Value| if let Value::Text(t) = v { t.len() } else { 0 };
        64 + self.cells.iter().map(|v| 32 + text(v)).sum::<usize>()
    }
}

/// Opens a database from its bytes and, where there is one, the log beside it.
///
/// # Errors
///
/// A fatal problem where nothing of it can be read; lesser ones are added to `problems`.
pub(super) fn open(
    bytes: &[u8],
    log: Option<&[u8]>,
    problems: &mut Vec<Problem>,
) -> Result<Database, Problem> {
    let page = page_size(bytes).ok_or_else(|| damaged("the header of the database is damaged"))?;
    if bytes.len() > LARGEST {
        let message = format!(
            "the database has {} MB, more than the {} MB that are read",
            bytes.len() >> 20,
            LARGEST >> 20
        );
        return Err(Problem::new("too-large", 0, message, "export the history as text instead").fatal());
    }
    let whole = bytes.len() / page * page;
    if whole < bytes.len() {
        problems.push(Problem::new(
            "truncated",
            0,
            "the last page of the database is cut off",
            "copy the file again",
        ));
    }
    let image = with_log(&bytes[..whole], log, page, problems);
    let head = patched_head(&image, page, problems).ok_or_else(|| damaged("the database is cut off"))?;
    let database = connect(&head, &image).and_then(|db| db.harden().map(|()| db));
    let mut database = database.map_err(|e| damaged(&format!("the database cannot be opened ({e})")))?;
    match database.list_tables() {
        Ok(()) => Ok(database),
        Err(e) => database.list_tables_leniently().map(|()| {
            problems.push(Problem::new("damaged", 0, format!("the list of tables is damaged ({e})"), COPY));
            database
        }),
    }
}

const COPY: &str = "close the DJ software, copy the file again, or export the history as text";

fn damaged(message: &str) -> Problem {
    Problem::new("damaged", 0, message, COPY).fatal()
}

fn page_size(bytes: &[u8]) -> Option<usize> {
    let header = bytes.get(..100).filter(|h| h.starts_with(MAGIC))?;
    let size = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        n => usize::from(n),
    };
    (size >= 512 && size.is_power_of_two()).then_some(size)
}

/// The image with the committed pages of its log laid over it.
fn with_log<'a>(
    bytes: &'a [u8],
    log: Option<&[u8]>,
    page: usize,
    problems: &mut Vec<Problem>,
) -> Cow<'a, [u8]> {
    let Some(log) = log else { return Cow::Borrowed(bytes) };
    let pages = u32::try_from(bytes.len() / page).unwrap_or(u32::MAX);
    let mut say = |message: &str| {
        let hint = "close the DJ software so that it tidies up, then copy the database again";
        problems.push(Problem::new("wal-damaged", 0, message, hint));
    };
    let committed = match wal::committed(log, page, pages) {
        Ok(committed) => committed,
        Err(Useless::Empty) => return Cow::Borrowed(bytes),
        Err(Useless::Header) => {
            say("the write-ahead log beside the database is damaged and was not used");
            return Cow::Borrowed(bytes);
        }
        Err(Useless::PageSize) => {
            say("the write-ahead log belongs to another database and was not used");
            return Cow::Borrowed(bytes);
        }
    };
    if committed.cut {
        say("the write-ahead log beside the database is cut off; its last changes are missing");
    }
    let mut image = bytes.to_vec();
    image.resize(committed.size as usize * page, 0);
    for (number, text) in committed.pages {
        let at = (number as usize - 1) * page; // committed() gives no page 0
        if let Some(place) = image.get_mut(at..at + page) {
            place.copy_from_slice(text);
        }
    }
    Cow::Owned(image)
}

/// The first hundred bytes, made fit for memory: no log, and no more pages than there are.
fn patched_head(image: &[u8], page: usize, problems: &mut Vec<Problem>) -> Option<[u8; 100]> {
    let mut head: [u8; 100] = image.get(..100)?.try_into().ok()?;
    (head[18], head[19]) = (1, 1);
    let there = u32::try_from(image.len() / page).ok()?;
    let told = u32::from_be_bytes([head[28], head[29], head[30], head[31]]);
    if told > there && head[24..28] == head[92..96] {
        let message = format!("the database is cut off: {there} of its {told} pages are here");
        problems.push(Problem::new("truncated", 0, message, COPY));
        head[28..32].copy_from_slice(&there.to_be_bytes());
    }
    Some(head)
}

fn connect(head: &[u8; 100], image: &[u8]) -> rusqlite::Result<Database> {
    let mut connection = Connection::open_in_memory()?;
    let mut steps = STEPS.saturating_add(image.len() as u64);
    let spend = move || {
        steps = steps.saturating_sub(STRIDE.unsigned_abs().into());
        steps == 0
    };
    connection.progress_handler(STRIDE, Some(spend))?;
    connection.deserialize_read_exact("main", head.chain(&image[100..]), image.len(), true)?;
    let memory = Cell::new(image.len().saturating_mul(8).saturating_add(SPARE));
    Ok(Database { connection, tables: BTreeSet::new(), memory, bytes: image.len() })
}

impl Database {
    /// Whether there is an ordinary table of this name; capitals do not matter.
    pub(super) fn has(&self, table: &str) -> bool {
        self.tables.contains(&table.to_ascii_lowercase())
    }

    /// Its size in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// All rows of a table that can be read, in their order.
    pub(super) fn rows(&self, table: &str, columns: &[&str], out: &mut Gather) -> Vec<Row> {
        let mut rows = Vec::new();
        self.each(table, columns, out, |row| rows.push(row));
        rows.sort_by_key(|row| row.id);
        rows
    }

    /// Hands every row of a table that can be read to `take`. A missing table, missing columns and damage
    /// become problems; a column written `?name` may be missing without one.
    pub(super) fn each(&self, table: &str, columns: &[&str], out: &mut Gather, mut take: impl FnMut(Row)) {
        if !self.has(table) {
            let message = format!("the database has no table `{table}`");
            out.problem(Problem::new(
                "missing-table",
                0,
                message,
                "the software that wrote it may be too old or too new",
            ));
            return;
        }
        let select = self.select(table, columns, out);
        let mut count = 0_u64;
        let mut last = None;
        let forward = self.run(&format!("{select} ORDER BY rowid"), columns.len(), |row| {
            (last, count) = (Some(row.id), count + 1);
            take(row);
            true
        });
        let Err(stop) = forward else { return };
        if !matches!(stop, Stop::Damage(_)) {
            return out.problem(stop.problem(table, count));
        }
        let backward = self.run(&format!("{select} ORDER BY rowid DESC"), columns.len(), |row| {
            let new = last.is_none_or(|last| row.id > last);
            if new {
                count += 1;
                take(row);
            }
            new
        });
        let stop = backward.err().filter(|stop| matches!(stop, Stop::Full)).unwrap_or(stop);
        out.problem(stop.problem(table, count));
    }

    fn select(&self, table: &str, columns: &[&str], out: &mut Gather) -> String {
        let there = self.columns(table);
        let mut select = String::from("SELECT rowid");
        for column in columns {
            let name = column.trim_start_matches('?');
            if there.contains(&name.to_ascii_lowercase()) {
                select += &format!(", \"{name}\"");
                continue;
            }
            select += ", NULL";
            if !column.starts_with('?') {
                let message = format!("table `{table}` has no column `{name}`");
                out.problem(Problem::new("missing-column", 0, message, "the rest was read"));
            }
        }
        format!("{select} FROM main.\"{table}\" NOT INDEXED")
    }

    fn columns(&self, table: &str) -> BTreeSet<String> {
        self.names(&format!("PRAGMA main.table_info(\"{table}\")"), 1).unwrap_or_default()
    }

    /// A column of names, in lower case. Asked of the rows, since SQLite's own column names may be no UTF-8.
    fn names(&self, sql: &str, column: usize) -> rusqlite::Result<BTreeSet<String>> {
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut names = BTreeSet::new();
        while let Some(row) = rows.next()? {
            let name = row.get_ref(column)?.as_bytes().unwrap_or_default();
            names.insert(String::from_utf8_lossy(name).to_ascii_lowercase());
        }
        Ok(names)
    }

    /// Runs a query until it ends, breaks, or `take` says enough.
    fn run(&self, sql: &str, columns: usize, mut take: impl FnMut(Row) -> bool) -> Result<(), Stop> {
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let mut cells = Vec::with_capacity(columns);
            for column in 1..=columns {
                cells.push(value(row.get_ref(column)?));
            }
            let id = row.get_ref(0)?.as_i64().unwrap_or(0);
            let row = Row { id, cells };
            let left = self.memory.get().checked_sub(row.size()).ok_or(Stop::Full)?;
            self.memory.set(left);
            if !take(row) {
                break;
            }
        }
        Ok(())
    }

    fn harden(&self) -> rusqlite::Result<()> {
        let c = &self.connection;
        for (config, on) in [
            (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        ] {
            c.set_db_config(config, on)?;
        }
        for (limit, most) in [
            (Limit::SQLITE_LIMIT_LENGTH, LONGEST),
            (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
            (Limit::SQLITE_LIMIT_COLUMN, 500),
            (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
            (Limit::SQLITE_LIMIT_VDBE_OP, 25_000),
            (Limit::SQLITE_LIMIT_ATTACHED, 0),
            (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
        ] {
            c.set_limit(limit, most)?;
        }
        c.execute_batch("PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON;")
    }

    fn list_tables(&mut self) -> rusqlite::Result<()> {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'";
        self.tables = self.names(sql, 0)?;
        Ok(())
    }

    /// The same where a damaged statement stands among the good ones: those are then left out.
    ///
    /// The image stays read-only, so nothing can be written through the leniency.
    fn list_tables_leniently(&mut self) -> Result<(), Problem> {
        let c = &self.connection;
        let lenient = c
            .set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)
            .and_then(|_| c.set_db_config(DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA, true));
        let listed = lenient.and_then(|_| self.list_tables());
        listed.map_err(|e| damaged(&format!("the database is damaged ({e})")))
    }
}

/// Why a table was not read to its end.
enum Stop {
    /// It took too much work or memory.
    Full,
    /// SQLite stumbled.
    Damage(String),
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted | ErrorCode::OutOfMemory) => Stop::Full,
            _ => Stop::Damage(error.to_string()),
        }
    }
}

impl Stop {
    fn problem(self, table: &str, count: u64) -> Problem {
        match self {
            Stop::Full => {
                let message =
                    format!("table `{table}` takes more work than its size allows; {count} rows were read");
                Problem::new("too-large", 0, message, "export the history as text instead")
            }
            Stop::Damage(why) => {
                let message = format!("table `{table}` is damaged ({why}); {count} rows could be read");
                Problem::new("damaged", 0, message, COPY)
            }
        }
    }
}

fn value(cell: ValueRef<'_>) -> Value {
    match cell {
        ValueRef::Null | ValueRef::Blob(_) => Value::Nothing,
        ValueRef::Integer(number) => Value::Number(number),
        ValueRef::Real(number) => Value::Number(number as i64), // `as` clamps; fractions are dropped as documented
        ValueRef::Text(text) => {
            Value::Text(String::from_utf8_lossy(&text[..text.len().min(8_000)]).into_owned())
        }
    }
}
