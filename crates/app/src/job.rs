//! Background work: put into the queue, taken under a lease, retried with patience, given up in the end.
//!
//! A job runs at least once; what it records it records once where it does so under [`Held::hold`] or [`Held::done`],
//! in the same transaction. A fault is retried, longer and longer apart; a refusal is not, since asking again would
//! change nothing; a worker that dies loses its lease, and the job goes to another one.

mod daily;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ports::mail::Mailer;
use ports::period_keys::PeriodKeys;
use store::{JobId, JobRow, NewJob, Tx};

use crate::failure::refuse;
use crate::{Failure, House, sign_in};

pub use daily::{BILL, FORGET, RENEW, TRAIN};

/// How long a worker has a job before another one may take it; it is extended while the work goes on.
pub const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How often it is extended.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// The wait before the second attempt; it doubles from there.
const FIRST_WAIT_S: u64 = 10;
/// The longest wait between two attempts: an hour.
const LONGEST_WAIT_S: u64 = 3_600;
/// After so many attempts a job is dead, where it does not say otherwise: with the waits above, after about two hours.
pub const ATTEMPTS: u32 = 10;
/// For so many days done jobs are remembered.
const REMEMBERED_DAYS: i64 = 7;
/// So much of an error is kept.
const ERROR_CHARS: usize = 500;

/// A job to put into the queue.
#[derive(Debug, Clone)]
pub struct Enqueue {
    /// Its id where there is one such job ever; a new one where `None`.
    pub id: Option<JobId>,
    /// What is to be done: the word of a [`Handler`].
    pub kind: &'static str,
    /// With what; personal things in it are sealed.
    pub payload: String,
    /// Where given, nothing happens while a job of this kind with this key waits or runs.
    pub once: Option<String>,
    /// Not before; at once where `None`.
    pub run_at: Option<Timestamp>,
    /// After so many attempts it is dead.
    pub attempts: u32,
}

impl Enqueue {
    /// A job to do at once, with the usual patience.
    pub fn now(kind: &'static str, payload: impl Into<String>) -> Enqueue {
        Enqueue { id: None, kind, payload: payload.into(), once: None, run_at: None, attempts: ATTEMPTS }
    }

    /// The same, once at a time under this key.
    pub fn once(self, key: impl Into<String>) -> Enqueue {
        Enqueue { once: Some(key.into()), ..self }
    }

    /// The same, not before.
    pub fn at(self, at: Timestamp) -> Enqueue {
        Enqueue { run_at: Some(at), ..self }
    }
}

/// What a handler works on.
pub type Work<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;

/// Does the jobs of one kind.
pub trait Handler: Send + Sync {
    /// The word of its kind.
    fn kind(&self) -> &'static str;
    /// Does one. It may be done again after a crash: record under [`Held::done`] what must not happen twice.
    fn run<'a>(&'a self, house: &'a House, job: &'a Held) -> Work<'a>;
}

/// Handlers, shared by workers.
pub type Handlers = Arc<Vec<Arc<dyn Handler>>>;

/// A job that a worker has.
#[derive(Debug, Clone)]
pub struct Held {
    row: JobRow,
}

impl Held {
    /// The job's id.
    pub fn id(&self) -> &JobId {
        &self.row.id
    }

    /// With what.
    pub fn payload(&self) -> &str {
        &self.row.payload
    }

    /// Refuses to go on where another worker has the job by now; the row stays locked until the transaction ends.
    ///
    /// # Errors
    /// `job-lost`.
    pub async fn hold(&self, tx: &mut Tx) -> Result<(), Failure> {
        if tx.hold_job(&self.row.id, self.row.fence).await? { Ok(()) } else { Err(self.lost()) }
    }

    /// Notes in the transaction that records the work that the job is done: both happen, once, or neither.
    ///
    /// # Errors
    /// `job-lost`.
    pub async fn done(&self, tx: &mut Tx, now: Timestamp) -> Result<(), Failure> {
        if tx.finish_job(&self.row.id, self.row.fence, now).await? { Ok(()) } else { Err(self.lost()) }
    }

    fn lost(&self) -> Failure {
        refuse(
            "job-lost",
            format!("`{}` was given to another worker", self.row.id),
            "nothing was recorded; the other one goes on",
        )
    }
}

/// What became of a job that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It is tried again at that time, with what went wrong.
    Again(Timestamp, String),
    /// It is given up.
    Dead(String),
    /// Another worker has it by now; nothing was recorded.
    Lost,
    /// Whoever had it has to end, and it waits again as if it had not been tried.
    GivenBack,
}

/// Puts a job into the queue; `None` where one with the same key waits or runs.
pub async fn enqueue(house: &House, ask: Enqueue) -> Result<Option<JobId>, Failure> {
    let mut tx = house.store.begin().await?;
    let id = enqueue_in(house, &mut tx, ask).await?;
    tx.commit().await?;
    Ok(id)
}

/// The same within a transaction: the job is there if what it belongs to is.
pub async fn enqueue_in(house: &House, tx: &mut Tx, ask: Enqueue) -> Result<Option<JobId>, Failure> {
    let now = house.now();
    let id = ask.id.unwrap_or_else(|| JobId::from_bits(house.world.bits()));
    let new = NewJob {
        id: id.clone(),
        kind: ask.kind,
        payload: &ask.payload,
        once: ask.once.as_deref(),
        run_at: ask.run_at.unwrap_or(now),
        attempts_most: ask.attempts,
    };
    Ok(tx.insert_job(&new, now).await?.then_some(id))
}

/// Takes one job that is due and does it; `None` where nothing is due.
pub async fn run_one(
    house: &House,
    handlers: &Handlers,
    worker: &str,
) -> Result<Option<(JobRow, Outcome)>, Failure> {
    run_one_until(house, handlers, worker, std::future::pending()).await
}

/// The same, but not beyond `stop`: work that goes on then is broken off, as by a crash, and the job is given back, so
/// that another worker takes it at once and not when the lease is over.
pub async fn run_one_until(
    house: &House,
    handlers: &Handlers,
    worker: &str,
    stop: impl Future<Output = ()>,
) -> Result<Option<(JobRow, Outcome)>, Failure> {
    let Some(row) = take(house, handlers, worker).await? else { return Ok(None) };
    let handler = handlers.iter().find(|h| h.kind() == row.kind).cloned();
    let (Some(handler), false) = (handler, row.attempts > row.attempts_most) else {
        let why = format!("its worker died {} times", row.attempts_most);
        let outcome = bury(house, &row, &why).await?;
        return Ok(Some((row, outcome)));
    };
    let Some(done) = attempt(house, handler, &row, stop).await else {
        let outcome = give_back(house, &row).await?;
        return Ok(Some((row, outcome)));
    };
    let outcome = match done {
        Ok(()) => finish(house, &row).await?,
        Err(Failure::Refused(refusal)) if refusal.code == "job-lost" => Outcome::Lost,
        Err(Failure::Refused(refusal)) => bury(house, &row, &refusal.message).await?,
        Err(Failure::Fault(fault)) if row.attempts >= row.attempts_most => {
            bury(house, &row, &fault.to_string()).await?
        }
        Err(Failure::Fault(fault)) => postpone(house, &row, &fault.to_string()).await?,
    };
    Ok(Some((row, outcome)))
}

async fn take(house: &House, handlers: &Handlers, worker: &str) -> Result<Option<JobRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let due = tx.job_is_due(house.now()).await?;
    drop(tx);
    if !due || handlers.is_empty() {
        return Ok(None);
    }
    let kinds: Vec<&str> = handlers.iter().map(|h| h.kind()).collect();
    let mut tx = house.store.begin().await?;
    let now = house.now();
    let row = tx.take_job(&kinds, worker, now + LEASE, now).await?;
    tx.commit().await?;
    Ok(row)
}

/// Works in a task of its own, so that a panic ends the attempt only, and extends the lease meanwhile.
///
/// `None` where it was broken off because the worker has to end.
async fn attempt(
    house: &House,
    handler: Arc<dyn Handler>,
    row: &JobRow,
    stop: impl Future<Output = ()>,
) -> Option<Result<(), Failure>> {
    let held = Held { row: row.clone() };
    let at_work = house.clone();
    let mut task = Ending(tokio::spawn(async move { handler.run(&at_work, &held).await }));
    let mut beat = tokio::time::interval(HEARTBEAT);
    beat.tick().await;
    tokio::pin!(stop);
    loop {
        tokio::select! {
            ended = &mut task.0 => {
                return Some(ended.unwrap_or_else(|e| Err(Failure::Fault(store::Fault::new(format!("the work broke off: {e}"))))));
            }
            () = &mut stop => {
                task.0.abort();
                // What ended in this moment is done, whoever has to end.
                return (&mut task.0).await.ok();
            }
            _ = beat.tick() => match extend(house, row).await {
                Ok(true) => {}
                Ok(false) => return Some(Err(Held { row: row.clone() }.lost())),
                Err(failure) => return Some(Err(failure)),
            }
        }
    }
}

async fn extend(house: &House, row: &JobRow) -> Result<bool, Failure> {
    let mut tx = house.store.begin().await?;
    let still = tx.extend_job(&row.id, row.fence, house.now() + LEASE).await?;
    tx.commit().await?;
    Ok(still)
}

async fn give_back(house: &House, row: &JobRow) -> Result<Outcome, Failure> {
    let mut tx = house.store.begin().await?;
    let mine = tx.give_back_job(&row.id, row.fence, house.now()).await?;
    tx.commit().await?;
    Ok(if mine { Outcome::GivenBack } else { Outcome::Lost })
}

/// Ends the task with whoever waits for it.
struct Ending(tokio::task::JoinHandle<Result<(), Failure>>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn finish(house: &House, row: &JobRow) -> Result<Outcome, Failure> {
    let mut tx = house.store.begin().await?;
    let mine = tx.finish_job(&row.id, row.fence, house.now()).await?;
    // The handler may have noted it itself, together with what it recorded.
    let noted =
        !mine && tx.job(&row.id).await?.is_some_and(|now| now.fence == row.fence && now.state == "done");
    tx.commit().await?;
    Ok(if mine || noted { Outcome::Done } else { Outcome::Lost })
}

async fn postpone(house: &House, row: &JobRow, why: &str) -> Result<Outcome, Failure> {
    let now = house.now();
    let again = now + backoff(u32::try_from(row.attempts).unwrap_or(u32::MAX), house.world.bits());
    let mut tx = house.store.begin().await?;
    let mine = tx.postpone_job(&row.id, row.fence, again, &shortened(why)).await?;
    tx.commit().await?;
    Ok(if mine { Outcome::Again(again, why.to_owned()) } else { Outcome::Lost })
}

async fn bury(house: &House, row: &JobRow, why: &str) -> Result<Outcome, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let mine = tx.bury_job(&row.id, row.fence, &shortened(why), now).await?;
    tx.commit().await?;
    Ok(if mine { Outcome::Dead(why.to_owned()) } else { Outcome::Lost })
}

fn shortened(why: &str) -> String {
    why.chars().take(ERROR_CHARS).collect()
}

/// How long to wait after the `attempt`th failure (from 1): between half of 10 s × 2^(attempt−1), an hour at most, and
/// the whole of it, as the bits fall, so that what failed together does not come back together.
///
/// ```
/// assert_eq!(app::job::backoff(1, 0).as_millis(), 5_000);
/// assert_eq!(app::job::backoff(1, u64::MAX).as_secs(), 9);
/// assert_eq!(app::job::backoff(40, 0).as_secs(), 1_800);
/// ```
pub fn backoff(attempt: u32, bits: u64) -> SignedDuration {
    let whole = FIRST_WAIT_S.saturating_mul(1 << attempt.saturating_sub(1).min(20)).min(LONGEST_WAIT_S);
    let half_ms = whole * 500;
    // The upper bits times the width: even over the half, without a remainder's bias.
    let extra = (u128::from(bits) * u128::from(half_ms)) >> 64;
    SignedDuration::from_millis(i64::try_from(u128::from(half_ms) + extra).unwrap_or(i64::MAX))
}

/// The jobs of one state (all where it is empty), newest first.
///
/// # Errors
/// `job-state`.
pub async fn list(house: &House, state: &str, limit: i64) -> Result<Vec<JobRow>, Failure> {
    if !["", "waiting", "running", "done", "dead"].contains(&state) {
        return Err(refuse(
            "job-state",
            format!("`{state}` is no state of a job"),
            "`waiting`, `running`, `done` or `dead`",
        ));
    }
    let mut tx = house.store.begin_read().await?;
    Ok(tx.jobs(state, limit).await?)
}

/// Lets a dead job be tried again from the start.
///
/// # Errors
/// In this order: `job-unknown`, `job-not-dead`, `job-again` where one with the same key waits or runs by now.
pub async fn retry(house: &House, id: &str, by: &str) -> Result<JobRow, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let unknown =
        || refuse("job-unknown", format!("there is no job `{id}`"), "`tantieme jobs list` shows all");
    let id: JobId = id.parse().map_err(|_| unknown())?;
    let row = tx.job(&id).await?.ok_or_else(unknown)?;
    if row.state != "dead" {
        let message = format!("`{id}` is {}", row.state);
        return Err(refuse("job-not-dead", message, "only dead jobs are tried again by hand"));
    }
    match tx.revive_job(&id, now).await {
        Err(fault) if fault.is_duplicate() => {
            return Err(refuse(
                "job-again",
                format!("another `{}` with the same key waits already", row.kind),
                "it does the same",
            ));
        }
        done => done?,
    };
    tx.note(now, by, "job retry", id.as_str(), &row.kind).await?;
    let row = tx.job(&id).await?.unwrap_or(row);
    tx.commit().await?;
    Ok(row)
}

/// What the house does by itself. Without a port for mail, mail waits for `tantieme mail send`.
pub fn handlers(mailer: Option<Arc<dyn Mailer>>) -> Handlers {
    handlers_with(mailer, None)
}

/// The same; with the folder of periods' keys, periods are forgotten too.
pub fn handlers_with(mailer: Option<Arc<dyn Mailer>>, periods: Option<PeriodKeys>) -> Handlers {
    let mut all: Vec<Arc<dyn Handler>> = vec![
        Arc::new(SendLink),
        Arc::new(Sweep),
        Arc::new(crate::audio::analyse::Analyse),
        Arc::new(crate::brief::RunDue),
        Arc::new(crate::consent::own::Heed),
        Arc::new(crate::license::imitation::Deadline),
        Arc::new(daily::Renew),
        Arc::new(daily::Bill),
        Arc::new(daily::Train(periods.clone())),
    ];
    if let Some(periods) = periods {
        all.push(Arc::new(daily::Forget(periods)));
    }
    if let Some(mailer) = mailer {
        all.push(Arc::new(DeliverMail(mailer)));
    }
    Arc::new(all)
}

/// What tells webhooks, for workers of their own: a receiver that takes its time keeps nothing else waiting.
pub fn webhook_handlers(outlets: crate::webhook::Outlets) -> Handlers {
    Arc::new(vec![Arc::new(crate::webhook::Deliver(outlets))])
}

/// Puts in line what comes round by itself: the jobs of the day, tidying up, files to decode, and every mail
/// that waits; called by a worker now and then.
pub async fn round(house: &House) -> Result<(), Failure> {
    let files = crate::audio::analyse::waiting(house).await? != (0, 0);
    let mut tx = house.store.begin().await?;
    for of_day in daily::of_day(house) {
        enqueue_in(house, &mut tx, of_day).await?;
    }
    enqueue_in(house, &mut tx, Enqueue::now(SWEEP, "").once("round")).await?;
    enqueue_in(house, &mut tx, Enqueue::now(crate::brief::DUE, "").once("round")).await?;
    enqueue_in(house, &mut tx, Enqueue::now(crate::consent::own::JOB, "").once("round")).await?;
    if files {
        enqueue_in(house, &mut tx, Enqueue::now(crate::audio::analyse::JOB, "").once("all")).await?;
    }
    for mail in tx.waiting_mail(house.store.fields()).await? {
        enqueue_in(house, &mut tx, Enqueue::now(DELIVER, mail.id.clone()).once(mail.id)).await?;
    }
    tx.commit().await?;
    Ok(())
}

const SWEEP: &str = "sweep";
/// The kind that sends waiting mail.
pub const DELIVER: &str = "mail-deliver";

struct SendLink;

impl Handler for SendLink {
    fn kind(&self) -> &'static str {
        sign_in::LINK_JOB
    }

    fn run<'a>(&'a self, house: &'a House, job: &'a Held) -> Work<'a> {
        Box::pin(sign_in::send_link(house, job))
    }
}

struct DeliverMail(Arc<dyn Mailer>);

impl Handler for DeliverMail {
    fn kind(&self) -> &'static str {
        DELIVER
    }

    fn run<'a>(&'a self, house: &'a House, job: &'a Held) -> Work<'a> {
        Box::pin(crate::mail::deliver_one(house, self.0.as_ref(), job.payload()))
    }
}

/// Forgets what is over: links, sessions, tries, done jobs.
struct Sweep;

impl Handler for Sweep {
    fn kind(&self) -> &'static str {
        SWEEP
    }

    fn run<'a>(&'a self, house: &'a House, job: &'a Held) -> Work<'a> {
        Box::pin(async move {
            let now = house.now();
            let mut tx = house.store.begin().await?;
            tx.sweep_doors(now - SignedDuration::from_hours(24)).await?;
            tx.sweep_ways(now).await?;
            tx.sweep_pace(now).await?;
            tx.sweep_waiting(now - crate::waiting::KEPT).await?;
            tx.sweep_api_answers(now - crate::api_answer::KEPT).await?;
            tx.sweep_jobs(now - SignedDuration::from_hours(24 * REMEMBERED_DAYS)).await?;
            tx.sweep_deliveries(now - SignedDuration::from_hours(24 * crate::webhook::REMEMBERED_DAYS))
                .await?;
            job.done(&mut tx, now).await?;
            tx.commit().await?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_stay_within_their_half_and_end_at_an_hour() {
        let mut before = SignedDuration::ZERO;
        for attempt in 1..=64 {
            let (low, high) = (backoff(attempt, 0), backoff(attempt, u64::MAX));
            assert!(low >= before && high < low * 2 && high <= SignedDuration::from_secs(3_600), "{attempt}");
            before = low;
        }
        assert_eq!(backoff(0, 0), backoff(1, 0));
        assert_eq!(backoff(u32::MAX, u64::MAX).as_secs(), 3_599);
    }
}
