//! Statements as issued.

use jiff::Timestamp;
use money::Currency;
use music::{PartyId, StatementId};

use crate::db::Tx;
use crate::set_list::instant;
use crate::{Fault, args};

/// A statement as it was issued; it never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRow {
    /// Our id.
    pub id: StatementId,
    /// Its number, from 1 without gaps.
    pub number: i64,
    /// Whose.
    pub party: PartyId,
    /// Its currency.
    pub currency: Currency,
    /// Its period, `2026-09-01..2026-10-01`.
    pub period: String,
    /// The body as canonical JSON.
    pub body: String,
    /// SHA-256 of the body.
    pub hash: String,
    /// When it was issued.
    pub issued: Timestamp,
}

impl Tx {
    /// Writes an issued statement.
    pub async fn insert_statement(&mut self, s: &StatementRow) -> Result<(), Fault> {
        let sql = "insert into statement (id, number, party, currency, period, body, hash, issued_us) values ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values = args![
            s.id.as_str(),
            s.number,
            s.party.as_str(),
            s.currency.code(),
            &s.period,
            &s.body,
            &s.hash,
            s.issued.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// The statement of a party for a period and currency, if it was issued.
    pub async fn statement(
        &mut self,
        party: &PartyId,
        currency: Currency,
        period: &str,
    ) -> Result<Option<StatementRow>, Fault> {
        let sql = "select id, number, party, currency, period, body, hash, issued_us from statement \
                   where party = $1 and currency = $2 and period = $3";
        let row = self.row(sql, args![party.as_str(), currency.code(), period]).await?;
        row.map(|r| {
            Ok(StatementRow {
                id: r.parse(0)?,
                number: r.int(1)?,
                party: r.parse(2)?,
                currency: r.parse(3)?,
                period: r.text(4)?,
                body: r.text(5)?,
                hash: r.text(6)?,
                issued: instant(r.int(7)?)?,
            })
        })
        .transpose()
    }
}
