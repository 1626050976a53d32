//! What auditors looked at.

use jiff::Timestamp;

use crate::db::{Row, Tx};
use crate::id::SignInId;
use crate::set_list::instant;
use crate::{Fault, args};

/// One page that an auditor asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditVisitRow {
    /// Who.
    pub sign_in: SignInId,
    /// When.
    pub at: Timestamp,
    /// Which page, with its question.
    pub path: String,
    /// The status of the answer.
    pub answer: i64,
}

impl Tx {
    /// Notes a page that an auditor asked for.
    pub async fn insert_audit_visit(&mut self, v: &AuditVisitRow) -> Result<(), Fault> {
        let sql = "insert into audit_visit (sign_in, at_us, path, answer) values ($1, $2, $3, $4)";
        self.run(sql, args![v.sign_in.as_str(), v.at.as_microsecond(), &v.path, v.answer]).await.map(drop)
    }

    /// The newest pages that auditors asked for; of one of them where `of` is given.
    pub async fn audit_visits(
        &mut self,
        of: Option<&SignInId>,
        most: i64,
    ) -> Result<Vec<AuditVisitRow>, Fault> {
        let sql = "select sign_in, at_us, path, answer from audit_visit where $1 = '' or sign_in = $1 order by seq desc limit $2";
        let of = of.map_or("", SignInId::as_str);
        self.rows(sql, args![of, most]).await?.iter().map(visit_row).collect()
    }
}

fn visit_row(row: &Row) -> Result<AuditVisitRow, Fault> {
    Ok(AuditVisitRow {
        sign_in: row.parse(0)?,
        at: instant(row.int(1)?)?,
        path: row.text(2)?,
        answer: row.int(3)?,
    })
}
