//! What belongs to no one noun: counters, versioned policies, the journal.

use jiff::Timestamp;

use crate::db::{Row, Tx};
use crate::{Fault, args};

/// One line of the journal of runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRow {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What was done, such as `payout approve`.
    pub action: String,
    /// To what.
    pub subject: String,
    /// What came out, in words.
    pub detail: String,
}

impl Tx {
    /// The next number of a counter, from 1 without gaps (a rolled-back transaction gives it back).
    pub async fn next_number(&mut self, counter: &str) -> Result<i64, Fault> {
        let sql = "insert into counter (name, value) values ($1, 1) \
                   on conflict (name) do update set value = counter.value + 1 returning value";
        self.number(sql, args![counter]).await
    }

    /// The value of a policy in force at an instant, if one was ever set.
    pub async fn policy(&mut self, name: &str, at: Timestamp) -> Result<Option<String>, Fault> {
        let sql = "select value from policy where name = $1 and since_us <= $2 order by version desc limit 1";
        self.row(sql, args![name, at.as_microsecond()]).await?.map(|r| r.text(0)).transpose()
    }

    /// Sets a new version of a policy from an instant on.
    pub async fn set_policy(
        &mut self,
        name: &str,
        value: &str,
        since: Timestamp,
        by: &str,
    ) -> Result<i64, Fault> {
        let version = 1 + self.number("select max(version) from policy where name = $1", args![name]).await?;
        let sql = "insert into policy (name, version, value, since_us, by_party) values ($1, $2, $3, $4, $5)";
        self.run(sql, args![name, version, value, since.as_microsecond(), by]).await?;
        Ok(version)
    }

    /// Notes in the journal what was done.
    pub async fn note(
        &mut self,
        now: Timestamp,
        by: &str,
        action: &str,
        subject: &str,
        detail: &str,
    ) -> Result<(), Fault> {
        let sql =
            "insert into journal (at_us, by_party, action, subject, detail) values ($1, $2, $3, $4, $5)";
        self.run(sql, args![now.as_microsecond(), by, action, subject, detail]).await.map(drop)
    }

    /// The number of the journal's newest line; 0 where there is none.
    pub async fn journal_newest(&mut self) -> Result<i64, Fault> {
        self.number("select max(seq) from journal", args![]).await
    }

    /// The lines of the journal after a number, in order, at most so many.
    pub async fn journal_after(&mut self, seq: i64, most: i64) -> Result<Vec<JournalRow>, Fault> {
        let sql = "select seq, at_us, by_party, action, subject, detail from journal where seq > $1 order by seq limit $2";
        self.rows(sql, args![seq, most]).await?.iter().map(journal_row).collect()
    }

    /// The journal, newest first.
    pub async fn journal(&mut self, limit: i64) -> Result<Vec<JournalRow>, Fault> {
        let sql =
            "select seq, at_us, by_party, action, subject, detail from journal order by seq desc limit $1";
        self.rows(sql, args![limit]).await?.iter().map(journal_row).collect()
    }
}

fn journal_row(r: &Row) -> Result<JournalRow, Fault> {
    Ok(JournalRow {
        seq: r.int(0)?,
        at: crate::set_list::instant(r.int(1)?)?,
        by: r.text(2)?,
        action: r.text(3)?,
        subject: r.text(4)?,
        detail: r.text(5)?,
    })
}
