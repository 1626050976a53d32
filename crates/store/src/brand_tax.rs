//! Agencies' mandates to act for brands, VAT on the budgets of contracts, and invoices to brands.

use jiff::Timestamp;
use money::{Amount, Currency};
use music::PartyId;

use crate::db::{Row, Tx};
use crate::set_list::instant;
use crate::{BrandDealId, BrandMandateId, Fault, MilestoneId, args};

/// A mandate of a brand for an agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrandMandateRow {
    /// Our id.
    pub id: BrandMandateId,
    /// Who is acted for.
    pub brand: PartyId,
    /// Who acts.
    pub agency: PartyId,
    /// The paper it stands on, in words.
    pub evidence: String,
    /// From when.
    pub from: Timestamp,
    /// From when no longer; open where absent.
    pub until: Option<Timestamp>,
    /// When either side took it back.
    pub ended: Option<Timestamp>,
    /// Who noted it.
    pub by: String,
}

impl BrandMandateRow {
    /// Whether it holds at an instant.
    pub fn lives(&self, now: Timestamp) -> bool {
        self.ended.is_none() && self.from <= now && self.until.is_none_or(|until| now < until)
    }
}

/// VAT on the budget of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrandTaxRow {
    /// Whose VAT it is: two letters.
    pub country: String,
    /// `S`, `E`, `AE` or `O`.
    pub category: String,
    /// The rate, such as `20 %`.
    pub rate: String,
    /// What is due on the whole fee.
    pub vat: Amount,
}

/// An invoice to a brand, or a credit note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrandInvoiceRow {
    /// Its number as printed.
    pub number: String,
    /// The contract.
    pub deal: BrandDealId,
    /// The milestone that is credited; none on an invoice.
    pub milestone: Option<MilestoneId>,
    /// `invoice` or `credit-note`.
    pub kind: String,
    /// Without VAT.
    pub net: Amount,
    /// VAT.
    pub vat: Amount,
    /// What it says, as JSON.
    pub body: String,
    /// SHA-256 of that.
    pub hash: String,
    /// When it was issued.
    pub issued: Timestamp,
}

const MANDATE: &str = "id, brand, agency, evidence, from_us, until_us, ended_us, by_party";
const INVOICE: &str = "number, deal, milestone, kind, currency, net, vat, body, hash, issued_us";

impl Tx {
    /// Writes a mandate.
    pub async fn insert_brand_mandate(&mut self, m: &BrandMandateRow) -> Result<(), Fault> {
        let sql = format!("insert into brand_mandate ({MANDATE}) values ($1, $2, $3, $4, $5, $6, $7, $8)");
        let values = args![
            m.id.as_str(),
            m.brand.as_str(),
            m.agency.as_str(),
            &m.evidence,
            m.from.as_microsecond(),
            m.until.map(|t| t.as_microsecond()),
            m.ended.map(|t| t.as_microsecond()),
            &m.by,
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// Ends a mandate; false where it ended before.
    pub async fn end_brand_mandate(&mut self, id: &BrandMandateId, now: Timestamp) -> Result<bool, Fault> {
        let sql = "update brand_mandate set ended_us = $2 where id = $1 and ended_us is null";
        Ok(self.run(sql, args![id.as_str(), now.as_microsecond()]).await? > 0)
    }

    /// A mandate.
    pub async fn brand_mandate(&mut self, id: &BrandMandateId) -> Result<Option<BrandMandateRow>, Fault> {
        let sql = format!("select {MANDATE} from brand_mandate where id = $1");
        self.row(&sql, args![id.as_str()]).await?.map(|r| mandate_row(&r)).transpose()
    }

    /// The mandates of a party on either side, newest first.
    pub async fn brand_mandates(&mut self, party: &PartyId) -> Result<Vec<BrandMandateRow>, Fault> {
        let sql = format!(
            "select {MANDATE} from brand_mandate where brand = $1 or agency = $1 order by from_us desc, id"
        );
        self.rows(&sql, args![party.as_str()]).await?.iter().map(mandate_row).collect()
    }

    /// Whether an agency has a mandate of a brand that holds at an instant.
    pub async fn has_brand_mandate(
        &mut self,
        brand: &PartyId,
        agency: &PartyId,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let sql = "select count(*) from brand_mandate where brand = $1 and agency = $2 and ended_us is null \
                   and from_us <= $3 and (until_us is null or until_us > $3)";
        Ok(self.number(sql, args![brand.as_str(), agency.as_str(), now.as_microsecond()]).await? > 0)
    }

    /// Notes the VAT on the budget of a contract.
    pub async fn insert_brand_tax(&mut self, deal: &BrandDealId, t: &BrandTaxRow) -> Result<(), Fault> {
        let sql = "insert into brand_tax (deal, country, category, rate, currency, vat) values ($1, $2, $3, $4, $5, $6)";
        let values =
            args![deal.as_str(), &t.country, &t.category, &t.rate, t.vat.currency().code(), t.vat.micros(),];
        self.run(sql, values).await.map(drop)
    }

    /// The VAT on the budget of a contract; `None` before both signed.
    pub async fn brand_tax(&mut self, deal: &BrandDealId) -> Result<Option<BrandTaxRow>, Fault> {
        let sql = "select country, category, rate, currency, vat from brand_tax where deal = $1";
        let row = self.row(sql, args![deal.as_str()]).await?;
        row.map(|r| {
            let currency: Currency = r.parse(3)?;
            Ok(BrandTaxRow {
                country: r.text(0)?,
                category: r.text(1)?,
                rate: r.text(2)?,
                vat: Amount::from_micros(r.int(4)?, currency),
            })
        })
        .transpose()
    }

    /// Writes an invoice; false where the contract, or the milestone of a credit note, has one.
    pub async fn insert_brand_invoice(&mut self, i: &BrandInvoiceRow) -> Result<bool, Fault> {
        let sql = format!(
            "insert into brand_invoice ({INVOICE}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing"
        );
        let values = args![
            &i.number,
            i.deal.as_str(),
            i.milestone.as_ref().map(|m| m.as_str().to_owned()),
            &i.kind,
            i.net.currency().code(),
            i.net.micros(),
            i.vat.micros(),
            &i.body,
            &i.hash,
            i.issued.as_microsecond(),
        ];
        Ok(self.run(&sql, values).await? > 0)
    }

    /// The invoices of a contract in the order of their issue.
    pub async fn brand_invoices(&mut self, deal: &BrandDealId) -> Result<Vec<BrandInvoiceRow>, Fault> {
        let sql = format!("select {INVOICE} from brand_invoice where deal = $1 order by issued_us, number");
        self.rows(&sql, args![deal.as_str()]).await?.iter().map(invoice_row).collect()
    }

    /// Contracts whose budget is held and that have no invoice yet.
    pub async fn brand_deals_without_invoice(&mut self) -> Result<Vec<BrandDealId>, Fault> {
        let sql = "select t.deal from brand_tax t join brand_deal d on d.id = t.deal \
                   where d.state in ('held', 'done') and not exists (select 1 from brand_invoice i where i.deal = t.deal) order by t.deal";
        self.rows(sql, args![]).await?.iter().map(|r| r.parse(0)).collect()
    }
}

fn mandate_row(r: &Row) -> Result<BrandMandateRow, Fault> {
    Ok(BrandMandateRow {
        id: r.parse(0)?,
        brand: r.parse(1)?,
        agency: r.parse(2)?,
        evidence: r.text(3)?,
        from: instant(r.int(4)?)?,
        until: r.opt_int(5)?.map(instant).transpose()?,
        ended: r.opt_int(6)?.map(instant).transpose()?,
        by: r.text(7)?,
    })
}

fn invoice_row(r: &Row) -> Result<BrandInvoiceRow, Fault> {
    let currency: Currency = r.parse(4)?;
    Ok(BrandInvoiceRow {
        number: r.text(0)?,
        deal: r.parse(1)?,
        milestone: r.opt_parse(2)?,
        kind: r.text(3)?,
        net: Amount::from_micros(r.int(5)?, currency),
        vat: Amount::from_micros(r.int(6)?, currency),
        body: r.text(7)?,
        hash: r.text(8)?,
        issued: instant(r.int(9)?)?,
    })
}
