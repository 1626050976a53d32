//! Pots, what payers give to them, and what the bank said about it.

use jiff::Timestamp;
use money::{Amount, Currency, Ratio};
use music::pot::PayerRole;
use music::{ContributionId, EventId, PartyId, PotId};

use crate::db::{Row, Tx};
use crate::set_list::instant;
use crate::{Fault, args};

/// A pot as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PotRow {
    /// Our id.
    pub id: PotId,
    /// The programme's word.
    pub programme: String,
    /// The gig it belongs to.
    pub event: Option<EventId>,
    /// Its one currency.
    pub currency: Currency,
    /// The rule it will be shared by, as `name@version`.
    pub rule: String,
    /// Words for a person.
    pub purpose: String,
    /// `open`, `closed` or `allocated`.
    pub status: String,
    /// When it was opened.
    pub created: Timestamp,
}

/// What one payer promised and gave to a pot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContributionRow {
    /// Our id.
    pub id: ContributionId,
    /// The pot.
    pub pot: PotId,
    /// Who pays.
    pub payer: PartyId,
    /// In what role.
    pub role: PayerRole,
    /// The creditor reference (ISO 11649) that the payer writes on the transfer.
    pub reference: String,
    /// What was promised.
    pub pledged: Amount,
    /// The share of the fee, where the payer told it; the fee itself is never stored.
    pub share: Option<Ratio>,
    /// Who attests the fee: `dj` or `dj+venue`.
    pub attested: String,
    /// What the bank has shown so far.
    pub received: Amount,
    /// The pending entry of the promise.
    pub pledge_entry: Option<i64>,
    /// When the receipt went out.
    pub receipt: Option<Timestamp>,
    /// When it was promised.
    pub created: Timestamp,
}

/// A credit or debit as a bank message reported it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankLine {
    /// Stable identity: the same line in another message has the same.
    pub id: String,
    /// Hash of the message.
    pub message: String,
    /// Money in, or money out.
    pub credit: bool,
    /// How much, above nothing.
    pub amount: Amount,
    /// Booking day.
    pub booked: Option<String>,
    /// The creditor reference found.
    pub reference: String,
    /// End-to-end id.
    pub end_to_end: String,
    /// Name of the other side.
    pub counterparty: String,
    /// The rest of what the sender wrote.
    pub remittance: String,
    /// The entry it made.
    pub entry: Option<i64>,
    /// What became of it: `contribution`, `payout`, `returned`, `unreferenced`, `ignored`.
    pub matched: String,
    /// The contribution it paid.
    pub contribution: Option<ContributionId>,
    /// The payout it settled.
    pub payout: Option<String>,
}

const POT: &str = "id, programme, event, currency, rule, purpose, status, created_us";
const CONTRIBUTION: &str = "c.id, c.pot, c.payer, c.role, c.reference, c.pledged, c.share_num, c.share_den, c.attested, c.received, \
                            c.pledge_entry, c.receipt_us, c.created_us, p.currency";
const BANK_LINE: &str = "id, message, credit, amount, currency, booked_day, reference, end_to_end, counterparty, remittance, entry, \
                         matched, contribution, payout";

impl Tx {
    /// Writes a new pot.
    pub async fn insert_pot(&mut self, pot: &PotRow) -> Result<(), Fault> {
        let sql = format!("insert into pot ({POT}) values ($1, $2, $3, $4, $5, $6, $7, $8)");
        let values = args![
            pot.id.as_str(),
            &pot.programme,
            pot.event.as_ref().map(|e| e.as_str().to_owned()),
            pot.currency.code(),
            &pot.rule,
            &pot.purpose,
            &pot.status,
            pot.created.as_microsecond(),
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// A pot by id.
    pub async fn pot(&mut self, id: &PotId) -> Result<Option<PotRow>, Fault> {
        let sql = format!("select {POT} from pot where id = $1");
        self.row(&sql, args![id.as_str()]).await?.as_ref().map(pot_row).transpose()
    }

    /// The pot of an event in a currency, if there is one.
    pub async fn pot_of_event(
        &mut self,
        event: &EventId,
        currency: Currency,
    ) -> Result<Option<PotRow>, Fault> {
        let sql = format!(
            "select {POT} from pot where event = $1 and currency = $2 order by created_us, id limit 1"
        );
        self.row(&sql, args![event.as_str(), currency.code()]).await?.as_ref().map(pot_row).transpose()
    }

    /// All pots, oldest first; of one state where it is named.
    pub async fn pots(&mut self, status: &str) -> Result<Vec<PotRow>, Fault> {
        let sql = format!("select {POT} from pot where $1 = '' or status = $1 order by created_us, id");
        self.rows(&sql, args![status]).await?.iter().map(pot_row).collect()
    }

    /// Changes where a pot stands.
    pub async fn set_pot_status(&mut self, id: &PotId, status: &str) -> Result<(), Fault> {
        self.run("update pot set status = $2 where id = $1", args![id.as_str(), status]).await.map(drop)
    }

    /// Sets which programme a pot belongs to.
    pub async fn set_pot_programme(&mut self, id: &PotId, programme: &str) -> Result<(), Fault> {
        self.run("update pot set programme = $2 where id = $1", args![id.as_str(), programme]).await.map(drop)
    }

    /// Writes a new contribution.
    pub async fn insert_contribution(&mut self, c: &ContributionRow) -> Result<(), Fault> {
        let sql = "insert into contribution (id, pot, payer, role, reference, pledged, share_num, share_den, attested, \
                   received, pledge_entry, created_us) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        let values = args![
            c.id.as_str(),
            c.pot.as_str(),
            c.payer.as_str(),
            c.role.word(),
            &c.reference,
            c.pledged.micros(),
            c.share.map(|s| i64::from(s.numerator())),
            c.share.map(|s| i64::from(s.denominator())),
            &c.attested,
            c.received.micros(),
            c.pledge_entry,
            c.created.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// A contribution by its creditor reference.
    pub async fn contribution_by_reference(
        &mut self,
        reference: &str,
    ) -> Result<Option<ContributionRow>, Fault> {
        self.contributions("c.reference = $1", reference).await.map(|rows| rows.into_iter().next())
    }

    /// A contribution by id.
    pub async fn contribution(&mut self, id: &ContributionId) -> Result<Option<ContributionRow>, Fault> {
        self.contributions("c.id = $1", id.as_str()).await.map(|rows| rows.into_iter().next())
    }

    /// The contributions to a pot, oldest first.
    pub async fn contributions_to(&mut self, pot: &PotId) -> Result<Vec<ContributionRow>, Fault> {
        self.contributions("c.pot = $1", pot.as_str()).await
    }

    /// The contributions of a payer, oldest first.
    pub async fn contributions_by(&mut self, payer: &PartyId) -> Result<Vec<ContributionRow>, Fault> {
        self.contributions("c.payer = $1", payer.as_str()).await
    }

    /// All contributions, oldest first.
    pub async fn all_contributions(&mut self) -> Result<Vec<ContributionRow>, Fault> {
        self.contributions("$1 = ''", "").await
    }

    async fn contributions(&mut self, condition: &str, value: &str) -> Result<Vec<ContributionRow>, Fault> {
        let sql = format!(
            "select {CONTRIBUTION} from contribution c join pot p on p.id = c.pot where {condition} order by c.created_us, c.id"
        );
        self.rows(&sql, args![value]).await?.iter().map(contribution_row).collect()
    }

    /// Notes what the bank has shown of a contribution so far, and who attests the fee.
    pub async fn set_received(
        &mut self,
        id: &ContributionId,
        received: Amount,
        receipt: Option<Timestamp>,
    ) -> Result<(), Fault> {
        let sql =
            "update contribution set received = $2, receipt_us = coalesce(receipt_us, $3) where id = $1";
        self.run(sql, args![id.as_str(), received.micros(), receipt.map(|t| t.as_microsecond())])
            .await
            .map(drop)
    }

    /// Notes that the venue attests the fee too.
    pub async fn set_attested(&mut self, id: &ContributionId, attested: &str) -> Result<(), Fault> {
        self.run("update contribution set attested = $2 where id = $1", args![id.as_str(), attested])
            .await
            .map(drop)
    }

    /// Notes a bank message; false where the same bytes were imported before.
    pub async fn insert_bank_message(
        &mut self,
        hash: &str,
        kind: &str,
        document: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let sql = "insert into bank_message (hash, kind, document, imported_us, by_party) values ($1, $2, $3, $4, $5) on conflict do nothing";
        Ok(self.run(sql, args![hash, kind, document, now.as_microsecond(), by]).await? > 0)
    }

    /// Writes a bank line; false where it is known, from whatever message.
    pub async fn insert_bank_line(&mut self, line: &BankLine) -> Result<bool, Fault> {
        let sql = format!(
            "insert into bank_line ({BANK_LINE}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing"
        );
        let values = args![
            &line.id,
            &line.message,
            line.credit,
            line.amount.micros(),
            line.amount.currency().code(),
            line.booked.clone(),
            &line.reference,
            &line.end_to_end,
            &line.counterparty,
            &line.remittance,
            line.entry,
            &line.matched,
            line.contribution.as_ref().map(|c| c.as_str().to_owned()),
            line.payout.clone(),
        ];
        Ok(self.run(&sql, values).await? > 0)
    }

    /// Whether a bank line with this identity is known.
    pub async fn knows_bank_line(&mut self, id: &str) -> Result<bool, Fault> {
        Ok(self.row("select 1 from bank_line where id = $1", args![id]).await?.is_some())
    }

    /// Bank lines with one outcome (all where it is empty), by id.
    pub async fn bank_lines(&mut self, matched: &str) -> Result<Vec<BankLine>, Fault> {
        let sql = format!(
            "select {BANK_LINE} from bank_line where $1 = '' or matched = $1 order by booked_day, id"
        );
        self.rows(&sql, args![matched]).await?.iter().map(bank_line).collect()
    }

    /// One bank line by its identity.
    pub async fn bank_line(&mut self, id: &str) -> Result<Option<BankLine>, Fault> {
        let sql = format!("select {BANK_LINE} from bank_line where id = $1");
        self.row(&sql, args![id]).await?.as_ref().map(bank_line).transpose()
    }

    /// The bank lines that a payout, or a batch debited as a whole, was matched with.
    pub async fn bank_lines_of_payout(&mut self, id: &str) -> Result<Vec<BankLine>, Fault> {
        let sql = format!("select {BANK_LINE} from bank_line where payout = $1 order by booked_day, id");
        self.rows(&sql, args![id]).await?.iter().map(bank_line).collect()
    }

    /// Says what an unreferenced bank line was after all.
    pub async fn settle_bank_line(&mut self, id: &str, matched: &str) -> Result<(), Fault> {
        self.run("update bank_line set matched = $2 where id = $1", args![id, matched]).await.map(drop)
    }

    /// Gives an unreferenced bank line to a contribution after all.
    pub async fn assign_bank_line(&mut self, id: &str, contribution: &ContributionId) -> Result<(), Fault> {
        let sql = "update bank_line set matched = 'contribution', contribution = $2 where id = $1";
        self.run(sql, args![id, contribution.as_str()]).await.map(drop)
    }

    /// Notes a closing balance that the bank reported.
    pub async fn put_bank_balance(
        &mut self,
        account: &str,
        day: &str,
        amount: Amount,
        message: &str,
    ) -> Result<(), Fault> {
        let sql = "insert into bank_balance (account, day, currency, amount, message) values ($1, $2, $3, $4, $5) \
                   on conflict (account, day, currency) do update set amount = excluded.amount, message = excluded.message";
        self.run(sql, args![account, day, amount.currency().code(), amount.micros(), message]).await.map(drop)
    }

    /// The newest closing balance of each bank account and currency: account, day, amount.
    pub async fn newest_bank_balances(&mut self) -> Result<Vec<(String, String, Amount)>, Fault> {
        let sql = "select b.account, b.day, b.currency, b.amount from bank_balance b where b.day = \
                   (select max(day) from bank_balance where account = b.account and currency = b.currency) order by 1, 3";
        let rows = self.rows(sql, args![]).await?;
        rows.iter()
            .map(|r| Ok((r.text(0)?, r.text(1)?, Amount::from_micros(r.int(3)?, r.parse(2)?))))
            .collect()
    }
}

fn pot_row(row: &Row) -> Result<PotRow, Fault> {
    Ok(PotRow {
        id: row.parse(0)?,
        programme: row.text(1)?,
        event: row.opt_parse(2)?,
        currency: row.parse(3)?,
        rule: row.text(4)?,
        purpose: row.text(5)?,
        status: row.text(6)?,
        created: instant(row.int(7)?)?,
    })
}

fn contribution_row(row: &Row) -> Result<ContributionRow, Fault> {
    let currency: Currency = row.parse(13)?;
    let role = row.text(3)?;
    let share = match (row.opt_int(6)?, row.opt_int(7)?) {
        (Some(num), Some(den)) => {
            let parts = u64::try_from(num).ok().zip(u64::try_from(den).ok());
            parts.and_then(|(n, d)| Ratio::new(n, d).ok())
        }
        _ => None,
    };
    Ok(ContributionRow {
        id: row.parse(0)?,
        pot: row.parse(1)?,
        payer: row.parse(2)?,
        role: PayerRole::from_word(&role)
            .or_else(|| [PayerRole::Subscriber, PayerRole::Brand].into_iter().find(|r| r.word() == role))
            .ok_or_else(|| Fault::new(format!("`{role}` is no payer's role")))?,
        reference: row.text(4)?,
        pledged: Amount::from_micros(row.int(5)?, currency),
        share,
        attested: row.text(8)?,
        received: Amount::from_micros(row.int(9)?, currency),
        pledge_entry: row.opt_int(10)?,
        receipt: row.opt_int(11)?.map(instant).transpose()?,
        created: instant(row.int(12)?)?,
    })
}

fn bank_line(row: &Row) -> Result<BankLine, Fault> {
    Ok(BankLine {
        id: row.text(0)?,
        message: row.text(1)?,
        credit: row.int(2)? == 1,
        amount: Amount::from_micros(row.int(3)?, row.parse(4)?),
        booked: row.opt_text(5)?,
        reference: row.text(6)?,
        end_to_end: row.text(7)?,
        counterparty: row.text(8)?,
        remittance: row.text(9)?,
        entry: row.opt_int(10)?,
        matched: row.text(11)?,
        contribution: row.opt_parse(12)?,
        payout: row.opt_text(13)?,
    })
}

impl Tx {
    /// Writes a recurring pledge: an amount, or a share of each fee.
    pub async fn insert_plan(
        &mut self,
        id: &str,
        payer: &PartyId,
        currency: Currency,
        amount: Option<Amount>,
        share: Option<Ratio>,
        since: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "insert into pledge_plan (id, payer, currency, amount, share_num, share_den, since_us) \
                   values ($1, $2, $3, $4, $5, $6, $7)";
        let values = args![
            id,
            payer.as_str(),
            currency.code(),
            amount.map(|a| a.micros()),
            share.map(|s| i64::from(s.numerator())),
            share.map(|s| i64::from(s.denominator())),
            since.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// Ends all recurring pledges of a payer.
    pub async fn end_plans(&mut self, payer: &PartyId, now: Timestamp) -> Result<(), Fault> {
        let sql = "update pledge_plan set until_us = $2 where payer = $1 and until_us is null";
        self.run(sql, args![payer.as_str(), now.as_microsecond()]).await.map(drop)
    }

    /// The recurring pledge of a payer in force: its amount or its share.
    pub async fn plan_of(
        &mut self,
        payer: &PartyId,
    ) -> Result<Option<(Option<Amount>, Option<Ratio>)>, Fault> {
        let sql = "select amount, share_num, share_den, currency from pledge_plan where payer = $1 and until_us is null \
                   order by since_us desc limit 1";
        let Some(row) = self.row(sql, args![payer.as_str()]).await? else { return Ok(None) };
        let currency: Currency = row.parse(3)?;
        let parts = row
            .opt_int(1)?
            .and_then(|v| u64::try_from(v).ok())
            .zip(row.opt_int(2)?.and_then(|v| u64::try_from(v).ok()));
        let share = parts.and_then(|(num, den)| Ratio::new(num, den).ok());
        Ok(Some((row.opt_int(0)?.map(|a| Amount::from_micros(a, currency)), share)))
    }
}
