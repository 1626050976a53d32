//! Places by their codes, and what is tagged with them.

use jiff::Timestamp;

use crate::db::Tx;
use crate::{Fault, args};

/// A place of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRow {
    /// ISO 3166-1, ISO 3166-2, or a locality below one: `FR-42/roanne`.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// Where the list has it from.
    pub source: String,
}

impl Tx {
    /// Writes places, replacing the names of those that are there.
    pub async fn put_places(&mut self, rows: &[PlaceRow], now: Timestamp) -> Result<(), Fault> {
        let values = rows.iter().map(|r| args![&r.code, &r.name, &r.source, now.as_microsecond()]).collect();
        let head = "insert into place (code, name, source, changed_us)";
        let tail = "on conflict (code) do update set name = excluded.name, source = excluded.source, changed_us = excluded.changed_us";
        self.insert_many(head, values, tail).await
    }

    /// A place by its code.
    pub async fn place(&mut self, code: &str) -> Result<Option<PlaceRow>, Fault> {
        let rows = self.rows("select code, name, source from place where code = $1", args![code]).await?;
        Ok(place_rows(&rows)?.into_iter().next())
    }

    /// All places, by code.
    pub async fn places(&mut self) -> Result<Vec<PlaceRow>, Fault> {
        let rows = self.rows("select code, name, source from place order by code", args![]).await?;
        place_rows(&rows)
    }

    /// Tags a recording or a party with a place; false where it is already.
    pub async fn tag(&mut self, subject: &str, code: &str, by: &str, now: Timestamp) -> Result<bool, Fault> {
        let sql = "insert into place_tag (subject, code, by_party, at_us) values ($1, $2, $3, $4) on conflict do nothing";
        Ok(self.run(sql, args![subject, code, by, now.as_microsecond()]).await? > 0)
    }

    /// Takes a tag away; false where there was none.
    pub async fn untag(&mut self, subject: &str, code: &str) -> Result<bool, Fault> {
        let sql = "delete from place_tag where subject = $1 and code = $2";
        Ok(self.run(sql, args![subject, code]).await? > 0)
    }

    /// The places a recording or a party is tagged with, by code.
    pub async fn tags_of(&mut self, subject: &str) -> Result<Vec<String>, Fault> {
        let rows =
            self.rows("select code from place_tag where subject = $1 order by code", args![subject]).await?;
        rows.iter().map(|r| r.text(0)).collect()
    }

    /// All tags: subject and code, in order. `kind` is the beginning of the ids that are meant, such as `rec-`.
    pub async fn tags(&mut self, kind: &str) -> Result<Vec<(String, String)>, Fault> {
        let sql = "select subject, code from place_tag where subject like $1 order by subject, code";
        let rows = self.rows(sql, args![format!("{kind}%")]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?))).collect()
    }
}

fn place_rows(rows: &[crate::Row]) -> Result<Vec<PlaceRow>, Fault> {
    rows.iter().map(|r| Ok(PlaceRow { code: r.text(0)?, name: r.text(1)?, source: r.text(2)? })).collect()
}
