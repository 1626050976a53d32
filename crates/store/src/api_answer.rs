//! Answers that the API gives again, under the key that came with the request.

use jiff::Timestamp;

use crate::db::Tx;
use crate::{Fault, FieldKey, args};

/// A request under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiAnswerRow {
    /// SHA-256 of what was asked, in hexadecimal digits.
    pub request: String,
    /// The HTTP status; 0 while it is worked on.
    pub status: u16,
    /// The answer's body.
    pub body: String,
    /// When it was taken.
    pub at: Timestamp,
}

/// What a key stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Nothing yet: the request may be done.
    Free,
    /// A request of before.
    Before(ApiAnswerRow),
}

impl Tx {
    /// What a key of a caller stands for; whoever comes with the same key meanwhile waits until this transaction ends.
    pub async fn hold_api_key_word(
        &mut self,
        key: &FieldKey,
        caller: &str,
        word: &str,
    ) -> Result<Taken, Fault> {
        let mark = key.mark("api_answer", word);
        if self.is_postgres() {
            // SQLite has one writer; PostgreSQL is asked to let one pass for each key.
            let sql = "select pg_advisory_xact_lock(hashtextextended($1, 7402983))";
            self.run(sql, args![format!("{caller}/{mark}")]).await?;
        }
        let sql = "select request, status, sealed, at_us from api_answer where caller = $1 and mark = $2";
        let Some(row) = self.row(sql, args![caller, &mark]).await? else { return Ok(Taken::Free) };
        let body = row.opt_blob(2)?.map(|b| key.open(&context(caller, &mark), &b)).transpose()?;
        Ok(Taken::Before(ApiAnswerRow {
            request: row.text(0)?,
            status: u16::try_from(row.int(1)?).map_err(|_| Fault::new("a status that is none"))?,
            body: body.unwrap_or_default(),
            at: crate::set_list::instant(row.int(3)?)?,
        }))
    }

    /// Keeps what was asked and answered under a key; the newest counts.
    pub async fn keep_api_answer(
        &mut self,
        key: &FieldKey,
        nonce: [u8; 24],
        caller: &str,
        word: &str,
        row: &ApiAnswerRow,
    ) -> Result<(), Fault> {
        let mark = key.mark("api_answer", word);
        let sealed = key.seal(&context(caller, &mark), &row.body, nonce)?;
        let sql = "insert into api_answer (caller, mark, request, status, sealed, at_us) \
                   values ($1, $2, $3, $4, $5, $6) on conflict (caller, mark) do update set \
                   request = excluded.request, status = excluded.status, sealed = excluded.sealed, \
                   at_us = excluded.at_us";
        let values = args![caller, mark, &row.request, row.status, sealed, row.at.as_microsecond()];
        self.run(sql, values).await.map(drop)
    }

    /// Forgets what a key stands for: its request was refused and changed nothing.
    pub async fn drop_api_answer(&mut self, key: &FieldKey, caller: &str, word: &str) -> Result<(), Fault> {
        let mark = key.mark("api_answer", word);
        let sql = "delete from api_answer where caller = $1 and mark = $2";
        self.run(sql, args![caller, mark]).await.map(drop)
    }

    /// Forgets answers of before an instant; tells how many.
    pub async fn sweep_api_answers(&mut self, before: Timestamp) -> Result<u64, Fault> {
        self.run("delete from api_answer where at_us < $1", args![before.as_microsecond()]).await
    }
}

fn context(caller: &str, mark: &str) -> String {
    format!("api_answer/{caller}/{mark}")
}
