//! Changes of policies that were told before they hold, and what people say of them.

use jiff::Timestamp;

use crate::db::{Row, Tx};
use crate::id::{PolicyChangeId, PolicyCommentId, SignInId};
use crate::set_list::instant;
use crate::{Fault, args};

/// A change of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyChangeRow {
    /// Its id.
    pub id: PolicyChangeId,
    /// The policy.
    pub name: String,
    /// What held when it was announced.
    pub before: String,
    /// What is to hold.
    pub value: String,
    /// Why, in the words of whoever announced it.
    pub reason: String,
    /// When it was told.
    pub announced: Timestamp,
    /// From when it holds.
    pub effective: Timestamp,
    /// Who announced it.
    pub by: String,
    /// When it was withdrawn.
    pub withdrawn: Option<Timestamp>,
    /// Why it was withdrawn.
    pub withdrawn_why: String,
}

/// What somebody says of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyCommentRow {
    /// Its id.
    pub id: PolicyCommentId,
    /// Of which change.
    pub change: PolicyChangeId,
    /// Who says it.
    pub sign_in: SignInId,
    /// In the name of which party; empty where in their own.
    pub party: String,
    /// What.
    pub words: String,
    /// When.
    pub said: Timestamp,
}

const CHANGE: &str =
    "id, name, before, value, reason, announced_us, effective_us, by_party, withdrawn_us, withdrawn_why";

impl Tx {
    /// Keeps a change.
    pub async fn insert_policy_change(&mut self, c: &PolicyChangeRow) -> Result<(), Fault> {
        let sql = "insert into policy_change (id, name, before, value, reason, announced_us, effective_us, by_party) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values = args![
            c.id.as_str(),
            &c.name,
            &c.before,
            &c.value,
            &c.reason,
            c.announced.as_microsecond(),
            c.effective.as_microsecond(),
            &c.by,
        ];
        self.run(sql, values).await.map(drop)
    }

    /// A change by its id.
    pub async fn policy_change(&mut self, id: &PolicyChangeId) -> Result<Option<PolicyChangeRow>, Fault> {
        let sql = format!("select {CHANGE} from policy_change where id = $1");
        self.row(&sql, args![id.as_str()]).await?.as_ref().map(change_row).transpose()
    }

    /// The changes, those that hold last first; `most` of them.
    pub async fn policy_changes(&mut self, most: i64) -> Result<Vec<PolicyChangeRow>, Fault> {
        let sql = format!("select {CHANGE} from policy_change order by effective_us desc, id limit $1");
        self.rows(&sql, args![most]).await?.iter().map(change_row).collect()
    }

    /// Withdraws a change; false where it was withdrawn, or holds already.
    pub async fn withdraw_policy_change(
        &mut self,
        id: &PolicyChangeId,
        why: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let sql = "update policy_change set withdrawn_us = $2, withdrawn_why = $3 \
                   where id = $1 and withdrawn_us is null and effective_us > $2";
        Ok(self.run(sql, args![id.as_str(), now.as_microsecond(), why]).await? > 0)
    }

    /// Keeps what somebody says.
    pub async fn insert_policy_comment(&mut self, c: &PolicyCommentRow) -> Result<(), Fault> {
        let sql = "insert into policy_comment (id, change, sign_in, party, words, said_us) values ($1, $2, $3, $4, $5, $6)";
        let values = args![
            c.id.as_str(),
            c.change.as_str(),
            c.sign_in.as_str(),
            &c.party,
            &c.words,
            c.said.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// What was said of a change, oldest first.
    pub async fn policy_comments(&mut self, change: &PolicyChangeId) -> Result<Vec<PolicyCommentRow>, Fault> {
        let sql = "select id, change, sign_in, party, words, said_us from policy_comment where change = $1 order by said_us, id";
        self.rows(sql, args![change.as_str()]).await?.iter().map(comment_row).collect()
    }
}

fn change_row(row: &Row) -> Result<PolicyChangeRow, Fault> {
    Ok(PolicyChangeRow {
        id: row.parse(0)?,
        name: row.text(1)?,
        before: row.text(2)?,
        value: row.text(3)?,
        reason: row.text(4)?,
        announced: instant(row.int(5)?)?,
        effective: instant(row.int(6)?)?,
        by: row.text(7)?,
        withdrawn: row.opt_int(8)?.map(instant).transpose()?,
        withdrawn_why: row.text(9)?,
    })
}

fn comment_row(row: &Row) -> Result<PolicyCommentRow, Fault> {
    Ok(PolicyCommentRow {
        id: row.parse(0)?,
        change: row.parse(1)?,
        sign_in: row.parse(2)?,
        party: row.text(3)?,
        words: row.text(4)?,
        said: instant(row.int(5)?)?,
    })
}
