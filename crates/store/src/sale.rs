//! Invoices and credit notes to institutions, what their money is for, and what of it arrived; and what was told of use.

use jiff::Timestamp;
use jiff::civil::Date;
use money::{Amount, Currency};
use music::{ContractId, ContributionId, PartyId, PotId, SaleId};

use crate::db::{Row, Tx};
use crate::set_list::instant;
use crate::{Fault, FieldKey, args};

/// An invoice or a credit note as it was issued; it never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleRow {
    /// Our id.
    pub id: SaleId,
    /// The series its number belongs to.
    pub series: String,
    /// Its number in the series, from 1 without gaps.
    pub number: i64,
    /// The number as printed.
    pub printed: String,
    /// `invoice` or `credit-note`.
    pub kind: String,
    /// The contract.
    pub contract: ContractId,
    /// Who is billed.
    pub buyer: PartyId,
    /// First day of what is billed.
    pub start: Date,
    /// First day after it.
    pub end: Date,
    /// Without VAT; above nothing on a credit note too.
    pub net: Amount,
    /// VAT.
    pub vat: Amount,
    /// Both together.
    pub gross: Amount,
    /// Whose VAT it is.
    pub vat_country: String,
    /// The invoice that it takes back as a whole.
    pub corrects: Option<SaleId>,
    /// The creditor reference to write on the transfer.
    pub reference: String,
    /// What it says, as JSON; kept encrypted.
    pub body: String,
    /// SHA-256 of it.
    pub hash: String,
    /// Day of issue.
    pub issued: Date,
    /// Day the payment is due.
    pub due: Date,
    /// When it was issued.
    pub at: Timestamp,
}

/// What a part of an invoice's money is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalePartRow {
    /// The invoice.
    pub sale: SaleId,
    /// Whose members.
    pub institution: PartyId,
    /// First day of the span whose plays are shared together.
    pub start: Date,
    /// First day after it.
    pub end: Date,
    /// The pot.
    pub pot: PotId,
    /// The institution's contribution to it.
    pub contribution: ContributionId,
    /// How much, before VAT.
    pub amount: Amount,
}

/// What was told an institution about use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRow {
    /// Whose members.
    pub institution: PartyId,
    /// First day.
    pub start: Date,
    /// First day after the span.
    pub end: Date,
    /// What was told, as JSON.
    pub body: String,
    /// SHA-256 of it.
    pub hash: String,
    /// When it was made.
    pub made: Timestamp,
    /// Who made it.
    pub by: String,
}

const SALE: &str = "id, series, number, printed, kind, contract, buyer, start_day, end_day, currency, net, vat, gross, vat_country, \
                    corrects, reference, sealed_body, hash, issued_day, due_day, issued_us";
const PART: &str =
    "p.sale, p.institution, p.start_day, p.end_day, p.pot, p.contribution, p.amount, s.currency";
const USAGE: &str = "institution, start_day, end_day, body, hash, made_us, by_party";

impl Tx {
    /// Writes an issued invoice or credit note.
    pub async fn insert_sale(&mut self, key: &FieldKey, s: &SaleRow, nonce: [u8; 24]) -> Result<(), Fault> {
        let sealed = key.seal(&format!("sale/{}/body", s.id), &s.body, nonce)?;
        let sql = format!(
            "insert into sale ({SALE}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
             $19, $20, $21)"
        );
        let values = args![
            s.id.as_str(),
            &s.series,
            s.number,
            &s.printed,
            &s.kind,
            s.contract.as_str(),
            s.buyer.as_str(),
            s.start.to_string(),
            s.end.to_string(),
            s.net.currency().code(),
            s.net.micros(),
            s.vat.micros(),
            s.gross.micros(),
            &s.vat_country,
            s.corrects.as_ref().map(|c| c.as_str().to_owned()),
            &s.reference,
            sealed,
            &s.hash,
            s.issued.to_string(),
            s.due.to_string(),
            s.at.as_microsecond(),
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// All invoices and credit notes, by series and number.
    pub async fn all_sales(&mut self, key: &FieldKey) -> Result<Vec<SaleRow>, Fault> {
        self.sales(key, "$1 = ''", "").await
    }

    /// The invoices and credit notes of a contract, by series and number.
    pub async fn sales_of_contract(
        &mut self,
        key: &FieldKey,
        id: &ContractId,
    ) -> Result<Vec<SaleRow>, Fault> {
        self.sales(key, "contract = $1", id.as_str()).await
    }

    /// The invoices and credit notes to a buyer, by series and number.
    pub async fn sales_to(&mut self, key: &FieldKey, buyer: &PartyId) -> Result<Vec<SaleRow>, Fault> {
        self.sales(key, "buyer = $1", buyer.as_str()).await
    }

    /// An invoice by its printed number.
    pub async fn sale_printed(&mut self, key: &FieldKey, printed: &str) -> Result<Option<SaleRow>, Fault> {
        Ok(self.sales(key, "printed = $1", printed).await?.into_iter().next())
    }

    /// An invoice by its creditor reference.
    pub async fn sale_by_reference(
        &mut self,
        key: &FieldKey,
        reference: &str,
    ) -> Result<Option<SaleRow>, Fault> {
        Ok(self.sales(key, "reference = $1", reference).await?.into_iter().next())
    }

    /// The credit note that takes an invoice back.
    pub async fn credit_of(&mut self, key: &FieldKey, id: &SaleId) -> Result<Option<SaleRow>, Fault> {
        Ok(self.sales(key, "corrects = $1", id.as_str()).await?.into_iter().next())
    }

    async fn sales(&mut self, key: &FieldKey, condition: &str, value: &str) -> Result<Vec<SaleRow>, Fault> {
        let sql = format!("select {SALE} from sale where {condition} order by series, number");
        self.rows(&sql, args![value]).await?.iter().map(|r| sale_row(key, r)).collect()
    }

    /// Writes what an invoice's money is for.
    pub async fn insert_sale_parts(&mut self, parts: &[SalePartRow]) -> Result<(), Fault> {
        let rows = parts
            .iter()
            .map(|p| {
                args![
                    p.sale.as_str(),
                    p.institution.as_str(),
                    p.start.to_string(),
                    p.end.to_string(),
                    p.pot.as_str(),
                    p.contribution.as_str(),
                    p.amount.micros(),
                ]
            })
            .collect();
        let head = "insert into sale_part (sale, institution, start_day, end_day, pot, contribution, amount)";
        self.insert_many(head, rows, "").await
    }

    /// What an invoice's money is for, by span and institution.
    pub async fn sale_parts(&mut self, id: &SaleId) -> Result<Vec<SalePartRow>, Fault> {
        self.parts("p.sale = $1", id.as_str()).await
    }

    /// What money of an institution is for, by span.
    pub async fn sale_parts_of(&mut self, institution: &PartyId) -> Result<Vec<SalePartRow>, Fault> {
        self.parts("p.institution = $1", institution.as_str()).await
    }

    async fn parts(&mut self, condition: &str, value: &str) -> Result<Vec<SalePartRow>, Fault> {
        let sql = format!(
            "select {PART} from sale_part p join sale s on s.id = p.sale where {condition} order by p.start_day, p.institution, p.sale"
        );
        let rows = self.rows(&sql, args![value]).await?;
        rows.iter()
            .map(|r| {
                let currency: Currency = r.parse(7)?;
                Ok(SalePartRow {
                    sale: r.parse(0)?,
                    institution: r.parse(1)?,
                    start: r.parse(2)?,
                    end: r.parse(3)?,
                    pot: r.parse(4)?,
                    contribution: r.parse(5)?,
                    amount: Amount::from_micros(r.int(6)?, currency),
                })
            })
            .collect()
    }

    /// Notes money that arrived for an invoice.
    pub async fn insert_sale_receipt(
        &mut self,
        id: &SaleId,
        receipt: &str,
        amount: Amount,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "insert into sale_receipt (sale, receipt, amount, at_us) values ($1, $2, $3, $4)";
        self.run(sql, args![id.as_str(), receipt, amount.micros(), now.as_microsecond()]).await.map(drop)
    }

    /// How much arrived for an invoice, in micros.
    pub async fn sale_received(&mut self, id: &SaleId) -> Result<i64, Fault> {
        let sql = "select cast(sum(amount) as bigint) from sale_receipt where sale = $1";
        self.number(sql, args![id.as_str()]).await
    }

    /// Writes what was told about use; false where something was told of these days before.
    pub async fn insert_usage(&mut self, u: &UsageRow) -> Result<bool, Fault> {
        let sql = format!(
            "insert into usage_report ({USAGE}) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing"
        );
        let values = args![
            u.institution.as_str(),
            u.start.to_string(),
            u.end.to_string(),
            &u.body,
            &u.hash,
            u.made.as_microsecond(),
            &u.by,
        ];
        Ok(self.run(&sql, values).await? > 0)
    }

    /// What was told an institution about use, by span.
    pub async fn usage_of(&mut self, institution: &PartyId) -> Result<Vec<UsageRow>, Fault> {
        let sql = format!("select {USAGE} from usage_report where institution = $1 order by start_day");
        let rows = self.rows(&sql, args![institution.as_str()]).await?;
        rows.iter()
            .map(|r| {
                Ok(UsageRow {
                    institution: r.parse(0)?,
                    start: r.parse(1)?,
                    end: r.parse(2)?,
                    body: r.text(3)?,
                    hash: r.text(4)?,
                    made: instant(r.int(5)?)?,
                    by: r.text(6)?,
                })
            })
            .collect()
    }
}

fn sale_row(key: &FieldKey, r: &Row) -> Result<SaleRow, Fault> {
    let id: SaleId = r.parse(0)?;
    let currency: Currency = r.parse(9)?;
    let amount = |place| r.int(place).map(|m| Amount::from_micros(m, currency));
    Ok(SaleRow {
        body: key.open(&format!("sale/{id}/body"), &r.blob(16)?)?,
        id,
        series: r.text(1)?,
        number: r.int(2)?,
        printed: r.text(3)?,
        kind: r.text(4)?,
        contract: r.parse(5)?,
        buyer: r.parse(6)?,
        start: r.parse(7)?,
        end: r.parse(8)?,
        net: amount(10)?,
        vat: amount(11)?,
        gross: amount(12)?,
        vat_country: r.text(13)?,
        corrects: r.opt_parse(14)?,
        reference: r.text(15)?,
        hash: r.text(17)?,
        issued: r.parse(18)?,
        due: r.parse(19)?,
        at: instant(r.int(20)?)?,
    })
}
