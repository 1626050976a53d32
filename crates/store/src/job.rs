//! Background work: what waits, who has it, until when.
//!
//! A worker takes a job by one conditional update, the same text on both engines: whoever comes second finds the
//! condition no longer true and takes nothing. Each taking raises the fence; what a worker records it records under
//! the fence it was given, so that one who slept past the end of its lease changes nothing.

use jiff::Timestamp;

use crate::db::{Row, Tx, Value};
use crate::id::JobId;
use crate::set_list::instant;
use crate::{Fault, args};

/// A job to be done.
#[derive(Debug, Clone)]
pub struct NewJob<'a> {
    /// Its id.
    pub id: JobId,
    /// What is to be done: a word.
    pub kind: &'a str,
    /// With what: text that only the kind understands. Personal things in it are sealed.
    pub payload: &'a str,
    /// Where given, only one job of this kind with this key waits or runs at a time.
    pub once: Option<&'a str>,
    /// Not before.
    pub run_at: Timestamp,
    /// After so many attempts it is dead.
    pub attempts_most: u32,
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// Its id.
    pub id: JobId,
    /// What is to be done.
    pub kind: String,
    /// With what.
    pub payload: String,
    /// `waiting`, `running`, `done` or `dead`.
    pub state: String,
    /// Not before.
    pub run_at: Timestamp,
    /// Until when its worker has it.
    pub lease: Timestamp,
    /// How often it was taken.
    pub fence: i64,
    /// Who has it, or had it last.
    pub worker: String,
    /// How often it was tried.
    pub attempts: i64,
    /// After how many tries it is dead.
    pub attempts_most: i64,
    /// What went wrong last; empty where nothing did.
    pub error: String,
    /// Since when it is here.
    pub created: Timestamp,
    /// When it was done or given up.
    pub ended: Option<Timestamp>,
}

const JOB: &str = "id, kind, payload, state, run_us, lease_us, fence, worker, attempts, attempts_most, error, created_us, ended_us";

impl Tx {
    /// Puts a job into the queue; false where one with the same key waits or runs already.
    pub async fn insert_job(&mut self, job: &NewJob<'_>, now: Timestamp) -> Result<bool, Fault> {
        let sql = "insert into job (id, kind, payload, once, state, run_us, attempts_most, created_us) \
                   values ($1, $2, $3, $4, 'waiting', $5, $6, $7) on conflict do nothing";
        let values = args![
            job.id.as_str(),
            job.kind,
            job.payload,
            job.once.map(str::to_owned),
            job.run_at.as_microsecond(),
            job.attempts_most,
            now.as_microsecond(),
        ];
        Ok(self.run(sql, values).await? > 0)
    }

    /// Whether a job of any kind is due; a look that locks nothing.
    pub async fn job_is_due(&mut self, now: Timestamp) -> Result<bool, Fault> {
        let sql = "select 1 where exists (select 1 from job where state = 'waiting' and run_us <= $1) \
                   or exists (select 1 from job where state = 'running' and lease_us <= $1)";
        Ok(self.row(sql, args![now.as_microsecond()]).await?.is_some())
    }

    /// Takes the job of one of these kinds that is due longest, or whose worker's time ran out, until `lease`. `None` where there is none,
    /// or where another worker was quicker: ask again.
    pub async fn take_job(
        &mut self,
        kinds: &[&str],
        worker: &str,
        lease: Timestamp,
        now: Timestamp,
    ) -> Result<Option<JobRow>, Fault> {
        let known = (4..4 + kinds.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let due = format!(
            "kind in ({known}) and ((state = 'waiting' and run_us <= $1) or (state = 'running' and lease_us <= $1))"
        );
        // On PostgreSQL workers step around rows that another one is just taking; correct without, quicker with.
        let around = if self.is_postgres() { "for update skip locked" } else { "" };
        let sql = format!(
            "update job set state = 'running', fence = fence + 1, attempts = attempts + 1, lease_us = $2, worker = $3 \
             where id = (select id from job where {due} order by run_us, id limit 1 {around}) and {due} returning {JOB}"
        );
        let mut values = args![now.as_microsecond(), lease.as_microsecond(), worker];
        values.extend(kinds.iter().map(|k| Value::from(*k)));
        self.row(&sql, values).await?.as_ref().map(job_row).transpose()
    }

    /// Whether the holder of this fence still has the job; locks the row until the transaction ends.
    pub async fn hold_job(&mut self, id: &JobId, fence: i64) -> Result<bool, Fault> {
        let sql = "update job set fence = fence where id = $1 and fence = $2 and state = 'running'";
        Ok(self.run(sql, args![id.as_str(), fence]).await? > 0)
    }

    /// Gives the holder more time; false where it has lost the job.
    pub async fn extend_job(&mut self, id: &JobId, fence: i64, lease: Timestamp) -> Result<bool, Fault> {
        let sql = "update job set lease_us = $3 where id = $1 and fence = $2 and state = 'running'";
        Ok(self.run(sql, args![id.as_str(), fence, lease.as_microsecond()]).await? > 0)
    }

    /// Notes that it is done; false where the holder has lost it, and then nothing is to be recorded.
    pub async fn finish_job(&mut self, id: &JobId, fence: i64, now: Timestamp) -> Result<bool, Fault> {
        let sql = "update job set state = 'done', error = '', ended_us = $3 where id = $1 and fence = $2 and state = 'running'";
        Ok(self.run(sql, args![id.as_str(), fence, now.as_microsecond()]).await? > 0)
    }

    /// Puts it back until `again`, with what went wrong; false where the holder has lost it.
    pub async fn postpone_job(
        &mut self,
        id: &JobId,
        fence: i64,
        again: Timestamp,
        error: &str,
    ) -> Result<bool, Fault> {
        let sql = "update job set state = 'waiting', run_us = $3, error = $4 where id = $1 and fence = $2 and state = 'running'";
        Ok(self.run(sql, args![id.as_str(), fence, again.as_microsecond(), error]).await? > 0)
    }

    /// Gives it up, with the reason; false where the holder has lost it.
    pub async fn bury_job(
        &mut self,
        id: &JobId,
        fence: i64,
        error: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let sql = "update job set state = 'dead', error = $3, ended_us = $4 where id = $1 and fence = $2 and state = 'running'";
        Ok(self.run(sql, args![id.as_str(), fence, error, now.as_microsecond()]).await? > 0)
    }

    /// Lets a dead job be tried again from the start; false where there is no such dead job, a fault where one with
    /// the same key waits by now.
    pub async fn revive_job(&mut self, id: &JobId, now: Timestamp) -> Result<bool, Fault> {
        let sql = "update job set state = 'waiting', attempts = 0, run_us = $2, ended_us = null where id = $1 and state = 'dead'";
        Ok(self.run(sql, args![id.as_str(), now.as_microsecond()]).await? > 0)
    }

    /// A job by id.
    pub async fn job(&mut self, id: &JobId) -> Result<Option<JobRow>, Fault> {
        let sql = format!("select {JOB} from job where id = $1");
        self.row(&sql, args![id.as_str()]).await?.as_ref().map(job_row).transpose()
    }

    /// The jobs of one state (all where it is empty), newest first.
    pub async fn jobs(&mut self, state: &str, limit: i64) -> Result<Vec<JobRow>, Fault> {
        let sql = format!(
            "select {JOB} from job where $1 = '' or state = $1 order by created_us desc, id limit $2"
        );
        self.rows(&sql, args![state, limit]).await?.iter().map(job_row).collect()
    }

    /// Forgets jobs that were done before an instant; dead ones stay until somebody looks.
    pub async fn sweep_jobs(&mut self, before: Timestamp) -> Result<u64, Fault> {
        self.run("delete from job where state = 'done' and ended_us < $1", args![before.as_microsecond()])
            .await
    }
}

fn job_row(row: &Row) -> Result<JobRow, Fault> {
    Ok(JobRow {
        id: row.parse(0)?,
        kind: row.text(1)?,
        payload: row.text(2)?,
        state: row.text(3)?,
        run_at: instant(row.int(4)?)?,
        lease: instant(row.int(5)?)?,
        fence: row.int(6)?,
        worker: row.text(7)?,
        attempts: row.int(8)?,
        attempts_most: row.int(9)?,
        error: row.text(10)?,
        created: instant(row.int(11)?)?,
        ended: row.opt_int(12)?.map(instant).transpose()?,
    })
}
