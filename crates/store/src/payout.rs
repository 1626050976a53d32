//! Bank details, batches, payouts, holds, advances, sanctions, mail waiting to go out.

use jiff::Timestamp;
use money::{Amount, Currency, Ratio};
use music::{AdvanceId, BatchId, PartyId, PayoutId, name_key};

use crate::db::{Row, Tx};
use crate::set_list::{instant, small};
use crate::{Fault, FieldKey, args};

/// One version of a party's bank details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailsRow {
    /// Whose.
    pub party: PartyId,
    /// Version, from 1.
    pub version: u32,
    /// The details as JSON text.
    pub body: String,
    /// What may be shown: `DE02 … 2051`.
    pub masked: String,
    /// `sepa`, `cross-border` or `provider`.
    pub rail: String,
    /// The account's country.
    pub country: String,
    /// From when money may go there.
    pub usable: Timestamp,
    /// When it was given.
    pub created: Timestamp,
}

/// Payouts prepared together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRow {
    /// Our id.
    pub id: BatchId,
    /// Its number, from 1 without gaps.
    pub number: i64,
    /// Its one currency.
    pub currency: Currency,
    /// `prepared`, `approved`, `dropped` or `confirmed`.
    pub status: String,
    /// Who prepared it.
    pub prepared_by: String,
    /// When.
    pub prepared: Timestamp,
    /// Who approved it; never who prepared it.
    pub approved_by: Option<String>,
    /// When.
    pub approved: Option<Timestamp>,
    /// When a file of it was first written.
    pub exported: Option<Timestamp>,
}

/// Money to one party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutRow {
    /// Our id.
    pub id: PayoutId,
    /// Its batch.
    pub batch: BatchId,
    /// Who is paid.
    pub party: PartyId,
    /// `sepa`, `cross-border` or `provider`.
    pub rail: String,
    /// Which version of the bank details.
    pub details_version: u32,
    /// What leaves the party's balance.
    pub gross: Amount,
    /// What repays an advance.
    pub recouped: Amount,
    /// Tax kept back.
    pub withheld: Amount,
    /// What the transfer costs.
    pub fee: Amount,
    /// What arrives.
    pub net: Amount,
    /// `reserved`, `sent`, `paid`, `returned`, `rejected` or `dropped`.
    pub status: String,
    /// The id that travels with the money.
    pub end_to_end: String,
    /// The pending entry that reserves it.
    pub pending_entry: i64,
    /// The entry that settled it.
    pub settled_entry: Option<i64>,
    /// Why it was rejected or came back.
    pub reason: String,
}

/// An advance and how it is repaid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvanceRow {
    /// Our id.
    pub id: AdvanceId,
    /// To whom.
    pub party: PartyId,
    /// How much.
    pub amount: Amount,
    /// The fund it came from.
    pub fund: String,
    /// The part of each payout that repays it.
    pub rate: Ratio,
    /// When.
    pub created: Timestamp,
}

/// A mail that waits to go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    /// Our id.
    pub id: String,
    /// To whom.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Body, plain text.
    pub body: String,
    /// Why it is sent: `invitation`, `reminder`, `bank-change`, `receipt`, …
    pub reason: String,
    /// When it was queued.
    pub created: Timestamp,
}

const PAYOUT: &str = "id, batch, party, rail, details_version, gross, recouped, withheld, fee, net, currency, status, end_to_end, \
                      pending_entry, settled_entry, reason";
const BATCH: &str =
    "id, number, currency, status, prepared_by, prepared_us, approved_by, approved_us, exported_us";

impl Tx {
    /// Adds a version of a party's bank details, sealed; tells its number.
    pub async fn add_details(
        &mut self,
        key: &FieldKey,
        details: &DetailsRow,
        nonce: [u8; 24],
        by: &str,
    ) -> Result<u32, Fault> {
        // Payouts remember the version they went to, after the details themselves were erased too.
        let sql = "select max(v) from (select max(version) as v from bank_details where party = $1 \
                   union all select max(details_version) as v from payout where party = $1) as versions";
        let last = self.number(sql, args![details.party.as_str()]).await?;
        let version = small(last + 1)?;
        let sealed = key.seal(&format!("bank_details/{}/{version}", details.party), &details.body, nonce)?;
        let sql = "insert into bank_details (party, version, sealed, masked, rail, country, usable_us, created_us, by_party) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let values = args![
            details.party.as_str(),
            version,
            sealed,
            &details.masked,
            &details.rail,
            &details.country,
            details.usable.as_microsecond(),
            details.created.as_microsecond(),
            by,
        ];
        self.run(sql, values).await?;
        Ok(version)
    }

    /// All versions of a party's bank details, newest first.
    pub async fn details_of(&mut self, key: &FieldKey, party: &PartyId) -> Result<Vec<DetailsRow>, Fault> {
        let sql = "select version, sealed, masked, rail, country, usable_us, created_us from bank_details where party = $1 \
                   order by version desc";
        let rows = self.rows(sql, args![party.as_str()]).await?;
        rows.iter()
            .map(|r| {
                let version = small(r.int(0)?)?;
                Ok(DetailsRow {
                    party: party.clone(),
                    version,
                    body: key.open(&format!("bank_details/{party}/{version}"), &r.blob(1)?)?,
                    masked: r.text(2)?,
                    rail: r.text(3)?,
                    country: r.text(4)?,
                    usable: instant(r.int(5)?)?,
                    created: instant(r.int(6)?)?,
                })
            })
            .collect()
    }

    /// Replaces a sanctions list: names with their countries.
    pub async fn replace_sanctions(&mut self, list: &str, names: &[(String, String)]) -> Result<(), Fault> {
        self.run("delete from sanction where list = $1", args![list]).await?;
        let mut seen = std::collections::BTreeSet::new();
        let rows = names
            .iter()
            .filter(|(name, _)| seen.insert(name_key(name)))
            .map(|(name, country)| args![name_key(name), name, list, country])
            .collect();
        self.insert_many("insert into sanction (name_key, name, list, country)", rows, "").await
    }

    /// The sanctions list on which a name stands, if any.
    pub async fn sanction_hit(&mut self, name: &str) -> Result<Option<String>, Fault> {
        let key = name_key(name);
        if key.is_empty() {
            return Ok(None);
        }
        let sql = "select list, name from sanction where name_key = $1 order by list limit 1";
        let row = self.row(sql, args![key]).await?;
        row.map(|r| Ok(format!("`{}` on {}", r.text(1)?, r.text(0)?))).transpose()
    }

    /// Writes a new batch.
    pub async fn insert_batch(&mut self, batch: &BatchRow) -> Result<(), Fault> {
        let sql = format!("insert into batch ({BATCH}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
        let values = args![
            batch.id.as_str(),
            batch.number,
            batch.currency.code(),
            &batch.status,
            &batch.prepared_by,
            batch.prepared.as_microsecond(),
            batch.approved_by.clone(),
            batch.approved.map(|t| t.as_microsecond()),
            batch.exported.map(|t| t.as_microsecond()),
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// A batch by id.
    pub async fn batch(&mut self, id: &BatchId) -> Result<Option<BatchRow>, Fault> {
        let sql = format!("select {BATCH} from batch where id = $1");
        self.row(&sql, args![id.as_str()]).await?.as_ref().map(batch_row).transpose()
    }

    /// All batches, newest first; of one state where it is named.
    pub async fn batches(&mut self, status: &str) -> Result<Vec<BatchRow>, Fault> {
        let sql = format!("select {BATCH} from batch where $1 = '' or status = $1 order by number desc");
        self.rows(&sql, args![status]).await?.iter().map(batch_row).collect()
    }

    /// Approves a prepared batch.
    pub async fn approve_batch(&mut self, id: &BatchId, by: &str, now: Timestamp) -> Result<(), Fault> {
        let sql = "update batch set status = 'approved', approved_by = $2, approved_us = $3 where id = $1 and status = 'prepared'";
        self.run(sql, args![id.as_str(), by, now.as_microsecond()]).await.map(drop)
    }

    /// Changes where a batch stands.
    pub async fn batch_status(&mut self, id: &BatchId, status: &str) -> Result<(), Fault> {
        self.run("update batch set status = $2 where id = $1", args![id.as_str(), status]).await.map(drop)
    }

    /// Notes that a file of a batch was written; the first time counts.
    pub async fn batch_exported(&mut self, id: &BatchId, now: Timestamp) -> Result<(), Fault> {
        let sql = "update batch set exported_us = coalesce(exported_us, $2) where id = $1";
        self.run(sql, args![id.as_str(), now.as_microsecond()]).await.map(drop)
    }

    /// Writes a new payout.
    pub async fn insert_payout(&mut self, p: &PayoutRow) -> Result<(), Fault> {
        let sql = format!(
            "insert into payout ({PAYOUT}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        );
        let values = args![
            p.id.as_str(),
            p.batch.as_str(),
            p.party.as_str(),
            &p.rail,
            p.details_version,
            p.gross.micros(),
            p.recouped.micros(),
            p.withheld.micros(),
            p.fee.micros(),
            p.net.micros(),
            p.net.currency().code(),
            &p.status,
            &p.end_to_end,
            p.pending_entry,
            p.settled_entry,
            &p.reason,
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// A payout by id.
    pub async fn payout(&mut self, id: &PayoutId) -> Result<Option<PayoutRow>, Fault> {
        self.payouts("id = $1", id.as_str()).await.map(|rows| rows.into_iter().next())
    }

    /// A payout by the id that travelled with the money.
    pub async fn payout_by_end_to_end(&mut self, id: &str) -> Result<Option<PayoutRow>, Fault> {
        self.payouts("end_to_end = $1", id).await.map(|rows| rows.into_iter().next())
    }

    /// The payouts of a batch.
    pub async fn payouts_of_batch(&mut self, id: &BatchId) -> Result<Vec<PayoutRow>, Fault> {
        self.payouts("batch = $1", id.as_str()).await
    }

    /// The payouts to a party.
    pub async fn payouts_of_party(&mut self, id: &PartyId) -> Result<Vec<PayoutRow>, Fault> {
        self.payouts("party = $1", id.as_str()).await
    }

    /// All payouts.
    pub async fn all_payouts(&mut self) -> Result<Vec<PayoutRow>, Fault> {
        self.payouts("$1 = ''", "").await
    }

    async fn payouts(&mut self, condition: &str, value: &str) -> Result<Vec<PayoutRow>, Fault> {
        let sql = format!("select {PAYOUT} from payout where {condition} order by end_to_end");
        self.rows(&sql, args![value]).await?.iter().map(payout_row).collect()
    }

    /// Changes where a payout stands.
    pub async fn payout_status(
        &mut self,
        id: &PayoutId,
        status: &str,
        entry: Option<i64>,
        reason: &str,
    ) -> Result<(), Fault> {
        let sql = "update payout set status = $2, settled_entry = coalesce($3, settled_entry), reason = $4 where id = $1";
        self.run(sql, args![id.as_str(), status, entry, reason]).await.map(drop)
    }

    /// Notes that a party's money was held back from a batch, and why.
    pub async fn insert_hold(
        &mut self,
        party: &PartyId,
        batch: &BatchId,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql =
            "insert into hold (party, batch, reason, at_us) values ($1, $2, $3, $4) on conflict do nothing";
        self.run(sql, args![party.as_str(), batch.as_str(), reason, now.as_microsecond()]).await.map(drop)
    }

    /// The holds of a batch: who and why.
    pub async fn holds_of(&mut self, batch: &BatchId) -> Result<Vec<(PartyId, String)>, Fault> {
        let rows = self
            .rows(
                "select party, reason from hold where batch = $1 order by party, reason",
                args![batch.as_str()],
            )
            .await?;
        rows.iter().map(|r| Ok((r.parse(0)?, r.text(1)?))).collect()
    }

    /// Writes an advance.
    pub async fn insert_advance(&mut self, a: &AdvanceRow, entry: i64) -> Result<(), Fault> {
        let sql = "insert into advance (id, party, currency, amount, fund, rate_num, rate_den, entry, created_us) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let values = args![
            a.id.as_str(),
            a.party.as_str(),
            a.amount.currency().code(),
            a.amount.micros(),
            &a.fund,
            a.rate.numerator(),
            a.rate.denominator(),
            entry,
            a.created.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// The advances to a party, oldest first.
    pub async fn advances_of(&mut self, party: &PartyId) -> Result<Vec<AdvanceRow>, Fault> {
        let sql = "select id, party, currency, amount, fund, rate_num, rate_den, created_us from advance where party = $1 order by created_us, id";
        let rows = self.rows(sql, args![party.as_str()]).await?;
        rows.iter()
            .map(|r| {
                let part = |v: i64| u64::try_from(v).map_err(|_| Fault::new("a rate is negative"));
                Ok(AdvanceRow {
                    id: r.parse(0)?,
                    party: r.parse(1)?,
                    amount: Amount::from_micros(r.int(3)?, r.parse(2)?),
                    fund: r.text(4)?,
                    rate: Ratio::new(part(r.int(5)?)?, part(r.int(6)?)?)
                        .map_err(|e| Fault::new(e.to_string()))?,
                    created: instant(r.int(7)?)?,
                })
            })
            .collect()
    }

    /// Queues a mail, sealed; the same id queues once.
    pub async fn queue_mail(
        &mut self,
        key: &FieldKey,
        mail: &MailRow,
        nonces: [[u8; 24]; 2],
    ) -> Result<(), Fault> {
        let to = key.seal(&format!("mail/{}/to", mail.id), &mail.to, nonces[0])?;
        let body = key.seal(&format!("mail/{}/body", mail.id), &mail.body, nonces[1])?;
        let sql = "insert into mail (id, sealed_to, subject, sealed_body, reason, created_us) values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
        self.run(sql, args![&mail.id, to, &mail.subject, body, &mail.reason, mail.created.as_microsecond()])
            .await
            .map(drop)
    }

    /// The mails that wait, oldest first.
    pub async fn waiting_mail(&mut self, key: &FieldKey) -> Result<Vec<MailRow>, Fault> {
        let sql = "select id, sealed_to, subject, sealed_body, reason, created_us from mail where sent_us is null order by created_us, id";
        let rows = self.rows(sql, args![]).await?;
        rows.iter()
            .map(|r| {
                let id = r.text(0)?;
                Ok(MailRow {
                    to: key.open(&format!("mail/{id}/to"), &r.blob(1)?)?,
                    subject: r.text(2)?,
                    body: key.open(&format!("mail/{id}/body"), &r.blob(3)?)?,
                    reason: r.text(4)?,
                    created: instant(r.int(5)?)?,
                    id,
                })
            })
            .collect()
    }

    /// Notes that a mail went out; its address and text, and the link in it, are kept no longer.
    pub async fn mail_sent(&mut self, id: &str, now: Timestamp) -> Result<(), Fault> {
        let sql = "update mail set sent_us = $2, sealed_to = $3, sealed_body = $3 where id = $1";
        self.run(sql, args![id, now.as_microsecond(), Vec::new()]).await.map(drop)
    }
}

fn batch_row(row: &Row) -> Result<BatchRow, Fault> {
    Ok(BatchRow {
        id: row.parse(0)?,
        number: row.int(1)?,
        currency: row.parse(2)?,
        status: row.text(3)?,
        prepared_by: row.text(4)?,
        prepared: instant(row.int(5)?)?,
        approved_by: row.opt_text(6)?,
        approved: row.opt_int(7)?.map(instant).transpose()?,
        exported: row.opt_int(8)?.map(instant).transpose()?,
    })
}

fn payout_row(row: &Row) -> Result<PayoutRow, Fault> {
    let currency: Currency = row.parse(10)?;
    let amount = |column| row.int(column).map(|m| Amount::from_micros(m, currency));
    Ok(PayoutRow {
        id: row.parse(0)?,
        batch: row.parse(1)?,
        party: row.parse(2)?,
        rail: row.text(3)?,
        details_version: small(row.int(4)?)?,
        gross: amount(5)?,
        recouped: amount(6)?,
        withheld: amount(7)?,
        fee: amount(8)?,
        net: amount(9)?,
        status: row.text(11)?,
        end_to_end: row.text(12)?,
        pending_entry: row.int(13)?,
        settled_entry: row.opt_int(14)?,
        reason: row.text(15)?,
    })
}
