//! Putting an export back: rows table by table, in an order in which whatever a row names is there before it.
//!
//! The books are not copied as they lie. Entries are written open, their postings are added, and they are sealed in order,
//! as they once were; so balances come from the entries, and an export that was changed cannot be sealed.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::audit::TABLES;
use crate::db::{Tx, Value};
use crate::{Fault, args};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// A whole number.
    Int,
    /// Text.
    Text,
    /// Bytes.
    Blob,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadColumn {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
}

impl Tx {
    /// All tables of an export, each after those that its rows name.
    pub async fn load_order(&mut self) -> Result<Vec<&'static str>, Fault> {
        let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (table, _, other, _) in self.references().await? {
            if table != other {
                names.entry(table).or_default().insert(other);
            }
        }
        let mut order: Vec<&'static str> = Vec::new();
        let here = self.tables().await?;
        let mut left: Vec<&'static str> = TABLES.iter().copied().filter(|t| here.contains(*t)).collect();
        while !left.is_empty() {
            let free =
                |t: &&str| names.get(*t).is_none_or(|all| all.iter().all(|o| order.contains(&o.as_str())));
            let (ready, later): (Vec<&'static str>, Vec<&'static str>) = left.iter().partition(|t| free(t));
            if ready.is_empty() {
                return Err(Fault::new(format!("tables name each other in a circle: {}", later.join(", "))));
            }
            order.extend(ready);
            left = later;
        }
        Ok(order)
    }

    /// The columns of a table in order, each with what it holds.
    pub async fn load_columns(&mut self, table: &str) -> Result<Vec<LoadColumn>, Fault> {
        let sql = if self.is_postgres() {
            "select cast(column_name as text), cast(data_type as text) from information_schema.columns \
                 where table_schema = current_schema() and table_name = $1 order by ordinal_position"
        } else {
            "select name, lower(type) from pragma_table_info($1) order by cid"
        };
        let kind = |word: &str| match word {
            "blob" | "bytea" => ColumnKind::Blob,
            "text" => ColumnKind::Text,
            _ => ColumnKind::Int,
        };
        let rows = self.rows(sql, args![table]).await?;
        rows.iter().map(|r| Ok(LoadColumn { name: r.text(0)?, kind: kind(&r.text(1)?) })).collect()
    }

    /// The columns of a table that name other rows of it, each with the column they name.
    pub async fn own_references(&mut self, table: &str) -> Result<Vec<(String, String)>, Fault> {
        let all = self.references().await?;
        Ok(all.into_iter().filter(|r| r.0 == table && r.2 == table).map(|r| (r.1, r.3)).collect())
    }

    /// Adds rows to a table, as [`Tx::load_columns`] orders their columns.
    pub async fn load_rows(
        &mut self,
        table: &str,
        columns: &[String],
        rows: Vec<Vec<Value>>,
    ) -> Result<(), Fault> {
        if !TABLES.contains(&table) {
            return Err(Fault::new(format!("there is no table `{table}`")));
        }
        let list = columns.iter().map(|c| format!("\"{c}\"")).collect::<Vec<_>>().join(", ");
        let own_numbers = if self.is_postgres() { " overriding system value" } else { "" };
        self.insert_many(&format!("insert into \"{table}\" ({list}){own_numbers}"), rows, "").await
    }

    /// Seals every entry that was loaded, in order: each is checked, and balances follow.
    pub async fn seal_loaded(&mut self) -> Result<(), Fault> {
        const PAGE: i64 = 5_000;
        let most = self.number("select max(seq) from entry", args![]).await?;
        let mut from = 1;
        while from <= most {
            let sql = "update entry set sealed = 1 where seq between $1 and $2 and sealed = 0";
            self.run(sql, args![from, from + PAGE - 1]).await?;
            from += PAGE;
        }
        Ok(())
    }

    /// Empties a table before its rows are loaded: only what a house has from its first moment.
    pub async fn clear_first_rows(&mut self, table: &str) -> Result<(), Fault> {
        match table {
            "house_fact" | "usage_key_mark" | "pace_mark" | "vat_rate" => {
                self.run(&format!("delete from {table}"), args![]).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Lets numbers that the database gives go on after the greatest one that was loaded.
    pub async fn resume_numbers(&mut self) -> Result<(), Fault> {
        if !self.is_postgres() {
            return Ok(());
        }
        let sql = "select cast(table_name as text), cast(column_name as text) from information_schema.columns \
                   where table_schema = current_schema() and is_identity = 'YES'";
        for row in self.rows(sql, args![]).await? {
            let (table, column) = (row.text(0)?, row.text(1)?);
            let most = self.number(&format!("select max(\"{column}\") from \"{table}\""), args![]).await?;
            if most > 0 {
                let sql = "select setval(pg_get_serial_sequence($1, $2), $3)";
                self.rows(sql, args![format!("\"{table}\""), column, most]).await?;
            }
        }
        Ok(())
    }

    /// Whether nothing was recorded here yet.
    pub async fn is_new_house(&mut self) -> Result<bool, Fault> {
        for table in ["party", "entry", "policy", "recording", "journal", "log_leaf", "sign_in"] {
            if self.number(&format!("select count(*) from {table}"), args![]).await? > 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The tables that are there.
    async fn tables(&mut self) -> Result<HashSet<String>, Fault> {
        let sql = if self.is_postgres() {
            "select cast(table_name as text) from information_schema.tables where table_schema = current_schema()"
        } else {
            "select name from sqlite_master where type = 'table'"
        };
        self.rows(sql, args![]).await?.iter().map(|r| r.text(0)).collect()
    }

    /// Who names whom: table, column, table and column named.
    async fn references(&mut self) -> Result<Vec<(String, String, String, String)>, Fault> {
        let sql = if self.is_postgres() {
            "select cast(o.relname as text), cast(a.attname as text), cast(n.relname as text), cast(b.attname as text) \
                 from pg_constraint c join pg_class o on o.oid = c.conrelid join pg_class n on n.oid = c.confrelid \
                 join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1] \
                 join pg_attribute b on b.attrelid = c.confrelid and b.attnum = c.confkey[1] \
                 where c.contype = 'f' and o.relnamespace = (select oid from pg_namespace where nspname = current_schema())"
        } else {
            "select m.name, f.\"from\", f.\"table\", coalesce(f.\"to\", (select name from pragma_table_info(f.\"table\") where pk = 1)) \
                 from sqlite_master m, pragma_foreign_key_list(m.name) f where m.type = 'table'"
        };
        let rows = self.rows(sql, args![]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?, r.text(2)?, r.text(3)?))).collect()
    }
}
