//! What guards flagged, and what became of it.

use jiff::Timestamp;
use music::{PotId, SetListId};

use crate::db::{Row, Tx};
use crate::set_list::instant;
use crate::{Fault, args};

/// A flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagRow {
    /// Its id.
    pub id: String,
    /// The pot whose money is concerned.
    pub pot: PotId,
    /// The guard's word.
    pub kind: String,
    /// Whom or what it is about.
    pub subject: String,
    /// What was seen.
    pub evidence: String,
    /// The same in French.
    pub evidence_fr: String,
    /// What is held, a line each: `line KEY` or `play MEMBER RECORDING`.
    pub held: String,
    /// `held`, `released` or `upheld`.
    pub status: String,
    /// Since when.
    pub opened: Timestamp,
    /// Until when somebody has to decide; after that it counts as released.
    pub due: Timestamp,
    /// When it was decided.
    pub decided: Option<Timestamp>,
    /// By whom.
    pub decided_by: Option<String>,
    /// Why.
    pub reason: String,
}

const FLAG: &str = "id, pot, kind, subject, evidence, evidence_fr, held, status, opened_us, due_us, decided_us, decided_by, reason";

impl Tx {
    /// Writes a flag; false where the same guard flagged the same before, whatever became of it.
    pub async fn insert_flag(&mut self, f: &FlagRow) -> Result<bool, Fault> {
        let sql = format!(
            "insert into flag ({FLAG}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing"
        );
        let values = args![
            &f.id,
            f.pot.as_str(),
            &f.kind,
            &f.subject,
            &f.evidence,
            &f.evidence_fr,
            &f.held,
            &f.status,
            f.opened.as_microsecond(),
            f.due.as_microsecond(),
            f.decided.map(|t| t.as_microsecond()),
            f.decided_by.clone(),
            &f.reason,
        ];
        Ok(self.run(&sql, values).await? > 0)
    }

    /// Widens what a flag holds that nobody has decided yet, with new evidence.
    pub async fn widen_flag(&mut self, f: &FlagRow) -> Result<(), Fault> {
        let sql = "update flag set held = $4, evidence = $5, evidence_fr = $6 \
                   where pot = $1 and kind = $2 and subject = $3 and status = 'held'";
        let values = args![f.pot.as_str(), &f.kind, &f.subject, &f.held, &f.evidence, &f.evidence_fr];
        self.run(sql, values).await.map(drop)
    }

    /// A flag by id.
    pub async fn flag(&mut self, id: &str) -> Result<Option<FlagRow>, Fault> {
        let sql = format!("select {FLAG} from flag where id = $1");
        self.row(&sql, args![id]).await?.as_ref().map(flag_row).transpose()
    }

    /// The flags of a pot (all pots where it is empty), oldest first.
    pub async fn flags(&mut self, pot: &str) -> Result<Vec<FlagRow>, Fault> {
        let sql = format!("select {FLAG} from flag where $1 = '' or pot = $1 order by opened_us, id");
        self.rows(&sql, args![pot]).await?.iter().map(flag_row).collect()
    }

    /// Decides a flag that is held.
    pub async fn decide_flag(
        &mut self,
        id: &str,
        status: &str,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "update flag set status = $2, decided_by = $3, reason = $4, decided_us = $5 where id = $1 and status = 'held'";
        self.run(sql, args![id, status, by, reason, now.as_microsecond()]).await.map(drop)
    }

    /// Earlier set lists that name at least so many recordings of this one.
    pub async fn lists_in_common(&mut self, list: &SetListId, least: i64) -> Result<Vec<SetListId>, Fault> {
        let sql = "select o.set_list from set_list_line o join set_list s on s.id = o.set_list \
                   where o.recording in (select recording from set_list_line where set_list = $1 and recording is not null) \
                   and o.set_list <> $1 and s.status = 'open' and s.created_us <= (select created_us from set_list where id = $1) \
                   group by o.set_list having count(distinct o.recording) >= $2 order by count(distinct o.recording) desc, o.set_list limit 20";
        self.rows(sql, args![list.as_str(), least]).await?.iter().map(|r| r.parse(0)).collect()
    }
}

fn flag_row(row: &Row) -> Result<FlagRow, Fault> {
    Ok(FlagRow {
        id: row.text(0)?,
        pot: row.parse(1)?,
        kind: row.text(2)?,
        subject: row.text(3)?,
        evidence: row.text(4)?,
        evidence_fr: row.text(5)?,
        held: row.text(6)?,
        status: row.text(7)?,
        opened: instant(row.int(8)?)?,
        due: instant(row.int(9)?)?,
        decided: row.opt_int(10)?.map(instant).transpose()?,
        decided_by: row.opt_text(11)?,
        reason: row.text(12)?,
    })
}
