//! "This imitates me": reports against a recording or a model, and the money they froze.

use jiff::Timestamp;
use money::Amount;
use music::{PartyId, SuspenseId};

use crate::db::{Row, Tx};
use crate::license::decided;
use crate::set_list::instant;
use crate::{Fault, FieldKey, args};

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImitationRow {
    /// Its id.
    pub id: String,
    /// Who reports.
    pub reporter: PartyId,
    /// `recording:ID`, `report:ID` or `training:ID`.
    pub subject: String,
    /// What is said, in words.
    pub words: String,
    /// `open`, `answered`, `unanswered`, `upheld` or `dismissed`.
    pub status: String,
    /// Its place in the log.
    pub place: i64,
    /// When it came in.
    pub opened: Timestamp,
    /// Until when it has to be answered, or, once answered, decided.
    pub due: Timestamp,
    /// The counter-notice; empty where there is none.
    pub answer: String,
    /// Who gave it.
    pub answered_by: Option<String>,
    /// When and by whom it was decided.
    pub decided: Option<(Timestamp, String)>,
    /// Why so.
    pub reason: String,
}

/// Money that a report froze.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenRow {
    /// The report.
    pub imitation: String,
    /// The account it was taken from.
    pub account: String,
    /// How much.
    pub amount: Amount,
    /// The item under which it waits.
    pub item: SuspenseId,
}

const IMITATION: &str = "id, reporter, subject, words, status, place, opened_us, due_us, answer, answered_by, decided_us, decided_by, reason";

impl Tx {
    /// Writes a report with its evidence, sealed.
    pub async fn insert_imitation(
        &mut self,
        key: &FieldKey,
        row: &ImitationRow,
        evidence: &str,
        nonce: [u8; 24],
    ) -> Result<(), Fault> {
        let sealed = key.seal(&format!("imitation/{}/evidence", row.id), evidence, nonce)?;
        let sql = format!(
            "insert into imitation ({IMITATION}, sealed_evidence) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        );
        let values = args![
            &row.id,
            row.reporter.as_str(),
            &row.subject,
            &row.words,
            &row.status,
            row.place,
            row.opened.as_microsecond(),
            row.due.as_microsecond(),
            &row.answer,
            row.answered_by.clone(),
            row.decided.as_ref().map(|d| d.0.as_microsecond()),
            row.decided.as_ref().map(|d| d.1.clone()),
            &row.reason,
            sealed,
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// A report by id.
    pub async fn imitation(&mut self, id: &str) -> Result<Option<ImitationRow>, Fault> {
        let sql = format!("select {IMITATION} from imitation where id = $1");
        self.row(&sql, args![id]).await?.as_ref().map(imitation_row).transpose()
    }

    /// The evidence of a report.
    pub async fn imitation_evidence(&mut self, key: &FieldKey, id: &str) -> Result<Option<String>, Fault> {
        let row = self.row("select sealed_evidence from imitation where id = $1", args![id]).await?;
        let sealed = row.map(|r| r.opt_blob(0)).transpose()?.flatten();
        sealed.map(|s| key.open(&format!("imitation/{id}/evidence"), &s)).transpose()
    }

    /// Reports in the order of the log.
    pub async fn imitations(&mut self) -> Result<Vec<ImitationRow>, Fault> {
        let sql = format!("select {IMITATION} from imitation order by place, id");
        self.rows(&sql, args![]).await?.iter().map(imitation_row).collect()
    }

    /// Notes the counter-notice, and until when it is to be decided.
    pub async fn answer_imitation(
        &mut self,
        id: &str,
        answer: &str,
        by: &str,
        due: Timestamp,
    ) -> Result<bool, Fault> {
        let sql = "update imitation set status = 'answered', answer = $2, answered_by = $3, due_us = $4 where id = $1 and status in ('open', 'unanswered')";
        Ok(self.run(sql, args![id, answer, by, due.as_microsecond()]).await? == 1)
    }

    /// Notes that nobody answered in time.
    pub async fn imitation_unanswered(&mut self, id: &str) -> Result<bool, Fault> {
        let sql = "update imitation set status = 'unanswered' where id = $1 and status = 'open'";
        Ok(self.run(sql, args![id]).await? == 1)
    }

    /// Decides a report; false where it was decided before.
    pub async fn decide_imitation(
        &mut self,
        id: &str,
        status: &str,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let sql = "update imitation set status = $2, decided_by = $3, reason = $4, decided_us = $5 where id = $1 and decided_us is null";
        Ok(self.run(sql, args![id, status, by, reason, now.as_microsecond()]).await? == 1)
    }

    /// Notes money that a report froze.
    pub async fn insert_frozen(&mut self, row: &FrozenRow) -> Result<(), Fault> {
        let sql = "insert into imitation_money (imitation, account, currency, amount, item) values ($1, $2, $3, $4, $5)";
        let values = args![
            &row.imitation,
            &row.account,
            row.amount.currency().code(),
            row.amount.micros(),
            row.item.as_str()
        ];
        self.run(sql, values).await.map(drop)
    }

    /// The money that a report froze.
    pub async fn frozen_by(&mut self, imitation: &str) -> Result<Vec<FrozenRow>, Fault> {
        let sql = "select imitation, account, currency, amount, item from imitation_money where imitation = $1 order by account, currency";
        let rows = self.rows(sql, args![imitation]).await?;
        rows.iter()
            .map(|r| {
                Ok(FrozenRow {
                    imitation: r.text(0)?,
                    account: r.text(1)?,
                    amount: Amount::from_micros(r.int(3)?, r.parse(2)?),
                    item: r.parse(4)?,
                })
            })
            .collect()
    }
}

fn imitation_row(r: &Row) -> Result<ImitationRow, Fault> {
    Ok(ImitationRow {
        id: r.text(0)?,
        reporter: r.parse(1)?,
        subject: r.text(2)?,
        words: r.text(3)?,
        status: r.text(4)?,
        place: r.int(5)?,
        opened: instant(r.int(6)?)?,
        due: instant(r.int(7)?)?,
        answer: r.text(8)?,
        answered_by: r.opt_text(9)?,
        decided: decided(r, 10)?,
        reason: r.text(12)?,
    })
}
