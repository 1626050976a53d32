//! What whoever runs the house asks of the database, and what several processes on it share.

use jiff::Timestamp;

use crate::db::{Db, Tx};
use crate::id::JobId;
use crate::set_list::instant;
use crate::{Fault, args};

/// How many jobs of a kind are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobCount {
    /// What is to be done.
    pub kind: String,
    /// `waiting`, `running`, `done` or `dead`.
    pub state: String,
    /// How many.
    pub count: i64,
}

/// The connections of a process to its database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolState {
    /// Open ones.
    pub open: u32,
    /// Open ones that nobody uses.
    pub idle: u32,
    /// How many there may be.
    pub most: u32,
}

impl Db {
    /// How many connections are open and idle.
    pub fn pool(&self) -> PoolState {
        let idle = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        match self {
            Db::Sqlite { write, read } => PoolState {
                open: write.size() + read.size(),
                idle: idle(write.num_idle() + read.num_idle()),
                most: write.options().get_max_connections() + read.options().get_max_connections(),
            },
            Db::Postgres(pool) => PoolState {
                open: pool.size(),
                idle: idle(pool.num_idle()),
                most: pool.options().get_max_connections(),
            },
        }
    }
}

impl Tx {
    /// The schema of the database.
    pub async fn schema(&mut self) -> Result<i64, Fault> {
        self.number("select max(number) from migration", args![]).await
    }

    /// The number of the newest entry of the books; 0 before the first.
    pub async fn last_entry(&mut self) -> Result<i64, Fault> {
        self.number("select max(seq) from entry", args![]).await
    }

    /// How many jobs there are, by kind and state.
    pub async fn job_counts(&mut self) -> Result<Vec<JobCount>, Fault> {
        let sql = "select kind, state, count(*) from job group by kind, state order by kind, state";
        let rows = self.rows(sql, args![]).await?;
        rows.iter().map(|r| Ok(JobCount { kind: r.text(0)?, state: r.text(1)?, count: r.int(2)? })).collect()
    }

    /// Since when the job that is due longest could have been taken; `None` where nothing is due.
    pub async fn oldest_due_job(&mut self, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        let sql = "select min(run_us) from job where state = 'waiting' and run_us <= $1";
        let row = self.row(sql, args![now.as_microsecond()]).await?;
        row.map(|r| r.opt_int(0)).transpose()?.flatten().map(instant).transpose()
    }

    /// Puts a job back at once, as if it had not been tried; false where the holder of the fence has lost it.
    pub async fn give_back_job(&mut self, id: &JobId, fence: i64, now: Timestamp) -> Result<bool, Fault> {
        let sql = "update job set state = 'waiting', attempts = attempts - 1, lease_us = 0, run_us = $3 \
                   where id = $1 and fence = $2 and state = 'running'";
        Ok(self.run(sql, args![id.as_str(), fence, now.as_microsecond()]).await? > 0)
    }

    /// How many plays were delivered for sharing, over all lists.
    pub async fn plays_delivered(&mut self) -> Result<i64, Fault> {
        self.number("select cast(coalesce(sum(plays), 0) as bigint) from play", args![]).await
    }

    /// How many backups were noted in the journal, and when the last one was.
    pub async fn last_note(&mut self, action: &str) -> Result<Option<Timestamp>, Fault> {
        let row = self.row("select max(at_us) from journal where action = $1", args![action]).await?;
        row.map(|r| r.opt_int(0)).transpose()?.flatten().map(instant).transpose()
    }

    /// What is true of this house alone, by its name.
    pub async fn house_fact(&mut self, name: &str) -> Result<Option<String>, Fault> {
        let sql = "select value from house_fact where name = $1";
        self.row(sql, args![name]).await?.map(|r| r.text(0)).transpose()
    }

    /// Notes a fact of this house where there is none of that name; tells the one that stands.
    pub async fn settle_fact(&mut self, name: &str, value: &str) -> Result<String, Fault> {
        let sql = "insert into house_fact (name, value) values ($1, $2) on conflict (name) do nothing";
        self.run(sql, args![name, value]).await?;
        Ok(self.house_fact(name).await?.unwrap_or_default())
    }

    /// The mark of a period's key: this one where none was noted, else the one that stands.
    pub async fn settle_usage_key(&mut self, period: &str, mark: &str) -> Result<String, Fault> {
        let sql = "insert into usage_key_mark (period, mark) values ($1, $2) on conflict (period) do nothing";
        self.run(sql, args![period, mark]).await?;
        let sql = "select mark from usage_key_mark where period = $1";
        self.row(sql, args![period]).await?.map(|r| r.text(0)).transpose().map(Option::unwrap_or_default)
    }

    /// Takes a token from the bucket of an asker that all processes share; `None` where there was one, else in how many
    /// microseconds there is. `every_us` is after how long one more is allowed, `burst` how many at once.
    pub async fn take_pace(
        &mut self,
        asker: &str,
        now: Timestamp,
        every_us: i64,
        burst: i64,
    ) -> Result<Option<i64>, Fault> {
        let now = now.as_microsecond();
        // A bucket is the moment at which it is full again: one number holds tokens and time.
        let full = "(case when pace_mark.full_us > $2 then pace_mark.full_us else $2 end) + $3";
        let sql = format!(
            "insert into pace_mark (asker, full_us) values ($1, $2 + $3) \
             on conflict (asker) do update set full_us = {full} where {full} <= $2 + $4"
        );
        if self.run(&sql, args![asker, now, every_us, burst * every_us]).await? > 0 {
            return Ok(None);
        }
        let full = self.number("select full_us from pace_mark where asker = $1", args![asker]).await?;
        Ok(Some((full + every_us - burst * every_us - now).max(1)))
    }

    /// Forgets buckets that are full again.
    pub async fn sweep_pace(&mut self, now: Timestamp) -> Result<u64, Fault> {
        self.run("delete from pace_mark where full_us <= $1", args![now.as_microsecond()]).await
    }
}

impl Tx {
    /// The schema (in PostgreSQL's sense) that the tables lie in; empty on SQLite.
    pub async fn own_schema(&mut self) -> Result<String, Fault> {
        if !self.is_postgres() {
            return Ok(String::new());
        }
        let row = self.row("select cast(current_schema() as text)", args![]).await?;
        row.map(|r| r.text(0)).transpose().map(Option::unwrap_or_default)
    }
}

impl Tx {
    /// Keeps something encrypted under the mark of its key.
    pub async fn keep_waiting(&mut self, mark: &str, now: Timestamp, sealed: Vec<u8>) -> Result<(), Fault> {
        let sql = "insert into upload_wait (key, since_us, sealed) values ($1, $2, $3) \
                   on conflict (key) do update set since_us = excluded.since_us, sealed = excluded.sealed";
        self.run(sql, args![mark, now.as_microsecond(), sealed]).await.map(drop)
    }

    /// What is kept under a mark, if it is not older.
    pub async fn waiting(&mut self, mark: &str, since: Timestamp) -> Result<Option<Vec<u8>>, Fault> {
        let sql = "select sealed from upload_wait where key = $1 and since_us >= $2";
        self.row(sql, args![mark, since.as_microsecond()]).await?.map(|r| r.blob(0)).transpose()
    }

    /// Forgets what is kept under a mark.
    pub async fn forget_waiting(&mut self, mark: &str) -> Result<(), Fault> {
        self.run("delete from upload_wait where key = $1", args![mark]).await.map(drop)
    }

    /// Forgets what is older.
    pub async fn sweep_waiting(&mut self, before: Timestamp) -> Result<u64, Fault> {
        self.run("delete from upload_wait where since_us < $1", args![before.as_microsecond()]).await
    }
}
