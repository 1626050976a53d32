//! One way to speak to SQLite and PostgreSQL: the same SQL text, typed arguments, plain rows.
//!
//! Not sqlx's `Any` driver, which truncates integers; each engine keeps its own driver below a value
//! type of ours. Placeholders are `$1` in both.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Column, Row as _, TypeInfo, ValueRef};

use crate::Fault;
use crate::joint::Lent;

/// One argument or one column. Absence keeps its type, because PostgreSQL asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A whole number.
    Int(Option<i64>),
    /// Text.
    Text(Option<String>),
    /// Bytes.
    Blob(Option<Vec<u8>>),
}

macro_rules! into_value {
    ($($from:ty => $kind:ident, $convert:expr;)*) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Value { Value::$kind(Some($convert(value))) }
        }
        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Value { Value::$kind(value.map($convert)) }
        }
    )*};
}

into_value! {
    i64 => Int, |v| v;
    i32 => Int, i64::from;
    u32 => Int, i64::from;
    u16 => Int, i64::from;
    bool => Int, i64::from;
    String => Text, |v| v;
    &str => Text, |v: &str| v.to_owned();
    &String => Text, |v: &String| v.clone();
    Vec<u8> => Blob, |v| v;
}

/// The arguments of a statement.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Value::from($value)),*] };
}

/// One row of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(Vec<Value>);

impl Row {
    /// The whole number in a column; a fault where there is none.
    pub fn int(&self, column: usize) -> Result<i64, Fault> {
        self.opt_int(column)?.ok_or_else(|| Fault::shape(column, "a whole number"))
    }

    /// The whole number in a column, if there is one.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, Fault> {
        match self.0.get(column) {
            Some(Value::Int(value)) => Ok(*value),
            Some(Value::Text(None) | Value::Blob(None)) => Ok(None),
            _ => Err(Fault::shape(column, "a whole number")),
        }
    }

    /// The text in a column; a fault where there is none.
    pub fn text(&self, column: usize) -> Result<String, Fault> {
        self.opt_text(column)?.ok_or_else(|| Fault::shape(column, "text"))
    }

    /// The text in a column, if there is one.
    pub fn opt_text(&self, column: usize) -> Result<Option<String>, Fault> {
        match self.0.get(column) {
            Some(Value::Text(value)) => Ok(value.clone()),
            Some(Value::Int(None) | Value::Blob(None)) => Ok(None),
            _ => Err(Fault::shape(column, "text")),
        }
    }

    /// A value written as text in a column, such as an id; a fault where it does not read back.
    pub fn parse<T: FromStr>(&self, column: usize) -> Result<T, Fault> {
        self.text(column)?.parse().map_err(|_| Fault::shape(column, std::any::type_name::<T>()))
    }

    /// A value written as text in a column, if there is one.
    pub fn opt_parse<T: FromStr>(&self, column: usize) -> Result<Option<T>, Fault> {
        match self.opt_text(column)? {
            None => Ok(None),
            Some(text) => {
                text.parse().map(Some).map_err(|_| Fault::shape(column, std::any::type_name::<T>()))
            }
        }
    }

    /// All its values in order.
    pub fn values(&self) -> &[Value] {
        &self.0
    }

    /// The bytes in a column, if there are any.
    pub fn opt_blob(&self, column: usize) -> Result<Option<Vec<u8>>, Fault> {
        match self.0.get(column) {
            Some(Value::Blob(value)) => Ok(value.clone()),
            Some(Value::Int(None) | Value::Text(None)) => Ok(None),
            _ => Err(Fault::shape(column, "bytes")),
        }
    }

    /// The bytes in a column; a fault where there are none.
    pub fn blob(&self, column: usize) -> Result<Vec<u8>, Fault> {
        self.opt_blob(column)?.ok_or_else(|| Fault::shape(column, "bytes"))
    }
}

/// A pool of connections to one of the engines.
#[derive(Debug, Clone)]
pub enum Db {
    /// The embedded default: one connection that writes, with memory for pages all over the file, and a few that
    /// read, with little, since the system keeps the file's pages too.
    Sqlite {
        /// Who writes, one after the other, in the order in which they came.
        write: SqlitePool,
        /// Who reads, beside them.
        read: SqlitePool,
    },
    /// A server.
    Postgres(PgPool),
}

impl Db {
    /// Opens (and creates) a SQLite file: write-ahead log, full synchronisation, foreign keys, and a
    /// wait of 30 s where another process writes.
    pub async fn open_sqlite(file: &Path) -> Result<Db, Fault> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(30))
            .pragma("trusted_schema", "off");
        // Ids are random, so inserts touch pages all over: a cache of 128 MiB keeps them in memory.
        let writes = options.clone().pragma("cache_size", "-131072");
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(60))
            .connect_with(writes)
            .await
            .map_err(Fault::database)?;
        let reads = options.pragma("cache_size", "-12288");
        let read =
            SqlitePoolOptions::new().max_connections(4).connect_with(reads).await.map_err(Fault::database)?;
        Ok(Db::Sqlite { write, read })
    }

    /// Connects to PostgreSQL by URL.
    pub async fn open_postgres(url: &str) -> Result<Db, Fault> {
        Db::open_postgres_with(url, 8).await
    }

    /// The same with so many connections at most.
    pub async fn open_postgres_with(url: &str, connections: u32) -> Result<Db, Fault> {
        let options = PgConnectOptions::from_str(url).map_err(Fault::database)?;
        let pool = PgPoolOptions::new()
            .max_connections(connections.max(2))
            .acquire_timeout(Duration::from_secs(20))
            .connect_with(options)
            .await
            .map_err(Fault::database)?;
        Ok(Db::Postgres(pool))
    }

    /// Whether it is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        matches!(self, Db::Postgres(_))
    }

    /// Begins a transaction that will write. SQLite takes its one write lock at once, so that a later
    /// statement cannot fail for want of it.
    pub async fn begin(&self) -> Result<Tx, Fault> {
        match self {
            Db::Sqlite { write, .. } => {
                Ok(Tx::Sqlite(write.begin_with("begin immediate").await.map_err(Fault::database)?))
            }
            Db::Postgres(pool) => begin_postgres(pool, "begin").await,
        }
    }

    /// Begins a transaction that only reads: one consistent picture.
    pub async fn begin_read(&self) -> Result<Tx, Fault> {
        match self {
            Db::Sqlite { read, .. } => Ok(Tx::Sqlite(read.begin().await.map_err(Fault::database)?)),
            Db::Postgres(pool) => {
                begin_postgres(pool, "begin isolation level repeatable read read only").await
            }
        }
    }

    /// Writes a copy of the embedded database as it stands now into a new file, while others read and write.
    ///
    /// # Errors
    /// On PostgreSQL, which has a program of its own for this, and where the file is there or cannot be written.
    pub async fn copy_to(&self, file: &Path) -> Result<(), Fault> {
        let Db::Sqlite { read, .. } = self else {
            return Err(Fault::new("PostgreSQL is copied by pg_dump"));
        };
        let sql = "vacuum into $1";
        let query = sqlx::query(sql).bind(file.to_string_lossy().into_owned());
        query.execute(read).await.map(drop).map_err(|e| Fault::statement(sql, e))
    }

    /// Closes all connections; the write-ahead log is folded in.
    pub async fn close(&self) {
        match self {
            Db::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

/// Begins to the end, even where whoever asked goes away meanwhile. Given up in between, the driver hands the
/// connection on with the transaction open, and the next one to write would find that it may only read.
async fn begin_postgres(pool: &PgPool, begin: &'static str) -> Result<Tx, Fault> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(begin).await }).await;
    let begun = begun.map_err(|e| Fault::new(format!("a transaction could not begin: {e}")))?;
    Ok(Tx::Postgres(begun.map_err(Fault::database)?))
}

/// A transaction; dropped without [`Tx::commit`] it leaves no trace.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    /// On PostgreSQL.
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
    /// A part of a transaction that goes on when this one ends.
    Lent(Lent),
}

macro_rules! bind_all {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                Value::Int(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Blob(value) => query.bind(value),
            };
        }
        query
    }};
}

impl Tx {
    /// Whether it runs on PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        match self {
            Tx::Sqlite(_) => false,
            Tx::Postgres(_) => true,
            Tx::Lent(lent) => lent.is_postgres(),
        }
    }

    /// Runs a statement; tells how many rows it touched.
    pub async fn run(&mut self, sql: &str, values: Vec<Value>) -> Result<u64, Fault> {
        match self {
            Tx::Lent(lent) => Box::pin(lent.tx()?.run(sql, values)).await,
            Tx::Sqlite(tx) => {
                let query = bind_all!(sqlx::query(AssertSqlSafe(sql.to_owned())), values);
                Ok(query.execute(&mut **tx).await.map_err(|e| Fault::statement(sql, e))?.rows_affected())
            }
            Tx::Postgres(tx) => {
                let query = bind_all!(sqlx::query(AssertSqlSafe(sql.to_owned())), values);
                Ok(query.execute(&mut **tx).await.map_err(|e| Fault::statement(sql, e))?.rows_affected())
            }
        }
    }

    /// Runs a script of several statements without arguments.
    pub async fn script(&mut self, sql: &str) -> Result<(), Fault> {
        match self {
            Tx::Lent(lent) => return Box::pin(lent.tx()?.script(sql)).await,
            Tx::Sqlite(tx) => sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut **tx).await.map(drop),
            Tx::Postgres(tx) => {
                sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut **tx).await.map(drop)
            }
        }
        .map_err(|e| Fault::statement(sql, e))
    }

    /// All rows of an answer.
    pub async fn rows(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, Fault> {
        match self {
            Tx::Lent(lent) => Box::pin(lent.tx()?.rows(sql, values)).await,
            Tx::Sqlite(tx) => {
                let query = bind_all!(sqlx::query(AssertSqlSafe(sql.to_owned())), values);
                let rows = query.fetch_all(&mut **tx).await.map_err(|e| Fault::statement(sql, e))?;
                rows.iter().map(sqlite_row).collect()
            }
            Tx::Postgres(tx) => {
                let query = bind_all!(sqlx::query(AssertSqlSafe(sql.to_owned())), values);
                let rows = query.fetch_all(&mut **tx).await.map_err(|e| Fault::statement(sql, e))?;
                rows.iter().map(postgres_row).collect()
            }
        }
    }

    /// The first row of an answer, if there is one.
    pub async fn row(&mut self, sql: &str, values: Vec<Value>) -> Result<Option<Row>, Fault> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// The whole number in the first column of the first row; 0 where there is no row or no value.
    pub async fn number(&mut self, sql: &str, values: Vec<Value>) -> Result<i64, Fault> {
        Ok(self.row(sql, values).await?.map(|r| r.opt_int(0)).transpose()?.flatten().unwrap_or(0))
    }

    /// So many placeholders for a list: `$1,$2` on PostgreSQL, `?,?` on SQLite, which looks a numbered one up in a
    /// list of all of them: with thousands that costs more than the statement itself.
    pub(crate) fn placeholders(&self, count: usize) -> String {
        let numbered = self.is_postgres();
        let mut list = String::with_capacity(count * 6);
        for place in 1..=count {
            if place > 1 {
                list.push(',');
            }
            if numbered {
                list.push_str(&format!("${place}"));
            } else {
                list.push('?');
            }
        }
        list
    }

    /// Inserts many rows with as few statements as the engines allow. `head` is everything up to
    /// `values`, `tail` what follows, such as `on conflict do nothing`. Rows have equal length.
    pub async fn insert_many(&mut self, head: &str, rows: Vec<Vec<Value>>, tail: &str) -> Result<(), Fault> {
        let width = rows.first().map_or(1, Vec::len).max(1);
        // Few enough placeholders for both engines (SQLite 32,766; PostgreSQL 65,535), few enough
        // for the parser to stay quick.
        let at_once = (4_000 / width).max(1);
        let numbered = self.is_postgres();
        let full = insert_text(head, width, at_once, tail, numbered);
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let chunk: Vec<Vec<Value>> = rows.by_ref().take(at_once).collect();
            let count = chunk.len();
            let values = chunk.into_iter().flatten().collect();
            if count == at_once {
                self.run(&full, values).await?;
            } else {
                self.run(&insert_text(head, width, count, tail, numbered), values).await?;
            }
        }
        Ok(())
    }

    /// Makes everything since the beginning last, and returns only when it is on disk.
    pub async fn commit(self) -> Result<(), Fault> {
        match self {
            Tx::Lent(lent) => return lent.keep().await,
            Tx::Sqlite(tx) => tx.commit().await,
            Tx::Postgres(tx) => tx.commit().await,
        }
        .map_err(Fault::database)
    }
}

/// The text of an insert of so many rows, its placeholders as in [`Tx::places`].
fn insert_text(head: &str, width: usize, rows: usize, tail: &str, numbered: bool) -> String {
    let mut sql = String::with_capacity(head.len() + rows * width * 7 + tail.len());
    sql.push_str(head);
    sql.push_str(" values ");
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..width {
            if column > 0 {
                sql.push(',');
            }
            if numbered {
                sql.push('$');
                sql.push_str(&(row * width + column + 1).to_string());
            } else {
                sql.push('?');
            }
        }
        sql.push(')');
    }
    sql.push(' ');
    sql.push_str(tail);
    sql
}

fn sqlite_row(row: &sqlx::sqlite::SqliteRow) -> Result<Row, Fault> {
    (0..row.len())
        .map(|column| {
            let raw = row.try_get_raw(column).map_err(Fault::database)?;
            if raw.is_null() {
                return Ok(Value::Text(None));
            }
            let kind = raw.type_info().name().to_owned();
            Ok(match kind.as_str() {
                "INTEGER" => Value::Int(Some(row.try_get_unchecked(column).map_err(Fault::database)?)),
                "BLOB" => Value::Blob(Some(row.try_get_unchecked(column).map_err(Fault::database)?)),
                _ => Value::Text(Some(row.try_get_unchecked(column).map_err(Fault::database)?)),
            })
        })
        .collect::<Result<Vec<_>, Fault>>()
        .map(Row)
}

fn postgres_row(row: &sqlx::postgres::PgRow) -> Result<Row, Fault> {
    (0..row.len())
        .map(|column| {
            Ok(match row.column(column).type_info().name() {
                "INT8" => Value::Int(row.try_get(column).map_err(Fault::database)?),
                "INT4" => {
                    Value::Int(row.try_get::<Option<i32>, _>(column).map_err(Fault::database)?.map(i64::from))
                }
                "BYTEA" => Value::Blob(row.try_get(column).map_err(Fault::database)?),
                _ => Value::Text(row.try_get_unchecked(column).map_err(Fault::database)?),
            })
        })
        .collect::<Result<Vec<_>, Fault>>()
        .map(Row)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Guards against numbered placeholders on SQLite: binding thousands of them took three quarters of the time of
    /// importing a catalogue and of posting a batch.
    #[test]
    fn only_postgres_numbers_its_placeholders() {
        let text = |numbered| insert_text("insert into t (a, b)", 2, 2, "on conflict do nothing", numbered);
        assert_eq!(text(false), "insert into t (a, b) values (?,?),(?,?) on conflict do nothing");
        assert_eq!(text(true), "insert into t (a, b) values ($1,$2),($3,$4) on conflict do nothing");
    }
}
