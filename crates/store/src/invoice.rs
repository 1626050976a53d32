//! Self-billed invoices as issued, and the mandates behind them.

use jiff::Timestamp;
use jiff::civil::Date;
use money::{Amount, Currency};
use music::{InvoiceId, PartyId};

use crate::db::{Row, Tx};
use crate::set_list::instant;
use crate::{Fault, FieldKey, args};

/// A payee's mandate to be invoiced by the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MandateRow {
    /// Whose.
    pub party: PartyId,
    /// Version, from 1.
    pub version: i64,
    /// The particulars as JSON text; kept encrypted.
    pub body: String,
    /// The day the payee gave it.
    pub given: Date,
    /// When it was noted.
    pub created: Timestamp,
    /// When it ended, by a newer one or a withdrawal.
    pub ended: Option<Timestamp>,
}

/// A self-billed invoice as it was issued; it never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceRow {
    /// Our id.
    pub id: InvoiceId,
    /// In whose name.
    pub party: PartyId,
    /// Its number among those of the payee, from 1 without gaps.
    pub number: i64,
    /// Its currency.
    pub currency: Currency,
    /// `invoice` or `credit-note`.
    pub kind: String,
    /// The first day of the supplies.
    pub start: Date,
    /// The first day after them.
    pub end: Date,
    /// The invoice that it takes back as a whole.
    pub corrects: Option<InvoiceId>,
    /// Its total with VAT; below nothing on a credit note.
    pub gross: Amount,
    /// The body as canonical JSON; kept encrypted.
    pub body: String,
    /// SHA-256 of the body.
    pub hash: String,
    /// When it was issued.
    pub issued: Timestamp,
}

const MANDATE: &str = "party, version, sealed, given_day, created_us, ended_us";
const INVOICE: &str =
    "id, party, number, currency, kind, start_day, end_day, corrects, gross, sealed_body, hash, issued_us";

impl Tx {
    /// Writes a new version of a payee's mandate, which ends the one before; tells its number.
    pub async fn add_mandate(
        &mut self,
        key: &FieldKey,
        mandate: &MandateRow,
        nonce: [u8; 24],
        by: &str,
    ) -> Result<i64, Fault> {
        let party = mandate.party.as_str();
        self.end_mandate(&mandate.party, mandate.created).await?;
        let sql = "select max(version) from invoice_mandate where party = $1";
        let version = self.number(sql, args![party]).await? + 1;
        let sealed = key.seal(&format!("invoice_mandate/{party}/{version}"), &mandate.body, nonce)?;
        let sql = "insert into invoice_mandate (party, version, sealed, given_day, created_us, by_party) \
                   values ($1, $2, $3, $4, $5, $6)";
        let given = mandate.given.to_string();
        self.run(sql, args![party, version, sealed, given, mandate.created.as_microsecond(), by]).await?;
        Ok(version)
    }

    /// Ends the mandate of a payee, if one is in force; tells whether one was.
    pub async fn end_mandate(&mut self, party: &PartyId, now: Timestamp) -> Result<bool, Fault> {
        let running = self.row(
            "select version from invoice_mandate where party = $1 and ended_us is null",
            args![party.as_str()],
        );
        if running.await?.is_none() {
            return Ok(false);
        }
        let sql = "update invoice_mandate set ended_us = $2 where party = $1 and ended_us is null";
        self.run(sql, args![party.as_str(), now.as_microsecond()]).await?;
        Ok(true)
    }

    /// The mandate of a payee that is in force.
    pub async fn mandate(&mut self, key: &FieldKey, party: &PartyId) -> Result<Option<MandateRow>, Fault> {
        let sql = format!("select {MANDATE} from invoice_mandate where party = $1 and ended_us is null");
        let row = self.row(&sql, args![party.as_str()]).await?;
        row.map(|r| {
            let (party, version): (PartyId, i64) = (r.parse(0)?, r.int(1)?);
            Ok(MandateRow {
                body: key.open(&format!("invoice_mandate/{party}/{version}"), &r.blob(2)?)?,
                party,
                version,
                given: r.parse(3)?,
                created: instant(r.int(4)?)?,
                ended: r.opt_int(5)?.map(instant).transpose()?,
            })
        })
        .transpose()
    }

    /// The payees with a mandate in force, by id.
    pub async fn mandated(&mut self) -> Result<Vec<PartyId>, Fault> {
        let sql = "select party from invoice_mandate where ended_us is null order by party";
        self.rows(sql, args![]).await?.iter().map(|r| r.parse(0)).collect()
    }

    /// Writes an issued invoice.
    pub async fn insert_invoice(
        &mut self,
        key: &FieldKey,
        i: &InvoiceRow,
        nonce: [u8; 24],
    ) -> Result<(), Fault> {
        let sealed = key.seal(&format!("invoice/{}/body", i.id), &i.body, nonce)?;
        let sql = format!(
            "insert into invoice ({INVOICE}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        );
        let values = args![
            i.id.as_str(),
            i.party.as_str(),
            i.number,
            i.currency.code(),
            &i.kind,
            i.start.to_string(),
            i.end.to_string(),
            i.corrects.as_ref().map(|c| c.as_str().to_owned()),
            i.gross.micros(),
            sealed,
            &i.hash,
            i.issued.as_microsecond(),
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// The invoices issued in a payee's name, by number.
    pub async fn invoices_of(&mut self, key: &FieldKey, party: &PartyId) -> Result<Vec<InvoiceRow>, Fault> {
        let sql = format!("select {INVOICE} from invoice where party = $1 order by number");
        self.rows(&sql, args![party.as_str()]).await?.iter().map(|r| invoice_row(key, r)).collect()
    }

    /// The highest number among a payee's invoices; 0 without any.
    pub async fn last_invoice_number(&mut self, party: &PartyId) -> Result<i64, Fault> {
        self.number("select max(number) from invoice where party = $1", args![party.as_str()]).await
    }
}

fn invoice_row(key: &FieldKey, r: &Row) -> Result<InvoiceRow, Fault> {
    let id: InvoiceId = r.parse(0)?;
    let currency: Currency = r.parse(3)?;
    Ok(InvoiceRow {
        body: key.open(&format!("invoice/{id}/body"), &r.blob(9)?)?,
        id,
        party: r.parse(1)?,
        number: r.int(2)?,
        currency,
        kind: r.text(4)?,
        start: r.parse(5)?,
        end: r.parse(6)?,
        corrects: r.opt_parse(7)?,
        gross: Amount::from_micros(r.int(8)?, currency),
        hash: r.text(10)?,
        issued: instant(r.int(11)?)?,
    })
}
