//! The books: writing entries in one chain, reading them back, balances.

use std::collections::BTreeSet;

use jiff::Timestamp;
use ledger::{Account, Balance, Chained, Draft, EntryState, GENESIS, Hash, Posting, chain_hash};
use money::{Amount, Currency};

use crate::db::{Row, Tx, Value};
use crate::{Fault, Store, args};

/// What became of a draft that was handed to the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posted {
    /// It was written under this number.
    New(i64),
    /// The same key with the same inputs was written before, under this number; nothing changed.
    Before(i64),
}

impl Posted {
    /// The entry's number either way.
    pub const fn seq(self) -> i64 {
        match self {
            Posted::New(seq) | Posted::Before(seq) => seq,
        }
    }
}

/// An entry as it stands in the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRecord {
    /// Its number, from 1 without gaps.
    pub seq: i64,
    /// When it was written, in microseconds since 1970 UTC.
    pub at_micros: i64,
    /// What it says.
    pub draft: Draft,
    /// Its hash in the chain.
    pub hash: Hash,
    /// Whether it was finished.
    pub sealed: bool,
}

impl Tx {
    /// Writes drafts into the books in order, each once per key, and seals them.
    ///
    /// The chain has one writer at a time: SQLite by its write lock, PostgreSQL by an advisory lock held
    /// to the end of the transaction. A key seen before with the same inputs changes nothing; with other
    /// inputs it is a fault. The database checks the balance of each entry again.
    pub async fn post(&mut self, now: Timestamp, drafts: &[Draft]) -> Result<Vec<Posted>, Fault> {
        for draft in drafts {
            draft.check().map_err(|e| Fault::new(e.to_string()))?;
        }
        if self.is_postgres() {
            self.run("select pg_advisory_xact_lock(7402982)", args![]).await?;
        }
        let head = self.row("select seq, hash from entry order by seq desc limit 1", args![]).await?;
        let (mut seq, mut hash) = match head {
            Some(row) => (row.int(0)?, row.parse::<Hash>(1)?),
            None => (0, GENESIS),
        };
        let before = self.known_keys(drafts).await?;
        let at_micros = now.as_microsecond();
        let mut answers = Vec::with_capacity(drafts.len());
        let (mut entries, mut postings) = (Vec::new(), Vec::new());
        let mut accounts = BTreeSet::new();
        let mut written: std::collections::HashMap<&str, (i64, &str)> = std::collections::HashMap::new();
        let first = seq + 1;
        for draft in drafts {
            let known = before
                .get(&draft.key)
                .map(|(s, h)| (*s, h.as_str()))
                .or_else(|| written.get(draft.key.as_str()).copied());
            if let Some((old, inputs)) = known {
                if inputs != draft.input_hash {
                    let words = "was used before with other inputs";
                    return Err(Fault::new(format!("the key `{}` {words} (entry {old})", draft.key)));
                }
                answers.push(Posted::Before(old));
                continue;
            }
            seq += 1;
            hash = chain_hash(&hash, &Chained { seq, at_micros, draft });
            entries.push(args![
                seq,
                at_micros,
                &draft.kind,
                &draft.memo,
                &draft.subject,
                draft.state.word(),
                draft.state.resolves(),
                &draft.key,
                &draft.input_hash,
                hash.to_string(),
                0_i64,
            ]);
            for (place, posting) in draft.postings.iter().enumerate() {
                let currency = posting.amount.currency().code();
                accounts.insert((posting.account.as_str(), currency));
                postings.push(args![
                    seq,
                    place as i64,
                    posting.account.as_str(),
                    currency,
                    posting.amount.micros()
                ]);
            }
            written.insert(&draft.key, (seq, &draft.input_hash));
            answers.push(Posted::New(seq));
        }
        let accounts = accounts.into_iter().map(|(code, currency)| args![code, currency]).collect();
        self.insert_many("insert into account (code, currency)", accounts, "on conflict do nothing").await?;
        let columns = "insert into entry (seq, at_us, kind, memo, subject, state, resolves, key, input_hash, hash, sealed)";
        self.insert_many(columns, entries, "").await?;
        self.insert_many("insert into posting (entry, place, account, currency, amount)", postings, "")
            .await?;
        if seq >= first {
            // In order, so that a resolution finds its pending entry sealed.
            let sql = "update entry set sealed = 1 where seq between $1 and $2 and sealed = 0";
            self.run(sql, args![first, seq]).await?;
        }
        Ok(answers)
    }

    /// Makes whoever posts wait from now on until the end of the transaction: for what has to be read before it is
    /// posted. Without it two who read the same would both post.
    pub async fn hold_books(&mut self) -> Result<(), Fault> {
        if self.is_postgres() {
            self.run("select pg_advisory_xact_lock(7402982)", args![]).await?;
        }
        Ok(())
    }

    /// Writes one draft; see [`Tx::post`].
    pub async fn post_one(&mut self, now: Timestamp, draft: Draft) -> Result<Posted, Fault> {
        let answers = self.post(now, std::slice::from_ref(&draft)).await?;
        answers.into_iter().next().ok_or_else(|| Fault::new("an entry got no answer"))
    }

    async fn known_keys(
        &mut self,
        drafts: &[Draft],
    ) -> Result<std::collections::HashMap<String, (i64, String)>, Fault> {
        let mut known = std::collections::HashMap::new();
        for chunk in drafts.chunks(500) {
            let places = self.placeholders(chunk.len());
            let sql = format!("select key, seq, input_hash from entry where key in ({places})");
            let keys = chunk.iter().map(|d| Value::from(d.key.as_str())).collect();
            for row in self.rows(&sql, keys).await? {
                known.insert(row.text(0)?, (row.int(1)?, row.text(2)?));
            }
        }
        Ok(known)
    }

    /// The balance of an account; nothing where it does not exist.
    pub async fn balance(&mut self, account: &Account, currency: Currency) -> Result<Balance, Fault> {
        let sql =
            "select posted, pending_debits, pending_credits from account where code = $1 and currency = $2";
        let row = self.row(sql, args![account.as_str(), currency.code()]).await?;
        let micros = match row {
            Some(row) => (row.int(0)?, row.int(1)?, row.int(2)?),
            None => (0, 0, 0),
        };
        let amount = |m| Amount::from_micros(m, currency);
        Ok(Balance {
            posted: amount(micros.0),
            pending_debits: amount(micros.1),
            pending_credits: amount(micros.2),
        })
    }

    /// All accounts of a kind (all where the kind is empty) with their balances, by code.
    pub async fn balances(&mut self, kind: &str) -> Result<Vec<(Account, Balance)>, Fault> {
        let sql = "select code, currency, posted, pending_debits, pending_credits from account \
                   where $1 = '' or code = $1 or code like $2 order by code, currency";
        let rows = self.rows(sql, args![kind, format!("{kind}:%")]).await?;
        rows.iter()
            .map(|row| {
                let currency: Currency = row.parse(1)?;
                let amount = |column| row.int(column).map(|m| Amount::from_micros(m, currency));
                let balance =
                    Balance { posted: amount(2)?, pending_debits: amount(3)?, pending_credits: amount(4)? };
                Ok((row.parse(0)?, balance))
            })
            .collect()
    }

    /// Entries in order from a number on, at most so many, with their postings.
    pub async fn entries(&mut self, from: i64, limit: i64) -> Result<Vec<EntryRecord>, Fault> {
        let sql = "select seq, at_us, kind, memo, subject, state, resolves, key, input_hash, hash, sealed \
                   from entry where seq >= $1 order by seq limit $2";
        let rows = self.rows(sql, args![from, limit]).await?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
        let span = args![first.int(0)?, last.int(0)?];
        let sql = "select entry, account, currency, amount from posting where entry between $1 and $2 order by entry, place";
        let mut postings: std::collections::HashMap<i64, Vec<Posting>> = std::collections::HashMap::new();
        for row in self.rows(sql, span).await? {
            let amount = Amount::from_micros(row.int(3)?, row.parse(2)?);
            postings.entry(row.int(0)?).or_default().push(Posting { account: row.parse(1)?, amount });
        }
        rows.iter().map(|row| entry_record(row, &mut postings)).collect()
    }

    /// The entries about a subject, in order.
    pub async fn entries_about(&mut self, subject: &str) -> Result<Vec<EntryRecord>, Fault> {
        let mut found = Vec::new();
        for row in self.rows("select seq from entry where subject = $1 order by seq", args![subject]).await? {
            found.extend(self.entries(row.int(0)?, 1).await?);
        }
        Ok(found)
    }
}

/// What one entry moved on one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovementRow {
    /// The entry.
    pub seq: i64,
    /// When it was written.
    pub at_micros: i64,
    /// What kind of entry.
    pub kind: String,
    /// Its memo.
    pub memo: String,
    /// What it is about.
    pub subject: String,
    /// Its state.
    pub state: EntryState,
    /// Where it was pending: when it was posted.
    pub posted_micros: Option<i64>,
    /// The account.
    pub account: Account,
    /// What it moved there; above nothing takes from the account.
    pub amount: Amount,
}

impl Store {
    /// Writes drafts into the books in one transaction of their own; see [`Tx::post`].
    pub async fn post(&self, now: Timestamp, drafts: &[Draft]) -> Result<Vec<Posted>, Fault> {
        let mut tx = self.begin().await?;
        let answers = tx.post(now, drafts).await?;
        tx.commit().await?;
        Ok(answers)
    }
}

fn entry_record(
    row: &Row,
    postings: &mut std::collections::HashMap<i64, Vec<Posting>>,
) -> Result<EntryRecord, Fault> {
    let seq = row.int(0)?;
    let state = EntryState::from_word(&row.text(5)?, row.opt_int(6)?)
        .ok_or_else(|| Fault::new(format!("entry {seq} has an impossible state")))?;
    let draft = Draft {
        kind: row.text(2)?,
        memo: row.text(3)?,
        subject: row.text(4)?,
        state,
        key: row.text(7)?,
        input_hash: row.text(8)?,
        postings: postings.remove(&seq).unwrap_or_default(),
    };
    Ok(EntryRecord { seq, at_micros: row.int(1)?, draft, hash: row.parse(9)?, sealed: row.int(10)? == 1 })
}

impl Tx {
    /// The numbers of the entries that touch one of two accounts in a currency, in order.
    pub async fn entries_of_account(
        &mut self,
        one: &str,
        other: &str,
        currency: Currency,
    ) -> Result<Vec<i64>, Fault> {
        let sql =
            "select distinct entry from posting where account in ($1, $2) and currency = $3 order by entry";
        self.rows(sql, args![one, other, currency.code()]).await?.iter().map(|r| r.int(0)).collect()
    }

    /// What each entry moved on two accounts in a currency, in order: however many others an entry pays, only these two
    /// accounts are read.
    pub async fn movements_of(
        &mut self,
        one: &str,
        other: &str,
        currency: Currency,
    ) -> Result<Vec<MovementRow>, Fault> {
        let sql = "select e.seq, e.at_us, e.kind, e.memo, e.subject, e.state, e.resolves, s.at_us, p.account, \
                   cast(sum(p.amount) as bigint) from posting p join entry e on e.seq = p.entry \
                   left join entry s on s.resolves = e.seq and s.state = 'posts' \
                   where p.account in ($1, $2) and p.currency = $3 \
                   group by e.seq, e.at_us, e.kind, e.memo, e.subject, e.state, e.resolves, s.at_us, p.account \
                   order by e.seq, p.account";
        let rows = self.rows(sql, args![one, other, currency.code()]).await?;
        rows.iter()
            .map(|r| {
                let state = EntryState::from_word(&r.text(5)?, r.opt_int(6)?)
                    .ok_or_else(|| Fault::new("an entry has an impossible state"))?;
                Ok(MovementRow {
                    seq: r.int(0)?,
                    at_micros: r.int(1)?,
                    kind: r.text(2)?,
                    memo: r.text(3)?,
                    subject: r.text(4)?,
                    state,
                    posted_micros: r.opt_int(7)?,
                    account: r.parse(8)?,
                    amount: Amount::from_micros(r.int(9)?, currency),
                })
            })
            .collect()
    }

    /// The currencies in which any of two accounts has ever been used.
    pub async fn currencies_of(&mut self, one: &str, other: &str) -> Result<Vec<Currency>, Fault> {
        let sql = "select distinct currency from account where code in ($1, $2) order by currency";
        self.rows(sql, args![one, other]).await?.iter().map(|r| r.parse(0)).collect()
    }

    /// When a pending entry was posted or voided; `None` while it still reserves.
    pub async fn resolved_at(&mut self, pending: i64) -> Result<Option<i64>, Fault> {
        let row = self.row("select at_us from entry where resolves = $1", args![pending]).await?;
        row.map(|r| r.int(0)).transpose()
    }
}
