//! The public log as rows: entries in their order, checkpoints that were published, who may write the tiles.

use jiff::Timestamp;

use crate::db::{Row, Tx};
use crate::set_list::instant;
use crate::{Fault, args};

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafRow {
    /// Its place, from 0.
    pub place: i64,
    /// What it is: `run`, `statement`, `claims`, `map`, `rotation` …
    pub kind: String,
    /// What it is about: the id of its row, once for each kind.
    pub subject: String,
    /// The entry's bytes, at most 65,535.
    pub entry: Vec<u8>,
    /// Its leaf hash, 64 hexadecimal digits.
    pub leaf: String,
    /// When it was written.
    pub at: Timestamp,
}

/// A checkpoint that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadRow {
    /// How many entries the log had.
    pub size: i64,
    /// The root over them, 64 hexadecimal digits.
    pub root: String,
    /// The signed checkpoint.
    pub note: String,
    /// The same with the cosignatures that came; empty without any.
    pub cosigned: String,
    /// When it was published.
    pub at: Timestamp,
}

/// A key of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogKeyRow {
    /// Its number, from 0.
    pub number: i64,
    /// The first size a checkpoint of which it signs.
    pub since_size: i64,
    /// Its public half, `name+id+base64`.
    pub verifier: String,
}

/// A run that is approved, as the log needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnloggedRun {
    /// Its id.
    pub id: String,
    /// Its public manifest.
    pub manifest: Vec<u8>,
    /// The rule's name, version and hash.
    pub rule: (String, i64, String),
}

const LEAF: &str = "place, kind, subject, entry, leaf, at_us";
const HEAD: &str = "size, root, note, cosigned, at_us";

impl Tx {
    /// Adds an entry as the next of the log and gives its place; where one of that kind and subject is there, the
    /// place it has. Whoever adds holds the order until its transaction ends, so that places follow without gaps.
    pub async fn insert_leaf(
        &mut self,
        kind: &str,
        subject: &str,
        entry: &[u8],
        leaf: &str,
        now: Timestamp,
    ) -> Result<i64, Fault> {
        // The counter's row keeps everybody else out of the order until this transaction ends.
        let place = self.next_number("log").await? - 1;
        let sql =
            "insert into log_leaf (place, kind, subject, entry, leaf, at_us) values ($1, $2, $3, $4, $5, $6)";
        let values = args![place, kind, subject, entry.to_vec(), leaf, now.as_microsecond()];
        self.run(sql, values).await?;
        Ok(place)
    }

    /// Keeps everybody else from adding entries until this transaction ends.
    pub async fn hold_log(&mut self) -> Result<(), Fault> {
        let sql = "insert into counter (name, value) values ('log', 0) on conflict (name) do update set value = counter.value";
        self.run(sql, args![]).await.map(drop)
    }

    /// The place of the entry of a kind about a subject.
    pub async fn leaf_place(&mut self, kind: &str, subject: &str) -> Result<Option<i64>, Fault> {
        let sql = "select place from log_leaf where kind = $1 and subject = $2";
        self.row(sql, args![kind, subject]).await?.map(|r| r.int(0)).transpose()
    }

    /// How many entries there are, published or not.
    pub async fn log_size(&mut self) -> Result<i64, Fault> {
        Ok(1 + self.number("select coalesce(max(place), -1) from log_leaf", args![]).await?)
    }

    /// Entries from a place on, in order.
    pub async fn leaves(&mut self, from: i64, limit: i64) -> Result<Vec<LeafRow>, Fault> {
        let sql = format!("select {LEAF} from log_leaf where place >= $1 order by place limit $2");
        self.rows(&sql, args![from, limit]).await?.iter().map(leaf_row).collect()
    }

    /// The newest entry of a kind at a place below a size.
    pub async fn newest_leaf(&mut self, kind: &str, below: i64) -> Result<Option<LeafRow>, Fault> {
        let sql =
            format!("select {LEAF} from log_leaf where kind = $1 and place < $2 order by place desc limit 1");
        self.row(&sql, args![kind, below]).await?.as_ref().map(leaf_row).transpose()
    }

    /// Whether something that the map of who holds and says what is made from was logged after a place.
    pub async fn is_map_older(&mut self, place: i64) -> Result<bool, Fault> {
        let sql = "select count(*) from log_leaf where place > $1 \
                   and kind in ('statement', 'claims', 'declared', 'mandate', 'license', 'dispute', 'end')";
        Ok(self.number(sql, args![place]).await? > 0)
    }

    /// How many entries of each kind there are.
    pub async fn leaf_counts(&mut self) -> Result<Vec<(String, i64)>, Fault> {
        let sql = "select kind, count(*) from log_leaf group by kind order by kind";
        self.rows(sql, args![]).await?.iter().map(|r| Ok((r.text(0)?, r.int(1)?))).collect()
    }

    /// The leaf hashes from a place on, in order.
    pub async fn leaf_hashes(&mut self, from: i64, limit: i64) -> Result<Vec<String>, Fault> {
        let sql = "select leaf from log_leaf where place >= $1 order by place limit $2";
        self.rows(sql, args![from, limit]).await?.iter().map(|r| r.text(0)).collect()
    }

    /// The checkpoint that was published last.
    pub async fn newest_head(&mut self) -> Result<Option<HeadRow>, Fault> {
        let sql = format!("select {HEAD} from log_head order by size desc limit 1");
        self.row(&sql, args![]).await?.as_ref().map(head_row).transpose()
    }

    /// The newest checkpoints, newest first.
    pub async fn heads(&mut self, limit: i64) -> Result<Vec<HeadRow>, Fault> {
        let sql = format!("select {HEAD} from log_head order by size desc limit $1");
        self.rows(&sql, args![limit]).await?.iter().map(head_row).collect()
    }

    /// Keeps a checkpoint, if the writer still holds the newest token; false where somebody else took over.
    pub async fn keep_head(&mut self, head: &HeadRow, token: i64) -> Result<bool, Fault> {
        let sql = "insert into log_head (size, root, note, cosigned, token, at_us) \
                   select cast($1 as bigint), cast($2 as text), cast($3 as text), cast($4 as text), token, cast($6 as bigint) \
                   from log_writer where name = 'log' and token = $5 \
                   on conflict (size) do update set cosigned = excluded.cosigned where excluded.cosigned <> ''";
        let values =
            args![head.size, &head.root, &head.note, &head.cosigned, token, head.at.as_microsecond(),];
        self.run(sql, values).await?;
        Ok(self.number("select token from log_writer where name = 'log'", args![]).await? == token)
    }

    /// Takes the right to write the tiles for a while: a token greater than all before, or nothing where somebody
    /// else holds it.
    pub async fn take_log(
        &mut self,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<i64>, Fault> {
        let sql = "insert into log_writer (name, token, holder, until_us) values ('log', 1, $1, $3) \
                   on conflict (name) do update set token = log_writer.token + 1, holder = excluded.holder, until_us = excluded.until_us \
                   where log_writer.until_us <= $2 or log_writer.holder = excluded.holder returning token";
        let values = args![holder, now.as_microsecond(), until.as_microsecond()];
        self.row(sql, values).await?.map(|r| r.int(0)).transpose()
    }

    /// Gives the right back, if it is still held under that token.
    pub async fn leave_log(&mut self, token: i64) -> Result<(), Fault> {
        self.run("update log_writer set until_us = 0 where name = 'log' and token = $1", args![token])
            .await
            .map(drop)
    }

    /// The log's keys in their order.
    pub async fn log_keys(&mut self) -> Result<Vec<LogKeyRow>, Fault> {
        let sql = "select number, since_size, verifier from log_key order by number";
        let rows = self.rows(sql, args![]).await?;
        rows.iter()
            .map(|r| Ok(LogKeyRow { number: r.int(0)?, since_size: r.int(1)?, verifier: r.text(2)? }))
            .collect()
    }

    /// Keeps a key of the log; what is there stays.
    pub async fn insert_log_key(&mut self, key: &LogKeyRow) -> Result<(), Fault> {
        let sql =
            "insert into log_key (number, since_size, verifier) values ($1, $2, $3) on conflict do nothing";
        self.run(sql, args![key.number, key.since_size, &key.verifier]).await.map(drop)
    }

    /// Approved runs that are no entry of the log yet, oldest first.
    pub async fn unlogged_runs(&mut self, limit: i64) -> Result<Vec<UnloggedRun>, Fault> {
        let sql = "select r.id, r.manifest, r.rule, r.rule_version, r.rule_hash from run r where r.status = 'approved' \
                   and not exists (select 1 from log_leaf l where l.kind = 'run' and l.subject = r.id) order by r.entry, r.id limit $1";
        let rows = self.rows(sql, args![limit]).await?;
        rows.iter()
            .map(|r| {
                let rule = (r.text(2)?, r.int(3)?, r.text(4)?);
                Ok(UnloggedRun { id: r.text(0)?, manifest: r.blob(1)?, rule })
            })
            .collect()
    }

    /// Proofs of participation that are no entry of the log yet, oldest first: id and note.
    pub async fn unlogged_proofs(&mut self, limit: i64) -> Result<Vec<(String, String)>, Fault> {
        let sql = "select p.id, p.note from participation p \
                   where not exists (select 1 from log_leaf l where l.kind = 'proof' and l.subject = p.id) order by p.issued_us, p.id limit $1";
        self.rows(sql, args![limit]).await?.iter().map(|r| Ok((r.text(0)?, r.text(1)?))).collect()
    }
}

fn leaf_row(row: &Row) -> Result<LeafRow, Fault> {
    Ok(LeafRow {
        place: row.int(0)?,
        kind: row.text(1)?,
        subject: row.text(2)?,
        entry: row.blob(3)?,
        leaf: row.text(4)?,
        at: instant(row.int(5)?)?,
    })
}

fn head_row(row: &Row) -> Result<HeadRow, Fault> {
    Ok(HeadRow {
        size: row.int(0)?,
        root: row.text(1)?,
        note: row.text(2)?,
        cosigned: row.text(3)?,
        at: instant(row.int(4)?)?,
    })
}
